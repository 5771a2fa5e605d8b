/* The graph of direct causes, with signs where the structure tells them.
 *
 * One pass over every equation, rules of courses of action included. Going down an expression
 * the pass carries the direction in which the whole moves with the part it stands at: + and -
 * keep or turn it, a factor keeps it where its own range is known, functions follow a pattern of
 * their arguments. Where a name stands, the direction so far is the sign of its edge. A cause
 * that is met twice with different signs, or under something without a rule, gets 0.
 *
 * Ranges come from what the model says: literals, constants, [min,max] behind a unit, XMILE's
 * non-negative, and what follows from them. A stock without a range may have any sign, so
 * `births = rate * population` has an unknown sign for `rate` until population says [0,?].
 * Numbers of a run count only where whoever asks gives them (dtn_check_graph_seen). Nothing here depends on the
 * order of the file but the order of edges: by effect, then as the causes are met.
 */
#include "check/check.h"
#include "model/functions.h"

#include <math.h>
#include <string.h>

enum { NOT_NEGATIVE = 1, NOT_POSITIVE = 2, ZERO = 3, ANY = 0 }; /* a range as two bits */

/* Variables followed from one to the next for a range; longer chains are "any". The pass
 * recurses, so this bounds the stack. */
#define DTN_MAX_RANGE_DEPTH 64

typedef struct grapher {
    dtn_model *model;
    dtn_graph *graph;
    const dtn_seen *seen; /* [n_var] in a run; NULL: none */
    uint32_t effect;
    size_t first_edge;    /* of this effect */
    uint32_t *edge_of;    /* [n_var] edge from this cause to the present effect + 1, or older */
    uint8_t *range_state; /* [n_var] 0 new, 1 busy, 2 done */
    uint8_t *range;       /* [n_var] */
    uint8_t *overridden;  /* [n_var] has rules of courses of action */
    int depth;
} grapher;

/* ---- Ranges ---------------------------------------------------------------- */

static int range_of(grapher *g, const dtn_expr *x);

static int turned(int range)
{
    return (range & NOT_NEGATIVE ? NOT_POSITIVE : 0) | (range & NOT_POSITIVE ? NOT_NEGATIVE : 0);
}

static int product(int a, int b)
{
    if (a == ZERO || b == ZERO)
        return ZERO;
    if (a == ANY || b == ANY)
        return ANY;
    return a == b ? NOT_NEGATIVE : NOT_POSITIVE;
}

static int range_of_number(double x)
{
    return isnan(x) ? ANY : (x >= 0 ? NOT_NEGATIVE : 0) | (x <= 0 ? NOT_POSITIVE : 0);
}

static int range_of_table(const dtn_lookup *t)
{
    int range = t && t->kind != DTN_LOOKUP_EXTRAPOLATE ? ZERO : ANY;
    for (size_t i = 0; range && i < t->n; i++)
        range &= range_of_number(t->y[i]);
    return range;
}

static int range_of_eqn(grapher *g, const dtn_eqn *eqn)
{
    int range = ZERO;
    for (uint32_t i = 0; i < eqn->n_table; i++)
        range &= range_of_table(eqn->tables[i]);
    if (eqn->n_table > 0)
        return range;
    if (eqn->kind == DTN_EQN_LOOKUP)
        return range_of_table(eqn->lookup);
    if ((eqn->kind != DTN_EQN_EXPR && !eqn->loaded) || !eqn->expr)
        return ANY;
    return range_of(g, dtn_eqn_value(eqn)) & (eqn->init ? range_of(g, eqn->init) : ZERO);
}

