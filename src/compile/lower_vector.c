/* Lowering of functions of whole rows (vector.c): their arguments are laid out in temporaries.
 *
 * A function that gives a row (VECTOR SORT ORDER, INVERT MATRIX, the allocations) is the whole
 * right side of a hidden variable; the loops over that row (eqn->vector_loops) are run here: once
 * for each argument, once to store the result. A function that gives one value (VECTOR SELECT,
 * FIND MARKET PRICE, RANK of XMILE) stands in any expression.
 */
#include "compile/lowerer.h"

#include <string.h>

#define DTN_MAX_ROW 1000000u /* slots of one function's arguments: more is a slip */

enum { N_PROFILE = 4 }; /* elements of a priority profile: type, priority, width, extra */

/* ---- Rows ------------------------------------------------------------------- */

static uint32_t count_of(const dtn_lowerer *L, uint32_t loop)
{
    return loop < L->eqn->n_loop ? L->eqn->count[loop] : L->extra_count[loop - L->eqn->n_loop];
}

static dtn_operand temps(dtn_lowerer *L, const dtn_expr *x, size_t n)
{
    dtn_operand first = slot(DTN_CAT_TEMP, L->temp_top);
    if (n > DTN_MAX_ROW) {
        dtn_diags_add(L->c->diags, 507, x->pos, "take a smaller range",
                      "'%s' over %zu elements; at most %u are possible", x->text, n, DTN_MAX_ROW);
        n = 1;
    }
    L->temp_top += (uint32_t)n;
    if (L->temp_top > L->n_cat[DTN_CAT_TEMP])
        L->n_cat[DTN_CAT_TEMP] = L->temp_top;
    return first;
}

typedef struct loops {
    uint32_t n;
    uint32_t ids[2 * DTN_MAX_DIMS];
} loops;

static size_t turns_of(const dtn_lowerer *L, const loops *over)
{
    size_t n = 1;
    for (uint32_t i = 0; i < over->n; i++)
        n *= count_of(L, over->ids[i]);
    return n;
}

/* Place in a row: row-major over the loops, `stride` slots for each turn. */
static dtn_operand place(dtn_lowerer *L, dtn_operand row, const loops *over, uint32_t stride)
{
    dtn_index parts[2 * DTN_MAX_DIMS] = {0};
    uint32_t n = over->n > DTN_MAX_DIMS ? DTN_MAX_DIMS : over->n;
    for (uint32_t i = n; i-- > 0;) {
        parts[i] = (dtn_index){over->ids[i], (int32_t)stride, NULL};
        stride *= count_of(L, over->ids[i]);
    }
    return dtn_make_address(L, row, n, parts, false);
}

static void open_loops(dtn_lowerer *L, const loops *over, uint32_t at[])
{
    for (uint32_t i = 0; i < over->n; i++) {
        at[i] = (uint32_t)L->p->n_ins;
        if (count_of(L, over->ids[i]) != 1)
            dtn_emit(L, DTN_I_LOOP, 0, over->ids[i], count_of(L, over->ids[i]), 0, 0);
    }
}

static void close_loops(dtn_lowerer *L, const loops *over, const uint32_t at[])
{
    for (uint32_t i = over->n; i-- > 0;)
        if (count_of(L, over->ids[i]) != 1)
            dtn_emit(L, DTN_I_ENDLOOP, 0, over->ids[i], at[i], 0, 0);
}

/* The value of x for each turn of the loops, into a row. */
static void fill(dtn_lowerer *L, const dtn_expr *x, const loops *over, dtn_operand row,
                 uint32_t stride)
{
    uint32_t at[2 * DTN_MAX_DIMS], mark = L->temp_top;
    open_loops(L, over, at);
    dtn_operand dst = place(L, row, over, stride);
    dtn_operand value = dtn_lower_expr(L, x, dst);
    if (value != dst)
        dtn_emit(L, DTN_I_COPY, 0, dst, value, 0, 0);
    close_loops(L, over, at);
    L->temp_top = mark;
}

static const loops no_loops;

static void fill_one(dtn_lowerer *L, const dtn_expr *x, dtn_operand row)
{
    fill(L, x, &no_loops, row, 1);
}

