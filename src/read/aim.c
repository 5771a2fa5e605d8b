/* Aims: which of the infinitives and clauses that rules take for purposes are some.
 *
 * An infinitive is the aim of an act ("closed the road to protect the village"), of what is made for it ("a
 * commission to investigate"), or what something is meant for ("measures designed to curb"). It is none where
 * it completes a verb ("urged them to leave"), a noun ("time to leave") or an adjective ("hard to find"), nor
 * where it has a subject of its own. A bare "for" tells a use, a time or a price far more often than an aim.
 */
#include "read/inner.h"

#include <string.h>

#define MAX_SUBJECT 7 /* words from "for" to the verb */

/* "In order to", "so as to": words that only aims have, before the verb. */
static bool is_in_order(const dtn_sentence *s, uint32_t verb)
{
    for (uint32_t i = verb > 4 ? verb - 4 : 0; i + 1 < verb; i++)
        if (dtn_word_is(&s->words[i + 1], "to") &&
            (dtn_word_is(&s->words[i], "order") || dtn_word_is(&s->words[i], "as")))
            return true;
    return false;
}

static bool is_infinitive(const dtn_sentence *s, uint32_t verb)
{
    if (strcmp(s->words[verb].xtag, "VB") != 0)
        return false;
    for (uint32_t i = verb > 3 ? verb - 3 : 0; i < verb; i++)
        if (dtn_word_is(&s->words[i], "to") && s->words[i].tag == DTN_TAG_PART)
            return true;
    return false;
}

static bool is_time(const dtn_sentence *s, uint32_t preposition)
{
    static const char *const words[] = {"minute", "hour", "day",    "night",  "week",
                                        "month",  "year", "decade", "moment", "while"};
    const uint32_t noun = s->words[preposition].head;
    for (size_t i = 0; noun < s->n && i < sizeof words / sizeof *words; i++)
        if (dtn_word_is(&s->words[noun], words[i]))
            return true;
    return false;
}

/* "The guns to fall silent", "for the police to retrain": somebody else's. */
static bool has_subject(const dtn_sentence *s, uint32_t verb)
{
    for (uint32_t c = s->words[verb].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "nsubj"))
            return true;
    for (uint32_t i = verb; i-- > 0 && i + MAX_SUBJECT > verb && s->words[i].tag != DTN_TAG_VERB;)
        if (dtn_word_is(&s->words[i], "for"))
            return !is_time(s, i); /* "queue for hours to buy bread" */
    return false;
}

/* Does the word that an infinitive hangs on take it as what it is about? */
static bool takes(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                  uint32_t head)
{
    const dtn_word *w = &s->words[head];
    if (w->tag == DTN_TAG_VERB || w->tag == DTN_TAG_AUX)
        return dtn_lexicon_get(rules, known->aim.takes, w) != NULL;
    if (w->tag == DTN_TAG_NOUN)
        return dtn_lexicon_get(rules, known->aim.noun, w) || dtn_word_hangs(w, "nsubj");
    return true; /* "hard to find" */
}

/* By word order, where the tree hangs the infinitive elsewhere: "[oblige] the town to", "[time] for us to",
 * "[reluctant] to", "[more likely to harden] than to", "[put pressure] on them to". */
static bool is_taken_before(const dtn_rules *rules, const dtn_words_known *known,
                            const dtn_sentence *s, uint32_t verb)
{
    uint32_t to = verb;
    while (to > 0 && !dtn_word_is(&s->words[to], "to"))
        to--;
    if (to > 0 && (s->words[to - 1].tag == DTN_TAG_ADJ || dtn_word_is(&s->words[to - 1], "than") ||
                   dtn_word_is(&s->words[to - 1], "only") || /* "returned only to find" */
                   dtn_lexicon_get(rules, known->negate.adjective, &s->words[to - 1])))
        return true;
    for (uint32_t i = to; i-- > 0;) {
        const dtn_word *w = &s->words[i];
        if (dtn_lexicon_get(rules, known->aim.noun, w) ||
            (dtn_lexicon_get(rules, known->aim.takes, w) &&
             (w->tag != DTN_TAG_NOUN || i + 1 == to)))
            return true;
        if (w->tag == DTN_TAG_VERB || w->tag == DTN_TAG_SCONJ)
            return false;
    }
    return false;
}

static bool is_joined_to(const dtn_sentence *s, uint32_t to)
{
    return to > 0 && dtn_tree_is_form(s, to, "to") &&
           (s->words[to - 1].tag == DTN_TAG_CCONJ ||
            (to > 1 && s->words[to - 1].tag == DTN_TAG_PUNCT &&
             s->words[to - 2].tag == DTN_TAG_CCONJ));
}

/* "To suspend them, to honour the cards, and to allow ...", "to withdraw children and, in some cases, to send ...": one of a
 * row of infinitives, which are no aims of each other. */
static bool is_in_row(const dtn_sentence *s, uint32_t verb)
{
    const uint32_t head = s->words[verb].head;
    uint32_t to = verb;
    while (to > 0 && !dtn_tree_is_form(s, to, "to"))
        to--;
    if (to < 2 || head >= to || !is_infinitive(s, head))
        return false;
    if (is_joined_to(s, to))
        return true;
    if (s->words[to - 1].tag != DTN_TAG_PUNCT)
        return false;
    for (uint32_t i = to - 1; i-- > head + 1;) /* "and, in some cases, to" */
        if (s->words[i].tag == DTN_TAG_PUNCT)
            return s->words[i - 1].tag == DTN_TAG_CCONJ;
    for (uint32_t i = verb + 1; i < s->n; i++) /* the row goes on */
        if (is_joined_to(s, i))
            return true;
    return false;
}

bool dtn_read_is_aim(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                     const dtn_claim *claim)
{
    uint32_t verb = claim->effect;
    const uint32_t head = s->words[verb].head;
    if (is_in_order(s, verb))
        return true;
    if (head != DTN_NO_WORD && is_in_row(s, verb))
        return false;
    if (dtn_lexicon_get(rules, known->aim.verb, &s->words[claim->trigger]) ||
        (head != DTN_NO_WORD && dtn_lexicon_get(rules, known->aim.verb, &s->words[head])))
        return true;
    if (dtn_rule_property(claim->rule, "aim") || claim->is_meant)
        return true;
    if (dtn_word_is(&s->words[claim->trigger], "that"))
        return true; /* "so that" */
    if (!is_infinitive(s, verb) || head == DTN_NO_WORD || has_subject(s, verb) ||
        dtn_lexicon_get(rules, known->aim.idiom, &s->words[verb]))
        return false;
    const bool is_passive = dtn_word_hangs(&s->words[verb], "xcomp") &&
                            strcmp(s->words[head].xtag, "VBN") == 0; /* "was built to" */
    if (!dtn_word_hangs(&s->words[verb], "advcl") && !dtn_word_hangs(&s->words[verb], "acl") &&
        !(is_passive && !claim->weak))
        return false;
    return !takes(rules, known, s, head) && !is_taken_before(rules, known, s, verb);
}
