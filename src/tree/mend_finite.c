/* Trees mended: clauses whose verb the parser takes for a noun, an adjective or a participle.
 *
 *   - "the raids have not increased support": "have" and a participle are the verb, no support that is increased;
 *   - "Drought made famine more likely": what stands alone before a verb in the past is its subject;
 *   - "Peacekeepers lower the risk": a word with a subject and an object is a verb;
 *   - "by raising taxes", "a myth that aid breeds corruption": a verb beside its object;
 *   - "if talks collapse, ...", "unless the border opens": between such a word and the comma somebody does something;
 *   - "evidence that the raids reduced violence": "that" leads in the clause, if its verb has subject and object;
 *   - "the reason that mediated ceasefires fail is ...": a participle before its noun;
 *   - "done nothing to curb corruption", "kept the harvest from shrinking", "the notion that trade prevents war".
 */
#include "tree/inner.h"

#include <stdio.h>
#include <string.h>

#define MAX_STEM 30   /* bytes of a gerund */
#define MAX_CLAUSE 12 /* words between "if" and its comma */

static bool is_finite(const dtn_word *w)
{
    return w->tag == DTN_TAG_AUX || strcmp(w->xtag, "VBD") == 0 || strcmp(w->xtag, "VBZ") == 0 ||
           strcmp(w->xtag, "VBP") == 0 || strcmp(w->xtag, "MD") == 0;
}

static void make_verb(dtn_word *w, const char *xtag)
{
    w->tag = DTN_TAG_VERB;
    w->xtag = xtag;
}

/* ---- Verbs of the lexicon ---- */

/* The lexicon's entry of a verb by that lemma that acts on something, or moves; NULL: none. */
static const dtn_entry *entry_of(const dtn_rules *rules, const dtn_mend_words *known,
                                 const dtn_word *word, const char *lemma, bool moves)
{
    const dtn_lexicon_ref refs[] = {known->cause, known->shut, known->direction.verb,
                                    known->direction.verb_event};
    dtn_word as_verb = *word;
    as_verb.tag = DTN_TAG_VERB;
    as_verb.lemma = lemma;
    dtn_rules_prepare(rules, &as_verb, 1);
    for (size_t i = 0; i < (moves ? 4 : 2); i++) {
        const dtn_entry *entry = dtn_lexicon_get(rules, refs[i], &as_verb);
        if (entry)
            return entry;
    }
    return NULL;
}

/* The same of the word's form, a gerund's by its stem: "rais" or "raise", "cutt" or "cut". */
static const dtn_entry *entry_of_form(const dtn_rules *rules, const dtn_mend_words *known,
                                      const dtn_word *word, bool moves)
{
    char stem[MAX_STEM + 2];
    const size_t n = strlen(word->form);
    if (n < 6 || n > MAX_STEM || strcmp(word->form + n - 3, "ing") != 0)
        return entry_of(rules, known, word, word->form, moves);
    (void)snprintf(stem, sizeof stem, "%.*s", (int)n - 3, word->form);
    const dtn_entry *entry = entry_of(rules, known, word, stem, moves);
    if (!entry && stem[n - 4] == stem[n - 5]) {
        stem[n - 4] = '\0';
        entry = entry_of(rules, known, word, stem, moves);
    }
    (void)snprintf(stem, sizeof stem, "%.*se", (int)n - 3, word->form);
    return entry ? entry : entry_of(rules, known, word, stem, moves);
}

static bool acts(const dtn_rules *rules, const dtn_mend_words *known, const dtn_word *word)
{
    return entry_of_form(rules, known, word, false) != NULL;
}

/* A verb by its form in the text, with the lexicon's lemma if it has one. */
static void make_known_verb(const dtn_rules *rules, const dtn_mend_words *known, dtn_word *w,
                            const char *xtag)
{
    const dtn_entry *entry = entry_of_form(rules, known, w, true);
    make_verb(w, xtag);
    w->lemma = entry ? entry->words : w->form;
}

/* ---- "Have not increased support" ---- */

/* `verb` takes the place of its object, which keeps what stands behind the verb. */
static void trade_places(dtn_sentence *s, uint32_t verb, uint32_t object)
{
    const dtn_word was = s->words[object];
    for (uint32_t i = 0; i < s->n; i++)
        if (i != verb && s->words[i].head == object &&
            (i < verb || dtn_word_hangs(&s->words[i], "conj") ||
             (s->words[i].tag == DTN_TAG_PUNCT && i > object)))
            s->words[i].head = verb;
    dtn_word_hang(s, verb, was.head, was.relation);
    dtn_word_hang(s, object, verb, "obj");
}

