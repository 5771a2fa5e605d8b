/* The graph of causes, feedback loops, hygiene: on small models, and on one of 500 variables. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check/check.h"
#include "format/format.h"

#define TIMES "INITIAL TIME=0~~|FINAL TIME=1~~|TIME STEP=1~~|SAVEPER=1~~|"

/* ---- Helpers -------------------------------------------------------------- */

typedef struct fixture {
    dtn_model *model;
    dtn_diags diags;
    dtn_graph graph;
} fixture;

static fixture build_with(const char *text, const char *rule)
{
    fixture f = {0};
    size_t n = strlen(text);
    char *whole = malloc(n + sizeof TIMES);
    assert_non_null(whole);
    memcpy(whole, text, n);
    memcpy(whole + n, TIMES, sizeof TIMES);
    dtn_diags_init(&f.diags);
    assert_int_equal(dtn_model_read_mdl(whole, strlen(whole), "m", &f.model, &f.diags), DTN_OK);
    if (rule) {
        dtn_overlay overlay = {"actor.course", "actor"};
        DTN_PUSH(f.model->arena, f.model->overlays, f.model->n_overlay, f.model->cap_overlay,
                 overlay);
        assert_int_equal(
            dtn_model_add_text(f.model, rule, strlen(rule), (dtn_pos){"rule", 1, 1}, 1, &f.diags),
            DTN_OK);
    }
    if (dtn_check_resolve(f.model, &f.diags) != DTN_OK)
        fail_msg("%s", f.diags.n ? f.diags.items[0].message : "no message");
    assert_int_equal(dtn_check_graph(f.model, &f.graph), DTN_OK);
    free(whole);
    return f;
}

static fixture build(const char *text) { return build_with(text, NULL); }

static void drop(fixture *f)
{
    dtn_model_delete(f->model);
    dtn_diags_free(&f->diags);
}

static uint32_t id(const fixture *f, const char *key)
{
    const dtn_var *var = dtn_model_find_var(f->model, key);
    if (!var)
        fail_msg("no variable '%s'", key);
    return var->id;
}

static const dtn_edge *edge(const fixture *f, const char *cause, const char *effect)
{
    const dtn_edge *found = NULL;
    for (size_t i = 0; i < f->graph.n_edge; i++) {
        const dtn_edge *e = &f->graph.edges[i];
        if (e->cause != id(f, cause) || e->effect != id(f, effect))
            continue;
        assert_null(found); /* one edge for a pair */
        found = e;
    }
    return found;
}

static int sign(const fixture *f, const char *cause, const char *effect)
{
    const dtn_edge *e = edge(f, cause, effect);
    if (!e)
        fail_msg("no edge from '%s' to '%s'", cause, effect);
    return e->sign;
}

/* Sign of x in `y = expression`; p is 2, n -3, b has a range from 0, u nothing known. */
static int sign_in(const char *expression)
{
    char text[600];
    (void)snprintf(text, sizeof text,
                   "x = INTEG(1,0)~~|u = INTEG(1,0)~~|v = INTEG(1,0)~~|p = 2~~|n = -3~~|"
                   "b = INTEG(1,0)~Thing [0,?]~|up((0,0),(1,2))~~|down((0,2),(1,0))~~|"
                   "hill((0,0),(1,2),(2,0))~~|y = %s~~|",
                   expression);
    fixture f = build(text);
    int s = sign(&f, "x", "y");
    drop(&f);
    return s;
}

static const char *loop_text(const fixture *f, const uint32_t *loop, char out[400])
{
    out[0] = '\0';
    for (; *loop != DTN_NONE; loop++) {
        if (out[0])
            strcat(out, " ");
        strcat(out, f->model->vars[*loop].key);
    }
    return out;
}

static int polarity(const fixture *f, const uint32_t *loop)
{
    int product = 1;
    for (size_t i = 0; loop[i] != DTN_NONE; i++) {
        uint32_t next = loop[i + 1] != DTN_NONE ? loop[i + 1] : loop[0];
        product *= sign(f, f->model->vars[loop[i]].key, f->model->vars[next].key);
    }
    return product;
}

