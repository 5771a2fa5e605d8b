/** Statistics that do not depend on the order of merging. Knows nothing of models. */
#ifndef DTN_STAT_STAT_H
#define DTN_STAT_STAT_H

#include "detente/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Exactly rounded sum (Neal 2015, small superaccumulator): the same for any order. */
typedef struct dtn_sum {
    int64_t chunk[67];
    int adds_left;
    int n_pos_inf, n_neg_inf, n_nan;
} dtn_sum;
void dtn_sum_init(dtn_sum *sum);
void dtn_sum_add(dtn_sum *sum, double x);
void dtn_sum_add_many(dtn_sum *sum, size_t n, const double *x); /* the same, sooner */
/** The same of finite x, none larger than `most` in size (infinite or NaN: it is not known). */
void dtn_sum_add_bounded(dtn_sum *sum, size_t n, const double *x, double most);
void dtn_sum_merge(dtn_sum *into, const dtn_sum *from);
double dtn_sum_get(const dtn_sum *sum); /* rounded to nearest even */

/** Type-7 quantiles (Hyndman and Fan 1996) of n values; `values` is sorted in place; NaN not
 *  allowed. q[n_q] in [0,1]. Errors: DTN_E_EMPTY, DTN_E_RANGE. */
dtn_status dtn_quantiles_exact(size_t n, double *values, size_t n_q, const double q[],
                               double out[]);

/** Counts over fixed value buckets: integers up to 2^10 exact, others with relative width at most
 *  0.1 %; quantiles from it have a relative error of at most 0.1 %. Merging adds integers. */
typedef struct dtn_sketch dtn_sketch;
dtn_sketch *dtn_sketch_new(void); /* NULL: out of memory */
void dtn_sketch_delete(dtn_sketch *sketch);
dtn_status dtn_sketch_add(dtn_sketch *sketch, double x); /* DTN_E_RANGE: NaN; DTN_E_MEMORY */
/** The same for n values, none of them NaN; on failure some are counted. */
dtn_status dtn_sketch_add_many(dtn_sketch *sketch, size_t n, const double *x);
/** Whole or not at all; a sketch may be merged into itself. */
dtn_status dtn_sketch_merge(dtn_sketch *into, const dtn_sketch *from);
uint64_t dtn_sketch_count(const dtn_sketch *sketch);
/** Type 7 over the counts. Errors: DTN_E_EMPTY, DTN_E_RANGE, DTN_E_MEMORY. */
dtn_status dtn_sketch_quantile(const dtn_sketch *sketch, double q, double *out);
/** Several at once: the bins are sorted once. q[n_q] in [0,1], any order. */
dtn_status dtn_sketch_quantiles(const dtn_sketch *sketch, size_t n_q, const double q[],
                                double out[]);

/** One cell of an ensemble's results: n, exact mean, quantiles p05 p25 p50 p75 p95. */
typedef struct dtn_summary {
    uint64_t n, n_flagged;
    double mean, p05, p25, p50, p75, p95;
} dtn_summary;

/** Summary of `n` values by run index; NaN or an infinity marks a flagged run
 *  (counted, left out). scratch[n] is the caller's. With no finite run the figures are NaN. */
void dtn_summary_of(size_t n, const double *values, double *scratch, dtn_summary *out);

/** Mean and unbiased variance (NaN below two values), two-pass with exact sums; NaN values and infinities
 *  are left out. */
typedef struct dtn_moments {
    size_t n; /* values that count */
    double mean, variance;
} dtn_moments;
dtn_moments dtn_moments_of(size_t n, const double *values);
/** Half the width of the mean's 95 % interval by Student's t, n - 1 degrees of freedom; of `n_together` means
 *  it is so wide that all hold together (Bonferroni; 1: a mean alone). NaN below two values. */
double dtn_moments_half(const dtn_moments *moments, size_t n_together);

/** Mean with its 95 % interval, alone, two-pass with exact sums. NaN values are left out. */
void dtn_mean_interval(size_t n, const double *values, double *mean, double *low, double *high);
double dtn_variance(size_t n, const double *values); /* unbiased; NaN values left out */

/** Share of its size that a figure of a run may be off by rounding alone: a double carries 2^-53 of it (1e-16), and the
 *  steps of a run and the sums over them make that up to some millions of times larger. What differs by less
 *  is taken for equal. */
#define DTN_ROUNDING 1e-9

/** Twice the ranks 1..n of n < 2^31 finite values; those that lie within `slack` (0 or more) above the least of them
 *  share the mean of theirs. `scratch` has dtn_midranks_scratch(n) bytes, aligned for double. */
size_t dtn_midranks_scratch(size_t n);
void dtn_midranks_twice(size_t n, const double *values, double slack, uint32_t *twice,
                        void *scratch);
/** Sum of squares of n ranks about their mean, from twice the ranks. */
double dtn_rank_square(size_t n, const uint32_t *twice);
enum { DTN_RANKINGS = 16 }; /* rankings that are summed together */
/** sums[n_group][DTN_RANKINGS] of twice[n][DTN_RANKINGS] ranks in each group[i] < n_group; n < 2^16. */
void dtn_rank_sums(size_t n, const uint32_t *twice, const uint16_t *group, size_t n_group,
                   uint32_t *sums);
/** Share, 0 to 1, of the sum of squares of n ranks (dtn_rank_square) that lies between groups of count[g]
 *  (correlation ratio, eta squared), from the sums of twice the ranks in each, `stride` apart; NaN
 *  where all are equal. */
double dtn_rank_ratio(size_t n, double square, size_t n_group, const uint32_t *count,
                      const uint32_t *sums, size_t stride);

/** Shape of a series of equally spaced values (series.c): variance and autocorrelation at lag 1 are
 *  about the least-squares trend, the trend is per step, the tail is the largest over the mean. */
typedef struct dtn_series_shape {
    double level, trend, variance, autocorrelation, share_zero, tail;
} dtn_series_shape;
#define DTN_SERIES_MIN 4 /* fewer values have no shape */
/** scratch[n]. DTN_E_EMPTY: fewer than DTN_SERIES_MIN values; DTN_E_RANGE: a value is not finite. */
dtn_status dtn_series_shape_of(size_t n, const double *x, double *scratch, dtn_series_shape *out);

/** Theil's inequality statistics (Sterman 1984): mean square error, and its shares from unequal
 *  means, unequal variation and unequal covariation, which add up to 1 (NaN without an error). */
typedef struct dtn_theil {
    double mse, um, us, uc;
} dtn_theil;
/** DTN_E_EMPTY: fewer than two values; DTN_E_RANGE: one is not finite. */
dtn_status dtn_theil_of(size_t n, const double *simulated, const double *actual, dtn_theil *out);

/** Variance over mean: 1 for Poisson counts. */
double dtn_dispersion(size_t n, const double *counts);

/** Standardised effect of a change, on the same futures: mean(to - from) over the standard deviation
 *  of `reference` (often `from` itself), and its 95 % interval (as dtn_moments_half's) by the delta method, the
 *  uncertainty of the standard deviation included. Futures with a NaN anywhere are left out.
 *  scratch[2 n]. False, and NaN, where `reference` does not vary. */
bool dtn_standard_effect(size_t n, const double *reference, const double *from, const double *to,
                         size_t n_together, double *scratch, double *effect, double *low,
                         double *high);

#define DTN_EXACT_RUNS 10000 /* up to this many runs asked for, quantiles are exact */

#endif
