/* One block of futures: its shared history once, then every profile from the same state.
 *
 *     start ---- history ----> decide_on --+-- profile 0 (reference) --> until
 *                              snapshot    +-- profile 1 -------------> until
 *                                          +-- ...
 *
 * Levels of the outcomes are read at every point of the series, the regime after every whole
 * time unit, running means and maxima at every step. Increments are differences of levels, made
 * when a branch is done, because only then is it known which of its lanes were flagged: a
 * flagged run is left out as a whole from its profile, a run flagged in history from all.
 *
 * Results go to places that belong to the block, or are integers and exact sums under a lock:
 * neither the order of blocks nor their size can change a bit.
 */
#include "decide/futures.h"

#include <math.h>
#include <string.h>

#define NO_REGIME UINT16_MAX

typedef struct branch {
    dtn_futures *f;
    dtn_block *block;
    dtn_snapshot *snapshot;
    uint64_t run0;
    uint32_t n;
    double *level;            /* [n_outcome][n_time][n] */
    double *running;          /* [n_outcome][n] sum or maximum after the decision */
    uint32_t *every_step;     /* [n_every_step] outcomes that have one */
    const double **every_row; /* [n_every_step] their values in the block */
    size_t n_every_step;
    double *row;                   /* [n] */
    double *chunk;                 /* [n_time][n] exact: points of an outcome */
    uint16_t *narrow;              /* [n_time][n] the same as whole numbers */
    uint16_t *regime;              /* [n_time][n] index of the regime at each point */
    uint32_t *units;               /* [n_regime][n] samples in it after the decision */
    uint32_t *entered;             /* [n_regime][n] step of the first sample in it; UINT32_MAX */
    uint16_t *last;                /* [n] regime at the latest sample */
    dtn_flag *history_flag, *flag; /* [n] */
    double *unnamed_value;         /* [n] first value of the regime that no state names; NaN */
    uint32_t *unnamed_step;        /* [n] */
} branch;

static bool is_running(const dtn_outcome *outcome)
{
    return outcome->measure == DTN_MEAN_AFTER || outcome->measure == DTN_MAX_AFTER;
}

static void free_branch(branch *b)
{
    dtn_snapshot_delete(b->snapshot);
    dtn_free(b->level);
    dtn_free(b->running);
    dtn_free(b->every_step);
    dtn_free(b->every_row);
    dtn_free(b->row);
    dtn_free(b->chunk);
    dtn_free(b->narrow);
    dtn_free(b->regime);
    dtn_free(b->units);
    dtn_free(b->entered);
    dtn_free(b->last);
    dtn_free(b->history_flag);
    dtn_free(b->flag);
    dtn_free(b->unnamed_value);
    dtn_free(b->unnamed_step);
}

static bool init_branch(branch *b)
{
    const dtn_futures *f = b->f;
    const size_t n = b->n;
    b->snapshot = dtn_snapshot_new(b->block);
    b->level = dtn_alloc(f->n_outcome * f->n_time * n * sizeof *b->level);
    b->running = dtn_alloc(f->n_outcome * n * sizeof *b->running);
    b->every_step = dtn_alloc(f->n_outcome * sizeof *b->every_step);
    b->every_row = dtn_alloc(f->n_outcome * sizeof *b->every_row);
    for (uint32_t o = 0; b->every_step && o < f->n_outcome; o++)
        if (is_running(&f->c->outcomes[o]))
            b->every_step[b->n_every_step++] = o;
    b->row = dtn_alloc(n * sizeof *b->row);
    b->chunk = dtn_alloc(f->n_time * n * sizeof *b->chunk);
    b->narrow = dtn_alloc(f->n_time * n * sizeof *b->narrow);
    b->regime = dtn_alloc(f->n_time * n * sizeof *b->regime);
    b->units = dtn_alloc(f->n_regime * n * sizeof *b->units);
    b->entered = dtn_alloc(f->n_regime * n * sizeof *b->entered);
    b->last = dtn_alloc(n * sizeof *b->last);
    b->history_flag = dtn_alloc(n * sizeof *b->history_flag);
    b->flag = dtn_alloc(n * sizeof *b->flag);
    b->unnamed_value = dtn_alloc(n * sizeof *b->unnamed_value);
    b->unnamed_step = dtn_alloc(n * sizeof *b->unnamed_step);
    for (size_t i = 0; b->unnamed_value && i < n; i++)
        b->unnamed_value[i] = (double)NAN;
    return b->unnamed_value && b->unnamed_step && b->snapshot && b->level && b->running &&
           b->every_step && b->every_row && b->row && b->chunk && b->narrow && b->regime &&
           b->units && b->entered && b->last && b->history_flag && b->flag;
}

