/* Expansion: functions with memory become hidden variables; the rest is copied.
 *
 * SMOOTH, DELAY1/3/N, TREND and FORECAST turn into stocks with the equations their reference
 * gives; SAMPLE IF TRUE and PREVIOUS into a value and the memory of it; DELAY FIXED into a ring;
 * INITIAL into a value held from the start. PULSE, STEP and RAMP become comparisons with the
 * time, half a step of tolerance against rounding (as Vensim does). A hidden variable has one
 * element for each turn of its equation's loops, whatever the variable's own shape.
 *
 * Sources: Vensim reference manual (function pages), XMILE 1.0 section 3.5.
 */
#include "compile/lowering.h"

#include <math.h>
#include <string.h>

typedef struct expander {
    dtn_compiler *c;
    dtn_ceqn *eqn;  /* equation being copied: loops of hidden variables */
    uint32_t owner; /* compiled variable it belongs to */
    uint32_t overlay;
    uint32_t n_hidden;
    uint32_t n_draw; /* draws met so far: their ordinals, in the order written */
} expander;

static dtn_expr *copy(expander *e, const dtn_expr *x);

/* ---- Building trees ----------------------------------------------------- */

static dtn_expr *node(expander *e, dtn_expr_kind kind, uint32_t n_arg, dtn_pos pos)
{
    dtn_expr *x = DTN_NEW(e->c->arena, dtn_expr);
    x->kind = kind;
    x->pos = pos;
    x->n_arg = n_arg;
    x->args = n_arg ? DTN_NEW_N(e->c->arena, dtn_expr *, n_arg) : NULL;
    return x;
}

static dtn_expr *num(expander *e, double value)
{
    dtn_expr *x = node(e, DTN_X_NUMBER, 0, e->eqn->pos);
    x->number = value;
    return x;
}

static dtn_expr *bin(expander *e, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    dtn_expr *x = node(e, DTN_X_BINARY, 2, a->pos);
    x->op = op;
    x->args[0] = a;
    x->args[1] = b;
    return x;
}

static dtn_expr *call(expander *e, dtn_fn fn, uint32_t n, dtn_expr *a, dtn_expr *b, dtn_expr *d)
{
    dtn_expr *x = node(e, DTN_X_CALL, n, a->pos);
    dtn_expr *args[3] = {a, b, d};
    x->ref = DTN_REF_FUNC;
    x->id = fn;
    x->text = x->key = dtn_fn_table[fn].key;
    for (uint32_t i = 0; i < n; i++)
        x->args[i] = args[i];
    return x;
}

static dtn_expr *choose(expander *e, dtn_expr *cond, dtn_expr *yes, dtn_expr *no)
{
    return call(e, DTN_FN_IF, 3, cond, yes, no);
}

static dtn_expr *now(expander *e)
{
    dtn_expr *x = node(e, DTN_X_NAME, 0, e->eqn->pos);
    x->ref = DTN_REF_TIME;
    x->text = x->key = "time";
    return x;
}

static dtn_expr *ref(expander *e, uint32_t hidden)
{
    dtn_expr *x = node(e, DTN_X_NAME, 0, e->eqn->pos);
    x->ref = DTN_REF_VAR;
    x->id = hidden;
    x->text = e->c->vars[hidden].name;
    x->key = e->c->vars[hidden].key;
    return x;
}

/* ---- Hidden variables ---------------------------------------------------- */

static uint32_t hidden_var(expander *e, const char *what, dtn_cat cat)
{
    dtn_compiler *c = e->c;
    const dtn_cvar *owner = &c->vars[e->owner];
    dtn_cvar v = {.cat = cat, .model_var = DTN_NONE, .owner = owner->owner, .overlay = e->overlay,
                  .next = DTN_NONE, .is_loop_shaped = true, .n_element = 1};
    v.name = v.key = dtn_arena_printf(c->arena, "%s (%s %u)", owner->name, what, e->n_hidden++);
    for (uint32_t l = 0; l < e->eqn->n_loop; l++)
        v.n_element *= e->eqn->full[l];
    DTN_PUSH(c->arena, c->vars, c->n_var, c->cap_var, v);
    return (uint32_t)(c->n_var - 1);
}

/* Address of a loop-shaped variable: row-major over the equation's loops. */
static void loop_address(dtn_ceqn *eqn)
{
    int32_t stride = 1;
    eqn->n_at = eqn->n_loop;
    eqn->at_base = 0;
    for (uint32_t l = eqn->n_loop; l-- > 0;) {
        eqn->at[l] = (dtn_index){l, stride, NULL};
        stride *= (int32_t)eqn->full[l];
    }
}

