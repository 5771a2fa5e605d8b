/* Documents' maps held against each other and against the model.
 *
 * Links come from the claims between concepts that views.c kept; what the model says of them from
 * model_links.c. Nothing is judged here but signs: opposite ones are a contradiction, whether the
 * documents speak of the same time and place is for people to see in the sentences.
 */
#include "views/maps.h"

#include <string.h>

#include "case/quote.h"

/* ---- Links --------------------------------------------------------------------------------- */

bool dtn_maps_is_of(const dtn_cited *claim, const dtn_map_pair *pair, uint32_t doc)
{
    return claim->doc == doc && strcmp(claim->cause, pair->cause) == 0 &&
           strcmp(claim->effect, pair->effect) == 0;
}

bool dtn_maps_is_doubled(const dtn_maps *maps, const dtn_map_pair *pair, size_t i)
{
    const dtn_cited *c = &maps->views->cited[i];
    for (size_t k = 0; k < i; k++) {
        const dtn_cited *other = &maps->views->cited[k];
        if (dtn_maps_is_of(other, pair, c->doc) && other->sentence.begin == c->sentence.begin &&
            other->sign == c->sign && other->negated == c->negated && other->hedged == c->hedged)
            return true;
    }
    return false;
}

static const dtn_map_pair *find_pair(const dtn_maps *m, const char *cause, const char *effect)
{
    for (size_t i = 0; i < m->n_pair; i++)
        if (strcmp(m->pairs[i].cause, cause) == 0 && strcmp(m->pairs[i].effect, effect) == 0)
            return &m->pairs[i];
    return NULL;
}

static dtn_map_link link_of(const dtn_maps *m, const dtn_map_pair *pair, uint32_t doc)
{
    const dtn_views *v = m->views;
    dtn_map_link link = {.is_hedged = true, .is_reported = true};
    for (size_t i = 0; i < v->n_cited; i++) {
        const dtn_cited *c = &v->cited[i];
        if (!dtn_maps_is_of(c, pair, doc))
            continue;
        link.n_claim++;
        link.is_hedged &= c->hedged;
        link.is_reported &= c->speaker != NULL;
    }
    link.sign = dtn_views_sign(v, doc, pair->cause, pair->effect, &link.is_denied);
    return link;
}

static uint32_t concept_index(const dtn_case *c, const char *id)
{
    for (uint32_t k = 0; k < c->n_concept; k++)
        if (strcmp(c->concepts[k].id, id) == 0)
            return k;
    return DTN_NO_WORD;
}

static dtn_map_pair new_pair(const dtn_maps *m, const dtn_cited *first, const dtn_model_says *model)
{
    const dtn_views *v = m->views;
    const uint32_t a = concept_index(v->c, first->cause), b = concept_index(v->c, first->effect);
    dtn_map_pair pair = {.cause = first->cause,
                         .effect = first->effect,
                         .links = DTN_NEW_N(v->arena, dtn_map_link, v->n_view + 1),
                         .model = a == DTN_NO_WORD || b == DTN_NO_WORD
                                      ? DTN_SAYS_UNKNOWN
                                      : model[a * v->c->n_concept + b]};
    bool plus = false, minus = false, is_claimed[2] = {false, false}; /* -, + */
    for (uint32_t d = 0; d < v->n_view; d++) {
        pair.links[d] = link_of(m, &pair, d);
        plus |= pair.links[d].sign > 0;
        minus |= pair.links[d].sign < 0;
        if (!pair.links[d].is_denied && pair.links[d].sign)
            is_claimed[pair.links[d].sign > 0] = true;
    }
    /* "not +" and "not -" go together: there is no effect */
    pair.is_contested = (plus && is_claimed[0]) || (minus && is_claimed[1]);
    pair.is_against_model =
        (minus && pair.model == DTN_SAYS_PLUS) || (plus && pair.model == DTN_SAYS_MINUS);
    return pair;
}

static bool is_link(dtn_model_says says)
{
    return says == DTN_SAYS_PLUS || says == DTN_SAYS_MINUS || says == DTN_SAYS_BOTH ||
           says == DTN_SAYS_OPEN;
}

bool dtn_maps_is_lacking(const dtn_map_pair *pair) { return !is_link(pair->model); }

