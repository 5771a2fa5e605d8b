/* Functions of XMILE, and of Stella beside it, in Vensim's notation.
 *
 * Those that Vensim has under another name are in one table; the others are written out by their
 * definition, as compile/ gives it. INITIAL, DELAY FIXED and ACTIVE INITIAL may only be a whole
 * right side there: inside an expression they become variables of their own.
 *
 * Random functions keep their arguments' meaning; one without bounds gets bounds that do not
 * matter. What is left is refused by the caller (to_mdl_expr.c).
 *
 * Follows XMILE 1.0, section 3.5, the Vensim reference manual (functions), Stella's builtins.
 */
#include <math.h>
#include <string.h>

#include "format/to_mdl.h"
#include "model/functions.h"

#define MAX_STAGES 100 /* of a delay or smooth, written out as so many stocks */
#define MAX_TWICE 40   /* nodes of an argument that may stand twice, as in to_xmile_fn.c */
#define NO_BOUND 1e30  /* of a random number */

static dtn_expr *tr(dtn_tm *tm, const dtn_expr *x) { return dtn_tm_expr(tm, x); }
static dtn_expr *num(dtn_tm *tm, double v) { return dtn_make_number(tm->to, v); }
static dtn_expr *bin(dtn_tm *tm, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    return dtn_make_binary(tm->to, op, a, b);
}
static dtn_expr *call(dtn_tm *tm, const char *f, uint32_t n, dtn_expr *a, dtn_expr *b, dtn_expr *c)
{
    return dtn_make_call(tm->to, f, n, a, b, c);
}
static dtn_expr *time_step(dtn_tm *tm) { return dtn_tm_control(tm, "dt"); }
static dtn_expr *now(dtn_tm *tm) { return dtn_tm_control(tm, "time"); }

static const dtn_dim *find_dim(const dtn_tm *tm, const char *key)
{
    return key ? dtn_model_find_dim(tm->src, key) : NULL;
}

/* A call of any number of arguments. */
static dtn_expr *call_n(dtn_tm *tm, const char *f, uint32_t n, dtn_expr *const *args)
{
    dtn_expr *out = call(tm, f, 0, NULL, NULL, NULL);
    out->n_arg = n;
    out->args = DTN_NEW_N(tm->arena, dtn_expr *, n + 1);
    memcpy(out->args, args, n * sizeof *args);
    return out;
}

/* The i-th argument, or a number where there is none. */
static dtn_expr *arg_or(dtn_tm *tm, const dtn_expr *x, uint32_t i, double otherwise)
{
    return i < x->n_arg ? tr(tm, x->args[i]) : num(tm, otherwise);
}

/* ---- What stands twice, and what must stand alone ------------------------------------------- */

static size_t count_nodes(const dtn_expr *x)
{
    size_t n = 1;
    for (uint32_t i = 0; i < x->n_arg; i++)
        n += count_nodes(x->args[i]);
    return n;
}

static dtn_expr *copy_node(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *copy = DTN_NEW(tm->arena, dtn_expr);
    *copy = *x;
    return copy;
}

static const dtn_expr *shared(dtn_tm *tm, const dtn_expr *x, const char *suffix)
{
    if ((count_nodes(x) <= MAX_TWICE && !dtn_has_draw(DTN_XMILE, x)) || tm->in_array)
        return x;
    return dtn_tm_hoist(tm, x, (dtn_eqn){.kind = DTN_EQN_EXPR, .expr = copy_node(tm, x)}, suffix);
}

/* A call that Vensim wants alone on the right side: a variable of its own, unless it is. */
static dtn_expr *alone(dtn_tm *tm, const dtn_expr *x, const char *suffix,
                       dtn_expr *(*rule)(dtn_tm *, const dtn_expr *))
{
    if (tm->whole == x || tm->in_array)
        return rule(tm, x);
    return tr(
        tm, dtn_tm_hoist(tm, x, (dtn_eqn){.kind = DTN_EQN_EXPR, .expr = copy_node(tm, x)}, suffix));
}

static dtn_expr *initial(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "INITIAL", 1, tr(tm, x->args[0]), NULL, NULL);
}

static dtn_expr *previous(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "DELAY FIXED", 3, tr(tm, x->args[0]), time_step(tm), tr(tm, x->args[1]));
}

static dtn_expr *delay(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "DELAY FIXED", 3, tr(tm, x->args[0]), tr(tm, x->args[1]),
                tr(tm, x->args[x->n_arg > 2 ? 2 : 0]));
}

