/* Conveyors: their leaks, the inflows that spread, their contents at the start, and the flows that
 * they give. See belts.c; what is on a conveyor is compile/track.c's.
 */
#include "check/belt_inner.h"

#include <string.h>

/* ---- Conveyors ----------------------------------------------------------------------------------- */

/* What holds back what would come off the end: the conveyor or oven that it goes to is arrested. */
dtn_expr *dtn_belt_held_by(dtn_belt_maker *k, uint32_t flow)
{
    const dtn_belt *to = dtn_belt_at(k, k->target[flow]);
    if (!to || !to->arrest)
        return NULL;
    return dtn_belt_hidden_of(k, k->target[flow], "arrest");
}

static dtn_expr *fraction_of(dtn_belt_maker *k, uint32_t flow, dtn_pos pos)
{
    const dtn_var *var = &k->m->vars[flow];
    if (var->leak && var->leak->fraction)
        return dtn_belt_copy(k, var->leak->fraction);
    return var->n_eqn == 1 && var->eqns[0].expr ? dtn_belt_copy(k, var->eqns[0].expr)
                                                : dtn_belt_zero(k, pos);
}

static uint32_t give_leaks(dtn_belt_maker *k, const dtn_belt_stock *s, dtn_belt_arguments *to)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->out.n; i++) {
        if (!dtn_belt_is_leak(k, s, i))
            continue;
        const dtn_leak *leak = k->m->vars[s->out.ids[i]].leak;
        const char *what = dtn_arena_printf(k->m->arena, "leak %u", i);
        dtn_leak zone = leak ? *leak : (dtn_leak){.end = 1};
        dtn_belt_give(k, to, dtn_belt_hidden(k, s, what, fraction_of(k, s->out.ids[i], s->pos)));
        dtn_belt_give(k, to, dtn_belt_number(k, s, zone.start));
        dtn_belt_give(k, to, dtn_belt_number(k, s, zone.end));
        dtn_belt_give(k, to, dtn_belt_number(k, s, zone.is_whole));
        n++;
    }
    return n;
}

/* Numbers of an array with one dimension, as steps along the way; NULL: it is something else. */
static const dtn_lookup *steps_of(dtn_model *m, const dtn_var *var)
{
    const dtn_dim *dim = var->n_dim_key == 1 ? dtn_model_find_dim(m, var->dim_keys[0]) : NULL;
    if (!dim || var->n_eqn == 0 || dim->n_element == 0)
        return NULL;
    dtn_lookup *l = DTN_NEW(m->arena, dtn_lookup);
    l->n = 2 * (size_t)dim->n_element;
    l->x = DTN_NEW_N(m->arena, double, l->n);
    l->y = DTN_NEW_N(m->arena, double, l->n);
    for (uint32_t i = 0; i < dim->n_element; i++) {
        l->x[2 * i] = i;
        l->x[2 * i + 1] = i + 1.0;
    }
    for (size_t e = 0; e < var->n_eqn; e++) {
        const dtn_eqn *eqn = &var->eqns[e];
        uint32_t at = DTN_MAP_NONE;
        if (eqn->n_sub == 1 && eqn->subs[0].kind == DTN_SUB_NUMBER)
            at = (uint32_t)eqn->subs[0].number - 1;
        else if (eqn->n_sub == 1 && eqn->subs[0].kind == DTN_SUB_NAME)
            at = dtn_map_get(&dim->index, eqn->subs[0].key);
        if (eqn->kind != DTN_EQN_EXPR || !eqn->expr || eqn->expr->kind != DTN_X_NUMBER)
            return NULL;
        for (uint32_t i = 0; i < dim->n_element; i++)
            if (at == i || at == DTN_MAP_NONE)
                l->y[2 * i] = l->y[2 * i + 1] = eqn->expr->number;
    }
    return l;
}

/* Of a graphical function that has an equation, too, and of a module's input that stands for one. */
const dtn_lookup *dtn_belt_profile_of(const dtn_belt_maker *k, const dtn_var *flow)
{
    const dtn_expr *x = flow->spread ? flow->spread->profile : NULL;
    const dtn_var *table = NULL;
    for (size_t n = 0; n <= k->m->n_var && x && x->kind == DTN_X_NAME; n++) {
        table = dtn_model_find_var(k->m, x->key);
        if (table && table->n_eqn == 1 && table->eqns[0].lookup)
            return table->eqns[0].lookup;
        x = table && table->n_eqn == 1 ? table->eqns[0].expr : NULL;
    }
    if (x && x->kind == DTN_X_CALL && strcmp(x->key, "with_lookup") == 0 && x->n_arg == 2 &&
        x->args[1]->kind == DTN_X_LOOKUP)
        return x->args[1]->lookup;
    return table ? steps_of(k->m, table) : NULL;
}

