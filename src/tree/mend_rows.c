/* Trees mended: what a verb is said to have "neither ... nor ...".
 *
 * Two noun phrases behind a verb or its preposition, the one behind "neither", the other behind "nor": a row of two, both
 * words conjunctions. The parser takes "neither" for a determiner, hangs the second phrase on what stands before it, or
 * makes it the subject of its own clause ("nor the famine [its critics feared]").
 */
#include "tree/inner.h"

#include <string.h>

#define MAX_ROW 14 /* words from "neither" to "nor" */

static bool is_of_phrase(const dtn_sentence *s, uint32_t i)
{
    const dtn_word *w = &s->words[i];
    return w->tag == DTN_TAG_DET || w->tag == DTN_TAG_ADJ || w->tag == DTN_TAG_NUM ||
           dtn_tree_is_name(w) || strcmp(w->xtag, "PRP$") == 0 || strcmp(w->xtag, "POS") == 0 ||
           (w->tag == DTN_TAG_VERB && i + 1 < s->n && dtn_tree_is_name(&s->words[i + 1]) &&
            (strcmp(w->xtag, "VBN") == 0 || strcmp(w->xtag, "VBG") == 0));
}

/* The head of the noun phrase that begins here: its last noun before another phrase begins; DTN_NO_WORD: there is none. */
static uint32_t phrase_head(const dtn_sentence *s, uint32_t begin)
{
    uint32_t head = DTN_NO_WORD;
    for (uint32_t i = begin; i < s->n && is_of_phrase(s, i); i++) {
        const dtn_word *w = &s->words[i];
        if (head != DTN_NO_WORD && (w->tag == DTN_TAG_DET || strcmp(w->xtag, "PRP$") == 0))
            break; /* "the surrender [its authors] expected" */
        if (dtn_tree_is_name(w) || (strcmp(w->xtag, "JJ") == 0 && !is_of_phrase(s, i + 1)))
            head = i; /* "neither respect nor calm" */
    }
    return head;
}

static uint32_t nor_behind(const dtn_sentence *s, uint32_t neither)
{
    for (uint32_t i = neither + 2; i + 1 < s->n && i <= neither + MAX_ROW; i++) {
        if (dtn_tree_is_form(s, i, "nor"))
            return i;
        if (s->words[i].tag == DTN_TAG_PUNCT && s->words[i].form[0] != ',')
            break;
    }
    return DTN_NO_WORD;
}

/* The verb whose object the row is: right before "neither", or before an object of its own or a preposition. */
static uint32_t verb_before(const dtn_sentence *s, uint32_t neither)
{
    for (uint32_t i = neither, k = 0; i-- > 0 && k < 5; k++) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_VERB)
            return i;
        if (!is_of_phrase(s, i) && w->tag != DTN_TAG_ADV && w->tag != DTN_TAG_ADP &&
            w->tag != DTN_TAG_PRON)
            break;
    }
    return DTN_NO_WORD;
}

/* "Nor the famine its critics [feared]": the verb that has the phrase for a subject and another one behind it; DTN_NO_WORD:
 * none. */
static uint32_t clause_of(const dtn_sentence *s, uint32_t second)
{
    const uint32_t verb = s->words[second].head;
    return verb != DTN_NO_WORD && verb > second && s->words[verb].tag == DTN_TAG_VERB &&
                   dtn_tree_child_in(s, verb, "nsubj", second + 1, verb) != DTN_NO_WORD
               ? verb
               : (uint32_t)DTN_NO_WORD;
}

/* Hang the second phrase beside the first, and what was said of it below it. */
static void join(dtn_sentence *s, uint32_t verb, uint32_t first, uint32_t second)
{
    const uint32_t clause = clause_of(s, second);
    if (dtn_tree_is_under(s, first, second))
        dtn_word_hang(s, first, verb, "obj");
    dtn_word_hang(s, second, first, "conj");
    if (clause == DTN_NO_WORD || dtn_tree_is_under(s, first, clause))
        return;
    dtn_word_hang(s, clause, second, "acl:relcl");
}

static bool mend_neither(dtn_sentence *s, uint32_t neither)
{
    const uint32_t verb = verb_before(s, neither), nor = nor_behind(s, neither);
    if (verb == DTN_NO_WORD || nor == DTN_NO_WORD)
        return false;
    const uint32_t first = phrase_head(s, neither + 1), second = phrase_head(s, nor + 1);
    if (first == DTN_NO_WORD || second == DTN_NO_WORD || first > nor ||
        dtn_tree_is_under(s, verb, first) || dtn_tree_is_under(s, verb, second))
        return false;
    s->words[neither].tag = s->words[nor].tag = DTN_TAG_CCONJ;
    s->words[neither].xtag = s->words[nor].xtag = "CC";
    if (neither == verb + 1 && s->words[first].head != verb)
        dtn_word_hang(s, first, verb, "obj");
    join(s, verb, first, second);
    dtn_word_hang(s, neither, first, "cc:preconj");
    dtn_word_hang(s, nor, second, "cc");
    return true;
}

void dtn_mend_rows(const dtn_rules *rules, dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 1; i + 3 < s->n; i++)
        if (dtn_tree_is_form(s, i, "neither"))
            done |= mend_neither(s, i);
    if (done)
        dtn_rules_prepare(rules, s->words, s->n);
}
