/* src/num: a million draws of every distribution: moments, Kolmogorov-Smirnov and chi-square, and the
 * uniforms' independence between seeds, streams, runs, steps and events. Seeds are fixed; every limit
 * is that of p = 1e-6 for one test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "num/incomplete.h"
#include "num/num.h"

#define N_OF(a) (sizeof(a) / sizeof *(a))

enum { N = 1000000, N_BIN = 1000 };

static const double z_limit = 4.892;  /* two-sided, p = 1e-6 */
static const double ks_limit = 2.694; /* Kolmogorov's distribution, p = 1e-6, times sqrt(n) */

static double u[N], v[N], x[N];

static void fill(double *out, uint64_t seed, uint64_t stream, uint64_t run0, uint32_t step,
                 uint32_t event)
{
    dtn_math_get(dtn_isa_best())->uniform(N, seed, stream, run0, step, event, out);
}

/* ---- moments ---- */

static double mean_of(const double *a)
{
    double sum = 0, carry = 0; /* Kahan's sum: the limit on the mean is below plain rounding */
    for (size_t i = 0; i < N; i++) {
        const double y = a[i] - carry, t = sum + y;
        carry = (t - sum) - y;
        sum = t;
    }
    return sum / N;
}

static void central(const double *a, double mean, double m[5])
{
    m[2] = m[4] = 0;
    for (size_t i = 0; i < N; i++) {
        const double d = a[i] - mean;
        m[2] += d * d / N;
        m[4] += d * d * d * d / N;
    }
}

/** Mean and variance of x within sampling error of the theory. */
static void check_moments(const char *name, double mean, double variance)
{
    double m[5];
    const double got = mean_of(x);
    central(x, mean, m);
    const double z_mean = (got - mean) / sqrt(variance / N);
    const double z_variance = (m[2] - variance) / sqrt((m[4] - m[2] * m[2]) / N);
    if (!(fabs(z_mean) < z_limit))
        fail_msg("%s: mean %.9g, expected %.9g (%.1f standard errors)", name, got, mean, z_mean);
    if (!(fabs(z_variance) < z_limit))
        fail_msg("%s: variance %.9g, expected %.9g (%.1f standard errors)", name, m[2], variance,
                 z_variance);
}

/* ---- goodness of fit ---- */

static void check_chi_square(const char *name, double statistic, double freedom)
{
    const double p = dtn_gamma_q(freedom / 2, statistic / 2);
    if (!(p > 1e-6))
        fail_msg("%s: chi-square %.1f on %.0f degrees of freedom, p = %.2g", name, statistic,
                 freedom, p);
}

/** f holds N values that ought to be uniform: Kolmogorov-Smirnov at N_BIN edges, and chi-square. */
static void check_uniform(const char *name, const double *f)
{
    static uint32_t n_in[N_BIN + 1];
    memset(n_in, 0, sizeof n_in);
    for (size_t i = 0; i < N; i++) {
        if (!(f[i] >= 0 && f[i] <= 1))
            fail_msg("%s: CDF %g", name, f[i]);
        n_in[(size_t)(f[i] * N_BIN)]++;
    }
    n_in[N_BIN - 1] += n_in[N_BIN];
    double below = 0, largest = 0, statistic = 0;
    for (size_t j = 0; j < N_BIN; j++) {
        const double expected = (double)N / N_BIN, over = n_in[j] - expected;
        below += over;
        largest = fabs(below) > largest ? fabs(below) : largest;
        statistic += over * over / expected;
    }
    if (!(largest / sqrt(N) < ks_limit))
        fail_msg("%s: Kolmogorov-Smirnov %.3f", name, largest / sqrt(N));
    check_chi_square(name, statistic, N_BIN - 1);
}

typedef double (*function)(double x, const double p[3]);

static double q_normal(double y, const double p[3]) { return p[0] + dtn_normal_quantile(y); }
static double f_normal(double y, const double p[3])
{
    const double z = y - p[0], half = 0.5 * dtn_gamma_q(0.5, 0.5 * z * z);
    return z < 0 ? half : 1 - half;
}
static double q_lognormal(double y, const double p[3])
{
    return dtn_lognormal_quantile(y, p[0], p[1]);
}
static double f_lognormal(double y, const double p[3])
{
    const double zero[3] = {0};
    return f_normal(dtn_log(y / p[0]) / p[1] + 0.5 * p[1], zero);
}
static double q_exponential(double y, const double p[3])
{
    return dtn_exponential_quantile(y, p[0]);
}
static double f_exponential(double y, const double p[3]) { return -dtn_expm1(-y / p[0]); }
static double q_gamma(double y, const double p[3]) { return dtn_gamma_quantile(y, p[0], p[1]); }
static double f_gamma(double y, const double p[3]) { return dtn_gamma_p(p[1], y * p[1] / p[0]); }
static double q_beta(double y, const double p[3]) { return dtn_beta_quantile(y, p[0], p[1]); }
static double f_beta(double y, const double p[3]) { return dtn_beta_i(p[0], p[1], y); }
static double q_triangular(double y, const double p[3])
{
    return dtn_triangular_quantile(y, p[0], p[1], p[2]);
}
static double f_triangular(double y, const double p[3])
{
    const double width = p[2] - p[0];
    return y < p[1] ? (y - p[0]) * (y - p[0]) / (width * (p[1] - p[0]))
                    : 1 - (p[2] - y) * (p[2] - y) / (width * (p[2] - p[1]));
}
static double q_lomax(double y, const double p[3]) { return dtn_lomax_quantile(y, p[0], p[1]); }
static double f_lomax(double y, const double p[3])
{
    return 1 - dtn_pow(1 + y / (p[0] * (p[1] - 1)), -p[1]);
}

