/* src/stat: exact sums, quantiles, the bucket sketch, summaries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "num/num.h"
#include "stat/kernel.h"
#include "stat/stat.h"

__extension__ typedef __int128 int128;

static uint64_t next_random(uint64_t *s)
{
    *s += 0x9e3779b97f4a7c15u; /* splitmix64 */
    uint64_t z = *s;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double uniform(uint64_t *s) { return ((double)(next_random(s) >> 11) + 0.5) * 0x1p-53; }

static void shuffle(double *v, size_t n, uint64_t *s)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = next_random(s) % i;
        double swap = v[i - 1];
        v[i - 1] = v[k];
        v[k] = swap;
    }
}

static void assert_same(double a, double b)
{
    if (memcmp(&a, &b, sizeof a) != 0)
        fail_msg("%a is not %a", a, b);
}

/* One by one and many at once, which must be the same. */
static double sum_of(const double *v, size_t n)
{
    dtn_sum sum, many;
    dtn_sum_init(&sum);
    dtn_sum_init(&many);
    for (size_t i = 0; i < n; i++)
        dtn_sum_add(&sum, v[i]);
    dtn_sum_add_many(&many, n / 3, v);
    dtn_sum_add_many(&many, n - n / 3, v + n / 3);
    const double a = dtn_sum_get(&sum), b = dtn_sum_get(&many);
    if (!isnan(a) || !isnan(b)) /* which NaN says nothing */
        assert_same(a, b);
    return a;
}

#define SUM(...) \
    sum_of((const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

/* ---- sums ---- */

static void test_sum_cancellation(void **state)
{
    (void)state;
    assert_same(SUM(0), 0);
    assert_same(SUM(1e308, 1, -1e308), 1);
    assert_same(SUM(1e308, 1e308, -1e308, -1e308, 5e-324), 5e-324);
    assert_same(SUM(-1, -2.5), -3.5);
    assert_same(SUM(1, -1), 0);
    assert_same(SUM(-0.0, -0.0), 0);
    assert_same(SUM(1e16, 1, 1, -1e16), 2);
    assert_same(SUM(DBL_MAX, DBL_MAX), INFINITY);
    assert_same(SUM(-DBL_MAX, -DBL_MAX), -INFINITY);
    assert_same(SUM(DBL_MAX, DBL_MAX, -DBL_MAX), DBL_MAX);
    assert_same(SUM(DBL_MIN, -5e-324), DBL_MIN - 5e-324);
    assert_same(SUM(-DBL_MIN, 5e-324, 5e-324), -DBL_MIN + 1e-323);
}

static void test_sum_rounds_to_even(void **state)
{
    (void)state;
    const double half_ulp = 0x1p-53;
    assert_same(SUM(1, half_ulp), 1);                     /* tie, even stays */
    assert_same(SUM(1 + 0x1p-52, half_ulp), 1 + 0x1p-51); /* tie, odd goes up */
    assert_same(SUM(1, half_ulp, 5e-324), 1 + 0x1p-52);   /* a hair above the tie */
    assert_same(SUM(1, half_ulp, -5e-324), 1);            /* a hair below */
    assert_same(SUM(-1, -half_ulp, -5e-324), -1 - 0x1p-52);
    assert_same(SUM(0x1.fffffffffffffp0, half_ulp), 2); /* carry into the exponent */
    assert_same(SUM(DBL_MAX, 0x1p969), DBL_MAX);        /* below half of the last place */
    assert_same(SUM(DBL_MAX, 0x1p970), INFINITY);       /* at the half */
}

static void test_sum_special_values(void **state)
{
    (void)state;
    assert_same(SUM(INFINITY, 1), INFINITY);
    assert_same(SUM(-INFINITY, 1e308), -INFINITY);
    assert_true(isnan(SUM(INFINITY, -INFINITY)));
    assert_true(isnan(SUM(1, NAN)));
}

/* Against 128-bit integers: values k * 2^-20 have an exact sum that fits. */
static void test_sum_against_integers(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int round = 0; round < 200; round++) {
        double v[5000];
        int128 exact = 0;
        for (int i = 0; i < 5000; i++) {
            int shift = (int)(next_random(&seed) % (round % 2 ? 60 : 4));
            int64_t k = (int64_t)next_random(&seed) >> 12;
            exact += k * ((int128)1 << shift);
            v[i] = (double)k * (double)((uint64_t)1 << shift);
        }
        assert_same(sum_of(v, 5000), (double)exact);
    }
}

static void test_sum_any_order_any_merge(void **state)
{
    (void)state;
    enum { N = 3000 };
    uint64_t seed = 5;
    double v[N];
    for (int i = 0; i < N; i++) { /* any finite double, both signs, all exponents */
        do {
            uint64_t bits = next_random(&seed);
            memcpy(&v[i], &bits, sizeof bits);
        } while (!isfinite(v[i]) || fabs(v[i]) > 1e300);
    }
    const double expect = sum_of(v, N);
    for (int round = 0; round < 50; round++) {
        shuffle(v, N, &seed);
        assert_same(sum_of(v, N), expect);
        dtn_sum part[7], all;
        dtn_sum_init(&all);
        for (int k = 0; k < 7; k++)
            dtn_sum_init(&part[k]);
        for (int i = 0; i < N; i++)
            dtn_sum_add(&part[next_random(&seed) % 7], v[i]);
        for (int k = 7; k > 0; k--)
            dtn_sum_merge(&all, &part[k - 1]);
        assert_same(dtn_sum_get(&all), expect);
    }
}

static void test_sum_many(void **state)
{
    (void)state;
    dtn_sum sum;
    dtn_sum_init(&sum);
    for (int i = 0; i < 1000000; i++)
        dtn_sum_add(&sum, 0.1);
    /* 0.1 is 3602879701896397 * 2^-55; the product below is exact before one rounding. */
    assert_same(dtn_sum_get(&sum), (double)((int128)3602879701896397 * 1000000) * 0x1p-55);
    dtn_sum_init(&sum);
    for (int i = 0; i < 100000; i++) {
        dtn_sum_add(&sum, DBL_MAX);
        dtn_sum_add(&sum, -0x1.fffffffffffffp-1);
    }
    for (int i = 0; i < 100000; i++)
        dtn_sum_add(&sum, -DBL_MAX);
    assert_same(dtn_sum_get(&sum), -100000 * 0x1.fffffffffffffp-1);
}

/* The same where it is known how large they are at most, well or badly. */
static void check_bounded(size_t n, const double *v, double sum)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(v[i]));
    if (!isfinite(most))
        return;
    const double bounds[] = {most, 3 * most, most * 0x1p40, most * 0x1p300, INFINITY, NAN};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        dtn_sum bounded;
        dtn_sum_init(&bounded);
        dtn_sum_add_bounded(&bounded, n, v, bounds[i]);
        assert_same(dtn_sum_get(&bounded), sum);
    }
}

