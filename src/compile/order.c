/* Causal order of equations: depth first over what each one needs at the same moment.
 *
 * A node is an equation (a variable can have several, for different elements), so that
 * x[A1] = 1, x[A2] = x[A1] + 1 orders as written. Where equations over elements depend on each
 * other element by element, those on the cycle are split into single elements and the search
 * starts again; a cycle that stays is the model's own. Where an order fails, all are told, one of each
 * knot, with their paths and the courses whose rules take part (dtn_tell_circles).
 * The search keeps its own stack: models with long chains must not exhaust the machine's.
 */
#include "compile/lowering.h"

#include <string.h>

#define MANY_EQUATIONS 8 /* of one variable, from which on they are found by their elements */

typedef struct frame {
    dtn_ceqn *eqn;
    dtn_ceqn **deps;
    size_t n, cap, next;
} frame;

typedef enum reach_kind { REACHES_ALL, REACHES_ONE, REACHES_SOME } reach_kind;

/* The equations of a variable that hold each element, in their order: a chain long as the array needs
 * one of thousands at each link. */
typedef struct cover {
    uint32_t *first, *last; /* [n_element] links, DTN_NONE: none */
    struct cover_link {
        dtn_ceqn *eqn;
        uint32_t next;
    } * links;
    size_t n, cap;
} cover;

typedef struct orderer {
    dtn_compiler *c;
    bool initial;
    uint32_t overlay_only;
    dtn_ceqn *eqn; /* whose needs are being collected */
    frame *frame;
    uint8_t *mark;                    /* [n_eqn] 0 new, 1 on the stack, 2 done */
    reach_kind reaches[DTN_MAX_DIMS]; /* what of each dimension the reference at hand may read */
    uint32_t one[DTN_MAX_DIMS];       /* REACHES_ONE: this position */
    uint8_t *reach[DTN_MAX_DIMS];     /* REACHES_SOME: 1 at these positions */
    uint32_t cap_reach[DTN_MAX_DIMS];
    cover **covers; /* [n_var], NULL: not made yet */
    dtn_order *out;
    bool split, failed;
    bool is_told; /* circles become diagnostics */
} orderer;

/* ---- Which elements ------------------------------------------------------- */

static void reach_one(orderer *o, uint32_t p, uint32_t position)
{
    o->reaches[p] = REACHES_ONE;
    o->one[p] = position;
}

/* The value of a computed subscript, a[N - 1], as far as ranges and numbers settle it: where the loop *loop is at
 * its k-th turn. *loop becomes the one that it moves with; false: the run settles it. */
static bool position_of(const orderer *o, const dtn_expr *x, uint32_t k, uint32_t *loop,
                        double *out)
{
    double a = 0, b = 0;
    const uint32_t *map = NULL;
    if (x->kind == DTN_X_NUMBER || (x->kind == DTN_X_NAME && x->ref == DTN_REF_ELEMENT)) {
        *out = x->number;
        return true;
    }
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_DIM) {
        const dtn_ceqn *from = o->eqn;
        const dtn_bind *bind = dtn_find_bind(o->c, from, from->binds, from->n_bind, x->id,
                                             o->c->model->dims[x->id].parent, &map);
        if (!bind || bind->dim != x->id || bind->loop >= from->n_loop)
            return false; /* another range: a loop of an array function may come before it */
        const bool moves = from->count[bind->loop] > 1;
        if (moves && *loop != DTN_NONE && *loop != bind->loop)
            return false;
        if (moves)
            *loop = bind->loop;
        *out = 1.0 + map[from->first[bind->loop] + (moves ? k : 0)];
        return true;
    }
    if (x->kind == DTN_X_UNARY && x->op == DTN_OP_NEG && position_of(o, x->args[0], k, loop, &a)) {
        *out = -a;
        return true;
    }
    const bool is_extreme = x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC && x->n_arg == 2 &&
                            (x->id == DTN_FN_MIN || x->id == DTN_FN_MAX);
    const bool is_sum = x->kind == DTN_X_BINARY &&
                        (x->op == DTN_OP_ADD || x->op == DTN_OP_SUB || x->op == DTN_OP_MUL);
    if ((!is_extreme && !is_sum) || !position_of(o, x->args[0], k, loop, &a) ||
        !position_of(o, x->args[1], k, loop, &b))
        return false;
    if (is_extreme) {
        *out = (x->id == DTN_FN_MAX) == (a > b) ? a : b;
        return true;
    }
    *out = x->op == DTN_OP_ADD ? a + b : x->op == DTN_OP_SUB ? a - b : a * b;
    return true;
}

