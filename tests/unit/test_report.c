/* The report and the table, from a comparison made up here: two countries, nine profiles, two
 * hypotheses; signs, shares and turns are set so that each rule of words.c has something to say.
 * DTN_KEEP_REPORT=PATH keeps the page for a look in the browser; DTN_SHOW_TABLE=WIDTH prints the
 * table to stderr. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "report/json.h"
#include "report/prose.h"
#include "report/report.h"
#include "report/template.h"
#include "report/words.h"

#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- A comparison made up ------------------------------------------------------ */

enum { N_OUT = 7, N_PROF = 9, N_TIME = 71, I_DECIDE = 45, N_REGIME = 5, N_CELL = 5, N_COMBO = 6 };
enum { N_RUN = 2000, N_OBS = 48 };

typedef struct fake {
    dtn_case c;
    dtn_comparison cmp;
    dtn_actor actors[2];
    dtn_course courses[2][4];
    dtn_profile profiles[N_PROF];
    uint32_t course[N_PROF][2];
    char labels[N_PROF][64];
    dtn_outcome outcomes[N_OUT];
    dtn_hypothesis hypotheses[2];
    dtn_answer answers[2][3];
    dtn_setting sets[2][3][2];
    dtn_weight mixture[2];
    dtn_case_parameter parameters[4];
    dtn_regime regimes[N_REGIME];
    dtn_observed observed[1];
    double obs_t[N_OBS], obs_value[N_OBS];
    const char *obs_date[N_OBS];
    char obs_text[N_OBS][11];
    dtn_summary summary[N_PROF * N_OUT], series[N_PROF * N_OUT * N_TIME];
    dtn_paired paired[N_PROF * N_OUT], cell_paired[N_CELL * N_PROF * N_OUT];
    double time[N_TIME];
    dtn_regime_stat regime_stat[N_PROF * N_REGIME];
    double regime_share[N_PROF * N_REGIME * N_TIME];
    dtn_cell cells[N_CELL], combos[N_COMBO];
    dtn_robust robust[N_PROF * 2];
} fake;

static dtn_summary around(double median, double spread)
{
    return (dtn_summary){N_RUN,           0,      median * 1.04,   median / spread / spread,
                         median / spread, median, median * spread, median * spread * spread};
}

static dtn_paired difference(double mean, double half, double share)
{
    return (dtn_paired){.n = N_RUN,
                        .mean = mean,
                        .p05 = mean - 9 * half,
                        .p50 = mean * 0.9,
                        .p95 = mean + 8 * half,
                        .share_better = share,
                        .low = mean - half,
                        .high = mean + half,
                        .variance_paired = 1,
                        .variance_unpaired = 8};
}

static void make_courses(fake *f)
{
    static const char *const ids[2][4] = {{"restraint", "punitive", "security", "mediation"},
                                          {"inaction", "curbs", NULL, NULL}};
    static const char *const names[2][4] = {
        {"Restraint", "Punitive deterrence", "Internal security", "Mediation with monitoring"},
        {"Inaction", "Visible curbs", NULL, NULL}};
    for (int a = 0; a < 2; a++) {
        for (int i = 0; i < (a == 0 ? 4 : 2); i++)
            f->courses[a][i] =
                (dtn_course){.id = ids[a][i],
                             .name = names[a][i],
                             .summary = "What it does, said in one sentence for the fixture.",
                             .source = "002:1203-1410",
                             .rules = "strike intensity = 0\n  ~ Dmnl ~ a < b & c |"};
        f->actors[a] = (dtn_actor){.id = a == 0 ? "islamabad" : "kabul",
                                   .name = a == 0 ? "Government of Pakistan" : "Taliban government",
                                   .courses = f->courses[a],
                                   .n_course = a == 0 ? 4 : 2};
    }
    for (uint32_t p = 0; p < N_PROF; p++) {
        f->course[p][0] = p == 0 ? DTN_NONE : (p - 1) / 2;
        f->course[p][1] = p == 0 ? DTN_NONE : (p - 1) % 2;
        if (p == 0)
            strcpy(f->labels[p], "reference");
        else
            snprintf(f->labels[p], sizeof f->labels[p], "islamabad=%s;kabul=%s",
                     ids[0][f->course[p][0]], ids[1][f->course[p][1]]);
        f->profiles[p] = (dtn_profile){f->labels[p], f->course[p]};
    }
}

static const double BASE[N_OUT] = {620, 840, 95, 52000, 310, 400, 0.42};

static void make_outcomes(fake *f)
{
    static const char *const text[N_OUT][4] = {
        {"deaths_pakistan_civilians", "Civilians killed in Pakistan", "Persons", "human_cost"},
        {"deaths_pakistan_security", "Security forces killed in Pakistan", "Persons", "human_cost"},
        {"deaths_afghanistan_civilians", "Civilians killed in Afghanistan", "Persons",
         "human_cost"},
        {"displaced", "People displaced on both sides", "Persons", "human_cost"},
        {"militants_killed", "Militants killed", "Persons", "other"},
        {"attacks", "Attacks inside Pakistan", "Attacks", "security"},
        {"trust", "Trust between the two governments", "Dmnl", "relations"},
    };
    for (int o = 0; o < N_OUT; o++)
        f->outcomes[o] = (dtn_outcome){.id = text[o][0],
                                       .name = text[o][1],
                                       .unit = text[o][2],
                                       .group = text[o][3],
                                       .measure = o == 6 ? DTN_AT_END : DTN_SINCE_DECISION,
                                       .is_increment = o != 6,
                                       .direction = o == 4   ? 0
                                                    : o == 6 ? 1
                                                             : -1};
}

