/** Treebanks in CoNLL-U, as the trainer sees them. */
#ifndef DTN_TOOLS_TREEBANK_H
#define DTN_TOOLS_TREEBANK_H

#include "base/arena.h"
#include "base/text.h"
#include "syntax/inner.h"

typedef struct tree_word {
    const char *form, *lemma;
    uint8_t tag, upos, xpos, relation; /* tag: class of the tagger, a pair of upos and xpos */
    uint16_t head;                     /* from 1; 0: root */
    uint32_t row;                      /* of the words' table; 0: not in the vocabulary */
    uint32_t vector;                   /* row of the table of vectors; 0: none */
    dtn_syn_features features;
} tree_word;

typedef struct tree_sentence {
    tree_word *words;
    uint32_t n;
    uint32_t id; /* of its place in training */
} tree_sentence;

typedef struct name_list {
    const char **items;
    size_t n, cap;
} name_list;

/** Names are shared by all files of a bank. In a frozen one names that were not there before are
 *  TREE_UNKNOWN: the network's classes are those of training, whatever else is read to score it. */
#define TREE_UNKNOWN 255
typedef struct treebank {
    dtn_arena arena;
    bool is_frozen;
    name_list upos, xpos, relations;
    uint8_t tag_upos[DTN_SYN_TAGS], tag_xpos[DTN_SYN_TAGS];
    size_t n_tag;
    uint64_t *vocabulary; /* [n_word] hashes; row 0 stands for all others */
    uint32_t *count;      /* [n_word] in training */
    size_t n_word;
    dtn_map rows;
} treebank;

typedef struct tree_list {
    tree_sentence *items;
    size_t n, cap;
} tree_list;

void treebank_init(treebank *bank);
void treebank_free(treebank *bank);
/** Append a file's sentences of at most DTN_SYNTAX_MAX_WORDS words. False with a message on
 *  stderr if it cannot be read or has more names than the network has room for. */
bool treebank_read(treebank *bank, const char *path, tree_list *out);
/** Words seen at least `least` times in `train` become rows; then rows of `train` are set. */
void treebank_count(treebank *bank, const tree_list *train, uint32_t least);
void treebank_rows(const treebank *bank, tree_list *list);

#endif
