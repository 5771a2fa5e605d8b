/* What becomes of what was meant to be: "They have failed", "It was not met", "That did not happen", "They did".
 *
 * By word order: a verb or adjective of the lexicon, or no more than an auxiliary, right behind a word that takes up who
 * tried or the aim, and nothing behind it that says in what else ("failed to reach the coast").
 */
#include "read/inner.h"

#include <string.h>

#define MAX_LEAD 6   /* words before the one that takes up: "In this respect," */
#define MAX_BEHIND 6 /* words behind the verb: "in every one of the provinces" */
#define MAX_GROUP 5  /* auxiliaries and adverbs before the verb */

static bool is_mark(const dtn_sentence *s, uint32_t i) { return s->words[i].tag == DTN_TAG_PUNCT; }

static bool is_one_of(const dtn_sentence *s, uint32_t i, const char *const *forms)
{
    for (; *forms; forms++)
        if (dtn_tree_is_form(s, i, *forms))
            return true;
    return false;
}

static bool is_no(const dtn_sentence *s, uint32_t i)
{
    static const char *const words[] = {"not", "n't", "never", "hardly", "scarcely", "no", NULL};
    return is_one_of(s, i, words);
}

static bool is_helper(const dtn_sentence *s, uint32_t i)
{
    static const char *const words[] = {"have", "has", "had",   "did",   "do",     "does", "was",
                                        "were", "is",  "are",   "be",    "been",   "will", "would",
                                        "'ve",  "can", "could", "prove", "proved", NULL};
    return is_one_of(s, i, words);
}

/* "They", "that", "the attempt", "the campaign"; "the raids", the subject of the sentence before. */
static bool takes_up(const dtn_rules *rules, const dtn_words_known *known,
                     const dtn_sentence *before, const dtn_sentence *s, uint32_t i)
{
    static const char *const words[] = {"they", "this", "that", "it", "these", "those", NULL};
    const dtn_word *w = &s->words[i];
    if (w->tag == DTN_TAG_PRON || w->tag == DTN_TAG_DET)
        return is_one_of(s, i, words);
    if (w->tag != DTN_TAG_NOUN)
        return false;
    if (dtn_lexicon_get(rules, known->answer.attempt, w))
        return true;
    for (uint32_t k = 0; k < before->n; k++)
        if (dtn_word_hangs(&before->words[k], "nsubj") &&
            strcmp(before->words[k].lemma, w->lemma) == 0)
            return true;
    return dtn_lexicon_get(rules, known->negate.claim, w) != NULL;
}

/* Does nothing behind the verb say in what it failed, but "to do so", "in this", "in the hills"? */
static bool is_whole(const dtn_sentence *s, uint32_t begin)
{
    static const char *const same[] = {"so", "it", "that", "this", NULL};
    uint32_t i = begin;
    if (dtn_tree_is_form(s, i, "to") &&
        !(dtn_tree_is_form(s, i + 1, "do") && is_one_of(s, i + 2, same)))
        return false;
    bool has_preposition = false;
    for (uint32_t n = 0; i < s->n && !is_mark(s, i); i++, n++) {
        has_preposition |= s->words[i].tag == DTN_TAG_ADP;
        if (n == MAX_BEHIND || (dtn_tree_is_name(&s->words[i]) && !has_preposition))
            return false;
    }
    return true;
}

/* What a verb or adjective at `i` says of an aim, its denials counted; 0: nothing. */
static int outcome_at(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                      uint32_t i, uint32_t *begin)
{
    uint32_t n = 0;
    const dtn_entry *fails = dtn_lexicon_match(rules, known->negate.fails, s->words, s->n, i, &n);
    const dtn_entry *entry =
        fails ? fails : dtn_lexicon_match(rules, known->negate.works, s->words, s->n, i, &n);
    if (!entry || !is_whole(s, i + n))
        return 0;
    bool is_denied = false, has_be = false;
    uint32_t at = i;
    for (uint32_t k = 0; at > 0 && k < MAX_GROUP; k++, at--) {
        if (!is_helper(s, at - 1) && !is_no(s, at - 1) && s->words[at - 1].tag != DTN_TAG_ADV)
            break;
        is_denied |= is_no(s, at - 1);
        has_be |= dtn_word_is(&s->words[at - 1], "be") || dtn_word_is(&s->words[at - 1], "prove");
    }
    if (entry->value > 0 && !has_be)
        return 0;
    *begin = at;
    return (fails == NULL) == is_denied ? -1 : 1;
}

/* "They did not", "It has": no more than an auxiliary. */
static int short_answer(const dtn_sentence *s, uint32_t begin)
{
    bool is_denied = false, has_helper = false;
    for (uint32_t i = begin; i < s->n && !is_mark(s, i); i++) {
        is_denied |= is_no(s, i);
        has_helper |= is_helper(s, i);
        if (!is_helper(s, i) && !is_no(s, i) && s->words[i].tag != DTN_TAG_ADV)
            return 0;
    }
    return !has_helper ? 0 : is_denied ? -1 : 1;
}

int dtn_read_outcome(const dtn_rules *rules, const dtn_words_known *known, const dtn_parsed *doc,
                     uint32_t sentence)
{
    if (sentence + 1 >= doc->n || doc->sentences[sentence + 1].begins_paragraph)
        return 0;
    const dtn_sentence *before = &doc->sentences[sentence], *s = &doc->sentences[sentence + 1];
    for (uint32_t i = 0; i < s->n && i < MAX_LEAD; i++)
        if (takes_up(rules, known, before, s, i)) {
            const int answer = short_answer(s, i + 1);
            if (answer)
                return answer;
        }
    for (uint32_t i = 1; i < s->n && i < MAX_LEAD + MAX_GROUP; i++) {
        uint32_t begin = i;
        const int outcome = outcome_at(rules, known, s, i, &begin);
        if (outcome && begin > 0 && begin <= MAX_LEAD &&
            takes_up(rules, known, before, s, begin - 1))
            return outcome;
    }
    return 0;
}

int dtn_read_own_outcome(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_sentence *s, const dtn_claim *claim)
{
    static const char *const words[] = {"they", "this", "that",  "it", "and",
                                        "but",  "yet",  "these", NULL};
    if (claim->cause_sentence != claim->sentence || claim->cause >= s->n)
        return 0;
    for (uint32_t i = claim->effect + 1; i < s->n; i++) {
        uint32_t begin = i;
        const int outcome = outcome_at(rules, known, s, i, &begin);
        if (!outcome || begin == 0 || begin <= claim->effect)
            continue;
        const bool is_joined = is_one_of(s, begin - 1, words) || is_mark(s, begin - 1);
        if (is_joined || begin - 1 == claim->cause || dtn_tree_child(s, i, "nsubj") == claim->cause)
            return outcome;
    }
    return 0;
}