static bool mend_perfect(dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 2; i + 1 < s->n; i++) {
        const dtn_word *w = &s->words[i];
        const uint32_t object = w->head;
        uint32_t has = i - 1;
        while (has > 0 && s->words[has].tag != DTN_TAG_AUX &&
               (s->words[has].tag == DTN_TAG_ADV || s->words[has].tag == DTN_TAG_PART))
            has--;
        if (!dtn_tree_is_xtag(s, i, "VBN") || object == DTN_NO_WORD || object <= i ||
            !(dtn_word_hangs(w, "amod") || dtn_word_hangs(w, "compound")) ||
            s->words[has].tag != DTN_TAG_AUX || !dtn_word_is(&s->words[has], "have") ||
            (s->words[has].head != object && s->words[has].head != i) ||
            !dtn_tree_is_name(&s->words[object]))
            continue;
        make_verb(&s->words[i], "VBN");
        trade_places(s, i, object);
        done = true;
    }
    return done;
}

/* "If the raids had reduced attacks": of a clause beside another a participle that the tree hangs on its own auxiliary is
 * the verb. */
static bool mend_auxiliary(dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 0; i + 1 < s->n; i++) {
        uint32_t verb = i + 1;
        while (verb + 1 < s->n &&
               (s->words[verb].tag == DTN_TAG_ADV || s->words[verb].tag == DTN_TAG_PART))
            verb++;
        if (!dtn_word_is(&s->words[i], "have") || !dtn_word_hangs(&s->words[i], "advcl") ||
            !dtn_tree_is_xtag(s, verb, "VBN") || s->words[verb].head != i)
            continue;
        const dtn_word was = s->words[i];
        for (uint32_t k = 0; k < s->n; k++)
            if (s->words[k].head == i)
                s->words[k].head = verb;
        dtn_word_hang(s, verb, was.head, was.relation);
        dtn_word_hang(s, i, verb, "aux");
        make_verb(&s->words[verb], "VBN");
        s->words[i].tag = DTN_TAG_AUX;
        done = true;
    }
    return done;
}

/* "The army had better [hold] talks": "had better" is an auxiliary. */
static bool mend_had_better(dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 1; i + 2 < s->n; i++) {
        const dtn_word was = s->words[i];
        uint32_t verb = i + 2;
        while (verb + 1 < s->n &&
               (s->words[verb].tag == DTN_TAG_ADV || s->words[verb].tag == DTN_TAG_PART))
            verb++;
        if (!dtn_tree_is_form(s, i, "had") || !dtn_tree_is_form(s, i + 1, "better") ||
            !dtn_tree_is_xtag(s, verb, "VB") || was.tag != DTN_TAG_VERB)
            continue;
        const uint32_t above = s->words[verb].head;
        if (dtn_tree_is_under(s, i, verb) ||
            (above > verb && above < s->n && dtn_tree_is_under(s, i, above)))
            continue;
        for (uint32_t k = 0; k < s->n; k++)
            if (k != verb && s->words[k].head == i)
                s->words[k].head = verb;
        if (above > verb && above < s->n)
            dtn_word_hang(s, above, verb, "obj");
        make_verb(&s->words[verb], "VB");
        dtn_word_hang(s, verb, was.head, was.relation);
        dtn_word_hang(s, i, verb, "aux");
        s->words[i].tag = DTN_TAG_AUX;
        dtn_word_hang(s, i + 1, verb, "advmod");
        done = true;
    }
    return done;
}

/* "Nothing fuels anger like hunger": a finite verb between two nouns is no modifier of the second. */
static bool mend_modifier(dtn_sentence *s)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->words[i].tag == DTN_TAG_AUX ||
            (s->words[i].tag == DTN_TAG_VERB && !dtn_word_hangs(&s->words[i], "compound")))
            return false;
    for (uint32_t i = 1; i + 1 < s->n; i++) {
        const uint32_t object = s->words[i].head, subject = i - 1;
        if (s->words[i].tag != DTN_TAG_VERB || !dtn_tree_is_xtag(s, i, "VBZ") || object <= i ||
            object >= s->n)
            continue;
        const uint32_t first = s->words[object].head;
        if (first < i && dtn_tree_is_form(s, subject, ",") && dtn_tree_is_name(&s->words[first]) &&
            s->words[first].head == DTN_NO_WORD && !dtn_tree_is_xtag(s, first, "NNS")) {
            dtn_word_hang(s, i, DTN_NO_WORD, "root"); /* "poverty, more than religion, drives it" */
            dtn_word_hang(s, first, i, "nsubj");
            dtn_word_hang(s, object, i, "obj");
            for (uint32_t k = i + 1; k < s->n; k++)
                if (s->words[k].head == first)
                    s->words[k].head = i;
            return true;
        }
        if (s->words[object].head != DTN_NO_WORD ||
            !(dtn_tree_is_name(&s->words[subject]) || s->words[subject].tag == DTN_TAG_PRON) ||
            (s->words[subject].head != object && s->words[subject].head != i))
            continue;
        trade_places(s, i, object);
        dtn_word_hang(s, subject, i, "nsubj");
        return true;
    }
    return false;
}

