/** Views of a comparison that are finished, kept in a file so that a killed command can go on.
 *
 *  What costs time is the futures; figures are made of them again. Kept of a view are its measures, flags
 *  and counts of regimes, and the summaries of its series, whose values are too many to keep.
 */
#ifndef DTN_DECIDE_CHECKPOINT_H
#define DTN_DECIDE_CHECKPOINT_H

#include "decide/futures.h"
#include "store/file.h"

typedef struct dtn_checkpoint {
    dtn_out out; /* PATH.part */
    size_t n_view;
    uint64_t *places; /* [n_view] of views in the file; 0: not there */
    uint64_t end;     /* of what is whole */
} dtn_checkpoint;

/** Open PATH.part; with `resume` find the views in it, if its first line is `key`: what shapes the bytes of
 *  the results. Errors as dtn_out_open; DTN_E_INPUT (707): `resume`, and it is another command's,
 *  which stays. Memory is the arena's. */
dtn_status dtn_checkpoint_open(dtn_checkpoint *checkpoint, const char *path, const char *key,
                               size_t n_view, bool resume, dtn_arena *arena, dtn_diags *diags);
/** Is view v there? Then its futures, initialised without series, and `series` are filled. */
bool dtn_checkpoint_read(const dtn_checkpoint *checkpoint, size_t v, dtn_futures *f,
                         dtn_summary *series);
/** Add view v. What cannot be written is not kept: it would only have saved time. */
void dtn_checkpoint_add(dtn_checkpoint *checkpoint, size_t v, const dtn_futures *f,
                        const dtn_summary *series);

#endif
