/* Trees mended: clauses and phrases that hang on the wrong word, where their neighbours leave no doubt.
 *
 *   - "has so far [given]": the participle is the verb; "it has not translated": active, as no "been" says otherwise;
 *   - "that captured [rifles] had increased losses", "said the [returns] put families at risk": a verb without a
 *     subject has the noun before it for one; so has ", and [assaults] soon resumed";
 *   - "the feud between X and [Y] undermines it": Y belongs to "between";
 *   - "never have the [villagers] attacked": a subject; "without a [shot] being fired": so is the shot;
 *   - "that hid bombers": a relative clause; "being bombed has led to": a subject;
 *   - "could end [if] images spread": a condition; ", [for] each blast is proof": a reason; ", [because] ..." behind a
 *     relative clause: of the main clause;
 *   - "increases the pressure on them [to respond]", "the fight [against] crime": with the noun that takes them;
 *   - "has been shown [to reduce]", "hand [over] comrades", "all but [impossible]", "as a [result] of".
 */
#include "tree/inner.h"

#include <string.h>

static bool is_past(const dtn_sentence *s, uint32_t i)
{
    return dtn_tree_is_xtag(s, i, "VBN") || dtn_tree_is_xtag(s, i, "VBD");
}

static bool is_finite(const dtn_sentence *s, uint32_t i)
{
    return s->words[i].tag == DTN_TAG_VERB &&
           (dtn_tree_is_xtag(s, i, "VBD") || dtn_tree_is_xtag(s, i, "VBZ") ||
            dtn_tree_is_xtag(s, i, "VBP") || dtn_tree_has_now(s, i, "aux"));
}

static bool is_one_of(const dtn_word *w, const char *const *lemmas)
{
    for (; *lemmas; lemmas++)
        if (dtn_word_is(w, *lemmas))
            return true;
    return false;
}

static void move_children(dtn_sentence *s, uint32_t from, uint32_t to, uint32_t begin)
{
    for (uint32_t i = begin; i < s->n; i++)
        if (i != from && i != to && s->words[i].head == from)
            s->words[i].head = to;
}

/* Are all words of (from, to) adverbs, particles or auxiliaries? */
static bool are_beside(const dtn_sentence *s, uint32_t from, uint32_t to)
{
    for (uint32_t i = from + 1; i < to; i++)
        if (s->words[i].tag != DTN_TAG_ADV && s->words[i].tag != DTN_TAG_PART &&
            s->words[i].tag != DTN_TAG_AUX)
            return false;
    return true;
}

/* ---- "Has so far given", "has not translated" ---- */

static bool mend_perfect(dtn_sentence *s, uint32_t i)
{
    const uint32_t have = s->words[i].head;
    if (!dtn_tree_is_xtag(s, i, "VBN") || have >= i || !dtn_word_is(&s->words[have], "have") ||
        dtn_word_hangs(&s->words[have], "aux") || dtn_tree_has_now(s, have, "obj") ||
        !are_beside(s, have, i))
        return false;
    s->words[i].tag = DTN_TAG_VERB;
    dtn_word_hang(s, i, s->words[have].head, s->words[have].relation);
    move_children(s, have, i, 0);
    dtn_word_hang(s, have, i, "aux");
    s->words[have].tag = DTN_TAG_AUX;
    return true;
}

static bool mend_active(dtn_sentence *s, uint32_t i)
{
    const uint32_t verb = s->words[i].head;
    const uint32_t aux = verb < s->n ? dtn_tree_child_now(s, verb, "aux") : DTN_NO_WORD;
    if (strcmp(s->words[i].relation, "nsubj:pass") != 0 || aux == DTN_NO_WORD ||
        !dtn_word_is(&s->words[aux], "have") || dtn_tree_has_now(s, verb, "aux:pass") ||
        strcmp(s->words[aux].relation, "aux") != 0)
        return false;
    for (uint32_t k = 0; k < s->n; k++)
        if (s->words[k].head == verb && dtn_word_is(&s->words[k], "be"))
            return false;
    s->words[i].relation = "nsubj";
    return true;
}

