/* Records: claims and recommendations as JSON Lines in the contract's form. */
#include "read/read.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "num/num.h"

static json_t *text_or_null(const char *text)
{
    json_t *value = text ? json_string(text) : json_null();
    return value ? value : json_null(); /* not UTF-8: no name rather than a broken line */
}

static json_t *span_of(dtn_span bytes)
{
    return json_pack("[i,i]", (int)bytes.begin, (int)bytes.end);
}

/* Three decimals: more than the calibration knows, and the same on every machine. */
static json_t *probability_of(double p) { return json_real(dtn_round(p * 1000) / 1000); }

static const char *id_of(const dtn_document *document, const char *kind, dtn_span a, dtn_span b,
                         char out[17])
{
    uint32_t places[4] = {a.begin, a.end, b.begin, b.end};
    uint64_t hash = dtn_hash64(document->text, document->n, 0);
    hash = dtn_hash64(places, sizeof places, hash);
    hash = dtn_hash64(kind, strlen(kind), hash);
    snprintf(out, 17, "%016llx", (unsigned long long)hash);
    return out;
}

static json_t *begin_record(const dtn_reader *reader, const dtn_document *document,
                            const char *kind, const char *id, const dtn_sentence *s)
{
    json_t *record = json_object();
    json_object_set_new(record, "kind", json_string(kind));
    json_object_set_new(record, "id", json_string(id));
    json_object_set_new(record, "coder", json_string(reader->coder));
    json_object_set_new(record, "doc", text_or_null(document->name));
    json_object_set_new(record, "sentence", span_of((dtn_span){s->begin, s->end}));
    return record;
}

static json_t *claim_record(const dtn_reader *reader, const dtn_document *document,
                            const dtn_reading *r, const dtn_claim *c)
{
    static const char *const modes[] = {"descriptive", "predictive", "normative"};
    const dtn_sentence *s = &r->parsed.sentences[c->sentence];
    dtn_span cause = dtn_read_bytes(&r->parsed.sentences[c->cause_sentence], c->cause_words);
    dtn_span effect = dtn_read_bytes(s, c->effect_words);
    char id[17];
    json_t *record =
        begin_record(reader, document, "claim", id_of(document, "claim", cause, effect, id), s);
    json_object_set_new(record, "cause", text_or_null(c->cause_concept));
    json_object_set_new(record, "cause_span", span_of(cause));
    json_object_set_new(record, "effect", text_or_null(c->effect_concept));
    json_object_set_new(record, "effect_span", span_of(effect));
    json_object_set_new(record, "polarity",
                        c->sign ? json_string(c->sign < 0 ? "-" : "+") : json_null());
    json_object_set_new(record, "negated", json_boolean(c->negated));
    json_object_set_new(record, "hedged", json_boolean(c->n_hedge > 0));
    json_t *hedges = json_array();
    for (size_t i = 0; i < c->n_hedge; i++)
        json_array_append_new(hedges, text_or_null(c->hedges[i]));
    json_object_set_new(record, "hedges", hedges);
    json_object_set_new(record, "mode", json_string(modes[c->mode]));
    json_object_set_new(record, "purpose", json_boolean(c->purpose));
    json_object_set_new(record, "conditional", json_boolean(c->conditional));
    json_object_set_new(record, "attributed_to", text_or_null(c->attributed_to));
    json_object_set_new(record, "probability", probability_of(c->probability));
    return record;
}

static json_t *advice_record(const dtn_reader *reader, const dtn_document *document,
                             const dtn_reading *r, const dtn_advice *a)
{
    const dtn_sentence *s = &r->parsed.sentences[a->sentence];
    dtn_span span = dtn_read_bytes(s, a->words);
    char id[17];
    json_t *record = begin_record(reader, document, "recommendation",
                                  id_of(document, "recommendation", span, span, id), s);
    json_object_set_new(record, "span", span_of(span));
    json_object_set_new(record, "lever", text_or_null(a->lever));
    json_object_set_new(record, "direction", json_string(a->direction < 0 ? "-" : "+"));
    json_object_set_new(record, "hedged", json_boolean(a->hedged));
    json_object_set_new(record, "conditional", json_boolean(a->conditional));
    json_object_set_new(record, "attributed_to", text_or_null(a->attributed_to));
    json_object_set_new(record, "probability", probability_of(a->probability));
    return record;
}

typedef struct text_buffer {
    dtn_arena *arena;
    char *items;
    size_t n, cap;
} text_buffer;

static int append(const char *bytes, size_t n, void *ctx)
{
    text_buffer *b = ctx;
    for (size_t i = 0; i < n; i++)
        DTN_PUSH(b->arena, b->items, b->n, b->cap, bytes[i]);
    return 0;
}

static void add_line(text_buffer *b, json_t *record)
{
    (void)json_dump_callback(record, append, b, JSON_COMPACT | JSON_REAL_PRECISION(4));
    (void)append("\n", 1, b);
    json_decref(record);
}

const char *dtn_reader_records(const dtn_reader *reader, const dtn_document *document,
                               const dtn_reading *r, dtn_arena *arena, size_t *n)
{
    text_buffer b = {.arena = arena};
    dtn_claim *claims = DTN_NEW_N(arena, dtn_claim, r->n_claim + 1);
    size_t n_claim = dtn_reader_kept(reader, r, claims);
    size_t c = 0, a = 0;
    for (uint32_t i = 0; i < r->parsed.n; i++) {
        for (; c < n_claim && claims[c].sentence == i; c++)
            add_line(&b, claim_record(reader, document, r, &claims[c]));
        for (; a < r->n_advice && r->advice[a].sentence == i; a++)
            if (r->advice[a].probability >= reader->least)
                add_line(&b, advice_record(reader, document, r, &r->advice[a]));
    }
    *n = b.n;
    return b.items;
}
