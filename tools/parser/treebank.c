/* Reading CoNLL-U.
 *
 * Multi-word lines ("1-2") and empty nodes ("1.1") are left out: the syntactic words are what the
 * tokeniser of src/text makes. Typographic marks of forms become plain ones, as it does.
 */
#include "treebank.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void treebank_init(treebank *bank)
{
    memset(bank, 0, sizeof *bank);
    dtn_arena_init(&bank->arena);
    if (DTN_ARENA_GUARD(&bank->arena)) {
        fprintf(stderr, "train_parser: out of memory\n");
        exit(1);
    }
}

void treebank_free(treebank *bank) { dtn_arena_free(&bank->arena); }

static size_t name_add(treebank *bank, name_list *list, const char *name)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i], name) == 0)
            return i;
    if (bank->is_frozen || list->n == TREE_UNKNOWN)
        return TREE_UNKNOWN;
    DTN_PUSH(&bank->arena, list->items, list->n, list->cap, dtn_arena_strdup(&bank->arena, name));
    return list->n - 1;
}

/* What src/text/clean.c makes of the same marks. */
static const char *plain(treebank *bank, const char *form)
{
    static const char *const marks[][2] = {{"\xe2\x80\x99", "'"},  {"\xe2\x80\x98", "'"},
                                           {"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""},
                                           {"\xe2\x80\x93", "-"},  {"\xe2\x80\x94", "--"},
                                           {"\xe2\x80\xa6", "..."}};
    char out[512];
    size_t n = 0;
    while (*form && n < sizeof out - 8) {
        size_t k = 0;
        while (k < 7 && strncmp(form, marks[k][0], 3) != 0)
            k++;
        if (k < 7) {
            n += (size_t)sprintf(out + n, "%s", marks[k][1]);
            form += 3;
        } else {
            out[n++] = *form++;
        }
    }
    return dtn_arena_strndup(&bank->arena, out, n);
}

static bool tag_of(treebank *bank, tree_word *word)
{
    size_t t = 0;
    while (t < bank->n_tag && (bank->tag_upos[t] != word->upos || bank->tag_xpos[t] != word->xpos))
        t++;
    if (t == bank->n_tag && bank->is_frozen)
        t = TREE_UNKNOWN;
    else if (t == DTN_SYN_TAGS)
        return false;
    else if (t == bank->n_tag) {
        bank->tag_upos[t] = word->upos;
        bank->tag_xpos[t] = word->xpos;
        bank->n_tag++;
    }
    word->tag = (uint8_t)t;
    return true;
}

static bool add_word(treebank *bank, char *line, tree_sentence *s, size_t *cap)
{
    char *field[10];
    size_t n = 0;
    for (char *p = line; n < 10; p++) {
        field[n++] = p;
        p = strchr(p, '\t');
        if (!p)
            break;
        *p = '\0';
    }
    if (n < 10)
        return false;
    if (strpbrk(field[0], "-."))
        return true;
    tree_word word = {.form = plain(bank, field[1]), .lemma = plain(bank, field[2])};
    const size_t upos = name_add(bank, &bank->upos, field[3]),
                 xpos = name_add(bank, &bank->xpos, field[4]);
    const size_t relation = name_add(bank, &bank->relations, field[7]);
    const bool has_room =
        upos != TREE_UNKNOWN && xpos != TREE_UNKNOWN && relation < DTN_SYN_RELATIONS;
    if (!has_room && !bank->is_frozen)
        return false;
    word.upos = (uint8_t)upos;
    word.xpos = (uint8_t)xpos;
    word.relation = (uint8_t)relation;
    word.head = (uint16_t)atoi(field[6]);
    dtn_syn_features_get(word.form, s->n == 0, &word.features);
    if (!tag_of(bank, &word))
        return false;
    size_t k = s->n;
    DTN_PUSH(&bank->arena, s->words, k, *cap, word);
    s->n = (uint32_t)k;
    return true;
}

static void add_sentence(treebank *bank, tree_sentence *s, tree_list *out)
{
    if (s->n > 0 && s->n <= DTN_SYNTAX_MAX_WORDS)
        DTN_PUSH(&bank->arena, out->items, out->n, out->cap, *s);
    *s = (tree_sentence){0};
}

bool treebank_read(treebank *bank, const char *path, tree_list *out)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "train_parser: cannot read %s\n", path);
        return false;
    }
    char *line = NULL;
    size_t cap_line = 0, cap = 0, n_line = 0;
    tree_sentence s = {0};
    bool is_good = true;
    while (is_good && getline(&line, &cap_line, file) >= 0) {
        n_line++;
        line[strcspn(line, "\n")] = '\0';
        if (!line[0]) {
            add_sentence(bank, &s, out);
            cap = 0;
        } else if (line[0] != '#') {
            is_good = add_word(bank, line, &s, &cap);
        }
    }
    if (is_good)
        add_sentence(bank, &s, out);
    else
        fprintf(stderr, "train_parser: %s:%zu: not CoNLL-U, or too many tags or relations\n", path,
                n_line);
    free(line);
    fclose(file);
    return is_good;
}

static const char *key_of(treebank *bank, uint64_t hash)
{
    return dtn_arena_printf(&bank->arena, "%016llx", (unsigned long long)hash);
}

void treebank_count(treebank *bank, const tree_list *train, uint32_t least)
{
    dtn_map all = {0};
    uint32_t *count = NULL;
    uint64_t *hash = NULL;
    size_t n = 0, cap = 0, n_hash = 0, cap_hash = 0;
    for (size_t i = 0; i < train->n; i++) {
        for (uint32_t k = 0; k < train->items[i].n; k++) {
            const uint64_t h = train->items[i].words[k].features.word;
            const char *key = key_of(bank, h);
            uint32_t at = dtn_map_get(&all, key);
            if (at == DTN_MAP_NONE) {
                at = (uint32_t)n;
                dtn_map_set(&all, &bank->arena, key, at);
                DTN_PUSH(&bank->arena, count, n, cap, 0);
                DTN_PUSH(&bank->arena, hash, n_hash, cap_hash, h);
            }
            count[at]++;
        }
    }
    size_t n_count = 0, cap_count = 0, cap_row = 0;
    DTN_PUSH(&bank->arena, bank->vocabulary, bank->n_word, cap_row, 0);
    DTN_PUSH(&bank->arena, bank->count, n_count, cap_count, 0);
    for (size_t i = 0; i < n; i++) {
        if (count[i] < least)
            continue;
        dtn_map_set(&bank->rows, &bank->arena, key_of(bank, hash[i]), (uint32_t)bank->n_word);
        DTN_PUSH(&bank->arena, bank->vocabulary, bank->n_word, cap_row, hash[i]);
        DTN_PUSH(&bank->arena, bank->count, n_count, cap_count, count[i]);
    }
}

void treebank_rows(const treebank *bank, tree_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        for (uint32_t k = 0; k < list->items[i].n; k++) {
            char key[24];
            tree_word *word = &list->items[i].words[k];
            snprintf(key, sizeof key, "%016llx", (unsigned long long)word->features.word);
            const uint32_t row = dtn_map_get(&bank->rows, key);
            word->row = row == DTN_MAP_NONE ? 0 : row;
        }
    }
}
