/* Translation: what both directions need. Trees, free names, constants, dimensions.
 *
 * Ranges within ranges follow check/resolve: an element that is itself the name of a range
 * stands for that range's elements, and elements are known by their keys.
 */
#include "format/translate.h"
#include "model/functions.h"

#include <math.h>
#include <string.h>

/* ---- Trees --------------------------------------------------------------------- */

static dtn_expr *make(dtn_model *model, dtn_expr_kind kind, uint32_t n)
{
    dtn_expr *x = dtn_expr_new(model, kind, (dtn_pos){0});
    x->n_arg = n;
    x->args = n ? DTN_NEW_N(model->arena, dtn_expr *, n) : NULL;
    return x;
}

dtn_expr *dtn_make_call(dtn_model *model, const char *text, uint32_t n, dtn_expr *a, dtn_expr *b,
                        dtn_expr *c)
{
    dtn_expr *args[3] = {a, b, c};
    dtn_expr *x = make(model, DTN_X_CALL, n);
    x->text = text;
    x->key = dtn_model_name_key(model, text, strlen(text));
    if (n)
        memcpy(x->args, args, n * sizeof *args);
    return x;
}

dtn_expr *dtn_make_unary(dtn_model *model, dtn_op op, dtn_expr *a)
{
    dtn_expr *x = make(model, DTN_X_UNARY, 1);
    x->op = op;
    x->args[0] = a;
    return x;
}

dtn_expr *dtn_make_binary(dtn_model *model, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    return dtn_expr_new_binary(model, op, a, b);
}

dtn_expr *dtn_make_number(dtn_model *model, double number)
{
    return dtn_expr_new_number(model, number, (dtn_pos){0});
}

dtn_expr *dtn_make_name(dtn_model *model, const char *name)
{
    return dtn_expr_new_name(model, name, (dtn_pos){0});
}

dtn_expr *dtn_make_if(dtn_model *model, dtn_expr *cond, dtn_expr *yes, dtn_expr *no)
{
    return dtn_make_call(model, "IF THEN ELSE", 3, cond, yes, no);
}

bool dtn_key_is(const dtn_expr *x, const char *key)
{
    return x && x->kind == DTN_X_CALL && strcmp(x->key, key) == 0;
}

/* ---- Names ------------------------------------------------------------------------ */

static bool is_taken(const dtn_model *m, const char *key)
{
    if (dtn_model_find_var(m, key) || dtn_model_find_dim(m, key))
        return true;
    for (size_t i = 0; i < m->n_macro; i++)
        if (strcmp(m->macros[i].key, key) == 0)
            return true;
    return false;
}

const char *dtn_free_name(dtn_model *target, const dtn_model *source, const char *base)
{
    const char *name = base;
    for (unsigned n = 2;; n++) {
        const char *key = dtn_model_name_key(target, name, strlen(name));
        if (!is_taken(target, key) && !is_taken(source, key))
            return name;
        name = dtn_arena_printf(target->arena, "%s %u", base, n);
    }
}

/* ---- Constants ------------------------------------------------------------------------ */

#define MAX_CHAIN 50   /* constants defined by constants: more is taken for a circle */
#define MAX_WORK 20000 /* operators and names of one value: a = b + b, b = c + c, ... */

static bool value_of(const dtn_model *m, const dtn_expr *x, double *out, int depth,
                     uint32_t *n_done);

static bool value_of_name(const dtn_model *m, const dtn_expr *x, double *out, int depth,
                          uint32_t *n_done)
{
    static const struct {
        const char *key;
        size_t offset;
    } times[] = {{"dt", offsetof(dtn_model, dt)},
                 {"starttime", offsetof(dtn_model, start)},
                 {"stoptime", offsetof(dtn_model, stop)}};
    const dtn_var *var = x->n_sub == 0 ? dtn_model_find_var(m, x->key) : NULL;
    if (var)
        return var->n_eqn == 1 && var->eqns[0].kind == DTN_EQN_EXPR && var->eqns[0].n_sub == 0 &&
               value_of(m, dtn_eqn_written(&var->eqns[0]), out, depth + 1, n_done);
    for (size_t i = 0; i < sizeof times / sizeof *times && m->dialect == DTN_XMILE; i++) {
        dtn_expr *const *at = (dtn_expr *const *)(const void *)((const char *)m + times[i].offset);
        if (strcmp(x->key, times[i].key) == 0)
            return *at && value_of(m, *at, out, depth + 1, n_done);
    }
    return false;
}

static bool value_of_binary(dtn_op op, double a, double b, double *out)
{
    switch (op) {
    case DTN_OP_ADD: *out = a + b; return true;
    case DTN_OP_SUB: *out = a - b; return true;
    case DTN_OP_MUL: *out = a * b; return true;
    case DTN_OP_DIV: *out = a / b; return b != 0;
    default: return false;
    }
}

