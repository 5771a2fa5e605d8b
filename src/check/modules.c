/* Instances of modules, and what they share with those of macros: copies of a body's variables
 * laid into the root model.
 *
 * A module's variables become variables of the root named "module.name"; a connection makes the
 * one inside an alias of the one outside, with its dimensions, or of the table that it is. The
 * form as read stays as it was: bodies are copied (scope.c), and variables made here are marked
 * is_instance. Only a variable of the root that a connection leads to gets another equation; a
 * placeholder stood there.
 *
 * Not done: models in files of their own.
 * Follows XMILE 1.0, sections 3.7.4 and 4.7, and what isee's programs write.
 */
#include "check/check.h"
#include "check/instance.h"

#include <string.h>

/* ---- Variables --------------------------------------------------------------------- */

const dtn_scope *dtn_maker_scope(const dtn_maker *k, uint32_t var)
{
    return var < k->cap_scope ? k->scope_of[var] : NULL;
}

void dtn_maker_set_scope(dtn_maker *k, uint32_t var, const dtn_scope *scope)
{
    if (var >= k->cap_scope) {
        size_t cap = 2 * (size_t)var + 64;
        const dtn_scope **wider = DTN_NEW_N(k->in.model->arena, const dtn_scope *, cap);
        if (k->cap_scope)
            memcpy(wider, k->scope_of, k->cap_scope * sizeof *wider);
        k->scope_of = wider;
        k->cap_scope = cap;
    }
    k->scope_of[var] = scope;
}

/* Adds `var`, whose key no variable has yet. */
uint32_t dtn_maker_add_var(dtn_maker *k, dtn_var var)
{
    dtn_model *m = k->in.model;
    var.id = (uint32_t)m->n_var;
    var.group = DTN_NONE;
    var.is_instance = true;
    var.is_control = false;
    DTN_PUSH(m->arena, m->vars, m->n_var, m->cap_var, var);
    dtn_map_set(&m->var_index, m->arena, var.key, var.id);
    k->in.n_added++;
    return var.id;
}

bool dtn_maker_is_full(dtn_maker *k, size_t more, dtn_pos pos)
{
    if (k->in.n_added + more <= DTN_MAX_INSTANCE_VARS)
        return false;
    if (dtn_map_get(&k->in.reported, "full") == DTN_MAP_NONE) {
        dtn_map_set(&k->in.reported, k->in.model->arena, "full", 0);
        dtn_diags_add(k->in.diags, 501, pos, "use fewer calls, or macros that are not as nested",
                      "macros and modules make more than %d variables", DTN_MAX_INSTANCE_VARS);
    }
    return true;
}

/* "[left..., own...]" */
dtn_sub *dtn_maker_with_left(dtn_maker *k, const dtn_scope *s, const dtn_sub *own, uint32_t n_own)
{
    if (s->n_left + n_own == 0)
        return NULL;
    dtn_sub *out = DTN_NEW_N(k->in.model->arena, dtn_sub, s->n_left + n_own);
    if (s->n_left)
        memcpy(out, s->left, s->n_left * sizeof *out);
    if (n_own)
        memcpy(out + s->n_left, own, n_own * sizeof *out);
    return out;
}

/* What the left side leaves out, over all own elements; and what the body's equation leaves out,
 * over all of the left side. */
static void join_excepts(dtn_maker *k, const dtn_scope *s, const dtn_eqn *from, dtn_eqn *out)
{
    uint32_t n = s->n_except + from->n_except;
    dtn_scope outside = *s;
    out->excepts = n ? DTN_NEW_N(k->in.model->arena, dtn_sub *, n) : NULL;
    for (uint32_t i = 0; i < s->n_except; i++) {
        outside.left = s->excepts[i];
        out->excepts[i] = dtn_maker_with_left(k, &outside, out->subs + s->n_left, from->n_sub);
    }
    for (uint32_t i = 0; i < from->n_except; i++)
        out->excepts[s->n_except + i] = dtn_maker_with_left(
            k, s, dtn_scope_clone_subs(&k->in, s, from->excepts[i], from->n_sub), from->n_sub);
    out->n_except = n;
}

