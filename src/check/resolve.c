/* Resolve names: from a form as read to a form that can be compiled.
 *
 *  1. dimensions: aliases and ranges of ranges expanded, each one's parent found;
 *  2. the dimensions of every variable, from the left sides of its equations;
 *  3. every name, call and subscript in every equation, overrides included;
 *  4. the kind of each variable (constant, lookup, stock, flow).
 *
 * Modules and macros have become variables before (modules.c, macros.c).
 * Elements are known by their keys, so a subrange, an alias or a dimension that shares
 * elements needs no case of its own. What parses but does not run yet is reported here (5xx)
 * and only where it is used.
 *
 * Follows the Vensim reference manual ("Subscripts") and XMILE 1.0, sections 3.1 and 3.7.
 */
#include "base/nearest.h"
#include "check/belts.h"
#include "check/check.h"
#include "check/lift.h"
#include "check/plain.h"
#include "check/queues.h"
#include "check/recursion.h"
#include "check/external.h"
#include "model/functions.h"

#include <math.h>
#include <string.h>

typedef struct resolver {
    dtn_model *model;
    dtn_diags *diags;
    dtn_books *books;   /* files that equations read from */
    dtn_map elements;   /* element key -> first dimension that has it */
    const dtn_var *var; /* variable whose equation is being resolved */
    const dtn_eqn *eqn; /* NULL: its left side is */
    uint32_t *expanded; /* [n_dim] the dimension that took its elements last, plus 1 */
    uint64_t n_value;   /* elements of all variables */
    bool is_full;       /* too many elements, as a diagnostic says */
    uint32_t depth;     /* inside subscripts' expressions or array functions: bare arrays allowed */
    dtn_repeats repeats;
    bool is_diagram; /* most variables have no equation, as a diagnostic says */
} resolver;

static uint32_t position_in(const dtn_dim *dim, const char *key)
{
    return dtn_map_get(&dim->index, key);
}

static bool holds_all(const dtn_dim *big, const dtn_dim *small)
{
    for (uint32_t i = 0; i < small->n_element; i++)
        if (position_in(big, small->element_keys[i]) == DTN_MAP_NONE)
            return false;
    return true;
}

/* ---- 1. Dimensions ----------------------------------------------------- */

#define DTN_MAX_RANGE_NESTING 16 /* ranges of ranges of ranges: a loop is an error */

static bool has_room(resolver *r, const dtn_dim *dim)
{
    if (r->model->n_dim_element < DTN_MAX_ELEMENTS)
        return true;
    if (!r->is_full)
        dtn_diags_add(r->diags, 214, dim->pos, "make the ranges smaller",
                      "the ranges have more than %d elements in all", DTN_MAX_ELEMENTS);
    r->is_full = true;
    return false;
}

static void expand_into(resolver *r, dtn_dim *out, const dtn_dim *from, int depth);

/* What the range stands for may be defined further down, and has its elements then. */
static void expand_alias(resolver *r, dtn_dim *out, const dtn_dim *alias, int depth)
{
    const dtn_dim *other = dtn_model_find_dim(r->model, alias->alias_of);
    if (other && other->id == out->id) /* in a circle: an element of its own name, an error */
        dtn_dim_add_element(r->model, out, out->name);
    else if (other && depth < DTN_MAX_RANGE_NESTING && r->expanded[other->id] != out->id + 1)
        expand_into(r, out, other, depth + 1);
}

static void expand_into(resolver *r, dtn_dim *out, const dtn_dim *from, int depth)
{
    r->expanded[from->id] = out->id + 1; /* once is enough: each may name all others twice */
    if (from->alias_of) {
        expand_alias(r, out, from, depth);
        return;
    }
    for (uint32_t i = 0; i < from->n_element; i++) {
        const char *key = from->element_keys[i];
        dtn_dim *inner = dtn_model_find_dim(r->model, key);
        if (inner && inner->id != out->id && depth < DTN_MAX_RANGE_NESTING) {
            if (r->expanded[inner->id] != out->id + 1)
                expand_into(r, out, inner, depth + 1);
        } else if (position_in(out, key) == DTN_MAP_NONE && has_room(r, out)) {
            dtn_dim_add_element(r->model, out, from->elements[i]);
        }
    }
}

static void expand_dim(resolver *r, dtn_dim *dim)
{
    dtn_dim source = *dim;
    bool nested = false;
    if (dim->alias_of) {
        dtn_dim *other = dtn_model_find_dim(r->model, dim->alias_of);
        if (!other) {
            dtn_diags_add(r->diags, 205, dim->pos, "define the other range, or correct its name",
                          "'%s' is an alias of '%s', which is not defined", dim->name,
                          dim->alias_of);
            return;
        }
        source = *other;
        nested = true;
    }
    for (uint32_t i = 0; i < source.n_element && !nested; i++)
        nested = dtn_model_find_dim(r->model, source.element_keys[i]) != NULL;
    if (!nested)
        return;
    dim->n_element = 0;
    dim->elements = dim->element_keys = NULL;
    dim->index = (dtn_map){0};
    expand_into(r, dim, &source, 0);
}

static bool is_target(const resolver *r, const dtn_dim *to, const char *key)
{
    const dtn_dim *range = dtn_model_find_dim(r->model, key);
    return position_in(to, key) != DTN_MAP_NONE || (range && holds_all(to, range));
}

