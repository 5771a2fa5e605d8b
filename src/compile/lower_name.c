/* Lowering of names: operands, subscripts, lookups.
 *
 * A slot is "category, number" until the layout is known. A reference to an array inside loops is
 * an address: a base and parts that move with the loops. Which loop a subscript follows is found
 * by the range it names: the same range, else one it is mapped to, else one that shares elements.
 */
#include "compile/lowerer.h"

#include <stdio.h>
#include <string.h>

/* ---- Operands ------------------------------------------------------------ */

uint32_t dtn_new_literal(dtn_lowerer *L, double value)
{
    DTN_PUSH(L->arena, L->literals, L->n_literal, L->cap_literal, value);
    return (uint32_t)(L->n_literal - 1);
}

#define DTN_LITERAL_WINDOW 64 /* recent literals looked through for the same value */

dtn_operand dtn_literal(dtn_lowerer *L, double value)
{
    size_t from = L->n_literal > DTN_LITERAL_WINDOW ? L->n_literal - DTN_LITERAL_WINDOW : 0;
    for (size_t i = from; i < L->n_literal; i++)
        if (memcmp(&L->literals[i], &value, sizeof value) == 0)
            return slot(DTN_CAT_LITERAL, (uint32_t)i);
    return slot(DTN_CAT_LITERAL, dtn_new_literal(L, value));
}

void dtn_emit(dtn_lowerer *L, dtn_opcode op, uint32_t aux, dtn_operand dst, dtn_operand a,
              dtn_operand b, dtn_operand c)
{
    uint32_t owner = L->eqn ? L->c->vars[L->eqn->var].owner : DTN_NONE;
    dtn_ins ins = {(uint16_t)op, (uint16_t)aux, dst, a, b, c, owner};
    DTN_PUSH(L->arena, L->p->ins, L->p->n_ins, L->cap_ins, ins);
}

/* An address from its parts: loops that turn once are folded into the base. */
dtn_operand dtn_make_address(dtn_lowerer *L, uint32_t base, uint32_t n, const dtn_index *parts,
                             bool foreign)
{
    dtn_address a = {.base = base};
    for (uint32_t i = 0; i < n; i++) {
        dtn_index part = parts[i];
        bool own = part.loop < L->eqn->n_loop;
        uint32_t count =
            own ? L->eqn->count[part.loop] : L->extra_count[part.loop - L->eqn->n_loop];
        uint32_t first = own ? L->eqn->first[part.loop] : 0;
        if (count == 1)
            a.base += (uint32_t)(part.stride * (int32_t)(part.map ? part.map[first] : first));
        else
            a.index[a.n_index++] = part;
    }
    if (a.n_index == 0 && !foreign)
        return a.base;
    if (a.n_index == 0)
        return a.base; /* tables and streams count from 0 and need no relocation */
    DTN_PUSH(L->arena, L->p->addresses, L->p->n_address, L->cap_address, a);
    DTN_PUSH(L->arena, L->foreign, L->n_foreign, L->cap_foreign, (uint8_t)foreign);
    return DTN_OPERAND_INDEXED | (uint32_t)(L->p->n_address - 1);
}

/* ---- Subscripts ------------------------------------------------------------ */

/* How a reference's range may follow a bound one, in the order tried: several ranges may list the same
 * elements, and a mapping that names one of them means that one. */
typedef enum fit { FIT_SAME, FIT_NAMED, FIT_MAPPED, FIT_ELEMENTS } fit;

static const uint32_t *new_bind_map(dtn_compiler *c, uint32_t n, const dtn_bind *bind, fit how,
                                    uint32_t sub_dim, uint32_t storage_dim)
{
    const dtn_dim *sub = &c->model->dims[sub_dim], *bound = &c->model->dims[bind->dim];
    const dtn_dim *storage = &c->model->dims[storage_dim];
    uint32_t *map = DTN_NEW_N(c->arena, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) {
        const char *key = bind->keys[i];
        if (how == FIT_NAMED || how == FIT_MAPPED)
            key = dtn_model_mapped_key(c->model, bound, sub, key);
        else if (dtn_map_get(&sub->index, key) == DTN_MAP_NONE)
            key = NULL;
        map[i] = key ? dtn_map_get(&storage->index, key) : DTN_MAP_NONE;
        if (map[i] == DTN_MAP_NONE)
            return NULL;
    }
    return map;
}

