/* Documents of a folder read into the causal maps and stances of a case.
 *
 * The reader takes the case's vocabulary, actors and cues, as far as the case has them. A document
 * that cannot be read is named and left out; the others are read all the same. Threads take the next document, each
 * in parts, so memory holds the trees of two parts a thread and what the maps need.
 */
#include "cli/maps.h"
#include "cli/tables.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#define MAX_DOCUMENTS 1000 /* views of a case, each with its own column of results */
#define MAX_THREADS 256

/* A document's draft, in memory of its own: threads read side by side. */
typedef struct draft {
    dtn_arena arena;
    dtn_view_draft view;
    dtn_status status;
    dtn_diags diags;
} draft;

struct dtn_cli_drafts {
    dtn_cli_maps *job;
    const dtn_case *c;
    draft *items; /* [n] */
    size_t n;
    _Atomic size_t next, n_done;
    _Atomic bool is_stopped;
};

typedef struct part_of {
    draft *draft;
    const dtn_reader *reader;
    const struct dtn_cli_drafts *all;
} part_of;

static dtn_status take_part(void *ctx, const dtn_read_part *part)
{
    const part_of *p = ctx;
    if (DTN_ARENA_GUARD(&p->draft->arena))
        return DTN_E_MEMORY;
    dtn_view_draft_add(&p->draft->view, p->reader, part->document, part->reading);
    return p->all->is_stopped ? DTN_E_INTERRUPTED : DTN_OK;
}

static dtn_status read_draft(const struct dtn_cli_drafts *all, draft *d,
                             const dtn_document *document)
{
    part_of part = {.draft = d, .reader = all->job->reader, .all = all};
    if (DTN_ARENA_GUARD(&d->arena))
        return DTN_E_MEMORY;
    dtn_view_draft_init(&d->view, all->c, all->job->cues, &d->arena);
    return dtn_reader_readings(all->job->reader, document, DTN_READ_PART, take_part, &part,
                               &d->diags);
}

static void *work(void *ctx)
{
    struct dtn_cli_drafts *all = ctx;
    for (;;) {
        const size_t i = atomic_fetch_add(&all->next, 1);
        if (i >= all->n || all->is_stopped)
            return NULL;
        all->items[i].status = read_draft(all, &all->items[i], &all->job->kept.items[i]);
        atomic_fetch_add(&all->n_done, 1);
    }
}

/* Waits for the threads and shows how far they are. */
static bool wait_for(dtn_cli *cli, struct dtn_cli_drafts *all, pthread_t *threads,
                     uint32_t n_thread)
{
    const struct timespec a_moment = {.tv_nsec = 20000000};
    if (n_thread == 0)
        (void)work(all);
    while (n_thread > 0 && all->n_done < all->n && !all->is_stopped) {
        all->is_stopped = dtn_console_progress(&cli->console, all->n_done, all->n);
        (void)nanosleep(&a_moment, NULL);
    }
    for (uint32_t i = 0; i < n_thread; i++)
        (void)pthread_join(threads[i], NULL);
    return all->is_stopped || dtn_console_progress(&cli->console, all->n_done, all->n);
}

static uint32_t jobs_of(const dtn_cli *cli, size_t n)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    const uint64_t jobs = cli->options.jobs ? cli->options.jobs : online > 0 ? (uint64_t)online : 1;
    return (uint32_t)(jobs < n ? jobs : n);
}

/* A document whose own name is taken or cannot be an id gets another one: that is told. */
static void add_view(dtn_cli *cli, dtn_cli_maps *job, size_t i)
{
    dtn_views_add(&job->views, &job->kept.items[i], &job->drafts->items[i].view);
    const dtn_read_view *view = &job->views.views[job->views.n_view - 1];
    if (view->is_renamed)
        dtn_diags_add(&cli->diags, 939, (dtn_pos){.file = view->file},
                      "ids are unique and hold letters, digits, '_', '-' and '.'",
                      "in the views this document is `%s`", view->id);
}

