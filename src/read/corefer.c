/* Simple coreference: "this", "it", "they", "the group" stand for what was said last.
 *
 * "This" and "that" stand for the clause before that theirs is joined to, else for the sentence
 * before. "It", "they" and definite nouns of the lexicon stand for the nearest subject before them
 * that fits in number, in this sentence or the one before; where that sentence's subject is such a
 * pronoun too, what it stands for. Nothing is guessed across paragraphs' beginnings farther back.
 */
#include "read/inner.h"

#include <string.h>

static bool is_plural(const dtn_sentence *s, uint32_t word)
{
    const dtn_word *w = &s->words[word];
    if (strcmp(w->xtag, "NNS") == 0 || strcmp(w->xtag, "NNPS") == 0)
        return true;
    for (uint32_t c = w->first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "conj"))
            return true;
    return false;
}

static uint32_t subject_of(const dtn_sentence *s, uint32_t verb)
{
    for (uint32_t c = s->words[verb].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "nsubj"))
            return c;
    return DTN_NO_WORD;
}

/* The last subject noun in words [0, end), DTN_NO_WORD if none; what is done may be one, for "it". */
static uint32_t last_subject(const dtn_sentence *s, uint32_t end, int plural)
{
    for (uint32_t i = end; i-- > 0;) {
        const dtn_word *w = &s->words[i];
        if (plural == 0 && dtn_word_hangs(w, "csubj") && strcmp(w->xtag, "VBG") == 0)
            return i;
        if ((w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN) && dtn_word_hangs(w, "nsubj") &&
            (plural < 0 || is_plural(s, i) == (plural == 1)))
            return i;
    }
    return DTN_NO_WORD;
}

/* "The figures say that raids [feed] attacks" is about the raids: of what somebody is not said to say, the clause. */
uint32_t dtn_read_told(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                       uint32_t verb)
{
    const uint32_t subject = subject_of(s, verb), clause = dtn_tree_child(s, verb, "ccomp");
    return subject != DTN_NO_WORD && clause != DTN_NO_WORD && subject < verb && clause > verb &&
                   s->words[subject].tag == DTN_TAG_NOUN &&
                   dtn_lexicon_get(rules, known->report, &s->words[verb]) &&
                   !dtn_read_is_somebody(rules, known, s, subject)
               ? clause
               : verb;
}

/* What a sentence is about: the subject of its main verb, where it fits; "closing [the border hurt]", for "it". */
static uint32_t main_subject(const dtn_rules *rules, const dtn_words_known *known,
                             const dtn_sentence *s, int plural)
{
    uint32_t root = 0;
    while (root < s->n && s->words[root].head != DTN_NO_WORD)
        root++;
    root = root < s->n ? dtn_read_told(rules, known, s, root) : root;
    for (uint32_t c = root < s->n ? s->words[root].first_child : DTN_NO_WORD; c != DTN_NO_WORD;
         c = s->words[c].next_sibling) {
        const dtn_word *w = &s->words[c];
        const bool is_act = strcmp(w->xtag, "VBG") == 0 && c < root &&
                            (dtn_word_hangs(w, "csubj") || dtn_word_hangs(w, "advcl"));
        if (plural <= 0 && is_act && subject_of(s, root) == DTN_NO_WORD)
            return c;
        /* "That decision angered farmers": the tree may take it for a time */
        const bool is_unmarked = strcmp(w->relation, "obl:unmarked") == 0 && c < root &&
                                 subject_of(s, root) == DTN_NO_WORD;
        if ((w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN) &&
            (dtn_word_hangs(w, "nsubj") || is_unmarked) &&
            (plural < 0 || is_plural(s, c) == (plural == 1)))
            return c;
    }
    return DTN_NO_WORD;
}

/* The last noun that something is done to, which fits. */
static uint32_t last_object(const dtn_sentence *s, uint32_t end, bool plural)
{
    for (uint32_t i = end; i-- > 0;)
        if ((s->words[i].tag == DTN_TAG_NOUN || s->words[i].tag == DTN_TAG_PROPN) &&
            dtn_word_hangs(&s->words[i], "obj") && is_plural(s, i) == plural)
            return i;
    return DTN_NO_WORD;
}

