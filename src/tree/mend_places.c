/* Trees mended: words that hang in the wrong place beside a verb that the tree has right.
 *
 *   - "if the [crossing] reopens": a noun right before a finite verb without a subject is that;
 *   - "drives [migration]", "and 251 [were] taken hostage": nothing joins a noun to what stands before its verb;
 *   - "given [the army] a free hand": no owner of it;
 *   - "makes aid less [effective]": what a thing is made stands behind it;
 *   - "kills at least [12]": no preposition leads in a number;
 *   - "the need for power [drives] the dam": behind "for" only an infinitive may be meant;
 *   - "a mine left over from the war [killed] two": of two verbs in a row the last one is the sentence's;
 *   - "less [smuggling]": a thing, no deed.
 */
#include "tree/inner.h"

#include <string.h>

static bool is_finite(const dtn_sentence *s, uint32_t i)
{
    return s->words[i].tag == DTN_TAG_VERB &&
           (dtn_tree_is_xtag(s, i, "VBZ") || dtn_tree_is_xtag(s, i, "VBP") ||
            dtn_tree_is_xtag(s, i, "VBD"));
}

/* ---- "If the crossing reopens" ---- */

static bool mend_subject(dtn_sentence *s, uint32_t verb)
{
    const dtn_word *w = &s->words[verb];
    if (!is_finite(s, verb) || dtn_word_hangs(w, "compound") || dtn_word_hangs(w, "amod") ||
        s->words[verb - 1].head != verb || !dtn_tree_is_name(&s->words[verb - 1]) ||
        !dtn_word_hangs(&s->words[verb - 1], "compound") || dtn_tree_has_now(s, verb, "nsubj") ||
        dtn_tree_has_now(s, verb, "csubj"))
        return false;
    s->words[verb - 1].relation = "nsubj";
    for (uint32_t i = 0; i + 1 < verb; i++) /* "the", "more" */
        if (s->words[i].head == verb &&
            (dtn_word_hangs(&s->words[i], "det") || dtn_word_hangs(&s->words[i], "amod") ||
             dtn_word_hangs(&s->words[i], "nummod") || dtn_word_hangs(&s->words[i], "compound")))
            s->words[i].head = verb - 1;
    return true;
}

/* ---- "Drives migration", "251 taken hostage" ---- */

/* The word before the noun phrase that ends with word i; DTN_NO_WORD: a preposition, a conjunction or a mark is of it. */
static uint32_t before_phrase(const dtn_sentence *s, uint32_t i)
{
    uint32_t k = i;
    while (k > 0 && s->words[k - 1].head == i && !dtn_word_hangs(&s->words[k - 1], "cc") &&
           !dtn_word_hangs(&s->words[k - 1], "case") && s->words[k - 1].tag != DTN_TAG_PUNCT)
        k--;
    return k > 0 ? k - 1 : (uint32_t)DTN_NO_WORD;
}

static bool mend_object(dtn_sentence *s, uint32_t noun)
{
    const uint32_t verb = before_phrase(s, noun), above = s->words[noun].head;
    const bool is_free =
        dtn_word_hangs(&s->words[noun], "conj") ||
        (strcmp(s->words[noun].relation, "nmod") == 0 && !dtn_tree_has_now(s, noun, "case"));
    if (!dtn_tree_is_name(&s->words[noun]) || !is_free || verb == DTN_NO_WORD ||
        s->words[verb].tag != DTN_TAG_VERB || dtn_tree_has_now(s, noun, "cc") ||
        dtn_tree_has_now(s, verb, "obj") || above > verb)
        return false;
    dtn_word_hang(s, noun, verb, "obj");
    const uint32_t number =
        verb > 0 && s->words[verb - 1].head == verb && s->words[verb - 1].tag == DTN_TAG_NUM
            ? verb - 1
            : DTN_NO_WORD;
    if (number != DTN_NO_WORD && !dtn_tree_has_now(s, verb, "nsubj"))
        s->words[number].relation =
            dtn_tree_is_xtag(s, verb, "VBN") ? "nsubj:pass" : "nsubj"; /* "251 taken hostage" */
    return true;
}

/* ---- "Has given the army a free hand" ---- */

/* A noun without "'s" before an article is nobody's owner. */
static bool mend_given(dtn_sentence *s, uint32_t i)
{
    const uint32_t object = s->words[i].head;
    if (i == 0 || !dtn_tree_is_name(&s->words[i]) || object >= s->n || object <= i ||
        strcmp(s->words[i].relation, "nmod:poss") != 0 || dtn_tree_has_now(s, i, "case") ||
        s->words[i + 1].tag != DTN_TAG_DET || s->words[i + 1].head != object ||
        !dtn_word_hangs(&s->words[object], "obj"))
        return false;
    const uint32_t verb = s->words[object].head;
    if (verb >= i || before_phrase(s, i) != verb)
        return false;
    dtn_word_hang(s, i, verb, "iobj");
    return true;
}

