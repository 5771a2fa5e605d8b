/* Documents' claims on a case's concepts, and what follows for its hypotheses.
 *
 * Support of an answer is the sum of the weights of what speaks for it. Of answers that are mixed
 * from others ("both in part") nothing is counted: they are what remains where the pure ones
 * share the support. Weights of a stance lie between the priors and the shares, nearer to the
 * shares the more was said (n / (n + 1)), so that hedged or thin evidence spreads the stance.
 *
 * A sentence counts once for an answer, by what weighs most in it. What others say counts half, what
 * "critics" say nothing; where the author then says that they are wrong, it is the author's denial.
 */
#include "read/views.h"

#include "base/text.h"
#include "case/quote.h"

#include <stdlib.h>
#include <string.h>

void dtn_views_init(dtn_views *views, const dtn_case *c, dtn_vocabulary *cues, dtn_arena *arena)
{
    *views = (dtn_views){.c = c, .arena = arena, .cues = cues};
}

/* ---- Claims -------------------------------------------------------------------------------- */

#define OTHERS_SHARE 0.5 /* of a claim's weight, when its author reports it of somebody else */

/* How much of what a speaker says counts as the author's; NULL: all. */
static double share_of(const dtn_reader *reader, const char *speaker)
{
    if (!speaker)
        return 1;
    return dtn_read_is_opponent(reader->rules, &reader->known, speaker) ? 0 : OTHERS_SHARE;
}

static void add_claims(dtn_views *v, const dtn_reader *reader, const dtn_reading *r, uint32_t doc)
{
    dtn_claim *claims = DTN_NEW_N(v->arena, dtn_claim, r->n_claim + 1);
    const size_t n = dtn_reader_kept(reader, r, claims);
    v->views[doc].n_claim = n;
    for (size_t i = 0; i < n; i++) {
        const dtn_claim *c = &claims[i];
        const dtn_sentence *s = &r->parsed.sentences[c->sentence];
        if (!c->cause_concept || !c->effect_concept ||
            strcmp(c->cause_concept, c->effect_concept) == 0)
            continue;
        dtn_cited cited = {.doc = doc,
                           .sentence = {s->begin, s->end},
                           .cause = c->cause_concept,
                           .effect = c->effect_concept,
                           .sign = c->sign,
                           .negated = c->negated,
                           .hedged = c->n_hedge > 0,
                           .speaker = c->attributed_to,
                           .weight = c->probability * (1 - c->hedge_strength / 2)};
        if (cited.speaker &&
            dtn_read_is_answered(reader->rules, &reader->known, &r->parsed, c->sentence)) {
            cited.negated = !cited.negated;
            cited.speaker = NULL;
        }
        cited.weight *= share_of(reader, cited.speaker);
        DTN_PUSH(v->arena, v->cited, v->n_cited, v->cap_cited, cited);
    }
}

int dtn_views_sign(const dtn_views *v, uint32_t doc, const char *cause, const char *effect,
                   double *weight)
{
    double net = 0;
    for (size_t i = 0; i < v->n_cited; i++) {
        const dtn_cited *c = &v->cited[i];
        if ((doc == DTN_NO_WORD || c->doc == doc) && strcmp(c->cause, cause) == 0 &&
            strcmp(c->effect, effect) == 0)
            net += (c->negated ? -1 : 1) * c->sign * c->weight;
    }
    *weight = net < 0 ? -net : net;
    return (net > 0) - (net < 0);
}

/* ---- Support of answers ---------------------------------------------------------------------- */

static bool is_same(const dtn_support *a, const dtn_support *b)
{
    return a->sentence.begin == b->sentence.begin && a->denies == b->denies;
}

/* Take out what the same sentence gave, if it weighs less. False: it weighs as much. */
static bool replaces(dtn_answer_support *a, const dtn_support *support)
{
    for (size_t i = 0; i < a->n; i++) {
        const dtn_support other = a->items[i];
        if (!is_same(&other, support))
            continue;
        if (other.weight >= support->weight)
            return false;
        *(other.denies ? &a->no : &a->yes) -= other.weight;
        a->denial -= other.is_denial ? other.weight : 0;
        memmove(&a->items[i], &a->items[i + 1], (a->n - i - 1) * sizeof *a->items);
        a->n--;
        return true;
    }
    return true;
}

