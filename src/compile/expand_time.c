/* Functions of time: PULSE, STEP and RAMP become comparisons with the time, with half a step of
 * tolerance against rounding (as Vensim does).
 *
 * Sources: Vensim reference manual (function pages), XMILE 1.0 section 3.5.
 */
#include "compile/expander.h"

/* ---- Functions of time ------------------------------------------------------ */

static dtn_expr *half_dt(dtn_expander *e)
{
    if (!e->c->program->dt_changes)
        return dtn_x_num(e, e->c->dt / 2);
    return dtn_x_bin(e, DTN_OP_MUL, dtn_x_dt(e), dtn_x_num(e, 0.5));
}

/* Half a step late, so that a time reached through whole steps counts as reached. Of the step, so
 * that a pulse stays what it is through the stages of a Runge-Kutta step. */
static dtn_expr *shifted_now(dtn_expander *e)
{
    return dtn_x_bin(e, DTN_OP_ADD, dtn_x_step_now(e), half_dt(e));
}

static dtn_expr *within(dtn_expander *e, dtn_expr *t, dtn_expr *from, dtn_expr *width)
{
    dtn_expr *wide = dtn_x_call(e, DTN_FN_MAX, 2, width, dtn_x_dt(e), NULL);
    return dtn_x_bin(e, DTN_OP_AND, dtn_x_bin(e, DTN_OP_GT, t, from),
                     dtn_x_bin(e, DTN_OP_LT, t, dtn_x_bin(e, DTN_OP_ADD, from, wide)));
}

static dtn_expr *pulse_vensim(dtn_expander *e, dtn_expr *start, dtn_expr *width)
{
    return dtn_x_choose(e, within(e, shifted_now(e), start, width), dtn_x_num(e, 1),
                        dtn_x_num(e, 0));
}

static dtn_expr *pulse_train(dtn_expander *e, dtn_expr *start, dtn_expr *width, dtn_expr *period,
                             dtn_expr *end)
{
    dtn_expr *t = shifted_now(e);
    dtn_expr *since = dtn_x_bin(e, DTN_OP_SUB, t, start);
    dtn_expr *wide = dtn_x_call(e, DTN_FN_MAX, 2, width, dtn_x_dt(e), NULL);
    dtn_expr *phase = dtn_x_call(e, DTN_FN_MODULO, 2, since, period, NULL);
    dtn_expr *pulse = dtn_x_bin(e, DTN_OP_LT, phase, wide);
    if (period->kind != DTN_X_NUMBER || width->kind != DTN_X_NUMBER ||
        !(period->number >= width->number)) /* shorter than the pulse: always on */
        pulse = dtn_x_bin(e, DTN_OP_OR, dtn_x_bin(e, DTN_OP_LT, period, wide), pulse);
    dtn_expr *last = dtn_x_bin(e, DTN_OP_ADD, end, dtn_x_dt(e)); /* the end itself is in */
    dtn_expr *during = dtn_x_bin(e, DTN_OP_AND, dtn_x_bin(e, DTN_OP_GT, t, start),
                                 dtn_x_bin(e, DTN_OP_LT, t, last));
    return dtn_x_choose(e, dtn_x_bin(e, DTN_OP_AND, during, pulse), dtn_x_num(e, 1),
                        dtn_x_num(e, 0));
}

/* XMILE PULSE(volume, first, interval): volume / dt for one step. */
static dtn_expr *pulse_xmile(dtn_expander *e, dtn_expr *volume, dtn_expr *first, dtn_expr *interval)
{
    if (!first) /* not in XMILE 1.0; in Stella it never stops */
        return dtn_x_bin(e, DTN_OP_DIV, volume, dtn_x_dt(e));
    dtn_expr *t = shifted_now(e);
    dtn_expr *on = within(e, t, first, dtn_x_dt(e));
    if (!interval) /* XMILE 1.0: without an interval, once */
        return dtn_x_choose(e, on, dtn_x_bin(e, DTN_OP_DIV, volume, dtn_x_dt(e)), dtn_x_num(e, 0));
    dtn_expr *phase =
        dtn_x_call(e, DTN_FN_MODULO, 2, dtn_x_bin(e, DTN_OP_SUB, t, first), interval, NULL);
    dtn_expr *again = dtn_x_bin(e, DTN_OP_AND, dtn_x_bin(e, DTN_OP_GT, interval, dtn_x_num(e, 0)),
                                dtn_x_bin(e, DTN_OP_AND, dtn_x_bin(e, DTN_OP_GT, t, first),
                                          dtn_x_bin(e, DTN_OP_LT, phase, dtn_x_dt(e))));
    return dtn_x_choose(e, dtn_x_bin(e, DTN_OP_OR, on, again),
                        dtn_x_bin(e, DTN_OP_DIV, volume, dtn_x_dt(e)), dtn_x_num(e, 0));
}

static dtn_expr *step(dtn_expander *e, dtn_expr *height, dtn_expr *at)
{
    return dtn_x_choose(e, dtn_x_bin(e, DTN_OP_GT, shifted_now(e), at), height, dtn_x_num(e, 0));
}

static dtn_expr *ramp(dtn_expander *e, dtn_expr *slope, dtn_expr *from, dtn_expr *to)
{
    dtn_expr *t = to ? dtn_x_call(e, DTN_FN_MIN, 2, dtn_x_now(e), to, NULL) : dtn_x_now(e);
    dtn_expr *rise = dtn_x_bin(e, DTN_OP_MUL, slope, dtn_x_bin(e, DTN_OP_SUB, t, from));
    return dtn_x_choose(e, dtn_x_bin(e, DTN_OP_GT, dtn_x_now(e), from), rise, dtn_x_num(e, 0));
}

dtn_expr *dtn_x_time_function(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    uint32_t n = x->n_arg;
    bool vensim = e->c->model->dialect == DTN_VENSIM;
    switch ((dtn_fn)x->id) {
    case DTN_FN_TIME: return dtn_x_now(e);
    case DTN_FN_STEP: return step(e, a[0], a[1]);
    case DTN_FN_RAMP: return ramp(e, a[0], a[1], n > 2 ? a[2] : NULL);
    case DTN_FN_PULSE_TRAIN: return pulse_train(e, a[0], a[1], a[2], a[3]);
    default:
        if (vensim)
            return pulse_vensim(e, a[0], n > 1 ? a[1] : dtn_x_num(e, 0));
        return pulse_xmile(e, a[0], n > 1 ? a[1] : NULL, n > 2 ? a[2] : NULL);
    }
}
