/* Counts over fixed value buckets, for quantiles of more values than are kept.
 *
 * The bucket of a value is cut out of its bits: sign, exponent and the top 10 bits of the mantissa,
 * so every bucket is 2^-10 (0.098 %) of its lower edge wide or narrower. Each bucket has two
 * bins: one for the lower edge itself, one for all above it up to the next edge.
 * Every integer up to 2^11 in size is such an edge, so small counts come back exactly; a value
 * of the other bin is taken as the bucket's middle, wrong by at most 0.05 %.
 *
 *   |edge|......inside......|edge|......inside......|   key 2b, 2b+1, 2b+2, ...
 *
 * Keys sort as the values do; negative values have negative keys, zero has key 0,
 * infinities are edges. Buckets are fixed, so merging is adding integers, and the
 * result cannot depend on any order (unlike t-digest or KLL). DDSketch (Masson and others, VLDB
 * 2019) is of the same family, with logarithmic edges.
 *
 * Only bins that occur are stored, in a hash table with linear probing, 16 bytes a slot.
 * Limits: below 2^-1022 in size (subnormal) the error is 2^-1065 instead of relative. Where
 * a quantile falls between a negative and a positive value, the error is relative to those
 * two, not to the point between them. NaN is refused.
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stat/quantile.h"
#include "stat/stat.h"

#define MANTISSA_KEPT 10
#define BITS_DROPPED (52 - MANTISSA_KEPT)

typedef struct bin {
    int32_t key;
    uint64_t count; /* 0: free slot */
} bin;

struct dtn_sketch {
    bin *slots;
    size_t n_used, cap; /* cap is a power of two, at most half used */
    uint64_t count;
};

#define FIRST_CAP 32

static int32_t key_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bool negative = bits >> 63;
    bits &= ~((uint64_t)1 << 63);
    bool inside = (bits & (((uint64_t)1 << BITS_DROPPED) - 1)) != 0;
    int32_t key = (int32_t)(bits >> BITS_DROPPED) * 2 + inside;
    return negative ? -key : key;
}

static double value_of(int32_t key)
{
    uint32_t size = (uint32_t)(key < 0 ? -key : key);
    uint64_t bits = (uint64_t)(size >> 1) << BITS_DROPPED;
    if (size & 1)
        bits |= (uint64_t)1 << (BITS_DROPPED - 1);
    double x;
    memcpy(&x, &bits, sizeof x);
    return key < 0 ? -x : x;
}

dtn_sketch *dtn_sketch_new(void)
{
    dtn_sketch *sketch = dtn_alloc(sizeof *sketch);
    bin *slots = dtn_alloc(FIRST_CAP * sizeof *slots);
    if (!sketch || !slots) {
        dtn_free(sketch);
        dtn_free(slots);
        return NULL;
    }
    sketch->slots = slots;
    sketch->cap = FIRST_CAP;
    return sketch;
}

void dtn_sketch_delete(dtn_sketch *sketch)
{
    if (!sketch)
        return;
    dtn_free(sketch->slots);
    dtn_free(sketch);
}

static bin *find_bin(bin *slots, size_t cap, int32_t key)
{
    /* Keys of integers end in many zero bits: multiply, then bring the high bits down. */
    uint32_t hash = (uint32_t)key * 2654435769u;
    size_t i = (hash ^ hash >> 16) & (cap - 1);
    while (slots[i].count && slots[i].key != key)
        i = (i + 1) & (cap - 1);
    return &slots[i];
}

static dtn_status grow(dtn_sketch *sketch)
{
    size_t cap = sketch->cap * 2;
    bin *slots = dtn_alloc(cap * sizeof *slots);
    if (!slots)
        return DTN_E_MEMORY;
    for (size_t i = 0; i < sketch->cap; i++) {
        if (sketch->slots[i].count)
            *find_bin(slots, cap, sketch->slots[i].key) = sketch->slots[i];
    }
    dtn_free(sketch->slots);
    sketch->slots = slots;
    sketch->cap = cap;
    return DTN_OK;
}

static dtn_status add_count(dtn_sketch *sketch, int32_t key, uint64_t count)
{
    bin *b = find_bin(sketch->slots, sketch->cap, key);
    if (b->count == 0 && (sketch->n_used + 1) * 2 > sketch->cap) {
        dtn_status status = grow(sketch);
        if (status != DTN_OK)
            return status;
        b = find_bin(sketch->slots, sketch->cap, key);
    }
    sketch->n_used += b->count == 0;
    b->key = key;
    b->count += count;
    sketch->count += count;
    return DTN_OK;
}

dtn_status dtn_sketch_add(dtn_sketch *sketch, double x)
{
    return isnan(x) ? DTN_E_RANGE : add_count(sketch, key_of(x), 1);
}

dtn_status dtn_sketch_add_many(dtn_sketch *sketch, size_t n, const double *x)
{
    dtn_status status = DTN_OK;
    for (size_t i = 0; i < n && status == DTN_OK; i++)
        status = dtn_sketch_add(sketch, x[i]);
    return status;
}

/* Makes all room first: a merge happens whole or not at all. */
dtn_status dtn_sketch_merge(dtn_sketch *into, const dtn_sketch *from)
{
    while ((into->n_used + from->n_used) * 2 > into->cap) {
        dtn_status status = grow(into);
        if (status != DTN_OK)
            return status;
    }
    size_t cap = from->cap; /* `from` may be `into` */
    for (size_t i = 0; i < cap; i++) {
        bin b = from->slots[i];
        if (b.count)
            add_count(into, b.key, b.count);
    }
    return DTN_OK;
}

uint64_t dtn_sketch_count(const dtn_sketch *sketch) { return sketch->count; }

static int by_key(const void *a, const void *b)
{
    int32_t x = ((const bin *)a)->key, y = ((const bin *)b)->key;
    return (x > y) - (x < y);
}

/* Value of the order statistic `rank` (from 0) in sorted bins. */
static double value_at(const bin *bins, size_t n, uint64_t rank)
{
    size_t i = 0;
    for (; i + 1 < n && rank >= bins[i].count; i++)
        rank -= bins[i].count;
    return value_of(bins[i].key);
}

static double quantile_of_bins(const bin *bins, size_t n, uint64_t count, double q)
{
    double h = (double)(count - 1) * q;
    uint64_t rank = (uint64_t)h;
    double low = value_at(bins, n, rank);
    if (rank + 1 >= count)
        return dtn_between(low, low, 0);
    return dtn_between(low, value_at(bins, n, rank + 1), h - (double)rank);
}

dtn_status dtn_sketch_quantiles(const dtn_sketch *sketch, size_t n_q, const double q[],
                                double out[])
{
    if (sketch->count == 0)
        return DTN_E_EMPTY;
    for (size_t i = 0; i < n_q; i++) {
        if (!(q[i] >= 0 && q[i] <= 1))
            return DTN_E_RANGE;
    }
    bin *bins = dtn_alloc(sketch->n_used * sizeof *bins);
    if (!bins)
        return DTN_E_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < sketch->cap; i++) {
        if (sketch->slots[i].count)
            bins[n++] = sketch->slots[i];
    }
    qsort(bins, n, sizeof *bins, by_key);
    for (size_t i = 0; i < n_q; i++)
        out[i] = quantile_of_bins(bins, n, sketch->count, q[i]);
    dtn_free(bins);
    return DTN_OK;
}

dtn_status dtn_sketch_quantile(const dtn_sketch *sketch, double q, double *out)
{
    return dtn_sketch_quantiles(sketch, 1, &q, out);
}