/* RUNMAX, RUNMIN: a variable that samples what goes beyond it. */
static dtn_expr *extreme(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *self = dtn_tm_reference(tm, &tm->vars[tm->at].from, x->pos);
    const dtn_op beyond = dtn_key_is(x, "runmax") ? DTN_OP_GT : DTN_OP_LT;
    const dtn_expr *in = shared(tm, x->args[0], "current");
    return call(tm, "SAMPLE IF TRUE", 3, bin(tm, beyond, tr(tm, in), tr(tm, self)), tr(tm, in),
                tr(tm, in));
}

static dtn_expr *out_runmax(dtn_tm *tm, const dtn_expr *x)
{
    return tm->in_array ? NULL : alone(tm, x, "so far", extreme);
}

static dtn_expr *out_initial(dtn_tm *tm, const dtn_expr *x)
{
    return alone(tm, x, "initial", initial);
}

static dtn_expr *out_previous(dtn_tm *tm, const dtn_expr *x)
{
    return alone(tm, x, "previous", previous);
}

static dtn_expr *out_delay(dtn_tm *tm, const dtn_expr *x) { return alone(tm, x, "delayed", delay); }

static dtn_expr *history(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "DELAY FIXED", 3, tr(tm, x->args[0]), tr(tm, x->args[1]->args[1]), num(tm, 0));
}

/* The step at which HISTORY(x, t) of a constant t is met, as its time; false: it is not known, or as
 * near to two of them. */
static bool step_of_history(const dtn_tm *tm, const dtn_expr *at, double *time)
{
    double start = 0, dt = 0;
    if (!tm->src->start || !tm->src->dt || !dtn_constant_value(tm->src, at, time) ||
        !dtn_constant_value(tm->src, tm->src->start, &start) ||
        !dtn_constant_value(tm->src, tm->src->dt, &dt) || !(dt > 0))
        return false;
    const double steps = (*time - start) / dt, near = floor(steps + 0.5);
    *time = start + near * dt;
    return fabs(fabs(steps - near) - 0.5) > 1e-6;
}

/* Is a delay of so long the same number of steps by any rounding, and one at least? */
static bool is_steps(const dtn_tm *tm, const dtn_expr *x)
{
    double time = 0, dt = 0;
    if (!tm->src->dt || !dtn_constant_value(tm->src, x, &time) ||
        !dtn_constant_value(tm->src, tm->src->dt, &dt) || !(dt > 0))
        return false;
    const double steps = time / dt, near = floor(steps + 0.5);
    return near >= 1 && fabs(fabs(steps - near) - 0.5) > 1e-6;
}

/* x of that step, from then on; 0 before. */
static dtn_expr *history_at(dtn_tm *tm, const dtn_expr *x)
{
    double at = 0;
    (void)step_of_history(tm, x->args[1], &at);
    dtn_expr *off = call(tm, "ABS", 1, bin(tm, DTN_OP_SUB, dtn_tm_control(tm, "time"), num(tm, at)),
                         NULL, NULL);
    dtn_expr *half = bin(tm, DTN_OP_DIV, time_step(tm), num(tm, 2));
    return call(tm, "SAMPLE IF TRUE", 3, bin(tm, DTN_OP_LT, off, half), tr(tm, x->args[0]),
                num(tm, 0));
}

/* HISTORY(x, TIME - so long) is a delay, HISTORY(x, a constant) a sample; any other time has no
 * counterpart. */
static dtn_expr *out_history(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *at = x->args[1];
    double value = 0;
    if (at->kind == DTN_X_NAME && strcmp(at->key, "time") == 0)
        return tr(tm, x->args[0]);
    if (at->kind == DTN_X_BINARY && at->op == DTN_OP_SUB && at->args[0]->kind == DTN_X_NAME &&
        strcmp(at->args[0]->key, "time") == 0)
        return is_steps(tm, at->args[1]) ? alone(tm, x, "history", history) : NULL;
    return !tm->in_array && step_of_history(tm, at, &value) ? alone(tm, x, "history", history_at)
                                                            : NULL;
}

/* ---- Functions written out ---------------------------------------------------------------------- */

/* One stage of DELAYN or SMTHN as a stock; `in` and the value returned are in the source's
 * notation. */
static dtn_expr *stage(dtn_tm *tm, const dtn_expr *x, bool is_delay, dtn_expr *in, dtn_expr *time)
{
    dtn_expr *init = x->args[x->n_arg > 3 ? 3 : 0];
    dtn_expr *self = dtn_expr_new(tm->to, DTN_X_NAME, x->pos);
    dtn_expr *out = is_delay ? bin(tm, DTN_OP_DIV, self, time) : self;
    dtn_expr *gap = bin(tm, DTN_OP_SUB, in, out);
    dtn_eqn eqn = {.kind = DTN_EQN_STOCK};
    eqn.expr = is_delay ? gap : bin(tm, DTN_OP_DIV, gap, time);
    eqn.init = is_delay ? bin(tm, DTN_OP_MUL, init, time) : init;
    *self = *dtn_tm_hoist(tm, self, eqn, "stage");
    return out;
}

