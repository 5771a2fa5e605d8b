/* Tagging and parsing, greedily: the tagger from left to right, the parser by arc-hybrid actions
 * (Kuhlmann, Gomez-Rodriguez and Satta 2011), each step the best action that may be taken.
 *
 * The root stays at the bottom of the stack and takes one child, when all words are read; so the
 * result is a projective tree with one root. Nothing is searched: a wrong step is not undone.
 */
#include "syntax/inner.h"

#include <ctype.h>
#include <string.h>

void dtn_state_init(dtn_state *s, uint32_t n)
{
    memset(s, 0, sizeof *s);
    s->n = n;
    s->n_stack = 1;
    s->next = 1;
}

bool dtn_state_is_done(const dtn_state *s) { return s->next > s->n && s->n_stack == 1; }
bool dtn_state_may_shift(const dtn_state *s) { return s->next <= s->n; }
bool dtn_state_may_left(const dtn_state *s) { return s->n_stack > 1 && s->next <= s->n; }

bool dtn_state_may_right(const dtn_state *s)
{
    return s->n_stack > 1 && (s->stack[s->n_stack - 2] != 0 || s->next > s->n);
}

static void attach(dtn_state *s, uint32_t head, uint32_t word, uint32_t relation)
{
    s->head[word] = head;
    s->relation[word] = relation;
    s->attached[word] = true;
    uint32_t(*side)[DTN_SYNTAX_MAX_WORDS + 1] = word < head ? s->left : s->right;
    const bool is_outer =
        side[0][head] == 0 || (word < head ? word < side[0][head] : word > side[0][head]);
    (word < head ? s->n_left : s->n_right)[head]++;
    if (is_outer) {
        side[1][head] = side[0][head];
        side[0][head] = word;
    } else if (side[1][head] == 0 || (word < head ? word < side[1][head] : word > side[1][head])) {
        side[1][head] = word;
    }
}

void dtn_state_apply(dtn_state *s, uint32_t action, uint32_t n_relation)
{
    if (action == 0) {
        s->stack[s->n_stack++] = s->next++;
        return;
    }
    const uint32_t word = s->stack[--s->n_stack];
    if (action <= n_relation)
        attach(s, s->next, word, action - 1);
    else
        attach(s, s->stack[s->n_stack - 1], word, action - 1 - n_relation);
}

static uint32_t best_in(const float *scores, uint32_t from, uint32_t to, uint32_t best)
{
    for (uint32_t a = from; a < to; a++)
        if (best == UINT32_MAX || scores[a] > scores[best])
            best = a;
    return best;
}

uint32_t dtn_state_best(const dtn_state *s, const float *scores, uint32_t n_relation)
{
    uint32_t best = UINT32_MAX;
    if (dtn_state_may_shift(s))
        best = 0;
    if (dtn_state_may_left(s))
        best = best_in(scores, 1, 1 + n_relation, best);
    if (dtn_state_may_right(s))
        best = best_in(scores, 1 + n_relation, 1 + 2 * n_relation, best);
    return best;
}

/* ---- With a syntax's weights ---------------------------------------------------------- */

void dtn_syntax_tag(const dtn_syntax *syntax, dtn_node *nodes, uint32_t n)
{
    uint64_t features[DTN_SYNTAX_MAX_FEATURES];
    float scores[DTN_SYNTAX_MAX_CLASS];
    uint32_t before = 999, before2 = 999;
    for (uint32_t i = 0; i < n; i++) {
        const size_t n_feature = dtn_tag_features(nodes, n, i, before, before2, features);
        dtn_syntax_score(&syntax->tagger, features, n_feature, syntax->n_class, scores);
        nodes[i].class_ = best_in(scores, 0, syntax->n_class, UINT32_MAX);
        nodes[i].upos = syntax->upos_id[nodes[i].class_];
        nodes[i].xpos = syntax->xpos_id[nodes[i].class_];
        before2 = before;
        before = nodes[i].class_;
    }
}

void dtn_syntax_attach(const dtn_syntax *syntax, dtn_node *nodes, uint32_t n)
{
    dtn_state state;
    uint64_t features[DTN_SYNTAX_MAX_FEATURES];
    float scores[DTN_SYNTAX_MAX_CLASS];
    dtn_state_init(&state, n);
    while (!dtn_state_is_done(&state)) {
        const size_t n_feature = dtn_parse_features(&state, nodes, features);
        dtn_syntax_score(&syntax->parser, features, n_feature, 1 + 2 * syntax->n_relation, scores);
        dtn_state_apply(&state, dtn_state_best(&state, scores, syntax->n_relation),
                        syntax->n_relation);
    }
    for (uint32_t i = 0; i < n; i++) {
        nodes[i].head = state.head[i + 1];
        nodes[i].relation = state.relation[i + 1];
    }
}

static const char *lemma_of(const dtn_syntax *syntax, const char *form, const char *upos,
                            const char *xpos, dtn_arena *arena)
{
    const size_t n = strlen(form);
    char *low = dtn_arena_alloc(arena, n + 24), *out = dtn_arena_alloc(arena, n + 5);
    for (size_t i = 0; i <= n; i++)
        low[i] = (char)tolower((unsigned char)form[i]);
    low[n] = '/';
    (void)strncpy(low + n + 1, upos, 20);
    low[n + 21] = '\0';
    const uint32_t known = dtn_map_get(&syntax->lemmas, low);
    if (known != DTN_MAP_NONE)
        return syntax->lemma[known];
    low[n] = '\0';
    dtn_lemma_by_rule(low, upos, xpos, out);
    return out;
}

void dtn_syntax_parse(const dtn_syntax *syntax, dtn_syntax_word *words, uint32_t n,
                      dtn_arena *arena)
{
    dtn_node *nodes = DTN_NEW_N(arena, dtn_node, n);
    for (uint32_t i = 0; i < n; i++)
        dtn_node_init(&nodes[i], words[i].form, i == 0);
    dtn_syntax_tag(syntax, nodes, n);
    dtn_syntax_attach(syntax, nodes, n);
    for (uint32_t i = 0; i < n; i++) {
        dtn_syntax_word *w = &words[i];
        w->upos = syntax->upos[nodes[i].class_];
        w->xpos = syntax->xpos[nodes[i].class_];
        w->head = nodes[i].head;
        w->relation = syntax->relations[nodes[i].relation];
        w->lemma = lemma_of(syntax, w->form, w->upos, w->xpos, arena);
    }
}
