/* Names inside macros and modules.
 *
 * The equations of an instance are copies of the body's in which every name is given the key of
 * the instance's own variable: "hares.births" for a module, " y>smooth>level" for a macro called
 * by y (no name that a person writes has a key with a leading blank). What is looked up, in this
 * order: a macro's parameters; the body's variables; variables of modules in the body,
 * "sub.name"; names of the root model, written name$ in Vensim's macros and .name in XMILE's
 * modules; then time, dimensions, elements and functions, which all scopes share.
 *
 * A parameter whose argument is a name stands for that name itself, so that tables and arrays
 * can be passed; any other argument becomes a variable. A copied node is never shared with the
 * form as read, because resolving writes into it.
 *
 * Follows the Vensim reference manual ("Macros") and XMILE 1.0, sections 3.6, 4.7 and 4.8.
 */
#include "check/scope.h"
#include "model/functions.h"

#include <string.h>

void dtn_instances_init(dtn_instances *in, dtn_model *model, dtn_diags *diags)
{
    *in = (dtn_instances){.model = model, .diags = diags};
    for (size_t i = 0; i < model->n_dim; i++)
        for (uint32_t e = 0; e < model->dims[i].n_element; e++)
            dtn_map_set(&in->elements, model->arena, model->dims[i].element_keys[e], (uint32_t)i);
}

bool dtn_scope_is_function(const dtn_instances *in, const char *key)
{
    uint32_t fn = dtn_fn_find(in->model->dialect, key);
    return fn != DTN_NONE && dtn_fn_table[fn].max_args > 0;
}

/* ---- Where a name leads --------------------------------------------------------- */

typedef struct target {
    const char *key;    /* in the root model */
    const dtn_var *var; /* of a body, if it is one */
    dtn_expr *arg;      /* a parameter that stands for this */
    bool has_left;
} target;

bool dtn_scope_is_value(const dtn_instances *in, const dtn_scope *scope, const char *key)
{
    const dtn_macro *macro = scope->macro;
    if (!macro || strcmp(key, macro->key) != 0)
        return false;
    const dtn_expr *x = macro->expr;
    return in->model->dialect == DTN_VENSIM ||
           (x && x->kind == DTN_X_NAME && x->n_sub == 0 && strcmp(x->key, key) == 0 &&
            macro->body && dtn_model_find_var(macro->body, key));
}

const char *dtn_scope_key(const dtn_instances *in, const dtn_scope *scope, const char *key)
{
    size_t n = strlen(scope->prefix);
    if (dtn_scope_is_value(in, scope, key)) /* the prefix without its last mark */
        return dtn_arena_strndup(in->model->arena, scope->prefix, n - 1);
    return dtn_arena_printf(in->model->arena, "%s%s", scope->prefix, key);
}

bool dtn_scope_is_number(const dtn_expr *x)
{
    bool is_sign = x && x->kind == DTN_X_UNARY && x->op != DTN_OP_NOT;
    return x && (x->kind == DTN_X_NUMBER || (is_sign && dtn_scope_is_number(x->args[0])));
}

bool dtn_scope_has_left(const dtn_scope *scope, const dtn_var *var)
{
    if (scope->n_left == 0 || var->n_eqn == 0)
        return scope->n_left > 0;
    const dtn_eqn *eqn = &var->eqns[0];
    if (eqn->kind == DTN_EQN_LOOKUP || eqn->kind == DTN_EQN_STRING)
        return false;
    return var->n_eqn > 1 || eqn->kind != DTN_EQN_EXPR || eqn->n_sub > 0 || eqn->init ||
           !dtn_scope_is_number(eqn->expr);
}

/* "a.b.name": the variable `name` of module b of module a of `body`, or NULL. */
static const dtn_var *find_qualified(const dtn_model *body, const char *key)
{
    while (body) {
        const dtn_var *var = dtn_model_find_var(body, key);
        const dtn_model *next = NULL;
        if (var)
            return var;
        for (size_t i = 0; i < body->n_module && !next; i++) {
            size_t n = strlen(body->modules[i].key);
            if (strncmp(key, body->modules[i].key, n) == 0 && key[n] == '.') {
                next = body->modules[i].body;
                key += n + 1;
            }
        }
        body = next;
    }
    return NULL;
}

static bool find_param(const dtn_instances *in, const dtn_scope *scope, const char *key,
                       target *out)
{
    for (uint32_t i = 0; scope->macro && i < scope->macro->n_param; i++) {
        if (strcmp(scope->macro->params[i], key) != 0)
            continue;
        *out = (target){.key = dtn_scope_key(in, scope, key),
                        .arg = scope->args[i],
                        .has_left = scope->n_left > 0 && !scope->is_number[i]};
        return true;
    }
    return false;
}

