/* Export to C: the exported file, compiled and run, gives the engine's numbers.
 *
 * Each model is exported, compiled by the machine's cc with warnings as errors, run, and its table
 * compared with the engine's own run: all columns, all save points. Skips where there is no cc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check/check.h"
#include "compile/export_c.h"
#include "format/format.h"
#include "format/write.h"
#include "run/run.h"

#define TIMES(stop, dt) \
    "INITIAL TIME = 0 ~~|\nFINAL TIME = " stop " ~~|\nTIME STEP = " dt " ~~|\nSAVEPER = 1 ~~|\n"

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/test_export_XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    const char *names[] = {"model.c", "model", "out.csv", "err.txt"};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

/* ---- A model, its export, its program --------------------------------------------------- */

typedef struct fixture {
    dtn_diags diags;
    dtn_arena arena;
    dtn_model *model;
    dtn_program *program;
    const char *text;
    size_t n;
} fixture;

static void load(fixture *f, const char *text, const char *rule)
{
    memset(f, 0, sizeof *f);
    dtn_diags_init(&f->diags);
    dtn_arena_init(&f->arena);
    if (DTN_ARENA_GUARD(&f->arena))
        fail();
    assert_int_equal(dtn_model_read_mdl(text, strlen(text), "test", &f->model, &f->diags), DTN_OK);
    if (rule) {
        dtn_overlay overlay = {"actor.course", "actor"};
        DTN_PUSH(f->model->arena, f->model->overlays, f->model->n_overlay, f->model->cap_overlay,
                 overlay);
        assert_int_equal(
            dtn_model_add_text(f->model, rule, strlen(rule), (dtn_pos){"rule", 1, 1}, 1, &f->diags),
            DTN_OK);
    }
    dtn_status status = dtn_check_resolve(f->model, &f->diags);
    if (status == DTN_OK)
        status = dtn_compile(f->model, NULL, &f->program, &f->diags);
    for (size_t i = 0; i < f->diags.n && status != DTN_OK; i++)
        print_error("%u: %s\n", f->diags.items[i].line, f->diags.items[i].message);
    assert_int_equal(status, DTN_OK);
}

static void drop(fixture *f)
{
    dtn_program_delete(f->program);
    dtn_model_delete(f->model);
    dtn_diags_free(&f->diags);
    dtn_arena_free(&f->arena);
}

static bool has_compiler(void) { return system("cc --version >/dev/null 2>&1") == 0; }

static void build_loaded(fixture *f)
{
    char command[512];
    assert_int_equal(dtn_export_c(f->program, &f->arena, "model.c", &f->text, &f->n, &f->diags),
                     DTN_OK);
    assert_int_equal(strlen(f->text), f->n);
    (void)snprintf(command, sizeof command, "%s/model.c", folder);
    FILE *file = fopen(command, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(f->text, 1, f->n, file), f->n);
    assert_int_equal(fclose(file), 0);
    (void)snprintf(command, sizeof command,
                   "cc -std=c17 -O2 -ffp-contract=off -Wall -Wextra -Wpedantic -Werror "
                   "-Wno-unused-parameter -Wno-sign-compare -o %s/model %s/model.c -lm",
                   folder, folder);
    assert_int_equal(system(command), 0);
}

static void build(fixture *f, const char *text, const char *rule)
{
    load(f, text, rule);
    build_loaded(f);
}

/* The exit status; the table lies in out.csv. */
static int run(const char *options)
{
    char command[512];
    (void)snprintf(command, sizeof command, "%s/model %s >%s/out.csv 2>%s/err.txt", folder, options,
                   folder, folder);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char table[1 << 20];

/* What the last run wrote. */
static char *output(void)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/out.csv", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    table[fread(table, 1, sizeof table - 1, file)] = '\0';
    (void)fclose(file);
    return table;
}

/* ---- Against the engine ----------------------------------------------------------------------- */