static const char sir[] =
    "susceptible = INTEG(-infection, 990) ~ Person [0,?]~|"
    "infected = INTEG(infection - recovery, 10) ~ Person [0,?]~|"
    "recovered = INTEG(recovery, 0) ~ Person [0,?]~|"
    "infection = contacts * infectivity * susceptible * infected / population ~~|"
    "recovery = infected / duration ~~|"
    "population = susceptible + infected + recovered ~~|"
    "contacts = 6~~| infectivity = 0.25~~| duration = 2~~|";

/* ---- Graph ------------------------------------------------------------------- */

static void edges_and_signs_of_an_epidemic(void **state)
{
    (void)state;
    fixture f = build(sir);
    assert_int_equal(sign(&f, "infection", "susceptible"), -1);
    assert_int_equal(sign(&f, "infection", "infected"), 1);
    assert_int_equal(sign(&f, "recovery", "infected"), -1);
    assert_int_equal(sign(&f, "susceptible", "infection"), 1);
    assert_int_equal(sign(&f, "population", "infection"), -1);
    assert_int_equal(sign(&f, "contacts", "infection"), 1);
    assert_int_equal(sign(&f, "duration", "recovery"), -1);
    assert_int_equal(sign(&f, "recovered", "population"), 1);
    assert_null(edge(&f, "infected", "recovered"));
    assert_null(edge(&f, "susceptible", "susceptible"));
    assert_int_equal(f.graph.n_edge, 14);
    assert_int_equal(f.graph.n_var, f.model->n_var);
    drop(&f);
}

static void both_directions_agree_with_the_edges(void **state)
{
    (void)state;
    fixture f = build(sir);
    const dtn_graph *g = &f.graph;
    assert_int_equal(g->first_cause[0], 0);
    assert_int_equal(g->first_cause[g->n_var], g->n_edge);
    assert_int_equal(g->first_effect[0], 0);
    assert_int_equal(g->first_effect[g->n_var], g->n_edge);
    for (size_t i = 0; i < g->n_edge; i++) {
        const dtn_edge *e = &g->edges[i];
        assert_int_equal(g->causes[i], e->cause);
        assert_true(g->first_cause[e->effect] <= i && i < g->first_cause[e->effect + 1]);
        size_t found = 0;
        for (uint32_t k = g->first_effect[e->cause]; k < g->first_effect[e->cause + 1]; k++)
            found += g->effects[k] == e->effect;
        assert_int_equal(found, 1);
    }
    drop(&f);
}