/* The pronoun that is a sentence's main subject, DTN_NO_WORD if none. */
static uint32_t pronoun_subject(const dtn_sentence *s, int plural)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->words[i].tag == DTN_TAG_PRON && dtn_word_hangs(&s->words[i], "nsubj") &&
            (plural == 1 ? dtn_word_is(&s->words[i], "they") : dtn_word_is(&s->words[i], "it")))
            return i;
    return DTN_NO_WORD;
}

/* "those who want revenge" are told by what follows. */
static bool has_clause(const dtn_sentence *s, uint32_t word)
{
    for (uint32_t c = s->words[word].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "acl"))
            return true;
    return false;
}

static bool is_definite(const dtn_sentence *s, uint32_t word)
{
    for (uint32_t c = s->words[word].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "det") &&
            (dtn_word_is(&s->words[c], "the") || dtn_word_is(&s->words[c], "this")))
            return true;
    return false;
}

/* A person by office, whom "it" does not stand for: "[the minister] closed the road. It hurt traders". */
static bool is_office(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                      uint32_t word)
{
    return word != DTN_NO_WORD && dtn_lexicon_get(rules, known->office, &s->words[word]) != NULL;
}

/* "The security forces", "the armed forces" are named, and take up nobody. */
static bool is_named_alone(const dtn_sentence *s, uint32_t word)
{
    return dtn_tree_child(s, word, "compound") != DTN_NO_WORD ||
           (dtn_word_is(&s->words[word], "force") &&
            dtn_tree_child(s, word, "amod") != DTN_NO_WORD);
}

/* What a noun like "the group" may take up: a name, or persons and what they form. */
static bool may_be_group(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_sentence *s, uint32_t word)
{
    return s->words[word].tag == DTN_TAG_PROPN || dtn_read_is_somebody(rules, known, s, word);
}

uint32_t dtn_read_clause_before(const dtn_sentence *s, uint32_t word)
{
    for (uint32_t i = word; s->words[i].head != DTN_NO_WORD; i = s->words[i].head) {
        const uint32_t up = s->words[i].head;
        if (up < word && s->words[up].tag == DTN_TAG_VERB &&
            (dtn_word_hangs(&s->words[i], "conj") || dtn_word_hangs(&s->words[i], "parataxis")))
            return up;
    }
    return DTN_NO_WORD;
}

/* "[These] increased attacks": no article of a noun behind it. */
static bool is_bare_these(const dtn_sentence *s, uint32_t word)
{
    return (dtn_tree_is_form(s, word, "these") || dtn_tree_is_form(s, word, "those")) &&
           dtn_word_hangs(&s->words[word], "nsubj");
}

/* A noun that nothing tells: "[Medicine] is short". */
static bool is_bare(const dtn_sentence *s, uint32_t word)
{
    for (uint32_t c = s->words[word].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "det") || dtn_word_hangs(&s->words[c], "nmod") ||
            dtn_word_hangs(&s->words[c], "amod") || dtn_word_hangs(&s->words[c], "compound"))
            return false;
    return s->words[word].tag == DTN_TAG_NOUN;
}

/* "It hurts us. Medicine is short. Has [it] changed minds?": the sentence before `sentence`, in its paragraph, that speaks
 * of "it" already; DTN_NO_WORD: none. */
static uint32_t spoken_of(const dtn_parsed *doc, uint32_t sentence)
{
    for (uint32_t i = sentence, k = 0; k < DTN_REFER_BACK && i > 0; k++) {
        if (doc->sentences[i].begins_paragraph)
            break;
        const uint32_t it = pronoun_subject(&doc->sentences[--i], 0);
        if (it != DTN_NO_WORD)
            return it <= dtn_read_label(&doc->sentences[i]) ? i : (uint32_t)DTN_NO_WORD;
    }
    return DTN_NO_WORD;
}

/* "Q: What about the [embargo]? A: It ...": the last noun of a question without a verb; DTN_NO_WORD. */
static uint32_t asked_about(const dtn_sentence *s, int plural)
{
    uint32_t last = DTN_NO_WORD;
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->words[i].tag == DTN_TAG_VERB)
            return DTN_NO_WORD;
        if (s->words[i].tag == DTN_TAG_NOUN && is_plural(s, i) == (plural == 1))
            last = i;
    }
    return last != DTN_NO_WORD && dtn_tree_is_form(s, s->n - 1, "?") ? last : (uint32_t)DTN_NO_WORD;
}

