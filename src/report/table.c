/* The summary table of the terminal.
 *
 * Human cost stands first, its outcomes side by side, then the other outcomes, the regimes and
 * the hypotheses that turn a sign. Every table is a grid of texts: columns are as wide as their
 * cells, headers wrap, and columns that do not fit into `width` go into a further block under the
 * same row names. Width counts code points; wide and combining characters are not looked at.
 * Numbers and words are those of the page (prose.c, words.c).
 */
#include "report/report.h"

#include "base/arena.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

enum {
    MIN_WIDTH = 72,
    MAX_HEAD = 20,   /* a header wraps at this width, or at that of its cells */
    SHORT_HEAD = 15, /* the same where cells are short */
    MAX_TURNS = 3    /* lines shown of one hypothesis; the rest is in hypotheses.csv */
};

/* ---- A grid of texts ------------------------------------------------------ */

typedef struct grid {
    dtn_prose pool; /* texts, each with its NUL */
    size_t *at;     /* [n_row][n_col] offsets into pool; row 0 the header, column 0 the names */
    size_t n_row, n_col, n_cell;
    size_t max_head;
    bool failed;
} grid;

static void grid_init(grid *g, size_t n_row, size_t n_col)
{
    *g = (grid){.n_row = n_row, .n_col = n_col, .max_head = MAX_HEAD};
    dtn_prose_init(&g->pool, false);
    g->at = dtn_alloc((n_row * n_col + 1) * sizeof *g->at);
    g->failed = g->at == NULL;
}

static void grid_free(grid *g)
{
    dtn_prose_free(&g->pool);
    dtn_free(g->at);
}

/* Cells are filled row by row: begin, write into g->pool, end. */
static dtn_prose *cell_begin(grid *g)
{
    if (g->at != NULL)
        g->at[g->n_cell] = g->pool.n;
    return &g->pool;
}

static void cell_end(grid *g)
{
    dtn_prose_bytes(&g->pool, "", 1);
    g->n_cell++;
}

static void cell(grid *g, const char *text)
{
    dtn_prose_say(cell_begin(g), text);
    cell_end(g);
}

static const char *text_at(const grid *g, size_t row, size_t col)
{
    return g->pool.text + g->at[row * g->n_col + col];
}

static size_t column_width(const grid *g, size_t col)
{
    size_t widest = 0;
    for (size_t r = 1; r < g->n_row; r++) {
        const char *t = text_at(g, r, col);
        size_t w = dtn_prose_width(t, strlen(t));
        widest = w > widest ? w : widest;
    }
    const char *head = text_at(g, 0, col);
    size_t w = dtn_prose_width(head, strlen(head));
    w = w > g->max_head ? g->max_head : w;
    return w > widest ? w : widest;
}

static void print_cell(dtn_prose *out, const char *text, size_t n, size_t width, bool right)
{
    size_t w = dtn_prose_width(text, n);
    size_t gap = w < width ? width - w : 0;
    if (right)
        dtn_prose_pad(out, gap);
    dtn_prose_bytes(out, text, n);
    if (!right)
        dtn_prose_pad(out, gap);
}

static void end_line(dtn_prose *out)
{
    while (out->n > 0 && out->text[out->n - 1] == ' ')
        out->text[--out->n] = '\0';
    dtn_prose_raw(out, "\n");
}

/* Header of columns c0..c1-1, wrapped, in as many lines as the tallest needs. */
static void print_head(dtn_prose *out, const grid *g, const size_t *width, size_t c0, size_t c1)
{
    const char *corner = text_at(g, 0, 0);
    for (size_t line = 0, more = 1; more; line++) {
        more = 0;
        print_cell(out, line == 0 ? corner : "", line == 0 ? strlen(corner) : 0, width[0], false);
        for (size_t c = c0; c < c1; c++) {
            const char *t = text_at(g, 0, c);
            for (size_t i = 0; i < line && *t != '\0'; i++)
                t = dtn_prose_skip(t + dtn_prose_line(t, width[c]));
            size_t n = dtn_prose_line(t, width[c]);
            dtn_prose_raw(out, "  ");
            print_cell(out, t, n, width[c], true);
            more |= *dtn_prose_skip(t + n) != '\0';
        }
        end_line(out);
    }
}

