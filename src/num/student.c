/* Quantiles of Student's t.
 *
 * The two tails beyond t together are I_x(n/2, 1/2) at x = n / (n + t^2) (DLMF 8.17; NIST's handbook, 1.3.6.7.2).
 * Their logarithm falls ever faster in log t, so a tangent crosses the target at or beyond the
 * solution: Newton's method comes down to it from the right, whatever the start.
 * From 1,000 degrees on by the expansion in the normal quantile (Abramowitz and Stegun 26.7.5), whose next term is of
 * the order of 1e-13 there: a comparison asks for a quantile for each of its intervals.
 * Relative error below 1e-12 for 1 to 1e8 degrees of freedom (test_num_quantile.c).
 */
#include <math.h>

#include "num/incomplete.h"
#include "num/num.h"

static double expanded(double z, double n)
{
    const double q = z * z;
    const double of_1 = (q + 1) / 4, of_2 = ((5 * q + 16) * q + 3) / 96;
    const double of_3 = (((3 * q + 19) * q + 17) * q - 15) / 384;
    const double of_4 = ((((79 * q + 776) * q + 1482) * q - 1920) * q - 945) / 92160;
    return z * (1 + (of_1 + (of_2 + (of_3 + of_4 / n) / n) / n) / n);
}

double dtn_student_quantile(double u, double freedom)
{
    enum { MAX_STEPS = 60 }; /* three to six are taken */
    if (!(u >= 0.0 && u <= 1.0) || !(freedom > 0.0 && freedom < INFINITY)) {
        return NAN;
    }
    const double beyond = 2.0 * (u < 0.5 ? u : 1.0 - u);
    if (u == 0.5 || beyond == 0.0) {
        return u == 0.5 ? 0.0 : u < 0.5 ? -INFINITY : INFINITY;
    }
    if (freedom >= 1000.0 && beyond > 1e-6)
        return expanded(dtn_normal_quantile(u), freedom);
    const dtn_beta of = dtn_beta_of(0.5 * freedom, 0.5);
    double t = -dtn_normal_quantile(0.5 * beyond);
    for (int i = 0; i < MAX_STEPS; i++) {
        const double square = t * t, sum = freedom + square;
        const dtn_tails tails = dtn_beta_tails(&of, freedom / sum, square / sum);
        /* d log tail / d log t = -2 front / tail */
        const double step = 0.5 * tails.lower / tails.front * dtn_log(tails.lower / beyond);
        t *= dtn_exp(step);
        if (__builtin_fabs(step) < 1e-9) { /* the next is of the order of its square */
            break;
        }
    }
    return u < 0.5 ? -t : t;
}
