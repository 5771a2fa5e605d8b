/** Counts by inversion for vectors of lanes: the walk of discrete.c, several lanes at a time.
 *
 *  Included by kernel.c, once for each instruction set. Sums are those of the scalar function within 5e-13; their last
 *  bits decide nothing. All lanes walk k = 0, 1, ... together: a lane counts the sums
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
enum { MOST_VECTORS = 32 }; /* that are handed over together */
#define EACH_WALK for (int v = 0; v < n_walk; v++)

/** a b + c; for what the last bits of decide nothing. */
static inline lanes near_sum(lanes a, lanes b, lanes c)
{
#if DTN_KERNEL_ISA == 4
    return (lanes)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#else
    return a * b + c;
#endif
}

typedef struct walk_state {
    lanes below[MOST_WALKS], cdf[MOST_WALKS], pmf[MOST_WALKS];
    lanes first[MOST_WALKS]; /* the first sum that is not clearly below */
    lanes slope[MOST_WALKS]; /* (up + turn k) / (k + 1) = turn + slope / (k + 1) */
    counter n[MOST_WALKS];
    few far[MOST_WALKS];
} walk_state;

/** From k on until the walks from `keep` on are done; how far that is. */
static inline __attribute__((always_inline)) int walk_on(const int n_walk, const int keep, int k,
                                                         const walk_lanes *w, const int is_poisson,
                                                         walk_state *s)
{
    for (; k < DTN_WALK_LIMIT; k += STRIDE) {
        few left = s->far[keep];
        for (int v = keep + 1; v < n_walk; v++)
            left |= s->far[v];
        if (!any_of(left))
            break;
        for (int i = 0; i < STRIDE; i++) {
            const lanes of_next = (lanes){0} + dtn_reciprocals[k + i + 1];
            EACH_WALK
            {
                s->far[v] = is_less(s->cdf[v], s->below[v]);
                s->n[v] = count_one(s->n[v], s->far[v]);
                s->pmf[v] *=
                    is_poisson ? w[v].up * of_next : near_sum(s->slope[v], of_next, w[v].turn);
                s->cdf[v] += s->pmf[v];
                s->first[v] = either(s->far[v], s->cdf[v], s->first[v]);
            }
        }
    }
    return k;
}

/** Where each of n_walk (a constant) ends, the longest first; undecided: lanes that met a sum within rounding of their
 *  u, or did not reach it. */
static inline __attribute__((always_inline)) void walk_as(const int n_walk, const walk_lanes *w,
                                                          const int is_poisson, few *undecided,
                                                          lanes *out)
{
    walk_state s;
    int k = 0;
    EACH_WALK
    {
        s.below[v] = w[v].u - DTN_WALK_MARGIN;
        s.cdf[v] = s.pmf[v] = s.first[v] = w[v].pmf;
        s.slope[v] = w[v].up - w[v].turn;
        s.n[v] = count_none();
        s.far[v] = is_less(s.cdf[v], s.below[v]);
    }
    if (n_walk > 2)
        k = walk_on(n_walk, 2, k, w, is_poisson, &s);
    if (n_walk > 1)
        k = walk_on(n_walk < 2 ? n_walk : 2, n_walk < 2 ? 0 : 1, k, w, is_poisson, &s);
    (void)walk_on(1, 0, k, w, is_poisson, &s);
    EACH_WALK
    {
        undecided[v] = s.far[v] | is_less(s.first[v], w[v].u + DTN_WALK_MARGIN);
        out[v] = counted(s.n[v]);
    }
}

