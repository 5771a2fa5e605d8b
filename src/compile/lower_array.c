/* Lowering of functions over the elements of a range.
 *
 * SUM(x[A!]) and its kin bind the ranges that they run over and become loops around the argument.
 */
#include "compile/lowerer.h"

#include <math.h>

static void bind_extra(dtn_lowerer *L, uint32_t dim, uint32_t first_extra)
{
    for (uint32_t i = first_extra; i < L->n_extra; i++)
        if (L->extra[i].dim == dim)
            return;
    const dtn_dim *d = &L->c->model->dims[dim];
    if (L->n_extra >= DTN_MAX_DIMS)
        return;
    L->extra_count[L->n_extra] = d->n_element;
    L->extra[L->n_extra] = (dtn_bind){dim, L->eqn->n_loop + L->n_extra, d->element_keys};
    L->n_extra++;
    if (L->eqn->n_loop + L->n_extra > L->p->n_loop)
        L->p->n_loop = L->eqn->n_loop + L->n_extra;
}

/* Dimensions an array function runs over: `dim!` and `*`, and in XMILE whole arrays. */
void dtn_bind_extras(dtn_lowerer *L, const dtn_expr *x, uint32_t first_extra)
{
    const bool is_table = x->kind == DTN_X_CALL && x->ref == DTN_REF_LOOKUP && x->n_sub > 0;
    const bool is_name = x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR;
    if (is_table || (is_name && !L->c->vars[x->id].is_loop_shaped)) {
        const dtn_cvar *v = &L->c->vars[x->id];
        for (uint32_t p = 0; p < v->n_dim; p++) {
            const uint32_t *map;
            if (x->n_sub == 0 || x->subs[p].kind == DTN_SUB_STAR)
                bind_extra(L, v->dims[p], first_extra);
            else if (x->subs[p].dim != DTN_NONE &&
                     (x->subs[p].bang || !dtn_find_bind(L->c, L->eqn, L->eqn->binds, L->eqn->n_bind,
                                                        x->subs[p].dim, v->dims[p], &map)))
                bind_extra(L, x->subs[p].dim, first_extra); /* XMILE: SUM(x[dim]) */
        }
    }
    bool inner = x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC &&
                 dtn_fn_table[x->id].behaviour == DTN_FNB_ARRAY;
    for (uint32_t i = 0; i < x->n_arg && !inner; i++)
        dtn_bind_extras(L, x->args[i], first_extra);
}

static double turns_of(const dtn_lowerer *L, uint32_t first_extra)
{
    double n = 1;
    for (uint32_t i = first_extra; i < L->n_extra; i++)
        n *= L->extra_count[i];
    return n;
}

static void open_extras(dtn_lowerer *L, uint32_t first_extra, uint32_t at[])
{
    for (uint32_t i = first_extra; i < L->n_extra; i++) {
        at[i] = (uint32_t)L->p->n_ins;
        if (L->extra_count[i] != 1)
            dtn_emit(L, DTN_I_LOOP, 0, L->extra[i].loop, L->extra_count[i], 0, 0);
    }
}

static void close_extras(dtn_lowerer *L, uint32_t first_extra, const uint32_t at[])
{
    for (uint32_t i = L->n_extra; i-- > first_extra;)
        if (L->extra_count[i] != 1)
            dtn_emit(L, DTN_I_ENDLOOP, 0, L->extra[i].loop, at[i], 0, 0);
}

static dtn_operand reduce(dtn_lowerer *L, const dtn_expr *x, dtn_opcode op, double start, bool mean)
{
    uint32_t first_extra = L->n_extra;
    uint32_t at[DTN_MAX_DIMS];
    dtn_operand acc = temp(L);
    uint32_t mark = L->temp_top;
    dtn_bind_extras(L, x->args[0], first_extra);
    double n = turns_of(L, first_extra);
    dtn_emit(L, DTN_I_COPY, 0, acc, dtn_literal(L, start), 0, 0);
    open_extras(L, first_extra, at);
    dtn_operand value = dtn_lower_expr(L, x->args[0], DTN_NONE);
    dtn_emit(L, op, 0, acc, acc, value, 0);
    close_extras(L, first_extra, at);
    if (mean)
        dtn_emit(L, DTN_I_DIV, 0, acc, acc, dtn_literal(L, n), 0);
    L->n_extra = first_extra;
    L->temp_top = mark;
    return acc;
}