static void signs_follow_the_structure(void **state)
{
    (void)state;
    static const struct {
        const char *expression;
        int sign;
    } cases[] = {{"x + u", 1},
                 {"u - x", -1},
                 {"-x", -1},
                 {"-(u - x)", 1},
                 {"+x", 1},
                 {"x - x", 0},
                 {"x + 2 * x", 1},
                 {"2 * x", 1},
                 {"x * -2", -1},
                 {"x * p", 1},
                 {"n * x", -1},
                 {"x / n", -1},
                 {"x * u", 0},
                 {"x * b", 1},
                 {"x / b", 1},
                 {"b / x", -1},
                 {"u / x", 0},
                 {"p / (1 + x)", -1},
                 {"x * (b + p)", 1},
                 {"x * (b - p)", 0},
                 {"x * (p - n)", 1},
                 {"x * b * n", -1},
                 {"0 * x", 0},
                 {"x * u * u", 0},
                 {"x * u ^ 2", 1},
                 {"x * EXP(u)", 1},
                 {"x * ABS(u)", 1},
                 {"b ^ 2 * 0 + x ^ 2", 0},
                 {"x ^ x", 0},
                 {"MAX(0, x)", 1},
                 {"MIN(u, -x)", -1},
                 {"x * MAX(u, 0)", 1},
                 {"x * MAX(u, n)", 0},
                 {"x * MIN(n, u)", -1},
                 {"EXP(-x)", -1},
                 {"LN(x)", 1},
                 {"SQRT(x)", 1},
                 {"SIN(x)", 0},
                 {"ABS(x)", 0},
                 {"ABS(b) + x", 1},
                 {"LOG(x, 10)", 1},
                 {"LOG(x, u)", 0},
                 {"ARCCOS(x)", -1},
                 {"INTEGER(x)", 1},
                 {"MODULO(x, 5)", 0},
                 {"QUANTUM(x, 5)", 1},
                 {"IF THEN ELSE(u > 1, x, 2)", 1},
                 {"IF THEN ELSE(x > 1, 1, 0)", 1},
                 {"IF THEN ELSE(x > 1, 0, 1)", -1},
                 {"IF THEN ELSE(1 > x, 1, 0)", -1},
                 {"IF THEN ELSE(x > u, u, v)", 0},
                 {"IF THEN ELSE(x > 1 :AND: u > x, 1, 0)", 0},
                 {"IF THEN ELSE(:NOT: x > 1, 1, 0)", -1},
                 {"IF THEN ELSE(x = 1, 1, 0)", 0},
                 {"IF THEN ELSE(u > 1, x, -x)", 0},
                 {"ZIDZ(x, p)", 1},
                 {"ZIDZ(p, x)", -1},
                 {"XIDZ(p, b, x)", 1},
                 {"up(x)", 1},
                 {"down(x)", -1},
                 {"hill(x)", 0},
                 {"WITH LOOKUP(x, ((0,0),(1,-1)))", -1},
                 {"LOOKUP FORWARD(down, x)", -1},
                 {"x * up(u)", 1},
                 {"SMOOTH(x, 2)", 1},
                 {"SMOOTH(u, x)", 0},
                 {"SMOOTH3(-x, 2)", -1},
                 {"DELAY1(x, u)", 1},
                 {"DELAY FIXED(x, 2, 0)", 1},
                 {"SAMPLE IF TRUE(u > 1, x, 0)", 1},
                 {"SAMPLE IF TRUE(x > 1, u, 0)", 0},
                 {"STEP(x, 3)", 1},
                 {"STEP(1, x)", 0},
                 {"x * PULSE(1, 2)", 1},
                 {"RAMP(-x, 0, 5)", -1},
                 {"TREND(x, 2, 0)", 1},
                 {"FORECAST(x, 2, 1)", 0},
                 {"GAME(-x)", -1},
                 {"DTN POISSON(x)", 1},
                 {"DTN NORMAL(u, x)", 0},
                 {"x * DTN GAMMA(1, 2)", 1},
                 {"POWER(b, 2) + x", 1},
                 {"SUM(arr[D!]) + x", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "%s%s", cases[i].expression,
                       strstr(cases[i].expression, "arr") ? "~~|D: d1, d2~~|arr[D] = 1" : "");
        int got = sign_in(text);
        if (got != cases[i].sign)
            fail_msg("%s: sign %d, not %d", cases[i].expression, got, cases[i].sign);
    }
}

static void ranges_follow_variables_and_stop_at_unknown_ones(void **state)
{
    (void)state;
    fixture f = build("x = INTEG(1,0)~~| rate = base * factor~~| base = 2~~| factor = EXP(u)~~|"
                      "u = INTEG(1,0)~~| known = x * rate~~| open = x * net~~| net = base - u~~|"
                      "ring = x * loop~~| loop = INTEG(other, 0)~~| other = loop~~|"
                      "free = 0.5 ~Thing [-1,1]~| of free = x * free~~|");
    assert_int_equal(sign(&f, "x", "known"), 1);
    assert_int_equal(sign(&f, "x", "open"), 0);
    assert_int_equal(sign(&f, "x", "ring"), 0);
    assert_int_equal(sign(&f, "x", "of_free"), 0); /* a constant that may turn negative */
    drop(&f);
}

