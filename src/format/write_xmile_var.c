/* Printer of XMILE: variables with their equations, tables, dimensions, conveyors and queues.
 *
 * A variable whose one equation stands for all of its dimensions is written once, any other
 * array element by element. A table is written with <xpts> unless its points are spread evenly
 * over its scale. What the standard does not have are attributes of ours: the step of a range, and
 * that a variable, or some of its elements, is data which are not given (detente:kind="data").
 */
#include "format/write_xmile.h"

#include <math.h>
#include <string.h>

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

static void put_scale(dtn_wx *p, const char *tag, double min, double max)
{
    dtn_wx_start(p, tag);
    dtn_wx_number_attr(p, "min", min);
    dtn_wx_number_attr(p, "max", max);
    dtn_wx_empty(p);
}

static void put_points(dtn_wx *p, const char *tag, const double *v, size_t n)
{
    dtn_wx_start(p, tag);
    dtn_text_put(p->out, ">");
    for (size_t i = 0; i < n; i++) {
        dtn_text_put(p->out, i ? "," : "");
        dtn_text_put_number(p->out, v[i]);
    }
    dtn_text_put(p->out, "</");
    dtn_text_put(p->out, tag);
    dtn_text_put(p->out, ">\n");
}

static void put_gf_content(dtn_wx *p, const dtn_lookup *l)
{
    if (l->has_range) {
        put_scale(p, "xscale", l->x_min, l->x_max);
        put_scale(p, "yscale", l->y_min, l->y_max);
    }
    if (!is_spread(l))
        put_points(p, "xpts", l->x, l->n);
    put_points(p, "ypts", l->y, l->n);
}

static void put_gf_kind(dtn_wx *p, const dtn_lookup *l)
{
    if (l->kind != DTN_LOOKUP_CONTINUOUS)
        dtn_wx_attr(p, "type", l->kind == DTN_LOOKUP_DISCRETE ? "discrete" : "extrapolate");
}

static void put_gf(dtn_wx *p, const dtn_lookup *l)
{
    dtn_wx_start(p, "gf");
    put_gf_kind(p, l);
    dtn_wx_open(p);
    put_gf_content(p, l);
    dtn_wx_finish(p, "gf");
}

/* ---- Variables -------------------------------------------------------------------------- */

static bool is_with_lookup(const dtn_eqn *eqn)
{
    const dtn_expr *x = eqn->expr;
    return eqn->lookup && x && x->kind == DTN_X_CALL && strcmp(x->key, "with_lookup") == 0 &&
           x->n_arg == 2;
}

