/* What a case's model says between its concepts: signs of the ways from the variables of one to
 * those of another.
 *
 * A link takes at most MAX_STEPS edges of the graph of causes and passes no variable of a third
 * concept; a longer way through others is indirect and has no sign. The first variable named by a concept gives
 * its direction; ways to and from its others count as links without a sign.
 */
#include "read/views.h"

#include <string.h>

#define MAX_STEPS 4    /* a flow, its rate, an effect and the stock again */
#define MAX_INDIRECT 8 /* through other concepts; in a model of loops all is reached in the end */

enum { PLUS = 1, MINUS = 2, OPEN = 4 };

typedef struct walker {
    const dtn_case *c;
    const dtn_graph *graph;
    uint32_t *concept_of;        /* [n_var] DTN_NONE: of none */
    bool *is_first;              /* [n_var] the first variable of its concept */
    uint8_t *signs, *next, *all; /* [n_var] bits */
} walker;

static uint8_t through(uint8_t signs, int sign)
{
    if (sign == 0)
        return OPEN;
    if (sign > 0)
        return signs;
    return (uint8_t)((signs & PLUS ? MINUS : 0) | (signs & MINUS ? PLUS : 0) | (signs & OPEN));
}

static void set_concepts(walker *w)
{
    for (uint32_t v = 0; v < w->graph->n_var; v++)
        w->concept_of[v] = DTN_NONE;
    for (size_t k = 0; k < w->c->n_concept; k++)
        for (size_t i = 0; i < w->c->concepts[k].n_variable; i++) {
            const char *name = w->c->concepts[k].variables[i];
            const char *key = dtn_model_name_key(w->c->model, name, strlen(name));
            const dtn_var *var = dtn_model_find_var(w->c->model, key);
            const uint32_t id = var ? (uint32_t)(var - w->c->model->vars) : DTN_NONE;
            if (id >= w->graph->n_var || w->concept_of[id] != DTN_NONE)
                continue;
            w->concept_of[id] = (uint32_t)k;
            w->is_first[id] = i == 0;
        }
}

/* All ways from the variables of concept k. */
static void walk(walker *w, uint32_t k, dtn_model_says *row)
{
    const uint32_t n = w->graph->n_var;
    memset(w->signs, 0, n);
    for (uint32_t v = 0; v < n; v++)
        if (w->concept_of[v] == k)
            w->signs[v] = w->is_first[v] ? PLUS : OPEN;
    uint8_t *bits = w->all;
    memset(bits, 0, n);
    for (int step = 0; step < MAX_STEPS; step++) {
        memset(w->next, 0, n);
        for (size_t e = 0; e < w->graph->n_edge; e++) {
            const dtn_edge *edge = &w->graph->edges[e];
            if (w->signs[edge->cause] && !edge->is_initial && w->concept_of[edge->effect] != k)
                w->next[edge->effect] |= through(w->signs[edge->cause], edge->sign);
        }
        for (uint32_t v = 0; v < n; v++) {
            bits[v] |= w->next[v];
            w->signs[v] = w->concept_of[v] == DTN_NONE ? w->next[v] : 0;
        }
    }
    for (uint32_t v = 0; v < n; v++) {
        const uint32_t to = w->concept_of[v];
        if (to == DTN_NONE || !bits[v])
            continue;
        const uint8_t s = w->is_first[v] ? bits[v] : OPEN;
        const dtn_model_says says = s == PLUS    ? DTN_SAYS_PLUS
                                    : s == MINUS ? DTN_SAYS_MINUS
                                                 : DTN_SAYS_BOTH;
        /* what the first variables tell goes before what others leave open */
        if (w->is_first[v] || row[to] == DTN_SAYS_NOTHING)
            row[to] = says;
    }
}

static void walk_on(walker *w, uint32_t k, dtn_model_says *row)
{
    const uint32_t n = w->graph->n_var;
    for (uint32_t v = 0; v < n; v++)
        w->all[v] = w->concept_of[v] == k;
    for (int step = 0; step < MAX_INDIRECT; step++) {
        memcpy(w->next, w->all, n);
        for (size_t e = 0; e < w->graph->n_edge; e++)
            if (w->all[w->graph->edges[e].cause] && !w->graph->edges[e].is_initial)
                w->next[w->graph->edges[e].effect] = 1;
        memcpy(w->all, w->next, n);
    }
    for (uint32_t v = 0; v < n; v++)
        if (w->all[v] && w->concept_of[v] != DTN_NONE && row[w->concept_of[v]] == DTN_SAYS_NOTHING)
            row[w->concept_of[v]] = DTN_SAYS_INDIRECT;
}

dtn_model_says *dtn_views_model(const dtn_case *c, dtn_graph *graph, dtn_arena *arena)
{
    const uint32_t n = graph->n_var;
    walker w = {.c = c,
                .graph = graph,
                .concept_of = DTN_NEW_N(arena, uint32_t, n + 1),
                .is_first = DTN_NEW_N(arena, bool, n + 1),
                .signs = DTN_NEW_N(arena, uint8_t, n + 1),
                .next = DTN_NEW_N(arena, uint8_t, n + 1),
                .all = DTN_NEW_N(arena, uint8_t, n + 1)};
    dtn_model_says *out = DTN_NEW_N(arena, dtn_model_says, c->n_concept * c->n_concept + 1);
    set_concepts(&w);
    for (uint32_t k = 0; k < c->n_concept; k++) {
        walk(&w, k, out + k * c->n_concept);
        walk_on(&w, k, out + k * c->n_concept);
    }
    return out;
}
