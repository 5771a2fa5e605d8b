/* Counts by inversion on vectors give the bits of the scalar functions, at every width: rates from 0
 * to where a search takes over, ends of the unit interval, bad parameters, uniforms on and beside
 * the sums. So do log1p and expm1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "num/num.h"

enum { N = 1013 }; /* not a whole number of vectors */

static double u[N], a[N], b[N], want[N], got[N];

static double uniform(uint32_t event, uint32_t i) { return dtn_uniform(7, 11, i, 0, event); }

/* Uniforms, with ends, rubbish and values next to a CDF among them. */
static void make_uniforms(uint32_t round)
{
    static const double odd[] = {0, 1, -0.5, 1.5, NAN, 0x1p-53, 0x1p-1074, 1 - 0x1p-53};
    for (uint32_t i = 0; i < N; i++)
        u[i] = i % 97 == 0 ? odd[i / 97 % 8] : uniform(round, i);
}

static void check(const char *name, dtn_isa isa)
{
    for (int i = 0; i < N; i++) {
        if (memcmp(&want[i], &got[i], sizeof got[i]) == 0 || (isnan(want[i]) && isnan(got[i])))
            continue;
        print_message("%s, %s: u %.17g, %.17g, %.17g: %.17g, not %.17g\n", name, dtn_isa_name(isa),
                      u[i], a[i], b[i], got[i], want[i]);
        fail();
    }
}

static const double rates[] = {0,  1e-300, 1e-9, 0.01, 0.3,  1,   2.5,      7,  59.9,
                               60, 60.1,   150,  199,  1000, 1e9, INFINITY, -1, NAN};
enum { N_RATE = sizeof rates / sizeof *rates };

static void poisson(void **state)
{
    (void)state;
    for (dtn_isa isa = DTN_ISA_SCALAR; isa <= dtn_isa_best(); isa++)
        for (uint32_t round = 0; round < 4; round++) {
            make_uniforms(round);
            for (uint32_t i = 0; i < N; i++) {
                a[i] = i % 3 ? rates[(i * 7 + round) % N_RATE] : 3 * uniform(9, i);
                if (i % 5 == 0 && a[i] > 0 && a[i] < 100) /* on or beside a probability sum */
                    u[i] = dtn_exp(-a[i]) * (i % 2 ? 1 : 1 + 0x1p-52);
                want[i] = dtn_poisson_quantile(u[i], a[i]);
            }
            dtn_math_get(isa)->poisson_quantile(N, u, a, got);
            check("Poisson", isa);
        }
}

/* The i-th rate of many above the walk's, over all sizes. */
static double large_rate(uint32_t i)
{
    static const double some[] = {8, 0x1.fffffffffffffp2, 9, 11.3, 150, 150.5, 1e16, 1e300};
    return i % 3 == 0   ? some[i / 3 % 8]
           : i % 3 == 1 ? 8 * dtn_exp(30 * uniform(21, i)) /* to 1e14 */
                        : 7 + 40 * uniform(22, i);
}

/* With quantiles of the uniforms that are kept: not made while no mean is large, then made once and used
 * again with other means. */
static void poisson_of_kept_quantiles(void **state)
{
    enum { WHOLE = N / 8 * 8 };
    static double w[WHOLE];
    (void)state;
    for (dtn_isa isa = DTN_ISA_SCALAR; isa <= dtn_isa_best(); isa++) {
        uint64_t made = 0;
        const dtn_count_row row = {.u = u, .a = a, .w = w, .out = got, .made = &made};
        make_uniforms(3);
        for (uint32_t round = 0; round < 4; round++) {
            for (uint32_t i = 0; i < N; i++) {
                a[i] = round == 0 ? 7.9 * uniform(31, i) : large_rate(i + round);
                want[i] = i < WHOLE ? dtn_poisson_quantile(u[i], a[i]) : 0;
            }
            memset(got, 0, sizeof got);
            dtn_math_get(isa)->poisson_rows(1, WHOLE, &row);
            check("Poisson, kept", isa);
            assert_int_equal(made, round > 0);
        }
    }
}

