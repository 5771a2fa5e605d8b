/* Short forms of XMILE, written out so that what comes after knows names and subscripts only.
 *
 *   SELF           the variable itself, for the element that the equation is of (inside PREVIOUS, SIZE)
 *   A'             the ranges of the left side in reverse order; A[M, 1, N]' reverses M and N
 *   A[@2, @1]      the second, the first range of the left side
 *   SUM(A[1:3])    a range of its own for those elements, made here
 *   Dim.element    the element's position
 *   MAX(a, b, c)   MAX(MAX(a, b), c), MIN likewise; SUM and MEAN of several: + and /; as Stella has had them
 *   ARRAYSUM(A[*]) SUM(A[*]), and ARRAYMEAN, ARRAYSTDDEV: Stella's names before version 10
 *
 * Not done: A' and @ where the left side has one dimension twice; ranges outside of array functions,
 * which XMILE cuts or stretches.
 * Source: XMILE 1.0, sections 3.5.6 and 3.7.1.
 */
#include "check/plain.h"
#include "model/functions.h"
#include "model/notation.h"

#include <string.h>

typedef struct plainer {
    dtn_model *m;
    const dtn_var *var;
    const dtn_eqn *eqn;
} plainer;

/* ---- The left side ---------------------------------------------------------------------------- */

static uint32_t n_left(const plainer *k)
{
    return k->eqn->n_sub > 0 ? k->eqn->n_sub : k->var->n_dim_key;
}

static const char *left_key(const plainer *k, uint32_t p)
{
    return k->eqn->n_sub > 0 ? k->eqn->subs[p].key : k->var->dim_keys[p];
}

/* The left side's range at position p; NULL: it has none there, or has it twice. */
static const char *left_range(const plainer *k, uint32_t p)
{
    const char *key = p < n_left(k) ? left_key(k, p) : NULL;
    if (!key || !dtn_model_find_dim(k->m, key))
        return key;
    for (uint32_t i = 0; i < n_left(k); i++)
        if (i != p && left_key(k, i) && strcmp(left_key(k, i), key) == 0)
            return NULL;
    return key;
}

static void put_self(plainer *k, dtn_expr *x)
{
    x->text = k->var->name;
    x->key = k->var->key;
    if (x->n_sub > 0)
        return;
    x->n_sub = n_left(k);
    x->subs = x->n_sub ? DTN_NEW_N(k->m->arena, dtn_sub, x->n_sub) : NULL;
    for (uint32_t p = 0; p < x->n_sub; p++)
        x->subs[p] =
            k->eqn->n_sub > 0 ? k->eqn->subs[p] : dtn_sub_named(left_key(k, p), NULL, x->pos);
}

/* SIZE(SELF), SIZE(SELF[*, i]): how many elements the variable of the left side has, or a slice of it.
 * Its values are not needed, so it is no circle; an array of no known size stays as it is. */
static void put_own_size(plainer *k, dtn_expr *x)
{
    const dtn_expr *of = x->args[0];
    double n = 1;
    if (of->kind != DTN_X_NAME || (of->n_sub > 0 && of->n_sub != k->var->n_dim_key) ||
        (strcmp(of->key, k->var->key) != 0 &&
         (strcmp(of->key, "self") != 0 || dtn_model_find_var(k->m, of->key))))
        return;
    for (uint32_t p = 0; p < k->var->n_dim_key; p++) {
        const dtn_dim *dim = dtn_model_find_dim(k->m, k->var->dim_keys[p]);
        if (!dim)
            return;
        if (of->n_sub == 0 || of->subs[p].kind == DTN_SUB_STAR)
            n *= dim->n_element;
        else if (of->subs[p].kind == DTN_SUB_RANGE)
            return;
    }
    x->kind = DTN_X_NUMBER;
    x->number = n;
    x->n_arg = 0;
}

/* ---- Positions ------------------------------------------------------------------------------------ */

