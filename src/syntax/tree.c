/* The best tree over a sentence: Chu and Liu (1965), Edmonds (1967).
 *
 * Every word takes its best head; where that makes a circle, the circle becomes one node whose
 * arcs are the best of its members', and so on until none is left; then circles are opened again,
 * each where an arc enters it. One word under the root: if the free choice gives two or
 * none, arcs from the root cost so much that only one is taken.
 *
 * Cost: n^2: circles share no member, and after one is closed only what pointed into it and itself choose anew.
 */
#include "syntax/inner.h"

#include <string.h>

#define PENALTY 1e6 /* beyond any difference of scores, within a double's digits */

typedef struct search {
    uint32_t n;                  /* nodes, the root (0) included */
    double *score;               /* [n][n]: head, dependent */
    uint16_t *from, *to;         /* [n][n]: the words at the ends of the arc */
    uint16_t *owner;             /* [n][n]: circle, word: the node that held the word before */
    uint16_t *arc_from, *arc_to; /* [n][n]: circle, member: the arc within; to 0: no member */
    uint16_t *best, *mark, *in_circle, *node_of, *members; /* [n] */
    uint32_t n_circle;
} search;

static bool is_tree(const uint16_t *heads, uint32_t n)
{
    uint32_t n_root = 0;
    for (uint32_t i = 0; i < n; i++)
        n_root += heads[i] == 0;
    for (uint32_t i = 0; i < n && n_root == 1; i++) {
        uint32_t at = i + 1, steps = 0;
        while (at && steps++ <= n)
            at = heads[at - 1];
        if (at)
            return false;
    }
    return n_root == 1;
}

static void choose_freely(const float *scores, uint32_t n, uint32_t n_pad, uint16_t *heads)
{
    for (uint32_t i = 0; i < n; i++) {
        const float *z = scores + (size_t)i * n_pad;
        uint32_t best = i == 0 && n > 1 ? 2 : 0;
        for (uint32_t h = 0; h <= n; h++)
            if (h != i + 1 && z[h] > z[best])
                best = h;
        heads[i] = (uint16_t)best;
    }
}

static void prepare(search *s, const float *scores, uint32_t n_pad)
{
    const uint32_t n = s->n;
    for (uint32_t h = 0; h < n; h++)
        for (uint32_t d = 1; d < n; d++) {
            const size_t at = (size_t)h * n + d;
            s->score[at] = (double)scores[(size_t)(d - 1) * n_pad + h] - (h == 0 ? PENALTY : 0);
            s->from[at] = (uint16_t)h;
            s->to[at] = (uint16_t)d;
        }
    for (uint32_t i = 0; i < n; i++)
        s->node_of[i] = (uint16_t)i;
}

static bool is_node(const search *s, uint32_t i) { return s->node_of[i] == i; }

/* Head by head, as the scores lie in memory. */
static void choose(search *s)
{
    const uint32_t n = s->n;
    for (uint32_t d = 1; d < n; d++)
        s->best[d] = 0; /* the root is always a node */
    for (uint32_t h = 1; h < n; h++) {
        const double *z = s->score + (size_t)h * n;
        if (!is_node(s, h))
            continue;
        for (uint32_t d = 1; d < n; d++)
            if (d != h && z[d] > s->score[(size_t)s->best[d] * n + d])
                s->best[d] = (uint16_t)h;
    }
}

/* Marks the members of a circle; false if there is none. */
static bool find_circle(search *s)
{
    const uint32_t n = s->n;
    memset(s->mark, 0, n * sizeof *s->mark);
    memset(s->in_circle, 0, n * sizeof *s->in_circle);
    for (uint32_t first = 1; first < n; first++) {
        uint32_t at = first;
        while (at && is_node(s, first) && !s->mark[at]) {
            s->mark[at] = (uint16_t)first;
            at = s->best[at];
        }
        if (!at || !is_node(s, first) || s->mark[at] != first)
            continue;
        const uint32_t stop = at;
        do {
            s->in_circle[at] = 1;
            at = s->best[at];
        } while (at != stop);
        return true;
    }
    return false;
}

static void copy_arc(search *s, size_t to, size_t from, double score)
{
    s->score[to] = score;
    s->from[to] = s->from[from];
    s->to[to] = s->to[from];
}

