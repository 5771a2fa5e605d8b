/* The vector table of one instruction set.
 *
 * meson.build compiles this file once for each instruction set, with -DDTN_KERNEL_ISA= the number
 * in dtn_isa, -DDTN_KERNEL_TABLE= the table's name, and the compiler's flag for that set. The
 * functions are SLEEF's fixed-result family without FMA (Sleef_cinz_*, SLEEF 3.5), whose results
 * are the same bits at every width; AVX2 takes SLEEF's AVX functions, as the family has no others,
 * and gains in the integer work of the random generator. A tail shorter than a vector goes through
 * a padded copy, so any n is allowed.
 *
 * Uniforms and normal quantiles are plain loops over the inline functions that the scalar code
 * uses too; the compiler makes vectors of them (-O3), without fused multiply-add
 * (-ffp-contract=off for the whole project), so again the bits are the same. tests/unit/
 * test_num_math.c compares all of them.
 *
 * Not done here: choosing among the tables (math.c).
 */
#include "num/kernel.h"

#include <assert.h>
#include <math.h>
#include <sleef.h>
#include <string.h>

#include "num/fmod_core.h"
#include "num/normal_core.h"
#include "num/threefry.h"

/* FN1(exp, u10) names SLEEF's function for this width; the prefix and suffix are its own scheme. */
#if DTN_KERNEL_ISA == 0
typedef double vec;
enum { WIDTH = 1 };
#define FN(name, accuracy) Sleef_cinz_##name##d1_##accuracy##purec
static vec load(const double *p) { return *p; }
static void store(double *p, vec v) { *p = v; }
#elif DTN_KERNEL_ISA == 1
typedef __m128d vec;
enum { WIDTH = 2 };
#define FN(name, accuracy) Sleef_cinz_##name##d2_##accuracy##sse2
static vec load(const double *p) { return _mm_loadu_pd(p); }
static void store(double *p, vec v) { _mm_storeu_pd(p, v); }
#elif DTN_KERNEL_ISA == 2 || DTN_KERNEL_ISA == 3
typedef __m256d vec;
enum { WIDTH = 4 };
#define FN(name, accuracy) Sleef_cinz_##name##d4_##accuracy##avx
static vec load(const double *p) { return _mm256_loadu_pd(p); }
static void store(double *p, vec v) { _mm256_storeu_pd(p, v); }
#elif DTN_KERNEL_ISA == 4
typedef __m512d vec;
enum { WIDTH = 8 };
#define FN(name, accuracy) Sleef_cinz_##name##d8_##accuracy##avx512fnofma
static vec load(const double *p) { return _mm512_loadu_pd(p); }
static void store(double *p, vec v) { _mm512_storeu_pd(p, v); }
#else
#error "DTN_KERNEL_ISA must be a number of dtn_isa"
#endif
static_assert(DTN_ISA_SCALAR == 0 && DTN_ISA_SSE2 == 1 && DTN_ISA_AVX == 2 && DTN_ISA_AVX2 == 3 &&
                  DTN_ISA_AVX512 == 4,
              "the numbers above are those of dtn_isa");

#if DTN_KERNEL_ISA == 0
enum { LANES = 2 };
#else
enum { LANES = WIDTH };
#endif
typedef double lanes __attribute__((vector_size(LANES * 8)));
typedef uint64_t words __attribute__((vector_size(LANES * 8)));
typedef int64_t truth __attribute__((vector_size(LANES * 8))); /* 0 or -1 */

static lanes select_lanes(truth t, lanes a, lanes b)
{
    return (lanes)((t & (truth)a) | (~t & (truth)b));
}

/** a < b ? a : b. */
static lanes least_of(lanes a, lanes b)
{
#if DTN_KERNEL_ISA == 4
    return (lanes)_mm512_min_pd((__m512d)a, (__m512d)b);
#elif DTN_KERNEL_ISA == 2 || DTN_KERNEL_ISA == 3
    return (lanes)_mm256_min_pd((__m256d)a, (__m256d)b);
#elif DTN_KERNEL_ISA == 1
    return (lanes)_mm_min_pd((__m128d)a, (__m128d)b);
#else
    return select_lanes((truth)(a < b), a, b);
#endif
}

