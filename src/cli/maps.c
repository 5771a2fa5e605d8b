/* Documents of a folder read into the causal maps and stances of a case.
 *
 * The reader takes the case's vocabulary, actors and cues, as far as the case has them. A document
 * that cannot be read is named and left out; the others are read all the same.
 */
#include "cli/maps.h"

#include <unistd.h>

#define MAX_DOCUMENTS 1000 /* views of a case, each with its own column of results */

static dtn_status read_document(dtn_cli *cli, dtn_cli_maps *job, const dtn_document *given)
{
    dtn_document copy = *given, *document = &copy; /* its title and date may become the arena's */
    dtn_reading *reading = DTN_NEW(&cli->arena, dtn_reading);
    const dtn_status status =
        dtn_reader_analyse(job->reader, document, &cli->arena, reading, &cli->diags);
    if (status == DTN_E_MEMORY)
        return status;
    if (status != DTN_OK) {
        job->rc = dtn_cli_fail(cli, status);
        return DTN_OK;
    }
    dtn_views_add(&job->views, job->reader, document, reading);
    return DTN_OK;
}

static dtn_status read_documents(dtn_cli *cli, dtn_cli_maps *job, const char *folder)
{
    dtn_document_source source = {0};
    dtn_status status = dtn_source_init(&source, cli, &folder, 1);
    if (status == DTN_OK)
        status = dtn_source_next(&source, MAX_DOCUMENTS, &job->kept);
    for (size_t i = 0; i < job->kept.n && status == DTN_OK; i++) {
        status = read_document(cli, job, &job->kept.items[i]);
        if (dtn_console_progress(&cli->console, i + 1, job->kept.n))
            status = DTN_E_INTERRUPTED;
    }
    job->rc = job->rc ? job->rc : source.rc;
    dtn_source_free(&source);
    dtn_console_progress_end(&cli->console);
    return status;
}

static dtn_status read_cues(dtn_cli *cli, dtn_cli_maps *job)
{
    const char *path = dtn_arena_printf(&cli->arena, "%s/cues.tsv", cli->c->folder);
    return access(path, R_OK) == 0 ? dtn_vocabulary_read(path, &job->cues, &cli->diags) : DTN_OK;
}

static dtn_status read_all(dtn_cli *cli, const char *folder, dtn_cli_maps *job)
{
    dtn_graph graph = {0};
    DTN_TRY(read_cues(cli, job));
    dtn_views_init(&job->views, cli->c, job->cues, &cli->arena);
    job->views.is_without_hand = cli->options.views_file != NULL; /* those of a file were read */
    DTN_TRY(read_documents(cli, job, folder));
    dtn_views_group_tolls(&job->views);
    DTN_TRY(dtn_check_graph(cli->model, &graph));
    dtn_maps_init(&job->maps, &job->views, &graph, job->reader->coder);
    return DTN_OK;
}

int dtn_cli_maps_read(dtn_cli *cli, const char *folder, dtn_cli_maps *out)
{
    *out = (dtn_cli_maps){0};
    const int rc = dtn_cli_reader(cli, cli->c->path, dtn_cli_least(cli), &out->reader);
    if (rc != 0)
        return rc;
    const dtn_status status = read_all(cli, folder, out);
    return status == DTN_OK ? 0 : dtn_cli_fail(cli, status);
}

void dtn_cli_maps_free(dtn_cli_maps *maps)
{
    dtn_document_batch_free(&maps->kept);
    dtn_vocabulary_delete(maps->cues);
    dtn_reader_delete(maps->reader);
}
