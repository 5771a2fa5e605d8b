/* The documents' causal maps on a page: tables with the sentences, from which the page draws.
 *
 * A map is a table of links; web/src/charts/map.ts draws the diagram above it from the table's
 * rows, so that page and diagram cannot differ and without script nothing is missing. Each arrow
 * has its row's number. Order: where the documents stand, where they contradict each other, the
 * links side by side with the model, each document's map and stances, what the model lacks and
 * what nobody claims.
 */
#include "report/maps.h"

#include "report/page.h"

#include <string.h>

/* ---- Pieces ---------------------------------------------------------------------------------- */

static void link_name(dtn_prose *out, const dtn_case *c, const dtn_map_pair *pair)
{
    dtn_say_concept(out, c, pair->cause);
    dtn_prose_say(out, " \u2192 ");
    dtn_say_concept(out, c, pair->effect);
}

static void quotation(dtn_prose *out, const dtn_views *v, uint32_t doc, dtn_span sentence)
{
    dtn_prose_raw(out, "<q>");
    dtn_prose_say(out, dtn_views_quote(v, doc, sentence));
    dtn_prose_print(out, "</q> <cite>%u\u2013%u</cite>", sentence.begin, sentence.end);
}

static void begin_cell(dtn_prose *out, bool is_head)
{
    dtn_prose_raw(out, is_head ? "<th scope=\"row\">" : "<td>");
}

/* ---- Where the documents stand ------------------------------------------------------------------ */

static void stand_cell(dtn_prose *out, const dtn_maps *m, uint32_t doc, size_t h)
{
    const dtn_hypothesis *hypothesis = &m->views->c->hypotheses[h];
    const dtn_read_stance *read = &m->views->views[doc].stances[h];
    const dtn_stance *hand = dtn_maps_by_hand(&m->views->views[doc], h);
    begin_cell(out, false);
    if (read->is_open)
        dtn_prose_raw(out, "<span class=\"unclear\">\u25cb nothing clear</span>");
    else
        dtn_say_read(out, hypothesis, read);
    if (hand != NULL) {
        dtn_prose_raw(out, "<small>by hand: ");
        if (dtn_maps_agree(hypothesis, read, hand))
            dtn_prose_say(out, "the same");
        else
            dtn_say_by_hand(out, hypothesis, hand);
        dtn_prose_raw(out, "</small>");
    }
    dtn_prose_raw(out, "</td>");
}

static void stand_rows(dtn_prose *out, const dtn_maps *m, bool disputed)
{
    for (size_t h = 0; h < m->views->c->n_hypothesis; h++) {
        if (dtn_maps_is_disputed(m, h) != disputed)
            continue;
        dtn_prose_raw(out, "<tr>");
        begin_cell(out, true);
        dtn_prose_say(out, m->views->c->hypotheses[h].id);
        dtn_prose_raw(out, disputed ? " \u2260<small>" : "<small>");
        dtn_prose_say(out, m->views->c->hypotheses[h].question);
        dtn_prose_raw(out, "</small></th>");
        for (uint32_t d = 0; d < m->views->n_view; d++)
            stand_cell(out, m, d, h);
        dtn_prose_raw(out, "</tr>\n");
    }
}

static void document_heads(dtn_prose *out, const dtn_views *v)
{
    for (size_t d = 0; d < v->n_view; d++) {
        dtn_prose_raw(out, "<th scope=\"col\">");
        dtn_prose_say(out, v->views[d].id);
        dtn_prose_raw(out, "</th>");
    }
}

static void count_agreement(const dtn_maps *m, size_t *n, size_t *n_same)
{
    for (size_t d = 0; d < m->views->n_view; d++)
        for (size_t h = 0; h < m->views->c->n_hypothesis; h++) {
            const dtn_stance *hand = dtn_maps_by_hand(&m->views->views[d], h);
            *n += hand != NULL;
            *n_same += hand != NULL && dtn_maps_agree(&m->views->c->hypotheses[h],
                                                      &m->views->views[d].stances[h], hand);
        }
}

