/* From XMILE's macros to Vensim's.
 *
 * A <macro> becomes a :MACRO:, its <eqn> the equation of the macro's own name. Macros with modules
 * inside, those that need to know the ranges of an argument, and those that call such, Vensim
 * cannot hold: the variables of their instances, which check/resolve laid into the model, are
 * written instead, and a note says so.
 */
#include <math.h>
#include <string.h>

#include "format/to_mdl.h"
#include "model/functions.h"

void dtn_tm_name_macros(dtn_tm *tm)
{
    const dtn_model *m = tm->src;
    tm->macro_names = DTN_NEW_N(tm->arena, const char *, m->n_macro + 1);
    for (size_t i = 0; i < m->n_macro; i++) {
        unsigned n = 1;
        for (size_t k = 0; k < i; k++)
            n += strcmp(m->macros[k].key, m->macros[i].key) == 0;
        const char *plain = dtn_plain_name(tm->arena, m->macros[i].name);
        tm->macro_names[i] = dtn_tm_vensim_name(
            tm->arena, n > 1 ? dtn_arena_printf(tm->arena, "%s %u", plain, n) : plain);
    }
}

/* The macro's own name is its value. */
static void add_value(dtn_tm *tm, dtn_macro *out, const dtn_macro *macro)
{
    dtn_var value = {.name = out->name,
                     .kind = DTN_VAR_AUX,
                     .range_min = NAN,
                     .range_max = NAN,
                     .range_step = NAN,
                     .group = DTN_NONE,
                     .pos = macro->pos};
    const bool is_there = dtn_model_find_var(out->body, out->key) != NULL;
    if (is_there || !macro->expr)
        return;
    dtn_eqn eqn = {.kind = DTN_EQN_EXPR, .pos = macro->pos};
    tm->at = dtn_tm_append(
        tm, &(dtn_var){.name = out->name, .key = out->key, .kind = DTN_VAR_AUX, .group = DTN_NONE});
    tm->eqn = &eqn;
    const size_t n = tm->n_var;
    tm->whole = macro->expr;
    dtn_expr *x = dtn_tm_expr(tm, macro->expr);
    tm->whole = NULL;
    eqn.expr = x;
    for (uint32_t i = (uint32_t)n; i < tm->n_var; i++) /* helpers that it needed */
        dtn_tm_translate_var(tm, i);
    DTN_PUSH(tm->arena, value.eqns, value.n_eqn, value.cap_eqn, eqn);
    dtn_append_var(out->body, value);
}

typedef struct param_search {
    const dtn_macro *macro;
    bool found;
} param_search;

