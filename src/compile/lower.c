/* Lowering: ordered equations to instructions, and slots to their final places.
 *
 * An expression is walked once, children first; results stand in temporaries that are handed
 * out like a stack, so a deep expression needs as many as it is deep. Loops over elements stay
 * loops: an operand inside one is an address that moves with the loop's counter.
 * While lowering, a slot is "category, number"; when all sizes are known they are moved to the
 * layout of program.h.
 */
#include "compile/lowering.h"

#include <math.h>
#include <string.h>

typedef struct lowerer {
    dtn_compiler *c;
    dtn_program *p;
    dtn_arena *arena;
    const dtn_ceqn *eqn;
    bool initial;
    dtn_bind extra[DTN_MAX_DIMS]; /* bound by array functions around this place */
    uint32_t extra_count[DTN_MAX_DIMS];
    uint32_t n_extra;
    uint32_t temp_top;
    uint32_t n_cat[DTN_N_CAT];
    size_t cap_ins, cap_address, cap_table, cap_stream, cap_gather, cap_literal, cap_mask;
    uint8_t *foreign; /* [cap_foreign] address is not in slot space */
    size_t n_foreign, cap_foreign;
    dtn_map element_ids; /* element key -> a number of its own */
    uint32_t *table_base; /* [n_var] first table of a lookup variable */
    double *literals;
    size_t n_literal;
} lowerer;

static dtn_operand lower(lowerer *L, const dtn_expr *x, dtn_operand dst);

/* ---- Operands ------------------------------------------------------------ */

static dtn_operand slot(dtn_cat cat, uint32_t number)
{
    return (uint32_t)cat << DTN_CAT_SHIFT | number;
}

static dtn_operand temp(lowerer *L)
{
    dtn_operand t = slot(DTN_CAT_TEMP, L->temp_top++);
    if (L->temp_top > L->n_cat[DTN_CAT_TEMP])
        L->n_cat[DTN_CAT_TEMP] = L->temp_top;
    return t;
}

static uint32_t new_literal(lowerer *L, double value)
{
    DTN_PUSH(L->arena, L->literals, L->n_literal, L->cap_literal, value);
    return (uint32_t)(L->n_literal - 1);
}

#define DTN_LITERAL_WINDOW 64 /* recent literals looked through for the same value */

static dtn_operand literal(lowerer *L, double value)
{
    size_t from = L->n_literal > DTN_LITERAL_WINDOW ? L->n_literal - DTN_LITERAL_WINDOW : 0;
    for (size_t i = from; i < L->n_literal; i++)
        if (memcmp(&L->literals[i], &value, sizeof value) == 0)
            return slot(DTN_CAT_LITERAL, (uint32_t)i);
    return slot(DTN_CAT_LITERAL, new_literal(L, value));
}

static void emit(lowerer *L, dtn_opcode op, uint32_t aux, dtn_operand dst, dtn_operand a,
                 dtn_operand b, dtn_operand c)
{
    uint32_t owner = L->eqn ? L->c->vars[L->eqn->var].owner : DTN_NONE;
    dtn_ins ins = {(uint16_t)op, (uint16_t)aux, dst, a, b, c, owner};
    DTN_PUSH(L->arena, L->p->ins, L->p->n_ins, L->cap_ins, ins);
}