dtn_operand dtn_lower_row(dtn_lowerer *L, uint32_t n, dtn_expr *const *args)
{
    dtn_operand row = temps(L, args[0], n);
    for (uint32_t i = 0; i < n; i++)
        fill_one(L, args[i], row + i);
    return row;
}

static void emit_vector(dtn_lowerer *L, dtn_vector v, dtn_operand in, dtn_operand out)
{
    size_t work = v.n_in + v.n_out + dtn_vector_work(&v);
    if (work > L->p->n_work)
        L->p->n_work = work;
    DTN_PUSH(L->arena, L->p->vectors, L->p->n_vector, L->cap_vector, v);
    dtn_emit(L, DTN_I_VECTOR, (uint32_t)(L->p->n_vector - 1), out, in, 0, 0);
}

/* ---- Arguments that name the first element of a row --------------------------------- */

/* A reference with the subscript at `p` moved on by `by` elements. */
static dtn_expr *moved_on(dtn_lowerer *L, const dtn_expr *x, uint32_t p, uint32_t by)
{
    dtn_expr *out = DTN_NEW(L->arena, dtn_expr);
    *out = *x;
    out->subs = DTN_NEW_N(L->arena, dtn_sub, x->n_sub);
    memcpy(out->subs, x->subs, x->n_sub * sizeof *x->subs);
    out->subs[p].element += by;
    return out;
}

/* How many elements stand from the one named at position `p` (from the end: 1 is the last) to the
 * end of its range; 0: not an element, reported. */
static uint32_t elements_from(dtn_lowerer *L, const dtn_expr *x, uint32_t from_end)
{
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR && x->n_sub >= from_end) {
        const dtn_cvar *v = &L->c->vars[x->id];
        uint32_t p = x->n_sub - from_end;
        if (x->subs[p].kind != DTN_SUB_EXPR && x->subs[p].element != DTN_NONE)
            return L->c->model->dims[v->dims[p]].n_element - x->subs[p].element;
    }
    dtn_diags_add(L->c->diags, 212, x->pos, "write it as name[..., first element]",
                  "this argument must name the first element of a range");
    return 0;
}

/* The four elements of a priority profile, into rows that are N_PROFILE apart. */
static bool fill_profile(dtn_lowerer *L, const dtn_expr *x, const loops *over, dtn_operand row)
{
    uint32_t n = elements_from(L, x, 1);
    if (n < N_PROFILE) {
        if (n > 0)
            dtn_diags_add(L->c->diags, 212, x->pos,
                          "give its range the elements type, priority, width and extra",
                          "a priority profile has four elements");
        return false;
    }
    for (uint32_t k = 0; k < N_PROFILE; k++)
        fill(L, moved_on(L, x, x->n_sub - 1, k), over, row + k, N_PROFILE);
    return true;
}

/* ---- Functions that give a row --------------------------------------------------------- */

static loops own_loops(const dtn_lowerer *L)
{
    loops out = {0};
    for (uint32_t l = 0; l < L->eqn->n_loop; l++)
        if (L->eqn->vector_loops >> l & 1)
            out.ids[out.n++] = l;
    return out;
}

/* Loops in the order in which a matrix argument's last two subscripts follow them. */
static loops matrix_loops(dtn_lowerer *L, const dtn_expr *x, loops own)
{
    dtn_index part;
    const dtn_cvar *v = &L->c->vars[x->id];
    const dtn_sub *sub = x->n_sub ? &x->subs[x->n_sub - 1] : NULL;
    if (sub && own.n == 2 &&
        dtn_moving_part(L, sub->dim, v->dims[v->n_dim - 1], DTN_FOLLOW_OUTER_FIRST, 1, &part) &&
        part.loop == own.ids[0])
        return (loops){2, {own.ids[1], own.ids[0]}};
    return own;
}

static dtn_vector plan(const dtn_expr *x, uint32_t n)
{
    switch ((dtn_fn)x->id) {
    case DTN_FN_VECTOR_SORT_ORDER: return (dtn_vector){DTN_VECTOR_SORT_ORDER, n, 0, n + 1, n};
    case DTN_FN_VECTOR_RANK: return (dtn_vector){DTN_VECTOR_RANK, n, 0, n + 1, n};
    case DTN_FN_VECTOR_REORDER: return (dtn_vector){DTN_VECTOR_REORDER, n, 0, 2 * n, n};
    case DTN_FN_ALLOCATE_AVAILABLE:
        return (dtn_vector){DTN_VECTOR_ALLOCATE, n, 0, n + n * N_PROFILE + 1, n};
    case DTN_FN_SEARCH: return (dtn_vector){DTN_VECTOR_FIND_ZERO, n, 0, (x->n_arg - 5) * n + 5, n};
    default: return (dtn_vector){DTN_VECTOR_PRIORITY, n, 0, 2 * n + 3, n};
    }
}

