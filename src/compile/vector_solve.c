/* FIND ZERO: the row x at which the row z, which the model computes from x, is 0.
 *
 * The model's equations are computed again and again within a step (ITERATE), and each time this
 * function says which x comes next. What it has to remember stands in rows of held values beside x, so
 * it is a function like any other: the same in the interpreter, in generated code and in exported C.
 *
 * Method: Newton's, with a matrix of difference quotients, a column from each turn, and steps that are
 * halved until the largest |z| gets smaller (Dennis and Schnabel, Numerical Methods for Unconstrained
 * Optimization and Nonlinear Equations, 1983, chapters 5 and 6). Both rows are scaled as the arguments say: x here
 * is the model's times its scale, so that all that is remembered is of the order of 1 (ITERATE takes
 * changes below 1e-12 for none).
 * Where no zero is found, x is no number. Vensim's manual names neither method nor the meaning of its last
 * argument: these are ours.
 */
#include "compile/interp.h"

#include <math.h>
#include <string.h>

/* Rows of arguments, then of what is remembered. */
enum {
    ROW_Z,
    ROW_X_SCALE,
    ROW_Z_SCALE,
    ROW_FIRST,
    ROW_X,
    ROW_BASE,
    ROW_VALUE,
    ROW_STEP,
    ROW_NOTES
};
enum { ROW_PHASE = ROW_NOTES, ROW_COLUMN, ROW_SHARE, ROW_TURN, ROW_MATRIX };
enum { PHASE_START, PHASE_BASE, PHASE_COLUMN, PHASE_TRIAL, PHASE_DONE };

#define SMALLEST_SHARE (1.0 / 1024) /* of a step */
#define DIFFERENCE 1e-7             /* of x: near the root of the precision */
#define NEAR_ENOUGH 1e-9            /* where no step makes z smaller any more */

typedef struct search {
    uint32_t n, begin, end; /* elements; those that are solved for */
    const double *z, *z_scale, *first;
    double tolerance, most;
    double *x, *base, *value, *step, *phase, *column, *share, *turn, *matrix;
    double *work; /* [n][n + 1] */
} search;

static uint32_t at_most(double x, uint32_t n) { return !(x > 0) ? 0 : x >= n ? n : (uint32_t)x; }

static double value_of(const search *s, uint32_t i) { return s->z[i] * s->z_scale[i]; }

/* The largest |z|, scaled; NaN where one is none. */
static double size_of_values(const search *s)
{
    double most = 0;
    for (uint32_t i = s->begin; i < s->end; i++) {
        const double v = fabs(value_of(s, i));
        if (!(v <= most))
            most = v;
        if (isnan(v))
            break;
    }
    return most;
}

static double size_of_base(const search *s)
{
    double most = 0;
    for (uint32_t i = s->begin; i < s->end; i++)
        most = fabs(s->value[i]) > most ? fabs(s->value[i]) : most;
    return most;
}

static void fail(search *s)
{
    for (uint32_t i = s->begin; i < s->end; i++)
        s->x[i] = NAN;
    s->phase[0] = PHASE_DONE;
}

static void finish(search *s, double size)
{
    s->phase[0] = PHASE_DONE;
    s->share[0] = size > s->tolerance ? size : s->tolerance; /* what still counts as 0 */
}

/* x with element c moved on a little, for its column of the matrix. */
static void try_column(search *s, uint32_t c)
{
    const double size = fabs(s->base[c]);
    memcpy(s->x, s->base, s->n * sizeof *s->x);
    s->x[c] += DIFFERENCE * (size > 1 ? size : 1);
    s->phase[0] = PHASE_COLUMN;
    s->column[0] = c;
}

/* The step that would make all of z 0, were it linear: Gauss, with the largest pivot of a column.
 * False: there is none. */
static bool solve(search *s)
{
    const uint32_t m = s->end - s->begin, wide = m + 1;
    double *a = s->work;
    for (uint32_t i = 0; i < m; i++) {
        for (uint32_t k = 0; k < m; k++)
            a[i * wide + k] = s->matrix[(size_t)(s->begin + k) * s->n + s->begin + i];
        a[i * wide + m] = -s->value[s->begin + i];
    }
    for (uint32_t k = 0; k < m; k++) {
        uint32_t best = k;
        for (uint32_t i = k + 1; i < m; i++)
            if (fabs(a[i * wide + k]) > fabs(a[best * wide + k]))
                best = i;
        if (!(fabs(a[best * wide + k]) > 0) || isinf(a[best * wide + k]))
            return false;
        for (uint32_t j = k; j < wide && best != k; j++) {
            const double kept = a[k * wide + j];
            a[k * wide + j] = a[best * wide + j];
            a[best * wide + j] = kept;
        }
        for (uint32_t i = k + 1; i < m; i++) {
            const double f = a[i * wide + k] / a[k * wide + k];
            for (uint32_t j = k; j < wide; j++)
                a[i * wide + j] -= f * a[k * wide + j];
        }
    }
    for (uint32_t k = m; k-- > 0;) {
        double sum = a[k * wide + m];
        for (uint32_t j = k + 1; j < m; j++)
            sum -= a[k * wide + j] * s->step[s->begin + j];
        s->step[s->begin + k] = sum / a[k * wide + k];
    }
    return true;
}

