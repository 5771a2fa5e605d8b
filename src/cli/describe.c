/* What a model and its variables are, gathered from the model form into JSON.
 *
 * Text and JSON output come from the same tree, so that neither can say what the other does not.
 * Trees of causes and uses go three levels deep and open a variable once. The polarity of a loop
 * is the product of its links' signs where the structure tells all of them.
 */
#include "cli/explain.h"

#include <math.h>
#include <string.h>

#define TREE_DEPTH 3
#define MAX_LOOPS 20       /* shown: the shortest */
#define MAX_LOOP_LENGTH 12 /* longer loops are many and say little */

static const char *kind_name(dtn_var_kind kind)
{
    switch (kind) {
    case DTN_VAR_STOCK: return "stock";
    case DTN_VAR_FLOW: return "flow";
    case DTN_VAR_CONST: return "constant";
    case DTN_VAR_LOOKUP: return "lookup";
    case DTN_VAR_DATA: return "data";
    case DTN_VAR_AUX: break;
    }
    return "auxiliary";
}

static void set_text(json_t *object, const char *key, const char *text)
{
    if (text != NULL && *text != '\0')
        (void)json_object_set_new(object, key, json_string(text));
}

static void set_number(json_t *object, const char *key, double value)
{
    if (isfinite(value))
        (void)json_object_set_new(object, key, json_real(value));
}

/* ---- Documentation: white space made single; "Source: ..." apart ------------------- */

static void set_documentation(dtn_cli *cli, json_t *object, const char *doc)
{
    if (doc == NULL)
        return;
    char *text = dtn_arena_strdup(&cli->arena, doc), *to = text;
    for (const char *from = doc; *from != '\0'; from++) {
        bool is_space = strchr(" \t\r\n", *from) != NULL;
        if (!is_space)
            *to++ = *from;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    }
    *to = '\0';
    char *source = strstr(text, "Source:");
    if (source != NULL) {
        *source = '\0';
        source += strlen("Source:");
        set_text(object, "source", source + strspn(source, " "));
    }
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' '; n--)
        text[n - 1] = '\0';
    set_text(object, "documentation", text);
}

/* ---- Equations ---------------------------------------------------------------------- */

static const char *number_text(dtn_cli *cli, double value)
{
    char text[DTN_DOUBLE_MAX_TEXT];
    size_t n = dtn_double_to_text(value, text);
    return dtn_arena_strndup(&cli->arena, text, n);
}

static const char *left_side(dtn_cli *cli, const dtn_var *var, const dtn_eqn *eqn)
{
    const char *text = var->name;
    for (uint32_t i = 0; i < eqn->n_sub; i++) {
        const dtn_sub *sub = &eqn->subs[i];
        const char *name = sub->kind == DTN_SUB_NUMBER ? number_text(cli, sub->number)
                           : sub->text != NULL         ? sub->text
                                                       : "*";
        text = dtn_arena_printf(&cli->arena, "%s%c%s", text, i == 0 ? '[' : ',', name);
    }
    return eqn->n_sub > 0 ? dtn_arena_printf(&cli->arena, "%s]", text) : text;
}

static const char *points_text(dtn_cli *cli, const dtn_lookup *lookup)
{
    const char *text = "";
    for (size_t i = 0; i < lookup->n; i++)
        text = dtn_arena_printf(&cli->arena, "%s%s(%s, %s)", text, i > 0 ? ", " : "",
                                number_text(cli, lookup->x[i]), number_text(cli, lookup->y[i]));
    return text;
}

static const char *equation_text(dtn_cli *cli, const dtn_var *var, const dtn_eqn *eqn)
{
    dtn_model *model = cli->model;
    const char *left = left_side(cli, var, eqn);
    if (eqn->kind == DTN_EQN_LOOKUP && eqn->lookup != NULL)
        return dtn_arena_printf(&cli->arena, "%s: %s", left, points_text(cli, eqn->lookup));
    if (eqn->expr == NULL)
        return dtn_arena_printf(&cli->arena, "%s: data", left);
    const char *right = dtn_expr_print(model, eqn->expr);
    if (eqn->kind == DTN_EQN_STOCK && eqn->init != NULL)
        return dtn_arena_printf(&cli->arena, "%s = INTEG(%s, %s)", left, right,
                                dtn_expr_print(model, eqn->init));
    return dtn_arena_printf(&cli->arena, "%s = %s", left, right);
}

