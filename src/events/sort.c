/* What words of violence do not mean: floods that kill, matches that are won, and where a blast was.
 *
 * The words stand in reader/classes.tsv (causes without a doer, games). Mishaps: mishap.c; strikes of workers: labour.c.
 */
#include "events/inner.h"

#include <stdio.h>
#include <string.h>

typedef dtn_event_finder finder;

/* "Beat them by 39 runs", "thrashed them in the final". */
static bool is_game(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (!dtn_event_is_word_of(f, "overcome", w[i].lemma))
        return false;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling) {
        const uint32_t number = dtn_child(w, c, "nummod"); /* on which "by" may hang */
        if (dtn_is_rel(&w[c], "obl") && dtn_event_is_word_of(f, "game", w[c].lemma) &&
            (dtn_event_has_marker(f, c, "by|in|at|during") ||
             (number != DTN_NO_WORD && dtn_event_has_marker(f, number, "by"))))
            return true;
    }
    return false;
}

/* The word's child of that relation is of a class. */
static bool has_of_class(const finder *f, uint32_t i, const char *relation, const char *class_name)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling)
        if (dtn_is_rel(&f->words[c], relation) && f->words[c].tag != DTN_TAG_PRON &&
            dtn_event_is_word_of(f, class_name, f->words[c].lemma))
            return true;
    return false;
}

bool dtn_event_is_criticism(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    if (w->tag != DTN_TAG_VERB || !dtn_one_of(w->lemma, "attack|assault|savage") ||
        dtn_child(f->words, i, "obj|nsubj") == DTN_NO_WORD)
        return false;
    char who[DTN_MAX_ACTOR_TEXT];
    const size_t n = dtn_event_actor_at(f, dtn_event_subject(f, i), who) ? strlen(who) : 0;
    if (n >= 3 && dtn_one_of(who + n - 3, "MIL|REB|COP|CRM"))
        return false;
    return has_of_class(f, i, "obj", "abstract") ||
           (dtn_event_is_passive(f, i) && has_of_class(f, i, "nsubj", "abstract")) ||
           (!dtn_event_is_passive(f, i) && has_of_class(f, i, "nsubj", "critic") &&
            dtn_child(f->words, i, "obl") == DTN_NO_WORD);
}

bool dtn_event_is_figure(const finder *f, uint32_t i)
{
    return strcmp(f->words[i].lemma, "feed") == 0 && has_of_class(f, i, "obj", "abstract");
}

/* "Sanctions hurt trade": what a measure does, or is done to what has no body. */
static bool is_harm_without_wounds(const finder *f, uint32_t i)
{
    const uint32_t subject = dtn_child(f->words, i, "nsubj");
    char key[96];
    if (!dtn_one_of(f->words[i].lemma, "hurt|wound|injure") || dtn_event_is_passive(f, i))
        return false;
    if (has_of_class(f, i, "obj", "abstract"))
        return true;
    if (subject != DTN_NO_WORD && dtn_one_of(f->words[subject].lemma, "it|this|that|which") &&
        !dtn_event_has_blow(f, i) && strcmp(f->words[i].lemma, "hurt") == 0)
        return true; /* "it hurts us": what, is said elsewhere */
    if (subject == DTN_NO_WORD ||
        DTN_JOIN(key, sizeof key, "n:", f->words[subject].lemma) >= sizeof key)
        return false;
    const uint32_t at = dtn_map_get(&f->ew->triggers, key);
    return at != DTN_MAP_NONE && strcmp(f->ew->senses[at].type, "ASSAULT") != 0;
}

/* "Bombarded with questions", "prices shot up", "the film bombed", "the bowler struck twice". */
static bool is_figure_of_violence(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    const bool has_object = dtn_child(w, i, "obj") != DTN_NO_WORD;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_event_is_word_of(f, "pelt", w[i].lemma) && dtn_is_rel(&w[c], "obl") &&
            dtn_event_has_marker(f, c, "with") && dtn_event_is_word_of(f, "query", w[c].lemma))
            return true;
    if (strcmp(w[i].lemma, "shoot") == 0 && !has_object && i + 1 < f->n &&
        strcmp(w[i + 1].form, "up") == 0)
        return true;
    if (strcmp(w[i].lemma, "bomb") == 0 && !has_object && has_of_class(f, i, "nsubj", "fiction"))
        return true;
    bool has_game = false;
    for (uint32_t k = 0; k < f->n; k++)
        has_game |= dtn_event_is_word_of(f, "game", w[k].lemma) ||
                    dtn_one_of(w[k].lemma, "over|zombie|lunch|monster");
    return (!dtn_event_is_passive(f, i) || dtn_child(w, i, "aux") == DTN_NO_WORD) &&
           has_of_class(f, i, "nsubj", "player") &&
           (has_game || (!has_object && strcmp(w[i].lemma, "strike") == 0));
}