static double number_at(char **at)
{
    double value = **at == ',' || **at == '\n' ? NAN : strtod(*at, at);
    assert_true(**at == ',' || **at == '\n');
    ++*at;
    return value;
}

static void assert_close(const fixture *f, uint32_t var, uint32_t e, double t, double got,
                         double want, double tolerance)
{
    if ((isnan(got) && isnan(want)) || got == want ||
        fabs(got - want) <= tolerance * fmax(1, fabs(want)))
        return;
    fail_msg("%s[%u] at %g: %.17g, not %.17g", f->model->vars[var].name, e, t, got, want);
}

static void compare_row(const fixture *f, dtn_block *b, char **at, double tolerance)
{
    double t = dtn_block_time(b);
    assert_true(number_at(at) == t);
    for (uint32_t v = 0; v < f->model->n_var; v++) {
        const dtn_place *place = &f->program->places[v];
        if (place->slot == DTN_NONE || f->model->vars[v].is_hidden || f->model->vars[v].overlay)
            continue;
        for (uint32_t e = 0; e < place->n; e++)
            if (!place->defined || place->defined[e])
                assert_close(f, v, e, t, number_at(at), dtn_block_value(b, v, e)[0], tolerance);
    }
    assert_true((*at)[-1] == '\n');
}

static void compare(const fixture *f, const char *options, uint64_t seed, uint64_t number,
                    double tolerance)
{
    int status = run(options);
    assert_true(status == 0 || status == 1);
    char *text = output(), *at = strchr(text, '\n') + 1;
    dtn_block *b = dtn_block_new(f->program, 1, dtn_isa_best());
    assert_int_equal(dtn_block_start(b, seed, number, 1, 0, NULL, NULL), DTN_OK);
    for (uint32_t step = 0; step <= f->program->n_step; step++) {
        dtn_block_eval(b);
        if (dtn_program_is_saved(f->program, step))
            compare_row(f, b, &at, tolerance);
        if (step < f->program->n_step)
            dtn_block_step(b);
    }
    assert_int_equal(*at, '\0');
    dtn_block_delete(b);
}

static void check_model(const char *model, double tolerance)
{
    fixture f;
    if (!has_compiler())
        skip();
    build(&f, model, NULL);
    compare(&f, "", 1, 0, tolerance);
    drop(&f);
}

/* ---- Tests --------------------------------------------------------------------------------------- */

/* Words of C, macros, functions that the code calls, its own names, letters of other scripts,
 * names that become the same, text that would end a comment or a string. */
static void names(void **state)
{
    (void)state;
    check_model("int = 1 ~~|\nDouble = int + 1 ~~|\nfor = INTEG(Double - for / 5, while) ~~|\n"
                "while = 3 ~~|\nexp = EXP(-for / 10) ~~|\nlinux = 2 ~~|\nerrno = linux + 1 ~~|\n"
                "m = MAX(p, row) ~~|\np = 4 ~~|\nrow = SIN(i) ~~|\ni = Time ~~|\nNAN = 1 ~~|\n"
                "min of = MIN(m, NAN) ~~|\nTABLE( (0,0),(5,3) ) ~~|\nnumber = TABLE(Time) ~~|\n"
                "\"2nd rate\" = 2 ~~|\nGr\xc3\xb6\xc3\x9f"
                "e = 1 ~~|\n\xe4\xba\xba\xe5\x8f\xa3 = 2 ~~|\n"
                "\"a b\" = 1 ~~|\n\"a-b\" = 2 ~~|\n\"a+b\" = \"a b\" + \"a-b\" ~~|\n"
                "\"end */ of /* it\" = 1 ~a */ b ~|\n\"what?"
                "? / (really)?"
                "?'\" = 2 ~~|\n"
                "\"x, y\" = \xe4\xba\xba\xe5\x8f\xa3 * Gr\xc3\xb6\xc3\x9f"
                "e ~~|\n"
                "\"%s %d\" = 5 ~~|\n" TIMES("4", "0.5"),
                1e-12);
    char *text = output();
    assert_non_null(strstr(text, "\"x, y\""));
    assert_non_null(strstr(text, "%s %d"));
}