/* Drafts become views in the documents' order, so the threads do not show. */
static dtn_status take_drafts(dtn_cli *cli, dtn_cli_maps *job)
{
    for (size_t i = 0; i < job->drafts->n; i++) {
        draft *d = &job->drafts->items[i];
        dtn_console_diags(&cli->console, &d->diags);
        if (d->status == DTN_E_MEMORY || d->status == DTN_E_INTERRUPTED)
            return d->status;
        if (d->status == DTN_OK)
            add_view(cli, job, i);
        else
            job->rc = dtn_console_exit(d->status);
    }
    dtn_cli_show_diags(cli);
    return DTN_OK;
}

static dtn_status read_kept(dtn_cli *cli, dtn_cli_maps *job)
{
    const size_t n = job->kept.n;
    pthread_t threads[MAX_THREADS];
    uint32_t n_thread = 0;
    struct dtn_cli_drafts *all = DTN_NEW(&cli->arena, struct dtn_cli_drafts);
    all->job = job;
    all->c = cli->c;
    all->items = DTN_NEW_N(&cli->arena, draft, n + 1);
    all->n = n;
    job->drafts = all;
    for (size_t i = 0; i < n; i++) {
        dtn_arena_init(&all->items[i].arena);
        dtn_diags_init(&all->items[i].diags);
    }
    const uint32_t jobs = jobs_of(cli, n);
    while (jobs > 1 && n_thread < jobs && n_thread < MAX_THREADS &&
           pthread_create(&threads[n_thread], NULL, work, all) == 0)
        n_thread++;
    return wait_for(cli, all, threads, n_thread) ? DTN_E_INTERRUPTED : take_drafts(cli, job);
}

/* As many as views may be of; of more the rest is left out, and that is told. */
static dtn_status take_documents(dtn_cli *cli, dtn_document_source *source,
                                 dtn_document_batch *kept)
{
    size_t n_before;
    do {
        n_before = kept->n;
        DTN_TRY(dtn_source_next(source, MAX_DOCUMENTS - n_before, kept));
    } while (kept->n > n_before && kept->n < MAX_DOCUMENTS);
    if (source->i_path < source->n_path)
        dtn_diags_add(&cli->diags, 941, (dtn_pos){.file = source->names[source->i_path]},
                      "read them in several folders, each with views of its own",
                      "views are of %d documents at most; %zu are left out, this one the first",
                      MAX_DOCUMENTS, source->n_path - source->i_path);
    return DTN_OK;
}

static dtn_status read_documents(dtn_cli *cli, dtn_cli_maps *job, const char *folder)
{
    dtn_document_source source = {0};
    dtn_known_texts known = {0};
    dtn_status status = dtn_source_init(&source, cli, &folder, 1);
    if (status == DTN_OK)
        status = take_documents(cli, &source, &job->kept);
    if (status == DTN_OK)
        status = dtn_leave_out_known(cli, &known, &job->kept);
    if (status == DTN_OK)
        status = read_kept(cli, job);
    job->rc = job->rc ? job->rc : source.rc;
    dtn_source_free(&source);
    dtn_console_progress_end(&cli->console);
    dtn_known_texts_say(cli, &known);
    dtn_known_texts_free(&known);
    return status;
}

static dtn_status read_all(dtn_cli *cli, const char *folder, dtn_cli_maps *job)
{
    dtn_graph graph = {0};
    dtn_seen *seen = NULL;
    DTN_TRY(dtn_cli_check_vocabulary(cli, job->reader->vocabulary));
    DTN_TRY(dtn_cli_read_cues(cli, &job->cues));
    dtn_views_init(&job->views, cli->c, job->cues, &cli->arena);
    job->views.is_without_hand = cli->options.views_file != NULL; /* those of a file were read */
    DTN_TRY(read_documents(cli, job, folder));
    dtn_views_group_tolls(&job->views);
    DTN_TRY(dtn_views_seen(cli->c, cli->options.seed, &cli->arena, &cli->diags, &seen));
    DTN_TRY(dtn_check_graph_seen(cli->model, seen, &graph));
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
    for (size_t i = 0; maps->drafts && i < maps->drafts->n; i++) {
        dtn_diags_free(&maps->drafts->items[i].diags);
        dtn_arena_free(&maps->drafts->items[i].arena);
    }
    dtn_document_batch_free(&maps->kept);
    dtn_vocabulary_delete(maps->cues);
    dtn_reader_delete(maps->reader);
}
