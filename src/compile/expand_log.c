/* Functions that look back over the run: HISTORY and the internal rates of return, which keep a log of
 * each step's value (held values, one a step), and Vensim's DELAY CONVEYOR, which is a line
 * (track_line.c).
 *
 * The log holds the steps before this one; this one's value is read beside it. Rates of return: every
 * step's stream counts as stream * dt paid when the step begins (Stella), or all of a fiscal period when
 * it ends (Vensim). The rate nearest to 0 at which all payments together are worth nothing is found by
 * vector.c.
 *
 * Sources: Stella's builtins, Vensim reference manual (function pages).
 */
#include "compile/expander.h"

#include <math.h>

#define DTN_MAX_LOG 20000 /* steps */

static dtn_expr *num(dtn_expander *e, double x) { return dtn_x_num(e, x); }

bool dtn_x_add_log(dtn_expander *e, const dtn_expr *x, dtn_expr *value, uint32_t *log)
{
    dtn_program *p = e->c->program;
    if (p->n_step >= DTN_MAX_LOG) {
        dtn_diags_add(e->c->diags, 507, x->pos, "take a longer time step, or a shorter run",
                      "'%s' keeps a value for each step; %u are possible", x->text, DTN_MAX_LOG);
        return false;
    }
    dtn_track t = {.kind = DTN_TRACK_LOG, .overlay = e->overlay, .n_in = 1, .n_out = 1};
    *log = dtn_x_hidden(e, "log", DTN_CAT_HELD, NULL, num(e, 0));
    dtn_cvar *v = &e->c->vars[*log];
    t.stride = v->n_element;
    t.n_row = p->n_step + 1;
    v->n_element *= t.n_row; /* step by step: its loops' elements of the first one stand first */
    t.in[0] = dtn_x_hidden(e, "logged", DTN_CAT_AUX, value, NULL);
    t.out[0] = *log;
    DTN_PUSH(p->arena, p->tracks, p->n_track, e->c->cap_track, t);
    return true;
}

dtn_expr *dtn_x_log_call(dtn_expander *e, dtn_fn fn, uint32_t log, uint32_t n, dtn_pos pos)
{
    dtn_expr *out = dtn_x_node(e, DTN_X_CALL, n, pos);
    out->ref = DTN_REF_FUNC;
    out->id = fn;
    out->text = out->key = dtn_fn_table[fn].key;
    out->args[0] = dtn_x_ref(e, log);
    return out;
}

dtn_expr *dtn_x_steps_before(dtn_expander *e, dtn_expr *time)
{
    dtn_expr *age = dtn_x_bin(e, DTN_OP_SUB, time, num(e, e->c->start));
    return dtn_x_call(e, DTN_FN_ROUND, 1, dtn_x_bin(e, DTN_OP_DIV, age, dtn_x_dt(e)), NULL, NULL);
}

dtn_expr *dtn_x_log_at(dtn_expander *e, uint32_t log, dtn_expr *time)
{
    dtn_expr *at = dtn_x_log_call(e, DTN_FN_LOG_AT, log, 2, time->pos);
    at->args[1] = dtn_x_bin(e, DTN_OP_ADD, dtn_x_steps_before(e, time), num(e, 1));
    return at;
}

/* HISTORY(x, t): 0 before the start and after now. */
dtn_expr *dtn_x_history(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    uint32_t log;
    if (!dtn_x_add_log(e, x, a[0], &log))
        return num(e, 0);
    dtn_expr *value = dtn_x_ref(e, e->c->program->tracks[e->c->program->n_track - 1].in[0]);
    dtn_expr *at = dtn_x_log_at(e, log, a[1]);
    dtn_expr *half = dtn_x_bin(e, DTN_OP_MUL, dtn_x_dt(e), num(e, 0.5));
    dtn_expr *late = dtn_x_bin(e, DTN_OP_SUB, a[1], dtn_x_step_now(e));
    dtn_expr *is_past = dtn_x_bin(e, DTN_OP_LE, late, dtn_x_bin(e, DTN_OP_MUL, half, num(e, -1)));
    dtn_expr *is_now = dtn_x_bin(e, DTN_OP_LE, late, half);
    return dtn_x_choose(e, is_past, at, dtn_x_choose(e, is_now, value, num(e, 0)));
}

