/* What several commands do with their argument: read a model or a case, find names, compile.
 *
 * Every function that can fail says why on standard error and returns the exit status, so that
 * the commands read as the list of their steps.
 */
#include "cli/cli.h"

#include "base/nearest.h"
#include "base/text.h"
#include "check/check.h"
#include "format/format.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

/* ---- Diagnostics ----------------------------------------------------------- */

void dtn_cli_show_diags(dtn_cli *cli)
{
    dtn_diags fresh = cli->diags;
    fresh.items = cli->diags.items + cli->n_diag_shown;
    fresh.n = cli->diags.n - cli->n_diag_shown;
    const size_t n_all = cli->diags.n_error + cli->diags.n_warning;
    fresh.n_error =
        n_all - cli->n_diag_counted; /* errors and warnings: only their sum is looked at */
    fresh.n_warning = 0;
    if (fresh.n > 0)
        dtn_console_diags(&cli->console, &fresh);
    cli->n_diag_shown = cli->diags.n;
    cli->n_diag_counted = n_all;
}

/* Is all that is still to be told that standard output could not be written to? */
static bool is_of_output(const dtn_cli *cli)
{
    for (size_t i = cli->n_diag_shown; i < cli->diags.n; i++) {
        const dtn_diag *d = &cli->diags.items[i];
        if (d->severity == DTN_ERROR &&
            (d->code != 702 || !d->file || strcmp(d->file, "standard output") != 0))
            return false;
    }
    return cli->diags.n > cli->n_diag_shown;
}

/* A mistake without a file was made on the command line. */
static bool is_of_command_line(const dtn_diags *diags)
{
    size_t n_error = 0;
    for (size_t i = 0; i < diags->n; i++) {
        if (diags->items[i].severity == DTN_ERROR && diags->items[i].file != NULL)
            return false;
        n_error += diags->items[i].severity == DTN_ERROR;
    }
    return n_error > 0;
}

int dtn_cli_fail(dtn_cli *cli, dtn_status status)
{
    size_t n_error = cli->diags.n_error;
    if (status == DTN_E_IO && is_of_output(cli) && dtn_console_reader_left(&cli->console))
        return DTN_EXIT_PIPE;
    dtn_cli_show_diags(cli);
    if (status == DTN_E_INTERRUPTED)
        dtn_console_error(&cli->console, "interrupted; nothing was written");
    else if (n_error == 0 || status == DTN_E_MEMORY)
        dtn_console_error(&cli->console, "%s", dtn_status_text(status));
    if (status == DTN_E_INPUT && is_of_command_line(&cli->diags))
        return DTN_EXIT_USAGE;
    return dtn_console_exit(status);
}

/* ---- Reading --------------------------------------------------------------- */

static bool has_ending(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);
    return n >= m && strcmp(path + n - m, ending) == 0;
}

bool dtn_cli_is_case_path(const char *path)
{
    struct stat about;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return true;
    return has_ending(path, ".yaml") || has_ending(path, ".yml");
}

static int refuse_date(dtn_cli *cli, const char *date, const char *why)
{
    dtn_console_error(&cli->console, "--decide-on: %s %s", date, why);
    return DTN_EXIT_USAGE;
}

static int apply_decide_on(dtn_cli *cli)
{
    const char *date = cli->options.decide_on;
    dtn_case *c = cli->c;
    double t = 0;
    if (date == NULL)
        return 0;
    if (c == NULL)
        return refuse_date(cli, date, "is for a case, and this is a model");
    if (dtn_case_time_of(c, date, &t) != DTN_OK)
        return refuse_date(cli, date, "is not a date (YYYY-MM-DD)");
    if (t < c->t_start || t >= c->t_until)
        return refuse_date(
            cli, date,
            dtn_arena_printf(&cli->arena, "is not from %s until before %s", c->start, c->until));
    char nearest[11];
    if (!dtn_case_point_of(c, date, &t, nearest)) /* figures are compared at points of the series */
        return refuse_date(cli, date,
                           dtn_arena_printf(&cli->arena,
                                            "is not a point of the series; the nearest is %s",
                                            nearest));
    if (t >= c->t_until)
        return refuse_date(cli, date, "is the last point of the series");
    c->t_decide = t;
    c->decide_on = date;
    return 0;
}

dtn_status dtn_cli_load_data(dtn_cli *cli)
{
    for (size_t i = 0; i < cli->options.data.n; i++)
        DTN_TRY(dtn_check_load_data(cli->model, cli->options.data.items[i], &cli->diags));
    return DTN_OK;
}

