/* Counts over fixed value buckets, for quantiles of more values than are kept.
 *
 * The bucket of a value is cut out of its bits: sign, exponent and the top 10 bits of the mantissa,
 * so every bucket is 2^-10 (0.098 %) of its lower edge wide or narrower. Each bucket has two
 * bins: one for the lower edge itself, one for all above it up to the next edge.
 * Every integer up to 2^11 in size is such an edge, so small counts come back exactly; a value
 * of the other bin is taken as the bucket's middle, wrong by at most 0.05 %.
 *
 *   |edge|......inside......|edge|......inside......|
 *
 * Buckets are fixed, so merging is adding integers, and the result cannot depend on any order
 * (unlike t-digest or KLL). DDSketch (Masson and others, VLDB 2019) is of the same family, with
 * logarithmic edges.
 *
 * Counts stand in pages of 64 neighbouring buckets, edges and insides apart, since values that are not
 * whole hardly ever lie on an edge. Only pages that are needed exist (a sixteenth of an octave, 256 bytes);
 * a hash table with linear probing finds them. A million values over ten octaves take some 50 kB.
 * Limits: 2^32 - 1 values. Below 2^-1022 in size (subnormal) the error is 2^-1065 instead of relative. Where
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
#define PAGE_BITS 6

enum { PAGE = 1 << PAGE_BITS, FIRST_SLOTS = 16, MOST_Q = 16 };

typedef struct page {
    uint32_t count[PAGE];
} page;

/* A page's id: sign, exponent and mantissa above the page's bits, and whether it holds insides. */
typedef struct slot {
    uint32_t id_1; /* id + 1; 0: free */
    uint32_t page; /* its place in pages */
} slot;

struct dtn_sketch {
    slot *slots; /* cap is a power of two, at most half used */
    page *pages;
    size_t cap, n_page, cap_page;
    uint64_t count;
};

#define SIGN_OF_ID (UINT32_C(1) << (64 - BITS_DROPPED - PAGE_BITS))

static uint32_t id_of(uint64_t bits)
{
    const bool is_inside = (bits & (((uint64_t)1 << BITS_DROPPED) - 1)) != 0;
    return (uint32_t)(bits >> (BITS_DROPPED + PAGE_BITS)) << 1 | is_inside;
}

dtn_sketch *dtn_sketch_new(void)
{
    dtn_sketch *sketch = dtn_alloc(sizeof *sketch);
    slot *slots = dtn_alloc(FIRST_SLOTS * sizeof *slots);
    if (!sketch || !slots) {
        dtn_free(sketch);
        dtn_free(slots);
        return NULL;
    }
    sketch->slots = slots;
    sketch->cap = FIRST_SLOTS;
    return sketch;
}

void dtn_sketch_delete(dtn_sketch *sketch)
{
    if (!sketch)
        return;
    dtn_free(sketch->slots);
    dtn_free(sketch->pages);
    dtn_free(sketch);
}

static slot *find_slot(slot *slots, size_t cap, uint32_t id)
{
    size_t i = (id * UINT32_C(2654435769) >> 16) & (cap - 1);
    while (slots[i].id_1 && slots[i].id_1 != id + 1)
        i = (i + 1) & (cap - 1);
    return &slots[i];
}

static dtn_status widen(dtn_sketch *sketch)
{
    const size_t cap = sketch->cap * 2;
    slot *slots = dtn_alloc(cap * sizeof *slots);
    if (!slots)
        return DTN_E_MEMORY;
    for (size_t i = 0; i < sketch->cap; i++)
        if (sketch->slots[i].id_1)
            *find_slot(slots, cap, sketch->slots[i].id_1 - 1) = sketch->slots[i];
    dtn_free(sketch->slots);
    sketch->slots = slots;
    sketch->cap = cap;
    return DTN_OK;
}

/* Room for n more pages. A quarter more is taken: doubling would leave half of it idle. */
static dtn_status make_room(dtn_sketch *sketch, size_t n)
{
    const size_t need = sketch->n_page + n;
    while (need * 2 > sketch->cap)
        if (widen(sketch) != DTN_OK)
            return DTN_E_MEMORY;
    if (need <= sketch->cap_page)
        return DTN_OK;
    const size_t cap = need + need / 4 + 1;
    page *pages = dtn_realloc(sketch->pages, cap * sizeof *pages);
    if (!pages)
        return DTN_E_MEMORY;
    sketch->pages = pages;
    sketch->cap_page = cap;
    return DTN_OK;
}

/* The page of an id, made where there is none; NULL: out of memory. */
static page *page_of(dtn_sketch *sketch, uint32_t id)
{
    slot *s = find_slot(sketch->slots, sketch->cap, id);
    if (s->id_1)
        return &sketch->pages[s->page];
    if (make_room(sketch, 1) != DTN_OK)
        return NULL;
    s = find_slot(sketch->slots, sketch->cap, id);
    *s = (slot){id + 1, (uint32_t)sketch->n_page};
    memset(&sketch->pages[sketch->n_page], 0, sizeof *sketch->pages);
    return &sketch->pages[sketch->n_page++];
}

dtn_status dtn_sketch_add(dtn_sketch *sketch, double x)
{
    return dtn_sketch_add_many(sketch, 1, &x);
}

