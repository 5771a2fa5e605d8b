/** Causal maps side by side: what each document claims of every link, what the others claim of it,
 *  and what the model says.
 *
 *  A pair is a link between two concepts that at least one document claims. A document's sign on
 *  it is the sign of the net weight of its claims, a denied claim counting for the other sign.
 */
#ifndef DTN_VIEWS_MAPS_H
#define DTN_VIEWS_MAPS_H

#include "views/views.h"

/** All claims of one document on one link, taken together. */
typedef struct dtn_map_link {
    uint32_t n_claim; /* 0: the document says nothing of it */
    int sign; /* 0: not told, or even; of what is only denied the other one (dtn_views_sign) */
    bool is_hedged, is_denied, is_reported; /* each claim is: hedged; a denial; somebody else's */
} dtn_map_link;

typedef struct dtn_map_pair {
    const char *cause, *effect; /* ids of concepts */
    dtn_map_link *links;        /* [n_view] */
    dtn_model_says model;
    bool is_contested;     /* two documents have opposite signs */
    bool is_against_model; /* a document has the sign that the model has not */
} dtn_map_pair;

/** A link of the model that no document claims; indices of concepts. */
typedef struct dtn_map_silent {
    uint32_t cause, effect;
    dtn_model_says model;
} dtn_map_silent;

typedef struct dtn_maps {
    const dtn_views *views;
    const char *coder;   /* version of reader, rules and weights */
    dtn_map_pair *pairs; /* in the order of the documents and their texts */
    size_t n_pair, cap_pair;
    dtn_map_silent *silent;
    size_t n_silent, cap_silent;
    size_t n_model_link; /* links of the model between concepts, claimed or not */
} dtn_maps;

/** The graph of the case's model, after all documents have been added. Memory of views->arena. */
void dtn_maps_init(dtn_maps *maps, const dtn_views *views, dtn_graph *graph, const char *coder);

/** Is the claim one of this pair, in this document? */
bool dtn_maps_is_of(const dtn_cited *claim, const dtn_map_pair *pair, uint32_t doc);
/** Does an earlier claim of the pair say the same by the same sentence? `i` in views->cited. */
bool dtn_maps_is_doubled(const dtn_maps *maps, const dtn_map_pair *pair, size_t i);
/** Does the model lack the link: none, only through other concepts, or no variable for it? */
bool dtn_maps_is_lacking(const dtn_map_pair *pair);

/** The answer with the largest weight; the first of several. */
size_t dtn_maps_leading(const double *weights, size_t n);
/** What the view written by hand says of a hypothesis; NULL: nothing, or there is no such view. */
const dtn_stance *dtn_maps_by_hand(const dtn_read_view *view, size_t i_hypothesis);
/** Both open, or both hold the same answer most. */
bool dtn_maps_agree(const dtn_hypothesis *h, const dtn_read_stance *read, const dtn_stance *hand);
/** Do two documents lead to different answers of the hypothesis? */
bool dtn_maps_is_disputed(const dtn_maps *maps, size_t i_hypothesis);

/** Why a stance as read and by hand differ, in the order in which they are looked for. */
typedef enum dtn_map_reason {
    DTN_DIFFER_HAND_OPEN,    /* by hand it is left open */
    DTN_DIFFER_NOTHING,      /* nothing in the text was taken to speak of it */
    DTN_DIFFER_LITTLE,       /* too little, or for and against in balance */
    DTN_DIFFER_MIXED,        /* by hand several answers at once; the reader counts pure ones */
    DTN_DIFFER_SAME_PASSAGE, /* the same sentence, taken for another answer */
    DTN_DIFFER_ELSEWHERE     /* other sentences than those cited by hand */
} dtn_map_reason;
dtn_map_reason dtn_maps_reason(const dtn_hypothesis *h, const dtn_read_stance *read,
                               const dtn_stance *hand);

#endif
