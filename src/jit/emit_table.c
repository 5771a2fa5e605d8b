/* Tables, read without branches: the segment of each lane, then the line through its ends.
 *
 * Of up to 16 segments the number is found by three comparisons at once and bisection of the quarter, or on AVX2,
 * where a permutation takes several operations, by comparing with all points at once; the figures (start, rise,
 * width, ...) by permutations of registers: of 64 bits on AVX-512, of 32 on AVX2. Elsewhere, and for longer tables,
 * each point that is reached selects the figures of its segment. The operations on x are those of dtn_look_up, so the bits are too.
 */
#include "jit/inner.h"

#include <math.h>
#include <string.h>

typedef LLVMValueRef value;

enum {
    SEGMENT_X,
    SEGMENT_Y,
    SEGMENT_RISE,
    SEGMENT_WIDTH,
    SEGMENT_RECIPROCAL, /* of the width */
    SEGMENT_AFTER,
    N_FIGURE
};

static double figure(const dtn_table *t, uint32_t i, int which)
{
    switch (which) {
    case SEGMENT_X: return t->x[i];
    case SEGMENT_Y: return t->y[i];
    case SEGMENT_RISE: return t->y[i + 1] - t->y[i];
    case SEGMENT_WIDTH: return t->x[i + 1] - t->x[i];
    case SEGMENT_RECIPROCAL: return 1 / (t->x[i + 1] - t->x[i]);
    default: return t->y[i + 1];
    }
}

static bool is_same_in_all(const dtn_table *t, int which)
{
    bool same = true;
    for (uint32_t i = 1; i + 1 < t->n; i++)
        same = same && figure(t, i, which) == figure(t, 0, which);
    return same;
}

static value point_reached(dtn_emit *e, const dtn_table *t, uint32_t i, value x)
{
    return LLVMBuildFCmp(e->b, LLVMRealOGE, x, dtn_emit_splat(e, t->x[i]), "");
}

/* ---- By permutation ------------------------------------------------------------------------ */

/* A number for each segment, by which permutations find its figures. On AVX-512 a lane of 64 bits holds that of its
 * run. On AVX2 there is a permutation of 32 bits only, of all 8 lanes at once: a number takes 32 bits, in the
 * order in which two halves of 4 lanes of 64 bits are narrowed and put back without crossing 128 bits. */
static const uint32_t narrow_order[] = {0, 2, 8, 10, 4, 6, 12, 14};
static const uint32_t widen_order[] = {0, 8, 1, 9, 4, 12, 5, 13, 2, 10, 3, 11, 6, 14, 7, 15};

enum { MOST_PERMUTED = 2 * DTN_JIT_VECTOR }; /* segments */

static bool has_permutations(const dtn_jit *jit)
{
    return jit->isa == DTN_ISA_AVX512 || jit->isa == DTN_ISA_AVX2;
}

static bool is_narrow(const dtn_emit *e) { return e->jit->isa == DTN_ISA_AVX2; }

static value shuffled(dtn_emit *e, value a, value b, const uint32_t *order, uint32_t n)
{
    value at[2 * DTN_JIT_VECTOR];
    for (uint32_t i = 0; i < n; i++)
        at[i] = LLVMConstInt(e->i32, order[i], false);
    return LLVMBuildShuffleVector(e->b, a, b, LLVMConstVector(at, n), "");
}

static value same_numbers(const dtn_emit *e, uint32_t number)
{
    value all[DTN_JIT_VECTOR];
    for (uint32_t i = 0; i < DTN_JIT_VECTOR; i++)
        all[i] = LLVMConstInt(is_narrow(e) ? e->i32 : e->i64, number, false);
    return LLVMConstVector(all, DTN_JIT_VECTOR);
}

