/* Words of one sentence that tell one event, to one event; and each death to one of them.
 *
 * "Signed an agreement" has a verb and a noun, "attacked a post, killing six" two verbs, "died in a raid" a
 * death and how it came about: each is one event with what all its words say. Where two events of a sentence stay
 * ("fought rebels, and 40 were killed in the battle") the dead are those of the nearer word, so
 * that no sum counts them twice.
 */
#include "events/inner.h"

#include <stdio.h>
#include <string.h>

typedef dtn_event_finder finder;

static bool is_death(const dtn_event *e) { return strcmp(e->cameo, "186") == 0; }

static void drop(finder *f, const dtn_event *e)
{
    const size_t at = (size_t)(e - f->events);
    memmove(f->events + at, f->events + at + 1, (f->n_event - at - 1) * sizeof *e);
    f->n_event--;
}

/* What `to` does not say of itself. */
static void fill(dtn_event *to, const dtn_event *from)
{
    if (!to->source[0])
        memcpy(to->source, from->source, sizeof to->source);
    if (!to->target[0])
        memcpy(to->target, from->target, sizeof to->target);
    if (!to->date[0] && from->date[0]) {
        memcpy(to->date, from->date, sizeof to->date);
        to->date_first = from->date_first;
        to->date_last = from->date_last;
    }
    if (!to->has_refers && from->has_refers) {
        to->has_refers = true;
        memcpy(to->refers, from->refers, sizeof to->refers);
    }
    if (!to->n_place && from->n_place) {
        memcpy(to->places, from->places, sizeof to->places);
        to->n_place = from->n_place;
    }
    if (!to->has_toll && from->has_toll) {
        to->has_toll = true;
        to->toll = from->toll;
        to->victims = from->victims;
    }
}

/* "Killed in two days of [strikes]". */
static bool is_time_of(const finder *f, uint32_t i, uint32_t verb)
{
    const uint32_t time = f->words[i].head;
    return time != DTN_NO_WORD && dtn_is_rel(&f->words[i], "nmod") &&
           dtn_event_has_marker(f, i, "of") && dtn_is_measure(&f->words[time]) &&
           f->words[time].head == verb && dtn_event_has_marker(f, time, "in|during|by|after|over");
}

/* "Killed in airstrikes": one event, with the kind of the strike. */
static bool is_cause_of_death(const finder *f, const dtn_event *death, const dtn_event *how)
{
    const dtn_word *w = f->words;
    return is_death(death) && death->modality != DTN_DENIED && strcmp(how->type, "ASSAULT") == 0 &&
           (w[how->trigger].head == death->trigger || is_time_of(f, how->trigger, death->trigger) ||
            dtn_event_antecedent(f, death->trigger) == how->trigger) &&
           !dtn_event_has_marker(f, how->trigger, "after|before|since|despite|amid") &&
           (how->is_nominal || dtn_event_has_marker(f, how->trigger, "in|by|during") ||
            dtn_event_has_child(f, how->trigger, "mark", "in|by|during"));
}

/* "Clashes between soldiers and rebels killed nine", whatever the tree makes of it. */
static bool is_subject_of_death(const finder *f, const dtn_event *death, const dtn_event *how)
{
    const dtn_word *w = f->words;
    uint32_t one = 0, other = 0;
    return is_death(death) && strcmp(how->type, "ASSAULT") == 0 && how->trigger < death->trigger &&
           dtn_event_between(f, how->trigger, &one, &other) &&
           ((w[death->trigger].head == how->trigger && w[other].head == death->trigger) ||
            (w[how->trigger].head == death->trigger &&
             dtn_child(w, death->trigger, "nsubj") == DTN_NO_WORD));
}

/* Who clashed did it, not the last of them. */
static void take_clash(dtn_event *death, const dtn_event *how)
{
    memcpy(death->source, how->source, sizeof death->source);
    memcpy(death->target, how->target, sizeof death->target);
    death->mode = how->mode;
    death->cameo = how->cameo;
    death->is_outer = how->is_outer;
    death->probability = how->probability;
    fill(death, how);
}

static void take_cause(const finder *f, dtn_event *death, const dtn_event *how)
{
    const bool is_loss = strcmp(f->words[death->trigger].lemma, "lose") == 0; /* whose is said */
    death->mode = how->mode;
    death->cameo = how->cameo;
    /* "strikes on Morvan killed 35 people": done to a state, whoever died */
    if (how->target[0] && !is_loss && strlen(death->target) <= 3 &&
        dtn_one_of(death->target, "|CIV|MIL|COP|REB"))
        memcpy(death->target, how->target, sizeof death->target);
    fill(death, how);
}

