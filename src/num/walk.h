/** Counts by inversion for vectors of lanes: the walk of discrete.c, several lanes at a time.
 *
 *  Included by kernel.c, once for each instruction set. Sums are those of the scalar function, made by the
 *  same operations in the same order. All lanes walk k = 0, 1, ... together: a lane counts the sums
 *  that are clearly below its u. A lane that met a sum within rounding of its u, and one that the walk does
 *  not decide (far means, ends, bad parameters), is done by the scalar function. Poisson means from 8 on are not
 *  walked: the quantile itself is expanded, and decides where it is far enough from a whole number.
 */
#ifndef DTN_NUM_WALK_H
#define DTN_NUM_WALK_H

#include "num/count.h"

/** How a lane walks: pmf is the probability of 0; that of k + 1 over that of k is
 *  (up + turn k) / (k + 1). */
typedef struct walk_lanes {
    lanes u, pmf, up, turn;
} walk_lanes;

enum { STRIDE = 4 }; /* sums between two looks at whether all lanes are done */

#if DTN_KERNEL_ISA == 4
typedef __mmask8
    few; /* a truth for each lane, as the comparisons of this instruction set give it */
static few is_less(lanes a, lanes b)
{
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ);
}
static few is_within(lanes a, double low, double below)
{
    const few t = _mm512_cmp_pd_mask((__m512d)a, _mm512_set1_pd(low), _CMP_GE_OQ);
    return _mm512_mask_cmp_pd_mask(t, (__m512d)a, _mm512_set1_pd(below), _CMP_LT_OQ);
}
static int any_of(few t) { return t != 0; }
static lanes or_zero(few t, lanes a) { return (lanes)_mm512_maskz_mov_pd(t, (__m512d)a); }
static lanes either(few t, lanes a, lanes b)
{
    return (lanes)_mm512_mask_mov_pd((__m512d)b, t, (__m512d)a);
}
static truth as_truth(few t) { return (truth)_mm512_movm_epi64(t); }
static few as_few(truth t) { return _mm512_movepi64_mask((__m512i)t); }
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
static few is_within(lanes a, double low, double below)
{
    return (truth)(a >= low) & (truth)(a < below);
}
static int any_of(few t) { return any(t); }
static lanes or_zero(few t, lanes a) { return (lanes)((truth)a & t); }
static lanes either(few t, lanes a, lanes b)
{
#if DTN_KERNEL_ISA == 2 || DTN_KERNEL_ISA == 3
    return (lanes)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)t);
#else
    return select_lanes(t, a, b);
#endif
}
static truth as_truth(few t) { return t; }
static few as_few(truth t) { return t; }
typedef truth counter;
static counter count_none(void) { return (truth){0}; }
static counter count_one(counter n, few t) { return n - t; }
static lanes counted(counter n) /* below 2^52 */
{
    return (lanes)(n | INT64_C(0x4330000000000000)) - 0x1p52;
}
#endif

/** Vectors whose walks go in step: a sum waits for the one before and a look for all of them, and there is room
 *  between for as many more as have registers. */
#if DTN_KERNEL_ISA == 4
enum { MOST_WALKS = 4 };
#else
enum { MOST_WALKS = 2 };
#endif
#define EACH_WALK for (int v = 0; v < n_walk; v++)

/** Where each of n_walk (a constant) ends; undecided: lanes that met a sum within rounding of their u, or did not
 *  reach it. */
static inline __attribute__((always_inline)) void walk_as(const int n_walk, const walk_lanes *w,
                                                          const int is_poisson, few *undecided,
                                                          lanes *out)
{
    lanes below[MOST_WALKS], cdf[MOST_WALKS], pmf[MOST_WALKS];
    lanes first[MOST_WALKS]; /* the first sum that is not clearly below */
    counter n[MOST_WALKS];
    few far[MOST_WALKS];
    EACH_WALK
    {
        below[v] = w[v].u - DTN_WALK_MARGIN;
        cdf[v] = pmf[v] = first[v] = w[v].pmf;
        n[v] = count_none();
        far[v] = is_less(cdf[v], below[v]);
    }
    for (int k = 0; k < DTN_WALK_LIMIT; k += STRIDE) {
        for (int i = 0; i < STRIDE; i++) {
            const double of_next = dtn_reciprocals[k + i + 1];
            EACH_WALK
            {
                far[v] = is_less(cdf[v], below[v]);
                n[v] = count_one(n[v], far[v]);
                pmf[v] *= (is_poisson ? w[v].up : w[v].up + w[v].turn * (double)(k + i)) * of_next;
                cdf[v] += pmf[v];
                first[v] = either(far[v], cdf[v], first[v]);
            }
        }
        few left = is_less(below[0], below[0]);
        EACH_WALK left |= far[v];
        if (!any_of(left))
            break;
    }
    EACH_WALK
    {
        undecided[v] = far[v] | is_less(first[v], w[v].u + DTN_WALK_MARGIN);
        out[v] = counted(n[v]);
    }
}

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

