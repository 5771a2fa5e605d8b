/** What running and training share: the network's shape, its features, the form of the file.
 *
 *  words --- embeddings [DTN_SYN_X] --- LSTM both ways [2 H] --- LSTM both ways [2 H]
 *                                          |                        |
 *                                        tags             heads (biaffine), relations
 *
 *  docs/parser.md describes the network, file.c the file.
 */
#ifndef DTN_SYNTAX_INNER_H
#define DTN_SYNTAX_INNER_H

#include "syntax/syntax.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DTN_SYN_WORD = 96,        /* width of a word's embedding */
    DTN_SYN_AFFIX = 64,       /* width of the sum of its affixes' embeddings */
    DTN_SYN_X = 160,          /* both */
    DTN_SYN_H = 128,          /* LSTM, each way */
    DTN_SYN_GATES = 384,      /* 3 H: forget, output, candidate; input is 1 - forget */
    DTN_SYN_OUT = 256,        /* 2 H */
    DTN_SYN_TAGS = 128,       /* classes of the tagger, padded */
    DTN_SYN_ARC = 96,         /* heads and dependents before the biaffine score */
    DTN_SYN_LABEL = 96,       /* hidden layer of relations */
    DTN_SYN_RELATIONS = 64,   /* padded */
    DTN_SYN_N_AFFIX = 10,     /* affixes of a word */
    DTN_SYN_GROUP = 4,        /* sentences whose states are computed side by side */
    DTN_SYN_BUCKETS = 1 << 15 /* rows of their hashed table */
};

/* Matrices [rows][columns] of the dense part, in the order of memory and of the file. X(name, rows, columns) */
#define DTN_SYN_MATRICES(X)                   \
    X(wx00, DTN_SYN_X, DTN_SYN_GATES)         \
    X(wx01, DTN_SYN_X, DTN_SYN_GATES)         \
    X(wx10, DTN_SYN_OUT, DTN_SYN_GATES)       \
    X(wx11, DTN_SYN_OUT, DTN_SYN_GATES)       \
    X(wh00, DTN_SYN_H, DTN_SYN_GATES)         \
    X(wh01, DTN_SYN_H, DTN_SYN_GATES)         \
    X(wh10, DTN_SYN_H, DTN_SYN_GATES)         \
    X(wh11, DTN_SYN_H, DTN_SYN_GATES)         \
    X(tag, DTN_SYN_OUT, DTN_SYN_TAGS)         \
    X(arc_dep, DTN_SYN_OUT, DTN_SYN_ARC)      \
    X(arc_head, DTN_SYN_OUT, DTN_SYN_ARC)     \
    X(arc_pair, DTN_SYN_ARC, DTN_SYN_ARC)     \
    X(label_dep, DTN_SYN_OUT, DTN_SYN_LABEL)  \
    X(label_head, DTN_SYN_OUT, DTN_SYN_LABEL) \
    X(label_out, DTN_SYN_LABEL, DTN_SYN_RELATIONS)
/* Vectors, behind the matrices. */
#define DTN_SYN_VECTORS(X)        \
    X(b00, DTN_SYN_GATES)         \
    X(b01, DTN_SYN_GATES)         \
    X(b10, DTN_SYN_GATES)         \
    X(b11, DTN_SYN_GATES)         \
    X(tag_bias, DTN_SYN_TAGS)     \
    X(arc_dep_bias, DTN_SYN_ARC)  \
    X(arc_head_bias, DTN_SYN_ARC) \
    X(arc_prior, DTN_SYN_ARC)     \
    X(arc_root, DTN_SYN_ARC)      \
    X(label_bias, DTN_SYN_LABEL)  \
    X(label_root, DTN_SYN_LABEL)  \
    X(label_out_bias, DTN_SYN_RELATIONS)

/** A word to the network: rows of the two tables. Row 0 of the words: not in the vocabulary. */
typedef struct dtn_syn_features {
    uint64_t word; /* hash of the word in lower case, digits as 0; the vocabulary's key */
    uint32_t affix[DTN_SYN_N_AFFIX];
} dtn_syn_features;
/** `is_first`: of its sentence, where a capital means little. Affix 0 is the shape, 1 the whole word. */
void dtn_syn_features_get(const char *form, bool is_first, dtn_syn_features *out);