static dtn_eqn clone_eqn(dtn_maker *k, const dtn_scope *s, const dtn_eqn *eqn, bool has_left)
{
    dtn_scope none = *s;
    none.n_left = none.n_except = 0;
    const dtn_scope *left = has_left ? s : &none;
    dtn_eqn out = *eqn;
    dtn_sub *own = dtn_scope_clone_subs(&k->in, s, eqn->subs, eqn->n_sub);
    out.subs = dtn_maker_with_left(k, left, own, eqn->n_sub);
    out.n_sub = left->n_left + eqn->n_sub;
    join_excepts(k, left, eqn, &out);
    out.expr = dtn_scope_clone(&k->in, s, eqn->expr);
    out.init = dtn_scope_clone(&k->in, s, eqn->init);
    return out;
}

/* A unit inside a macro may name a parameter: it is that of the argument, and is inferred. */
static bool names_param(const dtn_maker *k, const dtn_macro *macro, const char *units)
{
    while (*units) {
        size_t n = strcspn(units, "*/()^");
        const char *key = dtn_name_key(k->in.model->arena, units, n);
        if (n > 0 && strchr(key, '$'))
            return true;
        for (uint32_t i = 0; i < macro->n_param; i++)
            if (strcmp(macro->params[i], key) == 0)
                return true;
        units += n + (units[n] != '\0');
    }
    return false;
}

static const dtn_scope *macro_scope(const dtn_scope *scope)
{
    while (scope && !scope->macro)
        scope = scope->outer;
    return scope;
}

const char *dtn_maker_name(const dtn_maker *k, const dtn_scope *s, const char *name, bool is_value)
{
    dtn_arena *arena = k->in.model->arena;
    if (!macro_scope(s))
        return dtn_arena_printf(arena, "%s%s", s->name_prefix, name);
    if (is_value)
        return dtn_arena_printf(arena, "#%.*s#", (int)strlen(s->name_prefix) - 1, s->name_prefix);
    return dtn_arena_printf(arena, "#%s%s#", s->name_prefix, name);
}

/* Dimensions as declared, with the left side's before them. */
static void set_dim_keys(dtn_maker *k, const dtn_scope *s, const dtn_var *from, dtn_var *out)
{
    uint32_t n = s->n_left + from->n_dim_key;
    if (s->n_left == 0 || from->n_dim_key == 0)
        return; /* as they are; without any, the left side's subscripts say it */
    out->dim_keys = DTN_NEW_N(k->in.model->arena, const char *, n);
    for (uint32_t p = 0; p < s->n_left; p++)
        out->dim_keys[p] = s->left[p].key;
    memcpy(out->dim_keys + s->n_left, from->dim_keys, from->n_dim_key * sizeof *out->dim_keys);
    out->n_dim_key = n;
}

/* One dimension twice, or (false) more than a variable can have. */
static bool check_dims(dtn_maker *k, const dtn_scope *s, const dtn_var *var)
{
    uint32_t n_own = var->n_eqn > 0 ? var->eqns[0].n_sub : var->n_dim_key;
    bool twice = false;
    for (uint32_t p = 0; p < s->n_left; p++)
        for (uint32_t q = 0; q < n_own && var->n_eqn > 0; q++)
            twice = twice || (var->eqns[0].subs[q].key &&
                              strcmp(var->eqns[0].subs[q].key, s->left[p].key) == 0);
    if (!twice && s->n_left + n_own <= DTN_MAX_DIMS)
        return true;
    dtn_diags_add(k->in.diags, 501, var->pos, "call it for single elements",
                  "'%s' is an array inside the macro '%s', and the macro is called over a range "
                  "%s",
                  var->name, macro_scope(s)->macro->name,
                  twice ? "of the same name" : "as well: too many dimensions");
    return s->n_left + n_own <= DTN_MAX_DIMS;
}

