/* What a claim does not say although its words do: what something was meant for, what is only supposed, what is conceded
 * for a while; and what denies it by the order of the words: "too weak to", "it was not X that", "no more than prayers".
 *
 * All by a few words of the claim's own sentence, since trees hang such clauses anywhere. Scans are short and compare
 * forms; lexicons are asked for one word.
 */
#include "read/inner.h"

#include <string.h>
#include <strings.h>

#define MAX_BACK 14  /* words from what leads a clause in to its verb */
#define MAX_TOO 8    /* words from "too" to the verb */
#define MAX_OBJECT 5 /* words from a verb to the "nothing" that it acts on */

static bool is_form_of(const dtn_sentence *s, uint32_t i, const char *const *forms)
{
    for (; i < s->n && *forms; forms++)
        if (strcasecmp(s->words[i].form, *forms) == 0)
            return true;
    return false;
}

/* "Without [raising] hopes": what is done besides is no condition. */
static bool is_doing(const dtn_sentence *s, uint32_t i)
{
    const size_t n = strlen(s->words[i].form);
    return n > 4 && strcmp(s->words[i].form + n - 3, "ing") == 0;
}

static bool is_mark(const dtn_sentence *s, uint32_t i) { return s->words[i].tag == DTN_TAG_PUNCT; }

static const char *const past_be[] = {"was", "were", "been", NULL};

/* "Were [to] reduce attacks": a plan, of a "be" in the past right before "to". */
static bool is_planned(const dtn_sentence *s, uint32_t verb)
{
    return verb > 1 && dtn_tree_is_form(s, verb - 1, "to") &&
           (dtn_tree_is_form(s, verb - 2, "were") || dtn_tree_is_form(s, verb - 2, "was"));
}

/* "[Sought] to reduce", "[set out] to": what somebody tries, before the "to". */
static bool is_tried(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                     uint32_t to)
{
    uint32_t n = 0;
    for (uint32_t i = to; i-- > 0 && i + 2 >= to;)
        if (s->words[i].xtag[0] == 'V' &&
            dtn_lexicon_match(rules, known->aim.tries, s->words, s->n, i, &n) && i + n == to)
            return true;
    return false;
}

/* "Was supposed to reduce", "is meant to", "were expected to": the aim, or what was once thought. `is_aim`: what it is
 * made for. */
static bool is_meant(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                     uint32_t verb, bool *is_aim)
{
    *is_aim = false;
    if (s->words[verb].tag != DTN_TAG_VERB || verb < 3)
        return false;
    if (is_planned(s, verb))
        return true;
    uint32_t to = verb - 1; /* "meant to quickly reduce" */
    if (s->words[to].tag == DTN_TAG_ADV)
        to--;
    if (to < 2 || !dtn_tree_is_form(s, to, "to"))
        return false;
    const dtn_word *w = &s->words[to - 1];
    if (strcmp(w->xtag, "VBN") != 0)
        return is_tried(rules, known, s, to);
    bool is_passive = false, is_past = false;
    for (uint32_t i = to - 1, k = 0; i-- > 0 && k < 3 && !is_mark(s, i); k++) {
        is_passive |= dtn_word_is(&s->words[i], "be");
        is_past |= is_form_of(s, i, past_be);
    }
    *is_aim = is_passive && (dtn_lexicon_get(rules, known->aim.verb, w) != NULL ||
                             dtn_lexicon_get(rules, known->aim.made, w) != NULL);
    return *is_aim || (is_past && dtn_lexicon_get(rules, known->manner.thought, w) != NULL) ||
           (!is_passive && is_tried(rules, known, s, to)); /* "have sought to" */
}

/* Where the clause of a word begins: behind the last mark, "that", "but" or "and" before it. */
static uint32_t begin_of(const dtn_sentence *s, uint32_t word)
{
    uint32_t i = word;
    while (i > 0 && !is_mark(s, i - 1) && !dtn_tree_is_form(s, i - 1, "that") &&
           !dtn_tree_is_form(s, i - 1, "but"))
        i--;
    return i;
}

/* Does the clause behind the comma after `word` say what would be? */
static bool has_would(const dtn_sentence *s, uint32_t begin, uint32_t end)
{
    static const char *const words[] = {"would", "'d", "could", "might", NULL};
    for (uint32_t i = begin; i < end; i++)
        if (is_form_of(s, i, words))
            return true;
    return false;
}

