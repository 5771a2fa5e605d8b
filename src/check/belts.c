/* Conveyors, queues and ovens: the equations that they mean.
 *
 * A stock of these kinds gives its outflows and limits its inflows. Both are written here as
 * equations in the model's own functions, with hidden variables for what they share (the room that
 * is left, the sum of the inflows ...), so that whoever orders, checks and computes equations needs
 * not know of them. Only what is on the belt itself is a function of its own: (on conveyor), whose
 * memory is run/belt.c, and (queue front), the size of a queue's first batch.
 *
 *   conveyor   its first outflow that is no leak is what comes off the end, the others leak. What an
 *              equation sends in is held to what fits: (capacity - contents) / DT + outflow, and the
 *              inflow limit, for the inflows in the order listed. What comes off another conveyor or an
 *              oven is never held back; while the conveyor is arrested, that one keeps it at its end.
 *   queue      gives each outflow, in the order listed, what its target takes: a conveyor the first
 *              batch, or so much of it as fits (or any amount, one_at_a_time="false"), an oven what it
 *              has room for (or the first batch, one_at_a_time="true"), anything else all there is.
 *              batch_integrity: nothing of a batch that does not fit; of several batches, the first
 *              ones that fit together, MOST_WHOLE at most in a step unless all fit. An overflow gets
 *              what the outflows before it wanted and did not get.
 *   oven       fills until it is full or the filling time is over, keeps that for the cooking time, lets
 *              all go in one step, is cleaned.
 *
 * Not done: what spreads as it leaked from the conveyor before; leaks through an exponential conveyor
 * some of which are of whole numbers and some are not.
 * Source: XMILE 1.0, sections 3.7.2, 3.7.3, 4.2.1, 4.3; Stella's help for the formula of the room and for
 * ovens.
 */
#include "check/belts.h"
#include "check/check.h"
#include "format/format.h"

#include <math.h>
#include <string.h>

#define ENDLESS \
    1e300 /* room without a limit: finite, since a run is flagged where a value is not */
#define MOST_WHOLE 16     /* whole batches that leave a queue in a step: what its track shows */
#define MAX_BELT_FLOWS 12 /* in, or out: DTN_MAX_TRACK_IN of the program holds them */

typedef struct flow_list {
    uint32_t ids[MAX_BELT_FLOWS];
    uint32_t n;
} flow_list;

typedef struct maker {
    dtn_model *m;
    dtn_diags *diags;
    uint32_t n_flow;  /* variables of the model before any were added */
    uint32_t *source; /* [n_flow] the stock that a flow leaves; DTN_NONE */
    uint32_t *target; /* [n_flow] the stock that it enters */
} maker;

/* What the equations of one stock are made of. Expressions are named once and used as names. */
typedef struct belt_stock {
    uint32_t id;
    const dtn_belt *belt;
    flow_list in, out;
    dtn_expr *self, *arrest, *len, *capacity, *in_limit; /* names; NULL: not given */
    dtn_expr *list; /* contents at the start one by one (ARRAY); NULL: a total */
    dtn_pos pos;
} belt_stock;

/* ---- Names and trees -------------------------------------------------------------------- */

/* A variable over all its ranges, which are those of the equation that names it. */
static dtn_expr *name_of(maker *k, uint32_t id)
{
    const dtn_var *var = &k->m->vars[id];
    dtn_expr *x = dtn_expr_new(k->m, DTN_X_NAME, var->pos);
    x->text = var->name;
    x->key = var->key;
    x->n_sub = var->n_dim_key;
    x->subs = var->n_dim_key ? DTN_NEW_N(k->m->arena, dtn_sub, var->n_dim_key) : NULL;
    for (uint32_t p = 0; p < var->n_dim_key; p++)
        x->subs[p] = (dtn_sub){.kind = DTN_SUB_NAME,
                               .text = var->dim_keys[p],
                               .key = var->dim_keys[p],
                               .pos = var->pos,
                               .dim = DTN_NONE,
                               .element = DTN_NONE};
    return x;
}

static dtn_expr *call_of(maker *k, dtn_pos pos, const char *key, uint32_t n)
{
    dtn_expr *x = dtn_expr_new(k->m, DTN_X_CALL, pos);
    x->text = x->key = key;
    x->n_arg = n;
    x->args = DTN_NEW_N(k->m->arena, dtn_expr *, n);
    return x;
}

static dtn_expr *copy(maker *k, const dtn_expr *x)
{
    dtn_expr *out = DTN_NEW(k->m->arena, dtn_expr);
    *out = *x;
    out->args = x->n_arg ? DTN_NEW_N(k->m->arena, dtn_expr *, x->n_arg) : NULL;
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = copy(k, x->args[i]);
    out->subs = x->n_sub ? DTN_NEW_N(k->m->arena, dtn_sub, x->n_sub) : NULL;
    if (x->n_sub)
        memcpy(out->subs, x->subs, x->n_sub * sizeof *x->subs);
    return out;
}

