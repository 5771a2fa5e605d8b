/* The interpreter: one pass over the instructions, each a loop over the lanes of a block.
 *
 * This file is compiled once for each instruction set (see meson.build); the loops are plain C
 * that the compiler turns into vectors. + - * / sqrt, comparisons and selections are exact in
 * IEEE arithmetic, everything else comes from the math table, so every build gives the same
 * bits. This is the slow twin of the vector code generator.
 */
#include "compile/draw.h"
#include "compile/interp.h"
#include "compile/look_up.h"

#include <math.h>
#include <string.h>
#ifdef __AVX512DQ__
#include <immintrin.h>
#endif

#define IVDEP _Pragma("GCC ivdep")
#ifdef __clang__
#undef IVDEP
#define IVDEP _Pragma("clang loop vectorize(assume_safety)")
#endif

#define PASTE2(a, b) a##b
#define PASTE(a, b) PASTE2(a, b)

static double *at(const dtn_machine *m, dtn_operand o)
{
    if (!(o & DTN_OPERAND_INDEXED))
        return m->mem + (size_t)o * m->stride;
    const dtn_address *a = &m->p->addresses[o & ~DTN_OPERAND_INDEXED];
    int64_t slot = a->base;
    for (uint32_t i = 0; i < a->n_index; i++) {
        uint32_t turn = m->loop[a->index[i].loop];
        slot += (int64_t)a->index[i].stride * (a->index[i].map ? a->index[i].map[turn] : turn);
    }
    return m->mem + (size_t)slot * m->stride;
}

/* The same for tables and streams: a number instead of a place in memory. */
static uint32_t number_at(const dtn_machine *m, dtn_operand o)
{
    if (!(o & DTN_OPERAND_INDEXED))
        return o;
    const dtn_address *a = &m->p->addresses[o & ~DTN_OPERAND_INDEXED];
    int64_t n = a->base;
    for (uint32_t i = 0; i < a->n_index; i++) {
        uint32_t turn = m->loop[a->index[i].loop];
        n += (int64_t)a->index[i].stride * (a->index[i].map ? a->index[i].map[turn] : turn);
    }
    return (uint32_t)n;
}

/* ---- Draws ---------------------------------------------------------------- */

static double quantile(dtn_draw kind, double u, double a, double b)
{
    switch (kind) {
    case DTN_DRAW_LOGNORMAL: return dtn_lognormal_quantile(u, a, b);
    case DTN_DRAW_EXPONENTIAL: return dtn_exponential_quantile(u, a);
    case DTN_DRAW_GAMMA: return dtn_gamma_quantile(u, a, b);
    case DTN_DRAW_POISSON: return dtn_poisson_quantile(u, a);
    case DTN_DRAW_BINOMIAL: return dtn_binomial_quantile(u, a, b);
    case DTN_DRAW_NEGATIVE_BINOMIAL: return dtn_negative_binomial_quantile(u, a, b);
    case DTN_DRAW_SUM_LOGNORMAL: return dtn_lognormal_quantile(u, a, b);
    case DTN_DRAW_SUM_LOMAX: return dtn_lomax_quantile(u, a, b);
    default: return NAN;
    }
}

/* Uniforms of all lanes, for normals their standard quantiles, of the draw that the program's instruction `ins` is; from
 * an earlier branch where it kept them, else in `own`. */
static const double *standard_draws(dtn_machine *m, const dtn_ins *x, uint32_t ins, double *own)
{
    uint64_t *filled = NULL;
    double *u = dtn_memo_row(m->memo, ins, m->step, 0, &filled);
    if (filled && *filled)
        return u;
    if (filled)
        *filled = 1;
    u = u ? u : own;
    m->math->uniform(m->n_lane, m->seed, m->p->streams[number_at(m, x->a)], m->run0, m->step, 0, u);
    if (x->aux == DTN_DRAW_NORMAL)
        m->math->normal_quantile(m->n_lane, u, u);
    return u;
}

