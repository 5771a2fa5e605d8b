/* Events that take up one told before: "the raid", "the attack that morning", "officials put the toll at 15", "the rebels
 * said that 20 soldiers were killed".
 *
 * A noun with "the", "this" or "that", in the singular, of the same type as an event of the last few sentences that
 * happened, contradicting nothing that this says of it: then it is that one, and its date, places and actors
 * are known. Figures stay each with its own sentence.
 */
#include "events/inner.h"

#include <string.h>

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
        !agree_actors(told->target, e->target) || !dtn_event_modes_agree(told->mode, e->mode) ||
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
        if (f->events[i].sentence + DTN_EVENTS_BACK < f->sentence)
            return NULL;
        else if (may_be(&f->events[i], e))
            return &f->events[i];
    for (size_t i = f->last.n_recent; i-- > 0;)
        if (f->last.recent[i].sentence + DTN_EVENTS_BACK >= f->sentence &&
            may_be(&f->last.recent[i], e))
            return &f->last.recent[i];
    return NULL;
}

/* "The rebels attacked a post; the army said that nine of its soldiers were killed": the last event of the sentence at
 * hand, a semicolon or colon before what word i tells; NULL: none. */
static const dtn_event *told_here(const finder *f, uint32_t i, const dtn_event *e)
{
    for (size_t k = f->n_event; k-- > f->first_here;) {
        bool is_apart = false;
        for (uint32_t at = f->events[k].trigger; at < i; at++)
            is_apart |= dtn_one_of(f->words[at].form, ";|:");
        if (is_apart && strcmp(f->events[k].type, "ASSAULT") == 0 && !f->events[k].has_toll &&
            (may_be(&f->events[k], e) || strncmp(f->events[k].target, e->target, 3) == 0 ||
             !f->events[k].target[0]))
            return &f->events[k];
    }
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

/* "In the first", "at the second", "on the spot", "in hospital": of the blows just told of, or where every such dead may be. */
static bool is_of_the_same(const finder *f, uint32_t i)
{
    return dtn_event_is_word_of(f, "spot", f->words[i].lemma) &&
           dtn_event_has_marker(f, i, "in|at|on|by|from");
}

/* Nothing beside the verb that says how or where they died otherwise: not "of cholera", "in a flood"; "among them
 * three children" and a day are nothing of the kind. */
static bool is_of_nothing_else(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    char date[22];
    uint32_t at = 0, to = 0;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling) {
        if (dtn_is_rel(&w[c], "advcl"))
            return false;
        if (!dtn_is_rel(&w[c], "obl") || dtn_event_has_marker(f, c, "among|including|accord") ||
            is_of_the_same(f, c) || dtn_is_number(&w[c]))
            continue;
        const bool is_day = dtn_date_in(w, c, f->n - 1, f->day, date, &at, &to) && at == c;
        if (!is_day && (w[c].tag != DTN_TAG_PROPN || dtn_event_has_marker(f, c, "of|from")))
            return false;
    }
    return true;
}

/* "The ministry said that only three people died", "nine civilians died": a clause by itself, of nothing else. */
static bool is_told_alone(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    return (w->head == DTN_NO_WORD ||
            (dtn_is_rel(w, "ccomp") && dtn_event_is_saying(&f->words[w->head]))) &&
           is_of_nothing_else(f, i);
}

static bool is_death(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    const bool is_dead = strcmp(w->lemma, "dead") == 0 && w->tag == DTN_TAG_ADJ &&
                         dtn_child(f->words, i, "cop") != DTN_NO_WORD &&
                         dtn_child(f->words, i, "nsubj") != DTN_NO_WORD;
    return (is_dead || (dtn_one_of(w->lemma, "die|perish") && w->tag == DTN_TAG_VERB)) &&
           is_told_alone(f, i);
}

/* "The army admits to forty-one dead", "..., the rebels claim sixty": a number with nothing behind it but the dead. */
static bool is_admitted(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    const uint32_t verb = w[i].head;
    if ((w[i].tag != DTN_TAG_NUM && strcmp(w[i].lemma, "dead") != 0) || verb == DTN_NO_WORD ||
        !dtn_event_is_word_of(f, "admitting", w[verb].lemma) || verb > i ||
        !(dtn_is_rel(&w[i], "obj") || dtn_is_rel(&w[i], "obl") || dtn_is_rel(&w[i], "xcomp") ||
          dtn_is_rel(&w[i], "ccomp")))
        return false;
    for (uint32_t c = w[verb].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_event_is_word_of(f, "tally", w[c].lemma))
            return false; /* "put the toll at 40" */
    if (strcmp(w[i].lemma, "dead") == 0)
        return true;
    return w[i].tag == DTN_TAG_NUM && (i + 1 == f->n || w[i + 1].tag == DTN_TAG_PUNCT);
}

