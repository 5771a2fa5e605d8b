/* The page's figures: human cost, series, differences, regimes, hypotheses, robustness.
 *
 * Each part is a table with a caption; where a chart belongs, an empty element names it
 * (data-chart, with the outcome's and the hypothesis's index). Rows are profiles, the reference
 * first; columns are outcomes, side by side, in the order of the case.
 */
#include "report/page.h"

#include "report/words.h"

#include <math.h>
#include <string.h>

typedef enum part { HUMAN_COST, OTHER } part;

static bool in_part(const dtn_comparison *cmp, size_t o, part which)
{
    return dtn_is_human_cost(&cmp->c->outcomes[o]) == (which == HUMAN_COST);
}

static size_t n_in_part(const dtn_comparison *cmp, part which)
{
    size_t n = 0;
    for (size_t o = 0; o < cmp->n_outcome; o++)
        n += in_part(cmp, o, which);
    return n;
}

/* ---- Rows and cells -------------------------------------------------------- */

static void open_row(dtn_prose *out, const dtn_comparison *cmp, size_t p)
{
    dtn_prose_raw(out,
                  p == 0 ? "<tr class=\"reference\"><th scope=\"row\">" : "<tr><th scope=\"row\">");
    dtn_say_profile(out, cmp, p);
    dtn_prose_raw(out, "</th>");
}

static void close_row(dtn_prose *out) { dtn_prose_raw(out, "</tr>\n"); }

static void summary_cell(dtn_prose *out, const dtn_summary *s, double noise)
{
    dtn_prose_raw(out, "<td class=\"n\">");
    dtn_prose_value(out, s->p50, noise);
    dtn_prose_raw(out, "<small>");
    dtn_prose_value(out, s->p05, noise);
    dtn_prose_raw(out, " to ");
    dtn_prose_value(out, s->p95, noise);
    dtn_prose_raw(out, "</small></td>");
}

static void paired_cell(dtn_prose *out, const dtn_paired *d, double noise)
{
    dtn_prose_raw(out, "<td class=\"n\">");
    dtn_prose_change(out, d->mean, noise);
    dtn_prose_raw(out, "<small>");
    dtn_prose_change(out, d->low, noise);
    dtn_prose_raw(out, " to ");
    dtn_prose_change(out, d->high, noise);
    dtn_prose_raw(out, "</small>");
    if (!isnan(d->share_better)) {
        dtn_prose_raw(out, "<small>better in ");
        dtn_prose_percent(out, d->share_better);
        dtn_prose_raw(out, "</small>");
    }
    dtn_prose_raw(out, "</td>");
}

static void outcome_head(dtn_prose *out, const dtn_comparison *cmp, size_t o)
{
    const dtn_outcome *outcome = &cmp->c->outcomes[o];
    dtn_prose_raw(out, "<th scope=\"col\" class=\"n\">");
    dtn_prose_say(out, outcome->name);
    dtn_prose_raw(out, "<small>");
    dtn_prose_say(out, outcome->unit);
    dtn_prose_raw(out, ", ");
    dtn_say_measure(out, outcome);
    dtn_prose_raw(out, "; ");
    dtn_say_direction(out, outcome);
    dtn_prose_raw(out, "</small></th>");
}

static const char *group_of(const dtn_comparison *cmp, size_t o)
{
    const char *group = cmp->c->outcomes[o].group;
    return group == NULL ? "other" : group;
}

static bool in_group(const dtn_comparison *cmp, size_t o, const char *group)
{
    return strcmp(group_of(cmp, o), group) == 0;
}

