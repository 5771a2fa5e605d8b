/** Days of the proleptic Gregorian calendar, as dates in ISO 8601. */
#ifndef DTN_BASE_DATES_H
#define DTN_BASE_DATES_H

#include <stdbool.h>
#include <stdint.h>

/** "2025-01-06" -> days since 1970-01-01; false unless it is exactly one date that exists. */
bool dtn_days_of(const char *iso_date, int64_t *days);
/** And back; years 0000 to 9999, clamped beyond. */
void dtn_days_to_date(int64_t days, char out[11]);
/** Days of the month, or of the year, that holds this day. */
int dtn_days_in_month(int64_t days);
int dtn_days_in_year(int64_t days);

#endif