/* ---- "Drought made famine more likely" ---- */

/* "Drought worsened hunger": two participles before the only noun, and no verb. */
static bool mend_two_participles(dtn_sentence *s)
{
    if (s->words[0].tag != DTN_TAG_VERB || !dtn_tree_is_xtag(s, 1, "VBN") ||
        s->words[0].first_child != DTN_NO_WORD)
        return false;
    const uint32_t object = s->words[1].head;
    for (uint32_t i = 2; i < s->n; i++)
        if (is_finite(&s->words[i]) || s->words[i].tag == DTN_TAG_VERB)
            return false;
    if (object < 2 || object >= s->n || s->words[object].head != DTN_NO_WORD ||
        (s->words[0].head != object && s->words[0].head != 1) ||
        !dtn_tree_is_name(&s->words[object]))
        return false;
    trade_places(s, 1, object);
    s->words[0].tag = DTN_TAG_NOUN;
    s->words[0].xtag = "NN";
    s->words[1].xtag = "VBD";
    dtn_word_hang(s, 0, 1, "nsubj");
    return true;
}

static bool mend_first_word(dtn_sentence *s)
{
    if (mend_two_participles(s))
        return true;
    dtn_word *first = &s->words[0];
    const uint32_t verb = 1;
    if ((first->tag != DTN_TAG_VERB && first->tag != DTN_TAG_AUX) ||
        dtn_tree_is_form(s, 0, "had") || dtn_tree_is_form(s, 0, "were") ||
        dtn_tree_is_form(s, 0, "did") || dtn_tree_is_form(s, 0, "have") ||
        !(dtn_tree_is_xtag(s, 0, "VBN") || dtn_tree_is_xtag(s, 0, "VB") ||
          dtn_tree_is_xtag(s, 0, "VBP")) ||
        !(dtn_tree_is_xtag(s, verb, "VBD") || dtn_tree_is_xtag(s, verb, "VBN") ||
          dtn_tree_is_xtag(s, verb, "VBZ")) ||
        first->head != verb || dtn_tree_child_in(s, verb, "nsubj", 0, s->n) != DTN_NO_WORD)
        return false;
    first->tag = DTN_TAG_NOUN;
    first->xtag = "NN";
    first->relation = "nsubj";
    s->words[verb].xtag = dtn_tree_is_xtag(s, verb, "VBN") ? "VBD" : s->words[verb].xtag;
    return true;
}

/* ---- "Peacekeepers lower the risk" ---- */

static bool mend_adjective(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 1; i + 1 < s->n; i++) {
        dtn_word *w = &s->words[i];
        const uint32_t object = dtn_tree_child_in(s, i, "obj", i + 1, s->n);
        const uint32_t subject = dtn_tree_child_in(s, i, "nsubj", 0, i);
        if (w->tag != DTN_TAG_ADJ || object == DTN_NO_WORD || subject == DTN_NO_WORD ||
            dtn_tree_child_in(s, i, "cop", 0, s->n) != DTN_NO_WORD ||
            s->words[object].tag == DTN_TAG_PRON)
            continue;
        make_known_verb(rules, known, w, "VBP");
        done = true;
    }
    return done;
}

/* ---- "By raising taxes", "a myth that aid breeds corruption" ---- */

static bool mend_gerund(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 1; i + 1 < s->n; i++) {
        dtn_word *w = &s->words[i];
        const uint32_t object = w->head;
        const size_t n = strlen(w->form);
        if (!dtn_tree_is_form(s, i - 1, "by") || w->tag != DTN_TAG_NOUN || n < 6 ||
            strcmp(w->form + n - 3, "ing") != 0 || !dtn_word_hangs(w, "compound") ||
            object == DTN_NO_WORD || object <= i || s->words[i - 1].head != object ||
            s->words[object].head >= i - 1 || !acts(rules, known, w))
            continue;
        make_known_verb(rules, known, w, "VBG");
        dtn_word_hang(s, i, s->words[object].head,
                      dtn_word_hangs(&s->words[object], "nmod") ? "acl" : "advcl");
        dtn_word_hang(s, i - 1, i, "mark");
        dtn_word_hang(s, object, i, "obj");
        done = true;
    }
    return done;
}