/* Outcomes of one group, side by side. */
static void outcome_table(dtn_prose *out, const dtn_comparison *cmp, const char *group,
                          bool differences)
{
    const char *caption =
        differences ? "Mean difference from the reference on the same futures, its 95 % "
                      "interval, and the share of futures in which the course does better "
                      "(half of those in which it does as well counts)"
                    : "Median of the futures, and below it the range that holds 90 % of "
                      "them";
    dtn_page_table(out, caption);
    dtn_page_element(out, "caption", caption);
    dtn_prose_raw(out, "<thead><tr><th scope=\"col\">Course of action</th>");
    for (size_t o = 0; o < cmp->n_outcome; o++)
        if (in_group(cmp, o, group))
            outcome_head(out, cmp, o);
    dtn_prose_raw(out, "</tr></thead><tbody>\n");
    for (size_t p = differences ? 1 : 0; p < cmp->n_profile; p++) {
        open_row(out, cmp, p);
        for (size_t o = 0; o < cmp->n_outcome; o++) {
            if (!in_group(cmp, o, group))
                continue;
            if (differences)
                paired_cell(out, dtn_paired_at(cmp, p, o), dtn_noise_of(cmp, o));
            else
                summary_cell(out, dtn_summary_at(cmp, p, o), dtn_noise_of(cmp, o));
        }
        close_row(out);
    }
    dtn_page_end_table(out);
}

/* ---- Parts ------------------------------------------------------------------ */

static void group_tables(dtn_prose *out, const dtn_comparison *cmp, const char *group)
{
    outcome_table(out, cmp, group, false);
    if (cmp->n_profile > 1)
        outcome_table(out, cmp, group, true);
}

/* A group beside the human cost, folded: "Counted beside it: security". */
static void other_group(dtn_prose *out, const dtn_comparison *cmp, const char *group)
{
    dtn_prose_raw(out, "<details><summary>Counted beside it: ");
    dtn_prose_say(out, group);
    dtn_prose_raw(out, "</summary>\n");
    group_tables(out, cmp, group);
    dtn_prose_raw(out, "</details>\n");
}

/* Each human cost in a sentence: the reference, the best and the worst course. */
static void best_and_worst(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_prose_raw(out, "<ul>\n");
    for (size_t o = 0; o < cmp->n_outcome; o++) {
        const dtn_outcome *outcome = &cmp->c->outcomes[o];
        if (!dtn_is_human_cost(outcome) || outcome->direction == 0)
            continue;
        dtn_prose_raw(out, "<li><strong>");
        dtn_prose_say(out, outcome->name);
        dtn_prose_raw(out, "</strong> (");
        dtn_prose_say(out, outcome->unit);
        dtn_prose_raw(out, "): ");
        dtn_say_outcome(out, cmp, o);
        dtn_prose_raw(out, "</li>\n");
    }
    dtn_prose_raw(out, "</ul>\n");
}

void dtn_page_human_cost(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_page_section(out, "human-cost", "Human cost");
    if (n_in_part(cmp, HUMAN_COST) == 0)
        dtn_page_element(out, "p", "The case names no outcome of the group human_cost.");
    else {
        best_and_worst(out, cmp);
        dtn_page_element(out, "p",
                         "A course is not clearly different from the best or the worst one where "
                         "the 95 % interval of their difference on the same futures, widened for "
                         "the number of courses compared (Bonferroni), holds zero.");
        group_tables(out, cmp, "human_cost");
    }
    for (size_t o = 0; o < cmp->n_outcome; o++) {
        bool is_first = in_part(cmp, o, OTHER);
        for (size_t q = 0; q < o; q++)
            is_first &= !in_group(cmp, q, group_of(cmp, o));
        if (is_first)
            other_group(out, cmp, group_of(cmp, o));
    }
    dtn_page_end_section(out);
}

static void say_left_out(dtn_prose *out, const dtn_case *c, const dtn_observed *series)
{
    size_t n = 0;
    for (size_t k = 0; k < series->n; k++)
        n += !dtn_observed_is_in_run(c, series, k);
    if (n > 0)
        dtn_prose_print(out, ", without %zu point%s outside of the run\u2019s time", n,
                        n == 1 ? "" : "s");
}

