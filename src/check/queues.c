/* Vensim's QUEUE FIFO and SHIFT IF TRUE: variables that they need beside their own equation.
 *
 * A figure of a queue (QUEUE AGE AVERAGE(waiting, 0)) stands in another equation than the queue and is
 * computed from the log of what came in (compile/vector_log.c). So the arguments of QUEUE FIFO get
 * hidden variables over the queue's own left sides: its inflow (a negative outflow is one), the contents and the age range
 * of the start, and the attribute's.
 *
 * SHIFT IF TRUE(stock[first], condition, size, accumulate, new) changes the stock that it names: each
 * of its elements gets a hidden variable "shift" which is added to its rate,
 *
 *   (element before - this element) / TIME STEP   where the condition holds, else 0
 *
 * with `new` before the first; the last keeps what it has if it accumulates. What the call gives is
 * what the last element lost. It takes a step of Euler's method: a stage of Runge-Kutta would move a
 * part only.
 *
 * Source: Vensim reference manual, function pages.
 */
#include "check/queues.h"
#include "model/functions.h"

#include <math.h>
#include <string.h>

typedef struct maker {
    dtn_model *m;
    dtn_diags *diags;
    const dtn_var *var; /* whose equation holds the call */
    const dtn_eqn *eqn;
} maker;

/* ---- Trees ------------------------------------------------------------------------------------ */

static dtn_expr *copy(maker *k, const dtn_expr *x)
{
    dtn_expr *out = DTN_NEW(k->m->arena, dtn_expr);
    *out = *x;
    out->args = x->n_arg ? DTN_NEW_N(k->m->arena, dtn_expr *, x->n_arg) : NULL;
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = copy(k, x->args[i]);
    out->subs = x->n_sub ? DTN_NEW_N(k->m->arena, dtn_sub, x->n_sub) : NULL;
    for (uint32_t p = 0; p < x->n_sub; p++) {
        out->subs[p] = x->subs[p];
        out->subs[p].expr = x->subs[p].expr ? copy(k, x->subs[p].expr) : NULL;
    }
    return out;
}

static dtn_expr *call(maker *k, const char *key, uint32_t n, dtn_expr *const args[])
{
    dtn_expr *x = dtn_expr_new(k->m, DTN_X_CALL, args[0]->pos);
    x->text = x->key = key;
    x->n_arg = n;
    x->args = DTN_NEW_N(k->m->arena, dtn_expr *, n);
    memcpy(x->args, args, n * sizeof *args);
    return x;
}

static dtn_expr *number(maker *k, double v, dtn_pos pos)
{
    return dtn_expr_new_number(k->m, v, pos);
}

static dtn_expr *bin(maker *k, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    return dtn_expr_new_binary(k->m, op, a, b);
}

static dtn_expr *choose(maker *k, dtn_expr *condition, dtn_expr *yes, dtn_expr *no)
{
    return call(k, "if_then_else", 3, (dtn_expr *[]){condition, yes, no});
}

/* ---- Hidden variables --------------------------------------------------------------------------- */

const char *dtn_queue_part(dtn_model *model, const char *queue_key, const char *part)
{
    return dtn_arena_printf(model->arena, " %s#%s", queue_key, part);
}

/* A hidden variable beside another one: of its shape, without equations. */
static uint32_t add_part(maker *k, const dtn_var *of, const char *part)
{
    dtn_model *m = k->m;
    const char *key = dtn_queue_part(m, of->key, part);
    const dtn_var *there = dtn_model_find_var(m, key);
    if (there)
        return there->id;
    const uint32_t id = of->id; /* variables move when one is added */
    dtn_var *var = dtn_model_add_hidden(
        m, key, dtn_arena_printf(m->arena, "#%s>%s#", of->name, part), of->pos);
    of = &m->vars[id];
    var->overlay = of->overlay;
    var->dim_keys = of->dim_keys;
    var->n_dim_key = of->n_dim_key;
    return var->id;
}

static dtn_sub *copy_subs(maker *k, const dtn_sub *subs, uint32_t n)
{
    dtn_sub *out = n ? DTN_NEW_N(k->m->arena, dtn_sub, n) : NULL;
    for (uint32_t p = 0; p < n; p++)
        out[p] = subs[p];
    return out;
}

