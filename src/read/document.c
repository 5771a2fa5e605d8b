/* One document from bytes to claims: parse, rules, operators, re-ranker, concepts.
 *
 * Sentences are read in order, since speakers and antecedents come from before. Of claims that
 * say the same of the same two words the likeliest stays.
 */
#include "read/read.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/dates.h"

#define LEFT_HEDGED 0.3 /* strength of other hedges of what is asked and answered: as "seems" */
#define MAX_STEPS 3     /* from "it" to "the withdrawal" to what told it */

/* What a sentence is about as a whole: its root. */
static uint32_t root_of(const dtn_sentence *s)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->words[i].head == DTN_NO_WORD && s->words[i].tag != DTN_TAG_PUNCT)
            return i;
    return 0;
}

/* "The failure to [stop] raids": does a verb between the phrase's head and the words that name the concept say that there is
 * less of it? */
static bool is_lessened(const dtn_reader *reader, const dtn_sentence *s, const dtn_naming *how)
{
    for (uint32_t v = how->head + 1; v < s->n; v++) {
        const dtn_word *w = &s->words[v];
        const dtn_entry *entry = w->tag == DTN_TAG_VERB && dtn_tree_is_under(s, v, how->head) &&
                                         dtn_word_hangs(w, "acl") && strcmp(w->xtag, "VB") == 0
                                     ? dtn_lexicon_get(reader->rules, reader->known.cause, w)
                                     : NULL;
        bool is_below = entry && entry->value < 0;
        for (size_t i = 0; i < how->n; i++)
            is_below &= how->words[i] != v && dtn_tree_is_under(s, how->words[i], v);
        if (is_below)
            return true;
    }
    return false;
}

/* Sign with which a phrase speaks of its concept: that of the pattern, times the direction of the
 * phrase, unless the pattern's own words are what tells the direction ("prices rise"). A noun below
 * the phrase's head tells none: of "a lack of de-escalation" the lack does. */
static int sign_of(const dtn_reader *reader, const dtn_sentence *s, const dtn_naming *how,
                   int direction)
{
    const dtn_words_known *known = &reader->known;
    const dtn_lexicon_ref refs[] = {
        known->negate.adjective, known->direction.of,        known->direction.of_event,
        known->direction.mod,    known->direction.verb,      known->direction.worse,
        known->direction.better, known->direction.mod_event, known->direction.verb_event};
    for (size_t i = 0; i < how->n; i++) {
        const dtn_word *w = &s->words[how->words[i]];
        const bool is_below =
            how->words[i] != how->head && dtn_tree_is_under(s, how->words[i], how->head);
        /* "the failure to [stop raids]", "reluctant to [act]": the head's direction is not the pattern's */
        const uint8_t tag = s->words[how->head].tag;
        const bool is_infinitive =
            is_below && strcmp(w->xtag, "VB") == 0 &&
            (tag == DTN_TAG_NOUN ? dtn_word_hangs(w, "acl")
                                 : tag == DTN_TAG_ADJ && dtn_word_hangs(w, "xcomp"));
        if (is_infinitive)
            continue;
        for (size_t k = is_below ? 3 : 0; k < sizeof refs / sizeof *refs; k++)
            if (dtn_lexicon_get(reader->rules, refs[k], w))
                return how->sign;
        const dtn_entry *entry =
            w->tag == DTN_TAG_VERB ? dtn_lexicon_get(reader->rules, known->cause, w) : NULL;
        if (entry && entry->value != 0)
            return how->sign;
    }
    return how->sign * direction;
}

/* "[The bombs] have discredited them": what the clause says of its object says nothing of the subject, if that alone
 * names the concept. */
static int sign_of_object(const dtn_reader *reader, const dtn_sentence *s, const dtn_naming *how)
{
    const int act = dtn_read_act(reader->rules, &reader->known, s, how->head);
    bool is_subject = act != 0;
    for (size_t i = 0; i < how->n && is_subject; i++) {
        uint32_t at = how->words[i];
        while (at != DTN_NO_WORD && s->words[at].head != how->head)
            at = s->words[at].head;
        is_subject = at != DTN_NO_WORD && strcmp(s->words[at].relation, "nsubj") == 0;
    }
    return is_subject ? act : 1;
}