/** Hyperbolic tangent by Lambert's continued fraction, cut where it reaches 1 (error below 1e-4);
 *  plain operations, so that vectors of any width and training give the same bits. */
static inline float dtn_syn_tanh(float x)
{
    x = x > 4.97f ? 4.97f : x;
    x = x < -4.97f ? -4.97f : x;
    const float s = x * x;
    const float up = x * (135135.0f + s * (17325.0f + s * (378.0f + s)));
    const float down = 135135.0f + s * (62370.0f + s * (3150.0f + s * 28.0f));
    return up / down;
}
static inline float dtn_syn_sigmoid(float x) { return 0.5f + 0.5f * dtn_syn_tanh(0.5f * x); }
/** Before heads and relations. */
static inline float dtn_syn_leaky(float x) { return x > 0 ? x : 0.1f * x; }

/* ---- Running --------------------------------------------------------------------- */

/** A matrix of 8-bit weights, a scale for each column; kept as pairs of rows in 16 bits, which is what
 *  one instruction multiplies and adds: [rows / 2][columns][2]. */
typedef struct dtn_syn_matrix {
    int16_t *w;
    float *scale;
} dtn_syn_matrix;

typedef struct dtn_syn_weights {
    uint32_t n_word;
    int8_t *words, *affixes;         /* [n_word][DTN_SYN_WORD], [DTN_SYN_BUCKETS][DTN_SYN_AFFIX] */
    float *word_scale, *affix_scale; /* of each row */
#define X(name, rows, columns) dtn_syn_matrix name;
    DTN_SYN_MATRICES(X)
#undef X
#define X(name, n) float *name;
    DTN_SYN_VECTORS(X)
#undef X
} dtn_syn_weights;

/** What a word alone brings to the first layer: sums before the gates, forward and back. */
typedef float dtn_syn_first[2][DTN_SYN_GATES];

/** What a sentence is worked on in: one block, cut by dtn_syn_work_cut. [n_pad]: n + 1, padded. */
typedef struct dtn_syn_work {
    uint32_t n, n_pad;
    uint32_t *row;               /* [n] of the words' table; of those whose `known` is NULL */
    dtn_syn_features *words;     /* [n] */
    const dtn_syn_first **known; /* [n] found before (memory.c), or NULL; all set by encode */
    dtn_syn_first *first;        /* [n] those that were not */
    int16_t *x, *out0, *out1,
        *narrow;  /* [n][DTN_SYN_X], [n][DTN_SYN_OUT] twice, [n][DTN_SYN_ARC] */
    float *gates; /* [n][DTN_SYN_GATES] */
    float *tags;  /* [n][DTN_SYN_TAGS] */
    float *dep, *head, *pair, *label_dep, *label_head; /* [n][DTN_SYN_ARC] */
    float *turned,
        *scores;      /* [DTN_SYN_ARC][n_pad], [n][n_pad]: column h for the head h, 0 the root */
    float *relations; /* [n][DTN_SYN_RELATIONS] */
    uint16_t *heads;  /* [n] */
    void *tree;       /* dtn_syn_tree_bytes */
} dtn_syn_work;
/** Bytes that a sentence of n words needs; with a block of that size, cuts it. */
size_t dtn_syn_work_cut(dtn_syn_work *work, uint32_t n, char *block);

/** The network for one instruction set (kernel.c is compiled once for each). */
typedef struct dtn_syn_kernel {
    /** To tags and scores, of at most DTN_SYN_GROUP sentences; each as if it stood alone. */
    void (*encode)(const dtn_syn_weights *weights, dtn_syn_work *works, uint32_t n);
    void (*relations)(const dtn_syn_weights *weights, dtn_syn_work *work); /* from heads */
} dtn_syn_kernel;
/** The widest that this machine runs, at most `isa` of src/num; a greater number: AVX-512 with VNNI, too. */
const dtn_syn_kernel *dtn_syn_kernel_get(int isa);

