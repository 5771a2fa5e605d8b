/* Documents' claims on a case's concepts, and what follows for its hypotheses.
 *
 * Support of an answer is the sum of the weights of what speaks for it. A denial speaks against what it denies and for
 * nothing: who says that raids do not lower attacks has not said that they raise them. Of answers that are mixed
 * from others ("both in part") nothing is counted: they are what remains where the pure ones
 * share the support. Weights of a stance lie between the priors and the shares, nearer to the
 * shares the more was said (n / (n + 1)), so that hedged or thin evidence spreads the stance.
 *
 * A sentence counts once for an answer, by what weighs most in it. What others say counts half, what
 * "critics" say nothing; where the author then says that they are wrong, it is the author's denial.
 */
#include "views/views.h"

#include "base/text.h"
#include "case/quote.h"
#include "events/same.h"

#include <stdlib.h>
#include <string.h>

#define NEXT_SENTENCE 3 /* bytes from a sentence to the one behind it */

void dtn_views_init(dtn_views *views, const dtn_case *c, dtn_vocabulary *cues, dtn_arena *arena)
{
    *views = (dtn_views){.c = c, .arena = arena, .cues = cues};
}

/* ---- Claims -------------------------------------------------------------------------------- */

double dtn_view_share(const char *speaker, bool is_opponents)
{
    if (!speaker)
        return 1;
    return is_opponents ? 0 : DTN_OTHERS_SHARE;
}

/* "Raids reduce attacks for a week. In the long run they increase them": does a later claim of the same or the next
 * sentence say the contrary? */
static bool is_taken_back(const dtn_view_draft *draft, size_t i)
{
    const dtn_cited *a = &draft->cited[i];
    for (size_t k = i + 1; k < draft->n_cited; k++) {
        const dtn_cited *b = &draft->cited[k];
        if (b->sentence.begin > a->sentence.end + NEXT_SENTENCE)
            break;
        if (strcmp(a->cause, b->cause) == 0 && strcmp(a->effect, b->effect) == 0 &&
            (a->negated ? -a->sign : a->sign) * (b->negated ? -b->sign : b->sign) < 0)
            return true;
    }
    return false;
}

static void add_claims(dtn_views *v, const dtn_view_draft *draft, uint32_t doc)
{
    for (size_t i = 0; i < draft->n_cited; i++) {
        dtn_cited cited = draft->cited[i];
        cited.doc = doc;
        const bool is_undone = cited.is_answered || (cited.is_meant && cited.outcome < 0);
        if (cited.is_meant && (is_undone ? cited.negated : cited.outcome <= 0))
            continue;
        if ((cited.speaker || cited.is_meant || cited.is_told) && is_undone) {
            cited.negated = !cited.negated;
            cited.speaker = NULL;
        }
        cited.weight *= dtn_view_share(cited.speaker, cited.is_opponents);
        if (cited.is_conceded && is_taken_back(draft, i))
            cited.weight *= DTN_CONCEDED_SHARE;
        DTN_PUSH(v->arena, v->cited, v->n_cited, v->cap_cited, cited);
    }
}

int dtn_views_sign(const dtn_views *v, uint32_t doc, const char *cause, const char *effect,
                   bool *is_denied)
{
    double claimed[2] = {0, 0}, denied[2] = {0, 0}; /* of -, of + */
    for (size_t i = 0; i < v->n_cited; i++) {
        const dtn_cited *c = &v->cited[i];
        if (c->sign && (doc == DTN_NO_WORD || c->doc == doc) && strcmp(c->cause, cause) == 0 &&
            strcmp(c->effect, effect) == 0)
            (c->negated ? denied : claimed)[c->sign > 0] += c->weight;
    }
    *is_denied = claimed[0] <= 0 && claimed[1] <= 0 && (denied[0] > 0 || denied[1] > 0);
    if (*is_denied)
        return (denied[0] > denied[1]) - (denied[0] < denied[1]);
    for (int k = 0; k < 2; k++)
        claimed[k] = claimed[k] > denied[k] ? claimed[k] - denied[k] : 0;
    return (claimed[1] > claimed[0]) - (claimed[1] < claimed[0]);
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
            if (strcmp(link->from, c->cause) != 0 || strcmp(link->to, c->effect) != 0 ||
                (c->negated && c->sign != link->sign))
                continue; /* who denies a decrease claims no increase */
            add_support(v, a,
                        (dtn_support){.sentence = c->sentence,
                                      .why = dtn_arena_printf(v->arena, "%s -> %s %c", link->from,
                                                              link->to, link->sign < 0 ? '-' : '+'),
                                      .denies = c->negated || c->sign != link->sign,
                                      .is_denial = c->negated,
                                      .speaker = c->speaker,
                                      .weight = c->weight});
        }
    }
}

