/* The page's frame: title, answer, contents, limits, provenance.
 *
 * The order is: the answer in words, human cost, views, maps of documents, what the answer hangs on, courses over
 * time, differences, regimes, hypotheses, robustness, loops, assumptions, validation, limits, provenance. No date, host, path or duration is
 * written: the same comparison gives the same bytes.
 */
#include "report/page.h"

#include "base/arena.h"
#include "report/words.h"

#include <inttypes.h>

void dtn_page_section(dtn_prose *out, const char *id, const char *title)
{
    dtn_prose_print(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", id, id);
    dtn_prose_say(out, title);
    dtn_prose_raw(out, "</h2>\n");
}

void dtn_page_end_section(dtn_prose *out) { dtn_prose_raw(out, "</section>\n"); }

void dtn_page_element(dtn_prose *out, const char *tag, const char *text)
{
    dtn_prose_print(out, "<%s>", tag);
    dtn_prose_say(out, text);
    dtn_prose_print(out, "</%s>\n", tag);
}

void dtn_page_table(dtn_prose *out, const char *label)
{
    dtn_prose_raw(out, "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"");
    dtn_prose_say(out, label);
    dtn_prose_raw(out, "\"><table>\n");
}

void dtn_page_end_table(dtn_prose *out) { dtn_prose_raw(out, "</tbody></table></div>\n"); }

static void put_answer(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_turn *turns = NULL;
    size_t n_turn = 0;
    if (!dtn_find_turns(cmp, &turns, &n_turn)) {
        out->failed = true;
        return;
    }
    dtn_prose_raw(out, "<section class=\"answer\" aria-labelledby=\"answer\">\n"
                       "<h2 id=\"answer\">The answer in short</h2>\n<p class=\"lead\">");
    dtn_say_answer_lead(out, cmp);
    dtn_prose_raw(out, "</p>\n<ul>\n");
    for (int part = 0; part < DTN_N_ANSWER_PART; part++) {
        dtn_prose item;
        dtn_prose_init(&item, true);
        if (dtn_say_answer_part(&item, cmp, (dtn_answer_part)part, turns, n_turn)) {
            dtn_prose_raw(out, "<li>");
            dtn_prose_bytes(out, item.text != NULL ? item.text : "", item.n);
            dtn_prose_raw(out, "</li>\n");
        }
        out->failed |= item.failed;
        dtn_prose_free(&item);
    }
    dtn_prose_raw(out, "</ul>\n<p class=\"note\">");
    dtn_say_reference(out, cmp);
    dtn_prose_raw(out, " ");
    dtn_say_answer_note(out, cmp);
    dtn_prose_raw(out, "</p>\n</section>\n");
    dtn_free(turns);
}

static void put_contents(dtn_prose *out, const dtn_comparison *cmp, bool is_validated,
                         bool has_maps)
{
    const dtn_case *c = cmp->c;
    const struct {
        const char *id, *name;
        bool is_there, needs_charts;
    } parts[] = {
        {"human-cost", "Human cost", true, false},
        {"views", "By view", c->n_view > 0, false},
        {"maps", "Documents\u2019 maps", has_maps, false},
        {"hinges", "What it hangs on", cmp->n_input > 0 && cmp->n_profile > 1, false},
        {"time", "Over time", true, true},
        {"differences", "Differences", true, true},
        {"regimes", "Regimes", c->n_regime > 0, false},
        {"hypotheses", "By hypothesis", true, false},
        {"robustness", "Robustness", true, false},
        {"loops", "Loops", c->n_loop > 0, false},
        {"assumptions", "Assumptions", true, false},
        {"validation", "Validation", is_validated, false},
        {"limits", "Limits", true, false},
        {"provenance", "Provenance", true, false},
    };
    dtn_prose_raw(out, "<nav class=\"contents\" aria-label=\"Contents\"><ul>\n");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].is_there)
            dtn_prose_print(out, "<li%s><a href=\"#%s\">%s</a></li>\n",
                            parts[i].needs_charts ? " class=\"needs-charts\"" : "", parts[i].id,
                            parts[i].name);
    dtn_prose_raw(out, "</ul></nav>\n");
}

