/* The page's views: what each author recommends under its own view and under every other.
 *
 * A view is a setting of the hypotheses; all were run on the same futures. Rows are the
 * recommendations of the views that were run, columns the views. Documents stand first; a stated
 * position stands behind them, apart and labelled. A cell is the mean difference from the
 * reference under the column's view with its interval and a word; the human costs stand in rows of
 * their own, side by side, and are never added up. What a document says is told in the case's
 * paraphrase with document and bytes; words of the document itself only where the user supplied it.
 */
#include "report/page.h"

#include "case/quote.h"
#include "report/words.h"

#include <string.h>

enum { N_LEAD = 2 }; /* human costs in the first table; the others are folded below it */

/* ---- Rows, columns ----------------------------------------------------------- */

/* The profile that a view argues for, SIZE_MAX if it argues for none that was compared. */
static size_t recommended(const dtn_comparison *view)
{
    const dtn_case *c = view->c;
    if (view->position == NULL || view->position->recommended.label == NULL)
        return SIZE_MAX;
    for (size_t p = 0; p < view->n_profile; p++) {
        bool same = true;
        for (size_t a = 0; a < c->n_actor; a++)
            same &= view->profiles[p].course[a] == view->position->recommended.course[a];
        if (same)
            return p;
    }
    return SIZE_MAX;
}

static bool is_document(const dtn_comparison *view)
{
    return view->position != NULL && view->position->kind != NULL &&
           strcmp(view->position->kind, "document") == 0;
}

/* Views of a rank in the order of the command: 0 documents, 1 other positions, 2 the rest. */
static int rank_of(const dtn_comparison *view)
{
    return is_document(view) ? 0 : view->position != NULL ? 1 : 2;
}

static const char *name_of(const dtn_comparison *view)
{
    if (view->position != NULL)
        return view->position->name;
    return strcmp(view->view, "prior") == 0 ? "Prior: answers drawn by their chances" : view->view;
}

static bool is_judged(const dtn_outcome *outcome)
{
    return dtn_is_human_cost(outcome) && outcome->direction != 0;
}

static void say_word(dtn_prose *out, int verdict)
{
    dtn_prose_raw(out, verdict > 0   ? "<small class=\"better\">\u25cf better</small>"
                       : verdict < 0 ? "<small class=\"worse\">\u25c6 worse</small>"
                                     : "<small class=\"unclear\">\u25cb unclear</small>");
}

/* ---- Cells --------------------------------------------------------------------- */

static void difference_cell(dtn_prose *out, const dtn_comparison *view, size_t p, size_t o,
                            bool is_own)
{
    const dtn_paired *d = dtn_paired_at(view, p, o);
    const double noise = dtn_noise_of(view, o);
    dtn_prose_raw(out, is_own ? "<td class=\"n own\">" : "<td class=\"n\">");
    if (p == 0) {
        dtn_prose_raw(out, "0<small>is the reference</small></td>");
        return;
    }
    dtn_prose_change(out, d->mean, noise);
    dtn_prose_raw(out, "<small>");
    dtn_prose_change(out, d->low, noise);
    dtn_prose_raw(out, " to ");
    dtn_prose_change(out, d->high, noise);
    dtn_prose_raw(out, "</small>");
    say_word(out, dtn_verdict(view, d, o));
    dtn_prose_raw(out, "</td>");
}

/* How many human costs are better, worse, unclear. */
static void count_cell(dtn_prose *out, const dtn_comparison *view, size_t p, bool is_own)
{
    size_t n[3] = {0, 0, 0};
    for (size_t o = 0; o < view->n_outcome; o++)
        if (is_judged(&view->c->outcomes[o]))
            n[dtn_verdict(view, dtn_paired_at(view, p, o), o) + 1]++;
    dtn_prose_raw(out, is_own ? "<td class=\"n own\">" : "<td class=\"n\">");
    if (p == 0)
        dtn_prose_raw(out, "\u2013");
    else
        dtn_prose_print(out, "\u25cf %zu better<br>\u25c6 %zu worse<br>\u25cb %zu unclear", n[2],
                        n[0], n[1]);
    dtn_prose_raw(out, "</td>");
}

