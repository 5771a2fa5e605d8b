/* What runs but can hardly be meant, where constants tell: warnings.
 *
 *  211  a delay or smooth whose stages are shorter than the time step: it overshoots; of a fixed one
 *       less than a step is a step, and one of two and a half steps three, which is told once; a stock
 *       that empties sooner than a step takes (remarks_stock.c)
 *  212  bounds of a draw, the lower above the upper; an error: a delay time below zero, and one of zero
 *       of a function that divides by it
 *  706  data all before or all after the run: their value never changes in it
 *
 * Constants are followed through names and operators as in the time specification (time.c); what
 * depends on more, or on the time, is not looked at. Variables that the compiler or a macro made are not
 * either.
 */
#include "compile/lowering.h"
#include "model/functions.h"

#include <math.h>
#include <string.h>

enum { NO = -1 };

/* Where a delay has its time and its order; order 0: a fixed delay. */
static const struct {
    dtn_fn fn;
    int time, order, order_at;
} delays[] = {{DTN_FN_DELAY, 1, 0, NO},         {DTN_FN_DELAY_FIXED, 1, 0, NO},
              {DTN_FN_DELAY1, 1, 1, NO},        {DTN_FN_DELAY1X, 1, 1, NO},
              {DTN_FN_DELAY1I, 1, 1, NO},       {DTN_FN_DELAY3, 1, 3, NO},
              {DTN_FN_DELAY3X, 1, 3, NO},       {DTN_FN_DELAY3I, 1, 3, NO},
              {DTN_FN_DELAY_N, 1, 1, 3},        {DTN_FN_DELAYN, 1, 1, 2},
              {DTN_FN_SMOOTH, 1, 1, NO},        {DTN_FN_SMOOTHI, 1, 1, NO},
              {DTN_FN_SMOOTH3, 1, 3, NO},       {DTN_FN_SMOOTH3I, 1, 3, NO},
              {DTN_FN_SMOOTH_N, 1, 1, 3},       {DTN_FN_SMTH1, 1, 1, NO},
              {DTN_FN_SMTH3, 1, 3, NO},         {DTN_FN_SMTHN, 1, 1, 2},
              {DTN_FN_TREND, 1, 1, NO},         {DTN_FN_FORCST, 1, 1, NO},
              {DTN_FN_FORECAST, 1, 1, NO},      {DTN_FN_DELAY_INFORMATION, 1, 0, NO},
              {DTN_FN_DELAY_MATERIAL, 1, 0, NO}};

/* Draws whose first two arguments are the least and the most that they give. */
static const dtn_fn bounded[] = {
    DTN_FN_RANDOM_UNIFORM, DTN_FN_RANDOM_NORMAL,     DTN_FN_RANDOM_EXPONENTIAL,
    DTN_FN_RANDOM_GAMMA,   DTN_FN_RANDOM_POISSON,    DTN_FN_RANDOM_BINOMIAL,
    DTN_FN_RANDOM_BETA,    DTN_FN_RANDOM_WEIBULL,    DTN_FN_RANDOM_NEGATIVE_BINOMIAL,
    DTN_FN_RANDOM,         DTN_FN_RANDOM_TRIANGULAR, DTN_FN_UNIFORM};

/* What is told once for the whole model is gathered. */
typedef struct looker {
    dtn_compiler *c;
    size_t n_rounded;
    const dtn_expr *rounded; /* the first of them */
    double rounded_value;
} looker;

static bool is_parameter(const dtn_compiler *c, const dtn_expr *x)
{
    const size_t n = x->kind == DTN_X_NAME ? strlen(x->key) : 0;
    for (size_t i = 0; n > 0 && i < c->options->n_parameter; i++)
        if (strncmp(c->options->parameters[i], x->key, n) == 0 &&
            (c->options->parameters[i][n] == '\0' || c->options->parameters[i][n] == '['))
            return true;
    return false;
}

/* Fixed delays count steps: those that are not whole are told in one message. */
static void check_whole(looker *l, const dtn_expr *x, double value)
{
    const double steps = value / l->c->dt;
    if (!(steps >= 1) || fabs(steps - dtn_round(steps)) <= 1e-6 * steps)
        return;
    if (l->n_rounded++ == 0) {
        l->rounded = x;
        l->rounded_value = value;
    }
}