dtn_status dtn_cli_load(dtn_cli *cli, const char *path)
{
    dtn_status status = DTN_OK;
    if (dtn_cli_is_case_path(path)) {
        if (cli->options.data.n > 0) {
            dtn_diags_add(&cli->diags, 706, (dtn_pos){0},
                          "let the case's model name its data files",
                          "--data is for a model, and '%s' is a case", path);
            return DTN_E_INPUT;
        }
        status = dtn_case_read(path, &cli->c, &cli->diags);
        if (status != DTN_OK)
            return status;
        cli->model = cli->c->model;
        return cli->options.views_file
                   ? dtn_case_set_views(cli->c, cli->options.views_file, &cli->diags)
                   : DTN_OK;
    }
    if (cli->options.views_file) {
        dtn_diags_add(&cli->diags, 706, (dtn_pos){0}, "leave --views out",
                      "--views is for a case, and '%s' is a model", path);
        return DTN_E_INPUT;
    }
    DTN_TRY(dtn_model_read(path, &cli->model, &cli->diags));
    DTN_TRY(dtn_cli_load_data(cli));
    return dtn_check_resolve(cli->model, &cli->diags);
}

int dtn_cli_read(dtn_cli *cli)
{
    dtn_status status = dtn_cli_load(cli, cli->options.args[0]);
    return status != DTN_OK ? dtn_cli_fail(cli, status) : apply_decide_on(cli);
}

/* ---- Names ----------------------------------------------------------------- */

static int unknown_name(dtn_cli *cli, const char *what, const char *name)
{
    const dtn_model *model = cli->model;
    const char *key = dtn_name_key(&cli->arena, name, strcspn(name, "["));
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, key);
    for (size_t i = 0; i < model->n_var; i++)
        dtn_nearest_add(&nearest, model->vars[i].key);
    dtn_console_error(&cli->console, "%s: the model has no variable '%s'", what, name);
    const dtn_var *var = nearest.best != NULL ? dtn_model_find_var(model, nearest.best) : NULL;
    if (var != NULL)
        (void)fprintf(stderr, "  hint: did you mean '%s'?\n", var->name);
    else if (strcmp(key, "time") == 0)
        (void)fputs("  hint: the time is the first column of every table\n", stderr);
    else
        (void)fprintf(stderr, "  hint: 'detente explain %s' lists the variables\n",
                      cli->options.args[0]);
    return DTN_EXIT_USAGE;
}

static int bad_subscripts(dtn_cli *cli, const char *what, const char *name, const dtn_var *var)
{
    dtn_console_error(&cli->console, "%s: the subscripts of '%s' do not fit", what, name);
    if (var->n_dim == 0) {
        (void)fprintf(stderr, "  hint: '%s' has none\n", var->name);
        return DTN_EXIT_USAGE;
    }
    (void)fprintf(stderr, "  hint: %s[", var->name);
    for (uint32_t i = 0; i < var->n_dim; i++)
        (void)fprintf(stderr, "%s%s", i > 0 ? "," : "", cli->model->dims[var->dims[i]].name);
    (void)fprintf(stderr, "], with an element for each range: '%s'; without brackets all of them\n",
                  dtn_element_name(&cli->arena, cli->model, var->id, 0));
    return DTN_EXIT_USAGE;
}

int dtn_cli_find(dtn_cli *cli, const char *what, const char *name, dtn_target *out)
{
    switch (dtn_target_find(&cli->arena, cli->model, name, out)) {
    case DTN_TARGET_FOUND: return 0;
    case DTN_TARGET_NO_VARIABLE: return unknown_name(cli, what, name);
    case DTN_TARGET_BAD_SUBSCRIPTS: break;
    }
    return bad_subscripts(cli, what, name, &cli->model->vars[out->var]);
}

const char *dtn_cli_named(dtn_cli *cli, uint32_t var_id)
{
    if (var_id >= cli->model->n_var)
        return "?";
    const dtn_var *var = &cli->model->vars[var_id];
    const dtn_pos at = var->n_eqn > 0 && var->eqns[0].pos.line > 0 ? var->eqns[0].pos : var->pos;
    const char *file = at.file ? at.file : cli->model->path;
    return file && at.line > 0
               ? dtn_arena_printf(&cli->arena, "'%s' (%s:%u)", var->name, file, at.line)
               : dtn_arena_printf(&cli->arena, "'%s'", var->name);
}

/* ---- Values from outside ----------------------------------------------------- */

static int refuse_fixed(dtn_cli *cli, const char *what, const dtn_var *var)
{
    if (var->is_control) {
        dtn_console_error(&cli->console, "%s: '%s' sets the time of the run", what, var->name);
        (void)fputs("  hint: use --dt and --stop\n", stderr);
        return DTN_EXIT_USAGE;
    }
    if (var->kind == DTN_VAR_LOOKUP) {
        dtn_console_error(&cli->console, "%s: '%s' is a table, not a number", what, var->name);
        return DTN_EXIT_USAGE;
    }
    return 0;
}

int dtn_cli_add_fixed(dtn_cli *cli, const char *what, const char *name, double value,
                      dtn_fixed_list *list)
{
    dtn_target target;
    int rc = dtn_cli_find(cli, what, name, &target);
    if (rc == 0)
        rc = refuse_fixed(cli, what, &cli->model->vars[target.var]);
    if (rc != 0)
        return rc;
    uint32_t n = target.is_whole ? cli->model->vars[target.var].n_element : target.element + 1;
    for (uint32_t i = target.is_whole ? 0 : target.element; i < n; i++) {
        dtn_fixed fixed = {target.var, i, dtn_element_key(&cli->arena, cli->model, target.var, i),
                           value};
        DTN_PUSH(&cli->arena, list->items, list->n, list->cap, fixed);
    }
    return 0;
}

