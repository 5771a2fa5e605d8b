/* Elements of array variables: each one that is used has one equation, none has two.
 *
 * The left sides of a variable's equations are played out element by element, EXCEPT taken out.
 * An element met twice is an error (204) at the second equation: which of the two would count
 * depends on their order, and no program of the field agrees on it. Elements without an equation
 * are no fault by themselves (a variable may stand for a part of its range alone; XMILE declares the range,
 * so there it is a warning), but using one is: it would read 0. So 209 stands at a use that cannot miss them: a single element, `dim!`,
 * or a range of the left side, when it stands in the variable's own range without a mapping.
 * Rules of courses of action are laid over the equations and are not counted with them.
 */
#include "check/check.h"

#include <string.h>

#define DTN_MAX_ELEMENTS_CHECKED 10000000 /* bytes of a mask; no model comes near */

typedef struct elements {
    dtn_model *model;
    dtn_diags *diags;
    uint8_t **masks;    /* [n_var] 1 where an element has an equation; NULL: all have */
    const dtn_var *var; /* whose equation is being looked at */
    const dtn_eqn *eqn;
} elements;

/** A product of lists of positions, one list a dimension, walked slowest first. */
typedef struct box {
    uint32_t n_dim;
    uint32_t size[DTN_MAX_DIMS]; /* of the dimensions */
    uint32_t count[DTN_MAX_DIMS], turn[DTN_MAX_DIMS];
    const uint32_t *positions[DTN_MAX_DIMS];
} box;

static size_t box_count(const box *b)
{
    size_t n = 1;
    for (uint32_t p = 0; p < b->n_dim; p++)
        n *= b->count[p];
    return n;
}

static uint32_t box_at(box *b, size_t i)
{
    uint32_t at = 0;
    for (uint32_t p = b->n_dim; p-- > 0; i /= b->count[p])
        b->turn[p] = b->positions[p][i % b->count[p]];
    for (uint32_t p = 0; p < b->n_dim; p++)
        at = at * b->size[p] + b->turn[p];
    return at;
}

/* Positions that a subscript covers in `storage`. False: it does not lie in it as it is. */
static bool positions_of(elements *e, const dtn_dim *storage, const dtn_sub *sub, box *b,
                         uint32_t p)
{
    const dtn_dim *dim = sub->key ? dtn_model_find_dim(e->model, sub->key) : NULL;
    uint32_t n = dim ? dim->n_element : 1;
    uint32_t *list = DTN_NEW_N(e->model->arena, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) {
        const char *key = dim ? dim->element_keys[i] : sub->key;
        list[i] = key ? dtn_map_get(&storage->index, key) : DTN_MAP_NONE;
        if (!dim && sub->element != DTN_NONE)
            list[i] = sub->element;
        if (list[i] == DTN_MAP_NONE)
            return false;
    }
    b->size[p] = storage->n_element;
    b->count[p] = n;
    b->positions[p] = list;
    return true;
}

static bool box_of(elements *e, const dtn_var *var, const dtn_sub *subs, box *b)
{
    *b = (box){.n_dim = var->n_dim};
    for (uint32_t p = 0; p < var->n_dim; p++)
        if (!positions_of(e, &e->model->dims[var->dims[p]], &subs[p], b, p))
            return false;
    return true;
}

/* ---- Left sides ------------------------------------------------------------- */

/* The positions in `storage` of what an EXCEPT names; elements that are not there are left out. */
static void positions_within(elements *e, const dtn_dim *storage, const dtn_sub *sub, box *b,
                             uint32_t p)
{
    const dtn_dim *dim = sub->key ? dtn_model_find_dim(e->model, sub->key) : NULL;
    const uint32_t n = dim ? dim->n_element : sub->key != NULL;
    uint32_t *list = DTN_NEW_N(e->model->arena, uint32_t, n), count = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t at = dtn_map_get(&storage->index, dim ? dim->element_keys[i] : sub->key);
        if (at != DTN_MAP_NONE)
            list[count++] = at;
    }
    b->size[p] = storage->n_element;
    b->count[p] = count;
    b->positions[p] = list;
}

/* 1 where an element is taken out of the left side; NULL: none is. */
static const uint8_t *excepted(elements *e, const dtn_var *var, const dtn_eqn *eqn)
{
    if (eqn->n_except == 0)
        return NULL;
    uint8_t *mask = DTN_NEW_N(e->model->arena, uint8_t, var->n_element);
    uint32_t n = 0;
    for (uint32_t k = 0; k < eqn->n_except && n < var->n_element; k++) {
        box b = {.n_dim = var->n_dim};
        for (uint32_t p = 0; p < var->n_dim; p++)
            positions_within(e, &e->model->dims[var->dims[p]], &eqn->excepts[k][p], &b, p);
        const size_t n_box = box_count(&b);
        for (size_t i = 0; i < n_box; i++) {
            const uint32_t at = box_at(&b, i);
            n += !mask[at];
            mask[at] = 1;
        }
    }
    return mask;
}

