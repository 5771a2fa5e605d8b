/** What a comparison says, in words made from its figures by rules; for terminal and page alike.
 *
 *  A difference counts as better or worse when it is over at least 30 futures, the 95 % interval of its
 *  mean leaves zero out on that side and the mean is at least 2 % of the reference's. Human cost is what the case puts into
 *  the group human_cost and gives a direction; its outcomes are never added up or set against each
 *  other.
 */
#ifndef DTN_REPORT_WORDS_H
#define DTN_REPORT_WORDS_H

#include "decide/compare.h"
#include "report/prose.h"
#include "validate/validate.h"

/** A change below this share of the reference's mean is too small to be named: a choice, which the
 *  page says. */
#define DTN_SMALL_CHANGE 0.02
/** Of fewer futures nothing is said to be better or worse: the interval of a mean takes it to be about normal,
 *  which means of a few deaths with long tails are not. A choice too. */
enum { DTN_LEAST_FUTURES = 30 };

/** Is a mean difference in outcome `o` too small to be named? Below DTN_SMALL_CHANGE of the reference's mean, by more than
 *  rounding (DTN_ROUNDING of that mean) explains. */
bool dtn_is_small_change(const dtn_comparison *cmp, double change, size_t o);
/** +1 better, -1 worse, 0 not clear, of too few futures, too small (on paired futures the interval alone would count
 *  differences that nobody would act on) or without direction. Not better either where more than 1 % of the futures
 *  have no value: lost ones count as not better. `paired`: outcome `o` of the comparison,
 *  over all its futures or those of one answer. */
int dtn_verdict(const dtn_comparison *cmp, const dtn_paired *paired, size_t o);
/** Is it told that the profile does not make outcome `o` worse? Over at least 30 futures, the 95 % interval of the mean
 *  difference leaves out a worsening by 2 % of the reference's mean or more (of 0, any), and at most 1 % of the futures are lost. Neither this nor verdict -1:
 *  the futures do not tell. True without direction. */
bool dtn_is_not_worse(const dtn_comparison *cmp, const dtn_paired *paired, size_t o);
/** Does the difference lack so many futures that nothing good is said of it? */
bool dtn_is_lossy(const dtn_paired *paired);
/** "no value in 109 of 200 futures", "no value in any future". */
void dtn_say_lost(dtn_prose *out, uint64_t n_lost, uint64_t n);
/** "“Talks”: no value in 109 of 200 futures under hawk; ...", of all courses and views; nothing where none is lost. */
void dtn_say_lost_courses(dtn_prose *out, const dtn_comparison *first);
/** "; 91 of 200 have a value under every course (view prior), 0 of 200 (view hawk)"; nothing where all have. */
void dtn_say_usable(dtn_prose *out, const dtn_comparison *first);
bool dtn_is_human_cost(
    const dtn_outcome *outcome); /* in the group human_cost, with or without direction */
bool dtn_is_counted(
    const dtn_outcome *outcome); /* plural unit such as Persons: "fewer", not "lower" */
const char *dtn_word_less(const dtn_outcome *outcome);
const char *dtn_word_more(const dtn_outcome *outcome);
/** "fewer is better", "higher is better", "counted, no direction". */
void dtn_say_direction(dtn_prose *out, const dtn_outcome *outcome);
/** "since the decision", "at the end", "mean after the decision": what the measure covers. */
void dtn_say_measure(dtn_prose *out, const dtn_outcome *outcome);
/** "Persons per 4 weeks" for increments, else the unit. */
void dtn_say_series_unit(dtn_prose *out, const dtn_case *c, const dtn_outcome *outcome);

/** How many actors a profile's name lists: up to the last one that takes a course in any profile
 *  of the comparison. Those behind it follow their own rules throughout. */
size_t dtn_n_actor_shown(const dtn_comparison *cmp);
/** Names of a profile's courses: "Restraint / Visible curbs"; "Reference: ..." for profile 0. */
void dtn_say_profile(dtn_prose *out, const dtn_comparison *cmp, size_t i_profile);
/** What the reference is, in a sentence: "The reference is state=press (Press / own rule)." It says where a profile
 *  of the same courses has gone that was asked for too. */
void dtn_say_reference(dtn_prose *out, const dtn_comparison *cmp);
/** Their ids, for the terminal: "restraint / curbs". */
void dtn_say_profile_ids(dtn_prose *out, const dtn_comparison *cmp, size_t i_profile);

