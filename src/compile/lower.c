/* Lowering: ordered equations to instructions, and slots to their final places.
 *
 * An expression is walked once, children first; results stand in temporaries that are handed
 * out like a stack, so a deep expression needs as many as it is deep. Loops over elements stay
 * loops: an operand inside one is an address that moves with the loop's counter.
 * While lowering, a slot is "category, number"; when all sizes are known they are moved to the
 * layout of program.h.
 */
#include "compile/lowerer.h"

#include <math.h>

/* ---- Functions of values ---------------------------------------------------------------- */

static dtn_operand instruction(dtn_lowerer *L, dtn_opcode op, uint32_t n, dtn_expr **args,
                               dtn_operand dst)
{
    dtn_operand o[3] = {0, 0, 0}, d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    for (uint32_t i = 0; i < n; i++)
        o[i] = dtn_lower_expr(L, args[i], DTN_NONE);
    dtn_emit(L, op, 0, d, o[0], o[1], o[2]);
    L->temp_top = mark;
    return d;
}

static bool has_draw(const dtn_expr *x)
{
    if (x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC &&
        dtn_fn_table[x->id].behaviour == DTN_FNB_DRAW)
        return true;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (has_draw(x->args[i]))
            return true;
    return false;
}

/* dst = cond ? in : other, where `in` is left out when no lane needs it: a draw once a week
 * costs nothing in between. Draws are stateless, so leaving one out changes no other. */
static dtn_operand conditional(dtn_lowerer *L, const dtn_expr *cond, const dtn_expr *in,
                               const dtn_expr *other)
{
    dtn_operand d = temp(L);
    uint32_t mark = L->temp_top;
    dtn_operand no = dtn_lower_expr(L, other, DTN_NONE);
    dtn_emit(L, DTN_I_COPY, 0, d, no, 0, 0);
    dtn_operand test = dtn_lower_expr(L, cond, DTN_NONE);
    size_t skip = L->p->n_ins;
    dtn_emit(L, DTN_I_SKIP_UNLESS, 0, 0, test, 0, 0);
    dtn_operand yes = dtn_lower_expr(L, in, DTN_NONE);
    dtn_emit(L, DTN_I_SELECT, 0, d, test, yes, d);
    L->p->ins[skip].dst = (uint32_t)L->p->n_ins;
    L->temp_top = mark;
    return d;
}

static dtn_operand safediv(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    /* SAFEDIV(a, b, c = 0): c where b is 0 */
    static const dtn_expr zero = {.kind = DTN_X_NUMBER};
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand a = dtn_lower_expr(L, x->args[0], DTN_NONE),
                b = dtn_lower_expr(L, x->args[1], DTN_NONE);
    dtn_operand c = dtn_lower_expr(L, x->n_arg > 2 ? x->args[2] : &zero, DTN_NONE);
    dtn_operand is_zero = temp(L), quotient = temp(L);
    dtn_emit(L, DTN_I_EQ, 0, is_zero, b, dtn_literal(L, 0), 0);
    dtn_emit(L, DTN_I_DIV, 0, quotient, a, b, 0);
    dtn_emit(L, DTN_I_SELECT, 0, d, is_zero, c, quotient);
    L->temp_top = mark;
    return d;
}

static dtn_operand lower_log(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand a = temp(L), b = temp(L);
    dtn_emit(L, DTN_I_LN, 0, a, dtn_lower_expr(L, x->args[0], DTN_NONE), 0, 0);
    dtn_emit(L, DTN_I_LN, 0, b, dtn_lower_expr(L, x->args[1], DTN_NONE), 0, 0);
    dtn_emit(L, DTN_I_DIV, 0, d, a, b, 0);
    L->temp_top = mark;
    return d;
}

static dtn_operand zidz(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand a = dtn_lower_expr(L, x->args[0], DTN_NONE),
                b = dtn_lower_expr(L, x->args[1], DTN_NONE);
    dtn_emit(L, DTN_I_XIDZ, 0, d, a, b, dtn_literal(L, 0));
    L->temp_top = mark;
    return d;
}

