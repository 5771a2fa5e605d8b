/* Exact quantiles: linear interpolation of order statistics, type 7 of Hyndman and Fan,
 * "Sample quantiles in statistical packages", The American Statistician 50 (1996); the default
 * of R and NumPy. With x[0..n-1] sorted and h = (n-1) q, the quantile lies the fraction
 * h - floor(h) of the way from x[floor h] to x[floor h + 1].
 *
 * The sort is a quicksort (median of three, insertion sort for short pieces, heapsort when it goes
 * wrong: Musser 1997), inlined for doubles. A summary wants five quantiles only, so values are
 * first counted in 1024 buckets from the least to the greatest; what lies in buckets of wanted ranks
 * is kept, parted by bucket, and each bucket treated the same way, until it is all one value or so
 * small that the quicksort takes it, which leaves alone each piece that holds no wanted rank. Of small
 * whole numbers, as counts of events are, the first counts tell all. The time is O(n), and few branches depend on values.
 * NaN is not handled here: it has no place in an order.
 */
#include "stat/quantile.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stat/kernel.h"
#include "stat/stat.h"

#define SHORT_PIECE 24 /* insertion sort is faster below; measured 16..32 alike */

#define MOST_WANTED 32 /* ranks that are selected for; more are sorted for */
#define N_BUCKET 1024
#define FEW 256       /* values that are not worth counting */
#define MOST_LEVELS 6 /* of counting within buckets; then values are sorted */

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

enum {
    CHUNK = 512,
    N_SAMPLE = 32
}; /* values whose places are worked out together; looked at first */

/* Buckets of equal width, or of equal width in the bits: there an order of magnitude is as wide as any
 * other. */
typedef struct buckets {
    const dtn_stat_kernel *kernel;
    bool by_bits;
    double low, scale;
    uint64_t low_bits;
    int shift;
    uint32_t count[N_BUCKET];
    uint8_t slot[N_BUCKET]; /* 1...: holds wanted ranks */
} buckets;

/* Of at most CHUNK values; true if each is the least value and its place. */
static bool places_of(const buckets *b, size_t n, const double *x, uint16_t *place)
{
    if (!b->by_bits)
        return b->kernel->places(n, x, b->low, b->scale, place);
    b->kernel->bit_places(n, x, b->low_bits, b->shift, place);
    return false;
}

static size_t place_of(const buckets *b, double x)
{
    return (uint16_t)(b->by_bits ? (dtn_order_of(x) - b->low_bits) >> b->shift
                                 : (uint64_t)(int32_t)((x - b->low) * b->scale));
}

/* Is each value the least one and its place? */
static bool count_values(buckets *b, size_t n, const double *x)
{
    uint16_t place[CHUNK];
    uint32_t count[4][N_BUCKET] = {{0}}; /* neighbours often lie in one bucket: no waiting for it */
    bool is_exact = true;
    for (size_t i = 0; i < n; i += CHUNK) {
        const size_t width = n - i < CHUNK ? n - i : CHUNK;
        size_t k = 0;
        is_exact = places_of(b, width, x + i, place) && is_exact;
        for (; k + 4 <= width; k += 4) {
            count[0][place[k]]++;
            count[1][place[k + 1]]++;
            count[2][place[k + 2]]++;
            count[3][place[k + 3]]++;
        }
        for (; k < width; k++)
            count[0][place[k]]++;
    }
    for (size_t k = 0; k < N_BUCKET; k++)
        b->count[k] = count[0][k] + count[1][k] + count[2][k] + count[3][k];
    return is_exact;
}

/* What lies in buckets with a slot, to `kept`, which may be x. */
static void keep_wanted(const buckets *b, size_t n, const double *x, double *kept)
{
    uint16_t place[CHUNK];
    size_t n_kept = 0;
    for (size_t i = 0; i < n; i += CHUNK) {
        const size_t width = n - i < CHUNK ? n - i : CHUNK;
        (void)places_of(b, width, x + i, place);
        for (size_t k = 0; k < width; k++) {
            kept[n_kept] = x[i + k];
            n_kept += b->slot[place[k]] != 0;
        }
    }
}

/* Values by slot, in place: each value out of its slot's part changes places with the next of the part
 * it belongs to; once all parts but the largest hold their own, so does that. end[n_slot] and
 * next[n_slot] are of the parts, from slot 1 on. */
static void part_by_slot(const buckets *b, double *kept, size_t n_slot, const size_t *end,
                         size_t *next)
{
    size_t largest = 0;
    for (size_t s = 0; s < n_slot; s++)
        largest = end[s] - next[s] > end[largest] - next[largest] ? s : largest;
    for (size_t s = 0; s < n_slot; s++)
        while (s != largest && next[s] < end[s]) {
            const double x = kept[next[s]];
            const size_t to = b->slot[place_of(b, x)] - 1u;
            kept[next[s]] = kept[next[to]];
            kept[next[to]++] = x;
        }
}

static void pick(double *kept, size_t n, const wanted *w, double *out)
{
    sort_wanted(kept, 0, n, depth_limit(n), w);
    for (size_t i = 0; i < w->n; i++)
        out[i] = kept[w->ranks[i]];
}

