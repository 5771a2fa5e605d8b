/* Do the rules of a course reach what the case counts?
 *
 * A lever that is misspelt makes a variable of the course's own that nothing uses, and the comparison
 * shows no difference: a figure that looks like a finding. Told (208) are such variables, and
 * courses of which nothing reaches an outcome or the regime through the graph of causes.
 */
#include "base/nearest.h"
#include "case/reader.h"
#include "check/check.h"

static bool is_counted(const dtn_case *c, uint32_t var)
{
    for (size_t i = 0; i < c->n_outcome; i++)
        if (c->outcomes[i].var == var)
            return true;
    return c->n_regime > 0 && c->regime_var == var;
}

static bool has_other_effect(const dtn_graph *graph, uint32_t var)
{
    for (uint32_t i = graph->first_effect[var]; i < graph->first_effect[var + 1]; i++)
        if (graph->effects[i] != var)
            return true;
    return false;
}

static void report_unused(dtn_case_reader *r, const dtn_course *course, const dtn_var *var)
{
    const dtn_model *model = r->c->model;
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, var->key);
    for (size_t i = 0; i < model->n_var; i++)
        if (model->vars[i].overlay == 0 && !model->vars[i].is_hidden)
            dtn_nearest_add(&nearest, model->vars[i].key);
    const dtn_var *meant = nearest.best ? dtn_model_find_var(model, nearest.best) : NULL;
    dtn_diags_add_as(r->diags, DTN_WARNING, 208, var->pos,
                     meant ? dtn_arena_printf(r->arena, "did you mean '%s'?", meant->name)
                           : "rule a variable of the model, or use this one in such a rule",
                     "nothing uses '%s', which the rules of `%s` define: it changes nothing",
                     var->name, course->id);
}

/* Whether a way leads from the marked variables to one that is counted. */
static bool reaches(const dtn_case_reader *r, const dtn_graph *graph, bool *marked, uint32_t *stack,
                    size_t n)
{
    while (n > 0) {
        const uint32_t var = stack[--n];
        if (is_counted(r->c, var))
            return true;
        for (uint32_t i = graph->first_effect[var]; i < graph->first_effect[var + 1]; i++) {
            const uint32_t effect = graph->effects[i];
            if (!marked[effect])
                stack[n++] = effect;
            marked[effect] = true;
        }
    }
    return false;
}

static void check_course(dtn_case_reader *r, const dtn_graph *graph, const dtn_course *course)
{
    const dtn_model *model = r->c->model;
    bool *marked = DTN_NEW_N(r->arena, bool, model->n_var + 1), any_unused = false;
    uint32_t *stack = DTN_NEW_N(r->arena, uint32_t, model->n_var + 1);
    size_t n = 0;
    for (uint32_t i = 0; i < model->n_var; i++) {
        const dtn_var *var = &model->vars[i];
        if (var->overlay != course->overlay || var->is_hidden)
            continue;
        marked[i] = true;
        stack[n++] = i;
        if (!has_other_effect(graph, i) && !is_counted(r->c, i) && !var->supplementary) {
            report_unused(r, course, var);
            any_unused = true;
        }
    }
    for (size_t i = 0; i < model->n_override; i++) {
        const uint32_t var = model->overrides[i].var;
        if (model->overrides[i].overlay != course->overlay || marked[var])
            continue;
        marked[var] = true;
        stack[n++] = var;
    }
    if (n > 0 && !any_unused && !reaches(r, graph, marked, stack, n))
        dtn_diags_add_as(r->diags, DTN_WARNING, 208, course->rules_pos,
                         "rule a variable that an outcome depends on",
                         "no outcome depends on what the course `%s` rules: it changes nothing",
                         course->id);
}

dtn_status dtn_case_check_reach(dtn_case_reader *r)
{
    dtn_graph graph = {0};
    DTN_TRY(dtn_check_graph(r->c->model, &graph));
    for (size_t a = 0; a < r->c->n_actor; a++)
        for (size_t i = 0; i < r->c->actors[a].n_course; i++)
            check_course(r, &graph, &r->c->actors[a].courses[i]);
    return DTN_OK;
}