static void make_hypotheses(fake *f)
{
    static const char *const ids[2][3] = {{"compel", "harden", NULL},
                                          {"degrade", "regroup", "both"}};
    static const char *const names[2][3] = {
        {"Raise the cost and compel it", "Strengthen hardliners and retaliation", NULL},
        {"Degrade networks", "Pass, they regroup", "Both"}};
    static const char *const labels[N_CELL] = {"H1=compel", "H1=harden", "H10=degrade",
                                               "H10=regroup", "H10=both"};
    for (int h = 0; h < 2; h++) {
        for (int a = 0; a < 2 + h; a++) {
            f->sets[h][a][0] = (dtn_setting){.name = "weight of cost on restraint", .value = 1 - a};
            f->answers[h][a] = (dtn_answer){.id = ids[h][a],
                                            .name = names[h][a],
                                            .source = "000:1200-1300",
                                            .prior = 1.0 / (2 + h),
                                            .sets = f->sets[h][a],
                                            .n_set = 1};
        }
        f->hypotheses[h] =
            (dtn_hypothesis){.id = h == 0 ? "H1" : "H10",
                             .question = h == 0 ? "What do strikes do to Kabul's restraint?"
                                                : "What do strikes do to the militants?",
                             .answers = f->answers[h],
                             .n_answer = (size_t)(2 + h)};
    }
    f->mixture[0] = (dtn_weight){.answer = "degrade", .weight = 0.5};
    f->mixture[1] = (dtn_weight){.answer = "regroup", .weight = 0.5};
    f->answers[1][2].mixture = f->mixture;
    f->answers[1][2].n_mixture = 2;
    for (int i = 0; i < N_CELL; i++)
        f->cells[i] = (dtn_cell){labels[i], i < 2 ? 1000 : 667, i < 2 ? 0.5 : 1.0 / 3};
}

static void make_parameters(fake *f)
{
    static const char *const status[4] = {"measured", "assumption", "claimed", "assumption"};
    static const char *const names[4] = {"reporting share", "attack yield", "strike deaths",
                                         "patience half life"};
    for (int i = 0; i < 4; i++)
        f->parameters[i] = (dtn_case_parameter){.name = names[i],
                                                .unit = "Attacks/(Person*Week)",
                                                .status = status[i],
                                                .source = i == 0 ? "UCDP GED 25.1" : "assumption",
                                                .known_on = "2024-12-31",
                                                .dist = {DTN_DIST_TRIANGULAR, {0.1, 0.2, 0.4, 0}},
                                                .low = 0.05,
                                                .high = 0.8};
}

/* How much of the reference's figure a profile changes, by outcome: mediation with curbs lowers
 * all, punitive with inaction raises all, others are mixed, restraint with inaction is unclear. */
static double effect(size_t p, size_t o)
{
    static const double of[N_PROF][3] = {{0, 0, 0},        {0, 0, 0},       {-.06, -.05, -.1},
                                         {.12, .2, .9},    {-.05, .08, .6}, {-.1, -.12, .002},
                                         {-.15, -.2, -.1}, {-.2, -.1, -.3}, {-.35, -.3, -.5}};
    return of[p][o % 3] * (o == 6 ? -1 : 1);
}

static void make_figures(fake *f)
{
    for (size_t p = 0; p < N_PROF; p++)
        for (size_t o = 0; o < N_OUT; o++) {
            double e = effect(p, o), half = BASE[o] * 0.012;
            double share = o == 4 ? NAN : 0.5 - 0.8 * e * (o == 6 ? -1 : 1);
            share = share < 0.004 ? 0.004 : share > 0.996 ? 0.996 : share;
            f->summary[p * N_OUT + o] = around(BASE[o] * (1 + e), 1.4);
            if (p > 0)
                f->paired[p * N_OUT + o] = difference(BASE[o] * e, half, share);
            for (size_t cell = 0; cell < N_CELL; cell++) {
                /* H1 turns the two punitive profiles; H10 turns nothing */
                double k = cell == 0 && (p == 3 || p == 4) ? -0.8 : cell < 2 ? 1.6 : 1;
                f->cell_paired[(cell * N_PROF + p) * N_OUT + o] =
                    difference(BASE[o] * e * k, half * 1.5, share);
            }
        }
}

static void make_series(fake *f)
{
    for (size_t p = 0; p < N_PROF; p++)
        for (size_t o = 0; o < N_OUT; o++)
            for (size_t t = 0; t < N_TIME; t++) {
                double wave = 1 + 0.25 * ((double)((t * 37 + o * 11) % 17) / 17 - 0.5);
                double e = t > I_DECIDE ? effect(p, o) * (double)(t - I_DECIDE) / 13 : 0;
                double level = (o == 6 ? BASE[o] : BASE[o] / 26) * wave * (1 + e);
                dtn_summary s =
                    around(level, 1.1 + 0.01 * (double)(t > I_DECIDE ? t - I_DECIDE : 0));
                f->series[(p * N_OUT + o) * N_TIME + t] = s;
            }
    for (size_t t = 0; t < N_TIME; t++)
        f->time[t] = 4 * (double)(t + 1);
    for (int i = 0; i < N_OBS; i++) {
        int month = 8 + i;
        snprintf(f->obs_text[i], 11, "%04d-%02d-28", 2021 + (month - 1) / 12, (month - 1) % 12 + 1);
        f->obs_date[i] = f->obs_text[i];
        f->obs_value[i] = 22 + 9 * ((i * 29) % 13) / 13.0;
    }
    f->observed[0] = (dtn_observed){.id = "ucdp",
                                    .name = "Recorded deaths of civilians, Pakistan",
                                    .unit = "Persons/Month",
                                    .source = "UCDP GED 25.1",
                                    .outcome = "deaths_pakistan_civilians",
                                    .i_outcome = 0,
                                    .n = N_OBS,
                                    .t = f->obs_t,
                                    .value = f->obs_value,
                                    .raw = f->obs_value,
                                    .date = f->obs_date};
}

