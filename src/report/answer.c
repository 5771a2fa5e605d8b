/* The answer in short: what a reader in a hurry takes away, in the order in which it matters.
 *
 * 1. The human cost under the reference, and whether a course makes all of it better.
 * 2. Holds up: courses of which the futures tell that they make no human cost worse, under any view
 *    that was run. That needs evidence (dtn_is_not_worse): what is not told apart does not hold up.
 * 3. Breaks: courses that make one worse under some views; which views, and which cost.
 * 4. Worse: courses that make one worse under every view, the largest change first.
 * 5. Not told: courses that make none worse for sure, and one perhaps.
 * 6. Decides: hypotheses whose answers turn a sign, and the inputs that explain most.
 *
 * Better and worse are dtn_verdict's. The cost named of a course is the one
 * that is worse under most views, of equals the one that the case lists first. Nothing is added
 * up over outcomes or weighed over views. The prior is nobody's view: it counts only alone.
 */
#include "report/words.h"

#include "base/arena.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_COSTS = 4,  /* human costs named under the reference: fewer might be those of one side */
    MOST_COURSES = 4 /* named in a part; the others are counted */
};

static const char *open_quote(const dtn_prose *out) { return out->is_html ? "\u201c" : "\""; }
static const char *close_quote(const dtn_prose *out) { return out->is_html ? "\u201d" : "\""; }

/* ---- Views and costs that count ------------------------------------------------------------ */

static bool is_judged(const dtn_comparison *cmp, size_t o)
{
    return dtn_is_human_cost(&cmp->c->outcomes[o]) && cmp->c->outcomes[o].direction != 0;
}

static size_t n_judged_of(const dtn_comparison *cmp)
{
    size_t n = 0;
    for (size_t o = 0; o < cmp->n_outcome; o++)
        n += is_judged(cmp, o);
    return n;
}

static size_t n_all_views(const dtn_comparison *first)
{
    return first->n_view > 1 ? first->n_view : 1;
}

static const dtn_comparison *view_at(const dtn_comparison *first, size_t v)
{
    return first->n_view > 1 ? first->views[v] : first;
}

static bool counts(const dtn_comparison *first, size_t v)
{
    return first->n_view < 2 || strcmp(view_at(first, v)->view, "prior") != 0;
}

static size_t n_views(const dtn_comparison *first)
{
    size_t n = 0;
    for (size_t v = 0; v < n_all_views(first); v++)
        n += counts(first, v);
    return n;
}

/* The mean difference as a share of the reference's mean; NAN where that is 0. */
static double share_of(const dtn_comparison *view, size_t p, size_t o)
{
    const double reference = fabs(dtn_summary_at(view, 0, o)->mean);
    return reference > 0 ? dtn_paired_at(view, p, o)->mean / reference : NAN;
}

static int verdict_at(const dtn_comparison *view, size_t p, size_t o)
{
    return dtn_verdict(view, dtn_paired_at(view, p, o), o);
}

/* ---- Courses over the views ------------------------------------------------------------------ */

typedef struct record {
    size_t p;
    size_t n_worse;                   /* views under which some human cost is worse */
    size_t least_better, most_better; /* human costs better, over the views */
    size_t n_open;                    /* human costs that may be worse under some view */
    size_t open;                      /* the first of them */
    size_t cost;                      /* worse under most views; SIZE_MAX: none */
    double low, high;                 /* its differences there, as shares */
} record;

static void find_cost(const dtn_comparison *first, record *r)
{
    size_t most = 0;
    r->cost = SIZE_MAX;
    for (size_t o = 0; o < first->n_outcome; o++) {
        size_t n = 0;
        for (size_t v = 0; is_judged(first, o) && v < n_all_views(first); v++)
            n += counts(first, v) && verdict_at(view_at(first, v), r->p, o) < 0;
        if (n > most) {
            most = n;
            r->cost = o;
        }
    }
    r->low = r->high = NAN;
    for (size_t v = 0; r->cost != SIZE_MAX && v < n_all_views(first); v++) {
        if (!counts(first, v) || verdict_at(view_at(first, v), r->p, r->cost) >= 0)
            continue;
        const double share = share_of(view_at(first, v), r->p, r->cost);
        r->low = isnan(r->low) ? share : fmin(r->low, share);
        r->high = isnan(r->high) ? share : fmax(r->high, share);
    }
}