/* On and beside the sums up to k, k to eight standard deviations from the mean: whoever decides by
 * something less exact must see that it cannot. */
static void poisson_of_large_rates(void **state)
{
    static const double beside[] = {0, 1e-16, -1e-16, 1e-13, -1e-13, 1e-10, -1e-10, 1e-6, -1e-6};
    (void)state;
    for (uint32_t round = 0; round < 40; round++) {
        for (uint32_t i = 0; i < N; i++) {
            a[i] = large_rate(i + round * N);
            double k = dtn_floor(a[i] + sqrt(a[i]) * (16 * uniform(23, i + round * N) - 8));
            k = k > 0 && a[i] < 1e15 ? k : 0;
            u[i] = dtn_gamma_q(k + 1, a[i] < 1e15 ? a[i] : 9) * (1 + beside[(i + round) % 9]);
            if (i % 11 == 0)
                u[i] = uniform(24, i + round * N);
            want[i] = dtn_poisson_quantile(u[i], a[i]);
        }
        for (dtn_isa isa = DTN_ISA_SCALAR; isa <= dtn_isa_best(); isa++) {
            dtn_math_get(isa)->poisson_quantile(N, u, a, got);
            check("Poisson of large rates", isa);
        }
    }
}

static void binomial(void **state)
{
    static const double p[] = {0, 1e-12, 0.01, 0.2, 0.5, 0.500001, 0.7, 0.99, 1, -0.1, 1.1, NAN};
    static const double n[] = {0, 0.4, 1, 2, 7.5, 30, 190, 210, 700, 5000, 1e9, -3, NAN, INFINITY};
    (void)state;
    for (dtn_isa isa = DTN_ISA_SCALAR; isa <= dtn_isa_best(); isa++)
        for (uint32_t round = 0; round < 4; round++) {
            make_uniforms(round);
            for (uint32_t i = 0; i < N; i++) {
                a[i] = n[(i + round) % 14];
                b[i] = i % 4 ? p[(i * 5 + round) % 12] : uniform(10, i);
                want[i] = dtn_binomial_quantile(u[i], a[i], b[i]);
            }
            dtn_math_get(isa)->binomial_quantile(N, u, a, b, got);
            check("binomial", isa);
        }
}

static void negative_binomial(void **state)
{
    static const double size[] = {1e-310, 1e-6, 0.1,   0.7, 1.5, 4,   50,      1e6,
                                  1e17,   1e19, 1e300, 0,   -1,  NAN, INFINITY};
    (void)state;
    for (dtn_isa isa = DTN_ISA_SCALAR; isa <= dtn_isa_best(); isa++)
        for (uint32_t round = 0; round < 4; round++) {
            make_uniforms(round);
            for (uint32_t i = 0; i < N; i++) {
                a[i] = i % 3 ? rates[(i * 7 + round) % N_RATE] : 10 * uniform(9, i);
                b[i] = i % 4 ? size[(i * 11 + round) % 15] : 3 * uniform(10, i);
                want[i] = dtn_negative_binomial_quantile(u[i], a[i], b[i]);
            }
            dtn_math_get(isa)->negative_binomial_quantile(N, u, a, b, got);
            check("negative binomial", isa);
        }
}

/* Sizes and means of the vectors' own logarithm, in all lanes; uniforms on and beside the sums too. */
static void negative_binomial_of_plain_lanes(void **state)
{
    static const double beside[] = {0, 1e-16, -1e-16, 1e-13, -1e-13, 1e-11, -1e-11};
    (void)state;
    for (uint32_t round = 0; round < 40; round++) {
        for (uint32_t i = 0; i < N; i++) {
            const uint32_t k = i + round * N;
            a[i] = round % 4 ? 30 * uniform(9, k) : 199 * uniform(9, k);
            b[i] = dtn_exp(9.8 * uniform(10, k) - 4.6); /* 0.01 to 180 */
            u[i] = uniform(11, k);
            if (i % 3 == 0) {
                const double p = b[i] / (a[i] + b[i]);
                u[i] = dtn_beta_i(b[i], dtn_floor(a[i] * 2 * u[i]) + 1, p) * (1 + beside[k % 7]);
                u[i] = u[i] < 1 ? u[i] : 0.5;
            }
            want[i] = dtn_negative_binomial_quantile(u[i], a[i], b[i]);
        }
        for (dtn_isa isa = DTN_ISA_SCALAR; isa <= dtn_isa_best(); isa++) {
            dtn_math_get(isa)->negative_binomial_quantile(N, u, a, b, got);
            check("negative binomial, plain", isa);
        }
    }
}