static void head(dtn_prose *out, const dtn_comparison *first, const char *left, bool with_outcome)
{
    dtn_prose_raw(out, "<thead><tr><th scope=\"col\">");
    dtn_prose_say(out, left);
    dtn_prose_raw(out, "</th>");
    if (with_outcome)
        dtn_prose_raw(out, "<th scope=\"col\">Human cost</th>");
    for (int rank = 0; rank < 3; rank++)
        for (size_t v = 0; v < first->n_view; v++) {
            if (rank_of(first->views[v]) != rank)
                continue;
            dtn_prose_raw(out, "<th scope=\"col\" class=\"n\"><small>under the view of</small>");
            dtn_prose_say(out, name_of(first->views[v]));
            dtn_prose_raw(out, "</th>");
        }
    dtn_prose_raw(out, "</tr></thead><tbody>\n");
}

/* Cells of a row in the order of the head; `o` SIZE_MAX: the counts. */
static void cells(dtn_prose *out, const dtn_comparison *first, size_t p, size_t o, size_t own)
{
    for (int rank = 0; rank < 3; rank++)
        for (size_t v = 0; v < first->n_view; v++) {
            if (rank_of(first->views[v]) != rank)
                continue;
            if (o == SIZE_MAX)
                count_cell(out, first->views[v], p, v == own);
            else
                difference_cell(out, first->views[v], p, o, v == own);
        }
    dtn_prose_raw(out, "</tr>\n");
}

/* ---- The table of recommendations ------------------------------------------------ */

static void outcome_name(dtn_prose *out, const dtn_outcome *outcome)
{
    dtn_prose_raw(out, "<th scope=\"row\">");
    dtn_prose_say(out, outcome->name);
    dtn_prose_raw(out, "<small>");
    dtn_prose_say(out, outcome->unit);
    dtn_prose_raw(out, "; ");
    dtn_say_direction(out, outcome);
    dtn_prose_raw(out, "</small></th>");
}

static void author_cell(dtn_prose *out, const dtn_comparison *view, size_t p, size_t n_row)
{
    dtn_prose_print(out, "<tr><th scope=\"rowgroup\" rowspan=\"%zu\">", n_row);
    dtn_prose_say(out, name_of(view));
    dtn_prose_raw(out, "<small>recommends: ");
    dtn_say_profile(out, view, p);
    dtn_prose_raw(out, "</small></th>");
}

/* One author's rows: the first human costs, then the count over all. `skip`: outcomes left out. */
static void author_rows(dtn_prose *out, const dtn_comparison *first, size_t v)
{
    const dtn_comparison *view = first->views[v];
    const size_t p = recommended(view);
    size_t n = 0, shown = 0;
    for (size_t o = 0; o < first->n_outcome; o++)
        n += is_judged(&first->c->outcomes[o]);
    const size_t n_lead = n < N_LEAD ? n : N_LEAD;
    for (size_t o = 0; o < first->n_outcome && shown < n_lead; o++) {
        if (!is_judged(&first->c->outcomes[o]))
            continue;
        if (shown++ == 0)
            author_cell(out, view, p, n_lead + 1);
        else
            dtn_prose_raw(out, "<tr>");
        outcome_name(out, &first->c->outcomes[o]);
        cells(out, first, p, o, v);
    }
    dtn_prose_print(out,
                    n == 1 ? "<tr class=\"sum\"><th scope=\"row\">The one human cost"
                           : "<tr class=\"sum\"><th scope=\"row\">All %zu human costs",
                    n);
    dtn_prose_raw(out, "</th>");
    cells(out, first, p, SIZE_MAX, v);
}