static void a_rule_takes_back_what_the_base_says(void **state)
{
    (void)state;
    fixture f = build_with("x = INTEG(1,0)~~| a = 2~~| y = x * a~~| z = x~~| w = x~~|",
                           "a = -1 ~~| z = 5 - x ~~| w = help + x ~~| help = 2 ~~|");
    assert_int_equal(sign(&f, "x", "y"), 0); /* a is 2 or -1 */
    assert_int_equal(sign(&f, "x", "z"), 0); /* with and against */
    assert_int_equal(sign(&f, "x", "w"), 1);
    assert_int_equal(sign(&f, "help", "w"), 1);
    drop(&f);
}

static void initial_values_are_marked(void **state)
{
    (void)state;
    fixture f =
        build("s = INTEG(rate * k, start - k)~~| rate = 1~~| k = 2~~| start = 3~~|"
              "m = SMOOTHI(s, 2, start)~~| i = INITIAL(s)~~| d = DELAY FIXED(s, k, start)~~|"
              "a = ACTIVE INITIAL(s, start)~~|");
    assert_true(edge(&f, "start", "s")->is_initial);
    assert_false(edge(&f, "rate", "s")->is_initial);
    assert_false(edge(&f, "k", "s")->is_initial); /* during the run too: that sign counts */
    assert_int_equal(sign(&f, "k", "s"), 1);
    assert_int_equal(sign(&f, "start", "s"), 1);
    assert_true(edge(&f, "start", "m")->is_initial);
    assert_false(edge(&f, "s", "m")->is_initial);
    assert_true(edge(&f, "s", "i")->is_initial);
    assert_true(edge(&f, "k", "d")->is_initial);
    assert_true(edge(&f, "start", "a")->is_initial);
    drop(&f);
}

static void tables_and_elements_are_causes(void **state)
{
    (void)state;
    fixture f = build("D: d1, d2~~| t((0,0),(1,1))~~| y = t(x)~~| x = 1~~| a[D] = 1, 2~~|"
                      "b[D] = a[D] + x~~| c = a[d1] - a[d2]~~| e = LOOKUP FORWARD(t, x)~~|");
    assert_int_equal(sign(&f, "t", "y"), 0);
    assert_int_equal(sign(&f, "t", "e"), 0);
    assert_int_equal(sign(&f, "a", "b"), 1);
    assert_int_equal(sign(&f, "a", "c"), 0);
    drop(&f);
}

/* ---- Loops --------------------------------------------------------------------- */

static size_t loops_of(const fixture *f, const char *key, size_t max, size_t max_length,
                       uint32_t ***loops, bool *truncated)
{
    size_t n = 0;
    assert_int_equal(
        dtn_check_loops(f->model, &f->graph, id(f, key), max, max_length, loops, &n, truncated),
        DTN_OK);
    return n;
}

static void loops_of_an_epidemic(void **state)
{
    (void)state;
    fixture f = build(sir);
    uint32_t **loops;
    char text[400];
    bool truncated = true;
    assert_int_equal(loops_of(&f, "infected", 100, 100, &loops, &truncated), 4);
    assert_false(truncated);
    assert_string_equal(loop_text(&f, loops[0], text), "infected infection");
    assert_int_equal(polarity(&f, loops[0]), 1); /* contagion */
    assert_string_equal(loop_text(&f, loops[1], text), "infected recovery");
    assert_int_equal(polarity(&f, loops[1]), -1); /* recovery */
    assert_string_equal(loop_text(&f, loops[2], text), "infected population infection");
    assert_int_equal(polarity(&f, loops[2]), -1);
    assert_string_equal(loop_text(&f, loops[3], text),
                        "infected recovery recovered population infection");
    assert_int_equal(polarity(&f, loops[3]), -1);
    for (size_t i = 1; i < 4; i++) {
        size_t a = 0, b = 0;
        while (loops[i - 1][a] != DTN_NONE)
            a++;
        while (loops[i][b] != DTN_NONE)
            b++;
        assert_true(a <= b);
        assert_int_equal(loops[i][0], id(&f, "infected"));
    }
    assert_int_equal(loops_of(&f, "susceptible", 100, 100, &loops, &truncated), 2);
    assert_int_equal(polarity(&f, loops[0]), -1); /* depletion */
    assert_int_equal(loops_of(&f, "contacts", 100, 100, &loops, &truncated), 0);
    assert_false(truncated);
    drop(&f);
}

