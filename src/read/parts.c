/* One document in parts, so that memory holds its text and the trees of two parts.
 *
 * Two arenas take turns: a part's sentences look back to the last few of the part before, whose
 * trees are still there. What else goes on from one part to the next is small and kept apart: who
 * spoke last and whether a quotation is open, who was named last. A document of one part is read as
 * dtn_reader_analyse reads it; a test compares both at small parts.
 */
#include "read/read.h"

#include <string.h>

typedef struct parting {
    const dtn_reader *reader;
    dtn_document document;
    bool wants_records, has_told_open;
    dtn_arena whole, arenas[2]; /* the text and what goes on; the parts in turn */
    dtn_text_parts *parts;
    dtn_parsed before; /* the last part's */
    dtn_said said;
    dtn_event_memory memory;
} parting;

/* A sentence of a part before, whose memory goes when the next one is read. */
static dtn_sentence keep_sentence(const dtn_sentence *from, dtn_arena *arena)
{
    dtn_sentence s = *from;
    s.words = DTN_NEW_N(arena, dtn_word, s.n + 1);
    for (uint32_t i = 0; i < s.n; i++) {
        s.words[i] = from->words[i];
        s.words[i].form = dtn_arena_strdup(arena, from->words[i].form);
        s.words[i].lemma = dtn_arena_strdup(arena, from->words[i].lemma);
        s.words[i].xtag = dtn_arena_strdup(arena, from->words[i].xtag);
        s.words[i].relation = dtn_arena_strdup(arena, from->words[i].relation);
    }
    return s;
}

/* And who spoke in it. */
static dtn_voice keep_voice(const dtn_voice *from, dtn_arena *arena)
{
    return (dtn_voice){.carried = from->carried ? dtn_arena_strdup(arena, from->carried) : NULL,
                       .said_before =
                           from->said_before ? dtn_arena_strdup(arena, from->said_before) : NULL};
}

/* The sentences of a part behind the last few of the one before. */
static void parse_part(const parting *p, const dtn_text *text, dtn_arena *arena, dtn_parsed *out)
{
    const size_t n_back = p->before.n < DTN_READ_BACK ? p->before.n : DTN_READ_BACK;
    *out = (dtn_parsed){.text = p->document.text,
                        .n_text = p->document.n,
                        .sentences = DTN_NEW_N(arena, dtn_sentence, n_back + text->n + 1),
                        .voices = DTN_NEW_N(arena, dtn_voice, n_back + text->n + 1),
                        .n = n_back,
                        .first = n_back};
    for (size_t i = 0; i < n_back; i++) {
        out->sentences[i] = keep_sentence(&p->before.sentences[p->before.n - n_back + i], arena);
        out->voices[i] = keep_voice(&p->before.voices[p->before.n - n_back + i], arena);
    }
    dtn_read_trees(p->reader, text->sentences, text->n, arena, out);
}

static dtn_status give(const parting *p, const dtn_reading *reading, dtn_arena *arena,
                       dtn_read_sink sink, void *ctx)
{
    const dtn_parsed *parsed = &reading->parsed;
    const size_t n = parsed->n - parsed->first;
    size_t(*spans)[2] = dtn_arena_alloc(arena, (n + 1) * sizeof *spans);
    json_t *records = NULL;
    for (size_t i = 0; i < n; i++) {
        spans[i][0] = parsed->sentences[parsed->first + i].begin;
        spans[i][1] = parsed->sentences[parsed->first + i].end;
    }
    if (p->wants_records)
        DTN_TRY(dtn_reader_records(p->reader, &p->document, reading, arena, &records));
    const dtn_read_part part = {.document = &p->document,
                                .reading = reading,
                                .records = records,
                                .sentences = (const size_t(*)[2])spans,
                                .n_sentence = n,
                                .n_done = n ? spans[n - 1][1] : p->document.n};
    const dtn_status status = sink(ctx, &part);
    json_decref(records);
    return status;
}