static uint32_t give_spreads(dtn_belt_maker *k, const dtn_belt_stock *s, dtn_belt_arguments *to)
{
    static const char *const kinds[] = {"", "even", "dest", "dist", "source"};
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->in.n; i++) {
        const dtn_var *flow = &k->m->vars[s->in.ids[i]];
        uint32_t kind = 1;
        const dtn_spread_flow *spread = dtn_belt_spread_of(k, s, i);
        if (!spread)
            continue;
        while (kind < 4 && strcmp(spread->how, kinds[kind]) != 0)
            kind++;
        dtn_belt_give(k, to, dtn_belt_term_of(k, s, &s->in, i));
        dtn_belt_give(k, to, dtn_belt_number(k, s, kind));
        dtn_expr *table = dtn_expr_new(k->m, DTN_X_LOOKUP, s->pos);
        table->lookup = (dtn_lookup *)(uintptr_t)dtn_belt_profile_of(k, flow);
        uint32_t leak = 0;
        dtn_belt_give(k, to,
                      kind == 3   ? table
                      : kind == 4 ? dtn_belt_name_of(k, k->source[flow->id])
                                  : dtn_belt_zero(k, s->pos));
        if (kind == 4)
            (void)dtn_belt_leak_of(k, flow->id, &leak);
        dtn_belt_give(k, to, dtn_belt_number(k, s, leak));
        n++;
    }
    return n;
}

/* The contents at the start of what is given one by one: what the stock begins with. */
static void make_start(dtn_belt_maker *k, dtn_belt_stock *s, dtn_expr *kind, dtn_expr *time,
                       uint32_t n_leak, const dtn_belt_arguments *leaks)
{
    dtn_belt_arguments all = {NULL, 0, 0};
    if (s->n_list == 0)
        return;
    dtn_belt_give(k, &all, dtn_belt_number(k, s, 1000)); /* DTN_TRACK_TOTAL */
    dtn_belt_give(k, &all, kind);
    dtn_belt_give(k, &all, BUILD(s->pos, "DT", NULL));
    dtn_belt_give(k, &all, dtn_belt_zero(k, s->pos));
    dtn_belt_give(k, &all, time);
    dtn_belt_give(k, &all, dtn_belt_number(k, s, n_leak));
    for (size_t i = 0; i < leaks->n; i++)
        dtn_belt_give(k, &all, leaks->args[i]);
    dtn_belt_give_list(k, s, &all);
    dtn_expr *total = dtn_belt_call_with(k, s, "(on track)", &all);
    dtn_belt_begin_with(k, s, total);
}

/* Ranges of ages that equations ask this conveyor for; given as arguments where `to` is. */
static uint32_t ages_of(dtn_belt_maker *k, const dtn_belt_stock *s, dtn_belt_arguments *to)
{
    uint32_t n = 0;
    for (size_t i = 0; i < k->n_age && n < 16; i++) {
        if (k->ages[i].stock != s->id)
            continue;
        n++;
        if (to) {
            dtn_belt_give(k, to, dtn_belt_number(k, s, k->ages[i].from));
            dtn_belt_give(k, to, dtn_belt_number(k, s, k->ages[i].to));
        }
    }
    return n;
}

void dtn_belt_make_conveyor(dtn_belt_maker *k, dtn_belt_stock *s)
{
    dtn_belt_arguments leaks = {NULL, 0, 0}, spreads = {NULL, 0, 0}, all = {NULL, 0, 0};
    uint32_t which = 0, first = 0;
    dtn_expr *time = s->len;
    if (s->belt->sample) {
        dtn_expr *call = dtn_belt_call_of(k, s->pos, "sample_if_true", 3);
        call->args[0] = dtn_belt_copy(k, s->belt->sample);
        call->args[1] = dtn_belt_copy(k, s->len);
        call->args[2] = dtn_belt_copy(k, s->len);
        time = dtn_belt_hidden(k, s, "sampled", call);
    }
    while (first < s->out.n && dtn_belt_is_leak(k, s, first))
        first++;
    if (first == s->out.n) {
        (void)dtn_belt_refuse(k, s, "add an outflow that is no leak", "has only leaks as outflows");
        return;
    }
    dtn_expr *held = dtn_belt_held_by(k, s->out.ids[first]);
    dtn_expr *kind = dtn_belt_number(k, s, s->belt->exponential_leak + 2 * s->belt->discrete);
    const uint32_t n_leak = give_leaks(k, s, &leaks), n_spread = give_spreads(k, s, &spreads);
    dtn_belt_give(k, &all, dtn_belt_zero(k, s->pos)); /* which */
    dtn_belt_give(k, &all, s->self);
    dtn_belt_give(k, &all, dtn_belt_hidden(k, s, "inflow", dtn_belt_sum_of_first(k, s)));
    dtn_belt_give(k, &all, time);
    dtn_belt_give(k, &all, s->arrest ? s->arrest : dtn_belt_zero(k, s->pos));
    dtn_belt_give(k, &all, held ? held : dtn_belt_zero(k, s->pos));
    dtn_belt_give(k, &all, kind);
    dtn_belt_give(k, &all, dtn_belt_number(k, s, n_leak));
    dtn_belt_give(k, &all, dtn_belt_number(k, s, n_spread));
    dtn_belt_give(k, &all, dtn_belt_number(k, s, ages_of(k, s, NULL)));
    for (size_t i = 0; i < leaks.n; i++)
        dtn_belt_give(k, &all, leaks.args[i]);
    for (size_t i = 0; i < spreads.n; i++)
        dtn_belt_give(k, &all, spreads.args[i]);
    const uint32_t n_age = ages_of(k, s, &all);
    dtn_belt_give_list(k, s, &all);
    make_start(k, s, kind, time, n_leak, &leaks);
    for (uint32_t i = 0; i < s->out.n; i++) {
        dtn_expr *call = dtn_belt_call_with(k, s, "(on conveyor)", &all);
        call->args[0] = dtn_belt_number(k, s, i == first ? 0 : ++which);
        dtn_belt_drive(k, s->out.ids[i], call);
    }
    for (uint32_t i = 0; i < n_age; i++) {
        dtn_expr *call = dtn_belt_call_with(k, s, "(on conveyor)", &all);
        call->args[0] = dtn_belt_number(k, s, DTN_BELT_ASKED + i);
        (void)dtn_belt_hidden(k, s, dtn_arena_printf(k->m->arena, "asked ages %u", i), call);
    }
}

