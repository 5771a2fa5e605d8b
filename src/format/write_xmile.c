/* Printer of XMILE 1.0: a form in XMILE's notation, as the file that reads back to it.
 *
 * A variable whose one equation stands for all of its dimensions is written once, any other
 * array element by element. A table is written with <xpts> unless its points are spread evenly
 * over its scale. The interval of saving is an attribute of isee's, as Stella stores it; the step
 * of a range, which the standard does not have, one of ours.
 *
 * Functions of Vensim that XMILE lacks keep their names: the header then declares the namespace
 * `vensim`, as section 2.4 of the standard provides. What the form cannot hold (styles, inputs,
 * isee's extensions) was reported when it was read.
 */
#include "format/writer.h"
#include "model/functions.h"
#include "model/notation.h"

#include <math.h>
#include <string.h>

typedef struct printer {
    dtn_model *model; /* root, a submodel or a macro's body */
    dtn_text *out;
    dtn_diags *diags;
    int depth; /* of indentation */
} printer;

/* ---- XML ---------------------------------------------------------------------- */

/* Bytes that XML 1.0 cannot hold at all become '?'. */
static void put_escaped(printer *p, const char *s, bool is_attribute)
{
    for (; *s; s++) {
        const unsigned char c = (unsigned char)*s;
        if (c == '&')
            dtn_text_put(p->out, "&amp;");
        else if (c == '<')
            dtn_text_put(p->out, "&lt;");
        else if (c == '>')
            dtn_text_put(p->out, "&gt;");
        else if (c == '"' && is_attribute)
            dtn_text_put(p->out, "&quot;");
        else if ((c == '\n' || c == '\t') && is_attribute)
            dtn_text_put(p->out, c == '\n' ? "&#10;" : "&#9;");
        else if (c < 0x20 && c != '\n' && c != '\t')
            dtn_text_put(p->out, "?");
        else
            dtn_text_put_n(p->out, s, 1);
    }
}

static void indent(printer *p)
{
    for (int i = 0; i < p->depth; i++)
        dtn_text_put(p->out, "  ");
}

static void put_attr(printer *p, const char *name, const char *value)
{
    dtn_text_put(p->out, " ");
    dtn_text_put(p->out, name);
    dtn_text_put(p->out, "=\"");
    put_escaped(p, value, true);
    dtn_text_put(p->out, "\"");
}

static void put_number_attr(printer *p, const char *name, double value)
{
    char s[DTN_DOUBLE_MAX_TEXT];
    dtn_double_to_text(value, s);
    put_attr(p, name, s);
}

/* "<tag", attributes to follow. */
static void start_tag(printer *p, const char *tag)
{
    indent(p);
    dtn_text_put(p->out, "<");
    dtn_text_put(p->out, tag);
}

static void start_named(printer *p, const char *tag, const char *name)
{
    start_tag(p, tag);
    put_attr(p, "name", name);
}

static void open_tag(printer *p) /* ends a start_tag() that has children */
{
    dtn_text_put(p->out, ">\n");
    p->depth++;
}

static void empty_tag(printer *p) { dtn_text_put(p->out, "/>\n"); }

static void begin(printer *p, const char *tag)
{
    start_tag(p, tag);
    open_tag(p);
}

static void finish(printer *p, const char *tag)
{
    p->depth--;
    indent(p);
    dtn_text_put(p->out, "</");
    dtn_text_put(p->out, tag);
    dtn_text_put(p->out, ">\n");
}

static void put_element(printer *p, const char *tag, const char *text)
{
    start_tag(p, tag);
    dtn_text_put(p->out, ">");
    put_escaped(p, text, false);
    dtn_text_put(p->out, "</");
    dtn_text_put(p->out, tag);
    dtn_text_put(p->out, ">\n");
}

static void put_optional(printer *p, const char *tag, const char *text)
{
    if (text && *text)
        put_element(p, tag, text);
}

/* A name as an attribute: without quotes, unless it would not read back so. */
static const char *attribute_name(const printer *p, const char *name)
{
    const char *plain = dtn_plain_name(p->model->arena, name);
    return strchr(plain, '"') ? name : plain;
}

