/* Conveyors, queues and ovens: the equations that they mean.
 *
 * A stock of these kinds gives its outflows and limits its inflows. Both are written here as
 * equations in the model's own functions, with hidden variables for what they share (the room that
 * is left, the sum of the inflows ...), so that whoever orders, checks and computes equations needs
 * not know of them. Only what is on the belt itself is a function of its own: (on conveyor), whose
 * memory is compile/track.c's, and (queue front), the size of a queue's first batch.
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
 * Not done: queues that are purged by age; leaks through an exponential conveyor some of which are of
 * whole numbers and some are not; what spreads as it leaked in whole numbers from the conveyor before.
 * Rooms, checks and the order of it all are here; trees and arguments in belt_build.c, conveyors in
 * belt_conveyor.c, queues and ovens in belt_queue.c, what equations ask of them in belt_ask.c.
 * Source: XMILE 1.0, sections 3.7.2, 3.7.3, 4.2.1, 4.3; Stella's help for the formula of the room and for
 * ovens.
 */
#include "check/belt_inner.h"
#include "check/belts.h"
#include "check/check.h"

#include <string.h>

/* ---- Who flows where ---------------------------------------------------------------------- */

static void collect(dtn_belt_maker *k, uint32_t stock, const dtn_expr *x, bool is_in)
{
    if (x->kind == DTN_X_BINARY && (x->op == DTN_OP_ADD || x->op == DTN_OP_SUB)) {
        collect(k, stock, x->args[0], is_in);
        collect(k, stock, x->args[1], x->op == DTN_OP_SUB ? !is_in : is_in);
    } else if ((x->kind == DTN_X_BINARY && x->op == DTN_OP_MUL) || x->kind == DTN_X_CALL) {
        collect(k, stock, x->args[0], is_in); /* a multiplier; a sum over more dimensions */
    } else if (x->kind == DTN_X_NAME) {
        const dtn_var *flow = dtn_model_find_var(k->m, x->key);
        if (flow && flow->id < k->n_flow)
            (is_in ? k->target : k->source)[flow->id] = stock;
    }
}

static void list_flows(dtn_belt_maker *k, const dtn_expr *x, bool is_in, bool wanted,
                       dtn_belt_flows *out)
{
    if (x->kind == DTN_X_BINARY && (x->op == DTN_OP_ADD || x->op == DTN_OP_SUB)) {
        list_flows(k, x->args[0], is_in, wanted, out);
        list_flows(k, x->args[1], x->op == DTN_OP_SUB ? !is_in : is_in, wanted, out);
    } else if ((x->kind == DTN_X_BINARY && x->op == DTN_OP_MUL) || x->kind == DTN_X_CALL) {
        list_flows(k, x->args[0], is_in, wanted, out);
    } else if (x->kind == DTN_X_NAME && is_in == wanted) {
        const dtn_var *flow = dtn_model_find_var(k->m, x->key);
        if (flow && out->n < MAX_BELT_FLOWS)
            out->ids[out->n++] = flow->id;
        else if (flow)
            out->n = MAX_BELT_FLOWS + 1;
    }
}

static void find_ends(dtn_belt_maker *k)
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