/* DELAYN, SMTHN: stages in a row. Vensim's functions of that name step with the time, whatever
 * the integration method, so these are written out. */
static dtn_expr *out_order_n(dtn_tm *tm, const dtn_expr *x)
{
    const bool is_delay = strcmp(x->key, "delayn") == 0;
    double n = 0;
    if (!dtn_constant_value(tm->src, x->args[2], &n) || !(n >= 1) || n > MAX_STAGES ||
        n != (double)(int)n || tm->in_array) {
        dtn_refuse(tm->diags, x->pos, "write a whole number from 1 to 100",
                   "the order of '%s' in '%s' is not a constant whole number", x->text,
                   tm->vars[tm->at].from.name);
        return num(tm, 0);
    }
    dtn_expr *time = n == 1 ? x->args[1] : bin(tm, DTN_OP_DIV, x->args[1], num(tm, n));
    dtn_expr *out = x->args[0];
    for (int i = 0; i < (int)n; i++)
        out = stage(tm, x, is_delay, out, time);
    return tr(tm, out);
}

static dtn_expr *out_trend(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "TREND", 3, tr(tm, x->args[0]), tr(tm, x->args[1]),
                x->n_arg > 2 ? tr(tm, x->args[2]) : num(tm, 0));
}

/* FORCST with a trend before the start: its average becomes a stock. */
static dtn_expr *out_forecast(dtn_tm *tm, const dtn_expr *x)
{
    if (x->n_arg == 3)
        return call(tm, "FORECAST", 3, tr(tm, x->args[0]), tr(tm, x->args[1]), tr(tm, x->args[2]));
    dtn_expr *in = x->args[0], *time = x->args[1];
    dtn_eqn eqn = {.kind = DTN_EQN_STOCK};
    dtn_expr *average = dtn_expr_new(tm->to, DTN_X_NAME, x->pos);
    eqn.expr = bin(tm, DTN_OP_DIV, bin(tm, DTN_OP_SUB, in, average), time);
    eqn.init = bin(tm, DTN_OP_DIV, in,
                   bin(tm, DTN_OP_ADD, num(tm, 1), bin(tm, DTN_OP_MUL, x->args[3], time)));
    const dtn_expr *ref = dtn_tm_hoist(tm, x, eqn, "average");
    *average = *ref;
    dtn_expr *slope = call(tm, "ZIDZ", 2, bin(tm, DTN_OP_SUB, tr(tm, in), tr(tm, ref)),
                           bin(tm, DTN_OP_MUL, tr(tm, time), tr(tm, ref)), NULL);
    return bin(tm, DTN_OP_MUL, tr(tm, in),
               bin(tm, DTN_OP_ADD, num(tm, 1), bin(tm, DTN_OP_MUL, slope, tr(tm, x->args[2]))));
}

static dtn_expr *out_ramp(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "RAMP", 3, tr(tm, x->args[0]), tr(tm, x->args[1]),
                x->n_arg > 2 ? tr(tm, x->args[2]) : dtn_tm_control(tm, "stoptime"));
}

/* PULSE(volume, first, interval): the volume in one step, again after each interval. Without
 * `first` it never stops, as in Stella. */
static dtn_expr *out_pulse(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *height = bin(tm, DTN_OP_DIV, tr(tm, x->args[0]), time_step(tm));
    if (x->n_arg < 2)
        return height;
    dtn_expr *once = call(tm, "PULSE", 2, tr(tm, x->args[1]), time_step(tm), NULL);
    if (x->n_arg < 3)
        return bin(tm, DTN_OP_MUL, once, height);
    const dtn_expr *interval = shared(tm, x->args[2], "interval");
    dtn_expr *train = call(tm, "PULSE TRAIN", 0, NULL, NULL, NULL);
    train->n_arg = 4;
    train->args = DTN_NEW_N(tm->arena, dtn_expr *, 4);
    train->args[0] = tr(tm, x->args[1]);
    train->args[1] = time_step(tm);
    train->args[2] = tr(tm, interval);
    train->args[3] = dtn_tm_control(tm, "stoptime");
    double value;
    if (dtn_constant_value(tm->src, interval, &value))
        return bin(tm, DTN_OP_MUL, value > 0 ? train : once, height);
    dtn_expr *again = bin(tm, DTN_OP_GT, tr(tm, interval), num(tm, 0));
    return bin(tm, DTN_OP_MUL, dtn_make_if(tm->to, again, train, once), height);
}