/* The circle's first node stands for all from here on; its arcs are kept for later. Returns it. */
static uint32_t contract(search *s)
{
    const uint32_t n = s->n;
    uint32_t n_member = 0;
    for (uint32_t c = 1; c < n; c++)
        if (s->in_circle[c])
            s->members[n_member++] = (uint16_t)c;
    const uint32_t one = s->members[0];
    memcpy(s->owner + (size_t)s->n_circle * n, s->node_of, n * sizeof *s->owner);
    for (uint32_t c = 1; c < n; c++) {
        const size_t arc = s->in_circle[c] ? (size_t)s->best[c] * n + c : 0;
        s->arc_from[(size_t)s->n_circle * n + c] = s->in_circle[c] ? s->from[arc] : 0;
        s->arc_to[(size_t)s->n_circle * n + c] = s->in_circle[c] ? s->to[arc] : 0;
    }
    for (uint32_t v = 0; v < n; v++) {
        if (!is_node(s, v) || s->in_circle[v])
            continue;
        uint32_t out = one, in = one;
        double best_in = s->score[(size_t)v * n + one] - s->score[(size_t)s->best[one] * n + one];
        for (uint32_t k = 1; k < n_member; k++) {
            const uint32_t c = s->members[k];
            if (v && s->score[(size_t)c * n + v] > s->score[(size_t)out * n + v])
                out = c;
            const double enter = s->score[(size_t)v * n + c] - s->score[(size_t)s->best[c] * n + c];
            if (enter > best_in) {
                best_in = enter;
                in = c;
            }
        }
        if (v)
            copy_arc(s, (size_t)one * n + v, (size_t)out * n + v, s->score[(size_t)out * n + v]);
        copy_arc(s, (size_t)v * n + one, (size_t)v * n + in, best_in);
    }
    for (uint32_t i = 0; i < n; i++)
        if (s->in_circle[s->node_of[i]])
            s->node_of[i] = (uint16_t)one;
    s->n_circle++;
    return one;
}

/* Who pointed into the circle points to the node that stands for it, whose arcs are the best of its members'; that
 * node takes its best head. Of equal ones the first, as `choose` does. */
static void choose_again(search *s, uint32_t one)
{
    const uint32_t n = s->n;
    const double *z = s->score + (size_t)one * n;
    for (uint32_t d = 1; d < n; d++) {
        if (d == one || !is_node(s, d))
            continue;
        const double best = s->score[(size_t)s->best[d] * n + d];
        if (s->node_of[s->best[d]] == one || (z[d] >= best && one < s->best[d]))
            s->best[d] = (uint16_t)one;
    }
    s->best[one] = 0;
    for (uint32_t h = 1; h < n; h++)
        if (h != one && is_node(s, h) &&
            s->score[(size_t)h * n + one] > s->score[(size_t)s->best[one] * n + one])
            s->best[one] = (uint16_t)h;
}

static void take_arcs(const search *s, uint16_t *heads)
{
    const uint32_t n = s->n;
    memset(heads, 0xff, (n - 1) * sizeof *heads);
    for (uint32_t d = 1; d < n; d++)
        if (is_node(s, d))
            heads[s->to[(size_t)s->best[d] * n + d] - 1] = s->from[(size_t)s->best[d] * n + d];
    for (uint32_t k = s->n_circle; k-- > 0;) {
        const uint16_t *owner = s->owner + (size_t)k * n, *to = s->arc_to + (size_t)k * n;
        uint32_t entered = 0;
        for (uint32_t d = 1; d < n && !entered; d++)
            if (heads[d - 1] != UINT16_MAX && to[owner[d]])
                entered = owner[d];
        for (uint32_t c = 1; c < n; c++)
            if (to[c] && c != entered)
                heads[to[c] - 1] = s->arc_from[(size_t)k * n + c];
    }
}

void dtn_syn_tree(const float *scores, uint32_t n_word, uint32_t n_pad, uint16_t *heads,
                  void *space)
{
    choose_freely(scores, n_word, n_pad, heads);
    if (is_tree(heads, n_word))
        return;
    const uint32_t n = n_word + 1;
    const size_t square = (size_t)n * n;
    search s = {.n = n, .score = space};
    void *behind = s.score + square; /* space is aligned for doubles, so for these too */
    s.from = behind;
    s.to = s.from + square;
    s.owner = s.to + square;
    s.arc_from = s.owner + square;
    s.arc_to = s.arc_from + square;
    s.best = s.arc_to + square;
    s.mark = s.best + n;
    s.in_circle = s.mark + n;
    s.node_of = s.in_circle + n;
    s.members = s.node_of + n;
    prepare(&s, scores, n_pad);
    choose(&s);
    while (find_circle(&s))
        choose_again(&s, contract(&s));
    take_arcs(&s, heads);
}
