/* src/num: functions against stored values, every vector table against the scalar functions bit for
 * bit, the exact rounding functions and fmod, the random generator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "num/fmod_core.h"
#include "num/num.h"
#include "num/threefry.h"
#include "test_num_reference.h"

#define N_OF(a) (sizeof(a) / sizeof *(a))

static uint64_t next_random(uint64_t *s)
{
    *s += 0x9e3779b97f4a7c15u; /* splitmix64 */
    uint64_t z = *s;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t bits_of(double x)
{
    uint64_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

static double from_bits(uint64_t b)
{
    double x;
    memcpy(&x, &b, sizeof x);
    return x;
}

static int is_same(double a, double b) { return bits_of(a) == bits_of(b) || (a != a && b != b); }

static void assert_same(double a, double b)
{
    if (!is_same(a, b))
        fail_msg("%a (%.17g) is not %a (%.17g)", a, a, b, b);
}

/** |a - b| in units of the last place of b. */
static double ulps(double a, double b)
{
    if (is_same(a, b))
        return 0.0;
    const double next = from_bits(bits_of(b) + 1);
    return fabs(a - b) / fabs(next - b);
}

/* ---- arguments: every bit pattern, subnormals, small and large reals, probabilities, edges ---- */

enum { N_ARG = 1000000 };
static double arg_x[N_ARG], arg_y[N_ARG], expected[N_ARG], result[N_ARG];

static double some_argument(uint64_t *s)
{
    static const double edges[] = {0.0,
                                   -0.0,
                                   1.0,
                                   -1.0,
                                   0.5,
                                   -0.5,
                                   2.0,
                                   10.0,
                                   INFINITY,
                                   NAN,
                                   1e308,
                                   -1e308,
                                   5e-324,
                                   0x1p-1022,
                                   -0x1p-1022,
                                   709.7,
                                   709.8,
                                   -708.4,
                                   -745.2,
                                   710.0,
                                   710.5,
                                   0x1p52,
                                   -0x1p52,
                                   0x1p53,
                                   1e15,
                                   1e16,
                                   1e22,
                                   -1e22,
                                   -2.0,
                                   -3.0,
                                   -1.5,
                                   1e300,
                                   0.425,
                                   0.075,
                                   0.925,
                                   -INFINITY,
                                   0x1p-54,
                                   0x1p-53,
                                   0x1.fffffffffffffp-1,
                                   0x1.fffffffffffffp-2,
                                   1.4e-11,
                                   1.0 - 1.4e-11};
    const uint64_t r = next_random(s);
    switch (next_random(s) % 7) {
    case 0: return from_bits(r);
    case 1: return from_bits(r & 0x800fffffffffffffu); /* subnormal */
    case 2: return ((double)(r % 2000001) - 1e6) * 1e-5;
    case 3: return (double)(int64_t)r * 1e-16; /* to +-922 */
    case 4: return (double)(r >> 11) * 0x1p-53;
    case 5: return (double)(int64_t)(r % 2001) - 1000.0;
    default: return edges[r % N_OF(edges)];
    }
}

static void make_arguments(void)
{
    uint64_t s = 17;
    for (size_t i = 0; i < N_ARG; i++) {
        arg_x[i] = some_argument(&s);
        arg_y[i] = some_argument(&s);
    }
}

typedef struct vector_case {
    const char *name;
    double (*scalar1)(double);
    double (*scalar2)(double, double);
    size_t offset; /* of the function in dtn_math */
} vector_case;

#define ONE(name)                                         \
    {                                                     \
#name, dtn_##name, NULL, offsetof(dtn_math, name) \
    }
#define TWO(name)                                         \
    {                                                     \
#name, NULL, dtn_##name, offsetof(dtn_math, name) \
    }
static const vector_case vector_cases[] = {ONE(exp),  ONE(log),  ONE(log10),          ONE(sin),
                                           ONE(cos),  ONE(tan),  ONE(asin),           ONE(acos),
                                           ONE(atan), ONE(sinh), ONE(cosh),           ONE(tanh),
                                           TWO(pow),  TWO(fmod), ONE(normal_quantile)};

static void call(const dtn_math *math, const vector_case *c, size_t n, const double *x,
                 const double *y, double *out)
{
    const char *at = (const char *)math + c->offset;
    if (c->scalar1) {
        dtn_vec1 f;
        memcpy(&f, at, sizeof f);
        f(n, x, out);
    } else {
        dtn_vec2 f;
        memcpy(&f, at, sizeof f);
        f(n, x, y, out);
    }
}

static void compare_table(const dtn_math *math)
{
    for (size_t k = 0; k < N_OF(vector_cases); k++) {
        const vector_case *c = &vector_cases[k];
        for (size_t i = 0; i < N_ARG; i++)
            expected[i] = c->scalar1 ? c->scalar1(arg_x[i]) : c->scalar2(arg_x[i], arg_y[i]);
        call(math, c, N_ARG, arg_x, arg_y, result);
        for (size_t i = 0; i < N_ARG; i++) {
            if (!is_same(expected[i], result[i]))
                fail_msg("%s %s(%a, %a): %a, scalar %a", dtn_isa_name(math->isa), c->name, arg_x[i],
                         arg_y[i], result[i], expected[i]);
        }
    }
}

/** Any length, in place, from an address that is only 8-byte aligned, nothing written behind. */
static void compare_lengths(const dtn_math *math)
{
    for (size_t k = 0; k < N_OF(vector_cases); k++) {
        for (size_t n = 0; n <= 70; n++) {
            double x[73], y[73], out[73];
            memcpy(x, arg_x + n, sizeof x);
            memcpy(y, arg_y + n, sizeof y);
            memcpy(out, x, sizeof out);
            call(math, &vector_cases[k], n, out + 1, y + 1, out + 1);
            for (size_t i = 0; i < 73; i++) {
                const vector_case *c = &vector_cases[k];
                const double want = i == 0 || i > n ? x[i]
                                    : c->scalar1    ? c->scalar1(x[i])
                                                    : c->scalar2(x[i], y[i]);
                if (!is_same(out[i], want))
                    fail_msg("%s %s, n %zu, item %zu", dtn_isa_name(math->isa), c->name, n, i);
            }
        }
    }
}

static void test_tables_are_the_scalar_functions(void **state)
{
    (void)state;
    make_arguments();
    for (int isa = DTN_ISA_SCALAR; isa <= DTN_ISA_AVX512; isa++) {
        if (isa > (int)dtn_isa_best()) {
            print_message("# table %s not compared: this machine does not run it\n",
                          dtn_isa_name((dtn_isa)isa));
            continue;
        }
        const dtn_math *math = dtn_math_get((dtn_isa)isa);
        assert_int_equal(math->isa, isa);
        compare_table(math);
        compare_lengths(math);
        print_message("# table %s compared, %d arguments a function\n", dtn_isa_name(math->isa),
                      N_ARG);
    }
}

static void test_choice_of_table(void **state)
{
    (void)state;
    assert_true(dtn_math_get(DTN_ISA_AVX512)->isa <= dtn_isa_best());
    assert_int_equal(dtn_math_get(dtn_isa_best())->isa, dtn_isa_best());
    assert_int_equal(dtn_math_get(DTN_ISA_SCALAR)->isa, DTN_ISA_SCALAR);
    assert_string_equal(dtn_isa_name(DTN_ISA_AVX2), "avx2");
}

/* ---- values ---- */

static void test_functions_against_40_digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(reference_function); i++) {
        const double x = reference_function[i].x, y = reference_function[i].y;
        const double got = reference_function[i].f(x);
        if (!(ulps(got, y) <= 2.0))
            fail_msg("row %zu, x = %a: %a, expected %a", i, x, got, y);
    }
    for (size_t i = 0; i < N_OF(reference_pow); i++) {
        const double got = dtn_pow(reference_pow[i].x, reference_pow[i].y);
        if (!(ulps(got, reference_pow[i].z) <= 2.0))
            fail_msg("pow row %zu: %a, expected %a", i, got, reference_pow[i].z);
    }
    for (size_t i = 0; i < N_OF(reference_normal); i++) {
        const double got = dtn_normal_quantile(reference_normal[i].u);
        const double z = reference_normal[i].z;
        if (!(fabs(got - z) <= 1e-15 * fabs(z)))
            fail_msg("normal quantile of %a: %a, expected %a", reference_normal[i].u, got, z);
    }
}

