/* What equations ask of conveyors, queues and ovens: CAPACITY, PROCTIME, OSTATE, QELEM. A call becomes
 * the name of a hidden variable of the stock, in the equation that counts; what is written stays.
 *
 *   CAPACITY  what a conveyor or oven holds at most; no limit is 1e300 (our reading: finite, so that a
 *             run is not flagged)
 *   PROCTIME  the transit or cooking time of what enters; while nothing does, of what entered last; before
 *             that, of the start (our reading)
 *   OSTATE    0 an oven fills, 1 it cooks, 2 it empties, or is being cleaned (our reading)
 *   QELEM     batch k of a queue, the first one next to leave; 0 where there are fewer; queue[k] too
 *   QLEN      how many batches there are in a queue
 *   AGECOUNT  what of a conveyor with one constant transit time is of some age: 0 what came on last
 *   SIZE      how many steps a conveyor of one constant transit time holds; MEAN: its contents over that.
 *             SUM is its contents. Other array functions of its parts, or of a queue's, do not run.
 *
 * Sources: isee's help, "Discrete builtins" (CAPACITY, OSTATE, PROCTIME); High Performance Systems' for
 * QELEM; XMILE 1.0, section 3.7.1, for array functions of conveyors and queues. What needs time stamps or attributes of batches (CTMEAN, ATTRMEAN ...) is refused by resolve.c.
 */
#include "check/belt_inner.h"
#include "check/belts.h"
#include "format/translate.h"

#include <string.h>

typedef struct asker {
    dtn_belt_maker *k;
    const dtn_belt_stock *stocks; /* [n] */
    size_t n;
} asker;

static const char *const questions[] = {"capacity", "proctime", "ostate",
                                        "qelem",    "qlen",     "agecount"};
static const char *const of_parts[] = {"size", "mean", "min", "max", "stddev"};

static const dtn_var *scalar_belt(const dtn_model *m, const dtn_expr *x)
{
    const dtn_var *var = x->kind == DTN_X_NAME ? dtn_model_find_var(m, x->key) : NULL;
    return var && var->belt && var->belt->kind != DTN_BELT_OVEN && var->n_dim_key == 0 ? var : NULL;
}

/* belt[k] is QELEM(belt, k); in place, so that nothing further takes k for a subscript. */
static void put_call(dtn_expr *x, void *ctx)
{
    dtn_belt_maker *k = ctx;
    if (x->n_sub != 1 || !scalar_belt(k->m, x))
        return;
    const dtn_sub sub = x->subs[0];
    if (sub.kind != DTN_SUB_NUMBER && sub.kind != DTN_SUB_EXPR && sub.kind != DTN_SUB_NAME)
        return;
    dtn_expr *name = DTN_NEW(k->m->arena, dtn_expr);
    *name = *x;
    name->n_sub = 0;
    name->subs = NULL;
    *x = *dtn_belt_call_of(k, x->pos, "qelem", 2);
    x->text = "QELEM";
    x->args[0] = name;
    x->args[1] = sub.kind == DTN_SUB_NUMBER ? dtn_expr_new_number(k->m, sub.number, x->pos)
                 : sub.kind == DTN_SUB_EXPR && sub.expr
                     ? sub.expr
                     : dtn_expr_new_name(k->m, sub.text ? sub.text : "", x->pos);
}

/* MEAN(belt): of what is on it, one by one. */
static bool is_of_parts(const dtn_model *m, const dtn_expr *x)
{
    if (x->kind != DTN_X_CALL || x->n_arg != 1 || x->args[0]->n_sub > 0 ||
        !scalar_belt(m, x->args[0]))
        return false;
    for (size_t i = 0; i < sizeof of_parts / sizeof *of_parts; i++)
        if (strcmp(x->key, of_parts[i]) == 0)
            return true;
    return false;
}

