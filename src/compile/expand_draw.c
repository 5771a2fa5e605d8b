/* The formats' random functions in one form: seed, bounds, shift, stretch, parameters.
 *
 * Vensim's end in a stream id: 0 means the model's NOISE SEED, if it has one. XMILE's may end in
 * a seed, and some in bounds behind it. A seed picks another stream for the draw; it does not make
 * the runs of an ensemble alike. What each distribution means: draw.c and docs/functions.md.
 *
 * Sources: Vensim reference manual, "Random Functions"; XMILE 1.0 section 3.5.2; Stella's builtins.
 */
#include "compile/draw.h"
#include "compile/expander.h"

#include <math.h>

/* Where a function's arguments stand: indices into its arguments, -1: none. */
typedef struct draw_form {
    dtn_fn fn;
    dtn_draw kind;
    int low, high, shift, stretch, seed;
    int p[3];
} draw_form;

#define NO (-1)

static const draw_form forms[] = {
    /*                                                      low high shift stretch seed  p */
    {DTN_FN_RANDOM_0_1, DTN_DRAW_UNIFORM, NO, NO, NO, NO, NO, {NO, NO, NO}},
    {DTN_FN_RANDOM_UNIFORM, DTN_DRAW_UNIFORM, NO, NO, NO, NO, 2, {0, 1, NO}},
    {DTN_FN_RANDOM_NORMAL, DTN_DRAW_NORMAL, 0, 1, 2, 3, 4, {NO, NO, NO}},
    {DTN_FN_RANDOM_EXPONENTIAL, DTN_DRAW_EXPONENTIAL, 0, 1, 2, 3, 4, {NO, NO, NO}},
    {DTN_FN_RANDOM_GAMMA, DTN_DRAW_GAMMA, 0, 1, 3, 4, 5, {2, NO, NO}},
    {DTN_FN_RANDOM_POISSON, DTN_DRAW_POISSON, 0, 1, 3, 4, 5, {2, NO, NO}},
    {DTN_FN_RANDOM_BINOMIAL, DTN_DRAW_BINOMIAL, 0, 1, 4, 5, 6, {3, 2, NO}},
    {DTN_FN_RANDOM_NEGATIVE_BINOMIAL, DTN_DRAW_TRIALS, 0, 1, 4, 5, 6, {3, 2, NO}},
    {DTN_FN_RANDOM_BETA, DTN_DRAW_BETA, 0, 1, 4, 5, 6, {2, 3, NO}},
    {DTN_FN_RANDOM_TRIANGULAR, DTN_DRAW_TRIANGULAR, 0, 1, NO, NO, 5, {2, 3, 4}},
    {DTN_FN_RANDOM_WEIBULL, DTN_DRAW_WEIBULL_MEAN_1, 0, 1, 3, 4, 5, {2, NO, NO}},
    {DTN_FN_RANDOM_LOOKUP, DTN_DRAW_TABLE, 1, 2, 3, 4, 5, {NO, NO, NO}},
    {DTN_FN_RANDOM, DTN_DRAW_UNIFORM, NO, NO, NO, NO, 2, {0, 1, NO}},
    {DTN_FN_UNIFORM, DTN_DRAW_UNIFORM, NO, NO, NO, NO, 2, {0, 1, NO}},
    {DTN_FN_NORMAL, DTN_DRAW_NORMAL, 3, 4, 0, 1, 2, {NO, NO, NO}},
    {DTN_FN_LOGNORMAL, DTN_DRAW_LOG_OF_NORMAL, 3, 4, NO, NO, 2, {0, 1, NO}},
    {DTN_FN_EXPRND, DTN_DRAW_EXPONENTIAL, 2, 3, NO, 0, 1, {NO, NO, NO}},
    {DTN_FN_POISSON, DTN_DRAW_POISSON, 2, 3, NO, NO, 1, {0, NO, NO}},
    {DTN_FN_GAMMA, DTN_DRAW_GAMMA, 3, 4, NO, 1, 2, {0, NO, NO}},
    {DTN_FN_BETA, DTN_DRAW_BETA, 3, 4, NO, NO, 2, {0, 1, NO}},
    {DTN_FN_BINOMIAL, DTN_DRAW_BINOMIAL, 3, 4, NO, NO, 2, {0, 1, NO}},
    {DTN_FN_NEGBINOMIAL, DTN_DRAW_NEGATIVE_BINOMIAL, 3, 4, NO, NO, 2, {0, 1, NO}},
    {DTN_FN_GEOMETRIC, DTN_DRAW_GEOMETRIC, 2, 3, NO, NO, 1, {0, NO, NO}},
    {DTN_FN_LOGISTIC, DTN_DRAW_LOGISTIC, 3, 4, 0, 1, 2, {NO, NO, NO}},
    {DTN_FN_PARETO, DTN_DRAW_PARETO, 3, 4, NO, 1, 2, {0, NO, NO}},
    {DTN_FN_TRIANGULAR, DTN_DRAW_TRIANGULAR, NO, NO, NO, NO, 3, {0, 1, 2}},
    {DTN_FN_WEIBULL, DTN_DRAW_WEIBULL, 3, 4, NO, 1, 2, {0, NO, NO}},
    {DTN_FN_MONTECARLO, DTN_DRAW_BERNOULLI, NO, NO, NO, NO, 1, {0, NO, NO}}};

