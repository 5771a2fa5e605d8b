/* For tests of the reader: one with the shipped rules and weights, and texts read by it. */
#ifndef DTN_TEST_READER_TEXT_H
#define DTN_TEST_READER_TEXT_H

#include "read/read.h"

static dtn_reader *reader;
static dtn_arena arena;

static int set_up(void **state)
{
    dtn_reader_options options = {.folder = "reader"};
    dtn_diags diags;
    (void)state;
    dtn_diags_init(&diags);
    dtn_status status = dtn_reader_new(&options, &reader, &diags);
    for (size_t i = 0; i < diags.n; i++)
        print_error("%s:%u: %s\n", diags.items[i].file, diags.items[i].line,
                    diags.items[i].message);
    dtn_diags_free(&diags);
    return status == DTN_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    dtn_reader_delete(reader);
    return 0;
}

/* Of a document of that date; NULL: none. */
static dtn_reading read_dated(const char *text, const char *date)
{
    dtn_document d = {.name = "t.txt", .text = text, .n = strlen(text), .date = date};
    dtn_reading reading;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(dtn_reader_analyse(reader, &d, &arena, &reading, &diags), DTN_OK);
    dtn_diags_free(&diags);
    return reading;
}

static inline dtn_reading read_text(const char *text) { return read_dated(text, NULL); }

/* The likeliest claim whose effect holds the word. */
static inline const dtn_claim *claim_on(const dtn_reading *r, const char *word)
{
    const dtn_claim *best = NULL;
    for (size_t i = 0; i < r->n_claim; i++) {
        const dtn_claim *c = &r->claims[i];
        const char *text =
            dtn_read_text(&arena, &r->parsed, &r->parsed.sentences[c->sentence], c->effect_words);
        if (strstr(text, word) && (!best || c->probability > best->probability))
            best = c;
    }
    return best;
}

#endif
