/* Events that take up one told before: "the raid", "the attack that morning", "officials put the toll at 15".
 *
 * A noun with "the", "this" or "that", in the singular, of the same type as an event of the last few sentences that
 * happened, contradicting nothing that this says of it: then it is that one, and its date, places and actors
 * are known. Figures stay each with its own sentence.
 */
#include "events/inner.h"

#include <string.h>

#define MAX_BACK 3 /* sentences */

typedef dtn_event_finder finder;

static bool is_definite(const dtn_word *words, uint32_t i)
{
    for (uint32_t k = i; k-- > 0 && k + 4 > i;) {
        if (dtn_one_of(words[k].lemma, "the|this|that"))
            return true;
        if (words[k].tag != DTN_TAG_ADJ && words[k].tag != DTN_TAG_NOUN)
            return false;
    }
    return false;
}

static bool agree(const char *a, const char *b)
{
    return a[0] == '\0' || b[0] == '\0' || strcmp(a, b) == 0;
}

/* A camp in a state, its soldiers: what says whose and what says who contradict nothing. */
static bool agree_actors(const char *a, const char *b)
{
    const size_t n = strlen(a), k = strlen(b);
    if (agree(a, b))
        return true;
    if (n < 3 || k < 3 || strchr(a, ';') || strchr(b, ';'))
        return false;
    const bool is_kind_a = dtn_is_bare_sector(a), is_kind_b = dtn_is_bare_sector(b);
    if (is_kind_a != is_kind_b)
        return (is_kind_a ? k : n) == 3 || strcmp(a + n - 3, b + k - 3) == 0;
    return (n == 3 || k == 3) && strncmp(a, b, 3) == 0;
}

static bool has_place(const dtn_event *e, const char *place)
{
    for (size_t i = 0; i < e->n_place; i++)
        if (strncmp(e->places[i], place, strlen(e->places[i])) == 0 ||
            strncmp(e->places[i], place, strlen(place)) == 0)
            return true;
    return e->n_place == 0;
}

/* May the later one be the earlier one? */
static bool may_be(const dtn_event *told, const dtn_event *e)
{
    if ((told->modality != DTN_ASSERTED && told->modality != DTN_REPORTED) ||
        strcmp(told->type, e->type) != 0 || !agree_actors(told->source, e->source) ||
        !agree_actors(told->target, e->target) || !agree(told->mode, e->mode) ||
        !agree(told->date, e->date))
        return false;
    for (size_t i = 0; i < e->n_place; i++)
        if (!has_place(told, e->places[i]))
            return false;
    return true;
}

/* The last event of the sentences before that it may be; NULL: none. */
static const dtn_event *told_before(const finder *f, const dtn_event *e)
{
    for (size_t i = f->first_here; i-- > 0;)
        if (f->events[i].sentence + MAX_BACK < f->sentence)
            return NULL;
        else if (may_be(&f->events[i], e))
            return &f->events[i];
    for (size_t i = f->last.n_recent; i-- > 0;)
        if (f->last.recent[i].sentence + MAX_BACK >= f->sentence && may_be(&f->last.recent[i], e))
            return &f->last.recent[i];
    return NULL;
}

void dtn_event_set_bytes(const finder *f, dtn_event *e)
{
    const dtn_word *w = f->words;
    const uint32_t bytes[4] = {w[e->first].begin, w[e->last].end, w[e->trigger].begin,
                               w[e->trigger].end};
    memcpy(e->bytes, bytes, sizeof bytes);
}

static void take(dtn_event *e, const dtn_event *told)
{
    e->has_refers = true;
    memcpy(e->refers, told->bytes, sizeof e->refers);
    if (!e->source[0])
        memcpy(e->source, told->source, sizeof e->source);
    if (!e->target[0])
        memcpy(e->target, told->target, sizeof e->target);
    if (!e->date[0])
        memcpy(e->date, told->date, sizeof e->date);
    if (e->n_place == 0) {
        memcpy(e->places, told->places, sizeof e->places);
        e->n_place = told->n_place;
    }
}

void dtn_events_take_up(const finder *f, dtn_event *e)
{
    const dtn_word *w = &f->words[e->trigger];
    if (!e->is_nominal || strcmp(w->xtag, "NN") != 0 || !is_definite(f->words, e->trigger))
        return;
    const dtn_event *told = told_before(f, e);
    if (told)
        take(e, told);
}

/* "The ministry said that only three people died": of nothing else, not "of cholera". */
static bool is_said_to_have_died(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (!dtn_one_of(w[i].lemma, "die|perish") || !dtn_is_rel(&w[i], "ccomp") ||
        !dtn_event_is_saying(&w[w[i].head]))
        return false;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "advcl") ||
            (dtn_is_rel(&w[c], "obl") &&
             (w[c].tag != DTN_TAG_PROPN || dtn_event_has_marker(f, c, "of|from"))))
            return false;
    return true;
}

void dtn_events_toll_again(finder *f)
{
    if (f->n_event > f->first_here)
        return;
    for (uint32_t i = 1; i < f->n; i++) {
        const bool has_died = is_said_to_have_died(f, i);
        if (!has_died && (strcmp(f->words[i].lemma, "toll") != 0 ||
                          f->words[i].tag != DTN_TAG_NOUN || !is_definite(f->words, i)))
            continue;
        dtn_event e = {.sentence = f->sentence,
                       .trigger = i,
                       .first = i,
                       .last = i,
                       .type = "ASSAULT",
                       .mode = "",
                       .is_nominal = true,
                       .is_outer = true,
                       .date_first = DTN_NO_WORD,
                       .date_last = DTN_NO_WORD};
        const dtn_event *told = told_before(f, &e);
        if (!told || (has_died && !told->has_toll) ||
            !dtn_toll_of(f->ew, f->words, f->n, i, f->day, &e.toll, &e.victims) ||
            (has_died && e.toll.is_total))
            return;
        e.type = told->type;
        e.mode = told->mode;
        e.cameo = told->cameo;
        e.has_toll = true;
        e.probability = told->probability;
        e.modality = dtn_event_modality(f, i, dtn_event_speaker(f, i, e.speaker));
        take(&e, told);
        dtn_event_set_bytes(f, &e);
        DTN_PUSH(f->arena, f->events, f->n_event, f->cap_event, e);
        return;
    }
}

void dtn_events_remember(const finder *f, uint32_t n_sentence, dtn_event_memory *out)
{
    size_t first = f->n_event, n = 0;
    while (first > 0 && f->n_event - first < DTN_EVENTS_RECENT &&
           f->events[first - 1].sentence + MAX_BACK >= n_sentence)
        first--;
    /* a part of one sentence looks back to those before it, too */
    for (size_t i = 0; i < f->last.n_recent; i++)
        if (f->last.recent[i].sentence + MAX_BACK >= n_sentence &&
            n + (f->n_event - first) < DTN_EVENTS_RECENT)
            out->recent[n++] = f->last.recent[i];
    for (size_t i = first; i < f->n_event; i++)
        out->recent[n++] = f->events[i];
    for (size_t i = 0; i < n; i++)
        out->recent[i].sentence = n_sentence - out->recent[i].sentence;
    out->n_recent = n;
}