/* `at`, NULL for 0, and `jump` more where the mask holds. */
static value moved_on(dtn_emit *e, value at, value mask, uint32_t jump)
{
    value more = same_numbers(e, jump);
    if (!is_narrow(e)) {
        value none = LLVMConstNull(LLVMTypeOf(more));
        return LLVMBuildSelect(e->b, mask, at ? LLVMBuildAdd(e->b, at, more, "") : more,
                               at ? at : none, "");
    }
    value wide = LLVMBuildSExt(e->b, mask, LLVMVectorType(e->i64, DTN_JIT_VECTOR), "");
    wide = LLVMBuildBitCast(e->b, wide, LLVMVectorType(e->i32, 2 * DTN_JIT_VECTOR), "");
    wide = shuffled(e, wide, LLVMGetPoison(LLVMTypeOf(wide)), narrow_order, DTN_JIT_VECTOR);
    more = LLVMBuildAnd(e->b, wide, more, "");
    return at ? LLVMBuildAdd(e->b, at, more, "") : more;
}

/* How many points inside the table are reached, in 64 bits a lane, then narrowed: compared with all at once, as
 * each step of a bisection waits for a permutation. */
static value counted_narrow(dtn_emit *e, const dtn_table *t, value x)
{
    LLVMTypeRef wide = LLVMVectorType(e->i64, DTN_JIT_VECTOR);
    value sums[4] = {NULL};
    for (uint32_t i = 1; i + 1 < t->n; i++) {
        value reached = LLVMBuildSExt(e->b, point_reached(e, t, i, x), wide, "");
        value *sum = &sums[i % 4];
        *sum = *sum ? LLVMBuildAdd(e->b, *sum, reached, "") : reached;
    }
    for (int n = 2; n > 0; n /= 2)
        for (int k = 0; k < n; k++)
            if (sums[k + n] && sums[k])
                sums[k] = LLVMBuildAdd(e->b, sums[k], sums[k + n], "");
            else if (sums[k + n])
                sums[k] = sums[k + n];
    value at = LLVMBuildNeg(e->b, sums[0], "");
    at = LLVMBuildBitCast(e->b, at, LLVMVectorType(e->i32, 2 * DTN_JIT_VECTOR), "");
    return shuffled(e, at, LLVMGetPoison(LLVMTypeOf(at)), narrow_order, DTN_JIT_VECTOR);
}

static uint32_t word_of(double number, int half)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return (uint32_t)(half ? bits >> 32 : bits);
}

/* 8 of the words of `all`: of each number the low (0) or the high (1) half. */
static value words_of(const dtn_emit *e, const double all[DTN_JIT_VECTOR], int half)
{
    value words[DTN_JIT_VECTOR];
    for (uint32_t i = 0; i < DTN_JIT_VECTOR; i++)
        words[i] = LLVMConstInt(e->i32, word_of(all[i], half), false);
    return LLVMConstVector(words, DTN_JIT_VECTOR);
}

static bool are_same(const double *all, uint32_t n, int half)
{
    uint32_t same = 1;
    for (uint32_t i = 0; i < n; i++)
        same += word_of(all[i], half) == word_of(all[0], half);
    return same > n;
}

/* Entry `at` of 8, or with `has_high` of 16. Round numbers have low halves of 0, which need no permutation. */
static value permuted_narrow(dtn_emit *e, const double *all, bool has_high, value at)
{
    value halves[2];
    for (int half = 0; half < 2; half++) {
        value args[] = {words_of(e, all, half), at};
        if (are_same(all, has_high ? MOST_PERMUTED : DTN_JIT_VECTOR, half)) {
            halves[half] = args[0];
            continue;
        }
        halves[half] = dtn_emit_intrinsic(e, "llvm.x86.avx2.permd", args, 2, false);
        if (!has_high)
            continue;
        args[0] = words_of(e, all + DTN_JIT_VECTOR, half);
        value high = dtn_emit_intrinsic(e, "llvm.x86.avx2.permd", args, 2, false);
        value beyond = LLVMBuildICmp(e->b, LLVMIntSGT, at, same_numbers(e, DTN_JIT_VECTOR - 1), "");
        halves[half] = LLVMBuildSelect(e->b, beyond, high, halves[half], "");
    }
    value pairs = shuffled(e, halves[0], halves[1], widen_order, 2 * DTN_JIT_VECTOR);
    return LLVMBuildBitCast(e->b, pairs, e->vec, "");
}

