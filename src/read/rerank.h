/** The re-ranker: logistic models over named features, weights from a file.
 *
 *  Two models in one table: whether a sentence says that something causes something
 *  ("s:" features), and whether a candidate is a claim that its sentence makes ("c:" features,
 *  among them the sentence's score). tools/train_reranker.py makes the file; features are made
 *  here alone, for training too.
 */
#ifndef DTN_READ_RERANK_H
#define DTN_READ_RERANK_H

#include "read/inner.h"
#include "store/weights.h"

typedef struct dtn_reranker {
    dtn_weights *table;
    double scale[3], shift[3]; /* calibration: sentences, guessed claims, explicit claims */
} dtn_reranker;

/** Found by a causal word itself, not by a wide rule or as a purpose. */
bool dtn_claim_is_explicit(const dtn_claim *claim);

/** Called for each feature that is not zero. */
typedef void (*dtn_feature_fn)(void *ctx, const char *name, double value);

void dtn_features_of_sentence(const dtn_rules *rules, const dtn_parsed *doc, uint32_t sentence,
                              const dtn_claim *claims, size_t n, dtn_feature_fn emit, void *ctx);
/** `claims`: all of the sentence; features of claims[i]. `sentence_score`: log odds. */
void dtn_features_of_claim(const dtn_rules *rules, const dtn_words_known *known,
                           const dtn_parsed *doc, const dtn_claim *claims, size_t n, size_t i,
                           double sentence_score, dtn_feature_fn emit, void *ctx);

/** Errors: as dtn_weights_read. */
dtn_status dtn_reranker_read(const char *path, dtn_reranker **out, dtn_diags *diags);
void dtn_reranker_delete(dtn_reranker *reranker);

/** Log odds that the sentence is causal, calibrated. */
double dtn_rerank_sentence(const dtn_reranker *r, const dtn_rules *rules, const dtn_parsed *doc,
                           uint32_t sentence, const dtn_claim *claims, size_t n);
/** Sets the probability of each of the sentence's claims. */
void dtn_rerank_claims(const dtn_reranker *r, const dtn_rules *rules, const dtn_words_known *known,
                       const dtn_parsed *doc, dtn_claim *claims, size_t n, double sentence_score);

#endif