/* "They", "such measures", "that decision": words that take up what was named before. "It" is left out: of five on
 * the development sets that had no antecedent none was right. */
static bool takes_up(const dtn_sentence *s, uint32_t head, int *plural)
{
    const dtn_word *w = &s->words[head];
    *plural = -1;
    if (w->tag == DTN_TAG_PRON) {
        *plural = 1;
        return dtn_word_is(w, "they") && dtn_word_hangs(w, "nsubj");
    }
    for (uint32_t c = w->first_child; c != DTN_NO_WORD && c < head; c = s->words[c].next_sibling)
        if (w->tag == DTN_TAG_NOUN &&
            (dtn_word_is(&s->words[c], "such") || dtn_word_is(&s->words[c], "this") ||
             dtn_word_is(&s->words[c], "that") || dtn_word_is(&s->words[c], "these")))
            return true;
    return false;
}

/* The concept of the last noun phrase before `end` that names one and agrees in number, heads of
 * phrases before what hangs on them. */
static const char *last_named(const dtn_reader *reader, const dtn_sentence *s, uint32_t end,
                              int plural, dtn_naming *how, int *direction)
{
    for (uint32_t i = end; i-- > 0;) {
        const dtn_word *w = &s->words[i];
        const bool is_plural = strcmp(w->xtag, "NNS") == 0 || strcmp(w->xtag, "NNPS") == 0;
        if (w->tag != DTN_TAG_NOUN || dtn_word_hangs(w, "compound") || dtn_word_hangs(w, "nmod") ||
            (plural >= 0 && is_plural != (plural == 1)))
            continue;
        const dtn_span words = dtn_read_extent(reader->rules, &reader->known, s, i, NULL, 0);
        if (words.end > end)
            continue;
        const char *named = dtn_vocabulary_link(reader->vocabulary, s, words, i, how);
        if (named) {
            *direction *= dtn_read_direction(reader->rules, &reader->known, s, i).all;
            return named;
        }
    }
    return NULL;
}

/* What a word takes up that no antecedent told: the concept named last, in its sentence or the one before. */
static const char *taken_up(const dtn_reader *reader, const dtn_reading *r, uint32_t sentence,
                            uint32_t head, int *direction, dtn_naming *how, const dtn_sentence **of)
{
    int plural;
    const dtn_sentence *s = &r->parsed.sentences[sentence];
    if (!takes_up(s, head, &plural))
        return NULL;
    *of = s;
    const char *named = last_named(reader, s, head, plural, how, direction);
    if (named || sentence == 0 || s->begins_paragraph)
        return named;
    *of = s = &r->parsed.sentences[sentence - 1];
    return last_named(reader, s, s->n, plural, how, direction);
}

/* "Jets bombed a valley. It enraged them": what somebody did, where who did it names nothing. */
static const char *concept_of_deed(const dtn_reader *reader, const dtn_sentence *s, uint32_t doer,
                                   int *direction, dtn_naming *how)
{
    const uint32_t verb = s->words[doer].head;
    if (!dtn_word_hangs(&s->words[doer], "nsubj") || verb == DTN_NO_WORD ||
        s->words[verb].tag != DTN_TAG_VERB ||
        !dtn_read_is_somebody(reader->rules, &reader->known, s, doer))
        return NULL;
    const dtn_span words = dtn_read_extent(reader->rules, &reader->known, s, verb, NULL, 0);
    const char *named = dtn_vocabulary_link(reader->vocabulary, s, words, verb, how);
    if (named)
        *direction *= dtn_read_direction(reader->rules, &reader->known, s, verb).all;
    return named;
}

