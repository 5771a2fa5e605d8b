/* What documents hold, for the terminal: read from the top in a minute, from the bottom in ten.
 *
 * Order: where the documents stand on each hypothesis, disputed ones first; where they contradict
 * each other and the model link by link; then each document with its sentences; then what the
 * model lacks and what nobody claims; last how the views as read differ from those by hand.
 * Sentences are quoted whole; only the number of them behind an answer is limited (`all`: not).
 */
#include "report/maps.h"

#include "base/arena.h"
#include "case/quote.h"

#include <string.h>

enum {
    MAX_QUOTED = 2, /* sentences behind an answer */
    MAX_LISTED = 8  /* links of a list */
};

typedef struct sheet {
    dtn_prose *out;
    const dtn_maps *maps;
    const dtn_views *v;
    bool all, color;
    size_t width;
    dtn_prose line; /* a paragraph in the making */
} sheet;

/* ---- Paragraphs ---------------------------------------------------------------------------- */

/* Prints what was written into `line`, from column `indent`, further lines two columns in. */
static void end_line(sheet *s, size_t indent)
{
    s->out->failed |= s->line.failed;
    if (s->line.text != NULL && !s->line.failed) {
        dtn_prose_pad(s->out, indent);
        dtn_prose_wrap(s->out, s->line.text, s->width > indent + 40 ? s->width : indent + 40,
                       indent + 2);
    }
    dtn_prose_free(&s->line);
    dtn_prose_init(&s->line, false);
}

static void say(sheet *s, const char *text) { dtn_prose_say(&s->line, text); }

static void heading(sheet *s, const char *title)
{
    dtn_prose_raw(s->out, "\n");
    dtn_prose_raw(s->out, s->color ? "\033[1m" : "");
    dtn_prose_raw(s->out, title);
    dtn_prose_raw(s->out, s->color ? "\033[0m\n" : "\n");
}

static void quote(sheet *s, uint32_t doc, dtn_span sentence)
{
    say(s, "\"");
    say(s, dtn_views_quote(s->v, doc, sentence));
    dtn_prose_print(&s->line, "\" [%u-%u]", sentence.begin, sentence.end);
}

static void link_name(sheet *s, const dtn_map_pair *pair)
{
    dtn_say_concept(&s->line, s->v->c, pair->cause);
    say(s, " -> ");
    dtn_say_concept(&s->line, s->v->c, pair->effect);
}

static const char *model_word(dtn_model_says says)
{
    return says == DTN_SAYS_MINUS ? "-" : dtn_word_of_model(says);
}

/* ---- Where the documents stand ---------------------------------------------------------------- */

/* The documents that lead to an answer, SIZE_MAX: that leave the hypothesis open. */
static void holders(sheet *s, size_t h, size_t answer)
{
    const dtn_hypothesis *hypothesis = &s->v->c->hypotheses[h];
    const char *comma = "";
    for (size_t d = 0; d < s->v->n_view; d++) {
        const dtn_read_stance *stance = &s->v->views[d].stances[h];
        const size_t at =
            stance->is_open ? SIZE_MAX : dtn_maps_leading(stance->weights, hypothesis->n_answer);
        if (stance->is_denied || at != answer)
            continue;
        if (*comma == '\0')
            say(s, answer == SIZE_MAX ? "Nothing clear: " : hypothesis->answers[answer].name);
        if (*comma == '\0' && answer != SIZE_MAX)
            say(s, ": ");
        say(s, comma);
        say(s, s->v->views[d].id);
        comma = ", ";
    }
    end_line(s, 5);
}

/* The documents that rule an answer out and argue for none. */
static void deniers(sheet *s, size_t h, size_t answer)
{
    const char *comma = "";
    for (size_t d = 0; d < s->v->n_view; d++) {
        const dtn_read_stance *stance = &s->v->views[d].stances[h];
        if (!stance->is_denied || !stance->denied[answer])
            continue;
        if (*comma == '\0') {
            say(s, "Not \"");
            say(s, s->v->c->hypotheses[h].answers[answer].name);
            say(s, "\": ");
        }
        say(s, comma);
        say(s, s->v->views[d].id);
        comma = ", ";
    }
    end_line(s, 5);
}

static void stand(sheet *s, size_t h)
{
    const dtn_hypothesis *hypothesis = &s->v->c->hypotheses[h];
    say(s, hypothesis->id);
    say(s, " ");
    say(s, hypothesis->question);
    end_line(s, 2);
    for (size_t a = 0; a < hypothesis->n_answer; a++)
        holders(s, h, a);
    for (size_t a = 0; a < hypothesis->n_answer; a++)
        deniers(s, h, a);
    holders(s, h, SIZE_MAX);
}

