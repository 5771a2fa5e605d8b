/* The formats' functions as the engine runs them: distributions of every random function at a
 * million draws, seeds and streams; the same bits on every instruction set and block size for what
 * works on whole rows; the memory of delays through a snapshot. Values computed by hand stand in
 * tests/lang/fn-*. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "compile/draw.h"
#include "compile/interp.h"
#include "format/format.h"
#include "model/functions.h"
#include "run/run.h"

#define TIMES "INITIAL TIME = 0 ~~|\nFINAL TIME = 8 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"

typedef struct fixture {
    dtn_diags diags;
    dtn_model *model;
    dtn_program *program;
} fixture;

static void build(fixture *f, const char *text)
{
    memset(f, 0, sizeof *f);
    dtn_diags_init(&f->diags);
    assert_int_equal(dtn_model_read_mdl(text, strlen(text), "test", &f->model, &f->diags), DTN_OK);
    assert_int_equal(dtn_check_resolve(f->model, &f->diags), DTN_OK);
    assert_int_equal(dtn_compile(f->model, NULL, &f->program, &f->diags), DTN_OK);
}

static void drop(fixture *f)
{
    dtn_program_delete(f->program);
    dtn_model_delete(f->model);
    dtn_diags_free(&f->diags);
}

static double value_of(const fixture *f, dtn_block *b, const char *key, uint32_t lane)
{
    const dtn_var *var = dtn_model_find_var(f->model, key);
    assert_non_null(var);
    dtn_block_eval(b);
    return dtn_block_value(b, var->id, 0)[lane];
}

/* Keys of texts have no blanks, so what begins with a bracket and has one cannot be called. */
static void inner_functions_cannot_be_called(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < DTN_N_FN; i++)
        if (dtn_fn_table[i].key[0] == '(')
            assert_non_null(strchr(dtn_fn_table[i].key, ' '));
}

/* ---- Distributions ---------------------------------------------------------------------- */

enum { N_DRAW = 1000000 };

typedef struct sample {
    double *x;
    double mean, variance;
} sample;

static void draw_many(sample *s, dtn_draw kind, const double p[DTN_N_WIDE], const dtn_table *t)
{
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < N_DRAW; i++) {
        s->x[i] = dtn_wide_draw(kind, dtn_uniform(7, 11, i, 3, 0), p, t);
        sum += s->x[i];
    }
    s->mean = sum / N_DRAW;
    for (uint32_t i = 0; i < N_DRAW; i++)
        squares += (s->x[i] - s->mean) * (s->x[i] - s->mean);
    s->variance = squares / N_DRAW;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef double (*cdf_fn)(double x);

/* Kolmogorov-Smirnov: the statistic's 0.1 % point is 1.95 / sqrt(n). For counts `below` is the CDF
 * just below x. */
static void check_sample(const char *name, sample *s, cdf_fn cdf, cdf_fn below, double mean,
                         double variance)
{
    double worst = 0;
    qsort(s->x, N_DRAW, sizeof *s->x, ascending);
    for (uint32_t i = 0; i < N_DRAW;) {
        uint32_t end = i;
        while (end < N_DRAW && s->x[end] == s->x[i])
            end++;
        double over = fabs((double)end / N_DRAW - cdf(s->x[i]));
        double under = fabs((double)i / N_DRAW - (below ? below : cdf)(s->x[i]));
        worst = over > worst ? over : worst;
        worst = under > worst ? under : worst;
        i = end;
    }
    if (worst > 1.95 / sqrt(N_DRAW))
        fail_msg("%s: the empirical distribution is %g off", name, worst);
    if (fabs(s->mean - mean) > 5 * sqrt(variance / N_DRAW))
        fail_msg("%s: mean %.9g, not %.9g", name, s->mean, mean);
    if (fabs(s->variance - variance) > 0.01 * variance + 1e-12)
        fail_msg("%s: variance %.9g, not %.9g", name, s->variance, variance);
}