/* The concept of what a word stands for: a phrase, a clause, a whole sentence, or what that stands for in turn. */
static const char *antecedent_concept(const dtn_reader *reader, const dtn_reading *r,
                                      uint32_t sentence, uint32_t head, uint32_t other,
                                      int *direction, dtn_naming *how, const dtn_sentence **of)
{
    const char *named = NULL;
    dtn_reference to;
    const bool is_subject =
        head != DTN_NO_WORD && dtn_word_hangs(&r->parsed.sentences[sentence].words[head], "nsubj");
    for (int i = 0;
         i < MAX_STEPS && !named && head != DTN_NO_WORD &&
         dtn_read_reference(reader->rules, &reader->known, &r->parsed, sentence, head, other, &to);
         i++) {
        const dtn_sentence *s = *of = &r->parsed.sentences[to.sentence];
        const uint32_t at = to.word == DTN_NO_WORD ? root_of(s) : to.word;
        named = dtn_vocabulary_link(reader->vocabulary, s, to.words, at, how);
        if (named)
            *direction *= dtn_read_direction(reader->rules, &reader->known, s, at).all;
        else if (to.word != DTN_NO_WORD && is_subject)
            named = concept_of_deed(reader, s, at, direction, how);
        sentence = to.sentence;
        head = to.word;
        other = DTN_NO_WORD;
    }
    return named;
}

/* "Such talk", "this pressure": what was said before names it better than its own word. */
static bool is_shown(const dtn_reader *reader, const dtn_sentence *s, uint32_t head)
{
    return head > 0 && s->words[head].tag == DTN_TAG_NOUN &&
           (dtn_tree_is_form(s, head - 1, "such") || dtn_tree_is_form(s, head - 1, "this") ||
            dtn_tree_is_form(s, head - 1, "that") || dtn_tree_is_form(s, head - 1, "these")) &&
           dtn_lexicon_get(reader->rules, reader->known.refer.shell, &s->words[head]);
}

const char *dtn_read_concept(const dtn_reader *reader, const dtn_reading *r, uint32_t sentence,
                             dtn_span words, uint32_t head, uint32_t other, int *direction)
{
    const dtn_sentence *s = &r->parsed.sentences[sentence];
    const int own = *direction;
    dtn_naming how;
    if (head == DTN_NO_WORD && sentence + 1 < r->parsed.n &&
        r->parsed.sentences[sentence + 1].begins_paragraph)
        return NULL; /* "therefore" at the head of a paragraph concludes more than that */
    if (head == DTN_NO_WORD) {
        head = root_of(s);
        words = (dtn_span){0, s->n};
    }
    const char *named = NULL;
    if (is_shown(reader, s, head))
        named = antecedent_concept(reader, r, sentence, head, other, direction, &how, &s);
    if (!named) {
        *direction = own;
        s = &r->parsed.sentences[sentence];
        named = dtn_vocabulary_link(reader->vocabulary, s, words, head, &how);
    }
    if (!named)
        named = antecedent_concept(reader, r, sentence, head, other, direction, &how, &s);
    if (!named) {
        *direction = own;
        named = taken_up(reader, r, sentence, head, direction, &how, &s);
    }
    if (named)
        *direction = sign_of(reader, s, &how, *direction * sign_of_object(reader, s, &how)) *
                     (is_lessened(reader, s, &how) ? -1 : 1);
    return named;
}

/* "Unites the factions": what the trigger and its object name together, where a pattern asks for both. Its sign
 * is the pattern's, the trigger's own is in it. NULL: nothing that needs the trigger. */
static const char *concept_of_act(const dtn_reader *reader, const dtn_reading *r,
                                  const dtn_claim *claim, int *sign)
{
    const dtn_sentence *s = &r->parsed.sentences[claim->sentence];
    const dtn_word *effect = &s->words[claim->effect];
    dtn_naming how;
    if (s->words[claim->trigger].tag != DTN_TAG_VERB || effect->head != claim->trigger ||
        !dtn_word_hangs(effect, "obj") || claim->effect_words.begin < claim->trigger)
        return NULL;
    const char *named = dtn_vocabulary_link(reader->vocabulary, s,
                                            (dtn_span){claim->trigger, claim->effect_words.end},
                                            claim->trigger, &how);
    for (size_t i = 0; named && i < how.n; i++)
        if (how.words[i] == claim->trigger) {
            *sign = how.sign;
            return named;
        }
    return NULL;
}

