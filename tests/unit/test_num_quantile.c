/* src/num: incomplete gamma and beta functions and all quantile functions against stored values of 40
 * digits, at their edges, for bad parameters, and monotone on dense grids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "num/incomplete.h"
#include "num/num.h"
#include "test_num_reference.h"

#define N_OF(a) (sizeof(a) / sizeof *(a))

static const double tiny_u = 0x1p-54, largest_u = 1.0 - 0x1p-53;

static double relative(double got, double want)
{
    return got == want ? 0.0 : fabs(got - want) / fabs(want);
}

/* ---- incomplete functions ---- */

static void test_gamma_against_40_digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(reference_gamma); i++) {
        const double a = reference_gamma[i].a, x = reference_gamma[i].x;
        const double p = dtn_gamma_p(a, x), q = dtn_gamma_q(a, x);
        if (!(relative(p, reference_gamma[i].p) < 3e-14) ||
            !(relative(q, reference_gamma[i].q) < 3e-14))
            fail_msg("a %g x %.17g: %.17g %.17g, expected %.17g %.17g", a, x, p, q,
                     reference_gamma[i].p, reference_gamma[i].q);
    }
}

static void test_beta_against_40_digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(reference_beta); i++) {
        const double a = reference_beta[i].a, b = reference_beta[i].b, x = reference_beta[i].x;
        const dtn_beta of = dtn_beta_of(a, b);
        const dtn_tails t = dtn_beta_tails(&of, x, 1.0 - x);
        if (!(relative(t.lower, reference_beta[i].lower) < 1e-12) ||
            !(relative(t.upper, reference_beta[i].upper) < 1e-12))
            fail_msg("a %g b %g x %.17g: %.17g %.17g, expected %.17g %.17g", a, b, x, t.lower,
                     t.upper, reference_beta[i].lower, reference_beta[i].upper);
        assert_true(dtn_beta_i(a, b, x) == t.lower);
    }
}

/** Where one method takes over from another the values must meet. */
static void test_methods_meet(void **state)
{
    (void)state;
    const double h = 1e-15; /* a few units of the last place */
    const struct {
        double a, x;
    } seams[] = {{20, 13}, {20, 20},   {20, 27}, {50, 30},  {50, 70},     {3000, 1800}, {1, 1.5},
                 {1, 0.5}, {0.4, 1.5}, {7, 8},   {100, 95}, {1000, 1010}, {1e5, 100100}};
    for (size_t i = 0; i < N_OF(seams); i++) {
        for (int j = 0; j < 4; j++) {
            const double a = seams[i].a * (1 + (j & 1 ? h : -h)), a2 = seams[i].a * (1 - h);
            const double x = seams[i].x * (1 + (j & 2 ? h : -h)), x2 = seams[i].x * (1 - h);
            assert_true(relative(dtn_gamma_p(a, x), dtn_gamma_p(a2, x2)) < 1e-11);
            assert_true(relative(dtn_gamma_q(a, x), dtn_gamma_q(a2, x2)) < 1e-11);
        }
    }
    for (double b = 1.0; b < 1e7; b *= 10) { /* the beta function's quadrature begins at 1e5 */
        for (double z = -3; z <= 3; z += 0.5) {
            const double a = 1e5, mean = a / (a + b);
            const double x = mean + z * sqrt(a * b / (a + b + 1)) / (a + b);
            if (x > 0 && x < 1)
                assert_true(relative(dtn_beta_i(a * (1 - 1e-15), b, x), dtn_beta_i(a, b, x)) <
                            1e-11);
        }
    }
}