static const char *expr_text(printer *p, const dtn_expr *x) { return dtn_expr_print(p->model, x); }

/* ---- Header ------------------------------------------------------------------------ */

/* What the expressions of a model use. */
typedef struct uses {
    bool vensim, dtn, arrays, step_of_range;
} uses;

static void note_use(dtn_expr *x, void *ctx)
{
    uses *u = ctx;
    if (x->kind != DTN_X_CALL || !x->key)
        return;
    if (strcmp(x->key, "integer") == 0)
        x->text = "INTEGER"; /* the reader found it as INT in a file made by Vensim */
    const uint32_t fn = dtn_fn_find(DTN_XMILE, x->key);
    u->dtn |= strncmp(x->key, "dtn_", 4) == 0;
    u->vensim |=
        fn != DTN_NONE && dtn_fn_table[fn].dialect == 'V' && strcmp(x->key, "with_lookup") != 0;
}

static void note_uses(const dtn_model *m, uses *u)
{
    for (size_t i = 0; i < m->n_var; i++) {
        u->arrays |= m->vars[i].n_dim_key > 0;
        u->step_of_range |= isfinite(m->vars[i].range_step);
        for (size_t k = 0; k < m->vars[i].n_eqn; k++) {
            dtn_expr_walk(m->vars[i].eqns[k].expr, note_use, u);
            dtn_expr_walk(m->vars[i].eqns[k].init, note_use, u);
        }
    }
}

static uses uses_of(const dtn_model *m)
{
    uses u = {0};
    note_uses(m, &u);
    for (size_t i = 0; i < m->n_submodel; i++)
        note_uses(m->submodels[i], &u);
    for (size_t i = 0; i < m->n_macro; i++) {
        dtn_expr_walk(m->macros[i].expr, note_use, &u);
        if (m->macros[i].body)
            note_uses(m->macros[i].body, &u);
    }
    return u;
}

static void put_header(printer *p, const uses *u)
{
    begin(p, "header");
    start_tag(p, "options");
    if (u->vensim || u->dtn)
        put_attr(p, "namespace",
                 !u->dtn     ? "std, vensim"
                 : u->vensim ? "std, vensim, dtn"
                             : "std, dtn");
    else
        put_attr(p, "namespace", "std");
    if (u->arrays || p->model->n_macro > 0) {
        open_tag(p);
        if (u->arrays) {
            start_tag(p, "uses_arrays");
            empty_tag(p);
        }
        if (p->model->n_macro) {
            start_tag(p, "uses_macros");
            empty_tag(p);
        }
        finish(p, "options");
    } else {
        empty_tag(p);
    }
    put_optional(p, "name", p->model->name);
    put_element(p, "vendor", "D\xC3\xA9tente");
    start_tag(p, "product");
    put_attr(p, "version", DTN_VERSION);
    dtn_text_put(p->out, ">D\xC3\xA9tente</product>\n");
    finish(p, "header");
}

/* A step such as 1/3 is written by its reciprocal, which is exact and short. */
static void put_dt(printer *p, const dtn_expr *dt)
{
    char s[DTN_DOUBLE_MAX_TEXT];
    const double n = dt->kind == DTN_X_NUMBER && dt->number > 0 ? 1.0 / dt->number : 0;
    if (n >= 2 && n < 1e6 && n == (double)(uint32_t)n && 1.0 / n == dt->number &&
        dtn_double_to_text(dt->number, s) > 8) {
        start_tag(p, "dt");
        put_attr(p, "reciprocal", "true");
        dtn_text_put(p->out, ">");
        dtn_text_put_number(p->out, n);
        dtn_text_put(p->out, "</dt>\n");
        return;
    }
    put_element(p, "dt", expr_text(p, dt));
}

static void put_sim_specs(printer *p)
{
    static const char *const methods[] = {"Euler", "RK2", "RK4"};
    const dtn_model *m = p->model;
    start_tag(p, "sim_specs");
    put_attr(p, "method", methods[m->method]);
    if (m->time_units)
        put_attr(p, "time_units", m->time_units);
    if (m->saveper && m->saveper->kind == DTN_X_NUMBER)
        put_number_attr(p, "isee:save_interval", m->saveper->number);
    open_tag(p);
    if (m->start)
        put_element(p, "start", expr_text(p, m->start));
    if (m->stop)
        put_element(p, "stop", expr_text(p, m->stop));
    if (m->dt)
        put_dt(p, m->dt);
    if (m->saveper && m->saveper->kind != DTN_X_NUMBER)
        put_element(p, "isee:save_interval", expr_text(p, m->saveper));
    finish(p, "sim_specs");
}

