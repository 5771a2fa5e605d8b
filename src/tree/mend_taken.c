/* Trees mended: words taken for another part of speech or hung on the wrong side, where the words around leave one
 * reading.
 *
 *   - "shelling lowers trust", "in its view, bans increase smuggling", "we argue that closures hurt traders", "analysts
 *     doubt that": the verb is the one that has a subject before it and an object behind it;
 *   - "did the army shell the village?", "trade fails to lower tensions", "geography rules out a fence": a verb;
 *   - "police fired and two people were killed": the second clause is joined to the first;
 *   - "10 people -- all civilians -- were killed": the verb is the sentence's, the ten are its subject;
 *   - "both states called for restraint": active, as nothing says otherwise;
 *   - "stems less from poverty than from raids": both are what it stems from.
 */
#include "tree/inner.h"

#include <string.h>

static bool is_finite(const dtn_sentence *s, uint32_t i)
{
    return dtn_tree_is_xtag(s, i, "VBZ") || dtn_tree_is_xtag(s, i, "VBP") ||
           dtn_tree_is_xtag(s, i, "VBD");
}

static uint32_t root_of(const dtn_sentence *s)
{
    uint32_t root = 0;
    while (root < s->n && s->words[root].head != DTN_NO_WORD)
        root++;
    return root < s->n ? root : (uint32_t)DTN_NO_WORD;
}

/* Is word i, as a verb, one of acting on something? */
static bool is_cause_verb(const dtn_rules *rules, const dtn_mend_words *known,
                          const dtn_sentence *s, uint32_t i)
{
    dtn_word as_verb = s->words[i];
    as_verb.tag = DTN_TAG_VERB;
    as_verb.lemma = s->words[i].form;
    dtn_rules_prepare(rules, &as_verb, 1);
    return dtn_lexicon_get(rules, known->cause, &as_verb) != NULL;
}

static bool begins_phrase(const dtn_sentence *s, uint32_t i)
{
    const dtn_word *w = i < s->n ? &s->words[i] : NULL;
    return w && (w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_DET || w->tag == DTN_TAG_ADJ ||
                 w->tag == DTN_TAG_PROPN || dtn_word_hangs(w, "nmod:poss"));
}

static void make_verb(dtn_sentence *s, uint32_t i, const char *xtag)
{
    dtn_word *w = &s->words[i];
    if (w->tag != DTN_TAG_VERB)
        w->lemma = w->form;
    w->tag = DTN_TAG_VERB;
    w->xtag = xtag;
}

static void make_plural(dtn_sentence *s, uint32_t i)
{
    s->words[i].tag = DTN_TAG_NOUN;
    s->words[i].xtag = "NNS";
}

/* What hangs on word `from` in words [begin, end) hangs on `to`, these two aside. */
static void move_children(dtn_sentence *s, uint32_t from, uint32_t to, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end && i < s->n; i++)
        if (i != from && i != to && s->words[i].head == from)
            s->words[i].head = to;
}

/* ---- "Shelling lowers trust" ---- */

/* A verb of the present tense that was hung before its object, its subject right before it. */
static bool mend_present(dtn_sentence *s)
{
    for (uint32_t i = 1; i + 1 < s->n; i++) {
        const dtn_word *w = &s->words[i];
        dtn_word *subject = &s->words[i - 1];
        const uint32_t object = w->head;
        if (!dtn_tree_is_xtag(s, i, "VBZ") || object == DTN_NO_WORD || object <= i ||
            object > i + 4 || !dtn_tree_is_nominal(&s->words[object]) ||
            !(dtn_word_hangs(w, "nsubj") || dtn_word_hangs(w, "compound") ||
              dtn_word_hangs(w, "amod")) ||
            subject->head != i || dtn_tree_is_xtag(s, i - 1, "NNS") ||
            !(dtn_tree_is_nominal(subject) || dtn_tree_is_xtag(s, i - 1, "VBG")))
            continue;
        dtn_word_hang(s, i, s->words[object].head, s->words[object].relation);
        move_children(s, object, i, 0, i);
        move_children(s, object, i, object + 1, s->n);
        dtn_word_hang(s, object, i, "obj");
        subject->tag = DTN_TAG_NOUN;
        dtn_word_hang(s, i - 1, i, "nsubj");
        return true;
    }
    return false;
}

/* ---- "In its view, bans increase smuggling" ---- */