/* A mapping that does not say for each element what it stands for would fail where it is used,
 * in words that do not name it. */
static void check_mapping(resolver *r, const dtn_dim *dim, const dtn_mapping *map)
{
    const dtn_dim *to = dtn_model_find_dim(r->model, map->to_key);
    if (!to) {
        dtn_diags_add(r->diags, 205, map->pos, "define it, or correct its name",
                      "'%s' is mapped to '%s', which is not a subscript range", dim->name,
                      map->to_text);
        return;
    }
    uint32_t n = map->n ? map->n : to->n_element;
    if (n != dim->n_element) {
        dtn_diags_add(r->diags, 503, map->pos,
                      "give one target for each element: (range: target, target, ...)",
                      "'%s' has %u element%s and its mapping to '%s' gives %u", dim->name,
                      dim->n_element, dim->n_element == 1 ? "" : "s", to->name, n);
        return;
    }
    for (uint32_t i = 0; i < map->n; i++)
        if (!is_target(r, to, map->to_element_keys[i]))
            dtn_diags_add(r->diags, 205, map->pos, "use its elements or ranges of them",
                          "'%s' is neither an element of '%s' nor a range of them",
                          map->to_element_keys[i], to->name);
}

/* `x[Name]` would mean the range to one reader and the element to the next. Ranges that name each other in a circle
 * hold themselves when they are expanded. */
static void check_own_name(resolver *r, const dtn_dim *dim, bool is_expanded)
{
    if (position_in(dim, dim->key) == DTN_MAP_NONE)
        return;
    dtn_diags_add(r->diags, 210, dim->pos,
                  is_expanded ? "names are the same in any case: give one of the ranges, or an "
                                "element, another name"
                              : "give the range or the element another name",
                  is_expanded ? "the range '%s' is a part of itself, through a range or alias that "
                                "one of its elements names"
                              : "the range '%s' has an element of its own name",
                  dim->name);
}

static void resolve_dims(resolver *r)
{
    dtn_model *m = r->model;
    r->expanded = DTN_NEW_N(m->arena, uint32_t, m->n_dim);
    const size_t n_before = r->diags->n_error;
    for (size_t i = 0; i < m->n_dim; i++)
        check_own_name(r, &m->dims[i], false);
    const bool are_told = r->diags->n_error > n_before;
    for (size_t i = 0; i < m->n_dim && !m->has_elements_apart; i++)
        expand_dim(r, &m->dims[i]);
    if (m->has_elements_apart)
        dtn_check_set_apart(m);
    for (size_t i = 0; i < m->n_dim && !are_told; i++)
        check_own_name(r, &m->dims[i], true);
    for (size_t i = 0; i < m->n_dim; i++) {
        dtn_dim *dim = &m->dims[i];
        dim->parent = dim->id;
        for (size_t j = 0; j < m->n_dim; j++)
            if (m->dims[j].n_element > m->dims[dim->parent].n_element &&
                holds_all(&m->dims[j], dim))
                dim->parent = (uint32_t)j;
        for (uint32_t e = 0; e < dim->n_element; e++)
            if (dtn_map_get(&r->elements, dim->element_keys[e]) == DTN_MAP_NONE)
                dtn_map_set(&r->elements, m->arena, dim->element_keys[e], (uint32_t)i);
        for (size_t k = 0; k < dim->n_mapping; k++)
            check_mapping(r, dim, &dim->mappings[k]);
    }
}

/* ---- 2. Dimensions of variables ---------------------------------------- */

static bool dim_covers(const dtn_model *m, const dtn_dim *dim, const dtn_sub *sub)
{
    dtn_dim *named = sub->key ? dtn_model_find_dim(m, sub->key) : NULL;
    if (named)
        return holds_all(dim, named);
    return sub->key && position_in(dim, sub->key) != DTN_MAP_NONE;
}

/* The dimension a variable is stored over at position p: the one named by every equation if
 * there is one, else the smallest that covers all of their left sides. */
static uint32_t storage_dim(resolver *r, const dtn_var *var, uint32_t p)
{
    dtn_model *m = r->model;
    uint32_t best = DTN_NONE;
    dtn_dim *first = dtn_model_find_dim(m, var->eqns[0].subs[p].key);
    if (first) {
        bool covers = true;
        for (size_t i = 0; i < var->n_eqn && covers; i++)
            covers = dim_covers(m, first, &var->eqns[i].subs[p]);
        if (covers)
            return first->id;
    }
    for (size_t d = 0; d < m->n_dim; d++) {
        bool covers = true;
        for (size_t i = 0; i < var->n_eqn && covers; i++)
            covers = dim_covers(m, &m->dims[d], &var->eqns[i].subs[p]);
        if (covers && (best == DTN_NONE || m->dims[d].n_element < m->dims[best].n_element))
            best = (uint32_t)d;
    }
    return best;
}

/* Subscripts as plain keys: a number on the left side is an element's name. */
static void number_subs_to_names(resolver *r, dtn_eqn *eqn)
{
    for (uint32_t p = 0; p < eqn->n_sub; p++) {
        dtn_sub *sub = &eqn->subs[p];
        if (sub->kind == DTN_SUB_NUMBER && !sub->key) {
            char text[DTN_DOUBLE_MAX_TEXT];
            size_t n = dtn_double_to_text(sub->number, text);
            sub->text = sub->key = dtn_arena_strndup(r->model->arena, text, n);
        }
    }
}