static double phi(double z) { return 0.5 * erfc(-z / sqrt(2)); }
static double density(double z) { return exp(-z * z / 2) / sqrt(2 * M_PI); }

/* A normal between -1 and 0.5, stretched by 2 and moved by 3: in [1, 4]. */
static double cdf_truncated(double x)
{
    double z = (x - 3) / 2;
    return (phi(z) - phi(-1)) / (phi(0.5) - phi(-1));
}
static double cdf_tail(double x) { return 1 - (1 - phi(x)) / (1 - phi(6)); }
static double cdf_lognormal(double x) { return phi((log(x) - 0.5) / 0.4); }
static double cdf_exponential(double x) { return 1 - exp(-(x - 1) / 3); }
static double cdf_triangular(double x)
{
    return x < 2 ? (x - 1) * (x - 1) / 4 : 1 - (5 - x) * (5 - x) / 12;
}
static double cdf_weibull(double x) { return 1 - exp(-pow(x / 2, 1.5)); }
static double cdf_logistic(double x) { return 1 / (1 + exp(-(x - 1) / 2)); }
static double cdf_pareto(double x) { return 1 - pow(2 / x, 5); }
static double cdf_beta(double x) { return x * x * (3 - 2 * x); }    /* 2, 2 */
static double cdf_gamma(double x) { return 1 - exp(-x) * (1 + x); } /* order 2 */
static double cdf_table(double x) /* density 2/3 up to 1, then falling to 0 at 2 */
{
    return x < 1 ? x * 2 / 3 : 1 - (2 - x) * (2 - x) / 3;
}
static double cdf_geometric(double k) { return 1 - pow(0.7, k + 1); }
static double below_geometric(double k) { return 1 - pow(0.7, k); }
static double cdf_trials(double n) /* up to the 2nd success, p = 0.5: n >= 2 */
{
    return 1 - (n + 1) * pow(0.5, n);
}
static double below_trials(double n) { return cdf_trials(n - 1); }
static double cdf_binomial(double k) /* 3, 0.5, only 1 .. 3 */
{
    return k < 1 ? 0 : k < 2 ? 3.0 / 7 : k < 3 ? 6.0 / 7 : 1;
}
static double below_binomial(double k) { return cdf_binomial(k - 1); }

#define P(...) ((const double[DTN_N_WIDE]){0, __VA_ARGS__})
#define FREE -INFINITY, INFINITY