static void make_regimes(fake *f)
{
    static const char *const names[N_REGIME] = {"Calm", "Sporadic violence", "Cycle of retaliation",
                                                "Open war", "Settlement"};
    static const double start[N_REGIME] = {0.2, 0.5, 0.3, 0, 0};
    for (size_t r = 0; r < N_REGIME; r++)
        f->regimes[r] = (dtn_regime){.code = (double)r, .id = names[r], .name = names[r]};
    for (size_t p = 0; p < N_PROF; p++)
        for (size_t t = 0; t < N_TIME; t++) {
            double s = t > I_DECIDE ? (double)(t - I_DECIDE) / (N_TIME - I_DECIDE) : 0;
            double war = s * (0.1 - 0.25 * effect(p, 0) * -1), peace = s * (0.15 - effect(p, 0));
            war = war < 0 ? 0 : war;
            peace = peace < 0 ? 0 : peace;
            double left = 1 - war - peace;
            for (size_t r = 0; r < N_REGIME; r++) {
                double v = r == 3 ? war : r == 4 ? peace : start[r] * left;
                f->regime_share[(p * N_REGIME + r) * N_TIME + t] = v;
                if (t == N_TIME - 1)
                    f->regime_stat[p * N_REGIME + r] =
                        (dtn_regime_stat){104 * v, fmin(1, v * 1.4), v};
            }
        }
    for (size_t p = 0; p < N_PROF; p++) {
        f->robust[p * 2] =
            (dtn_robust){"maximin(deaths_pakistan_civilians)", 900 * (1 + effect(p, 0)),
                         880 * (1 + effect(p, 0)), 920 * (1 + effect(p, 0))};
        f->robust[p * 2 + 1] = (dtn_robust){"mean_regret(deaths_afghanistan_civilians)",
                                            50 + 80 * effect(p, 2), NAN, NAN};
    }
}

static fake *fake_new(void)
{
    fake *f = calloc(1, sizeof *f);
    assert_non_null(f);
    make_courses(f);
    make_outcomes(f);
    make_hypotheses(f);
    make_parameters(f);
    make_figures(f);
    make_series(f);
    make_regimes(f);
    f->c =
        (dtn_case){.id = "border",
                   .title = "Two governments and a border",
                   .summary = "A made-up case with the shape of a real one. It leaves out trade, "
                              "and whoever is not named in it.",
                   .time_unit = "week",
                   .days_per_unit = 7,
                   .start = "2021-08-16",
                   .decide_on = "2025-01-27",
                   .until = "2027-01-25",
                   .t_decide = 180,
                   .t_until = 284,
                   .save_every = 4,
                   .actors = f->actors,
                   .n_actor = 2,
                   .profiles = f->profiles + 1,
                   .n_profile = N_PROF - 1,
                   .reference = f->profiles[0],
                   .parameters = f->parameters,
                   .n_parameter = 4,
                   .hypotheses = f->hypotheses,
                   .n_hypothesis = 2,
                   .outcomes = f->outcomes,
                   .n_outcome = N_OUT,
                   .regimes = f->regimes,
                   .n_regime = N_REGIME,
                   .observed = f->observed,
                   .n_observed = 1,
                   .hash = "0123456789abcdef0123456789abcdef",
                   .model_hash = "fedcba9876543210fedcba9876543210"};
    f->cmp =
        (dtn_comparison){.c = &f->c,
                         .view = "prior",
                         .seed = 1,
                         .n_run = N_RUN,
                         .n_profile = N_PROF,
                         .profiles = f->profiles,
                         .n_outcome = N_OUT,
                         .summary = f->summary,
                         .paired = f->paired,
                         .n_time = N_TIME,
                         .time = f->time,
                         .i_decide = I_DECIDE,
                         .series = f->series,
                         .regimes = f->regime_stat,
                         .regime_share = f->regime_share,
                         .n_cell = N_CELL,
                         .cells = f->cells,
                         .cell_paired = f->cell_paired,
                         .n_combo = N_COMBO,
                         .combos = f->combos,
                         .n_robust = 2,
                         .robust = f->robust,
                         .canonical_command = "detente compare models/border --runs 2000 --seed 1"};
    return f;
}

/* ---- Text and numbers ------------------------------------------------------------- */

static void expect_number(bool html, double value, int decimals, const char *text)
{
    dtn_prose out;
    dtn_prose_init(&out, html);
    dtn_prose_number(&out, value, decimals);
    assert_string_equal(out.text, text);
    dtn_prose_free(&out);
}

static void test_numbers(void **state)
{
    (void)state;
    expect_number(false, 0, 0, "0");
    expect_number(false, 999.5, 0, "1,000");
    expect_number(false, -1234567.25, 1, "-1,234,567.3");
    expect_number(true, -2, 0, "\u22122");
    expect_number(false, -0.004, 2, "0.00");
    expect_number(false, NAN, 1, "-");
    expect_number(true, INFINITY, 1, "\u2013");
    expect_number(false, 1e300, 0, "1e300");
}

static void shows_value(bool html, bool is_change, double value, double noise, const char *text)
{
    dtn_prose out;
    dtn_prose_init(&out, html);
    if (is_change)
        dtn_prose_change(&out, value, noise);
    else
        dtn_prose_value(&out, value, noise);
    assert_string_equal(out.text, text);
    dtn_prose_free(&out);
}