/* SUM(list), list[i], list[*] of a parameter: the range would have to be named. */
static void look_at_param(param_search *s, const dtn_expr *x, bool in_array)
{
    in_array |= dtn_fn_runs_over(DTN_XMILE, x);
    if (x->kind == DTN_X_NAME && dtn_tm_is_param(s->macro, x->key)) {
        s->found |= in_array && x->n_sub == 0;
        for (uint32_t p = 0; p < x->n_sub; p++)
            s->found |=
                x->subs[p].kind != DTN_SUB_NAME || dtn_tm_is_param(s->macro, x->subs[p].key);
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        look_at_param(s, x->args[i], in_array);
}

static bool cannot_hold(const dtn_macro *macro)
{
    param_search s = {.macro = macro};
    if (macro->expr)
        look_at_param(&s, macro->expr, false);
    for (size_t i = 0; macro->body && i < macro->body->n_var; i++)
        for (size_t k = 0; k < macro->body->vars[i].n_eqn; k++)
            if (macro->body->vars[i].eqns[k].expr)
                look_at_param(&s, macro->body->vars[i].eqns[k].expr, false);
    return s.found || (macro->body && macro->body->n_module);
}

typedef struct call_search {
    const dtn_tm *tm;
    bool found;
} call_search;

static void look_for_expanded(dtn_expr *x, void *ctx)
{
    call_search *s = ctx;
    for (size_t i = 0; i < s->tm->src->n_macro && x->kind == DTN_X_CALL; i++)
        s->found |= s->tm->is_expanded[i] && strcmp(s->tm->src->macros[i].key, x->key) == 0;
}

static bool calls_expanded(const dtn_tm *tm, const dtn_macro *macro)
{
    call_search s = {.tm = tm};
    dtn_expr_walk(macro->expr, look_for_expanded, &s);
    for (size_t i = 0; macro->body && i < macro->body->n_var; i++)
        for (size_t k = 0; k < macro->body->vars[i].n_eqn; k++) {
            dtn_expr_walk(macro->body->vars[i].eqns[k].expr, look_for_expanded, &s);
            dtn_expr_walk(macro->body->vars[i].eqns[k].init, look_for_expanded, &s);
        }
    return s.found;
}

static void note_instance(dtn_expr *x, void *ctx)
{
    dtn_tm *tm = ctx;
    const call_search none = {.tm = tm};
    call_search s = none;
    look_for_expanded(x, &s);
    for (uint32_t i = x->n_arg - x->n_out; !s.found && i < x->n_arg; i++)
        dtn_map_set(&tm->outputs, tm->arena, x->args[i]->key, 0);
    if (s.found && x->ref == DTN_REF_MACRO && x->id != DTN_NONE)
        DTN_PUSH(tm->arena, tm->instances, tm->n_instance, tm->cap_instance,
                 tm->src->vars[x->id].key);
}

void dtn_tm_expand_macros(dtn_tm *tm)
{
    const dtn_model *m = tm->src;
    bool more = true;
    tm->is_expanded = DTN_NEW_N(tm->arena, bool, m->n_macro + 1);
    for (size_t i = 0; i < m->n_macro; i++)
        tm->is_expanded[i] = m->is_resolved && cannot_hold(&m->macros[i]);
    while (more) {
        more = false;
        for (size_t i = 0; i < m->n_macro; i++) {
            if (tm->is_expanded[i] || !calls_expanded(tm, &m->macros[i]))
                continue;
            tm->is_expanded[i] = more = true;
        }
    }
    for (size_t i = 0; i < m->n_var; i++)
        for (size_t k = 0; k < m->vars[i].n_eqn && !m->vars[i].is_hidden; k++) {
            dtn_expr_walk(m->vars[i].eqns[k].expr, note_instance, tm);
            dtn_expr_walk(m->vars[i].eqns[k].init, note_instance, tm);
        }
    for (size_t i = 0; i < m->n_macro; i++)
        if (tm->is_expanded[i])
            dtn_tm_note(tm, DTN_NOTE, m->macros[i].pos,
                        "the macro '%s' is written out where it is called: Vensim's macros know no "
                        "modules and no ranges of their arguments",
                        m->macros[i].name);
}

void dtn_tm_translate_macro(dtn_tm *tm, size_t i)
{
    const dtn_macro *macro = &tm->src->macros[i];
    dtn_macro out = {.name = tm->macro_names[i],
                     .params = macro->params,
                     .n_param = macro->n_param,
                     .outputs = macro->outputs,
                     .n_output = macro->n_output,
                     .pos = macro->pos};
    dtn_model *empty = dtn_model_new_scope(tm->src);
    out.key = dtn_model_name_key(tm->dst, out.name, strlen(out.name));
    out.body = dtn_model_new_scope(tm->dst);
    if (macro->body && (macro->body->start || macro->body->n_module))
        dtn_refuse(tm->diags, macro->pos, "let it run with the model's time, without modules",
                   "the macro '%s' has modules or a time specification of its own", macro->name);
    dtn_tm_translate_scope(tm, macro->body ? macro->body : empty, out.body, macro);
    add_value(tm, &out, macro);
    DTN_PUSH(tm->arena, tm->dst->macros, tm->dst->n_macro, tm->dst->cap_macro, out);
}
