/* For tools/reading.py and tools/train_reranker.py: what the reader makes of texts, with all
 * features, as JSON Lines. Not installed.
 *
 *   reader_dump READER-FOLDER [BOUNDS [ACTORS [VOCABULARY]]] < texts.jsonl
 *
 * BOUNDS: see texts_reader; "-" is the folder's. A line in: {"id", "text", "whole": one sentence, as it
 * is, "date": of the document, "trace": what the weights of events see as well}.
 *
 * A line with "spans", [begin, end] each in characters of the text, gives one object alone: id and what
 * concepts of VOCABULARY these name, or null, as if claims had been found there.
 *
 * One object a sentence: id, features, candidates for claims, events; spans count characters.
 */
#include "reader_texts.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Characters before each byte of the text at hand. */
static const uint32_t *chars;

static void add_feature(void *ctx, const char *name, double value)
{
    (void)value;
    json_array_append_new(ctx, json_string(name));
}

static json_t *pair(dtn_span s)
{
    return json_pack("[i,i]", (int)chars[s.begin], (int)chars[s.end]);
}

/* What the weights of events see, while a document's events are found: event -> model and candidate ->
 * names and values. */
static void trace_event(void *ctx, size_t event, char model, size_t candidate, const char *code,
                        const char *name, double value)
{
    json_t *events = ctx;
    while (json_array_size(events) <= event)
        json_array_append_new(events, json_object());
    json_t *features = json_array_get(events, event);
    char key[32];
    (void)snprintf(key, sizeof key, "%c%03zu", model, candidate);
    json_t *of = json_object_get(features, key);
    if (!of) {
        of = json_pack("{s:s,s:[]}", "code", code, "features");
        json_object_set_new(features, key, of);
    }
    json_array_append_new(json_object_get(of, "features"), json_pack("[s,f]", name, value));
}

static json_t *number_or_null(double x) { return x >= 0 ? json_real(x) : json_null(); }

static json_t *dump_event(const dtn_event *e, const dtn_sentence *s)
{
    json_t *toll = e->has_toll ? json_pack("[o,o,s]", number_or_null(e->toll.min),
                                           number_or_null(e->toll.max), e->toll.of)
                               : json_null();
    return json_pack("{s:s,s:s,s:s,s:s,s:b,s:b,s:s,s:f,s:s,s:s,s:o,s:s,s:[i,i]}", "type", e->type,
                     "mode", e->mode, "source", e->source, "target", e->target, "outer",
                     (int)e->is_outer, "nominal", (int)e->is_nominal, "modality",
                     dtn_modality_name(e->modality), "probability", e->probability, "date", e->date,
                     "by", e->speaker, "deaths", toll, "trigger", s->words[e->trigger].form, "at",
                     (int)chars[s->words[e->trigger].begin], (int)chars[s->words[e->trigger].end]);
}

static void dump_events(const dtn_reading *r, uint32_t i, const json_t *traced, json_t *record)
{
    json_t *list = json_array();
    for (size_t k = 0; k < r->n_event; k++) {
        if (r->events[k].sentence != i)
            continue;
        json_t *one = dump_event(&r->events[k], &r->parsed.sentences[i]);
        json_t *features = json_array_get(traced, k);
        if (features)
            json_object_set(one, "candidates", features);
        json_array_append_new(list, one);
    }
    json_object_set_new(record, "events", list);
}

/* Words with their places and the tree: [begin, end, tag, head, relation, lemma, xtag]. */
static void dump_words(const dtn_sentence *s, json_t *record)
{
    json_t *list = json_array();
    for (uint32_t k = 0; k < s->n; k++) {
        const dtn_word *w = &s->words[k];
        json_array_append_new(list, json_pack("[i,i,s,i,s,s,s]", (int)chars[w->begin],
                                              (int)chars[w->end], dtn_tag_name(w->tag),
                                              w->head == DTN_NO_WORD ? -1 : (int)w->head,
                                              w->relation, w->lemma, w->xtag));
    }
    json_object_set_new(record, "words", list);
}

