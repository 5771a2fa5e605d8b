/* Delays and smooths become stages in a row.
 *
 * SMOOTH, SMOOTH3, DELAY1, DELAY3 and XMILE's SMTHN and DELAYN are stocks with the equations their
 * reference gives. Vensim's DELAY N and SMOOTH N are discrete: their stages are held values that
 * step with the time, whatever the integration method; what leaves DELAY N follows the delay time
 * of the step before; and an order for which a stage would be shorter than a step is lowered at
 * the start.
 *
 * An order may be any expression: it is rounded and held from the start, each lane has its own,
 * and the input enters the row of stages that many stages before its end. How long the row is
 * made comes from the value at the start where constants settle it (start_value), else it is
 * DTN_MAX_FREE_ORDER; a lane that asks for more becomes NaN.
 *
 * DELAY FIXED, DELAY MATERIAL and DELAY INFORMATION are rings (src/run/ring.c).
 * Sources: Vensim reference manual (function pages), XMILE 1.0 section 3.5.3.
 */
#include "compile/expander.h"

#include <math.h>
#include <string.h>

#define DTN_MAX_ORDER 1000     /* stages of one smooth or delay */
#define DTN_MAX_FREE_ORDER 100 /* where the order is not known before the run */

/* ---- Values at the start, as far as constants settle them ---------------------------- */

#define DTN_MAX_START_DEPTH 50 /* constants that name constants: a loop ends here */

/* A value and whether it is the largest of several elements. */
typedef struct start_value {
    double value; /* NaN: not settled */
    bool is_bound;
} start_value;

static const start_value unsettled = {NAN, false};

static start_value value_of(const dtn_expander *e, const dtn_expr *x, int depth);

static bool is_designed(const dtn_expander *e, const dtn_var *var)
{
    const dtn_compile_options *o = e->c->options;
    size_t n = strlen(var->key);
    for (size_t i = 0; i < o->n_parameter; i++)
        if (strncmp(o->parameters[i], var->key, n) == 0 &&
            (o->parameters[i][n] == '\0' || o->parameters[i][n] == '['))
            return true;
    return false;
}

static start_value value_of_var(const dtn_expander *e, uint32_t id, int depth)
{
    const dtn_var *var = id < e->c->model->n_var ? &e->c->model->vars[id] : NULL;
    start_value best = {-INFINITY, false};
    if (!var || depth > DTN_MAX_START_DEPTH || is_designed(e, var) ||
        (var->kind != DTN_VAR_CONST && var->kind != DTN_VAR_AUX && var->kind != DTN_VAR_FLOW))
        return unsettled;
    for (size_t k = 0; k < var->n_eqn; k++) {
        if (var->eqns[k].kind != DTN_EQN_EXPR)
            return unsettled;
        start_value v = value_of(e, dtn_eqn_value(&var->eqns[k]), depth + 1);
        if (!(v.value <= best.value))
            best.value = v.value;
        if (isnan(best.value))
            return unsettled;
        best.is_bound = best.is_bound || v.is_bound;
    }
    best.is_bound = best.is_bound || var->n_eqn > 1;
    return var->n_eqn ? best : unsettled;
}

static start_value value_of_call(const dtn_expander *e, const dtn_expr *x, int depth)
{
    start_value a = x->n_arg > 0 ? value_of(e, x->args[0], depth) : unsettled;
    start_value b = x->n_arg > 1 ? value_of(e, x->args[1], depth) : unsettled;
    bool bound = a.is_bound || b.is_bound;
    switch ((dtn_fn)x->id) {
    case DTN_FN_STEP:
        return (start_value){e->c->start + e->c->dt / 2 > b.value ? a.value : 0 * b.value, bound};
    case DTN_FN_INITIAL:
    case DTN_FN_INIT:
    case DTN_FN_GAME: return a;
    case DTN_FN_INTEGER: return (start_value){dtn_trunc(a.value), bound};
    case DTN_FN_INT: return (start_value){dtn_floor(a.value), bound};
    case DTN_FN_ROUND: return (start_value){dtn_round(a.value), bound};
    case DTN_FN_MAX: return (start_value){a.value > b.value ? a.value : b.value, bound};
    case DTN_FN_MIN: return (start_value){a.value < b.value ? a.value : b.value, bound};
    default: return unsettled;
    }
}

