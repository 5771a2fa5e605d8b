/** Counts by inversion for vectors of lanes: the walk of discrete.c, several lanes at a time.
 *
 *  Included by kernel.c, once for each instruction set. Sums are those of the scalar function, made by the
 *  same operations in the same order. All lanes walk k = 0, 1, ... together: a lane counts the sums
 *  that are clearly below its u. A lane that met a sum within rounding of its u, and one that the walk does
 *  not decide (far means, ends, bad parameters), is done by the scalar function.
 */
#ifndef DTN_NUM_WALK_H
#define DTN_NUM_WALK_H

#include "num/count.h"

static int any(truth t)
{
#if DTN_KERNEL_ISA == 4
    return _mm512_test_epi64_mask((__m512i)t, (__m512i)t) != 0;
#elif DTN_KERNEL_ISA == 2 || DTN_KERNEL_ISA == 3
    return _mm256_movemask_pd((__m256d)t) != 0;
#elif DTN_KERNEL_ISA == 1
    return _mm_movemask_pd((__m128d)t) != 0;
#else
    int64_t all = 0;
    for (int i = 0; i < LANES; i++)
        all |= t[i];
    return all != 0;
#endif
}

/** How a lane walks: pmf is the probability of 0; that of k + 1 over that of k is
 *  (up + turn k) / (k + 1). */
typedef struct walk_lanes {
    lanes u, pmf, up, turn;
    truth active;
} walk_lanes;

enum { STRIDE = 4 }; /* sums between two looks at whether all lanes are done */

#if DTN_KERNEL_ISA == 4
typedef __mmask8
    few; /* a truth for each lane, as the comparisons of this instruction set give it */
static few is_less(lanes a, lanes b)
{
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ);
}
static int any_of(few t) { return t != 0; }
static truth as_truth(few t) { return (truth)_mm512_movm_epi64(t); }
typedef lanes counter;
static counter count_none(void) { return (lanes)_mm512_setzero_pd(); }
static counter count_one(counter n, few t)
{
    return (lanes)_mm512_mask_add_pd((__m512d)n, t, (__m512d)n, _mm512_set1_pd(1.0));
}
static lanes counted(counter n) { return n; }
#else
typedef truth few;
static few is_less(lanes a, lanes b) { return (truth)(a < b); }
static int any_of(few t) { return any(t); }
static truth as_truth(few t) { return t; }
typedef truth counter;
static counter count_none(void) { return (truth){0}; }
static counter count_one(counter n, few t) { return n - t; }
static lanes counted(counter n) /* below 2^52 */
{
    return (lanes)(n | INT64_C(0x4330000000000000)) - 0x1p52;
}
#endif

/** Where it ends; lanes left in w->active were not decided. */
static inline __attribute__((always_inline)) lanes walk_as(walk_lanes *w, int is_poisson)
{
    const lanes above = w->u + DTN_WALK_MARGIN, below = w->u - DTN_WALK_MARGIN;
    lanes cdf = w->pmf, pmf = w->pmf;
    counter n = count_none();
    few close = is_less(cdf, cdf), far = close;
    for (int k = 0; k < DTN_WALK_LIMIT; k += STRIDE) {
        for (int i = 0; i < STRIDE; i++) {
            far = is_less(cdf, below);
            close |= far ^ is_less(cdf, above);
            n = count_one(n, far);
            const double of_next = dtn_reciprocals[k + i + 1];
            pmf *= (is_poisson ? w->up : w->up + w->turn * (double)(k + i)) * of_next;
            cdf += pmf;
        }
        if (!any_of(far))
            break;
    }
    w->active &= as_truth(close | far);
    return counted(n);
}

static lanes walk_together(walk_lanes *w) { return walk_as(w, 0); }
static lanes walk_poisson(walk_lanes *w) { return walk_as(w, 1); }

/* ---- Quantiles ----------------------------------------------------------------------------- */

/** Lanes whose answer is 0 without a walk. */
static truth is_zero(lanes u, lanes mean)
{
    return (truth)(u >= 0.0) & (truth)(u <= 1.0) & (truth)(mean == 0.0);
}

static truth is_inside(lanes u) { return (truth)(u > 0.0) & (truth)(u < 1.0); }

/** log1p(x) of a vector; x in the range where SLEEF's log1p holds. */
#if DTN_KERNEL_ISA == 0
static lanes log1p_of(lanes x) { return (lanes){FN(log1p, u10)(x[0]), FN(log1p, u10)(x[1])}; }
#else
static lanes log1p_of(lanes x) { return (lanes)FN(log1p, u10)((vec)x); }
#endif

