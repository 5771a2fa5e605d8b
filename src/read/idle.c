/* What looks like a claim and is none: matches of the rules of kind "idle" ("if anything", "we could let them", "a loaf
 * costs four crowns"). A match speaks of the claims whose trigger is its own, and of those alone that have the ends that it
 * names. */
#include "read/inner.h"

#include <string.h>

static bool is_end(const dtn_rule *rule, const dtn_match *match, const char *name, uint32_t word)
{
    for (size_t a = 0; a < rule->n_arg; a++)
        if (strcmp(rule->args[a], name) == 0)
            return match->args[a] == word;
    return true; /* it names none */
}

/* "The higher the cost; and freight will not [bring] it back": a verb and its subject stand in one clause. */
static bool is_parted(const dtn_sentence *s, const dtn_claim *claim)
{
    if (s->words[claim->trigger].tag != DTN_TAG_VERB || claim->cause_sentence != claim->sentence)
        return false;
    for (uint32_t i = claim->cause + 1; i < claim->trigger; i++)
        if (strcmp(s->words[i].form, ";") == 0)
            return !dtn_word_hangs(&s->words[claim->cause], "csubj");
    return false;
}

bool dtn_read_is_idle(const dtn_rules *rules, const dtn_sentence *s, const dtn_matches *found,
                      const dtn_claim *claim)
{
    const uint32_t cause =
        claim->cause_sentence == claim->sentence ? claim->cause : (uint32_t)DTN_NO_WORD;
    if (is_parted(s, claim))
        return true;
    for (size_t i = 0; i < found->n; i++) {
        const dtn_match *match = &found->items[i];
        const dtn_rule *rule = dtn_rules_get(rules, match->rule);
        if (match->head == claim->trigger && strcmp(rule->kind, "idle") == 0 &&
            is_end(rule, match, "cause", cause) && is_end(rule, match, "effect", claim->effect))
            return true;
    }
    return false;
}
