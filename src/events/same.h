/** Which mentions tell the same event. */
#ifndef DTN_EVENTS_SAME_H
#define DTN_EVENTS_SAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

#define DTN_MENTION_WORDS 24 /* of a sentence that count; later ones are left out */
#define DTN_MENTION_PLACES 4
#define DTN_MENTION_NAMES 12 /* of these, words with a capital behind the first word */

/** What one sentence says happened. Texts are borrowed; "" or NULL: not said. */
typedef struct dtn_mention {
    const char *key; /* of the record; unique, and the same in every run: order hangs on it alone */
    const char *
        refers; /* key of the mention that it takes up ("the raid"), whether that is among them or not; NULL */
    bool is_lone; /* of no day: one with others by what it refers to alone */
    const char *type, *mode, *source, *target;
    int64_t from, to;              /* days, from <= to */
    double killed_min, killed_max; /* NaN: not said */
    const char *killed_of;
    bool killed_people;                /* of whom only "people" is said */
    const char *speaker;               /* who says so */
    bool is_undated;                   /* from and to are the week up to the report's day */
    uint32_t words[DTN_MENTION_WORDS]; /* hashes of the sentence's words; none: not known */
    size_t n_word;
    uint32_t names[DTN_MENTION_NAMES]; /* hashes of its names */
    size_t n_name;
    uint32_t places[DTN_MENTION_PLACES]; /* of these, those that something was in, at or near */
    size_t n_place;
} dtn_mention;

/** What is told without a date in a report of that day: it was in the week up to it. */
void dtn_mention_undated(dtn_mention *mention, int64_t day);
/** Sets the words of a mention from its sentence (UTF-8). */
void dtn_mention_words(dtn_mention *mention, const char *text);

/** Probability that two mentions tell one event; 0 if they cannot. Symmetric.
 *  Types are equal or of one family (captured, arrested), a doer or a victim is the same, and days meet. Then a
 *  logistic model of how near the days lie and how exactly both say them, of how much of the actors
 *  is known, of the kind of the act, and of the deaths; with the sentences, of words and names in common, too. Figures
 *  that differ are no contradiction: who counts them differs. Only with the words of both can mentions be one that
 *  are undated, contradict each other in one actor, or name no actor in common. Where two sides, by different
 *  speakers of whom one is a state's or group's, count the dead of one kind on one day, they are rivals about one
 *  event, however few words they share, unless both say where and differ. */
double dtn_mention_same(const dtn_mention *a, const dtn_mention *b);

/** What that is weighed by, for training: 1, log odds by what both say, share of words in common, how
 *  many are undated, 1 if one actor contradicts, 1 if the types differ, 1 if both were in places that the other does not
 *  name. false: they cannot be one event. */
#define DTN_SAME_FEATURES 7
bool dtn_mention_features(const dtn_mention *a, const dtn_mention *b,
                          double out[DTN_SAME_FEATURES]);

/** Groups of mentions of one event: group[i] in [0, *n_group), numbered by type and first day, then by
 *  keys. What refers to one mention is one event with it, alike or not. Then the likeliest pairs first, groups grow together where no two of their mentions are less likely
 *  one event than DTN_SAME_LEAST, those that refer to others left out: so a chain of days does not become one event. Does not depend on
 *  the order of the mentions. Cost: pairs whose days meet. */
#define DTN_SAME_LEAST 0.5
void dtn_mentions_group(const dtn_mention *mentions, size_t n, dtn_arena *arena, uint32_t *group,
                        size_t *n_group);

#endif
