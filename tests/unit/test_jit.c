/* Generated code gives the interpreter's bytes: every model of tests/lang and of the suite's folders,
 * at each vector width that the machine has, for several block sizes, threads and ways of looking;
 * flags; overlays switched on and off at a branch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/check.h"
#include "format/format.h"
#include "run/run.h"

enum { N_RUN = 19, MOST_PARAMETERS = 4096, MOST_CELLS = 4000000 };

typedef struct fixture {
    dtn_diags diags;
    dtn_model *model;
    dtn_program *program;
} fixture;

static bool finish(fixture *f)
{
    return dtn_check_resolve(f->model, &f->diags) == DTN_OK &&
           dtn_compile(f->model, NULL, &f->program, &f->diags) == DTN_OK;
}

/* Again, with every third constant given and the others held. */
static bool hold_most(fixture *f)
{
    static const char *keys[MOST_PARAMETERS];
    dtn_compile_options o = dtn_compile_defaults();
    const dtn_program *p = f->program;
    o.holds_others = true;
    o.parameters = keys;
    for (size_t i = 0; i < p->n_parameter && o.n_parameter < MOST_PARAMETERS; i += 3)
        keys[o.n_parameter++] = f->model->vars[p->parameters[i].var].key;
    dtn_program_delete(f->program);
    f->program = NULL;
    return dtn_compile(f->model, &o, &f->program, &f->diags) == DTN_OK;
}

static bool build(fixture *f, const char *text, const char *rule)
{
    memset(f, 0, sizeof *f);
    dtn_diags_init(&f->diags);
    if (dtn_model_read_mdl(text, strlen(text), "test", &f->model, &f->diags) != DTN_OK)
        return false;
    if (rule) {
        dtn_overlay overlay = {"actor.course", "actor"};
        DTN_PUSH(f->model->arena, f->model->overlays, f->model->n_overlay, f->model->cap_overlay,
                 overlay);
        if (dtn_model_add_text(f->model, rule, strlen(rule), (dtn_pos){"rule", 1, 1}, 1,
                               &f->diags) != DTN_OK)
            return false;
    }
    return finish(f);
}

static bool read_file(fixture *f, const char *path)
{
    memset(f, 0, sizeof *f);
    dtn_diags_init(&f->diags);
    return dtn_model_read(path, &f->model, &f->diags) == DTN_OK && finish(f);
}

static void drop(fixture *f)
{
    dtn_program_delete(f->program);
    dtn_model_delete(f->model);
    dtn_diags_free(&f->diags);
}

/* ---- All values of all runs ------------------------------------------------------------- */

typedef struct image {
    const dtn_program *p;
    double *values; /* [run][n_saved + 1][width], the last row flags */
    size_t width;
    uint32_t look_every; /* evaluated after so many steps too; 0: at save points only */
} image;

static size_t width_of(const dtn_program *p)
{
    size_t n = 2;
    for (uint32_t v = 0; v < p->model->n_var; v++)
        n += p->places[v].slot == DTN_NONE ? 0 : p->places[v].n;
    return n;
}

static void take_row(const image *im, dtn_block *block, double *values, uint32_t n, size_t stride)
{
    size_t at = 0;
    for (uint32_t v = 0; v < im->p->model->n_var; v++)
        for (uint32_t e = 0; im->p->places[v].slot != DTN_NONE && e < im->p->places[v].n; e++) {
            const double *row = dtn_block_value(block, v, e);
            for (uint32_t i = 0; i < n; i++) /* which NaN it is says nothing */
                values[i * stride + at] = isnan(row[i]) ? (double)NAN : row[i];
            at++;
        }
}

static dtn_status take(void *ctx, dtn_block *block, uint64_t run0, uint32_t n)
{
    const image *im = ctx;
    const dtn_program *p = im->p;
    const size_t stride = (p->n_saved + 1) * im->width;
    size_t i_saved = 0;
    double *values = im->values + run0 * stride;
    for (uint32_t step = 0;; step++) {
        if (dtn_program_is_saved(p, step) && i_saved < p->n_saved) {
            dtn_block_eval(block);
            take_row(im, block, values + i_saved++ * im->width, n, stride);
        } else if (im->look_every && step % im->look_every == 0) {
            dtn_block_check(block);
        }
        if (step == p->n_step)
            break;
        dtn_block_step(block);
    }
    for (uint32_t i = 0; i < n; i++) {
        const dtn_flag flag = dtn_block_flag(block, i);
        double *last = values + i * stride + p->n_saved * im->width;
        last[0] = flag.var;
        last[1] = flag.step;
    }
    return DTN_OK;
}

/* Parameters a little different in each run, those that are not held. */
static void design(void *ctx, uint64_t run0, uint32_t n, double *params)
{
    const dtn_program *p = ctx;
    for (size_t k = 0; k < p->n_parameter; k++)
        for (uint32_t i = 0; !p->parameters[k].is_held && i < n; i++)
            *params++ = p->parameters[k].value * (1 + 0.001 * (double)((run0 + i) % 17));
}

