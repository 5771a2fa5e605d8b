/* Trees mended where news is terse: two clauses taken for one, and headlines without auxiliaries.
 *
 *   - "After 12 soldiers were killed, Northland struck the port", "Northland struck the port after ...": a verb
 *     between two names is no participle where the second has a clause of another subject beside it;
 *   - "army says 30 militants killed near border": what is said is a passive;
 *   - "jets killed, according to the ministry, 10 civilians": the object behind an insert;
 *   - "denies sheltering rebels", "rebels deny attack": "deny" is no noun;
 *   - "car bomb kills 5": "kills" before a number is no noun, nor is "shot" before "dead";
 *   - "12 dead in airstrike - army": who says it is no part of what is said;
 *   - "said on Sunday that jets had ...": what is said is no clause of Sunday's.
 */
#include "tree/inner.h"

#include <string.h>

static bool is_saying(const dtn_rules *rules, const dtn_mend_words *known, const dtn_word *w)
{
    return w->tag == DTN_TAG_VERB && dtn_lexicon_get(rules, known->report, w) != NULL;
}

/* ---- "Northland struck the port after 12 soldiers were killed" ---- */

/* The word that introduces a clause in words [from, to): "after", "when"; DTN_NO_WORD. */
static uint32_t marker_in(const dtn_sentence *s, uint32_t from, uint32_t to)
{
    static const char *const marks[] = {"after", "before",  "when", "while",
                                        "as",    "because", "once", "hours"};
    for (uint32_t i = from; i < to; i++)
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
            if (dtn_tree_is_form(s, i, marks[k]) && s->words[i].tag != DTN_TAG_NOUN)
                return i;
    return DTN_NO_WORD;
}

static bool mend_two_clauses(dtn_sentence *s, uint32_t verb)
{
    const uint32_t object = s->words[verb].head;
    if (!dtn_word_hangs(&s->words[verb], "amod") || object == DTN_NO_WORD || object < verb ||
        !dtn_tree_is_name(&s->words[verb - 1]) || s->words[verb - 1].head != object ||
        !dtn_tree_is_name(&s->words[object]) ||
        (strcmp(s->words[verb].xtag, "VBD") != 0 && strcmp(s->words[verb].xtag, "VBN") != 0) ||
        !dtn_word_hangs(&s->words[object], "nsubj"))
        return false;
    const uint32_t other = s->words[object].head;
    uint32_t subject = DTN_NO_WORD;
    for (uint32_t i = 0; i < s->n; i++)
        if (i != object && s->words[i].head == other && dtn_word_hangs(&s->words[i], "nsubj"))
            subject = i;
    if (subject == DTN_NO_WORD || s->words[other].head != DTN_NO_WORD)
        return false;
    const bool is_first = other < verb;
    const uint32_t mark = is_first ? marker_in(s, 0, subject) : marker_in(s, object, subject);
    if (mark == DTN_NO_WORD)
        return false;
    for (uint32_t i = 0; i < s->n; i++) { /* the words between belong where they stand */
        const bool is_his = is_first ? i > other && i < verb : i > object && i < mark;
        if (i < verb && i != verb - 1 && s->words[i].head == object)
            s->words[i].head = verb - 1;
        else if (s->words[i].head == object && i > object)
            s->words[i].head = verb;
        else if (s->words[i].head == other && (is_his || (is_first && i > object)))
            s->words[i].head = verb;
    }
    s->words[verb].tag = DTN_TAG_VERB;
    s->words[verb].xtag = "VBD";
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    dtn_word_hang(s, verb - 1, verb, "nsubj");
    dtn_word_hang(s, object, verb, "obj");
    dtn_word_hang(s, other, verb, "advcl");
    dtn_word_hang(s, mark, other, "mark");
    s->words[mark].tag = DTN_TAG_SCONJ;
    return true;
}

/* "After 12 soldiers were killed, Northland struck the port": a root behind "after" is the other's clause. */
static bool mend_first_clause(dtn_sentence *s, uint32_t verb)
{
    const uint32_t first = s->words[verb].head;
    if (!dtn_word_hangs(&s->words[verb], "conj") || s->words[verb].tag != DTN_TAG_VERB ||
        first > verb || s->words[first].head != DTN_NO_WORD)
        return false;
    const uint32_t mark = marker_in(s, 0, first),
                   subject = dtn_tree_child_in(s, verb, "nsubj", first, verb);
    if (mark == DTN_NO_WORD || s->words[mark].head != first || subject == DTN_NO_WORD ||
        dtn_tree_child_in(s, verb, "cc", first, verb) != DTN_NO_WORD)
        return false;
    for (uint32_t i = first + 1; i < s->n; i++)
        if (s->words[i].head == first && s->words[i].tag == DTN_TAG_PUNCT)
            s->words[i].head = verb;
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    dtn_word_hang(s, first, verb, "advcl");
    return true;
}

