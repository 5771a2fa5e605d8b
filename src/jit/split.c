/* Nests of loops in parts.
 *
 * An array may be given by several equations, each for some of its elements, and read by one for all. Such
 * a reader is split at one of its loops where the writer changes, so that each part goes over the elements
 * of its writer and can be joined with it (nest.c); a part of one element has no loop there, unless it is the only one:
 *
 *     for r:         in[r,a0] =                       for r:         net[r,a0] = in[r,a0] - ...
 *     for r, a > 0:  in[r,a]  =                 -->   for r, a > 0:  net[r,a]  = in[r,a] - ...
 *     for r, a:      net[r,a] = in[r,a] - ...
 *
 * All neighbours of the reader's shape are split with it, so that they stay joined. No turn changes: the same
 * operations, on the same elements.
 */
#include "jit/inner.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_CUTS = 3,    /* of a shape */
    MOST_SHAPES = 8,  /* of neighbours that are split */
    MOST_TURNS = 4096 /* of a loop that is looked at */
};

typedef struct cuts {
    dtn_jit_nest shape;
    uint32_t level;                /* the loop that is split */
    uint32_t at[MOST_CUTS + 2], n; /* 0, turns at which a part begins, and the loop's count */
} cuts;

typedef struct split {
    const dtn_program *p;
    const dtn_jit_nest *nests;
    uint32_t n;
    uint32_t *writer; /* [n_slot] the last nest that wrote it, plus 1; 0: none of these */
    cuts shapes[MOST_SHAPES];
    uint32_t n_shape;
} split;

/* ---- Addresses of a part ---------------------------------------------------------------------------- */

/* With the loop's turns counted from `first` on; `alone`: that turn only, without the loop. */
static dtn_address moved(const dtn_address *a, uint32_t loop, uint32_t first, bool alone)
{
    dtn_address to = {.base = a->base};
    for (uint32_t i = 0; i < a->n_index; i++) {
        dtn_index x = a->index[i];
        if (x.loop == loop && alone) {
            to.base += (uint32_t)(x.stride * (int64_t)(x.map ? x.map[first] : first));
            continue;
        }
        if (x.loop == loop && x.map)
            x.map += first;
        else if (x.loop == loop)
            to.base += (uint32_t)(x.stride * (int64_t)first);
        to.index[to.n_index++] = x;
    }
    return to;
}

/* ---- Who writes what a turn reads --------------------------------------------------------------------- */

typedef struct one_writer {
    const uint32_t *writer;
    uint32_t found;
    bool any, several;
} one_writer;

static void see_writer(void *ctx, uint32_t slot)
{
    one_writer *w = ctx;
    if (w->any && w->writer[slot] != w->found)
        w->several = true;
    w->found = w->writer[slot];
    w->any = true;
}

/* Of what the operand reads in one turn of the loop. false: of several nests. */
static bool writer_in_turn(const split *s, dtn_operand o, const dtn_jit_nest *n, uint32_t level,
                           uint32_t turn, uint32_t *writer)
{
    uint32_t counts[DTN_MAX_LOOPS];
    dtn_program p = {.n_address = 1};
    dtn_address a = moved(&s->p->addresses[o & ~DTN_OPERAND_INDEXED], n->ids[level], turn, true);
    one_writer w = {.writer = s->writer};
    p.addresses = &a;
    dtn_jit_set_counts(n, counts);
    dtn_jit_each_place(&p, DTN_OPERAND_INDEXED, counts, see_writer, &w);
    *writer = w.found;
    return !w.several;
}

/* Turns of the loop at which what the operand reads comes from another nest; how many, 0 also where they
 * are too many. fits: does some part have its writer's shape? */
static uint32_t find_cuts(const split *s, dtn_operand o, const dtn_jit_nest *n, uint32_t level,
                          uint32_t *at, bool *fits)
{
    uint32_t before = 0, found = 0, first = 0;
    const uint32_t count = n->counts[level];
    for (uint32_t turn = 0; turn <= count; turn++) {
        uint32_t w = DTN_NONE;
        if (turn < count && !writer_in_turn(s, o, n, level, turn, &w))
            return 0;
        if (turn > 0 && w != before) { /* a part ends */
            const dtn_jit_nest *by = before > 0 ? &s->nests[before - 1] : NULL;
            const bool alone = n->depth > 1 && turn - first == 1;
            *fits = *fits || (by && by->depth == n->depth - alone &&
                              (alone || by->counts[level] == turn - first));
            if (turn < count && found == MOST_CUTS)
                return 0;
            if (turn < count)
                at[found++] = turn;
            first = turn;
        }
        before = w;
    }
    return found;
}

static bool moves_with(const split *s, dtn_operand o, uint32_t loop)
{
    const dtn_address *a = &s->p->addresses[o & ~DTN_OPERAND_INDEXED];
    bool any = false;
    for (uint32_t i = 0; o & DTN_OPERAND_INDEXED && i < a->n_index; i++)
        any = any || a->index[i].loop == loop;
    return any;
}

/* ---- Cuts ------------------------------------------------------------------------------------------------ */

static cuts *cuts_of(split *s, const dtn_jit_nest *n)
{
    for (uint32_t i = 0; i < s->n_shape; i++)
        if (dtn_jit_is_same_shape(&s->shapes[i].shape, n))
            return &s->shapes[i];
    return NULL;
}