/* ---- Reading a block --------------------------------------------------------------- */

static double *level_at(const branch *b, size_t outcome, size_t point)
{
    return b->level + (outcome * b->f->n_time + point) * b->n;
}

static const double *outcome_value(const branch *b, size_t outcome)
{
    const dtn_outcome *o = &b->f->c->outcomes[outcome];
    return dtn_block_value(b->block, o->var, o->element);
}

static void read_regime(const branch *b, uint16_t *out)
{
    const dtn_case *c = b->f->c;
    const double *code = dtn_block_value(b->block, c->regime_var, 0);
    double *which = b->row;
    for (uint32_t lane = 0; lane < b->n; lane++)
        which[lane] = NO_REGIME;
    for (size_t k = 0; k < c->n_regime;
         k++) { /* without branches: the compiler makes vectors of it */
        const double wanted = c->regimes[k].code, number = (double)k;
        for (uint32_t lane = 0; lane < b->n; lane++)
            which[lane] = fabs(code[lane] - wanted) < 1e-9 ? number : which[lane];
    }
    for (uint32_t lane = 0; lane < b->n; lane++) {
        out[lane] = (uint16_t)which[lane];
        if (out[lane] == NO_REGIME && isfinite(code[lane]) && isnan(b->unnamed_value[lane])) {
            b->unnamed_value[lane] = code[lane];
            b->unnamed_step[lane] = dtn_block_step_index(b->block);
        }
    }
}

static void read_point(branch *b, size_t point)
{
    for (size_t o = 0; o < b->f->n_outcome; o++)
        memcpy(level_at(b, o, point), outcome_value(b, o), b->n * sizeof(double));
    if (b->f->n_regime)
        read_regime(b, b->regime + point * b->n);
}

/* Outcomes that need every step, and are not stocks: then every step is evaluated in full. */
static bool has_running_flows(const branch *b)
{
    bool any = false;
    for (size_t k = 0; k < b->n_every_step; k++)
        any = any || !dtn_block_is_state(b->block, b->f->c->outcomes[b->every_step[k]].var);
    return any;
}

static void find_running(const branch *b)
{
    for (size_t k = 0; k < b->n_every_step; k++)
        b->every_row[k] = outcome_value(b, b->every_step[k]);
}

/* running with the values of a step; rows of n doubles that do not overlap. */
static void run_on(dtn_measure measure, uint32_t n, double *restrict running,
                   const double *restrict value)
{
    if (measure == DTN_MEAN_AFTER)
        for (uint32_t lane = 0; lane < n; lane++)
            running[lane] += value[lane];
    else
        for (uint32_t lane = 0; lane < n; lane++)
            running[lane] = value[lane] > running[lane] ? value[lane] : running[lane];
}

/* Asking for one value brings all up to now. */
static void read_running(const branch *b, bool is_first)
{
    (void)outcome_value(b, b->every_step[0]);
    for (size_t k = 0; k < b->n_every_step; k++) {
        const size_t o = b->every_step[k];
        double *running = b->running + o * b->n;
        if (is_first)
            memcpy(running, b->every_row[k], b->n * sizeof *running);
        else
            run_on(b->f->c->outcomes[o].measure, b->n, running, b->every_row[k]);
    }
}

/* The regime now; `counts` says whether it is a sample or only the last step. */
static void sample_regime(branch *b, bool counts)
{
    const uint32_t step = dtn_block_step_index(b->block);
    read_regime(b, b->last);
    for (uint32_t lane = 0; lane < b->n; lane++) {
        if (b->last[lane] == NO_REGIME)
            continue;
        const size_t at = (size_t)b->last[lane] * b->n + lane;
        b->units[at] += counts;
        if (b->entered[at] == UINT32_MAX)
            b->entered[at] = step;
    }
}

static void read_flags(const branch *b, dtn_flag *out)
{
    for (uint32_t lane = 0; lane < b->n; lane++)
        out[lane] = dtn_block_flag(b->block, lane);
}