static bool fill_arguments(dtn_lowerer *L, const dtn_expr *x, const loops *own, uint32_t n,
                           dtn_operand in)
{
    fill(L, x->args[0], own, in, 1);
    switch ((dtn_fn)x->id) {
    case DTN_FN_VECTOR_REORDER: fill(L, x->args[1], own, in + n, 1); break;
    case DTN_FN_ALLOCATE_AVAILABLE:
        fill_one(L, x->args[2], in + n + n * N_PROFILE);
        return fill_profile(L, x->args[1], own, in + n);
    case DTN_FN_ALLOCATE_BY_PRIORITY:
        fill(L, x->args[1], own, in + n, 1);
        for (uint32_t i = 2; i < 5; i++)
            fill_one(L, x->args[i], in + 2 * n + i - 2);
        break;
    case DTN_FN_SEARCH:
        for (uint32_t i = 1; i < x->n_arg; i++)
            if (i < x->n_arg - 5)
                fill(L, x->args[i], own, in + i * n, 1);
            else
                fill_one(L, x->args[i], in + (x->n_arg - 5) * n + (i - (x->n_arg - 5)));
        break;
    default: fill_one(L, x->args[1], in + n); break;
    }
    return true;
}

void dtn_lower_vector(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    loops own = own_loops(L);
    size_t n = turns_of(L, &own);
    uint32_t at[2 * DTN_MAX_DIMS];
    bool matrix = x->id == DTN_FN_INVERT_MATRIX;
    dtn_vector v = plan(x, (uint32_t)n);
    if (matrix) {
        uint32_t side = count_of(L, own.ids[0]);
        v = (dtn_vector){DTN_VECTOR_INVERT, side, 0, side * side + 1, side * side};
        if (own.n != 2 || side != count_of(L, own.ids[1])) {
            dtn_diags_add(L->c->diags, 212, x->pos, "use two ranges of the same size",
                          "INVERT MATRIX takes a square matrix");
            return;
        }
    }
    dtn_operand in = temps(L, x, v.n_in), out = temps(L, x, v.n_out);
    if (matrix) {
        loops order = matrix_loops(L, x->args[0], own);
        fill(L, x->args[0], &order, in, 1);
        fill_one(L, x->args[1], in + v.n_in - 1);
    } else if (!fill_arguments(L, x, &own, (uint32_t)n, in)) {
        return;
    }
    emit_vector(L, v, in, out);
    open_loops(L, &own, at);
    dtn_emit(L, DTN_I_COPY, 0, dst, place(L, out, &own, 1), 0, 0);
    close_loops(L, &own, at);
}

/* ---- Functions that give one value ------------------------------------------------------- */

static loops extra_loops(const dtn_lowerer *L, uint32_t first_extra)
{
    loops out = {0};
    for (uint32_t i = first_extra; i < L->n_extra; i++)
        out.ids[out.n++] = L->eqn->n_loop + i;
    return out;
}

static dtn_operand select_elements(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    uint32_t first_extra = L->n_extra;
    dtn_bind_extras(L, x->args[0], first_extra);
    dtn_bind_extras(L, x->args[1], first_extra);
    loops over = extra_loops(L, first_extra);
    uint32_t n = (uint32_t)turns_of(L, &over);
    dtn_vector v = {DTN_VECTOR_SELECT, n, 0, 2 * n + 3, 1};
    dtn_operand in = temps(L, x, v.n_in);
    fill(L, x->args[0], &over, in, 1);
    fill(L, x->args[1], &over, in + n, 1);
    L->n_extra = first_extra;
    fill_one(L, x->args[3], in + 2 * n);
    fill_one(L, x->args[2], in + 2 * n + 1);
    fill_one(L, x->args[4], in + 2 * n + 2);
    emit_vector(L, v, in, dst);
    return dst;
}

