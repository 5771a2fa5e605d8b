/* Dimensional analysis.
 *
 * A unit is a product of base units with exponents (unit_text.c). The checker walks every equation
 * and reports at the operation where two sides do not agree, with both. What a function asks of its
 * arguments and gives is in functions.def (unit_rule.c). What is not known (a variable without unit)
 * agrees with everything: a gap is reported once, not at every use.
 *
 * The literal 0 fits any unit (MAX(0, x)); every other literal is dimensionless, as in Vensim.
 * Stocks: the rate is the stock's unit over the model's time unit.
 */
#include "check/recursion.h"
#include "check/units_inner.h"
#include "model/functions.h"

#include <math.h>
#include <string.h>

typedef dtn_unit unit;
typedef dtn_unit_checker checker;
typedef dtn_unit_side side_of;

static const unit unknown = {0};
static const unit dimensionless = {.known = true};

/* ---- Equations ------------------------------------------------------------------- */

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
    return s.x ? dtn_arena_printf(a, "'%s' is '%s' (%s)", shown(c, s.x), dtn_unit_name(c, s.u),
                                  origin(c, s.x))
               : dtn_arena_printf(a, "%s '%s'", s.words, dtn_unit_name(c, s.u));
}

bool dtn_unit_is_bare(const dtn_expr *x)
{
    if (x->kind != DTN_X_UNARY && x->kind != DTN_X_BINARY)
        return x->kind == DTN_X_NUMBER;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!dtn_unit_is_bare(x->args[i]))
            return false;
    return true;
}

