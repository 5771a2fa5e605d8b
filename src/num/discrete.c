/* Quantile functions of the counts: Poisson, binomial, negative binomial.
 *
 * The answer is the smallest k with CDF(k) >= u. Which number each k is compared with depends on the
 * parameters and k, never on u: that makes the result non-decreasing in u. Small means are walked
 * up from 0 with the recurrence of the probabilities, summing the CDF. Above 1/2 a sum decides only
 * where u is more than 1e-12 away from it; the rest, and all k of large means, are decided by the
 * incomplete gamma or beta function: the CDF below the centre, the survival function against 1 - u
 * above it, so the far upper tail keeps its accuracy. That search starts from a Cornish-Fisher expansion (1938) or, for
 * a very skewed negative binomial, from its mixing gamma, and goes on by Newton steps within a
 * bracket. One evaluation mostly does: the neighbour's value follows by one probability, and is
 * taken where its distance to u is far beyond rounding, else the neighbour is evaluated as well.
 *
 * A binomial with p above 1/2 and few failures is walked in the failures.
 * Limits: where one step of k changes the CDF by less than its rounding, some 1e-13 relative (means
 * above about 1e16, or size / k below 1e-12), k is right to that rounding only. Time is bounded for
 * all parameters.
 */
#include <math.h>

#include "num/count.h"
#include "num/incomplete.h"
#include "num/num.h"

enum { MAX_STEPS = 400 };

#define ONE(k) 1.0 / (k)
#define TEN(k)                                                                                  \
    ONE(k), ONE(k + 1), ONE(k + 2), ONE(k + 3), ONE(k + 4), ONE(k + 5), ONE(k + 6), ONE(k + 7), \
        ONE(k + 8), ONE(k + 9)
#define HUNDRED(k)                                                                        \
    TEN(k), TEN(k + 10), TEN(k + 20), TEN(k + 30), TEN(k + 40), TEN(k + 50), TEN(k + 60), \
        TEN(k + 70), TEN(k + 80), TEN(k + 90)
const double dtn_reciprocals[] = {
    0, HUNDRED(1), HUNDRED(101), HUNDRED(201), HUNDRED(301), HUNDRED(401), HUNDRED(501)};
#undef ONE
#undef TEN
#undef HUNDRED

typedef enum count_kind { POISSON, BINOMIAL, NEGATIVE_BINOMIAL } count_kind;

typedef struct count_dist {
    count_kind kind;
    double mean, spread; /* spread: the standard deviation */
    double n;            /* binomial: trials; negative binomial: size */
    double p, q;   /* binomial: success, failure; negative binomial: CDF(k) = I_p(size, k + 1) */
    double last;   /* largest value, INFINITY if there is none */
    double centre; /* from here on the survival function is compared */
    double margin; /* relative distance from a target that rounding cannot bridge */
} count_dist;

/** What is looked for: the smallest k with CDF(k) >= below and so survival(k) <= above; both strictly
 *  where `strict`. above = 1 - below, given apart because one of them is the more accurate. */
typedef struct count_target {
    double below, above;
    int strict;
} count_target;

/** CDF, survival function and probability of k >= 0. */
static void evaluate(const count_dist *d, double k, double *cdf, double *survival, double *pmf)
{
    dtn_tails t;
    dtn_beta of;
    switch (d->kind) {
    case POISSON:
        t = dtn_gamma_tails(k + 1.0, d->mean, dtn_gamma_norm(k + 1.0));
        *cdf = t.upper;
        *survival = t.lower;
        *pmf = t.front * (k + 1.0) / d->mean;
        return;
    case BINOMIAL:
        of = dtn_beta_of(d->n - k, k + 1.0);
        t = dtn_beta_tails(&of, d->q, d->p);
        *pmf = t.front / ((d->n - k) * d->p);
        break;
    case NEGATIVE_BINOMIAL:
    default:
        of = dtn_beta_of(d->n, k + 1.0);
        t = dtn_beta_tails(&of, d->p, d->q);
        *pmf = t.front / ((d->n + k) * d->q);
        break;
    }
    *cdf = t.lower;
    *survival = t.upper;
}

/** Probability of k + 1 over that of k. */
static double next_ratio(const count_dist *d, double k)
{
    switch (d->kind) {
    case POISSON: return d->mean / (k + 1.0);
    case BINOMIAL: return (d->n - k) / (k + 1.0) * (d->p / d->q);
    case NEGATIVE_BINOMIAL:
    default: return (d->n + k) / (k + 1.0) * d->q;
    }
}

