/* exp, inlined: a call would cost more than it, since no vector register survives a call.
 *
 * The operations are those of src/num/exp_core.h in the same order, so the bits are those of the interpreter's
 * table. Arguments whose result is 0 or infinite are set to 0 before and the result after, and those near 0, whose
 * powers would underflow, are set to 0 too, so that the processor notes no event for them (divide.c).
 */
#include "jit/inner.h"

#include "num/exp_numbers.h"

#include <math.h>

typedef LLVMValueRef value;

static value times(dtn_emit *e, value a, value b) { return LLVMBuildFMul(e->b, a, b, ""); }
static value plus(dtn_emit *e, value a, value b) { return LLVMBuildFAdd(e->b, a, b, ""); }

/* a x + b, in two roundings. */
static value linear(dtn_emit *e, value a, value x, value b) { return plus(e, times(e, x, a), b); }

static value splat_bits(dtn_emit *e, uint64_t n)
{
    value all[DTN_JIT_VECTOR];
    for (int i = 0; i < DTN_JIT_VECTOR; i++)
        all[i] = dtn_emit_i64(e, n);
    return LLVMConstVector(all, DTN_JIT_VECTOR);
}

/* The double 2^k of vectors of k + 1023. */
static value power_of_two(dtn_emit *e, value k)
{
    return LLVMBuildBitCast(e->b, LLVMBuildShl(e->b, k, splat_bits(e, 52), ""), e->vec, "");
}

static value polynomial(dtn_emit *e, value s, value s2)
{
    static const double numbers[] = DTN_EXP_COEFFICIENTS;
    value c[sizeof numbers / sizeof *numbers], two[5];
    value s4 = times(e, s2, s2), s8 = times(e, s4, s4);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        c[i] = dtn_emit_splat(e, numbers[i]);
    for (int i = 0; i < 5; i++)
        two[i] = linear(e, c[2 * i + 1], s, c[2 * i]);
    value high = linear(e, two[3], s2, two[2]), low = linear(e, two[1], s2, two[0]);
    return linear(e, two[4], s8, linear(e, high, s4, low));
}

value dtn_emit_exp(dtn_emit *e, value argument)
{
    LLVMTypeRef words = LLVMVectorType(e->i64, DTN_JIT_VECTOR);
    value zero = LLVMConstNull(e->vec), shift = dtn_emit_splat(e, DTN_EXP_SHIFT);
    value none = LLVMBuildFCmp(e->b, LLVMRealOLT, argument, dtn_emit_splat(e, DTN_EXP_ZERO), "");
    value all = LLVMBuildFCmp(e->b, LLVMRealOGT, argument, dtn_emit_splat(e, DTN_EXP_MOST), "");
    value size = dtn_emit_intrinsic(e, "llvm.fabs", &argument, 1, true);
    value one = LLVMBuildFCmp(e->b, LLVMRealOLT, size, dtn_emit_splat(e, DTN_EXP_ONE), "");
    value is_known = LLVMBuildOr(e->b, LLVMBuildOr(e->b, none, all, ""), one, "");
    value x = LLVMBuildSelect(e->b, is_known, zero, argument, "");
    value shifted = linear(e, dtn_emit_splat(e, DTN_EXP_PER_LOG2), x, shift);
    value q = LLVMBuildFSub(e->b, shifted, shift, "");
    value s = linear(e, dtn_emit_splat(e, -DTN_EXP_LOG2_HIGH), q, x);
    s = linear(e, dtn_emit_splat(e, -DTN_EXP_LOG2_LOW), q, s);
    value s2 = times(e, s, s);
    value p = linear(e, polynomial(e, s, s2), s, dtn_emit_splat(e, 0.5));
    p = plus(e, linear(e, p, s2, s), dtn_emit_splat(e, 1));
    value whole = LLVMBuildSub(e->b, LLVMBuildBitCast(e->b, shifted, words, ""),
                               splat_bits(e, DTN_EXP_SHIFT_BITS), "");
    value half = LLVMBuildAdd(e->b, whole, splat_bits(e, 4096), "");
    half = LLVMBuildSub(e->b, LLVMBuildLShr(e->b, half, splat_bits(e, 1), ""),
                        splat_bits(e, 2048 - 1023), "");
    value rest =
        LLVMBuildSub(e->b, LLVMBuildAdd(e->b, whole, splat_bits(e, 2 * 1023), ""), half, "");
    p = times(e, times(e, p, power_of_two(e, half)), power_of_two(e, rest));
    p = LLVMBuildSelect(e->b, all, dtn_emit_splat(e, INFINITY), p, "");
    return LLVMBuildSelect(e->b, none, zero, p, "");
}