static dtn_ceqn *hidden_eqn(expander *e, uint32_t var, dtn_expr *expr, dtn_expr *init)
{
    dtn_compiler *c = e->c;
    dtn_ceqn *eqn = DTN_NEW(c->arena, dtn_ceqn);
    *eqn = *e->eqn;
    eqn->id = c->n_eqn++;
    eqn->var = var;
    eqn->overlay = e->overlay;
    eqn->expr = expr;
    eqn->init = init;
    loop_address(eqn);
    DTN_PUSH(c->arena, c->vars[var].eqns, c->vars[var].n_eqn, c->vars[var].cap_eqn, eqn);
    return eqn;
}

static uint32_t hidden(expander *e, const char *what, dtn_cat cat, dtn_expr *expr, dtn_expr *init)
{
    uint32_t v = hidden_var(e, what, cat);
    hidden_eqn(e, v, expr, init);
    return v;
}

/* ---- Delays and smooths --------------------------------------------------- */

static int order_of(expander *e, const dtn_expr *x, int max)
{
    if (x->kind == DTN_X_NUMBER && x->number >= 1 && x->number <= max &&
        x->number == (int)x->number)
        return (int)x->number;
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR && x->id < e->c->model->n_var) {
        const dtn_var *var = &e->c->model->vars[x->id];
        if (var->kind == DTN_VAR_CONST && var->n_eqn == 1 && var->n_dim == 0)
            return order_of(e, var->eqns[0].expr, max);
    }
    dtn_diags_add(e->c->diags, 212, x->pos, "write a whole number from 1 to 100",
                  "the order of a delay or smooth must be a constant whole number");
    return 1;
}

#define DTN_MAX_ORDER 100 /* stocks of one smooth or delay; higher orders are fixed delays */

/* n stocks in a row, each following the one before with time/n (Vensim SMOOTH3, SMOOTH N). */
static dtn_expr *smooth(expander *e, dtn_expr *in, dtn_expr *time, dtn_expr *init, int n)
{
    dtn_expr *t = n == 1 ? time : bin(e, DTN_OP_DIV, time, num(e, n));
    for (int i = 0; i < n; i++) {
        uint32_t v = hidden_var(e, "smooth", DTN_CAT_STOCK);
        dtn_expr *rate = bin(e, DTN_OP_DIV, bin(e, DTN_OP_SUB, in, ref(e, v)), t);
        hidden_eqn(e, v, rate, init);
        in = ref(e, v);
    }
    return in;
}

/* n material stages in a row, each holding rate * time/n (Vensim DELAY1, DELAY3, DELAY N). */
static dtn_expr *delay(expander *e, dtn_expr *in, dtn_expr *time, dtn_expr *init, int n)
{
    dtn_expr *t = n == 1 ? time : bin(e, DTN_OP_DIV, time, num(e, n));
    for (int i = 0; i < n; i++) {
        uint32_t v = hidden_var(e, "delay", DTN_CAT_STOCK);
        dtn_expr *out = bin(e, DTN_OP_DIV, ref(e, v), t);
        hidden_eqn(e, v, bin(e, DTN_OP_SUB, in, out), bin(e, DTN_OP_MUL, init, t));
        in = out;
    }
    return in;
}

static dtn_expr *trend(expander *e, dtn_expr *in, dtn_expr *time, dtn_expr *init)
{
    uint32_t v = hidden_var(e, "trend", DTN_CAT_STOCK);
    dtn_expr *gap = bin(e, DTN_OP_SUB, in, ref(e, v));
    dtn_expr *start = bin(e, DTN_OP_DIV, in,
                          bin(e, DTN_OP_ADD, num(e, 1), bin(e, DTN_OP_MUL, init, time)));
    hidden_eqn(e, v, bin(e, DTN_OP_DIV, gap, time), start);
    return call(e, DTN_FN_ZIDZ, 2, gap,
                bin(e, DTN_OP_MUL, time, call(e, DTN_FN_ABS, 1, ref(e, v), NULL, NULL)), NULL);
}

static dtn_expr *forecast(expander *e, dtn_expr *in, dtn_expr *time, dtn_expr *horizon,
                          dtn_expr *init)
{
    uint32_t v = hidden_var(e, "forecast", DTN_CAT_STOCK);
    dtn_expr *gap = bin(e, DTN_OP_SUB, in, ref(e, v));
    dtn_expr *start = in;
    if (init) /* XMILE FORCST: a trend before the start */
        start = bin(e, DTN_OP_DIV, in,
                    bin(e, DTN_OP_ADD, num(e, 1), bin(e, DTN_OP_MUL, init, time)));
    hidden_eqn(e, v, bin(e, DTN_OP_DIV, gap, time), start);
    dtn_expr *slope = call(e, DTN_FN_ZIDZ, 2, gap, bin(e, DTN_OP_MUL, time, ref(e, v)), NULL);
    return bin(e, DTN_OP_MUL, in,
               bin(e, DTN_OP_ADD, num(e, 1), bin(e, DTN_OP_MUL, slope, horizon)));
}

