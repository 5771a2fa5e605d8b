/* Expansion: from the model's variables and equations to those of the compiler.
 *
 * Expressions are copied; functions with memory and functions of time become hidden variables
 * and plain expressions on the way (expand_state.c, expand_time.c). Then what is the same over a
 * run is found and moved out of the time loop.
 */
#include "compile/expander.h"

#include "check/recursion.h"

#include <math.h>
#include <string.h>

/* ---- Calls -------------------------------------------------------------------- */

static bool is_min_or_max(const dtn_compiler *c, const dtn_expr *x)
{
    return c->model->dialect == DTN_XMILE && x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC &&
           (x->id == DTN_FN_MIN || x->id == DTN_FN_MAX);
}

/* As dtn_fn_runs_over; what was written out has ids and no keys. */
static bool runs_over(const dtn_compiler *c, const dtn_expr *x)
{
    return (x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC &&
            dtn_fn_table[x->id].behaviour == DTN_FNB_ARRAY) ||
           (x->n_arg == 1 && is_min_or_max(c, x));
}

/* Does it need the loop of an array function around it? Those inside bring their own. */
static bool has_bang(const dtn_compiler *c, const dtn_expr *x)
{
    if (runs_over(c, x))
        return false;
    for (uint32_t i = 0; i < x->n_sub; i++)
        if (x->subs[i].bang || x->subs[i].kind == DTN_SUB_STAR)
            return true;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (has_bang(c, x->args[i]))
            return true;
    return false;
}

/* XMILE: MIN and MAX of two arguments run over the arrays in them, where no function around them does. */
static bool runs_free(const dtn_compiler *c, const dtn_expr *x)
{
    bool found = false;
    if (runs_over(c, x) || is_min_or_max(c, x))
        return false;
    for (uint32_t i = 0; i < x->n_sub; i++)
        found = found || x->subs[i].bang || x->subs[i].kind == DTN_SUB_STAR;
    for (uint32_t i = 0; i < x->n_arg; i++)
        found = found || runs_free(c, x->args[i]);
    return found;
}

static dtn_expr *copy_call(dtn_expander *e, const dtn_expr *x, dtn_expr *same)
{
    if (x->ref != DTN_REF_FUNC)
        return same;
    const dtn_fn_info *fn = &dtn_fn_table[x->id];
    if (fn->behaviour == DTN_FNB_STATE && runs_free(e->c, same)) {
        dtn_diags_add(e->c->diags, 507, x->pos, "give it an equation of its own over the elements",
                      e->c->model->dialect == DTN_XMILE
                          ? "'%s' of a whole array does not run here"
                          : "'%s' over one range with and without ! does not run",
                      x->text);
        return same;
    }
    dtn_expr *formula = dtn_x_formula(e, x, same->args);
    if (formula)
        return formula;
    if (fn->behaviour == DTN_FNB_DRAW)
        return dtn_x_draw(e, same);
    if (fn->behaviour == DTN_FNB_STATE)
        return dtn_x_state_function(e, x, same->args);
    if (fn->behaviour == DTN_FNB_ARRAY)
        return dtn_x_row_function(e, same);
    if (fn->behaviour == DTN_FNB_TIME)
        return dtn_x_time_function(e, x, same->args);
    switch ((dtn_fn)x->id) {
    case DTN_FN_DT: return dtn_x_dt(e);
    case DTN_FN_STARTTIME: return dtn_x_num(e, e->c->start);
    case DTN_FN_STOPTIME: return dtn_x_num(e, e->c->stop);
    case DTN_FN_PI: return dtn_x_num(e, 3.14159265358979323846);
    case DTN_FN_INF: return dtn_x_num(e, INFINITY);
    case DTN_FN_NAN: return dtn_x_num(e, NAN);
    case DTN_FN_GAME: return same->args[0];
    case DTN_FN_RUNCOUNT:
    case DTN_FN_SENSIRUNCOUNT:
    case DTN_FN_SENSIRUNTOTAL: return dtn_x_num(e, 0);
    case DTN_FN_LOOKUPXY: return dtn_x_table_of_two(e, same);
    default: return same;
    }
}

static void copy_subs(dtn_expander *e, const dtn_expr *x, dtn_expr *out)
{
    out->subs = x->n_sub ? DTN_NEW_N(e->c->arena, dtn_sub, x->n_sub) : NULL;
    for (uint32_t i = 0; i < x->n_sub; i++) {
        out->subs[i] = x->subs[i];
        if (x->subs[i].expr)
            out->subs[i].expr = dtn_x_copy(e, x->subs[i].expr);
    }
}

/* A call of a macro: the variable that holds its value, over the left side's ranges, which are
 * what stands on that variable's own left side. */
