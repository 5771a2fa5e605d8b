/* Quantile functions of the continuous distributions.
 *
 * Closed forms where there are any. Gamma and beta are solved by Halley's method on the logarithm of
 * the smaller tail, in the logarithm of x, inside a bracket that is halved when a step would leave
 * it; the start is the power law at small x, or Wilson and Hilferty's cube (1931). A starting power
 * law so small that the next term does not count is returned as it is, so shapes down to 1e-3 give
 * values down to the smallest double.
 *
 * Relative error: gamma below 1e-12 for shapes 1e-3 to 1e6, beta below 1e-11 for parameters 1e-2 to
 * 1e4. Values are non-decreasing in u up to these errors: two uniforms that differ in their last few
 * bits only may come out in either order.
 */
#include <math.h>

#include "num/incomplete.h"
#include "num/num.h"

enum { MAX_STEPS = 200 }; /* Halley takes 2 to 4; halving alone would end within this */

static int is_probability(double u) { return u >= 0.0 && u <= 1.0; }

/** A mean that a distribution can have: finite and not negative; false for NaN. */
static int is_mean(double mean) { return mean >= 0.0 && mean < INFINITY; }

/** A shape, size or other parameter that must be positive and finite. */
static int is_positive(double x) { return x > 0.0 && x < INFINITY; }

double dtn_lognormal_quantile(double u, double mean, double sigma)
{
    if (!is_probability(u) || !is_mean(mean) || !(sigma >= 0.0 && sigma < INFINITY)) {
        return NAN;
    }
    if (mean == 0.0 || sigma == 0.0) {
        return mean;
    }
    /* exp(log(mean) - sigma^2 / 2 + sigma z), without the rounding of the logarithm */
    return mean * dtn_exp(sigma * (dtn_normal_quantile(u) - 0.5 * sigma));
}

double dtn_exponential_quantile(double u, double mean)
{
    if (!is_probability(u) || !is_mean(mean)) {
        return NAN;
    }
    return mean == 0.0 ? 0.0 : -dtn_log1p(-u) * mean;
}

double dtn_lomax_quantile(double u, double mean, double alpha)
{
    if (!is_probability(u) || !is_mean(mean) || !(alpha > 1.0 && alpha < INFINITY)) {
        return NAN;
    }
    if (mean == 0.0) {
        return 0.0;
    }
    /* scale (alpha - 1) mean; the survival function is (1 + x / scale)^-alpha */
    return (alpha - 1.0) * mean * dtn_expm1(-dtn_log1p(-u) / alpha);
}

double dtn_triangular_quantile(double u, double low, double mode, double high)
{
    if (!is_probability(u) || !(low <= mode && mode <= high) || !(high - low < INFINITY)) {
        return NAN;
    }
    const double width = high - low;
    if (width == 0.0) {
        return low;
    }
    const double left = (mode - low) / width, right = (high - mode) / width;
    if (u < left) {
        const double x = low + width * __builtin_sqrt(u * left);
        return x < mode ? x : mode;
    }
    const double x = high - width * __builtin_sqrt((1.0 - u) * right);
    return x > mode ? x : mode;
}

/* ---- Solving for a tail probability -------------------------------------- */

/** What is solved: the tail of one distribution against its target. The tail that is smaller at the
 *  solution is the one compared. */
typedef struct problem {
    const dtn_beta *beta; /* NULL: gamma of shape a */
    double a, norm;       /* norm: dtn_gamma_norm(a) */
    int use_upper;        /* compare the upper tail */
    double log_target;
} problem;

/** How far x is too large, in units of the logarithm of the tail, and the step down in log x that
 *  Halley's method asks for (Newton's where that would more than double it). */
static double excess(const problem *p, double x, double *step)
{
    dtn_tails t;
    double density, bend; /* dF / d log x, and the derivative of its logarithm */
    if (!p->beta) {
        t = dtn_gamma_tails(p->a, x, p->norm);
        density = p->a * t.front;
        bend = p->a - x;
    } else {
        t = dtn_beta_tails(p->beta, x, 1.0 - x);
        density = t.front / (1.0 - x);
        bend = p->beta->a - (p->beta->b - 1.0) * x / (1.0 - x);
    }
    const double tail = p->use_upper ? t.upper : t.lower;
    const double log_ratio = dtn_log(tail) - p->log_target;
    const double e = p->use_upper ? -log_ratio : log_ratio, slope = density / tail;
    const double newton = e / slope;
    const double halley = 1.0 - 0.5 * newton * (p->use_upper ? bend + slope : bend - slope);
    *step = halley > 0.5 ? newton / halley : newton;
    return e;
}