/* ---- "To curb corruption", "from shrinking", "undermines reform" ---- */

/* A verb behind "to" that the tree hangs before the noun it acts on. */
static bool mend_infinitive(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 1; i + 1 < s->n; i++) {
        dtn_word *w = &s->words[i];
        const uint32_t object = w->head;
        if (!dtn_tree_is_xtag(s, i - 1, "TO"))
            continue;
        if (w->tag == DTN_TAG_ADJ && dtn_tree_child_in(s, i, "obj", i + 1, s->n) != DTN_NO_WORD) {
            make_known_verb(rules, known, w, "VB"); /* "to free the prisoners" */
            done = true;
        }
        if (w->tag != DTN_TAG_VERB || !dtn_tree_is_xtag(s, i, "VB") ||
            !(dtn_word_hangs(w, "compound") || dtn_word_hangs(w, "amod")) || object <= i ||
            object >= s->n || s->words[object].head >= i - 1)
            continue;
        const uint32_t above = s->words[object].head;
        dtn_word_hang(s, i, above, dtn_tree_is_name(&s->words[above]) ? "acl" : "advcl");
        dtn_word_hang(s, i - 1, i, "mark");
        s->words[i - 1].tag = DTN_TAG_PART;
        dtn_word_hang(s, object, i, "obj");
        done = true;
    }
    return done;
}

/* "Launched to [curb] ambushes": behind a verb of what is set up, "to" and a word that can act on a noun tell an aim. */
static bool mend_aim(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 2; i + 1 < s->n; i++) {
        dtn_word *w = &s->words[i];
        const uint32_t object = w->head;
        if (!dtn_tree_is_form(s, i - 1, "to") || w->tag != DTN_TAG_NOUN ||
            !dtn_word_hangs(w, "compound") || object <= i || object >= s->n ||
            s->words[object].head != i - 2 || !dtn_tree_is_xtag(s, i - 2, "VBN") ||
            !(dtn_lexicon_get(rules, known->aim.made, &s->words[i - 2]) ||
              dtn_lexicon_get(rules, known->aim.verb, &s->words[i - 2])) ||
            !entry_of(rules, known, w, w->form, false))
            continue;
        make_known_verb(rules, known, w, "VB");
        dtn_word_hang(s, i, i - 2, "advcl");
        dtn_word_hang(s, i - 1, i, "mark");
        s->words[i - 1].tag = DTN_TAG_PART;
        dtn_word_hang(s, object, i, "obj");
        done = true;
    }
    return done;
}

/* "Designed to deter [attacks]": what stands bare behind an infinitive is its object, not a time of the verb above. */
static bool mend_bare_object(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 2; i + 1 < s->n; i++) {
        const uint32_t object = i + 1;
        if (!dtn_tree_is_form(s, i - 1, "to") || !dtn_tree_is_xtag(s, i, "VB") ||
            s->words[i].tag != DTN_TAG_VERB || !dtn_tree_is_name(&s->words[object]) ||
            s->words[object].head != s->words[i].head ||
            !dtn_word_hangs(&s->words[object], "obl") ||
            dtn_tree_child_in(s, object, "case", 0, s->n) != DTN_NO_WORD ||
            !dtn_lexicon_get(rules, known->cause, &s->words[i]))
            continue;
        dtn_word_hang(s, object, i, "obj");
        done = true;
    }
    return done;
}

/* "Kept the harvest from shrinking": a gerund, no noun, if the word before its "from" is what is kept from it. */
static bool mend_from(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    static const char *const keepers[] = {"keep",  "prevent", "stop", "deter",
                                          "block", "hinder",  "bar",  "save"};
    bool done = false;
    for (uint32_t from = 2; from + 2 < s->n; from++) {
        dtn_word *w = &s->words[from + 1];
        const size_t n = strlen(w->form);
        uint32_t verb = from;
        if (!dtn_tree_is_form(s, from, "from") || n < 6 || strcmp(w->form + n - 3, "ing") != 0 ||
            w->tag == DTN_TAG_VERB || dtn_tree_is_name(&s->words[from + 2]))
            continue;
        while (verb-- > 0 && s->words[verb].tag != DTN_TAG_VERB && from - verb < MAX_CLAUSE)
            ;
        bool keeps = false;
        for (size_t k = 0; verb < s->n && k < sizeof keepers / sizeof *keepers; k++)
            keeps |= dtn_word_is(&s->words[verb], keepers[k]);
        if (!keeps)
            continue;
        make_known_verb(rules, known, w, "VBG");
        dtn_word_hang(s, from + 1, verb, "advcl");
        dtn_word_hang(s, from, from + 1, "mark");
        done = true;
    }
    return done;
}