/* "Sap the will": a past of "be" that is none is a plural's verb by its form. */
static bool mend_be(dtn_sentence *s, uint32_t i)
{
    dtn_word *w = &s->words[i];
    if (w->tag != DTN_TAG_VERB || !dtn_tree_is_xtag(s, i, "VBD") || !dtn_word_is(w, "be") ||
        dtn_tree_is_form(s, i, "was") || dtn_tree_is_form(s, i, "were") ||
        !dtn_tree_has_now(s, i, "obj"))
        return false;
    w->lemma = w->form;
    w->xtag = "VBP";
    return true;
}

/* ---- Verbs without a subject, and the noun before them ---- */

/* "[That] captured rifles had increased losses", "that better reporting may explain it": what stands right behind "that"
 * describes, or is, the subject of the verb that has an auxiliary. */
static bool mend_that(dtn_sentence *s, uint32_t verb)
{
    const uint32_t teller = s->words[verb].head;
    if (!dtn_word_hangs(&s->words[verb], "ccomp") || teller >= verb ||
        !dtn_tree_has_now(s, verb, "aux") || dtn_tree_has_now(s, verb, "nsubj") ||
        dtn_tree_has_now(s, verb, "csubj"))
        return false;
    const uint32_t first = dtn_tree_child_in(s, teller, "ccomp", teller + 1, verb);
    const uint32_t mark = first == DTN_NO_WORD ? DTN_NO_WORD : dtn_tree_child_now(s, first, "mark");
    if (mark == DTN_NO_WORD || !dtn_tree_is_form(s, mark, "that") ||
        dtn_tree_has_now(s, first, "nsubj") || dtn_tree_has_now(s, first, "aux"))
        return false;
    const uint32_t object = dtn_tree_child_in(s, first, "obj", first + 1, verb);
    if (is_past(s, first) && object == first + 1 && mark + 1 == first) {
        dtn_word_hang(s, object, verb, "nsubj");
        move_children(s, first, object, object + 1);
        dtn_word_hang(s, first, object, "amod");
    } else if (dtn_tree_is_xtag(s, first, "VBG")) {
        dtn_word_hang(s, first, verb, object == DTN_NO_WORD ? "nsubj" : "csubj");
        if (object == DTN_NO_WORD) {
            s->words[first].tag = DTN_TAG_NOUN;
            s->words[first].xtag = "NN";
        }
    } else {
        return false;
    }
    dtn_word_hang(s, mark, verb, "mark");
    return true;
}

/* "[That] reporting may explain it": of the verb, not of its subject. */
static bool mend_mark(dtn_sentence *s, uint32_t mark)
{
    const uint32_t inner = s->words[mark].head, verb = inner < s->n ? s->words[inner].head : s->n;
    if (!dtn_tree_is_form(s, mark, "that") || !dtn_word_hangs(&s->words[mark], "mark") ||
        verb >= s->n || verb <= inner || inner <= mark ||
        !dtn_word_hangs(&s->words[inner], "csubj") || dtn_tree_has_now(s, verb, "mark"))
        return false;
    s->words[mark].head = verb;
    return true;
}

/* "Said forced [returns] put families at risk". */
static bool mend_said(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                      uint32_t verb)
{
    const uint32_t teller = s->words[verb].head;
    if (!dtn_word_hangs(&s->words[verb], "ccomp") || teller >= verb ||
        dtn_tree_has_now(s, verb, "nsubj") || dtn_tree_has_now(s, verb, "csubj") ||
        dtn_tree_has_now(s, verb, "mark") || s->words[verb].tag != DTN_TAG_VERB ||
        !dtn_lexicon_get(rules, known->report, &s->words[teller]))
        return false;
    const uint32_t noun = dtn_tree_child_in(s, teller, "obj", teller + 1, verb);
    if (noun == DTN_NO_WORD || !dtn_tree_is_name(&s->words[noun]) || !are_beside(s, noun, verb))
        return false;
    dtn_word_hang(s, noun, verb, dtn_tree_has_now(s, verb, "aux:pass") ? "nsubj:pass" : "nsubj");
    if (dtn_tree_is_xtag(s, verb, "VBN") && !dtn_tree_has_now(s, verb, "aux"))
        s->words[verb].xtag = "VBD";
    return true;
}