/* IRR(stream[, missing]); INTERNAL RATE OF RETURN(stream, period, first, its time). */
dtn_expr *dtn_x_rate_of_return(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    const bool by_period = x->id == DTN_FN_INTERNAL_RATE;
    uint32_t log;
    if (!dtn_x_add_log(e, x, a[0], &log))
        return num(e, 0);
    dtn_expr *out = dtn_x_log_call(e, DTN_FN_LOG_RATE, log, 9, x->pos);
    dtn_expr **p = out->args + 1;
    *p++ = dtn_x_ref(e, e->c->program->tracks[e->c->program->n_track - 1].in[0]);
    *p++ = dtn_x_steps_before(e, dtn_x_step_now(e));
    *p++ = dtn_x_dt(e);
    *p++ = by_period ? a[1] : num(e, 0);
    *p++ = by_period ? a[2] : num(e, 0);
    *p++ = by_period ? dtn_x_bin(e, DTN_OP_SUB, a[3], num(e, e->c->start)) : num(e, 0);
    *p++ = by_period ? num(e, 1) : num(e, 1000); /* the highest rate that is looked for */
    *p++ = by_period ? num(e, DTN_VENSIM_NA) : x->n_arg > 1 ? a[1] : num(e, 0);
    return out;
}

/* DELAY CONVEYOR(x, time, leak, profile, contents, initial time). */
dtn_expr *dtn_x_line(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    dtn_program *p = e->c->program;
    const dtn_lookup *l = dtn_x_points(e, a[3]);
    dtn_track t = {.kind = DTN_TRACK_LINE, .overlay = e->overlay, .n_in = 3, .n_out = 1};
    if (!l || l->n < 2) {
        dtn_diags_add(e->c->diags, 212, x->pos, "name one lookup for all elements",
                      "the profile of '%s' is no lookup", x->text);
        return num(e, 0);
    }
    dtn_table *table = DTN_NEW(p->arena, dtn_table);
    *table = (dtn_table){(uint32_t)l->n, l->x, l->y};
    dtn_expr *profile = dtn_x_node(e, DTN_X_LOOKUP, 0, x->pos);
    profile->lookup = (dtn_lookup *)(uintptr_t)l;
    const double first = l->x[0], wide = l->x[l->n - 1] - first;
    dtn_expr *pace = dtn_x_bin(e, DTN_OP_DIV, dtn_x_dt(e), a[5]);
    pace = dtn_x_call(e, DTN_FN_MIN, 2, pace, num(e, 1), NULL);
    dtn_expr *end =
        dtn_x_bin(e, DTN_OP_ADD, num(e, first), dtn_x_bin(e, DTN_OP_MUL, pace, num(e, wide)));
    dtn_expr *part = dtn_x_call(e, DTN_FN_LOOKUP_AREA, 3, profile, num(e, first), end);
    dtn_expr *all =
        dtn_x_call(e, DTN_FN_LOOKUP_AREA, 3, profile, num(e, first), num(e, first + wide));
    uint32_t *start = DTN_NEW_N(p->arena, uint32_t, 2);
    t.in[0] = dtn_x_hidden(e, "input", DTN_CAT_AUX, a[0], NULL);
    t.in[1] = dtn_x_hidden(e, "conveyance time", DTN_CAT_AUX, a[1], NULL);
    t.in[2] = dtn_x_hidden(e, "leak", DTN_CAT_AUX, a[2], NULL);
    start[0] = dtn_x_hidden(e, "contents", DTN_CAT_HELD, NULL, a[4]);
    start[1] = dtn_x_hidden(e, "conveyance time", DTN_CAT_HELD, NULL, a[5]);
    t.start = start;
    t.n_start = 2;
    t.n_spread = 1; /* its table is the profile */
    t.spreads[0] = DTN_SPREAD_DIST;
    t.tables[0] = table;
    t.out[0] = dtn_x_hidden(e, "comes off", DTN_CAT_HELD, NULL,
                            dtn_x_bin(e, DTN_OP_MUL, a[4], dtn_x_bin(e, DTN_OP_DIV, part, all)));
    DTN_PUSH(p->arena, p->tracks, p->n_track, e->c->cap_track, t);
    return dtn_x_bin(e, DTN_OP_DIV, dtn_x_ref(e, t.out[0]), dtn_x_dt(e));
}