/* Three digits that count, from 1e-300 to 1e300; the page's script is held to the same table. */
static void test_values(void **state)
{
    (void)state;
    const char *root = getenv("MESON_SOURCE_ROOT");
    char path[512], line[256];
    size_t n = 0;
    snprintf(path, sizeof path, "%s/tests/web/numbers.tsv", root ? root : ".");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        char *rest = line, *cells[5];
        if (*line == '#')
            continue;
        for (size_t i = 0; i < 5; i++)
            assert_non_null(cells[i] = strsep(&rest, "\t\n"));
        const double value = strtod(cells[0], NULL), noise = strtod(cells[1], NULL);
        shows_value(false, false, value, noise, cells[2]);
        shows_value(true, false, value, noise, cells[3]);
        shows_value(true, true, value, noise, cells[4]);
        n++;
    }
    fclose(file);
    assert_true(n > 30);
    setlocale(LC_ALL, "de_DE.UTF-8");
    shows_value(false, false, 1.25e-9, 0, "1.25e-9");
    setlocale(LC_ALL, "C");
}

static void expect_percent(double share, const char *text)
{
    dtn_prose out;
    dtn_prose_init(&out, false);
    dtn_prose_percent(&out, share);
    assert_string_equal(out.text, text);
    dtn_prose_free(&out);
}

static void test_percent(void **state)
{
    (void)state;
    expect_percent(0, "0 %");
    expect_percent(1, "100 %");
    expect_percent(0.002, "< 1 %");
    expect_percent(0.998, "> 99 %");
    expect_percent(0.725, "73 %");
    expect_percent(NAN, "-");
}

/* What is shown of shares that add up to 1 adds up to 100, whatever the roundings; others stand for themselves. */
static void test_shares_add_up(void **state)
{
    (void)state;
    static const struct {
        double shares[4];
        size_t n;
        const char *text;
    } rows[] = {
        {{0.335, 0.665}, 2, "34 % 66 %"},
        {{0.29, 0.71}, 2, "29 % 71 %"},
        {{1.0 / 3, 1.0 / 3, 1.0 / 3}, 3, "34 % 33 % 33 %"},
        {{0.125, 0.125, 0.125, 0.625}, 4, "13 % 13 % 12 % 62 %"},
        {{1, 0}, 2, "100 % 0 %"},
        {{0.004, 0.996}, 2, "< 1 % > 99 %"},
        {{0.335, 0.335}, 2, "34 % 34 %"},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        dtn_prose out;
        dtn_prose_init(&out, false);
        for (size_t i = 0; i < rows[r].n; i++) {
            dtn_prose_say(&out, i > 0 ? " " : "");
            dtn_prose_percent_of(&out, rows[r].shares, 1, rows[r].n, i);
        }
        assert_string_equal(out.text, rows[r].text);
        dtn_prose_free(&out);
    }
}

/* Ever in a state and in it at the end: one share, one figure, and never less. */
static void test_percent_with(void **state)
{
    (void)state;
    static const struct {
        double ever, ends[2];
        const char *text;
    } rows[] = {
        {0.545, {0.545, 0.455}, "55 %"},   {0.455, {0.455, 0.545}, "45 %"},
        {0.46, {0.455, 0.545}, "46 %"},    {0.5451, {0.549, 0.451}, "55 %"},
        {0.334, {0.3339, 0.6661}, "33 %"}, {0.3352, {0.3351, 0.6649}, "34 %"},
        {0.5, {0.335, 0.665}, "50 %"},     {0.004, {0.004, 0.996}, "< 1 %"},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        dtn_prose out;
        dtn_prose_init(&out, false);
        dtn_prose_percent_with(&out, rows[r].ever, rows[r].ends, 1, 2, 0);
        assert_string_equal(out.text, rows[r].text);
        dtn_prose_free(&out);
    }
}