static const char arrays[] =
    "A: a1, a2, a3 ~~|\nB: b1, b2 ~~|\nsome: a2, a3 ~~|\n"
    "k[A] = 1, 2, 3 ~~|\nw[A, B] = 1, 2; 3, 4; 5, 6; ~~|\n"
    "s[A, B] = INTEG(w[A, B] - s[A, B] * k[A] / 10 + part[B], k[A]) ~~|\n"
    "part[B] = SUM(w[A!, B] * k[A!]) / 100 ~~|\n"
    "all = SUM(s[A!, B!]) + VMAX(s[A!, b1]) - VMIN(k[A!]) * PROD(w[a1, B!]) ~~|\n"
    "sub[some] = s[some, b2] + 1 ~~|\nsub[a1] = 7 ~~|\n"
    "chain[a1] = 1 ~~|\nchain[a2] = chain[a1] + k[a2] ~~|\nchain[a3] = chain[a2] * 2 ~~|\n"
    "first[A] = VECTOR ELM MAP(k[a1], A - 1) ~~|\n"
    "order[A] = VECTOR SORT ORDER(chain[A], -1) ~~|\n"
    "picked = VECTOR SELECT(k[A!], chain[A!], 0, 0, 0) ~~|\n"
    "curve[a1]( (0,0),(10,1) ) ~~|\ncurve[a2]( (0,5),(4,2),(4,3) ) ~~|\ncurve[a3]( (1,1) ) ~~|\n"
    "read[A] = curve[A](Time + k[A]) ~~|\nplace[A] = A * 10 + IF THEN ELSE(A = a2, 1, 0) ~~|\n" TIMES(
        "9", "0.25");

static void elements(void **state)
{
    (void)state;
    check_model(arrays, 1e-12);
}

/* Under another method than the model's. */
static void check_method(const char *model, int method)
{
    fixture f;
    dtn_program *other = NULL;
    dtn_compile_options o = dtn_compile_defaults();
    o.method = method;
    load(&f, model, NULL);
    assert_int_equal(dtn_compile(f.model, &o, &other, &f.diags), DTN_OK);
    dtn_program_delete(f.program);
    f.program = other;
    build_loaded(&f);
    compare(&f, "", 1, 0, 1e-12);
    drop(&f);
}

static void methods(void **state)
{
    (void)state;
    static const char model[] =
        "D: a, b ~~|\nx[D] = INTEG(y[D] * 0.3 - x[D] * 0.1, 1) ~~|\n"
        "y[D] = DELAY FIXED(x[D] + D, 1.5, 2) + SMOOTH3(x[D], 4) ~~|\n"
        "peak = SAMPLE IF TRUE(x[a] > peak, x[a], 0) ~~|\nstart = INITIAL(x[b] * 3) ~~|\n"
        "pulse = PULSE(2, 1) + STEP(3, 4) ~~|\n"
        "z = INTEG(SIN(z) + peak / 100 + pulse, start) ~~|\n"
        "trend = TREND(z, 3, 0.1) ~~|\nlate = DELAY MATERIAL(z, 1 + Time / 8, 0, 0.5) ~~|\n"
        "news = DELAY INFORMATION(z, 3 - Time / 8, 0.25) ~~|\n"
        "guess = SIMULTANEOUS(0.5 * COS(next) + z / 100, 0) ~~|\nnext = guess + 1 ~~|\n" TIMES(
            "12", "0.5");
    if (!has_compiler())
        skip();
    for (int method = DTN_EULER; method <= DTN_RK4; method++)
        check_method(model, method);
}