static void stands(sheet *s)
{
    for (int disputed = 1; disputed >= 0; disputed--) {
        size_t n = 0;
        for (size_t h = 0; h < s->v->c->n_hypothesis; h++) {
            if (dtn_maps_is_disputed(s->maps, h) != disputed)
                continue;
            if (n++ == 0)
                heading(s, disputed ? "WHERE THE DOCUMENTS PART" : "WHERE THEY DO NOT");
            stand(s, h);
        }
    }
}

/* ---- Contradictions on links -------------------------------------------------------------------- */

static void claim_line(sheet *s, const dtn_cited *c, size_t indent, bool with_document)
{
    if (with_document)
        say(s, s->v->views[c->doc].id);
    if (with_document)
        say(s, " says ");
    dtn_say_sign(&s->line, c->sign, c->negated);
    dtn_say_manner(&s->line, c->hedged, c->speaker);
    say(s, ": ");
    quote(s, c->doc, c->sentence);
    end_line(s, indent);
}

static void all_claims(sheet *s, const dtn_map_pair *pair, uint32_t doc, size_t indent)
{
    for (size_t i = 0; i < s->v->n_cited; i++) {
        const dtn_cited *c = &s->v->cited[i];
        if (dtn_maps_is_of(c, pair, doc == DTN_NO_WORD ? c->doc : doc) &&
            !dtn_maps_is_doubled(s->maps, pair, i))
            claim_line(s, c, indent, doc == DTN_NO_WORD);
    }
}

/* The pairs with opposite signs: among documents, or against the model. */
static void contradictions(sheet *s, bool with_model)
{
    size_t n = 0;
    heading(s, with_model ? "WHERE A DOCUMENT CONTRADICTS THE MODEL"
                          : "WHERE DOCUMENTS CONTRADICT EACH OTHER ON A LINK");
    for (size_t i = 0; i < s->maps->n_pair; i++) {
        const dtn_map_pair *pair = &s->maps->pairs[i];
        if (!(with_model ? pair->is_against_model : pair->is_contested))
            continue;
        n++;
        link_name(s, pair);
        say(s, " (the model: ");
        say(s, model_word(pair->model));
        say(s, ")");
        end_line(s, 2);
        all_claims(s, pair, DTN_NO_WORD, 5);
    }
    if (n == 0)
        dtn_prose_raw(s->out, "  Nowhere, as far as their claims were read.\n");
}

/* ---- Deaths of one event ------------------------------------------------------------------------ */

static void toll_line(sheet *s, const dtn_view_toll *t)
{
    say(s, s->v->views[t->doc].id);
    say(s, ": ");
    dtn_say_toll(&s->line, &t->event->toll);
    dtn_say_manner(&s->line, false, t->speaker);
    say(s, ": ");
    quote(s, t->doc, t->sentence);
    end_line(s, 5);
}

/* Events whose dead are counted differently, each figure with its claimant. */
static void tolls(sheet *s)
{
    size_t n = 0;
    for (uint32_t g = 0; g < s->v->n_toll_group; g++) {
        bool is_first = true;
        if (!dtn_views_toll_is_contested(s->v, g))
            continue;
        if (n++ == 0)
            heading(s, "WHERE THE DEAD OF ONE EVENT ARE COUNTED DIFFERENTLY");
        for (size_t i = 0; i < s->v->n_toll; i++) {
            const dtn_view_toll *t = &s->v->tolls[i];
            if (t->group != g)
                continue;
            if (is_first) {
                dtn_say_event(&s->line, t->event);
                end_line(s, 2);
            }
            is_first = false;
            toll_line(s, t);
        }
    }
}

/* ---- A document ---------------------------------------------------------------------------------- */

static void support(sheet *s, uint32_t doc, const dtn_answer *answer, const dtn_answer_support *x)
{
    for (size_t i = 0; i < x->n; i++) {
        const dtn_support *item = &x->items[i];
        if (i == MAX_QUOTED && !s->all) {
            dtn_prose_print(&s->line, "and %zu more for it (-v)", x->n - i);
            end_line(s, 5);
            break;
        }
        say(s, item->denies ? "Against \"" : "For \"");
        say(s, answer->name);
        say(s, "\"");
        dtn_say_manner(&s->line, false, item->speaker);
        say(s, ": ");
        quote(s, doc, item->sentence);
        if (s->all) {
            say(s, "; ");
            say(s, item->why);
        }
        end_line(s, 5);
    }
}

