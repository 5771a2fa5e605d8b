/* Candidates for causal claims: matches of the rules with their arguments' extents and signs.
 *
 * Each match gives one candidate with the whole arguments, and where an argument is a row of
 * nouns ("conflict and drought caused ...") one for each pair of its members; all share a group
 * number. What is true of them is for the operators (modality, speaker), how likely for the
 * re-ranker.
 */
#include "read/inner.h"

#include <string.h>

#define MAX_MEMBERS 12 /* of a row; the rest is in the whole argument all the same */

void dtn_read_lexicons(const dtn_rules *rules, const dtn_event_words *names, dtn_words_known *k)
{
    *k = (dtn_words_known){
        .cause = dtn_lexicon_find(rules, "cause", NULL),
        .shut = dtn_lexicon_find(rules, "shut", NULL),
        .valence = dtn_lexicon_find(rules, "valence", NULL),
        .valence_toll = dtn_lexicon_find(rules, "valence", "toll"),
        .valence_state = dtn_lexicon_find(rules, "valence", "state"),
        .turn = {dtn_lexicon_find(rules, "turn", "good"), dtn_lexicon_find(rules, "turn", "bad"),
                 dtn_lexicon_find(rules, "turn", "toll"), dtn_lexicon_find(rules, "turn", "state"),
                 dtn_lexicon_find(rules, "turn", "subject"), dtn_lexicon_find(rules, "turn", NULL)},
        .pronoun_event = dtn_lexicon_find(rules, "pronoun", "event"),
        .pronoun_thing = dtn_lexicon_find(rules, "pronoun", "thing"),
        .pronoun_noun = dtn_lexicon_find(rules, "pronoun", "noun"),
        .direction = {dtn_lexicon_find(rules, "direction", "mod"),
                      dtn_lexicon_find(rules, "direction", "of"),
                      dtn_lexicon_find(rules, "direction", "verb"),
                      dtn_lexicon_find(rules, "direction", "worse"),
                      dtn_lexicon_find(rules, "direction", "better"),
                      dtn_lexicon_find(rules, "direction", "mod-event"),
                      dtn_lexicon_find(rules, "direction", "of-event"),
                      dtn_lexicon_find(rules, "direction", "verb-event"),
                      dtn_lexicon_find(rules, "direction", "falling"),
                      dtn_lexicon_find(rules, "direction", "passive"),
                      dtn_lexicon_find(rules, "direction", "other"),
                      dtn_lexicon_find(rules, "direction", "measure")},
        .hedge = {dtn_lexicon_find(rules, "hedge", "modal"),
                  dtn_lexicon_find(rules, "hedge", "adverb"),
                  dtn_lexicon_find(rules, "hedge", "verb"),
                  dtn_lexicon_find(rules, "hedge", "phrase")},
        .negate = {dtn_lexicon_find(rules, "negate", "word"),
                   dtn_lexicon_find(rules, "negate", "verb"),
                   dtn_lexicon_find(rules, "negate", "adjective"),
                   dtn_lexicon_find(rules, "negate", "noun"),
                   dtn_lexicon_find(rules, "negate", "phrase"),
                   dtn_lexicon_find(rules, "negate", "claim"),
                   dtn_lexicon_find(rules, "negate", "reject"),
                   dtn_lexicon_find(rules, "negate", "scarce"),
                   dtn_lexicon_find(rules, "negate", "evidence"),
                   dtn_lexicon_find(rules, "negate", "wrong"),
                   dtn_lexicon_find(rules, "negate", "folly"),
                   dtn_lexicon_find(rules, "negate", "think"),
                   dtn_lexicon_find(rules, "negate", "nobody"),
                   dtn_lexicon_find(rules, "negate", "answer"),
                   dtn_lexicon_find(rules, "negate", "first"),
                   dtn_lexicon_find(rules, "negate", "none"),
                   dtn_lexicon_find(rules, "negate", "falls"),
                   dtn_lexicon_find(rules, "negate", "stands"),
                   dtn_lexicon_find(rules, "negate", "works"),
                   dtn_lexicon_find(rules, "negate", "fails"),
                   dtn_lexicon_find(rules, "negate", "vain"),
                   dtn_lexicon_find(rules, "negate", "once")},
        .advice = {dtn_lexicon_find(rules, "advice", "modal"),
                   dtn_lexicon_find(rules, "advice", "need"),
                   dtn_lexicon_find(rules, "advice", "verb"),
                   dtn_lexicon_find(rules, "advice", "adjective"),
                   dtn_lexicon_find(rules, "advice", "noun"),
                   dtn_lexicon_find(rules, "advice", "stop"),
                   dtn_lexicon_find(rules, "advice", "order"),
                   dtn_lexicon_find(rules, "advice", "thought"),
                   dtn_lexicon_find(rules, "advice", "burden"),
                   dtn_lexicon_find(rules, "advice", "proverb"),
                   dtn_lexicon_find(rules, "advice", "happen"),
                   dtn_lexicon_find(rules, "advice", "guest"),
                   dtn_lexicon_find(rules, "advice", "time")},
        .irony = {dtn_lexicon_find(rules, "irony", "harm"),
                  dtn_lexicon_find(rules, "irony", "harsh"),
                  dtn_lexicon_find(rules, "irony", "people"),
                  dtn_lexicon_find(rules, "irony", "ruin")},
        .predict = {dtn_lexicon_find(rules, "predict", "modal"),
                    dtn_lexicon_find(rules, "predict", "phrase"),
                    dtn_lexicon_find(rules, "predict", "verb")},
        .attribution = {dtn_lexicon_find(rules, "attribution", "before"),
                        dtn_lexicon_find(rules, "attribution", "quote"),
                        dtn_lexicon_find(rules, "attribution", "view"),
                        dtn_lexicon_find(rules, "attribution", "body"),
                        dtn_lexicon_find(rules, "attribution", "nobody"),
                        dtn_lexicon_find(rules, "attribution", "somebody"),
                        dtn_lexicon_find(rules, "attribution", "thing"),
                        dtn_lexicon_find(rules, "attribution", "opponent"),
                        dtn_lexicon_find(rules, "attribution", "vague")},
        .aim = {dtn_lexicon_find(rules, "aim", "verb"), dtn_lexicon_find(rules, "aim", "takes"),
                dtn_lexicon_find(rules, "aim", "noun"), dtn_lexicon_find(rules, "aim", "idiom"),
                dtn_lexicon_find(rules, "aim", "try"), dtn_lexicon_find(rules, "aim", "made")},
        .refer = {dtn_lexicon_find(rules, "refer", "pair"),
                  dtn_lexicon_find(rules, "refer", "label"),
                  dtn_lexicon_find(rules, "refer", "shell"),
                  dtn_lexicon_find(rules, "refer", "event"),
                  dtn_lexicon_find(rules, "refer", "other")},
        .answer = {dtn_lexicon_find(rules, "answer", "misjudge"),
                   dtn_lexicon_find(rules, "answer", "seen"),
                   dtn_lexicon_find(rules, "answer", "ask"),
                   dtn_lexicon_find(rules, "answer", "heed"),
                   dtn_lexicon_find(rules, "answer", "true"),
                   dtn_lexicon_find(rules, "answer", "bear"),
                   dtn_lexicon_find(rules, "answer", "against"),
                   dtn_lexicon_find(rules, "answer", "attempt"),
                   dtn_lexicon_find(rules, "answer", "text"),
                   dtn_lexicon_find(rules, "answer", "remind")},
        .manner = {dtn_lexicon_find(rules, "manner", "thought"),
                   dtn_lexicon_find(rules, "manner", "fire"),
                   dtn_lexicon_find(rules, "manner", "span"),
                   dtn_lexicon_find(rules, "manner", "brief"),
                   dtn_lexicon_find(rules, "manner", "grant")},
        .report = dtn_lexicon_find(rules, "report", NULL),
        .condition = dtn_lexicon_find(rules, "prep", "condition"),
        .lever_head = dtn_lexicon_find(rules, "lever_head", NULL),
        .title = dtn_lexicon_find(rules, "titles", NULL),
        .office = dtn_lexicon_find(rules, "titles", "office"),
        .names = names,
    };
}