static void fan_figure(dtn_prose *out, const dtn_comparison *cmp, size_t o)
{
    const dtn_outcome *outcome = &cmp->c->outcomes[o];
    dtn_prose_raw(out, "<h3>");
    dtn_prose_say(out, outcome->name);
    dtn_prose_raw(out, "</h3>\n<figure><figcaption>");
    dtn_say_series_unit(out, cmp->c, outcome);
    for (size_t i = 0; i < cmp->c->n_observed; i++) {
        if (cmp->c->observed[i].i_outcome != o)
            continue;
        dtn_prose_raw(out, ". Dots: ");
        dtn_prose_say(out, cmp->c->observed[i].name);
        dtn_prose_raw(out, " (");
        dtn_prose_say(out, cmp->c->observed[i].source);
        dtn_prose_raw(out, ")");
        say_left_out(out, cmp->c, &cmp->c->observed[i]);
    }
    dtn_prose_print(
        out, ".</figcaption><div data-chart=\"fan\" data-outcome=\"%zu\"></div></figure>\n", o);
}

static void put_figure(dtn_prose *out, const dtn_comparison *cmp, size_t o, const char *chart)
{
    if (strcmp(chart, "fan") == 0) {
        fan_figure(out, cmp, o);
        return;
    }
    dtn_prose_raw(out, "<h3>");
    dtn_prose_say(out, cmp->c->outcomes[o].name);
    dtn_prose_raw(out, "</h3>\n<figure><figcaption>");
    dtn_prose_say(out, cmp->c->outcomes[o].unit);
    dtn_prose_raw(out, ", ");
    dtn_say_measure(out, &cmp->c->outcomes[o]);
    dtn_prose_raw(out, "; ");
    dtn_say_direction(out, &cmp->c->outcomes[o]);
    dtn_prose_print(out,
                    ".</figcaption><div data-chart=\"%s\" data-outcome=\"%zu\"></div></figure>\n",
                    chart, o);
}

static bool is_recorded(const dtn_comparison *cmp, size_t o)
{
    for (size_t i = 0; i < cmp->c->n_observed; i++)
        if (cmp->c->observed[i].i_outcome == o)
            return true;
    return false;
}

/* Human cost first, then the outcomes that stand beside a recorded series; the rest folded. */
static void put_charts(dtn_prose *out, const dtn_comparison *cmp, const char *chart)
{
    bool is_fan = strcmp(chart, "fan") == 0, folded = false;
    for (size_t o = 0; o < cmp->n_outcome; o++)
        if (in_part(cmp, o, HUMAN_COST))
            put_figure(out, cmp, o, chart);
    for (size_t o = 0; is_fan && o < cmp->n_outcome; o++)
        if (in_part(cmp, o, OTHER) && is_recorded(cmp, o))
            put_figure(out, cmp, o, chart);
    for (size_t o = 0; o < cmp->n_outcome; o++) {
        if (in_part(cmp, o, HUMAN_COST) || (is_fan && is_recorded(cmp, o)))
            continue;
        if (!folded)
            dtn_prose_raw(out, "<details><summary>The outcomes beside the human cost</summary>\n");
        folded = true;
        put_figure(out, cmp, o, chart);
    }
    if (folded)
        dtn_prose_raw(out, "</details>\n");
}

void dtn_page_series(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_prose_raw(out, "<div class=\"needs-charts\">\n");
    dtn_page_section(out, "time", "Over time");
    dtn_prose_raw(
        out, "<p>The line is the median of the futures, the dark band holds half of them, "
             "the light band 90\u00a0%. Dots and the thin line are what was recorded. The dashed "
             "line is the date of decision (");
    dtn_prose_date(out, cmp->c->decide_on);
    dtn_prose_raw(out, "): before it all courses share one history. All charts of an outcome have "
                       "the same scale. Quantiles are taken date by date; no single future follows "
                       "them.</p>\n");
    put_charts(out, cmp, "fan");
    dtn_page_end_section(out);
    dtn_prose_raw(out, "</div>\n");
}

void dtn_page_differences(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_prose_raw(out, "<div class=\"needs-charts\">\n");
    dtn_page_section(out, "differences", "Differences from the reference");
    dtn_page_element(
        out, "p",
        "The mark is the mean difference on the same futures, the thick line its 95 % "
        "interval, the thin line holds 90 % of the futures. A full disc does better, a "
        "diamond does worse, a ring is not clearly different or has no direction. "
        "Beside it stands the share of futures in which the course does better.");
    put_charts(out, cmp, "difference");
    dtn_page_end_section(out);
    dtn_prose_raw(out, "</div>\n");
}