/* What hangs on conveyors, queues and ovens, with names as the root has them. */
static void clone_belt(dtn_maker *k, const dtn_scope *s, dtn_var *var)
{
    dtn_arena *arena = k->in.model->arena;
    if (var->belt) {
        dtn_belt *belt = DTN_NEW(arena, dtn_belt);
        *belt = *var->belt;
        dtn_expr **parts[] = {&belt->len,    &belt->capacity,  &belt->in_limit,  &belt->sample,
                              &belt->arrest, &belt->fill_time, &belt->clean_time};
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            *parts[i] = dtn_scope_clone(&k->in, s, *parts[i]);
        var->belt = belt;
    }
    if (var->leak) {
        dtn_leak *leak = DTN_NEW(arena, dtn_leak);
        *leak = *var->leak;
        leak->fraction = dtn_scope_clone(&k->in, s, leak->fraction);
        var->leak = leak;
    }
    if (var->spread) {
        dtn_spread_flow *spread = DTN_NEW(arena, dtn_spread_flow);
        *spread = *var->spread;
        spread->profile = dtn_scope_clone(&k->in, s, spread->profile);
        var->spread = spread;
    }
    var->multiplier = dtn_scope_clone(&k->in, s, var->multiplier);
}

static void copy_var(dtn_maker *k, const dtn_scope *s, const dtn_var *from)
{
    dtn_model *m = k->in.model;
    const dtn_scope *inside = macro_scope(s);
    const char *key = dtn_scope_key(&k->in, s, from->key);
    const dtn_var *taken = dtn_model_find_var(m, key);
    if (taken) {
        dtn_diags_add(k->in.diags, 210, taken->pos, "rename the variable or the module",
                      "'%s' is also the name of a variable inside a module", taken->name);
        return;
    }
    bool has_left = dtn_scope_has_left(s, from);
    if (has_left && !check_dims(k, s, from))
        return;
    dtn_var var = *from;
    bool is_value = dtn_scope_is_value(&k->in, s, from->key);
    var.key = key;
    var.name = dtn_maker_name(k, s, from->name, is_value);
    var.eqns = from->n_eqn ? DTN_NEW_N(m->arena, dtn_eqn, from->n_eqn) : NULL;
    var.cap_eqn = from->n_eqn;
    for (size_t i = 0; i < from->n_eqn; i++)
        var.eqns[i] = clone_eqn(k, s, &from->eqns[i], has_left);
    clone_belt(k, s, &var);
    if (has_left)
        set_dim_keys(k, s, from, &var);
    var.overlay = s->overlay;
    var.is_hidden = inside != NULL;
    if (inside && var.units && names_param(k, inside->macro, var.units))
        var.units = NULL;
    dtn_maker_set_scope(k, dtn_maker_add_var(k, var), s);
}

/* ---- Modules ------------------------------------------------------------------------- */

static void add_modules(dtn_maker *k, const dtn_scope *outer, const dtn_model *body);

static bool is_param(const dtn_macro *macro, const char *key)
{
    for (uint32_t i = 0; macro && i < macro->n_param; i++)
        if (strcmp(macro->params[i], key) == 0)
            return true;
    return false;
}

void dtn_maker_add_body(dtn_maker *k, const dtn_scope *s)
{
    for (size_t i = 0; i < s->body->n_var; i++)
        if (!is_param(s->macro, s->body->vars[i].key)) /* some writers list parameters too */
            copy_var(k, s, &s->body->vars[i]);
    add_modules(k, s, s->body);
}

static bool is_inside(const dtn_scope *s, const dtn_model *body)
{
    for (; s; s = s->outer)
        if (s->body == body)
            return true;
    return false;
}

