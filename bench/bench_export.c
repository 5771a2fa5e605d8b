/* The interpreter's ensemble against the exported C of the same model, one core each, in one run.
 *
 * Each model given is exported, compiled by `cc -O3 -march=native -ffp-contract=off` and timed by
 * its own --bench; the interpreter runs the same ensemble. Both keep the last row of each run, and
 * the sums of these rows must agree within 1e-9, else the figure is void. Prints medians of
 * N_ROUND alternating rounds and their ratio. What has random draws gives each run its own.
 */
#include "check/check.h"
#include "compile/export_c.h"
#include "format/format.h"
#include "run/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { N_ROUND = 7, N_RUN = 4096 };

static double sums[N_RUN];

static dtn_status work(void *ctx, dtn_block *block, uint64_t run0, uint32_t n)
{
    const dtn_program *p = ctx;
    while (dtn_block_step_index(block) < p->n_step)
        dtn_block_step(block);
    dtn_block_eval(block);
    for (uint32_t i = 0; i < n; i++)
        sums[run0 + i] = dtn_block_time(block);
    for (uint32_t v = 0; v < p->model->n_var; v++) {
        const dtn_place *place = &p->places[v];
        if (place->slot == DTN_NONE || p->model->vars[v].is_hidden)
            continue;
        for (uint32_t e = 0; e < place->n; e++) {
            const double *row = dtn_block_value(block, v, e);
            for (uint32_t i = 0; i < n && (!place->defined || place->defined[e]); i++)
                sums[run0 + i] += row[i];
        }
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

static double interpret(dtn_program *program, double *us)
{
    dtn_ensemble_options o = dtn_ensemble_defaults();
    double sum = 0, t0 = seconds();
    o.n_run = N_RUN;
    o.n_thread = 1;
    o.work = work;
    o.work_ctx = program;
    (void)dtn_ensemble_run(program, &o);
    *us = 1e6 * (seconds() - t0) / N_RUN;
    for (int i = 0; i < N_RUN; i++)
        sum += sums[i];
    return sum;
}

/* The exported program's own figures. */
static bool run_exported(const char *folder, double *sum, double *us)
{
    char command[512];
    unsigned steps = 0, runs = 0;
    (void)snprintf(command, sizeof command, "%s/model --bench %d", folder, N_RUN);
    FILE *pipe = popen(command, "r");
    bool ok = pipe && fscanf(pipe, "%lf us a run (%u steps, %u runs, sum %lf)", us, &steps, &runs,
                             sum) == 4;
    return pipe && pclose(pipe) == 0 && ok;
}

static bool build_exported(const dtn_program *program, dtn_arena *arena, const char *folder,
                           dtn_diags *diags)
{
    char path[256], command[1024];
    const char *text = NULL;
    size_t n = 0;
    if (dtn_export_c(program, arena, "model.c", &text, &n, diags) != DTN_OK)
        return false;
    (void)snprintf(path, sizeof path, "%s/model.c", folder);
    FILE *file = fopen(path, "w");
    bool ok = file && fwrite(text, 1, n, file) == n;
    if (!file || fclose(file) != 0 || !ok)
        return false;
    (void)snprintf(command, sizeof command,
                   "cc -O3 -march=native -ffp-contract=off -o %s/model %s -lm", folder, path);
    return system(command) == 0;
}

static int compare(const char *name, dtn_program *program, const char *folder)
{
    double lanes[N_ROUND], scalar[N_ROUND], ratio[N_ROUND], sum = 0, sum_c = 0;
    for (int r = 0; r < N_ROUND; r++) {
        sum = interpret(program, &lanes[r]);
        if (!run_exported(folder, &sum_c, &scalar[r])) {
            fprintf(stderr, "bench_export: %s: the exported program fails\n", name);
            return 1;
        }
        ratio[r] = scalar[r] / lanes[r];
    }
    if (!(fabs(sum - sum_c) <= 1e-9 * fabs(sum))) {
        fprintf(stderr, "bench_export: %s: the two do not agree (%.17g, %.17g)\n", name, sum,
                sum_c);
        return 1;
    }
    qsort(lanes, N_ROUND, sizeof *lanes, by_size);
    qsort(scalar, N_ROUND, sizeof *scalar, by_size);
    qsort(ratio, N_ROUND, sizeof *ratio, by_size);
    printf("%s, %d runs x %u steps, one core, %s\n", name, N_RUN, program->n_step,
           dtn_isa_name(dtn_isa_best()));
    printf("interpreter  %8.2f us a run\n", lanes[N_ROUND / 2]);
    printf("exported C   %8.2f us a run\n", scalar[N_ROUND / 2]);
    printf("ratio        %8.2f (median of %d; %.2f to %.2f)\n", ratio[N_ROUND / 2], N_ROUND,
           ratio[0], ratio[N_ROUND - 1]);
    return 0;
}

static int bench(const char *path, const char *folder)
{
    dtn_diags diags;
    dtn_arena arena;
    dtn_model *model = NULL;
    dtn_program *program = NULL;
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    volatile int rc = 1; /* kept over a jump of the arena's guard */
    dtn_diags_init(&diags);
    dtn_arena_init(&arena);
    if (!DTN_ARENA_GUARD(&arena) && dtn_model_read(path, &model, &diags) == DTN_OK &&
        dtn_check_resolve(model, &diags) == DTN_OK &&
        dtn_compile(model, NULL, &program, &diags) == DTN_OK &&
        build_exported(program, &arena, folder, &diags))
        rc = compare(name, program, folder);
    else
        fprintf(stderr, "bench_export: %s: %s\n", name,
                diags.n ? diags.items[0].message : "cannot build");
    dtn_program_delete(program);
    dtn_model_delete(model);
    dtn_arena_free(&arena);
    dtn_diags_free(&diags);
    return rc;
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/bench_export_XXXXXX", file[64];
    int rc = 0;
    if (!mkdtemp(folder))
        return 1;
    for (int i = 1; i < argc; i++) {
        if (access(argv[i], R_OK) != 0)
            printf("%s: skipped, it is not there\n", argv[i]);
        else
            rc |= bench(argv[i], folder);
    }
    for (int i = 0; i < 2; i++) {
        (void)snprintf(file, sizeof file, "%s/%s", folder, i ? "model" : "model.c");
        (void)unlink(file);
    }
    (void)rmdir(folder);
    return rc;
}