/* Many at once against one by one, for values of all sizes and every length of a tail. */
static void test_sum_many_is_each(void **state)
{
    (void)state;
    uint64_t seed = 23;
    for (int round = 0; round < 400; round++) {
        double v[1100];
        const size_t n = next_random(&seed) % 1100;
        const int spread = round % 5 * 400; /* of exponents */
        dtn_sum many, each;
        dtn_sum_init(&many);
        dtn_sum_init(&each);
        for (size_t i = 0; i < n; i++) {
            const int e = spread ? (int)(next_random(&seed) % spread) - spread / 2 : 0;
            v[i] = round % 3 == 0 ? (double)(next_random(&seed) % 50) : uniform(&seed) - 0.5;
            v[i] = ldexp(v[i], e);
            if (round % 40 == 39 && i % 300 == 7)
                v[i] = INFINITY;
        }
        for (size_t i = 0; i < n; i++)
            dtn_sum_add(&each, v[i]);
        dtn_sum_add_many(&many, n, v);
        assert_same(dtn_sum_get(&many), dtn_sum_get(&each));
        check_bounded(n, v, dtn_sum_get(&each));
    }
}

/* ---- the loops of each instruction set ---- */

static void check_kernel(const dtn_stat_kernel *k, size_t n, const double *v)
{
    double low, high, least = v[0], most = v[0], rest[DTN_SUM_BLOCK], parts[DTN_SUM_SPLITS];
    const double tops[] = {0x1p20, 0x1p-22, 0x1p-64};
    uint16_t place[DTN_SUM_BLOCK];
    dtn_sum sum, split;
    dtn_sum_init(&sum);
    dtn_sum_init(&split);
    for (size_t i = 0; i < n; i++) {
        least = fmin(least, v[i]);
        most = fmax(most, v[i]);
        dtn_sum_add(&sum, v[i]);
    }
    assert_true(k->extent(n, v, &low, &high));
    assert_true(low == least && high == most);
    const bool is_left = k->split(n, v, tops, parts, rest);
    for (size_t i = 0; i < DTN_SUM_SPLITS; i++)
        dtn_sum_add(&split, parts[i]);
    for (size_t i = 0; i < n && is_left; i++)
        dtn_sum_add(&split, rest[i]);
    assert_same(dtn_sum_get(&split), dtn_sum_get(&sum));
    const double scale = 1000 / (high - low);
    for (size_t i = 0; i < n && high > low; i++) {
        assert_false(k->places(n, v, low, scale, place) && n > 10);
        assert_int_equal(place[i], (int)((v[i] - low) * scale));
        k->bit_places(n, v, dtn_order_of(low), 52, place);
        assert_int_equal(place[i], (dtn_order_of(v[i]) - dtn_order_of(low)) >> 52);
    }
}