static void print_blocks(dtn_prose *out, const grid *g, const size_t *width, size_t total)
{
    for (size_t c0 = 1, c1; c0 < g->n_col; c0 = c1) {
        size_t used = width[0];
        for (c1 = c0; c1 < g->n_col && (c1 == c0 || used + 2 + width[c1] <= total); c1++)
            used += 2 + width[c1];
        if (c0 > 1)
            dtn_prose_raw(out, "\n");
        print_head(out, g, width, c0, c1);
        for (size_t r = 1; r < g->n_row; r++) {
            const char *name = text_at(g, r, 0);
            print_cell(out, name, strlen(name), width[0], false);
            for (size_t c = c0; c < c1; c++) {
                const char *t = text_at(g, r, c);
                dtn_prose_raw(out, "  ");
                print_cell(out, t, strlen(t), width[c], true);
            }
            end_line(out);
        }
    }
}

static void grid_print(dtn_prose *out, grid *g, size_t total)
{
    size_t *width = dtn_alloc((g->n_col + 1) * sizeof *width);
    if (g->failed || g->pool.failed || width == NULL || g->n_cell != g->n_row * g->n_col) {
        out->failed = true;
    } else {
        for (size_t c = 0; c < g->n_col; c++)
            width[c] = column_width(g, c);
        print_blocks(out, g, width, total);
    }
    dtn_free(width);
    grid_free(g);
}

/* ---- Paragraphs ----------------------------------------------------------- */

typedef struct page {
    dtn_prose *out;
    const dtn_comparison *cmp;
    size_t width;
    bool color;
} page;

/* Prints and frees what was written into `paragraph`. */
static void flush(page *p, dtn_prose *paragraph, size_t indent)
{
    if (paragraph->failed)
        p->out->failed = true;
    else if (paragraph->text != NULL)
        dtn_prose_wrap(p->out, paragraph->text, p->width, indent);
    dtn_prose_free(paragraph);
}

/* Title, and a note under it; `common` adds the unit and direction that all columns share. */
static void heading(page *p, const char *title, const char *note, const dtn_outcome *common)
{
    dtn_prose text;
    dtn_prose_init(&text, false);
    dtn_prose_raw(p->out, "\n");
    if (p->color)
        dtn_prose_raw(p->out, "\033[1m");
    dtn_prose_raw(p->out, title);
    if (p->cmp->n_view > 1) { /* of several views the tables show the first */
        dtn_prose_raw(p->out, ", VIEW ");
        dtn_prose_say(p->out, p->cmp->view);
    }
    if (p->color)
        dtn_prose_raw(p->out, "\033[0m");
    dtn_prose_raw(p->out, "\n");
    dtn_prose_raw(&text, note);
    if (common != NULL) {
        dtn_prose_say(&text, " Unit: ");
        dtn_prose_say(&text, common->unit);
        dtn_prose_say(&text, "; ");
        dtn_say_direction(&text, common);
        dtn_prose_say(&text, ".");
    }
    flush(p, &text, 0);
}

/* ---- Outcomes --------------------------------------------------------------- */

/* Human cost, all of it; beside it the outcomes that have a direction. */
static bool in_part(const dtn_comparison *cmp, size_t o, bool human_cost)
{
    const dtn_outcome *outcome = &cmp->c->outcomes[o];
    if (dtn_is_human_cost(outcome))
        return human_cost;
    return !human_cost && outcome->direction != 0;
}

static size_t n_in_part(const dtn_comparison *cmp, bool human_cost)
{
    size_t n = 0;
    for (size_t o = 0; o < cmp->n_outcome; o++)
        n += in_part(cmp, o, human_cost);
    return n;
}

static void corner(grid *g, const dtn_comparison *cmp)
{
    dtn_prose *out = cell_begin(g);
    for (size_t a = 0; a < dtn_n_actor_shown(cmp); a++) {
        dtn_prose_say(out, a > 0 ? " / " : "");
        dtn_prose_say(out, cmp->c->actors[a].id);
    }
    cell_end(g);
}

