/* What is given from outside: --set, --vary, a design. A variable all of whose elements are given becomes
 * a parameter, whatever its equations; of an array that is computed, single elements may be: they are taken
 * out of its equations, as EXCEPT does, and each gets an equation of its own, a hidden parameter.
 *
 * A list of numbers has no equation for a part of it, so it becomes one equation a number. Lists with
 * EXCEPT, tables, and variables that a course of action has a rule for are left as they are.
 */
#include "compile/expander.h"
#include "compile/lowerer.h"

#include <math.h>
#include <string.h>

/* ---- Which ones ----------------------------------------------------------------- */

static bool can_be_split(const dtn_compiler *c, const dtn_var *var)
{
    for (size_t i = 0; i < c->model->n_override; i++)
        if (c->model->overrides[i].var == var->id)
            return false;
    for (size_t k = 0; k < var->n_eqn; k++) {
        const dtn_expr *value = dtn_eqn_value(&var->eqns[k]);
        if (value && value->kind == DTN_X_ARRAY && var->eqns[k].n_except > 0)
            return false;
    }
    return !var->special && !c->vars[var->id].is_string;
}

void dtn_mark_parameters(dtn_compiler *c)
{
    const dtn_model *m = c->model;
    uint32_t *n_given = DTN_NEW_N(c->arena, uint32_t, m->n_var + 1);
    c->held = DTN_NEW_N(c->arena, uint8_t *, m->n_var + 1);
    for (size_t i = 0; i < c->options->n_parameter; i++) {
        const char *key = c->options->parameters[i];
        const char *bracket;
        const dtn_var *var = dtn_model_find_reference(c->arena, m, key, &bracket);
        if (!var || c->vars[var->id].is_lookup)
            continue;
        const uint32_t element = bracket ? dtn_model_find_element(c->arena, m, var, bracket) : 0;
        if (element == DTN_NONE)
            continue;
        if (!c->held[var->id])
            c->held[var->id] = DTN_NEW_N(c->arena, uint8_t, var->n_element + 1);
        n_given[var->id] += !c->held[var->id][element]; /* a key may be given twice */
        c->held[var->id][element] = 1;
        if (!bracket || n_given[var->id] == var->n_element)
            c->vars[var->id].cat = DTN_CAT_PARAM;
    }
    for (size_t i = 0; i < m->n_var; i++) {
        if (!c->held[i])
            continue;
        if (c->vars[i].cat == DTN_CAT_PARAM || !can_be_split(c, &m->vars[i]))
            c->held[i] = NULL;
        else
            c->vars[i].cat = DTN_CAT_AUX; /* a stock's other elements show hidden ones */
    }
}

/* ---- What is left of an equation ---------------------------------------------------- */

static dtn_sub *subs_of_element(dtn_compiler *c, const dtn_var *var, const dtn_eqn *eqn,
                                uint32_t element)
{
    dtn_sub *subs = DTN_NEW_N(c->arena, dtn_sub, var->n_dim);
    for (uint32_t p = var->n_dim; p-- > 0;) {
        const dtn_dim *dim = &c->model->dims[var->dims[p]];
        subs[p] = dtn_sub_named(dim->element_keys[element % dim->n_element], NULL, eqn->pos);
        element /= dim->n_element;
    }
    return subs;
}

/* XMILE writes no subscripts where an equation is that of all elements. */
static void write_subs(dtn_compiler *c, const dtn_var *var, dtn_eqn *eqn)
{
    if (eqn->n_sub > 0)
        return;
    eqn->n_sub = var->n_dim;
    eqn->subs = DTN_NEW_N(c->arena, dtn_sub, var->n_dim);
    for (uint32_t p = 0; p < var->n_dim; p++) {
        eqn->subs[p] = dtn_sub_named(c->model->dims[var->dims[p]].key, NULL, eqn->pos);
        eqn->subs[p].dim = var->dims[p];
    }
}