/** A start by the Cornish-Fisher expansion with skewness and kurtosis. */
static double guess(const count_dist *d, double u)
{
    const double variance = d->spread * d->spread;
    double skewness, kurtosis;
    switch (d->kind) {
    case POISSON:
        skewness = 1.0 / d->spread;
        kurtosis = 1.0 / variance;
        break;
    case BINOMIAL:
        skewness = (d->q - d->p) / d->spread;
        kurtosis = (1.0 - 6.0 * d->p * d->q) / variance;
        break;
    case NEGATIVE_BINOMIAL:
    default:
        skewness = (2.0 - d->p) / __builtin_sqrt(d->n * d->q);
        kurtosis = (6.0 + d->p * d->p / d->q) / d->n;
        break;
    }
    if (skewness > 0.7) {
        return dtn_floor(dtn_gamma_quantile(u, d->mean, d->n) + 0.5);
    }
    const double z = dtn_normal_quantile(u), z2 = z * z;
    const double w = z + (z2 - 1.0) * skewness / 6.0 + z * (z2 - 3.0) * kurtosis / 24.0 -
                     z * (2.0 * z2 - 5.0) * skewness * skewness / 36.0;
    return dtn_floor(d->mean + d->spread * w + 0.5);
}

/** 1: a value with CDF `cdf`, or survival `survival`, has reached the target. */
static int is_reached(const count_target *t, int upper, double cdf, double survival)
{
    if (upper) {
        return t->strict ? survival < t->above : survival <= t->above;
    }
    return t->strict ? cdf > t->below : cdf >= t->below;
}

/** 1: the target is so far from this value that a rounding error of it does not matter. */
static int is_clear(const count_dist *d, const count_target *t, int upper, double value,
                    double scale)
{
    return __builtin_fabs(value - (upper ? t->above : t->below)) > d->margin * scale;
}

/** What is known of k after an evaluation: decided with its neighbour, or where to look next. */
typedef struct look {
    int is_final;
    double k;
} look;

static look look_at(const count_dist *d, const count_target *t, double k, double *low, double *high)
{
    double cdf, survival, pmf;
    evaluate(d, k, &cdf, &survival, &pmf);
    const int upper = k >= d->centre;
    if (is_reached(t, upper, cdf, survival)) {
        *high = k;
        const int before_upper = k - 1.0 >= d->centre;
        const double cdf1 = cdf - pmf, survival1 = survival + pmf;
        if (k - 1.0 <= *low ||
            (before_upper == upper && !is_reached(t, upper, cdf1, survival1) &&
             is_clear(d, t, upper, upper ? survival1 : cdf1, upper ? survival1 : cdf))) {
            return (look){1, k};
        }
    } else {
        *low = k;
        const int after_upper = k + 1.0 >= d->centre;
        const double pmf1 = pmf * next_ratio(d, k);
        const double cdf1 = cdf + pmf1, survival1 = survival - pmf1;
        if (k + 1.0 >= *high ||
            (after_upper == upper && is_reached(t, upper, cdf1, survival1) &&
             is_clear(d, t, upper, upper ? survival1 : cdf1, upper ? survival : cdf1))) {
            return (look){1, k + 1.0};
        }
    }
    const double tail = upper ? survival : cdf;
    const double change = dtn_log(tail / (upper ? t->above : t->below)) * (tail / pmf);
    const double step = dtn_floor((upper ? change : -change) + 0.5);
    return (look){0, k + (step != 0.0 ? step : *high == k ? -1.0 : 1.0)};
}

/** The smallest k that reaches the target, above `low`, which does not; `k` is where to begin. */
static double search(const count_dist *d, const count_target *t, double low, double k)
{
    double high = d->last; /* reached for certain, or INFINITY */
    for (int i = 0; i < MAX_STEPS; i++) {
        if (!(k > low && k < high)) {
            k = high == INFINITY ? 2.0 * low + 2.0 : dtn_floor(low + 0.5 * (high - low));
            if (!(k > low && k < high)) {
                return high; /* no double between them */
            }
        }
        const look l = look_at(d, t, k, &low, &high);
        if (l.is_final) {
            return l.k < high ? l.k : high;
        }
        k = l.k;
    }
    return high;
}

/** Walks up from 0, `pmf` being its probability; leaves what the sums cannot decide to `search`. The
 *  probability of k + 1 is that of k times (up + turn k) / (k + 1); walk.h does the same on vectors. */
