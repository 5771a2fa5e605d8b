/* src/num/points: a Latin hypercube has one point in each part of each dimension; Sobol' points lie evenly in boxes of
 * one, two and ten dimensions; a point is made from its number alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "num/num.h"
#include "num/points.h"

static const uint64_t streams[] = {UINT64_C(0x123456789ABCDEF), 7, UINT64_C(0xFEDCBA9876543210)};

/* ---- Latin hypercube ---- */

static void check_latin(uint64_t n, uint64_t stream)
{
    const dtn_points p = {.kind = DTN_POINTS_LATIN, .seed = 3, .n = n};
    uint8_t *seen = calloc(n, 1);
    assert_non_null(seen);
    for (uint64_t i = 0; i < n; i++) {
        const double u = dtn_points_at(&p, stream, 0, i);
        assert_true(u > 0 && u < 1);
        const uint64_t part = (uint64_t)(u * (double)n);
        assert_int_equal(seen[part], 0);
        seen[part] = 1;
    }
    assert_true(dtn_points_at(&p, stream, 0, n) == dtn_points_at(&p, stream, 0, 0));
    free(seen);
}

static void one_point_in_each_part(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1, 2, 3, 4, 5, 17, 64, 1000, 4097};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = 0; k < 3; k++)
            check_latin(sizes[i], streams[k]);
}

/* Two dimensions' orders have nothing to do with each other or with the number of the point: the correlation of n pairs
 * has the standard deviation 1 / sqrt(n - 1); 5 of those. */
static void orders_are_unrelated(void **state)
{
    (void)state;
    enum { N = 10000 };
    const dtn_points p = {.kind = DTN_POINTS_LATIN, .seed = 1, .n = N};
    double of_both = 0, of_number = 0;
    for (uint64_t i = 0; i < N; i++) {
        const double a = dtn_points_at(&p, streams[0], 0, i) - 0.5;
        const double b = dtn_points_at(&p, streams[1], 1, i) - 0.5;
        of_both += 12 * a * b / N;
        of_number += 12 * a * (((double)i + 0.5) / N - 0.5) / N;
    }
    assert_true(fabs(of_both) < 0.05);
    assert_true(fabs(of_number) < 0.05);
}

/* ---- Sobol' ---- */

static uint64_t *all_directions(uint32_t n_dim)
{
    uint64_t *out = malloc((size_t)n_dim * DTN_SOBOL_BITS * sizeof *out);
    assert_non_null(out);
    for (uint32_t d = 0; d < n_dim; d++)
        dtn_sobol_directions(d, out + (size_t)d * DTN_SOBOL_BITS);
    return out;
}

/* m_1, m_2, ... of the third dimension by hand: z^2 + z + 1, so m_k = 2 m_(k-1) ^ 4 m_(k-2) ^ m_(k-2) from 1, 3. */
static void numbers_are_those_of_the_recurrence(void **state)
{
    (void)state;
    static const uint64_t m[] = {1, 3, 3, 9, 29, 23, 71, 197};
    uint64_t v[DTN_SOBOL_BITS];
    dtn_sobol_directions(2, v);
    for (uint32_t k = 0; k < 8; k++)
        assert_true(v[k] == m[k] << (63 - k));
    dtn_sobol_directions(0, v);
    for (uint32_t k = 0; k < DTN_SOBOL_BITS; k++)
        assert_true(v[k] == UINT64_C(1) << (63 - k));
}

static void each_dimension_is_even(void **state)
{
    (void)state;
    enum { N = 1024 };
    uint64_t *directions = all_directions(dtn_sobol_dims());
    const dtn_points p = {.kind = DTN_POINTS_SOBOL, .seed = 5, .directions = directions};
    for (uint32_t d = 0; d < dtn_sobol_dims(); d++) {
        uint8_t seen[N] = {0};
        for (uint64_t i = 0; i < N; i++)
            seen[(size_t)(dtn_points_at(&p, streams[0] + d, d, i) * N)]++;
        for (size_t i = 0; i < N; i++)
            assert_int_equal(seen[i], 1);
    }
    free(directions);
}