/* Where the main clause begins: behind a first part "In its view," without a verb; 0: at the beginning. */
static uint32_t behind_first_part(const dtn_sentence *s)
{
    if (s->words[0].tag != DTN_TAG_ADP && s->words[0].tag != DTN_TAG_ADV)
        return 0;
    for (uint32_t i = 1; i < s->n && i < 8; i++) {
        if (dtn_tree_is_form(s, i, ","))
            return i + 1;
        if (s->words[i].tag == DTN_TAG_VERB || s->words[i].tag == DTN_TAG_AUX)
            return 0;
    }
    return 0;
}

static bool mend_plural_subject(const dtn_rules *rules, const dtn_mend_words *known,
                                dtn_sentence *s)
{
    const uint32_t plural = behind_first_part(s), verb = plural + 1;
    if (plural == 0 || verb + 1 >= s->n || !dtn_tree_is_xtag(s, plural, "VBZ") ||
        s->words[plural].head != DTN_NO_WORD ||
        dtn_tree_child_now(s, plural, "nsubj") != DTN_NO_WORD ||
        (s->words[verb].tag != DTN_TAG_NOUN && s->words[verb].tag != DTN_TAG_ADJ) ||
        dtn_tree_is_xtag(s, verb, "NNS") || !is_cause_verb(rules, known, s, verb) ||
        !begins_phrase(s, verb + 1))
        return false;
    make_plural(s, plural);
    make_verb(s, verb, "VBP");
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    move_children(s, plural, verb, 0, s->n);
    dtn_word_hang(s, plural, verb, "nsubj");
    for (uint32_t i = s->n; i-- > verb + 1;)
        if (s->words[i].head == verb && dtn_tree_is_nominal(&s->words[i])) {
            dtn_word_hang(s, i, verb, "obj");
            break;
        }
    return true;
}

/* "We argue that [closures] hurt traders": taken for "that closes". */
static bool mend_plural_said(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    for (uint32_t that = 1; that + 3 < s->n; that++) {
        const uint32_t plural = that + 1, verb = that + 2, said = that - 1;
        if (!dtn_tree_is_form(s, that, "that") || s->words[said].tag != DTN_TAG_VERB ||
            !dtn_lexicon_get(rules, known->report, &s->words[said]) ||
            !dtn_tree_is_xtag(s, plural, "VBZ") || s->words[plural].head != said ||
            s->words[that].head != plural || s->words[verb].tag != DTN_TAG_VERB ||
            s->words[verb].head != plural || dtn_tree_is_xtag(s, verb, "VBG") ||
            dtn_tree_is_xtag(s, verb, "VBZ") || !begins_phrase(s, verb + 1))
            continue;
        make_plural(s, plural);
        s->words[verb].xtag = "VBP";
        dtn_word_hang(s, verb, said, "ccomp");
        move_children(s, plural, verb, that, s->n);
        dtn_word_hang(s, plural, verb, "nsubj");
        dtn_word_hang(s, that, verb, "mark");
        s->words[that].tag = DTN_TAG_SCONJ;
        s->words[that].xtag = "IN";
        return true;
    }
    return false;
}

/* "[Analysts doubt] that": the verb behind the noun that was taken for the root. */
static bool mend_root_noun(dtn_sentence *s)
{
    const uint32_t root = root_of(s), verb = root + 1;
    if (root == DTN_NO_WORD || verb + 2 >= s->n || !dtn_tree_is_nominal(&s->words[root]) ||
        s->words[verb].tag != DTN_TAG_VERB || !is_finite(s, verb) || s->words[verb].head != root ||
        dtn_word_hangs(&s->words[verb], "acl") ||
        dtn_tree_child_now(s, root, "nsubj") != DTN_NO_WORD ||
        dtn_tree_child_now(s, root, "cop") != DTN_NO_WORD ||
        dtn_tree_child_now(s, verb, "nsubj") != DTN_NO_WORD ||
        dtn_tree_child_now(s, verb, "aux") != DTN_NO_WORD)
        return false;
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    move_children(s, root, verb, verb + 1, s->n);
    dtn_word_hang(s, root, verb, "nsubj");
    return true;
}

/* "The envoy [threatened] war": no threatened war, as a noun with its article stands before it. */
static bool mend_past(dtn_sentence *s)
{
    const uint32_t root = root_of(s), verb = root - 1, subject = root - 2;
    if (root == DTN_NO_WORD || root < 3 || !dtn_tree_is_nominal(&s->words[root]) ||
        s->words[verb].tag != DTN_TAG_VERB || s->words[verb].head != root ||
        !(dtn_tree_is_xtag(s, verb, "VBN") || dtn_tree_is_xtag(s, verb, "VBD")) ||
        !dtn_word_hangs(&s->words[verb], "amod") || !dtn_tree_is_nominal(&s->words[subject]) ||
        s->words[subject].head != root || s->words[0].tag != DTN_TAG_DET ||
        dtn_tree_child_now(s, root, "nsubj") != DTN_NO_WORD ||
        dtn_tree_child_now(s, root, "cop") != DTN_NO_WORD)
        return false;
    s->words[verb].xtag = "VBD";
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    move_children(s, root, subject, 0, verb);
    move_children(s, root, verb, root + 1, s->n);
    for (uint32_t i = root + 1; i < s->n; i++)
        if (s->words[i].head == verb && dtn_word_hangs(&s->words[i], "acl"))
            s->words[i].relation = "advcl";
    dtn_word_hang(s, root, verb, "obj");
    dtn_word_hang(s, subject, verb, "nsubj");
    return true;
}