/** exp x within 1e-15 of it, |x| < 700. */
static inline lanes exp_for_sums(lanes x)
{
#if DTN_KERNEL_ISA == 4
    static const double c[] = DTN_EXP_COEFFICIENTS;
    const lanes one = (lanes){0} + 1.0, shift = (lanes){0} + DTN_EXP_SHIFT;
    const lanes shifted = near_sum(x, (lanes){0} + DTN_EXP_PER_LOG2, shift), q = shifted - shift;
    const words whole = (words)shifted - DTN_EXP_SHIFT_BITS;
    const lanes s =
        near_sum(q, (lanes){0} - DTN_EXP_LOG2_LOW, near_sum(q, (lanes){0} - DTN_EXP_LOG2_HIGH, x));
    const lanes s2 = s * s, s4 = s2 * s2;
    lanes two[5];
    for (int i = 0; i < 5; i++)
        two[i] = near_sum(s, (lanes){0} + c[2 * i + 1], (lanes){0} + c[2 * i]);
    lanes p = near_sum(s4, near_sum(s4, two[4], near_sum(s2, two[3], two[2])),
                       near_sum(s2, two[1], two[0]));
    p = near_sum(s2, near_sum(s, p, one * 0.5), s) + one;
    return p * (lanes)((whole + 1023) << 52);
#else
    return exp_of_small(x);
#endif
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

/** The square root of m, normal and positive, and one over it, within 4e-16 of them. */
static inline void roots(lanes m, lanes *s, lanes *r)
{
#if DTN_KERNEL_ISA == 4
    const lanes half = m * -0.5;
    lanes y = (lanes)_mm512_rsqrt14_pd((__m512d)m);
    for (int i = 0; i < 2; i++) /* Newton: 2^-14, 2^-27, 2^-53 */
        y *= near_sum(half * y, y, (lanes){0} + 1.5);
    *r = y;
    *s = m * y;
#else
    for (int i = 0; i < LANES; i++)
        (*s)[i] = __builtin_sqrt(m[i]);
    *r = 1.0 / *s;
#endif
}

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
    lanes s = m, r = m;
    roots(m, &s, &r);
    const lanes o = {0}, v = w * w, c = v + 3.0, cr = c * r, cr2 = cr * cr;
    const lanes p2 = near_sum(v, o + 1.0 / 6, o + 2.0 / 6);
    const lanes p3 = w * near_sum(v, o - 1.0 / 72, o - 2.0 / 72);
    const lanes p4 = near_sum(near_sum(v, o + 3.0 / 810, o + 7.0 / 810), v, o - 16.0 / 810);
    const lanes p5 =
        w * near_sum(near_sum(v, o - 207.0 / 155520, o - 548.0 / 155520), v, o + 2684.0 / 155520);
    const lanes p6 = near_sum(
        near_sum(near_sum(v, o + 228.0 / 408240, o + 675.0 / 408240), v, o - 5189.0 / 408240), v,
        o - 256.0 / 408240);
    const lanes more = near_sum(r, near_sum(r, near_sum(r, near_sum(r, p6, p5), p4), p3), p2);
    const lanes x = m + near_sum(s, w, more);
    const lanes reach = near_sum(4e-4 * cr2 * cr2, r, near_sum(o + 1e-11, s, 2e-15 * m));
    const lanes near = (x + 0x1p52) - 0x1p52; /* x below 2^51 */
    const lanes below = near - (lanes)((truth)(near > x) & (truth)((lanes){0} + 1.0));
    *decided = (truth)(reach < 0.1) & (truth)(x > 0.0) & (truth)(x - below > reach) &
               (truth)(below + 1.0 - x > reach);
    return below;
}

/** Lanes of large means, which do not walk: what the expansion decides goes to x, and counts as walked. w: standard
 *  normal quantiles of u. The expansion's error is known for uniforms that the generator gives; the scalar
 *  function has the rest. */
static inline __attribute__((always_inline)) void poisson_large(lanes u, lanes mean, lanes w,
                                                                few *walks, lanes *x)
{
    const few large =
        is_within(u, DTN_EXPANSION_LEAST, 1.0) & is_within(mean, DTN_EXPANSION_MEAN, INFINITY);
    truth decided;
    const lanes k =
        poisson_expanded(w, either(large, mean, (lanes){0} + DTN_EXPANSION_MEAN), &decided);
    const few taken = large & as_few(decided);
    *x = either(taken, k, *x);
    *walks |= taken;
}

/** One vector each at *u and so on; w: NULL where no mean of the vector is large. */
typedef struct poisson_vector {
    const double *u, *mean, *w;
    double *out;
} poisson_vector;