/* Reference: every elementary cycle through vars[0], by plain backtracking. */
typedef struct brute {
    const dtn_graph *g;
    uint32_t start;
    uint8_t on[64];
    size_t by_length[65], n;
} brute;

static void walk(brute *b, uint32_t v, size_t length)
{
    b->on[v] = 1;
    for (uint32_t i = b->g->first_effect[v]; i < b->g->first_effect[v + 1]; i++) {
        uint32_t w = b->g->effects[i];
        if (w == b->start) {
            b->by_length[length]++;
            b->n++;
        } else if (!b->on[w]) {
            walk(b, w, length + 1);
        }
    }
    b->on[v] = 0;
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

/* A graph of n variables, each with `degree` random causes. */
static fixture random_model(uint32_t n, uint32_t degree, uint32_t seed)
{
    size_t size = (size_t)n * (degree + 2) * 12 + 100, at = 0;
    char *text = malloc(size);
    assert_non_null(text);
    for (uint32_t i = 0; i < n; i++) {
        at += (size_t)snprintf(text + at, size - at, "v%u = INTEG(0", i);
        for (uint32_t k = 0; k < degree; k++)
            at += (size_t)snprintf(text + at, size - at, " + v%u", next_random(&seed) % n);
        at += (size_t)snprintf(text + at, size - at, ", 0)~~|");
    }
    fixture f = build(text);
    free(text);
    return f;
}

static bool same_loop(const uint32_t *a, const uint32_t *b)
{
    size_t i = 0;
    while (a[i] == b[i] && a[i] != DTN_NONE)
        i++;
    return a[i] == b[i];
}

static void loops_are_all_and_only_the_elementary_ones(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 40; seed++) {
        fixture f = random_model(4 + seed % 6, 1 + seed % 3, seed);
        brute b = {.g = &f.graph, .start = id(&f, "v0")};
        uint32_t **loops;
        bool truncated = true;
        walk(&b, b.start, 1);
        size_t n = loops_of(&f, "v0", 1000000, 1000, &loops, &truncated);
        assert_int_equal(n, b.n);
        assert_false(truncated);
        for (size_t i = 0; i < n; i++) {
            size_t length = 0;
            uint8_t seen[64] = {0};
            for (; loops[i][length] != DTN_NONE; length++)
                assert_int_equal(seen[loops[i][length]]++, 0);
            assert_true(b.by_length[length]-- > 0);
            for (size_t k = 0; k < i; k++)
                assert_false(same_loop(loops[k], loops[i]));
        }
        if (n > 1) { /* fewer, shorter: told */
            assert_int_equal(loops_of(&f, "v0", n - 1, 1000, &loops, &truncated), n - 1);
            assert_true(truncated);
            assert_int_equal(loops_of(&f, "v0", n, 1000, &loops, &truncated), n);
            assert_false(truncated);
        }
        drop(&f);
    }
}