static void reach_none(orderer *o, uint32_t p, uint32_t size)
{
    if (size > o->cap_reach[p]) {
        o->reach[p] = DTN_NEW_N(o->c->arena, uint8_t, size);
        o->cap_reach[p] = size;
    }
    o->reaches[p] = REACHES_SOME;
    memset(o->reach[p], 0, size);
}

/* As GATHER has it: rounded, and nothing outside of the range. */
static void reach_computed(orderer *o, const dtn_expr *x, uint32_t p, uint32_t size)
{
    uint32_t loop = DTN_NONE;
    double at = 0;
    if (!position_of(o, x, 0, &loop, &at))
        return;
    const uint32_t n = loop == DTN_NONE ? 1 : o->eqn->count[loop];
    reach_none(o, p, size);
    for (uint32_t k = 0; k < n; k++)
        if (position_of(o, x, k, &loop, &at) && at >= 0.5 && at < size + 0.5) {
            const uint32_t position = (uint32_t)(at + 0.5) - 1;
            o->reach[p][position] = 1;
            if (n == 1)
                reach_one(o, p, position);
        }
}

/* Which positions of dimension p a reference reaches. Found once for a reference, for its variable may
 * have an equation for each of thousands of elements. */
static void find_reach(orderer *o, const dtn_expr *x, uint32_t p)
{
    dtn_compiler *c = o->c;
    const dtn_cvar *v = &c->vars[x->id];
    const dtn_sub *sub = x->n_sub ? &x->subs[p] : NULL;
    uint32_t sub_dim = sub ? sub->dim : v->dims[p], size = c->model->dims[v->dims[p]].n_element;
    const uint32_t *map = NULL;
    o->reaches[p] = REACHES_ALL;
    if (sub && sub->reaches_all)
        return;
    if (sub && sub->kind == DTN_SUB_EXPR) {
        reach_computed(o, sub->expr, p, size);
        return;
    }
    if (sub && sub->element != DTN_NONE) {
        reach_one(o, p, sub->element);
        return;
    }
    if (sub_dim == DTN_NONE || (sub && (sub->bang || sub->kind != DTN_SUB_NAME)))
        return;
    const dtn_ceqn *from = o->eqn;
    const dtn_bind *bind =
        dtn_find_bind(c, from, from->binds, from->n_bind, sub_dim, v->dims[p], &map);
    if (!bind)
        return;
    const uint32_t first = from->first[bind->loop], count = from->count[bind->loop];
    if (count == 1) {
        reach_one(o, p, map[first]);
        return;
    }
    reach_none(o, p, size);
    for (uint32_t k = 0; k < count; k++)
        o->reach[p][map[first + k]] = 1;
}

static bool is_at(const orderer *o, uint32_t p, uint32_t position)
{
    return o->reaches[p] == REACHES_ONE ? o->one[p] == position : o->reach[p][position] != 0;
}

/* Does an equation's left side hold one of them? */
static bool is_reached(const orderer *o, const dtn_ceqn *eqn, uint32_t p)
{
    const dtn_model *m = o->c->model;
    const dtn_cvar *v = &o->c->vars[eqn->var];
    uint32_t stride = 1, size = m->dims[v->dims[p]].n_element;
    if (o->reaches[p] == REACHES_ALL)
        return true;
    for (uint32_t q = p + 1; q < v->n_dim; q++)
        stride *= m->dims[v->dims[q]].n_element;
    for (uint32_t i = 0; i < eqn->n_at; i++) {
        if ((uint32_t)eqn->at[i].stride != stride)
            continue;
        uint32_t l = eqn->at[i].loop;
        for (uint32_t k = 0; k < eqn->count[l]; k++)
            if (is_at(o, p, eqn->at[i].map[eqn->first[l] + k]))
                return true;
        return false;
    }
    return is_at(o, p, eqn->at_base / stride % size);
}

