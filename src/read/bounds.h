/** Where clauses that are arguments begin and end: a linear model over words and tree at each
 *  place, trained on annotated spans (tools/train_bounds.c). Of noun phrases the tree is trusted
 *  (span.c).
 */
#ifndef DTN_READ_BOUNDS_H
#define DTN_READ_BOUNDS_H

#include "read/inner.h"

#define DTN_BOUNDS_BITS 17           /* of a feature's hash: 131,072 weights */
#define DTN_BOUNDS_MAX_FEATURES 64   /* of one place */
#define DTN_BOUNDS_MAX_PLACES 96     /* looked at for one end of one argument */
#define DTN_BOUNDS_MAX_SENTENCE 1024 /* words; spans in longer ones stay as they are */

typedef struct dtn_bounds {
    float weights[1 << DTN_BOUNDS_BITS];
    char hash[33];
} dtn_bounds;

/** Read weights: lines "number<TAB>weight", '#' comments. DTN_E_IO (701) or DTN_E_INPUT (928).
 *  *out: free with dtn_free. */
dtn_status dtn_bounds_read(const char *path, dtn_bounds **out, dtn_diags *diags);

/** What the features of one sentence are made of; made once for its claims. Arena memory. */
typedef struct dtn_bounds_sentence dtn_bounds_sentence;
/** NULL if the sentence is too long. */
dtn_bounds_sentence *dtn_bounds_prepare(const dtn_sentence *sentence, dtn_arena *arena);

/** Does the rule's argument take its bounds from here: a clause, a reaction, an aim? */
bool dtn_bounds_apply_to(const dtn_claim *claim);

/** The places where an argument may begin (words) or end (words, exclusive). Returns how many. */
size_t dtn_bounds_places(const dtn_bounds_sentence *s, const dtn_claim *claim, bool of_cause,
                         bool at_end, uint32_t out[DTN_BOUNDS_MAX_PLACES]);
/** Features of one place. Returns how many. */
size_t dtn_bounds_features(const dtn_bounds_sentence *s, const dtn_claim *claim, bool of_cause,
                           bool at_end, uint32_t place, uint32_t out[DTN_BOUNDS_MAX_FEATURES]);

/** Set both arguments' words to the likeliest bounds. */
void dtn_bounds_set(const dtn_bounds *bounds, const dtn_bounds_sentence *s, dtn_claim *claim);

#endif