static dtn_operand element_rank(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    uint32_t first_extra = L->n_extra;
    dtn_bind_extras(L, x->args[0], first_extra);
    loops over = extra_loops(L, first_extra);
    uint32_t n = (uint32_t)turns_of(L, &over), m = x->n_arg > 2 ? n : 0;
    dtn_vector v = {DTN_VECTOR_ELEMENT_RANK, n, m, n + m + 1, 1};
    dtn_operand in = temps(L, x, v.n_in);
    fill(L, x->args[0], &over, in, 1);
    if (m > 0)
        fill(L, x->args[2], &over, in + n, 1);
    L->n_extra = first_extra;
    fill_one(L, x->args[1], in + n + m);
    emit_vector(L, v, in, dst);
    return dst;
}

static dtn_operand lookup_in_vector(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    uint32_t n = elements_from(L, x->args[0], 1);
    if (n == 0)
        return dst;
    dtn_vector v = {DTN_VECTOR_LOOKUP, n, 0, n + 4, 1};
    dtn_operand in = temps(L, x, v.n_in);
    for (uint32_t i = 0; i < n; i++)
        fill_one(L, moved_on(L, x->args[0], x->args[0]->n_sub - 1, i), in + i);
    for (uint32_t i = 1; i < 5; i++)
        fill_one(L, x->args[i], in + n + i - 1);
    emit_vector(L, v, in, dst);
    return dst;
}

/* One side of a market: quantities from the first element named, and their profiles. */
static bool fill_side(dtn_lowerer *L, const dtn_expr *quantity, const dtn_expr *profile, uint32_t n,
                      dtn_operand row)
{
    if (elements_from(L, profile, 2) < n)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        fill_one(L, moved_on(L, quantity, quantity->n_sub - 1, i), row + i);
        if (!fill_profile(L, moved_on(L, profile, profile->n_sub - 2, i), &no_loops,
                          row + n + i * N_PROFILE))
            return false;
    }
    return true;
}

static dtn_operand market_price(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    uint32_t n = elements_from(L, x->args[0], 1), m = elements_from(L, x->args[2], 1);
    if (n == 0 || m == 0)
        return dst;
    uint32_t n_demand = n * (1 + N_PROFILE), n_supply = m * (1 + N_PROFILE);
    dtn_vector v = {DTN_VECTOR_MARKET, n, m, n_demand + n_supply, 1};
    dtn_operand in = temps(L, x, v.n_in);
    if (fill_side(L, x->args[0], x->args[1], n, in) &&
        fill_side(L, x->args[2], x->args[3], m, in + n_demand))
        emit_vector(L, v, in, dst);
    return dst;
}

static dtn_operand at_price(dtn_lowerer *L, const dtn_expr *x, dtn_vector_fn fn, dtn_operand dst)
{
    dtn_vector v = {fn, 1, 0, 2 + N_PROFILE, 1};
    dtn_operand in = temps(L, x, v.n_in);
    fill_one(L, x->args[0], in);
    fill_one(L, x->args[2], in + 1 + N_PROFILE);
    if (fill_profile(L, x->args[1], &no_loops, in + 1))
        emit_vector(L, v, in, dst);
    return dst;
}

/* ALLOC P: a rectangle of that width around the priority. */
static void alloc_p(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_vector v = {DTN_VECTOR_DEMAND, 1, 0, 2 + N_PROFILE, 1};
    dtn_operand in = temps(L, x, v.n_in);
    const dtn_expr one = {.kind = DTN_X_NUMBER, .number = 1, .pos = x->pos};
    const dtn_expr none = {.kind = DTN_X_NUMBER, .number = 0, .pos = x->pos};
    const dtn_expr *const row[] = {x->args[0], &one, x->args[1], x->args[2], &none, x->args[3]};
    for (uint32_t i = 0; i < v.n_in; i++)
        fill_one(L, row[i], in + i);
    emit_vector(L, v, in, dst);
}

static void priority_price(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    const uint32_t n = elements_from(L, x->args[0], 1);
    if (n == 0 || elements_from(L, x->args[1], 1) < n)
        return;
    dtn_vector v = {DTN_VECTOR_PRICE, n, 0, 2 * n + 3, 1};
    dtn_operand in = temps(L, x, v.n_in);
    for (uint32_t side = 0; side < 2; side++)
        for (uint32_t i = 0; i < n; i++)
            fill_one(L, moved_on(L, x->args[side], x->args[side]->n_sub - 1, i), in + side * n + i);
    for (uint32_t i = 2; i < 5; i++)
        fill_one(L, x->args[i], in + 2 * n + i - 2);
    emit_vector(L, v, in, dst);
}