/* A noun is no adverb: right behind a verb that acts on something and has no object it is that. */
static bool mend_object(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 1; i < s->n; i++) {
        dtn_word *w = &s->words[i];
        const uint32_t verb = w->head;
        if (w->tag != DTN_TAG_NOUN || !dtn_word_hangs(w, "advmod") || verb >= i ||
            s->words[verb].tag != DTN_TAG_VERB ||
            dtn_tree_child_in(s, verb, "obj", 0, s->n) != DTN_NO_WORD ||
            dtn_tree_child_in(s, verb, "aux:pass", 0, s->n) != DTN_NO_WORD ||
            !dtn_lexicon_get(rules, known->cause, &s->words[verb]))
            continue;
        uint32_t between = verb + 1;
        while (between < i && (s->words[between].head == i || s->words[between].head == verb))
            between++;
        if (between < i)
            continue;
        w->relation = "obj";
        done = true;
    }
    return done;
}

/* ---- "The notion that trade prevents war is naive" ---- */

/* The word of [begin, end) that another one hangs it on from outside; DTN_NO_WORD: none or the root. */
static uint32_t top_of(const dtn_sentence *s, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end; i++)
        if (s->words[i].head == DTN_NO_WORD || s->words[i].head < begin || s->words[i].head >= end)
            if (s->words[i].tag != DTN_TAG_PUNCT)
                return i;
    return DTN_NO_WORD;
}

/* A noun, a word of the form of its verb, and a noun phrase, with no verb among them. */
static bool mend_noun_verb(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                           uint32_t mark)
{
    uint32_t end = mark + 1;
    const bool is_gerund =
        dtn_tree_is_xtag(s, end, "VBG"); /* "that expelling refugees reduces terrorism" */
    while (end < s->n && s->words[end].tag != DTN_TAG_PUNCT && !is_finite(&s->words[end])) {
        if (s->words[end].tag == DTN_TAG_VERB && !(is_gerund && end == mark + 1))
            return false;
        end++;
    }
    for (uint32_t verb = mark + 2; verb + 1 < end && end - mark < MAX_CLAUSE; verb++) {
        const bool is_plural = dtn_tree_is_xtag(s, verb - 1, "NNS");
        const bool is_third = dtn_tree_is_xtag(s, verb, "NNS");
        if (!dtn_tree_is_name(&s->words[verb - 1]) || s->words[verb].tag != DTN_TAG_NOUN ||
            (is_gerund ? !is_third : is_plural == is_third) ||
            !acts(rules, known, &s->words[verb]) ||
            !(dtn_tree_is_name(&s->words[verb + 1]) || s->words[verb + 1].tag == DTN_TAG_DET ||
              s->words[verb + 1].tag == DTN_TAG_ADJ))
            continue;
        const uint32_t top = top_of(s, mark + 1, end);
        uint32_t object = verb + 1;
        while (object + 1 < end && !dtn_tree_is_name(&s->words[object]))
            object++;
        while (object + 1 < end && dtn_tree_is_name(&s->words[object + 1]))
            object++;
        if (top == DTN_NO_WORD || !dtn_tree_is_name(&s->words[object]))
            return false;
        const dtn_word was = s->words[top];
        const bool is_noun_above = was.head < mark && dtn_tree_is_name(&s->words[was.head]);
        for (uint32_t i = 0; i < s->n; i++) {
            const uint32_t up = s->words[i].head;
            const bool is_inside = i > mark && i < end;
            if (is_inside && i < verb && i != verb - 1 && (up <= mark || up >= verb))
                s->words[i].head = verb - 1;
            else if (is_inside && i > verb && i != object && (up <= verb || up >= end))
                s->words[i].head = object;
            else if (!is_inside && up > mark && up < end)
                s->words[i].head = verb;
        }
        make_known_verb(rules, known, &s->words[verb], is_plural ? "VBP" : "VBZ");
        dtn_word_hang(s, verb, was.head,
                      was.head == DTN_NO_WORD ? "root"
                      : is_noun_above         ? "acl"
                                              : "ccomp");
        if (is_gerund) {
            dtn_word_hang(s, verb - 1, mark + 1, "obj");
            dtn_word_hang(s, mark + 1, verb, "csubj");
        } else {
            dtn_word_hang(s, verb - 1, verb, "nsubj");
        }
        dtn_word_hang(s, object, verb, "obj");
        dtn_word_hang(s, mark, verb, "mark");
        s->words[mark].tag = DTN_TAG_SCONJ;
        return true;
    }
    return false;
}