static void test_kernels(void **state)
{
    (void)state;
    const dtn_stat_kernel *kernels[] = {
        &dtn_stat_kernel_scalar,
#if defined(__x86_64__)
        &dtn_stat_kernel_sse2,
        &dtn_stat_kernel_avx,
        &dtn_stat_kernel_avx2,
        &dtn_stat_kernel_avx512
#endif
    };
    uint64_t seed = 29;
    double v[DTN_SUM_BLOCK];
    size_t n_kernel = sizeof kernels / sizeof *kernels;
    if (n_kernel > (size_t)dtn_isa_best() + 1)
        n_kernel = (size_t)dtn_isa_best() + 1; /* numbered as in dtn_isa */
    for (size_t i = 0; i < DTN_SUM_BLOCK; i++)
        v[i] = ldexp(uniform(&seed) - 0.4, (int)(next_random(&seed) % 140) - 120);
    for (size_t k = 0; k < n_kernel; k++) {
        double low, high;
        for (size_t n = 1; n <= 40; n++)
            check_kernel(kernels[k], n, v + n);
        check_kernel(kernels[k], DTN_SUM_BLOCK, v);
        for (size_t bad = 0; bad < 19; bad++) {
            double w[19] = {0};
            w[bad] = bad % 2 ? (double)NAN : -INFINITY;
            assert_false(kernels[k]->extent(19, w, &low, &high));
        }
    }
}

/* ---- exact quantiles ---- */

static void test_quantiles_type_7(void **state)
{
    (void)state;
    double v[] = {9, 1, 4, 16, 25}; /* h = 4q */
    const double q[] = {0, 0.05, 0.25, 0.5, 0.6, 0.95, 1};
    double out[7];
    assert_int_equal(dtn_quantiles_exact(5, v, 7, q, out), DTN_OK);
    const double expect[] = {1, 1 + 0.2 * 3, 4, 9, 9 + 0.4 * 7, 16 + 0.8 * 9, 25};
    for (int i = 0; i < 7; i++)
        assert_true(fabs(out[i] - expect[i]) < 1e-14 * 25);
    for (int i = 0; i < 4; i++)
        assert_true(v[i] < v[i + 1]);
    double one = -0.0;
    assert_int_equal(dtn_quantiles_exact(1, &one, 7, q, out), DTN_OK);
    assert_same(out[3], 0);
}

static void test_quantiles_bad_input(void **state)
{
    (void)state;
    double v[] = {1, 2}, nan[] = {1, NAN}, out = 7;
    assert_int_equal(dtn_quantiles_exact(0, v, 1, (double[]){0.5}, &out), DTN_E_EMPTY);
    assert_int_equal(dtn_quantiles_exact(2, v, 1, (double[]){1.01}, &out), DTN_E_RANGE);
    assert_int_equal(dtn_quantiles_exact(2, v, 1, (double[]){-0.1}, &out), DTN_E_RANGE);
    assert_int_equal(dtn_quantiles_exact(2, v, 1, (double[]){NAN}, &out), DTN_E_RANGE);
    assert_int_equal(dtn_quantiles_exact(2, nan, 1, (double[]){0.5}, &out), DTN_E_RANGE);
    assert_true(out == 7); /* untouched */
}

