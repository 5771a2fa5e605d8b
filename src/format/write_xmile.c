/* Printer of XMILE 1.0: a form in XMILE's notation, as the file that reads back to it.
 *
 * Header, time, units, dimensions, groups, modules, macros; variables are write_xmile_var.c's. The
 * interval of saving is an attribute of isee's, as Stella stores it.
 *
 * Functions of Vensim that XMILE lacks keep their names: the header then declares the namespace
 * `vensim`, as section 2.4 of the standard provides. What the form cannot hold (styles, inputs,
 * isee's extensions) was reported when it was read.
 */
#include "format/write_xmile.h"
#include "model/functions.h"
#include "model/notation.h"

#include <math.h>
#include <string.h>

/* ---- Header ------------------------------------------------------------------------ */

/* What the expressions of a model use. */
typedef struct uses {
    bool vensim, dtn, arrays, own_attribute;
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
        u->own_attribute |= isfinite(m->vars[i].range_step) || m->vars[i].kind == DTN_VAR_DATA;
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

static void put_header(dtn_wx *p, const uses *u)
{
    dtn_wx_begin(p, "header");
    dtn_wx_start(p, "options");
    if (u->vensim || u->dtn)
        dtn_wx_attr(p, "namespace",
                    !u->dtn     ? "std, vensim"
                    : u->vensim ? "std, vensim, dtn"
                                : "std, dtn");
    else
        dtn_wx_attr(p, "namespace", "std");
    if (u->arrays || p->model->n_macro > 0) {
        dtn_wx_open(p);
        if (u->arrays) {
            dtn_wx_start(p, "uses_arrays");
            dtn_wx_empty(p);
        }
        if (p->model->n_macro) {
            dtn_wx_start(p, "uses_macros");
            dtn_wx_empty(p);
        }
        dtn_wx_finish(p, "options");
    } else {
        dtn_wx_empty(p);
    }
    dtn_wx_optional(p, "name", p->model->name);
    dtn_wx_element(p, "vendor", "D\xC3\xA9tente");
    dtn_wx_start(p, "product");
    dtn_wx_attr(p, "version", DTN_VERSION);
    dtn_text_put(p->out, ">D\xC3\xA9tente</product>\n");
    dtn_wx_finish(p, "header");
}

/* A step such as 1/3 is written by its reciprocal, which is exact and short. */
static void put_dt(dtn_wx *p, const dtn_expr *dt)
{
    char s[DTN_DOUBLE_MAX_TEXT];
    const double n = dt->kind == DTN_X_NUMBER && dt->number > 0 ? 1.0 / dt->number : 0;
    if (n >= 2 && n < 1e6 && n == (double)(uint32_t)n && 1.0 / n == dt->number &&
        dtn_double_to_text(dt->number, s) > 8) {
        dtn_wx_start(p, "dt");
        dtn_wx_attr(p, "reciprocal", "true");
        dtn_text_put(p->out, ">");
        dtn_text_put_number(p->out, n);
        dtn_text_put(p->out, "</dt>\n");
        return;
    }
    dtn_wx_element(p, "dt", dtn_wx_expr(p, dt));
}

static void put_sim_specs(dtn_wx *p)
{
    static const char *const methods[] = {"Euler", "RK2", "RK4"};
    const dtn_model *m = p->model;
    dtn_wx_start(p, "sim_specs");
    dtn_wx_attr(p, "method", methods[m->method]);
    if (m->time_units)
        dtn_wx_attr(p, "time_units", m->time_units);
    if (m->saveper && m->saveper->kind == DTN_X_NUMBER)
        dtn_wx_number_attr(p, "isee:save_interval", m->saveper->number);
    dtn_wx_open(p);
    if (m->start)
        dtn_wx_element(p, "start", dtn_wx_expr(p, m->start));
    if (m->stop)
        dtn_wx_element(p, "stop", dtn_wx_expr(p, m->stop));
    if (m->dt)
        put_dt(p, m->dt);
    if (m->saveper && m->saveper->kind != DTN_X_NUMBER)
        dtn_wx_element(p, "isee:save_interval", dtn_wx_expr(p, m->saveper));
    dtn_wx_finish(p, "sim_specs");
}

/* "Dollar,Dollars,$": the first is the unit; a product or quotient among the others its value. */
static void put_unit(dtn_wx *p, const char *line)
{
    line += strspn(line, ", \t");
    size_t n = strcspn(line, ",");
    bool has_eqn = false;
    if (n == 0)
        return;
    dtn_wx_start_named(p, "unit", dtn_arena_strndup(p->model->arena, line, n));
    dtn_wx_open(p);
    while (line[n]) {
        line += n + 1;
        n = strcspn(line, ",");
        const char *name = dtn_arena_strndup(p->model->arena, line, n);
        const bool is_eqn = !has_eqn && strpbrk(name, "*/^") != NULL;
        has_eqn |= is_eqn;
        dtn_wx_optional(p, is_eqn ? "eqn" : "alias", name);
    }
    dtn_wx_finish(p, "unit");
}

static void put_units(dtn_wx *p)
{
    if (p->model->n_unit_synonym == 0)
        return;
    dtn_wx_begin(p, "model_units");
    for (size_t i = 0; i < p->model->n_unit_synonym; i++)
        put_unit(p, p->model->unit_synonyms[i]);
    dtn_wx_finish(p, "model_units");
}

/* Elements called 1, 2, 3, ... are those that a size alone makes. */
static bool is_counted(const dtn_wx *p, const dtn_dim *dim)
{
    for (uint32_t i = 0; i < dim->n_element; i++)
        if (strcmp(dim->elements[i], dtn_arena_printf(p->model->arena, "%u", i + 1)) != 0)
            return false;
    return true;
}

static void put_dim(dtn_wx *p, const dtn_dim *dim)
{
    dtn_wx_start_named(p, "dim", dtn_wx_attribute_name(p, dim->name));
    dtn_wx_number_attr(p, "size", dim->n_element);
    if (is_counted(p, dim)) {
        dtn_wx_empty(p);
        return;
    }
    dtn_wx_open(p);
    for (uint32_t i = 0; i < dim->n_element; i++) {
        dtn_wx_start_named(p, "elem", dtn_wx_attribute_name(p, dim->elements[i]));
        dtn_wx_empty(p);
    }
    dtn_wx_finish(p, "dim");
}

static void put_dims(dtn_wx *p)
{
    if (p->model->n_dim == 0)
        return;
    dtn_wx_begin(p, "dimensions");
    for (size_t i = 0; i < p->model->n_dim; i++)
        put_dim(p, &p->model->dims[i]);
    dtn_wx_finish(p, "dimensions");
}

/* ---- Groups and modules --------------------------------------------------------------------- */

static void put_group(dtn_wx *p, uint32_t g)
{
    const dtn_group *group = &p->model->groups[g];
    dtn_wx_start_named(p, "group", group->name);
    dtn_wx_open(p);
    dtn_wx_optional(p, "doc", group->doc);
    for (size_t i = 0; i < p->model->n_var; i++) {
        if (p->model->vars[i].group != g || !dtn_is_written(&p->model->vars[i]))
            continue;
        dtn_wx_start_named(p, "var", dtn_wx_attribute_name(p, p->model->vars[i].name));
        dtn_wx_empty(p);
    }
    dtn_wx_finish(p, "group");
}

static void put_module(dtn_wx *p, const dtn_module *module)
{
    dtn_wx_start_named(p, "module", module->name);
    if (module->model_key)
        dtn_wx_attr(p, "isee:model_name", module->model_key);
    dtn_wx_open(p);
    for (uint32_t i = 0; i < module->n_connect; i++) {
        dtn_wx_start(p, "connect");
        dtn_wx_attr(p, "to",
                    dtn_arena_printf(p->model->arena, "%s.%s", module->key, module->connect_to[i]));
        dtn_wx_attr(p, "from", module->connect_from[i]);
        dtn_wx_empty(p);
    }
    dtn_wx_finish(p, "module");
}

static void put_variables(dtn_wx *p, const dtn_model *root)
{
    dtn_wx_begin(p, "variables");
    for (size_t i = 0; i < p->model->n_var; i++)
        if (dtn_is_written(&p->model->vars[i]))
            dtn_wx_var(p, root, &p->model->vars[i]);
    for (size_t i = 0; i < p->model->n_module; i++)
        put_module(p, &p->model->modules[i]);
    for (uint32_t g = 0; g < p->model->n_group; g++)
        put_group(p, g);
    dtn_wx_finish(p, "variables");
}

/* ---- Models and macros ---------------------------------------------------------------------- */

static void put_macro(dtn_wx *p, const dtn_model *root, dtn_macro *macro)
{
    dtn_wx_start_named(p, "macro", dtn_wx_attribute_name(p, macro->name));
    dtn_wx_open(p);
    for (uint32_t i = 0; i < macro->n_param; i++) {
        dtn_wx_start(p, "parm");
        if (macro->defaults && macro->defaults[i])
            dtn_wx_attr(p, "default", dtn_wx_expr(p, macro->defaults[i]));
        dtn_text_put(p->out, ">");
        dtn_wx_escaped(p, macro->params[i], false);
        dtn_text_put(p->out, "</parm>\n");
    }
    if (macro->expr)
        dtn_wx_element(p, "eqn", dtn_wx_expr(p, macro->expr));
    if (macro->body) {
        dtn_wx inner = *p;
        inner.model = macro->body;
        if (macro->body->start)
            put_sim_specs(&inner);
        put_variables(&inner, root);
    }
    dtn_wx_finish(p, "macro");
}

static void put_model(dtn_wx *p, const dtn_model *root, const char *name)
{
    dtn_wx_start(p, "model");
    if (name)
        dtn_wx_attr(p, "name", name);
    dtn_wx_open(p);
    if (p->model != root && p->model->start)
        put_sim_specs(p);
    put_variables(p, root);
    if (p->model->sketch) {
        dtn_wx_begin(p, "views");
        dtn_text_put(p->out, p->model->sketch);
        if (p->out->s[p->out->n - 1] != '\n')
            dtn_text_put(p->out, "\n");
        dtn_wx_finish(p, "views");
    }
    dtn_wx_finish(p, "model");
}

void dtn_print_xmile(dtn_model *model, dtn_text *out, dtn_diags *diags)
{
    dtn_wx p = {model, out, diags, 0};
    const uses u = uses_of(model);
    dtn_text_put(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<xmile version=\"1.0\""
                      " xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\""
                      " xmlns:isee=\"http://iseesystems.com/XMILE\"");
    if (u.own_attribute)
        dtn_text_put(out, " xmlns:detente=\"urn:detente:xmile\"");
    dtn_wx_open(&p);
    put_header(&p, &u);
    put_sim_specs(&p);
    put_units(&p);
    put_dims(&p);
    for (size_t i = 0; i < model->n_macro; i++)
        put_macro(&p, model, &model->macros[i]);
    put_model(&p, model, NULL);
    for (size_t i = 0; i < model->n_submodel; i++) {
        dtn_wx inner = p;
        inner.model = model->submodels[i];
        put_model(&inner, model, model->submodels[i]->name);
    }
    dtn_wx_finish(&p, "xmile");
}
