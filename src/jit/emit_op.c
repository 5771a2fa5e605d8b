/* Plain instructions: dst of operands a, b, c, lane by lane.
 *
 * + - * / sqrt, comparisons and selections are IEEE operations and no flag allows LLVM to change
 * one into another. Values that are 1 or 0 keep their mask beside them, so that a selection
 * that follows needs no comparison. exp is inlined (emit_exp.c), other functions are calls of those behind
 * the interpreter's table, with vectors in registers. Tables: emit_table.c.
 */
#include "jit/inner.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

typedef LLVMValueRef value;

value dtn_emit_intrinsic(dtn_emit *e, const char *name, value *args, uint32_t n, bool of_vector)
{
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMTypeRef type = LLVMTypeOf(args[0]);
    value fn = LLVMGetIntrinsicDeclaration(e->module, id, &type, of_vector ? 1 : 0);
    return LLVMBuildCall2(e->b, LLVMGlobalGetValueType(fn), fn, args, n, "");
}

static value one_or_zero(dtn_emit *e, value mask)
{
    return LLVMBuildSelect(e->b, mask, dtn_emit_splat(e, 1), dtn_emit_splat(e, 0), "");
}

static value absolute(dtn_emit *e, value a)
{
    return dtn_emit_intrinsic(e, "llvm.fabs", &a, 1, true);
}

/* Without an instruction for it (SSE2), as dtn_trunc does it. */
static value truncated(dtn_emit *e, value a)
{
    if (e->jit->isa >= DTN_ISA_AVX || e->jit->isa == DTN_ISA_SCALAR)
        return dtn_emit_intrinsic(e, "llvm.trunc", &a, 1, true);
    value big = dtn_emit_splat(e, 0x1p52), size = absolute(e, a);
    value near = LLVMBuildFSub(e->b, LLVMBuildFAdd(e->b, size, big, ""), big, "");
    near = LLVMBuildSelect(e->b, LLVMBuildFCmp(e->b, LLVMRealOLT, size, big, ""), near, size, "");
    value less = LLVMBuildFSub(e->b, near, dtn_emit_splat(e, 1), "");
    value t =
        LLVMBuildSelect(e->b, LLVMBuildFCmp(e->b, LLVMRealOGT, near, size, ""), less, near, "");
    value args[] = {t, a};
    return dtn_emit_intrinsic(e, "llvm.copysign", args, 2, true);
}

static value floored(dtn_emit *e, value a)
{
    value t = truncated(e, a), less = LLVMBuildFSub(e->b, t, dtn_emit_splat(e, 1), "");
    return LLVMBuildSelect(e->b, LLVMBuildFCmp(e->b, LLVMRealOGT, t, a, ""), less, t, "");
}

static value rounded(dtn_emit *e, value a)
{
    value t = truncated(e, a);
    value rest = absolute(e, LLVMBuildFSub(e->b, a, t, ""));
    value away = LLVMBuildFCmp(e->b, LLVMRealOGE, rest, dtn_emit_splat(e, 0.5), "");
    value args[] = {LLVMBuildFAdd(e->b, absolute(e, t), one_or_zero(e, away), ""), a};
    return dtn_emit_intrinsic(e, "llvm.copysign", args, 2, true);
}

/* ---- Functions of the table ---------------------------------------------------------------- */

/* On a vector in registers. */
static dtn_register_fn register_function(const dtn_math_registers *t, uint32_t op)
{
    switch (op) {
    case DTN_I_LN: return t->log;
    case DTN_I_LOG10: return t->log10;
    case DTN_I_SIN: return t->sin;
    case DTN_I_COS: return t->cos;
    case DTN_I_TAN: return t->tan;
    case DTN_I_ARCSIN: return t->asin;
    case DTN_I_ARCCOS: return t->acos;
    case DTN_I_ARCTAN: return t->atan;
    case DTN_I_SINH: return t->sinh;
    case DTN_I_COSH: return t->cosh;
    case DTN_I_TANH: return t->tanh;
    case DTN_I_POW: return t->pow;
    default: return NULL;
    }
}

/* On rows in memory. */
static const void *function_of(const dtn_math *t, uint32_t op)
{
    switch (op) {
    case DTN_I_NORMAL_QUANTILE: return (const void *)(uintptr_t)t->normal_quantile;
    case DTN_I_FMOD:
    case DTN_I_MODULO: return (const void *)(uintptr_t)t->fmod;
    default: return NULL;
    }
}

static value lane_numbers(dtn_emit *e, uint32_t first, uint32_t n)
{
    value at[DTN_JIT_VECTOR];
    for (uint32_t i = 0; i < n; i++)
        at[i] = LLVMConstInt(e->i32, first + i, false);
    return LLVMConstVector(at, n);
}

