/* What the answer hangs on: inputs by how much of a difference in human cost they explain.
 *
 * The figures are decide/influence.c's, under the first view. First what decides most, of any
 * status; then all that rests on an assumption only, in the same order, down to what cannot be
 * told from noise. A bar repeats the figure beside it.
 */
#include "report/page.h"

#include "base/arena.h"
#include "report/words.h"

#include <string.h>

enum { N_SHOWN = 12, BAR_WIDTH = 90 };

static void bar(dtn_prose *out, double share)
{
    const int width = (int)(share * BAR_WIDTH + 0.5);
    dtn_prose_print(out,
                    "<svg class=\"bar\" width=\"%d\" height=\"10\" aria-hidden=\"true\"><rect "
                    "width=\"%d\" height=\"10\"/></svg>",
                    BAR_WIDTH, width < 1 ? 1 : width);
}

static void input_name(dtn_prose *out, const dtn_comparison *cmp, const dtn_input *input)
{
    dtn_prose_say(out, input->name);
    if (input->parameter == NULL) {
        dtn_prose_raw(out, "<small>");
        dtn_prose_say(out, cmp->c->hypotheses[input->hypothesis].question);
        dtn_prose_raw(out, "</small>");
    }
}

static const char *status_of(const dtn_input *input)
{
    if (input->parameter == NULL)
        return "hypothesis";
    return input->parameter->status != NULL ? input->parameter->status : "no status";
}

static void hinge_row(dtn_prose *out, const dtn_comparison *cmp, const dtn_hinge *hinge)
{
    const dtn_input *input = &cmp->inputs[hinge->input];
    const bool is_above = dtn_is_above_noise(cmp, hinge);
    dtn_prose_raw(out, "<tr><th scope=\"row\">");
    input_name(out, cmp, input);
    dtn_prose_raw(out, "</th><td>");
    dtn_prose_say(out, status_of(input));
    dtn_prose_raw(out, "</td><td class=\"n\">");
    if (is_above) {
        bar(out, hinge->index);
        dtn_prose_raw(out, " ");
        dtn_prose_percent(out, hinge->index);
    } else {
        dtn_prose_raw(out, "within noise");
    }
    dtn_prose_raw(out, "<small>noise up to ");
    dtn_prose_number(out, input->noise * 100, 1);
    dtn_prose_raw(out, "\u00a0%</small></td><td>");
    if (is_above)
        dtn_say_hinge_place(out, cmp, hinge);
    dtn_prose_print(out, "</td><td class=\"n\">%zu of %zu</td></tr>\n", hinge->n_above, hinge->n);
}

static void open_table(dtn_prose *out, const char *caption)
{
    dtn_page_table(out, caption);
    dtn_page_element(out, "caption", caption);
    dtn_prose_raw(out,
                  "<thead><tr><th scope=\"col\">Hypothesis or parameter</th>"
                  "<th scope=\"col\">Status</th><th scope=\"col\" class=\"n\">Explains alone, "
                  "at most</th><th scope=\"col\">Where</th><th scope=\"col\" class=\"n\">Above "
                  "noise in</th></tr></thead><tbody>\n");
}

static bool is_assumed(const dtn_comparison *cmp, const dtn_hinge *hinge)
{
    const dtn_case_parameter *p = cmp->inputs[hinge->input].parameter;
    return p != NULL && p->status != NULL && strcmp(p->status, "assumption") == 0;
}

static void put_assumed(dtn_prose *out, const dtn_comparison *cmp, const dtn_hinge *hinges,
                        size_t n)
{
    size_t n_assumed = 0, n_above = 0;
    for (size_t i = 0; i < n; i++) {
        n_assumed += is_assumed(cmp, &hinges[i]);
        n_above += is_assumed(cmp, &hinges[i]) && dtn_is_above_noise(cmp, &hinges[i]);
    }
    if (n_assumed == 0)
        return;
    dtn_page_element(out, "h3", "What rests on an assumption only");
    dtn_prose_print(out,
                    "<p>%zu of the parameters drawn have nothing behind them but an assumption; "
                    "%zu of these explain more of some difference than chance would.</p>\n"
                    "<details><summary>All of them, by how much the answer depends on "
                    "them</summary>\n",
                    n_assumed, n_above);
    open_table(out, "Parameters that rest on an assumption only, those that decide most first");
    for (size_t i = 0; i < n; i++)
        if (is_assumed(cmp, &hinges[i]))
            hinge_row(out, cmp, &hinges[i]);
    dtn_page_end_table(out);
    dtn_prose_raw(out, "</details>\n");
}

void dtn_page_hinges(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_hinge *hinges = NULL;
    size_t n = 0;
    if (cmp->n_input == 0 || cmp->n_profile < 2)
        return;
    if (!dtn_find_hinges(cmp, &hinges, &n)) {
        out->failed = true;
        return;
    }
    dtn_page_section(out, "hinges", "What the answer hangs on");
    dtn_prose_raw(out, "<p>");
    dtn_say_hinges(out, cmp, hinges, n, true);
    dtn_prose_raw(out, "</p>\n");
    dtn_page_element(
        out, "p",
        "The figure is the share of the variance of the ranks of the paired "
        "difference that an input explains alone, the largest over the human costs "
        "and the courses; differences whose mean is below 2 % of the reference\u2019s are left "
        "out. Noise is what 99 % of random orders of the futures stay below. What an input does "
        "only together with others is not seen.");
    open_table(out, "What decides most, of any status");
    for (size_t i = 0; i < n && i < N_SHOWN; i++)
        hinge_row(out, cmp, &hinges[i]);
    dtn_page_end_table(out);
    put_assumed(out, cmp, hinges, n);
    dtn_free(hinges);
    dtn_page_end_section(out);
}
