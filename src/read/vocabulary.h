/** A case's vocabulary: names of its concepts as patterns, and the linking of phrases to them. */
#ifndef DTN_READ_VOCABULARY_H
#define DTN_READ_VOCABULARY_H

#include "read/inner.h"

typedef struct dtn_vocabulary dtn_vocabulary;

/** Read vocabulary.tsv or cues.tsv (docs/case-format.md): what the words name, sign, pattern; a heading
 *  ("concept, sign, pattern") may stand above. `first`: what the first column holds, as messages call it: "concept",
 *  "answer or course". Errors: DTN_E_IO (701), DTN_E_INPUT with 930 at line and column, DTN_E_MEMORY.
 *  *out: dtn_vocabulary_delete. */
dtn_status dtn_vocabulary_read(const char *path, const char *first, dtn_vocabulary **out,
                               dtn_diags *diags);
/** Are all its ids among the `n` known ones, of which each is "a concept of the case" (`what`)? Else DTN_E_INPUT: 605 at the
 *  first line of each unknown id, with the nearest known one. Unless is_strict, one that is more than three letters from
 *  all known ones is a note: concepts that the model lacks. */
dtn_status dtn_vocabulary_check(const dtn_vocabulary *v, const char *const *known, size_t n,
                                const char *what, bool is_strict, dtn_diags *diags);
void dtn_vocabulary_delete(dtn_vocabulary *v);
const char *dtn_vocabulary_hash(const dtn_vocabulary *v);

/** How a phrase names its concept. */
typedef struct dtn_naming {
    int sign;          /* -1 where the phrase means less of it */
    uint32_t words[8]; /* [n] words of the sentence that the pattern asks for */
    size_t n;
    uint32_t head; /* of the phrase */
} dtn_naming;
/** The concept that words [span) around `head` name, or NULL: nothing fits, or two fit equally.
 *  Method: every pattern whose required slots are
 *  all in the phrase scores the sum of its slots' inverse frequencies, words farther from the
 *  head counting less; the best wins if it is clearly the best. */
const char *dtn_vocabulary_link(const dtn_vocabulary *v, const dtn_sentence *sentence,
                                dtn_span span, uint32_t head, dtn_naming *how);

#define DTN_MAX_SLOTS 8 /* of a row */

/** Words of a sentence that speak for one concept of the file, whatever other concepts' words it
 *  holds: cues of answers and courses. */
typedef struct dtn_cue {
    int sign;                      /* of its row */
    bool has_denial;               /* one of its words is a denial: not, no, never, without, fail */
    bool is_set_aside;             /* a word that it needs is in a part set aside: "X, not Y" */
    uint32_t word;                 /* first of the sentence that belongs to it */
    uint32_t words[DTN_MAX_SLOTS]; /* all of them, by slot */
    size_t n_word;
} dtn_cue;
/** The first row of `concept` whose needed words are all in the sentence; false: none. */
bool dtn_vocabulary_cue(const dtn_vocabulary *v, const dtn_sentence *sentence, const char *concept,
                        dtn_cue *out);
/** The same of the row, and the place, with most of its words among words [at) of the sentence, the first of them, an
 *  act's verb, counting twice. */
bool dtn_vocabulary_cue_at(const dtn_vocabulary *v, const dtn_sentence *sentence,
                           const char *concept, dtn_span at, dtn_cue *out);

#endif
