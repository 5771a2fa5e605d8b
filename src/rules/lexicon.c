/* Lexicons: tables of words and phrases, one a file (reader/lexicons/NAME.tsv).
 *
 * Columns, separated by tabs: words, class, value, note; all but the first may be missing. '#'
 * begins a comment line. Words are lower case, lemmas or forms, separated by single blanks.
 * Lookup is by the symbol of the first word, then by the longest phrase that fits.
 *
 * It does not know what classes and values mean; rules and operators do.
 */
#include "rules/inner.h"

#include <string.h>

dtn_symbol dtn_symbol_add(dtn_rules *rules, const char *text)
{
    uint32_t at = dtn_map_get(&rules->symbols.map, text);
    if (at != DTN_MAP_NONE)
        return at;
    dtn_map_set(&rules->symbols.map, &rules->arena, dtn_arena_strdup(&rules->arena, text),
                ++rules->symbols.n);
    return rules->symbols.n;
}

dtn_symbol dtn_symbol_get(const dtn_rules *rules, const char *text)
{
    uint32_t at = text ? dtn_map_get(&rules->symbols.map, text) : DTN_MAP_NONE;
    return at == DTN_MAP_NONE ? 0 : at;
}

static uint32_t class_number(dtn_rules *rules, dtn_lexicon *lexicon, const char *name, bool add)
{
    for (size_t i = 0; i < lexicon->n_class; i++)
        if (strcmp(lexicon->classes[i], name) == 0)
            return (uint32_t)i;
    if (!add)
        return DTN_NO_WORD;
    DTN_PUSH(&rules->arena, lexicon->classes, lexicon->n_class, lexicon->cap_class, name);
    return (uint32_t)lexicon->n_class - 1;
}

static void add_phrase(dtn_rules *rules, dtn_lexicon *lexicon, const dtn_entry *entry)
{
    dtn_phrase phrase = {.entry = entry, .next = DTN_NO_WORD};
    dtn_symbol *words = DTN_NEW_N(&rules->arena, dtn_symbol, entry->n_word);
    const char *at = entry->words;
    for (uint32_t i = 0; i < entry->n_word; i++) {
        size_t n = strcspn(at, " ");
        words[i] = dtn_symbol_add(rules, dtn_arena_strndup(&rules->arena, at, n));
        at += n + (at[n] == ' ');
    }
    phrase.words = words;
    DTN_PUSH(&rules->arena, lexicon->phrases, lexicon->n_phrase, lexicon->cap_phrase, phrase);
}

/* One line, cut into its columns in place. */
static void read_line(dtn_rules *rules, dtn_lexicon *lexicon, char *line, dtn_pos pos,
                      dtn_diags *diags)
{
    char *column[4] = {line, NULL, NULL, NULL};
    for (int i = 1; i < 4 && column[i - 1]; i++) {
        column[i] = strchr(column[i - 1], '\t');
        if (column[i])
            *column[i]++ = '\0';
    }
    dtn_entry entry = {.words = line,
                       .class_name = column[1] ? column[1] : "",
                       .note = column[3] ? column[3] : "",
                       .n_word = 1};
    size_t n = strlen(line);
    if (n == 0 || line[0] == ' ' || line[n - 1] == ' ' || strstr(line, "  ")) {
        dtn_diags_add(diags, 920, pos, "columns are separated by one tab, words by one blank",
                      "the first column must be a word or words");
        return;
    }
    if (column[2] && column[2][0] &&
        !dtn_text_to_double(column[2], strlen(column[2]), &entry.value)) {
        dtn_diags_add(diags, 920, pos, "the third column is a number or empty",
                      "`%s` is not a number", column[2]);
        return;
    }
    for (const char *p = line; *p; p++)
        entry.n_word += *p == ' ';
    entry.class_id = class_number(rules, lexicon, entry.class_name, true);
    DTN_PUSH(&rules->arena, lexicon->entries, lexicon->n_entry, lexicon->cap_entry, entry);
}

void dtn_lexicon_read(dtn_rules *rules, const char *name, char *text, const char *path,
                      dtn_diags *diags)
{
    dtn_lexicon lexicon = {.name = name};
    uint32_t line = 1;
    for (char *at = text; at && *at; line++) {
        char *end = strchr(at, '\n');
        if (end)
            *end = '\0';
        if (*at && *at != '#')
            read_line(rules, &lexicon, at, (dtn_pos){path, line, 1}, diags);
        at = end ? end + 1 : NULL;
    }
    for (size_t i = 0; i < lexicon.n_entry; i++)
        add_phrase(rules, &lexicon, &lexicon.entries[i]);
    DTN_PUSH(&rules->arena, rules->lexicons, rules->n_lexicon, rules->cap_lexicon, lexicon);
}