static bool same_turns(const dtn_ceqn *a, const dtn_ceqn *b)
{
    for (uint32_t l = 0; l < a->n_loop; l++)
        if (a->first[l] + a->count[l] <= b->first[l] || b->first[l] + b->count[l] <= a->first[l])
            return false;
    return true;
}

/* A single equation for all elements: needed, whatever the reference reaches. */
static bool is_whole(const orderer *o, const dtn_cvar *v, const dtn_ceqn *target)
{
    return v->n_dim == 0 || (v->n_eqn == 1 && target->n_loop == v->n_dim && target != o->eqn);
}

/* After find_reach, unless is_whole. */
static bool needs(const orderer *o, const dtn_cvar *v, const dtn_ceqn *target)
{
    if (v->is_loop_shaped)
        return same_turns(o->eqn, target);
    if (is_whole(o, v, target))
        return true;
    for (uint32_t p = 0; p < v->n_dim; p++)
        if (!is_reached(o, target, p))
            return false;
    return true;
}

/* ---- Which equations hold an element -------------------------------------------- */

/* Loops that are not on the left side turn around the same elements. */
static uint32_t left_counts(const dtn_ceqn *eqn, uint32_t count[])
{
    uint32_t total = 1;
    for (uint32_t l = 0; l < eqn->n_loop; l++)
        count[l] = 1;
    for (uint32_t i = 0; i < eqn->n_at; i++)
        count[eqn->at[i].loop] = eqn->count[eqn->at[i].loop];
    for (uint32_t l = 0; l < eqn->n_loop; l++)
        total *= count[l];
    return total;
}

static void cover_with(dtn_arena *arena, cover *of, dtn_ceqn *eqn)
{
    uint32_t count[DTN_MAX_DIMS] = {0};
    const uint32_t total = left_counts(eqn, count);
    for (uint32_t i = 0; i < total; i++) {
        const uint32_t at = dtn_ceqn_element(eqn, eqn->first, count, i), last = of->last[at];
        if (last != DTN_NONE && of->links[last].eqn == eqn)
            continue;
        const struct cover_link link = {eqn, DTN_NONE};
        *(last == DTN_NONE ? &of->first[at] : &of->links[last].next) = (uint32_t)of->n;
        of->last[at] = (uint32_t)of->n;
        DTN_PUSH(arena, of->links, of->n, of->cap, link);
    }
}

static const cover *cover_of(orderer *o, uint32_t var)
{
    const dtn_cvar *v = &o->c->vars[var];
    uint32_t n = 1;
    if (o->covers[var])
        return o->covers[var];
    cover *made = o->covers[var] = DTN_NEW(o->c->arena, cover);
    for (uint32_t p = 0; p < v->n_dim; p++)
        n *= o->c->model->dims[v->dims[p]].n_element;
    *made = (cover){.first = DTN_NEW_N(o->c->arena, uint32_t, n),
                    .last = DTN_NEW_N(o->c->arena, uint32_t, n)};
    for (uint32_t i = 0; i < n; i++)
        made->first[i] = made->last[i] = DTN_NONE;
    for (size_t k = 0; k < v->n_eqn; k++)
        cover_with(o->c->arena, made, v->eqns[k]);
    return made;
}

/* The element that the reference at hand reads; DTN_NONE: it may read several. */
static uint32_t only_element(const orderer *o, const dtn_cvar *v)
{
    uint32_t element = 0;
    for (uint32_t p = 0; p < v->n_dim; p++) {
        if (o->reaches[p] != REACHES_ONE)
            return DTN_NONE;
        element = element * o->c->model->dims[v->dims[p]].n_element + o->one[p];
    }
    return element;
}

/* ---- What an equation needs ------------------------------------------------ */

