/* Many documents at once: threads take the next one; results stand in the documents' order.
 *
 * Each thread has an arena for each document, so nothing is shared but the reader and a counter.
 */
#include "read/read.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

typedef struct batch {
    const dtn_reader *reader;
    const dtn_document *documents;
    size_t n;
    char **texts;
    _Atomic size_t next;
    _Atomic int failed;
} batch;

static bool read_one(const dtn_reader *reader, const dtn_document *document, char **text)
{
    dtn_arena arena;
    dtn_arena_init(&arena);
    if (DTN_ARENA_GUARD(&arena)) {
        dtn_arena_free(&arena);
        return false;
    }
    dtn_reading reading;
    dtn_reader_analyse(reader, document, &arena, &reading);
    size_t n = 0;
    const char *records = dtn_reader_records(reader, document, &reading, &arena, &n);
    char *out = dtn_alloc(n + 1);
    if (out && n)
        memcpy(out, records, n);
    dtn_arena_free(&arena);
    *text = out;
    return out != NULL;
}

static void *work(void *ctx)
{
    batch *b = ctx;
    for (;;) {
        size_t i = atomic_fetch_add(&b->next, 1);
        if (i >= b->n)
            return NULL;
        if (!read_one(b->reader, &b->documents[i], &b->texts[i]))
            atomic_store(&b->failed, 1);
    }
}

#define MAX_THREADS 256

dtn_status dtn_reader_batch(const dtn_reader *reader, const dtn_document *documents, size_t n,
                            uint32_t jobs, char **texts)
{
    batch b = {.reader = reader, .documents = documents, .n = n, .texts = texts};
    pthread_t threads[MAX_THREADS];
    uint32_t n_thread = 0;
    memset(texts, 0, n * sizeof *texts);
    while (n_thread + 1 < jobs && n_thread + 1 < n && n_thread < MAX_THREADS &&
           pthread_create(&threads[n_thread], NULL, work, &b) == 0)
        n_thread++;
    (void)work(&b);
    for (uint32_t i = 0; i < n_thread; i++)
        (void)pthread_join(threads[i], NULL);
    if (!atomic_load(&b.failed))
        return DTN_OK;
    for (size_t i = 0; i < n; i++)
        dtn_free(texts[i]);
    memset(texts, 0, n * sizeof *texts);
    return DTN_E_MEMORY;
}
