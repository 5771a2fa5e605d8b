/* Exact quantiles: linear interpolation of order statistics, type 7 of Hyndman and Fan,
 * "Sample quantiles in statistical packages", The American Statistician 50 (1996); the default
 * of R and NumPy. With x[0..n-1] sorted and h = (n-1) q, the quantile lies the fraction
 * h - floor(h) of the way from x[floor h] to x[floor h + 1].
 *
 * The sort is a quicksort (median of three, insertion sort for short pieces, heapsort when it goes
 * wrong: Musser 1997), inlined for doubles. A summary wants five quantiles only, so values are
 * first counted in 1024 buckets of equal width in their bits (in which an order of magnitude is as wide
 * as any other), what lies in buckets of wanted ranks is kept, and the same routine sorts that, leaving
 * alone each piece that holds no wanted rank. The time is O(n), and few branches depend on values.
 * NaN is not handled here: it has no place in an order.
 */
#include "stat/quantile.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "stat/stat.h"

#define SHORT_PIECE 24 /* insertion sort is faster below; measured 16..32 alike */

#define MOST_WANTED 32 /* ranks that are selected for; more are sorted for */
#define N_BUCKET 1024
#define FEW 512 /* values that are not worth counting */

/* Wanted ranks; none (n = 0) means all. */
typedef struct wanted {
    size_t n;
    size_t ranks[MOST_WANTED];
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
    bool any = w->n == 0;
    for (size_t i = 0; i < w->n; i++)
        any = any || (w->ranks[i] >= begin && w->ranks[i] < end);
    return any;
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

/* ---- Selection ------------------------------------------------------------------------ */

/* Bits that sort as the numbers do (zeros of either sign side by side). */
static uint64_t key_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits ^ (bits >> 63 ? ~UINT64_C(0) : UINT64_C(1) << 63);
}

typedef struct buckets {
    uint64_t low;
    int shift;
    uint32_t count[N_BUCKET];
    bool is_wanted[N_BUCKET];
} buckets;

static size_t bucket_of(const buckets *b, double x) { return (key_of(x) - b->low) >> b->shift; }

static void count_buckets(buckets *b, size_t n, const double *values)
{
    double least = values[0], most = values[0];
    for (size_t i = 1; i < n; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    /* -0 and 0 compare equal: take the first and the last of both */
    b->low = key_of(least == 0 ? -0.0 : least);
    b->shift = 0;
    for (uint64_t width = key_of(most + 0.0) - b->low; width >= N_BUCKET; width >>= 1)
        b->shift++;
    memset(b->count, 0, sizeof b->count);
    memset(b->is_wanted, 0, sizeof b->is_wanted);
    for (size_t i = 0; i < n; i++)
        b->count[bucket_of(b, values[i])]++;
}

/* Move what lies in buckets of wanted ranks to the front; ranks become places there. */
static size_t keep_wanted(size_t n, double *values, wanted *w)
{
    buckets b;
    size_t below = 0, left_out = 0, n_kept = 0;
    count_buckets(&b, n, values);
    wanted moved = *w;
    for (size_t k = 0; k < N_BUCKET; below += b.count[k++]) {
        for (size_t i = 0; i < w->n && b.count[k] > 0; i++)
            if (w->ranks[i] >= below && w->ranks[i] < below + b.count[k]) {
                moved.ranks[i] = w->ranks[i] - left_out;
                b.is_wanted[k] = true;
            }
        left_out += b.is_wanted[k] ? 0 : b.count[k];
    }
    for (size_t i = 0; i < n; i++) {
        values[n_kept] = values[i];
        n_kept += b.is_wanted[bucket_of(&b, values[i])];
    }
    *w = moved;
    return n_kept;
}

void dtn_quantiles_select(size_t n, double *values, size_t n_q, const double q[], double out[])
{
    wanted w = {0};
    if (2 * n_q > MOST_WANTED) {
        sort_wanted(values, 0, n, depth_limit(n), &w);
        for (size_t i = 0; i < n_q; i++)
            out[i] = quantile_of_sorted(n, values, q[i]);
        return;
    }
    for (size_t i = 0; i < n_q; i++) {
        const size_t rank = rank_below(n, q[i]);
        w.ranks[w.n++] = rank;
        w.ranks[w.n++] = rank + 1 < n ? rank + 1 : rank;
    }
    const size_t n_kept = n < FEW ? n : keep_wanted(n, values, &w);
    sort_wanted(values, 0, n_kept, depth_limit(n_kept), &w);
    for (size_t i = 0; i < n_q; i++) {
        const double h = (double)(n - 1) * q[i], low = values[w.ranks[2 * i]];
        const bool is_last = rank_below(n, q[i]) + 1 >= n;
        out[i] =
            is_last ? low + 0.0
                    : dtn_between(low, values[w.ranks[2 * i + 1]], h - (double)rank_below(n, q[i]));
    }
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
    const wanted all = {0};
    sort_wanted(values, 0, n, depth_limit(n), &all);
    for (size_t i = 0; i < n_q; i++)
        out[i] = quantile_of_sorted(n, values, q[i]);
    return DTN_OK;
}
