/* Polarity: sign of the trigger times the directions of both arguments, with the valence of what
 * "worsen" and "improve" act on.
 *
 * "Less rain reduces harvests": cause -1, trigger -1, effect +1, so the link from rain to
 * harvests is +. A direction is told by modifiers ("rising prices"), by nouns that carry their
 * thing ("decline in trade", "trade decline"), and by verbs whose subject moves ("as prices
 * rise"). Two in one phrase multiply ("lower unemployment losses" is rare, and right).
 */
#include "read/inner.h"

#include <string.h>

static int word_sign(const dtn_rules *rules, dtn_lexicon_ref ref, const dtn_word *word)
{
    const dtn_entry *entry = dtn_lexicon_get(rules, ref, word);
    return entry ? (entry->value < 0 ? -1 : 1) : 0;
}

int dtn_read_valence(const dtn_rules *rules, const dtn_words_known *known,
                     const dtn_sentence *sentence, uint32_t head)
{
    const dtn_entry *entry = dtn_lexicon_get(rules, known->valence, &sentence->words[head]);
    if (entry)
        return entry->value < 0 ? -1 : 1;
    for (uint32_t c = sentence->words[head].first_child; c != DTN_NO_WORD;
         c = sentence->words[c].next_sibling) {
        const dtn_word *w = &sentence->words[c];
        if (!dtn_word_hangs(w, "compound") && !dtn_word_hangs(w, "amod") &&
            !dtn_word_hangs(w, "nmod"))
            continue;
        entry = dtn_lexicon_get(rules, known->valence, w);
        if (entry)
            return entry->value < 0 ? -1 : 1;
    }
    return 0;
}

/* worse, worsening: less of what is good, more of what is bad. */
static int turning(const dtn_rules *rules, const dtn_words_known *known,
                   const dtn_sentence *sentence, uint32_t head, const dtn_word *word)
{
    int valence = dtn_read_valence(rules, known, sentence, head);
    int sign = word_sign(rules, known->direction.worse, word)    ? -1
               : word_sign(rules, known->direction.better, word) ? 1
                                                                 : 0;
    return sign * (valence == 0 ? 1 : valence);
}

/* "Its collapse" names the collapse, "the collapse of talks" the talks. */
static bool is_somebodys(const dtn_sentence *sentence, uint32_t head)
{
    for (uint32_t c = sentence->words[head].first_child; c != DTN_NO_WORD;
         c = sentence->words[c].next_sibling)
        if (dtn_word_hangs(&sentence->words[c], "nmod") && sentence->words[c].tag == DTN_TAG_PRON)
            return true;
    return false;
}

static bool has_complement(const dtn_sentence *sentence, uint32_t head)
{
    for (uint32_t c = sentence->words[head].first_child; c != DTN_NO_WORD;
         c = sentence->words[c].next_sibling)
        if ((dtn_word_hangs(&sentence->words[c], "nmod") &&
             sentence->words[c].tag != DTN_TAG_PRON) ||
            dtn_word_hangs(&sentence->words[c], "compound") ||
            dtn_word_hangs(&sentence->words[c], "acl"))
            return true;
    return false;
}

/* "cause prices to fall", not "a reason to stop". */
static bool is_made_to(const dtn_rules *rules, const dtn_words_known *known,
                       const dtn_sentence *sentence, uint32_t head)
{
    const dtn_word *w = &sentence->words[head];
    return w->head != DTN_NO_WORD && dtn_word_hangs(w, "obj") &&
           !dtn_word_is(&sentence->words[w->head], "give") &&
           dtn_lexicon_get(rules, known->cause, &sentence->words[w->head]);
}

