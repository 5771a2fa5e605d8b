/* Lean code that makes the step as well: where an equation gives a slope, the stock after the step is
 * stored instead, into the row of the slope, and for the next step rows of stocks and of slopes change
 * places. So no slope goes through memory, no second pass adds them up, and all equations of a step
 * still find the state before it, whatever their order.
 *
 *                 row of the stock      row of the slope
 *     step k      state         ---->   state after k
 *     step k + 1  state after k + 1  <----  state
 *
 * Code gets the distances of both rows from their own place as arguments (jit.c swaps them), and the rows
 * are put right before anybody else looks. Stocks are looked at after a stretch of steps, as those of fused
 * code are.
 *
 * Only where each slope is given outside of skips, nobody reads slopes, and neither the interpreter, which is
 * called for single instructions, nor held memory reads a stock.
 */
#include "jit/inner.h"

#include <stdlib.h>
#include <string.h>

/* ---- Addresses ------------------------------------------------------------------------------------ */

bool dtn_jit_add_addresses(dtn_jit *jit)
{
    dtn_program *p = &jit->own;
    const size_t n = p->n_address;
    dtn_address *all = realloc(p->addresses, (2 * n + 1) * sizeof *all);
    if (!all)
        return false;
    p->addresses = all;
    for (size_t i = 0; i < n; i++) {
        all[n + i] = all[i];
        all[n + i].base -= p->deriv0 - p->stock0;
    }
    return true;
}

dtn_operand dtn_jit_stock_of(const dtn_jit *jit, dtn_operand slope)
{
    return slope & DTN_OPERAND_INDEXED ? slope + (uint32_t)jit->p->n_address
                                       : slope - (jit->p->deriv0 - jit->p->stock0);
}

uint64_t dtn_jit_distance(const dtn_jit *jit)
{
    return (uint64_t)(jit->p->deriv0 - jit->p->stock0) * jit->pitch * sizeof(double);
}

/* ---- Where it may be ------------------------------------------------------------------------------ */

typedef struct search {
    const dtn_jit *jit;
    const dtn_program *p;
    uint32_t counts[DTN_MAX_LOOPS];
    uint32_t skip_to;   /* instructions before that may be left out */
    uint8_t *is_called; /* [n_slot] read by the interpreter */
    uint8_t *is_given;  /* [n_slot] written in every step */
} search;

static bool touches(dtn_span s, uint32_t first, uint32_t end)
{
    return s.first < end && s.end > first;
}

static bool is_inside(dtn_span s, uint32_t first, uint32_t end)
{
    return s.first >= first && s.end <= end;
}

/* Has every stock of these slopes a floor, or none? */
static bool is_of_one_kind(const dtn_program *p, dtn_span slopes)
{
    const uint32_t shift = p->deriv0 - p->stock0;
    const dtn_span s = {slopes.first - shift, slopes.end - shift};
    bool ok = true;
    for (size_t i = 0; i < p->n_floor; i++) {
        const uint32_t first = p->floors[i].from, end = first + p->floors[i].n;
        ok = ok && (!touches(s, first, end) || is_inside(s, first, end));
    }
    return ok;
}

static void give(void *ctx, uint32_t slot) { ((uint8_t *)ctx)[slot] = 1; }

static bool may_write(search *s, uint32_t i, bool is_call)
{
    const dtn_program *p = s->p;
    const dtn_ins *x = &p->ins[i];
    const dtn_span to = dtn_jit_written(p, x, s->counts);
    if (touches(to, p->stock0, p->deriv0))
        return false;
    if (!touches(to, p->deriv0, p->aux0))
        return true;
    if (is_call || !is_inside(to, p->deriv0, p->aux0) || !is_of_one_kind(p, to))
        return false;
    if (i >= s->skip_to)
        dtn_jit_each_place(p, x->dst, s->counts, give, s->is_given);
    return true;
}

/* Stocks are read from rows of their own alone, slopes not at all. */
static bool may_read(const search *s, uint32_t i)
{
    const dtn_program *p = s->p;
    const dtn_ins *x = &p->ins[i];
    const dtn_operand o[] = {x->dst, x->a, x->b, x->c};
    bool ok = true;
    for (int k = 1; k < 4; k++) {
        if (!dtn_jit_is_slot(x, k))
            continue;
        const dtn_span from = dtn_jit_span(p, o[k], s->counts, 1, 1);
        ok = ok && !touches(from, p->deriv0, p->aux0) &&
             (!touches(from, p->stock0, p->held0) || is_inside(from, p->stock0, p->held0));
    }
    return ok;
}

static bool may_be(search *s, uint32_t i)
{
    const dtn_ins *x = &s->p->ins[i];
    if (x->op == DTN_I_LOOP)
        s->counts[x->dst] = x->a;
    if (x->op >= DTN_I_SKIP_UNLESS && x->dst > s->skip_to)
        s->skip_to = x->dst;
    if (!s->jit->is_needed[i])
        return true;
    const bool is_call =
        s->jit->timed[i] == DTN_NONE && x->op < DTN_I_LOOP && !dtn_jit_is_inline(s->p, x);
    if (is_call)
        dtn_jit_mark_reads(s->p, i, s->counts, s->is_called);
    else if (!may_read(s, i))
        return false;
    return !dtn_jit_writes(x) || may_write(s, i, is_call);
}

static bool holds(const search *s)
{
    const dtn_program *p = s->p;
    bool ok = true;
    for (uint32_t slot = p->stock0; slot < p->held0; slot++)
        ok = ok && !s->is_called[slot];
    for (uint32_t slot = p->deriv0; slot < p->aux0; slot++)
        ok = ok && !s->is_called[slot] && s->is_given[slot];
    for (size_t i = 0; i < p->n_commit; i++) {
        const dtn_copy *c = &p->commits[i];
        ok = ok && c->to >= p->held0 &&
             !touches((dtn_span){c->from, c->from + c->n}, p->stock0, p->held0) &&
             !touches((dtn_span){c->from, c->from + c->n}, p->deriv0, p->aux0);
    }
    return ok;
}

bool dtn_jit_find_moves(dtn_jit *jit)
{
    const dtn_program *p = jit->p;
    search s = {.jit = jit, .p = p};
    /* simultaneous equations are gone round as a whole */
    if (!jit->has_lean || jit->is_fused || !jit->has_steps || p->n_iteration > 0 || p->n_stock == 0)
        return true;
    for (uint32_t i = 0; i < DTN_MAX_LOOPS; i++)
        s.counts[i] = 1;
    s.is_called = calloc(p->n_slot + 1, 1);
    s.is_given = calloc(p->n_slot + 1, 1);
    const bool ok = s.is_called && s.is_given;
    jit->moves = ok;
    for (uint32_t i = p->step_first; jit->moves && i < p->step_end; i++)
        jit->moves = may_be(&s, i);
    jit->moves = jit->moves && holds(&s);
    free(s.is_called);
    free(s.is_given);
    return ok;
}
