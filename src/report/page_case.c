/* The page's assumptions: parameters, hypotheses, courses of action, with their sources.
 *
 * Parameters that rest on an assumption alone stand first, because the figures hang on them with
 * the least behind them; then claims, documents, publications, measurements. A source such as
 * 002:1203-1410 is a document of the case and its bytes.
 */
#include "report/page.h"

#include "base/arena.h"
#include "report/words.h"

#include <string.h>

static void cell(dtn_prose *out, const char *text)
{
    dtn_prose_raw(out, "<td>");
    dtn_prose_say(out, text);
    dtn_prose_raw(out, "</td>");
}

static void put_dist(dtn_prose *out, const dtn_dist *dist)
{
    static const struct {
        const char *name;
        int n;
    } kinds[] = {
        [DTN_DIST_FIXED] = {"fixed", 1},           [DTN_DIST_UNIFORM] = {"uniform", 2},
        [DTN_DIST_TRIANGULAR] = {"triangular", 3}, [DTN_DIST_NORMAL] = {"normal", 2},
        [DTN_DIST_LOGNORMAL] = {"lognormal", 2},   [DTN_DIST_BETA] = {"beta", 4},
    };
    dtn_prose_raw(out, "<td>");
    dtn_prose_say(out, kinds[dist->kind].name);
    for (int i = 0; i < kinds[dist->kind].n; i++) {
        dtn_prose_raw(out, i == 0 ? " (" : ", ");
        dtn_prose_json_number(out, dist->p[i]);
    }
    dtn_prose_raw(out, ")</td>");
}

static void parameter_row(dtn_prose *out, const dtn_case_parameter *p, double index)
{
    dtn_prose_raw(out, "<tr><th scope=\"row\">");
    dtn_prose_say(out, p->name);
    dtn_prose_raw(out, "</th>");
    cell(out, p->status);
    cell(out, p->unit);
    dtn_prose_raw(out, "<td>");
    dtn_prose_json_number(out, p->low);
    dtn_prose_raw(out, " to ");
    dtn_prose_json_number(out, p->high);
    dtn_prose_raw(out, "</td>");
    put_dist(out, &p->dist);
    dtn_prose_raw(out, "<td>");
    dtn_prose_date(out, p->known_on);
    dtn_prose_raw(out, "</td><td class=\"n\">");
    if (index > 0)
        dtn_prose_percent(out, index);
    else
        dtn_prose_raw(out, "within noise");
    dtn_prose_raw(out, "</td>");
    cell(out, p->source);
    dtn_prose_raw(out, "</tr>\n");
}

/* Does the hinge belong to this parameter? */
static bool is_of(const dtn_comparison *cmp, const dtn_hinge *hinge, const dtn_case_parameter *p)
{
    return cmp->inputs[hinge->input].parameter == p;
}

static int rank_of_status(const char *status)
{
    static const char *const order[] = {"assumption", "claimed", "document", "published",
                                        "measured"};
    for (int i = 0; status != NULL && i < 5; i++)
        if (strcmp(status, order[i]) == 0)
            return i;
    return 5;
}

/* Constants of the model and its rules that no future draws and no hypothesis sets. */
static size_t n_held_constants(const dtn_case *c)
{
    size_t n = 0, n_drawn = c->n_parameter;
    for (size_t i = 0; c->model != NULL && i < c->model->n_var; i++)
        n += c->model->vars[i].kind == DTN_VAR_CONST && !c->model->vars[i].is_control &&
             !c->model->vars[i].is_hidden;
    for (size_t h = 0; h < c->n_hypothesis; h++) {
        size_t most = 0; /* answers set the same constants */
        for (size_t a = 0; a < c->hypotheses[h].n_answer; a++)
            most =
                c->hypotheses[h].answers[a].n_set > most ? c->hypotheses[h].answers[a].n_set : most;
        n_drawn += most;
    }
    return n > n_drawn ? n - n_drawn : 0;
}