/* ---- "Makes aid less effective" ---- */

static bool is_maker(const dtn_word *w)
{
    static const char *const makers[] = {"make", "render", "leave", "keep", "find", "consider"};
    for (size_t k = 0; k < sizeof makers / sizeof *makers; k++)
        if (dtn_word_is(w, makers[k]))
            return true;
    return false;
}

static bool ends_in_ly(const dtn_word *w)
{
    const size_t n = strlen(w->form);
    return n > 3 && strcmp(w->form + n - 2, "ly") == 0;
}

static bool mend_made(dtn_sentence *s, uint32_t i)
{
    const uint32_t noun = s->words[i].head;
    if (s->words[i].tag == DTN_TAG_ADV && dtn_word_hangs(&s->words[i], "advmod") && noun < i &&
        dtn_tree_has_now(s, noun, "obj") && dtn_tree_child_now(s, noun, "obj") < i &&
        dtn_tree_has_now(s, i, "obl") && ends_in_ly(&s->words[i]) &&
        is_maker(&s->words[noun])) { /* "costly for them" */
        s->words[i].relation = "xcomp";
        return true;
    }
    if (s->words[i].tag != DTN_TAG_ADJ || !dtn_word_hangs(&s->words[i], "amod") || noun >= i ||
        !dtn_word_hangs(&s->words[noun], "obj") || s->words[noun].head >= noun)
        return false;
    for (uint32_t k = noun + 1; k < i; k++)
        if (s->words[k].head != i || !dtn_word_hangs(&s->words[k], "advmod"))
            return false;
    if (!is_maker(&s->words[s->words[noun].head]))
        return false;
    dtn_word_hang(s, i, s->words[noun].head, "xcomp");
    return true;
}

/* ---- "Kills at least 12" ---- */

static bool mend_number(dtn_sentence *s, uint32_t i)
{
    const uint32_t verb = s->words[i].head;
    if (s->words[i].tag != DTN_TAG_NUM || !dtn_word_hangs(&s->words[i], "obl") || verb >= i ||
        s->words[verb].tag != DTN_TAG_VERB || dtn_tree_has_now(s, i, "case") ||
        dtn_tree_has_now(s, verb, "obj") || dtn_tree_has_now(s, verb, "aux:pass") ||
        !(dtn_tree_is_form(s, i - 1, "least") || dtn_tree_is_form(s, i - 1, "most") ||
          dtn_tree_is_form(s, i - 1, "than") || dtn_tree_is_form(s, i - 1, "about")))
        return false;
    s->words[i].relation = "obj";
    return true;
}

/* ---- "The need for power drives the dam" ---- */

static bool mend_for(dtn_sentence *s, uint32_t verb)
{
    const uint32_t noun = s->words[verb].head, mark = dtn_tree_child_now(s, verb, "mark"),
                   inner = dtn_tree_child_now(s, verb, "nsubj");
    if (!is_finite(s, verb) || noun >= verb || !dtn_tree_is_name(&s->words[noun]) ||
        s->words[noun].head != DTN_NO_WORD || !dtn_word_hangs(&s->words[verb], "acl") ||
        strcmp(s->words[verb].relation, "acl") != 0 || mark == DTN_NO_WORD || mark < noun ||
        !dtn_tree_is_form(s, mark, "for") || inner == DTN_NO_WORD || inner < mark || inner > verb ||
        dtn_tree_has_now(s, noun, "cop") || dtn_tree_has_now(s, noun, "nsubj"))
        return false;
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    for (uint32_t i = verb + 1; i < s->n; i++)
        if (s->words[i].head == noun)
            s->words[i].head = verb;
    dtn_word_hang(s, noun, verb, "nsubj");
    dtn_word_hang(s, inner, noun, "nmod");
    dtn_word_hang(s, mark, inner, "case");
    return true;
}

/* ---- "A mine left over from the war killed two" ---- */

