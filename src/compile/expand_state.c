/* Functions with memory become hidden variables.
 *
 * TREND and FORECAST turn into stocks with the equations their reference gives; SAMPLE IF TRUE
 * and PREVIOUS into a value and the memory of it; SINTEG into a value that steps; INITIAL into a value held from the start. Delays
 * and smooths: expand_delay.c.
 *
 * Sources: Vensim reference manual (function pages), XMILE 1.0 section 3.5.
 */
#include "compile/expander.h"

#include <string.h>

/* ---- Trends ------------------------------------------------------------------- */

static dtn_expr *trend(dtn_expander *e, dtn_expr *in, dtn_expr *time, dtn_expr *init)
{
    uint32_t v = dtn_x_hidden_var(e, "trend", DTN_CAT_STOCK);
    dtn_expr *gap = dtn_x_bin(e, DTN_OP_SUB, in, dtn_x_ref(e, v));
    dtn_expr *start =
        dtn_x_bin(e, DTN_OP_DIV, in,
                  dtn_x_bin(e, DTN_OP_ADD, dtn_x_num(e, 1), dtn_x_bin(e, DTN_OP_MUL, init, time)));
    dtn_x_hidden_eqn(e, v, dtn_x_bin(e, DTN_OP_DIV, gap, time), start);
    return dtn_x_call(
        e, DTN_FN_ZIDZ, 2, gap,
        dtn_x_bin(e, DTN_OP_MUL, time, dtn_x_call(e, DTN_FN_ABS, 1, dtn_x_ref(e, v), NULL, NULL)),
        NULL);
}

static dtn_expr *forecast(dtn_expander *e, dtn_expr *in, dtn_expr *time, dtn_expr *horizon,
                          dtn_expr *init)
{
    uint32_t v = dtn_x_hidden_var(e, "forecast", DTN_CAT_STOCK);
    dtn_expr *gap = dtn_x_bin(e, DTN_OP_SUB, in, dtn_x_ref(e, v));
    dtn_expr *start = in;
    if (init) /* XMILE FORCST: a trend before the start */
        start = dtn_x_bin(
            e, DTN_OP_DIV, in,
            dtn_x_bin(e, DTN_OP_ADD, dtn_x_num(e, 1), dtn_x_bin(e, DTN_OP_MUL, init, time)));
    dtn_x_hidden_eqn(e, v, dtn_x_bin(e, DTN_OP_DIV, gap, time), start);
    dtn_expr *slope =
        dtn_x_call(e, DTN_FN_ZIDZ, 2, gap, dtn_x_bin(e, DTN_OP_MUL, time, dtn_x_ref(e, v)), NULL);
    return dtn_x_bin(
        e, DTN_OP_MUL, in,
        dtn_x_bin(e, DTN_OP_ADD, dtn_x_num(e, 1), dtn_x_bin(e, DTN_OP_MUL, slope, horizon)));
}

/* ---- Held values ----------------------------------------------------------- */

static dtn_expr *held_from_start(dtn_expander *e, dtn_expr *x)
{
    return dtn_x_ref(e, dtn_x_hidden(e, "initial", DTN_CAT_HELD, NULL, x));
}

static bool is_self(const dtn_expander *e, const dtn_expr *x)
{
    if (x->kind != DTN_X_NAME || x->ref != DTN_REF_VAR || x->id != e->owner ||
        x->n_sub != e->from->n_sub)
        return false;
    for (uint32_t p = 0; p < x->n_sub; p++)
        if (!x->subs[p].key || !e->from->subs[p].key ||
            strcmp(x->subs[p].key, e->from->subs[p].key) != 0)
            return false;
    return true;
}

static void self_to_memory(dtn_expander *e, dtn_expr *x, uint32_t memory)
{
    if (is_self(e, x))
        *x = *dtn_x_ref(e, memory);
    for (uint32_t i = 0; i < x->n_arg; i++)
        self_to_memory(e, x->args[i], memory);
}

/* `peak = SAMPLE IF TRUE(x > peak, x, 0)`: as a whole equation it may ask for itself, and means
 * what it holds so far. */
static dtn_expr *sample_if_true(dtn_expander *e, const dtn_expr *x, dtn_expr *cond, dtn_expr *in,
                                dtn_expr *init)
{
    uint32_t memory = dtn_x_hidden(e, "memory", DTN_CAT_HELD, NULL, init);
    if (e->from && e->from->expr == x) {
        self_to_memory(e, cond, memory);
        self_to_memory(e, in, memory);
    }
    dtn_expr *value = dtn_x_call(e, DTN_FN_SAMPLE_IF_TRUE, 3, cond, in, dtn_x_ref(e, memory));
    uint32_t v = dtn_x_hidden(e, "sample", DTN_CAT_AUX, value, NULL);
    e->c->vars[memory].next = v;
    return dtn_x_ref(e, v);
}