static void stands(dtn_prose *out, const dtn_maps *m)
{
    size_t n = 0, n_same = 0;
    count_agreement(m, &n, &n_same);
    dtn_page_element(out, "h3", "Where the documents stand");
    dtn_prose_raw(out,
                  "<p>The answer that each document leads to, in order: questions on which the "
                  "documents part (\u2260), then the others.");
    if (n > 0)
        dtn_prose_print(
            out,
            " Of %zu stances that were also written by hand %zu agree: both open, or both hold "
            "the same answer most. Where they differ the view by hand is the one to "
            "trust.",
            n, n_same);
    dtn_prose_raw(out, "</p>\n");
    dtn_page_table(out, "Where the documents stand on each hypothesis");
    dtn_prose_raw(out, "<thead><tr><th scope=\"col\">Hypothesis</th>");
    document_heads(out, m->views);
    dtn_prose_raw(out, "</tr></thead><tbody>\n");
    stand_rows(out, m, true);
    stand_rows(out, m, false);
    dtn_page_end_table(out);
}

/* ---- Links side by side -------------------------------------------------------------------------- */

static void claims(dtn_prose *out, const dtn_maps *m, const dtn_map_pair *pair, uint32_t doc)
{
    const dtn_views *v = m->views;
    for (size_t i = 0; i < v->n_cited; i++) {
        const dtn_cited *c = &v->cited[i];
        if (!dtn_maps_is_of(c, pair, doc) || dtn_maps_is_doubled(m, pair, i))
            continue;
        dtn_prose_raw(out, "<p class=\"claim\"><b>");
        dtn_say_sign(out, c->sign, c->negated);
        dtn_prose_raw(out, "</b>");
        dtn_say_manner(out, c->hedged, c->speaker);
        dtn_prose_raw(out, ": ");
        quotation(out, v, doc, c->sentence);
        dtn_prose_raw(out, "</p>");
    }
}

static void contradictions(dtn_prose *out, const dtn_maps *m)
{
    size_t n = 0;
    dtn_page_element(out, "h3", "Where their claims contradict each other");
    for (size_t i = 0; i < m->n_pair; i++) {
        const dtn_map_pair *pair = &m->pairs[i];
        if (!pair->is_contested)
            continue;
        n++;
        dtn_prose_raw(out, "<h4>\u2260 ");
        link_name(out, m->views->c, pair);
        dtn_prose_raw(out, "</h4>\n<dl class=\"facts\">");
        for (uint32_t d = 0; d < m->views->n_view; d++) {
            if (pair->links[d].n_claim == 0)
                continue;
            dtn_prose_raw(out, "<dt>");
            dtn_prose_say(out, m->views->views[d].id);
            dtn_prose_raw(out, "</dt><dd>");
            claims(out, m, pair, d);
            dtn_prose_raw(out, "</dd>\n");
        }
        dtn_prose_raw(out, "</dl>\n");
    }
    if (n == 0)
        dtn_page_element(out, "p",
                         "On no link do two documents claim opposite signs, as far as their "
                         "claims were read.");
}

/* Events whose dead are counted differently, each figure with its claimant. */
static void tolls(dtn_prose *out, const dtn_views *v)
{
    size_t n = 0;
    for (uint32_t g = 0; g < v->n_toll_group; g++) {
        bool is_first = true;
        if (!dtn_views_toll_is_contested(v, g))
            continue;
        if (n++ == 0)
            dtn_page_element(out, "h3", "Where the dead of one event are counted differently");
        for (size_t i = 0; i < v->n_toll; i++) {
            const dtn_view_toll *t = &v->tolls[i];
            if (t->group != g)
                continue;
            if (is_first) {
                dtn_prose_raw(out, "<h4>");
                dtn_say_event(out, t->event);
                dtn_prose_raw(out, "</h4>\n");
            }
            is_first = false;
            dtn_prose_raw(out, "<p class=\"claim\"><b>");
            dtn_say_toll(out, &t->event->toll);
            dtn_prose_raw(out, "</b>, ");
            dtn_prose_say(out, v->views[t->doc].id);
            dtn_say_manner(out, false, t->speaker);
            dtn_prose_raw(out, ": ");
            quotation(out, v, t->doc, t->sentence);
            dtn_prose_raw(out, "</p>\n");
        }
    }
}