/* The same where the first verb was hung as the subject of the second. */
static bool mend_verb_subject(dtn_sentence *s, uint32_t first)
{
    const uint32_t verb = s->words[first].head, subject = dtn_tree_child_now(s, first, "nsubj");
    if (s->words[first].tag != DTN_TAG_VERB || !dtn_word_hangs(&s->words[first], "nsubj") ||
        verb >= s->n || verb <= first || subject == DTN_NO_WORD || subject + 1 != first ||
        !(dtn_tree_is_xtag(s, first, "VBD") || dtn_tree_is_xtag(s, first, "VBN")) ||
        !is_finite(s, verb) || dtn_tree_has_now(s, first, "obj") ||
        dtn_tree_has_now(s, first, "aux"))
        return false;
    dtn_word_hang(s, subject, verb, "nsubj");
    dtn_word_hang(s, first, subject, "acl");
    s->words[first].xtag = "VBN";
    return true;
}

static bool mend_reduced(dtn_sentence *s, uint32_t verb)
{
    const uint32_t first = s->words[verb].head;
    const uint32_t subject = first < verb ? dtn_tree_child_now(s, first, "nsubj") : DTN_NO_WORD;
    if (subject == DTN_NO_WORD || subject > first || s->words[first].head != DTN_NO_WORD ||
        s->words[verb].tag != DTN_TAG_VERB ||
        !(dtn_tree_is_xtag(s, verb, "VBD") || dtn_tree_is_xtag(s, verb, "VBN")) ||
        !dtn_word_hangs(&s->words[verb], "advcl") ||
        !(dtn_tree_is_xtag(s, first, "VBD") || dtn_tree_is_xtag(s, first, "VBN")) ||
        first != subject + 1 || dtn_tree_has_now(s, first, "obj") ||
        dtn_tree_has_now(s, first, "aux") || dtn_tree_has_now(s, verb, "mark") ||
        dtn_tree_has_now(s, verb, "advmod") || dtn_tree_has_now(s, verb, "nsubj") ||
        dtn_tree_has_now(s, verb, "aux") || !dtn_tree_has_now(s, verb, "obj") ||
        !dtn_tree_is_name(&s->words[verb - 1]))
        return false;
    for (uint32_t i = first + 1; i < verb; i++)
        if (s->words[i].tag == DTN_TAG_PUNCT || s->words[i].tag == DTN_TAG_CCONJ)
            return false;
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    s->words[verb].xtag = "VBD";
    for (uint32_t i = 0; i < s->n; i++)
        if ((i < subject || i > verb) && s->words[i].head == first)
            s->words[i].head = verb;
    dtn_word_hang(s, first, subject, "acl");
    s->words[first].xtag = "VBN";
    dtn_word_hang(s, subject, verb, "nsubj");
    return true;
}

/* "Looks [likely]": no adverb. */
static bool mend_likely(dtn_sentence *s, uint32_t i)
{
    const uint32_t verb = s->words[i].head;
    if (s->words[i].tag != DTN_TAG_ADV || verb >= i ||
        !(dtn_tree_is_form(s, i, "likely") || dtn_tree_is_form(s, i, "unlikely")) ||
        !(dtn_word_is(&s->words[verb], "look") || dtn_word_is(&s->words[verb], "seem") ||
          dtn_word_is(&s->words[verb], "appear") || dtn_word_is(&s->words[verb], "remain")))
        return false;
    s->words[i].relation = "xcomp";
    s->words[i].tag = DTN_TAG_ADJ;
    s->words[i].xtag = "JJ";
    return true;
}

/* ---- "Less smuggling" ---- */

static bool mend_deed(dtn_sentence *s, uint32_t i)
{
    dtn_word *w = &s->words[i];
    if (!dtn_tree_is_xtag(s, i, "VBG") || dtn_tree_has_now(s, i, "obj") ||
        !(dtn_tree_has_now(s, i, "det") || dtn_tree_has_now(s, i, "amod")) ||
        !(dtn_word_hangs(w, "nsubj") || dtn_word_hangs(w, "obj") || dtn_word_hangs(w, "obl") ||
          dtn_word_hangs(w, "nmod")))
        return false;
    w->tag = DTN_TAG_NOUN;
    w->xtag = "NN";
    w->lemma = w->form;
    return true;
}

void dtn_mend_places(const dtn_rules *rules, dtn_sentence *s)
{
    if (s->n < 3)
        return;
    bool done = false;
    for (uint32_t i = 1; i < s->n; i++)
        done |= mend_subject(s, i) || mend_object(s, i) || mend_given(s, i) || mend_made(s, i) ||
                mend_number(s, i) || mend_for(s, i) || mend_verb_subject(s, i) ||
                mend_reduced(s, i) || mend_deed(s, i) || mend_likely(s, i);
    if (done)
        dtn_rules_prepare(rules, s->words, s->n);
}
