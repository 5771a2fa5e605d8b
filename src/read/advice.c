/* Recommendations: matches of the rules of kind "advice".
 *
 * The act is what is advised; its lever the case's concept that the act's words name. Verbs of
 * leaving off ("end", "refrain") and denials turn the direction and are not part of the lever:
 * "should stop the strikes" is the lever strikes, direction -. Acts in a row ("should reform the
 * police, mend the rift and work with elders") are a recommendation each. Questions advise nothing, nor
 * do what one should believe. Probabilities are the rules': how many of their matches were advice in the
 * development sets.
 */
#include "read/read.h"

#include <string.h>

#define MAX_ROW 6 /* acts */

static uint32_t argument(const dtn_rule *rule, const dtn_match *match, const char *name)
{
    for (size_t i = 0; i < rule->n_arg; i++)
        if (strcmp(rule->args[i], name) == 0)
            return match->args[i];
    return DTN_NO_WORD;
}

static uint32_t child_of(const dtn_sentence *s, uint32_t head, const char *relation,
                         const char *lemma)
{
    for (uint32_t c = s->words[head].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], relation) && (!lemma || dtn_word_is(&s->words[c], lemma)))
            return c;
    return DTN_NO_WORD;
}

/* What is done to: "end the strikes"; of "the strikes should stop" and "should be stopped" the subject. */
static uint32_t object_of(const dtn_sentence *s, uint32_t verb)
{
    static const char *const relations[] = {"obj",   "xcomp", "nsubj:pass", "obl",
                                            "advcl", "nmod",  "acl",        "nsubj"};
    for (size_t r = 0; r < sizeof relations / sizeof *relations; r++)
        for (uint32_t c = s->words[verb].first_child; c != DTN_NO_WORD;
             c = s->words[c].next_sibling)
            if (dtn_word_hangs(&s->words[c], relations[r]) &&
                !(strcmp(s->words[c].relation, "nsubj") == 0 && s->words[c].tag == DTN_TAG_PROPN))
                return c; /* "the strikes should stop", not "Northland must stop" */
    return DTN_NO_WORD;
}

/* "... unless the army withdraws": under which condition. */
static bool is_condition(const dtn_reader *reader, const dtn_sentence *s, uint32_t clause)
{
    if (dtn_word_hangs(&s->words[clause], "advcl"))
        for (uint32_t m = s->words[clause].first_child; m != DTN_NO_WORD;
             m = s->words[m].next_sibling)
            if (dtn_word_hangs(&s->words[m], "mark") &&
                dtn_lexicon_get(reader->rules, reader->known.condition, &s->words[m]))
                return true;
    return false;
}

/* Is this a further act of the same row: a verb without a subject and an auxiliary of its own, a noun beside a noun? */
static bool is_further_act(const dtn_sentence *s, uint32_t word)
{
    const dtn_word *w = &s->words[word];
    if (!dtn_word_hangs(w, "conj") || w->head >= word)
        return false;
    if (s->words[w->head].tag == DTN_TAG_NOUN)
        return w->tag == DTN_TAG_NOUN;
    if (strcmp(w->xtag, "VB") != 0)
        return false;
    for (uint32_t c = w->first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "nsubj") || dtn_word_hangs(&s->words[c], "aux"))
            return false;
    return true;
}

/* "Stop threatening them and [offer] them": a base form hung on a participle is beside the verb that governs that, and so is
 * what is set aside beside the verb's object, "fund clinics, not [guns]". */
static uint32_t beside_of(const dtn_sentence *s, uint32_t word)
{
    const uint32_t head = s->words[word].head;
    const dtn_word *w = &s->words[head];
    if (dtn_word_hangs(w, "obj") && child_of(s, word, "advmod", "not") != DTN_NO_WORD)
        return w->head;
    return strcmp(w->xtag, "VBG") == 0 && w->head != DTN_NO_WORD && w->head < head &&
                   (dtn_word_hangs(w, "xcomp") || dtn_word_hangs(w, "ccomp"))
               ? w->head
               : head;
}