static void link_sign(dtn_prose *out, const dtn_map_link *link)
{
    if (link->n_claim == 0) {
        dtn_prose_raw(out, "<td></td>");
        return;
    }
    dtn_prose_raw(out, "<td><b>");
    dtn_say_link_sign(out, link);
    dtn_prose_raw(out, "</b>");
    if (link->is_hedged || link->is_reported)
        dtn_prose_print(out, "<small>%s</small>", link->is_hedged ? "hedged" : "reported");
    dtn_prose_raw(out, "</td>");
}

static void side_by_side(dtn_prose *out, const dtn_maps *m)
{
    if (m->n_pair == 0)
        return;
    dtn_page_element(out, "h3", "Every claimed link, side by side");
    dtn_page_element(
        out, "p",
        "+ more of the cause, more of the effect; \u2212 more of the cause, less of the "
        "effect; not + or not \u2212: denied, and nothing claimed; ? a link without a sign. \u2260: documents contradict each other. The "
        "last column is what the model\u2019s equations say.");
    dtn_page_table(out, "Every claimed link, side by side");
    dtn_prose_raw(out, "<thead><tr><th scope=\"col\">Link</th>");
    document_heads(out, m->views);
    dtn_prose_raw(out, "<th scope=\"col\">The model</th></tr></thead><tbody>\n");
    for (int contested = 1; contested >= 0; contested--)
        for (size_t i = 0; i < m->n_pair; i++) {
            const dtn_map_pair *pair = &m->pairs[i];
            if (pair->is_contested != contested)
                continue;
            dtn_prose_raw(out, "<tr>");
            begin_cell(out, true);
            dtn_prose_raw(out, contested ? "\u2260 " : "");
            link_name(out, m->views->c, pair);
            dtn_prose_raw(out, "</th>");
            for (uint32_t d = 0; d < m->views->n_view; d++)
                link_sign(out, &pair->links[d]);
            begin_cell(out, false);
            dtn_prose_say(out, dtn_word_of_model(pair->model));
            dtn_prose_raw(out,
                          pair->is_against_model ? "<small>contradicts</small></td>" : "</td>");
            dtn_prose_raw(out, "</tr>\n");
        }
    dtn_page_end_table(out);
}

/* ---- A document ------------------------------------------------------------------------------------ */

static void attribute(dtn_prose *out, const char *name, const char *value)
{
    dtn_prose_print(out, " data-%s=\"", name);
    dtn_prose_say(out, value);
    dtn_prose_raw(out, "\"");
}

/* The marks of a link in words; the diagram takes them from the row's attributes. */
static void notes(dtn_prose *out, const dtn_map_pair *pair, const dtn_map_link *link)
{
    const char *comma = "";
    if (link->is_denied) {
        dtn_prose_say(out, "denied, nothing claimed");
        comma = "; ";
    }
    if (link->is_hedged) {
        dtn_prose_print(out, "%shedged", comma);
        comma = "; ";
    }
    if (link->is_reported) {
        dtn_prose_print(out, "%sof somebody else", comma);
        comma = "; ";
    }
    if (pair->is_contested) {
        dtn_prose_print(out, "%s\u2260 another document claims the opposite", comma);
        comma = "; ";
    }
    dtn_prose_print(out, "%sthe model: %s%s", comma, dtn_word_of_model(pair->model),
                    pair->is_against_model ? ", the opposite" : "");
}

