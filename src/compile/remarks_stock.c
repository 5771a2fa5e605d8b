/* Stocks that empty, or approach what they follow, sooner than a time step takes, where constants tell: 211.
 *
 * The rate is read as a line in the stock itself: sums, products and quotients with constants, through the
 * auxiliaries and flows that it names. What else stands there (other stocks, the time, a table of either) is taken
 * as it is, and a rate in which the stock stands otherwise (under MIN, squared) is not looked at. With a share of
 * k leaving in a unit of time, Euler's method overshoots where k * step is above 1 and runs away above 2; RK2
 * and RK4 run away above 2 and 2.785 (the real ends of their stability regions).
 *
 * Scalars, and arrays whose equation is for all elements in the same order; of those each element is looked at with
 * its own constants, up to 1,000, and the fastest is told. Not looked at: rates by way of another stock or of a
 * function (MIN, IF THEN ELSE, a table), stocks that their equation keeps from falling below zero, elements with equations
 * of their own, constants that are no numbers by names and operators.
 */
#include "compile/lowering.h"

#include <math.h>
#include <string.h>

enum {
    MAX_DEPTH = 20,  /* auxiliaries named by auxiliaries */
    MAX_WORK = 5000, /* operators and names of one rate */
    MAX_ELEMENTS = 1000
};

typedef struct line {
    dtn_compiler *c;
    const dtn_var *stock;
    const dtn_eqn *of; /* the stock's */
    uint32_t element;  /* of the stock */
    bool asks_element; /* some constant is each element's own */
    int n_done;
} line;

/* NaN: not a line in the stock. */
static double slope(line *l, const dtn_expr *x, int depth);

/* The same elements as the stock's equation is for, in the same order. */
static bool has_same_subs(const line *l, const dtn_sub *subs, uint32_t n)
{
    if (n != l->of->n_sub)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (!subs[i].key || !l->of->subs[i].key || strcmp(subs[i].key, l->of->subs[i].key) != 0)
            return false;
    return true;
}

/* The element's number in a constant that is written over the stock's own ranges; NaN: it is none. */
static double number_of_element(line *l, const dtn_expr *x)
{
    const dtn_model *m = l->c->model;
    const dtn_var *var =
        x->ref == DTN_REF_VAR && x->id < m->n_var && x->n_sub > 0 ? &m->vars[x->id] : NULL;
    if (!var || var->n_eqn != 1 || !has_same_subs(l, x->subs, x->n_sub) ||
        !has_same_subs(l, var->eqns[0].subs, var->eqns[0].n_sub))
        return (double)NAN;
    const dtn_expr *value = dtn_eqn_value(&var->eqns[0]);
    l->asks_element = true;
    if (value && value->kind == DTN_X_ARRAY)
        value = l->element < value->n_arg ? value->args[l->element] : NULL;
    return value ? dtn_value_of_constant(l->c, value) : (double)NAN;
}

static double constant_at(line *l, const dtn_expr *x)
{
    const double value = dtn_value_of_constant(l->c, x);
    return isnan(value) && x->kind == DTN_X_NAME ? number_of_element(l, x) : value;
}

static double slope_of_name(line *l, const dtn_expr *x, int depth)
{
    const dtn_var *var =
        x->ref == DTN_REF_VAR && x->id < l->c->model->n_var ? &l->c->model->vars[x->id] : NULL;
    if (!var)
        return x->ref == DTN_REF_TIME ? 0 : (double)NAN;
    if (var == l->stock)
        return has_same_subs(l, x->subs, x->n_sub) ? 1 : (double)NAN;
    if (var->kind != DTN_VAR_AUX && var->kind != DTN_VAR_FLOW)
        return 0;
    const dtn_eqn *eqn = var->n_eqn == 1 ? &var->eqns[0] : NULL;
    if (!eqn || eqn->kind != DTN_EQN_EXPR || eqn->init || eqn->driven || var->belt ||
        (eqn->n_sub > 0 &&
         (!has_same_subs(l, eqn->subs, eqn->n_sub) || !has_same_subs(l, x->subs, x->n_sub))))
        return (double)NAN;
    return slope(l, dtn_eqn_value(eqn), depth + 1);
}

static double slope_of_binary(line *l, const dtn_expr *x, int depth)
{
    const double a = slope(l, x->args[0], depth), b = slope(l, x->args[1], depth);
    switch (x->op) {
    case DTN_OP_ADD: return a + b;
    case DTN_OP_SUB: return a - b;
    case DTN_OP_MUL:
        if (a == 0 && b == 0)
            return 0;
        return b == 0   ? a * constant_at(l, x->args[1])
               : a == 0 ? b * constant_at(l, x->args[0])
                        : (double)NAN;
    case DTN_OP_DIV:
        if (a == 0 && b == 0)
            return 0;
        return b == 0 ? a / constant_at(l, x->args[1]) : (double)NAN;
    default: return a == 0 && b == 0 ? 0 : (double)NAN;
    }
}

static double slope(line *l, const dtn_expr *x, int depth)
{
    if (!x || depth > MAX_DEPTH || l->n_done++ > MAX_WORK)
        return (double)NAN;
    switch (x->kind) {
    case DTN_X_NUMBER: return 0;
    case DTN_X_NAME: return slope_of_name(l, x, depth);
    case DTN_X_UNARY:
        return x->op == DTN_OP_NEG ? -slope(l, x->args[0], depth) : slope(l, x->args[0], depth);
    case DTN_X_BINARY: return slope_of_binary(l, x, depth);
    default: break;
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (slope(l, x->args[i], depth) != 0) /* NaN too */
            return (double)NAN;
    return 0;
}

static void tell(dtn_compiler *c, const dtn_var *var, double share)
{
    const double limit = c->program->method == DTN_EULER ? 1
                         : c->program->method == DTN_RK2 ? 2
                                                         : 2.785;
    const bool runs_away = share * c->dt > (limit > 2 ? limit : 2) * (1 + 1e-9);
    if (!(share * c->dt > limit * (1 + 1e-9)))
        return;
    dtn_diags_add_as(
        c->diags, DTN_WARNING, 211, var->pos,
        dtn_arena_printf(c->arena, "take a time step below %g, best a quarter of it", 1 / share),
        "'%s' changes by its own value within %g, and the time step is %g: it %s", var->name,
        1 / share, c->dt, runs_away ? "swings ever wider" : "overshoots what it moves to");
}

void dtn_remark_stock(dtn_compiler *c, const dtn_var *var)
{
    if (var->kind != DTN_VAR_STOCK || var->belt || var->n_eqn != 1 || var->non_negative)
        return;
    line l = {.c = c, .stock = var, .of = &var->eqns[0]};
    double fastest = 0;
    do {
        const double k = slope(&l, var->eqns[0].expr, 0);
        fastest = isfinite(k) && k < fastest ? k : fastest;
        l.n_done = 0;
        l.element++;
    } while (l.asks_element && l.element < var->n_element && l.element < MAX_ELEMENTS);
    if (fastest < 0)
        tell(c, var, -fastest);
}
