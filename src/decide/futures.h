/** Inside the decide room: what a comparison collects while its futures run.
 *
 *  Cells of the series are [outcome][point]; history (points up to the decision) is held
 *  once, what comes after once for each profile. Up to DTN_EXACT_RUNS runs every value is kept,
 *  in chunks: the points of one outcome in the runs of one block, [point][lane], one behind the other in the
 *  order in which they are made. A chunk of small whole numbers (deaths, attacks) takes two bytes a value, any other eight: memory that is
 *  touched for the first time costs more than what is written to it.
 *  Above, a cell is a sketch and an exact sum, which forget the order they were filled in.
 *  Final measures are kept for every run at any size: paired differences need them.
 */
#ifndef DTN_DECIDE_FUTURES_H
#define DTN_DECIDE_FUTURES_H

#include "decide/compare.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/** One cell of a series in an ensemble too large to keep. */
typedef struct dtn_tally {
    dtn_sketch *sketch;
    dtn_sum sum;
    uint64_t n, n_flagged;
} dtn_tally;

/** Regimes of one profile, summed over its runs: integers, so any order gives the same. */
typedef struct dtn_regime_count {
    uint64_t units;     /* samples in the regime after the decision */
    uint64_t ever, end; /* runs that were in it after the decision; that end in it */
} dtn_regime_count;

typedef struct dtn_futures {
    const dtn_case *c;
    const dtn_program *program;
    const dtn_profile *profiles;
    size_t n_profile, n_outcome, n_regime;
    size_t n_time, i_decide, n_after; /* points; n_time = i_decide + 1 + n_after */
    uint64_t n_run;
    uint32_t point_steps;  /* steps between points */
    uint32_t sample_steps; /* steps between samples of the regime: a whole time unit */
    uint32_t decide_step, end_step;
    bool is_exact;
    bool has_series;       /* values of series are collected; else they were summed up before */
    bool has_running;      /* an outcome needs every step (mean_after, max_after) */
    double *values;        /* exact: chunks; large enough for all of them at eight bytes a value */
    _Atomic size_t n_used; /* of them */
    uint32_t *
        chunks; /* exact: [n_run][1 + n_profile][n_outcome] of the block that begins with this run: which of `values` is the
                              first, twice, and 1 where it takes two bytes a value; of the history, then of each profile */
    uint32_t *block_lanes; /* exact: [n_run] of the block that begins with this run; else 0 */
    dtn_tally *history_tally, *after_tally; /* else the same cells without runs */
    double *measure;                        /* [n_profile][n_outcome][n_run]; NaN: flagged */
    dtn_flag *flags;           /* [n_run] the first over the profiles; var DTN_NONE: none */
    dtn_regime_count *regimes; /* [n_profile][n_regime] */
    uint32_t *flag_profile;    /* [n_run] profile in which that happened */
    uint64_t n_unnamed;        /* runs whose regime had a value that no state names */
    uint64_t first_unnamed;    /* the first of them, and its first such value */
    double unnamed_value;
    uint32_t unnamed_step;
    uint64_t *regime_history; /* [n_regime][i_decide + 1] runs in it at each point */
    uint64_t *regime_after;   /* [n_profile][n_regime][n_after] */
    uint64_t *entered;        /* [n_profile][n_regime][n_after] runs first in it up to that point
                                 and after the one before */
    uint64_t n_history;       /* runs whose history is not flagged */
    uint64_t *n_good;         /* [n_profile] runs not flagged */
    pthread_mutex_t *locks;   /* [n_profile + 1], the last for history */
    size_t n_lock;
} dtn_futures;

/** Most memory that the values of one comparison may take: half of a small machine's. */
#define DTN_COMPARE_MAX_BYTES ((uint64_t)4 << 30)
/** What a filled sketch takes, for the estimate: counts spread over some decades of values. */
#define DTN_COMPARE_SKETCH_BYTES 65536

/** Bytes that dtn_futures_init would take; the shape fields are set. */
uint64_t dtn_futures_bytes(const dtn_futures *f);
/** Allocate for the shape that stands in *f; no series unless has_series. `values` and `chunks` that stand there
 *  already, of another comparison of this shape, are taken as they are. On failure what was allocated is freed. */
dtn_status dtn_futures_init(dtn_futures *f);
void dtn_futures_free(dtn_futures *f);
/** Give back the series, by far the most of the memory; measures and flags stay. */
void dtn_futures_free_series(dtn_futures *f);

/** Are all values whole numbers of two bytes, to the bit (no -0)? Then out[n] are they. */
bool dtn_futures_narrow(size_t n, const double *values, uint16_t *out);

/** Exact values of n_point neighbouring cells from `cell` on, of the history or of what comes after, in the order
 *  of the runs: out[n_point][stride], stride at least n_run. All blocks are done. */
void dtn_futures_gather(const dtn_futures *f, bool is_after, size_t cell, size_t n_point,
                        size_t stride, double *out);

/** Exact points of an outcome in run run0 + lane, run0 the first of its block: part 0 those of the history, part 1 + p those
 *  after the decision under profile p. All blocks are done. */
void dtn_futures_points(const dtn_futures *f, uint64_t run0, uint32_t lane, size_t part,
                        size_t outcome, double *out);

/** A dtn_block_fn; ctx is a dtn_futures. */
dtn_status dtn_futures_work(void *ctx, dtn_block *block, uint64_t run0, uint32_t n);

#endif
