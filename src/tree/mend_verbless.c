/* Trees mended: short sentences without a verb ("Raids lower trust", "Analysts doubt that ..."), clauses without one
 * behind a verb of saying ("We argue that raids lower trust"), and conditions without "if" ("Had the truce held,
 * trade would have grown").
 *
 * The parser takes words that are more often adjectives or nouns for such where little stands around
 * them. A whole sentence of text has a verb; where it has none before its first clause, the first word
 * that can be one and agrees with the noun before it becomes the root: a verb of the lexicon with a
 * phrase behind it, or a verb of saying with "that". Headings have no verb and are left alone.
 */
#include "tree/inner.h"

#include <string.h>

/* The head of the noun phrase in words [begin, end): its last noun that no preposition leads in. */
static uint32_t head_of(const dtn_sentence *s, uint32_t begin, uint32_t end)
{
    uint32_t head = begin;
    for (uint32_t i = begin; i < end && s->words[i].tag != DTN_TAG_ADP; i++)
        if (s->words[i].tag == DTN_TAG_NOUN || s->words[i].tag == DTN_TAG_PROPN ||
            s->words[i].tag == DTN_TAG_PRON || s->words[i].tag == DTN_TAG_DET)
            head = i;
    return head;
}

/* Does the noun take this form of the verb: "raids lower", "a raid lowers"? */
static bool agrees(const dtn_sentence *s, uint32_t noun, uint32_t verb)
{
    const dtn_word *subject = &s->words[noun];
    const size_t n = strlen(s->words[verb].form);
    const bool is_third = n > 3 && s->words[verb].form[n - 1] == 's';
    const size_t n_subject = strlen(subject->form);
    /* "Raids" alone at the head of a sentence, taken for a singular */
    const bool is_first = noun == 0 && subject->tag == DTN_TAG_NOUN && n_subject > 3 &&
                          subject->form[n_subject - 1] == 's' &&
                          !strchr("suia", subject->form[n_subject - 2]);
    const bool is_plural = is_first || strcmp(subject->xtag, "NNS") == 0 ||
                           strcmp(subject->xtag, "NNPS") == 0 || dtn_word_is(subject, "some") ||
                           dtn_word_is(subject, "many") || dtn_word_is(subject, "few");
    const bool is_nominal = is_plural || subject->tag == DTN_TAG_NOUN ||
                            subject->tag == DTN_TAG_PROPN || strcmp(subject->xtag, "VBG") == 0;
    return is_nominal && is_plural != is_third;
}

static bool begins_phrase(const dtn_word *w)
{
    return w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_DET || w->tag == DTN_TAG_ADJ ||
           w->tag == DTN_TAG_PROPN || dtn_word_is(w, "their") || dtn_word_is(w, "its");
}

/* The word that ought to be the verb of the clause of words [begin, end] and `subject`, DTN_NO_WORD: what stands
 * before it; DTN_NO_WORD: none. */
static uint32_t verb_of(const dtn_rules *rules, const dtn_mend_words *known, const dtn_sentence *s,
                        uint32_t begin, uint32_t end, bool is_saying, uint32_t subject)
{
    for (uint32_t i = begin + 1; i + 1 < s->n && i <= end; i++) {
        const dtn_word *w = &s->words[i];
        if ((w->tag != DTN_TAG_ADJ && w->tag != DTN_TAG_NOUN) ||
            !agrees(s, subject == DTN_NO_WORD ? head_of(s, begin, i) : subject, i))
            continue;
        dtn_word as_verb = *w;
        as_verb.tag = DTN_TAG_VERB;
        as_verb.lemma = w->form; /* its stem is looked for among the rules' words */
        dtn_rules_prepare(rules, &as_verb, 1);
        if (is_saying
                ? i == end && dtn_lexicon_get(rules, known->report, &as_verb) != NULL
                : dtn_lexicon_get(rules, known->cause, &as_verb) && begins_phrase(&s->words[i + 1]))
            return i;
    }
    return DTN_NO_WORD;
}

/* Words of [begin, end) that hung across the verb hang on their phrase's head. */
static void gather(dtn_sentence *s, uint32_t begin, uint32_t end, uint32_t head)
{
    for (uint32_t i = begin; i < end; i++) {
        const uint32_t up = s->words[i].head;
        if (i != head && (up < begin || up >= end))
            dtn_word_hang(s, i, head,
                          s->words[i].tag == DTN_TAG_PUNCT ? "punct"
                          : s->words[i].tag == DTN_TAG_DET ? "det"
                          : s->words[i].tag == DTN_TAG_ADJ ? "amod"
                          : i > head                       ? "nmod"
                                                           : "compound");
    }
}

