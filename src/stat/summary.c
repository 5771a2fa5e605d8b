/* Summaries of a cell of results: count, exactly rounded mean, five quantiles; mean intervals.
 *
 * Values come by run index. A NaN marks a flagged run; an infinite value is counted as flagged
 * too, since no mean or interval can be formed with it. All sums are exact (sum.c), so the order
 * of the runs, and how they were spread over threads, cannot show. The variance is
 * two-pass, with the correction for the rounding of the mean (Chan, Golub and LeVeque 1983).
 * A sum beyond the largest double gives an infinite mean.
 */
#include <math.h>

#include "num/num.h"
#include "stat/kernel.h"
#include "stat/quantile.h"
#include "stat/stat.h"

enum { PIECE = DTN_SUM_BLOCK }; /* values summed together */

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

/* The same where all are finite. */
static size_t next_whole_piece(size_t n, const double *values, double mean, size_t *at,
                               double *piece)
{
    const size_t k = n - *at < PIECE ? n - *at : PIECE;
    for (size_t i = 0; i < k; i++)
        piece[i] = values[*at + i] - mean;
    *at += k;
    return k;
}

typedef struct extent {
    double low, high;
} extent;

static bool is_finite(size_t n, const double *values, extent *e)
{
    return n > 0 && dtn_stat_kernel_best()->extent(n, values, &e->low, &e->high);
}

/* The largest size of any of them less `mean`: rounding keeps the order, so that it is one of the ends'. */
static double size_about(const extent *e, double mean)
{
    const double above = e->high - mean, below = mean - e->low;
    return above > below ? above : below;
}

/* Exact mean of n finite values. */
static double mean_of(size_t n, const double *values, const extent *e)
{
    dtn_sum sum;
    dtn_sum_init(&sum);
    dtn_sum_add_bounded(&sum, n, values, size_about(e, 0));
    return n ? dtn_sum_get(&sum) / (double)n : (double)NAN;
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
    *mean = n_ok ? dtn_sum_get(&sum) / (double)n_ok : (double)NAN;
    return n_ok;
}

/* Finite values to `out`; how many. */
static size_t keep_finite(size_t n, const double *values, double *out)
{
    size_t n_ok = 0;
    for (size_t i = 0; i < n; i++) {
        out[n_ok] = values[i];
        n_ok += isfinite(values[i]) != 0;
    }
    return n_ok;
}

void dtn_summary_of(size_t n, const double *values, double *scratch, dtn_summary *out)
{
    static const double q[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    double p[] = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
    size_t n_ok = n;
    extent e = {0, 0};
    if (!is_finite(n, values, &e)) {
        n_ok = keep_finite(n, values, scratch);
        values = scratch;
        (void)is_finite(n_ok, values, &e);
    }
    out->mean = mean_of(n_ok, values, &e);
    if (n_ok)
        dtn_quantiles_select(n_ok, values, scratch, 5, q, p);
    out->n = n_ok;
    out->n_flagged = n - n_ok;
    out->p05 = p[0];
    out->p25 = p[1];
    out->p50 = p[2];
    out->p75 = p[3];
    out->p95 = p[4];
}

dtn_moments dtn_moments_of(size_t n, const double *values)
{
    extent e = {0, 0};
    const bool is_whole = is_finite(n, values, &e);
    dtn_moments m = {.n = n, .variance = (double)NAN};
    double piece[PIECE + 1];
    dtn_sum first, second;
    if (is_whole)
        m.mean = mean_of(n, values, &e);
    else
        m.n = exact_mean(n, values, &m.mean);
    if (m.n < 2)
        return m;
    const double most = is_whole ? size_about(&e, m.mean) : (double)INFINITY;
    dtn_sum_init(&first);
    dtn_sum_init(&second);
    for (size_t at = 0; at < n;) {
        const size_t k = is_whole ? next_whole_piece(n, values, m.mean, &at, piece)
                                  : next_piece(n, values, m.mean, &at, piece);
        dtn_sum_add_bounded(&first, k, piece, most);
        for (size_t i = 0; i < k; i++)
            piece[i] *= piece[i];
        dtn_sum_add_bounded(&second, k, piece, most * most);
    }
    const double left = dtn_sum_get(&first); /* 0 but for the rounding of the mean */
    const double squares = dtn_sum_get(&second) - left * left / (double)m.n;
    m.variance = (squares > 0 || isnan(squares) ? squares : 0) / (double)(m.n - 1);
    return m;
}

double dtn_moments_half(const dtn_moments *m, size_t n_together)
{
    if (m->n < 2)
        return (double)NAN;
    const double u = 1 - 0.025 / (double)(n_together > 0 ? n_together : 1);
    return dtn_student_quantile(u, (double)(m->n - 1)) * sqrt(m->variance / (double)m->n);
}

void dtn_mean_interval(size_t n, const double *values, double *mean, double *low, double *high)
{
    const dtn_moments m = dtn_moments_of(n, values);
    const double half = dtn_moments_half(&m, 1);
    *mean = m.mean;
    *low = m.mean - half;
    *high = m.mean + half;
}

double dtn_variance(size_t n, const double *values) { return dtn_moments_of(n, values).variance; }