/* Kept: equations share ranges, and one over thousands of elements may be split into as many. */
static const uint32_t *bind_map(dtn_compiler *c, uint32_t n, const dtn_bind *bind, fit how,
                                uint32_t sub_dim, uint32_t storage_dim)
{
    char key[100];
    (void)snprintf(key, sizeof key, "%p %u %u %d %u %u", (const void *)bind->keys, n, bind->dim,
                   (int)how, sub_dim, storage_dim);
    uint32_t at = dtn_map_get(&c->map_index, key);
    if (at != DTN_MAP_NONE)
        return c->maps[at];
    const uint32_t *map = new_bind_map(c, n, bind, how, sub_dim, storage_dim);
    dtn_map_set(&c->map_index, c->arena, dtn_arena_strdup(c->arena, key), (uint32_t)c->n_map);
    DTN_PUSH(c->arena, c->maps, c->n_map, c->cap_map, map);
    return map;
}

static const dtn_bind *find_fit(dtn_compiler *c, const dtn_ceqn *eqn, const dtn_bind *binds,
                                uint32_t n_bind, fit how, uint32_t sub_dim, uint32_t storage_dim,
                                const uint32_t **map)
{
    const dtn_dim *dims = c->model->dims, *sub = &dims[sub_dim];
    for (uint32_t b = 0; b < n_bind; b++) {
        const dtn_dim *bound = &dims[binds[b].dim];
        if ((how == FIT_SAME && bound->id != sub_dim) ||
            (how == FIT_NAMED && !dtn_dim_maps_to(sub, bound) && !dtn_dim_maps_to(bound, sub)))
            continue;
        uint32_t n = binds[b].loop < eqn->n_loop ? eqn->full[binds[b].loop] : bound->n_element;
        *map = bind_map(c, n, &binds[b], how, sub_dim, storage_dim);
        if (*map)
            return &binds[b];
    }
    return NULL;
}

/* Of array functions inside each other over one range, the inner one's loop counts. */
static const dtn_bind *find_extra(dtn_lowerer *L, uint32_t sub_dim, uint32_t storage_dim,
                                  const uint32_t **map)
{
    const dtn_bind *bind = NULL;
    for (uint32_t i = L->n_extra; i-- > 0 && !bind;)
        bind = find_fit(L->c, L->eqn, &L->extra[i], 1, FIT_SAME, sub_dim, storage_dim, map);
    return bind;
}

const dtn_bind *dtn_find_bind(dtn_compiler *c, const dtn_ceqn *eqn, const dtn_bind *binds,
                              uint32_t n_bind, uint32_t sub_dim, uint32_t storage_dim,
                              const uint32_t **map)
{
    const dtn_bind *bind = NULL;
    for (fit how = FIT_SAME; how <= FIT_ELEMENTS && !bind; how++)
        bind = find_fit(c, eqn, binds, n_bind, how, sub_dim, storage_dim, map);
    return bind;
}

bool dtn_moving_part(dtn_lowerer *L, uint32_t sub_dim, uint32_t storage_dim, dtn_follow order,
                     int32_t stride, dtn_index *out)
{
    const uint32_t *map = NULL;
    const dtn_ceqn *eqn = L->eqn;
    const dtn_bind *bind = NULL;
    if (order != DTN_FOLLOW_OUTER_FIRST)
        bind = find_extra(L, sub_dim, storage_dim, &map);
    if (!bind && order != DTN_FOLLOW_INNER)
        bind = find_fit(L->c, eqn, eqn->binds, eqn->n_bind, FIT_SAME, sub_dim, storage_dim, &map);
    if (!bind && order == DTN_FOLLOW_OUTER_FIRST)
        bind = find_extra(L, sub_dim, storage_dim, &map);
    if (!bind && order != DTN_FOLLOW_INNER)
        bind = dtn_find_bind(L->c, eqn, eqn->binds, eqn->n_bind, sub_dim, storage_dim, &map);
    if (!bind)
        return false;
    *out = (dtn_index){bind->loop, stride, map};
    return true;
}

static void cannot_follow(dtn_lowerer *L, const dtn_expr *x, uint32_t p)
{
    dtn_diags_add(L->c->diags, 206, x->n_sub ? x->subs[p].pos : x->pos,
                  "use a range of the left side, one mapped to it, or an element",
                  "subscript %u of '%s' does not follow from the left side of '%s'", p + 1, x->text,
                  L->c->vars[L->eqn->var].name);
}