/* ", and [assaults] on convoys soon resumed". */
static bool mend_joined(dtn_sentence *s, uint32_t verb)
{
    const uint32_t first = s->words[verb].head;
    if (s->words[verb].tag != DTN_TAG_VERB || !dtn_word_hangs(&s->words[verb], "conj") ||
        first >= verb || s->words[first].tag != DTN_TAG_VERB ||
        dtn_tree_has_now(s, verb, "nsubj") || !(is_finite(s, verb) || is_past(s, verb)))
        return false;
    for (uint32_t noun = first + 1; noun < verb; noun++) {
        uint32_t link = dtn_tree_child_in(s, noun, "cc", first + 2, noun);
        if (link == DTN_NO_WORD)
            link = dtn_tree_child_in(s, verb, "cc", first + 2, noun);
        else if (dtn_tree_has_now(s, verb, "cc"))
            continue;
        if (!dtn_tree_is_name(&s->words[noun]) || !dtn_word_hangs(&s->words[noun], "conj") ||
            link == DTN_NO_WORD || !dtn_tree_is_form(s, link - 1, ",") ||
            s->words[noun].head >= link)
            continue;
        for (uint32_t i = noun + 1; i < verb; i++)
            if (s->words[i].tag == DTN_TAG_PUNCT ||
                !(dtn_tree_is_under(s, i, noun) || dtn_tree_is_under(s, i, verb)))
                return false;
        dtn_word_hang(s, noun, verb,
                      dtn_tree_has_now(s, verb, "aux:pass") ? "nsubj:pass" : "nsubj");
        dtn_word_hang(s, link, verb, "cc");
        dtn_word_hang(s, link - 1, verb, "punct");
        if (dtn_tree_is_xtag(s, verb, "VBN") && !dtn_tree_has_now(s, verb, "aux"))
            s->words[verb].xtag = "VBD";
        return true;
    }
    return false;
}

/* "What works is quieter: [talks], backed by all, have stopped raids". */
static bool mend_aside(dtn_sentence *s, uint32_t verb)
{
    const uint32_t aux = dtn_tree_child_now(s, verb, "aux");
    if (!dtn_word_hangs(&s->words[verb], "parataxis") || aux == DTN_NO_WORD || aux < 2 ||
        aux > verb || !dtn_tree_is_form(s, aux - 1, ",") || dtn_tree_has_now(s, verb, "nsubj"))
        return false;
    for (uint32_t noun = aux; noun-- > 0;)
        if (dtn_tree_is_name(&s->words[noun]) && s->words[noun].head == s->words[verb].head &&
            dtn_word_hangs(&s->words[noun], "parataxis") && !dtn_tree_has_now(s, noun, "cop") &&
            !dtn_tree_has_now(s, noun, "nsubj")) {
            dtn_word_hang(s, noun, verb,
                          dtn_tree_has_now(s, verb, "aux:pass") ? "nsubj:pass" : "nsubj");
            return true;
        }
    return false;
}

/* "Being bombed [has led] to it": without a comma what is done is the subject. */
static bool mend_gerund(dtn_sentence *s)
{
    const uint32_t verb = s->words[0].tag == DTN_TAG_AUX || dtn_word_hangs(&s->words[0], "aux")
                              ? s->words[0].head
                              : 0;
    const uint32_t main = verb < s->n ? s->words[verb].head : DTN_NO_WORD;
    if (main >= s->n || main <= verb || !dtn_tree_is_xtag(s, 0, "VBG") ||
        !dtn_word_hangs(&s->words[verb], "advcl") || dtn_tree_has_now(s, main, "nsubj") ||
        dtn_tree_has_now(s, main, "csubj") || !is_finite(s, main))
        return false;
    for (uint32_t i = 0; i < main; i++)
        if (s->words[i].tag == DTN_TAG_PUNCT)
            return false;
    s->words[verb].relation = "csubj";
    return true;
}

