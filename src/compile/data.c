/* Data variables at run time: the value of a series at a time, and figures of a stretch of it.
 *
 * A run's times are start + step * dt and carry rounding, so a point counts as reached within a
 * billionth of its time. Before the first point and after the last the series is held, except
 * where the function says :NA:. Medians are found without memory: each point is counted against
 * all others, which suits series of some hundred points and functions that are meant for INITIAL.
 *
 * Follows the Vensim reference manual, "Data Equations" and "Data Functions".
 */
#include "compile/interp.h"

#include <math.h>

static double slack(double x) { return 1e-9 * (1 + fabs(x)); }

double dtn_data_at(const dtn_table *t, double x, uint32_t mode)
{
    uint32_t low = 0, high = t->n;
    if (t->n == 0)
        return DTN_VENSIM_NA;
    if (isnan(x))
        return NAN;
    double reach = x + slack(x);
    while (low < high) { /* first point past the time */
        uint32_t mid = low + (high - low) / 2;
        if (t->x[mid] <= reach)
            low = mid + 1;
        else
            high = mid;
    }
    if (low > 0 && x - t->x[low - 1] <= slack(x))
        return t->y[low - 1];
    if (mode == DTN_DATA_RAW || ((mode & DTN_DATA_INSIDE) && (low == 0 || low == t->n)))
        return DTN_VENSIM_NA;
    if (low == 0 || low == t->n)
        return t->y[low ? low - 1 : 0];
    switch (mode & ~DTN_DATA_INSIDE) {
    case DTN_DATA_FORWARD: return t->y[low];
    case DTN_DATA_BACKWARD: return t->y[low - 1];
    default: break;
    }
    double width = t->x[low] - t->x[low - 1];
    return t->y[low - 1] + (x - t->x[low - 1]) * (t->y[low] - t->y[low - 1]) / width;
}

/* The k-th smallest of y[first..end). */
static double ranked(const double *y, uint32_t first, uint32_t end, uint32_t k)
{
    for (uint32_t i = first; i < end; i++) {
        uint32_t below = 0;
        for (uint32_t j = first; j < end; j++)
            below += y[j] < y[i] || (j < i && y[j] == y[i]);
        if (below == k)
            return y[i];
    }
    return NAN;
}

static double median(const double *y, uint32_t first, uint32_t end)
{
    uint32_t n = end - first;
    double upper = ranked(y, first, end, n / 2);
    return n % 2 ? upper : (ranked(y, first, end, n / 2 - 1) + upper) / 2;
}

static double mean(const double *y, uint32_t first, uint32_t end)
{
    double sum = 0;
    for (uint32_t i = first; i < end; i++)
        sum += y[i];
    return sum / (end - first);
}

/* Around the mean, over n - 1. */
static double deviation(const double *y, uint32_t first, uint32_t end)
{
    double m = mean(y, first, end), sum = 0;
    for (uint32_t i = first; i < end; i++)
        sum += (y[i] - m) * (y[i] - m);
    return end - first > 1 ? sqrt(sum / (end - first - 1)) : 0;
}

static double extreme(const double *y, uint32_t first, uint32_t end, bool is_max)
{
    double best = y[first];
    for (uint32_t i = first + 1; i < end; i++)
        best = (is_max ? y[i] > best : y[i] < best) ? y[i] : best;
    return best;
}

double dtn_data_figure(const dtn_table *t, double from, double to, dtn_data_stat stat)
{
    uint32_t first = 0, end = t->n;
    if (isnan(from) || isnan(to))
        return NAN;
    while (first < t->n && t->x[first] < from - slack(from))
        first++;
    while (end > first && t->x[end - 1] > to + slack(to))
        end--;
    if (stat == DTN_DATA_COUNT)
        return end - first;
    if (first == end)
        return DTN_VENSIM_NA;
    switch (stat) {
    case DTN_DATA_MIN: return extreme(t->y, first, end, false);
    case DTN_DATA_MAX: return extreme(t->y, first, end, true);
    case DTN_DATA_MEAN: return mean(t->y, first, end);
    case DTN_DATA_MEDIAN: return median(t->y, first, end);
    case DTN_DATA_STDV: return deviation(t->y, first, end);
    case DTN_DATA_FIRST_TIME: return t->x[first];
    case DTN_DATA_LAST_TIME: return t->x[end - 1];
    case DTN_DATA_COUNT: break;
    }
    return NAN;
}
