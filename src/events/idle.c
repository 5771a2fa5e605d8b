/* What names violence and tells of none: who commands operations, who fought side by side, what a proposal lists,
 * what somebody would only learn of, orders under a condition, questions that expect "none".
 *
 * By the order of words where trees of such sentences differ. Offices stand in reader/modality.tsv (office). Not done: what
 * is meant as a joke, and proposals whose steps are sentences of their own.
 */
#include "events/inner.h"

#include <string.h>

typedef dtn_event_finder finder;

#define BESIDE 6 /* words from "fought" to "side by side" */

/* "[The directors] of military operations", "the ministry for war": who has to do with such things, none of which is told. */
bool dtn_event_is_of_office(const finder *f, uint32_t noun)
{
    const dtn_word *w = f->words;
    uint32_t i = noun;
    for (int steps = 0; steps < DTN_EVENT_STEPS; steps++) {
        if ((w[i].tag != DTN_TAG_NOUN && w[i].tag != DTN_TAG_PROPN) ||
            dtn_child(w, i, "det|nmod:poss|nummod|acl") != DTN_NO_WORD || w[i].head == DTN_NO_WORD)
            return false;
        if (dtn_is_rel(&w[i], "nmod") && dtn_event_has_marker(f, i, "of|for"))
            return dtn_event_is_word_of(f, "office", w[w[i].head].lemma) ||
                   strcmp(w[w[i].head].lemma, "cessation") == 0; /* which is an event itself */
        if (!dtn_is_rel(&w[i], "conj") && !dtn_is_rel(&w[i], "compound"))
            return false;
        i = w[i].head;
    }
    return false;
}

/* "They fought side by side": not with each other. */
bool dtn_event_is_side_by_side(const finder *f, uint32_t verb)
{
    const dtn_word *w = f->words;
    if (!dtn_one_of(w[verb].lemma, "fight|battle|engage|march|rally|strike"))
        return false;
    for (uint32_t i = verb + 1; i + 2 < f->n && i <= verb + BESIDE; i++)
        if (dtn_one_of(w[i].form, "side|shoulder|arm|back") &&
            dtn_one_of(w[i + 1].form, "by|to|in") && strcmp(w[i].form, w[i + 2].form) == 0)
            return true;
    return false;
}

/* "Learns of an operation only from the press": as often as there is one. */
static bool is_only_learnt_of(const finder *f, uint32_t noun)
{
    const dtn_word *w = f->words;
    const uint32_t verb = w[noun].head, det = dtn_child(w, noun, "det");
    return verb != DTN_NO_WORD && dtn_one_of(w[verb].lemma, "learn|hear|know|read|warn|inform") &&
           dtn_one_of(w[verb].xtag, "VBZ|VBP") && dtn_event_has_marker(f, noun, "of|about") &&
           (det == DTN_NO_WORD || dtn_one_of(w[det].lemma, "a|an|any|every|each")) &&
           (det != DTN_NO_WORD || strcmp(w[noun].xtag, "NNS") == 0);
}

/* "Strike only when there is evidence", "attack only if attacked": an order, whatever the tagger makes of its verb. */
static bool is_order_under_condition(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    uint32_t first = 0, k = i + 1;
    while (first < i && (w[first].tag == DTN_TAG_PUNCT || w[first].tag == DTN_TAG_NUM ||
                         dtn_one_of(w[first].lemma, "please|so|then|and")))
        first++;
    while (k < f->n && k < i + 5 && !dtn_one_of(w[k].lemma, "only|solely|never"))
        k++;
    if (first != i || k + 1 >= f->n || !dtn_one_of(w[k].lemma, "only|solely|never") ||
        !dtn_one_of(w[i].xtag, "VB|VBP|NN|NNP"))
        return false;
    return strcmp(w[k].lemma, "never") == 0 ||
           dtn_one_of(w[k + 1].lemma, "when|if|where|after|on|upon|once|with|in|as|against|at");
}

/* "With which rifle had they fired?", "what village had they attacked?": what the one who asks says they had not. */
static bool is_asked_which(const finder *f, uint32_t trigger)
{
    const dtn_word *w = f->words;
    uint32_t end = f->n, first = 0;
    while (end > 0 && w[end - 1].tag == DTN_TAG_PUNCT && strcmp(w[end - 1].form, "?") != 0)
        end--;
    while (first + 2 < end && w[first].tag == DTN_TAG_PUNCT)
        first++;
    if (end == 0 || strcmp(w[end - 1].form, "?") != 0)
        return false;
    if (w[first].tag == DTN_TAG_ADP)
        first++;
    return first + 2 < trigger && dtn_one_of(w[first].lemma, "which|what") &&
           (w[first + 1].tag == DTN_TAG_NOUN || w[first + 1].tag == DTN_TAG_ADJ) &&
           w[trigger].tag == DTN_TAG_VERB && dtn_child(w, trigger, "aux") != DTN_NO_WORD;
}

/* "We propose a sequence: (a) the army withdraws; (b) ...", "the plan has three steps: first ...": of what stands before
 * the colon, nothing that stands behind has happened. */
static bool is_step(const finder *f, uint32_t trigger)
{
    static const char asking[] =
        "propose|suggest|recommend|advise|envisage|envision|foresee|plan|offer|proposal|suggestion|"
        "recommendation|sequence|step|roadmap|road-map|blueprint|scheme|package|agenda|stage|phase";
    const dtn_word *w = f->words;
    uint32_t colon = 0;
    while (colon < trigger && strcmp(w[colon].form, ":") != 0)
        colon++;
    if (colon == trigger || (w[trigger].tag == DTN_TAG_VERB && dtn_one_of(w[trigger].xtag, "VBD") &&
                             dtn_child(w, trigger, "nsubj") != DTN_NO_WORD))
        return false;
    for (uint32_t i = 0; i < colon; i++)
        if (dtn_one_of(w[i].lemma, asking) &&
            (w[i].tag == DTN_TAG_VERB || w[i].tag == DTN_TAG_NOUN))
            return true;
    return false;
}

bool dtn_event_is_only_named(const finder *f, uint32_t trigger)
{
    const bool is_noun = f->words[trigger].tag != DTN_TAG_VERB;
    return (is_noun && is_only_learnt_of(f, trigger)) || is_order_under_condition(f, trigger) ||
           is_asked_which(f, trigger) || is_step(f, trigger);
}
