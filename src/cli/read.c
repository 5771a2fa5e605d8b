/* detente read: documents to events, causal claims and recommendations as JSON Lines.
 *
 * Documents come from files, from folders (their .txt and .html files, in order of the names) or,
 * for "-", from standard input: one JSON object a line with "text" and, if there, "doc", "title",
 * "date" and "source"; or, if its first character is not '{', one plain document. They are read in
 * batches, so memory does not grow with their number, and records stand in the documents' order,
 * whatever the threads. A document that cannot be read is named, the others are read all the same.
 */
#include "cli/cli.h"
#include "cli/documents.h"
#include "ledger/ledger.h"
#include "read/read.h"
#include "store/file.h"

#include "base/data.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct read_job {
    dtn_cli *cli;
    dtn_reader *reader;
    dtn_ledger *ledger; /* NULL: none */
    dtn_out out;
    uint32_t jobs;
    size_t n_done, n_record, n_known;
    int rc; /* of the documents that failed */
} read_job;

/* ---- The reader ------------------------------------------------------------------------------ */

/* A file of the case, if it has one of this name. */
static const char *case_file(dtn_cli *cli, const char *folder, const char *name)
{
    const char *path = dtn_arena_printf(&cli->arena, "%s/%s", folder, name);
    return access(path, R_OK) == 0 ? path : NULL;
}

static int case_folder(dtn_cli *cli, const char *path, const char **folder)
{
    struct stat info;
    const char *yaml = dtn_arena_printf(&cli->arena, "%s/case.yaml", path);
    if (stat(path, &info) != 0 || (S_ISDIR(info.st_mode) && access(yaml, R_OK) != 0)) {
        dtn_diags_add(&cli->diags, 701, (dtn_pos){path, 0, 0}, "give the folder of a case",
                      "there is no case.yaml");
        return dtn_cli_fail(cli, DTN_E_IO);
    }
    const char *slash = strrchr(path, '/');
    *folder = S_ISDIR(info.st_mode) ? path
              : slash ? dtn_arena_strndup(&cli->arena, path, (size_t)(slash - path) + 1)
                      : ".";
    return 0;
}

double dtn_cli_least(const dtn_cli *cli)
{
    return dtn_options_given(&cli->options, "least") ? cli->options.least : 0.5;
}

int dtn_cli_reader(dtn_cli *cli, const char *case_path, double least, dtn_reader **out)
{
    dtn_reader_options options = {.least = least};
    if (case_path) {
        const char *folder = NULL;
        const int rc = case_folder(cli, case_path, &folder);
        if (rc != 0)
            return rc;
        options.vocabulary = case_file(cli, folder, "vocabulary.tsv");
        options.actors = case_file(cli, folder, "actors.tsv");
    }
    char *data = dtn_data_path("");
    if (!data)
        return dtn_cli_fail(cli, DTN_E_MEMORY);
    options.folder = dtn_arena_strdup(&cli->arena, data);
    dtn_free(data);
    const dtn_status status = dtn_reader_new(&options, out, &cli->diags);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    dtn_cli_show_diags(cli);
    return 0;
}

/* ---- Documents -------------------------------------------------------------------------------- */

static void take_diags(read_job *job, const dtn_document *document, dtn_read_result *result)
{
    dtn_console_diags(&job->cli->console, &result->diags);
    if (result->status == DTN_OK)
        return;
    if (result->diags.n_error == 0)
        dtn_console_error(&job->cli->console, "%s: %s", document->name,
                          dtn_status_text(result->status));
    job->rc = dtn_console_exit(result->status);
}

static dtn_status add_to_ledger(read_job *job, const dtn_document *document,
                                const dtn_read_result *result)
{
    const dtn_ledger_document entry = {.name = document->name,
                                       .text = document->text,
                                       .n = document->n,
                                       .title = result->title,
                                       .date = result->date,
                                       .source = result->source,
                                       .coder = job->reader->coder,
                                       .sentences = (const size_t(*)[2])result->sentences,
                                       .n_sentence = result->n_sentence,
                                       .records = result->records};
    bool is_new = false;
    DTN_TRY(dtn_ledger_add(job->ledger, &entry, &is_new, &job->cli->diags));
    job->n_known += !is_new;
    return DTN_OK;
}

static int write_line(const char *bytes, size_t n, void *ctx)
{
    dtn_out_write(ctx, bytes, n);
    return 0;
}

static void write_records(read_job *job, const json_t *records)
{
    for (size_t i = 0; i < json_array_size(records); i++) {
        (void)json_dump_callback(json_array_get(records, i), write_line, &job->out,
                                 JSON_COMPACT | JSON_REAL_PRECISION(4));
        dtn_out_char(&job->out, '\n');
    }
    job->n_record += json_array_size(records);
}

