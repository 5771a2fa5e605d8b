/* The rules that turn figures into sentences.
 *
 * 1. A difference from the reference is better or worse when the 95 % interval of its mean leaves
 *    zero out and the mean is large enough to be named; else it is "not clearly different". How
 *    sure is told by the share of futures.
 * 2. It is not worse when that interval leaves out a worsening large enough to be named. A
 *    difference that is neither worse nor not worse is not told by so many futures.
 * 3. A hypothesis turns a sign when one of its answers makes a course better and another makes it
 *    worse, each by rule 1 within the futures of that answer.
 * Nothing is added up over outcomes, and outcomes without direction are not judged.
 */
#include "report/words.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Figures ------------------------------------------------------------ */

const dtn_summary *dtn_summary_at(const dtn_comparison *cmp, size_t p, size_t o)
{
    return &cmp->summary[p * cmp->n_outcome + o];
}

const dtn_paired *dtn_paired_at(const dtn_comparison *cmp, size_t p, size_t o)
{
    return &cmp->paired[p * cmp->n_outcome + o];
}

const dtn_paired *dtn_cell_paired_at(const dtn_comparison *cmp, size_t cell, size_t p, size_t o)
{
    return &cmp->cell_paired[(cell * cmp->n_profile + p) * cmp->n_outcome + o];
}

size_t dtn_cell_of(const dtn_comparison *cmp, size_t i_hypothesis, size_t i_answer)
{
    const dtn_hypothesis *h = &cmp->c->hypotheses[i_hypothesis];
    const char *answer = h->answers[i_answer].id;
    size_t n = strlen(h->id);
    for (size_t i = 0; i < cmp->n_cell; i++) {
        const char *label = cmp->cells[i].label;
        if (strncmp(label, h->id, n) == 0 && label[n] == '=' && strcmp(label + n + 1, answer) == 0)
            return i;
    }
    return SIZE_MAX;
}

size_t dtn_n_judged_answers(const dtn_comparison *cmp, size_t i_hypothesis)
{
    size_t n = 0;
    for (size_t a = 0; a < cmp->c->hypotheses[i_hypothesis].n_answer; a++) {
        const size_t cell = dtn_cell_of(cmp, i_hypothesis, a);
        n += cell != SIZE_MAX && cmp->cells[cell].n >= DTN_LEAST_FUTURES;
    }
    return n;
}

/* How small a change is not named. What rounding takes from a mean must not decide. */
static double least_change(const dtn_comparison *cmp, size_t o)
{
    const double reference = fabs(dtn_summary_at(cmp, 0, o)->mean);
    return DTN_SMALL_CHANGE * reference - DTN_ROUNDING * reference;
}

bool dtn_is_small_change(const dtn_comparison *cmp, double change, size_t o)
{
    return fabs(change) < least_change(cmp, o);
}

bool dtn_is_lossy(const dtn_paired *paired)
{
    return dtn_compare_is_lossy(paired->n_lost, paired->n);
}

int dtn_verdict(const dtn_comparison *cmp, const dtn_paired *paired, size_t o)
{
    const int direction = cmp->c->outcomes[o].direction;
    if (paired->n < DTN_LEAST_FUTURES || isnan(paired->low) || isnan(paired->high) ||
        dtn_is_small_change(cmp, paired->mean, o))
        return 0;
    const int verdict = paired->low > 0 ? direction : paired->high < 0 ? -direction : 0;
    return verdict > 0 && dtn_is_lossy(paired) ? 0 : verdict;
}

bool dtn_is_not_worse(const dtn_comparison *cmp, const dtn_paired *paired, size_t o)
{
    const int direction = cmp->c->outcomes[o].direction;
    const double worst = direction > 0 ? -paired->low : paired->high; /* by how much, at most */
    if (direction == 0)
        return true;
    return paired->n >= DTN_LEAST_FUTURES && !dtn_is_lossy(paired) &&
           (worst <= 0 || worst < least_change(cmp, o));
}

bool dtn_is_human_cost(const dtn_outcome *outcome) { return dtn_outcome_is_human_cost(outcome); }