/* May a word of the sentence stand for one of the sentence before: in its paragraph, or where it answers that? */
static bool looks_back(const dtn_parsed *doc, uint32_t sentence)
{
    return sentence > 0 && (!doc->sentences[sentence].begins_paragraph ||
                            (dtn_read_label(&doc->sentences[sentence]) > 0 &&
                             dtn_tree_is_form(&doc->sentences[sentence - 1],
                                              doc->sentences[sentence - 1].n - 1, "?")));
}

bool dtn_read_antecedent(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_parsed *doc, uint32_t sentence, uint32_t word,
                         uint32_t *to_sentence, uint32_t *to_word)
{
    const dtn_sentence *s = &doc->sentences[sentence];
    const dtn_word *w = &s->words[word];
    bool is_pronoun = w->tag == DTN_TAG_PRON || w->tag == DTN_TAG_DET;
    if (is_pronoun && has_clause(s, word))
        return false;
    if (is_pronoun && !is_bare_these(s, word) && dtn_lexicon_get(rules, known->pronoun_event, w)) {
        *to_word = dtn_read_clause_before(s, word);
        *to_sentence = *to_word == DTN_NO_WORD ? sentence - 1 : sentence;
        return sentence > 0 || *to_word != DTN_NO_WORD;
    }
    int plural;
    if (is_pronoun && dtn_lexicon_get(rules, known->pronoun_thing, w))
        plural = 0;
    else if (is_pronoun && (dtn_word_is(w, "they") || dtn_word_is(w, "them") ||
                            dtn_word_is(w, "their") || is_bare_these(s, word)))
        plural = 1;
    else if (is_pronoun && (dtn_word_is(w, "he") || dtn_word_is(w, "she")))
        plural = 0;
    else if (w->tag == DTN_TAG_NOUN && dtn_lexicon_get(rules, known->pronoun_noun, w) &&
             is_definite(s, word) && !is_named_alone(s, word))
        plural = -1;
    else
        return false;
    const bool is_it = is_pronoun && dtn_lexicon_get(rules, known->pronoun_thing, w);
    /* "Threats never calmed it": not what does it, and rather what something was done to */
    const bool is_object = is_pronoun && dtn_word_hangs(w, "obj") && w->head != DTN_NO_WORD;
    uint32_t found = DTN_NO_WORD, doer = is_object ? subject_of(s, w->head) : DTN_NO_WORD;
    if (is_object)
        found = last_object(s, word, plural == 1);
    if (found == DTN_NO_WORD)
        found = last_subject(s, doer < word ? doer : word, plural);
    if (is_it && is_office(rules, known, s, found))
        found = DTN_NO_WORD;
    *to_sentence = sentence;
    for (int i = 0; i < DTN_REFER_BACK && found == DTN_NO_WORD && looks_back(doc, *to_sentence);
         i++) {
        const bool is_answer = doc->sentences[*to_sentence].begins_paragraph;
        const dtn_sentence *before = &doc->sentences[--*to_sentence];
        found = is_object ? last_object(before, before->n, plural == 1)
                          : main_subject(rules, known, before, plural);
        if (found == DTN_NO_WORD)
            found = last_subject(before, before->n, plural);
        if (is_it && is_office(rules, known, before, found)) /* "should endorse [the drive]" */
            found = last_object(before, before->n, false);
        if (found == DTN_NO_WORD && is_answer && plural >= 0)
            found = asked_about(before, plural);
        const uint32_t topic = is_it && !is_object && found != DTN_NO_WORD && is_bare(before, found)
                                   ? spoken_of(doc, *to_sentence)
                                   : (uint32_t)DTN_NO_WORD;
        if (topic != DTN_NO_WORD)
            return dtn_read_antecedent(rules, known, doc, topic,
                                       pronoun_subject(&doc->sentences[topic], 0), to_sentence,
                                       to_word);
        if (found == DTN_NO_WORD && (plural < 0 || pronoun_subject(before, plural) == DTN_NO_WORD))
            break;
    }
    *to_word = found;
    return found != DTN_NO_WORD &&
           (plural >= 0 || may_be_group(rules, known, &doc->sentences[*to_sentence], found));
}
