/* The page's validation: what was demanded of the case, what came out, the verdicts.
 *
 * The same figures as the terminal's tables (validation.c). What fails is said first, in words; every
 * check has its row. Effects are of parts and hypotheses switched off, and of the pair of answers
 * with the largest effect for each hypothesis.
 */
#include "report/page.h"

#include "report/words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void number_cell(dtn_prose *out, double value)
{
    dtn_prose_raw(out, "<td class=\"n\">");
    dtn_prose_value(out, value, 0);
    dtn_prose_raw(out, "</td>");
}

static void text_cell(dtn_prose *out, const char *text)
{
    dtn_prose_raw(out, "<td>");
    dtn_prose_say(out, text);
    dtn_prose_raw(out, "</td>");
}

static void verdict_cell(dtn_prose *out, dtn_held held)
{
    dtn_prose_raw(out, held == DTN_HELD     ? "<td class=\"better\">\u25cf\u00a0holds</td>"
                       : held == DTN_FAILED ? "<td class=\"worse\">\u25c6\u00a0fails</td>"
                                            : "<td class=\"unclear\">\u25cb\u00a0open</td>");
}

static void begin(dtn_prose *out, const char *title, const char *const *columns)
{
    dtn_page_element(out, "h3", title);
    dtn_page_table(out, title);
    dtn_prose_raw(out, "<thead><tr>");
    for (; *columns; columns++)
        dtn_page_element(out, "th", *columns);
    dtn_prose_raw(out, "</tr></thead><tbody>\n");
}

static void put_claims(dtn_prose *out, const dtn_validation *v)
{
    static const char *const columns[] = {"Condition", "Must", "Mean", "Bound", "Verdict", NULL};
    if (v->n_claim == 0)
        return;
    begin(out, "Extreme conditions and story", columns);
    for (size_t i = 0; i < v->n_claim; i++) {
        const dtn_claim_result *r = &v->claims[i];
        dtn_prose_raw(out, "<tr>");
        text_cell(out, r->name);
        text_cell(out, r->statement);
        number_cell(out, r->left);
        number_cell(out, r->bound);
        verdict_cell(out, r->held);
        dtn_prose_raw(out, "</tr>\n");
    }
    dtn_page_end_table(out);
}

static void put_balances(dtn_prose *out, const dtn_validation *v)
{
    static const char *const columns[] = {"What flows", "Largest drift", "Tolerance", "Verdict",
                                          NULL};
    if (v->n_balance == 0)
        return;
    begin(out, "Conservation", columns);
    for (size_t i = 0; i < v->n_balance; i++) {
        dtn_prose_raw(out, "<tr>");
        text_cell(out, v->balances[i].name);
        number_cell(out, v->balances[i].worst);
        number_cell(out, v->balances[i].tolerance);
        verdict_cell(out, v->balances[i].held);
        dtn_prose_raw(out, "</tr>\n");
    }
    dtn_page_end_table(out);
}

static void put_steps(dtn_prose *out, const dtn_validation *v)
{
    static const char *const columns[] = {
        "Outcome",
        "Mean",
        "Mean, smaller step",
        "Move, % of p05 to p95 (of the mean where nothing varies)",
        "At most",
        "Verdict",
        NULL};
    if (v->n_step == 0)
        return;
    begin(out, "Integration error", columns);
    for (size_t i = 0; i < v->n_step; i++) {
        const dtn_step_result *r = &v->steps[i];
        dtn_prose_raw(out, "<tr>");
        text_cell(out, v->c->outcomes[r->outcome].name);
        number_cell(out, r->mean);
        number_cell(out, r->mean_fine);
        number_cell(out, 100 * r->move);
        number_cell(out, 100 * r->high);
        verdict_cell(out, r->held);
        dtn_prose_raw(out, "</tr>\n");
    }
    dtn_page_end_table(out);
}

static void say_theil(dtn_prose *out, const char *of, const dtn_theil *t)
{
    dtn_prose_say(out, of);
    dtn_prose_raw(out, " U<sup>M</sup> ");
    dtn_prose_number(out, t->um, 2);
    dtn_prose_raw(out, ", U<sup>S</sup> ");
    dtn_prose_number(out, t->us, 2);
    dtn_prose_raw(out, ", U<sup>C</sup> ");
    dtn_prose_number(out, t->uc, 2);
}