static void add_support(dtn_views *v, dtn_answer_support *a, dtn_support support)
{
    if (support.weight <= 0 || !replaces(a, &support))
        return;
    *(support.denies ? &a->no : &a->yes) += support.weight;
    a->denial += support.is_denial ? support.weight : 0;
    DTN_PUSH(v->arena, a->items, a->n, a->cap, support);
    for (size_t i = a->n - 1; i > 0 && a->items[i].weight > a->items[i - 1].weight; i--) {
        const dtn_support other = a->items[i];
        a->items[i] = a->items[i - 1];
        a->items[i - 1] = other;
    }
}

/* Claims of the document on the answer's links. */
static void support_by_claims(dtn_views *v, uint32_t doc, const dtn_answer *answer,
                              dtn_answer_support *a)
{
    for (size_t i = 0; i < v->n_cited; i++) {
        const dtn_cited *c = &v->cited[i];
        for (size_t k = 0; c->doc == doc && c->sign && k < answer->n_link; k++) {
            const dtn_link *link = &answer->links[k];
            if (strcmp(link->from, c->cause) != 0 || strcmp(link->to, c->effect) != 0)
                continue;
            add_support(v, a,
                        (dtn_support){.sentence = c->sentence,
                                      .why = dtn_arena_printf(v->arena, "%s -> %s %c", link->from,
                                                              link->to, link->sign < 0 ? '-' : '+'),
                                      .denies = c->negated != (c->sign != link->sign),
                                      .is_denial = c->negated && c->sign == link->sign,
                                      .speaker = c->speaker,
                                      .weight = c->weight});
        }
    }
}

static uint32_t root_of(const dtn_sentence *s)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->words[i].head == DTN_NO_WORD && s->words[i].tag != DTN_TAG_PUNCT)
            return i;
    return 0;
}

/* How much a sentence's words weigh: hedged, under a condition, somebody else's. False where its
 * main clause is denied and the cue does not say so itself: what is denied then is not known. */
static bool cue_support(dtn_views *v, const dtn_reader *reader, const dtn_reading *r,
                        uint32_t sentence, const dtn_cue *cue, dtn_support *out)
{
    const dtn_sentence *s = &r->parsed.sentences[sentence];
    static const dtn_rule no_rule = {.name = "cue", .kind = "cue"};
    const uint32_t root = root_of(s);
    dtn_claim manner = {.rule = &no_rule, .trigger = root, .effect = root};
    double distance = 0;
    dtn_read_modality(reader->rules, &reader->known, s, &manner, v->arena);
    const char *speaker = dtn_read_speaker(reader->rules, &reader->known, &r->parsed, sentence,
                                           cue->word, v->arena, &distance);
    if (manner.negated && !cue->has_denial)
        return false;
    bool denies = (cue->sign < 0) != cue->is_set_aside;
    if (speaker && dtn_read_is_answered(reader->rules, &reader->known, &r->parsed, sentence)) {
        denies = !denies;
        speaker = NULL;
    }
    *out = (dtn_support){.sentence = {s->begin, s->end},
                         .why = "words of the answer",
                         .denies = denies,
                         .is_denial = denies,
                         .speaker = speaker,
                         .weight = DTN_CUE_WEIGHT * (1 - manner.hedge_strength / 2) *
                                   share_of(reader, speaker)};
    if (manner.conditional && !speaker)
        out->weight *= OTHERS_SHARE;
    return true;
}

static void support_by_cues(dtn_views *v, const dtn_reader *reader, const dtn_reading *r,
                            const char *key, dtn_answer_support *a)
{
    for (uint32_t i = 0; v->cues && i < r->parsed.n; i++) {
        dtn_cue cue;
        dtn_support support;
        if (dtn_vocabulary_cue(v->cues, &r->parsed.sentences[i], key, &cue) &&
            cue_support(v, reader, r, i, &cue, &support))
            add_support(v, a, support);
    }
}