/* A count's row; own: places for its uniforms and their normal quantiles where no earlier branch keeps them. */
static dtn_count_row count_row(dtn_machine *m, const dtn_ins *x, uint32_t ins, double *own,
                               uint64_t *made)
{
    dtn_count_row row = {.u = standard_draws(m, x, ins, own),
                         .a = at(m, x->b),
                         .b = at(m, x->c),
                         .out = at(m, x->dst)};
    if (x->aux == DTN_DRAW_POISSON)
        row.w = dtn_memo_row(m->memo, ins, m->step, 1, &row.made);
    if (!row.w) {
        row.w = own + m->n_lane;
        row.made = made;
    }
    return row;
}

static void draw(dtn_machine *m, const dtn_ins *x, uint32_t ins)
{
    double *d = at(m, x->dst);
    const double *a = at(m, x->b), *b = at(m, x->c);
    const double *u = standard_draws(m, x, ins, m->scratch);
    uint32_t n = m->n_lane;
    if (x->aux == DTN_DRAW_UNIFORM) {
        for (uint32_t i = 0; i < n; i++)
            d[i] = a[i] + (b[i] - a[i]) * u[i];
    } else if (x->aux == DTN_DRAW_NORMAL) {
        for (uint32_t i = 0; i < n; i++)
            d[i] = a[i] + b[i] * u[i];
    } else if (x->aux == DTN_DRAW_BINOMIAL) {
        m->math->binomial_quantile(n, u, a, b, d);
    } else {
        for (uint32_t i = 0; i < n; i++)
            d[i] = quantile((dtn_draw)x->aux, u[i], a[i], b[i]);
    }
}

static bool is_walked(const dtn_ins *x)
{
    return x->op == DTN_I_DRAW &&
           (x->aux == DTN_DRAW_POISSON || x->aux == DTN_DRAW_NEGATIVE_BINOMIAL);
}

/* n Poisson or negative binomial counts side by side, up to DTN_MOST_TOGETHER. */
static void draw_counts(dtn_machine *m, const dtn_ins *x, const uint32_t *ins, uint32_t n)
{
    dtn_count_row rows[DTN_MOST_TOGETHER];
    uint64_t made[DTN_MOST_TOGETHER] = {0};
    for (uint32_t i = 0; i < n; i++)
        rows[i] = count_row(m, &x[i], ins[i], m->scratch + (size_t)i * 2 * m->n_lane, &made[i]);
    if (x->aux == DTN_DRAW_POISSON)
        m->math->poisson_rows(n, m->n_lane, rows);
    else
        m->math->negative_binomial_rows(n, m->n_lane, rows);
}

