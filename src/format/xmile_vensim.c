/* XMILE by Vensim and its converter xmutil: what they write with another meaning than the standard.
 *
 *   Both         INT(x), which is INTEGER and cuts off
 *   Vensim only  PULSE(start, width); TIME_STEP, INITIAL_TIME, FINAL_TIME;
 *                <dt> TIME_STEP=1</dt> (in xmile_head.c);
 *                <stock><eqn>x = DELAY_FIXED(...)</eqn>, a variable that is no stock;
 *                equations in Vensim's notation: f(a : b), :NA:, x[Dim!], names with blanks, TIME STEP$ in a macro;
 *                vensim:kind="data" or "string", whose <eqn> begins with :RAW:, :IS: ...;
 *                vensim:netflow, :rc, :except, :members, :map, <dim> inside of <dim>
 *
 * Source: files of Vensim 7 and 8 and of xmutil; for the elements of its own what Ventana has published of its writer
 * beside its proposals for the standard (2026).
 */
#include "format/mdl.h"
#include "format/translate.h"
#include "format/xmile.h"

#include <string.h>

typedef struct context {
    dtn_model *model;
    const dtn_xmile *x;
} context;

/* There is no second pulse: its period is longer than any run. */
static void pulse_to_train(dtn_model *model, dtn_expr *x)
{
    dtn_expr **args = DTN_NEW_N(model->arena, dtn_expr *, 4);
    args[0] = x->args[0];
    args[1] = x->args[1];
    args[2] = args[3] = dtn_make_number(model, 1e30);
    x->text = "PULSE TRAIN";
    x->key = "pulse_train";
    x->n_arg = 4;
    x->args = args;
}

/* TIME_STEP; in a macro with the mark of the model's names, TIME STEP$. */
static void rename_time(const context *c, dtn_expr *x)
{
    static const char *const names[][2] = {{"time_step", "dt"},
                                           {"initial_time", "starttime"},
                                           {"final_time", "stoptime"},
                                           {"time", "time"}};
    size_t n = strlen(x->key);
    const bool is_marked = n > 1 && x->key[n - 1] == '$';
    n -= is_marked ? 1u + (x->key[n - 2] == '_') : 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i][0]) == n && strncmp(x->key, names[i][0], n) == 0 &&
            (is_marked || i > 0 || !c->x->has_own_dt))
            x->text = x->key = names[i][1];
}

static void standardise(dtn_expr *x, void *ctx)
{
    const context *c = ctx;
    if (x->kind == DTN_X_CALL && strcmp(x->key, "int") == 0)
        x->key = "integer";
    if (!c->x->is_vensim_itself)
        return;
    if (x->kind == DTN_X_CALL && strcmp(x->key, "pulse") == 0 && x->n_arg == 2)
        pulse_to_train(c->model, x);
    else if (x->kind == DTN_X_NAME && x->n_sub == 0)
        rename_time(c, x);
}

static dtn_expr *read_quietly(dtn_model *model, dtn_dialect dialect, const char *text, dtn_pos at)
{
    dtn_diags quiet;
    dtn_diags_init(&quiet);
    dtn_expr *expr = dtn_expr_read(model, dialect, text, strlen(text), at, &quiet);
    const bool is_good = quiet.n_error == 0;
    dtn_diags_free(&quiet);
    return is_good ? expr : NULL;
}

/* Stella's ALLOCATE(available, Dim, request[Dim.*], priority[Dim.*], width) is Vensim's ALLOCATE BY PRIORITY, which
 * names the range on the left side. */
static void allocate(dtn_expr *e, void *ctx)
{
    const context *c = ctx;
    const dtn_dim *dim = NULL;
    if (e->kind != DTN_X_CALL || e->n_arg != 5 || strcmp(e->key, "allocate") != 0)
        return;
    for (size_t i = 0; i < c->x->root->n_macro; i++)
        if (strcmp(c->x->root->macros[i].key, e->key) == 0)
            return;
    if (e->args[1]->kind == DTN_X_NAME)
        dim = dtn_model_find_dim(c->x->root, e->args[1]->key);
    if (dim == NULL)
        return;
    for (uint32_t i = 2; i < 4; i++)
        for (uint32_t p = 0; p < e->args[i]->n_sub; p++)
            if (e->args[i]->subs[p].kind == DTN_SUB_STAR)
                e->args[i]->subs[p] = dtn_sub_named(dim->name, dim->key, e->args[i]->subs[p].pos);
    dtn_expr **args = DTN_NEW_N(c->model->arena, dtn_expr *, 5);
    args[0] = e->args[2];
    args[1] = e->args[3];
    args[2] = dtn_make_number(c->model, dim->n_element);
    args[3] = e->args[4];
    args[4] = e->args[0];
    e->text = "ALLOCATE BY PRIORITY";
    e->key = "allocate_by_priority";
    e->args = args;
}

