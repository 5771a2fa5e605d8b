/* On what the answer hangs: the inputs by the largest share of the variance of ranks that they
 * explain alone in any difference in human cost; what stays within the noise is said to.
 */
#include "report/words.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_judged(const dtn_comparison *cmp, size_t o)
{
    return dtn_is_human_cost(&cmp->c->outcomes[o]) && cmp->c->outcomes[o].direction != 0;
}

static const char *open_quote(const dtn_prose *out) { return out->is_html ? "\u201c" : "\""; }
static const char *close_quote(const dtn_prose *out) { return out->is_html ? "\u201d" : "\""; }

/* ---- Hinges ----------------------------------------------------------------------------- */

static int by_index(const void *a, const void *b)
{
    const dtn_hinge *x = a, *y = b;
    if (x->index != y->index) /* exact: order only */
        return x->index > y->index ? -1 : 1;
    return x->input < y->input ? -1 : x->input > y->input;
}

/* Is the mean difference small? What decides it then decides little; turns of its sign are told by
 * the hypotheses. */
static bool is_small(const dtn_comparison *cmp, size_t p, size_t o)
{
    return dtn_is_small_change(cmp, dtn_paired_at(cmp, p, o)->mean, o);
}

static dtn_hinge hinge_of(const dtn_comparison *cmp, size_t input)
{
    dtn_hinge hinge = {.input = input};
    for (size_t p = 1; p < cmp->n_profile; p++) {
        for (size_t o = 0; o < cmp->n_outcome; o++) {
            const double index = cmp->influence[(p * cmp->n_outcome + o) * cmp->n_input + input];
            if (!is_judged(cmp, o) || isnan(index) || is_small(cmp, p, o))
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

static void say_decides(dtn_prose *out, const dtn_comparison *cmp, const dtn_hinge *h)
{
    dtn_prose_say(out, ": alone it explains ");
    dtn_prose_percent(out, h->index);
    dtn_prose_say(out, " of how the difference in ");
    dtn_say_hinge_place(out, cmp, h);
    dtn_prose_say(out, " varies over the futures (variance of ranks).");
}

void dtn_say_hinges(dtn_prose *out, const dtn_comparison *cmp, const dtn_hinge *hinges, size_t n,
                    bool asks)
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
        dtn_prose_say(out, " decides most");
        if (asks) {
            dtn_prose_say(out, " (");
            dtn_prose_say(out, open_quote(out));
            dtn_prose_say(out, hyp->question);
            dtn_prose_say(out, close_quote(out));
            dtn_prose_say(out, ")");
        }
        say_decides(out, cmp, h);
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
    dtn_prose_say(out, " decides most");
    say_decides(out, cmp, p);
}