/* Do all outcomes of a part have the same unit and direction? Then the caption says them. */
static const dtn_outcome *common_outcome(const dtn_comparison *cmp, bool human_cost)
{
    const dtn_outcome *first = NULL;
    for (size_t o = 0; o < cmp->n_outcome; o++) {
        const dtn_outcome *outcome = &cmp->c->outcomes[o];
        if (!in_part(cmp, o, human_cost))
            continue;
        if (first == NULL)
            first = outcome;
        if (outcome->direction != first->direction || strcmp(outcome->unit, first->unit) != 0)
            return NULL;
    }
    return first;
}

static void head_cell(grid *g, const dtn_comparison *cmp, size_t o, bool is_common)
{
    const dtn_outcome *outcome = &cmp->c->outcomes[o];
    dtn_prose *out = cell_begin(g);
    dtn_prose_say(out, outcome->name);
    if (!is_common) {
        dtn_prose_say(out, ", ");
        dtn_prose_say(out, outcome->unit);
    }
    if (outcome->measure == DTN_MEAN_AFTER)
        dtn_prose_say(out, ", mean");
    else if (outcome->measure == DTN_MAX_AFTER)
        dtn_prose_say(out, ", highest");
    else if (outcome->measure == DTN_AT_END)
        dtn_prose_say(out, ", at the end");
    if (!is_common) {
        dtn_prose_say(out, " (");
        dtn_say_direction(out, outcome);
        dtn_prose_say(out, ")");
    }
    cell_end(g);
}

static void row_name(grid *g, const dtn_comparison *cmp, size_t p)
{
    dtn_say_profile_ids(cell_begin(g), cmp, p);
    cell_end(g);
}

static void summary_cell(grid *g, const dtn_summary *s, double noise)
{
    dtn_prose *out = cell_begin(g);
    dtn_prose_value(out, s->p50, noise);
    dtn_prose_raw(out, " [");
    dtn_prose_value(out, s->p05, noise);
    dtn_prose_raw(out, ", ");
    dtn_prose_value(out, s->p95, noise);
    dtn_prose_raw(out, "]");
    cell_end(g);
}

static void paired_cell(grid *g, const dtn_paired *d, double noise, bool with_interval)
{
    dtn_prose *out = cell_begin(g);
    dtn_prose_change(out, d->mean, noise);
    if (with_interval) {
        dtn_prose_raw(out, " [");
        dtn_prose_change(out, d->low, noise);
        dtn_prose_raw(out, ", ");
        dtn_prose_change(out, d->high, noise);
        dtn_prose_raw(out, "]");
    }
    if (d->share_better == d->share_better) { /* not NaN */
        dtn_prose_raw(out, " ");
        dtn_prose_percent(out, d->share_better);
    }
    cell_end(g);
}

static void head_row(grid *g, const dtn_comparison *cmp, bool human_cost)
{
    bool is_common = common_outcome(cmp, human_cost) != NULL;
    corner(g, cmp);
    for (size_t o = 0; o < cmp->n_outcome; o++)
        if (in_part(cmp, o, human_cost))
            head_cell(g, cmp, o, is_common);
}

/* Row of profile `i`: medians, or differences from the reference. */
static void outcome_row(grid *g, const dtn_comparison *cmp, size_t i, bool human_cost,
                        bool differences)
{
    row_name(g, cmp, i);
    for (size_t o = 0; o < cmp->n_outcome; o++) {
        if (!in_part(cmp, o, human_cost))
            continue;
        if (differences)
            paired_cell(g, dtn_paired_at(cmp, i, o), dtn_noise_of(cmp, o), human_cost);
        else if (human_cost)
            summary_cell(g, dtn_summary_at(cmp, i, o), dtn_noise_of(cmp, o));
        else {
            dtn_prose_value(cell_begin(g), dtn_summary_at(cmp, i, o)->mean, dtn_noise_of(cmp, o));
            cell_end(g);
        }
    }
}