static void test_quantiles_extreme_values(void **state)
{
    (void)state;
    double v[] = {-DBL_MAX, DBL_MAX}, w[] = {-INFINITY, 1, INFINITY}, out[2];
    const double q[] = {0.5, 0.1};
    assert_int_equal(dtn_quantiles_exact(2, v, 1, q, out), DTN_OK);
    assert_same(out[0], 0);
    assert_int_equal(dtn_quantiles_exact(3, w, 2, q, out), DTN_OK);
    assert_same(out[0], 1);
    assert_same(out[1], -INFINITY);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double lognormal(uint64_t *seed, double sigma)
{
    return dtn_exp(sigma * dtn_normal_quantile(uniform(seed)));
}

/* Quantiles 0, 0.001 ... 1 of the sketch against those of the sorted values. */
/* Patterns that send a careless quicksort quadratic or out of bounds. */
static double pattern(int kind, size_t i, size_t n, uint64_t *seed)
{
    switch (kind) {
    case 0: return uniform(seed);
    case 1: return (double)i;
    case 2: return (double)(n - i);
    case 3: return 7;
    case 4: return (double)(i % 3);
    case 5: return (double)(i < n / 2 ? i : n - i);
    case 6: return (double)(i * 7919 % 1009) - (i % 2 ? 1e9 : 0);
    case 7: return uniform(seed) < 0.6 ? 0 : (double)(next_random(seed) % 40);
    case 8: return lognormal(seed, 6);
    case 9: return uniform(seed) < 0.5 ? -0.0 : uniform(seed) * 1e-300;
    case 10: return (uniform(seed) - 0.5) * (i % 97 == 0 ? 1.5e308 : 1e-3);
    case 11: return (double)(i % 5) - 1 + (i % 50 == 6 ? 1e-20 : 0);
    default: return 1e9 + (double)(i % 7) * 0x1p-20;
    }
}

static void test_sort_and_select(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 2, 3, 23, 24, 25, 26, 100, 1000, 20000};
    uint64_t seed = 11;
    for (int kind = 0; kind < 13; kind++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            size_t n = sizes[s];
            double *v = dtn_alloc(3 * n * sizeof *v), *sorted = v + n, *scratch = v + 2 * n, p[5];
            for (size_t i = 0; i < n; i++)
                sorted[i] = v[i] = pattern(kind, i, n, &seed);
            qsort(sorted, n, sizeof *v, by_value);
            dtn_summary summary;
            dtn_summary_of(n, v, scratch, &summary); /* selects */
            assert_int_equal(dtn_quantiles_exact(n, v, 5, (double[]){.05, .25, .5, .75, .95}, p),
                             DTN_OK); /* sorts */
            assert_memory_equal(v, sorted, n * sizeof *v);
            assert_same(summary.p05, p[0]);
            assert_same(summary.p25, p[1]);
            assert_same(summary.p50, p[2]);
            assert_same(summary.p75, p[3]);
            assert_same(summary.p95, p[4]);
            dtn_free(v);
        }
    }
}

/* ---- sketch ---- */

static void test_sketch_small_integers_exact(void **state)
{
    (void)state;
    dtn_sketch *s = dtn_sketch_new();
    double v[2049], out;
    for (int i = -1024; i <= 1024; i++) {
        v[i + 1024] = i;
        assert_int_equal(dtn_sketch_add(s, i), DTN_OK);
    }
    assert_int_equal(dtn_sketch_count(s), 2049);
    for (int i = 0; i <= 100; i++) {
        double q = i / 100.0, expect;
        assert_int_equal(dtn_sketch_quantile(s, q, &out), DTN_OK);
        assert_int_equal(dtn_quantiles_exact(2049, v, 1, &q, &expect), DTN_OK);
        assert_same(out, expect);
    }
    dtn_sketch_delete(s);
}

static void test_sketch_integers_beside_fractions(void **state)
{
    (void)state;
    dtn_sketch *s = dtn_sketch_new();
    double out;
    dtn_sketch_add(s, 3.0001); /* the same bucket as 3, another bin */
    dtn_sketch_add(s, 3);
    assert_int_equal(dtn_sketch_quantile(s, 0, &out), DTN_OK);
    assert_same(out, 3);
    assert_int_equal(dtn_sketch_quantile(s, 1, &out), DTN_OK);
    assert_true(out > 3 && fabs(out / 3.0001 - 1) < 0.0005);
    dtn_sketch_delete(s);
}

static void check_sketch(const dtn_sketch *s, size_t n, double *v)
{
    double q[1001], out[1001], expect[1001];
    for (int i = 0; i <= 1000; i++)
        q[i] = i / 1000.0;
    assert_int_equal(dtn_sketch_quantiles(s, 1001, q, out), DTN_OK);
    assert_int_equal(dtn_quantiles_exact(n, v, 1001, q, expect), DTN_OK);
    for (int i = 0; i <= 1000; i++) {
        if (!(fabs(out[i] / expect[i] - 1) <= 0.0005))
            fail_msg("q %g: %g for %g", q[i], out[i], expect[i]);
    }
}

