/* Macros with a time specification of their own (XMILE): each call is a run of its own, from the
 * macro's start to its stop, at every step of the model; the value is that of the end.
 *
 * The run is laid out: the body once for each of its steps, a stock being what the step before made
 * of it (Euler's method), TIME a number. So ordering, units and code know nothing of it. A body that
 * needs a memory beyond its stocks (functions with state, draws, conveyors, modules, macros with
 * stocks) cannot be laid out so, and is refused; so are Runge-Kutta methods and times that are no
 * numbers.
 *
 * Source: XMILE 1.0, section 4.8 (sim_specs of a macro).
 */
#include "check/check.h"
#include "check/instance.h"
#include "model/functions.h"

#include <math.h>
#include <string.h>

#define MAX_INNER_STEPS 1000 /* of one call: each is a copy of the body */

typedef struct inner_run {
    dtn_maker *k;
    const dtn_scope *s; /* of the call */
    dtn_pos pos;
    double start, dt, now;
    uint32_t n_step;
} inner_run;

static bool refuse(const inner_run *r, const char *why)
{
    dtn_diags_add(r->k->in.diags, 501, r->pos, "let it run with the model's time",
                  "the macro '%s' has a time specification of its own, and %s", r->s->macro->name,
                  why);
    return false;
}

/* ---- Can it be laid out? --------------------------------------------------------------------- */

typedef struct finding {
    const inner_run *run;
    bool found;
} finding;

static void look_for_memory(dtn_expr *x, void *ctx)
{
    finding *f = ctx;
    const dtn_model *m = f->run->k->in.model;
    uint32_t fn =
        x->kind == DTN_X_CALL || x->kind == DTN_X_NAME ? dtn_fn_find(m->dialect, x->key) : DTN_NONE;
    if (x->kind == DTN_X_CALL)
        for (size_t i = 0; i < m->n_macro; i++)
            f->found = f->found || (strcmp(m->macros[i].key, x->key) == 0 && m->macros[i].body);
    if (fn == DTN_NONE || (x->kind == DTN_X_NAME && strcmp(x->key, "time") == 0))
        return;
    f->found = f->found || dtn_fn_table[fn].behaviour == DTN_FNB_STATE ||
               dtn_fn_table[fn].behaviour == DTN_FNB_TIME ||
               dtn_fn_table[fn].behaviour == DTN_FNB_DRAW;
}

static bool is_plain(const inner_run *r)
{
    const dtn_model *body = r->s->body;
    finding f = {r, body->n_module > 0};
    for (size_t i = 0; i < body->n_var; i++) {
        f.found = f.found || body->vars[i].belt;
        for (size_t e = 0; e < body->vars[i].n_eqn; e++) {
            dtn_expr_walk(body->vars[i].eqns[e].expr, look_for_memory, &f);
            dtn_expr_walk(body->vars[i].eqns[e].init, look_for_memory, &f);
        }
    }
    dtn_expr_walk(r->s->macro->expr, look_for_memory, &f);
    return !f.found || refuse(r, "something in it keeps a memory of its own");
}

static bool set_times(inner_run *r)
{
    const dtn_model *body = r->s->body;
    const dtn_expr *const given[] = {body->start, body->stop, body->dt};
    double value[3] = {0, 0, 1};
    for (int i = 0; i < 3; i++) {
        if (given[i] && given[i]->kind != DTN_X_NUMBER)
            return refuse(r, "its times are no numbers");
        if (given[i])
            value[i] = given[i]->number;
    }
    double steps = floor((value[1] - value[0]) / value[2] + 0.5);
    if (!(value[2] > 0) || !(steps >= 0) || !body->start || !body->stop)
        return refuse(r, "that is not from a start to a later stop by a step above 0");
    if (steps > MAX_INNER_STEPS)
        return refuse(r, "it has more than 1000 steps");
    r->start = value[0];
    r->dt = value[2];
    r->n_step = (uint32_t)steps;
    return body->method == DTN_EULER || refuse(r, "its method is not Euler's");
}

/* ---- Laying it out ------------------------------------------------------------------------------ */