/* Human cost with a direction: what the answer is about. */
static bool is_judged(const dtn_comparison *cmp, size_t o)
{
    const dtn_outcome *outcome = &cmp->c->outcomes[o];
    return dtn_is_human_cost(outcome) && outcome->direction != 0;
}

double dtn_noise_of(const dtn_comparison *cmp, size_t o)
{
    double largest = 0;
    for (size_t p = 0; p < cmp->n_profile; p++) {
        const dtn_summary *s = dtn_summary_at(cmp, p, o);
        largest = fmax(largest, fmax(fabs(s->mean), fmax(fabs(s->p05), fabs(s->p95))));
    }
    return isfinite(largest) ? DTN_NOISE * largest : 0;
}

/* ---- Names -------------------------------------------------------------- */

bool dtn_is_counted(const dtn_outcome *outcome)
{
    const char *u = outcome->unit;
    size_t n = u == NULL ? 0 : strlen(u);
    return n > 1 && u[n - 1] == 's' && strpbrk(u, "/*") == NULL;
}

const char *dtn_word_less(const dtn_outcome *outcome)
{
    return dtn_is_counted(outcome) ? "fewer" : "lower";
}

const char *dtn_word_more(const dtn_outcome *outcome)
{
    return dtn_is_counted(outcome) ? "more" : "higher";
}

void dtn_say_direction(dtn_prose *out, const dtn_outcome *outcome)
{
    if (outcome->direction == 0)
        dtn_prose_say(out, "counted, no direction");
    else
        dtn_prose_print(out, "%s is better",
                        outcome->direction < 0 ? dtn_word_less(outcome) : dtn_word_more(outcome));
}

void dtn_say_measure(dtn_prose *out, const dtn_outcome *outcome)
{
    switch (outcome->measure) {
    case DTN_SINCE_DECISION: dtn_prose_say(out, "since the decision"); break;
    case DTN_AT_END: dtn_prose_say(out, "at the end"); break;
    case DTN_MEAN_AFTER: dtn_prose_say(out, "mean after the decision"); break;
    case DTN_MAX_AFTER: dtn_prose_say(out, "highest after the decision"); break;
    }
}

void dtn_say_series_unit(dtn_prose *out, const dtn_case *c, const dtn_outcome *outcome)
{
    dtn_prose_say(out, outcome->unit);
    if (!outcome->is_increment)
        return;
    dtn_prose_say(out, " per ");
    if (c->save_every != 1) { /* exact: a written number */
        dtn_prose_json_number(out, c->save_every);
        dtn_prose_say(out, " ");
    }
    dtn_prose_say(out, c->time_unit);
    if (c->save_every > 1)
        dtn_prose_say(out, "s");
}

static bool has_course(const dtn_case *c, const dtn_profile *profile)
{
    for (size_t a = 0; a < c->n_actor; a++)
        if (profile->course[a] != DTN_NONE)
            return true;
    return false;
}

size_t dtn_n_actor_shown(const dtn_comparison *cmp)
{
    size_t n = 1;
    for (size_t p = 0; p < cmp->n_profile; p++)
        for (size_t a = n; a < cmp->c->n_actor; a++)
            if (cmp->profiles[p].course[a] != DTN_NONE)
                n = a + 1;
    return n;
}

static void say_courses(dtn_prose *out, const dtn_comparison *cmp, const dtn_profile *profile,
                        bool ids)
{
    const dtn_case *c = cmp->c;
    const size_t n = dtn_n_actor_shown(cmp);
    for (size_t a = 0; a < n; a++) {
        uint32_t i = profile->course[a];
        if (a > 0)
            dtn_prose_say(out, " / ");
        if (i == DTN_NONE)
            dtn_prose_say(out, "own rule");
        else
            dtn_prose_say(out, ids ? c->actors[a].courses[i].id : c->actors[a].courses[i].name);
    }
}

void dtn_say_profile(dtn_prose *out, const dtn_comparison *cmp, size_t i_profile)
{
    const dtn_profile *profile = &cmp->profiles[i_profile];
    bool named = has_course(cmp->c, profile);
    if (i_profile == 0)
        dtn_prose_say(out, named ? "Reference: " : "Reference: the model\u2019s own rules");
    else if (!named)
        dtn_prose_say(out, "The model\u2019s own rules");
    if (named)
        say_courses(out, cmp, profile, false);
}