static void put_parts(maker *k, dtn_expr *x, dtn_expr *const parts[])
{
    if (x->kind == DTN_X_NAME && x->key[0] == 'p' && x->key[1] >= '0' && x->key[1] <= '9' &&
        x->key[2] == '\0') {
        *x = *copy(k, parts[x->key[1] - '0']);
        return;
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        put_parts(k, x->args[i], parts);
}

/* The expression that a text in XMILE's notation says, with p0, p1 ... standing for the parts. */
static dtn_expr *build(maker *k, dtn_pos pos, const char *text, dtn_expr *const parts[])
{
    dtn_expr *x = dtn_expr_read(k->m, DTN_XMILE, text, strlen(text), pos, k->diags);
    put_parts(k, x, parts);
    return x;
}

#define BUILD(pos, text, ...) build(k, pos, text, (dtn_expr *const[]){__VA_ARGS__})

/* A hidden variable of the stock's shape, "stock#what", and its name. */
static dtn_expr *hidden(maker *k, const belt_stock *s, const char *what, dtn_expr *expr)
{
    dtn_model *m = k->m;
    const dtn_var *stock = &m->vars[s->id];
    dtn_var var = {.id = (uint32_t)m->n_var,
                   .key = dtn_arena_printf(m->arena, " %s#%s", stock->key, what),
                   .name = dtn_arena_printf(m->arena, "#%s>%s#", stock->name, what),
                   .kind = DTN_VAR_AUX,
                   .range_min = NAN,
                   .range_max = NAN,
                   .range_step = NAN,
                   .group = DTN_NONE,
                   .pos = s->pos,
                   .is_hidden = true,
                   .is_instance = true,
                   .dim_keys = stock->dim_keys,
                   .n_dim_key = stock->n_dim_key};
    DTN_PUSH(m->arena, m->vars, m->n_var, m->cap_var, var);
    dtn_map_set(&m->var_index, m->arena, var.key, var.id);
    dtn_expr *name = name_of(k, var.id);
    dtn_eqn *eqn = dtn_var_add_eqn(m, &m->vars[var.id]);
    eqn->expr = expr;
    eqn->subs = name->subs ? copy(k, name)->subs : NULL;
    eqn->n_sub = name->n_sub;
    return name;
}

/* The name of a hidden variable of another stock, if it has one. */
static dtn_expr *hidden_of(maker *k, uint32_t stock, const char *what)
{
    const char *key = dtn_arena_printf(k->m->arena, " %s#%s", k->m->vars[stock].key, what);
    const dtn_var *var = dtn_model_find_var(k->m, key);
    return var ? name_of(k, var->id) : NULL;
}

static dtn_expr *number(maker *k, const belt_stock *s, double value)
{
    return dtn_expr_new_number(k->m, value, s->pos);
}

static dtn_expr *zero(maker *k, dtn_pos pos) { return dtn_expr_new_number(k->m, 0.0, pos); }

/* What of a flow reaches the stock, in the stock's unit. */
static dtn_expr *term_of(maker *k, const belt_stock *s, const flow_list *flows, uint32_t i)
{
    dtn_expr *term = name_of(k, flows->ids[i]);
    const dtn_var *flow = &k->m->vars[flows->ids[i]];
    if (flows == &s->in && flow->multiplier)
        term = dtn_expr_new_binary(k->m, DTN_OP_MUL, term, copy(k, flow->multiplier));
    return term;
}

static dtn_expr *sum_of(maker *k, const belt_stock *s, const flow_list *flows, uint32_t n)
{
    dtn_expr *sum = NULL;
    for (uint32_t i = 0; i < n; i++) {
        dtn_expr *term = term_of(k, s, flows, i);
        sum = sum ? dtn_expr_new_binary(k->m, DTN_OP_ADD, sum, term) : term;
    }
    return sum ? sum : zero(k, s->pos);
}

/* What enters a conveyor at its beginning. */
static dtn_expr *sum_of_first(maker *k, const belt_stock *s)
{
    dtn_expr *sum = NULL;
    for (uint32_t i = 0; i < s->in.n; i++) {
        if (k->m->vars[s->in.ids[i]].spread)
            continue;
        dtn_expr *term = term_of(k, s, &s->in, i);
        sum = sum ? dtn_expr_new_binary(k->m, DTN_OP_ADD, sum, term) : term;
    }
    return sum ? sum : zero(k, s->pos);
}

/* ---- Who flows where ---------------------------------------------------------------------- */

static void collect(maker *k, uint32_t stock, const dtn_expr *x, bool is_in)
{
    if (x->kind == DTN_X_BINARY && (x->op == DTN_OP_ADD || x->op == DTN_OP_SUB)) {
        collect(k, stock, x->args[0], is_in);
        collect(k, stock, x->args[1], x->op == DTN_OP_SUB ? !is_in : is_in);
    } else if (x->kind == DTN_X_BINARY && x->op == DTN_OP_MUL) { /* a multiplier */
        collect(k, stock, x->args[0], is_in);
    } else if (x->kind == DTN_X_NAME) {
        const dtn_var *flow = dtn_model_find_var(k->m, x->key);
        if (flow && flow->id < k->n_flow)
            (is_in ? k->target : k->source)[flow->id] = stock;
    }
}

static void list_flows(maker *k, const dtn_expr *x, bool is_in, bool wanted, flow_list *out)
{
    if (x->kind == DTN_X_BINARY && (x->op == DTN_OP_ADD || x->op == DTN_OP_SUB)) {
        list_flows(k, x->args[0], is_in, wanted, out);
        list_flows(k, x->args[1], x->op == DTN_OP_SUB ? !is_in : is_in, wanted, out);
    } else if (x->kind == DTN_X_BINARY && x->op == DTN_OP_MUL) {
        list_flows(k, x->args[0], is_in, wanted, out);
    } else if (x->kind == DTN_X_NAME && is_in == wanted) {
        const dtn_var *flow = dtn_model_find_var(k->m, x->key);
        if (flow && out->n < MAX_BELT_FLOWS)
            out->ids[out->n++] = flow->id;
        else if (flow)
            out->n = MAX_BELT_FLOWS + 1;
    }
}

static void find_ends(maker *k)
{
    dtn_model *m = k->m;
    k->n_flow = (uint32_t)m->n_var;
    k->source = DTN_NEW_N(m->arena, uint32_t, m->n_var);
    k->target = DTN_NEW_N(m->arena, uint32_t, m->n_var);
    for (size_t i = 0; i < m->n_var; i++)
        k->source[i] = k->target[i] = DTN_NONE;
    for (uint32_t i = 0; i < k->n_flow; i++)
        if (m->vars[i].n_eqn > 0 && m->vars[i].eqns[0].kind == DTN_EQN_STOCK &&
            m->vars[i].eqns[0].expr)
            collect(k, i, m->vars[i].eqns[0].expr, true);
}

static const dtn_belt *belt_at(const maker *k, uint32_t stock)
{
    return stock == DTN_NONE ? NULL : k->m->vars[stock].belt;
}

/* Does a conveyor or an oven send it, so that nothing holds it back? */
static bool is_sent(const maker *k, uint32_t flow)
{
    const dtn_belt *from = belt_at(k, k->source[flow]);
    return from && from->kind != DTN_BELT_QUEUE;
}

static bool refuse(maker *k, const belt_stock *s, const char *hint, const char *what)
{
    dtn_diags_add(k->diags, 504, s->pos, hint, "'%s' %s", k->m->vars[s->id].name, what);
    return false;
}

static bool same_dims(const dtn_var *a, const dtn_var *b)
{
    if (a->n_dim_key != b->n_dim_key)
        return false;
    for (uint32_t p = 0; p < a->n_dim_key; p++)
        if (strcmp(a->dim_keys[p], b->dim_keys[p]) != 0)
            return false;
    return true;
}

static bool is_leak(const maker *k, const belt_stock *s, uint32_t i)
{
    uint32_t first = 0;
    while (first < s->out.n && k->m->vars[s->out.ids[first]].leak)
        first++;
    return i != first;
}

/* The table that says how a flow spreads; NULL: there is none. */
static const dtn_lookup *profile_of(const maker *k, const dtn_var *flow)
{
    const dtn_expr *x = flow->spread ? flow->spread->profile : NULL;
    const dtn_var *table = x && x->kind == DTN_X_NAME ? dtn_model_find_var(k->m, x->key) : NULL;
    return table && table->n_eqn == 1 ? table->eqns[0].lookup : NULL;
}

static bool check_leaks(maker *k, const belt_stock *s)
{
    uint32_t n_whole = 0, n_leak = 0;
    for (uint32_t i = 0; i < s->out.n; i++) {
        const dtn_leak *leak = k->m->vars[s->out.ids[i]].leak;
        n_leak += is_leak(k, s, i);
        n_whole += is_leak(k, s, i) && leak && leak->is_whole;
    }
    if (n_whole > 0 && n_whole < n_leak && s->belt->exponential_leak)
        return refuse(k, s, "let all of its leaks be of whole numbers, or none, or be linear",
                      "leaks exponentially, in whole numbers through some of its leaks only");
    return true;
}

static bool check_spread(maker *k, const belt_stock *s, const dtn_var *flow)
{
    if (!flow->spread || s->belt->kind != DTN_BELT_CONVEYOR)
        return true;
    if (strcmp(flow->spread->how, "source") == 0)
        return refuse(k, s, "let the inflow spread \"even\", \"dest\" or \"dist\"",
                      "has an inflow that spreads as it leaked from the conveyor before");
    if (strcmp(flow->spread->how, "dist") == 0 && !profile_of(k, flow))
        return refuse(
            k, s, "name a graphical function in <isee:distrib_eq>",
            "has an inflow that spreads by a distribution which is no graphical function");
    return true;
}

static bool check_list(maker *k, const belt_stock *s)
{
    const dtn_var *stock = &k->m->vars[s->id];
    for (size_t i = 0; i < stock->n_eqn; i++)
        if (stock->n_eqn > 1 && stock->eqns[i].init && stock->eqns[i].init->kind == DTN_X_ARRAY)
            return refuse(k, s, "give one list for all elements, or a total for each",
                          "has lists of contents for single elements");
    if (!s->list)
        return true;
    if (s->belt->kind == DTN_BELT_OVEN)
        return refuse(k, s, "write one number", "is an oven, whose contents are one batch");
    if (s->list->n_arg > DTN_MAX_BELT_LIST)
        return refuse(k, s, "write a total", "has more contents at the start than run here (400)");
    return true;
}

static bool check_flows(maker *k, const belt_stock *s)
{
    const flow_list *lists[] = {&s->in, &s->out};
    const dtn_belt *belt = s->belt;
    for (int l = 0; l < 2; l++) {
        if (lists[l]->n > MAX_BELT_FLOWS)
            return refuse(k, s, "sum some of them in one flow",
                          "has more flows than run here (12)");
        for (uint32_t i = 0; i < lists[l]->n; i++)
            if (!same_dims(&k->m->vars[s->id], &k->m->vars[lists[l]->ids[i]]))
                return refuse(k, s, "give them the same dimensions",
                              "has flows of other dimensions than its own");
    }
    if (belt->kind != DTN_BELT_QUEUE && s->out.n == 0)
        return refuse(k, s, "add an <outflow>", "has no outflow to let its material go");
    if (belt->kind == DTN_BELT_CONVEYOR && !belt->len)
        return refuse(k, s, "add <len>, the transit time", "is a conveyor without a transit time");
    if (belt->kind == DTN_BELT_OVEN && !belt->len)
        return refuse(k, s, "add <len>, the cooking time", "is an oven without a cooking time");
    for (uint32_t i = 0; i < s->in.n; i++)
        if (!check_spread(k, s, &k->m->vars[s->in.ids[i]]))
            return false;
    if (!check_leaks(k, s) || !check_list(k, s))
        return false;
    if (belt->kind == DTN_BELT_OVEN && (s->in.n != 1 || s->out.n != 1))
        return refuse(k, s, "give it one inflow and one outflow",
                      "is an oven with other than one inflow and one outflow");
    return true;
}

/* ---- Flows that are given or limited --------------------------------------------------------- */

/* The flow is `expr` from now on; what was written stays beside it. */
static void drive(maker *k, uint32_t flow, dtn_expr *expr)
{
    dtn_model *m = k->m;
    if (m->vars[flow].n_eqn != 1) { /* none, or one an element: none of them counts */
        m->vars[flow].eqns = NULL;
        m->vars[flow].n_eqn = m->vars[flow].cap_eqn = 0;
        (void)dtn_var_add_eqn(m, &m->vars[flow]);
    }
    dtn_expr *name = name_of(k, flow);
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
static void limit(maker *k, uint32_t flow, const dtn_expr *room)
{
    dtn_var *var = &k->m->vars[flow];
    for (size_t i = 0; i < var->n_eqn; i++) {
        dtn_eqn *eqn = &var->eqns[i];
        dtn_expr *want = eqn->expr;
        if (!want)
            continue;
        dtn_expr *at = room ? copy(k, room) : NULL;
        if (at && eqn->n_sub == at->n_sub && eqn->n_sub > 0) /* one element of each */
            memcpy(at->subs, eqn->subs, eqn->n_sub * sizeof *at->subs);
        eqn->driven = at ? BUILD(eqn->pos, "MIN(MAX(0, p0), p1)", want, at)
                         : BUILD(eqn->pos, "MAX(0, p0)", want);
    }
}

/* ---- Conveyors ----------------------------------------------------------------------------------- */

/* What holds back what would come off the end: the conveyor or oven that it goes to is arrested. */
static dtn_expr *held_by(maker *k, uint32_t flow)
{
    const dtn_belt *to = belt_at(k, k->target[flow]);
    if (!to || !to->arrest)
        return NULL;
    return hidden_of(k, k->target[flow], "arrest");
}

static dtn_expr *fraction_of(maker *k, uint32_t flow, dtn_pos pos)
{
    const dtn_var *var = &k->m->vars[flow];
    if (var->leak && var->leak->fraction)
        return copy(k, var->leak->fraction);
    return var->n_eqn == 1 && var->eqns[0].expr ? copy(k, var->eqns[0].expr) : zero(k, pos);
}

/* Arguments of (on conveyor) and (on track), see compile/expand_belt.c. */
typedef struct arguments {
    dtn_expr **args;
    size_t n, cap;
} arguments;

static void give(maker *k, arguments *to, dtn_expr *x)
{
    DTN_PUSH(k->m->arena, to->args, to->n, to->cap, x);
}

static dtn_expr *call_with(maker *k, const belt_stock *s, const char *key, const arguments *with)
{
    dtn_expr *call = call_of(k, s->pos, key, (uint32_t)with->n);
    for (size_t i = 0; i < with->n; i++)
        call->args[i] = copy(k, with->args[i]);
    return call;
}

static uint32_t give_leaks(maker *k, const belt_stock *s, arguments *to)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->out.n; i++) {
        if (!is_leak(k, s, i))
            continue;
        const dtn_leak *leak = k->m->vars[s->out.ids[i]].leak;
        const char *what = dtn_arena_printf(k->m->arena, "leak %u", i);
        dtn_leak zone = leak ? *leak : (dtn_leak){.end = 1};
        give(k, to, hidden(k, s, what, fraction_of(k, s->out.ids[i], s->pos)));
        give(k, to, number(k, s, zone.start));
        give(k, to, number(k, s, zone.end));
        give(k, to, number(k, s, zone.is_whole));
        n++;
    }
    return n;
}

