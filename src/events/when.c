/* Dates in text, resolved against the document's day, as far as they go.
 *
 * "On 11 October" takes the year in which it lies at or shortly after the document's day, and before it where
 * a verb in the past tells of it; "in October 2025", "last week" and "overnight" are intervals, "since October"
 * is up to the document's day. "By 5 November" begins on the document's day where that is still to come, and has no
 * beginning ("../2025-11-05") where it is not. Without a document's day, what needs one stays open: its words are
 * known, its date is not.
 */
#include "events/inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/dates.h"

#define AHEAD 45 /* days that a date without a year may lie after the document */
#define SLACK 2  /* of what is told in the past: clocks differ, and documents are dated by others */

static const char *const months[] = {"january",   "february", "march",    "april",
                                     "may",       "june",     "july",     "august",
                                     "september", "october",  "november", "december"};
static const char *const weekdays[] = {"thursday", "friday",  "saturday", "sunday",
                                       "monday",   "tuesday", "wednesday"}; /* day 0: Thursday */

typedef struct scan {
    const dtn_word *words;
    uint32_t last;
    int64_t today; /* the document's; DTN_NO_DAY */
    int64_t ahead; /* days that a date without a year may lie after it */
    bool is_to_come;
    int64_t
        told; /* the last day that the text told of: what "the next day" is counted from; DTN_NO_DAY */
    int year; /* that the clause is of, by what stands before it; 0: none */
} scan;

typedef struct span {
    bool is_open;      /* words, no date */
    bool has_no_begin; /* "by 5 November", which is over */
    int64_t from, to;
    uint32_t n; /* words */
} span;

/* Same letters, the word in any case; three letters and a full stop are enough for a month. */
static bool same(const char *form, const char *name)
{
    size_t i = 0;
    for (; form[i] && form[i] != '.'; i++)
        if ((form[i] | 0x20) != name[i])
            return false;
    return name[i] == '\0' || (i >= 3 && i <= 4 && strlen(name) > 4);
}

static int month_of(const dtn_word *w)
{
    const char *form = w->form + (strncasecmp(w->form, "mid-", 4) == 0 ? 4 : 0);
    if (form[0] < 'A' || form[0] > 'Z')
        return 0; /* "may" and "march" */
    for (int m = 0; m < 12; m++)
        if (same(form, months[m]))
            return m + 1;
    return 0;
}

static int weekday_of(const dtn_word *w)
{
    for (int d = 0; d < 7; d++)
        if (w->form[0] >= 'A' && w->form[0] <= 'Z' && same(w->form, weekdays[d]))
            return d;
    return -1;
}

/* A whole number of at most four digits, "11th" too; -1. */
static int whole(const dtn_word *w)
{
    int value = 0, n = 0;
    for (const char *p = w->form; *p; p++, n++) {
        if (*p < '0' || *p > '9') {
            if (n == 0 || !(strcmp(p, "st") == 0 || strcmp(p, "nd") == 0 || strcmp(p, "rd") == 0 ||
                            strcmp(p, "th") == 0))
                return -1;
            break;
        }
        if (n == 4)
            return -1;
        value = value * 10 + (*p - '0');
    }
    return n ? value : -1;
}

static int day_of(const dtn_word *w)
{
    const int value = whole(w);
    return value >= 1 && value <= 31 ? value : 0;
}
static int year_of(const dtn_word *w)
{
    const int value = whole(w);
    return value >= 1900 && value <= 2099 && strlen(w->form) == 4 ? value : 0;
}

static bool civil_day(int year, int month, int day, int64_t *out)
{
    char text[48];
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return dtn_days_of(text, out);
}
static int year_on(int64_t day)
{
    char text[11];
    dtn_days_to_date(day, text);
    return atoi(text);
}
static int month_on(int64_t day)
{
    char text[11];
    dtn_days_to_date(day, text);
    return atoi(text + 5);
}

/* The year of a month and day that has none. */
static int nearest_year(const scan *s, int month, int day)
{
    int64_t at = 0;
    if (s->year)
        return s->year;
    if (s->today == DTN_NO_DAY)
        return 0;
    const int year = year_on(s->today);
    if (!civil_day(year, month, day, &at))
        return year;
    if (s->is_to_come)
        return at + 30 < s->today ? year + 1 : year; /* not over, if it is a month */
    return at > s->today + s->ahead ? year - 1 : year;
}

static bool has(const scan *s, uint32_t i, uint32_t more) { return i + more <= s->last; }

/* Days first .. last of a month (last 0: one day), in a year or in the nearest one. */
static span days_of_month(const scan *s, int first, int last, int month, int year, uint32_t n)
{
    span out = {.n = n};
    if (!year)
        year = nearest_year(s, month, first);
    out.is_open = !year || !civil_day(year, month, first, &out.from) ||
                  !civil_day(year, month, last ? last : first, &out.to) || out.to < out.from;
    return out;
}

static span whole_month(int year, int month, uint32_t n)
{
    span out = {.n = n};
    out.is_open = !year || !civil_day(year, month, 1, &out.from);
    if (!out.is_open)
        out.to = out.from + dtn_days_in_month(out.from) - 1;
    return out;
}

static int year_after(const scan *s, uint32_t i, uint32_t *n)
{
    uint32_t k = i;
    if (has(s, k, 1) && strcmp(s->words[k + 1].form, ",") == 0)
        k++;
    const int year = has(s, k, 1) ? year_of(&s->words[k + 1]) : 0;
    if (year)
        *n += k + 1 - i;
    return year;
}