/* The "if" of the clause of a verb; DTN_NO_WORD: it is in none. */
static uint32_t if_before(const dtn_sentence *s, uint32_t verb)
{
    for (uint32_t i = verb, k = 0; i-- > 0 && k < MAX_BACK && !is_mark(s, i); k++) {
        if (dtn_tree_is_form(s, i, "if"))
            return i;
        if (dtn_tree_is_form(s, i, "that") || dtn_tree_is_form(s, i, "but"))
            break;
    }
    return DTN_NO_WORD;
}

/* "Would have been", "would be quiet by now": of what holds already, and not of what is to come. */
static bool is_of_now(const dtn_sentence *s, uint32_t begin, uint32_t end)
{
    static const char *const words[] = {"today", "already", "now", "still", "ago", NULL};
    static const char *const have[] = {"have", "'ve", NULL};
    static const char *const not [] = {"not", "n't", NULL};
    for (uint32_t i = begin; i < end; i++) {
        const uint32_t next = i + 1 + is_form_of(s, i + 1, not );
        if (is_form_of(s, i, words) ||
            (s->words[i].tag == DTN_TAG_AUX && next < end && is_form_of(s, next, have)))
            return true;
    }
    return false;
}

/* What is only supposed: nothing is; what may be so; what is said not to be so. */
typedef enum supposed { NOT_SUPPOSED, SUPPOSED, UNREAL } supposed;

/* "Had the raids reduced attacks, the coast would be quiet": a verb before its subject. */
static supposed by_inversion(const dtn_sentence *s, uint32_t verb, uint32_t begin, uint32_t end)
{
    static const char *const inverted[] = {"had", "were", "should", NULL};
    if (!is_form_of(s, begin, inverted) || begin + 1 >= verb || has_would(s, begin + 1, end))
        return NOT_SUPPOSED;
    if (!(has_would(s, end, s->n) || (begin > 1 && has_would(s, 0, begin))))
        return NOT_SUPPOSED;
    return dtn_tree_is_form(s, begin, "had") ? UNREAL : SUPPOSED;
}

/* "If the raids had reduced attacks, we would have seen it", "if raids reduced them, the coast would be quiet by now". */
static supposed by_if(const dtn_sentence *s, uint32_t verb, uint32_t end)
{
    const uint32_t at = if_before(s, verb);
    bool is_had = false;
    if (at == DTN_NO_WORD)
        return NOT_SUPPOSED;
    for (uint32_t i = at; i < verb; i++)
        is_had |= dtn_tree_is_form(s, i, "had") || dtn_tree_is_form(s, i, "'d");
    const bool is_past = is_had || strcmp(s->words[verb].xtag, "VBD") == 0 ||
                         strcmp(s->words[verb].xtag, "VBN") == 0;
    if (!is_past || !(has_would(s, end, s->n) || has_would(s, 0, at)))
        return SUPPOSED;
    return is_had || is_of_now(s, end, s->n) || is_of_now(s, 0, at) ? UNREAL : SUPPOSED;
}

/* "If raids reduce attacks, ...", "unless they reduce them": nobody says that they do. */
static supposed supposed_in(const dtn_sentence *s, uint32_t verb)
{
    uint32_t end = verb;
    if (s->words[verb].tag != DTN_TAG_VERB)
        return NOT_SUPPOSED;
    while (end < s->n && !is_mark(s, end))
        end++;
    const supposed how = by_inversion(s, verb, begin_of(s, verb), end);
    if (how != NOT_SUPPOSED)
        return how;
    for (uint32_t i = verb, k = 0; i-- > 0 && k < MAX_BACK && !is_mark(s, i); k++) {
        if (dtn_tree_is_form(s, i, "unless"))
            return SUPPOSED;
        if (dtn_tree_is_form(s, i, "that") || dtn_tree_is_form(s, i, "but"))
            break;
    }
    return by_if(s, verb, end);
}

/* "Too weak [to] reduce", "too rare for the raids to reduce": it does not. */
static bool is_too_much_to(const dtn_sentence *s, uint32_t verb)
{
    if (verb < 3 || !dtn_tree_is_form(s, verb - 1, "to"))
        return false;
    for (uint32_t i = verb - 1, k = 0; i-- > 0 && k < MAX_TOO && !is_mark(s, i); k++)
        if (dtn_tree_is_form(s, i, "too"))
            return i + 1 < verb - 1 && s->words[i + 1].tag != DTN_TAG_PUNCT &&
                   !(i > 0 &&
                     (dtn_tree_is_form(s, i - 1, "not") || dtn_tree_is_form(s, i - 1, "n't") ||
                      dtn_tree_is_form(s, i - 1, "only")));
    return false;
}