static bool mend_noun_verbs(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 1; i + 3 < s->n; i++)
        if ((dtn_tree_is_form(s, i, "that") && s->words[i - 1].tag != DTN_TAG_ADP) ||
            dtn_tree_is_form(s, i, "whether") || dtn_tree_is_form(s, i, "because"))
            done |= mend_noun_verb(rules, known, s, i);
    return done;
}

/* A singular before "that" has no verb in the plural behind it: "a myth that aid breeds ...". */
static bool mend_noun_behind_that(const dtn_rules *rules, const dtn_mend_words *known,
                                  dtn_sentence *s)
{
    for (uint32_t that = 1; that + 3 < s->n; that++) {
        const uint32_t noun = that + 1, verb = that + 2;
        if (!dtn_tree_is_form(s, that, "that") || !dtn_tree_is_xtag(s, that - 1, "NN") ||
            !(dtn_tree_is_xtag(s, noun, "VBP") || dtn_tree_is_xtag(s, noun, "VB")) ||
            !(dtn_tree_is_xtag(s, verb, "NNS") || dtn_tree_is_xtag(s, verb, "VBZ")) ||
            !acts(rules, known, &s->words[verb]) || s->words[noun].head == DTN_NO_WORD)
            continue;
        const uint32_t above = s->words[noun].head;
        const uint32_t object = s->words[verb].head > verb && s->words[verb].head < s->n
                                    ? s->words[verb].head
                                    : dtn_tree_child_in(s, noun, "obj", verb + 1, s->n);
        if (object == DTN_NO_WORD || above > that)
            continue;
        for (uint32_t i = verb + 1; i < s->n; i++)
            if (s->words[i].head == noun)
                s->words[i].head = verb;
        make_known_verb(rules, known, &s->words[verb], "VBZ");
        s->words[noun].tag = DTN_TAG_NOUN;
        s->words[noun].xtag = "NN";
        dtn_word_hang(s, verb, above, "acl");
        dtn_word_hang(s, noun, verb, "nsubj");
        dtn_word_hang(s, object, verb, "obj");
        dtn_word_hang(s, that, verb, "mark");
        s->words[that].tag = DTN_TAG_SCONJ;
        return true;
    }
    return false;
}

/* ---- "If talks collapse, ..." ---- */

/* Can the last word of words [begin, end) be the verb of the noun before it: "talks collapse", "the border opens"? */
static bool can_be_verb(const dtn_rules *rules, const dtn_mend_words *known, const dtn_sentence *s,
                        uint32_t i)
{
    if (i == 0 || s->words[i].tag != DTN_TAG_NOUN || !dtn_tree_is_name(&s->words[i - 1]))
        return false;
    const size_t n = strlen(s->words[i].form);
    const bool is_third = n > 3 && s->words[i].form[n - 1] == 's';
    const bool is_plural = dtn_tree_is_xtag(s, i - 1, "NNS") || dtn_tree_is_xtag(s, i - 1, "NNPS");
    return is_third != is_plural && entry_of_form(rules, known, &s->words[i], true);
}

/* The word that the clause of words (mark, end) hangs on: the first finite verb behind the comma, or what stands before. */
static uint32_t main_of(const dtn_sentence *s, uint32_t mark, uint32_t end)
{
    uint32_t found = DTN_NO_WORD;
    for (uint32_t i = end; i < s->n && mark < 2; i++)
        if (s->words[i].tag == DTN_TAG_VERB && (found == DTN_NO_WORD)) {
            found = i;
            break;
        }
    for (uint32_t i = 0; i < mark && mark >= 2; i++)
        if (s->words[i].tag == DTN_TAG_VERB)
            found = i;
    return found;
}

