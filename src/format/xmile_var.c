/* Variables of an XMILE file: stocks, flows, auxiliaries.
 *
 * A variable's children are first collected into `parts`, then its equations are made: one
 * for the whole variable (left side: its dimensions), or one for each <element>. What an
 * element lacks, equation or graphical function, it takes from the variable.
 *
 *   <eqn> alone           EXPR
 *   <gf> alone            LOOKUP, and the variable is a lookup
 *   <eqn> and <gf>        EXPR with_lookup(eqn, gf); eqn->lookup points to the same table, so
 *                         that LOOKUP(name, x) and name(x) find it
 *   <stock>               STOCK; its rate, inflows - outflows, is made by
 *                         dtn_xmile_finish_stocks once the flows' dimensions are known
 *   nothing, a comment    no equation (an input of a module has none)
 *   ???                   no equation, and a warning: a converter lost it
 *
 * Graphical functions: xmile_gf.c; conveyors, queues, ovens, leaks: xmile_belt.c.
 */
#include "format/xmile.h"

#include <string.h>

/* Flows of one stock: their sum is a tree as deep, and those who walk it recurse. */
#define MAX_FLOWS 500

/* The children of a variable that its equations are made of. */
typedef struct var_parts {
    const xmlNode *eqn, *init_eqn, *gf, *netflow, *except;
    const char
        *reads;       /* ours: how such data are read between their points, as ":RAW:"; else NULL */
    const char *kind; /* Vensim's: "data", "string"; ours: "data" that are not given; else NULL */
    dtn_sub *subs;    /* left side of an equation for the whole variable */
    uint32_t n_sub;
    bool is_of_element; /* `kind` is one element's */
    size_t n_element, n_eqn;
    size_t cap_inflow, cap_outflow;
} var_parts;

bool dtn_xmile_is_var_tag(const char *tag)
{
    return strcmp(tag, "stock") == 0 || strcmp(tag, "flow") == 0 || strcmp(tag, "aux") == 0 ||
           strcmp(tag, "gf") == 0;
}

/* ---- Subscripts ------------------------------------------------------------ */

static dtn_sub make_sub(dtn_xmile *x, const char *text, size_t n, dtn_pos at)
{
    dtn_sub sub = {.kind = DTN_SUB_NAME, .pos = at, .dim = DTN_NONE, .element = DTN_NONE};

    while (n > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        n--;
    }
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        n--;
    sub.text = dtn_xmile_name(x, dtn_arena_strndup(x->arena, text, n));
    sub.key = dtn_name_key(x->arena, text, n);
    if (dtn_text_to_double(text, n, &sub.number))
        sub.kind = DTN_SUB_NUMBER;
    return sub;
}

static bool has_room_for_sub(dtn_xmile *x, const xmlNode *node, uint32_t n)
{
    if (n < DTN_MAX_DIMS)
        return true;
    dtn_diags_add(x->diags, 206, dtn_xmile_pos(x, node), "use fewer dimensions",
                  "a variable can have at most %d dimensions", DTN_MAX_DIMS);
    return false;
}

/* subscript="a, b" */
static dtn_sub *read_subs(dtn_xmile *x, const xmlNode *node, uint32_t *n_out)
{
    const char *part = dtn_xmile_need_attr(x, node, "subscript");
    dtn_sub *subs = DTN_NEW_N(x->arena, dtn_sub, DTN_MAX_DIMS);
    dtn_pos at = dtn_xmile_pos(x, node);
    uint32_t n = 0;

    if (part == NULL)
        return NULL;
    for (;;) {
        size_t n_part = strcspn(part, ",");

        if (!has_room_for_sub(x, node, n))
            return NULL;
        subs[n] = make_sub(x, part, n_part, at);
        if (subs[n++].key[0] == '\0') {
            dtn_diags_add(x->diags, 105, at, "write subscript=\"element, element\"",
                          "a subscript of <element> is empty");
            return NULL;
        }
        if (part[n_part] == '\0')
            break;
        part += n_part + 1;
    }
    *n_out = n;
    return subs;
}