static bool is_position(const dtn_sub *sub)
{
    return sub->kind == DTN_SUB_EXPR && sub->expr->kind == DTN_X_CALL &&
           strcmp(sub->expr->key, DTN_KEY_POSITION) == 0 && sub->expr->n_arg == 1 &&
           sub->expr->args[0]->kind == DTN_X_NUMBER;
}

static void put_position(plainer *k, dtn_sub *sub)
{
    double at = sub->expr->args[0]->number;
    const char *key = at >= 1 && at <= DTN_MAX_DIMS ? left_range(k, (uint32_t)at - 1) : NULL;
    if (key)
        *sub = dtn_sub_named(key, NULL, sub->pos);
}

/* Is there a whole range at this subscript? */
static bool is_range(const plainer *k, const dtn_sub *sub)
{
    return sub->kind == DTN_SUB_STAR ||
           (sub->kind == DTN_SUB_NAME && dtn_model_find_dim(k->m, sub->key));
}

static void put_transposed(plainer *k, dtn_expr *x)
{
    dtn_expr *inner = x->args[0];
    const dtn_var *var = inner->kind == DTN_X_NAME ? dtn_model_find_var(k->m, inner->key) : NULL;
    uint32_t n = var ? var->n_dim_key : 0, n_range = 0, at = 0;
    dtn_sub subs[DTN_MAX_DIMS];
    if (n == 0 || (inner->n_sub > 0 && inner->n_sub != n))
        return;
    for (uint32_t p = 0; p < n; p++) {
        subs[p] =
            inner->n_sub > 0 ? inner->subs[p] : dtn_sub_named(var->dim_keys[p], NULL, inner->pos);
        n_range += is_range(k, &subs[p]);
    }
    if (n_range != n_left(k))
        return;
    for (uint32_t p = 0; p < n; p++) {
        if (!is_range(k, &subs[p]))
            continue;
        const char *key = left_range(k, n_range - 1 - at++);
        if (!key)
            return;
        subs[p] = dtn_sub_named(key, NULL, inner->pos);
    }
    *x = *inner;
    x->n_sub = n;
    x->subs = DTN_NEW_N(k->m->arena, dtn_sub, n);
    memcpy(x->subs, subs, n * sizeof *subs);
}

/* ---- Ranges of elements ------------------------------------------------------------------------------ */

/* Position in the dimension of one end; DTN_NONE: it is not known before the run. */
static uint32_t end_of(const dtn_dim *dim, const dtn_expr *x)
{
    if (x && x->kind == DTN_X_NUMBER && x->number >= 1 && x->number <= dim->n_element)
        return (uint32_t)x->number - 1;
    uint32_t at = x && x->kind == DTN_X_NAME && x->n_sub == 0 ? dtn_map_get(&dim->index, x->key)
                                                              : DTN_MAP_NONE;
    return at == DTN_MAP_NONE ? DTN_NONE : at;
}

static void put_slice(plainer *k, const dtn_expr *x, uint32_t p, dtn_sub *sub)
{
    dtn_model *m = k->m;
    const dtn_var *var = dtn_model_find_var(m, x->key);
    const dtn_dim *whole =
        var && p < var->n_dim_key ? dtn_model_find_dim(m, var->dim_keys[p]) : NULL;
    uint32_t first = whole ? end_of(whole, sub->expr) : DTN_NONE;
    uint32_t last = whole ? end_of(whole, sub->expr2) : DTN_NONE;
    if (first == DTN_NONE || last == DTN_NONE || last < first)
        return;
    const char *name = dtn_arena_printf(m->arena, "%s %u to %u", whole->name, first + 1, last + 1);
    const char *key = dtn_model_name_key(m, name, strlen(name));
    if (!dtn_model_find_dim(m, key)) {
        const uint32_t from = whole->id;
        dtn_dim *dim = dtn_model_add_dim(m, name, sub->pos); /* moves the others */
        for (uint32_t i = first; i <= last; i++)
            dtn_dim_add_element(m, dim, m->dims[from].elements[i]);
        dim->parent = m->dims[from].parent;
    }
    *sub = dtn_sub_named(key, NULL, sub->pos);
}

