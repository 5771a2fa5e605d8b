/* The rules that turn figures into sentences.
 *
 * 1. A difference from the reference is better or worse when the 95 % interval of its mean leaves
 *    zero out; else it is "not clearly different". How sure is told by the share of futures.
 * 2. Courses of action with the same verdicts on all human-cost outcomes share a sentence; those
 *    that lower every human cost come first, then the mixed ones (the three largest groups are
 *    spelled out), those that raise every one, those where nothing is clear.
 *    With more than eight courses they are only named, by that order.
 * 3. A hypothesis turns a sign when one of its answers makes a course better and another makes it
 *    worse, each by rule 1 within the futures of that answer.
 * Nothing is added up over outcomes, and outcomes without direction are not judged.
 */
#include "report/words.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COURSES = 8 }; /* with more, the answer names them by rank and the tables say the rest */
enum { MAX_GROUPS = 3 };  /* groups of one rank that the answer spells out */

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

int dtn_verdict(const dtn_paired *paired, const dtn_outcome *outcome)
{
    if (outcome->direction == 0 || isnan(paired->low) || isnan(paired->high))
        return 0;
    if (paired->low > 0)
        return outcome->direction;
    return paired->high < 0 ? -outcome->direction : 0;
}

bool dtn_is_human_cost(const dtn_outcome *outcome)
{
    return outcome->group != NULL && strcmp(outcome->group, "human_cost") == 0;
}

/* Human cost with a direction: what the answer is about. */
static bool is_judged(const dtn_comparison *cmp, size_t o)
{
    const dtn_outcome *outcome = &cmp->c->outcomes[o];
    return dtn_is_human_cost(outcome) && outcome->direction != 0;
}

int dtn_decimals_of_summaries(const dtn_comparison *cmp, size_t o)
{
    double largest = 0;
    for (size_t p = 0; p < cmp->n_profile; p++)
        largest = fmax(largest, fabs(dtn_summary_at(cmp, p, o)->p95));
    return dtn_prose_decimals(largest);
}

