/* The time specification: from expressions to whole steps.
 *
 * Start, stop, time step and save interval are constants in nearly all models. Where one depends
 * on the time (FINAL TIME = IF THEN ELSE(Time < 5, 10, 50)), directly or through variables that
 * depend on nothing but constants and the time, its course is worked out here once, and the
 * program gets the times of its steps as a list. What depends on stocks is refused.
 *
 * Stop: the run ends at the first step whose time has reached the stop time of that moment.
 * Saving: the next point follows a saved one by the save interval of that moment.
 */
#include "compile/look_up.h"
#include "compile/lowering.h"
#include "model/functions.h"

#include <math.h>

#define DTN_MAX_STEPS 1e9       /* a run of more steps is a slip in a time specification */
#define DTN_MAX_LISTED 10000000 /* steps of a run whose times stand in a list: 80 MB */
#define DTN_MAX_TIME_DEPTH 4000 /* operators and names in a row (a = b, b = c): ends loops */
#define DTN_MAX_TIME_WORK 20000 /* operators and names of one value: a = b + b, b = c + c, ... */

/* ---- Values of a moment ------------------------------------------------------------ */

typedef struct moment {
    const dtn_compiler *c;
    double time;
    bool asked;      /* did a value depend on the time? */
    uint32_t n_done; /* operators and names evaluated */
} moment;

static double value_of(moment *m, const dtn_expr *x, int depth);

static double look_up(const dtn_lookup *lookup, double x)
{
    if (!lookup)
        return NAN;
    dtn_table t = {(uint32_t)lookup->n, lookup->x, lookup->y};
    return dtn_look_up(&t, x, DTN_LOOKUP_MODE_LINEAR);
}

static double value_of_name(moment *m, const dtn_expr *x, int depth)
{
    if (x->ref == DTN_REF_TIME) {
        m->asked = true;
        return m->time;
    }
    if (x->ref != DTN_REF_VAR)
        return NAN;
    const dtn_var *var = &m->c->model->vars[x->id];
    const dtn_eqn *eqn = var->n_eqn == 1 && var->n_dim == 0 ? &var->eqns[0] : NULL;
    return eqn && (eqn->kind == DTN_EQN_EXPR || eqn->loaded)
               ? value_of(m, dtn_eqn_value(eqn), depth + 1)
               : NAN;
}

static double value_of_call(moment *m, const dtn_expr *x, int depth)
{
    const dtn_model *model = m->c->model;
    double a = x->n_arg > 0 ? value_of(m, x->args[0], depth + 1) : NAN;
    double b = x->n_arg > 1 ? value_of(m, x->args[1], depth + 1) : NAN;
    if (x->ref == DTN_REF_LOOKUP)
        return model->vars[x->id].n_eqn == 1 ? look_up(model->vars[x->id].eqns[0].lookup, a) : NAN;
    if (x->ref == DTN_REF_FUNC && x->id == DTN_FN_WITH_LOOKUP)
        return look_up(x->args[1]->lookup, a);
    if (x->ref != DTN_REF_FUNC || isnan(a) || (x->n_arg > 1 && isnan(b)))
        return NAN;
    switch ((dtn_fn)x->id) {
    case DTN_FN_IF: return a != 0 ? b : value_of(m, x->args[2], depth + 1);
    case DTN_FN_MAX: return x->n_arg < 2 ? NAN : a > b ? a : b;
    case DTN_FN_MIN: return x->n_arg < 2 ? NAN : a < b ? a : b;
    case DTN_FN_ABS: return fabs(a);
    case DTN_FN_INTEGER: return dtn_trunc(a);
    case DTN_FN_INT: return dtn_floor(a);
    case DTN_FN_ROUND: return dtn_round(a);
    case DTN_FN_MODULO: return dtn_fmod(a, b);
    case DTN_FN_EXP: return dtn_exp(a);
    case DTN_FN_LN: return dtn_log(a);
    case DTN_FN_GAME: return a;
    case DTN_FN_STEP: m->asked = true; return m->time + m->c->dt / 2 > b ? a : 0;
    default: return NAN;
    }
}

static double value_of_operation(moment *m, const dtn_expr *x, int depth)
{
    double a = value_of(m, x->args[0], depth + 1);
    double b = x->n_arg > 1 ? value_of(m, x->args[1], depth + 1) : 0;
    if (isnan(a) || isnan(b))
        return NAN;
    switch (x->op) {
    case DTN_OP_ADD: return a + b;
    case DTN_OP_SUB: return a - b;
    case DTN_OP_MUL: return a * b;
    case DTN_OP_DIV: return a / b;
    case DTN_OP_POW: return dtn_pow(a, b);
    case DTN_OP_MOD: return dtn_fmod(a, b);
    case DTN_OP_LT: return a < b;
    case DTN_OP_LE: return a <= b;
    case DTN_OP_GT: return a > b;
    case DTN_OP_GE: return a >= b;
    case DTN_OP_EQ: return a == b;
    case DTN_OP_NE: return a != b;
    case DTN_OP_AND: return a != 0 && b != 0;
    case DTN_OP_OR: return a != 0 || b != 0;
    case DTN_OP_NOT: return a == 0;
    case DTN_OP_NEG: return -a;
    default: return a;
    }
}