static void add_silent(dtn_maps *m, const dtn_model_says *model)
{
    const dtn_case *c = m->views->c;
    for (uint32_t a = 0; a < c->n_concept; a++)
        for (uint32_t b = 0; b < c->n_concept; b++) {
            const dtn_model_says says = model[a * c->n_concept + b];
            if (a == b || !is_link(says))
                continue;
            m->n_model_link++;
            if (!find_pair(m, c->concepts[a].id, c->concepts[b].id))
                DTN_PUSH(m->views->arena, m->silent, m->n_silent, m->cap_silent,
                         ((dtn_map_silent){a, b, says}));
        }
}

void dtn_maps_init(dtn_maps *m, const dtn_views *views, dtn_graph *graph, const char *coder)
{
    *m = (dtn_maps){.views = views, .coder = coder};
    const dtn_model_says *model = dtn_views_model(views->c, graph, views->arena);
    for (size_t i = 0; i < views->n_cited; i++)
        if (!find_pair(m, views->cited[i].cause, views->cited[i].effect))
            DTN_PUSH(views->arena, m->pairs, m->n_pair, m->cap_pair,
                     new_pair(m, &views->cited[i], model));
    add_silent(m, model);
}

/* ---- Stances ------------------------------------------------------------------------------- */

size_t dtn_maps_leading(const double *weights, size_t n)
{
    size_t best = 0;
    for (size_t a = 1; a < n; a++)
        if (weights[a] > weights[best])
            best = a;
    return best;
}

const dtn_stance *dtn_maps_by_hand(const dtn_read_view *view, size_t h)
{
    for (size_t i = 0; view->by_hand && i < view->by_hand->n_stance; i++)
        if (view->by_hand->stances[i].i_hypothesis == h)
            return &view->by_hand->stances[i];
    return NULL;
}

static bool is_open(const dtn_stance *hand) { return strcmp(hand->stance, "open") == 0; }

bool dtn_maps_agree(const dtn_hypothesis *h, const dtn_read_stance *read, const dtn_stance *hand)
{
    if (read->is_open || is_open(hand))
        return read->is_open && is_open(hand);
    return dtn_maps_leading(read->weights, h->n_answer) ==
           dtn_maps_leading(hand->weights, h->n_answer);
}

bool dtn_maps_is_disputed(const dtn_maps *m, size_t h)
{
    const size_t n = m->views->c->hypotheses[h].n_answer;
    size_t first = SIZE_MAX;
    for (size_t d = 0; d < m->views->n_view; d++) {
        const dtn_read_stance *s = &m->views->views[d].stances[h];
        if (s->is_open || s->is_denied)
            continue;
        const size_t leading = dtn_maps_leading(s->weights, n);
        if (first != SIZE_MAX && leading != first)
            return true;
        first = leading;
    }
    for (size_t d = 0; d < m->views->n_view && first != SIZE_MAX; d++) {
        const dtn_read_stance *s = &m->views->views[d].stances[h];
        if (s->is_denied && s->denied[first])
            return true;
    }
    return false;
}

/* Does what was read rest on a sentence that the view by hand cites? */
static bool shares_passage(const dtn_hypothesis *h, const dtn_read_stance *read,
                           const dtn_stance *hand)
{
    dtn_citation c;
    for (const char *at = hand->source ? hand->source : ""; dtn_citation_next(&at, &c);)
        for (size_t a = 0; a < h->n_answer; a++)
            for (size_t i = 0; i < read->answers[a].n; i++)
                if (read->answers[a].items[i].sentence.begin < c.to &&
                    c.from < read->answers[a].items[i].sentence.end)
                    return true;
    return false;
}

dtn_map_reason dtn_maps_reason(const dtn_hypothesis *h, const dtn_read_stance *read,
                               const dtn_stance *hand)
{
    size_t n = 0;
    for (size_t a = 0; a < h->n_answer; a++)
        n += read->answers[a].n;
    if (is_open(hand))
        return DTN_DIFFER_HAND_OPEN;
    if (n == 0)
        return DTN_DIFFER_NOTHING;
    if (read->is_open)
        return DTN_DIFFER_LITTLE;
    if (h->answers[dtn_maps_leading(hand->weights, h->n_answer)].n_mixture > 0)
        return DTN_DIFFER_MIXED;
    return shares_passage(h, read, hand) ? DTN_DIFFER_SAME_PASSAGE : DTN_DIFFER_ELSEWHERE;
}
