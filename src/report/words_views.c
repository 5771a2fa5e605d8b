/* Sentences over several views, and on what the answer hangs.
 *
 * Views: a course counts by the verdicts of words.c on every human cost under every view that was
 * run, the prior apart (it is nobody's view). Nothing is weighed or added up over outcomes.
 * Hinges: the inputs by the largest share of the variance of ranks that they explain alone in any
 * difference in human cost; what stays within the noise is said to.
 */
#include "report/words.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMES = 4 };

static bool is_judged(const dtn_comparison *cmp, size_t o)
{
    return dtn_is_human_cost(&cmp->c->outcomes[o]) && cmp->c->outcomes[o].direction != 0;
}

static const char *open_quote(const dtn_prose *out) { return out->is_html ? "\u201c" : "\""; }
static const char *close_quote(const dtn_prose *out) { return out->is_html ? "\u201d" : "\""; }

/* ---- Views ------------------------------------------------------------------------------- */

static bool is_prior(const dtn_comparison *view) { return strcmp(view->view, "prior") == 0; }

/* Under how many views the course is clearly worse on some human cost; and *n_all: clearly better
 * on all of them. */
static size_t n_worse(const dtn_comparison *first, size_t p, size_t *n_all)
{
    size_t n = 0;
    *n_all = 0;
    for (size_t v = 0; v < first->n_view; v++) {
        const dtn_comparison *view = first->views[v];
        bool is_worse = false, is_better = true;
        if (is_prior(view))
            continue;
        for (size_t o = 0; o < view->n_outcome; o++) {
            if (!is_judged(view, o))
                continue;
            const int verdict = dtn_verdict(dtn_paired_at(view, p, o), &view->c->outcomes[o]);
            is_worse |= verdict < 0;
            is_better &= verdict > 0;
        }
        n += is_worse;
        *n_all += is_better;
    }
    return n;
}

static size_t n_views(const dtn_comparison *first)
{
    size_t n = 0;
    for (size_t v = 0; v < first->n_view; v++)
        n += !is_prior(first->views[v]);
    return n;
}

typedef enum group { ALWAYS_BETTER, NEVER_WORSE, ALWAYS_WORSE } group;

static bool in_group(const dtn_comparison *first, size_t p, group which)
{
    size_t n_all = 0;
    const size_t worse = n_worse(first, p, &n_all), n = n_views(first);
    if (which == ALWAYS_WORSE)
        return worse == n;
    return which == ALWAYS_BETTER ? n_all == n : worse == 0 && n_all < n;
}

/* Names of a group, the first few; false where it is empty. */
static bool say_group(dtn_prose *out, const dtn_comparison *first, group which, const char *lead)
{
    size_t n = 0, i = 0;
    for (size_t p = 1; p < first->n_profile; p++)
        n += in_group(first, p, which);
    if (n == 0)
        return false;
    const size_t n_named = n > MOST_NAMES ? MOST_NAMES - 1 : n;
    dtn_prose_say(out, lead);
    for (size_t p = 1; p < first->n_profile && i < n_named; p++) {
        if (!in_group(first, p, which))
            continue;
        dtn_prose_say(out, i == 0 ? "" : i + 1 == n ? " and " : ", ");
        dtn_prose_say(out, open_quote(out));
        dtn_say_profile(out, first, p);
        dtn_prose_say(out, close_quote(out));
        i++;
    }
    if (n > n_named)
        dtn_prose_print(out, " and %zu more", n - n_named);
    dtn_prose_say(out, ".");
    return true;
}

void dtn_say_views(dtn_prose *out, const dtn_comparison *first)
{
    dtn_prose_print(out, "Over the %zu views that were run beside the prior:", n_views(first));
    if (!say_group(out, first, ALWAYS_BETTER,
                   " clearly better on every human cost under every one of them: "))
        dtn_prose_say(out, " no course of action is clearly better on every human cost under every "
                           "one of them.");
    if (!say_group(out, first, NEVER_WORSE,
                   " Clearly worse on none under any of them, and not better on all: "))
        dtn_prose_say(out, " No other is clearly worse on none under all of them.");
    (void)say_group(out, first, ALWAYS_WORSE,
                    " Clearly worse on some human cost under every one of them: ");
}

/* ---- Hinges ----------------------------------------------------------------------------- */