static void test_sketch_error_bound(void **state)
{
    (void)state;
    enum { N = 100000 };
    uint64_t seed = 17;
    double *v = dtn_alloc(N * sizeof *v);
    for (int sign = -1; sign <= 1; sign += 2) {
        dtn_sketch *s = dtn_sketch_new();
        for (int i = 0; i < N; i++) {
            v[i] = sign * 1e3 * lognormal(&seed, 3);
            assert_int_equal(dtn_sketch_add(s, v[i]), DTN_OK);
        }
        check_sketch(s, N, v);
        dtn_sketch_delete(s);
    }
    dtn_free(v);
}

static void test_sketch_merge_is_add(void **state)
{
    (void)state;
    uint64_t seed = 23;
    dtn_sketch *all = dtn_sketch_new(), *a = dtn_sketch_new(), *b = dtn_sketch_new();
    for (int i = 0; i < 20000; i++) {
        double x = lognormal(&seed, 2) - 1;
        dtn_sketch_add(all, x);
        dtn_sketch_add(i % 3 ? a : b, x);
    }
    assert_int_equal(dtn_sketch_merge(b, a), DTN_OK);
    assert_int_equal(dtn_sketch_count(b), 20000);
    for (int i = 0; i <= 50; i++) {
        double x, y;
        dtn_sketch_quantile(all, i / 50.0, &x);
        dtn_sketch_quantile(b, i / 50.0, &y);
        assert_same(x, y);
    }
    assert_int_equal(dtn_sketch_merge(b, b), DTN_OK);
    assert_int_equal(dtn_sketch_count(b), 40000);
    dtn_sketch_delete(all);
    dtn_sketch_delete(a);
    dtn_sketch_delete(b);
}

static void test_sketch_special_values(void **state)
{
    (void)state;
    dtn_sketch *s = dtn_sketch_new();
    double out = 5;
    assert_int_equal(dtn_sketch_quantile(s, 0.5, &out), DTN_E_EMPTY);
    assert_int_equal(dtn_sketch_add(s, NAN), DTN_E_RANGE);
    assert_int_equal(dtn_sketch_count(s), 0);
    const double v[] = {-INFINITY, -DBL_MAX, -5e-324, -0.0, 0, 5e-324, DBL_MAX, INFINITY, 1, 2};
    for (size_t i = 0; i < 10; i++)
        dtn_sketch_add(s, v[i]);
    assert_int_equal(dtn_sketch_quantile(s, 1.5, &out), DTN_E_RANGE);
    assert_true(out == 5);
    dtn_sketch_quantile(s, 0, &out);
    assert_same(out, -INFINITY);
    dtn_sketch_quantile(s, 1, &out);
    assert_same(out, INFINITY);
    dtn_sketch_quantile(s, 3.0 / 9, &out);
    assert_same(out, 0);
    dtn_sketch_quantile(s, 1.0 / 9, &out);
    assert_true(isfinite(out) && fabs(out / DBL_MAX + 1) < 0.001);
    dtn_sketch_delete(s);
    dtn_sketch_delete(NULL);
}

static void test_sketch_out_of_memory(void **state)
{
    (void)state;
    dtn_alloc_fail_after(2);
    dtn_sketch *none = dtn_sketch_new();
    dtn_alloc_fail_after(0);
    assert_null(none);
    dtn_sketch *s = dtn_sketch_new(), *t = dtn_sketch_new();
    for (int i = 0; i < 16; i++) {
        assert_int_equal(dtn_sketch_add(s, i), DTN_OK);
        assert_int_equal(dtn_sketch_add(t, -1 - i), DTN_OK);
    }
    double out = 5;
    dtn_alloc_fail_after(1);
    assert_int_equal(dtn_sketch_add(s, 99), DTN_E_MEMORY);
    assert_int_equal(dtn_sketch_add(s, 3), DTN_OK); /* a known bin needs no memory */
    assert_int_equal(dtn_sketch_merge(s, t), DTN_E_MEMORY);
    assert_int_equal(dtn_sketch_quantile(s, 0.5, &out), DTN_E_MEMORY);
    dtn_alloc_fail_after(0);
    assert_true(out == 5);
    assert_int_equal(dtn_sketch_count(s), 17);
    dtn_sketch_delete(s);
    dtn_sketch_delete(t);
}

/* ---- summaries ---- */

static void test_summary(void **state)
{
    (void)state;
    const double v[] = {NAN, 4, 1, INFINITY, 3, 2, NAN};
    double scratch[7];
    dtn_summary s;
    dtn_summary_of(7, v, scratch, &s);
    assert_int_equal(s.n, 4);
    assert_int_equal(s.n_flagged, 3);
    assert_same(s.mean, 2.5);
    assert_same(s.p25, 1.75);
    assert_same(s.p50, 2.5);
    assert_true(fabs(s.p05 - 1.15) < 1e-15 && fabs(s.p95 - 3.85) < 1e-15);
    dtn_summary_of(1, v, scratch, &s);
    assert_int_equal(s.n, 0);
    assert_int_equal(s.n_flagged, 1);
    assert_true(isnan(s.mean) && isnan(s.p05) && isnan(s.p95));
}