static void try_step(search *s, double share)
{
    memcpy(s->x, s->base, s->n * sizeof *s->x);
    for (uint32_t i = s->begin; i < s->end; i++)
        s->x[i] += share * s->step[i];
    s->phase[0] = PHASE_TRIAL;
    s->share[0] = share;
}

/* x as it is, from where the next step goes. */
static void take_base(search *s)
{
    const double size = size_of_values(s);
    memcpy(s->base, s->x, s->n * sizeof *s->base);
    for (uint32_t i = 0; i < s->n; i++)
        s->value[i] = value_of(s, i);
    s->turn[0] += 1;
    if (size <= s->tolerance)
        finish(s, size);
    else if (isnan(size) || isinf(size) || s->turn[0] > s->most || s->begin >= s->end)
        fail(s);
    else
        try_column(s, s->begin);
}

static void begin_search(search *s)
{
    bool is_there = true;
    for (uint32_t i = 0; i < s->n; i++)
        is_there = is_there && s->x[i] == s->first[i];
    memcpy(s->x, s->first, s->n * sizeof *s->x);
    s->turn[0] = 0;
    s->phase[0] = PHASE_BASE;
    if (is_there)
        take_base(s);
}

static void take_column(search *s)
{
    const uint32_t c = at_most(s->column[0], s->n - 1);
    const double moved = s->x[c] - s->base[c];
    for (uint32_t i = 0; i < s->n; i++)
        s->matrix[(size_t)c * s->n + i] = (value_of(s, i) - s->value[i]) / moved;
    if (c + 1 < s->end)
        try_column(s, c + 1);
    else if (solve(s))
        try_step(s, 1);
    else
        fail(s);
}

static void take_trial(search *s)
{
    const double before = size_of_base(s), share = s->share[0];
    if (size_of_values(s) < (1 - 1e-4 * share) * before) {
        take_base(s);
    } else if (share > SMALLEST_SHARE) {
        try_step(s, share / 2);
    } else if (before <= NEAR_ENOUGH) {
        memcpy(s->x, s->base, s->n * sizeof *s->x);
        finish(s, 2 * before);
    } else {
        fail(s);
    }
}

size_t dtn_find_zero_work(uint32_t n) { return (size_t)(ROW_MATRIX + n) * n + (size_t)n * (n + 1); }

void dtn_find_zero(uint32_t n, const double *in, double *out, double *work)
{
    const size_t n_row = (size_t)ROW_MATRIX + n;
    const double *scalars =
        in + n_row * n; /* n, skip, tolerance, most iterations, which row to give */
    memcpy(work, in, n_row * n * sizeof *work);
    double *row = work;
    for (uint32_t i = 0; i < n; i++)
        row[ROW_FIRST * n + i] *= row[ROW_X_SCALE * n + i];
    search s = {.n = n,
                .begin = at_most(scalars[1], n),
                .end = at_most(scalars[0], n),
                .z = row + (size_t)ROW_Z * n,
                .z_scale = row + (size_t)ROW_Z_SCALE * n,
                .first = row + (size_t)ROW_FIRST * n,
                .tolerance = scalars[2],
                .most = scalars[3],
                .x = row + (size_t)ROW_X * n,
                .base = row + (size_t)ROW_BASE * n,
                .value = row + (size_t)ROW_VALUE * n,
                .step = row + (size_t)ROW_STEP * n,
                .phase = row + (size_t)ROW_PHASE * n,
                .column = row + (size_t)ROW_COLUMN * n,
                .share = row + (size_t)ROW_SHARE * n,
                .turn = row + (size_t)ROW_TURN * n,
                .matrix = row + (size_t)ROW_MATRIX * n,
                .work = work + n_row * n};
    if (s.phase[0] == PHASE_BASE)
        take_base(&s);
    else if (s.phase[0] == PHASE_COLUMN)
        take_column(&s);
    else if (s.phase[0] == PHASE_TRIAL)
        take_trial(&s);
    else if (s.phase[0] != PHASE_DONE || size_of_values(&s) > s.share[0])
        begin_search(&s);
    memcpy(out, row + (ROW_X + (size_t)scalars[4]) * n, n * sizeof *out);
}
