/* Dimensional analysis.
 *
 * A unit is a product of base units with exponents. Names are compared by their canonical key;
 * the model's own synonyms and a short list of the field's (Person, Persons, People ...) make
 * several names one. The checker walks every equation and reports at the operation where two
 * sides do not agree, with both. What is not known (a variable without unit, a function without
 * a rule) agrees with everything: a gap is reported once, not at every use.
 *
 * The literal 0 fits any unit (MAX(0, x)); every other literal is dimensionless, as in Vensim.
 * Stocks: the rate is the stock's unit over the model's time unit.
 */
#include "check/check.h"
#include "model/functions.h"

#include <math.h>
#include <string.h>

#define DTN_MAX_FACTORS 12 /* base units in one product; more is a slip */

typedef struct unit {
    bool known;
    bool any; /* the literal 0 */
    uint32_t n;
    uint32_t base[DTN_MAX_FACTORS];
    double power[DTN_MAX_FACTORS];
} unit;

typedef struct checker {
    dtn_model *model;
    dtn_diags *diags; /* NULL: only infer */
    dtn_map bases;    /* key -> base id */
    const char **names;
    size_t n_name, cap_name;
    unit *
        products; /* [n_name] what a unit stands for that the model defines as a product; n = 0: itself */
    size_t n_product, cap_product;
    unit *units;    /* [n_var] as written */
    uint8_t *state; /* [n_var] 0 new, 1 busy, 2 done: for inference */
    unit *inferred;
    unit time;
    const dtn_var *var;
    uint32_t overlay; /* whose equation this is */
    int depth;        /* of inference */
    int height;       /* of the search: operators above this one, in all equations */
} checker;

static const unit unknown = {0};
static const unit dimensionless = {.known = true};

/* Families of names that mean one unit unless a model says otherwise. Comma-separated. A radian is the
 * number 1, as in the SI: what SIN takes and what ARCSIN gives may be called so. */
static const char *const common_synonyms[] = {
    "Second,Seconds,sec",    "Minute,Minutes,min",
    "Hour,Hours,hr",         "Day,Days",
    "Week,Weeks,wk",         "Month,Months",
    "Quarter,Quarters",      "Year,Years,yr",
    "Person,Persons,People", "Unit,Units",
    "Dollar,Dollars,$",      "Dmnl,Dimensionless,1,Fraction,Unitless,Radian,Radians"};

/* ---- Base units ------------------------------------------------------------ */

#define DTN_BASE_NONE 0u /* id of "dimensionless" */

static uint32_t base_id(checker *c, const char *name, size_t n)
{
    const char *key = dtn_name_key(c->model->arena, name, n);
    uint32_t id = dtn_map_get(&c->bases, key);
    if (id != DTN_MAP_NONE)
        return id;
    DTN_PUSH(c->model->arena, c->names, c->n_name, c->cap_name,
             dtn_arena_strndup(c->model->arena, name, n));
    DTN_PUSH(c->model->arena, c->products, c->n_product, c->cap_product, unknown);
    dtn_map_set(&c->bases, c->model->arena, key, (uint32_t)(c->n_name - 1));
    return (uint32_t)(c->n_name - 1);
}

static void add_synonyms(checker *c, const char *list)
{
    uint32_t id = DTN_MAP_NONE;
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ",");
        const char *key = dtn_name_key(c->model->arena, p, n);
        if (id == DTN_MAP_NONE)
            id = base_id(c, p, n);
        else if (memchr(p, '*', n) || memchr(p, '/', n) || memchr(p, '^', n))
            ; /* a product: add_product */
        else if (*key)
            dtn_map_set(&c->bases, c->model->arena, key, id);
        p += n + (p[n] == ',');
    }
}

