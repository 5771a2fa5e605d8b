/* Functions with memory inside array functions: `SUM(SMOOTH(x[D!], 2))` has one memory for each
 * element of D, so the call gets a hidden variable over D (and those ranges of the left side that it
 * names), and the array function runs over that variable. The form as read keeps the call.
 *
 * In XMILE the ranges that an array function runs over may be written as `*`, as a dimension that the
 * left side lacks, or not at all.
 *
 * Not done: calls that name the same range with and without `!`, computed subscripts, slices.
 */
#include "check/lift.h"
#include "model/functions.h"

#include <math.h>
#include <string.h>

typedef struct lifter {
    dtn_model *m;
    uint32_t var, overlay; /* whose equation */
    const dtn_eqn *eqn;
    uint32_t n_made; /* of this variable */
} lifter;

/* The ranges that a call's arguments name. */
typedef struct ranges {
    const char *plain[DTN_MAX_DIMS], *run[DTN_MAX_DIMS]; /* of the left side; run over */
    uint32_t n_plain, n_run;
    bool failed;
} ranges;

static bool is_on_left(const lifter *k, const char *key)
{
    const dtn_var *var = &k->m->vars[k->var];
    for (uint32_t p = 0; p < k->eqn->n_sub; p++)
        if (k->eqn->subs[p].key && strcmp(k->eqn->subs[p].key, key) == 0)
            return true;
    for (uint32_t p = 0; p < var->n_dim_key && k->eqn->n_sub == 0; p++)
        if (strcmp(var->dim_keys[p], key) == 0)
            return true;
    return false;
}

static void add_range(ranges *r, const char *key, bool runs)
{
    const char **list = runs ? r->run : r->plain;
    uint32_t *n = runs ? &r->n_run : &r->n_plain;
    for (uint32_t i = 0; i < *n; i++)
        if (strcmp(list[i], key) == 0)
            return;
    if (*n == DTN_MAX_DIMS)
        r->failed = true;
    else
        list[(*n)++] = key;
}

/* The range that subscript p of a name stands for; NULL: a single element. *runs: the array function
 * runs over it. */
static const char *range_of(const lifter *k, const dtn_var *var, const dtn_expr *x, uint32_t p,
                            bool *runs, ranges *r)
{
    const bool is_xmile = k->m->dialect == DTN_XMILE;
    const char *declared = var && p < var->n_dim_key ? var->dim_keys[p] : NULL;
    *runs = true;
    if (x->n_sub == 0)
        return declared;
    const dtn_sub *sub = &x->subs[p];
    if (sub->kind == DTN_SUB_STAR && declared)
        return declared;
    if (sub->kind == DTN_SUB_NUMBER)
        return NULL;
    if (sub->kind != DTN_SUB_NAME) {
        r->failed = true;
        return NULL;
    }
    if (!dtn_model_find_dim(k->m, sub->key))
        return NULL;
    *runs = sub->bang || (is_xmile && !is_on_left(k, sub->key));
    return sub->key;
}

static uint32_t n_range(const lifter *k, const dtn_var *var, const dtn_expr *x)
{
    return x->n_sub > 0 ? x->n_sub : k->m->dialect == DTN_XMILE && var ? var->n_dim_key : 0;
}

static bool is_array_function(const lifter *k, const dtn_expr *x)
{
    return dtn_fn_runs_over(k->m->dialect, x);
}

static void collect(const lifter *k, const dtn_expr *x, ranges *r)
{
    if (x->kind == DTN_X_NAME || (x->kind == DTN_X_CALL && x->n_sub > 0)) {
        const dtn_var *var = dtn_model_find_var(k->m, x->key);
        for (uint32_t p = 0; p < n_range(k, var, x); p++) {
            bool runs;
            const char *key = range_of(k, var, x, p, &runs, r);
            if (key)
                add_range(r, key, runs);
        }
    }
    for (uint32_t i = 0; i < x->n_arg && !is_array_function(k, x); i++)
        collect(k, x->args[i], r);
}

/* ---- The variable ------------------------------------------------------------------------------- */

/* The call for one element: what ran over a range names it. */
static dtn_expr *clone(lifter *k, const dtn_expr *x)
{
    dtn_expr *out = DTN_NEW(k->m->arena, dtn_expr);
    const dtn_var *var =
        x->kind == DTN_X_NAME || x->kind == DTN_X_CALL ? dtn_model_find_var(k->m, x->key) : NULL;
    ranges none = {0};
    *out = *x;
    out->args = x->n_arg ? DTN_NEW_N(k->m->arena, dtn_expr *, x->n_arg) : NULL;
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = is_array_function(k, x) ? x->args[i] : clone(k, x->args[i]);
    if (x->kind != DTN_X_NAME && x->n_sub == 0)
        return out;
    out->n_sub = n_range(k, var, x);
    out->subs = out->n_sub ? DTN_NEW_N(k->m->arena, dtn_sub, out->n_sub) : NULL;
    for (uint32_t p = 0; p < out->n_sub; p++) {
        bool runs;
        const char *key = range_of(k, var, x, p, &runs, &none);
        out->subs[p] = key ? dtn_sub_named(key, NULL, x->pos) : x->subs[p];
    }
    return out;
}

