/* The C locale for one call at a time.
 *
 * A program that embeds the library may have called setlocale(LC_ALL, ""), which
 * would turn 1.5 into "1,5" in many countries. uselocale changes the calling
 * thread only, so no other thread sees it. In glibc newlocale for "C" returns a
 * shared constant: no memory is taken and there is nothing to cache.
 */
#include "base/locale.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

static locale_t c_locale(void) { return newlocale(LC_ALL_MASK, "C", (locale_t)0); }

int dtn_vsnprintf_c(char *out, size_t size, const char *fmt, va_list args)
{
    locale_t c = c_locale();
    locale_t before = uselocale(c);
    /* clang 14 loses sight of va_start across the call. */
    int n = vsnprintf(out, size, fmt, args); // NOLINT(clang-analyzer-valist.Uninitialized)
    uselocale(before);
    if (c)
        freelocale(c);
    return n;
}

int dtn_snprintf_c(char *out, size_t size, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = dtn_vsnprintf_c(out, size, fmt, args);
    va_end(args);
    return n;
}

double dtn_strtod_c(const char *text, char **end)
{
    locale_t c = c_locale();
    locale_t before = uselocale(c);
    double value = strtod(text, end);
    uselocale(before);
    if (c)
        freelocale(c);
    return value;
}