static void add_factor(unit *u, uint32_t base, double power)
{
    if (base == DTN_BASE_NONE || power == 0)
        return;
    uint32_t i = 0;
    while (i < u->n && u->base[i] < base)
        i++;
    if (i < u->n && u->base[i] == base) {
        u->power[i] += power;
        if (u->power[i] != 0)
            return;
        u->n--;
        memmove(&u->base[i], &u->base[i + 1], (u->n - i) * sizeof u->base[0]);
        memmove(&u->power[i], &u->power[i + 1], (u->n - i) * sizeof u->power[0]);
        return;
    }
    if (u->n >= DTN_MAX_FACTORS) {
        u->known = false;
        return;
    }
    memmove(&u->base[i + 1], &u->base[i], (u->n - i) * sizeof u->base[0]);
    memmove(&u->power[i + 1], &u->power[i], (u->n - i) * sizeof u->power[0]);
    u->base[i] = base;
    u->power[i] = power;
    u->n++;
}

static unit times(unit a, unit b, double power)
{
    unit out = a;
    out.any = false;
    if (!a.known || !b.known)
        return unknown;
    for (uint32_t i = 0; i < b.n; i++)
        add_factor(&out, b.base[i], b.power[i] * power);
    return out;
}

static bool same(unit a, unit b)
{
    if (!a.known || !b.known || a.any || b.any)
        return true;
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++)
        if (a.base[i] != b.base[i] || fabs(a.power[i] - b.power[i]) > 1e-9)
            return false;
    return true;
}

/* ---- Reading and writing units ------------------------------------------------ */

typedef struct unit_text {
    checker *c;
    const char *p;
    bool bad;
    int depth;
} unit_text;

static unit read_product(unit_text *t);

static void skip_space(unit_text *t) { t->p += strspn(t->p, " \t\r\n\\"); }

static unit read_factor(unit_text *t)
{
    unit u = dimensionless;
    skip_space(t);
    if (*t->p == '(' && t->depth++ < 20) {
        t->p++;
        u = read_product(t);
        skip_space(t);
        t->bad |= *t->p != ')';
        t->p += *t->p == ')';
    } else {
        size_t n = strcspn(t->p, "*/()^[]");
        while (n > 0 && strchr(" \t\r\n", t->p[n - 1]))
            n--;
        t->bad |= n == 0;
        if (n > 0) {
            const uint32_t id = base_id(t->c, t->p, n);
            if (t->c->products[id].known)
                u = t->c->products[id];
            else
                add_factor(&u, id, 1);
        }
        t->p += n;
    }
    skip_space(t);
    if (*t->p == '^') {
        t->p++;
        skip_space(t);
        bool paren = *t->p == '(';
        t->p += paren;
        size_t n = strspn(t->p, "+-0123456789.");
        double power = 1;
        t->bad |= !dtn_text_to_double(t->p, n, &power);
        t->p += n;
        t->p += paren && *t->p == ')';
        unit one = dimensionless;
        u = times(one, u, power);
    }
    return u;
}

static unit read_product(unit_text *t)
{
    unit u = read_factor(t);
    for (;;) {
        skip_space(t);
        char op = *t->p;
        if ((op != '*' && op != '/') || t->bad)
            return u;
        t->p++;
        u = times(u, read_factor(t), op == '*' ? 1 : -1);
    }
}

static unit read_unit(checker *c, const char *text, dtn_pos pos)
{
    unit_text t = {.c = c, .p = text};
    if (!text || text[strspn(text, " \t\r\n")] == '\0')
        return unknown;
    unit u = read_product(&t);
    if (t.bad || *t.p) {
        if (c->diags)
            dtn_diags_add(c->diags, 302, pos, "write products of names: Persons/(Week*Unit)",
                          "malformed unit '%s'", text);
        return unknown;
    }
    return u;
}

/* "kW,kilowatt,kJ/s": the product that a list holds is what its first name stands for. */
static void add_product(checker *c, const char *list)
{
    const uint32_t id = base_id(c, list, strcspn(list, ","));
    for (const char *p = list + strcspn(list, ","); *p;) {
        const size_t n = strcspn(++p, ",");
        unit_text t = {.c = c, .p = dtn_arena_strndup(c->model->arena, p, n)};
        p += n;
        if (!strpbrk(t.p, "*/^"))
            continue;
        c->products[id] = unknown; /* in its own definition it stands for itself */
        const unit u = read_product(&t);
        if (!t.bad && *t.p == '\0' && !(u.n == 1 && u.base[0] == id))
            c->products[id] = u;
        return;
    }
}