/* Rows of a status: those that decide most first, then those that nothing was computed for. */
static void parameter_rows(dtn_prose *out, const dtn_comparison *cmp, const dtn_hinge *hinges,
                           size_t n, int rank)
{
    const dtn_case *c = cmp->c;
    for (size_t k = 0; k < n; k++) {
        const dtn_case_parameter *p = cmp->inputs[hinges[k].input].parameter;
        if (p != NULL && rank_of_status(p->status) == rank)
            parameter_row(out, p, dtn_is_above_noise(cmp, &hinges[k]) ? hinges[k].index : 0);
    }
    for (size_t i = 0; i < c->n_parameter; i++) {
        bool is_listed = false;
        for (size_t k = 0; k < n; k++)
            is_listed = is_listed || is_of(cmp, &hinges[k], &c->parameters[i]);
        if (!is_listed && rank_of_status(c->parameters[i].status) == rank)
            parameter_row(out, &c->parameters[i], 0);
    }
}

static void put_parameters(dtn_prose *out, const dtn_comparison *cmp)
{
    static const char caption[] = "Uncertain parameters; those that rest on an assumption alone "
                                  "come first, within a status those that decide most";
    const dtn_case *c = cmp->c;
    dtn_hinge *hinges = NULL;
    size_t n_assumed = 0, n_hinge = 0;
    for (size_t i = 0; i < c->n_parameter; i++)
        n_assumed += rank_of_status(c->parameters[i].status) == 0;
    dtn_page_element(out, "h3", "Parameters");
    dtn_prose_print(out,
                    "<p>%zu of the %zu parameters rest on an assumption alone. %zu further "
                    "constants of the model are held at one value: the ranges on this page leave "
                    "out what is not known about them.</p>\n",
                    n_assumed, c->n_parameter, n_held_constants(c));
    if (c->n_parameter == 0)
        return;
    dtn_page_table(out, caption);
    dtn_page_element(out, "caption", caption);
    dtn_prose_raw(out, "<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Status</th>"
                       "<th scope=\"col\">Unit</th><th scope=\"col\">Range</th>"
                       "<th scope=\"col\">Distribution</th><th scope=\"col\">Known on</th>"
                       "<th scope=\"col\" class=\"n\">Explains alone, at most</th>"
                       "<th scope=\"col\">Source</th></tr></thead><tbody>\n");
    if (!dtn_find_hinges(cmp, &hinges, &n_hinge))
        out->failed = true;
    for (int rank = 0; rank <= 5; rank++)
        parameter_rows(out, cmp, hinges, n_hinge, rank);
    dtn_free(hinges);
    dtn_page_end_table(out);
}

static void put_settings(dtn_prose *out, const dtn_answer *answer)
{
    dtn_prose_raw(out, "<td>");
    for (size_t i = 0; i < answer->n_mixture; i++) {
        dtn_prose_raw(out, i == 0 ? "mixture: " : ", ");
        dtn_prose_say(out, answer->mixture[i].answer);
        dtn_prose_raw(out, " ");
        dtn_prose_json_number(out, answer->mixture[i].weight);
    }
    for (size_t i = 0; answer->n_mixture == 0 && i < answer->n_set; i++) {
        dtn_prose_raw(out, i == 0 ? "" : "; ");
        dtn_prose_say(out, answer->sets[i].name);
        dtn_prose_raw(out, " = ");
        dtn_prose_json_number(out, answer->sets[i].value);
    }
    dtn_prose_raw(out, "</td>");
}

static void put_hypotheses(dtn_prose *out, const dtn_case *c)
{
    static const char caption[] = "Hypotheses, their answers and priors";
    dtn_page_element(out, "h3", "Hypotheses");
    if (c->n_hypothesis == 0) {
        dtn_page_element(out, "p", "None.");
        return;
    }
    dtn_page_table(out, caption);
    dtn_page_element(out, "caption", caption);
    dtn_prose_raw(out, "<thead><tr><th scope=\"col\">Question</th><th scope=\"col\">Answer</th>"
                       "<th scope=\"col\" class=\"n\">Prior</th><th scope=\"col\">Sets</th>"
                       "<th scope=\"col\">Source</th></tr></thead><tbody>\n");
    for (size_t h = 0; h < c->n_hypothesis; h++) {
        const dtn_hypothesis *hyp = &c->hypotheses[h];
        for (size_t a = 0; a < hyp->n_answer; a++) {
            dtn_prose_raw(out, "<tr>");
            if (a == 0) {
                dtn_prose_print(out, "<th scope=\"rowgroup\" rowspan=\"%zu\">", hyp->n_answer);
                dtn_prose_say(out, hyp->id);
                dtn_prose_raw(out, ". ");
                dtn_prose_say(out, hyp->question);
                dtn_prose_raw(out, "</th>");
            }
            cell(out, hyp->answers[a].name);
            dtn_prose_raw(out, "<td class=\"n\">");
            dtn_prose_json_number(out, hyp->answers[a].prior);
            dtn_prose_raw(out, "</td>");
            put_settings(out, &hyp->answers[a]);
            cell(out, hyp->answers[a].source);
            dtn_prose_raw(out, "</tr>\n");
        }
    }
    dtn_page_end_table(out);
}