/* "The feud between X and [Y] undermines it". */
static bool mend_between(dtn_sentence *s, uint32_t second)
{
    const uint32_t verb = s->words[second].head;
    if (!dtn_tree_is_name(&s->words[second]) || !dtn_word_hangs(&s->words[second], "nsubj") ||
        verb <= second || verb >= s->n || !is_finite(s, verb))
        return false;
    uint32_t link = second;
    while (link > 0 && (link == second || s->words[link].head == second))
        link--;
    if (!dtn_tree_is_form(s, link, "and") || link < 3)
        return false;
    const uint32_t inner = link - 1, noun = s->words[inner].head;
    const uint32_t between = dtn_tree_child_now(s, inner, "case");
    if (!dtn_tree_is_name(&s->words[inner]) || noun >= inner ||
        !dtn_tree_is_name(&s->words[noun]) || between == DTN_NO_WORD ||
        !dtn_tree_is_form(s, between, "between"))
        return false;
    const bool is_below = s->words[verb].head == noun && dtn_word_hangs(&s->words[verb], "conj");
    if (s->words[noun].head != verb && !is_below)
        return false;
    if (is_below) { /* the verb hangs on its own subject */
        dtn_word_hang(s, verb, s->words[noun].head, s->words[noun].relation);
        dtn_word_hang(s, noun, verb, "nsubj");
        for (uint32_t i = 0; i < s->n; i++)
            if (s->words[i].head == noun && (i > verb || s->words[i].tag == DTN_TAG_PUNCT))
                s->words[i].head = verb;
    }
    dtn_word_hang(s, second, inner, "conj");
    dtn_word_hang(s, link, second, "cc");
    return true;
}

/* ---- Word order ---- */

/* "Never [have] the villagers attacked", "not only [did] the strike kill": behind a denial the subject follows. */
static bool mend_inverted(dtn_sentence *s, uint32_t aux)
{
    static const char *const first[] = {"not",    "never",  "nor", "neither", "only",
                                        "seldom", "rarely", "no",  "hardly",  NULL};
    const bool is_do = dtn_word_is(&s->words[aux], "do");
    if (aux == 0 || (!is_do && !dtn_word_is(&s->words[aux], "have")) ||
        dtn_word_hangs(&s->words[aux], "aux"))
        return false;
    bool is_denied = false;
    for (uint32_t i = 0; i < aux; i++) {
        if (s->words[i].tag == DTN_TAG_PUNCT || s->words[i].tag == DTN_TAG_VERB)
            return false;
        is_denied |= is_one_of(&s->words[i], first);
    }
    const uint32_t subject = dtn_tree_child_in(s, aux, "obj", aux + 1, s->n);
    for (uint32_t verb = subject == DTN_NO_WORD ? s->n : subject + 1; is_denied && verb < s->n;
         verb++) {
        const dtn_word *w = &s->words[verb];
        if (!(is_do ? dtn_tree_is_xtag(s, verb, "VB") : is_past(s, verb)) ||
            !(w->head == aux || (w->head == s->words[aux].head && dtn_word_hangs(w, "ccomp"))))
            continue;
        if (!are_beside(s, subject, verb) && dtn_tree_is_under(s, verb - 1, subject) == false)
            return false;
        dtn_word_hang(s, verb, s->words[aux].head, s->words[aux].relation);
        move_children(s, aux, verb, 0);
        dtn_word_hang(s, aux, verb, "aux");
        dtn_word_hang(s, subject, verb, "nsubj");
        s->words[aux].tag = DTN_TAG_AUX;
        s->words[verb].tag = DTN_TAG_VERB;
        if (!is_do)
            s->words[verb].xtag = "VBN";
        return true;
    }
    return false;
}

/* "Without a [shot] being fired": the shot's preposition leads in the clause. */
static bool mend_without(dtn_sentence *s, uint32_t verb)
{
    const uint32_t aux = dtn_tree_child_now(s, verb, "aux");
    if (aux == DTN_NO_WORD || aux == 0 || !dtn_tree_is_form(s, aux, "being") ||
        !dtn_word_hangs(&s->words[verb], "advcl") || dtn_tree_has_now(s, verb, "nsubj") ||
        dtn_tree_has_now(s, verb, "mark"))
        return false;
    const uint32_t noun = aux - 1, prep = dtn_tree_child_now(s, noun, "case");
    if (!dtn_tree_is_name(&s->words[noun]) || s->words[noun].head != s->words[verb].head ||
        prep == DTN_NO_WORD ||
        !(dtn_tree_is_form(s, prep, "without") || dtn_tree_is_form(s, prep, "with")))
        return false;
    dtn_word_hang(s, noun, verb, "nsubj:pass");
    dtn_word_hang(s, prep, verb, "mark");
    s->words[prep].tag = DTN_TAG_SCONJ;
    return true;
}

