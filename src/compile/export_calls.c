/* Export to C: instructions that become calls: tables, data, rows, random draws.
 *
 * What they call are parts of the engine's own sources (export_data.c, tools/export_parts.py), so
 * that exported files have its formulas. Where a case is simple, a small function of
 * export_runtime.inc is called instead, or none.
 */
#include "compile/export_code.h"
#include "compile/interp.h"

#include <string.h>

#define A dtn_code_value(c, i, DTN_READ_A)
#define B dtn_code_value(c, i, DTN_READ_B)
#define C dtn_code_value(c, i, DTN_READ_C)

/* ---- Tables and data ------------------------------------------------------------------------ */

static const char *table_at(dtn_coder *c, uint32_t i, dtn_operand table)
{
    dtn_address a = dtn_code_address(c->x, table);
    uint32_t n = 1;
    const char *wish = dtn_export_table_name(c->x, a.base, dtn_code_owner(c, i));
    const char *index = dtn_code_index(c, i, &a, 0, wish, &n);
    n = a.base + n <= c->x->p->n_table ? n : (uint32_t)c->x->p->n_table - a.base;
    const char *name = dtn_export_tables(c->x, wish, a.base, n);
    return n > 1 ? PRINT("&%s[%s]", name, index) : PRINT("&%s", name);
}

dtn_text dtn_call_lookup(dtn_coder *c, uint32_t i)
{
    static const char *const modes[] = {[DTN_LOOKUP_MODE_LINEAR] = "LINEAR",
                                        [DTN_LOOKUP_MODE_EXTRAPOLATE] = "EXTRAPOLATE",
                                        [DTN_LOOKUP_MODE_BACKWARD] = "BACKWARD",
                                        [DTN_LOOKUP_MODE_FORWARD] = "FORWARD",
                                        [DTN_LOOKUP_MODE_AREA] = "AREA",
                                        [DTN_LOOKUP_MODE_AREA_EXTRAPOLATE] = "AREA_EXTRAPOLATE",
                                        [DTN_LOOKUP_MODE_INVERT] = "INVERT",
                                        [DTN_LOOKUP_MODE_INVERT_EXTRAPOLATE] = "INVERT_EXTRAPOLATE",
                                        [DTN_LOOKUP_MODE_SLOPE] = "SLOPE",
                                        [DTN_LOOKUP_MODE_SLOPE_EXTRAPOLATE] = "SLOPE_EXTRAPOLATE",
                                        [DTN_LOOKUP_MODE_SLOPE_INSIDE] = "SLOPE_INSIDE",
                                        [DTN_LOOKUP_MODE_AREA_INSIDE] = "AREA_INSIDE",
                                        [DTN_LOOKUP_MODE_AREA_STEPS] = "AREA_STEPS",
                                        [DTN_LOOKUP_MODE_INVERT_HELD] = "INVERT_HELD",
                                        [DTN_LOOKUP_MODE_SUM] = "SUM",
                                        [DTN_LOOKUP_MODE_SUM_BEFORE] = "SUM_BEFORE",
                                        [DTN_LOOKUP_MODE_MOMENT] = "MOMENT",
                                        [DTN_LOOKUP_MODE_MOMENT_BEFORE] = "MOMENT_BEFORE"};
    uint32_t mode = c->f->ins[i].aux;
    const char *table = table_at(c, i, c->f->ins[i].b);
    if (mode == DTN_LOOKUP_MODE_LINEAR)
        return dtn_text_atom(PRINT("%s(%s, %s)", dtn_code_runtime(c, "interpolate"), table, A.s));
    if (mode >= sizeof modes / sizeof *modes || !modes[mode]) {
        dtn_export_refuse(c->x, c->f->ins[i].var, "this kind of lookup");
        return dtn_text_atom("0.0");
    }
    const char *function = dtn_export_part_name(c->x, "look_up", "dtn_look_up");
    return dtn_text_atom(PRINT("%s(%s, %s, LOOKUP_MODE_%s)", function, table, A.s, modes[mode]));
}