static bool is_bad(const dtn_flag *flags, uint32_t lane) { return flags[lane].var != DTN_NONE; }

/* ---- Running ------------------------------------------------------------------------ */

static void run_history(branch *b)
{
    const dtn_futures *f = b->f;
    for (;;) {
        const uint32_t step = dtn_block_step_index(b->block);
        if (step % f->point_steps == 0) {
            dtn_block_eval(b->block);
            read_point(b, step / f->point_steps);
        }
        if (step >= f->decide_step)
            break;
        dtn_block_step(b->block);
    }
    read_flags(b, b->history_flag);
}

static void set_courses(branch *b, const dtn_profile *profile, int on)
{
    const dtn_case *c = b->f->c;
    for (size_t a = 0; a < c->n_actor; a++)
        if (profile->course[a] != DTN_NONE)
            dtn_block_set_overlay(b->block, c->actors[a].courses[profile->course[a]].overlay, on);
}

static void run_after(branch *b)
{
    const dtn_futures *f = b->f;
    const bool looks_always = has_running_flows(b);
    find_running(b);
    memset(b->units, 0, f->n_regime * b->n * sizeof *b->units);
    memset(b->entered, 0xFF, f->n_regime * b->n * sizeof *b->entered);
    while (dtn_block_step_index(b->block) < f->end_step) {
        dtn_block_step(b->block);
        const uint32_t step = dtn_block_step_index(b->block), since = step - f->decide_step;
        const bool is_point = step % f->point_steps == 0;
        const bool is_sample = f->n_regime && (since % f->sample_steps == 0 || step == f->end_step);
        if (is_point || is_sample || looks_always)
            dtn_block_eval(b->block);
        if (is_point)
            read_point(b, step / f->point_steps);
        if (f->has_running)
            read_running(b, since == 1);
        if (is_sample)
            sample_regime(b, since % f->sample_steps == 0);
    }
    read_flags(b, b->flag);
}

/* ---- Handing over -------------------------------------------------------------------- */

/* What is missing in `of` becomes NaN in `out`. */
static void leave_out_missing(const branch *b, size_t outcome, const double *of, double *out)
{
    const double from = dtn_program_missing_from(b->f->program, b->f->c->outcomes[outcome].var);
    for (uint32_t lane = 0; lane < b->n; lane++)
        out[lane] = dtn_is_missing(of[lane], from) ? (double)NAN : out[lane];
}

/* Values of the series at a point; flagged lanes, and what is missing, NaN. */
static void make_row(const branch *b, size_t outcome, size_t point, const dtn_flag *flags,
                     bool any_bad, double *out)
{
    const double *now = level_at(b, outcome, point);
    if (b->f->c->outcomes[outcome].is_increment && point) {
        const double *before = level_at(b, outcome, point - 1);
        for (uint32_t lane = 0; lane < b->n; lane++)
            out[lane] = now[lane] - before[lane];
        leave_out_missing(b, outcome, before, out);
    } else {
        memcpy(out, now, b->n * sizeof *out);
    }
    leave_out_missing(b, outcome, now, out);
    for (uint32_t lane = 0; any_bad && lane < b->n; lane++)
        if (is_bad(flags, lane))
            out[lane] = (double)NAN;
}

static bool any_is_bad(const branch *b, const dtn_flag *flags)
{
    bool any = false;
    for (uint32_t lane = 0; lane < b->n; lane++)
        any = any || is_bad(flags, lane);
    return any;
}

/* row is changed: what is finite moves to the front. */
static dtn_status add_row(dtn_tally *tally, double *row, uint32_t n)
{
    uint32_t n_kept = 0;
    for (uint32_t lane = 0; lane < n; lane++) {
        row[n_kept] = row[lane];
        n_kept += isfinite(row[lane]) != 0;
    }
    tally->n += n_kept;
    tally->n_flagged += n - n_kept;
    dtn_sum_add_many(&tally->sum, n_kept, row);
    return dtn_sketch_add_many(tally->sketch, n_kept, row);
}