/* Down to a whole number; Vensim's INTEGER goes towards zero. */
static dtn_expr *out_int(dtn_tm *tm, const dtn_expr *x)
{
    if (dtn_never_negative(tm->src, x->args[0]))
        return call(tm, "INTEGER", 1, tr(tm, x->args[0]), NULL, NULL);
    const dtn_expr *a = shared(tm, x->args[0], "value");
    dtn_expr *above = bin(tm, DTN_OP_GT, call(tm, "INTEGER", 1, tr(tm, a), NULL, NULL), tr(tm, a));
    return bin(tm, DTN_OP_SUB, call(tm, "INTEGER", 1, tr(tm, a), NULL, NULL),
               dtn_make_if(tm->to, above, num(tm, 1), num(tm, 0)));
}

/* To the nearest, halves away from zero. */
static dtn_expr *out_round(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *a = shared(tm, x->args[0], "value");
    dtn_expr *half =
        dtn_make_if(tm->to, bin(tm, DTN_OP_LT, tr(tm, a), num(tm, 0)), num(tm, -0.5), num(tm, 0.5));
    return call(tm, "INTEGER", 1, bin(tm, DTN_OP_ADD, tr(tm, a), half), NULL, NULL);
}

static dtn_expr *out_log10(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "LOG", 2, tr(tm, x->args[0]), num(tm, 10), NULL);
}

static dtn_expr *out_safediv(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *b = shared(tm, x->args[1], "divisor");
    return dtn_make_if(tm->to, bin(tm, DTN_OP_EQ, tr(tm, b), num(tm, 0)),
                       x->n_arg > 2 ? tr(tm, x->args[2]) : num(tm, 0),
                       bin(tm, DTN_OP_DIV, tr(tm, x->args[0]), tr(tm, b)));
}

static dtn_expr *out_mod(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "MODULO", 2, tr(tm, x->args[0]), tr(tm, x->args[1]), NULL);
}

/* Without a run before this one there is no end value: the one given for that, held. */
static dtn_expr *endval(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "INITIAL", 1, tr(tm, x->args[x->n_arg > 1 ? 1 : 0]), NULL, NULL);
}

static dtn_expr *out_endval(dtn_tm *tm, const dtn_expr *x)
{
    return alone(tm, x, "at end", endval);
}

/* ---- Formulas ------------------------------------------------------------------------------ */

static dtn_expr *one_if(dtn_tm *tm, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    return dtn_make_if(tm->to, bin(tm, op, a, b), num(tm, 1), num(tm, 0));
}

static dtn_expr *out_sign(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *a = shared(tm, x->args[0], "value");
    return bin(tm, DTN_OP_SUB, one_if(tm, DTN_OP_GT, tr(tm, a), num(tm, 0)),
               one_if(tm, DTN_OP_LT, tr(tm, a), num(tm, 0)));
}

static dtn_expr *out_percent(dtn_tm *tm, const dtn_expr *x)
{
    return bin(tm, DTN_OP_MUL, tr(tm, x->args[0]), num(tm, 100));
}

static dtn_expr *out_switch(dtn_tm *tm, const dtn_expr *x)
{
    return one_if(tm, DTN_OP_GT, tr(tm, x->args[0]), tr(tm, x->args[1]));
}

/* SINWAVE(amplitude, period), COSWAVE. */
static dtn_expr *out_wave(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *angle = bin(tm, DTN_OP_DIV, bin(tm, DTN_OP_MUL, num(tm, 6.283185307179586), now(tm)),
                          tr(tm, x->args[1]));
    return bin(tm, DTN_OP_MUL, tr(tm, x->args[0]),
               call(tm, strcmp(x->key, "sinwave") == 0 ? "SIN" : "COS", 1, angle, NULL, NULL));
}

/* COUNTER(start, end): it moves with the time. */
static dtn_expr *out_counter(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *age = bin(tm, DTN_OP_SUB, now(tm), dtn_tm_control(tm, "starttime"));
    dtn_expr *width = bin(tm, DTN_OP_SUB, tr(tm, x->args[1]), tr(tm, x->args[0]));
    return bin(tm, DTN_OP_ADD, tr(tm, x->args[0]), call(tm, "MODULO", 2, age, width, NULL));
}

/* CGROWTH(percent): a fraction a step that compounds to it. */
static dtn_expr *out_cgrowth(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *base =
        bin(tm, DTN_OP_ADD, num(tm, 1), bin(tm, DTN_OP_DIV, tr(tm, x->args[0]), num(tm, 100)));
    dtn_expr *growth = bin(tm, DTN_OP_SUB, bin(tm, DTN_OP_POW, base, time_step(tm)), num(tm, 1));
    return bin(tm, DTN_OP_DIV, growth, time_step(tm));
}