/* Rows side by side, few and many, short and long, some of which no walk decides. */
static void rows_side_by_side(void **state)
{
    enum { MOST_ROWS = 63 };
    static double w[N];
    static uint64_t made[MOST_ROWS];
    (void)state;
    make_uniforms(5);
    for (uint32_t i = 0; i < N; i++) {
        a[i] = i / 16 % 4 == 0   ? rates[i % N_RATE]
               : i / 16 % 4 == 1 ? large_rate(i)
                                 : 5 * uniform(41, i);
        b[i] = i / 8 % 5 == 0 ? rates[i * 3 % N_RATE] : 0.1 + 9 * uniform(42, i);
    }
    for (dtn_isa isa = DTN_ISA_SCALAR; isa <= dtn_isa_best(); isa++)
        for (size_t n = 8; n <= 16; n += 8)
            for (size_t n_row = 1; n_row <= MOST_ROWS; n_row += n_row < 20 ? 1 : 43) {
                dtn_count_row rows[MOST_ROWS];
                for (size_t r = 0; r < n_row; r++)
                    rows[r] = (dtn_count_row){u + r * n, a + r * n,   b + r * n,
                                              w + r * n, got + r * n, &made[r]};
                memset(made, 0, sizeof made);
                for (int kind = 0; kind < 2; kind++) {
                    for (size_t i = 0; i < N; i++)
                        want[i] = i >= n_row * n ? -7
                                  : kind == 0    ? dtn_poisson_quantile(u[i], a[i])
                                                 : dtn_negative_binomial_quantile(u[i], a[i], b[i]);
                    for (size_t i = 0; i < N; i++)
                        got[i] = -7;
                    if (kind == 0)
                        dtn_math_get(isa)->poisson_rows(n_row, n, rows);
                    else
                        dtn_math_get(isa)->negative_binomial_rows(n_row, n, rows);
                    check("rows", isa);
                }
            }
}

static void logarithms(void **state)
{
    static const double odd[] = {0.0,   -0.0,  -1,      -2,       1e-320,    -1e-20,
                                 1e299, 1e301, 1.7e308, INFINITY, -INFINITY, NAN};
    (void)state;
    for (dtn_isa isa = DTN_ISA_SCALAR; isa <= dtn_isa_best(); isa++) {
        for (uint32_t i = 0; i < N; i++) {
            u[i] = i % 9 == 0 ? odd[i / 9 % 12] : 40 * uniform(3, i) - 1;
            a[i] = b[i] = 0;
            want[i] = dtn_log1p(u[i]);
        }
        dtn_math_get(isa)->log1p(N, u, got);
        check("log1p", isa);
        for (uint32_t i = 0; i < N; i++)
            want[i] = dtn_expm1(-u[i]);
        for (uint32_t i = 0; i < N; i++)
            a[i] = -u[i];
        dtn_math_get(isa)->expm1(N, a, got);
        check("expm1", isa);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poisson),
        cmocka_unit_test(poisson_of_kept_quantiles),
        cmocka_unit_test(poisson_of_large_rates),
        cmocka_unit_test(binomial),
        cmocka_unit_test(negative_binomial),
        cmocka_unit_test(negative_binomial_of_plain_lanes),
        cmocka_unit_test(rows_side_by_side),
        cmocka_unit_test(logarithms),
    };
    return cmocka_run_group_tests_name("num_walk", tests, NULL, NULL);
}
