/* What a sentence sets aside: "X, not Y", "Y rather than X", and what is missing: "without Y".
 *
 * By word order alone, since trees hang such parts anywhere. A part begins at "not" after a comma or
 * a dash where no verb of its own follows, at "rather than" or "instead of", at "than" after "rather", "it is better to" or
 * "would gain more by", at "to" after "preferable", and ends before the next comma, "but" or conjunction of a clause. "Without" reaches over its own phrase in the tree. In "less from X than
 * from Y" it is X that is set aside.
 */
#include "read/inner.h"

#include <string.h>

#define MAX_PART 12      /* words of a part set aside; a longer one is a clause */
#define MAX_PREFERRED 18 /* words from "better" to its "than" */

static bool is_break(const dtn_word *w)
{
    return (w->tag == DTN_TAG_PUNCT && strchr(",;:.-", w->form[0])) || dtn_word_is(w, "but") ||
           w->tag == DTN_TAG_SCONJ;
}

/* "Rather", "better", "prefer": words of what is preferred; "worse" of what is not. Of "more" only what it is won by. */
static bool is_preferring(const dtn_sentence *s, uint32_t i, bool is_by)
{
    static const char *const words[] = {"rather",     "better",     "sooner",  "wiser",
                                        "prefer",     "preferable", "smarter", "safer",
                                        "preferably", "superior",   NULL};
    for (size_t n = 0; words[n]; n++)
        if (dtn_word_is(&s->words[i], words[n]) || dtn_tree_is_form(s, i, words[n]))
            return true;
    return dtn_tree_is_form(s, i, "more") && (is_by || dtn_tree_is_form(s, i + 1, "sense"));
}

/* "A better [course]": a noun of what can be chosen. */
static bool is_choice(const dtn_sentence *s, uint32_t i)
{
    static const char *const words[] = {"course",      "choice",   "option", "way",  "path",
                                        "policy",      "plan",     "bet",    "idea", "answer",
                                        "alternative", "approach", NULL};
    for (size_t n = 0; words[n]; n++)
        if (dtn_word_is(&s->words[i], words[n]))
            return true;
    return false;
}

/* "Rather hold talks [than] expand the raids", "it is better to talk [than] to fight", "would gain more by talks [than] by
 * raids", "a better course [than] expanding the raids": of two acts the one that is not preferred. */
static bool is_less_preferred(const dtn_sentence *s, uint32_t than)
{
    if (!dtn_word_is(&s->words[than], "than") || than + 1 >= s->n)
        return false;
    const dtn_word *next = &s->words[than + 1];
    const bool is_by = next->tag == DTN_TAG_ADP || next->tag == DTN_TAG_SCONJ;
    const bool is_act = is_by || dtn_word_is(next, "to") || next->tag == DTN_TAG_VERB;
    for (uint32_t i = than, k = 0; i-- > 0 && k < MAX_PREFERRED; k++) {
        const bool is_off = dtn_tree_is_form(s, i, "off"); /* "better off talking" */
        if (s->words[i].tag == DTN_TAG_PUNCT || (s->words[i].tag == DTN_TAG_SCONJ && !is_off))
            return false;
        if (is_preferring(s, i, is_by || dtn_word_is(next, "to")))
            return i + 1 < than ? is_act || is_choice(s, i + 1) : is_act;
    }
    return false;
}

/* "Talks are preferable [to] raids", "we would prefer talks [to] raids"; not "prefer [to] talk". */
static bool is_preferred_to(const dtn_sentence *s, uint32_t to)
{
    static const char *const words[] = {"preferable", "superior", "prefer", NULL};
    if (!dtn_tree_is_form(s, to, "to") || to + 1 >= s->n || dtn_tree_is_xtag(s, to + 1, "VB"))
        return false;
    for (uint32_t i = to, k = 0; i-- > 0 && k < MAX_PART; k++) {
        if (s->words[i].tag == DTN_TAG_PUNCT || s->words[i].tag == DTN_TAG_SCONJ)
            return false;
        for (size_t n = 0; words[n]; n++)
            if (dtn_word_is(&s->words[i], words[n]))
                return true;
    }
    return false;
}