static double *run(fixture *f, dtn_ensemble_options o, uint32_t look_every, size_t *size)
{
    static uint32_t ids[MOST_PARAMETERS];
    const dtn_program *p = f->program;
    image im = {.p = p, .width = width_of(p), .look_every = look_every};
    *size = im.width * (p->n_saved + 1) * N_RUN;
    im.values = calloc(*size, sizeof(double));
    assert_non_null(im.values);
    for (uint32_t i = 0; p->n_parameter <= MOST_PARAMETERS && i < p->n_parameter; i++)
        if (!p->parameters[i].is_held)
            ids[o.n_param++] = i;
    o.n_run = N_RUN;
    o.work = take;
    o.work_ctx = &im;
    if (p->n_parameter > 0 && p->n_parameter <= MOST_PARAMETERS) {
        o.param_ids = ids;
        o.design = design;
        o.design_ctx = f->program;
    }
    assert_int_equal(dtn_ensemble_run(p, &o), DTN_OK);
    return im.values;
}

static void compare(fixture *f, const char *name, dtn_ensemble_options o, uint32_t look_every,
                    const double *expected)
{
    size_t n;
    double *got = run(f, o, look_every, &n);
    if (memcmp(expected, got, n * sizeof *got) != 0) {
        size_t k = 0;
        while (memcmp(expected + k, got + k, sizeof *got) == 0)
            k++;
        size_t width = width_of(f->program);
        print_message("%s: %s, looked at every %u, block %u, run %zu, row %zu, cell %zu: %.17g, "
                      "the interpreter %.17g\n",
                      name, dtn_isa_name(o.isa), look_every, o.block,
                      k / width / (f->program->n_saved + 1), k / width % (f->program->n_saved + 1),
                      k % width, got[k], expected[k]);
        fail();
    }
    free(got);
}

/* All widths from `isa`; block sizes and threads at the widest. */
static void same_bytes(fixture *f, const char *name, dtn_isa isa)
{
    size_t n;
    dtn_ensemble_options o = dtn_ensemble_defaults();
    if (width_of(f->program) * (f->program->n_saved + 1) * N_RUN > MOST_CELLS)
        return;
    o.backend = DTN_BACKEND_INTERP;
    double *seldom = run(f, o, 0, &n), *often = run(f, o, 1, &n), *now_and_then = run(f, o, 3, &n);
    for (o.backend = DTN_BACKEND_JIT; isa <= dtn_isa_best(); isa++) {
        dtn_jit *jit = NULL;
        o.isa = isa;
        o.n_thread = 1;
        o.block = 0;
        assert_int_equal(dtn_jit_new(f->program, isa, 1, &jit), DTN_OK);
        o.jit = jit;
        compare(f, name, o, 0, seldom);
        compare(f, name, o, 1, often);
        o.n_thread = 2;
        o.block = 7;
        compare(f, name, o, 3, now_and_then);
        dtn_jit_delete(jit);
    }
    free(seldom);
    free(often);
    free(now_and_then);
}