static uint32_t give_spreads(maker *k, const belt_stock *s, arguments *to)
{
    static const char *const kinds[] = {"", "even", "dest", "dist"};
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->in.n; i++) {
        const dtn_var *flow = &k->m->vars[s->in.ids[i]];
        uint32_t kind = 1;
        if (!flow->spread)
            continue;
        while (kind < 3 && strcmp(flow->spread->how, kinds[kind]) != 0)
            kind++;
        give(k, to, term_of(k, s, &s->in, i));
        give(k, to, number(k, s, kind));
        dtn_expr *table = dtn_expr_new(k->m, DTN_X_LOOKUP, s->pos);
        table->lookup = (dtn_lookup *)(uintptr_t)profile_of(k, flow);
        give(k, to, kind == 3 ? table : zero(k, s->pos));
        n++;
    }
    return n;
}

static void give_list(maker *k, const belt_stock *s, arguments *to)
{
    for (uint32_t i = 0; s->list && i < s->list->n_arg; i++)
        give(k, to, s->list->args[i]);
}

static void begin_with(maker *k, belt_stock *s, dtn_expr *sum)
{
    dtn_expr *name = hidden(k, s, "start", BUILD(s->pos, "INIT(p0)", sum));
    dtn_eqn *eqn = &k->m->vars[s->id].eqns[0];
    if (name->n_sub == eqn->n_sub && eqn->n_sub > 0) /* as its left side says it */
        memcpy(name->subs, eqn->subs, eqn->n_sub * sizeof *eqn->subs);
    eqn->driven_init = name;
}