/** Large means: the Cornish-Fisher expansion (1938) of the Poisson distribution in the standard normal
 *  w = Phi^-1(u). The value is the whole part of
 *
 *      x = m + sqrt(m) w + p2(w) + p3(w) / sqrt(m) + ... + p6(w) / m^2
 *
 *  where Q(x, m) = u, Q the incomplete gamma function, continuous in x (first terms: M. B. Giles, Algorithm 955, ACM
 *  Trans. Math. Softw. 42, 2016; the others follow from dx/dm Gamma(x) phi(w) = dx/dw m^(x-1) e^-m). `reach` is at
 *  least five times the error, and far above the scalar function's rounding: nearer to a whole number
 *  nothing is decided here. test_num_walk.c tries uniforms beside the sums, where an error beyond it would
 *  show. */
static inline __attribute__((always_inline)) lanes poisson_expanded(lanes w, lanes m,
                                                                    truth *decided)
{
    lanes s = m;
    for (int i = 0; i < LANES; i++)
        s[i] = __builtin_sqrt(m[i]);
    const lanes r = 1.0 / s, v = w * w, c = v + 3.0, cr = c * r;
    const lanes p2 = (v + 2.0) * (1.0 / 6), p3 = w * (v + 2.0) * (-1.0 / 72);
    const lanes p4 = ((v * 3.0 + 7.0) * v - 16.0) * (1.0 / 810);
    const lanes p5 = ((v * -207.0 - 548.0) * v + 2684.0) * w * (1.0 / 155520);
    const lanes p6 = (((v * 228.0 + 675.0) * v - 5189.0) * v - 256.0) * (1.0 / 408240);
    const lanes x = m + (s * w + (p2 + r * (p3 + r * (p4 + r * (p5 + r * p6)))));
    const lanes reach = 4e-4 * (cr * cr) * (cr * cr) * r + (1e-11 * s + 2e-15 * m);
    const lanes near = (x + 0x1p52) - 0x1p52; /* x below 2^51 */
    const lanes below = near - (lanes)((truth)(near > x) & (truth)((lanes){0} + 1.0));
    *decided = (truth)(reach < 0.1) & (truth)(x > 0.0) & (truth)(x - below > reach) &
               (truth)(below + 1.0 - x > reach);
    return below;
}

/** Lanes of large means, which do not walk: what the expansion decides goes to x, and counts as walked. w: standard
 *  normal quantiles of u. The expansion's error is known for uniforms that the generator gives; the scalar
 *  function has the rest. */
static inline __attribute__((always_inline)) void poisson_large(const int n_walk, const double *u,
                                                                const double *mean, const double *w,
                                                                few *walks, lanes *x)
{
    EACH_WALK
    {
        const lanes m = load_lanes(mean + v * LANES);
        const few large = is_within(load_lanes(u + v * LANES), DTN_EXPANSION_LEAST, 1.0) &
                          is_within(m, DTN_EXPANSION_MEAN, INFINITY);
        truth decided;
        const lanes k = poisson_expanded(
            load_lanes(w + v * LANES), either(large, m, (lanes){0} + DTN_EXPANSION_MEAN), &decided);
        const few taken = large & as_few(decided);
        x[v] = either(taken, k, x[v]);
        walks[v] |= taken;
    }
}