static void read_var_dims(dtn_xmile *x, dtn_var *var, var_parts *parts, const xmlNode *node)
{
    var->dim_keys = DTN_NEW_N(x->arena, const char *, DTN_MAX_DIMS);
    parts->subs = DTN_NEW_N(x->arena, dtn_sub, DTN_MAX_DIMS);
    var->n_dim_key = parts->n_sub = 0; /* a damaged file may have two lists: the last counts */
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        const char *name;

        if (strcmp(dtn_xmile_tag(child), "dim") != 0)
            continue;
        name = dtn_xmile_need_attr(x, child, "name");
        if (name == NULL || !has_room_for_sub(x, child, parts->n_sub))
            return;
        parts->subs[parts->n_sub] = make_sub(x, name, strlen(name), dtn_xmile_pos(x, child));
        parts->subs[parts->n_sub].kind = DTN_SUB_NAME; /* a dimension may be named by a number */
        var->dim_keys[var->n_dim_key++] = parts->subs[parts->n_sub++].key;
    }
}

/* ---- Equations -------------------------------------------------------------- */

/* Whether a text holds more than white space and {comments}. */
static bool has_equation(const char *text)
{
    int depth = 0;

    for (; *text != '\0'; text++) {
        if (*text == '{')
            depth++;
        else if (*text == '}' && depth > 0)
            depth--;
        else if (depth == 0 && strchr(" \t\r\n", *text) == NULL)
            return true;
    }
    return false;
}

/* "???": what a converter (xmutil) writes for an equation that it could not express. */
static bool is_lost(const char *text)
{
    return text[0] == '?' && text[strspn(text, "? \t\r\n")] == '\0';
}

dtn_expr *dtn_xmile_read_eqn(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    dtn_pos at;
    const char *text;

    if (node == NULL)
        return NULL;
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type == XML_ELEMENT_NODE) {
            dtn_xmile_misplaced(x, child);
            return NULL;
        }
    }
    text = dtn_xmile_text(x, node, &at);
    if (is_lost(text)) {
        dtn_diags_add_as(x->diags, DTN_WARNING, 207, at,
                         "write the equation here; the file that this one was made from has it",
                         "the equation was lost when the file was converted: '%s'", text);
        return NULL;
    }
    if (!has_equation(text))
        return NULL;
    return dtn_xmile_read_expr(x, model, text, at);
}

/* Where the first value of a list ends, "1, 2, 3" or "1; 2; 3": at a comma or semicolon outside
 * parentheses and quotes, or at the end. */
static size_t value_length(const char *text)
{
    int depth = 0;
    bool quoted = false;
    size_t n = 0;

    for (; text[n] != '\0'; n++) {
        if (text[n] == '"')
            quoted = !quoted;
        else if (quoted)
            continue;
        else if (strchr("([{", text[n]) != NULL)
            depth++;
        else if (strchr(")]}", text[n]) != NULL)
            depth--;
        else if (depth == 0 && (text[n] == ',' || text[n] == ';'))
            break;
    }
    return n;
}

/* The initial value of a conveyor or a queue may be a list: what comes off in each unit of time, or
 * its batches. NULL: it is none. */
static dtn_expr *read_list(dtn_xmile *x, dtn_model *model, const dtn_var *var, const xmlNode *node)
{
    dtn_expr *list, **values = NULL;
    dtn_pos at;
    size_t n = 0, cap = 0;

    if (var->belt == NULL || node == NULL || node->children != node->last)
        return NULL;
    const char *text = dtn_xmile_text(x, node, &at), *from = text;
    if (text[value_length(text)] == '\0')
        return NULL;
    for (;;) {
        size_t length = value_length(from);
        dtn_pos pos = {at.file, at.line, at.col + (uint32_t)(from - text)};
        dtn_expr *value = dtn_expr_read(model, DTN_XMILE, from, length, pos, x->diags);

        if (value == NULL)
            return NULL;
        DTN_PUSH(x->arena, values, n, cap, value);
        if (from[length] == '\0')
            break;
        from += length + 1;
    }
    list = dtn_expr_new(model, DTN_X_ARRAY, at);
    list->n_row = 1;
    list->n_arg = (uint32_t)n;
    list->args = values;
    return list;
}

