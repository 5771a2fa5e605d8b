/* Loops over the same elements, one after the other, as one loop.
 *
 * An equation over subscripts is a nest of loops around a few instructions. Where neighbouring nests go
 * over the same elements and each turn needs of the others' results only those of the same turn, their
 * bodies are emitted in one nest: what one equation computes, the next takes from the register.
 *
 *     for r, a: room[r,a] = ...            for r, a: room = ...; pressure = room ...
 *     for r, a: pressure[r,a] = room ...
 *
 * A variable that nobody else reads need then not be stored at steps that nobody looks at. Such code, the
 * lean one, makes the steps; the full code evaluates where somebody looks.
 *
 * Nests are joined where for every place that one of them writes and another touches, either the spans
 * are apart, or both name the same place in every turn and no two turns the same. A temporary may be
 * written by several bodies that each write it before they read it. Bodies with skips, calls of the
 * interpreter or sums over elements stay alone.
 */
#include "jit/inner.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_ELIDED = DTN_JIT_FORWARD / 2 };

/* ---- One nest ------------------------------------------------------------------------------ */

typedef dtn_jit_nest nest;

bool dtn_jit_read_nest(const dtn_program *p, uint32_t at, nest *n)
{
    *n = (nest){.first = at, .body = at};
    while (n->body < p->step_end && p->ins[n->body].op == DTN_I_LOOP && n->depth < DTN_MAX_LOOPS) {
        n->ids[n->depth] = p->ins[n->body].dst;
        n->counts[n->depth++] = p->ins[n->body++].a;
    }
    n->body_end = n->body;
    while (n->body_end < p->step_end && p->ins[n->body_end].op < DTN_I_LOOP &&
           dtn_jit_is_inline(p, &p->ins[n->body_end]))
        n->body_end++;
    n->end = n->body_end;
    for (uint32_t k = 0; k < n->depth; k++, n->end++)
        if (n->end >= p->step_end || p->ins[n->end].op != DTN_I_ENDLOOP)
            return false;
    return n->depth > 0 && n->body_end > n->body;
}

void dtn_jit_set_counts(const dtn_jit_nest *n, uint32_t counts[DTN_MAX_LOOPS])
{
    for (uint32_t i = 0; i < DTN_MAX_LOOPS; i++)
        counts[i] = 1;
    for (uint32_t i = 0; i < n->depth; i++)
        counts[n->ids[i]] = n->counts[i];
}

bool dtn_jit_is_same_shape(const dtn_jit_nest *a, const dtn_jit_nest *b)
{
    return a->depth == b->depth && memcmp(a->ids, b->ids, a->depth * sizeof *a->ids) == 0 &&
           memcmp(a->counts, b->counts, a->depth * sizeof *a->counts) == 0;
}

/* ---- Places ---------------------------------------------------------------------------------- */

static uint32_t mapped(const dtn_index *x, uint32_t turn) { return x->map ? x->map[turn] : turn; }

bool dtn_jit_is_same_place(const dtn_program *p, dtn_operand a, dtn_operand b,
                           const uint32_t *counts)
{
    if (a == b)
        return true;
    if (!(a & DTN_OPERAND_INDEXED) || !(b & DTN_OPERAND_INDEXED))
        return false;
    const dtn_address *x = &p->addresses[a & ~DTN_OPERAND_INDEXED];
    const dtn_address *y = &p->addresses[b & ~DTN_OPERAND_INDEXED];
    if (x->base != y->base || x->n_index != y->n_index)
        return false;
    for (uint32_t i = 0; i < x->n_index; i++) {
        const dtn_index *s = &x->index[i], *t = &y->index[i];
        if (s->loop != t->loop || s->stride != t->stride)
            return false;
        for (uint32_t k = 0; s->map != t->map && k < counts[s->loop]; k++)
            if (mapped(s, k) != mapped(t, k))
                return false;
    }
    return true;
}

/* Is another place named in every turn? Each loop must move the address, and farther than the moves of
 * all loops of smaller strides together. */
static bool is_injective(const dtn_program *p, dtn_operand o, const nest *n,
                         const uint32_t counts[DTN_MAX_LOOPS])
{
    if (!(o & DTN_OPERAND_INDEXED))
        return false;
    const dtn_address *a = &p->addresses[o & ~DTN_OPERAND_INDEXED];
    int64_t reach = 0; /* of the loops looked at */
    if (a->n_index != n->depth)
        return false;
    bool done[DTN_MAX_DIMS] = {false};
    for (uint32_t round = 0; round < a->n_index; round++) {
        uint32_t least = 0;
        while (done[least]) /* in this turn one is not */
            least++;
        for (uint32_t i = least + 1; i < a->n_index; i++)
            if (!done[i] && a->index[i].stride < a->index[least].stride)
                least = i;
        const dtn_index *x = &a->index[least];
        int64_t low = INT64_MAX, high = 0;
        for (uint32_t k = 0; k < counts[x->loop]; k++) {
            const int64_t m = mapped(x, k);
            low = m < low ? m : low;
            high = m > high ? m : high;
            for (uint32_t j = 0; x->map && j < k; j++)
                if (x->map[j] == x->map[k])
                    return false;
        }
        for (uint32_t i = 0; i < a->n_index; i++)
            if (i != least && a->index[i].loop == x->loop)
                return false;
        if (x->stride <= reach)
            return false;
        reach += x->stride * (high - low);
        done[least] = true;
    }
    return true;
}

