/* Hygiene: what runs but should be looked at.
 *
 *  208  a variable that nothing uses, at its place. A constant or table that nothing uses is a
 *       warning: changing it would change nothing. A Vensim auxiliary is one too, because that
 *       notation has a mark for results (:SUPPLEMENTARY:). Stocks, flows and what XMILE computes
 *       are notes: a result looks just like that. Marked results, further outputs of macros,
 *       control variables and texts are left out, and
 *       what a case's courses define (case/reach.c looks at it for every command).
 *  303  variables without a unit, one warning with their number and the first few names
 *  213  variables without documentation, one note, the same way
 *  803  constants outside of the range behind their unit (constants.c)
 *
 * It looks at the model alone; what a case asks of it (outcomes) counts as used only if whoever
 * reads the case marks it supplementary.
 */
#include "check/check.h"

#include <string.h>

#define DTN_MAX_NAMES_SHOWN 4 /* of variables that lack something */

typedef struct lacking {
    size_t n, n_of;
    const char *names;
    dtn_pos first;
} lacking;

static void mark(dtn_expr *x, void *ctx)
{
    uint8_t *used = ctx;
    if (x->ref == DTN_REF_VAR || x->ref == DTN_REF_LOOKUP)
        used[x->id] = 1;
}

/* Used by another variable, by rules, or by the time specification. */
static uint8_t *used_variables(dtn_model *m, const dtn_graph *graph)
{
    uint8_t *used = DTN_NEW_N(m->arena, uint8_t, m->n_var);
    dtn_expr *times[] = {m->start, m->stop, m->dt, m->saveper};
    for (size_t i = 0; i < graph->n_edge; i++)
        if (graph->edges[i].cause != graph->edges[i].effect)
            used[graph->edges[i].cause] = 1;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        dtn_expr_walk(times[i], mark, used);
    return used;
}

static bool is_text(const dtn_var *var)
{
    return var->n_eqn > 0 && var->eqns[0].kind == DTN_EQN_STRING;
}

/* A further output of a macro is a result: nobody asked for it but the macro's signature. */
static bool is_macro_output(const dtn_model *m, const dtn_var *var)
{
    const dtn_expr *x = var->n_eqn > 0 ? var->eqns[0].expr : NULL;
    return x && x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR && m->vars[x->id].is_hidden;
}

static void report_unused(dtn_model *m, const dtn_var *var, dtn_diags *diags)
{
    bool given = var->kind == DTN_VAR_CONST || var->kind == DTN_VAR_LOOKUP;
    bool warn = given || (var->kind == DTN_VAR_AUX && m->dialect == DTN_VENSIM);
    const char *hint = given                      ? "use it, or take it out"
                       : m->dialect == DTN_VENSIM ? "mark it :SUPPLEMENTARY: if it is a result"
                                                  : "take it out if it is not a result";
    dtn_diags_add_as(diags, warn ? DTN_WARNING : DTN_NOTE, 208, var->pos, hint, "nothing uses '%s'",
                     var->name);
}

static void add_lacking(dtn_model *m, lacking *list, const dtn_var *var)
{
    if (list->n == 0) {
        list->first = var->pos;
        list->names = dtn_arena_printf(m->arena, "'%s'", var->name);
    } else if (list->n < DTN_MAX_NAMES_SHOWN) {
        list->names = dtn_arena_printf(m->arena, "%s, '%s'", list->names, var->name);
    }
    list->n++;
}

static void report_lacking(const lacking *list, dtn_severity severity, int code, const char *what,
                           const char *hint, dtn_diags *diags)
{
    if (list->n == 0)
        return;
    dtn_diags_add_as(diags, severity, code, list->first, hint, "%zu of %zu variables %s %s: %s%s",
                     list->n, list->n_of, list->n == 1 ? "has" : "have", what, list->names,
                     list->n > DTN_MAX_NAMES_SHOWN ? ", ..." : "");
}

static bool is_blank(const char *text) { return !text || text[strspn(text, " \t\r\n\\")] == '\0'; }

static void check_all(dtn_model *m, const dtn_graph *graph, dtn_diags *diags)
{
    lacking units = {0}, docs = {0};
    uint8_t *used = used_variables(m, graph);
    for (size_t i = 0; i < m->n_var; i++) {
        const dtn_var *var = &m->vars[i];
        if (var->is_control || var->is_hidden || is_text(var))
            continue;
        if (!used[i] && !var->supplementary && var->overlay == 0 && !is_macro_output(m, var))
            report_unused(m, var, diags);
        units.n_of++;
        docs.n_of++;
        if (is_blank(var->units))
            add_lacking(m, &units, var);
        if (is_blank(var->doc))
            add_lacking(m, &docs, var);
    }
    report_lacking(&units, DTN_WARNING, 303, "no unit",
                   "write one behind the equation; Dmnl for a plain number", diags);
    report_lacking(&docs, DTN_NOTE, 213, "no documentation",
                   "say what it means and where its number comes from", diags);
}

dtn_status dtn_check_hygiene(dtn_model *model, dtn_diags *diags)
{
    dtn_graph graph;
    dtn_status status = dtn_check_graph(model, &graph);
    if (status != DTN_OK)
        return status;
    if (DTN_ARENA_GUARD(model->arena))
        return DTN_E_MEMORY;
    check_all(model, &graph, diags);
    dtn_check_ranges(model, diags);
    return DTN_OK;
}