static int range_of_var(grapher *g, uint32_t id)
{
    const dtn_var *var = &g->model->vars[id];
    int declared = (var->range_min >= 0 || var->non_negative ? NOT_NEGATIVE : 0) |
                   (var->range_max <= 0 ? NOT_POSITIVE : 0);
    if (declared)
        return declared;
    if (g->seen && g->seen[id].is_known)
        return (g->seen[id].min >= 0 ? NOT_NEGATIVE : 0) |
               (g->seen[id].max <= 0 ? NOT_POSITIVE : 0);
    if (var->range_min < 0)
        return 0;
    if (g->range_state[id] == 2)
        return g->range[id];
    if (g->range_state[id] == 1 || var->n_eqn == 0 || var->kind == DTN_VAR_STOCK ||
        g->overridden[id] || g->depth >= DTN_MAX_RANGE_DEPTH)
        return ANY;
    int range = ZERO;
    g->range_state[id] = 1;
    g->depth++;
    for (size_t k = 0; k < var->n_eqn && range; k++)
        range &= range_of_eqn(g, &var->eqns[k]);
    g->depth--;
    g->range_state[id] = 2;
    g->range[id] = (uint8_t)range;
    return range;
}

static int range_of_power(grapher *g, const dtn_expr *base, const dtn_expr *exponent)
{
    if (exponent->kind == DTN_X_NUMBER && fabs(exponent->number) < 1e15 &&
        exponent->number == 2 * (double)(int64_t)(exponent->number / 2))
        return NOT_NEGATIVE;
    return range_of(g, base) & NOT_NEGATIVE;
}

static int range_of_operation(grapher *g, const dtn_expr *x)
{
    int a = range_of(g, x->args[0]);
    if (x->kind == DTN_X_UNARY)
        return x->op == DTN_OP_NEG ? turned(a) : x->op == DTN_OP_PLUS ? a : NOT_NEGATIVE;
    switch (x->op) {
    case DTN_OP_ADD: return a & range_of(g, x->args[1]);
    case DTN_OP_SUB: return a & turned(range_of(g, x->args[1]));
    case DTN_OP_MUL:
    case DTN_OP_DIV: return product(a, range_of(g, x->args[1]));
    case DTN_OP_POW: return range_of_power(g, x->args[0], x->args[1]);
    case DTN_OP_MOD: return ANY;
    default: return NOT_NEGATIVE; /* comparisons and logic: 0 or 1 */
    }
}

static int range_of_call(grapher *g, const dtn_expr *x)
{
    if (x->ref == DTN_REF_LOOKUP || x->ref == DTN_REF_MACRO)
        return range_of_var(g, x->id);
    if (x->ref != DTN_REF_FUNC)
        return ANY;
    int a = x->n_arg > 0 ? range_of(g, x->args[0]) : ANY;
    int b = x->n_arg > 1 ? range_of(g, x->args[1]) : ANY;
    int c = x->n_arg > 2 ? range_of(g, x->args[2]) : ZERO;
    switch ((dtn_fn)x->id) {
    case DTN_FN_EXP:
    case DTN_FN_ABS:
    case DTN_FN_SQRT:
    case DTN_FN_COSH:
    case DTN_FN_RANDOM_0_1:
    case DTN_FN_PULSE_TRAIN:
    case DTN_FN_PI:
    case DTN_FN_DT:
    case DTN_FN_INF:
    case DTN_FN_NAN:
    case DTN_FN_DTN_POISSON:
    case DTN_FN_DTN_BINOMIAL:
    case DTN_FN_DTN_NEGATIVE_BINOMIAL:
    case DTN_FN_DTN_EXPONENTIAL:
    case DTN_FN_DTN_GAMMA:
    case DTN_FN_DTN_LOGNORMAL:
    case DTN_FN_DTN_SUM_LOGNORMAL:
    case DTN_FN_DTN_SUM_LOMAX: return NOT_NEGATIVE;
    case DTN_FN_PULSE: return g->model->dialect == DTN_VENSIM ? NOT_NEGATIVE : a;
    case DTN_FN_MAX: return x->n_arg == 1 ? a : ((a | b) & NOT_NEGATIVE) | (a & b & NOT_POSITIVE);
    case DTN_FN_MIN: return x->n_arg == 1 ? a : ((a | b) & NOT_POSITIVE) | (a & b & NOT_NEGATIVE);
    case DTN_FN_IF: return b & c;
    case DTN_FN_ZIDZ: return product(a, b);
    case DTN_FN_XIDZ:
    case DTN_FN_SAFEDIV: return product(a, b) & c;
    case DTN_FN_POWER: return range_of_power(g, x->args[0], x->args[1]);
    case DTN_FN_INTEGER:
    case DTN_FN_INT:
    case DTN_FN_ROUND:
    case DTN_FN_GAME:
    case DTN_FN_SUM:
    case DTN_FN_MEAN:
    case DTN_FN_VMIN:
    case DTN_FN_VMAX:
    case DTN_FN_STEP:
    case DTN_FN_RAMP:
    case DTN_FN_SMOOTH:
    case DTN_FN_SMOOTH3:
    case DTN_FN_DELAY1:
    case DTN_FN_DELAY3:
    case DTN_FN_INITIAL:
    case DTN_FN_INIT: return a;
    case DTN_FN_SMOOTHI:
    case DTN_FN_SMOOTH3I:
    case DTN_FN_SMTH1:
    case DTN_FN_SMTH3:
    case DTN_FN_DELAY1I:
    case DTN_FN_DELAY3I:
    case DTN_FN_DELAY1X:
    case DTN_FN_DELAY3X:
    case DTN_FN_DELAY_FIXED:
    case DTN_FN_DELAY:
    case DTN_FN_SMOOTH_N:
    case DTN_FN_DELAY_N: return a & c;
    case DTN_FN_RUNMAX:
    case DTN_FN_RUNMIN: return a;
    case DTN_FN_ACTIVE_INITIAL:
    case DTN_FN_PREVIOUS: return a & b;
    case DTN_FN_SAMPLE_IF_TRUE: return b & c;
    case DTN_FN_WITH_LOOKUP:
        return x->args[1]->kind == DTN_X_LOOKUP ? range_of_table(x->args[1]->lookup) : ANY;
    default: return ANY;
    }
}

