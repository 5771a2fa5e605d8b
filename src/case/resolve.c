/* Names and times of the case, tied to the model.
 *
 * Names are compared by key, as everywhere; "name[a,b]" is one element, its subscripts given
 * as elements of the variable's own dimensions. What is not found is a 605 with the nearest
 * name that exists.
 *
 * Time: a day count divided by the unit's days. Months and years have mean lengths, so a date
 * may miss its save point by the days that calendar months differ from the mean; within
 * DTN_CALENDAR_SLACK days it is moved onto it. Days and weeks must fit exactly.
 */
#include <math.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "base/dates.h"
#include "case/reader.h"
#include "check/check.h"

#define DTN_CALENDAR_SLACK 3.0 /* days; sums of month lengths stay this near to the mean's */
#define TIME_TOLERANCE 1e-6    /* of a day, or of a step: rounding of decimal steps */

/* ---- Names ------------------------------------------------------------------- */

static const char *nearest_variable(const dtn_model *model, const char *key)
{
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, key);
    for (size_t i = 0; i < model->n_var; i++)
        dtn_nearest_add(&nearest, model->vars[i].key);
    const dtn_var *var = nearest.best ? dtn_model_find_var(model, nearest.best) : NULL;
    return var ? var->name : NULL;
}

static const dtn_var *find_variable(dtn_arena *arena, const dtn_model *model, const char *text,
                                    size_t n, dtn_pos pos, const char *what, dtn_diags *diags)
{
    const char *key = dtn_name_key(arena, text, n);
    const dtn_var *var = dtn_model_find_var(model, key);
    if (var)
        return var;
    const char *near = nearest_variable(model, key);
    dtn_diags_add(diags, 605, pos,
                  near ? dtn_arena_printf(arena, "did you mean `%s`?", near)
                       : "`detente explain` lists the model's variables",
                  "%s `%.*s` is not a variable of the model", what, (int)n, text);
    return NULL;
}

/* Length of the name before its subscripts; the whole text when it has none. */
static size_t name_length(const char *text)
{
    const size_t n = strlen(text);
    const char *open = strrchr(text, '[');
    return open && n && text[n - 1] == ']' ? (size_t)(open - text) : n;
}

/* Position of one subscript in dimension `dim_id`; DTN_NONE if it is no element of it. */
static uint32_t find_position(dtn_arena *arena, const dtn_model *model, uint32_t dim_id,
                              const char *text, size_t n)
{
    const uint32_t at = dtn_map_get(&model->dims[dim_id].index, dtn_name_key(arena, text, n));
    return at == DTN_MAP_NONE ? DTN_NONE : at;
}

static bool find_subscripts(dtn_arena *arena, const dtn_model *model, const dtn_var *var,
                            const char *subs, uint32_t *element)
{
    uint32_t at = 0, n = 0;
    while (*subs && *subs != ']') {
        const size_t length = strcspn(subs, ",]");
        const uint32_t position =
            n < var->n_dim ? find_position(arena, model, var->dims[n], subs, length) : DTN_NONE;
        if (position == DTN_NONE)
            return false;
        at = at * model->dims[var->dims[n++]].n_element + position;
        subs += length;
        subs += *subs == ',';
    }
    *element = at;
    return n == var->n_dim;
}

static const char *example_element(dtn_arena *arena, const dtn_model *model, const dtn_var *var)
{
    const char *text = var->name;
    for (uint32_t d = 0; d < var->n_dim; d++)
        text = dtn_arena_printf(arena, "%s%s%s", text, d ? "," : "[",
                                model->dims[var->dims[d]].elements[0]);
    return var->n_dim ? dtn_arena_printf(arena, "for example `%s]`", text)
                      : dtn_arena_printf(arena, "write `%s`", text);
}

bool dtn_case_find_element(dtn_arena *arena, const dtn_model *model, const char *text, dtn_pos pos,
                           const char *what, uint32_t *var_id, uint32_t *element, dtn_diags *diags)
{
    const size_t n = name_length(text);
    const dtn_var *var = find_variable(arena, model, text, n, pos, what, diags);
    if (!var)
        return false;
    *var_id = var->id;
    *element = 0;
    if (text[n] ? find_subscripts(arena, model, var, text + n + 1, element) : var->n_dim == 0)
        return true;
    dtn_diags_add(diags, 605, pos, example_element(arena, model, var),
                  "%s `%s` does not name one element of `%s`", what, text, var->name);
    return false;
}