/* ROOTN(x, n): an odd root of a negative number is negative. */
static dtn_expr *out_rootn(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *a = shared(tm, x->args[0], "value"), *n = shared(tm, x->args[1], "root");
    dtn_expr *part = bin(tm, DTN_OP_DIV, num(tm, 1), tr(tm, n));
    dtn_expr *root = bin(tm, DTN_OP_POW, call(tm, "ABS", 1, tr(tm, a), NULL, NULL), part);
    dtn_expr *is_odd =
        bin(tm, DTN_OP_NE, call(tm, "MODULO", 2, tr(tm, n), num(tm, 2), NULL), num(tm, 0));
    dtn_expr *below = bin(tm, DTN_OP_LT, tr(tm, a), num(tm, 0));
    dtn_expr *plain = bin(tm, DTN_OP_POW, tr(tm, a), bin(tm, DTN_OP_DIV, num(tm, 1), tr(tm, n)));
    return dtn_make_if(tm->to, below,
                       dtn_make_if(tm->to, is_odd, dtn_make_unary(tm->to, DTN_OP_NEG, root), plain),
                       bin(tm, DTN_OP_POW, call(tm, "ABS", 1, tr(tm, a), NULL, NULL),
                           bin(tm, DTN_OP_DIV, num(tm, 1), tr(tm, n))));
}

static dtn_expr *ln_factorial(dtn_tm *tm, dtn_expr *n)
{
    return call(tm, "GAMMA LN", 1, bin(tm, DTN_OP_ADD, n, num(tm, 1)), NULL, NULL);
}

/* FACTORIAL(n), COMBINATIONS(n, k), PERMUTATIONS(n, k): whole numbers. */
static dtn_expr *out_factorial(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *n = x->args[0], *k = x->n_arg > 1 ? x->args[1] : NULL;
    dtn_expr *ln = ln_factorial(tm, tr(tm, n));
    if (k)
        ln = bin(tm, DTN_OP_SUB, ln, ln_factorial(tm, bin(tm, DTN_OP_SUB, tr(tm, n), tr(tm, k))));
    if (k && strcmp(x->key, "combinations") == 0)
        ln = bin(tm, DTN_OP_SUB, ln, ln_factorial(tm, tr(tm, k)));
    dtn_expr *value = bin(tm, DTN_OP_ADD, call(tm, "EXP", 1, ln, NULL, NULL), num(tm, 0.5));
    return call(tm, "INTEGER", 1, value, NULL, NULL);
}

/* pv (1 + rate)^n + pmt ((1 + rate)^n - 1) / rate + fv = 0 solved for one of them. */
static dtn_expr *out_payment(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *rate = shared(tm, x->args[0], "rate"), *n = shared(tm, x->args[1], "periods");
    const dtn_expr *a = shared(tm, x->args[2], "amount"), *b = shared(tm, x->args[3], "end");
    dtn_expr *growth =
        bin(tm, DTN_OP_POW, bin(tm, DTN_OP_ADD, num(tm, 1), tr(tm, rate)), tr(tm, n));
    dtn_expr *annuity = bin(tm, DTN_OP_DIV, bin(tm, DTN_OP_SUB, growth, num(tm, 1)), tr(tm, rate));
    dtn_expr *with, *without;
    if (strcmp(x->key, "fv") == 0) {
        with = bin(tm, DTN_OP_ADD, bin(tm, DTN_OP_MUL, tr(tm, b), growth),
                   bin(tm, DTN_OP_MUL, tr(tm, a), annuity));
        without = bin(tm, DTN_OP_ADD, tr(tm, b), bin(tm, DTN_OP_MUL, tr(tm, a), tr(tm, n)));
    } else if (strcmp(x->key, "pv") == 0) {
        with = bin(tm, DTN_OP_DIV,
                   bin(tm, DTN_OP_ADD, bin(tm, DTN_OP_MUL, tr(tm, a), annuity), tr(tm, b)), growth);
        without = bin(tm, DTN_OP_ADD, bin(tm, DTN_OP_MUL, tr(tm, a), tr(tm, n)), tr(tm, b));
    } else {
        with = bin(tm, DTN_OP_DIV,
                   bin(tm, DTN_OP_ADD, bin(tm, DTN_OP_MUL, tr(tm, a), growth), tr(tm, b)), annuity);
        without = bin(tm, DTN_OP_DIV, bin(tm, DTN_OP_ADD, tr(tm, a), tr(tm, b)), tr(tm, n));
    }
    dtn_expr *is_zero = bin(tm, DTN_OP_EQ, tr(tm, rate), num(tm, 0));
    return bin(tm, DTN_OP_SUB, num(tm, 0), dtn_make_if(tm->to, is_zero, without, with));
}