/* ---- Stances ---------------------------------------------------------------------------------- */

/* Hundredths that add up to 100, by largest remainders. */
static void round_weights(double *w, size_t n)
{
    int left = 100;
    for (size_t i = 0; i < n; i++)
        left -= (int)(100 * w[i]);
    for (size_t i = 0; i < n; i++)
        w[i] *= 100;
    while (left > 0) {
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            if (w[i] - (int)w[i] > w[best] - (int)w[best])
                best = i;
        w[best] = (int)w[best] + 1;
        left--;
    }
    for (size_t i = 0; i < n; i++)
        w[i] = (int)w[i] / 100.0;
}

static void set_weights(const dtn_hypothesis *h, dtn_read_stance *s)
{
    double net = 0, sum = 0;
    for (size_t a = 0; a < h->n_answer; a++) {
        const dtn_answer_support *x = &s->answers[a];
        net += x->yes > x->no ? x->yes - x->no : 0;
        s->denied[a] = x->no > x->yes && x->denial >= DTN_LEAST_SUPPORT;
    }
    s->is_open = net < DTN_LEAST_SUPPORT;
    for (size_t a = 0; a < h->n_answer; a++) {
        const dtn_answer_support *x = &s->answers[a];
        const double share = x->yes > x->no && net > 0 ? (x->yes - x->no) / net : 0;
        const double said = s->is_open ? 0 : net / (net + 1);
        s->weights[a] = s->denied[a] ? 0 : said * share + (1 - said) * h->answers[a].prior;
        sum += s->weights[a];
    }
    for (size_t a = 0; a < h->n_answer; a++)
        s->weights[a] = sum > 0 ? s->weights[a] / sum : h->answers[a].prior;
    if (!s->is_open)
        round_weights(s->weights, h->n_answer);
}

static void set_stance(dtn_views *v, const dtn_reader *reader, const dtn_reading *r, uint32_t doc,
                       size_t i_hypothesis)
{
    const dtn_hypothesis *h = &v->c->hypotheses[i_hypothesis];
    dtn_read_stance *s = &v->views[doc].stances[i_hypothesis];
    s->answers = DTN_NEW_N(v->arena, dtn_answer_support, h->n_answer + 1);
    s->weights = DTN_NEW_N(v->arena, double, h->n_answer + 1);
    s->denied = DTN_NEW_N(v->arena, bool, h->n_answer + 1);
    for (size_t a = 0; a < h->n_answer; a++) {
        if (h->answers[a].n_mixture > 0)
            continue;
        support_by_claims(v, doc, &h->answers[a], &s->answers[a]);
        support_by_cues(v, reader, r, dtn_arena_printf(v->arena, "%s=%s", h->id, h->answers[a].id),
                        &s->answers[a]);
    }
    set_weights(h, s);
}

/* ---- Courses of action ------------------------------------------------------------------------- */

/* +1: the recommendation is for what the cue's words name, -1: against it. "Stop the strikes" asks to leave the strikes
 * off, and is for a cue that says "stop" itself. */
static int stands_for(const dtn_reader *reader, const dtn_sentence *s, const dtn_advice *advice,
                      const dtn_cue *cue)
{
    int sign = advice->act * cue->sign;
    for (size_t i = 0; i < cue->n_word; i++)
        if (dtn_lexicon_get(reader->rules, reader->known.advice.stop, &s->words[cue->words[i]]))
            return -sign;
    return sign;
}

