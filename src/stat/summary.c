/* Summaries of a cell of results: count, exactly rounded mean, five quantiles; mean intervals.
 *
 * Values come by run index. A NaN marks a flagged run; an infinite value is counted as flagged
 * too, since no mean or interval can be formed with it. All sums are exact (sum.c), so the order
 * of the runs, and how they were spread over threads, cannot show. The variance is
 * two-pass, with the correction for the rounding of the mean (Chan, Golub and LeVeque 1983).
 * A sum beyond the largest double gives an infinite mean.
 */
#include <math.h>

#include "stat/quantile.h"
#include "stat/stat.h"

#define Z_95 1.96 /* two-sided 95 % of the normal distribution */

enum { PIECE = 512 }; /* values summed together */

/* The next finite values from *at on, less `mean`, into piece[PIECE]; how many. */
static size_t next_piece(size_t n, const double *values, double mean, size_t *at, double *piece)
{
    size_t k = 0;
    for (; *at < n && k < PIECE; ++*at) {
        piece[k] = values[*at] - mean;
        k += isfinite(values[*at]) != 0;
    }
    return k;
}

static size_t exact_mean(size_t n, const double *values, double *mean)
{
    double piece[PIECE + 1];
    dtn_sum sum;
    size_t n_ok = 0, at = 0;
    dtn_sum_init(&sum);
    while (at < n) {
        const size_t k = next_piece(n, values, 0, &at, piece);
        dtn_sum_add_many(&sum, k, piece);
        n_ok += k;
    }
    *mean = n_ok ? dtn_sum_get(&sum) / (double)n_ok : NAN;
    return n_ok;
}

void dtn_summary_of(size_t n, const double *values, double *scratch, dtn_summary *out)
{
    static const double q[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    double p[] = {NAN, NAN, NAN, NAN, NAN};
    size_t n_ok = 0;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(values[i]))
            scratch[n_ok++] = values[i];
    }
    exact_mean(n_ok, scratch, &out->mean);
    if (n_ok)
        dtn_quantiles_select(n_ok, scratch, 5, q, p);
    out->n = n_ok;
    out->n_flagged = n - n_ok;
    out->p05 = p[0];
    out->p25 = p[1];
    out->p50 = p[2];
    out->p75 = p[3];
    out->p95 = p[4];
}

/* Mean and unbiased variance; the variance is NaN below two values. */
static size_t mean_variance(size_t n, const double *values, double *mean, double *variance)
{
    dtn_sum first, second;
    size_t n_ok = exact_mean(n, values, mean);
    *variance = NAN;
    if (n_ok < 2)
        return n_ok;
    dtn_sum_init(&first);
    dtn_sum_init(&second);
    double piece[PIECE + 1];
    for (size_t at = 0; at < n;) {
        const size_t k = next_piece(n, values, *mean, &at, piece);
        dtn_sum_add_many(&first, k, piece);
        for (size_t i = 0; i < k; i++)
            piece[i] *= piece[i];
        dtn_sum_add_many(&second, k, piece);
    }
    double left = dtn_sum_get(&first); /* 0 but for the rounding of the mean */
    double squares = dtn_sum_get(&second) - left * left / (double)n_ok;
    *variance = (squares > 0 || isnan(squares) ? squares : 0) / (double)(n_ok - 1);
    return n_ok;
}

void dtn_mean_interval(size_t n, const double *values, double *mean, double *low, double *high)
{
    double m, variance;
    size_t n_ok = mean_variance(n, values, &m, &variance);
    double half = Z_95 * sqrt(variance / (double)n_ok);
    *mean = m;
    *low = m - half;
    *high = m + half;
}

double dtn_variance(size_t n, const double *values)
{
    double mean, variance;
    mean_variance(n, values, &mean, &variance);
    return variance;
}