/* Where the phrases behind the trigger end: before the first clause that does not hold the effect. */
static uint32_t end_of_phrases(const dtn_reader *reader, const dtn_sentence *s,
                               const dtn_claim *claim, uint32_t cause)
{
    uint32_t end =
        dtn_read_whole_effect(reader->rules, &reader->known, s, claim->trigger, cause).end;
    for (uint32_t i = claim->trigger + 1; i < end; i++)
        if ((dtn_word_hangs(&s->words[i], "advcl") || dtn_word_hangs(&s->words[i], "parataxis")) &&
            !dtn_tree_is_under(s, claim->effect, i)) {
            const dtn_span clause = dtn_read_extent(reader->rules, &reader->known, s, i, NULL, 0);
            end = clause.begin > claim->effect ? clause.begin : end;
            break;
        }
    return end;
}

/* Is it the effect, or what a predicate that is the effect says something of: "makes [attacks] more [frequent]"? */
static bool is_of_effect(const dtn_sentence *s, const dtn_claim *claim, uint32_t word)
{
    return word == claim->effect ||
           (s->words[claim->effect].tag == DTN_TAG_ADJ && s->words[word].head == claim->trigger &&
            dtn_word_hangs(&s->words[word], "obj"));
}

/* "Translated into [action] against the militants", "turned friends into [enemies]": what the words behind the
 * trigger name together, where those of its effect alone name nothing. */
static const char *concept_behind(const dtn_reader *reader, const dtn_reading *r,
                                  const dtn_claim *claim, int *direction)
{
    const dtn_sentence *s = &r->parsed.sentences[claim->sentence];
    const uint32_t cause =
        claim->cause_sentence == claim->sentence ? claim->cause : (uint32_t)DTN_NO_WORD;
    dtn_naming how;
    if (s->words[claim->trigger].tag != DTN_TAG_VERB || claim->effect < claim->trigger ||
        !dtn_tree_is_under(s, claim->effect, claim->trigger) ||
        (cause < s->n && cause > claim->trigger))
        return NULL;
    const dtn_span words = {claim->trigger + 1, end_of_phrases(reader, s, claim, cause)};
    const char *named = dtn_vocabulary_link(reader->vocabulary, s, words, claim->trigger, &how);
    for (size_t i = 0; named && i < how.n; i++)
        if (is_of_effect(s, claim, how.words[i])) { /* else it is not the effect that is named */
            how.head = claim->effect;
            *direction = sign_of(reader, s, &how, *direction);
            return named;
        }
    return NULL;
}

/* What both ends stand for, where they stand for something said before. */
static void set_references(const dtn_reader *reader, const dtn_reading *r, dtn_claim *claim)
{
    const uint32_t other =
        claim->cause_sentence == claim->sentence ? claim->cause : (uint32_t)DTN_NO_WORD;
    if (other != DTN_NO_WORD)
        (void)dtn_read_reference(reader->rules, &reader->known, &r->parsed, claim->sentence,
                                 claim->cause, claim->effect, &claim->cause_refers);
    (void)dtn_read_reference(reader->rules, &reader->known, &r->parsed, claim->sentence,
                             claim->effect, other, &claim->effect_refers);
}

