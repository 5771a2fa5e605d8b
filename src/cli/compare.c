/* detente compare: the main job. Courses of action on the same futures: table, files, report.
 *
 * decide/compare runs and writes the figures, report/ the page and the table; this file turns the
 * command line into their options and the result into an exit status.
 */
#include "cli/cli.h"
#include "cli/future.h"
#include "cli/maps.h"
#include "cli/table.h"
#include "decide/compare.h"
#include "report/report.h"
#include "store/file.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --policy A,B into profiles. Both ',' and a further --policy would do; one form is enough. */
static int read_profiles(dtn_cli *cli, dtn_compare_options *options)
{
    const char *text = cli->options.policy;
    dtn_profile *profiles = NULL;
    size_t n = 0, cap = 0;
    if (text == NULL)
        return 0;
    for (;;) {
        size_t length = strcspn(text, ",");
        const char *label = dtn_arena_strndup(&cli->arena, text, length);
        dtn_profile profile;
        int rc = dtn_cli_profile(cli, "--policy", label, &profile);
        if (rc != 0)
            return rc;
        DTN_PUSH(&cli->arena, profiles, n, cap, profile);
        if (text[length] == '\0')
            break;
        text += length + 1;
    }
    options->profiles = profiles;
    options->n_profile = n;
    return 0;
}

static int read_sets(dtn_cli *cli, dtn_compare_options *options)
{
    dtn_fixed_list list = {0};
    int rc = dtn_cli_sets(cli, &list);
    dtn_setting *sets = DTN_NEW_N(&cli->arena, dtn_setting, list.n + 1);
    for (size_t i = 0; i < list.n; i++)
        sets[i] = (dtn_setting){.name = dtn_element_name(&cli->arena, cli->model, list.items[i].var,
                                                         list.items[i].element),
                                .value = list.items[i].value};
    options->sets = sets;
    options->n_set = list.n;
    return rc;
}

static int read_options(dtn_cli *cli, dtn_compare_options *options, dtn_profile *reference)
{
    options->seed = cli->options.seed;
    options->n_run = cli->options.runs;
    options->n_thread = (uint32_t)cli->options.jobs;
    options->block = (uint32_t)cli->options.block;
    options->backend = dtn_cli_backend(cli);
    options->view = cli->options.view;
    options->resume = cli->options.resume != 0;
    if (cli->options.out != NULL)
        options->checkpoint = dtn_arena_printf(&cli->arena, "%s/views", cli->options.out);
    if (cli->options.format == DTN_FORMAT_NC)
        options->futures = cli->options.out;
    options->progress = dtn_console_progress;
    options->progress_ctx = &cli->console;
    int rc = read_profiles(cli, options);
    if (rc == 0 && cli->options.reference != NULL) {
        rc = dtn_cli_profile(cli, "--reference", cli->options.reference, reference);
        options->reference = reference;
    }
    return rc == 0 ? read_sets(cli, options) : rc;
}

/* ---- Results ------------------------------------------------------------------------- */

static dtn_status write_manifest(dtn_cli *cli, const dtn_comparison *comparison,
                                 const dtn_validation *validation)
{
    enum { MOST = 16 };
    const char *beside[MOST] = {"report.html"};
    for (size_t i = 0; validation != NULL && i + 2 < MOST && dtn_validation_files[i] != NULL; i++)
        beside[i + 1] = dtn_validation_files[i];
    return dtn_compare_write_manifest(comparison, cli->options.out, beside, &cli->diags);
}

/* ---- What stands in the folder ---------------------------------------------------------- */

enum { MOST_FILES = 24 };

/* Which file stood under each name before this command wrote any; none: zeros. */
typedef struct standing {
    size_t n;
    const char *names[MOST_FILES];
    struct stat was[MOST_FILES];
} standing;

static const char *in_folder(dtn_cli *cli, const char *name)
{
    return dtn_arena_printf(&cli->arena, "%s/%s", cli->options.out, name);
}

