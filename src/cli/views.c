/* detente views: documents set against a case, for people; and as a views file for compare.
 *
 * cli/maps reads the documents, report/ says what they hold: on the terminal and, with --report, as
 * a page with a diagram of each document's map. Sentences are quoted from the documents as given,
 * at run time only; the views file holds none.
 */
#include "cli/console.h"
#include "cli/maps.h"
#include "report/maps.h"
#include "store/file.h"

#include <string.h>
#include <unistd.h>

/* ---- The views file --------------------------------------------------------------------------- */

#define MAX_SOURCES 3 /* sentences of an answer, or for a course, that the file names */

/* Has an earlier answer, or an earlier place of this one, named the sentence? */
static bool is_named(const dtn_read_stance *s, size_t answer, size_t k)
{
    const uint32_t begin = s->answers[answer].items[k].sentence.begin;
    for (size_t a = 0; a <= answer; a++)
        for (size_t i = 0; i < (a == answer ? k : s->answers[a].n) && i < MAX_SOURCES; i++)
            if (s->answers[a].items[i].sentence.begin == begin)
                return true;
    return false;
}

static void write_stance(const dtn_case *c, const dtn_read_view *view, size_t i, dtn_out *out)
{
    const dtn_hypothesis *h = &c->hypotheses[i];
    const dtn_read_stance *s = &view->stances[i];
    const char *comma = "";
    dtn_out_printf(out, "      - id: %s\n        stance: %s\n", h->id,
                   s->is_open     ? "open"
                   : s->is_denied ? "denied"
                                  : "held");
    if (s->is_open)
        dtn_out_text(out, "        weights: prior\n");
    else if (s->is_denied) {
        dtn_out_text(out, "        denies: [");
        for (size_t a = 0; a < h->n_answer; a++)
            if (s->denied[a]) {
                dtn_out_printf(out, "%s%s", comma, h->answers[a].id);
                comma = ", ";
            }
        dtn_out_text(out, "]\n");
    } else {
        dtn_out_text(out, "        weights: {");
        for (size_t a = 0; a < h->n_answer; a++)
            if (s->weights[a] > 0) {
                dtn_out_printf(out, "%s%s: %.2f", comma, h->answers[a].id, s->weights[a]);
                comma = ", ";
            }
        dtn_out_text(out, "}\n");
    }
    dtn_out_text(out, "        source: \"");
    comma = "";
    for (size_t a = 0; a < h->n_answer; a++)
        for (size_t k = 0; k < s->answers[a].n && k < MAX_SOURCES; k++) {
            if (is_named(s, a, k))
                continue;
            dtn_out_printf(out, "%s%s:%u-%u", comma, view->id,
                           s->answers[a].items[k].sentence.begin,
                           s->answers[a].items[k].sentence.end);
            comma = "; ";
        }
    dtn_out_printf(out,
                   "%s\"\n        paraphrase: \"Read by the program, not checked by a person.\"\n",
                   *comma ? "" : "none found");
}

/* Has an earlier course named the sentence? */
static bool is_urged_before(const dtn_read_view *view, size_t course, dtn_span at)
{
    for (size_t i = 0; i < course; i++)
        for (size_t k = 0; k < view->courses[i].n_urging && k < MAX_SOURCES; k++)
            if (view->courses[i].urgings[k].sentence.begin == at.begin)
                return true;
    return false;
}

static void write_courses(const dtn_read_view *view, dtn_out *out)
{
    dtn_out_text(out, "    recommends:\n      course: {");
    for (size_t i = 0; i < view->n_course; i++) {
        const char *label = view->courses[i].label, *equals = strchr(label, '=');
        dtn_out_printf(out, "%s%.*s: %s", i > 0 ? ", " : "", (int)(equals - label), label,
                       equals + 1);
    }
    dtn_out_text(out, "}\n      source: \"");
    const char *comma = "";
    for (size_t i = 0; i < view->n_course; i++)
        for (size_t k = 0; k < view->courses[i].n_urging && k < MAX_SOURCES; k++) {
            const dtn_span at = view->courses[i].urgings[k].sentence;
            if (is_urged_before(view, i, at))
                continue;
            dtn_out_printf(out, "%s%s:%u-%u", comma, view->id, at.begin, at.end);
            comma = "; ";
        }
    dtn_out_text(out, "\"\n      paraphrase: \"Read by the program, not checked by a person.\"\n");
}