bool dtn_futures_narrow(size_t n, const double *values, uint16_t *out)
{
    uint64_t differ = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t bits, again;
        const bool inside = values[i] >= 0 && values[i] <= UINT16_MAX;
        const double whole = out[i] = (uint16_t)(int32_t)(inside ? values[i] : 0);
        memcpy(&bits, &values[i], sizeof bits);
        memcpy(&again, &whole, sizeof again);
        differ |= (bits ^ again) | !inside;
    }
    return differ == 0;
}

static size_t n_chunk(const dtn_futures *f) { return (1 + f->n_profile) * f->n_outcome; }

/* Points [first, first + n_point) of all outcomes to chunks of part `part`: 0 the history, then the profiles. An increment has no first
 * point. */
static void keep_series(branch *b, size_t first, size_t n_point, const dtn_flag *flags, size_t part)
{
    dtn_futures *f = b->f;
    const size_t n = n_point * b->n;
    const bool any_bad = any_is_bad(b, flags);
    uint32_t *chunks = f->chunks + b->run0 * n_chunk(f) + part * f->n_outcome;
    for (size_t o = 0; o < f->n_outcome; o++) {
        for (size_t i = 0; i < n_point; i++)
            if (!f->c->outcomes[o].is_increment || first + i > 0)
                make_row(b, o, first + i, flags, any_bad, b->chunk + i * b->n);
            else
                memset(b->chunk, 0, b->n * sizeof *b->chunk);
        const bool is_narrow = dtn_futures_narrow(n, b->chunk, b->narrow);
        const size_t size =
            is_narrow ? (n * sizeof *b->narrow + sizeof(double) - 1) / sizeof(double) : n;
        const size_t at = atomic_fetch_add(&f->n_used, size);
        memcpy(f->values + at, is_narrow ? (const void *)b->narrow : b->chunk,
               is_narrow ? n * sizeof *b->narrow : n * sizeof *b->chunk);
        chunks[o] = (uint32_t)(at << 1 | is_narrow);
    }
}

/* The same to tallies, which all blocks share. */
static dtn_status add_series(const branch *b, size_t first, size_t n_point, const dtn_flag *flags,
                             dtn_tally *tallies)
{
    const dtn_futures *f = b->f;
    const bool any_bad = any_is_bad(b, flags);
    dtn_status status = DTN_OK;
    for (size_t o = 0; o < f->n_outcome; o++)
        for (size_t i = 0; status == DTN_OK && i < n_point; i++, tallies++) {
            if (f->c->outcomes[o].is_increment && first + i == 0)
                continue;
            make_row(b, o, first + i, flags, any_bad, b->row);
            status = add_row(tallies, b->row, b->n);
        }
    return status;
}

/* Count the regimes of the points into counts[n_regime][n_point]. */
static void give_regime_points(const branch *b, size_t first, size_t n_point, const dtn_flag *flags,
                               uint64_t *counts)
{
    for (size_t i = 0; b->f->n_regime && i < n_point; i++) {
        const uint16_t *regime = b->regime + (first + i) * b->n;
        for (uint32_t lane = 0; lane < b->n; lane++)
            if (regime[lane] != NO_REGIME && !is_bad(flags, lane))
                counts[regime[lane] * n_point + i]++;
    }
}

static dtn_status give_history(branch *b)
{
    dtn_futures *f = b->f;
    const size_t n_point = f->i_decide + 1;
    dtn_status status = DTN_OK;
    if (f->is_exact)
        keep_series(b, 0, n_point, b->history_flag, 0);
    pthread_mutex_lock(&f->locks[f->n_profile]);
    if (!f->is_exact)
        status = add_series(b, 0, n_point, b->history_flag, f->history_tally);
    give_regime_points(b, 0, n_point, b->history_flag, f->regime_history);
    for (uint32_t lane = 0; lane < b->n; lane++)
        f->n_history += !is_bad(b->history_flag, lane);
    pthread_mutex_unlock(&f->locks[f->n_profile]);
    return status;
}

static double measure_of(const branch *b, size_t outcome, uint32_t lane)
{
    const dtn_futures *f = b->f;
    const double end = level_at(b, outcome, f->n_time - 1)[lane];
    switch (f->c->outcomes[outcome].measure) {
    case DTN_SINCE_DECISION: return end - level_at(b, outcome, f->i_decide)[lane];
    case DTN_MEAN_AFTER: return b->running[outcome * b->n + lane] / (f->end_step - f->decide_step);
    case DTN_MAX_AFTER: return b->running[outcome * b->n + lane];
    case DTN_AT_END: break;
    }
    return end;
}