static void test_escapes(void **state)
{
    (void)state;
    dtn_prose out;
    dtn_prose_init(&out, true);
    dtn_prose_say(&out, "<b a=\"1\">&'");
    assert_string_equal(out.text, "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
    dtn_prose_free(&out);
    dtn_prose_json_string(&out, "</script>\"\\\n\x01\u00e9");
    assert_string_equal(out.text, "\"\\u003c/script\\u003e\\\"\\\\\\u000a\\u0001\u00e9\"");
    dtn_prose_free(&out);
    dtn_prose_json_number(&out, NAN);
    assert_string_equal(out.text, "null");
    dtn_prose_free(&out);
}

/* ---- Words -------------------------------------------------------------------------- */

/* Lead, parts and note, each on a line. */
static char *answer_of(const dtn_comparison *cmp)
{
    dtn_turn *turns = NULL;
    size_t n = 0;
    dtn_prose out;
    dtn_prose_init(&out, false);
    assert_true(dtn_find_turns(cmp, &turns, &n));
    dtn_say_answer_lead(&out, cmp);
    for (int part = 0; part < DTN_N_ANSWER_PART; part++) {
        dtn_prose_raw(&out, "\n");
        (void)dtn_say_answer_part(&out, cmp, (dtn_answer_part)part, turns, n);
    }
    dtn_prose_raw(&out, "\n");
    dtn_say_answer_note(&out, cmp);
    dtn_free(turns);
    return dtn_prose_take(&out);
}

static void expect_in(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void test_verdict(void **state)
{
    (void)state;
    dtn_outcome outcomes[] = {{.direction = -1}, {.direction = 1}, {.direction = 0}};
    enum { LOWER, HIGHER, NONE };
    dtn_case c = {.outcomes = outcomes, .n_outcome = 3};
    dtn_summary reference[] = {{.mean = 100}, {.mean = -100}, {.mean = 0}};
    dtn_comparison cmp = {.c = &c, .n_outcome = 3, .n_profile = 1, .summary = reference};
    const dtn_paired less = {.n = 30, .mean = -2, .low = -3, .high = -1};
    const dtn_paired over = {.n = 30, .mean = 3, .low = -1, .high = 7};
    const dtn_paired touches = {.n = 30, .mean = 3, .low = 0, .high = 6};
    const dtn_paired unknown = {.n = 30, .mean = -2, .low = NAN, .high = NAN};
    const dtn_paired small = {.n = 30, .mean = -1.99, .low = -2, .high = -1.98};
    assert_int_equal(dtn_verdict(&cmp, &less, LOWER), 1);
    assert_int_equal(dtn_verdict(&cmp, &less, HIGHER), -1);
    const dtn_paired few = {.n = 29, .mean = -2, .low = -3, .high = -1};
    assert_int_equal(dtn_verdict(&cmp, &few, LOWER), 0);
    assert_int_equal(dtn_verdict(&cmp, &less, NONE), 0);
    assert_int_equal(dtn_verdict(&cmp, &over, LOWER), 0);
    assert_int_equal(dtn_verdict(&cmp, &touches, LOWER), 0);
    assert_int_equal(dtn_verdict(&cmp, &unknown, LOWER), 0);
    assert_int_equal(dtn_verdict(&cmp, &small, LOWER), 0);
    assert_int_equal(dtn_verdict(&cmp, &small, HIGHER), 0);
    reference[LOWER].mean = 0; /* nothing under the reference: no change is small beside it */
    assert_int_equal(dtn_verdict(&cmp, &small, LOWER), 1);
}

static void test_cells_are_found_by_whole_names(void **state)
{
    (void)state;
    fake *f = fake_new();
    assert_int_equal(dtn_cell_of(&f->cmp, 0, 1), 1);
    assert_int_equal(dtn_cell_of(&f->cmp, 1, 0), 2); /* H10, not H1 */
    f->cells[2].label = "H10=degraded";
    assert_true(dtn_cell_of(&f->cmp, 1, 0) == SIZE_MAX);
    free(f);
}

static void test_turns(void **state)
{
    (void)state;
    fake *f = fake_new();
    dtn_turn *turns = NULL;
    size_t n = 0;
    assert_true(dtn_find_turns(&f->cmp, &turns, &n));
    assert_int_equal(n, 8); /* two punitive profiles, four human costs, H1 alone */
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(turns[i].hypothesis, 0);
        assert_true(turns[i].profile == 3 || turns[i].profile == 4);
        assert_true(turns[i].outcome < 4); /* never the outcome without direction */
        assert_true(i == 0 || turns[i - 1].strength >= turns[i].strength);
    }
    assert_int_equal(turns[0].outcome, 2);
    assert_int_equal(turns[0].better, 0);
    assert_int_equal(turns[0].worse, 1);
    dtn_free(turns);
    free(f);
}

static void test_answer_of_one_view(void **state)
{
    (void)state;
    fake *f = fake_new();
    char *text = answer_of(&f->cmp);
    expect_in(text,
              "Under the reference, from 2025-01-27 to 2027-01-25, on average (and in 90 % of "
              "2,000 futures): Civilians killed in Pakistan");
    expect_in(text, "All of it is better with \"Restraint / Visible curbs\", \"");
    expect_in(text, "Holds up: no human cost is worse with \"");
    expect_in(text, " (better on 4 of 4), \"");
    expect_in(text, " and 2 more in the tables.");
    expect_in(text, "Worse on some cost: \"Punitive deterrence / Inaction\" (Civilians killed in "
                    "Pakistan +");
    assert_null(strstr(text, "Breaks"));
    assert_null(strstr(text, "views"));
    assert_null(strstr(text, "Militants"));
    expect_in(text, "Decides: the answer to H1 turns the sign of 8 of the 32 differences");
    expect_in(text, "What do strikes do to Kabul's restraint?");
    dtn_free(text);
    free(f);
}

/* One future has no interval: nothing is better or worse by it, and nothing holds up. */
static void test_answer_of_one_future(void **state)
{
    (void)state;
    fake *f = fake_new();
    f->cmp.n_run = 1;
    char *text = answer_of(&f->cmp);
    expect_in(text, ", in the one future that was run: Civilians killed in Pakistan");
    expect_in(text, "One future cannot tell what is better");
    assert_null(strstr(text, "90 %"));
    assert_null(strstr(text, "Holds up"));
    assert_null(strstr(text, "Decides"));
    dtn_free(text);
    f->cmp.n_run =
        DTN_LEAST_FUTURES - 1; /* nor by a few, whose interval may leave zero out by chance */
    text = answer_of(&f->cmp);
    expect_in(text, " futures cannot tell what is better: ask for at least 30 runs.");
    assert_null(strstr(text, "Holds up"));
    assert_null(strstr(text, "Decides"));
    dtn_free(text);
    free(f);
}

/* Answers that few futures drew turn no sign, and are counted; of those alone nothing is said. */
static void test_answers_of_few_futures(void **state)
{
    (void)state;
    fake *f = fake_new();
    const size_t n1 = f->c.hypotheses[0].n_answer;
    for (size_t i = 0; i < n1 * N_PROF * N_OUT; i++)
        f->cmp.cell_paired[i].n = DTN_LEAST_FUTURES - 1;
    for (size_t i = 0; i < n1; i++)
        f->cells[i].n = DTN_LEAST_FUTURES - 1;
    char *some = answer_of(&f->cmp);
    expect_in(some,
              "no answer to a hypothesis alone turns the sign of a difference in human cost (");
    expect_in(some, "answers were drawn by fewer than 30 futures and not judged).");
    dtn_free(some);
    char *table = dtn_report_table(&f->cmp, 0, 200);
    expect_in(table, "Not judged: fewer than two of its answers were drawn by 30 futures.");
    expect_in(table, "No sign turns.");
    dtn_free(table);
    for (size_t i = 0; i < f->cmp.n_cell * N_PROF * N_OUT; i++)
        f->cmp.cell_paired[i].n = DTN_LEAST_FUTURES - 1;
    for (size_t i = 0; i < f->cmp.n_cell; i++)
        f->cells[i].n = DTN_LEAST_FUTURES - 1;
    char *text = answer_of(&f->cmp);
    assert_null(strstr(text, "turns the sign"));
    expect_in(text, "nothing can be said of the answers to hypotheses: it takes two of the same "
                    "one, each drawn by 30 futures or more");
    dtn_free(text);
    free(f);
}

/* What the futures do not tell does not hold up: an interval that allows a worsening worth naming. */
static void test_answer_needs_evidence_to_hold(void **state)
{
    (void)state;
    fake *f = fake_new();
    const double one = f->summary[0].mean / 100;
    for (size_t p = 1; p < N_PROF; p++)
        for (size_t o = 0; o < N_OUT; o++)
            f->paired[p * N_OUT + o] = difference(0, 0, 0.5);
    f->paired[1 * N_OUT] = difference(-one, 10 * one, 0.5);  /* anything may be true */
    f->paired[2 * N_OUT] = difference(-one, 2.9 * one, 0.5); /* at most 1.9 % worse */
    f->paired[3 * N_OUT] = difference(one, 1.5 * one, 0.5);  /* 2.5 %: one cannot tell */
    f->paired[4 * N_OUT] = difference(50 * one, one, 0.1);
    assert_false(dtn_is_not_worse(&f->cmp, &f->paired[1 * N_OUT], 0));
    assert_true(dtn_is_not_worse(&f->cmp, &f->paired[2 * N_OUT], 0));
    assert_false(dtn_is_not_worse(&f->cmp, &f->paired[3 * N_OUT], 0));
    f->paired[2 * N_OUT].n = DTN_LEAST_FUTURES - 1;
    assert_false(dtn_is_not_worse(&f->cmp, &f->paired[2 * N_OUT], 0));
    f->paired[2 * N_OUT].n = N_RUN;
    char *text = answer_of(&f->cmp);
    expect_in(text, "Holds up: no human cost is worse with \"Restraint / Visible curbs\"");
    expect_in(text, "Not told apart from the reference by these futures, run more: \"");
    expect_in(text, "(Civilians killed in Pakistan may be worse; better on none); \"Punitive "
                    "deterrence / Inaction\" (Civ");
    expect_in(text, "Worse on some cost: \"Punitive deterrence / Visible curbs\"");
    dtn_free(text);
    for (size_t p = 1; p < N_PROF; p++)
        f->paired[p * N_OUT] = difference(-one, 10 * one, 0.5);
    text = answer_of(&f->cmp);
    expect_in(text, "Nothing holds up: of no course of action do these futures tell");
    dtn_free(text);
    f->paired[4 * N_OUT] = difference(50 * one, one, 0.1);
    text = answer_of(&f->cmp);
    expect_in(text, "Nothing holds up: every course of action makes some human cost worse, or "
                    "these futures do not tell.");
    dtn_free(text);
    free(f);
}

/* Of several views the tables show one, and say which. */
static void test_table_names_its_view(void **state)
{
    (void)state;
    fake *f = fake_new();
    dtn_comparison a1 = f->cmp;
    dtn_comparison *views[2] = {&f->cmp, &a1};
    char *alone = dtn_report_table(&f->cmp, 0, 200);
    expect_in(alone, ", view prior; courses");
    assert_null(strstr(alone, "VIEW"));
    dtn_free(alone);
    a1.view = "a1";
    f->cmp.views = views;
    f->cmp.n_view = 2;
    char *text = dtn_report_table(&f->cmp, 0, 200);
    expect_in(text, ", views prior, a1 (the tables: prior); courses");
    expect_in(text, "\nHUMAN COST, VIEW prior\n");
    expect_in(text, "\nREGIMES, VIEW prior\n");
    expect_in(text, "\nBY HYPOTHESIS, VIEW prior\n");
    dtn_free(text);
    free(f);
}

/* Clear of zero, and yet too small to be named. */
static void test_answer_leaves_small_changes_out(void **state)
{
    (void)state;
    fake *f = fake_new();
    for (size_t o = 0; o < 4; o++) {
        const double one = 0.01 * f->summary[o].mean;
        f->paired[3 * N_OUT + o] = difference(one, one / 10, 0.3);
    }
    char *text = answer_of(&f->cmp);
    assert_null(strstr(text, "Punitive deterrence / Inaction\" (Civ"));
    expect_in(text, "\"Punitive deterrence / Visible curbs\" (Security forces killed");
    expect_in(text, "at least 2 % of the reference's");
    dtn_free(text);
    free(f);
}

/* Under view a1 mediation with curbs makes one cost worse; the prior does not count beside views. */
static void test_answer_over_views(void **state)
{
    (void)state;
    fake *f = fake_new();
    static dtn_paired other[N_PROF * N_OUT], bad[N_PROF * N_OUT];
    dtn_comparison a1 = f->cmp, b2 = f->cmp;
    dtn_comparison *views[3] = {&f->cmp, &a1, &b2};
    const dtn_view position = {.id = "a1", .name = "a1: an op-ed"};
    memcpy(other, f->paired, sizeof other);
    memcpy(bad, f->paired, sizeof bad);
    other[8 * N_OUT] = difference(0.2 * f->summary[0].mean, 1, 0.2);
    bad[2 * N_OUT] = difference(0.5 * f->summary[0].mean, 1, 0.2);
    a1.view = "a1";
    a1.position = &position;
    a1.paired = other;
    b2.view = "H1=compel";
    f->cmp.paired = bad;
    f->cmp.views = views;
    f->cmp.n_view = 3;
    char *text = answer_of(&f->cmp);
    expect_in(text, "Holds up: no human cost is worse under any of the 2 views with \"Restraint / "
                    "Visible curbs\" (better on 4 of 4)");
    expect_in(text,
              "Breaks under some views: \"Mediation with monitoring / Visible curbs\" (better "
              "on 3 to 4 of 4) under a1: Civilians killed in Pakistan +20 %.");
    expect_in(text, "Worse on some cost under every view: \"Punitive deterrence / Inaction\"");
    expect_in(text, "): a1: an op-ed; H1=compel.");
    dtn_free(text);
    free(f);
}

static void test_outcome_gives_mean_and_median(void **state)
{
    (void)state;
    fake *f = fake_new();
    f->summary[0].mean = 700;
    f->summary[0].p50 = 500;
    dtn_prose out;
    dtn_prose_init(&out, false);
    dtn_say_outcome(&out, &f->cmp, 0);
    expect_in(out.text, "under the reference 700 on average (median 500, 90 % of futures: ");
    dtn_prose_free(&out);
    free(f);
}

static void test_answer_without_matter(void **state)
{
    (void)state;
    fake *f = fake_new();
    f->cmp.n_profile = 1;
    char *text = answer_of(&f->cmp);
    expect_in(text, "Only the reference was run");
    dtn_free(text);
    f->cmp.n_profile = N_PROF;
    for (int o = 0; o < N_OUT; o++)
        f->outcomes[o].group = "other";
    text = answer_of(&f->cmp);
    expect_in(text, "names no human cost to judge by");
    dtn_free(text);
    free(f);
}

static void test_answer_says_when_nothing_turns(void **state)
{
    (void)state;
    fake *f = fake_new();
    f->c.n_hypothesis = 0;
    char *text = answer_of(&f->cmp);
    expect_in(text, "no answer to a hypothesis alone turns the sign");
    dtn_free(text);
    free(f);
}

/* ---- The table ------------------------------------------------------------------------ */

static size_t widest_line(const char *text)
{
    size_t widest = 0, w = 0;
    for (; *text != '\0'; text++) {
        w = *text == '\n' ? 0 : w + (((unsigned char)*text & 0xC0) != 0x80);
        widest = w > widest ? w : widest;
    }
    return widest;
}

static void test_table_fits_its_width(void **state)
{
    (void)state;
    fake *f = fake_new();
    const int widths[] = {72, 80, 100, 200};
    for (int i = 0; i < 4; i++) {
        char *text = dtn_report_table(&f->cmp, 0, widths[i]);
        assert_non_null(text);
        assert_true(widest_line(text) <= (size_t)widths[i]);
        assert_null(strchr(text, '\033'));
        assert_null(strstr(text, " \n"));
        dtn_free(text);
    }
    char *narrow = dtn_report_table(&f->cmp, 0, 10), *least = dtn_report_table(&f->cmp, 0, 72);
    assert_string_equal(narrow, least);
    dtn_free(narrow);
    dtn_free(least);
    const char *show = getenv("DTN_SHOW_TABLE");
    if (show != NULL) {
        char *text = dtn_report_table(&f->cmp, 0, atoi(show));
        fputs(text, stderr);
        dtn_free(text);
    }
    free(f);
}

static void test_table_says_human_cost_first(void **state)
{
    (void)state;
    fake *f = fake_new();
    char *text = dtn_report_table(&f->cmp, 0, 200);
    const char *human = strstr(text, "HUMAN COST\n"), *other = strstr(text, "OTHER OUTCOMES\n");
    assert_non_null(human);
    assert_true(human < other);
    expect_in(text, "BY HYPOTHESIS");
    expect_in(text, "H10: What do strikes do to the militants? No sign turns.");
    expect_in(text, "and 5 more in hypotheses.csv");
    expect_in(text, "403 [206, 790]"); /* 620 * 0.65 and its spread */
    expect_in(text, "-217 [-224, -210] 78 %");
    expect_in(text, " -200 90 %");
    assert_null(strstr(text, "Militants")); /* no direction: not in the short grid */
    char *color = dtn_report_table(&f->cmp, 1, 200);
    assert_non_null(strchr(color, '\033'));
    dtn_free(color);
    dtn_free(text);
    free(f);
}

/* ---- The page --------------------------------------------------------------------------- */

static char *read_all(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *n = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*n + 1);
    assert_int_equal(fread(text, 1, *n, file), *n);
    text[*n] = '\0';
    fclose(file);
    return text;
}

