/* What is only asked (questions, too) or not to be believed: "whether raids help is unclear", "it would be naive to think that raids help".
 *
 * By word order, since trees hang such clauses anywhere: what denies or asks stands before the word, in its sentence and
 * in its clause or the one that leads to it, or closes the sentence ("the idea that raids help is a myth").
 */
#include "read/inner.h"

#include <string.h>

#define MAX_BACK 14   /* words from what a clause begins with to its verb */
#define MAX_FOLLY 5   /* words from "naive" to "think" */
#define MAX_NOBODY 12 /* words from "no" to "believe" */
#define MAX_AHEAD 8   /* words from "at no point" to its auxiliary */

/* A mark that parts clauses of which the one says nothing of the other. */
static bool is_parting(const dtn_sentence *s, uint32_t i)
{
    return (s->words[i].tag == DTN_TAG_PUNCT && strchr(";:", s->words[i].form[0])) ||
           dtn_tree_is_form(s, i, "but");
}

/* "Naive to think", "a mistake to assume": words before `think` up to the next verb that is not "be". */
static bool is_folly(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                     uint32_t think)
{
    if (think < 2 || !dtn_tree_is_form(s, think - 1, "to"))
        return false;
    for (uint32_t i = think - 1, k = 0; i-- > 0 && k < MAX_FOLLY; k++) {
        if (dtn_lexicon_get(rules, known->negate.folly, &s->words[i]))
            return i == 0 ||
                   !(dtn_tree_is_form(s, i - 1, "not") || dtn_tree_is_form(s, i - 1, "n't"));
        if (s->words[i].tag == DTN_TAG_VERB || is_parting(s, i))
            return false;
    }
    return false;
}

/* "[Who] has seen": the pronoun right before a verb of a relative clause. */
static uint32_t who_before(const dtn_sentence *s, uint32_t verb)
{
    for (uint32_t i = verb; i-- > 0 && i + 4 > verb;)
        if (dtn_tree_is_form(s, i, "who"))
            return i;
    return DTN_NO_WORD;
}

/* "Nobody should believe", "few analysts believe", "no one thinks": who is its subject? */
static bool is_nobodys(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                       uint32_t think)
{
    for (uint32_t i = think, k = 0; i-- > 0 && k < MAX_NOBODY; k++) {
        const dtn_word *w = &s->words[i];
        if (dtn_lexicon_get(rules, known->negate.nobody, w))
            return true;
        const uint32_t who = w->tag == DTN_TAG_VERB ? who_before(s, i) : (uint32_t)DTN_NO_WORD;
        if (who != DTN_NO_WORD) { /* "nobody who knows the coast can believe" */
            i = who;
            continue;
        }
        if (w->tag == DTN_TAG_VERB || w->tag == DTN_TAG_PUNCT || w->tag == DTN_TAG_SCONJ)
            return false;
    }
    return false;
}

/* "[Ignores] the record", "[collapses] under scrutiny", "does not [survive] a look at it": what becomes of a claim. */
static bool is_given_up(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                        uint32_t verb)
{
    uint32_t n = 0;
    const dtn_word *w = &s->words[verb];
    if (w->tag != DTN_TAG_VERB)
        return false;
    const bool falls =
        dtn_lexicon_match(rules, known->negate.falls, s->words, s->n, verb, &n) != NULL;
    if (!falls && !dtn_lexicon_match(rules, known->negate.stands, s->words, s->n, verb, &n))
        return false;
    bool is_denied = false;
    for (uint32_t i = verb; i-- > 0 && i + 4 > verb && s->words[i].tag != DTN_TAG_PUNCT;)
        is_denied |= dtn_lexicon_get(rules, known->negate.word, &s->words[i]) != NULL;
    return falls != is_denied;
}