static const char *side(checker *c, unit u, bool upper)
{
    dtn_arena *a = c->model->arena;
    const char *out = NULL;
    for (uint32_t i = 0; i < u.n; i++) {
        double power = upper ? u.power[i] : -u.power[i];
        if (power <= 0)
            continue;
        char digits[DTN_DOUBLE_MAX_TEXT];
        dtn_double_to_text(power, digits);
        const char *name = c->names[u.base[i]];
        const char *one = power == 1 ? name : dtn_arena_printf(a, "%s^%s", name, digits);
        out = out ? dtn_arena_printf(a, "%s*%s", out, one) : one;
    }
    return out;
}

static const char *unit_name(checker *c, unit u)
{
    if (!u.known)
        return "?";
    const char *upper = side(c, u, true), *lower = side(c, u, false);
    if (!upper && !lower)
        return "Dmnl";
    if (!lower)
        return upper;
    bool many = strchr(lower, '*') != NULL;
    return dtn_arena_printf(c->model->arena, many ? "%s/(%s)" : "%s/%s", upper ? upper : "1",
                            lower);
}

/* ---- Equations ------------------------------------------------------------------- */

static unit unit_of(checker *c, const dtn_expr *x);

/* One of two that should agree: an expression, or in words what asks for the unit. */
typedef struct side_of {
    unit u;
    const dtn_expr *x;
    const char *words;
} side_of;

static side_of expr_side(const dtn_expr *x, unit u) { return (side_of){u, x, NULL}; }

static side_of asked(unit u, const char *words) { return (side_of){u, NULL, words}; }

#define MAX_SHOWN 48 /* bytes of an expression in a message */

/* The text of an expression, cut where it is long. */
static const char *shown(checker *c, const dtn_expr *x)
{
    const char *text = dtn_expr_print(c->model, x);
    size_t n = strlen(text);
    if (n <= MAX_SHOWN)
        return text;
    n = MAX_SHOWN - 4;
    while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) /* not within a character */
        n--;
    return dtn_arena_printf(c->model->arena, "%.*s ...", (int)n, text);
}

/* Where the unit of an expression comes from. */
static const char *origin(const checker *c, const dtn_expr *x)
{
    if (x->kind == DTN_X_NUMBER)
        return "a number has no unit";
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_TIME)
        return "the time unit";
    const bool is_var = (x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR) ||
                        (x->kind == DTN_X_CALL && x->ref == DTN_REF_LOOKUP) ||
                        x->ref == DTN_REF_MACRO;
    return !is_var ? "computed" : c->units[x->id].known ? "declared" : "inferred from its equation";
}

static const char *side_text(checker *c, side_of s)
{
    dtn_arena *a = c->model->arena;
    return s.x ? dtn_arena_printf(a, "'%s' is '%s' (%s)", shown(c, s.x), unit_name(c, s.u),
                                  origin(c, s.x))
               : dtn_arena_printf(a, "%s '%s'", s.words, unit_name(c, s.u));
}

static bool holds_numbers_only(const dtn_expr *x)
{
    if (x->kind != DTN_X_UNARY && x->kind != DTN_X_BINARY)
        return x->kind == DTN_X_NUMBER;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!holds_numbers_only(x->args[i]))
            return false;
    return true;
}

/* Two names for one unit, or a number in place of a quantity, are more likely than a wrong equation. */
static const char *way_out(checker *c, side_of a, side_of b)
{
    const unit factor = times(a.u, b.u, -1);
    const char *name = unit_name(c, factor);
    dtn_arena *arena = c->model->arena;
    if (a.x && a.x->kind != DTN_X_NUMBER && holds_numbers_only(a.x))
        return "a number has no unit: give it a variable of its own that has one";
    if (a.u.n > 0 && b.u.n > 0 && factor.n == 2 && factor.power[0] * factor.power[1] == -1)
        return dtn_arena_printf(
            arena,
            "they differ by the factor '%s': if these are two names of one unit, "
            "make them synonyms in the model's settings; else correct the "
            "equation, or the units of what it uses",
            name);
    return dtn_arena_printf(arena,
                            "they differ by the factor '%s': correct the equation, or the units of "
                            "what it uses",
                            name);
}