static char *write_report(const fake *f, const char *path, size_t *n)
{
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(dtn_report_write(&f->cmp, NULL, NULL, path, &diags), DTN_OK);
    assert_int_equal(diags.n_error, 0);
    dtn_diags_free(&diags);
    return read_all(path, n);
}

static void temporary(char path[64])
{
    strcpy(path, "/tmp/dtn-report-XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
}

static void test_page_is_whole(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "id=\"answer\"",  "id=\"human-cost\"", "id=\"time\"",       "id=\"differences\"",
        "id=\"regimes\"", "id=\"hypotheses\"", "id=\"robustness\"", "id=\"assumptions\"",
        "id=\"limits\"",  "id=\"provenance\""};
    fake *f = fake_new();
    char path[64];
    size_t n, again_n;
    temporary(path);
    char *page = write_report(f, path, &n), *again = write_report(f, path, &again_n);
    assert_int_equal(n, again_n);
    assert_memory_equal(page, again, n);
    const char *at = page;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        expect_in(at, parts[i]); /* in this order */
        at = strstr(at, parts[i]);
    }
    assert_null(strstr(page, "<!--DTN_"));
    expect_in(page, "Content-Security-Policy");
    expect_in(page, "<title>Two governments and a border</title>");
    expect_in(page, "detente compare models/border --runs 2000 --seed 1");
    expect_in(page, "~ a &lt; b &amp; c |");
    char *link = strstr(page, "://"); /* names of XML namespaces are not fetched */
    for (; link != NULL; link = strstr(link + 1, "://"))
        assert_memory_equal(link, "://www.w3.org/", 14);
    assert_null(strstr(page, "src=\""));
    assert_true(strstr(page, "attack yield") < strstr(page, "reporting share")); /* assumed first */
    expect_in(page, "Worst case (maximin)");
    expect_in(page, "Mean regret");
    expect_in(page, "2 of the 4 parameters rest on an assumption alone");
    unlink(path);
    const char *keep = getenv("DTN_KEEP_REPORT");
    if (keep != NULL)
        free(write_report(f, keep, &n));
    free(page);
    free(again);
    free(f);
}