static void check_delay(looker *l, const dtn_expr *x, int time, int order, int order_at)
{
    dtn_compiler *c = l->c;
    const double value = dtn_value_of_constant(c, x->args[time]);
    /* those by stages divide by it; fixed ones take a step at least */
    const bool has_none = order > 0 && !(value > 0) && !(value < 0) && !isnan(value);
    if (value < 0 && !is_parameter(c, x->args[time]))
        dtn_diags_add(c->diags, 212, x->args[time]->pos,
                      "give a time above 0; where something is to come sooner, use FORECAST or "
                      "shift its data",
                      "%s takes a time of %g, and nothing leaves it before it comes in", x->text,
                      value);
    if (has_none && !is_parameter(c, x->args[time]))
        dtn_diags_add(
            c->diags, 212, x->args[time]->pos,
            "give a time above 0, best several time steps; where nothing is to be delayed, "
            "write the input itself",
            "%s divides by its time, which is 0: it has no value", x->text);
    if (x->id == DTN_FN_DELAY || x->id == DTN_FN_DELAY_FIXED)
        check_whole(l, x, value);
    double n = order;
    if (order_at != NO && (uint32_t)order_at < x->n_arg)
        n = dtn_value_of_constant(c, x->args[order_at]);
    const double stage = n >= 1 ? value / n : value;
    if (!(value > 0) || isnan(n) || !(stage < c->dt * (1 - 1e-9)))
        return;
    if (order == 0)
        dtn_diags_add_as(
            c->diags, DTN_WARNING, 211, x->pos, "take a shorter time step",
            "the delay of %g in %s is shorter than the time step, %g: it takes one step", value,
            x->text, c->dt);
    else
        dtn_diags_add_as(c->diags, DTN_WARNING, 211, x->pos,
                         dtn_arena_printf(c->arena, "take a time step of at most %g", stage),
                         "%s takes %g in %g stage%s, and one is shorter than the time step, %g: it "
                         "overshoots",
                         x->text, value, n, n == 1 ? "" : "s", c->dt);
}

static void check_bounds(dtn_compiler *c, const dtn_expr *x)
{
    const double low = dtn_value_of_constant(c, x->args[0]);
    const double high = dtn_value_of_constant(c, x->args[1]);
    if (low > high)
        dtn_diags_add_as(c->diags, DTN_WARNING, 212, x->pos, "give the lower one first",
                         "the bounds of %s are %g and %g, the lower above the upper", x->text, low,
                         high);
}

static void look_at_call(dtn_expr *x, void *ctx)
{
    looker *l = ctx;
    if (x->kind != DTN_X_CALL || x->ref != DTN_REF_FUNC)
        return;
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++)
        if (delays[i].fn == (dtn_fn)x->id && x->n_arg > (uint32_t)delays[i].time)
            check_delay(l, x, delays[i].time, delays[i].order, delays[i].order_at);
    for (size_t i = 0; i < sizeof bounded / sizeof *bounded; i++)
        if (bounded[i] == (dtn_fn)x->id && x->n_arg > 1)
            check_bounds(l->c, x);
}

/* The course of data that lie beside the run, in words; NULL: some of it lies inside, or there is none. */
static const char *beside_run(const dtn_compiler *c, const dtn_eqn *eqn)
{
    double first = INFINITY, last = -INFINITY;
    for (uint32_t i = 0; i < eqn->n_table; i++) {
        const dtn_lookup *t = eqn->tables[i];
        first = t->n > 0 && t->x[0] < first ? t->x[0] : first;
        last = t->n > 0 && t->x[t->n - 1] > last ? t->x[t->n - 1] : last;
    }
    if (!(first <= last) || (first <= c->stop && last >= c->start))
        return NULL;
    return dtn_arena_printf(c->arena,
                            "from %g to %g, all of it %s the run, which goes from %g to %g", first,
                            last, first > c->stop ? "after" : "before", c->start, c->stop);
}

static void look_at_variable(looker *l, const dtn_var *var)
{
    dtn_compiler *c = l->c;
    dtn_remark_stock(c, var);
    for (size_t k = 0; k < var->n_eqn; k++) {
        const dtn_eqn *eqn = &var->eqns[k];
        dtn_expr_walk(eqn->expr, look_at_call, l);
        const char *where = eqn->kind == DTN_EQN_DATA ? beside_run(c, eqn) : NULL;
        if (where)
            dtn_diags_add_as(c->diags, DTN_WARNING, 706, eqn->pos,
                             "are the times of the data counted as the model counts?",
                             "the data of '%s' go %s", var->name, where);
    }
}

static void tell_rounded(const looker *l)
{
    const dtn_compiler *c = l->c;
    const char *more = "";
    if (l->n_rounded == 0)
        return;
    if (l->n_rounded > 1)
        more = dtn_arena_printf(c->arena, " (and %zu more delays are rounded)", l->n_rounded - 1);
    dtn_diags_add_as(c->diags, DTN_WARNING, 211, l->rounded->pos,
                     "take a time step that goes into the delay, or DELAY3 or DELAY1",
                     "the delay of %g in %s is no whole number of time steps of %g: it takes %g%s",
                     l->rounded_value, l->rounded->text, c->dt,
                     dtn_round(l->rounded_value / c->dt) * c->dt, more);
}

void dtn_add_remarks(dtn_compiler *c)
{
    looker l = {.c = c};
    for (size_t i = 0; i < c->model->n_var; i++)
        if (!c->model->vars[i].is_hidden)
            look_at_variable(&l, &c->model->vars[i]);
    for (size_t i = 0; i < c->model->n_override; i++)
        for (size_t k = 0; k < c->model->overrides[i].n_eqn; k++)
            dtn_expr_walk(c->model->overrides[i].eqns[k].expr, look_at_call, &l);
    tell_rounded(&l);
}
