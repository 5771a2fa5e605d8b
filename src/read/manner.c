/* What a claim does not say although its words do: what something was meant for, what is only supposed, what is conceded
 * for a while; and what denies it by the order of the words: "too weak to", "it was not X that", "no more than prayers".
 *
 * All by a few words of the claim's own sentence, since trees hang such clauses anywhere. Scans are short and compare
 * forms; lexicons are asked for one word.
 */
#include "read/inner.h"

#include <string.h>
#include <strings.h>

#define MAX_BACK 14 /* words from what leads a clause in to its verb */
#define MAX_TOO 8   /* words from "too" to the verb */

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
    return verb > 1 && dtn_read_is_form(s, verb - 1, "to") &&
           (dtn_read_is_form(s, verb - 2, "were") || dtn_read_is_form(s, verb - 2, "was"));
}

/* "Was supposed to reduce", "is meant to", "were expected to": the aim, or what was once thought. `is_aim`: what it is
 * made for. */
static bool is_meant(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                     uint32_t verb, bool *is_aim)
{
    static const char *const thought[] = {"expected", "hoped",   "thought", "believed",
                                          "said",     "assumed", NULL};
    *is_aim = false;
    if (s->words[verb].tag != DTN_TAG_VERB || verb < 3)
        return false;
    if (is_planned(s, verb))
        return true;
    uint32_t to = verb - 1; /* "meant to quickly reduce" */
    if (s->words[to].tag == DTN_TAG_ADV)
        to--;
    if (to < 2 || !dtn_read_is_form(s, to, "to") || strcmp(s->words[to - 1].xtag, "VBN") != 0)
        return false;
    const dtn_word *w = &s->words[to - 1];
    bool is_passive = false, is_past = false;
    for (uint32_t i = to - 1, k = 0; i-- > 0 && k < 3 && !is_mark(s, i); k++) {
        is_passive |= dtn_word_is(&s->words[i], "be");
        is_past |= is_form_of(s, i, past_be);
    }
    *is_aim = is_passive && dtn_lexicon_get(rules, known->aim.verb, w) != NULL;
    return *is_aim || (is_past && is_form_of(s, to - 1, thought));
}

/* Where the clause of a word begins: behind the last mark, "that", "but" or "and" before it. */
static uint32_t begin_of(const dtn_sentence *s, uint32_t word)
{
    uint32_t i = word;
    while (i > 0 && !is_mark(s, i - 1) && !dtn_read_is_form(s, i - 1, "that") &&
           !dtn_read_is_form(s, i - 1, "but"))
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

/* "Had the raids reduced attacks, the coast would be quiet", "if they had reduced them, ... would": it was not so. */
static bool is_unreal(const dtn_sentence *s, uint32_t verb)
{
    static const char *const inverted[] = {"had", "were", NULL};
    const uint32_t begin = begin_of(s, verb);
    const bool is_if = dtn_read_is_form(s, begin, "if");
    uint32_t end = verb;
    while (end < s->n && !is_mark(s, end))
        end++;
    if (!has_would(s, end, s->n) && !(begin > 1 && has_would(s, 0, begin)))
        return false;
    if (is_form_of(s, begin, inverted) && begin + 1 < verb && !has_would(s, begin, end))
        return true;
    for (uint32_t i = begin; is_if && i < verb; i++)
        if (dtn_read_is_form(s, i, "had"))
            return true;
    return false;
}

/* "If raids reduce attacks, ...", "even if they reduced them": nobody says that they do. */
static bool is_supposed(const dtn_sentence *s, uint32_t verb)
{
    for (uint32_t i = verb, k = 0; i-- > 0 && k < MAX_BACK && !is_mark(s, i); k++) {
        if (dtn_read_is_form(s, i, "if") || dtn_read_is_form(s, i, "unless"))
            return s->words[verb].tag == DTN_TAG_VERB;
        if (dtn_read_is_form(s, i, "that") || dtn_read_is_form(s, i, "but"))
            return false;
    }
    return false;
}

/* "Too weak [to] reduce", "too rare for the raids to reduce": it does not. */
static bool is_too_much_to(const dtn_sentence *s, uint32_t verb)
{
    if (verb < 3 || !dtn_read_is_form(s, verb - 1, "to"))
        return false;
    for (uint32_t i = verb - 1, k = 0; i-- > 0 && k < MAX_TOO && !is_mark(s, i); k++)
        if (dtn_read_is_form(s, i, "too"))
            return i + 1 < verb - 1 && s->words[i + 1].tag != DTN_TAG_PUNCT &&
                   !(i > 0 &&
                     (dtn_read_is_form(s, i - 1, "not") || dtn_read_is_form(s, i - 1, "n't") ||
                      dtn_read_is_form(s, i - 1, "only")));
    return false;
}

/* "It was [not] the raids that reduced attacks but the talks". */
static bool is_not_it(const dtn_sentence *s, const dtn_claim *claim)
{
    static const char *const that[] = {"that", "which", "who", NULL};
    uint32_t begin = claim->cause_words.begin;
    bool is_cleft = false;
    begin += dtn_read_is_form(s, begin, "not");
    if (claim->cause_sentence != claim->sentence || begin < 2 || begin > claim->trigger ||
        !(dtn_read_is_form(s, begin - 1, "not") || dtn_read_is_form(s, begin - 1, "n't")) ||
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
        !dtn_read_is_form(s, begin - 1, "not"))
        return false;
    for (uint32_t i = begin; i < claim->cause; i++)
        if (dtn_read_is_form(s, i, "but"))
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
        is_behind_but |= dtn_read_is_form(s, i, "but");
        if (is_behind_but && dtn_read_is_form(s, i, form) && dtn_read_is_form(s, i - 1, "not"))
            return claim->effect > i;
    }
    return false;
}

