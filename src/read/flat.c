/* Arguments by word order, for rules with `set flat yes`: where the tree takes a verb for a noun it
 * says nothing of what is around it.
 *
 * An argument is the run of words that noun phrases are made of, up to the trigger or from it. Its
 * direction is the product of what its words say ("lower levels of"), and of an infinitive after
 * it ("cause prices to fall"). Where both move ("as prices rise, ..."), it is a noun with what
 * follows up to the comma, and the first verb of direction there counts.
 */
#include "read/inner.h"

#include <string.h>

static bool is_nominal(const dtn_word *w)
{
    return w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN;
}

/* May the word stand in a noun phrase, with what follows it? */
static bool belongs(const dtn_sentence *s, uint32_t i)
{
    const dtn_word *w = &s->words[i];
    const dtn_word *next = i + 1 < s->n ? &s->words[i + 1] : NULL;
    if (dtn_word_is(w, "than") && i > 0 && is_nominal(&s->words[i - 1]))
        return false; /* "less by poverty than by war" */
    switch (w->tag) {
    case DTN_TAG_NOUN:
    case DTN_TAG_PROPN:
    case DTN_TAG_ADJ:
    case DTN_TAG_DET:
    case DTN_TAG_NUM:
    case DTN_TAG_ADP: return true;
    case DTN_TAG_PART: return dtn_word_is(w, "'s");
    case DTN_TAG_VERB: /* a participle before its noun */
        return next && is_nominal(next) &&
               (strcmp(w->xtag, "VBG") == 0 || strcmp(w->xtag, "VBN") == 0 || i == 0 ||
                s->words[i - 1].tag == DTN_TAG_PUNCT);
    case DTN_TAG_CCONJ:
        return i > 0 && is_nominal(&s->words[i - 1]) && next &&
               (is_nominal(next) || next->tag == DTN_TAG_ADJ || next->tag == DTN_TAG_DET);
    default: return false;
    }
}

dtn_span dtn_flat_extent(const dtn_sentence *s, uint32_t head, uint32_t trigger)
{
    dtn_span span = {head, head + 1};
    if (head < trigger) {
        while (span.begin > 0 && belongs(s, span.begin - 1))
            span.begin--;
        while (span.begin < head && (s->words[span.begin].tag == DTN_TAG_ADP ||
                                     s->words[span.begin].tag == DTN_TAG_CCONJ))
            span.begin++;
        if (span.begin == 1 && strcmp(s->words[0].xtag, "VBG") == 0)
            span.begin = 0; /* "Closing the crossing hurts traders" */
        return span;
    }
    while (span.begin > trigger + 1 && belongs(s, span.begin - 1))
        span.begin--;
    while (span.begin < head && s->words[span.begin].tag == DTN_TAG_ADP)
        span.begin++;
    while (span.end < s->n && belongs(s, span.end))
        span.end++;
    while (span.end > head + 1 && !is_nominal(&s->words[span.end - 1]))
        span.end--;
    return span;
}

static bool move_by(const dtn_rules *rules, dtn_lexicon_ref degree, dtn_lexicon_ref event,
                    const dtn_word *word, dtn_direction *d)
{
    const dtn_entry *one = dtn_lexicon_get(rules, degree, word);
    const dtn_entry *entry = one ? one : dtn_lexicon_get(rules, event, word);
    if (!entry)
        return false;
    d->all *= entry->value < 0 ? -1 : 1;
    d->degree *= one && one->value < 0 ? -1 : 1;
    d->denied = d->degree;
    d->moved = true;
    return true;
}

dtn_direction dtn_flat_direction(const dtn_rules *rules, const dtn_words_known *known,
                                 const dtn_sentence *s, dtn_span span)
{
    dtn_direction d = {1, 1, 1, false};
    for (uint32_t i = span.begin; i < span.end; i++)
        if (i > 0 && dtn_tree_is_form(s, i - 1, "a") &&
            (dtn_tree_is_form(s, i, "little") || dtn_tree_is_form(s, i, "few")))
            continue; /* some of it */
        else if (is_nominal(&s->words[i]))
            move_by(rules, known->direction.of, known->direction.of_event, &s->words[i], &d);
        else
            move_by(rules, known->direction.mod, known->direction.mod_event, &s->words[i], &d);
    if (span.end + 1 < s->n && dtn_word_is(&s->words[span.end], "to"))
        move_by(rules, known->direction.verb, known->direction.verb_event, &s->words[span.end + 1],
                &d);
    return d;
}

