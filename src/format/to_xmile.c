/* From Vensim's notation into XMILE's: the structure.
 *
 *   INTEG(a + b - c, init)   <stock> with inflows a, b and outflow c, where these are auxiliaries
 *                            over the same ranges that flow nowhere else; any other rate becomes
 *                            a flow of its own, "<stock> net flow"
 *   ranges                   <dim>; an equation over all that its variable is stored over stays
 *                            one, every other (EXCEPT, subranges, mappings, lists of numbers) is
 *                            written out element by element
 *   WITH LOOKUP, tables      <gf>
 *   ACTIVE INITIAL           <init_eqn>
 *   macros                   <macro>; a further output is a macro of its own with the same body
 *   TIME STEP and its kin    <sim_specs>, as numbers
 *   values from files        numbers and <gf>, if they were loaded
 *
 * Text constants have no counterpart and are left out with a warning. Follows XMILE 1.0 and the
 * Vensim reference manual.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "format/to_xmile.h"

/* ---- Messages --------------------------------------------------------------------- */

/* The same message once, however many elements it concerns. */
void dtn_tx_note(dtn_tx *tx, dtn_severity severity, dtn_pos pos, const char *fmt, ...)
{
    char s[512];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(s, sizeof s, fmt, args);
    va_end(args);
    const char *key = dtn_arena_printf(tx->arena, "%u %u %s", pos.line, pos.col, s);
    if (dtn_map_get(&tx->told, key) != DTN_MAP_NONE)
        return;
    dtn_map_set(&tx->told, tx->arena, key, 1);
    dtn_diags_add_as(tx->diags, severity, 509, pos, NULL, "%s", s);
}

bool dtn_tx_count(dtn_tx *tx, size_t n, dtn_pos pos)
{
    if (n <= DTN_MAX_WRITTEN_ELEMENTS && tx->n_written + n <= DTN_MAX_WRITTEN_ELEMENTS) {
        tx->n_written += n;
        return true;
    }
    if (!tx->told_full)
        dtn_refuse(tx->diags, pos, "use whole ranges, which XMILE has, instead of parts of them",
                   "more than %d equations and terms would have to be written out",
                   DTN_MAX_WRITTEN_ELEMENTS);
    tx->told_full = true;
    return false;
}

/* ---- Macro outputs ----------------------------------------------------------------------------------- */

const char *dtn_tx_output_macro(dtn_tx *tx, const dtn_macro *macro, const char *output)
{
    for (size_t i = 0; i < tx->n_output; i++)
        if (tx->outputs[i].macro == macro && strcmp(tx->outputs[i].output, output) == 0)
            return tx->outputs[i].name;
    const char *base =
        dtn_arena_printf(tx->arena, "%s %s", dtn_plain_name(tx->arena, macro->name), output);
    const char *name = dtn_free_name(tx->dst, tx->src, base);
    DTN_PUSH(tx->arena, tx->outputs, tx->n_output, tx->cap_output,
             (dtn_tx_output){macro, output, name});
    dtn_tx_note(tx, DTN_NOTE, macro->pos,
                "the output '%s' of the macro '%s' is written as a macro of its own, '%s'", output,
                macro->name, name);
    return name;
}

static const dtn_macro *find_macro(const dtn_model *m, const char *key)
{
    for (size_t i = 0; i < m->n_macro; i++)
        if (strcmp(m->macros[i].key, key) == 0)
            return &m->macros[i];
    return NULL;
}

/* The macro that is called, by its own name or that of one of its further outputs. */
const dtn_macro *dtn_tx_called_macro(dtn_tx *tx, const char *key)
{
    const dtn_macro *macro = find_macro(tx->src, key);
    if (macro)
        return macro;
    for (size_t i = 0; i < tx->n_output; i++) {
        const char *name = tx->outputs[i].name;
        if (strcmp(dtn_model_name_key(tx->dst, name, strlen(name)), key) == 0)
            return tx->outputs[i].macro;
    }
    return NULL;
}

