/* Trees mended: clauses whose subject the parser takes for something else.
 *
 *   - "Towns in which wells were dug saw fewer fevers", "every bill we pay turns savers into debtors": it hangs the main verb
 *     on the noun that a relative clause tells;
 *   - "Partners report that reduced income is leading families to ...": it takes the participle for the verb of the clause;
 *   - "delayed payments have driven builders away": it takes the auxiliary for a clause;
 *   - "to the coast, where the arrival of visitors had overwhelmed the clinics": it hangs the verb on a noun before it;
 *   - "It poisons the well.": it takes the article for the object.
 */
#include "tree/inner.h"

#include <string.h>

#define MAX_PHRASE 14 /* words from "where" to its verb */

static bool is_finite(const dtn_sentence *s, uint32_t verb)
{
    return dtn_tree_is_xtag(s, verb, "VBD") || dtn_tree_is_xtag(s, verb, "VBZ") ||
           dtn_tree_is_xtag(s, verb, "VBP");
}

static bool is_relative(const dtn_sentence *s, uint32_t i)
{
    return dtn_tree_is_form(s, i, "which") || dtn_tree_is_form(s, i, "that") ||
           dtn_tree_is_form(s, i, "who") || dtn_tree_is_form(s, i, "whose") ||
           dtn_tree_is_form(s, i, "where");
}

/* The relative clause of the noun with a subject or pronoun of its own, before `verb` and with nothing that parts between;
 * DTN_NO_WORD: none. */
static uint32_t clause_between(const dtn_sentence *s, uint32_t noun, uint32_t verb)
{
    uint32_t clause = DTN_NO_WORD;
    for (uint32_t i = noun + 1; i < verb; i++) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_PUNCT)
            return DTN_NO_WORD;
        if (w->tag == DTN_TAG_VERB && w->head == noun && strcmp(w->relation, "acl:relcl") == 0 &&
            dtn_tree_has_now(s, i, "nsubj"))
            clause = i;
    }
    return clause;
}

static bool agrees(const dtn_sentence *s, uint32_t noun, uint32_t verb)
{
    const bool is_plural = dtn_tree_is_xtag(s, noun, "NNS") || dtn_tree_is_xtag(s, noun, "NNPS");
    return dtn_tree_is_xtag(s, verb, "VBD") || dtn_tree_is_xtag(s, verb, "VBZ") != is_plural;
}

/* What the verb acts on: its object, or the noun behind it that the tree gives to the clause before; DTN_NO_WORD: none. */
static uint32_t object_of(const dtn_sentence *s, uint32_t verb, uint32_t clause)
{
    const uint32_t object = dtn_tree_child_now(s, verb, "obj");
    uint32_t i = verb + 1;
    if (object != DTN_NO_WORD)
        return object > verb ? object : (uint32_t)DTN_NO_WORD;
    while (i < s->n && (s->words[i].tag == DTN_TAG_DET || s->words[i].tag == DTN_TAG_ADJ ||
                        s->words[i].tag == DTN_TAG_NUM || s->words[i].tag == DTN_TAG_ADV))
        i++;
    return i < s->n && dtn_tree_is_name(&s->words[i]) && s->words[i].head == clause &&
                   dtn_word_hangs(&s->words[i], "obj")
               ? i
               : (uint32_t)DTN_NO_WORD;
}

/* May it be the main verb: a finite one, or under the root a past that is taken for a participle? */
static bool may_be_main(const dtn_sentence *s, uint32_t verb, uint32_t noun)
{
    return s->words[verb].tag == DTN_TAG_VERB &&
           (is_finite(s, verb) ||
            (dtn_tree_is_xtag(s, verb, "VBN") && s->words[noun].head == DTN_NO_WORD &&
             !dtn_tree_has_now(s, verb, "aux")));
}

