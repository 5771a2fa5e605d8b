/* For tools/reading.py and tools/train_reranker.py: what the reader makes of texts, with all
 * features, as JSON Lines. Not installed.
 *
 *   reader_dump READER-FOLDER < texts.jsonl     {"id", "text", "whole": one sentence, as it is}
 *
 * One object a sentence: id, features, candidates for claims, events; spans count characters.
 */
#include "read/read.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE (1 << 22)

/* Characters before each byte of the text at hand. */
static uint32_t *chars;

static void add_feature(void *ctx, const char *name, double value)
{
    (void)value;
    json_array_append_new(ctx, json_string(name));
}

static json_t *pair(dtn_span s)
{
    return json_pack("[i,i]", (int)chars[s.begin], (int)chars[s.end]);
}

static void dump_events(const dtn_reading *r, uint32_t i, json_t *record)
{
    json_t *list = json_array();
    for (size_t k = 0; k < r->n_event; k++) {
        const dtn_event *e = &r->events[k];
        if (e->sentence == i)
            json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s,s:b,s:b,s:s,s:f}", "type",
                                                  e->type, "mode", e->mode, "source", e->source,
                                                  "target", e->target, "outer", (int)e->is_outer,
                                                  "nominal", (int)e->is_nominal, "modality",
                                                  dtn_modality_name(e->modality), "probability",
                                                  dtn_reader_event_probability(e)));
    }
    json_object_set_new(record, "events", list);
}

static void dump_sentence(const dtn_reader *reader, const dtn_reading *r, uint32_t i,
                          const char *id)
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
        json_object_set_new(one, "sign", json_integer(c->sign));
        json_object_set_new(one, "signs",
                            json_pack("[i,i,i]", c->sign_trigger, c->sign_cause, c->sign_effect));
        json_object_set_new(one, "purpose", json_boolean(c->purpose));
        json_object_set_new(one, "weak", json_boolean(c->weak));
        json_object_set_new(one, "negated", json_boolean(c->negated));
        json_object_set_new(one, "reaction",
                            json_boolean(dtn_rule_property(c->rule, "reaction") != NULL));
        json_object_set_new(one, "probability", json_real(c->probability));
        dtn_features_of_claim(reader->rules, &r->parsed, claims, n, k, 1, add_feature, names);
        json_object_set_new(one, "features", names);
        json_array_append_new(list, one);
    }
    json_object_set_new(record, "claims", list);
    dump_events(r, i, record);
    (void)json_dumpf(record, stdout, JSON_COMPACT);
    (void)putchar('\n');
    json_decref(record);
}

/* ---- Texts ------------------------------------------------------------------- */

/* One sentence of all words, whatever ends were found in it. Words of later sentences hang on the
 * root of the first. */
static void join_sentences(const dtn_reader *reader, dtn_parsed *p, dtn_arena *arena)
{
    uint32_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        n += p->sentences[i].n;
    if (p->n < 2)
        return;
    dtn_word *words = DTN_NEW_N(arena, dtn_word, n);
    uint32_t at = 0, root = 0;
    for (size_t i = 0; i < p->n; i++) {
        const dtn_sentence *s = &p->sentences[i];
        for (uint32_t k = 0; k < s->n; k++) {
            dtn_word *w = &words[at + k];
            *w = s->words[k];
            if (w->head != DTN_NO_WORD)
                w->head += at;
            else if (i > 0) {
                w->head = root;
                w->relation = "parataxis";
            } else {
                root = k;
            }
        }
        at += s->n;
    }
    p->sentences[0].words = words;
    p->sentences[0].n = n;
    p->sentences[0].end = p->sentences[p->n - 1].end;
    p->n = 1;
    dtn_rules_prepare(reader->rules, words, n);
}

static void count_chars(const char *text, size_t n, dtn_arena *arena)
{
    chars = DTN_NEW_N(arena, uint32_t, n + 2);
    for (size_t i = 0; i < n; i++)
        chars[i + 1] = chars[i] + (((unsigned char)text[i + 1] & 0xc0) != 0x80);
}

static void read_text(const dtn_reader *reader, const json_t *object)
{
    dtn_arena arena;
    dtn_arena_init(&arena);
    if (DTN_ARENA_GUARD(&arena))
        exit(1);
    const char *id = json_string_value(json_object_get(object, "id"));
    dtn_document d = {.name = "text.txt",
                      .text = json_string_value(json_object_get(object, "text"))};
    dtn_parsed parsed = {0};
    dtn_reading reading;
    dtn_diags diags;
    dtn_diags_init(&diags);
    d.n = d.text ? strlen(d.text) : 0;
    count_chars(d.text, d.n, &arena);
    if (d.n && dtn_read_parse(reader, &d, &arena, &parsed, &diags) == DTN_OK) {
        if (json_is_true(json_object_get(object, "whole")))
            join_sentences(reader, &parsed, &arena);
        dtn_reader_analyse_parsed(reader, &parsed, &arena, &reading);
        dtn_reader_find_events(reader, NULL, &reading);
        for (uint32_t i = 0; i < parsed.n; i++)
            dump_sentence(reader, &reading, i, dtn_arena_printf(&arena, "%s#%u", id, i));
    }
    dtn_diags_free(&diags);
    dtn_arena_free(&arena);
}

int main(int argc, char **argv)
{
    dtn_diags diags;
    dtn_diags_init(&diags);
    dtn_reader *reader = NULL;
    dtn_reader_options options = {.folder = argc > 1 ? argv[1] : "reader"};
    dtn_status status = dtn_reader_new(&options, &reader, &diags);
    for (size_t i = 0; i < diags.n; i++) {
        char *text = dtn_diag_format(&diags.items[i], 0);
        (void)fputs(text, stderr);
        dtn_free(text);
    }
    if (status != DTN_OK)
        return 3;
    char *line = malloc(MAX_LINE);
    while (line && fgets(line, MAX_LINE, stdin)) {
        json_t *object = json_loads(line, 0, NULL);
        read_text(reader, object);
        json_decref(object);
    }
    free(line);
    dtn_reader_delete(reader);
    dtn_diags_free(&diags);
    return 0;
}