/* The same of a row that goes on: "keep it steady, keep it lawful and keep the door open". */
static bool is_joined(const dtn_sentence *s, uint32_t word, uint32_t act)
{
    for (int i = 0; i < MAX_ROW && is_further_act(s, word); i++)
        if ((word = beside_of(s, word)) == act)
            return strcmp(s->words[act].xtag, "VB") == 0 || s->words[act].tag == DTN_TAG_NOUN;
    return false;
}

/* The act without its subject and condition, a noun without those beside it. */
static dtn_span act_words(const dtn_reader *reader, const dtn_sentence *s, uint32_t act,
                          uint32_t trigger)
{
    uint32_t away[8], n = 0, first = act;
    away[n++] = trigger;
    for (uint32_t c = s->words[act].first_child; c != DTN_NO_WORD && n < 8;
         c = s->words[c].next_sibling)
        if (s->words[act].tag == DTN_TAG_VERB
                ? dtn_word_hangs(&s->words[c], "nsubj") || dtn_word_hangs(&s->words[c], "aux") ||
                      is_condition(reader, s, c)
                : is_further_act(s, c))
            away[n++] = c;
    dtn_span span = dtn_read_extent(reader->rules, &reader->known, s, act, away, n);
    if (s->words[act].tag == DTN_TAG_VERB && span.begin < first)
        span.begin = first;
    if (span.begin < act && dtn_word_is(&s->words[span.begin], "not"))
        span.begin++; /* "clinics, not guns" */
    return span;
}

/* "Nobody should", "neither side must", "no one ought to". */
static bool is_nobody(const dtn_sentence *s, uint32_t subject)
{
    return subject != DTN_NO_WORD &&
           (dtn_word_is(&s->words[subject], "nobody") || dtn_word_is(&s->words[subject], "none") ||
            dtn_word_is(&s->words[subject], "nothing") ||
            dtn_word_is(&s->words[subject], "neither") ||
            child_of(s, subject, "det", "no") != DTN_NO_WORD ||
            child_of(s, subject, "det", "neither") != DTN_NO_WORD);
}

/* "It is [not] better to", "[nobody] would be better off", "would [hardly] gain more by": before what weighs two acts, in its
 * clause; "better [not] to" denies the act. */
static bool is_weighing_denied(const dtn_reader *reader, const dtn_sentence *s, uint32_t trigger)
{
    uint32_t i = trigger;
    if (i > 0 && dtn_tree_is_form(s, i - 1, "not"))
        i--;
    for (; i-- > 0 && s->words[i].tag != DTN_TAG_PUNCT && !dtn_tree_is_form(s, i, "that");)
        if (dtn_lexicon_get(reader->rules, reader->known.negate.word, &s->words[i]) ||
            dtn_word_is(&s->words[i], "nobody"))
            return true;
    return false;
}

/* "Send [no more] aircraft", "sign no deal": what is to be done to none is not to be done. */
static bool is_of_none(const dtn_sentence *s, uint32_t act)
{
    const uint32_t object = child_of(s, act, "obj", NULL);
    return object != DTN_NO_WORD && object > act &&
           (child_of(s, object, "det", "no") != DTN_NO_WORD ||
            child_of(s, object, "det", "neither") != DTN_NO_WORD ||
            dtn_tree_is_form(s, object, "nobody") || dtn_tree_is_form(s, object, "nothing"));
}