static const struct {
    const char *name;
    function q, f;
    double p[3], mean, variance;
} continuous[] = {
    {"normal", q_normal, f_normal, {2}, 2, 1},
    {"lognormal", q_lognormal, f_lognormal, {3, 0.5}, 3, 9 * 0.28402541668774148407},
    {"exponential", q_exponential, f_exponential, {0.7}, 0.7, 0.49},
    {"gamma, shape 0.3", q_gamma, f_gamma, {2, 0.3}, 2, 4 / 0.3},
    {"gamma, shape 4.5", q_gamma, f_gamma, {10, 4.5}, 10, 100 / 4.5},
    {"gamma, shape 60", q_gamma, f_gamma, {1, 60}, 1, 1.0 / 60},
    {"beta 2 5", q_beta, f_beta, {2, 5}, 2.0 / 7, 10.0 / (49 * 8)},
    {"beta 0.5 0.4", q_beta, f_beta, {0.5, 0.4}, 0.5 / 0.9, 0.2 / (0.81 * 1.9)},
    {"triangular",
     q_triangular,
     f_triangular,
     {-1, 0.5, 4},
     3.5 / 3,
     (1 + 0.25 + 16 + 0.5 + 4 - 2) / 18},
    {"lomax 6", q_lomax, f_lomax, {2, 6}, 2, 4 * 6.0 / 4},
};

static void test_continuous(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_OF(continuous); k++) {
        fill(u, 1, 100 + k, 0, 3, 0);
        for (size_t i = 0; i < N; i++)
            x[i] = continuous[k].q(u[i], continuous[k].p);
        check_moments(continuous[k].name, continuous[k].mean, continuous[k].variance);
        for (size_t i = 0; i < N; i++)
            v[i] = continuous[k].f(x[i], continuous[k].p);
        check_uniform(continuous[k].name, v);
    }
}

/* ---- counts ---- */

typedef struct count_case {
    const char *name;
    int kind; /* 0 Poisson, 1 binomial, 2 negative binomial */
    double a, b;
} count_case;

static const count_case counts[] = {
    {"poisson 0.2", 0, 0.2, 0},
    {"poisson 1", 0, 1, 0},
    {"poisson 59", 0, 59, 0},
    {"poisson 100", 0, 100, 0},
    {"poisson 5000", 0, 5000, 0},
    {"binomial 7 0.3", 1, 7, 0.3},
    {"binomial 40 0.95", 1, 40, 0.95},
    {"binomial 1000 0.4", 1, 1000, 0.4},
    {"binomial 1000 0.7", 1, 1000, 0.7},
    {"negative binomial 2 0.5", 2, 2, 0.5},
    {"negative binomial 30 4", 2, 30, 4},
    {"negative binomial 400 3", 2, 400, 3},
};

static double draw_count(const count_case *c, double y)
{
    return c->kind == 0   ? dtn_poisson_quantile(y, c->a)
           : c->kind == 1 ? dtn_binomial_quantile(y, c->a, c->b)
                          : dtn_negative_binomial_quantile(y, c->a, c->b);
}

/** The probability of k from its definition, through log Gamma. */
static double pmf(const count_case *c, double k)
{
    const double a = c->a, b = c->b;
    if (c->kind == 0)
        return dtn_exp(k * dtn_log(a) - a - dtn_lgamma(k + 1));
    if (c->kind == 1)
        return k > a ? 0
                     : dtn_exp(dtn_lgamma(a + 1) - dtn_lgamma(k + 1) - dtn_lgamma(a - k + 1) +
                               k * dtn_log(b) + (a - k) * dtn_log1p(-b));
    return dtn_exp(dtn_lgamma(k + b) - dtn_lgamma(b) - dtn_lgamma(k + 1) +
                   b * dtn_log(b / (a + b)) + k * dtn_log(a / (a + b)));
}

