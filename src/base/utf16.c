/* UTF-16 to UTF-8 and back to its bytes.
 *
 * A character of four bytes in UTF-8 came from two units, any other from one: so a place in the UTF-8
 * is a place in the UTF-16 without a table. A lone half of a pair becomes U+FFFD, one unit too; a last
 * odd byte is dropped.
 */
#include "base/utf16.h"

#include <stdint.h>
#include <string.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#define MARK 2
#define LOOK 1024 /* bytes looked at for zeros where there is no mark */
#define LEAST_PAIRS 4

typedef enum { NOT_UTF16, LITTLE, BIG } order;

static bool has_mark(const char *text, size_t n)
{
    return n >= MARK &&
           (memcmp(text, "\xFF\xFE", MARK) == 0 || memcmp(text, "\xFE\xFF", MARK) == 0);
}

/* Letters, digits and blanks of English have a zero as their high byte; hardly anything has one as its low. */
static order order_by_zeros(const char *text, size_t n)
{
    const size_t n_pair = (n < LOOK ? n : LOOK) / 2;
    size_t first = 0, second = 0;
    for (size_t i = 0; i < n_pair; i++) {
        first += text[2 * i] == '\0';
        second += text[2 * i + 1] == '\0';
    }
    if (n_pair < LEAST_PAIRS)
        return NOT_UTF16;
    if (5 * second >= 3 * n_pair && 50 * first <= n_pair)
        return LITTLE;
    return 5 * first >= 3 * n_pair && 50 * second <= n_pair ? BIG : NOT_UTF16;
}

static order order_of(const char *text, size_t n)
{
    if (has_mark(text, n))
        return (uint8_t)text[0] == 0xFF ? LITTLE : BIG;
    return order_by_zeros(text, n);
}

bool dtn_is_utf16(const char *text, size_t n) { return order_of(text, n) != NOT_UTF16; }

size_t dtn_utf16_begin(const char *text, size_t n) { return has_mark(text, n) ? MARK : 0; }

static UChar32 unit_at(const uint8_t *two, bool is_little)
{
    return is_little ? two[0] | two[1] << 8 : two[0] << 8 | two[1];
}

char *dtn_utf16_part(dtn_arena *arena, const char *text, size_t n, size_t begin, size_t end,
                     size_t *n_out)
{
    const bool is_little = order_of(text, n) == LITTLE;
    const uint8_t *bytes = (const uint8_t *)text;
    char *out = dtn_arena_alloc(arena, 2 * (end - begin) + 4);
    size_t used = 0;
    for (size_t i = begin; i + 1 < end; i += 2) {
        UChar32 c = unit_at(bytes + i, is_little);
        if (U16_IS_LEAD(c) && i + 3 < end) {
            const UChar32 trail = unit_at(bytes + i + 2, is_little);
            if (U16_IS_TRAIL(trail)) {
                c = U16_GET_SUPPLEMENTARY(c, trail);
                i += 2;
            }
        }
        if (U_IS_SURROGATE(c))
            c = 0xFFFD;
        U8_APPEND_UNSAFE(out, used, c);
    }
    *n_out = used;
    return out;
}

char *dtn_utf16_to_utf8(dtn_arena *arena, const char *text, size_t n, size_t *n_out)
{
    return dtn_is_utf16(text, n)
               ? dtn_utf16_part(arena, text, n, dtn_utf16_begin(text, n), n, n_out)
               : NULL;
}

size_t dtn_utf16_byte(dtn_utf16_place *place, const char *utf8, size_t at)
{
    while (place->at < at) {
        const uint8_t lead = (uint8_t)utf8[place->at];
        place->unit += lead >= 0xF0 ? 2 : 1;
        place->at += lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    }
    return place->begin + 2 * place->unit;
}

bool dtn_is_utf8(const char *text, size_t n)
{
    for (int32_t i = 0; i < (int32_t)n;) {
        UChar32 c;
        U8_NEXT((const uint8_t *)text, i, (int32_t)n, c);
        if (c < 0)
            return false;
    }
    return true;
}