/* "11 October [2025]", "11 and 12 October", "11-12 October" as three words */
static bool day_first(const scan *s, uint32_t i, span *out)
{
    const dtn_word *w = s->words;
    int first = day_of(&w[i]), last = 0;
    uint32_t k = i;
    if (!first)
        return false;
    if (has(s, k, 2) && dtn_one_of(w[k + 1].lemma, "-|–|to|and|or") && day_of(&w[k + 2])) {
        last = day_of(&w[k + 2]);
        k += 2;
    }
    k += has(s, k, 2) && strcmp(w[k + 1].lemma, "of") == 0;
    const int month = has(s, k, 1) ? month_of(&w[k + 1]) : 0;
    if (!month)
        return false;
    uint32_t n = k + 2 - i;
    const int year = year_after(s, k + 1, &n);
    *out = days_of_month(s, first, last, month, year, n);
    return true;
}

/* "early October": ten days of it; the bounds are those of official usage. */
static void narrow(const scan *s, uint32_t i, span *month)
{
    if (!month->is_open && strncasecmp(s->words[i].form, "mid-", 4) == 0)
        month->to = month->from + 19, month->from += 10;
    if (month->is_open || i == 0)
        return;
    const char *before = s->words[i - 1].lemma;
    if (strcmp(before, "-") == 0 && i > 1)
        before = s->words[i - 2].lemma;
    if (strcmp(before, "early") == 0)
        month->to = month->from + 9;
    else if (dtn_one_of(before, "mid|middle"))
        month->to = month->from + 19, month->from += 10;
    else if (strcmp(before, "late") == 0)
        month->from += 20;
}

/* "January [2024] to March [2024]": both, where a second month follows at once. */
static bool months_from(const scan *s, uint32_t i, int month, int year, uint32_t *n, span *out)
{
    const uint32_t k = i + *n;
    if (!has(s, i, *n + 1) || !dtn_one_of(s->words[k].lemma, "-|–|to|and|until|through"))
        return false;
    const int last = month_of(&s->words[k + 1]);
    if (!last || (has(s, k + 1, 1) && day_of(&s->words[k + 2])))
        return false;
    *n += 2;
    int until = year_after(s, k + 1, n);
    if (!until)
        until = year ? year + (last < month) : nearest_year(s, last, 1);
    const span first = whole_month(year ? year : until - (last < month), month, *n),
               second = whole_month(until, last, *n);
    *out = first;
    out->is_open = first.is_open || second.is_open || second.to < first.from;
    out->to = second.to;
    return true;
}

/* "October 11[, 2025]", "October 2025", "in October" */
static bool month_first(const scan *s, uint32_t i, span *out)
{
    const dtn_word *w = s->words;
    const int month = month_of(&w[i]);
    if (!month)
        return false;
    const int day = has(s, i, 1) ? day_of(&w[i + 1]) : 0;
    uint32_t n = 1;
    if (day) {
        int last = 0;
        n = 2;
        if (has(s, i, 3) && dtn_one_of(w[i + 2].lemma, "-|–|to|and|or") &&
            day_of(&w[i + 3]) > day) {
            last = day_of(&w[i + 3]);
            n = 4;
        }
        const int year = year_after(s, i + n - 1, &n);
        *out = days_of_month(s, day, last, month, year, n);
        return true;
    }
    int year = year_after(s, i, &n);
    const bool is_range = months_from(s, i, month, year, &n, out);
    if (is_range)
        return true;
    if (!year && i > 0 && s->today != DTN_NO_DAY)
        year = nearest_year(s, month, 1);
    *out = whole_month(year, month, n);
    narrow(s, i, out);
    return year || strncasecmp(w[i].form, "mid-", 4) == 0 ||
           (i > 0 &&
            dtn_one_of(w[i - 1].lemma,
                       "in|since|last|this|of|during|by|until|till|before|after|early|late|mid"));
}

/* "the summer of 2014", north of the equator; winter is that which begins in the year. */
static bool season(const scan *s, uint32_t i, span *out)
{
    static const char *const seasons[] = {"spring", "summer", "autumn", "winter"};
    const dtn_word *w = s->words;
    const uint32_t skip = has(s, i, 2) && strcmp(w[i + 1].lemma, "of") == 0;
    const int year = has(s, i, 1 + skip) ? year_of(&w[i + 1 + skip]) : 0;
    for (int k = 0; k < 4 && year; k++)
        if (strcmp(w[i].lemma, seasons[k]) == 0) {
            const int month = 3 + 3 * k;
            *out = whole_month(year, month, 2 + skip);
            if (!out->is_open)
                out->is_open = !civil_day(year + (k == 3), k == 3 ? 3 : month + 3, 1, &out->to);
            out->to -= 1;
            return true;
        }
    return false;
}

static bool year_alone(const scan *s, uint32_t i, span *out)
{
    const int year = year_of(&s->words[i]);
    if (!year || i == 0 ||
        !dtn_one_of(s->words[i - 1].lemma, "in|since|of|during|by|late|early|mid"))
        return false;
    out->n = 1;
    if (!civil_day(year, 1, 1, &out->from) || !civil_day(year, 12, 31, &out->to))
        return false;
    const char *before = s->words[i - 1].lemma;
    if (strcmp(before, "early") == 0) /* four months each */
        (void)civil_day(year, 4, 30, &out->to);
    else if (strcmp(before, "mid") == 0)
        (void)(civil_day(year, 5, 1, &out->from) && civil_day(year, 8, 31, &out->to));
    else if (strcmp(before, "late") == 0)
        (void)civil_day(year, 9, 1, &out->from);
    const int until = has(s, i, 2) && dtn_one_of(s->words[i + 1].lemma, "-|–|to|and|until")
                          ? year_of(&s->words[i + 2])
                          : 0;
    if (until > year && civil_day(until, 12, 31, &out->to))
        out->n = 3;
    return true;
}