static json_t *equations(dtn_cli *cli, const dtn_var *var, const dtn_eqn *eqns, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(list, json_string(equation_text(cli, var, &eqns[i])));
    return list;
}

/* Rules of courses of action that replace the variable's equation. */
static void set_rules(dtn_cli *cli, json_t *object, const dtn_var *var)
{
    json_t *list = json_array();
    for (size_t i = 0; i < cli->model->n_override; i++) {
        const dtn_override *rule = &cli->model->overrides[i];
        if (rule->var != var->id)
            continue;
        json_t *item = json_object();
        set_text(item, "course", cli->model->overlays[rule->overlay - 1].id);
        (void)json_object_set_new(item, "equations", equations(cli, var, rule->eqns, rule->n_eqn));
        set_documentation(cli, item, rule->doc);
        (void)json_array_append_new(list, item);
    }
    if (json_array_size(list) > 0)
        (void)json_object_set(object, "rules", list);
    json_decref(list);
}

/* What the case says of a parameter. */
static void set_parameter(dtn_cli *cli, json_t *object, const dtn_var *var)
{
    if (cli->c == NULL)
        return;
    json_t *list = json_array();
    for (size_t i = 0; i < cli->c->n_parameter; i++) {
        const dtn_case_parameter *p = &cli->c->parameters[i];
        const char *key = dtn_name_key(&cli->arena, p->name, strcspn(p->name, "["));
        if (strcmp(key, var->key) != 0)
            continue;
        json_t *item = json_object();
        set_text(item, "name", p->name);
        set_number(item, "p05", dtn_dist_quantile(&p->dist, 0.05));
        set_number(item, "p50", dtn_dist_quantile(&p->dist, 0.5));
        set_number(item, "p95", dtn_dist_quantile(&p->dist, 0.95));
        set_text(item, "status", p->status);
        set_text(item, "known_on", p->known_on);
        set_text(item, "source", p->source);
        (void)json_array_append_new(list, item);
    }
    if (json_array_size(list) > 0)
        (void)json_object_set(object, "uncertain", list);
    json_decref(list);
}

/* ---- Causes, uses, loops -------------------------------------------------------------- */

static int sign_of(const dtn_graph *graph, uint32_t cause, uint32_t effect)
{
    for (size_t i = 0; i < graph->n_edge; i++)
        if (graph->edges[i].cause == cause && graph->edges[i].effect == effect)
            return graph->edges[i].sign;
    return 0;
}

static const char *sign_text(int sign) { return sign > 0 ? "+" : sign < 0 ? "-" : "?"; }

static json_t *tree(dtn_cli *cli, const dtn_graph *graph, uint32_t var, bool of_causes, int depth,
                    bool *is_open)
{
    const uint32_t *first = of_causes ? graph->first_cause : graph->first_effect;
    const uint32_t *ids = of_causes ? graph->causes : graph->effects;
    json_t *list = json_array();
    for (uint32_t i = first[var]; i < first[var + 1]; i++) {
        uint32_t other = ids[i];
        json_t *node = json_object();
        set_text(node, "name", cli->model->vars[other].name);
        set_text(node, "kind", kind_name(cli->model->vars[other].kind));
        set_text(node, "sign",
                 sign_text(of_causes ? sign_of(graph, other, var) : sign_of(graph, var, other)));
        if (depth > 1 && !is_open[other]) {
            is_open[other] = true;
            json_t *below = tree(cli, graph, other, of_causes, depth - 1, is_open);
            if (json_array_size(below) > 0)
                (void)json_object_set(node, of_causes ? "causes" : "uses", below);
            json_decref(below);
        }
        (void)json_array_append_new(list, node);
    }
    return list;
}

static json_t *tree_of(dtn_cli *cli, const dtn_graph *graph, uint32_t var, bool of_causes)
{
    bool *is_open = DTN_NEW_N(&cli->arena, bool, cli->model->n_var + 1);
    is_open[var] = true;
    return tree(cli, graph, var, of_causes, TREE_DEPTH, is_open);
}

