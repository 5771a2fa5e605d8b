/* detente check: what is wrong with a model or a case.
 *
 * Every stage runs that can: reading, names, units, hygiene, and compiling, which finds
 * circularity. Text goes to standard error as every diagnostic does, with a line of counts on
 * standard output; -f json puts the whole on standard output for programs.
 *
 * A case without an error is then validated by its validation.yaml, if it has one: tables on
 * standard output, files with --out. A check that does not hold is an exit status, not a diagnostic.
 */
#include "cli/cli.h"
#include "cli/tables.h"

#include "base/inputs.h"
#include "check/check.h"
#include "cli/future.h"
#include "format/format.h"
#include "report/validation.h"
#include "store/json.h"

/* Those inside macros are not counted: nobody wrote them one by one. */
static size_t count_variables(const dtn_model *model)
{
    size_t n = 0;
    for (size_t i = 0; i < model->n_var; i++)
        n += !model->vars[i].is_hidden;
    return n;
}

static size_t count_units(const dtn_diags *diags)
{
    size_t n = 0;
    for (size_t i = 0; i < diags->n; i++)
        n += diags->items[i].code / 100 == 3 && diags->items[i].severity != DTN_NOTE;
    return n;
}

static json_t *text_or_null(const char *text)
{
    json_t *value = text != NULL ? json_string(text) : NULL;
    return value != NULL ? value : json_null();
}

static dtn_status write_json(dtn_diags *diags, const char *path, const dtn_validation *validation)
{
    static const char *const words[] = {"note", "warning", "error"};
    json_t *items = json_array();
    for (size_t i = 0; i < diags->n; i++) {
        const dtn_diag *d = &diags->items[i];
        json_t *item = json_object();
        (void)json_object_set_new(item, "code", json_integer(d->code));
        (void)json_object_set_new(item, "severity", json_string(words[d->severity]));
        (void)json_object_set_new(item, "file", text_or_null(d->file));
        (void)json_object_set_new(item, "line", json_integer(d->line));
        (void)json_object_set_new(item, "column", json_integer(d->col));
        (void)json_object_set_new(item, "message", text_or_null(d->message));
        (void)json_object_set_new(item, "hint", text_or_null(d->hint));
        (void)json_array_append_new(items, item);
    }
    json_t *root = json_object();
    (void)json_object_set_new(root, "file", text_or_null(path));
    (void)json_object_set_new(root, "errors", json_integer((json_int_t)diags->n_error));
    (void)json_object_set_new(root, "warnings", json_integer((json_int_t)diags->n_warning));
    (void)json_object_set_new(root, "diagnostics", items);
    if (validation != NULL)
        (void)json_object_set_new(root, "validation", dtn_validation_json(validation));
    dtn_status status = dtn_json_write_file("-", root, DTN_JSON_INDENT, diags);
    json_decref(root);
    return status;
}

/* What a case compares is used, though no equation names it. */
static void mark_results(const dtn_case *c)
{
    for (size_t i = 0; i < c->n_outcome; i++)
        c->model->vars[c->outcomes[i].var].supplementary = true;
    if (c->n_regime > 0)
        c->model->vars[c->regime_var].supplementary = true;
}

/* All stages; a later one runs only on what an earlier one could make. */
static dtn_status run_stages(dtn_cli *cli)
{
    const char *path = cli->options.args[0];
    dtn_status status = dtn_cli_load(cli, path);
    if (status != DTN_OK)
        return status;
    if (cli->c == NULL) { /* a case's reading has checked its units already */
        status = dtn_check_units(cli->model, &cli->diags);
        if (status != DTN_OK && status != DTN_E_INPUT)
            return status;
    }
    if (cli->c != NULL) {
        mark_results(cli->c);
        status = dtn_cli_check_tables(cli);
        if (status != DTN_OK && status != DTN_E_INPUT)
            return status;
    }
    dtn_status hygiene = dtn_check_hygiene(cli->model, &cli->diags);
    if (hygiene != DTN_OK && hygiene != DTN_E_INPUT)
        return hygiene;
    dtn_compile_options options = dtn_compile_defaults();
    if (cli->c != NULL)
        dtn_case_parameter_keys(cli->c, &cli->arena, &options.parameters, &options.n_parameter);
    dtn_status compiled = dtn_compile(cli->model, &options, &cli->program, &cli->diags);
    return compiled != DTN_OK ? compiled : status != DTN_OK ? status : hygiene;
}

/* ---- Validation ------------------------------------------------------------------------ */

