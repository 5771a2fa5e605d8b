/** The three rational functions of Wichura's PPND16 for the standard normal quantile.
 *
 *  M. J. Wichura: Algorithm AS 241, Applied Statistics 37 (1988) 477-484; relative error about
 *  1e-16. Shared by the scalar function and every vector kernel: the same operations in the same
 *  order, without fused multiply-add, give the same bits. Inner header of src/num.
 */
#ifndef DTN_NUM_NORMAL_CORE_H
#define DTN_NUM_NORMAL_CORE_H

#define DTN_AS241_SPLIT_CENTRE 0.425 /* |u - 1/2| up to here: centre */
#define DTN_AS241_SPLIT_FAR 5.0      /* r = sqrt(-log p) above here: far tail, p < 1.4e-11 */

/** c[0] + c[1] r + ... + c[7] r^7, from the top down. */
static inline double dtn_polynomial_7(const double c[8], double r)
{
    double sum = c[7];
    for (int i = 6; i >= 0; i--)
        sum = sum * r + c[i];
    return sum;
}

/** Centre, q = u - 1/2. */
static inline double dtn_as241_centre(double q)
{
    static const double above[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                    1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                    4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                    3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double below[8] = {1.0,
                                    4.2313330701600911252e+1,
                                    6.8718700749205790830e+2,
                                    5.3941960214247511077e+3,
                                    2.1213794301586595867e+4,
                                    3.9307895800092710610e+4,
                                    2.8729085735721942674e+4,
                                    5.2264952788528545610e+3};
    const double r = 0.180625 - q * q;
    return q * dtn_polynomial_7(above, r) / dtn_polynomial_7(below, r);
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

/** The quantile where -log p is known to the caller; p is the smaller of u and 1 - u.
 *  Ends give infinities, anything outside 0..1 NaN. */
static inline double dtn_as241(double u, double minus_log_p)
{
    const double q = u - 0.5;
    if (__builtin_fabs(q) <= DTN_AS241_SPLIT_CENTRE) {
        return dtn_as241_centre(q);
    }
    if (!(u > 0.0 && u < 1.0)) {
        return u == 0.0 ? -__builtin_inf() : u == 1.0 ? __builtin_inf() : __builtin_nan("");
    }
    const double r = __builtin_sqrt(minus_log_p);
    const double z = r <= DTN_AS241_SPLIT_FAR ? dtn_as241_tail(r) : dtn_as241_far(r);
    return q < 0.0 ? -z : z;
}

#endif
