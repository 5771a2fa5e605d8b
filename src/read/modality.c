/* How a claim is meant: denied, hedged, predicted, advised, under a condition.
 *
 * Looks at the clause of the trigger and at what governs it: auxiliaries, adverbs, verbs such as
 * "fail" or "seem" above it, and phrases before it in the sentence ("no sign that"). Scopes are
 * those of the tree; a phrase reaches from its place to the end of its sentence, but not over a
 * claim that stands before it, nor over a "but".
 */
#include "read/inner.h"

#include <string.h>

#define OPEN 0.9       /* of what is only asked */
#define QUOTED 0.3     /* strength of a hedge by quotation marks: as "seems" */
#define MAX_QUOTED 5   /* words between marks; more are a quotation, which has a speaker */
#define MAX_UP 6       /* governors looked at; farther ones rarely hold what is below */
#define PHRASE_BACK 10 /* words from a phrase to what it denies or hedges */

static bool governs(const dtn_word *word)
{
    return dtn_word_hangs(word, "xcomp") || dtn_word_hangs(word, "ccomp") ||
           dtn_word_hangs(word, "acl") || dtn_word_hangs(word, "advcl") ||
           dtn_word_hangs(word, "csubj");
}

static bool has_comma(const dtn_sentence *s, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end; i++)
        if (s->words[i].tag == DTN_TAG_PUNCT && strchr(",;:", s->words[i].form[0]))
            return true;
    return false;
}

/* "Did nothing to weaken the regime, [but it ruined the traders]". */
static bool has_turn(const dtn_sentence *s, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end; i++)
        if (s->words[i].tag == DTN_TAG_CCONJ && dtn_word_is(&s->words[i], "but"))
            return true;
    return false;
}

/* A phrase of the lexicon that ends before `word` and begins within ten words of it; one with
 * a negative value ("rather than") reaches no farther than the next comma. */
static const dtn_entry *phrase_before(const dtn_rules *rules, dtn_lexicon_ref ref,
                                      const dtn_sentence *s, uint32_t word)
{
    uint32_t n_matched = 0;
    for (uint32_t i = word > PHRASE_BACK ? word - PHRASE_BACK : 0; i < word; i++) {
        const dtn_entry *entry = dtn_lexicon_match(rules, ref, s->words, s->n, i, &n_matched);
        if (entry && i + n_matched <= word && !has_turn(s, i + n_matched, word) &&
            (entry->value >= 0 || !has_comma(s, i, word)))
            return entry;
    }
    return NULL;
}

/* "Little sign that", "no clear evidence of", "scant proof": something scarce, at most two words,
 * and what would show it, before `word`. "There is little doubt that" denies nothing. */
static bool is_unproven(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                        uint32_t word)
{
    for (uint32_t i = word > PHRASE_BACK ? word - PHRASE_BACK : 0; i < word; i++) {
        if (!dtn_lexicon_get(rules, known->negate.scarce, &s->words[i]))
            continue;
        for (uint32_t k = i + 1; k < word && k <= i + 3 && s->words[k].tag != DTN_TAG_PUNCT; k++)
            if (s->words[k].tag == DTN_TAG_NOUN &&
                dtn_lexicon_get(rules, known->negate.evidence, &s->words[k]))
                return true;
    }
    return false;
}

/* "not only because": more than that is said, nothing is denied. */
static bool is_only(const dtn_sentence *s, uint32_t word)
{
    static const char *const words[] = {"only", "just", "merely", "simply", "solely"};
    for (size_t i = 0; word + 1 < s->n && i < sizeof words / sizeof *words; i++)
        if (dtn_word_is(&s->words[word + 1], words[i]))
            return true;
    return false;
}

static bool is_denied_by_child(const dtn_rules *rules, const dtn_words_known *known,
                               const dtn_sentence *s, uint32_t word)
{
    for (uint32_t c = s->words[word].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling) {
        const dtn_word *w = &s->words[c];
        if ((dtn_word_hangs(w, "advmod") || dtn_word_hangs(w, "aux") || dtn_word_hangs(w, "cc") ||
             dtn_word_hangs(w, "cc:preconj")) &&
            !is_only(s, c) && dtn_lexicon_get(rules, known->negate.word, w))
            return true;
    }
    return false;
}

/* "rejected the claim that ..." */
static bool is_rejected(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                        uint32_t noun)
{
    const dtn_word *w = &s->words[noun];
    return w->tag == DTN_TAG_NOUN && w->head != DTN_NO_WORD &&
           dtn_lexicon_get(rules, known->negate.claim, w) &&
           dtn_lexicon_get(rules, known->negate.reject, &s->words[w->head]);
}