static void give_measures(const branch *b, size_t profile)
{
    dtn_futures *f = b->f;
    for (size_t o = 0; o < f->n_outcome; o++) {
        double *out = f->measure + (profile * f->n_outcome + o) * f->n_run + b->run0;
        for (uint32_t lane = 0; lane < b->n; lane++)
            out[lane] = is_bad(b->flag, lane) ? (double)NAN : measure_of(b, o, lane);
        leave_out_missing(b, o, out, out);
        leave_out_missing(b, o, level_at(b, o, f->n_time - 1), out);
        if (f->c->outcomes[o].measure == DTN_SINCE_DECISION)
            leave_out_missing(b, o, level_at(b, o, f->i_decide), out);
    }
    for (uint32_t lane = 0; lane < b->n; lane++)
        if (is_bad(b->flag, lane) && !is_bad(f->flags, (uint32_t)(b->run0 + lane))) {
            f->flags[b->run0 + lane] = b->flag[lane];
            f->flag_profile[b->run0 + lane] = (uint32_t)profile;
        }
}

/* Runs whose regime had no name: the first by its number, whatever the order of blocks. */
static void give_unnamed(const branch *b)
{
    dtn_futures *f = b->f;
    pthread_mutex_lock(&f->locks[f->n_profile]);
    for (uint32_t lane = 0; lane < b->n; lane++) {
        if (isnan(b->unnamed_value[lane]))
            continue;
        if (f->n_unnamed++ == 0 || b->run0 + lane < f->first_unnamed) {
            f->first_unnamed = b->run0 + lane;
            f->unnamed_value = b->unnamed_value[lane];
            f->unnamed_step = b->unnamed_step[lane];
        }
    }
    pthread_mutex_unlock(&f->locks[f->n_profile]);
}

/* The first point at or after the step of the entry. */
static void give_entry(dtn_futures *f, size_t profile, size_t regime, uint32_t step)
{
    if (step == UINT32_MAX)
        return;
    const size_t point = (step - f->decide_step + f->point_steps - 1) / f->point_steps - 1;
    f->entered[(profile * f->n_regime + regime) * f->n_after + point]++;
}

static void give_regimes(const branch *b, size_t profile)
{
    dtn_futures *f = b->f;
    dtn_regime_count *counts = f->regimes + profile * f->n_regime;
    for (uint32_t lane = 0; lane < b->n; lane++) {
        if (is_bad(b->flag, lane))
            continue;
        f->n_good[profile]++;
        for (size_t k = 0; k < f->n_regime; k++) {
            const uint32_t units = b->units[k * b->n + lane];
            counts[k].units += units;
            counts[k].ever += units > 0 || b->last[lane] == k;
            counts[k].end += b->last[lane] == k;
            give_entry(f, profile, k, b->entered[k * b->n + lane]);
        }
    }
}

static dtn_status give_profile(branch *b, size_t profile)
{
    dtn_futures *f = b->f;
    const size_t n_cell = f->n_outcome * f->n_after;
    uint64_t *points = f->regime_after + profile * f->n_regime * f->n_after;
    dtn_status status = DTN_OK;
    give_measures(b, profile);
    if (f->is_exact)
        keep_series(b, f->i_decide + 1, f->n_after, b->flag, 1 + profile);
    pthread_mutex_lock(&f->locks[profile]);
    if (!f->is_exact)
        status =
            add_series(b, f->i_decide + 1, f->n_after, b->flag, f->after_tally + profile * n_cell);
    give_regime_points(b, f->i_decide + 1, f->n_after, b->flag, points);
    give_regimes(b, profile);
    pthread_mutex_unlock(&f->locks[profile]);
    return status;
}

static dtn_status run_branches(branch *b)
{
    const dtn_futures *f = b->f;
    dtn_status status = DTN_OK;
    if (f->is_exact)
        f->block_lanes[b->run0] = b->n;
    run_history(b);
    status = give_history(b);
    if (status == DTN_OK)
        status = dtn_block_save(b->block, b->snapshot);
    if (f->n_profile > 1)
        dtn_block_keep_draws(b->block, f->end_step - f->decide_step + 1);
    for (size_t p = 0; status == DTN_OK && p < f->n_profile; p++) {
        status = dtn_block_restore(b->block, b->snapshot);
        if (status != DTN_OK)
            break;
        set_courses(b, &f->profiles[p], 1);
        run_after(b);
        set_courses(b, &f->profiles[p], 0);
        status = give_profile(b, p);
    }
    give_unnamed(b);
    return status;
}