/* What is written of the variable that an output goes to: its unit and text. */
static dtn_var output_var(dtn_tx *tx, const dtn_expr *out, const dtn_var *beside)
{
    const dtn_var *named = dtn_model_find_var(tx->from, out->key);
    dtn_var var = named ? *named : dtn_tx_new_var(tx, beside, out->text);
    var.kind = DTN_VAR_AUX;
    var.is_instance = false;
    var.key = out->key;
    var.eqns = NULL;
    var.n_eqn = 0;
    return var;
}

/* y = MACRO(x : z): z gets the equation z = "MACRO z'"(x). */
static void add_output(dtn_tx *tx, uint32_t at, const dtn_eqn *eqn, const dtn_expr *call,
                       uint32_t k)
{
    const dtn_macro *macro = find_macro(tx->src, call->key);
    const dtn_expr *out = call->args[call->n_arg - call->n_out + k];
    if (!macro || k >= macro->n_output)
        return;
    dtn_expr *value = DTN_NEW(tx->arena, dtn_expr);
    *value = *call;
    value->text = dtn_tx_output_macro(tx, macro, macro->outputs[k]);
    value->key = dtn_model_name_key(tx->to, value->text, strlen(value->text));
    value->n_arg = call->n_arg - call->n_out;
    value->n_out = 0;
    dtn_eqn made = {.kind = DTN_EQN_EXPR, .expr = value, .pos = out->pos};
    made.subs = out->n_sub ? out->subs : eqn->subs;
    made.n_sub = out->n_sub ? out->n_sub : eqn->n_sub;
    made.excepts = out->n_sub ? NULL : eqn->excepts;
    made.n_except = out->n_sub ? 0 : eqn->n_except;
    dtn_tx_var *known = dtn_tx_find(tx, out->key);
    if (known) { /* by another call, for other elements */
        dtn_eqn *eqns = DTN_NEW_N(tx->arena, dtn_eqn, known->from.n_eqn + 1);
        memcpy(eqns, known->from.eqns, known->from.n_eqn * sizeof *eqns);
        eqns[known->from.n_eqn++] = made;
        known->from.eqns = eqns;
        return;
    }
    dtn_var var = output_var(tx, out, &tx->vars[at].from);
    var.eqns = DTN_NEW(tx->arena, dtn_eqn);
    var.eqns[0] = made;
    var.n_eqn = 1;
    dtn_tx_append(tx, &var);
}

static void find_outputs(dtn_tx *tx, uint32_t at, const dtn_eqn *eqn, const dtn_expr *x)
{
    for (uint32_t k = 0; k < x->n_out; k++)
        add_output(tx, at, eqn, x, k);
    for (uint32_t i = 0; i < x->n_arg - x->n_out; i++)
        find_outputs(tx, at, eqn, x->args[i]);
}

/* ---- Scopes -------------------------------------------------------------------------------------------- */

typedef struct search {
    const char *key;
    bool found;
} search;

static void look_for(dtn_expr *x, void *ctx)
{
    search *s = ctx;
    s->found |= x->kind == DTN_X_NAME && strcmp(x->key, s->key) == 0;
}

/* Does an equation name it, other than its own? */
static bool is_named(const dtn_model *m, const dtn_var *var)
{
    search s = {.key = var->key};
    for (size_t i = 0; i < m->n_var; i++)
        for (size_t k = 0; k < m->vars[i].n_eqn && m->vars[i].id != var->id; k++) {
            dtn_expr_walk(m->vars[i].eqns[k].expr, look_for, &s);
            dtn_expr_walk(m->vars[i].eqns[k].init, look_for, &s);
        }
    return s.found;
}

/* Names for its values only: a variable without an equation that a macro's output goes to. */
static bool is_output_name(const dtn_var *var)
{
    return var->is_instance || (var->n_eqn == 1 && var->eqns[0].kind == DTN_EQN_DATA &&
                                !var->eqns[0].expr && !var->eqns[0].tables);
}

static bool is_named_as_output(dtn_tx *tx, const dtn_var *var)
{
    for (size_t i = 0; i < tx->n_taken; i++)
        if (strcmp(tx->taken[i], var->key) == 0)
            return true;
    return false;
}