dtn_status dtn_cli_validate(dtn_cli *cli, uint64_t n_run, dtn_validation **out)
{
    dtn_validate_options options = dtn_validate_defaults();
    options.seed = cli->options.seed;
    options.n_run = n_run;
    options.n_thread = (uint32_t)cli->options.jobs;
    options.block = (uint32_t)cli->options.block;
    options.backend = dtn_cli_backend(cli);
    options.progress = dtn_console_progress;
    options.progress_ctx = &cli->console;
    const dtn_status status = dtn_validate(cli->c, &options, out, &cli->diags);
    dtn_console_progress_end(&cli->console);
    return status;
}

static dtn_status validate(dtn_cli *cli, dtn_validation **out)
{
    const dtn_status status = dtn_cli_validate(cli, cli->options.runs, out);
    if (status != DTN_OK || *out == NULL || cli->options.out == NULL)
        return status;
    return dtn_validation_write(*out, cli->options.out, &cli->diags);
}

static bool is_validated(const dtn_cli *cli)
{
    return cli->c != NULL && !cli->options.only_static && dtn_validate_exists(cli->c);
}

/* Mistakes in validation.yaml count with the others; what else it tells waits for its run. */
static dtn_status read_validation(dtn_cli *cli)
{
    dtn_diags found;
    dtn_diags_init_beside(&found, &cli->diags);
    dtn_status status = dtn_validate_read(cli->c, &found);
    if (status != DTN_OK)
        status = dtn_validate_read(cli->c, &cli->diags);
    dtn_diags_free(&found);
    return status;
}

static int print_validation(dtn_cli *cli, const dtn_validation *validation)
{
    char *text = dtn_report_validation(validation);
    if (text == NULL)
        return dtn_cli_fail(cli, DTN_E_MEMORY);
    (void)fputs("\n", stdout);
    (void)fputs(text, stdout);
    dtn_free(text);
    return 0;
}

/* ---- All -------------------------------------------------------------------------------- */

static void print_counts(dtn_cli *cli, size_t n_units)
{
    dtn_cli_show_diags(cli);
    (void)printf("%s: %zu error%s, %zu warning%s (%zu of units)", cli->options.args[0],
                 cli->diags.n_error, cli->diags.n_error == 1 ? "" : "s", cli->diags.n_warning,
                 cli->diags.n_warning == 1 ? "" : "s", n_units);
    if (cli->model != NULL)
        (void)printf(", %zu variables", count_variables(cli->model));
    (void)fputc('\n', stdout);
    (void)fflush(stdout); /* before progress and what may take a minute */
}

static int exit_status(const dtn_cli *cli, const dtn_validation *validation, size_t n_units)
{
    if (validation != NULL && validation->n_flagged * 100 > validation->n_made)
        return DTN_EXIT_RUN;
    if (validation != NULL && validation->n_failed > 0)
        return DTN_EXIT_CHECK;
    return cli->options.units == DTN_UNITS_STRICT && n_units > 0 ? DTN_EXIT_CHECK : DTN_EXIT_OK;
}

int dtn_cli_check(dtn_cli *cli)
{
    const bool is_json = cli->options.text_format == DTN_TEXT_FORMAT_JSON;
    dtn_validation *validation = NULL;
    dtn_status status = run_stages(cli);
    if (status != DTN_OK && status != DTN_E_INPUT)
        return dtn_cli_fail(cli, status);
    if (status == DTN_OK && cli->diags.n_error == 0 && is_validated(cli))
        status = read_validation(cli);
    if (status != DTN_OK && status != DTN_E_INPUT)
        return dtn_cli_fail(cli, status);
    const size_t n_units = count_units(&cli->diags);
    if (!is_json)
        print_counts(cli, n_units);
    int rc = status != DTN_OK || cli->diags.n_error > 0 ? DTN_EXIT_INPUT : DTN_EXIT_OK;
    if (cli->options.out != NULL && !is_validated(cli))
        dtn_console_say(&cli->console, "nothing is written to %s: %s", cli->options.out,
                        cli->c == NULL             ? "a model has no validation"
                        : cli->options.only_static ? "--static leaves the validation out"
                                                   : "the case has no validation.yaml");
    if (rc == DTN_EXIT_OK && cli->c != NULL && !cli->options.only_static)
        status = validate(cli, &validation);
    if (rc == DTN_EXIT_OK && status != DTN_OK && !(is_json && status == DTN_E_INPUT)) {
        dtn_validation_delete(validation);
        return dtn_cli_fail(cli, status);
    }
    if (status != DTN_OK)
        rc = DTN_EXIT_INPUT;
    else if (rc == DTN_EXIT_OK)
        rc = exit_status(cli, validation, n_units);
    if (is_json) {
        status = write_json(&cli->diags, cli->options.args[0], validation);
        rc = status != DTN_OK ? dtn_cli_fail(cli, status) : rc;
    } else if (validation != NULL) {
        const int failed = print_validation(cli, validation);
        rc = failed ? failed : rc;
    }
    dtn_validation_delete(validation);
    return rc;
}