/* The same side's figure again, or another's: nobody counts his own dead twice. */
static bool may_count_again(const dtn_event *told, const dtn_event *e)
{
    return !told->has_toll || (e->speaker[0] && strcmp(e->speaker, told->speaker) != 0) ||
           (told->toll.min == e->toll.min && told->toll.max == e->toll.max);
}

/* Dead that only a disaster between may have had: "a bus fell into a gorge. Fourteen people died." */
static bool is_of_disaster(const finder *f, const dtn_event *told)
{
    return f->last.has_disaster && told->sentence < f->last.disaster;
}

static bool is_just_told(const finder *f, const dtn_event *told)
{
    return told->sentence + 1 == f->sentence;
}

/* Of the events of one sentence, the one that tells of dead. */
static const dtn_event *with_dead(const finder *f, const dtn_event *told, const dtn_event *e)
{
    for (size_t i = f->first_here; told && !told->has_toll && i-- > 0;)
        if (f->events[i].sentence == told->sentence && f->events[i].has_toll &&
            may_be(&f->events[i], e))
            return &f->events[i];
    return told;
}

void dtn_events_take_up_death(const finder *f, dtn_event *e)
{
    if (e->is_nominal || strcmp(e->cameo, "186") != 0 || !e->has_toll || e->source[0] ||
        e->date[0] || (e->modality != DTN_ASSERTED && e->modality != DTN_REPORTED) ||
        !dtn_event_is_passive(f, e->trigger) || !is_told_alone(f, e->trigger))
        return;
    const dtn_event *here = told_here(f, e->trigger, e);
    const dtn_event *told = here ? here : with_dead(f, told_before(f, e), e);
    if (told && !is_of_disaster(f, told) && (told->has_toll || here || is_just_told(f, told)) &&
        may_count_again(told, e))
        take(e, told);
}

static bool is_toll(const finder *f, uint32_t i)
{
    return i > 0 && strcmp(f->words[i].lemma, "toll") == 0 && f->words[i].tag == DTN_TAG_NOUN &&
           is_definite(f->words, i);
}

/* The dead that word i tells of; false: none. */
static bool count_again(const finder *f, uint32_t i, bool is_bare, const dtn_event *told,
                        dtn_event *e)
{
    if (!is_bare)
        return dtn_toll_of(f->ew, f->words, f->n, i, f->day, &e->toll, &e->victims);
    e->toll = (dtn_toll){.until = DTN_NO_WORD};
    e->victims = i;
    memcpy(e->toll.of, told->toll.of, sizeof e->toll.of);
    e->toll.is_people = told->toll.is_people;
    return dtn_count_of(f->words, f->n, i, &e->toll.min, &e->toll.max);
}

/* "Sixty people have died.": of nothing told before; of what the next sentence tells, perhaps. */
static void keep_dead(finder *f, uint32_t i, dtn_event *e)
{
    if (f->last.has_disaster ||
        !dtn_toll_of(f->ew, f->words, f->n, i, f->day, &e->toll, &e->victims) || e->toll.is_total)
        return;
    e->modality = dtn_event_modality(f, i, dtn_event_speaker(f, i, e->speaker));
    if (e->modality != DTN_ASSERTED && e->modality != DTN_REPORTED)
        return;
    f->last.has_dead = true;
    f->last.dead_sentence = f->sentence;
    f->last.dead = e->toll;
}

/* Told for the first time: the verb of a sentence, or "a blast". */
static bool is_news(const finder *f, const dtn_event *e)
{
    const dtn_word *w = &f->words[e->trigger];
    if (e->is_nominal) {
        const uint32_t det = dtn_child(f->words, e->trigger, "det");
        return det == DTN_NO_WORD ? strcmp(w->xtag, "NNS") == 0
                                  : dtn_one_of(f->words[det].lemma, "a|an");
    }
    return w->head == DTN_NO_WORD || dtn_is_rel(w, "conj") || dtn_is_rel(w, "ccomp") ||
           dtn_is_rel(w, "parataxis");
}