/* The contents at the start of what is given one by one: what the stock begins with. */
static void make_start(maker *k, belt_stock *s, dtn_expr *kind, dtn_expr *time, uint32_t n_leak,
                       const arguments *leaks)
{
    arguments all = {NULL, 0, 0};
    if (!s->list)
        return;
    give(k, &all, number(k, s, 1000)); /* DTN_TRACK_TOTAL */
    give(k, &all, kind);
    give(k, &all, BUILD(s->pos, "DT", NULL));
    give(k, &all, zero(k, s->pos));
    give(k, &all, time);
    give(k, &all, number(k, s, n_leak));
    for (size_t i = 0; i < leaks->n; i++)
        give(k, &all, leaks->args[i]);
    give_list(k, s, &all);
    dtn_expr *total = call_with(k, s, "(on track)", &all);
    begin_with(k, s, total);
}

static void make_conveyor(maker *k, belt_stock *s)
{
    arguments leaks = {NULL, 0, 0}, spreads = {NULL, 0, 0}, all = {NULL, 0, 0};
    uint32_t which = 0, first = 0;
    dtn_expr *time = s->len;
    if (s->belt->sample) {
        dtn_expr *call = call_of(k, s->pos, "sample_if_true", 3);
        call->args[0] = copy(k, s->belt->sample);
        call->args[1] = copy(k, s->len);
        call->args[2] = copy(k, s->len);
        time = hidden(k, s, "sampled", call);
    }
    while (first < s->out.n && is_leak(k, s, first))
        first++;
    if (first == s->out.n) {
        (void)refuse(k, s, "add an outflow that is no leak", "has only leaks as outflows");
        return;
    }
    dtn_expr *held = held_by(k, s->out.ids[first]);
    dtn_expr *kind = number(k, s, s->belt->exponential_leak + 2 * s->belt->discrete);
    const uint32_t n_leak = give_leaks(k, s, &leaks), n_spread = give_spreads(k, s, &spreads);
    give(k, &all, zero(k, s->pos)); /* which */
    give(k, &all, s->self);
    give(k, &all, hidden(k, s, "inflow", sum_of_first(k, s)));
    give(k, &all, time);
    give(k, &all, s->arrest ? s->arrest : zero(k, s->pos));
    give(k, &all, held ? held : zero(k, s->pos));
    give(k, &all, kind);
    give(k, &all, number(k, s, n_leak));
    give(k, &all, number(k, s, n_spread));
    for (size_t i = 0; i < leaks.n; i++)
        give(k, &all, leaks.args[i]);
    for (size_t i = 0; i < spreads.n; i++)
        give(k, &all, spreads.args[i]);
    give_list(k, s, &all);
    make_start(k, s, kind, time, n_leak, &leaks);
    for (uint32_t i = 0; i < s->out.n; i++) {
        dtn_expr *call = call_with(k, s, "(on conveyor)", &all);
        call->args[0] = number(k, s, i == first ? 0 : ++which);
        drive(k, s->out.ids[i], call);
    }
}

