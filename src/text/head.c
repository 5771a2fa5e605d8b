/* The date that a line of a document's head gives: "Published on 3 May 2024", "Jalalabad, 20 October 2025", "Field note by
 * an aid agency, 15 December 2025", "2026-01-14 10:30", "(3 May 2024)", "Posted 2 March 2026 | 4 min read".
 *
 * A line of a head is no sentence: no full stop ends it, and its date is set off from the rest. What stands before the
 * date is a word of publishing, a place or an author in capitals, or names the kind of text; behind it stand a time, a mark or
 * nothing. "Two years after the attack of 7 October 2023" and "The Nairobi agreement, 29 February 2020" date what they name.
 */
#include "text/inner.h"

#include <string.h>

#define MAX_LINE 140
#define MAX_BEHIND 60 /* bytes behind a date: a place, a time to read, a section */

typedef struct word {
    const char *text;
    size_t n;
} word;

static bool is_one_of(word w, const char *const *list)
{
    for (; *list; list++)
        if (strlen(*list) == w.n && strncasecmp(*list, w.text, w.n) == 0)
            return true;
    return false;
}

/* The next run of letters in [*at, n). */
static bool next_word(const char *text, size_t n, size_t *at, word *out)
{
    size_t i = *at;
    while (i < n && !dtn_is_ascii_letter(text[i]) && (unsigned char)text[i] < 0x80)
        i++;
    const size_t first = i;
    while (i < n &&
           (dtn_is_ascii_letter(text[i]) || (unsigned char)text[i] >= 0x80 || text[i] == '\''))
        i++;
    *out = (word){text + first, i - first};
    *at = i;
    return i > first;
}

static bool begins(const char *text, size_t n, const char *with)
{
    return n >= strlen(with) && strncasecmp(text, with, strlen(with)) == 0;
}

static size_t blanks(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && text[i] == ' ')
        i++;
    return i;
}

/* " 10:30", "T10:30:00Z", ", 10.30 am IST", " at 10:30 GMT": its length. */
static size_t time_of_day(const char *text, size_t n)
{
    size_t i = 0, n_digit = 0;
    while (i < n && strchr(" ,", text[i]))
        i++;
    if (begins(text + i, n - i, "at "))
        i += 3;
    else if (i == 0 && n && text[0] == 'T')
        i++;
    while (i + n_digit < n && n_digit < 3 && dtn_is_digit(text[i + n_digit]))
        n_digit++;
    i += n_digit;
    if (n_digit < 1 || n_digit > 2)
        return 0;
    const bool has_minutes = i + 2 < n && strchr(":.", text[i]) && dtn_is_digit(text[i + 1]) &&
                             dtn_is_digit(text[i + 2]);
    while (has_minutes && i < n && (dtn_is_digit(text[i]) || strchr(":.", text[i])))
        i++;
    size_t k = i + blanks(text + i, n - i), n_letter = 0;
    const bool is_half = begins(text + k, n - k, "am") || begins(text + k, n - k, "pm") ||
                         begins(text + k, n - k, "a.m.") || begins(text + k, n - k, "p.m.");
    if (is_half) {
        k += text[k + 1] == '.' ? 4 : 2;
        i = k;
        k += blanks(text + k, n - k);
    }
    if (!has_minutes && !is_half)
        return 0;
    while (k + n_letter < n && n_letter < 5 && dtn_is_upper(text[k + n_letter])) /* a zone */
        n_letter++;
    i = n_letter ? k + n_letter : i;
    if (i < n && strchr("+-", text[i]) && i + 1 < n && dtn_is_digit(text[i + 1]))
        for (i++; i < n && (dtn_is_digit(text[i]) || text[i] == ':');)
            i++;
    return i;
}

/* Words that begin with capitals, but for small ones between: a place, a paper, a name. */
static bool is_name(const char *text, size_t n)
{
    static const char *const small[] = {"of", "and", "the", "de", "al",
                                        "in", "for", "a",   "an", NULL};
    static const char *const deeds[] = {
        "operation", "battle",    "attack",   "attacks", "war",         "massacre",   "treaty",
        "deal",      "agreement", "accord",   "accords", "siege",       "strike",     "bombing",
        "ceasefire", "truce",     "incident", "raid",    "declaration", "resolution", "protocol",
        "crisis",    "coup",      "election", "act",     "protest",     "clashes",    "on",
        "since",     "until",     "after",    "before",  "from",        "to",         NULL};
    size_t at = 0, n_word = 0;
    word w;
    while (next_word(text, n, &at, &w)) {
        const bool is_capital = dtn_is_upper(w.text[0]) || (unsigned char)w.text[0] >= 0x80;
        if (is_one_of(w, deeds) || (!is_capital && (n_word == 0 || !is_one_of(w, small))))
            return false;
        n_word++;
    }
    return n_word > 0 && n_word <= 7;
}