static void disagree(checker *c, dtn_pos pos, const char *where, side_of a, side_of b)
{
    if (!c->diags)
        return;
    bool rule = c->overlay > 0;
    dtn_diags_add(c->diags, rule ? 304 : 301, pos, way_out(c, a, b),
                  "units do not agree in %s of '%s': %s, %s", where, c->var->name, side_text(c, a),
                  side_text(c, b));
}

static unit agree(checker *c, dtn_pos pos, const char *where, side_of a, side_of b)
{
    if (!same(a.u, b.u)) {
        disagree(c, pos, where, a, b);
        return unknown; /* said once: nothing further up is blamed for it */
    }
    return a.u.known && !a.u.any ? a.u : b.u;
}

static void expect(checker *c, const dtn_expr *x, unit u, const char *where, unit wanted,
                   const char *words)
{
    if (!same(u, wanted))
        disagree(c, x->pos, where, expr_side(x, u), asked(wanted, words));
}

static void expect_plain(checker *c, const dtn_expr *x, const char *where)
{
    expect(c, x, unit_of(c, x), where, dimensionless, "it must be");
}

static unit infer_var(checker *c, uint32_t id);

static unit unit_of_power(checker *c, const dtn_expr *base, const dtn_expr *exponent)
{
    unit b = unit_of(c, base);
    expect_plain(c, exponent, "the exponent");
    double sign = 1;
    if (exponent->kind == DTN_X_UNARY && exponent->op == DTN_OP_NEG) {
        exponent = exponent->args[0];
        sign = -1;
    }
    if (b.known && b.n == 0)
        return dimensionless;
    if (exponent->kind == DTN_X_NUMBER)
        return times(dimensionless, b, sign * exponent->number);
    return unknown;
}

static unit unit_of_operation(checker *c, const dtn_expr *x)
{
    if (x->kind == DTN_X_UNARY) {
        unit u = unit_of(c, x->args[0]);
        return x->op == DTN_OP_NOT ? dimensionless : u;
    }
    if (x->op == DTN_OP_POW)
        return unit_of_power(c, x->args[0], x->args[1]);
    const unit a = unit_of(c, x->args[0]), b = unit_of(c, x->args[1]);
    const side_of left = expr_side(x->args[0], a), right = expr_side(x->args[1], b);
    switch (x->op) {
    case DTN_OP_ADD: return agree(c, x->pos, "a sum", left, right);
    case DTN_OP_SUB: return agree(c, x->pos, "a difference", left, right);
    case DTN_OP_MOD: return agree(c, x->pos, "a remainder", left, right);
    case DTN_OP_MUL: return times(a, b, 1);
    case DTN_OP_DIV: return times(a, b, -1);
    case DTN_OP_AND:
    case DTN_OP_OR: return dimensionless;
    default: agree(c, x->pos, "a comparison", left, right); return dimensionless;
    }
}

static unit unit_of_timed(checker *c, const dtn_expr *x, const unit *u, const char *where)
{
    expect(c, x->args[1], u[1], where, c->time, "the time unit is");
    return u[0];
}

/* Two arguments that agree. */
static unit alike(checker *c, const dtn_expr *x, const char *where, const unit *u, uint32_t i,
                  uint32_t k)
{
    return agree(c, x->pos, where, expr_side(x->args[i], u[i]), expr_side(x->args[k], u[k]));
}

/* An argument that is a stretch of time. */
static void expect_time(checker *c, const dtn_expr *x, const unit *u, uint32_t i)
{
    expect(c, x->args[i], u[i], dtn_arena_printf(c->model->arena, "a time of %s()", x->text),
           c->time, "the time unit is");
}