static const char *element_name(const elements *e, const dtn_var *var, uint32_t at)
{
    dtn_arena *arena = e->model->arena;
    const char *name = NULL;
    for (uint32_t p = var->n_dim; p-- > 0;) {
        const dtn_dim *dim = &e->model->dims[var->dims[p]];
        const char *one = dim->elements[at % dim->n_element];
        name = name ? dtn_arena_printf(arena, "%s,%s", one, name) : one;
        at /= dim->n_element;
    }
    return dtn_arena_printf(arena, "%s[%s]", var->name, name);
}

static bool mark(elements *e, const dtn_var *var, const dtn_eqn *eqn, uint8_t *mask)
{
    box b;
    if (!box_of(e, var, eqn->subs, &b))
        return true;
    const uint8_t *skip = excepted(e, var, eqn);
    size_t n = box_count(&b);
    for (size_t i = 0; i < n; i++) {
        uint32_t at = box_at(&b, i);
        if (skip && skip[at])
            continue;
        if (mask[at]) {
            dtn_diags_add(e->diags, 204, eqn->pos, "take one of them out, or use :EXCEPT:",
                          "'%s' has an equation above and another one here",
                          element_name(e, var, at));
            return false;
        }
        mask[at] = 1;
    }
    return true;
}

static void check_left_sides(elements *e, const dtn_var *var)
{
    if (var->n_dim == 0 || var->n_element > DTN_MAX_ELEMENTS_CHECKED)
        return;
    for (size_t k = 0; k < var->n_eqn; k++)
        if (var->eqns[k].n_sub != var->n_dim)
            return; /* XMILE: one equation for all, nothing written */
    uint8_t *mask = DTN_NEW_N(e->model->arena, uint8_t, var->n_element);
    bool ok = true;
    for (size_t k = 0; k < var->n_eqn && ok; k++)
        ok = mark(e, var, &var->eqns[k], mask);
    const uint8_t *gap = ok ? memchr(mask, 0, var->n_element) : NULL;
    if (gap)
        e->masks[var->id] = mask;
    if (gap && e->model->dialect != DTN_VENSIM && !var->is_hidden)
        dtn_diags_add_as(e->diags, DTN_WARNING, 209, var->pos,
                         "give each element an equation, or declare the dimension that it has",
                         "'%s' has no equation: the tables leave it out",
                         element_name(e, var, (uint32_t)(gap - mask)));
}

/* ---- Uses --------------------------------------------------------------------- */

/* Does this subscript take all that it names? A range of the left side does unless EXCEPT took
 * some away; one that the left side binds otherwise (a mapping) is not followed here. */
static bool takes_all(const elements *e, const dtn_sub *sub)
{
    if (sub->kind == DTN_SUB_NUMBER)
        return sub->element != DTN_NONE;
    if (sub->kind != DTN_SUB_NAME)
        return false;
    if (sub->dim == DTN_NONE || sub->bang)
        return true;
    for (uint32_t p = 0; p < e->eqn->n_sub && e->eqn->n_except == 0; p++)
        if (e->eqn->subs[p].dim == sub->dim)
            return true;
    return false;
}

static void check_use(dtn_expr *x, void *ctx)
{
    elements *e = ctx;
    box b;
    if ((x->ref != DTN_REF_VAR && x->ref != DTN_REF_LOOKUP) || !e->masks[x->id])
        return;
    const dtn_var *var = &e->model->vars[x->id];
    for (uint32_t p = 0; p < x->n_sub; p++)
        if (!takes_all(e, &x->subs[p]))
            return;
    if (x->n_sub != var->n_dim || !box_of(e, var, x->subs, &b))
        return;
    size_t n = box_count(&b);
    for (size_t i = 0; i < n; i++) {
        uint32_t at = box_at(&b, i);
        if (e->masks[x->id][at])
            continue;
        dtn_diags_add(e->diags, 209, x->pos, "give the element an equation, or leave it out here",
                      "'%s' has no equation and is used by '%s'", element_name(e, var, at),
                      e->var->name);
        return;
    }
}

static void check_uses(elements *e, const dtn_var *var, const dtn_eqn *eqns, size_t n)
{
    e->var = var;
    for (size_t k = 0; k < n; k++) {
        e->eqn = &eqns[k];
        dtn_expr_walk(eqns[k].expr, check_use, e);
        dtn_expr_walk(eqns[k].init, check_use, e);
    }
}

dtn_status dtn_check_elements(dtn_model *model, dtn_diags *diags)
{
    elements e = {.model = model, .diags = diags};
    size_t before = diags->n_error;
    if (DTN_ARENA_GUARD(model->arena))
        return DTN_E_MEMORY;
    e.masks = DTN_NEW_N(model->arena, uint8_t *, model->n_var);
    for (size_t i = 0; i < model->n_var; i++)
        check_left_sides(&e, &model->vars[i]);
    for (size_t i = 0; i < model->n_var; i++)
        check_uses(&e, &model->vars[i], model->vars[i].eqns, model->vars[i].n_eqn);
    for (size_t i = 0; i < model->n_override; i++) {
        const dtn_override *o = &model->overrides[i];
        check_uses(&e, &model->vars[o->var], o->eqns, o->n_eqn);
    }
    return diags->n_error > before ? DTN_E_INPUT : DTN_OK;
}