/* Every distribution; behind a condition, in arrays, in loops; two seeds, two runs. */
static const char draws[] =
    "D: a, b, c ~~|\nmean[D] = 0.5, 4, 200 ~~|\n"
    "u = DTN UNIFORM(2, 5) ~~|\nz = DTN NORMAL(1, 2) + DTN NORMAL(0, 1) ~~|\n"
    "logn[D] = DTN LOGNORMAL(mean[D], 0.8) ~~|\nexpo[D] = DTN EXPONENTIAL(mean[D]) ~~|\n"
    "gam[D] = DTN GAMMA(mean[D], 0.7) + DTN GAMMA(mean[D], 30) ~~|\n"
    "poi[D] = DTN POISSON(mean[D]) ~~|\nbin[D] = DTN BINOMIAL(mean[D] * 3, 0.3) ~~|\n"
    "neg[D] = DTN NEGATIVE BINOMIAL(mean[D], 1.5) ~~|\n"
    "deaths[D] = DTN SUM LOGNORMAL(poi[D], 3, 1.1) + DTN SUM LOMAX(poi[D], 2, 2.5) ~~|\n"
    "weekly[D] = IF THEN ELSE(MODULO(Time, 2) < 0.5, DTN POISSON(mean[D]), -1) ~~|\n"
    "held[D] = SAMPLE IF TRUE(MODULO(Time, 3) < 0.5, DTN NEGATIVE BINOMIAL(mean[D], 2), 0) ~~|\n"
    "noise = RANDOM NORMAL(-1, 3, 0, 2, 0) + RANDOM UNIFORM(-1, 1, 7) ~~|\n"
    "odd = RANDOM GAMMA(0, 9, 2, 1, 1.5, 0) + RANDOM BETA(0, 1, 2, 3, 0, 1, 5) ~~|\n"
    "rare = RANDOM POISSON(0, 20, 4, 1, 2, 0) + RANDOM TRIANGULAR(0, 5, 1, 2, 6, 0) ~~|\n"
    "shape( (0,0),(1,3),(4,1),(5,0) ) ~~|\n"
    "drawn = RANDOM LOOKUP(shape, 0.5, 4.5, 1, 2, 0) + RANDOM EXPONENTIAL(0, 9, 1, 2, 3) ~~|\n"
    "sum = INTEG(SUM(deaths[D!]) + noise, 0) ~~|\n" TIMES("20", "0.5");

static void same_draws(void **state)
{
    (void)state;
    fixture f;
    if (!has_compiler())
        skip();
    build(&f, draws, NULL);
    compare(&f, "", 1, 0, 1e-12);
    compare(&f, "--seed 99 --run 12345678901", 99, 12345678901u, 1e-12);
    drop(&f);
    check_method(draws, DTN_RK4);
}

static void lookups_and_functions(void **state)
{
    (void)state;
    check_model("t( [(0,0)-(9,9)],(0,1),(2,4),(2,5),(6,3) ) ~~|\nx = Time - 2 ~~|\n"
                "between = t(x) ~~|\nbeyond = LOOKUP EXTRAPOLATE(t, x) ~~|\n"
                "next = LOOKUP FORWARD(t, x) ~~|\nlast = LOOKUP BACKWARD(t, x) ~~|\n"
                "inner = WITH LOOKUP(x, ((-1,0),(1,2),(7,1))) ~~|\n"
                "logic = IF THEN ELSE(x > 0 :AND: x < 3 :OR: :NOT: (x >= 5), x, -x) ~~|\n"
                "truth = (x > 1) + (x = 2) * (x <> 3) - (x <= 1) / (x >= -9) ~~|\n"
                "order = 2 - (3 - x) - x / (2 * x + 9) / 3 * (4 / 5) ^ x ~~|\n"
                "minus = -x ^ 2 - -x - (-(-x)) ~~|\nsafe = ZIDZ(1, x) + XIDZ(x, x, 3) ~~|\n"
                "whole = INTEGER(x / 3) + MODULO(-x, 3) + QUANTUM(x, 0.75) + ABS(x) ~~|\n"
                "waves = SIN(x) + COS(x) * TAN(x) + ARCTAN(x) + ARCSIN(x / 9) - ARCCOS(x / 9) ~~|\n"
                "more = SINH(x) + COSH(x) + TANH(x) + LN(x + 3) + LOG(x + 3, 7) + SQRT(x + 3) ~~|\n"
                "gap = IF THEN ELSE(x = 4, 1 / (x - 4), 0) ~~|\nnone = SQRT(x - 3) ~~|\n" TIMES(
                    "10", "0.5"),
                1e-12);
    assert_int_equal(run(""), 1); /* `gap` is infinite once, `none` is no number */
    char *text = output();
    assert_non_null(strstr(text, ",inf,"));
}

