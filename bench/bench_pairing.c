/* What pairing is worth on a case: for each outcome, how many times smaller the variance of the
 * difference from the reference is on the same futures than on independent ones. The geometric
 * mean and the range over profiles, for each outcome and over all. A measurement, not a timing.
 *
 * Usage: bench_pairing CASE [RUNS]
 */
#include "decide/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct tally {
    double log_sum, low, high;
    int n;
} tally;

static void count(tally *t, double ratio)
{
    t->low = t->n == 0 || ratio < t->low ? ratio : t->low;
    t->high = t->n == 0 || ratio > t->high ? ratio : t->high;
    t->log_sum += log(ratio);
    t->n++;
}

static void show(const char *name, const tally *t)
{
    if (t->n > 0)
        printf("%-44s %8.2f %8.2f %8.2f\n", name, exp(t->log_sum / t->n), t->low, t->high);
}

static void report(const dtn_comparison *r)
{
    tally all = {0};
    printf("variance of unpaired over paired differences, %llu futures, reference against %zu "
           "profiles\n%-44s %8s %8s %8s\n",
           (unsigned long long)r->n_run, r->n_profile - 1, "outcome", "mean", "least", "most");
    for (size_t o = 0; o < r->n_outcome; o++) {
        tally one = {0};
        for (size_t p = 1; p < r->n_profile; p++) {
            const dtn_paired *d = &r->paired[p * r->n_outcome + o];
            if (d->variance_paired > 0 && d->variance_unpaired > 0) {
                count(&one, d->variance_unpaired / d->variance_paired);
                count(&all, d->variance_unpaired / d->variance_paired);
            }
        }
        show(r->c->outcomes[o].name, &one);
    }
    show("all outcomes", &all);
}

int main(int argc, char **argv)
{
    dtn_diags diags;
    dtn_case *c = NULL;
    dtn_comparison *result = NULL;
    dtn_diags_init(&diags);
    dtn_compare_options o = dtn_compare_defaults();
    o.n_run = argc > 2 ? strtoull(argv[2], NULL, 10) : 2000;
    dtn_status status = argc > 1 ? dtn_case_read(argv[1], &c, &diags) : DTN_E_NOT_FOUND;
    if (status == DTN_OK)
        status = dtn_compare_run(c, &o, &result, &diags);
    if (status == DTN_OK)
        report(result);
    else
        fprintf(stderr, "bench_pairing: %s\n",
                diags.n ? diags.items[0].message : dtn_status_text(status));
    dtn_comparison_delete(result);
    dtn_case_delete(c);
    dtn_diags_free(&diags);
    return status != DTN_OK;
}