/* Where a reference points: for variables, lookups and gathers alike. */
bool dtn_refer(dtn_lowerer *L, const dtn_expr *x, dtn_reference *r)
{
    dtn_compiler *c = L->c;
    const dtn_cvar *v = &c->vars[x->id];
    int32_t stride = 1;
    *r = (dtn_reference){0};
    for (uint32_t p = v->n_dim; p-- > 0;) {
        const dtn_dim *storage = &c->model->dims[v->dims[p]];
        const dtn_sub *sub = x->n_sub ? &x->subs[p] : NULL;
        if (sub && sub->kind == DTN_SUB_EXPR) {
            r->positions[r->n_position] = sub->expr;
            r->gathers[r->n_position++] = (dtn_gather){storage->n_element, (uint32_t)stride, 0};
        } else if (sub && sub->element != DTN_NONE) {
            r->base += (uint32_t)stride * sub->element;
        } else {
            bool star = sub && (sub->bang || sub->kind == DTN_SUB_STAR);
            dtn_follow order = star  ? DTN_FOLLOW_INNER
                               : sub ? DTN_FOLLOW_OUTER_FIRST
                                     : DTN_FOLLOW_INNER_FIRST;
            uint32_t sub_dim = sub && sub->kind == DTN_SUB_NAME ? sub->dim : v->dims[p];
            if (!dtn_moving_part(L, sub_dim, v->dims[p], order, stride, &r->parts[r->n_part])) {
                cannot_follow(L, x, p);
                return false;
            }
            r->n_part++;
        }
        stride *= (int32_t)storage->n_element;
    }
    return true;
}

static dtn_operand loop_shaped(dtn_lowerer *L, const dtn_cvar *v)
{
    dtn_index parts[DTN_MAX_DIMS];
    int32_t stride = 1;
    for (uint32_t l = L->eqn->n_loop; l-- > 0;) {
        parts[l] = (dtn_index){l, stride, NULL};
        stride *= (int32_t)L->eqn->full[l];
    }
    return dtn_make_address(L, slot(v->cat, v->slot), L->eqn->n_loop, parts, false);
}

/* Several computed subscripts as one position in storage order; 0, which is outside, where one of
 * them is outside its dimension. */
static dtn_operand joint_position(dtn_lowerer *L, const dtn_reference *r, dtn_gather *gather)
{
    dtn_operand sum = temp(L), inside = temp(L), at = temp(L), test = temp(L);
    dtn_operand one = dtn_literal(L, 1);
    uint32_t last = 0;
    dtn_emit(L, DTN_I_COPY, 0, sum, one, 0, 0);
    dtn_emit(L, DTN_I_COPY, 0, inside, one, 0, 0);
    for (uint32_t i = 0; i < r->n_position; i++) {
        const dtn_gather *g = &r->gathers[i];
        dtn_operand given = dtn_lower_expr(L, r->positions[i], DTN_NONE);
        dtn_emit(L, DTN_I_ADD, 0, at, given, dtn_literal(L, 0.5), 0);
        dtn_emit(L, DTN_I_FLOOR, 0, at, at, 0, 0);
        dtn_emit(L, DTN_I_GE, 0, test, at, one, 0);
        dtn_emit(L, DTN_I_AND, 0, inside, inside, test, 0);
        dtn_emit(L, DTN_I_LE, 0, test, at, dtn_literal(L, g->count), 0);
        dtn_emit(L, DTN_I_AND, 0, inside, inside, test, 0);
        dtn_emit(L, DTN_I_SUB, 0, at, at, one, 0);
        dtn_emit(L, DTN_I_MUL, 0, at, at, dtn_literal(L, g->stride), 0);
        dtn_emit(L, DTN_I_ADD, 0, sum, sum, at, 0);
        last += g->stride * (g->count - 1);
    }
    dtn_emit(L, DTN_I_SELECT, 0, sum, inside, sum, dtn_literal(L, 0));
    *gather = (dtn_gather){last + 1, 1, 0};
    return sum;
}

