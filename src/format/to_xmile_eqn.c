/* From Vensim's notation into XMILE's: one variable's equations.
 *
 * An equation over all that its variable is stored over stays one; every other (EXCEPT, subranges,
 * mappings, lists of numbers) is written out element by element. Tables become <gf>, so do values
 * from files, if they were loaded (to_xmile_data.c). Expressions: to_xmile_expr.c.
 */
#include <string.h>

#include "format/to_xmile_make.h"

/* ---- Equations ---------------------------------------------------------------------------------- */

static dtn_expr *with_lookup(dtn_tx *tx, dtn_expr *at, dtn_lookup *table)
{
    dtn_expr *x = dtn_expr_new(tx->to, DTN_X_LOOKUP, table->pos);
    x->lookup = table;
    return dtn_make_call(tx->to, "WITH LOOKUP", 2, at, x, NULL);
}

static dtn_lookup *copy_table(dtn_tx *tx, const dtn_lookup *table)
{
    dtn_lookup *copy = DTN_NEW(tx->arena, dtn_lookup);
    *copy = *table;
    return copy;
}

static void set_series(dtn_tx *tx, const dtn_lookup *data, const char *keyword, dtn_eqn *out)
{
    out->kind = DTN_EQN_EXPR;
    out->lookup = copy_table(tx, dtn_tx_data_table(tx, data, keyword));
    out->expr = with_lookup(tx, dtn_make_name(tx->to, "TIME"), out->lookup);
}

/* The number that stands for the turn-th element of a list, or the whole expression. */
static dtn_expr *value_at(const dtn_expr *x, size_t turn)
{
    if (x->kind != DTN_X_ARRAY)
        return NULL;
    return turn < x->n_arg ? x->args[turn] : NULL;
}

static void set_value(dtn_tx *tx, const dtn_eqn *eqn, size_t turn, dtn_eqn *out)
{
    const dtn_expr *x = dtn_eqn_written(eqn);
    out->kind = DTN_EQN_EXPR;
    if (x->kind == DTN_X_ARRAY) {
        const dtn_expr *item = value_at(x, turn);
        if (!item)
            dtn_refuse(tx->diags, x->pos, "give one number for each element",
                       "there are more elements than numbers for '%s'", tx->vars[tx->at].from.name);
        out->expr = item ? dtn_tx_expr(tx, item) : dtn_make_number(tx->to, 0);
    } else if (dtn_key_is(x, "with_lookup") && x->n_arg == 2 && x->args[1]->kind == DTN_X_LOOKUP) {
        out->lookup = copy_table(tx, x->args[1]->lookup);
        out->expr = with_lookup(tx, dtn_tx_expr(tx, x->args[0]), out->lookup);
    } else if (dtn_key_is(x, "active_initial") && x->n_arg == 2) {
        out->expr = dtn_tx_expr(tx, x->args[0]);
        out->init = dtn_tx_expr(tx, x->args[1]);
    } else if (!dtn_key_is(x, "a_function_of") || x->n_arg > 0) { /* a diagram's: of nothing */
        out->expr = dtn_tx_expr(tx, x);
    }
}

static void refuse_data(dtn_tx *tx, const dtn_eqn *eqn)
{
    dtn_refuse(tx->diags, eqn->pos, "put the data files beside the model, or give it an equation",
               "the values of '%s' are in a file, which is not there", tx->vars[tx->at].from.name);
}

/* The right side; turn: which of the left side's elements, row-major. */
static void set_right(dtn_tx *tx, const dtn_eqn *eqn, size_t turn, dtn_eqn *out)
{
    const dtn_lookup *table = dtn_tx_table_of(tx, eqn, turn);
    const dtn_expr *x = dtn_eqn_written(eqn);
    const bool is_source =
        x && x->kind == DTN_X_CALL &&
        (strncmp(x->key, "get_xls_", 8) == 0 || strncmp(x->key, "get_direct_", 11) == 0 ||
         strncmp(x->key, "get_123_", 8) == 0);
    out->pos = eqn->pos;
    if (eqn->kind == DTN_EQN_STOCK) {
        out->kind = DTN_EQN_STOCK;
        out->expr = dtn_make_number(tx->to, 0);
        out->init = eqn->init ? dtn_tx_expr(tx, eqn->init) : NULL;
    } else if (eqn->kind == DTN_EQN_LOOKUP && (eqn->lookup || table)) {
        out->kind = DTN_EQN_LOOKUP;
        out->lookup = copy_table(tx, table ? table : eqn->lookup);
    } else if (table && table->n == 0) { /* data that are not there */
        out->kind = DTN_EQN_EXPR;
        out->expr = dtn_make_number(tx->to, -0x1p109);
        out->keyword = eqn->keyword; /* of no use until they are given */
    } else if (table) {
        set_series(tx, table, eqn->keyword, out);
    } else if (!x || (is_source && !eqn->loaded)) {
        refuse_data(tx, eqn);
    } else {
        set_value(tx, eqn, turn, out);
    }
}

