/* From XMILE's notation into Vensim's: the structure.
 *
 *   <stock> and its flows    INTEG(inflows - outflows, init)
 *   <dim>, <element>         a range; one equation for each element
 *   <gf>                     WITH LOOKUP, or a table of its own where other variables read it
 *                            too, or where its type needs LOOKUP EXTRAPOLATE or LOOKUP BACKWARD
 *   <init_eqn>               ACTIVE INITIAL
 *   <non_negative/>          flows: MAX(..., 0); stocks: to_mdl_flow.c
 *   conveyors, queues, ovens to_mdl_belt.c
 *   modules                  their variables, laid into the model before (dtn_check_add_modules):
 *                            "module.name"
 *   <macro>                  to_mdl_macro.c
 *   <sim_specs>              INITIAL TIME, FINAL TIME, TIME STEP, SAVEPER in a group of their own
 *
 * Vensim has one space of names for variables, ranges and elements; a name that would be there
 * twice gets a word behind it, and a note says so. Follows XMILE 1.0 and the Vensim reference
 * manual.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "format/to_mdl.h"
#include "model/functions.h"

/* ---- Messages ---------------------------------------------------------------------- */

void dtn_tm_note(dtn_tm *tm, dtn_severity severity, dtn_pos pos, const char *fmt, ...)
{
    char s[512];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(s, sizeof s, fmt, args);
    va_end(args);
    const char *key = dtn_arena_printf(tm->arena, "%u %u %s", pos.line, pos.col, s);
    if (dtn_map_get(&tm->told, key) != DTN_MAP_NONE)
        return;
    dtn_map_set(&tm->told, tm->arena, key, 1);
    dtn_diags_add_as(tm->diags, severity, 509, pos, NULL, "%s", s);
}

/* ---- Names --------------------------------------------------------------------------- */

static bool is_plain_char(char c, bool is_first)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80)
        return true;
    return !is_first && ((c >= '0' && c <= '9') || c == ' ' || c == '_' || c == '$');
}

const char *dtn_tm_vensim_name(dtn_arena *arena, const char *name)
{
    const char *plain = dtn_plain_name(arena, name);
    bool is_plain = *plain != '\0';
    for (const char *c = plain; *c && is_plain; c++)
        is_plain = is_plain_char(*c, c == plain);
    if (is_plain)
        return plain;
    char *quoted = dtn_arena_alloc(arena, 2 * strlen(plain) + 3);
    size_t n = 0;
    quoted[n++] = '"';
    for (const char *c = plain; *c; c++) {
        if (*c == '"')
            quoted[n++] = '\\';
        quoted[n++] = *c;
    }
    quoted[n++] = '"';
    return quoted;
}

dtn_tm_var *dtn_tm_find(dtn_tm *tm, const char *key)
{
    const uint32_t i = key ? dtn_map_get(&tm->index, key) : DTN_MAP_NONE;
    return i == DTN_MAP_NONE ? NULL : &tm->vars[i];
}

static const dtn_dim *find_dim(const dtn_tm *tm, const char *key)
{
    return key ? dtn_model_find_dim(tm->src, key) : NULL;
}

static bool is_key_of_macro(const dtn_tm *tm, const char *key)
{
    for (size_t i = 0; i < tm->src->n_macro; i++)
        if (strcmp(tm->src->macros[i].key, key) == 0)
            return true;
    return false;
}

