/* Making a model form: the model itself, variables, dimensions, expressions.
 *
 * Everything lies in the arena of the root model, so nothing is freed singly and a
 * failed allocation jumps to the guard of the public entry point. Names are found by
 * key through two hash maps; ids are positions in the arrays.
 * It does not check: a reader may add equations that make no sense together.
 */
#include "model/model.h"

#include <math.h>
#include <string.h>

/* ---- The model --------------------------------------------------------- */

static void init_model(dtn_model *model, dtn_arena *arena, dtn_dialect dialect)
{
    model->arena = arena;
    model->dialect = dialect;
    model->method = DTN_EULER;
}

/* NULL when out of memory; the arena is the caller's either way. */
static dtn_model *model_in(dtn_arena *arena, dtn_dialect dialect, const char *path)
{
    if (DTN_ARENA_GUARD(arena))
        return NULL;
    dtn_model *model = DTN_NEW(arena, dtn_model);
    init_model(model, arena, dialect);
    model->path = path ? dtn_arena_strdup(arena, path) : NULL;
    arena->has_guard = 0; /* this frame ends: the caller sets its own */
    return model;
}

dtn_model *dtn_model_new(dtn_dialect dialect, const char *path)
{
    dtn_arena *arena = dtn_alloc(sizeof *arena);
    if (!arena)
        return NULL;
    dtn_arena_init(arena);
    dtn_model *model = model_in(arena, dialect, path);
    if (!model) {
        dtn_arena_free(arena);
        dtn_free(arena);
    }
    return model;
}

void dtn_model_delete(dtn_model *model)
{
    if (!model)
        return;
    dtn_arena *arena = model->arena; /* the model lies in it */
    dtn_arena_free(arena);
    dtn_free(arena);
}

dtn_model *dtn_model_new_scope(dtn_model *root)
{
    dtn_model *scope = DTN_NEW(root->arena, dtn_model);
    init_model(scope, root->arena, root->dialect);
    scope->path = root->path;
    return scope;
}

const char *dtn_model_name_key(dtn_model *model, const char *name, size_t n)
{
    return dtn_written_name_key(model->arena, name, n);
}

static const char *key_of(dtn_model *model, const char *name)
{
    return dtn_model_name_key(model, name, strlen(name));
}

/* ---- Variables --------------------------------------------------------- */

dtn_var *dtn_model_find_var(const dtn_model *model, const char *key)
{
    uint32_t id = dtn_map_get(&model->var_index, key);
    return id == DTN_MAP_NONE ? NULL : &model->vars[id];
}

uint32_t dtn_model_find_element(dtn_arena *arena, const dtn_model *model, const dtn_var *var,
                                const char *subs)
{
    uint32_t element = 0, i = 0;
    const char *p = subs + 1;
    for (;; i++) {
        size_t n = strcspn(p, ",]");
        if (i >= var->n_dim || p[n] == '\0')
            return DTN_NONE;
        const dtn_dim *dim = &model->dims[var->dims[i]];
        uint32_t at = dtn_map_get(&dim->index, dtn_name_key(arena, p, n));
        if (at == DTN_MAP_NONE)
            return DTN_NONE;
        element = element * dim->n_element + at;
        p += n + 1;
        if (p[-1] == ']')
            break;
    }
    return i + 1 == var->n_dim && *p == '\0' ? element : DTN_NONE;
}

const dtn_var *dtn_model_find_reference(dtn_arena *arena, const dtn_model *model, const char *name,
                                        const char **subs)
{
    const dtn_var *var = dtn_model_find_var(model, dtn_name_key(arena, name, strlen(name)));
    *subs = NULL;
    for (const char *p = strchr(name, '['); var == NULL && p != NULL; p = strchr(p + 1, '[')) {
        var = dtn_model_find_var(model, dtn_name_key(arena, name, (size_t)(p - name)));
        *subs = p;
    }
    return var;
}

static dtn_var *add_var(dtn_model *model, const char *key, const char *name, dtn_pos pos)
{
    dtn_var var = {.id = (uint32_t)model->n_var,
                   .name = name,
                   .key = key,
                   .kind = DTN_VAR_AUX,
                   .range_min = NAN,
                   .range_max = NAN,
                   .range_step = NAN,
                   .group = DTN_NONE,
                   .pos = pos};
    DTN_PUSH(model->arena, model->vars, model->n_var, model->cap_var, var);
    dtn_map_set(&model->var_index, model->arena, key, var.id);
    return &model->vars[var.id];
}