static dtn_expr *make_with_lookup(dtn_xmile *x, dtn_model *model, dtn_expr *expr,
                                  dtn_lookup *lookup)
{
    dtn_expr *call = dtn_expr_new(model, DTN_X_CALL, expr->pos);
    dtn_expr *table = dtn_expr_new(model, DTN_X_LOOKUP, lookup->pos);

    table->lookup = lookup;
    call->text = "WITH LOOKUP";
    call->key = "with_lookup";
    call->n_arg = 2;
    call->args = DTN_NEW_N(x->arena, dtn_expr *, 2);
    call->args[0] = expr;
    call->args[1] = table;
    return call;
}

/* What an <aux> of Vensim says in its own notation. */
static bool add_in_vensim(dtn_xmile *x, dtn_model *model, const dtn_var *var,
                          const var_parts *parts, dtn_pos at)
{
    const char *head = "";

    if (parts->except != NULL)
        head = dtn_arena_printf(x->arena, "%s = ", dtn_xmile_text(x, parts->except, NULL));
    else if (!x->is_vensim_itself || parts->kind == NULL || parts->gf != NULL ||
             (strcmp(parts->kind, "data") != 0 && strcmp(parts->kind, "string") != 0))
        return false;
    dtn_xmile_read_vensim_eqn(x, model, var, parts->subs, parts->n_sub, head, parts->eqn, at);
    return true;
}

/* Data that were not given when our writer wrote them: the number beside it says so to others. */
static bool add_bare_data(dtn_xmile *x, dtn_model *model, dtn_var *var, const var_parts *parts,
                          dtn_pos at)
{
    if (parts->kind == NULL || x->is_vensim_itself || strcmp(parts->kind, "data") != 0 ||
        parts->gf != NULL || parts->init_eqn != NULL || var->kind == DTN_VAR_STOCK ||
        var->kind == DTN_VAR_FLOW)
        return false;
    static const char *const ways[] = {
        ":RAW:", ":INTERPOLATE:", ":LOOK FORWARD:", ":HOLD BACKWARD:"};
    dtn_eqn *eqn = dtn_var_add_eqn(model, var);
    eqn->kind = DTN_EQN_DATA;
    for (size_t i = 0; parts->reads != NULL && i < sizeof ways / sizeof *ways; i++)
        if (strcmp(parts->reads, ways[i]) == 0)
            eqn->keyword = ways[i];
    eqn->subs = parts->subs;
    eqn->n_sub = parts->n_sub;
    eqn->pos = at;
    if (!parts->is_of_element) /* others of the array may have equations */
        var->kind = DTN_VAR_DATA;
    return true;
}

