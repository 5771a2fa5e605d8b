/* Civil dates and day numbers.
 *
 * The year is taken to begin in March, so that the leap day is its last: the day of the year
 * is then (153 m + 2) / 5 + d - 1 for month m = 0 (March) .. 11 (February), and 400 years
 * have 146097 days. Proleptic Gregorian, no time zones, no time of day.
 */
#include "base/dates.h"

#include <stddef.h>

#define DAYS_TO_1970 719468 /* from 0000-03-01 */
#define DAYS_400_YEARS 146097

typedef struct civil {
    int year, month, day;
} civil;

static bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static int month_length(int year, int month)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return length[month - 1] + (month == 2 && is_leap(year));
}

static int64_t days_from(civil c)
{
    const int64_t year = c.year - (c.month <= 2);
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t of_era = year - era * 400;
    const int64_t of_year = (153 * ((c.month + 9) % 12) + 2) / 5 + c.day - 1;
    return era * DAYS_400_YEARS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - DAYS_TO_1970;
}

static civil civil_from(int64_t days)
{
    days += DAYS_TO_1970;
    const int64_t era = (days >= 0 ? days : days - (DAYS_400_YEARS - 1)) / DAYS_400_YEARS;
    const int64_t of_era = days - era * DAYS_400_YEARS;
    const int64_t year =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / (DAYS_400_YEARS - 1)) / 365;
    const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const int64_t month = (5 * of_year + 2) / 153;
    civil c = {.day = (int)(of_year - (153 * month + 2) / 5 + 1),
               .month = (int)(month < 10 ? month + 3 : month - 9)};
    c.year = (int)(year + era * 400 + (c.month <= 2));
    return c;
}

static bool digits(const char *text, int n, int *out)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return true;
}

bool dtn_days_of(const char *text, int64_t *days)
{
    civil c;
    if (!text || !digits(text, 4, &c.year) || text[4] != '-' || !digits(text + 5, 2, &c.month) ||
        text[7] != '-' || !digits(text + 8, 2, &c.day) || text[10])
        return false;
    if (c.month < 1 || c.month > 12 || c.day < 1 || c.day > month_length(c.year, c.month))
        return false;
    *days = days_from(c);
    return true;
}

static void put_digits(char *out, int n, int value)
{
    for (int i = n - 1; i >= 0; i--, value /= 10)
        out[i] = (char)('0' + value % 10);
}

void dtn_days_to_date(int64_t days, char out[11])
{
    const int64_t first = days_from((civil){0, 1, 1}), last = days_from((civil){9999, 12, 31});
    civil c = civil_from(days < first ? first : days > last ? last : days);
    put_digits(out, 4, c.year);
    out[4] = out[7] = '-';
    put_digits(out + 5, 2, c.month);
    put_digits(out + 8, 2, c.day);
    out[10] = '\0';
}

int dtn_days_in_month(int64_t days)
{
    civil c = civil_from(days);
    return month_length(c.year, c.month);
}

int dtn_days_in_year(int64_t days) { return is_leap(civil_from(days).year) ? 366 : 365; }