static void select_ranks(const dtn_stat_kernel *kernel, size_t n, const double *x, double *kept,
                         const wanted *w, int depth, double *out);

/* Where each value is the least one and its place. */
static void read_off(const buckets *b, const wanted *w, double *out)
{
    size_t k = 0, below = 0;
    for (size_t i = 0; i < w->n; i++) {
        while (w->ranks[i] >= below + b->count[k])
            below += b->count[k++];
        out[i] = b->low + (double)k;
    }
}

/* The ranks of each bucket among its own values. w->ranks rise. */
static void select_within(buckets *b, size_t n, const double *x, double *kept, const wanted *w,
                          int depth, double *out)
{
    size_t next[MOST_WANTED] = {0}, end[MOST_WANTED] = {0}, n_slot = 0, below = 0, at = 0;
    wanted within[MOST_WANTED];
    for (size_t k = 0, i = 0; i < w->n; below += b->count[k++]) {
        if (w->ranks[i] >= below + b->count[k])
            continue;
        wanted *of = &within[n_slot];
        for (of->n = 0; i < w->n && w->ranks[i] < below + b->count[k]; i++)
            of->ranks[of->n++] = w->ranks[i] - below;
        next[n_slot] = at;
        end[n_slot++] = at += b->count[k];
        b->slot[k] = (uint8_t)n_slot;
    }
    keep_wanted(b, n, x, kept);
    part_by_slot(b, kept, n_slot, end, next);
    for (size_t s = 0, first = 0; s < n_slot; out += within[s].n, first = end[s++])
        select_ranks(b->kernel, end[s] - first, kept + first, kept + first, &within[s], depth, out);
}

static bool is_whole(double x) { return fabs(x) < 0x1p50 && x == (double)(int64_t)x; }

/* Looks at some values: are they whole numbers, or too crowded for buckets of equal width? */
static void choose_buckets(buckets *b, size_t n, const double *x, double high)
{
    size_t n_whole = 0, n_low = 0;
    const double crowded = (high - b->low) * 4 / N_BUCKET;
    for (size_t i = 0; i < N_SAMPLE; i++) {
        const double value = x[i * (n / N_SAMPLE)];
        n_whole += is_whole(value);
        n_low += value - b->low < crowded;
    }
    b->scale = N_BUCKET * (1 - 0x1p-40) / (high - b->low);
    if (n_whole == N_SAMPLE && is_whole(b->low) && high - b->low < N_BUCKET)
        b->scale = 1;
    else if (n_low > N_SAMPLE / 2 || !isfinite(b->scale) || !isfinite(high - b->low))
        b->by_bits = true;
    b->low_bits = dtn_order_of(b->low);
    for (uint64_t width = dtn_order_of(high) - b->low_bits; width >= N_BUCKET; width >>= 1)
        b->shift++;
}

/* out[i] = the value of rank w->ranks[i], which rise. `kept` [n] may be x. */
static void select_ranks(const dtn_stat_kernel *kernel, size_t n, const double *x, double *kept,
                         const wanted *w, int depth, double *out)
{
    buckets b = {.kernel = kernel};
    double high;
    if (n < FEW || depth == 0 || !kernel->extent(n, x, &b.low, &high)) {
        if (kept != x)
            memcpy(kept, x, n * sizeof *kept);
        pick(kept, n, w, out);
        return;
    }
    if (b.low == high) {
        for (size_t i = 0; i < w->n; i++)
            out[i] = high;
        return;
    }
    choose_buckets(&b, n, x, high);
    if (count_values(&b, n, x))
        read_off(&b, w, out);
    else
        select_within(&b, n, x, kept, w, depth - 1, out);
}

static int by_rank(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static double value_of(const wanted *w, const double *values, size_t rank)
{
    size_t i = 0;
    while (w->ranks[i] != rank)
        i++;
    return values[i];
}

void dtn_quantiles_select(size_t n, const double *values, double *scratch, size_t n_q,
                          const double q[], double out[])
{
    wanted w = {0};
    double at[MOST_WANTED] = {0};
    if (2 * n_q > MOST_WANTED) {
        memmove(scratch, values, n * sizeof *values);
        sort_wanted(scratch, 0, n, depth_limit(n), &w);
        for (size_t i = 0; i < n_q; i++)
            out[i] = quantile_of_sorted(n, scratch, q[i]);
        return;
    }
    for (size_t i = 0; i < n_q; i++) {
        const size_t rank = rank_below(n, q[i]);
        w.ranks[w.n++] = rank;
        w.ranks[w.n++] = rank + 1 < n ? rank + 1 : rank;
    }
    qsort(w.ranks, w.n, sizeof *w.ranks, by_rank);
    select_ranks(dtn_stat_kernel_best(), n, values, scratch, &w, MOST_LEVELS, at);
    for (size_t i = 0; i < n_q; i++) {
        const size_t rank = rank_below(n, q[i]);
        const double h = (double)(n - 1) * q[i], low = value_of(&w, at, rank);
        out[i] = rank + 1 >= n ? low + 0.0
                               : dtn_between(low, value_of(&w, at, rank + 1), h - (double)rank);
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