/** n_walk vectors, one behind the other. */
static inline __attribute__((always_inline)) void poisson_walks(const int n_walk, const double *u,
                                                                const double *mean, const double *w,
                                                                double *out)
{
    few walks[MOST_WALKS], undecided[MOST_WALKS], any_walks = is_less((lanes){0}, (lanes){0});
    lanes x[MOST_WALKS];
    EACH_WALK
    {
        walks[v] = is_within(load_lanes(mean + v * LANES), 0.0, DTN_EXPANSION_MEAN) &
                   is_within(load_lanes(u + v * LANES), DTN_EXPANSION_LEAST, 1.0);
        any_walks |= walks[v];
        undecided[v] = walks[v];
        x[v] = (lanes){0};
    }
    if (any_of(any_walks)) {
        walk_lanes walk[MOST_WALKS];
        EACH_WALK /* others walk as a mean of 0, which is no way; u = 0 is left to the scalar function */
        {
            const lanes up = or_zero(walks[v], load_lanes(mean + v * LANES));
            walk[v] = (walk_lanes){.u = or_zero(walks[v], load_lanes(u + v * LANES)),
                                   .pmf = exp_of_small(-up),
                                   .up = up};
        }
        walk_as(n_walk, walk, 1, undecided, x);
    }
    if (w)
        poisson_large(n_walk, u, mean, w, walks, x);
    EACH_WALK
    {
        const few rest = undecided[v] | (few)~walks[v];
        const double *at_u = u + v * LANES, *at_mean = mean + v * LANES;
        if (any_of(rest))
            REST(as_truth(rest), x[v], dtn_poisson_quantile(at_u[i], at_mean[i]));
        memcpy(out + v * LANES, &x[v], sizeof x[v]);
    }
}

/** n a multiple of LANES. */
static void poisson_vectors(size_t n, const double *u, const double *mean, const double *w,
                            double *out)
{
    size_t i = 0;
    for (; i + MOST_WALKS * LANES <= n; i += MOST_WALKS * LANES)
        poisson_walks(MOST_WALKS, u + i, mean + i, w ? w + i : NULL, out + i);
    for (; i + 2 * LANES <= n; i += 2 * LANES)
        poisson_walks(2, u + i, mean + i, w ? w + i : NULL, out + i);
    for (; i < n; i += LANES)
        poisson_walks(1, u + i, mean + i, w ? w + i : NULL, out + i);
}

/** dtn_round; numbers of trials mostly are whole already. */
static lanes round_lanes(lanes x)
{
    const truth whole =
        (truth)((x + 0x1p52) - 0x1p52 == x) & (truth)(x >= 0.0) & (truth)(x < 0x1p52);
    lanes out = x;
    REST(~whole, out, dtn_round(x[i]));
    return out;
}

static lanes binomial_lanes(lanes u, lanes n_in, lanes p)
{
    const lanes n = round_lanes(n_in);
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
                    .turn = -odds};
    few undecided;
    lanes out;
    walk_as(1, &w, 0, &undecided, &out);
    out = select_lanes(failures & walks, n - out, out);
    REST((as_truth(undecided) & walks) | ~(walks | zero), out,
         dtn_binomial_quantile(u[i], n_in[i], p[i]));
    return out;
}

/** log w within 3e-16 of it (and of 1 where it is small), w from 1 to 1e300: for sums that need no more. w = 2^k m, m from sqrt(1/2)
 *  to sqrt(2); log m = 2 atanh s, s = (m - 1) / (m + 1), whose series is cut at s^19. */
static inline lanes log_for_sums(lanes w)
{
    const uint64_t least = UINT64_C(0x3FE6A09E667F3BCD); /* sqrt(1/2) */
    const words shifted = (words)w + (UINT64_C(0x3FF0000000000000) - least);
    const lanes k = (lanes)(shifted >> 52 | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023);
    const lanes m = (lanes)((shifted & UINT64_C(0xFFFFFFFFFFFFF)) + least);
    const lanes s = (m - 1.0) / (m + 1.0), z = s * s;
    lanes sum = z * (2.0 / 19) + 2.0 / 17;
    for (int i = 15; i > 0; i -= 2)
        sum = sum * z + 2.0 / i;
    return k * 0x1.62e42fefa39efp-1 + s * sum;
}

/** n_walk vectors, one behind the other: u inside, sizes that a logarithm of that kind is enough for. */
static inline __attribute__((always_inline)) void negative_binomial_walks(
    const int n_walk, const double *u, const double *mean, const double *size, double *out)
{
    walk_lanes walk[MOST_WALKS];
    few undecided[MOST_WALKS];
    lanes x[MOST_WALKS];
    EACH_WALK
    {
        const lanes m = load_lanes(mean + v * LANES), s = load_lanes(size + v * LANES);
        const lanes sum = s + m, turn = m / sum;
        walk[v] = (walk_lanes){.u = load_lanes(u + v * LANES),
                               .pmf = exp_of(-s * log_for_sums(sum / s)),
                               .up = s * turn,
                               .turn = turn};
    }
    walk_as(n_walk, walk, 0, undecided, x);
    EACH_WALK
    {
        const double *at_u = u + v * LANES, *at_mean = mean + v * LANES,
                     *at_size = size + v * LANES;
        if (any_of(undecided[v]))
            REST(as_truth(undecided[v]), x[v],
                 dtn_negative_binomial_quantile(at_u[i], at_mean[i], at_size[i]));
        memcpy(out + v * LANES, &x[v], sizeof x[v]);
    }
}