static bool mend_told_noun(dtn_sentence *s, uint32_t verb)
{
    const uint32_t noun = s->words[verb].head;
    if (noun >= verb || !may_be_main(s, verb, noun) || !dtn_tree_is_name(&s->words[noun]) ||
        dtn_tree_has_now(s, noun, "cop") || dtn_tree_has_now(s, noun, "nsubj") ||
        dtn_tree_has_now(s, noun, "case") || s->words[verb - 1].tag == DTN_TAG_CCONJ ||
        is_relative(s, verb - 1) || dtn_tree_has_now(s, verb, "nsubj"))
        return false;
    const uint32_t clause = clause_between(s, noun, verb);
    const uint32_t object = clause == DTN_NO_WORD ? clause : object_of(s, verb, clause);
    if (object == DTN_NO_WORD || (is_finite(s, verb) && !agrees(s, noun, verb)))
        return false;
    if (dtn_tree_is_xtag(s, verb, "VBN"))
        s->words[verb].xtag = "VBD";
    dtn_word_hang(s, verb, s->words[noun].head, s->words[noun].relation);
    dtn_word_hang(s, noun, verb, "nsubj");
    dtn_word_hang(s, object, verb, "obj");
    for (uint32_t i = 0; i < s->n; i++) {
        if (i > verb && (s->words[i].head == noun || s->words[i].head == clause))
            s->words[i].head = verb;
        /* "into a chorus" is no second object */
        if (i > object && s->words[i].head == verb && dtn_word_hangs(&s->words[i], "obj") &&
            dtn_tree_has_now(s, i, "case"))
            s->words[i].relation = "obl";
    }
    return true;
}

/* "Delayed payments have driven": an auxiliary that is taken for a clause. */
static bool mend_auxiliary(dtn_sentence *s, uint32_t aux)
{
    const uint32_t verb = aux + 1;
    if (!dtn_word_is(&s->words[aux], "have") || !dtn_tree_is_xtag(s, verb, "VBN") ||
        s->words[aux].head != verb || !dtn_word_hangs(&s->words[aux], "ccomp") || aux == 0 ||
        !dtn_tree_is_nominal(&s->words[aux - 1]))
        return false;
    s->words[aux].tag = DTN_TAG_AUX;
    s->words[aux].relation = "aux";
    for (uint32_t i = 0; i < s->n; i++)
        if (s->words[i].head == aux)
            s->words[i].head = verb;
    return true;
}

/* The word up from which all of `verb`'s clause is told, without going round. */
static bool can_hang(const dtn_sentence *s, uint32_t verb, uint32_t up)
{
    return up != DTN_NO_WORD && !dtn_tree_is_under(s, up, verb);
}

/* "That reduced income is leading families": a participle and nouns between "that" and an auxiliary. */
static bool mend_participle(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                            uint32_t that)
{
    const uint32_t participle = that + 1, said = that - 1;
    uint32_t aux = that + 2;
    if (!dtn_tree_is_form(s, that, "that") || s->words[said].tag != DTN_TAG_VERB ||
        !dtn_lexicon_get(rules, known->report, &s->words[said]) || participle + 3 >= s->n ||
        (!dtn_tree_is_xtag(s, participle, "VBN") && !dtn_tree_is_xtag(s, participle, "VBD")))
        return false;
    while (aux < s->n && dtn_tree_is_name(&s->words[aux]))
        aux++;
    if (aux == that + 2 || aux + 1 >= s->n || s->words[aux].tag != DTN_TAG_AUX)
        return false;
    uint32_t verb = aux + 1;
    while (verb < s->n && (s->words[verb].tag == DTN_TAG_ADV || s->words[verb].tag == DTN_TAG_AUX))
        verb++;
    if (verb >= s->n || s->words[verb].tag != DTN_TAG_VERB)
        return false;
    const uint32_t subject = aux - 1;
    dtn_word_hang(s, verb, said, "ccomp");
    dtn_word_hang(s, that, verb, "mark");
    s->words[that].tag = DTN_TAG_SCONJ;
    s->words[participle].xtag = "VBN";
    dtn_word_hang(s, participle, subject, "amod");
    for (uint32_t i = participle + 1; i < subject; i++)
        dtn_word_hang(s, i, subject, "compound");
    dtn_word_hang(s, subject, verb, dtn_tree_has_now(s, verb, "aux:pass") ? "nsubj:pass" : "nsubj");
    for (uint32_t i = aux; i < s->n; i++)
        if (i != verb && (s->words[i].head == participle || (i < verb && s->words[i].head != verb)))
            s->words[i].head = verb;
    return true;
}