/* "Do not recommend sanctions": of a noun the trigger's denial is not seen from the act. */
static bool is_denied(const dtn_reader *reader, const dtn_sentence *s, uint32_t act,
                      uint32_t trigger)
{
    const bool is_no_need =
        s->words[trigger].tag == DTN_TAG_NOUN &&
        (dtn_word_is(&s->words[trigger], "need") || dtn_word_is(&s->words[trigger], "reason") ||
         dtn_word_is(&s->words[trigger], "case")) &&
        child_of(s, trigger, "det", "no") != DTN_NO_WORD;
    if (is_no_need || (s->words[act].tag == DTN_TAG_NOUN && act == trigger &&
                       child_of(s, act, "det", "no") != DTN_NO_WORD)) /* "No further raids" */
        return true;
    return (dtn_read_negated(reader->rules, &reader->known, s, act) || is_of_none(s, act)) !=
           (is_nobody(s, child_of(s, act, "nsubj", NULL)) ||
            (s->words[act].head == trigger && dtn_word_hangs(&s->words[act], "obj") &&
             dtn_read_negated(reader->rules, &reader->known, s, trigger)));
}

/* Does a clause or phrase behind the act, and under it, begin with this word? Its head; DTN_NO_WORD: none does. */
static uint32_t led_in_by(const dtn_sentence *s, uint32_t act, const char *word)
{
    for (uint32_t i = act + 1; i < s->n; i++)
        if (dtn_word_is(&s->words[i], word) && s->words[i].head > i &&
            (dtn_word_hangs(&s->words[i], "mark") || dtn_word_hangs(&s->words[i], "case")) &&
            dtn_tree_is_under(s, s->words[i].head, act))
            return s->words[i].head;
    return DTN_NO_WORD;
}

