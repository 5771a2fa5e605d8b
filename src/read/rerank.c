/* Logistic models: a table from a feature's name to its weight, a sum, a calibrated probability.
 *
 * Without a file of weights a claim has the probability 0.5 and weak ones 0.25: nothing is known
 * of them. The log odds of the training are scaled and shifted so that probabilities are
 * frequencies (Platt 1999, on folds that the weights were not fitted to).
 */
#include "read/rerank.h"

#include <stdlib.h>
#include <string.h>

#include "num/num.h"

#define MAX_FILE ((size_t)64 << 20)
#define MAX_FEATURES \
    4096 /* known ones of one sentence; the rest of an endless one counts nothing */
#define MAX_LOG_ODDS 12.0 /* no claim is surer than the training could tell */

static void read_line(dtn_reranker *r, char *line, size_t *cap, dtn_pos pos, dtn_diags *diags)
{
    static const char *const calibrations[] = {"s:scale", "s:shift", "c:scale",
                                               "c:shift", "x:scale", "x:shift"};
    char *tab = strrchr(line, '\t');
    double value = 0;
    if (!tab || !dtn_text_to_double(tab + 1, strlen(tab + 1), &value)) {
        dtn_diags_add(diags, 926, pos, "`make train-reranker` writes the file",
                      "a line is a feature, a tab and a number");
        return;
    }
    *tab = '\0';
    double *const places[] = {&r->scale[0], &r->shift[0], &r->scale[1],
                              &r->shift[1], &r->scale[2], &r->shift[2]};
    for (int i = 0; i < 6; i++)
        if (strcmp(line, calibrations[i]) == 0) {
            *places[i] = value;
            return;
        }
    dtn_map_set(&r->map, &r->arena, dtn_arena_strdup(&r->arena, line), (uint32_t)r->n);
    DTN_PUSH(&r->arena, r->weights, r->n, *cap, value);
}

dtn_status dtn_reranker_read(const char *path, dtn_reranker **out, dtn_diags *diags)
{
    char *text = NULL;
    size_t n = 0, cap = 0, n_error = diags->n_error;
    dtn_status status = dtn_file_read(path, MAX_FILE, &text, &n, diags);
    if (status != DTN_OK)
        return status;
    dtn_reranker *r = dtn_alloc(sizeof *r);
    if (!r) {
        dtn_free(text);
        return DTN_E_MEMORY;
    }
    dtn_arena_init(&r->arena);
    if (DTN_ARENA_GUARD(&r->arena)) {
        dtn_free(text);
        dtn_reranker_delete(r);
        return DTN_E_MEMORY;
    }
    r->scale[0] = r->scale[1] = r->scale[2] = 1;
    dtn_hash128_hex(text, n, r->hash);
    uint32_t line = 1;
    for (char *at = text; at && *at; line++) {
        char *end = strchr(at, '\n');
        if (end)
            *end = '\0';
        if (*at && *at != '#')
            read_line(r, at, &cap, (dtn_pos){path, line, 1}, diags);
        at = end ? end + 1 : NULL;
    }
    dtn_free(text);
    if (diags->n_error > n_error) {
        dtn_reranker_delete(r);
        return DTN_E_INPUT;
    }
    *out = r;
    return DTN_OK;
}

void dtn_reranker_delete(dtn_reranker *r)
{
    if (!r)
        return;
    dtn_arena_free(&r->arena);
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
    uint32_t at = dtn_map_get(&s->r->map, name);
    if (at == DTN_MAP_NONE || s->n == MAX_FEATURES)
        return;
    for (uint32_t i = 0; i < s->n; i++)
        if (s->seen[i] == at)
            return;
    s->seen[s->n++] = at;
    s->sum += s->r->weights[at] * value;
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