/* "Dollar,Dollars,$": the first is the unit; a product or quotient among the others its value. */
static void put_unit(printer *p, const char *line)
{
    line += strspn(line, ", \t");
    size_t n = strcspn(line, ",");
    bool has_eqn = false;
    if (n == 0)
        return;
    start_named(p, "unit", dtn_arena_strndup(p->model->arena, line, n));
    open_tag(p);
    while (line[n]) {
        line += n + 1;
        n = strcspn(line, ",");
        const char *name = dtn_arena_strndup(p->model->arena, line, n);
        const bool is_eqn = !has_eqn && strpbrk(name, "*/^") != NULL;
        has_eqn |= is_eqn;
        put_optional(p, is_eqn ? "eqn" : "alias", name);
    }
    finish(p, "unit");
}

static void put_units(printer *p)
{
    if (p->model->n_unit_synonym == 0)
        return;
    begin(p, "model_units");
    for (size_t i = 0; i < p->model->n_unit_synonym; i++)
        put_unit(p, p->model->unit_synonyms[i]);
    finish(p, "model_units");
}

/* Elements called 1, 2, 3, ... are those that a size alone makes. */
static bool is_counted(const printer *p, const dtn_dim *dim)
{
    for (uint32_t i = 0; i < dim->n_element; i++)
        if (strcmp(dim->elements[i], dtn_arena_printf(p->model->arena, "%u", i + 1)) != 0)
            return false;
    return true;
}

static void put_dim(printer *p, const dtn_dim *dim)
{
    start_named(p, "dim", attribute_name(p, dim->name));
    put_number_attr(p, "size", dim->n_element);
    if (is_counted(p, dim)) {
        empty_tag(p);
        return;
    }
    open_tag(p);
    for (uint32_t i = 0; i < dim->n_element; i++) {
        start_named(p, "elem", attribute_name(p, dim->elements[i]));
        empty_tag(p);
    }
    finish(p, "dim");
}

static void put_dims(printer *p)
{
    if (p->model->n_dim == 0)
        return;
    begin(p, "dimensions");
    for (size_t i = 0; i < p->model->n_dim; i++)
        put_dim(p, &p->model->dims[i]);
    finish(p, "dimensions");
}

/* ---- Tables --------------------------------------------------------------------------- */

/* Do the points stand where the reader would spread them over the scale? */
static bool is_spread(const dtn_lookup *l)
{
    if (!l->has_range || l->n < 2 || l->x[0] != l->x_min || l->x[l->n - 1] != l->x_max ||
        !(l->x_min < l->x_max))
        return false;
    for (size_t i = 0; i + 1 < l->n; i++)
        if (l->x[i] != l->x_min + (l->x_max - l->x_min) * (double)i / (double)(l->n - 1))
            return false;
    return true;
}

static void put_scale(printer *p, const char *tag, double min, double max)
{
    start_tag(p, tag);
    put_number_attr(p, "min", min);
    put_number_attr(p, "max", max);
    empty_tag(p);
}

static void put_points(printer *p, const char *tag, const double *v, size_t n)
{
    start_tag(p, tag);
    dtn_text_put(p->out, ">");
    for (size_t i = 0; i < n; i++) {
        dtn_text_put(p->out, i ? "," : "");
        dtn_text_put_number(p->out, v[i]);
    }
    dtn_text_put(p->out, "</");
    dtn_text_put(p->out, tag);
    dtn_text_put(p->out, ">\n");
}

static void put_gf_content(printer *p, const dtn_lookup *l)
{
    if (l->has_range) {
        put_scale(p, "xscale", l->x_min, l->x_max);
        put_scale(p, "yscale", l->y_min, l->y_max);
    }
    if (!is_spread(l))
        put_points(p, "xpts", l->x, l->n);
    put_points(p, "ypts", l->y, l->n);
}