/* Keys that the target has, or will have, for something else than a variable of the scope. */
static bool is_reserved(const char *key)
{
    static const char *const keys[] = {"time", "time_step", "initial_time", "final_time",
                                       "saveper"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static bool is_taken(dtn_tm *tm, const char *key)
{
    return dtn_tm_find(tm, key) || dtn_model_find_dim(tm->dst, key) ||
           dtn_map_get(&tm->elements, key) != DTN_MAP_NONE || is_reserved(key) ||
           is_key_of_macro(tm, key);
}

/* "name", "name 2", ... */
static const char *free_name(dtn_tm *tm, const char *base)
{
    const char *name = base;
    for (unsigned n = 2;; n++) {
        if (!is_taken(tm, dtn_model_name_key(tm->dst, name, strlen(name))))
            return name;
        name = dtn_arena_printf(tm->arena, "%s %u", base, n);
    }
}

/* ---- Variables of a scope ----------------------------------------------------------------- */

static uint32_t storage_dim(const dtn_tm *tm, const dtn_var *var, uint32_t p)
{
    const char *key = p < var->n_dim_key ? var->dim_keys[p] : NULL;
    const dtn_dim *dim = find_dim(tm, key);
    for (size_t i = 0; i < tm->src->n_dim && !dim && var->n_eqn; i++) {
        const char *first = p < var->eqns[0].n_sub ? var->eqns[0].subs[p].key : NULL;
        if (first && (strcmp(tm->src->dims[i].key, first) == 0 ||
                      dtn_map_get(&tm->src->dims[i].index, first) != DTN_MAP_NONE))
            dim = &tm->src->dims[i];
    }
    return dim ? dim->id : DTN_NONE;
}

uint32_t dtn_tm_append(dtn_tm *tm, const dtn_var *var)
{
    dtn_tm_var out = {
        .from = *var, .name = dtn_tm_vensim_name(tm->arena, var->name), .stock = DTN_NONE};
    out.from.units = dtn_unit_in_mdl(tm->arena, tm->src, var->units);
    out.n_dim = var->n_dim_key ? var->n_dim_key : var->n_eqn ? var->eqns[0].n_sub : 0;
    out.n_dim = out.n_dim <= DTN_MAX_DIMS ? out.n_dim : 0;
    for (uint32_t p = 0; p < out.n_dim; p++)
        out.dims[p] = storage_dim(tm, var, p);
    DTN_PUSH(tm->arena, tm->vars, tm->n_var, tm->cap_var, out);
    dtn_map_set(&tm->index, tm->arena, var->key, (uint32_t)(tm->n_var - 1));
    return (uint32_t)(tm->n_var - 1);
}

uint32_t dtn_tm_add(dtn_tm *tm, dtn_var var)
{
    var.name = free_name(tm, var.name);
    var.key = dtn_model_name_key(tm->dst, var.name, strlen(var.name));
    return dtn_tm_append(tm, &var);
}

static dtn_var new_var(const dtn_tm_var *beside, const char *name)
{
    return (dtn_var){.name = name,
                     .kind = DTN_VAR_AUX,
                     .range_min = NAN,
                     .range_max = NAN,
                     .range_step = NAN,
                     .group = beside->from.group,
                     .pos = beside->from.pos,
                     .dim_keys = beside->from.dim_keys,
                     .n_dim_key = beside->from.n_dim_key};
}

dtn_expr *dtn_tm_reference(dtn_tm *tm, const dtn_var *var, dtn_pos pos)
{
    dtn_expr *x = dtn_expr_new(tm->to, DTN_X_NAME, pos);
    x->text = var->name;
    x->key = var->key;
    x->n_sub = tm->eqn->n_sub;
    x->subs = tm->eqn->subs;
    return x;
}

dtn_expr *dtn_tm_hoist(dtn_tm *tm, const dtn_expr *node, dtn_eqn eqn, const char *suffix)
{
    for (size_t i = 0; i < tm->n_helper; i++)
        if (tm->helpers[i].node == node)
            return dtn_tm_reference(tm, &dtn_tm_find(tm, tm->helpers[i].key)->from, node->pos);
    const dtn_tm_var *owner = &tm->vars[tm->at];
    const char *plain = dtn_plain_name(tm->arena, owner->from.name);
    dtn_var var = new_var(owner, dtn_arena_printf(tm->arena, "%s %s", plain, suffix));
    eqn.subs = tm->eqn->subs;
    eqn.n_sub = tm->eqn->n_sub;
    eqn.pos = node->pos;
    var.kind = eqn.kind == DTN_EQN_STOCK ? DTN_VAR_STOCK : DTN_VAR_AUX;
    var.eqns = DTN_NEW(tm->arena, dtn_eqn);
    var.eqns[0] = eqn;
    var.n_eqn = 1;
    const uint32_t at = dtn_tm_add(tm, var);
    const dtn_var *made = &tm->vars[at].from;
    dtn_tm_note(tm, DTN_NOTE, node->pos, "a part of '%s' is written as a variable of its own, '%s'",
                tm->vars[tm->at].from.name, made->name);
    if (dtn_has_draw(DTN_XMILE, eqn.expr))
        dtn_tm_note(tm, DTN_WARNING, node->pos,
                    "the random numbers of '%s' move to '%s': with the same seed they are others",
                    tm->vars[tm->at].from.name, made->name);
    DTN_PUSH(tm->arena, tm->helpers, tm->n_helper, tm->cap_helper,
             (dtn_tm_helper){node, made->key});
    return dtn_tm_reference(tm, made, node->pos);
}

/* ---- Graphical functions ---------------------------------------------------------------------- */

static bool is_with_lookup(const dtn_eqn *eqn)
{
    return dtn_key_is(eqn->expr, "with_lookup") && eqn->expr->n_arg == 2 &&
           eqn->expr->args[1]->kind == DTN_X_LOOKUP;
}

const char *dtn_tm_table_of(dtn_tm *tm, const char *key)
{
    dtn_tm_var *var = dtn_tm_find(tm, key);
    if (!var || var->table || var->from.n_eqn == 0 || !is_with_lookup(&var->from.eqns[0]))
        return var ? var->table : NULL;
    const char *plain = dtn_plain_name(tm->arena, var->from.name);
    dtn_var made = new_var(var, dtn_arena_printf(tm->arena, "%s table", plain));
    made.kind = DTN_VAR_LOOKUP;
    made.eqns = DTN_NEW_N(tm->arena, dtn_eqn, var->from.n_eqn);
    for (size_t i = 0; i < var->from.n_eqn; i++) {
        dtn_eqn *eqn = &made.eqns[made.n_eqn++];
        *eqn = var->from.eqns[i];
        eqn->kind = DTN_EQN_LOOKUP;
        eqn->expr = eqn->init = NULL;
    }
    const uint32_t at = dtn_tm_add(tm, made);
    var = dtn_tm_find(tm, key); /* it may have moved */
    var->table = tm->vars[at].from.key;
    dtn_tm_note(tm, DTN_NOTE, var->from.pos,
                "the graphical function of '%s' is written as a table of its own, '%s'",
                var->from.name, tm->vars[at].from.name);
    return var->table;
}

/* Equation and graphical function: in one where Vensim can, else a call of the table. */
static dtn_expr *read_table(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_lookup *l = x->args[1]->lookup;
    dtn_tm_var *var = &tm->vars[tm->at];
    if (l->kind != DTN_LOOKUP_CONTINUOUS && !var->table)
        dtn_tm_table_of(tm, var->from.key);
    var = &tm->vars[tm->at];
    if (!var->table) {
        dtn_expr *table = dtn_expr_new(tm->to, DTN_X_LOOKUP, x->pos);
        dtn_lookup *copy = DTN_NEW(tm->arena, dtn_lookup);
        *copy = *l;
        table->lookup = copy;
        return dtn_make_call(tm->to, "WITH LOOKUP", 2, dtn_tm_expr(tm, x->args[0]), table, NULL);
    }
    dtn_expr *ref = dtn_tm_reference(tm, &dtn_tm_find(tm, var->table)->from, x->pos);
    dtn_expr call = *dtn_make_call(tm->to, "LOOKUP", 2, ref, x->args[0], NULL);
    return dtn_tm_expr(tm, &call);
}

/* ---- Equations --------------------------------------------------------------------------------- */

dtn_sub dtn_tm_name_sub(const char *text, dtn_model *model, bool bang, dtn_pos pos)
{
    dtn_sub sub = dtn_sub_named(text, dtn_model_name_key(model, text, strlen(text)), pos);
    sub.bang = bang;
    return sub;
}

/* A subscript of a left side in the target; key NULL: the variable's own range at that position. */
static dtn_sub left_sub(dtn_tm *tm, const char *key, uint32_t p, dtn_pos pos)
{
    const dtn_tm_var *var = &tm->vars[tm->at];
    const uint32_t storage = p < var->n_dim ? var->dims[p] : DTN_NONE;
    const dtn_dim *dim = key                   ? find_dim(tm, key)
                         : storage != DTN_NONE ? &tm->src->dims[storage]
                                               : NULL;
    const char *text = key;
    if (dim)
        text = tm->dst->dims[dim->id].name;
    else if (storage != DTN_NONE && key) {
        const uint32_t at = dtn_map_get(&tm->src->dims[storage].index, key);
        text = at == DTN_MAP_NONE ? key : tm->dst->dims[storage].elements[at];
    }
    return dtn_tm_name_sub(text ? text : "?", tm->dst, false, pos);
}

static void set_left(dtn_tm *tm, const dtn_eqn *eqn, dtn_eqn *out)
{
    out->n_sub = eqn->n_sub ? eqn->n_sub : tm->vars[tm->at].n_dim;
    out->subs = DTN_NEW_N(tm->arena, dtn_sub, out->n_sub + 1);
    for (uint32_t p = 0; p < out->n_sub; p++)
        out->subs[p] = left_sub(tm, eqn->n_sub ? eqn->subs[p].key : NULL, p, eqn->pos);
    out->n_except = eqn->n_except;
    out->excepts = DTN_NEW_N(tm->arena, dtn_sub *, eqn->n_except + 1);
    for (uint32_t i = 0; i < eqn->n_except; i++) {
        out->excepts[i] = DTN_NEW_N(tm->arena, dtn_sub, out->n_sub + 1);
        for (uint32_t p = 0; p < out->n_sub; p++)
            out->excepts[i][p] = left_sub(tm, eqn->excepts[i][p].key, p, eqn->pos);
    }
}

static void set_stock(dtn_tm *tm, const dtn_eqn *eqn, dtn_eqn *out)
{
    const dtn_var *var = &tm->vars[tm->at].from;
    out->expr = eqn->expr ? dtn_tm_expr(tm, eqn->expr) : NULL;
    out->init = eqn->init ? dtn_tm_expr(tm, eqn->init) : NULL;
    if (!var->non_negative || !out->expr)
        return;
    /* at most what is there leaves in one step */
    dtn_expr *there = dtn_tm_expr(tm, dtn_tm_reference(tm, var, eqn->pos));
    dtn_expr *all = dtn_make_binary(tm->to, DTN_OP_DIV, dtn_make_unary(tm->to, DTN_OP_NEG, there),
                                    dtn_make_name(tm->to, tm->macro ? "TIME STEP$" : "TIME STEP"));
    out->expr = dtn_make_call(tm->to, "MAX", 2, out->expr, all, NULL);
}

/* A list of numbers for the whole array. */
static dtn_expr *copy_list(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *out = dtn_expr_new(tm->to, DTN_X_ARRAY, x->pos);
    out->n_arg = x->n_arg;
    out->n_row = x->n_row;
    out->args = x->args;
    return out;
}

static bool is_limited(const dtn_tm_var *var)
{
    return var->stock != DTN_NONE || (var->from.non_negative && var->from.kind == DTN_VAR_FLOW);
}

static void set_right(dtn_tm *tm, const dtn_eqn *eqn, dtn_eqn *out)
{
    out->kind = eqn->kind;
    out->pos = eqn->pos;
    if (eqn->kind == DTN_EQN_STOCK) {
        set_stock(tm, eqn, out);
        return;
    }
    if (eqn->kind == DTN_EQN_LOOKUP) {
        dtn_lookup *copy = DTN_NEW(tm->arena, dtn_lookup);
        *copy = *eqn->lookup;
        copy->kind = DTN_LOOKUP_CONTINUOUS;
        out->lookup = copy;
        return;
    }
    if (eqn->kind == DTN_EQN_DATA || eqn->kind == DTN_EQN_STRING) { /* of a file of Vensim's */
        out->keyword = eqn->keyword;
        const bool is_read = eqn->expr && eqn->expr->kind == DTN_X_CALL &&
                             strncmp(eqn->expr->key, "get_", 4) == 0; /* from a file */
        out->expr = eqn->kind == DTN_EQN_STRING || is_read || !eqn->expr
                        ? eqn->expr
                        : dtn_tm_expr(tm, eqn->expr);
        return;
    }
    out->kind = DTN_EQN_EXPR;
    tm->whole = !eqn->init && !is_limited(&tm->vars[tm->at]) ? eqn->expr : NULL;
    dtn_expr *value = !eqn->expr                       ? dtn_make_number(tm->to, 0)
                      : is_with_lookup(eqn)            ? read_table(tm, eqn->expr)
                      : eqn->expr->kind == DTN_X_ARRAY ? copy_list(tm, eqn->expr)
                                                       : dtn_tm_expr(tm, eqn->expr);
    tm->whole = NULL;
    if (is_limited(&tm->vars[tm->at]))
        value = dtn_tm_limit(tm, value);
    out->expr = eqn->init ? dtn_make_call(tm->to, "ACTIVE INITIAL", 2, value,
                                          dtn_tm_expr(tm, eqn->init), NULL)
                          : value;
}

static void check_var(dtn_tm *tm, const dtn_var *var)
{
    if (var->special)
        dtn_refuse(tm->diags, var->pos, "replace it by stocks and flows",
                   "'%s' is a %s, which .mdl does not have", var->name, var->special);
    const char *kind = !var->belt                             ? ""
                       : var->belt->kind == DTN_BELT_CONVEYOR ? "conveyor"
                       : var->belt->kind == DTN_BELT_QUEUE    ? "queue"
                                                              : "oven";
    if (var->belt && !dtn_tm_writes_belts(tm))
        dtn_refuse(tm->diags, var->pos, "replace it by stocks and flows",
                   "'%s' is a %s, which .mdl does not have", var->name, kind);
    else if (var->belt)
        dtn_tm_note(tm, DTN_NOTE, var->pos, "'%s' is a%s %s; its flows are written as equations",
                    var->name, kind[0] == 'o' ? "n" : "", kind);
    if (var->non_negative && var->kind == DTN_VAR_STOCK)
        dtn_tm_note(tm, DTN_WARNING, var->pos,
                    "that the stock '%s' cannot become negative is written into its rate and "
                    "into the flows out of it",
                    var->name);
}

void dtn_tm_translate_var(dtn_tm *tm, uint32_t at)
{
    dtn_var out = dtn_bare_copy(&tm->vars[at].from);
    check_var(tm, &tm->vars[at].from);
    out.name = tm->vars[at].name;
    tm->at = at;
    tm->in_array = false;
    const bool is_output = dtn_map_get(&tm->outputs, tm->vars[at].from.key) != DTN_MAP_NONE;
    for (size_t i = 0; i < tm->vars[at].from.n_eqn && !is_output; i++) {
        dtn_eqn made = {0};
        tm->eqn = &tm->vars[at].from.eqns[i];
        set_left(tm, tm->eqn, &made);
        set_right(tm, tm->eqn, &made);
        DTN_PUSH(tm->arena, out.eqns, out.n_eqn, out.cap_eqn, made);
    }
    out.is_instance = is_output;
    dtn_append_var(tm->to, out);
}

/* ---- Scopes --------------------------------------------------------------------------------------- */

bool dtn_tm_is_param(const dtn_macro *macro, const char *key)
{
    for (uint32_t i = 0; macro && i < macro->n_param; i++)
        if (strcmp(macro->params[i], key) == 0)
            return true;
    return false;
}

/* Of an instance that is written: the one that holds its value, or one inside. */
static bool is_of_instance(const dtn_tm *tm, const dtn_var *var)
{
    for (size_t i = 0; i < tm->n_instance; i++) {
        const size_t n = strlen(tm->instances[i]);
        if (strncmp(var->key, tm->instances[i], n) == 0 &&
            (var->key[n] == '\0' || var->key[n] == '>'))
            return true;
    }
    return false;
}

static bool is_left_out(const dtn_tm *tm, const dtn_var *var)
{
    if (var->overlay > 0 || dtn_tm_is_param(tm->macro, var->key))
        return true;
    return var->is_hidden && !is_of_instance(tm, var) && !dtn_tm_is_belt_part(tm, var);
}

/* A random function without a seed, or with seed 0: Vensim would take NOISE SEED for it. */
static void find_unseeded(dtn_expr *x, void *ctx)
{
    static const struct {
        const char *key;
        uint32_t seed; /* its place among the arguments */
    } table[] = {{"random", 2},     {"uniform", 2},   {"normal", 2}, {"lognormal", 2},
                 {"beta", 2},       {"binomial", 2},  {"exprnd", 1}, {"poisson", 1},
                 {"montecarlo", 1}, {"triangular", 3}};
    bool *found = ctx;
    for (size_t i = 0; i < sizeof table / sizeof *table && x->kind == DTN_X_CALL; i++)
        if (strcmp(x->key, table[i].key) == 0)
            *found |= x->n_arg <= table[i].seed || (x->args[table[i].seed]->kind == DTN_X_NUMBER &&
                                                    x->args[table[i].seed]->number == 0);
}

static bool has_unseeded(const dtn_tm *tm)
{
    bool found = false;
    for (size_t i = 0; i < tm->n_var; i++)
        for (size_t k = 0; k < tm->vars[i].from.n_eqn; k++)
            dtn_expr_walk(tm->vars[i].from.eqns[k].expr, find_unseeded, &found);
    return found;
}

/* A variable called like one of Vensim's own: the name is theirs. */
static void rename_reserved(dtn_tm *tm)
{
    const bool keeps_seed = !dtn_tm_find(tm, "noise_seed") || !has_unseeded(tm);
    for (size_t i = 0; i < tm->n_var; i++) {
        dtn_tm_var *var = &tm->vars[i];
        if (!is_reserved(var->from.key) && (keeps_seed || strcmp(var->from.key, "noise_seed") != 0))
            continue;
        const char *name = free_name(tm, dtn_plain_name(tm->arena, var->from.name));
        dtn_tm_note(tm, DTN_NOTE, var->from.pos,
                    "'%s' is written as '%s': the name is Vensim's own", var->from.name, name);
        var->name = name;
        dtn_map_set(&tm->index, tm->arena, dtn_model_name_key(tm->dst, name, strlen(name)),
                    (uint32_t)i);
    }
}

/* Graphical functions that others read, by LOOKUP(name, x) or name(x): known before the
 * equations that they belong to are written. */
static void find_table(dtn_expr *x, void *ctx)
{
    dtn_tm *tm = ctx;
    if (x->kind != DTN_X_CALL)
        return;
    if (strcmp(x->key, "lookup") == 0 && x->n_arg == 2 && x->args[0]->kind == DTN_X_NAME)
        dtn_tm_table_of(tm, x->args[0]->key);
    else if (x->n_arg == 1)
        dtn_tm_table_of(tm, x->key);
}

static void find_tables(dtn_tm *tm)
{
    const size_t n = tm->n_var;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < tm->vars[i].from.n_eqn; k++) {
            dtn_expr_walk(tm->vars[i].from.eqns[k].expr, find_table, tm);
            dtn_expr_walk(tm->vars[i].from.eqns[k].init, find_table, tm);
        }
}

static void append_belt_part(dtn_tm *tm, const dtn_var *var)
{
    const char *name = free_name(tm, dtn_tm_belt_part_name(tm, var));
    dtn_var driven = dtn_tm_as_driven(tm, var);
    driven.name = name;
    const uint32_t at = dtn_tm_append(tm, &driven);
    tm->vars[at].name = dtn_tm_vensim_name(tm->arena, name);
    dtn_map_set(&tm->index, tm->arena, dtn_model_name_key(tm->dst, name, strlen(name)), at);
}

void dtn_tm_translate_scope(dtn_tm *tm, const dtn_model *from, dtn_model *to,
                            const dtn_macro *macro)
{
    tm->from = from;
    tm->to = to;
    tm->macro = macro;
    tm->vars = NULL;
    tm->n_var = tm->cap_var = 0;
    tm->index = (dtn_map){0};
    tm->n_helper = 0;
    dtn_copy_groups(from, to);
    for (size_t i = 0; i < from->n_var; i++)
        if (!is_left_out(tm, &from->vars[i]) && !dtn_tm_is_belt_part(tm, &from->vars[i])) {
            const dtn_var var = dtn_tm_as_driven(tm, &from->vars[i]);
            dtn_tm_append(tm, &var);
        }
    for (size_t i = 0; i < from->n_var; i++)
        if (dtn_tm_is_belt_part(tm, &from->vars[i]))
            append_belt_part(tm, &from->vars[i]);
    if (!macro)
        rename_reserved(tm);
    find_tables(tm);
    dtn_tm_plan_flows(tm);
    for (uint32_t i = 0; i < tm->n_var; i++) /* it may grow */
        dtn_tm_translate_var(tm, i);
}

/* ---- Dimensions ---------------------------------------------------------------------------------------- */

static void rename_dim(dtn_tm *tm, dtn_dim *dim)
{
    const char *name = free_name(tm, dtn_arena_printf(tm->arena, "%s range", dim->name));
    dtn_tm_note(tm, DTN_NOTE, dim->pos,
                "the range '%s' is written as '%s': a variable has its name", dim->name, name);
    dim->name = name;
    dim->key = dtn_model_name_key(tm->dst, name, strlen(name));
    dtn_map_set(&tm->dst->dim_index, tm->arena, dim->key, dim->id);
}

static void rename_element(dtn_tm *tm, dtn_dim *dim, uint32_t e)
{
    const char *name =
        dtn_arena_printf(tm->arena, "%s element", dtn_plain_name(tm->arena, dim->elements[e]));
    dtn_tm_note(tm, DTN_NOTE, dim->pos,
                "the element '%s' of '%s' is written as '%s': a variable or a range has its name",
                dim->elements[e], dim->name, name);
    dim->elements[e] = dtn_tm_vensim_name(tm->arena, name);
    dim->element_keys[e] = dtn_model_name_key(tm->dst, name, strlen(name));
}

static bool is_var_name(const dtn_tm *tm, const char *key)
{
    const dtn_var *var = dtn_model_find_var(tm->src, key);
    return (var && !is_left_out(tm, var)) || is_key_of_macro(tm, key) || is_reserved(key);
}

static void translate_dims(dtn_tm *tm)
{
    dtn_copy_dims(tm->src, tm->dst, tm->diags);
    for (size_t i = 0; i < tm->src->n_dim; i++)
        for (uint32_t e = 0; e < tm->src->dims[i].n_element; e++)
            if (dtn_map_get(&tm->elements, tm->src->dims[i].element_keys[e]) == DTN_MAP_NONE)
                dtn_map_set(&tm->elements, tm->arena, tm->src->dims[i].element_keys[e],
                            (uint32_t)i);
    for (size_t i = 0; i < tm->dst->n_dim; i++) {
        dtn_dim *dim = &tm->dst->dims[i];
        dim->name = dtn_tm_vensim_name(tm->arena, dim->name);
        if (is_var_name(tm, dim->key))
            rename_dim(tm, dim);
        for (uint32_t e = 0; e < dim->n_element; e++) {
            dim->elements[e] = dtn_tm_vensim_name(tm->arena, dim->elements[e]);
            if (is_var_name(tm, dim->element_keys[e]) ||
                dtn_model_find_dim(tm->src, dim->element_keys[e]))
                rename_element(tm, dim, e);
        }
    }
}

/* ---- Time ------------------------------------------------------------------------------------------------------ */

static void add_control(dtn_tm *tm, const char *name, const dtn_expr *x, const char *doc,
                        uint32_t group)
{
    dtn_var var = {.name = name,
                   .kind = DTN_VAR_AUX,
                   .range_min = NAN,
                   .range_max = NAN,
                   .range_step = NAN,
                   .group = group,
                   .doc = doc,
                   .is_control = true};
    var.units = tm->src->time_units;
    dtn_eqn eqn = {.kind = DTN_EQN_EXPR};
    tm->eqn = &eqn;
    eqn.expr = x ? dtn_tm_expr(tm, x) : dtn_make_name(tm->dst, "TIME STEP");
    DTN_PUSH(tm->arena, var.eqns, var.n_eqn, var.cap_eqn, eqn);
    dtn_append_var(tm->dst, var);
}

static void translate_time(dtn_tm *tm)
{
    static const char *const words[] = {"initial time", "final time", "time step"};
    const dtn_model *m = tm->src;
    const dtn_expr *given[] = {m->start, m->stop, m->dt};
    dtn_group group = {
        .name = "Control", .parent = DTN_NONE, .doc = "Simulation Control Parameters"};
    for (int i = 0; i < 3; i++)
        if (!given[i])
            dtn_refuse(tm->diags, (dtn_pos){.file = m->path}, "add it to <sim_specs>",
                       "the model has no %s", words[i]);
    DTN_PUSH(tm->arena, tm->dst->groups, tm->dst->n_group, tm->dst->cap_group, group);
    const uint32_t g = (uint32_t)tm->dst->n_group - 1;
    if (m->stop)
        add_control(tm, "FINAL TIME", m->stop, "The final time for the simulation.", g);
    if (m->start)
        add_control(tm, "INITIAL TIME", m->start, "The initial time for the simulation.", g);
    add_control(tm, "SAVEPER", m->saveper, "The frequency with which output is stored.", g);
    if (m->dt)
        add_control(tm, "TIME STEP", m->dt, "The time step for the simulation.", g);
}

/* ---- The whole ---------------------------------------------------------------------------------------------------- */

static void check_modules(dtn_tm *tm)
{
    for (size_t i = 0; i < tm->src->n_module && !tm->src->has_module_vars; i++)
        dtn_refuse(tm->diags, tm->src->modules[i].pos, "lay its variables into the model first",
                   "the module '%s' has no counterpart in .mdl", tm->src->modules[i].name);
}

void dtn_to_mdl(dtn_model *source, dtn_model *target, dtn_diags *diags)
{
    dtn_tm *tm = DTN_NEW(target->arena, dtn_tm);
    tm->src = source;
    tm->dst = tm->to = target;
    tm->from = source;
    tm->arena = target->arena;
    tm->diags = diags;
    check_modules(tm);
    dtn_tm_expand_macros(tm);
    dtn_copy_settings(source, target);
    translate_dims(tm);
    dtn_tm_name_macros(tm);
    dtn_tm_translate_scope(tm, source, target, NULL);
    translate_time(tm);
    for (size_t i = 0; i < source->n_macro; i++)
        if (!tm->is_expanded[i])
            dtn_tm_translate_macro(tm, i);
    if (source->sketch)
        target->sketch = dtn_views_to_sketch(target, source);
    if (target->sketch)
        dtn_tm_note(tm, DTN_NOTE, (dtn_pos){.file = source->path},
                    "of the diagram, places, flows and arrows are kept; styles, texts and graphs "
                    "are not");
}