/* Two names for one unit, or a number in place of a quantity, are more likely than a wrong equation. */
static const char *way_out(checker *c, side_of a, side_of b)
{
    const unit factor = dtn_unit_times(a.u, b.u, -1);
    const char *name = dtn_unit_name(c, factor);
    dtn_arena *arena = c->model->arena;
    if (a.x && a.x->kind != DTN_X_NUMBER && dtn_unit_is_bare(a.x))
        return "a number has no unit: give it a variable of its own that has one";
    if (factor.n == 2 && factor.power[0] * factor.power[1] == -1 &&
        dtn_unit_is_common(c, factor.base[0]) && dtn_unit_is_common(c, factor.base[1]))
        return dtn_arena_printf(
            arena,
            "they differ by the factor '%s', and these are different units: convert one by a constant "
            "in that unit or its reciprocal; else correct the equation, or the units of what it uses",
            name);
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

unit dtn_unit_agree(checker *c, dtn_pos pos, const char *where, side_of a, side_of b)
{
    if (!dtn_unit_same(a.u, b.u)) {
        disagree(c, pos, where, a, b);
        return unknown; /* said once: nothing further up is blamed for it */
    }
    return a.u.known && !a.u.any ? a.u : b.u;
}

void dtn_unit_expect(checker *c, const dtn_expr *x, unit u, const char *where, unit wanted,
                     const char *words)
{
    if (!dtn_unit_same(u, wanted))
        disagree(c, x->pos, where, expr_side(x, u), asked(wanted, words));
}

static void expect_plain(checker *c, const dtn_expr *x, const char *where)
{
    dtn_unit_expect(c, x, dtn_unit_of(c, x), where, dimensionless, "it must be");
}

static unit infer_var(checker *c, uint32_t id);

unit dtn_unit_of_var(checker *c, uint32_t id)
{
    return c->units[id].known ? c->units[id] : infer_var(c, id);
}

unit dtn_unit_of_power(checker *c, const dtn_expr *base, const dtn_expr *exponent)
{
    unit b = dtn_unit_of(c, base);
    expect_plain(c, exponent, "the exponent");
    double sign = 1;
    if (exponent->kind == DTN_X_UNARY && exponent->op == DTN_OP_NEG) {
        exponent = exponent->args[0];
        sign = -1;
    }
    if (b.known && b.n == 0)
        return dimensionless;
    if (exponent->kind == DTN_X_NUMBER)
        return dtn_unit_times(dimensionless, b, sign * exponent->number);
    return unknown;
}

static unit unit_of_operation(checker *c, const dtn_expr *x)
{
    if (x->kind == DTN_X_UNARY) {
        unit u = dtn_unit_of(c, x->args[0]);
        return x->op == DTN_OP_NOT ? dimensionless : u;
    }
    if (x->op == DTN_OP_POW)
        return dtn_unit_of_power(c, x->args[0], x->args[1]);
    const unit a = dtn_unit_of(c, x->args[0]), b = dtn_unit_of(c, x->args[1]);
    const side_of left = expr_side(x->args[0], a), right = expr_side(x->args[1], b);
    switch (x->op) {
    case DTN_OP_ADD: return dtn_unit_agree(c, x->pos, "a sum", left, right);
    case DTN_OP_SUB: return dtn_unit_agree(c, x->pos, "a difference", left, right);
    case DTN_OP_MOD: return dtn_unit_agree(c, x->pos, "a remainder", left, right);
    case DTN_OP_MUL: return dtn_unit_times(a, b, 1);
    case DTN_OP_DIV: return dtn_unit_times(a, b, -1);
    case DTN_OP_AND:
    case DTN_OP_OR: return dimensionless;
    default: dtn_unit_agree(c, x->pos, "a comparison", left, right); return dimensionless;
    }
}

static bool is_same_tree(const dtn_expr *a, const dtn_expr *b)
{
    if (a->kind != b->kind || a->ref != b->ref || a->id != b->id || a->op != b->op ||
        a->n_arg != b->n_arg || a->n_sub != b->n_sub ||
        (a->kind == DTN_X_NUMBER && a->number != b->number))
        return false;
    for (uint32_t p = 0; p < a->n_sub; p++)
        if (a->subs[p].kind != DTN_SUB_NAME || b->subs[p].kind != DTN_SUB_NAME ||
            strcmp(a->subs[p].key, b->subs[p].key) != 0 || a->subs[p].bang != b->subs[p].bang)
            return false;
    for (uint32_t i = 0; i < a->n_arg; i++)
        if (!is_same_tree(a->args[i], b->args[i]))
            return false;
    return a->kind == DTN_X_NUMBER || a->kind == DTN_X_NAME || a->kind == DTN_X_UNARY ||
           a->kind == DTN_X_BINARY || a->kind == DTN_X_CALL;
}

#define MOST_ZERO 1e-6 /* below it a divisor counts as zero, as in XIDZ and ZIDZ */

/* IF ABS(b) < 1e-6 THEN c ELSE a / b: the number that b is held against is zero in b's unit. */
static bool is_divisor_guarded(const dtn_expr *x)
{
    const dtn_expr *when = x->args[0], *ratio = x->args[2];
    return when->kind == DTN_X_BINARY && when->op == DTN_OP_LT &&
           when->args[0]->kind == DTN_X_CALL && when->args[0]->ref == DTN_REF_FUNC &&
           when->args[0]->id == DTN_FN_ABS && when->args[1]->kind == DTN_X_NUMBER &&
           when->args[1]->number <= MOST_ZERO && ratio->kind == DTN_X_BINARY &&
           ratio->op == DTN_OP_DIV && is_same_tree(when->args[0]->args[0], ratio->args[1]);
}

static unit unit_of_call(checker *c, const dtn_expr *x)
{
    if (x->ref == DTN_REF_FUNC && x->id == DTN_FN_IF && x->n_arg == 3 && is_divisor_guarded(x)) {
        const unit yes = dtn_unit_of(c, x->args[1]), no = dtn_unit_of(c, x->args[2]);
        return dtn_unit_agree(c, x->pos, "IF", expr_side(x->args[1], yes),
                              expr_side(x->args[2], no));
    }
    if (x->ref == DTN_REF_LOOKUP) {
        dtn_unit_of(c, x->args[0]);
        return c->units[x->id];
    }
    if (x->ref == DTN_REF_MACRO)
        return dtn_unit_of_var(c, x->id);
    return x->ref == DTN_REF_FUNC ? dtn_unit_of_function(c, x) : unknown;
}

static unit unit_of_kind(checker *c, const dtn_expr *x)
{
    switch (x->kind) {
    case DTN_X_NUMBER: return x->number == 0 ? (unit){.known = true, .any = true} : dimensionless;
    case DTN_X_NAME:
        if (x->ref == DTN_REF_VAR)
            return dtn_unit_of_var(c, x->id);
        if (x->ref == DTN_REF_TIME)
            return c->time;
        return x->ref == DTN_REF_FUNC ? dtn_unit_of_function(c, x) : dimensionless;
    case DTN_X_UNARY:
    case DTN_X_BINARY: return unit_of_operation(c, x);
    case DTN_X_CALL: return unit_of_call(c, x);
    default: return unknown;
    }
}

#define DTN_MAX_INFERENCE 200 /* variables without units in a row; further ones stay unknown */
#define DTN_MAX_INFERENCE_HEIGHT 500 /* and operators in a row: the search recurses */

unit dtn_unit_of(checker *c, const dtn_expr *x)
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
    unit u =
        x && !(x->kind == DTN_X_NUMBER || x->kind == DTN_X_ARRAY) ? dtn_unit_of(c, x) : unknown;
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
        dtn_unit_expect(c, eqn->init, dtn_unit_of(c, eqn->init), "the initial value", own,
                        "the variable is declared");
    if (!eqn->expr || number || negative)
        return; /* a constant is what its unit says */
    unit u = dtn_unit_of(c, eqn->expr);
    if (var->leak && !var->leak->fraction) /* a conveyor's leak has the share in its equation */
        dtn_unit_expect(
            c, eqn->expr, u, "the leak",
            dtn_unit_same(u, dimensionless) ? u : dtn_unit_times(dimensionless, c->time, -1),
            "a share, or a share in each time unit, is");
    else if (eqn->kind == DTN_EQN_STOCK)
        dtn_unit_expect(c, eqn->expr, u, "the rate", dtn_unit_times(own, c->time, -1),
                        "the stock's declared unit over the time unit is");
    else
        dtn_unit_expect(c, eqn->expr, u, "the equation", own, "the variable is declared");
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
    dtn_unit_add_all_synonyms(c);
    c->units = DTN_NEW_N(model->arena, unit, model->n_var);
    c->inferred = DTN_NEW_N(model->arena, unit, model->n_var);
    c->state = DTN_NEW_N(model->arena, uint8_t, model->n_var);
    c->time = model->time_units && has_units(model)
                  ? dtn_unit_read(c, model->time_units, (dtn_pos){0})
                  : unknown;
    for (size_t i = 0; i < model->n_var; i++)
        c->units[i] = dtn_unit_read(c, model->vars[i].units, model->vars[i].units_pos);
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
    const unit own = c->units[o->var], here = dtn_unit_read(c, o->units, o->units_pos);
    if (!dtn_unit_same(own, here))
        dtn_diags_add(c->diags, 304, o->units_pos,
                      "a course of action cannot change a variable's unit",
                      "the unit of '%s' is '%s' in the model, not '%s'", var->name,
                      dtn_unit_name(c, own), dtn_unit_name(c, here));
}

