/* Lowering of random draws: streams, distributions, their parameters.
 *
 * A stream is named after the variable, its subscripts and the draw's place in the equation, so
 * that editing one variable leaves the draws of all others as they were.
 */
#include "compile/draw.h"
#include "compile/lowerer.h"

#include <string.h>

static const char *add_key(dtn_lowerer *L, const char *name, const char *key, bool first)
{
    return dtn_arena_printf(L->arena, "%s%c%s", name, first ? '[' : ',', key);
}

/* "name[a,b]" of the owner's element, and behind it the elements of array functions around it. */
static uint64_t stream_key(dtn_lowerer *L, const dtn_cvar *owner, uint32_t element,
                           const uint32_t inner[], uint32_t ordinal)
{
    const char *name = owner->key;
    for (uint32_t p = 0, rest = element, n = owner->n_element; p < owner->n_dim; p++) {
        const dtn_dim *dim = &L->c->model->dims[owner->dims[p]];
        n /= dim->n_element;
        name = add_key(L, name, dim->element_keys[rest / n], p == 0);
        rest %= n;
    }
    if (owner->n_dim)
        name = dtn_arena_printf(L->arena, "%s]", name);
    for (uint32_t i = 0; i < L->n_extra; i++)
        name = add_key(L, name, L->extra[i].keys[inner[i]], i == 0);
    return dtn_hash64(name, strlen(name), ordinal);
}

/* One stream for each turn of the loops around the draw. */
static dtn_operand streams(dtn_lowerer *L, uint32_t ordinal)
{
    const dtn_ceqn *eqn = L->eqn;
    const dtn_cvar *owner = &L->c->vars[L->c->vars[eqn->var].owner];
    uint32_t base = (uint32_t)L->p->n_stream, n_loop = eqn->n_loop + L->n_extra;
    dtn_index parts[2 * DTN_MAX_DIMS];
    size_t total = 1;
    for (uint32_t l = n_loop; l-- > 0;) {
        parts[l] = (dtn_index){l, (int32_t)total, NULL};
        total *= l < eqn->n_loop ? eqn->full[l] : L->extra_count[l - eqn->n_loop];
    }
    for (size_t i = 0; i < total; i++) {
        uint32_t turn[2 * DTN_MAX_DIMS] = {0}, element = eqn->own_base;
        size_t rest = i;
        for (uint32_t l = n_loop; l-- > 0;) {
            uint32_t n = l < eqn->n_loop ? eqn->full[l] : L->extra_count[l - eqn->n_loop];
            turn[l] = (uint32_t)(rest % n);
            rest /= n;
        }
        for (uint32_t j = 0; j < eqn->n_own; j++)
            element += (uint32_t)eqn->own[j].stride * eqn->own[j].map[turn[eqn->own[j].loop]];
        DTN_PUSH(L->arena, L->p->streams, L->p->n_stream, L->cap_stream,
                 stream_key(L, owner, element, turn + eqn->n_loop, ordinal));
    }
    return dtn_make_address(L, base, n_loop, parts, true);
}

static dtn_operand draw(dtn_lowerer *L, const dtn_expr *x, dtn_draw kind, const dtn_expr *a,
                        const dtn_expr *b, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand s = streams(L, (uint32_t)x->number);
    dtn_operand pa = dtn_lower_expr(L, a, DTN_NONE);
    dtn_operand pb = b ? dtn_lower_expr(L, b, DTN_NONE) : dtn_literal(L, 0);
    dtn_emit(L, DTN_I_DRAW, kind, d, s, pa, pb);
    L->temp_top = mark;
    return d;
}

static dtn_operand draw_sum(dtn_lowerer *L, const dtn_expr *x, dtn_draw kind)
{
    dtn_operand d = temp(L); /* holds the shape first, so never the caller's destination */
    uint32_t mark = L->temp_top;
    dtn_operand s = streams(L, (uint32_t)x->number);
    dtn_operand count = dtn_lower_expr(L, x->args[0], DTN_NONE);
    dtn_operand mean = dtn_lower_expr(L, x->args[1], DTN_NONE);
    dtn_operand shape = dtn_lower_expr(L, x->args[2], DTN_NONE);
    dtn_emit(L, DTN_I_COPY, 0, d, shape, 0, 0);
    dtn_emit(L, DTN_I_DRAW_SUM, kind, d, s, count, mean);
    L->temp_top = mark;
    return d;
}

/* Of a random function of the formats, as expand_draw.c laid it out. */
static dtn_operand wide_draw(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst, table = 0;
    uint32_t mark = L->temp_top;
    dtn_operand s = streams(L, (uint32_t)x->number);
    if (x->n_arg > DTN_N_WIDE && !dtn_table_of(L, x->args[DTN_N_WIDE], &table, NULL))
        return dtn_literal(L, 0);
    dtn_operand row = dtn_lower_row(L, DTN_N_WIDE, x->args);
    dtn_emit(L, DTN_I_DRAW_WIDE, x->n_row, d, s, row, table);
    L->temp_top = mark;
    return d;
}

dtn_operand dtn_lower_draw(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_expr **a = x->args;
    const dtn_expr *b = x->n_arg > 1 ? a[1] : NULL;
    switch ((dtn_fn)x->id) {
    case DTN_FN_WIDE_DRAW: return wide_draw(L, x, dst);
    case DTN_FN_DTN_UNIFORM: return draw(L, x, DTN_DRAW_UNIFORM, a[0], b, dst);
    case DTN_FN_DTN_NORMAL: return draw(L, x, DTN_DRAW_NORMAL, a[0], b, dst);
    case DTN_FN_DTN_LOGNORMAL: return draw(L, x, DTN_DRAW_LOGNORMAL, a[0], b, dst);
    case DTN_FN_DTN_EXPONENTIAL: return draw(L, x, DTN_DRAW_EXPONENTIAL, a[0], NULL, dst);
    case DTN_FN_DTN_GAMMA: return draw(L, x, DTN_DRAW_GAMMA, a[0], b, dst);
    case DTN_FN_DTN_POISSON: return draw(L, x, DTN_DRAW_POISSON, a[0], NULL, dst);
    case DTN_FN_DTN_BINOMIAL: return draw(L, x, DTN_DRAW_BINOMIAL, a[0], b, dst);
    case DTN_FN_DTN_NEGATIVE_BINOMIAL: return draw(L, x, DTN_DRAW_NEGATIVE_BINOMIAL, a[0], b, dst);
    case DTN_FN_DTN_SUM_LOGNORMAL: return draw_sum(L, x, DTN_DRAW_SUM_LOGNORMAL);
    case DTN_FN_DTN_SUM_LOMAX: return draw_sum(L, x, DTN_DRAW_SUM_LOMAX);
    default: return dtn_literal(L, 0);
    }
}