static json_t *loop_of(dtn_cli *cli, const dtn_graph *graph, const uint32_t *loop)
{
    json_t *item = json_object(), *names = json_array();
    int polarity = 1;
    for (size_t i = 0; loop[i] != DTN_NONE; i++) {
        uint32_t next = loop[i + 1] != DTN_NONE ? loop[i + 1] : loop[0];
        polarity *= sign_of(graph, loop[i], next);
        (void)json_array_append_new(names, json_string(cli->model->vars[loop[i]].name));
    }
    set_text(item, "polarity", polarity > 0 ? "reinforcing" : polarity < 0 ? "balancing" : "open");
    (void)json_object_set_new(item, "variables", names);
    return item;
}

static void set_loops(dtn_cli *cli, json_t *object, const dtn_graph *graph, uint32_t var)
{
    uint32_t **loops = NULL;
    size_t n = 0;
    bool is_truncated = false;
    json_t *list = json_array();
    if (dtn_check_loops(cli->model, graph, var, MAX_LOOPS, MAX_LOOP_LENGTH, &loops, &n,
                        &is_truncated) == DTN_OK)
        for (size_t i = 0; i < n; i++)
            (void)json_array_append_new(list, loop_of(cli, graph, loops[i]));
    (void)json_object_set_new(object, "loops", list);
    (void)json_object_set_new(object, "more_loops", json_boolean(is_truncated));
}

/* ---- Declared loops, evidence, constants that carry a unit ------------------------------ */

static uint32_t var_of(dtn_cli *cli, const char *name)
{
    const dtn_var *var =
        dtn_model_find_var(cli->model, dtn_name_key(&cli->arena, name, strlen(name)));
    return var != NULL ? var->id : DTN_NONE;
}

static bool loop_has(dtn_cli *cli, const dtn_declared_loop *loop, uint32_t var)
{
    for (size_t i = 0; i < loop->n_variable; i++)
        if (var_of(cli, loop->variables[i]) == var)
            return true;
    return false;
}

/* A loop of loops.yaml, which was held against the equations when it was read: its chain, the
 * sign of each link as the structure tells it, and the polarity that follows from them. */
static json_t *declared_loop(dtn_cli *cli, const dtn_graph *graph, const dtn_declared_loop *loop)
{
    json_t *item = json_object(), *names = json_array(), *signs = json_array();
    int polarity = 1;
    set_text(item, "id", loop->id);
    set_text(item, "name", loop->name);
    set_text(item, "polarity", loop->polarity);
    for (size_t i = 0; i < loop->n_variable; i++) {
        const uint32_t var = var_of(cli, loop->variables[i]);
        const uint32_t next = var_of(cli, loop->variables[(i + 1) % loop->n_variable]);
        const int sign = sign_of(graph, var, next);
        polarity *= sign;
        (void)json_array_append_new(names, json_string(cli->model->vars[var].name));
        (void)json_array_append_new(signs, json_string(sign_text(sign)));
    }
    set_text(item, "polarity_of_links",
             polarity > 0   ? "reinforcing"
             : polarity < 0 ? "balancing"
                            : "open");
    set_text(item, "source", loop->source);
    (void)json_object_set_new(item, "variables", names);
    (void)json_object_set_new(item, "signs", signs);
    return item;
}

/* Declared loops, all (var DTN_NONE) or those through a variable. */
static void set_declared_loops(dtn_cli *cli, json_t *object, const dtn_graph *graph, uint32_t var)
{
    json_t *list = json_array();
    if (cli->c == NULL || cli->c->n_loop == 0) {
        json_decref(list);
        return;
    }
    for (size_t i = 0; i < cli->c->n_loop; i++)
        if (var == DTN_NONE || loop_has(cli, &cli->c->loops[i], var))
            (void)json_array_append_new(list, declared_loop(cli, graph, &cli->c->loops[i]));
    (void)json_object_set_new(object, "declared_loops", list);
}

static void set_evidence(dtn_cli *cli, json_t *object, uint32_t var)
{
    json_t *list = json_array();
    for (size_t i = 0; cli->c != NULL && i < cli->c->n_evidence; i++) {
        const dtn_evidence *row = &cli->c->evidence[i];
        if (!dtn_evidence_names(row, var))
            continue;
        json_t *item = json_object();
        set_text(item, "item", row->item);
        set_text(item, "kind", row->kind);
        set_text(item, "source_kind", row->source_kind);
        set_text(item, "source", row->source);
        set_text(item, "status", row->status);
        set_text(item, "note", row->note);
        (void)json_array_append_new(list, item);
    }
    if (json_array_size(list) > 0)
        (void)json_object_set(object, "evidence", list);
    json_decref(list);
}

