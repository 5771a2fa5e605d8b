/* detente ensemble: many runs, quantiles of each saved variable at each save point; or the runs themselves
 * (runs_file.c). Of a case, if --save names no variables, those of its outcomes at its points.
 *
 * Up to DTN_EXACT_RUNS runs asked for, every value is kept and quantiles are exact (type 7).
 * Above, values go into counts over fixed buckets and exactly rounded sums, so that memory does
 * not grow with the runs. Both give the same bytes for any number of threads and any block size.
 *
 * A run with a non-finite value is left out of every figure and counted; more than 1 % of such
 * runs make the exit status 1, and the table is written all the same. A value that is :NA:, or so large
 * that :NA: went into it, is left out of its cell and told; -f nc keeps it as it is.
 */
#include "cli/cli.h"
#include "cli/future.h"
#include "cli/runs_file.h"
#include "cli/table.h"
#include "decide/workers.h"
#include "stat/stat.h"

#include "base/text.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#define MAX_KEPT_BYTES ((uint64_t)2 << 30) /* values of exact runs */
#define MAX_CELLS 200000                   /* counted cells: about 10 kB each */

enum { N_LOCK = 64 }; /* cells share them */

/* Counts of one variable at one save point, for more runs than are kept. */
typedef struct cell {
    dtn_sketch *sketch;
    dtn_sum sum;
} cell;

typedef struct ensemble {
    dtn_future *future;
    dtn_column *columns;
    size_t n_column, n_time;
    double *times;        /* [n_time] */
    uint32_t point_steps; /* between points; 0: the model's save points */
    uint64_t n_run;
    dtn_runs_file *file; /* -f nc: the runs go there, and no figures are made */
    bool is_exact;
    double *values;                     /* exact: [n_column][n_time][n_run], NaN where flagged */
    cell *cells;                        /* else: [n_column][n_time] */
    pthread_mutex_t lock;               /* of the flags */
    pthread_mutex_t cell_locks[N_LOCK]; /* of cells; sums and counts do not mind the order */
    uint64_t n_flagged, first_flagged;  /* first: by number of the run */
    dtn_flag flag;
    uint64_t n_missing, first_missing; /* runs with a missing value, the others left aside */
    size_t missing_cell;               /* the first one of that run */
    dtn_summary *summaries;            /* [n_column][n_time] */
} ensemble;

/* ---- What is looked at ------------------------------------------------------------------ */

static bool is_listed(const ensemble *e, uint32_t var, uint32_t element)
{
    for (size_t i = 0; i < e->n_column; i++)
        if (e->columns[i].var == var && e->columns[i].element == element)
            return true;
    return false;
}

/* A case's outcomes at the points of its series. */
static void take_outcomes(dtn_cli *cli, ensemble *e)
{
    const dtn_case *c = cli->c;
    e->point_steps = (uint32_t)dtn_round(c->save_every / cli->program->dt);
    e->point_steps = e->point_steps > 0 ? e->point_steps : 1;
    e->columns = DTN_NEW_N(&cli->arena, dtn_column, c->n_outcome + 1);
    for (size_t o = 0; o < c->n_outcome; o++) {
        const dtn_outcome *outcome = &c->outcomes[o];
        if (!is_listed(e, outcome->var, outcome->element))
            e->columns[e->n_column++] = (dtn_column){
                outcome->var, outcome->element,
                dtn_element_name(&cli->arena, cli->model, outcome->var, outcome->element)};
    }
}

static bool is_point(const ensemble *e, uint32_t step)
{
    const dtn_program *program = e->future->cli->program;
    return e->point_steps ? step % e->point_steps == 0 : dtn_program_is_saved(program, step);
}

static int take_columns(dtn_cli *cli, ensemble *e)
{
    const dtn_program *program = cli->program;
    int rc = 0;
    if (cli->c && cli->options.save.n == 0)
        take_outcomes(cli, e);
    else
        rc = dtn_cli_columns(cli, &e->columns, &e->n_column);
    if (rc != 0)
        return rc;
    e->n_time = e->point_steps ? program->n_step / e->point_steps + 1 : program->n_saved;
    e->times = DTN_NEW_N(&cli->arena, double, e->n_time + 1);
    for (size_t k = 0; k < e->n_time; k++)
        e->times[k] = e->point_steps ? dtn_program_time(program, (uint32_t)k * e->point_steps)
                                     : dtn_program_saved_time(program, k);
    return 0;
}