/* "the second half of 2024", "the first week of May", "the end of March", "the third quarter of 2024" */
static bool part_of(const scan *s, uint32_t i, span *out)
{
    static const char *const nth[] = {"first", "second", "third", "fourth"};
    const dtn_word *w = s->words;
    uint32_t k = i;
    int which = -1, parts = 3;
    for (int c = 0; c < 4; c++)
        if (strcmp(w[i].lemma, nth[c]) == 0)
            which = c;
    const bool is_last = dtn_one_of(w[i].lemma, "last|final");
    if ((which >= 0 || is_last) && has(s, i, 1) &&
        dtn_one_of(w[i + 1].lemma, "half|third|quarter|week|day")) {
        k++;
        parts = strcmp(w[k].lemma, "half") == 0      ? 2
                : strcmp(w[k].lemma, "third") == 0   ? 3
                : strcmp(w[k].lemma, "quarter") == 0 ? 4
                                                     : 0; /* a week, days: seven */
    } else if (dtn_one_of(w[i].lemma, "beginning|start|middle|end")) {
        which = strcmp(w[i].lemma, "middle") == 0 ? 1 : strcmp(w[i].lemma, "end") == 0 ? 2 : 0;
    } else {
        return false;
    }
    if (!has(s, k, 2) || strcmp(w[k + 1].lemma, "of") != 0)
        return false;
    span whole_one = {0};
    if (!month_first(s, k + 2, &whole_one) && !year_alone(s, k + 2, &whole_one))
        return false;
    *out = whole_one;
    out->n += k + 2 - i;
    const int64_t days = out->to - out->from + 1,
                  each = parts ? days / parts
                         : strcmp(w[k].lemma, "day") == 0 && strcmp(w[k].xtag, "NN") == 0 ? 1
                                                                                          : 7;
    if (out->is_open || days <= 7)
        return true;
    if (days > 31 && parts) { /* of a year: by whole months */
        const int year = year_on(out->from), n_month = 12 / parts;
        const int first = (is_last ? parts - 1 : which < parts ? which : parts - 1) * n_month + 1;
        span last = whole_month(year, first + n_month - 1, out->n);
        out->is_open = last.is_open || !civil_day(year, first, 1, &out->from);
        out->to = last.to;
        return true;
    }
    if (is_last || which == parts - 1) {
        out->from = out->to - each + 1;
    } else {
        out->from += which * each;
        out->to = out->from + each - 1;
    }
    return true;
}

/* "2025-10-12", as it is cut into words */
static bool iso_date(const scan *s, uint32_t i, span *out)
{
    const dtn_word *w = s->words;
    if (strlen(w[i].form) == 10 && dtn_days_of(w[i].form, &out->from)) {
        out->to = out->from;
        out->n = 1;
        return true;
    }
    const int year = year_of(&w[i]);
    if (!year || !has(s, i, 4) || strcmp(w[i + 1].form, "-") != 0 ||
        strcmp(w[i + 3].form, "-") != 0 ||
        !civil_day(year, whole(&w[i + 2]), day_of(&w[i + 4]), &out->from))
        return false;
    out->to = out->from;
    out->n = 5;
    return true;
}

/* "last winter": the last that is over; "over the weekend", "last night", "in recent days", "in the past
 * three weeks" */
static bool lately(const scan *s, uint32_t i, span *out)
{
    static const char *const seasons[] = {"spring", "summer", "autumn", "winter"};
    const dtn_word *w = s->words;
    const bool is_last = dtn_one_of(w[i].lemma, "last|past|previous");
    *out = (span){.is_open = s->today == DTN_NO_DAY, .n = 2};
    if (dtn_one_of(w[i].lemma, "weekend")) {
        out->n = 1;
        if (!out->is_open) { /* Saturday was day 2 of 1970 */
            out->from = s->today - ((s->today - 2) % 7 + 7) % 7;
            out->to = out->from + (out->from < s->today);
        }
        return true;
    }
    if (!has(s, i, 1))
        return false;
    if (is_last && strcmp(w[i + 1].lemma, "night") == 0) {
        out->from = out->is_open ? 0 : s->today - 1;
        out->to = out->is_open ? 0 : s->today;
        return true;
    }
    for (int k = 0; k < 4 && is_last; k++)
        if (strcmp(w[i + 1].lemma, seasons[k]) == 0) {
            for (int back = 0; back < 3 && !out->is_open; back++) {
                const int year = year_on(s->today) - back;
                if (civil_day(year, 3 + 3 * k, 1, &out->from) &&
                    civil_day(year + (k == 3), k == 3 ? 3 : 6 + 3 * k, 1, &out->to) &&
                    --out->to < s->today)
                    break;
            }
            return true;
        }
    const bool is_recent = dtn_one_of(w[i].lemma, "recent|past|last");
    uint32_t k = i + 1;
    static const char *const small[] = {"two", "three", "four", "five", "six", "seven"};
    int count = dtn_one_of(w[k].lemma, "few|several") ? 4 : whole(&w[k]);
    for (int c = 0; c < 6 && count < 0; c++)
        if (strcmp(w[k].lemma, small[c]) == 0)
            count = c + 2;
    k += count > 0;
    if (!is_recent || !has(s, i, k - i) || strcmp(w[k].xtag, "NNS") != 0 ||
        !dtn_one_of(w[k].lemma, "day|week") || count > 99)
        return false;
    out->n = k + 1 - i;
    if (!out->is_open) {
        out->to = s->today;
        out->from = s->today - (count > 0 ? count : 4) * (strcmp(w[k].lemma, "day") == 0 ? 1 : 7);
    }
    return true;
}

