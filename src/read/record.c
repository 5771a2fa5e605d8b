/* Records: claims, events and recommendations as JSON in the contract's form. */
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

/* `text`: the hash of the document's bytes */
static const char *id_at(uint64_t text, const char *kind, const uint32_t places[4], char out[17])
{
    uint64_t hash = dtn_hash64(places, 4 * sizeof *places, text);
    hash = dtn_hash64(kind, strlen(kind), hash);
    snprintf(out, 17, "%016llx", (unsigned long long)hash);
    return out;
}

static const char *id_of(uint64_t text, const char *kind, dtn_span a, dtn_span b, char out[17])
{
    return id_at(text, kind, (const uint32_t[]){a.begin, a.end, b.begin, b.end}, out);
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

/* The words of an argument without "fewer" and "a lack of" before them: the sign has those. */
static dtn_span without_less(const dtn_reader *reader, const dtn_sentence *s, dtn_span words)
{
    uint32_t at = words.begin;
    if (words.begin >= words.end)
        return words;
    if (s->words[at].tag == DTN_TAG_DET && at + 1 < words.end)
        at++;
    if (dtn_read_is_property(reader->rules, &reader->known, s, at))
        return words;
    const dtn_entry *mod =
        dtn_lexicon_get(reader->rules, reader->known.direction.mod, &s->words[at]);
    const dtn_entry *of = dtn_lexicon_get(reader->rules, reader->known.direction.of, &s->words[at]);
    const bool is_of = at + 2 < words.end && (dtn_word_is(&s->words[at + 1], "of") ||
                                              dtn_word_is(&s->words[at + 1], "in"));
    const bool is_before = at + 1 < words.end && (s->words[at + 1].tag == DTN_TAG_NOUN ||
                                                  strcmp(s->words[at].xtag, "RBR") == 0);
    const bool is_act = s->words[at].tag == DTN_TAG_VERB && !dtn_word_hangs(&s->words[at], "amod");
    if (mod && mod->value < 0 && is_before && !is_act) /* not "lowering prices", which is done */
        return (dtn_span){at + 1, words.end};
    if (of && of->value < 0 && is_of)
        return (dtn_span){at + 2, words.end};
    return words;
}

static json_t *refers_or_null(const dtn_reading *r, const dtn_reference *to)
{
    return to->words.begin < to->words.end
               ? span_of(dtn_read_bytes(&r->parsed.sentences[to->sentence], to->words))
               : json_null();
}

static json_t *sign_or_null(int sign)
{
    return sign ? json_string(sign < 0 ? "-" : "+") : json_null();
}

static json_t *claim_record(const dtn_reader *reader, const dtn_document *document,
                            const dtn_reading *r, uint64_t text, const dtn_claim *c)
{
    static const char *const modes[] = {"descriptive", "predictive", "normative"};
    const dtn_sentence *s = &r->parsed.sentences[c->sentence];
    const dtn_sentence *before = &r->parsed.sentences[c->cause_sentence];
    dtn_span cause = dtn_read_bytes(before, without_less(reader, before, c->cause_words));
    dtn_span effect = dtn_read_bytes(s, without_less(reader, s, c->effect_words));
    char id[17];
    json_t *record =
        begin_record(reader, document, "claim", id_of(text, "claim", cause, effect, id), s);
    json_object_set_new(record, "cause", text_or_null(c->cause_concept));
    json_object_set_new(record, "cause_span", span_of(cause));
    json_object_set_new(record, "effect", text_or_null(c->effect_concept));
    json_object_set_new(record, "effect_span", span_of(effect));
    json_object_set_new(record, "cause_refers", refers_or_null(r, &c->cause_refers));
    json_object_set_new(record, "effect_refers", refers_or_null(r, &c->effect_refers));
    json_object_set_new(record, "polarity", sign_or_null(c->sign));
    json_object_set_new(record, "words_polarity",
                        sign_or_null(c->sign_trigger * c->sign_cause * c->sign_effect));
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
                             const dtn_reading *r, uint64_t text, const dtn_advice *a)
{
    const dtn_sentence *s = &r->parsed.sentences[a->sentence];
    dtn_span span = dtn_read_bytes(s, a->words);
    char id[17];
    json_t *record = begin_record(reader, document, "recommendation",
                                  id_of(text, "recommendation", span, span, id), s);
    json_object_set_new(record, "span", span_of(span));
    json_object_set_new(record, "lever", text_or_null(a->lever));
    json_object_set_new(record, "direction", json_string(a->direction < 0 ? "-" : "+"));
    json_object_set_new(record, "hedged", json_boolean(a->hedged));
    json_object_set_new(record, "conditional", json_boolean(a->conditional));
    json_object_set_new(record, "attributed_to", text_or_null(a->attributed_to));
    json_object_set_new(record, "addressee", text_or_null(a->addressee));
    json_object_set_new(record, "probability", probability_of(a->probability));
    return record;
}

static json_t *code_or_null(const char *code) { return code[0] ? json_string(code) : json_null(); }

static json_t *bound(double x) { return x >= 0 ? json_integer((json_int_t)x) : json_null(); }

static json_t *event_record(const dtn_reader *reader, const dtn_document *document,
                            const dtn_reading *r, uint64_t text, const dtn_event *e)
{
    const dtn_sentence *s = &r->parsed.sentences[e->sentence];
    char id[17];
    json_t *record = begin_record(reader, document, "event", id_at(text, "event", e->bytes, id), s);
    json_object_set_new(record, "source", code_or_null(e->source));
    json_object_set_new(record, "target", code_or_null(e->target));
    json_object_set_new(record, "type", json_string(e->type));
    json_object_set_new(record, "mode", code_or_null(e->mode));
    json_object_set_new(record, "cameo", code_or_null(e->cameo));
    json_object_set_new(record, "date", code_or_null(e->date));
    json_t *date_text = json_null();
    if (e->date_first != DTN_NO_WORD && e->date_first <= e->date_last && e->date_last < s->n)
        date_text = text_or_null(
            dtn_read_text(r->arena, &r->parsed, s, (dtn_span){e->date_first, e->date_last + 1}));
    json_object_set_new(record, "date_text", date_text);
    json_t *places = json_array();
    for (size_t i = 0; i < e->n_place; i++)
        json_array_append_new(places, json_string(e->places[i]));
    json_object_set_new(record, "places", places);
    json_t *toll = json_null();
    if (e->has_toll)
        toll = json_pack("{s:o,s:o,s:o}", "min", bound(e->toll.min), "max", bound(e->toll.max),
                         "of", code_or_null(e->toll.of));
    if (e->has_toll && e->toll.is_total)
        json_object_set_new(toll, "total", json_true());
    if (e->has_toll && e->toll.is_people)
        json_object_set_new(toll, "people", json_true());
    json_object_set_new(record, "fatalities", toll);
    json_object_set_new(record, "refers",
                        e->has_refers ? json_string(id_at(text, "event", e->refers, id))
                                      : json_null());
    json_object_set_new(record, "attributed_to", code_or_null(e->speaker));
    json_object_set_new(record, "modality", json_string(dtn_modality_name(e->modality)));
    json_object_set_new(record, "probability", probability_of(e->probability));
    return record;
}

uint64_t dtn_document_hash(const dtn_document *document)
{
    return dtn_hash64(document->text, document->n, 0);
}

dtn_status dtn_reader_records(const dtn_reader *reader, const dtn_document *document,
                              const dtn_reading *r, dtn_arena *arena, json_t **out)
{
    dtn_claim *claims = DTN_NEW_N(arena, dtn_claim, r->n_claim + 1);
    size_t n_claim = dtn_reader_kept(reader, r, claims);
    size_t c = 0, a = 0, e = 0;
    const uint64_t text = document->hash ? document->hash : dtn_document_hash(document);
    json_t *records = json_array();
    if (!records)
        return DTN_E_MEMORY;
    for (uint32_t i = (uint32_t)r->parsed.first; i < r->parsed.n; i++) {
        for (; c < n_claim && claims[c].sentence == i; c++)
            json_array_append_new(records, claim_record(reader, document, r, text, &claims[c]));
        for (; e < r->n_event && r->events[e].sentence == i; e++)
            json_array_append_new(records, event_record(reader, document, r, text, &r->events[e]));
        for (; a < r->n_advice && r->advice[a].sentence == i; a++)
            json_array_append_new(records, advice_record(reader, document, r, text, &r->advice[a]));
    }
    *out = records;
    return DTN_OK;
}
