/* The interpreter's ensemble against scalar C, one core each, in one run.
 *
 * Both compute the same runs of SIR (3,200 steps of 1/32 day; contact infectivity differs from
 * run to run), final values kept. The two must agree bit for bit, else the figure is void.
 * Prints medians of DTN_ROUNDS alternating rounds and their ratio.
 */
#include "check/check.h"
#include "format/format.h"
#include "run/run.h"
#include "sir_scalar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DTN_ROUNDS 9
#define N_RUN 4096

static const char model_text[] =
    "contact infectivity = 0.3 ~ 1/Day ~ |\n"
    "duration = 5 ~ Days ~ |\n"
    "total population = 1000 ~ Persons ~ |\n"
    "infectious = INTEG(succumbing - recovering, 5) ~ Persons ~ |\n"
    "recovered = INTEG(recovering, 0) ~ Persons ~ |\n"
    "recovering = infectious / duration ~ Persons/Day ~ |\n"
    "succumbing = susceptible * infectious / total population * contact infectivity\n"
    "  ~ Persons/Day ~ |\n"
    "susceptible = INTEG(-succumbing, total population) ~ Persons ~ |\n"
    "INITIAL TIME = 0 ~ Day ~ |\nFINAL TIME = 100 ~ Day ~ |\n"
    "TIME STEP = 0.03125 ~ Day ~ |\nSAVEPER = 100 ~ Day ~ |\n";

static double finals[2][N_RUN][3];

static double infectivity(uint64_t run) { return 0.2 + 0.2 * (double)run / N_RUN; }

static void design(void *ctx, uint64_t run0, uint32_t n, double *params)
{
    (void)ctx;
    for (uint32_t i = 0; i < n; i++)
        params[i] = infectivity(run0 + i);
}

typedef struct places {
    uint32_t n_step, var[3];
} places;

static dtn_status work(void *ctx, dtn_block *block, uint64_t run0, uint32_t n)
{
    const places *p = ctx;
    while (dtn_block_step_index(block) < p->n_step)
        dtn_block_step(block);
    dtn_block_eval(block);
    for (int k = 0; k < 3; k++) {
        const double *v = dtn_block_value(block, p->var[k], 0);
        for (uint32_t i = 0; i < n; i++)
            finals[0][run0 + i][k] = v[i];
    }
    return DTN_OK;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    dtn_diags diags;
    dtn_model *model = NULL;
    dtn_program *program = NULL;
    dtn_diags_init(&diags);
    if (dtn_model_read_mdl(model_text, sizeof model_text - 1, "SIR", &model, &diags) != DTN_OK ||
        dtn_check_resolve(model, &diags) != DTN_OK ||
        dtn_compile(model, NULL, &program, &diags) != DTN_OK) {
        fprintf(stderr, "bench_sir: %s\n", diags.n ? diags.items[0].message : "cannot compile");
        return 1;
    }
    const char *names[] = {"susceptible", "infectious", "recovered"};
    places p = {.n_step = program->n_step};
    for (int k = 0; k < 3; k++)
        p.var[k] = dtn_model_find_var(model, names[k])->id;
    uint32_t param = dtn_program_find_parameter(program, "contact infectivity");
    dtn_ensemble_options o = dtn_ensemble_defaults();
    o.n_run = N_RUN;
    o.n_thread = 1;
    o.n_param = 1;
    o.param_ids = &param;
    o.design = design;
    o.work = work;
    o.work_ctx = &p;
    double lanes[DTN_ROUNDS], scalar[DTN_ROUNDS], ratio[DTN_ROUNDS];
    for (int r = 0; r < DTN_ROUNDS; r++) {
        double t0 = seconds();
        dtn_ensemble_run(program, &o);
        double t1 = seconds();
        for (uint64_t i = 0; i < N_RUN; i++) {
            sir_input in = {1000, 5, infectivity(i), 5};
            sir_scalar(&in, program->n_step, program->dt, finals[1][i]);
        }
        double t2 = seconds();
        lanes[r] = t1 - t0;
        scalar[r] = t2 - t1;
        ratio[r] = (t2 - t1) / (t1 - t0);
    }
    if (memcmp(finals[0], finals[1], sizeof finals[0]) != 0) {
        fprintf(stderr, "bench_sir: the two do not give the same numbers\n");
        return 1;
    }
    qsort(lanes, DTN_ROUNDS, sizeof *lanes, by_size);
    qsort(scalar, DTN_ROUNDS, sizeof *scalar, by_size);
    qsort(ratio, DTN_ROUNDS, sizeof *ratio, by_size);
    printf("SIR, %d runs x %u steps, one core, %s, same bits\n", N_RUN, program->n_step,
           dtn_isa_name(o.isa));
    printf("interpreter  %8.2f us a run\n", 1e6 * lanes[DTN_ROUNDS / 2] / N_RUN);
    printf("scalar C     %8.2f us a run\n", 1e6 * scalar[DTN_ROUNDS / 2] / N_RUN);
    printf("ratio        %8.2f (median of %d; %.2f to %.2f)\n", ratio[DTN_ROUNDS / 2], DTN_ROUNDS,
           ratio[0], ratio[DTN_ROUNDS - 1]);
    dtn_program_delete(program);
    dtn_model_delete(model);
    dtn_diags_free(&diags);
    return 0;
}