dtn_status dtn_sketch_add_many(dtn_sketch *sketch, size_t n, const double *x)
{
    uint32_t last = UINT32_MAX;
    page *at = NULL;
    if (n > UINT32_MAX - sketch->count)
        return DTN_E_RANGE;
    for (size_t i = 0; i < n; i++) {
        const double value = x[i] + 0.0; /* -0 is 0 */
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        const uint32_t id = id_of(bits);
        if (isnan(value))
            return DTN_E_RANGE;
        if (id != last && !(at = page_of(sketch, id)))
            return DTN_E_MEMORY;
        last = id;
        at->count[bits >> BITS_DROPPED & (PAGE - 1)]++;
        sketch->count++;
    }
    return DTN_OK;
}

/* Makes all room first: a merge happens whole or not at all. */
dtn_status dtn_sketch_merge(dtn_sketch *into, const dtn_sketch *from)
{
    if (from->count > UINT32_MAX - into->count)
        return DTN_E_RANGE;
    const dtn_status status = make_room(into, from->n_page);
    if (status != DTN_OK)
        return status;
    for (size_t i = 0; i < from->cap; i++) { /* `from` may be `into`: then no page is new */
        const slot *s = &from->slots[i];
        if (s->id_1 == 0)
            continue;
        page *to = page_of(into, s->id_1 - 1);
        for (size_t k = 0; k < PAGE; k++)
            to->count[k] += from->pages[s->page].count[k];
    }
    into->count += from->count;
    return DTN_OK;
}

uint64_t dtn_sketch_count(const dtn_sketch *sketch) { return sketch->count; }

/* ---- Quantiles ---------------------------------------------------------------------------- */

/* In the order of the values: negative pages from the largest down. Both kinds of a page stand together. */
static int by_value(const void *a, const void *b)
{
    const uint32_t x = (((const slot *)a)->id_1 - 1) >> 1, y = (((const slot *)b)->id_1 - 1) >> 1;
    const bool x_negative = x >= SIGN_OF_ID / 2, y_negative = y >= SIGN_OF_ID / 2;
    if (x_negative != y_negative)
        return x_negative ? -1 : 1;
    return x_negative ? (x < y) - (x > y) : (x > y) - (x < y);
}

static double value_of(uint32_t id, size_t place, bool is_inside)
{
    uint64_t bits = (uint64_t)(id >> 1) << (BITS_DROPPED + PAGE_BITS) | (uint64_t)place
                                                                            << BITS_DROPPED;
    double x;
    if (is_inside)
        bits |= (uint64_t)1 << (BITS_DROPPED - 1);
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Order statistics `ranks` [n], rising and from 0, of pages in their order. */
static void values_at(const dtn_sketch *sketch, const slot *order, size_t n, const uint64_t *ranks,
                      double *out)
{
    static const page none = {{0}};
    uint64_t below = 0;
    for (size_t i = 0, next, done = 0; i < sketch->n_page && done < n; i = next) {
        const uint32_t id = order[i].id_1 - 1;
        const bool is_negative = (id >> 1) >= SIGN_OF_ID / 2;
        const page *kinds[2] = {&none, &none}; /* edges, insides */
        for (next = i; next < sketch->n_page && (order[next].id_1 - 1) >> 1 == id >> 1; next++)
            kinds[(order[next].id_1 - 1) & 1] = &sketch->pages[order[next].page];
        for (size_t k = 0; k < 2 * PAGE && done < n; k++) {
            const size_t bin = is_negative ? 2 * PAGE - 1 - k : k;
            below += kinds[bin & 1]->count[bin >> 1];
            for (; done < n && ranks[done] < below; done++)
                out[done] = value_of(id, bin >> 1, bin & 1);
        }
    }
}

static int by_rank(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static double value_of_rank(size_t n, const uint64_t *ranks, const double *values, uint64_t rank)
{
    size_t i = 0;
    while (i < n && ranks[i] != rank)
        i++;
    return values[i];
}

/* At least one, up to MOST_Q of them. */
static void some_quantiles(const dtn_sketch *sketch, const slot *order, size_t n_q,
                           const double q[], double out[])
{
    uint64_t ranks[2 * MOST_Q] = {0};
    double values[2 * MOST_Q] = {0};
    const double last = (double)(sketch->count - 1);
    for (size_t i = 0; i < n_q; i++) {
        const uint64_t rank = (uint64_t)(last * q[i]);
        ranks[2 * i] = rank;
        ranks[2 * i + 1] = rank + 1 < sketch->count ? rank + 1 : rank;
    }
    qsort(ranks, 2 * n_q, sizeof *ranks, by_rank);
    values_at(sketch, order, 2 * n_q, ranks, values);
    for (size_t i = 0; i < n_q; i++) {
        const double h = last * q[i];
        const uint64_t rank = (uint64_t)h;
        const uint64_t above = rank + 1 < sketch->count ? rank + 1 : rank;
        const double low = value_of_rank(2 * n_q, ranks, values, rank);
        const double high = value_of_rank(2 * n_q, ranks, values, above);
        out[i] = dtn_between(low, high, above > rank ? h - (double)rank : 0);
    }
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
    slot *order = dtn_alloc(sketch->n_page * sizeof *order);
    if (!order)
        return DTN_E_MEMORY;
    for (size_t i = 0, n = 0; i < sketch->cap; i++)
        if (sketch->slots[i].id_1)
            order[n++] = sketch->slots[i];
    qsort(order, sketch->n_page, sizeof *order, by_value);
    for (size_t i = 0; i < n_q; i += MOST_Q)
        some_quantiles(sketch, order, n_q - i < MOST_Q ? n_q - i : MOST_Q, q + i, out + i);
    dtn_free(order);
    return DTN_OK;
}

dtn_status dtn_sketch_quantile(const dtn_sketch *sketch, double q, double *out)
{
    return dtn_sketch_quantiles(sketch, 1, &q, out);
}