enum { REGIME_STRIDE = sizeof(dtn_regime_stat) / sizeof(double) };

/* Regime r of the n of a profile. */
static void regime_cell(dtn_prose *out, const dtn_regime_stat *of, size_t n, size_t r)
{
    const dtn_regime_stat *s = &of[r];
    dtn_prose_raw(out, "<td class=\"n\">");
    dtn_prose_number(out, s->weeks_mean, 1);
    dtn_prose_raw(out, " weeks");
    if (!isnan(s->p_ever)) {
        dtn_prose_raw(out, "<small>ever in ");
        dtn_prose_percent_with(out, s->p_ever, &of->p_end, REGIME_STRIDE, n, r);
        dtn_prose_raw(out, "</small>");
    }
    dtn_prose_raw(out, "<small>at the end ");
    dtn_prose_percent_of(out, &of->p_end, REGIME_STRIDE, n, r);
    dtn_prose_raw(out, "</small></td>");
}

enum { N_DATE = 6 }; /* columns of a table by date */

/* Chance of having been in a regime by a date: rows courses, columns dates, the last the end. */
static void by_date_table(dtn_prose *out, const dtn_comparison *cmp, size_t regime)
{
    const size_t n_after = cmp->n_time - cmp->i_decide - 1;
    const size_t n = n_after < N_DATE ? n_after : N_DATE;
    const char *name = cmp->c->regimes[regime].name;
    char date[11];
    dtn_prose_raw(out, "<details><summary>Chance by date: ");
    dtn_prose_say(out, name);
    dtn_prose_raw(out, "</summary>\n");
    dtn_page_table(out, name);
    dtn_prose_raw(out, "<caption>Share of futures that have been in \u201c");
    dtn_prose_say(out, name);
    dtn_prose_raw(out, "\u201d after the decision and up to the date</caption>\n"
                       "<thead><tr><th scope=\"col\">Course of action</th>");
    for (size_t i = 1; i <= n; i++) {
        dtn_case_date_of(cmp->c, cmp->time[cmp->i_decide + i * n_after / n], date);
        dtn_prose_raw(out, "<th scope=\"col\" class=\"n\">");
        dtn_prose_date(out, date);
        dtn_prose_raw(out, "</th>");
    }
    dtn_prose_raw(out, "</tr></thead><tbody>\n");
    for (size_t p = 0; p < cmp->n_profile; p++) {
        open_row(out, cmp, p);
        for (size_t i = 1; i <= n; i++) {
            dtn_prose_raw(out, "<td class=\"n\">");
            const dtn_regime_stat *of = &cmp->regimes[p * cmp->c->n_regime];
            dtn_prose_percent_with(
                out,
                cmp->regime_by[(p * cmp->c->n_regime + regime) * n_after + i * n_after / n - 1],
                &of->p_end, REGIME_STRIDE, cmp->c->n_regime, regime);
            dtn_prose_raw(out, "</td>");
        }
        close_row(out);
    }
    dtn_page_end_table(out);
    dtn_prose_raw(out, "</details>\n");
}