/* "Thursday, 6 November 2025", "Friday night (November 7)": the date behind a weekday is the date. */
static bool dated_weekday(const scan *s, uint32_t i, span *out)
{
    uint32_t k = i + 1;
    if (has(s, i, 1) && dtn_one_of(s->words[k].lemma, "morning|afternoon|evening|night"))
        k++;
    if (k <= s->last && dtn_one_of(s->words[k].form, ",|(|the"))
        k++;
    const bool is_date =
        k <= s->last && (iso_date(s, k, out) || day_first(s, k, out) ||
                         (has(s, k, 1) && day_of(&s->words[k + 1]) && month_first(s, k, out)));
    out->n += k - i;
    return is_date;
}

static bool on_weekday(const scan *s, uint32_t i, span *out)
{
    const int weekday = weekday_of(&s->words[i]);
    if (weekday < 0)
        return false;
    if (dated_weekday(s, i, out))
        return true;
    *out = (span){.n = 1, .is_open = s->today == DTN_NO_DAY};
    if (!out->is_open) {
        const char *before = i > 0 ? s->words[i - 1].lemma : "";
        const int64_t back = ((s->today - weekday) % 7 + 7) % 7;
        const bool is_next = dtn_one_of(before, "next|coming");
        /* "Monday [of] last week", "last week on Monday": in the calendar week before */
        uint32_t k = i + 1 + (has(s, i, 1) && dtn_one_of(s->words[i + 1].lemma, "of|in"));
        const bool is_behind = has(s, i, k + 1 - i) &&
                               dtn_one_of(s->words[k].lemma, "last|previous") &&
                               strcmp(s->words[k + 1].lemma, "week") == 0;
        if (is_behind) {
            out->from = s->today - (((s->today - 4) % 7 + 7) % 7) - 7 + ((weekday - 4) % 7 + 7) % 7;
            out->to = out->from;
            out->n = k + 2 - i;
            return true;
        }
        /* "the Monday before", "the Monday before last" */
        const bool is_last = has(s, i, 2) && strcmp(s->words[i + 1].lemma, "before") == 0 &&
                             strcmp(s->words[i + 2].lemma, "last") == 0;
        const bool is_before =
            strcmp(before, "the") == 0 && has(s, i, 1) &&
            strcmp(s->words[i + 1].lemma, "before") == 0 &&
            (is_last || i + 2 > s->last || dtn_one_of(s->words[i + 2].form, ".|,|;|)"));
        out->from = s->today - back;
        if (is_before) {
            out->from -= back == 0 && !is_last ? 14 : 7;
            out->to = out->from;
            out->n = is_last ? 3 : 2;
            return true;
        }
        if (is_next || (s->is_to_come && back > 0))
            out->from += 7;
        else if (back == 0 && strcmp(before, "last") == 0)
            out->from -= 7;
        out->to = out->from;
    }
    return true;
}

static bool one_word(const scan *s, uint32_t i, span *out)
{
    static const struct {
        const char *word;
        int from, to;
    } known[] = {{"today", 0, 0},
                 {"tonight", 0, 0},
                 {"yesterday", -1, -1},
                 {"overnight", -1, 0},
                 {"tomorrow", 1, 1}};
    const dtn_word *w = &s->words[i];
    const bool is_before = strcmp(w->lemma, "day") == 0 && has(s, i, 2) &&
                           strcmp(w[1].lemma, "before") == 0 &&
                           strcmp(w[2].lemma, "yesterday") == 0;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (is_before || strcmp(w->lemma, known[k].word) == 0) {
            *out = (span){.is_open = s->today == DTN_NO_DAY, .n = is_before ? 3 : 1};
            if (!out->is_open) {
                out->from = s->today + (is_before ? -2 : known[k].from);
                out->to = s->today + (is_before ? -2 : known[k].to);
            }
            return true;
        }
    return false;
}

/* The calendar unit `back` of them before today's. */
static span unit_before(const scan *s, const char *unit, int back, uint32_t n)
{
    span out = {.is_open = s->today == DTN_NO_DAY, .n = n};
    if (out.is_open)
        return out;
    const int year = year_on(s->today), month = month_on(s->today);
    if (strcmp(unit, "day") == 0) {
        out.from = out.to = s->today - back;
    } else if (strcmp(unit, "week") == 0) { /* Monday to Sunday; day 4 of 1970 was a Monday */
        out.from = s->today - (((s->today - 4) % 7 + 7) % 7) - 7 * (int64_t)back;
        out.to = out.from + 6;
    } else if (strcmp(unit, "month") == 0) {
        const int at = year * 12 + month - 1 - back;
        out = whole_month(at / 12, at % 12 + 1, n);
    } else {
        out.is_open =
            !civil_day(year - back, 1, 1, &out.from) || !civil_day(year - back, 12, 31, &out.to);
    }
    if (!out.is_open && back >= 0 && out.to > s->today && back == 0)
        out.to = s->today; /* "this month", so far */
    return out;
}

