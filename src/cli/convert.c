/* detente convert: a model in the other format, or as a C program.
 *
 * The output's extension says what is wanted: .mdl, .xmile (.stmx, .xml) or .c. For the two model
 * formats the form as read is written. Names are resolved before, because that lays modules out
 * and loads the values that stand in other files. A model with errors is not converted; one that
 * merely does not run (a diagram without equations, a function that is known and not done) is, with a
 * warning. What the format cannot say is listed and counted, and then nothing is written.
 */
#include "base/inputs.h"
#include "check/check.h"
#include "cli/cli.h"
#include "compile/export_c.h"
#include "compile/program.h"
#include "format/format.h"
#include "format/write.h"
#include "model/notation.h"
#include "store/file.h"

#include <string.h>

typedef enum target { TARGET_NONE, TARGET_MDL, TARGET_XMILE, TARGET_C } target;

static target target_of(const char *path)
{
    static const struct {
        const char *ending;
        target target;
    } known[] = {{".mdl", TARGET_MDL},
                 {".xmile", TARGET_XMILE},
                 {".stmx", TARGET_XMILE},
                 {".xml", TARGET_XMILE},
                 {".c", TARGET_C}};
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash != NULL ? slash : path, '.');
    for (size_t i = 0; dot != NULL && i < sizeof known / sizeof *known; i++)
        if (dtn_is_word(dot, strlen(dot), known[i].ending))
            return known[i].target;
    return TARGET_NONE;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static int write_file(dtn_cli *cli, const char *path, const char *text, size_t n)
{
    dtn_out out;
    dtn_status status = dtn_out_open(&out, path, &cli->diags);
    if (status == DTN_OK) {
        dtn_out_write(&out, text, n);
        status = dtn_out_commit(&out, &cli->diags);
    }
    return status == DTN_OK ? DTN_EXIT_OK : dtn_cli_fail(cli, status);
}

/* ---- The model formats ---------------------------------------------------------- */

/* A diagram without equations, and what is known but does not run here, can be written all the same. */
static bool is_bearable(int code)
{
    return code == 207 || code == 214 || (code >= 501 && code <= 507);
}

/* The errors of a model that is wrong; of one that merely does not run, a warning. In XMILE, data that
 * are missing now are missing for good: those warnings are passed on. */
static dtn_status judge(dtn_cli *cli, dtn_dialect to, const dtn_diags *found)
{
    size_t n = 0;
    for (size_t i = 0; i < found->n; i++) {
        const dtn_diag *d = &found->items[i];
        const bool is_error = d->severity == DTN_ERROR;
        if (is_error ? is_bearable(d->code) : to != DTN_XMILE || d->code != 706)
            continue;
        n += is_error;
        dtn_diags_add_as(&cli->diags, d->severity, d->code, (dtn_pos){d->file, d->line, d->col},
                         d->hint, "%s", d->message);
    }
    if (n == 0 && found->n_error > 0)
        dtn_diags_add_as(&cli->diags, DTN_WARNING, 509, (dtn_pos){.file = cli->options.args[0]},
                         "detente check lists why",
                         "the model does not run (%zu error%s); it is converted as it stands",
                         found->n_error, found->n_error == 1 ? "" : "s");
    return n > 0 ? DTN_E_INPUT : DTN_OK;
}

/* What computed times come to: XMILE has numbers there. Nothing where the time step changes, or saving
 * does. */
static void settle_times(dtn_cli *cli, const dtn_program *p, dtn_run_times *out)
{
    if (!p->dt_changes) {
        const double dt = dtn_program_time(p, 1) - p->start;
        const uint32_t n = (uint32_t)p->n_saved;
        uint32_t every = 1;
        while (every < p->n_step && !dtn_program_is_saved(p, every))
            every++;
        bool is_even = p->n_step > 0 && n == p->n_step / every + 1;
        for (uint32_t i = 0; i < n && is_even; i++)
            is_even = dtn_program_saved_time(p, i) == dtn_program_time(p, i * every);
        *out = (dtn_run_times){p->start, dtn_program_time(p, p->n_step), dt, every * dt};
        cli->model->run_times = is_even ? out : NULL;
    }
}

/* Modules laid out, values loaded, and what is wrong with the model. A file that stays in XMILE is
 * judged by a second reading, since its modules stay as they are. */