/* The course whose words the document's recommendations hold most often. */
static void set_course(dtn_views *v, const dtn_reader *reader, const dtn_reading *r,
                       dtn_read_view *view)
{
    double most = 0;
    for (size_t i = 0; i < v->c->n_actor; i++)
        for (size_t k = 0; v->cues && k < v->c->actors[i].n_course; k++) {
            const char *course = dtn_arena_printf(v->arena, "%s=%s", v->c->actors[i].id,
                                                  v->c->actors[i].courses[k].id);
            double sum = 0;
            dtn_span first = {0, 0};
            for (size_t a = 0; a < r->n_advice; a++) {
                const dtn_sentence *s = &r->parsed.sentences[r->advice[a].sentence];
                dtn_cue cue;
                if ((a > 0 && r->advice[a].sentence == r->advice[a - 1].sentence) ||
                    !dtn_vocabulary_cue(v->cues, s, course, &cue))
                    continue;
                sum += stands_for(reader, s, &r->advice[a], &cue) * r->advice[a].probability *
                       (r->advice[a].attributed_to ? OTHERS_SHARE : 1);
                if (first.end == 0)
                    first = (dtn_span){s->begin, s->end};
            }
            if (sum > most) {
                most = sum;
                view->course = course;
                view->course_sentence = first;
            }
        }
}

/* ---- Quotations --------------------------------------------------------------------------------- */

const char *dtn_views_quote(const dtn_views *v, uint32_t doc, dtn_span span)
{
    const dtn_read_view *view = &v->views[doc];
    const char *out = "";
    for (size_t i = 0; i < view->parsed->n; i++) {
        const dtn_sentence *s = &view->parsed->sentences[i];
        if (s->begin < span.begin || s->end > span.end)
            continue;
        out = dtn_arena_printf(v->arena, "%s%s%s", out, *out ? " " : "",
                               dtn_read_text(v->arena, view->parsed, s, (dtn_span){0, s->n}));
    }
    return out;
}

/* ---- Documents ---------------------------------------------------------------------------------- */

/* The file's name without its ending; a hand-written view is its own if its id is that, or what
 * stands before the first '_', '-' or blank. */
static void set_id(dtn_views *v, dtn_read_view *view, const char *name)
{
    const char *slash = strrchr(name, '/');
    name = slash ? slash + 1 : name;
    const char *dot = strrchr(name, '.');
    const size_t n = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    view->name = dtn_arena_strndup(v->arena, name, n);
    const char *start = dtn_arena_strndup(v->arena, name, strcspn(view->name, "_- "));
    for (size_t i = 0; i < v->c->n_view; i++)
        if (strcmp(v->c->views[i].id, view->name) == 0 || strcmp(v->c->views[i].id, start) == 0)
            view->by_hand = &v->c->views[i];
    view->id = view->by_hand ? view->by_hand->id : view->name;
    if (v->is_without_hand)
        view->by_hand = NULL;
    for (size_t i = 0; i < v->n_view; i++)
        if (strcmp(v->views[i].id, view->id) == 0) /* the second file of an id is itself only */
            view->id = view->name;
}

static void check_text(const dtn_views *v, dtn_read_view *view)
{
    const dtn_cited_text *listed = dtn_cited_text_of(v->c, view->id);
    view->is_other_text = listed && !dtn_cited_text_is(listed, view->text, view->n_text);
    dtn_hash128_hex(view->text, view->n_text, view->hash);
}

void dtn_views_add(dtn_views *v, const dtn_reader *reader, const dtn_document *document,
                   const dtn_reading *reading)
{
    const uint32_t doc = (uint32_t)v->n_view;
    dtn_read_view view = {.text = document->text,
                          .n_text = document->n,
                          .parsed = &reading->parsed,
                          .n_sentence = reading->parsed.n};
    set_id(v, &view, document->name);
    check_text(v, &view);
    view.stances = DTN_NEW_N(v->arena, dtn_read_stance, v->c->n_hypothesis + 1);
    DTN_PUSH(v->arena, v->views, v->n_view, v->cap_view, view);
    add_claims(v, reader, reading, doc);
    dtn_views_add_tolls(v, reader, reading, doc);
    for (size_t h = 0; h < v->c->n_hypothesis; h++)
        set_stance(v, reader, reading, doc, h);
    set_course(v, reader, reading, &v->views[doc]);
}