static void link_row(dtn_prose *out, const dtn_maps *m, const dtn_map_pair *pair, uint32_t doc,
                     size_t number)
{
    const dtn_map_link *link = &pair->links[doc];
    dtn_prose_print(out, "<tr id=\"map-%u-%zu\" tabindex=\"-1\" data-sign=\"%d\"", doc, number,
                    link->sign);
    attribute(out, "from", pair->cause);
    attribute(out, "to", pair->effect);
    dtn_prose_raw(out, link->is_denied ? " data-denied=\"1\"" : "");
    dtn_prose_raw(out, link->is_hedged ? " data-hedged=\"1\"" : "");
    dtn_prose_raw(out, pair->is_contested ? " data-contested=\"1\"" : "");
    dtn_prose_raw(out, pair->is_against_model ? " data-against=\"1\"" : "");
    dtn_prose_raw(out, dtn_maps_is_lacking(pair) ? " data-lacking=\"1\"" : "");
    dtn_prose_print(out, "><th scope=\"row\">%zu</th><td><span>", number);
    dtn_say_concept(out, m->views->c, pair->cause);
    dtn_prose_raw(out, "</span> \u2192\u00a0<b>");
    dtn_say_link_sign(out, link);
    dtn_prose_raw(out, "</b> <span>");
    dtn_say_concept(out, m->views->c, pair->effect);
    dtn_prose_raw(out, "</span><small>");
    notes(out, pair, link);
    dtn_prose_raw(out, "</small></td><td>");
    claims(out, m, pair, doc);
    dtn_prose_raw(out, "</td></tr>\n");
}

static void map(dtn_prose *out, const dtn_maps *m, uint32_t doc)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_pair; i++)
        n += m->pairs[i].links[doc].n_claim > 0;
    if (n == 0) {
        dtn_page_element(out, "p",
                         "No claim between two factors of the case was found in it, so there is no "
                         "map to draw.");
        return;
    }
    dtn_prose_raw(out, "<figure class=\"map\" data-chart=\"map\" data-name=\"");
    dtn_prose_say(out, m->views->views[doc].id);
    dtn_prose_raw(out, "\">\n");
    dtn_page_table(out, "Links of the map, with the sentences behind them");
    dtn_prose_raw(out,
                  "<thead><tr><th scope=\"col\">No.</th><th scope=\"col\">Link and sign</th><th "
                  "scope=\"col\">In the document\u2019s words</th></tr></thead><tbody>\n");
    n = 0;
    for (size_t i = 0; i < m->n_pair; i++)
        if (m->pairs[i].links[doc].n_claim > 0)
            link_row(out, m, &m->pairs[i], doc, ++n);
    dtn_page_end_table(out);
    dtn_prose_raw(out, "</figure>\n");
}

static void sentences(dtn_prose *out, const dtn_maps *m, uint32_t doc, size_t h)
{
    const dtn_hypothesis *hypothesis = &m->views->c->hypotheses[h];
    const dtn_read_stance *read = &m->views->views[doc].stances[h];
    for (size_t a = 0; a < hypothesis->n_answer; a++)
        for (size_t i = 0; i < read->answers[a].n; i++) {
            const dtn_support *x = &read->answers[a].items[i];
            dtn_prose_print(out, "<p class=\"claim\"><b>%s</b> ", x->denies ? "Against" : "For");
            dtn_prose_say(out, hypothesis->answers[a].name);
            dtn_say_manner(out, false, x->speaker);
            dtn_prose_raw(out, ": ");
            quotation(out, m->views, doc, x->sentence);
            dtn_prose_raw(out, "</p>");
        }
}

