/** Inside the decide room: from collected futures to the figures of a comparison. */
#ifndef DTN_DECIDE_AGGREGATE_H
#define DTN_DECIDE_AGGREGATE_H

#include "decide/futures.h"

/** More combinations of answers than this leave too few futures in each: the criteria then
 *  run over single answers. */
#define DTN_COMPARE_MAX_COMBO 256

/** Futures that share answers: a cell of the comparison with its runs. */
typedef struct dtn_future_group {
    dtn_cell cell;
    const uint32_t *runs; /* [cell.n], rising */
} dtn_future_group;

/** Sort the futures by what they answered: groups for single answers and for combinations
 *  (cmp->cells and cmp->combos are filled too). Memory is cmp->arena's (guarded). */
void dtn_group_futures(const dtn_design *design, dtn_comparison *cmp, dtn_future_group **answers,
                       dtn_future_group **combos);

/** Summaries, paired differences, series, regimes, cells. */
dtn_status dtn_aggregate(const dtn_futures *f, const dtn_future_group *answers, uint32_t n_thread,
                         dtn_comparison *cmp);

/** The criteria over the groups `combos`. */
dtn_status dtn_robustness(const dtn_futures *f, const dtn_future_group *combos,
                          dtn_comparison *cmp);

#endif
