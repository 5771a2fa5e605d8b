/* What a sentence says of a whole clause, by the order of its words: "it is not true that ...", "the claim that ...
 * is a lie", "a fake video shows ...", "are believed killed".
 *
 * The tree of such sentences is often wrong, and what they say of the clause stands far from its verb; so phrases
 * (reader/modality.tsv: phrase) and a few patterns are looked for before the trigger and behind it, up to where another
 * clause begins. They only take from what would be told as a fact; what makes one is modality.c's to say.
 */
#include "events/inner.h"

#include <string.h>

typedef dtn_event_finder finder;

#define MAX_SCOPE 30 /* words from a phrase to what it speaks of */
#define MAX_SHOWN 8  /* words from "a fake video" to "shows" */
#define MAX_LINK 5   /* words from "is", "proved" to "false" */

static bool is_class(const finder *f, const char *class_name, uint32_t i)
{
    return dtn_event_is_word_of(f, class_name, f->words[i].lemma) ||
           dtn_event_is_word_of(f, class_name, f->words[i].form);
}

/* Does another clause, or what somebody else says, begin at word i? */
static bool parts(const finder *f, uint32_t i)
{
    static const char others[] = "who|whom|whose|which|when|after|because|since|while|before|"
                                 "although|though|until|unless|where|whereas|but|following|despite";
    const dtn_word *w = f->words;
    if (dtn_one_of(w[i].form, ";|:|.|?|!|\xe2\x80\x94") || dtn_one_of(w[i].lemma, others))
        return true;
    if (strcmp(w[i].lemma, "that") == 0 && i > 0 && i + 1 < f->n &&
        (w[i - 1].tag == DTN_TAG_NOUN || w[i - 1].tag == DTN_TAG_PROPN) &&
        (w[i + 1].tag == DTN_TAG_VERB || w[i + 1].tag == DTN_TAG_AUX))
        return true; /* "[the bomb] that killed" */
    const bool is_and = w[i].tag == DTN_TAG_CCONJ && i + 1 < f->n;
    return is_and && ((i > 0 && strcmp(w[i - 1].form, ",") == 0) || dtn_event_is_saying(&w[i + 1]));
}

/* Nothing between the two that begins another clause? */
static bool is_joined(const finder *f, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (parts(f, i))
            return false;
    return from <= to && to - from <= MAX_SCOPE;
}

/* "The attack", "its raids": known, whatever is said of the rest. */
static bool is_known(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (w[i].tag != DTN_TAG_NOUN && w[i].tag != DTN_TAG_PROPN)
        return false;
    for (uint32_t k = i; k-- > 0 && k + 4 > i;) {
        if (dtn_one_of(w[k].lemma, "the|this|that|these|those|its|his|her|their|'s"))
            return true;
        if (w[k].tag != DTN_TAG_ADJ && w[k].tag != DTN_TAG_NOUN)
            return false;
    }
    return false;
}

/* ---- Before the trigger: "it is not true that", "came close to" ---- */

/* The words of a phrase from word i on, adverbs and auxiliaries between left out; 0: it is not there. */
static uint32_t match(const finder *f, uint32_t i, const char *phrase)
{
    uint32_t k = i;
    if (f->words[i].lemma[0] != phrase[0] && f->words[i].form[0] != phrase[0])
        return 0; /* nearly always */
    while (*phrase) {
        const size_t n = strcspn(phrase, " ");
        const dtn_word *w = &f->words[k < f->n ? k : f->n - 1];
        const bool is_it =
            k < f->n && ((strlen(w->lemma) == n && memcmp(w->lemma, phrase, n) == 0) ||
                         (strlen(w->form) == n && memcmp(w->form, phrase, n) == 0));
        const bool is_between = k < f->n && k > i && k < i + 12 &&
                                (w->tag == DTN_TAG_ADV || w->tag == DTN_TAG_AUX) &&
                                !dtn_one_of(w->lemma, "not|n't|never|hardly|no");
        if (is_it)
            phrase += n + (phrase[n] == ' ');
        else if (!is_between)
            return 0;
        k++;
    }
    return k - i;
}