static void recommendations(dtn_prose *out, const dtn_comparison *first, int rank,
                            const char *caption)
{
    size_t n = 0;
    for (size_t v = 0; v < first->n_view; v++)
        n += rank_of(first->views[v]) == rank && recommended(first->views[v]) != SIZE_MAX;
    if (n == 0)
        return;
    dtn_page_table(out, caption);
    dtn_page_element(out, "caption", caption);
    head(out, first, "Author and recommendation", true);
    for (size_t v = 0; v < first->n_view; v++)
        if (rank_of(first->views[v]) == rank && recommended(first->views[v]) != SIZE_MAX)
            author_rows(out, first, v);
    dtn_page_end_table(out);
}

/* Every human cost, every course, every view. */
static void all_courses(dtn_prose *out, const dtn_comparison *first)
{
    for (size_t o = 0; o < first->n_outcome; o++) {
        const dtn_outcome *outcome = &first->c->outcomes[o];
        if (!is_judged(outcome))
            continue;
        dtn_prose_raw(out, "<details><summary>Every course under every view: ");
        dtn_prose_say(out, outcome->name);
        dtn_prose_raw(out, "</summary>\n");
        dtn_page_table(out, outcome->name);
        dtn_prose_raw(out, "<caption>");
        dtn_prose_say(out, outcome->name);
        dtn_prose_raw(out, ", ");
        dtn_prose_say(out, outcome->unit);
        dtn_prose_raw(out, ": mean difference from the reference under the same view, and its "
                           "95\u00a0% interval</caption>\n");
        head(out, first, "Course of action", false);
        for (size_t p = 1; p < first->n_profile; p++) {
            dtn_prose_raw(out, "<tr><th scope=\"row\">");
            dtn_say_profile(out, first, p);
            dtn_prose_raw(out, "</th>");
            cells(out, first, p, o, SIZE_MAX);
        }
        dtn_page_end_table(out);
        dtn_prose_raw(out, "</details>\n");
    }
}

/* ---- Positions ---------------------------------------------------------------------- */

/* Document and bytes, and the words themselves where the user supplied the document. */
static void put_source(dtn_prose *out, const dtn_comparison *first, const char *source)
{
    dtn_citation citation;
    dtn_prose_raw(out, " <span class=\"note\">[");
    dtn_prose_say(out, source == NULL ? "no source" : source);
    dtn_prose_raw(out, "]</span>");
    for (const char *at = source == NULL ? "" : source; dtn_citation_next(&at, &citation);) {
        size_t n = 0;
        const char *text = dtn_documents_quote(first->documents, &citation, &n);
        if (text == NULL)
            continue;
        dtn_prose_raw(out, "<blockquote>");
        dtn_prose_say_bytes(out, text, n);
        dtn_prose_print(out, " <cite>%.*s:%zu-%zu</cite></blockquote>", (int)citation.n_id,
                        citation.id, citation.from, citation.to);
    }
}

static void put_holds(dtn_prose *out, const dtn_hypothesis *h, const dtn_stance *stance)
{
    bool is_first = true;
    for (size_t a = 0; a < h->n_answer; a++) {
        if (stance->weights == NULL || !(stance->weights[a] > 0))
            continue;
        dtn_prose_raw(out, is_first ? "" : "; ");
        is_first = false;
        dtn_prose_say(out, h->answers[a].name);
        if (stance->weights[a] < 1) {
            dtn_prose_raw(out, " ");
            dtn_prose_percent_of(out, stance->weights, 1, h->n_answer, a);
        }
    }
}

static void put_stances(dtn_prose *out, const dtn_comparison *first, const dtn_view *view)
{
    dtn_page_table(out, "Stances on the hypotheses");
    dtn_prose_raw(out, "<thead><tr><th scope=\"col\">Hypothesis</th><th scope=\"col\">Stance</th>"
                       "<th scope=\"col\">Runs with</th><th scope=\"col\">In our words, and where"
                       "</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < view->n_stance; i++) {
        const dtn_stance *s = &view->stances[i];
        const dtn_hypothesis *h = &first->c->hypotheses[s->i_hypothesis];
        dtn_prose_raw(out, "<tr><th scope=\"row\">");
        dtn_prose_say(out, h->id);
        dtn_prose_raw(out, "</th><td>");
        dtn_prose_say(out, s->stance);
        dtn_prose_raw(out, "</td><td>");
        put_holds(out, h, s);
        dtn_prose_raw(out, "</td><td>");
        dtn_prose_say(out, s->paraphrase);
        put_source(out, first, s->source);
        dtn_prose_raw(out, "</td></tr>\n");
    }
    dtn_page_end_table(out);
}

