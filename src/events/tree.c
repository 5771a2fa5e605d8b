/* Small questions to a dependency tree. */
#include "events/inner.h"

#include <string.h>

/* In what is left of a list: the C library looks for a text in many bytes at once. */
static bool is_in_rest(const char *text, const char *list)
{
    const size_t n = strlen(text);
    for (const char *at = list; (at = strstr(at, text)) != NULL; at++)
        if ((at == list || at[-1] == '|') && (at[n] == '|' || !at[n]))
            return !memchr(text, '|', n);
    return false;
}

#define SHORT 24 /* bytes of a list that are compared before the library is called */

bool dtn_one_of(const char *text, const char *list)
{
    const char *const end = list + SHORT;
    /* asked of nearly every word: most lists differ at their words' first letters */
    while (*text && *list) {
        if (list >= end)
            return is_in_rest(text, list);
        const char *t = text;
        for (; *t && *t == *list && *list != '|'; t++)
            list++;
        if (!*t && (*list == '|' || !*list))
            return true;
        while (*list && *list != '|')
            list++;
        list += *list == '|';
    }
    return false;
}

bool dtn_is_rel(const dtn_word *w, const char *name) { return dtn_relation_is(w->relation, name); }

static bool is_any_rel(const dtn_word *w, const char *relations)
{
    while (*relations) {
        const char *r = w->relation;
        for (; *r && *r == *relations; r++)
            relations++;
        if ((*relations == '|' || !*relations) && (!*r || *r == ':'))
            return true;
        while (*relations && *relations != '|')
            relations++;
        relations += *relations == '|';
    }
    return false;
}

uint32_t dtn_child(const dtn_word *words, uint32_t head, const char *relations)
{
    for (uint32_t c = words[head].first_child; c != DTN_NO_WORD; c = words[c].next_sibling)
        if (is_any_rel(&words[c], relations))
            return c;
    return DTN_NO_WORD;
}

/* ---- Lists ---- */

/* The first word of the phrase at `i`, and the last. */
static uint32_t begins_at(const dtn_word *words, uint32_t i)
{
    for (int steps = 0; steps < DTN_EVENT_STEPS && words[i].first_child < i; steps++)
        i = words[i].first_child;
    return i;
}

static uint32_t ends_at(const dtn_word *words, uint32_t i)
{
    uint32_t last = i;
    for (uint32_t c = words[i].first_child; c != DTN_NO_WORD; c = words[c].next_sibling)
        last = c > last ? ends_at(words, c) : last;
    return last;
}

bool dtn_is_after_and(const dtn_word *words, uint32_t i)
{
    const uint32_t first = begins_at(words, i);
    return words[first].tag == DTN_TAG_CCONJ ||
           (first > 0 && words[first - 1].tag == DTN_TAG_CCONJ);
}

static bool is_name(const dtn_word *w) { return w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN; }

/* Does "and" stand before it, or before what is joined to it? */
static bool ends_list(const dtn_word *words, uint32_t i)
{
    if (dtn_is_after_and(words, i))
        return true;
    for (uint32_t c = words[i].first_child; c != DTN_NO_WORD; c = words[c].next_sibling)
        if (dtn_is_rel(&words[c], "cc") ||
            (dtn_is_rel(&words[c], "conj") && dtn_child(words, c, "cc") != DTN_NO_WORD))
            return true;
    return false;
}

/* "Ten people, all civilians, were killed": who they are, nobody more. */
static bool is_insert(const dtn_word *words, uint32_t i)
{
    return dtn_one_of(words[begins_at(words, i)].lemma,
                      "all|most|mostly|mainly|both|some|many|include|including|among|half");
}

/* Two subjects of one verb: "9 soldiers, and 2 civilians were killed". */
static bool is_next_subject(const dtn_word *words, uint32_t a, uint32_t b)
{
    uint32_t before = begins_at(words, b);
    if (b <= a || words[a].head == DTN_NO_WORD || words[b].head != words[a].head ||
        !dtn_is_rel(&words[a], "nsubj") || !dtn_is_rel(&words[b], "nsubj") || !is_name(&words[a]) ||
        !is_name(&words[b]) || words[b].head < b || dtn_is_measure(&words[a]) ||
        !ends_list(words, b) || is_insert(words, b))
        return false;
    for (uint32_t i = a + 1; i < before; i++)
        if (words[i].tag == DTN_TAG_VERB || words[i].tag == DTN_TAG_AUX)
            return false;
    before -= before > 0 && words[before].tag != DTN_TAG_CCONJ && before > a + 1;
    return words[before].tag == DTN_TAG_PUNCT || words[before].tag == DTN_TAG_CCONJ;
}

/* "Six soldiers, four policemen and two civilians were killed", but not "six people, four policemen and two
 * civilians, were": is what the tree takes for an explanation a further one? */
static bool is_listed(const dtn_word *words, uint32_t n, uint32_t i)
{
    const uint32_t end = ends_at(words, i) + 1;
    return dtn_is_rel(&words[i], "appos") && is_name(&words[i]) && ends_list(words, i) &&
           !is_insert(words, i) && dtn_child(words, i, "nummod|det|nmod:poss") != DTN_NO_WORD &&
           end < n && words[end].tag != DTN_TAG_PUNCT;
}

/* "Soldiers, not civilians, were killed." */
static bool is_set_apart(const dtn_word *words, uint32_t i)
{
    for (uint32_t c = words[i].first_child; c != DTN_NO_WORD && c < i; c = words[c].next_sibling)
        if (dtn_one_of(words[c].lemma, "not|never|rather|instead"))
            return true;
    return false;
}

size_t dtn_members(const dtn_word *words, uint32_t n, uint32_t head, uint32_t out[DTN_MAX_MEMBERS])
{
    size_t n_out = 0;
    out[n_out++] = head;
    for (size_t k = 0; k < n_out; k++) {
        for (uint32_t c = words[out[k]].first_child; c != DTN_NO_WORD && n_out < DTN_MAX_MEMBERS;
             c = words[c].next_sibling) {
            /* "two women, a child, and their driver were killed", the verb joined to the women */
            const uint32_t own = dtn_is_rel(&words[c], "conj") && words[c].tag == DTN_TAG_VERB
                                     ? dtn_child(words, c, "nsubj")
                                     : DTN_NO_WORD;
            if (own != DTN_NO_WORD && own > out[k] && own < c && ends_list(words, own))
                out[n_out++] = own;
            else if ((dtn_is_rel(&words[c], "conj") && words[c].tag != DTN_TAG_VERB &&
                      !is_set_apart(words, c)) ||
                     is_listed(words, n, c))
                out[n_out++] = c;
        }
        const uint32_t verb = words[out[k]].head;
        for (uint32_t c = verb == DTN_NO_WORD ? DTN_NO_WORD : words[verb].first_child;
             k == 0 && c != DTN_NO_WORD && n_out < DTN_MAX_MEMBERS; c = words[c].next_sibling)
            if (is_next_subject(words, head, c))
                out[n_out++] = c;
    }
    return n_out;
}
