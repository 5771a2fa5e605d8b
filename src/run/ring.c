/* Delays by whole steps.
 *
 * A delay time counts as round(delay / dt) steps, at least one. A fixed delay needs as many rows
 * as that, any other one for every step that is left; more than those no delay needs, since what
 * arrives later is never seen.
 *
 * Material: inputs that arrive at the same step add up; where none arrives the delay gives its
 * missing value. Information: an input that arrives after a newer one is discarded, and where
 * none arrives the last is held. What stood in the delay before the start is given out step by
 * step for as long as the delay time of the start says, in both.
 *
 * Source: Vensim reference manual, DELAY FIXED, DELAY MATERIAL, DELAY INFORMATION.
 */
#include "run/ring.h"

#include "base/arena.h"

#include <string.h>

static uint32_t steps_of(double delay, double dt)
{
    double steps = dtn_round(delay / dt);
    return steps >= 1 ? (steps <= DTN_MAX_RING ? (uint32_t)steps : DTN_MAX_RING) : 1;
}

static bool grow_row(double **row, size_t n)
{
    double *more = dtn_realloc(*row, n * sizeof *more);
    if (more)
        *row = more;
    return more != NULL;
}

static bool grow(dtn_ring_memory *r, bool fixed, uint32_t n_max, uint32_t lanes)
{
    size_t n = (size_t)n_max * lanes;
    if (!r->n && !(r->n = dtn_alloc(lanes * sizeof *r->n)))
        return false;
    if (n_max <= r->n_max)
        return true;
    if (!grow_row(&r->values, n))
        return false;
    if (!fixed && (!grow_row(&r->stamps, n) || !grow_row(&r->newest, lanes)))
        return false;
    r->n_max = n_max;
    return true;
}

bool dtn_ring_start(dtn_ring_memory *r, dtn_ring_kind kind, uint32_t lanes, const double *delay,
                    double dt, uint32_t n_left, const double *value)
{
    const uint32_t enough = n_left < DTN_MAX_RING ? n_left + 1 : DTN_MAX_RING;
    const bool fixed = kind == DTN_RING_FIXED;
    uint32_t longest = fixed ? 1 : enough;
    for (uint32_t l = 0; l < lanes && fixed; l++) {
        const uint32_t n = steps_of(delay[l], dt);
        longest = n > longest ? n : longest;
    }
    if (longest > enough)
        longest = enough;
    if (!grow(r, fixed, longest, lanes))
        return false;
    for (uint32_t k = 0; k < longest; k++)
        memcpy(r->values + (size_t)k * lanes, value, lanes * sizeof *value);
    for (uint32_t l = 0; l < lanes; l++)
        r->n[l] = fixed && steps_of(delay[l], dt) < longest ? steps_of(delay[l], dt) : longest;
    for (uint32_t k = 0; k < longest && !fixed; k++)
        for (uint32_t l = 0; l < lanes; l++) { /* stamp 1 is older than every input */
            bool before = k < steps_of(delay[l], dt);
            r->stamps[(size_t)k * lanes + l] = before ? 1 : 0;
        }
    for (uint32_t l = 0; l < lanes && !fixed; l++)
        r->newest[l] = 1;
    r->count = 0;
    return true;
}

static void turn_fixed(dtn_ring_memory *r, uint32_t lanes, const double *input, double *value)
{
    for (uint32_t l = 0; l < lanes; l++) {
        r->values[(size_t)(r->count % r->n[l]) * lanes + l] = input[l];
        value[l] = r->values[(size_t)((r->count + 1) % r->n[l]) * lanes + l];
    }
}

/* Put an input where it will arrive. */
static void put(dtn_ring_memory *r, dtn_ring_kind kind, size_t at, double input)
{
    if (kind == DTN_RING_MATERIAL && r->stamps[at] != 0)
        r->values[at] += input;
    else
        r->values[at] = input;
    r->stamps[at] = r->count + 2.0;
}

void dtn_ring_turn(dtn_ring_memory *r, dtn_ring_kind kind, uint32_t lanes, const double *input,
                   const double *delay, double dt, const double *missing, double *value)
{
    if (!r->values)
        return;
    if (kind == DTN_RING_FIXED) {
        turn_fixed(r, lanes, input, value);
        r->count++;
        return;
    }
    for (uint32_t l = 0; l < lanes; l++) {
        uint32_t n = r->n[l], later = steps_of(delay[l], dt);
        size_t gone = (size_t)(r->count % n) * lanes + l; /* was given out at this step */
        r->stamps[gone] = 0;
        if (later <= n) /* beyond: after the end of the run; n itself: the row just cleared */
            put(r, kind, (size_t)((r->count + later) % n) * lanes + l, input[l]);
        size_t next = (size_t)((r->count + 1) % n) * lanes + l;
        bool arrives = r->stamps[next] != 0;
        if (kind == DTN_RING_MATERIAL)
            value[l] = arrives ? r->values[next] : missing[l];
        else if (arrives && r->stamps[next] >= r->newest[l]) {
            value[l] = r->values[next];
            r->newest[l] = r->stamps[next];
        }
    }
    r->count++;
}

bool dtn_ring_copy(dtn_ring_memory *to, const dtn_ring_memory *from, uint32_t lanes)
{
    size_t n = (size_t)from->n_max * lanes;
    if (!from->values)
        return true;
    if (!grow(to, !from->stamps, from->n_max, lanes))
        return false;
    memcpy(to->n, from->n, lanes * sizeof *to->n);
    memcpy(to->values, from->values, n * sizeof *to->values);
    if (from->stamps) {
        memcpy(to->stamps, from->stamps, n * sizeof *to->stamps);
        memcpy(to->newest, from->newest, lanes * sizeof *to->newest);
    }
    to->count = from->count;
    return true;
}

void dtn_ring_free(dtn_ring_memory *r)
{
    dtn_free(r->n);
    dtn_free(r->values);
    dtn_free(r->stamps);
    dtn_free(r->newest);
}
