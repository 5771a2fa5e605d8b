/** Inside the syntax room, and for tools/train_parser.c: features, tables of weights, the parser.
 *
 *  Two linear models over hashed features: a tagger (classes are pairs of tags) and an arc-hybrid
 *  parser (classes are actions). A feature's weights for all classes stand in a row, so that
 *  one feature costs one or two cache lines; rows overlap where hashes fall together.
 */
#ifndef DTN_SYNTAX_INNER_H
#define DTN_SYNTAX_INNER_H

#include "syntax/syntax.h"

#include "base/text.h"

#define DTN_SYNTAX_BITS 23 /* weights of each model: 8 M, a byte each in the file */
#define DTN_SYNTAX_MAX_CLASS \
    128 /* classes of a model; a table has so many more weights at its end */
#define DTN_SYNTAX_SIZE (((size_t)1 << DTN_SYNTAX_BITS) + DTN_SYNTAX_MAX_CLASS)
#define DTN_SYNTAX_MAX_FEATURES 96

/** Weights: bytes in the program, floats while training. */
typedef struct dtn_weights {
    const int8_t *bytes;
    const float *floats; /* used if bytes is NULL */
} dtn_weights;

/** Adds each class's weights of the features; scores[n_class] is set. */
void dtn_syntax_score(const dtn_weights *weights, const uint64_t *features, size_t n,
                      size_t n_class, float *scores);
/** Where a feature's row begins. */
size_t dtn_syntax_row(uint64_t feature);

/** What features see of a word. */
typedef struct dtn_node {
    uint64_t low, suffix[4], prefix1, prefix3; /* hashes of the lower-case form and its ends */
    uint32_t shape;
    uint32_t class_; /* of the tagger */
    uint32_t upos, xpos;
    uint32_t head, relation; /* head from 1, 0 the root */
} dtn_node;
void dtn_node_init(dtn_node *node, const char *form, bool is_first);

size_t dtn_tag_features(const dtn_node *nodes, uint32_t n, uint32_t i, uint32_t before,
                        uint32_t before2, uint64_t *out);

/** State of the arc-hybrid parser; node 0 is the root, words count from 1. */
typedef struct dtn_state {
    uint32_t n, n_stack, next;
    uint32_t stack[DTN_SYNTAX_MAX_WORDS + 1];
    uint32_t head[DTN_SYNTAX_MAX_WORDS + 1], relation[DTN_SYNTAX_MAX_WORDS + 1];
    uint32_t left[2][DTN_SYNTAX_MAX_WORDS + 1], right[2][DTN_SYNTAX_MAX_WORDS + 1]; /* 0 none */
    uint32_t n_left[DTN_SYNTAX_MAX_WORDS + 1], n_right[DTN_SYNTAX_MAX_WORDS + 1];
    bool attached[DTN_SYNTAX_MAX_WORDS + 1];
} dtn_state;
void dtn_state_init(dtn_state *s, uint32_t n);
bool dtn_state_is_done(const dtn_state *s);
bool dtn_state_may_shift(const dtn_state *s);
bool dtn_state_may_left(const dtn_state *s);
bool dtn_state_may_right(const dtn_state *s);
/** Action 0 shifts, 1 to R takes the top as a left child of the next word, R + 1 to 2R as a right
 *  child of the one below, with relation (action - 1) % R. */
void dtn_state_apply(dtn_state *s, uint32_t action, uint32_t n_relation);
size_t dtn_parse_features(const dtn_state *s, const dtn_node *nodes, uint64_t *out);
/** The best action that may be taken. scores[1 + 2 n_relation]. */
uint32_t dtn_state_best(const dtn_state *s, const float *scores, uint32_t n_relation);

struct dtn_syntax {
    dtn_arena arena;
    dtn_weights tagger, parser;
    int8_t *tables;              /* both, owned */
    const char **upos, **xpos;   /* [n_class] of each class; class numbers of equal texts differ */
    uint32_t *upos_id, *xpos_id; /* [n_class] small numbers for features */
    uint32_t n_class;
    const char **relations;
    uint32_t n_relation;
    dtn_map lemmas; /* "form/UPOS" -> index */
    const char **lemma;
    char hash[33];
};
/** Tags and heads of nodes[n] from their forms. */
void dtn_syntax_tag(const dtn_syntax *syntax, dtn_node *nodes, uint32_t n);
void dtn_syntax_attach(const dtn_syntax *syntax, dtn_node *nodes, uint32_t n);

/** The lemma that rules of spelling give for a lower-case form; out has 4 bytes more than it. */
void dtn_lemma_by_rule(const char *low, const char *upos, const char *xpos, char *out);

#endif
