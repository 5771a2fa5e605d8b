/* Conveyors, queues and ovens: what the equations of all of them are made of. Trees from text, hidden
 * variables of a stock's shape, flows that are given or limited, arguments of the functions that hold
 * what is on a belt. See belts.c.
 */
#include "check/belt_inner.h"
#include "format/format.h"

#include <math.h>
#include <string.h>

/* ---- Names and trees -------------------------------------------------------------------- */

/* A variable over all its ranges, which are those of the equation that names it. */
dtn_expr *dtn_belt_name_of(dtn_belt_maker *k, uint32_t id)
{
    const dtn_var *var = &k->m->vars[id];
    dtn_expr *x = dtn_expr_new(k->m, DTN_X_NAME, var->pos);
    x->text = var->name;
    x->key = var->key;
    x->n_sub = var->n_dim_key;
    x->subs = var->n_dim_key ? DTN_NEW_N(k->m->arena, dtn_sub, var->n_dim_key) : NULL;
    for (uint32_t p = 0; p < var->n_dim_key; p++)
        x->subs[p] = dtn_sub_named(var->dim_keys[p], NULL, var->pos);
    return x;
}

dtn_expr *dtn_belt_call_of(dtn_belt_maker *k, dtn_pos pos, const char *key, uint32_t n)
{
    dtn_expr *x = dtn_expr_new(k->m, DTN_X_CALL, pos);
    x->text = x->key = key;
    x->n_arg = n;
    x->args = DTN_NEW_N(k->m->arena, dtn_expr *, n);
    return x;
}

dtn_expr *dtn_belt_copy(dtn_belt_maker *k, const dtn_expr *x)
{
    dtn_expr *out = DTN_NEW(k->m->arena, dtn_expr);
    *out = *x;
    out->args = x->n_arg ? DTN_NEW_N(k->m->arena, dtn_expr *, x->n_arg) : NULL;
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = dtn_belt_copy(k, x->args[i]);
    out->subs = x->n_sub ? DTN_NEW_N(k->m->arena, dtn_sub, x->n_sub) : NULL;
    if (x->n_sub)
        memcpy(out->subs, x->subs, x->n_sub * sizeof *x->subs);
    for (uint32_t i = 0; i < x->n_sub; i++) {
        out->subs[i].expr = x->subs[i].expr ? dtn_belt_copy(k, x->subs[i].expr) : NULL;
        out->subs[i].expr2 = x->subs[i].expr2 ? dtn_belt_copy(k, x->subs[i].expr2) : NULL;
    }
    return out;
}

