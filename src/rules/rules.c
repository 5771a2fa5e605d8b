/* A rule set: read from its folder, indexed by triggers, laid over sentences.
 *
 * Files are taken in the order of their names, so that rules have the same numbers on every
 * machine. The index says for each symbol which rules' triggers can begin with it; a rule whose
 * trigger's first word names neither lemma nor form is tried at every word.
 */
#include "rules/inner.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE ((size_t)16 << 20) /* far above what people write by hand */

static const char *const tag_names[DTN_N_TAG] = {"ADJ",   "ADP",   "ADV", "AUX",  "CCONJ", "DET",
                                                 "INTJ",  "NOUN",  "NUM", "PART", "PRON",  "PROPN",
                                                 "PUNCT", "SCONJ", "SYM", "VERB", "X"};

dtn_tag dtn_tag_find(const char *name)
{
    for (int i = 0; i < DTN_N_TAG; i++)
        if (strcmp(tag_names[i], name) == 0)
            return (dtn_tag)i;
    return DTN_TAG_X;
}

const char *dtn_tag_name(dtn_tag tag) { return tag_names[tag]; }

/* ---- The index ------------------------------------------------------------- */

static void add_key(dtn_rules *rules, dtn_symbol symbol, uint32_t i_rule, bool count_only)
{
    uint32_t n = rules->n_by_symbol[symbol];
    if (!count_only) {
        if (n && rules->by_symbol[symbol][n - 1] == i_rule)
            return;
        rules->by_symbol[symbol][n] = i_rule;
    }
    rules->n_by_symbol[symbol]++;
}

static bool atom_is_key(const dtn_atom *atom)
{
    return !atom->is_negated && (atom->field == DTN_W_LEMMA || atom->field == DTN_W_WORD);
}

static void index_rule(dtn_rules *rules, uint32_t i_rule, bool count_only)
{
    const dtn_constraint *first = &rules->rules[i_rule].trigger[0];
    const dtn_atom *key = NULL;
    for (size_t a = 0; a < first->n_atom && !key; a++)
        key = atom_is_key(&first->atoms[a]) ? &first->atoms[a] : NULL;
    if (!key) {
        if (!count_only)
            DTN_PUSH(&rules->arena, rules->any, rules->n_any, rules->cap_any, i_rule);
        return;
    }
    for (size_t v = 0; v < key->n_value; v++) {
        const dtn_value *value = &key->values[v];
        if (value->lex.lexicon == DTN_NO_WORD) {
            add_key(rules, value->symbol, i_rule, count_only);
            continue;
        }
        const dtn_lexicon *lexicon = &rules->lexicons[value->lex.lexicon];
        for (size_t p = 0; p < lexicon->n_phrase; p++)
            if (lexicon->phrases[p].entry->n_word == 1 &&
                (value->lex.class_id == DTN_NO_WORD ||
                 value->lex.class_id == lexicon->phrases[p].entry->class_id))
                add_key(rules, lexicon->phrases[p].words[0], i_rule, count_only);
    }
}

void dtn_rules_index(dtn_rules *rules)
{
    uint32_t n_symbol = rules->symbols.n + 1;
    rules->by_symbol = DTN_NEW_N(&rules->arena, uint32_t *, n_symbol);
    rules->n_by_symbol = DTN_NEW_N(&rules->arena, uint32_t, n_symbol);
    for (uint32_t r = 0; r < rules->n_rule; r++)
        index_rule(rules, r, true);
    for (uint32_t s = 0; s < n_symbol; s++)
        if (rules->n_by_symbol[s]) {
            rules->by_symbol[s] = DTN_NEW_N(&rules->arena, uint32_t, rules->n_by_symbol[s]);
            rules->n_by_symbol[s] = 0;
        }
    for (uint32_t r = 0; r < rules->n_rule; r++)
        index_rule(rules, r, false);
}

