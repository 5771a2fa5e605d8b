/* Criteria of robustness over scenarios: combinations of hypothesis answers, or views.
 *
 * Within a scenario an outcome's value for a profile is the mean over its futures. For each
 * outcome that has a direction, alone and never netted against another:
 *
 *   maximin       the worst scenario's mean: the largest where lower is better, else the
 *                 smallest. low, high: the 95 % interval of that mean.
 *   mean_regret   sum over scenarios of weight * |mean - best mean of any profile there|,
 *                 the weights being those of the scenarios that occurred, scaled to 1.
 *                 low, high: value -+ sqrt(sum of weight^2 * half^2), half that of the width of the
 *                 interval of the paired difference to the best profile in the scenario; low >= 0.
 *   max_regret    the largest of these regrets; low, high from its own scenario's interval.
 *   share_better  weight of the scenarios in which the mean is better than the reference's. low:
 *                 of those in which the 95 % interval of the paired difference leaves zero out on
 *                 the better side; high: of those in which it does not on the worse side. Each sum
 *                 has the terms of the one before and more, so that rounding cannot turn them.
 *
 * Scenarios without a future are left out. The definitions follow the minimax and minimax
 * regret criteria (Wald 1950, Savage 1951), the mean in place of the maximum for mean_regret, and
 * the domain criterion (Starr 1963); McPhail et al. 2018 put them side by side.
 */
#include "decide/aggregate.h"

#include <math.h>

#include "decide/workers.h"

enum { N_CRITERION = 4 };

typedef struct mean_of {
    double mean, low, high;
} mean_of;

typedef struct robust_job { /* one outcome's, in one thread */
    const dtn_scenario *scenarios;
    size_t n_scenario, n_profile;
    double *scratch; /* [most futures of a scenario] */
    mean_of *means;  /* [n_scenario][n_profile] of the outcome at hand */
    size_t *best;    /* [n_scenario] profile with the best mean */
    int direction;
    size_t outcome;
} robust_job;

static const double *measures(const dtn_futures *f, size_t profile, size_t outcome)
{
    return f->measure + (profile * f->n_outcome + outcome) * f->n_run;
}

static size_t run_of(const dtn_scenario *s, size_t i) { return s->runs ? s->runs[i] : i; }

static void fill_means(robust_job *j)
{
    for (size_t k = 0; k < j->n_scenario; k++) {
        const dtn_scenario *s = &j->scenarios[k];
        mean_of *means = j->means + k * j->n_profile;
        j->best[k] = 0;
        for (size_t p = 0; p < j->n_profile; p++) {
            const double *values = measures(s->f, p, j->outcome);
            for (size_t i = 0; i < s->n; i++)
                j->scratch[i] = values[run_of(s, i)];
            dtn_mean_interval(s->n, j->scratch, &means[p].mean, &means[p].low, &means[p].high);
            if ((means[p].mean - means[j->best[k]].mean) * j->direction > 0 ||
                isnan(means[j->best[k]].mean))
                j->best[k] = p;
        }
    }
}

/* Whether a scenario counts: it can occur, and did. */
static bool occurs(const robust_job *j, size_t k, size_t profile)
{
    return j->scenarios[k].weight > 0 && isfinite(j->means[k * j->n_profile + profile].mean);
}

static dtn_robust maximin(const robust_job *j, size_t profile)
{
    dtn_robust out = {.value = (double)NAN, .low = (double)NAN, .high = (double)NAN};
    for (size_t k = 0; k < j->n_scenario; k++) {
        const mean_of *m = &j->means[k * j->n_profile + profile];
        if (!occurs(j, k, profile) || (out.value - m->mean) * j->direction <= 0)
            continue;
        out.value = m->mean;
        out.low = m->low;
        out.high = m->high;
    }
    return out;
}

/* Paired difference a - b in a scenario: its mean, and half the width of its 95 % interval. */
static double difference(const robust_job *j, size_t k, size_t a, size_t b, double *half)
{
    const dtn_scenario *s = &j->scenarios[k];
    const double *x = measures(s->f, a, j->outcome), *y = measures(s->f, b, j->outcome);
    size_t n = 0;
    double mean = 0, low = 0, high = 0;
    *half = 0;
    if (a == b)
        return 0;
    for (size_t i = 0; i < s->n; i++) {
        const double d = x[run_of(s, i)] - y[run_of(s, i)];
        if (isfinite(d))
            j->scratch[n++] = d;
    }
    dtn_mean_interval(n, j->scratch, &mean, &low, &high);
    *half = high - mean; /* NaN of one future: it tells nothing of its spread */
    return mean;
}

static double regret_of(const robust_job *j, size_t k, size_t profile)
{
    const mean_of *means = j->means + k * j->n_profile;
    return fabs(means[profile].mean - means[j->best[k]].mean);
}

static dtn_robust around(double value, double half)
{
    return (dtn_robust){
        .value = value, .low = value - half < 0 ? 0 : value - half, .high = value + half};
}