/* NPV(stream, rate, start): a stock that the discounted stream fills. */
static dtn_expr *out_npv(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *age =
        bin(tm, DTN_OP_SUB, dtn_make_name(tm->to, "TIME"), dtn_make_name(tm->to, "STARTTIME"));
    dtn_expr *growth = bin(tm, DTN_OP_POW, bin(tm, DTN_OP_ADD, num(tm, 1), x->args[1]), age);
    dtn_eqn eqn = {.kind = DTN_EQN_STOCK, .expr = bin(tm, DTN_OP_DIV, x->args[0], growth)};
    eqn.init = x->n_arg > 2 ? x->args[2] : num(tm, 0);
    return tr(tm, dtn_tm_hoist(tm, x, eqn, "present value"));
}

/* ---- Random numbers --------------------------------------------------------------------------- */

/* What stands in the places of a Vensim function: a digit is that argument, or, where the call has
 * none, the default behind it; L and H are bounds that do not matter, 0 and 1 numbers after '='. */
static const struct {
    const char *key, *name, *places;
} random_forms[] = {{"random", "RANDOM UNIFORM", "0 1 2=0"},
                    {"uniform", "RANDOM UNIFORM", "0 1 2=0"},
                    {"normal", "RANDOM NORMAL", "3=L 4=H 0 1 2=0"},
                    {"exprnd", "RANDOM EXPONENTIAL", "2=L 3=H =0 0 1=0"},
                    {"poisson", "RANDOM POISSON", "2=L 3=H 0 =0 =1 1=0"},
                    {"beta", "RANDOM BETA", "=L =H 0 1 =0 =1 2=0"},
                    {"binomial", "RANDOM BINOMIAL", "=L =H 1 0 =0 =1 2=0"},
                    {"triangular", "RANDOM TRIANGULAR", "=L =H 0 1 2 3=0"}};

static double place_default(char mark)
{
    return mark == 'L' ? -NO_BOUND : mark == 'H' ? NO_BOUND : mark - '0';
}

static dtn_expr *out_random(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *args[8] = {NULL};
    uint32_t n = 0;
    size_t k = 0;
    while (strcmp(random_forms[k].key, x->key) != 0)
        k++;
    for (const char *p = random_forms[k].places; *p; p++) {
        uint32_t i = x->n_arg; /* none */
        if (*p >= '0' && *p <= '9')
            i = (uint32_t)(*p++ - '0');
        args[n++] = arg_or(tm, x, i, *p == '=' ? place_default(p[1]) : 0);
        p += strcspn(p, " ");
        if (!*p)
            break;
    }
    return call_n(tm, random_forms[k].name, n, args);
}

/* LOGNORMAL(mean, sd of the logarithm): no bounds in Vensim. */
static dtn_expr *out_lognormal(dtn_tm *tm, const dtn_expr *x)
{
    if (x->n_arg > 3)
        return NULL;
    dtn_expr *args[5] = {num(tm, -NO_BOUND), num(tm, NO_BOUND), tr(tm, x->args[0]),
                         tr(tm, x->args[1]), arg_or(tm, x, 2, 0)};
    return call(tm, "EXP", 1, call_n(tm, "RANDOM NORMAL", 5, args), NULL, NULL);
}

/* MONTECARLO(percent per unit of time). */
static dtn_expr *out_montecarlo(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *draw = call(tm, "RANDOM UNIFORM", 3, num(tm, 0), num(tm, 1), arg_or(tm, x, 1, 0));
    dtn_expr *part =
        bin(tm, DTN_OP_MUL, tr(tm, x->args[0]), bin(tm, DTN_OP_DIV, time_step(tm), num(tm, 100)));
    return one_if(tm, DTN_OP_GT, draw, bin(tm, DTN_OP_SUB, num(tm, 1), part));
}

/* ---- Arrays ------------------------------------------------------------------------------------------ */

static bool is_array_function(const dtn_expr *x)
{
    const uint32_t fn = x->kind == DTN_X_CALL ? dtn_fn_find(DTN_XMILE, x->key) : DTN_NONE;
    return fn != DTN_NONE && dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY;
}

/* Elements that an array function runs over, as compile/ counts them: each range once. */
typedef struct ranges {
    dtn_tm *tm;
    uint32_t dims[DTN_MAX_DIMS], n;
} ranges;

static void add_range(ranges *r, const dtn_dim *dim)
{
    for (uint32_t i = 0; dim && i < r->n; i++)
        if (r->dims[i] == dim->id)
            return;
    if (dim && r->n < DTN_MAX_DIMS)
        r->dims[r->n++] = dim->id;
}