static bool is_question(const dtn_model *m, const dtn_expr *x)
{
    if (is_of_parts(m, x))
        return true;
    const dtn_var *var = x->kind == DTN_X_CALL ? dtn_model_find_var(m, x->key) : NULL;
    if (x->kind != DTN_X_CALL || x->n_arg == 0 ||
        (var && var->n_eqn > 0 && var->eqns[0].kind == DTN_EQN_LOOKUP))
        return false; /* a graphical function of that name */
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        if (strcmp(x->key, questions[i]) == 0)
            return true;
    return false;
}

static void look(dtn_expr *x, void *ctx)
{
    asker *a = ctx;
    a->n += is_question(a->k->m, x);
}

/* Both ends of a range of ages: numbers, or constants. Without a second one it has no end. */
static bool ages_in(const dtn_model *m, const dtn_expr *x, dtn_belt_age *out)
{
    out->to = ENDLESS;
    return x->n_arg >= 2 && dtn_constant_value(m, x->args[1], &out->from) &&
           (x->n_arg < 3 || dtn_constant_value(m, x->args[2], &out->to));
}

/* Which of the ranges that its stock is asked for; adds it. */
static uint32_t index_of_ages(dtn_belt_maker *k, const dtn_belt_age *age)
{
    uint32_t n = 0;
    for (size_t i = 0; i < k->n_age; i++) {
        const dtn_belt_age *known = &k->ages[i];
        if (known->stock == age->stock && known->from == age->from && known->to == age->to)
            return n;
        n += known->stock == age->stock;
    }
    DTN_PUSH(k->m->arena, k->ages, k->n_age, k->cap_age, *age);
    return n;
}

static void note_ages(dtn_belt_maker *k, const dtn_expr *x)
{
    const dtn_var *var =
        x->args[0]->kind == DTN_X_NAME ? dtn_model_find_var(k->m, x->args[0]->key) : NULL;
    dtn_belt_age age = {var ? var->id : 0, 0, 0};
    if (var && var->belt && var->belt->kind == DTN_BELT_CONVEYOR && ages_in(k->m, x, &age))
        (void)index_of_ages(k, &age);
}

static void look_for_batches(dtn_expr *x, void *ctx)
{
    asker *a = ctx;
    if (!is_question(a->k->m, x))
        return;
    a->n += strcmp(x->key, "qelem") == 0;
    a->k->asks_length |= strcmp(x->key, "qlen") == 0;
    if (strcmp(x->key, "agecount") == 0)
        note_ages(a->k, x);
}

static bool asks(dtn_belt_maker *k, dtn_expr *x)
{
    asker a = {k, NULL, 0};
    dtn_expr_walk(x, look, &a);
    return a.n > 0;
}

static dtn_expr *complain(asker *a, const dtn_expr *x, const char *hint, const char *what)
{
    dtn_diags_add(a->k->diags, 504, x->pos, hint, "%s(...) %s", x->text, what);
    return NULL;
}

static dtn_expr *capacity_of(asker *a, const dtn_expr *x, const dtn_belt_stock *s)
{
    dtn_belt_maker *k = a->k;
    if (s->belt->kind == DTN_BELT_QUEUE)
        return complain(a, x, "ask a conveyor or an oven", "asks a queue, which has no capacity");
    dtn_expr *known = dtn_belt_hidden_of(k, s->id, "asked capacity");
    return known ? known
                 : dtn_belt_hidden(k, s, "asked capacity",
                                   s->capacity ? dtn_belt_copy(k, s->capacity)
                                               : dtn_belt_number(k, s, ENDLESS));
}

static dtn_expr *time_of(asker *a, const dtn_expr *x, const dtn_belt_stock *s)
{
    dtn_belt_maker *k = a->k;
    if (s->belt->kind == DTN_BELT_QUEUE)
        return complain(a, x, "ask a conveyor or an oven", "asks a queue, which takes no set time");
    dtn_expr *known = dtn_belt_hidden_of(k, s->id, "asked time");
    if (known)
        return known;
    dtn_expr *time = dtn_belt_hidden_of(k, s->id, "sampled");
    time = time ? time : s->len;
    dtn_expr *call = dtn_belt_call_of(k, s->pos, "sample_if_true", 3);
    call->args[0] = BUILD(s->pos, "p0 > 0", dtn_belt_sum_of(k, s, &s->in, s->in.n));
    call->args[1] = dtn_belt_copy(k, time);
    call->args[2] = dtn_belt_copy(k, time);
    return dtn_belt_hidden(k, s, "asked time", call);
}