static void length_limit_is_told(void **state)
{
    (void)state;
    fixture f = build("a = INTEG(c + a, 0)~~| b = a~~| c = b~~| d = INTEG(e, a)~~| e = d~~|");
    uint32_t **loops;
    char text[400];
    bool truncated;
    assert_int_equal(loops_of(&f, "a", 10, 2, &loops, &truncated), 1);
    assert_string_equal(loop_text(&f, loops[0], text), "a"); /* of itself */
    assert_true(truncated);
    assert_int_equal(loops_of(&f, "a", 10, 3, &loops, &truncated), 2);
    assert_string_equal(loop_text(&f, loops[1], text), "a b c");
    assert_false(truncated);
    assert_int_equal(loops_of(&f, "a", 0, 3, &loops, &truncated), 0);
    assert_true(truncated);
    uint32_t **none = NULL;
    size_t n = 7;
    assert_int_equal(dtn_check_loops(f.model, &f.graph, f.graph.n_var, 1, 1, &none, &n, NULL),
                     DTN_E_RANGE);
    assert_int_equal(n, 7); /* untouched on error */
    drop(&f);
}

static void initial_values_close_no_loop(void **state)
{
    (void)state;
    fixture f = build("a = INTEG(b, 0)~~| b = INITIAL(c)~~| c = a + 1~~| d = INTEG(1, c)~~|");
    uint32_t **loops, one[] = {id(&f, "a")}, *loop;
    assert_int_equal(loops_of(&f, "a", 10, 10, &loops, NULL), 0);
    assert_int_equal(dtn_check_find_loop(f.model, &f.graph, one, 1, &loop), DTN_E_NOT_FOUND);
    drop(&f);
}

static void loops_of_a_large_model_are_quick(void **state)
{
    (void)state;
    fixture f = random_model(500, 6, 7);
    uint32_t **loops;
    bool truncated = false;
    clock_t start = clock();
    assert_int_equal(loops_of(&f, "v0", 200, 30, &loops, &truncated), 200);
    assert_true(truncated);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    print_message("# 200 loops of 500 variables, 3000 edges: %.3f s\n", seconds);
    assert_true(seconds < 5);
    drop(&f);
}

/* ---- A loop through given variables ------------------------------------------------ */

static const char *find(const fixture *f, const char *keys, char out[400], dtn_status want)
{
    uint32_t vars[8], *loop = NULL;
    size_t n = 0;
    char copy[200];
    (void)snprintf(copy, sizeof copy, "%s", keys);
    for (char *save = NULL, *k = strtok_r(copy, " ", &save); k; k = strtok_r(NULL, " ", &save))
        vars[n++] = id(f, k);
    assert_int_equal(dtn_check_find_loop(f->model, &f->graph, vars, n, &loop), want);
    assert_true((loop != NULL) == (want == DTN_OK));
    return loop ? loop_text(f, loop, out) : "";
}

static void a_declared_loop_is_found_in_its_order(void **state)
{
    (void)state;
    char text[400];
    fixture f = build(sir);
    assert_string_equal(find(&f, "infected", text, DTN_OK), "infected infection");
    assert_string_equal(find(&f, "infected recovery", text, DTN_OK), "infected recovery");
    assert_string_equal(find(&f, "recovery infected", text, DTN_OK), "recovery infected");
    assert_string_equal(find(&f, "susceptible infection", text, DTN_OK), "susceptible infection");
    assert_string_equal(find(&f, "population recovery", text, DTN_OK),
                        "population infection infected recovery recovered");
    find(&f, "recovered susceptible", text, DTN_E_NOT_FOUND);
    assert_string_equal(find(&f, "recovered population infection infected recovery", text, DTN_OK),
                        "recovered population infection infected recovery");
    assert_string_equal(find(&f, "recovered infection recovery", text, DTN_OK),
                        "recovered population infection infected recovery");
    find(&f, "recovered recovery infection", text, DTN_E_NOT_FOUND); /* the other way round */
    find(&f, "contacts infection", text, DTN_E_NOT_FOUND);
    find(&f, "infected infected", text, DTN_E_RANGE);
    uint32_t bad[] = {f.graph.n_var}, *loop = NULL;
    assert_int_equal(dtn_check_find_loop(f.model, &f.graph, bad, 1, &loop), DTN_E_RANGE);
    assert_int_equal(dtn_check_find_loop(f.model, &f.graph, bad, 0, &loop), DTN_E_RANGE);
    drop(&f);
}