/** Cells of the array fields, [i_profile][i_outcome] and [i_cell][i_profile][i_outcome]. */
const dtn_summary *dtn_summary_at(const dtn_comparison *cmp, size_t p, size_t o);
const dtn_paired *dtn_paired_at(const dtn_comparison *cmp, size_t p, size_t o);
const dtn_paired *dtn_cell_paired_at(const dtn_comparison *cmp, size_t cell, size_t p, size_t o);
/** The cell of one answer, by its label "H1=compel"; SIZE_MAX if the comparison has none. */
size_t dtn_cell_of(const dtn_comparison *cmp, size_t i_hypothesis, size_t i_answer);

/** Answers to a hypothesis that enough futures drew to judge them. A turn takes two. */
size_t dtn_n_judged_answers(const dtn_comparison *cmp, size_t i_hypothesis);

/** A sign that turns: under one answer the course does better, under another it does worse. */
typedef struct dtn_turn {
    size_t hypothesis, profile, outcome;
    size_t better, worse; /* answers */
    double strength;      /* smaller of the two mean differences against the reference's mean */
} dtn_turn;
/** Turns of human-cost outcomes, the strongest of each hypothesis first, hypotheses in order.
 *  *turns: dtn_free. False: out of memory. */
bool dtn_find_turns(const dtn_comparison *cmp, dtn_turn **turns, size_t *n);
void dtn_say_turn(dtn_prose *out, const dtn_comparison *cmp, const dtn_turn *turn);

/** The answer in short: what the human cost is without a course, and whether one makes all of it
 *  better. `first` is the comparison's first view; all its views count, the prior only alone. */
void dtn_say_answer_lead(dtn_prose *out, const dtn_comparison *first);
/** Then part by part, in this order; false, and nothing said, where there is nothing to say. */
typedef enum dtn_answer_part {
    DTN_ANSWER_HOLDS,  /* courses of which it is told that no human cost is worse under any view */
    DTN_ANSWER_BREAKS, /* that make one worse under some: which, and what */
    DTN_ANSWER_HARMS,  /* under all */
    DTN_ANSWER_LOST,   /* without a verdict: too many futures have no value under some view */
    DTN_ANSWER_OPEN, /* of which so many futures do not tell: none is worse for sure, one may be */
    DTN_ANSWER_DECIDES /* hypotheses and parameters on which it hangs */
} dtn_answer_part;
enum { DTN_N_ANSWER_PART = 6 };
bool dtn_say_answer_part(dtn_prose *out, const dtn_comparison *first, dtn_answer_part part,
                         const dtn_turn *turns, size_t n_turn);
/** What counts as better and worse there, and what the views' ids stand for. */
void dtn_say_answer_note(dtn_prose *out, const dtn_comparison *first);

/** "Civilians killed ...: under the reference 1,234 (90 % of futures: 800 to 2,300); fewest ..." */
void dtn_say_outcome(dtn_prose *out, const dtn_comparison *cmp, size_t o);

/** How much the differences in human cost hang on an input: the largest of its indices, over the
 *  differences whose mean is not small. */
typedef struct dtn_hinge {
    size_t input;
    double index;
    size_t profile, outcome; /* where that is */
    size_t n_above, n;       /* differences in which it is above noise; all */
} dtn_hinge;
/** Of every input, the largest first. *hinges: dtn_free. False: out of memory. */
bool dtn_find_hinges(const dtn_comparison *cmp, dtn_hinge **hinges, size_t *n);
bool dtn_is_above_noise(const dtn_comparison *cmp, const dtn_hinge *hinge);
/** "Civilians killed ... under "Restraint"". */
void dtn_say_hinge_place(dtn_prose *out, const dtn_comparison *cmp, const dtn_hinge *hinge);
/** Which hypothesis and which parameter decide most; the hypothesis with its question or not. */
void dtn_say_hinges(dtn_prose *out, const dtn_comparison *cmp, const dtn_hinge *hinges, size_t n,
                    bool asks);

/** What is nothing beside the outcome's largest value over the profiles. Differences of that size are the rounding of the
 *  values they are of. */
#define DTN_NOISE 1e-12 /* of the largest value */
double dtn_noise_of(const dtn_comparison *cmp, size_t o);

/** "ucdp, 23 of 24 recorded periods, 2023-02-28 to 2024-12-31 (2023-01-31 left out: its period begins before ...)". */
void dtn_say_periods(dtn_prose *out, const dtn_reproduction *r);

#endif
