/** Counts by inversion for vectors of lanes: the walk of discrete.c, several lanes at a time.
 *
 *  Included by kernel.c, once for each instruction set. Each lane does the operations of the scalar
 *  function in its order, so its bits are the same; lanes that a walk does not decide (far means, sums
 *  within rounding of u, ends, bad parameters) are done by the scalar function. All lanes
 *  walk k = 0, 1, ... together until the last is decided.
 */
#ifndef DTN_NUM_WALK_H
#define DTN_NUM_WALK_H

#include "num/count.h"

#if DTN_KERNEL_ISA == 0
enum { LANES = 2 };
#else
enum { LANES = WIDTH };
#endif
typedef double lanes __attribute__((vector_size(LANES * 8)));
typedef int64_t truth __attribute__((vector_size(LANES * 8))); /* 0 or -1 */

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

static lanes select_lanes(truth t, lanes a, lanes b)
{
    return (lanes)((t & (truth)a) | (~t & (truth)b));
}

static lanes load_lanes(const double *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

/** How a lane walks: pmf is the probability of 0; that of k + 1 over that of k is
 *  (up + turn * k) / (k + 1) * by. */
typedef struct walk_lanes {
    lanes u, pmf, up, by, last;
    double turn;
    truth strict, active; /* strict: CDF(k) > u is looked for */
} walk_lanes;

/** Lanes whose sum has come so near to u that the comparison must be made with care. */
static truth decide(const walk_lanes *w, lanes cdf, lanes all_k, truth active, truth *rare,
                    lanes *out)
{
    const truth low = cdf <= DTN_WALK_EXACT_TO;
    const truth reached = low & (truth)((w->u < cdf) | ((w->u == cdf) & ~w->strict));
    const truth clear = ~low & (truth)(w->u < cdf - DTN_WALK_MARGIN);
    const truth close = ~low & ~clear & (truth)(w->u <= cdf + DTN_WALK_MARGIN);
    const truth done = active & (reached | clear);
    *out = select_lanes(done, all_k, *out);
    *rare |= active & close;
    return active & ~(done | close);
}

/** Where it ends; lanes left in w->active were not decided. Most turns decide no lane, which one
 *  comparison tells. */
static inline __attribute__((always_inline)) lanes walk_as(walk_lanes *w, int is_poisson)
{
    lanes cdf = w->pmf, pmf = w->pmf, out = cdf * 0.0;
    truth active = w->active, rare = active ^ active;
    for (double k = 0; k < DTN_WALK_LIMIT; k += 1.0) {
        const lanes all_k = out * 0.0 + k;
        if (!is_poisson) {
            const truth beyond = active & ~(truth)(all_k < w->last);
            rare |= beyond;
            active &= ~beyond;
        }
        if (any(active & (truth)(w->u <= cdf + DTN_WALK_MARGIN)))
            active = decide(w, cdf, all_k, active, &rare, &out);
        if (!any(active))
            break;
        pmf *= is_poisson ? w->up / (k + 1.0) : (w->up + w->turn * k) / (k + 1.0) * w->by;
        cdf += pmf;
    }
    w->active = active | rare;
    return out;
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

/** exp(x), log1p(x) of a vector; x in the range where SLEEF's log1p holds. */
#if DTN_KERNEL_ISA == 0
static lanes exp_of(lanes x) { return (lanes){FN(exp, u10)(x[0]), FN(exp, u10)(x[1])}; }
static lanes log1p_of(lanes x) { return (lanes){FN(log1p, u10)(x[0]), FN(log1p, u10)(x[1])}; }
#else
static lanes exp_of(lanes x) { return (lanes)FN(exp, u10)((vec)x); }
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
    walk_lanes w = {.u = u,
                    .pmf = exp_of(-mean),
                    .up = mean,
                    .by = u * 0.0 + 1.0,
                    .last = u * 0.0 + INFINITY,
                    .turn = 0.0,
                    .strict = zero ^ zero,
                    .active = walks};
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
    walk_lanes w = {.u = select_lanes(failures, 1.0 - u, u),
                    .pmf = exp_of(n * log1p_of(-each)),
                    .up = n,
                    .by = each / other,
                    .last = n,
                    .turn = -1.0,
                    .strict = failures,
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
    walk_lanes w = {.u = u,
                    .pmf = exp_of(-size * log1p_of(odds)),
                    .up = size,
                    .by = mean / sum,
                    .last = u * 0.0 + INFINITY,
                    .turn = 1.0,
                    .strict = zero ^ zero,
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
