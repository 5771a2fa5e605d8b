/* The weights file: names, irregular lemmas, two tables of bytes, a hash over all of it.
 *
 *   "DTNSYN1\n", six numbers of four bytes (bits, classes, relations, lemmas, bytes of the texts,
 *   classes that a row has), the texts (lines: UPOS TAB XPOS of each class, relations, then
 *   form/UPOS TAB lemma), the tagger's table, the parser's table, XXH3-64 of all before.
 *
 * tools/train_parser.c writes it. Everything is checked before use: sizes, the hash, that each line
 * is whole; a damaged file is refused (910).
 */
#include "syntax/inner.h"

#include <string.h>

#define HEADER 32
#define MAX_FILE ((size_t)32 << 20)

typedef struct file {
    const char *path;
    char *bytes;
    size_t n;
    uint32_t bits, n_class, n_relation, n_lemma, n_text, row;
} file;

static uint32_t number(const char *bytes)
{
    const unsigned char *b = (const unsigned char *)bytes;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static dtn_status refuse(const file *f, int code, const char *what, dtn_diags *diags)
{
    dtn_diags_add(diags, code, (dtn_pos){f->path, 0, 0},
                  "`make train-parser` makes the file; a clone has it in reader/weights", "%s",
                  what);
    return DTN_E_INPUT;
}

static dtn_status check(file *f, dtn_diags *diags)
{
    if (f->n < HEADER + 8 || memcmp(f->bytes, "DTNSYN", 6) != 0)
        return refuse(f, 910, "this is not a file of parser weights", diags);
    if (memcmp(f->bytes, "DTNSYN1\n", 8) != 0)
        return refuse(f, 911, "the weights are of another version of the program", diags);
    uint32_t *const fields[] = {&f->bits,    &f->n_class, &f->n_relation,
                                &f->n_lemma, &f->n_text,  &f->row};
    for (size_t i = 0; i < 6; i++)
        *fields[i] = number(f->bytes + 8 + 4 * i);
    if (f->bits != DTN_SYNTAX_BITS || f->row != DTN_SYNTAX_MAX_CLASS)
        return refuse(f, 911, "the weights are of another version of the program", diags);
    const size_t n = HEADER + (size_t)f->n_text + 2 * DTN_SYNTAX_SIZE + 8;
    if (f->n != n || f->n_class == 0 || f->n_class > DTN_SYNTAX_MAX_CLASS || f->n_relation == 0 ||
        1 + 2 * f->n_relation > DTN_SYNTAX_MAX_CLASS)
        return refuse(f, 910, "the file is damaged: its parts do not fit its length", diags);
    const uint64_t hash = dtn_hash64(f->bytes, n - 8, 0);
    const uint64_t told = number(f->bytes + n - 8) | (uint64_t)number(f->bytes + n - 4) << 32;
    return hash == told ? DTN_OK : refuse(f, 910, "the file is damaged: its hash is wrong", diags);
}

/* The next line of the texts, cut at its tab; false at the end. */
static bool next_line(char **at, const char *end, char **first, char **second)
{
    char *newline = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
    if (!newline)
        return false;
    *newline = '\0';
    *first = *at;
    char *tab = strchr(*at, '\t');
    *second = NULL;
    if (tab) {
        *tab = '\0';
        *second = tab + 1;
    }
    *at = newline + 1;
    return true;
}

static uint32_t id_of(const char **list, uint32_t n, const char *text)
{
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(list[i], text) == 0)
            return i;
    return n;
}

static bool read_texts(dtn_syntax *s, const file *f)
{
    char *text = dtn_arena_alloc(&s->arena, (size_t)f->n_text + 1);
    memcpy(text, f->bytes + HEADER, f->n_text);
    char *at = text, *first, *second;
    const char *end = text + f->n_text;
    s->upos = DTN_NEW_N(&s->arena, const char *, f->n_class);
    s->xpos = DTN_NEW_N(&s->arena, const char *, f->n_class);
    s->upos_id = DTN_NEW_N(&s->arena, uint32_t, f->n_class);
    s->xpos_id = DTN_NEW_N(&s->arena, uint32_t, f->n_class);
    s->relations = DTN_NEW_N(&s->arena, const char *, f->n_relation);
    s->lemma = DTN_NEW_N(&s->arena, const char *, f->n_lemma + 1);
    for (s->n_class = 0; s->n_class < f->n_class; s->n_class++) {
        const uint32_t c = s->n_class;
        if (!next_line(&at, end, &first, &second) || !second)
            return false;
        s->upos[c] = first;
        s->xpos[c] = second;
        s->upos_id[c] = id_of(s->upos, c, first);
        s->xpos_id[c] = id_of(s->xpos, c, second);
    }
    for (s->n_relation = 0; s->n_relation < f->n_relation; s->n_relation++) {
        if (!next_line(&at, end, &first, &second))
            return false;
        s->relations[s->n_relation] = first;
    }
    for (uint32_t i = 0; i < f->n_lemma; i++) {
        if (!next_line(&at, end, &first, &second) || !second)
            return false;
        dtn_map_set(&s->lemmas, &s->arena, first, i);
        s->lemma[i] = second;
    }
    return true;
}

static dtn_status fill(dtn_syntax *s, const file *f, dtn_diags *diags)
{
    if (DTN_ARENA_GUARD(&s->arena))
        return DTN_E_MEMORY;
    if (!read_texts(s, f))
        return refuse(f, 910, "the file is damaged: a name is missing", diags);
    s->tables = dtn_alloc(2 * DTN_SYNTAX_SIZE);
    if (!s->tables)
        return DTN_E_MEMORY;
    memcpy(s->tables, f->bytes + HEADER + f->n_text, 2 * DTN_SYNTAX_SIZE);
    s->tagger.bytes = s->tables;
    s->parser.bytes = s->tables + DTN_SYNTAX_SIZE;
    dtn_hash128_hex(f->bytes, f->n, s->hash);
    return DTN_OK;
}

dtn_status dtn_syntax_read(const char *path, dtn_syntax **out, dtn_diags *diags)
{
    file f = {.path = path};
    DTN_TRY(dtn_file_read(path, MAX_FILE, &f.bytes, &f.n, diags));
    dtn_status status = check(&f, diags);
    dtn_syntax *s = status == DTN_OK ? dtn_alloc(sizeof *s) : NULL;
    if (status == DTN_OK && !s)
        status = DTN_E_MEMORY;
    if (s) {
        dtn_arena_init(&s->arena);
        status = fill(s, &f, diags);
    }
    dtn_free(f.bytes);
    if (status == DTN_OK)
        *out = s;
    else
        dtn_syntax_delete(s);
    return status;
}

void dtn_syntax_delete(dtn_syntax *s)
{
    if (!s)
        return;
    dtn_free(s->tables);
    dtn_arena_free(&s->arena);
    dtn_free(s);
}

const char *dtn_syntax_hash(const dtn_syntax *s) { return s->hash; }