static bool mend_verbless(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                          uint32_t mark)
{
    uint32_t end = mark + 1;
    const bool is_plural =
        dtn_tree_is_xtag(s, end, "VBZ"); /* "if exports shrink": a plural taken for a verb */
    for (; end < s->n && s->words[end].tag != DTN_TAG_PUNCT; end++)
        if ((s->words[end].tag == DTN_TAG_VERB || s->words[end].tag == DTN_TAG_AUX) &&
            !(is_plural && end == mark + 1))
            return false;
    const uint32_t verb = end - 1;
    const dtn_word first = s->words[mark + 1];
    if (is_plural) {
        s->words[mark + 1].tag = DTN_TAG_NOUN;
        s->words[mark + 1].xtag = "NNS";
    }
    const bool can = can_be_verb(rules, known, s, verb);
    if (!can)
        s->words[mark + 1] = first;
    if (!can || end - mark < 3 || end - mark > MAX_CLAUSE)
        return false;
    const uint32_t above = main_of(s, mark, end);
    if (above == DTN_NO_WORD)
        return false;
    for (uint32_t i = mark + 1; i < verb; i++)
        if (i != verb - 1 && (s->words[i].head <= mark || s->words[i].head >= verb))
            s->words[i].head = verb - 1;
    for (uint32_t i = 0; i < s->n; i++) /* what hung on a noun that is none */
        if ((i < mark || i >= end) && s->words[i].head > mark && s->words[i].head < end)
            s->words[i].head = above;
    if (s->words[above].head > mark && s->words[above].head < end)
        dtn_word_hang(s, above, DTN_NO_WORD, "root");
    make_known_verb(rules, known, &s->words[verb],
                    dtn_tree_is_xtag(s, verb - 1, "NNS") ? "VBP" : "VBZ");
    dtn_word_hang(s, verb, above, "advcl");
    dtn_word_hang(s, verb - 1, verb, "nsubj");
    dtn_word_hang(s, mark, verb, "mark");
    s->words[mark].tag = DTN_TAG_SCONJ;
    return true;
}

static bool mend_subordinate(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    static const char *const marks[] = {"if",   "unless", "when",  "once",   "as",
                                        "when", "where",  "until", "should", "whenever"};
    bool done = false;
    for (uint32_t i = 0; i + 2 < s->n; i++)
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
            const bool is_first = i == 0 || s->words[i - 1].tag == DTN_TAG_PUNCT;
            if (dtn_tree_is_form(s, i, marks[k]) && (is_first || k < 2) && (k != 8 || i == 0))
                done |= mend_verbless(rules, known, s, i);
        }
    return done;
}

/* ---- "Evidence that the raids reduced violence" ---- */

static bool mend_that(dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 1; i + 3 < s->n; i++) {
        dtn_word *that = &s->words[i];
        const uint32_t verb = that->head;
        const bool is_plural = dtn_tree_is_xtag(s, i + 1, "NNS");
        if (!dtn_tree_is_form(s, i, "that"))
            continue;
        const uint32_t noun = dtn_word_hangs(that, "det") && is_plural ? verb : DTN_NO_WORD;
        const uint32_t above = noun == i + 1 && dtn_word_hangs(&s->words[noun], "nsubj")
                                   ? s->words[noun].head
                                   : DTN_NO_WORD;
        if (above != DTN_NO_WORD && s->words[above].tag == DTN_TAG_VERB && above > i) {
            dtn_word_hang(s, i, above, "mark"); /* "believe that sanctions weaken" */
            that->tag = DTN_TAG_SCONJ;
            done = true;
        } else if (dtn_word_hangs(that, "obj") && verb < s->n && verb > i &&
                   dtn_tree_child_in(s, verb, "obj", verb + 1, s->n) != DTN_NO_WORD &&
                   dtn_tree_child_in(s, verb, "nsubj", i + 1, verb) != DTN_NO_WORD) {
            dtn_word_hang(s, i, verb, "mark");
            that->tag = DTN_TAG_SCONJ;
            if (dtn_word_hangs(&s->words[verb], "acl"))
                s->words[verb].relation = "acl";
            done = true;
        }
    }
    return done;
}

