/* From futures to figures: summaries of every cell, differences on the same futures.
 *
 * Each item of work fills places of its own: one cell of a series, or one outcome of one
 * profile over all runs or over the runs of one answer. Values go in by run number, sums are
 * exactly rounded, quantiles sort: nothing depends on threads.
 *
 * Paired: run K under a profile minus run K under the reference, both unflagged. The variance
 * of these differences stands beside that of independent futures, var(a) + var(b).
 * Quantiles are type 7 (Hyndman and Fan 1996); above DTN_EXACT_RUNS those of series come from
 * sketches (relative error at most 0.1 %).
 */
#include "decide/aggregate.h"

#include <math.h>
#include <string.h>

#include "decide/workers.h"
#include "stat/quantile.h"

typedef struct job {
    const dtn_futures *f;
    const dtn_future_group *answers;
    dtn_comparison *cmp;
} job;

static const dtn_summary no_summary = {0,           0,           (double)NAN, (double)NAN,
                                       (double)NAN, (double)NAN, (double)NAN, (double)NAN};

/* ---- Series ------------------------------------------------------------------------ */

static dtn_summary summary_of_tally(const dtn_tally *tally)
{
    static const double q[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    dtn_summary s = no_summary;
    double at[5];
    s.n = tally->n;
    s.n_flagged = tally->n_flagged;
    if (tally->n == 0 || dtn_sketch_quantiles(tally->sketch, 5, q, at) != DTN_OK)
        return s;
    s.mean = dtn_sum_get(&tally->sum) / (double)tally->n;
    s.p05 = at[0];
    s.p25 = at[1];
    s.p50 = at[2];
    s.p75 = at[3];
    s.p95 = at[4];
    return s;
}

/* Cells whose values are gathered together: what lies side by side in a block is read at once. */
enum { TOGETHER = 8, LINE = 8 };

/* Values of a gathered cell; one line of the cache more than the runs, so that cells do not fall on the same sets. */
static size_t stride_of(const dtn_futures *f) { return f->n_run + LINE; }

static size_t parts_of(size_t n_point) { return (n_point + TOGETHER - 1) / TOGETHER; }

/* Summaries of cells [cell, cell + n) to out[n]. scratch[TOGETHER + 1][stride]. */
static void summarise(const dtn_futures *f, bool is_after, size_t cell, size_t n, double *scratch,
                      dtn_summary *out)
{
    const size_t stride = stride_of(f);
    if (f->is_exact)
        dtn_futures_gather(f, is_after, cell, n, stride, scratch);
    for (size_t i = 0; i < n; i++) {
        if (f->is_exact)
            dtn_summary_of(f->n_run, scratch + i * stride, scratch + TOGETHER * stride, &out[i]);
        else
            out[i] = summary_of_tally(&(is_after ? f->after_tally : f->history_tally)[cell + i]);
    }
}

static size_t part_end(size_t first, size_t n_point)
{
    return first + TOGETHER < n_point ? first + TOGETHER : n_point;
}

/* Some points of an outcome's history: one for all profiles. An increment has none at the first point. */
static void history_item(const job *j, size_t i, double *scratch)
{
    const dtn_futures *f = j->f;
    const size_t n_point = f->i_decide + 1, outcome = i / parts_of(n_point);
    const size_t first = i % parts_of(n_point) * TOGETHER, end = part_end(first, n_point);
    dtn_summary s[TOGETHER];
    summarise(f, false, outcome * n_point + first, end - first, scratch, s);
    if (first == 0 && f->c->outcomes[outcome].is_increment)
        s[0] = no_summary;
    for (size_t p = 0; p < f->n_profile; p++)
        memcpy(j->cmp->series + (p * f->n_outcome + outcome) * f->n_time + first, s,
               (end - first) * sizeof *s);
}

/* Some points of an outcome of a profile after the decision. */
static void after_item(const job *j, size_t i, double *scratch)
{
    const dtn_futures *f = j->f;
    const size_t row = i / parts_of(f->n_after), first = i % parts_of(f->n_after) * TOGETHER;
    summarise(f, true, row * f->n_after + first, part_end(first, f->n_after) - first, scratch,
              j->cmp->series + row * f->n_time + f->i_decide + 1 + first);
}

bool dtn_compare_is_lossy(uint64_t n_lost, uint64_t n_used)
{
    return n_lost * 100 > n_lost + n_used;
}

/* ---- Measures ----------------------------------------------------------------------- */

static double *measures(const dtn_futures *f, size_t profile, size_t outcome)
{
    return f->measure + (profile * f->n_outcome + outcome) * f->n_run;
}

/* Halves of a future in which the profile does better than the reference; ties count half. */
static unsigned halves_better(double profile, double reference, int direction)
{
    const double d = profile - reference;
    if (fabs(d) <= DTN_ROUNDING * fmax(fabs(profile), fabs(reference)))
        return 1;
    return d * direction > 0 ? 2 : 0;
}

/* Paired figures over `n` runs (all of 0..n-1 where `runs` is NULL; then with the variances).
 * scratch[3][n]. */
static dtn_paired paired_of(const double *a, const double *b, const uint32_t *runs, size_t n,
                            int direction, double *scratch)
{
    static const double q[] = {0.05, 0.5, 0.95};
    double *difference = scratch, *x = scratch + n, *y = scratch + 2 * n, at[3];
    dtn_paired out = {.variance_paired = (double)NAN, .variance_unpaired = (double)NAN};
    uint64_t halves = 0;
    for (size_t i = 0; i < n; i++) { /* what is not finite is written over by the next */
        const size_t run = runs ? runs[i] : i;
        difference[out.n] = a[run] - b[run];
        if (!runs) {
            x[out.n] = a[run];
            y[out.n] = b[run];
        }
        if (!isfinite(a[run]) || !isfinite(b[run]))
            continue;
        halves += halves_better(a[run], b[run], direction);
        out.n++;
    }
    out.n_lost = n - out.n;
    const dtn_moments m = dtn_moments_of(out.n, difference);
    out.mean = m.mean;
    const double half = dtn_moments_half(&m, 1);
    out.low = m.mean - half;
    out.high = m.mean + half;
    if (!runs) {
        out.variance_paired = m.variance;
        out.variance_unpaired = dtn_variance(out.n, x) + dtn_variance(out.n, y);
    }
    out.share_better = direction && out.n ? (double)halves / (2.0 * (double)out.n) : (double)NAN;
    out.p05 = out.p50 = out.p95 = (double)NAN;
    if (out.n > 0) {
        dtn_quantiles_select(out.n, difference, difference, 3, q, at);
        out.p05 = at[0];
        out.p50 = at[1];
        out.p95 = at[2];
    }
    return out;
}

static void measure_item(const job *j, size_t item, double *scratch)
{
    const dtn_futures *f = j->f;
    const size_t profile = item / f->n_outcome, outcome = item % f->n_outcome;
    const double *values = measures(f, profile, outcome);
    dtn_summary_of(f->n_run, values, scratch, &j->cmp->summary[item]);
    if (profile > 0)
        j->cmp->paired[item] = paired_of(values, measures(f, 0, outcome), NULL, f->n_run,
                                         f->c->outcomes[outcome].direction, scratch);
}

/* Outcome of a profile over the runs of one answer. */
static void answer_item(const job *j, size_t item, double *scratch)
{
    const dtn_futures *f = j->f;
    const size_t outcome = item % f->n_outcome, profile = item / f->n_outcome % f->n_profile;
    const dtn_future_group *group = &j->answers[item / f->n_outcome / f->n_profile];
    const double *values = measures(f, profile, outcome);
    const size_t n = group->cell.n;
    for (size_t i = 0; i < n; i++)
        scratch[i] = values[group->runs[i]];
    dtn_summary_of(n, scratch, scratch + n, &j->cmp->cell_summary[item]);
    if (profile > 0)
        j->cmp->cell_paired[item] = paired_of(values, measures(f, 0, outcome), group->runs, n,
                                              f->c->outcomes[outcome].direction, scratch);
}

/* ---- Regimes -------------------------------------------------------------------------- */

static double share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : (double)NAN;
}