/* Vensim's queues and depreciations. */
static unit unit_of_aging(checker *c, const dtn_expr *x, const unit *u)
{
    const char *where = dtn_arena_printf(c->model->arena, "%s()", x->text);
    const unit level = times(u[0], c->time, 1);
    switch ((dtn_fn)x->id) {
    case DTN_FN_DELAY_PROFILE: expect_time(c, x, u, 2); return alike(c, x, where, u, 1, 3);
    case DTN_FN_SHIFT_IF_TRUE: return alike(c, x, where, u, 0, 4);
    case DTN_FN_DEPRECIATE_STRAIGHTLINE:
        expect_time(c, x, u, 1);
        expect_time(c, x, u, 2);
        return alike(c, x, where, u, 0, 3);
    case DTN_FN_DEPRECIATE_BY_SCHEDULE: expect_time(c, x, u, 3); return u[0];
    case DTN_FN_QUEUE_FIFO:
        alike(c, x, where, u, 0, 1);
        expect_time(c, x, u, 4);
        expect(c, x->args[3], u[3], where, level, "an inflow over time is");
        return level;
    case DTN_FN_QUEUE_FIFO_ATTRIB:
        alike(c, x, where, u, 0, 1);
        alike(c, x, where, u, 2, 7);
        expect_time(c, x, u, 8);
        expect(c, x->args[6], u[6], where, level, "an inflow over time is");
        expect(c, x->args[3], u[3], where, times(u[2], c->time, -1),
               "an attribute over the time unit is");
        return level;
    case DTN_FN_QUEUE_AGE_IN_RANGE:
        expect_time(c, x, u, 1);
        expect_time(c, x, u, 2);
        return u[0];
    case DTN_FN_QUEUE_AGE_AVERAGE:
    case DTN_FN_QUEUE_AGE_OLDEST: return c->time;
    default: return unknown;
    }
}

static unit unit_of_special(checker *c, const dtn_expr *x, const unit *u)
{
    uint32_t n = x->n_arg;
    bool vensim = c->model->dialect == DTN_VENSIM;
    switch ((dtn_fn)x->id) {
    case DTN_FN_IF: return alike(c, x, "the two branches", u, 1, 2);
    case DTN_FN_XIDZ:
        expect(c, x->args[2], u[2], "XIDZ", times(u[0], u[1], -1), "the quotient before it is");
        return same(u[2], times(u[0], u[1], -1)) ? times(u[0], u[1], -1) : unknown;
    case DTN_FN_SAFEDIV:
    case DTN_FN_ZIDZ: return times(u[0], u[1], -1);
    case DTN_FN_POWER: return unit_of_power(c, x->args[0], x->args[1]);
    case DTN_FN_SQRT: return times(dimensionless, u[0], 0.5);
    case DTN_FN_TIME:
    case DTN_FN_DT:
    case DTN_FN_STARTTIME:
    case DTN_FN_STOPTIME: return c->time;
    case DTN_FN_STEP: return unit_of_timed(c, x, u, "the time of a STEP");
    case DTN_FN_RAMP: return times(unit_of_timed(c, x, u, "the time of a RAMP"), c->time, 1);
    case DTN_FN_PULSE:
    case DTN_FN_PULSE_TRAIN: return vensim ? dimensionless : times(u[0], c->time, -1);
    case DTN_FN_SAMPLE_IF_TRUE: return alike(c, x, "SAMPLE IF TRUE", u, 1, 2);
    case DTN_FN_SINTEG:
        expect(c, x->args[1], u[1], "SINTEG", times(u[0], c->time, 1), "the rate over time is");
        return u[1].known && !u[1].any ? u[1] : times(u[0], c->time, 1);
    case DTN_FN_TREND: return times(dimensionless, c->time, -1);
    case DTN_FN_SMOOTH:
    case DTN_FN_SMOOTHI:
    case DTN_FN_SMOOTH3:
    case DTN_FN_SMOOTH3I:
    case DTN_FN_SMTH1:
    case DTN_FN_SMTH3:
    case DTN_FN_SMOOTH_N:
    case DTN_FN_SMTHN:
    case DTN_FN_DELAY:
    case DTN_FN_DELAY_FIXED:
    case DTN_FN_DELAY1:
    case DTN_FN_DELAY1X:
    case DTN_FN_DELAY1I:
    case DTN_FN_DELAY3:
    case DTN_FN_DELAY3X:
    case DTN_FN_DELAY3I:
    case DTN_FN_DELAY_N:
    case DTN_FN_DELAYN:
    case DTN_FN_FORECAST:
    case DTN_FN_FORCST: return unit_of_timed(c, x, u, "the time of a delay");
    case DTN_FN_DTN_LOGNORMAL:
    case DTN_FN_DTN_GAMMA:
    case DTN_FN_DTN_BINOMIAL:
        expect(c, x->args[1], u[1], "the second argument of a draw", dimensionless, "it must be");
        return u[0];
    case DTN_FN_DTN_NEGATIVE_BINOMIAL: /* the size may be given in counts or as a number */
        if (!same(u[1], dimensionless) && !same(u[1], u[0]))
            (void)alike(c, x, "the size of a draw", u, 1, 0);
        return u[0];
    case DTN_FN_DTN_SUM_LOGNORMAL:
    case DTN_FN_DTN_SUM_LOMAX:
        expect(c, x->args[2], u[2], "the shape of a draw", dimensionless, "it must be");
        return times(u[0], u[1], 1);
    case DTN_FN_RANDOM_UNIFORM:
    case DTN_FN_RANDOM:
    case DTN_FN_UNIFORM:
    case DTN_FN_NORMAL: return n > 1 ? alike(c, x, "a random function", u, 0, 1) : u[0];
    default: return u ? unit_of_aging(c, x, u) : unknown; /* NULL: a name without arguments */
    }
}