/* Lanes [first, first + width) of v; one lane is a scalar. */
static value part_of(dtn_emit *e, value v, uint32_t first, uint32_t width)
{
    if (width == DTN_JIT_VECTOR)
        return v;
    if (width == 1)
        return LLVMBuildExtractElement(e->b, v, dtn_emit_i64(e, first), "");
    return LLVMBuildShuffleVector(e->b, v, LLVMGetPoison(e->vec), lane_numbers(e, first, width),
                                  "");
}

static value with_part(dtn_emit *e, value all, value part, uint32_t first, uint32_t width)
{
    if (width == DTN_JIT_VECTOR)
        return part;
    for (uint32_t i = 0; i < width; i++) {
        value one = width == 1 ? part : LLVMBuildExtractElement(e->b, part, dtn_emit_i64(e, i), "");
        all = LLVMBuildInsertElement(e->b, all, one, dtn_emit_i64(e, first + i), "");
    }
    return all;
}

static void is_pure(dtn_emit *e, value call)
{
    static const char *const names[] = {"nounwind", "willreturn", "memory"}; /* memory(none): 0 */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unsigned kind = LLVMGetEnumAttributeKindForName(names[i], strlen(names[i]));
        LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex,
                                 LLVMCreateEnumAttribute(e->context, kind, 0));
    }
}

/* One vector through a function that takes `width` lanes at a time. */
static value call_in_registers(dtn_emit *e, dtn_register_fn fn, uint32_t width, uint32_t n_arg,
                               value a, value b)
{
    LLVMTypeRef of = width == 1 ? e->f64 : LLVMVectorType(e->f64, width), types[] = {of, of};
    LLVMTypeRef type = LLVMFunctionType(of, types, n_arg, false);
    value out = LLVMGetPoison(e->vec);
    for (uint32_t i = 0; i < DTN_JIT_VECTOR; i += width) {
        value args[] = {part_of(e, a, i, width), n_arg > 1 ? part_of(e, b, i, width) : NULL};
        value call = LLVMBuildCall2(e->b, type, dtn_emit_pointer(e, (const void *)(uintptr_t)fn),
                                    args, n_arg, "");
        is_pure(e, call);
        out = with_part(e, out, call, i, width);
    }
    return out;
}

static value scratch_at(dtn_emit *e, uint32_t argument, uint32_t vector)
{
    size_t lanes = DTN_JIT_VECTOR * (size_t)(DTN_JIT_UNROLL * argument + vector);
    value at = dtn_emit_i64(e, offsetof(dtn_jit_frame, scratch) + lanes * sizeof(double));
    return LLVMBuildInBoundsGEP2(e->b, LLVMInt8TypeInContext(e->context), e->frame, &at, 1, "");
}

static void call_function(dtn_emit *e, const dtn_ins *x, const void *fn, uint32_t n_arg,
                          dtn_lanes a, dtn_lanes b, dtn_lanes out)
{
    const uint32_t n = e->jit->n_vector;
    value args[4] = {dtn_emit_i64(e, e->jit->group), scratch_at(e, 0, 0)};
    LLVMTypeRef types[] = {e->i64, e->ptr, e->ptr, e->ptr};
    for (uint32_t u = 0; u < n; u++) {
        dtn_emit_store(e, a[u], scratch_at(e, 0, u));
        if (n_arg == 2)
            dtn_emit_store(e, b[u], scratch_at(e, 1, u));
    }
    if (n_arg == 2)
        args[2] = scratch_at(e, 1, 0);
    args[n_arg + 1] = args[1];
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(e->context), types, n_arg + 2, false);
    LLVMBuildCall2(e->b, type, dtn_emit_pointer(e, fn), args, n_arg + 2, "");
    for (uint32_t u = 0; u < n; u++)
        out[u] = dtn_emit_load(e, scratch_at(e, 0, u));
    (void)x;
}

/* ---- The whole --------------------------------------------------------------------------------- */

static value compare(dtn_emit *e, uint32_t op, value a, value b)
{
    static const LLVMRealPredicate of[] = {LLVMRealOLT, LLVMRealOLE, LLVMRealOGT,
                                           LLVMRealOGE, LLVMRealOEQ, LLVMRealUNE};
    return LLVMBuildFCmp(e->b, of[op - DTN_I_LT], a, b, "");
}

static value logical(dtn_emit *e, uint32_t op, value a, value b)
{
    if (op == DTN_I_NOT)
        return LLVMBuildNot(e->b, a, "");
    return op == DTN_I_AND ? LLVMBuildAnd(e->b, a, b, "") : LLVMBuildOr(e->b, a, b, "");
}

static value quantum(dtn_emit *e, value a, value b)
{
    value q = LLVMBuildFMul(e->b, b, truncated(e, LLVMBuildFDiv(e->b, a, b, "")), "");
    value whole = LLVMBuildFCmp(e->b, LLVMRealOLE, b, dtn_emit_splat(e, 0), "");
    return LLVMBuildSelect(e->b, whole, a, q, "");
}

