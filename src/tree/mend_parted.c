/* Trees mended: subjects that something parts from their verbs.
 *
 *   - "The raids, he said, had increased attacks": the parser takes the saying for the main verb. The commas tell: a
 *     noun phrase that begins the clause, a teller with a verb of saying alone between commas, a finite verb;
 *   - "Raids that kill villagers feed anger": it takes the main verb for a part of the relative clause. The sentence has no
 *     other, and it agrees with the noun that the clause is about;
 *   - "that the arrests announced in May have failed": it takes the participle for the verb of the subject;
 *   - "share the worry, and statements have helped": it takes the second subject for a second object.
 */
#include "tree/inner.h"

#include <string.h>

#define MAX_INSIDE 10 /* words between the commas */

static bool is_comma(const dtn_sentence *s, uint32_t i)
{
    return i < s->n && strcmp(s->words[i].form, ",") == 0;
}

static bool is_nominal(const dtn_word *w)
{
    return w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN || w->tag == DTN_TAG_PRON;
}

static bool is_past_or_present(const dtn_word *w)
{
    return strcmp(w->xtag, "VBD") == 0 || strcmp(w->xtag, "VBZ") == 0 ||
           strcmp(w->xtag, "VBP") == 0;
}

/* The verb of saying and who says it, alone between this comma and the next: "he said", "said the minister", "officials in
 * town say". Returns the second comma; 0: something else stands there. */
static uint32_t inside(const dtn_rules *rules, const dtn_mend_words *known, const dtn_sentence *s,
                       uint32_t comma, uint32_t *said, uint32_t *teller)
{
    *said = *teller = DTN_NO_WORD;
    for (uint32_t i = comma + 1; i < s->n && i <= comma + MAX_INSIDE; i++) {
        const dtn_word *w = &s->words[i];
        if (is_comma(s, i))
            return *said != DTN_NO_WORD && *teller != DTN_NO_WORD ? i : 0;
        if (w->tag == DTN_TAG_VERB) {
            if (*said != DTN_NO_WORD || !is_past_or_present(w) ||
                !dtn_lexicon_get(rules, known->report, w))
                return 0;
            *said = i;
        } else if (w->tag == DTN_TAG_AUX || w->tag == DTN_TAG_SCONJ || w->tag == DTN_TAG_PUNCT) {
            return 0;
        } else if (is_nominal(w) &&
                   (*teller == DTN_NO_WORD || (*teller + 1 == i && *said != *teller))) {
            *teller = i; /* the last noun of the first phrase */
        }
    }
    return 0;
}

/* The verb that goes on behind the second comma, after auxiliaries and adverbs. */
static uint32_t verb_behind(const dtn_sentence *s, uint32_t comma, bool *is_passive)
{
    bool is_finite = false, has_be = false;
    for (uint32_t i = comma + 1; i < s->n && i < comma + 7; i++) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_VERB) {
            *is_passive = has_be && strcmp(w->xtag, "VBN") == 0;
            return is_finite || is_past_or_present(w) || strcmp(w->xtag, "VB") == 0 ? i
                                                                                    : DTN_NO_WORD;
        }
        if (w->tag != DTN_TAG_AUX && w->tag != DTN_TAG_ADV && w->tag != DTN_TAG_PART)
            return DTN_NO_WORD;
        is_finite |= w->tag == DTN_TAG_AUX;
        has_be |= dtn_word_is(w, "be");
    }
    return DTN_NO_WORD;
}

/* The head of the noun phrase that begins the clause before the comma; DTN_NO_WORD: a clause with a verb of its own, or
 * none. */