static void test_hostile_names_stay_text(void **state)
{
    (void)state;
    fake *f = fake_new();
    char path[64];
    size_t n, scripts = 0;
    f->outcomes[0].name = "</script><script>alert(1)</script>";
    f->c.title = "<!--DTN_DATA--></title><script>alert(2)</script>";
    f->c.summary = "<!--DTN_CONTENT--><img onerror=x>";
    temporary(path);
    char *page = write_report(f, path, &n);
    for (const char *at = page; (at = strstr(at, "<script")) != NULL; at++)
        scripts++;
    assert_true(scripts <= 2); /* the data and the program */
    assert_null(strstr(page, "alert(1)</script>"));
    assert_null(strstr(page, "<img"));
    unlink(path);
    free(page);
    free(f);
}

static void test_json_reads_back(void **state)
{
    (void)state;
    fake *f = fake_new();
    dtn_prose out;
    json_error_t error;
    f->summary[0].p50 = NAN;
    f->series[I_DECIDE].p50 = NAN;
    f->outcomes[1].name = "quote \" and </script>";
    dtn_prose_init(&out, true);
    dtn_report_json(&out, &f->cmp);
    json_t *json = json_loads(out.text, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL)
        fail_msg("%s at %d", error.text, error.position);
    assert_int_equal(json_array_size(json_object_get(json, "dates")), N_TIME);
    assert_string_equal(json_string_value(json_array_get(json_object_get(json, "dates"), 0)),
                        "2021-09-13");
    json_t *future = json_array_get(json_array_get(json_object_get(json, "future"), 0), 0);
    assert_int_equal(json_array_size(json_object_get(future, "p50")), N_TIME - I_DECIDE);
    assert_true(json_is_null(json_array_get(json_object_get(future, "p50"), 0)));
    json_t *history = json_array_get(json_object_get(json, "history"), 0);
    assert_int_equal(json_array_size(json_object_get(history, "p95")), I_DECIDE);
    json_t *paired = json_array_get(json_array_get(json_object_get(json, "paired"), 8), 0);
    assert_true(json_number_value(json_object_get(paired, "mean")) == f->paired[8 * N_OUT].mean);
    assert_true(
        json_is_null(json_array_get(json_array_get(json_object_get(json, "paired"), 0), 0)));
    json_t *outcome = json_array_get(json_object_get(json, "outcomes"), 1);
    assert_string_equal(json_string_value(json_object_get(outcome, "name")), f->outcomes[1].name);
    assert_string_equal(json_string_value(json_object_get(outcome, "series_unit")),
                        "Persons per 4 weeks");
    json_decref(json);
    dtn_prose_free(&out);
    free(f);
}