static void test_incomplete_identities(void **state)
{
    (void)state;
    for (double x = 1e-3; x < 40; x *= 1.7) {
        assert_true(relative(dtn_gamma_q(1, x), dtn_exp(-x)) < 1e-14);
        assert_true(relative(dtn_gamma_q(2, x), dtn_exp(-x) * (1 + x)) < 1e-14);
    }
    for (double x = 0.01; x < 1; x += 0.07) {
        assert_true(relative(dtn_beta_i(1, 5, x), -dtn_expm1(5 * dtn_log1p(-x))) < 1e-13);
        assert_true(relative(dtn_beta_i(3, 1, x), x * x * x) < 1e-13);
    }
    for (double a = 1e-3; a < 1e13; a *= 9)
        assert_true(fabs(dtn_beta_i(a, a, 0.5) - 0.5) < 1e-13);
    assert_true(dtn_gamma_p(3, 0) == 0 && dtn_gamma_q(3, 0) == 1);
    assert_true(dtn_gamma_p(3, INFINITY) == 1 && dtn_gamma_q(3, INFINITY) == 0);
    assert_true(dtn_beta_i(2, 3, 0) == 0 && dtn_beta_i(2, 3, 1) == 1);
    assert_true(isnan(dtn_gamma_p(-1, 1)) && isnan(dtn_gamma_p(0, 1)) && isnan(dtn_gamma_p(1, -1)));
    assert_true(isnan(dtn_gamma_q(NAN, 1)) && isnan(dtn_gamma_q(1, NAN)));
    assert_true(isnan(dtn_beta_i(1, 1, -0.1)) && isnan(dtn_beta_i(1, 1, 1.1)));
    assert_true(isnan(dtn_beta_i(0, 1, 0.5)) && isnan(dtn_beta_i(1, NAN, 0.5)));
}

/* ---- stored quantiles ---- */

static void test_gamma_quantile_against_40_digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(reference_gamma_quantile); i++) {
        const double u = reference_gamma_quantile[i].u, a = reference_gamma_quantile[i].shape;
        const double x = dtn_gamma_quantile(u, a, a), want = reference_gamma_quantile[i].x;
        if (!(relative(x, want) < 1e-12))
            fail_msg("u %a shape %g: %.17g, expected %.17g", u, a, x, want);
    }
}

static void test_gamma_quantile_round_trip(void **state)
{
    (void)state;
    for (double a = 1e-3; a < 2e6; a *= 2.3) {
        for (double u = 0.003; u < 1; u += 0.0371) {
            const double x = dtn_gamma_quantile(u, a, a);
            if (x < 1e-290)
                continue; /* the shape's power law; nothing left to invert */
            const double error =
                u < 0.5 ? relative(dtn_gamma_p(a, x), u) : relative(dtn_gamma_q(a, x), 1 - u);
            assert_true(error < 2e-12 * (1 + sqrt(a)));
        }
    }
}

static void test_beta_quantile_against_40_digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(reference_beta_quantile); i++) {
        const double u = reference_beta_quantile[i].u, a = reference_beta_quantile[i].a;
        const double b = reference_beta_quantile[i].b, want = reference_beta_quantile[i].x;
        const double x = dtn_beta_quantile(u, a, b);
        if (!(relative(x, want) < 1e-12))
            fail_msg("u %a a %g b %g: %.17g, expected %.17g", u, a, b, x, want);
    }
}