static void print_human_cost(page *p)
{
    const dtn_comparison *cmp = p->cmp;
    size_t n = n_in_part(cmp, true);
    grid g;
    if (n == 0)
        return;
    heading(p, "HUMAN COST", "Median [5 %, 95 %] of the futures.", common_outcome(cmp, true));
    grid_init(&g, cmp->n_profile + 1, n + 1);
    head_row(&g, cmp, true);
    for (size_t i = 0; i < cmp->n_profile; i++)
        outcome_row(&g, cmp, i, true, false);
    grid_print(p->out, &g, p->width);
    if (cmp->n_profile < 2)
        return;
    heading(
        p, "HUMAN COST, DIFFERENCE FROM THE REFERENCE",
        "Mean difference on the same futures [how closely so many futures settle that mean, 95 %; "
        "not how sure the model is], and the share of futures in which the course does better (half "
        "of those in which it does as well counts).",
        common_outcome(cmp, true));
    grid_init(&g, cmp->n_profile, n + 1);
    head_row(&g, cmp, true);
    for (size_t i = 1; i < cmp->n_profile; i++)
        outcome_row(&g, cmp, i, true, true);
    grid_print(p->out, &g, p->width);
}

/* One short grid: the reference's means, and the differences of the others. */
static void print_others(page *p)
{
    const dtn_comparison *cmp = p->cmp;
    size_t n = n_in_part(cmp, false);
    grid g;
    if (n == 0)
        return;
    heading(p, "OTHER OUTCOMES",
            "Under the reference the mean; under the others the mean difference from it and the "
            "share of futures that do better (ties count half). Intervals, and outcomes without "
            "direction, are in the files and the report.",
            common_outcome(cmp, false));
    grid_init(&g, cmp->n_profile + 1, n + 1);
    g.max_head = SHORT_HEAD;
    head_row(&g, cmp, false);
    for (size_t i = 0; i < cmp->n_profile; i++)
        outcome_row(&g, cmp, i, false, i > 0);
    grid_print(p->out, &g, p->width);
}

/* ---- Regimes and hypotheses -------------------------------------------------- */

static void print_regimes(page *p)
{
    const dtn_case *c = p->cmp->c;
    grid g;
    if (c->n_regime == 0)
        return;
    heading(p, "REGIMES", "Weeks in it on average; share of futures ever in it; share at the end.",
            NULL);
    const bool has_rest = p->cmp->n_unnamed > 0;
    grid_init(&g, p->cmp->n_profile + 1, c->n_regime + has_rest + 1);
    corner(&g, p->cmp);
    for (size_t r = 0; r < c->n_regime; r++)
        cell(&g, c->regimes[r].name);
    if (has_rest)
        cell(&g, "in none that the case names");
    for (size_t i = 0; i < p->cmp->n_profile; i++) {
        row_name(&g, p->cmp, i);
        for (size_t r = 0; r < c->n_regime; r++) {
            const dtn_regime_stat *of = &p->cmp->regimes[i * c->n_regime], *s = &of[r];
            dtn_prose *out = cell_begin(&g);
            dtn_prose_number(out, s->weeks_mean, 1);
            dtn_prose_raw(out, "; ");
            const size_t stride = sizeof *of / sizeof(double);
            dtn_prose_percent_with(out, s->p_ever, &of->p_end, stride, c->n_regime, r);
            dtn_prose_raw(out, "; ");
            dtn_prose_percent_of(out, &of->p_end, stride, c->n_regime, r);
            cell_end(&g);
        }
        if (has_rest) {
            dtn_prose *out = cell_begin(&g);
            dtn_prose_number(out, p->cmp->unnamed[i].weeks_mean, 1);
            dtn_prose_raw(out, "; -; ");
            dtn_prose_percent(out, p->cmp->unnamed[i].p_end);
            cell_end(&g);
        }
    }
    grid_print(p->out, &g, p->width);
}