/* One batch: read with all threads, write in order. Frees the documents' texts. */
static dtn_status read_batch(read_job *job, dtn_document_batch *batch)
{
    dtn_status status = DTN_OK;
    dtn_read_result *results = dtn_alloc((batch->n + 1) * sizeof *results);
    if (!results)
        return DTN_E_MEMORY;
    dtn_reader_batch(job->reader, batch->items, batch->n, job->jobs, results);
    for (size_t i = 0; i < batch->n; i++) {
        take_diags(job, &batch->items[i], &results[i]);
        if (status == DTN_OK && results[i].status == DTN_OK) {
            write_records(job, results[i].records);
            if (job->ledger)
                status = add_to_ledger(job, &batch->items[i], &results[i]);
        }
        dtn_read_result_free(&results[i]);
    }
    dtn_free(results);
    job->n_done += batch->n;
    if (job->out.file == stdout)
        (void)fflush(stdout); /* whoever reads a stream gets what is there */
    return status;
}

static dtn_status read_all(read_job *job, dtn_document_source *source)
{
    for (;;) {
        dtn_document_batch batch = {0};
        dtn_status status = dtn_source_next(source, 16 * (size_t)job->jobs, &batch);
        if (source->rc != 0)
            job->rc = source->rc;
        if (status == DTN_OK && batch.n > 0)
            status = read_batch(job, &batch);
        const bool is_end = batch.n == 0;
        dtn_document_batch_free(&batch);
        if (status != DTN_OK || is_end)
            return status;
        if (dtn_console_progress(&job->cli->console, job->n_done,
                                 source->is_stream ? 0 : source->n_path))
            return DTN_E_INTERRUPTED;
    }
}

/* ---- The command ------------------------------------------------------------------------------ */

static int finish(read_job *job, dtn_status status)
{
    dtn_cli *cli = job->cli;
    dtn_console_progress_end(&cli->console);
    if (status == DTN_OK && job->ledger)
        status = dtn_ledger_group(job->ledger, &cli->diags);
    if (status == DTN_OK)
        status = dtn_out_commit(&job->out, &cli->diags);
    else
        dtn_out_abandon(&job->out);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    dtn_cli_show_diags(cli);
    if (job->ledger)
        dtn_console_say(&cli->console,
                        "%zu documents read, %zu of them known to the ledger; %zu records",
                        job->n_done, job->n_known, job->n_record);
    return job->rc;
}

/* A table of the ledger; a ledger that is not there is not made. */
static int export_table(dtn_cli *cli)
{
    const dtn_options *o = &cli->options;
    dtn_ledger *ledger = NULL;
    dtn_out out;
    dtn_status status = dtn_ledger_open(o->ledger, false, &ledger, &cli->diags);
    if (status == DTN_OK)
        status = dtn_out_open(&out, o->out, &cli->diags);
    if (status == DTN_OK) {
        status = dtn_ledger_export(ledger, o->export_table, &out, &cli->diags);
        if (status == DTN_OK)
            status = dtn_out_commit(&out, &cli->diags);
        else
            dtn_out_abandon(&out);
    }
    dtn_ledger_close(ledger);
    return status == DTN_OK ? DTN_EXIT_OK : dtn_cli_fail(cli, status);
}

static int check_usage(dtn_cli *cli)
{
    const dtn_options *o = &cli->options;
    if (o->export_table && (!o->ledger || o->n_arg > 0))
        dtn_console_error(&cli->console, "--export needs --ledger FILE and takes no documents");
    else if (!o->export_table && o->n_arg == 0)
        dtn_console_error(&cli->console, "'read' needs FILE|FOLDER...");
    else
        return DTN_EXIT_OK;
    return DTN_EXIT_USAGE;
}

int dtn_cli_read_documents(dtn_cli *cli)
{
    const dtn_options *o = &cli->options;
    if (check_usage(cli) != DTN_EXIT_OK)
        return DTN_EXIT_USAGE;
    if (o->export_table)
        return export_table(cli);
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    read_job job = {.cli = cli,
                    .jobs = o->jobs      ? (uint32_t)o->jobs
                            : online > 0 ? (uint32_t)online
                                         : 1};
    dtn_document_source source = {0};
    cli->console.unit = "documents";
    int rc = dtn_cli_reader(cli, o->case_path, dtn_cli_least(cli), &job.reader);
    if (rc != 0)
        return rc;
    dtn_status status = dtn_source_init(&source, cli, o->args, (size_t)o->n_arg);
    if (status == DTN_OK && o->ledger)
        status = dtn_ledger_open(o->ledger, true, &job.ledger, &cli->diags);
    if (status == DTN_OK)
        status = dtn_out_open(&job.out, o->out, &cli->diags);
    if (status == DTN_OK)
        rc = finish(&job, read_all(&job, &source));
    else
        rc = dtn_cli_fail(cli, status);
    dtn_ledger_close(job.ledger);
    dtn_source_free(&source);
    dtn_reader_delete(job.reader);
    return rc;
}