/* ---- Held values ----------------------------------------------------------- */

static dtn_expr *held_from_start(expander *e, dtn_expr *x)
{
    return ref(e, hidden(e, "initial", DTN_CAT_HELD, NULL, x));
}

static dtn_expr *sample_if_true(expander *e, dtn_expr *cond, dtn_expr *in, dtn_expr *init)
{
    uint32_t memory = hidden(e, "memory", DTN_CAT_HELD, NULL, init);
    dtn_expr *value = call(e, DTN_FN_SAMPLE_IF_TRUE, 3, cond, in, ref(e, memory));
    uint32_t v = hidden(e, "sample", DTN_CAT_AUX, value, NULL);
    e->c->vars[memory].next = v;
    return ref(e, v);
}

static dtn_expr *previous(expander *e, dtn_expr *in, dtn_expr *init)
{
    uint32_t memory = hidden(e, "previous", DTN_CAT_HELD, NULL, init);
    uint32_t v = hidden(e, "current", DTN_CAT_AUX, in, NULL);
    e->c->vars[memory].next = v;
    return ref(e, memory);
}

static dtn_expr *delay_fixed(expander *e, dtn_expr *in, dtn_expr *time, dtn_expr *init)
{
    dtn_program *p = e->c->program;
    uint32_t input = hidden(e, "delay input", DTN_CAT_AUX, in, NULL);
    uint32_t length = hidden(e, "delay time", DTN_CAT_HELD, NULL, time);
    uint32_t value = hidden(e, "delay fixed", DTN_CAT_HELD, NULL, init);
    dtn_ring ring = {length, input, value, e->overlay}; /* one for each element when lowered */
    DTN_PUSH(p->arena, p->rings, p->n_ring, e->c->cap_ring, ring);
    return ref(e, value);
}

/* ---- Functions of time ------------------------------------------------------ */

/* Half a step late, so that a time reached through whole steps counts as reached. */
static dtn_expr *shifted_now(expander *e)
{
    return bin(e, DTN_OP_ADD, now(e), num(e, e->c->dt / 2));
}

static dtn_expr *within(expander *e, dtn_expr *t, dtn_expr *from, dtn_expr *width)
{
    dtn_expr *wide = call(e, DTN_FN_MAX, 2, width, num(e, e->c->dt), NULL);
    return bin(e, DTN_OP_AND, bin(e, DTN_OP_GT, t, from),
               bin(e, DTN_OP_LT, t, bin(e, DTN_OP_ADD, from, wide)));
}

static dtn_expr *pulse_vensim(expander *e, dtn_expr *start, dtn_expr *width)
{
    return choose(e, within(e, shifted_now(e), start, width), num(e, 1), num(e, 0));
}

static dtn_expr *pulse_train(expander *e, dtn_expr *start, dtn_expr *width, dtn_expr *period,
                             dtn_expr *end)
{
    dtn_expr *t = shifted_now(e);
    dtn_expr *phase = call(e, DTN_FN_MODULO, 2, bin(e, DTN_OP_SUB, t, start), period, NULL);
    dtn_expr *wide = call(e, DTN_FN_MAX, 2, width, num(e, e->c->dt), NULL);
    dtn_expr *on = bin(e, DTN_OP_AND, bin(e, DTN_OP_GT, t, start),
                       bin(e, DTN_OP_AND, bin(e, DTN_OP_LT, t, end),
                           bin(e, DTN_OP_LT, phase, wide)));
    return choose(e, on, num(e, 1), num(e, 0));
}

/* XMILE PULSE(volume, first, interval): volume / dt for one step. */
static dtn_expr *pulse_xmile(expander *e, dtn_expr *volume, dtn_expr *first, dtn_expr *interval)
{
    double dt = e->c->dt;
    if (!first)
        first = num(e, e->c->start);
    dtn_expr *t = shifted_now(e);
    dtn_expr *on = within(e, t, first, num(e, dt));
    if (!interval) /* XMILE 1.0: without an interval, once */
        return choose(e, on, bin(e, DTN_OP_DIV, volume, num(e, dt)), num(e, 0));
    dtn_expr *phase = call(e, DTN_FN_MODULO, 2, bin(e, DTN_OP_SUB, t, first), interval, NULL);
    dtn_expr *again = bin(e, DTN_OP_AND, bin(e, DTN_OP_GT, interval, num(e, 0)),
                          bin(e, DTN_OP_AND, bin(e, DTN_OP_GT, t, first),
                              bin(e, DTN_OP_LT, phase, num(e, dt))));
    return choose(e, bin(e, DTN_OP_OR, on, again), bin(e, DTN_OP_DIV, volume, num(e, dt)),
                  num(e, 0));
}