static void by_hand(sheet *s, const dtn_hypothesis *h, const dtn_read_stance *read,
                    const dtn_stance *hand)
{
    if (hand == NULL)
        return;
    say(s, ". By hand: ");
    if (dtn_maps_agree(h, read, hand))
        say(s, "the same");
    else
        dtn_say_by_hand(&s->line, h, hand);
}

static void held(sheet *s, uint32_t doc, size_t i)
{
    const dtn_hypothesis *h = &s->v->c->hypotheses[i];
    const dtn_read_stance *stance = &s->v->views[doc].stances[i];
    if (stance->is_open)
        return;
    say(s, h->id);
    say(s, " ");
    say(s, h->question);
    say(s, " ");
    dtn_say_read(&s->line, h, stance);
    by_hand(s, h, stance, dtn_maps_by_hand(&s->v->views[doc], i));
    say(s, ".");
    end_line(s, 2);
    for (size_t a = 0; a < h->n_answer; a++)
        support(s, doc, &h->answers[a], &stance->answers[a]);
}

static void left_open(sheet *s, uint32_t doc)
{
    const char *comma = "Nothing clear on ";
    for (size_t i = 0; i < s->v->c->n_hypothesis; i++) {
        const dtn_hypothesis *h = &s->v->c->hypotheses[i];
        const dtn_stance *hand = dtn_maps_by_hand(&s->v->views[doc], i);
        if (!s->v->views[doc].stances[i].is_open)
            continue;
        say(s, comma);
        say(s, h->id);
        if (hand != NULL && strcmp(hand->stance, "open") != 0) {
            say(s, " (by hand: ");
            dtn_say_by_hand(&s->line, h, hand);
            say(s, ")");
        }
        comma = ", ";
    }
    if (*comma == ',')
        say(s, ".");
    end_line(s, 2);
}

static void course_name(sheet *s, const char *label)
{
    dtn_prose name;
    dtn_prose_init(&name, false);
    dtn_say_courses(&name, s->v->c, label);
    say(s, name.text ? name.text : label);
    dtn_prose_free(&name);
}

/* The sentences for a course, the first of many. */
static void urgings(sheet *s, uint32_t doc, const dtn_view_course *course)
{
    const size_t n = course->n_urging;
    if (n > 1)
        dtn_prose_print(&s->line, "\" (%zu sentences): ", n);
    else
        say(s, "\": ");
    for (size_t k = 0; k < n; k++) {
        if (k == MAX_QUOTED && !s->all) {
            dtn_prose_print(&s->line, "; and %zu more (-v)", n - k);
            break;
        }
        say(s, k > 0 ? "; " : "");
        quote(s, doc, course->urgings[k].sentence);
        dtn_say_manner(&s->line, false, course->urgings[k].speaker);
    }
}

static void course(sheet *s, uint32_t doc)
{
    const dtn_read_view *view = &s->v->views[doc];
    const dtn_view *hand = view->by_hand;
    const char *label = hand ? hand->recommended.label : NULL;
    const char *read = dtn_view_course_label(view, s->v->arena);
    for (size_t i = 0; i < view->n_course; i++) {
        say(s, i == 0 ? "Argues for \"" : "; for \"");
        course_name(s, view->courses[i].label);
        urgings(s, doc, &view->courses[i]);
    }
    if (!read)
        say(s, "Argues for no course of action that was recognised");
    if (label && read && strcmp(label, read) == 0) {
        say(s, ". By hand: the same");
    } else if (label) {
        say(s, ". By hand: \"");
        course_name(s, label);
        say(s, "\"");
    }
    say(s, ".");
    end_line(s, 2);
}

static void map(sheet *s, uint32_t doc)
{
    size_t n = 0;
    for (size_t i = 0; i < s->maps->n_pair; i++) {
        const dtn_map_pair *pair = &s->maps->pairs[i];
        if (pair->links[doc].n_claim == 0)
            continue;
        if (n++ == 0)
            dtn_prose_raw(s->out, "  What drives what:\n");
        link_name(s, pair);
        end_line(s, 5);
        all_claims(s, pair, doc, 8);
    }
    if (n == 0)
        dtn_prose_raw(s->out, "  No claim between two factors of the case was found.\n");
}