static void note_outputs(dtn_tx *tx, const dtn_expr *x)
{
    if (!x)
        return;
    for (uint32_t k = 0; k < x->n_out; k++)
        DTN_PUSH(tx->arena, tx->taken, tx->n_taken, tx->cap_taken,
                 x->args[x->n_arg - x->n_out + k]->key);
    for (uint32_t i = 0; i < x->n_arg - x->n_out; i++)
        note_outputs(tx, x->args[i]);
}

static bool is_left_out(dtn_tx *tx, const dtn_var *var)
{
    if (var->is_hidden || var->overlay > 0 || var->is_instance)
        return true;
    if (is_output_name(var) && is_named_as_output(tx, var))
        return true;
    return var->is_control && (strcmp(var->key, "saveper") != 0 || !is_named(tx->from, var));
}

static void collect(dtn_tx *tx)
{
    for (size_t i = 0; i < tx->from->n_var; i++)
        for (size_t k = 0; k < tx->from->vars[i].n_eqn; k++) {
            note_outputs(tx, tx->from->vars[i].eqns[k].expr);
            note_outputs(tx, tx->from->vars[i].eqns[k].init);
        }
    for (size_t i = 0; i < tx->from->n_var; i++)
        if (!is_left_out(tx, &tx->from->vars[i]))
            dtn_tx_append(tx, &tx->from->vars[i]);
    const size_t n = tx->n_var;
    for (uint32_t i = 0; i < n; i++)
        for (size_t k = 0; k < tx->vars[i].from.n_eqn; k++) {
            const dtn_eqn *eqn = &tx->vars[i].from.eqns[k];
            if (eqn->expr)
                find_outputs(tx, i, eqn, eqn->expr);
            if (eqn->init)
                find_outputs(tx, i, eqn, eqn->init);
        }
}

static void translate_scope(dtn_tx *tx, const dtn_model *from, dtn_model *to,
                            const dtn_macro *macro)
{
    tx->from = from;
    tx->to = to;
    tx->macro = macro;
    tx->vars = NULL;
    tx->n_var = tx->cap_var = 0;
    tx->index = (dtn_map){0};
    tx->n_helper = tx->n_taken = 0;
    dtn_copy_groups(from, to);
    collect(tx);
    const size_t n = tx->n_var;
    for (uint32_t i = 0; i < n; i++)
        if (tx->vars[i].from.kind == DTN_VAR_STOCK && dtn_tx_can_be_placed(&tx->vars[i]))
            dtn_tx_plan_flows(tx, i);
    for (uint32_t i = 0; i < tx->n_var; i++) { /* it may grow, by stocks too */
        if (i >= n && tx->vars[i].from.kind == DTN_VAR_STOCK)
            dtn_tx_plan_flows(tx, i);
        dtn_tx_translate_var(tx, i);
    }
}

/* ---- Time ---------------------------------------------------------------------------------------------------- */

typedef struct reader_of {
    const char *key;
    bool is_read;
} reader_of;

static void look_for_reader(dtn_expr *x, void *ctx)
{
    reader_of *r = ctx;
    r->is_read = r->is_read || (x->kind == DTN_X_NAME && strcmp(x->key, r->key) == 0);
}

/* Does an equation read it, but for those of the four themselves? Its values change in a run. */
static bool is_read(dtn_tx *tx, const char *key)
{
    reader_of r = {key, false};
    for (size_t i = 0; i < tx->src->n_var; i++)
        for (size_t k = 0; k < tx->src->vars[i].n_eqn && !tx->src->vars[i].is_control; k++) {
            dtn_expr_walk(tx->src->vars[i].eqns[k].expr, look_for_reader, &r);
            dtn_expr_walk(tx->src->vars[i].eqns[k].init, look_for_reader, &r);
        }
    return r.is_read || tx->src->n_macro > 0;
}

/* What a time that is computed comes to in a run as it stands. */
static dtn_expr *settled_number(dtn_tx *tx, const dtn_expr *x, const char *what, const char *key,
                                double value)
{
    if (is_read(tx, key)) {
        dtn_refuse(tx->diags, x->pos, "make it a number, or a formula of constants",
                   "the %s is computed, and equations read it; XMILE wants one number", what);
        return NULL;
    }
    dtn_tx_note(tx, DTN_WARNING, x->pos,
                "the %s is computed; XMILE gets what it comes to in a run as the model stands, %g",
                what, value);
    return dtn_make_number(tx->dst, value);
}