/* Lanes mostly have the same seed: then their uniforms are made together. */
static void wide_uniforms(dtn_machine *m, uint64_t stream, const double *seed)
{
    uint32_t n = m->n_lane;
    bool same = true;
    for (uint32_t i = 1; i < n; i++)
        same = same && seed[i] == seed[0];
    if (same) {
        m->math->uniform(n, m->seed, dtn_seeded_stream(stream, seed[0]), m->run0, m->step, 0,
                         m->scratch);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        m->scratch[i] =
            dtn_uniform(m->seed, dtn_seeded_stream(stream, seed[i]), m->run0 + i, m->step, 0);
}

enum { WIDE_LANES = 64 }; /* lanes whose quantiles are taken together */

/* Have all lanes the same parameters (the same bits)? */
static bool are_same(const dtn_machine *m, const double *row, uint32_t n)
{
    uint64_t differ = 0, first, other;
    for (uint32_t k = DTN_WIDE_LOW; k < DTN_N_WIDE; k++, row += m->stride) {
        memcpy(&first, row + m->stride, sizeof first);
        for (uint32_t i = 0; i < n; i++) {
            memcpy(&other, row + m->stride + i, sizeof other);
            differ |= first ^ other;
        }
    }
    return differ == 0;
}

/* Normals or uniforms whose lanes have the same parameters: the plan is made once. u: uniforms, becomes values. */
static void draw_same(const dtn_machine *m, dtn_draw kind, const double *p, dtn_wide_kept *kept,
                      uint32_t n, double *u)
{
    const dtn_wide_plan plan = dtn_wide_plan_of(kind, u[0], p, NULL, kept);
    const double *own = p + DTN_WIDE_FIRST, shift = p[DTN_WIDE_SHIFT],
                 stretch = p[DTN_WIDE_STRETCH];
    if (plan.is_certain) {
        for (uint32_t i = 0; i < n; i++)
            u[i] = dtn_wide_value(&plan, 0, p);
        return;
    }
    for (uint32_t i = 0; plan.is_mirrored && i < n; i++)
        u[i] = 1 - u[i];
    for (uint32_t i = 0; plan.is_bounded && i < n; i++)
        u[i] = plan.from + u[i] * plan.width;
    if (kind == DTN_DRAW_NORMAL)
        m->math->normal_quantile(n, u, u);
    else
        for (uint32_t i = 0; i < n; i++)
            u[i] = own[0] + (own[1] - own[0]) * u[i];
    for (uint32_t i = 0; plan.is_bounded && i < n; i++) {
        const double x = u[i] < plan.least ? plan.least : u[i] > plan.most ? plan.most : u[i];
        u[i] = plan.is_mirrored ? -x : x;
    }
    for (uint32_t i = 0; i < n; i++)
        u[i] = shift + stretch * u[i];
    for (uint32_t i = 0; plan.is_bounded && i < n; i++)
        u[i] = u[i] < p[DTN_WIDE_LOW]    ? p[DTN_WIDE_LOW]
               : u[i] > p[DTN_WIDE_HIGH] ? p[DTN_WIDE_HIGH]
                                         : u[i];
}

/* Lanes [lane, lane + n): the quantile, in vectors where there is such a function, between what the bounds make
 * of the uniform and of its result. */
static void draw_wide_lanes(dtn_machine *m, const dtn_ins *x, uint32_t lane, uint32_t n)
{
    const dtn_draw kind = (dtn_draw)x->aux;
    const double *row = at(m, x->b) + lane;
    const dtn_table *table = kind == DTN_DRAW_TABLE ? &m->p->tables[number_at(m, x->c)] : NULL;
    dtn_wide_kept *kept = m->kept ? &m->kept[x - m->p->ins] : NULL;
    double *d = at(m, x->dst) + lane, p[WIDE_LANES][DTN_N_WIDE], u[WIDE_LANES];
    dtn_wide_plan plan[WIDE_LANES];
    if ((kind == DTN_DRAW_NORMAL || kind == DTN_DRAW_UNIFORM) && are_same(m, row, n)) {
        for (uint32_t k = 0; k < DTN_N_WIDE; k++)
            p[0][k] = row[(size_t)k * m->stride];
        memcpy(u, m->scratch + lane, n * sizeof *u);
        draw_same(m, kind, p[0], kept, n, u);
        memcpy(d, u, n * sizeof *d);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < DTN_N_WIDE; k++)
            p[i][k] = row[(size_t)k * m->stride + i];
        plan[i] = dtn_wide_plan_of(kind, m->scratch[lane + i], p[i], table, kept);
        u[i] = plan[i].is_certain ? 0.5 : plan[i].u;
    }
    if (kind == DTN_DRAW_NORMAL)
        m->math->normal_quantile(n, u, u);
    else if (kind == DTN_DRAW_POISSON)
        m->math->poisson_quantile(n, u, row + (size_t)DTN_WIDE_FIRST * m->stride, u);
    else
        for (uint32_t i = 0; i < n; i++)
            u[i] = plan[i].is_certain ? 0 : dtn_wide_quantile(kind, u[i], p[i], table);
    for (uint32_t i = 0; i < n; i++)
        d[i] = dtn_wide_value(&plan[i], u[i], p[i]);
}

