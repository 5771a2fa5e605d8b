/* Trees mended: nouns that the parser takes for participles, verbs or adverbs, and what then stands beside them.
 *
 *   - "drought" is no participle, "embargo" no adverb: the lexicon of what is good and bad has them as nouns;
 *   - "corruption breeds distrust, and distrust feeds the revolt": a noun beside a verb in the singular;
 *   - "secrecy breeds distrust, and distrust is why talks fail": a noun repeated behind ", and" begins a clause;
 *   - "distrust feeds the revolt", "hopes for peace die": a noun with a subject is a verb;
 *   - "hunger, in turn, drives migration": a phrase between commas parts no subject from its verb.
 */
#include "tree/inner.h"

#include <string.h>

static void make_noun(dtn_word *w)
{
    w->tag = DTN_TAG_NOUN;
    w->xtag = "NN";
}

/* Does the lexicon of valence have the very form, and no verb of that form? */
static bool is_known_noun(const dtn_rules *rules, const dtn_mend_words *known, const dtn_word *w)
{
    dtn_word as_noun = *w;
    as_noun.tag = DTN_TAG_NOUN;
    as_noun.lemma = as_noun.form;
    dtn_rules_prepare(rules, &as_noun, 1);
    dtn_word as_verb = as_noun;
    as_verb.tag = DTN_TAG_VERB;
    return dtn_lexicon_get(rules, known->valence, &as_noun) &&
           !dtn_lexicon_get(rules, known->cause, &as_verb) &&
           !dtn_lexicon_get(rules, known->direction.verb, &as_verb) &&
           !dtn_lexicon_get(rules, known->direction.verb_event, &as_verb);
}

/* ---- "Drought", "embargo" ---- */

static bool mend_participle(dtn_sentence *s, uint32_t i)
{
    dtn_word *w = &s->words[i];
    const size_t n = strlen(w->form);
    if (!dtn_tree_is_xtag(s, i, "VBN") || (n > 2 && strcmp(w->form + n - 2, "ed") == 0))
        return false;
    make_noun(w);
    if (dtn_word_hangs(w, "amod"))
        w->relation = "compound";
    if (dtn_word_hangs(w, "aux") && w->head == i + 1 && i == 0) { /* "Drought made ..." */
        w->relation = "nsubj";
        if (dtn_tree_is_xtag(s, 1, "VBN"))
            s->words[1].xtag = "VBD";
    }
    const uint32_t aux = dtn_tree_child_in(s, i, "aux:pass", 0, s->n),
                   subject = dtn_tree_child_in(s, i, "nsubj:pass", 0, s->n);
    if (aux != DTN_NO_WORD)
        s->words[aux].relation = "cop";
    if (subject != DTN_NO_WORD)
        s->words[subject].relation = "nsubj";
    return true;
}

/* "The arms embargo prolonged the war". */
static bool mend_adverb(dtn_sentence *s, uint32_t i)
{
    dtn_word *w = &s->words[i];
    const uint32_t verb = w->head;
    if (i == 0 || w->tag != DTN_TAG_ADV || verb <= i || verb >= s->n ||
        (s->words[i - 1].head != verb && s->words[i - 1].head != i) ||
        !dtn_word_hangs(&s->words[i - 1], "nsubj"))
        return false;
    make_noun(w);
    w->relation = s->words[i - 1].relation;
    for (uint32_t k = 0; k < s->n; k++)
        if (s->words[k].head == i - 1)
            s->words[k].head = i;
    dtn_word_hang(s, i - 1, i, "compound");
    return true;
}

/* ---- "Corruption breeds distrust, and distrust feeds the revolt" ---- */

static bool acts(const dtn_rules *rules, const dtn_mend_words *known, const dtn_word *w)
{
    dtn_word as_verb = *w;
    as_verb.tag = DTN_TAG_VERB;
    as_verb.lemma = as_verb.form;
    dtn_rules_prepare(rules, &as_verb, 1);
    return dtn_lexicon_get(rules, known->cause, &as_verb) != NULL;
}

