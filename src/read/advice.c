/* Recommendations: matches of the rules of kind "advice".
 *
 * The act is what is advised; its lever the case's concept that the act's words name. Verbs of
 * leaving off ("end", "refrain") and denials turn the direction and are not part of the lever:
 * "should stop the strikes" is the lever strikes, direction -. Acts in a row ("should reform the
 * police, mend the rift and work with elders") are a recommendation each. Probabilities are the
 * rules': how many of their matches were advice in the development sets.
 */
#include "read/read.h"

#include <string.h>

static uint32_t argument(const dtn_rule *rule, const dtn_match *match, const char *name)
{
    for (size_t i = 0; i < rule->n_arg; i++)
        if (strcmp(rule->args[i], name) == 0)
            return match->args[i];
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

/* The act without its subject. */
static dtn_span act_words(const dtn_reader *reader, const dtn_sentence *s, uint32_t act,
                          uint32_t trigger)
{
    uint32_t away[8], n = 0, first = act;
    away[n++] = trigger;
    if (s->words[act].tag == DTN_TAG_VERB)
        for (uint32_t c = s->words[act].first_child; c != DTN_NO_WORD && n < 8;
             c = s->words[c].next_sibling) {
            if (dtn_word_hangs(&s->words[c], "nsubj") || dtn_word_hangs(&s->words[c], "aux"))
                away[n++] = c;
        }
    dtn_span span = dtn_read_extent(reader->rules, &reader->known, s, act, away, n);
    if (s->words[act].tag == DTN_TAG_VERB && span.begin < first)
        span.begin = first;
    return span;
}

/* "Do not recommend sanctions": of a noun the trigger's denial is not seen from the act. */
static bool is_denied(const dtn_reader *reader, const dtn_sentence *s, uint32_t act,
                      uint32_t trigger)
{
    return dtn_read_negated(reader->rules, &reader->known, s, act) ||
           (s->words[act].head == trigger && dtn_word_hangs(&s->words[act], "obj") &&
            dtn_read_negated(reader->rules, &reader->known, s, trigger));
}

static void set_lever(const dtn_reader *reader, const dtn_sentence *s, uint32_t act,
                      uint32_t trigger, dtn_advice *advice)
{
    dtn_naming how;
    uint32_t head = act;
    dtn_span span = advice->words;
    advice->direction = 1;
    if (dtn_lexicon_get(reader->rules, reader->known.advice.stop, &s->words[act])) {
        uint32_t object = object_of(s, act);
        advice->direction = -1;
        if (object != DTN_NO_WORD) {
            head = object;
            span = dtn_read_extent(reader->rules, &reader->known, s, object, &act, 1);
        }
    }
    if (is_denied(reader, s, act, trigger))
        advice->direction = -advice->direction;
    advice->act = advice->direction;
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
    set_lever(reader, s, act, match->head, &advice);
    dtn_claim manner = {.rule = rule, .trigger = match->head, .effect = act};
    dtn_read_modality(reader->rules, &reader->known, s, &manner, arena);
    double distance = 0;
    advice.hedged = manner.n_hedge > 0;
    advice.conditional = manner.conditional;
    advice.attributed_to = dtn_read_speaker(reader->rules, &reader->known, &reading->parsed,
                                            sentence, match->head, arena, &distance);
    DTN_PUSH(arena, reading->advice, reading->n_advice, reading->cap_advice, advice);
}

/* Is this a further act of the same row: a verb without a subject and an auxiliary of its own? */
static bool is_further_act(const dtn_sentence *s, uint32_t word)
{
    const dtn_word *w = &s->words[word];
    if (!dtn_word_hangs(w, "conj") || strcmp(w->xtag, "VB") != 0)
        return false;
    for (uint32_t c = w->first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "nsubj") || dtn_word_hangs(&s->words[c], "aux"))
            return false;
    return true;
}

bool dtn_read_is_advised(const dtn_reader *reader, const dtn_reading *reading, uint32_t sentence,
                         uint32_t verb)
{
    const dtn_sentence *s = &reading->parsed.sentences[sentence];
    for (size_t i = 0; i < reading->matches.n; i++) {
        const dtn_match *match = &reading->matches.items[i];
        const dtn_rule *rule = dtn_rules_get(reader->rules, match->rule);
        const uint32_t act = argument(rule, match, "act");
        if (strcmp(rule->kind, "advice") == 0 && act < s->n &&
            (act == verb || (s->words[verb].head == act && is_further_act(s, verb))))
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
    for (size_t i = 0; i < reading->matches.n; i++) {
        const dtn_rule *rule = dtn_rules_get(reader->rules, matches[i].rule);
        const uint32_t act = argument(rule, &matches[i], "act");
        if (strcmp(rule->kind, "advice") != 0 || act >= s->n)
            continue;
        add_advice(reader, reading, sentence, &matches[i], act, first, arena);
        for (uint32_t c = s->words[act].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
            if (strcmp(s->words[act].xtag, "VB") == 0 && is_further_act(s, c))
                add_advice(reader, reading, sentence, &matches[i], c, first, arena);
    }
}