/* "17, `x` on 2026-05-04 under ...": and the command that replays it. */
static void put_flag(dtn_prose *out, const dtn_comparison *cmp)
{
    const uint32_t var = cmp->first_flag.var;
    char date[11];
    dtn_case_date_of(cmp->c, cmp->first_flag_time, date);
    dtn_prose_print(out, "%" PRIu64 ", ", cmp->first_flag_run);
    if (cmp->c->model != NULL && var < cmp->c->model->n_var)
        dtn_prose_strong(out, cmp->c->model->vars[var].name);
    dtn_prose_say(out, " on ");
    dtn_prose_date(out, date);
    dtn_prose_say(out, ". It is replayed by ");
    dtn_prose_raw(out, "<code>detente simulate ");
    dtn_prose_say(out, cmp->c->id);
    dtn_prose_print(out, " --seed %" PRIu64 " --run %" PRIu64 " --view &#39;", cmp->seed,
                    cmp->first_flag_run);
    dtn_prose_say(out, cmp->view);
    dtn_prose_raw(out, "&#39; --policy &#39;");
    dtn_prose_say(out, cmp->profiles[cmp->first_flag_profile].label);
    dtn_prose_raw(out, "&#39;</code>.");
}

/* What a view's figures leave out. */
static void put_left_out(dtn_prose *out, const dtn_comparison *view, bool with_name)
{
    dtn_prose_raw(out, "<p>");
    if (with_name) {
        dtn_prose_say(out, "View ");
        dtn_prose_say(out, view->view);
        dtn_prose_say(out, ": ");
    }
    if (view->n_flagged == 0) {
        dtn_prose_say(out, with_name ? "no run was flagged for a non-finite value."
                                     : "No run was flagged for a non-finite value.");
    } else {
        dtn_prose_count(out, view->n_flagged);
        dtn_prose_say(out, " of ");
        dtn_prose_count(out, view->n_run);
        dtn_prose_say(out, view->n_run == 1 ? " run was" : " runs were");
        dtn_prose_say(out, " flagged for a non-finite value and left out of the figures; the first "
                           "was run ");
        put_flag(out, view);
    }
    if (view->n_missing > 0) {
        dtn_prose_say(out, " ");
        dtn_prose_count(out, view->n_missing);
        dtn_prose_say(out, " of ");
        dtn_prose_count(out, view->n_run);
        dtn_prose_say(out, " have an outcome without a value (:NA:), which its figures leave out.");
    }
    dtn_prose_raw(out, "</p>\n");
}

static void put_limits(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_page_section(out, "limits", "Limits: what is not in it");
    dtn_page_element(out, "p",
                     "What none of the model\u2019s equations holds, no future here can show. "
                     "What the case is about, in its own words:");
    dtn_page_element(out, "blockquote", cmp->c->summary);
    dtn_page_element(
        out, "p",
        "The figures are what the model computes from the assumptions above; they are "
        "no forecast. Parameters and answers to hypotheses are drawn from the ranges "
        "and priors given, not fitted to the record, and no forecast of this model has "
        "been scored here. Intervals say what chance, parameters and hypotheses do "
        "within the model, not whether the model is right. It speaks of policies and "
        "states in aggregate, of no place and no person.");
    for (size_t v = 0; v < (cmp->n_view > 1 ? cmp->n_view : 1); v++)
        put_left_out(out, cmp->n_view > 1 ? cmp->views[v] : cmp, cmp->n_view > 1);
    dtn_page_end_section(out);
}

static void fact(dtn_prose *out, const char *name, const char *text, bool is_code)
{
    dtn_prose_raw(out, "<dt>");
    dtn_prose_say(out, name);
    dtn_prose_raw(out, is_code ? "</dt><dd><code>" : "</dt><dd>");
    dtn_prose_say(out, text);
    dtn_prose_raw(out, is_code ? "</code></dd>\n" : "</dd>\n");
}

