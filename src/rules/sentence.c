/* A sentence made ready for rules: symbols, children, markers.
 *
 * Words carry their head; paths need the way down too, so children are linked in order of the
 * text. A marker is the preposition or conjunction that introduces a word, with what is fixed
 * to it: because_of, in_order.
 */
#include "rules/inner.h"

#include <string.h>

#define MAX_MARKER 64 /* bytes of a joined marker; longer ones are unknown words anyway */

/* ASCII lower case is enough for lookup: rules hold no other capitals. */
static dtn_symbol lower_symbol(const dtn_rules *rules, const char *text)
{
    char lower[MAX_MARKER];
    size_t n = 0;
    for (; n < sizeof lower - 1 && text[n]; n++)
        lower[n] = (char)(text[n] >= 'A' && text[n] <= 'Z' ? text[n] + 32 : text[n]);
    if (text[n])
        return 0;
    lower[n] = '\0';
    return dtn_symbol_get(rules, lower);
}

/* Try `n` bytes of a form with an ending put on; 0 if no rule knows that word. */
static dtn_symbol try_stem(const dtn_rules *rules, const char *form, size_t n, const char *ending)
{
    char text[MAX_MARKER];
    if (n < 2 || n + strlen(ending) >= sizeof text)
        return 0;
    for (size_t i = 0; i < n; i++)
        text[i] = (char)(form[i] >= 'A' && form[i] <= 'Z' ? form[i] + 32 : form[i]);
    memcpy(text + n, ending, strlen(ending) + 1);
    return dtn_symbol_get(rules, text);
}

/* The lemma's symbol. A verb or noun whose lemma no rule knows may have got a wrong one, as rare
 * words do ("erod" of "eroded"): then the first stem of its form that a rule knows is taken. */
static dtn_symbol lemma_symbol(const dtn_rules *rules, const dtn_word *word)
{
    static const struct {
        const char *cut, *put;
    } endings[] = {{"", ""},  {"ies", "y"}, {"ied", "y"}, {"s", ""},   {"es", ""},
                   {"d", ""}, {"ed", ""},   {"ing", ""},  {"ing", "e"}};
    dtn_symbol symbol = lower_symbol(rules, word->lemma);
    if (symbol || (word->tag != DTN_TAG_VERB && word->tag != DTN_TAG_NOUN))
        return symbol;
    const size_t n = strlen(word->form);
    for (size_t i = 0; i < sizeof endings / sizeof *endings && !symbol; i++) {
        const size_t n_cut = strlen(endings[i].cut);
        if (n < n_cut + 3 || strcmp(word->form + n - n_cut, endings[i].cut) != 0)
            continue;
        symbol = try_stem(rules, word->form, n - n_cut, endings[i].put);
        const bool is_doubled = !symbol && n_cut >= 2 && !*endings[i].put &&
                                word->form[n - n_cut - 1] == word->form[n - n_cut - 2];
        if (is_doubled) /* "stemmed" */
            symbol = try_stem(rules, word->form, n - n_cut - 1, "");
    }
    return symbol;
}

static void split_relation(const dtn_rules *rules, dtn_word *word)
{
    char base[MAX_MARKER];
    const char *colon = strchr(word->relation, ':');
    size_t n = colon ? (size_t)(colon - word->relation) : strlen(word->relation);
    if (n >= sizeof base)
        n = sizeof base - 1;
    memcpy(base, word->relation, n);
    base[n] = '\0';
    word->base_id = dtn_symbol_get(rules, base);
    word->subtype_id = colon ? dtn_symbol_get(rules, colon + 1) : 0;
}

/* Heads that lead round in a circle would let a walk up go on for ever. */
static void break_circles(dtn_word *words, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (words[i].head >= n || words[i].head == i)
            words[i].head = DTN_NO_WORD;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t slow = i, fast = i;
        while (fast != DTN_NO_WORD && words[fast].head != DTN_NO_WORD) {
            slow = words[slow].head;
            fast = words[words[fast].head].head;
            if (slow == fast && slow != DTN_NO_WORD) {
                words[slow].head = DTN_NO_WORD;
                break;
            }
        }
    }
}

static void link_children(dtn_word *words, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        words[i].first_child = words[i].next_sibling = DTN_NO_WORD;
    for (uint32_t i = n; i-- > 0;)
        if (words[i].head != DTN_NO_WORD) {
            words[i].next_sibling = words[words[i].head].first_child;
            words[words[i].head].first_child = i;
        }
}

static void append(char *out, const char *word)
{
    size_t n = strlen(out);
    if (n && n + 1 < MAX_MARKER)
        out[n++] = '_';
    for (; *word && n + 1 < MAX_MARKER; word++)
        out[n++] = (char)(*word >= 'A' && *word <= 'Z' ? *word + 32 : *word);
    out[n] = '\0';
}

static bool is_marker(const dtn_rules *rules, const dtn_word *word)
{
    return word->base_id == rules->s_case || word->base_id == rules->s_mark ||
           (word->base_id == rules->s_advmod && word->lower_id == rules->s_when);
}

static void set_markers(const dtn_rules *rules, dtn_word *words, uint32_t i)
{
    int n = 0;
    for (uint32_t c = words[i].first_child; c != DTN_NO_WORD && n < 2; c = words[c].next_sibling) {
        if (!is_marker(rules, &words[c]))
            continue;
        char marker[MAX_MARKER] = "";
        append(marker, words[c].form);
        for (uint32_t f = words[c].first_child; f != DTN_NO_WORD; f = words[f].next_sibling)
            if (words[f].base_id == rules->s_fixed)
                append(marker, words[f].form);
        words[i].markers[n++] = dtn_symbol_get(rules, marker);
    }
}

void dtn_rules_prepare(const dtn_rules *rules, dtn_word *words, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        words[i].lower_id = lower_symbol(rules, words[i].form);
        words[i].lemma_id = lemma_symbol(rules, &words[i]);
        words[i].xtag_id = dtn_symbol_get(rules, words[i].xtag);
        words[i].markers[0] = words[i].markers[1] = 0;
        split_relation(rules, &words[i]);
    }
    break_circles(words, n);
    link_children(words, n);
    for (uint32_t i = 0; i < n; i++)
        set_markers(rules, words, i);
}