/** Words' sums for the first layer, kept from one sentence to the next: few words make up most of a text. Threads share
 *  it: what is in it stays as it is until the parser goes. Full (DTN_SYN_MEMORY words), it takes no more. */
typedef struct dtn_syn_memory dtn_syn_memory;
#define DTN_SYN_MEMORY 4096               /* words: 12 MiB */
dtn_syn_memory *dtn_syn_memory_new(void); /* NULL: out of memory */
void dtn_syn_memory_delete(dtn_syn_memory *memory);
/** NULL: not known. */
const dtn_syn_first *dtn_syn_memory_get(const dtn_syn_memory *memory, const dtn_syn_features *word);
/** A copy, if there is room. */
void dtn_syn_memory_put(dtn_syn_memory *memory, const dtn_syn_features *word,
                        const dtn_syn_first *first);

/** The tree of the greatest sum of scores with one word under the root (Chu and Liu 1965, Edmonds 1967).
 *  scores: [n][n_pad], column h for the head h; heads: [n], from 1, 0 for the root. */
void dtn_syn_tree(const float *scores, uint32_t n, uint32_t n_pad, uint16_t *heads, void *space);
/** Bytes of `space`, aligned as for a double. */
static inline size_t dtn_syn_tree_bytes(uint32_t n)
{
    return (size_t)(n + 1) * (n + 1) * (sizeof(double) + 5 * sizeof(uint16_t)) +
           10 * (size_t)(n + 1);
}

/* ---- Lemmas ------------------------------------------------------------------------ */

/** How a lemma is made of a form: lower-case it or not, cut bytes off its end, add others. A rule
 *  holds for words of a Penn tag that end so; the longest ending counts. A whole word is an
 *  ending that begins with '^'. The table is sorted by tag and ending. */
typedef struct dtn_syn_rule {
    const char *ending, *add;
    uint8_t xpos, cut, keeps_case;
} dtn_syn_rule;
#define DTN_SYN_MAX_ADD 31   /* bytes */
#define DTN_SYN_MAX_ENDING 8 /* bytes; a whole word may be longer */
int dtn_syn_rule_compare(const dtn_syn_rule *a, const dtn_syn_rule *b);
/** Into `out` of n_out bytes, cut if longer. `n_rule` may be 0: then the form. */
void dtn_syn_lemma(const dtn_syn_rule *rules, size_t n_rule, const char *form, uint8_t xpos,
                   char *out, size_t n_out);

/* ---- The file ------------------------------------------------------------------------ */

#define DTN_SYN_MAGIC "DTNSYN\r\n"
#define DTN_SYN_VERSION 2

/** Little-endian. Behind the header, without gaps: the vocabulary's hashes [n_word] u64; words' scales and
 *  rows, affixes' scales and rows; each matrix's scales and rows; each vector; tag_upos and tag_xpos
 *  [n_tag] u8; names of upos, xpos and relations, each ended by a zero; the lemma rules, each three
 *  bytes (xpos, cut, keeps_case) and two texts ended by zeros. */
typedef struct dtn_syn_header {
    char magic[8];
    uint32_t version, n_byte; /* of the whole file */
    uint64_t checksum;        /* XXH3-64 of what follows this field */
    uint32_t shape[9];        /* DTN_SYN_SHAPE */
    uint32_t n_word, n_known; /* rows of words; of these, first, the words of the treebanks */
    uint32_t n_tag, n_upos, n_xpos, n_relation, n_rule;
} dtn_syn_header;
#define DTN_SYN_SHAPE                                                                     \
    {                                                                                     \
        DTN_SYN_WORD, DTN_SYN_AFFIX, DTN_SYN_H, DTN_SYN_TAGS, DTN_SYN_ARC, DTN_SYN_LABEL, \
            DTN_SYN_RELATIONS, DTN_SYN_BUCKETS, DTN_SYN_N_AFFIX                           \
    }

#endif