static void stance_row(dtn_prose *out, const dtn_maps *m, uint32_t doc, size_t h)
{
    const dtn_hypothesis *hypothesis = &m->views->c->hypotheses[h];
    const dtn_read_stance *read = &m->views->views[doc].stances[h];
    const dtn_stance *hand = dtn_maps_by_hand(&m->views->views[doc], h);
    dtn_prose_raw(out, "<tr>");
    begin_cell(out, true);
    dtn_prose_say(out, hypothesis->id);
    dtn_prose_raw(out, "<small>");
    dtn_prose_say(out, hypothesis->question);
    dtn_prose_raw(out, "</small></th>");
    stand_cell(out, m, doc, h);
    if (m->views->views[doc].by_hand != NULL) {
        begin_cell(out, false);
        if (hand != NULL && !dtn_maps_agree(hypothesis, read, hand))
            dtn_prose_say(out, dtn_word_of_reason(dtn_maps_reason(hypothesis, read, hand)));
        dtn_prose_raw(out, "</td>");
    }
    dtn_prose_raw(out, "<td>");
    sentences(out, m, doc, h);
    dtn_prose_raw(out, "</td></tr>\n");
}

static void document(dtn_prose *out, const dtn_maps *m, uint32_t doc)
{
    const dtn_read_view *view = &m->views->views[doc];
    dtn_prose_raw(out, "<h3>");
    dtn_prose_say(out, view->by_hand != NULL ? view->by_hand->name : view->name);
    dtn_prose_print(out, "</h3>\n<p>%zu sentences, %zu causal claims.", view->n_sentence,
                    view->n_claim);
    if (view->is_other_text)
        dtn_prose_raw(out, " The view by hand was written from another text of this name.");
    for (size_t i = 0; i < view->n_course; i++) {
        dtn_prose_raw(out, " Argues for <b>");
        dtn_say_courses(out, m->views->c, view->courses[i].label);
        dtn_prose_raw(out, "</b>: ");
        for (size_t k = 0; k < view->courses[i].n_urging; k++) {
            const dtn_view_urging *urging = &view->courses[i].urgings[k];
            dtn_prose_raw(out, k > 0 ? "; " : "");
            quotation(out, m->views, doc, urging->sentence);
            dtn_say_manner(out, false, urging->speaker);
        }
    }
    dtn_prose_raw(out, "</p>\n");
    map(out, m, doc);
    const bool has_hand = view->by_hand != NULL;
    dtn_prose_print(out,
                    "<details><summary>What it holds of the hypotheses, with its sentences%s"
                    "</summary>\n",
                    has_hand ? ", beside the view by hand" : "");
    dtn_page_table(out, has_hand ? "Hypotheses: as read, by hand, and the sentences"
                                 : "Hypotheses: as read, and the sentences");
    dtn_prose_print(out,
                    "<thead><tr><th scope=\"col\">Hypothesis</th>%s<th scope=\"col\">In the "
                    "document\u2019s words</th></tr></thead><tbody>\n",
                    has_hand ? "<th scope=\"col\">As read, and by hand</th>"
                               "<th scope=\"col\">Why they differ</th>"
                             : "<th scope=\"col\">As read</th>");
    for (size_t h = 0; h < m->views->c->n_hypothesis; h++)
        stance_row(out, m, doc, h);
    dtn_page_end_table(out);
    dtn_prose_raw(out, "</details>\n");
}

/* ---- The model -------------------------------------------------------------------------------------- */

static void lacking(dtn_prose *out, const dtn_maps *m)
{
    size_t n = 0;
    dtn_page_element(out, "h3", "Claims that the model lacks");
    for (size_t i = 0; i < m->n_pair; i++) {
        const dtn_map_pair *pair = &m->pairs[i];
        if (!dtn_maps_is_lacking(pair))
            continue;
        dtn_prose_raw(out, n++ == 0 ? "<ul>\n<li>" : "<li>");
        link_name(out, m->views->c, pair);
        const char *comma = " (";
        for (size_t d = 0; d < m->views->n_view; d++) {
            if (pair->links[d].n_claim == 0)
                continue;
            dtn_prose_raw(out, comma);
            dtn_prose_say(out, m->views->views[d].id);
            comma = ", ";
        }
        dtn_prose_print(out, "); the model: %s</li>\n", dtn_word_of_model(pair->model));
    }
    if (n > 0)
        dtn_prose_raw(out, "</ul>\n");
    else
        dtn_page_element(out, "p", "None: every claimed link is a link of the model.");
}