/* ---- Bounds in a run: "1 - share * reach" is positive where the share stays small enough ---- */

typedef struct bounds {
    double min, max; /* NaN: not known */
} bounds;

static bounds bounds_of(const grapher *g, const dtn_expr *x);

static bounds bounds_of_products(const double ends[4])
{
    bounds out = {ends[0], ends[0]};
    for (int i = 0; i < 4; i++) {
        if (isnan(ends[i]))
            return (bounds){NAN, NAN};
        out.min = ends[i] < out.min ? ends[i] : out.min;
        out.max = ends[i] > out.max ? ends[i] : out.max;
    }
    return out;
}

static bounds bounds_of_operation(dtn_op op, bounds a, bounds b)
{
    switch (op) {
    case DTN_OP_ADD: return (bounds){a.min + b.min, a.max + b.max};
    case DTN_OP_SUB: return (bounds){a.min - b.max, a.max - b.min};
    case DTN_OP_MUL:
        return bounds_of_products(
            (double[]){a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max});
    case DTN_OP_DIV:
        if (!(b.min > 0) && !(b.max < 0))
            break;
        return bounds_of_products(
            (double[]){a.min / b.min, a.min / b.max, a.max / b.min, a.max / b.max});
    default: break;
    }
    return (bounds){NAN, NAN};
}

static bounds bounds_of_call(const grapher *g, const dtn_expr *x)
{
    const bounds none = {NAN, NAN};
    if (x->ref != DTN_REF_FUNC || x->n_arg != 2)
        return none;
    const bounds a = bounds_of(g, x->args[0]), b = bounds_of(g, x->args[1]);
    if (isnan(a.min) || isnan(b.min))
        return none;
    if (x->id == DTN_FN_MAX)
        return (bounds){a.min > b.min ? a.min : b.min, a.max > b.max ? a.max : b.max};
    if (x->id == DTN_FN_MIN)
        return (bounds){a.min < b.min ? a.min : b.min, a.max < b.max ? a.max : b.max};
    return none;
}

