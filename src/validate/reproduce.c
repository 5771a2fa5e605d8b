/* A recorded series against the simulated ones, period by period.
 *
 * The value of a period of a count is the rise of the outcome's variable from the end of the period
 * before to its own end, read straight between the steps around it; of a level, the variable's value
 * there. Each future gives one series with a shape of its own; the record's shape must lie in the
 * central band of theirs. Theil's statistics are told twice: of the mean over the futures, whose
 * variation is smaller than any future's, and as medians over the futures. They have no threshold.
 */
#include "validate/judge.h"

#include <math.h>
#include <string.h>

static const char *const names[DTN_N_SHAPE] = {
    "level",           "trend per period", "variance about the trend",
    "autocorrelation", "share of zeros",   "largest over mean"};

static void fill(const dtn_series_shape *shape, double out[DTN_N_SHAPE])
{
    out[0] = shape->level;
    out[1] = shape->trend;
    out[2] = shape->variance;
    out[3] = shape->autocorrelation;
    out[4] = shape->share_zero;
    out[5] = shape->tail;
}

typedef struct replay {
    const dtn_reproduce *spec;
    const dtn_observed *observed;
    const dtn_outcome *outcome;
    size_t n;                      /* periods */
    double *recorded, *mean, *one; /* [n] */
    double *scratch;               /* [n] */
    double *stats;                 /* [DTN_N_SHAPE + 4][n_run] by run, only of good ones */
    uint64_t n_good;
} replay;

/* What was recorded in the period that ends at point k, in the outcome's unit. */
static double recorded_at(const replay *r, const dtn_case *c, size_t k)
{
    const dtn_observed *o = r->observed;
    if (!r->outcome->is_increment)
        return o->raw[k];
    return o->value[k] * (o->t[k] - o->t[k - 1]) / c->save_every;
}

static bool read_future(const dtn_judge *j, const replay *r, size_t moment0, uint64_t run)
{
    const size_t edge = r->outcome->is_increment ? 1 : 0;
    for (size_t i = 0; i < r->n; i++) {
        const double *now = j->series + (moment0 + i + edge) * j->n_run;
        r->one[i] = edge ? now[run] - now[run - (uint64_t)j->n_run] : now[run];
        if (!isfinite(r->one[i]))
            return false;
    }
    return true;
}

static void add_future(replay *r, uint64_t n_run)
{
    dtn_series_shape shape;
    dtn_theil theil;
    double values[DTN_N_SHAPE + 4];
    if (dtn_series_shape_of(r->n, r->one, r->scratch, &shape) != DTN_OK ||
        dtn_theil_of(r->n, r->one, r->recorded, &theil) != DTN_OK)
        return;
    fill(&shape, values);
    values[DTN_N_SHAPE] = theil.mse;
    values[DTN_N_SHAPE + 1] = theil.um;
    values[DTN_N_SHAPE + 2] = theil.us;
    values[DTN_N_SHAPE + 3] = theil.uc;
    for (size_t s = 0; s < DTN_N_SHAPE + 4; s++)
        r->stats[s * n_run + r->n_good] = values[s];
    for (size_t i = 0; i < r->n; i++)
        r->mean[i] += r->one[i];
    r->n_good++;
}

/* Quantiles of the finite values of a row, which is sorted. */
static bool quantiles(double *row, uint64_t n, size_t n_q, const double q[], double out[])
{
    uint64_t n_ok = 0;
    for (uint64_t i = 0; i < n; i++)
        if (isfinite(row[i]))
            row[n_ok++] = row[i];
    for (size_t k = 0; k < n_q; k++)
        out[k] = (double)NAN;
    return n_ok > 0 && dtn_quantiles_exact(n_ok, row, n_q, q, out) == DTN_OK;
}

static double median(double *row, uint64_t n)
{
    static const double half[] = {0.5};
    double out[1];
    quantiles(row, n, 1, half, out);
    return out[0];
}