static void changing_time(void **state)
{
    (void)state;
    check_model("s = INTEG(1 + s / 10, 1) ~~|\nt = Time ~~|\nINITIAL TIME = 1 ~~|\n"
                "FINAL TIME = IF THEN ELSE(Time < 5, 10, 12) ~~|\n"
                "TIME STEP = IF THEN ELSE(Time < 4, 0.5, 0.25) ~~|\n"
                "SAVEPER = IF THEN ELSE(Time < 6, 1, 2) ~~|\n",
                1e-12);
}

static void parameters(void **state)
{
    (void)state;
    fixture f;
    if (!has_compiler())
        skip();
    build(&f,
          "D: a, b ~~|\nContact rate = 1 ~~|\nk[D] = 2, 3 ~~|\n"
          "s = INTEG(Contact rate + SUM(k[D!]), 0) ~~|\n" TIMES("1", "1"),
          NULL);
    const struct {
        const char *options;
        int status;
        const char *has;
    } cases[] = {{"", 0, "1,1,2,3,6,"},
                 {"-p 'contact_RATE=10'", 0, "1,10,2,3,15,"},
                 {"--set k=4 --set 'K[ b ]=0.5'", 0, "1,1,4,0.5,5.5,"},
                 {"-p 'contact=1'", 2, ""},
                 {"-p 'contact rate=x'", 2, ""},
                 {"-p 'contact rate'", 2, ""},
                 {"-p 's=1'", 2, ""},
                 {"--seed -3", 2, ""},
                 {"--nothing 1", 2, ""},
                 {"-p", 2, ""},
                 {"-p 'TIME STEP=1'", 2, ""},
                 {"--help", 0, "usage: model.c"},
                 {"--bench 3", 0, "us a run (1 steps, 3 runs"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(run(cases[i].options), cases[i].status);
        char *text = output();
        if (!strstr(text, cases[i].has))
            fail_msg("%s: no '%s' in\n%s", cases[i].options, cases[i].has, text);
    }
    drop(&f);
}

static void overlays_are_left_out(void **state)
{
    (void)state;
    fixture f;
    if (!has_compiler())
        skip();
    build(&f, "stock = INTEG(lever, 0) ~~|\nlever = 1 ~~|\nbase = 3 ~~|\n" TIMES("10", "1"),
          "lever = IF THEN ELSE(felt > 6, 10, base) + SMOOTH(stock, 2) ~~|\n"
          "felt = INTEG(stock - felt, stock + 2) ~~|\n");
    compare(&f, "", 1, 0, 1e-12);
    assert_null(strstr(f.text, "felt"));
    drop(&f);
}

static void one_file_is_plain(void **state)
{
    (void)state;
    fixture f;
    load(&f,
         "infectious = INTEG(catching - infectious / duration, 5) ~people~|\nduration = 5 ~~|\n"
         "catching = MIN(0.3 * infectious, 9) ~~|\n" TIMES("10", "0.5"),
         NULL);
    assert_int_equal(dtn_export_c(f.program, &f.arena, "model.c", &f.text, &f.n, &f.diags), DTN_OK);
    assert_non_null(
        strstr(f.text, "    const double catching = min_of(0.3 * m->infectious, 9.0);\n"));
    assert_non_null(strstr(f.text, "    m->infectious += TIME_STEP * d_infectious;\n"));
    assert_non_null(strstr(f.text, "    double infectious; /* infectious, people */\n"));
    assert_non_null(strstr(f.text, "#pragma STDC FP_CONTRACT OFF\n"));
    assert_null(strstr(f.text, "max_of")); /* what is not used is not written */
    assert_null(strstr(f.text, "dtn_"));
    drop(&f);
}

/* A construct that the export does not know is refused with its variable. */
/* `written`, if it is not NULL: the model as it is written in its own format. */
static void open_xmile(fixture *f, const char *text, size_t n, char **written)
{
    size_t size;
    memset(f, 0, sizeof *f);
    dtn_diags_init(&f->diags);
    dtn_arena_init(&f->arena);
    if (DTN_ARENA_GUARD(&f->arena))
        fail();
    assert_int_equal(dtn_model_read_xmile(text, n, "test", &f->model, &f->diags), DTN_OK);
    if (written)
        assert_int_equal(dtn_model_write(f->model, DTN_XMILE, written, &size, &f->diags), DTN_OK);
    if (dtn_check_resolve(f->model, &f->diags) != DTN_OK)
        fail_msg("%u: %s in\n%s", f->diags.items[0].line, f->diags.items[0].message, text);
    assert_int_equal(dtn_compile(f->model, NULL, &f->program, &f->diags), DTN_OK);
}

/* Runs a model and the one that it was written as: the same numbers. */
static void written_back(const fixture *f, const char *text)
{
    fixture again;
    open_xmile(&again, text, strlen(text), NULL);
    dtn_block *a = dtn_block_new(f->program, 1, dtn_isa_best());
    dtn_block *b = dtn_block_new(again.program, 1, dtn_isa_best());
    assert_int_equal(dtn_block_start(a, 1, 0, 1, 0, NULL, NULL), DTN_OK);
    assert_int_equal(dtn_block_start(b, 1, 0, 1, 0, NULL, NULL), DTN_OK);
    for (uint32_t step = 0; step <= f->program->n_step; step++) {
        dtn_block_eval(a);
        dtn_block_eval(b);
        for (uint32_t v = 0; v < f->model->n_var; v++) {
            const dtn_var *other = dtn_model_find_var(again.model, f->model->vars[v].key);
            if (f->program->places[v].slot == DTN_NONE || f->model->vars[v].is_hidden)
                continue;
            assert_non_null(other);
            for (uint32_t e = 0; e < f->program->places[v].n; e++)
                assert_close(f, v, e, step, dtn_block_value(b, other->id, e)[0],
                             dtn_block_value(a, v, e)[0], 0);
        }
        dtn_block_step(a);
        dtn_block_step(b);
    }
    dtn_block_delete(a);
    dtn_block_delete(b);
    drop(&again);
}

/* A model of the language suite, with a NUL behind it; its length. */
static size_t read_model(const char *path, char *text, size_t cap)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    const size_t n = fread(text, 1, cap, file);
    assert_true(n > 0 && n < cap);
    (void)fclose(file);
    text[n] = '\0';
    return n;
}