dtn_var *dtn_model_add_var(dtn_model *model, const char *name, dtn_pos pos, bool *is_new)
{
    const char *key = key_of(model, name);
    dtn_var *found = dtn_model_find_var(model, key);
    if (is_new)
        *is_new = !found;
    if (found)
        return found;
    return add_var(model, key, dtn_arena_strdup(model->arena, name), pos);
}

dtn_var *dtn_model_add_hidden(dtn_model *model, const char *key, const char *name, dtn_pos pos)
{
    dtn_var *var = add_var(model, key, name, pos);
    var->is_hidden = true;
    var->is_instance = true;
    return var;
}

dtn_eqn *dtn_var_add_eqn(dtn_model *model, dtn_var *var)
{
    dtn_eqn eqn = {.kind = DTN_EQN_EXPR, .pos = var->pos};
    DTN_PUSH(model->arena, var->eqns, var->n_eqn, var->cap_eqn, eqn);
    return &var->eqns[var->n_eqn - 1];
}

/* ---- Dimensions -------------------------------------------------------- */

dtn_dim *dtn_model_find_dim(const dtn_model *model, const char *key)
{
    uint32_t id = dtn_map_get(&model->dim_index, key);
    return id == DTN_MAP_NONE ? NULL : &model->dims[id];
}

static const char *mapped_key(const dtn_dim *from, const dtn_mapping *m, const dtn_dim *to,
                              uint32_t i)
{
    if (m->n > 0)
        return i < m->n ? m->to_element_keys[i] : NULL;
    return i < to->n_element && from->n_element == to->n_element ? to->element_keys[i] : NULL;
}

bool dtn_dim_maps_to(const dtn_dim *dim, const dtn_dim *to)
{
    for (size_t k = 0; k < dim->n_mapping; k++)
        if (strcmp(dim->mappings[k].to_key, to->key) == 0)
            return true;
    return false;
}

/* Position in `sub` of what `key` of `bound` stands for through a mapping between the two; where one
 * names the other range, no mapping to another that lists the same elements counts. */
static const char *through_mapping(const dtn_model *m, const dtn_dim *bound, const dtn_dim *sub,
                                   const char *key)
{
    const bool is_named = dtn_dim_maps_to(sub, bound);
    for (size_t k = 0; k < sub->n_mapping; k++) { /* sub -> bound: whose target is key? */
        const dtn_dim *to = dtn_model_find_dim(m, sub->mappings[k].to_key);
        if (!to || dtn_map_get(&to->index, key) == DTN_MAP_NONE || (is_named && to != bound))
            continue;
        if (sub->mappings[k].n == 0) { /* position by position */
            if (sub->n_element != to->n_element)
                continue;
            return sub->element_keys[dtn_map_get(&to->index, key)];
        }
        for (uint32_t i = 0; i < sub->n_element; i++) {
            const char *target = mapped_key(sub, &sub->mappings[k], to, i);
            const dtn_dim *range = target ? dtn_model_find_dim(m, target) : NULL;
            if (target && (strcmp(target, key) == 0 ||
                           (range && dtn_map_get(&range->index, key) != DTN_MAP_NONE)))
                return sub->element_keys[i];
        }
    }
    const bool names_sub = dtn_dim_maps_to(bound, sub);
    for (size_t k = 0; k < bound->n_mapping; k++) { /* bound -> sub */
        const dtn_dim *to = dtn_model_find_dim(m, bound->mappings[k].to_key);
        uint32_t at = dtn_map_get(&bound->index, key);
        if (to && at != DTN_MAP_NONE && (to == sub || (!names_sub && to->parent == sub->parent))) {
            const char *target = mapped_key(bound, &bound->mappings[k], to, at);
            if (target && dtn_map_get(&sub->index, target) != DTN_MAP_NONE)
                return target;
        }
    }
    return NULL;
}

