/* detente bench: the program's own speed on a model, against the model's own scalar C.
 *
 * Everything is measured in one run, in rounds that take turns, and medians are shown: a machine with
 * other work on it slows both sides of a ratio. Each round runs an ensemble on one core, the
 * exported C of the same model (compiled here by `cc -O3 -march=native`) on one core, the ensemble on
 * all threads, and a loop of vector multiplications and additions that nothing hinders, which is
 * taken for the machine's peak. One variable is read at 20 points of the time, as an ensemble does.
 *
 * Operations are counted as the program's instructions of a step, each for each lane, and two for
 * each stock; a function or a draw counts as one. Timings differ from run to run: the promise of the
 * same bytes does not hold here.
 */
#include "base/text.h"
#include "cli/cli.h"
#include "cli/future.h"
#include "compile/export_c.h"
#include "run/run.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { N_ROUND = 7, N_POINT = 20, COMMAND = 640 };
enum { MOST_SECONDS = 180 };              /* of the C compiler, and of the exported C */
static const double round_seconds = 0.15; /* of the ensemble on one core */

typedef struct speed {
    dtn_future future;
    const dtn_program *program;
    dtn_jit *jit;
    dtn_backend backend;
    dtn_isa isa;
    dtn_target read; /* the variable that is looked at */
    uint64_t n_run, n_variable;
    uint32_t n_thread;
    double n_operation; /* of one step and lane */
    double compile_s;
    double one[N_ROUND], all[N_ROUND], scalar[N_ROUND], peak[N_ROUND], ratio[N_ROUND],
        scaling[N_ROUND], share[N_ROUND];
    bool has_scalar;
    cpu_set_t cores; /* that this process may use */
} speed;

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value of a rank among the rounds: 0 the least. */
static double ranked(const double values[N_ROUND], int rank)
{
    double sorted[N_ROUND];
    memcpy(sorted, values, sizeof sorted);
    qsort(sorted, N_ROUND, sizeof *sorted, by_size);
    return sorted[rank];
}

static double median(const double values[N_ROUND]) { return ranked(values, N_ROUND / 2); }

/* ---- The model -------------------------------------------------------------------------- */

/* Elements of variables that are computed at every step. */
static uint64_t count_variables(const dtn_program *p)
{
    uint64_t n = 0;
    for (size_t v = 0; v < p->model->n_var; v++)
        if (p->places[v].slot != DTN_NONE && !p->places[v].is_constant &&
            p->places[v].slot != p->time_slot)
            n += p->places[v].n;
    return n;
}

/* Instructions of a step, those in loops as often as the loop goes round. */
static double count_operations(const dtn_program *p)
{
    double n = 2.0 * p->n_stock, times = 1;
    for (uint32_t i = p->step_first; i < p->step_end; i++) {
        const dtn_ins *x = &p->ins[i];
        if (x->op == DTN_I_LOOP)
            times *= x->a;
        else if (x->op == DTN_I_ENDLOOP)
            times /= p->ins[x->a].a;
        else if (x->op != DTN_I_COPY && x->op < DTN_I_LOOP)
            n += times;
    }
    return n;
}

/* The first stock, or the first variable that changes. */
static void choose_variable(speed *s)
{
    const dtn_program *p = s->program;
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t v = 0; v < p->model->n_var; v++) {
            const uint32_t slot = p->places[v].slot;
            if (slot == DTN_NONE || slot < p->stock0 || (pass == 0 && slot >= p->held0))
                continue;
            s->read.var = v;
            s->read.element = 0;
            return;
        }
}

/* ---- The ensemble -------------------------------------------------------------------------- */

static dtn_status run_block(void *ctx, dtn_block *block, uint64_t run0, uint32_t n)
{
    const speed *s = ctx;
    const uint32_t n_step = s->program->n_step, every = n_step > N_POINT ? n_step / N_POINT : 1;
    double sum = 0;
    (void)run0;
    for (uint32_t step = 0; step < n_step; step++) {
        dtn_future_branch(&s->future, block);
        dtn_block_step(block);
        if ((step + 1) % every != 0 && step + 1 != n_step)
            continue;
        dtn_block_eval(block);
        const double *value = dtn_block_value(block, s->read.var, s->read.element);
        for (uint32_t i = 0; i < n; i++)
            sum += value[i];
    }
    volatile double kept = sum; /* read, so that none of it can be left out */
    (void)kept;
    return DTN_OK;
}

