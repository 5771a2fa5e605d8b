/* Train the weights of arguments' bounds (src/read/bounds.c) from annotated spans.
 *
 *   train_bounds READER-FOLDER OUT < texts.jsonl
 *   {"id", "text", "whole", "relations": [[begin of cause, its end, begin of effect, its end]]}, in characters
 *
 * Every candidate of the reader that says what a relation says gives four examples: the places
 * where both arguments might begin and end, and the one where the annotators put it. A softmax
 * over the places, AdaGrad, weights averaged over passes; a fixed order by a generator of its own,
 * exponentials of src/num: the same input gives the same bytes.
 */
#include "reader_texts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num/num.h"
#include "shuffle.h"

#define N_PASS 6
#define RATE 0.1
#define LEAST_OVERLAP 0.7 /* of both arguments together; 2 is the same spans */
#define LEAST_WEIGHT 0.06 /* smaller ones are left out of the file */
#define N_WEIGHT (1 << DTN_BOUNDS_BITS)

typedef struct example {
    uint32_t n_place, gold;
    size_t first; /* in features: for each place a count, then as many numbers */
} example;

typedef struct trainer {
    uint32_t *features;
    size_t n, cap;
    example *examples;
    size_t n_example, cap_example;
} trainer;

/* ---- Examples ---------------------------------------------------------------- */

static void push(trainer *t, uint32_t x)
{
    if (t->n == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 1 << 20;
        t->features = realloc(t->features, t->cap * sizeof *t->features);
        if (!t->features)
            exit(1);
    }
    t->features[t->n++] = x;
}

static double overlap(const uint32_t a[2], const uint32_t b[2])
{
    const uint32_t begin = a[0] > b[0] ? a[0] : b[0], end = a[1] < b[1] ? a[1] : b[1];
    return end > begin ? 2.0 * (end - begin) / (a[1] - a[0] + b[1] - b[0]) : 0;
}

static void characters(const dtn_sentence *s, dtn_span words, const uint32_t *chars,
                       uint32_t out[2])
{
    const dtn_span bytes = dtn_read_bytes(s, words);
    out[0] = chars[bytes.begin];
    out[1] = chars[bytes.end];
}

/* The relation that the claim says, cause and effect as the corpus has them; false: none. */
static bool find_relation(const json_t *relations, const uint32_t cause[2],
                          const uint32_t effect[2], uint32_t out[4])
{
    double best = LEAST_OVERLAP;
    bool found = false;
    for (size_t i = 0; i < json_array_size(relations); i++) {
        uint32_t r[4];
        for (size_t k = 0; k < 4; k++)
            r[k] = (uint32_t)json_integer_value(json_array_get(json_array_get(relations, i), k));
        const double x = overlap(cause, r), y = overlap(effect, r + 2);
        if (x > 0.1 && y > 0.1 && x + y >= best) {
            best = x + y;
            memcpy(out, r, sizeof r);
            found = true;
        }
    }
    return found;
}

/* The word that begins (or ends) at a character; DTN_NO_WORD: none. */
static uint32_t word_at(const dtn_sentence *s, uint32_t at, bool at_end, const uint32_t *chars)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (chars[at_end ? s->words[i].end : s->words[i].begin] == at)
            return at_end ? i + 1 : i;
    return DTN_NO_WORD;
}

static void add_example(trainer *t, const dtn_bounds_sentence *b, const dtn_claim *c, bool of_cause,
                        bool at_end, uint32_t gold)
{
    uint32_t places[DTN_BOUNDS_MAX_PLACES], features[DTN_BOUNDS_MAX_FEATURES];
    const size_t n = dtn_bounds_places(b, c, of_cause, at_end, places);
    example e = {(uint32_t)n, DTN_NO_WORD, t->n};
    for (size_t i = 0; i < n; i++)
        if (places[i] == gold)
            e.gold = (uint32_t)i;
    if (e.gold == DTN_NO_WORD)
        return;
    for (size_t i = 0; i < n; i++) {
        const size_t m = dtn_bounds_features(b, c, of_cause, at_end, places[i], features);
        push(t, (uint32_t)m);
        for (size_t k = 0; k < m; k++)
            push(t, features[k]);
    }
    if (t->n_example == t->cap_example) {
        t->cap_example = t->cap_example ? 2 * t->cap_example : 1 << 12;
        t->examples = realloc(t->examples, t->cap_example * sizeof *t->examples);
        if (!t->examples)
            exit(1);
    }
    t->examples[t->n_example++] = e;
}

