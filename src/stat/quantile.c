/* Exact quantiles: linear interpolation of order statistics, type 7 of Hyndman and Fan,
 * "Sample quantiles in statistical packages", The American Statistician 50 (1996); the default
 * of R and NumPy. With x[0..n-1] sorted and h = (n-1) q, the quantile lies the fraction
 * h - floor(h) of the way from x[floor h] to x[floor h + 1].
 *
 * The sort is a quicksort (median of three, insertion sort for short pieces, heapsort when it goes
 * wrong: Musser 1997), inlined for doubles. A summary wants five quantiles only, so the
 * same routine can leave alone each piece that holds no wanted rank; the time is then O(n).
 * NaN is not handled here: it has no place in an order.
 */
#include "stat/quantile.h"

#include <math.h>
#include <stdbool.h>

#include "stat/stat.h"

#define SHORT_PIECE 24 /* insertion sort is faster below; measured 16..32 alike */

/* Wanted ranks; none (n = 0) means all. */
typedef struct wanted {
    size_t n;
    const double *q;
    size_t n_value;
} wanted;

static void insertion_sort(double *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double x = v[i];
        size_t k = i;
        for (; k > 0 && v[k - 1] > x; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

static void sift_down(double *v, size_t root, size_t n)
{
    double x = v[root];
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && v[child] < v[child + 1])
            child++;
        if (!(x < v[child]))
            break;
        v[root] = v[child];
    }
    v[root] = x;
}

static void heap_sort(double *v, size_t n)
{
    for (size_t i = n / 2; i > 0; i--)
        sift_down(v, i - 1, n);
    for (size_t end = n; end > 1; end--) {
        double top = v[0];
        v[0] = v[end - 1];
        v[end - 1] = top;
        sift_down(v, 0, end - 1);
    }
}

static double median_of_three(double a, double b, double c)
{
    if (a < b)
        return b < c ? b : (a < c ? c : a);
    return a < c ? a : (b < c ? c : b);
}

/* Hoare's partition: afterwards v[0..cut) <= pivot <= v[cut..n), both parts non-empty. */
static size_t partition(double *v, size_t n)
{
    double pivot = median_of_three(v[0], v[n / 2], v[n - 1]);
    size_t i = 0, j = n - 1;
    for (;; i++, j--) {
        while (v[i] < pivot)
            i++;
        while (v[j] > pivot)
            j--;
        if (i >= j)
            break;
        double swap = v[i];
        v[i] = v[j];
        v[j] = swap;
    }
    return i == 0 ? 1 : i;
}

static size_t rank_below(size_t n, double q)
{
    return (size_t)((double)(n - 1) * q); /* both factors are >= 0: this is the floor */
}

static bool is_wanted(const wanted *w, size_t begin, size_t end)
{
    if (w->n == 0)
        return true;
    for (size_t i = 0; i < w->n; i++) {
        size_t rank = rank_below(w->n_value, w->q[i]);
        if (rank + 1 >= begin && rank < end) /* rank and the one above it */
            return true;
    }
    return false;
}

static void sort_wanted(double *v, size_t begin, size_t end, int depth, const wanted *w)
{
    while (end - begin > SHORT_PIECE) {
        if (!is_wanted(w, begin, end))
            return;
        if (depth-- == 0) {
            heap_sort(v + begin, end - begin);
            return;
        }
        size_t cut = begin + partition(v + begin, end - begin);
        if (cut - begin < end - cut) { /* the short side first keeps the stack small */
            sort_wanted(v, begin, cut, depth, w);
            begin = cut;
        } else {
            sort_wanted(v, cut, end, depth, w);
            end = cut;
        }
    }
    insertion_sort(v + begin, end - begin);
}

static int depth_limit(size_t n)
{
    int depth = 0;
    for (; n > 1; n /= 2)
        depth += 2;
    return depth;
}

double dtn_between(double a, double b, double part)
{
    double out;
    if (a == b || part == 0)
        out = a;
    else if (isinf(a) || isinf(b))
        out = part < 0.5 ? a : b; /* there is nothing between */
    else if (isinf(b - a))
        out = a * (1 - part) + b * part;
    else
        out = a + part * (b - a);
    return out + 0.0; /* -0 becomes 0, so that equal values give equal bytes */
}

static double quantile_of_sorted(size_t n, const double *v, double q)
{
    size_t rank = rank_below(n, q);
    double part = (double)(n - 1) * q - (double)rank;
    return rank + 1 < n ? dtn_between(v[rank], v[rank + 1], part) : v[n - 1] + 0.0;
}

void dtn_quantiles_select(size_t n, double *values, size_t n_q, const double q[], double out[])
{
    const wanted w = {n_q, q, n};
    sort_wanted(values, 0, n, depth_limit(n), &w);
    for (size_t i = 0; i < n_q; i++)
        out[i] = quantile_of_sorted(n, values, q[i]);
}

dtn_status dtn_quantiles_exact(size_t n, double *values, size_t n_q, const double q[], double out[])
{
    if (n == 0)
        return DTN_E_EMPTY;
    for (size_t i = 0; i < n_q; i++) {
        if (!(q[i] >= 0 && q[i] <= 1))
            return DTN_E_RANGE;
    }
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i]))
            return DTN_E_RANGE;
    }
    const wanted all = {0, NULL, n};
    sort_wanted(values, 0, n, depth_limit(n), &all);
    for (size_t i = 0; i < n_q; i++)
        out[i] = quantile_of_sorted(n, values, q[i]);
    return DTN_OK;
}