/* ---- Work on one block, in a worker thread ------------------------------------------- */

static void count_flags(ensemble *e, dtn_block *block, uint64_t run0, uint32_t n)
{
    for (uint32_t lane = 0; lane < n; lane++) {
        dtn_flag flag = dtn_block_flag(block, lane);
        if (flag.var == DTN_NONE)
            continue;
        e->n_flagged++;
        if (run0 + lane < e->first_flagged) {
            e->first_flagged = run0 + lane;
            e->flag = flag;
        }
    }
}

/* Values of one cell without those of flagged lanes and what is missing (NaN); how many. */
static uint32_t unflagged(uint32_t n, const double *row, const bool *is_flagged, double *out)
{
    uint32_t n_kept = 0;
    for (uint32_t lane = 0; lane < n; lane++) {
        out[n_kept] = row[lane];
        n_kept += !is_flagged[lane] && !isnan(row[lane]);
    }
    return n_kept;
}

/* What is missing becomes NaN, which no figure takes; the lanes that have any are counted. */
static dtn_status leave_out_missing(ensemble *e, uint64_t run0, uint32_t n, const bool *is_flagged,
                                    double *rows)
{
    const size_t n_cell = e->n_column * e->n_time;
    size_t *first = dtn_alloc(n * sizeof *first); /* cell + 1 */
    if (!first)
        return DTN_E_MEMORY;
    for (size_t i = 0; i < n_cell; i++) {
        const double from =
            dtn_program_missing_from(e->future->cli->program, e->columns[i / e->n_time].var);
        for (uint32_t lane = 0; lane < n; lane++)
            if (dtn_is_missing(rows[i * n + lane], from)) {
                rows[i * n + lane] = (double)NAN;
                if (first[lane] == 0 && !is_flagged[lane])
                    first[lane] = i + 1;
            }
    }
    (void)pthread_mutex_lock(&e->lock);
    for (uint32_t lane = 0; lane < n; lane++) {
        if (first[lane] == 0)
            continue;
        e->n_missing++;
        if (run0 + lane < e->first_missing) {
            e->first_missing = run0 + lane;
            e->missing_cell = first[lane] - 1;
        }
    }
    (void)pthread_mutex_unlock(&e->lock);
    dtn_free(first);
    return DTN_OK;
}

/* Into counts: cell by cell, so that a cell's counts stay in the cache, and from a place of the
 * block's own on, so that threads do not wait for the same cell. */
static dtn_status count_rows(ensemble *e, uint64_t run0, uint32_t n, const double *rows,
                             const bool *is_flagged, double *kept)
{
    const size_t n_cell = e->n_column * e->n_time;
    dtn_status status = DTN_OK;
    for (size_t k = 0; k < n_cell && status == DTN_OK; k++) {
        const size_t i = (k + (size_t)(run0 / n) * (n_cell / 2 + 1)) % n_cell;
        const uint32_t n_kept = unflagged(n, rows + i * n, is_flagged, kept);
        (void)pthread_mutex_lock(&e->cell_locks[i % N_LOCK]);
        dtn_sum_add_many(&e->cells[i].sum, n_kept, kept);
        status = dtn_sketch_add_many(e->cells[i].sketch, n_kept, kept);
        (void)pthread_mutex_unlock(&e->cell_locks[i % N_LOCK]);
    }
    return status;
}

/* Rows of n lanes, one for each cell: into the file, into the kept values, places of their own, or
 * counted. */
