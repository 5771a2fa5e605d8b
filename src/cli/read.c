/* detente read: documents to events, causal claims and recommendations as JSON Lines.
 *
 * Documents come from files, from folders (their .txt and .html files, in order of the names) or,
 * for "-", from standard input: one JSON object a line with "text" and, if there, "doc", "title",
 * "date" and "source"; or, if its first character is not '{', one plain document. They are read in
 * batches, a large one in parts, so memory does not grow with their number or length; records stand in the documents' order,
 * whatever the threads. A document that cannot be read is named, the others are read all the same. A text is
 * read once, however often it is given.
 */
#include "cli/cli.h"
#include "cli/documents.h"
#include "cli/tables.h"
#include "ledger/ledger.h"
#include "read/read.h"
#include "store/file.h"

#include "base/data.h"
#include "base/text.h"

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
    dtn_known_texts seen;
    int rc; /* of the documents that failed */
} read_job;

/* ---- The reader ------------------------------------------------------------------------------ */

static int case_folder(dtn_cli *cli, const char *path, const char **folder)
{
    struct stat info;
    const char *yaml = dtn_arena_printf(&cli->arena, "%s/case.yaml", path);
    if (stat(path, &info) != 0 || (S_ISDIR(info.st_mode) && access(yaml, R_OK) != 0)) {
        dtn_diags_add(&cli->diags, 701, (dtn_pos){path, 0, 0}, "give the folder of a case",
                      "there is no case.yaml");
        return dtn_cli_fail(cli, DTN_E_IO);
    }
    if (!S_ISDIR(info.st_mode) && !dtn_cli_is_case_path(path)) {
        dtn_console_error(&cli->console,
                          "--case: '%s' is no case: give its folder or its case.yaml", path);
        return DTN_EXIT_USAGE;
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
        options.vocabulary = dtn_cli_case_file(cli, folder, "vocabulary.tsv");
        options.actors = dtn_cli_case_file(cli, folder, "actors.tsv");
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

/* A concept of the vocabulary that nearly is one of the case is a slip. What is wrong with the case otherwise is for
 * `check` to say: of its own file only what keeps it from being read. */
static dtn_status check_case(dtn_cli *cli, const dtn_reader *reader)
{
    const char *path = cli->options.case_path;
    dtn_diags ignored;
    if (!path || !reader->vocabulary)
        return DTN_OK;
    dtn_diags_init(&ignored);
    dtn_status status = dtn_case_read_names(path, &cli->c, &ignored);
    if (status == DTN_OK)
        status = dtn_cli_check_vocabulary(cli, reader->vocabulary);
    else
        dtn_console_diags(&cli->console, &ignored);
    dtn_diags_free(&ignored);
    dtn_cli_show_diags(cli);
    return status;
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

static dtn_ledger_document entry_of(const read_job *job, const dtn_document *document,
                                    const dtn_document *head)
{
    return (dtn_ledger_document){.name = document->name,
                                 .text = document->text,
                                 .n = document->n,
                                 .title = head->title,
                                 .date = head->date,
                                 .source = head->source,
                                 .coder = job->reader->coder};
}

static dtn_status add_to_ledger(read_job *job, const dtn_document *document,
                                const dtn_read_result *result)
{
    const dtn_document head = {
        .title = result->title, .date = result->date, .source = result->source};
    dtn_ledger_document entry = entry_of(job, document, &head);
    entry.sentences = (const size_t(*)[2])result->sentences;
    entry.n_sentence = result->n_sentence;
    entry.records = result->records;
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

/* ---- Large documents: in parts ------------------------------------------------------------------ */

/* What goes to the ledger waits in a file without a name, so that other writers do not. */
typedef struct large {
    read_job *job;
    const dtn_document *document;
    dtn_document head; /* its title, date and source; texts of `memory` */
    dtn_arena memory;
    FILE *waiting; /* NULL: no ledger */
    bool has_head;
} large;

static dtn_status spool_failed(large *l)
{
    dtn_diags_add(&l->job->cli->diags, 702, (dtn_pos){l->document->name, 0, 0},
                  "see that the disk has room, or set TMPDIR to one that has",
                  "what waits for the ledger cannot be written");
    return DTN_E_IO;
}

static dtn_status take_head(large *l, const dtn_document *head)
{
    if (DTN_ARENA_GUARD(&l->memory))
        return DTN_E_MEMORY;
    const char *const from[] = {head->title, head->date, head->source};
    const char **const to[] = {&l->head.title, &l->head.date, &l->head.source};
    for (int i = 0; i < 3; i++)
        *to[i] = from[i] ? dtn_arena_strdup(&l->memory, from[i]) : NULL;
    l->has_head = true;
    return DTN_OK;
}

static dtn_status spool(large *l, const dtn_read_part *part)
{
    json_t *spans = json_array();
    for (size_t i = 0; i < part->n_sentence; i++)
        json_array_append_new(spans, json_pack("[I,I]", (json_int_t)part->sentences[i][0],
                                               (json_int_t)part->sentences[i][1]));
    json_t *line = json_pack("{s:o,s:O}", "sentences", spans, "records", part->records);
    if (!line)
        return DTN_E_MEMORY;
    const bool is_written =
        json_dumpf(line, l->waiting, JSON_COMPACT) == 0 && fputc('\n', l->waiting) != EOF;
    json_decref(line);
    return is_written ? DTN_OK : spool_failed(l);
}

static dtn_status take_part(void *ctx, const dtn_read_part *part)
{
    large *l = ctx;
    if (!l->has_head)
        DTN_TRY(take_head(l, part->document));
    write_records(l->job, part->records);
    if (l->waiting)
        DTN_TRY(spool(l, part));
    return dtn_console_progress(&l->job->cli->console, part->n_done >> 10, l->document->n >> 10)
               ? DTN_E_INTERRUPTED
               : DTN_OK;
}

/* One line of what waits; *is_end: there was none. */
static dtn_status add_part(large *l, dtn_ledger_document *entry, char **line, size_t *cap,
                           bool *is_end)
{
    const ssize_t n = getline(line, cap, l->waiting);
    *is_end = n <= 0;
    if (n <= 0)
        return ferror(l->waiting) ? spool_failed(l) : DTN_OK;
    json_t *part = json_loadb(*line, (size_t)n, 0, NULL);
    const json_t *spans = json_object_get(part, "sentences");
    entry->n_sentence = json_array_size(spans);
    size_t(*at)[2] = dtn_alloc((entry->n_sentence + 1) * sizeof *at);
    dtn_status status = part && at ? DTN_OK : DTN_E_MEMORY;
    for (size_t i = 0; i < entry->n_sentence && status == DTN_OK; i++)
        for (size_t k = 0; k < 2; k++)
            at[i][k] = (size_t)json_integer_value(json_array_get(json_array_get(spans, i), k));
    entry->sentences = (const size_t(*)[2])at;
    entry->records = json_object_get(part, "records");
    if (status == DTN_OK)
        status = dtn_ledger_part(l->job->ledger, entry, &l->job->cli->diags);
    dtn_free(at);
    json_decref(part);
    return status;
}

static dtn_status add_large(large *l)
{
    dtn_ledger_document entry = entry_of(l->job, l->document, &l->head);
    dtn_diags *diags = &l->job->cli->diags;
    char *line = NULL;
    size_t cap = 0;
    bool is_new = false, is_end = false;
    rewind(l->waiting);
    dtn_status status = dtn_ledger_begin(l->job->ledger, &entry, &is_new, diags);
    if (status == DTN_OK && is_new) {
        while (status == DTN_OK && !is_end)
            status = add_part(l, &entry, &line, &cap, &is_end);
        status = dtn_ledger_end(l->job->ledger, status, diags);
    }
    free(line);
    l->job->n_known += status == DTN_OK && !is_new;
    return status;
}

/* Only what stops the command is an error: a document that cannot be read is named. */
static dtn_status read_large(read_job *job, const dtn_document *document)
{
    dtn_console *console = &job->cli->console;
    const char *unit = console->unit;
    const double started_s = console->started_s;
    large l = {.job = job, .document = document};
    dtn_read_result result = {0};
    if (job->ledger && !(l.waiting = tmpfile()))
        return spool_failed(&l);
    dtn_arena_init(&l.memory);
    dtn_diags_init(&result.diags);
    console->unit = "kB";
    dtn_console_progress_begin(console);
    result.status =
        dtn_reader_parts(job->reader, document, DTN_READ_PART, take_part, &l, &result.diags);
    dtn_console_progress_end(console);
    console->unit = unit;
    console->started_s = started_s;
    dtn_status status = DTN_OK;
    if (result.status == DTN_E_INTERRUPTED || (l.has_head && result.status != DTN_OK))
        status = result.status; /* half a document is none */
    else
        take_diags(job, document, &result);
    if (result.status == DTN_OK && l.waiting)
        status = add_large(&l);
    if (l.waiting)
        (void)fclose(l.waiting);
    dtn_arena_free(&l.memory);
    dtn_diags_free(&result.diags);
    return status;
}

/* ---- Batches ------------------------------------------------------------------------------------ */

/* Read with all threads, written in order. */
static dtn_status read_small(read_job *job, const dtn_document_batch *batch, size_t n)
{
    dtn_status status = DTN_OK;
    dtn_read_result *results = dtn_alloc((n + 1) * sizeof *results);
    if (!results)
        return DTN_E_MEMORY;
    dtn_reader_batch(job->reader, batch->items, n, job->jobs, results);
    for (size_t i = 0; i < n; i++) {
        take_diags(job, &batch->items[i], &results[i]);
        if (status == DTN_OK && results[i].status == DTN_OK) {
            write_records(job, results[i].records);
            if (job->ledger)
                status = add_to_ledger(job, &batch->items[i], &results[i]);
        }
        dtn_read_result_free(&results[i]);
    }
    dtn_free(results);
    return status;
}

/* Two documents of one name cannot be told apart in the records: the second gets a number behind it. */
static dtn_status part_names(read_job *job, dtn_document *d)
{
    const char *given = d->name;
    bool is_known = false;
    DTN_TRY(dtn_note_text(&job->seen, dtn_hash64(given, strlen(given), 0x6e616d65), &is_known));
    for (unsigned k = 2; is_known; k++) {
        const size_t size = strlen(given) + 16;
        char *name = dtn_alloc(size);
        if (!name)
            return DTN_E_MEMORY;
        (void)snprintf(name, size, "%s#%u", given, k);
        if (d->name != given)
            dtn_free((char *)(uintptr_t)d->name);
        d->name = name;
        DTN_TRY(dtn_note_text(&job->seen, dtn_hash64(name, strlen(name), 0x6e616d65), &is_known));
    }
    if (d->name != given) {
        dtn_diags_add(&job->cli->diags, 938, (dtn_pos){.file = given},
                      "give each document a name of its own",
                      "another document has this name; the records call this one '%s'", d->name);
        dtn_free((char *)(uintptr_t)given);
    }
    return DTN_OK;
}

static dtn_status part_all_names(read_job *job, dtn_document_batch *batch)
{
    for (size_t i = 0; i < batch->n; i++)
        DTN_TRY(part_names(job, &batch->items[i]));
    dtn_cli_show_diags(job->cli);
    return DTN_OK;
}

static dtn_status read_batch(read_job *job, dtn_document_batch *batch)
{
    job->n_done += batch->n;
    DTN_TRY(dtn_leave_out_known(job->cli, &job->seen, batch));
    DTN_TRY(part_all_names(job, batch));
    const bool has_large = dtn_batch_ends_large(batch);
    dtn_status status = read_small(job, batch, batch->n - has_large);
    if (status == DTN_OK && has_large)
        status = read_large(job, &batch->items[batch->n - 1]);
    dtn_out_flush(&job->out); /* whoever reads a stream gets what is there */
    return status;
}

static dtn_status read_all(read_job *job, dtn_document_source *source)
{
    for (;;) {
        dtn_document_batch batch = {0};
        dtn_status status = dtn_source_next(source, 16 * (size_t)job->jobs, &batch);
        if (source->rc != 0)
            job->rc = source->rc;
        bool is_end = batch.n == 0;
        if (status == DTN_OK && !is_end)
            status = read_batch(job, &batch); /* it may leave all of them out */
        /* nobody reads on: what is still to come is for the ledger alone */
        is_end = is_end || (job->out.error && !job->ledger);
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
    dtn_known_texts_say(cli, &job->seen);
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
    dtn_status status = check_case(cli, job.reader);
    if (status == DTN_OK)
        status = dtn_source_init(&source, cli, o->args, (size_t)o->n_arg);
    if (status == DTN_OK && o->ledger)
        status = dtn_ledger_open(o->ledger, true, &job.ledger, &cli->diags);
    if (status == DTN_OK)
        status = dtn_out_open(&job.out, o->out, &cli->diags);
    if (status == DTN_OK)
        rc = finish(&job, read_all(&job, &source));
    else
        rc = dtn_cli_fail(cli, status);
    dtn_ledger_close(job.ledger);
    dtn_known_texts_free(&job.seen);
    dtn_source_free(&source);
    dtn_reader_delete(job.reader);
    return rc;
}