/* NaN: depends on more than constants and the time. */
static double value_of(moment *m, const dtn_expr *x, int depth)
{
    if (!x || depth > DTN_MAX_TIME_DEPTH || m->n_done++ > DTN_MAX_TIME_WORK)
        return NAN;
    switch (x->kind) {
    case DTN_X_NUMBER: return x->number;
    case DTN_X_NAME: return value_of_name(m, x, depth);
    case DTN_X_CALL: return value_of_call(m, x, depth);
    case DTN_X_BINARY:
    case DTN_X_UNARY: return value_of_operation(m, x, depth);
    default: return NAN;
    }
}

double dtn_value_of_constant(const dtn_compiler *c, const dtn_expr *x)
{
    moment m = {.c = c};
    const double value = value_of(&m, x, 0);
    return m.asked ? (double)NAN : value;
}

/* ---- The four of them ------------------------------------------------------------------ */

typedef struct spec {
    const dtn_expr *x;
    double given; /* by an option; NaN: none */
    bool varies;
} spec;

static double spec_at(const dtn_compiler *c, spec *s, double time)
{
    moment m = {.c = c, .time = time};
    if (!isnan(s->given))
        return s->given;
    double value = value_of(&m, s->x, 0);
    s->varies = s->varies || m.asked;
    return value;
}

static dtn_pos spec_pos(const dtn_compiler *c, const spec *s)
{
    return s->x ? s->x->pos : (dtn_pos){c->model->path, 0, 0};
}

static bool check_number(dtn_compiler *c, const spec *s, const char *what, double value)
{
    if (isfinite(value))
        return true;
    dtn_diags_add(c->diags, 211, spec_pos(c, s),
                  "make it a number, a constant or a function of the time",
                  "the %s must not depend on what the model computes", what);
    return false;
}

static bool check_run(dtn_compiler *c, const spec *dt, double steps)
{
    if (c->dt > 0 && c->stop >= c->start && steps <= DTN_MAX_STEPS)
        return true;
    const bool is_long = c->dt > 0 && c->stop >= c->start;
    const char *hint =
        is_long ? "a run has at most 1,000,000,000 steps; take a larger step or an earlier stop"
                : "give a step above 0 and a stop after the start";
    dtn_diags_add(c->diags, 211, spec_pos(c, dt), hint,
                  "a run from %g to %g by steps of %g is not possible", c->start, c->stop, c->dt);
    return false;
}

/* ---- A course of times ------------------------------------------------------------------- */

#define DTN_ROUNDING 1e-6 /* of a step: what rounding of dt (0.1, 1/3) leaves of the last one */

typedef struct point {
    double time;
    bool is_saved;
} point;

typedef struct course {
    point *points;
    size_t n, cap;
    bool dt_changes;
} course;

static bool course_failed(dtn_compiler *c, const spec *s, double dt)
{
    dtn_diags_add(c->diags, 211, spec_pos(c, s), "keep it above 0 and let the stop time be reached",
                  "the time step becomes %g, or the run does not end", dt);
    return false;
}

/* Times are counted in whole steps from the last change of the time step. */
static bool follow(dtn_compiler *c, spec *stop, spec *dt, spec *saveper, course *out)
{
    double anchor = c->start, t = c->start, step = c->dt, next_save = c->start;
    uint32_t since = 0;
    for (;;) {
        bool save = t >= next_save - step * DTN_ROUNDING;
        double now_dt = spec_at(c, dt, t),
               interval = saveper->x || !isnan(saveper->given) ? spec_at(c, saveper, t) : now_dt;
        DTN_PUSH(c->arena, out->points, out->n, out->cap, ((point){t, save}));
        if (save)
            next_save = t + (interval > now_dt ? interval : now_dt);
        if (t >= spec_at(c, stop, t) - now_dt * DTN_ROUNDING)
            return true;
        if (!(now_dt > 0) || !isfinite(now_dt) || out->n > DTN_MAX_LISTED)
            return course_failed(c, dt, now_dt);
        if (now_dt != step) {
            out->dt_changes = true;
            anchor = t;
            since = 0;
            step = now_dt;
        }
        t = anchor + ++since * step;
    }
}

static void set_course(dtn_compiler *c, const course *k)
{
    dtn_program *p = c->program;
    p->n_step = (uint32_t)(k->n - 1);
    c->stop = k->points[k->n - 1].time;
    p->dt_changes = k->dt_changes;
    p->times = DTN_NEW_N(c->arena, double, k->n);
    p->saved = DTN_NEW_N(c->arena, uint8_t, k->n);
    p->saved_times = DTN_NEW_N(c->arena, double, k->n);
    for (size_t i = 0; i < k->n; i++) {
        p->times[i] = k->points[i].time;
        p->saved[i] = k->points[i].is_saved;
        if (k->points[i].is_saved)
            p->saved_times[p->n_saved++] = k->points[i].time;
    }
}