/* An address from its parts: loops that turn once are folded into the base. */
static dtn_operand address(lowerer *L, uint32_t base, uint32_t n, const dtn_index *parts,
                           bool foreign)
{
    dtn_address a = {.base = base};
    for (uint32_t i = 0; i < n; i++) {
        dtn_index part = parts[i];
        bool own = part.loop < L->eqn->n_loop;
        uint32_t count = own ? L->eqn->count[part.loop]
                             : L->extra_count[part.loop - L->eqn->n_loop];
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

static const char *mapped_key(const dtn_dim *from, const dtn_mapping *m, const dtn_dim *to,
                              uint32_t i)
{
    if (m->n > 0)
        return i < m->n ? m->to_element_keys[i] : NULL;
    return i < to->n_element && from->n_element == to->n_element ? to->element_keys[i] : NULL;
}

/* Position in `sub` of what `key` of `bound` stands for through a mapping between the two. */
static const char *through_mapping(const dtn_model *m, const dtn_dim *bound, const dtn_dim *sub,
                                   const char *key)
{
    for (size_t k = 0; k < sub->n_mapping; k++) { /* sub -> bound: whose target is key? */
        const dtn_dim *to = dtn_model_find_dim(m, sub->mappings[k].to_key);
        if (!to || dtn_map_get(&to->index, key) == DTN_MAP_NONE)
            continue;
        for (uint32_t i = 0; i < sub->n_element; i++) {
            const char *target = mapped_key(sub, &sub->mappings[k], to, i);
            const dtn_dim *range = target ? dtn_model_find_dim(m, target) : NULL;
            if (target && (strcmp(target, key) == 0 ||
                           (range && dtn_map_get(&range->index, key) != DTN_MAP_NONE)))
                return sub->element_keys[i];
        }
    }
    for (size_t k = 0; k < bound->n_mapping; k++) { /* bound -> sub */
        const dtn_dim *to = dtn_model_find_dim(m, bound->mappings[k].to_key);
        uint32_t at = dtn_map_get(&bound->index, key);
        if (to && at != DTN_MAP_NONE && (to == sub || to->parent == sub->parent)) {
            const char *target = mapped_key(bound, &bound->mappings[k], to, at);
            if (target && dtn_map_get(&sub->index, target) != DTN_MAP_NONE)
                return target;
        }
    }
    return NULL;
}

/* How a reference's range may follow a bound one, in the order tried. */
typedef enum fit { FIT_SAME, FIT_MAPPED, FIT_ELEMENTS } fit;

static const uint32_t *bind_map(dtn_compiler *c, uint32_t n, const dtn_bind *bind, fit how,
                                uint32_t sub_dim, uint32_t storage_dim)
{
    const dtn_dim *sub = &c->model->dims[sub_dim], *bound = &c->model->dims[bind->dim];
    const dtn_dim *storage = &c->model->dims[storage_dim];
    uint32_t *map = DTN_NEW_N(c->arena, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) {
        const char *key = bind->keys[i];
        if (how == FIT_MAPPED)
            key = through_mapping(c->model, bound, sub, key);
        else if (dtn_map_get(&sub->index, key) == DTN_MAP_NONE)
            key = NULL;
        map[i] = key ? dtn_map_get(&storage->index, key) : DTN_MAP_NONE;
        if (map[i] == DTN_MAP_NONE)
            return NULL;
    }
    return map;
}

static const dtn_bind *find_fit(dtn_compiler *c, const dtn_ceqn *eqn, const dtn_bind *binds,
                                uint32_t n_bind, fit how, uint32_t sub_dim, uint32_t storage_dim,
                                const uint32_t **map)
{
    for (uint32_t b = 0; b < n_bind; b++) {
        if (how == FIT_SAME && binds[b].dim != sub_dim)
            continue;
        uint32_t n = binds[b].loop < eqn->n_loop ? eqn->full[binds[b].loop]
                                                 : c->model->dims[binds[b].dim].n_element;
        *map = bind_map(c, n, &binds[b], how, sub_dim, storage_dim);
        if (*map)
            return &binds[b];
    }
    return NULL;
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

/* What a subscript runs with: `dim!` and `*` with the array function's loop alone; a whole array
 * with that first; a plain range with the left side first. */
typedef enum follow { FOLLOW_INNER, FOLLOW_INNER_FIRST, FOLLOW_OUTER_FIRST } follow;

static bool moving_part(lowerer *L, uint32_t sub_dim, uint32_t storage_dim, follow order,
                        int32_t stride, dtn_index *out)
{
    const uint32_t *map = NULL;
    const dtn_ceqn *eqn = L->eqn;
    const dtn_bind *bind = NULL;
    if (order != FOLLOW_OUTER_FIRST)
        bind = find_fit(L->c, eqn, L->extra, L->n_extra, FIT_SAME, sub_dim, storage_dim, &map);
    if (!bind && order != FOLLOW_INNER)
        bind = find_fit(L->c, eqn, eqn->binds, eqn->n_bind, FIT_SAME, sub_dim, storage_dim, &map);
    if (!bind && order == FOLLOW_OUTER_FIRST)
        bind = find_fit(L->c, eqn, L->extra, L->n_extra, FIT_SAME, sub_dim, storage_dim, &map);
    if (!bind && order != FOLLOW_INNER)
        bind = dtn_find_bind(L->c, eqn, eqn->binds, eqn->n_bind, sub_dim, storage_dim, &map);
    if (!bind)
        return false;
    *out = (dtn_index){bind->loop, stride, map};
    return true;
}

typedef struct reference {
    uint32_t base;
    dtn_index parts[DTN_MAX_DIMS];
    uint32_t n_part;
    const dtn_expr *position; /* computed subscript, from 1 */
    dtn_gather gather;
} reference;

static void cannot_follow(lowerer *L, const dtn_expr *x, uint32_t p)
{
    dtn_diags_add(L->c->diags, 206, x->n_sub ? x->subs[p].pos : x->pos,
                  "use a range of the left side, one mapped to it, or an element",
                  "subscript %u of '%s' does not follow from the left side of '%s'", p + 1,
                  x->text, L->c->vars[L->eqn->var].name);
}

/* Where a reference points: for variables, lookups and gathers alike. */
static bool refer(lowerer *L, const dtn_expr *x, reference *r)
{
    dtn_compiler *c = L->c;
    const dtn_cvar *v = &c->vars[x->id];
    int32_t stride = 1;
    *r = (reference){0};
    for (uint32_t p = v->n_dim; p-- > 0;) {
        const dtn_dim *storage = &c->model->dims[v->dims[p]];
        const dtn_sub *sub = x->n_sub ? &x->subs[p] : NULL;
        if (sub && sub->kind == DTN_SUB_EXPR) {
            if (r->position) {
                dtn_diags_add(c->diags, 507, sub->pos, "compute one subscript at a time",
                              "two computed subscripts do not run yet");
                return false;
            }
            r->position = sub->expr;
            r->gather = (dtn_gather){storage->n_element, (uint32_t)stride};
        } else if (sub && sub->element != DTN_NONE) {
            r->base += (uint32_t)stride * sub->element;
        } else {
            bool star = sub && (sub->bang || sub->kind == DTN_SUB_STAR);
            follow order = star ? FOLLOW_INNER : sub ? FOLLOW_OUTER_FIRST : FOLLOW_INNER_FIRST;
            uint32_t sub_dim = sub && sub->kind == DTN_SUB_NAME ? sub->dim : v->dims[p];
            if (!moving_part(L, sub_dim, v->dims[p], order, stride, &r->parts[r->n_part])) {
                cannot_follow(L, x, p);
                return false;
            }
            r->n_part++;
        }
        stride *= (int32_t)storage->n_element;
    }
    return true;
}

static dtn_operand loop_shaped(lowerer *L, const dtn_cvar *v)
{
    dtn_index parts[DTN_MAX_DIMS];
    int32_t stride = 1;
    for (uint32_t l = L->eqn->n_loop; l-- > 0;) {
        parts[l] = (dtn_index){l, stride, NULL};
        stride *= (int32_t)L->eqn->full[l];
    }
    return address(L, slot(v->cat, v->slot), L->eqn->n_loop, parts, false);
}

static dtn_operand lower_var(lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    const dtn_cvar *v = &L->c->vars[x->id];
    reference r;
    if (v->is_loop_shaped)
        return loop_shaped(L, v);
    if (v->is_lookup || v->is_string) {
        dtn_diags_add(L->c->diags, 212, x->pos, "call it with an argument: name(x)",
                      "'%s' is a lookup or a text and has no value of its own", x->text);
        return literal(L, 0);
    }
    if (!refer(L, x, &r))
        return literal(L, 0);
    dtn_operand at = address(L, slot(v->cat, v->slot) + r.base, r.n_part, r.parts, false);
    if (!r.position)
        return at;
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand position = lower(L, r.position, DTN_NONE);
    DTN_PUSH(L->arena, L->p->gathers, L->p->n_gather, L->cap_gather, r.gather);
    emit(L, DTN_I_GATHER, (uint32_t)(L->p->n_gather - 1), d, at, position, 0);
    L->temp_top = mark;
    return d;
}

/* A dimension as a number: the position of the current element in its family. */
static dtn_operand lower_dim(lowerer *L, const dtn_expr *x)
{
    const dtn_dim *dim = &L->c->model->dims[x->id];
    const dtn_dim *family = &L->c->model->dims[dim->parent];
    dtn_index part;
    if (!moving_part(L, dim->id, dim->parent, FOLLOW_OUTER_FIRST, 1, &part)) {
        dtn_diags_add(L->c->diags, 206, x->pos, "use it in an equation over that range",
                      "'%s' does not stand on the left side", x->text);
        return literal(L, 0);
    }
    uint32_t first = new_literal(L, 1);
    for (uint32_t i = 1; i < family->n_element; i++)
        new_literal(L, 1.0 + i);
    return address(L, slot(DTN_CAT_LITERAL, first), 1, &part, false);
}

/* dim1 = dim2, dim = element, where they have elements in common: the same element, whatever its
 * position in either range. Ranges with nothing in common compare by position. */
static bool compares_elements(const lowerer *L, const dtn_expr *a, const dtn_expr *b)
{
    if (a->ref == DTN_REF_ELEMENT && b->ref == DTN_REF_DIM)
        return compares_elements(L, b, a);
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

static double element_id(lowerer *L, const char *key)
{
    uint32_t id = dtn_map_get(&L->element_ids, key);
    if (id == DTN_MAP_NONE) {
        id = (uint32_t)L->element_ids.n;
        dtn_map_set(&L->element_ids, L->arena, key, id);
    }
    return id;
}

static dtn_operand lower_element_id(lowerer *L, const dtn_expr *x)
{
    if (x->ref == DTN_REF_ELEMENT)
        return literal(L, element_id(L, x->key));
    const dtn_dim *dim = &L->c->model->dims[x->id];
    dtn_index part;
    if (!moving_part(L, dim->id, dim->id, FOLLOW_OUTER_FIRST, 1, &part))
        return lower_dim(L, x); /* which reports it */
    uint32_t first = (uint32_t)L->n_literal;
    for (uint32_t i = 0; i < dim->n_element; i++)
        new_literal(L, element_id(L, dim->element_keys[i]));
    return address(L, slot(DTN_CAT_LITERAL, first), 1, &part, false);
}

static dtn_operand compare_elements(lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    dtn_operand a = lower_element_id(L, x->args[0]), b = lower_element_id(L, x->args[1]);
    emit(L, x->op == DTN_OP_EQ ? DTN_I_EQ : DTN_I_NE, 0, d, a, b, 0);
    return d;
}

/* ---- Lookups ------------------------------------------------------------------ */

static uint32_t add_table(lowerer *L, const dtn_lookup *lookup)
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
static void add_lookup_tables(lowerer *L, const dtn_cvar *v, uint32_t id)
{
    const dtn_var *var = &L->c->model->vars[v->model_var];
    L->table_base[id] = (uint32_t)L->p->n_table;
    for (uint32_t i = 0; i < v->n_element; i++)
        add_table(L, NULL);
    for (size_t k = 0; k < v->n_eqn; k++) {
        const dtn_ceqn *eqn = v->eqns[k];
        const dtn_lookup *lookup = var->eqns[k].lookup;
        size_t total = 1;
        for (uint32_t l = 0; l < eqn->n_loop; l++)
            total *= eqn->full[l];
        for (size_t i = 0; i < total && lookup; i++) {
            uint32_t turn[DTN_MAX_DIMS], at = eqn->at_base;
            size_t rest = i;
            for (uint32_t l = eqn->n_loop; l-- > 0; rest /= eqn->full[l])
                turn[l] = (uint32_t)(rest % eqn->full[l]);
            for (uint32_t j = 0; j < eqn->n_at; j++)
                at += (uint32_t)eqn->at[j].stride * eqn->at[j].map[turn[eqn->at[j].loop]];
            L->p->tables[L->table_base[id] + at] =
                (dtn_table){(uint32_t)lookup->n, lookup->x, lookup->y};
        }
    }
}

/* XMILE: the graphical function of an auxiliary can be called by the auxiliary's name. */
static const dtn_expr *own_table(const lowerer *L, const dtn_expr *x)
{
    if (x->ref != DTN_REF_VAR || x->id >= L->c->model->n_var || L->c->vars[x->id].n_eqn != 1)
        return x;
    const dtn_eqn *eqn = &L->c->model->vars[x->id].eqns[0];
    bool graphical = eqn->expr && eqn->expr->kind == DTN_X_CALL &&
                     eqn->expr->ref == DTN_REF_FUNC && eqn->expr->id == DTN_FN_WITH_LOOKUP;
    return graphical ? eqn->expr->args[1] : x;
}

static dtn_operand lower_lookup(lowerer *L, const dtn_expr *table, const dtn_expr *at, int mode,
                                dtn_operand dst)
{
    dtn_operand t, d = dst == DTN_NONE ? temp(L) : dst;
    dtn_lookup_kind kind = DTN_LOOKUP_CONTINUOUS;
    uint32_t mark = L->temp_top;
    table = own_table(L, table);
    if (table->kind == DTN_X_LOOKUP) {
        t = add_table(L, table->lookup);
        kind = table->lookup->kind;
    } else if (table->ref != DTN_REF_TIME && table->id < L->c->model->n_var &&
               L->c->vars[table->id].is_lookup) {
        const dtn_cvar *v = &L->c->vars[table->id];
        reference r;
        if (!refer(L, table, &r) || r.position)
            return literal(L, 0);
        t = address(L, L->table_base[table->id] + r.base, r.n_part, r.parts, true);
        const dtn_lookup *first = L->c->model->vars[v->model_var].eqns[0].lookup;
        kind = first ? first->kind : kind;
    } else {
        dtn_diags_add(L->c->diags, 212, table->pos, "give the name of a lookup",
                      "'%s' is not a lookup", table->text ? table->text : "this");
        return literal(L, 0);
    }
    dtn_operand a = lower(L, at, DTN_NONE);
    emit(L, DTN_I_LOOKUP, mode >= 0 ? (uint32_t)mode : (uint32_t)mode_of(kind), d, a, t, 0);
    L->temp_top = mark;
    return d;
}

/* ---- Random draws ---------------------------------------------------------------- */

static uint64_t stream_key(lowerer *L, const dtn_cvar *owner, uint32_t element, uint32_t ordinal)
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
static dtn_operand streams(lowerer *L, uint32_t ordinal)
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
    return address(L, base, eqn->n_loop, parts, true);
}

static dtn_operand draw(lowerer *L, const dtn_expr *x, dtn_draw kind, const dtn_expr *a,
                        const dtn_expr *b, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    if (L->n_extra > 0)
        dtn_diags_add(L->c->diags, 507, x->pos, "give the draw an equation of its own",
                      "a draw inside an array function does not run yet");
    dtn_operand s = streams(L, (uint32_t)x->number);
    dtn_operand pa = lower(L, a, DTN_NONE);
    dtn_operand pb = b ? lower(L, b, DTN_NONE) : literal(L, 0);
    emit(L, DTN_I_DRAW, kind, d, s, pa, pb);
    L->temp_top = mark;
    return d;
}

static dtn_operand draw_sum(lowerer *L, const dtn_expr *x, dtn_draw kind)
{
    dtn_operand d = temp(L); /* holds the shape first, so never the caller's destination */
    uint32_t mark = L->temp_top;
    dtn_operand s = streams(L, (uint32_t)x->number);
    dtn_operand count = lower(L, x->args[0], DTN_NONE);
    dtn_operand mean = lower(L, x->args[1], DTN_NONE);
    dtn_operand shape = lower(L, x->args[2], DTN_NONE);
    emit(L, DTN_I_COPY, 0, d, shape, 0, 0);
    emit(L, DTN_I_DRAW_SUM, kind, d, s, count, mean);
    L->temp_top = mark;
    return d;
}

static dtn_operand lower_draw(lowerer *L, const dtn_expr *x, dtn_operand dst)
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
        return literal(L, 0);
    }
}

/* ---- Array functions ---------------------------------------------------------------- */

static void bind_extra(lowerer *L, uint32_t dim, uint32_t first_extra)
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
static void bind_extras(lowerer *L, const dtn_expr *x, uint32_t first_extra)
{
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR && !L->c->vars[x->id].is_loop_shaped) {
        const dtn_cvar *v = &L->c->vars[x->id];
        for (uint32_t p = 0; p < v->n_dim; p++) {
            const uint32_t *map;
            if (x->n_sub == 0 || x->subs[p].kind == DTN_SUB_STAR)
                bind_extra(L, v->dims[p], first_extra);
            else if (x->subs[p].dim != DTN_NONE &&
                     (x->subs[p].bang ||
                      !dtn_find_bind(L->c, L->eqn, L->eqn->binds, L->eqn->n_bind,
                                     x->subs[p].dim, v->dims[p], &map)))
                bind_extra(L, x->subs[p].dim, first_extra); /* XMILE: SUM(x[dim]) */
        }
    }
    bool inner = x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC &&
                 dtn_fn_table[x->id].behaviour == DTN_FNB_ARRAY;
    for (uint32_t i = 0; i < x->n_arg && !inner; i++)
        bind_extras(L, x->args[i], first_extra);
}