static bool is_worse(const dtn_comparison *view, size_t p)
{
    for (size_t o = 0; o < view->n_outcome; o++)
        if (is_judged(view, o) && verdict_at(view, p, o) < 0)
            return true;
    return false;
}

/* Of outcome o: neither worse nor not worse, under some view. */
static bool is_open(const dtn_comparison *first, size_t p, size_t o)
{
    for (size_t v = 0; v < n_all_views(first); v++) {
        const dtn_comparison *view = view_at(first, v);
        if (counts(first, v) && verdict_at(view, p, o) >= 0 &&
            !dtn_is_not_worse(view, dtn_paired_at(view, p, o), o))
            return true;
    }
    return false;
}

static void find_open(const dtn_comparison *first, record *r)
{
    r->open = SIZE_MAX;
    for (size_t o = 0; o < first->n_outcome; o++) {
        if (!is_judged(first, o) || !is_open(first, r->p, o))
            continue;
        r->open = r->n_open == 0 ? o : r->open;
        r->n_open++;
    }
}

static record record_of(const dtn_comparison *first, size_t p)
{
    record r = {.p = p, .least_better = SIZE_MAX};
    for (size_t v = 0; v < n_all_views(first); v++) {
        const dtn_comparison *view = view_at(first, v);
        size_t better = 0;
        if (!counts(first, v))
            continue;
        for (size_t o = 0; o < view->n_outcome; o++)
            better += is_judged(view, o) && verdict_at(view, p, o) > 0;
        r.n_worse += is_worse(view, p);
        r.least_better = better < r.least_better ? better : r.least_better;
        r.most_better = better > r.most_better ? better : r.most_better;
    }
    find_cost(first, &r);
    find_open(first, &r);
    return r;
}

/* More costs made better first, then fewer views with one worse, then the order of the case. */
static int by_merit(const void *a, const void *b)
{
    const record *x = a, *y = b;
    if (x->least_better + x->most_better != y->least_better + y->most_better)
        return x->least_better + x->most_better > y->least_better + y->most_better ? -1 : 1;
    if (x->n_worse != y->n_worse)
        return x->n_worse < y->n_worse ? -1 : 1;
    return x->p < y->p ? -1 : x->p > y->p;
}

static double harm(const record *r)
{
    return isnan(r->high) ? HUGE_VAL : fmax(fabs(r->low), fabs(r->high));
}

static int by_harm(const void *a, const void *b)
{
    const record *x = a, *y = b;
    if (harm(x) != harm(y)) /* exact: order only */
        return harm(x) > harm(y) ? -1 : 1;
    return x->p < y->p ? -1 : x->p > y->p;
}

/* ---- Sentences --------------------------------------------------------------------------------- */

static void say_joint(dtn_prose *out, size_t i, size_t n)
{
    if (i + 2 < n)
        dtn_prose_say(out, ", ");
    else if (i + 2 == n)
        dtn_prose_say(out, " and ");
}

static void say_course(dtn_prose *out, const dtn_comparison *first, size_t p)
{
    dtn_prose_say(out, open_quote(out));
    dtn_say_profile(out, first, p);
    dtn_prose_say(out, close_quote(out));
}

/* Futures in which a human cost of the course, or of the reference, has no value: the most of any. */
static uint64_t lost_of(const dtn_comparison *view, size_t p)
{
    uint64_t most = 0;
    for (size_t o = 0; o < view->n_outcome; o++) {
        const uint64_t n = is_judged(view, o) ? dtn_paired_at(view, p, o)->n_lost : 0;
        most = n > most ? n : most;
    }
    return most;
}

/* Under some view so many that they could turn the answer. */
static bool is_lossy(const dtn_comparison *first, size_t p)
{
    for (size_t v = 0; v < n_all_views(first); v++) {
        const uint64_t lost = counts(first, v) ? lost_of(view_at(first, v), p) : 0;
        if (dtn_compare_is_lossy(lost, first->n_run - lost))
            return true;
    }
    return false;
}

/* "no value in 109 of 200 futures under hawk, no value in any future under dove"; nothing where none is lost. */
static void say_lost(dtn_prose *out, const dtn_comparison *first, size_t p, const char *lead)
{
    for (size_t v = 0; v < n_all_views(first); v++) {
        const uint64_t lost = counts(first, v) ? lost_of(view_at(first, v), p) : 0;
        if (lost == 0)
            continue;
        dtn_prose_say(out, lead);
        lead = ", ";
        dtn_say_lost(out, lost, first->n_run);
        if (n_views(first) > 1) {
            dtn_prose_say(out, " under ");
            dtn_prose_say(out, view_at(first, v)->view);
        }
    }
}