static int by_index(const void *a, const void *b)
{
    const dtn_hinge *x = a, *y = b;
    if (x->index != y->index) /* exact: order only */
        return x->index > y->index ? -1 : 1;
    return x->input < y->input ? -1 : x->input > y->input;
}

static dtn_hinge hinge_of(const dtn_comparison *cmp, size_t input)
{
    dtn_hinge hinge = {.input = input};
    for (size_t p = 1; p < cmp->n_profile; p++) {
        for (size_t o = 0; o < cmp->n_outcome; o++) {
            const double index = cmp->influence[(p * cmp->n_outcome + o) * cmp->n_input + input];
            if (!is_judged(cmp, o) || isnan(index))
                continue;
            hinge.n++;
            hinge.n_above += index > cmp->inputs[input].noise;
            if (index <= hinge.index)
                continue;
            hinge.index = index;
            hinge.profile = p;
            hinge.outcome = o;
        }
    }
    return hinge;
}

bool dtn_find_hinges(const dtn_comparison *cmp, dtn_hinge **hinges, size_t *n)
{
    dtn_hinge *found = dtn_alloc((cmp->n_input + 1) * sizeof *found);
    if (found == NULL)
        return false;
    for (size_t i = 0; i < cmp->n_input; i++)
        found[i] = hinge_of(cmp, i);
    qsort(found, cmp->n_input, sizeof *found, by_index);
    *hinges = found;
    *n = cmp->n_input;
    return true;
}

bool dtn_is_above_noise(const dtn_comparison *cmp, const dtn_hinge *hinge)
{
    return hinge->index > cmp->inputs[hinge->input].noise;
}

void dtn_say_hinge_place(dtn_prose *out, const dtn_comparison *cmp, const dtn_hinge *hinge)
{
    dtn_prose_say(out, cmp->c->outcomes[hinge->outcome].name);
    dtn_prose_say(out, " under ");
    dtn_prose_say(out, open_quote(out));
    dtn_say_profile(out, cmp, hinge->profile);
    dtn_prose_say(out, close_quote(out));
}

static const dtn_hinge *first_of(const dtn_comparison *cmp, const dtn_hinge *hinges, size_t n,
                                 bool hypothesis)
{
    for (size_t i = 0; i < n; i++)
        if ((cmp->inputs[hinges[i].input].parameter == NULL) == hypothesis &&
            dtn_is_above_noise(cmp, &hinges[i]))
            return &hinges[i];
    return NULL;
}

void dtn_say_hinges(dtn_prose *out, const dtn_comparison *cmp, const dtn_hinge *hinges, size_t n)
{
    const dtn_hinge *h = first_of(cmp, hinges, n, true), *p = first_of(cmp, hinges, n, false);
    if (h == NULL && p == NULL) {
        dtn_prose_say(out, "No hypothesis and no parameter alone explains more of the differences "
                           "in human cost than chance would.");
        return;
    }
    if (h != NULL) {
        const dtn_hypothesis *hyp = &cmp->c->hypotheses[cmp->inputs[h->input].hypothesis];
        dtn_prose_say(out, "Of the hypotheses, ");
        dtn_prose_strong(out, hyp->id);
        dtn_prose_say(out, " decides most (");
        dtn_prose_say(out, open_quote(out));
        dtn_prose_say(out, hyp->question);
        dtn_prose_say(out, close_quote(out));
        dtn_prose_say(out, "): alone it explains ");
        dtn_prose_percent(out, h->index);
        dtn_prose_say(out, " of the difference in ");
        dtn_say_hinge_place(out, cmp, h);
        dtn_prose_say(out, ".");
    }
    if (p == NULL)
        return;
    const dtn_case_parameter *parameter = cmp->inputs[p->input].parameter;
    dtn_prose_say(out, h != NULL ? " Of the parameters, " : "Of the parameters, ");
    dtn_prose_strong(out, parameter->name);
    if (parameter->status != NULL) {
        dtn_prose_say(out, " (");
        dtn_prose_say(out, parameter->status);
        dtn_prose_say(out, ")");
    }
    dtn_prose_say(out, " decides most: alone it explains ");
    dtn_prose_percent(out, p->index);
    dtn_prose_say(out, " of the difference in ");
    dtn_say_hinge_place(out, cmp, p);
    dtn_prose_say(out, ".");
}
