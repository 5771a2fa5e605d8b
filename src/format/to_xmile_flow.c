/* From Vensim's notation into XMILE's: the flows of stocks.
 *
 * INTEG(a + b - c, init) has inflows a, b and the outflow c, where these are auxiliaries over the
 * same ranges that flow nowhere else in that direction. Any other rate becomes a flow of its own,
 * "<stock> net flow". A rate of 0 needs none. Of a variable that is a stock for some of its elements
 * only, numbers become stocks without flows; else the stocks go into a variable of their own,
 * "<name> level".
 */
#include <string.h>

#include "format/to_xmile.h"

/* ---- Flows -------------------------------------------------------------------------------- */

typedef struct term {
    const dtn_expr *x;
    bool is_minus;
} term;

typedef struct terms {
    term items[DTN_MAX_TERMS];
    size_t n;
    bool is_sum; /* of names with signs */
} terms;

static void split(terms *t, const dtn_expr *x, bool is_minus)
{
    const bool is_sum = x->kind == DTN_X_BINARY && (x->op == DTN_OP_ADD || x->op == DTN_OP_SUB);
    const bool is_sign = x->kind == DTN_X_UNARY && (x->op == DTN_OP_NEG || x->op == DTN_OP_PLUS);
    if (!t->is_sum || t->n >= DTN_MAX_TERMS) {
        t->is_sum = false;
    } else if (is_sum) {
        split(t, x->args[0], is_minus);
        split(t, x->args[1], is_minus != (x->op == DTN_OP_SUB));
    } else if (is_sign) {
        split(t, x->args[0], is_minus != (x->op == DTN_OP_NEG));
    } else {
        t->is_sum = x->kind == DTN_X_NAME;
        t->items[t->n++] = (term){x, is_minus};
    }
}

/* Numbers alone: a parameter, which stays one. */
static bool is_constant(const dtn_var *var)
{
    for (size_t i = 0; i < var->n_eqn; i++) {
        const dtn_expr *x = dtn_eqn_written(&var->eqns[i]);
        while (x && x->kind == DTN_X_UNARY)
            x = x->args[0];
        if (!x || (x->kind != DTN_X_NUMBER && x->kind != DTN_X_ARRAY))
            return false;
    }
    return true;
}

static bool has_values(const dtn_var *var)
{
    for (size_t i = 0; i < var->n_eqn; i++)
        if (var->eqns[i].kind != DTN_EQN_EXPR || !var->eqns[i].expr)
            return false;
    return var->n_eqn > 0;
}

static bool is_auxiliary(const dtn_var *var)
{
    return (var->kind == DTN_VAR_AUX || var->kind == DTN_VAR_FLOW) && !var->is_control;
}

/* Can this term be a flow of the stock as it stands? */
static dtn_tx_var *flow_of(dtn_tx *tx, const dtn_tx_var *stock, const term *t)
{
    dtn_tx_var *flow = dtn_tx_find(tx, t->x->key);
    const dtn_eqn *eqn = &stock->from.eqns[0];
    if (!flow || !is_auxiliary(&flow->from) || !has_values(&flow->from) ||
        is_constant(&flow->from) || flow->n_dim != stock->n_dim ||
        (t->is_minus ? flow->is_outflow : flow->is_inflow) || t->x->n_sub != eqn->n_sub)
        return NULL;
    for (uint32_t p = 0; p < stock->n_dim; p++)
        if (flow->dims[p] != stock->dims[p] || !t->x->subs[p].key ||
            strcmp(t->x->subs[p].key, eqn->subs[p].key) != 0)
            return NULL;
    return flow;
}

static bool take_flows(dtn_tx *tx, dtn_tx_var *stock, const terms *t)
{
    for (size_t i = 0; i < t->n; i++) {
        if (!flow_of(tx, stock, &t->items[i]))
            return false;
        for (size_t k = 0; k < i; k++) /* once, in one direction */
            if (strcmp(t->items[k].x->key, t->items[i].x->key) == 0)
                return false;
    }
    stock->inflows = DTN_NEW_N(tx->arena, const char *, t->n + 1);
    stock->outflows = DTN_NEW_N(tx->arena, const char *, t->n + 1);
    for (size_t i = 0; i < t->n; i++) {
        dtn_tx_var *flow = flow_of(tx, stock, &t->items[i]);
        flow->is_flow = true;
        if (t->items[i].is_minus)
            stock->outflows[stock->n_outflow++] = flow->name;
        else
            stock->inflows[stock->n_inflow++] = flow->name;
        flow->is_outflow |= t->items[i].is_minus;
        flow->is_inflow |= !t->items[i].is_minus;
    }
    return true;
}

