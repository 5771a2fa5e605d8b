/* Criteria of robustness over the combinations of hypothesis answers.
 *
 * A scenario is one combination of answers; within it an outcome's value for a profile is the
 * mean over the futures that drew it. For each outcome that has a direction, alone and never
 * netted against another:
 *
 *   maximin      the worst scenario's mean: the largest where lower is better, else the
 *                smallest. low, high: the 95 % interval of that mean.
 *   mean_regret  sum over scenarios of weight * |mean - best mean of any profile there|,
 *                the weights being the priors of the scenarios that occurred, scaled to 1.
 *                low, high: value -+ 1.96 * sqrt(sum of weight^2 * se^2), se the standard error
 *                of the paired difference to the best profile in the scenario; low >= 0.
 *
 * Scenarios without a future are left out. The definitions follow the minimax and minimax
 * regret criteria (Wald 1950, Savage 1951), the mean in place of the maximum for regret.
 */
#include "decide/aggregate.h"

#include <math.h>

#define Z975 1.959963984540054

typedef struct mean_of {
    double mean, low, high;
} mean_of;

typedef struct robust_job {
    const dtn_futures *f;
    const dtn_future_group *combos;
    dtn_comparison *cmp;
    double *scratch; /* [n_run] */
    mean_of *means;  /* [n_combo][n_profile] of the outcome at hand */
    size_t *best;    /* [n_combo] profile with the best mean */
} robust_job;

static const double *measures(const dtn_futures *f, size_t profile, size_t outcome)
{
    return f->measure + (profile * f->n_outcome + outcome) * f->n_run;
}

static void fill_means(robust_job *j, size_t outcome)
{
    const size_t n_profile = j->f->n_profile;
    const int direction = j->f->c->outcomes[outcome].direction;
    for (size_t k = 0; k < j->cmp->n_combo; k++) {
        const dtn_future_group *group = &j->combos[k];
        mean_of *means = j->means + k * n_profile;
        j->best[k] = 0;
        for (size_t p = 0; p < n_profile; p++) {
            const double *values = measures(j->f, p, outcome);
            for (size_t i = 0; i < group->cell.n; i++)
                j->scratch[i] = values[group->runs[i]];
            dtn_mean_interval(group->cell.n, j->scratch, &means[p].mean, &means[p].low,
                              &means[p].high);
            if ((means[p].mean - means[j->best[k]].mean) * direction > 0 ||
                isnan(means[j->best[k]].mean))
                j->best[k] = p;
        }
    }
}

/* Whether a scenario counts: it can occur, and did. */
static bool occurs(const robust_job *j, size_t combo, size_t profile)
{
    return j->combos[combo].cell.weight > 0 &&
           isfinite(j->means[combo * j->f->n_profile + profile].mean);
}

static dtn_robust maximin(const robust_job *j, size_t outcome, size_t profile)
{
    const int direction = j->f->c->outcomes[outcome].direction;
    dtn_robust out = {.value = (double)NAN, .low = (double)NAN, .high = (double)NAN};
    for (size_t k = 0; k < j->cmp->n_combo; k++) {
        const mean_of *m = &j->means[k * j->f->n_profile + profile];
        if (!occurs(j, k, profile) || (out.value - m->mean) * direction <= 0)
            continue;
        out.value = m->mean;
        out.low = m->low;
        out.high = m->high;
    }
    return out;
}

/* Squared standard error of the mean difference between two profiles in a scenario. */
static double square_error(const robust_job *j, size_t combo, size_t outcome, size_t a, size_t b)
{
    const double *x = measures(j->f, a, outcome), *y = measures(j->f, b, outcome);
    const dtn_future_group *group = &j->combos[combo];
    size_t n = 0;
    if (a == b)
        return 0;
    for (size_t i = 0; i < group->cell.n; i++) {
        const double d = x[group->runs[i]] - y[group->runs[i]];
        if (isfinite(d))
            j->scratch[n++] = d;
    }
    return dtn_variance(n, j->scratch) / (double)n;
}

static dtn_robust mean_regret(const robust_job *j, size_t outcome, size_t profile)
{
    double regret = 0, error = 0, weight = 0;
    for (size_t k = 0; k < j->cmp->n_combo; k++) {
        const mean_of *means = j->means + k * j->f->n_profile;
        const double w = j->combos[k].cell.weight;
        if (!occurs(j, k, profile))
            continue;
        regret += w * fabs(means[profile].mean - means[j->best[k]].mean);
        error += w * w * square_error(j, k, outcome, profile, j->best[k]);
        weight += w;
    }
    dtn_robust out = {.value = weight > 0 ? regret / weight : (double)NAN};
    const double half = Z975 * sqrt(error) / weight;
    out.low = out.value - half < 0 ? 0 : out.value - half;
    out.high = out.value + half;
    return out;
}

dtn_status dtn_robustness(const dtn_futures *f, const dtn_future_group *combos, dtn_comparison *cmp)
{
    dtn_arena *arena = cmp->arena;
    robust_job j = {.f = f, .combos = combos, .cmp = cmp};
    size_t at = 0;
    for (size_t o = 0; o < f->n_outcome; o++)
        cmp->n_robust += f->c->outcomes[o].direction ? 2 : 0;
    j.scratch = DTN_NEW_N(arena, double, f->n_run + 1);
    j.means = DTN_NEW_N(arena, mean_of, cmp->n_combo * f->n_profile);
    j.best = DTN_NEW_N(arena, size_t, cmp->n_combo);
    cmp->robust = DTN_NEW_N(arena, dtn_robust, f->n_profile * cmp->n_robust);
    for (size_t o = 0; o < f->n_outcome; o++) {
        const char *id = f->c->outcomes[o].id;
        if (!f->c->outcomes[o].direction)
            continue;
        fill_means(&j, o);
        for (size_t p = 0; p < f->n_profile; p++) {
            dtn_robust *row = cmp->robust + p * cmp->n_robust + at;
            row[0] = maximin(&j, o, p);
            row[0].criterion = dtn_arena_printf(arena, "maximin(%s)", id);
            row[1] = mean_regret(&j, o, p);
            row[1].criterion = dtn_arena_printf(arena, "mean_regret(%s)", id);
        }
        at += 2;
    }
    return DTN_OK;
}
