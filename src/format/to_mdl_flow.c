/* Stocks and flows that cannot become negative, in Vensim's notation, which has no mark for them.
 *
 * As compile/expand_flow.c gives them meaning: a flow that is not negative is MAX(its equation, 0);
 * a flow out of a stock that is not negative takes at most what is there: stock / TIME STEP, with
 * the inflows and less the outflows before it. Inflows that depend at the same moment on the flow
 * itself are left out of that sum. A flow that leaves several stocks is not limited. The stock's
 * own rate then empties it at most.
 *
 * With Runge-Kutta steps this is not quite the same: the floor holds in every stage there, not
 * after the step.
 */
#include <string.h>

#include "format/to_mdl.h"

typedef struct term_list {
    dtn_tm_term *items;
    size_t n, cap;
} term_list;

static uint32_t position_of(const dtn_tm *tm, const char *key)
{
    return dtn_map_get(&tm->index, key);
}

/* Flows of a stock, as the terms of its rate. */
static void collect(dtn_tm *tm, const dtn_expr *x, int sign, term_list *out)
{
    const bool is_sum = x->kind == DTN_X_BINARY && (x->op == DTN_OP_ADD || x->op == DTN_OP_SUB);
    const uint32_t at = x->kind == DTN_X_NAME ? position_of(tm, x->key) : DTN_MAP_NONE;
    if (at != DTN_MAP_NONE) {
        DTN_PUSH(tm->arena, out->items, out->n, out->cap, ((dtn_tm_term){at, sign}));
    } else if (is_sum) {
        collect(tm, x->args[0], sign, out);
        collect(tm, x->args[1], x->op == DTN_OP_SUB ? -sign : sign, out);
    } else if (x->kind == DTN_X_UNARY && x->op == DTN_OP_NEG) {
        collect(tm, x->args[0], -sign, out);
    }
}

static term_list terms_of(dtn_tm *tm, const dtn_tm_var *stock)
{
    term_list out = {0};
    if (stock->from.n_eqn > 0 && stock->from.eqns[0].kind == DTN_EQN_STOCK &&
        stock->from.eqns[0].expr)
        collect(tm, stock->from.eqns[0].expr, 1, &out);
    return out;
}

static bool same_shape(const dtn_tm_var *a, const dtn_tm_var *b)
{
    return a->n_dim == b->n_dim && memcmp(a->dims, b->dims, a->n_dim * sizeof *a->dims) == 0;
}

/* ---- Does one depend on the other at the same moment? --------------------------------- */

typedef struct search {
    dtn_tm *tm;
    bool *seen;
    uint32_t *stack;
    size_t n, cap;
} search;

static void visit(search *s, uint32_t at)
{
    if (at == DTN_MAP_NONE || s->seen[at] || s->tm->vars[at].from.kind == DTN_VAR_STOCK)
        return;
    s->seen[at] = true;
    DTN_PUSH(s->tm->arena, s->stack, s->n, s->cap, at);
}

static void visit_name(dtn_expr *x, void *ctx)
{
    search *s = ctx;
    if (x->kind == DTN_X_NAME)
        visit(s, position_of(s->tm, x->key));
}

static bool depends_on(dtn_tm *tm, uint32_t from, uint32_t on)
{
    search s = {.tm = tm, .seen = DTN_NEW_N(tm->arena, bool, tm->n_var)};
    DTN_PUSH(tm->arena, s.stack, s.n, s.cap, from);
    while (s.n > 0) {
        const uint32_t at = s.stack[--s.n];
        const dtn_tm_var *var = &tm->vars[at];
        if (at == on)
            return true;
        for (size_t k = 0; k < var->from.n_eqn; k++)
            dtn_expr_walk(var->from.eqns[k].expr, visit_name, &s);
        for (size_t i = 0; i < var->n_term; i++)
            visit(&s, var->terms[i].var);
    }
    return false;
}

/* ---- The plan ------------------------------------------------------------------------------ */

static void plan_flow(dtn_tm *tm, uint32_t stock, uint32_t flow, const term_list *terms)
{
    dtn_tm_var *out = &tm->vars[flow];
    out->stock = stock;
    for (size_t i = 0; i < terms->n; i++) {
        const dtn_tm_term *t = &terms->items[i];
        if (t->var == flow && t->sign < 0)
            break; /* outflows after this one */
        if (same_shape(&tm->vars[t->var], &tm->vars[stock]) && !depends_on(tm, t->var, flow))
            DTN_PUSH(tm->arena, out->terms, out->n_term, out->cap_term, *t);
    }
}

static void plan_stock(dtn_tm *tm, uint32_t stock, const uint32_t *n_source)
{
    const term_list terms = terms_of(tm, &tm->vars[stock]);
    for (size_t k = 0; k < terms.n; k++) {
        const uint32_t flow = terms.items[k].var;
        if (terms.items[k].sign < 0 && n_source[flow] == 1 &&
            tm->vars[flow].from.kind == DTN_VAR_FLOW &&
            same_shape(&tm->vars[flow], &tm->vars[stock]))
            plan_flow(tm, stock, flow, &terms);
    }
}

void dtn_tm_plan_flows(dtn_tm *tm)
{
    uint32_t *n_source = DTN_NEW_N(tm->arena, uint32_t, tm->n_var + 1);
    bool is_any = false;
    for (uint32_t i = 0; i < tm->n_var; i++) {
        const term_list terms = terms_of(tm, &tm->vars[i]);
        is_any |= tm->vars[i].from.kind == DTN_VAR_STOCK && tm->vars[i].from.non_negative;
        for (size_t k = 0; k < terms.n; k++)
            n_source[terms.items[k].var] += terms.items[k].sign < 0;
    }
    for (uint32_t i = 0; i < tm->n_var && is_any; i++)
        if (tm->vars[i].from.kind == DTN_VAR_STOCK && tm->vars[i].from.non_negative)
            plan_stock(tm, i, n_source);
}

/* ---- The limit --------------------------------------------------------------------------------- */

static dtn_expr *element_of(dtn_tm *tm, uint32_t at)
{
    return dtn_tm_expr(tm, dtn_tm_reference(tm, &tm->vars[at].from, tm->eqn->pos));
}

dtn_expr *dtn_tm_limit(dtn_tm *tm, dtn_expr *value)
{
    const dtn_tm_var var = tm->vars[tm->at];
    dtn_model *to = tm->to;
    if (var.from.non_negative && var.from.kind == DTN_VAR_FLOW)
        value = dtn_make_call(to, "MAX", 2, value, dtn_make_number(to, 0), NULL);
    if (var.stock == DTN_NONE)
        return value;
    dtn_expr *there = dtn_make_binary(to, DTN_OP_DIV, element_of(tm, var.stock),
                                      dtn_make_name(to, tm->macro ? "TIME STEP$" : "TIME STEP"));
    for (size_t i = 0; i < var.n_term; i++)
        there = dtn_make_binary(to, var.terms[i].sign > 0 ? DTN_OP_ADD : DTN_OP_SUB, there,
                                element_of(tm, var.terms[i].var));
    there = dtn_make_call(to, "MAX", 2, there, dtn_make_number(to, 0), NULL);
    return dtn_make_call(to, "MIN", 2, value, there, NULL);
}