static double turns_of(const lowerer *L, uint32_t first_extra)
{
    double n = 1;
    for (uint32_t i = first_extra; i < L->n_extra; i++)
        n *= L->extra_count[i];
    return n;
}

static dtn_operand reduce(lowerer *L, const dtn_expr *x, dtn_opcode op, double start, bool mean)
{
    uint32_t first_extra = L->n_extra;
    uint32_t at[DTN_MAX_DIMS];
    dtn_operand acc = temp(L);
    uint32_t mark = L->temp_top;
    bind_extras(L, x->args[0], first_extra);
    double n = turns_of(L, first_extra);
    emit(L, DTN_I_COPY, 0, acc, literal(L, start), 0, 0);
    for (uint32_t i = first_extra; i < L->n_extra; i++) {
        at[i] = (uint32_t)L->p->n_ins;
        if (L->extra_count[i] != 1)
            emit(L, DTN_I_LOOP, 0, L->extra[i].loop, L->extra_count[i], 0, 0);
    }
    dtn_operand value = lower(L, x->args[0], DTN_NONE);
    emit(L, op, 0, acc, acc, value, 0);
    for (uint32_t i = L->n_extra; i-- > first_extra;)
        if (L->extra_count[i] != 1)
            emit(L, DTN_I_ENDLOOP, 0, L->extra[i].loop, at[i], 0, 0);
    if (mean)
        emit(L, DTN_I_DIV, 0, acc, acc, literal(L, n), 0);
    L->n_extra = first_extra;
    L->temp_top = mark;
    return acc;
}

