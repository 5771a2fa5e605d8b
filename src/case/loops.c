/* loops.yaml: the feedback loops that a case declares, held against the equations.
 *
 * Each loop is a chain of variables; every link must be an edge of the model's graph of causes,
 * rules of courses included, initial values not. A link that the equations lack is an error:
 * the story told about the model would not be the model's. So is a polarity that the signs of the
 * links deny, where each has one.
 */
#include <string.h>

#include "base/nearest.h"
#include "case/reader.h"
#include "check/check.h"

static const dtn_var *find_variable(dtn_case_reader *r, const dtn_declared_loop *loop, size_t i)
{
    const dtn_model *model = r->c->model;
    const char *name = loop->variables[i];
    const char *key = dtn_name_key(r->arena, name, strlen(name));
    const dtn_var *var = dtn_model_find_var(model, key);
    dtn_nearest nearest;
    if (var)
        return var;
    dtn_nearest_init(&nearest, key);
    for (size_t v = 0; v < model->n_var; v++)
        dtn_nearest_add(&nearest, model->vars[v].key);
    dtn_diags_add(r->diags, 605, loop->pos,
                  nearest.best ? dtn_arena_printf(r->arena, "did you mean `%s`?", nearest.best)
                               : "name a variable of the model",
                  "the loop %s names `%s`, which the model does not have", loop->id, name);
    return NULL;
}

static bool has_edge(const dtn_graph *graph, uint32_t cause, uint32_t effect)
{
    for (uint32_t i = graph->first_cause[effect]; i < graph->first_cause[effect + 1]; i++)
        if (graph->causes[i] == cause && !graph->edges[i].is_initial)
            return true;
    return false;
}

static int sign_of(const dtn_graph *graph, uint32_t cause, uint32_t effect)
{
    for (uint32_t i = graph->first_cause[effect]; i < graph->first_cause[effect + 1]; i++)
        if (graph->causes[i] == cause && !graph->edges[i].is_initial)
            return graph->edges[i].sign;
    return 0;
}

/* Where every link has a known sign, the loop has one too. */
static void check_polarity(dtn_case_reader *r, dtn_declared_loop *loop, int sign)
{
    loop->has_sign = sign != 0;
    const char *found = sign > 0 ? "reinforcing" : "balancing";
    if (sign != 0 && strcmp(loop->polarity, found) != 0)
        dtn_diags_add(r->diags, 610, loop->pos,
                      "correct the polarity, or the equation of a link that should turn it",
                      "the loop %s is declared %s, and by the signs of its links it is %s",
                      loop->id, loop->polarity, found);
}

static void check_loop(dtn_case_reader *r, const dtn_graph *graph, dtn_declared_loop *loop)
{
    int sign = 1;
    for (size_t i = 0; i < loop->n_variable; i++) {
        const size_t next = (i + 1) % loop->n_variable;
        const dtn_var *cause = find_variable(r, loop, i);
        const dtn_var *effect = find_variable(r, loop, next);
        if (!cause || !effect)
            return;
        if (!has_edge(graph, cause->id, effect->id))
            dtn_diags_add(r->diags, 610, loop->pos,
                          "correct the chain, or the equation that should have the link",
                          "the loop %s has no link from `%s` to `%s`", loop->id, cause->name,
                          effect->name);
        sign *= sign_of(graph, cause->id, effect->id);
    }
    if (loop->polarity)
        check_polarity(r, loop, sign);
}

dtn_status dtn_case_read_loops(dtn_case_reader *r)
{
    dtn_yaml_node *root = NULL;
    dtn_graph graph = {0};
    if (!r->c->loops_file)
        return DTN_OK;
    DTN_TRY(dtn_case_load_yaml(r, r->c->loops_file, &root));
    dtn_case_read_loop_tables(r, root);
    DTN_TRY(dtn_check_graph(r->c->model, &graph));
    for (size_t i = 0; i < r->c->n_loop; i++)
        check_loop(r, &graph, &r->c->loops[i]);
    return DTN_OK;
}
