/* What gives way to nobody: museums that reopen, banks that ease their rules, singers who withdraw from a festival, clubs
 * that release a player, people who return.
 *
 * Words of easing, withdrawing, releasing and returning are deeds between sides where somebody with power does them (a
 * state, an army, a group: whoever has a code that is no firm's or hospital's), or where what they are done to says so: a
 * blockade, a border, hostages (reader/classes.tsv: curb, captive). Who withdraws from a race, and what ice and
 * water do, is nothing of the kind (contest, private, cause).
 */
#include "events/inner.h"

#include <string.h>

typedef dtn_event_finder finder;

static bool is_of(const finder *f, uint32_t i, const char *class_name)
{
    return i != DTN_NO_WORD && dtn_event_is_word_of(f, class_name, f->words[i].lemma);
}

/* What it is done to: the object, the subject of a passive, or of "reopened" and "eased" without one. */
static uint32_t done_to(const finder *f, uint32_t i, bool may_be_subject)
{
    const dtn_word *w = f->words;
    if (w[i].tag != DTN_TAG_VERB) {
        for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
            if (dtn_is_rel(&w[c], "nmod") && dtn_event_has_marker(f, c, "of"))
                return c;
        return DTN_NO_WORD;
    }
    if (dtn_event_is_passive(f, i))
        return dtn_event_subject(f, i);
    const uint32_t object = dtn_child(w, i, "obj");
    return object == DTN_NO_WORD && may_be_subject ? dtn_event_subject(f, i) : object;
}

static uint32_t doer_of(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (w[i].tag == DTN_TAG_VERB && !dtn_event_is_passive(f, i))
        return dtn_event_subject(f, i);
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (((dtn_is_rel(&w[c], "obl") || dtn_is_rel(&w[c], "nmod")) &&
             dtn_event_has_marker(f, c, "by")) ||
            (w[i].tag != DTN_TAG_VERB && dtn_is_rel(&w[c], "nmod:poss")))
            return c;
    return DTN_NO_WORD;
}

/* One of those whose yielding counts. */
static bool has_power(const finder *f, uint32_t i)
{
    char who[DTN_MAX_ACTOR_TEXT];
    if (i == DTN_NO_WORD || !dtn_event_actor_at(f, i, who))
        return false;
    const size_t n = strlen(who);
    return n >= 3 && !dtn_one_of(who + n - 3, "BUS|MED|EDU|JRN|LAB|CIV|REL");
}

/* A firm, a hospital, a club, a neighbour. */
static bool is_private(const finder *f, uint32_t i)
{
    char who[DTN_MAX_ACTOR_TEXT];
    if (i == DTN_NO_WORD || f->words[i].tag == DTN_TAG_PRON || f->words[i].tag == DTN_TAG_PROPN)
        return false;
    if (is_of(f, i, "private") || is_of(f, i, "building"))
        return true;
    const size_t n = dtn_event_actor_at(f, i, who) ? strlen(who) : 0;
    return n >= 3 && dtn_one_of(who + n - 3, "BUS|MED|EDU|JRN");
}

static bool is_easing(const finder *f, uint32_t i)
{
    const uint32_t what = done_to(f, i, true), doer = doer_of(f, i);
    if (f->words[i].tag != DTN_TAG_VERB && what == DTN_NO_WORD)
        return true;            /* "the easing": nobody says of what */
    if (is_of(f, what, "curb")) /* a firm lifts bans, and opens no borders */
        return doer == what || !is_private(f, doer) || is_of(f, what, "frontier");
    return doer != what && has_power(f, doer) && !is_of(f, what, "building") &&
           !is_of(f, what, "figure") && !is_of(f, what, "rate") && !is_of(f, what, "work");
}

/* "From a race", "out of the festival". */
static bool is_from_contest(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if ((dtn_is_rel(&w[c], "obl") || dtn_is_rel(&w[c], "nmod")) &&
            dtn_event_has_marker(f, c, "from|of") &&
            (is_of(f, c, "contest") || is_of(f, c, "game") || is_of(f, c, "practice")))
            return true;
    return false;
}

static bool is_withdrawing(const finder *f, uint32_t i)
{
    const uint32_t doer = doer_of(f, i), what = done_to(f, i, false);
    char who[DTN_MAX_ACTOR_TEXT];
    if (f->words[i].tag == DTN_TAG_VERB && what != DTN_NO_WORD && !has_power(f, doer) &&
        doer != DTN_NO_WORD && f->words[doer].tag == DTN_TAG_NOUN && !dtn_event_is_passive(f, i) &&
        strcmp(f->words[i].lemma, "withdraw") == 0 && !dtn_event_actor_at(f, what, who))
        return false; /* "insurers withdrew their cover" */
    return !is_from_contest(f, i) && !is_private(f, doer) &&
           !(doer != DTN_NO_WORD && dtn_event_is_deedless(f, doer));
}

/* "Released 12 hostages", "the two pilots", "him"; not "a toy", and of a club no player. */
static bool is_releasing(const finder *f, uint32_t i)
{
    char who[DTN_MAX_ACTOR_TEXT];
    const dtn_word *w = f->words;
    const uint32_t what = done_to(f, i, false);
    if (what == DTN_NO_WORD)
        return w[i].tag != DTN_TAG_VERB; /* "the release" */
    if (is_private(f, doer_of(f, i)))
        return is_of(f, what, "captive");
    return is_of(f, what, "captive") || dtn_event_actor_at(f, what, who) ||
           w[what].tag == DTN_TAG_PRON || w[what].tag == DTN_TAG_PROPN || dtn_is_number(&w[what]) ||
           w[what].tag == DTN_TAG_VERB ||
           (dtn_is_measure(&w[what]) && has_power(f, doer_of(f, i))); /* "40 million dollars" */
}

bool dtn_event_is_yielding(const finder *f, uint32_t i, const dtn_event_sense *sense)
{
    const dtn_word *w = &f->words[i];
    if (strcmp(sense->mode, "ease") == 0 || strcmp(w->lemma, "relax") == 0)
        return is_easing(f, i);
    if (strcmp(sense->mode, "withdraw") == 0)
        return is_withdrawing(f, i);
    if (strcmp(sense->mode, "release") == 0)
        return is_releasing(f, i);
    return strcmp(w->lemma, "return") != 0 || w->tag != DTN_TAG_VERB ||
           done_to(f, i, false) != DTN_NO_WORD; /* who returns gives nothing back */
}

bool dtn_event_is_lifted(const finder *f, uint32_t i, const dtn_event_sense **by)
{
    const dtn_word *w = &f->words[i];
    if (w->head == DTN_NO_WORD || f->words[w->head].tag != DTN_TAG_VERB || w->tag == DTN_TAG_VERB ||
        !(dtn_is_rel(w, "obj") || strcmp(w->relation, "nsubj:pass") == 0) ||
        !dtn_event_is_word_of(f, "lifting", f->words[w->head].lemma))
        return false;
    *by = dtn_event_sense_of(f, w->head);
    return *by && dtn_one_of((*by)->type, "RETREAT|CONCEDE");
}

bool dtn_event_is_undone(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    char key[64];
    if (w->head == DTN_NO_WORD || !dtn_is_rel(w, "nsubj") || w->tag == DTN_TAG_VERB)
        return false;
    const dtn_word *verb = &f->words[w->head];
    if (dtn_event_is_word_of(f, "unravel", verb->lemma))
        return true;
    return w->head + 1 < f->n &&
           DTN_JOIN(key, sizeof key, verb->lemma, " ", verb[1].lemma) < sizeof key &&
           dtn_event_is_word_of(f, "unravel", key);
}
