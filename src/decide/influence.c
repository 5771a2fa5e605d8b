/* What the paired differences hang on, from the futures that were run anyway.
 *
 * For each input (a parameter, the answer to a hypothesis), profile and outcome: the share of the
 * variance of the ranks of the paired difference that the input explains alone. This is the
 * first-order index from given data (Plischke, Borgonovo and Smith 2013: futures sorted into bins
 * of the input) taken of ranks (Kruskal and Wallis 1952), because differences of deaths have tails
 * in which few futures would decide a variance. Answers are bins themselves; a parameter has ten
 * bins of as many futures each, fewer where there are less than 200 futures.
 *
 * Differences that lie within rounding of each other (DTN_ROUNDING of the largest of the values they are of) have
 * no order: one that is the same in every future hangs on nothing, and has no index.
 *
 * By chance alone such an index is not zero: `noise` is what 99 % of 1,000 random orders of as many
 * ranks stay below, for bins of the same sizes (each bin a part of the order). What an input does only
 * together with others is not seen. Above DTN_EXACT_RUNS the first so many futures are looked at.
 *
 * Differences are looked at sixteen together: their ranks stand side by side, and each future adds
 * a row of them to the sums of its bin, 0 for a difference that it lacks.
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
    size_t n;         /* futures looked at */
    size_t most_bin;  /* of any input */
    uint16_t **bins;  /* [n_input][n] */
    uint32_t **count; /* [n_input][n_bin] futures in each bin */
    size_t n_pair;    /* profiles and outcomes that have a difference and are looked at */
    size_t *pairs;    /* [n_pair] profile * n_outcome + outcome */
} job;

/* ---- Inputs ------------------------------------------------------------------------------ */

static void add_input(job *j, dtn_input input, uint16_t *bins)
{
    const size_t k = j->cmp->n_input++;
    uint32_t *count = DTN_NEW_N(j->cmp->arena, uint32_t, input.n_bin);
    for (size_t i = 0; i < j->n; i++)
        count[bins[i]]++;
    j->bins[k] = bins;
    j->count[k] = count;
    j->cmp->inputs[k] = input;
    j->most_bin = input.n_bin > j->most_bin ? input.n_bin : j->most_bin;
}

