/** Dependency trees of sentences: questions to them, and mends where the order of words leaves no doubt and the
 *  parser's tree says something else. */
#ifndef DTN_TREE_TREE_H
#define DTN_TREE_TREE_H

#include "rules/rules.h"

typedef struct dtn_sentence {
    dtn_word *words; /* prepared */
    uint32_t n;
    uint32_t begin, end; /* bytes of the document */
    bool begins_paragraph, is_heading, is_item;
} dtn_sentence;

/** The lexicons that mends ask, looked up once; those of the reader (reader/lexicons). */
typedef struct dtn_mend_words {
    dtn_lexicon_ref cause, report, shut, valence;
    struct {
        dtn_lexicon_ref verb, verb_event;
    } direction;
    struct {
        dtn_lexicon_ref modal;
    } hedge, predict;
    struct {
        dtn_lexicon_ref modal, order, order_whole;
    } advice;
    struct {
        dtn_lexicon_ref noun, takes, verb, made;
    } aim;
} dtn_mend_words;
void dtn_mend_lexicons(const dtn_rules *rules, dtn_mend_words *out);

/** All mends, in the order in which they build on each other. */
void dtn_mend(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);

bool dtn_tree_is_under(const dtn_sentence *sentence, uint32_t word, uint32_t ancestor);
bool dtn_word_is(const dtn_word *word, const char *lemma);
bool dtn_word_hangs(const dtn_word *word, const char *relation); /* base relation, subtype free */
/** Is word i, if there is one, written so (in any case); has it that tag of the treebank? */
bool dtn_tree_is_form(const dtn_sentence *s, uint32_t i, const char *form);
bool dtn_tree_is_xtag(const dtn_sentence *s, uint32_t i, const char *xtag);
/** The first child of `head` by that relation; DTN_NO_WORD: none. */
uint32_t dtn_tree_child(const dtn_sentence *s, uint32_t head, const char *relation);
/** The same among words [begin, end), by the words' heads: also in a tree that is being mended. */
uint32_t dtn_tree_child_in(const dtn_sentence *s, uint32_t head, const char *relation,
                           uint32_t begin, uint32_t end);
/** The first word that hangs on `head` by a relation as heads stand now, and whether there is one: for mends, which move
 *  heads before dtn_rules_prepare ties children to them anew; dtn_tree_child follows the ties. DTN_NO_WORD: none. */
uint32_t dtn_tree_child_now(const dtn_sentence *s, uint32_t head, const char *relation);
bool dtn_tree_has_now(const dtn_sentence *s, uint32_t head, const char *relation);
/** A noun or a proper name; nominal: a pronoun as well. */
bool dtn_tree_is_name(const dtn_word *word);
bool dtn_tree_is_nominal(const dtn_word *word);
/** Hang a word of a tree that is mended on another one; dtn_rules_prepare when all is done. */
static inline void dtn_word_hang(dtn_sentence *s, uint32_t word, uint32_t head,
                                 const char *relation)
{
    s->words[word].head = head;
    s->words[word].relation = relation;
}

#endif