static dtn_expr *step(expander *e, dtn_expr *height, dtn_expr *at)
{
    return choose(e, bin(e, DTN_OP_GT, shifted_now(e), at), height, num(e, 0));
}

static dtn_expr *ramp(expander *e, dtn_expr *slope, dtn_expr *from, dtn_expr *to)
{
    dtn_expr *t = to ? call(e, DTN_FN_MIN, 2, now(e), to, NULL) : now(e);
    dtn_expr *rise = bin(e, DTN_OP_MUL, slope, bin(e, DTN_OP_SUB, t, from));
    return choose(e, bin(e, DTN_OP_GT, now(e), from), rise, num(e, 0));
}

/* ---- Calls -------------------------------------------------------------------- */

static dtn_expr *copy_time_function(expander *e, const dtn_expr *x, dtn_expr **a)
{
    uint32_t n = x->n_arg;
    bool vensim = e->c->model->dialect == DTN_VENSIM;
    switch ((dtn_fn)x->id) {
    case DTN_FN_TIME: return now(e);
    case DTN_FN_STEP: return step(e, a[0], a[1]);
    case DTN_FN_RAMP: return ramp(e, a[0], a[1], n > 2 ? a[2] : NULL);
    case DTN_FN_PULSE_TRAIN: return pulse_train(e, a[0], a[1], a[2], a[3]);
    default:
        if (vensim)
            return pulse_vensim(e, a[0], n > 1 ? a[1] : num(e, 0));
        return pulse_xmile(e, a[0], n > 1 ? a[1] : NULL, n > 2 ? a[2] : NULL);
    }
}

static dtn_expr *copy_state_function(expander *e, const dtn_expr *x, dtn_expr **a)
{
    uint32_t n = x->n_arg;
    dtn_expr *third = n > 2 ? a[2] : a[0], *fourth = n > 3 ? a[3] : a[0];
    switch ((dtn_fn)x->id) {
    case DTN_FN_SMOOTH: case DTN_FN_SMOOTHI: case DTN_FN_SMTH1:
        return smooth(e, a[0], a[1], third, 1);
    case DTN_FN_SMOOTH3: case DTN_FN_SMOOTH3I: case DTN_FN_SMTH3:
        return smooth(e, a[0], a[1], third, 3);
    case DTN_FN_SMOOTH_N: return smooth(e, a[0], a[1], a[2], order_of(e, a[3], DTN_MAX_ORDER));
    case DTN_FN_SMTHN: return smooth(e, a[0], a[1], fourth, order_of(e, a[2], DTN_MAX_ORDER));
    case DTN_FN_DELAY1: case DTN_FN_DELAY1X: case DTN_FN_DELAY1I:
        return delay(e, a[0], a[1], third, 1);
    case DTN_FN_DELAY3: case DTN_FN_DELAY3X: case DTN_FN_DELAY3I:
        return delay(e, a[0], a[1], third, 3);
    case DTN_FN_DELAY_N: return delay(e, a[0], a[1], a[2], order_of(e, a[3], DTN_MAX_ORDER));
    case DTN_FN_DELAYN: return delay(e, a[0], a[1], fourth, order_of(e, a[2], DTN_MAX_ORDER));
    case DTN_FN_TREND: return trend(e, a[0], a[1], n > 2 ? a[2] : num(e, 0));
    case DTN_FN_FORECAST: return forecast(e, a[0], a[1], a[2], NULL);
    case DTN_FN_FORCST: return forecast(e, a[0], a[1], a[2], n > 3 ? a[3] : NULL);
    case DTN_FN_INITIAL: case DTN_FN_INIT: return held_from_start(e, a[0]);
    case DTN_FN_PREVIOUS: return previous(e, a[0], a[1]);
    case DTN_FN_SAMPLE_IF_TRUE: return sample_if_true(e, a[0], a[1], a[2]);
    case DTN_FN_DELAY: case DTN_FN_DELAY_FIXED: return delay_fixed(e, a[0], a[1], third);
    case DTN_FN_ACTIVE_INITIAL: return ref(e, hidden(e, "active", DTN_CAT_AUX, a[0], a[1]));
    default:
        dtn_diags_add(e->c->diags, 507, x->pos, "make it an equation of its own",
                      "'%s' can only be a whole equation", x->text);
        return num(e, 0);
    }
}