/** What was not decided, one by one. */
#define REST(rest, out, call)                        \
    do {                                             \
        const truth left = (rest);                   \
        for (int i = 0; any(left) && i < LANES; i++) \
            if (left[i])                             \
                (out)[i] = (call);                   \
    } while (0)

static lanes poisson_lanes(lanes u, lanes mean)
{
    const truth zero = is_zero(u, mean);
    const truth walks = is_inside(u) & (truth)(mean > 0.0) & (truth)(mean <= DTN_WALK_MEAN_POISSON);
    walk_lanes w = {
        .u = (lanes)((truth)u & walks), .pmf = exp_of(-mean), .up = mean, .active = walks};
    lanes out = walk_poisson(&w);
    REST(w.active | ~(walks | zero), out, dtn_poisson_quantile(u[i], mean[i]));
    return out;
}

static lanes binomial_lanes(lanes u, lanes n_in, lanes p)
{
    lanes n = n_in;
    for (int i = 0; i < LANES; i++)
        n[i] = dtn_round(n_in[i]);
    const truth zero = is_zero(u, n) & (truth)(p >= 0.0) & (truth)(p <= 1.0);
    const lanes q = 1.0 - p;
    const truth failures = (truth)(p > 0.5) & (truth)(n * q <= DTN_WALK_MEAN_OTHER);
    const truth walks = is_inside(u) & (truth)(n > 0.0) & (truth)(n < INFINITY) & is_inside(p) &
                        (failures | (truth)(n * p <= DTN_WALK_MEAN_OTHER));
    const lanes each = select_lanes(failures, q, p), other = select_lanes(failures, p, q);
    const lanes odds = each / other;
    walk_lanes w = {.u = (lanes)((truth)select_lanes(failures, 1.0 - u, u) & walks),
                    .pmf = exp_of(n * log1p_of(-each)),
                    .up = n * odds,
                    .turn = -odds,
                    .active = walks};
    lanes out = walk_together(&w);
    out = select_lanes(failures & walks, n - out, out);
    REST(w.active | ~(walks | zero), out, dtn_binomial_quantile(u[i], n_in[i], p[i]));
    return out;
}

static lanes negative_binomial_lanes(lanes u, lanes mean, lanes size)
{
    const truth sized = (truth)(size > 0.0) & (truth)(size <= DTN_SIZE_OF_POISSON * (1.0 + mean));
    const truth zero = is_zero(u, mean) & sized;
    const lanes odds = mean / size, sum = size + mean;
    const truth walks = is_inside(u) & sized & (truth)(mean > 0.0) &
                        (truth)(mean <= DTN_WALK_MEAN_OTHER) & (truth)(odds < 1e300);
    const lanes turn = mean / sum;
    walk_lanes w = {.u = (lanes)((truth)u & walks),
                    .pmf = exp_of(-size * log1p_of(odds)),
                    .up = size * turn,
                    .turn = turn,
                    .active = walks};
    lanes out = walk_together(&w);
    REST(w.active | ~(walks | zero), out, dtn_negative_binomial_quantile(u[i], mean[i], size[i]));
    return out;
}

/** Over rows, the last vector padded with what gives 0 at once. */
static inline __attribute__((always_inline)) void map_counts(size_t n, const double *u,
                                                             const double *a, const double *b,
                                                             double *out,
                                                             lanes (*fn)(lanes u, lanes a, lanes b))
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        const lanes x = fn(load_lanes(u + i), load_lanes(a + i), load_lanes(b + i));
        memcpy(out + i, &x, sizeof x);
    }
    if (i < n) {
        const size_t width = n - i;
        double row[3][LANES] = {{0}};
        for (int k = 0; k < LANES; k++)
            row[2][k] = 1.0;
        memcpy(row[0], u + i, width * sizeof *u);
        memcpy(row[1], a + i, width * sizeof *a);
        memcpy(row[2], b + i, width * sizeof *b);
        const lanes x = fn(load_lanes(row[0]), load_lanes(row[1]), load_lanes(row[2]));
        memcpy(out + i, &x, width * sizeof *out);
    }
}

static lanes poisson_of_two(lanes u, lanes mean, lanes unused)
{
    (void)unused;
    return poisson_lanes(u, mean);
}

static void map_poisson(size_t n, const double *u, const double *mean, double *out)
{
    map_counts(n, u, mean, mean, out, poisson_of_two);
}

static void map_binomial(size_t n, const double *u, const double *trials, const double *p,
                         double *out)
{
    map_counts(n, u, trials, p, out, binomial_lanes);
}

static void map_negative_binomial(size_t n, const double *u, const double *mean, const double *size,
                                  double *out)
{
    map_counts(n, u, mean, size, out, negative_binomial_lanes);
}

#endif