static uint32_t argument(const dtn_rule *rule, const dtn_match *match, const char *name)
{
    for (size_t i = 0; i < rule->n_arg; i++)
        if (strcmp(rule->args[i], name) == 0)
            return match->args[i];
    return DTN_NO_WORD;
}

/* The members of a row of nouns that begins at `head`; 0 when there is only one. */
static size_t row_of(const dtn_sentence *s, uint32_t head, uint32_t out[MAX_MEMBERS])
{
    size_t n = 0;
    out[n++] = head;
    if (s->words[head].tag == DTN_TAG_VERB)
        return 1;
    for (size_t i = 0; i < n; i++)
        for (uint32_t c = s->words[out[i]].first_child; c != DTN_NO_WORD && n < MAX_MEMBERS;
             c = s->words[c].next_sibling)
            if (dtn_word_hangs(&s->words[c], "conj") && s->words[c].tag != DTN_TAG_VERB)
                out[n++] = c;
    return n;
}

/* "breeds resentment, not security", "... rather than calm": a member that is denied. */
static bool is_denied(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                      uint32_t member)
{
    if (!dtn_word_hangs(&s->words[member], "conj"))
        return false;
    for (uint32_t c = s->words[member].first_child; c != DTN_NO_WORD && c < member;
         c = s->words[c].next_sibling) {
        const dtn_word *w = &s->words[c];
        const bool is_instead =
            c + 1 < s->n && (dtn_word_is(w, "rather") || dtn_word_is(w, "instead"));
        if (is_instead || ((dtn_word_hangs(w, "advmod") || dtn_word_hangs(w, "cc") ||
                            dtn_word_hangs(w, "case")) &&
                           dtn_lexicon_get(rules, known->negate.word, w)))
            return true;
    }
    return false;
}