static bool is_node(const orderer *o, const dtn_cvar *v, const dtn_ceqn *eqn)
{
    if (v->is_lookup || v->is_string || v->cat == DTN_CAT_PARAM)
        return false;
    if (o->overlay_only)
        return eqn->overlay == o->overlay_only && v->cat != DTN_CAT_CONST;
    if (!o->initial)
        return v->cat == DTN_CAT_AUX;
    return v->cat == DTN_CAT_CONST || eqn->overlay == 0;
}

static void add_need(orderer *o, dtn_ceqn *eqn)
{
    DTN_PUSH(o->c->arena, o->frame->deps, o->frame->n, o->frame->cap, eqn);
}

static void add_cover(orderer *o, uint32_t var, uint32_t element)
{
    const cover *of = cover_of(o, var);
    for (uint32_t i = of->first[element]; i != DTN_NONE; i = of->links[i].next) {
        o->c->program->n_order_look++;
        if (is_node(o, &o->c->vars[var], of->links[i].eqn))
            add_need(o, of->links[i].eqn);
    }
}

/* VECTOR ELM MAP(x[a], 2), in an equation for one element: only the element so many places on. False: it may be
 * any. */
static bool collect_mapped(orderer *o, const dtn_expr *x)
{
    const dtn_expr *of = x->args[0];
    const dtn_cvar *v =
        of->ref == DTN_REF_VAR && of->kind == DTN_X_NAME ? &o->c->vars[of->id] : NULL;
    uint32_t loop = DTN_NONE, base = 0;
    double offset = 0;
    if (!v || v->is_loop_shaped || v->n_dim == 0 || of->n_sub != v->n_dim || v->n_eqn == 0 ||
        !position_of(o, x->args[1], 0, &loop, &offset) || loop != DTN_NONE)
        return false;
    for (uint32_t p = 0; p < v->n_dim; p++) {
        const dtn_sub *sub = &of->subs[p];
        const uint32_t *map = NULL;
        uint32_t at = sub->element;
        if (sub->kind == DTN_SUB_NAME && at == DTN_NONE && sub->dim != DTN_NONE && !sub->bang) {
            const dtn_bind *bind = dtn_find_bind(o->c, o->eqn, o->eqn->binds, o->eqn->n_bind,
                                                 sub->dim, v->dims[p], &map);
            if (bind && bind->dim == sub->dim && bind->loop < o->eqn->n_loop &&
                o->eqn->count[bind->loop] == 1)
                at = map[o->eqn->first[bind->loop]];
        }
        if (at == DTN_NONE)
            return false;
        base = base * o->c->model->dims[v->dims[p]].n_element + at;
    }
    const double place = base + offset + 0.5;
    if (place >= 0 && place < v->n_element)
        add_cover(o, of->id, (uint32_t)place);
    return true;
}

static void collect_name(orderer *o, const dtn_expr *x)
{
    const dtn_cvar *v = &o->c->vars[x->id];
    bool by_element = !v->is_loop_shaped && v->n_eqn > 0 && !is_whole(o, v, v->eqns[0]);
    for (uint32_t p = 0; p < v->n_dim && by_element; p++)
        find_reach(o, x, p);
    const uint32_t element =
        by_element && v->n_eqn > MANY_EQUATIONS ? only_element(o, v) : DTN_NONE;
    if (element != DTN_NONE) {
        add_cover(o, x->id, element);
        return;
    }
    for (size_t k = 0; k < v->n_eqn; k++) {
        o->c->program->n_order_look++;
        if (is_node(o, v, v->eqns[k]) && needs(o, v, v->eqns[k]))
            add_need(o, v->eqns[k]);
    }
}

/* The family whose positions it counts; DTN_NONE: it is a number. */
static uint32_t family_of(const orderer *o, const dtn_expr *x)
{
    return x->ref == DTN_REF_ELEMENT ? x->id
           : x->ref == DTN_REF_DIM   ? o->c->model->dims[x->id].parent
                                     : DTN_NONE;
}

/* What was taken out of the time loop, a hidden constant with the loops of its equation, as it was. */
static const dtn_expr *seen_through(const orderer *o, const dtn_expr *x)
{
    const dtn_cvar *v = x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR ? &o->c->vars[x->id] : NULL;
    return v && v->is_loop_shaped && v->cat == DTN_CAT_CONST && v->n_eqn > 0 ? v->eqns[0]->expr : x;
}