/* "Explained [why] it killed him". */
static bool mend_why(dtn_sentence *s, uint32_t why)
{
    const uint32_t above = s->words[why].head;
    if (!dtn_tree_is_xtag(s, why, "WRB") || above >= why || !dtn_word_hangs(&s->words[why], "obj"))
        return false;
    const uint32_t verb = dtn_tree_child_in(s, above, "ccomp", why + 1, s->n);
    if (verb == DTN_NO_WORD)
        return false;
    dtn_word_hang(s, why, verb, "advmod");
    return true;
}

/* "An attack on them [was] foiled": what has an auxiliary of its own describes no noun. */
static bool mend_finite(dtn_sentence *s, uint32_t verb)
{
    const uint32_t noun = s->words[verb].head;
    const uint32_t aux = noun < verb ? dtn_tree_child_now(s, verb, "aux") : DTN_NO_WORD;
    if (aux == DTN_NO_WORD || aux < noun || s->words[noun].head != DTN_NO_WORD ||
        !dtn_tree_is_name(&s->words[noun]) || strcmp(s->words[verb].relation, "acl") != 0 ||
        dtn_tree_has_now(s, verb, "mark") || dtn_tree_has_now(s, verb, "nsubj") ||
        !(dtn_tree_is_xtag(s, aux, "VBD") || dtn_tree_is_xtag(s, aux, "VBZ") ||
          dtn_tree_is_xtag(s, aux, "VBP") || dtn_tree_is_xtag(s, aux, "MD")))
        return false;
    dtn_word_hang(s, verb, DTN_NO_WORD, "root");
    move_children(s, noun, verb, verb + 1);
    dtn_word_hang(s, noun, verb, dtn_tree_has_now(s, verb, "aux:pass") ? "nsubj:pass" : "nsubj");
    return true;
}

/* "A [would-be] attack" is no attack that would be. */
static bool mend_would_be(dtn_sentence *s, uint32_t would)
{
    const uint32_t be = would + 2, noun = s->words[would].head;
    if (!dtn_tree_is_form(s, would, "would") || !dtn_tree_is_form(s, would + 1, "-") ||
        !dtn_tree_is_form(s, be, "be") || noun <= be || noun >= s->n)
        return false;
    dtn_word_hang(s, would, noun, "amod");
    dtn_word_hang(s, be, would, "dep");
    s->words[would].tag = s->words[be].tag = DTN_TAG_ADJ;
    s->words[would].xtag = s->words[be].xtag = "JJ";
    return true;
}

/* "..., its spokesman [insisted]." tells of the rest. */
static bool mend_teller(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                        uint32_t verb)
{
    const uint32_t teller = dtn_tree_child_now(s, verb, "nsubj");
    if (!dtn_word_hangs(&s->words[verb], "conj") || s->words[verb].head > verb ||
        teller + 1 != verb || verb + 2 < s->n || dtn_tree_has_now(s, verb, "cc") ||
        !dtn_lexicon_get(rules, known->report, &s->words[verb]))
        return false;
    s->words[verb].relation = "parataxis";
    return true;
}

/* ---- Clauses ---- */

/* "Networks [that hid] bombers": no bombers that are hid. */
static bool mend_relative(dtn_sentence *s, uint32_t that)
{
    const uint32_t verb = that + 1, object = verb < s->n ? s->words[verb].head : DTN_NO_WORD;
    if (that == 0 || object >= s->n || object <= verb || !dtn_tree_is_form(s, that, "that") ||
        !dtn_tree_is_name(&s->words[that - 1]) || !is_past(s, verb) ||
        !dtn_word_hangs(&s->words[verb], "amod") || s->words[that].head != object ||
        !dtn_tree_is_name(&s->words[object]) || s->words[object].head >= that)
        return false;
    dtn_word_hang(s, verb, that - 1, "acl:relcl");
    s->words[verb].tag = DTN_TAG_VERB;
    s->words[verb].xtag = "VBD";
    dtn_word_hang(s, that, verb, "nsubj");
    dtn_word_hang(s, object, verb, "obj");
    return true;
}

