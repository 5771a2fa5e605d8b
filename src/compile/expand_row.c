/* Functions of whole rows: which elements they read, and hidden variables for those that give a
 * row (VECTOR SORT ORDER, INVERT MATRIX, the allocations).
 *
 * Such a function is computed once for all elements of the range that its first argument ends
 * with, not once for each. Its equation marks the loops over that range; lowering leaves them to
 * the function.
 */
#include "compile/expander.h"

/* The first reference to an array in an argument. */
static dtn_expr *array_reference(dtn_expander *e, dtn_expr *x)
{
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR && x->n_sub > 0 &&
        !e->c->vars[x->id].is_loop_shaped)
        return x;
    for (uint32_t i = 0; i < x->n_arg; i++) {
        dtn_expr *found = array_reference(e, x->args[i]);
        if (found)
            return found;
    }
    return NULL;
}

/* Bits of the loops that the last n subscripts of x follow; 0: they do not. */
static uint32_t loops_of_last(dtn_expander *e, const dtn_expr *x, uint32_t n)
{
    const dtn_ceqn *eqn = e->eqn;
    const dtn_cvar *v = &e->c->vars[x->id];
    uint32_t mask = 0;
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t *map = NULL;
        uint32_t p = x->n_sub - 1 - k, shared = 0;
        if (x->n_sub <= k || x->subs[p].dim == DTN_NONE)
            return 0;
        const dtn_bind *bind =
            dtn_find_bind(e->c, eqn, eqn->binds, eqn->n_bind, x->subs[p].dim, v->dims[p], &map);
        if (!bind || mask >> bind->loop & 1)
            return 0;
        for (uint32_t b = 0; b < eqn->n_bind; b++)
            shared += eqn->binds[b].loop == bind->loop;
        if (shared > 1) /* EXCEPT: one loop for several ranges */
            return 0;
        mask |= UINT32_C(1) << bind->loop;
    }
    return mask;
}

static dtn_expr *hidden_row(dtn_expander *e, dtn_expr *x, uint32_t n)
{
    const dtn_expr *first = array_reference(e, x->args[0]);
    uint32_t mask = first ? loops_of_last(e, first, n) : 0;
    if (mask == 0) {
        dtn_diags_add(e->c->diags, 507, x->pos,
                      "use it as name[range] = F(argument[range], ...), without EXCEPT",
                      "'%s' needs a left side over the range that its first argument ends with",
                      x->text);
        return dtn_x_num(e, 0);
    }
    uint32_t v = dtn_x_hidden_var(e, "row", DTN_CAT_AUX);
    dtn_x_hidden_eqn(e, v, x, NULL)->vector_loops = mask;
    return dtn_x_ref(e, v);
}

/* Elements beyond the one that is named are read: for the causal order. */
static void reaches_all(dtn_expr *x, uint32_t n_last)
{
    for (uint32_t p = x->n_sub; x->kind == DTN_X_NAME && p-- > 0 && n_last > 0; n_last--)
        x->subs[p].reaches_all = true;
}

#define MAX_UNKNOWNS 50 /* of one FIND ZERO: it remembers their square */

/* FIND ZERO(scale of x, z, scale of z, first x, n, skip, tolerance, iterations, method): x times its
 * scale and what the search remembers are held rows, and what each is next is a function of all (see
 * vector_solve.c). The step is repeated until nothing changes, as for SIMULTANEOUS. */
static dtn_expr *find_zero(dtn_expander *e, dtn_expr *x)
{
    dtn_program *p = e->c->program;
    const dtn_expr *first = array_reference(e, x->args[1]);
    const uint32_t mask = first ? loops_of_last(e, first, 1) : 0;
    uint32_t loop = 0, held[8 + MAX_UNKNOWNS];
    while (mask >> loop > 1)
        loop++;
    const uint32_t n = mask ? e->eqn->count[loop] : 0, n_row = 8 + n;
    if (n == 0 || n > MAX_UNKNOWNS) {
        dtn_diags_add(
            e->c->diags, 507, x->pos,
            "use it as x[range] = FIND ZERO(scale[range], z[range], ...) over a range of at "
            "most 50 elements, without EXCEPT",
            "'%s' needs a left side over the range that its second argument ends with", x->text);
        return dtn_x_num(e, 0);
    }
    for (uint32_t r = 0; r < n_row; r++)
        held[r] =
            dtn_x_hidden(e, "search", DTN_CAT_HELD, NULL,
                         r ? dtn_x_num(e, 0) : dtn_x_bin(e, DTN_OP_MUL, x->args[3], x->args[0]));
    for (uint32_t r = 0; r < n_row; r++) {
        dtn_expr *next = dtn_x_node(e, DTN_X_CALL, 9 + n_row, x->pos), **a = next->args;
        next->ref = DTN_REF_FUNC;
        next->id = DTN_FN_SEARCH;
        next->text = next->key = dtn_fn_table[DTN_FN_SEARCH].key;
        const uint32_t order[] = {1, 0, 2, 3}, scalars[] = {4, 5, 6, 7};
        for (uint32_t i = 0; i < 4; i++)
            *a++ = x->args[order[i]];
        for (uint32_t i = 0; i < n_row; i++)
            *a++ = dtn_x_ref(e, held[i]);
        for (uint32_t i = 0; i < 4; i++)
            *a++ = x->args[scalars[i]];
        *a = dtn_x_num(e, r);
        const uint32_t v = dtn_x_hidden_var(e, "row", DTN_CAT_AUX);
        dtn_x_hidden_eqn(e, v, next, NULL)->vector_loops = mask;
        const dtn_copy pair = {v, held[r], 0};
        DTN_PUSH(p->arena, p->iterations, p->n_iteration, e->c->cap_iteration, pair);
    }
    p->searches = true;
    return dtn_x_bin(e, DTN_OP_DIV, dtn_x_ref(e, held[0]), x->args[0]);
}

dtn_expr *dtn_x_row_function(dtn_expander *e, dtn_expr *x)
{
    switch ((dtn_fn)x->id) {
    case DTN_FN_VECTOR_ELM_MAP: reaches_all(x->args[0], DTN_MAX_DIMS); return x;
    case DTN_FN_VECTOR_LOOKUP: reaches_all(x->args[0], 1); return x;
    case DTN_FN_DEMAND_AT_PRICE:
    case DTN_FN_SUPPLY_AT_PRICE: reaches_all(x->args[1], 1); return x;
    case DTN_FN_FIND_MARKET_PRICE:
        for (uint32_t i = 0; i < 4; i++)
            reaches_all(x->args[i], 1 + i % 2);
        return x;
    case DTN_FN_MARKETP:
        reaches_all(x->args[0], 1);
        reaches_all(x->args[1], 1);
        return x;
    case DTN_FN_ALLOCATE_AVAILABLE: reaches_all(x->args[1], 1); return hidden_row(e, x, 1);
    case DTN_FN_VECTOR_SORT_ORDER:
    case DTN_FN_VECTOR_RANK:
    case DTN_FN_VECTOR_REORDER:
    case DTN_FN_ALLOCATE_BY_PRIORITY: return hidden_row(e, x, 1);
    case DTN_FN_INVERT_MATRIX: return hidden_row(e, x, 2);
    case DTN_FN_FIND_ZERO: return find_zero(e, x);
    default: return x;
    }
}