dtn_span dtn_flat_clause(const dtn_sentence *s, uint32_t head, uint32_t trigger)
{
    dtn_span span = dtn_flat_extent(s, head, trigger);
    span.end = head + 1;
    const uint32_t stop = head < trigger ? trigger : s->n;
    while (span.end < stop && s->words[span.end].tag != DTN_TAG_PUNCT)
        span.end++;
    return span;
}

dtn_direction dtn_flat_motion(const dtn_rules *rules, const dtn_words_known *known,
                              const dtn_sentence *s, dtn_span clause, uint32_t head)
{
    dtn_direction d = dtn_flat_direction(rules, known, s, (dtn_span){clause.begin, head + 1});
    const bool is_good = dtn_read_valence(rules, known, s, head) > 0;
    for (uint32_t i = head + 1; is_good && i < clause.end; i++) {
        const dtn_entry *entry = dtn_lexicon_get(rules, known->turn.subject, &s->words[i]);
        if (!entry)
            continue;
        d.all *= entry->value < 0 ? -1 : 1; /* "hopes die" is what is named */
        return d;
    }
    for (uint32_t i = head + 1; i < clause.end; i++)
        if (move_by(rules, known->direction.verb, known->direction.verb_event, &s->words[i], &d))
            break;
    return d;
}

/* ---- "The longer the ferry stays idle, the less the market matters" ---- */

/* The word of the span that its others hang on: its head hangs on none of them. */
static uint32_t head_within(const dtn_sentence *s, dtn_span words)
{
    for (uint32_t i = words.begin; i < words.end; i++) {
        const dtn_word *w = &s->words[i];
        const bool is_outside =
            w->head == DTN_NO_WORD || w->head < words.begin || w->head >= words.end;
        if (is_outside && (is_nominal(w) || w->tag == DTN_TAG_VERB || w->tag == DTN_TAG_ADJ))
            return i;
    }
    return DTN_NO_WORD;
}

/* What a comparative says of its clause: -1 less of it ("fewer", "weaker", "worse" of what is not bad), +1 more; 0: what
 * is no degree ("harder"). */
static int degree_of(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                     uint32_t comparative, uint32_t head)
{
    const dtn_word *w = &s->words[comparative];
    const dtn_entry *entry = dtn_lexicon_get(rules, known->direction.mod, w);
    if (entry)
        return entry->value < 0 ? -1 : 1;
    if (dtn_lexicon_get(rules, known->direction.worse, w))
        return dtn_read_valence(rules, known, s, head) < 0 ? 1 : -1;
    return 0;
}

bool dtn_flat_pair(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                   uint32_t first, uint32_t second, dtn_claim *claim)
{
    dtn_span cause = {first + 1, second - 1}, effect = {second + 1, second + 1};
    while (cause.end > cause.begin && s->words[cause.end - 1].tag == DTN_TAG_PUNCT)
        cause.end--;
    if (cause.begin < cause.end && s->words[cause.begin].tag == DTN_TAG_ADV)
        cause.begin++; /* "the more [often] jets cross" */
    while (effect.end < s->n && s->words[effect.end].tag != DTN_TAG_PUNCT)
        effect.end++;
    const uint32_t of_cause = head_within(s, cause), of_effect = head_within(s, effect);
    if (of_cause == DTN_NO_WORD || of_effect == DTN_NO_WORD)
        return false;
    const int more = degree_of(rules, known, s, first, of_cause);
    const int degree = degree_of(rules, known, s, second, of_effect);
    if (degree == 0)
        effect.begin = second - 1; /* "the harder it becomes to argue" comes of it as a whole */
    claim->cause = of_cause;
    claim->effect = of_effect;
    claim->cause_words = cause;
    claim->effect_words = effect;
    claim->sign_cause = claim->cause_direction = more ? more : 1;
    claim->sign_effect = claim->effect_direction = degree ? degree : 1;
    if (dtn_lexicon_get(rules, known->negate.adjective, &s->words[second]))
        claim->effect_direction = -1; /* of what becomes harder there is less */
    claim->sign = claim->sign_cause * claim->sign_effect;
    return true;
}