static bounds bounds_of(const grapher *g, const dtn_expr *x)
{
    switch (x->kind) {
    case DTN_X_NUMBER: return (bounds){x->number, x->number};
    case DTN_X_NAME:
        if (x->ref == DTN_REF_VAR && g->seen[x->id].is_known)
            return (bounds){g->seen[x->id].min, g->seen[x->id].max};
        break;
    case DTN_X_UNARY:
        if (x->op == DTN_OP_NEG || x->op == DTN_OP_PLUS) {
            const bounds a = bounds_of(g, x->args[0]);
            return x->op == DTN_OP_PLUS ? a : (bounds){-a.max, -a.min};
        }
        break;
    case DTN_X_BINARY:
        return bounds_of_operation(x->op, bounds_of(g, x->args[0]), bounds_of(g, x->args[1]));
    case DTN_X_CALL: return bounds_of_call(g, x);
    default: break;
    }
    return (bounds){NAN, NAN};
}

/* The range of an expression in the run as well as by structure. */
static int range_seen(grapher *g, const dtn_expr *x)
{
    const bounds b = g->seen ? bounds_of(g, x) : (bounds){NAN, NAN};
    return range_of(g, x) | (b.min >= 0 ? NOT_NEGATIVE : 0) | (b.max <= 0 ? NOT_POSITIVE : 0);
}

static int range_of(grapher *g, const dtn_expr *x)
{
    int range = ZERO;
    switch (x->kind) {
    case DTN_X_NUMBER: return range_of_number(x->number);
    case DTN_X_ARRAY:
        for (uint32_t i = 0; i < x->n_arg; i++)
            range &= range_of(g, x->args[i]);
        return range;
    case DTN_X_NAME:
        if (x->ref == DTN_REF_VAR)
            return range_of_var(g, x->id);
        if (x->ref == DTN_REF_FUNC)
            return range_of_call(g, x);
        return x->ref == DTN_REF_DIM || x->ref == DTN_REF_ELEMENT ? NOT_NEGATIVE : ANY;
    case DTN_X_UNARY:
    case DTN_X_BINARY: return range_of_operation(g, x);
    case DTN_X_CALL: return range_of_call(g, x);
    default: return ANY;
    }
}

/* ---- Edges ------------------------------------------------------------------- */

static void add_edge(grapher *g, uint32_t cause, int sign, bool initial)
{
    dtn_graph *out = g->graph;
    uint32_t at = g->edge_of[cause];
    if (at <= g->first_edge) {
        dtn_edge edge = {cause, g->effect, sign, initial};
        DTN_PUSH(g->model->arena, out->edges, out->n_edge, out->cap_edge, edge);
        g->edge_of[cause] = (uint32_t)out->n_edge;
        return;
    }
    dtn_edge *edge = &out->edges[at - 1];
    if (initial && !edge->is_initial)
        return; /* what acts during the run decides */
    if (edge->is_initial && !initial)
        edge->sign = sign;
    else if (edge->sign != sign)
        edge->sign = 0;
    edge->is_initial = initial;
}

/* ---- Directions ---------------------------------------------------------------- */

static void follow(grapher *g, const dtn_expr *x, int sign, bool initial);

static int direction(int range)
{
    return range == NOT_NEGATIVE ? 1 : range == NOT_POSITIVE ? -1 : 0;
}

static int rises(const dtn_lookup *t)
{
    bool up = true, down = true;
    for (size_t i = 1; t && i < t->n; i++) {
        up = up && t->y[i] >= t->y[i - 1];
        down = down && t->y[i] <= t->y[i - 1];
    }
    return !t ? 0 : up - down; /* flat: neither */
}

static int rises_eqn(const dtn_eqn *eqn)
{
    int all = rises(eqn->n_table > 0 ? eqn->tables[0] : eqn->lookup);
    for (uint32_t i = 1; i < eqn->n_table; i++)
        if (rises(eqn->tables[i]) != all)
            return 0;
    return all;
}

static int rises_var(const grapher *g, uint32_t id)
{
    const dtn_var *var = &g->model->vars[id];
    int all = var->n_eqn > 0 ? rises_eqn(&var->eqns[0]) : 0;
    for (size_t k = 1; k < var->n_eqn; k++)
        if (rises_eqn(&var->eqns[k]) != all)
            return 0;
    return all;
}