/* "did you mean": a range, or an element of one (NULL: of any). */
static const char *near_subscript(const resolver *r, const dtn_dim *of, const char *key,
                                  const char *otherwise)
{
    const dtn_model *m = r->model;
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, key);
    for (size_t i = 0; i < m->n_dim; i++) {
        dtn_nearest_add(&nearest, m->dims[i].key);
        for (uint32_t k = 0; k < m->dims[i].n_element && (!of || of == &m->dims[i]); k++)
            dtn_nearest_add(&nearest, m->dims[i].element_keys[k]);
    }
    return nearest.best ? dtn_arena_printf(r->model->arena, "did you mean '%s'?", nearest.best)
                        : otherwise;
}

static bool check_left_sides(resolver *r, dtn_var *var)
{
    for (size_t i = 0; i < var->n_eqn; i++) {
        dtn_eqn *eqn = &var->eqns[i];
        number_subs_to_names(r, eqn);
        if (eqn->n_sub != var->eqns[0].n_sub || eqn->n_sub > DTN_MAX_DIMS) {
            dtn_diags_add(r->diags, 206, eqn->pos,
                          "give every equation of a variable the same number of subscripts",
                          "'%s' has %u subscripts here and %u in its first equation", var->name,
                          eqn->n_sub, var->eqns[0].n_sub);
            return false;
        }
        for (uint32_t p = 0; p < eqn->n_sub; p++) {
            const dtn_sub *sub = &eqn->subs[p];
            if (!sub->key || (!dtn_model_find_dim(r->model, sub->key) &&
                              dtn_map_get(&r->elements, sub->key) == DTN_MAP_NONE)) {
                const char *hint = "define it as a subscript range or element";
                dtn_diags_add(r->diags, 205, sub->pos,
                              sub->key ? near_subscript(r, NULL, sub->key, hint) : hint,
                              "unknown subscript '%s' on the left side of '%s'",
                              sub->text ? sub->text : "?", var->name);
                return false;
            }
        }
    }
    return true;
}

static void set_size(resolver *r, dtn_var *var)
{
    uint64_t n = 1;
    for (uint32_t p = 0; p < var->n_dim && n <= DTN_MAX_VALUES; p++)
        n *= r->model->dims[var->dims[p]].n_element;
    r->n_value += n;
    var->n_element = n <= DTN_MAX_VALUES ? (uint32_t)n : 1;
    if (r->n_value <= DTN_MAX_VALUES || r->is_full)
        return;
    dtn_diags_add(r->diags, 214, var->pos, "give it fewer dimensions, or make the ranges smaller",
                  "with '%s' the model has more than %u values", var->name, DTN_MAX_VALUES);
    r->is_full = true;
}

static void dims_of_var(resolver *r, dtn_var *var)
{
    uint32_t n = 0;
    var->n_dim = 0;
    var->n_element = 1;
    if (var->n_dim_key > 0) {
        n = var->n_dim_key;
        for (uint32_t p = 0; p < n && p < DTN_MAX_DIMS; p++) {
            dtn_dim *dim = dtn_model_find_dim(r->model, var->dim_keys[p]);
            if (!dim) {
                dtn_diags_add(r->diags, 205, var->pos, "declare it under <dimensions>",
                              "'%s' uses the dimension '%s', which is not defined", var->name,
                              var->dim_keys[p]);
                return;
            }
            var->dims[p] = dim->id;
        }
        for (size_t i = 0; i < var->n_eqn; i++)
            number_subs_to_names(r, &var->eqns[i]);
    } else if (var->n_eqn > 0) {
        if (!check_left_sides(r, var))
            return;
        n = var->eqns[0].n_sub;
        for (uint32_t p = 0; p < n; p++) {
            var->dims[p] = storage_dim(r, var, p);
            if (var->dims[p] == DTN_NONE) {
                dtn_diags_add(r->diags, 206, var->eqns[0].subs[p].pos,
                              "use elements of one range in each position",
                              "no subscript range holds everything that stands at position %u of "
                              "'%s'",
                              p + 1, var->name);
                return;
            }
        }
    }
    var->n_dim = n;
    set_size(r, var);
}

/* ---- 3. Names in equations --------------------------------------------- */

/* The longest beginning of a name that is a variable: "birth rate People", where an operator or a
 * '~' is missing. */
static const dtn_var *known_start(const resolver *r, const char *key)
{
    for (size_t n = strlen(key); n-- > 1;) {
        if (key[n] != '_')
            continue;
        const dtn_var *var =
            dtn_model_find_var(r->model, dtn_arena_strndup(r->model->arena, key, n));
        if (var)
            return var;
    }
    return NULL;
}