static void add_text(void *ctx, const dtn_reader *reader, const json_t *object,
                     const dtn_reading *r, const uint32_t *chars)
{
    (void)reader;
    const json_t *relations = json_object_get(object, "relations");
    const dtn_bounds_sentence *b = NULL;
    uint32_t at = DTN_NO_WORD;
    for (size_t i = 0; i < r->n_claim; i++) {
        const dtn_claim *c = &r->claims[i];
        const dtn_sentence *s = &r->parsed.sentences[c->sentence];
        if (c->is_member || c->cause_sentence != c->sentence)
            continue;
        if (c->sentence != at)
            b = dtn_bounds_prepare(s, r->arena);
        at = c->sentence;
        uint32_t spans[2][2], relation[4];
        characters(s, c->cause_words, chars, spans[c->purpose]);
        characters(s, c->effect_words, chars, spans[!c->purpose]);
        if (!b || !find_relation(relations, spans[0], spans[1], relation))
            continue;
        for (uint32_t k = 0; k < 4; k++) /* the corpus's cause, then its effect */
            add_example(ctx, b, c, (k < 2) != c->purpose, k % 2,
                        word_at(s, relation[k], k % 2, chars));
    }
}

/* ---- Training ---------------------------------------------------------------- */

static double score(const double *w, const uint32_t *features)
{
    double sum = 0;
    for (uint32_t k = 1; k <= features[0]; k++)
        sum += w[features[k]];
    return sum;
}

static void learn(const trainer *t, const example *e, double *w, double *squares)
{
    double p[DTN_BOUNDS_MAX_PLACES], most = -1e300, total = 0;
    const uint32_t *at = t->features + e->first;
    for (uint32_t i = 0; i < e->n_place; i++, at += at[0] + 1) {
        p[i] = score(w, at);
        most = p[i] > most ? p[i] : most;
    }
    for (uint32_t i = 0; i < e->n_place; i++)
        total += p[i] = dtn_exp(p[i] - most);
    at = t->features + e->first;
    for (uint32_t i = 0; i < e->n_place; i++, at += at[0] + 1) {
        const double d = p[i] / total - (i == e->gold);
        if (d < 1e-3 && d > -1e-3)
            continue;
        for (uint32_t k = 1; k <= at[0]; k++) {
            squares[at[k]] += d * d;
            w[at[k]] -= RATE * d / sqrt(squares[at[k]] + 1e-3);
        }
    }
}

static void train(const trainer *t, double *w, double *squares, double *sum)
{
    uint64_t state = 12345;
    size_t *order = malloc((t->n_example + 1) * sizeof *order);
    if (!order)
        exit(1);
    for (size_t i = 0; i < t->n_example; i++)
        order[i] = i;
    for (int pass = 0; pass < N_PASS; pass++) {
        shuffle(order, t->n_example, &state);
        for (size_t i = 0; i < t->n_example; i++)
            learn(t, &t->examples[order[i]], w, squares);
        for (size_t i = 0; i < N_WEIGHT; i++)
            sum[i] += w[i] / N_PASS;
    }
    free(order);
}

static int write_weights(const char *path, const double *w)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return 4;
    (void)fputs(
        "# Weights of arguments' bounds, trained by tools/train_bounds.c on the Causal News Corpus V2 (CC0).\n"
        "# Apache-2.0, as the project.\n",
        f);
    for (size_t i = 0; i < N_WEIGHT; i++)
        if (w[i] >= LEAST_WEIGHT || w[i] <= -LEAST_WEIGHT)
            (void)fprintf(f, "%zu\t%.2g\n", i, w[i]);
    return fclose(f) == 0 ? 0 : 4;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    dtn_reader *reader = texts_reader(argv[1], "", NULL, NULL);
    if (!reader)
        return 3;
    trainer t = {0};
    texts_each(reader, add_text, &t);
    double *w = calloc(3 * (size_t)N_WEIGHT, sizeof *w);
    if (!w)
        return 1;
    train(&t, w, w + N_WEIGHT, w + 2 * (size_t)N_WEIGHT);
    const int status = write_weights(argv[2], w + 2 * (size_t)N_WEIGHT);
    (void)fprintf(stderr, "%zu bounds\n", t.n_example);
    free(w);
    free(t.features);
    free(t.examples);
    dtn_reader_delete(reader);
    return status;
}
