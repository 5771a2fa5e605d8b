/* Ranks, and how much of their spread a grouping explains.
 *
 * Midranks: equal values share the mean of the ranks they take. The correlation ratio (Pearson
 * 1905) of grouped values is the sum of squares between groups over the whole; of ranks it is
 * the statistic of Kruskal and Wallis (1952) over n - 1, with their correction for ties.
 * Ranks are multiples of one half, so sums of them are exact and no order shows.
 */
#include <math.h>
#include <stdlib.h>

#include "stat/stat.h"

typedef struct placed {
    double value;
    size_t place;
} placed;

static int by_value(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    if (x->value != y->value) /* exact: order only */
        return x->value < y->value ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

size_t dtn_midranks_scratch(size_t n) { return n * sizeof(placed); }

void dtn_midranks(size_t n, const double *values, double *ranks, void *scratch)
{
    placed *list = scratch;
    for (size_t i = 0; i < n; i++)
        list[i] = (placed){values[i], i};
    qsort(list, n, sizeof *list, by_value);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && list[end].value == list[i].value;) /* exact ties */
            end++;
        for (size_t k = i; k < end; k++)
            ranks[list[k].place] = (double)(i + 1 + end) / 2;
    }
}

double dtn_correlation_ratio(size_t n, const double *values, const uint32_t *group, size_t n_group,
                             double *scratch)
{
    double *sum = scratch, *count = scratch + n_group;
    double total = 0, square = 0, between = 0;
    for (size_t g = 0; g < n_group; g++)
        sum[g] = count[g] = 0;
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
