/* Sparse logistic regression for tools/logistic.py: AdaGrad, averaged weights, L2 on every weight.
 *
 *   logistic < rows
 *   first line:  weights rows l2 rate epochs
 *   then a row:  label weight n index:value ...
 *
 * Prints the weights, one a line. The order of rows is shuffled by a generator of its own, and
 * exponentials are those of src/num, so the same input gives the same bytes.
 */
#include <math.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "num/num.h"
#include "shuffle.h"

typedef struct row {
    double label, weight;
    size_t first, n;
} row;

typedef struct problem {
    size_t n_weight, n_row, n_epoch, n_item;
    double l2, rate;
    row *rows;
    uint32_t *index; /* [n_item] */
    double *value;
    double *w, *squares, *sum;
} problem;

static void *make(size_t n, size_t size)
{
    void *out = calloc(n + 1, size);
    if (!out)
        exit(1);
    return out;
}

static bool read_row(problem *p, row *r, size_t *cap)
{
    if (scanf("%lf %lf %zu", &r->label, &r->weight, &r->n) != 3)
        return false;
    r->first = p->n_item;
    while (p->n_item + r->n > *cap) {
        *cap = 2 * (*cap + r->n);
        p->index = realloc(p->index, *cap * sizeof *p->index);
        p->value = realloc(p->value, *cap * sizeof *p->value);
        if (!p->index || !p->value)
            exit(1);
    }
    for (size_t i = 0; i < r->n; i++, p->n_item++)
        if (scanf("%" SCNu32 ":%lf", &p->index[p->n_item], &p->value[p->n_item]) != 2 ||
            p->index[p->n_item] >= p->n_weight)
            return false;
    return true;
}

static void learn(problem *p, const row *r)
{
    double s = 0;
    for (size_t i = r->first; i < r->first + r->n; i++)
        s += p->w[p->index[i]] * p->value[i];
    const double d = ((s > -30 ? 1 / (1 + dtn_exp(-s)) : 0) - r->label) * r->weight;
    for (size_t i = r->first; i < r->first + r->n; i++) {
        const uint32_t k = p->index[i];
        const double g = d * p->value[i] + p->l2 * p->w[k];
        p->squares[k] += g * g;
        p->w[k] -= p->rate * g / sqrt(p->squares[k]);
    }
}

static void fit(problem *p)
{
    uint64_t state = 12345;
    size_t *order = make(p->n_row, sizeof *order);
    for (size_t i = 0; i < p->n_row; i++)
        order[i] = i;
    for (size_t k = 0; k < p->n_weight; k++)
        p->squares[k] = 1e-8;
    for (size_t epoch = 0; epoch < p->n_epoch; epoch++) {
        shuffle(order, p->n_row, &state);
        for (size_t i = 0; i < p->n_row; i++)
            learn(p, &p->rows[order[i]]);
        for (size_t k = 0; k < p->n_weight; k++)
            p->sum[k] += p->w[k];
    }
    free(order);
}

int main(void)
{
    problem p = {0};
    size_t cap = 1 << 16;
    if (scanf("%zu %zu %lf %lf %zu", &p.n_weight, &p.n_row, &p.l2, &p.rate, &p.n_epoch) != 5)
        return 2;
    p.rows = make(p.n_row, sizeof *p.rows);
    p.index = make(cap, sizeof *p.index);
    p.value = make(cap, sizeof *p.value);
    p.w = make(p.n_weight, sizeof *p.w);
    p.squares = make(p.n_weight, sizeof *p.squares);
    p.sum = make(p.n_weight, sizeof *p.sum);
    for (size_t i = 0; i < p.n_row; i++)
        if (!read_row(&p, &p.rows[i], &cap))
            return 2;
    fit(&p);
    for (size_t k = 0; k < p.n_weight; k++)
        (void)printf("%.17g\n", p.sum[k] / (double)p.n_epoch);
    free(p.rows);
    free(p.index);
    free(p.value);
    free(p.w);
    free(p.squares);
    free(p.sum);
    return 0;
}