static void unknown_name(resolver *r, const dtn_expr *x)
{
    dtn_nearest nearest;
    const dtn_var *start = r->model->dialect == DTN_VENSIM ? known_start(r, x->key) : NULL;
    dtn_nearest_init(&nearest, x->key);
    for (size_t i = 0; i < r->model->n_var; i++)
        dtn_nearest_add(&nearest, r->model->vars[i].key);
    const dtn_var *near = nearest.best ? dtn_model_find_var(r->model, nearest.best) : NULL;
    const char *hint = near ? dtn_arena_printf(r->model->arena, "did you mean '%s'?", near->name)
                       : start
                           ? dtn_arena_printf(r->model->arena,
                                              "'%s' is a variable: is an operator missing behind "
                                              "it, or the '~' before its unit?",
                                              start->name)
                           : "define it, or correct its name";
    dtn_diags_add(r->diags, 201, x->pos, hint, "unknown variable '%s' in the equation of '%s'",
                  x->text, r->var->name);
}

static void resolve_expr(resolver *r, dtn_expr *x);

/* XMILE: what a dimension stands for in the equation of one element; DTN_NONE elsewhere. */
static uint32_t own_element(const resolver *r, const dtn_dim *dim)
{
    if (r->model->dialect != DTN_XMILE || !r->eqn)
        return DTN_NONE;
    for (uint32_t p = 0; p < r->eqn->n_sub && p < r->var->n_dim; p++)
        if (r->var->dims[p] == dim->id && r->eqn->subs[p].element < dim->n_element)
            return r->eqn->subs[p].element;
    return DTN_NONE;
}

static void resolve_sub(resolver *r, dtn_sub *sub, const dtn_var *var, uint32_t p)
{
    dtn_model *m = r->model;
    const dtn_dim *storage = &m->dims[var->dims[p]];
    sub->dim = sub->element = DTN_NONE;
    if (sub->kind == DTN_SUB_NUMBER) {
        char text[DTN_DOUBLE_MAX_TEXT];
        dtn_double_to_text(sub->number, text);
        uint32_t at = position_in(storage, text);
        if (at == DTN_MAP_NONE && sub->number >= 1 && sub->number <= storage->n_element)
            at = (uint32_t)sub->number - 1;
        sub->element = at;
        if (at == DTN_NONE)
            dtn_diags_add(r->diags, 206, sub->pos, "use a position inside the dimension",
                          "'%s' has no element %s", storage->name, text);
        return;
    }
    if (sub->kind == DTN_SUB_EXPR) {
        resolve_expr(r, sub->expr);
        return;
    }
    if (sub->kind == DTN_SUB_RANGE) {
        dtn_diags_add(r->diags, 507, sub->pos, "name the elements one by one",
                      "ranges of elements as a subscript do not run yet");
        return;
    }
    if (sub->kind != DTN_SUB_NAME)
        return;
    dtn_dim *dim = dtn_model_find_dim(m, sub->key);
    const uint32_t own = dim && !sub->bang && r->depth == 0 ? own_element(r, dim) : DTN_NONE;
    if (own != DTN_NONE) {
        sub->text = dim->elements[own];
        sub->key = dim->element_keys[own];
        dim = NULL;
    }
    uint32_t at = position_in(storage, sub->key);
    if (dim)
        sub->dim = dim->id;
    else if (at != DTN_MAP_NONE)
        sub->element = at;
    else if (m->dialect == DTN_XMILE && r->eqn && dtn_model_find_var(m, sub->key)) {
        sub->kind = DTN_SUB_EXPR; /* a[i]: i is a variable (on the left side an element stands) */
        sub->expr = dtn_expr_new_name(m, sub->text, sub->pos);
        resolve_expr(r, sub->expr);
    } else if (dtn_map_get(&r->elements, sub->key) != DTN_MAP_NONE) {
        dtn_diags_add(r->diags, 206, sub->pos, "use an element of the variable's own range",
                      "'%s' is not an element of '%s', the range of '%s'", sub->text, storage->name,
                      var->name);
    } else {
        dtn_diags_add(r->diags, 205, sub->pos,
                      near_subscript(r, storage, sub->key, "define it, or correct its name"),
                      "unknown subscript '%s' of '%s'", sub->text, var->name);
    }
}

static void resolve_subs(resolver *r, dtn_expr *x, const dtn_var *var)
{
    bool bare_allowed = r->model->dialect == DTN_XMILE || r->depth > 0;
    if (x->n_sub == 0 && bare_allowed)
        return;
    if (x->n_sub != var->n_dim) {
        dtn_diags_add(r->diags, 206, x->pos, "give one subscript for each dimension",
                      "'%s' has %u subscript%s and is used with %u here", var->name, var->n_dim,
                      var->n_dim == 1 ? "" : "s", x->n_sub);
        return;
    }
    for (uint32_t p = 0; p < x->n_sub; p++)
        resolve_sub(r, &x->subs[p], var, p);
}

/* Stella's functions of what each batch carries with it. */
static bool needs_stamps(const char *key)
{
    return strncmp(key, "attr", 4) == 0 || strncmp(key, "ct", 2) == 0 ||
           strcmp(key, "cycletime") == 0 || strcmp(key, "throughput") == 0;
}