static void find_ranges(ranges *r, const dtn_expr *x)
{
    const dtn_tm_var *var = x->kind == DTN_X_NAME ? dtn_tm_find(r->tm, x->key) : NULL;
    for (uint32_t p = 0; var && p < var->n_dim; p++) {
        const dtn_sub *sub = x->n_sub ? &x->subs[p] : NULL;
        const dtn_dim *dim = sub && sub->key ? find_dim(r->tm, sub->key) : NULL;
        if (!sub || sub->kind == DTN_SUB_STAR)
            add_range(r, dim ? dim : dtn_tm_storage(r->tm, var, p));
        else if (dim && !dtn_tm_is_on_left(r->tm, dim))
            add_range(r, dim);
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!is_array_function(x->args[i]))
            find_ranges(r, x->args[i]);
}

static double count_of(dtn_tm *tm, const dtn_expr *x)
{
    ranges r = {.tm = tm};
    double n = 1;
    find_ranges(&r, x);
    for (uint32_t i = 0; i < r.n; i++)
        n *= tm->src->dims[r.dims[i]].n_element;
    return n;
}

static dtn_expr *reduced(dtn_tm *tm, const char *f, const dtn_expr *x)
{
    const bool before = tm->in_array;
    tm->in_array = true;
    dtn_expr *out = call(tm, f, 1, tr(tm, x), NULL, NULL);
    tm->in_array = before;
    return out;
}

static dtn_expr *out_sum(dtn_tm *tm, const dtn_expr *x) { return reduced(tm, "SUM", x->args[0]); }
static dtn_expr *out_prod(dtn_tm *tm, const dtn_expr *x) { return reduced(tm, "PROD", x->args[0]); }

static dtn_expr *out_mean(dtn_tm *tm, const dtn_expr *x)
{
    return bin(tm, DTN_OP_DIV, out_sum(tm, x), num(tm, count_of(tm, x->args[0])));
}

static dtn_expr *out_size(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *a = x->args[0];
    const dtn_dim *dim =
        a->kind == DTN_X_NAME && !dtn_tm_find(tm, a->key) ? find_dim(tm, a->key) : NULL;
    return num(tm, dim ? dim->n_element : count_of(tm, a));
}

/* The mean of an array as a variable of its own: inside another sum over the same range, the `!` of
 * its sum would be the outer one's. */
static dtn_expr *hoisted_mean(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *mean = dtn_expr_new(tm->to, DTN_X_CALL, x->pos);
    mean->text = "MEAN";
    mean->key = "mean";
    mean->n_arg = 1;
    mean->args = x->args;
    dtn_eqn eqn = {.kind = DTN_EQN_EXPR, .expr = mean};
    return dtn_tm_hoist(tm, x, eqn, "mean");
}

/* STDDEV: of the whole population. */
static dtn_expr *out_stddev(dtn_tm *tm, const dtn_expr *x)
{
    const double n = count_of(tm, x->args[0]);
    const bool before = tm->in_array;
    dtn_expr *mean = before ? out_mean(tm, x) : hoisted_mean(tm, x);
    tm->in_array = true;
    dtn_expr *gap = bin(tm, DTN_OP_SUB, tr(tm, x->args[0]), mean);
    tm->in_array = before;
    dtn_expr *sum = call(tm, "SUM", 1, bin(tm, DTN_OP_POW, gap, num(tm, 2)), NULL, NULL);
    return call(tm, "SQRT", 1, bin(tm, DTN_OP_DIV, sum, num(tm, n)), NULL, NULL);
}

/* Does it hold an array over a range that the left side does not have? */
static bool is_whole_array(dtn_tm *tm, const dtn_expr *x)
{
    ranges r = {.tm = tm};
    find_ranges(&r, x);
    for (uint32_t i = 0; i < r.n; i++)
        if (!dtn_tm_is_on_left(tm, &tm->src->dims[r.dims[i]]))
            return true;
    return false;
}

/* MIN, MAX: over an array, or of as many arguments as there are, whole arrays among them. */
static dtn_expr *out_extreme(dtn_tm *tm, const dtn_expr *x)
{
    const bool is_min = strcmp(x->key, "min") == 0;
    const char *over = is_min ? "VMIN" : "VMAX";
    if (x->n_arg == 1)
        return reduced(tm, over, x->args[0]);
    dtn_expr *out = NULL;
    for (uint32_t i = 0; i < x->n_arg; i++) {
        dtn_expr *side = !tm->in_array && is_whole_array(tm, x->args[i])
                             ? reduced(tm, over, x->args[i])
                             : tr(tm, x->args[i]);
        out = out ? call(tm, is_min ? "MIN" : "MAX", 2, out, side, NULL) : side;
    }
    return out;
}

/* ---- The tables --------------------------------------------------------------------------- */