static void set_time(dtn_expr *x, void *ctx)
{
    const inner_run *r = ctx;
    const struct {
        const char *key;
        double value;
    } known[] = {{"time", r->now},
                 {"dt", r->dt},
                 {"starttime", r->start},
                 {"stoptime", r->start + r->n_step * r->dt}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (x->kind == DTN_X_NAME && x->n_sub == 0 && strcmp(x->key, known[i].key) == 0) {
            x->kind = DTN_X_NUMBER;
            x->number = known[i].value;
            return;
        }
}

/* What a parameter stands for in every step: the argument, or the variable that holds it. */
static dtn_expr **arguments_of(dtn_maker *k, const dtn_scope *s)
{
    dtn_arena *arena = k->in.model->arena;
    dtn_expr **args = DTN_NEW_N(arena, dtn_expr *, s->macro->n_param + 1);
    for (uint32_t i = 0; i < s->macro->n_param; i++) {
        args[i] = s->args[i];
        if (args[i])
            continue;
        const char *key = dtn_scope_key(&k->in, s, s->macro->params[i]);
        args[i] = dtn_expr_new(k->in.model, DTN_X_NAME, s->macro->pos);
        args[i]->text = args[i]->key = key;
        if (!s->is_number[i] && s->n_left) {
            args[i]->subs = dtn_maker_with_left(k, s, NULL, 0);
            args[i]->n_sub = s->n_left;
        }
    }
    return args;
}

static dtn_scope *scope_of_step(const inner_run *r, dtn_expr **args, uint32_t step)
{
    dtn_arena *arena = r->k->in.model->arena;
    dtn_scope *s = DTN_NEW(arena, dtn_scope);
    *s = *r->s;
    s->args = args;
    s->prefix = dtn_arena_printf(arena, "%s%u>", r->s->prefix, step);
    s->name_prefix = dtn_arena_printf(arena, "%s%u>", r->s->name_prefix, step);
    return s;
}

/* A stock's copy in a step: an equation of what the step before holds. */
static void step_stock(const inner_run *r, const dtn_var *from, dtn_var *copy,
                       const dtn_scope *before)
{
    dtn_model *m = r->k->in.model;
    for (size_t e = 0; e < copy->n_eqn; e++) {
        dtn_eqn *eqn = &copy->eqns[e];
        dtn_expr *value = eqn->init;
        if (before) {
            dtn_expr *level = dtn_expr_new(m, DTN_X_NAME, eqn->pos);
            level->text = level->key = dtn_scope_key(&r->k->in, before, from->key);
            level->subs = eqn->subs;
            level->n_sub = eqn->n_sub;
            value = dtn_scope_clone(&r->k->in, before, from->eqns[e].expr);
            value =
                dtn_expr_new_binary(m, DTN_OP_MUL, dtn_expr_new_number(m, r->dt, eqn->pos), value);
            value = dtn_expr_new_binary(m, DTN_OP_ADD, level, value);
        }
        eqn->kind = DTN_EQN_EXPR;
        eqn->expr = value;
        eqn->init = NULL;
    }
    copy->kind = DTN_VAR_AUX;
    copy->non_negative = false;
    copy->n_inflow = copy->n_outflow = 0;
}

static void add_step(const inner_run *r, const dtn_scope *s, const dtn_scope *before)
{
    dtn_maker_add_body(r->k, s);
    for (size_t i = 0; i < s->body->n_var; i++) {
        const dtn_var *from = &s->body->vars[i];
        dtn_var *copy = dtn_model_find_var(r->k->in.model, dtn_scope_key(&r->k->in, s, from->key));
        if (!copy || copy->n_eqn != from->n_eqn)
            continue;
        if (from->kind == DTN_VAR_STOCK)
            step_stock(r, from, copy, before);
        for (size_t e = 0; e < copy->n_eqn; e++)
            if (from->kind != DTN_VAR_STOCK || !before) /* rates have the time of the step before */
                dtn_expr_walk(copy->eqns[e].expr, set_time, (void *)(uintptr_t)r);
    }
}

void dtn_maker_end_run(const dtn_macro *macro, dtn_expr *value)
{
    const dtn_model *body = macro->body;
    inner_run r = {.start = body->start->number, .dt = body->dt ? body->dt->number : 1};
    r.n_step = (uint32_t)floor((body->stop->number - r.start) / r.dt + 0.5);
    r.now = r.start + r.n_step * r.dt;
    dtn_expr_walk(value, set_time, &r);
}

const dtn_scope *dtn_maker_add_run(dtn_maker *k, const dtn_scope *s, dtn_pos pos)
{
    inner_run r = {.k = k, .s = s, .pos = pos};
    const dtn_scope *before = NULL;
    if (!set_times(&r) || !is_plain(&r) ||
        dtn_maker_is_full(k, (size_t)(r.n_step + 1) * (s->body->n_var + 1), pos))
        return NULL;
    dtn_expr **args = arguments_of(k, s);
    for (uint32_t step = 0; step <= r.n_step; step++) {
        const dtn_scope *now = scope_of_step(&r, args, step);
        r.now = r.start + step * r.dt;
        add_step(&r, now, before);
        before = now;
    }
    return before;
}
