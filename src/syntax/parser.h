/** A parser in memory: what file.c makes and parse.c uses. */
#ifndef DTN_SYNTAX_PARSER_H
#define DTN_SYNTAX_PARSER_H

#include "syntax/inner.h"

typedef struct dtn_syn_slot {
    uint64_t hash;
    uint32_t row; /* 0: empty */
} dtn_syn_slot;

struct dtn_syntax {
    dtn_arena arena;
    dtn_syn_weights weights;
    const dtn_syn_kernel *kernel;
    dtn_syn_memory *memory;
    dtn_syn_slot *slots;
    size_t n_slot; /* a power of 2 */
    uint32_t n_known, n_tag, n_relation, n_rule, root;
    uint8_t *tag_upos, *tag_xpos; /* [n_tag] */
    const char *upos[256], *xpos[256], *relations[DTN_SYN_RELATIONS];
    dtn_syn_rule *rules;
    char hash[33];
};

#endif