/* Does the value of a table rise with its argument? */
static int rises_expr(const grapher *g, const dtn_expr *table)
{
    if (table->kind == DTN_X_LOOKUP)
        return rises(table->lookup);
    bool known = table->kind == DTN_X_NAME && table->ref == DTN_REF_VAR;
    return known ? rises_var(g, table->id) : 0;
}

/* How a function moves with its arguments, one letter each, the last for all that follow:
 * + - with or against it, ? not told, I only at the start (and with it), J only at the start. */
static const char *pattern_of(const dtn_expr *x, bool vensim)
{
    switch ((dtn_fn)x->id) {
    case DTN_FN_EXP:
    case DTN_FN_LN:
    case DTN_FN_LOG10:
    case DTN_FN_SQRT:
    case DTN_FN_INTEGER:
    case DTN_FN_INT:
    case DTN_FN_ROUND:
    case DTN_FN_SINH:
    case DTN_FN_TANH:
    case DTN_FN_ARCTAN:
    case DTN_FN_ARCSIN:
    case DTN_FN_GAME:
    case DTN_FN_SUM:
    case DTN_FN_VMIN:
    case DTN_FN_VMAX:
    case DTN_FN_MEAN:
    case DTN_FN_MAX:
    case DTN_FN_MIN:
    case DTN_FN_DTN_UNIFORM:
    case DTN_FN_DTN_EXPONENTIAL:
    case DTN_FN_DTN_POISSON:
    case DTN_FN_DTN_BINOMIAL: return "+";
    case DTN_FN_ARCCOS: return "-";
    case DTN_FN_RANDOM_UNIFORM:
    case DTN_FN_RANDOM:
    case DTN_FN_UNIFORM:
    case DTN_FN_DTN_SUM_LOGNORMAL:
    case DTN_FN_DTN_SUM_LOMAX: return "++?";
    case DTN_FN_LOG: return x->args[1]->kind == DTN_X_NUMBER && x->args[1]->number > 1 ? "+?" : "?";
    case DTN_FN_QUANTUM:
    case DTN_FN_STEP:
    case DTN_FN_RAMP:
    case DTN_FN_VECTOR_ELM_MAP:
    case DTN_FN_NORMAL:
    case DTN_FN_DTN_NORMAL:
    case DTN_FN_DTN_LOGNORMAL:
    case DTN_FN_DTN_GAMMA:
    case DTN_FN_DTN_NEGATIVE_BINOMIAL: return "+?";
    case DTN_FN_PULSE: return vensim ? "?" : "+?";
    case DTN_FN_SMOOTH:
    case DTN_FN_SMOOTHI:
    case DTN_FN_SMOOTH3:
    case DTN_FN_SMOOTH3I:
    case DTN_FN_SMTH1:
    case DTN_FN_SMTH3:
    case DTN_FN_SMOOTH_N:
    case DTN_FN_DELAY1:
    case DTN_FN_DELAY1X:
    case DTN_FN_DELAY1I:
    case DTN_FN_DELAY3:
    case DTN_FN_DELAY3X:
    case DTN_FN_DELAY3I:
    case DTN_FN_DELAY_N: return "+?I?";
    case DTN_FN_RUNMAX:
    case DTN_FN_RUNMIN: return "+";
    case DTN_FN_SMTHN:
    case DTN_FN_DELAYN: return "+??I";
    case DTN_FN_DELAY_FIXED:
    case DTN_FN_DELAY: return "+JI";
    case DTN_FN_TREND: return "+?J";
    case DTN_FN_FORECAST:
    case DTN_FN_FORCST: return "???J";
    case DTN_FN_SAMPLE_IF_TRUE: return "?+I";
    case DTN_FN_PREVIOUS:
    case DTN_FN_ACTIVE_INITIAL: return "+I";
    case DTN_FN_INITIAL:
    case DTN_FN_INIT: return "I";
    default: return "?";
    }
}

static void follow_pattern(grapher *g, const dtn_expr *x, int sign, bool initial)
{
    const char *p = pattern_of(x, g->model->dialect == DTN_VENSIM);
    for (uint32_t i = 0; i < x->n_arg; i++) {
        int with = *p == '+' || *p == 'I' ? 1 : *p == '-' ? -1 : 0;
        follow(g, x->args[i], sign * with, initial || *p == 'I' || *p == 'J');
        p += p[1] != '\0';
    }
}

