/** exp of a vector of lanes, with the bits of SLEEF's (Sleef_cinz_exp*_u10, SLEEF 3.5, N. Shibata and
 *  contributors, Boost Software License): x = q log 2 + s, a polynomial of degree 11 in s, scaled by 2^q.
 *  Inlined where a call would cost more than it; the code generator emits the same operations
 *  (src/jit/emit_exp.c). Included by kernel.c, once for each instruction set.
 */
#ifndef DTN_NUM_EXP_CORE_H
#define DTN_NUM_EXP_CORE_H

#include "num/exp_numbers.h"

/** exp over 2^q; q are the lowest bits of `shifted`. */
static inline __attribute__((always_inline)) lanes exp_unscaled(lanes x, lanes shifted)
{
    static const double c[] = DTN_EXP_COEFFICIENTS;
    const lanes q = shifted - DTN_EXP_SHIFT;
    lanes s = q * -DTN_EXP_LOG2_HIGH + x;
    s = q * -DTN_EXP_LOG2_LOW + s;
    const lanes s2 = s * s, s4 = s2 * s2, s8 = s4 * s4;
    lanes p = s4 * (s2 * (s * c[7] + c[6]) + (s * c[5] + c[4])) +
              (s2 * (s * c[3] + c[2]) + (s * c[1] + c[0]));
    p = s8 * (s * c[9] + c[8]) + p;
    p = p * s + 0.5;
    return (s2 * p + s) + 1.0;
}

static inline __attribute__((always_inline)) lanes exp_of(lanes x)
{
    const lanes shifted = x * DTN_EXP_PER_LOG2 + DTN_EXP_SHIFT;
    lanes p = exp_unscaled(x, shifted);
    /* 2^q in two halves, so that results near 0 are rounded once */
    const words whole = (words)shifted - DTN_EXP_SHIFT_BITS;
    const words half = ((whole + 4096) >> 1) - 2048;
    p = p * (lanes)((half + 1023) << 52) * (lanes)((whole - half + 1023) << 52);
    p = select_lanes((truth)(x > DTN_EXP_MOST), (lanes){0} + INFINITY, p);
    return select_lanes((truth)(x < DTN_EXP_LEAST), (lanes){0}, p);
}

/** The same where |x| < 700. */
static inline __attribute__((always_inline)) lanes exp_of_small(lanes x)
{
    const lanes shifted = x * DTN_EXP_PER_LOG2 + DTN_EXP_SHIFT;
    const words whole = (words)shifted - DTN_EXP_SHIFT_BITS;
    return exp_unscaled(x, shifted) * (lanes)((whole + 1023) << 52);
}

#endif
