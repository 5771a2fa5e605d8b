/* Runs: the same bits on every instruction set, for every block size and thread count; snapshots;
 * overlays switched on at a branch; flags of lanes that go wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "compile/interp.h"
#include "format/format.h"
#include "run/run.h"

#define TIMES(stop, dt) \
    "INITIAL TIME = 0 ~~|\nFINAL TIME = " stop " ~~|\nTIME STEP = " dt " ~~|\nSAVEPER = 1 ~~|\n"

/* A bit of everything: draws, marks, delays, memory, lookups, arrays, functions. */
static const char rich[] =
    "D: a, b, c ~~|\n"
    "rate[D] = 0.1, 0.2, 0.3 ~~|\n"
    "level[D] = INTEG(inflow[D] - level[D] * rate[D], 10) ~~|\n"
    "week starts = IF THEN ELSE(MODULO(Time, 1) < TIME STEP / 2, 1, 0) ~~|\n"
    "count[D] = SAMPLE IF TRUE(week starts > 0.5, DTN NEGATIVE BINOMIAL(2 + rate[D], 1.5), 0) ~~|\n"
    "deaths[D] = DTN SUM LOGNORMAL(count[D], 3, 1.1) ~~|\n"
    "noise = DTN NORMAL(0, 1) + DTN GAMMA(2, 0.7) + DTN UNIFORM(0, 1) ~~|\n"
    "inflow[D] = count[D] + SMOOTH3(deaths[D], 4) + EXP(-level[D] / 20) + ABS(noise) ~~|\n"
    "late = DELAY FIXED(SUM(level[D!]), 2.5, 7) ~~|\n"
    "curve( (0,0),(10,1),(50,1.5) ) ~~|\n"
    "total = INTEG(curve(late) + SIN(noise) + LN(1 + late) + push, 0) ~~|\n"
    "push = 0.1 ~~|\n" TIMES("20", "0.25");

typedef struct fixture {
    dtn_diags diags;
    dtn_model *model;
    dtn_program *program;
} fixture;

static void build(fixture *f, const char *text, const char *rule)
{
    memset(f, 0, sizeof *f);
    dtn_diags_init(&f->diags);
    assert_int_equal(dtn_model_read_mdl(text, strlen(text), "test", &f->model, &f->diags), DTN_OK);
    if (rule) {
        dtn_overlay overlay = {"actor.course", "actor"};
        DTN_PUSH(f->model->arena, f->model->overlays, f->model->n_overlay, f->model->cap_overlay,
                 overlay);
        assert_int_equal(
            dtn_model_add_text(f->model, rule, strlen(rule), (dtn_pos){"rule", 1, 1}, 1, &f->diags),
            DTN_OK);
    }
    assert_int_equal(dtn_check_resolve(f->model, &f->diags), DTN_OK);
    assert_int_equal(dtn_compile(f->model, NULL, &f->program, &f->diags), DTN_OK);
}

static void drop(fixture *f)
{
    dtn_program_delete(f->program);
    dtn_model_delete(f->model);
    dtn_diags_free(&f->diags);
}

static uint32_t var_of(const fixture *f, const char *key)
{
    dtn_var *var = dtn_model_find_var(f->model, key);
    assert_non_null(var);
    return var->id;
}

/* Every slot of every variable of `n` runs from run0, at the end: [run][slot]. */
typedef struct image {
    const fixture *f;
    double *values;
    size_t width;
    uint64_t run0;
} image;

static dtn_status take(void *ctx, dtn_block *block, uint64_t run0, uint32_t n)
{
    image *im = ctx;
    const dtn_program *p = im->f->program;
    while (dtn_block_step_index(block) < p->n_step)
        dtn_block_step(block);
    dtn_block_eval(block);
    for (uint32_t i = 0; i < n; i++) {
        double *row = im->values + (run0 + i - im->run0) * im->width;
        for (uint32_t v = 0; v < im->f->model->n_var; v++)
            for (uint32_t e = 0; e < p->places[v].n && p->places[v].slot != DTN_NONE; e++)
                *row++ = dtn_block_value(block, v, e)[i];
    }
    return DTN_OK;
}