/* Concepts, and the sign between them. */
static void link_concepts(const dtn_reader *reader, const dtn_reading *r, dtn_claim *claim)
{
    int cause = claim->cause_direction, effect = claim->effect_direction;
    claim->cause_concept = dtn_read_concept(
        reader, r, claim->cause_sentence, claim->cause_words, claim->cause,
        claim->cause_sentence == claim->sentence ? claim->effect : DTN_NO_WORD, &cause);
    claim->effect_concept = dtn_read_concept(
        reader, r, claim->sentence, claim->effect_words, claim->effect,
        claim->cause_sentence == claim->sentence ? claim->cause : DTN_NO_WORD, &effect);
    if (!claim->effect_concept)
        claim->effect_concept = concept_behind(reader, r, claim, &effect);
    /* "Suspicion", less trust: alone such a name makes no link, and on the development sets 12 of 26 are right */
    if (!claim->effect_concept && cause != claim->cause_direction)
        claim->cause_concept = NULL;
    if (!claim->cause_concept && effect != claim->effect_direction)
        claim->effect_concept = NULL;
    cause = claim->cause_concept ? cause : claim->sign_cause;
    claim->sign = cause * (claim->effect_concept ? claim->trigger_direction * effect
                                                 : claim->sign_trigger * claim->sign_effect);
    int act = 0;
    const char *named = concept_of_act(reader, r, claim, &act);
    if (named && (!claim->effect_concept || strcmp(named, claim->effect_concept) == 0)) {
        claim->effect_concept = named;
        claim->sign = cause * act;
    }
}

/* "Have the raids helped? No.": what the text asks and answers is held, or denied. */
static void take_answer(const dtn_reader *reader, const dtn_parsed *doc, dtn_claim *claim)
{
    const int answer =
        claim->is_open ? dtn_read_answer(reader->rules, &reader->known, doc, claim->sentence) : 0;
    size_t n = 0;
    if (answer == 0)
        return;
    for (size_t i = 0; i < claim->n_hedge; i++)
        if (strcmp(claim->hedges[i], "?") != 0)
            claim->hedges[n++] = claim->hedges[i];
    claim->n_hedge = n;
    claim->hedge_strength = n > 0 ? LEFT_HEDGED : 0;
    claim->is_open = false;
    claim->negated =
        (claim->negated && !dtn_read_asks_not(&doc->sentences[claim->sentence])) != (answer < 0);
}

static void judge(const dtn_reader *reader, dtn_reading *r, dtn_claim *claim, dtn_arena *arena)
{
    const dtn_sentence *s = &r->parsed.sentences[claim->sentence];
    double distance = 0;
    dtn_read_modality(reader->rules, &reader->known, s, claim, arena);
    claim->attributed_to = dtn_read_speaker(reader->rules, &reader->known, &r->parsed,
                                            claim->sentence, claim->trigger, arena, &distance);
    take_answer(reader, &r->parsed, claim);
    if (dtn_read_is_recanted(reader->rules, &reader->known, &r->parsed, claim->sentence))
        claim->negated = !claim->negated;
    if (dtn_read_is_ironic(reader->rules, &reader->known, &r->parsed, claim->sentence)) {
        claim->is_open = true;
        if (claim->n_hedge < DTN_MAX_HEDGES)
            claim->hedges[claim->n_hedge++] = "in irony";
    }
    if (distance >= 0.5 && claim->n_hedge < DTN_MAX_HEDGES)
        claim->hedges[claim->n_hedge++] = "claimed";
}

static bool same_span(dtn_span a, dtn_span b) { return a.begin == b.begin && a.end == b.end; }

static bool same_claim(const dtn_claim *a, const dtn_claim *b)
{
    return a->cause_sentence == b->cause_sentence &&
           ((a->cause == b->cause && a->effect == b->effect) ||
            (a->cause_words.begin == b->cause_words.begin &&
             a->effect_words.begin == b->effect_words.begin) ||
            (a->cause == b->effect && a->effect == b->cause));
}

/* Leave the likeliest of those that say the same; 0 marks the others. */
static void drop_doubles(dtn_claim *claims, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            if (i != k && claims[i].probability > 0 && claims[k].probability > 0 &&
                same_claim(&claims[i], &claims[k]) &&
                (claims[k].probability > claims[i].probability ||
                 (k < i && claims[k].probability == claims[i].probability)))
                claims[i].probability = 0;
}