/* From the decision to the end, as the regime is sampled. */
static uint64_t n_samples(const dtn_futures *f)
{
    return (f->end_step - f->decide_step) / f->sample_steps;
}

static void regimes_of(const dtn_futures *f, size_t profile, dtn_comparison *cmp)
{
    const double weeks =
        f->sample_steps * f->program->dt * f->c->days_per_unit / 7; /* of one sample */
    const size_t n_history = f->i_decide + 1;
    dtn_regime_stat *rest = &cmp->unnamed[profile];
    const uint64_t n_good = f->n_good[profile];
    uint64_t n_end = 0, n_unit = 0; /* runs that end in a named one, samples in one */
    for (size_t k = 0; k < f->n_regime; k++) {
        const size_t row = profile * f->n_regime + k;
        const dtn_regime_count *count = &f->regimes[row];
        double *points = cmp->regime_share + row * f->n_time;
        cmp->regimes[row] =
            (dtn_regime_stat){.weeks_mean = share(count->units, f->n_good[profile]) * weeks,
                              .p_ever = share(count->ever, f->n_good[profile]),
                              .p_end = share(count->end, f->n_good[profile])};
        n_end += count->end;
        n_unit += count->units;
        for (size_t i = 0; i < n_history; i++)
            points[i] = share(f->regime_history[k * n_history + i], f->n_history);
        uint64_t n_entered = 0;
        for (size_t i = 0; i < f->n_after; i++) {
            points[n_history + i] =
                share(f->regime_after[row * f->n_after + i], f->n_good[profile]);
            n_entered += f->entered[row * f->n_after + i];
            cmp->regime_by[row * f->n_after + i] = share(n_entered, f->n_good[profile]);
        }
    }
    *rest = (dtn_regime_stat){.weeks_mean = share(n_good * n_samples(f) - n_unit, n_good) * weeks,
                              .p_ever = (double)NAN,
                              .p_end = share(n_good - n_end, n_good)};
}

