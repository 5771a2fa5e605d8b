/* Units of the case against those of the model.
 *
 * Both sides are compared in the checker's normal form, with the model's synonyms: "deaths / week"
 * and "Deaths/Week" agree, "1/Week" and "Week" do not. The numerator of an observed increment
 * ("Persons" of Persons/Month) is compared with its outcome's unit.
 *
 * Where the model has no unit for a variable and none can be inferred there is nothing to
 * disagree with; `detente check` reports such variables.
 */
#include <string.h>

#include "case/reader.h"
#include "check/check.h"

typedef struct unit_pair {
    const char *text; /* as the case writes it */
    const char *with; /* another text of the case, or NULL: the unit of `var` */
    uint32_t var;
    const char *what, *name;
    dtn_pos pos;
} unit_pair;

typedef struct unit_list {
    unit_pair *items;
    size_t n, cap;
} unit_list;

static void add_pair(dtn_case_reader *r, unit_list *list, unit_pair pair)
{
    DTN_PUSH(r->arena, list->items, list->n, list->cap, pair);
}

static void collect_outcomes(dtn_case_reader *r, unit_list *list)
{
    for (size_t i = 0; i < r->c->n_outcome; i++) {
        const dtn_outcome *o = &r->c->outcomes[i];
        add_pair(r, list,
                 (unit_pair){.text = o->unit,
                             .var = o->var,
                             .what = "the outcome",
                             .name = o->id,
                             .pos = o->pos});
    }
}

static void collect_parameters(dtn_case_reader *r, unit_list *list)
{
    for (size_t i = 0; i < r->c->n_parameter; i++) {
        const dtn_case_parameter *p = &r->c->parameters[i];
        unit_pair pair = {.text = p->unit, .what = "the parameter", .name = p->name, .pos = p->pos};
        uint32_t element = 0;
        if (dtn_case_find_element(r->arena, r->c->model, p->name, p->pos, pair.what, &pair.var,
                                  &element, &r->ignored))
            add_pair(r, list, pair);
    }
}

static void collect_observed(dtn_case_reader *r, unit_list *list)
{
    for (size_t i = 0; i < r->c->n_observed; i++) {
        const dtn_observed *s = &r->c->observed[i];
        const dtn_outcome *o = dtn_case_find_outcome(r->c, s->outcome);
        if (!o) /* told when the series is read */
            continue;
        const size_t n = o->is_increment ? dtn_case_unit_numerator(s->unit) : strlen(s->unit);
        add_pair(r, list,
                 (unit_pair){.text = dtn_arena_strndup(r->arena, s->unit, n),
                             .with = o->unit,
                             .what = "the observed series",
                             .name = s->id,
                             .pos = s->pos});
    }
}

static void compare_pair(dtn_case_reader *r, dtn_unit_reader *units, const unit_pair *p)
{
    bool is_inferred = false;
    const char *here = dtn_unit_reader_normal(units, p->text);
    const char *there = p->with ? dtn_unit_reader_normal(units, p->with)
                                : dtn_unit_reader_text(units, p->var, &is_inferred);
    if (strcmp(here, "?") == 0)
        dtn_diags_add(r->diags, 604, p->pos, "write it as Persons/Week or 1/(Person*Week)",
                      "`%s` is not a unit", p->text);
    else if (strcmp(there, "?") != 0 && strcmp(here, there) != 0)
        dtn_diags_add(r->diags, 604, p->pos, dtn_arena_printf(r->arena, "write it in `%s`", there),
                      "%s `%s` is given in `%s`, the %s has `%s`", p->what, p->name, p->text,
                      p->with ? "outcome" : "model", there);
}

/* The end of the record is set to a date: a constant of another unit would hold no time. */
static void check_record(dtn_case_reader *r, dtn_unit_reader *units)
{
    const dtn_case *c = r->c;
    bool is_inferred = false;
    uint32_t var = 0, element = 0;
    const dtn_pos pos = dtn_case_time_pos(r, "record_ends");
    if (!c->record_constant || !dtn_case_find_element(r->arena, c->model, c->record_constant, pos,
                                                      "record_ends:", &var, &element, &r->ignored))
        return;
    const char *time = c->model->time_units ? c->model->time_units : c->time_unit;
    const char *there = dtn_unit_reader_text(units, var, &is_inferred);
    if (strcmp(there, "?") != 0 && strcmp(there, dtn_unit_reader_normal(units, time)) != 0)
        dtn_diags_add(r->diags, 604, pos,
                      "name the constant up to whose time recorded interventions hold",
                      "`%s` is no time: the model has `%s`, and counts time in `%s`",
                      c->record_constant, there, time);
}

dtn_status dtn_case_check_all_units(dtn_case_reader *r)
{
    unit_list list = {0};
    dtn_status status = dtn_check_units(r->c->model, r->diags);
    if (status != DTN_OK)
        return status;
    collect_parameters(r, &list);
    collect_outcomes(r, &list);
    collect_observed(r, &list);
    dtn_unit_reader *units = dtn_check_unit_reader(r->c->model);
    for (size_t i = 0; i < list.n && units; i++)
        compare_pair(r, units, &list.items[i]);
    if (units)
        check_record(r, units);
    return units ? DTN_OK : DTN_E_MEMORY;
}
