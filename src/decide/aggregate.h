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

/** Summaries, paired differences, regimes, cells, and the series (allocated) where their values are kept. */
dtn_status dtn_aggregate(const dtn_futures *f, const dtn_future_group *answers, uint32_t n_thread,
                         dtn_comparison *cmp);

/** Futures that a criterion takes together: those of a combination of answers, or of a view. */
typedef struct dtn_scenario {
    const dtn_futures *f;
    const uint32_t *runs; /* [n]; NULL: all */
    size_t n;
    double weight;
} dtn_scenario;

/** The criteria over scenarios: *out [n_profile][*n_out], outcome by outcome. Memory is the
 *  arena's (guarded), as all that follows. */
dtn_status dtn_robustness(const dtn_case *c, const dtn_scenario *scenarios, size_t n_scenario,
                          size_t n_profile, uint32_t n_thread, dtn_arena *arena, dtn_robust **out,
                          size_t *n_out);

/** first->across: the criteria with the views of the command as scenarios, all of one weight.
 *  futures[n_view] hold the measures. */
dtn_status dtn_find_across(dtn_comparison *first, const dtn_futures *const *futures,
                           uint32_t n_thread);

/** cmp->best and cmp->worst: who leads an outcome, and who cannot be told from that. */
void dtn_find_leads(const dtn_futures *f, dtn_comparison *cmp);

/** Warn (647) of human costs below zero in the runs or in the series, once for each outcome. Figures of dtn_aggregate
 *  are there. */
void dtn_tell_negative(const dtn_futures *f, const dtn_comparison *cmp, dtn_diags *diags);

/** cmp->inputs and cmp->influence: what the paired differences hang on. */
dtn_status dtn_find_influence(const dtn_futures *f, const dtn_design *design, uint32_t n_thread,
                              dtn_comparison *cmp);

#endif
