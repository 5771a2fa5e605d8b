/* Rules for lemmas from a treebank.
 *
 * Every word says how its lemma is made: keep or drop capitals, cut so many bytes, add these. For
 * each tag, from the empty ending to the longest, an ending gets a rule if the change that most of its words
 * want is right for at least two words more than what shorter endings say; then whole words get one if that
 * helps at all. So regular forms cost one rule and exceptions one each.
 */
#include "lemmas.h"

#include <stdlib.h>
#include <string.h>

typedef struct record {
    const char *low;        /* '^' and the form in lower case */
    uint32_t n;             /* bytes of the form */
    uint32_t change, guess; /* index of changes */
    uint8_t xpos;
} record;

typedef struct change {
    const char *add;
    uint8_t cut, keeps_case;
} change;

typedef struct learner {
    treebank *bank;
    record *records;
    size_t n, cap;
    change *changes;
    size_t n_change, cap_change;
    dtn_map known;
    lemma_table *out;
} learner;

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static uint32_t change_of(learner *l, const char *form, const char *low, const char *lemma)
{
    dtn_arena *arena = &l->bank->arena;
    bool keeps = false;
    for (const char *p = lemma; *p; p++)
        keeps |= *p >= 'A' && *p <= 'Z';
    const char *base = keeps ? form : low;
    size_t same = 0;
    const size_t n = strlen(base);
    while (same < n && base[same] == lemma[same])
        same++;
    if (n - same > 255 || strlen(lemma + same) > DTN_SYN_MAX_ADD)
        return UINT32_MAX;
    const change c = {dtn_arena_strdup(arena, lemma + same), (uint8_t)(n - same), keeps};
    const char *key = dtn_arena_printf(arena, "%d %d %s", c.cut, c.keeps_case, c.add);
    uint32_t at = dtn_map_get(&l->known, key);
    if (at == DTN_MAP_NONE) {
        at = (uint32_t)l->n_change;
        dtn_map_set(&l->known, arena, key, at);
        DTN_PUSH(arena, l->changes, l->n_change, l->cap_change, c);
    }
    return at;
}

static void add_word(learner *l, const tree_word *word)
{
    const size_t n = strlen(word->form);
    if (strcmp(word->lemma, "_") == 0 || n > 200)
        return;
    char *low = dtn_arena_alloc(&l->bank->arena, n + 2);
    low[0] = '^';
    for (size_t i = 0; i < n; i++)
        low[i + 1] = lower(word->form[i]);
    const record r = {.low = low,
                      .n = (uint32_t)n,
                      .xpos = word->xpos,
                      .guess = UINT32_MAX,
                      .change = change_of(l, word->form, low + 1, word->lemma)};
    if (r.change != UINT32_MAX)
        DTN_PUSH(&l->bank->arena, l->records, l->n, l->cap, r);
}

static const char *ending(const record *r, uint32_t length)
{
    return length > DTN_SYN_MAX_ENDING ? r->low : r->low + 1 + r->n - length;
}

/* By tag, then ending, then change; the length of endings is not for qsort to carry: one comparison for each
 * would be no clearer, so records point to theirs. */
typedef struct item {
    record *r;
    const char *ending;
} item;

static int compare(const void *a, const void *b)
{
    const item *x = a, *y = b;
    if (x->r->xpos != y->r->xpos)
        return x->r->xpos < y->r->xpos ? -1 : 1;
    const int order = strcmp(x->ending, y->ending);
    if (order)
        return order;
    return x->r->change < y->r->change ? -1 : x->r->change > y->r->change;
}

/* Words of one tag and ending; sorted by change. */
static void learn_group(learner *l, const item *items, size_t n, size_t least_gain)
{
    size_t best = 0, n_best = 0, n_right = 0;
    for (size_t i = 0, begin = 0; i < n; i++) {
        if (items[i].r->change != items[begin].r->change)
            begin = i;
        if (i + 1 - begin > n_best) {
            n_best = i + 1 - begin;
            best = items[begin].r->change;
        }
        n_right += items[i].r->guess == items[i].r->change;
    }
    if (n_best < n_right + least_gain)
        return;
    const change *c = &l->changes[best];
    const dtn_syn_rule rule = {.ending = items[0].ending,
                               .add = c->add,
                               .xpos = items[0].r->xpos,
                               .cut = c->cut,
                               .keeps_case = c->keeps_case};
    DTN_PUSH(&l->bank->arena, l->out->rules, l->out->n, l->out->cap, rule);
    for (size_t i = 0; i < n; i++)
        items[i].r->guess = (uint32_t)best;
}

static void learn_length(learner *l, item *items, uint32_t length)
{
    const bool is_whole = length > DTN_SYN_MAX_ENDING;
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++)
        if (is_whole || l->records[i].n >= length)
            items[n++] = (item){&l->records[i], ending(&l->records[i], length)};
    qsort(items, n, sizeof *items, compare);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && items[end].r->xpos == items[i].r->xpos &&
               strcmp(items[end].ending, items[i].ending) == 0)
            end++;
        learn_group(l, items + i, end - i, length == 0 || is_whole ? 1 : 2);
        i = end;
    }
}

static int compare_rules(const void *a, const void *b) { return dtn_syn_rule_compare(a, b); }

void lemmas_learn(treebank *bank, const tree_list *train, lemma_table *out)
{
    learner l = {.bank = bank, .out = out};
    *out = (lemma_table){0};
    for (size_t i = 0; i < train->n; i++)
        for (uint32_t k = 0; k < train->items[i].n; k++)
            add_word(&l, &train->items[i].words[k]);
    item *items = malloc((l.n + 1) * sizeof *items);
    if (!items)
        abort();
    for (uint32_t length = 0; length <= DTN_SYN_MAX_ENDING + 1; length++)
        learn_length(&l, items, length);
    free(items);
    qsort(out->rules, out->n, sizeof *out->rules, compare_rules);
}