static dtn_operand count_elements(lowerer *L, const dtn_expr *x)
{
    const dtn_expr *a = x->args[0];
    if (a->ref == DTN_REF_DIM)
        return literal(L, L->c->model->dims[a->id].n_element);
    uint32_t first_extra = L->n_extra;
    bind_extras(L, a, first_extra);
    double n = turns_of(L, first_extra);
    L->n_extra = first_extra;
    return literal(L, n);
}

/* VECTOR ELM MAP(x[A1], offset): the element `offset` places on from the one named. */
static dtn_operand element_map(lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    const dtn_expr *a = x->args[0];
    const dtn_cvar *v = a->ref == DTN_REF_VAR ? &L->c->vars[a->id] : NULL;
    if (!v || v->n_dim != 1 || a->n_sub != 1 || a->subs[0].element == DTN_NONE) {
        dtn_diags_add(L->c->diags, 507, x->pos, "name one element of a variable over one range",
                      "VECTOR ELM MAP of this form does not run yet");
        return literal(L, 0);
    }
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand offset = lower(L, x->args[1], DTN_NONE), position = temp(L);
    emit(L, DTN_I_ADD, 0, position, offset, literal(L, 1.0 + a->subs[0].element), 0);
    DTN_PUSH(L->arena, L->p->gathers, L->p->n_gather, L->cap_gather,
             (dtn_gather){v->n_element, 1});
    emit(L, DTN_I_GATHER, (uint32_t)(L->p->n_gather - 1), d, slot(v->cat, v->slot), position, 0);
    L->temp_top = mark;
    return d;
}

static dtn_operand lower_array_function(lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    switch ((dtn_fn)x->id) {
    case DTN_FN_SUM: return reduce(L, x, DTN_I_ADD, 0, false);
    case DTN_FN_PROD: return reduce(L, x, DTN_I_MUL, 1, false);
    case DTN_FN_MEAN: return reduce(L, x, DTN_I_ADD, 0, true);
    case DTN_FN_VMIN: case DTN_FN_MIN: return reduce(L, x, DTN_I_MIN, INFINITY, false);
    case DTN_FN_VMAX: case DTN_FN_MAX: return reduce(L, x, DTN_I_MAX, -INFINITY, false);
    case DTN_FN_SIZE: case DTN_FN_ELMCOUNT: return count_elements(L, x);
    case DTN_FN_VECTOR_ELM_MAP: return element_map(L, x, dst);
    default:
        dtn_diags_add(L->c->diags, 505, x->pos, "write it out for now",
                      "the function '%s' is known but does not run yet", x->text);
        return literal(L, 0);
    }
}