int dtn_decimals_of_differences(const dtn_comparison *cmp, size_t o)
{
    double largest = 0;
    for (size_t p = 1; p < cmp->n_profile; p++)
        largest = fmax(largest, fabs(dtn_paired_at(cmp, p, o)->mean));
    return dtn_prose_decimals(largest);
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

/* ---- Lists and ranges ---------------------------------------------------- */

/* Between item i and the next of n: ", " or " and " or nothing. */
static void say_joint(dtn_prose *out, size_t i, size_t n, const char *last)
{
    if (i + 2 < n)
        dtn_prose_say(out, ", ");
    else if (i + 2 == n)
        dtn_prose_say(out, last);
}

/* Lowest and highest share of futures in which the profiles of a group do better. */
typedef struct share_range {
    double low, high;
} share_range;

static void widen(share_range *range, double share)
{
    if (isnan(share))
        return;
    range->low = isnan(range->low) ? share : fmin(range->low, share);
    range->high = isnan(range->high) ? share : fmax(range->high, share);
}

/* "(lower in 2 % to 44 % of futures)": `word` is what share_better counts; NULL where the words
 * before have said it. The mean and most futures may disagree when the tails are long: "though". */
static void say_range(dtn_prose *out, share_range range, const char *word)
{
    if (isnan(range.low))
        return;
    bool is_odd = word == NULL ? range.low < 0.5 : range.high > 0.5;
    dtn_prose_print(out, " (%s%s%sin %s", is_odd ? "though " : "", word == NULL ? "" : word,
                    word == NULL ? "" : " ", is_odd && word == NULL ? "only " : "");
    if ((int)(range.low * 100 + 0.5) != (int)(range.high * 100 + 0.5)) {
        dtn_prose_percent(out, range.low);
        dtn_prose_say(out, " to ");
    }
    dtn_prose_percent(out, range.high);
    dtn_prose_say(out, " of futures)");
}

/* "lower" where lower is better in every outcome judged, as it is for human cost as a rule;
 * "better" where they differ. `sign` +1 for the better side, -1 for the worse. */
static const char *word_of(const dtn_comparison *cmp, int sign)
{
    int n[3] = {0, 0, 0};
    for (size_t o = 0; o < cmp->n_outcome; o++)
        if (is_judged(cmp, o))
            n[cmp->c->outcomes[o].direction + 1]++;
    if (n[0] > 0 && n[2] > 0)
        return sign > 0 ? "better" : "worse";
    return (n[2] > 0) == (sign > 0) ? "higher" : "lower";
}

/* ---- Courses of action by their verdicts --------------------------------- */

static bool same_verdicts(const dtn_comparison *cmp, size_t p, size_t q)
{
    for (size_t o = 0; o < cmp->n_outcome; o++)
        if (is_judged(cmp, o) && dtn_verdict(dtn_paired_at(cmp, p, o), &cmp->c->outcomes[o]) !=
                                     dtn_verdict(dtn_paired_at(cmp, q, o), &cmp->c->outcomes[o]))
            return false;
    return true;
}

/* By the human costs: all better, some better and none worse, some of each, none better and some
 * worse, all worse, nothing clear. */
enum { RANK_ALL_BETTER, RANK_BETTER, RANK_MIXED, RANK_WORSE, RANK_ALL_WORSE, RANK_UNCLEAR, N_RANK };

static int rank_of(const dtn_comparison *cmp, size_t p)
{
    size_t n = 0, better = 0, worse = 0;
    for (size_t o = 0; o < cmp->n_outcome; o++) {
        if (!is_judged(cmp, o))
            continue;
        int v = dtn_verdict(dtn_paired_at(cmp, p, o), &cmp->c->outcomes[o]);
        n++;
        better += v > 0;
        worse += v < 0;
    }
    if (better == n)
        return RANK_ALL_BETTER;
    if (worse == n)
        return RANK_ALL_WORSE;
    if (better > 0)
        return worse == 0 ? RANK_BETTER : RANK_MIXED;
    return worse > 0 ? RANK_WORSE : RANK_UNCLEAR;
}

static bool is_first_of_group(const dtn_comparison *cmp, size_t p)
{
    for (size_t q = 1; q < p; q++)
        if (same_verdicts(cmp, p, q))
            return false;
    return true;
}

/* Do two profiles differ in the last actor's course alone? */
static bool same_but_last(const dtn_comparison *cmp, size_t p, size_t q)
{
    size_t n = dtn_n_actor_shown(cmp);
    for (size_t a = 0; a + 1 < n; a++)
        if (cmp->profiles[p].course[a] != cmp->profiles[q].course[a])
            return false;
    return n > 1;
}

static bool is_merged(const dtn_comparison *cmp, size_t first, size_t p)
{
    for (size_t q = first; q < p; q++)
        if (same_verdicts(cmp, q, first) && same_but_last(cmp, q, p))
            return true;
    return false;
}

/* "Restraint / own rule or Inaction": a profile and those of its group that differ from it in
 * the last course alone. */
static void say_merged(dtn_prose *out, const dtn_comparison *cmp, size_t first, size_t p)
{
    const dtn_case *c = cmp->c;
    const size_t last = dtn_n_actor_shown(cmp) - 1;
    size_t n = 0, i = 0;
    for (size_t q = p + 1; q < cmp->n_profile; q++)
        n += same_verdicts(cmp, q, first) && same_but_last(cmp, p, q);
    dtn_say_profile(out, cmp, p);
    for (size_t q = p + 1; q < cmp->n_profile; q++) {
        if (!same_verdicts(cmp, q, first) || !same_but_last(cmp, p, q))
            continue;
        uint32_t course = cmp->profiles[q].course[last];
        dtn_prose_say(out, ++i < n ? ", " : " or ");
        dtn_prose_say(out, course == DTN_NONE ? "own rule" : c->actors[last].courses[course].name);
    }
}

static void say_group_names(dtn_prose *out, const dtn_comparison *cmp, size_t first)
{
    size_t n = 0, i = 0;
    for (size_t p = first; p < cmp->n_profile; p++)
        n += same_verdicts(cmp, p, first) && !is_merged(cmp, first, p);
    for (size_t p = first; p < cmp->n_profile; p++) {
        if (!same_verdicts(cmp, p, first) || is_merged(cmp, first, p))
            continue;
        dtn_prose_say(out, out->is_html ? "\u201c" : "");
        say_merged(out, cmp, first, p);
        dtn_prose_say(out, out->is_html ? "\u201d" : "");
        say_joint(out, i++, n, " and ");
    }
}

/* Outcomes on which the group has verdict `v`, with the range of shares. `joint` and
 * `lead` stand before them; returns false, and writes nothing, where there are none. */
#define MAX_NAMED 4 /* outcomes named in a sentence; more are counted, the tables name them */

static size_t n_judged_of(const dtn_comparison *cmp)
{
    size_t n = 0;
    for (size_t o = 0; o < cmp->n_outcome; o++)
        n += is_judged(cmp, o);
    return n;
}

static bool say_outcomes(dtn_prose *out, const dtn_comparison *cmp, size_t first, int v,
                         const char *joint, const char *lead)
{
    size_t n = 0, i = 0;
    share_range range = {NAN, NAN};
    for (size_t o = 0; o < cmp->n_outcome; o++) {
        if (!is_judged(cmp, o) ||
            dtn_verdict(dtn_paired_at(cmp, first, o), &cmp->c->outcomes[o]) != v)
            continue;
        n++;
        for (size_t p = first; p < cmp->n_profile; p++)
            if (same_verdicts(cmp, p, first))
                widen(&range, dtn_paired_at(cmp, p, o)->share_better);
    }
    if (n == 0)
        return false;
    dtn_prose_say(out, joint);
    dtn_prose_strong(out, lead);
    dtn_prose_say(out, " for ");
    if (n > MAX_NAMED)
        dtn_prose_print(out, "%zu of the %zu counted", n, n_judged_of(cmp));
    for (size_t o = 0; o < cmp->n_outcome && n <= MAX_NAMED; o++) {
        if (!is_judged(cmp, o) ||
            dtn_verdict(dtn_paired_at(cmp, first, o), &cmp->c->outcomes[o]) != v)
            continue;
        dtn_prose_say(out, cmp->c->outcomes[o].name);
        say_joint(out, i++, n, " and ");
    }
    if (v != 0)
        say_range(out, range, v > 0 ? NULL : word_of(cmp, 1));
    return true;
}

/* Outcomes go both ways, or some are not clear. */
static void say_mixed(dtn_prose *out, const dtn_comparison *cmp, size_t first)
{
    static const int verdict[3] = {1, -1, 0};
    bool any = false;
    for (int i = 0; i < 3; i++) {
        const char *lead = i == 2 ? "not clearly different" : word_of(cmp, verdict[i]);
        any |= say_outcomes(out, cmp, first, verdict[i], any ? "; " : " human cost is ", lead);
    }
}

static void say_group(dtn_prose *out, const dtn_comparison *cmp, size_t first, int rank)
{
    share_range range = {NAN, NAN};
    for (size_t p = first; p < cmp->n_profile; p++)
        for (size_t o = 0; same_verdicts(cmp, p, first) && o < cmp->n_outcome; o++)
            if (is_judged(cmp, o))
                widen(&range, dtn_paired_at(cmp, p, o)->share_better);
    dtn_prose_say(out, " Under ");
    say_group_names(out, cmp, first);
    if (rank == RANK_UNCLEAR) {
        dtn_prose_say(out, " no human cost is clearly different.");
        return;
    }
    if (rank == RANK_ALL_BETTER || rank == RANK_ALL_WORSE) {
        const bool is_better = rank == RANK_ALL_BETTER;
        dtn_prose_say(out, " every human cost counted here is ");
        dtn_prose_strong(out, word_of(cmp, is_better ? 1 : -1));
        say_range(out, range, is_better ? NULL : word_of(cmp, 1));
    } else {
        say_mixed(out, cmp, first);
    }
    dtn_prose_say(out, ".");
}

/* ---- Turns of the sign ---------------------------------------------------- */

/* The strongest better and worse answers of a hypothesis for one profile and outcome. */
static bool turn_of(const dtn_comparison *cmp, size_t h, size_t p, size_t o, dtn_turn *turn)
{
    const dtn_outcome *outcome = &cmp->c->outcomes[o];
    double best = 0, worst = 0;
    bool has_better = false, has_worse = false;
    for (size_t a = 0; a < cmp->c->hypotheses[h].n_answer; a++) {
        size_t cell = dtn_cell_of(cmp, h, a);
        if (cell == SIZE_MAX)
            continue;
        const dtn_paired *d = dtn_cell_paired_at(cmp, cell, p, o);
        int v = dtn_verdict(d, outcome);
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
    double scale = fabs(dtn_summary_at(cmp, 0, o)->p50);
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
    dtn_prose_signed(out, d->mean, dtn_prose_decimals(d->mean));
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

static void say_turns(dtn_prose *out, const dtn_comparison *cmp, const dtn_turn *turns,
                      size_t n_turn)
{
    size_t n_hyp = 0, strongest = 0;
    for (size_t i = 0; i < n_turn; i++) {
        n_hyp += i == 0 || turns[i].hypothesis != turns[i - 1].hypothesis;
        if (turns[i].strength > turns[strongest].strength)
            strongest = i;
    }
    if (cmp->n_cell == 0)
        return;
    if (n_turn == 0) {
        dtn_prose_say(out,
                      " No answer to a hypothesis alone turns the sign of a difference in human "
                      "cost.");
        return;
    }
    dtn_prose_say(out, " The sign hangs on ");
    size_t k = 0;
    for (size_t i = 0; i < n_turn; i++) {
        if (i > 0 && turns[i].hypothesis == turns[i - 1].hypothesis)
            continue;
        size_t h = turns[i].hypothesis, count = 0;
        for (size_t j = i; j < n_turn && turns[j].hypothesis == h; j++)
            count++;
        dtn_prose_say(out, cmp->c->hypotheses[h].id);
        dtn_prose_print(out, " in %zu of the %zu differences", count,
                        n_judged_of(cmp) * (cmp->n_profile - 1));
        say_joint(out, k++, n_hyp, " and on ");
    }
    const dtn_turn *turn = &turns[strongest];
    dtn_prose_say(out, "; most of all on ");
    dtn_prose_say(out, cmp->c->hypotheses[turn->hypothesis].id);
    dtn_prose_say(out, out->is_html ? " (\u201c" : " (\"");
    dtn_prose_say(out, cmp->c->hypotheses[turn->hypothesis].question);
    dtn_prose_say(out, out->is_html ? "\u201d): " : "\"): ");
    dtn_say_turn(out, cmp, turn);
    dtn_prose_say(out, ".");
}

/* ---- The answer ----------------------------------------------------------- */

static size_t group_size(const dtn_comparison *cmp, size_t first)
{
    size_t n = 0;
    for (size_t p = first; p < cmp->n_profile; p++)
        n += same_verdicts(cmp, p, first);
    return n;
}

/* Groups of a rank, the larger first; of the mixed ones so many as a paragraph bears. */
static void say_rank(dtn_prose *out, const dtn_comparison *cmp, int rank)
{
    size_t n_said = 0, n_left = 0;
    for (size_t size = cmp->n_profile; size > 0; size--)
        for (size_t p = 1; p < cmp->n_profile; p++) {
            if (rank_of(cmp, p) != rank || !is_first_of_group(cmp, p) || group_size(cmp, p) != size)
                continue;
            if (n_said < MAX_GROUPS)
                say_group(out, cmp, p, rank);
            else
                n_left += size;
            n_said++;
        }
    if (n_left > 0)
        dtn_prose_print(out, " %zu further %s %s; the tables have them.", n_left,
                        n_left == 1 ? "course of action is" : "courses of action are",
                        rank == RANK_MIXED ? "mixed too" : "like these on other human costs");
}

/* Courses of a rank by name alone. */
static void say_rank_shortly(dtn_prose *out, const dtn_comparison *cmp, int rank)
{
    const char *low = word_of(cmp, 1), *high = word_of(cmp, -1);
    size_t n = 0, i = 0;
    for (size_t p = 1; p < cmp->n_profile; p++)
        n += rank_of(cmp, p) == rank;
    if (n == 0)
        return;
    switch (rank) {
    case RANK_ALL_BETTER:
        dtn_prose_say(out, " Every human cost counted is ");
        dtn_prose_strong(out, low);
        break;
    case RANK_BETTER:
        dtn_prose_print(out, " Some human costs are %s and none %s", low, high);
        break;
    case RANK_MIXED: dtn_prose_print(out, " Some human costs are %s, others %s", low, high); break;
    case RANK_WORSE: dtn_prose_print(out, " Some human costs are %s and none %s", high, low); break;
    case RANK_ALL_WORSE:
        dtn_prose_say(out, " Every one is ");
        dtn_prose_strong(out, high);
        break;
    default: dtn_prose_say(out, " Nothing is clearly different"); break;
    }
    dtn_prose_say(out, " under ");
    for (size_t p = 1; p < cmp->n_profile; p++) {
        if (rank_of(cmp, p) != rank)
            continue;
        dtn_prose_say(out, out->is_html ? "\u201c" : "");
        dtn_say_profile(out, cmp, p);
        dtn_prose_say(out, out->is_html ? "\u201d" : "");
        say_joint(out, i++, n, " and ");
    }
    dtn_prose_say(out, ".");
}

void dtn_say_answer(dtn_prose *out, const dtn_comparison *cmp, const dtn_turn *turns, size_t n_turn)
{
    const size_t n_judged = n_judged_of(cmp);
    if (n_judged == 0 || cmp->n_profile < 2) {
        dtn_prose_say(out, n_judged == 0 ? "The case names no human cost to judge by."
                                         : "Only the reference was run, nothing is compared.");
        return;
    }
    dtn_prose_say(out, "By the mean difference from the reference on the same ");
    dtn_prose_count(out, cmp->n_run);
    dtn_prose_say(out, " futures from ");
    dtn_prose_date(out, cmp->c->decide_on);
    dtn_prose_say(out, " to ");
    dtn_prose_date(out, cmp->c->until);
    dtn_prose_say(out, ":");
    for (int rank = 0; rank < N_RANK; rank++)
        if (cmp->n_profile - 1 > MAX_COURSES)
            say_rank_shortly(out, cmp, rank);
        else
            say_rank(out, cmp, rank);
    say_turns(out, cmp, turns, n_turn);
}

/* Courses that a paired test does not tell from the one named, the first few by name. */
static void say_ties(dtn_prose *out, const dtn_comparison *cmp, const dtn_lead *leads, size_t o,
                     size_t p)
{
    enum { MOST_TIES = 2 };
    if (leads == NULL || leads[o].profile != p || leads[o].n_tied == 0)
        return;
    const dtn_lead *lead = &leads[o];
    const size_t n_named = lead->n_tied > MOST_TIES ? 1 : lead->n_tied;
    size_t n = 0;
    dtn_prose_say(out, ", not told by a paired test from ");
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
    const dtn_outcome *outcome = &cmp->c->outcomes[o];
    size_t found = 0;
    double most = 0;
    for (size_t p = 1; p < cmp->n_profile; p++) {
        const dtn_paired *d = dtn_paired_at(cmp, p, o);
        if (dtn_verdict(d, outcome) == sign && fabs(d->mean) > most) {
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
    dtn_prose_number(out, fabs(d->mean), dtn_decimals_of_differences(cmp, o));
    dtn_prose_print(out, " %s on average, better in ",
                    d->mean < 0 ? dtn_word_less(outcome) : dtn_word_more(outcome));
    dtn_prose_percent(out, d->share_better);
    dtn_prose_say(out, " of futures");
}

void dtn_say_outcome(dtn_prose *out, const dtn_comparison *cmp, size_t o)
{
    const dtn_summary *s = dtn_summary_at(cmp, 0, o);
    int d = dtn_decimals_of_summaries(cmp, o);
    dtn_prose_say(out, "under the reference ");
    /* both: the differences that follow are of means, which heavy tails draw far from the median */
    dtn_prose_number(out, s->mean, d);
    dtn_prose_say(out, " on average (median ");
    dtn_prose_number(out, s->p50, d);
    dtn_prose_say(out, ", 90 % of futures: ");
    dtn_prose_number(out, s->p05, d);
    dtn_prose_say(out, " to ");
    dtn_prose_number(out, s->p95, d);
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
        dtn_prose_say(out, "; no course of action is clearly different");
    dtn_prose_say(out, ".");
}