dtn_text dtn_call_data(dtn_coder *c, uint32_t i)
{
    static const char *const modes[] = {"INTERPOLATE", "FORWARD", "BACKWARD", "RAW"};
    uint32_t mode = c->f->ins[i].aux & ~(uint32_t)DTN_DATA_INSIDE;
    if (mode >= sizeof modes / sizeof *modes) {
        dtn_export_refuse(c->x, c->f->ins[i].var, "this way to read data");
        return dtn_text_atom("0.0");
    }
    (void)dtn_export_part_name(c->x, "program", "dtn_data_mode");
    return dtn_text_atom(PRINT("%s(%s, %s, DATA_%s%s)",
                               dtn_export_part_name(c->x, "data", "dtn_data_at"),
                               table_at(c, i, c->f->ins[i].b), A.s, modes[mode],
                               c->f->ins[i].aux & DTN_DATA_INSIDE ? " | DATA_INSIDE" : ""));
}

dtn_text dtn_call_data_figure(dtn_coder *c, uint32_t i)
{
    static const char *const stats[] = {"COUNT",  "MIN",  "MAX",        "MEAN",
                                        "MEDIAN", "STDV", "FIRST_TIME", "LAST_TIME"};
    uint32_t stat = c->f->ins[i].aux;
    if (stat >= sizeof stats / sizeof *stats) {
        dtn_export_refuse(c->x, c->f->ins[i].var, "this figure of data");
        return dtn_text_atom("0.0");
    }
    return dtn_text_atom(PRINT("%s(%s, %s, %s, DATA_%s)",
                               dtn_export_part_name(c->x, "data", "dtn_data_figure"),
                               table_at(c, i, c->f->ins[i].b), A.s, C.s, stats[stat]));
}

/* ---- Rows ------------------------------------------------------------------------------------ */

dtn_text dtn_call_gather(dtn_coder *c, uint32_t i)
{
    const dtn_gather *g = &c->x->p->gathers[c->f->ins[i].aux];
    return dtn_text_atom(PRINT("%s(%s, %u, %u, %s, %s)", dtn_code_runtime(c, "pick"),
                               dtn_code_pointer(c, i, c->f->ins[i].a), g->count, g->stride, B.s,
                               dtn_export_number(c->x, g->outside)));
}

static const char *vector_part(dtn_coder *c, const char *key)
{
    return dtn_export_part_name(c->x, "vector", key);
}

/* Functions of rows that give one value. */
dtn_text dtn_call_vector(dtn_coder *c, uint32_t i)
{
    const dtn_vector *v = &c->x->p->vectors[c->f->ins[i].aux];
    uint32_t n = v->n, m = v->m;
    const char *in = dtn_code_pointer(c, i, c->f->ins[i].a);
    enum { N_PROFILE = 4 }; /* as in vector.c */
    switch (v->fn) {
    case DTN_VECTOR_SELECT:
        return dtn_text_atom(PRINT("%s(%u, %s, %s + %u, %s + %u)", vector_part(c, "select_rows"), n,
                                   in, in, n, in, 2 * n));
    case DTN_VECTOR_ELEMENT_RANK:
        return dtn_text_atom(PRINT("%s(%u, %s, %s, %s[%u], (double[%u]){0})",
                                   vector_part(c, "element_rank"), n, in,
                                   m ? PRINT("%s + %u", in, n) : "NULL", in, n + m, 4 * n));
    case DTN_VECTOR_LOOKUP:
        return dtn_text_atom(PRINT("%s(%u, %s, %s + %u, (double[%u]){0})",
                                   vector_part(c, "vector_lookup"), n, in, in, n, n));
    case DTN_VECTOR_MARKET: {
        uint32_t s = n * (1 + N_PROFILE);
        return dtn_text_atom(PRINT("%s(&(%s){%u, %u, %s, %s + %u, %s + %u, %s + %u, 0})",
                                   vector_part(c, "find_price"), vector_part(c, "market"), n, m, in,
                                   in, n, in, s, in, s + m));
    }
    case DTN_VECTOR_DEMAND:
        return dtn_text_atom(PRINT("%s(%s[0], %s + 1, %s[%u])", vector_part(c, "demand_at"), in, in,
                                   in, 1 + N_PROFILE));
    case DTN_VECTOR_SUPPLY:
        return dtn_text_atom(PRINT("%s(%s[0], %s + 1, %s[%u])", vector_part(c, "supply_at"), in, in,
                                   in, 1 + N_PROFILE));
    case DTN_VECTOR_PRICE:
        return dtn_text_atom(
            PRINT("%s(%u, %s, (double[%u]){0})", vector_part(c, "priority_price"), n, in, 4 * n));
    case DTN_VECTOR_INTERPOLATE:
        return dtn_text_atom(PRINT("%s(%u, %u, %s, %s + %u, (double[%u]){0})",
                                   vector_part(c, "interpolate"), n, m, in, in, n, n));
    case DTN_VECTOR_RATE:
        return dtn_text_atom(
            PRINT("%s(%u, %s, (double[%u]){0})", vector_part(c, "rate_of_return"), n, in, n));
    case DTN_VECTOR_DATE:
        return dtn_text_atom(
            PRINT("%s(%s[0], %s[1], %s[2] != 0)", vector_part(c, "date_part"), in, in, in));
    case DTN_VECTOR_PROFILE:
        return dtn_text_atom(PRINT("%s(%u, %u, %s)",
                                   dtn_export_part_name(c->x, "vector_log", "delay_by_profile"), n,
                                   m, in));
    case DTN_VECTOR_QUEUE:
    case DTN_VECTOR_QUEUE_ATTRIB:
        return dtn_text_atom(PRINT("%s(%u, %u, %s, %s)",
                                   dtn_export_part_name(c->x, "vector_log", "queue_figure"), n, m,
                                   v->fn == DTN_VECTOR_QUEUE ? "false" : "true", in));
    case DTN_VECTOR_ON_TRACK:
        return dtn_text_atom(PRINT(
            "%s(%u, %u, %s)", dtn_export_part_name(c->x, "track", "dtn_track_first"), n, m, in));
    default: dtn_export_refuse(c->x, c->f->ins[i].var, "this function of a row"); break;
    }
    return dtn_text_atom("0.0");
}