void dtn_page_regimes(dtn_prose *out, const dtn_comparison *cmp)
{
    static const char caption[] = "Weeks in each regime after the decision (mean), the share of "
                                  "futures ever in it, and the share at the end";
    size_t n = cmp->c->n_regime;
    if (n == 0)
        return;
    dtn_page_section(out, "regimes", "Where it goes: regimes");
    dtn_page_table(out, caption);
    dtn_page_element(out, "caption", caption);
    dtn_prose_raw(out, "<thead><tr><th scope=\"col\">Course of action</th>");
    for (size_t r = 0; r < n; r++) {
        dtn_prose_raw(out, "<th scope=\"col\" class=\"n\">");
        dtn_prose_say(out, cmp->c->regimes[r].name);
        dtn_prose_raw(out, "</th>");
    }
    if (cmp->n_unnamed > 0)
        dtn_prose_raw(out, "<th scope=\"col\" class=\"n\">In none that the case names</th>");
    dtn_prose_raw(out, "</tr></thead><tbody>\n");
    for (size_t p = 0; p < cmp->n_profile; p++) {
        open_row(out, cmp, p);
        for (size_t r = 0; r < n; r++)
            regime_cell(out, &cmp->regimes[p * n], n, r);
        if (cmp->n_unnamed > 0)
            regime_cell(out, &cmp->unnamed[p], 1, 0);
        close_row(out);
    }
    dtn_page_end_table(out);
    for (size_t r = 0; cmp->regime_by != NULL && r < n; r++)
        by_date_table(out, cmp, r);
    dtn_prose_raw(out,
                  "<figure class=\"needs-charts\"><figcaption>Share of futures in each regime, "
                  "over time.</figcaption><div data-chart=\"regimes\"></div></figure>\n");
    dtn_page_end_section(out);
}

/* ---- Hypotheses ----------------------------------------------------------------- */

static void turn_list(dtn_prose *out, const dtn_comparison *cmp, size_t h, const dtn_turn *turns,
                      size_t n_turn)
{
    size_t n = 0;
    for (size_t i = 0; i < n_turn; i++)
        n += turns[i].hypothesis == h;
    if (n == 0 && dtn_n_judged_answers(cmp, h) < 2) {
        dtn_prose_print(out,
                        "<p>Not judged: fewer than two of its answers were drawn by %d futures or "
                        "more.</p>\n",
                        DTN_LEAST_FUTURES);
        return;
    }
    if (n == 0) {
        dtn_page_element(out, "p", "No answer turns the sign of a difference in human cost.");
        return;
    }
    dtn_prose_print(out, "<p>The sign turns in %zu %s, the strongest first:</p>\n<ul>\n", n,
                    n == 1 ? "place" : "places");
    for (size_t i = 0; i < n_turn; i++) {
        if (turns[i].hypothesis != h)
            continue;
        dtn_prose_raw(out, "<li>");
        dtn_say_turn(out, cmp, &turns[i]);
        dtn_prose_raw(out, "</li>\n");
    }
    dtn_prose_raw(out, "</ul>\n");
}

/* Does the sign turn among the answers? 1 it does, 0 it stays, -1 nothing is clear. */
static int sign_of(const dtn_comparison *cmp, size_t h, size_t p, size_t o)
{
    bool better = false, worse = false;
    for (size_t a = 0; a < cmp->c->hypotheses[h].n_answer; a++) {
        size_t cell = dtn_cell_of(cmp, h, a);
        if (cell == SIZE_MAX)
            continue;
        int v = dtn_verdict(cmp, dtn_cell_paired_at(cmp, cell, p, o), o);
        better |= v > 0;
        worse |= v < 0;
    }
    return better && worse ? 1 : better || worse ? 0 : -1;
}

static void answer_rows(dtn_prose *out, const dtn_comparison *cmp, size_t h, size_t o)
{
    const dtn_hypothesis *hyp = &cmp->c->hypotheses[h];
    const double noise = dtn_noise_of(cmp, o);
    for (size_t p = 1; p < cmp->n_profile; p++) {
        open_row(out, cmp, p);
        for (size_t a = 0; a < hyp->n_answer; a++) {
            size_t cell = dtn_cell_of(cmp, h, a);
            if (cell == SIZE_MAX)
                dtn_prose_raw(out, "<td class=\"n\">\u2013</td>");
            else
                paired_cell(out, dtn_cell_paired_at(cmp, cell, p, o), noise);
        }
        int turns = sign_of(cmp, h, p, o);
        dtn_prose_raw(out, turns > 0    ? "<td class=\"sign turns\">turns</td>"
                           : turns == 0 ? "<td class=\"sign\">does not turn</td>"
                                        : "<td class=\"sign\">nothing clear</td>");
        close_row(out);
    }
}