/* "Obliged the theatre to scrap its matinees": is `object` the matinees and `whole` all of it, with the scrapping? */
static bool is_within(const dtn_claim *whole, const dtn_claim *object)
{
    const dtn_span words = whole->effect_words;
    return whole->cause == object->cause && whole->cause_sentence == object->cause_sentence &&
           whole->sentence == object->sentence && whole->trigger < object->trigger &&
           dtn_rule_property(whole->rule, "whole") && object->trigger < words.end &&
           object->effect > object->trigger && object->effect < words.end;
}

/* Of the two one is left: the event that is named, with its object's concept where it has none of its own; of "helped" what is
 * done, as that is what it helps. */
static void drop_inner(const dtn_sentence *s, dtn_claim *claims, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            dtn_claim *whole = &claims[i], *object = &claims[k];
            if (whole->probability < 0.5 || object->probability < 0.5 || whole->purpose ||
                object->purpose || !is_within(whole, object))
                continue;
            if (dtn_word_is(&s->words[whole->trigger], "help")) {
                whole->probability = 0;
                continue;
            }
            if (whole->sign_trigger * whole->sign_effect ==
                object->sign_trigger * object->sign_effect)
                continue;
            if (!whole->effect_concept && object->effect_concept) {
                whole->effect_concept = object->effect_concept;
                whole->effect_refers = object->effect_refers;
                whole->sign = object->sign;
            }
            object->probability = 0;
        }
}

void dtn_reader_find_events(const dtn_reader *reader, const char *date, dtn_event_memory *memory,
                            dtn_event_trace trace, void *ctx, dtn_reading *r)
{
    dtn_arena *arena = r->arena;
    const dtn_word **sentences = DTN_NEW_N(arena, const dtn_word *, r->parsed.n + 1);
    uint32_t *n = DTN_NEW_N(arena, uint32_t, r->parsed.n + 1);
    for (size_t i = 0; i < r->parsed.n; i++) {
        sentences[i] = r->parsed.sentences[i].words;
        n[i] = r->parsed.sentences[i].n;
    }
    int64_t day = DTN_NO_DAY;
    if (date && !dtn_days_of(date, &day))
        day = DTN_NO_DAY;
    dtn_events_find_traced(reader->events, sentences, n, r->parsed.first, r->parsed.n, day, memory,
                           arena, trace, ctx, &r->events, &r->n_event);
}

dtn_status dtn_reader_analyse(const dtn_reader *reader, dtn_document *document, dtn_arena *arena,
                              dtn_reading *out, dtn_diags *diags)
{
    dtn_parsed parsed = {0};
    dtn_said said = {0};
    DTN_TRY(dtn_read_parse(reader, document, arena, &parsed, diags));
    dtn_reader_analyse_parsed(reader, &parsed, &said, arena, out);
    dtn_reader_find_events(reader, document->date, NULL, NULL, NULL, out);
    return DTN_OK;
}

/* Whole rows give way to their members' pairs in records. `first`: the index of claims[0] among all. */
static void mark_split(dtn_claim *claims, size_t n, size_t first)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n && !claims[i].is_split; k++)
            claims[i].is_split = claims[k].group == claims[i].group && claims[i].group == first + i;
}

/* Is there a likelier claim with the same effect? */
static bool is_outdone(const dtn_claim *claims, size_t n, size_t i)
{
    for (size_t k = 0; k < n; k++)
        if (claims[k].effect == claims[i].effect && claims[k].probability > claims[i].probability)
            return true;
    return false;
}

double dtn_read_rate(const dtn_rule *rule)
{
    const char *rate = dtn_rule_property(rule, "rate");
    return rate ? strtod(rate, NULL) : 0;
}

static void rate_rules(dtn_claim *claims, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double rate = dtn_read_rate(claims[i].rule);
        if (claims[i].probability < rate)
            claims[i].probability = rate;
    }
}