/* INTERPOLATE(array, place ...): one place for each dimension that the array is taken over. */
static void interpolate(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    const uint32_t first_extra = L->n_extra;
    dtn_bind_extras(L, x->args[0], first_extra);
    const loops over = extra_loops(L, first_extra);
    const uint32_t n = (uint32_t)turns_of(L, &over), m = over.n;
    uint32_t sizes[2 * DTN_MAX_DIMS];
    for (uint32_t i = 0; i < m; i++)
        sizes[i] = count_of(L, over.ids[i]);
    dtn_vector v = {DTN_VECTOR_INTERPOLATE, n, m, n + 2 * m, 1};
    dtn_operand in = temps(L, x, v.n_in);
    fill(L, x->args[0], &over, in, 1);
    L->n_extra = first_extra;
    if (m + 1 != x->n_arg) {
        dtn_diags_add(
            L->c->diags, 203, x->pos, "give a place from 0 to 1 for each of them",
            "INTERPOLATE takes %u places here, one for each dimension of the array, %u given", m,
            x->n_arg - 1);
        return;
    }
    for (uint32_t i = 0; i < m; i++) {
        const dtn_expr size = {.kind = DTN_X_NUMBER, .number = sizes[i], .pos = x->pos};
        fill_one(L, &size, in + n + 2 * i);
        fill_one(L, x->args[i + 1], in + n + 2 * i + 1);
    }
    emit_vector(L, v, in, dst);
}

/* ---- Logs ------------------------------------------------------------------------------- */

/* Rows of a log, and how far apart they stand. */
static uint32_t rows_of(const dtn_lowerer *L, const dtn_cvar *log, uint32_t *stride)
{
    uint32_t turns = 1;
    for (uint32_t l = 0; l < L->eqn->n_loop; l++)
        turns *= L->eqn->full[l];
    *stride = turns;
    return log->n_element / turns;
}

/* (log at)(log, position from 1); 0 outside. */
dtn_operand dtn_lower_log(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    const dtn_cvar *log = &L->c->vars[x->args[0]->id];
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t stride, mark = L->temp_top;
    const uint32_t n = rows_of(L, log, &stride);
    dtn_operand position = dtn_lower_expr(L, x->args[1], DTN_NONE);
    dtn_operand row = dtn_lower_expr(L, x->args[0], DTN_NONE);
    DTN_PUSH(L->arena, L->p->gathers, L->p->n_gather, L->cap_gather, ((dtn_gather){n, stride, 0}));
    dtn_emit(L, DTN_I_GATHER, (uint32_t)(L->p->n_gather - 1), d, row, position, 0);
    L->temp_top = mark;
    return d;
}

/* A log's rows, copied into a row of slots. */
static void copy_log(dtn_lowerer *L, const dtn_expr *x, const dtn_cvar *log, dtn_operand in)
{
    uint32_t stride, at[2 * DTN_MAX_DIMS];
    const uint32_t n = rows_of(L, log, &stride), n_loop = L->eqn->n_loop;
    dtn_index parts[DTN_MAX_DIMS + 1];
    int32_t turns = 1;
    if (L->n_extra >= DTN_MAX_DIMS || n_loop >= DTN_MAX_DIMS) {
        dtn_diags_add(L->c->diags, 507, x->pos, "give it an equation of its own",
                      "a function of the run so far over so many dimensions does not run");
        return;
    }
    for (uint32_t l = n_loop; l-- > 0;) {
        parts[l] = (dtn_index){l, turns, NULL};
        turns *= (int32_t)L->eqn->full[l];
    }
    L->extra_count[L->n_extra] = n;
    L->extra[L->n_extra] = (dtn_bind){DTN_NONE, n_loop + L->n_extra, NULL};
    const loops over = {1, {n_loop + L->n_extra}};
    parts[n_loop] = (dtn_index){over.ids[0], (int32_t)stride, NULL};
    L->n_extra++;
    if (n_loop + L->n_extra > L->p->n_loop)
        L->p->n_loop = n_loop + L->n_extra;
    open_loops(L, &over, at);
    dtn_operand from = dtn_make_address(L, slot(log->cat, log->slot), n_loop + 1, parts, false);
    dtn_emit(L, DTN_I_COPY, 0, place(L, in, &over, 1), from, 0, 0);
    close_loops(L, &over, at);
    L->n_extra--;
}