static void draw_wide(dtn_machine *m, const dtn_ins *x)
{
    wide_uniforms(m, m->p->streams[number_at(m, x->a)], at(m, x->b));
    for (uint32_t lane = 0; lane < m->n_lane; lane += WIDE_LANES)
        draw_wide_lanes(m, x, lane, m->n_lane - lane < WIDE_LANES ? m->n_lane - lane : WIDE_LANES);
}

/* How many marks a lane sums; DTN_MAX_MARKS + 1 where the count is not sane. */
static uint32_t marks_of(double count)
{
    if (!(count <= DTN_MAX_MARKS)) /* NaN too */
        return DTN_MAX_MARKS + 1;
    return count >= 0.5 ? (uint32_t)(count + 0.5) : 0;
}

static double sum_marks(const dtn_machine *m, dtn_draw kind, uint64_t stream, uint32_t lane,
                        uint32_t n, double mean, double shape)
{
    double sum = 0;
    for (uint32_t k = 1; k <= n; k++)
        sum +=
            quantile(kind, dtn_uniform(m->seed, stream, m->run0 + lane, m->step, k), mean, shape);
    return sum;
}

#define MARK_LANES 8u /* lanes that draw their marks together: few idle ones where counts differ */

/* MARK_LANES lanes in registers, however many the instruction set needs for them. */
typedef double lanes __attribute__((vector_size(MARK_LANES * 8)));
typedef int64_t truth __attribute__((vector_size(MARK_LANES * 8))); /* 0 or -1 */

/* The same in memory, at any address of doubles. */
typedef double row_lanes __attribute__((vector_size(MARK_LANES * 8), aligned(8), may_alias));
#define LOAD(p) (*(const row_lanes *)(p))
#define STORE(p, v) (*(row_lanes *)(p) = (v))

static inline bool all_of(const truth *t)
{
#ifdef __AVX512DQ__
    return _mm512_movepi64_mask((__m512i)*t) == 0xff;
#else
    int64_t all = -1;
    for (uint32_t i = 0; i < MARK_LANES; i++)
        all &= (*t)[i];
    return all != 0;
#endif
}

/* The largest lane, or 0. */
static inline double most_of(const lanes *x)
{
    double most = 0;
#ifdef __AVX512DQ__
    most = _mm512_reduce_max_pd((__m512d)*x);
    most = most > 0 ? most : 0;
#else
    for (uint32_t i = 0; i < MARK_LANES; i++)
        most = (*x)[i] > most ? (*x)[i] : most;
#endif
    return most;
}

#define MARK_EVENTS 8u /* marks of a lane that are made together */

/* Marks of MARK_LANES lanes before their scale, events [first, first + n): the formulas of
 * dtn_lognormal_quantile and dtn_lomax_quantile on vectors, to the bit. out: [n][MARK_LANES]. */
static void make_marks(const dtn_machine *m, dtn_draw kind, uint64_t stream, uint32_t lane,
                       const double *shape, uint32_t first, uint32_t n, double *out)
{
    const size_t width = (size_t)n * MARK_LANES;
    const lanes s = LOAD(shape);
    m->math->uniform_events(MARK_LANES, m->seed, stream, m->run0 + lane, m->step, first, n, out);
    if (kind == DTN_DRAW_SUM_LOGNORMAL) {
        m->math->normal_quantile(width, out, out);
        for (size_t i = 0; i < width; i += MARK_LANES)
            STORE(out + i, s * (LOAD(out + i) - 0.5 * s));
        m->math->exp(width, out, out);
        return;
    }
    for (size_t i = 0; i < width; i += MARK_LANES)
        STORE(out + i, -LOAD(out + i));
    m->math->log1p(width, out, out);
    for (size_t i = 0; i < width; i += MARK_LANES)
        STORE(out + i, -LOAD(out + i) / s);
    m->math->expm1(width, out, out);
}