/* "Five", "a", "tenth", "10th": how many; 0: none. */
static int how_many(const dtn_word *w)
{
    static const char *const counts[] = {"a|an|one|first",
                                         "two|second",
                                         "three|third",
                                         "four|fourth",
                                         "five|fifth",
                                         "six|sixth",
                                         "seven|seventh",
                                         "eight|eighth",
                                         "nine|ninth",
                                         "ten|tenth",
                                         "eleven|eleventh",
                                         "twelve|twelfth",
                                         "thirteen|thirteenth",
                                         "fourteen|fourteenth",
                                         "fifteen|fifteenth",
                                         "sixteen|sixteenth",
                                         "seventeen|seventeenth",
                                         "eighteen|eighteenth",
                                         "nineteen|nineteenth",
                                         "twenty|twentieth"};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        if (dtn_one_of(w->lemma, counts[k]))
            return (int)k + 1;
    const int value = whole(w);
    return value > 0 && value < 200 ? value : 0;
}

/* "last week", "this month", "two weeks ago" */
static bool relative(const scan *s, uint32_t i, span *out)
{
    static const char units[] = "day|week|month|year";
    static const char *const small[] = {"a", "two", "three", "four", "five", "six", "seven"};
    const dtn_word *w = s->words;
    if (has(s, i, 1) && dtn_one_of(w[i].lemma, "last|past|previous|this|next") &&
        dtn_one_of(w[i + 1].lemma, units) &&
        !(strcmp(w[i].lemma, "next") == 0 && strcmp(w[i + 1].xtag, "NNS") == 0)) {
        const int back = strcmp(w[i].lemma, "this") == 0 ? 0 : strcmp(w[i].lemma, "next") ? 1 : -1;
        *out = unit_before(s, w[i + 1].lemma, back, 2);
        return true;
    }
    if (!has(s, i, 2) || !dtn_one_of(w[i + 1].lemma, units) ||
        !dtn_one_of(w[i + 2].lemma, "ago|earlier"))
        return false;
    int back = whole(&w[i]);
    for (int k = 0; k < 7 && back < 0; k++)
        if (strcmp(w[i].lemma, small[k]) == 0)
            back = k + 1;
    if (back < 0 || back > 1000)
        return false;
    *out = unit_before(s, w[i + 1].lemma, back, 3);
    return true;
}

/* "Last week on Monday": the day, not the week. */
static bool week_and_day(const scan *s, uint32_t i, span *out)
{
    const dtn_word *w = s->words;
    if (!has(s, i, 3) || !dtn_one_of(w[i].lemma, "last|previous") ||
        strcmp(w[i + 1].lemma, "week") != 0 || strcmp(w[i + 2].lemma, "on") != 0 ||
        weekday_of(&w[i + 3]) < 0)
        return false;
    *out = (span){.n = 4, .is_open = s->today == DTN_NO_DAY};
    if (!out->is_open)
        out->from = out->to = s->today - (((s->today - 4) % 7 + 7) % 7) - 7 +
                              ((weekday_of(&w[i + 3]) - 4) % 7 + 7) % 7;
    return true;
}

/* "Ten years ago today", "a decade ago", "a week ago on Monday": more than what relative() counts. */
static bool long_ago(const scan *s, uint32_t i, span *out)
{
    const dtn_word *w = s->words;
    if (!has(s, i, 2) || !dtn_one_of(w[i + 1].lemma, "day|week|month|year|decade") ||
        !dtn_one_of(w[i + 2].lemma, "ago|earlier"))
        return false;
    int back = how_many(&w[i]);
    const bool is_decade = strcmp(w[i + 1].lemma, "decade") == 0;
    if (back <= 0 || back > 1000)
        return false;
    const char *unit = is_decade ? "year" : w[i + 1].lemma;
    back *= is_decade ? 10 : 1;
    *out = unit_before(s, unit, back, 3);
    if (out->is_open || !has(s, i, 3) || strcmp(w[i + 3].lemma, "today") != 0)
        return true;
    out->n = 4;
    if (dtn_one_of(unit, "day|week")) {
        out->from = out->to = s->today - back * (strcmp(unit, "week") == 0 ? 7 : 1);
    } else {
        char text[11];
        dtn_days_to_date(s->today, text);
        const int months_back = strcmp(unit, "year") == 0 ? 12 * back : back;
        const int at = atoi(text) * 12 + atoi(text + 5) - 1 - months_back;
        out->is_open = !civil_day(at / 12, at % 12 + 1, atoi(text + 8), &out->from);
        out->to = out->from;
    }
    return true;
}

/* Which way "the next day", "two days later", "the day before" goes from the day told last, and in what unit; 0: no such
 * words. "That day": *days 0. */
static uint32_t story_words(const scan *s, uint32_t i, int *count, const char **unit)
{
    static const char parts[] = "morning|night|evening|afternoon|dawn";
    static const char units[] = "day|week|month|year";
    const dtn_word *w = s->words;
    if (!has(s, i, 1))
        return 0;
    const char *lead = w[i].lemma, *noun = w[i + 1].lemma;
    const bool is_end = i + 2 > s->last || w[i + 2].tag == DTN_TAG_PUNCT;
    const bool has_the = i > 0 && strcmp(w[i - 1].lemma, "the") == 0;
    *unit = dtn_one_of(noun, parts) ? "day" : noun;
    if (strcmp(w[i + 1].xtag, "NNS") != 0 && (dtn_one_of(noun, parts) || dtn_one_of(noun, units))) {
        *count = strcmp(lead, "previous") == 0 || strcmp(lead, "preceding") == 0 ? -1 : 1;
        if (dtn_one_of(w[i].form, "following|Following") ||
            (dtn_one_of(lead, "next|previous|preceding") && (has_the || strcmp(*unit, "day") == 0)))
            return 2;
        *count = 0;
        if (s->told != DTN_NO_DAY && dtn_one_of(lead, "that|same") && strcmp(*unit, "day") == 0)
            return 2;
    }
    if (strcmp(lead, "day") == 0 && is_end && dtn_one_of(noun, "before|after")) {
        *count = strcmp(noun, "before") == 0 ? -1 : 1;
        *unit = "day";
        return has_the ? 2 : 0; /* "the day before"; not "the day before the vote" */
    }
    if (!has(s, i, 2) || !dtn_one_of(noun, units) ||
        !(strcmp(w[i + 2].form, "later") == 0 ||
          (s->told != DTN_NO_DAY && strcmp(w[i + 2].form, "earlier") == 0)))
        return 0;
    *count = how_many(&w[i]) * (strcmp(w[i + 2].form, "later") == 0 ? 1 : -1);
    return *count ? 3 : 0;
}

