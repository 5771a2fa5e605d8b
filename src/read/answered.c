/* Does the text itself answer what somebody has just been said to hold: "They are wrong", "The figures do not support
 * this", "I do not believe it", "In truth ...".
 *
 * By word order and a few words of the next sentence, which must be about what was said: a pronoun or a noun of claims.
 */
#include "read/inner.h"

#include <string.h>

#define MAX_OBJECT 4 /* words from a verb to the "this" that it is about */
#define MAX_SHORT 7  /* words of "they certainly have not" */
#define MAX_NAMES 5  /* words of a sentence that only calls what was said a name */

static bool is_one_of(const dtn_word *w, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (dtn_word_is(w, words[i]))
            return true;
    return false;
}

/* "They", "that", "this view", "the argument": what refers to what was just said; "the army", who just said it. */
static bool is_about_said(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *before, const dtn_sentence *s, uint32_t subject)
{
    static const char *const words[] = {"they", "them", "this", "that", "it",
                                        "he",   "him",  "she",  "her",  NULL};
    const dtn_word *w = &s->words[subject];
    if (w->tag == DTN_TAG_PRON || w->tag == DTN_TAG_DET)
        return is_one_of(w, words);
    if (dtn_lexicon_get(rules, known->negate.claim, w) ||
        dtn_lexicon_get(rules, known->attribution.view, w))
        return true;
    for (uint32_t i = 0; w->tag == DTN_TAG_NOUN && i < before->n; i++)
        if (before->words[i].tag == DTN_TAG_NOUN && dtn_word_hangs(&before->words[i], "nsubj") &&
            strcmp(before->words[i].lemma, w->lemma) == 0)
            return dtn_read_is_somebody(rules, known, s, subject);
    return false;
}

/* "It would be folly [to stop]" calls that wrong, not what was said; "to do so" and "to listen" is what was said. */
static bool is_of_own_clause(const dtn_rules *rules, const dtn_words_known *known,
                             const dtn_sentence *s, uint32_t word)
{
    if (word + 2 < s->n && dtn_tree_is_form(s, word + 1, "to"))
        return !dtn_lexicon_get(rules, known->answer.heed, &s->words[word + 2]) &&
               !(dtn_word_is(&s->words[word + 2], "do") && dtn_tree_is_form(s, word + 3, "so"));
    return dtn_tree_is_form(s, word + 1, "that") && word + 2 < s->n &&
           s->words[word + 2].tag != DTN_TAG_PUNCT;
}

/* "They are wrong", "this is a myth", "that would be a mistake", "it is not true". */
static bool is_called_wrong(const dtn_rules *rules, const dtn_words_known *known,
                            const dtn_sentence *before, const dtn_sentence *s)
{
    for (uint32_t i = 0; i < s->n; i++) {
        const uint32_t subject = dtn_tree_child(s, i, "nsubj");
        if (subject == DTN_NO_WORD || subject > i)
            continue;
        const dtn_word *w = &s->words[i];
        const bool is_true = dtn_lexicon_get(rules, known->answer.truth, w) != NULL;
        if (!is_true && !dtn_lexicon_get(rules, known->negate.wrong, w) &&
            !dtn_lexicon_get(rules, known->negate.folly, w))
            continue;
        if (!is_about_said(rules, known, before, s, subject) ||
            is_of_own_clause(rules, known, s, i))
            continue;
        const uint32_t modal = dtn_tree_child(s, i, "aux");
        return dtn_read_negated(rules, known, s, i) == is_true &&
               (modal == DTN_NO_WORD ||
                !dtn_lexicon_get(rules, known->hedge.modal, &s->words[modal]));
    }
    return false;
}

/* "Nonsense.", "A dangerous illusion.": no more than a word for what was said. */
static bool is_called_names(const dtn_rules *rules, const dtn_words_known *known,
                            const dtn_sentence *s)
{
    bool is_wrong = false;
    for (uint32_t i = 0; i < s->n; i++) {
        const dtn_word *w = &s->words[i];
        if (s->n > MAX_NAMES || w->tag == DTN_TAG_AUX || w->tag == DTN_TAG_VERB ||
            dtn_lexicon_get(rules, known->negate.word, w))
            return false;
        is_wrong |= dtn_lexicon_get(rules, known->negate.wrong, w) != NULL ||
                    dtn_lexicon_get(rules, known->negate.folly, w) != NULL;
    }
    return is_wrong;
}

