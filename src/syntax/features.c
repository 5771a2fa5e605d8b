/* Features of the tagger and the parser, hashed; and the sums of their weights.
 *
 * A word's texts are hashed once; features combine those hashes, tags and relations with a number
 * for their kind. The sets follow Zhang and Nivre (2011) for the parser and common practice for the
 * tagger (ends of the word, its neighbours, the tags before). Digits count as one digit.
 */
#include "syntax/inner.h"

#include <ctype.h>
#include <string.h>

static uint64_t mix(uint64_t a)
{
    a ^= a >> 33;
    a *= 0xff51afd7ed558ccdu;
    a ^= a >> 33;
    a *= 0xc4ceb9fe1a85ec53u;
    return a ^ a >> 33;
}

static uint64_t both(uint64_t a, uint64_t b) { return mix(a * 31 + b + 0x9e3779b97f4a7c15u); }

size_t dtn_syntax_row(uint64_t feature)
{
    return mix(feature) & (((size_t)1 << DTN_SYNTAX_BITS) - 1);
}

void dtn_syntax_score(const dtn_weights *weights, const uint64_t *features, size_t n,
                      size_t n_class, float *scores)
{
    memset(scores, 0, n_class * sizeof *scores);
    for (size_t i = 0; i < n; i++) {
        const size_t row = dtn_syntax_row(features[i]);
        if (weights->bytes)
            for (size_t c = 0; c < n_class; c++)
                scores[c] += (float)weights->bytes[row + c];
        else
            for (size_t c = 0; c < n_class; c++)
                scores[c] += weights->floats[row + c];
    }
}

/* ---- Words ---------------------------------------------------------------------- */

static uint64_t hash_of(const char *text, size_t n)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)text[i]) * 1099511628211u;
    return h;
}

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

void dtn_node_init(dtn_node *node, const char *form, bool is_first)
{
    char low[256];
    size_t n = strlen(form);
    n = n < sizeof low ? n : sizeof low;
    bool has_digit = false, has_dash = false;
    for (size_t i = 0; i < n; i++) {
        has_digit |= form[i] >= '0' && form[i] <= '9';
        has_dash |= form[i] == '-';
        low[i] = form[i] >= '0' && form[i] <= '9' ? '0' : (char)tolower((unsigned char)form[i]);
    }
    *node = (dtn_node){.low = hash_of(low, n),
                       .prefix1 = hash_of(low, n < 1 ? n : 1),
                       .prefix3 = hash_of(low, n < 3 ? n : 3)};
    for (size_t k = 0; k < 4; k++)
        node->suffix[k] = k < n ? hash_of(low + n - k - 1, k + 1) : 0;
    node->shape = (n > 0 && is_upper(form[0]) ? 1u : 0) | (has_digit ? 2u : 0) |
                  (has_dash ? 4u : 0) | (is_first ? 8u : 0) |
                  (n > 1 && is_upper(form[0]) && is_upper(form[1]) ? 16u : 0);
}

typedef struct list {
    uint64_t *items;
    size_t n;
} list;

/* Each feature's kind is its place in the list. */
static void add(list *l, uint64_t value) { l->items[l->n] = both(l->n + 1000, value), l->n++; }

size_t dtn_tag_features(const dtn_node *nodes, uint32_t n, uint32_t i, uint32_t before,
                        uint32_t before2, uint64_t *out)
{
    const dtn_node *w = &nodes[i];
    const uint64_t previous = i > 0 ? nodes[i - 1].low : 1, next = i + 1 < n ? nodes[i + 1].low : 2;
    list l = {out, 0};
    add(&l, w->low);
    for (int k = 0; k < 4; k++)
        add(&l, w->suffix[k]);
    add(&l, w->prefix3);
    add(&l, w->prefix1);
    add(&l, before);
    add(&l, both(before, before2));
    add(&l, previous);
    add(&l, next);
    add(&l, i + 2 < n ? nodes[i + 2].low : 2);
    add(&l, i > 1 ? nodes[i - 2].low : 1);
    add(&l, w->shape);
    add(&l, both(w->low, before));
    add(&l, both(w->low, previous));
    add(&l, both(w->low, next));
    add(&l, i + 1 < n ? nodes[i + 1].suffix[2] : 2);
    add(&l, i > 0 ? nodes[i - 1].suffix[2] : 1);
    add(&l, both(before, w->suffix[2]));
    add(&l, both(w->shape, i + 1 < n ? nodes[i + 1].shape : 99));
    return l.n;
}

/* ---- States of the parser --------------------------------------------------------- */

#define NOBODY UINT32_MAX

typedef struct view { /* what stands at one place */
    uint64_t word, tag, fine;
} view;

static view view_of(const dtn_node *nodes, uint32_t node)
{
    if (node == NOBODY)
        return (view){7, 90, 90};
    if (node == 0)
        return (view){11, 91, 91};
    const dtn_node *w = &nodes[node - 1];
    return (view){w->low, w->upos, (uint64_t)w->upos * 200 + w->xpos + 1000};
}

static uint32_t child(const uint32_t *of, uint32_t node)
{
    return node == NOBODY || of[node] == 0 ? NOBODY : of[node];
}