/* Functions that differ in name only. */
static const struct {
    const char *key, *name;
    uint32_t n_arg;
} renamed[] = {{"if_then_else", "IF THEN ELSE", 3},
               {"smth1", "SMOOTH", 2},
               {"smth1", "SMOOTHI", 3},
               {"smth3", "SMOOTH3", 2},
               {"smth3", "SMOOTH3I", 3},
               {"delay1", "DELAY1", 2},
               {"delay1", "DELAY1I", 3},
               {"delay3", "DELAY3", 2},
               {"delay3", "DELAY3I", 3},
               {"abs", "ABS", 1},
               {"arccos", "ARCCOS", 1},
               {"arcsin", "ARCSIN", 1},
               {"arctan", "ARCTAN", 1},
               {"cos", "COS", 1},
               {"exp", "EXP", 1},
               {"ln", "LN", 1},
               {"sin", "SIN", 1},
               {"sqrt", "SQRT", 1},
               {"tan", "TAN", 1},
               {"step", "STEP", 2},
               {"gammaln", "GAMMA LN", 1}};

static dtn_expr *out_on_conveyor(dtn_tm *tm, const dtn_expr *x)
{
    return alone(tm, x, "comes off", dtn_tm_on_conveyor);
}

/* NAN(a, b): a diagram's. */
static dtn_expr *out_sketched(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *out = call_n(tm, "A FUNCTION OF", x->n_arg, x->args);
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = tr(tm, x->args[i]);
    return out;
}

typedef dtn_expr *(*out_fn)(dtn_tm *tm, const dtn_expr *x);

static const struct {
    const char *key;
    uint32_t min_args;
    out_fn rule;
} written_out[] = {{"nan", 1, out_sketched},
                   {"init", 1, out_initial},
                   {"previous", 2, out_previous},
                   {"delay", 2, out_delay},
                   {"runmax", 1, out_runmax},
                   {"runmin", 1, out_runmax},
                   {"history", 2, out_history},
                   {"delayn", 3, out_order_n},
                   {"smthn", 3, out_order_n},
                   {"trend", 2, out_trend},
                   {"forcst", 3, out_forecast},
                   {"ramp", 2, out_ramp},
                   {"pulse", 1, out_pulse},
                   {"int", 1, out_int},
                   {"round", 1, out_round},
                   {"log10", 1, out_log10},
                   {"safediv", 2, out_safediv},
                   {"random", 2, out_random},
                   {"uniform", 2, out_random},
                   {"normal", 2, out_random},
                   {"sum", 1, out_sum},
                   {"prod", 1, out_prod},
                   {"mean", 1, out_mean},
                   {"size", 1, out_size},
                   {"min", 1, out_extreme},
                   {"max", 1, out_extreme},
                   {"stddev", 1, out_stddev},
                   {"mod", 2, out_mod},
                   {"endval", 1, out_endval},
                   {"sign", 1, out_sign},
                   {"percent", 1, out_percent},
                   {"switch", 2, out_switch},
                   {"sinwave", 2, out_wave},
                   {"coswave", 2, out_wave},
                   {"counter", 2, out_counter},
                   {"cgrowth", 1, out_cgrowth},
                   {"rootn", 2, out_rootn},
                   {"factorial", 1, out_factorial},
                   {"combinations", 2, out_factorial},
                   {"permutations", 2, out_factorial},
                   {"fv", 4, out_payment},
                   {"pv", 4, out_payment},
                   {"pmt", 4, out_payment},
                   {"npv", 2, out_npv},
                   {"exprnd", 1, out_random},
                   {"poisson", 1, out_random},
                   {"beta", 2, out_random},
                   {"binomial", 2, out_random},
                   {"triangular", 3, out_random},
                   {"lognormal", 2, out_lognormal},
                   {"montecarlo", 1, out_montecarlo},
                   {"(on conveyor)", 10, out_on_conveyor},
                   {"(queue front)", 2, dtn_tm_queue_front},
                   {"(on track)", 1, dtn_tm_on_track}};

dtn_expr *dtn_tm_function(dtn_tm *tm, const dtn_expr *x)
{
    for (size_t i = 0; i < sizeof written_out / sizeof *written_out; i++)
        if (strcmp(x->key, written_out[i].key) == 0 && x->n_arg >= written_out[i].min_args)
            return written_out[i].rule(tm, x);
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
        if (strcmp(x->key, renamed[i].key) != 0 || x->n_arg != renamed[i].n_arg)
            continue;
        dtn_expr *out = call(tm, renamed[i].name, 0, NULL, NULL, NULL);
        out->n_arg = x->n_arg;
        out->args = DTN_NEW_N(tm->arena, dtn_expr *, x->n_arg);
        for (uint32_t k = 0; k < x->n_arg; k++)
            out->args[k] = tr(tm, x->args[k]);
        return out;
    }
    return dtn_tm_table_function(tm, x);
}