void dtn_say_lost_courses(dtn_prose *out, const dtn_comparison *first)
{
    const char *lead = "";
    for (size_t p = 1; p < first->n_profile; p++) {
        uint64_t lost = 0;
        for (size_t v = 0; v < n_all_views(first); v++)
            lost += counts(first, v) ? lost_of(view_at(first, v), p) : 0;
        if (lost == 0)
            continue;
        dtn_prose_say(out, lead);
        lead = "; ";
        say_course(out, first, p);
        say_lost(out, first, p, ": ");
    }
}

static void say_better(dtn_prose *out, const dtn_comparison *first, const record *r)
{
    const size_t n = n_judged_of(first);
    if (r->most_better == 0)
        dtn_prose_say(out, "better on none");
    else if (r->least_better == r->most_better)
        dtn_prose_print(out, "better on %zu of %zu", r->most_better, n);
    else
        dtn_prose_print(out, "better on %zu to %zu of %zu", r->least_better, r->most_better, n);
    say_lost(out, first, r->p, "; ");
}

static void say_share(dtn_prose *out, double share)
{
    dtn_prose_signed(out, 100 * share, 0);
    dtn_prose_raw(out, out->is_html ? "\u00a0%" : " %");
}

static void say_cost(dtn_prose *out, const dtn_comparison *first, const record *r)
{
    dtn_prose_say(out, first->c->outcomes[r->cost].name);
    if (isnan(r->low)) {
        dtn_prose_say(out, ", which the reference does not know");
        return;
    }
    dtn_prose_say(out, " ");
    say_share(out, r->low);
    if (fabs(r->high - r->low) >= 0.01) {
        dtn_prose_say(out, " to ");
        say_share(out, r->high);
    }
}

static void say_views_of(dtn_prose *out, const dtn_comparison *first, const record *r)
{
    size_t i = 0;
    for (size_t v = 0; v < n_all_views(first); v++) {
        if (!counts(first, v) || !is_worse(view_at(first, v), r->p))
            continue;
        dtn_prose_say(out, view_at(first, v)->view);
        say_joint(out, i++, r->n_worse);
    }
}

/* Courses one below the other on the page, one behind the other on the terminal. */
static void begin_course(dtn_prose *out, size_t i)
{
    if (out->is_html)
        dtn_prose_raw(out, i == 0 ? "<ul><li>" : "</li><li>");
    else
        dtn_prose_raw(out, i == 0 ? " " : "; ");
}

static void end_courses(dtn_prose *out, size_t n, size_t n_named)
{
    if (n > n_named) {
        begin_course(out, n_named);
        dtn_prose_print(out, "and %zu more in the tables", n - n_named);
    }
    dtn_prose_raw(out, out->is_html ? "</li></ul>" : ".");
}

/* "under any of the 6 views"; nothing where one view was run. */
static void say_under(dtn_prose *out, const dtn_comparison *first, const char *which)
{
    if (n_views(first) > 1)
        dtn_prose_print(out, " under %s of the %zu views", which, n_views(first));
}

static void say_none_holds(dtn_prose *out, const dtn_comparison *first)
{
    size_t n_worse = 0;
    for (size_t p = 1; p < first->n_profile; p++)
        n_worse += record_of(first, p).n_worse > 0;
    dtn_prose_strong(out, "Nothing holds up:");
    if (n_worse == 0) {
        dtn_prose_say(out, " of no course of action do these futures tell that it makes no human "
                           "cost worse");
    } else {
        dtn_prose_say(out, " every course of action makes some human cost worse");
        say_under(out, first, "at least one");
        if (n_worse + 1 < first->n_profile)
            dtn_prose_say(out, ", or these futures do not tell");
    }
    dtn_prose_say(out, ".");
}

/* "Civilians killed and 1 more may be worse; better on 1 of 4" */
static void say_open(dtn_prose *out, const dtn_comparison *first, const record *r, size_t n)
{
    dtn_prose_strong(out, "Not told apart from the reference by these futures, run more:");
    for (size_t i = 0; i < n && i < MOST_COURSES; i++) {
        begin_course(out, i);
        say_course(out, first, r[i].p);
        dtn_prose_say(out, " (");
        dtn_prose_say(out, first->c->outcomes[r[i].open].name);
        if (r[i].n_open > 1)
            dtn_prose_print(out, " and %zu more", r[i].n_open - 1);
        dtn_prose_say(out, " may be worse");
        say_under(out, first, "some");
        dtn_prose_say(out, "; ");
        say_better(out, first, &r[i]);
        dtn_prose_say(out, ")");
    }
    end_courses(out, n, MOST_COURSES);
}