static dtn_status prepare(dtn_cli *cli, dtn_dialect to, dtn_run_times *times)
{
    const dtn_compile_options options = dtn_compile_defaults();
    dtn_model *model = cli->model, *second = NULL;
    dtn_program *p = NULL;
    dtn_diags found;
    dtn_diags_init_beside(&found, &cli->diags);
    dtn_status status = DTN_OK;
    if (to == DTN_XMILE && model->dialect == DTN_XMILE) {
        status = dtn_model_read(cli->options.args[0], &second, &found);
        model = second;
    }
    if (status == DTN_OK)
        status = dtn_check_resolve(model, &found);
    if (status == DTN_OK)
        status = dtn_compile(model, &options, &p, &found);
    if (status == DTN_OK && to == DTN_XMILE && !second)
        settle_times(cli, p, times);
    if (status == DTN_OK || status == DTN_E_INPUT)
        status = judge(cli, to, &found);
    dtn_program_delete(p);
    dtn_model_delete(second);
    dtn_diags_free(&found);
    return status;
}

static bool has_source(const dtn_model *model)
{
    for (size_t i = 0; i < model->n_var; i++)
        for (size_t k = 0; k < model->vars[i].n_eqn; k++)
            if (model->vars[i].eqns[k].loaded != NULL || model->vars[i].eqns[k].n_table > 0)
                return true;
    return model->n_data_file > 0;
}

/* Files that the model names stand beside it; they are not copied. */
static void check_folder(dtn_cli *cli, const char *from, const char *to)
{
    const size_t n_from = (size_t)(base_name(from) - from), n_to = (size_t)(base_name(to) - to);
    const bool is_same = n_from == n_to && memcmp(from, to, n_from) == 0;
    if (!is_same && cli->model->dialect == DTN_VENSIM && has_source(cli->model))
        dtn_diags_add_as(&cli->diags, DTN_WARNING, 509, (dtn_pos){.file = from},
                         "copy them beside the new file",
                         "the model reads files that stand beside it");
}

static int refuse(dtn_cli *cli, const char *out, size_t n)
{
    dtn_cli_show_diags(cli);
    dtn_console_error(&cli->console, "%zu thing%s cannot be written in the format of '%s'; %s", n,
                      n == 1 ? "" : "s", out, "nothing was written");
    return DTN_EXIT_INPUT;
}

/* What Vensim says in its own way in an XMILE file becomes the standard's as a .mdl file's does. */
static dtn_status by_way_of_mdl(dtn_cli *cli)
{
    const char *in = cli->options.args[0];
    char *text = NULL;
    size_t n = 0;
    dtn_run_times times;
    dtn_status status = prepare(cli, DTN_VENSIM, &times);
    if (status == DTN_OK)
        status = dtn_model_write(cli->model, DTN_VENSIM, &text, &n, &cli->diags);
    if (status != DTN_OK)
        return status;
    dtn_model_delete(cli->model);
    cli->model = NULL;
    status = dtn_model_read_mdl(text, n, in, &cli->model, &cli->diags);
    dtn_free(text);
    return status;
}

static int convert_model(dtn_cli *cli, dtn_dialect to)
{
    const char *in = cli->options.args[0], *path = cli->options.args[1];
    char *text = NULL;
    size_t n = 0;
    dtn_run_times times;
    dtn_status status = dtn_model_read(in, &cli->model, &cli->diags);
    if (status == DTN_OK && to == DTN_XMILE && cli->model->has_vensim_text)
        status = by_way_of_mdl(cli);
    if (status == DTN_OK)
        status = dtn_cli_load_data(cli);
    if (status == DTN_OK)
        status = prepare(cli, to, &times);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    if (to == DTN_VENSIM)
        check_folder(cli, in, path);
    const size_t n_error = cli->diags.n_error;
    status = dtn_model_write(cli->model, to, &text, &n, &cli->diags);
    if (status == DTN_E_INPUT)
        return refuse(cli, path, cli->diags.n_error - n_error);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    dtn_cli_show_diags(cli);
    const int rc = write_file(cli, path, text, n);
    dtn_free(text);
    return rc;
}

/* ---- C ----------------------------------------------------------------------------- */

static int convert_to_c(dtn_cli *cli)
{
    const char *path = cli->options.args[1], *text = NULL;
    const dtn_fixed_list none = {0};
    size_t n = 0;
    int rc = dtn_cli_read(cli);
    if (rc == 0)
        rc = dtn_cli_compile(cli, &none);
    if (rc != 0)
        return rc;
    const dtn_status status =
        dtn_export_c(cli->program, &cli->arena, base_name(path), &text, &n, &cli->diags);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    dtn_cli_show_diags(cli);
    return write_file(cli, path, text, n);
}

int dtn_cli_convert(dtn_cli *cli)
{
    const char *out = cli->options.args[1];
    switch (target_of(out)) {
    case TARGET_MDL: return convert_model(cli, DTN_VENSIM);
    case TARGET_XMILE: return convert_model(cli, DTN_XMILE);
    case TARGET_C: return convert_to_c(cli);
    case TARGET_NONE: break;
    }
    dtn_console_error(&cli->console,
                      "the name of the output says its format: .mdl, .xmile or .c, not '%s'",
                      base_name(out));
    return DTN_EXIT_USAGE;
}