static void late_function(resolver *r, const dtn_expr *x)
{
    const bool of_vdf = strncmp(x->key, "get_vdf_", 8) == 0;
    if (strncmp(x->key, "get_odbc_", 9) == 0) {
        dtn_diags_add(
            r->diags, 506, x->pos,
            "export the table as .csv or .xlsx, and read it by GET DIRECT DATA and its kin",
            "'%s' reads a database, which is not done here", x->text);
        return;
    }
    dtn_diags_add(
        r->diags, of_vdf ? 506 : 505, x->pos,
        of_vdf ? "export the run from Vensim as .csv, .tab or .xlsx; then read it by GET "
                 "DIRECT DATA, or write name := without an equation and give --data FILE"
        : x->id == DTN_FN_MESSAGE
            ? "take it out: it shows a text on the screen of a game and has no part in a run"
        : x->id == DTN_FN_CLOCKTIME
            ? "put a number in its place: the same model gives the same numbers whenever it is run"
        : needs_stamps(x->key)
            ? "material has no time stamps or attributes here; give each age or kind a stock"
            : "write it out with stocks and auxiliaries for now",
        of_vdf ? "'%s' reads a .vdf, whose form its maker does not document"
               : "the function '%s' is known but does not run yet",
        x->text);
}

static bool resolve_plain_name(resolver *r, dtn_expr *x)
{
    if (strcmp(x->key, "time") == 0) {
        x->ref = DTN_REF_TIME;
        return true;
    }
    dtn_dim *dim = dtn_model_find_dim(r->model, x->key);
    const uint32_t own = dim && r->depth == 0 ? own_element(r, dim) : DTN_NONE;
    if (dim && own == DTN_NONE) {
        x->ref = DTN_REF_DIM;
        x->id = dim->id;
        return true;
    }
    if (own != DTN_NONE)
        x->key = dim->element_keys[own];
    uint32_t home = dtn_map_get(&r->elements, x->key);
    if (home != DTN_MAP_NONE) {
        x->ref = DTN_REF_ELEMENT;
        x->id = r->model->dims[home].parent;
        x->number = 1.0 + position_in(&r->model->dims[x->id], x->key);
        return true;
    }
    uint32_t fn = dtn_fn_find(r->model->dialect, x->key);
    if (fn != DTN_NONE && dtn_fn_table[fn].min_args == 0) {
        x->ref = DTN_REF_FUNC;
        x->id = fn;
        if (dtn_fn_table[fn].behaviour == DTN_FNB_LATER)
            late_function(r, x);
        return true;
    }
    return false;
}

static void resolve_name(resolver *r, dtn_expr *x)
{
    bool is_root = x->key[0] == '.' && r->model->dialect == DTN_XMILE; /* .name */
    dtn_var *var = dtn_model_find_var(r->model, x->key + is_root);
    if (!var) {
        if (x->n_sub > 0 || !resolve_plain_name(r, x))
            unknown_name(r, x);
        return;
    }
    x->ref = DTN_REF_VAR;
    x->id = var->id;
    resolve_subs(r, x, var);
}

/* What a diagram without equations says of a variable: Vensim's A FUNCTION OF(a, b), Stella's
 * NAN(a, b). */
static bool is_sketched(const dtn_model *m, const dtn_expr *x)
{
    return m->dialect == DTN_VENSIM ? strcmp(x->key, "a_function_of") == 0
                                    : strcmp(x->key, "nan") == 0 && x->n_arg > 0;
}

static void no_equation_yet(resolver *r, const dtn_expr *x)
{
    if (r->is_diagram)
        return;
    dtn_diags_add(r->diags, 207, x->pos,
                  dtn_arena_printf(r->model->arena, "write one in place of %s(...)", x->text),
                  "'%s' has no equation yet: only its causes are given", r->var->name);
}

static void unknown_function(resolver *r, const dtn_expr *x)
{
    dtn_nearest nearest;
    if (dtn_model_find_var(r->model, x->key)) {
        dtn_diags_add(
            r->diags, 202, x->pos,
            "only tables of points are called: is an operator missing before the bracket?",
            "'%s' is a variable, no function or lookup, in the equation of '%s'", x->text,
            r->var->name);
        return;
    }
    dtn_nearest_init(&nearest, x->key);
    for (uint32_t i = 0; i < DTN_N_FN; i++)
        if (dtn_fn_table[i].key[0] != '(') /* inner ones */
            dtn_nearest_add(&nearest, dtn_fn_table[i].key);
    dtn_diags_add(r->diags, 202, x->pos,
                  nearest.best
                      ? dtn_arena_printf(r->model->arena, "did you mean '%s'?", nearest.best)
                      : "see the list of functions in the documentation",
                  "unknown function or lookup '%s' in the equation of '%s'", x->text, r->var->name);
}

/* f(a,,b): draws alone have arguments that may be left out in the middle. */
static void check_empty_arguments(resolver *r, const dtn_expr *x, const dtn_fn_info *fn,
                                  const char *hint)
{
    for (uint32_t i = 0; i < x->n_arg && fn->behaviour != DTN_FNB_DRAW; i++)
        if (x->args[i]->kind == DTN_X_MISSING)
            dtn_diags_add(r->diags, 203, x->args[i]->pos, hint,
                          "argument %u of '%s' is missing in the equation of '%s'", i + 1, x->text,
                          r->var->name);
}