dtn_operand dtn_lower_var(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    const dtn_cvar *v = &L->c->vars[x->id];
    dtn_reference r;
    if (v->is_loop_shaped)
        return loop_shaped(L, v);
    if (v->is_lookup || v->is_string) {
        dtn_diags_add(L->c->diags, 212, x->pos, "call it with an argument: name(x)",
                      "'%s' is a lookup or a text and has no value of its own", x->text);
        return dtn_literal(L, 0);
    }
    if (!dtn_refer(L, x, &r))
        return dtn_literal(L, 0);
    dtn_operand at = dtn_make_address(L, slot(v->cat, v->slot) + r.base, r.n_part, r.parts, false);
    if (r.n_position == 0)
        return at;
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_gather gather = r.gathers[0];
    dtn_operand position = r.n_position == 1 ? dtn_lower_expr(L, r.positions[0], DTN_NONE)
                                             : joint_position(L, &r, &gather);
    DTN_PUSH(L->arena, L->p->gathers, L->p->n_gather, L->cap_gather, gather);
    dtn_emit(L, DTN_I_GATHER, (uint32_t)(L->p->n_gather - 1), d, at, position, 0);
    L->temp_top = mark;
    return d;
}

/* A dimension as a number: the position of the current element in its family. */
dtn_operand dtn_lower_dim(dtn_lowerer *L, const dtn_expr *x)
{
    const dtn_dim *dim = &L->c->model->dims[x->id];
    const dtn_dim *family = &L->c->model->dims[dim->parent];
    dtn_index part;
    if (!dtn_moving_part(L, dim->id, dim->parent, DTN_FOLLOW_OUTER_FIRST, 1, &part)) {
        dtn_diags_add(L->c->diags, 206, x->pos, "use it in an equation over that range",
                      "'%s' does not stand on the left side", x->text);
        return dtn_literal(L, 0);
    }
    uint32_t first = dtn_new_literal(L, 1);
    for (uint32_t i = 1; i < family->n_element; i++)
        dtn_new_literal(L, 1.0 + i);
    return dtn_make_address(L, slot(DTN_CAT_LITERAL, first), 1, &part, false);
}

/* dim1 = dim2, dim = element, where they have elements in common: the same element, whatever its
 * position in either range. Ranges with nothing in common compare by position. */
bool dtn_compares_elements(const dtn_lowerer *L, const dtn_expr *a, const dtn_expr *b)
{
    if (a->ref == DTN_REF_ELEMENT && b->ref == DTN_REF_DIM)
        return dtn_compares_elements(L, b, a);
    if (a->ref != DTN_REF_DIM)
        return false;
    const dtn_dim *dim = &L->c->model->dims[a->id];
    if (b->ref == DTN_REF_ELEMENT)
        return dtn_map_get(&dim->index, b->key) != DTN_MAP_NONE;
    if (b->ref != DTN_REF_DIM)
        return false;
    const dtn_dim *other = &L->c->model->dims[b->id];
    for (uint32_t i = 0; i < dim->n_element; i++)
        if (dtn_map_get(&other->index, dim->element_keys[i]) != DTN_MAP_NONE)
            return true;
    return false;
}

static double element_id(dtn_lowerer *L, const char *key)
{
    uint32_t id = dtn_map_get(&L->element_ids, key);
    if (id == DTN_MAP_NONE) {
        id = (uint32_t)L->element_ids.n;
        dtn_map_set(&L->element_ids, L->arena, key, id);
    }
    return id;
}

static dtn_operand lower_element_id(dtn_lowerer *L, const dtn_expr *x)
{
    if (x->ref == DTN_REF_ELEMENT)
        return dtn_literal(L, element_id(L, x->key));
    const dtn_dim *dim = &L->c->model->dims[x->id];
    dtn_index part;
    if (!dtn_moving_part(L, dim->id, dim->id, DTN_FOLLOW_OUTER_FIRST, 1, &part))
        return dtn_lower_dim(L, x); /* which reports it */
    uint32_t first = (uint32_t)L->n_literal;
    for (uint32_t i = 0; i < dim->n_element; i++)
        dtn_new_literal(L, element_id(L, dim->element_keys[i]));
    return dtn_make_address(L, slot(DTN_CAT_LITERAL, first), 1, &part, false);
}

dtn_operand dtn_compare_elements(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    dtn_operand a = lower_element_id(L, x->args[0]), b = lower_element_id(L, x->args[1]);
    dtn_emit(L, x->op == DTN_OP_EQ ? DTN_I_EQ : DTN_I_NE, 0, d, a, b, 0);
    return d;
}

/* ---- Lookups ------------------------------------------------------------------ */

static uint32_t add_table(dtn_lowerer *L, const dtn_lookup *lookup)
{
    dtn_table t = {lookup ? (uint32_t)lookup->n : 0, lookup ? lookup->x : NULL,
                   lookup ? lookup->y : NULL};
    DTN_PUSH(L->arena, L->p->tables, L->p->n_table, L->cap_table, t);
    return (uint32_t)(L->p->n_table - 1);
}

