/* Functions that are formulas of others: finance, waves, counters, dates.
 *
 * They are written out here, so that everything after expansion knows fewer functions. Where a
 * formula needs memory (NPV, DERIVN) it is a hidden stock or held value.
 *
 * Sources: Vensim reference manual (function pages); Stella's builtins (isee systems).
 */
#include "compile/expander.h"

#include <string.h>

/* ---- Short names for trees ------------------------------------------------------------ */

static dtn_expr *num(dtn_expander *e, double x) { return dtn_x_num(e, x); }
static dtn_expr *add(dtn_expander *e, dtn_expr *a, dtn_expr *b)
{
    return dtn_x_bin(e, DTN_OP_ADD, a, b);
}
static dtn_expr *sub(dtn_expander *e, dtn_expr *a, dtn_expr *b)
{
    return dtn_x_bin(e, DTN_OP_SUB, a, b);
}
static dtn_expr *mul(dtn_expander *e, dtn_expr *a, dtn_expr *b)
{
    return dtn_x_bin(e, DTN_OP_MUL, a, b);
}
static dtn_expr *quotient(dtn_expander *e, dtn_expr *a, dtn_expr *b)
{
    return dtn_x_bin(e, DTN_OP_DIV, a, b);
}
static dtn_expr *power(dtn_expander *e, dtn_expr *a, dtn_expr *b)
{
    return dtn_x_bin(e, DTN_OP_POW, a, b);
}
static dtn_expr *one_of(dtn_expander *e, dtn_fn fn, dtn_expr *a)
{
    return dtn_x_call(e, fn, 1, a, NULL, NULL);
}
static dtn_expr *is_zero(dtn_expander *e, dtn_expr *a)
{
    return dtn_x_bin(e, DTN_OP_EQ, a, num(e, 0));
}
static dtn_expr *negative(dtn_expander *e, dtn_expr *a) { return sub(e, num(e, 0), a); }

/* ---- Finance ------------------------------------------------------------------------------ */

/* pv (1 + rate)^n + pmt ((1 + rate)^n - 1) / rate + fv = 0, and without rate pv + pmt n + fv = 0,
 * solved for one of them. */
static dtn_expr *growth(dtn_expander *e, dtn_expr *rate, dtn_expr *n)
{
    return power(e, add(e, num(e, 1), rate), n);
}

static dtn_expr *annuity(dtn_expander *e, dtn_expr *rate, dtn_expr *n)
{
    return quotient(e, sub(e, growth(e, rate, n), num(e, 1)), rate);
}

static dtn_expr *payment_function(dtn_expander *e, dtn_fn fn, dtn_expr **a)
{
    dtn_expr *rate = a[0], *n = a[1], *x = a[2], *y = a[3], *with, *without;
    if (fn == DTN_FN_FV) { /* pmt, pv */
        with = negative(e, add(e, mul(e, y, growth(e, rate, n)), mul(e, x, annuity(e, rate, n))));
        without = negative(e, add(e, y, mul(e, x, n)));
    } else if (fn == DTN_FN_PV) { /* pmt, fv */
        with =
            negative(e, quotient(e, add(e, mul(e, x, annuity(e, rate, n)), y), growth(e, rate, n)));
        without = negative(e, add(e, mul(e, x, n), y));
    } else { /* PMT: pv, fv */
        with =
            negative(e, quotient(e, add(e, mul(e, x, growth(e, rate, n)), y), annuity(e, rate, n)));
        without = negative(e, quotient(e, add(e, x, y), n));
    }
    return dtn_x_choose(e, is_zero(e, rate), without, with);
}

static dtn_expr *stock(dtn_expander *e, const char *what, dtn_expr *rate, dtn_expr *init)
{
    return dtn_x_ref(e, dtn_x_hidden(e, what, DTN_CAT_STOCK, rate, init));
}

/* Vensim: (ncum + stream TIME STEP df) factor; df falls by rate / (1 + rate TIME STEP), ncum adds
 * up stream df from the initial value. NPVE takes each interval at its end. */
static dtn_expr *npv_vensim(dtn_expander *e, dtn_expr **a, bool at_end)
{
    dtn_expr *per_step = add(e, num(e, 1), mul(e, a[1], dtn_x_dt(e)));
    uint32_t v = dtn_x_hidden_var(e, "discount factor", DTN_CAT_STOCK);
    dtn_expr *factor = dtn_x_ref(e, v);
    dtn_x_hidden_eqn(e, v, negative(e, quotient(e, mul(e, factor, a[1]), per_step)), num(e, 1));
    dtn_expr *value = mul(e, a[0], at_end ? quotient(e, factor, per_step) : factor);
    dtn_expr *sum = stock(e, "value so far", value, a[2]);
    return mul(e, add(e, sum, mul(e, value, dtn_x_dt(e))), a[3]);
}