/* Two loops that share a variable are not one loop through both. */
static void no_variable_stands_twice(void **state)
{
    (void)state;
    char text[400];
    fixture f = build("hub = INTEG(a + b, 0)~~| a = hub~~| b = hub * 2~~|");
    find(&f, "a b", text, DTN_E_NOT_FOUND);
    drop(&f);
    /* The shortest way from a to b takes what b needs on the way back: another must be found. */
    f = build("a = INTEG(m + z, 0)~~| m = a + b~~| x = a~~| y = x~~| b = m + y~~| z = 1~~|");
    assert_string_equal(find(&f, "a b", text, DTN_OK), "a x y b m");
    drop(&f);
}

/* ---- Hygiene ------------------------------------------------------------------------- */

static size_t count(const dtn_diags *d, int code, dtn_severity severity)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++)
        n += d->items[i].code == code && d->items[i].severity == severity;
    return n;
}

static void hygiene_reports_what_nothing_uses(void **state)
{
    (void)state;
    fixture f = build("used = 1 ~Thing~Doc.| idle = 2 ~Thing~Doc.|"
                      "level = INTEG(flow, used) ~Thing~Doc.| flow = level * used ~Thing~Doc.|"
                      "lonely = INTEG(lonely, 0) ~Thing~Doc.|"
                      "result = level ~Thing~Doc.~:SUPPLEMENTARY:| end = used ~Thing~Doc.|");
    assert_int_equal(dtn_check_hygiene(f.model, &f.diags), DTN_OK);
    assert_int_equal(count(&f.diags, 208, DTN_WARNING), 2); /* idle, end */
    assert_int_equal(count(&f.diags, 208, DTN_NOTE), 1);    /* lonely uses itself alone */
    assert_int_equal(f.diags.n, 3);
    assert_non_null(f.diags.items[0].hint);
    drop(&f);
}

static void hygiene_counts_what_lacks_words(void **state)
{
    (void)state;
    fixture f = build("a = 1 ~Thing~Doc.| b = a ~~| c = b ~  ~ \\\n ~:SUPPLEMENTARY:|");
    assert_int_equal(dtn_check_hygiene(f.model, &f.diags), DTN_OK);
    assert_int_equal(count(&f.diags, 303, DTN_WARNING), 1);
    assert_int_equal(count(&f.diags, 213, DTN_NOTE), 1);
    assert_int_equal(f.diags.n, 2);
    assert_non_null(strstr(f.diags.items[0].message, "2 of 3 variables have no unit: 'b', 'c'"));
    drop(&f);
}

static void hygiene_knows_rules_and_time(void **state)
{
    (void)state;
    fixture f = build_with("a = 1~~| b = a~~~:SUPPLEMENTARY:| only rule = 3~~| z = 1~~|",
                           "a = only rule + help~~| help = 2~~|");
    f.model->saveper = dtn_expr_new_name(f.model, "z", (dtn_pos){0});
    f.model->saveper->ref = DTN_REF_VAR;
    f.model->saveper->id = id(&f, "z");
    assert_int_equal(dtn_check_hygiene(f.model, &f.diags), DTN_OK);
    assert_int_equal(count(&f.diags, 208, DTN_WARNING) + count(&f.diags, 208, DTN_NOTE), 0);
    drop(&f);
}

/* ---- What a run shows -------------------------------------------------------------------- */