/* Functions of rows that give a row: a statement. */
const char *dtn_call_vector_row(dtn_coder *c, uint32_t i)
{
    const dtn_vector *v = &c->x->p->vectors[c->f->ins[i].aux];
    uint32_t n = v->n;
    const char *in = dtn_code_pointer(c, i, c->f->ins[i].a),
               *out = dtn_code_pointer(c, i, c->f->ins[i].dst);
    const char *work = PRINT("(double[%u]){0}", 4 * n), *call = "";
    switch (v->fn) {
    case DTN_VECTOR_SORT_ORDER:
        call = PRINT("%s(%u, %s, %s[%u] > 0, %s, %s);", vector_part(c, "sort_order"), n, in, in, n,
                     out, work);
        break;
    case DTN_VECTOR_RANK:
        call = PRINT("%s(%u, %s, %s[%u] > 0, %s, %s);", vector_part(c, "rank"), n, in, in, n, out,
                     work);
        break;
    case DTN_VECTOR_REORDER:
        call = PRINT("%s(%u, %s, %s + %u, %s);", vector_part(c, "reorder"), n, in, in, n, out);
        break;
    case DTN_VECTOR_INVERT:
        call = PRINT("%s(%u, %s, %s[%u], %s, (double[%u]){0});", vector_part(c, "invert"), n, in,
                     in, n * n, out, n * n);
        break;
    case DTN_VECTOR_ALLOCATE:
        call = PRINT("%s(%u, %s, %s + %u, %s[%u], %s);", vector_part(c, "allocate"), n, in, in, n,
                     in, 5 * n, out);
        break;
    case DTN_VECTOR_PRIORITY:
        call =
            PRINT("%s(%u, %s, %s, %s);", vector_part(c, "allocate_by_priority"), n, in, out, work);
        break;
    case DTN_VECTOR_FIND_ZERO:
        call = PRINT("%s(%u, %s, %s, (double[%zu]){0});",
                     dtn_export_part_name(c->x, "vector_solve", "dtn_find_zero"), n, in, out,
                     dtn_find_zero_work(n));
        break;
    default: dtn_export_refuse(c->x, c->f->ins[i].var, "this function of a row"); break;
    }
    return call;
}

/* ---- Draws -------------------------------------------------------------------------------------- */

static const char *stream_at(dtn_coder *c, uint32_t i)
{
    dtn_address a = dtn_code_address(c->x, c->f->ins[i].a);
    uint32_t n = 1;
    c->x->has_chance = true;
    if (a.n_index == 0)
        return PRINT("0x%016llx", (unsigned long long)c->x->p->streams[a.base]);
    const char *index = dtn_code_index(c, i, &a, 0, dtn_code_owner(c, i), &n);
    const char *name = dtn_export_streams(c->x, PRINT("%s streams", dtn_code_owner(c, i)),
                                          c->x->p->streams + a.base, n);
    return PRINT("%s[%s]", name, index);
}