/* Marks that an earlier branch made with the same shape; with another one they are of no use. */
typedef struct kept_marks {
    double *row;   /* of the first mark; NULL: none are kept */
    uint8_t *kept; /* how many of these lanes are */
    size_t width;  /* lanes of a row */
    size_t ahead;  /* doubles to the row that is likely to be next */
    uint32_t n;    /* how many were, and are asked for */
} kept_marks;

static kept_marks find_kept(const dtn_machine *m, uint32_t ins, uint32_t lane, const double *shape,
                            uint32_t n)
{
    kept_marks k = {0};
    uint64_t *filled = NULL;
    const uint32_t place = lane / MARK_LANES;
    double *row = dtn_memo_row(m->memo, ins, m->step, 0, &filled);
    if (!row)
        return k;
    uint8_t *kept = dtn_memo_counts(filled) + place;
    k.width = m->memo->n_lane;
    row += lane;
    k.ahead = dtn_memo_ahead(m->memo) * k.width;
    if (!(*filled >> place & 1)) {
        memcpy(row, shape, MARK_LANES * sizeof *row);
        *filled |= UINT64_C(1) << place;
    }
    const truth same = LOAD(row) == LOAD(shape);
    if (!all_of(&same))
        return k;
    k.row = row + k.width;
    k.kept = kept;
    k.n = *kept < n ? *kept : n;
    return k;
}

/* Marks [first, first + n) were made: keep those that have a place. */
static void keep_marks(const kept_marks *k, uint32_t first, uint32_t n, const double *made)
{
    for (uint32_t i = 0; k->row && i < n && first + i <= DTN_MEMO_MARKS; i++) {
        memcpy(k->row + (first + i - 1) * k->width, made + (size_t)i * MARK_LANES,
               MARK_LANES * sizeof *made);
        *k->kept = (uint8_t)(first + i);
    }
}

/* Sums of marks over MARK_LANES lanes. Lanes that are done add nothing. */
static void sum_marks_together(const dtn_machine *m, const dtn_ins *x, uint32_t ins,
                               uint64_t stream, uint32_t lane, const double *count,
                               const double *mean, double *sum)
{
    const dtn_draw kind = (dtn_draw)x->aux;
    const lanes size = LOAD(count) + 0.5, shape = LOAD(sum);
    lanes scale = LOAD(mean);
    if (kind == DTN_DRAW_SUM_LOMAX)
        scale = (shape - 1.0) * scale;
    lanes acc = {0};
    double made[MARK_EVENTS * MARK_LANES];
    const uint32_t n_mark = (uint32_t)most_of(&size);
    kept_marks k = {0};
    if (n_mark > 0)
        k = find_kept(m, ins, lane, sum, n_mark);
    uint32_t event = 1;
    for (; event <= n_mark && event <= k.n; event++) {
        const double *row = k.row + (event - 1) * k.width;
        const lanes added = scale * LOAD(row);
        dtn_memo_ask(row, k.ahead);
        acc += (lanes)((truth)added & (truth)((double)event <= size));
    }
    while (event <= n_mark) {
        const uint32_t left = n_mark - event + 1, n = left < MARK_EVENTS ? left : MARK_EVENTS;
        make_marks(m, kind, stream, lane, sum, event, n, made);
        keep_marks(&k, event, n, made);
        for (uint32_t i = 0; i < n; i++, event++) {
            const lanes added = scale * LOAD(made + (size_t)i * MARK_LANES);
            acc += (lanes)((truth)added & (truth)((double)event <= size));
        }
    }
    memcpy(sum, &acc, sizeof acc);
}

/* May these lanes be summed together? Counts and parameters that are not sane are left to the function of
 * one lane. */
static bool are_plain(dtn_draw kind, const double *count, const double *mean, const double *shape)
{
    const double least = kind == DTN_DRAW_SUM_LOMAX ? 1 : 0; /* of the shape */
    const lanes c = LOAD(count), m = LOAD(mean), s = LOAD(shape);
    const truth plain = (truth)(c <= DTN_MAX_MARKS) & (truth)(m > 0.0) & (truth)(m < INFINITY) &
                        (truth)(s > least) & (truth)(s < INFINITY);
    return all_of(&plain);
}