/* N = 1, stage = s1 in an equation for one element: 1 or 0; -1: the run settles it. */
static int truth_of(const orderer *o, const dtn_expr *x)
{
    uint32_t loop = DTN_NONE;
    double a = 0, b = 0;
    x = seen_through(o, x);
    if (x->kind != DTN_X_BINARY || !position_of(o, x->args[0], 0, &loop, &a) ||
        !position_of(o, x->args[1], 0, &loop, &b) || loop != DTN_NONE)
        return -1;
    const uint32_t one = family_of(o, x->args[0]), other = family_of(o, x->args[1]);
    if (one != DTN_NONE && other != DTN_NONE && one != other)
        return -1; /* they may have elements in common */
    switch (x->op) {
    case DTN_OP_EQ: return a == b;
    case DTN_OP_NE: return a != b;
    case DTN_OP_LT: return a < b;
    case DTN_OP_LE: return a <= b;
    case DTN_OP_GT: return a > b;
    case DTN_OP_GE: return a >= b;
    default: return -1;
    }
}

static void collect(orderer *o, const dtn_expr *x)
{
    if (!x)
        return;
    if (x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC && x->id == DTN_FN_IF) {
        const int truth = truth_of(o, x->args[0]);
        if (truth >= 0) { /* the other value is never taken */
            collect(o, x->args[0]);
            collect(o, x->args[truth ? 1 : 2]);
            return;
        }
    }
    if (x->ref == DTN_REF_VAR && x->kind == DTN_X_NAME)
        collect_name(o, x);
    if (x->kind == DTN_X_CALL && x->ref == DTN_REF_FUNC && x->id == DTN_FN_VECTOR_ELM_MAP &&
        collect_mapped(o, x))
        return;
    for (uint32_t i = 0; i < x->n_sub; i++)
        collect(o, x->subs[i].expr);
    for (uint32_t i = 0; i < x->n_arg; i++)
        collect(o, x->args[i]);
}

static void collect_needs(orderer *o, frame *f)
{
    dtn_ceqn *eqn = f->eqn;
    dtn_cat cat = o->c->vars[eqn->var].cat;
    o->eqn = eqn;
    o->frame = f;
    f->n = f->next = 0;
    if (o->initial && eqn->init && cat != DTN_CAT_CONST)
        collect(o, eqn->init);
    else if (!(o->initial && (cat == DTN_CAT_STOCK || cat == DTN_CAT_HELD)))
        collect(o, eqn->expr);
}

/* ---- Cycles ------------------------------------------------------------------ */

static uint32_t turns_of(const dtn_ceqn *eqn)
{
    uint32_t turns = 1;
    for (uint32_t l = 0; l < eqn->n_loop; l++)
        turns *= eqn->vector_loops >> l & 1 ? 1 : eqn->count[l];
    return turns;
}

static bool can_split(const frame *stack, size_t from, size_t to)
{
    bool any = false;
    for (size_t i = from; i <= to; i++)
        any = any || turns_of(stack[i].eqn) > 1;
    return any;
}

static bool split_cycle(orderer *o, frame *stack, size_t from, size_t to)
{
    bool any = false;
    for (size_t i = from; i <= to; i++) {
        if (turns_of(stack[i].eqn) > 1) {
            dtn_split_equation(o->c, stack[i].eqn);
            any = true;
        }
    }
    return any;
}

/* Name of what an equation is for, with the element where it is one of an array. */
static const char *equation_name(orderer *o, const dtn_ceqn *eqn)
{
    dtn_arena *arena = o->c->arena;
    const dtn_cvar *v = &o->c->vars[o->c->vars[eqn->var].owner];
    uint32_t element = eqn->own_base, turns = 1;
    for (uint32_t l = 0; l < eqn->n_loop; l++)
        turns *= eqn->count[l];
    if (v->n_dim == 0 || turns != 1)
        return v->name;
    for (uint32_t i = 0; i < eqn->n_own; i++)
        element += (uint32_t)eqn->own[i].stride * eqn->own[i].map[eqn->first[eqn->own[i].loop]];
    const char *name = NULL;
    for (uint32_t p = v->n_dim; p-- > 0;) {
        const dtn_dim *dim = &o->c->model->dims[v->dims[p]];
        const char *one = dim->elements[element % dim->n_element];
        name = name ? dtn_arena_printf(arena, "%s,%s", one, name) : one;
        element /= dim->n_element;
    }
    return dtn_arena_printf(arena, "%s[%s]", v->name, name);
}