/* ---- Functions of values ---------------------------------------------------------------- */

static dtn_operand instruction(lowerer *L, dtn_opcode op, uint32_t n, dtn_expr **args,
                               dtn_operand dst)
{
    dtn_operand o[3] = {0, 0, 0}, d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    for (uint32_t i = 0; i < n; i++)
        o[i] = lower(L, args[i], DTN_NONE);
    emit(L, op, 0, d, o[0], o[1], o[2]);
    L->temp_top = mark;
    return d;
}

static bool has_draw(const dtn_expr *x)
{
    if (x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC &&
        dtn_fn_table[x->id].behaviour == DTN_FNB_DRAW)
        return true;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (has_draw(x->args[i]))
            return true;
    return false;
}

/* dst = cond ? in : other, where `in` is left out when no lane needs it: a draw once a week
 * costs nothing in between. Draws are stateless, so leaving one out changes no other. */
static dtn_operand conditional(lowerer *L, const dtn_expr *cond, const dtn_expr *in,
                               const dtn_expr *other)
{
    dtn_operand d = temp(L);
    uint32_t mark = L->temp_top;
    dtn_operand no = lower(L, other, DTN_NONE);
    emit(L, DTN_I_COPY, 0, d, no, 0, 0);
    dtn_operand test = lower(L, cond, DTN_NONE);
    size_t skip = L->p->n_ins;
    emit(L, DTN_I_SKIP_UNLESS, 0, 0, test, 0, 0);
    dtn_operand yes = lower(L, in, DTN_NONE);
    emit(L, DTN_I_SELECT, 0, d, test, yes, d);
    L->p->ins[skip].dst = (uint32_t)L->p->n_ins;
    L->temp_top = mark;
    return d;
}

static dtn_operand safediv(lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    /* SAFEDIV(a, b, c = 0): c where b is 0 */
    static const dtn_expr zero = {.kind = DTN_X_NUMBER};
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand a = lower(L, x->args[0], DTN_NONE), b = lower(L, x->args[1], DTN_NONE);
    dtn_operand c = lower(L, x->n_arg > 2 ? x->args[2] : &zero, DTN_NONE);
    dtn_operand is_zero = temp(L), quotient = temp(L);
    emit(L, DTN_I_EQ, 0, is_zero, b, literal(L, 0), 0);
    emit(L, DTN_I_DIV, 0, quotient, a, b, 0);
    emit(L, DTN_I_SELECT, 0, d, is_zero, c, quotient);
    L->temp_top = mark;
    return d;
}

static dtn_operand lower_log(lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand a = temp(L), b = temp(L);
    emit(L, DTN_I_LN, 0, a, lower(L, x->args[0], DTN_NONE), 0, 0);
    emit(L, DTN_I_LN, 0, b, lower(L, x->args[1], DTN_NONE), 0, 0);
    emit(L, DTN_I_DIV, 0, d, a, b, 0);
    L->temp_top = mark;
    return d;
}

static dtn_operand zidz(lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand a = lower(L, x->args[0], DTN_NONE), b = lower(L, x->args[1], DTN_NONE);
    emit(L, DTN_I_XIDZ, 0, d, a, b, literal(L, 0));
    L->temp_top = mark;
    return d;
}

static dtn_opcode plain_opcode(dtn_fn fn)
{
    switch (fn) {
    case DTN_FN_ABS: return DTN_I_ABS;
    case DTN_FN_ARCCOS: return DTN_I_ARCCOS;
    case DTN_FN_ARCSIN: return DTN_I_ARCSIN;
    case DTN_FN_ARCTAN: return DTN_I_ARCTAN;
    case DTN_FN_COS: return DTN_I_COS;
    case DTN_FN_COSH: return DTN_I_COSH;
    case DTN_FN_EXP: return DTN_I_EXP;
    case DTN_FN_INTEGER: return DTN_I_TRUNC;
    case DTN_FN_INT: return DTN_I_FLOOR;
    case DTN_FN_ROUND: return DTN_I_ROUND;
    case DTN_FN_LN: return DTN_I_LN;
    case DTN_FN_LOG10: return DTN_I_LOG10;
    case DTN_FN_MAX: return DTN_I_MAX;
    case DTN_FN_MIN: return DTN_I_MIN;
    case DTN_FN_MODULO: return DTN_I_MODULO;
    case DTN_FN_POWER: return DTN_I_POW;
    case DTN_FN_QUANTUM: return DTN_I_QUANTUM;
    case DTN_FN_SIN: return DTN_I_SIN;
    case DTN_FN_SINH: return DTN_I_SINH;
    case DTN_FN_SQRT: return DTN_I_SQRT;
    case DTN_FN_TAN: return DTN_I_TAN;
    case DTN_FN_TANH: return DTN_I_TANH;
    case DTN_FN_XIDZ: return DTN_I_XIDZ;
    case DTN_FN_IF: return DTN_I_SELECT;
    default: return DTN_N_OPCODE;
    }
}

static dtn_operand lower_function(lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_fn fn = (dtn_fn)x->id;
    if (dtn_fn_table[fn].behaviour == DTN_FNB_DRAW)
        return lower_draw(L, x, dst);
    if (dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY ||
        ((fn == DTN_FN_MIN || fn == DTN_FN_MAX) && x->n_arg == 1))
        return lower_array_function(L, x, dst);
    switch (fn) {
    case DTN_FN_SAMPLE_IF_TRUE: return conditional(L, x->args[0], x->args[1], x->args[2]);
    case DTN_FN_IF:
        if (has_draw(x->args[1]))
            return conditional(L, x->args[0], x->args[1], x->args[2]);
        break;
    case DTN_FN_SAFEDIV: return safediv(L, x, dst);
    case DTN_FN_LOG: return lower_log(L, x, dst);
    case DTN_FN_ZIDZ: return zidz(L, x, dst);
    case DTN_FN_LOOKUP: return lower_lookup(L, x->args[0], x->args[1], -1, dst);
    case DTN_FN_WITH_LOOKUP: return lower_lookup(L, x->args[1], x->args[0], -1, dst);
    case DTN_FN_LOOKUP_EXTRAPOLATE:
        return lower_lookup(L, x->args[0], x->args[1], DTN_LOOKUP_MODE_EXTRAPOLATE, dst);
    case DTN_FN_LOOKUP_FORWARD:
        return lower_lookup(L, x->args[0], x->args[1], DTN_LOOKUP_MODE_FORWARD, dst);
    case DTN_FN_LOOKUP_BACKWARD:
        return lower_lookup(L, x->args[0], x->args[1], DTN_LOOKUP_MODE_BACKWARD, dst);
    default: break;
    }
    dtn_opcode op = plain_opcode(fn);
    if (op == DTN_N_OPCODE) {
        dtn_diags_add(L->c->diags, 505, x->pos, "write it out for now",
                      "the function '%s' is known but does not run yet", x->text);
        return literal(L, 0);
    }
    return instruction(L, op, x->n_arg, x->args, dst);
}

