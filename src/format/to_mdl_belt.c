/* Conveyors, queues and ovens in Vensim's notation, which has none: the equations that check/belts.c made
 * of them, with the hidden variables for what those share as variables of their own, "stock what".
 *
 * What is on a conveyor is a DELAY FIXED where that is the same in every number: one speed for the whole
 * run, nothing that leaks, arrests, holds back or spreads, contents at the start as a total, not discrete
 * unless it begins empty. A queue goes where nothing asks for its batches one by one: where it gives all
 * there is. The rest is refused, each stock by its name.
 */
#include <math.h>
#include <string.h>

#include "format/to_mdl.h"

/* Arguments of (on conveyor), as belt_conveyor.c gives them. */
enum { WHICH, STOCK, INFLOW, TIME, ARREST, HELD, KIND, N_LEAK, N_SPREAD, N_FIXED };
enum { KIND_DISCRETE = 2 };

bool dtn_tm_writes_belts(const dtn_tm *tm) { return tm->src->belts_run && !tm->macro; }

bool dtn_tm_is_belt_part(const dtn_tm *tm, const dtn_var *var)
{
    return dtn_tm_writes_belts(tm) && var->is_belt_part;
}

/* What counts in place of what is written. */
dtn_var dtn_tm_as_driven(dtn_tm *tm, const dtn_var *var)
{
    dtn_var out = *var;
    if (!dtn_tm_writes_belts(tm))
        return out;
    out.eqns = DTN_NEW_N(tm->arena, dtn_eqn, var->n_eqn + 1);
    for (size_t k = 0; k < var->n_eqn; k++) {
        out.eqns[k] = var->eqns[k];
        if (var->eqns[k].kind != DTN_EQN_STOCK && var->eqns[k].driven)
            out.eqns[k].expr = var->eqns[k].driven;
        if (var->eqns[k].driven_init)
            out.eqns[k].init = var->eqns[k].driven_init;
    }
    return out;
}

/* " oven#next phase" -> "oven next phase", of the name as it is written. */
const char *dtn_tm_belt_part_name(dtn_tm *tm, const dtn_var *var)
{
    char *name = dtn_arena_strdup(tm->arena, var->name + 1); /* #name>what# */
    char *what = strrchr(name, '>');
    name[strlen(name) - 1] = '\0';
    if (!what)
        return name;
    *what = '\0';
    return dtn_arena_printf(tm->arena, "%s %s", dtn_plain_name(tm->arena, name), what + 1);
}

static dtn_expr *refuse(dtn_tm *tm, const dtn_expr *x, const char *what, const char *why)
{
    const dtn_expr *stock = x->args[STOCK];
    const dtn_var *var = dtn_model_find_var(tm->src, stock->key);
    const char *key = dtn_arena_printf(tm->arena, "belt %s", stock->key);
    if (dtn_map_get(&tm->told, key) == DTN_MAP_NONE) /* once for all of its flows */
        dtn_refuse(tm->diags, var ? var->pos : x->pos, "replace it by stocks and flows",
                   "'%s' is a %s%s, which .mdl does not have", var ? var->name : stock->text, what,
                   why);
    dtn_map_set(&tm->told, tm->arena, key, 1);
    return dtn_make_number(tm->to, 0);
}

/* Value of a constant that may be a name over ranges with one equation. */
static bool value_of(const dtn_tm *tm, const dtn_expr *x, double *out)
{
    const dtn_var *var = x->kind == DTN_X_NAME ? dtn_model_find_var(tm->src, x->key) : NULL;
    if (var && var->n_eqn == 1 && var->eqns[0].kind == DTN_EQN_EXPR && var->eqns[0].expr &&
        var->eqns[0].expr != x)
        return dtn_constant_value(tm->src, var->eqns[0].expr, out);
    return dtn_constant_value(tm->src, x, out);
}

static bool is_zero(const dtn_expr *x) { return x->kind == DTN_X_NUMBER && x->number == 0; }

static bool begins_empty(const dtn_tm *tm, const dtn_expr *stock)
{
    const dtn_var *var = dtn_model_find_var(tm->src, stock->key);
    for (size_t k = 0; var && k < var->n_eqn; k++)
        if (!var->eqns[k].init || !is_zero(var->eqns[k].init))
            return false;
    return var != NULL;
}

/* Why it is no DELAY FIXED; NULL: it is one, of so long. */
static const char *why_not(const dtn_tm *tm, const dtn_expr *x, double *time)
{
    dtn_expr *const *a = x->args;
    double dt = 0;
    if (a[N_LEAK]->number > 0)
        return " that leaks";
    if (a[N_SPREAD]->number > 0)
        return " whose inflow spreads";
    if (!is_zero(a[ARREST]) || !is_zero(a[HELD]))
        return " that may be arrested";
    if (x->n_arg > N_FIXED)
        return " whose contents are given one by one";
    if (((uint32_t)a[KIND]->number & KIND_DISCRETE) && !begins_empty(tm, a[STOCK]))
        return " that is discrete and does not begin empty";
    if (!tm->src->dt || !dtn_constant_value(tm->src, tm->src->dt, &dt) || !(dt > 0) ||
        !value_of(tm, a[TIME], time))
        return " whose transit time is no constant";
    const double steps = floor(*time / dt + 0.5);
    *time = (steps >= 1 ? steps : 1) * dt; /* as track.c takes it */
    return isfinite(*time) ? NULL : " without an end";
}

dtn_expr *dtn_tm_on_conveyor(dtn_tm *tm, const dtn_expr *x)
{
    double time = 0;
    const char *why = why_not(tm, x, &time);
    if (why)
        return refuse(tm, x, "conveyor", why);
    dtn_expr *first = dtn_make_binary(tm->to, DTN_OP_DIV, dtn_tm_expr(tm, x->args[STOCK]),
                                      dtn_make_number(tm->to, time));
    return dtn_make_call(tm->to, "DELAY FIXED", 3, dtn_tm_expr(tm, x->args[INFLOW]),
                         dtn_make_number(tm->to, time), first);
}

dtn_expr *dtn_tm_queue_front(dtn_tm *tm, const dtn_expr *x)
{
    return refuse(tm, x, "queue", " that gives its batches one by one");
}

/* What contents given one by one add up to; on_conveyor refuses the conveyor itself. */
dtn_expr *dtn_tm_on_track(dtn_tm *tm, const dtn_expr *x)
{
    (void)x;
    return dtn_make_number(tm->to, 0);
}