void dtn_events_take_dead(finder *f)
{
    dtn_event *first = NULL;
    const bool has_dead = f->last.has_dead && f->last.dead_sentence + 1 == f->sentence;
    f->last.has_dead = f->last.has_dead && f->last.dead_sentence == f->sentence;
    for (size_t k = f->first_here; has_dead && k < f->n_event; k++) {
        dtn_event *e = &f->events[k];
        if (e->has_toll)
            return; /* its own */
        const bool is_fact = e->modality == DTN_ASSERTED || e->modality == DTN_REPORTED;
        if (is_fact && is_news(f, e) && strcmp(e->type, "ASSAULT") == 0 && !e->has_refers &&
            (!first || (first->is_nominal && !e->is_nominal)))
            first = e;
    }
    if (!first)
        return;
    first->has_toll = true;
    first->toll = f->last.dead;
    first->toll.until = DTN_NO_WORD;
    first->victims = first->trigger; /* their word stands in the sentence before */
}

/* What word i says of the dead of an event told before, as an event of this sentence. */
static void add_again(finder *f, uint32_t i, bool has_died, bool is_number)
{
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
    if (has_died)
        (void)dtn_date_of(f->words, f->n, i, DTN_IS_PAST,
                          f->last.has_day_told ? f->last.day_told : DTN_NO_DAY, f->day, e.date,
                          &e.date_first, &e.date_last);
    const dtn_event *here = told_here(f, i, &e);
    const dtn_event *told = here ? here : with_dead(f, told_before(f, &e), &e);
    const bool is_bare = is_number && strcmp(f->words[i].lemma, "dead") != 0;
    if (!told && !is_number)
        keep_dead(f, i, &e);
    if (!told || (!is_number && is_of_disaster(f, told)) ||
        (has_died && !told->has_toll && !here && !is_just_told(f, told)) ||
        (is_number && !told->has_toll && !here) || !count_again(f, i, is_bare, told, &e) ||
        (has_died && e.toll.is_total))
        return;
    e.type = told->type;
    e.mode = told->mode;
    e.cameo = told->cameo;
    e.has_toll = true;
    e.probability = told->probability;
    const bool is_said =
        is_number ? dtn_event_actor_at(f, dtn_event_subject(f, f->words[i].head), e.speaker) || true
                  : dtn_event_speaker(f, i, e.speaker);
    e.modality = dtn_event_modality(f, i, is_said);
    take(&e, told);
    dtn_event_set_bytes(f, &e);
    DTN_PUSH(f->arena, f->events, f->n_event, f->cap_event, e);
}

void dtn_events_toll_again(finder *f)
{
    for (size_t k = f->first_here; k < f->n_event; k++)
        if (f->events[k].has_toll)
            return;
    const size_t n_here = f->n_event;
    for (uint32_t i = 0; i < f->n; i++) {
        bool is_known = false;
        for (size_t k = f->first_here; k < n_here; k++)
            is_known |= f->events[k].trigger == i;
        if (is_known)
            continue;
        const bool has_died = is_death(f, i), is_number = !has_died && is_admitted(f, i);
        if (has_died || is_number || is_toll(f, i))
            add_again(f, i, has_died, is_number);
    }
}

void dtn_events_remember(const finder *f, uint32_t n_sentence, dtn_event_memory *out)
{
    size_t first = f->n_event, n = 0;
    while (first > 0 && f->n_event - first < DTN_EVENTS_RECENT &&
           f->events[first - 1].sentence + DTN_EVENTS_BACK >= n_sentence)
        first--;
    /* a part of one sentence looks back to those before it, too */
    for (size_t i = 0; i < f->last.n_recent; i++)
        if (f->last.recent[i].sentence + DTN_EVENTS_BACK >= n_sentence &&
            n + (f->n_event - first) < DTN_EVENTS_RECENT)
            out->recent[n++] = f->last.recent[i];
    for (size_t i = first; i < f->n_event; i++)
        out->recent[n++] = f->events[i];
    for (size_t i = 0; i < n; i++)
        out->recent[i].sentence = n_sentence - out->recent[i].sentence;
    out->n_recent = n;
    out->disaster = n_sentence - f->last.disaster;
    out->dead_sentence = n_sentence - f->last.dead_sentence;
}