static void dump_sentence(const dtn_reader *reader, const dtn_reading *r, uint32_t i,
                          const char *id, const json_t *traced)
{
    const dtn_sentence *s = &r->parsed.sentences[i];
    size_t first = 0, n = 0;
    while (first < r->n_claim && r->claims[first].sentence != i)
        first++;
    while (first + n < r->n_claim && r->claims[first + n].sentence == i)
        n++;
    const dtn_claim *claims = r->claims + first;
    json_t *record = json_object(), *features = json_array(), *list = json_array();
    json_object_set_new(record, "id", json_string(id));
    json_object_set_new(record, "begin", json_integer(chars[s->begin]));
    json_object_set_new(record, "end", json_integer(chars[s->end]));
    dtn_features_of_sentence(reader->rules, &r->parsed, i, claims, n, add_feature, features);
    json_object_set_new(record, "features", features);
    json_object_set_new(record, "score", json_real(r->sentence_scores[i]));
    const dtn_bounds_sentence *bounds = reader->bounds ? dtn_bounds_prepare(s, r->arena) : NULL;
    for (size_t k = 0; k < n; k++) {
        const dtn_claim *c = &claims[k];
        json_t *one = json_object(), *names = json_array();
        json_object_set_new(one, "rule", json_string(c->rule->name));
        json_object_set_new(one, "group", json_integer((json_int_t)(c->group - (uint32_t)first)));
        json_object_set_new(one, "trigger", pair(dtn_read_bytes(s, c->trigger_words)));
        json_object_set_new(one, "previous", json_boolean(c->cause_sentence != i));
        json_object_set_new(
            one, "cause",
            pair(dtn_read_bytes(&r->parsed.sentences[c->cause_sentence], c->cause_words)));
        json_object_set_new(one, "effect", pair(dtn_read_bytes(s, c->effect_words)));
        json_object_set_new(
            one, "heads", json_pack("[i,i]", c->cause < s->n ? (int)c->cause : -1, (int)c->effect));
        json_object_set_new(one, "sign", json_integer(c->sign));
        json_object_set_new(
            one, "between",
            json_integer(c->trigger_direction * c->cause_direction * c->effect_direction));
        json_object_set_new(one, "signs",
                            json_pack("[i,i,i]", c->sign_trigger, c->sign_cause, c->sign_effect));
        json_object_set_new(one, "purpose", json_boolean(c->purpose));
        json_object_set_new(
            one, "aim",
            json_boolean(c->purpose && dtn_read_is_aim(reader->rules, &reader->known, s, c)));
        json_object_set_new(one, "weak", json_boolean(c->weak));
        json_object_set_new(one, "negated", json_boolean(c->negated));
        json_object_set_new(one, "reaction",
                            json_boolean(dtn_rule_property(c->rule, "reaction") != NULL));
        json_object_set_new(one, "probability", json_real(c->probability));
        if (bounds && c->group - (uint32_t)first == k) {
            dtn_claim bound = *c;
            if (dtn_bounds_apply_to(c))
                dtn_bounds_set(reader->bounds, bounds, &bound);
            json_object_set_new(
                one, "bounds",
                json_pack("[o,o]",
                          pair(dtn_read_bytes(&r->parsed.sentences[c->cause_sentence],
                                              bound.cause_words)),
                          pair(dtn_read_bytes(s, bound.effect_words))));
        }
        dtn_features_of_claim(reader->rules, &reader->known, &r->parsed, claims, n, k, 1,
                              add_feature, names);
        json_object_set_new(one, "features", names);
        json_array_append_new(list, one);
    }
    json_object_set_new(record, "claims", list);
    dump_events(r, i, traced, record);
    dump_words(s, record);
    (void)json_dumpf(record, stdout, JSON_COMPACT);
    (void)putchar('\n');
    json_decref(record);
}

/* Whether a word begins before `end`, ends after `begin`, in characters. */
static bool is_in(const dtn_word *w, const int span[2])
{
    return (int)chars[w->begin] < span[1] && (int)chars[w->end] > span[0];
}

/* What a span given names: its head is its first word that hangs on none of its others. */
static json_t *concept_of(const dtn_reader *reader, const dtn_reading *r, const int span[2])
{
    for (uint32_t i = 0; i < r->parsed.n; i++) {
        const dtn_sentence *s = &r->parsed.sentences[i];
        dtn_span words = {0, 0};
        uint32_t head = DTN_NO_WORD;
        for (uint32_t k = 0; k < s->n; k++) {
            const dtn_word *w = &s->words[k];
            if (!is_in(w, span))
                continue;
            words = (dtn_span){words.end > 0 ? words.begin : k, k + 1};
            if (head == DTN_NO_WORD && w->tag != DTN_TAG_PUNCT &&
                (w->head == DTN_NO_WORD || !is_in(&s->words[w->head], span)))
                head = k;
        }
        int direction = 1;
        const char *concept = head == DTN_NO_WORD ? NULL
                                                  : dtn_read_concept(reader, r, i, words, head,
                                                                     DTN_NO_WORD, &direction);
        if (words.end > 0)
        return concept ? json_string(concept) : json_null();
    }
    return json_null();
}

static void dump_concepts(const dtn_reader *reader, const dtn_reading *r, const char *id,
                          const json_t *spans)
{
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(spans); i++) {
        const json_t *one = json_array_get(spans, i);
        const int span[2] = {(int)json_integer_value(json_array_get(one, 0)),
                             (int)json_integer_value(json_array_get(one, 1))};
        json_array_append_new(list, concept_of(reader, r, span));
    }
    json_t *record = json_pack("{s:s,s:o}", "id", id, "concepts", list);
    (void)json_dumpf(record, stdout, JSON_COMPACT);
    (void)putchar('\n');
    json_decref(record);
}

static void dump_text(void *ctx, const dtn_reader *reader, const json_t *object,
                      const dtn_reading *reading, const uint32_t *text_chars)
{
    (void)ctx;
    const char *id = json_string_value(json_object_get(object, "id"));
    chars = text_chars;
    if (json_object_get(object, "spans")) {
        dump_concepts(reader, reading, id, json_object_get(object, "spans"));
        return;
    }
    json_t *traced = json_array();
    dtn_reading own = *reading;
    if (json_is_true(json_object_get(object, "trace")))
        dtn_reader_find_events(reader, json_string_value(json_object_get(object, "date")), NULL,
                               trace_event, traced, &own);
    for (uint32_t i = 0; i < own.parsed.n; i++)
        dump_sentence(reader, &own, i, dtn_arena_printf(own.arena, "%s#%u", id, i), traced);
    json_decref(traced);
}

int main(int argc, char **argv)
{
    const char *bounds = argc > 2 && strcmp(argv[2], "-") != 0 ? argv[2] : NULL;
    dtn_reader *reader = texts_reader(argc > 1 ? argv[1] : "reader", bounds,
                                      argc > 3 ? argv[3] : NULL, argc > 4 ? argv[4] : NULL);
    if (!reader)
        return 3;
    texts_each(reader, dump_text, NULL);
    dtn_reader_delete(reader);
    return 0;
}