#define DTN_MAX_CYCLE_SHOWN 12 /* names of a cycle's path that are written out */

/* "a <- b <- a" */
static const char *path_of(orderer *o, const frame *stack, size_t from, size_t to)
{
    const char *path = NULL, *last = NULL;
    size_t shown = 0;
    for (size_t i = from; i <= to; i++) {
        const char *name = equation_name(o, stack[i].eqn);
        if (last && strcmp(last, name) == 0)
            continue; /* a variable and what was expanded from it */
        last = name;
        if (shown++ >= DTN_MAX_CYCLE_SHOWN)
            continue;
        path = path ? dtn_arena_printf(o->c->arena, "%s <- %s", path, name)
                    : dtn_arena_printf(o->c->arena, "%s", name);
    }
    if (shown > DTN_MAX_CYCLE_SHOWN)
        path = dtn_arena_printf(o->c->arena, "%s <- ... (%zu in all)", path, shown);
    return dtn_arena_printf(o->c->arena, "%s <- %s", path, equation_name(o, stack[from].eqn));
}

/* ", closed by the rule of 'actor=course' for 'pressure'"; nothing where no course takes part. */
static const char *rules_of(orderer *o, const frame *stack, size_t from, size_t to)
{
    const dtn_model *m = o->c->model;
    const char *text = "";
    for (size_t i = from; i <= to; i++) {
        const uint32_t overlay = stack[i].eqn->overlay;
        if (overlay == 0 || overlay > m->n_overlay)
            continue;
        const char *id = m->overlays[overlay - 1].id, *actor = m->overlays[overlay - 1].actor;
        const size_t n = actor ? strlen(actor) : 0;
        const bool is_pair = n > 0 && strncmp(id, actor, n) == 0 && id[n] == '.';
        text = dtn_arena_printf(o->c->arena, "%s%s the rule of '%.*s%s%s' for '%s'", text,
                                *text ? " and" : ", closed by", is_pair ? (int)n : (int)strlen(id),
                                id, is_pair ? "=" : "", is_pair ? id + n + 1 : "",
                                equation_name(o, stack[i].eqn));
    }
    return text;
}

/* Where a circle is told: at the rule that closes it, else at its first equation. */
static dtn_pos cycle_pos(const frame *stack, size_t from, size_t to)
{
    for (size_t i = from; i <= to; i++)
        if (stack[i].eqn->overlay > 0)
            return stack[i].eqn->pos;
    return stack[from].eqn->pos;
}

enum { TOLD_EQUATIONS = 1, TOLD_INITIAL = 2 };

/* One of each knot is told: those that share a variable are mended together. */
static bool is_new_cycle(const orderer *o, const frame *stack, size_t from, size_t to)
{
    const uint8_t here = o->initial ? TOLD_INITIAL : TOLD_EQUATIONS;
    bool all_told = true, any = false;
    for (size_t i = from; i <= to; i++) {
        const uint8_t told = o->c->vars[stack[i].eqn->var].told;
        all_told = all_told && (told & TOLD_EQUATIONS);
        any = any || (told & here);
    }
    return !any && !all_told;
}

static void report_cycle(orderer *o, frame *stack, size_t from, size_t to)
{
    o->failed = true;
    if (!o->is_told || !is_new_cycle(o, stack, from, to))
        return;
    for (size_t i = from; i <= to; i++)
        o->c->vars[stack[i].eqn->var].told |= o->initial ? TOLD_INITIAL : TOLD_EQUATIONS;
    dtn_diags_add(o->c->diags, o->initial ? 402 : 401, cycle_pos(stack, from, to),
                  o->initial ? "give one of them an initial value of its own (ACTIVE INITIAL)"
                             : "put a stock or a delay into the loop",
                  "circular %s: %s%s", o->initial ? "initial values" : "equations",
                  path_of(o, stack, from, to), rules_of(o, stack, from, to));
}