#define DTN_MAX_UNIT_ARGS 16

static unit unit_of_call(checker *c, const dtn_expr *x)
{
    unit u[DTN_MAX_UNIT_ARGS] = {0};
    if (x->ref == DTN_REF_LOOKUP) {
        unit_of(c, x->args[0]);
        return c->units[x->id];
    }
    if (x->ref == DTN_REF_MACRO)
        return c->units[x->id].known ? c->units[x->id] : infer_var(c, x->id);
    if (x->ref != DTN_REF_FUNC)
        return unknown;
    const dtn_fn_info *fn = &dtn_fn_table[x->id];
    for (uint32_t i = 0; i < x->n_arg && i < DTN_MAX_UNIT_ARGS; i++)
        u[i] = unit_of(c, x->args[i]);
    switch (fn->units) {
    case DTN_FNU_FIRST: return u[0];
    case DTN_FNU_NUM:
        for (uint32_t i = 0; i < x->n_arg && i < DTN_MAX_UNIT_ARGS; i++)
            expect(c, x->args[i], u[i], dtn_arena_printf(c->model->arena, "%s()", x->text),
                   dimensionless, "it must be");
        return dimensionless;
    case DTN_FNU_SAME: {
        unit out = u[0];
        for (uint32_t i = 1; i < x->n_arg && i < DTN_MAX_UNIT_ARGS; i++)
            out = agree(c, x->pos, dtn_arena_printf(c->model->arena, "%s()", x->text),
                        expr_side(x->args[0], out), expr_side(x->args[i], u[i]));
        return out;
    }
    case DTN_FNU_SPECIAL: return unit_of_special(c, x, u);
    case DTN_FNU_NONE: break;
    }
    return unknown;
}

static unit unit_of_kind(checker *c, const dtn_expr *x)
{
    switch (x->kind) {
    case DTN_X_NUMBER: return x->number == 0 ? (unit){.known = true, .any = true} : dimensionless;
    case DTN_X_NAME:
        if (x->ref == DTN_REF_VAR)
            return c->units[x->id].known ? c->units[x->id] : infer_var(c, x->id);
        if (x->ref == DTN_REF_TIME)
            return c->time;
        return x->ref == DTN_REF_FUNC ? unit_of_special(c, x, NULL) : dimensionless;
    case DTN_X_UNARY:
    case DTN_X_BINARY: return unit_of_operation(c, x);
    case DTN_X_CALL: return unit_of_call(c, x);
    default: return unknown;
    }
}