/* ---- Room -------------------------------------------------------------------------------------------- */

/* What may flow in: "stock#room", NULL where nothing limits it. */
static dtn_expr *room_of_conveyor(maker *k, belt_stock *s)
{
    dtn_expr *room = NULL;
    if (s->capacity) {
        dtn_expr *off = name_of(k, s->out.ids[0]);
        for (uint32_t i = 0; i < s->out.n; i++)
            if (!is_leak(k, s, i))
                off = name_of(k, s->out.ids[i]);
        room = BUILD(s->pos, "(p0 - p1) / DT + p2", s->capacity, s->self, off);
    }
    for (uint32_t i = 0; i < s->in.n && room; i++)
        if (is_sent(k, s->in.ids[i]))
            room = BUILD(s->pos, "p0 - p1", room, name_of(k, s->in.ids[i]));
    if (s->in_limit &&
        s->belt->discrete) { /* all that a unit of time allows may come in one step */
        dtn_expr *entered = dtn_expr_new_name(k->m, "entered", s->pos);
        entered->key = dtn_arena_printf(k->m->arena, " %s#entered", k->m->vars[s->id].key);
        entered->text = entered->key;
        entered->n_sub = s->self->n_sub;
        entered->subs = s->self->subs;
        dtn_expr *so_far = hidden(
            k, s, "so far",
            BUILD(s->pos,
                  "IF INT(TIME - STARTTIME + DT / 2) > INT(TIME - STARTTIME - DT / 2) THEN 0 "
                  "ELSE PREVIOUS(p0, 0)",
                  entered));
        (void)hidden(k, s, "entered",
                     BUILD(s->pos, "p0 + DT * p1", so_far, sum_of(k, s, &s->in, s->in.n)));
        dtn_expr *rest = BUILD(s->pos, "(p0 - p1) / DT", s->in_limit, so_far);
        room = room ? BUILD(s->pos, "MIN(p0, p1)", room, rest) : rest;
    } else if (s->in_limit) {
        room = room ? BUILD(s->pos, "MIN(p0, p1)", room, s->in_limit) : s->in_limit;
    }
    if (s->arrest)
        room = BUILD(s->pos, "IF p0 <> 0 THEN 0 ELSE p1", s->arrest,
                     room ? room : number(k, s, ENDLESS));
    return room;
}