/* Does a part that is set aside begin behind the *n words from here? */
static bool begins(const dtn_sentence *s, uint32_t i, uint32_t *n)
{
    *n = 2;
    if (i + 2 < s->n && dtn_word_is(&s->words[i], "rather") &&
        dtn_word_is(&s->words[i + 1], "than"))
        return true;
    if (i + 2 < s->n && dtn_word_is(&s->words[i], "instead") && dtn_word_is(&s->words[i + 1], "of"))
        return true;
    if (is_less_preferred(s, i)) {
        const dtn_word *next = &s->words[i + 1];
        *n = dtn_word_is(next, "to") || next->tag == DTN_TAG_ADP || next->tag == DTN_TAG_SCONJ ? 2
                                                                                               : 1;
        return true;
    }
    *n = 1;
    if (is_preferred_to(s, i))
        return true;
    if (!dtn_word_is(&s->words[i], "not") || i == 0 || i + 1 >= s->n)
        return false;
    const dtn_word *before = &s->words[i - 1], *after = &s->words[i + 1];
    const bool is_joined = before->tag == DTN_TAG_PUNCT || dtn_word_is(before, "and");
    return is_joined && after->tag != DTN_TAG_VERB && after->tag != DTN_TAG_AUX &&
           after->tag != DTN_TAG_SCONJ && !dtn_word_is(after, "only") &&
           !dtn_word_is(after, "just");
}

uint32_t dtn_read_weighed_end(const dtn_sentence *s, uint32_t word)
{
    for (uint32_t i = word, k = 0; i-- > 1 && k < MAX_PART; k++) {
        if (s->words[i].tag == DTN_TAG_PUNCT || dtn_word_is(&s->words[i], "than"))
            return DTN_NO_WORD;
        if (strcmp(s->words[i - 1].form, "less") != 0 && strcmp(s->words[i - 1].form, "more") != 0)
            continue;
        for (uint32_t m = word + 1; m + 1 < s->n && s->words[m].tag != DTN_TAG_PUNCT; m++)
            if (dtn_word_is(&s->words[m], "than") &&
                strcmp(s->words[m + 1].form, s->words[i].form) == 0)
                return m;
        return DTN_NO_WORD;
    }
    return DTN_NO_WORD;
}

/* "Less [from]": does "than" with the same preposition follow in the same clause? */
static bool weighs(const dtn_sentence *s, uint32_t less)
{
    if (less + 3 >= s->n || strcmp(s->words[less].form, "less") != 0)
        return false;
    const char *preposition = s->words[less + 1].lemma;
    const bool is_reason = dtn_word_is(&s->words[less + 1], "because");
    if (s->words[less + 1].tag != DTN_TAG_ADP && !is_reason)
        return false;
    for (uint32_t i = less + 2; i + 1 < s->n && i < less + 2 + MAX_PART; i++) {
        if (dtn_word_is(&s->words[i], "than"))
            return dtn_word_is(&s->words[i + 1], preposition);
        if (s->words[i].tag == DTN_TAG_PUNCT)
            return false;
    }
    return false;
}

bool dtn_read_is_outweighed(const dtn_sentence *s, uint32_t word)
{
    for (uint32_t i = word + 1, k = 0; i-- > 0 && k < MAX_PART; k++) {
        if (weighs(s, i))
            return true;
        if (dtn_word_is(&s->words[i], "than") || s->words[i].tag == DTN_TAG_PUNCT)
            return false;
    }
    return false;
}

bool dtn_read_set_aside(const dtn_sentence *s, uint32_t word)
{
    if (dtn_read_is_outweighed(s, word))
        return true;
    for (uint32_t i = word, k = 0; i-- > 0 && k < MAX_PART; k++) {
        uint32_t n = 0;
        if (begins(s, i, &n) || (i > 0 && begins(s, i - 1, &n) && n == 2))
            return true;
        const dtn_word *behind = &s->words[i + 1]; /* "than to go on with [expanded] raids" */
        if (is_break(&s->words[i]) ||
            (behind->tag == DTN_TAG_VERB && !dtn_word_hangs(behind, "amod")))
            return false;
    }
    return false;
}

bool dtn_read_is_missing(const dtn_sentence *s, uint32_t word, uint32_t head)
{
    for (uint32_t i = word; i != DTN_NO_WORD && i != head; i = s->words[i].head)
        for (uint32_t c = s->words[i].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
            if ((dtn_word_hangs(&s->words[c], "case") || dtn_word_hangs(&s->words[c], "mark")) &&
                dtn_word_is(&s->words[c], "without"))
                return true;
    return false;
}