static void put_position(dtn_prose *out, const dtn_comparison *first, size_t v)
{
    const dtn_view *view = first->views[v]->position;
    const size_t p = recommended(first->views[v]);
    dtn_prose_raw(out, "<h4>");
    dtn_prose_say(out, view->name);
    dtn_prose_raw(out, "</h4>\n<p>");
    if (!is_document(first->views[v]))
        dtn_prose_raw(out, "<strong>A stated position, not one of the documents.</strong> ");
    dtn_prose_say(out, view->about);
    dtn_prose_raw(out, "</p>\n");
    if (p != SIZE_MAX) {
        dtn_prose_raw(out, "<p>Recommends <strong>");
        dtn_say_profile(out, first, p);
        dtn_prose_raw(out, "</strong>: ");
        dtn_prose_say(out, view->recommends.paraphrase);
        dtn_prose_raw(out, "</p>\n<div>");
        put_source(out, first, view->recommends.source);
        dtn_prose_raw(out, "</div>\n");
    }
    if (view->n_stance == 0)
        return;
    dtn_prose_raw(out, "<details><summary>What ");
    dtn_prose_say(out, view->name);
    dtn_prose_raw(out, " holds of the hypotheses</summary>\n");
    put_stances(out, first, view);
    dtn_prose_raw(out, "</details>\n");
}

/* ---- All -------------------------------------------------------------------------------- */

/* Are there positions that `detente views` wrote? Its paraphrase says so. */
static bool is_read(const dtn_comparison *first)
{
    static const char mark[] = "Read by the program";
    for (size_t v = 0; v < first->n_view; v++) {
        const dtn_view *view = first->views[v]->position;
        for (size_t i = 0; view && i < view->n_stance; i++)
            if (view->stances[i].paraphrase &&
                strncmp(view->stances[i].paraphrase, mark, sizeof mark - 1) == 0)
                return true;
    }
    return false;
}

void dtn_page_views(dtn_prose *out, const dtn_comparison *first)
{
    static const char title[] = "Under each author\u2019s own view";
    if (first->n_view < 2) {
        if (first->c->n_view == 0)
            return;
        dtn_page_section(out, "views", title);
        dtn_page_element(
            out, "p",
            "One view was run. With --view all the case is run under every "
            "document\u2019s view on the same futures, and this section sets them side by "
            "side.");
        dtn_page_end_section(out);
        return;
    }
    dtn_page_section(out, "views", title);
    dtn_page_element(
        out, "p",
        "Each view is a setting of the same model: the answers that its author "
        "holds. All were run on the same futures, and each difference is from the "
        "reference under the same view. Shaded: the author\u2019s own view. The costs of "
        "the two sides stand in rows of their own and are not added up.");
    recommendations(out, first, 0,
                    "What each document recommends, under its own view and under every other: mean "
                    "difference from the reference and its 95 % interval");
    recommendations(out, first, 1,
                    "Beside them, a stated position that is not one of the documents");
    all_courses(out, first);
    dtn_page_element(out, "h3", "Who says what");
    dtn_prose_raw(out, is_read(first) ? "<p>Read by the program, not written by a person"
                                      : "<p>In our own words");
    dtn_prose_raw(out, first->documents != NULL
                           ? ", with document and bytes; quotations are from the documents that "
                             "were supplied.</p>\n"
                           : ", with document and bytes. The documents themselves are not part of "
                             "the report; --documents FOLDER quotes them.</p>\n");
    for (int rank = 0; rank < 2; rank++)
        for (size_t v = 0; v < first->n_view; v++)
            if (rank_of(first->views[v]) == rank)
                put_position(out, first, v);
    dtn_page_end_section(out);
}