/* Does a conveyor or an oven send it, so that nothing holds it back? */
static bool is_sent(const dtn_belt_maker *k, uint32_t flow)
{
    const dtn_belt *from = dtn_belt_at(k, k->source[flow]);
    return from && from->kind != DTN_BELT_QUEUE;
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

static bool check_leaks(dtn_belt_maker *k, const dtn_belt_stock *s)
{
    uint32_t n_whole = 0, n_leak = 0;
    for (uint32_t i = 0; i < s->out.n; i++) {
        const dtn_leak *leak = k->m->vars[s->out.ids[i]].leak;
        n_leak += dtn_belt_is_leak(k, s, i);
        n_whole += dtn_belt_is_leak(k, s, i) && leak && leak->is_whole;
    }
    if (n_whole > 0 && n_whole < n_leak && s->belt->exponential_leak)
        return dtn_belt_refuse(
            k, s, "let all of its leaks be of whole numbers, or none, or be linear",
            "leaks exponentially, in whole numbers through some of its leaks only");
    return true;
}

static bool check_spread(dtn_belt_maker *k, const dtn_belt_stock *s, const dtn_var *flow)
{
    if (!flow->spread || s->belt->kind != DTN_BELT_CONVEYOR)
        return true;
    if (strcmp(flow->spread->how, "source") == 0 && flow->leak && flow->leak->is_whole)
        return dtn_belt_refuse(
            k, s, "let the inflow spread \"even\", \"dest\" or \"dist\"",
            "has an inflow that spreads as it leaked, in whole numbers, from the "
            "conveyor before");
    if (strcmp(flow->spread->how, "dist") == 0 && !dtn_belt_profile_of(k, flow))
        return dtn_belt_refuse(
            k, s, "name a graphical function, or an array of numbers, in <isee:distrib_eq>",
            "has an inflow that spreads by a distribution which is no graphical function nor numbers");
    return true;
}

static bool check_flows(dtn_belt_maker *k, dtn_belt_stock *s)
{
    const dtn_belt_flows *lists[] = {&s->in, &s->out};
    const dtn_belt *belt = s->belt;
    for (int l = 0; l < 2; l++) {
        if (lists[l]->n > MAX_BELT_FLOWS)
            return dtn_belt_refuse(k, s, "sum some of them in one flow",
                                   "has more flows than run here (12)");
        for (uint32_t i = 0; i < lists[l]->n; i++)
            if (!same_dims(&k->m->vars[s->id], &k->m->vars[lists[l]->ids[i]]))
                return dtn_belt_refuse(k, s, "give them the same dimensions",
                                       "has flows of other dimensions than its own");
    }
    if (belt->kind != DTN_BELT_QUEUE && s->out.n == 0)
        return dtn_belt_refuse(k, s, "add an <outflow>", "has no outflow to let its material go");
    if (belt->kind == DTN_BELT_CONVEYOR && !belt->len)
        return dtn_belt_refuse(k, s, "add <len>, the transit time",
                               "is a conveyor without a transit time");
    if (belt->kind == DTN_BELT_OVEN && !belt->len)
        return dtn_belt_refuse(k, s, "add <len>, the cooking time",
                               "is an oven without a cooking time");
    for (uint32_t i = 0; i < s->in.n; i++)
        if (!check_spread(k, s, &k->m->vars[s->in.ids[i]]))
            return false;
    if (!check_leaks(k, s) || !dtn_belt_read_list(k, s))
        return false;
    if (belt->kind == DTN_BELT_OVEN && (s->in.n != 1 || s->out.n != 1))
        return dtn_belt_refuse(k, s, "give it one inflow and one outflow",
                               "is an oven with other than one inflow and one outflow");
    return true;
}

/* ---- Room -------------------------------------------------------------------------------------------- */

/* What may flow in: "stock#room", NULL where nothing limits it. */
static dtn_expr *room_of_conveyor(dtn_belt_maker *k, dtn_belt_stock *s)
{
    dtn_expr *room = NULL;
    if (s->capacity) {
        dtn_expr *off = dtn_belt_name_of(k, s->out.ids[0]);
        for (uint32_t i = 0; i < s->out.n; i++)
            if (!dtn_belt_is_leak(k, s, i))
                off = dtn_belt_name_of(k, s->out.ids[i]);
        room = BUILD(s->pos, "(p0 - p1) / DT + p2", s->capacity, s->self, off);
    }
    for (uint32_t i = 0; i < s->in.n && room; i++)
        if (is_sent(k, s->in.ids[i]))
            room = BUILD(s->pos, "p0 - p1", room, dtn_belt_name_of(k, s->in.ids[i]));
    if (s->in_limit &&
        s->belt->discrete) { /* all that a unit of time allows may come in one step */
        dtn_expr *entered = dtn_expr_new_name(k->m, "entered", s->pos);
        entered->key = dtn_arena_printf(k->m->arena, " %s#entered", k->m->vars[s->id].key);
        entered->text = entered->key;
        entered->n_sub = s->self->n_sub;
        entered->subs = s->self->subs;
        dtn_expr *so_far = dtn_belt_hidden(
            k, s, "so far",
            BUILD(s->pos,
                  "IF INT(TIME - STARTTIME + DT / 2) > INT(TIME - STARTTIME - DT / 2) THEN 0 "
                  "ELSE PREVIOUS(p0, 0)",
                  entered));
        (void)dtn_belt_hidden(
            k, s, "entered",
            BUILD(s->pos, "p0 + DT * p1", so_far, dtn_belt_sum_of(k, s, &s->in, s->in.n)));
        dtn_expr *rest = BUILD(s->pos, "(p0 - p1) / DT", s->in_limit, so_far);
        room = room ? BUILD(s->pos, "MIN(p0, p1)", room, rest) : rest;
    } else if (s->in_limit) {
        room = room ? BUILD(s->pos, "MIN(p0, p1)", room, s->in_limit) : s->in_limit;
    }
    if (s->arrest)
        room = BUILD(s->pos, "IF p0 <> 0 THEN 0 ELSE p1", s->arrest,
                     room ? room : dtn_belt_number(k, s, ENDLESS));
    return room;
}

/* Each inflow of an equation gets what the ones before it leave. */
static void limit_inflows(dtn_belt_maker *k, dtn_belt_stock *s, dtn_expr *room)
{
    for (uint32_t i = 0; i < s->in.n; i++) {
        uint32_t flow = s->in.ids[i];
        if (is_sent(k, flow))
            continue;
        dtn_expr *at = NULL;
        if (room) {
            const char *what = dtn_arena_printf(k->m->arena, "room %u", flow);
            at = dtn_belt_hidden(k, s, what, BUILD(s->pos, "MAX(0, p0)", room));
        }
        if (!dtn_belt_at(k, k->source[flow])) /* a queue gives it, within the room */
            dtn_belt_limit(k, flow, at);
        if (room)
            room = BUILD(s->pos, "p0 - p1", room, dtn_belt_name_of(k, flow));
    }
}

/* ---- The whole ----------------------------------------------------------------------------------------------- */

/* An outflow that is no leak has no equation of its own: one that is written says something else than
 * what runs. A 0 is what other programs write where the format wants something. */
static void tell_ignored(dtn_belt_maker *k, const dtn_belt_stock *s)
{
    static const char *const ways[] = {
        [DTN_BELT_CONVEYOR] = "leave it out: <len> of the conveyor says when material comes off, "
                              "and <leak/> makes a flow one that leaks",
        [DTN_BELT_QUEUE] =
            "leave it out: a queue gives what the next stock takes; let it flow into "
            "a conveyor or an oven with a limit",
        [DTN_BELT_OVEN] = "leave it out: <len> of the oven says when it empties"};
    static const char *const kinds[] = {
        [DTN_BELT_CONVEYOR] = "conveyor", [DTN_BELT_QUEUE] = "queue", [DTN_BELT_OVEN] = "oven"};
    for (uint32_t i = 0; i < s->out.n; i++) {
        const dtn_var *flow = &k->m->vars[s->out.ids[i]];
        const dtn_expr *x = flow->n_eqn > 0 ? flow->eqns[0].expr : NULL;
        const bool is_leak = s->belt->kind == DTN_BELT_CONVEYOR && dtn_belt_is_leak(k, s, i);
        if (x && !is_leak && !(x->kind == DTN_X_NUMBER && x->number == 0))
            dtn_diags_add_as(k->diags, DTN_WARNING, 106, flow->eqns[0].pos, ways[s->belt->kind],
                             "the equation of '%s' does not count: '%s' is a %s, which gives its "
                             "outflows",
                             flow->name, k->m->vars[s->id].name, kinds[s->belt->kind]);
    }
}

static dtn_expr *named(dtn_belt_maker *k, dtn_belt_stock *s, const char *what, dtn_expr *x)
{
    return x ? dtn_belt_hidden(k, s, what, dtn_belt_copy(k, x)) : NULL;
}

/* A limit of INF is none. */
static dtn_expr *bounded(dtn_belt_maker *k, const dtn_belt_stock *s, dtn_expr *x)
{
    return x ? BUILD(s->pos, "MIN(p0, p1)", x, dtn_belt_number(k, s, ENDLESS)) : NULL;
}

static bool describe(dtn_belt_maker *k, uint32_t id, dtn_belt_stock *s)
{
    const dtn_var *var = &k->m->vars[id];
    const dtn_belt *belt = var->belt;
    *s = (dtn_belt_stock){.id = id, .belt = belt, .pos = belt->pos};
    if (var->n_eqn == 0 || var->eqns[0].kind != DTN_EQN_STOCK || !var->eqns[0].expr)
        return false; /* reported as a variable without an equation */
    list_flows(k, var->eqns[0].expr, true, true, &s->in);
    list_flows(k, var->eqns[0].expr, true, false, &s->out);
    if (!check_flows(k, s))
        return false;
    tell_ignored(k, s);
    s->self = dtn_belt_name_of(k, id);
    s->arrest = named(k, s, "arrest", belt->arrest);
    s->len = named(k, s, "len", belt->len);
    s->capacity = named(k, s, "capacity", bounded(k, s, belt->capacity));
    s->in_limit = named(k, s, "limit", bounded(k, s, belt->in_limit));
    return true;
}

/* Rooms first, then what a queue puts into them. */
static void make_all(dtn_belt_maker *k, dtn_belt_stock *stocks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dtn_belt_stock *s = &stocks[i];
        dtn_expr *room = s->belt->kind == DTN_BELT_CONVEYOR ? room_of_conveyor(k, s)
                         : s->belt->kind == DTN_BELT_OVEN   ? dtn_belt_room_of_oven(k, s)
                                                            : NULL;
        limit_inflows(k, s, room);
    }
    for (size_t i = 0; i < n; i++) {
        if (stocks[i].belt->kind == DTN_BELT_CONVEYOR)
            dtn_belt_make_conveyor(k, &stocks[i]);
        else if (stocks[i].belt->kind == DTN_BELT_OVEN)
            dtn_belt_make_oven(k, &stocks[i]);
        else
            dtn_belt_make_queue(k, &stocks[i]);
    }
}