static dtn_status take_rows(ensemble *e, dtn_block *block, uint64_t run0, uint32_t n, double *rows)
{
    const size_t n_cell = e->n_column * e->n_time;
    bool *is_flagged = dtn_alloc(n * sizeof *is_flagged);
    double *kept = dtn_alloc(n * sizeof *kept);
    dtn_status status = is_flagged && kept ? DTN_OK : DTN_E_MEMORY;
    for (uint32_t lane = 0; status == DTN_OK && lane < n; lane++)
        is_flagged[lane] = dtn_block_flag(block, lane).var != DTN_NONE;
    if (status == DTN_OK && !e->file)
        status = leave_out_missing(e, run0, n, is_flagged, rows);
    for (size_t i = 0; status == DTN_OK && e->values && i < n_cell; i++)
        for (uint32_t lane = 0; lane < n; lane++)
            e->values[i * e->n_run + run0 + lane] =
                is_flagged[lane] ? (double)NAN : rows[i * n + lane];
    if (status == DTN_OK && e->cells)
        status = count_rows(e, run0, n, rows, is_flagged, kept);
    if (status == DTN_OK && e->file)
        status = dtn_runs_file_take(e->file, run0, n, rows, is_flagged);
    dtn_free(is_flagged);
    dtn_free(kept);
    return status;
}

/* Stocks are looked at after every step; here every variable, and its lane flagged. */
static void read_row(const ensemble *e, dtn_block *block, size_t i_time, uint32_t n, double *rows)
{
    dtn_block_check(block);
    for (size_t i = 0; i < e->n_column; i++)
        memcpy(rows + (i * e->n_time + i_time) * n,
               dtn_block_value(block, e->columns[i].var, e->columns[i].element), n * sizeof *rows);
}

static dtn_status run_block(void *ctx, dtn_block *block, uint64_t run0, uint32_t n)
{
    ensemble *e = ctx;
    const dtn_program *program = e->future->cli->program;
    double *rows = dtn_alloc(e->n_column * e->n_time * n * sizeof *rows);
    if (rows == NULL)
        return DTN_E_MEMORY;
    size_t i_time = 0;
    for (uint32_t step = 0;; step++) {
        if (is_point(e, step))
            read_row(e, block, i_time++, n, rows);
        if (step == program->n_step)
            break;
        dtn_future_branch(e->future, block);
        dtn_block_step(block);
    }
    (void)pthread_mutex_lock(&e->lock);
    count_flags(e, block, run0, n);
    (void)pthread_mutex_unlock(&e->lock);
    dtn_status status = take_rows(e, block, run0, n, rows);
    dtn_free(rows);
    return status;
}

/* ---- Memory ---------------------------------------------------------------------------- */

static int too_much(dtn_cli *cli, size_t n_column)
{
    dtn_console_error(&cli->console, "%zu variables at every save point are too many to keep",
                      n_column);
    (void)fputs("  hint: name the ones you want with --save\n", stderr);
    return DTN_EXIT_USAGE;
}

static int allocate(dtn_cli *cli, ensemble *e)
{
    size_t n_cell = e->n_column * e->n_time;
    e->is_exact = e->n_run <= DTN_EXACT_RUNS;
    e->summaries = DTN_NEW_N(&cli->arena, dtn_summary, n_cell + 1);
    if (e->is_exact ? n_cell > MAX_KEPT_BYTES / sizeof(double) / e->n_run : n_cell > MAX_CELLS)
        return too_much(cli, e->n_column);
    if (e->is_exact) {
        e->values = dtn_alloc(n_cell * e->n_run * sizeof *e->values + 1);
        dtn_prefer_huge_pages(e->values, n_cell * e->n_run * sizeof *e->values);
        return e->values == NULL ? dtn_cli_fail(cli, DTN_E_MEMORY) : 0;
    }
    e->cells = DTN_NEW_N(&cli->arena, cell, n_cell + 1);
    for (size_t i = 0; i < n_cell; i++) {
        dtn_sum_init(&e->cells[i].sum);
        e->cells[i].sketch = dtn_sketch_new();
        if (e->cells[i].sketch == NULL)
            return dtn_cli_fail(cli, DTN_E_MEMORY);
    }
    return 0;
}

static void free_ensemble(ensemble *e)
{
    dtn_free(e->values);
    for (size_t i = 0; e->cells != NULL && i < e->n_column * e->n_time; i++)
        dtn_sketch_delete(e->cells[i].sketch);
    (void)pthread_mutex_destroy(&e->lock);
    for (size_t i = 0; i < N_LOCK; i++)
        (void)pthread_mutex_destroy(&e->cell_locks[i]);
}

/* ---- The table ---------------------------------------------------------------------------- */