static void test_summary_any_order(void **state)
{
    (void)state;
    enum { N = 2001 };
    uint64_t seed = 29;
    double v[N], scratch[N];
    dtn_summary first, again;
    for (int i = 0; i < N; i++)
        v[i] = i % 97 == 0 ? NAN : lognormal(&seed, 4);
    memset(&first, 0, sizeof first);
    memset(&again, 0, sizeof again);
    dtn_summary_of(N, v, scratch, &first);
    double mean, low, high, m, l, h;
    dtn_mean_interval(N, v, &mean, &low, &high);
    for (int round = 0; round < 20; round++) {
        shuffle(v, N, &seed);
        dtn_summary_of(N, v, scratch, &again);
        assert_memory_equal(&first, &again, sizeof first);
        dtn_mean_interval(N, v, &m, &l, &h);
        assert_true(m == mean && l == low && h == high);
    }
}

static void test_variance_and_interval(void **state)
{
    (void)state;
    const double offset_by_one[] = {11, 12, 13, 14, 15}; /* variance 2.5 */
    const double v[] = {2, 4, NAN, 4, 4, 5, 5, 7, 9};    /* mean 5, sum of squares 32 */
    double mean, low, high;
    assert_true(fabs(dtn_variance(9, v) - 32.0 / 7) < 1e-15 * 8);
    dtn_mean_interval(9, v, &mean, &low, &high);
    assert_same(mean, 5);
    assert_true(fabs(high - 5 - 2.3646242515927864 * sqrt(32.0 / 7 / 8)) < 1e-12); /* t of 7 */
    assert_true(fabs(5 - low - (high - 5)) < 1e-14);
    const double offset[] = {1e15 + 1, 1e15 + 2, 1e15 + 3}; /* naive sums of squares fail */
    assert_same(dtn_variance(3, offset), 1);
    const double same[] = {0.1, 0.1, 0.1};
    assert_true(dtn_variance(3, same) >= 0 && dtn_variance(3, same) < 1e-33);
    assert_true(isnan(dtn_variance(1, offset)));
    dtn_mean_interval(0, v, &mean, &low, &high);
    assert_true(isnan(mean) && isnan(low) && isnan(high));
    dtn_mean_interval(1, v, &mean, &low, &high); /* one value tells nothing of the spread */
    assert_true(mean == 2 && isnan(low) && isnan(high));
    const dtn_moments m = dtn_moments_of(5, offset_by_one);
    assert_true(fabs(dtn_moments_half(&m, 1) - 2.7764451051977987 * sqrt(2.5 / 5)) < 1e-12);
    assert_true(fabs(dtn_moments_half(&m, 40) - 8.1216365035749890 * sqrt(2.5 / 5)) < 1e-11);
}

/* By exact fractions: midranks with ties, and 889/1124 of their squares between the groups. */
/* The correlation ratio as it is defined; ranks are multiples of one half, so that its sums are exact. */
static double correlation_ratio(size_t n, const double *values, const uint16_t *group,
                                size_t n_group)
{
    double sum[10] = {0}, count[10] = {0}, total = 0, square = 0, between = 0;
    for (size_t i = 0; i < n; i++) {
        sum[group[i]] += values[i];
        count[group[i]]++;
        total += values[i];
    }
    const double mean = total / (double)n;
    for (size_t i = 0; i < n; i++)
        square += (values[i] - mean) * (values[i] - mean);
    for (size_t g = 0; g < n_group; g++)
        if (count[g] > 0)
            between += (sum[g] - count[g] * mean) * (sum[g] - count[g] * mean) / count[g];
    return square > 0 ? between / square : (double)NAN;
}