static void add_net_flow(dtn_tx *tx, uint32_t at)
{
    const dtn_var *stock = &tx->vars[at].from;
    const char *plain = dtn_plain_name(tx->arena, stock->name);
    dtn_var var = dtn_tx_new_var(tx, stock, dtn_arena_printf(tx->arena, "%s net flow", plain));
    var.eqns = DTN_NEW_N(tx->arena, dtn_eqn, stock->n_eqn);
    var.n_eqn = stock->n_eqn;
    if (stock->units && tx->src->time_units)
        var.units = dtn_arena_printf(tx->arena, "(%s)/%s", stock->units, tx->src->time_units);
    for (size_t i = 0; i < stock->n_eqn; i++) {
        var.eqns[i] = stock->eqns[i];
        var.eqns[i].kind = DTN_EQN_EXPR;
        var.eqns[i].init = NULL;
    }
    const uint32_t flow = dtn_tx_add(tx, var);
    tx->vars[flow].is_flow = true;
    tx->vars[at].inflows = DTN_NEW(tx->arena, const char *);
    tx->vars[at].inflows[0] = tx->vars[flow].name;
    tx->vars[at].n_inflow = 1;
}

static bool is_zero(const dtn_expr *x) { return x && x->kind == DTN_X_NUMBER && x->number == 0; }

/* ---- Stocks for some elements only ------------------------------------------------------------ */

static bool is_number(const dtn_expr *x)
{
    while (x && x->kind == DTN_X_UNARY)
        x = x->args[0];
    return x && x->kind == DTN_X_NUMBER;
}

static void stop_at(dtn_tx *tx, dtn_eqn *eqn, dtn_expr *value)
{
    eqn->kind = DTN_EQN_STOCK;
    eqn->init = value;
    eqn->expr = dtn_expr_new_number(tx->to, 0, eqn->pos);
}

static dtn_eqn *own_equations(dtn_tx *tx, dtn_var *var)
{
    dtn_eqn *eqns = DTN_NEW_N(tx->arena, dtn_eqn, var->n_eqn);
    memcpy(eqns, var->eqns, var->n_eqn * sizeof *eqns);
    var->eqns = eqns;
    return eqns;
}

/* The stocks in a variable of their own, which stands still where this one has other equations. */
static void part_stocks(dtn_tx *tx, uint32_t at)
{
    const dtn_var *whole = &tx->vars[at].from;
    const char *plain = dtn_plain_name(tx->arena, whole->name);
    dtn_var level = dtn_tx_new_var(tx, whole, dtn_arena_printf(tx->arena, "%s level", plain));
    level.kind = DTN_VAR_STOCK;
    level.units = whole->units;
    level.units_pos = whole->units_pos;
    level.eqns = whole->eqns;
    level.n_eqn = whole->n_eqn;
    dtn_eqn *eqns = own_equations(tx, &level);
    for (size_t i = 0; i < level.n_eqn; i++)
        if (eqns[i].kind != DTN_EQN_STOCK)
            stop_at(tx, &eqns[i], dtn_expr_new_number(tx->to, 0, eqns[i].pos));
    const uint32_t stock = dtn_tx_add(tx, level); /* variables may move */
    dtn_var *var = &tx->vars[at].from;
    eqns = own_equations(tx, var);
    var->kind = DTN_VAR_AUX;
    for (size_t i = 0; i < var->n_eqn; i++)
        if (eqns[i].kind == DTN_EQN_STOCK) {
            dtn_expr *x = dtn_expr_new(tx->to, DTN_X_NAME, eqns[i].pos);
            x->text = tx->vars[stock].from.name;
            x->key = tx->vars[stock].from.key;
            x->subs = eqns[i].subs;
            x->n_sub = eqns[i].n_sub;
            eqns[i].kind = DTN_EQN_EXPR;
            eqns[i].expr = x;
            eqns[i].init = NULL;
        }
    dtn_tx_note(tx, DTN_NOTE, var->pos, "the stocks among the elements of '%s' are written as '%s'",
                var->name, tx->vars[stock].from.name);
}

/* false: the variable is no stock any more. */
static bool make_whole(dtn_tx *tx, uint32_t at)
{
    dtn_var *var = &tx->vars[at].from;
    bool all_stocks = true, others_are_numbers = true;
    for (size_t i = 0; i < var->n_eqn; i++)
        if (var->eqns[i].kind != DTN_EQN_STOCK) {
            all_stocks = false;
            others_are_numbers = others_are_numbers && var->eqns[i].kind == DTN_EQN_EXPR &&
                                 is_number(var->eqns[i].expr);
        }
    if (all_stocks)
        return true;
    if (!others_are_numbers) {
        part_stocks(tx, at);
        return false;
    }
    dtn_eqn *eqns = own_equations(tx, var);
    for (size_t i = 0; i < var->n_eqn; i++)
        if (eqns[i].kind != DTN_EQN_STOCK)
            stop_at(tx, &eqns[i], eqns[i].expr);
    return true;
}

void dtn_tx_plan_flows(dtn_tx *tx, uint32_t at)
{
    if (!make_whole(tx, at))
        return;
    dtn_tx_var *stock = &tx->vars[at];
    terms *t = DTN_NEW(tx->arena, terms);
    bool all_zero = true;
    for (size_t i = 0; i < stock->from.n_eqn; i++)
        all_zero = all_zero && is_zero(stock->from.eqns[i].expr);
    if (all_zero)
        return;
    t->is_sum = dtn_tx_is_whole(tx, stock);
    split(t, stock->from.eqns[0].expr, false);
    if (!t->is_sum || !take_flows(tx, stock, t))
        add_net_flow(tx, at);
}
