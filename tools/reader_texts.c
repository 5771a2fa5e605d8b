/* Texts from standard input, one JSON object a line, read whole or as one sentence each. */
#include "reader_texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINE (1 << 22)

static void print(const dtn_diags *diags)
{
    for (size_t i = 0; i < diags->n; i++) {
        char *text = dtn_diag_format(&diags->items[i], 0);
        (void)fputs(text, stderr);
        dtn_free(text);
    }
}

dtn_reader *texts_reader(const char *folder, const char *bounds, const char *actors,
                         const char *vocabulary)
{
    dtn_diags diags;
    dtn_diags_init(&diags);
    dtn_reader *reader = NULL;
    dtn_reader_options options = {.folder = folder, .actors = actors, .vocabulary = vocabulary};
    dtn_status status = dtn_reader_new(&options, &reader, &diags);
    if (status == DTN_OK && bounds) {
        dtn_free(reader->bounds);
        reader->bounds = NULL;
        if (*bounds)
            status = dtn_bounds_read(bounds, &reader->bounds, &diags);
    }
    print(&diags);
    dtn_diags_free(&diags);
    return status == DTN_OK ? reader : NULL;
}

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

static uint32_t *count_chars(const char *text, size_t n, dtn_arena *arena)
{
    uint32_t *chars = DTN_NEW_N(arena, uint32_t, n + 2);
    for (size_t i = 0; i < n; i++)
        chars[i + 1] = chars[i] + (((unsigned char)text[i + 1] & 0xc0) != 0x80);
    return chars;
}

static void read_text(const dtn_reader *reader, const json_t *object, texts_fn call, void *ctx)
{
    dtn_arena arena;
    dtn_arena_init(&arena);
    if (DTN_ARENA_GUARD(&arena))
        exit(1);
    dtn_document d = {.name = "text.txt",
                      .text = json_string_value(json_object_get(object, "text"))};
    dtn_parsed parsed = {0};
    dtn_said said = {0};
    dtn_reading reading;
    dtn_diags diags;
    dtn_diags_init(&diags);
    d.n = d.text ? strlen(d.text) : 0;
    const uint32_t *chars = d.n ? count_chars(d.text, d.n, &arena) : NULL;
    if (d.n && dtn_read_parse(reader, &d, &arena, &parsed, &diags) == DTN_OK) {
        if (json_is_true(json_object_get(object, "whole")))
            join_sentences(reader, &parsed, &arena);
        dtn_reader_analyse_parsed(reader, &parsed, &said, &arena, &reading);
        dtn_reader_find_events(reader, json_string_value(json_object_get(object, "date")), NULL,
                               NULL, NULL, &reading);
        call(ctx, reader, object, &reading, chars);
    }
    dtn_diags_free(&diags);
    dtn_arena_free(&arena);
}

void texts_each(const dtn_reader *reader, texts_fn call, void *ctx)
{
    char *line = malloc(MAX_LINE);
    while (line && fgets(line, MAX_LINE, stdin)) {
        json_t *object = json_loads(line, 0, NULL);
        read_text(reader, object, call, ctx);
        json_decref(object);
    }
    free(line);
}