/* "[Reports] that gunmen killed a judge turned out to be untrue": a plural, as a verb without a subject follows. */
static bool mend_first_plural(dtn_sentence *s)
{
    const uint32_t verb = dtn_tree_child_now(s, 0, "ccomp");
    if (s->words[0].head != DTN_NO_WORD || !dtn_tree_is_xtag(s, 0, "VBZ") ||
        !dtn_tree_is_form(s, 1, "that") || verb == DTN_NO_WORD ||
        dtn_tree_child_now(s, verb, "nsubj") != DTN_NO_WORD)
        return false;
    make_plural(s, 0);
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    move_children(s, 0, verb, verb + 1, s->n);
    dtn_word_hang(s, 0, verb, "nsubj");
    for (uint32_t i = 1; i < verb; i++)
        if (s->words[i].head == 0 && s->words[i].tag == DTN_TAG_VERB)
            s->words[i].relation = "acl";
    return true;
}

/* "Cut costs by [closing] schools": of an active verb with an object no doer stands behind "by". */
static bool mend_means(dtn_sentence *s)
{
    const uint32_t verb = root_of(s);
    const uint32_t object = verb == DTN_NO_WORD ? DTN_NO_WORD : dtn_tree_child_now(s, verb, "obj");
    if (object == DTN_NO_WORD || object < verb ||
        dtn_tree_child_now(s, verb, "nsubj") == DTN_NO_WORD || s->words[verb].tag != DTN_TAG_VERB ||
        dtn_tree_child_now(s, verb, "aux:pass") != DTN_NO_WORD)
        return false;
    for (uint32_t i = object + 2; i + 1 < s->n; i++) {
        const uint32_t noun = s->words[i].head;
        if (!dtn_tree_is_xtag(s, i, "VBG") || !dtn_tree_is_form(s, i - 1, "by") ||
            !dtn_word_hangs(&s->words[i], "amod") || noun <= i || noun >= s->n ||
            s->words[i - 1].head != noun ||
            (s->words[noun].head != object && s->words[noun].head != verb))
            continue;
        s->words[i].tag = DTN_TAG_VERB;
        dtn_word_hang(s, i, verb, "advcl");
        dtn_word_hang(s, i - 1, i, "mark");
        dtn_word_hang(s, noun, i, "obj");
        return true;
    }
    return false;
}

/* ---- "Did the army shell the village?" ---- */

/* "Does the aid fuel corruption?": three nouns, of which the middle one acts. */
static bool mend_question_noun(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                               uint32_t aux)
{
    const uint32_t object = root_of(s);
    if (object == DTN_NO_WORD || object < aux + 3 || !dtn_tree_is_nominal(&s->words[object]) ||
        s->words[aux].head != object || dtn_tree_child_now(s, object, "cop") != DTN_NO_WORD ||
        dtn_tree_child_now(s, object, "nsubj") != DTN_NO_WORD)
        return false;
    for (uint32_t verb = aux + 2; verb < object; verb++) {
        if (s->words[verb].tag != DTN_TAG_NOUN || dtn_tree_is_xtag(s, verb, "NNS") ||
            !dtn_tree_is_nominal(&s->words[verb - 1]) || !is_cause_verb(rules, known, s, verb))
            continue;
        make_verb(s, verb, "VB");
        dtn_word_hang(s, verb, DTN_NO_WORD, "root");
        for (uint32_t i = 0; i < s->n; i++)
            if (i != verb - 1 && i > aux && i < verb)
                dtn_word_hang(s, i, verb - 1, s->words[i].relation);
            else if (s->words[i].head == object && (i == aux || i > object))
                s->words[i].head = verb;
        s->words[aux].tag = DTN_TAG_AUX;
        dtn_word_hang(s, aux, verb, "aux");
        dtn_word_hang(s, verb - 1, verb, "nsubj");
        dtn_word_hang(s, object, verb, "obj");
        return true;
    }
    return false;
}