/* RUNMAX(x), RUNMIN(x): the extreme of x so far and of x now. */
static dtn_expr *extreme(dtn_expander *e, dtn_fn which, dtn_expr *in)
{
    uint32_t x = dtn_x_hidden(e, "current", DTN_CAT_AUX, in, NULL);
    uint32_t memory = dtn_x_hidden(e, "memory", DTN_CAT_HELD, NULL, dtn_x_ref(e, x));
    dtn_expr *value = dtn_x_call(e, which, 2, dtn_x_ref(e, x), dtn_x_ref(e, memory), NULL);
    uint32_t v = dtn_x_hidden(e, "extreme", DTN_CAT_AUX, value, NULL);
    e->c->vars[memory].next = v;
    return dtn_x_ref(e, v);
}

static dtn_expr *previous(dtn_expander *e, dtn_expr *in, dtn_expr *init)
{
    uint32_t memory = dtn_x_hidden(e, "previous", DTN_CAT_HELD, NULL, init);
    uint32_t v = dtn_x_hidden(e, "current", DTN_CAT_AUX, in, NULL);
    e->c->vars[memory].next = v;
    return dtn_x_ref(e, memory);
}

/* :NA:, which XMILE's files hold as a number. */
static bool is_given(const dtn_expr *x)
{
    bool minus = x->kind == DTN_X_UNARY && x->op == DTN_OP_NEG;
    const dtn_expr *n = minus ? x->args[0] : x;
    bool is_na = n->kind == DTN_X_NUMBER && (minus ? -n->number : n->number) == DTN_VENSIM_NA;
    return x->kind != DTN_X_NA && !is_na;
}

/* SINTEG: what a step leads to, brought to where it may be. The manual gives no order; the bounds
 * come last, for they are said to hold always. */
static dtn_expr *allowed(dtn_expander *e, dtn_expr *x, dtn_expr **a)
{
    dtn_expr *low = a[2], *high = a[3], *quantum = a[4], *special = a[5], *reach = a[6];
    if (is_given(quantum)) { /* the nearest multiple: sums of steps are never quite even */
        dtn_expr *n = dtn_x_bin(e, DTN_OP_DIV, x, quantum);
        dtn_expr *half = dtn_x_choose(e, dtn_x_bin(e, DTN_OP_LT, n, dtn_x_num(e, 0)),
                                      dtn_x_num(e, -0.5), dtn_x_num(e, 0.5));
        n = dtn_x_call(e, DTN_FN_INTEGER, 1, dtn_x_bin(e, DTN_OP_ADD, n, half), NULL, NULL);
        x = dtn_x_bin(e, DTN_OP_MUL, n, quantum);
    }
    if (is_given(special) && is_given(reach)) {
        dtn_expr *off =
            dtn_x_call(e, DTN_FN_ABS, 1, dtn_x_bin(e, DTN_OP_SUB, x, special), NULL, NULL);
        x = dtn_x_choose(e, dtn_x_bin(e, DTN_OP_LT, off, reach), special, x);
    }
    if (is_given(high))
        x = dtn_x_call(e, DTN_FN_MIN, 2, x, high, NULL);
    if (is_given(low))
        x = dtn_x_call(e, DTN_FN_MAX, 2, x, low, NULL);
    return x;
}

static dtn_expr *special_stock(dtn_expander *e, dtn_expr **a)
{
    uint32_t stock = dtn_x_hidden(e, "sinteg", DTN_CAT_HELD, NULL, allowed(e, a[1], a));
    dtn_expr *change = dtn_x_bin(e, DTN_OP_MUL, a[0], dtn_x_dt(e));
    dtn_x_step_to(e, stock, allowed(e, dtn_x_bin(e, DTN_OP_ADD, dtn_x_ref(e, stock), change), a));
    return dtn_x_ref(e, stock);
}

/* SIMULTANEOUS(x, guess): a held guess, and what its loop makes of it; the step is repeated until
 * they agree (ITERATE). The guess at the next step is the solution of this one. */
static dtn_expr *simultaneous(dtn_expander *e, dtn_expr *x, dtn_expr *guess)
{
    dtn_program *p = e->c->program;
    uint32_t held = dtn_x_hidden(e, "guess", DTN_CAT_HELD, NULL, guess);
    uint32_t value = dtn_x_hidden(e, "simultaneous", DTN_CAT_AUX, x, NULL);
    dtn_copy pair = {value, held, 0}; /* variables until they have slots */
    DTN_PUSH(p->arena, p->iterations, p->n_iteration, e->c->cap_iteration, pair);
    return dtn_x_ref(e, held);
}

/* ---- Calls -------------------------------------------------------------------- */