/* Behind "came close to", "far from": what was nearly done, right there. */
static bool is_of_last(const finder *f, uint32_t last, uint32_t trigger)
{
    const dtn_word *w = f->words;
    return !dtn_one_of(w[last].lemma, "to|from|of|against") ||
           strcmp(w[last + 1].xtag, "VBG") == 0 ||
           (trigger <= last + 3 && w[trigger].tag == DTN_TAG_NOUN);
}

static dtn_embedding by_phrase(const finder *f, uint32_t trigger)
{
    const dtn_word *w = f->words;
    if (is_known(f, trigger))
        return DTN_UNKNOWN;
    for (uint32_t i = 0; i < trigger; i++)
        for (size_t p = 0; p < f->ew->n_phrase; p++) {
            const uint32_t n = match(f, i, f->ew->phrases[p].words);
            if (n && i + n <= trigger && is_of_last(f, i + n - 1, trigger) &&
                is_joined(f, i + n, trigger) && (i == 0 || strcmp(w[i - 1].lemma, "not") != 0))
                return f->ew->phrases[p].what;
        }
    return DTN_UNKNOWN;
}

/* "Falsely claimed that", "wrongly accused of": of what is said, not "wrongly killed". */
static bool is_falsely_said(const finder *f, uint32_t trigger)
{
    const dtn_word *w = f->words;
    for (uint32_t i = 0; i < trigger; i++) {
        if (!is_class(f, "adverb", i))
            continue;
        for (uint32_t k = i > 0 ? i - 1 : 0; k <= i + 1 && k < trigger; k++)
            if (w[k].tag == DTN_TAG_VERB &&
                (dtn_event_is_saying(&w[k]) || dtn_one_of(w[k].lemma, "accuse|blame|suspect")) &&
                !is_known(f, trigger) && is_joined(f, (k > i ? k : i) + 1, trigger))
                return true;
    }
    return false;
}

/* "Are believed killed", "is thought to have been shot". */
static bool is_only_thought(const finder *f, uint32_t trigger)
{
    const dtn_word *w = f->words;
    uint32_t k = trigger;
    if (w[trigger].tag != DTN_TAG_VERB)
        return false;
    while (k > 0 && (dtn_one_of(w[k - 1].lemma, "to|have|be") || w[k - 1].tag == DTN_TAG_ADV))
        k--;
    return k > 1 && is_class(f, "thought", k - 1) && strcmp(w[k - 1].xtag, "VBN") == 0 &&
           (k == trigger || strcmp(w[k].lemma, "to") == 0) &&
           !dtn_one_of(w[k - 2].lemma, "not|n't|never");
}

/* "Stopped before killing anyone", "defused before it killed anybody". */
static bool is_before_any(const finder *f, uint32_t trigger)
{
    const dtn_word *w = f->words;
    bool has_any = false;
    for (uint32_t k = trigger + 1; k < f->n && k < trigger + 3; k++)
        has_any |= dtn_one_of(w[k].lemma, "any|anyone|anybody|anything");
    for (uint32_t k = trigger; has_any && k-- > 0 && k + 5 > trigger;)
        if (dtn_one_of(w[k].lemma, "before|without"))
            return true;
    return false;
}

/* "Kept the brigade from an attack", "talked them out of shelling it", "acquitted two men of killing him". */
static bool is_kept_from(const finder *f, uint32_t trigger)
{
    const dtn_word *w = f->words;
    uint32_t k = trigger;
    while (
        k > 0 && k + 4 > trigger &&
        (w[k - 1].tag == DTN_TAG_DET || w[k - 1].tag == DTN_TAG_ADJ || w[k - 1].tag == DTN_TAG_AUX))
        k--;
    if (k < 2 || (w[trigger].tag == DTN_TAG_VERB && k == trigger && strcmp(w[k].xtag, "VBG") != 0))
        return false;
    const bool is_from = strcmp(w[k - 1].lemma, "from") == 0,
               is_of = strcmp(w[k - 1].lemma, "of") == 0;
    const bool is_out_of = is_of && strcmp(w[k - 2].lemma, "out") == 0;
    for (uint32_t i = k - 1; (is_from || is_of) && i-- > 0 && i + 8 > k && !parts(f, i);)
        if (((is_from || is_out_of) && w[i].tag == DTN_TAG_VERB &&
             dtn_event_is_word_of(f, "keeping", w[i].lemma)) ||
            (is_of && dtn_event_is_word_of(f, "clearing", w[i].lemma)))
            return true;
    return false;
}