static lanes load_lanes(const double *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

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

/** What was not decided, one by one. */
#define REST(rest, out, call)                        \
    do {                                             \
        const truth left = (rest);                   \
        for (int i = 0; any(left) && i < LANES; i++) \
            if (left[i])                             \
                (out)[i] = (call);                   \
    } while (0)

#include "num/exp_core.h"

/* Elements of a loop do not depend on each other, though out may be an argument. */
#ifdef __clang__
#define IVDEP _Pragma("clang loop vectorize(assume_safety)")
#else
#define IVDEP _Pragma("GCC ivdep")
#endif

/* Runs in uniform and lanes in normal_quantile are worked on in blocks of this many, on the stack. */
enum { BLOCK = 64 };

#define MAP1(name, accuracy)                                       \
    static void map_##name(size_t n, const double *x, double *out) \
    {                                                              \
        size_t i = 0;                                              \
        for (; i + WIDTH <= n; i += WIDTH) {                       \
            store(out + i, FN(name, accuracy)(load(x + i)));       \
        }                                                          \
        if (i < n) {                                               \
            double pad[WIDTH] = {0};                               \
            memcpy(pad, x + i, (n - i) * sizeof *pad);             \
            store(pad, FN(name, accuracy)(load(pad)));             \
            memcpy(out + i, pad, (n - i) * sizeof *pad);           \
        }                                                          \
    }

/* fn over a row, the last vector padded with 0. */
static inline __attribute__((always_inline)) void map_lanes(size_t n, const double *x, double *out,
                                                            lanes (*fn)(lanes))
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        const lanes y = fn(load_lanes(x + i));
        memcpy(out + i, &y, sizeof y);
    }
    if (i < n) {
        double pad[LANES] = {0};
        memcpy(pad, x + i, (n - i) * sizeof *pad);
        const lanes y = fn(load_lanes(pad));
        memcpy(out + i, &y, (n - i) * sizeof *out);
    }
}

static void map_exp(size_t n, const double *x, double *out) { map_lanes(n, x, out, exp_of); }

MAP1(expm1, u10)
MAP1(log, u10)
MAP1(log10, u10)
MAP1(sin, u10)
MAP1(cos, u10)
MAP1(tan, u10)
MAP1(asin, u10)
MAP1(acos, u10)
MAP1(atan, u10)
MAP1(sinh, u10)
MAP1(cosh, u10)
MAP1(tanh, u10)

/* As dtn_log1p: SLEEF's overflows above 1e307. */
static void map_log1p_narrow(size_t n, const double *x, double *out)
{
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        store(out + i, FN(log1p, u10)(load(x + i)));
    }
    if (i < n) {
        double pad[WIDTH] = {0};
        memcpy(pad, x + i, (n - i) * sizeof *pad);
        store(pad, FN(log1p, u10)(load(pad)));
        memcpy(out + i, pad, (n - i) * sizeof *pad);
    }
}

static void map_log1p(size_t n, const double *x, double *out)
{
    for (size_t i = 0; i < n; i += BLOCK) {
        const size_t width = n - i < BLOCK ? n - i : BLOCK;
        double kept[BLOCK];
        memcpy(kept, x + i, width * sizeof *kept);
        map_log1p_narrow(width, kept, out + i);
        for (size_t k = 0; k < width; k++) {
            if (!(kept[k] < 1e300)) {
                out[i + k] = dtn_log1p(kept[k]);
            }
        }
    }
}

static void map_pow(size_t n, const double *x, const double *y, double *out)
{
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        store(out + i, FN(pow, u10)(load(x + i), load(y + i)));
    }
    if (i < n) {
        double pad_x[WIDTH] = {0}, pad_y[WIDTH] = {0};
        memcpy(pad_x, x + i, (n - i) * sizeof *x);
        memcpy(pad_y, y + i, (n - i) * sizeof *y);
        store(pad_x, FN(pow, u10)(load(pad_x), load(pad_y)));
        memcpy(out + i, pad_x, (n - i) * sizeof *x);
    }
}