static void answer_table(dtn_prose *out, const dtn_comparison *cmp, size_t h, size_t o)
{
    const dtn_hypothesis *hyp = &cmp->c->hypotheses[h];
    const dtn_outcome *outcome = &cmp->c->outcomes[o];
    dtn_page_table(out, outcome->name);
    dtn_prose_raw(out, "<caption>");
    dtn_prose_say(out, outcome->name);
    dtn_prose_raw(out, ", ");
    dtn_prose_say(out, outcome->unit);
    dtn_prose_raw(out,
                  ": mean difference from the reference by answer, its 95\u00a0% interval, and the "
                  "share of futures with that answer in which the course does better</caption>\n"
                  "<thead><tr><th scope=\"col\">Course of action</th>");
    for (size_t a = 0; a < hyp->n_answer; a++) {
        size_t cell = dtn_cell_of(cmp, h, a);
        dtn_prose_raw(out, "<th scope=\"col\" class=\"n\">");
        dtn_prose_say(out, hyp->answers[a].name);
        dtn_prose_raw(out, "<small>");
        dtn_prose_count(out, cell == SIZE_MAX ? 0 : cmp->cells[cell].n);
        dtn_prose_raw(out, " futures</small></th>");
    }
    dtn_prose_raw(out, "<th scope=\"col\">Sign</th></tr></thead><tbody>\n");
    answer_rows(out, cmp, h, o);
    dtn_page_end_table(out);
}

static void one_hypothesis(dtn_prose *out, const dtn_comparison *cmp, size_t h,
                           const dtn_turn *turns, size_t n_turn)
{
    const dtn_hypothesis *hyp = &cmp->c->hypotheses[h];
    dtn_prose_raw(out, "<h3>");
    dtn_prose_say(out, hyp->id);
    dtn_prose_raw(out, ". ");
    dtn_prose_say(out, hyp->question);
    dtn_prose_raw(out, "</h3>\n");
    turn_list(out, cmp, h, turns, n_turn);
    bool is_first = true;
    for (size_t o = 0; o < cmp->n_outcome; o++) {
        if (!in_part(cmp, o, HUMAN_COST) || cmp->c->outcomes[o].direction == 0)
            continue;
        dtn_prose_raw(out, is_first ? "<details open><summary>" : "<details><summary>");
        is_first = false;
        dtn_prose_say(out, cmp->c->outcomes[o].name);
        dtn_prose_raw(out, ", by answer to ");
        dtn_prose_say(out, hyp->id);
        dtn_prose_print(out,
                        "</summary>\n<div class=\"needs-charts\" data-chart=\"hypothesis\" "
                        "data-hypothesis=\"%zu\" data-outcome=\"%zu\"></div>\n",
                        h, o);
        answer_table(out, cmp, h, o);
        dtn_prose_raw(out, "</details>\n");
    }
}

void dtn_page_hypotheses(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_turn *turns = NULL;
    size_t n_turn = 0;
    dtn_page_section(out, "hypotheses", "By hypothesis");
    if (cmp->c->n_hypothesis == 0 || cmp->n_cell == 0 || cmp->n_profile < 2) {
        dtn_page_element(out, "p", "The case names no hypotheses, or nothing is compared.");
        dtn_page_end_section(out);
        return;
    }
    dtn_page_element(
        out, "p",
        "The futures are split by the answer that was drawn. A sign turns where one "
        "answer makes a course better than the reference and another makes it worse, "
        "each over at least 30 futures, with a 95 % interval that leaves zero out and "
        "by at least 2 % of the reference's mean. All outcomes are in hypotheses.csv.");
    if (!dtn_find_turns(cmp, &turns, &n_turn))
        out->failed = true;
    for (size_t h = 0; h < cmp->c->n_hypothesis; h++)
        one_hypothesis(out, cmp, h, turns, n_turn);
    dtn_free(turns);
    dtn_page_end_section(out);
}

/* ---- Robustness ------------------------------------------------------------------ */

/* "maximin(deaths_x)": the criterion's name, and the outcome if the case has it. */
static const dtn_outcome *criterion_outcome(const dtn_comparison *cmp, const char *text)
{
    const char *open = strchr(text, '(');
    size_t n = open == NULL ? 0 : strcspn(open + 1, ")");
    for (size_t o = 0; n > 0 && o < cmp->n_outcome; o++) {
        const char *id = cmp->c->outcomes[o].id;
        if (strlen(id) == n && strncmp(id, open + 1, n) == 0)
            return &cmp->c->outcomes[o];
    }
    return NULL;
}

