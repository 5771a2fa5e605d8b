/* The file of weights: checked as a whole, then cut up.
 *
 * The checksum stands before everything but itself, so that a damaged byte anywhere is found before any
 * number is believed; sizes are checked against the file's end all the same, since a checksum is
 * no proof against somebody who means harm. Matrices are laid out anew for kernel.c.
 */
#include "syntax/parser.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define MAX_FILE ((size_t)64 << 20)

typedef struct cursor {
    const char *at, *end;
    bool is_bad;
} cursor;

static const void *take(cursor *c, size_t n)
{
    if ((size_t)(c->end - c->at) < n) {
        c->is_bad = true;
        return NULL;
    }
    const void *p = c->at;
    c->at += n;
    return p;
}

static void *take_copy(cursor *c, dtn_arena *arena, size_t n)
{
    const void *from = take(c, n);
    void *to = from ? dtn_arena_alloc(arena, n) : NULL;
    if (from)
        memcpy(to, from, n);
    return to;
}

static const char *take_text(cursor *c, dtn_arena *arena)
{
    const char *end = memchr(c->at, '\0', (size_t)(c->end - c->at));
    if (!end) {
        c->is_bad = true;
        return "";
    }
    const char *text = dtn_arena_strndup(arena, c->at, (size_t)(end - c->at));
    c->at = end + 1;
    return text;
}

static void take_matrix(cursor *c, dtn_arena *arena, dtn_syn_matrix *m, size_t rows, size_t columns)
{
    m->scale = take_copy(c, arena, columns * sizeof(float));
    const int8_t *w = take(c, rows * columns);
    if (!w)
        return;
    m->w = dtn_arena_alloc(arena, rows * columns * sizeof(int16_t));
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            m->w[((i / 2) * columns + j) * 2 + i % 2] =
                (int16_t)w[i * columns + j]; /* NOLINT(bugprone-signed-char-misuse): a number */
}

static void take_names(cursor *c, dtn_arena *arena, const char **names, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        names[i] = take_text(c, arena);
}

static void take_rules(cursor *c, dtn_syntax *s)
{
    for (uint32_t i = 0; i < s->n_rule && !c->is_bad; i++) {
        const uint8_t *head = take(c, 3);
        if (!head)
            return;
        dtn_syn_rule *r = &s->rules[i];
        *r = (dtn_syn_rule){.xpos = head[0], .cut = head[1], .keeps_case = head[2]};
        r->ending = take_text(c, &s->arena);
        r->add = take_text(c, &s->arena);
        c->is_bad |= strlen(r->add) > DTN_SYN_MAX_ADD;
        c->is_bad |= i > 0 && dtn_syn_rule_compare(&s->rules[i - 1], r) >= 0;
    }
}

/* Open addressing over the vocabulary's hashes; row 0 stands for no word and is not in it. */
static void make_rows(dtn_syntax *s, const uint64_t *hashes)
{
    size_t cap = 16;
    while (cap < 2 * (size_t)s->weights.n_word)
        cap *= 2;
    s->slots = DTN_NEW_N(&s->arena, dtn_syn_slot, cap);
    s->n_slot = cap;
    for (uint32_t row = 1; row < s->weights.n_word; row++) {
        size_t at = hashes[row] & (cap - 1);
        while (s->slots[at].row)
            at = (at + 1) & (cap - 1);
        s->slots[at] = (dtn_syn_slot){hashes[row], row};
    }
}

static bool take_all(cursor *c, dtn_syntax *s, const dtn_syn_header *h)
{
    dtn_arena *arena = &s->arena;
    dtn_syn_weights *w = &s->weights;
    w->n_word = h->n_word;
    const uint64_t *hashes = take_copy(c, arena, (size_t)h->n_word * sizeof *hashes);
    w->word_scale = take_copy(c, arena, (size_t)h->n_word * sizeof(float));
    w->words = take_copy(c, arena, (size_t)h->n_word * DTN_SYN_WORD);
    w->affix_scale = take_copy(c, arena, DTN_SYN_BUCKETS * sizeof(float));
    w->affixes = take_copy(c, arena, (size_t)DTN_SYN_BUCKETS * DTN_SYN_AFFIX);
#define X(name, rows, columns) take_matrix(c, arena, &w->name, rows, columns);
    DTN_SYN_MATRICES(X)
#undef X
#define X(name, n) w->name = take_copy(c, arena, (n) * sizeof(float));
    DTN_SYN_VECTORS(X)
#undef X
    s->tag_upos = take_copy(c, arena, h->n_tag);
    s->tag_xpos = take_copy(c, arena, h->n_tag);
    if (c->is_bad)
        return false;
    make_rows(s, hashes);
    take_names(c, arena, s->upos, h->n_upos);
    take_names(c, arena, s->xpos, h->n_xpos);
    take_names(c, arena, s->relations, h->n_relation);
    s->rules = DTN_NEW_N(arena, dtn_syn_rule, h->n_rule);
    take_rules(c, s);
    for (uint32_t i = 0; i < s->n_tag && !c->is_bad; i++)
        c->is_bad = s->tag_upos[i] >= h->n_upos || s->tag_xpos[i] >= h->n_xpos;
    return !c->is_bad && c->at == c->end;
}