static dtn_expr *time_number(dtn_tx *tx, const dtn_expr *x, const char *what, const char *key,
                             double settled)
{
    double value = 0;
    if (!x) {
        dtn_refuse(tx->diags, (dtn_pos){.file = tx->src->path}, "define it",
                   "the model has no %s, which XMILE needs", what);
        return NULL;
    }
    if (!dtn_constant_value(tx->src, x, &value)) {
        if (tx->src->run_times)
            return settled_number(tx, x, what, key, settled);
        dtn_refuse(tx->diags, x->pos, "make it a number, or a formula of constants",
                   "the %s is not a constant, as XMILE wants it", what);
        return NULL;
    }
    const dtn_var *var = x->kind == DTN_X_NAME ? dtn_model_find_var(tx->src, x->key) : NULL;
    const dtn_expr *eqn = var && var->n_eqn == 1 ? var->eqns[0].expr : NULL;
    if (eqn && eqn->kind != DTN_X_NUMBER && strcmp(what, "interval of saving") != 0)
        dtn_tx_note(tx, DTN_WARNING, var->pos, "'%s' is computed; XMILE gets its value, %g",
                    var->name, value);
    return dtn_make_number(tx->dst, value);
}

/* What people wrote about the four variables that became attributes. */
static void note_control_text(dtn_tx *tx)
{
    static const char *const usual[] = {
        "The initial time for the simulation.", "The final time for the simulation.",
        "The time step for the simulation.", "The frequency with which output is stored."};
    for (size_t i = 0; i < tx->src->n_var; i++) {
        const dtn_var *var = &tx->src->vars[i];
        bool is_usual = !var->doc;
        for (size_t k = 0; k < sizeof usual / sizeof *usual && !is_usual; k++)
            is_usual = strcmp(var->doc, usual[k]) == 0;
        if (var->is_control && !is_usual)
            dtn_tx_note(tx, DTN_NOTE, var->pos,
                        "the documentation of '%s' has no place in XMILE's <sim_specs>", var->name);
    }
}

static void translate_time(dtn_tx *tx)
{
    note_control_text(tx);
    dtn_model *to = tx->dst, *from = tx->src;
    const dtn_run_times none = {0}, *run = from->run_times ? from->run_times : &none;
    to->start = time_number(tx, from->start, "initial time", "initial_time", run->start);
    to->stop = time_number(tx, from->stop, "final time", "final_time", run->stop);
    to->dt = time_number(tx, from->dt, "time step", "time_step", run->dt);
    if (from->saveper)
        to->saveper = time_number(tx, from->saveper, "interval of saving", "saveper", run->saveper);
}

/* ---- Dimensions ------------------------------------------------------------------------------------------------ */

static void index_elements(dtn_tx *tx)
{
    for (size_t i = 0; i < tx->dst->n_dim; i++)
        for (uint32_t e = 0; e < tx->dst->dims[i].n_element; e++) {
            const dtn_dim *dim = &tx->dst->dims[i];
            if (dtn_map_get(&tx->elements, dim->element_keys[e]) == DTN_MAP_NONE)
                dtn_map_set(&tx->elements, tx->arena, dim->element_keys[e], (uint32_t)i);
            if (strchr(dim->elements[e], ','))
                dtn_refuse(
                    tx->diags, dim->pos, "give it a name without a comma",
                    "the element '%s' of '%s' has a comma, which separates elements in XMILE",
                    dim->elements[e], dim->name);
        }
}

