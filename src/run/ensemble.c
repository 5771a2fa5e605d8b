/* Ensembles: blocks of runs handed to threads, first come first served.
 *
 * A block is the runs run0 .. run0+n-1. Which thread takes it, and how large it is, cannot
 * change a result: draws are keyed by the run's number, and the work function writes to places
 * that belong to its runs. The calling thread works too and reports progress between blocks.
 */
#include "run/run.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define DTN_MAX_THREADS 1024
#define DTN_BLOCK_BYTES (32u * 1024) /* a small program's block should stay in the L1 cache */
#define DTN_BLOCK_MIN 64u            /* lanes: below, the interpreter's own work shows */
#define DTN_BLOCK_MAX 512u

typedef struct job {
    const dtn_program *program;
    const dtn_ensemble_options *o;
    const dtn_jit *jit;
    uint32_t block;
    _Atomic uint64_t next, done;
    _Atomic int status; /* first failure */
} job;

dtn_ensemble_options dtn_ensemble_defaults(void)
{
    return (dtn_ensemble_options){.seed = 1, .n_run = 1000, .isa = dtn_isa_best()};
}

static uint32_t choose_block(const dtn_program *p, const dtn_jit *jit, uint64_t n_run,
                             uint32_t n_thread)
{
    uint32_t lanes = DTN_BLOCK_BYTES / (uint32_t)sizeof(double) / (p->n_slot ? p->n_slot : 1);
    uint32_t unit = jit ? dtn_jit_group(jit) : DTN_LANE_PAD;
    lanes = lanes / 8 * 8;
    if (lanes < DTN_BLOCK_MIN)
        lanes = DTN_BLOCK_MIN;
    if (lanes > DTN_BLOCK_MAX)
        lanes = DTN_BLOCK_MAX;
    if (jit)
        lanes = dtn_jit_pitch(jit);
    uint64_t share = (n_run + n_thread - 1) / n_thread; /* something for every thread */
    if (lanes > share)
        lanes = (uint32_t)((share + unit - 1) / unit * unit);
    return lanes ? lanes : unit;
}

static void fail(job *j, dtn_status status)
{
    int none = DTN_OK;
    atomic_compare_exchange_strong(&j->status, &none, (int)status);
}

static dtn_status one_block(job *j, dtn_block *block, double *params, uint64_t first)
{
    const dtn_ensemble_options *o = j->o;
    uint64_t left = o->n_run - first;
    uint32_t n = left < j->block ? (uint32_t)left : j->block;
    uint64_t run0 = o->run0 + first;
    if (o->design)
        o->design(o->design_ctx, run0, n, params);
    dtn_status status = dtn_block_start(block, o->seed, run0, n, o->n_param, o->param_ids, params);
    if (status == DTN_OK)
        status = o->work(o->work_ctx, block, run0, n);
    if (status == DTN_OK)
        atomic_fetch_add(&j->done, n);
    return status;
}

static void work(job *j, bool reports)
{
    const dtn_ensemble_options *o = j->o;
    dtn_block *block = dtn_block_new_jit(j->program, j->block, o->isa, j->jit);
    double *params = dtn_alloc((o->n_param * j->block + 1) * sizeof *params);
    if (!block || !params)
        fail(j, DTN_E_MEMORY);
    while (block && params && atomic_load(&j->status) == DTN_OK) {
        uint64_t first = atomic_fetch_add(&j->next, j->block);
        if (first >= o->n_run)
            break;
        dtn_status status = one_block(j, block, params, first);
        if (status != DTN_OK)
            fail(j, status);
        if (reports && o->progress && o->progress(o->progress_ctx, atomic_load(&j->done), o->n_run))
            fail(j, DTN_E_INTERRUPTED);
    }
    dtn_block_delete(block);
    dtn_free(params);
}

static void *thread_main(void *arg)
{
    work(arg, false);
    return NULL;
}

/* The calling thread works too. */
static void work_on_threads(job *j, uint32_t n_thread)
{
    pthread_t threads[DTN_MAX_THREADS];
    uint32_t n_started = 1;
    while (n_started < n_thread && !pthread_create(&threads[n_started], NULL, thread_main, j))
        n_started++; /* fewer threads than asked for give the same result, later */
    work(j, true);
    while (n_started > 1)
        pthread_join(threads[--n_started], NULL);
}

/* What the generation of code costs is paid back by about this many instructions of lanes for each
 * instruction of the program: some 100 us against 0.2 ns saved. */
#define DTN_JIT_PAYS 1000000.0

dtn_jit *dtn_ensemble_jit(const dtn_program *program, dtn_isa isa, dtn_backend backend,
                          uint64_t n_run, uint32_t n_thread)
{
    dtn_jit *jit = NULL;
    const bool pays = (double)n_run * program->n_step >= DTN_JIT_PAYS;
    if (backend == DTN_BACKEND_INTERP || (backend == DTN_BACKEND_AUTO && !pays))
        return NULL;
    return dtn_jit_new(program, isa, n_thread, &jit) == DTN_OK ? jit : NULL;
}

dtn_status dtn_ensemble_run(const dtn_program *program, const dtn_ensemble_options *options)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t n_thread = options->n_thread ? options->n_thread : (uint32_t)(online > 0 ? online : 1);
    if (!options->work || (options->n_param > 0 && !options->design))
        return DTN_E_RANGE;
    if (n_thread > DTN_MAX_THREADS)
        n_thread = DTN_MAX_THREADS;
    dtn_jit *own = NULL;
    if (!options->jit)
        own = dtn_ensemble_jit(program, options->isa, options->backend, options->n_run, n_thread);
    job j = {.program = program, .o = options, .jit = options->jit ? options->jit : own};
    j.block =
        options->block ? options->block : choose_block(program, j.jit, options->n_run, n_thread);
    if (j.jit && j.block > dtn_jit_pitch(j.jit)) /* a block's size never changes a byte */
        j.block = dtn_jit_pitch(j.jit);
    uint64_t n_block = (options->n_run + j.block - 1) / j.block;
    work_on_threads(&j, n_block < n_thread ? (uint32_t)n_block : n_thread);
    dtn_jit_delete(own);
    if (options->progress && atomic_load(&j.status) == DTN_OK)
        options->progress(options->progress_ctx, atomic_load(&j.done), options->n_run);
    return (dtn_status)atomic_load(&j.status);
}
