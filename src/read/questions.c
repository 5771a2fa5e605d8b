/* Questions that the text answers itself: "Has the embargo changed a single mind? No."
 *
 * A question of yes or no begins with an auxiliary; its answer is the next sentence, where that begins with "no", "yes",
 * "hardly", or is no more than "they have not". In an interview the answer begins a paragraph, with a label of its own.
 */
#include "read/inner.h"

#include <string.h>

#define MAX_SHORT 6 /* words of "they certainly have not." */

static bool is_form_of(const dtn_sentence *s, uint32_t i, const char *const *forms)
{
    for (; i < s->n && *forms; forms++)
        if (dtn_tree_is_form(s, i, *forms))
            return true;
    return false;
}

uint32_t dtn_read_label(const dtn_sentence *s)
{
    return s->n > 2 && s->begins_paragraph && s->words[0].tag == DTN_TAG_INTJ &&
                   dtn_word_hangs(&s->words[0], "discourse") && dtn_tree_is_form(s, 1, ":")
               ? 2
               : 0;
}

bool dtn_read_goes_on(const dtn_parsed *doc, uint32_t sentence)
{
    if (sentence + 1 >= doc->n)
        return false;
    const dtn_sentence *next = &doc->sentences[sentence + 1];
    return !next->begins_paragraph || dtn_read_label(next) > 0;
}

/* Where the question's auxiliary stands, behind a label and "and"; DTN_NO_WORD: it asks for something else. */
static uint32_t auxiliary_of(const dtn_sentence *s)
{
    static const char *const words[] = {"is",    "are",   "was",    "were", "has",   "have",
                                        "had",   "do",    "does",   "did",  "will",  "can",
                                        "could", "would", "should", "must", "shall", NULL};
    uint32_t i = dtn_read_label(s);
    if (i < s->n && (s->words[i].tag == DTN_TAG_CCONJ || dtn_tree_is_form(s, i, "so")))
        i++;
    return s->n > 2 && dtn_tree_is_form(s, s->n - 1, "?") && is_form_of(s, i, words)
               ? i
               : (uint32_t)DTN_NO_WORD;
}

bool dtn_read_asks_not(const dtn_sentence *s)
{
    const uint32_t aux = auxiliary_of(s);
    for (uint32_t i = aux + 1; aux != DTN_NO_WORD && i < s->n && i <= aux + MAX_SHORT; i++)
        if (s->words[i].tag == DTN_TAG_VERB || dtn_tree_is_form(s, i, "that"))
            return false;
        else if (dtn_tree_is_form(s, i, "not") || dtn_tree_is_form(s, i, "n't"))
            return true;
    return false;
}

/* "Not in the least.", "not yet": nothing but the denial. */
static bool is_all_denial(const dtn_sentence *s, uint32_t begin)
{
    if (s->n > begin + MAX_SHORT)
        return false;
    for (uint32_t i = begin; i < s->n; i++)
        if (s->words[i].tag == DTN_TAG_VERB || s->words[i].tag == DTN_TAG_PRON)
            return false;
    return true;
}

/* "They have not.", "It did.": +1, -1; 0: something else. */
static int short_answer(const dtn_sentence *s, uint32_t begin)
{
    static const char *const sure[] = {"certainly", "indeed", "surely", "clearly",
                                       "simply",    "really", "still",  NULL};
    bool is_not = false, has_aux = false;
    if (s->n > begin + MAX_SHORT || begin >= s->n || s->words[begin].tag != DTN_TAG_PRON)
        return 0;
    for (uint32_t i = begin + 1; i < s->n; i++) {
        const dtn_word *w = &s->words[i];
        const bool is_aux = dtn_word_is(w, "have") || dtn_word_is(w, "do") ||
                            dtn_word_is(w, "be") || w->tag == DTN_TAG_AUX;
        has_aux |= is_aux;
        if (dtn_tree_is_form(s, i, "not") || dtn_tree_is_form(s, i, "n't") ||
            dtn_tree_is_form(s, i, "never"))
            is_not = true;
        else if (!is_aux && w->tag != DTN_TAG_PUNCT && !is_form_of(s, i, sure))
            return 0;
    }
    return !has_aux ? 0 : is_not ? -1 : 1;
}

/* A form with or without the full stop that the tokens may have kept: "No.". */
static bool is_said(const dtn_sentence *s, uint32_t i, const char *word)
{
    const size_t n = strlen(word);
    if (i >= s->n || strlen(s->words[i].form) > n + 1)
        return false;
    if (dtn_tree_is_form(s, i, word))
        return true;
    return strlen(s->words[i].form) == n + 1 && s->words[i].form[n] == '.' &&
           strncmp(s->words[i].form + 1, word + 1, n - 1) == 0 &&
           (s->words[i].form[0] | 0x20) == (word[0] | 0x20);
}

/* "Far from it", "on the contrary", "of course not", "nothing of the kind". */
static bool is_contrary(const dtn_sentence *s, uint32_t i)
{
    return (dtn_tree_is_form(s, i, "far") && dtn_tree_is_form(s, i + 1, "from")) ||
           (dtn_tree_is_form(s, i, "on") && dtn_tree_is_form(s, i + 2, "contrary")) ||
           (dtn_tree_is_form(s, i, "quite") && dtn_tree_is_form(s, i + 1, "the")) ||
           (dtn_tree_is_form(s, i, "nothing") && dtn_tree_is_form(s, i + 1, "of")) ||
           (dtn_tree_is_form(s, i, "under") && dtn_tree_is_form(s, i + 1, "no")) ||
           (dtn_tree_is_form(s, i, "certainly") && dtn_tree_is_form(s, i + 1, "not")) ||
           (dtn_tree_is_form(s, i, "absolutely") && dtn_tree_is_form(s, i + 1, "not")) ||
           (dtn_tree_is_form(s, i, "of") && dtn_tree_is_form(s, i + 1, "course") &&
            dtn_tree_is_form(s, i + 2, "not"));
}

int dtn_read_answer(const dtn_rules *rules, const dtn_words_known *known, const dtn_parsed *doc,
                    uint32_t sentence)
{
    static const char *const no[] = {"hardly", "scarcely", "never", "barely", "not", NULL};
    static const char *const yes[] = {"indeed", "certainly", "absolutely", "undoubtedly", NULL};
    if (auxiliary_of(&doc->sentences[sentence]) == DTN_NO_WORD || !dtn_read_goes_on(doc, sentence))
        return 0;
    const dtn_sentence *s = &doc->sentences[sentence + 1];
    const uint32_t i = dtn_read_label(s);
    const bool is_alone = i + 1 >= s->n || s->words[i + 1].tag == DTN_TAG_PUNCT;
    if (is_said(s, i, "no") || is_said(s, i, "nope"))
        return is_alone ? -1 : 0;
    if (is_said(s, i, "yes"))
        return is_alone ? 1 : 0;
    if (is_contrary(s, i) || (is_form_of(s, i, no) && is_all_denial(s, i)))
        return -1;
    if (is_form_of(s, i, yes) && is_alone)
        return 1;
    const int answer = short_answer(s, i);
    return answer == 0 && dtn_read_is_answered(rules, known, doc, sentence) ? -1 : answer;
}