static bool mend_question(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    const uint32_t aux = dtn_word_is(&s->words[0], "do") ? 0 : 1;
    if (!dtn_word_is(&s->words[aux], "do"))
        return false;
    if (mend_question_noun(rules, known, s, aux))
        return true;
    const uint32_t root = root_of(s),
                   verb = root == aux ? dtn_tree_child_now(s, aux, "nsubj") : root;
    if (verb >= s->n || verb < aux + 2 || s->words[verb].tag != DTN_TAG_NOUN ||
        dtn_tree_is_xtag(s, verb, "NNS") || (root != aux && s->words[aux].head != verb) ||
        dtn_tree_child_now(s, verb, "nsubj") != DTN_NO_WORD ||
        dtn_tree_child_now(s, verb, "cop") != DTN_NO_WORD ||
        !dtn_tree_is_nominal(&s->words[verb - 1]) || s->words[verb - 1].head != verb ||
        dtn_tree_child_now(s, verb, "obj") == DTN_NO_WORD)
        return false;
    make_verb(s, verb, "VB");
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    move_children(s, aux, verb, 0, s->n);
    s->words[aux].tag = DTN_TAG_AUX;
    dtn_word_hang(s, aux, verb, "aux");
    move_children(s, verb, verb - 1, aux + 1, verb);
    dtn_word_hang(s, verb - 1, verb, "nsubj");
    return true;
}

/* "Fails to [lower tensions]": no lower tensions. */
static bool mend_infinitive(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    static const char *const takes[] = {"fail", "seek", "tend",  "refuse", "try",
                                        "aim",  "hope", "begin", "want",   "continue"};
    for (uint32_t i = 1; i + 3 < s->n; i++) {
        const uint32_t to = i + 1, verb = i + 2, object = s->words[verb].head;
        bool is_taken = false;
        for (size_t k = 0; k < sizeof takes / sizeof *takes; k++)
            is_taken |= dtn_word_is(&s->words[i], takes[k]);
        if (!is_taken || s->words[i].tag != DTN_TAG_VERB || !dtn_tree_is_form(s, to, "to") ||
            (s->words[verb].tag != DTN_TAG_ADJ && s->words[verb].tag != DTN_TAG_NOUN) ||
            object <= verb || object >= s->n || s->words[to].head != object ||
            !dtn_tree_is_nominal(&s->words[object]) || !is_cause_verb(rules, known, s, verb))
            continue;
        make_verb(s, verb, "VB");
        dtn_word_hang(s, verb, i, "xcomp");
        dtn_word_hang(s, object, verb, "obj");
        dtn_word_hang(s, to, verb, "mark");
        s->words[to].tag = DTN_TAG_PART;
        s->words[to].xtag = "TO";
        return true;
    }
    return false;
}

/* "Geography [rules out] a fence", in a sentence that has no other verb. */
static bool mend_rules_out(dtn_sentence *s)
{
    uint32_t verb = DTN_NO_WORD;
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->words[i].tag == DTN_TAG_VERB || s->words[i].tag == DTN_TAG_AUX)
            return false;
        if (i > 0 && dtn_tree_is_form(s, i, "rules") && dtn_tree_is_form(s, i + 1, "out") &&
            s->words[i - 1].head == i && dtn_tree_is_nominal(&s->words[i - 1]) &&
            begins_phrase(s, i + 2))
            verb = i;
    }
    if (verb == DTN_NO_WORD || s->words[verb].head != DTN_NO_WORD)
        return false;
    make_verb(s, verb, "VBZ");
    s->words[verb].lemma = "rule";
    move_children(s, verb, verb - 1, 0, verb);
    dtn_word_hang(s, verb - 1, verb, "nsubj");
    dtn_word_hang(s, verb + 1, verb, "compound:prt");
    for (uint32_t i = verb + 2; i < s->n; i++)
        if (s->words[i].head == verb && dtn_tree_is_nominal(&s->words[i]))
            dtn_word_hang(s, i, verb, "obj");
    return true;
}

/* ---- "Police fired and two people were killed" ---- */