/* ---- The search ----------------------------------------------------------------- */

static void meet_cycle(orderer *o, frame *stack, size_t depth, const dtn_ceqn *again)
{
    size_t from = depth;
    while (stack[from].eqn != again)
        from--;
    if (!can_split(stack, from, depth))
        report_cycle(o, stack, from, depth);
    else if (!o->failed) /* which takes the search back to its start */
        o->split = split_cycle(o, stack, from, depth);
}

static void visit(orderer *o, dtn_ceqn *root, frame **stack, size_t *cap)
{
    size_t depth = 0;
    if (o->mark[root->id])
        return;
    for (bool enter = true;;) {
        frame *f = &(*stack)[depth];
        if (enter) {
            f->eqn = root;
            o->mark[root->id] = 1;
            collect_needs(o, f);
        }
        enter = false;
        if (f->next < f->n) {
            dtn_ceqn *dep = f->deps[f->next++];
            if (o->mark[dep->id] == 1) {
                meet_cycle(o, *stack, depth, dep);
                if (o->split || (o->failed && !o->is_told))
                    return;
            } else if (o->mark[dep->id] == 0) {
                if (depth + 1 >= *cap)
                    *stack = dtn_arena_grow(o->c->arena, *stack, depth + 1, cap, sizeof **stack);
                depth++;
                root = dep;
                enter = true;
            }
            continue;
        }
        o->mark[f->eqn->id] = 2;
        DTN_PUSH(o->c->arena, o->out->eqns, o->out->n, o->out->cap, f->eqn);
        if (depth == 0)
            return;
        depth--;
    }
}

static bool is_root(const orderer *o, const dtn_cvar *v, const dtn_ceqn *eqn)
{
    if (v->is_lookup || v->is_string || v->cat == DTN_CAT_PARAM)
        return false;
    bool state = v->cat == DTN_CAT_STOCK || v->cat == DTN_CAT_HELD;
    if (o->overlay_only)
        return state && eqn->overlay == o->overlay_only;
    if (o->initial)
        return v->cat == DTN_CAT_CONST || (state && eqn->overlay == 0);
    return v->cat == DTN_CAT_AUX || v->cat == DTN_CAT_STOCK;
}

static void search(orderer *o)
{
    size_t cap = 64;
    frame *stack = DTN_NEW_N(o->c->arena, frame, cap);
    o->mark = DTN_NEW_N(o->c->arena, uint8_t, o->c->n_eqn);
    o->covers = DTN_NEW_N(o->c->arena, cover *, o->c->n_var); /* as they are after a split */
    o->out->n = 0;
    o->split = false;
    for (size_t i = 0; i < o->c->n_var; i++)
        for (size_t k = 0; k < o->c->vars[i].n_eqn; k++) {
            if (is_root(o, &o->c->vars[i], o->c->vars[i].eqns[k]))
                visit(o, o->c->vars[i].eqns[k], &stack, &cap);
            if (o->split || (o->failed && !o->is_told))
                return;
        }
}

static bool order(orderer *o)
{
    do
        search(o);
    while (o->split && !o->failed);
    return !o->failed;
}

bool dtn_order_equations(dtn_compiler *c, bool initial, uint32_t overlay_only, dtn_order *out)
{
    orderer o = {
        .c = c, .initial = initial || overlay_only, .overlay_only = overlay_only, .out = out};
    return order(&o);
}

void dtn_tell_circles(dtn_compiler *c)
{
    dtn_order out = {0};
    orderer o = {.c = c, .out = &out, .is_told = true};
    (void)order(&o);
    for (uint32_t k = 0; k <= c->model->n_overlay; k++) {
        o = (orderer){.c = c, .initial = true, .overlay_only = k, .out = &out, .is_told = true};
        (void)order(&o);
    }
}