void dtn_lexicon_index(dtn_rules *rules)
{
    for (size_t l = 0; l < rules->n_lexicon; l++) {
        dtn_lexicon *lexicon = &rules->lexicons[l];
        lexicon->by_first = DTN_NEW_N(&rules->arena, uint32_t, rules->symbols.n + 1);
        memset(lexicon->by_first, 0xff, (rules->symbols.n + 1) * sizeof(uint32_t));
        for (size_t i = lexicon->n_phrase; i-- > 0;) {
            lexicon->phrases[i].next = lexicon->by_first[lexicon->phrases[i].words[0]];
            lexicon->by_first[lexicon->phrases[i].words[0]] = (uint32_t)i;
        }
    }
}

dtn_lexicon_ref dtn_lexicon_find(const dtn_rules *rules, const char *name, const char *class_name)
{
    dtn_lexicon_ref ref = {DTN_NO_WORD, DTN_NO_WORD};
    for (size_t i = 0; i < rules->n_lexicon; i++)
        if (strcmp(rules->lexicons[i].name, name) == 0)
            ref.lexicon = (uint32_t)i;
    if (ref.lexicon == DTN_NO_WORD || !class_name)
        return ref;
    dtn_lexicon *lexicon = &rules->lexicons[ref.lexicon];
    for (size_t i = 0; i < lexicon->n_class; i++)
        if (strcmp(lexicon->classes[i], class_name) == 0)
            ref.class_id = (uint32_t)i;
    if (ref.class_id == DTN_NO_WORD)
        ref.lexicon = DTN_NO_WORD;
    return ref;
}

static bool fits(const dtn_word *word, dtn_symbol symbol)
{
    return symbol != 0 && (word->lemma_id == symbol || word->lower_id == symbol);
}

/* The longest phrase in the chain of `first` that fits at word i. */
static const dtn_entry *match_chain(const dtn_lexicon *lexicon, dtn_lexicon_ref ref,
                                    dtn_symbol first, const dtn_word *words, uint32_t n, uint32_t i,
                                    const dtn_entry *best)
{
    for (uint32_t p = lexicon->by_first[first]; p != DTN_NO_WORD; p = lexicon->phrases[p].next) {
        const dtn_entry *entry = lexicon->phrases[p].entry;
        if ((ref.class_id != DTN_NO_WORD && entry->class_id != ref.class_id) ||
            entry->n_word > n - i || (best && entry->n_word <= best->n_word))
            continue;
        uint32_t k = 1;
        while (k < entry->n_word && fits(&words[i + k], lexicon->phrases[p].words[k]))
            k++;
        if (k == entry->n_word)
            best = entry;
    }
    return best;
}

const dtn_entry *dtn_lexicon_match(const dtn_rules *rules, dtn_lexicon_ref ref,
                                   const dtn_word *words, uint32_t n, uint32_t i,
                                   uint32_t *n_matched)
{
    if (ref.lexicon == DTN_NO_WORD)
        return NULL;
    const dtn_lexicon *lexicon = &rules->lexicons[ref.lexicon];
    const dtn_entry *best = NULL;
    if (words[i].lower_id)
        best = match_chain(lexicon, ref, words[i].lower_id, words, n, i, best);
    if (words[i].lemma_id && words[i].lemma_id != words[i].lower_id)
        best = match_chain(lexicon, ref, words[i].lemma_id, words, n, i, best);
    if (best && n_matched)
        *n_matched = best->n_word;
    return best;
}

const dtn_entry *dtn_lexicon_get(const dtn_rules *rules, dtn_lexicon_ref ref, const dtn_word *word)
{
    return dtn_lexicon_match(rules, ref, word, 1, 0, NULL);
}

bool dtn_lexicon_has(const dtn_rules *rules, dtn_lexicon_ref ref, dtn_symbol symbol)
{
    const dtn_lexicon *lexicon = &rules->lexicons[ref.lexicon];
    for (uint32_t p = symbol ? lexicon->by_first[symbol] : DTN_NO_WORD; p != DTN_NO_WORD;
         p = lexicon->phrases[p].next)
        if (lexicon->phrases[p].entry->n_word == 1 &&
            (ref.class_id == DTN_NO_WORD || lexicon->phrases[p].entry->class_id == ref.class_id))
            return true;
    return false;
}
