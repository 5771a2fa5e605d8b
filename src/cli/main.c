/* detente: the command line program. Parses, dispatches, frees; the commands have a file each.
 *
 * Exit status: 0 done, 1 the run failed, 2 usage, 3 an input cannot be run, 4 input or output
 * failed, 5 a demanded check did not hold, 130 interrupted; by SIGPIPE, silently, where the reader of standard output
 * stops early.
 */
#include "cli/cli.h"
#include "store/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef int (*command_fn)(dtn_cli *cli);
static const command_fn commands[DTN_N_COMMAND] = {
    [DTN_CMD_SIMULATE] = dtn_cli_simulate, [DTN_CMD_ENSEMBLE] = dtn_cli_ensemble,
    [DTN_CMD_COMPARE] = dtn_cli_compare,   [DTN_CMD_CHECK] = dtn_cli_check,
    [DTN_CMD_EXPLAIN] = dtn_cli_explain,   [DTN_CMD_CONVERT] = dtn_cli_convert,
    [DTN_CMD_BENCH] = dtn_cli_bench,       [DTN_CMD_READ] = dtn_cli_read_documents,
    [DTN_CMD_VIEWS] = dtn_cli_views,
};

/* The arena's guard stands here alone: whatever a command holds when memory runs out is given
 * back by the end of the process, and files in the making are still named .part. */
static int run_command(dtn_cli *cli)
{
    if (DTN_ARENA_GUARD(&cli->arena)) {
        dtn_console_error(&cli->console, "%s", dtn_status_text(DTN_E_MEMORY));
        return DTN_EXIT_RUN;
    }
    return commands[cli->options.command](cli);
}

static void free_cli(dtn_cli *cli)
{
    dtn_program_delete(cli->program);
    if (cli->c != NULL)
        dtn_case_delete(cli->c);
    else
        dtn_model_delete(cli->model);
    dtn_diags_free(&cli->diags);
    dtn_arena_free(&cli->arena);
    dtn_options_free(&cli->options);
}

/* Data that did not reach standard output is a failure, whatever else went well. */
static int flush_stdout(dtn_cli *cli, int rc)
{
    errno = 0;
    if ((fflush(stdout) == 0 && ferror(stdout) == 0) || rc == DTN_EXIT_PIPE)
        return rc;
    int error = errno;
    if (error == 0) /* a write before this one failed: ask again why */
        error = write(STDOUT_FILENO, "\n", 1) < 0 ? errno : EIO;
    (void)dtn_store_cannot_write("standard output", error, &cli->diags);
    return rc != DTN_EXIT_INTERRUPTED ? dtn_cli_fail(cli, DTN_E_IO) : rc;
}

int main(int argc, char **argv)
{
    dtn_cli cli;
    memset(&cli, 0, sizeof cli);
    const bool may_leave = dtn_console_prepare();
    int rc = dtn_options_parse(argc, argv, &cli.options, stderr);
    if (rc != 0) {
        dtn_options_free(&cli.options);
        return rc;
    }
    dtn_console_init(&cli.console, &cli.options);
    cli.console.may_leave = may_leave;
    dtn_arena_init(&cli.arena);
    dtn_diags_init(&cli.diags);
    if (cli.options.version)
        (void)puts("detente " DTN_VERSION);
    else if (cli.options.help)
        dtn_options_print_help(cli.options.command, stdout);
    else
        rc = run_command(&cli);
    dtn_console_progress_end(&cli.console);
    rc = flush_stdout(&cli, rc);
    free_cli(&cli);
    if (rc == DTN_EXIT_PIPE)
        dtn_console_end_by_pipe();
    return rc;
}