static dtn_lookup_mode mode_of(dtn_lookup_kind kind)
{
    if (kind == DTN_LOOKUP_EXTRAPOLATE)
        return DTN_LOOKUP_MODE_EXTRAPOLATE;
    return kind == DTN_LOOKUP_DISCRETE ? DTN_LOOKUP_MODE_BACKWARD : DTN_LOOKUP_MODE_LINEAR;
}

/* Tables of a lookup variable: one an element, in storage order. */
void dtn_add_lookup_tables(dtn_lowerer *L, const dtn_cvar *v, uint32_t id)
{
    const dtn_var *var = &L->c->model->vars[v->model_var];
    L->table_base[id] = (uint32_t)L->p->n_table;
    for (uint32_t i = 0; i < v->n_element; i++)
        add_table(L, NULL);
    for (size_t k = 0; k < v->n_eqn && k < var->n_eqn; k++) { /* rules bring none */
        const dtn_ceqn *eqn = v->eqns[k];
        const dtn_lookup *lookup = var->eqns[k].lookup, **tables = var->eqns[k].tables;
        size_t total = 1;
        for (uint32_t l = 0; l < eqn->n_loop; l++)
            total *= eqn->full[l];
        if (!lookup && !tables)
            continue;
        for (size_t i = 0; i < total; i++) {
            lookup = tables ? tables[i] : lookup;
            const uint32_t at = dtn_ceqn_element(eqn, NULL, eqn->full, i);
            L->p->tables[L->table_base[id] + at] =
                (dtn_table){(uint32_t)lookup->n, lookup->x, lookup->y};
        }
    }
}

/* XMILE: the graphical function of an auxiliary can be called by the auxiliary's name, and by that of
 * a module's input that stands for it. */
static const dtn_expr *own_table(const dtn_lowerer *L, const dtn_expr *x)
{
    const dtn_expr *at = x;
    for (size_t n = 0; n <= L->c->model->n_var; n++) {
        if (at->kind != DTN_X_NAME || at->ref != DTN_REF_VAR || at->id >= L->c->model->n_var ||
            L->c->vars[at->id].n_eqn != 1)
            return x;
        const dtn_eqn *eqn = &L->c->model->vars[at->id].eqns[0];
        if (!eqn->expr)
            return x;
        if (eqn->expr->kind == DTN_X_CALL && eqn->expr->ref == DTN_REF_FUNC &&
            eqn->expr->id == DTN_FN_WITH_LOOKUP)
            return eqn->expr->args[1];
        at = eqn->expr;
    }
    return x;
}

bool dtn_table_of(dtn_lowerer *L, const dtn_expr *x, dtn_operand *out, dtn_lookup_kind *kind)
{
    const dtn_lookup *first;
    dtn_reference r;
    x = own_table(L, x);
    if (x->kind == DTN_X_LOOKUP) {
        *out = add_table(L, x->lookup);
        first = x->lookup;
    } else if ((x->ref == DTN_REF_VAR || x->ref == DTN_REF_LOOKUP) && x->id < L->c->model->n_var &&
               L->c->vars[x->id].is_lookup) {
        if (!dtn_refer(L, x, &r) || r.n_position > 0)
            return false;
        *out = dtn_make_address(L, L->table_base[x->id] + r.base, r.n_part, r.parts, true);
        first = L->c->model->vars[L->c->vars[x->id].model_var].eqns[0].lookup;
    } else {
        dtn_diags_add(L->c->diags, 212, x->pos, "give the name of a lookup", "'%s' is not a lookup",
                      x->text ? x->text : "this");
        return false;
    }
    if (kind && first)
        *kind = first->kind;
    return true;
}

dtn_operand dtn_lower_lookup(dtn_lowerer *L, const dtn_expr *table, const dtn_expr *at, int mode,
                             dtn_operand dst)
{
    dtn_operand t, d = dst == DTN_NONE ? temp(L) : dst;
    dtn_lookup_kind kind = DTN_LOOKUP_CONTINUOUS;
    uint32_t mark = L->temp_top;
    if (!dtn_table_of(L, table, &t, &kind))
        return dtn_literal(L, 0);
    dtn_operand a = dtn_lower_expr(L, at, DTN_NONE);
    dtn_emit(L, DTN_I_LOOKUP, mode >= 0 ? (uint32_t)mode : (uint32_t)mode_of(kind), d, a, t, 0);
    L->temp_top = mark;
    return d;
}