static dtn_eqn *add_eqn(dtn_tx *tx, dtn_var *out)
{
    DTN_PUSH(tx->arena, out->eqns, out->n_eqn, out->cap_eqn, (dtn_eqn){0});
    return &out->eqns[out->n_eqn - 1];
}

static void translate_whole(dtn_tx *tx, const dtn_eqn *eqn, dtn_var *out)
{
    dtn_eqn made = {0};
    tx->by_element = tx->vars[tx->at].n_dim == 0;
    tx->n_outer = 0;
    set_right(tx, eqn, 0, &made);
    made.n_sub = out->n_dim_key;
    made.subs = DTN_NEW_N(tx->arena, dtn_sub, made.n_sub + 1);
    for (uint32_t p = 0; p < made.n_sub; p++) {
        const dtn_dim *dim = dtn_tx_dim(tx, out->dim_keys[p]);
        made.subs[p] = dtn_sub_named(dim->name, dim->key, eqn->pos);
    }
    *add_eqn(tx, out) = made;
}

static bool takes(const dtn_tx *tx, const dtn_sub *sub, const char *key)
{
    const dtn_dim *dim = dtn_tx_dim(tx, sub->key);
    if (dim)
        return dtn_map_get(&dim->index, key) != DTN_MAP_NONE;
    return sub->key && key && strcmp(sub->key, key) == 0;
}

static bool is_excepted(const dtn_tx *tx, const dtn_eqn *eqn, const char *const *keys)
{
    for (uint32_t k = 0; k < eqn->n_except; k++) {
        bool all = true;
        for (uint32_t p = 0; p < eqn->n_sub && all; p++)
            all = takes(tx, &eqn->excepts[k][p], keys[p]);
        if (all)
            return true;
    }
    return false;
}

/* The left side's elements, one combination after the other. */
typedef struct walk {
    const dtn_dim *dims[DTN_MAX_DIMS]; /* NULL: a single element */
    const char *keys[DTN_MAX_DIMS];
    size_t n;
} walk;

static void start_walk(const dtn_tx *tx, const dtn_eqn *eqn, walk *w)
{
    w->n = 1;
    for (uint32_t p = 0; p < eqn->n_sub; p++) {
        w->dims[p] = dtn_tx_dim(tx, eqn->subs[p].key);
        w->keys[p] = eqn->subs[p].key;
        w->n *= w->dims[p] ? w->dims[p]->n_element : 1;
    }
}

static void step_to(walk *w, const dtn_eqn *eqn, size_t turn)
{
    for (uint32_t p = eqn->n_sub; p-- > 0;) {
        if (!w->dims[p])
            continue;
        w->keys[p] = w->dims[p]->element_keys[turn % w->dims[p]->n_element];
        turn /= w->dims[p]->n_element;
    }
}

/* Ranges of the left side, with what EXCEPT leaves of them. */
static void bind_ranges(dtn_tx *tx, const dtn_eqn *eqn, walk *w)
{
    tx->n_outer = 0;
    for (uint32_t p = 0; p < eqn->n_sub; p++) {
        if (!w->dims[p])
            continue;
        dtn_tx_bound *b = &tx->outer[tx->n_outer++];
        *b = (dtn_tx_bound){w->dims[p]->id, w->dims[p]->n_element, w->dims[p]->element_keys, NULL};
        if (eqn->n_except == 0)
            continue;
        b->keys = DTN_NEW_N(tx->arena, const char *, w->n);
        b->n = 0;
        for (size_t turn = 0; turn < w->n; turn++) {
            step_to(w, eqn, turn);
            if (!is_excepted(tx, eqn, w->keys))
                b->keys[b->n++] = w->keys[p];
        }
    }
}

static void translate_element(dtn_tx *tx, const dtn_eqn *eqn, size_t turn, const walk *w,
                              dtn_var *out)
{
    const dtn_tx_var *var = &tx->vars[tx->at];
    dtn_eqn made = {0};
    for (uint32_t p = 0, b = 0; p < eqn->n_sub; p++)
        if (w->dims[p])
            tx->outer[b++].key = w->keys[p];
    made.n_sub = eqn->n_sub;
    made.subs = DTN_NEW_N(tx->arena, dtn_sub, made.n_sub + 1);
    for (uint32_t p = 0; p < eqn->n_sub; p++) {
        const dtn_dim *storage = &tx->dst->dims[var->dims[p]];
        const uint32_t at = dtn_map_get(&storage->index, w->keys[p]);
        made.subs[p] = dtn_sub_named(at == DTN_MAP_NONE ? w->keys[p] : storage->elements[at],
                                     w->keys[p], eqn->pos);
    }
    set_right(tx, eqn, turn, &made);
    *add_eqn(tx, out) = made;
}

