/* detente simulate: one run, its table.
 *
 * The table is written row by row while the run goes on. Save points are counted in whole steps
 * from the start, so none is lost to rounding. A value that becomes non-finite is data: the table
 * is complete, the exit status is 1, and the first such variable is named with its time.
 */
#include "cli/cli.h"
#include "cli/future.h"
#include "cli/runs_file.h"
#include "cli/table.h"
#include "base/text.h"
#include "run/run.h"

static int report_flag(dtn_cli *cli, dtn_block *block)
{
    dtn_flag flag = dtn_block_flag(block, 0);
    if (flag.var == DTN_NONE)
        return 0;
    const dtn_program *program = cli->program;
    char time[DTN_DOUBLE_MAX_TEXT];
    (void)dtn_double_to_text(dtn_program_time(program, flag.step), time);
    const dtn_var *var = &cli->model->vars[flag.var];
    dtn_console_error(&cli->console, "%s became non-finite at time %s (step %u)",
                      dtn_cli_named(cli, flag.var), time, flag.step);
    (void)fprintf(stderr, "  hint: 'detente explain %s \"%s\"' shows its equation and causes\n",
                  cli->options.args[0], var->name);
    return DTN_EXIT_RUN;
}

/* What is saved: the values go into a table row by row, or are kept, values[n_column][n_time]. */
typedef struct saving {
    const dtn_column *columns;
    size_t n_column;
    dtn_table_writer *table; /* NULL: kept */
    double *values;
    size_t n_time, i_time;
    const dtn_program *program;
    const dtn_column *missing; /* the first column with a missing value; NULL: none */
    double missing_time;
    bool is_na; /* it is :NA: itself */
} saving;

/* Data without any points; it was told when the model was read. */
static bool is_empty(const dtn_var *var)
{
    const dtn_eqn *eqn = var->n_eqn > 0 ? &var->eqns[0] : NULL;
    if (!eqn || eqn->kind != DTN_EQN_DATA)
        return false;
    for (size_t i = 0; eqn->tables && i < eqn->n_table; i++)
        if (eqn->tables[i] && eqn->tables[i]->n > 0)
            return false;
    return true;
}

/* The first that is :NA:, or that :NA: went into. */
static void note_missing(saving *s, const dtn_column *column, double value, double time)
{
    const dtn_var *var = &s->program->model->vars[column->var];
    const bool is_na = value == DTN_VENSIM_NA;
    if (s->missing != NULL || (is_na && is_empty(var)) ||
        !dtn_is_missing(value, dtn_program_missing_from(s->program, column->var)))
        return;
    s->missing = column;
    s->missing_time = time;
    s->is_na = is_na;
}

static void report_missing(dtn_cli *cli, const saving *s)
{
    char time[DTN_DOUBLE_MAX_TEXT];
    if (s->missing == NULL)
        return;
    (void)dtn_double_to_text(s->missing_time, time);
    dtn_console_say(&cli->console,
                    s->is_na
                        ? "'%s' is :NA: (missing, %s as a number) at time %s"
                        : "'%s' holds what :NA: (missing, %s as a number) went into, at time %s",
                    s->missing->name, "-6.49e32", time);
}

static void save(saving *s, dtn_block *block)
{
    if (s->table != NULL)
        dtn_table_number(s->table, dtn_block_time(block));
    for (size_t i = 0; i < s->n_column; i++) {
        const double value = dtn_block_value(block, s->columns[i].var, s->columns[i].element)[0];
        note_missing(s, &s->columns[i], value, dtn_block_time(block));
        if (s->table != NULL)
            dtn_table_number(s->table, value);
        else
            s->values[i * s->n_time + s->i_time] = value;
    }
    s->i_time++;
}

/* Every step of the run, saved at the save points. 0 or an exit status. */
static int run(const dtn_future *future, dtn_block *block, saving *to)
{
    const dtn_program *program = future->cli->program;
    for (uint32_t step = 0;; step++) {
        dtn_block_check(block); /* evaluates, and flags what is not finite */
        if (dtn_program_is_saved(program, step))
            save(to, block);
        if (step == program->n_step)
            return 0;
        if (dtn_console_interrupted())
            return dtn_cli_fail(future->cli, DTN_E_INTERRUPTED);
        dtn_future_branch(future, block);
        dtn_block_step(block);
    }
}