static void put_reproduction(dtn_prose *out, const dtn_reproduction *r)
{
    static const char *const columns[] = {"Statistic", "Recorded", "Futures from", "median", "to",
                                          "Verdict",   NULL};
    begin(out, "Reproduction of the record", columns);
    for (size_t s = 0; s < DTN_N_SHAPE; s++) {
        const dtn_shape_statistic *stat = &r->statistics[s];
        dtn_prose_raw(out, "<tr>");
        text_cell(out, stat->name);
        number_cell(out, stat->recorded);
        number_cell(out, stat->low);
        number_cell(out, stat->p50);
        number_cell(out, stat->high);
        verdict_cell(out, stat->held);
        dtn_prose_raw(out, "</tr>\n");
    }
    dtn_page_end_table(out);
    dtn_prose_raw(out, "<p class=\"note\">Series ");
    dtn_say_periods(out, r);
    dtn_prose_raw(out, "; the central ");
    dtn_prose_percent(out, r->band);
    dtn_prose_raw(out, " of the futures. Theil\u2019s statistics of the mean square error: ");
    say_theil(out, "mean of the futures", &r->mean_path);
    say_theil(out, "; median over futures", &r->median);
    dtn_prose_raw(out, ". ");
    dtn_prose_say(out, r->note);
    dtn_prose_raw(out, "</p>\n");
}

static void put_priors(dtn_prose *out, const dtn_validation *v)
{
    static const char *const columns[] = {"What", "Constant", "Model",   "Data from",
                                          "to",   "Source",   "Verdict", NULL};
    if (v->n_prior == 0)
        return;
    begin(out, "Shape", columns);
    for (size_t i = 0; i < v->n_prior; i++) {
        const dtn_prior_result *r = &v->priors[i];
        dtn_prose_raw(out, "<tr>");
        text_cell(out, r->name);
        text_cell(out, r->constant);
        number_cell(out, r->value);
        number_cell(out, r->low);
        number_cell(out, r->high);
        text_cell(out, r->source);
        verdict_cell(out, r->held);
        dtn_prose_raw(out, "</tr>\n");
    }
    dtn_page_end_table(out);
}

static void effect_row(dtn_prose *out, const dtn_validation *v, const dtn_effects *e)
{
    dtn_prose_raw(out, "<tr>");
    text_cell(out, e->id);
    text_cell(out, strcmp(e->group, "answers") == 0 ? e->what : e->name);
    if (e->largest != SIZE_MAX) {
        const dtn_effect *one = &e->outcomes[e->largest];
        text_cell(out, v->c->outcomes[e->largest].name);
        dtn_prose_raw(out, "<td class=\"n\">");
        dtn_prose_signed(out, one->effect, 2);
        dtn_prose_raw(out, "<small>");
        dtn_prose_signed(out, one->low, 2);
        dtn_prose_raw(out, " to ");
        dtn_prose_signed(out, one->high, 2);
        dtn_prose_raw(out, "</small></td>");
    } else {
        dtn_prose_raw(out, "<td></td><td></td>");
    }
    dtn_prose_print(out, "<td class=\"n\">%zu</td><td>", e->n_above);
    dtn_prose_say(out, e->held == DTN_HELD ? "matters" : e->held == DTN_FAILED ? "small" : "open");
    if (e->held != DTN_HELD && e->reason != NULL) {
        dtn_prose_raw(out, "<small>");
        dtn_prose_say(out, e->reason);
        dtn_prose_raw(out, "</small>");
    }
    dtn_prose_raw(out, "</td></tr>\n");
}

static void put_effects(dtn_prose *out, const dtn_validation *v)
{
    static const char *const columns[] = {
        "Id", "Part or hypothesis", "Largest on", "Effect", "Outcomes at 0.05", "Verdict", NULL};
    if (v->n_effects == 0)
        return;
    begin(out, "What each part does: effects when switched off", columns);
    for (size_t i = 0; i < v->n_effects; i++)
        if (dtn_validation_is_largest(v, i))
            effect_row(out, v, &v->effects[i]);
    dtn_page_end_table(out);
    dtn_page_element(out, "p",
                     "In standard deviations of the outcome over the futures, with a 95 % interval "
                     "over all outcomes together, at prior values, on the same futures; outcomes "
                     "that are the part itself are left out. Last, one answer held in all futures "
                     "in place of another.");
}

void dtn_page_validation(dtn_prose *out, const dtn_validation *v)
{
    if (v == NULL)
        return;
    dtn_page_section(out, "validation", "Validation: what was demanded of the case");
    dtn_prose_raw(out, "<p>");
    dtn_prose_print(out, "%zu checks hold, %zu fail, %zu are open. ", v->n_held, v->n_failed,
                    v->n_open);
    dtn_prose_say(out, "Open means that these futures are too few to tell. Again by ");
    dtn_prose_raw(out, "<code>detente check ");
    dtn_prose_say(out, v->c->id);
    dtn_prose_print(out, " --seed %" PRIu64 " --runs %" PRIu64 "</code>.</p>\n", v->seed, v->n_run);
    put_claims(out, v);
    put_balances(out, v);
    put_steps(out, v);
    for (size_t i = 0; i < v->n_reproduction; i++)
        put_reproduction(out, &v->reproductions[i]);
    put_priors(out, v);
    put_effects(out, v);
    dtn_page_end_section(out);
}