static void judge_statistics(dtn_judge *j, replay *r, dtn_reproduction *out)
{
    const double tail = (1 - r->spec->band) / 2, q[] = {tail, 0.5, 1 - tail};
    dtn_series_shape shape = {0};
    double recorded[DTN_N_SHAPE], at[3];
    (void)dtn_series_shape_of(r->n, r->recorded, r->scratch, &shape);
    fill(&shape, recorded);
    for (size_t s = 0; s < DTN_N_SHAPE; s++) {
        dtn_shape_statistic *stat = &out->statistics[s];
        const bool has = quantiles(r->stats + s * j->n_run, r->n_good, 3, q, at);
        *stat = (dtn_shape_statistic){names[s], recorded[s], at[0], at[1], at[2], DTN_OPEN};
        if (has && isfinite(recorded[s]))
            stat->held = at[0] <= recorded[s] && recorded[s] <= at[2] ? DTN_HELD : DTN_FAILED;
        j->v->n_held += stat->held == DTN_HELD;
        j->v->n_failed += stat->held == DTN_FAILED;
        j->v->n_open += stat->held == DTN_OPEN;
    }
    out->median = (dtn_theil){median(r->stats + DTN_N_SHAPE * j->n_run, r->n_good),
                              median(r->stats + (DTN_N_SHAPE + 1) * j->n_run, r->n_good),
                              median(r->stats + (DTN_N_SHAPE + 2) * j->n_run, r->n_good),
                              median(r->stats + (DTN_N_SHAPE + 3) * j->n_run, r->n_good)};
    for (size_t i = 0; i < r->n; i++)
        r->mean[i] /= (double)(r->n_good ? r->n_good : 1);
    if (dtn_theil_of(r->n, r->mean, r->recorded, &out->mean_path) == DTN_OK)
        out->rmse_over_level = sqrt(out->mean_path.mse) / shape.level;
}

/* The point before a count's first period, where the dates ask for that point's own period: it began
 * before the record, or before the run. */
static const char *only_edge(const replay *r)
{
    const char *date = r->observed->date[r->spec->first], *from = r->spec->from;
    return r->outcome->is_increment && (!from || strcmp(date, from) >= 0) ? date : NULL;
}

static dtn_status judge_one(dtn_judge *j, const dtn_reproduce *spec, size_t moment0,
                            dtn_reproduction *out)
{
    replay r = {.spec = spec, .observed = &j->c->observed[spec->observed]};
    r.outcome = &j->c->outcomes[r.observed->i_outcome];
    const size_t edge = r.outcome->is_increment ? 1 : 0;
    r.n = spec->n - edge;
    r.recorded = dtn_alloc(4 * r.n * sizeof(double));
    r.stats = dtn_alloc((DTN_N_SHAPE + 4) * j->n_run * sizeof(double));
    const bool has_memory = r.recorded && r.stats;
    if (has_memory) {
        r.mean = r.recorded + r.n;
        r.one = r.mean + r.n;
        r.scratch = r.one + r.n;
        for (size_t i = 0; i < r.n; i++)
            r.recorded[i] = recorded_at(&r, j->c, spec->first + i + edge);
        for (uint64_t run = 0; run < j->n_run; run++)
            if (read_future(j, &r, moment0, run))
                add_future(&r, j->n_run);
        *out = (dtn_reproduction){.series = spec->series,
                                  .note = spec->note,
                                  .from = r.observed->date[spec->first + edge],
                                  .until = r.observed->date[spec->first + spec->n - 1],
                                  .n_period = r.n,
                                  .n_recorded = r.observed->n,
                                  .only_edge = only_edge(&r),
                                  .n = r.n_good,
                                  .band = spec->band};
        out->n_outside = r.observed->n - r.n - (out->only_edge != NULL);
        judge_statistics(j, &r, out);
    }
    dtn_free(r.recorded);
    dtn_free(r.stats);
    return has_memory ? DTN_OK : DTN_E_MEMORY;
}

dtn_status dtn_judge_series(dtn_judge *j)
{
    const dtn_spec *spec = j->spec;
    size_t moment0 = 0;
    j->v->reproductions = DTN_NEW_N(j->v->arena, dtn_reproduction, spec->n_reproduce + 1);
    for (size_t i = 0; i < spec->n_reproduce; i++) {
        const dtn_status status =
            judge_one(j, &spec->reproduces[i], moment0, &j->v->reproductions[i]);
        if (status != DTN_OK)
            return status;
        moment0 += spec->reproduces[i].n;
        j->v->n_reproduction++;
    }
    return DTN_OK;
}
