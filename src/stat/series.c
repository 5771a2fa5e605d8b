/* One series on its own, and one series against another of the same length.
 *
 * The shape of a series of n equally spaced values: level, least-squares trend, variance and
 * autocorrelation about that trend, share of zeros, largest over mean. Variance and
 * autocorrelation are taken about the trend, so that a rise is told once and not three times.
 *
 * Theil's inequality statistics as Sterman (1984) uses them: the mean square error of a simulated
 * series split into unequal means (U^M), unequal variation (U^S) and unequal covariation (U^C),
 *     U^M = (mean s - mean a)^2 / MSE,  U^S = (sd s - sd a)^2 / MSE,  U^C = 2 (1 - r) sd s sd a / MSE,
 * with standard deviations over n; the three add up to 1.
 *
 * Sums are exactly rounded. Nothing here knows time units or what the values are.
 */
#include "stat/stat.h"

#include <math.h>

static double mean_of(size_t n, const double *x)
{
    dtn_sum sum;
    dtn_sum_init(&sum);
    for (size_t i = 0; i < n; i++)
        dtn_sum_add(&sum, x[i]);
    return dtn_sum_get(&sum) / (double)n;
}

/* Mean of (x - mx)(y - my). */
static double covariance(size_t n, const double *x, double mx, const double *y, double my)
{
    dtn_sum sum;
    dtn_sum_init(&sum);
    for (size_t i = 0; i < n; i++)
        dtn_sum_add(&sum, (x[i] - mx) * (y[i] - my));
    return dtn_sum_get(&sum) / (double)n;
}

/* Slope of the least-squares line over 0, 1, ... n-1. */
static double slope_of(size_t n, const double *x, double mean)
{
    const double middle = ((double)n - 1) / 2;
    dtn_sum up, down;
    dtn_sum_init(&up);
    dtn_sum_init(&down);
    for (size_t i = 0; i < n; i++) {
        dtn_sum_add(&up, ((double)i - middle) * (x[i] - mean));
        dtn_sum_add(&down, ((double)i - middle) * ((double)i - middle));
    }
    return dtn_sum_get(&up) / dtn_sum_get(&down);
}

dtn_status dtn_series_shape_of(size_t n, const double *x, double *scratch, dtn_series_shape *out)
{
    size_t n_zero = 0;
    double largest = -INFINITY;
    if (n < DTN_SERIES_MIN)
        return DTN_E_EMPTY;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]))
            return DTN_E_RANGE;
        n_zero += x[i] == 0;
        largest = x[i] > largest ? x[i] : largest;
    }
    out->level = mean_of(n, x);
    out->trend = slope_of(n, x, out->level);
    for (size_t i = 0; i < n; i++)
        scratch[i] = x[i] - out->level - out->trend * ((double)i - ((double)n - 1) / 2);
    const double squares = covariance(n, scratch, 0, scratch, 0) * (double)n;
    const double products = covariance(n - 1, scratch, 0, scratch + 1, 0) * ((double)n - 1);
    out->variance = squares / ((double)n - 2);
    out->autocorrelation = products / squares; /* a straight line has none: NaN */
    out->share_zero = (double)n_zero / (double)n;
    out->tail = largest / out->level;
    return DTN_OK;
}

dtn_status dtn_theil_of(size_t n, const double *simulated, const double *actual, dtn_theil *out)
{
    dtn_sum squares;
    if (n < 2)
        return DTN_E_EMPTY;
    dtn_sum_init(&squares);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(simulated[i]) || !isfinite(actual[i]))
            return DTN_E_RANGE;
        dtn_sum_add(&squares, (simulated[i] - actual[i]) * (simulated[i] - actual[i]));
    }
    const double ms = mean_of(n, simulated), ma = mean_of(n, actual);
    const double vs = covariance(n, simulated, ms, simulated, ms);
    const double va = covariance(n, actual, ma, actual, ma);
    const double both = covariance(n, simulated, ms, actual, ma);
    const double ss = sqrt(vs), sa = sqrt(va);
    out->mse = dtn_sum_get(&squares) / (double)n;
    out->um =
        (ms - ma) * (ms - ma) / out->mse; /* no error at all: NaN, there is nothing to split */
    out->us = (ss - sa) * (ss - sa) / out->mse;
    out->uc = 2 * (ss * sa - both) / out->mse;
    return DTN_OK;
}

double dtn_dispersion(size_t n, const double *counts)
{
    return dtn_variance(n, counts) / mean_of(n, counts);
}

bool dtn_standard_effect(size_t n, const double *reference, const double *from, const double *to,
                         size_t n_together, double *scratch, double *effect, double *low,
                         double *high)
{
    size_t n_ok = 0;
    double *x = scratch, *d = scratch + n;
    for (size_t i = 0; i < n; i++)
        if (isfinite(reference[i]) && isfinite(from[i]) && isfinite(to[i])) {
            x[n_ok] = reference[i];
            d[n_ok++] = to[i] - from[i];
        }
    const double variance = dtn_variance(n_ok, x), sd = sqrt(variance);
    *effect = *low = *high = (double)NAN;
    if (!(sd > 0) || n_ok < 3)
        return false;
    const double mx = mean_of(n_ok, x), theta = mean_of(n_ok, d) / sd;
    for (size_t i = 0; i < n_ok; i++) /* the influence of future i on the estimate */
        d[i] = d[i] / sd - theta * ((x[i] - mx) * (x[i] - mx) / variance - 1) / 2;
    const dtn_moments m = dtn_moments_of(n_ok, d);
    const double half = dtn_moments_half(&m, n_together);
    *effect = theta;
    *low = theta - half;
    *high = theta + half;
    return true;
}
