/* From Vensim's notation into XMILE's, which has no data: series and what is computed from them.
 *
 * A series becomes a graphical function of the time; with :RAW: and its kin a step function, whose
 * steps lie a little early where the run's times carry rounding. What is missing is the number that
 * Vensim stores for :NA:. Data that are computed (`cost := fixed + variable`) become the formula with
 * the condition that nothing in it is missing, as compile/expand_data.c reads them; a series that
 * the formula reads another way than its own is written a second time, as a variable.
 *
 * A macro that reads its argument in a way (`x :RAW: := series`) gets a further parameter for that,
 * and each call gives it the series read so.
 *
 * Follows the Vensim reference manual, "Data Equations".
 */
#include <math.h>
#include <string.h>

#include "format/to_xmile.h"

/* Of data computed from data, as in compile/expand_data.c; of macros that call others. */
#define MAX_CHAIN 20

/* ---- Series ----------------------------------------------------------------------------------- */

/* Are the run's times exact binary numbers, so that a point's time is met to the bit? */
static bool has_exact_times(const dtn_tx *tx)
{
    const dtn_model *m = tx->dst;
    if (!m->start || !m->dt)
        return false;
    const double k = 1048576; /* 2^20 */
    const double a = m->start->number * k, b = m->dt->number * k;
    return a == floor(a) && b == floor(b) && fabs(a) < 0x1p52 && b < 0x1p52;
}

/* Points at which a step function changes: a little early where times carry rounding. */
static dtn_lookup *stepped(dtn_tx *tx, const dtn_lookup *data, const char *keyword)
{
    const bool is_raw = strcmp(keyword, ":RAW:") == 0;
    const bool is_forward = strcmp(keyword, ":LOOK FORWARD:") == 0;
    const bool exact = has_exact_times(tx);
    dtn_lookup *out = DTN_NEW(tx->arena, dtn_lookup);
    *out = *data;
    out->kind = DTN_LOOKUP_DISCRETE;
    out->n = 0;
    out->x = DTN_NEW_N(tx->arena, double, 2 * data->n + 1);
    out->y = DTN_NEW_N(tx->arena, double, 2 * data->n + 1);
    for (size_t i = 0; i < data->n; i++) {
        const double slack = 1e-9 * (1 + fabs(data->x[i]));
        const double before = exact ? data->x[i] : data->x[i] - slack;
        const double after = data->x[i] + slack;
        if (is_raw && i == 0) {
            out->x[out->n] = data->x[0] - 1;
            out->y[out->n++] = -0x1p109; /* :NA: */
        }
        out->x[out->n] = is_forward && i > 0 ? data->x[i - 1] + slack : before;
        out->y[out->n++] = data->y[i];
        if (is_raw) {
            out->x[out->n] = after;
            out->y[out->n++] = -0x1p109;
        }
    }
    return out;
}

const dtn_lookup *dtn_tx_data_table(dtn_tx *tx, const dtn_lookup *data, const char *keyword)
{
    if (!keyword || strcmp(keyword, ":INTERPOLATE:") == 0)
        return data;
    dtn_tx_note(tx, DTN_WARNING, tx->eqn->pos,
                "%s of '%s' is written as a graphical function of type discrete", keyword,
                tx->vars[tx->at].from.name);
    return stepped(tx, data, keyword);
}

/* The series that `ahead :LOOK FORWARD: := planned` reads its own way, through data that are
 * nothing but another's name; NULL: none such. */
static const dtn_lookup *series_behind(dtn_tx *tx, const dtn_eqn *eqn, size_t turn)
{
    for (unsigned depth = 0; depth < 20; depth++) {
        const dtn_expr *x = eqn->expr;
        const dtn_tx_var *var = x && x->kind == DTN_X_NAME ? dtn_tx_find(tx, x->key) : NULL;
        const dtn_eqn *from = var && var->from.n_eqn == 1 ? &var->from.eqns[0] : NULL;
        if (!from || from->n_sub != x->n_sub || from->n_except)
            return NULL;
        for (uint32_t p = 0; p < x->n_sub; p++)
            if (!x->subs[p].key || strcmp(x->subs[p].key, from->subs[p].key) != 0 ||
                strcmp(x->subs[p].key, eqn->subs[p].key) != 0)
                return NULL;
        if (turn < from->n_table)
            return from->tables[turn];
        eqn = from;
    }
    return NULL;
}