/* Can it be laid out at all? */
static bool check_module(dtn_maker *k, const dtn_scope *outer, const dtn_module *module)
{
    dtn_model *m = k->in.model;
    if (!module->body) {
        dtn_diags_add(k->in.diags, 502, module->pos, "put its model into this file",
                      "the file has no model '%s' for the module '%s'",
                      module->model_key ? module->model_key : module->name, module->name);
        return false;
    }
    if (outer && outer->depth >= DTN_MAX_INSTANCE_DEPTH) {
        dtn_diags_add(k->in.diags, 502, module->pos, "put some of them side by side",
                      "modules are nested more than %d deep", DTN_MAX_INSTANCE_DEPTH);
        return false;
    }
    if (module->body == m || is_inside(outer, module->body)) {
        dtn_diags_add(k->in.diags, 502, module->pos, "take one of the modules out",
                      "the module '%s' contains itself", module->name);
        return false;
    }
    return !dtn_maker_is_full(k, module->body->n_var, module->pos);
}

/* Where the one module of that name is, anywhere in the model; two of a name are told apart by their place only. */
static void note_place(dtn_maker *k, const char *key, const char *prefix)
{
    const uint32_t old = dtn_map_get(&k->place_index, key);
    if (old != DTN_MAP_NONE) {
        k->places[old] = NULL;
        return;
    }
    dtn_map_set(&k->place_index, k->in.model->arena, key, (uint32_t)k->n_place);
    DTN_PUSH(k->in.model->arena, k->places, k->n_place, k->cap_place, prefix);
}

/* Stella writes "module.name" at all modules around the two that it joins, however deep these are: the key from the
 * root on, or NULL. */
static const char *key_by_name(const dtn_maker *k, const char *name)
{
    dtn_arena *arena = k->in.model->arena;
    const char *dot = strchr(name, '.');
    if (!dot || dot == name)
        return NULL;
    const uint32_t at =
        dtn_map_get(&k->place_index, dtn_arena_strndup(arena, name, (size_t)(dot - name)));
    const char *prefix = at != DTN_MAP_NONE ? k->places[at] : NULL;
    return prefix ? dtn_arena_printf(arena, "%s%s", prefix, dot + 1) : NULL;
}

static void add_module(dtn_maker *k, const dtn_scope *outer, const dtn_module *module)
{
    dtn_arena *arena = k->in.model->arena;
    if (!check_module(k, outer, module))
        return;
    dtn_scope *s = DTN_NEW(arena, dtn_scope);
    if (outer)
        *s = *outer;
    s->outer = outer;
    s->depth = outer ? outer->depth + 1 : 1;
    s->body = module->body;
    s->macro = NULL;
    s->own_key = module->key;
    s->prefix = dtn_arena_printf(arena, "%s%s.", outer ? outer->prefix : "", module->key);
    s->name_prefix =
        dtn_arena_printf(arena, "%s%s.", outer ? outer->name_prefix : "", module->name);
    k->in.n_added++; /* a module costs something even if it is empty */
    note_place(k, module->key, s->prefix);
    dtn_maker_add_body(k, s);
    for (uint32_t i = 0; i < module->n_connect; i++) {
        dtn_connection c = {outer, s->prefix, module->connect_to[i], module->connect_from[i],
                            module};
        DTN_PUSH(arena, k->connections, k->n_connection, k->cap_connection, c);
    }
}

static void add_modules(dtn_maker *k, const dtn_scope *outer, const dtn_model *body)
{
    for (size_t i = 0; i < body->n_module; i++)
        add_module(k, outer, &body->modules[i]);
}

/* What a connection leads to: "name" inside the module, "module.name" beside it or, with an own
 * module of that name, inside it, ".name" around it. Programs of isee's write a connection at both
 * modules that it joins. */
static const dtn_var *target_of(const dtn_maker *k, const dtn_connection *c)
{
    const dtn_model *m = k->in.model;
    const char *around = c->outer ? c->outer->prefix : "", *to = c->to;
    const dtn_var *found = NULL;
    if (strchr(to, '.')) {
        to += *to == '.';
        found = dtn_model_find_var(m, dtn_arena_printf(m->arena, "%s%s", around, to));
    }
    if (found || c->to[0] == '.')
        return found;
    found = dtn_model_find_var(m, dtn_arena_printf(m->arena, "%s%s", c->prefix, to));
    const char *key = found ? NULL : key_by_name(k, to);
    return key ? dtn_model_find_var(m, key) : found;
}

