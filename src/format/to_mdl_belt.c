/* Conveyors, queues and ovens in Vensim's notation, which has none: the equations that check/belts.c made
 * of them, with the hidden variables for what those share as variables of their own, "stock what".
 *
 * What is on a conveyor is a DELAY FIXED where that is the same in every number: one speed for the whole
 * run, nothing that arrests, holds back or spreads, contents at the start as a total, not discrete unless it
 * begins empty. A queue goes where nothing asks for its batches one by one: where it gives all there is. The
 * rest is refused, each stock by its name.
 *
 * Leaks of any amount from a conveyor that begins empty:
 *   linear       of what entered a share of f leaks in equal parts over the m steps of its zone, from step a
 *                to b of the way: (G(t - a dt) - G(t - b dt)) / (m dt), G the sum of f times what entered; off
 *                the end comes what entered less all such shares
 *   exponential  f times the contents, all along the way; off the end comes what entered, times
 *                EXP(S(t - time) - S(t)) where S adds up -LN(1 - all f * dt) over the steps so far
 * Where it does not begin empty, as much entered in each step before the start as gives these contents, with the
 * fractions of the start, which have to be constants: G is then taken less what that would have added up to, and what
 * entered long ago comes off times (1 - all f * dt)^n.
 */
#include <math.h>
#include <string.h>

#include "format/to_mdl.h"

/* Arguments of (on conveyor), as belt_conveyor.c gives them. */
enum { WHICH, STOCK, INFLOW, TIME, ARREST, HELD, KIND, N_LEAK, N_SPREAD, N_AGE, N_FIXED };
enum { KIND_EXPONENTIAL = 1, KIND_DISCRETE = 2 };
enum { FRACTION, ZONE_START, ZONE_END, IS_WHOLE, N_OF_LEAK };
#define DTN_MAX_LEAKS_IN_MDL 3 /* each one's bound repeats those of the leaks before it */

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

static const dtn_expr *fraction(const dtn_expr *x, uint32_t j)
{
    return x->args[N_FIXED + N_OF_LEAK * j + FRACTION];
}

/* Steps of the way at which leak j begins and ends: zone_of of track.c. */
static void zone_of(const dtn_expr *x, uint32_t j, uint32_t n_step, uint32_t *first, uint32_t *end)
{
    dtn_expr *const *leak = x->args + N_FIXED + (size_t)N_OF_LEAK * j;
    *first = (uint32_t)floor(leak[ZONE_START]->number * n_step + 0.5);
    *end = (uint32_t)floor(leak[ZONE_END]->number * n_step + 0.5);
    *first = *first >= n_step ? n_step - 1 : *first;
    *end = *end <= *first ? *first + 1 : *end;
}

/* Fractions that are constants, as they count (track.c, effective). False: one is none. */
static bool constant_fractions(const dtn_tm *tm, const dtn_expr *x, double most, double f[])
{
    const uint32_t n = (uint32_t)x->args[N_LEAK]->number;
    for (uint32_t j = 0; j < n; j++) {
        if (!value_of(tm, fraction(x, j), &f[j]))
            return false;
        f[j] = fmin(fmax(f[j], 0), most);
        most -= f[j];
    }
    return true;
}

/* Why its leaks cannot be written; NULL: they can. */
static const char *why_not_leaks(const dtn_tm *tm, const dtn_expr *x)
{
    const uint32_t n = (uint32_t)x->args[N_LEAK]->number;
    const bool exponential = ((uint32_t)x->args[KIND]->number & KIND_EXPONENTIAL) != 0;
    if (n > DTN_MAX_LEAKS_IN_MDL)
        return " with more than three leaks";
    double f[DTN_MAX_LEAKS_IN_MDL];
    if (n > 0 && !begins_empty(tm, x->args[STOCK]) && !constant_fractions(tm, x, 1, f))
        return " that leaks by fractions that change and does not begin empty";
    for (uint32_t j = 0; j < n; j++) {
        dtn_expr *const *leak = x->args + N_FIXED + (size_t)N_OF_LEAK * j;
        if (leak[IS_WHOLE]->number != 0)
            return " that leaks in whole numbers";
        if (exponential && (leak[ZONE_START]->number > 0 || leak[ZONE_END]->number < 1))
            return " that leaks exponentially in a part of its way";
    }
    return NULL;
}