static void put_gf_kind(printer *p, const dtn_lookup *l)
{
    if (l->kind != DTN_LOOKUP_CONTINUOUS)
        put_attr(p, "type", l->kind == DTN_LOOKUP_DISCRETE ? "discrete" : "extrapolate");
}

static void put_gf(printer *p, const dtn_lookup *l)
{
    start_tag(p, "gf");
    put_gf_kind(p, l);
    open_tag(p);
    put_gf_content(p, l);
    finish(p, "gf");
}

/* ---- Variables -------------------------------------------------------------------------- */

static bool is_with_lookup(const dtn_eqn *eqn)
{
    const dtn_expr *x = eqn->expr;
    return eqn->lookup && x && x->kind == DTN_X_CALL && strcmp(x->key, "with_lookup") == 0 &&
           x->n_arg == 2;
}

/* <eqn>, <init_eqn>, <gf> of one equation. */
static void put_equation(printer *p, const dtn_var *var, const dtn_eqn *eqn)
{
    if (eqn->kind == DTN_EQN_STOCK) {
        if (eqn->init)
            put_element(p, "eqn", expr_text(p, eqn->init));
        return;
    }
    if (eqn->kind == DTN_EQN_DATA || eqn->kind == DTN_EQN_STRING)
        dtn_refuse(p->diags, eqn->pos, NULL, "'%s' is a data variable or a text", var->name);
    else if (eqn->expr)
        put_element(p, "eqn", expr_text(p, is_with_lookup(eqn) ? eqn->expr->args[0] : eqn->expr));
    if (eqn->init)
        put_element(p, "init_eqn", expr_text(p, eqn->init));
    if (eqn->lookup)
        put_gf(p, eqn->lookup);
}

/* One equation for all of the declared dimensions, or a scalar's. */
static bool is_for_all(const dtn_var *var)
{
    if (var->n_eqn != 1 || var->eqns[0].n_except)
        return false;
    if (var->eqns[0].n_sub == 0)
        return true;
    if (var->eqns[0].n_sub != var->n_dim_key)
        return false;
    for (uint32_t i = 0; i < var->n_dim_key; i++)
        if (!var->eqns[0].subs[i].key || strcmp(var->eqns[0].subs[i].key, var->dim_keys[i]) != 0)
            return false;
    return true;
}

static const char *subscript_text(printer *p, const dtn_eqn *eqn)
{
    const char *text = "";
    for (uint32_t i = 0; i < eqn->n_sub; i++)
        text = dtn_arena_printf(p->model->arena, "%s%s%s", text, i ? ", " : "",
                                dtn_plain_name(p->model->arena, eqn->subs[i].text));
    return text;
}

static void put_equations(printer *p, const dtn_var *var)
{
    if (is_for_all(var)) {
        put_equation(p, var, &var->eqns[0]);
        return;
    }
    for (size_t i = 0; i < var->n_eqn; i++) {
        start_tag(p, "element");
        put_attr(p, "subscript", subscript_text(p, &var->eqns[i]));
        open_tag(p);
        put_equation(p, var, &var->eqns[i]);
        finish(p, "element");
    }
}

static const char *dim_name(const printer *p, const dtn_model *root, const char *key)
{
    const dtn_dim *dim = dtn_model_find_dim(root, key);
    return attribute_name(p, dim ? dim->name : key);
}

static void put_dimensions(printer *p, const dtn_model *root, const dtn_var *var)
{
    if (var->n_dim_key == 0)
        return;
    begin(p, "dimensions");
    for (uint32_t i = 0; i < var->n_dim_key; i++) {
        start_named(p, "dim", dim_name(p, root, var->dim_keys[i]));
        empty_tag(p);
    }
    finish(p, "dimensions");
}

static void put_range(printer *p, const dtn_var *var)
{
    if (isnan(var->range_min) && isnan(var->range_max) && isnan(var->range_step))
        return;
    start_tag(p, "range");
    if (!isnan(var->range_min))
        put_number_attr(p, "min", var->range_min);
    if (!isnan(var->range_max))
        put_number_attr(p, "max", var->range_max);
    if (isfinite(var->range_step))
        put_number_attr(p, "detente:step", var->range_step);
    empty_tag(p);
}