static dtn_expr *copy_macro(dtn_expander *e, const dtn_expr *x)
{
    const dtn_var *var = &e->c->model->vars[x->id];
    dtn_expr *out = dtn_x_ref(e, x->id);
    out->pos = x->pos;
    out->subs = var->eqns[0].subs;
    out->n_sub = var->eqns[0].n_sub;
    if (var->n_bang > 0) { /* inside an array function, which runs over the last ones */
        out->subs = DTN_NEW_N(e->c->arena, dtn_sub, out->n_sub);
        memcpy(out->subs, var->eqns[0].subs, out->n_sub * sizeof *out->subs);
        for (uint32_t p = out->n_sub - var->n_bang; p < out->n_sub; p++)
            out->subs[p].bang = true;
    }
    return out;
}

dtn_expr *dtn_x_copy(dtn_expander *e, const dtn_expr *x)
{
    if (!x)
        return NULL;
    if (x->ref == DTN_REF_MACRO)
        return copy_macro(e, x);
    dtn_expr *out = dtn_x_node(e, x->kind, x->n_arg, x->pos);
    dtn_expr **args = out->args;
    *out = *x;
    out->args = args;
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = dtn_x_copy(e, x->args[i]);
    copy_subs(e, x, out);
    if (x->kind == DTN_X_CALL || (x->kind == DTN_X_NAME && x->ref == DTN_REF_FUNC))
        return copy_call(e, x, out);
    return out;
}

/* ---- Equations ------------------------------------------------------------------ */

/* The positions in a left side's range of what an EXCEPT names there; dim NULL: the left side names
 * a single element. */
static uint32_t *excepted_positions(dtn_compiler *c, const dtn_sub *left, const dtn_dim *dim,
                                    const dtn_sub *except, uint32_t *count)
{
    const dtn_dim *range = dtn_model_find_dim(c->model, except->key);
    uint32_t size = dim ? dim->n_element : 1, n = 0;
    uint32_t *list = DTN_NEW_N(c->arena, uint32_t, size);
    for (uint32_t i = 0; i < size; i++) {
        const char *key = dim ? dim->element_keys[i] : left->key;
        if (range ? dtn_map_get(&range->index, key) != DTN_MAP_NONE : strcmp(except->key, key) == 0)
            list[n++] = i;
    }
    *count = n;
    return list;
}