/* "On Friday", "yesterday", and nothing says of which week: told once. */
static void tell_open(parting *p, const dtn_reading *r, dtn_diags *diags)
{
    for (size_t i = 0; i < r->n_event; i++) {
        const dtn_event *e = &r->events[i];
        const dtn_sentence *s = &r->parsed.sentences[e->sentence];
        if (e->date[0] || e->date_first == DTN_NO_WORD || e->date_first > e->date_last ||
            e->date_last >= s->n)
            continue;
        const char *when =
            dtn_read_text(r->arena, &r->parsed, s, (dtn_span){e->date_first, e->date_last + 1});
        dtn_diags_add(
            diags, 942, (dtn_pos){.file = p->document.name},
            "give it at the head, on a line such as \"Date: 14 January 2026\", or as \"date\" of a line of JSON",
            "no date of the document was found; \"%s\" and the like stay open", when);
        p->has_told_open = true;
        return;
    }
}

/* One part into its arena; *goes_on: more may follow. */
static dtn_status read_part(parting *p, size_t most, dtn_arena *arena, dtn_read_sink sink,
                            void *ctx, bool *goes_on, dtn_diags *diags)
{
    dtn_text text = {0};
    dtn_reading reading;
    dtn_parsed parsed;
    if (DTN_ARENA_GUARD(arena))
        return DTN_E_MEMORY;
    *goes_on = dtn_text_next(p->parts, most, arena, &text);
    parse_part(p, &text, arena, &parsed);
    dtn_reader_analyse_parsed(p->reader, &parsed, &p->said, arena, &reading);
    dtn_reader_find_events(p->reader, p->document.date, &p->memory, NULL, NULL, &reading);
    if (!p->document.date && !p->has_told_open)
        tell_open(p, &reading, diags);
    p->before = parsed;
    return give(p, &reading, arena, sink, ctx);
}

/* The last speaker's name outlives the part that it stands in. */
static dtn_status keep_speaker(parting *p)
{
    if (DTN_ARENA_GUARD(&p->whole))
        return DTN_E_MEMORY;
    if (p->said.last)
        p->said.last = dtn_arena_strdup(&p->whole, p->said.last);
    if (p->said.lead_by)
        p->said.lead_by = dtn_arena_strdup(&p->whole, p->said.lead_by);
    if (p->said.lead_to)
        p->said.lead_to = dtn_arena_strdup(&p->whole, p->said.lead_to);
    return DTN_OK;
}

static dtn_status open_text(parting *p, dtn_diags *diags)
{
    dtn_document *d = &p->document;
    dtn_text text = {0};
    if (DTN_ARENA_GUARD(&p->whole))
        return DTN_E_MEMORY;
    DTN_TRY(
        dtn_text_open(d->name, d->text, d->n, DTN_TEXT_GUESS, &p->whole, &text, &p->parts, diags));
    d->title = d->title ? d->title : text.title;
    d->date = d->date ? d->date : text.date;
    d->source = d->source ? d->source : text.source;
    d->hash = dtn_document_hash(d);
    return DTN_OK;
}

static dtn_status read_parts(parting *p, size_t most, dtn_read_sink sink, void *ctx,
                             dtn_diags *diags)
{
    dtn_arena_init(&p->whole);
    for (int i = 0; i < 2; i++)
        dtn_arena_init(&p->arenas[i]);
    dtn_status status = open_text(p, diags);
    bool goes_on = true;
    for (int turn = 0; goes_on && status == DTN_OK; turn = !turn) {
        dtn_arena_free(&p->arenas[turn]);
        status = read_part(p, most, &p->arenas[turn], sink, ctx, &goes_on, diags);
        if (status == DTN_OK)
            status = keep_speaker(p);
    }
    for (int i = 0; i < 2; i++)
        dtn_arena_free(&p->arenas[i]);
    dtn_arena_free(&p->whole);
    return status;
}

dtn_status dtn_reader_parts(const dtn_reader *reader, const dtn_document *document, size_t most,
                            dtn_read_sink sink, void *ctx, dtn_diags *diags)
{
    parting p = {.reader = reader, .document = *document, .wants_records = true};
    return read_parts(&p, most, sink, ctx, diags);
}

dtn_status dtn_reader_readings(const dtn_reader *reader, const dtn_document *document, size_t most,
                               dtn_read_sink sink, void *ctx, dtn_diags *diags)
{
    parting p = {.reader = reader, .document = *document};
    return read_parts(&p, most, sink, ctx, diags);
}