/* Why it is no DELAY FIXED; NULL: it is one, of so long and so many steps. */
static const char *why_not(const dtn_tm *tm, const dtn_expr *x, double *time, uint32_t *n_step)
{
    dtn_expr *const *a = x->args;
    double dt = 0;
    if (why_not_leaks(tm, x))
        return why_not_leaks(tm, x);
    if (a[N_SPREAD]->number > 0)
        return " whose inflow spreads";
    if (!is_zero(a[ARREST]) || !is_zero(a[HELD]))
        return " that may be arrested";
    if (a[N_AGE]->number > 0)
        return " that is asked what is of some age";
    if (x->n_arg > N_FIXED + N_OF_LEAK * (uint32_t)a[N_LEAK]->number)
        return " whose contents are given one by one";
    if (((uint32_t)a[KIND]->number & KIND_DISCRETE) && !begins_empty(tm, a[STOCK]))
        return " that is discrete and does not begin empty";
    if (!tm->src->dt || !dtn_constant_value(tm->src, tm->src->dt, &dt) || !(dt > 0) ||
        !value_of(tm, a[TIME], time))
        return " whose transit time is no constant";
    const double steps = floor(*time / dt + 0.5);
    *time = (steps >= 1 ? steps : 1) * dt; /* as track.c takes it */
    if (!isfinite(*time) || steps > 1e9)
        return " without an end";
    *n_step = steps >= 1 ? (uint32_t)steps : 1;
    return NULL;
}

/* ---- Leaks: trees in the source's notation -------------------------------------------------------- */

static dtn_expr *num(dtn_tm *tm, const dtn_expr *x, double v)
{
    return dtn_expr_new_number(tm->src, v, x->pos);
}

static dtn_expr *bin(dtn_tm *tm, dtn_op op, const dtn_expr *a, const dtn_expr *b)
{
    return dtn_expr_new_binary(tm->src, op, (dtn_expr *)(uintptr_t)a, (dtn_expr *)(uintptr_t)b);
}

static dtn_expr *time_step(dtn_tm *tm, const dtn_expr *x)
{
    return dtn_expr_new_name(tm->src, "DT", x->pos);
}

static dtn_expr *call(dtn_tm *tm, const char *name, const dtn_expr *a, const dtn_expr *b)
{
    dtn_expr *x = dtn_expr_new(tm->src, DTN_X_CALL, a->pos);
    x->text = name;
    x->key = dtn_name_key(tm->src->arena, name, strlen(name));
    x->n_arg = b ? 2 : 1;
    x->args = DTN_NEW_N(tm->src->arena, dtn_expr *, 2);
    x->args[0] = (dtn_expr *)(uintptr_t)a;
    x->args[1] = (dtn_expr *)(uintptr_t)b;
    return x;
}

/* A variable beside the flow at work. */
static dtn_expr *beside(dtn_tm *tm, dtn_expr *rate, bool is_stock, const char *what)
{
    dtn_eqn eqn = {.kind = is_stock ? DTN_EQN_STOCK : DTN_EQN_EXPR, .expr = rate};
    eqn.init = is_stock ? num(tm, rate, 0) : NULL;
    return dtn_tm_hoist(tm, rate, eqn, what);
}

/* What a value was some steps before, 0 at first: a conveyor of it. */
static dtn_expr *steps_before(dtn_tm *tm, const dtn_expr *x, dtn_expr *value, uint32_t n_step,
                              const char *what)
{
    double dt = 0;
    if (n_step == 0)
        return value;
    (void)dtn_constant_value(tm->src, tm->src->dt, &dt);
    dtn_expr *belt = dtn_expr_new(tm->src, DTN_X_CALL, x->pos);
    belt->text = belt->key = x->key;
    belt->n_arg = N_FIXED;
    belt->args = DTN_NEW_N(tm->src->arena, dtn_expr *, N_FIXED);
    for (uint32_t i = 0; i < N_FIXED; i++)
        belt->args[i] = i == STOCK ? x->args[STOCK] : num(tm, x, 0);
    belt->args[INFLOW] = value;
    belt->args[TIME] = num(tm, x, n_step * dt);
    return beside(tm, belt, false, what);
}