static void add_hypotheses(job *j)
{
    const dtn_case *c = j->f->c;
    for (size_t h = 0; h < c->n_hypothesis; h++) {
        uint16_t *bins = DTN_NEW_N(j->cmp->arena, uint16_t, j->n + 1);
        bool varies = false;
        if (c->hypotheses[h].n_answer > UINT16_MAX)
            continue;
        for (size_t i = 0; i < j->n; i++) {
            bins[i] = (uint16_t)dtn_design_answer(j->design, i, h);
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

typedef struct bin_job {
    const job *j;
    size_t n_bin;
    uint16_t **bins; /* [n_param][n] */
    bool *varies;    /* [n_param] */
} bin_job;

/* Bins of as many futures each, by rank; equal values stay together. */
static void bin_parameter(void *ctx, size_t i, void *scratch)
{
    const bin_job *b = ctx;
    const size_t n = b->j->n;
    double *values = scratch;
    void *sort = values + n;
    uint32_t *twice = (uint32_t *)(void *)((char *)sort + dtn_midranks_scratch(n));
    uint16_t *bins = b->bins[i];
    if (!dtn_design_parameter(b->j->design, i))
        return;
    dtn_design_draw_row(b->j->design, i, 0, (uint32_t)n, values);
    dtn_midranks_twice(n, values, 0, twice, sort);
    for (size_t k = 0; k < n; k++) {
        const size_t bin = (size_t)((twice[k] / 2.0 - 0.5) * (double)b->n_bin / (double)n);
        bins[k] = (uint16_t)(bin < b->n_bin ? bin : b->n_bin - 1);
        b->varies[i] = b->varies[i] || bins[k] != bins[0];
    }
}

static dtn_status add_parameters(job *j, uint32_t n_thread)
{
    const size_t n_param = j->design->n_param;
    dtn_arena *arena = j->cmp->arena;
    size_t n_bin = j->n / FUTURES_OF_A_BIN;
    n_bin = n_bin < 2 ? 2 : n_bin > MOST_BINS ? MOST_BINS : n_bin;
    bin_job b = {.j = j, .n_bin = n_bin};
    b.varies = DTN_NEW_N(arena, bool, n_param + 1);
    b.bins = DTN_NEW_N(arena, uint16_t *, n_param + 1);
    for (size_t i = 0; i < n_param; i++)
        b.bins[i] = DTN_NEW_N(arena, uint16_t, j->n + 1);
    const size_t bytes =
        j->n * (sizeof(double) + sizeof(uint32_t)) + dtn_midranks_scratch(j->n) + 1;
    const dtn_status status = dtn_workers_run(n_thread, n_param, bytes, bin_parameter, &b);
    for (size_t i = 0; status == DTN_OK && i < n_param; i++) {
        const dtn_case_parameter *p = dtn_design_parameter(j->design, i);
        if (b.varies[i])
            add_input(j, (dtn_input){.name = p->name, .parameter = p, .n_bin = n_bin}, b.bins[i]);
    }
    return status;
}

/* ---- Noise ------------------------------------------------------------------------------- */

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
    double *u = scratch;
    uint32_t *ranks = (uint32_t *)(void *)(u + j->n), *sums = ranks + j->n;
    const double square = (double)j->n * ((double)j->n * (double)j->n - 1) / 12;
    const uint64_t stream = dtn_hash64("influence", strlen("influence"), 0);
    dtn_math_get(dtn_isa_best())
        ->uniform(j->n, j->design->points.seed, stream, 0, (uint32_t)order, 0, u);
    for (size_t i = 0; i < j->n; i++) {
        const size_t k = (size_t)(u[i] * (double)(i + 1));
        ranks[i] = ranks[k];
        ranks[k] = (uint32_t)(i + 1);
    }
    for (size_t i = 0, sum = 0; i < j->n; i++) /* now the sums up to each place */
        ranks[i] = (uint32_t)(sum += ranks[i]);
    for (size_t l = 0; l < n->n_layout; l++) {
        const size_t input = n->layouts[l], n_bin = j->cmp->inputs[input].n_bin;
        const uint32_t *count = j->count[input];
        for (size_t g = 0, at = 0, before = 0; g < n_bin; g++) {
            at += count[g];
            sums[g] = at > 0 ? 2 * (uint32_t)(ranks[at - 1] - before) : 0;
            before = at > 0 ? ranks[at - 1] : 0;
        }
        n->values[l * N_ORDER + order] = dtn_rank_ratio(j->n, square, n_bin, count, sums, 1);
    }
}

static bool same_layout(const job *j, size_t a, size_t b)
{
    const size_t n = j->cmp->inputs[a].n_bin;
    return n == j->cmp->inputs[b].n_bin &&
           memcmp(j->count[a], j->count[b], n * sizeof **j->count) == 0;
}

static dtn_status find_noise(const job *j, uint32_t n_thread)
{
    dtn_comparison *cmp = j->cmp;
    static const double q[] = {0.99};
    size_t *layouts = DTN_NEW_N(cmp->arena, size_t, cmp->n_input + 1);
    size_t *layout_of = DTN_NEW_N(cmp->arena, size_t, cmp->n_input + 1);
    noise_job n = {.j = j, .layouts = layouts};
    for (size_t i = 0; i < cmp->n_input; i++) {
        size_t l = 0;
        while (l < n.n_layout && !same_layout(j, layouts[l], i))
            l++;
        layout_of[i] = l;
        if (l == n.n_layout)
            layouts[n.n_layout++] = i;
    }
    n.values = DTN_NEW_N(cmp->arena, double, n.n_layout *N_ORDER + 1);
    const size_t bytes =
        j->n * (sizeof(double) + sizeof(uint32_t)) + j->most_bin * sizeof(uint32_t);
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

/* Scratch of one thread. */
typedef struct bench {
    uint32_t *rows; /* [n][DTN_RANKINGS], on a cache line */
    uint32_t *sums; /* [most_bin][DTN_RANKINGS] */
    double *difference;
    uint32_t *twice;
    uint32_t *runs;                  /* [n] futures that have the difference */
    uint32_t *missing[DTN_RANKINGS]; /* [n] those that lack it, of each */
    uint32_t *count;                 /* [most_bin] */
    void *sort;
} bench;

enum { LINE = 64 };

static char *take(char **at, size_t bytes)
{
    char *out = *at;
    *at += (bytes + LINE - 1) / LINE * LINE;
    return out;
}

static size_t bench_bytes(const job *j)
{
    const size_t a_future = (2 * DTN_RANKINGS + 2) * sizeof(uint32_t) + sizeof(double);
    const size_t a_bin = (DTN_RANKINGS + 1) * sizeof(uint32_t);
    return j->n * a_future + j->most_bin * a_bin + dtn_midranks_scratch(j->n) +
           (DTN_RANKINGS + 8) * LINE;
}

static bench lay_out(const job *j, void *scratch)
{
    bench b;
    char *at = (char *)scratch + (LINE - (uintptr_t)scratch % LINE) % LINE;
    b.rows = (uint32_t *)(void *)take(&at, j->n * DTN_RANKINGS * sizeof *b.rows);
    b.sums = (uint32_t *)(void *)take(&at, j->most_bin * DTN_RANKINGS * sizeof *b.sums);
    b.difference = (double *)(void *)take(&at, j->n * sizeof *b.difference);
    b.twice = (uint32_t *)(void *)take(&at, j->n * sizeof *b.twice);
    b.runs = (uint32_t *)(void *)take(&at, j->n * sizeof *b.runs);
    for (size_t k = 0; k < DTN_RANKINGS; k++)
        b.missing[k] = (uint32_t *)(void *)take(&at, j->n * sizeof **b.missing);
    b.count = (uint32_t *)(void *)take(&at, j->most_bin * sizeof *b.count);
    b.sort = take(&at, dtn_midranks_scratch(j->n));
    return b;
}

/* Ranks of a pair's differences into column k of the rows; how many futures have one. */
static size_t rank_pair(const job *j, const bench *b, size_t pair, size_t k, double *square)
{
    const size_t profile = pair / j->f->n_outcome, outcome = pair % j->f->n_outcome;
    const double *x = measures(j->f, profile, outcome), *y = measures(j->f, 0, outcome);
    size_t n = 0;
    double most = 0;
    for (size_t i = 0; i < j->n; i++) {
        const double d = x[i] - y[i];
        if (isfinite(d)) {
            most = fmax(most, fmax(fabs(x[i]), fabs(y[i])));
            b->difference[n] = d;
            b->runs[n++] = (uint32_t)i;
        } else {
            b->missing[k][i - n] = (uint32_t)i;
            b->rows[i * DTN_RANKINGS + k] = 0;
        }
    }
    dtn_midranks_twice(n, b->difference, DTN_ROUNDING * most, b->twice, b->sort);
    *square = dtn_rank_square(n, b->twice);
    for (size_t i = 0; i < n; i++)
        b->rows[b->runs[i] * (size_t)DTN_RANKINGS + k] = b->twice[i];
    return n;
}

/* Futures of each bin that have the difference of column k. */
static const uint32_t *count_of(const job *j, const bench *b, size_t input, size_t k, size_t n)
{
    if (n == j->n)
        return j->count[input];
    memcpy(b->count, j->count[input], j->cmp->inputs[input].n_bin * sizeof *b->count);
    for (size_t i = 0; i < j->n - n; i++)
        b->count[j->bins[input][b->missing[k][i]]]--;
    return b->count;
}

/* The pairs from 16 times `item` on. */
static void some_differences(void *ctx, size_t item, void *scratch)
{
    const job *j = ctx;
    const bench b = lay_out(j, scratch);
    const size_t first = item * DTN_RANKINGS;
    const size_t n_pair = j->n_pair - first < DTN_RANKINGS ? j->n_pair - first : DTN_RANKINGS;
    double square[DTN_RANKINGS];
    size_t n[DTN_RANKINGS];
    for (size_t k = 0; k < n_pair; k++)
        n[k] = rank_pair(j, &b, j->pairs[first + k], k, &square[k]);
    for (size_t input = 0; input < j->cmp->n_input; input++) {
        const size_t n_bin = j->cmp->inputs[input].n_bin;
        dtn_rank_sums(j->n, b.rows, j->bins[input], n_bin, b.sums);
        for (size_t k = 0; k < n_pair; k++)
            j->cmp->influence[j->pairs[first + k] * j->cmp->n_input + input] = dtn_rank_ratio(
                n[k], square[k], n_bin, count_of(j, &b, input, k, n[k]), b.sums + k, DTN_RANKINGS);
    }
}

bool dtn_compare_has_influence(const dtn_outcome *outcome)
{
    return dtn_outcome_is_human_cost(outcome) && outcome->direction != 0;
}

static void list_pairs(job *j)
{
    const dtn_futures *f = j->f;
    j->pairs = DTN_NEW_N(j->cmp->arena, size_t, f->n_profile * f->n_outcome + 1);
    for (size_t i = f->n_outcome; i < f->n_profile * f->n_outcome; i++)
        if (dtn_compare_has_influence(&f->c->outcomes[i % f->n_outcome]))
            j->pairs[j->n_pair++] = i;
}

dtn_status dtn_find_influence(const dtn_futures *f, const dtn_design *design, uint32_t n_thread,
                              dtn_comparison *cmp)
{
    job j = {.f = f, .design = design, .cmp = cmp};
    const size_t n_input = f->c->n_hypothesis + design->n_param;
    const size_t n_item = f->n_profile * f->n_outcome;
    j.n = f->n_run < DTN_EXACT_RUNS ? f->n_run : DTN_EXACT_RUNS;
    cmp->inputs = DTN_NEW_N(cmp->arena, dtn_input, n_input + 1);
    j.bins = DTN_NEW_N(cmp->arena, uint16_t *, n_input + 1);
    j.count = DTN_NEW_N(cmp->arena, uint32_t *, n_input + 1);
    list_pairs(&j);
    add_hypotheses(&j);
    dtn_status status = add_parameters(&j, n_thread);
    if (status != DTN_OK)
        return status;
    cmp->influence = DTN_NEW_N(cmp->arena, double, n_item * cmp->n_input + 1);
    for (size_t i = 0; i < n_item * cmp->n_input; i++)
        cmp->influence[i] = (double)NAN;
    status = find_noise(&j, n_thread);
    if (status != DTN_OK)
        return status;
    return dtn_workers_run(n_thread, (j.n_pair + DTN_RANKINGS - 1) / DTN_RANKINGS, bench_bytes(&j),
                           some_differences, &j);
}
