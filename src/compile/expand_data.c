/* Data equations: what `name`, `name := ...` and `name :RAW: := ...` compute.
 *
 * A variable with a series of its own is that series at the time. One that is computed from others
 * (`cost := fixed + variable`) has points where they have them, and is missing where one of them is.
 * A way between points (`ahead :LOOK FORWARD: := planned`) is that of the equation it stands in, so
 * what the equation takes from series is read that way, through computed data that have no way of
 * their own too. Computed data are not interpolated between their own points but computed from
 * interpolated ones, which is the same for sums and for products with constants.
 *
 * X IF MISSING(expression, number) has points where one of its series has, with the number in place
 * of the others.
 *
 * Follows the Vensim reference manual, "Data Equations".
 */
#include "compile/expander.h"

#include <string.h>

#define MAX_CHAIN 20 /* of data computed from computed data; more is taken for a circle */

static const dtn_var *data_var(const dtn_model *m, const dtn_expr *x)
{
    bool is_var = x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR && x->id < m->n_var;
    const dtn_var *var = is_var ? &m->vars[x->id] : NULL;
    return var && var->n_eqn > 0 && var->eqns[0].kind == DTN_EQN_DATA ? var : NULL;
}

/* ---- Can it be missing? ------------------------------------------------------------------ */

static bool may_be_missing(const dtn_model *m, const dtn_var *var, int depth);

static bool uses_missing(const dtn_model *m, const dtn_expr *x, int depth)
{
    const dtn_var *var = data_var(m, x);
    if (var && may_be_missing(m, var, depth))
        return true;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (uses_missing(m, x->args[i], depth))
            return true;
    return false;
}

static bool may_be_missing(const dtn_model *m, const dtn_var *var, int depth)
{
    for (size_t k = 0; k < var->n_eqn && depth < MAX_CHAIN; k++) {
        const dtn_eqn *eqn = &var->eqns[k];
        if (dtn_data_mode_of(eqn->keyword) == DTN_DATA_RAW)
            return true;
        for (uint32_t i = 0; i < eqn->n_table; i++)
            if (eqn->tables[i]->n == 0)
                return true;
        if (eqn->kind == DTN_EQN_DATA && !eqn->tables && eqn->expr &&
            uses_missing(m, eqn->expr, depth + 1))
            return true;
    }
    return false;
}

/* ---- Reading the way of the equation ---------------------------------------------------------- */

typedef struct data_reads {
    dtn_expander *e;
    uint32_t mode; /* of GET DATA AT TIME: 1 + dtn_data_mode; 0: as each variable says */
    dtn_expr *items[64];
    uint32_t n;
} data_reads;

/* `x` is the copy. Only series that can be missing at some time are kept. */
static void read_so(data_reads *r, dtn_expr *x, int depth)
{
    const dtn_model *m = r->e->c->model;
    const dtn_var *var = data_var(m, x);
    const dtn_eqn *formula = r->mode && var && depth < MAX_CHAIN ? dtn_var_formula(var, x) : NULL;
    if (formula) {
        *x = *dtn_x_copy(r->e, formula->expr);
        read_so(r, x, depth + 1);
        return;
    }
    for (uint32_t i = 0; !var && i < x->n_arg; i++)
        read_so(r, x->args[i], depth);
    if (!var)
        return;
    if (r->mode && dtn_has_series(var)) {
        dtn_expr *name = dtn_x_copy(r->e, x);
        *x = *dtn_x_call(r->e, DTN_FN_GET_DATA_AT_TIME, 2, name, dtn_x_now(r->e), NULL);
        x->number = r->mode;
    }
    bool is_raw = r->mode == 1 + DTN_DATA_RAW;
    if ((is_raw || may_be_missing(m, var, 0)) && r->n < sizeof r->items / sizeof *r->items)
        r->items[r->n++] = x;
}

/* The same tree once more: nodes are never shared. */
static dtn_expr *again(data_reads *r, const dtn_expr *x)
{
    if (x->kind == DTN_X_NAME)
        return dtn_x_copy(r->e, x);
    dtn_expr *out = dtn_x_call(r->e, DTN_FN_GET_DATA_AT_TIME, 2, dtn_x_copy(r->e, x->args[0]),
                               dtn_x_now(r->e), NULL);
    out->number = x->number;
    return out;
}

/* Is the item :NA: (EQ), or is it not (NE)? Of an array function's range: is one of them? */
static dtn_expr *is_na(data_reads *r, const dtn_expr *item, dtn_op op)
{
    const dtn_expr *name = item->kind == DTN_X_NAME ? item : item->args[0];
    dtn_expr *na = dtn_x_node(r->e, DTN_X_NA, 0, item->pos);
    dtn_expr *out = dtn_x_bin(r->e, op, again(r, item), na);
    for (uint32_t p = 0; p < name->n_sub; p++)
        if (name->subs[p].bang)
            return dtn_x_call(r->e, DTN_FN_VMAX, 1, out, NULL, NULL);
    return out;
}

/* X IF MISSING: `fill` in place of what is missing, :NA: where all of it is. */
static dtn_expr *filled(data_reads *r, dtn_expr *x, const dtn_expr *fill, dtn_pos pos)
{
    dtn_expr *any = NULL;
    for (uint32_t i = 0; i < r->n; i++) {
        dtn_expr *known = is_na(r, r->items[i], DTN_OP_NE);
        any = any ? dtn_x_bin(r->e, DTN_OP_OR, any, known) : known;
    }
    for (uint32_t i = 0; i < r->n; i++) {
        dtn_expr *na = dtn_x_node(r->e, DTN_X_NA, 0, pos);
        dtn_expr *is_missing = dtn_x_bin(r->e, DTN_OP_EQ, again(r, r->items[i]), na);
        *r->items[i] =
            *dtn_x_choose(r->e, is_missing, dtn_x_copy(r->e, fill), again(r, r->items[i]));
    }
    return any ? dtn_x_choose(r->e, any, x, dtn_x_node(r->e, DTN_X_NA, 0, pos)) : x;
}

static dtn_expr *computed(dtn_expander *e, const dtn_eqn *eqn)
{
    data_reads r = {.e = e,
                    .mode = eqn->keyword ? 1 + (uint32_t)dtn_data_mode_of(eqn->keyword) : 0};
    const dtn_expr *x = eqn->expr, *fill = NULL;
    if (x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC && x->id == DTN_FN_X_IF_MISSING) {
        fill = x->args[1];
        x = x->args[0];
    }
    dtn_expr *out = dtn_x_copy(e, x);
    read_so(&r, out, 0);
    if (r.n == 1 && r.items[0] == out) /* a name alone: missing where that is */
        return out;
    if (fill)
        return filled(&r, out, fill, eqn->pos);
    for (uint32_t i = 0; i < r.n; i++)
        out = dtn_x_choose(e, is_na(&r, r.items[i], DTN_OP_EQ),
                           dtn_x_node(e, DTN_X_NA, 0, eqn->pos), out);
    return out;
}

dtn_expr *dtn_x_data(dtn_expander *e, const dtn_eqn *eqn)
{
    if (!eqn->tables)
        return eqn->expr ? computed(e, eqn) : NULL;
    dtn_expr *out = dtn_x_call(e, DTN_FN_GET_DIRECT_DATA, 1, dtn_x_now(e), NULL, NULL);
    out->number = dtn_data_mode_of(eqn->keyword);
    return out;
}