static void all_of(const char *pattern, dtn_isa isa, size_t *n)
{
    glob_t found;
    if (glob(pattern, 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        fixture f;
        if (read_file(&f, found.gl_pathv[i])) {
            same_bytes(&f, found.gl_pathv[i], isa);
            ++*n;
        }
        drop(&f);
    }
    globfree(&found);
}

static void models_of_the_language(void **state)
{
    size_t n = 0;
    (void)state;
    if (!dtn_jit_is_built())
        skip();
    all_of("tests/lang/*.mdl", DTN_ISA_SSE2, &n);
    all_of("tests/lang/*.xmile", DTN_ISA_SSE2, &n);
    all_of("models/*/model.mdl", DTN_ISA_SSE2, &n);
    assert_true(n > 40);
}

/* Generated code takes constants that nobody gives for good; a run that gives one is refused. */
static void held_constants(void **state)
{
    size_t n = 0;
    glob_t found;
    (void)state;
    if (!dtn_jit_is_built() || glob("models/*/model.mdl", 0, NULL, &found) != 0)
        skip();
    for (size_t i = 0; i < found.gl_pathc; i++) {
        fixture f;
        if (read_file(&f, found.gl_pathv[i]) && f.program->n_parameter > 1 && hold_most(&f)) {
            const double one = 1;
            const uint32_t given = 0, held = 1;
            dtn_block *block = dtn_block_new(f.program, 1, dtn_isa_best());
            assert_true(f.program->parameters[held].is_held);
            assert_int_equal(dtn_block_start(block, 1, 0, 1, 1, &given, &one), DTN_OK);
            assert_int_equal(dtn_block_start(block, 1, 0, 1, 1, &held, &one), DTN_E_RANGE);
            dtn_block_delete(block);
            same_bytes(&f, found.gl_pathv[i], DTN_ISA_SSE2);
            n++;
        }
        drop(&f);
    }
    globfree(&found);
    assert_true(n > 0);
}

static void models_of_the_suite(void **state)
{
    size_t n = 0;
    (void)state;
    if (!dtn_jit_is_built() || access("../shared/suites/test-models", R_OK) != 0)
        skip();
    all_of("../shared/suites/test-models/tests/*/*.mdl", dtn_isa_best(), &n);
    all_of("../shared/suites/test-models/samples/*/*.mdl", DTN_ISA_SSE2, &n);
    assert_true(n > 100);
}

/* ---- Flags --------------------------------------------------------------------------------- */

#define TIMES(stop, dt) \
    "INITIAL TIME = 0 ~~|\nFINAL TIME = " stop " ~~|\nTIME STEP = " dt " ~~|\nSAVEPER = 10 ~~|\n"

static void flags_are_those_of_the_step(void **state)
{
    (void)state;
    if (!dtn_jit_is_built())
        skip();
    static const char *const texts[] = {
        /* lanes leave the numbers at different steps; a second stock follows; short, so fused */
        "rate = 3 ~~|\na = INTEG(a * a * rate, 0.5) ~~|\nb = INTEG(a, 0) ~~|\n" TIMES("200",
                                                                                      "0.01"),
        /* wrong from the start */
        "rate = 0 ~~|\na = INTEG(rate, 1 / rate) ~~|\nb = INTEG(a, 0) ~~|\n" TIMES("200", "1"),
        /* a loop over elements: pieces */
        "D: x, y ~~|\nrate = 3 ~~|\na[D] = INTEG(a[D] * a[D] * rate, 0.5) ~~|\n"
        "b = INTEG(SUM(a[D!]), 0) ~~|\n" TIMES("200", "0.01"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fixture f;
        assert_true(build(&f, texts[i], NULL));
        same_bytes(&f, texts[i], DTN_ISA_SSE2);
        drop(&f);
    }
}

/* ---- Loops and tables ------------------------------------------------------------------------- */

/* Neighbouring loops: joined, and not where a turn needs what another turn makes. */
static void loops_are_joined_where_they_may(void **state)
{
    (void)state;
    if (!dtn_jit_is_built())
        skip();
    static const char ranges[] = "D: (d1-d9) ~~|\nE: e1, e2, e3 ~~|\nlate: (d2-d9) -> early ~~|\n"
                                 "early: (d1-d8) -> late ~~|\nrate = 0.1 ~~|\n"
                                 "s[D,E] = INTEG(c[D,E] - s[D,E] * rate, 4) ~~|\n";
    static const char *const texts[] = {
        /* each needs the one before, of the same element; b is read by nobody else */
        "a[D,E] = s[D,E] * rate ~~|\nb[D,E] = a[D,E] * a[D,E] + 1 ~~|\n"
        "c[D,E] = MAX(b[D,E], a[D,E] / b[D,E]) ~~|\n",
        /* the neighbour's, by a mapping; and one that overtakes */
        "a[D,E] = s[D,E] * rate ~~|\nb[d1,E] = 2 ~~|\nb[late,E] = a[early,E] + 1 ~~|\n"
        "c[D,E] = b[D,E] + a[D,E] ~~|\n",
        /* a turn would read what the next one makes; and the other way round */
        "a[d9,E] = 2 ~~|\na[early,E] = s[early,E] * rate ~~|\nb[early,E] = a[late,E] + 1 ~~|\n"
        "b[d9,E] = 3 ~~|\nc[D,E] = b[D,E] + a[D,E] ~~|\n",
        "a[d1,E] = 2 ~~|\na[late,E] = s[late,E] * rate ~~|\nb[late,E] = a[early,E] + 1 ~~|\n"
        "b[d1,E] = 3 ~~|\nc[D,E] = b[D,E] + a[D,E] ~~|\n",
        /* sums between, and of what would not be stored */
        "a[D,E] = s[D,E] * rate ~~|\nall[D] = SUM(a[D,E!]) ~~|\n"
        "b[D,E] = a[D,E] / (1 + all[D]) ~~|\nc[D,E] = b[D,E] + SUM(b[D!,E]) ~~|\n",
        /* one dimension within two; selections and tables, whose temporaries all bodies use */
        "f[E] = rate * 2 ~~|\na[D,E] = IF THEN ELSE(s[D,E] > f[E], s[D,E], f[E]) ~~|\n"
        "b[D,E] = WITH LOOKUP(a[D,E], ([(0,0)-(9,9)],(0,1),(3,2),(5,7))) ~~|\n"
        "c[D,E] = IF THEN ELSE(b[D,E] > 2, a[D,E] * 0.5, b[D,E] * 0.25) ~~|\n",
        /* held memory takes what would not be stored */
        "a[D,E] = s[D,E] * rate ~~|\nb[D,E] = SMOOTH(a[D,E], 3) ~~|\n"
        "h[D,E] = SAMPLE IF TRUE(a[D,E] > 0.2, a[D,E], 0) ~~|\nc[D,E] = b[D,E] + h[D,E] ~~|\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[2048];
        fixture f;
        (void)snprintf(text, sizeof text, "%s%s%s", ranges, texts[i], TIMES("40", "0.5"));
        assert_true(build(&f, text, NULL));
        same_bytes(&f, texts[i], DTN_ISA_SSE2);
        drop(&f);
    }
}

/* Arrays given in parts: readers are split, so that they stand beside each part's equation; one with two cuts,
 * parts at the outer dimension, of one dimension alone, parts that need each other in turn. */
static void readers_are_split_where_writers_change(void **state)
{
    (void)state;
    if (!dtn_jit_is_built())
        skip();
    static const char ranges[] =
        "D: (d1-d7) ~~|\nE: e1, e2, e3, e4 ~~|\nlate: (d2-d7) -> early ~~|\n"
        "early: (d1-d6) -> late ~~|\nmiddle: (d3-d5) ~~|\nsome: e2, e3, e4 ~~|\nrate = 0.1 ~~|\n"
        "s[D,E] = INTEG(n[D,E], 4) ~~|\nu[D] = INTEG(m[D], 2) ~~|\nm[D] = n[D,e2] - u[D] * rate ~~|\n"
        "shown[D,E] = n[D,E] * 2 + a[D,E] ~~|\n";
    static const char *const texts[] = {
        "a[d1,E] = u[d7] ~~|\na[late,E] = s[early,E] * rate ~~|\nb[D,E] = s[D,E] * rate + 0.2 ~~|\n"
        "n[D,E] = a[D,E] - b[D,E] ~~|\n",
        "a[D,e1] = s[D,e4] * rate ~~|\na[D,some] = s[D,e1] * rate ~~|\nb[D,E] = MAX(0, s[D,E] - 3) ~~|\n"
        "n[D,E] = a[D,E] - b[D,E] ~~|\n",
        "a[d1,E] = 1 ~~|\na[d2,E] = s[d1,E] ~~|\na[middle,E] = s[middle,E] / 7 ~~|\n"
        "a[d6,E] = 2 ~~|\na[d7,E] = a[d6,E] * rate ~~|\nb[D,E] = a[D,E] * rate ~~|\n"
        "n[D,E] = a[D,E] * 0.3 - b[D,E] ~~|\n",
        /* each part from the one before; then the other part first */
        "a[d1,E] = s[d7,E] * rate ~~|\na[late,E] = b[late,E] + s[early,E] * rate ~~|\n"
        "b[d1,E] = a[d1,E] * 2 ~~|\nb[late,E] = s[late,E] * 0.01 ~~|\n"
        "n[D,E] = b[D,E] - a[D,E] * rate ~~|\n",
        "a[D,E] = s[D,E] * rate ~~|\nb[d7,E] = u[d1] ~~|\nb[early,E] = a[late,E] * 2 ~~|\n"
        "n[D,E] = b[D,E] - a[D,E] ~~|\n",
        "c[d1] = u[d7] ~~|\nc[late] = u[early] * rate ~~|\na[D,E] = c[D] * s[D,E] * 0.1 ~~|\n"
        "n[D,E] = SUM(a[D,E!]) * 0.01 - a[D,E] ~~|\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[4096];
        fixture f;
        (void)snprintf(text, sizeof text, "%s%s%s", ranges, texts[i], TIMES("40", "0.5"));
        assert_true(build(&f, text, NULL));
        same_bytes(&f, texts[i], DTN_ISA_SSE2);
        drop(&f);
    }
}

/* Steps that nobody looks at, made by the code of the evaluation: neighbours' stocks, held memory and delays,
 * stocks that are not negative, lanes that leave the numbers between two looks, divisions that have
 * to be made again, steps of several lengths. `shown` is there to be left out. */
static void steps_are_made_in_place(void **state)
{
    (void)state;
    if (!dtn_jit_is_built())
        skip();
    static const char ranges[] = "D: (d1-d5) ~~|\nlate: (d2-d5) -> early ~~|\n"
                                 "early: (d1-d4) -> late ~~|\nrate = 0.1 ~~|\n"
                                 "shown[D] = s[D] * 3 + 1 ~~|\ntold[D] = shown[D] - s[D] ~~|\n";
    static const char *const texts[] = {
        "s[d1] = INTEG(s[d5] * rate - s[d1], 3) ~~|\ns[late] = INTEG(s[early] * rate - s[late], 1) ~~|\n",
        "s[D] = INTEG(h[D] - s[D] * rate, 1) ~~|\nh[D] = SAMPLE IF TRUE(s[D] > 2, s[D] * 0.5, 1) ~~|\n"
        "t = INTEG(SUM(s[D!]) - t, 1) ~~|\n",
        "w[D] = 0.9, 1, 1.1, 1.2, 1.3 ~~|\ns[D] = INTEG(s[D] * s[D] * w[D] * rate * 3, 0.5) ~~|\n"
        "t[D] = INTEG(s[D] - t[D], 0) ~~|\n",
        "w[D] = 3, 7, 0.3, 11, 13 ~~|\ns[D] = INTEG(-1000 * s[D] / w[D] * TIME STEP * rate, 1e-290) ~~|\n"
        "t[D] = INTEG(s[D] / w[D] - t[D] / 49, 1) ~~|\n",
        "s[D] = INTEG(SIN(Time) * s[D], 1) ~~|\nt[late] = INTEG(s[early] / 3, 1) ~~|\n"
        "t[d1] = INTEG(-t[d5], 1) ~~|\nu = INTEG(MAX(u, t[d3]) / 7 - rate, 1) ~~|\n",
    };
    static const char *const times[] = {
        TIMES("60", "0.05"),
        "INITIAL TIME = 0 ~~|\nFINAL TIME = 200 ~~|\nTIME STEP = IF THEN ELSE(Time < 20, 0.25, 1) ~~|\n"
        "SAVEPER = 100 ~~|\n"};
    for (size_t i = 0; i < 2 * sizeof texts / sizeof *texts; i++) {
        char text[4096];
        fixture f;
        (void)snprintf(text, sizeof text, "%s%s%s", ranges, texts[i / 2], times[i % 2]);
        assert_true(build(&f, text, NULL));
        same_bytes(&f, texts[i / 2], DTN_ISA_SSE2);
        drop(&f);
    }
}

/* ---- Division by constants ------------------------------------------------------------------------ */

/* The formula of jit/divide.c is the division, also for the significands that come nearest to its bounds. */
static void quotients_by_reciprocals_are_exact(void **state)
{
    (void)state;
    uint64_t bits = 1;
    for (int i = 0; i < 2000000; i++) {
        double x[2];
        for (int k = 0; k < 2; k++) {
            bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            uint64_t m = bits >> 12;
            if (i % 4 == 1) /* few bits at the low or at the high end */
                m = (m & 7) | (m & 8 ? UINT64_C(0xffffffffffff8) : 0);
            const uint64_t word = (UINT64_C(1023) << 52) | m;
            memcpy(&x[k], &word, sizeof word);
        }
        const double y = 1 / x[1], q = x[0] * y, r = fma(q, x[1], -x[0]);
        const double got = fma(-r, y, q), expected = x[0] / x[1];
        if (memcmp(&got, &expected, sizeof got) != 0)
            fail_msg("%a / %a", x[0], x[1]);
    }
}

/* Dividends of all sizes, zeros of both signs, infinities and NaN; divisors that leave the ordinary sizes
 * in some runs, negative ones, powers of two. Straight code and a loop over elements. */
static void quotients_of_any_size(void **state)
{
    (void)state;
    if (!dtn_jit_is_built())
        skip();
    static const char *const divisors[] = {"3",  "35",   "0.1",     "1.9999999999999998", "8",
                                           "-7", "1e-5", "2.02e90", "4.92e-91",           "1e-200"};
    static const char *const dividends[] = {"EXP(7.3 * Time - 745) * c",
                                            "-EXP(709 - 3.1 * Time)",
                                            "c / 1e308 / 1e12 * Time",
                                            "(Time - 100) * 0 * c",
                                            "IF THEN ELSE(Time > 150, c / (Time - 160), -0.7)",
                                            "SQRT(100 - Time) * c * 1e9",
                                            "SIN(Time) * c",
                                            "1e308 * (Time - 90) * 1e-2"};
    for (int looped = 0; looped < 2; looped++) {
        static char text[16384];
        size_t at = 0;
        const char *all = looped ? "[D]" : "";
        fixture f;
        at += (size_t)snprintf(text, sizeof text, "%sc = 1 ~~|\n", looped ? "D: x, y ~~|\n" : "");
        for (size_t i = 0; i < sizeof divisors / sizeof *divisors; i++)
            at += (size_t)snprintf(text + at, sizeof text - at,
                                   looped ? "b%zu[D] = %s, %s ~~|\n" : "b%zu = %s ~~|\n", i,
                                   divisors[i], divisors[i]);
        for (size_t k = 0; k < sizeof dividends / sizeof *dividends; k++) {
            at += (size_t)snprintf(text + at, sizeof text - at, "a%zu%s = %s ~~|\n", k, all,
                                   dividends[k]);
            for (size_t i = 0; i < sizeof divisors / sizeof *divisors; i++)
                at += (size_t)snprintf(text + at, sizeof text - at,
                                       "q%zu%zu%s = a%zu%s / b%zu%s ~~|\n"
                                       "s%zu%zu%s = INTEG(q%zu%zu%s * 0.001, 1) ~~|\n",
                                       k, i, all, k, all, i, all, k, i, all, k, i, all);
        }
        (void)snprintf(text + at, sizeof text - at, "%s", TIMES("200", "0.5"));
        assert_true(build(&f, text, NULL));
        same_bytes(&f, looped ? "quotients in a loop" : "quotients", DTN_ISA_SSE2);
        drop(&f);
    }
}

/* exp from where it is 0 to where it is infinite, at and beside the ends, of zeros and what is near
 * them, NaN and infinities. */
static void exponentials(void **state)
{
    (void)state;
    if (!dtn_jit_is_built())
        skip();
    static const char text[] =
        "c = 1 ~~|\na = EXP(Time * c) ~~|\nb = EXP(-708 - Time / 25) ~~|\nd = EXP(SIN(Time)) ~~|\n"
        "e = EXP(709.7 + Time / 10000) ~~|\nf = EXP(1e300 * Time * 1e300) ~~|\n"
        "g = EXP(SQRT(Time)) ~~|\nh = EXP(Time * 0 * -1) ~~|\ni = EXP(-744.9 + Time / 1000) ~~|\n"
        "j = EXP(EXP(Time / 10 - 41)) ~~|\nk = EXP(-EXP(Time / 25 - 41)) ~~|\n"
        "s = INTEG(a + b + d + e + f + g + h + i + j + k, 0) ~~|\nINITIAL TIME = -1100 ~~|\n"
        "FINAL TIME = 1100 ~~|\nTIME STEP = 0.37 ~~|\nSAVEPER = 0.37 ~~|\n";
    fixture f;
    assert_true(build(&f, text, NULL));
    same_bytes(&f, "exponentials", DTN_ISA_SSE2);
    drop(&f);
}

/* What the time alone decides, in straight code and beside loops and draws, in times that change; and draws
 * that make the exceptions which divisions by reciprocals are judged by. */
static void time_and_chance(void **state)
{
    (void)state;
    if (!dtn_jit_is_built())
        skip();
    static const char alone[] =
        "c = 3 ~~|\nt((0,0),(7,2),(30,-1)) ~~|\nday = MODULO(Time, 7) ~~|\n"
        "week = INTEGER(Time / 7) ~~|\nstarts = IF THEN ELSE(day < 1, 1, 0) ~~|\n"
        "plan = t(week) + PULSE(12, 3) - STEP(2, 20) + SQRT(Time - 5) * 0.1 ~~|\n"
        "late = IF THEN ELSE(Time > 30, week / c, plan) ~~|\n"
        "a = INTEG(starts * late - a / c, 1) ~~|\n";
    static const char chance[] =
        "D: x, y, z ~~|\nshare[D] = 1e-9, 1, 40 ~~|\n"
        "few[D] = DTN POISSON(share[D] * (1 + week) * EXP(-40 * starts)) ~~|\n"
        "rare = DTN POISSON(EXP(-700 - day)) ~~|\nmany = DTN POISSON(4000 * starts + 9) ~~|\n"
        "wide = DTN POISSON(EXP(-40 + 45 * starts)) / c ~~|\n"
        "s[D] = INTEG((few[D] + rare + many + wide) / c, 0) ~~|\n";
    static const char *const times[] = {TIMES("60", "0.5"),
                                        "INITIAL TIME = 0 ~~|\nFINAL TIME = 60 ~~|\n"
                                        "TIME STEP = IF THEN ELSE(Time < 20, 0.25, 1) ~~|\n"
                                        "SAVEPER = 1 ~~|\n"};
    for (int i = 0; i < 4; i++) {
        static char text[4096];
        fixture f;
        (void)snprintf(text, sizeof text, "%s%s%s", alone, i % 2 ? chance : "", times[i / 2]);
        assert_true(build(&f, text, NULL));
        same_bytes(&f, "time and chance", DTN_ISA_SSE2);
        drop(&f);
    }
}

/* Draws that go side by side: more than a call takes, of several kinds, some that need others, under two conditions and
 * under none, with what they give used before, between and behind. */
static void draws_side_by_side(void **state)
{
    static char text[1 << 15];
    static const char *const kinds[] = {
        "DTN POISSON(%s)", "DTN NEGATIVE BINOMIAL(%s, size)", "DTN BINOMIAL(40, MIN(1, 0.01 * %s))",
        "DTN SUM LOGNORMAL(%s, 3, 1.2)", "DTN POISSON(DTN SUM LOMAX(%s, 2, size))"};
    enum { KINDS = sizeof kinds / sizeof *kinds };
    (void)state;
    if (!dtn_jit_is_built())
        skip();
    for (int n = 2; n <= 150; n = n * 3 + 1) {
        int at = snprintf(
            text, sizeof text,
            "size = 1.7 ~~|\nbase = 2.5 ~~|\nweek = IF THEN ELSE(MODULO(Time, 4) < 1, 1, 0) ~~|\n"
            "odd = IF THEN ELSE(MODULO(Time, 3) < 1, 1, 0) ~~|\nseen0 = base ~~|\n");
        for (int i = 1; i <= n; i++) {
            char mean[128], draw[256];
            /* every fifth needs the one before, others the stock alone */
            (void)snprintf(mean, sizeof mean, i % 5 == 0 ? "(1 + seen%d / 7)" : "(level / %d)",
                           i % 5 == 0 ? i - 1 : 1 + i % 9);
            (void)snprintf(draw, sizeof draw, kinds[i * 7 % 11 % KINDS], mean);
            at += snprintf(
                text + at, sizeof text - (size_t)at,
                i % 7 == 3 ? "d%d = %s ~~|\n" : "d%d = SAMPLE IF TRUE(%s > 0, %s, 0) ~~|\n", i,
                i % 7 == 3   ? draw
                : i % 4 == 1 ? "odd"
                             : "week",
                draw);
            at += snprintf(text + at, sizeof text - (size_t)at,
                           "seen%d = IF THEN ELSE(d%d > 3, seen%d * 0.5 + d%d / size, d%d) ~~|\n",
                           i, i, i > 9 ? i - 9 : 0, i, i);
        }
        (void)snprintf(text + at, sizeof text - (size_t)at,
                       "level = INTEG((seen%d + seen%d - level) / 9, 20) ~~|\n%s", n, (n + 1) / 2,
                       TIMES("40", "0.5"));
        fixture f;
        assert_true(build(&f, text, NULL));
        same_bytes(&f, "draws side by side", DTN_ISA_SSE2);
        drop(&f);
    }
}

/* Tables of 1 to 20 points, some with jumps, read beside, between and at their points. */
static void tables_of_any_length(void **state)
{
    (void)state;
    if (!dtn_jit_is_built())
        skip();
    for (int n = 1; n <= 20; n++) {
        char text[2048];
        int at = 0;
        fixture f;
        at += snprintf(text, sizeof text, "rate = 1 ~~|\nt(");
        for (int k = 0; k < n; k++)
            at += snprintf(text + at, sizeof text - (size_t)at, "%s(%d,%g)", k ? "," : "",
                           n > 4 && k % 5 == 3 ? k - 1 : k, 0.7 * (k % 4) - 1.0 / (k + 1));
        (void)snprintf(text + at, sizeof text - (size_t)at,
                       ") ~~|\nx = Time * rate - 1.5 ~~|\n"
                       "y = t(x) ~~|\nz = t(IF THEN ELSE(x > 3, SQRT(2 - x), x * 1e6)) ~~|\n"
                       "w = LOOKUP EXTRAPOLATE(t, x) ~~|\ns = INTEG(y + w, 0) ~~|\n"
                       "%s",
                       TIMES("24", "0.25"));
        assert_true(build(&f, text, NULL));
        same_bytes(&f, "a table", DTN_ISA_SSE2);
        drop(&f);
    }
}

/* ---- Overlays -------------------------------------------------------------------------------- */

static const char base[] =
    "push = 1 ~~|\nlevel = INTEG(push - level / 9, 4) ~~|\nfelt = SMOOTH(level, 3) ~~|\n"
    "noise = DTN NORMAL(0, 1) ~~|\ntotal = INTEG(felt + noise * noise, 0) ~~|\n"
    "late = DELAY FIXED(level, 2.5, 7) ~~|\n"
    "came = DTN POISSON(level) ~~|\n"
    "lost = DTN SUM LOGNORMAL(came, 3, 0.5 + 0.1 * push) + DTN SUM LOMAX(came, 2, 1.5) ~~|\n"
    "all lost = INTEG(lost, 0) ~~|\n" TIMES("40", "0.5");
static const char rule[] = "memory = INTEG(level - memory, level) ~~|\n"
                           "limit = level * 1.5 ~~|\n"
                           "push = IF THEN ELSE(memory > limit, 0, 2 + late / 100) ~~|\n";

/* Without a delay by whole steps: steps that nobody looks at then leave out what they do not need (needed.c),
 * here what is only shown, of the base, of the rule and of both. */
static const char lean_base[] =
    "push = 1 ~~|\nguard = IF THEN ELSE(level > 5, level * push, 1) ~~|\n"
    "level = INTEG(push + drive - level / 9, 4) ~~|\ndrive = guard / 10 ~~|\n"
    "felt = SMOOTH(level, 3) ~~|\nnoise = DTN NORMAL(0, 1) ~~|\nshown noise = noise * felt ~~|\n"
    "came = DTN POISSON(level) ~~|\nseen = DTN POISSON(felt) ~~|\n"
    "told = IF THEN ELSE(seen > 2, EXP(-shown noise), LN(level)) ~~|\n"
    "all came = INTEG(came, 0) ~~|\n" TIMES("40", "0.5");
static const char lean_rule[] = "push = IF THEN ELSE(felt > 4, 0.5, came / 4) ~~|\n"
                                "told = push + level ~~|\n"
                                "extra = felt / 2 ~~|\ndrive = extra * push ~~|\n";

static void branch(fixture *f, const dtn_jit *jit, bool keep, double *out)
{
    dtn_block *b = dtn_block_new_jit(f->program, 13, dtn_isa_best(), jit);
    dtn_snapshot *s = b ? dtn_snapshot_new(b) : NULL;
    assert_non_null(s);
    assert_int_equal(dtn_block_start(b, 1, 5, 13, 0, NULL, NULL), DTN_OK);
    for (int i = 0; i < 21; i++)
        dtn_block_step(b);
    assert_int_equal(dtn_block_save(b, s), DTN_OK);
    if (keep) /* not to the last step: the rest is drawn anew */
        dtn_block_keep_draws(b, 30);
    for (int course = 0; course < 3; course++) {
        assert_int_equal(dtn_block_restore(b, s), DTN_OK);
        assert_int_equal(dtn_block_step_index(b), 21);
        dtn_block_set_overlay(b, 1, course > 0);
        for (int i = 0; i < 40; i++) {
            if (course == 2 && i == 17)
                dtn_block_set_overlay(b, 1, 0);
            dtn_block_step(b);
        }
        dtn_block_eval(b);
        for (uint32_t v = 0; v < f->model->n_var; v++)
            for (int l = 0; l < 13 && f->program->places[v].slot != DTN_NONE; l++)
                *out++ = dtn_block_value(b, v, 0)[l];
        dtn_block_set_overlay(b, 1, 0);
    }
    dtn_snapshot_delete(s);
    dtn_block_delete(b);
}

static void branch_alike(const char *model, const char *course)
{
    enum { CELLS = 3 * 13 * 64 };
    static double expected[CELLS], got[CELLS];
    fixture f;
    assert_true(build(&f, model, course));
    assert_true(f.model->n_var <= 64);
    branch(&f, NULL, false, expected);
    branch(&f, NULL, true, got);
    assert_memory_equal(expected, got, sizeof got);
    for (dtn_isa isa = DTN_ISA_SSE2; isa <= dtn_isa_best(); isa++) {
        dtn_jit *jit = NULL;
        assert_int_equal(dtn_jit_new(f.program, isa, 0, &jit), DTN_OK);
        memset(got, 0, sizeof got);
        branch(&f, jit, isa != DTN_ISA_AVX, got);
        assert_memory_equal(expected, got, sizeof got);
        dtn_jit_delete(jit);
    }
    drop(&f);
}

/* Also where draws are kept from one branch for the others. */
static void overlays_branch_alike(void **state)
{
    (void)state;
    if (!dtn_jit_is_built())
        skip();
    branch_alike(base, rule);
    branch_alike(lean_base, lean_rule);
}

/* ---- Choice ------------------------------------------------------------------------------------ */

static void small_ensembles_are_interpreted(void **state)
{
    fixture f;
    (void)state;
    assert_true(build(&f, base, NULL));
    assert_null(dtn_ensemble_jit(f.program, dtn_isa_best(), DTN_BACKEND_AUTO, 10, 1));
    assert_null(dtn_ensemble_jit(f.program, dtn_isa_best(), DTN_BACKEND_INTERP, 10000000, 1));
    dtn_jit *jit = dtn_ensemble_jit(f.program, dtn_isa_best(), DTN_BACKEND_JIT, 1, 1);
    assert_int_equal(jit != NULL, dtn_jit_is_built());
    if (jit) { /* no larger block than its pitch: the interpreter takes it */
        dtn_block *b = dtn_block_new_jit(f.program, dtn_jit_pitch(jit) + 1, dtn_isa_best(), jit);
        assert_non_null(b);
        assert_int_equal(dtn_block_start(b, 1, 0, 3, 0, NULL, NULL), DTN_OK);
        dtn_block_delete(b);
        assert_int_equal(dtn_jit_pitch(jit) / dtn_jit_group(jit) % 2, 1);
    }
    dtn_jit_delete(jit);
    drop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_of_the_language),
        cmocka_unit_test(models_of_the_suite),
        cmocka_unit_test(held_constants),
        cmocka_unit_test(flags_are_those_of_the_step),
        cmocka_unit_test(overlays_branch_alike),
        cmocka_unit_test(loops_are_joined_where_they_may),
        cmocka_unit_test(readers_are_split_where_writers_change),
        cmocka_unit_test(steps_are_made_in_place),
        cmocka_unit_test(quotients_by_reciprocals_are_exact),
        cmocka_unit_test(quotients_of_any_size),
        cmocka_unit_test(exponentials),
        cmocka_unit_test(time_and_chance),
        cmocka_unit_test(draws_side_by_side),
        cmocka_unit_test(tables_of_any_length),
        cmocka_unit_test(small_ensembles_are_interpreted),
    };
    return cmocka_run_group_tests_name("jit", tests, NULL, NULL);
}
