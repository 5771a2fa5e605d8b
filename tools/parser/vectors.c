/* Reading word vectors. Words that the parser takes for the same (case, digits) keep the first one. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void key_of(uint64_t hash, char key[24])
{
    snprintf(key, 24, "%016llx", (unsigned long long)hash);
}

static float *add(vector_table *t, uint64_t hash)
{
    if (t->n == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 1024;
        t->rows = realloc(t->rows, t->cap * VECTOR_WIDTH * sizeof(float));
        t->hash = realloc(t->hash, t->cap * sizeof *t->hash);
        if (!t->rows || !t->hash)
            abort();
    }
    t->hash[t->n] = hash;
    return t->rows + t->n++ * VECTOR_WIDTH;
}

static bool add_line(treebank *bank, char *line, vector_table *t)
{
    char *at = strchr(line, ' '), key[24];
    dtn_syn_features features;
    if (!at)
        return false;
    *at++ = '\0';
    dtn_syn_features_get(line, false, &features);
    key_of(features.word, key);
    if (dtn_map_get(&t->at, key) != DTN_MAP_NONE)
        return true;
    dtn_map_set(&t->at, &bank->arena, dtn_arena_strdup(&bank->arena, key), (uint32_t)t->n);
    float *row = add(t, features.word);
    for (size_t i = 0; i < VECTOR_WIDTH; i++) {
        char *end = at;
        row[i] = strtof(at, &end);
        if (end == at)
            return false;
        at = end;
    }
    return true;
}

bool vectors_read(treebank *bank, const char *path, vector_table *out)
{
    *out = (vector_table){0};
    memset(add(out, 0), 0, VECTOR_WIDTH * sizeof(float));
    if (!path)
        return true;
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "train_parser: cannot read %s\n", path);
        return false;
    }
    char *line = NULL;
    size_t cap = 0, n_line = 0;
    bool is_good = true;
    while (is_good && getline(&line, &cap, file) >= 0) {
        n_line++;
        is_good = add_line(bank, line, out);
    }
    if (!is_good)
        fprintf(stderr, "train_parser: %s:%zu: not a word and %d numbers\n", path, n_line,
                VECTOR_WIDTH);
    free(line);
    fclose(file);
    return is_good;
}

uint32_t vectors_find(const vector_table *t, uint64_t hash)
{
    char key[24];
    key_of(hash, key);
    const uint32_t row = dtn_map_get(&t->at, key);
    return row == DTN_MAP_NONE ? 0 : row;
}