static void look(dtn_cli *cli, standing *s, const char *name)
{
    if (s->n == MOST_FILES)
        return;
    if (stat(in_folder(cli, name), &s->was[s->n]) != 0)
        s->was[s->n] = (struct stat){0};
    s->names[s->n++] = name;
}

static const char ASIDE[] = "manifest.json.before";

/* Looks at the folder and sets an earlier command's manifest aside: a manifest says that what it lists is
 * whole and belongs together, which ends with the first file that is replaced. */
static void begin_files(dtn_cli *cli, bool is_validated, standing *s)
{
    struct stat info;
    const char *manifest = in_folder(cli, "manifest.json");
    *s = (standing){0};
    for (size_t i = 0; dtn_compare_table(i) != NULL; i++)
        look(cli, s, dtn_compare_table(i));
    look(cli, s, "report.html");
    for (size_t i = 0; is_validated && dtn_validation_files[i] != NULL; i++)
        look(cli, s, dtn_validation_files[i]);
    (void)unlink(in_folder(cli, ASIDE)); /* of a command that was killed: no longer true */
    if (lstat(manifest, &info) == 0 && S_ISREG(info.st_mode))
        (void)rename(manifest, in_folder(cli, ASIDE));
}

/* Each file is renamed into place when it is whole, so one that was written is another file. */
static bool was_written(dtn_cli *cli, const standing *s, size_t i)
{
    struct stat now;
    return stat(in_folder(cli, s->names[i]), &now) == 0 &&
           (now.st_ino != s->was[i].st_ino || now.st_mtim.tv_sec != s->was[i].st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != s->was[i].st_mtim.tv_nsec);
}

/* Of a command that could not write all: what is there of it. Where that is nothing, an earlier one's manifest
 * is still true. */
static void tell_incomplete(dtn_cli *cli, const standing *s)
{
    const char *list = "";
    for (size_t i = 0; i < s->n; i++)
        if (was_written(cli, s, i))
            list = dtn_arena_printf(&cli->arena, "%s%s%s", list, *list ? ", " : "", s->names[i]);
    if (*list)
        (void)unlink(in_folder(cli, ASIDE));
    else if (rename(in_folder(cli, ASIDE), in_folder(cli, "manifest.json")) == 0) {
        dtn_console_error(&cli->console, "%s is as an earlier command left it", cli->options.out);
        return;
    }
    dtn_console_error(
        &cli->console,
        "%s is incomplete and has no manifest.json; of this command it holds %s, each "
        "whole; other files there are not of it",
        cli->options.out, *list ? list : "no table and no report");
}

static int write_files(dtn_cli *cli, const dtn_comparison *comparison,
                       const dtn_validation *validation, const dtn_maps *maps)
{
    const char *folder = cli->options.out;
    standing before;
    dtn_status status = dtn_store_mkdirs(folder, &cli->diags);
    begin_files(cli, validation != NULL, &before);
    if (status == DTN_OK)
        status = dtn_compare_write(comparison, folder, (uint32_t)cli->options.jobs, &cli->diags);
    if (status == DTN_OK)
        status =
            dtn_report_write(comparison, validation, maps,
                             dtn_arena_printf(&cli->arena, "%s/report.html", folder), &cli->diags);
    if (status == DTN_OK && validation != NULL)
        status = dtn_validation_write(validation, folder, &cli->diags);
    if (status == DTN_OK)
        status = write_manifest(cli, comparison, validation);
    if (status != DTN_OK) {
        const int rc = dtn_cli_fail(cli, status);
        tell_incomplete(cli, &before);
        return rc;
    }
    (void)unlink(in_folder(cli, ASIDE));
    (void)unlink(in_folder(cli, "views.part")); /* nothing is left to resume */
    dtn_console_say(&cli->console, "files and report.html are in %s", folder);
    return 0;
}