static void make_alias(dtn_maker *k, uint32_t id, dtn_expr *source)
{
    dtn_model *m = k->in.model;
    dtn_var *alias = &m->vars[id];
    const dtn_scope *s = dtn_maker_scope(k, id);
    dtn_eqn *eqn = DTN_NEW(m->arena, dtn_eqn);
    *eqn = (dtn_eqn){.kind = DTN_EQN_EXPR, .expr = source, .pos = alias->pos};
    if (s && s->n_left) {
        eqn->subs = dtn_maker_with_left(k, s, NULL, 0);
        eqn->n_sub = s->n_left;
        eqn->excepts = s->excepts;
        eqn->n_except = s->n_except;
    }
    alias->kind = DTN_VAR_AUX;
    alias->eqns = eqn;
    alias->n_eqn = alias->cap_eqn = 1;
    alias->non_negative = false;
    alias->special = NULL;
    alias->belt = NULL;
    alias->leak = NULL;
    alias->spread = NULL;
    alias->is_overflow = false;
    alias->multiplier = NULL;
    alias->n_inflow = alias->n_outflow = 0;
    if (dtn_map_get(&k->alias_index, alias->key) != DTN_MAP_NONE)
        return;
    dtn_map_set(&k->alias_index, m->arena, alias->key, (uint32_t)k->n_alias);
    DTN_PUSH(m->arena, k->aliases, k->n_alias, k->cap_alias, id);
}

/* "[a,b]" behind the name of what a connection comes from: one element of an array. */
static void add_elements(dtn_maker *k, dtn_expr *source, const char *part)
{
    dtn_arena *arena = k->in.model->arena;
    size_t n = 0, cap = 0;
    source->subs = NULL;
    while (*part == '[' || *part == ',') {
        part++;
        part += *part == '_'; /* a blank behind a comma */
        const size_t length = strcspn(part, ",]");
        const char *key = dtn_arena_strndup(arena, part, length);
        dtn_sub sub = dtn_sub_named(key, key, source->pos);
        if (dtn_text_to_double(part, length, &sub.number))
            sub.kind = DTN_SUB_NUMBER;
        DTN_PUSH(arena, source->subs, n, cap, sub);
        part += length;
    }
    source->n_sub = (uint32_t)n;
}

static dtn_expr *source_of_connection(dtn_maker *k, const dtn_connection *c)
{
    const char *open = strchr(c->from, '['), *name = c->from;
    if (open)
        name = dtn_arena_strndup(k->in.model->arena, name, (size_t)(open - name));
    dtn_expr *source = dtn_scope_source(&k->in, c->outer, name, c->module->pos);
    const char *key = source ? NULL : key_by_name(k, name);
    if (key)
        source = dtn_scope_source(&k->in, NULL, key, c->module->pos);
    if (open && source)
        add_elements(k, source, open);
    return source;
}

static void connect(dtn_maker *k, const dtn_connection *c)
{
    const dtn_var *var = target_of(k, c);
    dtn_expr *source = source_of_connection(k, c);
    if (var && source)
        make_alias(k, var->id, source);
    else
        dtn_diags_add(k->in.diags, 201, c->module->pos, "correct the connection",
                      "the module '%s' connects '%s' with '%s', but there is no '%s'",
                      c->module->name, c->to, c->from, var ? c->from : c->to);
}

/* The next variable of a chain of aliases; NULL: a parameter's value. */
static const dtn_var *next_of(const dtn_maker *k, const dtn_var *var)
{
    const dtn_expr *x = var->eqns[0].expr;
    return x && x->kind == DTN_X_NAME ? dtn_model_find_var(k->in.model, x->key) : NULL;
}

/* The variable at the end of the chain, or NULL in a circle. `ends` [n_alias] keeps what earlier
 * calls found: id + 1, or DTN_NONE for NULL. */