/* The first two dimensions are a net: every box of 2^-a by 2^-(10-a) holds one of 1,024 points. */
static void boxes_of_two_dimensions_hold_one_point(void **state)
{
    (void)state;
    enum { BITS = 10, N = 1 << BITS };
    uint64_t *directions = all_directions(2);
    const dtn_points p = {.kind = DTN_POINTS_SOBOL, .seed = 11, .directions = directions};
    for (uint32_t a = 0; a <= BITS; a++) {
        uint8_t seen[N] = {0};
        for (uint64_t i = 0; i < N; i++) {
            const double x = dtn_points_at(&p, streams[0], 0, i);
            const double y = dtn_points_at(&p, streams[1], 1, i);
            const size_t row = (size_t)(x * (double)(1u << a));
            seen[(row << (BITS - a)) + (size_t)(y * (double)(1u << (BITS - a)))]++;
        }
        for (size_t i = 0; i < N; i++)
            assert_int_equal(seen[i], 1);
    }
    free(directions);
}

/* Sobol's property A, which Joe and Kuo's numbers have: of 2^10 points in ten dimensions each of the 2^10 corners of the
 * cube has one. Any ten neighbouring dimensions would do; wrong numbers rarely do. */
static void corners_of_ten_dimensions_hold_one_point(void **state)
{
    (void)state;
    enum { DIMS = 10, N = 1 << DIMS };
    uint64_t *directions = all_directions(DIMS);
    const dtn_points p = {.kind = DTN_POINTS_SOBOL, .seed = 1, .directions = directions};
    uint8_t seen[N] = {0};
    for (uint64_t i = 0; i < N; i++) {
        size_t corner = 0;
        for (uint32_t d = 0; d < DIMS; d++)
            corner = corner << 1 | (dtn_points_at(&p, streams[0] + d, d, i) >= 0.5);
        seen[corner]++;
    }
    for (size_t i = 0; i < N; i++)
        assert_int_equal(seen[i], 1);
    free(directions);
}

/* ---- All ---- */

/* The mean over the cube of a sum of six squares, 2: error by 4,096 points of each kind. */
static double error_of(dtn_points p)
{
    enum { DIMS = 6, N = 4096 };
    double sum = 0;
    p.n = N;
    for (uint64_t i = 0; i < N; i++)
        for (uint32_t d = 0; d < DIMS; d++) {
            const double u = dtn_points_at(&p, streams[0] + d, d, i);
            sum += u * u / N;
        }
    return fabs(sum - 2);
}

static void even_points_have_smaller_errors(void **state)
{
    (void)state;
    uint64_t *directions = all_directions(6);
    const double random = error_of((dtn_points){.kind = DTN_POINTS_RANDOM, .seed = 2});
    const double latin = error_of((dtn_points){.kind = DTN_POINTS_LATIN, .seed = 2});
    const double sobol =
        error_of((dtn_points){.kind = DTN_POINTS_SOBOL, .seed = 2, .directions = directions});
    assert_true(latin < random / 10);
    assert_true(sobol < random / 10);
    free(directions);
}

static void neighbours_share_a_point(void **state)
{
    (void)state;
    uint64_t *directions = all_directions(1);
    for (int kind = DTN_POINTS_RANDOM; kind <= DTN_POINTS_SOBOL; kind++) {
        dtn_points one = {
            .kind = (dtn_points_kind)kind, .seed = 9, .n = 20, .directions = directions};
        dtn_points many = one;
        many.repeat = 3;
        for (uint64_t run = 0; run < 60; run++)
            assert_true(dtn_points_at(&many, 4, 0, run) == dtn_points_at(&one, 4, 0, run / 3));
    }
    free(directions);
}

/* Without a design a parameter's draw is the generator's uniform, as before there were designs. */
static void random_points_are_the_generators(void **state)
{
    (void)state;
    const dtn_points p = {.kind = DTN_POINTS_RANDOM, .seed = 42};
    for (uint64_t run = 0; run < 10; run++)
        assert_true(dtn_points_at(&p, 6, 3, run) == dtn_uniform(42, 6, run, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_point_in_each_part),
        cmocka_unit_test(orders_are_unrelated),
        cmocka_unit_test(numbers_are_those_of_the_recurrence),
        cmocka_unit_test(each_dimension_is_even),
        cmocka_unit_test(boxes_of_two_dimensions_hold_one_point),
        cmocka_unit_test(corners_of_ten_dimensions_hold_one_point),
        cmocka_unit_test(even_points_have_smaller_errors),
        cmocka_unit_test(neighbours_share_a_point),
        cmocka_unit_test(random_points_are_the_generators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
