/* One ensemble under given settings: measures of quantities, balances, values at moments.
 *
 * A run is the one that `compare` makes under the same profile: history without courses, the
 * profile's courses from decide_on; measures are taken in the same order of steps, so they have the
 * same bits. Balances are looked at at every point of the series (save_every).
 *
 * Results go to places of their run. A flagged run is NaN everywhere.
 */
#include "validate/watch.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

dtn_status dtn_watch_init(dtn_watch *w, dtn_diags *diags)
{
    const dtn_case *c = w->c;
    const double dt = w->program->dt;
    w->point_steps = (uint32_t)dtn_round(c->save_every / dt);
    w->decide_step = (uint32_t)dtn_round((c->t_decide - c->t_start) / dt);
    w->end_step = (uint32_t)dtn_round((c->t_until - c->t_start) / dt);
    if (w->point_steps == 0 || fabs(w->point_steps * dt - c->save_every) > 1e-9 * c->save_every) {
        dtn_diags_add(diags, 604, (dtn_pos){c->path, 0, 0},
                      "choose a step that divides the case's save_every",
                      "the time step %g does not divide %g", dt, c->save_every);
        return DTN_E_INPUT;
    }
    for (size_t q = 0; q < w->n_quantity; q++)
        w->has_running = w->has_running || w->quantities[q].measure == DTN_MEAN_AFTER ||
                         w->quantities[q].measure == DTN_MAX_AFTER;
    w->values = dtn_alloc((w->n_quantity * w->n_run + 1) * sizeof(double));
    w->drift = dtn_alloc((w->n_balance * w->n_run + 1) * sizeof(double));
    w->series = dtn_alloc((w->n_moment * w->n_run + 1) * sizeof(double));
    return w->values && w->drift && w->series ? DTN_OK : DTN_E_MEMORY;
}

void dtn_watch_free(dtn_watch *w)
{
    dtn_free(w->values);
    dtn_free(w->drift);
    dtn_free(w->series);
    w->values = w->drift = w->series = NULL;
}

typedef struct watching {
    dtn_watch *w;
    dtn_block *block;
    uint64_t run0;
    uint32_t n, step;
    double *at_decision; /* [n_quantity][n] */
    double *at_start;    /* [n_balance][n] */
} watching;

static double *row_of(double *rows, const dtn_watch *w, size_t row, uint64_t run0)
{
    return rows + row * w->n_run + run0;
}

static const double *value_of(const watching *x, const dtn_quantity *q)
{
    return dtn_block_value(x->block, q->var, q->element);
}

/* ---- Quantities ------------------------------------------------------------------------------ */

static void read_running(const watching *x)
{
    const bool is_first = x->step == x->w->decide_step + 1;
    for (size_t k = 0; k < x->w->n_quantity; k++) {
        const dtn_quantity *q = &x->w->quantities[k];
        if (q->measure != DTN_MEAN_AFTER && q->measure != DTN_MAX_AFTER)
            continue;
        const double *value = value_of(x, q);
        double *out = row_of(x->w->values, x->w, k, x->run0);
        for (uint32_t i = 0; i < x->n; i++) {
            if (q->measure == DTN_MEAN_AFTER)
                out[i] = is_first ? value[i] : out[i] + value[i];
            else if (is_first || value[i] > out[i])
                out[i] = value[i];
        }
    }
}

static void read_decision(const watching *x)
{
    for (size_t k = 0; k < x->w->n_quantity; k++)
        memcpy(x->at_decision + k * x->n, value_of(x, &x->w->quantities[k]), x->n * sizeof(double));
}

static void read_end(const watching *x)
{
    const double n_step = x->w->end_step - x->w->decide_step;
    for (size_t k = 0; k < x->w->n_quantity; k++) {
        const dtn_quantity *q = &x->w->quantities[k];
        const double *value = value_of(x, q), *before = x->at_decision + k * x->n;
        double *out = row_of(x->w->values, x->w, k, x->run0);
        for (uint32_t i = 0; i < x->n; i++)
            switch (q->measure) {
            case DTN_SINCE_DECISION: out[i] = value[i] - before[i]; break;
            case DTN_MEAN_AFTER: out[i] /= n_step; break;
            case DTN_MAX_AFTER: break;
            case DTN_AT_END: out[i] = value[i]; break;
            }
    }
}

/* ---- Balances and moments ----------------------------------------------------------------------- */