/* LOOKUP AREA(table, from, to). */
static dtn_operand lookup_area(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst, from = temp(L), to = temp(L);
    uint32_t mark = L->temp_top;
    from = dtn_lower_lookup(L, x->args[0], x->args[1], DTN_LOOKUP_MODE_AREA, from);
    to = dtn_lower_lookup(L, x->args[0], x->args[2], DTN_LOOKUP_MODE_AREA, to);
    dtn_emit(L, DTN_I_SUB, 0, d, to, from, 0);
    L->temp_top = mark;
    return d;
}

/* The reading `mode` of a table between two places, in whatever order they are given (Stella:
 * F(table[, to[, from]])); left out, the table's own ends. `before` is the reading that leaves out
 * the place itself. */
static dtn_operand between(dtn_lowerer *L, const dtn_expr *x, dtn_lookup_mode mode,
                           dtn_lookup_mode before)
{
    const dtn_expr end = {.kind = DTN_X_NUMBER, .number = INFINITY, .pos = x->pos};
    const dtn_lookup_mode whole =
        mode == DTN_LOOKUP_MODE_AREA_EXTRAPOLATE ? DTN_LOOKUP_MODE_AREA_INSIDE : mode;
    dtn_operand d = temp(L), is_less = temp(L);
    if (x->n_arg < 2)
        return dtn_lower_lookup(L, x->args[0], &end, whole, d);
    dtn_operand to = dtn_lower_lookup(L, x->args[0], x->args[1], mode, temp(L));
    if (x->n_arg < 3)
        return to;
    dtn_operand from = dtn_lower_lookup(L, x->args[0], x->args[2], before, temp(L));
    dtn_operand a = from, b = to;
    if (mode != before) {
        b = dtn_lower_lookup(L, x->args[0], x->args[1], before, temp(L));
        a = dtn_lower_lookup(L, x->args[0], x->args[2], mode, temp(L));
    }
    dtn_emit(L, DTN_I_SUB, 0, d, to, from, 0);
    dtn_emit(L, DTN_I_SUB, 0, a, a, b, 0);
    dtn_emit(L, DTN_I_LT, 0, is_less, dtn_lower_expr(L, x->args[1], DTN_NONE),
             dtn_lower_expr(L, x->args[2], DTN_NONE), 0);
    dtn_emit(L, DTN_I_SELECT, 0, d, is_less, a, d);
    return d;
}

static dtn_lookup_kind kind_of_table(dtn_lowerer *L, const dtn_expr *table)
{
    dtn_operand t;
    dtn_lookup_kind kind = DTN_LOOKUP_CONTINUOUS;
    (void)dtn_table_of(L, table, &t, &kind);
    return kind;
}

/* LOOKUPAREA, LOOKUPSUM, LOOKUPMEAN of Stella. */
static dtn_operand stretch(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst, moment;
    uint32_t mark = L->temp_top;
    dtn_lookup_mode mode = DTN_LOOKUP_MODE_SUM, before = DTN_LOOKUP_MODE_SUM_BEFORE;
    if (x->id == DTN_FN_LOOKUPAREA) {
        const dtn_lookup_kind kind = kind_of_table(L, x->args[0]);
        mode = kind == DTN_LOOKUP_EXTRAPOLATE ? DTN_LOOKUP_MODE_AREA_EXTRAPOLATE
               : kind == DTN_LOOKUP_DISCRETE  ? DTN_LOOKUP_MODE_AREA_STEPS
                                              : DTN_LOOKUP_MODE_AREA_INSIDE;
        before = mode;
    }
    dtn_operand sum = between(L, x, mode, before);
    if (x->id == DTN_FN_LOOKUPMEAN) {
        moment = between(L, x, DTN_LOOKUP_MODE_MOMENT, DTN_LOOKUP_MODE_MOMENT_BEFORE);
        dtn_emit(L, DTN_I_DIV, 0, d, moment, sum, 0);
    } else {
        dtn_emit(L, DTN_I_COPY, 0, d, sum, 0, 0);
    }
    L->temp_top = mark;
    return d;
}