static void make_verb(dtn_word *w)
{
    w->tag = DTN_TAG_VERB;
    w->xtag = "VBP";
    w->lemma = w->form;
}

static void make_root(dtn_sentence *s, uint32_t verb, uint32_t clause)
{
    const uint32_t end = s->n > 0 && s->words[s->n - 1].tag == DTN_TAG_PUNCT ? s->n - 1 : s->n;
    const uint32_t subject = head_of(s, 0, verb);
    const uint32_t object = clause == DTN_NO_WORD ? head_of(s, verb + 1, end) : clause;
    make_verb(&s->words[verb]);
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    dtn_word_hang(s, subject, verb, "nsubj");
    gather(s, 0, verb, subject);
    if (clause == DTN_NO_WORD) {
        dtn_word_hang(s, object, verb, "obj");
        gather(s, verb + 1, end, object);
    } else {
        dtn_word_hang(s, clause, verb, "ccomp");
        for (uint32_t i = verb + 1; i < end; i++)
            if (i != clause && s->words[i].head < verb)
                s->words[i].head = clause;
    }
    for (uint32_t i = end; i < s->n; i++)
        dtn_word_hang(s, i, verb, "punct");
}

/* ---- What is said ---- */

static bool is_finite(const dtn_word *w)
{
    return w->tag == DTN_TAG_AUX || strcmp(w->xtag, "VBD") == 0 || strcmp(w->xtag, "VBZ") == 0 ||
           strcmp(w->xtag, "VBP") == 0 || strcmp(w->xtag, "MD") == 0;
}

/* The first "that" behind a verb of saying whose clause, up to the next mark of punctuation `end`, has no verb; 0:
 * none. Its first word, a plural, may have been taken for one. */
static uint32_t that_without_verb(const dtn_rules *rules, const dtn_mend_words *known,
                                  const dtn_sentence *s, uint32_t *end)
{
    for (uint32_t that = 1; that + 3 < s->n; that++) {
        const dtn_word *before = &s->words[that - 1];
        if (strcmp(s->words[that].form, "that") != 0 || before->tag != DTN_TAG_VERB ||
            !dtn_lexicon_get(rules, known->report, before))
            continue;
        uint32_t i = that + 1;
        if (strcmp(s->words[i].xtag, "VBZ") == 0 && s->words[i + 1].tag != DTN_TAG_DET)
            i++;
        while (i < s->n && s->words[i].tag != DTN_TAG_PUNCT && !is_finite(&s->words[i]))
            i++;
        *end = i;
        if (i > that + 3 && (i == s->n || s->words[i].tag == DTN_TAG_PUNCT))
            return that;
    }
    return 0;
}

static void mend_said(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    uint32_t end = 0;
    const uint32_t that = that_without_verb(rules, known, s, &end);
    if (that == 0)
        return;
    dtn_word *first = &s->words[that + 1];
    const dtn_word as_given = *first;
    if (first->tag == DTN_TAG_VERB) {
        first->tag = DTN_TAG_NOUN;
        first->xtag = strcmp(first->xtag, "VBG") == 0 ? "NN" : "NNS";
    }
    const uint32_t verb = verb_of(rules, known, s, that + 1, end - 1, false, DTN_NO_WORD);
    if (verb == DTN_NO_WORD) {
        *first = as_given;
        return;
    }
    const uint32_t subject = head_of(s, that + 1, verb), object = head_of(s, verb + 1, end);
    make_verb(&s->words[verb]);
    dtn_word_hang(s, verb, that - 1, "ccomp");
    dtn_word_hang(s, that, verb, "mark");
    s->words[that].tag = DTN_TAG_SCONJ;
    s->words[that].xtag = "IN";
    dtn_word_hang(s, subject, verb, "nsubj");
    dtn_word_hang(s, object, verb, "obj");
    gather(s, that + 1, verb, subject);
    gather(s, verb + 1, end, object);
    dtn_rules_prepare(rules, s->words, s->n);
}

/* ---- Conditions by word order ---- */

/* The verb of "[had] the truce held": the last one before the comma. */
static uint32_t inverted_verb(const dtn_sentence *s, uint32_t comma)
{
    for (uint32_t i = comma; i-- > 2;)
        if (strcmp(s->words[i].xtag, "VBN") == 0 || strcmp(s->words[i].xtag, "VBD") == 0 ||
            strcmp(s->words[i].xtag, "VB") == 0)
            return i;
    return DTN_NO_WORD;
}