/* Where a distribution's quantile function comes from; two: it has a second parameter. */
typedef struct quantile_part {
    const char *file, *key;
    bool two;
} quantile_part;

static const quantile_part *quantile_of(uint32_t draw)
{
    static const quantile_part parts[] = {
        [DTN_DRAW_NORMAL] = {"random", "dtn_normal_quantile", false},
        [DTN_DRAW_LOGNORMAL] = {"continuous", "dtn_lognormal_quantile", true},
        [DTN_DRAW_EXPONENTIAL] = {"continuous", "dtn_exponential_quantile", false},
        [DTN_DRAW_GAMMA] = {"continuous", "dtn_gamma_quantile", true},
        [DTN_DRAW_POISSON] = {"discrete", "dtn_poisson_quantile", false},
        [DTN_DRAW_BINOMIAL] = {"discrete", "dtn_binomial_quantile", true},
        [DTN_DRAW_NEGATIVE_BINOMIAL] = {"discrete", "dtn_negative_binomial_quantile", true},
        [DTN_DRAW_SUM_LOGNORMAL] = {"continuous", "dtn_lognormal_quantile", true},
        [DTN_DRAW_SUM_LOMAX] = {"continuous", "dtn_lomax_quantile", true}};
    return draw < sizeof parts / sizeof *parts && parts[draw].key ? &parts[draw] : NULL;
}

/* shift + stretch * x */
static dtn_text moved(dtn_coder *c, dtn_text shift, dtn_text stretch, const char *x)
{
    if (strcmp(shift.s, "0.0") == 0 && strcmp(stretch.s, "1.0") == 0)
        return dtn_text_atom(x);
    return (dtn_text){PRINT("%s + %s * %s", dtn_code_bracketed(c, shift, RANK_SUM),
                            dtn_code_bracketed(c, stretch, RANK_PRODUCT), x),
                      RANK_SUM, false};
}

dtn_text dtn_call_draw(dtn_coder *c, uint32_t i)
{
    uint32_t kind = c->f->ins[i].aux;
    const quantile_part *part = quantile_of(kind);
    const char *u =
        PRINT("%s(m->chance, %s)", dtn_code_runtime(c, "draw_uniform"), stream_at(c, i));
    if (kind == DTN_DRAW_UNIFORM && strcmp(B.s, "0.0") == 0 && strcmp(C.s, "1.0") == 0)
        return dtn_text_atom(u);
    if (kind == DTN_DRAW_UNIFORM)
        return dtn_text_atom(PRINT("%s(%s, %s, %s)", dtn_code_runtime(c, "between"), B.s, C.s, u));
    if (!part) {
        dtn_export_refuse(c->x, c->f->ins[i].var, "a draw of this distribution");
        return dtn_text_atom("0.0");
    }
    const char *function = dtn_export_part_name(c->x, part->file, part->key);
    if (kind == DTN_DRAW_NORMAL)
        return moved(c, B, C, PRINT("%s(%s)", function, u));
    return dtn_text_atom(part->two ? PRINT("%s(%s, %s, %s)", function, u, B.s, C.s)
                                   : PRINT("%s(%s, %s)", function, u, B.s));
}

#define WIDE(k) dtn_code_value(c, i, DTN_READ_ROW + (k))

/* The distribution's value for uniform u, where it is simple; s NULL: it is not. */
static dtn_text plain_draw(dtn_coder *c, uint32_t i, const char *u)
{
    const char *a = WIDE(DTN_WIDE_FIRST).s, *b = WIDE(DTN_WIDE_FIRST + 1).s;
    switch (c->f->ins[i].aux) {
    case DTN_DRAW_UNIFORM:
        return dtn_text_atom(PRINT("%s(%s, %s, %s)", dtn_code_runtime(c, "between"), a, b, u));
    case DTN_DRAW_NORMAL:
        return dtn_text_atom(
            PRINT("%s(%s)", dtn_export_part_name(c->x, "random", "dtn_normal_quantile"), u));
    default: return (dtn_text){0};
    }
}