/* LOOKUPINV: the table's end where it has no such value, or its end segment continued. */
static dtn_operand lookup_inverse(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    const bool goes_on = kind_of_table(L, x->args[0]) == DTN_LOOKUP_EXTRAPOLATE;
    return dtn_lower_lookup(
        L, x->args[0], x->args[1],
        goes_on ? DTN_LOOKUP_MODE_INVERT_EXTRAPOLATE : DTN_LOOKUP_MODE_INVERT_HELD, dst);
}

/* LOOKUP SLOPE(table, x, mode): outside the points 0, or for mode 1 that of the end segment, or
 * for mode -1 :NA:. */
static dtn_operand lookup_slope(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst, a = temp(L), b = temp(L), c = temp(L);
    dtn_operand is_high = temp(L), is_low = temp(L);
    uint32_t mark = L->temp_top;
    a = dtn_lower_lookup(L, x->args[0], x->args[1], DTN_LOOKUP_MODE_SLOPE, a);
    b = dtn_lower_lookup(L, x->args[0], x->args[1], DTN_LOOKUP_MODE_SLOPE_EXTRAPOLATE, b);
    c = dtn_lower_lookup(L, x->args[0], x->args[1], DTN_LOOKUP_MODE_SLOPE_INSIDE, c);
    dtn_operand mode = dtn_lower_expr(L, x->args[2], DTN_NONE);
    dtn_emit(L, DTN_I_GT, 0, is_high, mode, dtn_literal(L, 0.5), 0);
    dtn_emit(L, DTN_I_LT, 0, is_low, mode, dtn_literal(L, -0.5), 0);
    dtn_emit(L, DTN_I_SELECT, 0, a, is_high, b, a);
    dtn_emit(L, DTN_I_SELECT, 0, d, is_low, c, a);
    L->temp_top = mark;
    return d;
}

static dtn_opcode plain_opcode(dtn_fn fn)
{
    switch (fn) {
    case DTN_FN_ABS: return DTN_I_ABS;
    case DTN_FN_ARCCOS: return DTN_I_ARCCOS;
    case DTN_FN_ARCSIN: return DTN_I_ARCSIN;
    case DTN_FN_ARCTAN: return DTN_I_ARCTAN;
    case DTN_FN_COS: return DTN_I_COS;
    case DTN_FN_COSH: return DTN_I_COSH;
    case DTN_FN_GAMMA_LN:
    case DTN_FN_GAMMALN: return DTN_I_LGAMMA;
    case DTN_FN_INVNORM: return DTN_I_NORMAL_QUANTILE;
    case DTN_FN_NORMAL_BELOW: return DTN_I_NORMAL_CDF;
    case DTN_FN_EXP: return DTN_I_EXP;
    case DTN_FN_INTEGER: return DTN_I_TRUNC;
    case DTN_FN_INT: return DTN_I_FLOOR;
    case DTN_FN_ROUND: return DTN_I_ROUND;
    case DTN_FN_LN: return DTN_I_LN;
    case DTN_FN_LOG10: return DTN_I_LOG10;
    case DTN_FN_MAX: return DTN_I_MAX;
    case DTN_FN_MIN: return DTN_I_MIN;
    case DTN_FN_MODULO: return DTN_I_MODULO;
    case DTN_FN_MOD: return DTN_I_FMOD;
    case DTN_FN_POWER: return DTN_I_POW;
    case DTN_FN_QUANTUM: return DTN_I_QUANTUM;
    case DTN_FN_SIN: return DTN_I_SIN;
    case DTN_FN_SINH: return DTN_I_SINH;
    case DTN_FN_SQRT: return DTN_I_SQRT;
    case DTN_FN_TAN: return DTN_I_TAN;
    case DTN_FN_TANH: return DTN_I_TANH;
    case DTN_FN_XIDZ: return DTN_I_XIDZ;
    case DTN_FN_IF: return DTN_I_SELECT;
    default: return DTN_N_OPCODE;
    }
}