static void check_arguments(resolver *r, const dtn_expr *x, const dtn_fn_info *fn)
{
    const char *hint =
        dtn_arena_printf(r->model->arena, *fn->arguments ? "it reads %s(%s)" : "write %s alone",
                         x->text, fn->arguments);
    if (x->n_arg >= fn->min_args && x->n_arg <= fn->max_args) {
        check_empty_arguments(r, x, fn, hint);
        return;
    }
    dtn_diags_add(r->diags, 203, x->pos, hint, "'%s' takes %u%s%.0u argument%s, %u given", x->text,
                  fn->min_args, fn->max_args != fn->min_args ? " to " : "",
                  fn->max_args != fn->min_args ? fn->max_args : 0, fn->max_args == 1 ? "" : "s",
                  x->n_arg);
}

static bool is_range_like(const resolver *r, const dtn_sub *sub, const dtn_dim *dim)
{
    const dtn_dim *own = sub->dim == DTN_NONE ? NULL : &r->model->dims[sub->dim];
    return own && own->n_element == dim->n_element && holds_all(own, dim);
}

/* Vensim takes x[R, C] = INVERT MATRIX(m[R, R], n) where R and C have the same elements: the
 * columns of m are C. */
static void tell_columns_apart(const resolver *r, dtn_expr *matrix)
{
    const uint32_t n = matrix->n_sub, n_left = r->eqn->n_sub;
    if (matrix->ref != DTN_REF_VAR || n < 2 || n_left < 2 || matrix->subs[n - 1].dim == DTN_NONE ||
        matrix->subs[n - 1].dim != matrix->subs[n - 2].dim)
        return;
    const dtn_sub *left = &r->eqn->subs[n_left - 2];
    const dtn_dim *dim = &r->model->dims[matrix->subs[n - 1].dim];
    if (left[0].dim != left[1].dim && is_range_like(r, &left[0], dim) &&
        is_range_like(r, &left[1], dim))
        memcpy(&matrix->subs[n - 2], left, 2 * sizeof *left);
}

static void resolve_call(resolver *r, dtn_expr *x)
{
    if (x->ref == DTN_REF_MACRO)
        return; /* resolved where its instance is */
    if (x->n_out > 0) {
        dtn_diags_add(r->diags, 203, x->args[x->n_arg - x->n_out]->pos, "take out what follows ':'",
                      "'%s' is no macro and has no further outputs", x->text);
        return;
    }
    dtn_var *var = dtn_model_find_var(r->model, x->key);
    uint32_t fn = dtn_fn_find(r->model->dialect, x->key);
    bool is_lookup = var && var->n_eqn > 0 && var->eqns[0].kind == DTN_EQN_LOOKUP;
    if (is_lookup) {
        x->ref = DTN_REF_LOOKUP;
        x->id = var->id;
        resolve_subs(r, x, var);
        if (x->n_arg != 1)
            dtn_diags_add(r->diags, 203, x->pos, "give the x at which it is read",
                          "the lookup '%s' takes 1 argument, %u given", x->text, x->n_arg);
    } else if (is_sketched(r->model, x)) {
        no_equation_yet(r, x);
    } else if (fn == DTN_NONE) {
        unknown_function(r, x);
    } else {
        x->ref = DTN_REF_FUNC;
        x->id = fn;
        check_arguments(r, x, &dtn_fn_table[fn]);
        if (dtn_external_is_source(x->key) && x != r->eqn->expr)
            dtn_diags_add(r->diags, 507, x->pos, "give it a variable of its own",
                          "'%s' can only be a whole equation", x->text);
        if (fn == DTN_FN_TABBED_ARRAY)
            dtn_diags_add(r->diags, 507, x->pos, "give it a variable of its own",
                          "'%s' can only be a whole equation", x->text);
        const bool of_data =
            fn == DTN_FN_X_IF_MISSING || fn == DTN_FN_CUMULATE || fn == DTN_FN_CUMULATEF;
        if (of_data && (x != r->eqn->expr || r->eqn->kind != DTN_EQN_DATA))
            dtn_diags_add(r->diags, 507, x->pos, "give it a variable of its own, with ':='",
                          "'%s' can only be a whole data equation", x->text);
        if (dtn_fn_table[fn].behaviour == DTN_FNB_LATER)
            late_function(r, x);
    }
    bool array = fn != DTN_NONE && dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY;
    bool takes_lookup = fn == DTN_FN_LOOKUP || fn == DTN_FN_LOOKUP_EXTRAPOLATE ||
                        fn == DTN_FN_LOOKUP_FORWARD || fn == DTN_FN_LOOKUP_BACKWARD ||
                        fn == DTN_FN_TABXL || fn == DTN_FN_LOOKUPAREA || fn == DTN_FN_LOOKUPSUM ||
                        fn == DTN_FN_LOOKUPMEAN || fn == DTN_FN_LOOKUPINV;
    r->depth += array;
    for (uint32_t i = 0; i < x->n_arg; i++) {
        resolve_expr(r, x->args[i]);
        if (takes_lookup && i == 0 && !is_lookup && x->args[0]->ref != DTN_REF_VAR &&
            x->args[0]->kind != DTN_X_LOOKUP)
            dtn_diags_add(r->diags, 212, x->args[0]->pos, "give the name of a lookup",
                          "the first argument of '%s' is not a lookup", x->text);
    }
    r->depth -= array;
    if (fn == DTN_FN_INVERT_MATRIX && x->n_arg > 0)
        tell_columns_apart(r, x->args[0]);
}

