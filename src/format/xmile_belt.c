/* Conveyors, queues and ovens of an XMILE file, and the flows that hang on them, as they are written.
 * What they mean is made of it in check/belts.c.
 *
 *   <conveyor><len/><capacity/><in_limit/><sample/><arrest/></conveyor>, with the attributes
 *   discrete, batch_integrity, one_at_a_time, exponential_leak; <queue/>; flows: <leak>fraction</leak>
 *   or <leak/> beside an <eqn>, <leak_integers/>, leak_start, leak_end, <overflow/>, <multiplier>,
 *   isee:spreadflow with <isee:distrib_eq>
 *   <oven> with <len> or <cook_time>, <capacity>, <fill_time>, <clean_time>, <arrest>: Stella's
 *
 * A queue that is purged is kept as var->special: what purges it is not published.
 * Source: XMILE 1.0, sections 3.7.2, 3.7.3, 4.2.1 and 4.3; Stella's help for ovens.
 */
#include "format/xmile.h"

#include <string.h>

static bool attr_is(dtn_xmile *x, const xmlNode *node, const char *name, const char *value)
{
    const char *text = dtn_xmile_attr(x, node, name);

    return text != NULL && strcmp(dtn_name_key(x->arena, text, strlen(text)), value) == 0;
}

/* One child of <conveyor> or <oven>. */
static void read_setting(dtn_xmile *x, dtn_model *model, dtn_var *var, const xmlNode *node)
{
    dtn_belt *belt = var->belt;
    const struct {
        const char *tag;
        dtn_expr **to;
    } known[] = {{"len", &belt->len},
                 {"cook_time", &belt->len},
                 {"capacity", &belt->capacity},
                 {"in_limit", &belt->in_limit},
                 {"sample", &belt->sample},
                 {"arrest", &belt->arrest},
                 {"fill_time", &belt->fill_time},
                 {"clean_time", &belt->clean_time},
                 {"cleaning_time", &belt->clean_time}};
    const char *tag = dtn_xmile_tag(node);

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(tag, known[i].tag) == 0) {
            *known[i].to = dtn_xmile_read_eqn(x, model, node);
            return;
        }
    }
    if (node->type == XML_ELEMENT_NODE)
        dtn_xmile_ignore(x, node);
}

static void read_settings(dtn_xmile *x, dtn_model *model, dtn_var *var, const xmlNode *node,
                          dtn_belt_kind kind)
{
    dtn_belt *belt = DTN_NEW(x->arena, dtn_belt);

    belt->kind = kind;
    belt->pos = dtn_xmile_pos(x, node);
    belt->discrete = attr_is(x, node, "discrete", "true");
    belt->batch_integrity = attr_is(x, node, "batch_integrity", "true");
    belt->many_batches = attr_is(x, node, "one_at_a_time", "false");
    belt->one_batch = attr_is(x, node, "one_at_a_time", "true");
    belt->exponential_leak = attr_is(x, node, "exponential_leak", "true");
    var->belt = belt;
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
        read_setting(x, model, var, child);
}

static void read_leak(dtn_xmile *x, dtn_model *model, dtn_var *var, const xmlNode *node)
{
    if (var->leak == NULL) {
        var->leak = DTN_NEW(x->arena, dtn_leak);
        var->leak->end = 1.0;
    }
    if (node != NULL)
        var->leak->fraction = dtn_xmile_read_eqn(x, model, node);
}

static void read_whole(dtn_xmile *x, dtn_var *var, const xmlNode *node)
{
    if (!dtn_xmile_flag(x, node))
        return;
    read_leak(x, NULL, var, NULL);
    var->leak->is_whole = true;
}

static dtn_spread_flow *spread_of(dtn_xmile *x, dtn_var *var, const xmlNode *node)
{
    if (var->spread == NULL) {
        var->spread = DTN_NEW(x->arena, dtn_spread_flow);
        var->spread->how = "dist";
        var->spread->pos = dtn_xmile_pos(x, node);
    }
    return var->spread;
}

static bool read_of_stock(dtn_xmile *x, dtn_model *model, dtn_var *var, const xmlNode *node)
{
    const char *tag = dtn_xmile_tag(node);

    if (strcmp(tag, "conveyor") == 0)
        read_settings(x, model, var, node, DTN_BELT_CONVEYOR);
    else if (strcmp(tag, "queue") == 0)
        read_settings(x, model, var, node, DTN_BELT_QUEUE);
    else if (strcmp(tag, "oven") == 0)
        read_settings(x, model, var, node, DTN_BELT_OVEN);
    else if (strcmp(tag, "purge_after") == 0)
        var->special = "stock with purge_after";
    else
        return false;
    return true;
}

bool dtn_xmile_read_belt(dtn_xmile *x, dtn_model *model, dtn_var *var, const xmlNode *node)
{
    const char *tag = dtn_xmile_tag(node);

    if (var->kind == DTN_VAR_STOCK)
        return read_of_stock(x, model, var, node);
    if (var->kind != DTN_VAR_FLOW)
        return false;
    if (strcmp(tag, "leak") == 0)
        read_leak(x, model, var, node);
    else if (strcmp(tag, "overflow") == 0)
        var->is_overflow = true;
    else if (strcmp(tag, "multiplier") == 0)
        var->multiplier = dtn_xmile_read_eqn(x, model, node);
    else if (strcmp(tag, "leak_integers") == 0)
        read_whole(x, var, node);
    else if (strcmp(tag, "distrib_eq") == 0)
        spread_of(x, var, node)->profile = dtn_xmile_read_eqn(x, model, node);
    else
        return false;
    return true;
}

/* "beginning" is what every inflow does. */
static void read_spread(dtn_xmile *x, dtn_var *var, const xmlNode *node)
{
    static const char *const known[] = {"even", "dest", "dist", "source"};
    const char *text = dtn_xmile_attr(x, node, "spreadflow");

    if (text == NULL || attr_is(x, node, "spreadflow", "beginning")) {
        if (text != NULL)
            var->spread = NULL;
        return;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (attr_is(x, node, "spreadflow", known[i])) {
            spread_of(x, var, node)->how = known[i];
            return;
        }
    }
    dtn_diags_add(x->diags, 103, dtn_xmile_pos(x, node),
                  "write beginning, even, dest, dist or source",
                  "'%s' spreads over a conveyor in a way that is not known: '%s'", var->name, text);
}

void dtn_xmile_read_flow_attrs(dtn_xmile *x, dtn_var *var, const xmlNode *node)
{
    double start = 0.0, end = 1.0;

    if (var->kind != DTN_VAR_FLOW)
        return;
    read_spread(x, var, node);
    if (dtn_xmile_attr(x, node, "leak_start") == NULL &&
        dtn_xmile_attr(x, node, "leak_end") == NULL)
        return;
    dtn_xmile_number_attr(x, node, "leak_start", &start);
    dtn_xmile_number_attr(x, node, "leak_end", &end);
    read_leak(x, NULL, var, NULL);
    if (start >= 0.0 && start < end && end <= 1.0) {
        var->leak->start = start;
        var->leak->end = end;
    } else {
        dtn_diags_add(x->diags, 103, dtn_xmile_pos(x, node),
                      "write fractions of the conveyor's length, leak_start below leak_end",
                      "the leak zone of '%s' is from %g to %g", var->name, start, end);
    }
}