/* Found by bisection on the incomplete beta function in 50 digits. */
static void test_student_against_50_digits(void **state)
{
    (void)state;
    static const struct {
        double u, freedom, t;
    } known[] = {
        {0.59999999999999998, 0.5, 0.39797542678479059},
        {0.97499999999999998, 0.5, 164.55767348048824},
        {0.99937500000000001, 0.5, 263293.73601642456},
        {0.99999999999909051, 0.5, 1.243369514116129e+23},
        {0.59999999999999998, 1, 0.32491969623290625},
        {0.97499999999999998, 1, 12.706204736174693},
        {0.99937500000000001, 1, 509.29516339543821},
        {0.99999999999909051, 1, 349985421095.13297},
        {0.59999999999999998, 2, 0.28867513459481282},
        {0.97499999999999998, 2, 4.3026527297494618},
        {0.99937500000000001, 2, 28.257747834805443},
        {0.99999999999909051, 2, 741455.20018845373},
        {0.59999999999999998, 4, 0.27072229470759736},
        {0.97499999999999998, 4, 2.7764451051977935},
        {0.99937500000000001, 4, 8.1216365035750344},
        {0.99999999999909051, 4, 1347.6585525512271},
        {0.59999999999999998, 9, 0.26095533647391095},
        {0.97499999999999998, 9, 2.262157162798205},
        {0.99937500000000001, 9, 4.6224474005126315},
        {0.99999999999909051, 9, 51.96140737655523},
        {0.59999999999999998, 30, 0.25560536495191271},
        {0.97499999999999998, 30, 2.0422724563012379},
        {0.99937500000000001, 30, 3.5626344159269439},
        {0.99999999999909051, 30, 11.441322057996269},
        {0.59999999999999998, 99.5, 0.25402558011844342},
        {0.97499999999999998, 99.5, 1.9840936109906239},
        {0.99937500000000001, 99.5, 3.3222436711353412},
        {0.99999999999909051, 99.5, 8.0505545016480159},
        {0.59999999999999998, 999, 0.25341458333036731},
        {0.97499999999999998, 999, 1.9623414611334496},
        {0.99937500000000001, 999, 3.2364613003004859},
        {0.99999999999909051, 999, 7.1380402889539537},
    };
    for (size_t i = 0; i < N_OF(known); i++) {
        const double t = dtn_student_quantile(known[i].u, known[i].freedom);
        if (!(relative(t, known[i].t) < 1e-12))
            fail_msg("u %a of %g: %.17g, expected %.17g", known[i].u, known[i].freedom, t,
                     known[i].t);
    }
    assert_true(dtn_student_quantile(0.25, 7) == -dtn_student_quantile(0.75, 7));
    for (double n = 1; n < 1e9; n *= 3) { /* wider than the normal's, ever less so */
        const double t = dtn_student_quantile(0.975, n), z = dtn_normal_quantile(0.975);
        assert_true(t > z && t > dtn_student_quantile(0.975, 3 * n));
        assert_true(n < 1e5 || fabs(t - z - (z * z * z + z) / (4 * n)) < 1e-9); /* A&S 26.7.5 */
    }
    static const double tails[] = {0.6, 0.975, 0.9993, 0.999999,
                                   0.9999994}; /* where the expansion begins */
    for (size_t i = 0; i < N_OF(tails); i++)
        assert_true(relative(dtn_student_quantile(tails[i], 1000),
                             dtn_student_quantile(tails[i], nextafter(1000, 0))) < 1e-12);
    assert_true(dtn_student_quantile(0.5, 3) == 0 && dtn_student_quantile(1, 3) == INFINITY);
    assert_true(isnan(dtn_student_quantile(0.9, 0)) && isnan(dtn_student_quantile(NAN, 3)));
    assert_true(isnan(dtn_student_quantile(1.5, 3)) && isnan(dtn_student_quantile(0.9, NAN)));
}

static double count_quantile(int kind, double u, double a, double b)
{
    return kind == 0   ? dtn_poisson_quantile(u, a)
           : kind == 1 ? dtn_binomial_quantile(u, a, b)
                       : dtn_negative_binomial_quantile(u, a, b);
}

static void test_counts_against_sums_of_60_digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(reference_count); i++) {
        const int kind = (int)reference_count[i].kind;
        const double u = reference_count[i].u, a = reference_count[i].a, b = reference_count[i].b;
        const double k = count_quantile(kind, u, a, b);
        if (k != reference_count[i].k)
            fail_msg("kind %d u %a (%g, %g): %g, expected %g", kind, u, a, b, k,
                     reference_count[i].k);
    }
}

/** CDF and survival function through the incomplete functions. */
static void count_tails(int kind, double k, double a, double b, double *cdf, double *survival)
{
    if (kind == 0) {
        *cdf = dtn_gamma_q(k + 1, a);
        *survival = dtn_gamma_p(k + 1, a);
        return;
    }
    const dtn_beta of = kind == 1 ? dtn_beta_of(a - k, k + 1) : dtn_beta_of(b, k + 1);
    const dtn_tails t =
        kind == 1 ? dtn_beta_tails(&of, 1 - b, b) : dtn_beta_tails(&of, b / (a + b), a / (a + b));
    *cdf = t.lower;
    *survival = t.upper;
}

/** Takes uniforms a little under, on and over the CDF of k: the answer changes from k to k + 1 there
 *  and nowhere else. */
static void check_step(int kind, double k, double a, double b)
{
    double cdf, survival;
    count_tails(kind, k, a, b, &cdf, &survival);
    for (double shift = 1e-9; shift < 2e-3; shift *= 10) {
        const double under = cdf < 0.5 ? cdf * (1 - shift) : 1 - survival * (1 + shift);
        const double over = cdf < 0.5 ? cdf * (1 + shift) : 1 - survival * (1 - shift);
        if (!(under > 0 && over < 1 && over - under > 1e-15))
            continue;
        const double at = count_quantile(kind, under, a, b);
        const double past = count_quantile(kind, over, a, b);
        if (!(at <= k && past >= k + 1))
            fail_msg("kind %d (%g, %g), step at %g +- %g: %g %g", kind, a, b, k, shift, at, past);
        if (shift < 2e-9 && !(at == k && past == k + 1))
            fail_msg("kind %d (%g, %g), step at %g: %g %g", kind, a, b, k, at, past);
    }
}