/* ---- Names ------------------------------------------------------------------------------------------------ */

/* Dim.element: the dimension, and the element's position in *at; NULL: it is no such name. */
static const dtn_dim *element_of(const plainer *k, const char *key, uint32_t *at)
{
    const char *dot = key ? strchr(key, '.') : NULL;
    if (!dot || dot == key)
        return NULL;
    const dtn_dim *dim =
        dtn_model_find_dim(k->m, dtn_arena_strndup(k->m->arena, key, (size_t)(dot - key)));
    *at = dim ? dtn_map_get(&dim->index, dot + 1) : DTN_MAP_NONE;
    return *at == DTN_MAP_NONE ? NULL : dim;
}

/* a[Dim.element] is a[element]. */
static void put_own_element(const plainer *k, dtn_sub *sub)
{
    uint32_t at = 0;
    const dtn_dim *dim = sub->kind == DTN_SUB_NAME ? element_of(k, sub->key, &at) : NULL;
    if (dim && !dtn_model_find_var(k->m, sub->key))
        sub->text = sub->key = dim->element_keys[at];
}

/* Dim.element as a value is its position. */
static void put_element(const plainer *k, dtn_expr *x)
{
    uint32_t at = 0;
    if (x->n_sub > 0 || !element_of(k, x->key, &at))
        return;
    x->kind = DTN_X_NUMBER;
    x->number = at + 1.0;
}

/* ---- Functions of several values ------------------------------------------------------------------------ */

static bool is_own_function(const plainer *k, const char *key)
{
    for (size_t i = 0; i < k->m->n_macro; i++)
        if (strcmp(k->m->macros[i].key, key) == 0)
            return true;
    return dtn_model_find_var(k->m, key) != NULL;
}

/* MAX(a, b, c): as MAX(MAX(a, b), c). */
static void put_pairs(plainer *k, dtn_expr *x)
{
    while (x->n_arg > 2) {
        dtn_expr *first = DTN_NEW(k->m->arena, dtn_expr);
        *first = *x;
        first->n_arg = 2;
        first->args = DTN_NEW_N(k->m->arena, dtn_expr *, 2);
        memcpy(first->args, x->args, 2 * sizeof *first->args);
        x->args++;
        x->args[0] = first;
        x->n_arg--;
    }
}

/* SUM(a, b), MEAN(a, b) of single values: a + b, (a + b) / 2. */
static void put_operators(plainer *k, dtn_expr *x)
{
    const bool is_mean = strcmp(x->key, "mean") == 0;
    dtn_expr *sum = x->args[0];
    for (uint32_t i = 1; i < x->n_arg; i++)
        sum = dtn_expr_new_binary(k->m, DTN_OP_ADD, sum, x->args[i]);
    if (is_mean)
        sum =
            dtn_expr_new_binary(k->m, DTN_OP_DIV, sum, dtn_expr_new_number(k->m, x->n_arg, x->pos));
    *x = *sum;
}