/* Does it need the loop of an array function around it? Those inside bring their own. */
static bool has_bang(const dtn_expr *x)
{
    if (x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC &&
        dtn_fn_table[x->id].behaviour == DTN_FNB_ARRAY)
        return false;
    for (uint32_t i = 0; i < x->n_sub; i++)
        if (x->subs[i].bang || x->subs[i].kind == DTN_SUB_STAR)
            return true;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (has_bang(x->args[i]))
            return true;
    return false;
}

static dtn_expr *copy_call(expander *e, const dtn_expr *x, dtn_expr *same)
{
    const dtn_fn_info *fn = &dtn_fn_table[x->id];
    if (x->ref != DTN_REF_FUNC)
        return same;
    if (fn->behaviour == DTN_FNB_STATE && has_bang(same)) {
        dtn_diags_add(e->c->diags, 507, x->pos, "give it an equation of its own over the elements",
                      "'%s' inside an array function does not run yet", x->text);
        return same;
    }
    if (fn->behaviour == DTN_FNB_DRAW)
        same->number = e->n_draw++;
    if (fn->behaviour == DTN_FNB_STATE)
        return copy_state_function(e, x, same->args);
    if (fn->behaviour == DTN_FNB_TIME)
        return copy_time_function(e, x, same->args);
    switch ((dtn_fn)x->id) {
    case DTN_FN_DT: return num(e, e->c->dt);
    case DTN_FN_STARTTIME: return num(e, e->c->start);
    case DTN_FN_STOPTIME: return num(e, e->c->stop);
    case DTN_FN_PI: return num(e, 3.14159265358979323846);
    case DTN_FN_INF: return num(e, INFINITY);
    case DTN_FN_GAME: return same->args[0];
    default: return same;
    }
}

static void copy_subs(expander *e, const dtn_expr *x, dtn_expr *out)
{
    out->subs = x->n_sub ? DTN_NEW_N(e->c->arena, dtn_sub, x->n_sub) : NULL;
    for (uint32_t i = 0; i < x->n_sub; i++) {
        out->subs[i] = x->subs[i];
        if (x->subs[i].expr)
            out->subs[i].expr = copy(e, x->subs[i].expr);
    }
}

static dtn_expr *copy(expander *e, const dtn_expr *x)
{
    if (!x)
        return NULL;
    dtn_expr *out = node(e, x->kind, x->n_arg, x->pos);
    dtn_expr **args = out->args;
    *out = *x;
    out->args = args;
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = copy(e, x->args[i]);
    copy_subs(e, x, out);
    if (x->kind == DTN_X_CALL || (x->kind == DTN_X_NAME && x->ref == DTN_REF_FUNC))
        return copy_call(e, x, out);
    return out;
}

/* ---- Equations ------------------------------------------------------------------ */

static bool is_excepted(const dtn_eqn *eqn, const char *const keys[], dtn_compiler *c)
{
    for (uint32_t k = 0; k < eqn->n_except; k++) {
        bool all = true;
        for (uint32_t p = 0; p < eqn->n_sub && all; p++) {
            const dtn_dim *dim = dtn_model_find_dim(c->model, eqn->excepts[k][p].key);
            all = dim ? dtn_map_get(&dim->index, keys[p]) != DTN_MAP_NONE
                      : strcmp(eqn->excepts[k][p].key, keys[p]) == 0;
        }
        if (all)
            return true;
    }
    return false;
}

static void add_loop(dtn_ceqn *out, uint32_t count)
{
    out->first[out->n_loop] = 0;
    out->count[out->n_loop] = out->full[out->n_loop] = count;
    out->n_loop++;
}

/* EXCEPT: what is left is no longer a product of ranges, so one loop runs over the list of
 * remaining tuples and binds every position. */
