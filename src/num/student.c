/* Quantiles of Student's t.
 *
 * The two tails beyond t together are I_x(n/2, 1/2) at x = n / (n + t^2) (DLMF 8.17; NIST's handbook, 1.3.6.7.2).
 * Their logarithm falls ever faster in log t, so a tangent crosses the target at or beyond the
 * solution: Newton's method comes down to it from the right, whatever the start.
 * Relative error below 1e-12 for 1 to 1e8 degrees of freedom (test_num_quantile.c).
 */
#include <math.h>

#include "num/incomplete.h"
#include "num/num.h"

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