static void print_turns_of(page *p, size_t h, const dtn_turn *turns, size_t n_turn)
{
    const dtn_hypothesis *hyp = &p->cmp->c->hypotheses[h];
    size_t n = 0;
    dtn_prose text;
    dtn_prose_init(&text, false);
    dtn_prose_say(&text, hyp->id);
    dtn_prose_say(&text, ": ");
    dtn_prose_say(&text, hyp->question);
    for (size_t i = 0; i < n_turn; i++)
        n += turns[i].hypothesis == h;
    if (n == 0 && dtn_n_judged_answers(p->cmp, h) < 2)
        dtn_prose_print(&text,
                        " Not judged: fewer than two of its answers were drawn by %d futures.",
                        DTN_LEAST_FUTURES);
    else if (n == 0)
        dtn_prose_say(&text, " No sign turns.");
    flush(p, &text, 4);
    for (size_t i = 0, shown = 0; i < n_turn && shown < MAX_TURNS; i++) {
        if (turns[i].hypothesis != h)
            continue;
        shown++;
        dtn_prose_raw(&text, "- ");
        dtn_say_turn(&text, p->cmp, &turns[i]);
        dtn_prose_raw(p->out, "  ");
        flush(p, &text, 4);
    }
    if (n > MAX_TURNS)
        dtn_prose_print(p->out, "  and %zu more in hypotheses.csv\n", n - MAX_TURNS);
}

static void print_hypotheses(page *p, const dtn_turn *turns, size_t n_turn)
{
    if (p->cmp->c->n_hypothesis == 0 || p->cmp->n_cell == 0 || p->cmp->n_profile < 2)
        return;
    heading(p, "BY HYPOTHESIS",
            "Where a mean difference in human cost from the reference turns its sign with the "
            "answer, by at least 2 % of the reference's mean on either side.",
            NULL);
    for (size_t h = 0; h < p->cmp->c->n_hypothesis; h++)
        print_turns_of(p, h, turns, n_turn);
}

static void print_top(page *p, const dtn_turn *turns, size_t n_turn)
{
    const dtn_comparison *cmp = p->cmp;
    dtn_prose text;
    dtn_prose_init(&text, false);
    if (p->color)
        dtn_prose_raw(p->out, "\033[1m");
    dtn_prose_raw(p->out, cmp->c->title);
    dtn_prose_raw(p->out, p->color ? "\033[0m\n" : "\n");
    dtn_prose_count(&text, cmp->n_run);
    dtn_prose_print(&text, " %s, seed %llu, view%s ", cmp->n_run == 1 ? "future" : "futures",
                    (unsigned long long)cmp->seed, cmp->n_view > 1 ? "s" : "");
    for (size_t v = 0; v < cmp->n_view; v++) {
        dtn_prose_say(&text, v > 0 ? ", " : "");
        dtn_prose_say(&text, cmp->views[v]->view);
    }
    if (cmp->n_view == 0)
        dtn_prose_say(&text, cmp->view);
    if (cmp->n_view > 1) {
        dtn_prose_say(&text, " (the tables: ");
        dtn_prose_say(&text, cmp->view);
        dtn_prose_say(&text, ")");
    }
    dtn_prose_say(&text, "; courses of action differ from ");
    dtn_prose_say(&text, cmp->c->decide_on);
    dtn_prose_say(&text, ", compared until ");
    dtn_prose_say(&text, cmp->c->until);
    dtn_say_usable(&text, cmp);
    dtn_prose_say(&text, ". ");
    dtn_say_reference(&text, cmp);
    flush(p, &text, 0);
    dtn_prose_raw(p->out, "\n");
    dtn_say_answer_lead(&text, cmp);
    flush(p, &text, 0);
    for (int part = 0; part < DTN_N_ANSWER_PART; part++)
        if (dtn_say_answer_part(&text, cmp, (dtn_answer_part)part, turns, n_turn)) {
            dtn_prose_raw(p->out, "- ");
            flush(p, &text, 2);
        }
    dtn_say_answer_note(&text, cmp);
    flush(p, &text, 0);
}

char *dtn_report_table(const dtn_comparison *comparison, int color, int width)
{
    dtn_turn *turns = NULL;
    size_t n_turn = 0;
    dtn_prose out;
    dtn_prose_init(&out, false);
    page p = {&out, comparison, width < MIN_WIDTH ? MIN_WIDTH : (size_t)width, color != 0};
    if (!dtn_find_turns(comparison, &turns, &n_turn))
        return NULL;
    print_top(&p, turns, n_turn);
    print_human_cost(&p);
    print_others(&p);
    print_regimes(&p);
    print_hypotheses(&p, turns, n_turn);
    dtn_free(turns);
    return dtn_prose_take(&out);
}
