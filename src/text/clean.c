/* Characters as the rest of the room wants them, each with the bytes it came from.
 *
 * Typographic quotes and apostrophes become plain ones, the long dash "--", other dashes "-", the
 * ellipsis "...": what the tokeniser looks for and what the treebanks that the parser was trained
 * on are written in. All blanks become ' ', line ends '\n'; soft hyphens, joiners and marks of
 * direction vanish; bullets become a hyphen. A byte that is not UTF-8 is read as Windows-1252, in which most
 * texts that are not UTF-8 were saved; the five that mean nothing there become U+FFFD.
 *
 * Character classes are ICU's. Nothing is composed or decomposed: names stay as written.
 */
#include "text/inner.h"

#include "base/utf16.h"

#include <assert.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

void dtn_clean_init(dtn_clean *clean, size_t n, dtn_arena *arena)
{
    const size_t cap = DTN_CLEAN_GROWTH * n + 16;
    *clean = (dtn_clean){.arena = arena, .cap = cap};
    clean->bytes = dtn_arena_alloc(arena, cap);
    clean->from = DTN_NEW_N(arena, uint16_t, cap);
    clean->n_from = DTN_NEW_N(arena, uint8_t, cap);
}

static void set_from(dtn_clean *clean, size_t i, uint32_t begin, uint32_t n)
{
    const uint32_t high = begin >> 16;
    if (clean->n_turn == 0 || clean->turns[clean->n_turn - 1].high != high) {
        const dtn_clean_turn turn = {(uint32_t)i, high};
        DTN_PUSH(clean->arena, clean->turns, clean->n_turn, clean->cap_turn, turn);
    }
    clean->from[i] = (uint16_t)begin;
    clean->n_from[i] = (uint8_t)(n > 255 ? 255 : n);
}

void dtn_clean_add(dtn_clean *clean, char byte, uint32_t begin, uint32_t n)
{
    if (clean->n == clean->cap) {
        assert(!"more than DTN_CLEAN_GROWTH");
        return;
    }
    clean->bytes[clean->n] = byte;
    set_from(clean, clean->n, begin, n);
    clean->n++;
}

void dtn_clean_recount(dtn_clean *clean, const char *utf8, size_t first, size_t n)
{
    dtn_clean before = *clean;
    dtn_utf16_place begin = {.begin = first};
    clean->turns = NULL;
    clean->n_turn = clean->cap_turn = 0;
    for (size_t i = 0; i < clean->n; i++) {
        const uint32_t from = dtn_clean_from(&before, i);
        const size_t at = dtn_utf16_byte(&begin, utf8, from);
        dtn_utf16_place end = begin;
        const size_t to = dtn_utf16_byte(&end, utf8, from + before.n_from[i]);
        set_from(clean, i, (uint32_t)at, (uint32_t)((to < n ? to : n) - at));
    }
}

uint32_t dtn_clean_from(const dtn_clean *clean, size_t i)
{
    size_t low = 0, high = clean->n_turn; /* the last turn at or before i lies in [low, high) */
    while (high - low > 1) {
        const size_t middle = (low + high) / 2;
        if (clean->turns[middle].at <= i)
            low = middle;
        else
            high = middle;
    }
    return clean->turns[low].high << 16 | clean->from[i];
}

static void add_text(dtn_clean *clean, const char *text, uint32_t begin, uint32_t n)
{
    for (; *text; text++)
        dtn_clean_add(clean, *text, begin, n);
}

static bool is_bullet(int32_t c)
{
    return c == 0x2022 || c == 0x2023 || c == 0x2043 || c == 0x2219 || c == 0x25aa || c == 0x25ab ||
           c == 0x25cf || c == 0x25cb || c == 0x25a0 || c == 0x25e6 || c == 0x27a2 || c == 0xf0b7;
}

/* What vanishes: soft hyphen, zero-width characters, marks of direction, byte order mark. */
static bool is_nothing(int32_t c)
{
    return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x2064) || c == 0xfeff;
}

/* The plain form of a mark beyond ASCII; NULL if it stays. */
static const char *plain(int32_t c)
{
    if (c == 0x2019 || c == 0x2018 || c == 0x201a || c == 0x201b || c == 0x2032 || c == 0x02bc ||
        c == 0xb4)
        return "'";
    if ((c >= 0x201c && c <= 0x201f) || c == 0x2033 || c == 0xab || c == 0xbb)
        return "\"";
    if (c == 0x2014 || c == 0x2015)
        return "--";
    if ((c >= 0x2010 && c <= 0x2013) || c == 0x2212 || is_bullet(c))
        return "-";
    if (c == 0x2026)
        return "...";
    return NULL;
}

void dtn_clean_add_char(dtn_clean *clean, int32_t c, uint32_t begin, uint32_t n)
{
    if (c < 0x80) {
        dtn_clean_add(clean, c < ' ' || c == 0x7f ? ' ' : (char)c, begin, n);
        return;
    }
    const char *mark = plain(c);
    if (is_nothing(c))
        return;
    if (mark) {
        add_text(clean, mark, begin, n);
    } else if (u_isUWhiteSpace(c) || u_iscntrl(c)) {
        dtn_clean_add(clean, ' ', begin, n);
    } else {
        uint8_t out[4];
        int32_t k = 0;
        UBool is_bad = false;
        U8_APPEND(out, k, 4, c, is_bad);
        for (int32_t i = 0; i < k && !is_bad; i++)
            dtn_clean_add(clean, (char)out[i], begin, n);
    }
}

/* A byte of 0x80 or more in Windows-1252 (Unicode's mapping table CP1252.TXT). */
static int32_t of_windows(uint8_t byte)
{
    static const uint16_t high[32] = {
        0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};
    return byte >= 0x80 && byte < 0xa0 ? high[byte - 0x80] : byte;
}

uint32_t dtn_clean_next(dtn_clean *clean, const char *bytes, uint32_t n, uint32_t at)
{
    int32_t next = (int32_t)at;
    UChar32 c;
    U8_NEXT((const uint8_t *)bytes, next, (int32_t)n, c);
    if (c < 0) { /* one byte at a time, so that what follows is not lost with it */
        if (clean->n_invalid++ == 0)
            clean->first_invalid = at;
        dtn_clean_add_char(clean, of_windows((uint8_t)bytes[at]), at, 1);
        return at + 1;
    }
    if (c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029 || c == 0x85) {
        const bool is_pair = c == '\r' && at + 1 < n && bytes[at + 1] == '\n';
        next += is_pair;
        dtn_clean_add(clean, '\n', at, (uint32_t)next - at);
    } else {
        dtn_clean_add_char(clean, c, at, (uint32_t)next - at);
    }
    return (uint32_t)next;
}