/* Does the case draw or set this constant, or a course of action rule it? */
static bool is_varied(dtn_cli *cli, const dtn_var *var)
{
    const char **keys = NULL;
    size_t n = 0;
    for (size_t i = 0; i < cli->model->n_override; i++)
        if (cli->model->overrides[i].var == var->id)
            return true;
    if (cli->c == NULL)
        return false;
    dtn_case_parameter_keys(cli->c, &cli->arena, &keys, &n);
    for (size_t i = 0; i < n; i++)
        if (strncmp(keys[i], var->key, strlen(var->key)) == 0 &&
            strchr("[", keys[i][strlen(var->key)]) != NULL)
            return true;
    return false;
}

/* A constant written as 1, with a unit, that nothing varies: it makes units agree. */
static bool only_carries_unit(dtn_cli *cli, const dtn_var *var)
{
    bool is_inferred = false;
    if (var->kind != DTN_VAR_CONST || var->is_control || var->is_hidden || var->overlay > 0 ||
        var->n_eqn != 1 || var->eqns[0].expr == NULL)
        return false;
    const char *unit = dtn_check_unit_text(cli->model, var->id, &is_inferred);
    return strcmp(dtn_expr_print(cli->model, var->eqns[0].expr), "1") == 0 && !is_inferred &&
           strcmp(unit, "?") != 0 && strcmp(unit, "Dmnl") != 0 && strcmp(unit, "1") != 0 &&
           !is_varied(cli, var);
}

static void set_unit_constants(dtn_cli *cli, json_t *object)
{
    json_t *list = json_array();
    for (size_t i = 0; i < cli->model->n_var; i++) {
        const dtn_var *var = &cli->model->vars[i];
        bool is_inferred = false;
        if (!only_carries_unit(cli, var))
            continue;
        json_t *item = json_object();
        set_text(item, "name", var->name);
        set_text(item, "unit", dtn_check_unit_text(cli->model, var->id, &is_inferred));
        set_documentation(cli, item, var->doc);
        (void)json_array_append_new(list, item);
    }
    (void)json_object_set_new(object, "unit_constants", list);
}

/* Every direct link of the model: what a diagram is drawn from. */
static void set_links(dtn_cli *cli, json_t *object, const dtn_graph *graph)
{
    json_t *list = json_array();
    for (size_t i = 0; i < graph->n_edge; i++) {
        const dtn_edge *edge = &graph->edges[i];
        const dtn_var *cause = &cli->model->vars[edge->cause];
        const dtn_var *effect = &cli->model->vars[edge->effect];
        if (cause->is_hidden || effect->is_hidden)
            continue;
        json_t *item = json_object();
        set_text(item, "cause", cause->name);
        set_text(item, "effect", effect->name);
        set_text(item, "sign", sign_text(edge->sign));
        (void)json_object_set_new(item, "is_initial", json_boolean(edge->is_initial));
        (void)json_array_append_new(list, item);
    }
    (void)json_object_set_new(object, "links", list);
}

json_t *dtn_explain_variable(dtn_cli *cli, const dtn_graph *graph, uint32_t id)
{
    const dtn_var *var = &cli->model->vars[id];
    json_t *object = json_object();
    bool is_inferred = false;
    set_text(object, "name", var->name);
    set_text(object, "kind", kind_name(var->kind));
    if (var->overlay > 0)
        set_text(object, "course", cli->model->overlays[var->overlay - 1].id);
    set_text(object, "unit", dtn_check_unit_text(cli->model, id, &is_inferred));
    (void)json_object_set_new(object, "unit_is_inferred", json_boolean(is_inferred));
    set_number(object, "range_low", var->range_min);
    set_number(object, "range_high", var->range_max);
    if (var->group != DTN_NONE)
        set_text(object, "group", cli->model->groups[var->group].name);
    set_documentation(cli, object, var->doc);
    if (var->pos.line > 0)
        set_text(object, "defined",
                 dtn_arena_printf(&cli->arena, "%s:%u", var->pos.file, var->pos.line));
    (void)json_object_set_new(object, "equations", equations(cli, var, var->eqns, var->n_eqn));
    set_rules(cli, object, var);
    set_parameter(cli, object, var);
    set_evidence(cli, object, id);
    (void)json_object_set_new(object, "causes", tree_of(cli, graph, id, true));
    (void)json_object_set_new(object, "uses", tree_of(cli, graph, id, false));
    set_declared_loops(cli, object, graph, id);
    set_loops(cli, object, graph, id);
    return object;
}