static int stop_if_interrupted(void *ctx, uint64_t done, uint64_t total)
{
    (void)ctx, (void)done, (void)total;
    return dtn_console_interrupted();
}

static double run_once(const speed *s, uint64_t n_run, uint32_t n_thread)
{
    dtn_ensemble_options o = dtn_ensemble_defaults();
    o.seed = s->future.seed;
    o.n_run = n_run;
    o.n_thread = n_thread;
    o.backend = s->backend;
    o.isa = s->isa;
    o.jit = s->jit;
    o.n_param = s->future.n_param;
    o.param_ids = s->future.param_ids;
    o.design = s->future.n_param > 0 ? dtn_future_draw : NULL;
    o.design_ctx = (void *)(uintptr_t)&s->future;
    o.work = run_block;
    o.work_ctx = (void *)(uintptr_t)s;
    o.progress = stop_if_interrupted;
    const double t0 = seconds();
    (void)dtn_ensemble_run(s->program, &o);
    return seconds() - t0;
}

/* As many runs as fill a round; whole blocks, so that no lanes idle. */
static void choose_runs(speed *s)
{
    const uint64_t block = s->jit ? dtn_jit_pitch(s->jit) : 256;
    uint64_t n = block;
    double t = run_once(s, n, 1);
    while (t < round_seconds / 4 && n < UINT64_C(1) << 40 && !dtn_console_interrupted()) {
        n *= 2;
        t = run_once(s, n, 1);
    }
    n = (uint64_t)((double)n * round_seconds / t);
    s->n_run = (n / block + 1) * block;
}

/* ---- The exported C --------------------------------------------------------------------------- */

/* What keeps the C compiler from wider vectors than the model has. */
static const char *narrower(dtn_isa isa)
{
    if (isa >= dtn_isa_best())
        return "";
    switch (isa) {
    case DTN_ISA_SSE2: return "-mno-avx";
    case DTN_ISA_AVX: return "-mno-avx2 -mno-fma";
    case DTN_ISA_AVX2: return "-mno-avx512f";
    default: return "";
    }
}

/* Not by system(): that keeps an interrupt from this process. */
static bool run_command(const char *command)
{
    FILE *pipe = popen(command, "r");
    while (pipe && fgetc(pipe) != EOF) {
    }
    return pipe && pclose(pipe) == 0 && !dtn_console_interrupted();
}

static bool build_scalar(dtn_cli *cli, dtn_isa isa, const char *folder)
{
    char path[COMMAND], command[2 * COMMAND];
    const char *text = NULL;
    size_t n = 0;
    if (dtn_export_c(cli->program, &cli->arena, "model.c", &text, &n, &cli->diags) != DTN_OK)
        return false;
    (void)snprintf(path, sizeof path, "%s/model.c", folder);
    FILE *file = fopen(path, "w");
    const bool written = file && fwrite(text, 1, n, file) == n;
    if (!file || fclose(file) != 0 || !written)
        return false;
    (void)snprintf(command, sizeof command,
                   "timeout %d cc -O3 -march=native %s -ffp-contract=off -o %s/model %s -lm "
                   "2>/dev/null",
                   MOST_SECONDS, narrower(isa), folder, path);
    return run_command(command);
}

/* Seconds of one run; NaN where it fails. */
static double run_scalar(const char *folder, uint64_t n_run)
{
    char command[COMMAND];
    double us = NAN;
    (void)snprintf(command, sizeof command, "timeout %d %s/model --bench %llu", MOST_SECONDS,
                   folder, (unsigned long long)n_run);
    FILE *pipe = popen(command, "r");
    const bool ok = pipe && fscanf(pipe, "%lf us a run", &us) == 1;
    while (pipe && fgetc(pipe) != EOF) {
    }
    return pipe && pclose(pipe) == 0 && ok ? us * 1e-6 : (double)NAN;
}