/* "It was [not] the raids that reduced attacks but the talks". */
static bool is_not_it(const dtn_sentence *s, const dtn_claim *claim)
{
    static const char *const that[] = {"that", "which", "who", NULL};
    uint32_t begin = claim->cause_words.begin;
    bool is_cleft = false;
    begin += dtn_tree_is_form(s, begin, "not");
    if (claim->cause_sentence != claim->sentence || begin < 2 || begin > claim->trigger ||
        !(dtn_tree_is_form(s, begin - 1, "not") || dtn_tree_is_form(s, begin - 1, "n't")) ||
        !dtn_word_is(&s->words[begin - 2], "be"))
        return false;
    for (uint32_t i = claim->cause + 1; i < claim->trigger; i++)
        is_cleft |= is_form_of(s, i, that);
    return is_cleft;
}

/* "Fell [not] because of the raids but because of the talks". */
static bool is_no_reason(const dtn_sentence *s, const dtn_claim *claim)
{
    const uint32_t begin = claim->trigger_words.begin;
    if (s->words[claim->trigger].tag == DTN_TAG_VERB || begin == 0 || claim->cause >= s->n ||
        !dtn_tree_is_form(s, begin - 1, "not") || dtn_rule_property(claim->rule, "condition"))
        return false;
    for (uint32_t i = begin; i < claim->cause; i++)
        if (dtn_tree_is_form(s, i, "but"))
            return false; /* behind it stands the reason */
    return claim->cause > begin;
}

/* "Not because of [the raids] but [because] of the talks": of one reason the other is no effect. */
static bool is_of_other_reason(const dtn_sentence *s, const dtn_claim *claim)
{
    const char *form = s->words[claim->trigger].form;
    bool is_behind_but = false;
    if (s->words[claim->trigger].tag == DTN_TAG_VERB)
        return false;
    for (uint32_t i = claim->trigger; i-- > 1;) {
        is_behind_but |= dtn_tree_is_form(s, i, "but");
        if (is_behind_but && dtn_tree_is_form(s, i, form) && dtn_tree_is_form(s, i - 1, "not"))
            return claim->effect > i;
    }
    return false;
}

/* "Have reduced attacks [no more than] prayers have". */
static bool is_no_more(const dtn_sentence *s, uint32_t verb)
{
    for (uint32_t i = verb + 1; i + 4 < s->n && !is_mark(s, i); i++)
        if (dtn_tree_is_form(s, i, "no") && dtn_tree_is_form(s, i + 1, "more") &&
            dtn_tree_is_form(s, i + 2, "than"))
            for (uint32_t k = i + 3; k < s->n && k < i + 8 && s->words[k].tag != DTN_TAG_NUM; k++)
                if (k > i + 3 &&
                    (dtn_word_is(&s->words[k], "do") || dtn_word_is(&s->words[k], "have") ||
                     dtn_word_is(&s->words[k], "be")))
                    return true;
    return false;
}

/* "As much as [prayers] do", "as shouting stops the [rain]", "the way [petrol] puts out fires": does what is compared, from
 * word `begin` on, bring nothing about? Of the lexicon 1 is what nothing acts on, 2 what makes a fire worse. */
static bool is_vain(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                    uint32_t begin, int sign)
{
    bool has_verb = false, has_petrol = false;
    for (uint32_t i = begin; i < s->n && i < begin + MAX_BACK && !is_mark(s, i); i++) {
        const dtn_entry *entry = dtn_lexicon_get(rules, known->negate.vain, &s->words[i]);
        if (entry && (entry->value == 0 || (entry->value == 1 && has_verb)))
            return true;
        has_petrol |= entry && entry->value == 2;
        if (has_petrol && sign < 0 && dtn_lexicon_get(rules, known->manner.fire, &s->words[i]))
            return true;
        has_verb |= s->words[i].tag == DTN_TAG_VERB;
    }
    return false;
}