/* Each inflow of an equation gets what the ones before it leave. */
static void limit_inflows(maker *k, belt_stock *s, dtn_expr *room)
{
    for (uint32_t i = 0; i < s->in.n; i++) {
        uint32_t flow = s->in.ids[i];
        if (is_sent(k, flow))
            continue;
        dtn_expr *at = NULL;
        if (room) {
            const char *what = dtn_arena_printf(k->m->arena, "room %u", flow);
            at = hidden(k, s, what, BUILD(s->pos, "MAX(0, p0)", room));
        }
        if (!belt_at(k, k->source[flow])) /* a queue gives it, within the room */
            limit(k, flow, at);
        if (room)
            room = BUILD(s->pos, "p0 - p1", room, name_of(k, flow));
    }
}

/* ---- Queues ------------------------------------------------------------------------------------------- */

/* The first batches of a queue together: `n` of them from 1. */
static dtn_expr *front_of(maker *k, belt_stock *s, uint32_t n, uint32_t most)
{
    arguments all = {NULL, 0, 0};
    const char *what = dtn_arena_printf(k->m->arena, "front %u", n);
    dtn_expr *known = hidden_of(k, s->id, what), *outflow = hidden_of(k, s->id, "outflow");
    if (known)
        return known;
    give(k, &all, number(k, s, n - 1));
    give(k, &all, s->self);
    give(k, &all, number(k, s, most));
    give(k, &all, outflow ? outflow : hidden(k, s, "outflow", sum_of(k, s, &s->out, s->out.n)));
    give(k, &all, number(k, s, s->in.n));
    for (uint32_t i = 0; i < s->in.n; i++)
        give(k, &all, name_of(k, s->in.ids[i]));
    give_list(k, s, &all);
    return hidden(k, s, what, call_with(k, s, "(queue front)", &all));
}

/* A conveyor takes one batch unless it is told otherwise, an oven any number. */
static bool takes_one(const dtn_belt *to)
{
    return to && (to->kind == DTN_BELT_CONVEYOR ? !to->many_batches
                                                : to->kind == DTN_BELT_OVEN && to->one_batch);
}

/* Several whole batches together: the first ones, once `taken` is gone, that fit; all, if all fit. */
static dtn_expr *whole_batches(maker *k, belt_stock *s, uint32_t flow, dtn_expr *all,
                               dtn_expr *taken, dtn_expr *room)
{
    dtn_expr *most = zero(k, s->pos);
    taken = hidden(k, s, dtn_arena_printf(k->m->arena, "taken before %u", flow), taken);
    for (uint32_t n = 1; n <= MOST_WHOLE; n++) {
        const char *what = dtn_arena_printf(k->m->arena, "%u whole for %u", n, flow);
        most = hidden(k, s, what,
                      BUILD(s->pos,
                            "IF p0 / DT - p1 <= p2 * (1 + 1e-12) THEN MAX(p3, p0 / DT - p1) "
                            "ELSE p3",
                            front_of(k, s, n, MOST_WHOLE), taken, room, most));
    }
    return BUILD(s->pos, "IF p0 <= p1 * (1 + 1e-12) THEN p0 ELSE p2", all, room, most);
}