dtn_status dtn_futures_work(void *ctx, dtn_block *block, uint64_t run0, uint32_t n)
{
    branch b = {.f = ctx, .block = block, .run0 = run0, .n = n};
    dtn_status status = init_branch(&b) ? run_branches(&b) : DTN_E_MEMORY;
    free_branch(&b);
    return status;
}

/* ---- Storage ---------------------------------------------------------------------------- */

static uint64_t n_history_cell(const dtn_futures *f)
{
    return (uint64_t)f->n_outcome * (f->i_decide + 1);
}

static uint64_t n_after_cell(const dtn_futures *f)
{
    return (uint64_t)f->n_profile * f->n_outcome * f->n_after;
}

uint64_t dtn_futures_bytes(const dtn_futures *f)
{
    const uint64_t n_cell = n_history_cell(f) + n_after_cell(f);
    const uint64_t a_cell =
        f->is_exact ? f->n_run * sizeof(double) : sizeof(dtn_tally) + DTN_COMPARE_SKETCH_BYTES;
    const uint64_t a_run = f->n_profile * f->n_outcome * sizeof(double) + sizeof(dtn_flag) +
                           2 * sizeof(uint32_t) + sizeof(uint64_t) +
                           (f->is_exact ? n_chunk(f) * sizeof *f->chunks : 0);
    if (f->n_run > UINT32_MAX)
        return UINT64_MAX;
    return n_cell * a_cell + f->n_run * a_run;
}

/* Chunks lie far apart: the one after the next is asked for now. */
enum { AHEAD = 2, LINE = 64 };

/* Values of a chunk from the `first` on. */
static void read_chunk(const dtn_futures *f, uint32_t chunk, size_t first, size_t n, double *out)
{
    const double *values = f->values + (chunk >> 1);
    if (!(chunk & 1)) {
        memcpy(out, values + first, n * sizeof *out);
        return;
    }
    uint16_t narrow[64];
    for (size_t i = 0; i < n; i += 64) {
        const size_t width = n - i < 64 ? n - i : 64;
        memcpy(narrow, (const char *)values + (first + i) * sizeof *narrow, width * sizeof *narrow);
        for (size_t k = 0; k < width; k++)
            out[i + k] = narrow[k];
    }
}

void dtn_futures_gather(const dtn_futures *f, bool is_after, size_t cell, size_t n_point,
                        size_t stride, double *out)
{
    const size_t points = is_after ? f->n_after : f->i_decide + 1, first = cell % points;
    const size_t which = cell / points + (is_after ? f->n_outcome : 0);
    for (size_t run = 0; run < f->n_run;) {
        const size_t n = f->block_lanes[run], next = run + AHEAD * n;
        const uint32_t *chunk = f->chunks + run * n_chunk(f) + which;
        if (next < f->n_run) {
            const uint32_t ahead = f->chunks[next * n_chunk(f) + which];
            const size_t size = ahead & 1 ? sizeof(uint16_t) : sizeof(double);
            for (size_t i = 0; i < n_point * n * size; i += LINE)
                __builtin_prefetch((const char *)(f->values + (ahead >> 1)) + first * n * size + i);
        }
        for (size_t i = 0; i < n_point; i++)
            read_chunk(f, *chunk, (first + i) * n, n, out + i * stride + run);
        run += n;
    }
}

void dtn_futures_points(const dtn_futures *f, uint64_t run0, uint32_t lane, size_t part,
                        size_t outcome, double *out)
{
    const uint32_t chunk = f->chunks[run0 * n_chunk(f) + part * f->n_outcome + outcome];
    const size_t n_point = part ? f->n_after : f->i_decide + 1;
    for (size_t i = 0; i < n_point; i++)
        read_chunk(f, chunk, i * f->block_lanes[run0] + lane, 1, out + i);
}

