/* Tokens after the conventions of UD English EWT.
 *
 * Hyphens and slashes stand apart ("cross - border" but "e-mail", "anti-terrorism": after a prefix they
 * stay), so do units and signs ("$ 5", "5 %", "5 pm") and clitics ("do n't", "army 's", "can not").
 * Abbreviations keep their dot; initials ("U.S."), numbers ("200,000", "9/11", "10:30") and
 * addresses of mail and web stay whole. Works on cleaned text, so quotes and dashes are plain.
 */
#include "text/inner.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

static bool is_letter(const char *text, uint32_t at, uint32_t end)
{
    const char c = text[at];
    if ((unsigned char)c < 0x80)
        return dtn_is_ascii_letter(c) || dtn_is_digit(c);
    int32_t i = (int32_t)at;
    UChar32 code;
    U8_NEXT((const uint8_t *)text, i, (int32_t)end, code);
    return code == 0xfffd || /* some letter of another encoding */
           (code >= 0 && (u_isalnum(code) || (U_GET_GC_MASK(code) & U_GC_M_MASK)));
}

static uint32_t next_char(const char *text, uint32_t at, uint32_t end)
{
    int32_t i = (int32_t)at;
    U8_FWD_1((const uint8_t *)text, i, (int32_t)end);
    return (uint32_t)i;
}

static bool is_word(const char *text, uint32_t begin, uint32_t end, const char *word)
{
    const size_t n = strlen(word);
    return end - begin == n && strncasecmp(text + begin, word, n) == 0;
}

static bool is_listed(const char *text, uint32_t begin, uint32_t end, const char *const *list)
{
    for (; *list; list++)
        if (is_word(text, begin, end, *list))
            return true;
    return false;
}

bool dtn_is_abbreviation(const char *text, uint32_t begin, uint32_t end)
{
    static const char *const known[] = {
        "Mr",   "Mrs",    "Ms",   "Dr",   "Gen",   "Lt",   "Col",    "Maj",  "Capt", "Sgt",
        "Cpl",  "Brig",   "Adm",  "Cmdr", "Supt",  "Insp", "St",     "vs",   "Jr",   "Sr",
        "Prof", "Sen",    "Sens", "Rep",  "Reps",  "Gov",  "Govt",   "Hon",  "Rev",  "Rs",
        "Ltd",  "Inc",    "Co",   "Corp", "Bros",  "etc",  "Jan",    "Feb",  "Mar",  "Apr",
        "Jun",  "Jul",    "Aug",  "Sep",  "Sept",  "Oct",  "Nov",    "Dec",  "Mon",  "Tue",
        "Tues", "Wed",    "Thu",  "Thur", "Thurs", "Fri",  "approx", "dept", "Dept", "Mt",
        "Ft",   "al",     "No",   "Nos",  "viz",   "cf",   "vol",    "Vol",  "est",  "Est",
        "Pvt",  "Messrs", "Amb",  "Pres", "Min",   "Sec",  "Attn",   NULL};
    for (const char *const *k = known; *k; k++)
        if (strlen(*k) == end - begin && memcmp(text + begin, *k, end - begin) == 0)
            return true;
    return false;
}

/* U.S., U.N., e.g., a.m., Ph.D.: letters with dots between them. Its end, or `at`. */
static uint32_t initials_end(const char *text, uint32_t at, uint32_t end)
{
    uint32_t i = at, n = 0;
    if (end - at >= 5 && (memcmp(text + at, "Ph.D.", 5) == 0))
        return at + 5;
    while (i + 1 < end && dtn_is_ascii_letter(text[i]) && text[i + 1] == '.') {
        i += 2;
        n++;
    }
    if (n < 2 || (i < end && is_letter(text, i, end)))
        return at;
    return i;
}

/* An address: "www.x.org/y", "https://...", "a@b.c". Its end, or `at`. */
static uint32_t address_end(const char *text, uint32_t at, uint32_t end)
{
    uint32_t stop = at;
    if (!is_letter(text, at, end))
        return at;
    while (stop < end && (unsigned char)text[stop] > ' ' && !strchr("<>\"", text[stop]))
        stop++;
    const char *p = text + at;
    const size_t n = stop - at;
    const bool is_web =
        (n > 7 && (strncasecmp(p, "http://", 7) == 0 || strncasecmp(p, "https:/", 7) == 0)) ||
        (n > 4 && strncasecmp(p, "www.", 4) == 0);
    const char *sign = n > 4 ? memchr(p + 1, '@', n - 1) : NULL;
    const bool is_mail = sign && memchr(sign, '.', (size_t)(p + n - sign)) && sign + 1 < p + n;
    if (!is_web && !is_mail)
        return at;
    while (stop > at + 1 && strchr(".,;:!?)'\"]", text[stop - 1]))
        stop--;
    return stop;
}

