/** Which mentions tell the same event. */
#ifndef DTN_EVENTS_SAME_H
#define DTN_EVENTS_SAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/** What one sentence says happened. Texts are borrowed; "" or NULL: not said. */
typedef struct dtn_mention {
    const char *key; /* of the record; unique, and the same in every run: order hangs on it alone */
    const char *type, *mode, *source, *target;
    int64_t from, to;              /* days, from <= to */
    double killed_min, killed_max; /* NaN: not said */
    const char *killed_of;
} dtn_mention;

/** Probability that two mentions tell one event; 0 if they cannot. Symmetric.
 *  Types are equal, a doer or a victim is the same, no other one contradicts, and days meet. Then a
 *  logistic model of how near the days lie and how exactly both say them, of how much of the actors
 *  is known, of the kind of the act, and of the deaths. Figures that differ are no contradiction:
 *  who counts them differs. */
double dtn_mention_same(const dtn_mention *a, const dtn_mention *b);

/** Groups of mentions of one event: group[i] in [0, *n_group), numbered by the first day and then by
 *  keys. The likeliest pairs first, groups grow together where no two of their mentions are less likely
 *  one event than DTN_SAME_LEAST: so a chain of days does not become one event. Does not depend on
 *  the order of the mentions. Cost: pairs whose days meet. */
#define DTN_SAME_LEAST 0.5
void dtn_mentions_group(const dtn_mention *mentions, size_t n, dtn_arena *arena, uint32_t *group,
                        size_t *n_group);

#endif