/* a * b, or a / b */
static void follow_product(grapher *g, const dtn_expr *a, const dtn_expr *b, bool divide, int sign,
                           bool initial)
{
    int of_a = direction(range_seen(g, a)), of_b = direction(range_seen(g, b));
    follow(g, a, sign * of_b, initial);
    follow(g, b, divide ? -sign * of_a : sign * of_a, initial);
}

static void follow_power(grapher *g, const dtn_expr *base, const dtn_expr *exponent, int sign,
                         bool initial)
{
    bool plain = direction(range_seen(g, base)) > 0;
    follow(g, base, plain ? sign * direction(range_seen(g, exponent)) : 0, initial);
    follow(g, exponent, 0, initial);
}

/* A condition moves the whole where the branches are numbers: IF THEN ELSE(a > b, 1, 0). */
static void follow_choice(grapher *g, const dtn_expr *x, int sign, bool initial)
{
    const dtn_expr *yes = x->args[1], *no = x->args[2];
    int step = 0;
    if (yes->kind == DTN_X_NUMBER && no->kind == DTN_X_NUMBER)
        step = (yes->number > no->number) - (yes->number < no->number);
    follow(g, x->args[0], sign * step, initial);
    follow(g, yes, sign, initial);
    follow(g, no, sign, initial);
}

static void follow_function(grapher *g, const dtn_expr *x, int sign, bool initial)
{
    switch ((dtn_fn)x->id) {
    case DTN_FN_IF: follow_choice(g, x, sign, initial); break;
    case DTN_FN_ABS:
        follow(g, x->args[0], sign * direction(range_seen(g, x->args[0])), initial);
        break;
    case DTN_FN_POWER: follow_power(g, x->args[0], x->args[1], sign, initial); break;
    case DTN_FN_ZIDZ:
    case DTN_FN_XIDZ:
    case DTN_FN_SAFEDIV:
        follow_product(g, x->args[0], x->args[1], true, sign, initial);
        if (x->n_arg > 2)
            follow(g, x->args[2], sign, initial);
        break;
    case DTN_FN_WITH_LOOKUP:
        follow(g, x->args[0], sign * rises_expr(g, x->args[1]), initial);
        follow(g, x->args[1], 0, initial);
        break;
    case DTN_FN_LOOKUP:
    case DTN_FN_LOOKUP_EXTRAPOLATE:
    case DTN_FN_LOOKUP_FORWARD:
    case DTN_FN_LOOKUP_BACKWARD:
        follow(g, x->args[0], 0, initial);
        follow(g, x->args[1], sign * rises_expr(g, x->args[0]), initial);
        break;
    default: follow_pattern(g, x, sign, initial);
    }
}

static void follow_operation(grapher *g, const dtn_expr *x, int sign, bool initial)
{
    const dtn_expr *a = x->args[0], *b = x->n_arg > 1 ? x->args[1] : NULL;
    int of_b = 0;
    switch (x->op) {
    case DTN_OP_MUL:
    case DTN_OP_DIV: follow_product(g, a, b, x->op == DTN_OP_DIV, sign, initial); return;
    case DTN_OP_POW: follow_power(g, a, b, sign, initial); return;
    case DTN_OP_NEG:
    case DTN_OP_NOT: sign = -sign; break;
    case DTN_OP_ADD:
    case DTN_OP_AND:
    case DTN_OP_OR: of_b = sign; break;
    case DTN_OP_SUB:
    case DTN_OP_GT:
    case DTN_OP_GE: of_b = -sign; break;
    case DTN_OP_LT:
    case DTN_OP_LE:
        of_b = sign;
        sign = -sign;
        break;
    case DTN_OP_PLUS: break;
    default: sign = 0; break; /* = <> and remainders */
    }
    follow(g, a, sign, initial);
    if (b)
        follow(g, b, of_b, initial);
}