/* ---- Contents at the start, one by one --------------------------------------------------------- */

static uint32_t length_of(const dtn_expr *init)
{
    return init ? init->kind == DTN_X_ARRAY ? init->n_arg : 1 : 0;
}

/* What an equation gives at place i. A queue has no more batches than are given; on a conveyor the
 * last one is repeated. */
static dtn_expr *at_place(dtn_belt_maker *k, const dtn_belt_stock *s, const dtn_eqn *eqn,
                          uint32_t i)
{
    const uint32_t n = length_of(eqn->init);
    if (n == 0 || (i >= n && s->belt->kind == DTN_BELT_QUEUE))
        return dtn_belt_zero(k, eqn->pos);
    dtn_expr *x = eqn->init;
    if (x->kind == DTN_X_ARRAY)
        x = x->args[i < n ? i : n - 1];
    return dtn_belt_copy(k, x);
}

/* A hidden variable with an equation for each of the stock's own. */
static dtn_expr *place_of(dtn_belt_maker *k, dtn_belt_stock *s, uint32_t i)
{
    const char *what = dtn_arena_printf(k->m->arena, "at the start %u", i);
    dtn_expr *name = dtn_belt_hidden(k, s, what, dtn_belt_zero(k, s->pos));
    dtn_var *var = &k->m->vars[k->m->n_var - 1];
    const dtn_var *stock = &k->m->vars[s->id];
    var->eqns = NULL;
    var->n_eqn = var->cap_eqn = 0;
    for (size_t e = 0; e < stock->n_eqn; e++) {
        dtn_eqn *eqn = dtn_var_add_eqn(k->m, var);
        eqn->expr = at_place(k, s, &stock->eqns[e], i);
        eqn->subs = stock->eqns[e].subs;
        eqn->n_sub = stock->eqns[e].n_sub;
        eqn->pos = stock->eqns[e].pos;
    }
    return name;
}

bool dtn_belt_read_list(dtn_belt_maker *k, dtn_belt_stock *s)
{
    const dtn_var *stock = &k->m->vars[s->id];
    uint32_t n = 0, n_given = 0;
    for (size_t e = 0; e < stock->n_eqn; e++) {
        const dtn_expr *init = stock->eqns[e].init;
        n_given += init && init->kind == DTN_X_ARRAY;
        n = length_of(init) > n ? length_of(init) : n;
    }
    if (n_given == 0)
        return true;
    if (s->belt->kind == DTN_BELT_OVEN)
        return dtn_belt_refuse(k, s, "write one number",
                               "is an oven, whose contents are one batch");
    if (n_given < stock->n_eqn && s->belt->kind == DTN_BELT_CONVEYOR)
        return dtn_belt_refuse(k, s, "give a list for each element, or a total for each",
                               "has lists of contents for some of its elements only");
    if (n > DTN_MAX_BELT_LIST)
        return dtn_belt_refuse(k, s, "write a total",
                               "has more contents at the start than run here (400)");
    s->n_list = n;
    s->list = DTN_NEW_N(k->m->arena, dtn_expr *, n);
    for (uint32_t i = 0; i < n; i++)
        s->list[i] = stock->n_eqn > 1 ? place_of(k, s, i) : stock->eqns[0].init->args[i];
    return true;
}