static void test_special_values(void **state)
{
    (void)state;
    assert_same(dtn_pow(0.0, 0.0), 1.0);
    assert_same(dtn_pow(-2.0, 3.0), -8.0);
    assert_true(isnan(dtn_pow(-2.0, 0.5)));
    assert_same(dtn_exp(-INFINITY), 0.0);
    assert_same(dtn_exp(1000.0), INFINITY);
    assert_same(dtn_log(0.0), -INFINITY);
    assert_true(isnan(dtn_log(-1.0)));
    assert_same(dtn_log1p(-1.0), -INFINITY);
    assert_same(dtn_log1p(-0.0), -0.0);
    assert_true(isnan(dtn_log1p(NAN)));
    assert_true(isnan(dtn_asin(1.5)));
    assert_true(isnan(dtn_sin(INFINITY)));
    assert_same(dtn_atan(-INFINITY), -0x1.921fb54442d18p+0);
    assert_same(dtn_lgamma(INFINITY), INFINITY);
    assert_same(dtn_normal_quantile(0.0), -INFINITY);
    assert_same(dtn_normal_quantile(1.0), INFINITY);
    assert_same(dtn_normal_quantile(0.5), 0.0);
    assert_true(isnan(dtn_normal_quantile(-1e-9)));
    assert_true(isnan(dtn_normal_quantile(1.0 + 1e-9)));
    assert_true(isnan(dtn_normal_quantile(NAN)));
}