/* "Could end [if] images spread"; "asked if" is none. */
static bool mend_condition(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                           uint32_t mark)
{
    static const char *const asks[] = {"ask",   "know",    "wonder", "see",       "doubt",
                                       "check", "decide",  "test",   "determine", "tell",
                                       "learn", "examine", "care",   "be",        NULL};
    const uint32_t verb = s->words[mark].head;
    if (!dtn_tree_is_form(s, mark, "if") || !dtn_word_hangs(&s->words[mark], "mark") ||
        verb >= s->n || !dtn_word_hangs(&s->words[verb], "ccomp"))
        return false;
    const uint32_t above = s->words[verb].head;
    if (above >= mark || s->words[above].tag != DTN_TAG_VERB || is_one_of(&s->words[above], asks) ||
        dtn_lexicon_get(rules, known->report, &s->words[above]))
        return false;
    s->words[verb].relation = "advcl";
    return true;
}

/* A subject with a preposition: beside another subject it is none ("which in turn led to"), and behind a comma "for" gives
 * a reason. */
static bool mend_led_in(dtn_sentence *s, uint32_t i)
{
    static const char *const preps[] = {"in", "for", "by", "with", "on", NULL};
    const uint32_t verb = s->words[i].head,
                   prep = verb < s->n ? dtn_tree_child_now(s, i, "case") : DTN_NO_WORD;
    if (!dtn_tree_is_name(&s->words[i]) || !dtn_word_hangs(&s->words[i], "nsubj") || prep >= i ||
        s->words[verb].tag != DTN_TAG_VERB || !is_one_of(&s->words[prep], preps))
        return false;
    for (uint32_t k = 0; k < s->n; k++)
        if (k != i && s->words[k].head == verb && dtn_word_hangs(&s->words[k], "nsubj")) {
            s->words[i].relation = "obl";
            return true;
        }
    if (prep == 0 || !dtn_tree_is_form(s, prep, "for") || !dtn_tree_is_form(s, prep - 1, ",") ||
        !is_finite(s, verb))
        return false;
    dtn_word_hang(s, prep, verb, "mark");
    s->words[prep].tag = DTN_TAG_SCONJ;
    return true;
}

/* "Those who would like to, [because] nobody wants": behind a comma of the main clause. */
static bool mend_because(dtn_sentence *s, uint32_t mark)
{
    const uint32_t verb = s->words[mark].head;
    if (mark < 3 || !dtn_tree_is_form(s, mark, "because") || !dtn_tree_is_form(s, mark - 1, ",") ||
        verb >= s->n || verb <= mark || !dtn_word_hangs(&s->words[verb], "advcl"))
        return false;
    uint32_t above = s->words[verb].head;
    if (above >= mark || strcmp(s->words[above].relation, "acl:relcl") != 0)
        return false;
    while (s->words[above].head != DTN_NO_WORD &&
           !(s->words[above].tag == DTN_TAG_VERB &&
             strcmp(s->words[above].relation, "acl:relcl") != 0))
        above = s->words[above].head;
    s->words[verb].head = above;
    return true;
}

/* ---- Phrases ---- */

/* "Increases the pressure on them [to respond]". */
static bool mend_noun_infinitive(const dtn_rules *rules, const dtn_mend_words *known,
                                 dtn_sentence *s, uint32_t i)
{
    const uint32_t verb = s->words[i].head;
    if (i < 3 || !dtn_tree_is_xtag(s, i, "VB") || !dtn_tree_is_form(s, i - 1, "to") || verb >= i ||
        s->words[verb].tag != DTN_TAG_VERB || !dtn_word_hangs(&s->words[i], "advcl") ||
        !dtn_lexicon_get(rules, known->cause, &s->words[verb]))
        return false;
    const uint32_t noun = dtn_tree_child_in(s, verb, "obj", verb + 1, i);
    if (noun == DTN_NO_WORD || !dtn_lexicon_get(rules, known->aim.noun, &s->words[noun]))
        return false;
    for (uint32_t k = noun + 1; k < i - 1; k++)
        if (s->words[k].tag == DTN_TAG_PUNCT || s->words[k].tag == DTN_TAG_VERB)
            return false;
    dtn_word_hang(s, i, noun, "acl");
    return true;
}