/* Sign of the trigger, which may turn on what it acts on: "threatens trade", "threatens war"; *between: the same where a
 * concept stands behind what it acts on ("cost lives"). */
static int trigger_sign(const dtn_rules *rules, const dtn_words_known *known, const dtn_parsed *doc,
                        uint32_t sentence, const dtn_match *match, uint32_t effect, int *between)
{
    const dtn_sentence *s = &doc->sentences[sentence];
    const dtn_word *trigger = &s->words[match->head];
    dtn_reference to;
    *between = match->sign;
    if (effect >= s->n || match->sign == 0)
        return match->sign;
    if (s->words[effect].tag == DTN_TAG_PRON && dtn_lexicon_get(rules, known->turn.any, trigger) &&
        dtn_read_reference(rules, known, doc, sentence, effect, DTN_NO_WORD, &to) &&
        to.word != DTN_NO_WORD) { /* "it threatens them" */
        s = &doc->sentences[to.sentence];
        effect = to.word;
    }
    const int valence = dtn_read_valence(rules, known, s, effect);
    const dtn_lexicon_ref turn = dtn_lexicon_get(rules, known->valence_state, &s->words[effect])
                                     ? known->turn.state
                                 : valence > 0 ? known->turn.good
                                               : known->turn.bad;
    const dtn_entry *turned = dtn_lexicon_get(rules, turn, trigger);
    const dtn_entry *lost = dtn_lexicon_get(rules, known->valence_toll, &s->words[effect])
                                ? dtn_lexicon_get(rules, known->turn.toll, trigger)
                                : NULL;
    const bool is_known =
        valence != 0 || dtn_lexicon_get(rules, known->valence_state, &s->words[effect]);
    const int sign = !turned || !is_known ? match->sign : turned->value < 0 ? -1 : 1;
    *between = !lost ? sign : lost->value < 0 ? -1 : 1;
    return sign;
}

dtn_span dtn_read_whole_effect(const dtn_rules *rules, const dtn_words_known *known,
                               const dtn_sentence *s, uint32_t trigger, uint32_t cause)
{
    uint32_t away[8];
    size_t n = 0;
    away[n++] = cause;
    for (uint32_t c = s->words[trigger].first_child; c != DTN_NO_WORD && n < 8;
         c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "nsubj"))
            away[n++] = c;
    dtn_span span = dtn_read_extent(rules, known, s, trigger, away, n);
    if (span.begin < trigger)
        span.begin = trigger;
    for (uint32_t i = trigger + 2; i + 1 < span.end; i++) /* "kept channels open, [which ...]" */
        if (s->words[i].form[0] == ',' && dtn_word_is(&s->words[i + 1], "which"))
            span.end = i;
    return span;
}