/** One vector of remainders. SLEEF's is exact except that very large quotients and subnormal
 *  divisors give NaN; those lanes are done again by long division. */
static void fmod_vector(const double *x, const double *y, double *out)
{
    double r[WIDTH];
#if DTN_KERNEL_ISA == 0
    r[0] = Sleef_cinz_fmodd1_purec(*x, *y);
#elif DTN_KERNEL_ISA == 1
    store(r, Sleef_cinz_fmodd2_sse2(load(x), load(y)));
#elif DTN_KERNEL_ISA == 4
    store(r, Sleef_cinz_fmodd8_avx512fnofma(load(x), load(y)));
#else
    store(r, Sleef_cinz_fmodd4_avx(load(x), load(y)));
#endif
    for (int j = 0; j < WIDTH; j++) {
        out[j] = r[j] == r[j] ? r[j] : dtn_fmod_exact(x[j], y[j]);
    }
}

static void map_fmod(size_t n, const double *x, const double *y, double *out)
{
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        fmod_vector(x + i, y + i, out + i);
    }
    if (i < n) {
        double pad_x[WIDTH] = {0}, pad_y[WIDTH] = {0};
        memcpy(pad_x, x + i, (n - i) * sizeof *x);
        memcpy(pad_y, y + i, (n - i) * sizeof *y);
        fmod_vector(pad_x, pad_y, pad_x);
        memcpy(out + i, pad_x, (n - i) * sizeof *x);
    }
}

#include "num/fill.h"
#include "num/normal.h"
#include "num/walk.h"

/* As many chains as there are registers to spare and units to fill. */
enum { CHAINS = DTN_KERNEL_ISA == 4 ? 24 : 12 };

static size_t spin(size_t n)
{
    lanes x[CHAINS], factor = load_lanes((const double[8]){1, 1, 1, 1, 1, 1, 1, 1});
    for (int k = 0; k < CHAINS; k++)
        x[k] = factor * (double)k;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < CHAINS; k++)
            x[k] = x[k] * factor + factor;
    for (int k = 1; k < CHAINS; k++)
        x[0] += x[k];
    volatile double kept = x[0][0]; /* the work has a result */
    (void)kept;
    return n * CHAINS * LANES * 2;
}

#define IN_REGISTERS(name) .name = (dtn_register_fn)FN(name, u10)

const dtn_math DTN_KERNEL_TABLE = {
    .isa = DTN_KERNEL_ISA,
    .exp = map_exp,
    .expm1 = map_expm1,
    .log = map_log,
    .log1p = map_log1p,
    .log10 = map_log10,
    .sin = map_sin,
    .cos = map_cos,
    .tan = map_tan,
    .asin = map_asin,
    .acos = map_acos,
    .atan = map_atan,
    .sinh = map_sinh,
    .cosh = map_cosh,
    .tanh = map_tanh,
    .pow = map_pow,
    .fmod = map_fmod,
    .normal_quantile = map_normal_quantile,
    .poisson_quantile = map_poisson,
    .poisson_rows = poisson_rows,
    .negative_binomial_rows = negative_binomial_rows,
    .binomial_quantile = map_binomial,
    .negative_binomial_quantile = map_negative_binomial,
    .uniform = fill_uniform,
    .uniform_events = fill_events,
    .spin = spin,
    .registers = {.width = WIDTH,
                  IN_REGISTERS(exp),
                  IN_REGISTERS(log),
                  IN_REGISTERS(log10),
                  IN_REGISTERS(sin),
                  IN_REGISTERS(cos),
                  IN_REGISTERS(tan),
                  IN_REGISTERS(asin),
                  IN_REGISTERS(acos),
                  IN_REGISTERS(atan),
                  IN_REGISTERS(sinh),
                  IN_REGISTERS(cosh),
                  IN_REGISTERS(tanh),
                  IN_REGISTERS(pow)},
};