static dtn_operand lower_function(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_fn fn = (dtn_fn)x->id;
    if (dtn_fn_table[fn].behaviour == DTN_FNB_DRAW)
        return dtn_lower_draw(L, x, dst);
    if (dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY ||
        ((fn == DTN_FN_MIN || fn == DTN_FN_MAX) && (x->n_arg == 1 || dtn_is_reduction(L, x))))
        return dtn_lower_array(L, x, dst);
    if (dtn_is_data_function(x->id))
        return dtn_lower_data(L, x, dst);
    switch (fn) {
    case DTN_FN_SAMPLE_IF_TRUE: return conditional(L, x->args[0], x->args[1], x->args[2]);
    case DTN_FN_IF:
        if (has_draw(x->args[1]))
            return conditional(L, x->args[0], x->args[1], x->args[2]);
        break;
    case DTN_FN_ALLOC_P:
    case DTN_FN_LOG_PROFILE:
    case DTN_FN_LOG_QUEUE:
    case DTN_FN_LOG_QUEUE_ATTRIB:
    case DTN_FN_LOG_RATE: return dtn_lower_row_function(L, x);
    case DTN_FN_LOG_AT: return dtn_lower_log(L, x, dst);
    case DTN_FN_SAFEDIV: return safediv(L, x, dst);
    case DTN_FN_LOG: return lower_log(L, x, dst);
    case DTN_FN_ZIDZ: return zidz(L, x, dst);
    case DTN_FN_LOOKUP: return dtn_lower_lookup(L, x->args[0], x->args[1], -1, dst);
    case DTN_FN_WITH_LOOKUP: return dtn_lower_lookup(L, x->args[1], x->args[0], -1, dst);
    case DTN_FN_TABXL:
    case DTN_FN_LOOKUP_EXTRAPOLATE:
        return dtn_lower_lookup(L, x->args[0], x->args[1], DTN_LOOKUP_MODE_EXTRAPOLATE, dst);
    case DTN_FN_LOOKUP_FORWARD:
        return dtn_lower_lookup(L, x->args[0], x->args[1], DTN_LOOKUP_MODE_FORWARD, dst);
    case DTN_FN_LOOKUPINV: return lookup_inverse(L, x, dst);
    case DTN_FN_LOOKUP_INVERT:
        return dtn_lower_lookup(L, x->args[0], x->args[1], DTN_LOOKUP_MODE_INVERT, dst);
    case DTN_FN_LOOKUP_AREA: return lookup_area(L, x, dst);
    case DTN_FN_LOOKUPAREA:
    case DTN_FN_LOOKUPSUM:
    case DTN_FN_LOOKUPMEAN: return stretch(L, x, dst);
    case DTN_FN_LOOKUP_SLOPE: return lookup_slope(L, x, dst);
    case DTN_FN_LOOKUP_BACKWARD:
        return dtn_lower_lookup(L, x->args[0], x->args[1], DTN_LOOKUP_MODE_BACKWARD, dst);
    default: break;
    }
    dtn_opcode op = plain_opcode(fn);
    if (op == DTN_N_OPCODE) {
        dtn_diags_add(L->c->diags, 505, x->pos, "write it out for now",
                      "the function '%s' is known but does not run yet", x->text);
        return dtn_literal(L, 0);
    }
    return instruction(L, op, x->n_arg, x->args, dst);
}