/* Without blanks around it: `--set "c = 4"`. */
static const char *trimmed(dtn_cli *cli, const char *text, size_t n)
{
    while (n > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        n--;
    }
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        n--;
    return dtn_arena_strndup(&cli->arena, text, n);
}

int dtn_cli_sets(dtn_cli *cli, dtn_fixed_list *list)
{
    for (size_t i = 0; i < cli->options.sets.n; i++) {
        const char *text = cli->options.sets.items[i];
        const char *equals = strrchr(text, '=');
        double value = 0;
        if (equals == NULL || equals == text) {
            dtn_console_error(&cli->console, "--set: '%s' is not NAME=VALUE", text);
            return DTN_EXIT_USAGE;
        }
        const char *given = trimmed(cli, equals + 1, strlen(equals + 1));
        if (!dtn_text_to_double(given, strlen(given), &value)) {
            dtn_console_error(&cli->console, "--set: '%s' is not a number in '%s'", given, text);
            return DTN_EXIT_USAGE;
        }
        const char *name = trimmed(cli, text, (size_t)(equals - text));
        int rc = dtn_cli_add_fixed(cli, "--set", name, value, list);
        if (rc != 0)
            return rc;
    }
    return 0;
}

/* ---- Compiling --------------------------------------------------------------- */

static void add_parameter(dtn_compile_options *options, const char *key)
{
    for (size_t i = 0; i < options->n_parameter; i++)
        if (strcmp(options->parameters[i], key) == 0)
            return;
    options->parameters[options->n_parameter++] = key;
}

int dtn_cli_compile(dtn_cli *cli, const dtn_fixed_list *list)
{
    dtn_compile_options options = dtn_compile_defaults();
    const char **keys = NULL;
    size_t n = 0;
    if (cli->options.command == DTN_CMD_SIMULATE || cli->options.command == DTN_CMD_ENSEMBLE) {
        options.dt = cli->options.dt;
        options.stop = cli->options.stop;
        options.method = cli->options.method;
    }
    if (cli->c != NULL && isnan(options.stop))
        options.stop = cli->c->t_until;
    if (cli->c != NULL)
        dtn_case_parameter_keys(cli->c, &cli->arena, &keys, &n);
    options.parameters = DTN_NEW_N(&cli->arena, const char *, n + list->n + 1);
    for (size_t i = 0; i < n; i++)
        add_parameter(&options, keys[i]);
    for (size_t i = 0; i < list->n; i++)
        add_parameter(&options, list->items[i].key);
    dtn_status status = dtn_compile(cli->model, &options, &cli->program, &cli->diags);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    dtn_cli_show_diags(cli);
    return 0;
}

/* ---- Columns ----------------------------------------------------------------- */

typedef struct column_list {
    dtn_column *items;
    size_t n, cap;
    bool *is_there; /* [program n_slot] */
    bool told_twice;
} column_list;

static void add_column(dtn_cli *cli, column_list *list, uint32_t var, uint32_t element)
{
    dtn_column column = {var, element, dtn_element_name(&cli->arena, cli->model, var, element)};
    bool *is_there = &list->is_there[cli->program->places[var].slot + element];
    if (*is_there) {
        if (!list->told_twice)
            dtn_console_say(&cli->console, "--save names '%s' twice; it is saved once",
                            column.name);
        list->told_twice = true;
        return;
    }
    *is_there = true;
    DTN_PUSH(&cli->arena, list->items, list->n, list->cap, column);
}

static void add_columns(dtn_cli *cli, column_list *list, dtn_target target)
{
    if (!target.is_whole) {
        add_column(cli, list, target.var, target.element);
        return;
    }
    const dtn_place *place = &cli->program->places[target.var];
    for (uint32_t i = 0; i < place->n; i++)
        if (place->defined == NULL || place->defined[i])
            add_column(cli, list, target.var, i);
}

int dtn_cli_columns(dtn_cli *cli, dtn_column **out, size_t *n)
{
    const dtn_model *model = cli->model;
    column_list list = {.is_there = DTN_NEW_N(&cli->arena, bool, cli->program->n_slot + 1)};
    for (size_t i = 0; i < cli->options.save.n; i++) {
        dtn_target target;
        int rc = dtn_cli_find(cli, "--save", cli->options.save.items[i], &target);
        if (rc != 0)
            return rc;
        if (cli->program->places[target.var].slot == DTN_NONE) {
            dtn_console_error(&cli->console, "--save: '%s' has no value over time",
                              model->vars[target.var].name);
            return DTN_EXIT_USAGE;
        }
        add_columns(cli, &list, target);
    }
    for (uint32_t i = 0; cli->options.save.n == 0 && i < model->n_var; i++)
        if (cli->program->places[i].slot != DTN_NONE && !model->vars[i].is_hidden)
            add_columns(cli, &list, (dtn_target){i, 0, model->vars[i].n_dim > 0});
    *out = list.items;
    *n = list.n;
    return 0;
}