static void test_steps_of_the_counts(void **state)
{
    (void)state;
    const double parameters[][3] = {
        {0, 0.3, 0},       {0, 7, 0},         {0, 59.9, 0},      {0, 60.1, 0},  {0, 3000, 0},
        {0, 1e6, 0},       {0, 1e9, 0},       {1, 20, 0.4},      {1, 50, 0.97}, {1, 2000, 0.0999},
        {1, 2000, 0.1001}, {1, 2000, 0.9001}, {1, 2000, 0.8999}, {1, 1e7, 0.3}, {1, 1e10, 0.9},
        {2, 0.5, 0.2},     {2, 20, 1.5},      {2, 199, 4},       {2, 201, 4},   {2, 5000, 0.3},
        {2, 1e5, 30},      {2, 1e7, 1e4}};
    for (size_t i = 0; i < N_OF(parameters); i++) {
        const int kind = (int)parameters[i][0];
        const double a = parameters[i][1], b = parameters[i][2];
        for (double u = 1e-6; u < 1; u = u < 0.02 ? 3 * u : u + 0.02) {
            const double k = count_quantile(kind, u, a, b);
            if (kind != 1 || k < a)
                check_step(kind, k, a, b);
            if (k > 0)
                check_step(kind, k - 1, a, b);
        }
    }
}

/* ---- monotone ---- */

typedef double (*quantile)(double u, const double p[3]);

static double q_normal(double u, const double p[3]) { return (void)p, dtn_normal_quantile(u); }
static double q_lognormal(double u, const double p[3])
{
    return dtn_lognormal_quantile(u, p[0], p[1]);
}
static double q_exponential(double u, const double p[3])
{
    return dtn_exponential_quantile(u, p[0]);
}
static double q_gamma(double u, const double p[3]) { return dtn_gamma_quantile(u, p[0], p[1]); }
static double q_beta(double u, const double p[3]) { return dtn_beta_quantile(u, p[0], p[1]); }
static double q_triangular(double u, const double p[3])
{
    return dtn_triangular_quantile(u, p[0], p[1], p[2]);
}
static double q_lomax(double u, const double p[3]) { return dtn_lomax_quantile(u, p[0], p[1]); }
static double q_poisson(double u, const double p[3]) { return dtn_poisson_quantile(u, p[0]); }
static double q_binomial(double u, const double p[3])
{
    return dtn_binomial_quantile(u, p[0], p[1]);
}
static double q_negative(double u, const double p[3])
{
    return dtn_negative_binomial_quantile(u, p[0], p[1]);
}

static const struct {
    const char *name;
    quantile q;
    double p[3];
} families[] = {
    {"normal", q_normal, {0}},
    {"lognormal", q_lognormal, {3, 1.2}},
    {"exponential", q_exponential, {2}},
    {"gamma 0.001", q_gamma, {1, 1e-3}},
    {"gamma 0.3", q_gamma, {1, 0.3}},
    {"gamma 1", q_gamma, {1, 1}},
    {"gamma 5", q_gamma, {1, 5}},
    {"gamma 20", q_gamma, {1, 20}},
    {"gamma 1e6", q_gamma, {1, 1e6}},
    {"beta 0.1 0.1", q_beta, {0.1, 0.1}},
    {"beta 2 5", q_beta, {2, 5}},
    {"beta 0.3 40", q_beta, {0.3, 40}},
    {"beta 2e5 3e5", q_beta, {2e5, 3e5}},
    {"triangular", q_triangular, {-1, 0.2, 4}},
    {"lomax", q_lomax, {1, 2.5}},
    {"poisson 0.001", q_poisson, {1e-3}},
    {"poisson 7", q_poisson, {7}},
    {"poisson 60", q_poisson, {60}},
    {"poisson 60.0001", q_poisson, {60.0001}},
    {"poisson 1e6", q_poisson, {1e6}},
    {"poisson 1e12", q_poisson, {1e12}},
    {"binomial 10", q_binomial, {10, 0.3}},
    {"binomial 10 failures", q_binomial, {10, 0.9}},
    {"binomial 1000 at the switch", q_binomial, {1000, 0.2}},
    {"binomial 1000 past the switch", q_binomial, {1000, 0.2001}},
    {"binomial 1000, failures at the switch", q_binomial, {1000, 0.8}},
    {"binomial 1000, failures past the switch", q_binomial, {1000, 0.7999}},
    {"binomial 1e12", q_binomial, {1e12, 0.4}},
    {"negative binomial 0.5", q_negative, {0.5, 0.1}},
    {"negative binomial 200", q_negative, {200, 0.5}},
    {"negative binomial 200.1", q_negative, {200.1, 0.5}},
    {"negative binomial 1e6", q_negative, {1e6, 3}},
    {"negative binomial 1e12", q_negative, {1e12, 50}},
};