static dtn_operand count_elements(dtn_lowerer *L, const dtn_expr *x)
{
    const dtn_expr *a = x->args[0];
    if (a->ref == DTN_REF_DIM)
        return dtn_literal(L, L->c->model->dims[a->id].n_element);
    uint32_t first_extra = L->n_extra;
    dtn_bind_extras(L, a, first_extra);
    double n = turns_of(L, first_extra);
    L->n_extra = first_extra;
    return dtn_literal(L, n);
}

/* Number of the element that a reference names, in storage order from 0: what is fixed, in *base,
 * and what moves, as rows of literals that are added up in `sum` (DTN_NONE: nothing moves). */
static dtn_operand flat_position(dtn_lowerer *L, const dtn_reference *r)
{
    dtn_operand sum = DTN_NONE;
    for (uint32_t i = 0; i < r->n_part; i++) {
        dtn_index part = r->parts[i];
        bool own = part.loop < L->eqn->n_loop;
        uint32_t n = own ? L->eqn->full[part.loop] : L->extra_count[part.loop - L->eqn->n_loop];
        uint32_t first = (uint32_t)L->n_literal;
        for (uint32_t k = 0; k < n; k++)
            dtn_new_literal(L, (double)part.stride * (part.map ? part.map[k] : k));
        part.stride = 1;
        part.map = NULL;
        dtn_operand at = dtn_make_address(L, slot(DTN_CAT_LITERAL, first), 1, &part, false);
        dtn_operand next = temp(L);
        dtn_emit(L, sum == DTN_NONE ? DTN_I_COPY : DTN_I_ADD, 0, next, sum == DTN_NONE ? at : sum,
                 sum == DTN_NONE ? 0 : at, 0);
        sum = next;
    }
    return sum;
}

/* VECTOR ELM MAP(x[...], offset): the element `offset` places on from the one named, in storage
 * order over all subscripts. */
static dtn_operand element_map(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    const dtn_expr *a = x->args[0];
    const dtn_cvar *v = a->kind == DTN_X_NAME && a->ref == DTN_REF_VAR ? &L->c->vars[a->id] : NULL;
    dtn_reference r;
    if (!v || v->is_lookup || v->is_loop_shaped) {
        dtn_diags_add(L->c->diags, 212, x->pos, "name an element: VECTOR ELM MAP(x[A1], offset)",
                      "the first argument of VECTOR ELM MAP is no element of a variable");
        return dtn_literal(L, 0);
    }
    if (!dtn_refer(L, a, &r) || r.n_position > 0)
        return dtn_literal(L, 0);
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand offset = dtn_lower_expr(L, x->args[1], DTN_NONE), position = temp(L);
    dtn_operand moving = flat_position(L, &r);
    dtn_emit(L, DTN_I_ADD, 0, position, offset, dtn_literal(L, 1.0 + r.base), 0);
    if (moving != DTN_NONE)
        dtn_emit(L, DTN_I_ADD, 0, position, position, moving, 0);
    DTN_PUSH(L->arena, L->p->gathers, L->p->n_gather, L->cap_gather,
             ((dtn_gather){v->n_element, 1, DTN_VENSIM_NA}));
    dtn_emit(L, DTN_I_GATHER, (uint32_t)(L->p->n_gather - 1), d, slot(v->cat, v->slot), position,
             0);
    L->temp_top = mark;
    return d;
}

/* STDDEV: of the whole population. */
static dtn_operand deviation(dtn_lowerer *L, const dtn_expr *x)
{
    dtn_operand mean = reduce(L, x, DTN_I_ADD, 0, true), acc = temp(L);
    uint32_t first_extra = L->n_extra, at[DTN_MAX_DIMS], mark = L->temp_top;
    dtn_bind_extras(L, x->args[0], first_extra);
    dtn_operand n = dtn_literal(L, turns_of(L, first_extra));
    dtn_emit(L, DTN_I_COPY, 0, acc, dtn_literal(L, 0), 0, 0);
    open_extras(L, first_extra, at);
    dtn_operand gap = temp(L);
    dtn_emit(L, DTN_I_SUB, 0, gap, dtn_lower_expr(L, x->args[0], DTN_NONE), mean, 0);
    dtn_emit(L, DTN_I_MUL, 0, gap, gap, gap, 0);
    dtn_emit(L, DTN_I_ADD, 0, acc, acc, gap, 0);
    close_extras(L, first_extra, at);
    dtn_emit(L, DTN_I_DIV, 0, acc, acc, n, 0);
    dtn_emit(L, DTN_I_SQRT, 0, acc, acc, 0, 0);
    L->n_extra = first_extra;
    L->temp_top = mark;
    return acc;
}

