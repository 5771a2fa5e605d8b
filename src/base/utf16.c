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

bool dtn_is_utf16(const char *text, size_t n)
{
    return n >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0);
}

static UChar32 unit_at(const uint8_t *two, bool is_little)
{
    return is_little ? two[0] | two[1] << 8 : two[0] << 8 | two[1];
}

char *dtn_utf16_part(dtn_arena *arena, const char *text, size_t begin, size_t end, size_t *n_out)
{
    const bool is_little = memcmp(text, "\xFF\xFE", 2) == 0;
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
    return dtn_is_utf16(text, n) ? dtn_utf16_part(arena, text, 2, n, n_out) : NULL;
}

size_t dtn_utf16_byte(dtn_utf16_place *place, const char *utf8, size_t at)
{
    while (place->at < at) {
        const uint8_t lead = (uint8_t)utf8[place->at];
        place->unit += lead >= 0xF0 ? 2 : 1;
        place->at += lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    }
    return 2 + 2 * place->unit;
}
