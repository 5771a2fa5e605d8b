/** Syntax: parts of speech, lemmas and dependency trees of tokenised sentences.
 *
 *  A small neural network with integer weights, read from one file (reader/weights/syntax.bin,
 *  made by `make train-parser` from Universal Dependencies English; docs/parser.md). Threads share a
 *  parser. The same words give the same trees on every machine.
 */
#ifndef DTN_SYNTAX_SYNTAX_H
#define DTN_SYNTAX_SYNTAX_H

#include "base/arena.h"
#include "detente/diag.h"
#include "detente/status.h"

#include <stddef.h>
#include <stdint.h>

#define DTN_SYNTAX_MAX_WORDS 200 /* of a sentence; as DTN_TEXT_MAX_TOKENS */

typedef struct dtn_syntax dtn_syntax;

/** One word. Only `form` is read, the rest is set. */
typedef struct dtn_syntax_word {
    const char *form;        /* in, NUL-terminated UTF-8 */
    char *lemma;             /* arena; as in UD: names keep their capitals */
    const char *upos, *xpos; /* parser's: universal ("NOUN") and Penn Treebank ("NNS") */
    uint32_t head;           /* from 1; 0 for the root */
    const char *relation;    /* parser's: UD with subtype ("nsubj:pass") */
} dtn_syntax_word;

/** Errors: DTN_E_IO (701), DTN_E_INPUT with 910 (not such a file, or damaged) or 911 (of another
 *  version), DTN_E_MEMORY. *out: free with dtn_syntax_delete. */
dtn_status dtn_syntax_read(const char *path, dtn_syntax **out, dtn_diags *diags);
void dtn_syntax_delete(dtn_syntax *syntax);
/** XXH3-128 of the file in hex. Borrowed. */
const char *dtn_syntax_hash(const dtn_syntax *syntax);

typedef struct dtn_syntax_sentence {
    dtn_syntax_word *words;
    uint32_t n; /* 1 to DTN_SYNTAX_MAX_WORDS */
} dtn_syntax_sentence;

/** Tag, lemmatise and parse sentences: each as if it stood alone, but sooner, as some are worked on at once. Always
 *  gives a tree with one root. Texts live as long as parser and arena. */
void dtn_syntax_parse_all(const dtn_syntax *syntax, const dtn_syntax_sentence *sentences, size_t n,
                          dtn_arena *arena);
/** One sentence of n words, 1 <= n <= DTN_SYNTAX_MAX_WORDS. */
void dtn_syntax_parse(const dtn_syntax *syntax, dtn_syntax_word *words, uint32_t n,
                      dtn_arena *arena);

#endif