/* The command that runs the first flagged future alone, to the variable's name. */
static const char *replay_command(dtn_cli *cli, const dtn_comparison *comparison)
{
    const char *text = dtn_arena_printf(
        &cli->arena, "detente simulate '%s' --seed %llu --view '%s' --decide-on %s --run %llu",
        cli->options.args[0], (unsigned long long)comparison->seed, comparison->view,
        comparison->c->decide_on, (unsigned long long)comparison->first_flag_run);
    text = dtn_arena_printf(&cli->arena, "%s --policy '%s'", text,
                            comparison->profiles[comparison->first_flag_profile].label);
    for (size_t i = 0; i < cli->options.sets.n; i++)
        text = dtn_arena_printf(&cli->arena, "%s --set '%s'", text, cli->options.sets.items[i]);
    return text;
}

static int report_missing(dtn_cli *cli, const dtn_comparison *comparison)
{
    const size_t at = comparison->first_missing;
    if (comparison->n_missing == 0)
        return 0;
    const bool is_failure =
        dtn_compare_is_lossy(comparison->n_missing, comparison->n_run - comparison->n_missing);
    (is_failure ? dtn_console_error : dtn_console_say)(
        &cli->console,
        "view %s: in %llu of %llu futures an outcome has no value (:NA:, what :NA: went "
        "into, or not finite) and was left out, counted in n_flagged; the first is run "
        "%llu, '%s' under %s",
        comparison->view, (unsigned long long)comparison->n_missing,
        (unsigned long long)comparison->n_run, (unsigned long long)comparison->first_missing_run,
        comparison->c->outcomes[at % comparison->n_outcome].id,
        comparison->profiles[at / comparison->n_outcome].label);
    return is_failure ? DTN_EXIT_RUN : 0;
}

static int report_flags(dtn_cli *cli, const dtn_comparison *comparison)
{
    if (comparison->n_flagged == 0)
        return 0;
    const dtn_flag *flag = &comparison->first_flag;
    bool is_failure = comparison->n_flagged * 100 > comparison->n_run;
    const char *name = dtn_cli_named(cli, flag->var);
    const char *fmt = "view %s: %llu of %llu futures became non-finite and were left out; the "
                      "first is run %llu, %s on %s; replay it with\n  %s";
    char date[11];
    unsigned long long n = comparison->n_flagged, all = comparison->n_run;
    unsigned long long first = comparison->first_flag_run;
    dtn_case_date_of(cli->c, comparison->first_flag_time, date);
    const char *replay = replay_command(cli, comparison);
    if (is_failure)
        dtn_console_error(&cli->console, fmt, comparison->view, n, all, first, name, date, replay);
    else
        dtn_console_say(&cli->console, fmt, comparison->view, n, all, first, name, date, replay);
    return is_failure ? DTN_EXIT_RUN : 0;
}

/* Of every view; the first failure's status counts. */
static int report_all_flags(dtn_cli *cli, const dtn_comparison *comparison)
{
    int rc = 0;
    for (size_t v = 0; v < comparison->n_view; v++) {
        const int missing = report_missing(cli, comparison->views[v]);
        const int one = report_flags(cli, comparison->views[v]);
        rc = rc != 0 ? rc : missing != 0 ? missing : one;
    }
    return rc;
}

/* -f: the rows of summary.csv, for programs. */
static int print_summary(dtn_cli *cli, const dtn_comparison *comparison)
{
    static const char *columns[] = {"policy", "view", "outcome", "unit", DTN_SUMMARY_COLUMNS};
    dtn_table_writer table;
    dtn_out out;
    dtn_status status = dtn_out_open(&out, "-", &cli->diags);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    dtn_table_begin(&table, &out, cli->options.format, sizeof columns / sizeof *columns, columns);
    for (size_t v = 0; v < comparison->n_view; v++) {
        const dtn_comparison *view = comparison->views[v];
        for (size_t i = 0; i < view->n_profile * view->n_outcome; i++) {
            const dtn_outcome *outcome = &view->c->outcomes[i % view->n_outcome];
            dtn_table_text(&table, view->profiles[i / view->n_outcome].label);
            dtn_table_text(&table, view->view);
            dtn_table_text(&table, outcome->id);
            dtn_table_text(&table, outcome->unit);
            dtn_table_summary(&table, &view->summary[i]);
        }
    }
    dtn_table_end(&table);
    status = dtn_out_commit(&out, &cli->diags);
    return status != DTN_OK ? dtn_cli_fail(cli, status) : 0;
}