static void read_balance(const watching *x, size_t k)
{
    const dtn_balance *b = &x->w->balances[k];
    double *start = x->at_start + k * x->n, *out = row_of(x->w->drift, x->w, k, x->run0);
    for (uint32_t i = 0; i < x->n; i++) {
        double sum = 0, size = 0;
        for (size_t t = 0; t < b->sum.n; t++) {
            const double term =
                b->sum.items[t].value * dtn_block_value(x->block, b->vars[t], b->elements[t])[i];
            sum += term;
            size += fabs(term);
        }
        if (x->step == 0)
            start[i] = sum;
        const double drift = fabs(sum - start[i]) / (size > 1 ? size : 1);
        if (x->step == 0 || drift > out[i])
            out[i] = drift;
    }
}

/* Share of the value at step s in the value at a moment: 1 - fraction, fraction, or 0. */
static double weight_of(const dtn_watch *w, const dtn_moment *m, uint32_t step)
{
    const double at = (m->time - w->c->t_start) / w->program->dt;
    const double away = fabs(at - step);
    return away < 1 ? 1 - away : 0;
}

static bool has_moment(const dtn_watch *w, uint32_t step)
{
    for (size_t k = 0; k < w->n_moment; k++)
        if (weight_of(w, &w->moments[k], step) > 0)
            return true;
    return false;
}

static void read_moments(const watching *x)
{
    for (size_t k = 0; k < x->w->n_moment; k++) {
        const dtn_moment *m = &x->w->moments[k];
        const double weight = weight_of(x->w, m, x->step);
        if (!(weight > 0))
            continue;
        const double *value = dtn_block_value(x->block, m->var, m->element);
        double *out = row_of(x->w->series, x->w, k, x->run0);
        for (uint32_t i = 0; i < x->n; i++)
            out[i] += weight * value[i];
    }
}

/* ---- Running --------------------------------------------------------------------------------------- */

static void read_step(const watching *x)
{
    const dtn_watch *w = x->w;
    const bool is_point = w->n_balance > 0 && x->step % w->point_steps == 0;
    const bool is_running = w->has_running && x->step > w->decide_step;
    const bool is_edge = x->step == w->decide_step || x->step == w->end_step;
    const bool is_moment = has_moment(w, x->step);
    if (!is_point && !is_running && !is_edge && !is_moment)
        return;
    dtn_block_eval(x->block);
    for (size_t k = 0; is_point && k < w->n_balance; k++)
        read_balance(x, k);
    if (is_moment)
        read_moments(x);
    if (x->step == w->decide_step)
        read_decision(x);
    if (is_running)
        read_running(x);
    if (x->step == w->end_step)
        read_end(x);
}

static void set_courses(const watching *x)
{
    const dtn_case *c = x->w->c;
    for (size_t a = 0; a < c->n_actor; a++)
        if (x->w->profile->course[a] != DTN_NONE)
            dtn_block_set_overlay(x->block, c->actors[a].courses[x->w->profile->course[a]].overlay,
                                  1);
}

static void drop_flagged(const watching *x)
{
    const dtn_watch *w = x->w;
    for (uint32_t i = 0; i < x->n; i++) {
        if (dtn_block_flag(x->block, i).var == DTN_NONE)
            continue;
        for (size_t k = 0; k < w->n_quantity; k++)
            row_of(w->values, w, k, x->run0)[i] = (double)NAN;
        for (size_t k = 0; k < w->n_balance; k++)
            row_of(w->drift, w, k, x->run0)[i] = (double)NAN;
        for (size_t k = 0; k < w->n_moment; k++)
            row_of(w->series, w, k, x->run0)[i] = (double)NAN;
    }
}

dtn_status dtn_watch_work(void *ctx, dtn_block *block, uint64_t run0, uint32_t n)
{
    watching x = {.w = ctx, .block = block, .run0 = run0, .n = n};
    x.at_decision = dtn_alloc((x.w->n_quantity * n + 1) * sizeof(double));
    x.at_start = dtn_alloc((x.w->n_balance * n + 1) * sizeof(double));
    const bool is_good = x.at_decision && x.at_start;
    while (is_good) {
        x.step = dtn_block_step_index(block);
        read_step(&x);
        if (x.step >= x.w->end_step)
            break;
        if (x.step == x.w->decide_step)
            set_courses(&x);
        dtn_block_step(block);
    }
    if (is_good)
        drop_flagged(&x);
    dtn_free(x.at_decision);
    dtn_free(x.at_start);
    return is_good ? DTN_OK : DTN_E_MEMORY;
}