static double *run_all(const fixture *f, uint64_t n_run, uint32_t threads, uint32_t block,
                       dtn_isa isa, size_t *size)
{
    image im = {.f = f};
    for (uint32_t v = 0; v < f->model->n_var; v++)
        im.width += f->program->places[v].slot == DTN_NONE ? 0 : f->program->places[v].n;
    *size = im.width * n_run * sizeof(double);
    im.values = calloc(im.width * n_run, sizeof(double));
    dtn_ensemble_options o = dtn_ensemble_defaults();
    o.n_run = n_run;
    o.n_thread = threads;
    o.block = block;
    o.isa = isa;
    o.work = take;
    o.work_ctx = &im;
    assert_int_equal(dtn_ensemble_run(f->program, &o), DTN_OK);
    return im.values;
}

static void same_bits_everywhere(void **state)
{
    (void)state;
    fixture f;
    size_t n, m;
    build(&f, rich, NULL);
    double *reference = run_all(&f, 50, 1, 50, DTN_ISA_SCALAR, &n);
    for (dtn_isa isa = DTN_ISA_SCALAR; isa <= dtn_isa_best(); isa++) {
        double *got = run_all(&f, 50, 1, 16, isa, &m);
        assert_int_equal(n, m);
        assert_memory_equal(reference, got, n);
        free(got);
    }
    const uint32_t blocks[] = {1, 3, 7, 13, 64, 0};
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++)
        for (uint32_t threads = 1; threads <= 3; threads++) {
            double *got = run_all(&f, 50, threads, blocks[b], dtn_isa_best(), &m);
            assert_memory_equal(reference, got, n);
            free(got);
        }
    assert_true(isfinite(reference[0]));
    assert_memory_not_equal(reference, reference + n / sizeof(double) / 50, n / 50);
    free(reference);
    drop(&f);
}

static void interpreters_differ_where_built(void **state)
{
    (void)state;
    for (dtn_isa isa = DTN_ISA_SSE2; isa <= dtn_isa_best(); isa++)
        assert_ptr_not_equal(dtn_interp_get(isa), dtn_interp_get(isa - 1));
}

static void snapshot_branches(void **state)
{
    (void)state;
    fixture f;
    double straight[2][9], branched[2][9];
    for (int method = 0; method < 2; method++) {
        build(&f, rich, NULL);
        ((dtn_program *)f.program)->method = method ? DTN_RK4 : DTN_EULER;
        uint32_t total = var_of(&f, "total"), level = var_of(&f, "level");
        dtn_block *b = dtn_block_new(f.program, 9, dtn_isa_best());
        dtn_snapshot *s = dtn_snapshot_new(b);
        dtn_block_start(b, 5, 100, 9, 0, NULL, NULL);
        for (int i = 0; i < 23; i++)
            dtn_block_step(b);
        assert_int_equal(dtn_block_save(b, s), DTN_OK);
        for (int i = 0; i < 40; i++)
            dtn_block_step(b);
        dtn_block_eval(b);
        memcpy(straight[0], dtn_block_value(b, total, 0), sizeof straight[0]);
        memcpy(straight[1], dtn_block_value(b, level, 2), sizeof straight[1]);
        assert_int_equal(dtn_block_restore(b, s), DTN_OK);
        assert_int_equal(dtn_block_step_index(b), 23);
        for (int i = 0; i < 40; i++)
            dtn_block_step(b);
        dtn_block_eval(b);
        memcpy(branched[0], dtn_block_value(b, total, 0), sizeof branched[0]);
        memcpy(branched[1], dtn_block_value(b, level, 2), sizeof branched[1]);
        assert_memory_equal(straight, branched, sizeof straight);
        dtn_snapshot_delete(s);
        dtn_block_delete(b);
        drop(&f);
    }
}

static const char plain[] = "stock = INTEG(lever, 0) ~~|\n"
                            "lever = 1 ~~|\nbase = 3 ~~|\n" TIMES("10", "1");