/* Stella: NAN in place of a seed is none. */
static bool is_nan(const dtn_expr *x) { return x->kind == DTN_X_NUMBER && isnan(x->number); }

static dtn_expr *argument(dtn_expander *e, const dtn_expr *x, int i, double otherwise)
{
    bool given = i >= 0 && (uint32_t)i < x->n_arg && x->args[i]->kind != DTN_X_MISSING &&
                 !is_nan(x->args[i]);
    return given ? x->args[i] : dtn_x_num(e, otherwise);
}

/* Vensim: stream 0 is the one of NOISE SEED. */
static dtn_expr *with_noise_seed(dtn_expander *e, dtn_expr *seed)
{
    const dtn_var *noise = dtn_model_find_var(e->c->model, "noise_seed");
    if (e->c->model->dialect != DTN_VENSIM || !noise || noise->n_dim > 0 || noise->n_eqn == 0)
        return seed;
    if (seed->kind == DTN_X_NUMBER)
        return seed->number == 0 ? dtn_x_ref(e, noise->id) : seed;
    dtn_expr *is_zero = dtn_x_bin(e, DTN_OP_EQ, seed, dtn_x_num(e, 0));
    return dtn_x_choose(e, is_zero, dtn_x_ref(e, noise->id), seed);
}

static dtn_expr *wide(dtn_expander *e, dtn_pos pos, dtn_draw kind, uint32_t n_arg)
{
    dtn_expr *x = dtn_x_node(e, DTN_X_CALL, n_arg, pos);
    x->ref = DTN_REF_FUNC;
    x->id = DTN_FN_WIDE_DRAW;
    x->text = x->key = dtn_fn_table[DTN_FN_WIDE_DRAW].key;
    x->n_row = kind;
    x->number = e->n_draw++;
    x->args[DTN_WIDE_SEED] = dtn_x_num(e, 0);
    x->args[DTN_WIDE_LOW] = dtn_x_num(e, -INFINITY);
    x->args[DTN_WIDE_HIGH] = dtn_x_num(e, INFINITY);
    x->args[DTN_WIDE_SHIFT] = dtn_x_num(e, 0);
    x->args[DTN_WIDE_STRETCH] = dtn_x_num(e, 1);
    for (uint32_t i = DTN_WIDE_FIRST; i < DTN_N_WIDE; i++)
        x->args[i] = dtn_x_num(e, 0);
    return x;
}

/* What the formats say beside the distribution itself. */
static void adjust(dtn_expander *e, const dtn_expr *x, dtn_expr *out)
{
    dtn_expr **p = &out->args[DTN_WIDE_FIRST];
    if (x->id == DTN_FN_RANDOM_0_1)
        p[1] = dtn_x_num(e, 1);
    if (x->id == DTN_FN_RANDOM_GAMMA) /* Vensim: an order below 1 counts as 1 */
        p[0] = dtn_x_call(e, DTN_FN_MAX, 2, p[0], dtn_x_num(e, 1), NULL);
    if (x->id == DTN_FN_MONTECARLO) /* percent per unit of time */
        p[0] = dtn_x_bin(e, DTN_OP_MUL, p[0],
                         dtn_x_bin(e, DTN_OP_DIV, dtn_x_dt(e), dtn_x_num(e, 100)));
}

static dtn_expr *plain(dtn_expander *e, dtn_fn fn, const dtn_expr *x, dtn_expr *a, dtn_expr *b)
{
    dtn_expr *out = dtn_x_call(e, fn, 2, a, b, NULL);
    out->pos = x->pos;
    out->number = e->n_draw++;
    return out;
}

/* Pink noise: white noise smoothed with the correlation time, its spread made up for; the mean and
 * standard deviation do not depend on the time step. The state steps with the time. */
