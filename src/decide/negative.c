/* Human costs below zero in the futures: a flow of the model has turned round, and what follows from
 * it counts as lives saved. Told (647) once for each outcome, with the run to look at.
 *
 * Looked at are the measure of every run under every profile and the 5 % quantile of the series, which
 * shows what dips in between. What is smaller than rounding makes it is none.
 */
#include "decide/aggregate.h"

#include <math.h>

#include "base/text.h"

static double largest(const dtn_futures *f, size_t o)
{
    double most = 0;
    for (size_t p = 0; p < f->n_profile; p++)
        for (uint64_t run = 0; run < f->n_run; run++) {
            const double x = fabs(f->measure[(p * f->n_outcome + o) * f->n_run + run]);
            most = isfinite(x) && x > most ? x : most;
        }
    return most;
}

typedef struct found {
    uint64_t n, run; /* runs; the first of them */
    size_t profile;
    double value;
} found;

static found in_runs(const dtn_futures *f, size_t o, double below)
{
    found it = {0};
    for (uint64_t run = 0; run < f->n_run; run++) {
        size_t p = 0;
        const double *x = f->measure + o * f->n_run + run;
        while (p < f->n_profile && !(x[p * f->n_outcome * f->n_run] < below))
            p++;
        if (p == f->n_profile || it.n++ > 0)
            continue;
        it.run = run;
        it.profile = p;
        it.value = x[p * f->n_outcome * f->n_run];
    }
    return it;
}

/* The first point whose 5 % quantile is below; n_time: none. */
static size_t in_series(const dtn_comparison *cmp, size_t o, double below, size_t *profile)
{
    for (size_t p = 0; p < cmp->n_profile; p++)
        for (size_t t = 0; t < cmp->n_time; t++)
            if (cmp->series[(p * cmp->n_outcome + o) * cmp->n_time + t].p05 < below) {
                *profile = p;
                return t;
            }
    return cmp->n_time;
}

void dtn_tell_negative(const dtn_futures *f, const dtn_comparison *cmp, dtn_diags *diags)
{
    const char *hint = "find the flow that turns negative in that run (detente simulate CASE "
                       "--policy P --view V --run K), or count it in another group";
    for (size_t o = 0; o < f->n_outcome; o++) {
        const dtn_outcome *outcome = &f->c->outcomes[o];
        if (!dtn_outcome_is_human_cost(outcome))
            continue;
        const double below = -DTN_ROUNDING * largest(f, o);
        const found it = in_runs(f, o, below);
        char text[DTN_DOUBLE_MAX_TEXT], date[11];
        size_t p = 0;
        if (it.n > 0) {
            dtn_double_to_text(it.value, text);
            dtn_diags_add(
                diags, 647, outcome->pos, hint,
                "the human cost `%s` is below zero in %llu of %llu futures of view %s; the "
                "first is run %llu with %s under %s",
                outcome->id, (unsigned long long)it.n, (unsigned long long)f->n_run, cmp->view,
                (unsigned long long)it.run, text, cmp->profiles[it.profile].label);
            continue;
        }
        const size_t t = in_series(cmp, o, below, &p);
        if (t == cmp->n_time)
            continue;
        dtn_case_date_of(f->c, cmp->time[t], date);
        dtn_diags_add(
            diags, 647, outcome->pos,
            "find the flow that turns negative, or count it in another group",
            "the series of the human cost `%s` is below zero on %s in 5 %% of the futures "
            "of view %s or more, under %s",
            outcome->id, date, cmp->view, cmp->profiles[p].label);
    }
}