/* ---- Joining ------------------------------------------------------------------------------------ */

static bool reads(const dtn_ins *x, int k, dtn_operand *o)
{
    const dtn_operand all[] = {x->dst, x->a, x->b, x->c};
    *o = all[k];
    return k > 0 && dtn_jit_is_slot(x, k);
}

bool dtn_jit_is_written_first(const dtn_program *p, const dtn_jit_nest *n, dtn_operand slot)
{
    dtn_operand o;
    for (uint32_t i = n->body; i < n->body_end; i++) {
        for (int k = 1; k < 4; k++)
            if (reads(&p->ins[i], k, &o) && o == slot)
                return false;
        if (p->ins[i].dst == slot)
            return true;
    }
    return true;
}

/* May `write`, of one nest, and `other`, of a nest joined to it, stand in one turn? */
static bool are_compatible(const dtn_program *p, const nest *a, const nest *b, dtn_operand write,
                           dtn_operand other, const uint32_t counts[DTN_MAX_LOOPS])
{
    const dtn_span x = dtn_jit_span(p, write, counts, 1, 1);
    const dtn_span y = dtn_jit_span(p, other, counts, 1, 1);
    if (x.end <= y.first || y.end <= x.first)
        return true;
    if (write == other && !(write & DTN_OPERAND_INDEXED))
        return write >= p->temp0 && dtn_jit_is_written_first(p, a, write) &&
               dtn_jit_is_written_first(p, b, write);
    return dtn_jit_is_same_place(p, write, other, counts) && is_injective(p, write, a, counts);
}

bool dtn_jit_may_join(const dtn_program *p, const dtn_jit_nest *a, const dtn_jit_nest *b)
{
    uint32_t counts[DTN_MAX_LOOPS];
    dtn_operand o;
    dtn_jit_set_counts(a, counts);
    for (uint32_t i = a->body; i < a->body_end; i++)
        for (uint32_t k = b->body; k < b->body_end; k++) {
            const dtn_ins *x = &p->ins[i], *y = &p->ins[k];
            if (!are_compatible(p, a, b, x->dst, y->dst, counts))
                return false;
            for (int r = 1; r < 4; r++)
                if ((reads(y, r, &o) && !are_compatible(p, a, b, x->dst, o, counts)) ||
                    (reads(x, r, &o) && !are_compatible(p, b, a, y->dst, o, counts)))
                    return false;
        }
    return true;
}

bool dtn_jit_carries(const dtn_program *p, const dtn_jit_nest *n)
{
    for (uint32_t i = n->body; i < n->body_end; i++)
        if (!(p->ins[i].dst & DTN_OPERAND_INDEXED) &&
            (p->ins[i].dst < p->temp0 || !dtn_jit_is_written_first(p, n, p->ins[i].dst)))
            return true;
    return false;
}

/* Nests from `at` on that are joined, into list; how many. */
static uint32_t join_nests(const dtn_program *p, uint32_t at, nest list[DTN_JIT_NESTS])
{
    uint32_t n = 0, length = 0;
    while (n < DTN_JIT_NESTS && dtn_jit_read_nest(p, at, &list[n])) {
        bool ok =
            !dtn_jit_carries(p, &list[n]) && (n == 0 || dtn_jit_is_same_shape(&list[0], &list[n]));
        length += list[n].body_end - list[n].body;
        for (uint32_t k = 0; ok && k < n; k++)
            ok = dtn_jit_may_join(p, &list[k], &list[n]);
        if (!ok || length > DTN_JIT_BODY)
            break;
        at = list[n++].end;
    }
    return n;
}

/* ---- What need not be stored ------------------------------------------------------------------- */

/* Is the operand written before, in the same turn of the joined nests? */
static bool is_forwarded(const dtn_program *p, const nest *list, uint32_t n, uint32_t ins,
                         dtn_operand o)
{
    uint32_t counts[DTN_MAX_LOOPS];
    dtn_jit_set_counts(&list[0], counts);
    for (uint32_t k = 0; k < n && (o & DTN_OPERAND_INDEXED); k++)
        for (uint32_t i = list[k].body; i < list[k].body_end && i < ins; i++)
            if (dtn_jit_is_same_place(p, p->ins[i].dst, o, counts))
                return true;
    return false;
}

static void mark(uint8_t *read, uint32_t n_slot, dtn_span s)
{
    for (uint32_t slot = s.first; slot < s.end && slot < n_slot; slot++)
        read[slot] = 1;
}