static dtn_opcode operator_opcode(dtn_op op)
{
    static const dtn_opcode table[] = {
        [DTN_OP_ADD] = DTN_I_ADD, [DTN_OP_SUB] = DTN_I_SUB, [DTN_OP_MUL] = DTN_I_MUL,
        [DTN_OP_DIV] = DTN_I_DIV, [DTN_OP_POW] = DTN_I_POW, [DTN_OP_MOD] = DTN_I_FMOD,
        [DTN_OP_LT] = DTN_I_LT,   [DTN_OP_LE] = DTN_I_LE,   [DTN_OP_GT] = DTN_I_GT,
        [DTN_OP_GE] = DTN_I_GE,   [DTN_OP_EQ] = DTN_I_EQ,   [DTN_OP_NE] = DTN_I_NE,
        [DTN_OP_AND] = DTN_I_AND, [DTN_OP_OR] = DTN_I_OR,   [DTN_OP_NEG] = DTN_I_NEG,
        [DTN_OP_NOT] = DTN_I_NOT, [DTN_OP_PLUS] = DTN_I_COPY};
    return table[op];
}

#define DTN_VENSIM_NA -1.298074214633707e33 /* :NA: is -2^109 in Vensim */

static double number_of(const dtn_expr *x, size_t turn)
{
    if (!x)
        return NAN;
    if (x->kind == DTN_X_NUMBER)
        return x->number;
    if (x->kind == DTN_X_NA)
        return DTN_VENSIM_NA;
    if (x->kind == DTN_X_ARRAY)
        return turn < x->n_arg ? number_of(x->args[turn], 0) : NAN;
    if (x->kind == DTN_X_UNARY && x->op == DTN_OP_NEG)
        return -number_of(x->args[0], 0);
    return x->kind == DTN_X_UNARY ? number_of(x->args[0], 0) : NAN;
}

/* A list of numbers as an equation: one for each turn of the loops. */
static dtn_operand lower_numbers(lowerer *L, const dtn_expr *x)
{
    dtn_index parts[DTN_MAX_DIMS];
    size_t total = 1;
    for (uint32_t l = L->eqn->n_loop; l-- > 0;) {
        parts[l] = (dtn_index){l, (int32_t)total, NULL};
        total *= L->eqn->full[l];
    }
    if (x->n_arg < total) {
        dtn_diags_add(L->c->diags, 209, x->pos, "give one number for each element",
                      "%u numbers for %zu elements", x->n_arg, total);
        return literal(L, 0);
    }
    uint32_t first = (uint32_t)L->n_literal;
    for (size_t i = 0; i < total; i++)
        new_literal(L, number_of(x, i));
    return address(L, slot(DTN_CAT_LITERAL, first), L->eqn->n_loop, parts, false);
}

static dtn_operand lower(lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    switch (x->kind) {
    case DTN_X_NUMBER: return literal(L, x->number);
    case DTN_X_NA: return literal(L, DTN_VENSIM_NA);
    case DTN_X_UNARY:
        if (x->op == DTN_OP_PLUS)
            return lower(L, x->args[0], dst);
        return instruction(L, operator_opcode(x->op), 1, x->args, dst);
    case DTN_X_BINARY:
        if ((x->op == DTN_OP_EQ || x->op == DTN_OP_NE) &&
            compares_elements(L, x->args[0], x->args[1]))
            return compare_elements(L, x, dst);
        return instruction(L, operator_opcode(x->op), 2, x->args, dst);
    case DTN_X_NAME:
        if (x->ref == DTN_REF_VAR)
            return lower_var(L, x, dst);
        if (x->ref == DTN_REF_TIME)
            return slot(DTN_CAT_AUX, 0);
        if (x->ref == DTN_REF_DIM)
            return lower_dim(L, x);
        if (x->ref == DTN_REF_FUNC && dtn_fn_table[x->id].behaviour == DTN_FNB_DRAW)
            return lower_draw(L, x, dst);
        return literal(L, x->number);
    case DTN_X_CALL:
        if (x->ref == DTN_REF_LOOKUP)
            return lower_lookup(L, x, x->args[0], -1, dst);
        return lower_function(L, x, dst);
    case DTN_X_ARRAY: return lower_numbers(L, x);
    case DTN_X_STRING: case DTN_X_LOOKUP: case DTN_X_MISSING: break;
    }
    dtn_diags_add(L->c->diags, 507, x->pos, "give it an equation of its own",
                  "this cannot stand inside an equation of '%s'", L->c->vars[L->eqn->var].name);
    return literal(L, 0);
}

/* ---- Equations ----------------------------------------------------------------------------- */

static size_t emit_guard(lowerer *L, const dtn_ceqn *eqn)
{
    const dtn_cvar *v = &L->c->vars[eqn->var];
    size_t at = L->p->n_ins;
    if (L->initial || v->cat == DTN_CAT_CONST)
        return SIZE_MAX;
    if (eqn->overlay > 0) {
        emit(L, DTN_I_SKIP_OVERLAY, 0, 0, eqn->overlay, 0, 0);
        return at;
    }
    if (!v->has_override || v->n_element > 1)
        return SIZE_MAX;
    uint64_t mask = 0;
    for (size_t k = 0; k < v->n_eqn; k++)
        if (v->eqns[k]->overlay > 0)
            mask |= UINT64_C(1) << (v->eqns[k]->overlay - 1);
    DTN_PUSH(L->arena, L->p->overlay_masks, L->p->n_overlay_mask, L->cap_mask, mask);
    emit(L, DTN_I_SKIP_ANY_OVERLAY, 0, 0, (uint32_t)(L->p->n_overlay_mask - 1), 0, 0);
    return at;
}