/* "Signed an agreement": the verb has its sense from the noun. */
static bool is_object_of_pair(const finder *f, const dtn_event *verb, const dtn_event *noun)
{
    char key[160];
    const dtn_word *w = f->words;
    if (!noun->is_nominal || verb->is_nominal || strcmp(verb->type, noun->type) != 0 ||
        w[noun->trigger].head != verb->trigger)
        return false;
    (void)DTN_JOIN(key, sizeof key, "v:", w[verb->trigger].lemma, " ", w[noun->trigger].lemma);
    return dtn_map_get(&f->ew->triggers, key) != DTN_MAP_NONE;
}

/* "Talks mediated by": a word more for the same. */
static bool is_participle_of(const finder *f, const dtn_event *noun, const dtn_event *verb)
{
    const dtn_word *w = &f->words[verb->trigger];
    return noun->is_nominal && !verb->is_nominal && strcmp(noun->type, verb->type) == 0 &&
           w->head == noun->trigger && dtn_is_rel(w, "acl") && strcmp(w->xtag, "VBN") == 0;
}

/* "Attacked a post, killing six", "stormed the town and killed six": who did the one did the other, then and
 * there. */
static bool is_outcome(const finder *f, const uint32_t *into, const dtn_event *act,
                       const dtn_event *death)
{
    const dtn_word *w = f->words;
    const uint32_t i = death->trigger;
    uint32_t head = w[i].head;
    if (head != DTN_NO_WORD && dtn_is_rel(&w[i], "conj") && dtn_is_rel(&w[head], "obj"))
        head = w[head].head; /* "killed 12 and wounded 30": joined to the 12, by the tree */
    if (!is_death(death) || act->is_nominal || death->is_nominal ||
        strcmp(act->type, "ASSAULT") != 0 || act->modality != death->modality ||
        head == DTN_NO_WORD || into[head] != act->trigger || i < act->trigger ||
        dtn_child(w, i, "nsubj|mark|aux") != DTN_NO_WORD || dtn_event_is_passive(f, i) ||
        dtn_event_is_passive(f, act->trigger) ||
        (death->date[0] && act->date[0] && strcmp(death->date, act->date) != 0))
        return false;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "obl") && dtn_event_has_marker(f, c, "in|at|near"))
            return false; /* elsewhere */
    return (dtn_is_rel(&w[i], "advcl") && strcmp(w[i].xtag, "VBG") == 0) ||
           dtn_is_rel(&w[i], "conj");
}

/* Who did it is known from the act, or not at all. */
static void take_outcome(dtn_event *act, const dtn_event *death)
{
    char source[sizeof act->source];
    memcpy(source, act->source, sizeof source);
    fill(act, death);
    memcpy(act->source, source, sizeof source);
}

/* Merges one pair; false: there is none. into: [n] the trigger that now stands for a word. */
static bool merge_one(finder *f, uint32_t *into)
{
    for (size_t a = f->first_here; a < f->n_event; a++)
        for (size_t b = f->first_here; b < f->n_event; b++) {
            dtn_event *to = &f->events[a], *from = &f->events[b];
            if (a == b)
                continue;
            if (is_participle_of(f, to, from))
                fill(to, from);
            else if (is_cause_of_death(f, to, from))
                take_cause(f, to, from);
            else if (is_subject_of_death(f, to, from))
                take_clash(to, from);
            else if (is_object_of_pair(f, to, from))
                fill(to, from);
            else if (is_outcome(f, into, to, from))
                take_outcome(to, from);
            else
                continue;
            for (uint32_t i = 0; i < f->n; i++)
                into[i] = into[i] == from->trigger ? to->trigger : into[i];
            drop(f, from);
            return true;
        }
    return false;
}

static uint32_t apart(const dtn_event *e)
{
    return e->trigger > e->victims ? e->trigger - e->victims : e->victims - e->trigger;
}

/* The dead of one phrase stand with one event: a death before others, then the nearest word. */
static void part_tolls(finder *f)
{
    for (size_t a = f->first_here; a < f->n_event; a++)
        for (size_t b = f->first_here; b < f->n_event; b++) {
            dtn_event *one = &f->events[a], *other = &f->events[b];
            if (a == b || !one->has_toll || !other->has_toll || one->victims != other->victims)
                continue;
            const bool is_first = is_death(one) != is_death(other) ? is_death(one)
                                  : apart(one) != apart(other)     ? apart(one) < apart(other)
                                                                   : a < b;
            if (is_first)
                other->has_toll = false;
        }
}

void dtn_events_merge(dtn_event_finder *f)
{
    if (f->n_event - f->first_here > 1) {
        uint32_t *into = DTN_NEW_N(f->arena, uint32_t, f->n);
        for (uint32_t i = 0; i < f->n; i++)
            into[i] = i;
        while (merge_one(f, into)) {
        }
    }
    part_tolls(f);
}