/* What one should think twice before, be wary of: its head; DTN_NO_WORD: the act is none of these. */
static uint32_t put_off(const dtn_sentence *s, uint32_t act)
{
    static const char *const words[][2] = {
        {"think", "before"},  {"hesitate", "before"}, {"pause", "before"},  {"reflect", "before"},
        {"wary", "of"},       {"wary", "about"},      {"cautious", "of"},   {"cautious", "about"},
        {"careful", "about"}, {"beware", "of"},       {"guard", "against"}, {"decide", "against"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const uint32_t what =
            dtn_word_is(&s->words[act], words[i][0]) ? led_in_by(s, act, words[i][1]) : DTN_NO_WORD;
        if (what != DTN_NO_WORD)
            return what;
    }
    return DTN_NO_WORD;
}

/* ---- What is no advice ------------------------------------------------------------------------- */

static bool is_question_word(const dtn_word *w)
{
    static const char *const words[] = {"what",  "how",   "who",  "whom",
                                        "which", "where", "when", "why"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (w->xtag[0] == 'W' && dtn_word_is(w, words[i]))
            return true;
    return false;
}

/* "Should the army strike?", a heading "What should be done", "asked whether it should", "if it should". */
static bool is_asked(const dtn_sentence *s, uint32_t act, uint32_t trigger)
{
    const uint32_t subject = child_of(s, act, "nsubj", NULL);
    if (s->words[trigger].tag == DTN_TAG_AUX && subject != DTN_NO_WORD && subject > trigger &&
        (trigger == 0 || s->words[trigger - 1].tag == DTN_TAG_PUNCT))
        return true;
    bool is_told = false; /* a heading has no full stop */
    for (uint32_t i = 0; i < s->n; i++)
        if (strcmp(s->words[i].form, "?") == 0)
            return true;
        else
            is_told |= strcmp(s->words[i].form, ".") == 0;
    if (is_question_word(&s->words[0]) && s->n > 1 &&
        (!is_told || s->words[1].tag == DTN_TAG_AUX) && !dtn_word_is(&s->words[0], "why"))
        return true;
    for (uint32_t c = s->words[act].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling) {
        const dtn_word *w = &s->words[c];
        if (dtn_word_hangs(w, "mark")
                ? dtn_word_is(w, "if") || dtn_word_is(w, "whether") || dtn_word_is(w, "unless")
                : is_question_word(w) && c < act && dtn_word_hangs(&s->words[act], "ccomp"))
            return true;
    }
    return false;
}

/* "By June", "on Monday", "soon": does a time stand behind the act, and under it? */
static bool has_time(const dtn_reader *reader, const dtn_sentence *s, uint32_t act)
{
    static const char *const adverbs[] = {"soon", "shortly", "tomorrow", "next", "now", "then"};
    for (uint32_t i = act + 1; i < s->n; i++) {
        if (!dtn_tree_is_under(s, i, act))
            continue;
        for (size_t k = 0; k < sizeof adverbs / sizeof *adverbs; k++)
            if (dtn_word_is(&s->words[i], adverbs[k]))
                return true;
        if (dtn_lexicon_get(reader->rules, reader->known.advice.time, &s->words[i]))
            return true;
    }
    return false;
}

/* "The aid should arrive by Monday", "should be arriving": what a thing should do of itself is expected, not advised. */
static bool is_expected(const dtn_reader *reader, const dtn_sentence *s, uint32_t act,
                        uint32_t trigger)
{
    const dtn_word *w = &s->words[act];
    const uint32_t subject = child_of(s, act, "nsubj", NULL), be = child_of(s, act, "aux", "be");
    if (!dtn_word_is(&s->words[trigger], "should") || subject == DTN_NO_WORD ||
        strcmp(s->words[subject].relation, "nsubj:pass") == 0)
        return false;
    if (be != DTN_NO_WORD && strcmp(w->xtag, "VBG") == 0)
        return true;
    if (w->tag != DTN_TAG_VERB && (w->tag == DTN_TAG_ADV || has_time(reader, s, act)))
        return true; /* "should be home by now" */
    if (w->tag == DTN_TAG_AUX)
        return has_time(reader, s, act);
    const dtn_entry *happens = dtn_lexicon_get(reader->rules, reader->known.advice.happen, w);
    return happens && w->tag == DTN_TAG_VERB && s->words[subject].tag == DTN_TAG_NOUN &&
           !dtn_read_is_somebody(reader->rules, &reader->known, s, subject) &&
           (happens->value > 0 || has_time(reader, s, act));
}

/* "You should see the museum", "please accept cookies": said to guests. */
static bool is_for_guests(const dtn_reader *reader, const dtn_sentence *s, uint32_t act)
{
    const uint32_t subject = child_of(s, act, "nsubj", NULL);
    if (act > 0 && subject == DTN_NO_WORD && dtn_word_is(&s->words[act - 1], "please"))
        return !dtn_lexicon_get(reader->rules, reader->known.advice.stop, &s->words[act]);
    return subject != DTN_NO_WORD && dtn_word_is(&s->words[subject], "you") &&
           dtn_lexicon_get(reader->rules, reader->known.advice.guest, &s->words[act]);
}

/* "Should believe that", "should be surprised", "what it should do", "must contend with": nothing that can be done, or
 * that anybody would choose. */
static bool is_no_act(const dtn_reader *reader, const dtn_sentence *s, uint32_t act,
                      uint32_t trigger)
{
    const dtn_word *w = &s->words[act];
    if (!dtn_word_is(&s->words[trigger], "should") && w->tag == DTN_TAG_VERB &&
        dtn_lexicon_get(reader->rules, reader->known.advice.burden, w))
        return true;
    if (dtn_lexicon_get(reader->rules, reader->known.advice.thought, w) && w->tag != DTN_TAG_NOUN)
        return put_off(s, act) == DTN_NO_WORD;
    const uint32_t object = child_of(s, act, "obj", NULL);
    if (is_expected(reader, s, act, trigger) || is_for_guests(reader, s, act))
        return true;
    if (w->tag != DTN_TAG_VERB && dtn_word_is(&s->words[s->n - 1], ":") && act + 2 == s->n)
        return true; /* "we recommend that the government: ..." */
    return dtn_word_is(w, "do") && (w->tag == DTN_TAG_VERB || w->tag == DTN_TAG_AUX) &&
           (object == DTN_NO_WORD || is_question_word(&s->words[object]));
}

/* "As an old saying has it, one should carry water": said of everything. */
static bool is_proverb(const dtn_reader *reader, const dtn_sentence *s)
{
    for (uint32_t i = 1; i < s->n; i++) {
        const uint32_t verb = s->words[i].head;
        if (verb != DTN_NO_WORD && verb > i && dtn_word_hangs(&s->words[i], "nsubj") &&
            dtn_lexicon_get(reader->rules, reader->known.advice.proverb, &s->words[i]) &&
            (dtn_word_is(&s->words[verb], "have") || dtn_word_is(&s->words[verb], "go") ||
             dtn_word_is(&s->words[verb], "say") || dtn_word_is(&s->words[verb], "run")))
            return true;
    }
    return false;
}

/* "Aid encourages families to return": what cannot ask drives. */
static bool is_drive(const dtn_reader *reader, const dtn_sentence *s, const dtn_rule *rule,
                     const dtn_match *match)
{
    const char *asked = dtn_rule_property(rule, "asked");
    return asked && strcmp(asked, "somebody") == 0 &&
           !dtn_read_can_ask(reader->rules, &reader->known, s, match->head);
}

/* "Or we could try something new": words that lead in what could be done instead. */
static bool leads_in(const dtn_sentence *s)
{
    static const char *const lead[] = {"try", "do", "start", "begin", "choose", "attempt"};
    if (s->n < 3)
        return false;
    if (dtn_tree_is_form(s, 0, "or") || dtn_tree_is_form(s, 0, "instead") ||
        dtn_tree_is_form(s, 0, "alternatively"))
        return true;
    for (uint32_t i = 1; i + 1 < s->n; i++)
        if (dtn_tree_is_form(s, i, "could") && dtn_tree_is_form(s, i - 1, "we"))
            for (size_t k = 0; k < sizeof lead / sizeof *lead; k++)
                if (dtn_word_is(&s->words[i + 1], lead[k]))
                    return true;
    return false;
}

/* "We could pay them. We could let them go home": is it such a sentence, or one of a run behind it? */
static bool is_of_run(const dtn_parsed *doc, uint32_t sentence)
{
    for (uint32_t i = sentence;; i--) {
        const dtn_sentence *s = &doc->sentences[i];
        bool is_could = false;
        for (uint32_t w = 1; w < s->n; w++)
            is_could |= dtn_tree_is_form(s, w, "could") && dtn_tree_is_form(s, w - 1, "we");
        if (is_could && leads_in(s))
            return true;
        if (!is_could || i == 0 || s->begins_paragraph)
            return false;
    }
}

/* "We say to them: [open] the roads", "do not [open] them". */
static bool is_behind_colon(const dtn_sentence *s, uint32_t act)
{
    const bool is_not = act > 2 && dtn_tree_is_form(s, act - 1, "not");
    const uint32_t at = is_not ? act - 2 : act;
    return at > dtn_read_label(s) && dtn_tree_is_form(s, at - 1, ":");
}

/* ---- Advice ------------------------------------------------------------------------------------ */

/* "The government should", not "returns should": can it do what is advised? */
static bool can_act(const dtn_reader *reader, const dtn_sentence *s, uint32_t who)
{
    return s->words[who].tag == DTN_TAG_PROPN ||
           dtn_lexicon_get(reader->rules, reader->known.pronoun_noun, &s->words[who]) ||
           dtn_read_is_somebody(reader->rules, &reader->known, s, who);
}

/* "Stop [describing]": what is to be left off is that something is said. */
static bool is_of_saying(const dtn_reader *reader, const dtn_sentence *s, uint32_t act,
                         uint32_t head)
{
    static const char *const says[] = {"describe", "call", "portray", "pretend", "treat", "depict"};
    bool is_one = dtn_lexicon_get(reader->rules, reader->known.report, &s->words[head]) != NULL;
    for (size_t k = 0; k < sizeof says / sizeof *says; k++)
        is_one |= dtn_word_is(&s->words[head], says[k]);
    return is_one && head != act && strcmp(s->words[head].xtag, "VBG") == 0;
}

/* `is_turned`: what leads the list in says "should not"; `is_contrary`: the text means that it should not. */
static void set_lever(const dtn_reader *reader, const dtn_sentence *s, bool is_turned,
                      bool is_contrary, const dtn_rule *rule, uint32_t act, uint32_t trigger,
                      dtn_advice *advice)
{
    dtn_naming how;
    uint32_t head = act;
    dtn_span span = advice->words;
    advice->direction = 1;
    const uint32_t later = put_off(s, act);
    if (later != DTN_NO_WORD ||
        dtn_lexicon_get(reader->rules, reader->known.advice.stop, &s->words[act])) {
        const uint32_t object = later != DTN_NO_WORD ? later : object_of(s, act);
        advice->direction = -1;
        if (object != DTN_NO_WORD) {
            head = object;
            span = dtn_read_extent(reader->rules, &reader->known, s, object, &act, 1);
            span.end = span.end > advice->words.end && object < advice->words.end
                           ? advice->words.end
                           : span.end;
        }
    }
    const bool is_no =
        is_denied(reader, s, act, trigger) ||
        (dtn_rule_property(rule, "weighed") && is_weighing_denied(reader, s, trigger));
    if ((is_no != is_turned) != (dtn_rule_property(rule, "against") != NULL))
        advice->direction = -advice->direction;
    if (is_contrary)
        advice->direction = -1;
    advice->act = advice->direction;
    if (advice->direction != 0 && is_of_saying(reader, s, act, head))
        return; /* "stop describing the raids as": what is said of them is no lever */
    advice->lever = dtn_vocabulary_link(reader->vocabulary, s, span, head, &how);
    if (advice->lever)
        advice->direction *= how.sign;
}

static void add_advice(const dtn_reader *reader, dtn_reading *reading, uint32_t sentence,
                       const dtn_match *match, uint32_t act, size_t first, dtn_arena *arena)
{
    const dtn_sentence *s = &reading->parsed.sentences[sentence];
    const dtn_rule *rule = dtn_rules_get(reader->rules, match->rule);
    dtn_advice advice = {.sentence = sentence, .probability = 0.5};
    const char *probability = dtn_rule_property(rule, "probability");
    if (probability)
        (void)dtn_text_to_double(probability, strlen(probability), &advice.probability);
    advice.words = act_words(reader, s, act, match->head);
    for (size_t k = first; k < reading->n_advice; k++)
        if (reading->advice[k].words.begin == advice.words.begin)
            return;
    const dtn_voice *voice = &reading->parsed.voices[sentence];
    const bool is_refused = dtn_read_answer(reader->rules, &reader->known, &reading->parsed,
                                            sentence) < 0; /* "Should it? No." */
    const bool is_contrary =
        dtn_read_is_absurd(reader->rules, &reader->known, s, act) ||
        dtn_read_is_recanted(reader->rules, &reader->known, &reading->parsed, sentence) ||
        dtn_read_is_ironic(reader->rules, &reader->known, &reading->parsed, sentence);
    set_lever(reader, s, voice->is_lead_denied != is_refused, is_contrary, rule, act, match->head,
              &advice);
    const uint32_t subject = child_of(s, act, "nsubj", NULL);
    if (subject != DTN_NO_WORD && s->words[subject].tag == DTN_TAG_NOUN)
        advice.subject = dtn_read_extent(reader->rules, &reader->known, s, subject, &act, 1);
    dtn_claim manner = {.rule = rule, .trigger = match->head, .effect = act};
    dtn_read_modality(reader->rules, &reader->known, s, &manner, arena);
    double distance = 0;
    advice.hedged = manner.n_hedge > 0;
    advice.conditional = manner.conditional || voice->is_lead_if;
    if (dtn_rule_property(rule, "asked"))
        advice.attributed_to = dtn_read_asker(reader->rules, &reader->known, &reading->parsed,
                                              sentence, match->head, arena);
    if (!advice.attributed_to)
        advice.attributed_to = dtn_read_speaker(reader->rules, &reader->known, &reading->parsed,
                                                sentence, match->head, arena, &distance);
    if (!advice.attributed_to)
        advice.attributed_to = voice->lead_by;
    const uint32_t who = argument(rule, match, "who");
    advice.who = who < s->n ? who : (uint32_t)DTN_NO_WORD;
    if (who < s->n && can_act(reader, s, who))
        advice.addressee = dtn_read_name(reader->rules, &reader->known, s, who, arena);
    if (!advice.addressee)
        advice.addressee = voice->lead_to;
    DTN_PUSH(arena, reading->advice, reading->n_advice, reading->cap_advice, advice);
}

bool dtn_read_is_asking(const dtn_reader *reader, const dtn_reading *reading, uint32_t sentence,
                        uint32_t verb)
{
    const dtn_sentence *s = &reading->parsed.sentences[sentence];
    for (size_t i = 0; i < reading->matches.n; i++) {
        const dtn_match *match = &reading->matches.items[i];
        if (match->head == verb &&
            dtn_rule_property(dtn_rules_get(reader->rules, match->rule), "asked") &&
            dtn_read_can_ask(reader->rules, &reader->known, s, verb))
            return true;
    }
    return false;
}

/* Rules with `set item yes` hold of items of lists that advice leads in: "We recommend: - holding talks". */
static bool is_led_in(const dtn_reading *reading, uint32_t sentence, const dtn_rule *rule)
{
    return !dtn_rule_property(rule, "item") || reading->parsed.voices[sentence].is_lead_advice;
}

bool dtn_read_is_advised(const dtn_reader *reader, const dtn_reading *reading, uint32_t sentence,
                         uint32_t verb)
{
    const dtn_sentence *s = &reading->parsed.sentences[sentence];
    for (size_t i = 0; i < reading->matches.n; i++) {
        const dtn_match *match = &reading->matches.items[i];
        const dtn_rule *rule = dtn_rules_get(reader->rules, match->rule);
        const uint32_t act = argument(rule, match, "act");
        if (strcmp(rule->kind, "advice") == 0 && act < s->n && is_led_in(reading, sentence, rule) &&
            (act == verb || is_joined(s, verb, act)))
            return true;
    }
    return false;
}

void dtn_read_advice(const dtn_reader *reader, dtn_reading *reading, uint32_t sentence,
                     dtn_arena *arena)
{
    const dtn_sentence *s = &reading->parsed.sentences[sentence];
    const dtn_match *matches = reading->matches.items;
    const size_t first = reading->n_advice;
    const bool is_saying = is_proverb(reader, s);
    for (size_t i = 0; i < reading->matches.n && !is_saying; i++) {
        const dtn_rule *rule = dtn_rules_get(reader->rules, matches[i].rule);
        const uint32_t act = argument(rule, &matches[i], "act");
        const int answer =
            dtn_read_answer(reader->rules, &reader->known, &reading->parsed, sentence);
        if (strcmp(rule->kind, "advice") != 0 || act >= s->n ||
            !is_led_in(reading, sentence, rule) ||
            (is_asked(s, act, matches[i].head) && answer == 0) ||
            is_no_act(reader, s, act, matches[i].head) || is_drive(reader, s, rule, &matches[i]) ||
            (dtn_rule_property(rule, "colon") && !is_behind_colon(s, act)) ||
            (dtn_rule_property(rule, "run") && !is_of_run(&reading->parsed, sentence)))
            continue;
        add_advice(reader, reading, sentence, &matches[i], act, first, arena);
        for (uint32_t c = act + 1; c < s->n; c++)
            if (is_joined(s, c, act))
                add_advice(reader, reading, sentence, &matches[i], c, first, arena);
    }
}