/* Three words before a comma, of which the parser takes the last for the verb. */
static bool mend_three(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    if (s->n < 5 || s->words[0].tag != DTN_TAG_NOUN || !dtn_tree_is_xtag(s, 0, "NN") ||
        !dtn_tree_is_xtag(s, 1, "NNS") || !acts(rules, known, &s->words[1]) ||
        s->words[3].tag != DTN_TAG_PUNCT ||
        !(dtn_tree_is_xtag(s, 2, "VBP") || dtn_tree_is_xtag(s, 2, "VB") ||
          (s->words[2].tag == DTN_TAG_ADJ && is_known_noun(rules, known, &s->words[2]))))
        return false;
    const dtn_word was = s->words[2];
    for (uint32_t i = 3; i < s->n; i++)
        if (s->words[i].head == 2)
            s->words[i].head = 1;
    s->words[1].tag = DTN_TAG_VERB;
    s->words[1].xtag = "VBZ";
    s->words[1].lemma = s->words[1].form;
    make_noun(&s->words[2]);
    if (was.head != 1) /* else it hangs where it did */
        dtn_word_hang(s, 1, was.head, was.relation);
    dtn_word_hang(s, 0, 1, "nsubj");
    dtn_word_hang(s, 2, 1, "obj");
    return true;
}

/* ", and distrust feeds ...". */
static bool mend_second(dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 1; i + 2 < s->n; i++) {
        dtn_word *w = &s->words[i];
        if (s->words[i - 1].tag != DTN_TAG_CCONJ || !dtn_tree_is_xtag(s, i + 1, "VBZ") ||
            w->head != i + 1 || dtn_tree_child_in(s, i + 1, "nsubj", 0, s->n) != DTN_NO_WORD ||
            !(dtn_tree_is_xtag(s, i, "VB") || dtn_tree_is_xtag(s, i, "VBP") ||
              dtn_tree_is_xtag(s, i, "NN")) ||
            !(dtn_word_hangs(w, "advmod") || dtn_word_hangs(w, "compound")))
            continue;
        make_noun(w);
        w->relation = "nsubj";
        done = true;
    }
    return done;
}

/* ---- "Secrecy breeds distrust, and distrust is why talks fail" ---- */

/* Does the word at `i`, whatever the tree takes it for, act on the noun phrase behind it? Its last word in *object. */
static bool acts_on(const dtn_rules *rules, const dtn_mend_words *known, const dtn_sentence *s,
                    uint32_t i, uint32_t *object)
{
    const size_t n = strlen(s->words[i].form);
    if (n < 3 || s->words[i].form[n - 1] != 's' || !acts(rules, known, &s->words[i]))
        return false;
    *object = i;
    for (uint32_t k = i + 1;
         k < s->n && (s->words[k].tag == DTN_TAG_DET || s->words[k].tag == DTN_TAG_ADJ ||
                      s->words[k].tag == DTN_TAG_NUM || dtn_tree_is_name(&s->words[k]));
         k++)
        *object = dtn_tree_is_name(&s->words[k]) ? k : *object;
    return *object > i;
}

/* The clause that begins with the noun at `noun` gets `verb`, and hangs beside the verb above, whose clause may hang on
 * it as yet. */
static void join_clause(dtn_sentence *s, uint32_t noun, uint32_t verb, uint32_t above)
{
    uint32_t top = above;
    for (uint32_t k = 0; k < s->n && top < noun; k++)
        top = s->words[top].head;
    if (top < s->n) {
        dtn_word_hang(s, above, DTN_NO_WORD, "root");
        if (top != verb && top != noun)
            dtn_word_hang(s, top, verb, "advcl:relcl");
    }
    for (uint32_t k = 0; k < s->n; k++)
        if (k != verb && (s->words[k].head == noun || (k + 2 >= noun && k < noun)))
            s->words[k].head = verb;
    make_noun(&s->words[noun]);
    dtn_word_hang(s, noun, verb, "nsubj");
    dtn_word_hang(s, verb, above, "conj");
    dtn_word_hang(s, noun - 1, verb, "cc");
}