/* The fraction of leak j as it counts (track.c, effective); of all before leak n together. */
static dtn_expr *effective(dtn_tm *tm, const dtn_expr *x, uint32_t j, const dtn_expr *most)
{
    for (uint32_t i = 0; i < j; i++)
        most = bin(tm, DTN_OP_SUB, most, effective(tm, x, i, most));
    return call(tm, "MIN", call(tm, "MAX", fraction(x, j), num(tm, x, 0)), most);
}

static dtn_expr *all_fractions(dtn_tm *tm, const dtn_expr *x, const dtn_expr *most)
{
    const uint32_t n = (uint32_t)x->args[N_LEAK]->number;
    dtn_expr *sum = call(tm, "MAX", fraction(x, 0), num(tm, x, 0)); /* there is one at least */
    for (uint32_t j = 1; j < n; j++)
        sum = bin(tm, DTN_OP_ADD, sum, call(tm, "MAX", fraction(x, j), num(tm, x, 0)));
    return call(tm, "MIN", sum, most);
}

static dtn_expr *linear_leaks(dtn_tm *tm, const dtn_expr *x, uint32_t which, uint32_t n_step)
{
    dtn_expr *most = num(tm, x, 1);
    if (which == 0) {
        dtn_expr *rest = bin(tm, DTN_OP_SUB, num(tm, x, 1), all_fractions(tm, x, most));
        return steps_before(tm, x, bin(tm, DTN_OP_MUL, x->args[INFLOW], rest), n_step, "delayed");
    }
    uint32_t first, end;
    zone_of(x, which - 1, n_step, &first, &end);
    dtn_expr *share = effective(tm, x, which - 1, most);
    dtn_expr *sum = beside(tm, bin(tm, DTN_OP_MUL, x->args[INFLOW], share), true, "to leak");
    dtn_expr *begun = steps_before(tm, x, sum, first, "begun"),
             *over = steps_before(tm, x, sum, end, "over");
    dtn_expr *width = bin(tm, DTN_OP_MUL, num(tm, x, end - first), time_step(tm, x));
    return bin(tm, DTN_OP_DIV, bin(tm, DTN_OP_SUB, begun, over), width);
}

static dtn_expr *exponential_leaks(dtn_tm *tm, const dtn_expr *x, uint32_t which, uint32_t n_step)
{
    dtn_expr *most = bin(tm, DTN_OP_DIV, num(tm, x, 1), time_step(tm, x));
    if (which > 0)
        return bin(tm, DTN_OP_MUL, effective(tm, x, which - 1, most), x->args[STOCK]);
    dtn_expr *part = bin(tm, DTN_OP_MUL, all_fractions(tm, x, most), time_step(tm, x));
    dtn_expr *stays = bin(tm, DTN_OP_SUB, num(tm, x, 1), part);
    dtn_expr *log = call(tm, "LN", call(tm, "MAX", stays, num(tm, x, 1e-300)), NULL);
    log = beside(tm, log, false, "log of what stays");
    dtn_expr *rate = bin(tm, DTN_OP_DIV, bin(tm, DTN_OP_SUB, num(tm, x, 0), log), time_step(tm, x));
    dtn_expr *so_far = bin(tm, DTN_OP_SUB, beside(tm, rate, true, "leaked so far"), log);
    so_far = beside(tm, so_far, false, "leaked");
    dtn_expr *then = steps_before(tm, x, so_far, n_step, "leaked then");
    dtn_expr *in = steps_before(tm, x, x->args[INFLOW], n_step, "delayed");
    return bin(tm, DTN_OP_MUL, in, call(tm, "EXP", bin(tm, DTN_OP_SUB, then, so_far), NULL));
}

/* ---- Leaks of a conveyor that does not begin empty, by constant fractions -------------------------- */

/* DELAY of so many steps; before there are so many, what it began with. */
static dtn_expr *delayed(dtn_tm *tm, const dtn_expr *x, dtn_expr *value, uint32_t n_step,
                         dtn_expr *before, const char *what)
{
    double dt = 0;
    if (n_step == 0)
        return value;
    (void)dtn_constant_value(tm->src, tm->src->dt, &dt);
    dtn_expr *out = call(tm, "DELAY", value, num(tm, x, n_step * dt));
    out->args = DTN_NEW_N(tm->src->arena, dtn_expr *, 3);
    out->args[0] = value;
    out->args[1] = num(tm, x, n_step * dt);
    out->args[2] = before;
    out->n_arg = 3;
    return beside(tm, out, false, what);
}