static void test_distributions(void **state)
{
    (void)state;
    sample s = {malloc(N_DRAW * sizeof *s.x), 0, 0};
    const double cut = phi(0.5) - phi(-1), a = (density(-1) - density(0.5)) / cut;
    const double spread = 1 + (-1 * density(-1) - 0.5 * density(0.5)) / cut - a * a;
    const double g1 = tgamma(1 + 1 / 1.5), g2 = tgamma(1 + 2 / 1.5);
    const double hazard = density(6) / (1 - phi(6));
    const double e = exp(0.5 + 0.08);
    static const double tx[] = {0, 1, 2}, ty[] = {1, 1, 0};
    const dtn_table table = {3, tx, ty};

    draw_many(&s, DTN_DRAW_NORMAL, P(1, 4, 3, 2), NULL);
    check_sample("truncated normal", &s, cdf_truncated, NULL, 3 + 2 * a, 4 * spread);
    draw_many(&s, DTN_DRAW_NORMAL, P(6, INFINITY, 0, 1), NULL);
    check_sample("normal beyond 6", &s, cdf_tail, NULL, hazard, 1 + 6 * hazard - hazard * hazard);
    draw_many(&s, DTN_DRAW_LOG_OF_NORMAL, P(FREE, 0, 1, 0.5, 0.4), NULL);
    check_sample("lognormal", &s, cdf_lognormal, NULL, e, (exp(0.16) - 1) * e * e);
    draw_many(&s, DTN_DRAW_EXPONENTIAL, P(FREE, 1, 3), NULL);
    check_sample("exponential", &s, cdf_exponential, NULL, 4, 9);
    draw_many(&s, DTN_DRAW_GAMMA, P(FREE, 0, 1, 2), NULL);
    check_sample("gamma", &s, cdf_gamma, NULL, 2, 2);
    draw_many(&s, DTN_DRAW_BETA, P(FREE, 0, 1, 2, 2), NULL);
    check_sample("beta", &s, cdf_beta, NULL, 0.5, 0.05);
    draw_many(&s, DTN_DRAW_TRIANGULAR, P(FREE, 0, 1, 1, 2, 5), NULL);
    check_sample("triangular", &s, cdf_triangular, NULL, 8.0 / 3, 13.0 / 18);
    draw_many(&s, DTN_DRAW_WEIBULL, P(FREE, 0, 2, 1.5), NULL);
    check_sample("weibull", &s, cdf_weibull, NULL, 2 * g1, 4 * (g2 - g1 * g1));
    draw_many(&s, DTN_DRAW_WEIBULL_MEAN_1, P(FREE, 0, 2 * g1, 1.5), NULL);
    check_sample("weibull of mean 1", &s, cdf_weibull, NULL, 2 * g1, 4 * (g2 - g1 * g1));
    draw_many(&s, DTN_DRAW_LOGISTIC, P(FREE, 1, 2), NULL);
    check_sample("logistic", &s, cdf_logistic, NULL, 1, 4 * M_PI * M_PI / 3);
    draw_many(&s, DTN_DRAW_PARETO, P(FREE, 0, 2, 5), NULL);
    check_sample("pareto", &s, cdf_pareto, NULL, 2.5, 4 * 5.0 / (16 * 3));
    draw_many(&s, DTN_DRAW_GEOMETRIC, P(FREE, 0, 1, 0.3), NULL);
    check_sample("geometric", &s, cdf_geometric, below_geometric, 7.0 / 3, 0.7 / 0.09);
    draw_many(&s, DTN_DRAW_TRIALS, P(FREE, 0, 1, 2, 0.5), NULL);
    check_sample("trials", &s, cdf_trials, below_trials, 4, 4);
    draw_many(&s, DTN_DRAW_BINOMIAL, P(0.5, 3.5, 0, 1, 3, 0.5), NULL);
    check_sample("binomial above 0", &s, cdf_binomial, below_binomial, 12.0 / 7,
                 (3 + 12 + 9) / 7.0 - 144.0 / 49);
    draw_many(&s, DTN_DRAW_TABLE, P(FREE, 0, 1), &table);
    check_sample("table", &s, cdf_table, NULL, 7.0 / 9, 5.0 / 6 - 49.0 / 81);
    free(s.x);
}

static void test_bounds(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        double u = (i + 0.5) / 2000;
        double poisson = dtn_wide_draw(DTN_DRAW_POISSON, u, P(2.5, 6.5, 0, 1, 3), NULL);
        assert_true(poisson >= 3 && poisson <= 6 && poisson == floor(poisson));
        double mirrored = dtn_wide_draw(DTN_DRAW_EXPONENTIAL, u, P(-4, -1, 0, -2), NULL);
        assert_true(mirrored >= -4 && mirrored <= -1);
    }
    assert_true(dtn_wide_draw(DTN_DRAW_NORMAL, 0.3, P(50, 51, 0, 1), NULL) == 50);
    assert_true(dtn_wide_draw(DTN_DRAW_BETA, 0.3, P(2, 3, 0, 1, 2, 2), NULL) == 2);
    assert_true(dtn_wide_draw(DTN_DRAW_NORMAL, 0.5, P(3, 3, 7, 1), NULL) == 7); /* no bounds */
    assert_true(dtn_wide_draw(DTN_DRAW_UNIFORM, 0.25, P(FREE, 0, 1, 2, 6), NULL) == 3);
    assert_true(isnan(dtn_wide_draw(DTN_DRAW_TABLE, 0.5, P(FREE, 0, 1), NULL)));
    assert_true(isnan(dtn_wide_draw(DTN_DRAW_BINOMIAL, 0.5, P(0, 9, 0, 1, 5, 1.5), NULL)));
}

