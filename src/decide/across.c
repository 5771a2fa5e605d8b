/* The criteria of robust.c with views as scenarios: how a course of action fares under every
 * author's own assumptions.
 *
 * The prior is a mixture and no view of anybody, so it does not count. The views of kind document
 * count once alone, and once more together with the other views (a stated position, answers held
 * on the command line) where there are any: a position that no document speaks for must not be
 * lost, nor be counted among the documents. Every view has the same weight. Fewer than two views
 * make no set.
 */
#include "decide/aggregate.h"

#include <string.h>

static bool is_document(const dtn_comparison *cmp)
{
    return cmp->position != NULL && cmp->position->kind != NULL &&
           strcmp(cmp->position->kind, "document") == 0;
}

static bool is_prior(const dtn_comparison *cmp) { return strcmp(cmp->view, "prior") == 0; }

static dtn_status add_set(dtn_comparison *first, const dtn_futures *const *futures,
                          const char *name, bool documents_only, uint32_t n_thread)
{
    dtn_scenario *scenarios = DTN_NEW_N(first->arena, dtn_scenario, first->n_view);
    dtn_across *set = &first->across[first->n_across];
    size_t n = 0;
    for (size_t v = 0; v < first->n_view; v++)
        if (documents_only ? is_document(first->views[v]) : !is_prior(first->views[v])) {
            scenarios[n] = (dtn_scenario){.f = futures[v], .n = futures[v]->n_run, .weight = 1};
            n++;
        }
    if (n < 2 || (first->n_across > 0 && n == first->across[0].n_view))
        return DTN_OK;
    set->scenarios = name;
    set->n_view = n;
    first->n_across++;
    return dtn_robustness(first->c, scenarios, n, first->n_profile, n_thread, first->arena,
                          &set->robust, &set->n_robust);
}

dtn_status dtn_find_across(dtn_comparison *first, const dtn_futures *const *futures,
                           uint32_t n_thread)
{
    const dtn_status status = add_set(first, futures, DTN_ACROSS_DOCUMENTS, true, n_thread);
    return status == DTN_OK ? add_set(first, futures, DTN_ACROSS_VIEWS, false, n_thread) : status;
}