static start_value value_of(const dtn_expander *e, const dtn_expr *x, int depth)
{
    start_value a, b = {0, false};
    if (!x)
        return unsettled;
    if (x->kind == DTN_X_NUMBER)
        return (start_value){x->number, false};
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR)
        return value_of_var(e, x->id, depth);
    if (x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC)
        return value_of_call(e, x, depth);
    if (x->kind == DTN_X_ARRAY) {
        double most = -INFINITY;
        for (uint32_t i = 0; i < x->n_arg; i++) {
            a = value_of(e, x->args[i], depth);
            if (!(a.value <= most))
                most = a.value;
        }
        return (start_value){most, x->n_arg > 1};
    }
    if (x->kind != DTN_X_BINARY && x->kind != DTN_X_UNARY)
        return unsettled;
    a = value_of(e, x->args[0], depth);
    if (x->n_arg > 1)
        b = value_of(e, x->args[1], depth);
    bool bound = a.is_bound || b.is_bound;
    switch (x->op) {
    case DTN_OP_ADD: return (start_value){a.value + b.value, bound};
    case DTN_OP_SUB: return bound ? unsettled : (start_value){a.value - b.value, false};
    case DTN_OP_MUL: return bound ? unsettled : (start_value){a.value * b.value, false};
    case DTN_OP_DIV: return bound ? unsettled : (start_value){a.value / b.value, false};
    case DTN_OP_NEG: return bound ? unsettled : (start_value){-a.value, false};
    case DTN_OP_PLUS: return a;
    default: return unsettled;
    }
}

/* ---- Rows of stages -------------------------------------------------------------------- */

/* What delays and smooths of any order have in common. */
typedef struct stages {
    dtn_expr *in, *time, *init;
    dtn_expr *order; /* held from the start; NULL: n in all runs */
    int n;           /* stages that are made */
    dtn_expr *stage_time;
} stages;

/* An expression used many times is computed once. */
static dtn_expr *named(dtn_expander *e, const char *what, dtn_expr *x)
{
    if (x->kind == DTN_X_NUMBER || x->kind == DTN_X_NAME)
        return x;
    return dtn_x_ref(e, dtn_x_hidden(e, what, DTN_CAT_AUX, x, NULL));
}

static dtn_expr *number_of_stages(dtn_expander *e, const stages *s)
{
    return s->order ? s->order : dtn_x_num(e, s->n);
}

/* What flows into stage i, counted from 0; `before` flows out of the stage before. */
static dtn_expr *entry(dtn_expander *e, const stages *s, int i, dtn_expr *before)
{
    if (i == 0)
        return s->in;
    if (!s->order)
        return before;
    dtn_expr *here = dtn_x_bin(e, DTN_OP_EQ, s->order, dtn_x_num(e, s->n - i));
    return dtn_x_choose(e, here, s->in, before);
}

static dtn_expr *rounded(dtn_expander *e, dtn_expr *x)
{
    return dtn_x_call(e, DTN_FN_ROUND, 1, x, NULL, NULL);
}

/* The order in effect: at least 1, and so low that no stage is shorter than a step if `discrete`. */
static dtn_expr *effective_order(dtn_expander *e, dtn_expr *order, dtn_expr *time, int most,
                                 bool discrete)
{
    dtn_expr *k = rounded(e, order);
    if (discrete) {
        dtn_expr *steps = dtn_x_bin(e, DTN_OP_ADD, dtn_x_bin(e, DTN_OP_DIV, time, dtn_x_dt(e)),
                                    dtn_x_num(e, 1e-6));
        k = dtn_x_call(e, DTN_FN_MIN, 2, k, dtn_x_call(e, DTN_FN_INTEGER, 1, steps, NULL, NULL),
                       NULL);
    }
    k = dtn_x_call(e, DTN_FN_MAX, 2, k, dtn_x_num(e, 1), NULL);
    return dtn_x_choose(e, dtn_x_bin(e, DTN_OP_GT, k, dtn_x_num(e, most)), dtn_x_num(e, NAN), k);
}

/* Decide how many stages to make, and whether all runs use all of them. `order` and `time` are
 * copied arguments, `x` the call as the model has it. */