/* Ranges that no variable is stored over and that are part of another are not written. */
static void drop_dims(dtn_tx *tx)
{
    dtn_model *m = tx->dst;
    size_t n = 0;
    for (size_t i = 0; i < m->n_dim; i++) {
        const dtn_dim *dim = &m->dims[i];
        if (dim->n_mapping)
            dtn_tx_note(tx, DTN_NOTE, dim->pos,
                        "mappings have no place in XMILE; that of '%s' is written out in the "
                        "equations that use it",
                        dim->name);
        if (dim->doc)
            dtn_tx_note(tx, DTN_WARNING, dim->pos,
                        "the documentation of the range '%s' has no place in XMILE", dim->name);
        if (tx->is_dim_used[i] || dim->parent == dim->id) {
            m->dims[n++] = *dim;
            continue;
        }
        dtn_tx_note(tx, DTN_NOTE, dim->pos,
                    "the range '%s' is part of another and is written out in the equations that "
                    "use it",
                    dim->name);
    }
    m->n_dim = n;
    m->dim_index = (dtn_map){0};
    for (size_t i = 0; i < n; i++) {
        m->dims[i].id = (uint32_t)i;
        dtn_map_set(&m->dim_index, tx->arena, m->dims[i].key, (uint32_t)i);
    }
}

/* ---- Macros ------------------------------------------------------------------------------------------------------- */

static void add_macro(dtn_tx *tx, const dtn_macro *macro, const char *name, const char *value_key)
{
    dtn_macro out = {.name = name, .n_param = macro->n_param, .pos = macro->pos};
    out.key = dtn_model_name_key(tx->dst, name, strlen(name));
    dtn_tx_reads reads;
    dtn_tx_find_reads(tx, macro, &reads);
    out.params = DTN_NEW_N(tx->arena, const char *, macro->n_param + reads.n + 1);
    for (uint32_t i = 0; i < macro->n_param; i++)
        out.params[i] = macro->params[i];
    for (uint32_t i = 0; i < reads.n; i++)
        out.params[out.n_param++] = reads.name[i];
    if (macro->body) {
        out.body = dtn_model_new_scope(tx->dst);
        out.body->name = name;
        if (macro->body->n_dim)
            dtn_refuse(tx->diags, macro->pos, "define them outside the macro",
                       "the macro '%s' has subscript ranges of its own", macro->name);
        translate_scope(tx, macro->body, out.body, macro);
    }
    const dtn_var *value = out.body ? dtn_model_find_var(out.body, value_key) : NULL;
    out.expr = dtn_make_name(tx->dst, value ? value->name : value_key);
    DTN_PUSH(tx->arena, tx->dst->macros, tx->dst->n_macro, tx->dst->cap_macro, out);
}

static void translate_macros(dtn_tx *tx)
{
    for (size_t i = 0; i < tx->src->n_macro; i++) {
        const dtn_macro *macro = &tx->src->macros[i];
        add_macro(tx, macro, dtn_plain_name(tx->arena, macro->name), macro->key);
    }
    for (size_t i = 0; i < tx->n_output; i++) { /* may grow */
        const dtn_tx_output o = tx->outputs[i];
        add_macro(tx, o.macro, o.name, o.output);
    }
}

/* ---- The whole --------------------------------------------------------------------------------------------------------- */

static void note_flags(dtn_tx *tx)
{
    size_t n = 0;
    for (size_t i = 0; i < tx->src->n_var; i++)
        n += tx->src->vars[i].supplementary && !tx->src->vars[i].is_hidden;
    if (n)
        dtn_tx_note(tx, DTN_NOTE, (dtn_pos){.file = tx->src->path},
                    "XMILE has no mark for variables that nothing uses; :SUPPLEMENTARY: is lost "
                    "(%zu time%s)",
                    n, n == 1 ? "" : "s");
}

void dtn_to_xmile(dtn_model *source, dtn_model *target, dtn_diags *diags)
{
    dtn_tx *tx = DTN_NEW(target->arena, dtn_tx);
    tx->src = source;
    tx->dst = tx->to = target;
    tx->arena = target->arena;
    tx->diags = diags;
    dtn_copy_settings(source, target);
    dtn_copy_dims(source, target, diags);
    tx->is_dim_used = DTN_NEW_N(target->arena, bool, target->n_dim + 1);
    index_elements(tx);
    translate_time(tx);
    translate_scope(tx, source, target, NULL);
    translate_macros(tx);
    drop_dims(tx);
    note_flags(tx);
    if (source->sketch)
        target->sketch = dtn_sketch_to_views(target, source->sketch);
    if (target->sketch)
        dtn_tx_note(tx, DTN_NOTE, (dtn_pos){.file = source->path},
                    "of the diagram, places, flows and arrows are kept; comments, sizes and "
                    "colours are not");
}