static dtn_expr *state_of(asker *a, const dtn_expr *x, const dtn_belt_stock *s)
{
    dtn_belt_maker *k = a->k;
    if (s->belt->kind != DTN_BELT_OVEN)
        return complain(a, x, "ask an oven", "asks what is no oven");
    dtn_expr *known = dtn_belt_hidden_of(k, s->id, "asked state");
    return known ? known
                 : dtn_belt_hidden(k, s, "asked state",
                                   BUILD(s->pos, "IF p0 = 1 THEN 2 ELSE p1",
                                         dtn_belt_hidden_of(k, s->id, "done"),
                                         dtn_belt_hidden_of(k, s->id, "phase")));
}

static dtn_expr *batch_of(asker *a, const dtn_expr *x, const dtn_belt_stock *s)
{
    dtn_belt_maker *k = a->k;
    const double at = x->n_arg == 2 && x->args[1]->kind == DTN_X_NUMBER ? x->args[1]->number : 0;
    if (s->belt->kind != DTN_BELT_QUEUE)
        return complain(a, x, "ask a queue", "asks what is no queue");
    if (!(at >= 1 && at <= DTN_BELT_MOST_BATCHES) || at != (double)(uint32_t)at)
        return complain(a, x, "write a whole number from 1 to 16",
                        "runs for batches known before the run");
    const uint32_t n = (uint32_t)at;
    dtn_expr *front = dtn_belt_front_of(k, s, n);
    if (n == 1)
        return front;
    const char *what = dtn_arena_printf(k->m->arena, "asked batch %u", n);
    dtn_expr *known = dtn_belt_hidden_of(k, s->id, what);
    return known ? known
                 : dtn_belt_hidden(k, s, what,
                                   BUILD(s->pos, "p0 - p1", front, dtn_belt_front_of(k, s, n - 1)));
}

static dtn_expr *length_of(asker *a, const dtn_expr *x, const dtn_belt_stock *s)
{
    return s->belt->kind == DTN_BELT_QUEUE ? dtn_belt_front_of(a->k, s, DTN_BELT_ASKED + 1)
                                           : complain(a, x, "ask a queue", "asks what is no queue");
}

#define MAX_AGES 16 /* as DTN_MAX_AGES of the program: more are a table, which SUM would read */

static dtn_expr *aged_of(asker *a, const dtn_expr *x, const dtn_belt_stock *s)
{
    dtn_belt_age age = {s->id, 0, 0};
    double time = 0;
    if (s->belt->kind != DTN_BELT_CONVEYOR || !dtn_constant_value(a->k->m, s->belt->len, &time))
        return complain(a, x,
                        "ask a conveyor with a constant transit time; give each age a stock else",
                        "asks for ages, which nothing else has here: material has no time stamps");
    const uint32_t i = ages_in(a->k->m, x, &age) ? index_of_ages(a->k, &age) : MAX_AGES;
    if (i >= MAX_AGES)
        return complain(a, x, "write numbers, or constants, at most 16 ranges for a conveyor",
                        "runs for ages that are known before the run");
    return dtn_belt_hidden_of(a->k, s->id, dtn_arena_printf(a->k->m->arena, "asked ages %u", i));
}

static dtn_expr *parts_of(asker *a, const dtn_expr *x, const dtn_belt_stock *s)
{
    dtn_belt_maker *k = a->k;
    double time = 0;
    const bool is_size = strcmp(x->key, "size") == 0;
    if (s->belt->kind != DTN_BELT_CONVEYOR || (!is_size && strcmp(x->key, "mean") != 0) ||
        !dtn_constant_value(k->m, s->belt->len, &time))
        return complain(a, x,
                        "ask for SUM, or of a conveyor with a constant transit time SIZE or MEAN",
                        "asks for what is on it one by one, which does not run");
    dtn_expr *known = dtn_belt_hidden_of(k, s->id, "asked size");
    dtn_expr *size = known ? known
                           : dtn_belt_hidden(k, s, "asked size",
                                             BUILD(s->pos, "MAX(1, ROUND(p0 / DT))", s->len));
    if (is_size)
        return size;
    known = dtn_belt_hidden_of(k, s->id, "asked mean");
    return known ? known
                 : dtn_belt_hidden(k, s, "asked mean", BUILD(s->pos, "p0 / p1", s->self, size));
}