/* "Northland struck the port after 12 soldiers were killed", with "struck" hung on Northland as what it is. */
static bool mend_last_clause(dtn_sentence *s, uint32_t verb)
{
    const uint32_t subject = s->words[verb].head;
    const uint32_t other = subject < verb ? s->words[subject].head : DTN_NO_WORD;
    if (strcmp(s->words[verb].relation, "acl") != 0 || strcmp(s->words[verb].xtag, "VBD") != 0 ||
        other >= s->n || other < verb || s->words[other].head != DTN_NO_WORD ||
        !dtn_word_hangs(&s->words[subject], "nsubj"))
        return false;
    const uint32_t second = dtn_tree_child_in(s, other, "nsubj", verb, other);
    const uint32_t mark = second == DTN_NO_WORD ? DTN_NO_WORD : marker_in(s, verb, second);
    if (mark == DTN_NO_WORD)
        return false;
    for (uint32_t i = 0; i < s->n; i++)
        if ((i < mark || i + 1 == s->n) && s->words[i].head == other)
            s->words[i].head = verb;
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    dtn_word_hang(s, subject, verb, "nsubj");
    dtn_word_hang(s, other, verb, "advcl");
    dtn_word_hang(s, mark, other, "mark");
    s->words[mark].tag = DTN_TAG_SCONJ;
    return true;
}

/* ---- "Army says 30 militants killed near border" ---- */

static bool mend_said_passive(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                              uint32_t verb)
{
    const uint32_t noun = verb - 1, said = s->words[noun].head;
    if (strcmp(s->words[verb].relation, "acl") != 0 || s->words[verb].head != noun ||
        strcmp(s->words[verb].xtag, "VBN") != 0 || !dtn_tree_is_name(&s->words[noun]) ||
        said >= noun || !dtn_word_hangs(&s->words[noun], "obj") ||
        !is_saying(rules, known, &s->words[said]) ||
        dtn_tree_child_in(s, noun, "nummod", 0, noun) == DTN_NO_WORD)
        return false;
    dtn_word_hang(s, verb, said, "ccomp");
    dtn_word_hang(s, noun, verb, "nsubj:pass");
    return true;
}

/* ---- "Jets killed, according to the ministry, 10 civilians" ---- */

static bool mend_object_behind_insert(dtn_sentence *s, uint32_t verb)
{
    const uint32_t subject = dtn_tree_child_in(s, verb, "nsubj", 0, verb);
    uint32_t comma = verb + 3;
    if (!dtn_tree_is_form(s, verb + 1, ",") || !dtn_tree_is_form(s, verb + 2, "according") ||
        subject == DTN_NO_WORD || dtn_tree_child_in(s, verb, "obj", 0, s->n) != DTN_NO_WORD ||
        dtn_tree_child_in(s, verb, "aux", 0, verb) != DTN_NO_WORD)
        return false;
    while (comma < s->n && !dtn_tree_is_form(s, comma, ","))
        comma++;
    for (uint32_t i = comma + 1; i < s->n; i++)
        if (dtn_tree_is_name(&s->words[i]) && s->words[i].head < comma &&
            dtn_word_hangs(&s->words[i], "appos")) {
            dtn_word_hang(s, i, verb, "obj");
            dtn_word_hang(s, subject, verb, "nsubj");
            s->words[verb].xtag = "VBD";
            return true;
        }
    return false;
}

/* ---- "Denies sheltering rebels", "rebels deny attack" ---- */

static bool mend_deny(dtn_sentence *s, uint32_t verb)
{
    dtn_word *w = &s->words[verb];
    const bool is_third = dtn_tree_is_form(s, verb, "denies");
    if (w->tag == DTN_TAG_VERB || !(is_third || dtn_tree_is_form(s, verb, "deny")) ||
        !dtn_tree_is_name(&s->words[verb - 1]))
        return false;
    const uint32_t object = w->head;
    const bool is_before_object = object != DTN_NO_WORD && object > verb &&
                                  dtn_tree_is_name(&s->words[object]) &&
                                  s->words[object].head == DTN_NO_WORD;
    const bool is_before_act = object == verb + 1 && strcmp(s->words[object].xtag, "VBG") == 0 &&
                               dtn_word_hangs(w, "nsubj") && s->words[object].head == DTN_NO_WORD;
    if (w->head != DTN_NO_WORD && !is_before_object && !is_before_act)
        return false;
    w->tag = DTN_TAG_VERB;
    w->xtag = is_third ? "VBZ" : "VBP";
    w->lemma = "deny";
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    dtn_word_hang(s, verb - 1, verb, "nsubj");
    for (uint32_t i = 0; i + 1 < verb; i++)
        if (s->words[i].head >= verb)
            s->words[i].head = verb - 1;
    if (is_before_object || is_before_act)
        dtn_word_hang(s, object, verb, is_before_act ? "xcomp" : "obj");
    for (uint32_t i = verb + 1; i < s->n; i++)
        if (s->words[i].head == verb && dtn_word_hangs(&s->words[i], "acl"))
            s->words[i].relation = "xcomp";
        else if (is_before_object && s->words[i].tag == DTN_TAG_PUNCT && i > object)
            s->words[i].head = verb;
    return true;
}

