/* detente check: what is wrong with a model or a case.
 *
 * Every stage runs that can: reading, names, units, hygiene, and compiling, which finds
 * circularity. Text goes to standard error as every diagnostic does, with a line of counts on
 * standard output; -f json puts the whole on standard output for programs.
 */
#include "cli/cli.h"

#include "check/check.h"
#include "format/format.h"
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

static dtn_status write_json(dtn_diags *diags, const char *path)
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
    if (cli->c != NULL)
        mark_results(cli->c);
    dtn_status hygiene = dtn_check_hygiene(cli->model, &cli->diags);
    if (hygiene != DTN_OK && hygiene != DTN_E_INPUT)
        return hygiene;
    dtn_compile_options options = dtn_compile_defaults();
    if (cli->c != NULL)
        dtn_case_parameter_keys(cli->c, &cli->arena, &options.parameters, &options.n_parameter);
    dtn_status compiled = dtn_compile(cli->model, &options, &cli->program, &cli->diags);
    return compiled != DTN_OK ? compiled : status != DTN_OK ? status : hygiene;
}

int dtn_cli_check(dtn_cli *cli)
{
    const char *path = cli->options.args[0];
    dtn_status status = run_stages(cli);
    if (status != DTN_OK && status != DTN_E_INPUT)
        return dtn_cli_fail(cli, status);
    size_t n_units = count_units(&cli->diags);
    if (cli->options.text_format == DTN_TEXT_FORMAT_JSON) {
        dtn_status written = write_json(&cli->diags, path);
        if (written != DTN_OK)
            return dtn_cli_fail(cli, written);
    } else {
        dtn_cli_show_diags(cli);
        (void)printf("%s: %zu error%s, %zu warning%s (%zu of units)", path, cli->diags.n_error,
                     cli->diags.n_error == 1 ? "" : "s", cli->diags.n_warning,
                     cli->diags.n_warning == 1 ? "" : "s", n_units);
        if (cli->model != NULL)
            (void)printf(", %zu variables", count_variables(cli->model));
        (void)fputc('\n', stdout);
    }
    if (status != DTN_OK || cli->diags.n_error > 0)
        return DTN_EXIT_INPUT;
    return cli->options.units == DTN_UNITS_STRICT && n_units > 0 ? DTN_EXIT_CHECK : DTN_EXIT_OK;
}