/* No number of runs helps where the futures have no value. */
static void say_lossy(dtn_prose *out, const dtn_comparison *first, const record *r, size_t n)
{
    dtn_prose_strong(out, "No verdict, the model has no value in many futures:");
    for (size_t i = 0; i < n && i < MOST_COURSES; i++) {
        begin_course(out, i);
        say_course(out, first, r[i].p);
        say_lost(out, first, r[i].p, " (");
        dtn_prose_say(out, ")");
    }
    end_courses(out, n, MOST_COURSES);
}

static void say_holds(dtn_prose *out, const dtn_comparison *first, const record *r, size_t n)
{
    if (n == 0) {
        say_none_holds(out, first);
        return;
    }
    dtn_prose_strong(out, "Holds up:");
    dtn_prose_say(out, " no human cost is worse");
    say_under(out, first, "any");
    dtn_prose_say(out, " with ");
    for (size_t i = 0; i < n && i < MOST_COURSES; i++) {
        say_course(out, first, r[i].p);
        dtn_prose_say(out, " (");
        say_better(out, first, &r[i]);
        dtn_prose_say(out, ")");
        say_joint(out, i, n < MOST_COURSES ? n : MOST_COURSES);
    }
    if (n > MOST_COURSES)
        dtn_prose_print(out, " and %zu more in the tables", n - MOST_COURSES);
    dtn_prose_say(out, ".");
}

static void say_breaks(dtn_prose *out, const dtn_comparison *first, const record *r, size_t n)
{
    dtn_prose_strong(out, "Breaks under some views:");
    for (size_t i = 0; i < n && i < MOST_COURSES; i++) {
        begin_course(out, i);
        say_course(out, first, r[i].p);
        dtn_prose_say(out, " (");
        say_better(out, first, &r[i]);
        dtn_prose_say(out, ") under ");
        say_views_of(out, first, &r[i]);
        dtn_prose_say(out, ": ");
        say_cost(out, first, &r[i]);
    }
    end_courses(out, n, MOST_COURSES);
}

static void say_harms(dtn_prose *out, const dtn_comparison *first, const record *r, size_t n)
{
    dtn_prose_strong(out, n_views(first) > 1 ? "Worse on some cost under every view:"
                                             : "Worse on some cost:");
    for (size_t i = 0; i < n && i < MOST_COURSES; i++) {
        begin_course(out, i);
        say_course(out, first, r[i].p);
        dtn_prose_say(out, " (");
        say_cost(out, first, &r[i]);
        dtn_prose_say(out, "; ");
        say_better(out, first, &r[i]);
        dtn_prose_say(out, ")");
    }
    end_courses(out, n, MOST_COURSES);
}

/* ---- What decides --------------------------------------------------------------------------------- */

/* Ends the sentence; answers that too few futures drew cannot turn a sign. */
static void say_few(dtn_prose *out, const dtn_comparison *cmp)
{
    size_t n = 0;
    for (size_t i = 0; i < cmp->n_cell; i++)
        n += cmp->cells[i].n < DTN_LEAST_FUTURES;
    if (n > 0)
        dtn_prose_print(out,
                        " (%zu of the %zu answers %s drawn by fewer than %d futures and not "
                        "judged)",
                        n, cmp->n_cell, n == 1 ? "was" : "were", DTN_LEAST_FUTURES);
    dtn_prose_say(out, ".");
}

/* Has a hypothesis two answers that enough futures drew? Else no sign can be seen to turn. */
static bool is_any_judged(const dtn_comparison *cmp)
{
    for (size_t h = 0; h < cmp->c->n_hypothesis; h++)
        if (dtn_n_judged_answers(cmp, h) > 1)
            return true;
    return false;
}

