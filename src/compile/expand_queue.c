/* Functions of Vensim's that look back over the run by periods and ages: depreciations, DELAY PROFILE,
 * queues.
 *
 * What was invested until some time is a held sum with a log of it, so what fell into a fiscal period
 * is a difference of two of its values. DELAY PROFILE and the figures of a queue read whole logs
 * (vector_log.c). A queue itself is a held value that takes what flows in and out at the end of a step.
 *
 * Sources: Vensim reference manual (function pages). Where a period begins and what the initial array of a schedule
 * holds is our reading; functions.def says so.
 */
#include "check/queues.h"
#include "compile/expander.h"

#include <string.h>

static dtn_expr *num(dtn_expander *e, double x) { return dtn_x_num(e, x); }
static dtn_expr *ref(dtn_expander *e, uint32_t v) { return dtn_x_ref(e, v); }
static dtn_expr *bin(dtn_expander *e, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    return dtn_x_bin(e, op, a, b);
}

static uint32_t aux(dtn_expander *e, const char *what, dtn_expr *x)
{
    return dtn_x_hidden(e, what, DTN_CAT_AUX, x, NULL);
}

/* As it is at the start. */
static uint32_t held(dtn_expander *e, const char *what, dtn_expr *x)
{
    return dtn_x_hidden(e, what, DTN_CAT_HELD, NULL, x);
}

/* What a rate has brought until the step begins. */
static uint32_t sum_of(dtn_expander *e, const char *what, uint32_t rate)
{
    const uint32_t sum = held(e, what, num(e, 0));
    dtn_expr *more = bin(e, DTN_OP_MUL, ref(e, rate), dtn_x_dt(e));
    dtn_x_step_to(e, sum, bin(e, DTN_OP_ADD, ref(e, sum), more));
    return sum;
}

/* ---- Fiscal periods ------------------------------------------------------------------------------ */

typedef struct fiscal {
    uint32_t stream, sum, log;
    uint32_t period, count, begins; /* its length; which one this is, from 0; when it began */
    dtn_expr *before;               /* the stream before the start; NULL: none */
} fiscal;

static dtn_expr *time_from_start(dtn_expander *e, dtn_expr *time)
{
    return bin(e, DTN_OP_SUB, time, num(e, e->c->start));
}

/* Invested until `ago` periods before this one began. */
static dtn_expr *until(dtn_expander *e, const fiscal *f, double ago)
{
    dtn_expr *back = bin(e, DTN_OP_MUL, ref(e, f->period), num(e, ago));
    const uint32_t at = aux(e, "time", bin(e, DTN_OP_SUB, ref(e, f->begins), back));
    dtn_expr *before = num(e, 0);
    if (f->before)
        before = bin(e, DTN_OP_MUL, dtn_x_copy(e, f->before), time_from_start(e, ref(e, at)));
    dtn_expr *past = dtn_x_log_at(e, f->log, ref(e, at));
    dtn_expr *half =
        bin(e, DTN_OP_SUB, dtn_x_step_now(e), bin(e, DTN_OP_MUL, dtn_x_dt(e), num(e, 0.5)));
    dtn_expr *known = dtn_x_choose(e, bin(e, DTN_OP_GE, ref(e, at), half), ref(e, f->sum), past);
    return dtn_x_choose(e, bin(e, DTN_OP_LE, ref(e, at), num(e, e->c->start)), before, known);
}

static bool make_fiscal(dtn_expander *e, const dtn_expr *x, dtn_expr *stream, dtn_expr *period,
                        dtn_expr *start, fiscal *f)
{
    f->stream = aux(e, "stream", stream);
    f->sum = sum_of(e, "invested", f->stream);
    f->period = held(e, "period", period);
    const uint32_t from = held(e, "first period", start);
    dtn_expr *gone = bin(e, DTN_OP_SUB, dtn_x_step_now(e), ref(e, from));
    dtn_expr *n = bin(e, DTN_OP_ADD, bin(e, DTN_OP_DIV, gone, ref(e, f->period)), num(e, 1e-9));
    f->count = aux(e, "period", dtn_x_call(e, DTN_FN_INT, 1, n, NULL, NULL));
    dtn_expr *since = bin(e, DTN_OP_MUL, ref(e, f->count), ref(e, f->period));
    f->begins = aux(e, "period's begin", bin(e, DTN_OP_ADD, ref(e, from), since));
    return dtn_x_add_log(e, x, ref(e, f->sum), &f->log);
}

