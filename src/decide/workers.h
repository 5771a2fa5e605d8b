/** Many independent items of work over a few threads. */
#ifndef DTN_DECIDE_WORKERS_H
#define DTN_DECIDE_WORKERS_H

#include "detente/status.h"

#include <stddef.h>
#include <stdint.h>

/** Work on item i; `scratch` is this thread's alone. Must write only to places of item i. */
typedef void (*dtn_item_fn)(void *ctx, size_t i, void *scratch);

/** Call `fn` for items 0..n_item-1 in any order, on n_thread threads (0: all processors), each
 *  with scratch_bytes of its own. DTN_E_MEMORY when no thread got its scratch. */
dtn_status dtn_workers_run(uint32_t n_thread, size_t n_item, size_t scratch_bytes, dtn_item_fn fn,
                           void *ctx);

#endif