/* "Have reduced attacks [no more than] prayers have". */
static bool is_no_more(const dtn_sentence *s, uint32_t verb)
{
    for (uint32_t i = verb + 1; i + 4 < s->n && !is_mark(s, i); i++)
        if (dtn_read_is_form(s, i, "no") && dtn_read_is_form(s, i + 1, "more") &&
            dtn_read_is_form(s, i + 2, "than"))
            for (uint32_t k = i + 3; k < s->n && k < i + 8 && s->words[k].tag != DTN_TAG_NUM; k++)
                if (k > i + 3 &&
                    (dtn_word_is(&s->words[k], "do") || dtn_word_is(&s->words[k], "have") ||
                     dtn_word_is(&s->words[k], "be")))
                    return true;
    return false;
}

/* "Do not reduce attacks [unless] monitors come", "will not [without] monitors", "not [until]": under that condition they do. */
static bool is_only_under(const dtn_sentence *s, uint32_t verb)
{
    bool is_not = false;
    for (uint32_t i = verb, k = 0; i-- > 0 && k < 4; k++)
        is_not |= dtn_read_is_form(s, i, "not") || dtn_read_is_form(s, i, "n't");
    if (!is_not)
        return false;
    uint32_t i = verb + 1;
    for (; i + 1 < s->n && !is_mark(s, i) && !dtn_read_is_form(s, i, "but"); i++)
        if (dtn_read_is_form(s, i, "unless") || dtn_read_is_form(s, i, "until") ||
            (dtn_read_is_form(s, i, "without") && !is_doing(s, i + 1)))
            return true;
    if (i + 1 < s->n && is_mark(s, i) && dtn_read_is_form(s, i + 1, "unless"))
        return true;
    const uint32_t begin = begin_of(s, verb); /* "Unless monitors come, talks will not ..." */
    return begin > 1 && (dtn_read_is_form(s, 0, "unless") || dtn_read_is_form(s, 0, "until") ||
                         (dtn_read_is_form(s, 0, "without") && !is_doing(s, 1)));
}

/* "For a week", "in the first month", "at first", "in the short run": not for long. */
static bool is_brief(const dtn_sentence *s, uint32_t verb)
{
    static const char *const spans[] = {"moment", "day",    "days",   "week",  "weeks",
                                        "month",  "months", "season", "while", "time",
                                        "term",   "run",    "hour",   "hours", NULL};
    static const char *const leads[] = {"first", "short", "a", "few", "some", "one", NULL};
    static const char *const alone[] = {"briefly", "temporarily", "initially", "momentarily", NULL};
    const uint32_t begin = begin_of(s, verb);
    for (uint32_t i = begin; i < s->n && (i < verb || !is_mark(s, i)); i++) {
        if (is_form_of(s, i, alone) ||
            (dtn_read_is_form(s, i, "at") && dtn_read_is_form(s, i + 1, "first")))
            return true;
        if (i > verb && (dtn_read_is_form(s, i, "and") || dtn_read_is_form(s, i, "but")))
            return false;
        if (!dtn_read_is_form(s, i, "for") && !dtn_read_is_form(s, i, "in"))
            continue;
        for (uint32_t k = i + 1; k + 1 < s->n && k < i + 4; k++)
            if (is_form_of(s, k, leads) && is_form_of(s, k + 1, spans))
                return true;
    }
    return false;
}

/* "It is true that", "granted", "to be sure", "no doubt" at the head of the sentence. */
static bool is_granted(const dtn_sentence *s)
{
    static const char *const words[] = {"granted", "admittedly", "certainly", NULL};
    return is_form_of(s, 0, words) ||
           (dtn_read_is_form(s, 0, "it") && dtn_read_is_form(s, 2, "true")) ||
           (dtn_read_is_form(s, 0, "to") && dtn_read_is_form(s, 2, "sure")) ||
           (dtn_read_is_form(s, 0, "of") && dtn_read_is_form(s, 1, "course")) ||
           (dtn_read_is_form(s, 0, "no") && dtn_read_is_form(s, 1, "doubt"));
}

void dtn_read_manner(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                     dtn_claim *claim)
{
    const uint32_t verb = claim->trigger;
    bool is_aim = false;
    claim->is_meant = is_meant(rules, known, s, verb, &is_aim);
    claim->purpose |= is_aim;
    if (!claim->conditional && !claim->purpose && is_unreal(s, verb))
        claim->negated = true;
    else if (!dtn_rule_property(claim->rule, "condition") && is_supposed(s, verb))
        claim->is_open = true;
    claim->is_open |= is_of_other_reason(s, claim);
    if (!claim->negated)
        claim->negated = is_too_much_to(s, verb) || is_not_it(s, claim) || is_no_reason(s, claim) ||
                         is_no_more(s, verb);
    else if (s->words[verb].tag == DTN_TAG_VERB && is_only_under(s, verb)) {
        claim->negated = false;
        claim->conditional = true;
    }
}

bool dtn_read_is_conceded(const dtn_sentence *s, uint32_t verb)
{
    return is_granted(s) || is_brief(s, verb);
}