/** From u0 on in n steps of du: no value below the one before. */
static void check_monotone(size_t f, double u0, double du, int n)
{
    double before = -INFINITY;
    for (int i = 0; i <= n; i++) {
        const double u = u0 + i * du;
        const double x = families[f].q(u, families[f].p);
        if (!(x >= before))
            fail_msg("%s: %.17g at u = %a, %.17g just before", families[f].name, x, u, before);
        before = x;
    }
}

static void test_monotone_on_grids(void **state)
{
    (void)state;
    for (size_t f = 0; f < N_OF(families); f++) {
        check_monotone(f, 1.0 / 20000, 1.0 / 20001, 19999);
        check_monotone(f, 1e-9, 1e-7, 2000);            /* lower tail */
        check_monotone(f, 1 - 1e-9 - 2e-4, 1e-7, 2000); /* upper tail */
        for (double u = 0x1p-54, before = -INFINITY; u < 1e-3; u *= 1.1) {
            const double x = families[f].q(u, families[f].p);
            assert_true(x >= before);
            before = x;
        }
        for (double v = 1e-3, before = -INFINITY; v > 0x1p-53; v /= 1.1) {
            const double x = families[f].q(1 - v, families[f].p);
            assert_true(x >= before);
            before = x;
        }
    }
}

/** Counts: every double in a stretch around a step, which the sums and the functions may round
 *  differently. */
static void test_counts_monotone_at_every_double(void **state)
{
    (void)state;
    for (size_t f = 0; f < N_OF(families); f++) {
        const quantile q = families[f].q;
        if (q != q_poisson && q != q_binomial && q != q_negative)
            continue;
        for (double u0 = 0.02; u0 < 1; u0 += 0.0977) {
            const double k = q(u0, families[f].p);
            double low = u0, high = 1.0; /* the next step lies between, unless k is the last */
            for (int i = 0; i < 60 && nextafter(low, 1) < high; i++) {
                const double middle = low + (high - low) / 2;
                if (q(middle, families[f].p) > k)
                    high = middle;
                else
                    low = middle;
            }
            if (high < 1.0)
                check_monotone(f, low - 300 * 0x1p-53, 0x1p-53, 600);
        }
    }
}

/** More mean, more draws: a uniform kept while the mean rises across the change of method. */
static void test_counts_rise_with_the_mean(void **state)
{
    (void)state;
    for (double u = 0.0007; u < 1; u += 0.0101) {
        double before[3] = {0, 0, 0};
        for (double mean = 55; mean < 210; mean += 0.137) {
            const double now[3] = {dtn_poisson_quantile(u, mean),
                                   dtn_binomial_quantile(u, 1000, mean / 1000),
                                   dtn_negative_binomial_quantile(u, mean, 3)};
            for (int j = 0; j < 3; j++) {
                assert_true(now[j] >= before[j]);
                before[j] = now[j];
            }
        }
    }
}

/* ---- edges ---- */