/* ---- Fiction ---- */

/* "In the film", "the novel tells", "the heroine of the play". */
static bool is_fiction(const finder *f, uint32_t trigger)
{
    const dtn_word *w = f->words;
    for (uint32_t i = 0; i + 1 < trigger; i++) {
        if (!is_class(f, "fiction", i) || w[i].tag == DTN_TAG_VERB ||
            w[i + 1].tag == DTN_TAG_NOUN || !is_joined(f, i + 1, trigger))
            continue;
        uint32_t k = i;
        while (k > 0 && i - k < 5 &&
               (w[k - 1].tag == DTN_TAG_DET || w[k - 1].tag == DTN_TAG_ADJ ||
                w[k - 1].tag == DTN_TAG_NOUN || w[k - 1].tag == DTN_TAG_PROPN ||
                w[k - 1].tag == DTN_TAG_PRON))
            k--;
        const bool is_in = k > 0 && dtn_one_of(w[k - 1].lemma, "in|throughout");
        const bool is_of = k > 1 && strcmp(w[k - 1].lemma, "of") == 0 &&
                           dtn_event_is_word_of(f, "persona", w[k - 2].lemma);
        const bool is_owner = dtn_one_of(w[i + 1].form, "'s|\xe2\x80\x99s") && i + 2 < f->n &&
                              dtn_event_is_word_of(f, "persona", w[i + 2].lemma);
        if (is_in || is_of || is_owner || dtn_event_is_word_of(f, "telling", w[i + 1].lemma))
            return true;
    }
    return false;
}

/* ---- Who tells it: "the claim that ... is a lie", "a fake video shows" ---- */

/* "Claim", "report", "rumour", "video": what has a content. */
static bool has_content(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    char key[64];
    if (w[i].tag != DTN_TAG_NOUN && w[i].tag != DTN_TAG_PROPN)
        return false;
    if (is_class(f, "content", i))
        return true;
    const size_t n = strlen(w[i].lemma);
    if (n + 6 > sizeof key)
        return false;
    memcpy(key, "noun:", 5);
    memcpy(key + 5, w[i].lemma, n + 1);
    const uint32_t what = dtn_map_get(&f->ew->embeddings, key);
    return what == DTN_TOLD || what == DTN_DOUBTS;
}

/* "[A video] showing", "[a photo] shows". */
static bool is_showing(const finder *f, const dtn_word *w, bool is_finite)
{
    return w->tag == DTN_TAG_VERB && (is_finite || strcmp(w->xtag, "VBG") == 0) &&
           dtn_event_is_word_of(f, "showing", w->lemma);
}

/* "[The claim] that", "[a video] showing". */
static bool begins_content(const finder *f, uint32_t i, bool is_finite)
{
    return dtn_one_of(f->words[i].form, "that|of|about") || is_showing(f, &f->words[i], is_finite);
}

/* "Is", "proved", "turned out to be" before a word that says that something is untrue. */
static bool is_linked(const finder *f, uint32_t i, uint32_t from, bool is_denied)
{
    const dtn_word *w = f->words;
    bool has_not = false;
    for (uint32_t k = i; k-- > from && k + MAX_LINK >= i;) {
        has_not |= dtn_one_of(w[k].lemma, "not|n't|never");
        if (dtn_event_is_word_of(f, "linking", w[k].lemma) && w[k].tag != DTN_TAG_NOUN &&
            strcmp(w[k].form, "be") != 0)
            return has_not == is_denied ||
                   (k > 0 && is_denied && dtn_one_of(w[k + 1].lemma, "not|n't|never"));
        if (w[k].tag == DTN_TAG_PUNCT || w[k].tag == DTN_TAG_CCONJ)
            return false;
    }
    return false;
}