/* ---- "Said on Sunday that jets had bombed the port" ---- */

static bool mend_said_on(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                         uint32_t that)
{
    const uint32_t verb = s->words[that].head;
    if (verb >= s->n || verb < that || strcmp(s->words[that].form, "that") != 0)
        return false;
    const uint32_t noun = s->words[verb].head;
    const uint32_t said = noun < that ? s->words[noun].head : DTN_NO_WORD;
    if (said >= s->n || said > noun || !dtn_word_hangs(&s->words[verb], "acl") ||
        !dtn_word_hangs(&s->words[noun], "obl") || !dtn_word_hangs(&s->words[that], "mark") ||
        !is_saying(rules, known, &s->words[said]) ||
        dtn_tree_child_in(s, said, "ccomp", 0, s->n) != DTN_NO_WORD ||
        dtn_tree_child_in(s, verb, "nsubj", that, verb) == DTN_NO_WORD)
        return false;
    dtn_word_hang(s, verb, said, "ccomp");
    return true;
}

/* ---- "Car bomb kills 5, wounds 12" ---- */

/* Does a count begin at word i: "5", "at least 12", "dozens"? */
static bool is_count(const dtn_sentence *s, uint32_t i)
{
    static const char *const leads[] = {"at",       "more",   "over",   "nearly",
                                        "up",       "dozens", "scores", "several",
                                        "hundreds", "around", "about",  "some"};
    if (i < s->n && s->words[i].tag == DTN_TAG_NUM)
        return true;
    for (size_t k = 0; k < sizeof leads / sizeof *leads; k++)
        if (dtn_tree_is_form(s, i, leads[k]))
            return i + 1 < s->n;
    return false;
}

static bool mend_kills(dtn_sentence *s, uint32_t verb)
{
    static const char *const lemmas[] = {"kill", "wound", "injure", "leave", "claim", "hurt"};
    dtn_word *w = s->words;
    const bool is_after_comma = w[verb - 1].tag == DTN_TAG_PUNCT && verb > 1;
    bool is_one = false, has_object = false;
    for (size_t k = 0; k < sizeof lemmas / sizeof *lemmas; k++)
        is_one |= strcmp(w[verb].lemma, lemmas[k]) == 0;
    if (!is_one || strcmp(w[verb].xtag, "NNS") != 0 || !is_count(s, verb + 1) ||
        (!is_after_comma && !dtn_tree_is_name(&w[verb - 1]) && w[verb - 1].tag != DTN_TAG_ADJ))
        return false;
    for (uint32_t i = 0; i < verb; i++)
        if ((w[i].tag == DTN_TAG_VERB || w[i].tag == DTN_TAG_AUX) && !is_after_comma)
            return false;
    w[verb].tag = DTN_TAG_VERB;
    w[verb].xtag = "VBZ";
    for (uint32_t i = 0; i < s->n; i++) {
        if (w[i].head != verb || w[i].tag == DTN_TAG_PUNCT)
            continue;
        if (i + 1 == verb && !is_after_comma) {
            dtn_word_hang(s, i, verb, "nsubj");
            w[i].tag = w[i].tag == DTN_TAG_ADJ ? DTN_TAG_NOUN : w[i].tag;
        } else if (i < verb && !is_after_comma) {
            dtn_word_hang(s, i, verb - 1, "compound");
        } else if (i > verb && !has_object && w[i].tag != DTN_TAG_VERB && w[i].tag != DTN_TAG_ADP) {
            dtn_word_hang(s, i, verb, "obj");
            has_object = true;
        }
    }
    if (is_after_comma && w[verb].head < verb)
        dtn_word_hang(s, verb, w[verb].head, "conj");
    return true;
}

/* ---- "12 dead in airstrike - army", "raid leaves 6 dead: officials" ---- */

