/* Canonical keys of names.
 *
 * Vensim and XMILE (OASIS XMILE 1.0, section 3.2.2) both say that names which differ only
 * in case, or in how white space, underscores, no-break spaces and the two
 * characters \n separate words, are the same name. The key is that class in one
 * spelling: words joined by '_', Unicode NFC, case folded.
 *
 * Plain ASCII names, nearly all of them, take a short way of the same meaning. Bytes
 * that are not UTF-8 are read as Latin-1, so that old Vensim files keep their
 * accents; no input fails. If ICU cannot work, letters outside ASCII keep their case.
 * Escaped quotes inside a name stay as written.
 */
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "base/text.h"

/* White space by ICU's White_Space property, plus NUL, which cannot stand in a C string. */
static bool is_gap(UChar32 c)
{
    if (c < 0x80)
        return c == ' ' || c == '_' || (c >= 9 && c <= 13) || c == 0;
    return u_isUWhiteSpace(c);
}

/* The code point at *at, which moves on; \n as two characters counts as one space. */
static UChar32 next_char(const char *name, size_t n, size_t *at)
{
    const uint8_t *s = (const uint8_t *)name + *at;
    int32_t left = n - *at < 4 ? (int32_t)(n - *at) : 4;
    if (s[0] == '\\' && left > 1 && s[1] == 'n') {
        *at += 2;
        return ' ';
    }
    UChar32 c;
    int32_t used = 0;
    U8_NEXT(s, used, left, c);
    if (c < 0) { /* not UTF-8: one byte of Latin-1 */
        c = s[0];
        used = 1;
    }
    *at += (size_t)used;
    return c;
}

/* Bytes of the gap that `s` begins with: white space, '_', \n as two characters, or an
 * UTF-8 no-break space; 0 if there is none. */
static size_t gap_size(const char *s, size_t n)
{
    if (n && (unsigned char)s[0] < 0x80 && is_gap(s[0]))
        return 1;
    if (n > 1 && ((s[0] == '\\' && s[1] == 'n') || memcmp(s, "\xc2\xa0", 2) == 0))
        return 2;
    return 0;
}

/* The part between outer gaps and one pair of quotes. */
static void trim(const char **name, size_t *n)
{
    const char *s = *name;
    size_t begin = 0, end = *n, gap;
    while ((gap = gap_size(s + begin, end - begin)) > 0)
        begin += gap;
    for (bool more = true; more;) {
        more = end > begin && gap_size(s + end - 1, 1) == 1;
        if (more)
            end--;
        else if ((more = end > begin + 1 && gap_size(s + end - 2, 2) == 2))
            end -= 2;
    }
    if (end - begin >= 2 && s[begin] == '"' && s[end - 1] == '"') {
        begin++;
        end--;
    }
    *name = s + begin;
    *n = end - begin;
}

static const char *ascii_key(dtn_arena *arena, const char *name, size_t n)
{
    char *key = dtn_arena_alloc(arena, n + 1);
    size_t used = 0;
    bool gap = false;
    for (size_t i = 0; i < n;) {
        char c = name[i++];
        bool escape = c == '\\' && i < n && name[i] == 'n';
        i += escape;
        if (escape || is_gap(c)) {
            gap = used > 0;
            continue;
        }
        if (gap)
            key[used++] = '_';
        gap = false;
        key[used++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    key[used] = '\0';
    return key;
}

/* Words joined by '_', as UTF-16; at most one unit a byte. */
static int32_t to_utf16(const char *name, size_t n, UChar *out)
{
    int32_t used = 0;
    bool gap = false;
    for (size_t at = 0; at < n;) {
        UChar32 c = next_char(name, n, &at);
        if (is_gap(c)) {
            gap = used > 0;
            continue;
        }
        if (gap)
            out[used++] = '_';
        gap = false;
        U16_APPEND_UNSAFE(out, used, c);
    }
    return used;
}

/* NFC, fold, NFC again: folding can leave a sequence that composes. Returns the
 * length, or -1 if ICU fails. Both buffers hold `cap` units; the result is in `a`. */
static int32_t fold(UChar *a, int32_t n, UChar *b, int32_t cap)
{
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&error);
    n = unorm2_normalize(nfc, a, n, b, cap, &error);
    n = u_strFoldCase(a, cap, b, n, U_FOLD_CASE_DEFAULT, &error);
    n = unorm2_normalize(nfc, a, n, b, cap, &error);
    if (U_FAILURE(error))
        return -1;
    memcpy(a, b, (size_t)n * sizeof *a);
    return n;
}

static const char *unicode_key(dtn_arena *arena, const char *name, size_t n)
{
    /* Folding gives at most 3 units for one, NFC no more than 3 for one. */
    size_t cap = 9 * n + 16;
    UChar *a = DTN_NEW_N(arena, UChar, cap), *b = DTN_NEW_N(arena, UChar, cap);
    int32_t plain = to_utf16(name, n, a);
    UChar *kept = DTN_NEW_N(arena, UChar, plain + 1);
    memcpy(kept, a, (size_t)plain * sizeof *a);
    int32_t units = fold(a, plain, b, (int32_t)cap);
    if (units < 0) {
        a = kept;
        units = plain;
    }
    char *key = dtn_arena_alloc(arena, 3 * (size_t)units + 1);
    int32_t used = 0;
    for (int32_t i = 0; i < units;) {
        UChar32 c;
        U16_NEXT(a, i, units, c);
        U8_APPEND_UNSAFE(key, used, c);
    }
    key[used] = '\0';
    return key;
}

/* A name longer than this is not a name; it bounds the int32_t lengths of ICU. */
#define MAX_UNICODE_NAME ((size_t)1 << 24)

const char *dtn_name_key(dtn_arena *arena, const char *name, size_t n)
{
    trim(&name, &n);
    bool ascii = true;
    for (size_t i = 0; i < n && ascii; i++)
        ascii = (unsigned char)name[i] < 0x80;
    return ascii || n > MAX_UNICODE_NAME ? ascii_key(arena, name, n) : unicode_key(arena, name, n);
}

const char *dtn_written_name_key(dtn_arena *arena, const char *name, size_t n)
{
    if (n < 2 || name[0] != '"' || !memchr(name, '\\', n))
        return dtn_name_key(arena, name, n);
    char *plain = dtn_arena_alloc(arena, n + 1);
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (name[i] == '\\' && i + 2 < n && name[i + 1] == '"')
            continue;
        plain[used++] = name[i];
    }
    return dtn_name_key(arena, plain, used);
}