static uint32_t subject_before(const dtn_sentence *s, uint32_t comma)
{
    uint32_t begin = comma;
    while (begin > 0 && s->words[begin - 1].tag != DTN_TAG_PUNCT)
        begin--;
    while (begin < comma &&
           (s->words[begin].tag == DTN_TAG_CCONJ || s->words[begin].tag == DTN_TAG_ADV))
        begin++;
    for (uint32_t i = begin; i < comma; i++) {
        const dtn_word *w = &s->words[i];
        const bool is_verb =
            w->tag == DTN_TAG_AUX || (w->tag == DTN_TAG_VERB && is_past_or_present(w));
        if (w->tag == DTN_TAG_SCONJ ||
            (is_verb && !dtn_word_hangs(w, "acl") && !dtn_word_hangs(w, "aux")))
            return DTN_NO_WORD;
    }
    uint32_t head = DTN_NO_WORD;
    for (uint32_t i = begin; i < comma; i++) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_ADP || w->tag == DTN_TAG_CCONJ || w->tag == DTN_TAG_VERB)
            break;
        head = is_nominal(w) || dtn_word_is(w, "this") || dtn_word_is(w, "that") ? i : head;
    }
    return head;
}

/* Where the verb stands under another word of these it takes that one's place. */
static bool free_verb(dtn_sentence *s, uint32_t verb, const uint32_t words[3])
{
    bool is_free = true;
    for (size_t k = 0; k < 3; k++)
        if (dtn_tree_is_under(s, verb, words[k]))
            dtn_word_hang(s, verb, s->words[words[k]].head, s->words[words[k]].relation);
    for (size_t k = 0; k < 3; k++)
        is_free &= !dtn_tree_is_under(s, verb, words[k]);
    return is_free;
}

static bool mend_saying(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                        uint32_t comma)
{
    uint32_t said, teller;
    bool is_passive = false;
    const uint32_t close = inside(rules, known, s, comma, &said, &teller);
    const uint32_t verb = close ? verb_behind(s, close, &is_passive) : DTN_NO_WORD;
    const uint32_t subject = verb != DTN_NO_WORD ? subject_before(s, comma) : DTN_NO_WORD;
    if (subject == DTN_NO_WORD || !free_verb(s, verb, (uint32_t[]){said, subject, teller}))
        return false;
    dtn_word_hang(s, subject, verb, is_passive ? "nsubj:pass" : "nsubj");
    dtn_word_hang(s, said, verb, "parataxis");
    dtn_word_hang(s, teller, said, "nsubj");
    for (uint32_t i = 0; i < s->n; i++) {
        dtn_word *w = &s->words[i];
        const bool is_between = i > comma && i < close;
        if (i == comma || i == close)
            dtn_word_hang(s, i, said, "punct");
        else if (i > close && i < verb && !dtn_tree_is_under(s, verb, i))
            dtn_word_hang(s, i, verb, w->tag == DTN_TAG_AUX ? "aux" : "advmod");
        else if (!is_between && i != subject && i != said && w->head == said)
            w->head = verb;
    }
    return true;
}

/* ---- "Raids that kill villagers feed anger" ---- */

/* The verb of the relative clause that begins right behind the root or its phrase ("raids on homes that"), or of what it is
 * to do ("the failure to protect civilians"); DTN_NO_WORD: there is none, or the root is no subject without a verb. */
static uint32_t relative_verb(const dtn_sentence *s, uint32_t root)
{
    if (s->words[root].tag != DTN_TAG_NOUN)
        return DTN_NO_WORD;
    for (uint32_t i = 0; i < s->n; i++)
        if (s->words[i].head == root &&
            (dtn_word_hangs(&s->words[i], "cop") || dtn_word_hangs(&s->words[i], "nsubj") ||
             dtn_word_hangs(&s->words[i], "aux")))
            return DTN_NO_WORD;
    for (uint32_t i = root + 2; i < s->n && i < root + 8; i++) {
        const dtn_word *w = &s->words[i], *which = &s->words[i - 1];
        if (w->tag == DTN_TAG_PUNCT || w->tag == DTN_TAG_AUX)
            return DTN_NO_WORD;
        if (w->tag == DTN_TAG_VERB)
            return (strcmp(w->relation, "acl:relcl") == 0 &&
                    (strcmp(which->form, "that") == 0 || strcmp(which->form, "which") == 0 ||
                     strcmp(which->form, "who") == 0)) ||
                           (strcmp(w->relation, "acl") == 0 && w->head == root &&
                            strcmp(w->xtag, "VB") == 0 && strcmp(which->form, "to") == 0)
                       ? i
                       : DTN_NO_WORD;
    }
    return DTN_NO_WORD;
}

