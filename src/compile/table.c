/* Special readings of a table: area under it, its inverse, its slope.
 *
 * Vensim's LOOKUP AREA, LOOKUP INVERT and LOOKUP SLOPE and the modes of VECTOR LOOKUP. Outside the
 * points the table goes on as its mode says: held at its ends, or along its end segments. Stella's
 * LOOKUPAREA, LOOKUPINV, LOOKUPSUM and LOOKUPMEAN see nothing outside of the points.
 * Sources: Vensim reference manual, the pages of these functions; Stella's help, "Graphical builtins".
 */
#include "compile/look_up.h"

/* Area of the segment i .. i + 1 up to x. */
static double area_within(const dtn_table *t, uint32_t i, double x)
{
    double width = t->x[i + 1] - t->x[i], part = x - t->x[i];
    if (width == 0)
        return 0;
    double y = t->y[i] + part * (t->y[i + 1] - t->y[i]) / width;
    return part * (t->y[i] + y) / 2;
}

/* From the first point to x; negative before it. */
static double area(const dtn_table *t, double x, bool extrapolate)
{
    uint32_t last = t->n - 1, above = dtn_table_above(t, x);
    double sum = 0;
    if (above == 0)
        return extrapolate && last > 0 ? area_within(t, 0, x) : (x - t->x[0]) * t->y[0];
    for (uint32_t i = 0; i + 1 < above; i++)
        sum += area_within(t, i, t->x[i + 1]);
    if (above <= last)
        return sum + area_within(t, above - 1, x);
    if (extrapolate && last > 0)
        return sum + area_within(t, last - 1, x) - area_within(t, last - 1, t->x[last]);
    return sum + (x - t->x[last]) * t->y[last];
}

static double crossing(const dtn_table *t, uint32_t i, double y)
{
    double rise = t->y[i + 1] - t->y[i];
    return rise == 0 ? t->x[i] : t->x[i] + (y - t->y[i]) * (t->x[i + 1] - t->x[i]) / rise;
}

/* The smallest x whose value is y. */
static double invert(const dtn_table *t, double y, bool extrapolate)
{
    uint32_t last = t->n - 1;
    if (t->y[0] == y)
        return t->x[0];
    if (extrapolate && last > 0 && (t->y[1] - t->y[0]) * (y - t->y[0]) < 0)
        return crossing(t, 0, y);
    for (uint32_t i = 0; i < last; i++)
        if ((t->y[i] <= y && y <= t->y[i + 1]) || (t->y[i] >= y && y >= t->y[i + 1]))
            return crossing(t, i, y);
    if (extrapolate && last > 0 && (t->y[last] - t->y[last - 1]) * (y - t->y[last]) > 0)
        return crossing(t, last - 1, y);
    return DTN_VENSIM_NA;
}

static double segment_slope(const dtn_table *t, uint32_t i)
{
    return (t->y[i + 1] - t->y[i]) / (t->x[i + 1] - t->x[i]);
}

/* `outside` beyond the points; on a point, the mean of both sides. */
static double slope(const dtn_table *t, double x, double outside, bool extrapolate)
{
    uint32_t last = t->n - 1, above = dtn_table_above(t, x);
    if (last == 0)
        return 0;
    if (x < t->x[0])
        return extrapolate ? segment_slope(t, 0) : outside;
    if (x > t->x[last])
        return extrapolate ? segment_slope(t, last - 1) : outside;
    if (t->x[above - 1] != x)
        return segment_slope(t, above - 1);
    if (above > 1 && t->x[above - 2] == x)
        return DTN_VENSIM_NA;                  /* a jump has no slope */
    if (above - 1 == 0 || above - 1 == last) { /* an end: half of it lies outside */
        double in = segment_slope(t, above - 1 == 0 ? 0 : last - 1);
        return extrapolate || outside == DTN_VENSIM_NA ? in : (in + outside) / 2;
    }
    return (segment_slope(t, above - 2) + segment_slope(t, above - 1)) / 2;
}

/* ---- Stella's ------------------------------------------------------------------------- */

static double inside(const dtn_table *t, double x)
{
    const double first = t->x[0], last = t->x[t->n - 1];
    return x < first ? first : x > last ? last : x;
}

/* Each point's value stands up to the next one. */
static double area_of_steps(const dtn_table *t, double x)
{
    double sum = 0;
    x = inside(t, x);
    for (uint32_t i = 0; i + 1 < t->n && t->x[i] < x; i++)
        sum += ((t->x[i + 1] < x ? t->x[i + 1] : x) - t->x[i]) * t->y[i];
    return sum;
}

static double invert_held(const dtn_table *t, double y)
{
    double least = t->y[0], most = t->y[0];
    for (uint32_t i = 1; i < t->n; i++) {
        least = t->y[i] < least ? t->y[i] : least;
        most = t->y[i] > most ? t->y[i] : most;
    }
    return invert(t, y < least ? least : y > most ? most : y, false);
}

/* Sum of the points up to x, or of x times y. */
static double points(const dtn_table *t, double x, bool with_x, bool moment)
{
    double sum = 0;
    for (uint32_t i = 0; i < t->n && (t->x[i] < x || (with_x && t->x[i] == x)); i++)
        sum += moment ? t->x[i] * t->y[i] : t->y[i];
    return sum;
}

double dtn_table_special(const dtn_table *t, double x, dtn_lookup_mode mode)
{
    switch (mode) {
    case DTN_LOOKUP_MODE_AREA: return area(t, x, false);
    case DTN_LOOKUP_MODE_AREA_EXTRAPOLATE: return area(t, x, true);
    case DTN_LOOKUP_MODE_INVERT: return invert(t, x, false);
    case DTN_LOOKUP_MODE_INVERT_EXTRAPOLATE: return invert(t, x, true);
    case DTN_LOOKUP_MODE_SLOPE: return slope(t, x, 0, false);
    case DTN_LOOKUP_MODE_SLOPE_EXTRAPOLATE: return slope(t, x, 0, true);
    case DTN_LOOKUP_MODE_SLOPE_INSIDE: return slope(t, x, DTN_VENSIM_NA, false);
    case DTN_LOOKUP_MODE_AREA_INSIDE: return area(t, inside(t, x), false);
    case DTN_LOOKUP_MODE_AREA_STEPS: return area_of_steps(t, x);
    case DTN_LOOKUP_MODE_INVERT_HELD: return invert_held(t, x);
    case DTN_LOOKUP_MODE_SUM: return points(t, x, true, false);
    case DTN_LOOKUP_MODE_SUM_BEFORE: return points(t, x, false, false);
    case DTN_LOOKUP_MODE_MOMENT: return points(t, x, true, true);
    case DTN_LOOKUP_MODE_MOMENT_BEFORE: return points(t, x, false, true);
    default: return NAN;
    }
}