/* What entered in each time unit before the start, for one unit of contents: 1 over dt and what would be left
 * of 1 at each of the places. */
static double entered_before(const dtn_tm *tm, const dtn_expr *x, const double f[], uint32_t n_step)
{
    const uint32_t n = (uint32_t)x->args[N_LEAK]->number;
    const bool exponential = ((uint32_t)x->args[KIND]->number & KIND_EXPONENTIAL) != 0;
    double dt = 0, sum = 0, left = 1, all = 0;
    (void)dtn_constant_value(tm->src, tm->src->dt, &dt);
    for (uint32_t j = 0; j < n; j++)
        all += f[j];
    for (uint32_t step = 0; step < n_step; step++) {
        sum += left;
        for (uint32_t j = 0; j < n && !exponential; j++) {
            uint32_t first, end;
            zone_of(x, j, n_step, &first, &end);
            left -= step >= first && step < end ? f[j] / (end - first) : 0;
        }
        left *= exponential ? 1 - all * dt : 1;
    }
    return 1 / (sum * dt);
}

static dtn_expr *leaks_of_full(dtn_tm *tm, const dtn_expr *x, uint32_t which, uint32_t n_step)
{
    const bool exponential = ((uint32_t)x->args[KIND]->number & KIND_EXPONENTIAL) != 0;
    double f[DTN_MAX_LEAKS_IN_MDL] = {0}, dt = 0, all = 0;
    (void)dtn_constant_value(tm->src, tm->src->dt, &dt);
    (void)constant_fractions(tm, x, exponential ? 1 / dt : 1, f);
    for (uint32_t j = 0; j < (uint32_t)x->args[N_LEAK]->number; j++)
        all += f[j];
    if (which > 0 && exponential)
        return bin(tm, DTN_OP_MUL, num(tm, x, f[which - 1]), x->args[STOCK]);
    dtn_expr *before =
        bin(tm, DTN_OP_MUL, x->args[STOCK], num(tm, x, entered_before(tm, x, f, n_step)));
    const double stays = exponential ? pow(1 - all * dt, n_step) : 1 - all;
    if (which == 0)
        return bin(tm, DTN_OP_MUL, delayed(tm, x, x->args[INFLOW], n_step, before, "delayed"),
                   num(tm, x, stays));
    uint32_t first, end;
    zone_of(x, which - 1, n_step, &first, &end);
    dtn_expr *share = num(tm, x, f[which - 1]);
    dtn_expr *steady = beside(tm, call(tm, "INIT", bin(tm, DTN_OP_MUL, before, share), NULL), false,
                              "leak at the start");
    dtn_expr *rate = bin(tm, DTN_OP_SUB, bin(tm, DTN_OP_MUL, x->args[INFLOW], share), steady);
    dtn_expr *sum = beside(tm, rate, true, "to leak");
    dtn_expr *begun = delayed(tm, x, sum, first, num(tm, x, 0), "begun"),
             *over = delayed(tm, x, sum, end, num(tm, x, 0), "over");
    dtn_expr *width = bin(tm, DTN_OP_MUL, num(tm, x, end - first), time_step(tm, x));
    return bin(tm, DTN_OP_ADD, steady,
               bin(tm, DTN_OP_DIV, bin(tm, DTN_OP_SUB, begun, over), width));
}

dtn_expr *dtn_tm_on_conveyor(dtn_tm *tm, const dtn_expr *x)
{
    double time = 0;
    uint32_t n_step = 1;
    const char *why = why_not(tm, x, &time, &n_step);
    if (why)
        return refuse(tm, x, "conveyor", why);
    const uint32_t which = (uint32_t)x->args[WHICH]->number;
    if (x->args[N_LEAK]->number > 0 && !begins_empty(tm, x->args[STOCK]))
        return dtn_tm_expr(tm, leaks_of_full(tm, x, which, n_step));
    if (x->args[N_LEAK]->number > 0)
        return dtn_tm_expr(tm, ((uint32_t)x->args[KIND]->number & KIND_EXPONENTIAL) != 0
                                   ? exponential_leaks(tm, x, which, n_step)
                                   : linear_leaks(tm, x, which, n_step));
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