/* "Reduce attacks about [as much as] prayers do", "no better than a spell", "like petrol": said in mockery, it denies. */
static bool is_mocked(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                      const dtn_claim *claim)
{
    const uint32_t verb = claim->trigger;
    bool is_as = false, is_little = false, is_no = false;
    for (uint32_t i = begin_of(s, verb); i + 1 < s->n && (i < verb || !is_mark(s, i)); i++) {
        const bool is_than = i > verb && is_no && dtn_tree_is_form(s, i, "than");
        const bool is_like =
            i > verb &&
            (dtn_tree_is_form(s, i, "like") ||
             (dtn_tree_is_form(s, i, "way") && i > 0 && dtn_tree_is_form(s, i - 1, "the")));
        const bool is_second = i > verb && is_as && dtn_tree_is_form(s, i, "as");
        if (is_second && is_little)
            return true;
        if ((is_than || is_like || is_second) &&
            is_vain(rules, known, s, i + 1, claim->sign_trigger))
            return true;
        is_as |= dtn_tree_is_form(s, i, "same");
        if (!is_as && dtn_tree_is_form(s, i, "as") &&
            (s->words[i + 1].tag == DTN_TAG_ADV || s->words[i + 1].tag == DTN_TAG_ADJ)) {
            is_as = true;
            is_little = dtn_tree_is_form(s, i + 1, "little");
        }
        is_no |= dtn_tree_is_form(s, i, "no") &&
                 (s->words[i + 1].tag == DTN_TAG_ADV || s->words[i + 1].tag == DTN_TAG_ADJ);
    }
    return false;
}

/* Words of the phrase behind a verb, over which "nothing" is looked for. */
static bool is_of_object(const dtn_word *w)
{
    return w->tag == DTN_TAG_DET || w->tag == DTN_TAG_ADJ || w->tag == DTN_TAG_NUM ||
           w->tag == DTN_TAG_ADV || dtn_tree_is_nominal(w) || strcmp(w->xtag, "POS") == 0;
}

/* "Costs [nothing]", "cost the state [little]", "hurt nobody", but "nothing but graves", "nothing less than", "a little". */
static bool is_on_nothing(const dtn_sentence *s, uint32_t verb)
{
    static const char *const none[] = {"nothing", "nobody", "none", NULL};
    static const char *const some[] = {"but",  "except", "less",  "short",
                                       "more", "other",  "apart", NULL};
    if (s->words[verb].tag != DTN_TAG_VERB)
        return false;
    for (uint32_t i = verb + 1; i < s->n && i <= verb + MAX_OBJECT; i++) {
        const dtn_word *w = &s->words[i];
        const bool is_one = dtn_tree_is_form(s, i, "no") && dtn_tree_is_form(s, i + 1, "one");
        if (is_one || is_form_of(s, i, none))
            return !is_form_of(s, i + 1 + is_one, some);
        if (dtn_tree_is_form(s, i, "little"))
            return !dtn_tree_is_form(s, i - 1, "a") &&
                   (i + 1 >= s->n ||
                    (!dtn_tree_is_name(&s->words[i + 1]) && s->words[i + 1].tag != DTN_TAG_ADJ &&
                     !is_form_of(s, i + 1, some)));
        if (!is_of_object(w) || w->xtag[0] == 'W')
            break;
    }
    return false;
}

/* "Do not reduce attacks [unless] monitors come", "will not [without] monitors", "not [until]": under that condition they do. */
static bool is_only_under(const dtn_sentence *s, uint32_t verb)
{
    bool is_not = false;
    for (uint32_t i = verb, k = 0; i-- > 0 && k < 4; k++)
        is_not |= dtn_tree_is_form(s, i, "not") || dtn_tree_is_form(s, i, "n't");
    if (!is_not)
        return false;
    uint32_t i = verb + 1;
    for (; i + 1 < s->n && !is_mark(s, i) && !dtn_tree_is_form(s, i, "but"); i++)
        if (dtn_tree_is_form(s, i, "unless") || dtn_tree_is_form(s, i, "until") ||
            (dtn_tree_is_form(s, i, "without") && !is_doing(s, i + 1)))
            return true;
    if (i + 1 < s->n && is_mark(s, i) && dtn_tree_is_form(s, i + 1, "unless"))
        return true;
    const uint32_t begin = begin_of(s, verb); /* "Unless monitors come, talks will not ..." */
    return begin > 1 && (dtn_tree_is_form(s, 0, "unless") || dtn_tree_is_form(s, 0, "until") ||
                         (dtn_tree_is_form(s, 0, "without") && !is_doing(s, 1)));
}

/* "For a week", "in the first month", "at first", "in the short run": not for long. */
static bool is_brief(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                     uint32_t verb)
{
    static const char *const leads[] = {"first", "short", "a", "few", "some", "one", NULL};
    const uint32_t begin = begin_of(s, verb);
    for (uint32_t i = begin; i < s->n && (i < verb || !is_mark(s, i)); i++) {
        if (dtn_lexicon_get(rules, known->manner.brief, &s->words[i]) ||
            (dtn_tree_is_form(s, i, "at") && dtn_tree_is_form(s, i + 1, "first")))
            return true;
        if (i > verb && (dtn_tree_is_form(s, i, "and") || dtn_tree_is_form(s, i, "but")))
            return false;
        if (!dtn_tree_is_form(s, i, "for") && !dtn_tree_is_form(s, i, "in"))
            continue;
        for (uint32_t k = i + 1; k + 1 < s->n && k < i + 4; k++)
            if (is_form_of(s, k, leads) &&
                dtn_lexicon_get(rules, known->manner.span, &s->words[k + 1]))
                return true;
    }
    return false;
}