const char *dtn_model_mapped_key(const dtn_model *m, const dtn_dim *bound, const dtn_dim *sub,
                                 const char *key)
{
    const char *found = through_mapping(m, bound, sub, key);
    if (found || bound->parent == sub->parent)
        return found;
    for (size_t i = 0; i < m->n_dim; i++) {
        const dtn_dim *other = &m->dims[i];
        const char *said = other->n_mapping > 0 && other->parent == bound->parent
                               ? through_mapping(m, other, sub, key)
                               : NULL;
        if (said && found && strcmp(said, found) != 0)
            return NULL;
        found = said ? said : found;
    }
    return found;
}

const dtn_eqn *dtn_var_formula(const dtn_var *var, const dtn_expr *x)
{
    const dtn_eqn *eqn = var->n_eqn == 1 ? &var->eqns[0] : NULL;
    if (!eqn || !eqn->expr || eqn->tables || eqn->keyword || eqn->n_except ||
        eqn->n_sub != x->n_sub)
        return NULL;
    for (uint32_t p = 0; p < x->n_sub; p++)
        if (!x->subs[p].key || strcmp(x->subs[p].key, eqn->subs[p].key) != 0)
            return NULL;
    return eqn;
}

const char *dtn_range_text(dtn_arena *arena, double low, double high)
{
    char from[DTN_DOUBLE_MAX_TEXT], to[DTN_DOUBLE_MAX_TEXT];
    dtn_double_to_text(low, from);
    dtn_double_to_text(high, to);
    return isnan(high)  ? dtn_arena_printf(arena, "at least %s", from)
           : isnan(low) ? dtn_arena_printf(arena, "at most %s", to)
                        : dtn_arena_printf(arena, "%s to %s", from, to);
}

dtn_dim *dtn_model_add_dim(dtn_model *model, const char *name, dtn_pos pos)
{
    dtn_dim dim = {.id = (uint32_t)model->n_dim,
                   .name = dtn_arena_strdup(model->arena, name),
                   .key = key_of(model, name),
                   .pos = pos,
                   .parent = DTN_NONE};
    DTN_PUSH(model->arena, model->dims, model->n_dim, model->cap_dim, dim);
    if (dtn_map_get(&model->dim_index, dim.key) == DTN_MAP_NONE)
        dtn_map_set(&model->dim_index, model->arena, dim.key, dim.id);
    return &model->dims[dim.id];
}

/* Capacity is not stored: it is the power of two at or above the count, at least 8. */
static const char **grow_names(dtn_model *model, const char **names, uint32_t n)
{
    if (n != 0 && (n < 8 || (n & (n - 1)) != 0))
        return names;
    size_t cap = n ? 2 * (size_t)n : 8;
    const char **wider = DTN_NEW_N(model->arena, const char *, cap);
    if (n)
        memcpy(wider, names, n * sizeof *names);
    return wider;
}

void dtn_dim_add_element(dtn_model *model, dtn_dim *dim, const char *name)
{
    const char *key = key_of(model, name);
    dim->elements = grow_names(model, dim->elements, dim->n_element);
    dim->element_keys = grow_names(model, dim->element_keys, dim->n_element);
    dim->elements[dim->n_element] = dtn_arena_strdup(model->arena, name);
    dim->element_keys[dim->n_element] = key;
    if (dtn_map_get(&dim->index, key) == DTN_MAP_NONE)
        dtn_map_set(&dim->index, model->arena, key, dim->n_element);
    dim->n_element++;
    model->n_dim_element++;
}

/* ---- Expressions ------------------------------------------------------- */

dtn_expr *dtn_expr_new(dtn_model *model, dtn_expr_kind kind, dtn_pos pos)
{
    dtn_expr *expr = DTN_NEW(model->arena, dtn_expr);
    expr->kind = kind;
    expr->pos = pos;
    expr->id = DTN_NONE;
    return expr;
}

dtn_expr *dtn_expr_new_number(dtn_model *model, double number, dtn_pos pos)
{
    dtn_expr *expr = dtn_expr_new(model, DTN_X_NUMBER, pos);
    expr->number = number;
    return expr;
}