const char *dtn_case_element_key(dtn_arena *arena, const char *text)
{
    const size_t n = name_length(text);
    const char *out = dtn_name_key(arena, text, n);
    const char *subs = text + n;
    if (!*subs)
        return out;
    for (char mark = '['; *subs && *subs != ']'; mark = ',') {
        const size_t length = strcspn(++subs, ",]");
        out = dtn_arena_printf(arena, "%s%c%s", out, mark, dtn_name_key(arena, subs, length));
        subs += length;
    }
    return dtn_arena_printf(arena, "%s]", out);
}

/* ---- Entries that name variables ---------------------------------------------- */

bool dtn_outcome_is_human_cost(const dtn_outcome *outcome)
{
    return outcome->group && strcmp(outcome->group, "human_cost") == 0;
}

static void check_outcomes(dtn_case_reader *r)
{
    for (size_t i = 0; i < r->c->n_outcome; i++) {
        dtn_outcome *o = &r->c->outcomes[i];
        if (dtn_outcome_is_human_cost(o) && o->direction > 0)
            dtn_diags_add(
                r->diags, 604, o->pos,
                "write `direction: lower`, or `none`; what is good to have more of belongs "
                "to another group",
                "`%s` is a human cost, and `direction: higher` would count more of it as "
                "better",
                o->id);
        dtn_case_find_element(r->arena, r->c->model, o->variable, o->pos, "the outcome's", &o->var,
                              &o->element, r->diags);
    }
}

/* The element of the model that parameter `i` names; false: it names none, which is told once. */
static bool find_parameter(dtn_case_reader *r, size_t i, dtn_diags *diags, uint32_t *var,
                           uint32_t *element)
{
    const dtn_case_parameter *p = &r->c->parameters[i];
    return dtn_case_find_element(r->arena, r->c->model, p->name, p->pos, "the parameter", var,
                                 element, diags);
}

/* One name in two spellings; of the same spelling the schema speaks. */
static void check_twice(dtn_case_reader *r, size_t i, uint32_t var, uint32_t element)
{
    const dtn_case_parameter *p = &r->c->parameters[i];
    for (size_t k = 0; k < i; k++) {
        uint32_t other_var = 0, other_element = 0;
        if (!find_parameter(r, k, &r->ignored, &other_var, &other_element) || other_var != var ||
            other_element != element || strcmp(r->c->parameters[k].name, p->name) == 0)
            continue;
        dtn_diags_add(r->diags, 606, p->pos, "keep one of the two",
                      "`%s` is the parameter `%s` of line %u in another spelling", p->name,
                      r->c->parameters[k].name, r->c->parameters[k].pos.line);
        return;
    }
}

/* Whoever decides goes by what is known by then. Records come by the month and are dated with its end: what falls into
 * the month of the decision is let be. */
static void check_known(dtn_case_reader *r, const dtn_case_parameter *p)
{
    if (p->known_on && strncmp(p->known_on, r->c->decide_on, strlen("2025-01")) > 0)
        dtn_diags_add_as(r->diags, DTN_WARNING, 607, p->pos,
                         "draw it from what was known by then, or correct `known_on`",
                         "`%s` is known since %s alone, after decide_on (%s)", p->name, p->known_on,
                         r->c->decide_on);
}

static void check_parameters(dtn_case_reader *r)
{
    const dtn_case *c = r->c;
    for (size_t i = 0; i < c->n_parameter; i++) {
        const dtn_case_parameter *p = &c->parameters[i];
        uint32_t var = 0, element = 0;
        if (!find_parameter(r, i, r->diags, &var, &element))
            continue;
        if (dtn_case_check_constant(r->arena, c->model, var, element, p->name, p->pos, r->diags))
            dtn_case_check_draws(r, var, p);
        check_known(r, p);
        check_twice(r, i, var, element);
    }
}