static void say_turns(dtn_prose *out, const dtn_comparison *cmp, const dtn_turn *turns,
                      size_t n_turn)
{
    const dtn_turn *strongest = NULL;
    const char *lead = "";
    for (size_t i = 0; i < n_turn;) {
        const size_t h = turns[i].hypothesis;
        size_t n = 0;
        for (; i < n_turn && turns[i].hypothesis == h; i++) {
            n++;
            if (strongest == NULL || turns[i].strength > strongest->strength)
                strongest = &turns[i];
        }
        dtn_prose_say(out, *lead != '\0' ? lead : " the answer to ");
        dtn_prose_say(out, cmp->c->hypotheses[h].id);
        dtn_prose_print(out, " turns the sign of %zu", n);
        if (*lead == '\0')
            dtn_prose_print(out, " of the %zu differences in human cost",
                            n_judged_of(cmp) * (cmp->n_profile - 1));
        lead = ", that to ";
    }
    if (*lead == '\0' && cmp->c->n_hypothesis > 0 && !is_any_judged(cmp)) {
        dtn_prose_print(out,
                        " nothing can be said of the answers to hypotheses: it takes two of the "
                        "same one, each drawn by %d futures or more; run more, or hold none.",
                        DTN_LEAST_FUTURES);
        return;
    }
    if (*lead == '\0') {
        dtn_prose_say(out, " no answer to a hypothesis alone turns the sign of a difference in "
                           "human cost");
        say_few(out, cmp);
        return;
    }
    dtn_prose_say(out, "; most of all ");
    dtn_prose_say(out, cmp->c->hypotheses[strongest->hypothesis].id);
    dtn_prose_say(out, ", ");
    dtn_prose_say(out, open_quote(out));
    dtn_prose_say(out, cmp->c->hypotheses[strongest->hypothesis].question);
    dtn_prose_say(out, close_quote(out));
    dtn_prose_say(out, ": ");
    dtn_say_turn(out, cmp, strongest);
    say_few(out, cmp);
}

static void say_decides(dtn_prose *out, const dtn_comparison *cmp, const dtn_turn *turns,
                        size_t n_turn)
{
    dtn_hinge *hinges = NULL;
    size_t n = 0;
    dtn_prose_strong(out, "Decides:");
    if (cmp->n_cell > 0)
        say_turns(out, cmp, turns, n_turn);
    if (cmp->n_input == 0)
        return;
    if (!dtn_find_hinges(cmp, &hinges, &n)) {
        out->failed = true;
        return;
    }
    dtn_prose_say(out, " ");
    dtn_say_hinges(out, cmp, hinges, n, false);
    dtn_free(hinges);
}

/* ---- The parts --------------------------------------------------------------------------------------- */

static void say_reference(dtn_prose *out, const dtn_comparison *first)
{
    size_t n = 0;
    dtn_prose_say(out, "Under the reference, from ");
    dtn_prose_date(out, first->c->decide_on);
    dtn_prose_say(out, " to ");
    dtn_prose_date(out, first->c->until);
    if (first->n_run > 1) {
        dtn_prose_say(out, ", on average (and in 90 % of ");
        dtn_prose_count(out, first->n_run);
        dtn_prose_say(out, " futures):");
    } else {
        dtn_prose_say(out, ", in the one future that was run:");
    }
    for (size_t o = 0; o < first->n_outcome && n < MOST_COSTS; o++) {
        const dtn_summary *s = dtn_summary_at(first, 0, o);
        const double noise = dtn_noise_of(first, o);
        if (!is_judged(first, o))
            continue;
        dtn_prose_say(out, n++ > 0 ? "; " : " ");
        dtn_prose_say(out, first->c->outcomes[o].name);
        dtn_prose_say(out, " ");
        if (s->n == 0) {
            dtn_say_lost(out, first->n_run, first->n_run);
            continue;
        }
        dtn_prose_value(out, s->mean, noise);
        if (first->n_run < 2)
            continue;
        dtn_prose_say(out, " (");
        dtn_prose_value(out, s->p05, noise);
        dtn_prose_say(out, " to ");
        dtn_prose_value(out, s->p95, noise);
        if (s->n_flagged > 0) {
            dtn_prose_say(out, "; ");
            dtn_say_lost(out, s->n_flagged, s->n + s->n_flagged);
        }
        dtn_prose_say(out, ")");
    }
    dtn_prose_say(out, ".");
}

static void say_all_better(dtn_prose *out, const dtn_comparison *first, const record *r, size_t n)
{
    const size_t n_judged = n_judged_of(first);
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (r[i].least_better < n_judged)
            continue;
        dtn_prose_say(out, found++ > 0 ? ", " : " All of it is better with ");
        say_course(out, first, r[i].p);
    }
    if (found == 0)
        dtn_prose_print(out,
                        n_judged == 1 ? " No course of action makes the one human cost better"
                                      : " No course of action makes all %zu human costs better",
                        n_judged);
    say_under(out, first, "each");
    dtn_prose_say(out, ".");
}