/* Criteria over one kind of scenarios: combinations of answers, or views. */
typedef struct criteria {
    const dtn_comparison *cmp;
    const dtn_robust *robust; /* [n_profile][n] */
    size_t n;
} criteria;

static double criterion_noise(const criteria *set, size_t k)
{
    double largest = 0;
    for (size_t p = 0; p < set->cmp->n_profile; p++)
        largest = fmax(largest, fabs(set->robust[p * set->n + k].value));
    return DTN_NOISE * largest;
}

static void share_cell(dtn_prose *out, const dtn_robust *r)
{
    dtn_prose_raw(out, "<td class=\"n\">");
    dtn_prose_percent(out, r->value);
    if (!isnan(r->value)) {
        dtn_prose_raw(out, "<small>");
        dtn_prose_percent(out, r->low);
        dtn_prose_raw(out, " to ");
        dtn_prose_percent(out, r->high);
        dtn_prose_raw(out, "</small>");
    }
    dtn_prose_raw(out, "</td>");
}

static void robust_cell(dtn_prose *out, const dtn_robust *r, double noise)
{
    if (strncmp(r->criterion, "share_better(", 13) == 0) {
        share_cell(out, r);
        return;
    }
    dtn_prose_raw(out, "<td class=\"n\">");
    dtn_prose_value(out, r->value, noise);
    if (!isnan(r->low) && !isnan(r->high)) {
        dtn_prose_raw(out, "<small>");
        dtn_prose_value(out, r->low, noise);
        dtn_prose_raw(out, " to ");
        dtn_prose_value(out, r->high, noise);
        dtn_prose_raw(out, "</small>");
    }
    dtn_prose_raw(out, "</td>");
}

/* Length of the criterion's own name: "maximin" of "maximin(deaths_x)". */
static size_t kind_length(const char *criterion) { return strcspn(criterion, "("); }

static bool same_kind(const char *a, const char *b)
{
    size_t n = kind_length(a);
    return kind_length(b) == n && strncmp(a, b, n) == 0;
}

static const char *kind_caption(const char *criterion)
{
    if (strncmp(criterion, "max_regret(", 11) == 0)
        return "Largest regret: how far the course is from the best one in the scenario where that "
               "is most, and its 95 % interval";
    if (strncmp(criterion, "share_better(", 13) == 0)
        return "Share of scenarios in which the mean is better than the reference\u2019s; below, the "
               "share where that is clear, to the share where it is not clearly worse";
    if (strncmp(criterion, "maximin(", 8) == 0)
        return "Worst case (maximin): the mean in the scenario that is worst for the course, and "
               "its 95 % interval";
    if (strncmp(criterion, "mean_regret(", 12) == 0)
        return "Mean regret: how far the course is from the best one of each scenario, on average "
               "over the scenarios by their weights, and its 95 % interval";
    return criterion;
}

/* Is criterion k a column of this table's part: of this kind, on human cost or beside it? */
static bool in_kind(const criteria *set, size_t k, const char *kind, bool human_cost)
{
    const dtn_outcome *outcome = criterion_outcome(set->cmp, set->robust[k].criterion);
    const bool is_human = outcome != NULL && dtn_is_human_cost(outcome);
    return same_kind(set->robust[k].criterion, kind) && is_human == human_cost;
}

static void criterion_head(dtn_prose *out, const dtn_comparison *cmp, const char *criterion)
{
    const dtn_outcome *outcome = criterion_outcome(cmp, criterion);
    dtn_prose_raw(out, "<th scope=\"col\" class=\"n\">");
    dtn_prose_say(out, outcome == NULL ? criterion : outcome->name);
    if (outcome != NULL) {
        dtn_prose_raw(out, "<small>");
        dtn_prose_say(out, outcome->unit);
        dtn_prose_raw(out, "; ");
        if (strncmp(criterion, "mean_regret(", 12) == 0 ||
            strncmp(criterion, "max_regret(", 11) == 0)
            dtn_prose_say(out, "less regret is better");
        else
            dtn_say_direction(out, outcome);
        dtn_prose_raw(out, "</small>");
    }
    dtn_prose_raw(out, "</th>");
}