/* A name that the scope itself gives. NULL scope: the root model. */
static bool find_local(const dtn_instances *in, const dtn_scope *scope, const char *key,
                       target *out)
{
    *out = (target){.key = key};
    if (!scope)
        return dtn_model_find_var(in->model, key) != NULL;
    if (find_param(in, scope, key, out))
        return true;
    const dtn_var *var = find_qualified(scope->body, key);
    size_t n_own = scope->own_key ? strlen(scope->own_key) : 0;
    if (!var && n_own && strncmp(key, scope->own_key, n_own) == 0 && key[n_own] == '.') {
        key += n_own + 1; /* a module that names itself */
        var = find_qualified(scope->body, key);
    }
    if (!var)
        return false;
    *out = (target){.key = dtn_scope_key(in, scope, key),
                    .var = var,
                    .has_left = dtn_scope_has_left(scope, var)};
    return true;
}

/* time_step$ in a macro of Vensim: the model's time_step. */
static bool find_marked(const dtn_instances *in, const char *key, target *out)
{
    size_t n = strlen(key);
    if (in->model->dialect != DTN_VENSIM || n < 2 || key[n - 1] != '$')
        return false;
    n -= 1 + (key[n - 2] == '_');
    const char *plain = dtn_arena_strndup(in->model->arena, key, n);
    *out = (target){.key = plain};
    return dtn_model_find_var(in->model, plain) || strcmp(plain, "time") == 0;
}

