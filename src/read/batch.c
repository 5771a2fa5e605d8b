/* Many documents at once: threads take the next one; results stand in the documents' order.
 *
 * Each document has memory of its own, so nothing is shared but the reader and a counter, and
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

/* Parts of a document put together. */
static dtn_status keep(void *ctx, const dtn_read_part *part)
{
    dtn_read_result *r = ctx;
    if (!r->records) {
        r->title = copy(part->document->title);
        r->date = copy(part->document->date);
        r->source = copy(part->document->source);
        r->records = json_array();
    }
    const size_t n = r->n_sentence + part->n_sentence;
    void *more = dtn_realloc(r->sentences, (n + 1) * sizeof *r->sentences);
    if (!more || !r->records)
        return DTN_E_MEMORY;
    r->sentences = more;
    memcpy(r->sentences + r->n_sentence, part->sentences, part->n_sentence * sizeof *r->sentences);
    r->n_sentence = n;
    return json_array_extend(r->records, (json_t *)(uintptr_t)part->records) == 0 ? DTN_OK
                                                                                  : DTN_E_MEMORY;
}

static void *work(void *ctx)
{
    batch *b = ctx;
    for (;;) {
        const size_t i = atomic_fetch_add(&b->next, 1);
        if (i >= b->n)
            return NULL;
        dtn_read_result *r = &b->results[i];
        r->status =
            dtn_reader_parts(b->reader, &b->documents[i], DTN_READ_PART, keep, r, &r->diags);
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