/* "Has good offices [to lend]": "has to lend" has nothing between. */
static bool mend_have(dtn_sentence *s, uint32_t i)
{
    const uint32_t have = s->words[i].head;
    if (i < 3 || !dtn_tree_is_xtag(s, i, "VB") || !dtn_tree_is_form(s, i - 1, "to") || have >= i ||
        !dtn_word_is(&s->words[have], "have") || !dtn_word_hangs(&s->words[i], "xcomp"))
        return false;
    const uint32_t object = dtn_tree_child_in(s, have, "obj", have + 1, i - 1);
    if (object == DTN_NO_WORD)
        return false;
    dtn_word_hang(s, i, object, "acl");
    return true;
}

/* "Let it [open] schools": of what is let something is done. */
static bool mend_let(dtn_sentence *s, uint32_t i)
{
    const uint32_t object = s->words[i].head;
    if (i < 2 || s->words[i].tag != DTN_TAG_ADJ || !dtn_word_is(&s->words[i - 2], "let") ||
        s->words[i - 1].tag != DTN_TAG_PRON || object <= i || object >= s->n ||
        !dtn_tree_is_name(&s->words[object]) || s->words[object].head != i - 2)
        return false;
    s->words[i].tag = DTN_TAG_VERB;
    s->words[i].xtag = "VB";
    dtn_word_hang(s, i, i - 2, "xcomp");
    dtn_word_hang(s, object, i, "obj");
    return true;
}

/* "The fight [against] crime". */
static bool mend_against(dtn_sentence *s, uint32_t i)
{
    static const char *const nouns[] = {"fight",     "war",    "struggle",  "campaign", "action",
                                        "operation", "battle", "crackdown", "drive",    "offensive",
                                        "measure",   "raid",   "strike",    NULL};
    const uint32_t verb = s->words[i].head, prep = dtn_tree_child_now(s, i, "case");
    if (!dtn_tree_is_name(&s->words[i]) || !dtn_word_hangs(&s->words[i], "obl") || verb >= i ||
        prep == DTN_NO_WORD || prep < 2 || !dtn_tree_is_form(s, prep, "against") ||
        s->words[prep - 1].head != verb || !is_one_of(&s->words[prep - 1], nouns) ||
        s->words[prep - 1].tag != DTN_TAG_NOUN)
        return false;
    dtn_word_hang(s, i, prep - 1, "nmod");
    return true;
}

/* "As a [result] of the raids" is of the verb, not of its object; "in [return] for" of all that is offered. */
static bool mend_result(dtn_sentence *s, uint32_t i)
{
    const uint32_t noun = s->words[i].head, prep = dtn_tree_child_now(s, i, "case");
    if (!dtn_word_hangs(&s->words[i], "nmod") || noun >= i || prep == DTN_NO_WORD)
        return false;
    const uint32_t above = s->words[noun].head;
    if (dtn_tree_is_form(s, prep, "as") &&
        (dtn_word_is(&s->words[i], "result") || dtn_word_is(&s->words[i], "consequence")) &&
        above < noun && s->words[above].tag == DTN_TAG_VERB) {
        dtn_word_hang(s, i, above, "obl");
        return true;
    }
    if (dtn_tree_is_form(s, prep, "in") && dtn_tree_is_form(s, i + 1, "for") &&
        (dtn_word_is(&s->words[i], "return") || dtn_word_is(&s->words[i], "exchange")) &&
        above < noun && dtn_word_hangs(&s->words[noun], "nmod") &&
        dtn_tree_is_name(&s->words[above])) {
        s->words[i].head = above;
        return true;
    }
    return false;
}

/* "Has been shown [to reduce]". */
static bool mend_shown(dtn_sentence *s, uint32_t i)
{
    static const char *const verbs[] = {"show",    "find",   "believe", "know",   "think",
                                        "say",     "see",    "report",  "expect", "prove",
                                        "suppose", "intend", "claim",   "hold",   NULL};
    const uint32_t verb = i < 2 ? DTN_NO_WORD : i - 2;
    if (verb == DTN_NO_WORD || s->words[i].head != verb || !dtn_tree_is_xtag(s, i, "VB") ||
        !dtn_tree_is_form(s, i - 1, "to") || !dtn_word_hangs(&s->words[i], "advcl") ||
        !is_one_of(&s->words[verb], verbs) || !dtn_tree_has_now(s, verb, "aux:pass"))
        return false;
    s->words[i].relation = "xcomp";
    return true;
}