/* ---- All -------------------------------------------------------------------------------- */

static size_t history_items(const dtn_futures *f)
{
    return f->has_series ? f->n_outcome * parts_of(f->i_decide + 1) : 0;
}

static size_t after_items(const dtn_futures *f)
{
    return f->has_series ? f->n_profile * f->n_outcome * parts_of(f->n_after) : 0;
}

static void item(void *ctx, size_t i, void *scratch)
{
    const job *j = ctx;
    const dtn_futures *f = j->f;
    const size_t n_measure = f->n_profile * f->n_outcome;
    const size_t n_history = history_items(f), n_after = after_items(f);
    if (i < n_history)
        history_item(j, i, scratch);
    else if (i < n_history + n_after)
        after_item(j, i - n_history, scratch);
    else if (i < n_history + n_after + n_measure)
        measure_item(j, i - n_history - n_after, scratch);
    else
        answer_item(j, i - n_history - n_after - n_measure, scratch);
}

static void count_flags(const dtn_futures *f, dtn_comparison *cmp)
{
    cmp->n_unnamed = f->n_unnamed;
    cmp->first_unnamed = f->first_unnamed;
    cmp->unnamed_value = f->unnamed_value;
    cmp->unnamed_time = f->c->t_start + f->unnamed_step * f->program->dt;
    cmp->first_flag = (dtn_flag){DTN_NONE, 0};
    for (uint64_t i = 0; i < f->n_run; i++) {
        if (f->flags[i].var == DTN_NONE)
            continue;
        if (cmp->n_flagged++ == 0) {
            cmp->first_flag = f->flags[i];
            cmp->first_flag_run = i;
            cmp->first_flag_profile = f->flag_profile[i];
            cmp->first_flag_time = f->c->t_start + f->flags[i].step * f->program->dt;
        }
    }
}

/* Futures with an outcome that has no value: missing, or not finite although no stock is. */
static void count_missing(const dtn_futures *f, dtn_comparison *cmp)
{
    for (uint64_t run = 0; run < f->n_run; run++) {
        size_t i = 0;
        const size_t n_measure = f->n_profile * f->n_outcome;
        while (i < n_measure && isfinite(f->measure[i * f->n_run + run]))
            i++;
        if (i == n_measure || f->flags[run].var != DTN_NONE)
            continue;
        if (cmp->n_missing++ == 0) {
            cmp->first_missing_run = run;
            cmp->first_missing = i;
        }
    }
}

dtn_status dtn_aggregate(const dtn_futures *f, const dtn_future_group *answers, uint32_t n_thread,
                         dtn_comparison *cmp)
{
    job j = {f, answers, cmp};
    const size_t n_measure = f->n_profile * f->n_outcome;
    const size_t n_item = history_items(f) + after_items(f) + n_measure + cmp->n_cell * n_measure;
    const size_t n_scratch =
        f->has_series && f->is_exact ? (TOGETHER + 1) * stride_of(f) : 3 * f->n_run;
    cmp->summary = DTN_NEW_N(cmp->arena, dtn_summary, n_measure);
    cmp->paired = DTN_NEW_N(cmp->arena, dtn_paired, n_measure);
    cmp->cell_summary = DTN_NEW_N(cmp->arena, dtn_summary, cmp->n_cell * n_measure);
    cmp->cell_paired = DTN_NEW_N(cmp->arena, dtn_paired, cmp->n_cell * n_measure);
    cmp->regimes = DTN_NEW_N(cmp->arena, dtn_regime_stat, f->n_profile * f->n_regime);
    cmp->unnamed = DTN_NEW_N(cmp->arena, dtn_regime_stat, f->n_profile);
    cmp->regime_share = DTN_NEW_N(cmp->arena, double, f->n_profile * f->n_regime * f->n_time);
    cmp->regime_by = DTN_NEW_N(cmp->arena, double, f->n_profile * f->n_regime * f->n_after);
    for (size_t p = 0; p < f->n_profile; p++)
        regimes_of(f, p, cmp);
    count_flags(f, cmp);
    count_missing(f, cmp);
    return dtn_workers_run(n_thread, n_item, n_scratch * sizeof(double), item, &j);
}
