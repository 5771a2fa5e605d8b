/* What a text advises in irony: "By all means, let us bomb another village".
 *
 * Only where the signs are strong. An act that harms and, in the same sentence, "by all means", a reason that "surely" holds,
 * "until the last shop goes bankrupt"; an act that nobody advises in earnest, done to people or their homes once more;
 * "more of the same". Sentences that begin with "let us" and stand beside such a one go with it, unless they turn ("or",
 * "instead"). By the order of words, since trees hang such clauses anywhere.
 */
#include "read/inner.h"

#include <string.h>

#define MAX_AHEAD 8 /* words before "let us" */
#define MAX_DONE 8  /* words from an act to whom it is done to */
#define MAX_RUIN 12 /* words from "until the last" to what befalls it */

static bool is_form_of(const dtn_sentence *s, uint32_t i, const char *const *forms)
{
    for (; i < s->n && *forms; forms++)
        if (dtn_tree_is_form(s, i, *forms))
            return true;
    return false;
}

/* Words of three in a row, wherever they stand before `end`: where the last of them stands; DTN_NO_WORD. */
static uint32_t row_before(const dtn_sentence *s, uint32_t end, const char *a, const char *b,
                           const char *c)
{
    for (uint32_t i = 0; i + 2 < s->n && i + 2 < end; i++)
        if (dtn_tree_is_form(s, i, a) && dtn_tree_is_form(s, i + 1, b) &&
            dtn_tree_is_form(s, i + 2, c))
            return i + 2;
    return DTN_NO_WORD;
}

/* "[So, by all means,] let us": where "let" stands, before which there is no verb; DTN_NO_WORD: none. */
static uint32_t let_us(const dtn_sentence *s)
{
    for (uint32_t i = 0; i + 2 < s->n && i <= MAX_AHEAD; i++) {
        if (dtn_tree_is_form(s, i, "let"))
            return dtn_tree_is_form(s, i + 1, "us") ? i : (uint32_t)DTN_NO_WORD;
        if (s->words[i].tag == DTN_TAG_PRON ||
            (s->words[i].tag == DTN_TAG_VERB && !dtn_tree_is_form(s, i, "means")))
            return DTN_NO_WORD;
    }
    return DTN_NO_WORD;
}

/* "Keep the gates [shut]". */
static bool keeps_shut(const dtn_sentence *s, uint32_t verb)
{
    static const char *const shut[] = {"shut", "closed", "sealed", "hungry", "waiting", NULL};
    if (!dtn_word_is(&s->words[verb], "keep") && !dtn_word_is(&s->words[verb], "leave"))
        return false;
    for (uint32_t i = verb + 1; i < s->n && i <= verb + MAX_DONE; i++)
        if (is_form_of(s, i, shut))
            return true;
    return false;
}

/* Words such as "expel" are verbs here whatever the tree takes them for. */
static bool is_of(const dtn_rules *rules, dtn_lexicon_ref ref, const dtn_word *w)
{
    return dtn_lexicon_get(rules, ref, w) != NULL;
}

/* "Bomb [another village]", "starve the other half": done to people, once more. */
static bool is_harsh(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                     uint32_t verb)
{
    static const char *const more[] = {"another", "second", "third", "fourth", "more",
                                       "again",   "other",  "few",   NULL};
    bool is_again = false, is_people = false;
    if (!is_of(rules, known->irony.harsh, &s->words[verb]))
        return false;
    for (uint32_t i = verb + 1; i < s->n && i <= verb + MAX_DONE; i++) {
        if (s->words[i].tag == DTN_TAG_PUNCT || s->words[i].tag == DTN_TAG_SCONJ)
            break;
        is_again |= is_form_of(s, i, more);
        is_people |= is_of(rules, known->irony.people, &s->words[i]);
    }
    return is_again && is_people;
}

/* "Until the last shop goes bankrupt". */
static bool is_until_ruin(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *s)
{
    const uint32_t last = row_before(s, s->n, "until", "the", "last");
    for (uint32_t i = last + 1; last != DTN_NO_WORD && i < s->n && i <= last + MAX_RUIN; i++)
        if (is_of(rules, known->irony.ruin, &s->words[i]))
            return true;
    return false;
}

/* ", since hunger will [surely] teach them". */
static bool is_surely_reasoned(const dtn_sentence *s, uint32_t verb)
{
    static const char *const reason[] = {"since", "because", "for", "as", NULL};
    static const char *const sure[] = {"surely",    "doubtless", "obviously", "clearly",
                                       "naturally", "evidently", NULL};
    bool is_reason = false;
    for (uint32_t i = verb + 1; i < s->n; i++) {
        is_reason |= is_form_of(s, i, reason) && s->words[i - 1].tag == DTN_TAG_PUNCT;
        if (is_reason && is_form_of(s, i, sure))
            return true;
    }
    return false;
}

/* An act of the sentence that is meant for its opposite. */
static bool is_ironic_act(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *s, uint32_t verb)
{
    if (is_harsh(rules, known, s, verb))
        return true;
    if (!is_of(rules, known->irony.harm, &s->words[verb]) &&
        !is_of(rules, known->irony.harsh, &s->words[verb]) && !keeps_shut(s, verb))
        return false;
    return row_before(s, verb, "by", "all", "means") != DTN_NO_WORD ||
           is_surely_reasoned(s, verb) || is_until_ruin(rules, known, s);
}

static bool has_signs(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s)
{
    const uint32_t let = let_us(s);
    if (let == DTN_NO_WORD)
        return false;
    uint32_t n = 0;
    const bool is_same = row_before(s, s->n, "of", "the", "same") != DTN_NO_WORD;
    for (uint32_t i = let + 2; i < s->n && n < 3; i++) {
        if (is_same && dtn_tree_is_form(s, i, "more") && dtn_tree_is_form(s, i + 1, "of"))
            return true;
        if (i > let + 2 && s->words[i].tag == DTN_TAG_PUNCT)
            n++;
        if ((i == let + 2 || strcmp(s->words[i].xtag, "VB") == 0) &&
            is_ironic_act(rules, known, s, i))
            return true;
    }
    return false;
}

/* "Or let us talk instead": no more irony. */
static bool turns(const dtn_sentence *s)
{
    static const char *const words[] = {"or",     "but", "instead", "rather",
                                        "better", "no",  "now",     NULL};
    for (uint32_t i = 0; i < s->n; i++)
        if (is_form_of(s, i, words) && (i == 0 || dtn_tree_is_form(s, i, "instead")))
            return true;
    return false;
}

bool dtn_read_is_ironic(const dtn_rules *rules, const dtn_words_known *known, const dtn_parsed *doc,
                        uint32_t sentence)
{
    const dtn_sentence *s = &doc->sentences[sentence];
    if (let_us(s) == DTN_NO_WORD)
        return false;
    if (has_signs(rules, known, s))
        return true;
    for (uint32_t i = sentence;
         !doc->sentences[i].begins_paragraph && i > 0 &&
         let_us(&doc->sentences[i - 1]) != DTN_NO_WORD && !turns(&doc->sentences[i]);
         i--)
        if (has_signs(rules, known, &doc->sentences[i - 1]))
            return true;
    return false;
}

bool dtn_read_is_absurd(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                        uint32_t act)
{
    return is_harsh(rules, known, s, act) ||
           (is_ironic_act(rules, known, s, act) &&
            row_before(s, act, "by", "all", "means") != DTN_NO_WORD);
}