static void except_held(dtn_compiler *c, const dtn_var *var, dtn_eqn *eqn)
{
    const uint8_t *held = c->held[var->id];
    uint32_t n = eqn->n_except;
    dtn_sub **excepts = DTN_NEW_N(c->arena, dtn_sub *, n + var->n_element);
    for (uint32_t k = 0; k < n; k++)
        excepts[k] = eqn->excepts[k];
    for (uint32_t at = 0; at < var->n_element; at++)
        if (held[at])
            excepts[n++] = subs_of_element(c, var, eqn, at);
    eqn->excepts = excepts;
    eqn->n_except = n;
}

/* Element that the i-th turn of a left side's ranges gives. */
static uint32_t element_of_turn(const dtn_compiler *c, const dtn_var *var, const dtn_eqn *eqn,
                                size_t i)
{
    uint32_t at = 0, stride = 1;
    for (uint32_t p = var->n_dim; p-- > 0;) {
        const dtn_dim *storage = &c->model->dims[var->dims[p]];
        const dtn_dim *range = dtn_model_find_dim(c->model, eqn->subs[p].key);
        const uint32_t n = range ? range->n_element : 1;
        const char *key = range ? range->element_keys[i % n] : eqn->subs[p].key;
        at += stride * dtn_map_get(&storage->index, key);
        stride *= storage->n_element;
        i /= n;
    }
    return at;
}

size_t dtn_beside_held(dtn_compiler *c, const dtn_var *var, const dtn_eqn *eqn, dtn_eqn **out)
{
    const dtn_expr *list = dtn_eqn_value(eqn);
    const bool is_list = list && list->kind == DTN_X_ARRAY;
    dtn_eqn whole = *eqn;
    write_subs(c, var, &whole);
    except_held(c, var, &whole);
    *out = DTN_NEW_N(c->arena, dtn_eqn, is_list ? list->n_arg : 1);
    **out = whole;
    for (uint32_t i = 0; is_list && i < list->n_arg; i++) {
        dtn_eqn *one = *out + i;
        *one = whole;
        one->subs = subs_of_element(c, var, eqn, element_of_turn(c, var, &whole, i));
        one->expr = list->args[i];
        one->loaded = one->driven = NULL;
    }
    return is_list ? list->n_arg : 1;
}

/* ---- The elements that are given ------------------------------------------------------ */

/* The number that the model gives to an element; NaN: it is computed. */
static double own_value(dtn_compiler *c, const dtn_var *var, uint32_t element)
{
    for (size_t k = 0; k < var->n_eqn; k++) {
        dtn_eqn eqn = var->eqns[k];
        const dtn_expr *value = dtn_eqn_value(&eqn);
        size_t n = 1;
        if (eqn.kind != DTN_EQN_EXPR || eqn.n_except > 0 || !value ||
            isnan(dtn_number_of(value, 0)))
            continue;
        write_subs(c, var, &eqn);
        for (uint32_t p = 0; p < var->n_dim; p++) {
            const dtn_dim *range = dtn_model_find_dim(c->model, eqn.subs[p].key);
            n *= range ? range->n_element : 1;
        }
        for (size_t i = 0; i < n; i++)
            if (element_of_turn(c, var, &eqn, i) == element)
                return dtn_number_of(value, i);
    }
    return NAN;
}

void dtn_add_held(dtn_compiler *c, const dtn_var *var)
{
    for (uint32_t at = 0; at < var->n_element; at++) {
        if (!c->held[var->id][at])
            continue;
        dtn_ceqn *eqn = DTN_NEW(c->arena, dtn_ceqn);
        *eqn = (dtn_ceqn){.id = c->n_eqn++,
                          .var = var->id,
                          .overlay = var->overlay,
                          .pos = var->pos,
                          .at_base = at,
                          .own_base = at};
        dtn_expander e = {.c = c, .eqn = eqn, .owner = var->id, .overlay = var->overlay};
        e.n_hidden = at;
        const uint32_t given =
            dtn_x_hidden(&e, "given", DTN_CAT_PARAM, dtn_x_num(&e, own_value(c, var, at)), NULL);
        c->vars[given].held_element = at;
        eqn->expr = dtn_x_ref(&e, given);
        dtn_cvar *v = &c->vars[var->id];
        DTN_PUSH(c->arena, v->eqns, v->n_eqn, v->cap_eqn, eqn);
    }
}
