/* Distributions whose CDF or quantile is a formula: normal, Weibull, logistic, Pareto, geometric.
 *
 * Quantiles take the uniform through log1p where u is small, so that the lower tail keeps its
 * digits. The normal CDF is an incomplete gamma function of z*z/2, which holds its relative
 * precision far out in the lower tail.
 */
#include "num/num.h"

#include <math.h>

double dtn_normal_cdf(double z)
{
    if (isnan(z))
        return z;
    double tail = 0.5 * dtn_gamma_q(0.5, 0.5 * z * z);
    return z < 0 ? tail : 1.0 - tail;
}

/* -log(1 - u) */
static double minus_log_rest(double u) { return -dtn_log1p(-u); }

static int is_unit(double u) { return u >= 0 && u <= 1; }

double dtn_weibull_quantile(double u, double shape, double scale)
{
    if (!is_unit(u) || !(shape > 0) || !(scale >= 0))
        return NAN;
    return scale * dtn_pow(minus_log_rest(u), 1.0 / shape);
}

double dtn_logistic_quantile(double u, double mean, double scale)
{
    if (!is_unit(u) || !(scale >= 0))
        return NAN;
    return mean + scale * (dtn_log(u) - dtn_log1p(-u));
}

double dtn_pareto_quantile(double u, double shape, double scale)
{
    if (!is_unit(u) || !(shape > 0) || !(scale >= 0))
        return NAN;
    return scale * dtn_exp(minus_log_rest(u) / shape);
}

double dtn_geometric_quantile(double u, double p)
{
    if (!is_unit(u) || !(p >= 0 && p <= 1))
        return NAN;
    if (p == 1 || u == 0)
        return 0;
    /* the smallest k with 1 - (1 - p)^(k + 1) >= u */
    double k = dtn_floor(minus_log_rest(u) / -dtn_log1p(-p));
    double rest = dtn_log1p(-u), per = dtn_log1p(-p);
    while (k > 0 && k * per <= rest) /* k - 1 would do */
        k--;
    while ((k + 1) * per > rest)
        k++;
    return k;
}