/* ---- The whole ----------------------------------------------------------------------------- */

#define DTN_MAX_TRIED 200 /* steps of other lengths, for one that is short to write */

/* A step, not longer than the one asked for, of which a whole number makes the run. */
static const char *step_that_fits(const dtn_compiler *c, double whole)
{
    char text[DTN_DOUBLE_MAX_TEXT];
    for (double n = whole + 1; n <= whole + DTN_MAX_TRIED; n++)
        if (dtn_double_to_text((c->stop - c->start) / n, text) <= 6)
            return dtn_arena_printf(c->arena, "%s would fit", text);
    return "choose a step that divides the run's length";
}

/* A run goes by whole steps; neither format says what becomes of a rest. */
static void check_rest(dtn_compiler *c, const spec *dt, double n)
{
    const double whole = c->program->n_step;
    if (n - whole <= DTN_ROUNDING * (1 + whole))
        return;
    dtn_diags_add_as(c->diags, DTN_WARNING, 211, spec_pos(c, dt), step_that_fits(c, whole),
                     whole > 0
                         ? "from %g to %g is no whole number of steps of %g: the run ends at %g"
                         : "from %g to %g is less than one step of %g: the run is its start, %g",
                     c->start, c->stop, c->dt, c->start + whole * c->dt);
}

static uint32_t save_every(dtn_compiler *c, const spec *saveper, double interval)
{
    double every = dtn_round(interval / c->dt);
    if (c->program->n_step > 0 && interval > 0 && interval < c->dt * (1 - DTN_ROUNDING))
        dtn_diags_add_as(
            c->diags, DTN_WARNING, 211, spec_pos(c, saveper),
            dtn_arena_printf(c->arena, "take a time step of at most %g", interval),
            "the save interval %g is shorter than the time step, %g: every step is saved", interval,
            c->dt);
    if (c->program->n_step > 0 && interval <= 0)
        dtn_diags_add_as(c->diags, DTN_WARNING, 211, spec_pos(c, saveper),
                         "give a save interval above 0, or none, which saves every step",
                         "the save interval is %g: every step is saved", interval);
    if (c->program->n_step > 0 && every > c->program->n_step)
        dtn_diags_add_as(
            c->diags, DTN_WARNING, 211, spec_pos(c, saveper), "give a save interval within the run",
            "the save interval %g is longer than the run, %g: the start alone is saved", interval,
            c->stop - c->start);
    else if (fabs(every * c->dt - interval) > DTN_ROUNDING * interval && interval > c->dt)
        dtn_diags_add_as(c->diags, DTN_WARNING, 211, spec_pos(c, saveper),
                         "make the save interval a whole number of steps",
                         "the save interval %g is no whole number of steps of %g; every %g steps "
                         "is used",
                         interval, c->dt, every < 1 ? 1 : every);
    if (every > c->program->n_step) /* only the start is a save point */
        return c->program->n_step + 1;
    return every < 1 ? 1 : (uint32_t)every;
}

bool dtn_set_time(dtn_compiler *c)
{
    dtn_program *p = c->program;
    const dtn_model *m = c->model;
    const dtn_compile_options *o = c->options;
    spec start = {m->start, NAN, false}, stop = {m->stop, o->stop, false};
    spec dt = {m->dt, o->dt, false}, saveper = {m->saveper, o->saveper, false};
    c->start = spec_at(c, &start, 0);
    c->dt = spec_at(c, &dt, c->start);
    c->stop = spec_at(c, &stop, c->start);
    double interval = m->saveper || !isnan(o->saveper) ? spec_at(c, &saveper, c->start) : c->dt;
    double n = (c->stop - c->start) / c->dt;
    if (!check_number(c, &start, "start time", c->start) ||
        !check_number(c, &stop, "stop time", c->stop) ||
        !check_number(c, &dt, "time step", c->dt) ||
        !check_number(c, &saveper, "save interval", interval) || !check_run(c, &dt, n))
        return false;
    p->start = c->start;
    p->dt = c->dt;
    p->method = o->method >= 0 ? (dtn_method)o->method : m->method;
    p->n_step = (uint32_t)dtn_floor(n + DTN_ROUNDING);
    if (!stop.varies && !dt.varies && !saveper.varies) {
        check_rest(c, &dt, n);
        p->save_every = save_every(c, &saveper, interval);
        p->n_saved = p->n_step / p->save_every + 1;
        return true;
    }
    course k = {0};
    p->save_every = 1;
    if (!follow(c, &stop, &dt, &saveper, &k))
        return false;
    set_course(c, &k);
    return true;
}

double dtn_program_time(const dtn_program *p, uint32_t step)
{
    return p->times && step <= p->n_step ? p->times[step] : p->start + step * p->dt;
}

bool dtn_program_is_saved(const dtn_program *p, uint32_t step)
{
    return p->times ? step <= p->n_step && p->saved[step] : step % p->save_every == 0;
}

double dtn_program_saved_time(const dtn_program *p, size_t i)
{
    return p->times ? p->saved_times[i] : p->start + (double)(i * p->save_every) * p->dt;
}