static inline __attribute__((always_inline)) void poisson_walks(const int n_walk,
                                                                const poisson_vector *at)
{
    few walks[MOST_WALKS], undecided[MOST_WALKS], any_walks = is_less((lanes){0}, (lanes){0});
    lanes x[MOST_WALKS];
    EACH_WALK
    {
        walks[v] = is_within(load_lanes(at[v].mean), 0.0, DTN_EXPANSION_MEAN) &
                   is_within(load_lanes(at[v].u), DTN_EXPANSION_LEAST, 1.0);
        any_walks |= walks[v];
        undecided[v] = walks[v];
        x[v] = (lanes){0};
    }
    if (any_of(any_walks)) {
        walk_lanes walk[MOST_WALKS];
        EACH_WALK /* others walk as a mean of 0, which is no way; u = 0 is left to the scalar function */
        {
            const lanes up = or_zero(walks[v], load_lanes(at[v].mean));
            walk[v] = (walk_lanes){
                .u = or_zero(walks[v], load_lanes(at[v].u)), .pmf = exp_for_sums(-up), .up = up};
        }
        walk_as(n_walk, walk, 1, undecided, x);
    }
    EACH_WALK
    {
        if (at[v].w)
            poisson_large(load_lanes(at[v].u), load_lanes(at[v].mean), load_lanes(at[v].w),
                          &walks[v], &x[v]);
        const few rest = undecided[v] | (few)~walks[v];
        if (any_of(rest))
            REST(as_truth(rest), x[v], dtn_poisson_quantile(at[v].u[i], at[v].mean[i]));
        memcpy(at[v].out, &x[v], sizeof x[v]);
    }
}

static void poisson_any(size_t n, const poisson_vector *at)
{
    size_t i = 0;
    for (; i + MOST_WALKS <= n; i += MOST_WALKS)
        poisson_walks(MOST_WALKS, at + i);
#if DTN_KERNEL_ISA == 4
    if (i + 3 <= n) {
        poisson_walks(3, at + i);
        i += 3;
    }
    if (i + 2 <= n) {
        poisson_walks(2, at + i);
        i += 2;
    }
#endif
    for (; i < n; i++)
        poisson_walks(1, at + i);
}