static dtn_status refuse(const char *path, int code, dtn_diags *diags, const char *message)
{
    dtn_diags_add(diags, code, (dtn_pos){.file = path},
                  "install the file again, or make it with `make train-parser`", "%s", message);
    return DTN_E_INPUT;
}

static dtn_status check_header(const char *path, const char *bytes, size_t n, dtn_syn_header *h,
                               dtn_diags *diags)
{
    static const uint32_t shape[] = DTN_SYN_SHAPE;
    if (n < sizeof *h || memcmp(bytes, DTN_SYN_MAGIC, 8) != 0)
        return refuse(path, 910, diags, "not a file of parser weights");
    memcpy(h, bytes, sizeof *h);
    if (h->version != DTN_SYN_VERSION)
        return refuse(path, 911, diags,
                      "the parser weights are of another version than this program reads");
    const size_t from = offsetof(dtn_syn_header, shape);
    if (h->n_byte != n || h->checksum != dtn_hash64(bytes + from, n - from, 0))
        return refuse(path, 910, diags, "the parser weights are damaged or cut short");
    if (memcmp(h->shape, shape, sizeof shape) != 0)
        return refuse(path, 911, diags,
                      "the parser weights are of another network than this program runs");
    if (h->n_known < 1 || h->n_known > h->n_word || h->n_word > 1u << 20 || h->n_tag < 1 ||
        h->n_tag > DTN_SYN_TAGS || h->n_upos > 255 || h->n_xpos > 255 || h->n_relation < 1 ||
        h->n_relation > DTN_SYN_RELATIONS || h->n_rule > 1u << 20)
        return refuse(path, 910, diags, "the parser weights are damaged");
    return DTN_OK;
}

static dtn_status make(const char *path, const char *bytes, size_t n, const dtn_syn_header *h,
                       dtn_syntax **out, dtn_diags *diags)
{
    dtn_syntax *s = dtn_alloc(sizeof *s);
    if (!s)
        return DTN_E_MEMORY;
    dtn_arena_init(&s->arena);
    if (DTN_ARENA_GUARD(&s->arena)) {
        dtn_syntax_delete(s);
        return DTN_E_MEMORY;
    }
    s->n_known = h->n_known;
    s->n_tag = h->n_tag;
    s->n_relation = h->n_relation;
    s->n_rule = h->n_rule;
    s->kernel = dtn_syn_kernel_get(INT32_MAX);
    s->memory = dtn_syn_memory_new();
    if (!s->memory)
        dtn_arena_fail(&s->arena);
    dtn_hash128_hex(bytes, n, s->hash);
    cursor c = {bytes + sizeof *h, bytes + n, false};
    if (!take_all(&c, s, h)) {
        dtn_syntax_delete(s);
        return refuse(path, 910, diags, "the parser weights are damaged");
    }
    for (uint32_t i = 0; i < s->n_relation; i++)
        if (strcmp(s->relations[i], "root") == 0)
            s->root = i;
    *out = s;
    return DTN_OK;
}

dtn_status dtn_syntax_read(const char *path, dtn_syntax **out, dtn_diags *diags)
{
    char *bytes = NULL;
    size_t n = 0;
    dtn_syn_header h;
    DTN_TRY(dtn_file_read(path, MAX_FILE, &bytes, &n, diags));
    dtn_status status = check_header(path, bytes, n, &h, diags);
    if (status == DTN_OK)
        status = make(path, bytes, n, &h, out, diags);
    dtn_free(bytes);
    return status;
}

void dtn_syntax_delete(dtn_syntax *syntax)
{
    if (!syntax)
        return;
    dtn_syn_memory_delete(syntax->memory);
    dtn_arena_free(&syntax->arena);
    dtn_free(syntax);
}

const char *dtn_syntax_hash(const dtn_syntax *syntax) { return syntax->hash; }