/* Marks are events 1, 2, ... of the stream: the k-th mark stays the same when the count changes. */
static void draw_sum(dtn_machine *m, const dtn_ins *x, uint32_t ins)
{
    double *d = at(m, x->dst);
    const double *count = at(m, x->b), *mean = at(m, x->c);
    const uint64_t stream = m->p->streams[number_at(m, x->a)];
    for (uint32_t lane = 0; lane < m->n_lane; lane += MARK_LANES) {
        if (are_plain((dtn_draw)x->aux, count + lane, mean + lane, d + lane)) {
            sum_marks_together(m, x, ins, stream, lane, count + lane, mean + lane, d + lane);
            continue;
        }
        for (uint32_t i = lane; i < lane + MARK_LANES; i++) {
            const uint32_t n = marks_of(count[i]);
            d[i] = n > DTN_MAX_MARKS ? NAN
                                     : sum_marks(m, (dtn_draw)x->aux, stream, i, n, mean[i], d[i]);
        }
    }
}

/* Neighbours of one kind of count go side by side. */
static void draws(dtn_machine *m, const dtn_ins *x, const uint32_t *ins, uint32_t n)
{
    for (uint32_t i = 0, next; i < n; i = next) {
        next = i + 1;
        if (is_walked(&x[i])) {
            while (next < n && next - i < DTN_MOST_TOGETHER && is_walked(&x[next]) &&
                   x[next].aux == x[i].aux)
                next++;
            draw_counts(m, &x[i], &ins[i], next - i);
        } else if (x[i].op == DTN_I_DRAW) {
            draw(m, &x[i], ins[i]);
        } else {
            draw_sum(m, &x[i], ins[i]);
        }
    }
}

static void gather(dtn_machine *m, const dtn_ins *x)
{
    const dtn_gather *g = &m->p->gathers[x->aux];
    double *d = at(m, x->dst);
    const double *row = at(m, x->a), *position = at(m, x->b);
    for (uint32_t i = 0; i < m->n_lane; i++) {
        double p = position[i] + 0.5;
        bool inside = p >= 1 && p < g->count + 1.0;
        size_t k = inside ? (size_t)p - 1 : 0;
        d[i] = inside ? row[k * g->stride * m->stride + i] : g->outside;
    }
}

/* Guesses that the equations do not confirm become what the equations say; lanes that are settled
 * stay as they are. After the most turns they become NaN. Is another turn needed? */
static bool iterate(dtn_machine *m, uint32_t turn)
{
    const uint32_t most = m->p->searches ? DTN_MAX_SEARCH : DTN_MAX_ITERATIONS;
    bool again = false;
    for (size_t k = 0; k < m->p->n_iteration; k++) {
        const dtn_copy *pair = &m->p->iterations[k];
        for (uint32_t row = 0; row < pair->n; row++) {
            double *guess = m->mem + (size_t)(pair->to + row) * m->stride;
            const double *value = m->mem + (size_t)(pair->from + row) * m->stride;
            for (uint32_t i = 0; i < m->n_lane; i++) {
                double size = __builtin_fabs(value[i]) > 1 ? __builtin_fabs(value[i]) : 1;
                if (__builtin_fabs(value[i] - guess[i]) <= DTN_ITERATION_ERROR * size ||
                    isnan(guess[i]))
                    continue;
                guess[i] = turn < most ? value[i] : NAN;
                again = true;
            }
        }
    }
    return again;
}

static bool all_zero(const dtn_machine *m, dtn_operand o)
{
    const double *a = at(m, o);
    for (uint32_t i = 0; i < m->n_lane; i++)
        if (a[i] != 0)
            return false;
    return true;
}

/* ---- The loop -------------------------------------------------------------- */

