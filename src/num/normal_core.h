/** The standard normal quantile, for the scalar function and every vector kernel: the same operations in the same
 *  order, without fused multiply-add, give the same bits. Inner header of src/num.
 *
 *  With q = u - 1/2 and v = u (1 - u), the quantile over q is a function of v alone that is analytic but for v <= 0.
 *  On each octave of v a rational function of degree 6 over 6 stands for it, within 4e-17 (6e-16 with rounding); the octave is the
 *  exponent of v. So there is no branch but that to the far tails, v < 2^-17 (one uniform of 65,000), which go by
 *  Wichura's PPND16 (M. J. Wichura: Algorithm AS 241, Applied Statistics 37 (1988) 477-484; 1e-16).
 */
#ifndef DTN_NUM_NORMAL_CORE_H
#define DTN_NUM_NORMAL_CORE_H

#include <stdint.h>
#include <string.h>

#include "num/tables.h"

#define DTN_NORMAL_LEAST 0x1p-17 /* the least v of the octaves */
#define DTN_AS241_SPLIT_FAR 5.0  /* r = sqrt(-log p) above here: far tail, p < 1.4e-11 */

/** Octaves: the row of coefficients that belongs to v is numbered by the lowest four bits of its exponent. */
static inline double dtn_normal_octave(double q, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    const uint64_t row = bits >> 52 & 15;
    const uint64_t mantissa = (bits & UINT64_C(0xFFFFFFFFFFFFF)) | UINT64_C(0x3FF0000000000000);
    double t;
    memcpy(&t, &mantissa, sizeof t);
    t -= 1.0;
    const double *c = dtn_normal_rows[row];
    double above = c[0], below = c[1];
    for (int i = 2; i < 2 * DTN_NORMAL_DEGREE + 2; i += 2) {
        above = above * t + c[i];
        below = below * t + c[i + 1];
    }
    return q * above / below;
}

/** c[0] + c[1] r + ... + c[7] r^7, from the top down. */
static inline double dtn_polynomial_7(const double c[8], double r)
{
    double sum = c[7];
    for (int i = 6; i >= 0; i--)
        sum = sum * r + c[i];
    return sum;
}

/** Tail, r = sqrt(-log p) up to 5; the size of the quantile, without sign. */
static inline double dtn_as241_tail(double r)
{
    static const double above[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                    5.76949722146069140550e0,  3.64784832476320460504e0,
                                    1.27045825245236838258e0,  2.41780725177450611770e-1,
                                    2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double below[8] = {1.0,
                                    2.05319162663775882187e0,
                                    1.67638483018380384940e0,
                                    6.89767334985100004550e-1,
                                    1.48103976427480074590e-1,
                                    1.51986665636164571966e-2,
                                    5.47593808499534494600e-4,
                                    1.05075007164441684324e-9};
    return dtn_polynomial_7(above, r - 1.6) / dtn_polynomial_7(below, r - 1.6);
}

/** Far tail, r above 5. */
static inline double dtn_as241_far(double r)
{
    static const double above[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                    1.78482653991729133580e0,  2.96560571828504891230e-1,
                                    2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                    2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double below[8] = {1.0,
                                    5.99832206555887937690e-1,
                                    1.36929880922735805310e-1,
                                    1.48753612908506148525e-2,
                                    7.86869131145613259100e-4,
                                    1.84631831751005468180e-5,
                                    1.42151175831644588870e-7,
                                    2.04426310338993978564e-15};
    return dtn_polynomial_7(above, r - 5.0) / dtn_polynomial_7(below, r - 5.0);
}

/** v of u: 1 - p is rounded, so p is the smaller one for u and 1 - u alike. */
static inline double dtn_normal_v(double u)
{
    const double p = u < 1.0 - u ? u : 1.0 - u;
    return p * (1.0 - p);
}

/** The far tails, where -log p is known to the caller; p is the smaller of u and 1 - u.
 *  Ends give infinities, anything outside 0..1 NaN. */
static inline double dtn_as241(double u, double minus_log_p)
{
    if (!(u > 0.0 && u < 1.0)) {
        return u == 0.0 ? -__builtin_inf() : u == 1.0 ? __builtin_inf() : __builtin_nan("");
    }
    const double r = __builtin_sqrt(minus_log_p);
    const double z = r <= DTN_AS241_SPLIT_FAR ? dtn_as241_tail(r) : dtn_as241_far(r);
    return u < 0.5 ? -z : z;
}

#endif