/* Stella: the stream discounted to the start of the run. */
static dtn_expr *npv_xmile(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    dtn_expr *age = sub(e, dtn_x_now(e), num(e, e->c->start));
    dtn_expr *rate = quotient(e, a[0], growth(e, a[1], age));
    return stock(e, "value so far", rate, x->n_arg > 2 ? a[2] : num(e, 0));
}

/* ---- Waves and counters ---------------------------------------------------------------------- */

#define DTN_TWO_PI 6.283185307179586

static dtn_expr *wave(dtn_expander *e, dtn_fn fn, dtn_expr **a)
{
    dtn_expr *angle = quotient(e, mul(e, num(e, DTN_TWO_PI), dtn_x_now(e)), a[1]);
    return mul(e, a[0], one_of(e, fn == DTN_FN_SINWAVE ? DTN_FN_SIN : DTN_FN_COS, angle));
}

/* From start up to end, then again from start; it moves with the time. */
static dtn_expr *counter(dtn_expander *e, dtn_expr **a)
{
    dtn_expr *age = sub(e, dtn_x_now(e), num(e, e->c->start));
    dtn_expr *wide = sub(e, a[1], a[0]);
    return add(e, a[0], dtn_x_call(e, DTN_FN_MODULO, 2, age, wide, NULL));
}

/* A percentage a unit of time, as a fraction a step that compounds to it. */
static dtn_expr *cgrowth(dtn_expander *e, dtn_expr *percent)
{
    dtn_expr *base = add(e, num(e, 1), quotient(e, percent, num(e, 100)));
    return quotient(e, sub(e, power(e, base, dtn_x_dt(e)), num(e, 1)), dtn_x_dt(e));
}

/* An odd root of a negative number is negative. */
static dtn_expr *rootn(dtn_expander *e, dtn_expr *x, dtn_expr *n)
{
    dtn_expr *root = power(e, one_of(e, DTN_FN_ABS, x), quotient(e, num(e, 1), n));
    dtn_expr *even = is_zero(e, dtn_x_call(e, DTN_FN_MODULO, 2, n, num(e, 2), NULL));
    dtn_expr *plain = power(e, x, quotient(e, num(e, 1), n));
    dtn_expr *below = dtn_x_bin(e, DTN_OP_LT, x, num(e, 0));
    return dtn_x_choose(e, below, dtn_x_choose(e, even, plain, negative(e, root)), root);
}

static dtn_expr *sign(dtn_expander *e, dtn_expr *x)
{
    return sub(e, dtn_x_bin(e, DTN_OP_GT, x, num(e, 0)), dtn_x_bin(e, DTN_OP_LT, x, num(e, 0)));
}

/* ln n! */
static dtn_expr *ln_factorial(dtn_expander *e, dtn_expr *n)
{
    return one_of(e, DTN_FN_GAMMA_LN, add(e, n, num(e, 1)));
}

static dtn_expr *whole_exp(dtn_expander *e, dtn_expr *x)
{
    return one_of(e, DTN_FN_ROUND, one_of(e, DTN_FN_EXP, x));
}

static dtn_expr *arrangements(dtn_expander *e, dtn_fn fn, dtn_expr **a)
{
    dtn_expr *ln = sub(e, ln_factorial(e, a[0]), ln_factorial(e, sub(e, a[0], a[1])));
    if (fn == DTN_FN_COMBINATIONS)
        ln = sub(e, ln, ln_factorial(e, a[1]));
    return whole_exp(e, ln);
}

static dtn_expr *normal_between(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    dtn_expr *low = a[0], *high = a[1];
    if (x->n_arg > 2) {
        low = sub(e, low, a[2]);
        high = sub(e, high, a[2]);
    }
    if (x->n_arg > 3) {
        low = quotient(e, low, a[3]);
        high = quotient(e, high, a[3]);
    }
    return sub(e, one_of(e, DTN_FN_NORMAL_BELOW, high), one_of(e, DTN_FN_NORMAL_BELOW, low));
}

/* ---- Derivatives ----------------------------------------------------------------------------- */

#define DTN_MAX_DERIVATIVE 10