/* Behind the verb, within a few words and its clause, stands what was said, and no clause of its own: "support [this]",
 * "believe [it]", "bear [this] out", not "believe that". */
static bool takes_said(const dtn_rules *rules, const dtn_words_known *known,
                       const dtn_sentence *before, const dtn_sentence *s, uint32_t verb)
{
    for (uint32_t i = verb + 1; i < s->n && i <= verb + MAX_OBJECT; i++) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_PUNCT || w->tag == DTN_TAG_VERB || w->tag == DTN_TAG_SCONJ)
            return false;
        const bool is_last = i + 1 == s->n || s->words[i + 1].tag == DTN_TAG_PUNCT ||
                             s->words[i + 1].tag == DTN_TAG_ADP ||
                             s->words[i + 1].tag == DTN_TAG_ADV;
        if (is_about_said(rules, known, before, s, i) && (is_last || w->tag == DTN_TAG_NOUN))
            return true;
    }
    return false;
}

/* "Nothing supports this", "no figure bears it out", "nobody believes it". */
static bool has_nobody(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                       uint32_t verb)
{
    const uint32_t subject = dtn_tree_child(s, verb, "nsubj");
    if (subject == DTN_NO_WORD)
        return false;
    const uint32_t det = dtn_tree_child(s, subject, "det");
    return dtn_word_is(&s->words[subject], "nothing") ||
           dtn_lexicon_get(rules, known->negate.nobody, &s->words[subject]) ||
           (det != DTN_NO_WORD && dtn_lexicon_get(rules, known->negate.nobody, &s->words[det]));
}

/* "Do not", "never", "hardly" before the verb, back to its subject. */
static bool is_denied_before(const dtn_rules *rules, const dtn_words_known *known,
                             const dtn_sentence *s, uint32_t verb)
{
    for (uint32_t i = verb; i-- > 0 && i + 4 > verb;) {
        if (dtn_lexicon_get(rules, known->negate.word, &s->words[i]))
            return true;
        if (s->words[i].tag != DTN_TAG_AUX && s->words[i].tag != DTN_TAG_ADV)
            return false;
    }
    return false;
}

/* Who speaks for the author: "I", "we", or what shows something ("the figures"), not somebody else ("Norland denies it"). */
static bool is_authors(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                       uint32_t verb)
{
    const uint32_t subject = dtn_tree_child(s, verb, "nsubj");
    if (subject == DTN_NO_WORD)
        return false;
    const dtn_word *w = &s->words[subject];
    return dtn_word_is(w, "i") || dtn_word_is(w, "we") || dtn_word_is(w, "nothing") ||
           dtn_lexicon_get(rules, known->attribution.nobody, w) ||
           dtn_lexicon_get(rules, known->negate.evidence, w) || has_nobody(rules, known, s, verb);
}

/* "Nothing could be further from the truth", "if only that were so", "we disagree": words of the lexicon; those that
 * say it of whom they have for a subject only where that is the author. */
static bool is_turned_down(const dtn_rules *rules, const dtn_words_known *known,
                           const dtn_sentence *s)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        const dtn_entry *entry =
            dtn_lexicon_match(rules, known->negate.answer, s->words, s->n, i, &n);
        if (entry && (entry->value > 0 || is_authors(rules, known, s, i)))
            return true;
    }
    return false;
}

