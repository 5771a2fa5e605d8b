/* Lowering of random draws: streams, distributions, their parameters.
 *
 * A stream is named after the variable, its subscripts and the draw's place in the equation, so
 * that editing one variable leaves the draws of all others as they were.
 */
#include "compile/lowerer.h"

#include <string.h>

static uint64_t stream_key(dtn_lowerer *L, const dtn_cvar *owner, uint32_t element, uint32_t ordinal)
{
    const char *name = owner->key;
    for (uint32_t p = 0, rest = element, n = owner->n_element; p < owner->n_dim; p++) {
        const dtn_dim *dim = &L->c->model->dims[owner->dims[p]];
        n /= dim->n_element;
        name = dtn_arena_printf(L->arena, "%s%c%s", name, p ? ',' : '[',
                                dim->element_keys[rest / n]);
        rest %= n;
    }
    if (owner->n_dim)
        name = dtn_arena_printf(L->arena, "%s]", name);
    return dtn_hash64(name, strlen(name), ordinal);
}

/* One stream for each turn of the equation's loops, named after the owner's element. */
static dtn_operand streams(dtn_lowerer *L, uint32_t ordinal)
{
    const dtn_ceqn *eqn = L->eqn;
    const dtn_cvar *owner = &L->c->vars[L->c->vars[eqn->var].owner];
    uint32_t base = (uint32_t)L->p->n_stream;
    dtn_index parts[DTN_MAX_DIMS];
    size_t total = 1;
    for (uint32_t l = eqn->n_loop; l-- > 0;) {
        parts[l] = (dtn_index){l, (int32_t)total, NULL};
        total *= eqn->full[l];
    }
    for (size_t i = 0; i < total; i++) {
        uint32_t turn[DTN_MAX_DIMS], element = eqn->own_base;
        size_t rest = i;
        for (uint32_t l = eqn->n_loop; l-- > 0; rest /= eqn->full[l])
            turn[l] = (uint32_t)(rest % eqn->full[l]);
        for (uint32_t j = 0; j < eqn->n_own; j++)
            element += (uint32_t)eqn->own[j].stride * eqn->own[j].map[turn[eqn->own[j].loop]];
        DTN_PUSH(L->arena, L->p->streams, L->p->n_stream, L->cap_stream,
                 stream_key(L, owner, element, ordinal));
    }
    return dtn_make_address(L, base, eqn->n_loop, parts, true);
}

static dtn_operand draw(dtn_lowerer *L, const dtn_expr *x, dtn_draw kind, const dtn_expr *a,
                        const dtn_expr *b, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    if (L->n_extra > 0)
        dtn_diags_add(L->c->diags, 507, x->pos, "give the draw an equation of its own",
                      "a draw inside an array function does not run yet");
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

dtn_operand dtn_lower_draw(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_expr **a = x->args;
    static const dtn_expr zero = {.kind = DTN_X_NUMBER}, one = {.kind = DTN_X_NUMBER, .number = 1};
    const dtn_expr *b = x->n_arg > 1 ? a[1] : NULL;
    switch ((dtn_fn)x->id) {
    case DTN_FN_RANDOM_0_1: return draw(L, x, DTN_DRAW_UNIFORM, &zero, &one, dst);
    case DTN_FN_RANDOM_UNIFORM: case DTN_FN_RANDOM: case DTN_FN_UNIFORM: case DTN_FN_DTN_UNIFORM:
        return draw(L, x, DTN_DRAW_UNIFORM, a[0], b, dst);
    case DTN_FN_NORMAL: case DTN_FN_DTN_NORMAL: return draw(L, x, DTN_DRAW_NORMAL, a[0], b, dst);
    case DTN_FN_DTN_LOGNORMAL: return draw(L, x, DTN_DRAW_LOGNORMAL, a[0], b, dst);
    case DTN_FN_DTN_EXPONENTIAL: return draw(L, x, DTN_DRAW_EXPONENTIAL, a[0], NULL, dst);
    case DTN_FN_DTN_GAMMA: return draw(L, x, DTN_DRAW_GAMMA, a[0], b, dst);
    case DTN_FN_DTN_POISSON: return draw(L, x, DTN_DRAW_POISSON, a[0], NULL, dst);
    case DTN_FN_DTN_BINOMIAL: return draw(L, x, DTN_DRAW_BINOMIAL, a[0], b, dst);
    case DTN_FN_DTN_NEGATIVE_BINOMIAL:
        return draw(L, x, DTN_DRAW_NEGATIVE_BINOMIAL, a[0], b, dst);
    case DTN_FN_DTN_SUM_LOGNORMAL: return draw_sum(L, x, DTN_DRAW_SUM_LOGNORMAL);
    case DTN_FN_DTN_SUM_LOMAX: return draw_sum(L, x, DTN_DRAW_SUM_LOMAX);
    default:
        dtn_diags_add(L->c->diags, 505, x->pos, "use a draw of the DTN namespace in an overlay",
                      "the random function '%s' does not run yet", x->text);
        return dtn_literal(L, 0);
    }
}