void dtn_jit_mark_reads(const dtn_program *p, uint32_t i, const uint32_t *counts, uint8_t *read)
{
    const dtn_ins *x = &p->ins[i];
    dtn_operand o;
    for (int k = 0; k < 4; k++) {
        uint32_t rows = 1, stride = 1;
        if (k == 1 && x->op == DTN_I_VECTOR)
            rows = p->vectors[x->aux].n_in;
        if (k == 2 && x->op == DTN_I_DRAW_WIDE)
            rows = 8; /* DTN_N_WIDE */
        if (k == 1 && x->op == DTN_I_GATHER) {
            rows = p->gathers[x->aux].count;
            stride = p->gathers[x->aux].stride;
        }
        if (reads(x, k, &o) || (k == 0 && x->op == DTN_I_DRAW_SUM))
            mark(read, p->n_slot, dtn_jit_span(p, o, counts, rows, stride));
    }
}

/* Slots that something reads from memory. */
static void find_read(const dtn_jit *jit, uint8_t *read)
{
    const dtn_program *p = jit->p;
    uint32_t counts[DTN_MAX_LOOPS];
    nest list[DTN_JIT_NESTS];
    for (uint32_t i = 0; i < DTN_MAX_LOOPS; i++)
        counts[i] = 1;
    for (uint32_t i = p->step_first; i < p->step_end; i++) {
        const uint32_t n = jit->joined_end[i] ? join_nests(p, i, list) : 0;
        for (uint32_t k = 0; k < n; k++) {
            dtn_jit_set_counts(&list[k], counts);
            for (uint32_t j = list[k].body; j < list[k].body_end; j++) {
                dtn_operand o;
                for (int r = 1; r < 4; r++)
                    if (jit->is_needed[j] && reads(&p->ins[j], r, &o) &&
                        !is_forwarded(p, list, n, j, o))
                        mark(read, p->n_slot, dtn_jit_span(p, o, counts, 1, 1));
            }
        }
        if (n > 0) {
            i = jit->joined_end[i] - 1;
            continue;
        }
        if (p->ins[i].op == DTN_I_LOOP)
            counts[p->ins[i].dst] = p->ins[i].a;
        if (jit->is_needed[i])
            dtn_jit_mark_reads(p, i, counts, read);
    }
    for (size_t i = 0; i < p->n_commit; i++)
        mark(read, p->n_slot, (dtn_span){p->commits[i].from, p->commits[i].from + p->commits[i].n});
    for (size_t i = 0; i < p->n_iteration; i++)
        mark(read, p->n_slot,
             (dtn_span){p->iterations[i].from, p->iterations[i].from + p->iterations[i].n});
}

static void find_elided(dtn_jit *jit, const uint8_t *read)
{
    const dtn_program *p = jit->p;
    uint32_t counts[DTN_MAX_LOOPS];
    nest list[DTN_JIT_NESTS];
    for (uint32_t i = p->step_first; i < p->step_end; i++) {
        const uint32_t n = jit->joined_end[i] ? join_nests(p, i, list) : 0;
        uint32_t n_elided = 0;
        for (uint32_t k = 0; k < n; k++) {
            dtn_jit_set_counts(&list[k], counts);
            for (uint32_t j = list[k].body; j < list[k].body_end; j++) {
                const dtn_span s = dtn_jit_span(p, p->ins[j].dst, counts, 1, 1);
                bool ok = p->ins[j].dst & DTN_OPERAND_INDEXED && s.first >= p->aux0 &&
                          s.end <= p->temp0 && n_elided < MOST_ELIDED;
                for (uint32_t slot = s.first; ok && slot < s.end; slot++)
                    ok = !read[slot];
                jit->is_elided[j] = ok;
                n_elided += ok;
                jit->has_lean = jit->has_lean || ok;
            }
        }
    }
}

bool dtn_jit_join(dtn_jit *jit)
{
    const dtn_program *p = jit->p;
    nest list[DTN_JIT_NESTS];
    jit->joined_end = calloc(p->n_ins + 1, sizeof *jit->joined_end);
    jit->is_elided = calloc(p->n_ins + 1, 1);
    uint8_t *read = calloc(p->n_slot + 1, 1);
    const bool ok = jit->joined_end && jit->is_elided && read;
    /* simultaneous equations are gone round as a whole */
    for (uint32_t i = p->step_first; ok && p->n_iteration == 0 && i < p->step_end; i++) {
        const uint32_t n = p->ins[i].op == DTN_I_LOOP ? join_nests(p, i, list) : 0;
        if (n > 1) {
            jit->joined_end[i] = list[n - 1].end;
            i = list[n - 1].end - 1;
        }
    }
    if (ok && jit->has_steps) {
        find_read(jit, read);
        find_elided(jit, read);
    }
    free(read);
    return ok;
}

/* ---- Code ------------------------------------------------------------------------------------------ */

uint32_t dtn_jit_bodies(const dtn_program *p, uint32_t at, uint32_t end,
                        dtn_span bodies[DTN_JIT_NESTS], uint32_t *depth)
{
    uint32_t n = 0;
    nest one;
    while (at < end && n < DTN_JIT_NESTS && dtn_jit_read_nest(p, at, &one)) {
        bodies[n++] = (dtn_span){one.body, one.body_end};
        *depth = one.depth;
        at = one.end;
    }
    return n;
}
