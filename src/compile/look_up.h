/** Reading tables: the modes of LOOKUP, one source for the interpreter and for vector functions.
 *
 *  A table is a row of points, x not decreasing. Two points with the same x are a jump: at that
 *  x the later one counts.
 */
#ifndef DTN_COMPILE_LOOK_UP_H
#define DTN_COMPILE_LOOK_UP_H

#include "compile/program.h"

#include <math.h>

/** Index of the first point with x[i] > x. */
static inline uint32_t dtn_table_above(const dtn_table *t, double x)
{
    uint32_t low = 0, high = t->n;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (t->x[mid] <= x)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/** Area, inverse and slope (table.c). */
double dtn_table_special(const dtn_table *t, double x, dtn_lookup_mode mode);

static inline double dtn_look_up(const dtn_table *t, double x, dtn_lookup_mode mode)
{
    if (t->n == 0 || isnan(x))
        return NAN;
    if (mode > DTN_LOOKUP_MODE_FORWARD)
        return dtn_table_special(t, x, mode);
    uint32_t low = dtn_table_above(t, x);
    if (mode == DTN_LOOKUP_MODE_BACKWARD)
        return t->y[low ? low - 1 : 0];
    if (mode == DTN_LOOKUP_MODE_FORWARD) {
        if (low > 0 && t->x[low - 1] == x)
            return t->y[low - 1];
        return t->y[low < t->n ? low : t->n - 1];
    }
    bool beyond = mode == DTN_LOOKUP_MODE_EXTRAPOLATE && t->n > 1;
    if (low == 0 && !beyond)
        return t->y[0];
    if (low == t->n && !beyond)
        return t->y[t->n - 1];
    uint32_t i = low == 0 ? 0 : low == t->n ? t->n - 2 : low - 1;
    double width = t->x[i + 1] - t->x[i];
    if (width == 0)
        return t->y[i + 1];
    return t->y[i] + (x - t->x[i]) * (t->y[i + 1] - t->y[i]) / width;
}

#endif
