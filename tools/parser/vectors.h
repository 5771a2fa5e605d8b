/** Vectors of words learned elsewhere, from text: a word and VECTOR_WIDTH numbers a line. */
#ifndef DTN_TOOLS_VECTORS_H
#define DTN_TOOLS_VECTORS_H

#include "treebank.h"

enum { VECTOR_WIDTH = 100 };

/** Row 0, of zeros, stands for words that have none. */
typedef struct vector_table {
    float *rows;    /* [n][VECTOR_WIDTH] */
    uint64_t *hash; /* [n] of words, as the vocabulary has them */
    size_t n, cap, cap_hash;
    dtn_map at;
} vector_table;

/** A table of row 0 alone if `path` is NULL. False with a message on stderr if it cannot be read. */
bool vectors_read(treebank *bank, const char *path, vector_table *out);
uint32_t vectors_find(const vector_table *table, uint64_t hash);

#endif