static void test_ends_of_u(void **state)
{
    (void)state;
    assert_true(dtn_poisson_quantile(0, 5) == 0 && dtn_poisson_quantile(1, 5) == INFINITY);
    assert_true(dtn_binomial_quantile(0, 5, 0.5) == 0 && dtn_binomial_quantile(1, 5, 0.5) == 5);
    assert_true(dtn_negative_binomial_quantile(1, 5, 2) == INFINITY);
    assert_true(dtn_gamma_quantile(0, 2, 3) == 0 && dtn_gamma_quantile(1, 2, 3) == INFINITY);
    assert_true(dtn_beta_quantile(0, 2, 3) == 0 && dtn_beta_quantile(1, 2, 3) == 1);
    assert_true(dtn_exponential_quantile(0, 2) == 0 && dtn_exponential_quantile(1, 2) == INFINITY);
    assert_true(dtn_lomax_quantile(0, 2, 3) == 0 && dtn_lomax_quantile(1, 2, 3) == INFINITY);
    assert_true(dtn_triangular_quantile(0, 1, 2, 4) == 1 &&
                dtn_triangular_quantile(1, 1, 2, 4) == 4);
    assert_true(dtn_triangular_quantile(1.0 / 3, 1, 2, 4) == 2);
    assert_true(dtn_triangular_quantile(0.3, 2, 2, 2) == 2);
    assert_true(dtn_triangular_quantile(0.75, 0, 0, 1) == 0.5);
    assert_true(dtn_triangular_quantile(0.25, 0, 1, 1) == 0.5);
    for (size_t f = 0; f < N_OF(families); f++) {
        assert_true(isfinite(families[f].q(tiny_u, families[f].p)));
        assert_true(isfinite(families[f].q(largest_u, families[f].p)));
        assert_true(isnan(families[f].q(NAN, families[f].p)));
        assert_true(isnan(families[f].q(-0.1, families[f].p)));
        assert_true(isnan(families[f].q(1.1, families[f].p)));
    }
    for (double u = 0x1p-30; u < 0.5; u *= 1.5) { /* 1 - u is exact here */
        const double v = dtn_floor(u * 0x1p53) * 0x1p-53;
        assert_true(dtn_normal_quantile(1 - v) == -dtn_normal_quantile(v));
    }
}

static void test_zero_means_and_fixed_values(void **state)
{
    (void)state;
    for (double u = 0.001; u < 1; u += 0.111) {
        assert_true(dtn_poisson_quantile(u, 0) == 0);
        assert_true(dtn_negative_binomial_quantile(u, 0, 2) == 0);
        assert_true(dtn_exponential_quantile(u, 0) == 0);
        assert_true(dtn_gamma_quantile(u, 0, 2) == 0);
        assert_true(dtn_lognormal_quantile(u, 0, 2) == 0);
        assert_true(dtn_lognormal_quantile(u, 3.7, 0) == 3.7);
        assert_true(dtn_lomax_quantile(u, 0, 2) == 0);
        assert_true(dtn_binomial_quantile(u, 0, 0.5) == 0);
        assert_true(dtn_binomial_quantile(u, 9, 0) == 0);
        assert_true(dtn_binomial_quantile(u, 9, 1) == 9);
        assert_true(dtn_binomial_quantile(u, 9.4, 0.3) == dtn_binomial_quantile(u, 9, 0.3));
        assert_true(dtn_binomial_quantile(u, 8.5, 0.3) == dtn_binomial_quantile(u, 9, 0.3));
        assert_true(dtn_negative_binomial_quantile(u, 4, INFINITY) == dtn_poisson_quantile(u, 4));
        assert_true(dtn_negative_binomial_quantile(u, 4, 1e16) == dtn_poisson_quantile(u, 4));
    }
}

