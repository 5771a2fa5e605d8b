/** What every command has in its hands, and what several of them do. */
#ifndef DTN_CLI_CLI_H
#define DTN_CLI_CLI_H

#include "api/names.h"
#include "case/case.h"
#include "cli/console.h"
#include "cli/options.h"
#include "compile/program.h"
#include "model/model.h"
#include "validate/validate.h"

/** One invocation. Zeroed and filled by main; freed by it. */
typedef struct dtn_cli {
    dtn_options options;
    dtn_console console;
    dtn_arena arena; /* guarded in main: a failed allocation ends the program there */
    dtn_diags diags;
    size_t n_diag_shown; /* of the items; of all, kept or not */
    size_t n_diag_counted;
    dtn_case *c;      /* NULL for a plain model */
    dtn_model *model; /* the case's, or owned */
    dtn_program *program;
} dtn_cli;

/* The commands; each returns the exit status. */
int dtn_cli_simulate(dtn_cli *cli);
int dtn_cli_ensemble(dtn_cli *cli);
int dtn_cli_compare(dtn_cli *cli);
int dtn_cli_check(dtn_cli *cli);
int dtn_cli_convert(dtn_cli *cli);
int dtn_cli_explain(dtn_cli *cli);
int dtn_cli_bench(dtn_cli *cli);
int dtn_cli_read_documents(dtn_cli *cli);
int dtn_cli_views(dtn_cli *cli);

/** Print the diagnostics that have come since the last call. */
void dtn_cli_show_diags(dtn_cli *cli);
/** The same, then the exit status of `status`; a status without a diagnostic gets its sentence. Where the
 *  reader of standard output has left, writing to it failed and that is all: nothing is said. */
int dtn_cli_fail(dtn_cli *cli, dtn_status status);

/** The files of --data into cli->model, before its names are resolved. */
dtn_status dtn_cli_load_data(dtn_cli *cli);
/** Read the model or the case at `path`, names resolved, into cli->model (and cli->c). Nothing
 *  is printed. After an error cli->model may still hold what could be read. */
dtn_status dtn_cli_load(dtn_cli *cli, const char *path);
/** The same for the first argument, with --decide-on applied and what is wrong said.
 *  Returns 0 or an exit status. */
int dtn_cli_read(dtn_cli *cli);
/** Validate cli->c by its validation.yaml on so many futures, with the options of the command line and
 *  its progress (dtn_validate). */
dtn_status dtn_cli_validate(dtn_cli *cli, uint64_t n_run, dtn_validation **out);
/** A case is a folder or its YAML file; anything else is a model. */
bool dtn_cli_is_case_path(const char *path);

/** "'name' (file:line)", where its equation stands; borrowed from the arena. */
const char *dtn_cli_named(dtn_cli *cli, uint32_t var);

/** "name", "name[a,b]", quotes allowed, any spelling. Says what is wrong (nearest names as a
 *  hint), returns 0 or the exit status for usage. `what` names the option in messages. */
int dtn_cli_find(dtn_cli *cli, const char *what, const char *name, dtn_target *out);

/** Values given on the command line or by a design: one entry for each scalar or element. */
typedef struct dtn_fixed {
    uint32_t var, element;
    const char *key;
    double value;
} dtn_fixed;
typedef struct dtn_fixed_list {
    dtn_fixed *items;
    size_t n, cap;
} dtn_fixed_list;

/** May a target be given a value? Adds one entry for each element. 0 or an exit status. */
int dtn_cli_add_fixed(dtn_cli *cli, const char *what, const char *name, double value,
                      dtn_fixed_list *list);
/** All --set NAME=VALUE. */
int dtn_cli_sets(dtn_cli *cli, dtn_fixed_list *list);

/** Compile cli->model to cli->program with --dt, --stop, --method; `list` (and, in a case, its
 *  uncertain inputs) become parameters. 0 or an exit status. */
int dtn_cli_compile(dtn_cli *cli, const dtn_fixed_list *list);

/** The columns of a table: --save, or every variable that has a value. */
typedef struct dtn_column {
    uint32_t var, element;
    const char *name;
} dtn_column;
int dtn_cli_columns(dtn_cli *cli, dtn_column **out, size_t *n);

#endif