/* A function of n_log logs, its first arguments: their rows, then the rest. */
static void of_logs(dtn_lowerer *L, const dtn_expr *x, dtn_vector_fn fn, uint32_t n_log, uint32_t m,
                    dtn_operand dst)
{
    uint32_t stride;
    const uint32_t n = rows_of(L, &L->c->vars[x->args[0]->id], &stride);
    dtn_vector v = {fn, n, m, n_log * n + x->n_arg - n_log, 1};
    dtn_operand in = temps(L, x, v.n_in);
    for (uint32_t i = 0; i < n_log; i++)
        copy_log(L, x, &L->c->vars[x->args[i]->id], in + i * n);
    for (uint32_t i = n_log; i < x->n_arg; i++)
        fill_one(L, x->args[i], in + n_log * n + i - n_log);
    emit_vector(L, v, in, dst);
}

/* (log profile), (log queue) or (log queue attributes): points stand behind what else they take. */
static void with_points(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    if (x->id == DTN_FN_LOG_PROFILE)
        of_logs(L, x, DTN_VECTOR_PROFILE, 2, (x->n_arg - 7) / 2, dst);
    else if (x->id == DTN_FN_LOG_QUEUE)
        of_logs(L, x, DTN_VECTOR_QUEUE, 1, (x->n_arg - 12) / 2, dst);
    else
        of_logs(L, x, DTN_VECTOR_QUEUE_ATTRIB, 2, (x->n_arg - 13) / 2, dst);
}

static void date_part(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    emit_vector(L, (dtn_vector){DTN_VECTOR_DATE, 1, 0, 3, 1}, dtn_lower_row(L, 3, x->args), dst);
}

/* which, kind, dt, contents, transit time, number of leaks; four of each leak; the list. */
static void on_track(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    const uint32_t n_leak = (uint32_t)x->args[5]->number, n_in = x->n_arg - 1;
    dtn_expr **row = DTN_NEW_N(L->arena, dtn_expr *, n_in);
    for (uint32_t i = 0; i < n_in; i++)
        row[i] = x->args[i < 5 ? i : i + 1];
    emit_vector(L, (dtn_vector){DTN_VECTOR_ON_TRACK, n_leak, n_in - 5 - 4 * n_leak, n_in, 1},
                dtn_lower_row(L, n_in, row), dst);
}

dtn_operand dtn_lower_row_function(dtn_lowerer *L, const dtn_expr *x)
{
    dtn_operand dst = temp(L);
    uint32_t mark = L->temp_top;
    switch ((dtn_fn)x->id) {
    case DTN_FN_VECTOR_SELECT: select_elements(L, x, dst); break;
    case DTN_FN_RANK: element_rank(L, x, dst); break;
    case DTN_FN_VECTOR_LOOKUP: lookup_in_vector(L, x, dst); break;
    case DTN_FN_FIND_MARKET_PRICE: market_price(L, x, dst); break;
    case DTN_FN_ALLOC_P: alloc_p(L, x, dst); break;
    case DTN_FN_MARKETP: priority_price(L, x, dst); break;
    case DTN_FN_INTERPOLATE: interpolate(L, x, dst); break;
    case DTN_FN_LOG_RATE: of_logs(L, x, DTN_VECTOR_RATE, 1, 0, dst); break;
    case DTN_FN_LOG_PROFILE:
    case DTN_FN_LOG_QUEUE:
    case DTN_FN_LOG_QUEUE_ATTRIB: with_points(L, x, dst); break;
    case DTN_FN_DATE_PART: date_part(L, x, dst); break;
    case DTN_FN_ON_TRACK: on_track(L, x, dst); break;
    case DTN_FN_DEMAND_AT_PRICE: at_price(L, x, DTN_VECTOR_DEMAND, dst); break;
    default: at_price(L, x, DTN_VECTOR_SUPPLY, dst); break;
    }
    L->temp_top = mark;
    return dst;
}