#define LANES                    \
    if (n % DTN_LANE_PAD)        \
        __builtin_unreachable(); \
    IVDEP for (uint32_t i = 0; i < n; i++)
#define ONE(name, expr)                 \
    case DTN_I_##name: {                \
        double *d = at(m, x->dst);      \
        const double *pa = at(m, x->a); \
        LANES                           \
        {                               \
            double a = pa[i];           \
            d[i] = (expr);              \
        }                               \
        break;                          \
    }
#define TWO(name, expr)                                    \
    case DTN_I_##name: {                                   \
        double *d = at(m, x->dst);                         \
        const double *pa = at(m, x->a), *pb = at(m, x->b); \
        LANES                                              \
        {                                                  \
            double a = pa[i], b = pb[i];                   \
            d[i] = (expr);                                 \
        }                                                  \
        break;                                             \
    }
#define THREE(name, expr)                                                     \
    case DTN_I_##name: {                                                      \
        double *d = at(m, x->dst);                                            \
        const double *pa = at(m, x->a), *pb = at(m, x->b), *pc = at(m, x->c); \
        LANES                                                                 \
        {                                                                     \
            double a = pa[i], b = pb[i], c = pc[i];                           \
            d[i] = (expr);                                                    \
        }                                                                     \
        break;                                                                \
    }
#define MATH1(name, field) \
    case DTN_I_##name: m->math->field(n, at(m, x->a), at(m, x->dst)); break;
/* Calls a function for each lane: nothing to vectorize. */
#define EACH(name, expr)                                   \
    case DTN_I_##name: {                                   \
        double *d = at(m, x->dst);                         \
        const double *pa = at(m, x->a), *pb = at(m, x->b); \
        for (uint32_t i = 0; i < n; i++)                   \
            d[i] = (expr);                                 \
        (void)pb;                                          \
        break;                                             \
    }
#define MATH2(name, field) \
    case DTN_I_##name: m->math->field(n, at(m, x->a), at(m, x->b), at(m, x->dst)); break;