/* How many of its first batches are asked for. */
static uint32_t batches_asked(const maker *k, const belt_stock *s)
{
    for (uint32_t i = 0; i < s->out.n; i++) {
        const dtn_belt *to = belt_at(k, k->target[s->out.ids[i]]);
        if (to && to->batch_integrity && !takes_one(to))
            return MOST_WHOLE;
    }
    return 1;
}

/* What it begins with, where that is given batch by batch. */
static void make_queue_start(maker *k, belt_stock *s)
{
    dtn_expr *sum = NULL;
    for (uint32_t i = 0; s->list && i < s->list->n_arg; i++)
        sum = sum ? dtn_expr_new_binary(k->m, DTN_OP_ADD, sum, copy(k, s->list->args[i]))
                  : copy(k, s->list->args[i]);
    if (sum)
        begin_with(k, s, sum);
}

static void make_queue(maker *k, belt_stock *s)
{
    dtn_expr *taken = zero(k, s->pos), *missed = NULL;
    const uint32_t asked = batches_asked(k, s);
    make_queue_start(k, s);
    for (uint32_t i = 0; i < s->out.n; i++) {
        uint32_t flow = s->out.ids[i], to = k->target[flow];
        const dtn_belt *belt = belt_at(k, to);
        dtn_expr *room =
            belt ? hidden_of(k, to, dtn_arena_printf(k->m->arena, "room %u", flow)) : NULL;
        dtn_expr *all = BUILD(s->pos, "MAX(0, p0 / DT - p1)", s->self, taken), *want = all, *get;
        const bool one = takes_one(belt);
        if (one)
            want = BUILD(s->pos, "MIN(p0, MAX(0, p1 / DT - p2))", all, front_of(k, s, 1, asked),
                         taken);
        want = hidden(k, s, dtn_arena_printf(k->m->arena, "wanted %u", flow), want);
        get = room ? BUILD(s->pos, "MIN(p0, p1)", want, room) : want;
        if (room && belt->batch_integrity && !one)
            get = whole_batches(k, s, flow, want, taken, room);
        else if (room && belt->batch_integrity)
            get = BUILD(s->pos, "IF p0 <= p1 * (1 + 1e-12) THEN p0 ELSE 0", want, room);
        if (k->m->vars[flow].is_overflow)
            get = missed ? BUILD(s->pos, "IF p0 > 0 THEN p1 ELSE 0", missed, get) : zero(k, s->pos);
        drive(k, flow, get);
        dtn_expr *flows = name_of(k, flow);
        taken = BUILD(s->pos, "p0 + p1", taken, flows);
        /* an oven that is cooking blocks, but does not send anything to an overflow */
        if (room && belt->kind == DTN_BELT_CONVEYOR)
            missed = missed ? BUILD(s->pos, "p0 + (p1 - p2)", missed, want, flows)
                            : BUILD(s->pos, "p0 - p1", want, flows);
    }
}

/* ---- Ovens ---------------------------------------------------------------------------------------------- */

static dtn_expr *later(maker *k, const belt_stock *s, const char *what)
{
    dtn_expr *x = copy(k, s->self);
    x->key = dtn_arena_printf(k->m->arena, " %s#%s", k->m->vars[s->id].key, what);
    x->text = x->key;
    return x;
}

/* phase: 0 filling, 1 cooking, 2 being cleaned; left: time that is left of it (filling: time since
 * the first material came). Both hold from the step before. */
static void make_oven_state(maker *k, belt_stock *s, dtn_expr **phase, dtn_expr **left)
{
    *phase = hidden(k, s, "phase", BUILD(s->pos, "PREVIOUS(p0, 0)", later(k, s, "next phase")));
    *left = hidden(k, s, "left", BUILD(s->pos, "PREVIOUS(p0, 0)", later(k, s, "next left")));
}

static void make_oven(maker *k, belt_stock *s)
{
    dtn_pos at = s->pos;
    dtn_expr *arrest = s->arrest ? s->arrest : zero(k, at);
    dtn_expr *phase = hidden_of(k, s->id, "phase"), *left = hidden_of(k, s->id, "left");
    dtn_expr *held = held_by(k, s->out.ids[0]);
    dtn_expr *fill = s->belt->fill_time ? s->belt->fill_time : number(k, s, ENDLESS);
    dtn_expr *clean = s->belt->clean_time ? s->belt->clean_time : zero(k, at);
    dtn_expr *done =
        hidden(k, s, "done",
               BUILD(at, "IF p0 = 1 AND p1 <= DT / 2 AND p2 = 0 AND p3 = 0 THEN 1 ELSE 0", phase,
                     left, arrest, held ? held : zero(k, at)));
    drive(k, s->out.ids[0], BUILD(at, "IF p0 = 1 THEN p1 / DT ELSE 0", done, s->self));
    dtn_expr *in = hidden(k, s, "inflow", sum_of(k, s, &s->in, 1));
    dtn_expr *after = hidden(k, s, "after", BUILD(at, "p0 + DT * p1", s->self, in));
    /* time that material has been waiting, at the end of the step */
    dtn_expr *waited = hidden(
        k, s, "waited",
        BUILD(at, "IF p0 > 0 THEN p1 + DT ELSE IF p2 > 0 THEN DT ELSE 0", s->self, left, in));
    dtn_expr *is_full =
        s->capacity ? BUILD(at, "p0 >= p1 * (1 - 1e-12)", after, s->capacity) : zero(k, at);
    dtn_expr *starts = hidden(
        k, s, "starts",
        BUILD(at, "IF p0 = 0 AND p1 > 0 AND (p2 OR p3 + DT / 2 >= p4) AND p5 = 0 THEN 1 ELSE 0",
              phase, after, is_full, waited, fill, arrest));
    (void)hidden(k, s, "next phase",
                 BUILD(at,
                       "IF p0 = 1 THEN 1 ELSE IF p1 = 1 THEN (IF p2 > 0 THEN 2 ELSE 0) "
                       "ELSE IF p3 = 2 AND p4 <= DT * 1.5 AND p5 = 0 THEN 0 ELSE p3",
                       starts, done, clean, phase, left, arrest));
    (void)hidden(k, s, "next left",
                 BUILD(at,
                       "IF p0 = 1 THEN p1 ELSE IF p2 = 1 THEN p3 ELSE IF p4 <> 0 THEN p5 "
                       "ELSE IF p6 = 0 THEN p7 ELSE MAX(0, p5 - DT)",
                       starts, s->len, done, clean, arrest, left, phase, waited));
}