static void resolve_expr(resolver *r, dtn_expr *x)
{
    if (!x)
        return;
    if (x->kind == DTN_X_NAME) {
        resolve_name(r, x);
    } else if (x->kind == DTN_X_CALL) {
        resolve_call(r, x);
    } else {
        for (uint32_t i = 0; i < x->n_arg; i++)
            resolve_expr(r, x->args[i]);
    }
}

/* v[SubA] :EXCEPT: [A1], where A1 is in the range around SubA only: takes nothing out. */
static bool is_outside(const resolver *r, const dtn_sub *sub, const dtn_dim *storage)
{
    return sub->kind == DTN_SUB_NAME && sub->key && !dtn_model_find_dim(r->model, sub->key) &&
           position_in(storage, sub->key) == DTN_MAP_NONE &&
           position_in(&r->model->dims[storage->parent], sub->key) != DTN_MAP_NONE;
}

static void resolve_left_side(resolver *r, dtn_eqn *eqn, const dtn_var *var)
{
    if (eqn->n_sub == 0)
        return;
    for (uint32_t p = 0; p < eqn->n_sub && p < var->n_dim; p++)
        resolve_sub(r, &eqn->subs[p], var, p);
    for (uint32_t k = 0; k < eqn->n_except; k++)
        for (uint32_t p = 0; p < eqn->n_sub && p < var->n_dim; p++)
            if (!is_outside(r, &eqn->excepts[k][p], &r->model->dims[var->dims[p]]))
                resolve_sub(r, &eqn->excepts[k][p], var, p);
}

static void resolve_eqn(resolver *r, dtn_eqn *eqn, const dtn_var *var)
{
    r->var = var;
    r->eqn = NULL;
    r->depth = 0;
    resolve_left_side(r, eqn, var);
    r->eqn = eqn;
    resolve_expr(r, eqn->expr);
    resolve_expr(r, eqn->driven);
    resolve_expr(r, eqn->init);
    resolve_expr(r, eqn->driven_init);
}

/* ---- 4. Kinds ---------------------------------------------------------- */

static bool is_number(const dtn_expr *x)
{
    if (!x)
        return false;
    if (x->kind == DTN_X_NUMBER || x->kind == DTN_X_ARRAY)
        return true;
    return x->kind == DTN_X_UNARY && (x->op == DTN_OP_NEG || x->op == DTN_OP_PLUS) &&
           x->args[0]->kind == DTN_X_NUMBER;
}

static void kind_of(dtn_var *var)
{
    bool numbers = var->n_eqn > 0, lookups = var->n_eqn > 0;
    for (size_t i = 0; i < var->n_eqn; i++) {
        const dtn_eqn *eqn = &var->eqns[i];
        numbers = numbers && (eqn->kind == DTN_EQN_EXPR || eqn->loaded) &&
                  is_number(dtn_eqn_value(eqn)) && !eqn->init;
        lookups = lookups && eqn->kind == DTN_EQN_LOOKUP;
        if (eqn->kind == DTN_EQN_STOCK)
            var->kind = DTN_VAR_STOCK;
    }
    if (lookups)
        var->kind = DTN_VAR_LOOKUP;
    else if (numbers && var->kind != DTN_VAR_FLOW)
        var->kind = DTN_VAR_CONST;
}

static void mark_flow(dtn_expr *x, void *ctx)
{
    dtn_model *m = ctx;
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR && m->vars[x->id].kind == DTN_VAR_AUX)
        m->vars[x->id].kind = DTN_VAR_FLOW;
}

/* Vensim does not say what a flow is: an auxiliary that is a term of a stock's net rate. */
static void mark_flows(dtn_model *m, dtn_expr *x)
{
    if (!x)
        return;
    if (x->kind == DTN_X_NAME)
        mark_flow(x, m);
    else if ((x->kind == DTN_X_BINARY && (x->op == DTN_OP_ADD || x->op == DTN_OP_SUB)) ||
             x->kind == DTN_X_UNARY)
        for (uint32_t i = 0; i < x->n_arg; i++)
            mark_flows(m, x->args[i]);
}

static void check_var(resolver *r, dtn_var *var)
{
    if (var->special)
        dtn_diags_add(r->diags, 504, var->pos, "replace it by stocks and flows for now",
                      "'%s' is a %s, which does not run here", var->name, var->special);
    else if (var->n_eqn == 0 && !r->is_diagram)
        dtn_diags_add(r->diags, 207, var->pos, "give it an equation", "'%s' has no equation",
                      var->name);
    /* In XMILE a dimension's name stands in subscripts only, where no variable's is meant first. */
    if (r->model->dialect != DTN_XMILE && dtn_model_find_dim(r->model, var->key))
        dtn_diags_add(r->diags, 210, var->pos, "rename one of them",
                      "'%s' is both a variable and a subscript range", var->name);
}

/* Has the variable causes at most, as in a causal diagram? */
static bool is_empty(const dtn_model *m, const dtn_var *var)
{
    return var->n_eqn == 0 ||
           (var->n_eqn == 1 && var->eqns[0].expr && var->eqns[0].expr->kind == DTN_X_CALL &&
            is_sketched(m, var->eqns[0].expr));
}

#define FEW 3 /* variables without an equation that are reported one by one, or named */