/* Does the noun take this form of the verb: "raids feed", "a raid feeds", "raids fed"? */
static bool agrees(const dtn_word *noun, const dtn_word *verb)
{
    const size_t n = strlen(verb->form);
    const bool is_third = n > 2 && verb->form[n - 1] == 's' && verb->form[n - 2] != 's';
    return strcmp(verb->xtag, "VBD") == 0 || is_third != (strcmp(noun->xtag, "NNS") == 0);
}

/* A word that may be the main verb: a finite one, or what the parser takes for a part of a name but the rules know as
 * a verb of acting on something ("families [breed] resentment"). */
static bool may_be_verb(const dtn_rules *rules, const dtn_mend_words *known, const dtn_word *w)
{
    if (w->tag == DTN_TAG_VERB)
        return is_past_or_present(w) || strcmp(w->xtag, "VB") == 0 ||
               strcmp(w->form, w->lemma) == 0;
    if (w->tag != DTN_TAG_NOUN || !dtn_word_hangs(w, "compound"))
        return false;
    dtn_word as_verb = *w;
    as_verb.tag = DTN_TAG_VERB;
    as_verb.lemma = w->form;
    dtn_rules_prepare(rules, &as_verb, 1);
    return dtn_lexicon_get(rules, known->cause, &as_verb) != NULL;
}

/* The only further verb behind the clause's object, nothing but a noun phrase between. */
static uint32_t main_verb(const dtn_rules *rules, const dtn_mend_words *known,
                          const dtn_sentence *s, uint32_t root, uint32_t clause)
{
    uint32_t found = DTN_NO_WORD;
    for (uint32_t i = clause + 1; i + 2 < s->n && found == DTN_NO_WORD; i++) {
        const dtn_word *w = &s->words[i];
        if (i > clause + 1 && is_nominal(&s->words[i - 1]) && may_be_verb(rules, known, w) &&
            agrees(&s->words[root], w))
            found = i;
        else if (w->tag == DTN_TAG_VERB || w->tag == DTN_TAG_AUX || w->tag == DTN_TAG_PUNCT ||
                 w->tag == DTN_TAG_SCONJ || w->tag == DTN_TAG_PART || w->tag == DTN_TAG_CCONJ)
            return DTN_NO_WORD;
    }
    return found;
}

static bool mend_relative(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    uint32_t root = 0;
    while (root < s->n && s->words[root].head != DTN_NO_WORD)
        root++;
    const uint32_t clause = root < s->n ? relative_verb(s, root) : DTN_NO_WORD;
    const uint32_t verb =
        clause != DTN_NO_WORD ? main_verb(rules, known, s, root, clause) : DTN_NO_WORD;
    if (verb == DTN_NO_WORD)
        return false;
    const uint32_t modified = s->words[verb].head; /* "[feed] hostility", taken for one name */
    if (s->words[verb].tag != DTN_TAG_VERB) {
        s->words[verb].tag = DTN_TAG_VERB;
        s->words[verb].xtag = "VBP";
        s->words[verb].lemma = s->words[verb].form;
    }
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    dtn_word_hang(s, root, verb, "nsubj");
    for (uint32_t i = 0; i < s->n; i++) {
        const uint32_t head = s->words[i].head;
        if (i < verb && i > clause && head != DTN_NO_WORD && head >= verb)
            dtn_word_hang(s, i, clause, i == verb - 1 ? "obj" : "dep");
        else if (i > verb && (i == modified || head < verb))
            dtn_word_hang(s, i, verb, i == modified ? "obj" : s->words[i].relation);
    }
    return true;
}

/* ---- "The arrests announced in May have failed", "share the worry, and statements have helped" ---- */

static uint32_t child_by(const dtn_sentence *s, uint32_t head, const char *relation)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->words[i].head == head && dtn_word_hangs(&s->words[i], relation))
            return i;
    return DTN_NO_WORD;
}