static void run(dtn_machine *m, uint32_t first, uint32_t end)
{
    const dtn_program *p = m->p;
    uint32_t n = m->n_lane, turn = 0;
    for (uint32_t ip = first; ip < end; ip++) {
        const dtn_ins *x = &p->ins[ip];
        switch ((dtn_opcode)x->op) {
            ONE(COPY, a)
            ONE(NEG, -a)
            TWO(ADD, a + b)
            TWO(SUB, a - b)
            TWO(MUL, a * b)
            TWO(DIV, a / b)
            TWO(MIN, a < b ? a : b)
            TWO(MAX, a > b ? a : b)
            TWO(LT, a < b ? 1.0 : 0.0)
            TWO(LE, a <= b ? 1.0 : 0.0)
            TWO(GT, a > b ? 1.0 : 0.0)
            TWO(GE, a >= b ? 1.0 : 0.0)
            TWO(EQ, a == b ? 1.0 : 0.0)
            TWO(NE, a != b ? 1.0 : 0.0)
            TWO(AND, ((a != 0) & (b != 0)) ? 1.0 : 0.0)
            TWO(OR, ((a != 0) | (b != 0)) ? 1.0 : 0.0)
            ONE(NOT, a == 0 ? 1.0 : 0.0)
            THREE(SELECT, a != 0 ? b : c)
            ONE(ABS, __builtin_fabs(a))
            ONE(SQRT, __builtin_sqrt(a))
            EACH(FLOOR, dtn_floor(pa[i]))
            EACH(TRUNC, dtn_trunc(pa[i]))
            EACH(ROUND, dtn_round(pa[i]))
            EACH(QUANTUM, pb[i] <= 0 ? pa[i] : pb[i] * dtn_trunc(pa[i] / pb[i]))
            THREE(XIDZ, __builtin_fabs(b) < 1e-6 ? c : a / b)
            MATH2(POW, pow)
            MATH2(FMOD, fmod)
            MATH2(MODULO, fmod)
            MATH1(EXP, exp)
            MATH1(LN, log)
            MATH1(LOG10, log10)
            MATH1(SIN, sin)
            MATH1(COS, cos)
            MATH1(TAN, tan)
            MATH1(ARCSIN, asin)
            MATH1(ARCCOS, acos)
            MATH1(ARCTAN, atan)
            MATH1(SINH, sinh)
            MATH1(COSH, cosh)
            MATH1(TANH, tanh)
            MATH1(NORMAL_QUANTILE, normal_quantile)
            EACH(LGAMMA, dtn_lgamma(pa[i]))
            EACH(NORMAL_CDF, dtn_normal_cdf(pa[i]))
        case DTN_I_LOOKUP: {
            double *d = at(m, x->dst);
            const double *a = at(m, x->a);
            const dtn_table *t = &p->tables[number_at(m, x->b)];
            for (uint32_t i = 0; i < n; i++)
                d[i] = dtn_look_up(t, a[i], (dtn_lookup_mode)x->aux);
            break;
        }
        case DTN_I_DATA: {
            double *d = at(m, x->dst);
            const double *a = at(m, x->a);
            const dtn_table *t = &p->tables[number_at(m, x->b)];
            for (uint32_t i = 0; i < n; i++)
                d[i] = dtn_data_at(t, a[i], x->aux);
            break;
        }
        case DTN_I_DATA_FIGURE: {
            double *d = at(m, x->dst);
            const double *a = at(m, x->a), *c = at(m, x->c);
            const dtn_table *t = &p->tables[number_at(m, x->b)];
            for (uint32_t i = 0; i < n; i++)
                d[i] = dtn_data_figure(t, a[i], c[i], (dtn_data_stat)x->aux);
            break;
        }
        case DTN_I_GATHER: gather(m, x); break;
        case DTN_I_VECTOR:
            dtn_vector_run(m, &p->vectors[x->aux], at(m, x->a), at(m, x->dst));
            break;
        case DTN_I_UNIFORM:
            m->math->uniform(n, m->seed, p->streams[number_at(m, x->a)], m->run0, m->step, x->aux,
                             at(m, x->dst));
            break;
        case DTN_I_DRAW:
        case DTN_I_DRAW_SUM: draws(m, x, &ip, 1); break;
        case DTN_I_DRAW_WIDE: draw_wide(m, x); break;
        case DTN_I_LOOP: m->loop[x->dst] = 0; break;
        case DTN_I_ENDLOOP:
            if (++m->loop[x->dst] < p->ins[x->a].a)
                ip = x->a;
            break;
        case DTN_I_ITERATE:
            if (iterate(m, turn++))
                ip = x->a - 1;
            break;
        case DTN_I_SKIP_UNLESS:
            if (all_zero(m, x->a))
                ip = x->dst - 1;
            break;
        case DTN_I_SKIP_OVERLAY:
            if (!(m->overlays >> (x->a - 1) & 1))
                ip = x->dst - 1;
            break;
        case DTN_I_SKIP_ANY_OVERLAY:
            if (m->overlays & p->overlay_masks[x->a])
                ip = x->dst - 1;
            break;
        case DTN_N_OPCODE: break;
        }
    }
}

static void axpy(size_t n, double *out, const double *a, double s, const double *x)
{
    IVDEP for (size_t i = 0; i < n; i++) out[i] = a[i] + s * x[i];
}

static void check_finite(uint32_t n_row, uint32_t n_lane, uint32_t stride, const double *x,
                         double *acc)
{
    for (uint32_t r = 0; r < n_row; r++) {
        const double *row = x + (size_t)r * stride;
        IVDEP for (uint32_t i = 0; i < n_lane; i++) acc[i] += row[i] * 0.0;
    }
}

extern const dtn_interp PASTE(dtn_interp_, DTN_KERNEL_NAME);
const dtn_interp PASTE(dtn_interp_, DTN_KERNEL_NAME) = {run, draws, axpy, check_finite, iterate};