static dtn_opcode operator_opcode(dtn_op op)
{
    static const dtn_opcode table[] = {
        [DTN_OP_ADD] = DTN_I_ADD, [DTN_OP_SUB] = DTN_I_SUB,  [DTN_OP_MUL] = DTN_I_MUL,
        [DTN_OP_DIV] = DTN_I_DIV, [DTN_OP_POW] = DTN_I_POW,  [DTN_OP_MOD] = DTN_I_FMOD,
        [DTN_OP_LT] = DTN_I_LT,   [DTN_OP_LE] = DTN_I_LE,    [DTN_OP_GT] = DTN_I_GT,
        [DTN_OP_GE] = DTN_I_GE,   [DTN_OP_EQ] = DTN_I_EQ,    [DTN_OP_NE] = DTN_I_NE,
        [DTN_OP_AND] = DTN_I_AND, [DTN_OP_OR] = DTN_I_OR,    [DTN_OP_NEG] = DTN_I_NEG,
        [DTN_OP_NOT] = DTN_I_NOT, [DTN_OP_PLUS] = DTN_I_COPY};
    return table[op];
}

double dtn_number_of(const dtn_expr *x, size_t turn)
{
    if (!x)
        return NAN;
    if (x->kind == DTN_X_NUMBER)
        return x->number;
    if (x->kind == DTN_X_NA)
        return DTN_VENSIM_NA;
    if (x->kind == DTN_X_ARRAY)
        return turn < x->n_arg ? dtn_number_of(x->args[turn], 0) : NAN;
    if (x->kind == DTN_X_UNARY && x->op == DTN_OP_NEG)
        return -dtn_number_of(x->args[0], 0);
    return x->kind == DTN_X_UNARY ? dtn_number_of(x->args[0], 0) : NAN;
}

bool dtn_check_numbers(const dtn_lowerer *L, const dtn_ceqn *eqn, const dtn_expr *x)
{
    const char *name = L->c->vars[eqn->var].name;
    size_t total = 1;
    for (uint32_t l = 0; l < eqn->n_loop; l++)
        total *= eqn->full[l];
    const uint32_t last = eqn->n_loop > 1 ? eqn->full[eqn->n_loop - 1] : 0;
    const char *hint = total > 1 ? "give one number for each element"
                                 : "a decimal number has a point, 0.1, and digits are not grouped";
    if (x->n_arg != total)
        dtn_diags_add(L->c->diags, 209, x->pos, hint, "'%s' has %u numbers for %zu %s", name,
                      x->n_arg, total, total > 1 ? "elements" : "value");
    else if (last && x->n_row > 1 && x->n_arg / x->n_row != last)
        dtn_diags_add(
            L->c->diags, 209, x->pos, "a row has a number for each element of the last range",
            "'%s' has rows of %u numbers for %u elements", name, x->n_arg / x->n_row, last);
    else
        return true;
    return false;
}

/* A list of numbers as an equation: one for each turn of the loops. */
static dtn_operand lower_numbers(dtn_lowerer *L, const dtn_expr *x)
{
    dtn_index parts[DTN_MAX_DIMS];
    size_t total = 1;
    for (uint32_t l = L->eqn->n_loop; l-- > 0;) {
        parts[l] = (dtn_index){l, (int32_t)total, NULL};
        total *= L->eqn->full[l];
    }
    if (!dtn_check_numbers(L, L->eqn, x))
        return dtn_literal(L, 0);
    uint32_t first = (uint32_t)L->n_literal;
    for (size_t i = 0; i < total; i++)
        dtn_new_literal(L, dtn_number_of(x, i));
    return dtn_make_address(L, slot(DTN_CAT_LITERAL, first), L->eqn->n_loop, parts, false);
}