static void put_parts(dtn_belt_maker *k, dtn_expr *x, dtn_expr *const parts[])
{
    if (x->kind == DTN_X_NAME && x->key[0] == 'p' && x->key[1] >= '0' && x->key[1] <= '9' &&
        x->key[2] == '\0') {
        *x = *dtn_belt_copy(k, parts[x->key[1] - '0']);
        return;
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        put_parts(k, x->args[i], parts);
}

/* The expression that a text in XMILE's notation says, with p0, p1 ... standing for the parts. */
dtn_expr *dtn_belt_build(dtn_belt_maker *k, dtn_pos pos, const char *text, dtn_expr *const parts[])
{
    dtn_expr *x = dtn_expr_read(k->m, DTN_XMILE, text, strlen(text), pos, k->diags);
    put_parts(k, x, parts);
    return x;
}

/* A hidden variable of the stock's shape, "stock#what", and its name. */
dtn_expr *dtn_belt_hidden(dtn_belt_maker *k, const dtn_belt_stock *s, const char *what,
                          dtn_expr *expr)
{
    dtn_model *m = k->m;
    const dtn_var *stock = &m->vars[s->id];
    dtn_var *var =
        dtn_model_add_hidden(m, dtn_arena_printf(m->arena, " %s#%s", stock->key, what),
                             dtn_arena_printf(m->arena, "#%s>%s#", stock->name, what), s->pos);
    stock = &m->vars[s->id]; /* variables move when one is added */
    var->is_belt_part = true;
    var->dim_keys = stock->dim_keys;
    var->n_dim_key = stock->n_dim_key;
    dtn_expr *name = dtn_belt_name_of(k, var->id);
    dtn_eqn *eqn = dtn_var_add_eqn(m, var);
    eqn->expr = expr;
    eqn->subs = name->subs ? dtn_belt_copy(k, name)->subs : NULL;
    eqn->n_sub = name->n_sub;
    return name;
}

/* The name of a hidden variable of another stock, if it has one. */
dtn_expr *dtn_belt_hidden_of(dtn_belt_maker *k, uint32_t stock, const char *what)
{
    const char *key = dtn_arena_printf(k->m->arena, " %s#%s", k->m->vars[stock].key, what);
    const dtn_var *var = dtn_model_find_var(k->m, key);
    return var ? dtn_belt_name_of(k, var->id) : NULL;
}

dtn_expr *dtn_belt_number(dtn_belt_maker *k, const dtn_belt_stock *s, double value)
{
    return dtn_expr_new_number(k->m, value, s->pos);
}

dtn_expr *dtn_belt_zero(dtn_belt_maker *k, dtn_pos pos)
{
    return dtn_expr_new_number(k->m, 0.0, pos);
}

/* What of a flow reaches the stock, in the stock's unit. */
dtn_expr *dtn_belt_term_of(dtn_belt_maker *k, const dtn_belt_stock *s, const dtn_belt_flows *flows,
                           uint32_t i)
{
    dtn_expr *term = dtn_belt_name_of(k, flows->ids[i]);
    const dtn_var *flow = &k->m->vars[flows->ids[i]];
    if (flows == &s->in && flow->multiplier)
        term = dtn_expr_new_binary(k->m, DTN_OP_MUL, term, dtn_belt_copy(k, flow->multiplier));
    return term;
}

dtn_expr *dtn_belt_sum_of(dtn_belt_maker *k, const dtn_belt_stock *s, const dtn_belt_flows *flows,
                          uint32_t n)
{
    dtn_expr *sum = NULL;
    for (uint32_t i = 0; i < n; i++) {
        dtn_expr *term = dtn_belt_term_of(k, s, flows, i);
        sum = sum ? dtn_expr_new_binary(k->m, DTN_OP_ADD, sum, term) : term;
    }
    return sum ? sum : dtn_belt_zero(k, s->pos);
}

/* What enters a conveyor at its beginning. */
dtn_expr *dtn_belt_sum_of_first(dtn_belt_maker *k, const dtn_belt_stock *s)
{
    dtn_expr *sum = NULL;
    for (uint32_t i = 0; i < s->in.n; i++) {
        if (dtn_belt_spread_of(k, s, i))
            continue;
        dtn_expr *term = dtn_belt_term_of(k, s, &s->in, i);
        sum = sum ? dtn_expr_new_binary(k->m, DTN_OP_ADD, sum, term) : term;
    }
    return sum ? sum : dtn_belt_zero(k, s->pos);
}

/* ---- Flows that are given or limited --------------------------------------------------------- */

/* The flow is `expr` from now on; what was written stays beside it. */
void dtn_belt_drive(dtn_belt_maker *k, uint32_t flow, dtn_expr *expr)
{
    dtn_model *m = k->m;
    if (m->vars[flow].n_eqn != 1) { /* none, or one an element: none of them counts */
        m->vars[flow].eqns = NULL;
        m->vars[flow].n_eqn = m->vars[flow].cap_eqn = 0;
        (void)dtn_var_add_eqn(m, &m->vars[flow]);
    }
    dtn_expr *name = dtn_belt_name_of(k, flow);
    dtn_eqn *eqn = &m->vars[flow].eqns[0];
    eqn->kind = DTN_EQN_EXPR;
    eqn->lookup = NULL;
    eqn->subs = name->subs;
    eqn->n_sub = name->n_sub;
    eqn->driven = expr;
    if (!eqn->expr)
        eqn->expr = expr;
    m->vars[flow].non_negative = false;
}

/* What was written, never negative, and at most `room` (NULL: any amount). */
void dtn_belt_limit(dtn_belt_maker *k, uint32_t flow, const dtn_expr *room)
{
    dtn_var *var = &k->m->vars[flow];
    for (size_t i = 0; i < var->n_eqn; i++) {
        dtn_eqn *eqn = &var->eqns[i];
        dtn_expr *want = eqn->expr;
        if (!want)
            continue;
        dtn_expr *at = room ? dtn_belt_copy(k, room) : NULL;
        if (at && eqn->n_sub == at->n_sub && eqn->n_sub > 0) /* one element of each */
            memcpy(at->subs, eqn->subs, eqn->n_sub * sizeof *at->subs);
        eqn->driven = at ? BUILD(eqn->pos, "MIN(MAX(0, p0), p1)", want, at)
                         : BUILD(eqn->pos, "MAX(0, p0)", want);
    }
}

/* ---- Who is whose --------------------------------------------------------------------- */

const dtn_belt *dtn_belt_at(const dtn_belt_maker *k, uint32_t stock)
{
    return stock == DTN_NONE ? NULL : k->m->vars[stock].belt;
}

bool dtn_belt_refuse(dtn_belt_maker *k, const dtn_belt_stock *s, const char *hint, const char *what)
{
    dtn_diags_add(k->diags, 504, s->pos, hint, "'%s' %s", k->m->vars[s->id].name, what);
    return false;
}

bool dtn_belt_is_leak(const dtn_belt_maker *k, const dtn_belt_stock *s, uint32_t i)
{
    uint32_t first = 0;
    while (first < s->out.n && k->m->vars[s->out.ids[first]].leak)
        first++;
    return i != first;
}

bool dtn_belt_leak_of(const dtn_belt_maker *k, uint32_t flow, uint32_t *leak)
{
    for (size_t n = 0; n < k->n_stock; n++) {
        const dtn_belt_stock *from = &k->stocks[n];
        uint32_t j = 0;
        if (from->id != k->source[flow] || from->belt->kind != DTN_BELT_CONVEYOR)
            continue;
        for (uint32_t i = 0; i < from->out.n; i++) {
            const bool is_leak = dtn_belt_is_leak(k, from, i);
            if (from->out.ids[i] == flow && is_leak)
                *leak = j;
            if (from->out.ids[i] == flow)
                return is_leak;
            j += is_leak;
        }
    }
    return false;
}

/* What leaks from no conveyor has no place there: it enters at the beginning. */
const dtn_spread_flow *dtn_belt_spread_of(const dtn_belt_maker *k, const dtn_belt_stock *s,
                                          uint32_t i)
{
    const uint32_t flow = s->in.ids[i];
    const dtn_spread_flow *spread = k->m->vars[flow].spread;
    uint32_t leak = 0;
    if (spread && strcmp(spread->how, "source") == 0 && !dtn_belt_leak_of(k, flow, &leak))
        return NULL;
    return spread;
}

/* ---- Arguments of (on conveyor), (on track), (queue front) ------------------------------ */

void dtn_belt_give(dtn_belt_maker *k, dtn_belt_arguments *to, dtn_expr *x)
{
    DTN_PUSH(k->m->arena, to->args, to->n, to->cap, x);
}

dtn_expr *dtn_belt_call_with(dtn_belt_maker *k, const dtn_belt_stock *s, const char *key,
                             const dtn_belt_arguments *with)
{
    dtn_expr *call = dtn_belt_call_of(k, s->pos, key, (uint32_t)with->n);
    for (size_t i = 0; i < with->n; i++)
        call->args[i] = dtn_belt_copy(k, with->args[i]);
    return call;
}

void dtn_belt_give_list(dtn_belt_maker *k, const dtn_belt_stock *s, dtn_belt_arguments *to)
{
    for (uint32_t i = 0; i < s->n_list; i++)
        dtn_belt_give(k, to, s->list[i]);
}

void dtn_belt_begin_with(dtn_belt_maker *k, dtn_belt_stock *s, dtn_expr *sum)
{
    dtn_expr *name = dtn_belt_hidden(k, s, "start", BUILD(s->pos, "INIT(p0)", sum));
    const dtn_var *stock = &k->m->vars[s->id];
    for (size_t e = 0; e < stock->n_eqn; e++) {
        dtn_eqn *eqn = &stock->eqns[e];
        dtn_expr *start = dtn_belt_copy(k, name);
        if (start->n_sub == eqn->n_sub && eqn->n_sub > 0) /* as its left side says it */
            memcpy(start->subs, eqn->subs, eqn->n_sub * sizeof *eqn->subs);
        eqn->driven_init = start;
    }
}