/* A diagram, most of whose variables have no equation: one message for all of them. */
static void check_diagram(resolver *r)
{
    dtn_model *m = r->model;
    const dtn_var *first = NULL;
    const char *names = "";
    size_t n = 0, n_all = 0;
    for (size_t i = 0; i < m->n_var; i++) {
        const dtn_var *var = &m->vars[i];
        if (var->is_hidden || var->is_instance || var->is_control || var->special)
            continue;
        n_all++;
        if (!is_empty(m, var))
            continue;
        first = first ? first : var;
        if (n < FEW)
            names = dtn_arena_printf(m->arena, "%s%s'%s'", names, n ? ", " : "", var->name);
        n++;
    }
    if (n <= FEW || 2 * n < n_all)
        return;
    r->is_diagram = true;
    dtn_diags_add(
        r->diags, 207, first->pos, "a run needs equations; convert writes the diagram as it is",
        "%zu of %zu variables have no equation yet: %s and %zu more", n, n_all, names, n - FEW);
}

static void check_times(resolver *r)
{
    dtn_model *m = r->model;
    dtn_pos at = {m->path, 0, 0};
    const char *names[] = {"start time", "stop time", "time step"};
    dtn_expr *given[] = {m->start, m->stop, m->dt};
    dtn_var whole = {.name = "the time specification"};
    dtn_eqn none = {0};
    const char *hint = m->dialect == DTN_VENSIM ? "define INITIAL TIME, FINAL TIME and TIME STEP"
                                                : "give <start>, <stop> and <dt> in <sim_specs>";
    const bool all_missing = !given[0] && !given[1] && !given[2];
    r->var = &whole;
    r->eqn = &none;
    if (all_missing)
        dtn_diags_add(r->diags, 211, at,
                      dtn_arena_printf(m->arena, "%s; or is the file cut off?", hint),
                      "the model has no start time, stop time and time step");
    for (int i = 0; i < 3; i++) {
        if (!given[i] && !all_missing)
            dtn_diags_add(r->diags, 211, at, hint, "the model has no %s", names[i]);
        resolve_expr(r, given[i]);
    }
    resolve_expr(r, m->saveper);
    r->var = NULL;
    r->eqn = NULL;
}

static void resolve_all(resolver *r)
{
    dtn_model *m = r->model;
    dtn_external_dims(m, r->books, r->diags);
    resolve_dims(r);
    size_t n_before = r->diags->n_error;
    dtn_check_add_belts(m, r->diags);
    dtn_check_add_queues(m, 0, r->diags);
    dtn_check_plain(m, 0);
    dtn_check_lift(m);
    const size_t n_var = m->n_var;
    dtn_check_add_macros(m, r->diags);
    dtn_check_add_queues(m, n_var, r->diags);
    dtn_check_plain(m, n_var);
    size_t n_macro_error = r->diags->n_error - n_before; /* these do not hide others */
    for (size_t i = 0; i < m->n_var; i++) {
        const size_t told = r->diags->n;
        dims_of_var(r, &m->vars[i]);
        dtn_repeats_fold(&r->repeats, &m->vars[i], told);
    }
    if (r->diags->n_error > n_macro_error)
        return; /* what follows would only repeat it */
    dtn_external_values(m, r->books, r->diags);
    dtn_external_sums(m, r->diags);
    check_diagram(r);
    for (size_t i = 0; i < m->n_var; i++) {
        const size_t told = r->diags->n;
        check_var(r, &m->vars[i]);
        for (size_t k = 0; k < m->vars[i].n_eqn; k++)
            resolve_eqn(r, &m->vars[i].eqns[k], &m->vars[i]);
        kind_of(&m->vars[i]);
        dtn_repeats_fold(&r->repeats, &m->vars[i], told);
    }
    for (size_t i = 0; i < m->n_override; i++)
        for (size_t k = 0; k < m->overrides[i].n_eqn; k++)
            resolve_eqn(r, &m->overrides[i].eqns[k], &m->vars[m->overrides[i].var]);
    for (size_t i = 0; i < m->n_var && m->dialect == DTN_VENSIM; i++)
        for (size_t k = 0; k < m->vars[i].n_eqn; k++)
            if (m->vars[i].eqns[k].kind == DTN_EQN_STOCK)
                mark_flows(m, m->vars[i].eqns[k].expr);
    check_times(r);
}

dtn_status dtn_check_resolve(dtn_model *model, dtn_diags *diags)
{
    size_t before = diags->n_error;
    resolver r = {.model = model, .diags = diags, .repeats = {.model = model, .diags = diags}};
    dtn_status modules = dtn_check_add_modules(model, diags);
    if (modules != DTN_OK)
        return modules;
    dtn_books *const books = dtn_books_new();
    if (!books)
        return DTN_E_MEMORY;
    if (DTN_ARENA_GUARD(model->arena)) {
        dtn_books_delete(books);
        return DTN_E_MEMORY;
    }
    r.books = books;
    diags->n_error = 0; /* resolve_all asks whether this pass found any */
    resolve_all(&r);
    dtn_repeats_tell(&r.repeats);
    dtn_books_delete(books);
    bool failed = diags->n_error > 0;
    diags->n_error += before;
    if (failed)
        return DTN_E_INPUT;
    dtn_status status = dtn_check_elements(model, diags);
    model->is_resolved = status == DTN_OK;
    return status;
}
