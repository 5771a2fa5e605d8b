/* What the paired differences hang on, from the futures that were run anyway.
 *
 * For each input (a parameter, the answer to a hypothesis), profile and outcome: the share of the
 * variance of the ranks of the paired difference that the input explains alone. This is the
 * first-order index from given data (Plischke, Borgonovo and Smith 2013: futures sorted into bins
 * of the input) taken of ranks (Kruskal and Wallis 1952), because differences of deaths have tails
 * in which few futures would decide a variance. Answers are bins themselves; a parameter has ten
 * bins of as many futures each, fewer where there are less than 200 futures.
 *
 * By chance alone such an index is not zero: `noise` is what 99 % of 1,000 random orders of the
 * futures stay below, for bins of the same sizes. What an input does only together with others
 * is not seen. Above DTN_EXACT_RUNS the first so many futures are looked at.
 */
#include "decide/aggregate.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "decide/workers.h"
#include "num/num.h"

enum { N_ORDER = 1000, MOST_BINS = 10, FUTURES_OF_A_BIN = 20 };

typedef struct job {
    const dtn_futures *f;
    const dtn_design *design;
    dtn_comparison *cmp;
    size_t n;        /* futures looked at */
    size_t most_bin; /* of any input */
    uint32_t **bins; /* [n_input][n] */
} job;

/* ---- Inputs ------------------------------------------------------------------------------ */

static void add_input(job *j, dtn_input input, uint32_t *bins)
{
    j->bins[j->cmp->n_input] = bins;
    j->cmp->inputs[j->cmp->n_input++] = input;
    j->most_bin = input.n_bin > j->most_bin ? input.n_bin : j->most_bin;
}

static void add_hypotheses(job *j)
{
    const dtn_case *c = j->f->c;
    for (size_t h = 0; h < c->n_hypothesis; h++) {
        uint32_t *bins = DTN_NEW_N(j->cmp->arena, uint32_t, j->n + 1);
        bool varies = false;
        for (size_t i = 0; i < j->n; i++) {
            bins[i] = dtn_design_answer(j->design, i, h);
            varies = varies || bins[i] != bins[0];
        }
        if (varies)
            add_input(j,
                      (dtn_input){.name = c->hypotheses[h].id,
                                  .hypothesis = h,
                                  .n_bin = c->hypotheses[h].n_answer},
                      bins);
    }
}

/* Bins of as many futures each, by rank; equal values stay together. */
static bool bin_by_rank(const job *j, const double *values, size_t n_bin, uint32_t *bins,
                        double *ranks, void *scratch)
{
    bool varies = false;
    dtn_midranks(j->n, values, ranks, scratch);
    for (size_t i = 0; i < j->n; i++) {
        const size_t bin = (size_t)((ranks[i] - 0.5) * (double)n_bin / (double)j->n);
        bins[i] = (uint32_t)(bin < n_bin ? bin : n_bin - 1);
        varies = varies || bins[i] != bins[0];
    }
    return varies;
}

static const dtn_case_parameter *parameter_of(const dtn_case *c, dtn_arena *arena, const char *key)
{
    for (size_t i = 0; i < c->n_parameter; i++)
        if (strcmp(dtn_case_element_key(arena, c->parameters[i].name), key) == 0)
            return &c->parameters[i];
    return NULL;
}

static void add_parameters(job *j)
{
    const dtn_design *design = j->design;
    dtn_arena *arena = j->cmp->arena;
    double *draws = DTN_NEW_N(arena, double, design->n_param * j->n + 1);
    double *ranks = DTN_NEW_N(arena, double, j->n + 1);
    void *scratch = dtn_arena_alloc(arena, dtn_midranks_scratch(j->n) + 1);
    size_t n_bin = j->n / FUTURES_OF_A_BIN;
    n_bin = n_bin < 2 ? 2 : n_bin > MOST_BINS ? MOST_BINS : n_bin;
    dtn_design_draw((void *)(uintptr_t)design, 0, (uint32_t)j->n, draws);
    for (size_t i = 0; i < design->n_param; i++) {
        const dtn_case_parameter *p = parameter_of(j->f->c, arena, design->names[i]);
        uint32_t *bins = DTN_NEW_N(arena, uint32_t, j->n + 1);
        if (p && bin_by_rank(j, draws + i * j->n, n_bin, bins, ranks, scratch))
            add_input(j, (dtn_input){.name = p->name, .parameter = p, .n_bin = n_bin}, bins);
    }
}

/* ---- Noise ------------------------------------------------------------------------------- */

/* Futures in each bin: inputs with the same have the same noise. */
static size_t *sizes_of(const job *j, size_t input)
{
    size_t *sizes = DTN_NEW_N(j->cmp->arena, size_t, MOST_BINS + j->most_bin);
    for (size_t i = 0; i < j->n; i++)
        sizes[j->bins[input][i]]++;
    return sizes;
}

typedef struct noise_job {
    const job *j;
    const size_t *layouts; /* inputs, one for each layout of bins */
    size_t n_layout;
    double *values; /* [n_layout][N_ORDER] */
} noise_job;