static void add_equation(dtn_xmile *x, dtn_model *model, dtn_var *var, const var_parts *parts,
                         dtn_pos at)
{
    if (add_in_vensim(x, model, var, parts, at) || add_bare_data(x, model, var, parts, at))
        return;
    dtn_expr *list = read_list(x, model, var, parts->eqn);
    dtn_expr *expr = list != NULL ? list : dtn_xmile_read_eqn(x, model, parts->eqn);
    dtn_expr *init = dtn_xmile_read_eqn(x, model, parts->init_eqn);
    dtn_lookup *lookup = parts->gf != NULL ? dtn_xmile_read_gf(x, parts->gf) : NULL;
    dtn_expr *own = dtn_xmile_own_equation(x, var, expr);
    dtn_eqn *eqn;

    dtn_xmile_own_time_step(x, var, expr);

    if (expr == NULL && init == NULL && lookup == NULL)
        return;
    if (own != NULL) {
        var->kind = DTN_VAR_AUX;
        expr = own;
    }
    eqn = dtn_var_add_eqn(model, var);
    eqn->subs = parts->subs;
    eqn->n_sub = parts->n_sub;
    eqn->lookup = lookup;
    eqn->pos = parts->eqn != NULL ? dtn_xmile_text_pos(x, parts->eqn) : at;
    if (var->kind == DTN_VAR_STOCK) {
        eqn->kind = DTN_EQN_STOCK;
        eqn->init = expr != NULL ? expr : init;
        eqn->expr = dtn_xmile_read_eqn(x, model, parts->netflow);
        x->root->has_vensim_text |= eqn->expr != NULL;
    } else if (expr == NULL && lookup != NULL) {
        eqn->kind = DTN_EQN_LOOKUP;
        var->kind = DTN_VAR_LOOKUP;
    } else {
        eqn->kind = DTN_EQN_EXPR;
        eqn->expr =
            expr != NULL && lookup != NULL ? make_with_lookup(x, model, expr, lookup) : expr;
        eqn->init = init;
    }
}

static const xmlNode *child_or(const dtn_xmile *x, const xmlNode *node, const char *tag,
                               const xmlNode *otherwise)
{
    const xmlNode *child = dtn_xmile_child(x, node, tag);

    return child != NULL ? child : otherwise;
}

static void add_element_equations(dtn_xmile *x, dtn_model *model, dtn_var *var,
                                  const var_parts *parts, const xmlNode *node)
{
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        var_parts own = *parts;

        if (strcmp(dtn_xmile_tag(child), "element") != 0 || dtn_xmile_is_vendor(x, child))
            continue;
        own.subs = read_subs(x, child, &own.n_sub);
        if (own.subs == NULL)
            continue;
        if (var->n_dim_key > 0 && own.n_sub != var->n_dim_key) {
            dtn_diags_add(x->diags, 206, dtn_xmile_pos(x, child),
                          "name one element of each dimension",
                          "'%s' has %u dimensions, but the element names %u subscripts", var->name,
                          var->n_dim_key, own.n_sub);
            continue;
        }
        own.eqn = child_or(x, child, "eqn", parts->eqn);
        own.init_eqn = child_or(x, child, "init_eqn", parts->init_eqn);
        own.gf = child_or(x, child, "gf", parts->gf);
        own.except = NULL;
        const char *kind = x->is_vensim_itself ? NULL : dtn_xmile_attr(x, child, "kind");
        own.is_of_element = kind != NULL;
        if (kind != NULL) {
            own.kind = kind;
            own.reads = dtn_xmile_attr(x, child, "reads");
        }
        for (const xmlNode *c = child->children; c != NULL; c = c->next)
            if (strcmp(dtn_xmile_tag(c), "netflow") == 0)
                own.netflow = c;
        add_equation(x, model, var, &own, dtn_xmile_pos(x, child));
    }
}

/* Left side of the i-th element of the variable, last dimension fastest; NULL: there is none. */
static dtn_sub *subs_of_element(dtn_xmile *x, const dtn_model *model, const dtn_var *var, size_t i,
                                dtn_pos at)
{
    dtn_sub *subs = DTN_NEW_N(x->arena, dtn_sub, DTN_MAX_DIMS);

    for (uint32_t p = var->n_dim_key; p-- > 0;) {
        const dtn_dim *dim = dtn_model_find_dim(model, var->dim_keys[p]);

        if (dim == NULL || dim->n_element == 0)
            return NULL;
        const char *name = dim->elements[i % dim->n_element];
        subs[p] = make_sub(x, name, strlen(name), at);
        i /= dim->n_element;
    }
    return i == 0 ? subs : NULL;
}