/* DEPRECIATE STRAIGHTLINE(stream, time, period, initial) */
static dtn_expr *straight_line(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    fiscal f = {0};
    const uint32_t first = held(e, "initial stream", a[3]), period = held(e, "period", a[2]);
    dtn_expr *ratio = bin(e, DTN_OP_DIV, a[1], ref(e, period));
    dtn_expr *n = dtn_x_call(e, DTN_FN_ROUND, 1, ratio, NULL, NULL);
    const uint32_t parts =
        held(e, "parts", dtn_x_call(e, DTN_FN_MAX, 2, n, num(e, 1), NULL)); /* a whole number */
    if (!make_fiscal(e, x, a[0], ref(e, period), num(e, e->c->start), &f))
        return num(e, 0);
    f.before = ref(e, first);
    dtn_expr *back =
        bin(e, DTN_OP_MUL, bin(e, DTN_OP_SUB, ref(e, parts), num(e, 1)), ref(e, f.period));
    fiscal oldest = f;
    oldest.begins = aux(e, "oldest period", bin(e, DTN_OP_SUB, ref(e, f.begins), back));
    dtn_expr *older = bin(e, DTN_OP_SUB, until(e, &f, 0), until(e, &oldest, 0));
    older = bin(e, DTN_OP_DIV, older, ref(e, f.period));
    return bin(e, DTN_OP_DIV, bin(e, DTN_OP_ADD, ref(e, f.stream), older), ref(e, parts));
}

/* The element `at` places from the first one that x names, of x's row; x itself if it has no subscript. */
static dtn_expr *element(dtn_expander *e, const dtn_expr *x, dtn_expr *at)
{
    dtn_expr *name = dtn_x_copy(e, x);
    return x->n_sub == 0
               ? name
               : dtn_x_row_function(e, dtn_x_call(e, DTN_FN_VECTOR_ELM_MAP, 2, name, at, NULL));
}

static uint32_t elements_from(const dtn_expander *e, const dtn_expr *x)
{
    if (x->kind != DTN_X_NAME || x->ref != DTN_REF_VAR || x->n_sub == 0 ||
        x->subs[x->n_sub - 1].element == DTN_NONE)
        return 0;
    const dtn_dim *dim = &e->c->model->dims[e->c->vars[x->id].dims[x->n_sub - 1]];
    return dim->n_element - x->subs[x->n_sub - 1].element;
}

#define DTN_MAX_SCHEDULE 200 /* periods: each is a term of the expression */

/* DEPRECIATE BY SCHEDULE(stream, schedule[first], initial[first], time, start) */
static dtn_expr *by_schedule(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    const uint32_t n = elements_from(e, x->args[1]);
    fiscal f = {0};
    if (n == 0 || n > DTN_MAX_SCHEDULE) {
        dtn_diags_add(e->c->diags, 212, x->args[1]->pos, "write it as schedule[first element]",
                      "the schedule must name the first element of a range of at most %d",
                      DTN_MAX_SCHEDULE);
        return num(e, 0);
    }
    if (!make_fiscal(e, x, a[0], bin(e, DTN_OP_DIV, a[3], num(e, n)), a[4], &f))
        return num(e, 0);
    dtn_expr *out = NULL, *all = NULL;
    for (uint32_t i = 0; i < n; i++) {
        dtn_expr *invested = ref(e, f.stream);
        if (i > 0)
            invested = bin(e, DTN_OP_DIV, bin(e, DTN_OP_SUB, until(e, &f, i - 1), until(e, &f, i)),
                           ref(e, f.period));
        dtn_expr *term = bin(e, DTN_OP_MUL, element(e, x->args[1], num(e, i)), invested);
        dtn_expr *share = element(e, x->args[1], num(e, i));
        out = out ? bin(e, DTN_OP_ADD, out, term) : term;
        all = all ? bin(e, DTN_OP_ADD, all, share) : share;
    }
    dtn_expr *first = element(e, x->args[2], ref(e, f.count));
    dtn_expr *is_first = bin(e, DTN_OP_AND, bin(e, DTN_OP_GE, ref(e, f.count), num(e, 0)),
                             bin(e, DTN_OP_LT, ref(e, f.count), num(e, n)));
    return bin(e, DTN_OP_ADD, bin(e, DTN_OP_DIV, out, all),
               dtn_x_choose(e, is_first, first, num(e, 0)));
}

/* ---- DELAY PROFILE -------------------------------------------------------------------------------- */

static uint32_t put_points(dtn_expander *e, const dtn_lookup *l, dtn_expr **to)
{
    for (size_t i = 0; i < l->n; i++) {
        *to++ = num(e, l->x[i]);
        *to++ = num(e, l->y[i]);
    }
    return 2 * (uint32_t)l->n;
}