/* One random order of the ranks 1..n (Fisher and Yates; Durstenfeld 1964), through every layout. */
static void one_order(void *ctx, size_t order, void *scratch)
{
    const noise_job *n = ctx;
    const job *j = n->j;
    double *ranks = scratch, *sums = ranks + j->n;
    const uint64_t stream = dtn_hash64("influence", strlen("influence"), 0);
    for (size_t i = 0; i < j->n; i++) {
        const double u = dtn_uniform(j->design->seed, stream, order, (uint32_t)i, 0);
        const size_t k = (size_t)(u * (double)(i + 1));
        if (k < i)
            ranks[i] = ranks[k];
        ranks[k] = (double)(i + 1);
    }
    for (size_t l = 0; l < n->n_layout; l++) {
        const size_t input = n->layouts[l];
        n->values[l * N_ORDER + order] =
            dtn_correlation_ratio(j->n, ranks, j->bins[input], j->cmp->inputs[input].n_bin, sums);
    }
}

static dtn_status find_noise(const job *j, uint32_t n_thread)
{
    dtn_comparison *cmp = j->cmp;
    static const double q[] = {0.99};
    size_t *layouts = DTN_NEW_N(cmp->arena, size_t, cmp->n_input + 1);
    size_t *layout_of = DTN_NEW_N(cmp->arena, size_t, cmp->n_input + 1);
    size_t **sizes = DTN_NEW_N(cmp->arena, size_t *, cmp->n_input + 1);
    const size_t n_size = MOST_BINS + j->most_bin;
    noise_job n = {.j = j, .layouts = layouts};
    for (size_t i = 0; i < cmp->n_input; i++) {
        sizes[i] = sizes_of(j, i);
        size_t l = 0;
        while (l < n.n_layout && memcmp(sizes[layouts[l]], sizes[i], n_size * sizeof **sizes) != 0)
            l++;
        layout_of[i] = l;
        if (l == n.n_layout)
            layouts[n.n_layout++] = i;
    }
    n.values = DTN_NEW_N(cmp->arena, double, n.n_layout *N_ORDER + 1);
    const size_t bytes = (j->n + 2 * n_size) * sizeof(double);
    dtn_status status = dtn_workers_run(n_thread, N_ORDER, bytes, one_order, &n);
    for (size_t l = 0; status == DTN_OK && l < n.n_layout; l++)
        status = dtn_quantiles_exact(N_ORDER, n.values + l * N_ORDER, 1, q, n.values + l * N_ORDER);
    for (size_t i = 0; i < cmp->n_input; i++)
        cmp->inputs[i].noise = n.values[layout_of[i] * N_ORDER];
    return status;
}

/* ---- Indices ------------------------------------------------------------------------------ */

static const double *measures(const dtn_futures *f, size_t profile, size_t outcome)
{
    return f->measure + (profile * f->n_outcome + outcome) * f->n_run;
}

/* All inputs for one profile and outcome: the ranks once, then each input's bins. */
static void one_difference(void *ctx, size_t item, void *scratch)
{
    const job *j = ctx;
    const size_t profile = item / j->f->n_outcome, outcome = item % j->f->n_outcome;
    const double *a = measures(j->f, profile, outcome), *b = measures(j->f, 0, outcome);
    double *out = j->cmp->influence + item * j->cmp->n_input;
    double *difference = scratch, *ranks = difference + j->n, *sums = ranks + j->n;
    void *sort = sums + 2 * (j->most_bin + 1);
    uint32_t *runs = (uint32_t *)(void *)((char *)sort + dtn_midranks_scratch(j->n));
    uint32_t *bins = runs + j->n;
    size_t n = 0;
    for (size_t k = 0; k < j->cmp->n_input; k++)
        out[k] = (double)NAN;
    if (profile == 0 || j->f->c->outcomes[outcome].direction == 0)
        return;
    for (size_t i = 0; i < j->n; i++) {
        if (!isfinite(a[i] - b[i]))
            continue;
        difference[n] = a[i] - b[i];
        runs[n++] = (uint32_t)i;
    }
    if (n == 0)
        return;
    dtn_midranks(n, difference, ranks, sort);
    for (size_t k = 0; k < j->cmp->n_input; k++) {
        for (size_t i = 0; i < n; i++)
            bins[i] = j->bins[k][runs[i]];
        out[k] = dtn_correlation_ratio(n, ranks, bins, j->cmp->inputs[k].n_bin, sums);
    }
}

dtn_status dtn_find_influence(const dtn_futures *f, const dtn_design *design, uint32_t n_thread,
                              dtn_comparison *cmp)
{
    job j = {.f = f, .design = design, .cmp = cmp};
    const size_t n_input = f->c->n_hypothesis + f->c->n_parameter;
    const size_t n_item = f->n_profile * f->n_outcome;
    j.n = f->n_run < DTN_EXACT_RUNS ? f->n_run : DTN_EXACT_RUNS;
    cmp->inputs = DTN_NEW_N(cmp->arena, dtn_input, n_input + 1);
    j.bins = DTN_NEW_N(cmp->arena, uint32_t *, n_input + 1);
    add_hypotheses(&j);
    add_parameters(&j);
    cmp->influence = DTN_NEW_N(cmp->arena, double, n_item * cmp->n_input + 1);
    dtn_status status = find_noise(&j, n_thread);
    const size_t bytes = (2 * j.n + 2 * (j.most_bin + 1)) * sizeof(double) +
                         dtn_midranks_scratch(j.n) + 2 * j.n * sizeof(uint32_t);
    return status == DTN_OK ? dtn_workers_run(n_thread, n_item, bytes, one_difference, &j) : status;
}