/* <eqn>, <init_eqn>, <gf> of one equation. */
static void put_equation(dtn_wx *p, const dtn_var *var, const dtn_eqn *eqn)
{
    if (eqn->kind == DTN_EQN_STOCK) {
        if (eqn->init)
            dtn_wx_element(p, "eqn", dtn_wx_expr(p, eqn->init));
        return;
    }
    if (eqn->kind == DTN_EQN_DATA && !eqn->expr && !eqn->tables) {
        const dtn_expr missing = {.kind = DTN_X_NUMBER, .number = -0x1p109};
        dtn_wx_element(p, "eqn", dtn_wx_expr(p, &missing));
    } else if (eqn->kind == DTN_EQN_DATA || eqn->kind == DTN_EQN_STRING)
        dtn_refuse(p->diags, eqn->pos, NULL, "'%s' is a data variable or a text", var->name);
    else if (eqn->expr)
        dtn_wx_element(p, "eqn",
                       dtn_wx_expr(p, is_with_lookup(eqn) ? eqn->expr->args[0] : eqn->expr));
    if (eqn->init)
        dtn_wx_element(p, "init_eqn", dtn_wx_expr(p, eqn->init));
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

static const char *subscript_text(dtn_wx *p, const dtn_eqn *eqn)
{
    const char *text = "";
    for (uint32_t i = 0; i < eqn->n_sub; i++)
        text = dtn_arena_printf(p->model->arena, "%s%s%s", text, i ? ", " : "",
                                dtn_plain_name(p->model->arena, eqn->subs[i].text));
    return text;
}

/* Not given; the number is what other programs see of that. */
static void put_missing(dtn_wx *p, const dtn_eqn *eqn)
{
    dtn_wx_attr(p, "detente:kind", "data");
    if (eqn && eqn->keyword)
        dtn_wx_attr(p, "detente:reads", eqn->keyword);
}

static void put_equations(dtn_wx *p, const dtn_var *var)
{
    if (is_for_all(var)) {
        put_equation(p, var, &var->eqns[0]);
        return;
    }
    for (size_t i = 0; i < var->n_eqn; i++) {
        dtn_wx_start(p, "element");
        dtn_wx_attr(p, "subscript", subscript_text(p, &var->eqns[i]));
        if (var->kind != DTN_VAR_DATA && var->eqns[i].kind == DTN_EQN_DATA && !var->eqns[i].expr)
            put_missing(p, &var->eqns[i]);
        dtn_wx_open(p);
        put_equation(p, var, &var->eqns[i]);
        dtn_wx_finish(p, "element");
    }
}

static const char *dim_name(const dtn_wx *p, const dtn_model *root, const char *key)
{
    const dtn_dim *dim = dtn_model_find_dim(root, key);
    return dtn_wx_attribute_name(p, dim ? dim->name : key);
}

static void put_dimensions(dtn_wx *p, const dtn_model *root, const dtn_var *var)
{
    if (var->n_dim_key == 0)
        return;
    dtn_wx_begin(p, "dimensions");
    for (uint32_t i = 0; i < var->n_dim_key; i++) {
        dtn_wx_start_named(p, "dim", dim_name(p, root, var->dim_keys[i]));
        dtn_wx_empty(p);
    }
    dtn_wx_finish(p, "dimensions");
}

static void put_range(dtn_wx *p, const dtn_var *var)
{
    if (isnan(var->range_min) && isnan(var->range_max) && isnan(var->range_step))
        return;
    dtn_wx_start(p, "range");
    if (!isnan(var->range_min))
        dtn_wx_number_attr(p, "min", var->range_min);
    if (!isnan(var->range_max))
        dtn_wx_number_attr(p, "max", var->range_max);
    if (isfinite(var->range_step))
        dtn_wx_number_attr(p, "detente:step", var->range_step);
    dtn_wx_empty(p);
}

static void put_flows(dtn_wx *p, const char *tag, const char *const *names, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        dtn_expr x = {.kind = DTN_X_NAME, .text = names[i], .key = names[i]};
        dtn_wx_element(p, tag, dtn_wx_expr(p, &x));
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

static void put_setting(dtn_wx *p, const char *tag, const dtn_expr *x)
{
    if (x)
        dtn_wx_element(p, tag, dtn_wx_expr(p, x));
}

static void put_belt(dtn_wx *p, const dtn_belt *belt)
{
    static const char *const tags[] = {"conveyor", "queue", "isee:oven"};
    const char *tag = tags[belt->kind];
    dtn_wx_start(p, tag);
    if (belt->kind == DTN_BELT_QUEUE) {
        dtn_wx_empty(p);
        return;
    }
    if (belt->discrete)
        dtn_wx_attr(p, "discrete", "true");
    if (belt->batch_integrity)
        dtn_wx_attr(p, "batch_integrity", "true");
    if (belt->many_batches)
        dtn_wx_attr(p, "one_at_a_time", "false");
    else if (belt->one_batch)
        dtn_wx_attr(p, "one_at_a_time", "true");
    if (belt->exponential_leak)
        dtn_wx_attr(p, "exponential_leak", "true");
    dtn_wx_open(p);
    put_setting(p, "len", belt->len);
    put_setting(p, "capacity", belt->capacity);
    put_setting(p, "in_limit", belt->in_limit);
    put_setting(p, "sample", belt->sample);
    put_setting(p, "arrest", belt->arrest);
    put_setting(p, "fill_time", belt->fill_time);
    put_setting(p, "clean_time", belt->clean_time);
    dtn_wx_finish(p, tag);
}

static void put_leak_zone(dtn_wx *p, const dtn_leak *leak)
{
    if (leak->start > 0)
        dtn_wx_number_attr(p, "leak_start", leak->start);
    if (leak->end < 1)
        dtn_wx_number_attr(p, "leak_end", leak->end);
}

static void put_flow_options(dtn_wx *p, const dtn_var *var)
{
    if (var->leak && var->leak->fraction) {
        put_setting(p, "leak", var->leak->fraction);
    } else if (var->leak) {
        dtn_wx_start(p, "leak");
        dtn_wx_empty(p);
    }
    if (var->leak && var->leak->is_whole) {
        dtn_wx_start(p, "leak_integers");
        dtn_wx_empty(p);
    }
    if (var->spread)
        put_setting(p, "isee:distrib_eq", var->spread->profile);
    if (var->is_overflow) {
        dtn_wx_start(p, "overflow");
        dtn_wx_empty(p);
    }
    put_setting(p, "multiplier", var->multiplier);
}

void dtn_wx_var(dtn_wx *p, const dtn_model *root, const dtn_var *var)
{
    const char *tag = tag_of(var);
    if (var->special)
        dtn_refuse(p->diags, var->pos, "replace it by stocks and flows",
                   "what makes '%s' a %s is not kept", var->name, var->special);
    dtn_wx_start_named(p, tag, dtn_wx_attribute_name(p, var->name));
    if (strcmp(tag, "gf") == 0)
        put_gf_kind(p, var->eqns[0].lookup);
    if (var->kind == DTN_VAR_DATA)
        put_missing(p, var->n_eqn > 0 ? &var->eqns[0] : NULL);
    if (var->leak)
        put_leak_zone(p, var->leak);
    if (var->spread)
        dtn_wx_attr(p, "isee:spreadflow", var->spread->how);
    dtn_wx_open(p);
    dtn_wx_optional(p, "doc", var->doc);
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
        dtn_wx_start(p, "non_negative");
        dtn_wx_empty(p);
    }
    dtn_wx_optional(p, "units", var->units);
    put_range(p, var);
    dtn_wx_finish(p, tag);
}