static void criterion_table(dtn_prose *out, const criteria *set, const char *kind)
{
    const char *caption = kind_caption(kind);
    const dtn_comparison *cmp = set->cmp;
    dtn_page_table(out, caption);
    dtn_page_element(out, "caption", caption);
    dtn_prose_raw(out, "<thead><tr><th scope=\"col\">Course of action</th>");
    for (int side = 0; side < 2; side++)
        for (size_t k = 0; k < set->n; k++)
            if (in_kind(set, k, kind, side == 0))
                criterion_head(out, cmp, set->robust[k].criterion);
    dtn_prose_raw(out, "</tr></thead><tbody>\n");
    for (size_t p = 0; p < cmp->n_profile; p++) {
        open_row(out, cmp, p);
        for (int side = 0; side < 2; side++)
            for (size_t k = 0; k < set->n; k++)
                if (in_kind(set, k, kind, side == 0))
                    robust_cell(out, &set->robust[p * set->n + k], criterion_noise(set, k));
        close_row(out);
    }
    dtn_page_end_table(out);
}

static void all_criteria(dtn_prose *out, const criteria *set)
{
    for (size_t k = 0; k < set->n; k++) {
        bool is_first = true;
        for (size_t j = 0; j < k; j++)
            is_first &= !same_kind(set->robust[j].criterion, set->robust[k].criterion);
        if (is_first)
            criterion_table(out, set, set->robust[k].criterion);
    }
}

/* Criteria know the futures alone that have a value. */
static void put_lost(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_prose lost;
    dtn_prose_init(&lost, true);
    dtn_say_lost_courses(&lost, cmp);
    if (lost.n > 0) {
        dtn_prose_raw(out, "<p class=\"note\">The criteria are taken over the futures that have a "
                           "value, and say nothing of the others. ");
        dtn_prose_raw(out, lost.text);
        dtn_prose_raw(out, ".</p>\n");
    }
    out->failed = out->failed || lost.failed;
    dtn_prose_free(&lost);
}

void dtn_page_robustness(dtn_prose *out, const dtn_comparison *cmp)
{
    const criteria set = {cmp, cmp->robust, cmp->n_robust};
    dtn_page_section(out, "robustness", "Robustness");
    if (cmp->n_robust == 0) {
        dtn_page_element(out, "p", "No criterion was computed.");
        dtn_page_end_section(out);
        return;
    }
    dtn_page_element(out, "p",
                     "Every outcome stands alone; those without direction have no criterion.");
    put_lost(out, cmp);
    for (size_t s = 0; s < cmp->n_across; s++) {
        const dtn_across *across = &cmp->across[s];
        const criteria over_views = {cmp, across->robust, across->n_robust};
        const bool is_documents = strcmp(across->scenarios, DTN_ACROSS_DOCUMENTS) == 0;
        dtn_prose_print(out,
                        is_documents ? "<h3>Over the views of the %zu documents</h3>\n"
                                     : "<h3>Over all %zu views, stated positions among them</h3>\n",
                        across->n_view);
        if (!is_documents && s > 0)
            dtn_prose_raw(out, "<details><summary>The same criteria, with the stated positions as "
                               "scenarios too</summary>\n");
        all_criteria(out, &over_views);
        if (!is_documents && s > 0)
            dtn_prose_raw(out, "</details>\n");
    }
    dtn_prose_print(out, "<h3>Over the %zu %s, under the view ", cmp->n_combo,
                    cmp->n_combo == cmp->n_cell ? "single answers to the hypotheses"
                                                : "combinations of answers to the hypotheses");
    dtn_prose_say(out, cmp->view);
    dtn_prose_raw(out, "</h3>\n");
    all_criteria(out, &set);
    dtn_page_end_section(out);
}