static void overlay_replaces_from_branch(void **state)
{
    (void)state;
    fixture f;
    build(&f, plain,
          "lever = IF THEN ELSE(felt > 6, 10, base) ~~|\n"
          "felt = INTEG(stock - felt, stock + 2) ~~|\n");
    uint32_t stock = var_of(&f, "stock"), felt = var_of(&f, "felt");
    dtn_block *b = dtn_block_new(f.program, 1, dtn_isa_best());
    dtn_block_start(b, 1, 0, 1, 0, NULL, NULL);
    for (int i = 0; i < 4; i++)
        dtn_block_step(b);
    dtn_block_eval(b);
    assert_true(dtn_block_value(b, stock, 0)[0] == 4);
    dtn_block_set_overlay(b, 1, 1);
    dtn_block_eval(b);
    assert_true(dtn_block_value(b, felt, 0)[0] == 6); /* from the state at the branch */
    dtn_block_step(b);                                /* stock 4 + 3; felt 6 + (4 - 6) = 4 */
    dtn_block_step(b);                                /* stock 10; felt 4 + (7 - 4) = 7 */
    dtn_block_step(b);                                /* felt > 6: stock 20; felt 10 */
    dtn_block_eval(b);
    assert_true(dtn_block_value(b, stock, 0)[0] == 20);
    assert_true(dtn_block_value(b, felt, 0)[0] == 10);
    dtn_block_set_overlay(b, 1, 0);
    dtn_block_step(b);
    dtn_block_eval(b);
    assert_true(dtn_block_value(b, stock, 0)[0] == 21);
    assert_true(dtn_block_value(b, felt, 0)[0] == 10); /* off: its memory stands still */
    dtn_block_delete(b);
    drop(&f);
}

static void overlay_off_changes_nothing(void **state)
{
    (void)state;
    fixture with, without;
    size_t n, m;
    build(&without, rich, NULL);
    build(&with, rich,
          "push = SMOOTH(noise, 3) * DTN POISSON(2) ~~|\nextra = DTN POISSON(9) ~~|\n");
    double *a = run_all(&without, 20, 1, 8, dtn_isa_best(), &n);
    double *b = run_all(&with, 20, 1, 8, dtn_isa_best(), &m);
    size_t width_a = n / sizeof(double) / 20, width_b = m / sizeof(double) / 20;
    for (size_t i = 0; i < 20; i++) /* the rule's own variable comes last */
        assert_memory_equal(a + i * width_a, b + i * width_b, width_a * sizeof(double));
    free(a);
    free(b);
    drop(&with);
    drop(&without);
}

static void draws_keep_their_stream(void **state)
{
    (void)state;
    fixture one, two;
    build(&one, "x = DTN NORMAL(0, 1) ~~|\n" TIMES("3", "1"), NULL);
    build(&two, "other = DTN NORMAL(5, 1) ~~|\nX = DTN NORMAL(0, 1) ~~|\n" TIMES("3", "1"), NULL);
    dtn_block *a = dtn_block_new(one.program, 8, dtn_isa_best());
    dtn_block *b = dtn_block_new(two.program, 8, dtn_isa_best());
    dtn_block_start(a, 1, 40, 8, 0, NULL, NULL);
    dtn_block_start(b, 1, 40, 8, 0, NULL, NULL);
    dtn_block_eval(a);
    dtn_block_eval(b);
    const double *x = dtn_block_value(a, var_of(&one, "x"), 0);
    const double *y = dtn_block_value(b, var_of(&two, "x"), 0);
    const double *z = dtn_block_value(b, var_of(&two, "other"), 0);
    assert_memory_equal(x, y, 8 * sizeof *x); /* adding a variable left the draw as it was */
    assert_true(x[0] != z[0] - 5);
    double first = x[0];
    dtn_block_step(a);
    dtn_block_eval(a);
    assert_true(dtn_block_value(a, var_of(&one, "x"), 0)[0] != first);
    dtn_block_delete(a);
    dtn_block_delete(b);
    drop(&one);
    drop(&two);
}

static void parameters_reach_their_lane(void **state)
{
    (void)state;
    fixture f;
    build(&f, "D: a, b ~~|\nk[D] = 1, 2 ~~|\ns = INTEG(SUM(k[D!]), 0) ~~|\n" TIMES("2", "1"), NULL);
    uint32_t id = dtn_program_find_parameter(f.program, "K[ B ]");
    assert_int_not_equal(id, DTN_NONE);
    assert_int_equal(dtn_program_find_parameter(f.program, "k"), DTN_NONE);
    assert_int_equal(dtn_program_find_parameter(f.program, "k[z]"), DTN_NONE);
    const double values[3] = {10, 20, 30};
    dtn_block *b = dtn_block_new(f.program, 3, dtn_isa_best());
    assert_int_equal(dtn_block_start(b, 1, 0, 3, 1, &id, values), DTN_OK);
    dtn_block_step(b);
    dtn_block_step(b);
    dtn_block_eval(b);
    const double *s = dtn_block_value(b, var_of(&f, "s"), 0);
    assert_true(s[0] == 22 && s[1] == 42 && s[2] == 62);
    assert_int_equal(dtn_block_start(b, 1, 0, 4, 0, NULL, NULL), DTN_E_RANGE);
    dtn_block_delete(b);
    drop(&f);
}