dtn_expr *dtn_x_state_function(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    uint32_t n = x->n_arg;
    dtn_expr *third = n > 2 ? a[2] : a[0];
    switch ((dtn_fn)x->id) {
    case DTN_FN_SMOOTH:
    case DTN_FN_SMOOTHI:
    case DTN_FN_SMTH1: return dtn_x_smooth(e, a[0], a[1], third, 1);
    case DTN_FN_SMOOTH3:
    case DTN_FN_SMOOTH3I:
    case DTN_FN_SMTH3: return dtn_x_smooth(e, a[0], a[1], third, 3);
    case DTN_FN_SMOOTH_N: return dtn_x_smooth_n(e, x, a);
    case DTN_FN_SMTHN: return dtn_x_smthn(e, x, a);
    case DTN_FN_DELAY1:
    case DTN_FN_DELAY1X:
    case DTN_FN_DELAY1I: return dtn_x_delay(e, a[0], a[1], third, 1);
    case DTN_FN_DELAY3:
    case DTN_FN_DELAY3X:
    case DTN_FN_DELAY3I: return dtn_x_delay(e, a[0], a[1], third, 3);
    case DTN_FN_DELAY_N: return dtn_x_delay_n(e, x, a);
    case DTN_FN_DELAYN: return dtn_x_delayn(e, x, a);
    case DTN_FN_TREND: return trend(e, a[0], a[1], n > 2 ? a[2] : dtn_x_num(e, 0));
    case DTN_FN_FORECAST: return forecast(e, a[0], a[1], a[2], NULL);
    case DTN_FN_FORCST: return forecast(e, a[0], a[1], a[2], n > 3 ? a[3] : NULL);
    case DTN_FN_INITIAL:
    case DTN_FN_INIT:
    case DTN_FN_REINITIAL: return held_from_start(e, a[0]);
    case DTN_FN_ENDVAL: return held_from_start(e, n > 1 ? a[1] : a[0]); /* no run went before */
    case DTN_FN_SIMULTANEOUS: return simultaneous(e, a[0], a[1]);
    case DTN_FN_PREVIOUS: return previous(e, a[0], a[1]);
    case DTN_FN_RUNMAX: return extreme(e, DTN_FN_MAX, a[0]);
    case DTN_FN_RUNMIN: return extreme(e, DTN_FN_MIN, a[0]);
    case DTN_FN_SAMPLE_IF_TRUE: return sample_if_true(e, x, a[0], a[1], a[2]);
    case DTN_FN_SINTEG: return special_stock(e, a);
    case DTN_FN_DELAY:
    case DTN_FN_DELAY_FIXED: return dtn_x_ring(e, DTN_RING_FIXED, a, third, NULL);
    case DTN_FN_DELAY_MATERIAL: return dtn_x_ring(e, DTN_RING_MATERIAL, a, a[2], a[3]);
    case DTN_FN_DELAY_INFORMATION: return dtn_x_ring(e, DTN_RING_INFORMATION, a, a[2], NULL);
    case DTN_FN_HISTORY: return dtn_x_history(e, x, a);
    case DTN_FN_IRR:
    case DTN_FN_INTERNAL_RATE: return dtn_x_rate_of_return(e, x, a);
    case DTN_FN_DELAY_CONVEYOR: return dtn_x_line(e, x, a);
    case DTN_FN_DEPRECIATE_STRAIGHTLINE:
    case DTN_FN_DEPRECIATE_BY_SCHEDULE:
    case DTN_FN_DELAY_PROFILE:
    case DTN_FN_SHIFT_IF_TRUE:
    case DTN_FN_QUEUE_FIFO:
    case DTN_FN_QUEUE_FIFO_ATTRIB:
    case DTN_FN_QUEUE_AGE_AVERAGE:
    case DTN_FN_QUEUE_AGE_IN_RANGE:
    case DTN_FN_QUEUE_AGE_OLDEST:
    case DTN_FN_QUEUE_ATTRIB_AVERAGE:
    case DTN_FN_QUEUE_ATTRIB_IN_RANGE:
    case DTN_FN_QUEUE_ATTRIB_MIN:
    case DTN_FN_QUEUE_ATTRIB_MAX:
    case DTN_FN_QUEUE_ATTRIB_QUANTITY: return dtn_x_by_age(e, x, a);
    case DTN_FN_CONVEYOR: return dtn_x_conveyor(e, a, n);
    case DTN_FN_QUEUE_FRONT: return dtn_x_queue_front(e, a, n);
    case DTN_FN_ACTIVE_INITIAL:
        return dtn_x_ref(e, dtn_x_hidden(e, "active", DTN_CAT_AUX, a[0], a[1]));
    case DTN_FN_CAPACITY: /* what check/belt_ask.c left: a model in .mdl has nothing to ask */
    case DTN_FN_PROCTIME:
    case DTN_FN_OSTATE:
    case DTN_FN_QELEM:
    case DTN_FN_QLEN:
    case DTN_FN_AGECOUNT:
        dtn_diags_add(e->c->diags, 507, x->pos, "compute it from stocks and flows",
                      "'%s' asks a conveyor, queue or oven, which only XMILE has", x->text);
        return dtn_x_num(e, 0);
    default:
        dtn_diags_add(e->c->diags, 507, x->pos, "make it an equation of its own",
                      "'%s' can only be a whole equation", x->text);
        return dtn_x_num(e, 0);
    }
}