static void test_unwritable_path_is_reported(void **state)
{
    (void)state;
    fake *f = fake_new();
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(
        dtn_report_write(&f->cmp, NULL, NULL, "/nonexistent/folder/report.html", &diags), DTN_E_IO);
    assert_int_equal(diags.n_error, 1);
    dtn_diags_free(&diags);
    free(f);
}

/* Every request for memory may fail: the table comes back as NULL, the page as a status, and no
 * text is cut short. */
static void test_memory_failures(void **state)
{
    (void)state;
    fake *f = fake_new();
    size_t n_failed = 0;
    for (size_t n = 1; n < 2000; n++) {
        dtn_alloc_fail_after(n);
        char *text = dtn_report_table(&f->cmp, 0, 80);
        dtn_alloc_fail_after(0);
        if (text != NULL) {
            dtn_free(text);
            break;
        }
        n_failed++;
    }
    assert_true(n_failed > 10 && n_failed < 1998);
    dtn_diags diags;
    dtn_diags_init(&diags);
    for (size_t n = 1; n < 8; n++) {
        dtn_alloc_fail_after(n);
        dtn_status status = dtn_report_write(&f->cmp, NULL, NULL, "/tmp/dtn-report-never", &diags);
        dtn_alloc_fail_after(0);
        assert_int_equal(status, DTN_E_MEMORY);
        assert_int_not_equal(access("/tmp/dtn-report-never", F_OK), 0);
    }
    dtn_diags_free(&diags);
    free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_percent),
        cmocka_unit_test(test_shares_add_up),
        cmocka_unit_test(test_percent_with),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_verdict),
        cmocka_unit_test(test_cells_are_found_by_whole_names),
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_answer_of_one_view),
        cmocka_unit_test(test_answer_of_one_future),
        cmocka_unit_test(test_answers_of_few_futures),
        cmocka_unit_test(test_answer_needs_evidence_to_hold),
        cmocka_unit_test(test_table_names_its_view),
        cmocka_unit_test(test_answer_leaves_small_changes_out),
        cmocka_unit_test(test_answer_over_views),
        cmocka_unit_test(test_outcome_gives_mean_and_median),
        cmocka_unit_test(test_answer_without_matter),
        cmocka_unit_test(test_answer_says_when_nothing_turns),
        cmocka_unit_test(test_table_fits_its_width),
        cmocka_unit_test(test_table_says_human_cost_first),
        cmocka_unit_test(test_page_is_whole),
        cmocka_unit_test(test_hostile_names_stay_text),
        cmocka_unit_test(test_json_reads_back),
        cmocka_unit_test(test_unwritable_path_is_reported),
        cmocka_unit_test(test_memory_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