#define DTN_MAX_INFERENCE 200 /* variables without units in a row; further ones stay unknown */
#define DTN_MAX_INFERENCE_HEIGHT 500 /* and operators in a row: the search recurses */

static unit unit_of(checker *c, const dtn_expr *x)
{
    c->height++;
    unit u = unit_of_kind(c, x);
    c->height--;
    return u;
}

/* A variable without a unit takes that of its first equation; no report is made on the way. */
static unit infer_var(checker *c, uint32_t id)
{
    const dtn_var *var = &c->model->vars[id];
    if (c->state[id] == 2)
        return c->inferred[id];
    if (c->state[id] == 1 || var->n_eqn == 0 || c->depth >= DTN_MAX_INFERENCE ||
        c->height >= DTN_MAX_INFERENCE_HEIGHT)
        return unknown;
    dtn_diags *diags = c->diags;
    const dtn_eqn *eqn = &var->eqns[0];
    const dtn_expr *x = eqn->kind == DTN_EQN_STOCK ? eqn->init : eqn->expr;
    c->state[id] = 1;
    c->diags = NULL;
    c->depth++;
    unit u = x && !(x->kind == DTN_X_NUMBER || x->kind == DTN_X_ARRAY) ? unit_of(c, x) : unknown;
    c->depth--;
    c->diags = diags;
    if (u.any)
        u = unknown;
    c->state[id] = 2;
    c->inferred[id] = u;
    return u;
}

/* ---- The whole model ----------------------------------------------------------------- */

static void check_equation(checker *c, const dtn_var *var, const dtn_eqn *eqn, uint32_t overlay)
{
    unit own = c->units[var->id];
    c->var = var;
    c->overlay = overlay;
    bool number = eqn->expr && (eqn->expr->kind == DTN_X_NUMBER || eqn->expr->kind == DTN_X_ARRAY);
    bool negative =
        eqn->expr && eqn->expr->kind == DTN_X_UNARY && eqn->expr->args[0]->kind == DTN_X_NUMBER;
    if (eqn->init && eqn->init->kind != DTN_X_NUMBER)
        expect(c, eqn->init, unit_of(c, eqn->init), "the initial value", own,
               "the variable is declared");
    if (!eqn->expr || number || negative)
        return; /* a constant is what its unit says */
    unit u = unit_of(c, eqn->expr);
    if (var->leak && !var->leak->fraction) /* a conveyor's leak has the share in its equation */
        expect(c, eqn->expr, u, "the leak",
               same(u, dimensionless) ? u : times(dimensionless, c->time, -1),
               "a share, or a share in each time unit, is");
    else if (eqn->kind == DTN_EQN_STOCK)
        expect(c, eqn->expr, u, "the rate", times(own, c->time, -1),
               "the stock's declared unit over the time unit is");
    else
        expect(c, eqn->expr, u, "the equation", own, "the variable is declared");
}

/* Where nobody wrote units but for the time, every equation with the time in it would be told of. */
static bool has_units(const dtn_model *m)
{
    for (size_t i = 0; i < m->n_var; i++)
        if (m->vars[i].units && m->vars[i].units[0] && !m->vars[i].is_control)
            return true;
    return false;
}

static void start(checker *c, dtn_model *model, dtn_diags *diags)
{
    *c = (checker){.model = model, .diags = diags};
    add_synonyms(c, common_synonyms[sizeof common_synonyms / sizeof *common_synonyms - 1]);
    for (size_t i = 0; i + 1 < sizeof common_synonyms / sizeof *common_synonyms; i++)
        add_synonyms(c, common_synonyms[i]);
    for (size_t i = 0; i < model->n_unit_synonym; i++)
        add_synonyms(c, model->unit_synonyms[i]);
    for (int pass = 0; pass < 3; pass++) /* of products of products; more deeply is a slip */
        for (size_t i = 0; i < model->n_unit_synonym; i++)
            add_product(c, model->unit_synonyms[i]);
    c->units = DTN_NEW_N(model->arena, unit, model->n_var);
    c->inferred = DTN_NEW_N(model->arena, unit, model->n_var);
    c->state = DTN_NEW_N(model->arena, uint8_t, model->n_var);
    c->time = model->time_units && has_units(model) ? read_unit(c, model->time_units, (dtn_pos){0})
                                                    : unknown;
    for (size_t i = 0; i < model->n_var; i++)
        c->units[i] = read_unit(c, model->vars[i].units, model->vars[i].units_pos);
}