dtn_expr *dtn_xmile_read_expr(dtn_xmile *x, dtn_model *model, const char *text, dtn_pos at)
{
    context c = {model, x};
    dtn_expr *expr = NULL;
    if (x->is_vensim_itself) {
        expr = read_quietly(model, DTN_XMILE, text, at);
        if (expr == NULL) {
            expr = read_quietly(model, DTN_VENSIM, text, at);
            x->root->has_vensim_text |= expr != NULL;
        }
    }
    if (expr == NULL)
        expr = dtn_expr_read(model, DTN_XMILE, text, strlen(text), at, x->diags);
    if (expr != NULL)
        dtn_expr_walk(expr, allocate, &c);
    if (expr != NULL && x->is_by_vensim)
        dtn_expr_walk(expr, standardise, &c);
    return expr;
}

void dtn_xmile_own_time_step(const dtn_xmile *x, const dtn_var *var, dtn_expr *expr)
{
    if (x->has_own_dt && expr != NULL && expr->kind == DTN_X_NAME &&
        strcmp(var->key, "time_step") == 0 && strcmp(expr->key, "dt") == 0)
        expr->kind = DTN_X_CALL; /* the function, not the variable */
}

/* ---- What it says in its own notation ------------------------------------------------- */

static const char *quoted(dtn_xmile *x, const char *name)
{
    return name[0] == '"' ? name : dtn_arena_printf(x->arena, "\"%s\"", name);
}

void dtn_xmile_read_vensim_eqn(dtn_xmile *x, dtn_model *model, const dtn_var *var,
                               const dtn_sub *subs, uint32_t n_sub, const char *head,
                               const xmlNode *eqn, dtn_pos at)
{
    dtn_xmile_buffer out = {0};
    const char *text = eqn != NULL ? dtn_xmile_text(x, eqn, &at) : "";
    dtn_xmile_append(x, &out, quoted(x, var->name));
    for (uint32_t i = 0; i < n_sub; i++) {
        dtn_xmile_append(x, &out, i > 0 ? "," : "[");
        dtn_xmile_append(x, &out, quoted(x, subs[i].text));
    }
    dtn_xmile_append(x, &out, n_sub > 0 ? "] " : " ");
    dtn_xmile_append(x, &out, head);
    dtn_xmile_append(x, &out, text);
    dtn_xmile_append(x, &out, "~~|");
    x->root->has_vensim_text = true;
    dtn_mdl_read_piece(x->root, model, out.text, at, x->diags);
}

static const xmlNode *own_child(const dtn_xmile *x, const xmlNode *node, const char *tag)
{
    for (const xmlNode *c = node->children; c != NULL; c = c->next)
        if (c->type == XML_ELEMENT_NODE && dtn_xmile_is_vendor(x, c) &&
            strcmp(dtn_xmile_tag(c), tag) == 0)
            return c;
    return NULL;
}

static bool is_key_of(dtn_xmile *x, const char *name, const char *key)
{
    return name != NULL && strcmp(dtn_name_key(x->arena, name, strlen(name)), key) == 0;
}

/* Is that an element of the dimension, or a dimension inside of it? */
static bool holds_name(dtn_xmile *x, const xmlNode *dim, const char *key)
{
    for (const xmlNode *c = dim->children; c != NULL; c = c->next)
        if ((dtn_xmile_is(x, c, "elem") || dtn_xmile_is(x, c, "dim")) &&
            is_key_of(x, dtn_xmile_attr(x, c, "name"), key))
            return true;
    return false;
}

/* A mapping names elements only: the dimension is the one that has them. */
static const xmlNode *target_of(dtn_xmile *x, const xmlNode *from, const char *to)
{
    const xmlNode *top = from;
    const char *key = dtn_name_key(x->arena, to, strlen(to));
    while (!dtn_xmile_is(x, top, "dimensions") && top->parent != NULL)
        top = top->parent;
    for (const xmlNode *dim = top->children; dim != NULL; dim = dtn_xmile_next(top, dim))
        if (dim != from && dtn_xmile_is(x, dim, "dim") && holds_name(x, dim, key))
            return dim;
    return NULL;
}