static void remove_scalar(const char *folder)
{
    char path[COMMAND];
    static const char *const names[] = {"model.c", "model"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

/* ---- Rounds ----------------------------------------------------------------------------------- */

/* Operations a second of one core. */
static double peak_of(dtn_isa isa)
{
    const dtn_math *math = dtn_math_get(isa);
    size_t n = 1 << 12, done;
    double t = 0;
    do {
        n *= 2;
        const double t0 = seconds();
        done = math->spin(n);
        t = seconds() - t0;
    } while (t < 0.01);
    return (double)done / t;
}

/* What is compared runs on one and the same core; `before`: those that were allowed. */
static void stay_here(cpu_set_t *before)
{
    const int core = sched_getcpu();
    cpu_set_t one;
    CPU_ZERO(&one);
    if (sched_getaffinity(0, sizeof *before, before) != 0 || core < 0 || core >= CPU_SETSIZE)
        return;
    CPU_SET((unsigned)core, &one);
    (void)sched_setaffinity(0, sizeof one, &one);
}

static void run_rounds(speed *s, const char *folder)
{
    uint64_t n_scalar = 1;
    if (s->has_scalar) {
        const double t = run_scalar(folder, 1);
        n_scalar = t > 0 && t < round_seconds ? (uint64_t)(round_seconds / t) + 1 : 1;
    }
    for (int r = 0; r < N_ROUND && !dtn_console_interrupted(); r++) {
        stay_here(&s->cores);
        s->one[r] = run_once(s, s->n_run, 1) / (double)s->n_run;
        s->scalar[r] = s->has_scalar ? run_scalar(folder, n_scalar) : (double)NAN;
        (void)sched_setaffinity(0, sizeof s->cores, &s->cores);
        s->all[r] = s->n_thread == 1 ? s->one[r]
                                     : run_once(s, s->n_run * s->n_thread, s->n_thread) /
                                           (double)(s->n_run * s->n_thread);
        s->peak[r] = peak_of(s->isa);
        s->ratio[r] = s->scalar[r] / s->one[r];
        s->scaling[r] = s->one[r] / s->all[r];
        s->share[r] = s->n_operation * s->program->n_step / s->one[r] / s->peak[r];
        s->has_scalar = s->has_scalar && isfinite(s->ratio[r]);
    }
}

/* ---- Output ----------------------------------------------------------------------------------- */

static void number(const char *key, double value, const char *after)
{
    char text[DTN_DOUBLE_MAX_TEXT];
    char short_text[DTN_DOUBLE_MAX_TEXT];
    (void)snprintf(short_text, sizeof short_text, "%.4g", value);
    (void)dtn_double_to_text(strtod(short_text, NULL), text);
    (void)printf("\"%s\":%s%s", key, isfinite(value) ? text : "null", after);
}

static void print_json(const speed *s, const char *name)
{
    (void)fputs("{\"model\":\"", stdout);
    for (const char *c = name; *c != '\0'; c++)
        if (*c == '"' || *c == '\\' || (unsigned char)*c < 0x20)
            (void)printf("\\u%04x", (unsigned)*c);
        else
            (void)putchar(*c);
    (void)printf("\",\"variables\":%llu,\"steps\":%u,\"threads\":%u,",
                 (unsigned long long)s->n_variable, s->program->n_step, s->n_thread);
    number("compile_s", s->compile_s, ",");
    number("runs_per_s", 1 / median(s->all), ",");
    number("ns_per_variable_step",
           1e9 * median(s->one) / (double)s->n_variable / s->program->n_step, ",");
    number("share_of_vector_peak", median(s->share), ",");
    number("ratio_to_scalar_c", s->has_scalar ? median(s->ratio) : (double)NAN, "}\n");
}

static void print_text(const speed *s, const char *name)
{
    const double one = median(s->one), all = median(s->all);
    (void)printf("%s: %llu variables that change, %u steps; %s, %s, medians of %d rounds\n", name,
                 (unsigned long long)s->n_variable, s->program->n_step,
                 s->jit ? "generated code" : "interpreter", dtn_isa_name(s->isa), N_ROUND);
    (void)printf("compile                    %10.1f ms\n", 1e3 * s->compile_s);
    if (s->n_thread > 1)
        (void)printf("runs a second, %3u threads %12.0f\n", s->n_thread, 1 / all);
    (void)printf("runs a second, one         %12.0f\n", 1 / one);
    if (s->n_thread > 1)
        (void)printf("scaling over threads       %10.2f\n", median(s->scaling));
    (void)printf("a variable, step and lane  %12.4f ns\n",
                 1e9 * one / (double)s->n_variable / s->program->n_step);
    (void)printf("share of vector peak       %10.1f %%\n", 100 * median(s->share));
    if (s->has_scalar)
        (void)printf(
            "ratio to its scalar C      %10.2f (rounds: %.2f to %.2f; one core each; C: %.2f us "
            "a run)\n",
            median(s->ratio), ranked(s->ratio, 0), ranked(s->ratio, N_ROUND - 1),
            1e6 * median(s->scalar));
    else
        (void)printf(
            "ratio to its scalar C               - (no C compiler, or it cannot be exported)\n");
}

/* ---- The command -------------------------------------------------------------------------------- */

static void measure(dtn_cli *cli, speed *s)
{
    char folder[] = "/tmp/detente-bench-XXXXXX";
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    s->program = cli->program;
    s->n_thread = cli->options.jobs ? (uint32_t)cli->options.jobs
                  : online > 0      ? (uint32_t)online
                                    : 1;
    s->backend = dtn_cli_backend(cli) == DTN_BACKEND_INTERP ? DTN_BACKEND_INTERP : DTN_BACKEND_JIT;
    const double t0 = seconds();
    s->jit = dtn_ensemble_jit(s->program, s->isa, s->backend, UINT64_MAX, s->n_thread);
    s->compile_s = s->jit ? seconds() - t0 : 0;
    s->n_variable = count_variables(s->program);
    s->n_operation = count_operations(s->program);
    choose_variable(s);
    const bool has_folder = mkdtemp(folder) != NULL;
    s->has_scalar = has_folder && build_scalar(cli, s->isa, folder);
    choose_runs(s);
    run_rounds(s, folder);
    if (has_folder)
        remove_scalar(folder);
    dtn_jit_delete(s->jit);
}

static int choose_isa(dtn_cli *cli, dtn_isa *out)
{
    static const dtn_isa named[] = {[DTN_CLI_ISA_SSE2] = DTN_ISA_SSE2,
                                    [DTN_CLI_ISA_AVX] = DTN_ISA_AVX,
                                    [DTN_CLI_ISA_AVX2] = DTN_ISA_AVX2,
                                    [DTN_CLI_ISA_AVX512] = DTN_ISA_AVX512};
    *out = cli->options.isa < 0 ? dtn_isa_best() : named[cli->options.isa];
    if (*out <= dtn_isa_best())
        return 0;
    dtn_console_error(&cli->console, "this machine has no %s, its widest is %s", dtn_isa_name(*out),
                      dtn_isa_name(dtn_isa_best()));
    return DTN_EXIT_USAGE;
}

int dtn_cli_bench(dtn_cli *cli)
{
    speed s = {0};
    int rc = dtn_cli_read(cli);
    if (rc == 0)
        rc = dtn_future_init(cli, &s.future);
    if (rc != 0)
        return rc;
    if (cli->program->n_step == 0 || count_variables(cli->program) == 0) {
        dtn_console_error(&cli->console, "nothing in %s changes over time", cli->options.args[0]);
        return DTN_EXIT_USAGE;
    }
    rc = choose_isa(cli, &s.isa);
    if (rc != 0)
        return rc;
    measure(cli, &s);
    if (dtn_console_interrupted())
        return dtn_cli_fail(cli, DTN_E_INTERRUPTED);
    const char *slash = strrchr(cli->options.args[0], '/');
    const char *name = slash != NULL && slash[1] != '\0' ? slash + 1 : cli->options.args[0];
    if (cli->options.text_format == DTN_TEXT_FORMAT_JSON)
        print_json(&s, name);
    else
        print_text(&s, name);
    return 0;
}
