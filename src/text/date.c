/* Dates of publication in words and figures, with their year.
 *
 * "12 October 2025", "October 12, 2025", "Oct. 12th, 2025", "the 12th of October 2025", "12-Oct-2025", "2025-10-12" (also with
 * a time behind it), "14.10.2025", "2025/10/14", each with a weekday before it. Figures such as 10/12/2025 mean two days in two
 * countries and are left alone; 14/10/2025 is one.
 * What "last week" means is not for this room.
 */
#include "text/inner.h"

#include "base/dates.h"

#include <stdio.h>
#include <string.h>

static size_t blanks(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && (p[i] == ' ' || p[i] == ',' || p[i] == '-' || p[i] == '.'))
        i++;
    return i;
}

static size_t digits(const char *p, size_t n, int *value)
{
    size_t i = 0;
    *value = 0;
    for (; i < n && i < 5 && dtn_is_digit(p[i]); i++)
        *value = *value * 10 + (p[i] - '0');
    return i;
}

/* A month's name in full or its first three letters (four of September): its length. */
static size_t month(const char *p, size_t n, int *value)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    size_t k = 0;
    while (k < n && dtn_is_ascii_letter(p[k]))
        k++;
    for (int m = 0; m < 12; m++) {
        const size_t whole = strlen(names[m]);
        if ((k == whole || k == 3 || (k == 4 && m == 8)) && k <= whole &&
            strncasecmp(p, names[m], k) == 0) {
            *value = m + 1;
            return k;
        }
    }
    return 0;
}

static bool is_date(int year, int m, int day, char iso[11])
{
    char text[32];
    int64_t days;
    if (year < 1000 || year > 2999 || m < 1 || m > 12 || day < 1 || day > 31)
        return false;
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, m, day);
    if (!dtn_days_of(text, &days))
        return false;
    memcpy(iso, text, 11);
    return true;
}

static size_t ordinal(const char *p, size_t n)
{
    static const char *const tails[] = {"st", "nd", "rd", "th"};
    for (size_t i = 0; i < 4 && n >= 2; i++)
        if (strncasecmp(p, tails[i], 2) == 0)
            return 2;
    return 0;
}

/* 2025-10-12 */
static size_t iso_date(const char *p, size_t n, char iso[11])
{
    int y, m, d;
    if (n < 10 || digits(p, 4, &y) != 4 || p[4] != '-' || digits(p + 5, 2, &m) != 2 ||
        p[7] != '-' || digits(p + 8, 2, &d) != 2 || (n > 10 && dtn_is_digit(p[10])))
        return 0;
    return is_date(y, m, d, iso) ? 10 : 0;
}

/* 14.10.2025, 14/10/2025, 10/14/2025, 2025/10/14: where it can be one day alone. With dots the day is first. */
static size_t in_figures(const char *p, size_t n, char iso[11])
{
    int part[3];
    size_t at = 0, length[3];
    char mark = 0;
    for (int i = 0; i < 3; i++) {
        length[i] = digits(p + at, n - at, &part[i]);
        at += length[i];
        if (length[i] == 0 || length[i] > 4 || length[i] == 3)
            return 0;
        if (i == 2)
            break;
        if (at >= n || !strchr("./-", p[at]) || (mark && p[at] != mark))
            return 0;
        mark = p[at++];
    }
    if (at < n && (dtn_is_digit(p[at]) || dtn_is_ascii_letter(p[at])))
        return 0;
    if (length[0] == 4 && length[1] <= 2 && length[2] <= 2)
        return is_date(part[0], part[1], part[2], iso) ? at : 0;
    if (length[0] > 2 || length[1] > 2 || length[2] != 4)
        return 0;
    if (mark == '.' || part[0] > 12 || part[0] == part[1])
        return is_date(part[2], part[1], part[0], iso) ? at : 0;
    return part[1] > 12 && is_date(part[2], part[0], part[1], iso) ? at : 0;
}

size_t dtn_day_match(const char *p, size_t n)
{
    int m, d;
    const size_t k = month(p, n, &m);
    if (!k) { /* "14 Oct" */
        size_t to = digits(p, n, &d);
        if (to < 1 || to > 2 || d < 1 || d > 31)
            return 0;
        to += ordinal(p + to, n - to);
        const size_t from = to + blanks(p + to, n - to);
        const size_t n_month = from > to ? month(p + from, n - from, &m) : 0;
        return n_month ? from + n_month : 0;
    }
    size_t at = k + blanks(p + k, n - k);
    const size_t n_day = at > k ? digits(p + at, n - at, &d) : 0;
    at += n_day;
    return n_day >= 1 && n_day <= 2 && d >= 1 && d <= 31 ? at + ordinal(p + at, n - at) : 0;
}

/* "Monday, ", "Mon, ": its length. */
static size_t weekday(const char *p, size_t n)
{
    static const char *const names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
    size_t k = 0;
    while (k < n && dtn_is_ascii_letter(p[k]))
        k++;
    for (int d = 0; d < 7 && k >= 3; d++)
        if ((k == strlen(names[d]) || k <= 4) && strncasecmp(p, names[d], k) == 0)
            return k + blanks(p + k, n - k);
    return 0;
}

static size_t without_weekday(const char *p, size_t n, char iso[11])
{
    int y, m, d;
    size_t found = iso_date(p, n, iso);
    found = found ? found : in_figures(p, n, iso);
    if (found)
        return found;
    size_t at = digits(p, n, &d), k;
    if (at > 2)
        return 0;
    const bool day_first = at > 0;
    if (day_first) {
        at += ordinal(p + at, n - at);
        at += blanks(p + at, n - at);
        if (n - at > 3 && strncasecmp(p + at, "of ", 3) == 0)
            at += 3;
    }
    k = month(p + at, n - at, &m);
    if (!k)
        return 0;
    at += k;
    at += blanks(p + at, n - at);
    if (!day_first) {
        k = digits(p + at, n - at, &d);
        if (k < 1 || k > 2)
            return 0;
        at += k;
        at += ordinal(p + at, n - at);
        at += blanks(p + at, n - at);
    }
    if (digits(p + at, n - at, &y) != 4)
        return 0;
    return is_date(y, m, d, iso) ? at + 4 : 0;
}

size_t dtn_date_match(const char *p, size_t n, char iso[11])
{
    const size_t before = weekday(p, n);
    const size_t found = without_weekday(p + before, n - before, iso);
    return found ? before + found : 0;
}