void dtn_check_add_belts(dtn_model *model, dtn_diags *diags)
{
    dtn_belt_maker k = {.m = model, .diags = diags};
    size_t n = 0, n_stock = 0;
    for (size_t i = 0; i < model->n_var; i++)
        n += model->vars[i].belt != NULL;
    if (model->has_belt_vars)
        return;
    model->has_belt_vars = true;
    if (n == 0) {
        dtn_belt_answer(&k, NULL, 0);
        return;
    }
    k.asks_batches = dtn_belt_asks_batches(&k);
    find_ends(&k);
    dtn_belt_stock *stocks = DTN_NEW_N(model->arena, dtn_belt_stock, n);
    for (uint32_t i = 0; i < k.n_flow; i++)
        if (model->vars[i].belt && describe(&k, i, &stocks[n_stock]))
            n_stock++;
    k.stocks = stocks;
    k.n_stock = n_stock;
    if (diags->n_error == 0) {
        make_all(&k, stocks, n_stock);
        dtn_belt_answer(&k, stocks, n_stock);
        model->belts_run = diags->n_error == 0;
    }
    if (model->method != DTN_EULER) {
        model->method = DTN_EULER;
        dtn_diags_add_as(diags, DTN_WARNING, 211, stocks[0].pos, "write method=\"euler\"",
                         "conveyors, queues and ovens move by whole steps; Euler's method is used");
    }
}