/* In double quotes, as YAML has it. */
static void write_quoted(dtn_out *out, const char *text, const char *end)
{
    dtn_out_char(out, '"');
    for (; *text; text++)
        if (*text == '"' || *text == '\\')
            dtn_out_printf(out, "\\%c", *text);
        else if ((unsigned char)*text < 0x20 || *text == 0x7f)
            dtn_out_printf(out, "\\x%02x", (unsigned)(unsigned char)*text);
        else
            dtn_out_char(out, *text);
    dtn_out_text(out, end);
    dtn_out_char(out, '"');
}

static dtn_status write_views(dtn_cli *cli, const dtn_maps *maps, const char *path)
{
    dtn_out out;
    DTN_TRY(dtn_out_open(&out, path, &cli->diags));
    dtn_out_printf(&out, "# Views as `detente views` read them (%s).\nversion: 1\ndocuments:\n",
                   maps->coder);
    for (size_t d = 0; d < maps->views->n_view; d++)
        dtn_out_printf(&out, "  - {id: \"%s\", bytes: %zu, xxh3: \"%s\"}\n",
                       maps->views->views[d].id, maps->views->views[d].n_text,
                       maps->views->views[d].hash);
    dtn_out_text(&out, "views:\n");
    for (size_t d = 0; d < maps->views->n_view; d++) {
        const dtn_read_view *view = &maps->views->views[d];
        dtn_out_printf(&out, "  - id: \"%s\"\n    name: ", view->id);
        write_quoted(&out, view->is_renamed ? view->file : view->id, ", as read");
        dtn_out_text(&out,
                     "\n    kind: document\n    about: \"Read by the program from a document.\"\n");
        if (view->n_course > 0)
            write_courses(view, &out);
        dtn_out_text(&out, "    hypotheses:\n");
        for (size_t h = 0; h < maps->views->c->n_hypothesis; h++)
            write_stance(maps->views->c, view, h, &out);
    }
    return dtn_out_commit(&out, &cli->diags);
}

/* ---- The command ------------------------------------------------------------------------------ */

static int print_maps(dtn_cli *cli, const dtn_maps *maps)
{
    char *text =
        dtn_maps_text(maps, cli->options.verbose, cli->console.color_out, dtn_console_width());
    if (text == NULL)
        return dtn_cli_fail(cli, DTN_E_MEMORY);
    (void)fputs(text, stdout);
    (void)fflush(stdout); /* before messages that may go to the same place */
    dtn_free(text);
    return 0;
}

static int write_files(dtn_cli *cli, const dtn_maps *maps)
{
    dtn_status status = DTN_OK;
    if (cli->options.out != NULL)
        status = write_views(cli, maps, cli->options.out);
    if (status == DTN_OK && cli->options.report != NULL)
        status = dtn_maps_write_page(maps, cli->options.report, &cli->diags);
    return status == DTN_OK ? 0 : dtn_cli_fail(cli, status);
}

int dtn_cli_views(dtn_cli *cli)
{
    dtn_cli_maps read;
    int rc = dtn_cli_read(cli);
    if (rc != 0)
        return rc;
    if (!cli->c) {
        dtn_console_error(&cli->console, "'views' needs a case, and %s is a model",
                          cli->options.args[0]);
        return DTN_EXIT_USAGE;
    }
    const char *folder = cli->options.documents
                             ? cli->options.documents
                             : dtn_arena_printf(&cli->arena, "%s/documents", cli->c->folder);
    if (!cli->options.documents && access(folder, F_OK) != 0) {
        dtn_diags_add(&cli->diags, 701, (dtn_pos){folder, 0, 0},
                      "give a folder of .txt or .html files with --documents, or put them there",
                      "the case has no documents of its own");
        return dtn_cli_fail(cli, DTN_E_IO);
    }
    rc = dtn_cli_maps_read(cli, folder, &read);
    if (rc == 0 && read.views.n_view > 0) { /* else what is wrong has been said */
        rc = print_maps(cli, &read.maps);
        rc = rc == 0 ? write_files(cli, &read.maps) : rc;
    }
    rc = rc == 0 ? read.rc : rc;
    dtn_cli_maps_free(&read);
    return rc;
}
