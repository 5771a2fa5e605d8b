/* Questions to words and their heads. */
#include "tree/tree.h"

#include <string.h>
#include <strings.h>

bool dtn_word_is(const dtn_word *word, const char *lemma)
{
    return strcmp(word->lemma, lemma) == 0;
}

bool dtn_word_hangs(const dtn_word *word, const char *relation)
{
    return dtn_relation_is(word->relation, relation);
}

bool dtn_tree_is_form(const dtn_sentence *s, uint32_t i, const char *form)
{
    /* most words differ in their first letter, for which bit 5 is its case */
    return i < s->n && (s->words[i].form[0] | 0x20) == (form[0] | 0x20) &&
           strcasecmp(s->words[i].form, form) == 0;
}

bool dtn_tree_is_xtag(const dtn_sentence *s, uint32_t i, const char *xtag)
{
    return i < s->n && strcmp(s->words[i].xtag, xtag) == 0;
}

uint32_t dtn_tree_child(const dtn_sentence *s, uint32_t head, const char *relation)
{
    for (uint32_t c = s->words[head].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], relation))
            return c;
    return DTN_NO_WORD;
}

uint32_t dtn_tree_child_in(const dtn_sentence *s, uint32_t head, const char *relation,
                           uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end && i < s->n; i++)
        if (s->words[i].head == head && dtn_word_hangs(&s->words[i], relation))
            return i;
    return DTN_NO_WORD;
}

uint32_t dtn_tree_child_now(const dtn_sentence *s, uint32_t head, const char *relation)
{
    return dtn_tree_child_in(s, head, relation, 0, s->n);
}

bool dtn_tree_has_now(const dtn_sentence *s, uint32_t head, const char *relation)
{
    return dtn_tree_child_now(s, head, relation) != DTN_NO_WORD;
}

bool dtn_tree_is_name(const dtn_word *word)
{
    return word->tag == DTN_TAG_NOUN || word->tag == DTN_TAG_PROPN;
}

bool dtn_tree_is_nominal(const dtn_word *word)
{
    return dtn_tree_is_name(word) || word->tag == DTN_TAG_PRON;
}

bool dtn_tree_is_under(const dtn_sentence *sentence, uint32_t word, uint32_t ancestor)
{
    for (; word != DTN_NO_WORD; word = sentence->words[word].head)
        if (word == ancestor)
            return true;
    return false;
}