static void ranks_and_what_groups_explain(void **state)
{
    (void)state;
    static const double x[] = {2.1, 3.5, 3.5, 0.2, 7, 8.5, 3.5, 9, 1, 2.1, 6, 8};
    static const double want[] = {3.5, 6, 6, 1, 9, 11, 6, 12, 2, 3.5, 8, 10};
    static const uint32_t count[] = {4, 4, 4}, sums[] = {25, 47, 84};
    uint32_t twice[12];
    double pool[32];
    assert_true(dtn_midranks_scratch(12) <= sizeof pool);
    dtn_midranks_twice(12, x, 0, twice, pool);
    for (size_t i = 0; i < 12; i++)
        assert_true(twice[i] / 2.0 == want[i]);
    assert_true(fabs(dtn_rank_ratio(12, dtn_rank_square(12, twice), 3, count, sums, 1) -
                     889.0 / 1124) < 1e-12);
    static const double near[] = {1 + 1e-15, 2, 1,
                                  2 + 2e-15, 3, 1 - 1e-15}; /* what rounding tells apart */
    static const double want_near[] = {2, 4.5, 2, 4.5, 6, 2};
    dtn_midranks_twice(6, near, 1e-14, twice, pool);
    for (size_t i = 0; i < 6; i++)
        assert_true(twice[i] / 2.0 == want_near[i]);
    static const uint32_t same[] = {4, 4, 4}, of_three[] = {1, 1, 1}, each[] = {4, 4, 4};
    assert_true(isnan(dtn_rank_ratio(3, dtn_rank_square(3, same), 3, of_three, each, 1)));
}

/* Ranks of a pattern against counting, and shares of sixteen at once against one by one. */
static void check_ranks(int kind, size_t n, uint64_t *seed)
{
    const size_t n_group = 1 + next_random(seed) % 10;
    double *v = dtn_alloc(n * sizeof *v), *ranks = dtn_alloc(n * sizeof *ranks);
    double square[DTN_RANKINGS];
    uint32_t *twice = dtn_alloc(n * sizeof *twice);
    uint32_t *rows = dtn_alloc(n * DTN_RANKINGS * sizeof *rows), count[10] = {0};
    uint32_t row_sums[10 * DTN_RANKINGS];
    uint16_t *group = dtn_alloc(n * sizeof *group);
    void *scratch = dtn_alloc(dtn_midranks_scratch(n));
    for (size_t i = 0; i < n; i++) {
        group[i] = (uint16_t)(next_random(seed) % n_group);
        count[group[i]]++;
    }
    for (size_t k = 0; k < DTN_RANKINGS; k++) {
        for (size_t i = 0; i < n; i++)
            v[i] = pattern(kind, i, n, seed);
        dtn_midranks_twice(n, v, 0, twice, scratch);
        for (size_t i = 0; i < n; i++) {
            size_t less = 0, equal = 0;
            for (size_t m = 0; k == 0 && m < n; m++) {
                less += v[m] < v[i];
                equal += v[m] == v[i];
            }
            if (k == 0)
                assert_int_equal(twice[i], 2 * less + equal + 1);
            rows[i * DTN_RANKINGS + k] = twice[i];
        }
        square[k] = dtn_rank_square(n, twice);
    }
    dtn_rank_sums(n, rows, group, n_group, row_sums);
    for (size_t k = 0; k < DTN_RANKINGS; k++) {
        for (size_t i = 0; i < n; i++)
            ranks[i] = rows[i * DTN_RANKINGS + k] / 2.0;
        assert_same(dtn_rank_ratio(n, square[k], n_group, count, row_sums + k, DTN_RANKINGS),
                    correlation_ratio(n, ranks, group, n_group));
    }
    dtn_free(v);
    dtn_free(ranks);
    dtn_free(twice);
    dtn_free(group);
    dtn_free(rows);
    dtn_free(scratch);
}

static void ranks_of_many(void **state)
{
    (void)state;
    uint64_t seed = 31;
    for (int kind = 0; kind < 13; kind++) {
        check_ranks(kind, 1 + kind, &seed);
        check_ranks(kind, 1500, &seed);
    }
}

/* ---- series, worked by hand ---- */

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-6 * fmax(1, fabs(b))))
        fail_msg("%.9g is not %.9g", a, b);
}

static void shape_of_a_series(void **state)
{
    (void)state;
    static const double x[] = {1, 3, 2, 6}, zeros[] = {0, 2, 0, 2, 0, 2}, line[] = {1, 2, 3, 4};
    double scratch[6];
    dtn_series_shape s;
    /* mean 3, line 3 + 1.4 (i - 1.5), about it 0.1, 0.7, -1.7, 0.9 */
    assert_int_equal(dtn_series_shape_of(4, x, scratch, &s), DTN_OK);
    assert_near(s.level, 3);
    assert_near(s.trend, 1.4);
    assert_near(s.variance, 2.1);
    assert_near(s.autocorrelation, -2.65 / 4.2);
    assert_near(s.tail, 2);
    assert_true(s.share_zero == 0);
    assert_int_equal(dtn_series_shape_of(6, zeros, scratch, &s), DTN_OK);
    assert_near(s.share_zero, 0.5);
    assert_int_equal(dtn_series_shape_of(4, line, scratch, &s), DTN_OK);
    assert_true(isnan(s.autocorrelation) && s.variance == 0);
    assert_int_equal(dtn_series_shape_of(3, x, scratch, &s), DTN_E_EMPTY);
    assert_int_equal(dtn_series_shape_of(4, (const double[]){1, 2, (double)NAN, 4}, scratch, &s),
                     DTN_E_RANGE);
}