/* ---- The whole --------------------------------------------------------------------------- */

/* Time specifications usually name a constant: its own text says more. */
static const char *expr_text(dtn_cli *cli, const dtn_expr *expr)
{
    for (int depth = 0; depth < 4 && expr != NULL && expr->ref == DTN_REF_VAR; depth++) {
        const dtn_var *var = &cli->model->vars[expr->id];
        if (var->n_eqn != 1 || var->eqns[0].expr == NULL)
            break;
        expr = var->eqns[0].expr;
    }
    return expr != NULL ? dtn_expr_print(cli->model, expr) : NULL;
}

static json_t *variables(dtn_cli *cli)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < cli->model->n_var; i++) {
        const dtn_var *var = &cli->model->vars[i];
        bool is_inferred = false;
        if (var->is_hidden)
            continue;
        json_t *item = json_object();
        set_text(item, "name", var->name);
        set_text(item, "kind", kind_name(var->kind));
        (void)json_object_set_new(item, "elements", json_integer(var->n_element));
        set_text(item, "unit", dtn_check_unit_text(cli->model, i, &is_inferred));
        if (var->group != DTN_NONE)
            set_text(item, "group", cli->model->groups[var->group].name);
        if (var->overlay > 0)
            set_text(item, "course", cli->model->overlays[var->overlay - 1].id);
        set_documentation(cli, item, var->doc);
        (void)json_array_append_new(list, item);
    }
    return list;
}

static json_t *courses(const dtn_case *c)
{
    json_t *list = json_array();
    for (size_t a = 0; a < c->n_actor; a++)
        for (size_t i = 0; i < c->actors[a].n_course; i++) {
            const dtn_course *course = &c->actors[a].courses[i];
            json_t *item = json_object();
            set_text(item, "actor", c->actors[a].id);
            set_text(item, "course", course->id);
            set_text(item, "name", course->name);
            set_text(item, "summary", course->summary);
            (void)json_array_append_new(list, item);
        }
    return list;
}

json_t *dtn_explain_model(dtn_cli *cli, const dtn_graph *graph)
{
    static const char *const methods[] = {"euler", "rk2", "rk4"};
    const dtn_model *model = cli->model;
    json_t *object = json_object(), *counts = json_object(), *time = json_object();
    set_text(object, "file", model->path);
    set_text(object, "name", cli->c != NULL ? cli->c->title : model->name);
    set_text(object, "summary", cli->c != NULL ? cli->c->summary : NULL);
    set_text(object, "format", model->dialect == DTN_VENSIM ? "Vensim" : "XMILE");
    set_text(time, "from", expr_text(cli, model->start));
    set_text(time, "to", expr_text(cli, model->stop));
    set_text(time, "step", expr_text(cli, model->dt));
    set_text(time, "saved_every", expr_text(cli, model->saveper));
    set_text(time, "unit", model->time_units);
    set_text(time, "method", methods[model->method]);
    (void)json_object_set_new(object, "time", time);
    for (size_t i = 0; i < model->n_var; i++) {
        if (model->vars[i].is_hidden)
            continue;
        const char *kind = kind_name(model->vars[i].kind);
        json_int_t n = json_integer_value(json_object_get(counts, kind));
        (void)json_object_set_new(counts, kind, json_integer(n + 1));
    }
    (void)json_object_set_new(object, "counts", counts);
    if (cli->c != NULL)
        (void)json_object_set_new(object, "courses", courses(cli->c));
    set_declared_loops(cli, object, graph, DTN_NONE);
    set_unit_constants(cli, object);
    (void)json_object_set_new(object, "variables", variables(cli));
    set_links(cli, object, graph);
    return object;
}
