/** Lemmas learned as rules: (Penn tag, ending of the form) to what to cut and what to add. */
#ifndef DTN_TOOLS_LEMMAS_H
#define DTN_TOOLS_LEMMAS_H

#include "treebank.h"

typedef struct lemma_table {
    dtn_syn_rule *rules; /* sorted as the parser wants them; texts of the bank's arena */
    size_t n, cap;
} lemma_table;

void lemmas_learn(treebank *bank, const tree_list *train, lemma_table *out);

#endif