void dtn_say_reference(dtn_prose *out, const dtn_comparison *cmp)
{
    const dtn_profile *profile = &cmp->profiles[0];
    if (has_course(cmp->c, profile)) {
        dtn_prose_say(out, "The reference is ");
        dtn_prose_say(out, cmp->reference);
        dtn_prose_say(out, " (");
        say_courses(out, cmp, profile, false);
        dtn_prose_say(out, ")");
    } else {
        dtn_prose_say(out, "The reference is no course of action: the model\u2019s own rules");
    }
    if (cmp->lists_reference)
        dtn_prose_say(out, "; it is among the profiles asked for and has one row");
    dtn_prose_say(out, ".");
}

void dtn_say_profile_ids(dtn_prose *out, const dtn_comparison *cmp, size_t i_profile)
{
    const dtn_profile *profile = &cmp->profiles[i_profile];
    if (i_profile == 0)
        dtn_prose_say(out, "reference");
    else if (!has_course(cmp->c, profile))
        dtn_prose_say(out, "own rules");
    else
        say_courses(out, cmp, profile, true);
}

/* ---- Turns of the sign ---------------------------------------------------- */

/* The strongest better and worse answers of a hypothesis for one profile and outcome. */
static bool turn_of(const dtn_comparison *cmp, size_t h, size_t p, size_t o, dtn_turn *turn)
{
    double best = 0, worst = 0;
    bool has_better = false, has_worse = false;
    for (size_t a = 0; a < cmp->c->hypotheses[h].n_answer; a++) {
        size_t cell = dtn_cell_of(cmp, h, a);
        if (cell == SIZE_MAX)
            continue;
        const dtn_paired *d = dtn_cell_paired_at(cmp, cell, p, o);
        int v = dtn_verdict(cmp, d, o);
        if (v > 0 && (!has_better || fabs(d->mean) > best)) {
            has_better = true;
            best = fabs(d->mean);
            turn->better = a;
        } else if (v < 0 && (!has_worse || fabs(d->mean) > worst)) {
            has_worse = true;
            worst = fabs(d->mean);
            turn->worse = a;
        }
    }
    if (!has_better || !has_worse)
        return false;
    double scale = fabs(dtn_summary_at(cmp, 0, o)->mean);
    turn->hypothesis = h;
    turn->profile = p;
    turn->outcome = o;
    turn->strength = fmin(best, worst) / (scale > 0 ? scale : 1);
    return true;
}

static int by_strength(const void *a, const void *b)
{
    const dtn_turn *x = a, *y = b;
    if (x->hypothesis != y->hypothesis)
        return x->hypothesis < y->hypothesis ? -1 : 1;
    if (x->strength != y->strength) /* exact: order only */
        return x->strength > y->strength ? -1 : 1;
    if (x->outcome != y->outcome)
        return x->outcome < y->outcome ? -1 : 1;
    return x->profile < y->profile ? -1 : x->profile > y->profile;
}

bool dtn_find_turns(const dtn_comparison *cmp, dtn_turn **turns, size_t *n)
{
    size_t room = cmp->c->n_hypothesis * cmp->n_profile * cmp->n_outcome;
    dtn_turn *found = dtn_alloc((room + 1) * sizeof *found);
    if (found == NULL)
        return false;
    *n = 0;
    for (size_t h = 0; h < cmp->c->n_hypothesis; h++)
        for (size_t p = 1; p < cmp->n_profile; p++)
            for (size_t o = 0; o < cmp->n_outcome; o++)
                if (is_judged(cmp, o) && turn_of(cmp, h, p, o, &found[*n]))
                    (*n)++;
    qsort(found, *n, sizeof *found, by_strength);
    *turns = found;
    return true;
}

