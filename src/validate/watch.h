/** Inside the validate room: one ensemble under given settings, and what is read from it. */
#ifndef DTN_VALIDATE_WATCH_H
#define DTN_VALIDATE_WATCH_H

#include "validate/spec.h"

/** A value at a moment, straight between the steps around it. */
typedef struct dtn_moment {
    uint32_t var, element;
    double time;
} dtn_moment;

typedef struct dtn_watch {
    /* what to read */
    const dtn_case *c;
    const dtn_program *program;
    const dtn_profile *profile;
    const dtn_quantity *quantities;
    size_t n_quantity;
    const dtn_balance *balances;
    size_t n_balance;
    const dtn_moment *moments;
    size_t n_moment;
    uint64_t n_run;
    /* where it goes; NaN: the run is flagged */
    double *values; /* [n_quantity][n_run] */
    double *drift;  /* [n_balance][n_run] largest |sum - sum at the start| over magnitudes */
    double *series; /* [n_moment][n_run] */
    /* set by dtn_watch_init from the case and the program */
    uint32_t decide_step, end_step, point_steps;
    bool has_running;
} dtn_watch;

/** Steps of the program, and memory for the results (dtn_watch_free). DTN_E_INPUT with a 604 where
 *  the program's step does not divide the case's points. */
dtn_status dtn_watch_init(dtn_watch *w, dtn_diags *diags);
void dtn_watch_free(dtn_watch *w);
/** A dtn_block_fn; ctx is a dtn_watch. */
dtn_status dtn_watch_work(void *ctx, dtn_block *block, uint64_t run0, uint32_t n);

#endif