static const char *map_target(dtn_xmile *x, const xmlNode *node, const char *element)
{
    const char *key = dtn_name_key(x->arena, element, strlen(element));
    for (const xmlNode *c = node->children; c != NULL; c = c->next)
        if (c->type == XML_ELEMENT_NODE && strcmp(dtn_xmile_tag(c), "map") == 0 &&
            is_key_of(x, dtn_xmile_attr(x, c, "from"), key))
            return dtn_xmile_attr(x, c, "to");
    return NULL;
}

/* -> ("City": "East", "West"), the targets in the order of the elements. */
static void append_mapping(dtn_xmile *x, dtn_xmile_buffer *out, const xmlNode *node)
{
    const xmlNode *first = own_child(x, node, "map"), *dim;
    const char *to = first != NULL ? dtn_xmile_attr(x, first, "to") : NULL, *between = ": ";
    dim = to != NULL ? target_of(x, node, to) : NULL;
    const char *name = dim != NULL ? dtn_xmile_attr(x, dim, "name") : NULL;
    if (first != NULL && name == NULL)
        dtn_diags_add(x->diags, 205, dtn_xmile_pos(x, first), "define it, or correct its name",
                      "no dimension has the element '%s' that is mapped to", to ? to : "");
    if (name == NULL)
        return;
    dtn_xmile_append(x, out, " -> (");
    dtn_xmile_append(x, out, quoted(x, name));
    for (const xmlNode *c = node->children; c != NULL; c = c->next) {
        const char *element = dtn_xmile_is(x, c, "elem") ? dtn_xmile_attr(x, c, "name") : NULL;
        to = element != NULL ? map_target(x, node, element) : NULL;
        if (to == NULL)
            continue;
        dtn_xmile_append(x, out, between);
        dtn_xmile_append(x, out, quoted(x, dtn_xmile_name(x, to)));
        between = ", ";
    }
    dtn_xmile_append(x, out, ")");
}

static void append_elements(dtn_xmile *x, dtn_xmile_buffer *out, const xmlNode *node)
{
    const char *between = "";
    for (const xmlNode *c = node->children; c != NULL; c = c->next) {
        const char *element = dtn_xmile_is(x, c, "elem") ? dtn_xmile_attr(x, c, "name") : NULL;
        if (element == NULL)
            continue;
        dtn_xmile_append(x, out, between);
        dtn_xmile_append(x, out, quoted(x, dtn_xmile_name(x, element)));
        between = ", ";
    }
}

/* City <-> Place; City: members -> mapping. */
bool dtn_xmile_read_vensim_dim(dtn_xmile *x, const xmlNode *node, const char *name)
{
    const xmlNode *members = own_child(x, node, "members"), *outer = node->parent;
    const char *kind = dtn_xmile_attr(x, node, "kind");
    const bool has_elements = dtn_xmile_child(x, node, "elem") != NULL;
    const bool is_alias = !has_elements && members == NULL && kind != NULL &&
                          dtn_xmile_is(x, outer, "dim") && dtn_xmile_attr(x, outer, "name") != NULL;
    const bool has_map = own_child(x, node, "map") != NULL;
    dtn_xmile_buffer out = {0};
    dtn_pos at = dtn_xmile_pos(x, node);
    if (!is_alias && members == NULL && !(has_map && has_elements))
        return false;
    dtn_xmile_append(x, &out, quoted(x, dtn_xmile_name(x, name)));
    dtn_xmile_append(x, &out, is_alias && strcmp(kind, "equivalent") == 0 ? " <-> " : ": ");
    if (is_alias)
        dtn_xmile_append(x, &out, quoted(x, dtn_xmile_name(x, dtn_xmile_attr(x, outer, "name"))));
    else if (members != NULL && !has_map)
        dtn_xmile_append(x, &out, dtn_xmile_text(x, members, &at));
    else
        append_elements(x, &out, node);
    append_mapping(x, &out, node);
    dtn_xmile_append(x, &out, " ~~|");
    x->root->has_vensim_text = true;
    dtn_mdl_read_piece(x->root, x->root, out.text, at, x->diags);
    return true;
}

dtn_expr *dtn_xmile_own_equation(const dtn_xmile *x, const dtn_var *var, const dtn_expr *expr)
{
    if (!x->is_vensim_itself || expr == NULL || expr->kind != DTN_X_BINARY ||
        expr->op != DTN_OP_EQ || expr->args[0]->kind != DTN_X_NAME ||
        strcmp(expr->args[0]->key, var->key) != 0)
        return NULL;
    return expr->args[1];
}