static dtn_tally *new_tallies(uint64_t n)
{
    dtn_tally *tallies = dtn_alloc(n * sizeof *tallies);
    for (uint64_t i = 0; tallies && i < n; i++) {
        dtn_sum_init(&tallies[i].sum);
        tallies[i].sketch = dtn_sketch_new();
        if (!tallies[i].sketch) {
            while (i-- > 0)
                dtn_sketch_delete(tallies[i].sketch);
            dtn_free(tallies);
            return NULL;
        }
    }
    return tallies;
}

static void free_tallies(dtn_tally *tallies, uint64_t n)
{
    for (uint64_t i = 0; tallies && i < n; i++)
        dtn_sketch_delete(tallies[i].sketch);
    dtn_free(tallies);
}

static bool init_series(dtn_futures *f)
{
    if (f->is_exact) {
        const uint64_t n = (n_history_cell(f) + n_after_cell(f)) * f->n_run;
        f->n_used = 0;
        if (!f->values && (f->values = dtn_alloc(n * sizeof *f->values)))
            dtn_prefer_huge_pages(f->values, n * sizeof *f->values);
        if (!f->chunks)
            f->chunks = dtn_alloc(f->n_run * n_chunk(f) * sizeof *f->chunks);
        return f->values && f->chunks;
    }
    f->history_tally = new_tallies(n_history_cell(f));
    f->after_tally = new_tallies(n_after_cell(f));
    return f->history_tally && f->after_tally;
}

static bool init_counts(dtn_futures *f)
{
    f->measure = dtn_alloc(f->n_profile * f->n_outcome * f->n_run * sizeof *f->measure);
    f->block_lanes = dtn_alloc((f->is_exact ? f->n_run : 1) * sizeof *f->block_lanes);
    f->flags = dtn_alloc(f->n_run * sizeof *f->flags);
    f->flag_profile = dtn_alloc(f->n_run * sizeof *f->flag_profile);
    f->regimes = dtn_alloc(f->n_profile * f->n_regime * sizeof *f->regimes);
    f->regime_history = dtn_alloc(f->n_regime * (f->i_decide + 1) * sizeof(uint64_t));
    f->regime_after = dtn_alloc(f->n_profile * f->n_regime * f->n_after * sizeof(uint64_t));
    f->entered = dtn_alloc(f->n_profile * f->n_regime * f->n_after * sizeof *f->entered);
    f->n_good = dtn_alloc(f->n_profile * sizeof *f->n_good);
    f->locks = dtn_alloc((f->n_profile + 1) * sizeof *f->locks);
    for (uint64_t i = 0; f->flags && i < f->n_run; i++)
        f->flags[i].var = DTN_NONE;
    while (f->locks && f->n_lock <= f->n_profile && !pthread_mutex_init(&f->locks[f->n_lock], NULL))
        f->n_lock++;
    return f->measure && f->block_lanes && f->flags && f->flag_profile && f->regimes &&
           f->regime_history && f->regime_after && f->entered && f->n_good &&
           f->n_lock == f->n_profile + 1;
}

dtn_status dtn_futures_init(dtn_futures *f)
{
    if ((!f->has_series || init_series(f)) && init_counts(f))
        return DTN_OK;
    dtn_futures_free(f);
    return DTN_E_MEMORY;
}

void dtn_futures_free_series(dtn_futures *f)
{
    free_tallies(f->history_tally, n_history_cell(f));
    free_tallies(f->after_tally, n_after_cell(f));
    dtn_free(f->values);
    dtn_free(f->chunks);
    f->history_tally = f->after_tally = NULL;
    f->values = NULL;
    f->chunks = NULL;
}

void dtn_futures_free(dtn_futures *f)
{
    dtn_futures_free_series(f);
    dtn_free(f->measure);
    dtn_free(f->block_lanes);
    dtn_free(f->flag_profile);
    dtn_free(f->flags);
    dtn_free(f->regimes);
    dtn_free(f->regime_history);
    dtn_free(f->regime_after);
    dtn_free(f->entered);
    dtn_free(f->n_good);
    while (f->n_lock > 0)
        pthread_mutex_destroy(&f->locks[--f->n_lock]);
    dtn_free(f->locks);
    f->measure = NULL;
    f->block_lanes = NULL;
    f->flags = NULL;
    f->flag_profile = NULL;
    f->regimes = NULL;
    f->regime_history = f->regime_after = f->entered = f->n_good = NULL;
    f->locks = NULL;
}