static bool is_reason_word(const dtn_sentence *s, uint32_t i)
{
    return dtn_tree_is_form(s, i, "because") || dtn_tree_is_form(s, i, "due") ||
           dtn_tree_is_form(s, i, "owing") || dtn_tree_is_form(s, i, "thanks");
}

/* The word of a reason that leads a phrase or clause in: "[because] of the ban"; DTN_NO_WORD: none. */
static uint32_t reason_of(const dtn_sentence *s, uint32_t head)
{
    for (uint32_t c = s->words[head].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (is_reason_word(s, c) &&
            (dtn_word_hangs(&s->words[c], "case") || dtn_word_hangs(&s->words[c], "mark")))
            return c;
    return DTN_NO_WORD;
}

/* "Partly", "in part", "half", "also", "and" before a reason: it stands beside another one, whose cause it is not. */
static bool is_beside(const dtn_sentence *s, uint32_t reason)
{
    static const char *const words[] = {"partly", "part",      "half", "also", "and",
                                        "mainly", "partially", "or",   NULL};
    for (size_t k = 0; reason > 0 && words[k]; k++)
        if (dtn_tree_is_form(s, reason - 1, words[k]))
            return true;
    return false;
}

/* "Rose partly because of the raids, partly because [of the ban]": what both are the reasons of, not the first reason. */
static uint32_t beside_reasons(const dtn_sentence *s, uint32_t trigger, uint32_t effect)
{
    for (int i = 0; i < 4 && is_reason_word(s, trigger) && is_beside(s, trigger); i++) {
        if (reason_of(s, effect) == DTN_NO_WORD || s->words[effect].head == DTN_NO_WORD)
            break;
        effect = s->words[effect].head;
    }
    return effect;
}

typedef struct maker {
    const dtn_rules *rules;
    const dtn_words_known *known;
    const dtn_parsed *doc;
    uint32_t i_sentence;
    const dtn_match *match;
} maker;

/* The clause that says the whole of it: the governor of an infinitive ("decided to march"), and of
 * what a weak rule finds, where nouns stand for what somebody does ("staged a protest"). */
static uint32_t raised(const dtn_sentence *s, uint32_t head, uint32_t trigger, uint32_t other,
                       bool weak)
{
    for (int i = 0; i < 4; i++) {
        const dtn_word *w = &s->words[head];
        uint32_t up = w->head;
        if (up == DTN_NO_WORD || up == trigger || up == other)
            break;
        bool is_infinitive = dtn_word_hangs(w, "xcomp") && s->words[up].tag != DTN_TAG_NOUN;
        bool is_object =
            weak && w->tag == DTN_TAG_NOUN && s->words[up].tag == DTN_TAG_VERB &&
            (dtn_word_hangs(w, "obj") || dtn_word_hangs(w, "nsubj") || dtn_word_hangs(w, "obl"));
        if (!is_infinitive && !is_object)
            break;
        if (dtn_tree_is_under(s, up, other) && other < s->n)
            break;
        head = up;
    }
    return head;
}

/* "Kept wages from [falling]": the word behind "from", over adverbs, that says what becomes of the object; 0: none. */
static int sign_behind_from(const maker *m, const dtn_sentence *s, const dtn_claim *claim)
{
    uint32_t i = claim->effect + 1;
    while (i < s->n && s->words[i].tag != DTN_TAG_PUNCT && s->words[i].tag != DTN_TAG_VERB &&
           !dtn_word_is(&s->words[i], "from"))
        i++;
    if (i >= s->n || !dtn_word_is(&s->words[i], "from"))
        return 0;
    for (i++; i < s->n && s->words[i].tag == DTN_TAG_ADV; i++)
        ;
    if (i >= s->n)
        return 0;
    const dtn_words_known *k = m->known;
    const dtn_lexicon_ref refs[] = {k->direction.verb, k->direction.verb_event, k->direction.mod,
                                    k->direction.mod_event};
    dtn_word as_verb = s->words[i];
    as_verb.tag = DTN_TAG_VERB;
    as_verb.lemma = as_verb.form; /* the tree may take it for a noun */
    dtn_rules_prepare(m->rules, &as_verb, 1);
    for (size_t r = 0; r < sizeof refs / sizeof *refs; r++) {
        const dtn_entry *entry = dtn_lexicon_get(m->rules, refs[r], &as_verb);
        if (entry)
            return entry->value < 0 ? -1 : 1;
    }
    return 0;
}

/* "cause prices to fall", "keep prices from falling": what the object does under the trigger. */
static int infinitive_sign(const maker *m, const dtn_sentence *s, const dtn_claim *claim)
{
    if (s->words[claim->effect].head != claim->trigger ||
        !dtn_word_hangs(&s->words[claim->effect], "obj"))
        return 1;
    for (uint32_t c = s->words[claim->trigger].first_child; c != DTN_NO_WORD;
         c = s->words[c].next_sibling) {
        const dtn_entry *entry = dtn_lexicon_get(m->rules, m->known->direction.verb, &s->words[c]);
        uint32_t n = 0;
        if (c > claim->effect && dtn_word_hangs(&s->words[c], "xcomp") && entry &&
            !dtn_lexicon_match(m->rules, m->known->direction.other, s->words, s->n, c, &n))
            return entry->value < 0 ? -1 : 1;
    }
    const int from = claim->sign_trigger < 0 ? sign_behind_from(m, s, claim) : 0;
    return from ? from : 1;
}

/* "As prices fall, wages follow suit": the same way as the other. */
static bool follows(const dtn_sentence *s, uint32_t verb)
{
    if (verb + 1 < s->n && dtn_word_is(&s->words[verb + 1], "follow"))
        verb++; /* the noun before it, by word order */
    return (dtn_word_is(&s->words[verb], "follow") && verb + 1 < s->n &&
            (dtn_word_is(&s->words[verb + 1], "suit") ||
             s->words[verb + 1].tag == DTN_TAG_PUNCT)) ||
           (dtn_word_is(&s->words[verb], "do") && verb + 1 < s->n &&
            (dtn_word_is(&s->words[verb + 1], "so") ||
             dtn_word_is(&s->words[verb + 1], "likewise"))) ||
           (dtn_word_is(&s->words[verb], "do") && verb > 0 &&
            dtn_word_is(&s->words[verb - 1], "so"));
}

static void set_signs(const maker *m, dtn_claim *claim)
{
    const dtn_sentence *s = &m->doc->sentences[m->i_sentence];
    const bool covary = dtn_rule_property(claim->rule, "covary") != NULL;
    const bool is_flat = dtn_rule_property(claim->rule, "flat") != NULL;
    dtn_direction cause = {1, 1, 1, false}, effect = {1, 1, 1, false};
    claim->sign_trigger = trigger_sign(m->rules, m->known, m->doc, m->i_sentence, m->match,
                                       claim->effect, &claim->trigger_direction);
    if (is_flat && covary) {
        cause = dtn_flat_motion(m->rules, m->known, s, claim->cause_words, claim->cause);
        effect = dtn_flat_motion(m->rules, m->known, s, claim->effect_words, claim->effect);
    } else if (is_flat) {
        cause = dtn_flat_direction(m->rules, m->known, s, claim->cause_words);
        effect = dtn_flat_direction(m->rules, m->known, s, claim->effect_words);
    } else {
        if (claim->cause_sentence == m->i_sentence)
            cause = dtn_read_direction(m->rules, m->known, s, claim->cause);
        if (claim->effect != claim->trigger || covary)
            effect = dtn_read_direction(m->rules, m->known, s, claim->effect);
        const int infinitive = infinitive_sign(m, s, claim);
        effect.all *= infinitive;
        effect.degree *= infinitive;
        effect.denied *= infinitive;
    }
    if (covary && follows(s, claim->effect))
        effect = cause;
    if (dtn_rule_property(claim->rule, "plain")) /* "left them no choice" */
        effect = (dtn_direction){1, 1, 1, false};
    /* "without monitors the truce would not hold": what is missing and what is denied make one "only with" */
    const bool is_only = m->match->sign < 0 && dtn_rule_property(claim->rule, "condition") != NULL;
    claim->sign_cause = cause.degree;
    claim->sign_effect = dtn_rule_property(claim->rule, "all") ? effect.all
                         : is_only                             ? effect.denied
                                                               : effect.degree;
    claim->cause_direction = cause.all;
    claim->effect_direction = effect.all;
    claim->sign = claim->sign_trigger * claim->sign_cause * claim->sign_effect;
}

static void set_words(const maker *m, dtn_claim *claim, const uint32_t *others, size_t n_other)
{
    const dtn_sentence *s = &m->doc->sentences[m->i_sentence];
    uint32_t away[2 * MAX_MEMBERS + 8];
    size_t n = 0;
    if (dtn_rule_property(claim->rule, "flat")) {
        dtn_span (*extent)(const dtn_sentence *, uint32_t, uint32_t) =
            dtn_rule_property(claim->rule, "covary") ? dtn_flat_clause : dtn_flat_extent;
        claim->cause_words = extent(s, claim->cause, claim->trigger);
        claim->effect_words = extent(s, claim->effect, claim->trigger);
        return;
    }
    if (n_other)
        memcpy(away, others, n_other * sizeof *others);
    n = n_other;
    away[n++] = m->match->head;
    away[n++] = m->match->first;
    for (uint32_t c = s->words[claim->effect].first_child;
         is_reason_word(s, claim->trigger) && c != DTN_NO_WORD && n < 2 * MAX_MEMBERS + 2;
         c = s->words[c].next_sibling)
        if (c != claim->cause && reason_of(s, c) != DTN_NO_WORD)
            away[n++] = c; /* another reason is no part of what both explain */
    if (claim->cause_sentence == m->i_sentence) {
        away[n] = claim->effect;
        /* "it was hunger that drove ...": hunger alone */
        const dtn_word *up = &s->words[claim->trigger];
        const bool is_cleft = up->head == claim->cause && dtn_word_hangs(up, "acl");
        const size_t before = n;
        for (uint32_t c = s->words[claim->cause].first_child;
             is_cleft && c != DTN_NO_WORD && n < before + 3; c = s->words[c].next_sibling)
            if (dtn_word_hangs(&s->words[c], "nsubj") || dtn_word_hangs(&s->words[c], "cop"))
                away[++n] = c;
        claim->cause_words = dtn_read_extent(m->rules, m->known, s, claim->cause, away, n + 1);
        away[before] = claim->cause;
        n = before + 1;
    }
    claim->effect_words =
        dtn_rule_property(claim->rule, "whole")
            ? dtn_read_whole_effect(m->rules, m->known, s, claim->trigger, claim->cause)
            : dtn_read_extent(m->rules, m->known, s, claim->effect, away, n);
}

static dtn_claim new_claim(const maker *m, uint32_t cause, uint32_t effect, uint32_t group)
{
    const dtn_rule *rule = dtn_rules_get(m->rules, m->match->rule);
    dtn_claim claim = {.rule = rule,
                       .i_rule = m->match->rule,
                       .sentence = m->i_sentence,
                       .cause_sentence = m->i_sentence,
                       .trigger = m->match->head,
                       .cause = cause,
                       .effect = effect,
                       .group = group,
                       .trigger_words = {m->match->first, m->match->last + 1},
                       .weak = dtn_rule_property(rule, "weak") != NULL};
    if (cause == DTN_ARG_PREVIOUS) {
        claim.cause_sentence = m->i_sentence - 1;
        claim.cause = DTN_NO_WORD;
    }
    return claim;
}

/* "wounded 20": a figure is nothing that is driven or drives. */
static bool is_figure(const dtn_sentence *s, dtn_span words)
{
    bool has_number = false;
    for (uint32_t i = words.begin; i < words.end; i++) {
        const dtn_word *w = &s->words[i];
        has_number = has_number || w->tag == DTN_TAG_NUM;
        if (w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN || w->tag == DTN_TAG_VERB ||
            w->tag == DTN_TAG_ADJ || w->tag == DTN_TAG_PRON)
            return false;
    }
    return has_number;
}

static bool has_figure(const maker *m, const dtn_claim *claim)
{
    const dtn_sentence *s = &m->doc->sentences[m->i_sentence];
    return is_figure(s, claim->effect_words) ||
           (claim->cause_sentence == m->i_sentence && is_figure(s, claim->cause_words));
}

static void add_pairs(const maker *m, uint32_t cause, uint32_t effect, dtn_arena *arena,
                      dtn_claim **out, size_t *n, size_t *cap)
{
    const dtn_sentence *s = &m->doc->sentences[m->i_sentence];
    uint32_t causes[MAX_MEMBERS] = {cause}, effects[MAX_MEMBERS] = {effect};
    const dtn_rule *rule = dtn_rules_get(m->rules, m->match->rule);
    if (dtn_rule_property(rule, "flat") || dtn_rule_property(rule, "mutual"))
        return; /* rows are the tree's; one row's members are told apart already */
    size_t n_cause = cause < s->n ? row_of(s, cause, causes) : 1;
    size_t n_effect = row_of(s, effect, effects);
    if (n_cause * n_effect == 1)
        return;
    uint32_t group = (uint32_t)*n - 1;
    uint32_t others[2 * MAX_MEMBERS];
    memcpy(others, causes, n_cause * sizeof *causes);
    memcpy(others + n_cause, effects, n_effect * sizeof *effects);
    for (size_t i = 0; i < n_cause; i++)
        for (size_t j = 0; j < n_effect; j++) {
            dtn_claim claim = new_claim(m, causes[i], effects[j], group);
            claim.is_member = true;
            claim.is_denied = (causes[i] < s->n && is_denied(m->rules, m->known, s, causes[i])) !=
                              is_denied(m->rules, m->known, s, effects[j]);
            set_words(m, &claim, others, n_cause + n_effect);
            if (has_figure(m, &claim))
                continue;
            set_signs(m, &claim);
            DTN_PUSH(arena, *out, *n, *cap, claim);
        }
}

void dtn_read_candidates(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_parsed *doc, uint32_t sentence, const dtn_matches *found,
                         dtn_arena *arena, dtn_claim **out, size_t *n, size_t *cap)
{
    const dtn_sentence *s = &doc->sentences[sentence];
    const dtn_match *matches = found->items;
    for (size_t i = 0; i < found->n; i++) {
        const dtn_rule *rule = dtn_rules_get(rules, matches[i].rule);
        if (strcmp(rule->kind, "claim") != 0)
            continue;
        maker m = {rules, known, doc, sentence, &matches[i]};
        uint32_t cause = argument(rule, &matches[i], "cause");
        uint32_t effect = argument(rule, &matches[i], "effect");
        if (effect < s->n)
            effect = beside_reasons(s, matches[i].head, effect);
        if (cause == DTN_NO_WORD || effect >= s->n || cause == effect ||
            (cause == DTN_ARG_PREVIOUS && sentence == 0))
            continue;
        bool weak = dtn_rule_property(rule, "weak") != NULL;
        bool purpose = dtn_rule_property(rule, "purpose") != NULL;
        if (weak || purpose || s->words[matches[i].head].tag != DTN_TAG_VERB) {
            /* what an act's aim or reason belongs to is the act as a whole */
            if (purpose && cause < s->n)
                cause = raised(s, cause, matches[i].head, effect, weak);
            else if (!purpose && effect != matches[i].head)
                effect = raised(s, effect, matches[i].head, cause, weak);
        }
        if (cause == effect)
            continue;
        dtn_claim claim = new_claim(&m, cause, effect, (uint32_t)*n);
        const bool is_pair = dtn_rule_property(rule, "pair") != NULL;
        if (is_pair) {
            claim.sign_trigger = 1;
            if (!dtn_flat_pair(rules, known, s, matches[i].head, effect, &claim))
                continue;
        } else {
            set_words(&m, &claim, NULL, 0);
        }
        if (has_figure(&m, &claim))
            continue;
        if (!is_pair)
            set_signs(&m, &claim);
        DTN_PUSH(arena, *out, *n, *cap, claim);
        if (!is_pair)
            add_pairs(&m, cause, effect, arena, out, n, cap);
    }
}