static lanes negative_binomial_any(lanes u, lanes mean, lanes size)
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
                    .turn = turn};
    few undecided;
    lanes out;
    walk_as(1, &w, 0, &undecided, &out);
    REST((as_truth(undecided) & walks) | ~(walks | zero), out,
         dtn_negative_binomial_quantile(u[i], mean[i], size[i]));
    return out;
}

/** Are n_vector vectors what negative_binomial_walks takes? */
static inline __attribute__((always_inline)) int are_plain(const int n_vector, const double *u,
                                                           const double *mean, const double *size)
{
    few others = is_less((lanes){0}, (lanes){0});
    for (int v = 0; v < n_vector; v++)
        others |= (few) ~(is_within(load_lanes(u + v * LANES), DTN_EXPANSION_LEAST, 1.0) &
                          is_within(load_lanes(mean + v * LANES), 0.0, DTN_WALK_MEAN_OTHER) &
                          is_within(load_lanes(size + v * LANES), 0.01, 200.0));
    return !any_of(others);
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

static int has_large(size_t n, const double *mean)
{
    truth large = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        large |= (truth)(load_lanes(mean + i) >= DTN_EXPANSION_MEAN);
    int is = any(large);
    for (; i < n; i++)
        is |= mean[i] >= DTN_EXPANSION_MEAN;
    return is;
}

/** Less than a vector, filled up with what gives 0 at once. */
static void poisson_rest(size_t n, const double *u, const double *mean, double *out)
{
    double row[2][LANES] = {{0}}, w[LANES];
    memcpy(row[0], u, n * sizeof *u);
    memcpy(row[1], mean, n * sizeof *mean);
    map_normal_quantile(LANES, row[0], w);
    poisson_vectors(LANES, row[0], row[1], w, row[0]);
    memcpy(out, row[0], n * sizeof *out);
}

static void map_poisson(size_t n, const double *u, const double *mean, double *out)
{
    double w[BLOCK];
    size_t i = 0;
    while (i + LANES <= n) {
        const size_t left = (n - i) / LANES * LANES, width = left < BLOCK ? left : BLOCK;
        const int large = has_large(width, mean + i);
        if (large)
            map_normal_quantile(width, u + i, w);
        poisson_vectors(width, u + i, mean + i, large ? w : NULL, out + i);
        i += width;
    }
    if (i < n)
        poisson_rest(n - i, u + i, mean + i, out + i);
}

static void map_poisson_kept(size_t n, const double *u, const double *mean, double *w,
                             uint64_t *made, double *out)
{
    const int large = has_large(n, mean);
    if (large && !*made) {
        map_normal_quantile(n, u, w);
        *made = 1;
    }
    poisson_vectors(n, u, mean, large ? w : NULL, out);
}

static void map_binomial(size_t n, const double *u, const double *trials, const double *p,
                         double *out)
{
    map_counts(n, u, trials, p, out, binomial_lanes);
}

static void map_negative_binomial(size_t n, const double *u, const double *mean, const double *size,
                                  double *out)
{
    size_t i = 0;
    while (i + LANES <= n) {
        const size_t left = n - i;
        size_t width = LANES;
        if (left >= MOST_WALKS * LANES && are_plain(MOST_WALKS, u + i, mean + i, size + i)) {
            width = MOST_WALKS * LANES;
            negative_binomial_walks(MOST_WALKS, u + i, mean + i, size + i, out + i);
        } else if (left >= 2 * LANES && are_plain(2, u + i, mean + i, size + i)) {
            width = 2 * LANES;
            negative_binomial_walks(2, u + i, mean + i, size + i, out + i);
        } else if (are_plain(1, u + i, mean + i, size + i)) {
            negative_binomial_walks(1, u + i, mean + i, size + i, out + i);
        } else {
            map_counts(LANES, u + i, mean + i, size + i, out + i, negative_binomial_any);
        }
        i += width;
    }
    if (i < n)
        map_counts(n - i, u + i, mean + i, size + i, out + i, negative_binomial_any);
}

#endif