static void say_turn_side(dtn_prose *out, const dtn_comparison *cmp, const dtn_turn *turn, size_t a)
{
    const dtn_hypothesis *h = &cmp->c->hypotheses[turn->hypothesis];
    const dtn_paired *d = dtn_cell_paired_at(cmp, dtn_cell_of(cmp, turn->hypothesis, a),
                                             turn->profile, turn->outcome);
    dtn_prose_change(out, d->mean, dtn_noise_of(cmp, turn->outcome));
    dtn_prose_say(out, out->is_html ? " if \u201c" : " if \"");
    dtn_prose_say(out, h->answers[a].name);
    dtn_prose_say(out, out->is_html ? "\u201d" : "\"");
}

void dtn_say_turn(dtn_prose *out, const dtn_comparison *cmp, const dtn_turn *turn)
{
    dtn_say_profile(out, cmp, turn->profile);
    dtn_prose_say(out, ", ");
    dtn_prose_say(out, cmp->c->outcomes[turn->outcome].name);
    dtn_prose_say(out, ": ");
    say_turn_side(out, cmp, turn, turn->better);
    dtn_prose_say(out, ", ");
    say_turn_side(out, cmp, turn, turn->worse);
}

/* ---- An outcome -------------------------------------------------------------- */

/* Courses whose difference from the one named is not clear, the first few by name. The reference is
 * none of them: rule 1 has told it apart. */
static void say_ties(dtn_prose *out, const dtn_comparison *cmp, const dtn_lead *leads, size_t o,
                     size_t p)
{
    enum { MOST_TIES = 2 };
    if (leads == NULL || leads[o].profile != p || leads[o].n_tied == 0)
        return;
    const dtn_lead *lead = &leads[o];
    const size_t n_named = lead->n_tied > MOST_TIES ? 1 : lead->n_tied;
    size_t n = 0;
    dtn_prose_say(out, ", not clearly different from ");
    for (size_t q = 0; q < cmp->n_profile && n < n_named; q++) {
        if (!lead->is_tied[q])
            continue;
        dtn_prose_say(out, n++ > 0 ? " and " : "");
        dtn_prose_say(out, out->is_html ? "\u201c" : "");
        dtn_say_profile(out, cmp, q);
        dtn_prose_say(out, out->is_html ? "\u201d" : "");
    }
    if (lead->n_tied > n_named)
        dtn_prose_print(out, " and %zu more", lead->n_tied - n_named);
}

/* The course with the best (sign +1) or worst (-1) mean difference; 0 if none is clear. */
static size_t extreme_of(const dtn_comparison *cmp, size_t o, int sign)
{
    size_t found = 0;
    double most = 0;
    for (size_t p = 1; p < cmp->n_profile; p++) {
        const dtn_paired *d = dtn_paired_at(cmp, p, o);
        if (dtn_verdict(cmp, d, o) == sign && fabs(d->mean) > most) {
            most = fabs(d->mean);
            found = p;
        }
    }
    return found;
}

static void say_extreme(dtn_prose *out, const dtn_comparison *cmp, size_t o, size_t p,
                        const char *lead)
{
    const dtn_outcome *outcome = &cmp->c->outcomes[o];
    const dtn_paired *d = dtn_paired_at(cmp, p, o);
    dtn_prose_say(out, lead);
    dtn_prose_say(out, out->is_html ? "\u201c" : "");
    dtn_say_profile(out, cmp, p);
    dtn_prose_say(out, out->is_html ? "\u201d, " : ", ");
    dtn_prose_value(out, fabs(d->mean), dtn_noise_of(cmp, o));
    dtn_prose_print(out, " %s on average, better in ",
                    d->mean < 0 ? dtn_word_less(outcome) : dtn_word_more(outcome));
    dtn_prose_percent(out, d->share_better);
    dtn_prose_say(out, " of futures");
    if (d->n_lost > 0) {
        dtn_prose_say(out, " that have a value (");
        dtn_prose_count(out, d->n_lost);
        dtn_prose_say(out, " of ");
        dtn_prose_count(out, d->n + d->n_lost);
        dtn_prose_say(out, " have none)");
    }
}

