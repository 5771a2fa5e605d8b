/* For tools/reading.py and tools/train_reranker.py: what the reader makes of sentences, with all
 * features, as JSON Lines. Not installed.
 *
 *   reader_dump READER-FOLDER < parsed.conllu     trees as given; MISC holds "begin:end"
 *
 * One object a sentence: id, features, and its candidates with spans in the offsets of the input.
 */
#include "read/read.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE (1 << 16)

static void add_feature(void *ctx, const char *name, double value)
{
    (void)value;
    json_array_append_new(ctx, json_string(name));
}

static json_t *pair(dtn_span s) { return json_pack("[i,i]", (int)s.begin, (int)s.end); }

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
    json_object_set_new(record, "begin", json_integer(s->begin));
    json_object_set_new(record, "end", json_integer(s->end));
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
    (void)json_dumpf(record, stdout, JSON_COMPACT);
    (void)putchar('\n');
    json_decref(record);
}

/* ---- CoNLL-U ---------------------------------------------------------------- */

typedef struct input {
    dtn_arena arena;
    dtn_word *words;
    size_t n, cap;
    char *id;
} input;

static void read_word(input *in, char *line)
{
    char *column[10] = {line};
    for (int i = 1; i < 10; i++) {
        column[i] = strchr(column[i - 1], '\t');
        if (!column[i])
            return;
        *column[i]++ = '\0';
    }
    if (strchr(column[0], '-') || strchr(column[0], '.'))
        return;
    dtn_word w = {.form = dtn_arena_strdup(&in->arena, column[1]),
                  .lemma = dtn_arena_strdup(&in->arena, column[2]),
                  .tag = dtn_tag_find(column[3]),
                  .xtag = dtn_arena_strdup(&in->arena, column[4]),
                  .head = (uint32_t)strtoul(column[6], NULL, 10) - 1,
                  .relation = dtn_arena_strdup(&in->arena, column[7]),
                  .begin = (uint32_t)strtoul(column[9], NULL, 10)};
    char *colon = strchr(column[9], ':');
    w.end = colon ? (uint32_t)strtoul(colon + 1, NULL, 10) : w.begin;
    DTN_PUSH(&in->arena, in->words, in->n, in->cap, w);
}

/* Sentences of one document (the id up to '#') are analysed together. */
typedef struct document {
    dtn_arena arena;
    dtn_sentence *sentences;
    size_t n, cap;
    const char **ids;
    size_t n_id, cap_id;
    char name[128];
} document;

static void flush_document(const dtn_reader *reader, document *d)
{
    if (!d->n)
        return;
    dtn_parsed parsed = {.text = "", .sentences = d->sentences, .n = d->n};
    dtn_reading reading;
    dtn_reader_analyse_parsed(reader, &parsed, &d->arena, &reading);
    for (uint32_t i = 0; i < d->n; i++)
        dump_sentence(reader, &reading, i, d->ids[i]);
    dtn_arena_free(&d->arena);
    memset(d, 0, sizeof *d);
    dtn_arena_init(&d->arena);
}

static void end_sentence(const dtn_reader *reader, document *d, input *in)
{
    if (in->n && in->id) {
        size_t n_name = strcspn(in->id, "#");
        if (strncmp(d->name, in->id, n_name) != 0 || d->name[n_name] != '\0')
            flush_document(reader, d);
        snprintf(d->name, sizeof d->name, "%.*s", (int)n_name, in->id);
        dtn_sentence s = {.words = in->words, .n = (uint32_t)in->n};
        s.begin = in->words[0].begin;
        s.end = in->words[in->n - 1].end;
        dtn_rules_prepare(reader->rules, s.words, s.n);
        DTN_PUSH(&d->arena, d->sentences, d->n, d->cap, s);
        DTN_PUSH(&d->arena, d->ids, d->n_id, d->cap_id, in->id);
    }
    in->words = NULL;
    in->n = in->cap = 0;
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
    input in = {0};
    document d = {0};
    dtn_arena_init(&in.arena);
    dtn_arena_init(&d.arena);
    static char line[MAX_LINE];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (!line[0])
            end_sentence(reader, &d, &in);
        else if (strncmp(line, "# id ", 5) == 0)
            in.id = dtn_arena_strdup(&in.arena, line + 5);
        else if (line[0] != '#')
            read_word(&in, line);
    }
    end_sentence(reader, &d, &in);
    flush_document(reader, &d);
    dtn_arena_free(&in.arena);
    dtn_reader_delete(reader);
    dtn_diags_free(&diags);
    return 0;
}
