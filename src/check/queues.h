/** Vensim's stocks whose parts move on: what other equations ask of them. */
#ifndef DTN_CHECK_QUEUES_H
#define DTN_CHECK_QUEUES_H

#include "model/model.h"

/** What the figures of a queue (QUEUE AGE OLDEST ...) need of its equation, as hidden variables over
 *  the queue's left sides, and for SHIFT IF TRUE what a stock gains and loses by it, in its rate.
 *  Of variables from `first` on; once for each. Before names are resolved. Diagnostic 507. */
void dtn_check_add_queues(dtn_model *model, size_t first, dtn_diags *diags);

/** Key of a hidden variable of the queue: "inflow", "contents", "age range", "attribute", "change",
 *  "its attribute". Arena-owned. */
const char *dtn_queue_part(dtn_model *model, const char *queue_key, const char *part);

#endif