/* A clause without "when" or "as" before "and", hung on the one behind it. */
static bool mend_joined(dtn_sentence *s)
{
    const uint32_t second = root_of(s);
    const uint32_t first =
                       second == DTN_NO_WORD ? DTN_NO_WORD : dtn_tree_child_now(s, second, "advcl"),
                   link = second == DTN_NO_WORD ? DTN_NO_WORD : dtn_tree_child_now(s, second, "cc");
    if (first == DTN_NO_WORD || link == DTN_NO_WORD || first > link || link > second ||
        s->words[second].tag != DTN_TAG_VERB || !is_finite(s, first) ||
        dtn_tree_child_now(s, first, "nsubj") == DTN_NO_WORD ||
        dtn_tree_child_now(s, first, "nsubj") > first ||
        dtn_tree_child_now(s, first, "mark") != DTN_NO_WORD ||
        dtn_tree_child_now(s, second, "nsubj") == DTN_NO_WORD)
        return false;
    dtn_word_hang(s, first, DTN_NO_WORD, "root");
    move_children(s, second, first, 0, link);
    dtn_word_hang(s, second, first, "conj");
    return true;
}

/* ---- "10 people -- all civilians -- were killed" ---- */

static bool is_dash(const dtn_sentence *s, uint32_t i)
{
    return dtn_tree_is_form(s, i, "--") || dtn_tree_is_form(s, i, "-") ||
           dtn_tree_is_form(s, i, ",");
}

static bool mend_dashes(dtn_sentence *s)
{
    const uint32_t noun = root_of(s);
    const uint32_t verb =
        noun == DTN_NO_WORD ? DTN_NO_WORD : dtn_tree_child_now(s, noun, "parataxis");
    if (verb == DTN_NO_WORD || verb < noun || !dtn_tree_is_nominal(&s->words[noun]) ||
        s->words[verb].tag != DTN_TAG_VERB || !is_dash(s, noun + 1) ||
        dtn_tree_child_now(s, noun, "nsubj") != DTN_NO_WORD ||
        dtn_tree_child_now(s, noun, "cop") != DTN_NO_WORD ||
        dtn_tree_child_now(s, verb, "nsubj") != DTN_NO_WORD)
        return false;
    const uint32_t aux = dtn_tree_child_now(s, verb, "aux");
    if (aux == DTN_NO_WORD || aux < noun + 3 || !is_dash(s, aux - 1))
        return false;
    const bool is_passive = dtn_tree_child_now(s, verb, "aux:pass") != DTN_NO_WORD ||
                            strcmp(s->words[aux].relation, "aux:pass") == 0;
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    move_children(s, noun, verb, aux, s->n);
    dtn_word_hang(s, noun, verb, is_passive ? "nsubj:pass" : "nsubj");
    return true;
}

/* ---- "both states called for restraint" ---- */

/* What is said in the past tense with "for" or "on" behind it and without "be" is no passive. */
static bool mend_active(dtn_sentence *s)
{
    const uint32_t verb = root_of(s);
    const uint32_t subject =
        verb == DTN_NO_WORD ? DTN_NO_WORD : dtn_tree_child_now(s, verb, "nsubj");
    if (subject == DTN_NO_WORD || strcmp(s->words[subject].relation, "nsubj:pass") != 0 ||
        !dtn_tree_is_xtag(s, verb, "VBD") || dtn_tree_child_now(s, verb, "aux") != DTN_NO_WORD ||
        !(dtn_tree_is_form(s, verb + 1, "for") || dtn_tree_is_form(s, verb + 1, "on")))
        return false;
    dtn_word_hang(s, subject, verb, "nsubj");
    return true;
}

/* ---- "Stems less from poverty than from raids" ---- */

/* What "less" and "more" weigh is the verb's own. */
static bool mend_weighed(dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 3; i < s->n; i++) {
        const uint32_t less = s->words[i].head;
        if (!(dtn_word_hangs(&s->words[i], "obl") || dtn_word_hangs(&s->words[i], "nmod")) ||
            less >= i ||
            !(dtn_tree_is_form(s, less, "less") || dtn_tree_is_form(s, less, "more")) ||
            s->words[less].head > less || s->words[s->words[less].head].tag != DTN_TAG_VERB ||
            s->words[less + 1].tag != DTN_TAG_ADP || s->words[less + 1].head != i)
            continue;
        dtn_word_hang(s, i, s->words[less].head, "obl");
        done = true;
    }
    return done;
}

void dtn_mend_taken(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    if (s->is_heading || s->n < 5)
        return;
    bool done = mend_present(s);
    done |= mend_plural_subject(rules, known, s);
    done |= mend_plural_said(rules, known, s);
    done |= mend_root_noun(s);
    done |= mend_past(s);
    done |= mend_first_plural(s);
    done |= mend_means(s);
    done |= mend_question(rules, known, s);
    done |= mend_infinitive(rules, known, s);
    done |= mend_rules_out(s);
    done |= mend_joined(s);
    done |= mend_dashes(s);
    done |= mend_active(s);
    done |= mend_weighed(s);
    if (done)
        dtn_rules_prepare(rules, s->words, s->n);
}
