/** Numbers: the one table of mathematical functions, the random generator, quantile functions.
 *
 *  Everything that computes a model value, a draw or a statistic takes its functions here and
 *  nowhere else: SLEEF's fixed-result family without FMA (Sleef_cinz_*), which gives the same
 *  bits scalar and at every vector width. + - * / sqrt are IEEE and need no entry.
 *  Knows nothing of models.
 */
#ifndef DTN_NUM_NUM_H
#define DTN_NUM_NUM_H

#include <stddef.h>
#include <stdint.h>

/* ---- Scalar functions (bit-identical to the vector ones) ---------------- */
double dtn_exp(double x);
double dtn_expm1(double x);
double dtn_log(double x);
double dtn_log1p(double x);
double dtn_log10(double x);
double dtn_pow(double x, double y);
double dtn_sin(double x);
double dtn_cos(double x);
double dtn_tan(double x);
double dtn_asin(double x);
double dtn_acos(double x);
double dtn_atan(double x);
double dtn_sinh(double x);
double dtn_cosh(double x);
double dtn_tanh(double x);
double dtn_lgamma(double x);
double dtn_fmod(double x, double y);
double dtn_floor(double x);
double dtn_trunc(double x);
double dtn_round(double x); /* half away from zero */

/* ---- Vector table: the widest the machine has, or a chosen one ---------- */
typedef enum dtn_isa {
    DTN_ISA_SCALAR,
    DTN_ISA_SSE2,
    DTN_ISA_AVX,
    DTN_ISA_AVX2,
    DTN_ISA_AVX512
} dtn_isa;
dtn_isa dtn_isa_best(void); /* the widest that this machine runs */
const char *dtn_isa_name(dtn_isa isa);

typedef void (*dtn_vec1)(size_t n, const double *x, double *out);
typedef void (*dtn_vec2)(size_t n, const double *x, const double *y, double *out);
typedef void (*dtn_vec3)(size_t n, const double *x, const double *y, const double *z, double *out);

/** The functions on one vector of `width` doubles in registers, as the platform passes the compiler's
 *  vector type of that size (of one double: a double). For generated code, which knows the type. */
typedef void (*dtn_register_fn)(void);
typedef struct dtn_math_registers {
    size_t width;
    dtn_register_fn exp, log, log10, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, pow;
} dtn_math_registers;

/** A row of counts by inversion: out[i] of the uniform u[i] and a[i], b[i] (Poisson: a the mean; negative binomial: a
 *  the mean, b the size). w: place for standard normal quantiles of u, which Poisson counts of large means need: made
 *  where they are needed and *made is 0, which becomes 1. */
typedef struct dtn_count_row {
    const double *u, *a, *b;
    double *w, *out;
    uint64_t *made;
} dtn_count_row;

/** Functions over vectors of n doubles; out may be x. Any n; pointers need 8-byte alignment,
 *  64 is faster. */
typedef struct dtn_math {
    dtn_isa isa;
    dtn_vec1 exp, expm1, log, log1p, log10, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh;
    dtn_vec2 pow, fmod;
    dtn_vec1 normal_quantile;
    /** Counts by inversion: out[i] = dtn_poisson_quantile(u[i], mean[i]), ... */
    dtn_vec2 poisson_quantile;                              /* u, mean */
    dtn_vec3 binomial_quantile, negative_binomial_quantile; /* u, n, p; u, mean, size */
    /** The same of rows of n lanes each, a multiple of 8, side by side: no row's out may be what another one reads. */
    void (*poisson_rows)(size_t n_row, size_t n, const dtn_count_row *rows);
    void (*negative_binomial_rows)(size_t n_row, size_t n, const dtn_count_row *rows);
    /** Uniforms in (0,1): out[i] = dtn_uniform(seed, stream, run0 + i, step, event). */
    void (*uniform)(size_t n, uint64_t seed, uint64_t stream, uint64_t run0, uint32_t step,
                    uint32_t event, double *out);
    /** Of n_event events from `event` on: out[k * n + i] = dtn_uniform(..., event + k). */
    void (*uniform_events)(size_t n, uint64_t seed, uint64_t stream, uint64_t run0, uint32_t step,
                           uint32_t event, uint32_t n_event, double *out);
    /** The most that a core does: n turns of multiplications and additions of whole vectors that
     *  wait for nothing. Returns how many of a double each were made. */
    size_t (*spin)(size_t n);
    dtn_math_registers registers;
} dtn_math;
const dtn_math *dtn_math_get(dtn_isa isa); /* falls back to narrower where not built in */

/* ---- Random numbers: counter-based, stateless --------------------------- */

/** Threefry-2x64, 20 rounds (Salmon et al. 2011). */
void dtn_threefry2x64(const uint64_t key[2], const uint64_t counter[2], uint64_t out[2]);

/** The uniform of (seed, stream, run, step, event): key = (seed, stream), counter =
 *  (run / 2, step | event << 32), word run % 2; (word >> 11 + 0.5) * 2^-53, in (0,1):
 *  the few words that would round to 1 give 1 - 2^-53. */
double dtn_uniform(uint64_t seed, uint64_t stream, uint64_t run, uint32_t step, uint32_t event);

/* ---- Distributions by inversion: value = quantile(u), non-decreasing in u ---- */
/* Bad parameters (negative mean, p or u outside 0..1, infinite, NaN) give NaN; a mean of 0 gives 0.
 * Counts are the smallest k with CDF(k) >= u and never fall as u rises; the others are solved to
 * 1e-12 or better and may swap the values of uniforms that differ in their last bits. */
double dtn_normal_quantile(double u);                               /* standard normal */
double dtn_lognormal_quantile(double u, double mean, double sigma); /* mean of the value */
double dtn_exponential_quantile(double u, double mean);
double dtn_gamma_quantile(double u, double mean, double shape);
double dtn_beta_quantile(double u, double a, double b);
double dtn_triangular_quantile(double u, double low, double mode, double high);
double dtn_lomax_quantile(double u, double mean, double alpha); /* alpha > 1 */
double dtn_poisson_quantile(double u, double mean);
double dtn_binomial_quantile(double u, double n, double p); /* n rounded to an integer */
double dtn_weibull_quantile(double u, double shape, double scale);
double dtn_logistic_quantile(double u, double mean, double scale);
double dtn_pareto_quantile(double u, double shape, double scale); /* values from scale on */
double dtn_geometric_quantile(double u, double p); /* failures before the first success */
double dtn_negative_binomial_quantile(double u, double mean, double size);

double dtn_normal_cdf(double z); /* standard normal */

/** Of Student's t, `freedom` > 0 degrees: for intervals of means; nothing is drawn from it. */
double dtn_student_quantile(double u, double freedom);

/* Regularised incomplete gamma and beta, used above and by tests. */
double dtn_gamma_p(double a, double x);
double dtn_gamma_q(double a, double x);
double dtn_beta_i(double a, double b, double x);

#endif