/* What a conveyor, a queue or a shift adds to the model: made of what stands in other equations, which
 * are checked where they stand. */
static bool is_part(const dtn_var *var) { return var->is_hidden && strchr(var->key, '#'); }

/* A unit written with a rule says what the variable's own says, in whatever words. */
static void check_override(checker *c, const dtn_override *o)
{
    const dtn_var *var = &c->model->vars[o->var];
    if (!o->units || !var->units || !c->diags)
        return;
    const unit own = c->units[o->var], here = read_unit(c, o->units, o->units_pos);
    if (!same(own, here))
        dtn_diags_add(c->diags, 304, o->units_pos,
                      "a course of action cannot change a variable's unit",
                      "the unit of '%s' is '%s' in the model, not '%s'", var->name,
                      unit_name(c, own), unit_name(c, here));
}

static void check_all(checker *c)
{
    dtn_model *m = c->model;
    for (size_t i = 0; i < m->n_var; i++)
        for (size_t k = 0; k < m->vars[i].n_eqn && !is_part(&m->vars[i]); k++)
            check_equation(c, &m->vars[i], &m->vars[i].eqns[k], m->vars[i].overlay);
    for (size_t i = 0; i < m->n_override; i++)
        check_override(c, &m->overrides[i]);
    for (size_t i = 0; i < m->n_override; i++)
        for (size_t k = 0; k < m->overrides[i].n_eqn; k++)
            check_equation(c, &m->vars[m->overrides[i].var], &m->overrides[i].eqns[k],
                           m->overrides[i].overlay);
}

dtn_status dtn_check_units(dtn_model *model, dtn_diags *diags)
{
    checker c;
    size_t before = diags->n_error;
    if (DTN_ARENA_GUARD(model->arena))
        return DTN_E_MEMORY;
    start(&c, model, diags);
    check_all(&c);
    return diags->n_error > before ? DTN_E_INPUT : DTN_OK;
}

struct dtn_unit_reader {
    checker c;
};

dtn_unit_reader *dtn_check_unit_reader(dtn_model *model)
{
    if (DTN_ARENA_GUARD(model->arena))
        return NULL;
    dtn_unit_reader *reader = DTN_NEW(model->arena, dtn_unit_reader);
    start(&reader->c, model, NULL);
    return reader;
}

static const char *unit_text_of(checker *c, uint32_t var, bool *is_inferred)
{
    unit u = c->units[var];
    if (is_inferred)
        *is_inferred = !u.known;
    if (!u.known) { /* what was found on the way to another variable may have been cut off at it */
        memset(c->state, 0, c->model->n_var);
        c->var = &c->model->vars[var];
        u = infer_var(c, var);
    }
    return unit_name(c, u);
}

const char *dtn_unit_reader_text(dtn_unit_reader *reader, uint32_t var, bool *is_inferred)
{
    if (DTN_ARENA_GUARD(reader->c.model->arena))
        return "?";
    return unit_text_of(&reader->c, var, is_inferred);
}

const char *dtn_unit_reader_normal(dtn_unit_reader *reader, const char *text)
{
    checker *c = &reader->c;
    if (DTN_ARENA_GUARD(c->model->arena))
        return "?";
    return unit_name(c, read_unit(c, text, (dtn_pos){0}));
}

const char *dtn_check_unit_text(dtn_model *model, uint32_t var, bool *is_inferred)
{
    dtn_unit_reader *reader = dtn_check_unit_reader(model);
    return reader ? dtn_unit_reader_text(reader, var, is_inferred) : "?";
}

const char *dtn_check_unit_normal(dtn_model *model, const char *text)
{
    dtn_unit_reader *reader = dtn_check_unit_reader(model);
    return reader ? dtn_unit_reader_normal(reader, text) : "?";
}
