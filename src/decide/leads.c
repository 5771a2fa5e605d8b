/* Who leads an outcome, and who cannot be told from the leader.
 *
 * The profile with the best mean is not the best for sure: it is compared with every other one on
 * the same futures, and those whose paired 95 % interval holds zero are tied with it. The interval
 * is widened for the number of comparisons (Bonferroni), since the leader was picked by looking. That
 * to the reference is the interval of the tables, as it is: one difference has one verdict.
 */
#include "decide/aggregate.h"

#include <math.h>

static const double *measures(const dtn_futures *f, size_t profile, size_t outcome)
{
    return f->measure + (profile * f->n_outcome + outcome) * f->n_run;
}

/* The interval of the mean of a - b, over the futures that neither lost, holds zero. */
static bool is_tied(const dtn_futures *f, size_t outcome, size_t a, size_t b, double *scratch)
{
    const double *x = measures(f, a, outcome), *y = measures(f, b, outcome);
    size_t n = 0;
    for (size_t i = 0; i < f->n_run; i++) {
        const double d = x[i] - y[i];
        if (isfinite(d))
            scratch[n++] = d;
    }
    if (n < 2)
        return true;
    const dtn_moments m = dtn_moments_of(n, scratch);
    const bool is_paired = a == 0 || b == 0; /* in the tables */
    return fabs(m.mean) <= dtn_moments_half(&m, is_paired ? 1 : f->n_profile - 1);
}

static dtn_lead lead_of(const dtn_futures *f, dtn_comparison *cmp, size_t outcome, int sign,
                        double *scratch)
{
    dtn_lead lead = {.profile = SIZE_MAX};
    unsigned char *tied = DTN_NEW_N(cmp->arena, unsigned char, f->n_profile);
    double best = 0;
    lead.is_tied = tied;
    for (size_t p = 0; p < f->n_profile; p++) {
        const double mean = cmp->summary[p * f->n_outcome + outcome].mean;
        if (sign == 0 || isnan(mean) || (lead.profile != SIZE_MAX && (mean - best) * sign <= 0))
            continue;
        lead.profile = p;
        best = mean;
    }
    if (lead.profile == SIZE_MAX || f->n_profile < 2)
        return lead;
    for (size_t p = 0; p < f->n_profile; p++) {
        tied[p] = p != lead.profile && is_tied(f, outcome, lead.profile, p, scratch);
        lead.n_tied += tied[p];
    }
    return lead;
}

void dtn_find_leads(const dtn_futures *f, dtn_comparison *cmp)
{
    double *scratch = DTN_NEW_N(cmp->arena, double, f->n_run + 1);
    cmp->best = DTN_NEW_N(cmp->arena, dtn_lead, f->n_outcome + 1);
    cmp->worst = DTN_NEW_N(cmp->arena, dtn_lead, f->n_outcome + 1);
    for (size_t o = 0; o < f->n_outcome; o++) {
        const int direction = f->c->outcomes[o].direction;
        cmp->best[o] = lead_of(f, cmp, o, direction, scratch);
        cmp->worst[o] = lead_of(f, cmp, o, -direction, scratch);
    }
}