static void silent(dtn_prose *out, const dtn_maps *m)
{
    const dtn_case *c = m->views->c;
    dtn_page_element(out, "h3", "Links of the model that no document claims");
    dtn_prose_print(out,
                    "<p>%zu of %zu. A link may stand on other sources than these documents; "
                    "<code>detente explain</code> names them.</p>\n",
                    m->n_silent, m->n_model_link);
    if (m->n_silent == 0)
        return;
    dtn_prose_raw(out, "<details><summary>All of them</summary>\n<ul class=\"columns\">\n");
    for (size_t i = 0; i < m->n_silent; i++) {
        dtn_prose_raw(out, "<li>");
        dtn_prose_say(out, c->concepts[m->silent[i].cause].name);
        dtn_prose_say(out, " \u2192 ");
        dtn_prose_say(out, c->concepts[m->silent[i].effect].name);
        dtn_prose_print(out, " <b>%s</b></li>\n", dtn_word_of_model(m->silent[i].model));
    }
    dtn_prose_raw(out, "</ul></details>\n");
}

static void provenance(dtn_prose *out, const dtn_maps *m)
{
    dtn_prose_raw(out, "<details><summary>What was read, and by what</summary>\n<dl "
                       "class=\"facts\">\n<dt>Reader</dt><dd>");
    dtn_prose_say(out, m->coder);
    dtn_prose_raw(out, "</dd>\n");
    for (size_t d = 0; d < m->views->n_view; d++) {
        dtn_prose_raw(out, "<dt>");
        dtn_prose_say(out, m->views->views[d].id);
        dtn_prose_print(out, "</dt><dd>%zu bytes, XXH3-128 <code>%s</code></dd>\n",
                        m->views->views[d].n_text, m->views->views[d].hash);
    }
    dtn_prose_raw(out, "</dl></details>\n");
}

/* ---- All ---------------------------------------------------------------------------------------------- */

void dtn_page_maps(dtn_prose *out, const dtn_maps *m)
{
    if (m == NULL)
        return;
    dtn_page_section(out, "maps", "What drives what, by each document");
    dtn_prose_raw(out,
                  "<p>Each document\u2019s causal claims between the factors of the case, as a "
                  "signed map, with its sentence behind every arrow. ");
    dtn_prose_say(out, dtn_maps_caution);
    dtn_prose_raw(out, m->views->is_without_hand
                           ? " The results under views that were read by the program depend on the "
                             "same claims; no other figure of this report does.</p>\n"
                           : " No figure of this report depends on these maps.</p>\n");
    stands(out, m);
    contradictions(out, m);
    tolls(out, m->views);
    side_by_side(out, m);
    for (uint32_t d = 0; d < m->views->n_view; d++)
        document(out, m, d);
    lacking(out, m);
    silent(out, m);
    provenance(out, m);
    dtn_page_end_section(out);
}

static void content(dtn_prose *out, const void *context)
{
    const dtn_maps *m = context;
    dtn_prose_raw(out, "<a class=\"skip\" href=\"#maps\">To the maps</a>\n<main "
                       "class=\"page\">\n<header>\n");
    dtn_page_element(out, "h1", m->views->c->title);
    dtn_prose_print(out, "<p class=\"sub\">What %zu document%s hold%s of it.</p>\n",
                    m->views->n_view, m->views->n_view == 1 ? "" : "s",
                    m->views->n_view == 1 ? "s" : "");
    dtn_prose_raw(out, "</header>\n<p class=\"without-charts needs-charts\">The diagrams need "
                       "JavaScript; the tables are complete without it.</p>\n");
    dtn_page_maps(out, m);
    dtn_prose_raw(out, "</main>\n");
}

dtn_status dtn_maps_write_page(const dtn_maps *maps, const char *path, dtn_diags *diags)
{
    return dtn_page_write(maps->views->c->title, content, NULL, maps, path, diags);
}
