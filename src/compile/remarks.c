/* What runs but can hardly be meant, where constants tell: warnings.
 *
 *  211  a delay or smooth whose stages are shorter than the time step: it overshoots; of a fixed one
 *       less than a step is a step, and one of two and a half steps three, which is told once; a stock
 *       that empties sooner than a step takes (remarks_stock.c)
 *  212  bounds of a draw, the lower above the upper; an error: a delay time below zero, and one of zero
 *       of a function that divides by it
 *  706  data all before or all after the run: their value never changes in it
 *
 * In a branch of IF THEN ELSE that constants close nothing is looked at, and a time that an open condition asks for
 * is not held against 0. Constants are followed through names and operators as in the time specification (time.c); what
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
    bool is_closed; /* in a branch that no run takes */
    const struct guard
        *guard; /* conditions around what is looked at, of which constants do not tell */
} looker;

typedef struct guard {
    const dtn_expr *condition;
    const struct guard *outer;
} guard;

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

static bool names_any(const dtn_expr *x, uint32_t var)
{
    bool found = x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR && x->id == var;
    for (uint32_t i = 0; i < x->n_arg && !found; i++)
        found = names_any(x->args[i], var);
    return found;
}

/* Does a condition around it ask for something that `x` names: IF THEN ELSE(d > 0 :AND: ..., DELAY3(x, d), x)? */
static bool is_guarded(const looker *l, const dtn_expr *x)
{
    bool found = false;
    for (const guard *g = l->guard; g && x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR;
         g = g->outer)
        found = found || names_any(g->condition, x->id);
    for (uint32_t i = 0; i < x->n_arg && !found; i++)
        found = is_guarded(l, x->args[i]);
    return found;
}

static bool has_parameter(const dtn_compiler *c, const dtn_expr *x)
{
    bool found = is_parameter(c, x);
    for (uint32_t i = 0; i < x->n_arg && !found; i++)
        found = has_parameter(c, x->args[i]);
    return found;
}

static void check_delay(looker *l, const dtn_expr *x, const dtn_expr *time, int order, int order_at)
{
    dtn_compiler *c = l->c;
    const double value = dtn_value_of_constant(c, time);
    /* those by stages divide by it; fixed ones take a step at least */
    const bool has_none = order > 0 && !(value > 0) && !(value < 0) && !isnan(value);
    const bool may_differ =
        is_parameter(c, time) || (x->ref == DTN_REF_FUNC && is_guarded(l, time));
    if (value < 0 && !may_differ)
        dtn_diags_add(c->diags, 212, time->pos,
                      "give a time above 0; where something is to come sooner, use FORECAST or "
                      "shift its data",
                      "%s takes a time of %g, and nothing leaves it before it comes in", x->text,
                      value);
    if (has_none && !may_differ)
        dtn_diags_add(
            c->diags, 212, time->pos,
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

/* The delay time of DELAYP, which is a macro of the program's own; NULL: it is another call. Names in the call itself
 * are those of its instance. */
static const dtn_expr *own_delay_time(const dtn_compiler *c, const dtn_expr *x)
{
    const dtn_model *m = c->model;
    const dtn_macro *macro = NULL;
    for (size_t i = 0; i < m->n_macro && x->ref == DTN_REF_MACRO && x->id != DTN_NONE; i++)
        if (m->macros[i].is_function && strcmp(m->macros[i].key, x->key) == 0)
            macro = &m->macros[i];
    if (!macro || strcmp(x->key, "delayp") != 0 || x->n_arg < 2)
        return NULL;
    const char *key =
        x->args[1]->kind == DTN_X_NAME
            ? x->args[1]->key
            : dtn_arena_printf(c->arena, "%s>%s", m->vars[x->id].key, macro->params[1]);
    const dtn_var *var = dtn_model_find_var(m, key);
    if (!var)
        return NULL;
    dtn_expr *name = DTN_NEW(c->arena, dtn_expr);
    *name = (dtn_expr){
        .kind = DTN_X_NAME, .ref = DTN_REF_VAR, .id = var->id, .key = key, .pos = x->args[1]->pos};
    return name;
}

static void look_at_call(looker *l, const dtn_expr *x)
{
    const dtn_expr *own = own_delay_time(l->c, x);
    if (own)
        check_delay(l, x, own, 3, NO);
    if (x->ref != DTN_REF_FUNC || l->is_closed)
        return;
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++)
        if (delays[i].fn == (dtn_fn)x->id && x->n_arg > (uint32_t)delays[i].time)
            check_delay(l, x, x->args[delays[i].time], delays[i].order, delays[i].order_at);
    for (size_t i = 0; i < sizeof bounded / sizeof *bounded; i++)
        if (bounded[i] == (dtn_fn)x->id && x->n_arg > 1)
            check_bounds(l->c, x);
}

static void look_at(looker *l, const dtn_expr *x);

/* What no run asks for is looked at for DELAYP alone, whose pipeline is a variable that all ask for; where constants do
 * not tell, both branches are. */
static void look_at_choice(looker *l, const dtn_expr *x)
{
    const dtn_expr *condition = x->args[0];
    const double value =
        has_parameter(l->c, condition) ? (double)NAN : dtn_value_of_constant(l->c, condition);
    const guard here = {condition, l->guard};
    look_at(l, condition);
    if (isnan(value))
        l->guard = &here;
    const bool was_closed = l->is_closed;
    for (uint32_t i = 1; i < x->n_arg; i++) {
        l->is_closed = was_closed || (!isnan(value) && (value != 0) != (i == 1));
        look_at(l, x->args[i]);
    }
    l->is_closed = was_closed;
    l->guard = here.outer;
}

static void look_at(looker *l, const dtn_expr *x)
{
    if (!x)
        return;
    if (x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC && x->id == DTN_FN_IF && x->n_arg == 3) {
        look_at_choice(l, x);
        return;
    }
    if (x->kind == DTN_X_CALL)
        look_at_call(l, x);
    for (uint32_t i = 0; i < x->n_sub; i++) {
        look_at(l, x->subs[i].expr);
        look_at(l, x->subs[i].expr2);
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        look_at(l, x->args[i]);
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
        look_at(l, eqn->expr);
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
            look_at(&l, c->model->overrides[i].eqns[k].expr);
    tell_rounded(&l);
}