static void follow(grapher *g, const dtn_expr *x, int sign, bool initial)
{
    for (uint32_t i = 0; i < x->n_sub; i++) {
        if (x->subs[i].expr)
            follow(g, x->subs[i].expr, 0, initial);
        if (x->subs[i].expr2)
            follow(g, x->subs[i].expr2, 0, initial);
    }
    if (x->kind == DTN_X_UNARY || x->kind == DTN_X_BINARY) {
        follow_operation(g, x, sign, initial);
    } else if (x->ref == DTN_REF_VAR) {
        bool is_table = g->model->vars[x->id].kind == DTN_VAR_LOOKUP;
        add_edge(g, x->id, is_table ? 0 : sign, initial);
    } else if (x->ref == DTN_REF_MACRO) {
        add_edge(g, x->id, sign, initial);
    } else if (x->ref == DTN_REF_LOOKUP) {
        add_edge(g, x->id, 0, initial);
        if (x->n_arg > 0)
            follow(g, x->args[0], sign * rises_var(g, x->id), initial);
    } else if (x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC) {
        follow_function(g, x, sign, initial);
    }
}

static void follow_eqns(grapher *g, const dtn_eqn *eqns, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        if (eqns[k].expr)
            follow(g, eqns[k].expr, 1, false);
        if (eqns[k].init)
            follow(g, dtn_eqn_init(&eqns[k]), 1, true);
    }
}

/* ---- Both directions --------------------------------------------------------------- */

/* Edges stand by effect, so causes[i] belongs to edges[i]; effects are sorted by counting. */
static void index_edges(dtn_arena *arena, dtn_graph *graph)
{
    uint32_t n = graph->n_var;
    graph->first_cause = DTN_NEW_N(arena, uint32_t, n + 1);
    graph->first_effect = DTN_NEW_N(arena, uint32_t, n + 2);
    graph->causes = DTN_NEW_N(arena, uint32_t, graph->n_edge);
    graph->effects = DTN_NEW_N(arena, uint32_t, graph->n_edge);
    for (size_t i = 0; i < graph->n_edge; i++) {
        graph->causes[i] = graph->edges[i].cause;
        graph->first_cause[graph->edges[i].effect + 1]++;
        graph->first_effect[graph->edges[i].cause + 2]++;
    }
    for (uint32_t v = 0; v < n; v++) {
        graph->first_cause[v + 1] += graph->first_cause[v];
        graph->first_effect[v + 2] += graph->first_effect[v + 1];
    }
    for (size_t i = 0; i < graph->n_edge; i++) /* moves each start on to the next one's */
        graph->effects[graph->first_effect[graph->edges[i].cause + 1]++] = graph->edges[i].effect;
}

dtn_status dtn_check_graph_seen(dtn_model *model, const dtn_seen *seen, dtn_graph *out)
{
    dtn_arena *arena = model->arena;
    dtn_graph graph = {.n_var = (uint32_t)model->n_var};
    grapher g = {.model = model, .graph = &graph, .seen = seen};
    if (DTN_ARENA_GUARD(arena))
        return DTN_E_MEMORY;
    g.edge_of = DTN_NEW_N(arena, uint32_t, model->n_var);
    g.range_state = DTN_NEW_N(arena, uint8_t, model->n_var);
    g.range = DTN_NEW_N(arena, uint8_t, model->n_var);
    g.overridden = DTN_NEW_N(arena, uint8_t, model->n_var);
    for (size_t i = 0; i < model->n_override; i++)
        g.overridden[model->overrides[i].var] = 1;
    for (uint32_t v = 0; v < graph.n_var; v++) {
        g.effect = v;
        g.first_edge = graph.n_edge;
        follow_eqns(&g, model->vars[v].eqns, model->vars[v].n_eqn);
        for (size_t i = 0; i < model->n_override && g.overridden[v]; i++)
            if (model->overrides[i].var == v)
                follow_eqns(&g, model->overrides[i].eqns, model->overrides[i].n_eqn);
    }
    index_edges(arena, &graph);
    *out = graph;
    return DTN_OK;
}

dtn_status dtn_check_graph(dtn_model *model, dtn_graph *out)
{
    return dtn_check_graph_seen(model, NULL, out);
}