static void rate_aims(const dtn_reader *reader, const dtn_sentence *s, dtn_claim *claims, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (claims[i].purpose && claims[i].probability < DTN_AIM_RATE &&
            !is_outdone(claims, n, i) &&
            dtn_read_is_aim(reader->rules, &reader->known, s, &claims[i]))
            claims[i].probability = DTN_AIM_RATE;
}

/* "Since the raids began, attacks have risen": of what came after something else 5 of 5 on the development sets were meant
 * as effects where both are concepts of the case, and less than half where they are not. */
static bool is_sequel(const dtn_sentence *s, const dtn_claim *claim)
{
    static const char *const words[] = {"after", "since", "once"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(s->words[claim->trigger].form, words[i]) == 0)
            return claim->weak && !claim->purpose && claim->cause_sentence == claim->sentence;
    return false;
}

static void rate_sequels(const dtn_reader *reader, const dtn_reading *r, const dtn_sentence *s,
                         dtn_claim *claims, size_t n)
{
    for (size_t i = 0; i < n && reader->vocabulary; i++) {
        dtn_claim one = claims[i];
        if (one.probability < DTN_SEQUEL_LEAST || one.probability >= DTN_SEQUEL_RATE ||
            !is_sequel(s, &one))
            continue;
        link_concepts(reader, r, &one);
        if (one.cause_concept && one.effect_concept &&
            strcmp(one.cause_concept, one.effect_concept) != 0)
            claims[i].probability = DTN_SEQUEL_RATE;
    }
}

/* "They have increased them": pronouns make a claim less probable, but not where both ends stand for concepts of the case. */
static void rate_taken_up(const dtn_reader *reader, const dtn_reading *r, const dtn_sentence *s,
                          dtn_claim *claims, size_t n)
{
    for (size_t i = 0; i < n && reader->vocabulary; i++) {
        dtn_claim one = claims[i];
        if (one.probability < DTN_TAKEN_LEAST || one.probability >= DTN_SEQUEL_RATE || one.weak ||
            one.purpose || one.cause_sentence != one.sentence ||
            s->words[one.trigger].tag != DTN_TAG_VERB || one.cause > one.trigger ||
            !(dtn_word_is(&s->words[one.cause], "they") ||
              dtn_word_is(&s->words[one.cause], "it")) ||
            s->words[one.effect].tag != DTN_TAG_PRON)
            continue;
        link_concepts(reader, r, &one);
        if (one.cause_concept && one.effect_concept &&
            strcmp(one.cause_concept, one.effect_concept) != 0)
            claims[i].probability = DTN_SEQUEL_RATE;
    }
}

/* Most candidates are improbable, and a long document has many. */
static size_t keep_probable(dtn_claim *claims, size_t n, double least)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (claims[i].probability >= least)
            claims[kept++] = claims[i];
    return kept;
}