static dtn_robust mean_regret(const robust_job *j, size_t profile)
{
    double regret = 0, square = 0, weight = 0, half = 0;
    for (size_t k = 0; k < j->n_scenario; k++) {
        const double w = j->scenarios[k].weight;
        if (!occurs(j, k, profile))
            continue;
        (void)difference(j, k, profile, j->best[k], &half);
        regret += w * regret_of(j, k, profile);
        square += w * w * half * half;
        weight += w;
    }
    return around(weight > 0 ? regret / weight : (double)NAN, sqrt(square) / weight);
}

static dtn_robust max_regret(const robust_job *j, size_t profile)
{
    double regret = (double)NAN, half = 0;
    for (size_t k = 0; k < j->n_scenario; k++) {
        if (!occurs(j, k, profile) || regret >= regret_of(j, k, profile))
            continue;
        regret = regret_of(j, k, profile);
        (void)difference(j, k, profile, j->best[k], &half);
    }
    return around(regret, half);
}

/* What rounding alone makes of two equal means is no difference. */
static bool is_tie(const robust_job *j, size_t k, size_t profile, double gain)
{
    const mean_of *means = j->means + k * j->n_profile;
    return fabs(gain) <= DTN_ROUNDING * fmax(fabs(means[profile].mean), fabs(means[0].mean));
}

static dtn_robust share_better(const robust_job *j, size_t profile)
{
    double better = 0, clearly_better = 0, not_worse = 0, weight = 0, half = 0;
    for (size_t k = 0; k < j->n_scenario; k++) {
        const double w = j->scenarios[k].weight;
        if (profile == 0 || !occurs(j, k, profile) || !occurs(j, k, 0))
            continue;
        double gain = difference(j, k, profile, 0, &half) * j->direction;
        if (is_tie(j, k, profile, gain))
            gain = half = 0;
        better += gain > 0 ? w : gain < 0 ? 0 : w / 2;
        clearly_better += gain - half > 0 ? w : 0;
        not_worse += gain + half < 0 ? 0 : w;
        weight += w;
    }
    return (dtn_robust){.value = better / weight, /* 0 / 0 is NaN: the reference has none */
                        .low = clearly_better / weight,
                        .high = not_worse / weight};
}

/* The criteria in their order in robustness.csv. */
static const struct {
    const char *name;
    dtn_robust (*find)(const robust_job *j, size_t profile);
} criteria[N_CRITERION] = {{"maximin", maximin},
                           {"mean_regret", mean_regret},
                           {"max_regret", max_regret},
                           {"share_better", share_better}};

static size_t most_futures(const dtn_scenario *scenarios, size_t n)
{
    size_t most = 0;
    for (size_t k = 0; k < n; k++)
        most = scenarios[k].n > most ? scenarios[k].n : most;
    return most;
}

typedef struct all_outcomes {
    robust_job each;
    size_t most;        /* futures of a scenario */
    size_t n;           /* criteria of all outcomes */
    size_t *outcomes;   /* [n / N_CRITERION] those with a direction */
    int *directions;    /* of those */
    dtn_robust *robust; /* [n_profile][n] */
} all_outcomes;

static void one_outcome(void *ctx, size_t i, void *scratch)
{
    const all_outcomes *a = ctx;
    robust_job j = a->each;
    j.outcome = a->outcomes[i];
    j.direction = a->directions[i];
    j.scratch = scratch;
    j.means = (mean_of *)(void *)(j.scratch + a->most);
    j.best = (size_t *)(void *)(j.means + j.n_scenario * j.n_profile);
    fill_means(&j);
    for (size_t k = 0; k < N_CRITERION; k++)
        for (size_t p = 0; p < j.n_profile; p++) {
            dtn_robust *to = &a->robust[p * a->n + i * N_CRITERION + k];
            const char *name = to->criterion;
            *to = criteria[k].find(&j, p);
            to->criterion = name;
        }
}

dtn_status dtn_robustness(const dtn_case *c, const dtn_scenario *scenarios, size_t n_scenario,
                          size_t n_profile, uint32_t n_thread, dtn_arena *arena, dtn_robust **out,
                          size_t *n_out)
{
    all_outcomes a = {
        .each = {.scenarios = scenarios, .n_scenario = n_scenario, .n_profile = n_profile},
        .most = most_futures(scenarios, n_scenario)};
    size_t n = 0;
    a.outcomes = DTN_NEW_N(arena, size_t, c->n_outcome + 1);
    a.directions = DTN_NEW_N(arena, int, c->n_outcome + 1);
    for (size_t o = 0; o < c->n_outcome; o++) {
        a.outcomes[n] = o;
        a.directions[n] = c->outcomes[o].direction;
        n += c->outcomes[o].direction != 0;
    }
    a.n = n * N_CRITERION;
    a.robust = DTN_NEW_N(arena, dtn_robust, n_profile * a.n + 1);
    for (size_t i = 0; i < a.n; i++) {
        const char *name = dtn_arena_printf(arena, "%s(%s)", criteria[i % N_CRITERION].name,
                                            c->outcomes[a.outcomes[i / N_CRITERION]].id);
        for (size_t p = 0; p < n_profile; p++)
            a.robust[p * a.n + i].criterion = name;
    }
    *out = a.robust;
    *n_out = a.n;
    return dtn_workers_run(n_thread, n,
                           a.most * sizeof(double) +
                               n_scenario * (n_profile * sizeof(mean_of) + sizeof(size_t)) + 1,
                           one_outcome, &a);
}