/* Sentences with the answer's words; what the author says to be wrong counts against it. */
static void support_by_cues(dtn_views *v, const dtn_view_draft *draft, size_t hypothesis,
                            size_t answer, dtn_answer_support *a)
{
    for (size_t i = 0; i < draft->n_said; i++) {
        const dtn_cue_said *said = &draft->said[i];
        dtn_support support = said->support;
        if (said->hypothesis != hypothesis || said->answer != answer)
            continue;
        if (support.speaker && said->is_answered) {
            support.denies = support.is_denial = !support.denies;
            support.speaker = NULL;
        }
        support.weight *= dtn_view_share(support.speaker, said->is_opponents);
        if (said->is_conditional && !support.speaker)
            support.weight *= DTN_OTHERS_SHARE;
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

static bool is_denied(const dtn_hypothesis *h, const dtn_read_stance *s, const char *id)
{
    for (size_t a = 0; a < h->n_answer; a++)
        if (strcmp(h->answers[a].id, id) == 0)
            return s->denied[a];
    return false;
}

/* What is mixed from answers that are all ruled out is ruled out too. */
static void deny_mixtures(const dtn_hypothesis *h, dtn_read_stance *s)
{
    for (size_t a = 0; a < h->n_answer; a++) {
        const dtn_answer *answer = &h->answers[a];
        bool is_all = answer->n_mixture > 0;
        for (size_t i = 0; i < answer->n_mixture; i++)
            is_all &= is_denied(h, s, answer->mixture[i].answer);
        s->denied[a] |= is_all;
    }
}

static void set_weights(const dtn_hypothesis *h, dtn_read_stance *s)
{
    double net = 0, sum = 0;
    bool rules_out = false;
    for (size_t a = 0; a < h->n_answer; a++) {
        const dtn_answer_support *x = &s->answers[a];
        net += x->yes > x->no ? x->yes - x->no : 0;
        s->denied[a] = x->no > x->yes && x->denial >= DTN_LEAST_SUPPORT;
        rules_out |= s->denied[a];
    }
    deny_mixtures(h, s);
    s->is_open = net < DTN_LEAST_SUPPORT && !rules_out;
    s->is_denied = net < DTN_LEAST_SUPPORT && rules_out;
    for (size_t a = 0; a < h->n_answer; a++) {
        const dtn_answer_support *x = &s->answers[a];
        const double share = x->yes > x->no && net > 0 ? (x->yes - x->no) / net : 0;
        const double said = s->is_open || s->is_denied ? 0 : net / (net + 1);
        s->weights[a] = s->denied[a] ? 0 : said * share + (1 - said) * h->answers[a].prior;
        sum += s->weights[a];
    }
    for (size_t a = 0; a < h->n_answer; a++)
        s->weights[a] = sum > 0 ? s->weights[a] / sum : h->answers[a].prior;
    if (sum <= 0) /* what denies every answer holds none */
        s->is_denied = !(s->is_open = true);
    if (!s->is_open)
        round_weights(s->weights, h->n_answer);
}

static void set_stance(dtn_views *v, const dtn_view_draft *draft, uint32_t doc, size_t i_hypothesis)
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
        support_by_cues(v, draft, i_hypothesis, a, &s->answers[a]);
    }
    set_weights(h, s);
}

/* ---- Quotations --------------------------------------------------------------------------------- */

/* Words with single blanks between them. */
static const char *quoted(const dtn_views *v, const dtn_read_view *view, dtn_span span)
{
    size_t n = 0, k = 0;
    const char *text =
        dtn_text_plain(view->file, view->text, view->n_text, span.begin, span.end, v->arena, &n);
    char *out = dtn_arena_alloc(v->arena, n + 1);
    for (size_t i = 0; i < n; i++) {
        const bool is_blank = (unsigned char)text[i] <= ' ' || text[i] == 0x7f;
        if (!is_blank)
            out[k++] = text[i];
        else if (k > 0 && out[k - 1] != ' ')
            out[k++] = ' ';
    }
    out[k] = '\0';
    return out;
}