/* "Hand [over] comrades": no preposition. */
static bool mend_over(dtn_sentence *s, uint32_t over)
{
    static const char *const verbs[] = {"hand", "win", "take", NULL};
    const uint32_t object = s->words[over].head, verb = over - 1;
    if (over == 0 || !dtn_tree_is_form(s, over, "over") || object <= over || object >= s->n ||
        !dtn_word_hangs(&s->words[over], "case") || s->words[verb].tag != DTN_TAG_VERB ||
        !is_one_of(&s->words[verb], verbs) || s->words[object].head != verb ||
        dtn_tree_has_now(s, verb, "obj") || dtn_tree_has_now(s, verb, "aux:pass"))
        return false;
    dtn_word_hang(s, over, verb, "compound:prt");
    s->words[object].relation = "obj";
    return true;
}

/* "Makes it all but [impossible]". */
static bool mend_all_but(dtn_sentence *s, uint32_t i)
{
    if (i < 3 || s->words[i].tag != DTN_TAG_ADJ || !dtn_tree_is_form(s, i - 1, "but") ||
        !dtn_tree_is_form(s, i - 2, "all"))
        return false;
    const uint32_t all = i - 2, above = s->words[all].head;
    if (s->words[i].head == all && above < all) {
        const bool is_object = dtn_word_hangs(&s->words[above], "obj");
        const bool is_second =
            s->words[above].tag == DTN_TAG_VERB && dtn_tree_has_now(s, above, "obj");
        dtn_word_hang(s, i, is_object ? s->words[above].head : above,
                      is_object || is_second ? "xcomp" : s->words[all].relation);
    } else if (dtn_word_hangs(&s->words[i], "conj") && s->words[i].head < all &&
               dtn_word_hangs(&s->words[s->words[i].head], "obj")) {
        dtn_word_hang(s, i, s->words[s->words[i].head].head, "xcomp");
    } else {
        return false;
    }
    dtn_word_hang(s, all, i, "advmod");
    dtn_word_hang(s, i - 1, i, "advmod");
    return true;
}

/* "Persuaded [the council] to arrest a man": an object, as there is no other. */
static bool mend_indirect(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s,
                          uint32_t i)
{
    const uint32_t verb = s->words[i].head;
    if (!dtn_word_hangs(&s->words[i], "iobj") || verb >= i || dtn_tree_has_now(s, verb, "obj") ||
        !dtn_tree_has_now(s, verb, "xcomp") ||
        !dtn_lexicon_get(rules, known->cause, &s->words[verb]))
        return false;
    s->words[i].relation = "obj";
    return true;
}

void dtn_mend_hung(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    if (s->is_heading || s->n < 5)
        return;
    bool done = mend_gerund(s);
    for (uint32_t i = 0; i < s->n; i++) {
        const uint8_t tag = s->words[i].tag;
        if (tag == DTN_TAG_VERB || tag == DTN_TAG_AUX)
            done |= mend_would_be(s, i) || mend_inverted(s, i) || mend_without(s, i) ||
                    mend_finite(s, i) || mend_teller(rules, known, s, i) || mend_perfect(s, i) ||
                    mend_be(s, i) || mend_that(s, i) || mend_said(rules, known, s, i) ||
                    mend_joined(s, i) || mend_aside(s, i) ||
                    mend_noun_infinitive(rules, known, s, i) || mend_shown(s, i) || mend_have(s, i);
        else if (tag == DTN_TAG_NOUN || tag == DTN_TAG_PROPN || tag == DTN_TAG_PRON)
            done |= mend_between(s, i) || mend_led_in(s, i) || mend_against(s, i) ||
                    mend_result(s, i) || mend_indirect(rules, known, s, i) || mend_active(s, i) ||
                    mend_relative(s, i);
        else
            done |= mend_relative(s, i) || mend_mark(s, i) || mend_condition(rules, known, s, i) ||
                    mend_because(s, i) || mend_over(s, i) || mend_all_but(s, i) || mend_why(s, i) ||
                    mend_let(s, i);
    }
    if (done)
        dtn_rules_prepare(rules, s->words, s->n);
}