static void put_provenance(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_page_section(out, "provenance", "Provenance");
    dtn_page_element(out, "p",
                     "This command gives the same figures again, byte for byte, on any "
                     "number of threads:");
    dtn_page_element(out, "pre", cmp->canonical_command);
    dtn_prose_raw(out, "<dl class=\"facts\">\n");
    fact(out, "Program", "D\u00e9tente " DTN_VERSION, false);
    fact(out, "Case", cmp->c->id, false);
    fact(out, "Hash of the case", cmp->c->hash, true);
    fact(out, "Hash of the model", cmp->c->model_hash, true);
    dtn_prose_print(out, "<dt>Seed</dt><dd>%" PRIu64 "</dd>\n<dt>Futures</dt><dd>", cmp->seed);
    dtn_prose_count(out, cmp->n_run);
    dtn_prose_raw(out, "</dd>\n");
    dtn_prose_raw(out, "<dt>Views</dt><dd>");
    for (size_t v = 0; v < cmp->n_view; v++) {
        dtn_prose_raw(out, v > 0 ? ", " : "");
        dtn_prose_say(out, cmp->views[v]->view);
    }
    dtn_prose_say(out, cmp->n_view > 1 ? "; sections that name no view show the first" : "");
    dtn_prose_raw(out, "</dd>\n");
    for (size_t i = 0; cmp->documents != NULL && i < cmp->documents->n; i++) {
        dtn_prose_raw(out, "<dt>Document ");
        dtn_prose_say(out, cmp->documents->items[i].id);
        dtn_prose_print(out, "</dt><dd><code>%s</code></dd>\n", cmp->documents->items[i].hash);
    }
    fact(out, "Quantiles",
         cmp->n_run <= DTN_EXACT_RUNS
             ? "exact, type 7 of Hyndman and Fan 1996 (linear between order statistics)"
             : "from counts over fixed value buckets, relative error at most 0.1 %",
         false);
    fact(out, "Interval of a mean",
         "95 %, by Student\u2019s t: mean \u00b1 1.96 standard errors over many futures, more over "
         "few; what is better or worse is said from 30 futures on",
         false);
    fact(out, "Pairing",
         "future K is the same chance, the same parameters and the same answers "
         "under every course of action",
         false);
    fact(out, "Colours",
         "Okabe and Ito\u2019s palette, told apart under the common kinds of colour "
         "blindness; shapes, textures and words say the same",
         false);
    dtn_prose_raw(out, "</dl>\n");
    dtn_page_end_section(out);
}

void dtn_page_content(dtn_prose *out, const dtn_comparison *cmp, const dtn_validation *validation,
                      const dtn_maps *maps)
{
    dtn_prose_raw(out, "<a class=\"skip\" href=\"#human-cost\">To the human cost</a>\n"
                       "<main class=\"page\">\n<header>\n");
    dtn_page_element(out, "h1", cmp->c->title);
    dtn_prose_raw(out, "<p class=\"sub\">Courses of action compared on the same ");
    dtn_prose_count(out, cmp->n_run);
    dtn_prose_raw(out, cmp->n_run == 1 ? " future" : " futures");
    dtn_say_usable(out, cmp);
    dtn_prose_raw(out, ". They differ from ");
    dtn_prose_date(out, cmp->c->decide_on);
    dtn_prose_raw(out, " and are followed until ");
    dtn_prose_date(out, cmp->c->until);
    dtn_prose_raw(out, ".</p>\n<p>");
    dtn_prose_say(out, cmp->c->summary);
    dtn_prose_raw(out, "</p>\n</header>\n");
    put_answer(out, cmp);
    put_contents(out, cmp, validation != NULL, maps != NULL);
    dtn_prose_raw(out, "<p class=\"without-charts needs-charts\">The charts need JavaScript; words "
                       "and tables are complete without it.</p>\n");
    dtn_page_human_cost(out, cmp);
    dtn_page_views(out, cmp);
    dtn_page_maps(out, maps);
    dtn_page_hinges(out, cmp);
    dtn_page_series(out, cmp);
    dtn_page_differences(out, cmp);
    dtn_page_regimes(out, cmp);
    dtn_page_hypotheses(out, cmp);
    dtn_page_robustness(out, cmp);
    dtn_page_loops(out, cmp->c);
    dtn_page_assumptions(out, cmp);
    dtn_page_validation(out, validation);
    put_limits(out, cmp);
    put_provenance(out, cmp);
    dtn_prose_raw(out, "</main>\n");
}