dtn_operand dtn_lower_expr(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    switch (x->kind) {
    case DTN_X_NUMBER: return dtn_literal(L, x->number);
    case DTN_X_NA: return dtn_literal(L, DTN_VENSIM_NA);
    case DTN_X_UNARY:
        if (x->op == DTN_OP_PLUS)
            return dtn_lower_expr(L, x->args[0], dst);
        return instruction(L, operator_opcode(x->op), 1, x->args, dst);
    case DTN_X_BINARY:
        if ((x->op == DTN_OP_EQ || x->op == DTN_OP_NE) &&
            dtn_compares_elements(L, x->args[0], x->args[1]))
            return dtn_compare_elements(L, x, dst);
        return instruction(L, operator_opcode(x->op), 2, x->args, dst);
    case DTN_X_NAME:
        if (x->ref == DTN_REF_VAR)
            return dtn_lower_var(L, x, dst);
        if (x->ref == DTN_REF_TIME)
            return slot(DTN_CAT_AUX, x->number != 0); /* 1: of the step (dtn_x_step_now) */
        if (x->ref == DTN_REF_DIM)
            return dtn_lower_dim(L, x);
        if (x->ref == DTN_REF_FUNC && dtn_fn_table[x->id].behaviour == DTN_FNB_DRAW)
            return dtn_lower_draw(L, x, dst);
        return dtn_literal(L, x->number);
    case DTN_X_CALL:
        if (x->ref == DTN_REF_LOOKUP)
            return dtn_lower_lookup(L, x, x->args[0], -1, dst);
        return lower_function(L, x, dst);
    case DTN_X_ARRAY: return lower_numbers(L, x);
    case DTN_X_STRING:
    case DTN_X_LOOKUP: break;
    case DTN_X_MISSING:
        dtn_diags_add(L->c->diags, 203, x->pos, "write the argument, or take the comma out",
                      "an argument is missing here, in the equation of '%s'",
                      L->c->vars[L->eqn->var].name);
        return dtn_literal(L, 0);
    }
    dtn_diags_add(L->c->diags, 507, x->pos, "give it an equation of its own",
                  "this cannot stand inside an equation of '%s'", L->c->vars[L->eqn->var].name);
    return dtn_literal(L, 0);
}

/* ---- Equations ----------------------------------------------------------------------------- */

static size_t emit_guard(dtn_lowerer *L, const dtn_ceqn *eqn)
{
    const dtn_cvar *v = &L->c->vars[eqn->var];
    size_t at = L->p->n_ins;
    if (L->initial || v->cat == DTN_CAT_CONST)
        return SIZE_MAX;
    if (eqn->overlay > 0) {
        dtn_emit(L, DTN_I_SKIP_OVERLAY, 0, 0, eqn->overlay, 0, 0);
        return at;
    }
    if (!v->has_override || v->n_element > 1)
        return SIZE_MAX;
    uint64_t mask = 0;
    for (size_t k = 0; k < v->n_eqn; k++)
        if (v->eqns[k]->overlay > 0)
            mask |= UINT64_C(1) << (v->eqns[k]->overlay - 1);
    DTN_PUSH(L->arena, L->p->overlay_masks, L->p->n_overlay_mask, L->cap_mask, mask);
    dtn_emit(L, DTN_I_SKIP_ANY_OVERLAY, 0, 0, (uint32_t)(L->p->n_overlay_mask - 1), 0, 0);
    return at;
}