static void emit_equation(lowerer *L, const dtn_ceqn *eqn, const dtn_expr *x, dtn_cat cat)
{
    uint32_t at[DTN_MAX_DIMS];
    const dtn_cvar *v = &L->c->vars[eqn->var];
    for (uint32_t l = 0; l < eqn->n_loop; l++)
        if (eqn->count[l] == 0)
            return;
    L->eqn = eqn;
    L->temp_top = 0;
    L->n_extra = 0;
    if (eqn->n_loop > L->p->n_loop)
        L->p->n_loop = eqn->n_loop;
    size_t guard = emit_guard(L, eqn);
    for (uint32_t l = 0; l < eqn->n_loop; l++) {
        at[l] = (uint32_t)L->p->n_ins;
        if (eqn->count[l] != 1)
            emit(L, DTN_I_LOOP, 0, l, eqn->count[l], 0, 0);
    }
    dtn_operand dst = address(L, slot(cat, v->slot) + eqn->at_base, eqn->n_at, eqn->at, false);
    dtn_operand value = lower(L, x, dst);
    if (value != dst)
        emit(L, DTN_I_COPY, 0, dst, value, 0, 0);
    for (uint32_t l = eqn->n_loop; l-- > 0;)
        if (eqn->count[l] != 1)
            emit(L, DTN_I_ENDLOOP, 0, l, at[l], 0, 0);
    if (guard != SIZE_MAX)
        L->p->ins[guard].dst = (uint32_t)L->p->n_ins;
    L->eqn = NULL;
}

static void emit_initial(lowerer *L, const dtn_order *order)
{
    L->initial = true;
    for (size_t i = 0; i < order->n; i++) {
        const dtn_ceqn *eqn = order->eqns[i];
        dtn_cat cat = L->c->vars[eqn->var].cat;
        bool state = cat == DTN_CAT_STOCK || cat == DTN_CAT_HELD;
        const dtn_expr *x = state || (cat == DTN_CAT_AUX && eqn->init) ? eqn->init : eqn->expr;
        if (x)
            emit_equation(L, eqn, x, cat);
    }
    L->initial = false;
}

static void emit_sections(lowerer *L)
{
    dtn_program *p = L->p;
    dtn_order order = {0};
    if (!dtn_order_equations(L->c, true, 0, &order))
        return;
    p->init_first = (uint32_t)p->n_ins;
    emit_initial(L, &order);
    p->init_end = (uint32_t)p->n_ins;
    p->overlay_first = DTN_NEW_N(L->arena, uint32_t, p->n_overlay + 1);
    p->overlay_end = DTN_NEW_N(L->arena, uint32_t, p->n_overlay + 1);
    for (uint32_t k = 1; k <= p->n_overlay; k++) {
        if (!dtn_order_equations(L->c, false, k, &order))
            return;
        p->overlay_first[k - 1] = (uint32_t)p->n_ins;
        emit_initial(L, &order);
        p->overlay_end[k - 1] = (uint32_t)p->n_ins;
    }
    if (!dtn_order_equations(L->c, false, 0, &order))
        return;
    p->step_first = (uint32_t)p->n_ins;
    for (size_t i = 0; i < order.n; i++) {
        const dtn_ceqn *eqn = order.eqns[i];
        dtn_cat cat = L->c->vars[eqn->var].cat;
        if (eqn->expr)
            emit_equation(L, eqn, eqn->expr, cat == DTN_CAT_STOCK ? DTN_CAT_DERIV : cat);
    }
    p->step_end = (uint32_t)p->n_ins;
}

/* ---- Parameters ------------------------------------------------------------------------------- */

static void parameter_values(lowerer *L, const dtn_cvar *v, dtn_parameter *out)
{
    for (size_t k = 0; k < v->n_eqn; k++) {
        const dtn_ceqn *eqn = v->eqns[k];
        size_t total = 1;
        for (uint32_t l = 0; l < eqn->n_loop; l++)
            total *= eqn->full[l];
        if (eqn->expr && eqn->expr->kind == DTN_X_ARRAY && eqn->expr->n_arg < total)
            dtn_diags_add(L->c->diags, 209, eqn->pos, "give one number for each element",
                          "'%s' has %u numbers for %zu elements", v->name, eqn->expr->n_arg,
                          total);
        for (size_t i = 0; i < total; i++) {
            uint32_t turn[DTN_MAX_DIMS], at = eqn->at_base;
            size_t rest = i;
            for (uint32_t l = eqn->n_loop; l-- > 0; rest /= eqn->full[l])
                turn[l] = (uint32_t)(rest % eqn->full[l]);
            for (uint32_t j = 0; j < eqn->n_at; j++)
                at += (uint32_t)eqn->at[j].stride * eqn->at[j].map[turn[eqn->at[j].loop]];
            out[at].value = number_of(eqn->expr, i);
        }
    }
}

static void add_parameters(lowerer *L)
{
    dtn_program *p = L->p;
    size_t n = L->n_cat[DTN_CAT_PARAM], k = 0;
    p->parameters = DTN_NEW_N(L->arena, dtn_parameter, n + 1);
    p->n_parameter = n;
    for (uint32_t i = 0; i < L->c->model->n_var; i++) {
        const dtn_cvar *v = &L->c->vars[i];
        if (v->cat != DTN_CAT_PARAM)
            continue;
        for (uint32_t e = 0; e < v->n_element; e++)
            p->parameters[k + e] = (dtn_parameter){i, e, v->slot + e, NAN};
        parameter_values(L, v, &p->parameters[k]);
        k += v->n_element;
    }
}

/* ---- Layout --------------------------------------------------------------------------------------- */

static void give_slots(lowerer *L)
{
    L->n_cat[DTN_CAT_AUX] = 1; /* the time */
    for (size_t i = 0; i < L->c->n_var; i++) {
        dtn_cvar *v = &L->c->vars[i];
        if (v->is_lookup || v->is_string)
            continue;
        v->slot = L->n_cat[v->cat];
        L->n_cat[v->cat] += v->n_element;
    }
    L->n_cat[DTN_CAT_DERIV] = L->n_cat[DTN_CAT_STOCK];
}

static uint32_t moved(const uint32_t base[DTN_N_CAT], uint32_t operand)
{
    return base[operand >> DTN_CAT_SHIFT] + (operand & DTN_CAT_MASK);
}