/* `x` for the left side of the equation at work. */
static void add_equation(maker *k, const char *part, dtn_expr *x)
{
    const dtn_eqn from = *k->eqn;
    const uint32_t id = add_part(k, k->var, part), of = k->var->id;
    dtn_eqn *eqn = dtn_var_add_eqn(k->m, &k->m->vars[id]);
    k->var = &k->m->vars[of]; /* it may have moved */
    eqn->kind = DTN_EQN_EXPR;
    eqn->pos = from.pos;
    eqn->expr = x;
    eqn->n_sub = from.n_sub;
    eqn->subs = copy_subs(k, from.subs, from.n_sub);
    eqn->n_except = from.n_except;
    eqn->excepts = from.excepts;
}

/* ---- Queues ---------------------------------------------------------------------------------------- */

static void add_queue(maker *k, const dtn_expr *x)
{
    const bool has_attribute = strcmp(x->key, "queue_fifo_attrib") == 0;
    dtn_expr *none = number(k, 0, x->pos);
    dtn_expr *in = call(k, "max", 2, (dtn_expr *[]){copy(k, x->args[0]), none});
    dtn_expr *back = call(k, "min", 2, (dtn_expr *[]){copy(k, x->args[1]), number(k, 0, x->pos)});
    add_equation(k, "inflow", bin(k, DTN_OP_SUB, in, back));
    add_equation(k, "contents", copy(k, x->args[has_attribute ? 6 : 3]));
    add_equation(k, "age range", copy(k, x->args[has_attribute ? 8 : 4]));
    if (!has_attribute)
        return;
    add_equation(k, "attribute", copy(k, x->args[2]));
    add_equation(k, "change", copy(k, x->args[3]));
    add_equation(k, "its attribute", copy(k, x->args[7]));
}

/* ---- Shifts ------------------------------------------------------------------------------------------ */

/* A number, or ELMCOUNT(range); 0: neither. */
static uint32_t size_of(const maker *k, const dtn_expr *x)
{
    const dtn_dim *dim = NULL;
    if (x->kind == DTN_X_NUMBER && x->number >= 1 && x->number <= 1e6)
        return (uint32_t)x->number;
    if (x->kind == DTN_X_CALL && strcmp(x->key, "elmcount") == 0 && x->n_arg == 1 &&
        x->args[0]->key)
        dim = dtn_model_find_dim(k->m, x->args[0]->key);
    return dim ? dim->n_element : 0;
}

/* The range that holds an element and so many from it on, and where it begins there. */
static const dtn_dim *range_of(const maker *k, const char *element, uint32_t size, uint32_t *first)
{
    for (size_t i = 0; i < k->m->n_dim; i++) {
        const dtn_dim *dim = &k->m->dims[i];
        const uint32_t at = dtn_map_get(&dim->index, element);
        if (at == DTN_MAP_NONE || at + size > dim->n_element)
            continue;
        *first = at;
        return dim;
    }
    return NULL;
}

static dtn_expr *element(maker *k, const dtn_expr *stock, const dtn_dim *dim, uint32_t at)
{
    dtn_expr *x = copy(k, stock);
    dtn_sub *sub = &x->subs[x->n_sub - 1];
    sub->kind = DTN_SUB_NAME;
    sub->text = dim->elements[at];
    sub->key = dim->element_keys[at];
    return x;
}

static void refuse(maker *k, const dtn_expr *x, const char *hint, const char *why)
{
    dtn_diags_add(k->diags, 507, x->pos, hint, "'%s' %s", x->text, why);
}

/* What the element at `at` gains in the step, over the time step. */
static dtn_expr *gain(maker *k, dtn_expr *const a[], const dtn_dim *dim, uint32_t first,
                      uint32_t at, uint32_t last)
{
    dtn_expr *before = at == first ? copy(k, a[4]) : element(k, a[0], dim, at - 1);
    dtn_expr *change = bin(k, DTN_OP_SUB, before, element(k, a[0], dim, at));
    if (at == last && at != first) {
        dtn_expr *added = element(k, a[0], dim, at - 1);
        change = choose(k, copy(k, a[3]), added, change);
    }
    dtn_expr *rate = bin(k, DTN_OP_DIV, change, copy(k, k->m->dt));
    return choose(k, copy(k, a[1]), rate, number(k, 0, a[1]->pos));
}

/* The shift joins the rate of each of the stock's equations. */
static void join_rate(maker *k, uint32_t stock, uint32_t shift)
{
    dtn_var *var = &k->m->vars[stock];
    for (size_t i = 0; i < var->n_eqn; i++) {
        dtn_eqn *eqn = &var->eqns[i];
        dtn_expr *part = dtn_expr_new(k->m, DTN_X_NAME, eqn->pos);
        part->text = k->m->vars[shift].name;
        part->key = k->m->vars[shift].key;
        part->n_sub = eqn->n_sub;
        part->subs = copy_subs(k, eqn->subs, eqn->n_sub);
        eqn->driven = bin(k, DTN_OP_ADD, copy(k, eqn->expr), part);
    }
}

