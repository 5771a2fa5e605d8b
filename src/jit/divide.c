/* Division by a number that stays the same over a run, without the division unit.
 *
 * Most divisions of a model are by its constants. With y the double nearest to 1 / b, made once,
 *
 *     q = a y        r = q b - a        a / b = q - r y        (both by fused multiply-add)
 *
 * is the correctly rounded quotient, so the bits are those of a division (Markstein 1990; Brisebarre,
 * Muller, Raina: Accelerating correctly rounded floating-point division when the divisor is known in
 * advance, IEEE Trans. Computers 53, 2004). That takes 3 multiplications where a division takes the
 * time of 10, and holds for b > 0 where nothing is infinite, overflows or loses digits near 0; a zero keeps its
 * sign. The processor notes such events in its exception flags, for nothing: an infinite dividend makes
 * r invalid, a small one makes r a denormal operand or an underflow. Whoever calls the code looks at these
 * flags and has the interpreter evaluate again, which divides (jit.c). Divisors beyond ordinary sizes
 * are not taken. A power of two is multiplied with its reciprocal, which is always exact.
 *
 * Not done here: divisors that are computed in a step, and machines without fused multiply-add.
 */
#include "jit/inner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef LLVMValueRef value;

enum { MOST_RECIPROCALS = 4096 };

/* ---- Plan ---------------------------------------------------------------------------------- */

static bool is_ordinary(double b)
{
    return b >= DTN_JIT_DIVISOR_LEAST && b <= DTN_JIT_DIVISOR_MOST;
}

static bool is_power_of_two(double b)
{
    int exponent;
    return is_ordinary(fabs(b)) && fabs(frexp(b, &exponent)) == 0.5;
}

static bool has_fma(const dtn_jit *jit) { return jit->isa >= DTN_ISA_AVX2; }

/* Are all these slots constants that are ordinary with the model's own parameters? */
static bool may_take(const dtn_jit *jit, dtn_span s, const double *mem)
{
    bool ok = s.end <= jit->p->stock0;
    for (uint32_t slot = s.first; ok && slot < s.end; slot++)
        ok = is_ordinary(mem[(size_t)slot * DTN_LANE_PAD]);
    return ok;
}

/* Where the interpreter could not evaluate again, all is divided: simultaneous equations would go on from
 * the guesses that the first evaluation made. */
static bool may_watch(const dtn_jit *jit) { return has_fma(jit) && jit->p->n_iteration == 0; }

dtn_divide dtn_jit_how_to_divide(const dtn_jit *jit, double b)
{
    if (is_power_of_two(b))
        return DTN_BY_POWER_OF_TWO;
    return may_watch(jit) && is_ordinary(b) ? DTN_BY_RECIPROCAL : DTN_BY_DIVISION;
}

static bool has_tables(const dtn_program *p)
{
    bool any = false;
    for (uint32_t i = p->step_first; i < p->step_end; i++)
        any = any || p->ins[i].op == DTN_I_LOOKUP;
    return any;
}

bool dtn_jit_find_divisors(dtn_jit *jit, const double *mem)
{
    const dtn_program *p = jit->p;
    uint32_t counts[DTN_MAX_LOOPS];
    jit->reciprocal = malloc((p->stock0 + 1) * sizeof *jit->reciprocal);
    if (!jit->reciprocal)
        return false;
    memset(jit->reciprocal, 0xff, (p->stock0 + 1) * sizeof *jit->reciprocal); /* DTN_NONE */
    for (uint32_t i = 0; i < DTN_MAX_LOOPS; i++)
        counts[i] = 1;
    for (uint32_t i = p->step_first; may_watch(jit) && i < p->step_end; i++) {
        const dtn_ins *x = &p->ins[i];
        if (x->op == DTN_I_LOOP)
            counts[x->dst] = x->a;
        if (x->op != DTN_I_DIV)
            continue;
        const dtn_span s = dtn_jit_span(p, x->b, counts, 1, 1);
        if (!(x->b & DTN_OPERAND_INDEXED) && jit->is_fixed[x->b]) {
            jit->is_watched = true; /* its reciprocal is a number of the code */
            continue;
        }
        if (s.end - s.first <= MOST_RECIPROCALS && may_take(jit, s, mem))
            for (uint32_t slot = s.first; slot < s.end; slot++)
                jit->reciprocal[slot] = 0;
    }
    /* in the order of slots, so that elements lie as those of the divisors do */
    for (uint32_t slot = 0; slot < p->stock0; slot++)
        if (jit->reciprocal[slot] == 0)
            jit->reciprocal[slot] = jit->n_reciprocal++;
    jit->is_watched = jit->is_watched || jit->n_reciprocal > 0 || (may_watch(jit) && has_tables(p));
    return true;
}

/* ---- Code ------------------------------------------------------------------------------------ */

static value fma_of(dtn_emit *e, value a, value b, value c)
{
    value args[] = {a, b, c};
    return dtn_emit_intrinsic(e, "llvm.fma", args, 3, true);
}

value dtn_emit_quotient(dtn_emit *e, value a, value b, value y)
{
    value q = LLVMBuildFMul(e->b, a, y, "");
    value r = fma_of(e, q, b, LLVMBuildFNeg(e->b, a, ""));
    return fma_of(e, LLVMBuildFNeg(e->b, r, ""), y, q);
}

static value reciprocals(dtn_emit *e)
{
    if (!e->reciprocals)
        e->reciprocals = dtn_emit_first_field(e, offsetof(dtn_jit_frame, reciprocals), e->ptr);
    return e->reciprocals;
}

/* Is it a divisor that has a reciprocal? */
static bool is_kept(const dtn_emit *e, dtn_operand o)
{
    if (o & DTN_OPERAND_INDEXED)
        o = dtn_emit_span(e, o, 1, 1).first;
    return o < e->p->stock0 && e->jit->reciprocal[o] != DTN_NONE;
}

value dtn_emit_divide(dtn_emit *e, dtn_operand divisor, value a, value b, uint32_t vector)
{
    const dtn_jit *jit = e->jit;
    if (!(divisor & DTN_OPERAND_INDEXED) && jit->is_fixed[divisor]) {
        const double x = jit->fixed[divisor];
        const dtn_divide how = dtn_jit_how_to_divide(jit, x);
        if (how == DTN_BY_POWER_OF_TWO)
            return LLVMBuildFMul(e->b, a, dtn_emit_splat(e, 1 / x), "");
        if (how == DTN_BY_RECIPROCAL && jit->is_watched)
            return dtn_emit_quotient(e, a, b, dtn_emit_splat(e, 1 / x));
    }
    if (!is_kept(e, divisor))
        return LLVMBuildFDiv(e->b, a, b, "");
    const size_t row = jit->group * sizeof(double);
    value at;
    if (divisor & DTN_OPERAND_INDEXED) {
        const uint32_t first = dtn_emit_span(e, divisor, 1, 1).first;
        at = dtn_emit_indexed(e, reciprocals(e), divisor, row,
                              ((int64_t)jit->reciprocal[first] - first) * (int64_t)row +
                                  (int64_t)(vector * DTN_JIT_VECTOR * sizeof(double)));
    } else {
        at = dtn_emit_offset(e, reciprocals(e),
                             dtn_emit_i64(e, jit->reciprocal[divisor] * row +
                                                 vector * DTN_JIT_VECTOR * sizeof(double)));
    }
    return dtn_emit_quotient(e, a, b, dtn_emit_load(e, at));
}