static void move_operand(const uint32_t base[DTN_N_CAT], dtn_operand *o)
{
    if (!(*o & DTN_OPERAND_INDEXED))
        *o = moved(base, *o);
}

static void move_instruction(const uint32_t base[DTN_N_CAT], dtn_ins *ins)
{
    static const uint8_t n_operand[] = {
#define DTN_INS(name, n, text) n,
#include "compile/opcodes.def"
#undef DTN_INS
    };
    uint32_t n = n_operand[ins->op];
    bool stream = ins->op == DTN_I_DRAW || ins->op == DTN_I_DRAW_SUM || ins->op == DTN_I_UNIFORM;
    if (ins->op == DTN_I_SKIP_UNLESS)
        move_operand(base, &ins->a);
    if (n > 0)
        move_operand(base, &ins->dst);
    if (n > 1 && !stream)
        move_operand(base, &ins->a);
    if (n > 2 && ins->op != DTN_I_LOOKUP)
        move_operand(base, &ins->b);
    if (n > 3)
        move_operand(base, &ins->c);
}

static const uint8_t *defined_elements(lowerer *L, const dtn_cvar *v)
{
    uint8_t *mask = DTN_NEW_N(L->arena, uint8_t, v->n_element);
    uint32_t n = 0;
    for (size_t k = 0; k < v->n_eqn; k++) {
        const dtn_ceqn *eqn = v->eqns[k];
        size_t total = 1;
        for (uint32_t l = 0; l < eqn->n_loop; l++)
            total *= eqn->count[l];
        for (size_t i = 0; i < total; i++) {
            uint32_t turn[DTN_MAX_DIMS], at = eqn->at_base;
            size_t rest = i;
            for (uint32_t l = eqn->n_loop; l-- > 0; rest /= eqn->count[l])
                turn[l] = eqn->first[l] + (uint32_t)(rest % eqn->count[l]);
            for (uint32_t j = 0; j < eqn->n_at; j++)
                at += (uint32_t)eqn->at[j].stride * eqn->at[j].map[turn[eqn->at[j].loop]];
            n += !mask[at];
            mask[at] = 1;
        }
    }
    return n == v->n_element ? NULL : mask;
}

static void place_variables(lowerer *L, const uint32_t base[DTN_N_CAT])
{
    dtn_program *p = L->p;
    size_t n = L->c->model->n_var;
    p->places = DTN_NEW_N(L->arena, dtn_place, n + 1);
    for (size_t i = 0; i < n; i++) {
        const dtn_cvar *v = &L->c->vars[i];
        bool none = v->is_lookup || v->is_string;
        p->places[i].n = v->n_element;
        p->places[i].slot = none ? DTN_NONE : moved(base, slot(v->cat, v->slot));
        p->places[i].is_constant = v->cat == DTN_CAT_PARAM || v->cat == DTN_CAT_CONST;
        if (!none && v->n_element > 1)
            p->places[i].defined = defined_elements(L, v);
    }
}

static void place_memory(lowerer *L, const uint32_t base[DTN_N_CAT])
{
    dtn_program *p = L->p;
    size_t cap_commit = 0, cap_ring = 0, n_template = p->n_ring;
    dtn_ring *templates = p->rings;
    for (size_t i = 0; i < L->c->n_var; i++) {
        const dtn_cvar *v = &L->c->vars[i];
        if (v->next == DTN_NONE)
            continue;
        const dtn_cvar *next = &L->c->vars[v->next];
        dtn_copy copy = {moved(base, slot(next->cat, next->slot)),
                         moved(base, slot(v->cat, v->slot)), v->n_element};
        DTN_PUSH(L->arena, p->commits, p->n_commit, cap_commit, copy);
    }
    p->rings = NULL;
    p->n_ring = 0;
    for (size_t i = 0; i < n_template; i++) {
        const dtn_ring *t = &templates[i];
        const dtn_cvar *time = &L->c->vars[t->delay_slot], *in = &L->c->vars[t->input_slot];
        const dtn_cvar *value = &L->c->vars[t->value_slot];
        for (uint32_t e = 0; e < value->n_element; e++) {
            dtn_ring ring = {moved(base, slot(time->cat, time->slot)) + e,
                             moved(base, slot(in->cat, in->slot)) + e,
                             moved(base, slot(value->cat, value->slot)) + e, t->overlay};
            DTN_PUSH(L->arena, p->rings, p->n_ring, cap_ring, ring);
        }
    }
}

static void layout(lowerer *L)
{
    dtn_program *p = L->p;
    uint32_t base[DTN_N_CAT], at = 0;
    L->n_cat[DTN_CAT_LITERAL] = (uint32_t)L->n_literal;
    for (int i = 0; i < DTN_N_CAT; i++) {
        base[i] = at;
        at += L->n_cat[i];
    }
    p->n_slot = at;
    p->parameter0 = base[DTN_CAT_PARAM];
    p->constant0 = base[DTN_CAT_CONST];
    p->stock0 = base[DTN_CAT_STOCK];
    p->held0 = base[DTN_CAT_HELD];
    p->deriv0 = base[DTN_CAT_DERIV];
    p->aux0 = base[DTN_CAT_AUX];
    p->temp0 = base[DTN_CAT_TEMP];
    p->n_stock = L->n_cat[DTN_CAT_STOCK];
    p->time_slot = p->aux0;
    p->literals = L->literals;
    for (size_t i = 0; i < p->n_ins; i++)
        move_instruction(base, &p->ins[i]);
    for (size_t i = 0; i < p->n_address; i++)
        if (!L->foreign[i])
            p->addresses[i].base = moved(base, p->addresses[i].base);
    for (size_t i = 0; i < p->n_parameter; i++)
        p->parameters[i].slot += p->parameter0;
    place_variables(L, base);
    place_memory(L, base);
}

void dtn_lower(dtn_compiler *c)
{
    lowerer L = {.c = c, .p = c->program, .arena = c->arena};
    L.p->n_overlay = (uint32_t)c->model->n_overlay;
    give_slots(&L);
    L.table_base = DTN_NEW_N(L.arena, uint32_t, c->n_var);
    for (uint32_t i = 0; i < c->model->n_var; i++)
        if (c->vars[i].is_lookup)
            add_lookup_tables(&L, &c->vars[i], i);
    add_parameters(&L);
    emit_sections(&L);
    layout(&L);
}