/* The first word of a finite verb with its auxiliaries, that has no subject; DTN_NO_WORD: it has, or is not one. */
static uint32_t without_subject(const dtn_sentence *s, uint32_t verb)
{
    const uint32_t aux = child_by(s, verb, "aux");
    if (s->words[verb].tag != DTN_TAG_VERB || child_by(s, verb, "nsubj") != DTN_NO_WORD ||
        child_by(s, verb, "csubj") != DTN_NO_WORD ||
        (aux == DTN_NO_WORD && !is_past_or_present(&s->words[verb])))
        return DTN_NO_WORD;
    return aux < verb ? aux : verb;
}

/* Of "that the arrests announced in May have failed": nothing but the participle's phrases between. */
static bool mend_participle(dtn_sentence *s, uint32_t verb, uint32_t first)
{
    uint32_t i = first;
    while (i-- > 1 && s->words[i].tag != DTN_TAG_VERB)
        if (s->words[i].tag == DTN_TAG_PUNCT || s->words[i].tag == DTN_TAG_CCONJ ||
            s->words[i].tag == DTN_TAG_SCONJ || s->words[i].tag == DTN_TAG_AUX)
            return false;
    const uint32_t noun = i > 0 && i < first ? child_by(s, i, "nsubj") : DTN_NO_WORD;
    if (first == verb || noun == DTN_NO_WORD || noun != i - 1 ||
        s->words[noun].tag != DTN_TAG_NOUN ||
        (strcmp(s->words[i].xtag, "VBN") != 0 && strcmp(s->words[i].xtag, "VBD") != 0) ||
        child_by(s, i, "aux") != DTN_NO_WORD || child_by(s, i, "obj") != DTN_NO_WORD ||
        child_by(s, i, "mark") != DTN_NO_WORD || dtn_tree_is_under(s, verb, i) ||
        dtn_tree_is_under(s, verb, noun))
        return false;
    s->words[i].xtag = "VBN";
    dtn_word_hang(s, noun, verb, "nsubj");
    dtn_word_hang(s, i, noun, "acl");
    return true;
}

/* Of "share the worry, and statements have helped": the noun before the verb is in a row with the object of the verb that
 * this one is in a row with, and stands behind ", and". */
static bool mend_second_clause(dtn_sentence *s, uint32_t verb, uint32_t first)
{
    const uint32_t before = s->words[verb].head;
    if (!dtn_word_hangs(&s->words[verb], "conj") || first < 4 || before >= first)
        return false;
    for (uint32_t noun = first - 1; noun != DTN_NO_WORD && noun > before;
         noun = s->words[noun].head) {
        const uint32_t object = s->words[noun].head;
        if (!dtn_word_hangs(&s->words[noun], "conj") || object >= noun ||
            s->words[object].head != before || !dtn_word_hangs(&s->words[object], "obj"))
            continue;
        const uint32_t joined = child_by(s, noun, "cc");
        if (joined >= noun || joined == 0 || !is_comma(s, joined - 1))
            return false;
        dtn_word_hang(s, noun, verb, "nsubj");
        dtn_word_hang(s, joined, verb, "cc");
        dtn_word_hang(s, joined - 1, verb, "punct");
        return true;
    }
    return false;
}

static bool mend_subjects(dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 3; i < s->n; i++) {
        const uint32_t first =
            s->words[i].tag == DTN_TAG_VERB ? without_subject(s, i) : DTN_NO_WORD;
        if (first != DTN_NO_WORD)
            done |= mend_participle(s, i, first) || mend_second_clause(s, i, first);
    }
    return done;
}

void dtn_mend_parted(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = !s->is_heading && mend_relative(rules, known, s);
    for (uint32_t i = 1; i + 4 < s->n; i++)
        if (is_comma(s, i))
            done |= mend_saying(rules, known, s, i);
    done |= mend_subjects(s);
    if (done)
        dtn_rules_prepare(rules, s->words, s->n);
}