/* Courses without a verdict because futures are lost. */
static void say_lossy(dtn_prose *out, const dtn_comparison *cmp, size_t o)
{
    for (size_t p = 1; p < cmp->n_profile; p++) {
        const dtn_paired *d = dtn_paired_at(cmp, p, o);
        if (!dtn_is_lossy(d))
            continue;
        dtn_prose_say(out, out->is_html ? "; \u201c" : "; \"");
        dtn_say_profile(out, cmp, p);
        dtn_prose_say(out, out->is_html ? "\u201d: " : "\": ");
        dtn_say_lost(out, d->n_lost, d->n + d->n_lost);
    }
}

void dtn_say_usable(dtn_prose *out, const dtn_comparison *first)
{
    const char *lead = "";
    for (size_t v = 0; v < (first->n_view > 1 ? first->n_view : 1); v++) {
        const dtn_comparison *view = first->n_view > 1 ? first->views[v] : first;
        const uint64_t lost = view->n_flagged + view->n_missing;
        if (lost == 0)
            continue;
        dtn_prose_say(out, *lead ? lead : "; ");
        dtn_prose_count(out, view->n_run - lost);
        dtn_prose_say(out, " of ");
        dtn_prose_count(out, view->n_run);
        dtn_prose_say(out, *lead ? "" : " have a value under every course");
        if (first->n_view > 1) {
            dtn_prose_say(out, " (view ");
            dtn_prose_say(out, view->view);
            dtn_prose_say(out, ")");
        }
        lead = ", ";
    }
}

void dtn_say_lost(dtn_prose *out, uint64_t n_lost, uint64_t n)
{
    if (n_lost == n) {
        dtn_prose_say(out, "no value in any future");
        return;
    }
    dtn_prose_say(out, "no value in ");
    dtn_prose_count(out, n_lost);
    dtn_prose_say(out, " of ");
    dtn_prose_count(out, n);
    dtn_prose_say(out, " futures");
}

void dtn_say_outcome(dtn_prose *out, const dtn_comparison *cmp, size_t o)
{
    const dtn_summary *s = dtn_summary_at(cmp, 0, o);
    const double noise = dtn_noise_of(cmp, o);
    dtn_prose_say(out, "under the reference ");
    /* both: the differences that follow are of means, which heavy tails draw far from the median */
    dtn_prose_value(out, s->mean, noise);
    dtn_prose_say(out, " on average (median ");
    dtn_prose_value(out, s->p50, noise);
    dtn_prose_say(out, ", 90 % of futures: ");
    dtn_prose_value(out, s->p05, noise);
    dtn_prose_say(out, " to ");
    dtn_prose_value(out, s->p95, noise);
    dtn_prose_say(out, ")");
    size_t best = extreme_of(cmp, o, 1), worst = extreme_of(cmp, o, -1);
    if (best > 0) {
        say_extreme(out, cmp, o, best, "; best under ");
        say_ties(out, cmp, cmp->best, o, best);
    }
    if (worst > 0) {
        say_extreme(out, cmp, o, worst, "; worst under ");
        say_ties(out, cmp, cmp->worst, o, worst);
    }
    if (best == 0 && worst == 0)
        dtn_prose_say(out, cmp->n_run < DTN_LEAST_FUTURES
                               ? "; too few futures to tell courses of action apart"
                               : "; no course of action is clearly different");
    say_lossy(out, cmp, o);
    dtn_prose_say(out, ".");
}

/* ---- A recorded series --------------------------------------------------------------- */

void dtn_say_periods(dtn_prose *out, const dtn_reproduction *r)
{
    dtn_prose_say(out, r->series);
    dtn_prose_print(out, ", %zu of %zu recorded periods, ", r->n_period, r->n_recorded);
    dtn_prose_date(out, r->from);
    dtn_prose_say(out, " to ");
    dtn_prose_date(out, r->until);
    if (r->only_edge == NULL && r->n_outside == 0)
        return;
    dtn_prose_say(out, " (");
    if (r->only_edge != NULL) {
        dtn_prose_date(out, r->only_edge);
        dtn_prose_say(out, " left out: its period begins before the record or the run does");
    }
    if (r->n_outside > 0)
        dtn_prose_print(out, "%s%zu outside of the dates", r->only_edge != NULL ? "; " : "",
                        r->n_outside);
    dtn_prose_say(out, ")");
}