static dtn_expr *room_of_oven(maker *k, belt_stock *s)
{
    dtn_expr *phase, *left, *room;
    make_oven_state(k, s, &phase, &left);
    room =
        s->capacity ? BUILD(s->pos, "(p0 - p1) / DT", s->capacity, s->self) : number(k, s, ENDLESS);
    return BUILD(s->pos, "IF p0 = 0 AND p1 = 0 THEN p2 ELSE 0", phase,
                 s->arrest ? s->arrest : zero(k, s->pos), room);
}

/* ---- The whole ----------------------------------------------------------------------------------------------- */

static dtn_expr *named(maker *k, belt_stock *s, const char *what, dtn_expr *x)
{
    return x ? hidden(k, s, what, copy(k, x)) : NULL;
}

/* A limit of INF is none. */
static dtn_expr *bounded(maker *k, const belt_stock *s, dtn_expr *x)
{
    return x ? BUILD(s->pos, "MIN(p0, p1)", x, number(k, s, ENDLESS)) : NULL;
}

static bool describe(maker *k, uint32_t id, belt_stock *s)
{
    const dtn_var *var = &k->m->vars[id];
    const dtn_belt *belt = var->belt;
    *s = (belt_stock){.id = id, .belt = belt, .pos = belt->pos};
    if (var->n_eqn == 0 || var->eqns[0].kind != DTN_EQN_STOCK || !var->eqns[0].expr)
        return false; /* reported as a variable without an equation */
    if (var->eqns[0].init && var->eqns[0].init->kind == DTN_X_ARRAY)
        s->list = var->eqns[0].init;
    list_flows(k, var->eqns[0].expr, true, true, &s->in);
    list_flows(k, var->eqns[0].expr, true, false, &s->out);
    if (!check_flows(k, s))
        return false;
    s->self = name_of(k, id);
    s->arrest = named(k, s, "arrest", belt->arrest);
    s->len = named(k, s, "len", belt->len);
    s->capacity = named(k, s, "capacity", bounded(k, s, belt->capacity));
    s->in_limit = named(k, s, "limit", bounded(k, s, belt->in_limit));
    return true;
}

/* Rooms first, then what a queue puts into them. */
static void make_all(maker *k, belt_stock *stocks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        belt_stock *s = &stocks[i];
        dtn_expr *room = s->belt->kind == DTN_BELT_CONVEYOR ? room_of_conveyor(k, s)
                         : s->belt->kind == DTN_BELT_OVEN   ? room_of_oven(k, s)
                                                            : NULL;
        limit_inflows(k, s, room);
    }
    for (size_t i = 0; i < n; i++) {
        if (stocks[i].belt->kind == DTN_BELT_CONVEYOR)
            make_conveyor(k, &stocks[i]);
        else if (stocks[i].belt->kind == DTN_BELT_OVEN)
            make_oven(k, &stocks[i]);
        else
            make_queue(k, &stocks[i]);
    }
}

void dtn_check_add_belts(dtn_model *model, dtn_diags *diags)
{
    maker k = {.m = model, .diags = diags};
    size_t n = 0, n_stock = 0;
    for (size_t i = 0; i < model->n_var; i++)
        n += model->vars[i].belt != NULL;
    if (n == 0 || model->has_belt_vars)
        return;
    model->has_belt_vars = true;
    find_ends(&k);
    belt_stock *stocks = DTN_NEW_N(model->arena, belt_stock, n);
    for (uint32_t i = 0; i < k.n_flow; i++)
        if (model->vars[i].belt && describe(&k, i, &stocks[n_stock]))
            n_stock++;
    if (diags->n_error == 0)
        make_all(&k, stocks, n_stock);
    if (model->method != DTN_EULER) {
        model->method = DTN_EULER;
        dtn_diags_add_as(diags, DTN_WARNING, 211, stocks[0].pos, "write method=\"euler\"",
                         "conveyors, queues and ovens move by whole steps; Euler's method is used");
    }
}