/* Does x hold an array whose elements no loop around it runs over? */
static bool is_whole_array(dtn_lowerer *L, const dtn_expr *x)
{
    uint32_t first = L->n_extra;
    bool whole = false;
    dtn_bind_extras(L, x, first);
    for (uint32_t i = first; i < L->n_extra; i++) {
        bool bound = false;
        for (uint32_t k = 0; k < first; k++)
            bound = bound || L->extra[k].dim == L->extra[i].dim;
        for (uint32_t k = 0; k < L->eqn->n_bind; k++)
            bound = bound || L->eqn->binds[k].dim == L->extra[i].dim;
        whole = whole || !bound;
    }
    L->n_extra = first;
    return whole;
}

/* XMILE: MAX(a, b) of whole arrays is one number; a side without one stands as it is. */
bool dtn_is_reduction(dtn_lowerer *L, const dtn_expr *x)
{
    return x->n_arg == 2 && L->c->model->dialect == DTN_XMILE &&
           (is_whole_array(L, x->args[0]) || is_whole_array(L, x->args[1]));
}

static dtn_operand reduce_sides(dtn_lowerer *L, const dtn_expr *x, dtn_opcode op, double start)
{
    dtn_operand d = temp(L), side[2];
    uint32_t mark = L->temp_top;
    for (int i = 0; i < 2; i++) {
        dtn_expr one = *x;
        one.args = &x->args[i];
        one.n_arg = 1;
        side[i] = is_whole_array(L, x->args[i]) ? reduce(L, &one, op, start, false)
                                                : dtn_lower_expr(L, x->args[i], DTN_NONE);
    }
    dtn_emit(L, op, 0, d, side[0], side[1], 0);
    L->temp_top = mark;
    return d;
}

dtn_operand dtn_lower_array(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    switch ((dtn_fn)x->id) {
    case DTN_FN_SUM: return reduce(L, x, DTN_I_ADD, 0, false);
    case DTN_FN_PROD: return reduce(L, x, DTN_I_MUL, 1, false);
    case DTN_FN_MEAN: return reduce(L, x, DTN_I_ADD, 0, true);
    case DTN_FN_MIN:
    case DTN_FN_MAX:
        if (x->n_arg == 2)
            return reduce_sides(L, x, x->id == DTN_FN_MIN ? DTN_I_MIN : DTN_I_MAX,
                                x->id == DTN_FN_MIN ? INFINITY : -INFINITY);
        return reduce(L, x, x->id == DTN_FN_MIN ? DTN_I_MIN : DTN_I_MAX,
                      x->id == DTN_FN_MIN ? INFINITY : -INFINITY, false);
    case DTN_FN_VMIN: return reduce(L, x, DTN_I_MIN, INFINITY, false);
    case DTN_FN_VMAX: return reduce(L, x, DTN_I_MAX, -INFINITY, false);
    case DTN_FN_SIZE:
    case DTN_FN_ELMCOUNT: return count_elements(L, x);
    case DTN_FN_STDDEV: return deviation(L, x);
    case DTN_FN_VECTOR_ELM_MAP: return element_map(L, x, dst);
    case DTN_FN_VECTOR_SELECT:
    case DTN_FN_VECTOR_LOOKUP:
    case DTN_FN_RANK:
    case DTN_FN_DATE_PART:
    case DTN_FN_ON_TRACK:
    case DTN_FN_INTERPOLATE:
    case DTN_FN_MARKETP:
    case DTN_FN_FIND_MARKET_PRICE:
    case DTN_FN_DEMAND_AT_PRICE:
    case DTN_FN_SUPPLY_AT_PRICE: return dtn_lower_row_function(L, x);
    default:
        dtn_diags_add(L->c->diags, 505, x->pos, "write it out for now",
                      "the function '%s' is known but does not run yet", x->text);
        return dtn_literal(L, 0);
    }
}
