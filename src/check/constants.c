/* Values that constants have in the model's text, before it runs, and whether they lie in the range that
 * their author wrote behind the unit (803).
 *
 * Numbers, constants, signs and the four operators; an element of an array by the equation that is for it.
 */
#include "check/check.h"

#include <math.h>

#define CONSTANT_DEPTH 32   /* constants named by constants; a circle ends here */
#define CONSTANT_WORK 20000 /* operators and names of one value: a = b + b, b = c + c, ... */

static bool constant_of(const dtn_model *model, const dtn_expr *e, int depth, uint32_t *n_done,
                        double *out);

static bool constant_of_variable(const dtn_model *model, const char *key, int depth,
                                 uint32_t *n_done, double *out)
{
    const dtn_var *var = dtn_model_find_var(model, key);
    const dtn_eqn *eqn = var && var->n_eqn == 1 ? &var->eqns[0] : NULL;
    return eqn && (eqn->kind == DTN_EQN_EXPR || eqn->loaded) && eqn->n_sub == 0 &&
           constant_of(model, dtn_eqn_value(eqn), depth + 1, n_done, out);
}

static bool constant_of_binary(const dtn_model *model, const dtn_expr *e, int depth,
                               uint32_t *n_done, double *out)
{
    double a = 0, b = 0;
    if (!constant_of(model, e->args[0], depth + 1, n_done, &a) ||
        !constant_of(model, e->args[1], depth + 1, n_done, &b))
        return false;
    switch (e->op) {
    case DTN_OP_ADD: *out = a + b; return true;
    case DTN_OP_SUB: *out = a - b; return true;
    case DTN_OP_MUL: *out = a * b; return true;
    case DTN_OP_DIV: *out = a / b; return isfinite(*out);
    default: return false;
    }
}

static bool constant_of(const dtn_model *model, const dtn_expr *e, int depth, uint32_t *n_done,
                        double *out)
{
    if (!e || depth > CONSTANT_DEPTH || (*n_done)++ > CONSTANT_WORK)
        return false;
    switch (e->kind) {
    case DTN_X_NUMBER: *out = e->number; return true;
    case DTN_X_NAME:
        return e->n_sub == 0 && constant_of_variable(model, e->key, depth, n_done, out);
    case DTN_X_UNARY:
        if (e->op == DTN_OP_NOT || !constant_of(model, e->args[0], depth + 1, n_done, out))
            return false;
        *out = e->op == DTN_OP_NEG ? -*out : *out;
        return true;
    case DTN_X_BINARY: return constant_of_binary(model, e, depth, n_done, out);
    default: return false;
    }
}

bool dtn_check_constant(const dtn_model *model, const dtn_expr *expr, double *out)
{
    uint32_t n_done = 0;
    return constant_of(model, expr, 0, &n_done, out);
}

/* Whether the left side covers `element` of the variable, and how many elements of the left
 * side come before it (its place in a list of numbers). */
static bool covers(const dtn_model *model, const dtn_var *var, const dtn_eqn *eqn, uint32_t element,
                   uint32_t *place)
{
    uint32_t position[DTN_MAX_DIMS] = {0};
    *place = 0;
    for (uint32_t d = var->n_dim; d-- > 0;) {
        const uint32_t n = model->dims[var->dims[d]].n_element;
        position[d] = element % n;
        element /= n;
    }
    for (uint32_t d = 0; d < eqn->n_sub; d++) {
        const dtn_dim *own = &model->dims[var->dims[d]];
        const dtn_sub *sub = &eqn->subs[d];
        const char *key = own->element_keys[position[d]];
        if (sub->dim == DTN_NONE) {
            if (sub->element != position[d])
                return false;
            continue;
        }
        const uint32_t at = dtn_map_get(&model->dims[sub->dim].index, key);
        if (at == DTN_MAP_NONE)
            return false;
        *place = *place * model->dims[sub->dim].n_element + at;
    }
    return eqn->n_sub == var->n_dim && eqn->n_except == 0;
}

const dtn_expr *dtn_check_own_expr(const dtn_model *model, const dtn_var *var, uint32_t element)
{
    for (size_t i = 0; i < var->n_eqn; i++) {
        const dtn_eqn *eqn = &var->eqns[i];
        const dtn_expr *value = dtn_eqn_value(eqn);
        uint32_t place = 0;
        if ((eqn->kind != DTN_EQN_EXPR && !eqn->loaded) || !value ||
            !covers(model, var, eqn, element, &place))
            continue;
        if (value->kind == DTN_X_ARRAY)
            return place < value->n_arg ? value->args[place] : NULL;
        return value;
    }
    return NULL;
}

bool dtn_check_own_value(const dtn_model *model, uint32_t var_id, uint32_t element, double *out)
{
    const dtn_expr *own = dtn_check_own_expr(model, &model->vars[var_id], element);
    return own && dtn_check_constant(model, own, out);
}

/* ---- Ranges ----------------------------------------------------------------------------- */

#define MAX_LOOK 1000000 /* elements times equations of one array */

void dtn_check_ranges(dtn_model *model, dtn_diags *diags)
{
    for (uint32_t i = 0; i < model->n_var; i++) {
        const dtn_var *var = &model->vars[i];
        const bool has_range = !isnan(var->range_min) || !isnan(var->range_max);
        if (!has_range || var->kind == DTN_VAR_STOCK || var->is_hidden || var->is_control ||
            (uint64_t)var->n_element * var->n_eqn > MAX_LOOK)
            continue;
        for (uint32_t e = 0; e < var->n_element; e++) {
            double value = 0;
            if (!dtn_check_own_value(model, i, e, &value) ||
                (!(value < var->range_min) && !(value > var->range_max)))
                continue;
            dtn_diags_add(diags, 803, var->pos, "correct the value, or the range behind the unit",
                          "%s'%s' is %.15g; its range is %s",
                          var->n_dim > 0 ? "an element of " : "", var->name, value,
                          dtn_range_text(model->arena, var->range_min, var->range_max));
            break;
        }
    }
}