static void check_regimes(dtn_case_reader *r)
{
    uint32_t element = 0;
    const dtn_yaml_node *regimes = dtn_yaml_find(r->root, "regimes");
    if (!regimes)
        return;
    dtn_case_find_element(r->arena, r->c->model, r->c->regime_variable, regimes->pos,
                          "the regimes'", &r->c->regime_var, &element, r->diags);
    for (size_t i = 0; i < r->c->n_regime; i++)
        for (size_t k = 0; k < i; k++)
            if (r->c->regimes[i].code == r->c->regimes[k].code)
                dtn_diags_add(r->diags, 606, r->c->regimes[i].pos, "give each its own code",
                              "regimes `%s` and `%s` have the same code", r->c->regimes[k].id,
                              r->c->regimes[i].id);
}

static void check_concepts(dtn_case_reader *r)
{
    for (size_t i = 0; i < r->c->n_concept; i++) {
        const dtn_concept *concept = &r->c->concepts[i];
        for (size_t k = 0; k < concept->n_variable; k++) {
            const char *name = concept->variables[k];
            find_variable(r->arena, r->c->model, name, name_length(name), concept->pos,
                          "the concept's", r->diags);
        }
    }
}

dtn_pos dtn_case_time_pos(const dtn_case_reader *r, const char *key)
{
    const dtn_yaml_node *node = dtn_yaml_find(dtn_yaml_find(r->root, "time"), key);
    return node ? node->pos : r->root->pos;
}

/* An earlier decision sets it to its own date: that must not stop what the model computes. */
static void check_record(dtn_case_reader *r)
{
    const dtn_case *c = r->c;
    uint32_t var = 0, element = 0;
    if (!c->record_constant)
        return;
    const dtn_pos pos = dtn_case_time_pos(r, "record_ends");
    if (dtn_case_find_element(r->arena, c->model, c->record_constant, pos, "record_ends:", &var,
                              &element, r->diags))
        dtn_case_check_constant(r->arena, c->model, var, element, c->record_constant, pos,
                                r->diags);
}

void dtn_case_check_names(dtn_case_reader *r)
{
    r->c->regime_var = DTN_NONE;
    check_record(r);
    check_outcomes(r);
    check_parameters(r);
    check_regimes(r);
    check_concepts(r);
}

/* ---- Time ------------------------------------------------------------------------ */

static double unit_days(const char *unit)
{
    return strcmp(unit, "day") == 0    ? 1
           : strcmp(unit, "week") == 0 ? 7
           : strcmp(unit, "year") == 0 ? 365.25
                                       : 30.4375; /* 365.25 / 12 */
}

bool dtn_case_point_of(const dtn_case *c, const char *date, double *t, char nearest[11])
{
    int64_t start = 0, day = 0;
    const bool is_exact = c->days_per_unit == 1 || c->days_per_unit == 7;
    dtn_days_of(c->start, &start);
    dtn_days_of(date, &day);
    const double step_days = c->save_every * c->days_per_unit;
    const double points = dtn_round((double)(day - start) / step_days);
    const double off = fabs((double)(day - start) - points * step_days);
    dtn_days_to_date(start + (int64_t)dtn_floor(points * step_days + 0.5), nearest);
    *t = c->t_start + points * c->save_every;
    return off <= (is_exact ? TIME_TOLERANCE : DTN_CALENDAR_SLACK);
}

/* The last save point that the model reaches, where it lies before t. */
static void stay_in_model(const dtn_case *c, double t, char nearest[11])
{
    double stop = 0;
    int64_t start = 0;
    if (!dtn_check_constant(c->model, c->model->stop, &stop) || t <= stop + TIME_TOLERANCE)
        return;
    const double points = dtn_floor((stop - c->t_start + TIME_TOLERANCE) / c->save_every);
    dtn_days_of(c->start, &start);
    dtn_days_to_date(start + (int64_t)dtn_floor(points * c->save_every * c->days_per_unit + 0.5),
                     nearest);
}

/* The save point that a date stands for; 607 when it stands between two. */
static double save_point(dtn_case_reader *r, const char *key, const char *date)
{
    const dtn_case *c = r->c;
    char nearest[11];
    double t = 0;
    if (!dtn_case_point_of(c, date, &t, nearest)) {
        stay_in_model(c, t, nearest);
        dtn_diags_add(r->diags, 607, dtn_case_time_pos(r, key),
                      dtn_arena_printf(r->arena, "the nearest save point is %s", nearest),
                      "%s does not fall on a save point: not a whole number of %g %ss after %s",
                      date, c->save_every, c->time_unit, c->start);
    }
    return t;
}