/* Several <eqn> in a row in an array, as Vensim writes them: one for each element, in order. */
static void add_equations_in_order(dtn_xmile *x, dtn_model *model, dtn_var *var,
                                   const var_parts *parts, const xmlNode *node)
{
    size_t i = 0;

    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        var_parts own = *parts;
        dtn_pos at = dtn_xmile_pos(x, child);

        if (child->type != XML_ELEMENT_NODE || strcmp(dtn_xmile_tag(child), "eqn") != 0)
            continue;
        own.subs = var->n_dim_key > 0 ? subs_of_element(x, model, var, i++, at) : NULL;
        own.n_sub = var->n_dim_key;
        own.eqn = child;
        if (own.subs == NULL) {
            dtn_diags_add(x->diags, 209, at, "write <element subscript=\"...\"> around each <eqn>",
                          "'%s' has more equations than elements", var->name);
            return;
        }
        add_equation(x, model, var, &own, at);
    }
}

/* ---- Variables ---------------------------------------------------------------- */

static bool is_listed(dtn_xmile *x, const char *const *names, size_t n, const char *name)
{
    const char *key = dtn_name_key(x->arena, name, strlen(name));
    bool any = false;
    for (size_t i = 0; i < n && !any; i++)
        any = strcmp(dtn_name_key(x->arena, names[i], strlen(names[i])), key) == 0;
    return any;
}

static void add_flow(dtn_xmile *x, dtn_var *var, var_parts *parts, const xmlNode *node)
{
    const char *name = dtn_xmile_name(x, dtn_xmile_text(x, node, NULL));
    const bool is_in = strcmp(dtn_xmile_tag(node), "inflow") == 0;

    if (name[0] == '\0') {
        dtn_diags_add(x->diags, 105, dtn_xmile_pos(x, node), "write the flow's name into it",
                      "element <%s> is empty", dtn_xmile_tag(node));
    } else if (var->n_inflow + var->n_outflow >= MAX_FLOWS) {
        dtn_diags_add(x->diags, 108, dtn_xmile_pos(x, node),
                      "sum some of the flows in an auxiliary flow", "'%s' has more than %d flows",
                      var->name, MAX_FLOWS);
    } else if (is_in ? is_listed(x, var->inflows, var->n_inflow, name)
                     : is_listed(x, var->outflows, var->n_outflow, name)) {
        dtn_diags_add_as(x->diags, DTN_WARNING, 106, dtn_xmile_pos(x, node), "list a flow once",
                         "'%s' is listed more than once for '%s'; it counts once", name, var->name);
    } else if (is_in) {
        DTN_PUSH(x->arena, var->inflows, var->n_inflow, parts->cap_inflow, name);
    } else {
        DTN_PUSH(x->arena, var->outflows, var->n_outflow, parts->cap_outflow, name);
    }
}

static void read_range(dtn_xmile *x, dtn_var *var, const xmlNode *node)
{
    dtn_xmile_number_attr(x, node, "min", &var->range_min);
    dtn_xmile_number_attr(x, node, "max", &var->range_max);
    dtn_xmile_number_attr(x, node, "step", &var->range_step);
}

static bool is_quiet(const char *tag)
{
    static const char *const tags[] = {"display", "scale",         "format",  "mathml",
                                       "element", "documentation", "connect", "simulation_delay"};

    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (strcmp(tag, tags[i]) == 0)
            return true;
    }
    return false;
}

/* Equation parts. True if the child was one of them. */
static bool read_equation_part(dtn_xmile *x, dtn_var *var, var_parts *parts, const xmlNode *child)
{
    const char *tag = dtn_xmile_tag(child);

    if (strcmp(tag, "eqn") == 0)
        parts->eqn = child;
    else if (strcmp(tag, "init_eqn") == 0)
        parts->init_eqn = child;
    else if (strcmp(tag, "gf") == 0)
        parts->gf = child;
    else if (strcmp(tag, "netflow") == 0)
        parts->netflow = child;
    else if (strcmp(tag, "dimensions") == 0)
        read_var_dims(x, var, parts, child);
    else if (strcmp(tag, "inflow") == 0 || strcmp(tag, "outflow") == 0)
        add_flow(x, var, parts, child);
    else
        return false;
    return true;
}