static value vector_of(const dtn_emit *e, const double all[DTN_JIT_VECTOR])
{
    value numbers[DTN_JIT_VECTOR];
    for (uint32_t i = 0; i < DTN_JIT_VECTOR; i++)
        numbers[i] = LLVMConstReal(e->f64, all[i]);
    return LLVMConstVector(numbers, DTN_JIT_VECTOR);
}

static value permuted(dtn_emit *e, const double all[MOST_PERMUTED], bool has_high, value at)
{
    if (is_narrow(e))
        return permuted_narrow(e, all, has_high, at);
    value low = vector_of(e, all);
    if (!has_high) {
        value args[] = {low, at};
        return dtn_emit_intrinsic(e, "llvm.x86.avx512.permvar.df.512", args, 2, false);
    }
    value args[] = {low, at, vector_of(e, all + DTN_JIT_VECTOR)};
    return dtn_emit_intrinsic(e, "llvm.x86.avx512.vpermi2var.pd.512", args, 3, false);
}

/* The start of the segment `jump` after each; behind the last infinity (NaN would be an event, divide.c). */
static void starts_after(const dtn_table *t, uint32_t jump, double all[MOST_PERMUTED])
{
    for (uint32_t i = 0; i < MOST_PERMUTED; i++)
        all[i] = jump + i + 1 < t->n ? t->x[jump + i] : (double)INFINITY;
}

static void figures(const dtn_table *t, int which, double all[MOST_PERMUTED])
{
    for (uint32_t i = 0; i < MOST_PERMUTED; i++)
        all[i] = figure(t, i < t->n - 1 ? i : t->n - 2, which);
}

/* The segment, on AVX-512 first its quarter by three points that wait for nothing, then by bisection in steps of 2
 * and 1 segments, each of which waits for a permutation; its figures by permutation. */
static void pick_permuted(dtn_emit *e, const dtn_table *t, value x, value out[N_FIGURE])
{
    const bool has_high = t->n - 1 > DTN_JIT_VECTOR;
    double all[MOST_PERMUTED];
    const uint32_t quarter = has_high ? 4 : 2;
    value at = is_narrow(e) ? counted_narrow(e, t, x) : NULL;
    for (uint32_t i = quarter; i < 4 * quarter && i + 1 < t->n && !is_narrow(e); i += quarter)
        at = moved_on(e, at, point_reached(e, t, i, x), quarter);
    for (uint32_t jump = quarter / 2; jump > 0 && !is_narrow(e); jump /= 2) {
        starts_after(t, jump, all);
        value start = at ? permuted(e, all, has_high, at) : dtn_emit_splat(e, t->x[jump]);
        value reached = LLVMBuildFCmp(e->b, LLVMRealOGE, x, start, "");
        at = moved_on(e, at, reached, jump);
    }
    for (int k = 0; k < N_FIGURE; k++) {
        if (!out[k])
            continue;
        figures(t, k, all);
        out[k] = is_same_in_all(t, k) ? dtn_emit_splat(e, all[0]) : permuted(e, all, has_high, at);
    }
}

/* ---- The value ------------------------------------------------------------------------------- */

static void pick_selected(dtn_emit *e, const dtn_table *t, value x, value out[N_FIGURE])
{
    for (int k = 0; k < N_FIGURE; k++)
        out[k] = out[k] ? dtn_emit_splat(e, figure(t, 0, k)) : NULL;
    for (uint32_t i = 1; i + 1 < t->n; i++) {
        value reached = point_reached(e, t, i, x);
        for (int k = 0; k < N_FIGURE; k++)
            if (out[k] && !is_same_in_all(t, k))
                out[k] =
                    LLVMBuildSelect(e->b, reached, dtn_emit_splat(e, figure(t, i, k)), out[k], "");
    }
}

/* dtn_look_up, of a table of one point. */
static value look_up_point(dtn_emit *e, const dtn_table *t, value x)
{
    value number = LLVMBuildFCmp(e->b, LLVMRealORD, x, x, "");
    return LLVMBuildSelect(e->b, number, dtn_emit_splat(e, t->y[0]), dtn_emit_splat(e, NAN), "");
}