static void bind_excepted(dtn_compiler *c, const dtn_eqn *eqn, dtn_ceqn *out)
{
    const dtn_dim *dims[DTN_MAX_DIMS] = {0};
    const char *keys[DTN_MAX_DIMS];
    size_t total = 1, n = 0;
    for (uint32_t p = 0; p < eqn->n_sub; p++) {
        dims[p] = dtn_model_find_dim(c->model, eqn->subs[p].key);
        total *= dims[p] ? dims[p]->n_element : 1;
    }
    for (uint32_t p = 0; p < eqn->n_sub; p++)
        if (dims[p])
            out->binds[out->n_bind++] =
                (dtn_bind){dims[p]->id, 0, DTN_NEW_N(c->arena, const char *, total)};
    for (size_t i = 0; i < total; i++) {
        size_t rest = i;
        for (uint32_t p = eqn->n_sub; p-- > 0;) {
            keys[p] = dims[p] ? dims[p]->element_keys[rest % dims[p]->n_element]
                              : eqn->subs[p].key;
            rest /= dims[p] ? dims[p]->n_element : 1;
        }
        if (is_excepted(eqn, keys, c))
            continue;
        for (uint32_t p = 0, b = 0; p < eqn->n_sub; p++)
            if (dims[p])
                out->binds[b++].keys[n] = keys[p];
        n++;
    }
    add_loop(out, (uint32_t)n);
}

static void bind_left_side(dtn_compiler *c, const dtn_var *var, const dtn_eqn *eqn, dtn_ceqn *out)
{
    if (eqn->n_except > 0) {
        bind_excepted(c, eqn, out);
        return;
    }
    uint32_t n = eqn->n_sub ? eqn->n_sub : var->n_dim; /* XMILE: all of it, nothing written */
    for (uint32_t p = 0; p < n; p++) {
        const dtn_dim *dim = eqn->n_sub ? dtn_model_find_dim(c->model, eqn->subs[p].key)
                                        : &c->model->dims[var->dims[p]];
        if (!dim)
            continue;
        out->binds[out->n_bind++] = (dtn_bind){dim->id, out->n_loop, dim->element_keys};
        add_loop(out, dim->n_element);
    }
}

static void left_address(dtn_compiler *c, const dtn_var *var, const dtn_eqn *eqn, dtn_ceqn *out)
{
    int32_t stride = 1;
    uint32_t b = out->n_bind;
    for (uint32_t p = var->n_dim; p-- > 0;) {
        const dtn_dim *storage = &c->model->dims[var->dims[p]];
        bool bound = eqn->n_sub == 0 || dtn_model_find_dim(c->model, eqn->subs[p].key);
        if (bound) {
            const dtn_bind *bind = &out->binds[--b];
            uint32_t n = out->full[bind->loop];
            uint32_t *map = DTN_NEW_N(c->arena, uint32_t, n);
            for (uint32_t i = 0; i < n; i++)
                map[i] = dtn_map_get(&storage->index, bind->keys[i]);
            out->at[out->n_at++] = (dtn_index){bind->loop, stride, map};
        } else {
            out->at_base += (uint32_t)stride * dtn_map_get(&storage->index, eqn->subs[p].key);
        }
        stride *= (int32_t)storage->n_element;
    }
}

static void expand_equation(dtn_compiler *c, uint32_t var_id, const dtn_eqn *eqn, uint32_t overlay)
{
    const dtn_var *var = &c->model->vars[var_id];
    dtn_ceqn *out = DTN_NEW(c->arena, dtn_ceqn);
    out->id = c->n_eqn++;
    out->var = var_id;
    out->overlay = overlay;
    out->pos = eqn->pos;
    bind_left_side(c, var, eqn, out);
    left_address(c, var, eqn, out);
    memcpy(out->own, out->at, sizeof out->own);
    out->n_own = out->n_at;
    out->own_base = out->at_base;
    expander e = {.c = c, .eqn = out, .owner = var_id, .overlay = overlay};
    e.n_hidden = (uint32_t)c->vars[var_id].n_eqn * 1000; /* names only: unique for each equation */
    dtn_expr *expr = copy(&e, eqn->expr);
    if (!expr && eqn->lookup) {
        expr = node(&e, DTN_X_LOOKUP, 0, eqn->pos);
        expr->lookup = eqn->lookup;
    }
    out->expr = expr;
    out->init = copy(&e, eqn->init);
    if (var->non_negative && var->kind == DTN_VAR_FLOW && out->expr)
        out->expr = call(&e, DTN_FN_MAX, 2, out->expr, num(&e, 0), NULL);
    dtn_cvar *v = &c->vars[var_id];
    DTN_PUSH(c->arena, v->eqns, v->n_eqn, v->cap_eqn, out);
}