/* "The idea that raids help [is a myth]": a noun of what is held before "that", and behind `word` what it is called. */
static bool is_called_wrong(const dtn_rules *rules, const dtn_words_known *known,
                            const dtn_sentence *s, uint32_t that, uint32_t word)
{
    if (that == 0 || !dtn_lexicon_get(rules, known->negate.claim, &s->words[that - 1]))
        return false;
    for (uint32_t i = word + 1; i + 1 < s->n && !is_parting(s, i); i++) {
        if (is_given_up(rules, known, s, i))
            return true;
        if (!dtn_word_is(&s->words[i], "be") && !dtn_word_is(&s->words[i], "remain") &&
            !dtn_word_is(&s->words[i], "prove") && !dtn_word_is(&s->words[i], "turn"))
            continue;
        for (uint32_t k = i + 1; k < s->n && k < i + MAX_FOLLY && !is_parting(s, k); k++)
            if (dtn_lexicon_get(rules, known->negate.wrong, &s->words[k]) ||
                dtn_lexicon_get(rules, known->negate.folly, &s->words[k]))
                return !dtn_tree_is_form(s, i + 1, "not") && !dtn_tree_is_form(s, i + 1, "no");
    }
    return false;
}

/* Words behind which what somebody holds is not so: "[those who claim it] have never seen one", "are wrong", "forget". */
static bool is_turned_down(const dtn_rules *rules, const dtn_words_known *known,
                           const dtn_sentence *s, uint32_t word)
{
    for (uint32_t i = word + 1; i < s->n && !is_parting(s, i); i++) {
        if (dtn_lexicon_get(rules, known->negate.wrong, &s->words[i]) ||
            dtn_tree_is_form(s, i, "never") || dtn_tree_is_form(s, i, "not") ||
            dtn_tree_is_form(s, i, "n't"))
            return true;
        if (dtn_tree_is_form(s, i, "should") || dtn_tree_is_form(s, i, "must"))
            return i + 1 < s->n && !dtn_word_is(&s->words[i + 1], "be");
        if (s->words[i].tag == DTN_TAG_VERB &&
            dtn_lexicon_get(rules, known->answer.misjudge, &s->words[i]))
            return true;
    }
    return false;
}

/* "Those who [claim] that", "anyone who [believes] that". */
static bool is_of_those(const dtn_sentence *s, uint32_t think)
{
    static const char *const words[] = {"those",    "people", "anyone",  "anybody",
                                        "everyone", "all",    "whoever", "somebody"};
    if (think < 2 || !dtn_tree_is_form(s, think - 1, "who"))
        return think > 0 && dtn_tree_is_form(s, think - 1, "whoever");
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (dtn_tree_is_form(s, think - 2, words[k]))
            return true;
    return false;
}

/* "I have never seen a raid that [helped]", "there has never been a raid that": nothing of the kind is known. */
static bool is_unheard_of(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *s, uint32_t that)
{
    bool has_verb = false;
    for (uint32_t i = that, k = 0; i-- > 0 && k < MAX_BACK; k++) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_PUNCT || (w->tag == DTN_TAG_SCONJ && i + 1 < that))
            return false;
        if (has_verb && dtn_lexicon_get(rules, known->negate.word, w))
            return true;
        if (w->tag != DTN_TAG_VERB && w->tag != DTN_TAG_AUX)
            continue;
        if (!has_verb && !dtn_lexicon_get(rules, known->answer.seen, w))
            return false;
        has_verb = true;
    }
    return false;
}

/* The noun before "that", "which", over no more than its own words: "a raid [that]". */
static bool is_relative(const dtn_sentence *s, uint32_t that, uint32_t word)
{
    return that > 1 && that < word &&
           (dtn_tree_is_form(s, that, "that") || dtn_tree_is_form(s, that, "which")) &&
           s->words[that - 1].tag == DTN_TAG_NOUN && s->words[that].xtag[0] == 'W';
}

bool dtn_read_is_disbelieved(const dtn_rules *rules, const dtn_words_known *known,
                             const dtn_sentence *s, uint32_t word)
{
    for (uint32_t i = word, k = 0; i-- > 0 && k < MAX_BACK && !is_parting(s, i); k++) {
        const dtn_entry *think = dtn_lexicon_get(rules, known->negate.think, &s->words[i]);
        if (think &&
            (is_folly(rules, known, s, i) || (think->value > 0 && is_nobodys(rules, known, s, i))))
            return true;
        if (dtn_tree_is_form(s, i, "that") && is_called_wrong(rules, known, s, i, word))
            return true;
        if (think && is_of_those(s, i) && is_turned_down(rules, known, s, word))
            return true;
        if (is_relative(s, i, word) && is_unheard_of(rules, known, s, i))
            return true;
    }
    return false;
}

