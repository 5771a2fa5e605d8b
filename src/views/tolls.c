/* Deaths that documents tell of one event, side by side: who counts how many.
 *
 * What documents tell as facts is grouped as the ledger groups it (events/same): what has no date of its own was in
 * the week up to the document's date, and is left out where that is not known. Which figure is right is
 * nobody's to say here.
 */
#include "views/views.h"

#include <math.h>
#include <string.h>

#include "base/dates.h"
#include "base/text.h"
#include "events/same.h"

static bool set_days(dtn_mention *m, const char *date)
{
    char first[11] = "";
    const char *slash = strchr(date, '/');
    const size_t n = slash ? (size_t)(slash - date) : strlen(date);
    if (n == 0 || n >= sizeof first)
        return false;
    memcpy(first, date, n);
    return dtn_days_of(first, &m->from) && dtn_days_of(slash ? slash + 1 : date, &m->to) &&
           m->from <= m->to;
}

/* The event's own date, else the week up to the document's; false where neither is known. */
static bool set_time(dtn_mention *m, const dtn_event *e, const char *document_date)
{
    int64_t day = 0;
    if (set_days(m, e->date))
        return true;
    if (strncmp(e->date, "../", 3) == 0 && dtn_days_of(e->date + 3, &day)) { /* by then */
        dtn_mention_undated(m, day);
        return true;
    }
    if (e->date[0] != '\0' || !document_date || !dtn_days_of(document_date, &day))
        return false;
    dtn_mention_undated(m, day);
    return true;
}

static dtn_mention *mention_of(const dtn_event *e, dtn_arena *arena)
{
    dtn_mention *m = DTN_NEW(arena, dtn_mention);
    *m = (dtn_mention){.key = dtn_arena_printf(arena, "%08u", e->bytes[2]),
                       .refers =
                           e->has_refers ? dtn_arena_printf(arena, "%08u", e->refers[2]) : NULL,
                       .type = e->type,
                       .mode = e->mode,
                       .source = e->source,
                       .target = e->target,
                       .killed_min = e->toll.min >= 0 ? e->toll.min : NAN,
                       .killed_max = e->toll.max >= 0 ? e->toll.max : NAN,
                       .killed_of = e->toll.of,
                       .speaker = e->speaker};
    return m;
}

void dtn_view_draft_tolls(dtn_view_draft *d, const dtn_reader *reader, const dtn_reading *r)
{
    for (size_t i = 0; i < r->n_event; i++) {
        const dtn_event *given = &r->events[i];
        const dtn_sentence *s = &r->parsed.sentences[given->sentence];
        double distance = 0;
        if (!given->has_toll || given->toll.is_total ||
            (given->modality != DTN_ASSERTED && given->modality != DTN_REPORTED))
            continue;
        dtn_event *e = DTN_NEW(d->arena, dtn_event);
        *e = *given; /* the reading's memory may go */
        dtn_mention *m = mention_of(e, d->arena);
        if (!set_time(m, e, d->date))
            continue;
        dtn_mention_words(m, dtn_read_text(r->arena, &r->parsed, s, (dtn_span){0, s->n}));
        const char *speaker = dtn_read_speaker(reader->rules, &reader->known, &r->parsed,
                                               e->sentence, e->trigger, r->arena, &distance);
        const dtn_view_toll toll = {.sentence = {s->begin, s->end},
                                    .event = e,
                                    .mention = m,
                                    .speaker =
                                        speaker ? dtn_arena_strdup(d->arena, speaker) : NULL};
        DTN_PUSH(d->arena, d->tolls, d->n_toll, d->cap_toll, toll);
    }
}

void dtn_views_group_tolls(dtn_views *v)
{
    dtn_mention *mentions = DTN_NEW_N(v->arena, dtn_mention, v->n_toll + 1);
    uint32_t *group = DTN_NEW_N(v->arena, uint32_t, v->n_toll + 1);
    for (size_t i = 0; i < v->n_toll; i++)
        mentions[i] = *v->tolls[i].mention;
    v->n_toll_group = 0;
    if (v->n_toll)
        dtn_mentions_group(mentions, v->n_toll, v->arena, group, &v->n_toll_group);
    for (size_t i = 0; i < v->n_toll; i++)
        v->tolls[i].group = group[i];
}

static bool differ(const dtn_view_toll *a, const dtn_view_toll *b)
{
    const char *x = a->speaker ? a->speaker : "", *y = b->speaker ? b->speaker : "";
    return (a->doc != b->doc || strcmp(x, y) != 0) &&
           (a->event->toll.min != b->event->toll.min || a->event->toll.max != b->event->toll.max);
}

bool dtn_views_toll_is_contested(const dtn_views *v, uint32_t group)
{
    for (size_t i = 0; i < v->n_toll; i++)
        for (size_t k = 0; k < i && v->tolls[i].group == group; k++)
            if (v->tolls[k].group == group && differ(&v->tolls[i], &v->tolls[k]))
                return true;
    return false;
}
