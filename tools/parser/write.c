/* Writing the weights: floats to 8 bits, names, lemma rules, checksum.
 *
 * A column of a matrix, or a row of a table, is divided by its greatest element and rounded to -127 ... 127;
 * that element over 127 is its scale. What a word's vector adds to it is added here, once for all: running
 * the network costs nothing more for it. The affixes' table has rows that no word of training fell
 * into: they still hold what they began with, and are written as zeros.
 */
#include "write.h"

#include "store/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct bytes {
    char *items;
    size_t n, cap;
} bytes;

static void put(bytes *b, const void *data, size_t n)
{
    if (b->n + n > b->cap) {
        b->cap = 2 * (b->n + n);
        b->items = realloc(b->items, b->cap);
        if (!b->items)
            abort();
    }
    memcpy(b->items + b->n, data, n);
    b->n += n;
}

static int8_t eighth(float x, float scale)
{
    const float y = x / scale;
    return (int8_t)(int)(y + (y < 0 ? -0.5f : 0.5f));
}

static float scale_of(const float *w, size_t n, size_t stride)
{
    float most = 1e-9f;
    for (size_t i = 0; i < n; i++) {
        const float x = w[i * stride] < 0 ? -w[i * stride] : w[i * stride];
        most = x > most ? x : most;
    }
    return most / 127;
}

static void put_table(bytes *b, const float *w, size_t rows, size_t width)
{
    for (size_t i = 0; i < rows; i++) {
        const float scale = scale_of(w + i * width, width, 1);
        put(b, &scale, sizeof scale);
    }
    for (size_t i = 0; i < rows; i++) {
        const float scale = scale_of(w + i * width, width, 1);
        for (size_t j = 0; j < width; j++) {
            const int8_t q = eighth(w[i * width + j], scale);
            put(b, &q, 1);
        }
    }
}

static void put_matrix(bytes *b, const float *w, size_t rows, size_t columns)
{
    float *scale = malloc(columns * sizeof *scale);
    if (!scale)
        abort();
    for (size_t j = 0; j < columns; j++)
        scale[j] = scale_of(w + j, rows, columns);
    put(b, scale, columns * sizeof *scale);
    for (size_t i = 0; i < rows * columns; i++) {
        const int8_t q = eighth(w[i], scale[i % columns]);
        put(b, &q, 1);
    }
    free(scale);
}

/* The words' table as the program has it: with what vectors add, and a row more for each word that only
 * they know, most frequent first. */
typedef struct word_rows {
    uint64_t *hash;
    float *rows;
    size_t n;
} word_rows;

static void add_vector(const float_net *net, const float *vector, float *row)
{
    for (size_t i = 0; i < VECTOR_WIDTH; i++)
        for (size_t j = 0; j < DTN_SYN_WORD; j++)
            row[j] += vector[i] * net->map[i * DTN_SYN_WORD + j];
}

static word_rows make_rows(const float_net *net, const treebank *bank)
{
    const vector_table *v = net->vectors;
    const size_t cap = bank->n_word + v->n;
    word_rows out = {calloc(cap, sizeof *out.hash), calloc(cap, DTN_SYN_WORD * sizeof(float)),
                     bank->n_word};
    bool *is_used = calloc(v->n, 1);
    if (!out.hash || !out.rows || !is_used)
        abort();
    memcpy(out.hash, bank->vocabulary, bank->n_word * sizeof *out.hash);
    memcpy(out.rows, net->words, bank->n_word * DTN_SYN_WORD * sizeof(float));
    for (size_t r = 1; r < bank->n_word; r++) {
        const uint32_t k = vectors_find(v, bank->vocabulary[r]);
        is_used[k] = true;
        add_vector(net, v->rows + (size_t)k * VECTOR_WIDTH, out.rows + r * DTN_SYN_WORD);
    }
    for (size_t k = 1; k < v->n; k++) {
        if (is_used[k])
            continue;
        float *row = out.rows + out.n * DTN_SYN_WORD;
        memcpy(row, net->words + (size_t)net->base * DTN_SYN_WORD, DTN_SYN_WORD * sizeof(float));
        add_vector(net, v->rows + k * VECTOR_WIDTH, row);
        out.hash[out.n++] = v->hash[k];
    }
    free(is_used);
    return out;
}

static void put_names(bytes *b, const name_list *names)
{
    for (size_t i = 0; i < names->n; i++)
        put(b, names->items[i], strlen(names->items[i]) + 1);
}

static void put_rules(bytes *b, const lemma_table *lemmas)
{
    for (size_t i = 0; i < lemmas->n; i++) {
        const dtn_syn_rule *r = &lemmas->rules[i];
        const uint8_t head[3] = {r->xpos, r->cut, r->keeps_case};
        put(b, head, 3);
        put(b, r->ending, strlen(r->ending) + 1);
        put(b, r->add, strlen(r->add) + 1);
    }
}

static bool write_file(const char *path, const bytes *b)
{
    dtn_diags diags;
    dtn_out out;
    dtn_diags_init(&diags);
    dtn_status status = dtn_out_open(&out, path, &diags);
    if (status == DTN_OK) {
        dtn_out_write(&out, b->items, b->n);
        status = dtn_out_commit(&out, &diags);
    }
    if (status != DTN_OK)
        fprintf(stderr, "train_parser: cannot write %s\n", path);
    dtn_diags_free(&diags);
    return status == DTN_OK;
}

bool write_weights(const char *path, const float_net *net, const treebank *bank,
                   const lemma_table *lemmas)
{
    dtn_syn_header h = {.magic = DTN_SYN_MAGIC,
                        .version = DTN_SYN_VERSION,
                        .shape = DTN_SYN_SHAPE,
                        .n_tag = (uint32_t)bank->n_tag,
                        .n_upos = (uint32_t)bank->upos.n,
                        .n_xpos = (uint32_t)bank->xpos.n,
                        .n_relation = (uint32_t)bank->relations.n,
                        .n_rule = (uint32_t)lemmas->n};
    const word_rows words = make_rows(net, bank);
    h.n_word = (uint32_t)words.n;
    h.n_known = (uint32_t)bank->n_word;
    bytes b = {0};
    put(&b, &h, sizeof h);
    put(&b, words.hash, words.n * sizeof *words.hash);
    put_table(&b, words.rows, words.n, DTN_SYN_WORD);
    free(words.hash);
    free(words.rows);
    put_table(&b, net->affixes, DTN_SYN_BUCKETS, DTN_SYN_AFFIX);
#define X(name, rows, columns) put_matrix(&b, net->w->name, rows, columns);
    DTN_SYN_MATRICES(X)
#undef X
#define X(name, n) put(&b, net->w->name, (n) * sizeof(float));
    DTN_SYN_VECTORS(X)
#undef X
    put(&b, bank->tag_upos, bank->n_tag);
    put(&b, bank->tag_xpos, bank->n_tag);
    put_names(&b, &bank->upos);
    put_names(&b, &bank->xpos);
    put_names(&b, &bank->relations);
    put_rules(&b, lemmas);
    h.n_byte = (uint32_t)b.n;
    memcpy(b.items, &h, sizeof h);
    const size_t from = offsetof(dtn_syn_header, shape);
    h.checksum = dtn_hash64(b.items + from, b.n - from, 0);
    memcpy(b.items, &h, sizeof h);
    const bool is_good = write_file(path, &b);
    free(b.items);
    return is_good;
}