bool dtn_read_is_undone(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                        uint32_t word)
{
    bool negated = is_denied_by_child(rules, known, s, word);
    uint32_t at = word;
    if (dtn_read_is_open(rules, known, s, word) &&
        strcmp(s->words[s->n - 1].form, "?") !=
            0) /* "we do not know whether": who does not know denies nothing */
        return negated;
    for (int i = 0; i < MAX_UP && s->words[at].head != DTN_NO_WORD; i++) {
        const dtn_word *w = &s->words[at], *up = &s->words[w->head];
        bool is_complement = dtn_word_hangs(w, "xcomp") || dtn_word_hangs(w, "ccomp");
        if (is_complement && dtn_lexicon_get(rules, known->negate.verb, up))
            negated = !negated;
        else if ((is_complement || dtn_word_hangs(w, "advcl") || dtn_word_hangs(w, "csubj")) &&
                 dtn_lexicon_get(rules, known->negate.adjective, up))
            negated = !negated;
        else if (dtn_word_hangs(w, "acl") && dtn_lexicon_get(rules, known->negate.noun, up))
            negated = !negated;
        else if ((dtn_word_hangs(w, "acl") || dtn_word_hangs(w, "ccomp")) &&
                 is_rejected(rules, known, s, w->head))
            negated = !negated;
        if (!is_complement)
            break;
        if (is_denied_by_child(rules, known, s, w->head))
            negated = !negated;
        at = w->head;
    }
    return negated || phrase_before(rules, known->negate.phrase, s, word) != NULL;
}

bool dtn_read_negated(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                      uint32_t word)
{
    return dtn_read_is_undone(rules, known, s, word) || is_unproven(rules, known, s, word) ||
           dtn_read_is_disbelieved(rules, known, s, word) ||
           dtn_read_is_denied_ahead(rules, known, s, word);
}

static void add_hedge(dtn_claim *claim, const char *text, double strength)
{
    for (size_t i = 0; i < claim->n_hedge; i++)
        if (strcmp(claim->hedges[i], text) == 0)
            return;
    if (claim->n_hedge < DTN_MAX_HEDGES)
        claim->hedges[claim->n_hedge++] = text;
    if (strength > claim->hedge_strength)
        claim->hedge_strength = strength;
}

static void raise_mode(dtn_claim *claim, dtn_mode mode)
{
    if (mode > claim->mode)
        claim->mode = mode;
}

/* Words that hang on the clause's head. */
static void look_at_children(const dtn_rules *rules, const dtn_words_known *known,
                             const dtn_sentence *s, uint32_t clause, dtn_claim *claim)
{
    const dtn_entry *entry;
    for (uint32_t c = s->words[clause].first_child; c != DTN_NO_WORD;
         c = s->words[c].next_sibling) {
        const dtn_word *w = &s->words[c];
        if (dtn_word_hangs(w, "aux")) {
            if ((entry = dtn_lexicon_get(rules, known->hedge.modal, w)) != NULL)
                add_hedge(claim, entry->words, entry->value);
            if (dtn_lexicon_get(rules, known->predict.modal, w))
                raise_mode(claim, DTN_PREDICTIVE);
            if (dtn_lexicon_get(rules, known->advice.modal, w))
                raise_mode(claim, DTN_NORMATIVE);
        } else if (dtn_word_hangs(w, "advmod")) {
            if ((entry = dtn_lexicon_get(rules, known->hedge.adverb, w)) != NULL)
                add_hedge(claim, entry->words, entry->value);
        } else if (dtn_word_hangs(w, "advcl")) {
            for (uint32_t m = w->first_child; m != DTN_NO_WORD; m = s->words[m].next_sibling)
                if (dtn_word_hangs(&s->words[m], "mark") &&
                    dtn_lexicon_get(rules, known->condition, &s->words[m]))
                    claim->conditional = true;
        }
    }
}

/* "the truce is unlikely to last": a clause whose head is such an adjective is foreseen, and hedged. */
static void look_at_adjective(const dtn_rules *rules, const dtn_words_known *known,
                              const dtn_sentence *s, uint32_t head, dtn_claim *claim)
{
    uint32_t n_matched = 0;
    if (s->words[head].tag != DTN_TAG_ADJ)
        return;
    const dtn_entry *entry =
        dtn_lexicon_match(rules, known->hedge.phrase, s->words, s->n, head, &n_matched);
    if (entry) {
        add_hedge(claim, entry->words, entry->value);
        raise_mode(claim, DTN_PREDICTIVE);
    }
}