static double walk(count_dist *d, const count_target *t, double pmf, double up, double turn)
{
    double cdf = pmf, k = 0.0;
    d->centre = INFINITY;
    for (; k < DTN_WALK_LIMIT && k < d->last; k += 1.0) {
        if (cdf <= DTN_WALK_EXACT_TO) {
            if (is_reached(t, 0, cdf, 0.0)) {
                return k;
            }
        } else {
            d->centre = k < d->centre ? k : d->centre;
            if (t->below < cdf - DTN_WALK_MARGIN) {
                return k;
            }
            if (t->below <= cdf + DTN_WALK_MARGIN) {
                break;
            }
        }
        pmf *= (up + turn * k) * dtn_reciprocals[(int)k + 1];
        cdf += pmf;
    }
    d->centre = k < d->centre ? k : d->centre;
    return search(d, t, k - 1.0, k);
}

/** Fills in what follows from the rest. */
static void prepare(count_dist *d, double spread)
{
    d->spread = spread;
    d->centre = dtn_floor(d->mean);
    d->margin = 1e-11 + 1e-14 * spread;
}

double dtn_poisson_quantile(double u, double mean)
{
    if (!(u >= 0.0 && u <= 1.0) || !(mean >= 0.0 && mean < INFINITY)) {
        return NAN;
    }
    if (mean == 0.0 || u == 0.0) {
        return 0.0;
    }
    if (u == 1.0) {
        return INFINITY;
    }
    count_dist d = {.kind = POISSON, .mean = mean, .last = INFINITY};
    prepare(&d, __builtin_sqrt(mean));
    const count_target t = {u, 1.0 - u, 0};
    return mean <= DTN_WALK_MEAN_POISSON ? walk(&d, &t, dtn_exp(-mean), mean, 0.0)
                                         : search(&d, &t, -1.0, guess(&d, u));
}

double dtn_binomial_quantile(double u, double n, double p)
{
    if (!(u >= 0.0 && u <= 1.0) || !(p >= 0.0 && p <= 1.0) || !(n > -0.5 && n < INFINITY)) {
        return NAN;
    }
    n = dtn_round(n);
    if (n == 0.0 || p == 0.0 || u == 0.0) {
        return 0.0;
    }
    if (p == 1.0 || u == 1.0) {
        return n;
    }
    count_dist d = {.kind = BINOMIAL, .mean = n * p, .n = n, .p = p, .q = 1.0 - p, .last = n};
    prepare(&d, __builtin_sqrt(d.mean * d.q));
    if (p > 0.5 &&
        n * d.q <= DTN_WALK_MEAN_OTHER) { /* failures: the smallest count with CDF > 1 - u */
        const double failure = d.q;
        d.q = p;
        d.p = failure;
        d.mean = n * failure;
        const count_target t = {1.0 - u, u, 1};
        const double odds = failure / p;
        return n - walk(&d, &t, dtn_exp(n * dtn_log1p(-failure)), n * odds, -odds);
    }
    const count_target t = {u, 1.0 - u, 0};
    const double odds = p / d.q;
    return d.mean <= DTN_WALK_MEAN_OTHER ? walk(&d, &t, dtn_exp(n * dtn_log1p(-p)), n * odds, -odds)
                                         : search(&d, &t, -1.0, guess(&d, u));
}

double dtn_negative_binomial_quantile(double u, double mean, double size)
{
    if (!(u >= 0.0 && u <= 1.0) || !(mean >= 0.0 && mean < INFINITY) || !(size > 0.0)) {
        return NAN;
    }
    if (size > DTN_SIZE_OF_POISSON * (1.0 + mean)) { /* the difference is below rounding */
        return dtn_poisson_quantile(u, mean);
    }
    if (mean == 0.0 || u == 0.0) {
        return 0.0;
    }
    if (u == 1.0) {
        return INFINITY;
    }
    const double sum = size + mean;
    count_dist d = {.kind = NEGATIVE_BINOMIAL,
                    .mean = mean,
                    .n = size,
                    .p = size / sum,
                    .q = mean / sum,
                    .last = INFINITY};
    prepare(&d, __builtin_sqrt(mean) / __builtin_sqrt(d.p));
    const count_target t = {u, 1.0 - u, 0};
    return mean <= DTN_WALK_MEAN_OTHER
               ? walk(&d, &t, dtn_exp(-size * dtn_log1p(mean / size)), size * d.q, d.q)
               : search(&d, &t, -1.0, guess(&d, u));
}