static void read_var_child(dtn_xmile *x, dtn_model *model, dtn_var *var, var_parts *parts,
                           const xmlNode *child)
{
    const char *tag = dtn_xmile_tag(child), *text;

    if (dtn_xmile_is_vendor(x, child)) {
        if (strcmp(tag, "netflow") == 0)
            parts->netflow = child;
        else if (strcmp(tag, "except") == 0)
            parts->except = child;
        else if (!dtn_xmile_read_belt(x, model, var, child))
            dtn_xmile_ignore(x, child);
    } else if (read_equation_part(x, var, parts, child)) {
        return;
    } else if (strcmp(tag, "doc") == 0) {
        var->doc = dtn_xmile_text(x, child, NULL);
    } else if (strcmp(tag, "units") == 0) {
        text = dtn_xmile_text(x, child, &var->units_pos);
        var->units = text[0] != '\0' ? text : NULL;
    } else if (strcmp(tag, "range") == 0) {
        read_range(x, var, child);
    } else if (strcmp(tag, "non_negative") == 0) {
        var->non_negative = dtn_xmile_flag(x, child);
    } else if (dtn_xmile_read_belt(x, model, var, child)) {
        return;
    } else if (dtn_xmile_is_var_tag(tag)) {
        if (!x->is_repaired)
            dtn_xmile_misplaced(x, child);
    } else if (!is_quiet(tag)) {
        dtn_xmile_ignore(x, child);
    }
}

static void set_kind(const dtn_xmile *x, dtn_var *var, const char *tag)
{
    if (strcmp(tag, "stock") == 0) {
        var->kind = DTN_VAR_STOCK;
        var->non_negative = x->stocks_non_negative;
    } else if (strcmp(tag, "flow") == 0) {
        var->kind = DTN_VAR_FLOW;
        var->non_negative = x->flows_non_negative;
    } else {
        var->kind = strcmp(tag, "gf") == 0 ? DTN_VAR_LOOKUP : DTN_VAR_AUX;
    }
}

/* A stand-alone <gf name="...">: the element is the table itself. */
static void read_gf_children(dtn_xmile *x, dtn_var *var, const xmlNode *node)
{
    const xmlNode *doc = dtn_xmile_child(x, node, "doc");
    const xmlNode *units = dtn_xmile_child(x, node, "units");

    var->doc = doc != NULL ? dtn_xmile_text(x, doc, NULL) : NULL;
    var->units = units != NULL ? dtn_xmile_text(x, units, &var->units_pos) : NULL;
}

/* A stock's rate as an expression, in place of flows. */
static void check_netflow(dtn_xmile *x, const dtn_var *var, const var_parts *parts)
{
    if (parts->netflow != NULL && (var->kind != DTN_VAR_STOCK || var->belt != NULL))
        dtn_diags_add(x->diags, 105, dtn_xmile_pos(x, parts->netflow), "write it into a stock",
                      "'%s' has a <netflow>, but is no plain stock", var->name);
    else if (parts->netflow != NULL && var->n_inflow + var->n_outflow > 0)
        dtn_diags_add(x->diags, 105, dtn_xmile_pos(x, parts->netflow),
                      "write the flows into it, or take it out",
                      "'%s' has a <netflow> beside flows: which one counts?", var->name);
}