/* The day, or the calendar week, month, year, so far from the day told last; open where none was told, or where what
 * is told as over would lie behind the document's day. */
static bool in_story(const scan *s, uint32_t i, span *out)
{
    int count = 0;
    const char *unit = "day";
    const uint32_t n = story_words(s, i, &count, &unit);
    if (!n)
        return false;
    const scan from = {s->words, s->last, s->told, s->ahead, s->is_to_come, s->told, 0};
    *out = unit_before(&from, unit, -count, n);
    if (out->is_open || s->today == DTN_NO_DAY || s->is_to_come)
        return true;
    out->is_open = out->from > s->today;
    out->to = out->to > s->today && !out->is_open ? s->today : out->to;
    return true;
}

/* Can one of the forms begin at word i? Each of them is asked at every word of every sentence, and few words begin a date. */
static bool may_begin(const scan *s, uint32_t i)
{
    static const char leads[] =
        "day|last|this|next|first|second|third|fourth|final|beginning|start|middle|end|previous|past|"
        "recent|today|tonight|yesterday|overnight|tomorrow|weekend|spring|summer|autumn|winter";
    static const char units[] = "day|week|month|year|decade|morning|night|evening|afternoon|dawn";
    const dtn_word *w = &s->words[i];
    const char first = w->form[0];
    if ((first >= '0' && first <= '9') ||
        (strchr("JFMASONDWTm", first) && (month_of(w) || weekday_of(w) >= 0)) ||
        dtn_one_of(w->lemma, leads))
        return true;
    return has(s, i, 1) && dtn_one_of(w[1].lemma, units);
}

static bool date_at(const scan *s, uint32_t i, span *out)
{
    bool (*const forms[])(const scan *, uint32_t, span *) = {
        part_of, week_and_day, in_story, long_ago, iso_date,   day_first, month_first,
        season,  lately,       relative, one_word, on_weekday, year_alone};
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        *out = (span){0};
        if (forms[f](s, i, out))
            return true;
    }
    return false;
}

/* The preposition before a date: "since [at least early] October". */
static uint32_t lead_of(const scan *s, uint32_t i)
{
    while (i > 0 && dtn_one_of(s->words[i - 1].form, "the|early|late|mid|-|at|least|about|around"))
        i--;
    return i > 0 ? i - 1 : DTN_NO_WORD;
}

static bool has_year(const scan *s, uint32_t i, uint32_t n)
{
    for (uint32_t k = i; k < i + n; k++)
        if (year_of(&s->words[k]))
            return true;
    return false;
}

/* "From 28 December to 3 January 2025", "between Monday and Wednesday": two dates, one span. */
static void join_second(const scan *s, uint32_t i, span *out)
{
    const uint32_t joint = i + out->n;
    const uint32_t at = lead_of(s, i);
    const char *lead = at == DTN_NO_WORD ? "" : s->words[at].lemma;
    span second;
    if (!dtn_one_of(lead, "from|between") || !has(s, joint, 1) ||
        !dtn_one_of(s->words[joint].lemma,
                    strcmp(lead, "between") == 0 ? "and" : "to|until|till|through") ||
        !date_at(s, joint + 1, &second))
        return;
    out->n += 1 + second.n;
    out->is_open |= second.is_open;
    if (out->is_open)
        return;
    if (has_year(s, joint, second.n + 1) &&
        !has_year(s, i, joint - i)) { /* its year, or that before */
        const int64_t days = out->to - out->from;
        char text[11];
        dtn_days_to_date(out->from, text);
        const int month = atoi(text + 5), day = atoi(text + 8), year = year_on(second.from);
        out->is_open = !civil_day(year, month, day, &out->from) ||
                       (out->from > second.to && !civil_day(year - 1, month, day, &out->from));
        out->to = out->from + days;
    } else if (weekday_of(&s->words[i]) >= 0 && out->from > second.to) {
        out->from -= 7;
    }
    out->is_open |= out->from > second.to;
    out->to = second.to;
}

/* "Since Monday rebels have attacked": the day's, though the tree hangs it on the clause; not "since the Monday raid". */
static bool is_sole_since(const scan *s, uint32_t at, uint32_t end)
{
    const dtn_word *w = s->words;
    return strcmp(w[at].lemma, "since") == 0 && end <= s->last && at + 1 < end &&
           weekday_of(&w[at + 1]) >= 0 &&
           (w[end].tag == DTN_TAG_PUNCT || w[end].tag == DTN_TAG_DET || w[end].tag == DTN_TAG_NUM ||
            w[end].tag == DTN_TAG_PRON || strcmp(w[end].xtag, "NNS") == 0);
}

