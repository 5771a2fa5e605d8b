/* A parallel loop: threads take the next item from one counter until none is left.
 *
 * The calling thread works too, so that the loop ends even when no thread can be started. A
 * thread that gets no scratch memory leaves the items to the others.
 */
#include "decide/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/arena.h"

#define MAX_WORKERS 64 /* beyond this the counter is the work */

typedef struct loop {
    _Atomic size_t next;
    _Atomic int n_working; /* threads that got their scratch */
    size_t n_item, scratch_bytes;
    dtn_item_fn fn;
    void *ctx;
} loop;

static void *work(void *arg)
{
    loop *l = arg;
    void *scratch = dtn_alloc(l->scratch_bytes);
    if (!scratch)
        return NULL;
    atomic_fetch_add(&l->n_working, 1);
    for (size_t i = atomic_fetch_add(&l->next, 1); i < l->n_item; i = atomic_fetch_add(&l->next, 1))
        l->fn(l->ctx, i, scratch);
    dtn_free(scratch);
    return NULL;
}

static size_t worker_count(uint32_t n_thread, size_t n_item)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n = n_thread ? n_thread : online > 0 ? (size_t)online : 1;
    n = n < MAX_WORKERS ? n : MAX_WORKERS;
    return n < n_item ? n : n_item;
}

dtn_status dtn_workers_run(uint32_t n_thread, size_t n_item, size_t scratch_bytes, dtn_item_fn fn,
                           void *ctx)
{
    loop l = {.n_item = n_item, .scratch_bytes = scratch_bytes, .fn = fn, .ctx = ctx};
    pthread_t threads[MAX_WORKERS];
    const size_t n = worker_count(n_thread, n_item);
    size_t n_started = 0;
    while (n_started + 1 < n && !pthread_create(&threads[n_started], NULL, work, &l))
        n_started++;
    work(&l);
    while (n_started > 0)
        pthread_join(threads[--n_started], NULL);
    return n_item == 0 || l.n_working > 0 ? DTN_OK : DTN_E_MEMORY;
}