static void document(sheet *s, uint32_t doc)
{
    const dtn_read_view *view = &s->v->views[doc];
    dtn_prose title;
    dtn_prose_init(&title, false);
    dtn_prose_say(&title, "DOCUMENT ");
    dtn_prose_say(&title, view->by_hand ? view->by_hand->name : view->name);
    heading(s, title.text ? title.text : "");
    s->out->failed |= title.failed;
    dtn_prose_free(&title);
    size_t n = 0;
    for (size_t i = 0; i < s->v->n_cited; i++)
        n += s->v->cited[i].doc == doc;
    dtn_prose_print(&s->line,
                    "%zu sentences; %zu causal claims, %zu of them between factors of the case.",
                    view->n_sentence, view->n_claim, n);
    if (view->is_other_text)
        say(s, " The view by hand was written from another text of this name (views.yaml).");
    end_line(s, 2);
    course(s, doc);
    for (size_t h = 0; h < s->v->c->n_hypothesis; h++)
        held(s, doc, h);
    left_open(s, doc);
    map(s, doc);
}

/* ---- The model ------------------------------------------------------------------------------------ */

static void lacking(sheet *s)
{
    size_t n = 0;
    heading(s, "CLAIMED, AND NOT A LINK OF THE MODEL");
    for (size_t i = 0; i < s->maps->n_pair; i++) {
        const dtn_map_pair *pair = &s->maps->pairs[i];
        const char *comma = " (";
        if (!dtn_maps_is_lacking(pair))
            continue;
        n++;
        link_name(s, pair);
        for (size_t d = 0; d < s->v->n_view; d++)
            if (pair->links[d].n_claim > 0) {
                say(s, comma);
                say(s, s->v->views[d].id);
                comma = ", ";
            }
        say(s, "); the model: ");
        say(s, model_word(pair->model));
        end_line(s, 2);
    }
    if (n == 0)
        dtn_prose_raw(s->out, "  None.\n");
}

static void silent(sheet *s)
{
    heading(s, "LINKS OF THE MODEL THAT NO DOCUMENT CLAIMS");
    dtn_prose_print(&s->line, "%zu of %zu.", s->maps->n_silent, s->maps->n_model_link);
    if (!s->all && s->maps->n_silent > MAX_LISTED)
        say(s, " -v lists them.");
    end_line(s, 2);
    for (size_t i = 0; i < s->maps->n_silent; i++) {
        const dtn_map_silent *link = &s->maps->silent[i];
        if (!s->all && s->maps->n_silent > MAX_LISTED)
            break;
        say(s, s->v->c->concepts[link->cause].name);
        say(s, " -> ");
        say(s, s->v->c->concepts[link->effect].name);
        say(s, " ");
        say(s, model_word(link->model));
        end_line(s, 2);
    }
}

/* ---- As read and by hand ---------------------------------------------------------------------------- */

/* The first sentence that the view by hand cites and the program does not count. */
static void first_cited(sheet *s, uint32_t doc, const dtn_stance *hand)
{
    const dtn_read_view *view = &s->v->views[doc];
    const char *at = hand->source ? hand->source : "";
    dtn_citation c;
    if (view->is_other_text || !dtn_citation_next(&at, &c) || c.to > view->n_text || c.from >= c.to)
        return;
    const char *text = dtn_views_quote(s->v, doc, (dtn_span){(uint32_t)c.from, (uint32_t)c.to});
    if (*text == '\0')
        return;
    say(s, ". By hand it rests on \"");
    say(s, text);
    say(s, "\"");
}

static void difference(sheet *s, uint32_t doc, size_t i)
{
    const dtn_hypothesis *h = &s->v->c->hypotheses[i];
    const dtn_read_stance *read = &s->v->views[doc].stances[i];
    const dtn_stance *hand = dtn_maps_by_hand(&s->v->views[doc], i);
    const dtn_map_reason reason = dtn_maps_reason(h, read, hand);
    say(s, s->v->views[doc].id);
    say(s, " ");
    say(s, h->id);
    say(s, ": read ");
    if (read->is_open)
        say(s, "as open");
    else
        dtn_say_read(&s->line, h, read);
    say(s, "; by hand ");
    dtn_say_by_hand(&s->line, h, hand);
    say(s, ". Why: ");
    say(s, dtn_word_of_reason(reason));
    if (reason == DTN_DIFFER_NOTHING || reason == DTN_DIFFER_ELSEWHERE ||
        reason == DTN_DIFFER_LITTLE)
        first_cited(s, doc, hand);
    say(s, ".");
    end_line(s, 2);
}