/* A draw with all that the formats' random functions can ask for (draw.h). */
dtn_text dtn_call_draw_wide(dtn_coder *c, uint32_t i)
{
    static const char *const kinds[] = {[DTN_DRAW_UNIFORM] = "UNIFORM",
                                        [DTN_DRAW_NORMAL] = "NORMAL",
                                        [DTN_DRAW_LOG_OF_NORMAL] = "LOG_OF_NORMAL",
                                        [DTN_DRAW_EXPONENTIAL] = "EXPONENTIAL",
                                        [DTN_DRAW_GAMMA] = "GAMMA",
                                        [DTN_DRAW_POISSON] = "POISSON",
                                        [DTN_DRAW_BINOMIAL] = "BINOMIAL",
                                        [DTN_DRAW_NEGATIVE_BINOMIAL] = "NEGATIVE_BINOMIAL",
                                        [DTN_DRAW_TRIALS] = "TRIALS",
                                        [DTN_DRAW_BETA] = "BETA",
                                        [DTN_DRAW_TRIANGULAR] = "TRIANGULAR",
                                        [DTN_DRAW_WEIBULL] = "WEIBULL",
                                        [DTN_DRAW_WEIBULL_MEAN_1] = "WEIBULL_MEAN_1",
                                        [DTN_DRAW_LOGISTIC] = "LOGISTIC",
                                        [DTN_DRAW_PARETO] = "PARETO",
                                        [DTN_DRAW_GEOMETRIC] = "GEOMETRIC",
                                        [DTN_DRAW_BERNOULLI] = "BERNOULLI",
                                        [DTN_DRAW_TABLE] = "TABLE"};
    uint32_t kind = c->f->ins[i].aux;
    const char *seed = WIDE(DTN_WIDE_SEED).s, *stream = stream_at(c, i), *row = "";
    if (kind >= sizeof kinds / sizeof *kinds || !kinds[kind]) {
        dtn_export_refuse(c->x, c->f->ins[i].var, "a draw of this distribution");
        return dtn_text_atom("0.0");
    }
    if (strcmp(seed, "0.0") != 0)
        stream = PRINT("%s(%s, %s)", dtn_export_part_name(c->x, "draw", "dtn_seeded_stream"),
                       stream, seed);
    const char *u = PRINT("%s(m->chance, %s)", dtn_code_runtime(c, "draw_uniform"), stream);
    bool unbounded = strcmp(WIDE(DTN_WIDE_LOW).s, "-INFINITY") == 0 &&
                     strcmp(WIDE(DTN_WIDE_HIGH).s, "INFINITY") == 0;
    dtn_text own = unbounded ? plain_draw(c, i, u) : (dtn_text){0};
    if (own.s)
        return moved(c, WIDE(DTN_WIDE_SHIFT), WIDE(DTN_WIDE_STRETCH), own.s);
    for (uint32_t k = 0; k < DTN_N_WIDE; k++)
        row = PRINT("%s%s%s", row, k ? ", " : "", WIDE(k).s);
    return dtn_text_atom(PRINT("%s(DRAW_%s, %s, (const double[]){%s}, %s)",
                               dtn_export_part_name(c->x, "draw", "dtn_wide_draw"), kinds[kind], u,
                               row,
                               kind == DTN_DRAW_TABLE ? table_at(c, i, c->f->ins[i].c) : "NULL"));
}

dtn_text dtn_call_draw_sum(dtn_coder *c, uint32_t i)
{
    const quantile_part *part = quantile_of(c->f->ins[i].aux);
    if (!part) {
        dtn_export_refuse(c->x, c->f->ins[i].var, "a sum of draws of this distribution");
        return dtn_text_atom("0.0");
    }
    return dtn_text_atom(PRINT("%s(m->chance, %s, %s, %s, %s, %s)",
                               dtn_code_runtime(c, "sum_of_marks"), stream_at(c, i), B.s, C.s,
                               dtn_code_value(c, i, DTN_READ_DST).s,
                               dtn_export_part_name(c->x, part->file, part->key)));
}

dtn_text dtn_call_uniform(dtn_coder *c, uint32_t i)
{
    return dtn_text_atom(PRINT("%s(m->chance, %s, %u)", dtn_code_runtime(c, "draw_event"),
                               stream_at(c, i), c->f->ins[i].aux));
}
