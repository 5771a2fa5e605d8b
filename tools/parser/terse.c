/* Training on sentences that were made terse.
 *
 * The treebanks have few headlines; what news leaves out is nearly always the same, so it can be left
 * out of any sentence: its tree stays what it was, since only words on which nothing hangs are dropped.
 */
#include "terse.h"

#include <string.h>

static bool is_article(const char *form)
{
    return strcmp(form, "the") == 0 || strcmp(form, "a") == 0 || strcmp(form, "an") == 0 ||
           strcmp(form, "The") == 0 || strcmp(form, "A") == 0 || strcmp(form, "An") == 0;
}

static bool is_dropped(const treebank *bank, const tree_sentence *s, uint32_t i)
{
    const tree_word *word = &s->words[i];
    const char *relation = bank->relations.items[word->relation];
    for (uint32_t k = 0; k < s->n; k++)
        if (s->words[k].head == i + 1)
            return false;
    return (strcmp(relation, "det") == 0 && is_article(word->form)) ||
           (i + 1 == s->n && strcmp(relation, "punct") == 0);
}

/* With a capital, as sentences begin. */
static void begin(treebank *bank, tree_word *word)
{
    char *form = dtn_arena_strdup(&bank->arena, word->form);
    if (form[0] >= 'a' && form[0] <= 'z')
        form[0] = (char)(form[0] - 32);
    word->form = form;
    dtn_syn_features_get(form, true, &word->features);
}

tree_sentence terse_make(treebank *bank, const tree_sentence *s)
{
    uint16_t place[DTN_SYNTAX_MAX_WORDS + 1] = {0};
    tree_sentence out = {dtn_arena_alloc(&bank->arena, s->n * sizeof *out.words), 0, s->id + 1};
    for (uint32_t i = 0; i < s->n; i++)
        if (!is_dropped(bank, s, i)) {
            out.words[out.n++] = s->words[i];
            place[i + 1] = (uint16_t)out.n;
        }
    if (out.n == s->n || out.n < 2)
        return (tree_sentence){0};
    for (uint32_t i = 0; i < out.n; i++)
        out.words[i].head = place[out.words[i].head];
    if (!place[1])
        begin(bank, &out.words[0]);
    return out;
}