/* 200,000  3.5  10:30  9/11  10/12/2025 and an "s" behind ("1990s") or "st", "nd", "rd", "th". */
static uint32_t number_end(const char *text, uint32_t at, uint32_t end)
{
    uint32_t i = at;
    while (i < end && (dtn_is_digit(text[i]) ||
                       (strchr(",.:/", text[i]) && i + 1 < end && dtn_is_digit(text[i + 1]))))
        i++;
    uint32_t tail = i;
    while (tail < end && dtn_is_ascii_letter(text[tail]))
        tail++;
    static const char *const kept[] = {"s", "st", "nd", "rd", "th", NULL};
    if (is_listed(text, i, tail, kept))
        return tail;
    static const char *const apart[] = {"am", "pm", "km", "kg",  "mm",  "cm",  "m",
                                        "k",  "bn", "mn", "mph", "kmh", "km2", NULL};
    return tail == i || is_listed(text, i, tail, apart) ? i : at; /* "4x4", "F16": a word */
}

/* Where the clitic of the word [at, end) begins, `end` if it has none. */
static uint32_t clitic_begin(const char *text, uint32_t at, uint32_t end)
{
    static const char *const tails[] = {"'s", "'re", "'ve", "'ll", "'d", "'m", NULL};
    if (end - at > 3 && strncasecmp(text + end - 3, "n't", 3) == 0)
        return end - 3;
    for (uint32_t i = end; i > at + 1 && end - i < 3; i--)
        if (text[i - 1] == '\'' && is_listed(text, i - 1, end, tails))
            return i - 1;
    static const char *const joined[] = {"cannot", "gonna", "gotta", "wanna", NULL};
    if (is_listed(text, at, end, joined))
        return at + 3;
    return end;
}

/* Is what stands before a hyphen a prefix that stays with its word? */
static bool is_prefix(const char *text, uint32_t begin, uint32_t end)
{
    static const char *const known[] = {"anti", "co",  "e",     "ex",    "mid", "mini", "multi",
                                        "non",  "pan", "post",  "pre",   "pro", "re",   "semi",
                                        "neo",  "un",  "quasi", "cross", "de",  NULL};
    return is_listed(text, begin, end, known);
}

/* A run of letters with apostrophes inside, and "&" between capitals ("R&D"). */
static uint32_t word_end(const char *text, uint32_t at, uint32_t end)
{
    uint32_t i = at;
    while (i < end) {
        if (is_letter(text, i, end)) {
            i = next_char(text, i, end);
            continue;
        }
        const bool has_next = i > at && i + 1 < end && is_letter(text, i + 1, end);
        const bool joins = text[i] == '\'' || (text[i] == '-' && is_prefix(text, at, i)) ||
                           (text[i] == '&' && dtn_is_upper(text[i - (i > at)]) && has_next &&
                            dtn_is_upper(text[i + 1]));
        if (!has_next || !joins)
            break;
        i++;
    }
    return i;
}

/* A run of one mark: "...", "--", "''", "``", "!!!", "????". */
static uint32_t mark_end(const char *text, uint32_t at, uint32_t end)
{
    const char c = text[at];
    if ((unsigned char)c >= 0x80)
        return next_char(text, at, end);
    uint32_t i = at + 1;
    if (!strchr(".-'`!?*=_", c))
        return i;
    while (i < end && text[i] == c)
        i++;
    if (c == '\'' || c == '`')
        return i - at >= 2 ? at + 2 : at + 1;
    return i;
}

static uint32_t end_of(const char *text, uint32_t begin, uint32_t at, uint32_t end)
{
    uint32_t i = address_end(text, at, end);
    if (i > at)
        return i;
    i = initials_end(text, at, end);
    if (i > at)
        return i;
    if (dtn_is_digit(text[at])) {
        i = number_end(text, at, end);
        if (i > at)
            return i;
    }
    if (text[at] == '\'') { /* a clitic that the word before left over, or '90s */
        i = word_end(text, at + 1, end);
        static const char *const tails[] = {"s", "re", "ve", "ll", "d", "m", NULL};
        const bool is_decade = i - at == 4 && dtn_is_digit(text[at + 1]) && text[i - 1] == 's';
        if (i > at + 1 && (is_decade || (at > begin && is_listed(text, at + 1, i, tails))))
            return i;
    }
    if (!is_letter(text, at, end))
        return mark_end(text, at, end);
    i = word_end(text, at, end);
    const uint32_t clitic = clitic_begin(text, at, i);
    if (clitic > at && clitic < i)
        return clitic;
    const bool is_initial = i - at == 1 && dtn_is_upper(text[at]) && i + 1 < end &&
                            text[i + 1] == ' ' && text[at] != 'I';
    if (i < end && text[i] == '.' && (dtn_is_abbreviation(text, at, i) || is_initial) &&
        (i + 1 < end || dtn_is_abbreviation(text, at, i)))
        i++;
    return i;
}

#define WINDOW \
    512 /* bytes looked at for one token: no run of marks or letters costs more than linear time */

uint32_t dtn_token_end(const char *text, uint32_t begin, uint32_t at, uint32_t end)
{
    if (end - at > WINDOW) {
        end = at + WINDOW;
        while (((unsigned char)text[end] & 0xc0) == 0x80)
            end--;
    }
    uint32_t stop = end_of(text, begin, at, end);
    if (stop - at <= DTN_TEXT_MAX_FORM)
        return stop;
    stop = at + DTN_TEXT_MAX_FORM;
    while (stop > at + 1 && ((unsigned char)text[stop] & 0xc0) == 0x80)
        stop--;
    return stop;
}