/* "The figures do not support this", "I do not believe it", "the record contradicts them", "I doubt it". */
static bool is_not_borne_out(const dtn_rules *rules, const dtn_words_known *known,
                             const dtn_sentence *before, const dtn_sentence *s)
{
    for (uint32_t i = 0; i < s->n; i++) {
        const dtn_word *w = &s->words[i];
        if (w->tag != DTN_TAG_VERB || !is_authors(rules, known, s, i) ||
            !takes_said(rules, known, before, s, i))
            continue;
        const dtn_entry *think = dtn_lexicon_get(rules, known->negate.think, w);
        const bool is_denied =
            is_denied_before(rules, known, s, i) != has_nobody(rules, known, s, i);
        if (dtn_lexicon_get(rules, known->answer.against, w)
                ? !is_denied
                : is_denied && (dtn_lexicon_get(rules, known->answer.bear, w) ||
                                (think && think->value > 0)))
            return true;
    }
    return false;
}

/* "There is no evidence for this", "no truth in it". */
static bool is_without_evidence(const dtn_rules *rules, const dtn_words_known *known,
                                const dtn_sentence *before, const dtn_sentence *s)
{
    for (uint32_t i = 0; i + 3 < s->n; i++) {
        if (!dtn_lexicon_get(rules, known->negate.scarce, &s->words[i]))
            continue;
        for (uint32_t k = i + 1; k + 2 < s->n && k <= i + 2; k++)
            if ((dtn_lexicon_get(rules, known->negate.evidence, &s->words[k]) ||
                 dtn_word_is(&s->words[k], "truth")) &&
                s->words[k + 1].tag == DTN_TAG_ADP && takes_said(rules, known, before, s, k + 1))
                return true;
    }
    return false;
}

/* Do words from here on turn against what was said before? */
static bool turns(const dtn_sentence *s, uint32_t i)
{
    return (dtn_tree_is_form(s, i, "in") &&
            (dtn_tree_is_form(s, i + 1, "truth") || dtn_tree_is_form(s, i + 1, "reality"))) ||
           (dtn_tree_is_form(s, i, "on") && dtn_tree_is_form(s, i + 1, "the") &&
            dtn_tree_is_form(s, i + 2, "contrary")) ||
           (dtn_tree_is_form(s, i, "the") &&
            (dtn_tree_is_form(s, i + 1, "opposite") || dtn_tree_is_form(s, i + 1, "reverse")) &&
            (dtn_tree_is_form(s, i + 2, "is") || dtn_tree_is_form(s, i + 2, "was")));
}

/* "The record says [the opposite]", "the figures show [otherwise]". */
static bool says_opposite(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *s)
{
    for (uint32_t i = 0; i + 1 < s->n; i++)
        if (s->words[i].tag == DTN_TAG_VERB && is_authors(rules, known, s, i) &&
            dtn_lexicon_get(rules, known->report, &s->words[i]) &&
            (dtn_tree_is_form(s, i + 1, "otherwise") ||
             (dtn_tree_is_form(s, i + 1, "the") &&
              (dtn_tree_is_form(s, i + 2, "opposite") || dtn_tree_is_form(s, i + 2, "contrary") ||
               dtn_tree_is_form(s, i + 2, "reverse")))))
            return true;
    return false;
}

/* A verb other than "be" and "have" that both sentences have. */
static bool is_in(const dtn_sentence *before, const dtn_word *verb)
{
    for (uint32_t i = 0; i < before->n; i++)
        if (before->words[i].tag == DTN_TAG_VERB &&
            strcmp(before->words[i].lemma, verb->lemma) == 0)
            return true;
    return false;
}

/* "It is the fourth time that they have been broken": what is done but once was said to be done before. */
static bool is_once_more(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_sentence *before, const dtn_sentence *s)
{
    static const char *const words[] = {"second", "third",     "fourth", "fifth",
                                        "sixth",  "seventh",   "eighth", "ninth",
                                        "tenth",  "umpteenth", NULL};
    uint32_t i = 1;
    if (!dtn_tree_is_form(s, 0, "it") && !dtn_tree_is_form(s, 0, "that") &&
        !dtn_tree_is_form(s, 0, "this"))
        return false;
    while (i < s->n && i < 4 &&
           (s->words[i].tag == DTN_TAG_AUX || s->words[i].tag == DTN_TAG_ADV ||
            s->words[i].tag == DTN_TAG_DET))
        i++;
    if (i >= s->n || !is_one_of(&s->words[i], words) || !dtn_tree_is_form(s, i + 1, "time"))
        return false;
    for (i += 2; i < s->n; i++)
        if (dtn_lexicon_get(rules, known->negate.once, &s->words[i]) && is_in(before, &s->words[i]))
            return true;
    return false;
}