/* Bounds, shift, stretch, three parameters: inside, beyond 0 on either side, no spread, turned round, no bounds,
 * nothing inside, rubbish. */
static const double wide[][DTN_N_WIDE - 1] = {
    {-1, 2, 0.3, 1.5, 3, 0.4, 0}, {5, 9, 0, 1, 2, 5, 0},
    {-9, -5, 0, 1, 20, 0.5, 0},   {0, 1, 3, 0, 1, 0.5, 0},
    {0, 1, 5, -2, 4, 2, 0},       {1, 1, 0, 1, 150, 200, 0},
    {50, 51, 0, 1, 0.5, 0.9, 0},  {-1, 1, NAN, 1, 0, 0, 0},
    {3, 40, 6, 2, 9, 0.2, 0},     {-INFINITY, INFINITY, 2, 3, 30, 0.1, 0}};
enum { N_WIDE_CASE = sizeof wide / sizeof *wide, WIDE_RUNS = 88, WIDE_ROWS = DTN_N_WIDE + 1 };

/* One DRAW_WIDE of a block of runs that have case `one`, or (one < 0) one case after the other. */
static void check_wide(dtn_isa isa, dtn_draw kind, int one, uint32_t step)
{
    static _Alignas(64) double mem[WIDE_ROWS * WIDE_RUNS], scratch[WIDE_RUNS];
    uint64_t stream = 99;
    dtn_ins ins = {.op = DTN_I_DRAW_WIDE, .aux = (uint16_t)kind, .dst = DTN_N_WIDE};
    const dtn_program p = {.ins = &ins, .n_ins = 1, .streams = &stream, .n_stream = 1};
    dtn_wide_kept kept = {0};
    dtn_machine m = {.p = &p,
                     .math = dtn_math_get(isa),
                     .mem = mem,
                     .scratch = scratch,
                     .n_lane = WIDE_RUNS,
                     .stride = WIDE_RUNS,
                     .step = step,
                     .seed = 3,
                     .run0 = 7,
                     .kept = step % 2 ? &kept : NULL};
    for (uint32_t l = 0; l < WIDE_RUNS; l++) {
        mem[DTN_WIDE_SEED * WIDE_RUNS + l] = 0;
        for (uint32_t k = 1; k < DTN_N_WIDE; k++)
            mem[k * WIDE_RUNS + l] = wide[one < 0 ? l / 3 % N_WIDE_CASE : (uint32_t)one][k - 1];
    }
    dtn_interp_get(isa)->run(&m, 0, 1);
    for (uint32_t l = 0; l < WIDE_RUNS; l++) {
        double args[DTN_N_WIDE];
        for (uint32_t k = 0; k < DTN_N_WIDE; k++)
            args[k] = mem[k * WIDE_RUNS + l];
        const double want = dtn_wide_draw(kind, dtn_uniform(3, stream, 7 + l, step, 0), args, NULL);
        const double got = mem[DTN_N_WIDE * WIDE_RUNS + l];
        if (memcmp(&want, &got, sizeof got) != 0 && !(isnan(want) && isnan(got)))
            fail_msg("%s, distribution %d, case %d, run %u: %.17g, not %.17g", dtn_isa_name(isa),
                     (int)kind, one, l, got, want);
    }
}