bool dtn_xmile_read_var(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    const char *tag = dtn_xmile_tag(node), *name;
    var_parts parts = {0};
    bool is_new = true;
    dtn_var *var;

    if (!dtn_xmile_is_var_tag(tag))
        return false;
    name = dtn_xmile_need_attr(x, node, "name");
    if (name == NULL)
        return true;
    var = dtn_model_add_var(model, dtn_xmile_name(x, name), dtn_xmile_pos(x, node), &is_new);
    if (!is_new) {
        dtn_diags_add(x->diags, 204, dtn_xmile_pos(x, node), "rename or remove one of the two",
                      "variable '%s' is defined twice; the first stands in line %u", var->name,
                      var->pos.line);
        return true;
    }
    set_kind(x, var, tag);
    parts.kind = dtn_xmile_attr(x, node, "kind");
    parts.reads = dtn_xmile_attr(x, node, "reads");
    if (strcmp(tag, "gf") == 0) {
        read_gf_children(x, var, node);
        parts.gf = node;
    } else {
        for (const xmlNode *child = node->children; child != NULL; child = child->next) {
            if (child->type == XML_ELEMENT_NODE) {
                parts.n_element += strcmp(dtn_xmile_tag(child), "element") == 0;
                parts.n_eqn += strcmp(dtn_xmile_tag(child), "eqn") == 0;
                read_var_child(x, model, var, &parts, child);
            }
        }
        dtn_xmile_read_flow_attrs(x, var, node);
    }
    if (parts.n_element == 0 && parts.n_eqn > 1)
        add_equations_in_order(x, model, var, &parts, node);
    else if (parts.n_element > 0 && parts.except == NULL)
        add_element_equations(x, model, var, &parts, node);
    else
        add_equation(x, model, var, &parts, dtn_xmile_pos(x, node));
    if (parts.n_element > 0 && parts.except != NULL)
        add_element_equations(x, model, var, &parts, node);
    check_netflow(x, var, &parts);
    return true;
}

/* ---- Rates of stocks ------------------------------------------------------------ */

static const dtn_sub *sub_of_dim(const dtn_var *stock, const dtn_eqn *eqn, const char *dim)
{
    for (uint32_t p = 0; p < stock->n_dim_key && p < eqn->n_sub; p++)
        if (strcmp(stock->dim_keys[p], dim) == 0)
            return &eqn->subs[p];
    return NULL;
}

/* Does the flow run over a dimension that the stock does not have? */
static bool is_summed(const dtn_var *stock, const dtn_eqn *eqn, const dtn_var *flow)
{
    for (uint32_t p = 0; flow != NULL && p < flow->n_dim_key; p++)
        if (sub_of_dim(stock, eqn, flow->dim_keys[p]) == NULL)
            return true;
    return false;
}

/* The sum over the dimensions that the stock does not have: Stella joins such flows so. */
static dtn_expr *flow_sum(dtn_xmile *x, dtn_model *model, const dtn_var *stock, const dtn_eqn *eqn,
                          const dtn_var *flow)
{
    dtn_expr *expr = dtn_expr_new_name(model, flow->name, eqn->pos);
    dtn_expr *sum = dtn_expr_new(model, DTN_X_CALL, eqn->pos);

    expr->n_sub = flow->n_dim_key;
    expr->subs = DTN_NEW_N(x->arena, dtn_sub, flow->n_dim_key);
    for (uint32_t p = 0; p < flow->n_dim_key; p++) {
        const dtn_sub *own = sub_of_dim(stock, eqn, flow->dim_keys[p]);
        expr->subs[p] =
            own != NULL
                ? *own
                : (dtn_sub){
                      .kind = DTN_SUB_STAR, .pos = eqn->pos, .dim = DTN_NONE, .element = DTN_NONE};
    }
    sum->text = "SUM";
    sum->key = "sum";
    sum->n_arg = 1;
    sum->args = DTN_NEW_N(x->arena, dtn_expr *, 1);
    sum->args[0] = expr;
    return sum;
}