static bool is_stock(const dtn_var *var)
{
    for (size_t i = 0; i < var->n_eqn; i++)
        if (var->eqns[i].kind != DTN_EQN_STOCK || !var->eqns[i].expr)
            return false;
    return var->n_eqn > 0;
}

static void add_shift(maker *k, const dtn_expr *x)
{
    dtn_expr *const *a = x->args;
    const dtn_expr *named = a[0];
    const dtn_var *stock = named->kind == DTN_X_NAME ? dtn_model_find_var(k->m, named->key) : NULL;
    const uint32_t size = size_of(k, a[2]);
    uint32_t first = 0;
    if (!stock || !is_stock(stock) || named->n_sub == 0 || !named->subs[named->n_sub - 1].key) {
        refuse(k, x, "write SHIFT IF TRUE(stock[..., first element], ...)",
               "takes a stock, at the first element to be moved");
        return;
    }
    const dtn_dim *dim = size ? range_of(k, named->subs[named->n_sub - 1].key, size, &first) : NULL;
    if (!dim) {
        refuse(k, x, "give the number of elements from the first on: a number or ELMCOUNT(range)",
               "does not know which elements to move");
        return;
    }
    if (k->m->method != DTN_EULER || !k->m->dt) {
        refuse(k, x, "choose Euler's method, or write the chain out with flows",
               "moves elements by whole steps, which Runge-Kutta's do not do");
        return;
    }
    const dtn_var *done = dtn_model_find_var(k->m, dtn_queue_part(k->m, stock->key, "shift"));
    if (done && done->eqns[0].pos.line == x->pos.line && done->eqns[0].pos.col == x->pos.col)
        return; /* this call's own, of the resolution before */
    if (done) {
        refuse(k, x, "shift the stock once", "moves a stock that another call moves too");
        return;
    }
    const uint32_t id = stock->id, shift = add_part(k, stock, "shift");
    for (uint32_t at = 0; at < dim->n_element; at++) {
        const bool is_in = at >= first && at < first + size;
        dtn_eqn *eqn = dtn_var_add_eqn(k->m, &k->m->vars[shift]);
        const dtn_expr *left = element(k, named, dim, at);
        eqn->kind = DTN_EQN_EXPR;
        eqn->pos = x->pos;
        eqn->subs = left->subs;
        eqn->n_sub = left->n_sub;
        eqn->expr = is_in ? gain(k, a, dim, first, at, first + size - 1) : number(k, 0, x->pos);
    }
    join_rate(k, id, shift);
}

/* ---- All ---------------------------------------------------------------------------------------------- */

static bool has_arguments(const dtn_expr *x)
{
    const uint32_t fn = dtn_fn_find(DTN_VENSIM, x->key);
    return fn != DTN_NONE && x->n_arg >= dtn_fn_table[fn].min_args &&
           x->n_arg <= dtn_fn_table[fn].max_args;
}

static void look_for_shifts(maker *k, const dtn_expr *x)
{
    if (x->kind == DTN_X_CALL && strcmp(x->key, "shift_if_true") == 0 && has_arguments(x))
        add_shift(k, x);
    for (uint32_t i = 0; i < x->n_arg; i++)
        look_for_shifts(k, x->args[i]);
}

void dtn_check_add_queues(dtn_model *model, size_t first, dtn_diags *diags)
{
    maker k = {.m = model, .diags = diags};
    const size_t n = model->n_var;
    for (size_t i = first; i < n; i++) {
        bool is_done = false; /* by a resolution before */
        for (size_t j = 0; j < model->vars[i].n_eqn; j++) {
            k.var = &model->vars[i];
            k.eqn = &model->vars[i].eqns[j];
            const dtn_expr *x = k.eqn->expr;
            const bool is_queue =
                x && x->kind == DTN_X_CALL && has_arguments(x) &&
                (strcmp(x->key, "queue_fifo") == 0 || strcmp(x->key, "queue_fifo_attrib") == 0);
            if (is_queue && j == 0)
                is_done =
                    dtn_model_find_var(model, dtn_queue_part(model, k.var->key, "inflow")) != NULL;
            if (is_queue && !is_done)
                add_queue(&k, x);
            else if (x && !is_queue)
                look_for_shifts(&k, x);
        }
    }
}