/* Is one of the words [from, n) "false", "a lie", "not true", linked to what stands before? `is_named`: somebody calls it so. */
static bool is_untrue_behind(const finder *f, uint32_t from, bool is_named)
{
    const dtn_word *w = f->words;
    for (uint32_t i = from; i < f->n; i++) {
        if (dtn_one_of(w[i].form, ";|.|?|!") || dtn_one_of(w[i].lemma, "who|which|but|while"))
            return false;
        const bool is_made_up =
            strcmp(w[i].form, "made") == 0 && i + 1 < f->n && strcmp(w[i + 1].form, "up") == 0;
        if ((is_made_up || is_class(f, "untruth", i)) && (is_named || is_linked(f, i, from, false)))
            return true;
        if (dtn_event_is_word_of(f, "truth", w[i].lemma) && is_linked(f, i, from, true))
            return true;
    }
    return false;
}

/* "A fake video", "false reports". */
static bool has_sham(const finder *f, uint32_t noun)
{
    for (uint32_t k = noun; k-- > 0 && k + 4 > noun;) {
        if (is_class(f, "sham", k))
            return true;
        if (f->words[k].tag != DTN_TAG_ADJ && f->words[k].tag != DTN_TAG_NOUN &&
            f->words[k].tag != DTN_TAG_VERB)
            return false;
    }
    return false;
}

/* "Called the report ... baseless", "rejected as false the report that". */
static bool is_named(const finder *f, uint32_t noun, bool *is_untrue)
{
    const dtn_word *w = f->words;
    *is_untrue = false;
    for (uint32_t k = noun; k-- > 0 && k + 6 > noun;) {
        *is_untrue |= is_class(f, "untruth", k) && k > 0 && strcmp(w[k - 1].lemma, "as") == 0;
        if (dtn_event_is_word_of(f, "retract", w[k].lemma))
            return *is_untrue = true;
        if (w[k].tag == DTN_TAG_VERB)
            return dtn_event_is_word_of(f, "naming", w[k].lemma);
    }
    return false;
}

/* "Rumours say", "rumour has it". */
static bool is_rumoured(const finder *f, uint32_t trigger)
{
    const dtn_word *w = f->words;
    for (uint32_t i = 0; i + 1 < trigger; i++)
        if (dtn_event_is_word_of(f, "hearsay", w[i].lemma) &&
            (dtn_event_is_saying(&w[i + 1]) ||
             dtn_event_is_word_of(f, "spreading", w[i + 1].lemma)) &&
            !is_known(f, trigger) && is_joined(f, i + 1, trigger))
            return true;
    return false;
}

static bool is_told_untruly(const finder *f, uint32_t trigger)
{
    for (uint32_t i = 0; i + 1 < trigger; i++) {
        bool is_untrue = false;
        if (!has_content(f, i))
            continue;
        if (begins_content(f, i + 1, false) && is_joined(f, i + 2, trigger)) {
            const bool named = is_named(f, i, &is_untrue);
            if ((named && is_untrue) || is_untrue_behind(f, trigger + 1, named))
                return true;
        }
        for (uint32_t k = i + 1; has_sham(f, i) && k < trigger && k <= i + MAX_SHOWN; k++)
            if (k == i + 1 ? begins_content(f, k, true) : is_showing(f, &f->words[k], true))
                return is_joined(f, k + 1, trigger) &&
                       (!dtn_one_of(f->words[k].form, "of|about") || trigger <= k + 4);
    }
    return false;
}

dtn_modality dtn_event_framed(const finder *f, uint32_t trigger, dtn_modality m)
{
    if (m == DTN_DENIED)
        return m;
    const dtn_embedding what = by_phrase(f, trigger);
    if (m == DTN_HYPOTHETICAL)
        return what == DTN_UNDOES ? DTN_DENIED : m;
    if (what == DTN_UNDOES || is_falsely_said(f, trigger) || is_told_untruly(f, trigger) ||
        is_before_any(f, trigger) || is_kept_from(f, trigger))
        return DTN_DENIED;
    if (what == DTN_OPENS || is_fiction(f, trigger) || is_only_thought(f, trigger) ||
        is_rumoured(f, trigger))
        return DTN_HYPOTHETICAL;
    return m;
}