/* "Field note by an aid organisation", "Text of remarks by a member", "An interview with": a kind of text among the first words. */
static bool is_kind(const char *text, size_t n)
{
    static const char *const kinds[] = {
        "note",       "report",     "interview",   "remarks",    "speech",
        "statement",  "brief",      "briefing",    "memo",       "memorandum",
        "analysis",   "comment",    "commentary",  "opinion",    "editorial",
        "column",     "columnist",  "essay",       "paper",      "bulletin",
        "update",     "press",      "release",     "communique", "letter",
        "transcript", "address",    "testimony",   "lecture",    "review",
        "dispatch",   "newsletter", "blog",        "post",       "edition",
        "issue",      "sermon",     "translation", "translated", "correspondent",
        "staff",      "writer",     "reporter",    "desk",       "summary",
        "assessment", "factsheet",  "alert",       "advisory",   "text",
        "message",    "by",         NULL};
    size_t at = 0;
    word w;
    for (int k = 0; k < 5 && next_word(text, n, &at, &w); k++)
        if (is_one_of(w, kinds))
            return true;
    return false;
}

/* "Published on", "Last updated:", "Date of issue": nothing else before the date. */
static bool is_publishing(const char *text, size_t n, bool *is_update)
{
    static const char *const words[] = {"published", "posted",  "issued", "released", "dated",
                                        "date",      "created", "filed",  "printed",  NULL};
    static const char *const updates[] = {"updated", "modified", "revised", "update", NULL};
    static const char *const between[] = {"on",      "at",     "first", "last",        "of",
                                          "the",     "and",    "date",  "publication", "issue",
                                          "release", "online", "print", NULL};
    size_t at = 0;
    bool is_it = false;
    word w;
    while (next_word(text, n, &at, &w)) {
        const bool is_changed = is_one_of(w, updates);
        *is_update |= is_changed;
        if (is_changed || is_one_of(w, words))
            is_it = true;
        else if (!is_one_of(w, between))
            return false;
    }
    return is_it;
}

/* "Speech delivered ... on": when it was given is the text's own day. */
static bool is_given_on(const char *text, size_t n)
{
    static const char *const given[] = {"delivered", "given",     "held",  "recorded",  "published",
                                        "issued",    "posted",    "made",  "broadcast", "released",
                                        "conducted", "submitted", "aired", NULL};
    size_t at = 0;
    bool is_given = false;
    word w, last = {"", 0};
    while (next_word(text, n, &at, &w)) {
        is_given |= is_one_of(w, given);
        last = w;
    }
    static const char *const on[] = {"on", NULL};
    return is_given && is_one_of(last, on) && is_kind(text, n);
}

static const char *const marks[] = {"|", "\xc2\xb7", "--", "-", "(", ",", ":", "/"};
#define N_MARK (sizeof marks / sizeof *marks)

/* Ends the text, blanks aside, with a mark? Its number; N_MARK: none. *n: what stands before it. */
static size_t mark_at_end(const char *text, size_t *n)
{
    while (*n && text[*n - 1] == ' ')
        --*n;
    for (size_t k = 0; k < N_MARK; k++) {
        const size_t length = strlen(marks[k]);
        if (*n >= length && memcmp(text + *n - length, marks[k], length) == 0) {
            *n -= length;
            return k;
        }
    }
    return N_MARK;
}

/* Behind a date: nothing, a time, a bracket's end, and what a mark sets off. `is_first`: the date begins the line. */
static bool is_behind(const char *text, size_t n, bool is_first)
{
    size_t i = time_of_day(text, n);
    while (i < n && strchr(" )]", text[i]))
        i++;
    if (i == n)
        return true;
    if (n - i > MAX_BEHIND || memchr(text + i, '.', n - i))
        return false;
    if (text[i] == ',' || text[i] == ';')
        return begins(text + i + 1, n - i - 1, " updated") ||
               begins(text + i + 1, n - i - 1, " last updated") ||
               (is_first && text[i] == ',' && is_name(text + i, n - i));
    for (size_t k = 0; k < 5; k++) {
        if (!begins(text + i, n - i, marks[k]))
            continue;
        const size_t rest = i + strlen(marks[k]), at = rest + blanks(text + rest, n - rest);
        const bool is_length = at < n && dtn_is_digit(text[at]); /* "4 min read" */
        return k < 2 || is_name(text + i, n - i) || (is_length && !is_first);
    }
    return false;
}

/* Does what stands before a date set it off as that of the text? */
static bool is_before(const char *text, size_t n, bool is_title, bool *is_update)
{
    size_t n_rest = n;
    const size_t mark = mark_at_end(text, &n_rest);
    if (n_rest == 0 || is_publishing(text, n, is_update))
        return true;
    if (is_given_on(text, n))
        return true;
    if (begins(text, n, "by ") && n_rest > 3 && !is_title)
        return true;
    if (mark == N_MARK ||
        !(dtn_is_upper(text[0]) || text[0] == '(' || (unsigned char)text[0] >= 0x80))
        return false;
    if (mark < 2)
        return true; /* "The Paper | " */
    if (mark == 6 && !is_kind(text, n_rest))
        return false;
    return is_name(text, n_rest) || (!is_title && is_kind(text, n_rest));
}

bool dtn_head_date(const char *text, size_t n, bool is_title, char iso[11], bool *is_update)
{
    *is_update = false;
    if (n > MAX_LINE || n == 0 || (text[0] >= 'a' && text[0] <= 'z') ||
        strchr(".!?;:", text[n - 1]))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && (dtn_is_digit(text[i - 1]) || dtn_is_ascii_letter(text[i - 1])))
            continue;
        const size_t k = dtn_date_match(text + i, n - i, iso);
        if (!k)
            continue;
        *is_update = false;
        return is_behind(text + i + k, n - i - k, i == 0) &&
               is_before(text, i, is_title, is_update);
    }
    return false;
}