/* Draws of many runs, made together, are those of the scalar function. */
static void test_wide_draws_of_many_runs(void **state)
{
    static const dtn_draw kinds[] = {DTN_DRAW_NORMAL,   DTN_DRAW_UNIFORM,
                                     DTN_DRAW_POISSON,  DTN_DRAW_EXPONENTIAL,
                                     DTN_DRAW_BINOMIAL, DTN_DRAW_LOG_OF_NORMAL};
    (void)state;
    for (dtn_isa isa = DTN_ISA_SCALAR; isa <= dtn_isa_best(); isa++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            for (int one = -1; one < N_WIDE_CASE; one++)
                for (uint32_t step = 0; step < 4; step++)
                    check_wide(isa, kinds[k], one, step);
}

/* ---- Seeds -------------------------------------------------------------------------------- */

static double one_draw(const char *text, const char *key)
{
    fixture f;
    build(&f, text);
    dtn_block *b = dtn_block_new(f.program, 8, DTN_ISA_SCALAR);
    assert_int_equal(dtn_block_start(b, 1, 0, 8, 0, NULL, NULL), DTN_OK);
    double x = value_of(&f, b, key, 3);
    dtn_block_delete(b);
    drop(&f);
    return x;
}

static void test_seeds(void **state)
{
    (void)state;
    double none = one_draw("x = RANDOM UNIFORM(0, 1, 0) ~~|\n" TIMES, "x");
    double five = one_draw("x = RANDOM UNIFORM(0, 1, 5) ~~|\n" TIMES, "x");
    double six = one_draw("x = RANDOM UNIFORM(0, 1, 6) ~~|\n" TIMES, "x");
    double by_name = one_draw("x = RANDOM UNIFORM(0, 1, s) ~~|\ns = 5 ~~|\n" TIMES, "x");
    double noise = one_draw("x = RANDOM UNIFORM(0, 1, 0) ~~|\nNOISE SEED = 5 ~~|\n" TIMES, "x");
    double own = one_draw("x = RANDOM UNIFORM(0, 1, 6) ~~|\nNOISE SEED = 5 ~~|\n" TIMES, "x");
    assert_true(none != five && five != six && none != six);
    assert_true(by_name == five);
    assert_true(noise == five); /* stream 0 follows NOISE SEED, other streams do not */
    assert_true(own == six);
}

/* ---- What each argument means ------------------------------------------------------------------ */

typedef struct expected {
    const char *call; /* as the formats write it */
    double mean, sd;
} expected;

static const expected vensim[] = {{"RANDOM 0 1()", 0.5, 0.2887},
                                  {"RANDOM UNIFORM(2, 4, 3)", 3, 0.5774},
                                  {"RANDOM NORMAL(-1e9, 1e9, 5, 2, 3)", 5, 2},
                                  {"RANDOM EXPONENTIAL(0, 1e9, 1, 2, 3)", 3, 2},
                                  {"RANDOM GAMMA(0, 1e9, 4, 1, 2, 3)", 9, 4},
                                  {"RANDOM GAMMA(0, 1e9, 0.5, 0, 1, 3)", 1, 1},
                                  {"RANDOM POISSON(0, 1e9, 4, 1, 2, 3)", 9, 4},
                                  {"RANDOM BINOMIAL(0, 1e9, 0.25, 16, 1, 2, 3)", 9, 3.464},
                                  {"RANDOM NEGATIVE BINOMIAL(0, 1e9, 0.5, 3, 1, 2, 3)", 13, 4.899},
                                  {"RANDOM BETA(-9, 9, 2, 6, 1, 4, 3)", 2, 0.5774},
                                  {"RANDOM TRIANGULAR(0, 9, 1, 2, 6, 3)", 3, 1.08},
                                  {"RANDOM WEIBULL(0, 1e9, 2, 1, 4, 3)", 5, 2.091},
                                  {"RANDOM LOOKUP(ramp, 0, 9, 1, 3, 3)", 3, 0.7071}};

static const expected xmile[] = {{"RANDOM(2, 4, 3)", 3, 0.5774},
                                 {"UNIFORM(2, 4)", 3, 0.5774},
                                 {"NORMAL(5, 2)", 5, 2},
                                 {"NORMAL(5, 2, 3)", 5, 2},
                                 {"NORMAL(0, 1, 3, 0, 1e9)", 0.7979, 0.6028},
                                 {"LOGNORMAL(0, 0.5, 3)", 1.1331, 0.6039},
                                 {"EXPRND(3, 4)", 3, 3},
                                 {"EXPRND(1, 4, 2, 1e9)", 3, 1},
                                 {"POISSON(4)", 4, 2},
                                 {"POISSON(4, 1, 0, 4)", 2.7573, 1.1},
                                 {"GAMMA(4, 2, 3)", 8, 4},
                                 {"GAMMA(4)", 4, 2},
                                 {"BETA(2, 6, 3)", 0.25, 0.1443},
                                 {"BINOMIAL(16, 0.25)", 4, 1.732},
                                 {"NEGBINOMIAL(3, 0.5)", 3, 2.449},
                                 {"GEOMETRIC(0.2, 3)", 4, 4.472},
                                 {"LOGISTIC(5, 2)", 5, 3.6276},
                                 {"PARETO(5, 2)", 2.5, 0.6455},
                                 {"TRIANGULAR(1, 2, 6)", 3, 1.08},
                                 {"WEIBULL(2, 4)", 3.5449, 1.853},
                                 {"MONTECARLO(25)", 0.25, 0.433}};

static void check_calls(dtn_dialect dialect, const expected *calls, size_t n)
{
    enum { LANES = 512, BLOCKS = 8, STEPS = 9 };
    fixture f = {0};
    char text[16384];
    size_t at = 0;
    bool is_vensim = dialect == DTN_VENSIM;
    at += (size_t)sprintf(
        text,
        is_vensim
            ? "ramp( (0,0), (1,1) ) ~~|\n"
            : "<xmile version='1.0' "
              "xmlns='http://docs.oasis-open.org/xmile/ns/XMILE/v1.0'><header/><sim_specs><start>0"
              "</start><stop>8</stop><dt>1</dt></sim_specs><model><variables>\n");
    for (size_t i = 0; i < n; i++)
        at += (size_t)sprintf(
            text + at, is_vensim ? "x%zu = %s ~~|\n" : "<aux name='x%zu'><eqn>%s</eqn></aux>\n", i,
            calls[i].call);
    strcpy(text + at, is_vensim ? TIMES : "</variables></model></xmile>");
    dtn_diags_init(&f.diags);
    assert_int_equal((is_vensim ? dtn_model_read_mdl : dtn_model_read_xmile)(
                         text, strlen(text), "test", &f.model, &f.diags),
                     DTN_OK);
    assert_int_equal(dtn_check_resolve(f.model, &f.diags), DTN_OK);
    assert_int_equal(dtn_compile(f.model, NULL, &f.program, &f.diags), DTN_OK);
    dtn_block *b = dtn_block_new(f.program, LANES, dtn_isa_best());
    double sum[32] = {0};
    for (uint32_t k = 0; k < BLOCKS; k++) {
        assert_int_equal(dtn_block_start(b, 3, (uint64_t)k * LANES, LANES, 0, NULL, NULL), DTN_OK);
        for (uint32_t step = 0; step < STEPS; step++) {
            dtn_block_eval(b);
            for (size_t i = 0; i < n; i++) {
                char key[24];
                sprintf(key, "x%zu", i);
                for (uint32_t l = 0; l < LANES; l++)
                    sum[i] += value_of(&f, b, key, l);
            }
            dtn_block_step(b);
        }
    }
    for (size_t i = 0; i < n; i++) {
        double mean = sum[i] / (LANES * BLOCKS * STEPS);
        if (!(fabs(mean - calls[i].mean) < 5 * calls[i].sd / sqrt(LANES * BLOCKS * STEPS) + 1e-3))
            fail_msg("%s: mean %g, not %g", calls[i].call, mean, calls[i].mean);
    }
    dtn_block_delete(b);
    drop(&f);
}

static void test_arguments(void **state)
{
    (void)state;
    check_calls(DTN_VENSIM, vensim, sizeof vensim / sizeof *vensim);
    check_calls(DTN_XMILE, xmile, sizeof xmile / sizeof *xmile);
}

/* ---- The same bits everywhere ----------------------------------------------------------------- */

static const char rows[] =
    "A: a1, a2, a3 ~~|\nB: b1, b2 ~~|\nP: ptype, ppriority, pwidth, pextra ~~|\n"
    "x[A] = RANDOM NORMAL(-3, 3, A, 0.5, 0) ~~|\n"
    "up[A] = VECTOR SORT ORDER(x[A], 1) ~~|\n"
    "rank[A] = VECTOR RANK(x[A], 0) ~~|\n"
    "again[A] = VECTOR REORDER(x[A], up[A]) ~~|\n"
    "sel = VECTOR SELECT(rank[A!], x[A!], 0, 0, 0) ~~|\n"
    "profile[A, ptype] = 3 ~~|\nprofile[A, ppriority] = 4 + x[A] ~~|\n"
    "profile[A, pwidth] = 1 ~~|\nprofile[A, pextra] = 0 ~~|\n"
    "share[A] = ALLOCATE AVAILABLE(EXP(x[A]), profile[A, ptype], 3) ~~|\n"
    "m[B, b1] = 1 + EXP(x[a1]) ~~|\nm[B, b2] = B + ABS(x[a2]) ~~|\n"
    "C <-> B ~~|\ninv[B, C] = INVERT MATRIX(m[B, C], 2) ~~|\n"
    "pick = VECTOR ELM MAP(x[a1], up[a1]) ~~|\n"
    "load = SIMULTANEOUS(1 / (1 + load + x[a1] * x[a1]), 0.5) ~~|\n"
    "mixed = SUM(RANDOM UNIFORM(0, 1, 0) * x[A!]) + RANDOM BETA(0, 1, 2, 3, 0, 1, A seed) ~~|\n"
    "A seed = IF THEN ELSE(x[a1] > 1, 7, 9) ~~|\n"
    "pink = RANDOM PINK NOISE(5, 2, 3, 0) ~~|\n"
    "order = 1 + STEP(2, 0) ~~|\n"
    "late = DELAY N(pink, 5 + x[a1], 4, order) ~~|\n"
    "calm = SMOOTH N(pink, 4, 4, 2) ~~|\n"
    "gone = DELAY MATERIAL(pink, 2 + ABS(x[a2]), 1, 0) ~~|\n"
    "heard = DELAY INFORMATION(pink, 2 + ABS(x[a2]), 1) ~~|\n" TIMES;

/* Every variable of n runs at every step, run by run: [run][value]. */
static double *picture(const fixture *f, dtn_isa isa, uint32_t n, uint32_t lanes, size_t *width)
{
    size_t per_step = 0;
    for (size_t v = 0; v < f->model->n_var; v++)
        per_step += f->program->places[v].n;
    *width = per_step * (f->program->n_step + 1);
    double *out = calloc(*width * n, sizeof *out);
    dtn_block *b = dtn_block_new(f->program, lanes, isa);
    for (uint32_t run0 = 0; run0 < n; run0 += lanes) {
        uint32_t here = n - run0 < lanes ? n - run0 : lanes;
        assert_int_equal(dtn_block_start(b, 5, run0, here, 0, NULL, NULL), DTN_OK);
        for (uint32_t step = 0; step <= f->program->n_step; step++) {
            size_t at = per_step * step;
            dtn_block_check(b);
            for (uint32_t v = 0; v < f->model->n_var; v++)
                for (uint32_t e = 0; e < f->program->places[v].n; e++, at++)
                    for (uint32_t l = 0; l < here; l++)
                        out[(run0 + l) * *width + at] = dtn_block_value(b, v, e)[l];
            dtn_block_step(b);
        }
        for (uint32_t l = 0; l < here; l++)
            assert_int_equal(dtn_block_flag(b, l).var, DTN_NONE);
    }
    dtn_block_delete(b);
    return out;
}

static void test_same_bits(void **state)
{
    (void)state;
    enum { N = 50 };
    fixture f;
    size_t width;
    build(&f, rows);
    double *first = picture(&f, DTN_ISA_SCALAR, N, 8, &width);
    const struct {
        dtn_isa isa;
        uint32_t lanes;
    } ways[] = {{DTN_ISA_SCALAR, 64},
                {DTN_ISA_SSE2, 16},
                {DTN_ISA_AVX2, 32},
                {DTN_ISA_AVX512, 8},
                {DTN_ISA_AVX512, 64}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        double *other = picture(&f, ways[i].isa, N, ways[i].lanes, &width);
        assert_memory_equal(first, other, width * N * sizeof *first);
        free(other);
    }
    free(first);
    drop(&f);
}

static void test_snapshot_of_delays(void **state)
{
    (void)state;
    static const char *const keys[] = {"gone", "heard", "late", "calm", "pink", "load"};
    fixture f;
    build(&f, rows);
    dtn_block *b = dtn_block_new(f.program, 8, dtn_isa_best());
    dtn_snapshot *s = dtn_snapshot_new(b);
    assert_int_equal(dtn_block_start(b, 5, 0, 8, 0, NULL, NULL), DTN_OK);
    for (int i = 0; i < 3; i++)
        dtn_block_step(b);
    assert_int_equal(dtn_block_save(b, s), DTN_OK);
    double ahead[6];
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < 4; i++)
            dtn_block_step(b);
        for (int k = 0; k < 6; k++) {
            double x = value_of(&f, b, keys[k], 2);
            assert_true(turn == 0 || x == ahead[k]);
            ahead[k] = x;
        }
        assert_int_equal(dtn_block_restore(b, s), DTN_OK);
    }
    dtn_snapshot_delete(s);
    dtn_block_delete(b);
    drop(&f);
}