/* A noun before ", and" and again behind it: there a second clause tells what comes of it. */
static bool mend_chain(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    for (uint32_t i = 4; i + 3 < s->n; i++) {
        const dtn_word *first = &s->words[i - 3];
        uint32_t above = first->head, object = 0;
        if (s->words[i - 1].tag != DTN_TAG_CCONJ || s->words[i - 2].tag != DTN_TAG_PUNCT ||
            !dtn_tree_is_form(s, i, first->form) || above >= s->n || above >= i ||
            s->words[above].tag != DTN_TAG_VERB)
            continue;
        const bool is_why =
            dtn_word_is(&s->words[i + 1], "be") && dtn_tree_is_form(s, i + 2, "why");
        const uint32_t verb = is_why ? i + 2 : i + 1;
        if (!(is_why ||
              (s->words[verb].tag != DTN_TAG_VERB && acts_on(rules, known, s, verb, &object))) ||
            s->words[above].head == i)
            continue;
        const uint32_t was = s->words[i].head;
        join_clause(s, i, verb, above);
        if (is_why) {
            dtn_word_hang(s, i + 1, verb, "cop");
            return true;
        }
        for (uint32_t k = verb + 1; k < s->n; k++)
            if (k != object && (s->words[k].head == verb || s->words[k].head == was) && k < object)
                s->words[k].head = object;
        s->words[verb].tag = DTN_TAG_VERB;
        s->words[verb].xtag = "VBZ";
        s->words[verb].lemma = s->words[verb].form;
        dtn_word_hang(s, object, verb, "obj");
        return true;
    }
    return false;
}

/* ---- "Hunger, in turn, drives migration" ---- */

static bool mend_turn(dtn_sentence *s)
{
    bool done = false;
    for (uint32_t comma = 1; comma + 4 < s->n; comma++) {
        const uint32_t turn = comma + 2;
        uint32_t verb = comma + 4;
        if (!dtn_tree_is_form(s, comma, ",") || !dtn_tree_is_form(s, comma + 1, "in") ||
            !dtn_tree_is_form(s, turn, "turn") || !dtn_tree_is_form(s, comma + 3, ","))
            continue;
        while (verb < s->n &&
               (s->words[verb].tag == DTN_TAG_AUX || s->words[verb].tag == DTN_TAG_ADV))
            verb++;
        uint32_t noun = comma - 1;
        if (verb >= s->n || s->words[verb].tag != DTN_TAG_VERB ||
            dtn_tree_is_under(s, noun, verb)) {
            if (verb < s->n && s->words[verb].tag == DTN_TAG_VERB)
                dtn_word_hang(s, turn, verb, "obl");
            done |= verb < s->n;
            continue;
        }
        while (s->words[noun].head < comma && s->words[noun].head != verb)
            noun = s->words[noun].head;
        if (s->words[verb].head != noun || s->words[noun].tag != DTN_TAG_NOUN)
            continue;
        dtn_word_hang(s, verb, s->words[noun].head, s->words[noun].relation);
        dtn_word_hang(s, noun, verb, "nsubj");
        dtn_word_hang(s, turn, verb, "obl");
        for (uint32_t i = verb + 1; i < s->n; i++)
            if (s->words[i].head == noun)
                s->words[i].head = verb;
        done = true;
    }
    return done;
}

/* "Breeds distrust, and distrust ...": an adjective stands before what it describes, and is nobody's subject. */
static bool mend_alone(dtn_sentence *s, uint32_t i)
{
    dtn_word *w = &s->words[i];
    const bool is_cut = i + 1 < s->n && s->words[i + 1].tag == DTN_TAG_PUNCT;
    const bool is_before = dtn_word_hangs(w, "amod") && w->head > i && w->head < s->n && is_cut;
    if (w->tag != DTN_TAG_ADJ || !(is_before || dtn_word_hangs(w, "nsubj")))
        return false;
    if (is_before) {
        if (i == 0 || s->words[i - 1].tag != DTN_TAG_VERB)
            return false;
        dtn_word_hang(s, i, i - 1, "obj");
    }
    make_noun(w);
    return true;
}

/* ---- "Distrust feeds the revolt", "hopes for peace die" ---- */