/* 1 for each tuple of the left side that is taken out; slowest subscript first. */
static uint8_t *excepted_tuples(dtn_compiler *c, const dtn_eqn *eqn, const dtn_dim *const dims[],
                                size_t total)
{
    uint8_t *mask = DTN_NEW_N(c->arena, uint8_t, total);
    size_t n_out = 0;
    for (uint32_t k = 0; k < eqn->n_except && n_out < total; k++) {
        uint32_t *lists[DTN_MAX_DIMS] = {NULL}, counts[DTN_MAX_DIMS] = {0};
        size_t n = 1;
        for (uint32_t p = 0; p < eqn->n_sub; p++) {
            lists[p] =
                excepted_positions(c, &eqn->subs[p], dims[p], &eqn->excepts[k][p], &counts[p]);
            n *= counts[p];
        }
        for (size_t i = 0; i < n; i++) {
            size_t rest = i, at = 0, stride = 1;
            for (uint32_t p = eqn->n_sub; p-- > 0; rest /= counts[p]) {
                at += stride * lists[p][rest % counts[p]];
                stride *= dims[p] ? dims[p]->n_element : 1;
            }
            n_out += !mask[at];
            mask[at] = 1;
        }
    }
    return mask;
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
    const uint8_t *is_out = excepted_tuples(c, eqn, dims, total);
    for (size_t i = 0; i < total; i++) {
        size_t rest = i;
        if (is_out[i])
            continue;
        for (uint32_t p = eqn->n_sub; p-- > 0;) {
            keys[p] = dims[p] ? dims[p]->element_keys[rest % dims[p]->n_element] : eqn->subs[p].key;
            rest /= dims[p] ? dims[p]->n_element : 1;
        }
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

/* Vensim: a stock for some of its elements, computed for others. */
static bool is_mixed(const dtn_var *var)
{
    size_t n = 0;
    for (size_t i = 0; i < var->n_eqn; i++)
        n += var->eqns[i].kind == DTN_EQN_STOCK;
    return n > 0 && n < var->n_eqn;
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
    if (c->held[var_id] && eqn->n_except > 0 && out->count[0] == 0)
        return; /* all of it is given from outside */
    left_address(c, var, eqn, out);
    memcpy(out->own, out->at, sizeof out->own);
    out->n_own = out->n_at;
    out->own_base = out->at_base;
    dtn_expander e = {.c = c, .eqn = out, .from = eqn, .owner = var_id, .overlay = overlay};
    e.n_hidden = (uint32_t)c->vars[var_id].n_eqn * 1000; /* names only: unique for each equation */
    dtn_expr *expr =
        eqn->kind == DTN_EQN_DATA ? dtn_x_data(&e, eqn) : dtn_x_copy(&e, dtn_eqn_value(eqn));
    if (!expr && eqn->lookup) {
        expr = dtn_x_node(&e, DTN_X_LOOKUP, 0, eqn->pos);
        expr->lookup = eqn->lookup;
    }
    out->expr = expr;
    out->init = dtn_x_copy(&e, dtn_eqn_init(eqn));
    if (out->expr)
        out->expr = dtn_x_limit_flow(&e, var_id, out->expr);
    if (eqn->kind == DTN_EQN_STOCK &&
        (is_mixed(var) || c->held[var_id])) { /* its elements show hidden stocks */
        out->expr = dtn_x_ref(&e, dtn_x_hidden(&e, "level", DTN_CAT_STOCK, out->expr, out->init));
        out->init = NULL;
    }
    dtn_cvar *v = &c->vars[var_id];
    DTN_PUSH(c->arena, v->eqns, v->n_eqn, v->cap_eqn, out);
}

static void add_model_var(dtn_compiler *c, const dtn_var *var)
{
    dtn_cvar v = {.name = var->name,
                  .key = var->key,
                  .model_var = var->id,
                  .owner = var->id,
                  .overlay = var->overlay,
                  .cat = DTN_CAT_AUX,
                  .n_dim = var->n_dim,
                  .n_element = var->n_element,
                  .next = DTN_NONE};
    memcpy(v.dims, var->dims, sizeof v.dims);
    v.is_lookup = var->kind == DTN_VAR_LOOKUP;
    v.is_string = var->n_eqn > 0 && var->eqns[0].kind == DTN_EQN_STRING;
    if (var->kind == DTN_VAR_STOCK && !is_mixed(var))
        v.cat = DTN_CAT_STOCK;
    else if (var->kind == DTN_VAR_CONST && !var->is_hidden)
        v.cat = DTN_CAT_PARAM;
    DTN_PUSH(c->arena, c->vars, c->n_var, c->cap_var, v);
}

/* Its equations, and those of its elements that are given from outside. */
static void expand_variable(dtn_compiler *c, const dtn_var *var)
{
    for (size_t k = 0; k < var->n_eqn; k++) {
        dtn_eqn *left = &var->eqns[k];
        const size_t n = c->held[var->id] ? dtn_beside_held(c, var, left, &left) : 1;
        for (size_t i = 0; i < n; i++)
            expand_equation(c, var->id, &left[i], var->overlay);
    }
    if (c->held[var->id])
        dtn_add_held(c, var);
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
    if (dtn_is_constant(c, x) && !has_bang(c, x)) {
        dtn_expander e = {.c = c, .eqn = eqn, .owner = eqn->var, .overlay = 0};
        e.n_hidden = (uint32_t)c->n_var;
        dtn_expr *moved = DTN_NEW(c->arena, dtn_expr);
        *moved = *x;
        uint32_t v = dtn_x_hidden(&e, "constant", DTN_CAT_CONST, moved, NULL);
        *x = *dtn_x_ref(&e, v);
        return;
    }
    for (uint32_t i = 0; i < x->n_arg && !runs_over(c, x); i++)
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
    dtn_mark_parameters(c);
    dtn_plan_flows(c);
    dtn_repeats repeats = {.model = m, .diags = c->diags};
    for (uint32_t i = 0; i < m->n_var; i++) {
        const size_t told = c->diags->n;
        if (!c->vars[i].is_string)
            expand_variable(c, &m->vars[i]);
        dtn_repeats_fold(&repeats, &m->vars[i], told);
    }
    dtn_repeats_tell(&repeats);
    expand_overrides(c);
    dtn_x_join_tracks(c);
    classify_constants(c);
    hoist_all(c);
}

/* ---- Splitting -------------------------------------------------------------------- */

uint32_t dtn_ceqn_element(const dtn_ceqn *eqn, const uint32_t *first, const uint32_t *count,
                          size_t i)
{
    uint32_t turn[DTN_MAX_DIMS] = {0}, element = eqn->at_base;
    for (uint32_t l = eqn->n_loop; l-- > 0; i /= count[l])
        turn[l] = (first ? first[l] : 0) + (uint32_t)(i % count[l]);
    for (uint32_t j = 0; j < eqn->n_at; j++)
        element += (uint32_t)eqn->at[j].stride * eqn->at[j].map[turn[eqn->at[j].loop]];
    return element;
}

void dtn_split_equation(dtn_compiler *c, dtn_ceqn *eqn)
{
    dtn_cvar *v = &c->vars[eqn->var];
    size_t total = 1;
    for (uint32_t l = 0; l < eqn->n_loop; l++)
        total *= eqn->vector_loops >> l & 1 ? 1 : eqn->count[l];
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
            if (whole.vector_loops >> l & 1)
                continue;
            part->first[l] = whole.first[l] + (uint32_t)(rest % whole.count[l]);
            part->count[l] = 1;
            rest /= whole.count[l];
        }
    }
}