const dtn_lookup *dtn_tx_table_of(dtn_tx *tx, const dtn_eqn *eqn, size_t turn)
{
    if (turn < eqn->n_table)
        return eqn->tables[turn];
    const char *way = eqn->kind == DTN_EQN_DATA ? eqn->keyword : NULL;
    if (!way || !eqn->expr || strcmp(way, ":INTERPOLATE:") == 0)
        return NULL;
    const dtn_lookup *table = series_behind(tx, eqn, turn);
    if (!table)
        dtn_refuse(tx->diags, eqn->pos, "read it from a series with that keyword",
                   "%s of '%s', which is computed, has no counterpart", way,
                   tx->vars[tx->at].from.name);
    return table;
}

/* ---- What a macro reads of its arguments ---------------------------------------------------------- */

static bool is_way(const char *keyword)
{
    return keyword && strcmp(keyword, ":SUPPLEMENTARY:") != 0;
}

static const char *word_of(const char *way)
{
    return way[1] == 'R' ? "raw" : way[1] == 'H' ? "held" : way[1] == 'L' ? "ahead" : "between";
}

static void add_read(dtn_tx *tx, const dtn_macro *macro, const dtn_expr *x, const char *way,
                     dtn_tx_reads *reads)
{
    uint32_t i = 0;
    while (x->kind == DTN_X_NAME && i < macro->n_param && strcmp(x->key, macro->params[i]) != 0)
        i++;
    if (x->kind != DTN_X_NAME || i == macro->n_param || reads->n == DTN_TX_MAX_READS)
        return;
    for (uint32_t k = 0; k < reads->n; k++)
        if (reads->param[k] == i && strcmp(reads->way[k], way) == 0)
            return;
    const char *name = dtn_arena_printf(tx->arena, "%s_%s", macro->params[i], word_of(way));
    for (unsigned n = 2; dtn_model_find_var(macro->body, name); n++)
        name = dtn_arena_printf(tx->arena, "%s_%s_%u", macro->params[i], word_of(way), n);
    reads->param[reads->n] = i;
    reads->way[reads->n] = way;
    reads->name[reads->n++] = name;
}

/* What is known so far of a macro's reads; NULL: it is none of the model's. */
static const dtn_tx_reads *known_reads(const dtn_tx *tx, const dtn_macro *macro)
{
    for (size_t i = 0; macro && i < tx->src->n_macro; i++)
        if (macro == &tx->src->macros[i])
            return &tx->all_reads[i];
    return NULL;
}

/* way: that of the data equation that x stands in, or NULL. */
static void find_reads(dtn_tx *tx, const dtn_macro *macro, const dtn_expr *x, const char *way,
                       dtn_tx_reads *reads)
{
    const dtn_macro *inner = x->kind == DTN_X_CALL ? dtn_tx_called_macro(tx, x->key) : NULL;
    const dtn_tx_reads *of_inner = known_reads(tx, inner);
    if (way)
        add_read(tx, macro, x, way, reads);
    for (uint32_t k = 0; of_inner && k < of_inner->n; k++) /* goes on to another macro */
        if (of_inner->param[k] < x->n_arg)
            add_read(tx, macro, x->args[of_inner->param[k]], of_inner->way[k], reads);
    for (uint32_t i = 0; i < x->n_arg; i++)
        find_reads(tx, macro, x->args[i], way, reads);
}

static void find_reads_of(dtn_tx *tx, const dtn_macro *macro, dtn_tx_reads *reads)
{
    reads->n = 0;
    for (size_t i = 0; macro->body && i < macro->body->n_var; i++)
        for (size_t k = 0; k < macro->body->vars[i].n_eqn; k++) {
            const dtn_eqn *eqn = &macro->body->vars[i].eqns[k];
            const bool is_read = eqn->kind == DTN_EQN_DATA && is_way(eqn->keyword);
            if (eqn->expr)
                find_reads(tx, macro, eqn->expr, is_read ? eqn->keyword : NULL, reads);
            if (eqn->init)
                find_reads(tx, macro, eqn->init, NULL, reads);
        }
}

/* All macros again and again, until nothing is added: they may call each other in circles, twice at
 * each turn. */
