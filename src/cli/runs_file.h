/** The runs of an ensemble, or one run alone, as a NetCDF file: every value that is saved, one record a run. */
#ifndef DTN_CLI_RUNS_FILE_H
#define DTN_CLI_RUNS_FILE_H

#include "cli/cli.h"
#include "cli/future.h"

typedef struct dtn_runs_file dtn_runs_file;

/** What the file is made of: columns at times, of n_run runs. Everything is borrowed until the end. */
typedef struct dtn_runs_spec {
    dtn_cli *cli;
    const dtn_future *future;
    const dtn_column *columns;
    size_t n_column;
    const double *times; /* [n_time] model time */
    size_t n_time;
    uint64_t n_run;
    uint64_t run0; /* number of the first; runs below count from it */
} dtn_runs_spec;

/** Begin --out, or with --resume go on with its .part. 0 or an exit status; says what is wrong. */
int dtn_runs_file_open(const dtn_runs_spec *spec, dtn_runs_file **out);
/** Runs that the file has already, from 0 on; how many of them are flagged. */
uint64_t dtn_runs_file_done(const dtn_runs_file *file, uint64_t *n_flagged);
/** Runs run0 .. run0+n-1 from any thread, in any order: rows[n_column][n_time][n]. They go to the file when
 *  all before them have. DTN_E_MEMORY, DTN_E_IO. */
dtn_status dtn_runs_file_take(dtn_runs_file *file, uint64_t run0, uint32_t n, const double *rows,
                              const bool *is_flagged);
/** The file into its place if `status` is DTN_OK, else its .part is left for --resume, and said so. 0 or an
 *  exit status. Frees. */
int dtn_runs_file_end(dtn_runs_file *file, dtn_status status);

#endif