static void emit_equation(dtn_lowerer *L, const dtn_ceqn *eqn, const dtn_expr *x, dtn_cat cat)
{
    uint32_t at[DTN_MAX_DIMS];
    const dtn_cvar *v = &L->c->vars[eqn->var];
    for (uint32_t l = 0; l < eqn->n_loop; l++)
        if (eqn->count[l] == 0)
            return;
    L->eqn = eqn;
    L->temp_top = 0;
    L->n_extra = 0;
    if (eqn->n_loop > L->p->n_loop)
        L->p->n_loop = eqn->n_loop;
    size_t guard = emit_guard(L, eqn);
    for (uint32_t l = 0; l < eqn->n_loop; l++) {
        at[l] = (uint32_t)L->p->n_ins;
        if (eqn->count[l] != 1 && !(eqn->vector_loops >> l & 1))
            dtn_emit(L, DTN_I_LOOP, 0, l, eqn->count[l], 0, 0);
    }
    dtn_operand dst =
        dtn_make_address(L, slot(cat, v->slot) + eqn->at_base, eqn->n_at, eqn->at, false);
    if (eqn->vector_loops) {
        dtn_lower_vector(L, x, dst);
    } else {
        dtn_operand value = dtn_lower_expr(L, x, dst);
        if (value != dst)
            dtn_emit(L, DTN_I_COPY, 0, dst, value, 0, 0);
    }
    for (uint32_t l = eqn->n_loop; l-- > 0;)
        if (eqn->count[l] != 1 && !(eqn->vector_loops >> l & 1))
            dtn_emit(L, DTN_I_ENDLOOP, 0, l, at[l], 0, 0);
    if (guard != SIZE_MAX)
        L->p->ins[guard].dst = (uint32_t)L->p->n_ins;
    L->eqn = NULL;
}

static void emit_initial(dtn_lowerer *L, const dtn_order *order)
{
    L->initial = true;
    for (size_t i = 0; i < order->n; i++) {
        const dtn_ceqn *eqn = order->eqns[i];
        dtn_cat cat = L->c->vars[eqn->var].cat;
        bool state = cat == DTN_CAT_STOCK || cat == DTN_CAT_HELD;
        const dtn_expr *x = state || (cat == DTN_CAT_AUX && eqn->init) ? eqn->init : eqn->expr;
        if (x)
            emit_equation(L, eqn, x, cat);
    }
    L->initial = false;
}

static void emit_sections(dtn_lowerer *L)
{
    dtn_program *p = L->p;
    dtn_order order = {0};
    if (!dtn_order_equations(L->c, true, 0, &order)) {
        dtn_tell_circles(L->c);
        return;
    }
    p->init_first = (uint32_t)p->n_ins;
    emit_initial(L, &order);
    p->init_end = (uint32_t)p->n_ins;
    p->overlay_first = DTN_NEW_N(L->arena, uint32_t, p->n_overlay + 1);
    p->overlay_end = DTN_NEW_N(L->arena, uint32_t, p->n_overlay + 1);
    for (uint32_t k = 1; k <= p->n_overlay; k++) {
        if (!dtn_order_equations(L->c, false, k, &order)) {
            dtn_tell_circles(L->c);
            return;
        }
        p->overlay_first[k - 1] = (uint32_t)p->n_ins;
        emit_initial(L, &order);
        p->overlay_end[k - 1] = (uint32_t)p->n_ins;
    }
    if (!dtn_order_equations(L->c, false, 0, &order)) {
        dtn_tell_circles(L->c);
        return;
    }
    p->step_first = (uint32_t)p->n_ins;
    for (size_t i = 0; i < order.n; i++) {
        const dtn_ceqn *eqn = order.eqns[i];
        dtn_cat cat = L->c->vars[eqn->var].cat;
        if (eqn->expr)
            emit_equation(L, eqn, eqn->expr, cat == DTN_CAT_STOCK ? DTN_CAT_DERIV : cat);
    }
    if (p->n_iteration > 0)
        dtn_emit(L, DTN_I_ITERATE, 0, 0, p->step_first, 0, 0);
    p->step_end = (uint32_t)p->n_ins;
}

void dtn_lower(dtn_compiler *c)
{
    dtn_lowerer L = {.c = c, .p = c->program, .arena = c->arena};
    L.p->n_overlay = (uint32_t)c->model->n_overlay;
    dtn_give_slots(&L);
    L.table_base = DTN_NEW_N(L.arena, uint32_t, c->n_var);
    for (uint32_t i = 0; i < c->model->n_var; i++)
        if (c->vars[i].is_lookup || dtn_has_series(&c->model->vars[i]))
            dtn_add_lookup_tables(&L, &c->vars[i], i);
    dtn_add_parameters(&L);
    emit_sections(&L);
    dtn_layout(&L);
}