/** n a multiple of LANES, up to BLOCK. */
static void poisson_vectors(size_t n, const double *u, const double *mean, const double *w,
                            double *out)
{
    poisson_vector at[BLOCK / LANES];
    for (size_t i = 0; i < n / LANES; i++)
        at[i] = (poisson_vector){u + i * LANES, mean + i * LANES, w ? w + i * LANES : NULL,
                                 out + i * LANES};
    poisson_any(n / LANES, at);
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

/** log w within 3e-16 of it (and of 1 where it is small), w from 1e-300 to 1e300: for sums that need no more. w = 2^k m, m from sqrt(1/2)
 *  to sqrt(2); log m = 2 atanh s, s = (m - 1) / (m + 1), whose series is cut at s^19. */
static inline lanes log_for_sums(lanes w)
{
    const uint64_t least = UINT64_C(0x3FE6A09E667F3BCD); /* sqrt(1/2) */
    const words shifted = (words)w + (UINT64_C(0x3FF0000000000000) - least);
    const lanes k = (lanes)(shifted >> 52 | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023);
    const lanes m = (lanes)((shifted & UINT64_C(0xFFFFFFFFFFFFF)) + least);
    const lanes s = (m - 1.0) / (m + 1.0), z = s * s;
    lanes sum = near_sum(z, (lanes){0} + 2.0 / 19, (lanes){0} + 2.0 / 17);
    for (int i = 15; i > 0; i -= 2)
        sum = near_sum(sum, z, (lanes){0} + 2.0 / i);
    return near_sum(k, (lanes){0} + 0x1.62e42fefa39efp-1, s * sum);
}

/** One vector each. */
typedef struct binomial_vector {
    const double *u, *mean, *size;
    double *out;
} binomial_vector;

/** u inside, sizes that a logarithm of that kind is enough for. */
static inline __attribute__((always_inline)) void negative_binomial_walks(const int n_walk,
                                                                          const binomial_vector *at)
{
    walk_lanes walk[MOST_WALKS];
    few undecided[MOST_WALKS];
    lanes x[MOST_WALKS];
    EACH_WALK
    {
        const lanes m = load_lanes(at[v].mean), s = load_lanes(at[v].size);
        const lanes turn = m / (s + m); /* of the probability of 0, (1 - turn)^s */
        walk[v] = (walk_lanes){.u = load_lanes(at[v].u),
                               .pmf = exp_for_sums(s * log_for_sums(1.0 - turn)),
                               .up = s * turn,
                               .turn = turn};
    }
    walk_as(n_walk, walk, 0, undecided, x);
    EACH_WALK
    {
        if (any_of(undecided[v]))
            REST(as_truth(undecided[v]), x[v],
                 dtn_negative_binomial_quantile(at[v].u[i], at[v].mean[i], at[v].size[i]));
        memcpy(at[v].out, &x[v], sizeof x[v]);
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

static inline double largest_of(lanes x)
{
#if DTN_KERNEL_ISA == 4
    return _mm512_reduce_max_pd((__m512d)x);
#else
    double most = x[0];
    for (int i = 1; i < LANES; i++)
        most = x[i] > most ? x[i] : most;
    return most;
#endif
}

/** Into a list of n that falls in length. */
static inline void put_by_length(size_t n, double *length, double here, uint8_t *order, size_t what)
{
    size_t k = n;
    for (; k > 0 && length[k - 1] < here; k--) {
        length[k] = length[k - 1];
        order[k] = order[k - 1];
    }
    length[k] = here;
    order[k] = (uint8_t)what;
}

/** Is the vector what negative_binomial_walks takes? */
static inline int is_plain(const binomial_vector *at)
{
    const few all = is_within(load_lanes(at->u), DTN_EXPANSION_LEAST, 1.0) &
                    is_within(load_lanes(at->mean), 0.0, DTN_WALK_MEAN_OTHER) &
                    is_within(load_lanes(at->size), 0.01, 200.0);
    return !any_of((few)~all);
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

static void poisson_rows(size_t n_row, size_t n_lane, const dtn_count_row *rows)
{
    poisson_vector at[MOST_VECTORS];
    size_t n = 0;
    for (size_t r = 0; r < n_row; r++) {
        const dtn_count_row *row = &rows[r];
        const int large = has_large(n_lane, row->a);
        if (large && !*row->made) {
            map_normal_quantile(n_lane, row->u, row->w);
            *row->made = 1;
        }
        for (size_t i = 0; i < n_lane; i += LANES) {
            at[n++] =
                (poisson_vector){row->u + i, row->a + i, large ? row->w + i : NULL, row->out + i};
            if (n == MOST_VECTORS || (r + 1 == n_row && i + LANES >= n_lane)) {
                poisson_any(n, at);
                n = 0;
            }
        }
    }
}

static void map_binomial(size_t n, const double *u, const double *trials, const double *p,
                         double *out)
{
    map_counts(n, u, trials, p, out, binomial_lanes);
}

/** Those that are not plain one by one, the others side by side, long ones with long ones. n up to MOST_VECTORS. */
static void negative_binomial_vectors(size_t n, const binomial_vector *at)
{
    binomial_vector plain[MOST_VECTORS];
    double length[MOST_VECTORS];
    uint8_t order[MOST_VECTORS];
    size_t n_plain = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_plain(&at[i])) {
            map_counts(LANES, at[i].u, at[i].mean, at[i].size, at[i].out, negative_binomial_any);
            continue;
        }
        put_by_length(n_plain++, length, largest_of(load_lanes(at[i].mean)), order, i);
    }
    for (size_t i = 0; i < n_plain; i++)
        plain[i] = at[order[i]];
    size_t i = 0;
    for (; i + MOST_WALKS <= n_plain; i += MOST_WALKS)
        negative_binomial_walks(MOST_WALKS, plain + i);
#if DTN_KERNEL_ISA == 4
    if (n_plain - i == 3)
        negative_binomial_walks(3, plain + i);
    if (n_plain - i == 2)
        negative_binomial_walks(2, plain + i);
#endif
    if (n_plain - i == 1)
        negative_binomial_walks(1, plain + i);
}

static void map_negative_binomial(size_t n, const double *u, const double *mean, const double *size,
                                  double *out)
{
    binomial_vector at[MOST_VECTORS];
    size_t i = 0, k = 0;
    for (; i + LANES <= n; i += LANES) {
        at[k++] = (binomial_vector){u + i, mean + i, size + i, out + i};
        if (k == MOST_VECTORS || i + 2 * LANES > n) {
            negative_binomial_vectors(k, at);
            k = 0;
        }
    }
    if (i < n)
        map_counts(n - i, u + i, mean + i, size + i, out + i, negative_binomial_any);
}

static void negative_binomial_rows(size_t n_row, size_t n_lane, const dtn_count_row *rows)
{
    binomial_vector at[MOST_VECTORS];
    size_t n = 0;
    for (size_t r = 0; r < n_row; r++)
        for (size_t i = 0; i < n_lane; i += LANES) {
            const dtn_count_row *row = &rows[r];
            at[n++] = (binomial_vector){row->u + i, row->a + i, row->b + i, row->out + i};
            if (n == MOST_VECTORS || (r + 1 == n_row && i + LANES >= n_lane)) {
                negative_binomial_vectors(n, at);
                n = 0;
            }
        }
}

#endif