static void add_model_var(dtn_compiler *c, const dtn_var *var)
{
    dtn_cvar v = {.name = var->name, .key = var->key, .model_var = var->id, .owner = var->id,
                  .overlay = var->overlay, .cat = DTN_CAT_AUX, .n_dim = var->n_dim,
                  .n_element = var->n_element, .next = DTN_NONE};
    memcpy(v.dims, var->dims, sizeof v.dims);
    v.is_lookup = var->kind == DTN_VAR_LOOKUP;
    v.is_string = var->n_eqn > 0 && var->eqns[0].kind == DTN_EQN_STRING;
    if (var->kind == DTN_VAR_STOCK)
        v.cat = DTN_CAT_STOCK;
    else if (var->kind == DTN_VAR_CONST)
        v.cat = DTN_CAT_PARAM;
    DTN_PUSH(c->arena, c->vars, c->n_var, c->cap_var, v);
}

static void mark_parameters(dtn_compiler *c)
{
    for (size_t i = 0; i < c->options->n_parameter; i++) {
        const char *key = c->options->parameters[i];
        const char *bracket = strchr(key, '[');
        const char *name = bracket ? dtn_arena_strndup(c->arena, key, (size_t)(bracket - key)) : key;
        const dtn_var *var = dtn_model_find_var(c->model, name);
        if (var && !c->vars[var->id].is_lookup && !bracket)
            c->vars[var->id].cat = DTN_CAT_PARAM;
    }
}

static void expand_overrides(dtn_compiler *c)
{
    for (size_t i = 0; i < c->model->n_override; i++) {
        const dtn_override *o = &c->model->overrides[i];
        dtn_cvar *v = &c->vars[o->var];
        if (v->cat == DTN_CAT_STOCK) {
            dtn_diags_add(c->diags, 212, o->pos, "give the rule to one of the stock's flows",
                          "a rule cannot replace the stock '%s'", v->name);
            continue;
        }
        v->has_override = true;
        v->cat = DTN_CAT_AUX; /* the base may be a constant, its rule need not be */
        for (size_t k = 0; k < o->n_eqn; k++)
            expand_equation(c, o->var, &o->eqns[k], o->overlay);
    }
}

/* ---- Constants hoisted out of the time loop --------------------------------------- */

static void hoist(dtn_compiler *c, dtn_ceqn *eqn, dtn_expr *x)
{
    bool leaf = x->kind != DTN_X_UNARY && x->kind != DTN_X_BINARY && x->kind != DTN_X_CALL;
    if (leaf)
        return;
    if (dtn_is_constant(c, x) && !has_bang(x)) {
        expander e = {.c = c, .eqn = eqn, .owner = eqn->var, .overlay = 0};
        e.n_hidden = (uint32_t)c->n_var;
        dtn_expr *moved = DTN_NEW(c->arena, dtn_expr);
        *moved = *x;
        uint32_t v = hidden(&e, "constant", DTN_CAT_CONST, moved, NULL);
        *x = *ref(&e, v);
        return;
    }
    bool array = x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC &&
                 dtn_fn_table[x->id].behaviour == DTN_FNB_ARRAY;
    for (uint32_t i = 0; i < x->n_arg && !array; i++)
        hoist(c, eqn, x->args[i]);
}

static void hoist_all(dtn_compiler *c)
{
    for (size_t i = 0; i < c->n_var; i++) { /* hidden constants are added behind: skipped */
        bool dynamic = c->vars[i].cat == DTN_CAT_AUX || c->vars[i].cat == DTN_CAT_STOCK;
        for (size_t k = 0; k < c->vars[i].n_eqn && dynamic; k++) {
            dtn_ceqn *eqn = c->vars[i].eqns[k];
            if (eqn->expr && eqn->expr->kind != DTN_X_LOOKUP)
                hoist(c, eqn, eqn->expr);
        }
    }
}

enum { CONST_UNKNOWN, CONST_BUSY, CONST_YES, CONST_NO };

static bool can_be_constant(const dtn_compiler *c, uint32_t id)
{
    const dtn_cvar *v = &c->vars[id];
    return v->cat == DTN_CAT_AUX && !v->has_override && !v->is_lookup && id < c->cap_const;
}

/* What is known so far: while a variable is busy (a cycle, reported when ordered) it is none. */
static bool var_is_constant(const dtn_compiler *c, uint32_t id)
{
    dtn_cat cat = c->vars[id].cat;
    if (cat == DTN_CAT_PARAM || cat == DTN_CAT_CONST)
        return true;
    return can_be_constant(c, id) && c->const_state[id] == CONST_YES;
}