/* Who says a headline, behind its last dash or colon: no part of what is said. */
static bool mend_teller(dtn_sentence *s)
{
    dtn_word *w = s->words;
    const uint32_t last = s->n - 1;
    uint32_t dash = last;
    while (dash > 2 && last - dash < 3 && w[dash].tag != DTN_TAG_PUNCT &&
           w[dash].tag != DTN_TAG_VERB)
        dash--;
    if (dash < 3 || dash == last || w[last].tag != DTN_TAG_NOUN ||
        !(dtn_tree_is_form(s, dash, "-") || dtn_tree_is_form(s, dash, ":") ||
          dtn_tree_is_form(s, dash, "--") || dtn_tree_is_form(s, dash, "\xe2\x80\x93") ||
          dtn_tree_is_form(s, dash, "\xe2\x80\x94")) ||
        w[dash + 1].begin == w[dash].end)
        return false;
    const uint32_t above = w[last].head, first = dash - 1;
    const char *relation = w[last].relation;
    uint32_t root = DTN_NO_WORD, stands = first; /* what stands in its place */
    for (uint32_t i = 0; i < dash; i++) {
        if (w[i].head == DTN_NO_WORD)
            root = i;
        if (w[i].head >= dash && w[i].head != DTN_NO_WORD && w[i].tag != DTN_TAG_ADP)
            stands = i;
    }
    for (uint32_t i = 0; i < s->n; i++)
        if (i > dash && i < last)
            dtn_word_hang(s, i, last, "compound");
        else if (i < dash && i != stands && w[i].head == last)
            w[i].head = stands;
    if (w[stands].head == last) {
        if (above == DTN_NO_WORD || above >= dash)
            root = stands;
        dtn_word_hang(s, stands, above < dash ? above : DTN_NO_WORD,
                      above < dash ? relation : "root");
    }
    if (root == DTN_NO_WORD || root >= dash)
        return false;
    dtn_word_hang(s, last, root, "parataxis");
    w[dash].head = last;
    return true;
}

/* "A patrol shot dead two boys": no noun, and who stands before it did it. */
static bool mend_shot_dead(dtn_sentence *s, uint32_t shot)
{
    dtn_word *w = s->words;
    if (!dtn_tree_is_form(s, shot, "shot") || !dtn_tree_is_form(s, shot + 1, "dead"))
        return false;
    const bool was_noun = w[shot].tag == DTN_TAG_NOUN;
    const bool is_name_before = dtn_tree_is_name(&w[shot - 1]) && w[shot - 1].head == shot &&
                                dtn_word_hangs(&w[shot - 1], "compound");
    if (was_noun) {
        w[shot].tag = DTN_TAG_VERB;
        w[shot].xtag = "VBD";
        w[shot].lemma = "shoot";
    }
    for (uint32_t i = 0; i + 1 < shot && is_name_before; i++)
        if (w[i].head == shot && (w[i].tag == DTN_TAG_DET || w[i].tag == DTN_TAG_ADJ ||
                                  dtn_word_hangs(&w[i], "compound")))
            w[i].head = shot - 1; /* what stood before the noun stands before who did it */
    if (is_name_before)
        dtn_word_hang(s, shot - 1, shot, "nsubj");
    return was_noun || is_name_before;
}

/* "On 3 November raiders killed four": the raiders are no part of the date before them, but who did it. */
static bool mend_dated_subject(dtn_sentence *s, uint32_t month)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    dtn_word *w = s->words;
    const uint32_t noun = w[month].head, verb = noun < s->n ? w[noun].head : DTN_NO_WORD;
    bool is_month = false;
    for (size_t k = 0; k < sizeof months / sizeof *months; k++)
        is_month |= strcmp(w[month].form, months[k]) == 0;
    if (!is_month || noun == DTN_NO_WORD || noun <= month || verb == DTN_NO_WORD || verb <= noun ||
        !dtn_word_hangs(&w[month], "compound") || strcmp(w[noun].xtag, "NNS") != 0 ||
        w[verb].tag != DTN_TAG_VERB || month > 2 || w[0].head != noun ||
        !(dtn_tree_is_form(s, 0, "On") || dtn_tree_is_form(s, 0, "In")) ||
        (month == 2 && w[1].tag != DTN_TAG_NUM))
        return false;
    if (dtn_word_hangs(&w[noun], "obl") &&
        dtn_tree_child_in(s, verb, "nsubj", 0, verb) != DTN_NO_WORD)
        return false;
    for (uint32_t i = 0; i < month; i++)
        w[i].head = month;
    dtn_word_hang(s, month, verb, "obl");
    dtn_word_hang(s, noun, verb, "nsubj");
    return true;
}

void dtn_mend_news(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = s->n > 4 && mend_teller(s);
    for (uint32_t i = 1; i < s->n; i++) {
        bool here = mend_two_clauses(s, i);
        here |= mend_first_clause(s, i);
        here |= mend_last_clause(s, i);
        here |= mend_said_passive(rules, known, s, i);
        here |= mend_object_behind_insert(s, i);
        here |= mend_deny(s, i);
        here |= mend_said_on(rules, known, s, i);
        here |= mend_kills(s, i);
        here |= mend_shot_dead(s, i);
        here |= mend_dated_subject(s, i);
        done |= here;
    }
    if (done)
        dtn_rules_prepare(rules, s->words, s->n);
}
