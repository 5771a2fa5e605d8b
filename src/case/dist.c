/* Distributions of parameters, by inversion: value = quantile(u), non-decreasing in u.
 *
 * The parameters of each stand in dtn_dist.p in the order of docs/case-format.md. A lognormal
 * is given by its median and the factor from there to its 95th percentile, which a person can
 * judge; its sigma is log(factor) / 1.6449.
 *
 * Draws outside a parameter's range are clipped; the share that this meets is found by
 * bisection on the quantile function and told as a warning.
 */
#include <math.h>

#include "case/reader.h"
#include "num/num.h"

#define Z95 1.6448536269514722 /* standard normal quantile of 0.95 */
#define CLIP_SHARE 0.001       /* fewer clipped draws than this are not worth a warning */

double dtn_dist_quantile(const dtn_dist *d, double u)
{
    const double *p = d->p;
    switch (d->kind) {
    case DTN_DIST_UNIFORM: return p[0] + u * (p[1] - p[0]);
    case DTN_DIST_TRIANGULAR: return dtn_triangular_quantile(u, p[0], p[1], p[2]);
    case DTN_DIST_NORMAL: return p[0] + p[1] * dtn_normal_quantile(u);
    case DTN_DIST_LOGNORMAL: return p[0] * dtn_exp(dtn_log(p[1]) / Z95 * dtn_normal_quantile(u));
    case DTN_DIST_BETA: return p[2] + (p[3] - p[2]) * dtn_beta_quantile(u, p[0], p[1]);
    case DTN_DIST_FIXED: break;
    }
    return p[0];
}

double dtn_dist_level(const dtn_dist *d, uint32_t i, uint32_t n)
{
    const bool has_ends = d->kind != DTN_DIST_NORMAL && d->kind != DTN_DIST_LOGNORMAL;
    if (!has_ends || n < 2)
        return dtn_dist_quantile(d, (i + 0.5) / n);
    const double low = dtn_dist_quantile(d, 0), high = dtn_dist_quantile(d, 1);
    return i + 1 < n ? low + (high - low) * i / (n - 1) : high;
}

/* Share of draws below x (at or below, where the value has mass). */
static double share_below(const dtn_dist *d, double x)
{
    double low = 0, high = 1;
    for (int i = 0; i < 40; i++) {
        const double mid = low + (high - low) / 2;
        if (dtn_dist_quantile(d, mid) < x)
            low = mid;
        else
            high = mid;
    }
    return low;
}

double dtn_dist_share_outside(const dtn_dist *d, double low, double high)
{
    const double below = isnan(low) ? 0 : share_below(d, low);
    const double above = isnan(high) ? 0 : 1 - share_below(d, nextafter(high, (double)INFINITY));
    const double share = below + above;
    return share > CLIP_SHARE ? share : 0;
}

void dtn_case_check_ranges(dtn_case_reader *r)
{
    for (size_t i = 0; i < r->c->n_parameter; i++) {
        const dtn_case_parameter *p = &r->c->parameters[i];
        const double share = dtn_dist_share_outside(&p->dist, p->low, p->high);
        if (share > 0 && p->dist.kind == DTN_DIST_FIXED)
            dtn_diags_add(r->diags, 604, p->pos, "widen the range or change the value",
                          "the fixed value of `%s` lies outside its range", p->name);
        else if (share > 0)
            dtn_diags_add_as(r->diags, DTN_WARNING, 604, p->pos,
                             "narrow the distribution or widen the range",
                             "%.3g %% of the draws of `%s` lie outside its range and are clipped",
                             100 * share, p->name);
    }
}
