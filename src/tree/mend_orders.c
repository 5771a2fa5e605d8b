/* Orders whose verb the parser takes for a noun or adjective: "Halt deportations", "Free the prisoners", of items of
 * lists ("The government should: ...") and of sentences that begin with what is tagged as an infinitive.
 *
 * The first word becomes the root, and what it was taken to modify its object. A list names things too ("Border
 * closures"), so a word that is no infinitive by its tag must be one of advice.tsv's class "order".
 */
#include "tree/inner.h"

#include <string.h>

static bool is_between(const dtn_word *w)
{
    return w->tag == DTN_TAG_ADV || w->tag == DTN_TAG_PUNCT || w->tag == DTN_TAG_INTJ;
}

/* The words from the first one on that may be the verb's phrase: no preposition or verb may follow it. */
static bool begins_object(const dtn_word *w)
{
    return w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN || w->tag == DTN_TAG_ADJ ||
           w->tag == DTN_TAG_DET || w->tag == DTN_TAG_NUM || strcmp(w->xtag, "PRP$") == 0;
}

/* "Open Northport for good", "Shut every crossing": no verb but this one stands in the sentence, and what it may be done to
 * follows with an article or is a name; "Close ties bind them" and "Open wounds" are none. */
static bool is_whole_order(const dtn_rules *rules, const dtn_mend_words *known,
                           const dtn_sentence *s, uint32_t verb)
{
    const dtn_word *next = &s->words[verb + 1];
    dtn_word as_verb = s->words[verb];
    as_verb.tag = DTN_TAG_VERB;
    if (strcmp(s->words[s->n - 1].form, ".") != 0 ||
        (next->tag != DTN_TAG_DET && next->tag != DTN_TAG_PROPN && next->tag != DTN_TAG_NUM &&
         strcmp(next->xtag, "PRP$") != 0) ||
        !dtn_lexicon_get(rules, known->advice.order_whole, &as_verb))
        return false;
    for (uint32_t i = verb + 1; i < s->n; i++)
        if (strcmp(s->words[i].xtag, "VBZ") == 0 || strcmp(s->words[i].xtag, "VBP") == 0 ||
            strcmp(s->words[i].xtag, "VBD") == 0 || strcmp(s->words[i].xtag, "MD") == 0)
            return false;
    return true;
}

static bool is_order(const dtn_rules *rules, const dtn_mend_words *known, const dtn_sentence *s,
                     uint32_t verb)
{
    const dtn_word *w = &s->words[verb];
    dtn_word as_verb = *w;
    if (w->head != DTN_NO_WORD && w->head > verb && s->words[w->head].head == DTN_NO_WORD &&
        is_whole_order(rules, known, s, verb))
        return true;
    if (w->head == DTN_NO_WORD || w->head < verb || s->words[w->head].head != DTN_NO_WORD ||
        (s->words[w->head].tag != DTN_TAG_NOUN && s->words[w->head].tag != DTN_TAG_PROPN) ||
        !begins_object(&s->words[verb + 1]))
        return false;
    if (strcmp(w->xtag, "VB") == 0)
        return dtn_word_hangs(w, "compound") || dtn_word_hangs(w, "amod");
    as_verb.tag = DTN_TAG_VERB;
    return s->is_item && dtn_lexicon_get(rules, known->advice.order, &as_verb) != NULL;
}

void dtn_mend_orders(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    uint32_t verb = 0;
    while (verb < s->n && is_between(&s->words[verb]))
        verb++;
    if (verb + 1 >= s->n || (s->is_heading && !s->is_item))
        return;
    if (s->words[verb].head == DTN_NO_WORD && strcmp(s->words[verb].xtag, "VB") != 0 &&
        is_whole_order(rules, known, s, verb)) {
        const uint32_t dep = dtn_tree_child_now(s, verb, "det");
        s->words[verb].tag = DTN_TAG_VERB;
        s->words[verb].xtag = "VB";
        if (dep == verb + 1) /* "[Empty] the camps", the article hung on the verb */
            for (uint32_t i = verb + 2; i < s->n; i++)
                if (dtn_tree_is_name(&s->words[i])) {
                    dtn_word_hang(s, i, verb, "obj");
                    dtn_word_hang(s, dep, i, "det");
                    break;
                }
        dtn_rules_prepare(rules, s->words, s->n);
        return;
    }
    if (!is_order(rules, known, s, verb))
        return;
    const uint32_t object = s->words[verb].head;
    s->words[verb].tag = DTN_TAG_VERB;
    s->words[verb].xtag = "VB";
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    dtn_word_hang(s, object, verb, "obj");
    for (uint32_t i = 0; i < s->n; i++) {
        const bool is_beside = i < verb || s->words[i].tag == DTN_TAG_PUNCT ||
                               (i > object && strcmp(s->words[i].xtag, "VB") == 0);
        if (is_beside && s->words[i].head == object)
            s->words[i].head = verb;
    }
    dtn_rules_prepare(rules, s->words, s->n);
}