static void put_flows(printer *p, const char *tag, const char *const *names, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        dtn_expr x = {.kind = DTN_X_NAME, .text = names[i], .key = names[i]};
        put_element(p, tag, expr_text(p, &x));
    }
}

static const char *tag_of(const dtn_var *var)
{
    const bool is_table = var->kind == DTN_VAR_LOOKUP && var->n_eqn == 1 && var->n_dim_key == 0 &&
                          var->eqns[0].lookup && isnan(var->range_min) && isnan(var->range_max);
    return var->kind == DTN_VAR_STOCK  ? "stock"
           : var->kind == DTN_VAR_FLOW ? "flow"
           : is_table                  ? "gf"
                                       : "aux";
}

static void put_setting(printer *p, const char *tag, const dtn_expr *x)
{
    if (x)
        put_element(p, tag, expr_text(p, x));
}

static void put_belt(printer *p, const dtn_belt *belt)
{
    static const char *const tags[] = {"conveyor", "queue", "isee:oven"};
    const char *tag = tags[belt->kind];
    start_tag(p, tag);
    if (belt->kind == DTN_BELT_QUEUE) {
        empty_tag(p);
        return;
    }
    if (belt->discrete)
        put_attr(p, "discrete", "true");
    if (belt->batch_integrity)
        put_attr(p, "batch_integrity", "true");
    if (belt->many_batches)
        put_attr(p, "one_at_a_time", "false");
    else if (belt->one_batch)
        put_attr(p, "one_at_a_time", "true");
    if (belt->exponential_leak)
        put_attr(p, "exponential_leak", "true");
    open_tag(p);
    put_setting(p, "len", belt->len);
    put_setting(p, "capacity", belt->capacity);
    put_setting(p, "in_limit", belt->in_limit);
    put_setting(p, "sample", belt->sample);
    put_setting(p, "arrest", belt->arrest);
    put_setting(p, "fill_time", belt->fill_time);
    put_setting(p, "clean_time", belt->clean_time);
    finish(p, tag);
}

static void put_leak_zone(printer *p, const dtn_leak *leak)
{
    if (leak->start > 0)
        put_number_attr(p, "leak_start", leak->start);
    if (leak->end < 1)
        put_number_attr(p, "leak_end", leak->end);
}

static void put_flow_options(printer *p, const dtn_var *var)
{
    if (var->leak && var->leak->fraction) {
        put_setting(p, "leak", var->leak->fraction);
    } else if (var->leak) {
        start_tag(p, "leak");
        empty_tag(p);
    }
    if (var->leak && var->leak->is_whole) {
        start_tag(p, "leak_integers");
        empty_tag(p);
    }
    if (var->spread)
        put_setting(p, "isee:distrib_eq", var->spread->profile);
    if (var->is_overflow) {
        start_tag(p, "overflow");
        empty_tag(p);
    }
    put_setting(p, "multiplier", var->multiplier);
}

static void put_var(printer *p, const dtn_model *root, const dtn_var *var)
{
    const char *tag = tag_of(var);
    if (var->special)
        dtn_refuse(p->diags, var->pos, "replace it by stocks and flows",
                   "what makes '%s' a %s is not kept", var->name, var->special);
    start_named(p, tag, attribute_name(p, var->name));
    if (strcmp(tag, "gf") == 0)
        put_gf_kind(p, var->eqns[0].lookup);
    if (var->leak)
        put_leak_zone(p, var->leak);
    if (var->spread)
        put_attr(p, "isee:spreadflow", var->spread->how);
    open_tag(p);
    put_optional(p, "doc", var->doc);
    put_dimensions(p, root, var);
    if (strcmp(tag, "gf") == 0)
        put_gf_content(p, var->eqns[0].lookup);
    else
        put_equations(p, var);
    put_flows(p, "inflow", var->inflows, var->n_inflow);
    put_flows(p, "outflow", var->outflows, var->n_outflow);
    if (var->belt)
        put_belt(p, var->belt);
    put_flow_options(p, var);
    if (var->non_negative) {
        start_tag(p, "non_negative");
        empty_tag(p);
    }
    put_optional(p, "units", var->units);
    put_range(p, var);
    finish(p, tag);
}