static uint64_t relation_of(const dtn_state *s, uint32_t node)
{
    return node == NOBODY ? 99 : s->relation[node];
}

static uint64_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

size_t dtn_parse_features(const dtn_state *s, const dtn_node *nodes, uint64_t *out)
{
    const uint32_t top = s->n_stack > 0 ? s->stack[s->n_stack - 1] : NOBODY;
    const uint32_t below = s->n_stack > 1 ? s->stack[s->n_stack - 2] : NOBODY;
    const uint32_t third = s->n_stack > 2 ? s->stack[s->n_stack - 3] : NOBODY;
    const uint32_t next = s->next <= s->n ? s->next : NOBODY;
    const uint32_t next1 = s->next + 1 <= s->n ? s->next + 1 : NOBODY;
    const uint32_t next2 = s->next + 2 <= s->n ? s->next + 2 : NOBODY;
    const uint32_t top_l = child(s->left[0], top), top_r = child(s->right[0], top);
    const uint32_t top_l2 = child(s->left[1], top), top_r2 = child(s->right[1], top);
    const uint32_t below_l = child(s->left[0], below), below_r = child(s->right[0], below);
    const uint32_t next_l = child(s->left[0], next), next_l2 = child(s->left[1], next);
    const view t = view_of(nodes, top), b = view_of(nodes, below), h = view_of(nodes, third);
    const view x = view_of(nodes, next), x1 = view_of(nodes, next1), x2 = view_of(nodes, next2);
    list l = {out, 0};
    const uint64_t single[] = {t.word,
                               t.fine,
                               both(t.word, t.fine),
                               x.word,
                               x.fine,
                               both(x.word, x.fine),
                               x1.word,
                               x1.fine,
                               both(x1.word, x1.fine),
                               x2.fine,
                               x2.word,
                               b.word,
                               b.fine,
                               both(b.word, b.fine),
                               h.fine,
                               h.word};
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        add(&l, single[i]);
    const uint64_t pairs[][2] = {{t.word, x.word},
                                 {both(t.word, t.fine), both(x.word, x.fine)},
                                 {t.word, x.fine},
                                 {t.fine, x.word},
                                 {t.fine, x.fine},
                                 {b.word, t.word},
                                 {b.fine, t.fine},
                                 {b.word, t.fine},
                                 {b.fine, t.word},
                                 {x.fine, x1.fine},
                                 {both(t.fine, x.fine), x1.fine},
                                 {both(b.fine, t.fine), x.fine},
                                 {both(h.fine, b.fine), t.fine},
                                 {both(x.fine, x1.fine), x2.fine},
                                 {both(t.fine, view_of(nodes, top_l).tag), x.fine},
                                 {both(t.fine, view_of(nodes, top_r).tag), x.fine},
                                 {both(t.fine, x.fine), view_of(nodes, next_l).tag},
                                 {both(b.fine, t.fine), view_of(nodes, below_r).tag},
                                 {both(b.fine, t.fine), view_of(nodes, top_r).tag},
                                 {both(b.fine, t.fine), view_of(nodes, top_l).tag},
                                 {relation_of(s, top_l), t.fine},
                                 {relation_of(s, top_r), t.fine},
                                 {relation_of(s, next_l), x.fine},
                                 {relation_of(s, below_l), b.fine},
                                 {relation_of(s, below_r), b.fine},
                                 {relation_of(s, top_l), t.word},
                                 {relation_of(s, top_r), t.word},
                                 {relation_of(s, top_l2), both(relation_of(s, top_l), t.fine)},
                                 {relation_of(s, top_r2), both(relation_of(s, top_r), t.fine)},
                                 {relation_of(s, next_l2), both(relation_of(s, next_l), x.fine)},
                                 {both(t.word, relation_of(s, top_r)), x.word},
                                 {both(b.fine, t.word), x.fine},
                                 {both(b.word, t.fine), x.fine},
                                 {both(b.fine, t.fine), x.word}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        add(&l, both(pairs[i][0], pairs[i][1]));
    add(&l, view_of(nodes, top_l).word);
    add(&l, view_of(nodes, top_r).word);
    add(&l, view_of(nodes, next_l).word);
    const uint64_t far = top == NOBODY || next == NOBODY ? 0 : least(next - top, 10);
    add(&l, both(far, t.fine));
    add(&l, both(far, both(t.fine, x.fine)));
    add(&l, both(far, t.word));
    add(&l, both(far, x.word));
    const uint64_t n_l = top == NOBODY ? 0 : least(s->n_left[top], 3);
    const uint64_t n_r = top == NOBODY ? 0 : least(s->n_right[top], 4);
    const uint64_t n_x = next == NOBODY ? 0 : least(s->n_left[next], 3);
    add(&l, both(n_l, t.fine));
    add(&l, both(n_r, t.fine));
    add(&l, both(n_x, x.fine));
    add(&l, both(n_r, t.word));
    add(&l, both(n_x, x.word));
    const uint64_t gap = top == NOBODY || below == NOBODY ? 0 : least(top - below, 10);
    add(&l, both(gap, both(b.fine, t.fine)));
    return l.n;
}