/* Conveyors, queues and ovens: the models of the language suite, whose numbers are by hand. */
static void conveyors(void **state)
{
    static const char *const paths[] = {
        "tests/lang/x-conveyor.xmile",    "tests/lang/x-queue.xmile",
        "tests/lang/x-belt-start.xmile",  "tests/lang/x-belt-leaks.xmile",
        "tests/lang/x-belt-source.xmile", "tests/lang/x-belt-batches.xmile",
        "tests/lang/x-belt-plain.xmile",  "tests/lang/x-belt-leak.xmile"};
    static char text[1 << 16];
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        fixture f;
        const size_t n = read_model(paths[i], text, sizeof text);
        char *written = NULL;
        open_xmile(&f, text, n, &written);
        written_back(&f, written);
        dtn_free(written);
        if (has_compiler()) {
            build_loaded(&f);
            compare(&f, "", 1, 0, 1e-15);
        }
        drop(&f);
    }
}

/* Queues by age, depreciation, chains that move on: the models of the language suite. */
static void what_moves_on(void **state)
{
    static const char *const paths[] = {"tests/lang/fn-queue.mdl", "tests/lang/fn-depreciate.mdl",
                                        "tests/lang/fn-shift.mdl"};
    static char text[1 << 16];
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        fixture f;
        (void)read_model(paths[i], text, sizeof text);
        load(&f, text, NULL);
        if (has_compiler()) {
            build_loaded(&f);
            compare(&f, "", 1, 0, 1e-15);
        }
        drop(&f);
    }
}

