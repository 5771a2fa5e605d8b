/** Number formatting and reading in the C locale, whatever the process has set.
 *  For base and store; other rooms use base/text.h. */
#ifndef DTN_BASE_LOCALE_H
#define DTN_BASE_LOCALE_H

#include <stdarg.h>
#include <stddef.h>

/** vsnprintf with '.' as the decimal point. */
int dtn_vsnprintf_c(char *out, size_t size, const char *fmt, va_list args)
    __attribute__((format(printf, 3, 0)));
int dtn_snprintf_c(char *out, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/** strtod with '.' as the decimal point. */
double dtn_strtod_c(const char *text, char **end);

#endif