/* "Since October" goes on to the document's day; what was "by" or "before" a day that is over has no beginning. Of "after Monday's raid"
 * and "since the October war" the date is the raid's and the war's. */
static void bound_by_lead(const scan *s, uint32_t i, span *out)
{
    const uint32_t at = lead_of(s, i), next = i + out->n;
    const uint32_t end =
        next + (next <= s->last &&
                dtn_one_of(s->words[next].lemma, "morning|afternoon|evening|night|midnight|noon"));
    const char *lead = at == DTN_NO_WORD ? "" : s->words[at].lemma;
    const bool is_of_other = end <= s->last && (strcmp(s->words[end].form, "'s") == 0 ||
                                                strcmp(s->words[end].form, "\xe2\x80\x99s") == 0);
    if (at == DTN_NO_WORD || is_of_other ||
        (s->words[at].head != DTN_NO_WORD && s->words[at].head >= end &&
         !is_sole_since(s, at, end)))
        return;
    if (dtn_one_of(lead, "until|till")) {
        out->is_open = true;
    } else if (dtn_one_of(lead, "before|by") && !out->is_open) {
        if (weekday_of(&s->words[i]) >= 0 && s->ahead != SLACK && out->to < s->today &&
            s->today - out->to < 7)
            out->from += 7, out->to += 7; /* "must be signed by Friday": the next */
        out->to = strcmp(lead, "before") == 0 ? out->from - 1 : out->to;
        out->has_no_begin = s->today == DTN_NO_DAY || out->to < s->today;
        out->from = s->today;
    } else if (dtn_one_of(lead, "since|after") && !out->is_open) {
        out->from = strcmp(lead, "after") == 0 ? out->to + 1 : out->from;
        out->is_open = s->today == DTN_NO_DAY || out->from > s->today;
        out->to = s->today;
    }
}

/* "In 2022, when the truce collapsed in [November]": the year before "when"; 0: none. */
static int year_of_clause(const dtn_word *words, uint32_t i)
{
    while (i > 0 && !dtn_one_of(words[i].form, ";|:|.|when"))
        i--;
    if (i == 0 || strcmp(words[i].form, "when") != 0)
        return 0;
    const bool has_comma = i > 1 && strcmp(words[i - 1].form, ",") == 0;
    return year_of(&words[has_comma ? i - 2 : i - 1]);
}

static bool find_date(const scan *given, uint32_t first, char date[22], uint32_t *at, uint32_t *to)
{
    scan its = *given;
    const scan *s = &its;
    for (uint32_t i = first; i <= s->last; i++) {
        span found;
        its.year = may_begin(s, i) ? year_of_clause(s->words, i) : 0;
        if (!may_begin(s, i) || !date_at(s, i, &found))
            continue;
        join_second(s, i, &found);
        bound_by_lead(s, i, &found);
        date[0] = '\0';
        if (found.has_no_begin && !found.is_open) {
            memcpy(date, "../", 3);
            dtn_days_to_date(found.to, date + 3);
        } else if (!found.is_open) {
            dtn_days_to_date(found.from, date);
            if (found.to > found.from) {
                date[10] = '/';
                dtn_days_to_date(found.to, date + 11);
            }
        }
        *at = i;
        *to = i + found.n - 1;
        return true;
    }
    return false;
}

bool dtn_date_in(const dtn_word *words, uint32_t first, uint32_t last, int64_t document_day,
                 char date[22], uint32_t *at, uint32_t *to)
{
    const scan s = {words, last, document_day, AHEAD, false, DTN_NO_DAY, 0};
    return find_date(&s, first, date, at, to);
}

/* Does a verb tell of something else than that it took place? */
static bool is_by_itself(const dtn_word *verb)
{
    return dtn_one_of(verb->lemma,
                      "bury|hang|arrest|sentence|jail|execute|identify|release|try|charge|"
                      "convict|mourn|honour|honor|name|find|praise|remember");
}

/* Steps up from the trigger to a word, within what its clause says; -1: another's. */
static int steps_to(const dtn_word *words, uint32_t trigger, uint32_t to)
{
    uint32_t i = trigger;
    for (int steps = 0; steps < DTN_EVENT_STEPS; steps++) {
        if (i == to)
            return steps;
        const dtn_word *w = &words[i];
        const uint32_t marker = dtn_child(words, i, "case|mark");
        const bool is_apart =
            dtn_is_rel(w, "ccomp") || dtn_is_rel(w, "parataxis") ||
            (marker != DTN_NO_WORD &&
             dtn_one_of(words[marker].lemma, "after|before|since|following|until|despite|over|if"));
        if (w->head == DTN_NO_WORD || is_apart)
            return -1;
        /* "a soldier killed by a sniper was buried on Friday": that is the burial's day */
        if (dtn_is_rel(w, "acl") && w->head < i && i != to &&
            dtn_is_rel(&words[w->head], "nsubj") && words[w->head].head > i &&
            to >= words[w->head].head && words[words[w->head].head].tag == DTN_TAG_VERB &&
            is_by_itself(&words[words[w->head].head]))
            return -1;
        i = w->head;
    }
    return -1;
}

/* Where a date hangs: its topmost word, and the word above that. */
static uint32_t top_of(const dtn_word *words, uint32_t at, uint32_t to)
{
    uint32_t i = at;
    for (int steps = 0; steps < DTN_EVENT_STEPS; steps++) {
        const uint32_t above = words[i].head;
        if (above == DTN_NO_WORD || above < at || above > to)
            break;
        i = above;
    }
    return i;
}

