/* Expressions from Vensim's notation into XMILE's: names, calls, comparisons. Subscripts:
 * to_xmile_sub.c; functions: to_xmile_fn.c, those of arrays to_xmile_array.c. What XMILE cannot say at all keeps its Vensim name (namespace `vensim`), with a
 * warning, or is refused.
 *
 * Follows the Vensim reference manual and XMILE 1.0, sections 3.3 and 3.7.
 */
#include <string.h>

#include "format/to_xmile_make.h"
#include "model/functions.h"

/* ---- Names -------------------------------------------------------------------------------- */

static const char *control_name(const char *key)
{
    static const struct {
        const char *key, *name;
    } table[] = {{"time", "TIME"},
                 {"time_step", "DT"},
                 {"initial_time", "STARTTIME"},
                 {"final_time", "STOPTIME"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(key, table[i].key) == 0)
            return table[i].name;
    return NULL;
}

dtn_expr *dtn_tx_root_name(dtn_tx *tx, const dtn_var *var, dtn_pos pos)
{
    if (!tx->macro)
        return name(tx, var->name);
    dtn_tx_note(tx, DTN_WARNING, pos,
                "the macro '%s' reads the model's '%s', which XMILE's macros cannot; it is "
                "written as a name of the root model",
                tx->macro->name, var->name);
    dtn_expr *out = name(tx, "");
    out->text = dtn_arena_printf(tx->arena, ".%s", dtn_plain_name(tx->arena, var->name));
    out->key = dtn_arena_printf(tx->arena, ".%s", var->key);
    return out;
}

/* In a macro: "name$" is the model's own variable, not the macro's. */
static dtn_expr *marked_name(dtn_tx *tx, const dtn_expr *x)
{
    size_t n = strlen(x->key);
    if (!tx->macro || n < 2 || x->key[n - 1] != '$')
        return NULL;
    n -= 1 + (x->key[n - 2] == '_');
    const char *key = dtn_arena_strndup(tx->arena, x->key, n);
    if (control_name(key))
        return name(tx, control_name(key));
    const dtn_var *var = dtn_model_find_var(tx->src, key);
    return var ? dtn_tx_root_name(tx, var, x->pos) : NULL;
}

/* The position of an element in the largest range that has it: its value as a number. */
static dtn_expr *element_number(dtn_tx *tx, const char *key)
{
    const dtn_dim *dim = dim_at(tx, dtn_map_get(&tx->elements, key));
    return num(tx, 1.0 + position(dim_at(tx, dim->parent), key));
}

/* A range as a number: the position of its current element in the largest range around it. */
static dtn_expr *dim_number(dtn_tx *tx, const dtn_expr *x, const dtn_dim *dim)
{
    const dtn_dim *family = dim_at(tx, dim->parent);
    const char *key = tx->by_element || tx->n_inner ? dtn_tx_follow(tx, dim, family, false) : NULL;
    if (key)
        return num(tx, 1.0 + position(family, key));
    if (tx->by_element)
        dtn_refuse(tx->diags, x->pos, "use it in an equation over that range",
                   "'%s' as a number does not follow from the left side", x->text);
    return name(tx, dim->name);
}

static bool is_time_control(const dtn_tx *tx, const char *key)
{
    const dtn_var *var = dtn_model_find_var(tx->src, key);
    return control_name(key) && (strcmp(key, "time") == 0 ? !var : var && var->is_control);
}

static dtn_expr *out_name(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_tx_var *var = dtn_tx_find(tx, x->key);
    const dtn_dim *dim = dtn_tx_dim(tx, x->key);
    const bool is_macros = dtn_tx_is_param(tx, x->key);
    if (!is_macros && is_time_control(tx, x->key) && (!var || var->from.is_control))
        return name(tx, control_name(x->key));
    dtn_expr *marked = var ? NULL : marked_name(tx, x);
    if (marked)
        return marked;
    if (!var && !is_macros && x->n_sub == 0) {
        if (dim)
            return dim_number(tx, x, dim);
        if (dtn_map_get(&tx->elements, x->key) != DTN_MAP_NONE)
            return element_number(tx, x->key);
        if (strcmp(x->key, "random_0_1") == 0)
            return call(tx, "RANDOM", 2, num(tx, 0), num(tx, 1), NULL);
    }
    dtn_expr *out = name(tx, var ? var->name : x->text);
    dtn_tx_put_subs(tx, x, var, out);
    return out;
}

/* ---- Comparisons of elements ------------------------------------------------------------------ */

/* Key of what a range or an element stands for at present, NULL if it is neither. */
static const char *element_of(dtn_tx *tx, const dtn_expr *x)
{
    if (x->kind != DTN_X_NAME || x->n_sub || dtn_tx_is_own(tx, x->key))
        return NULL;
    const dtn_dim *dim = dtn_tx_dim(tx, x->key);
    if (dim)
        return dtn_tx_follow(tx, dim, dim, false);
    return dtn_map_get(&tx->elements, x->key) != DTN_MAP_NONE ? x->key : NULL;
}

static bool share_elements(const dtn_dim *a, const dtn_dim *b)
{
    for (uint32_t i = 0; i < a->n_element; i++)
        if (position(b, a->element_keys[i]) != DTN_MAP_NONE)
            return true;
    return false;
}

/* dim = dim, dim = element: the same element, whatever its position. NULL: no such comparison. */
static dtn_expr *compare_elements(dtn_tx *tx, const dtn_expr *x)
{
    if (x->kind != DTN_X_BINARY || (x->op != DTN_OP_EQ && x->op != DTN_OP_NE))
        return NULL;
    const dtn_expr *a = x->args[0], *b = x->args[1];
    if (a->kind != DTN_X_NAME || b->kind != DTN_X_NAME || a->n_sub || b->n_sub)
        return NULL;
    const dtn_dim *dim_a = dtn_tx_is_own(tx, a->key) ? NULL : dtn_tx_dim(tx, a->key);
    const dtn_dim *dim_b = dtn_tx_is_own(tx, b->key) ? NULL : dtn_tx_dim(tx, b->key);
    const bool is_common = dim_a && dim_b ? share_elements(dim_a, dim_b)
                           : dim_a        ? position(dim_a, b->key) != DTN_MAP_NONE
                           : dim_b        ? position(dim_b, a->key) != DTN_MAP_NONE
                                          : false;
    const char *key_a = is_common ? element_of(tx, a) : NULL;
    const char *key_b = is_common ? element_of(tx, b) : NULL;
    if (!key_a || !key_b)
        return NULL;
    return num(tx, (strcmp(key_a, key_b) == 0) == (x->op == DTN_OP_EQ) ? 1 : 0);
}

/* ---- Calls ------------------------------------------------------------------------------- */

/* The macro's further arguments: what it reads of the others as data. */
static void add_reads(dtn_tx *tx, const dtn_expr *x, dtn_expr *out)
{
    const dtn_macro *macro = dtn_tx_called_macro(tx, x->key);
    dtn_tx_reads reads = {.n = 0};
    const uint32_t n = out->n_arg;
    if (macro)
        dtn_tx_find_reads(tx, macro, &reads);
    for (uint32_t k = 0; k < reads.n && reads.param[k] < n; k++)
        out->args[out->n_arg++] = tr(tx, dtn_tx_read_so(tx, x->args[reads.param[k]], reads.way[k]));
}

/* A function that XMILE does not have: under its name in the vendor's namespace. */
static dtn_expr *out_foreign(dtn_tx *tx, const dtn_expr *x)
{
    dtn_tx_bangs b;
    const bool star = dtn_tx_can_star(tx, x, &b);
    const uint32_t fn = dtn_fn_find(DTN_VENSIM, x->key);
    const bool is_of_data =
        (strncmp(x->key, "get_", 4) == 0 && strcmp(x->key, "get_time_value") != 0) ||
        strcmp(x->key, "time_shift") == 0;
    if (is_of_data || (dtn_tx_needs_whole(x) && tx->by_element) || (b.n && !star)) {
        dtn_refuse(tx->diags, x->pos, "write it with other functions",
                   "XMILE has no '%s', and it cannot be written out here", x->text);
        return num(tx, 0);
    }
    if (fn != DTN_NONE && dtn_fn_table[fn].dialect == 'V')
        dtn_tx_note(tx, DTN_WARNING, x->pos,
                    "XMILE has no '%s'; it keeps its name, which other programs may not know",
                    x->text);
    const uint32_t n_before = tx->n_star;
    uint32_t before[DTN_MAX_DIMS];
    memcpy(before, tx->stars, sizeof before);
    if (b.n) {
        memcpy(tx->stars, b.dims, sizeof b.dims);
        tx->n_star = b.n;
    }
    dtn_expr *out = call(tx, x->text, 0, NULL, NULL, NULL);
    out->n_arg = x->n_arg - x->n_out; /* of macros, outputs have calls of their own */
    out->args = DTN_NEW_N(tx->arena, dtn_expr *, out->n_arg + DTN_TX_MAX_READS + 1);
    for (uint32_t k = 0; k < out->n_arg; k++)
        out->args[k] = tr(tx, x->args[k]);
    add_reads(tx, x, out);
    memcpy(tx->stars, before, sizeof before);
    tx->n_star = n_before;
    return out;
}

static bool is_table(const dtn_tx_var *var)
{
    return var && (var->from.kind == DTN_VAR_LOOKUP ||
                   (var->from.n_eqn > 0 && var->from.eqns[0].kind == DTN_EQN_LOOKUP));
}

static bool is_macro(const dtn_tx *tx, const char *key)
{
    for (size_t i = 0; i < tx->src->n_macro; i++)
        if (strcmp(tx->src->macros[i].key, key) == 0)
            return true;
    return false;
}

/* table(x) */
static dtn_expr *out_table_call(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr ref = *x;
    ref.kind = DTN_X_NAME;
    ref.args = NULL;
    ref.n_arg = 0;
    return call(tx, "LOOKUP", 2, tr(tx, &ref), tr(tx, x->args[0]), NULL);
}

static dtn_expr *out_call(dtn_tx *tx, const dtn_expr *x)
{
    if (x->n_arg == 1 && (is_table(dtn_tx_find(tx, x->key)) || dtn_tx_is_param(tx, x->key)))
        return out_table_call(tx, x);
    dtn_expr *out = NULL;
    if (!is_macro(tx, x->key))
        out = dtn_tx_is_array_function(x) ? dtn_tx_array_function(tx, x) : dtn_tx_function(tx, x);
    return out ? out : out_foreign(tx, x);
}

/* ---- All kinds ------------------------------------------------------------------------------------------ */

static dtn_expr *out_na(dtn_tx *tx)
{
    if (!tx->told_na)
        dtn_tx_note(tx, DTN_WARNING, (dtn_pos){.file = tx->src->path},
                    ":NA: is written as the number that Vensim stores for it");
    tx->told_na = true;
    return num(tx, -0x1p109);
}

static dtn_expr *out_operation(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr *out = tx->by_element || tx->n_inner ? compare_elements(tx, x) : NULL;
    if (out)
        return out;
    out = dtn_expr_new(tx->to, x->kind, x->pos);
    out->op = x->op;
    out->n_arg = x->n_arg;
    out->args = DTN_NEW_N(tx->arena, dtn_expr *, x->n_arg);
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = tr(tx, x->args[i]);
    return out;
}

dtn_expr *dtn_tx_expr(dtn_tx *tx, const dtn_expr *x)
{
    switch (x->kind) {
    case DTN_X_NUMBER: return dtn_expr_new_number(tx->to, x->number, x->pos);
    case DTN_X_NAME: return out_name(tx, x);
    case DTN_X_CALL: return out_call(tx, x);
    case DTN_X_UNARY:
    case DTN_X_BINARY: return out_operation(tx, x);
    case DTN_X_NA: return out_na(tx);
    case DTN_X_MISSING: return dtn_expr_new(tx->to, DTN_X_MISSING, x->pos);
    case DTN_X_STRING:
    case DTN_X_ARRAY:
    case DTN_X_LOOKUP: break;
    }
    dtn_refuse(tx->diags, x->pos, "give it an equation of its own",
               "a text or a list cannot stand inside an equation of '%s'",
               tx->vars[tx->at].from.name);
    return num(tx, 0);
}

/* ---- One equation for all elements? ----------------------------------------------------------------------- */

static bool plain_subs(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_tx_var *var = dtn_tx_find(tx, x->key);
    for (uint32_t p = 0; p < x->n_sub; p++) {
        const dtn_dim *dim = dtn_tx_dim(tx, x->subs[p].key);
        if (!dim)
            continue;
        const bool is_own = !var || (p < var->n_dim && var->dims[p] == dim->id);
        if (!is_own ||
            (!x->subs[p].bang && !dtn_tx_is_left_dim(tx, dim->id) && !dtn_tx_is_star(tx, dim->id)))
            return false;
    }
    return true;
}

static bool plain_name(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_dim *dim = dtn_tx_is_own(tx, x->key) || x->n_sub ? NULL : dtn_tx_dim(tx, x->key);
    if (dim)
        return dim->parent == dim->id && dtn_tx_is_left_dim(tx, dim->id);
    return plain_subs(tx, x);
}

static bool compares_elements(dtn_tx *tx, const dtn_expr *x)
{
    if (x->kind != DTN_X_BINARY || (x->op != DTN_OP_EQ && x->op != DTN_OP_NE))
        return false;
    for (uint32_t i = 0; i < 2; i++) {
        const dtn_expr *a = x->args[i];
        if (a->kind == DTN_X_NAME && !a->n_sub && !dtn_tx_is_own(tx, a->key) &&
            (dtn_tx_dim(tx, a->key) || dtn_map_get(&tx->elements, a->key) != DTN_MAP_NONE))
            return true;
    }
    return false;
}

bool dtn_tx_is_plain(dtn_tx *tx, const dtn_expr *x)
{
    dtn_tx_bangs b;
    if (x->kind == DTN_X_NAME)
        return plain_name(tx, x);
    if (x->kind == DTN_X_ARRAY || compares_elements(tx, x) || !plain_subs(tx, x))
        return false;
    if (x->kind == DTN_X_CALL && strcmp(x->key, "elmcount") == 0)
        return true;
    const uint32_t n_before = tx->n_star;
    uint32_t before[DTN_MAX_DIMS];
    memcpy(before, tx->stars, sizeof before);
    bool plain = true;
    if (dtn_tx_is_array_function(x)) {
        plain = dtn_tx_can_star(tx, x, &b) || b.n == 0;
        memcpy(tx->stars, b.dims, sizeof b.dims);
        tx->n_star = b.n;
    }
    for (uint32_t i = 0; i < x->n_arg && plain; i++)
        plain = dtn_tx_is_plain(tx, x->args[i]);
    memcpy(tx->stars, before, sizeof before);
    tx->n_star = n_before;
    return plain;
}