/* One cell; the figures of a cell that cannot be had are NaN. */
static void summarise(void *ctx, size_t i_cell, void *scratch)
{
    static const double q[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    double p[5] = {NAN, NAN, NAN, NAN, NAN};
    const ensemble *e = ctx;
    if (e->is_exact) {
        dtn_summary_of((size_t)e->n_run, e->values + i_cell * e->n_run, scratch,
                       &e->summaries[i_cell]);
        return;
    }
    const cell *from = &e->cells[i_cell];
    const uint64_t n = dtn_sketch_count(from->sketch);
    (void)dtn_sketch_quantiles(from->sketch, 5, q, p);
    e->summaries[i_cell] =
        (dtn_summary){.n = n,
                      .n_flagged = e->n_run - n,
                      .mean = n > 0 ? dtn_sum_get(&from->sum) / (double)n : (double)NAN,
                      .p05 = p[0],
                      .p25 = p[1],
                      .p50 = p[2],
                      .p75 = p[3],
                      .p95 = p[4]};
}

static void write_rows(const ensemble *e, dtn_table_writer *table)
{
    const dtn_model *model = e->future->cli->model;
    for (size_t i = 0; i < e->n_column; i++) {
        const char *unit = model->vars[e->columns[i].var].units;
        for (size_t k = 0; k < e->n_time; k++) {
            dtn_table_text(table, e->columns[i].name);
            dtn_table_text(table, unit != NULL ? unit : "");
            dtn_table_number(table, e->times[k]);
            dtn_table_summary(table, &e->summaries[i * e->n_time + k]);
        }
    }
}

/* `out` is ended here. */
static int write_table(dtn_cli *cli, ensemble *e, dtn_out *out)
{
    static const char *columns[] = {"variable", "unit", "time", DTN_SUMMARY_COLUMNS};
    dtn_table_writer table;
    dtn_status status = dtn_workers_run((uint32_t)cli->options.jobs, e->n_column * e->n_time,
                                        e->is_exact ? e->n_run * sizeof(double) : 1, summarise, e);
    if (status != DTN_OK) {
        dtn_out_abandon(out);
    } else {
        dtn_table_begin(&table, out, cli->options.format, sizeof columns / sizeof *columns,
                        columns);
        write_rows(e, &table);
        dtn_table_end(&table);
        status = dtn_out_commit(out, &cli->diags);
    }
    return status != DTN_OK ? dtn_cli_fail(cli, status) : 0;
}

/* ---- The command ---------------------------------------------------------------------------- */

static int report_flags(dtn_cli *cli, const ensemble *e)
{
    if (e->n_flagged == 0)
        return 0;
    if (e->first_flagged == UINT64_MAX) { /* they were made before a resume */
        dtn_console_say(&cli->console, "%llu of %llu runs became non-finite (flagged in the file)",
                        (unsigned long long)e->n_flagged, (unsigned long long)e->n_run);
        return e->n_flagged * 100 > e->n_run ? DTN_EXIT_RUN : 0;
    }
    char time[DTN_DOUBLE_MAX_TEXT];
    (void)dtn_double_to_text(dtn_program_time(cli->program, e->flag.step), time);
    const char *fmt = "%llu of %llu runs became non-finite and were left out; the first is run "
                      "%llu, %s at time %s";
    bool is_failure = e->n_flagged * 100 > e->n_run;
    unsigned long long n = e->n_flagged, all = e->n_run, first = e->first_flagged;
    const char *name = dtn_cli_named(cli, e->flag.var);
    if (is_failure)
        dtn_console_error(&cli->console, fmt, n, all, first, name, time);
    else
        dtn_console_say(&cli->console, fmt, n, all, first, name, time);
    return is_failure ? DTN_EXIT_RUN : 0;
}

static void report_missing(dtn_cli *cli, const ensemble *e)
{
    char time[DTN_DOUBLE_MAX_TEXT];
    if (e->n_missing == 0)
        return;
    (void)dtn_double_to_text(e->times[e->missing_cell % e->n_time], time);
    dtn_console_say(
        &cli->console,
        "in %llu of %llu runs a value is missing (:NA:, or so large that :NA: went into "
        "it) and was left out, counted in n_flagged; the first is run %llu, '%s' at "
        "time %s",
        (unsigned long long)e->n_missing, (unsigned long long)e->n_run,
        (unsigned long long)e->first_missing, e->columns[e->missing_cell / e->n_time].name, time);
}

static dtn_status run_all(dtn_cli *cli, ensemble *e)
{
    dtn_ensemble_options options = dtn_ensemble_defaults();
    const uint64_t done = e->file ? dtn_runs_file_done(e->file, &e->n_flagged) : 0;
    options.seed = e->future->seed;
    options.run0 = done;
    options.n_run = e->n_run - done;
    options.n_thread = (uint32_t)cli->options.jobs;
    options.block = (uint32_t)cli->options.block;
    options.backend = dtn_cli_backend(cli);
    options.n_param = e->future->n_param;
    options.param_ids = e->future->param_ids;
    options.design = e->future->n_param > 0 ? dtn_future_draw : NULL;
    options.design_ctx = e->future;
    options.work = run_block;
    options.work_ctx = e;
    options.progress = dtn_console_progress;
    options.progress_ctx = &cli->console;
    dtn_status status = options.n_run > 0 ? dtn_ensemble_run(cli->program, &options) : DTN_OK;
    dtn_console_progress_end(&cli->console);
    return status;
}

/* The ensemble is run, and what is asked for written. */
static int run_and_write(dtn_cli *cli, ensemble *e)
{
    const dtn_runs_spec spec = {.cli = cli,
                                .future = e->future,
                                .columns = e->columns,
                                .n_column = e->n_column,
                                .times = e->times,
                                .n_time = e->n_time,
                                .n_run = e->n_run};
    dtn_out out;
    dtn_status status = DTN_OK;
    if (cli->options.format == DTN_FORMAT_NC) {
        const int rc = dtn_runs_file_open(&spec, &e->file);
        return rc == 0 ? dtn_runs_file_end(e->file, run_all(cli, e)) : rc;
    }
    const int rc = allocate(cli, e);
    if (rc != 0)
        return rc;
    /* whether the file can be written is known before an hour's computing, not after it */
    if ((status = dtn_out_open(&out, cli->options.out, &cli->diags)) != DTN_OK)
        return dtn_cli_fail(cli, status);
    if ((status = run_all(cli, e)) == DTN_OK)
        return write_table(cli, e, &out);
    dtn_out_abandon(&out);
    return dtn_cli_fail(cli, status);
}

/* A design of a hundred equal runs is rarely what was meant. */
static void say_if_nothing_varies(dtn_cli *cli, const ensemble *e)
{
    if (cli->c != NULL || cli->program->n_stream > 0 || cli->options.vary.n > 0 ||
        e->future->plan.file.n_row > 0 || e->n_run < 2)
        return;
    dtn_console_say(&cli->console,
                    "all runs are the same: the model draws nothing at random and no "
                    "parameter varies; --vary NAME=DIST names one");
}

static int check_options(dtn_cli *cli, const ensemble *e)
{
    if (cli->options.resume && cli->options.format != DTN_FORMAT_NC)
        dtn_console_error(&cli->console,
                          "--resume goes on with runs that were written: it needs -f nc");
    else if (e->n_run > UINT32_MAX && cli->options.format != DTN_FORMAT_NC)
        dtn_console_error(&cli->console, "more than %u runs cannot be counted", UINT32_MAX);
    else
        return 0;
    return DTN_EXIT_USAGE;
}

int dtn_cli_ensemble(dtn_cli *cli)
{
    dtn_future future;
    ensemble e = {.future = &future, .first_flagged = UINT64_MAX, .first_missing = UINT64_MAX};
    int rc = dtn_cli_read(cli);
    if (rc == 0)
        rc = dtn_future_init(cli, &future);
    if (rc == 0)
        rc = take_columns(cli, &e);
    if (rc != 0)
        return rc;
    e.n_run = future.plan.n_run;
    rc = check_options(cli, &e);
    if (rc != 0)
        return rc;
    say_if_nothing_varies(cli, &e);
    (void)pthread_mutex_init(&e.lock, NULL);
    for (size_t i = 0; i < N_LOCK; i++)
        (void)pthread_mutex_init(&e.cell_locks[i], NULL);
    rc = run_and_write(cli, &e);
    if (rc == 0)
        report_missing(cli, &e);
    if (rc == 0)
        rc = report_flags(cli, &e);
    free_ensemble(&e);
    return rc;
}