static int write_table(const dtn_future *future, dtn_block *block, const dtn_column *columns,
                       size_t n)
{
    dtn_cli *cli = future->cli;
    const char **names = DTN_NEW_N(&cli->arena, const char *, n + 1);
    dtn_table_writer table;
    saving to = {.columns = columns, .n_column = n, .table = &table, .program = cli->program};
    dtn_out out;
    dtn_status status = dtn_out_open(&out, cli->options.out, &cli->diags);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    names[0] = "time";
    for (size_t i = 0; i < n; i++)
        names[i + 1] = columns[i].name;
    dtn_table_begin(&table, &out, cli->options.format, n + 1, names);
    const int rc = run(future, block, &to);
    dtn_table_end(&table);
    if (rc != 0) {
        dtn_out_abandon(&out);
        return rc;
    }
    status = dtn_out_commit(&out, &cli->diags);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    report_missing(cli, &to);
    return 0;
}

/* -f nc: a file of one record. */
static int write_runs_file(const dtn_future *future, dtn_block *block, const dtn_column *columns,
                           size_t n)
{
    dtn_cli *cli = future->cli;
    const size_t n_time = cli->program->n_saved;
    double *times = DTN_NEW_N(&cli->arena, double, n_time + 1);
    saving to = {.columns = columns,
                 .n_column = n,
                 .n_time = n_time,
                 .program = cli->program,
                 .values = DTN_NEW_N(&cli->arena, double, n *n_time + 1)};
    const dtn_runs_spec spec = {.cli = cli,
                                .future = future,
                                .columns = columns,
                                .n_column = n,
                                .times = times,
                                .n_time = n_time,
                                .n_run = 1,
                                .run0 = cli->options.run};
    dtn_runs_file *file = NULL;
    for (size_t k = 0; k < n_time; k++)
        times[k] = dtn_program_saved_time(cli->program, k);
    int rc = run(future, block, &to);
    if (rc == 0)
        rc = dtn_runs_file_open(&spec, &file);
    if (rc != 0)
        return rc;
    report_missing(cli, &to);
    const bool is_flagged = dtn_block_flag(block, 0).var != DTN_NONE;
    return dtn_runs_file_end(file, dtn_runs_file_take(file, 0, 1, to.values, &is_flagged));
}

static int simulate(dtn_future *future, dtn_block *block)
{
    dtn_cli *cli = future->cli;
    dtn_column *columns = NULL;
    size_t n = 0;
    double *params = DTN_NEW_N(&cli->arena, double, future->n_param + 1);
    int rc = dtn_cli_columns(cli, &columns, &n);
    if (rc != 0)
        return rc;
    dtn_future_draw(future, cli->options.run, 1, params);
    dtn_status status = dtn_block_start(block, future->seed, cli->options.run, 1, future->n_param,
                                        future->param_ids, params);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    rc = (cli->options.format == DTN_FORMAT_NC ? write_runs_file : write_table)(future, block,
                                                                                columns, n);
    return rc != 0 ? rc : report_flag(cli, block);
}

int dtn_cli_simulate(dtn_cli *cli)
{
    dtn_future future;
    int rc = dtn_cli_read(cli);
    if (rc == 0)
        rc = dtn_future_init(cli, &future);
    if (rc != 0)
        return rc;
    dtn_jit *jit = dtn_ensemble_jit(cli->program, dtn_isa_best(), dtn_cli_backend(cli), 1, 1);
    dtn_block *block = dtn_block_new_jit(cli->program, 1, dtn_isa_best(), jit);
    rc = block == NULL ? dtn_cli_fail(cli, DTN_E_MEMORY) : simulate(&future, block);
    dtn_block_delete(block);
    dtn_jit_delete(jit);
    return rc;
}