/* The first noun behind "where" that its phrases hang on. */
static uint32_t subject_behind(const dtn_sentence *s, uint32_t where, uint32_t end)
{
    uint32_t head = DTN_NO_WORD;
    for (uint32_t i = where + 1; i < end && s->words[i].tag != DTN_TAG_ADP; i++) {
        if (s->words[i].tag == DTN_TAG_VERB || s->words[i].tag == DTN_TAG_PUNCT ||
            s->words[i].tag == DTN_TAG_CCONJ)
            return DTN_NO_WORD;
        if (dtn_tree_is_name(&s->words[i]))
            head = i;
    }
    return head;
}

/* ", where [a phrase] had overwhelmed": a perfect with its auxiliary, the first verb behind "where". */
static bool mend_where(dtn_sentence *s, uint32_t where)
{
    if (!dtn_tree_is_form(s, where, "where") || where < 2 ||
        s->words[where - 1].tag != DTN_TAG_PUNCT || !dtn_tree_is_name(&s->words[where - 2]))
        return false;
    uint32_t aux = where + 2;
    while (aux < s->n && aux < where + MAX_PHRASE && s->words[aux].tag != DTN_TAG_VERB &&
           s->words[aux].tag != DTN_TAG_PUNCT && !dtn_word_is(&s->words[aux], "have"))
        aux++;
    if (aux >= s->n || !dtn_word_is(&s->words[aux], "have"))
        return false;
    uint32_t verb = aux + 1;
    while (verb < s->n && s->words[verb].tag == DTN_TAG_ADV)
        verb++;
    if (!dtn_tree_is_xtag(s, verb, "VBN"))
        return false;
    const uint32_t subject = subject_behind(s, where, aux), told = where - 2;
    const uint32_t now = dtn_tree_child_now(s, verb, "nsubj");
    if (subject == DTN_NO_WORD || now < verb || !can_hang(s, verb, told))
        return false;
    s->words[verb].tag = DTN_TAG_VERB;
    dtn_word_hang(s, verb, told, "acl:relcl");
    dtn_word_hang(s, where, verb, "advmod");
    dtn_word_hang(s, where - 1, verb, "punct");
    dtn_word_hang(s, subject, verb, "nsubj");
    for (uint32_t i = where + 1; i < verb; i++) {
        const uint32_t head = s->words[i].head;
        if (i >= aux)
            dtn_word_hang(s, i, verb, s->words[i].tag == DTN_TAG_ADV ? "advmod" : "aux");
        else if (i != subject && (head < where || head > aux || head == where))
            dtn_word_hang(s, i, subject, i > subject ? "nmod" : s->words[i].relation);
    }
    return true;
}

/* "Poisons the well.": an article with no noun, and a word behind it that closes the phrase. */
static bool mend_article(dtn_sentence *s, uint32_t article)
{
    const uint32_t noun = article + 1;
    const uint32_t verb = article - 1;
    if (s->words[verb].tag != DTN_TAG_VERB || !dtn_tree_is_form(s, article, "the") ||
        noun + 1 >= s->n || !dtn_tree_is_form(s, noun, "well") ||
        s->words[noun].tag != DTN_TAG_ADV || dtn_tree_is_under(s, verb, noun) ||
        (s->words[noun + 1].tag != DTN_TAG_PUNCT && s->words[noun + 1].tag != DTN_TAG_ADP))
        return false;
    s->words[noun].tag = DTN_TAG_NOUN;
    s->words[noun].xtag = "NN";
    dtn_word_hang(s, noun, verb, "obj");
    dtn_word_hang(s, article, noun, "det");
    for (uint32_t i = noun + 2; i < s->n; i++) /* what the colon parts is no object */
        if (s->words[i].head == verb && dtn_word_hangs(&s->words[i], "obj"))
            s->words[i].relation = "parataxis";
    return true;
}

void dtn_mend_subjects(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 1; i < s->n; i++) {
        done |= mend_told_noun(s, i);
        done |= i + 1 < s->n && mend_auxiliary(s, i);
        done |= i + 4 < s->n && mend_participle(rules, known, s, i);
        done |= mend_where(s, i);
        done |= mend_article(s, i);
    }
    if (done)
        dtn_rules_prepare(rules, s->words, s->n);
}