/* INITIAL TIME, FINAL TIME, TIME STEP and SAVEPER count in one unit, the first one's that has one. */
static void check_times(checker *c)
{
    const dtn_model *m = c->model;
    const dtn_var *first = NULL;
    for (size_t i = 0; i < m->n_var; i++) {
        const dtn_var *var = &m->vars[i];
        if (!var->is_control || !c->units[i].known)
            continue;
        first = first ? first : var;
        if (!dtn_unit_same(c->units[i], c->units[first->id]))
            dtn_diags_add(c->diags, 301, var->units_pos,
                          "give all four time constants the unit that the model's time counts in",
                          "units do not agree in the time constants: '%s' is '%s' (declared), '%s' "
                          "is '%s' (declared)",
                          var->name, dtn_unit_name(c, c->units[i]), first->name,
                          dtn_unit_name(c, c->units[first->id]));
    }
}

static void check_all(checker *c)
{
    dtn_model *m = c->model;
    dtn_repeats repeats = {.model = m, .diags = c->diags};
    check_times(c);
    for (size_t i = 0; i < m->n_var; i++) {
        const size_t told = c->diags->n;
        for (size_t k = 0; k < m->vars[i].n_eqn && !is_part(&m->vars[i]); k++)
            check_equation(c, &m->vars[i], &m->vars[i].eqns[k], m->vars[i].overlay);
        dtn_repeats_fold(&repeats, &m->vars[i], told);
    }
    for (size_t i = 0; i < m->n_override; i++)
        check_override(c, &m->overrides[i]);
    for (size_t i = 0; i < m->n_override; i++)
        for (size_t k = 0; k < m->overrides[i].n_eqn; k++)
            check_equation(c, &m->vars[m->overrides[i].var], &m->overrides[i].eqns[k],
                           m->overrides[i].overlay);
    dtn_repeats_tell(&repeats);
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
    return dtn_unit_name(c, u);
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
    return dtn_unit_name(c, dtn_unit_read(c, text, (dtn_pos){0}));
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