/* The sign that the children of a noun or the subject of a verb put on it. */
static int modifiers(const dtn_rules *rules, const dtn_words_known *known,
                     const dtn_sentence *sentence, uint32_t head, bool *moved)
{
    int sign = 1;
    for (uint32_t c = sentence->words[head].first_child; c != DTN_NO_WORD;
         c = sentence->words[c].next_sibling) {
        const dtn_word *w = &sentence->words[c];
        if (!dtn_word_hangs(w, "amod") && !dtn_word_hangs(w, "det") &&
            !dtn_word_hangs(w, "advmod") && !dtn_word_hangs(w, "acl") &&
            !dtn_word_hangs(w, "compound"))
            continue;
        int one = turning(rules, known, sentence, head, w);
        if (!one)
            one = word_sign(rules, known->direction.mod, w);
        if (!one && dtn_word_hangs(w, "acl") && c > head && strcmp(w->xtag, "VB") == 0 &&
            is_made_to(rules, known, sentence, head))
            one = word_sign(rules, known->direction.verb, w); /* "prices to fall" */
        if (one) {
            sign *= one;
            *moved = true;
        }
    }
    /* "Declining prices hurt": a participle that the tree hangs elsewhere; not the verb of
     * "has lowered tensions" */
    const dtn_word *before = head > 0 ? &sentence->words[head - 1] : NULL;
    if (before && before->head != head && sentence->words[head].head != head - 1 &&
        (strcmp(before->xtag, "VBG") == 0 || strcmp(before->xtag, "VBN") == 0)) {
        const int one = word_sign(rules, known->direction.mod, before);
        sign *= one ? one : 1;
        *moved = *moved || one;
    }
    return sign;
}

int dtn_read_direction(const dtn_rules *rules, const dtn_words_known *known,
                       const dtn_sentence *sentence, uint32_t head, bool *moved)
{
    const dtn_word *word = &sentence->words[head];
    int sign = 1, one;
    *moved = false;
    if (word->tag == DTN_TAG_VERB || word->tag == DTN_TAG_AUX) {
        one = turning(rules, known, sentence, head, word);
        if (!one)
            one = word_sign(rules, known->direction.verb, word);
        if (!one) { /* a passive or transitive verb that acts on its object: "reduced prices" */
            const dtn_entry *entry = dtn_lexicon_get(rules, known->cause, word);
            one = entry ? (entry->value > 0) - (entry->value < 0) : 0;
        }
        for (uint32_t c = word->first_child; c != DTN_NO_WORD && !one;
             c = sentence->words[c].next_sibling) {
            const dtn_word *w = &sentence->words[c];
            if (dtn_word_hangs(w, "xcomp") || dtn_word_hangs(w, "ccomp")) {
                one = word_sign(rules, known->direction.verb, w);
                if (!one && w->tag != DTN_TAG_VERB)
                    one = word_sign(rules, known->direction.mod, w);
                if (!one) {
                    bool deeper = false;
                    one = modifiers(rules, known, sentence, c, &deeper);
                    one = deeper ? one : 0;
                }
            } else if (dtn_word_hangs(w, "obj")) {
                bool deeper = false;
                one = modifiers(rules, known, sentence, c, &deeper);
                one = deeper ? one : 0;
            }
        }
        if (one)
            *moved = true;
        sign = one ? one : 1;
        for (uint32_t c = word->first_child; c != DTN_NO_WORD; c = sentence->words[c].next_sibling)
            if (dtn_word_hangs(&sentence->words[c], "nsubj"))
                sign *= modifiers(rules, known, sentence, c, moved);
        if (dtn_read_negated(rules, known, sentence, head))
            sign = -sign;
        return sign;
    }
    one = word_sign(rules, known->direction.of, word);
    if (one && (has_complement(sentence, head) || (one < 0 && !is_somebodys(sentence, head)))) {
        sign *= one;
        *moved = true;
    }
    if (word->tag == DTN_TAG_ADJ) { /* "is unlikely to last" */
        one = dtn_lexicon_get(rules, known->negate.adjective, word)
                  ? -1
                  : word_sign(rules, known->direction.mod, word);
        if (one) {
            sign *= one;
            *moved = true;
        }
    }
    sign *= modifiers(rules, known, sentence, head, moved);
    /* "levels of low income": what a carrier noun carries may be moved itself */
    for (uint32_t c = word->first_child; c != DTN_NO_WORD; c = sentence->words[c].next_sibling)
        if (dtn_word_hangs(&sentence->words[c], "nmod") &&
            (dtn_word_is(word, "level") || dtn_word_is(word, "number") ||
             dtn_word_is(word, "rate") || dtn_word_is(word, "amount") ||
             dtn_word_is(word, "degree")))
            sign *= modifiers(rules, known, sentence, c, moved);
    return sign;
}