static void bad_lane_is_flagged_alone(void **state)
{
    (void)state;
    fixture f;
    build(&f, "k = 1 ~~|\ns = INTEG(1 / (k - Time), 0) ~~|\n" TIMES("5", "1"), NULL);
    uint32_t id = dtn_program_find_parameter(f.program, "k");
    const double values[2] = {2, 0.5};
    dtn_block *b = dtn_block_new(f.program, 2, dtn_isa_best());
    dtn_block_start(b, 1, 0, 2, 1, &id, values);
    for (int i = 0; i < 5; i++)
        dtn_block_step(b);
    dtn_flag flag = dtn_block_flag(b, 0);
    assert_int_equal(flag.var, var_of(&f, "s"));
    assert_int_equal(flag.step, 3); /* 1 / (2 - 2) enters the stock of step 3 */
    assert_int_equal(dtn_block_flag(b, 1).var, DTN_NONE);
    dtn_block_delete(b);
    drop(&f);
}

static int stop_at_once(void *ctx, uint64_t done, uint64_t total)
{
    (void)ctx;
    return done < total;
}

static dtn_status refuse(void *ctx, dtn_block *block, uint64_t run0, uint32_t n)
{
    (void)ctx, (void)block, (void)n;
    return run0 >= 16 ? DTN_E_IO : DTN_OK;
}

static void ensemble_ends_early(void **state)
{
    (void)state;
    fixture f;
    build(&f, plain, NULL);
    dtn_ensemble_options o = dtn_ensemble_defaults();
    o.n_run = 1000;
    o.block = 8;
    o.n_thread = 2;
    o.work = refuse;
    assert_int_equal(dtn_ensemble_run(f.program, &o), DTN_E_IO);
    image im = {.f = &f};
    im.width = 100;
    im.values = calloc(100000, sizeof(double));
    o.work = take;
    o.work_ctx = &im;
    o.n_thread = 1;
    o.progress = stop_at_once;
    assert_int_equal(dtn_ensemble_run(f.program, &o), DTN_E_INTERRUPTED);
    free(im.values);
    drop(&f);
}

/* Work, not time: the elements of a chain need one equation each, however many there are. An element
 * that is written apart comes in between. */
static void long_chains_are_ordered_in_few_looks(void **state)
{
    (void)state;
    size_t looks[2];
    for (int i = 0; i < 2; i++) {
        char text[1000];
        fixture f;
        const unsigned n = i == 0 ? 500 : 2000;
        (void)snprintf(
            text, sizeof text,
            "D: (e1-e%u) ~~|\nPrev: (e1-e%u) -> Next ~~|\nNext: (e2-e%u) -> Prev ~~|\n"
            "x[e1] = Time ~~|\nx[Next] :EXCEPT: [e7] = x[Prev] + 1 ~~|\nx[e7] = x[e6] * 2 ~~|\n"
            "last = x[e%u] ~~|\n" TIMES("3", "1"),
            n, n - 1, n, n);
        build(&f, text, NULL);
        looks[i] = f.program->n_order_look;
        size_t size = 0;
        double *all = run_all(&f, 1, 1, 8, DTN_ISA_SCALAR, &size);
        const double *last = all + size / sizeof *all - 1;
        while (last > all && *last != (3.0 + 5) * 2 + (n - 7.0))
            last--;
        assert_true(last > all);
        free(all);
        drop(&f);
    }
    assert_true(looks[0] > 0);
    assert_true(looks[1] < 5 * looks[0]); /* a square would be 16 times as many */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bits_everywhere),
        cmocka_unit_test(interpreters_differ_where_built),
        cmocka_unit_test(snapshot_branches),
        cmocka_unit_test(overlay_replaces_from_branch),
        cmocka_unit_test(overlay_off_changes_nothing),
        cmocka_unit_test(draws_keep_their_stream),
        cmocka_unit_test(parameters_reach_their_lane),
        cmocka_unit_test(bad_lane_is_flagged_alone),
        cmocka_unit_test(ensemble_ends_early),
        cmocka_unit_test(long_chains_are_ordered_in_few_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