static void test_bad_parameters_give_nan(void **state)
{
    (void)state;
    const double bad_means[] = {-1e-300, -1, -INFINITY, INFINITY, NAN};
    for (size_t i = 0; i < N_OF(bad_means); i++) {
        const double m = bad_means[i];
        assert_true(isnan(dtn_poisson_quantile(0.5, m)));
        assert_true(isnan(dtn_negative_binomial_quantile(0.5, m, 1)));
        assert_true(isnan(dtn_exponential_quantile(0.5, m)));
        assert_true(isnan(dtn_gamma_quantile(0.5, m, 1)));
        assert_true(isnan(dtn_gamma_quantile(0.5, 1, m)));
        assert_true(isnan(dtn_lognormal_quantile(0.5, m, 1)));
        assert_true(isnan(dtn_lognormal_quantile(0.5, 1, m)));
        assert_true(isnan(dtn_lomax_quantile(0.5, m, 2)));
        assert_true(isnan(dtn_lomax_quantile(0.5, 1, m)));
        assert_true(isnan(dtn_beta_quantile(0.5, m, 2)));
        assert_true(isnan(dtn_beta_quantile(0.5, 2, m)));
        assert_true(isnan(dtn_binomial_quantile(0.5, 5, m)));
        assert_true(isnan(dtn_triangular_quantile(0.5, m, -2, -3)));
    }
    assert_true(isnan(dtn_binomial_quantile(0.5, -1, 0.5)));
    assert_true(isnan(dtn_binomial_quantile(0.5, NAN, 0.5)));
    assert_true(isnan(dtn_binomial_quantile(0.5, INFINITY, 0.5)));
    assert_true(isnan(dtn_binomial_quantile(0.5, 5, 1.0000001)));
    assert_true(isnan(dtn_negative_binomial_quantile(0.5, 1, 0)));
    assert_true(isnan(dtn_negative_binomial_quantile(0.5, 1, -2)));
    assert_true(isnan(dtn_negative_binomial_quantile(0.5, 1, NAN)));
    assert_true(isnan(dtn_gamma_quantile(0.5, 1, 0)));
    assert_true(isnan(dtn_beta_quantile(0.5, 0, 1)));
    assert_true(isnan(dtn_lomax_quantile(0.5, 1, 1)));
    assert_true(isnan(dtn_triangular_quantile(0.5, 0, 2, 1)));
    assert_true(isnan(dtn_triangular_quantile(0.5, 0, NAN, 1)));
    assert_true(isnan(dtn_triangular_quantile(0.5, -INFINITY, 0, 1)));
}

/** No parameters make a call run on: each of these takes microseconds; the limit is generous. */
static void test_any_size_returns(void **state)
{
    (void)state;
    const double sizes[] = {1e-300, 1e-9, 0.1,  1,    59,   61,    1e3,
                            1e6,    1e9,  1e12, 1e15, 1e18, 1e100, 1e300};
    const double us[] = {tiny_u, 1e-6, 0.3, 0.5, 0.99, 1 - 1e-12, largest_u};
    const clock_t start = clock();
    for (size_t i = 0; i < N_OF(us); i++) {
        for (size_t j = 0; j < N_OF(sizes); j++) {
            assert_true(dtn_poisson_quantile(us[i], sizes[j]) >= 0);
            for (size_t k = 0; k < N_OF(sizes); k++) {
                assert_true(dtn_negative_binomial_quantile(us[i], sizes[j], sizes[k]) >= 0);
                assert_true(dtn_gamma_quantile(us[i], sizes[j], sizes[k]) >= 0);
                const double x = dtn_beta_quantile(us[i], sizes[j], sizes[k]);
                assert_true(x >= 0 && x <= 1);
                const double n = sizes[j] < 1 ? 1 : sizes[j];
                const double b = dtn_binomial_quantile(us[i], n, 1 / (1 + sizes[k]));
                assert_true(b >= 0 && b <= dtn_round(n));
            }
        }
    }
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 60.0);
    /* six standard deviations hold all but 1e-9 */
    for (double mean = 1e3; mean <= 1e12; mean *= 10) {
        const double z = (dtn_poisson_quantile(0.975, mean) - mean) / sqrt(mean);
        assert_true(fabs(z - 1.959964) < 1.5 / sqrt(mean));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gamma_against_40_digits),
        cmocka_unit_test(test_beta_against_40_digits),
        cmocka_unit_test(test_methods_meet),
        cmocka_unit_test(test_incomplete_identities),
        cmocka_unit_test(test_gamma_quantile_against_40_digits),
        cmocka_unit_test(test_gamma_quantile_round_trip),
        cmocka_unit_test(test_beta_quantile_against_40_digits),
        cmocka_unit_test(test_counts_against_sums_of_60_digits),
        cmocka_unit_test(test_steps_of_the_counts),
        cmocka_unit_test(test_monotone_on_grids),
        cmocka_unit_test(test_counts_monotone_at_every_double),
        cmocka_unit_test(test_counts_rise_with_the_mean),
        cmocka_unit_test(test_ends_of_u),
        cmocka_unit_test(test_student_against_50_digits),
        cmocka_unit_test(test_zero_means_and_fixed_values),
        cmocka_unit_test(test_bad_parameters_give_nan),
        cmocka_unit_test(test_any_size_returns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