static bool value_of(const dtn_model *m, const dtn_expr *x, double *out, int depth,
                     uint32_t *n_done)
{
    double a = 0, b = 0;
    if (!x || depth > MAX_CHAIN || (*n_done)++ > MAX_WORK)
        return false;
    switch (x->kind) {
    case DTN_X_NUMBER: *out = x->number; return true;
    case DTN_X_NAME: return value_of_name(m, x, out, depth, n_done);
    case DTN_X_UNARY:
        if (x->op == DTN_OP_NOT || !value_of(m, x->args[0], &a, depth + 1, n_done))
            return false;
        *out = x->op == DTN_OP_NEG ? -a : a;
        return true;
    case DTN_X_BINARY:
        return value_of(m, x->args[0], &a, depth + 1, n_done) &&
               value_of(m, x->args[1], &b, depth + 1, n_done) && value_of_binary(x->op, a, b, out);
    default: return false;
    }
}

bool dtn_constant_value(const dtn_model *model, const dtn_expr *x, double *out)
{
    uint32_t n_done = 0;
    return value_of(model, x, out, 0, &n_done);
}

/* ---- Signs, draws ------------------------------------------------------------------------------ */

static bool is_at_least_0(const dtn_expr *x) { return x->kind == DTN_X_NUMBER && x->number >= 0; }

/* Draws that are never negative: those whose bounds say so, and, without bounds, those of counts and
 * of times. XMILE's have their bounds last, behind a seed. */
static bool draws_no_negative(const dtn_model *m, const dtn_expr *x)
{
    static const struct {
        const char *key;
        uint32_t low; /* place of the lower bound */
    } kinds[] = {{"exprnd", 2}, {"poisson", 2},   {"geometric", 2},   {"gamma", 3},
                 {"beta", 3},   {"binomial", 3},  {"negbinomial", 3}, {"weibull", 3},
                 {"pareto", 3}, {"lognormal", 3}, {"montecarlo", 2}};
    const bool is_vensim = strncmp(x->key, "random_", 7) == 0;
    if (strcmp(x->key, "random_0_1") == 0)
        return true;
    if (is_vensim || strcmp(x->key, "random") == 0 || strcmp(x->key, "uniform") == 0)
        return strcmp(x->key, "random_lookup") != 0 && strcmp(x->key, "random_pink_noise") != 0 &&
               x->n_arg > 1 && is_at_least_0(x->args[0]) && is_at_least_0(x->args[1]);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && m->dialect == DTN_XMILE; i++)
        if (strcmp(x->key, kinds[i].key) == 0)
            return x->n_arg <= kinds[i].low || is_at_least_0(x->args[kinds[i].low]);
    return false;
}

static bool all_never_negative(const dtn_model *m, const dtn_expr *x)
{
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!dtn_never_negative(m, x->args[i]))
            return false;
    return true;
}

bool dtn_never_negative(const dtn_model *model, const dtn_expr *x)
{
    if (x->kind == DTN_X_BINARY)
        return (x->op == DTN_OP_ADD || x->op == DTN_OP_MUL || x->op == DTN_OP_DIV) &&
               all_never_negative(model, x);
    if (x->kind != DTN_X_CALL || dtn_model_find_var(model, x->key))
        return is_at_least_0(x);
    if (strcmp(x->key, "abs") == 0 || strcmp(x->key, "exp") == 0 || strcmp(x->key, "sqrt") == 0)
        return true;
    if (strcmp(x->key, "min") == 0)
        return all_never_negative(model, x);
    if (strcmp(x->key, "max") == 0 && x->n_arg == 2)
        return dtn_never_negative(model, x->args[0]) || dtn_never_negative(model, x->args[1]);
    return draws_no_negative(model, x);
}

bool dtn_has_draw(dtn_dialect dialect, const dtn_expr *x)
{
    if (!x)
        return false;
    const uint32_t fn = (x->kind == DTN_X_CALL || x->kind == DTN_X_NAME) && x->key
                            ? dtn_fn_find(dialect, x->key)
                            : DTN_NONE;
    bool found = fn != DTN_NONE && dtn_fn_table[fn].behaviour == DTN_FNB_DRAW;
    for (uint32_t i = 0; i < x->n_arg && !found; i++)
        found = dtn_has_draw(dialect, x->args[i]);
    return found;
}

/* ---- Variables, groups, settings --------------------------------------------------------- */

dtn_var dtn_bare_copy(const dtn_var *var)
{
    dtn_var out = {.name = var->name,
                   .kind = var->kind,
                   .units = var->units,
                   .units_pos = var->units_pos,
                   .doc = var->doc,
                   .range_min = var->range_min,
                   .range_max = var->range_max,
                   .range_step = var->range_step,
                   .group = var->group,
                   .supplementary = var->supplementary,
                   .pos = var->pos};
    return out;
}