bool dtn_is_constant(dtn_compiler *c, const dtn_expr *x)
{
    if (x->kind == DTN_X_LOOKUP || x->kind == DTN_X_STRING || x->ref == DTN_REF_TIME)
        return x->kind == DTN_X_LOOKUP;
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR &&
        !(c->vars[x->id].is_lookup || var_is_constant(c, x->id)))
        return false;
    if (x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC) {
        dtn_fn_behaviour b = dtn_fn_table[x->id].behaviour;
        if (b == DTN_FNB_TIME || b == DTN_FNB_STATE || b == DTN_FNB_DRAW)
            return false;
    }
    for (uint32_t i = 0; i < x->n_sub; i++)
        if (x->subs[i].expr && !dtn_is_constant(c, x->subs[i].expr))
            return false;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!dtn_is_constant(c, x->args[i]))
            return false;
    return true;
}

/* Variables still to be looked at; a stack of our own, since chains can be long. */
typedef struct pending {
    dtn_compiler *c;
    uint32_t *ids;
    size_t n, cap;
} pending;

static void push_needed(const dtn_expr *x, pending *p)
{
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR && can_be_constant(p->c, x->id) &&
        p->c->const_state[x->id] == CONST_UNKNOWN)
        DTN_PUSH(p->c->arena, p->ids, p->n, p->cap, x->id);
    for (uint32_t i = 0; i < x->n_sub; i++)
        if (x->subs[i].expr)
            push_needed(x->subs[i].expr, p);
    for (uint32_t i = 0; i < x->n_arg; i++)
        push_needed(x->args[i], p);
}

static void settle(dtn_compiler *c, const dtn_cvar *v, uint32_t id)
{
    bool yes = v->n_eqn > 0;
    for (size_t k = 0; k < v->n_eqn && yes; k++)
        yes = v->eqns[k]->expr && !v->eqns[k]->init && dtn_is_constant(c, v->eqns[k]->expr);
    c->const_state[id] = yes ? CONST_YES : CONST_NO;
}

/* Depth first: on the first visit what it needs is put on top of it, on the second it is known. */
static void classify(dtn_compiler *c, uint32_t root, pending *p)
{
    DTN_PUSH(c->arena, p->ids, p->n, p->cap, root);
    while (p->n > 0) {
        uint32_t id = p->ids[p->n - 1];
        const dtn_cvar *v = &c->vars[id];
        if (c->const_state[id] == CONST_UNKNOWN) {
            c->const_state[id] = CONST_BUSY;
            for (size_t k = 0; k < v->n_eqn; k++)
                if (v->eqns[k]->expr)
                    push_needed(v->eqns[k]->expr, p);
            continue;
        }
        if (c->const_state[id] == CONST_BUSY)
            settle(c, v, id);
        p->n--;
    }
}

static void classify_constants(dtn_compiler *c)
{
    pending p = {.c = c};
    c->const_state = DTN_NEW_N(c->arena, uint8_t, c->n_var + 1);
    c->cap_const = c->n_var;
    for (uint32_t i = 0; i < c->n_var; i++)
        if (can_be_constant(c, i))
            classify(c, i, &p);
    for (uint32_t i = 0; i < c->cap_const; i++)
        if (c->vars[i].cat == DTN_CAT_AUX && var_is_constant(c, i))
            c->vars[i].cat = DTN_CAT_CONST;
}

void dtn_expand(dtn_compiler *c)
{
    dtn_model *m = c->model;
    for (size_t i = 0; i < m->n_var; i++)
        add_model_var(c, &m->vars[i]);
    mark_parameters(c);
    for (uint32_t i = 0; i < m->n_var; i++)
        for (size_t k = 0; k < m->vars[i].n_eqn; k++)
            if (!c->vars[i].is_string)
                expand_equation(c, i, &m->vars[i].eqns[k], m->vars[i].overlay);
    expand_overrides(c);
    classify_constants(c);
    hoist_all(c);
}

/* ---- Splitting -------------------------------------------------------------------- */

void dtn_split_equation(dtn_compiler *c, dtn_ceqn *eqn)
{
    dtn_cvar *v = &c->vars[eqn->var];
    size_t total = 1;
    for (uint32_t l = 0; l < eqn->n_loop; l++)
        total *= eqn->count[l];
    dtn_ceqn whole = *eqn;
    for (size_t i = 0; i < total; i++) {
        dtn_ceqn *part = eqn; /* the first replaces the whole */
        if (i > 0) {
            part = DTN_NEW(c->arena, dtn_ceqn);
            *part = whole;
            part->id = c->n_eqn++;
            DTN_PUSH(c->arena, v->eqns, v->n_eqn, v->cap_eqn, part);
        }
        size_t rest = i;
        for (uint32_t l = whole.n_loop; l-- > 0;) {
            part->first[l] = whole.first[l] + (uint32_t)(rest % whole.count[l]);
            part->count[l] = 1;
            rest /= whole.count[l];
        }
    }
}
