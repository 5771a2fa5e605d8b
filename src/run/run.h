/** Runs: blocks of lanes, time stepping, snapshots, ensembles over threads. */
#ifndef DTN_RUN_RUN_H
#define DTN_RUN_RUN_H

#include "compile/program.h"
#include "jit/jit.h"

/* ---- A block: n_lane runs side by side ---------------------------------- */

typedef struct dtn_block dtn_block;

/** Memory for blocks of up to n_lane lanes of this program; NULL: out of memory. One per thread;
 *  reused for block after block. */
dtn_block *dtn_block_new(const dtn_program *program, uint32_t n_lane, dtn_isa isa);
/** The same, executed by generated code; n_lane at most its pitch, else the interpreter takes it.
 *  The code is borrowed; NULL: the interpreter. Bytes are the same. Steps are then made when
 *  somebody looks, as many together as there are. */
dtn_block *dtn_block_new_jit(const dtn_program *program, uint32_t n_lane, dtn_isa isa,
                             const dtn_jit *jit);
void dtn_block_delete(dtn_block *block);

/** Start runs run0 .. run0+n-1 (n <= n_lane): parameters take the program's values, then
 *  params[i_param][i_lane] (n_param rows of n; param_ids index program->parameters), then init.
 *  No overlay is on. DTN_E_RANGE: n, or a parameter is held. */
dtn_status dtn_block_start(dtn_block *block, uint64_t seed, uint64_t run0, uint32_t n,
                           size_t n_param, const uint32_t *param_ids, const double *params);

/** Switch overlay `overlay` (1-based) on or off for the whole block from now on. Switching on
 *  computes its own constants and initial values from the current state. */
void dtn_block_set_overlay(dtn_block *block, uint32_t overlay, int on);

/** Branches will start from this step with this block's runs and go on for n_step steps: draws that do
 *  not depend on the state are kept from the first to the others, as far as memory allows. Until the
 *  block is started again. Never changes a byte. */
void dtn_block_keep_draws(dtn_block *block, uint32_t n_step);

/** Evaluate all variables at the current step (cheap when already done). */
void dtn_block_eval(dtn_block *block);
/** Advance by one step. */
void dtn_block_step(dtn_block *block);
uint32_t dtn_block_step_index(const dtn_block *block);
double dtn_block_time(const dtn_block *block);

/** Is a variable part of the state (a constant, a stock, held memory)? Its value can be read after a step
 *  without dtn_block_eval. */
bool dtn_block_is_state(const dtn_block *block, uint32_t var);
/** Lanes of a variable's element: [n] values, borrowed until the next call. Constants, stocks
 *  and auxiliaries; call dtn_block_eval first, unless dtn_block_is_state. */
const double *dtn_block_value(dtn_block *block, uint32_t var, uint32_t element);

/** First non-finite value of a lane: variable and step; var = DTN_NONE if all is well. */
typedef struct dtn_flag {
    uint32_t var;
    uint32_t step;
} dtn_flag;
dtn_flag dtn_block_flag(dtn_block *block, uint32_t lane);
/** Stocks are looked at after every step; this looks at every variable now and flags lanes. */
void dtn_block_check(dtn_block *block);

/** State for branching, filtering and resume: all that the lanes remember. */
typedef struct dtn_snapshot dtn_snapshot;
dtn_snapshot *dtn_snapshot_new(const dtn_block *block); /* empty; NULL: out of memory */
void dtn_snapshot_delete(dtn_snapshot *snapshot);
dtn_status dtn_block_save(dtn_block *block, dtn_snapshot *into);
dtn_status dtn_block_restore(dtn_block *block, const dtn_snapshot *from);

/* ---- Ensembles: blocks over threads ------------------------------------- */

/** Gives the parameters of runs run0..run0+n-1 into params[n_param][n]. Must not depend on the
 *  block's size. Called from worker threads. */
typedef void (*dtn_design_fn)(void *ctx, uint64_t run0, uint32_t n, double *params);

/** Work on one block that has been started; called from a worker thread. Blocks come in any
 *  order; results must go to places that belong to the runs. Non-OK ends the ensemble. */
typedef dtn_status (*dtn_block_fn)(void *ctx, dtn_block *block, uint64_t run0, uint32_t n);

/** Called now and then from the calling thread: done of total runs. Return non-zero to stop
 *  (DTN_E_INTERRUPTED). */
typedef int (*dtn_progress_fn)(void *ctx, uint64_t done, uint64_t total);

/** Who executes; never changes a byte. */
typedef enum dtn_backend {
    DTN_BACKEND_AUTO, /* generated code where the ensemble is large enough to pay for it */
    DTN_BACKEND_JIT,  /* the interpreter only where there is no code generator */
    DTN_BACKEND_INTERP
} dtn_backend;

typedef struct dtn_ensemble_options {
    uint64_t seed; /* 1 */
    uint64_t run0; /* 0: the first run's number */
    uint64_t n_run;
    uint32_t n_thread; /* 0: all */
    uint32_t block;    /* lanes; 0: chosen for the cache. Never changes a byte */
    dtn_isa isa;
    dtn_backend backend;
    const dtn_jit *jit; /* code that exists already, borrowed; NULL: made where it pays */
    size_t n_param;
    const uint32_t *param_ids; /* [n_param] */
    dtn_design_fn design;      /* NULL with n_param 0 */
    void *design_ctx;
    dtn_block_fn work;
    void *work_ctx;
    dtn_progress_fn progress; /* may be NULL */
    void *progress_ctx;
} dtn_ensemble_options;
dtn_ensemble_options dtn_ensemble_defaults(void);

dtn_status dtn_ensemble_run(const dtn_program *program, const dtn_ensemble_options *options);

/** Code for `n_run` runs of a program, where the backend asks for it and it pays; NULL: none. */
dtn_jit *dtn_ensemble_jit(const dtn_program *program, dtn_isa isa, dtn_backend backend,
                          uint64_t n_run, uint32_t n_thread);

#endif