static void unknown_is_refused(void **state)
{
    (void)state;
    fixture f;
    load(&f, "t( (0,0),(1,1) ) ~~|\nx = t(Time) ~~|\n" TIMES("1", "1"), NULL);
    for (size_t i = 0; i < f.program->n_ins; i++)
        if (f.program->ins[i].op == DTN_I_LOOKUP)
            f.program->ins[i].aux = 999;
    assert_int_equal(dtn_export_c(f.program, &f.arena, "model.c", &f.text, &f.n, &f.diags),
                     DTN_E_INPUT);
    assert_int_equal(f.diags.items[f.diags.n - 1].code, 507);
    assert_non_null(strstr(f.diags.items[f.diags.n - 1].message, "'x'"));
    drop(&f);
}

static void out_of_memory(void **state)
{
    (void)state;
    fixture f;
    volatile bool done = false;
    load(&f, arrays, NULL);
    for (size_t k = 1; !done && k < 1000; k++) {
        dtn_arena arena;
        dtn_arena_init(&arena);
        if (DTN_ARENA_GUARD(&arena)) { /* the export was cut short */
            dtn_alloc_fail_after(0);
            dtn_arena_free(&arena);
            continue;
        }
        dtn_alloc_fail_after(k);
        done = dtn_export_c(f.program, &arena, "model.c", &f.text, &f.n, &f.diags) == DTN_OK;
        dtn_alloc_fail_after(0);
        dtn_arena_free(&arena);
    }
    assert_true(done);
    drop(&f);
}

/* Names that differ in signs alone, and tables: each found without walking past all the others. */
static void many_of_one_name(void **state)
{
    (void)state;
    enum { N = 20000, DIGITS = 8 };
    char *text = malloc((size_t)N * 120 + 200), *p = text;
    assert_non_null(text);
    for (int i = 0; i < N; i++) {
        char signs[DIGITS + 1] = "";
        for (int d = 0, rest = i; d < DIGITS; d++, rest /= 4)
            signs[d] = "+-*/"[rest % 4];
        p += sprintf(p, "\"v %s\" = %d ~~|\nt%d = WITH LOOKUP(Time, ((0,0),(1,%d))) ~~|\n", signs,
                     i, i, i + 1);
    }
    (void)strcpy(p, TIMES("1", "1"));
    fixture f;
    load(&f, text, NULL);
    free(text);
    const clock_t before = clock();
    assert_int_equal(dtn_export_c(f.program, &f.arena, "model.c", &f.text, &f.n, &f.diags), DTN_OK);
    assert_true(clock() - before < 15 * CLOCKS_PER_SEC); /* minutes, where all are walked past */
    assert_non_null(strstr(f.text, " v;"));
    assert_non_null(strstr(f.text, " v_2;"));
    assert_non_null(strstr(f.text, " v_20000;"));
    assert_null(strstr(f.text, " v_20001;"));
    assert_non_null(strstr(f.text, " t19999_table_y[2] = {0, 20000};"));
    drop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(elements),
        cmocka_unit_test(methods),
        cmocka_unit_test(same_draws),
        cmocka_unit_test(lookups_and_functions),
        cmocka_unit_test(changing_time),
        cmocka_unit_test(parameters),
        cmocka_unit_test(overlays_are_left_out),
        cmocka_unit_test(one_file_is_plain),
        cmocka_unit_test(conveyors),
        cmocka_unit_test(what_moves_on),
        cmocka_unit_test(unknown_is_refused),
        cmocka_unit_test(many_of_one_name),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