static dtn_expr *pink_noise(dtn_expander *e, const dtn_expr *x)
{
    dtn_expr *mean = x->args[0], *sd = x->args[1], *seed = with_noise_seed(e, x->args[3]);
    dtn_expr *first = wide(e, x->pos, DTN_DRAW_NORMAL, DTN_N_WIDE);
    dtn_expr *white = wide(e, x->pos, DTN_DRAW_NORMAL, DTN_N_WIDE);
    first->args[DTN_WIDE_SEED] = white->args[DTN_WIDE_SEED] = seed;
    first->args[DTN_WIDE_SHIFT] = white->args[DTN_WIDE_SHIFT] = mean;
    first->args[DTN_WIDE_STRETCH] = sd;
    dtn_expr *time = dtn_x_call(e, DTN_FN_MAX, 2, x->args[2], dtn_x_dt(e), NULL);
    dtn_expr *part = dtn_x_bin(e, DTN_OP_DIV, dtn_x_dt(e), time);
    dtn_expr *ratio =
        dtn_x_bin(e, DTN_OP_DIV, dtn_x_bin(e, DTN_OP_SUB, dtn_x_num(e, 2), part), part);
    white->args[DTN_WIDE_STRETCH] =
        dtn_x_bin(e, DTN_OP_MUL, sd, dtn_x_call(e, DTN_FN_SQRT, 1, ratio, NULL, NULL));
    uint32_t noise = dtn_x_hidden(e, "pink noise", DTN_CAT_HELD, NULL, first);
    dtn_expr *gap = dtn_x_bin(e, DTN_OP_SUB, white, dtn_x_ref(e, noise));
    dtn_x_step_to(
        e, noise,
        dtn_x_bin(e, DTN_OP_ADD, dtn_x_ref(e, noise), dtn_x_bin(e, DTN_OP_MUL, gap, part)));
    return dtn_x_ref(e, noise);
}

/* The common forms keep the instructions that draw whole vectors. */
static dtn_expr *simple_form(dtn_expander *e, const dtn_expr *x)
{
    bool no_seed = x->n_arg < 3 || is_nan(x->args[2]) ||
                   (x->args[2]->kind == DTN_X_NUMBER && x->args[2]->number == 0);
    bool noise =
        e->c->model->dialect == DTN_VENSIM && dtn_model_find_var(e->c->model, "noise_seed");
    if (!no_seed || noise)
        return NULL;
    switch ((dtn_fn)x->id) {
    case DTN_FN_RANDOM_0_1:
        return plain(e, DTN_FN_DTN_UNIFORM, x, dtn_x_num(e, 0), dtn_x_num(e, 1));
    case DTN_FN_RANDOM_UNIFORM:
    case DTN_FN_RANDOM:
    case DTN_FN_UNIFORM: return plain(e, DTN_FN_DTN_UNIFORM, x, x->args[0], x->args[1]);
    case DTN_FN_NORMAL:
        return x->n_arg > 3 ? NULL : plain(e, DTN_FN_DTN_NORMAL, x, x->args[0], x->args[1]);
    default: return NULL;
    }
}

dtn_expr *dtn_x_draw(dtn_expander *e, dtn_expr *x)
{
    const draw_form *form = NULL;
    if (x->id == DTN_FN_RANDOM_PINK_NOISE)
        return pink_noise(e, x);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i].fn == (dtn_fn)x->id)
            form = &forms[i];
    if (!form) { /* of the DTN namespace */
        x->number = e->n_draw++;
        return x;
    }
    dtn_expr *out = simple_form(e, x);
    if (out)
        return out;
    out = wide(e, x->pos, form->kind, DTN_N_WIDE + (form->kind == DTN_DRAW_TABLE));
    out->args[DTN_WIDE_SEED] = with_noise_seed(e, argument(e, x, form->seed, 0));
    out->args[DTN_WIDE_LOW] = argument(e, x, form->low, -INFINITY);
    out->args[DTN_WIDE_HIGH] = argument(e, x, form->high, INFINITY);
    out->args[DTN_WIDE_SHIFT] = argument(e, x, form->shift, 0);
    out->args[DTN_WIDE_STRETCH] = argument(e, x, form->stretch, 1);
    for (uint32_t i = 0; i < 3; i++)
        out->args[DTN_WIDE_FIRST + i] = argument(e, x, form->p[i], 0);
    if (form->kind == DTN_DRAW_TABLE)
        out->args[DTN_N_WIDE] = x->args[0];
    adjust(e, x, out);
    return out;
}