static void theil_splits_the_error(void **state)
{
    (void)state;
    static const double s[] = {1, 2, 3, 4}, a[] = {2, 2, 2, 6}, up[] = {2, 3, 4, 5};
    dtn_theil t;
    assert_int_equal(dtn_theil_of(4, s, a, &t), DTN_OK);
    assert_near(t.mse, 1.5);
    assert_near(t.um, 1.0 / 6);
    assert_near(t.us, (4.25 - 2 * sqrt(3.75)) / 1.5);
    assert_near(t.uc, 2 * (sqrt(3.75) - 1.5) / 1.5);
    assert_near(t.um + t.us + t.uc, 1);
    assert_int_equal(dtn_theil_of(4, s, up, &t), DTN_OK); /* a shift alone */
    assert_near(t.um, 1);
    assert_near(t.us, 0);
    assert_near(t.uc, 0);
    assert_int_equal(dtn_theil_of(4, s, s, &t), DTN_OK);
    assert_true(t.mse == 0 && isnan(t.um));
    assert_int_equal(dtn_theil_of(1, s, a, &t), DTN_E_EMPTY);
    uint64_t seed = 9;
    for (int k = 0; k < 50; k++) { /* whatever the series, the parts add up */
        double x[40], y[40];
        for (int i = 0; i < 40; i++) {
            x[i] = 100 * uniform(&seed);
            y[i] = 20 + 50 * uniform(&seed) * uniform(&seed);
        }
        assert_int_equal(dtn_theil_of(40, x, y, &t), DTN_OK);
        assert_near(t.um + t.us + t.uc, 1);
        assert_true(t.um >= 0 && t.us >= 0 && t.uc >= 0);
    }
}

static void dispersion_and_effect(void **state)
{
    (void)state;
    static const double counts[] = {0, 1, 2, 5};
    static const double with[] = {1, 2, 3, 6, (double)NAN}, same[] = {4, 4, 4, 4, 4};
    static const double without[] = {0, 2, 2, 4, 3};
    double scratch[10], effect, low, high;
    assert_near(dtn_dispersion(4, counts), 7.0 / 3);
    assert_true(dtn_standard_effect(5, with, with, without, 1, scratch, &effect, &low, &high));
    assert_near(effect, -1 / sqrt(14.0 / 3));
    const double half = 3.1824463 * 0.123072; /* t of 3 */
    assert_true(fabs(high - effect - half) < 4e-5 && fabs(effect - low - half) < 4e-5);
    assert_false(dtn_standard_effect(5, same, with, without, 1, scratch, &effect, &low, &high));
    assert_true(isnan(effect));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shape_of_a_series),
        cmocka_unit_test(theil_splits_the_error),
        cmocka_unit_test(dispersion_and_effect),
        cmocka_unit_test(ranks_and_what_groups_explain),
        cmocka_unit_test(ranks_of_many),
        cmocka_unit_test(test_sum_cancellation),
        cmocka_unit_test(test_sum_rounds_to_even),
        cmocka_unit_test(test_sum_special_values),
        cmocka_unit_test(test_sum_against_integers),
        cmocka_unit_test(test_sum_any_order_any_merge),
        cmocka_unit_test(test_sum_many),
        cmocka_unit_test(test_sum_many_is_each),
        cmocka_unit_test(test_kernels),
        cmocka_unit_test(test_quantiles_type_7),
        cmocka_unit_test(test_quantiles_bad_input),
        cmocka_unit_test(test_quantiles_extreme_values),
        cmocka_unit_test(test_sort_and_select),
        cmocka_unit_test(test_sketch_small_integers_exact),
        cmocka_unit_test(test_sketch_integers_beside_fractions),
        cmocka_unit_test(test_sketch_error_bound),
        cmocka_unit_test(test_sketch_merge_is_add),
        cmocka_unit_test(test_sketch_special_values),
        cmocka_unit_test(test_sketch_out_of_memory),
        cmocka_unit_test(test_summary),
        cmocka_unit_test(test_summary_any_order),
        cmocka_unit_test(test_variance_and_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