static int print_table(dtn_cli *cli, const dtn_comparison *comparison)
{
    if (cli->options.format >= 0 && cli->options.format != DTN_FORMAT_NC)
        return print_summary(cli, comparison);
    char *table = dtn_report_table(comparison, cli->console.color_out, (int)dtn_console_width());
    if (table == NULL)
        return dtn_cli_fail(cli, DTN_E_MEMORY);
    (void)fputs(table, stdout);
    (void)fflush(stdout); /* before messages that may go to the same place */
    dtn_free(table);
    return 0;
}

static int show(dtn_cli *cli, const dtn_comparison *comparison, const dtn_validation *validation,
                const dtn_maps *maps)
{
    int rc = print_table(cli, comparison);
    if (rc == 0 && cli->options.out != NULL)
        rc = write_files(cli, comparison, validation, maps);
    return rc == 0 ? report_all_flags(cli, comparison) : rc;
}

static dtn_status try_file(dtn_cli *cli, const char *name)
{
    dtn_out out;
    DTN_TRY(dtn_out_open(&out, dtn_arena_printf(&cli->arena, "%s/%s", cli->options.out, name),
                         &cli->diags));
    dtn_out_abandon(&out);
    return DTN_OK;
}

/* Whether files can be written there is known before an hour's computing, not after it. */
static int try_folder(dtn_cli *cli)
{
    if (cli->options.out == NULL && cli->options.resume) {
        dtn_console_error(&cli->console, "--resume goes on in the folder of --out: add --out DIR");
        return DTN_EXIT_USAGE;
    }
    if (cli->options.out == NULL && cli->options.format == DTN_FORMAT_NC) {
        dtn_console_error(&cli->console, "-f nc puts files into a folder: add --out DIR");
        return DTN_EXIT_USAGE;
    }
    if (cli->options.out == NULL)
        return 0;
    if (strcmp(cli->options.out, "-") == 0) {
        dtn_console_error(&cli->console,
                          "-o - : the files go to a folder; -f csv prints the summary");
        return DTN_EXIT_USAGE;
    }
    dtn_status status = dtn_store_mkdirs(cli->options.out, &cli->diags);
    for (size_t i = 0; status == DTN_OK && dtn_compare_table(i) != NULL; i++)
        status = try_file(cli, dtn_compare_table(i));
    for (size_t i = 0; status == DTN_OK && cli->options.validate && dtn_validation_files[i]; i++)
        status = try_file(cli, dtn_validation_files[i]);
    if (status == DTN_OK)
        status = try_file(cli, "report.html");
    if (status == DTN_OK)
        status = try_file(cli, "manifest.json");
    return status == DTN_OK ? 0 : dtn_cli_fail(cli, status);
}

/* --validate: before the comparison, so that a mistake in validation.yaml is told at once. */
static int validate(dtn_cli *cli, dtn_validation **out)
{
    if (!cli->options.validate)
        return 0;
    if (cli->options.out == NULL || !dtn_validate_exists(cli->c)) {
        dtn_console_error(&cli->console, cli->options.out == NULL
                                             ? "--validate is shown in the report: add --out DIR"
                                             : "--validate: the case has no validation.yaml");
        return DTN_EXIT_USAGE;
    }
    const uint64_t runs = cli->options.runs, most = dtn_validate_defaults().n_run;
    const dtn_status status = dtn_cli_validate(cli, runs < most ? runs : most, out);
    return status != DTN_OK ? dtn_cli_fail(cli, status) : 0;
}