/** The solution in (low, high), from `start`; `scale` is the width of the distribution in log x, by
 *  which a step is judged small: one step further the error is of the order of its cube. */
static double solve(const problem *p, double start, double low, double high, double scale)
{
    double x = start;
    for (int i = 0; i < MAX_STEPS; i++) {
        double step;
        const double e = excess(p, x, &step);
        if (e == 0.0) {
            return x;
        }
        if (e > 0.0) {
            high = x;
        } else {
            low = x;
        }
        double next = x * dtn_exp(-step);
        if (__builtin_fabs(step) < 2e-6 * scale) {
            return next;
        }
        if (!(next > low && next < high)) {
            next = high == INFINITY ? 16.0 * low
                   : low == 0.0     ? high / 16.0
                                    : __builtin_sqrt(low) * __builtin_sqrt(high);
            if (!(next > low && next < high)) {
                return x; /* neighbouring doubles */
            }
        }
        x = next;
    }
    return x;
}

/** Below this logarithm of x the power law's next term is under 1e-17 of it. */
static const double log_negligible = -40.0;

/** Gamma with scale 1, 0 < u < 1. */
static double gamma_unit(double u, double a)
{
    const double log_power = (dtn_log(u) + dtn_lgamma1p(a)) / a; /* P = x^a / Gamma(1 + a) */
    if (log_power < log_negligible) {
        return dtn_exp(log_power);
    }
    const problem p = {NULL, a, dtn_gamma_norm(a), u > 0.5, dtn_log(u > 0.5 ? 1.0 - u : u)};
    const double root_a = __builtin_sqrt(a);
    double start = dtn_exp(log_power < 700.0 ? log_power : 700.0);
    if (start > 0.2 * (1.0 + a)) {
        const double cube = 1.0 - 1.0 / (9.0 * a) + dtn_normal_quantile(u) / (3.0 * root_a);
        const double hilferty = a * cube * cube * cube;
        start = a > 0.3 && cube > 0.2 ? hilferty
                : u > 0.5             ? 0.1 * (1.0 + a) - p.log_target
                                      : 0.2 * (1.0 + a);
    }
    return solve(&p, start, 0.0, INFINITY, 1.0 / (1.0 + root_a));
}

double dtn_gamma_quantile(double u, double mean, double shape)
{
    if (!is_probability(u) || !is_mean(mean) || !is_positive(shape)) {
        return NAN;
    }
    if (mean == 0.0 || u == 0.0) {
        return 0.0;
    }
    return u == 1.0 ? INFINITY : mean * (gamma_unit(u, shape) / shape);
}

/** The x below the mean with I_x(a, b) = target. */
static double beta_lower(double target, const dtn_beta *of)
{
    const double a = of->a, b = of->b;
    const double mean = a / (a + b);
    const double log_target = dtn_log(target);
    /* the lower tail starts as x^a over a B(a, b) */
    const double constant = a <= 1.0 ? of->log_a : dtn_lgamma1p(a) - dtn_log_gamma_step(a, b);
    const double log_power = (log_target + constant) / a;
    if (log_power + (b > 1.0 ? dtn_log(b) : 0.0) < log_negligible) {
        return dtn_exp(log_power);
    }
    const double power = dtn_exp(log_power < 0.0 ? log_power : 0.0);
    const double width = 1.0 / (1.0 + __builtin_sqrt(a));
    double start = power < mean ? power : mean;
    if (a > 2.0 && power * b > 0.5) { /* a normal step in log x from the mean */
        const double spread = __builtin_sqrt(b / (a * (a + b + 1.0)));
        start = mean * dtn_exp(spread * dtn_normal_quantile(target));
        start = start < mean ? start : mean;
    }
    const problem p = {of, a, 0.0, 0, log_target};
    /* the mean itself is past the solution, or is it but for rounding */
    return solve(&p, start, 0.0, mean * (1.0 + 1e-15), width);
}

double dtn_beta_quantile(double u, double a, double b)
{
    if (!is_probability(u) || !is_positive(a) || !is_positive(b)) {
        return NAN;
    }
    if (u == 0.0 || u == 1.0) {
        return u;
    }
    const double mean = a / (a + b);
    if (mean == 1.0) { /* all but 1e-16 of the values round to 1 */
        return 1.0;
    }
    const dtn_beta of = dtn_beta_of(a, b), swapped = {b, a, of.norm, of.log_b, of.log_a};
    const dtn_tails t = dtn_beta_tails(&of, mean, b / (a + b));
    const double x = u <= t.lower ? beta_lower(u, &of) : 1.0 - beta_lower(1.0 - u, &swapped);
    return x < 0.0 ? 0.0 : x < 1.0 ? x : 1.0;
}