static stages plan(dtn_expander *e, const dtn_expr *x, dtn_expr **a, int i_order, bool discrete)
{
    stages s = {.in = a[0], .time = a[1]};
    const dtn_expr *order = x->args[i_order];
    start_value k = value_of(e, order, 0), t = value_of(e, x->args[1], 0);
    bool settled = e->overlay == 0 || order->kind == DTN_X_NUMBER;
    double n = settled ? dtn_round(k.value) : NAN;
    if (n > DTN_MAX_ORDER || (order->kind == DTN_X_NUMBER && n < 1)) {
        dtn_diags_add(e->c->diags, 212, order->pos, "write a whole number from 1 to 1000",
                      "the order of '%s' is %g", x->text, n);
        n = 1;
    }
    double steps = discrete && settled ? dtn_trunc(t.value / e->c->dt + 1e-6) : INFINITY;
    if (discrete && !(e->overlay == 0))
        steps = NAN;
    s.n = !isnan(n) ? (n < 1 ? 1 : (int)n) : DTN_MAX_FREE_ORDER;
    if (!isnan(n) && !k.is_bound && (!discrete || (!isnan(steps) && !t.is_bound))) {
        if (steps < s.n)
            s.n = steps < 1 ? 1 : (int)steps;
        return s;
    }
    dtn_expr *held = effective_order(e, a[i_order], a[1], s.n, discrete);
    s.order = dtn_x_ref(e, dtn_x_hidden(e, "order", DTN_CAT_HELD, NULL, held));
    return s;
}

static void set_stage_time(dtn_expander *e, stages *s, dtn_expr *time)
{
    s->stage_time = time;
    if (s->order || s->n > 1)
        s->stage_time =
            named(e, "stage time", dtn_x_bin(e, DTN_OP_DIV, time, number_of_stages(e, s)));
}

/* ---- Stocks ------------------------------------------------------------------------------ */

/* Each stage follows the one before with the stage time (SMOOTH3, SMTHN). */
static dtn_expr *smooth(dtn_expander *e, stages *s)
{
    dtn_expr *out = NULL;
    set_stage_time(e, s, s->time);
    for (int i = 0; i < s->n; i++) {
        uint32_t v = dtn_x_hidden_var(e, "smooth", DTN_CAT_STOCK);
        dtn_expr *gap = dtn_x_bin(e, DTN_OP_SUB, entry(e, s, i, out), dtn_x_ref(e, v));
        dtn_x_hidden_eqn(e, v, dtn_x_bin(e, DTN_OP_DIV, gap, s->stage_time), s->init);
        out = dtn_x_ref(e, v);
    }
    return out;
}

/* Each stage holds rate * stage time (DELAY1, DELAY3, DELAYN). */
static dtn_expr *delay(dtn_expander *e, stages *s)
{
    dtn_expr *out = NULL;
    set_stage_time(e, s, s->time);
    for (int i = 0; i < s->n; i++) {
        uint32_t v = dtn_x_hidden_var(e, "delay", DTN_CAT_STOCK);
        dtn_expr *next = dtn_x_bin(e, DTN_OP_DIV, dtn_x_ref(e, v), s->stage_time);
        dtn_x_hidden_eqn(e, v, dtn_x_bin(e, DTN_OP_SUB, entry(e, s, i, out), next),
                         dtn_x_bin(e, DTN_OP_MUL, s->init, s->stage_time));
        out = next;
    }
    return out;
}

dtn_expr *dtn_x_smooth(dtn_expander *e, dtn_expr *in, dtn_expr *time, dtn_expr *init, int n)
{
    stages s = {.in = in, .time = time, .init = init, .n = n};
    return smooth(e, &s);
}

dtn_expr *dtn_x_delay(dtn_expander *e, dtn_expr *in, dtn_expr *time, dtn_expr *init, int n)
{
    stages s = {.in = in, .time = time, .init = init, .n = n};
    return delay(e, &s);
}

dtn_expr *dtn_x_smthn(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    stages s = plan(e, x, a, 2, false);
    s.init = x->n_arg > 3 ? a[3] : a[0];
    return smooth(e, &s);
}

dtn_expr *dtn_x_delayn(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    stages s = plan(e, x, a, 2, false);
    s.init = x->n_arg > 3 ? a[3] : a[0];
    return delay(e, &s);
}