static void find_all_reads(dtn_tx *tx)
{
    bool more = true;
    tx->all_reads = DTN_NEW_N(tx->arena, dtn_tx_reads, tx->src->n_macro + 1);
    while (more) {
        more = false;
        for (size_t i = 0; i < tx->src->n_macro; i++) {
            dtn_tx_reads now = {.n = 0};
            find_reads_of(tx, &tx->src->macros[i], &now);
            more = more || now.n > tx->all_reads[i].n;
            tx->all_reads[i] = now;
        }
    }
    tx->n_output_read = tx->n_output;
}

void dtn_tx_find_reads(dtn_tx *tx, const dtn_macro *macro, dtn_tx_reads *reads)
{
    if (!tx->all_reads || tx->n_output_read != tx->n_output) /* a call may have got a meaning */
        find_all_reads(tx);
    const dtn_tx_reads *known = known_reads(tx, macro);
    if (known)
        *reads = *known;
    else
        find_reads_of(tx, macro, reads);
}

static const char *read_name(dtn_tx *tx, const char *key, const char *way)
{
    dtn_tx_reads reads;
    if (!tx->macro || !dtn_tx_is_param(tx, key))
        return NULL;
    dtn_tx_find_reads(tx, tx->macro, &reads);
    for (uint32_t i = 0; i < reads.n; i++)
        if (strcmp(tx->macro->params[reads.param[i]], key) == 0 && strcmp(reads.way[i], way) == 0)
            return reads.name[i];
    return NULL;
}

/* ---- Formulas --------------------------------------------------------------------------------------- */

static const dtn_var *data_var(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_tx_var *var = x->kind == DTN_X_NAME ? dtn_tx_find(tx, x->key) : NULL;
    return var && var->from.n_eqn && var->from.eqns[0].kind == DTN_EQN_DATA ? &var->from : NULL;
}

static dtn_expr *copy_tree(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr *out = DTN_NEW(tx->arena, dtn_expr);
    *out = *x;
    out->args = DTN_NEW_N(tx->arena, dtn_expr *, x->n_arg + 1);
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = copy_tree(tx, x->args[i]);
    return out;
}

static bool has_way(const dtn_var *var, const char *way)
{
    for (size_t k = 0; k < var->n_eqn; k++)
        if (!var->eqns[k].keyword || strcmp(var->eqns[k].keyword, way) != 0)
            return false;
    return true;
}

static bool may_be_missing(const dtn_var *var)
{
    for (size_t k = 0; k < var->n_eqn; k++) {
        const dtn_eqn *eqn = &var->eqns[k];
        if (!eqn->tables || (eqn->keyword && strcmp(eqn->keyword, ":RAW:") == 0))
            return true;
        for (size_t i = 0; i < eqn->n_table; i++)
            if (eqn->tables[i]->n == 0)
                return true;
    }
    return false;
}

typedef struct data_items {
    dtn_expr *items[64]; /* of the formula: what may be missing */
    uint32_t n;
} data_items;

dtn_expr *dtn_tx_read_so(dtn_tx *tx, const dtn_expr *x, const char *way)
{
    const dtn_var *var = data_var(tx, x);
    const char *param = x->kind == DTN_X_NAME ? read_name(tx, x->key, way) : NULL;
    dtn_expr *out = copy_tree(tx, x);
    if (param) {
        out->text = out->key = param;
        return out;
    }
    if (!var || has_way(var, way))
        return out;
    dtn_eqn eqn = {.kind = DTN_EQN_DATA, .keyword = way, .expr = out};
    return dtn_tx_hoist(
        tx, x, eqn, dtn_arena_printf(tx->arena, "%s read", dtn_plain_name(tx->arena, var->name)));
}