#define DTN_MAX_POINTS 400 /* of a profile: they are arguments */

static const dtn_lookup *profile_of(dtn_expander *e, const dtn_expr *x, const dtn_expr *name)
{
    const dtn_lookup *l = dtn_x_points(e, name);
    if (l && l->n >= 2 && l->n <= DTN_MAX_POINTS)
        return l;
    dtn_diags_add(e->c->diags, 212, name->pos, "name one lookup for all elements",
                  "a profile of '%s' is no lookup of 2 to %d points", x->text, DTN_MAX_POINTS);
    return NULL;
}

/* DELAY PROFILE(profile, x, time, initial, growth) */
static dtn_expr *delay_profile(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    const dtn_lookup *l = profile_of(e, x, x->args[0]);
    uint32_t inputs, times;
    const uint32_t time = aux(e, "delay time", a[2]);
    if (!l || !dtn_x_add_log(e, x, a[1], &inputs) || !dtn_x_add_log(e, x, ref(e, time), &times))
        return num(e, 0);
    dtn_expr *out = dtn_x_log_call(e, DTN_FN_LOG_PROFILE, inputs, 7 + 2 * (uint32_t)l->n, x->pos);
    dtn_expr **p = out->args + 1;
    *p++ = ref(e, times);
    *p++ = dtn_x_steps_before(e, dtn_x_step_now(e));
    *p++ = dtn_x_dt(e);
    *p++ = ref(e, held(e, "initial", a[3]));
    *p++ = ref(e, held(e, "growth", a[4]));
    *p++ = ref(e, held(e, "first delay time", ref(e, time)));
    (void)put_points(e, l, p);
    return out;
}

/* ---- Queues ------------------------------------------------------------------------------------------- */

/* QUEUE FIFO(inflow, outflow, ...): the level. Negative flows count for each other. */
static dtn_expr *queue(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    if (!e->from || e->from->expr != x) {
        dtn_diags_add(e->c->diags, 507, x->pos, "give it a variable of its own",
                      "'%s' can only be a whole equation", x->text);
        return num(e, 0);
    }
    const uint32_t level = held(e, "queue", a[x->id == DTN_FN_QUEUE_FIFO ? 3 : 6]);
    dtn_expr *change = bin(e, DTN_OP_MUL, bin(e, DTN_OP_SUB, a[0], a[1]), dtn_x_dt(e));
    dtn_x_step_to(e, level, bin(e, DTN_OP_ADD, ref(e, level), change));
    return ref(e, level);
}

static const dtn_var *part_var(const dtn_expander *e, const dtn_expr *queue_name, const char *part)
{
    dtn_model *m = e->c->model;
    return dtn_model_find_var(m, dtn_queue_part(m, m->vars[queue_name->id].key, part));
}

/* The queue's hidden variable for the elements that the call names. */
static dtn_expr *part_of(dtn_expander *e, const dtn_expr *queue_name, const char *part)
{
    const dtn_var *var = part_var(e, queue_name, part);
    dtn_expr *x = dtn_x_copy(e, queue_name);
    x->id = var->id;
    x->text = var->name;
    x->key = var->key;
    return x;
}

static const dtn_expr *queue_equation(const dtn_expander *e, const dtn_expr *name)
{
    const dtn_model *m = e->c->model;
    const bool is_var = name->kind == DTN_X_NAME && name->ref == DTN_REF_VAR && name->id < m->n_var;
    const dtn_var *var = is_var ? &m->vars[name->id] : NULL;
    const dtn_expr *x = var && var->n_eqn > 0 ? var->eqns[0].expr : NULL;
    const bool is_queue = x && x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC &&
                          (x->id == DTN_FN_QUEUE_FIFO || x->id == DTN_FN_QUEUE_FIFO_ATTRIB);
    return is_queue && part_var(e, name, "inflow") ? x : NULL;
}

/* What an attribute was when it came in, less what all have changed until then. */
static bool add_attributes(dtn_expander *e, const dtn_expr *x, uint32_t *log, uint32_t *changed)
{
    const uint32_t change = aux(e, "change", part_of(e, x->args[0], "change"));
    *changed = sum_of(e, "changed", change);
    dtn_expr *attribute = part_of(e, x->args[0], "attribute");
    return dtn_x_add_log(e, x, bin(e, DTN_OP_SUB, attribute, ref(e, *changed)), log);
}