/* ---- Held stages --------------------------------------------------------------------------- */

static dtn_expr *per_step(dtn_expander *e, dtn_expr *rate)
{
    return dtn_x_bin(e, DTN_OP_MUL, rate, dtn_x_dt(e));
}

dtn_expr *dtn_x_smooth_n(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    stages s = plan(e, x, a, 3, true);
    dtn_expr *out = NULL;
    set_stage_time(e, &s, s.time);
    s.in = named(e, "smooth input", s.in);
    for (int i = 0; i < s.n; i++) {
        uint32_t v = dtn_x_hidden(e, "smooth", DTN_CAT_HELD, NULL, a[2]);
        dtn_expr *gap = dtn_x_bin(e, DTN_OP_SUB, entry(e, &s, i, out), dtn_x_ref(e, v));
        dtn_expr *rate = dtn_x_bin(e, DTN_OP_DIV, gap, s.stage_time);
        dtn_x_step_to(e, v, dtn_x_bin(e, DTN_OP_ADD, dtn_x_ref(e, v), per_step(e, rate)));
        out = dtn_x_ref(e, v);
    }
    return out;
}

/* The value of the step before. */
static dtn_expr *lagged(dtn_expander *e, dtn_expr *x)
{
    if (x->kind == DTN_X_NUMBER)
        return x;
    uint32_t held = dtn_x_hidden(e, "delay time before", DTN_CAT_HELD, NULL, x);
    dtn_x_step_to(e, held, x);
    return dtn_x_ref(e, held);
}

/* Material moves from stage to stage by the delay time of now; what leaves the last one, which is
 * the value, was settled at the end of the step before. */
dtn_expr *dtn_x_delay_n(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    stages s = plan(e, x, a, 3, true);
    dtn_expr *out = NULL, *time = s.time;
    dtn_expr *start =
        dtn_x_bin(e, DTN_OP_DIV, dtn_x_bin(e, DTN_OP_MUL, a[2], time), number_of_stages(e, &s));
    set_stage_time(e, &s, time);
    s.in = named(e, "delay input", s.in);
    for (int i = 0; i < s.n; i++) {
        uint32_t v = dtn_x_hidden(e, "delay", DTN_CAT_HELD, NULL, start);
        dtn_expr *held = i + 1 < s.n
                             ? s.stage_time
                             : dtn_x_bin(e, DTN_OP_DIV, lagged(e, time), number_of_stages(e, &s));
        dtn_expr *next = dtn_x_bin(e, DTN_OP_DIV, dtn_x_ref(e, v), held);
        dtn_expr *rate = dtn_x_bin(e, DTN_OP_SUB, entry(e, &s, i, out), next);
        dtn_x_step_to(e, v, dtn_x_bin(e, DTN_OP_ADD, dtn_x_ref(e, v), per_step(e, rate)));
        out = next;
    }
    return out;
}

/* ---- Rings ------------------------------------------------------------------------------------ */

/* `missing`: the value of a material delay when nothing arrives, else NULL. */
dtn_expr *dtn_x_ring(dtn_expander *e, dtn_ring_kind kind, dtn_expr **a, dtn_expr *init,
                     dtn_expr *missing)
{
    dtn_program *p = e->c->program;
    bool fixed = kind == DTN_RING_FIXED;
    uint32_t input = dtn_x_hidden(e, "delay input", DTN_CAT_AUX, a[0], NULL);
    uint32_t time = dtn_x_hidden(e, "delay time", DTN_CAT_HELD, NULL, a[1]);
    uint32_t length = fixed ? time : dtn_x_hidden(e, "delay time", DTN_CAT_AUX, a[1], NULL);
    uint32_t value = dtn_x_hidden(e, "delayed", DTN_CAT_HELD, NULL, init);
    uint32_t none = missing ? dtn_x_hidden(e, "missing", DTN_CAT_HELD, NULL, missing) : value;
    dtn_ring ring = {time, length,     input, value,
                     none, e->overlay, kind}; /* an element each when
                                                                             lowered */
    DTN_PUSH(p->arena, p->rings, p->n_ring, e->c->cap_ring, ring);
    return dtn_x_ref(e, value);
}
