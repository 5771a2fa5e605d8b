/* The case's model: the file, its overlays merged, the courses of action laid over it.
 *
 * Overlays of the case are always on and replace equations; each course becomes an overlay of
 * the model with an id of its own and is switched on per run. Rules are parsed from the bytes of
 * case.yaml where they stand, so a mistake in a rule is told at its line and column there.
 *
 * Courses of different actors may be on together, so they must not rule the same variable:
 * which of the two held would be an accident (606).
 *
 * A file that does not parse does not keep the others from being read: all are reported.
 */
#include "case/reader.h"
#include "check/check.h"
#include "format/format.h"

#include <string.h>

/* Ends reading for good, unlike mistakes in a text. */
static bool is_fatal(dtn_status status) { return status != DTN_OK && status != DTN_E_INPUT; }

static dtn_status add_overlay_files(dtn_case_reader *r)
{
    for (size_t i = 0; i < r->c->n_overlay_file; i++) {
        const char *path = NULL;
        dtn_case_file file = {0};
        DTN_TRY(dtn_case_load(r, r->c->overlay_files[i], &path, &file));
        dtn_pos at = {path, 1, 1};
        dtn_status status = dtn_model_add_text(r->c->model, file.text, file.n, at, 0, r->diags);
        if (is_fatal(status))
            return status;
        r->n_model_file++;
    }
    return DTN_OK;
}

static dtn_status add_overlay_id(dtn_model *model, const char *actor, const char *course,
                                 uint32_t *id)
{
    if (DTN_ARENA_GUARD(model->arena))
        return DTN_E_MEMORY;
    dtn_overlay overlay = {.id = dtn_arena_printf(model->arena, "%s.%s", actor, course),
                           .actor = dtn_arena_strdup(model->arena, actor)};
    DTN_PUSH(model->arena, model->overlays, model->n_overlay, model->cap_overlay, overlay);
    *id = (uint32_t)model->n_overlay;
    return DTN_OK;
}

static dtn_status add_courses(dtn_case_reader *r, dtn_actor *actor)
{
    for (size_t i = 0; i < actor->n_course; i++) {
        dtn_course *course = &actor->courses[i];
        DTN_TRY(add_overlay_id(r->c->model, actor->id, course->id, &course->overlay));
        dtn_status status = dtn_model_add_text(r->c->model, course->rules, strlen(course->rules),
                                               course->rules_pos, course->overlay, r->diags);
        if (is_fatal(status))
            return status;
    }
    return DTN_OK;
}

static bool is_rival(const dtn_model *model, uint32_t a, uint32_t b)
{
    return a && b && strcmp(model->overlays[a - 1].actor, model->overlays[b - 1].actor) != 0;
}

static void check_rivals(dtn_case_reader *r)
{
    const dtn_model *model = r->c->model;
    for (size_t i = 0; i < model->n_override; i++) {
        const dtn_override *rule = &model->overrides[i];
        const dtn_var *var = &model->vars[rule->var];
        uint32_t rival = is_rival(model, rule->overlay, var->overlay) ? var->overlay : 0;
        for (size_t k = 0; k < i && !rival; k++)
            if (model->overrides[k].var == rule->var &&
                is_rival(model, rule->overlay, model->overrides[k].overlay))
                rival = model->overrides[k].overlay;
        if (rival)
            dtn_diags_add(r->diags, 606, rule->pos,
                          "use a name of the course's own, or let one actor rule it",
                          "`%s` is ruled by `%s` and by `%s`, of different actors", var->name,
                          model->overlays[rival - 1].id, model->overlays[rule->overlay - 1].id);
    }
}

dtn_status dtn_case_read_model(dtn_case_reader *r)
{
    const char *path = NULL;
    dtn_case_file file = {0};
    const size_t n_error = r->diags->n_error;
    DTN_TRY(dtn_case_load(r, r->c->model_file, &path, &file));
    r->n_model_file++;
    DTN_TRY(dtn_model_read(path, &r->c->model, r->diags));
    DTN_TRY(add_overlay_files(r));
    for (size_t i = 0; i < r->c->n_actor; i++)
        DTN_TRY(add_courses(r, &r->c->actors[i]));
    check_rivals(r);
    return r->diags->n_error > n_error ? DTN_E_INPUT : dtn_check_resolve(r->c->model, r->diags);
}