/* "Evidence that expelling refugees reduces crime": what is done is the subject. */
static bool mend_gerund_subject(dtn_sentence *s)
{
    for (uint32_t i = 1; i + 4 < s->n; i++) {
        const uint32_t gerund = i + 1, noun = s->words[gerund].head;
        if (!dtn_tree_is_form(s, i, "that") || !dtn_tree_is_xtag(s, gerund, "VBG") || noun >= i)
            continue;
        for (uint32_t verb = gerund + 2; verb + 1 < s->n && verb < gerund + MAX_CLAUSE; verb++) {
            if (s->words[verb].tag == DTN_TAG_PUNCT)
                break;
            if (!dtn_tree_is_xtag(s, verb, "VBZ") || s->words[verb].tag != DTN_TAG_VERB ||
                s->words[verb].head != noun ||
                dtn_tree_child_in(s, verb, "nsubj", gerund, verb) != DTN_NO_WORD)
                continue;
            dtn_word_hang(s, verb, noun, dtn_tree_is_name(&s->words[noun]) ? "acl" : "ccomp");
            dtn_word_hang(s, gerund, verb, "csubj");
            dtn_word_hang(s, i, verb, "mark");
            s->words[i].tag = DTN_TAG_SCONJ;
            return true;
        }
    }
    return false;
}

/* ---- "The reason that mediated ceasefires fail is ..." ---- */

static bool mend_participle(dtn_sentence *s)
{
    for (uint32_t i = 1; i + 4 < s->n; i++) {
        const bool is_past = dtn_tree_is_xtag(s, i + 1, "VBD") || dtn_tree_is_xtag(s, i + 1, "VBN");
        uint32_t noun = i + 2;
        while (noun + 2 < s->n && s->words[noun].tag == DTN_TAG_ADJ)
            noun++;
        const uint32_t verb = noun + 1;
        if (!dtn_tree_is_form(s, i, "that") || !is_past || !dtn_tree_is_xtag(s, noun, "NNS") ||
            verb + 1 >= s->n || s->words[verb].tag != DTN_TAG_VERB ||
            !is_finite(&s->words[verb + 1]) ||
            (dtn_tree_child_in(s, verb, "nsubj", i, verb) != DTN_NO_WORD &&
             (s->words[noun].head != verb || s->words[i + 1].head == noun)))
            continue;
        if (s->words[verb].head > i && s->words[verb].head < verb)
            dtn_word_hang(s, verb, s->words[i + 1].head, s->words[i + 1].relation);
        s->words[verb].relation = "acl";
        s->words[i + 1].xtag = "VBN";
        dtn_word_hang(s, i + 1, noun, "amod");
        dtn_word_hang(s, noun, verb, "nsubj");
        dtn_word_hang(s, i, verb, "mark");
        s->words[i].tag = DTN_TAG_SCONJ;
        return true;
    }
    return false;
}

/* "When prices [decrease], sales ...": a noun that has a subject and "when" or "if" before it, and is no predicate. */
static bool mend_clause_noun(dtn_sentence *s, uint32_t i)
{
    if (s->words[i].tag != DTN_TAG_NOUN || !dtn_word_hangs(&s->words[i], "advcl") ||
        dtn_tree_has_now(s, i, "cop") || dtn_tree_has_now(s, i, "case") ||
        dtn_tree_has_now(s, i, "det"))
        return false;
    const uint32_t subject = dtn_tree_child_now(s, i, "nsubj");
    uint32_t when = dtn_tree_child_now(s, i, "mark");
    if (when == DTN_NO_WORD)
        when = dtn_tree_child_now(s, i, "advmod");
    if (subject == DTN_NO_WORD || when == DTN_NO_WORD || when > subject || subject > i ||
        (strcmp(s->words[when].xtag, "WRB") != 0 && s->words[when].tag != DTN_TAG_SCONJ))
        return false;
    s->words[i].tag = DTN_TAG_VERB;
    s->words[i].xtag = "VBP";
    return true;
}

void dtn_mend_finite(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    if (s->is_heading || s->n < 4)
        return;
    bool done = mend_perfect(s);
    done |= mend_auxiliary(s);
    done |= mend_had_better(s);
    done |= mend_modifier(s);
    done |= mend_first_word(s);
    done |= mend_adjective(rules, known, s);
    done |= mend_gerund(rules, known, s);
    done |= mend_infinitive(rules, known, s);
    done |= mend_aim(rules, known, s);
    done |= mend_bare_object(rules, known, s);
    done |= mend_from(rules, known, s);
    done |= mend_object(rules, known, s);
    done |= mend_noun_verbs(rules, known, s);
    done |= mend_noun_behind_that(rules, known, s);
    done |= mend_subordinate(rules, known, s);
    done |= mend_that(s);
    done |= mend_gerund_subject(s);
    done |= mend_participle(s);
    for (uint32_t i = 1; i < s->n; i++)
        done |= mend_clause_noun(s, i);
    if (done)
        dtn_rules_prepare(rules, s->words, s->n);
}