const char *dtn_views_quote(const dtn_views *v, uint32_t doc, dtn_span span)
{
    const dtn_read_view *view = &v->views[doc];
    const char *out = "";
    for (size_t i = 0; i < view->n_sentence; i++) {
        const dtn_span *s = &view->sentences[i];
        if (s->begin >= span.begin && s->end <= span.end)
            out = dtn_arena_printf(v->arena, "%s%s%s", out, *out ? " " : "", quoted(v, view, *s));
    }
    return out;
}

/* ---- Documents ---------------------------------------------------------------------------------- */

/* The view by hand of a document: its id is the file's name without its ending or, where none is that, what stands in
 * it before the first '_', '-' or blank. */
static const dtn_view *by_hand_of(const dtn_views *v, const char *name)
{
    const char *start = dtn_arena_strndup(v->arena, name, strcspn(name, "_- "));
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < v->c->n_view; i++)
            if (strcmp(v->c->views[i].id, k == 0 ? name : start) == 0)
                return &v->c->views[i];
    return NULL;
}

static bool is_taken(const dtn_views *v, const char *id)
{
    for (size_t i = 0; i < v->n_view; i++)
        if (strcmp(v->views[i].id, id) == 0)
            return true;
    return dtn_case_is_reserved_id(id);
}

/* What can be cited and named on a command line: other bytes become '-'. */
static const char *cleaned(const dtn_views *v, const char *name)
{
    char *id = dtn_arena_strdup(v->arena, name);
    for (char *p = id; *p; p++)
        *p = dtn_citation_is_id_byte(*p) ? *p : '-';
    return id;
}

/* The file's name without its ending; where that is taken its whole name below the folder, and if need be a number
 * behind it. */
static void set_id(dtn_views *v, dtn_read_view *view, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    view->name =
        dtn_arena_strndup(v->arena, name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
    view->by_hand = by_hand_of(v, view->name);
    view->id = view->by_hand ? view->by_hand->id : cleaned(v, view->name);
    if (is_taken(v, view->id)) { /* the second file of an id is itself only */
        view->by_hand = NULL;
        view->id = cleaned(v, view->name);
    }
    if (is_taken(v, view->id))
        view->id = cleaned(v, path);
    const char *base = view->id;
    for (int i = 2; is_taken(v, view->id); i++)
        view->id = dtn_arena_printf(v->arena, "%s-%d", base, i);
    view->is_renamed = !view->by_hand && strcmp(view->id, view->name) != 0;
    if (v->is_without_hand)
        view->by_hand = NULL;
}

static void check_text(const dtn_views *v, dtn_read_view *view)
{
    const dtn_cited_text *listed = dtn_cited_text_of(v->c, view->id);
    view->is_other_text = listed && !dtn_cited_text_is(listed, view->text, view->n_text);
    dtn_hash128_hex(view->text, view->n_text, view->hash);
}

static void add_tolls(dtn_views *v, const dtn_view_draft *draft, uint32_t doc)
{
    for (size_t i = 0; i < draft->n_toll; i++) {
        dtn_view_toll toll = draft->tolls[i];
        dtn_mention *m = DTN_NEW(v->arena, dtn_mention);
        *m = *toll.mention;
        m->key = dtn_arena_printf(v->arena, "%s %s", v->views[doc].id, m->key);
        if (m->refers)
            m->refers = dtn_arena_printf(v->arena, "%s %s", v->views[doc].id, m->refers);
        toll.mention = m;
        toll.doc = doc;
        DTN_PUSH(v->arena, v->tolls, v->n_toll, v->cap_toll, toll);
    }
}

void dtn_views_add(dtn_views *v, const dtn_document *document, const dtn_view_draft *draft)
{
    const uint32_t doc = (uint32_t)v->n_view;
    dtn_read_view view = {.file = document->name,
                          .text = document->text,
                          .n_text = document->n,
                          .sentences = draft->sentences,
                          .n_sentence = draft->n_sentence,
                          .n_claim = draft->n_claim};
    set_id(v, &view, document->name);
    check_text(v, &view);
    dtn_view_choose_courses(v, draft, &view);
    view.stances = DTN_NEW_N(v->arena, dtn_read_stance, v->c->n_hypothesis + 1);
    DTN_PUSH(v->arena, v->views, v->n_view, v->cap_view, view);
    add_claims(v, draft, doc);
    add_tolls(v, draft, doc);
    for (size_t h = 0; h < v->c->n_hypothesis; h++)
        set_stance(v, draft, doc, h);
}