static dtn_divide how_to_divide(const dtn_emit *e, const dtn_table *t)
{
    dtn_divide how = DTN_BY_POWER_OF_TWO;
    for (uint32_t i = 0; i + 1 < t->n; i++) {
        const dtn_divide this = dtn_jit_how_to_divide(e->jit, figure(t, i, SEGMENT_WIDTH));
        how = this < how ? this : how;
    }
    return how;
}

/* Is the line's value at the first point that of the point to the bit? Then what lies before may be lifted there:
 * zero times the rise is added to it, which only a -0 would not survive. */
static bool may_lift(const dtn_table *t)
{
    return t->x[0] < t->x[1] && isfinite(t->y[1] - t->y[0]) && !(t->y[0] == 0 && signbit(t->y[0]));
}

value dtn_emit_look_up(dtn_emit *e, const dtn_table *t, value x, bool extrapolate)
{
    bool has_jump = false;
    if (t->n == 1)
        return look_up_point(e, t, x);
    for (uint32_t i = 0; i + 1 < t->n; i++)
        has_jump = has_jump || t->x[i] == t->x[i + 1];
    const bool is_lifted = !extrapolate && is_narrow(e) && may_lift(t);
    if (is_lifted) { /* NaN stays */
        value first = dtn_emit_splat(e, t->x[0]);
        x = LLVMBuildSelect(e->b, LLVMBuildFCmp(e->b, LLVMRealOGT, first, x, ""), first, x, "");
    }
    const bool by_permutation = has_permutations(e->jit) && t->n > 3 && t->n - 1 <= MOST_PERMUTED;
    dtn_divide how = how_to_divide(e, t);
    if (how == DTN_BY_RECIPROCAL && by_permutation && is_narrow(e) &&
        !is_same_in_all(t, SEGMENT_RECIPROCAL))
        how = DTN_BY_DIVISION; /* the unit has time for it, permutations have not */
    value of[N_FIGURE] = {e->mem,
                          e->mem,
                          e->mem,
                          how == DTN_BY_POWER_OF_TWO ? NULL : e->mem,
                          how == DTN_BY_DIVISION ? NULL : e->mem,
                          extrapolate && has_jump ? e->mem : NULL};
    if (by_permutation)
        pick_permuted(e, t, x, of);
    else
        pick_selected(e, t, x, of);
    value v = LLVMBuildFMul(e->b, LLVMBuildFSub(e->b, x, of[SEGMENT_X], ""), of[SEGMENT_RISE], "");
    if (how == DTN_BY_DIVISION)
        v = LLVMBuildFDiv(e->b, v, of[SEGMENT_WIDTH], "");
    else if (how == DTN_BY_POWER_OF_TWO)
        v = LLVMBuildFMul(e->b, v, of[SEGMENT_RECIPROCAL], "");
    else
        v = dtn_emit_quotient(e, v, of[SEGMENT_WIDTH], of[SEGMENT_RECIPROCAL]);
    v = LLVMBuildFAdd(e->b, of[SEGMENT_Y], v, "");
    if (extrapolate && has_jump) {
        value jump = LLVMBuildFCmp(e->b, LLVMRealOEQ, of[SEGMENT_WIDTH], dtn_emit_splat(e, 0), "");
        value number = LLVMBuildFCmp(e->b, LLVMRealORD, x, x, "");
        jump = LLVMBuildAnd(e->b, jump, number, "");
        v = LLVMBuildSelect(e->b, jump, of[SEGMENT_AFTER], v, "");
    }
    if (extrapolate)
        return v;
    if (!is_lifted) {
        value before = LLVMBuildFCmp(e->b, LLVMRealOLT, x, dtn_emit_splat(e, t->x[0]), "");
        v = LLVMBuildSelect(e->b, before, dtn_emit_splat(e, t->y[0]), v, "");
    }
    return LLVMBuildSelect(e->b, point_reached(e, t, t->n - 1, x),
                           dtn_emit_splat(e, t->y[t->n - 1]), v, "");
}
