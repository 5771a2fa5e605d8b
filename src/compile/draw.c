/* Draws of the formats' random functions.
 *
 * X is drawn by inversion from one uniform. Bounds are kept by inversion too: u is moved into the
 * part of the unit interval that the CDF gives to the bounds, so that one uniform still makes one
 * value and the value still rises with it (for a positive stretch). Where the bounds leave the
 * distribution no probability, or none that doubles can tell apart, the bound that is nearer to the
 * distribution is the value; where the lower one is not below the upper one there are none.
 *
 * What each distribution means: docs/functions.md. Sources: Vensim reference manual, "Random
 * Functions"; XMILE 1.0 section 3.5.2; the builtins of Stella.
 */
#include "compile/draw.h"

#include <math.h>
#include <string.h>

uint64_t dtn_seeded_stream(uint64_t stream, double seed)
{
    uint64_t bits;
    if (seed == 0)
        return stream;
    memcpy(&bits, &seed, sizeof bits);
    uint64_t z = stream + bits * UINT64_C(0x9E3779B97F4A7C15); /* SplitMix64 */
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* ---- A density given as a table ------------------------------------------------------ */

static double trapezoid(const dtn_table *t, uint32_t i)
{
    return (t->x[i + 1] - t->x[i]) * (t->y[i] + t->y[i + 1]) / 2;
}

static double total_area(const dtn_table *t)
{
    double sum = 0;
    for (uint32_t i = 0; t && i + 1 < t->n; i++)
        sum += trapezoid(t, i);
    return sum;
}

/* Area of the table's segment i from its start to x. */
static double area_within(const dtn_table *t, uint32_t i, double x)
{
    double part = x - t->x[i], width = t->x[i + 1] - t->x[i];
    double y = t->y[i] + (t->y[i + 1] - t->y[i]) * part / width;
    return part * (t->y[i] + y) / 2;
}

static double table_cdf(const dtn_table *t, double x)
{
    double all = total_area(t), sum = 0;
    if (!(all > 0))
        return NAN;
    for (uint32_t i = 0; i + 1 < t->n && x > t->x[i]; i++)
        sum += x < t->x[i + 1] ? area_within(t, i, x) : trapezoid(t, i);
    return sum / all;
}

static double table_quantile(const dtn_table *t, double u)
{
    double left = u * total_area(t);
    uint32_t i = 0;
    if (!(left >= 0))
        return NAN;
    while (i + 2 < t->n && left > trapezoid(t, i))
        left -= trapezoid(t, i++);
    double width = t->x[i + 1] - t->x[i], y = t->y[i];
    double slope = width > 0 ? (t->y[i + 1] - y) / width : 0;
    if (width <= 0)
        return t->x[i];
    /* y d + slope d^2 / 2 = left, solved without cancellation */
    double root = y * y + 2 * slope * left, d = y + sqrt(root > 0 ? root : 0);
    d = d > 0 ? 2 * left / d : 0;
    return t->x[i] + (d < width ? d : width);
}

/* ---- Distributions ---------------------------------------------------------------------- */

/* Weibull "with mean 1". */
static double weibull_scale(double shape) { return dtn_exp(-dtn_lgamma(1 + 1 / shape)); }

static double quantile(dtn_draw kind, double u, const double *p, const dtn_table *t)
{
    switch (kind) {
    case DTN_DRAW_UNIFORM: return p[0] + (p[1] - p[0]) * u;
    case DTN_DRAW_NORMAL: return dtn_normal_quantile(u);
    case DTN_DRAW_LOG_OF_NORMAL: return dtn_exp(p[0] + p[1] * dtn_normal_quantile(u));
    case DTN_DRAW_EXPONENTIAL: return dtn_exponential_quantile(u, 1);
    case DTN_DRAW_GAMMA: return dtn_gamma_quantile(u, p[0], p[0]); /* scale 1: mean = shape */
    case DTN_DRAW_POISSON: return dtn_poisson_quantile(u, p[0]);
    case DTN_DRAW_BINOMIAL: return dtn_binomial_quantile(u, p[0], p[1]);
    case DTN_DRAW_NEGATIVE_BINOMIAL:
        return dtn_negative_binomial_quantile(u, p[0] * (1 - p[1]) / p[1], p[0]);
    case DTN_DRAW_TRIALS: return p[0] + quantile(DTN_DRAW_NEGATIVE_BINOMIAL, u, p, t);
    case DTN_DRAW_BETA: return dtn_beta_quantile(u, p[0], p[1]);
    case DTN_DRAW_TRIANGULAR: return dtn_triangular_quantile(u, p[0], p[1], p[2]);
    case DTN_DRAW_WEIBULL: return dtn_weibull_quantile(u, p[0], 1);
    case DTN_DRAW_WEIBULL_MEAN_1: return dtn_weibull_quantile(u, p[0], weibull_scale(p[0]));
    case DTN_DRAW_LOGISTIC: return dtn_logistic_quantile(u, 0, 1);
    case DTN_DRAW_PARETO: return dtn_pareto_quantile(u, p[0], 1);
    case DTN_DRAW_GEOMETRIC: return dtn_geometric_quantile(u, p[0]);
    case DTN_DRAW_BERNOULLI: return u > 1 - p[0] ? 1 : 0;
    case DTN_DRAW_TABLE: return t ? table_quantile(t, u) : NAN;
    default: return NAN;
    }
}

static double triangular_cdf(double x, double low, double mode, double high)
{
    if (x <= low || x >= high)
        return x <= low ? 0 : 1;
    if (x < mode)
        return (x - low) * (x - low) / ((high - low) * (mode - low));
    return 1 - (high - x) * (high - x) / ((high - low) * (high - mode));
}

static double weibull_cdf(double x, double shape, double scale)
{
    return x <= 0 ? 0 : -dtn_expm1(-dtn_pow(x / scale, shape));
}

/* Of a count: the probability of at most k failures. */
static double negative_binomial_cdf(double k, double size, double p)
{
    return k < 0 ? 0 : dtn_beta_i(size, dtn_floor(k) + 1, p);
}

static double clamp_unit(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

static double cdf(dtn_draw kind, double x, const double *p, const dtn_table *t)
{
    if (isinf(x))
        return x > 0;
    switch (kind) {
    case DTN_DRAW_UNIFORM: return clamp_unit((x - p[0]) / (p[1] - p[0]));
    case DTN_DRAW_NORMAL: return dtn_normal_cdf(x);
    case DTN_DRAW_LOG_OF_NORMAL: return x <= 0 ? 0 : dtn_normal_cdf((dtn_log(x) - p[0]) / p[1]);
    case DTN_DRAW_EXPONENTIAL: return x <= 0 ? 0 : -dtn_expm1(-x);
    case DTN_DRAW_GAMMA: return x <= 0 ? 0 : dtn_gamma_p(p[0], x);
    case DTN_DRAW_POISSON:
        /* Beyond 8 means and 40 less than 2^-60 is left (Chernoff's bound). */
        return x < 0 ? 0 : x > 8 * p[0] + 40 ? 1 : dtn_gamma_q(dtn_floor(x) + 1, p[0]);
    case DTN_DRAW_BINOMIAL: {
        double n = dtn_round(p[0]), k = dtn_floor(x);
        return k < 0 ? 0 : k >= n ? 1 : dtn_beta_i(n - k, k + 1, 1 - p[1]);
    }
    case DTN_DRAW_NEGATIVE_BINOMIAL: return negative_binomial_cdf(x, p[0], p[1]);
    case DTN_DRAW_TRIALS: return negative_binomial_cdf(x - p[0], p[0], p[1]);
    case DTN_DRAW_BETA: return x <= 0 ? 0 : x >= 1 ? 1 : dtn_beta_i(p[0], p[1], x);
    case DTN_DRAW_TRIANGULAR: return triangular_cdf(x, p[0], p[1], p[2]);
    case DTN_DRAW_WEIBULL: return weibull_cdf(x, p[0], 1);
    case DTN_DRAW_WEIBULL_MEAN_1: return weibull_cdf(x, p[0], weibull_scale(p[0]));
    case DTN_DRAW_LOGISTIC: return 1 / (1 + dtn_exp(-x));
    case DTN_DRAW_PARETO: return x <= 1 ? 0 : 1 - dtn_pow(x, -p[0]);
    case DTN_DRAW_GEOMETRIC: return x < 0 ? 0 : -dtn_expm1((dtn_floor(x) + 1) * dtn_log1p(-p[0]));
    case DTN_DRAW_BERNOULLI: return x < 0 ? 0 : x < 1 ? 1 - p[0] : 1;
    case DTN_DRAW_TABLE: return table_cdf(t, x);
    default: return NAN;
    }
}

static int is_count(dtn_draw kind)
{
    return kind == DTN_DRAW_POISSON || kind == DTN_DRAW_BINOMIAL ||
           kind == DTN_DRAW_NEGATIVE_BINOMIAL || kind == DTN_DRAW_TRIALS ||
           kind == DTN_DRAW_GEOMETRIC || kind == DTN_DRAW_BERNOULLI;
}

/* ---- The whole ------------------------------------------------------------------------------ */

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* The part of the unit interval that lies between the bounds. */
static void find_part(dtn_draw kind, double low, double high, const double *p, const dtn_table *t,
                      dtn_wide_kept *part)
{
    if (part->is_set && part->low == low && part->high == high && part->own[0] == p[0] &&
        part->own[1] == p[1] && part->own[2] == p[2])
        return;
    part->low = low;
    part->high = high;
    for (int i = 0; i < 3; i++)
        part->own[i] = p[i];
    part->from = cdf(kind, is_count(kind) ? -dtn_floor(-low) - 1 : low, p, t);
    part->to = cdf(kind, high, p, t);
    part->is_set = kind != DTN_DRAW_TABLE; /* which table may change */
}

/* X given that it lies in [low, high]. A normal beyond 0 is drawn mirrored, where its CDF keeps
 * its digits. */
static void plan_bounded(dtn_draw kind, double u, double low, double high, const double *own,
                         const dtn_table *t, dtn_wide_kept *part, dtn_wide_plan *plan)
{
    plan->is_mirrored = kind == DTN_DRAW_NORMAL && low > 0;
    if (plan->is_mirrored) {
        const double was = low;
        low = -high;
        high = -was;
        u = 1 - u;
    }
    find_part(kind, low, high, own, t, part);
    const double from = part->from, to = part->to;
    if (is_count(kind)) { /* whole numbers inside */
        low = -dtn_floor(-low);
        high = dtn_floor(high);
    }
    plan->least = low;
    plan->most = high;
    plan->from = from;
    plan->width = to - from;
    plan->u = from + u * plan->width;
    if (!(to > from)) { /* no probability inside that doubles can tell: the nearer bound */
        plan->is_certain = 1;
        plan->x = isnan(to) || isnan(from) ? NAN : from >= 0.5 ? low : high;
    }
}

dtn_wide_plan dtn_wide_plan_of(dtn_draw kind, double u, const double p[DTN_N_WIDE],
                               const dtn_table *table, dtn_wide_kept *kept)
{
    const double low = p[DTN_WIDE_LOW], high = p[DTN_WIDE_HIGH], shift = p[DTN_WIDE_SHIFT];
    const double stretch = p[DTN_WIDE_STRETCH];
    dtn_wide_plan plan = {.u = u};
    dtn_wide_kept none = {0};
    if (!(low < high) || (low == -INFINITY && high == INFINITY))
        return plan;
    plan.is_bounded = 1;
    if (stretch == 0) {
        plan.is_certain = 1; /* any X: the shift is the value */
        return plan;
    }
    const double a = (low - shift) / stretch, b = (high - shift) / stretch;
    plan_bounded(kind, u, stretch < 0 ? b : a, stretch < 0 ? a : b, p + DTN_WIDE_FIRST, table,
                 kept ? kept : &none, &plan);
    return plan;
}

double dtn_wide_value(const dtn_wide_plan *plan, double x, const double p[DTN_N_WIDE])
{
    const double shift = p[DTN_WIDE_SHIFT], stretch = p[DTN_WIDE_STRETCH];
    if (!plan->is_bounded)
        return shift + stretch * x;
    if (stretch == 0)
        return clamp(shift, p[DTN_WIDE_LOW], p[DTN_WIDE_HIGH]);
    x = plan->is_certain ? plan->x : clamp(x, plan->least, plan->most);
    return clamp(shift + stretch * (plan->is_mirrored ? -x : x), p[DTN_WIDE_LOW], p[DTN_WIDE_HIGH]);
}

double dtn_wide_quantile(dtn_draw kind, double u, const double p[DTN_N_WIDE],
                         const dtn_table *table)
{
    return quantile(kind, u, p + DTN_WIDE_FIRST, table);
}

double dtn_wide_draw(dtn_draw kind, double u, const double p[DTN_N_WIDE], const dtn_table *table)
{
    const dtn_wide_plan plan = dtn_wide_plan_of(kind, u, p, table, 0);
    return dtn_wide_value(&plan, plan.is_certain ? 0 : dtn_wide_quantile(kind, plan.u, p, table),
                          p);
}