static int figure_of(uint32_t fn)
{
    switch ((dtn_fn)fn) {
    case DTN_FN_QUEUE_AGE_AVERAGE: return 0;
    case DTN_FN_QUEUE_AGE_IN_RANGE: return 1;
    case DTN_FN_QUEUE_AGE_OLDEST: return 2;
    case DTN_FN_QUEUE_ATTRIB_AVERAGE: return 3;
    case DTN_FN_QUEUE_ATTRIB_IN_RANGE: return 5;
    case DTN_FN_QUEUE_ATTRIB_MIN: return 6;
    case DTN_FN_QUEUE_ATTRIB_MAX: return 7;
    default: return 4;
    }
}

static dtn_expr *queue_figure(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    const dtn_expr *from = queue_equation(e, x->args[0]);
    const int figure = figure_of(x->id);
    const bool by_attribute = figure >= 3;
    uint32_t inflows, attributes = 0, changed = 0;
    if (!from || (by_attribute && from->id != DTN_FN_QUEUE_FIFO_ATTRIB)) {
        dtn_diags_add(e->c->diags, 212, x->args[0]->pos,
                      by_attribute ? "name a variable defined by QUEUE FIFO ATTRIB"
                                   : "name a variable defined by QUEUE FIFO or QUEUE FIFO ATTRIB",
                      "the first argument of '%s' is no such queue", x->text);
        return num(e, 0);
    }
    const bool has_attribute = from->id == DTN_FN_QUEUE_FIFO_ATTRIB;
    const dtn_lookup *ages = profile_of(e, from, from->args[has_attribute ? 4 : 2]), *by_age = NULL;
    if (by_attribute)
        by_age = profile_of(e, from, from->args[5]);
    if (!ages || (by_attribute && !by_age) ||
        !dtn_x_add_log(e, x, part_of(e, x->args[0], "inflow"), &inflows) ||
        (by_attribute && !add_attributes(e, x, &attributes, &changed)))
        return num(e, 0);
    const uint32_t n = 2 * (uint32_t)(ages->n + (by_age ? by_age->n : 0));
    dtn_expr *out = dtn_x_log_call(e, by_attribute ? DTN_FN_LOG_QUEUE_ATTRIB : DTN_FN_LOG_QUEUE,
                                   inflows, 12 + by_attribute + n, x->pos);
    dtn_expr **p = out->args + 1;
    if (by_attribute)
        *p++ = ref(e, attributes);
    *p++ = dtn_x_steps_before(e, dtn_x_step_now(e));
    *p++ = dtn_x_dt(e);
    *p++ = a[0];
    *p++ = num(e, figure);
    *p++ = x->n_arg > 1 ? a[1] : num(e, 0);
    *p++ = x->n_arg > 2 ? a[2] : num(e, 0);
    *p++ = ref(e, held(e, "contents", part_of(e, x->args[0], "contents")));
    *p++ = ref(e, held(e, "age range", part_of(e, x->args[0], "age range")));
    *p++ = by_attribute ? ref(e, changed) : num(e, 0);
    *p++ = by_attribute ? ref(e, held(e, "attribute", part_of(e, x->args[0], "its attribute")))
                        : num(e, 0);
    *p++ = num(e, (double)ages->n);
    p += put_points(e, ages, p);
    if (by_age)
        (void)put_points(e, by_age, p);
    return out;
}

/* ---- Shifts -------------------------------------------------------------------------------------------- */

/* SHIFT IF TRUE: what the last element loses; the stock's rate has the rest (check/queues.c). */
static dtn_expr *shifted_out(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    const uint32_t n = elements_from(e, x->args[0]);
    const dtn_expr *size = x->args[2];
    uint32_t last = size->kind == DTN_X_NUMBER ? (uint32_t)size->number : n;
    if (n == 0)
        return num(e, 0);
    last = last >= 1 && last <= n ? last : n;
    dtn_expr *lost = element(e, x->args[0], num(e, last - 1));
    lost = dtn_x_choose(e, a[3], num(e, 0), lost);
    return dtn_x_choose(e, a[1], lost, num(e, 0));
}

dtn_expr *dtn_x_by_age(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    switch ((dtn_fn)x->id) {
    case DTN_FN_DEPRECIATE_STRAIGHTLINE: return straight_line(e, x, a);
    case DTN_FN_DEPRECIATE_BY_SCHEDULE: return by_schedule(e, x, a);
    case DTN_FN_DELAY_PROFILE: return delay_profile(e, x, a);
    case DTN_FN_QUEUE_FIFO:
    case DTN_FN_QUEUE_FIFO_ATTRIB: return queue(e, x, a);
    case DTN_FN_SHIFT_IF_TRUE: return shifted_out(e, x, a);
    default: return queue_figure(e, x, a);
    }
}