/* "It is true that", "granted", "to be sure", "no doubt" at the head of the sentence. */
static bool is_granted(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s)
{
    return (s->n > 0 && dtn_lexicon_get(rules, known->manner.grant, &s->words[0])) ||
           (dtn_tree_is_form(s, 0, "it") && dtn_tree_is_form(s, 2, "true")) ||
           (dtn_tree_is_form(s, 0, "to") && dtn_tree_is_form(s, 2, "sure")) ||
           (dtn_tree_is_form(s, 0, "of") && dtn_tree_is_form(s, 1, "course")) ||
           (dtn_tree_is_form(s, 0, "no") && dtn_tree_is_form(s, 1, "doubt"));
}

/* "If raids [worked], there would be fewer attacks by now": they do not, and "if they work, ..." leaves it open. */
static supposed supposed_worth(const dtn_rules *rules, const dtn_words_known *known,
                               const dtn_sentence *s, const dtn_claim *claim)
{
    uint32_t end = claim->cause;
    if (claim->cause_sentence != claim->sentence || claim->cause >= s->n ||
        !dtn_lexicon_get(rules, known->negate.works, &s->words[claim->cause]))
        return NOT_SUPPOSED;
    while (end < s->n && !is_mark(s, end))
        end++;
    const supposed how = by_inversion(s, claim->cause, begin_of(s, claim->cause), end);
    return how != NOT_SUPPOSED ? how : by_if(s, claim->cause, end);
}

/* "In theory raids reduce attacks", "on paper they do": that is not to say that they do. */
static bool is_on_paper(const dtn_sentence *s, uint32_t verb)
{
    static const char *const words[] = {"theory", "paper", "principle", NULL};
    const uint32_t begin = begin_of(s, verb);
    for (uint32_t i = begin > 4 ? begin - 4 : 0; i + 1 < s->n && (i < verb || !is_mark(s, i)); i++)
        if ((dtn_tree_is_form(s, i, "in") || dtn_tree_is_form(s, i, "on")) &&
            is_form_of(s, i + 1, words) && (i + 2 >= s->n || s->words[i + 2].tag != DTN_TAG_ADP))
            return true;
    return false;
}

/* "The [idea] was that raids would reduce attacks": what was thought of, as of "was meant to". */
static bool is_thought(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                       uint32_t verb)
{
    const uint32_t that = begin_of(s, verb);
    return s->words[verb].tag == DTN_TAG_VERB && that > 2 &&
           dtn_tree_is_form(s, that - 1, "that") && dtn_word_is(&s->words[that - 2], "be") &&
           has_would(s, that, verb) &&
           dtn_lexicon_get(rules, known->negate.claim, &s->words[that - 3]) != NULL;
}

void dtn_read_manner(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                     dtn_claim *claim)
{
    const uint32_t verb = claim->trigger;
    bool is_aim = false;
    claim->is_meant = is_meant(rules, known, s, verb, &is_aim) || is_thought(rules, known, s, verb);
    claim->purpose |= is_aim;
    if (claim->purpose || claim->is_meant)
        claim->is_failed = dtn_read_own_outcome(rules, known, s, claim) < 0;
    const supposed how = claim->purpose ? NOT_SUPPOSED
                         : dtn_rule_property(claim->rule, "condition")
                             ? supposed_worth(rules, known, s, claim)
                             : supposed_in(s, verb);
    if (how == UNREAL) /* "had they not reduced attacks": they did */
        claim->negated = !claim->negated;
    claim->is_open |= how == SUPPOSED || is_on_paper(s, verb);
    claim->is_open |= is_of_other_reason(s, claim);
    if (!claim->negated)
        claim->negated = is_too_much_to(s, verb) || is_not_it(s, claim) || is_no_reason(s, claim) ||
                         is_no_more(s, verb) || is_mocked(rules, known, s, claim) ||
                         is_on_nothing(s, verb);
    else if (s->words[verb].tag == DTN_TAG_VERB && is_only_under(s, verb)) {
        claim->negated = false;
        claim->conditional = true;
    }
}

bool dtn_read_is_conceded(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *s, uint32_t verb)
{
    return is_granted(rules, known, s) || is_brief(rules, known, s, verb);
}