/* "An attack of asthma", "of nerves". */
static bool is_fit(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (!dtn_one_of(w[i].lemma, "attack|assault|siege"))
        return false;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "nmod") && dtn_event_has_marker(f, c, "of") &&
            (dtn_event_is_word_of(f, "cause", w[c].lemma) ||
             dtn_event_is_word_of(f, "figure", w[c].lemma)))
            return true;
    return false;
}

/* "The alarm went off", "rain set off a slide": of no bomb. */
static bool is_no_bomb(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (!dtn_one_of(w[i].lemma, "go|set") || i + 1 >= f->n || strcmp(w[i + 1].form, "off") != 0)
        return false;
    const uint32_t what = strcmp(w[i].lemma, "go") == 0 || dtn_event_is_passive(f, i)
                              ? dtn_event_subject(f, i)
                              : dtn_child(w, i, "obj");
    return what == DTN_NO_WORD || !(dtn_event_is_word_of(f, "arms", w[what].lemma) ||
                                    dtn_event_is_word_of(f, "device", w[what].lemma));
}

bool dtn_event_is_nobodys(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (w[i].tag != DTN_TAG_VERB) {
        for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
            if ((dtn_is_rel(&w[c], "compound") || dtn_is_rel(&w[c], "amod")) &&
                dtn_event_is_deedless(f, c) && !dtn_event_is_word_of(f, "substance", w[c].lemma))
                return true; /* lightning strikes; but of gas there are attacks */
        return dtn_event_is_deedless(f, i) || is_fit(f, i);
    }
    if (is_no_bomb(f, i) || is_game(f, i) || dtn_event_is_in_mishap(f, i) ||
        is_harm_without_wounds(f, i) || is_figure_of_violence(f, i))
        return true;
    /* "a landslide buried the village and killed 30" */
    const uint32_t above = dtn_child(w, i, "nsubj") == DTN_NO_WORD && !dtn_event_is_passive(f, i)
                               ? dtn_event_subject(f, i)
                               : DTN_NO_WORD;
    if (above != DTN_NO_WORD && dtn_event_is_deedless(f, above))
        return true;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling) {
        const bool is_doer = dtn_is_rel(&w[c], "nsubj") && strcmp(w[c].relation, "nsubj:pass") != 0;
        const bool is_means =
            dtn_is_rel(&w[c], "obl") && dtn_event_has_marker(f, c, "by|in|during|from");
        if (((is_doer || is_means) && dtn_event_is_deedless(f, c)) ||
            (is_doer && w[c].tag != DTN_TAG_VERB && dtn_event_is_nobodys(f, c)))
            return true;
    }
    return false;
}

/* ---- "Tamar blast" ---- */

static bool is_blow(const finder *f, const dtn_word *w)
{
    return dtn_event_is_word_of(f, "incident", w->lemma);
}

/* The name of a capital or a region over word i, or of a state: a state may attack, but explodes nowhere else. */
static bool is_place_name(const finder *f, uint32_t i, const dtn_word *blow)
{
    for (uint32_t back = 0; back < DTN_MAX_NAME_WORDS && back <= i; back++) {
        uint32_t n_matched = 0;
        const dtn_actor_name *name =
            dtn_actor_match(f->ew, f->words, f->n, i - back, f->day, &n_matched);
        if (name && n_matched > back)
            return name->kind == DTN_ACTOR_SEAT || name->kind == DTN_ACTOR_REGION ||
                   (name->kind == DTN_ACTOR_STATE &&
                    dtn_event_is_word_of(f, "explosion", blow->lemma));
    }
    return false;
}

bool dtn_event_is_where(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    uint32_t k = i + 1, n_matched = 0;
    if (w[i].tag != DTN_TAG_PROPN)
        return false;
    while (k < f->n && k < i + 4 && !is_blow(f, &w[k]) && w[k].tag == DTN_TAG_NOUN &&
           !dtn_actor_match(f->ew, w, f->n, k, f->day, &n_matched))
        k++;
    if (k >= f->n || !is_blow(f, &w[k]) ||
        (w[k].tag != DTN_TAG_NOUN && w[k].tag != DTN_TAG_PROPN) || !is_place_name(f, i, &w[k]))
        return false;
    for (uint32_t c = w[k].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (c > k && dtn_is_rel(&w[c], "nmod") && dtn_event_has_marker(f, c, "on|against|by"))
            return false; /* "the Northland attack on" */
    return true;
}
