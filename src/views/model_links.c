/* What a case's model says between its concepts: signs of the ways from the variables of one to
 * those of another.
 *
 * A link takes at most MAX_STEPS edges of the graph of causes and passes no variable of a third
 * concept; a longer way through others is indirect and has no sign. The first variable named by a concept gives
 * its direction; its others take theirs from edges between them ("attacks on soldiers" are part of all attacks),
 * and where there are none, ways to and from them count as links without a sign.
 */
#include "views/views.h"

#include <string.h>

#define MAX_STEPS 4    /* a flow, its rate, an effect and the stock again */
#define MAX_INDIRECT 8 /* through other concepts; in a model of loops all is reached in the end */

enum { PLUS = 1, MINUS = 2, OPEN = 4 };

typedef struct walker {
    const dtn_case *c;
    const dtn_graph *graph;
    uint32_t *concept_of; /* [n_var] DTN_NONE: of none */
    int8_t
        *direction; /* [n_var] towards its concept's first variable, which has +1; 0: not known */
    uint8_t *signs, *next, *all; /* [n_var] bits */
    uint8_t *told;               /* [n_concept] bits */
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
            w->direction[id] = i == 0;
        }
}

/* Directions of a concept's other variables, along edges between its own. */
static void set_directions(walker *w)
{
    for (int step = 0; step < MAX_STEPS; step++)
        for (size_t e = 0; e < w->graph->n_edge; e++) {
            const dtn_edge *edge = &w->graph->edges[e];
            int8_t *a = &w->direction[edge->cause], *b = &w->direction[edge->effect];
            if (edge->is_initial || edge->sign == 0 ||
                w->concept_of[edge->cause] != w->concept_of[edge->effect])
                continue;
            if (*a && !*b)
                *b = (int8_t)(*a * edge->sign);
            else if (*b && !*a)
                *a = (int8_t)(*b * edge->sign);
        }
}

static dtn_model_says says_of(uint8_t signs)
{
    if ((signs & PLUS) && (signs & MINUS))
        return DTN_SAYS_BOTH;
    return signs & OPEN ? DTN_SAYS_OPEN : signs & PLUS ? DTN_SAYS_PLUS : DTN_SAYS_MINUS;
}

/* All ways from the variables of concept k whose direction is known, or from the others. */
static void walk(walker *w, uint32_t k, bool is_directed, dtn_model_says *row)
{
    const uint32_t n = w->graph->n_var;
    uint8_t *bits = w->all;
    memset(w->signs, 0, n);
    memset(bits, 0, n);
    memset(w->told, 0, w->c->n_concept);
    for (uint32_t v = 0; v < n; v++)
        if (w->concept_of[v] == k && (w->direction[v] != 0) == is_directed)
            w->signs[v] = through(PLUS, w->direction[v]);
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
    /* what variables with a direction tell goes before what others leave open */
    for (int known = 1; known >= 0; known--) {
        for (uint32_t v = 0; v < n; v++)
            if (w->concept_of[v] != DTN_NONE && bits[v] && (w->direction[v] != 0) == known)
                w->told[w->concept_of[v]] |= through(bits[v], w->direction[v]);
        for (uint32_t to = 0; to < w->c->n_concept; to++)
            if (w->told[to] && row[to] == DTN_SAYS_NOTHING)
                row[to] = says_of(w->told[to]);
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
                .direction = DTN_NEW_N(arena, int8_t, n + 1),
                .signs = DTN_NEW_N(arena, uint8_t, n + 1),
                .next = DTN_NEW_N(arena, uint8_t, n + 1),
                .all = DTN_NEW_N(arena, uint8_t, n + 1),
                .told = DTN_NEW_N(arena, uint8_t, c->n_concept + 1)};
    dtn_model_says *out = DTN_NEW_N(arena, dtn_model_says, c->n_concept * c->n_concept + 1);
    set_concepts(&w);
    set_directions(&w);
    for (uint32_t k = 0; k < c->n_concept; k++) {
        walk(&w, k, true, out + k * c->n_concept);
        walk(&w, k, false, out + k * c->n_concept);
        walk_on(&w, k, out + k * c->n_concept);
    }
    return out;
}