static void translate_elements(dtn_tx *tx, const dtn_eqn *eqn, dtn_var *out)
{
    walk w = {0};
    start_walk(tx, eqn, &w);
    if (!dtn_tx_count(tx, w.n, eqn->pos))
        return;
    bind_ranges(tx, eqn, &w);
    tx->by_element = true;
    for (size_t turn = 0; turn < w.n; turn++) {
        step_to(&w, eqn, turn);
        if (!is_excepted(tx, eqn, w.keys))
            translate_element(tx, eqn, turn, &w, out);
    }
    tx->n_outer = 0;
}

static bool is_plain_eqn(dtn_tx *tx, const dtn_eqn *eqn)
{
    const dtn_expr *x = dtn_eqn_written(eqn);
    if (eqn->tables)
        return false;
    if (eqn->kind == DTN_EQN_STOCK)
        return !eqn->init || dtn_tx_is_plain(tx, eqn->init);
    return !x || eqn->kind == DTN_EQN_LOOKUP || dtn_tx_is_plain(tx, x);
}

static dtn_var_kind kind_of(const dtn_tx_var *var)
{
    if (var->is_flow)
        return DTN_VAR_FLOW;
    return var->from.kind == DTN_VAR_STOCK || var->from.kind == DTN_VAR_LOOKUP ? var->from.kind
                                                                               : DTN_VAR_AUX;
}

static void set_dims(dtn_tx *tx, const dtn_tx_var *var, dtn_var *out)
{
    out->dim_keys = DTN_NEW_N(tx->arena, const char *, var->n_dim + 1);
    for (uint32_t p = 0; p < var->n_dim; p++) {
        tx->is_dim_used[var->dims[p]] = true;
        out->dim_keys[out->n_dim_key++] = tx->dst->dims[var->dims[p]].key;
    }
}

static bool is_missing(const dtn_eqn *eqn)
{
    return eqn->expr && eqn->expr->kind == DTN_X_NUMBER && eqn->expr->number == -0x1p109;
}

/* Data that are not there are marked, of an array some of its elements, so that who reads them can still be given them. */
static void mark_missing(const dtn_tx_var *var, dtn_var *out)
{
    size_t n = 0;
    for (size_t i = 0; i < out->n_eqn && var->from.kind == DTN_VAR_DATA; i++)
        n += is_missing(&out->eqns[i]);
    if (n > 0 && n == out->n_eqn)
        out->kind = DTN_VAR_DATA;
    for (size_t i = 0; i < out->n_eqn && n > 0 && n < out->n_eqn; i++)
        if (is_missing(&out->eqns[i])) {
            out->eqns[i].kind = DTN_EQN_DATA;
            out->eqns[i].expr = NULL;
            out->eqns[i].keyword = var->from.n_eqn > 0 ? var->from.eqns[0].keyword : NULL;
        }
}

static bool is_text(const dtn_var *var)
{
    return var->n_eqn > 0 && var->eqns[0].kind == DTN_EQN_STRING;
}

void dtn_tx_translate_var(dtn_tx *tx, uint32_t at)
{
    if (!dtn_tx_can_be_placed(&tx->vars[at]))
        return;
    if (is_text(&tx->vars[at].from)) {
        dtn_tx_note(tx, DTN_WARNING, tx->vars[at].from.pos,
                    "the text '%s' has no place in XMILE and is left out", tx->vars[at].from.name);
        return;
    }
    dtn_var out = dtn_bare_copy(&tx->vars[at].from);
    out.name = tx->vars[at].name;
    out.kind = kind_of(&tx->vars[at]);
    out.inflows = tx->vars[at].inflows;
    out.n_inflow = tx->vars[at].n_inflow;
    out.outflows = tx->vars[at].outflows;
    out.n_outflow = tx->vars[at].n_outflow;
    set_dims(tx, &tx->vars[at], &out);
    tx->at = at;
    for (size_t i = 0; i < tx->vars[at].from.n_eqn; i++) {
        dtn_eqn eqn = tx->vars[at].from.eqns[i];
        tx->eqn = &eqn; /* cppcheck-suppress autoVariables; only while it is translated */
        tx->n_inner = tx->n_star = tx->n_outer = 0;
        tx->n_fit = 0;
        tx->in_array = false;
        if (eqn.kind == DTN_EQN_DATA)
            dtn_tx_open_data(tx, &eqn);
        if (eqn.expr && dtn_tx_is_whole(tx, &tx->vars[at]))
            eqn.expr = dtn_tx_arrange(tx, eqn.expr);
        if (out.n_dim_key == 0 || (dtn_tx_is_whole(tx, &tx->vars[at]) && is_plain_eqn(tx, tx->eqn)))
            translate_whole(tx, tx->eqn, &out);
        else
            translate_elements(tx, tx->eqn, &out);
        if (tx->eqn->unchangeable)
            dtn_tx_note(tx, DTN_NOTE, tx->eqn->pos, "'%s' may be changed in XMILE; '==' is lost",
                        out.name);
    }
    mark_missing(&tx->vars[at], &out);
    dtn_append_var(tx->to, out);
}