/** Chi-square over neighbouring values joined until 20 are expected. */
static void check_pmf(const count_case *c)
{
    enum { LARGEST = 20000 };
    static uint32_t n_of[LARGEST];
    memset(n_of, 0, sizeof n_of);
    for (size_t i = 0; i < N; i++) {
        if (!(x[i] >= 0 && x[i] < LARGEST && x[i] == dtn_floor(x[i])))
            fail_msg("%s: value %g", c->name, x[i]);
        n_of[(size_t)x[i]]++;
    }
    double statistic = 0, cells = 0, expected = 0, got = 0, expected_all = 0, got_all = 0;
    for (size_t k = 0; k < LARGEST; k++) {
        expected += N * pmf(c, (double)k);
        got += n_of[k];
        if (expected >= 20 && N - expected_all - expected >= 20) {
            statistic += (got - expected) * (got - expected) / expected;
            cells++;
            expected_all += expected;
            got_all += got;
            expected = got = 0;
        }
    }
    expected = N - expected_all; /* the rest is the last cell */
    got = N - got_all;
    statistic += (got - expected) * (got - expected) / expected;
    check_chi_square(c->name, statistic, cells);
}

static void test_counts(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_OF(counts); k++) {
        const count_case *c = &counts[k];
        fill(u, 1, 200 + k, 0, 3, 0);
        for (size_t i = 0; i < N; i++)
            x[i] = draw_count(c, u[i]);
        const double mean = c->kind == 1 ? c->a * c->b : c->a;
        const double variance = c->kind == 0   ? mean
                                : c->kind == 1 ? mean * (1 - c->b)
                                               : mean + mean * mean / c->b;
        check_moments(c->name, mean, variance);
        check_pmf(c);
    }
}

/* ---- uniforms ---- */

static void test_uniforms_are_uniform(void **state)
{
    (void)state;
    for (uint32_t step = 0; step < 4; step++) {
        fill(u, 7, 7, 0, step, 0);
        check_uniform("uniform", u);
        memcpy(x, u, sizeof x);
        check_moments("uniform", 0.5, 1.0 / 12);
        size_t n_low = 0;
        for (size_t i = 0; i < N; i++)
            n_low += u[i] < 0.5;
        assert_true(fabs((double)n_low - N / 2.0) < z_limit * sqrt(N) / 2);
    }
}

/** u and v unrelated: correlation, and chi-square over 32 by 32 cells. */
static void check_unrelated(const char *name)
{
    static uint32_t n_in[32][32];
    memset(n_in, 0, sizeof n_in);
    double sum = 0;
    for (size_t i = 0; i < N; i++) {
        sum += (u[i] - 0.5) * (v[i] - 0.5);
        n_in[(size_t)(u[i] * 32)][(size_t)(v[i] * 32)]++;
    }
    const double z = 12 * sum / sqrt(N);
    if (!(fabs(z) < z_limit))
        fail_msg("%s: correlated, %.1f standard errors", name, z);
    double statistic = 0;
    for (size_t j = 0; j < 32 * 32; j++) {
        const double expected = N / 1024.0, over = n_in[j / 32][j % 32] - expected;
        statistic += over * over / expected;
    }
    check_chi_square(name, statistic, 1023);
}

static void test_uniforms_are_independent(void **state)
{
    (void)state;
    const struct {
        const char *name;
        uint64_t seed, stream, run0;
        uint32_t step, event;
    } others[] = {
        {"next seed", 2, 5, 0, 10, 0},
        {"next stream", 1, 6, 0, 10, 0},
        {"next run", 1, 5, 1, 10, 0},
        {"runs far on", 1, 5, 1000000007, 10, 0},
        {"the other word", 1, 5, 0, 11, 0},
        {"the step before", 1, 5, 0, 9, 0},
        {"two steps on", 1, 5, 0, 12, 0},
        {"next event", 1, 5, 0, 10, 1},
        {"high bit of the seed", 1 | UINT64_C(1) << 63, 5, 0, 10, 0},
        {"high bit of the event", 1, 5, 0, 10, UINT32_C(1) << 31},
        {"seed and stream exchanged", 5, 1, 0, 10, 0},
    };
    for (size_t k = 0; k < N_OF(others); k++) {
        fill(u, 1, 5, 0, 10, 0);
        fill(v, others[k].seed, others[k].stream, others[k].run0, others[k].step, others[k].event);
        check_unrelated(others[k].name);
    }
}

/** Along the steps of one run, which is how a model meets them. */
static void test_uniforms_of_one_run(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < N; i++) {
        u[i] = dtn_uniform(1, 9, 4, i, 0);
        v[i] = dtn_uniform(1, 9, 4, 77, i);
    }
    check_uniform("steps of one run", u);
    check_uniform("events of one step", v);
    check_unrelated("steps and events");
    memmove(v, u + 1, (N - 1) * sizeof *v);
    v[N - 1] = u[0];
    check_unrelated("a step and the next");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_continuous),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_uniforms_are_uniform),
        cmocka_unit_test(test_uniforms_are_independent),
        cmocka_unit_test(test_uniforms_of_one_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