/* "There is little doubt that", "nobody doubts that": denied twice, which leaves no doubt. */
static bool is_undoubted(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_sentence *s, uint32_t word)
{
    const dtn_word *w = &s->words[word];
    return dtn_lexicon_get(rules, known->negate.verb, w) &&
           (w->tag != DTN_TAG_VERB || dtn_read_negated(rules, known, s, word));
}

/* "Members will recall that the talks [broke] down": a clause of its own in the past is not foreseen. */
static bool is_past_clause(const dtn_sentence *s, uint32_t verb)
{
    if (!dtn_word_hangs(&s->words[verb], "ccomp"))
        return false;
    bool is_past = strcmp(s->words[verb].xtag, "VBD") == 0;
    for (uint32_t c = s->words[verb].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        is_past |= (dtn_word_hangs(&s->words[c], "aux") || dtn_word_hangs(&s->words[c], "cop")) &&
                   strcmp(s->words[c].xtag, "VBD") == 0;
    return is_past;
}

/* What governs the clause: "seems to", "is expected to", "need to". */
static void look_up(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                    uint32_t clause, dtn_claim *claim)
{
    uint32_t at = clause;
    for (int i = 0; i < MAX_UP && s->words[at].head != DTN_NO_WORD && governs(&s->words[at]); i++) {
        bool is_infinitive = dtn_word_hangs(&s->words[at], "xcomp");
        const bool is_past = is_past_clause(s, at);
        bool is_beside = dtn_word_hangs(&s->words[at], "advcl"); /* hedged is what it is said of */
        at = s->words[at].head;
        const dtn_word *up = &s->words[at];
        const dtn_entry *entry = dtn_lexicon_get(rules, known->hedge.verb, up);
        if (entry && (is_undoubted(rules, known, s, at) ||
                      dtn_read_is_disbelieved(rules, known, s, claim->trigger)))
            entry = NULL;
        if (entry && (is_infinitive || (entry->value >= 0.3 && !is_beside)))
            add_hedge(claim, entry->words, entry->value);
        if (dtn_lexicon_get(rules, known->predict.verb, up))
            raise_mode(claim, DTN_PREDICTIVE);
        const bool is_yet = at + 1 < s->n && dtn_word_is(&s->words[at + 1], "yet");
        if ((is_infinitive && !is_yet && dtn_lexicon_get(rules, known->advice.need, up)) ||
            dtn_lexicon_get(rules, known->advice.adjective, up))
            raise_mode(claim, DTN_NORMATIVE);
        const dtn_mode own = claim->mode;
        look_at_children(rules, known, s, at, claim);
        if (is_past)
            claim->mode = own;
    }
}

/* "Neither the fence nor the patrols ...": nor is a word of its own. */
static bool is_neither(const dtn_sentence *s, uint32_t cause)
{
    for (uint32_t c = s->words[cause].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_is(&s->words[c], "neither") || dtn_word_is(&s->words[c], "nor"))
            return true;
    for (uint32_t i = cause;
         i-- > 0 && (s->words[i].tag == DTN_TAG_DET || s->words[i].tag == DTN_TAG_ADJ ||
                     dtn_tree_is_form(s, i, "nor"));)
        if (dtn_tree_is_form(s, i, "nor")) /* "..., nor the ban" */
            return true;
    return cause > 1 && dtn_word_is(&s->words[cause - 2], "neither");
}

/* "Brought neither peace [nor] bread": of what a verb acts on, behind it. */
static bool is_neither_effect(const dtn_sentence *s, const dtn_claim *claim)
{
    if (claim->effect >= s->n || claim->effect <= claim->trigger)
        return false;
    for (uint32_t c = s->words[claim->effect].first_child; c != DTN_NO_WORD && c < claim->effect;
         c = s->words[c].next_sibling)
        if (c > claim->trigger &&
            (dtn_tree_is_form(s, c, "neither") || dtn_tree_is_form(s, c, "nor")))
            return true;
    return false;
}

/* "No fence will stop them": of what a verb is said to do, "no" before its subject denies that it does it. */
static bool has_no_subject(const dtn_sentence *s, const dtn_claim *claim)
{
    const dtn_word *cause = &s->words[claim->cause];
    if (s->words[claim->trigger].tag != DTN_TAG_VERB || !dtn_word_hangs(cause, "nsubj") ||
        cause->head == DTN_NO_WORD || dtn_rule_property(claim->rule, "flat") ||
        dtn_rule_property(claim->rule, "clauses") || dtn_rule_property(claim->rule, "covary") ||
        !dtn_tree_is_under(s, claim->trigger, cause->head))
        return false;
    for (uint32_t c = cause->first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "det") &&
            (dtn_word_is(&s->words[c], "no") || dtn_word_is(&s->words[c], "neither")))
            return true;
    return false;
}