/* One more, in its place. false: no room. */
static bool add_cut(cuts *c, uint32_t at)
{
    uint32_t i = 0;
    while (c->at[i] < at)
        i++;
    if (c->at[i] == at)
        return true;
    if (c->n == MOST_CUTS + 2)
        return false;
    memmove(&c->at[i + 1], &c->at[i], (c->n - i) * sizeof *c->at);
    c->at[i] = at;
    c->n++;
    return true;
}

static void add_cuts(split *s, const dtn_jit_nest *n, uint32_t level, const uint32_t *at,
                     uint32_t count)
{
    cuts *c = cuts_of(s, n);
    if (!c && s->n_shape == MOST_SHAPES)
        return;
    if (!c) {
        c = &s->shapes[s->n_shape++];
        *c = (cuts){.shape = *n, .level = level, .at = {0, n->counts[level]}, .n = 2};
    }
    bool ok = c->level == level;
    for (uint32_t i = 0; ok && i < count; i++)
        ok = add_cut(c, at[i]);
}

/* The innermost loop at which a reader of others' results is to be split. */
static void look_at(split *s, const dtn_jit_nest *n)
{
    for (uint32_t k = n->body; k < n->body_end; k++) {
        const dtn_ins *x = &s->p->ins[k];
        const dtn_operand o[] = {x->dst, x->a, x->b, x->c};
        for (int r = 1; r < 4; r++)
            for (uint32_t level = n->depth; level-- > 0;) {
                uint32_t at[MOST_CUTS], found;
                bool fits = false;
                if (!dtn_jit_is_slot(x, r) || !moves_with(s, o[r], n->ids[level]) ||
                    n->counts[level] < 2 || n->counts[level] > MOST_TURNS)
                    continue;
                found = find_cuts(s, o[r], n, level, at, &fits);
                if (found > 0 && fits) {
                    add_cuts(s, n, level, at, found);
                    break;
                }
            }
    }
}

typedef struct mark {
    uint32_t *writer, value;
} mark;

static void note_writer(void *ctx, uint32_t slot)
{
    const mark *m = ctx;
    m->writer[slot] = m->value;
}

/* value 0: forget them. */
static void note_writes(const split *s, const dtn_jit_nest *n, uint32_t value)
{
    uint32_t counts[DTN_MAX_LOOPS];
    mark m = {s->writer, value};
    dtn_jit_set_counts(n, counts);
    for (uint32_t k = n->body; k < n->body_end; k++)
        dtn_jit_each_place(s->p, s->p->ins[k].dst, counts, note_writer, &m);
}

/* ---- Parts --------------------------------------------------------------------------------------------------- */

static dtn_operand part_of(const split *s, dtn_operand o, uint32_t loop, uint32_t first, bool alone,
                           dtn_jit_list *to)
{
    if (!moves_with(s, o, loop))
        return o;
    if (to->n_address == to->cap_address) {
        const size_t cap = 2 * to->cap_address + 64;
        dtn_address *more = realloc(to->addresses, cap * sizeof *more);
        to->failed = to->failed || !more;
        if (!more)
            return o;
        to->addresses = more;
        to->cap_address = cap;
    }
    to->addresses[to->n_address] =
        moved(&s->p->addresses[o & ~DTN_OPERAND_INDEXED], loop, first, alone);
    return DTN_OPERAND_INDEXED | (uint32_t)to->n_address++;
}

/* Turns [first, end) of a loop of the nest: c NULL, all of it. */
static void put_part(const split *s, const dtn_jit_nest *n, const cuts *c, uint32_t first,
                     uint32_t end, const uint32_t *origin, dtn_jit_list *to)
{
    const uint32_t level = c ? c->level : 0, loop = c ? n->ids[level] : 0;
    const bool alone = c && n->depth > 1 && end - first == 1;
    uint32_t at[DTN_MAX_LOOPS] = {0};
    for (uint32_t k = 0; k < n->depth; k++) {
        dtn_ins x = s->p->ins[n->first + k];
        if (c && k == level)
            x.a = end - first;
        at[k] = (uint32_t)to->n;
        if (!alone || k != level)
            dtn_jit_put(to, x, origin[n->first + k]);
    }
    for (uint32_t i = n->body; i < n->body_end; i++) {
        dtn_ins x = s->p->ins[i];
        dtn_operand *const o[] = {&x.dst, &x.a, &x.b, &x.c};
        for (int k = 0; c && k < 4; k++)
            if (dtn_jit_is_slot(&x, k))
                *o[k] = part_of(s, *o[k], loop, first, alone, to);
        dtn_jit_put(to, x, origin[i]);
    }
    for (uint32_t k = n->depth; k-- > 0;) {
        dtn_ins x = s->p->ins[n->body_end + (n->depth - 1 - k)];
        x.a = at[k];
        if (!alone || k != level)
            dtn_jit_put(to, x, origin[n->body_end + (n->depth - 1 - k)]);
    }
}

void dtn_jit_split(const dtn_program *p, const dtn_jit_nest *nests, uint32_t n, uint32_t *writer,
                   const uint32_t *origin, dtn_jit_list *to)
{
    split s = {.p = p, .nests = nests, .n = n, .writer = writer};
    for (uint32_t i = 0; i < n; i++) {
        look_at(&s, &nests[i]);
        note_writes(&s, &nests[i], i + 1);
    }
    for (uint32_t i = 0; i < n; i++)
        note_writes(&s, &nests[i], 0);
    for (uint32_t i = 0; i < n; i++) {
        const cuts *c = cuts_of(&s, &nests[i]);
        for (uint32_t k = 0; k + 1 < (c ? c->n : 2); k++)
            put_part(&s, &nests[i], c, c ? c->at[k] : 0, c ? c->at[k + 1] : 0, origin, to);
    }
}
