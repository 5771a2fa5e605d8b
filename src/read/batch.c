/* Many documents at once: threads take the next one; results stand in the documents' order.
 *
 * Each document has an arena of its own, so nothing is shared but the reader and a counter, and
 * what a document gives depends on nothing but its bytes.
 */
#include "read/read.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

typedef struct batch {
    const dtn_reader *reader;
    dtn_document *documents;
    size_t n;
    dtn_read_result *results;
    _Atomic size_t next;
} batch;

static char *copy(const char *text)
{
    const size_t n = text ? strlen(text) : 0;
    char *out = text ? dtn_alloc(n + 1) : NULL;
    if (out)
        memcpy(out, text, n);
    return out;
}

static dtn_status keep(const dtn_document *document, const dtn_reading *reading,
                       dtn_read_result *result)
{
    result->title = copy(document->title);
    result->date = copy(document->date);
    result->source = copy(document->source);
    result->n_sentence = reading->parsed.n;
    result->sentences = dtn_alloc((result->n_sentence + 1) * sizeof *result->sentences);
    if (!result->sentences)
        return DTN_E_MEMORY;
    for (size_t i = 0; i < result->n_sentence; i++) {
        result->sentences[i][0] = reading->parsed.sentences[i].begin;
        result->sentences[i][1] = reading->parsed.sentences[i].end;
    }
    return DTN_OK;
}

static dtn_status read_one(const dtn_reader *reader, const dtn_document *given, dtn_arena *arena,
                           dtn_read_result *result)
{
    if (DTN_ARENA_GUARD(arena))
        return DTN_E_MEMORY;
    dtn_document document = *given; /* its date may come from the text, which is the arena's */
    dtn_reading reading;
    DTN_TRY(dtn_reader_analyse(reader, &document, arena, &reading, &result->diags));
    DTN_TRY(dtn_reader_records(reader, &document, &reading, arena, &result->records));
    return keep(&document, &reading, result);
}

static void *work(void *ctx)
{
    batch *b = ctx;
    for (;;) {
        const size_t i = atomic_fetch_add(&b->next, 1);
        if (i >= b->n)
            return NULL;
        dtn_arena arena;
        dtn_arena_init(&arena);
        b->results[i].status = read_one(b->reader, &b->documents[i], &arena, &b->results[i]);
        dtn_arena_free(&arena);
    }
}

void dtn_read_result_free(dtn_read_result *result)
{
    dtn_diags_free(&result->diags);
    json_decref(result->records);
    dtn_free(result->title);
    dtn_free(result->date);
    dtn_free(result->source);
    dtn_free(result->sentences);
    memset(result, 0, sizeof *result);
}

#define MAX_THREADS 256

void dtn_reader_batch(const dtn_reader *reader, dtn_document *documents, size_t n, uint32_t jobs,
                      dtn_read_result *results)
{
    batch b = {.reader = reader, .documents = documents, .n = n, .results = results};
    pthread_t threads[MAX_THREADS];
    uint32_t n_thread = 0;
    for (size_t i = 0; i < n; i++) {
        memset(&results[i], 0, sizeof results[i]);
        dtn_diags_init(&results[i].diags);
    }
    while (n_thread + 1 < jobs && n_thread + 1 < n && n_thread < MAX_THREADS &&
           pthread_create(&threads[n_thread], NULL, work, &b) == 0)
        n_thread++;
    (void)work(&b);
    for (uint32_t i = 0; i < n_thread; i++)
        (void)pthread_join(threads[i], NULL);
}
