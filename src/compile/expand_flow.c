/* Non-negative stocks and flows of XMILE.
 *
 * A flow that is not negative is MAX(0, its equation). A stock that is not negative is held at 0
 * by its floor (dtn_program.floors) after every step; and a flow out of it is limited to what is
 * there, so that what leaves one stock is what reaches the next: at most stock / dt + inflows less
 * the outflows listed before it. An inflow that depends at the same moment on the flow itself (two
 * stocks that feed each other) is left out of that sum.
 *
 * A flow listed as the outflow of several stocks, which XMILE does not allow but files hold, is
 * not limited: each such stock has only its floor. Nor is a flow of more dimensions than the stock.
 *
 * Source: XMILE 1.0, section 4.2 ("non-negative"); reference outputs for shared flows.
 */
#include "compile/expander.h"

#include <string.h>

typedef struct term {
    uint32_t var;
    int sign;
} term;

typedef struct term_list {
    term *items;
    size_t n, cap;
} term_list;

/* Flows of a stock, as the terms of its rate. */
static void collect_terms(dtn_compiler *c, const dtn_expr *x, int sign, term_list *out)
{
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR) {
        DTN_PUSH(c->arena, out->items, out->n, out->cap, ((term){x->id, sign}));
    } else if (x->kind == DTN_X_BINARY && (x->op == DTN_OP_ADD || x->op == DTN_OP_SUB)) {
        collect_terms(c, x->args[0], sign, out);
        collect_terms(c, x->args[1], x->op == DTN_OP_SUB ? -sign : sign, out);
    } else if (x->kind == DTN_X_UNARY && x->op == DTN_OP_NEG) {
        collect_terms(c, x->args[0], -sign, out);
    }
}

static term_list terms_of(dtn_compiler *c, const dtn_var *stock)
{
    term_list out = {0};
    if (stock->n_eqn > 0 && stock->eqns[0].kind == DTN_EQN_STOCK && stock->eqns[0].expr)
        collect_terms(c, stock->eqns[0].expr, 1, &out);
    return out;
}

static bool same_shape(const dtn_var *a, const dtn_var *b)
{
    return a->n_dim == b->n_dim && memcmp(a->dims, b->dims, a->n_dim * sizeof *a->dims) == 0;
}

/* ---- Does one depend on the other at the same moment? ---------------------------------- */

typedef struct search {
    dtn_compiler *c;
    uint8_t *seen;
    uint32_t *stack;
    size_t n, cap;
} search;

static void visit_name(dtn_expr *x, void *ctx)
{
    search *s = ctx;
    if (x->ref != DTN_REF_VAR || x->kind != DTN_X_NAME || s->seen[x->id] ||
        s->c->model->vars[x->id].kind == DTN_VAR_STOCK)
        return;
    s->seen[x->id] = 1;
    DTN_PUSH(s->c->arena, s->stack, s->n, s->cap, x->id);
}

static void visit_plan(search *s, const dtn_flow_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        uint32_t id = plan->items[i].var;
        if (!s->seen[id]) {
            s->seen[id] = 1;
            DTN_PUSH(s->c->arena, s->stack, s->n, s->cap, id);
        }
    }
}

static bool depends_on(dtn_compiler *c, uint32_t from, uint32_t on)
{
    search s = {.c = c, .seen = DTN_NEW_N(c->arena, uint8_t, c->model->n_var)};
    DTN_PUSH(c->arena, s.stack, s.n, s.cap, from);
    while (s.n > 0) {
        uint32_t id = s.stack[--s.n];
        const dtn_var *var = &c->model->vars[id];
        if (id == on)
            return true;
        for (size_t k = 0; k < var->n_eqn; k++)
            if (var->eqns[k].expr)
                dtn_expr_walk(var->eqns[k].expr, visit_name, &s);
        visit_plan(&s, &c->flow_plans[id]);
    }
    return false;
}

/* ---- The plan -------------------------------------------------------------------------------- */

static void plan_flow(dtn_compiler *c, uint32_t stock, uint32_t flow, const term_list *terms)
{
    dtn_flow_plan *plan = &c->flow_plans[flow];
    plan->stock = stock;
    for (size_t i = 0; i < terms->n; i++) {
        const term *t = &terms->items[i];
        if (t->var == flow && t->sign < 0)
            break; /* outflows after this one */
        if (same_shape(&c->model->vars[t->var], &c->model->vars[stock]) &&
            !depends_on(c, t->var, flow))
            DTN_PUSH(c->arena, plan->items, plan->n, plan->cap, ((dtn_flow_term){t->var, t->sign}));
    }
}

void dtn_plan_flows(dtn_compiler *c)
{
    const dtn_model *m = c->model;
    uint32_t *n_source = DTN_NEW_N(c->arena, uint32_t, m->n_var + 1);
    c->flow_plans = DTN_NEW_N(c->arena, dtn_flow_plan, m->n_var + 1);
    for (size_t i = 0; i < m->n_var; i++) {
        c->flow_plans[i].stock = DTN_NONE;
        term_list terms = terms_of(c, &m->vars[i]);
        for (size_t k = 0; k < terms.n && m->dialect == DTN_XMILE; k++)
            n_source[terms.items[k].var] += terms.items[k].sign < 0;
    }
    for (uint32_t i = 0; i < m->n_var; i++) {
        if (m->vars[i].kind != DTN_VAR_STOCK || !m->vars[i].non_negative)
            continue;
        term_list terms = terms_of(c, &m->vars[i]);
        for (size_t k = 0; k < terms.n; k++) {
            uint32_t flow = terms.items[k].var;
            if (terms.items[k].sign < 0 && n_source[flow] == 1 &&
                m->vars[flow].kind == DTN_VAR_FLOW && same_shape(&m->vars[flow], &m->vars[i]))
                plan_flow(c, i, flow, &terms);
        }
    }
}

/* ---- The limit --------------------------------------------------------------------------------- */

/* A variable of the same shape as the flow: element by element. */
static dtn_expr *element_of(dtn_expander *e, uint32_t var)
{
    const dtn_eqn *from = e->from;
    dtn_expr *x = dtn_x_ref(e, var);
    x->n_sub = from ? from->n_sub : 0;
    x->subs = from ? from->subs : NULL;
    return x;
}

dtn_expr *dtn_x_limit_flow(dtn_expander *e, uint32_t flow, dtn_expr *x)
{
    const dtn_var *var = &e->c->model->vars[flow];
    const dtn_flow_plan *plan = &e->c->flow_plans[flow];
    if (var->non_negative && var->kind == DTN_VAR_FLOW)
        x = dtn_x_call(e, DTN_FN_MAX, 2, x, dtn_x_num(e, 0), NULL);
    if (plan->stock == DTN_NONE)
        return x;
    dtn_expr *there = dtn_x_bin(e, DTN_OP_DIV, element_of(e, plan->stock), dtn_x_dt(e));
    for (size_t i = 0; i < plan->n; i++)
        there = dtn_x_bin(e, plan->items[i].sign > 0 ? DTN_OP_ADD : DTN_OP_SUB, there,
                          element_of(e, plan->items[i].var));
    there = dtn_x_call(e, DTN_FN_MAX, 2, there, dtn_x_num(e, 0), NULL);
    return dtn_x_call(e, DTN_FN_MIN, 2, x, there, NULL);
}