/* A noun with a subject and no copula is a verb, if it can be one: of its object the noun phrase behind it. */
static bool mend_subjected(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                           uint32_t i)
{
    dtn_word *w = &s->words[i];
    const uint32_t subject = dtn_tree_child_in(s, i, "nsubj", 0, i);
    if (subject != DTN_NO_WORD && w->head == DTN_NO_WORD && dtn_tree_is_form(s, i, "rose") &&
        w->tag == DTN_TAG_NOUN && dtn_tree_child_in(s, i, "cop", 0, s->n) == DTN_NO_WORD) {
        w->tag = DTN_TAG_VERB;
        w->xtag = "VBD";
        w->lemma = "rise";
        return true;
    }
    if (w->tag != DTN_TAG_NOUN || subject == DTN_NO_WORD || w->relation[0] == 'n' ||
        dtn_tree_child_in(s, i, "cop", 0, s->n) != DTN_NO_WORD ||
        dtn_tree_child_in(s, i, "det", 0, s->n) != DTN_NO_WORD ||
        dtn_tree_child_in(s, i, "case", 0, s->n) != DTN_NO_WORD ||
        dtn_tree_child_in(s, i, "amod", 0, s->n) != DTN_NO_WORD ||
        dtn_tree_is_xtag(s, subject, "NNS") == dtn_tree_is_xtag(s, i, "NNS"))
        return false;
    const bool is_acting = acts(rules, known, w);
    dtn_word as_verb = *w;
    as_verb.tag = DTN_TAG_VERB;
    as_verb.lemma = as_verb.form;
    dtn_rules_prepare(rules, &as_verb, 1);
    if (!is_acting && w->head != DTN_NO_WORD &&
        !dtn_lexicon_get(rules, known->direction.verb, &as_verb) &&
        !dtn_lexicon_get(rules, known->direction.verb_event, &as_verb))
        return false;
    w->xtag = dtn_tree_is_xtag(s, i, "NNS") ? "VBZ" : "VBP";
    w->tag = DTN_TAG_VERB;
    w->lemma = w->form;
    if (w->head != DTN_NO_WORD && w->head < i && dtn_word_hangs(w, "conj") &&
        s->words[w->head].tag != DTN_TAG_VERB && s->words[w->head].head < i)
        w->head = s->words[w->head].head;
    for (uint32_t k = i + 1; is_acting && k < s->n && k < i + 5; k++) {
        if (s->words[k].tag == DTN_TAG_ADP || s->words[k].tag == DTN_TAG_PUNCT ||
            s->words[k].tag == DTN_TAG_VERB)
            break;
        if (s->words[k].tag == DTN_TAG_NOUN &&
            (s->words[k].head <= i || s->words[k].head >= s->n)) {
            dtn_word_hang(s, k, i, "obj");
            break;
        }
    }
    return true;
}

/* "Hunger and unrest": an adjective has no place of a noun. */
static bool mend_conjunct(dtn_sentence *s, uint32_t i)
{
    dtn_word *w = &s->words[i];
    if (w->tag != DTN_TAG_ADJ || !dtn_word_hangs(w, "conj") || w->head >= i ||
        s->words[w->head].tag != DTN_TAG_NOUN ||
        (i + 1 < s->n && s->words[i + 1].tag == DTN_TAG_NOUN))
        return false;
    make_noun(w);
    return true;
}

void dtn_mend_nouns(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    if (s->is_heading || s->n < 4)
        return;
    bool done = false;
    for (uint32_t i = 0; i < s->n; i++)
        if ((s->words[i].tag == DTN_TAG_VERB || s->words[i].tag == DTN_TAG_AUX ||
             s->words[i].tag == DTN_TAG_ADV || s->words[i].tag == DTN_TAG_ADJ) &&
            is_known_noun(rules, known, &s->words[i]))
            done |= mend_participle(s, i) || mend_adverb(s, i) || mend_conjunct(s, i) ||
                    mend_alone(s, i);
    done |= mend_three(rules, known, s);
    done |= mend_second(s);
    done |= mend_turn(s);
    for (uint32_t i = 1; i < s->n; i++)
        done |= mend_subjected(rules, known, s, i);
    done |= mend_chain(rules, known, s);
    if (done)
        dtn_rules_prepare(rules, s->words, s->n);
}