dtn_expr *dtn_expr_new_name(dtn_model *model, const char *name, dtn_pos pos)
{
    dtn_expr *expr = dtn_expr_new(model, DTN_X_NAME, pos);
    expr->text = dtn_arena_strdup(model->arena, name);
    expr->key = key_of(model, name);
    return expr;
}

dtn_expr *dtn_expr_new_binary(dtn_model *model, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    dtn_expr *expr = dtn_expr_new(model, DTN_X_BINARY, a->pos);
    expr->op = op;
    expr->args = DTN_NEW_N(model->arena, dtn_expr *, 2);
    expr->args[0] = a;
    expr->args[1] = b;
    expr->n_arg = 2;
    return expr;
}

dtn_sub dtn_sub_named(const char *text, const char *key, dtn_pos pos)
{
    return (dtn_sub){.kind = DTN_SUB_NAME,
                     .text = text,
                     .key = key == NULL ? text : key,
                     .pos = pos,
                     .dim = DTN_NONE,
                     .element = DTN_NONE};
}

void dtn_expr_walk(dtn_expr *expr, void (*visit)(dtn_expr *expr, void *ctx), void *ctx)
{
    if (!expr)
        return;
    visit(expr, ctx);
    for (uint32_t i = 0; i < expr->n_sub; i++) {
        dtn_expr_walk(expr->subs[i].expr, visit, ctx);
        dtn_expr_walk(expr->subs[i].expr2, visit, ctx);
    }
    for (uint32_t i = 0; i < expr->n_arg; i++)
        dtn_expr_walk(expr->args[i], visit, ctx);
}

/* ---- Tables ------------------------------------------------------------------------------------ */

bool dtn_lookup_tell_jumps(const dtn_lookup *table, dtn_pos pos, dtn_diags *diags)
{
    const double *x = table->x, *y = table->y;
    for (size_t i = 2; i < table->n; i++)
        if (x[i] == x[i - 1] && x[i] == x[i - 2]) {
            dtn_diags_add_as(diags, DTN_WARNING, 107, pos, "keep the first and the last of them",
                             "the table has more than two points at x = %g", x[i]);
            return true;
        }
    for (size_t i = 1; i < table->n; i++)
        if (x[i] == x[i - 1] && y[i] != y[i - 1]) {
            dtn_diags_add_as(
                diags, DTN_WARNING, 107, pos,
                "take out the one that is a slip; if a jump is meant, leave them",
                "the table has two values at x = %g, %g and %g: it jumps there, and the "
                "second counts",
                x[i], y[i - 1], y[i]);
            return true;
        }
    return false;
}

/* ---- Units ------------------------------------------------------------------------------------- */

/* "per" as a word of its own, at `at`. */
static bool is_per(const char *text, size_t at)
{
    const char *p = text + at;
    const bool begins = at == 0 || strchr(" _\t(", text[at - 1]);
    return begins && (p[0] == 'p' || p[0] == 'P') && (p[1] == 'e' || p[1] == 'E') &&
           (p[2] == 'r' || p[2] == 'R') && (p[3] == ' ' || p[3] == '_');
}

/* A hyphen between two names, not the sign of an exponent. */
static bool is_times(const char *text, size_t at)
{
    size_t before = at, after = at + 1;
    while (before > 0 && text[before - 1] == ' ')
        before--;
    after += strspn(text + after, " ");
    const char a = before > 0 ? text[before - 1] : '^', b = text[after];
    return text[at] == '-' && a != '^' && a != '(' && b != '\0' && !strchr("0123456789.^*/)-", b);
}

const char *dtn_unit_as_product(dtn_arena *arena, const char *text)
{
    bool is_new = false;
    if (!text)
        return NULL;
    const size_t n = strlen(text);
    char *out = dtn_arena_alloc(arena, 2 * n + 1), *to = out;
    for (size_t i = 0; i < n; i++) {
        if (is_per(text, i)) {
            while (to > out && strchr(" _", to[-1])) /* of the name before it */
                to--;
            if (to == out || to[-1] == '(')
                *to++ = '1';
            *to++ = '/';
            i += 3; /* the blank behind it too */
            is_new = true;
        } else if (is_times(text, i)) {
            *to++ = '*';
            is_new = true;
        } else {
            *to++ = text[i];
        }
    }
    *to = '\0';
    return is_new ? out : text;
}