/* Differences of differences, 0 until there are enough steps behind. */
static dtn_expr *derivative(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    const dtn_expr *n = x->args[1];
    if (n->kind != DTN_X_NUMBER || n->number < 0 || n->number > DTN_MAX_DERIVATIVE) {
        dtn_diags_add(e->c->diags, 212, n->pos, "write a whole number from 0 to 10",
                      "the order of DERIVN must be a number");
        return num(e, 0);
    }
    dtn_expr *value = a[0];
    for (int i = 0; i < (int)n->number; i++) {
        uint32_t now = dtn_x_hidden(e, "derivative", DTN_CAT_AUX, value, NULL);
        uint32_t before = dtn_x_hidden(e, "value before", DTN_CAT_HELD, NULL, dtn_x_ref(e, now));
        e->c->vars[before].next = now;
        dtn_expr *slope = quotient(e, sub(e, dtn_x_ref(e, now), dtn_x_ref(e, before)), dtn_x_dt(e));
        double from = e->c->start + (i + 0.5) * e->c->dt;
        dtn_expr *known = dtn_x_bin(e, DTN_OP_GT, dtn_x_step_now(e), num(e, from));
        value = dtn_x_choose(e, known, slope, num(e, 0));
    }
    return value;
}

/* ---- Dates -------------------------------------------------------------------------------------- */

/* Days of one time unit, and whether years have 360 of them; 0: not a unit of time. */
static double days_of_unit(const dtn_model *m, bool *is_360)
{
    static const struct {
        const char *key;
        double days;
        bool is_360;
    } units[] = {{"year", 360, true},        {"yr", 360, true},
                 {"quarter", 90, true},      {"month", 30, true},
                 {"week", 7, false},         {"wk", 7, false},
                 {"day", 1, false},          {"hour", 1.0 / 24, false},
                 {"hr", 1.0 / 24, false},    {"minute", 1.0 / 1440, false},
                 {"min", 1.0 / 1440, false}, {"second", 1.0 / 86400, false},
                 {"sec", 1.0 / 86400, false}};
    const char *text = m->time_units;
    char key[16];
    size_t n = 0;
    if (!text)
        return 0;
    while (text[n] != '\0' && n + 1 < sizeof key) {
        key[n] = (char)(text[n] >= 'A' && text[n] <= 'Z' ? text[n] + ('a' - 'A') : text[n]);
        n++;
    }
    n -= n > 1 && key[n - 1] == 's';
    key[n] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(key, units[i].key) == 0) {
            *is_360 = units[i].is_360;
            return units[i].days;
        }
    return 0;
}

/* GET TIME VALUE(relative to, offset, measure): of now or the start of the run. */
static dtn_expr *time_value(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    bool is_360 = false;
    double days = days_of_unit(e->c->model, &is_360);
    const dtn_expr *from = x->args[0], *measure = x->args[2];
    if (from->kind == DTN_X_NUMBER && from->number == 2) {
        dtn_diags_add(e->c->diags, 506, x->pos, "give the date as a constant",
                      "the computer's clock would make each run another one");
        return num(e, 0);
    }
    dtn_expr *base = dtn_x_choose(e, dtn_x_bin(e, DTN_OP_EQ, a[0], num(e, 1)), num(e, e->c->start),
                                  dtn_x_now(e));
    dtn_expr *at = add(e, base, a[1]);
    if (measure->kind == DTN_X_NUMBER && measure->number == 0)
        return at;
    if (days == 0) {
        dtn_diags_add(e->c->diags, 211, x->pos, "give the model's time a unit: Year, Month, Day",
                      "a date needs the unit of the time");
        return num(e, 0);
    }
    dtn_expr *date = dtn_x_node(e, DTN_X_CALL, 3, x->pos);
    date->ref = DTN_REF_FUNC;
    date->id = DTN_FN_DATE_PART;
    date->text = date->key = dtn_fn_table[DTN_FN_DATE_PART].key;
    date->args[0] = mul(e, at, num(e, days));
    date->args[1] = a[2];
    date->args[2] = num(e, is_360);
    return dtn_x_choose(e, is_zero(e, a[2]), at, date);
}

/* ---- Tables of two ------------------------------------------------------------------------------ */