/* ---- Reading a folder ------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ends_in(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
}

/* Names of the folder's files with an ending, sorted. */
static dtn_status list_folder(dtn_rules *rules, const char *folder, const char *ending,
                              const char ***out, size_t *n, dtn_diags *diags)
{
    size_t cap = 0;
    *out = NULL;
    *n = 0;
    DIR *dir = opendir(folder);
    if (!dir) {
        dtn_diags_add(diags, 701, (dtn_pos){folder, 0, 0},
                      "the reader's data lie in the folder `reader`", "the folder cannot be read");
        return DTN_E_IO;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (entry->d_name[0] != '.' && ends_in(entry->d_name, ending))
            DTN_PUSH(&rules->arena, *out, *n, cap, dtn_arena_strdup(&rules->arena, entry->d_name));
    (void)closedir(dir);
    if (*n)
        qsort(*out, *n, sizeof **out, by_name);
    return DTN_OK;
}

typedef void (*take_file)(dtn_rules *rules, const char *name, char *text, const char *path,
                          dtn_diags *diags);

static void take_lexicon_file(dtn_rules *rules, const char *name, char *text, const char *path,
                              dtn_diags *diags)
{
    dtn_lexicon_read(rules, dtn_arena_strndup(&rules->arena, name, strlen(name) - 4), text, path,
                     diags);
}

static void take_rule_file(dtn_rules *rules, const char *name, char *text, const char *path,
                           dtn_diags *diags)
{
    (void)name;
    dtn_rules_parse(rules, text, path, diags);
}

static dtn_status read_files(dtn_rules *rules, const char *folder, const char *ending,
                             take_file reader, uint64_t hash[2], dtn_diags *diags)
{
    const char **names = NULL;
    size_t n = 0;
    dtn_status status = list_folder(rules, folder, ending, &names, &n, diags);
    for (size_t i = 0; i < n && status == DTN_OK; i++) {
        const char *path = dtn_arena_printf(&rules->arena, "%s/%s", folder, names[i]);
        char *heap = NULL;
        size_t size = 0;
        status = dtn_file_read(path, MAX_FILE, &heap, &size, diags);
        if (status != DTN_OK)
            break;
        char *text = dtn_arena_strndup(&rules->arena, heap, size);
        dtn_free(heap);
        hash[0] = dtn_hash64(text, size, hash[0]);
        hash[1] = dtn_hash64(text, size, hash[1] ^ 0x9e3779b97f4a7c15u);
        reader(rules, names[i], text, path, diags);
    }
    return status;
}

static void set_known_symbols(dtn_rules *rules)
{
    rules->s_case = dtn_symbol_add(rules, "case");
    rules->s_mark = dtn_symbol_add(rules, "mark");
    rules->s_fixed = dtn_symbol_add(rules, "fixed");
    rules->s_advmod = dtn_symbol_add(rules, "advmod");
    rules->s_when = dtn_symbol_add(rules, "when");
    rules->s_pass = dtn_symbol_add(rules, "pass");
    rules->s_relcl = dtn_symbol_add(rules, "relcl");
    rules->s_punct = dtn_symbol_add(rules, "punct");
}

dtn_status dtn_rules_read(const char *folder, dtn_rules **out, dtn_diags *diags)
{
    dtn_rules *rules = dtn_alloc(sizeof *rules);
    if (!rules)
        return DTN_E_MEMORY;
    dtn_arena_init(&rules->arena);
    if (DTN_ARENA_GUARD(&rules->arena)) {
        dtn_rules_delete(rules);
        return DTN_E_MEMORY;
    }
    size_t n_error = diags->n_error;
    uint64_t hash[2] = {0, 0};
    set_known_symbols(rules);
    dtn_status status = read_files(rules, dtn_arena_printf(&rules->arena, "%s/lexicons", folder),
                                   ".tsv", take_lexicon_file, hash, diags);
    if (status == DTN_OK) {
        dtn_lexicon_index(rules);
        status = read_files(rules, dtn_arena_printf(&rules->arena, "%s/rules", folder), ".rules",
                            take_rule_file, hash, diags);
    }
    if (status == DTN_OK && diags->n_error > n_error)
        status = DTN_E_INPUT;
    if (status != DTN_OK) {
        dtn_rules_delete(rules);
        return status;
    }
    dtn_lexicon_index(rules); /* again: rules brought symbols that no lexicon has */
    dtn_rules_index(rules);
    dtn_hash128_hex(hash, sizeof hash, rules->hash);
    *out = rules;
    return DTN_OK;
}

void dtn_rules_delete(dtn_rules *rules)
{
    if (!rules)
        return;
    dtn_arena_free(&rules->arena);
    dtn_free(rules);
}

const char *dtn_rules_hash(const dtn_rules *rules) { return rules->hash; }

size_t dtn_rules_count(const dtn_rules *rules) { return rules->n_rule; }

const dtn_rule *dtn_rules_get(const dtn_rules *rules, uint32_t i_rule)
{
    return &rules->rules[i_rule].rule;
}

const char *dtn_rule_property(const dtn_rule *rule, const char *key)
{
    for (size_t i = 0; i < rule->n_property; i++)
        if (strcmp(rule->keys[i], key) == 0)
            return rule->values[i];
    return NULL;
}