static uint32_t add_var(lifter *k, dtn_expr *call, const ranges *r)
{
    dtn_model *m = k->m;
    const dtn_var *owner = &m->vars[k->var];
    const char *plain = owner->key[0] == ' ' ? owner->key + 1 : owner->key;
    uint32_t number = ++k->n_made, n = r->n_plain + r->n_run;
    dtn_var *var = dtn_model_add_hidden(
        m, dtn_arena_printf(m->arena, " %s#%u@%u %s", plain, number, k->overlay, call->key),
        dtn_arena_printf(m->arena, "#%s>%s %u#", owner->name, call->text, number), call->pos);
    var->overlay = k->overlay;
    var->n_bang = r->n_run;
    dtn_eqn eqn = {.kind = DTN_EQN_EXPR, .pos = call->pos, .expr = clone(k, call), .n_sub = n};
    eqn.subs = DTN_NEW_N(m->arena, dtn_sub, n);
    for (uint32_t i = 0; i < n; i++)
        eqn.subs[i] =
            dtn_sub_named(i < r->n_plain ? r->plain[i] : r->run[i - r->n_plain], NULL, call->pos);
    DTN_PUSH(m->arena, var->eqns, var->n_eqn, var->cap_eqn, eqn);
    return var->id;
}

/* ---- Calls ---------------------------------------------------------------------------------------- */

static bool is_macro(const lifter *k, const char *key)
{
    for (size_t i = 0; i < k->m->n_macro; i++)
        if (strcmp(k->m->macros[i].key, key) == 0)
            return true;
    return false;
}

static bool has_memory(const lifter *k, const dtn_expr *x)
{
    if (x->kind != DTN_X_CALL || x->ref == DTN_REF_MACRO || x->n_out > 0)
        return false;
    uint32_t fn = dtn_fn_find(k->m->dialect, x->key);
    return is_macro(k, x->key) || (fn != DTN_NONE && dtn_fn_table[fn].behaviour == DTN_FNB_STATE);
}

/* XMILE: MIN and MAX of two arguments run over what is written with `*`. */
static bool is_min_or_max(const lifter *k, const dtn_expr *x)
{
    return k->m->dialect == DTN_XMILE && x->kind == DTN_X_CALL &&
           (strcmp(x->key, "min") == 0 || strcmp(x->key, "max") == 0);
}

static bool has_star(const dtn_expr *x)
{
    for (uint32_t p = 0; p < x->n_sub; p++)
        if (x->subs[p].kind == DTN_SUB_STAR)
            return true;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (has_star(x->args[i]))
            return true;
    return false;
}

static void lift(lifter *k, dtn_expr *x, bool inside)
{
    if (!x)
        return;
    if (inside && has_memory(k, x)) {
        ranges r = {0};
        collect(k, x, &r);
        for (uint32_t i = 0; i < r.n_run; i++)
            for (uint32_t j = 0; j < r.n_plain; j++)
                r.failed = r.failed || strcmp(r.run[i], r.plain[j]) == 0;
        if (r.failed || r.n_run == 0 || r.n_run + r.n_plain > DTN_MAX_DIMS)
            return;
        x->id = add_var(k, x, &r);
        x->ref = DTN_REF_MACRO;
        return;
    }
    inside = inside || is_array_function(k, x) || (is_min_or_max(k, x) && has_star(x));
    for (uint32_t i = 0; i < x->n_arg; i++)
        lift(k, x->args[i], inside);
}

static void lift_all(dtn_model *m, uint32_t var, const dtn_eqn *eqns, size_t n, uint32_t overlay)
{
    lifter k = {.m = m, .var = var, .overlay = overlay};
    for (size_t i = 0; i < n; i++) {
        k.eqn = &eqns[i];
        lift(&k, eqns[i].driven ? eqns[i].driven : eqns[i].expr, false);
        lift(&k, dtn_eqn_init(&eqns[i]), false);
    }
}

void dtn_check_lift(dtn_model *model)
{
    for (uint32_t i = 0; i < model->n_var; i++) /* grows */
        lift_all(model, i, model->vars[i].eqns, model->vars[i].n_eqn, model->vars[i].overlay);
    for (size_t i = 0; i < model->n_override; i++) {
        const dtn_override *rule = &model->overrides[i];
        lift_all(model, rule->var, rule->eqns, rule->n_eqn, rule->overlay);
    }
}