/* How far a date is from a trigger; -1: it is not the trigger's. */
static int distance(const dtn_word *words, uint32_t trigger, uint32_t at, uint32_t to)
{
    uint32_t i = top_of(words, at, to);
    for (int down = 0; down < DTN_EVENT_STEPS && i != DTN_NO_WORD; down++) {
        const int up = steps_to(words, trigger, i);
        if (up >= 0)
            return up + down;
        /* the date of an event that is named after, before or because of this one is not its own */
        const uint32_t marker = dtn_child(words, i, "mark|case");
        const bool is_same =
            marker != DTN_NO_WORD && dtn_one_of(words[marker].lemma, "in|by|during|when|while|as");
        if (dtn_is_rel(&words[i], "ccomp") || dtn_is_rel(&words[i], "parataxis") ||
            (!is_same && (dtn_is_rel(&words[i], "advcl") || dtn_is_rel(&words[i], "acl"))))
            return -1;
        i = words[i].head;
    }
    return -1;
}

/* Is there nothing but nouns between a date and the trigger: "killed in a raid in December"? */
static bool is_told_with(const dtn_word *words, uint32_t i, uint32_t trigger)
{
    for (int steps = 0; steps < DTN_EVENT_STEPS && i != DTN_NO_WORD; steps++) {
        if (i == trigger)
            return true;
        if (words[i].tag == DTN_TAG_VERB)
            return false;
        i = words[i].head;
    }
    return false;
}

bool dtn_date_remembered(const dtn_word *words, uint32_t n, uint32_t noun, int64_t document_day,
                         char date[22])
{
    const scan s = {words, n - 1, document_day, AHEAD, false, DTN_NO_DAY, 0};
    uint32_t k = noun;
    int count = 0;
    const char *unit = "year";
    while (k > 0 && noun - k < 6 && !dtn_one_of(words[k - 1].lemma, "after|of|since|from|on"))
        k--;
    if (document_day == DTN_NO_DAY || k < 2)
        return false;
    const dtn_word *lead = &words[k - 1], *before = &words[k - 2];
    if (dtn_one_of(lead->lemma, "of|since") && strcmp(before->lemma, "anniversary") == 0)
        count = k > 2 ? how_many(&words[k - 3]) : 0;
    else if (dtn_one_of(lead->lemma, "after|since|from|on") &&
             dtn_one_of(before->lemma, "year|month|decade") && k > 2 &&
             (count = how_many(&words[k - 3])))
        unit = before->lemma;
    if (!count)
        return false;
    if (strcmp(unit, "decade") == 0)
        count *= 10, unit = "year";
    const span found = unit_before(&s, unit, count, 1);
    if (found.is_open)
        return false;
    dtn_days_to_date(found.from, date);
    date[10] = '/';
    dtn_days_to_date(found.to, date + 11);
    return true;
}

/* The last day of a date that is told: one day, or a night. */
static int64_t day_told(const char *date)
{
    int64_t from = 0, to = 0;
    char begin[11] = "";
    memcpy(begin, date, strlen(date) < 10 ? strlen(date) : 10);
    if (!dtn_days_of(begin, &from) || !dtn_days_of(date[10] == '/' ? date + 11 : begin, &to) ||
        to - from > 1)
        return DTN_NO_DAY;
    return to;
}

/* Is it the day when somebody said so? */
static bool is_of_saying(const dtn_word *words, uint32_t at, uint32_t to)
{
    const uint32_t above = words[top_of(words, at, to)].head;
    return above != DTN_NO_WORD && words[above].tag == DTN_TAG_VERB &&
           dtn_event_is_saying(&words[above]);
}

int64_t dtn_date_told(const dtn_word *words, uint32_t n, int64_t told, int64_t document_day)
{
    bool is_to_come = false;
    for (uint32_t i = 0; i < n; i++)
        is_to_come |= words[i].tag == DTN_TAG_AUX && dtn_one_of(words[i].lemma, "will|shall");
    scan s = {words, n - 1, document_day, is_to_come ? AHEAD : SLACK, is_to_come, told, 0};
    char found[22];
    uint32_t first = 0, last = 0;
    for (uint32_t from = 0; from < n && find_date(&s, from, found, &first, &last);
         from = last + 1) {
        const int64_t day = day_told(found);
        if (day != DTN_NO_DAY && !is_of_saying(words, first, last))
            s.told = day;
    }
    return s.told;
}

bool dtn_date_of(const dtn_word *words, uint32_t n, uint32_t trigger, dtn_tense tense, int64_t told,
                 int64_t document_day, char date[22], uint32_t *at, uint32_t *to)
{
    const bool is_past = tense == DTN_IS_PAST;
    scan s = {words, n - 1, document_day, AHEAD, false, told, 0},
         by_tense = {words, n - 1, document_day, is_past ? SLACK : AHEAD, tense == DTN_IS_TO_COME,
                     told,  0};
    int nearest = -1;
    char found[22];
    uint32_t first = 0, last = 0;
    for (uint32_t from = 0; from < n; from = last + 1) {
        if (!find_date(&s, from, found, &first, &last))
            break;
        const int apart = distance(words, trigger, first, last);
        const uint32_t after = last + 1;
        if (apart >= 0 && (nearest < 0 || apart < nearest)) {
            nearest = apart;
            if (is_told_with(words, top_of(words, first, last), trigger))
                (void)find_date(&by_tense, from, found, &first, &last);
            memcpy(date, found, sizeof found);
            *at = first;
            *to = last;
        }
        by_tense.told = s.told = dtn_date_told(words, after, told, document_day);
    }
    return nearest >= 0;
}