static void put_courses(dtn_prose *out, const dtn_case *c)
{
    dtn_page_element(out, "h3", "Courses of action");
    dtn_page_element(out, "p",
                     "A course lays its rules over the model from the date of decision. "
                     "An actor without a course follows the model\u2019s own rule.");
    for (size_t a = 0; a < c->n_actor; a++) {
        dtn_page_element(out, "h4", c->actors[a].name);
        for (size_t i = 0; i < c->actors[a].n_course; i++) {
            const dtn_course *course = &c->actors[a].courses[i];
            dtn_prose_raw(out, "<p><strong>");
            dtn_prose_say(out, course->name);
            dtn_prose_raw(out, "</strong>. ");
            dtn_prose_say(out, course->summary);
            dtn_prose_raw(out, " <span class=\"note\">Source: ");
            dtn_prose_say(out, course->source);
            dtn_prose_raw(out, "</span></p>\n<details><summary>Rules of ");
            dtn_prose_say(out, course->name);
            dtn_prose_raw(out, "</summary><pre tabindex=\"0\">");
            dtn_prose_say(out, course->rules);
            dtn_prose_raw(out, "</pre></details>\n");
        }
    }
}

static void put_observed(dtn_prose *out, const dtn_case *c)
{
    if (c->n_observed == 0)
        return;
    dtn_page_element(out, "h3", "Recorded history");
    dtn_prose_raw(out, "<ul>\n");
    for (size_t i = 0; i < c->n_observed; i++) {
        const dtn_observed *o = &c->observed[i];
        dtn_prose_raw(out, "<li><strong>");
        dtn_prose_say(out, o->name);
        dtn_prose_raw(out, "</strong>, ");
        dtn_prose_say(out, o->unit);
        dtn_prose_print(out, ", %zu points. Source: ", o->n);
        dtn_prose_say(out, o->source);
        dtn_prose_raw(out, "</li>\n");
    }
    dtn_prose_raw(out, "</ul>\n");
}

void dtn_page_assumptions(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_page_section(out, "assumptions", "Assumptions");
    dtn_page_element(out, "p",
                     "What the figures rest on. A source such as 002:1203-1410 names a "
                     "document of the case and the bytes in it.");
    put_parameters(out, cmp);
    put_hypotheses(out, cmp->c);
    put_courses(out, cmp->c);
    put_observed(out, cmp->c);
    dtn_page_end_section(out);
}

/* The loops that the case declares; each was held against the equations when the case was read. */
void dtn_page_loops(dtn_prose *out, const dtn_case *c)
{
    if (c->n_loop == 0)
        return;
    dtn_page_section(out, "loops", "Feedback loops");
    dtn_page_element(
        out, "p",
        "Declared by the case and found in the equations: every variable stands in the "
        "equation of the next, the last in that of the first.");
    for (size_t i = 0; i < c->n_loop; i++) {
        const dtn_declared_loop *loop = &c->loops[i];
        dtn_prose_raw(out, "<details><summary>");
        dtn_prose_say(out, loop->id);
        dtn_prose_raw(out, ", ");
        dtn_prose_say(out, loop->polarity);
        dtn_prose_raw(out, ": ");
        dtn_prose_say(out, loop->name);
        dtn_prose_raw(out, "</summary>\n<p>");
        for (size_t k = 0; k < loop->n_variable; k++) {
            dtn_prose_raw(out, k > 0 ? " \u2192 " : "");
            dtn_prose_say(out, loop->variables[k]);
        }
        dtn_prose_raw(out, " \u21ba <span class=\"note\">");
        if (!loop->has_sign) {
            dtn_prose_raw(out, "That it is ");
            dtn_prose_say(out, loop->polarity);
            dtn_prose_raw(out, " is declared: the equations alone do not give every link a sign. ");
        }
        dtn_prose_raw(out, "Source: ");
        dtn_prose_say(out, loop->source);
        dtn_prose_raw(out, "</span></p></details>\n");
    }
    dtn_page_end_section(out);
}