const dtn_lookup *dtn_x_points(dtn_expander *e, const dtn_expr *x)
{
    if (x->kind == DTN_X_LOOKUP)
        return x->lookup;
    if (x->kind != DTN_X_NAME || x->ref != DTN_REF_VAR || x->id >= e->c->model->n_var)
        return NULL;
    const dtn_var *var = &e->c->model->vars[x->id];
    if (var->n_eqn != 1)
        return NULL;
    const dtn_eqn *eqn = &var->eqns[0];
    if (eqn->lookup)
        return eqn->lookup;
    const bool reads = eqn->expr && eqn->expr->kind == DTN_X_CALL &&
                       eqn->expr->ref == DTN_REF_FUNC && eqn->expr->id == DTN_FN_WITH_LOOKUP;
    return reads ? eqn->expr->args[1]->lookup : NULL;
}

/* Points by x; few of them, and mostly in order. */
static void sort_points(dtn_lookup *t)
{
    for (size_t i = 1; i < t->n; i++)
        for (size_t k = i; k > 0 && t->x[k - 1] > t->x[k]; k--) {
            double x = t->x[k], y = t->y[k];
            t->x[k] = t->x[k - 1];
            t->y[k] = t->y[k - 1];
            t->x[k - 1] = x;
            t->y[k - 1] = y;
        }
}

dtn_expr *dtn_x_table_of_two(dtn_expander *e, dtn_expr *x)
{
    const bool x_last = dtn_x_points(e, x->args[0]) != NULL;
    const dtn_lookup *places = dtn_x_points(e, x->args[x_last ? 0 : 1]);
    const dtn_lookup *values = dtn_x_points(e, x->args[x_last ? 1 : 2]);
    if (!places || !values) {
        dtn_diags_add(e->c->diags, 212, x->pos, "write LOOKUPXY(x, places, values)",
                      "LOOKUPXY takes two graphical functions");
        return num(e, 0);
    }
    dtn_lookup *t = DTN_NEW(e->c->program->arena, dtn_lookup);
    t->n = places->n < values->n ? places->n : values->n;
    t->x = DTN_NEW_N(e->c->program->arena, double, t->n + 1);
    t->y = DTN_NEW_N(e->c->program->arena, double, t->n + 1);
    memcpy(t->x, places->y, t->n * sizeof *t->x);
    memcpy(t->y, values->y, t->n * sizeof *t->y);
    sort_points(t);
    dtn_expr *table = dtn_x_node(e, DTN_X_LOOKUP, 0, x->pos);
    table->lookup = t;
    return dtn_x_call(e, DTN_FN_LOOKUP, 2, table, x->args[x_last ? 2 : 0], NULL);
}

/* ---- Calls ------------------------------------------------------------------------------------- */

dtn_expr *dtn_x_formula(dtn_expander *e, const dtn_expr *x, dtn_expr **a)
{
    switch ((dtn_fn)x->id) {
    case DTN_FN_FV:
    case DTN_FN_PV:
    case DTN_FN_PMT: return payment_function(e, (dtn_fn)x->id, a);
    case DTN_FN_NPV: return npv_vensim(e, a, false);
    case DTN_FN_NPVE: return npv_vensim(e, a, true);
    case DTN_FN_NPVX: return npv_xmile(e, x, a);
    case DTN_FN_SINWAVE:
    case DTN_FN_COSWAVE: return wave(e, (dtn_fn)x->id, a);
    case DTN_FN_COUNTER: return counter(e, a);
    case DTN_FN_CGROWTH: return cgrowth(e, a[0]);
    case DTN_FN_PERCENT: return mul(e, a[0], num(e, 100));
    case DTN_FN_ROOTN: return rootn(e, a[0], a[1]);
    case DTN_FN_SIGN: return sign(e, a[0]);
    case DTN_FN_SWITCH: return dtn_x_bin(e, DTN_OP_GT, a[0], a[1]);
    case DTN_FN_FACTORIAL: return whole_exp(e, ln_factorial(e, a[0]));
    case DTN_FN_COMBINATIONS:
    case DTN_FN_PERMUTATIONS: return arrangements(e, (dtn_fn)x->id, a);
    case DTN_FN_NORMALCDF: return normal_between(e, x, a);
    case DTN_FN_INVNORM: {
        dtn_expr *z = dtn_x_call(e, DTN_FN_INVNORM, 1, a[0], NULL, NULL);
        z = x->n_arg > 2 ? mul(e, z, a[2]) : z;
        return x->n_arg > 1 ? add(e, z, a[1]) : z;
    }
    case DTN_FN_TIME_BASE: return add(e, a[0], mul(e, a[1], dtn_x_now(e)));
    case DTN_FN_DERIVN: return derivative(e, x, a);
    case DTN_FN_GET_TIME_VALUE: return time_value(e, x, a);
    default: return NULL;
    }
}