/* "Should the treaty [lapse]", taken for a noun: the last of the first phrase, if the rules know it as a verb. */
static uint32_t noun_for_verb(const dtn_rules *rules, const dtn_mend_words *known,
                              const dtn_sentence *s, uint32_t comma)
{
    uint32_t last = DTN_NO_WORD;
    for (uint32_t i = 2; i < comma && s->words[i].tag != DTN_TAG_ADP; i++)
        if (dtn_tree_is_name(&s->words[i]))
            last = i;
    if (last == DTN_NO_WORD || !dtn_tree_is_name(&s->words[last - 1]))
        return DTN_NO_WORD;
    dtn_word as_verb = s->words[last];
    as_verb.tag = DTN_TAG_VERB;
    dtn_rules_prepare(rules, &as_verb, 1);
    return dtn_lexicon_get(rules, known->direction.verb, &as_verb) ||
                   dtn_lexicon_get(rules, known->direction.verb_event, &as_verb)
               ? last
               : (uint32_t)DTN_NO_WORD;
}

/* The verb that "would" or "should" stands by behind the comma. */
static uint32_t foreseen_verb(const dtn_rules *rules, const dtn_mend_words *known,
                              const dtn_sentence *s, uint32_t comma)
{
    bool is_foreseen = false;
    for (uint32_t i = comma + 1; i < s->n; i++) {
        const dtn_word *w = &s->words[i];
        if (is_foreseen && (w->tag == DTN_TAG_VERB ||
                            (w->tag == DTN_TAG_ADJ && dtn_word_is(&s->words[i - 1], "be"))))
            return i; /* "would be alive" */
        is_foreseen |= dtn_lexicon_get(rules, known->predict.modal, w) != NULL ||
                       dtn_lexicon_get(rules, known->advice.modal, w) != NULL ||
                       dtn_lexicon_get(rules, known->hedge.modal, w) != NULL;
    }
    return DTN_NO_WORD;
}

/* Is it the comma before the main clause, "..., Northland will", or the first one where no verb stands before it? */
static bool ends_condition(const dtn_rules *rules, const dtn_mend_words *known,
                           const dtn_sentence *s, uint32_t comma)
{
    if (strcmp(s->words[comma].form, ",") != 0)
        return false;
    for (uint32_t i = comma + 1; i < s->n && s->words[i].tag != DTN_TAG_PUNCT; i++) {
        const dtn_word *w = &s->words[i];
        if (dtn_lexicon_get(rules, known->predict.modal, w) ||
            dtn_lexicon_get(rules, known->advice.modal, w) ||
            dtn_lexicon_get(rules, known->hedge.modal, w))
            return true;
        if (w->tag == DTN_TAG_VERB || dtn_tree_is_form(s, i, "which"))
            return false;
    }
    return false;
}

static void mend_condition(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    uint32_t comma = 1;
    const char *first = s->words[0].form;
    if (strcmp(first, "Had") != 0 && strcmp(first, "Were") != 0 && strcmp(first, "Should") != 0)
        return;
    while (comma < s->n && !ends_condition(rules, known, s, comma))
        comma++;
    uint32_t verb = comma < s->n ? inverted_verb(s, comma) : DTN_NO_WORD;
    if (verb == DTN_NO_WORD && comma < s->n && strcmp(first, "Should") == 0)
        verb = noun_for_verb(rules, known, s, comma);
    const uint32_t foreseen = comma < s->n ? foreseen_verb(rules, known, s, comma) : DTN_NO_WORD;
    if (verb == DTN_NO_WORD || foreseen == DTN_NO_WORD)
        return;
    const uint32_t subject = head_of(s, 1, verb);
    for (uint32_t i = 0; i < s->n; i++)
        if (i != foreseen &&
            (s->words[i].head == DTN_NO_WORD || (i < comma) != (s->words[i].head < comma)))
            s->words[i].head = i < comma ? verb : foreseen;
    if (s->words[verb].tag != DTN_TAG_VERB)
        s->words[verb].xtag = "VB";
    s->words[verb].tag = DTN_TAG_VERB;
    dtn_word_hang(s, foreseen, DTN_NO_WORD, "root");
    dtn_word_hang(s, verb, foreseen, "advcl");
    dtn_word_hang(s, 0, verb, "mark");
    dtn_word_hang(s, subject, verb, "nsubj");
    gather(s, 1, subject, subject);
    for (uint32_t i = subject + 1; i < comma; i++)
        if (i != verb && s->words[i].head <= subject && s->words[i].tag != DTN_TAG_ADP)
            s->words[i].head = verb;
    dtn_rules_prepare(rules, s->words, s->n);
}

/* ---- Subjects ---- */

/* The only verb of a sentence as short as "Attacks undermine trust.", if it is of its first two words and may be a
 * plural; DTN_NO_WORD: another one, or none. */