dtn_var *dtn_append_var(dtn_model *scope, dtn_var var)
{
    var.id = (uint32_t)scope->n_var;
    var.key = dtn_model_name_key(scope, var.name, strlen(var.name));
    DTN_PUSH(scope->arena, scope->vars, scope->n_var, scope->cap_var, var);
    dtn_map_set(&scope->var_index, scope->arena, var.key, var.id);
    return &scope->vars[var.id];
}

void dtn_copy_groups(const dtn_model *from, dtn_model *to)
{
    for (size_t i = 0; i < from->n_group; i++)
        DTN_PUSH(to->arena, to->groups, to->n_group, to->cap_group, from->groups[i]);
}

/* What a unit of XMILE's stands for, behind its name, in Vensim's notation. */
static const char *definition_as_product(dtn_arena *arena, const char *list)
{
    const size_t n = strcspn(list, ",");
    return dtn_arena_printf(arena, "%.*s%s", (int)n, list, dtn_unit_as_product(arena, list + n));
}

const char *dtn_unit_in_mdl(dtn_arena *arena, const dtn_model *from, const char *unit)
{
    const char *key = unit ? dtn_name_key(arena, unit, strlen(unit)) : "";
    for (size_t i = 0; i < from->n_unit_synonym; i++)
        for (const char *p = from->unit_synonyms[i]; *p;) {
            const size_t n = strcspn(p, ",");
            if (strcmp(dtn_name_key(arena, p, n), key) == 0)
                return unit; /* the model has one of just that name */
            p += n + (p[n] == ',');
        }
    return from->dialect == DTN_XMILE ? dtn_unit_as_product(arena, unit) : unit;
}

void dtn_copy_settings(const dtn_model *from, dtn_model *to)
{
    to->name = from->name;
    to->method = from->method;
    to->time_units = from->time_units;
    for (size_t i = 0; i < from->n_unit_synonym; i++)
        DTN_PUSH(to->arena, to->unit_synonyms, to->n_unit_synonym, to->cap_unit_synonym,
                 from->dialect == DTN_XMILE && to->dialect == DTN_VENSIM
                     ? definition_as_product(to->arena, from->unit_synonyms[i])
                     : from->unit_synonyms[i]);
}

/* ---- Dimensions ------------------------------------------------------------------------------ */

#define MAX_NESTING 16 /* ranges of ranges of ranges, as in check/resolve */

static void add_elements(const dtn_model *from, dtn_model *to, dtn_dim *out, const dtn_dim *dim,
                         int depth)
{
    if (dim->alias_of && depth < MAX_NESTING) {
        const dtn_dim *other = dtn_model_find_dim(from, dim->alias_of);
        if (other)
            add_elements(from, to, out, other, depth + 1);
        return;
    }
    for (uint32_t i = 0; i < dim->n_element; i++) {
        const dtn_dim *inner = dtn_model_find_dim(from, dim->element_keys[i]);
        if (inner && inner->id != dim->id && inner->id != out->id && depth < MAX_NESTING)
            add_elements(from, to, out, inner, depth + 1);
        else if (dtn_map_get(&out->index, dim->element_keys[i]) == DTN_MAP_NONE)
            dtn_dim_add_element(to, out, dtn_plain_name(to->arena, dim->elements[i]));
    }
}

static bool holds_all(const dtn_dim *big, const dtn_dim *small)
{
    for (uint32_t i = 0; i < small->n_element; i++)
        if (dtn_map_get(&big->index, small->element_keys[i]) == DTN_MAP_NONE)
            return false;
    return true;
}

static void find_parent(dtn_model *m, dtn_dim *dim)
{
    dim->parent = dim->id;
    for (size_t j = 0; j < m->n_dim; j++)
        if (m->dims[j].n_element > m->dims[dim->parent].n_element && holds_all(&m->dims[j], dim))
            dim->parent = (uint32_t)j;
}

void dtn_copy_dims(const dtn_model *from, dtn_model *to, dtn_diags *diags)
{
    for (size_t i = 0; i < from->n_dim; i++) {
        const dtn_dim *dim = &from->dims[i];
        dtn_dim *out = dtn_model_add_dim(to, dtn_plain_name(to->arena, dim->name), dim->pos);
        out->doc = dim->doc;
        out->mappings = dim->mappings;
        out->n_mapping = dim->n_mapping;
        add_elements(from, to, out, dim, 0);
        if (out->n_element == 0)
            dtn_refuse(diags, dim->pos, "write its elements into the model",
                       "the elements of '%s' are not known: they are in another file", dim->name);
    }
    for (size_t i = 0; i < to->n_dim; i++)
        find_parent(to, &to->dims[i]);
}
