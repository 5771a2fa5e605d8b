/** The network of src/syntax in floats, with its gradient: used by the trainer only. */
#ifndef DTN_TOOLS_NET_H
#define DTN_TOOLS_NET_H

#include "syntax/inner.h"
#include "treebank.h"
#include "vectors.h"

typedef struct net_dense {
#define X(name, rows, columns) float name[(rows) * (columns)];
    DTN_SYN_MATRICES(X)
#undef X
#define X(name, n) float name[n];
    DTN_SYN_VECTORS(X)
#undef X
} net_dense;

enum { N_DENSE = sizeof(net_dense) / sizeof(float) };

typedef struct float_net {
    net_dense *w, *turned; /* turned: every matrix transposed, for the way back */
    float *words;          /* [n_word][DTN_SYN_WORD]; row 0: words that nothing is known of */
    float *affixes;        /* [DTN_SYN_BUCKETS][DTN_SYN_AFFIX] */
    float *map;            /* [VECTOR_WIDTH][DTN_SYN_WORD]: what a vector adds to its word */
    size_t n_word;
    uint32_t base; /* row of words: what the words that only vectors know have beside these */
    const vector_table *vectors; /* borrowed */
} float_net;

void net_init(float_net *net, size_t n_word, const vector_table *vectors, uint64_t seed);
void net_free(float_net *net);
void net_turn(float_net *net); /* after every change of w */

/** Gradients of one part of a batch; tables are sparse: rows touched are listed. */
typedef struct net_gradient {
    net_dense *w;
    float *words, *affixes, *map;
    uint32_t *touched_words, *touched_affixes;
    uint8_t *is_word, *is_affix;
    size_t n_touched_word, n_touched_affix;
} net_gradient;
void net_gradient_init(net_gradient *g, const float_net *net);
void net_gradient_free(net_gradient *g);

/** What a pass needs to work; grows as needed. */
typedef struct net_work net_work;
net_work *net_work_new(void);
void net_work_delete(net_work *work);

typedef struct net_dropout {
    float input, recurrent, hidden, head, word;
    float bare;    /* of rare names of things that are dropped, those that lose their vectors too */
    float strange; /* of these, those that keep nothing but their shape and ends of three letters */
} net_dropout;

typedef struct net_sums {
    double loss;
    size_t n, n_upos, n_xpos, n_head, n_labelled;
} net_sums;

/** One pass over sentences (sorted by falling length). With a gradient: forward with dropout, and back;
 *  the loss is the sum over words of three cross entropies, scaled by `scale` in the gradient.
 *  Without: forward alone, counts against the treebank, heads by argmax. */
void net_pass(const float_net *net, net_work *work, const treebank *bank,
              const tree_sentence *const *sentences, size_t n, const net_dropout *dropout,
              uint64_t seed, float scale, net_gradient *gradient, net_sums *sums);

#endif