static bool is_control(const dtn_instances *in, const char *key)
{
    static const char *const keys[] = {"time_step", "initial_time", "final_time", "saveper"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return dtn_model_find_var(in->model, key) != NULL;
    return false;
}

static bool find_global(const dtn_instances *in, const dtn_scope *scope, const char *key,
                        target *out)
{
    if (key[0] == '.') { /* of the root model */
        *out = (target){.key = key + 1};
        return dtn_model_find_var(in->model, key + 1) != NULL;
    }
    if (!scope->macro)
        return false;
    *out = (target){.key = key};
    return find_marked(in, key, out) || is_control(in, key);
}

/* Dim.element, a position. */
static bool is_own_element(const dtn_instances *in, const char *key)
{
    const char *dot = strchr(key, '.');
    const dtn_dim *dim =
        dot ? dtn_model_find_dim(in->model,
                                 dtn_arena_strndup(in->model->arena, key, (size_t)(dot - key)))
            : NULL;
    return dim && dtn_map_get(&dim->index, dot + 1) != DTN_MAP_NONE;
}

/* What every scope knows. */
static bool is_shared(const dtn_instances *in, const char *key)
{
    uint32_t fn = dtn_fn_find(in->model->dialect, key);
    return strcmp(key, "time") == 0 || dtn_model_find_dim(in->model, key) ||
           is_own_element(in, key) || dtn_map_get(&in->elements, key) != DTN_MAP_NONE ||
           (fn != DTN_NONE && dtn_fn_table[fn].min_args == 0);
}

/* ---- Copies ----------------------------------------------------------------------- */

typedef struct cloner {
    dtn_instances *in;
    const dtn_scope *scope; /* NULL: a plain copy */
    bool in_array;          /* inside an array function: a whole array is all of its elements */
} cloner;

static dtn_expr *clone(cloner *c, const dtn_expr *x);

static dtn_expr *copy_node(cloner *c, const dtn_expr *x)
{
    dtn_expr *out = DTN_NEW(c->in->model->arena, dtn_expr);
    *out = *x;
    out->ref = DTN_REF_NONE;
    out->id = DTN_NONE;
    return out;
}

static const dtn_macro *macro_of(const dtn_scope *scope)
{
    while (scope && !scope->macro)
        scope = scope->outer;
    return scope ? scope->macro : NULL;
}

/* Names of modules are left to the resolver; those of macros are told here, once for all calls. */
static dtn_expr *unknown_name(cloner *c, const dtn_expr *x)
{
    dtn_instances *in = c->in;
    const dtn_macro *macro = macro_of(c->scope);
    dtn_expr *out = copy_node(c, x);
    if (!macro) {
        out->key = dtn_scope_key(in, c->scope, x->key);
        return out;
    }
    const char *what = dtn_arena_printf(in->model->arena, "%s %s", macro->key, x->key);
    if (dtn_map_get(&in->reported, what) == DTN_MAP_NONE) {
        bool outside = dtn_model_find_var(in->model, x->key) != NULL;
        dtn_map_set(&in->reported, in->model->arena, what, 0);
        dtn_diags_add(in->diags, 201, x->pos,
                      !outside ? "define it inside the macro, or make it a parameter"
                      : in->model->dialect == DTN_VENSIM
                          ? "a macro sees its own names only: pass it, or write it with a '$' "
                            "behind for the model's variable"
                          : "a macro sees its own names only: pass it as a parameter",
                      "unknown variable '%s' in the macro '%s'", x->text, macro->name);
    }
    out->kind = DTN_X_NUMBER; /* resolving goes on for the rest */
    return out;
}

/* a[i] with a variable i: as a name it would be looked for in the root model. */
static void clone_sub(cloner *c, const dtn_sub *sub, dtn_sub *out)
{
    dtn_instances *in = c->in;
    target t;
    *out = *sub;
    out->dim = out->element = DTN_NONE;
    out->expr = sub->expr ? clone(c, sub->expr) : NULL;
    out->expr2 = sub->expr2 ? clone(c, sub->expr2) : NULL;
    bool is_name = sub->kind == DTN_SUB_NAME && c->scope && !sub->bang && sub->key &&
                   in->model->dialect == DTN_XMILE;
    if (!is_name || dtn_model_find_dim(in->model, sub->key) ||
        dtn_map_get(&in->elements, sub->key) != DTN_MAP_NONE ||
        !find_local(in, c->scope, sub->key, &t))
        return;
    dtn_expr name = {.kind = DTN_X_NAME, .text = sub->text, .key = sub->key, .pos = sub->pos};
    out->kind = DTN_SUB_EXPR;
    out->expr = clone(c, &name);
}

dtn_sub *dtn_scope_clone_subs(dtn_instances *in, const dtn_scope *scope, const dtn_sub *subs,
                              uint32_t n)
{
    cloner c = {.in = in, .scope = scope};
    dtn_sub *out = n ? DTN_NEW_N(in->model->arena, dtn_sub, n) : NULL;
    for (uint32_t i = 0; i < n; i++)
        clone_sub(&c, &subs[i], &out[i]);
    return out;
}

/* A bare array of XMILE beside a left side: its own dimensions have to be written then. */
static uint32_t own_dims(cloner *c, const dtn_var *var, dtn_sub *out, dtn_pos pos)
{
    for (uint32_t p = 0; out && p < var->n_dim_key; p++)
        out[p] = (dtn_sub){.kind = c->in_array ? DTN_SUB_STAR : DTN_SUB_NAME,
                           .pos = pos,
                           .text = c->in_array ? NULL : var->dim_keys[p],
                           .key = c->in_array ? NULL : var->dim_keys[p],
                           .dim = DTN_NONE,
                           .element = DTN_NONE};
    return var->n_dim_key;
}

/* Subscripts of a reference: the left side's ranges, then those written. */
static void set_subs(cloner *c, const dtn_expr *x, const target *t, dtn_expr *out)
{
    const dtn_scope *s = c->scope;
    uint32_t n_left = t->has_left ? s->n_left : 0, n = x->n_sub;
    bool is_bare = n_left > 0 && n == 0 && t->var && t->var->n_dim_key > 0;
    if (is_bare)
        n = own_dims(c, t->var, NULL, x->pos);
    out->n_sub = n_left + n;
    out->subs = out->n_sub ? DTN_NEW_N(c->in->model->arena, dtn_sub, out->n_sub) : NULL;
    for (uint32_t i = 0; i < n_left; i++) {
        out->subs[i] = s->left[i];
        out->subs[i].pos = x->pos;
    }
    if (is_bare)
        own_dims(c, t->var, out->subs + n_left, x->pos);
    for (uint32_t i = 0; i < x->n_sub; i++)
        clone_sub(c, &x->subs[i], &out->subs[n_left + i]);
}

/* The argument in place of the parameter: its own subscripts, or those of the reference. */
static dtn_expr *put_argument(cloner *c, const dtn_expr *x, const dtn_expr *arg)
{
    cloner plain = {.in = c->in};
    dtn_expr *out = clone(&plain, arg);
    if (x->n_sub == 0)
        return out;
    if (arg->kind != DTN_X_NAME || arg->n_sub > 0) {
        dtn_diags_add(c->in->diags, 206, x->pos, "pass the whole array: its name alone",
                      "'%s' is used with subscripts, but what is passed for it has its own",
                      x->text);
        return out;
    }
    out->n_sub = x->n_sub;
    out->subs = DTN_NEW_N(c->in->model->arena, dtn_sub, x->n_sub);
    for (uint32_t i = 0; i < x->n_sub; i++)
        clone_sub(c, &x->subs[i], &out->subs[i]);
    return out;
}

static dtn_expr *clone_name(cloner *c, const dtn_expr *x)
{
    target t;
    dtn_instances *in = c->in;
    if (!find_local(in, c->scope, x->key, &t) && !find_global(in, c->scope, x->key, &t)) {
        const bool is_self = in->model->dialect == DTN_XMILE && strcmp(x->key, "self") == 0;
        if (!is_self && (x->n_sub > 0 || !is_shared(in, x->key)))
            return unknown_name(c, x);
        dtn_expr *same = copy_node(c, x);
        same->subs = dtn_scope_clone_subs(in, c->scope, x->subs, x->n_sub);
        return same;
    }
    if (t.arg)
        return put_argument(c, x, t.arg);
    dtn_expr *out = copy_node(c, x);
    out->key = t.key;
    set_subs(c, x, &t, out);
    return out;
}

static bool is_macro(const dtn_model *m, const char *key)
{
    for (size_t i = 0; i < m->n_macro; i++)
        if (strcmp(m->macros[i].key, key) == 0)
            return true;
    return false;
}

/* A module's input may become a table by its connection, so anything that is not callable by
 * itself is taken for one here. */
static bool is_table(const dtn_instances *in, const char *key, const dtn_var *var)
{
    if (var && var->n_eqn > 0 && var->eqns[0].kind == DTN_EQN_LOOKUP)
        return true;
    return var && !dtn_scope_is_function(in, key) && !is_macro(in->model, key);
}

/* A table of the scope's own, or one that a parameter stands for; everything else that is
 * called, functions and macros, has the same name in all scopes. */
static void rename_call(cloner *c, const dtn_expr *x, dtn_expr *out)
{
    target t;
    bool own = find_local(c->in, c->scope, x->key, &t) && (t.arg || is_table(c->in, x->key, t.var));
    if (!own && !(c->scope->macro && find_marked(c->in, x->key, &t)) &&
        !(x->key[0] == '.' && find_global(c->in, c->scope, x->key, &t)))
        return;
    if (t.arg && t.arg->kind != DTN_X_NAME) {
        dtn_diags_add(c->in->diags, 212, x->pos, "pass the name of a lookup",
                      "'%s' is called, but what is passed for it is not the name of a lookup",
                      x->text);
        return;
    }
    if (t.arg) {
        dtn_expr *name = put_argument(c, x, t.arg);
        out->key = name->key;
        out->subs = name->subs;
        out->n_sub = name->n_sub;
    } else {
        out->key = t.key;
        set_subs(c, x, &t, out);
    }
}

static dtn_expr *clone(cloner *c, const dtn_expr *x)
{
    if (x->kind == DTN_X_NAME && c->scope)
        return clone_name(c, x);
    dtn_expr *out = copy_node(c, x);
    bool outer = c->in_array;
    if (x->n_sub)
        out->subs = dtn_scope_clone_subs(c->in, c->scope, x->subs, x->n_sub);
    if (x->kind == DTN_X_CALL) {
        uint32_t fn = dtn_fn_find(c->in->model->dialect, x->key);
        if (c->scope)
            rename_call(c, x, out);
        c->in_array |= fn != DTN_NONE && dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY;
    }
    out->args = x->n_arg ? DTN_NEW_N(c->in->model->arena, dtn_expr *, x->n_arg) : NULL;
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = clone(c, x->args[i]);
    c->in_array = outer;
    return out;
}

dtn_expr *dtn_scope_clone(dtn_instances *in, const dtn_scope *scope, const dtn_expr *x)
{
    cloner c = {.in = in, .scope = scope};
    return x ? clone(&c, x) : NULL;
}

dtn_expr *dtn_scope_source(dtn_instances *in, const dtn_scope *scope, const char *key, dtn_pos pos)
{
    target t;
    dtn_expr name = {.kind = DTN_X_NAME, .text = key, .key = key, .pos = pos};
    cloner c = {.in = in, .scope = scope};
    name.key += key[0] == '.'; /* ".name": of the model around the module */
    bool found = find_local(in, scope, name.key, &t);
    if (!found && dtn_model_find_var(in->model, name.key)) {
        c.scope = NULL; /* written from the root model on */
        found = true;
    }
    return found ? clone(&c, &name) : NULL;
}