static value x_if_divided_by_zero(dtn_emit *e, value a, value b, value c)
{
    value small = LLVMBuildFCmp(e->b, LLVMRealOLT, absolute(e, b), dtn_emit_splat(e, 1e-6), "");
    return LLVMBuildSelect(e->b, small, c, LLVMBuildFDiv(e->b, a, b, ""), "");
}

static value arithmetic(dtn_emit *e, const dtn_ins *x, value a, value b, value c, uint32_t vector)
{
    LLVMBuilderRef g = e->b;
    switch ((dtn_opcode)x->op) {
    case DTN_I_COPY: return a;
    case DTN_I_NEG: return LLVMBuildFNeg(g, a, "");
    case DTN_I_ADD: return LLVMBuildFAdd(g, a, b, "");
    case DTN_I_SUB: return LLVMBuildFSub(g, a, b, "");
    case DTN_I_MUL: return LLVMBuildFMul(g, a, b, "");
    case DTN_I_DIV: return dtn_emit_divide(e, x->b, a, b, vector);
    case DTN_I_MIN: return LLVMBuildSelect(g, LLVMBuildFCmp(g, LLVMRealOLT, a, b, ""), a, b, "");
    case DTN_I_MAX: return LLVMBuildSelect(g, LLVMBuildFCmp(g, LLVMRealOGT, a, b, ""), a, b, "");
    case DTN_I_ABS: return absolute(e, a);
    case DTN_I_EXP: return dtn_emit_exp(e, a);
    case DTN_I_SQRT: return dtn_emit_intrinsic(e, "llvm.sqrt", &a, 1, true);
    case DTN_I_FLOOR: return floored(e, a);
    case DTN_I_TRUNC: return truncated(e, a);
    case DTN_I_ROUND: return rounded(e, a);
    case DTN_I_QUANTUM: return quantum(e, a, b);
    case DTN_I_XIDZ: return x_if_divided_by_zero(e, a, b, c);
    case DTN_I_LOOKUP:
        return dtn_emit_look_up(e, &e->p->tables[x->b], a, x->aux == DTN_LOOKUP_MODE_EXTRAPOLATE);
    default: return NULL;
    }
}

static bool is_truth(uint32_t op) { return op >= DTN_I_LT && op <= DTN_I_NOT; }

static void emit_truth(dtn_emit *e, const dtn_ins *x)
{
    const bool is_comparison = x->op <= DTN_I_NE;
    dtn_lanes a, b = {0}, out, masks;
    if (is_comparison)
        dtn_emit_read(e, x->a, a);
    else
        dtn_emit_masks(e, x->a, a);
    if (is_comparison)
        dtn_emit_read(e, x->b, b);
    else if (x->op != DTN_I_NOT)
        dtn_emit_masks(e, x->b, b);
    for (uint32_t u = 0; u < e->jit->n_vector; u++) {
        masks[u] = e->is_dry ? NULL
                             : (is_comparison ? compare(e, x->op, a[u], b[u])
                                              : logical(e, x->op, a[u], b[u]));
        out[u] = e->is_dry ? NULL : one_or_zero(e, masks[u]);
    }
    dtn_emit_write(e, x->dst, out, masks);
}

static void emit_select(dtn_emit *e, const dtn_ins *x)
{
    dtn_lanes test, b, c, out;
    dtn_emit_masks(e, x->a, test);
    dtn_emit_read(e, x->b, b);
    dtn_emit_read(e, x->c, c);
    for (uint32_t u = 0; u < e->jit->n_vector; u++)
        out[u] = e->is_dry ? NULL : LLVMBuildSelect(e->b, test[u], b[u], c[u], "");
    dtn_emit_write(e, x->dst, out, NULL);
}

void dtn_emit_op(dtn_emit *e, const dtn_ins *x)
{
    const dtn_math *table = dtn_math_get(e->jit->isa);
    const void *fn = function_of(table, x->op);
    const dtn_register_fn in_registers = register_function(&table->registers, x->op);
    dtn_lanes a = {0}, b = {0}, c = {0}, out = {0};
    if (is_truth(x->op)) {
        emit_truth(e, x);
        return;
    }
    if (x->op == DTN_I_SELECT) {
        emit_select(e, x);
        return;
    }
    bool two = dtn_jit_is_slot(x, 2);
    dtn_emit_read(e, x->a, a);
    if (two)
        dtn_emit_read(e, x->b, b);
    if (dtn_jit_is_slot(x, 3))
        dtn_emit_read(e, x->c, c);
    if (fn && !e->is_dry)
        call_function(e, x, fn, two ? 2 : 1, a, b, out);
    for (uint32_t u = 0; u < e->jit->n_vector && !fn && !e->is_dry; u++)
        out[u] = in_registers ? call_in_registers(e, in_registers, (uint32_t)table->registers.width,
                                                  two ? 2 : 1, a[u], b[u])
                              : arithmetic(e, x, a[u], b[u], c[u], u);
    dtn_emit_write(e, x->dst, out, NULL);
}