static void a_run_tells_signs_that_structure_does_not(void **state)
{
    (void)state;
    fixture f = build("births = rate * population * (1 - share * reach) ~~|\n"
                      "population = INTEG(births, start) ~~|\n"
                      "start = 5 ~~|\nrate = step rate * 2 ~~|\nstep rate = Time ~~|\n"
                      "share = Time / 10 ~~|\nreach = Time / 100 ~~|\n");
    assert_int_equal(edge(&f, "rate", "births")->sign, 0);
    assert_int_equal(edge(&f, "share", "births")->sign, 0);
    dtn_seen *seen = calloc(f.model->n_var, sizeof *seen);
    assert_non_null(seen);
    seen[id(&f, "population")] = (dtn_seen){true, 5, 9};
    seen[id(&f, "rate")] = (dtn_seen){true, 0, 2};
    seen[id(&f, "share")] = (dtn_seen){true, 0, 1};
    seen[id(&f, "reach")] = (dtn_seen){true, 0, 0.5};
    assert_int_equal(dtn_check_graph_seen(f.model, seen, &f.graph), DTN_OK);
    assert_int_equal(edge(&f, "rate", "births")->sign, 1);
    assert_int_equal(edge(&f, "population", "births")->sign, 1);
    assert_int_equal(edge(&f, "share", "births")->sign, -1);
    seen[id(&f, "reach")].max = 2; /* 1 - share * reach takes both signs */
    assert_int_equal(dtn_check_graph_seen(f.model, seen, &f.graph), DTN_OK);
    assert_int_equal(edge(&f, "rate", "births")->sign, 0);
    assert_int_equal(edge(&f, "share", "births")->sign, -1);
    seen[id(&f, "population")].min = NAN; /* no number: nothing is known */
    assert_int_equal(dtn_check_graph_seen(f.model, seen, &f.graph), DTN_OK);
    assert_int_equal(edge(&f, "share", "births")->sign, 0);
    free(seen);
    drop(&f);
}

/* ---- Memory ---------------------------------------------------------------------------- */

static void out_of_memory_is_told(void **state)
{
    (void)state;
    size_t n_failed = 0;
    for (size_t n = 1; n < 60; n++) {
        fixture f = random_model(60, 4, 3);
        uint32_t **loops = NULL, *loop = NULL, vars[] = {id(&f, "v1"), id(&f, "v2")};
        size_t n_loop;
        dtn_graph g;
        dtn_alloc_fail_after(n);
        dtn_status s[4] = {dtn_check_graph(f.model, &g),
                           dtn_check_loops(f.model, &f.graph, 1, 100, 20, &loops, &n_loop, NULL),
                           dtn_check_find_loop(f.model, &f.graph, vars, 2, &loop),
                           dtn_check_hygiene(f.model, &f.diags)};
        dtn_alloc_fail_after(0);
        for (int i = 0; i < 4; i++) {
            assert_true(s[i] == DTN_OK || s[i] == DTN_E_MEMORY || s[i] == DTN_E_NOT_FOUND);
            n_failed += s[i] == DTN_E_MEMORY;
        }
        drop(&f);
    }
    assert_true(n_failed > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_and_signs_of_an_epidemic),
        cmocka_unit_test(both_directions_agree_with_the_edges),
        cmocka_unit_test(signs_follow_the_structure),
        cmocka_unit_test(ranges_follow_variables_and_stop_at_unknown_ones),
        cmocka_unit_test(a_rule_takes_back_what_the_base_says),
        cmocka_unit_test(initial_values_are_marked),
        cmocka_unit_test(tables_and_elements_are_causes),
        cmocka_unit_test(loops_of_an_epidemic),
        cmocka_unit_test(loops_are_all_and_only_the_elementary_ones),
        cmocka_unit_test(length_limit_is_told),
        cmocka_unit_test(initial_values_close_no_loop),
        cmocka_unit_test(loops_of_a_large_model_are_quick),
        cmocka_unit_test(a_declared_loop_is_found_in_its_order),
        cmocka_unit_test(no_variable_stands_twice),
        cmocka_unit_test(hygiene_reports_what_nothing_uses),
        cmocka_unit_test(hygiene_counts_what_lacks_words),
        cmocka_unit_test(hygiene_knows_rules_and_time),
        cmocka_unit_test(a_run_tells_signs_that_structure_does_not),
        cmocka_unit_test(out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