static bool is_quote(const dtn_word *w)
{
    return strcmp(w->form, "\"") == 0 || strcmp(w->form, "``") == 0 || strcmp(w->form, "''") == 0 ||
           strcmp(w->form, "\xe2\x80\x9c") == 0 || strcmp(w->form, "\xe2\x80\x9d") == 0;
}

/* The writer stands back from a word: a few words in quotation marks, "so-called", "what the army
 * described as". */
static void look_at_quotes(const dtn_rules *rules, const dtn_words_known *known,
                           const dtn_sentence *s, dtn_span words, dtn_claim *claim)
{
    uint32_t open = DTN_NO_WORD, n_matched = 0;
    for (uint32_t i = words.begin > 0 ? words.begin - 1 : 0; i < s->n && i <= words.end; i++) {
        const dtn_entry *entry = i < words.end ? dtn_lexicon_match(rules, known->attribution.quote,
                                                                   s->words, s->n, i, &n_matched)
                                               : NULL;
        if (entry)
            add_hedge(claim, entry->words, QUOTED);
        if (is_quote(&s->words[i]) && open != DTN_NO_WORD && i - open <= MAX_QUOTED + 1)
            add_hedge(claim, "in quotation marks", QUOTED);
        if (is_quote(&s->words[i]))
            open = open == DTN_NO_WORD ? i : DTN_NO_WORD;
        const bool is_naming = dtn_word_is(&s->words[i], "describe") ||
                               dtn_word_is(&s->words[i], "call") ||
                               dtn_word_is(&s->words[i], "term");
        for (uint32_t k = i > 5 ? i - 5 : 0; is_naming && k < i; k++)
            if (dtn_word_is(&s->words[k], "what"))
                add_hedge(claim, "what it is called", QUOTED);
    }
}

void dtn_read_modality(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                       dtn_claim *claim, dtn_arena *arena)
{
    (void)arena;
    uint32_t clause = dtn_read_clause(rules, s, claim->trigger);
    look_at_children(rules, known, s, clause, claim);
    look_up(rules, known, s, clause, claim);
    uint32_t effect = claim->effect < s->n ? dtn_read_clause(rules, s, claim->effect) : clause;
    if (effect != clause && !claim->weak) {
        look_at_children(rules, known, s, effect, claim);
        look_at_adjective(rules, known, s, effect, claim);
    }
    const dtn_entry *entry = phrase_before(rules, known->hedge.phrase, s, claim->trigger);
    if (entry)
        add_hedge(claim, entry->words, entry->value);
    claim->is_open = dtn_read_is_open(rules, known, s, claim->trigger);
    if (claim->is_open)
        add_hedge(claim, strcmp(s->words[s->n - 1].form, "?") == 0 ? "?" : "whether", OPEN);
    if (phrase_before(rules, known->predict.phrase, s, claim->trigger))
        raise_mode(claim, DTN_PREDICTIVE);
    claim->negated =
        dtn_read_negated(rules, known, s, claim->trigger) ||
        (clause != claim->trigger && !claim->conditional && !claim->purpose &&
         s->words[claim->trigger].tag == DTN_TAG_VERB && dtn_read_negated(rules, known, s, clause));
    claim->negated = claim->negated != claim->is_denied;
    if (claim->cause_sentence == claim->sentence && claim->cause < s->n &&
        s->words[claim->cause].tag != DTN_TAG_VERB) { /* a denied clause has told its direction */
        claim->negated |= is_neither(s, claim->cause) || dtn_read_is_outweighed(s, claim->cause);
        if (has_no_subject(s, claim)) { /* which so is no direction */
            claim->negated = true;
            claim->sign_cause = -claim->sign_cause;
            claim->cause_direction = -claim->cause_direction;
            claim->sign = -claim->sign;
        }
    }
    claim->negated |= is_neither_effect(s, claim);
    look_at_quotes(rules, known, s, claim->cause_words, claim);
    look_at_quotes(rules, known, s, claim->effect_words, claim);
    const char *purpose = dtn_rule_property(claim->rule, "purpose");
    const char *condition = dtn_rule_property(claim->rule, "condition");
    claim->purpose = claim->purpose || purpose != NULL;
    claim->conditional = claim->conditional || condition != NULL;
    dtn_read_manner(rules, known, s, claim);
}