/** floor by the definition, where |x| < 2^62: the integer conversion truncates exactly. */
static double floor_by_integer(double x)
{
    const double t = (double)(int64_t)x;
    return t > x ? t - 1.0 : t;
}

static void test_rounding(void **state)
{
    (void)state;
    uint64_t s = 5;
    for (int i = 0; i < 1000000; i++) {
        double x = some_argument(&s);
        x = i % 3 ? x : dtn_trunc(x) + ((i & 64) ? 0.5 : 0.49999999999999994);
        const double f = dtn_floor(x), t = dtn_trunc(x), r = dtn_round(x);
        if (!(fabs(x) < 0x1p62)) { /* large, infinite, NaN: the number itself */
            assert_same(f, x);
            assert_same(t, x);
            assert_same(r, x);
            continue;
        }
        assert_true(f == floor_by_integer(x));
        assert_true(t == (double)(int64_t)x);
        const double rest = fabs(x) - fabs(t); /* exact */
        assert_true(fabs(r) == fabs(t) + (rest >= 0.5 ? 1.0 : 0.0));
        assert_int_equal(signbit(t) != 0, signbit(x) != 0);
        assert_int_equal(signbit(r) != 0, signbit(x) != 0);
    }
    assert_same(dtn_floor(-0.0), -0.0);
    assert_same(dtn_floor(-0.5), -1.0);
    assert_same(dtn_round(0.49999999999999994), 0.0);
    assert_same(dtn_round(-2.5), -3.0);
    assert_same(dtn_round(4503599627370495.5), 4503599627370496.0);
}

static void test_fmod(void **state)
{
    (void)state;
    assert_same(dtn_fmod(5.5, 2.0), 1.5);
    assert_same(dtn_fmod(-5.5, 2.0), -1.5);
    assert_same(dtn_fmod(5.5, -2.0), 1.5);
    assert_same(dtn_fmod(6.0, 3.0), 0.0);
    assert_same(dtn_fmod(-6.0, 3.0), -0.0);
    assert_same(dtn_fmod(3.0, INFINITY), 3.0);
    assert_true(isnan(dtn_fmod(3.0, 0.0)));
    assert_true(isnan(dtn_fmod(INFINITY, 3.0)));
    assert_true(isnan(dtn_fmod(NAN, 3.0)) && isnan(dtn_fmod(3.0, NAN)));
    /* where SLEEF gives NaN; exact values by integer arithmetic in Python */
    assert_same(dtn_fmod(1e308, 7.0), 3.0);
    assert_same(dtn_fmod(1e300, 5e-324), 0.0);
    assert_same(dtn_fmod(0x1.fffffffffffffp1023, 0x0.0000000000003p-1022), 0x0.0000000000002p-1022);
    uint64_t s = 3;
    for (int i = 0; i < 200000; i++) { /* long division agrees where both have an answer */
        const double x = some_argument(&s), y = some_argument(&s);
        assert_same(dtn_fmod(x, y), dtn_fmod_exact(x, y));
    }
}

/* ---- random numbers ---- */

/** Known answers of Random123's kat_vectors for "threefry2x64 20": counter, key, result. */
static void test_threefry_known_answers(void **state)
{
    (void)state;
    static const uint64_t ones = ~UINT64_C(0);
    const struct {
        uint64_t counter[2], key[2], out[2];
    } known[] = {{{0, 0}, {0, 0}, {0xc2b6e3a8c2c69865u, 0x6f81ed42f350084du}},
                 {{ones, ones}, {ones, ones}, {0xe02cb7c4d95d277au, 0xd06633d0893b8b68u}},
                 {{0x243f6a8885a308d3u, 0x13198a2e03707344u},
                  {0xa4093822299f31d0u, 0x082efa98ec4e6c89u},
                  {0x263c7d30bb0f0af1u, 0x56be8361d3311526u}}};
    for (size_t i = 0; i < N_OF(known); i++) {
        uint64_t out[2];
        dtn_threefry2x64(known[i].key, known[i].counter, out);
        assert_true(out[0] == known[i].out[0] && out[1] == known[i].out[1]);
    }
}