static uint32_t plural_taken_for_verb(const dtn_sentence *s)
{
    const uint32_t first = s->words[0].tag == DTN_TAG_NOUN || s->words[0].tag == DTN_TAG_PROPN ||
                                   s->words[0].tag == DTN_TAG_ADJ
                               ? 1
                               : 0;
    if (strcmp(s->words[first].xtag, "VBZ") != 0)
        return DTN_NO_WORD;
    for (uint32_t i = first + 1; i < s->n; i++)
        if (s->words[i].tag == DTN_TAG_AUX || s->words[i].tag == DTN_TAG_VERB)
            return DTN_NO_WORD;
    return first;
}

static void mend_plural(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                        uint32_t plural)
{
    const dtn_word as_given = s->words[plural];
    s->words[plural].tag = DTN_TAG_NOUN;
    s->words[plural].xtag = "NNS";
    const uint32_t verb = verb_of(rules, known, s, plural, plural + 1, false, DTN_NO_WORD);
    /* "The army needs fuel supplies": behind a noun a verb that is taken for an adjective alone */
    if (verb == DTN_NO_WORD || (plural > 0 && s->words[verb].tag != DTN_TAG_ADJ)) {
        s->words[plural] = as_given;
        return;
    }
    make_root(s, verb, DTN_NO_WORD);
    dtn_rules_prepare(rules, s->words, s->n);
}

/* The infinitive of "the failure to stop raids erodes trust", where it is the sentence's only verb. */
static uint32_t only_infinitive(const dtn_sentence *s)
{
    uint32_t found = DTN_NO_WORD;
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->words[i].tag == DTN_TAG_AUX || (s->words[i].tag == DTN_TAG_VERB && found < s->n))
            return DTN_NO_WORD;
        if (s->words[i].tag == DTN_TAG_VERB)
            found = i;
    }
    return found < s->n && found > 1 && dtn_word_hangs(&s->words[found], "acl") &&
                   strcmp(s->words[found].xtag, "VB") == 0 && s->words[found].head < found &&
                   s->words[s->words[found].head].tag == DTN_TAG_NOUN &&
                   dtn_word_is(&s->words[found - 1], "to")
               ? found
               : (uint32_t)DTN_NO_WORD;
}

static void mend_infinitive(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                            uint32_t infinitive)
{
    const uint32_t subject = s->words[infinitive].head, end = s->n - 1;
    const uint32_t verb = verb_of(rules, known, s, infinitive + 1, end - 1, false, subject);
    if (verb == DTN_NO_WORD)
        return;
    const uint32_t inner = head_of(s, infinitive + 1, verb), object = head_of(s, verb + 1, end);
    make_verb(&s->words[verb]);
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    dtn_word_hang(s, subject, verb, "nsubj");
    dtn_word_hang(s, inner, infinitive, "obj");
    dtn_word_hang(s, object, verb, "obj");
    gather(s, infinitive + 1, verb, inner);
    gather(s, verb + 1, end, object);
    dtn_word_hang(s, end, verb, "punct");
    dtn_rules_prepare(rules, s->words, s->n);
}

/* The main clause. */
static void mend_main(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    uint32_t clause = DTN_NO_WORD, verb = DTN_NO_WORD;
    for (uint32_t i = 0; i < s->n && clause == DTN_NO_WORD; i++)
        if (s->words[i].tag == DTN_TAG_AUX || s->words[i].tag == DTN_TAG_VERB)
            clause = i;
    const uint32_t plural = plural_taken_for_verb(s), infinitive = only_infinitive(s);
    if (clause == DTN_NO_WORD) {
        verb = verb_of(rules, known, s, 0, s->n - 2, false, DTN_NO_WORD);
    } else { /* "[Analysts doubt] that ...": nothing but "that" may introduce the first clause */
        uint32_t that = clause;
        while (that > 0 && strcmp(s->words[that].form, "that") != 0)
            that--;
        const bool is_marked = that > 0 && dtn_word_hangs(&s->words[that], "mark");
        clause = is_marked ? s->words[that].head : clause;
        if (that > 1 && clause > that && clause < s->n)
            verb = verb_of(rules, known, s, 0, that - 1, true, DTN_NO_WORD);
    }
    if (verb != DTN_NO_WORD) {
        make_root(s, verb, clause);
        dtn_rules_prepare(rules, s->words, s->n);
    } else if (plural != DTN_NO_WORD) {
        mend_plural(rules, known, s, plural);
    } else if (infinitive != DTN_NO_WORD) {
        mend_infinitive(rules, known, s, infinitive);
    }
}

void dtn_mend_verbless(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    if (!s->is_heading && s->n > 5)
        mend_condition(rules, known, s);
    if (s->is_heading || s->n < 4 || strcmp(s->words[s->n - 1].form, ".") != 0)
        return;
    mend_main(rules, known, s);
    mend_said(rules, known, s);
}