/* ---- Pink noise ---------------------------------------------------------------------------------- */

/* Its mean, spread and correlation from step to step (1 - dt / correlation time). */
static void test_pink_noise(void **state)
{
    (void)state;
    enum { LANES = 512, BLOCKS = 40 };
    fixture f;
    double sum = 0, squares = 0, products = 0, n = 0;
    build(&f, "x = RANDOM PINK NOISE(5, 2, 4, 0) ~~|\n" TIMES);
    dtn_block *b = dtn_block_new(f.program, LANES, dtn_isa_best());
    for (uint32_t k = 0; k < BLOCKS; k++) {
        assert_int_equal(dtn_block_start(b, 3, (uint64_t)k * LANES, LANES, 0, NULL, NULL), DTN_OK);
        double before[LANES];
        for (uint32_t step = 0; step <= 8; step++) {
            for (uint32_t l = 0; l < LANES; l++) {
                double x = value_of(&f, b, "x", l) - 5;
                sum += x;
                squares += x * x;
                products += step > 0 ? x * before[l] : 0;
                before[l] = x;
                n++;
            }
            dtn_block_step(b);
        }
    }
    assert_true(fabs(sum / n) < 0.05);
    assert_true(fabs(squares / n - 4) < 0.1);
    assert_true(fabs(products / (n * 8 / 9) / 4 - 0.75) < 0.02);
    dtn_block_delete(b);
    drop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(inner_functions_cannot_be_called),
                                       cmocka_unit_test(test_distributions),
                                       cmocka_unit_test(test_bounds),
                                       cmocka_unit_test(test_wide_draws_of_many_runs),
                                       cmocka_unit_test(test_seeds),
                                       cmocka_unit_test(test_arguments),
                                       cmocka_unit_test(test_same_bits),
                                       cmocka_unit_test(test_snapshot_of_delays),
                                       cmocka_unit_test(test_pink_noise)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