/* What --documents gives: the texts that the views cite, and the maps of all of them. */
typedef struct supplied {
    dtn_documents cited;
    dtn_cli_maps read;
    bool is_there;
} supplied;

static int read_supplied(dtn_cli *cli, supplied *out)
{
    *out = (supplied){0};
    if (cli->options.documents == NULL)
        return 0;
    if (access(cli->options.documents, R_OK) != 0) {
        dtn_diags_add(&cli->diags, 701, (dtn_pos){cli->options.documents, 0, 0},
                      "--documents takes a folder of .txt or .html files", "cannot read: %s",
                      strerror(errno));
        return dtn_cli_fail(cli, DTN_E_IO);
    }
    const dtn_status status =
        dtn_documents_read(&out->cited, cli->c, cli->options.documents, &cli->diags);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    out->is_there = true;
    return dtn_cli_maps_read(cli, cli->options.documents, &out->read);
}

static void free_supplied(supplied *s)
{
    if (s->is_there)
        dtn_documents_free(&s->cited);
    dtn_cli_maps_free(&s->read);
}

/* Ctrl-C, with finished views in the file. */
static int interrupted(dtn_cli *cli, size_t n_left)
{
    dtn_cli_show_diags(cli);
    dtn_console_error(
        &cli->console,
        "interrupted; %zu finished view%s in %s/views.part, nothing else was written; "
        "--resume goes on from there",
        n_left, n_left == 1 ? " is" : "s are", cli->options.out);
    return dtn_console_exit(DTN_E_INTERRUPTED);
}

static int run(dtn_cli *cli, const dtn_compare_options *options, const supplied *given)
{
    size_t n_left = 0;
    dtn_compare_options asked = *options;
    dtn_validation *validation = NULL;
    dtn_comparison *comparison = NULL;
    int rc = validate(cli, &validation);
    if (rc != 0)
        return rc;
    asked.n_left = &n_left;
    const dtn_status status = dtn_compare_run(cli->c, &asked, &comparison, &cli->diags);
    dtn_console_progress_end(&cli->console);
    if (status == DTN_OK) {
        if (cli->options.validate)
            comparison->canonical_command =
                dtn_arena_printf(&cli->arena, "%s --validate", comparison->canonical_command);
        comparison->documents = given->is_there ? &given->cited : NULL;
        dtn_cli_show_diags(cli);
        if (options->resume)
            dtn_console_say(&cli->console, "%s/views.part had %zu of %zu views", cli->options.out,
                            comparison->n_kept, comparison->n_view);
        rc = show(cli, comparison, validation,
                  given->read.views.n_view > 0 ? &given->read.maps : NULL);
        dtn_comparison_delete(comparison);
    }
    dtn_validation_delete(validation);
    if (status == DTN_E_INTERRUPTED && n_left > 0)
        return interrupted(cli, n_left);
    return status != DTN_OK ? dtn_cli_fail(cli, status) : rc;
}

int dtn_cli_compare(dtn_cli *cli)
{
    dtn_compare_options options = dtn_compare_defaults();
    dtn_profile reference;
    supplied given;
    int rc = dtn_cli_read(cli);
    if (rc == 0 && cli->c == NULL) {
        dtn_console_error(&cli->console, "'compare' needs a case; %s is a model",
                          cli->options.args[0]);
        (void)fputs("  hint: a case is a folder with case.yaml (docs/case-format.md)\n", stderr);
        rc = DTN_EXIT_USAGE;
    }
    if (rc == 0)
        rc = read_options(cli, &options, &reference);
    if (rc != 0)
        return rc;
    rc = read_supplied(cli, &given);
    if (rc == 0)
        rc = try_folder(cli);
    if (rc == 0)
        rc = run(cli, &options, &given);
    rc = rc == 0 ? given.read.rc : rc;
    free_supplied(&given);
    return rc;
}