void dtn_reader_analyse_parsed(const dtn_reader *reader, const dtn_parsed *parsed, dtn_said *said,
                               dtn_arena *arena, dtn_reading *out)
{
    memset(out, 0, sizeof *out);
    out->parsed = *parsed;
    out->arena = arena;
    out->sentence_scores = DTN_NEW_N(arena, double, out->parsed.n + 1);
    dtn_read_speakers(reader->rules, &reader->known, &out->parsed, said, arena);
    for (uint32_t i = (uint32_t)parsed->first; i < out->parsed.n; i++) {
        size_t first = out->n_claim;
        const dtn_sentence *s = &out->parsed.sentences[i];
        dtn_rules_match(reader->rules, s->words, s->n, arena, &out->matches);
        dtn_read_candidates(reader->rules, &reader->known, &out->parsed, i, &out->matches, arena,
                            &out->claims, &out->n_claim, &out->cap_claim);
        dtn_claim *claims = out->claims ? out->claims + first : NULL; /* none yet: no array */
        size_t n = out->n_claim - first;
        for (size_t k = 0; k < n; k++)
            judge(reader, out, &claims[k], arena);
        out->sentence_scores[i] =
            dtn_rerank_sentence(reader->reranker, reader->rules, &out->parsed, i, claims, n);
        dtn_rerank_claims(reader->reranker, reader->rules, &reader->known, &out->parsed, claims, n,
                          out->sentence_scores[i]);
        rate_rules(claims, n);
        for (size_t k = 0; k < n; k++)
            if (dtn_read_is_idle(reader->rules, s, &out->matches, &claims[k]))
                claims[k].probability = 0;
        for (size_t k = 0; k < n; k++)
            if (s->words[claims[k].trigger].tag == DTN_TAG_VERB && !claims[k].purpose &&
                claims[k].cause < claims[k].trigger &&
                (dtn_read_is_advised(reader, out, i, claims[k].trigger) ||
                 dtn_read_is_threat(reader->rules, &reader->known, s, &claims[k]) ||
                 dtn_read_is_asking(reader, out, i, claims[k].trigger)))
                claims[k].probability =
                    0; /* who should do it, asks for it or threatens it is no cause of it */
        rate_aims(reader, s, claims, n);
        rate_sequels(reader, out, s, claims, n);
        rate_taken_up(reader, out, s, claims, n);
        mark_split(claims, n, first);
        n = keep_probable(claims, n, reader->least);
        for (size_t k = 0; k < n; k++) { /* only these: most candidates are improbable */
            set_references(reader, out, &claims[k]);
            link_concepts(reader, out, &claims[k]);
        }
        out->n_claim = first + n;
        dtn_read_advice(reader, out, i, arena);
    }
}

/* Clauses as annotators cut them. Only whole arguments: members of rows are noun phrases. */
static void set_bounds(const dtn_reader *reader, const dtn_reading *r, dtn_claim *claims, size_t n)
{
    const dtn_bounds_sentence *bounds = NULL;
    for (size_t i = 0; i < n && reader->bounds; i++) {
        const uint32_t at = claims[i].sentence;
        if (i == 0 || at != claims[i - 1].sentence)
            bounds = NULL;
        if (claims[i].is_member || !dtn_bounds_apply_to(&claims[i]))
            continue;
        if (!bounds)
            bounds = dtn_bounds_prepare(&r->parsed.sentences[at], r->arena);
        if (bounds)
            dtn_bounds_set(reader->bounds, bounds, &claims[i]);
    }
}

/* Two of one sentence that bounds have made the same: the likelier stays. */
static size_t drop_same_words(dtn_claim *claims, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = kept;
        while (k > 0 && claims[k - 1].sentence == claims[i].sentence &&
               !(claims[k - 1].cause_sentence == claims[i].cause_sentence &&
                 same_span(claims[k - 1].cause_words, claims[i].cause_words) &&
                 same_span(claims[k - 1].effect_words, claims[i].effect_words)))
            k--;
        if (k == 0 || claims[k - 1].sentence != claims[i].sentence)
            claims[kept++] = claims[i];
        else if (claims[i].probability > claims[k - 1].probability)
            claims[k - 1] = claims[i];
    }
    return kept;
}

size_t dtn_reader_kept(const dtn_reader *reader, const dtn_reading *r, dtn_claim *out)
{
    size_t n = 0, first = 0;
    for (size_t i = 0; i < r->n_claim; i++) {
        if (i > 0 && r->claims[i].sentence != r->claims[i - 1].sentence) {
            drop_doubles(out + first, n - first);
            drop_inner(&r->parsed.sentences[r->claims[i - 1].sentence], out + first, n - first);
            first = n;
        }
        const dtn_claim *c = &r->claims[i];
        if (c->is_split)
            continue;
        if (c->purpose &&
            !dtn_read_is_aim(reader->rules, &reader->known, &r->parsed.sentences[c->sentence], c))
            continue;
        out[n++] = *c;
    }
    drop_doubles(out + first, n - first);
    if (n > first)
        drop_inner(&r->parsed.sentences[out[first].sentence], out + first, n - first);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (out[i].probability >= reader->least && out[i].probability > 0)
            out[kept++] = out[i];
    set_bounds(reader, r, out, kept);
    return drop_same_words(out, kept);
}