static const dtn_var *source_of(const dtn_maker *k, uint32_t id, uint32_t *ends)
{
    const dtn_model *m = k->in.model;
    const dtn_var *end = &m->vars[id];
    uint32_t found = 0;
    for (size_t i = 0; i <= k->n_alias && end && !found; i++) {
        uint32_t at = dtn_map_get(&k->alias_index, end->key);
        if (at == DTN_MAP_NONE)
            found = end->id + 1;
        else if (ends[at])
            found = ends[at];
        else
            end = next_of(k, end);
    }
    found = found ? found : DTN_NONE;
    const dtn_var *var = &m->vars[id];
    for (uint32_t at; var && (at = dtn_map_get(&k->alias_index, var->key)) != DTN_MAP_NONE;) {
        if (ends[at])
            break;
        ends[at] = found;
        var = next_of(k, var);
    }
    return found == DTN_NONE ? NULL : &m->vars[found - 1];
}

dtn_sub *dtn_maker_subs(dtn_maker *k, const char *const *keys, uint32_t n, dtn_pos pos)
{
    dtn_sub *subs = DTN_NEW_N(k->in.model->arena, dtn_sub, n);
    for (uint32_t p = 0; p < n; p++)
        subs[p] = dtn_sub_named(keys[p], NULL, pos);
    return subs;
}

/* An alias has the dimensions that it declares, else those of its source; an alias of a table is
 * that table. */
static void shape_alias(dtn_maker *k, uint32_t id, const dtn_var *source)
{
    dtn_var *var = &k->in.model->vars[id];
    const dtn_scope *s = dtn_maker_scope(k, id);
    dtn_eqn *eqn = &var->eqns[0];
    const bool is_element = eqn->expr && eqn->expr->kind == DTN_X_NAME && eqn->expr->n_sub > 0;
    if (!source || (s && s->n_left) || is_element)
        return;
    if (source->n_eqn > 0 && source->eqns[0].kind == DTN_EQN_LOOKUP) {
        var->kind = DTN_VAR_LOOKUP;
        var->eqns = source->eqns;
        var->n_eqn = source->n_eqn;
        var->cap_eqn = 0; /* not to be written into */
    }
    if (var->n_dim_key == 0 || var->kind == DTN_VAR_LOOKUP) {
        var->dim_keys = source->dim_keys;
        var->n_dim_key = source->n_dim_key;
    }
    if (var->n_dim_key > 0 && var->kind != DTN_VAR_LOOKUP) {
        eqn->subs = dtn_maker_subs(k, var->dim_keys, var->n_dim_key, eqn->pos);
        eqn->n_sub = var->n_dim_key;
    }
}

void dtn_maker_connect(dtn_maker *k)
{
    for (size_t i = 0; i < k->n_connection; i++)
        connect(k, &k->connections[i]);
    uint32_t *ends = DTN_NEW_N(k->in.model->arena, uint32_t, k->n_alias);
    const dtn_var **sources = DTN_NEW_N(k->in.model->arena, const dtn_var *, k->n_alias);
    for (size_t i = 0; i < k->n_alias; i++)
        sources[i] = source_of(k, k->aliases[i], ends);
    for (size_t i = 0; i < k->n_alias; i++)
        shape_alias(k, k->aliases[i], sources[i]);
    k->n_connection = k->n_alias = 0;
    k->alias_index = (dtn_map){0};
}

dtn_status dtn_check_add_modules(dtn_model *model, dtn_diags *diags)
{
    dtn_maker k = {0};
    size_t before = diags->n_error;
    if (model->has_module_vars || model->n_module == 0)
        return DTN_OK;
    if (DTN_ARENA_GUARD(model->arena))
        return DTN_E_MEMORY;
    dtn_instances_init(&k.in, model, diags);
    model->has_module_vars = true;
    add_modules(&k, NULL, model);
    dtn_maker_connect(&k);
    return diags->n_error > before ? DTN_E_INPUT : DTN_OK;
}