static void check_order(dtn_case_reader *r)
{
    const dtn_case *c = r->c;
    if (strcmp(c->decide_on, c->start) < 0)
        dtn_diags_add(r->diags, 607, dtn_case_time_pos(r, "decide_on"),
                      "start <= decide_on < until", "decide_on (%s) lies before start (%s)",
                      c->decide_on, c->start);
    if (strcmp(c->until, c->decide_on) <= 0)
        dtn_diags_add(r->diags, 607, dtn_case_time_pos(r, "until"), "start <= decide_on < until",
                      "until (%s) does not lie after decide_on (%s)", c->until, c->decide_on);
}

/* "Weeks" and "week" are one unit: compare keys without a plural s. */
static bool same_time_unit(dtn_arena *arena, const char *a, const char *b)
{
    const char *x = dtn_name_key(arena, a, strlen(a)), *y = dtn_name_key(arena, b, strlen(b));
    size_t n = strlen(x), m = strlen(y);
    n -= n > 0 && x[n - 1] == 's';
    m -= m > 0 && y[m - 1] == 's';
    return n == m && memcmp(x, y, n) == 0;
}

static void check_steps(dtn_case_reader *r)
{
    const dtn_model *model = r->c->model;
    double dt = 0;
    if (!dtn_check_constant(model, model->start, &r->c->t_start))
        dtn_diags_add(r->diags, 604, (dtn_pos){model->path, 0, 0}, "give the model a plain number",
                      "INITIAL TIME of the model is not a constant");
    if (!dtn_check_constant(model, model->dt, &dt) || !(dt > 0)) {
        dtn_diags_add(r->diags, 604, (dtn_pos){model->path, 0, 0}, "give the model a plain number",
                      "TIME STEP of the model is not a positive constant");
        return;
    }
    const double steps = r->c->save_every / dt;
    if (fabs(steps - dtn_round(steps)) > TIME_TOLERANCE || steps < 0.5)
        dtn_diags_add(r->diags, 604, dtn_case_time_pos(r, "save_every"), NULL,
                      "save_every is not a whole number of the model's time steps (%g)", dt);
}

/* The model's own end is no limit, but its author gave it for a reason. */
static void check_end(dtn_case_reader *r)
{
    const dtn_case *c = r->c;
    double stop = 0;
    if (!dtn_check_constant(c->model, c->model->stop, &stop) || c->t_until <= stop + TIME_TOLERANCE)
        return;
    dtn_diags_add_as(r->diags, DTN_WARNING, 607, dtn_case_time_pos(r, "until"),
                     "end the comparison sooner, or give the model a later end",
                     "until (%s) is %g in the model's time, after its own end, FINAL TIME %g: the "
                     "comparison runs beyond it",
                     c->until, c->t_until, stop);
}

void dtn_case_check_time(dtn_case_reader *r)
{
    dtn_case *c = r->c;
    const char *model_unit = c->model->time_units;
    c->days_per_unit = unit_days(c->time_unit);
    if (model_unit && !same_time_unit(r->arena, model_unit, c->time_unit))
        dtn_diags_add(r->diags, 604, dtn_case_time_pos(r, "unit"), "use the model's time unit",
                      "the case counts in `%s`, the model in `%s`", c->time_unit, model_unit);
    check_steps(r);
    check_order(r);
    c->t_decide = save_point(r, "decide_on", c->decide_on);
    c->t_until = save_point(r, "until", c->until);
    check_end(r);
}

dtn_status dtn_case_time_of(const dtn_case *c, const char *iso_date, double *t)
{
    int64_t start = 0, day = 0;
    if (!dtn_days_of(iso_date, &day))
        return DTN_E_RANGE;
    dtn_days_of(c->start, &start);
    *t = c->t_start + (double)(day - start) / c->days_per_unit;
    return DTN_OK;
}

void dtn_case_date_of(const dtn_case *c, double t, char out[11])
{
    int64_t start = 0;
    dtn_days_of(c->start, &start);
    const double days = dtn_round((t - c->t_start) * c->days_per_unit);
    dtn_days_to_date(start + (int64_t)(fabs(days) < 1e7 ? days : 0), out);
}