static void open_names(dtn_tx *tx, dtn_expr *x, const char *way, data_items *found, unsigned depth)
{
    const dtn_var *var = data_var(tx, x);
    const bool is_param = x->kind == DTN_X_NAME && dtn_tx_is_param(tx, x->key);
    const dtn_eqn *formula = var && way && depth < MAX_CHAIN ? dtn_var_formula(var, x) : NULL;
    if (formula) {
        *x = *copy_tree(tx, formula->expr);
        open_names(tx, x, way, found, depth + 1);
        return;
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        open_names(tx, x->args[i], way, found, depth);
    if (!var && !(is_param && way))
        return;
    if (way)
        *x = *dtn_tx_read_so(tx, x, way);
    const bool is_raw = way && strcmp(way, ":RAW:") == 0;
    if ((is_raw || (var && may_be_missing(var))) && found->n < 64)
        found->items[found->n++] = x;
}

static dtn_expr *make(dtn_tx *tx, dtn_expr_kind kind, dtn_pos pos, uint32_t n)
{
    dtn_expr *x = DTN_NEW(tx->arena, dtn_expr);
    *x = (dtn_expr){.kind = kind, .pos = pos, .n_arg = n};
    x->args = DTN_NEW_N(tx->arena, dtn_expr *, n + 1);
    return x;
}

static dtn_expr *make_op(dtn_tx *tx, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    dtn_expr *x = make(tx, DTN_X_BINARY, a->pos, 2);
    x->op = op;
    x->args[0] = a;
    x->args[1] = b;
    return x;
}

static dtn_expr *make_if(dtn_tx *tx, dtn_expr *cond, dtn_expr *yes, dtn_expr *no)
{
    dtn_expr *x = make(tx, DTN_X_CALL, cond->pos, 3);
    x->text = "IF THEN ELSE";
    x->key = "if_then_else";
    x->args[0] = cond;
    x->args[1] = yes;
    x->args[2] = no;
    return x;
}

/* Is the item :NA: (EQ), or is it not (NE)? Of a range that a function runs over: is one of them? */
static dtn_expr *is_na(dtn_tx *tx, const dtn_expr *item, dtn_op op)
{
    dtn_expr *out = make_op(tx, op, copy_tree(tx, item), make(tx, DTN_X_NA, item->pos, 0));
    for (uint32_t p = 0; p < item->n_sub; p++)
        if (item->subs[p].bang) {
            dtn_expr *any = make(tx, DTN_X_CALL, item->pos, 1);
            any->text = "VMAX";
            any->key = "vmax";
            any->args[0] = out;
            return any;
        }
    return out;
}

static dtn_expr *filled(dtn_tx *tx, dtn_expr *x, const dtn_expr *fill, const data_items *found)
{
    dtn_expr *any = NULL;
    for (uint32_t i = 0; i < found->n; i++) {
        dtn_expr *known = is_na(tx, found->items[i], DTN_OP_NE);
        any = any ? make_op(tx, DTN_OP_OR, any, known) : known;
    }
    for (uint32_t i = 0; i < found->n; i++) {
        dtn_expr *own = copy_tree(tx, found->items[i]);
        dtn_expr *missing =
            make_op(tx, DTN_OP_EQ, copy_tree(tx, own), make(tx, DTN_X_NA, x->pos, 0));
        *found->items[i] = *make_if(tx, missing, copy_tree(tx, fill), own);
    }
    return any ? make_if(tx, any, x, make(tx, DTN_X_NA, x->pos, 0)) : x;
}

void dtn_tx_open_data(dtn_tx *tx, dtn_eqn *eqn)
{
    const dtn_expr *x = eqn->expr, *fill = NULL;
    data_items found = {.n = 0};
    if (!x || eqn->tables || eqn->loaded ||
        (x->kind == DTN_X_CALL && strncmp(x->key, "get_", 4) == 0))
        return;
    if (is_way(eqn->keyword) && series_behind(tx, eqn, 0))
        return;
    if (dtn_key_is(x, "x_if_missing") && x->n_arg == 2) {
        fill = x->args[1];
        x = x->args[0];
    }
    dtn_expr *out = copy_tree(tx, x);
    open_names(tx, out, is_way(eqn->keyword) ? eqn->keyword : NULL, &found, 0);
    if (!(found.n == 1 && found.items[0] == out)) {
        if (fill)
            out = filled(tx, out, fill, &found);
        for (uint32_t i = 0; !fill && i < found.n; i++)
            out = make_if(tx, is_na(tx, found.items[i], DTN_OP_EQ), make(tx, DTN_X_NA, eqn->pos, 0),
                          out);
    }
    eqn->expr = out;
    eqn->keyword = NULL;
    eqn->kind = DTN_EQN_EXPR;
}