static void put_group(printer *p, uint32_t g)
{
    const dtn_group *group = &p->model->groups[g];
    start_named(p, "group", group->name);
    open_tag(p);
    put_optional(p, "doc", group->doc);
    for (size_t i = 0; i < p->model->n_var; i++) {
        if (p->model->vars[i].group != g || !dtn_is_written(&p->model->vars[i]))
            continue;
        start_named(p, "var", attribute_name(p, p->model->vars[i].name));
        empty_tag(p);
    }
    finish(p, "group");
}

static void put_module(printer *p, const dtn_module *module)
{
    start_named(p, "module", module->name);
    if (module->model_key)
        put_attr(p, "isee:model_name", module->model_key);
    open_tag(p);
    for (uint32_t i = 0; i < module->n_connect; i++) {
        start_tag(p, "connect");
        put_attr(p, "to",
                 dtn_arena_printf(p->model->arena, "%s.%s", module->key, module->connect_to[i]));
        put_attr(p, "from", module->connect_from[i]);
        empty_tag(p);
    }
    finish(p, "module");
}

static void put_variables(printer *p, const dtn_model *root)
{
    begin(p, "variables");
    for (size_t i = 0; i < p->model->n_var; i++)
        if (dtn_is_written(&p->model->vars[i]))
            put_var(p, root, &p->model->vars[i]);
    for (size_t i = 0; i < p->model->n_module; i++)
        put_module(p, &p->model->modules[i]);
    for (uint32_t g = 0; g < p->model->n_group; g++)
        put_group(p, g);
    finish(p, "variables");
}

/* ---- Models and macros ---------------------------------------------------------------------- */

static void put_macro(printer *p, const dtn_model *root, dtn_macro *macro)
{
    start_named(p, "macro", attribute_name(p, macro->name));
    open_tag(p);
    for (uint32_t i = 0; i < macro->n_param; i++) {
        start_tag(p, "parm");
        if (macro->defaults && macro->defaults[i])
            put_attr(p, "default", expr_text(p, macro->defaults[i]));
        dtn_text_put(p->out, ">");
        put_escaped(p, macro->params[i], false);
        dtn_text_put(p->out, "</parm>\n");
    }
    if (macro->expr)
        put_element(p, "eqn", expr_text(p, macro->expr));
    if (macro->body) {
        printer inner = *p;
        inner.model = macro->body;
        if (macro->body->start)
            put_sim_specs(&inner);
        put_variables(&inner, root);
    }
    finish(p, "macro");
}

static void put_model(printer *p, const dtn_model *root, const char *name)
{
    start_tag(p, "model");
    if (name)
        put_attr(p, "name", name);
    open_tag(p);
    if (p->model != root && p->model->start)
        put_sim_specs(p);
    put_variables(p, root);
    if (p->model->sketch) {
        begin(p, "views");
        dtn_text_put(p->out, p->model->sketch);
        if (p->out->s[p->out->n - 1] != '\n')
            dtn_text_put(p->out, "\n");
        finish(p, "views");
    }
    finish(p, "model");
}

void dtn_print_xmile(dtn_model *model, dtn_text *out, dtn_diags *diags)
{
    printer p = {model, out, diags, 0};
    const uses u = uses_of(model);
    dtn_text_put(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<xmile version=\"1.0\""
                      " xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\""
                      " xmlns:isee=\"http://iseesystems.com/XMILE\"");
    if (u.step_of_range)
        dtn_text_put(out, " xmlns:detente=\"urn:detente:xmile\"");
    open_tag(&p);
    put_header(&p, &u);
    put_sim_specs(&p);
    put_units(&p);
    put_dims(&p);
    for (size_t i = 0; i < model->n_macro; i++)
        put_macro(&p, model, &model->macros[i]);
    put_model(&p, model, NULL);
    for (size_t i = 0; i < model->n_submodel; i++) {
        printer inner = p;
        inner.model = model->submodels[i];
        put_model(&inner, model, model->submodels[i]->name);
    }
    finish(&p, "xmile");
}