static void differences(sheet *s)
{
    size_t n = 0, n_same = 0;
    for (size_t d = 0; d < s->v->n_view; d++)
        for (size_t h = 0; h < s->v->c->n_hypothesis; h++) {
            const dtn_stance *hand = dtn_maps_by_hand(&s->v->views[d], h);
            n += hand != NULL;
            n_same += hand != NULL &&
                      dtn_maps_agree(&s->v->c->hypotheses[h], &s->v->views[d].stances[h], hand);
        }
    heading(s, "AS READ AND BY HAND");
    if (n == 0) {
        dtn_prose_raw(s->out, "  None of these documents has a view written by hand.\n");
        return;
    }
    dtn_prose_print(&s->line,
                    "%zu of %zu stances agree: both open, or both hold the same answer most. Where "
                    "they differ the view by hand is the one to trust; the differences:",
                    n_same, n);
    end_line(s, 2);
    for (uint32_t d = 0; d < s->v->n_view; d++)
        for (size_t h = 0; h < s->v->c->n_hypothesis; h++) {
            const dtn_stance *hand = dtn_maps_by_hand(&s->v->views[d], h);
            if (hand != NULL &&
                !dtn_maps_agree(&s->v->c->hypotheses[h], &s->v->views[d].stances[h], hand))
                difference(s, d, h);
        }
}

/* What a reader in a hurry takes away. */
static void in_short(sheet *s)
{
    const char *comma = " ";
    size_t n_part = 0, n_contested = 0, n_against = 0, n_lacking = 0;
    for (size_t h = 0; h < s->v->c->n_hypothesis; h++)
        n_part += dtn_maps_is_disputed(s->maps, h);
    for (size_t i = 0; i < s->maps->n_pair; i++) {
        n_contested += s->maps->pairs[i].is_contested;
        n_against += s->maps->pairs[i].is_against_model;
        n_lacking += dtn_maps_is_lacking(&s->maps->pairs[i]);
    }
    say(s, "In short: they lead to different answers on");
    for (size_t h = 0; h < s->v->c->n_hypothesis && n_part > 0; h++)
        if (dtn_maps_is_disputed(s->maps, h)) {
            say(s, comma);
            say(s, s->v->c->hypotheses[h].id);
            comma = ", ";
        }
    dtn_prose_print(&s->line, "%s (%zu of %zu questions).", n_part > 0 ? "" : " none", n_part,
                    s->v->c->n_hypothesis);
    dtn_prose_print(
        &s->line,
        " They claim %zu link%s between the case's factors: %zu with opposite signs in two "
        "documents, %zu against the model, %zu that the model lacks. %zu of the model's %zu "
        "links are claimed by none of them.",
        s->maps->n_pair, s->maps->n_pair == 1 ? "" : "s", n_contested, n_against, n_lacking,
        s->maps->n_silent, s->maps->n_model_link);
    end_line(s, 0);
}

static void names(sheet *s)
{
    heading(s, "DOCUMENTS");
    for (size_t d = 0; d < s->v->n_view; d++) {
        const dtn_read_view *view = &s->v->views[d];
        const char *known = view->by_hand ? view->by_hand->name : view->id;
        if (strncmp(known, view->id, strlen(view->id)) != 0) { /* names often begin with it */
            say(s, view->id);
            say(s, ": ");
        }
        say(s, known);
        if (strcmp(known, view->name) != 0) {
            say(s, " (");
            say(s, view->name);
            say(s, ")");
        }
        end_line(s, 2);
    }
}

/* ---- All ---------------------------------------------------------------------------------------------- */

char *dtn_maps_text(const dtn_maps *maps, bool all, bool color, size_t width)
{
    dtn_prose out;
    dtn_prose_init(&out, false);
    sheet s = {
        .out = &out, .maps = maps, .v = maps->views, .all = all, .color = color, .width = width};
    dtn_prose_init(&s.line, false);
    say(&s, maps->views->c->title);
    dtn_prose_print(&s.line, ": what %zu document%s hold%s", s.v->n_view,
                    s.v->n_view == 1 ? "" : "s", s.v->n_view == 1 ? "s" : "");
    end_line(&s, 0);
    say(&s, dtn_maps_caution);
    say(&s, " Numbers behind a quotation are its bytes in the document.");
    end_line(&s, 0);
    in_short(&s);
    names(&s);
    stands(&s);
    contradictions(&s, false);
    contradictions(&s, true);
    tolls(&s);
    for (uint32_t d = 0; d < s.v->n_view; d++)
        document(&s, d);
    lacking(&s);
    silent(&s);
    differences(&s);
    dtn_prose_free(&s.line);
    return dtn_prose_take(&out);
}