/* "They did not.", "It has not.", "They failed.": no more than that what was said or meant is not so. */
static bool is_short_no(const dtn_rules *rules, const dtn_words_known *known,
                        const dtn_sentence *before, const dtn_sentence *s)
{
    static const char *const auxiliaries[] = {"do", "have", "be", "will", "can", "could", NULL};
    bool is_no = false;
    uint32_t i = dtn_tree_is_form(s, 0, "but") ? 1 : 0;
    while (i < s->n && s->words[i].tag == DTN_TAG_DET)
        i++;
    if (s->n > MAX_SHORT || i >= s->n || !is_about_said(rules, known, before, s, i))
        return false;
    for (i++; i < s->n; i++) {
        const dtn_word *w = &s->words[i];
        if (dtn_word_is(w, "fail") || dtn_tree_is_form(s, i, "not") ||
            dtn_tree_is_form(s, i, "n't"))
            is_no = !is_no; /* "they have not failed" */
        else if (w->tag != DTN_TAG_PUNCT && w->tag != DTN_TAG_ADV && !is_one_of(w, auxiliaries))
            return false;
    }
    return is_no;
}

bool dtn_read_is_recanted(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_parsed *doc, uint32_t sentence)
{
    if (!dtn_read_goes_on(doc, sentence))
        return false;
    const dtn_sentence *own = &doc->sentences[sentence], *s = &doc->sentences[sentence + 1];
    if (s->n < 3 || !(dtn_tree_is_form(s, 0, "i") || dtn_tree_is_form(s, 0, "we")) ||
        !(dtn_tree_is_form(s, 1, "was") || dtn_tree_is_form(s, 1, "were")))
        return false;
    bool is_wrong = false, is_own = false;
    for (uint32_t i = 2; i < s->n && i < 5 && s->words[i].tag != DTN_TAG_PUNCT; i++)
        if (dtn_tree_is_form(s, i, "not"))
            return false;
        else
            is_wrong |= dtn_lexicon_get(rules, known->negate.wrong, &s->words[i]) != NULL ||
                        dtn_lexicon_get(rules, known->negate.folly, &s->words[i]) != NULL;
    for (uint32_t i = 0; is_wrong && i < own->n; i++)
        is_own |= strcmp(own->words[i].xtag, "VBD") == 0 && is_authors(rules, known, own, i) &&
                  (dtn_lexicon_get(rules, known->report, &own->words[i]) ||
                   dtn_lexicon_get(rules, known->negate.think, &own->words[i]));
    return is_own;
}

bool dtn_read_is_answered(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_parsed *doc, uint32_t sentence)
{
    const dtn_sentence *own = &doc->sentences[sentence];
    for (uint32_t i = 1; i < own->n; i++) /* "..., some say, ...; in truth ..." */
        if (strcmp(own->words[i].form, ";") == 0 &&
            (turns(own, i + 1) || (dtn_tree_is_form(own, i + 1, "but") && turns(own, i + 2))))
            return true;
    uint32_t next = sentence + 1; /* what all items of a list say is answered behind them */
    while (own->is_item && next < doc->n && doc->sentences[next].is_item)
        next++;
    if (next >= doc->n || (!own->is_item && !dtn_read_goes_on(doc, sentence)))
        return false;
    const dtn_sentence *s = &doc->sentences[next];
    return turns(s, 0) || (dtn_tree_is_form(s, 0, "but") && turns(s, 1)) ||
           is_called_wrong(rules, known, own, s) || is_called_names(rules, known, s) ||
           is_turned_down(rules, known, s) || is_once_more(rules, known, own, s) ||
           is_short_no(rules, known, own, s) || is_not_borne_out(rules, known, own, s) ||
           is_without_evidence(rules, known, own, s) || says_opposite(rules, known, s);
}