static const dtn_belt_stock *asked(const asker *a, const dtn_expr *x)
{
    const dtn_expr *stock = x->kind == DTN_X_NAME ? x : x->args[0];
    const dtn_var *var = stock->kind == DTN_X_NAME ? dtn_model_find_var(a->k->m, stock->key) : NULL;
    for (size_t i = 0; i < a->n && var; i++)
        if (a->stocks[i].id == var->id)
            return &a->stocks[i];
    return NULL;
}

/* The hidden variable with the subscripts that the stock has in the call. */
static void answer(dtn_expr *x, void *ctx)
{
    asker *a = ctx;
    if (!is_question(a->k->m, x))
        return;
    const dtn_belt_stock *s = asked(a, x);
    dtn_expr *hidden = NULL;
    if (!s)
        (void)complain(a, x, "name one, with its subscripts where it has some",
                       "asks what is no conveyor, queue or oven");
    else if (is_of_parts(a->k->m, x))
        hidden = parts_of(a, x, s);
    else if (x->key[0] == 'c')
        hidden = capacity_of(a, x, s);
    else if (x->key[0] == 'p')
        hidden = time_of(a, x, s);
    else
        hidden = x->key[0] == 'o'              ? state_of(a, x, s)
                 : x->key[0] == 'a'            ? aged_of(a, x, s)
                 : strcmp(x->key, "qlen") == 0 ? length_of(a, x, s)
                                               : batch_of(a, x, s);
    if (!hidden)
        return;
    dtn_expr name = *x->args[0];
    name.key = hidden->key;
    name.text = hidden->text;
    *x = name;
}

static void answer_all(asker *a, dtn_expr *written, dtn_expr **counts)
{
    dtn_expr *x = *counts ? *counts : written;
    if (!x || !asks(a->k, x))
        return;
    x = dtn_belt_copy(a->k, x);
    dtn_expr_walk(x, answer, a);
    *counts = x;
}

/* Every queue shows its first batches where a batch is asked for anywhere. */
bool dtn_belt_asks_batches(dtn_belt_maker *k)
{
    bool any = false;
    for (size_t i = 0; i < k->m->n_var; i++)
        for (size_t e = 0; e < k->m->vars[i].n_eqn; e++) {
            asker a = {k, NULL, 0};
            dtn_expr_walk(k->m->vars[i].eqns[e].expr, put_call, k);
            dtn_expr_walk(k->m->vars[i].eqns[e].init, put_call, k);
            dtn_expr_walk(k->m->vars[i].eqns[e].expr, look_for_batches, &a);
            dtn_expr_walk(k->m->vars[i].eqns[e].init, look_for_batches, &a);
            any = any || a.n > 0;
        }
    return any;
}

void dtn_belt_answer(dtn_belt_maker *k, const dtn_belt_stock *stocks, size_t n)
{
    asker a = {k, stocks, n};
    const size_t n_var = k->m->n_var; /* hidden ones that are made now ask nothing */
    for (size_t i = 0; i < n_var && k->m->dialect == DTN_XMILE; i++)
        for (size_t e = 0; e < k->m->vars[i].n_eqn; e++) {
            dtn_eqn eqn = k->m->vars[i].eqns[e];
            answer_all(&a, eqn.expr, &eqn.driven);
            answer_all(&a, eqn.init, &eqn.driven_init);
            k->m->vars[i].eqns[e].driven = eqn.driven;
            k->m->vars[i].eqns[e].driven_init = eqn.driven_init;
        }
}