void dtn_say_answer_lead(dtn_prose *out, const dtn_comparison *first)
{
    const size_t n_judged = n_judged_of(first);
    if (n_judged == 0 || first->n_profile < 2) {
        dtn_prose_say(out, n_judged == 0 ? "The case names no human cost to judge by."
                                         : "Only the reference was run, nothing is compared.");
        return;
    }
    say_reference(out, first);
    if (first->n_run < DTN_LEAST_FUTURES) {
        if (first->n_run < 2)
            dtn_prose_say(out, " One future cannot");
        else
            dtn_prose_print(out, " %" PRIu64 " futures cannot", first->n_run);
        dtn_prose_print(out, " tell what is better: ask for at least %d runs.", DTN_LEAST_FUTURES);
        return;
    }
    record *r = dtn_alloc(first->n_profile * sizeof *r);
    if (r == NULL) {
        out->failed = true;
        return;
    }
    for (size_t p = 1; p < first->n_profile; p++)
        r[p - 1] = record_of(first, p);
    say_all_better(out, first, r, first->n_profile - 1);
    dtn_free(r);
}

bool dtn_say_answer_part(dtn_prose *out, const dtn_comparison *first, dtn_answer_part part,
                         const dtn_turn *turns, size_t n_turn)
{
    const size_t all = n_views(first);
    size_t n = 0;
    if (n_judged_of(first) == 0 || first->n_profile < 2 || first->n_run < DTN_LEAST_FUTURES)
        return false;
    if (part == DTN_ANSWER_DECIDES) {
        say_decides(out, first, turns, n_turn);
        return true;
    }
    record *r = dtn_alloc(first->n_profile * sizeof *r);
    if (r == NULL) {
        out->failed = true;
        return false;
    }
    for (size_t p = 1; p < first->n_profile; p++) {
        const record one = record_of(first, p);
        dtn_answer_part of = one.n_open == 0 ? DTN_ANSWER_HOLDS : DTN_ANSWER_OPEN;
        if (of == DTN_ANSWER_OPEN && is_lossy(first, p))
            of = DTN_ANSWER_LOST;
        if (one.n_worse > 0)
            of = one.n_worse < all ? DTN_ANSWER_BREAKS : DTN_ANSWER_HARMS;
        if (of == part)
            r[n++] = one;
    }
    qsort(r, n, sizeof *r, part == DTN_ANSWER_HARMS ? by_harm : by_merit);
    if (part == DTN_ANSWER_HOLDS)
        say_holds(out, first, r, n);
    else if (n > 0)
        (part == DTN_ANSWER_BREAKS ? say_breaks
         : part == DTN_ANSWER_OPEN ? say_open
         : part == DTN_ANSWER_LOST ? say_lossy
                                   : say_harms)(out, first, r, n);
    dtn_free(r);
    return part == DTN_ANSWER_HOLDS || n > 0;
}

void dtn_say_answer_note(dtn_prose *out, const dtn_comparison *first)
{
    dtn_prose_say(
        out,
        "Better and worse: over at least 30 futures, the 95 % interval of the mean "
        "difference from the reference on the same futures leaves zero out, and the mean "
        "differs by at least 2 % of the reference's. Not worse: the interval leaves a worsening by "
        "that much out. Neither better nor not worse is said where more than 1 % of the futures have no value: they "
        "count as not better. Human costs are never added up or set against each "
        "other.");
    if (n_views(first) < 2)
        return;
    dtn_prose_say(out, " Views (the prior is nobody's and is left out):");
    size_t i = 0;
    for (size_t v = 0; v < n_all_views(first); v++) {
        const dtn_comparison *view = view_at(first, v);
        if (!counts(first, v))
            continue;
        dtn_prose_say(out, i++ > 0 ? "; " : " ");
        const char *name = view->position != NULL ? view->position->name : NULL;
        if (name == NULL || strncmp(name, view->view, strlen(view->view)) != 0)
            dtn_prose_say(out, view->view);
        if (name != NULL && strncmp(name, view->view, strlen(view->view)) != 0)
            dtn_prose_say(out, ": ");
        dtn_prose_say(out, name);
    }
    dtn_prose_say(out, ".");
}