static void test_uniform_is_the_documented_word(void **state)
{
    (void)state;
    uint64_t s = 11;
    for (int i = 0; i < 10000; i++) {
        const uint64_t key[2] = {next_random(&s), next_random(&s)}, run = next_random(&s);
        const uint32_t step = (uint32_t)next_random(&s), event = (uint32_t)next_random(&s);
        const uint64_t counter[2] = {run / 2, step | (uint64_t)event << 32};
        uint64_t word[2];
        dtn_threefry2x64(key, counter, word);
        double u = ((double)(word[run % 2] >> 11) + 0.5) * 0x1p-53;
        u = u < 1.0 ? u : 1.0 - 0x1p-53;
        assert_same(dtn_uniform(key[0], key[1], run, step, event), u);
    }
    assert_same(dtn_unit_from_word(0), 0x1p-54);
    assert_same(dtn_unit_from_word(2047), 0x1p-54);
    assert_same(dtn_unit_from_word(2048), 3 * 0x1p-54);
    assert_same(dtn_unit_from_word(~UINT64_C(0)), 1.0 - 0x1p-53);
    assert_same(dtn_unit_from_word(UINT64_C(1) << 63), 0.5);
}

static void test_vector_uniform_is_scalar_uniform(void **state)
{
    (void)state;
    for (int isa = DTN_ISA_SCALAR; isa <= (int)dtn_isa_best(); isa++) {
        const dtn_math *math = dtn_math_get((dtn_isa)isa);
        uint64_t s = 23;
        for (size_t n = 0; n < 300; n++) {
            const uint64_t seed = next_random(&s), stream = next_random(&s);
            const uint64_t run0 = n % 5 ? next_random(&s) : ~UINT64_C(0) - n / 2; /* wraps */
            const uint32_t step = (uint32_t)next_random(&s), event = (uint32_t)next_random(&s);
            double out[302];
            out[n] = -1.0;
            math->uniform(n, seed, stream, run0, step, event, out);
            for (size_t i = 0; i < n; i++)
                assert_same(out[i], dtn_uniform(seed, stream, run0 + i, step, event));
            assert_same(out[n], -1.0);
        }
    }
}

/** Events of rows that are no vector, one or several; runs that begin with either of a block. */
static void test_vector_events_are_scalar_uniforms(void **state)
{
    (void)state;
    for (int isa = DTN_ISA_SCALAR; isa <= (int)dtn_isa_best(); isa++) {
        const dtn_math *math = dtn_math_get((dtn_isa)isa);
        for (uint32_t i = 0; i < 41 * 20; i++) {
            const uint32_t n = i % 41, n_event = i / 41, event = i % 3 ? i : ~0u - 2;
            const uint64_t run0 = i % 2 ? 1000 + i / 2 : ~UINT64_C(0) - n / 2;
            double out[41 * 20 + 1];
            out[(size_t)n * n_event] = -1.0;
            math->uniform_events(n, 7, 8, run0, i, event, n_event, out);
            for (uint32_t k = 0; k < n * n_event; k++)
                assert_same(out[k], dtn_uniform(7, 8, run0 + k % n, i, event + k / n));
            assert_same(out[(size_t)n * n_event], -1.0);
        }
    }
}

/** Beside the edges of the quantile's octaves, in both tails. */
static void test_normal_quantile_at_edges_of_octaves(void **state)
{
    (void)state;
    for (int k = 2; k <= 19; k++) {
        const double v = ldexp(1.0, -k), edge = 2 * v / (1 + sqrt(1 - 4 * v));
        double before = -INFINITY, u = edge;
        for (int i = 0; i < 500; i++)
            u = nextafter(u, 0.0);
        for (int i = 0; i < 1000; i++, u = nextafter(u, 1.0)) {
            const double z = dtn_normal_quantile(u);
            if (!(fabs(dtn_normal_cdf(z) / u - 1) <= 2e-14) || z < before - 1e-15 * fabs(z))
                fail_msg("octave %d, u = %a: %a after %a", k, u, z, before);
            before = z;
            assert_true(dtn_normal_quantile(1 - u) == -dtn_normal_quantile(1 - (1 - u)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_are_the_scalar_functions),
        cmocka_unit_test(test_choice_of_table),
        cmocka_unit_test(test_functions_against_40_digits),
        cmocka_unit_test(test_special_values),
        cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_fmod),
        cmocka_unit_test(test_threefry_known_answers),
        cmocka_unit_test(test_uniform_is_the_documented_word),
        cmocka_unit_test(test_vector_uniform_is_scalar_uniform),
        cmocka_unit_test(test_vector_events_are_scalar_uniforms),
        cmocka_unit_test(test_normal_quantile_at_edges_of_octaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