/* A flow's name with the left side's subscripts; none if the flow is known to be scalar. */
static dtn_expr *flow_expr(dtn_xmile *x, dtn_model *model, const dtn_eqn *eqn, const char *name)
{
    dtn_expr *expr = dtn_expr_new_name(model, name, eqn->pos);
    const dtn_var *flow = dtn_model_find_var(model, expr->key);
    bool is_scalar =
        flow != NULL && flow->n_dim_key == 0 && (flow->n_eqn == 0 || flow->eqns[0].n_sub == 0);

    if (eqn->n_sub > 0 && !is_scalar) {
        expr->subs = DTN_NEW_N(x->arena, dtn_sub, eqn->n_sub);
        memcpy(expr->subs, eqn->subs, eqn->n_sub * sizeof *expr->subs);
        expr->n_sub = eqn->n_sub;
    }
    return expr;
}

static dtn_expr *add_term(dtn_model *model, dtn_expr *sum, dtn_op op, dtn_expr *term)
{
    if (sum != NULL)
        return dtn_expr_new_binary(model, op, sum, term);
    if (op == DTN_OP_ADD)
        return term;
    sum = dtn_expr_new_number(model, 0.0, term->pos);
    return dtn_expr_new_binary(model, DTN_OP_SUB, sum, term);
}

/* One term of a stock's rate; of an inflow what reaches the stock, in its unit. */
static dtn_expr *term_of(dtn_xmile *x, dtn_model *model, const dtn_var *stock, const dtn_eqn *eqn,
                         const char *name, bool is_in)
{
    dtn_expr *term = flow_expr(x, model, eqn, name);
    const dtn_var *flow = dtn_model_find_var(model, term->key);

    if (is_summed(stock, eqn, flow))
        term = flow_sum(x, model, stock, eqn, flow);
    return is_in && flow != NULL && flow->multiplier != NULL
               ? dtn_expr_new_binary(model, DTN_OP_MUL, term, flow->multiplier)
               : term;
}

static void make_rate(dtn_xmile *x, dtn_model *model, const dtn_var *var, dtn_eqn *eqn)
{
    dtn_expr *sum = NULL;

    if (eqn->expr != NULL) /* <netflow> */
        return;
    for (uint32_t i = 0; i < var->n_inflow; i++)
        sum = add_term(model, sum, DTN_OP_ADD, term_of(x, model, var, eqn, var->inflows[i], true));
    for (uint32_t i = 0; i < var->n_outflow; i++)
        sum =
            add_term(model, sum, DTN_OP_SUB, term_of(x, model, var, eqn, var->outflows[i], false));
    eqn->expr = sum != NULL ? sum : dtn_expr_new_number(model, 0.0, eqn->pos);
}

/* A flow fills one stock and drains one. What is listed twice is computed as it is written. */
static void check_shared_flows(dtn_xmile *x, const dtn_model *model, bool is_in)
{
    dtn_map first = {0};
    for (uint32_t i = 0; i < model->n_var; i++) {
        const dtn_var *var = &model->vars[i];
        for (uint32_t k = 0; k < (is_in ? var->n_inflow : var->n_outflow); k++) {
            const char *name = (is_in ? var->inflows : var->outflows)[k];
            const char *key = dtn_name_key(x->arena, name, strlen(name));
            const uint32_t other = dtn_map_get(&first, key);
            if (other != DTN_MAP_NONE)
                dtn_diags_add_as(
                    x->diags, DTN_WARNING, 204, var->pos, "give each stock a flow of its own",
                    "the flow '%s' %s '%s' and '%s': what goes through it counts twice", name,
                    is_in ? "fills both" : "drains both", model->vars[other].name, var->name);
            else
                dtn_map_set(&first, x->arena, key, i);
        }
    }
}

void dtn_xmile_finish_stocks(dtn_xmile *x, dtn_model *model)
{
    check_shared_flows(x, model, true);
    check_shared_flows(x, model, false);
    for (size_t i = 0; i < model->n_var; i++) {
        dtn_var *var = &model->vars[i];

        for (size_t k = 0; k < var->n_eqn; k++) {
            if (var->eqns[k].kind == DTN_EQN_STOCK)
                make_rate(x, model, var, &var->eqns[k]);
        }
    }
}