static bool is_auxiliary(const dtn_sentence *s, uint32_t i)
{
    static const char *const words[] = {"have", "has",   "had",    "do",   "does",  "did",
                                        "is",   "are",   "was",    "were", "will",  "would",
                                        "can",  "could", "should", "may",  "might", "must"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (dtn_tree_is_form(s, i, words[k]))
            return true;
    return false;
}

/* Where the clause of a word begins, over what joins it to another. */
static uint32_t clause_begin(const dtn_sentence *s, uint32_t word)
{
    uint32_t i = word;
    while (i > 0 && s->words[i - 1].tag != DTN_TAG_PUNCT && !dtn_tree_is_form(s, i - 1, "that") &&
           !dtn_tree_is_form(s, i - 1, "but"))
        i--;
    while (i < word && s->words[i].tag == DTN_TAG_CCONJ && !dtn_tree_is_form(s, i, "neither") &&
           !dtn_tree_is_form(s, i, "nor"))
        i++;
    return i;
}

/* Is it the first verb behind `begin`, as of "none of the raids [reduced]", whatever the tree takes it for? */
static bool is_first_verb(const dtn_sentence *s, uint32_t begin, uint32_t word)
{
    for (uint32_t i = begin; i < word; i++)
        if (s->words[i].tag == DTN_TAG_VERB || s->words[i].xtag[0] == 'W' ||
            dtn_tree_is_form(s, i, "that"))
            return false;
    return true;
}

/* "Neither the raids [nor] the siege". */
static bool has_nor(const dtn_sentence *s, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end; i++)
        if (dtn_tree_is_form(s, i, "nor"))
            return true;
    return false;
}

bool dtn_read_is_denied_ahead(const dtn_rules *rules, const dtn_words_known *known,
                              const dtn_sentence *s, uint32_t word)
{
    if (word == 0 || word >= s->n || s->words[word].xtag[0] != 'V')
        return false;
    uint32_t n = 0;
    const uint32_t begin = clause_begin(s, word);
    if (dtn_tree_is_form(s, begin, "neither"))
        return has_nor(s, begin, word) && is_first_verb(s, begin, word);
    if (!strchr("NnAaUuOoIiHhRrSsBb", s->words[begin].form[0]))
        return false; /* no word of these lexicons, which is asked for every claim */
    if (dtn_lexicon_match(rules, known->negate.none, s->words, s->n, begin, &n))
        return is_first_verb(s, begin + n, word);
    if (!dtn_lexicon_match(rules, known->negate.first, s->words, s->n, begin, &n))
        return false;
    for (uint32_t i = begin + n; i < word && i < begin + n + MAX_AHEAD; i++)
        if (is_auxiliary(s, i))
            return true;
    return false;
}

/* "It is unclear if", "nobody knows if": an "if" that asks. */
static bool is_asking_if(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_sentence *s, uint32_t i)
{
    return i > 0 && dtn_lexicon_get(rules, known->answer.ask, &s->words[i - 1]) != NULL;
}

bool dtn_read_is_open(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                      uint32_t word)
{
    if (s->n > 0 && dtn_tree_is_form(s, s->n - 1, "?"))
        return true;
    for (uint32_t i = word, k = 0; i-- > 0 && k < MAX_BACK; k++) {
        if (dtn_tree_is_form(s, i, "whether"))
            return !dtn_tree_is_form(s, i + 1, "or");
        if (dtn_tree_is_form(s, i, "if"))
            return is_asking_if(rules, known, s, i);
        if (s->words[i].tag == DTN_TAG_PUNCT || dtn_tree_is_form(s, i, "but"))
            return false;
    }
    return false;
}
