/* Logistic models: a table from a feature's name to its weight, a sum, a calibrated probability.
 *
 * Without a file of weights a claim has the probability 0.5 and weak ones 0.25: nothing is known
 * of them. The log odds of the training are scaled and shifted so that probabilities are
 * frequencies (Platt 1999, on folds that the weights were not fitted to).
 */
#include "read/rerank.h"

#include "num/num.h"

#define MAX_FEATURES \
    4096 /* known ones of one sentence; the rest of an endless one counts nothing */
#define MAX_LOG_ODDS 12.0 /* no claim is surer than the training could tell */

/* What the table holds under a name, `other` where it has none. */
static double setting(const dtn_weights *table, const char *name, double other)
{
    const uint32_t at = dtn_weights_find(table, name);
    return at == DTN_MAP_NONE ? other : dtn_weights_at(table, at);
}

dtn_status dtn_reranker_read(const char *path, dtn_reranker **out, dtn_diags *diags)
{
    static const char *const scales[] = {"s:scale", "c:scale", "x:scale"};
    static const char *const shifts[] = {"s:shift", "c:shift", "x:shift"};
    dtn_weights *table = NULL;
    DTN_TRY(dtn_weights_read(path, &table, diags));
    dtn_reranker *r = dtn_alloc(sizeof *r);
    if (!r) {
        dtn_weights_delete(table);
        return DTN_E_MEMORY;
    }
    r->table = table;
    for (int m = 0; m < 3; m++) {
        r->scale[m] = setting(table, scales[m], 1);
        r->shift[m] = setting(table, shifts[m], 0);
    }
    *out = r;
    return DTN_OK;
}

void dtn_reranker_delete(dtn_reranker *r)
{
    if (!r)
        return;
    dtn_weights_delete(r->table);
    dtn_free(r);
}

/* Each feature counts once, however often it is there. */
typedef struct summer {
    const dtn_reranker *r;
    double sum;
    uint32_t n;
    uint32_t seen[MAX_FEATURES];
} summer;

static void add_weight(void *ctx, const char *name, double value)
{
    summer *s = ctx;
    const uint32_t at = dtn_weights_find(s->r->table, name);
    if (at == DTN_MAP_NONE || s->n == MAX_FEATURES)
        return;
    for (uint32_t i = 0; i < s->n; i++)
        if (s->seen[i] == at)
            return;
    s->seen[s->n++] = at;
    s->sum += dtn_weights_at(s->r->table, at) * value;
}

static double clamp(double x)
{
    return x > MAX_LOG_ODDS ? MAX_LOG_ODDS : x < -MAX_LOG_ODDS ? -MAX_LOG_ODDS : x;
}

double dtn_rerank_sentence(const dtn_reranker *r, const dtn_rules *rules, const dtn_parsed *doc,
                           uint32_t sentence, const dtn_claim *claims, size_t n)
{
    if (!r)
        return 0;
    summer s;
    s.r = r;
    s.sum = 0;
    s.n = 0;
    dtn_features_of_sentence(rules, doc, sentence, claims, n, add_weight, &s);
    return clamp(r->scale[0] * s.sum + r->shift[0]);
}

void dtn_rerank_claims(const dtn_reranker *r, const dtn_rules *rules, const dtn_words_known *known,
                       const dtn_parsed *doc, dtn_claim *claims, size_t n, double sentence_score)
{
    for (size_t i = 0; i < n; i++) {
        if (!r) {
            claims[i].probability = claims[i].weak ? 0.25 : 0.5;
            continue;
        }
        summer s;
        s.r = r;
        s.sum = 0;
        s.n = 0;
        dtn_features_of_claim(rules, known, doc, claims, n, i, sentence_score, add_weight, &s);
        const int m = dtn_claim_is_explicit(&claims[i]) ? 2 : 1;
        double x = clamp(r->scale[m] * s.sum + r->shift[m]);
        claims[i].probability = 1 / (1 + dtn_exp(-x));
    }
}