static void put_old_name(plainer *k, dtn_expr *x)
{
    static const char *const names[][2] = {
        {"arraysum", "sum"}, {"arraymean", "mean"}, {"arraystddev", "stddev"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(x->key, names[i][0]) == 0 && !is_own_function(k, x->key) &&
            !is_own_function(k, names[i][1]))
            x->text = x->key = names[i][1];
}

static void put_several(plainer *k, dtn_expr *x)
{
    put_old_name(k, x);
    const bool is_extreme = strcmp(x->key, "max") == 0 || strcmp(x->key, "min") == 0;
    const bool is_sum = strcmp(x->key, "sum") == 0 || strcmp(x->key, "mean") == 0;
    if ((!is_extreme && !is_sum) || x->n_arg <= (is_sum ? 1 : 2) || is_own_function(k, x->key))
        return;
    if (is_extreme)
        put_pairs(k, x);
    else
        put_operators(k, x);
}

/* ---- Elements with the name of a dimension ----------------------------------------------------------------- */

void dtn_check_set_apart(dtn_model *m)
{
    for (size_t i = 0; i < m->n_dim; i++) {
        dtn_dim *dim = &m->dims[i];
        for (uint32_t e = 0; e < dim->n_element; e++) {
            const char *key = dim->element_keys[e];
            if (strcmp(key, dim->key) == 0)
                continue; /* an error */
            while (
                dtn_model_find_dim(m, key)) /* no name begins with a point: it leads to the root */
                key = dtn_arena_printf(m->arena, ".%s", key);
            if (key == dim->element_keys[e])
                continue;
            dim->element_keys[e] = key;
            dtn_map_set(&dim->index, m->arena, key, e);
        }
    }
}

/* The dimension that `var` has at subscript p knows best what stands there: its own element, not another
 * dimension of that name. */
static void put_apart(const plainer *k, const dtn_var *var, uint32_t p, dtn_sub *sub)
{
    const dtn_dim *own =
        var && p < var->n_dim_key ? dtn_model_find_dim(k->m, var->dim_keys[p]) : NULL;
    const dtn_dim *dim = own && sub->kind == DTN_SUB_NAME && sub->key && !sub->bang
                             ? dtn_model_find_dim(k->m, sub->key)
                             : NULL;
    const uint32_t at =
        dim && dim->id != own->id ? dtn_map_get(&own->index, sub->key) : DTN_MAP_NONE;
    if (at != DTN_MAP_NONE)
        sub->key = own->element_keys[at];
}

static void visit(plainer *k, dtn_expr *x, bool inside)
{
    if (!x)
        return;
    const dtn_var *named = x->n_sub > 0 ? dtn_model_find_var(k->m, x->key) : NULL;
    for (uint32_t p = 0; p < x->n_sub; p++)
        put_apart(k, named, p, &x->subs[p]);
    if (x->kind == DTN_X_CALL)
        put_several(k, x);
    if (x->kind == DTN_X_CALL && strcmp(x->key, DTN_KEY_TRANSPOSE) == 0 && x->n_arg == 1)
        put_transposed(k, x);
    if (x->kind == DTN_X_CALL && strcmp(x->key, "size") == 0 && x->n_arg == 1)
        put_own_size(k, x);
    if (x->kind == DTN_X_NAME && !dtn_model_find_var(k->m, x->key)) {
        if (strcmp(x->key, "self") == 0)
            put_self(k, x);
        else
            put_element(k, x);
    }
    uint32_t fn = x->kind == DTN_X_CALL ? dtn_fn_find(DTN_XMILE, x->key) : DTN_NONE;
    inside = inside || (fn != DTN_NONE && dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY);
    for (uint32_t p = 0; p < x->n_sub; p++) {
        put_own_element(k, &x->subs[p]);
        if (is_position(&x->subs[p]))
            put_position(k, &x->subs[p]);
        else if (x->subs[p].kind == DTN_SUB_RANGE && inside)
            put_slice(k, x, p, &x->subs[p]);
        else
            visit(k, x->subs[p].expr, inside);
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        visit(k, x->args[i], inside);
}

void dtn_check_plain(dtn_model *model, size_t first)
{
    for (size_t i = first; i < model->n_var && model->dialect == DTN_XMILE; i++)
        for (size_t e = 0; e < model->vars[i].n_eqn; e++) {
            plainer k = {model, &model->vars[i], &model->vars[i].eqns[e]};
            for (uint32_t p = 0; p < k.eqn->n_sub; p++)
                put_apart(&k, k.var, p, &k.eqn->subs[p]);
            visit(&k, k.eqn->expr, false);
            if (k.eqn->driven != k.eqn->expr)
                visit(&k, k.eqn->driven, false);
            visit(&k, k.eqn->init, false);
        }
}
