/* Ranks, and how much of their spread a grouping explains.
 *
 * Midranks: equal values share the mean of the ranks they take; so do those that lie within `slack`
 * above the least of them, so that what rounding alone tells apart has no order. The correlation ratio (Pearson
 * 1905) of grouped values is the sum of squares between groups over the whole; of ranks it is
 * the statistic of Kruskal and Wallis (1952) over n - 1, with their correction for ties.
 * Ranks are multiples of one half, so sums of them are exact and no order shows; they are kept
 * twice as large, as integers. Values are sorted by the upper half of their bits, digit by digit, and
 * those that share it, mostly ties, by themselves.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "stat/kernel.h"
#include "stat/stat.h"

/* ---- Order ------------------------------------------------------------------------------ */

enum { DIGIT_BITS = 11, N_DIGIT = 1 << DIGIT_BITS, N_PASS = 3, SHORT_RUN = 16 };

/* The upper half of bits that sort as the numbers do, and the place of the value. */
static uint64_t key_of(double x, size_t place) { return dtn_order_of(x) >> 32 << 32 | place; }

static size_t digit_of(uint64_t key, int pass)
{
    return (size_t)(key >> (32 + pass * DIGIT_BITS)) & (N_DIGIT - 1);
}

/* By digits, least first (radix sort); the result's place, one of both. */
static uint64_t *sort_keys(size_t n, uint64_t *from, uint64_t *to)
{
    uint32_t count[N_PASS][N_DIGIT] = {{0}};
    for (size_t i = 0; i < n; i++)
        for (int pass = 0; pass < N_PASS; pass++)
            count[pass][digit_of(from[i], pass)]++;
    for (int pass = 0; pass < N_PASS; pass++) {
        uint32_t at = 0;
        if (count[pass][digit_of(from[0], pass)] == n)
            continue;
        for (size_t d = 0; d < N_DIGIT; d++) {
            const uint32_t width = count[pass][d];
            count[pass][d] = at;
            at += width;
        }
        for (size_t i = 0; i < n; i++)
            to[count[pass][digit_of(from[i], pass)]++] = from[i];
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

static double value_of(const double *values, uint64_t key) { return values[(uint32_t)key]; }

static void sift_down(const double *values, uint64_t *keys, size_t root, size_t n)
{
    const uint64_t x = keys[root];
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && value_of(values, keys[child]) < value_of(values, keys[child + 1]))
            child++;
        if (!(value_of(values, x) < value_of(values, keys[child])))
            break;
        keys[root] = keys[child];
    }
    keys[root] = x;
}

/* Values that share the upper half of their bits: few, or many that are equal. */
static void sort_run(const double *values, uint64_t *keys, size_t n)
{
    size_t i = 1;
    while (i < n && value_of(values, keys[i - 1]) <= value_of(values, keys[i]))
        i++;
    if (i == n)
        return;
    for (; n <= SHORT_RUN && i < n; i++) {
        const uint64_t x = keys[i];
        size_t k = i;
        for (; k > 0 && value_of(values, keys[k - 1]) > value_of(values, x); k--)
            keys[k] = keys[k - 1];
        keys[k] = x;
    }
    if (n <= SHORT_RUN)
        return;
    for (i = n / 2; i > 0; i--)
        sift_down(values, keys, i - 1, n);
    for (size_t end = n; end > 1; end--) {
        const uint64_t top = keys[0];
        keys[0] = keys[end - 1];
        keys[end - 1] = top;
        sift_down(values, keys, 0, end - 1);
    }
}

size_t dtn_midranks_scratch(size_t n) { return 2 * (n + 1) * sizeof(uint64_t); }

void dtn_midranks_twice(size_t n, const double *values, double slack, uint32_t *twice,
                        void *scratch)
{
    uint64_t *keys = scratch;
    assert(n <= UINT32_MAX / 2);
    if (n == 0)
        return;
    for (size_t i = 0; i < n; i++)
        keys[i] = key_of(values[i], i);
    keys = sort_keys(n, keys, keys + n);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && keys[end] >> 32 == keys[i] >> 32;)
            end++;
        if (end - i > 1)
            sort_run(values, keys + i, end - i);
    }
    for (size_t i = 0, end; i < n; i = end) {
        const double value = value_of(values, keys[i]);
        for (end = i + 1; end < n && value_of(values, keys[end]) <= value + slack;)
            end++;
        for (size_t k = i; k < end; k++)
            twice[(uint32_t)keys[k]] = (uint32_t)(i + 1 + end);
    }
}

/* ---- Shares ----------------------------------------------------------------------------- */

double dtn_rank_square(size_t n, const uint32_t *twice)
{
    double square = 0; /* of twice the deviations: whole numbers below 2^53 */
    for (size_t i = 0; i < n; i++) {
        const double d = (double)twice[i] - (double)(n + 1);
        square += d * d;
    }
    return square / 4;
}

void dtn_rank_sums(size_t n, const uint32_t *twice, const uint16_t *group, size_t n_group,
                   uint32_t *sums)
{
    assert(n < 65536); /* n (n + 1), the sum of all of `twice`, fits 32 bits */
    memset(sums, 0, n_group * DTN_RANKINGS * sizeof *sums);
    dtn_stat_kernel_best()->add_rows(n, twice, group, sums);
}

double dtn_rank_ratio(size_t n, double square, size_t n_group, const uint32_t *count,
                      const uint32_t *sums, size_t stride)
{
    const double mean = (double)(n + 1) / 2;
    double between = 0;
    for (size_t g = 0; g < n_group; g++) {
        const double d = sums[g * stride] / 2.0 - count[g] * mean;
        between += count[g] > 0 ? d * d / count[g] : 0;
    }
    return square > 0 ? between / square : (double)NAN;
}
