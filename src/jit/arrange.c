/* The program's instructions in an order that suits the code.
 *
 * The compiler orders equations by causes, so between two loops over the same elements there may be another
 * that neither needs. Here neighbouring nests of loops are first split where that gives parts with
 * the same elements as their neighbours (split.c), and then put in an order in which as many as may be
 * stand side by side and can be joined (nest.c):
 *
 *     in[a0]            in[a0]                  Each result is that of the same operations on the same
 *     in[a1..]          net[a0]                 numbers: a nest stays behind all that write what it reads
 *     net[a0..]   -->   in[a1..]                and before all that write it anew, element by element.
 *                       net[a1..]
 *
 * Everything else keeps its place. Not done here: simultaneous equations, and other loops, or single
 * instructions, between nests.
 */
#include "jit/inner.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_NESTS = 128,  /* that are put in order at a time: bits of two words */
    MOST_BEHIND = 4096 /* instructions that are looked at for what a temporary leaves */
};

/* ---- Lists ---------------------------------------------------------------------------------------- */

static bool grow(dtn_jit_list *l)
{
    const size_t cap = l->cap ? 2 * l->cap : 1024;
    dtn_ins *ins = realloc(l->ins, cap * sizeof *ins);
    if (!ins)
        return false;
    l->ins = ins;
    uint32_t *origin = realloc(l->origin, cap * sizeof *origin);
    if (!origin)
        return false;
    l->origin = origin;
    l->cap = cap;
    return true;
}

void dtn_jit_put(dtn_jit_list *to, dtn_ins x, uint32_t origin)
{
    if (to->n == to->cap && !grow(to)) {
        to->failed = true;
        return;
    }
    to->ins[to->n] = x;
    to->origin[to->n++] = origin;
}

static void free_list(dtn_jit_list *l)
{
    free(l->ins);
    free(l->origin);
    free(l->addresses);
}

static bool copy_addresses(dtn_jit_list *to, const dtn_program *p)
{
    to->n_address = p->n_address;
    to->cap_address = p->n_address + 64;
    to->addresses = calloc(to->cap_address, sizeof *to->addresses);
    if (to->addresses && p->n_address > 0)
        memcpy(to->addresses, p->addresses, p->n_address * sizeof *to->addresses);
    return to->addresses != NULL;
}

/* ---- Nests one behind the other -------------------------------------------------------------------- */

uint32_t dtn_jit_read_nests(const dtn_program *p, const uint8_t *is_target, uint32_t at,
                            dtn_jit_nest *out, uint32_t most)
{
    uint32_t n = 0;
    while (n < most && at < p->step_end && (n == 0 || !is_target[at]) &&
           dtn_jit_read_nest(p, at, &out[n]) && !dtn_jit_carries(p, &out[n]))
        at = out[n++].end;
    return n;
}

/* Instructions that a skip leads to. */
static uint8_t *find_targets(const dtn_program *p)
{
    uint8_t *is_target = calloc(p->n_ins + 1, 1);
    for (uint32_t i = p->step_first; is_target && i < p->step_end; i++)
        if (p->ins[i].op >= DTN_I_SKIP_UNLESS)
            is_target[p->ins[i].dst] = 1;
    return is_target;
}

/* ---- Who needs whom -------------------------------------------------------------------------------- */

typedef struct bits {
    uint64_t w[MOST_NESTS / 64];
} bits;

static void set_bit(bits *b, uint32_t i) { b->w[i / 64] |= UINT64_C(1) << i % 64; }

static void add_bits(bits *to, const bits *from)
{
    for (int i = 0; i < MOST_NESTS / 64; i++)
        to->w[i] |= from->w[i];
}

static bool is_within(const bits *a, const bits *b)
{
    bool ok = true;
    for (int i = 0; i < MOST_NESTS / 64; i++)
        ok = ok && (a->w[i] & ~b->w[i]) == 0;
    return ok;
}

typedef struct touch { /* what the nests so far did with a slot */
    uint32_t region;   /* that this is of; others say nothing */
    uint32_t writer;   /* the last, plus 1; 0: none */
    bits readers;      /* since then */
} touch;

typedef struct order {
    const dtn_program *p;
    touch *touched; /* [n_slot] */
    uint32_t region;
    dtn_jit_nest nests[MOST_NESTS];
    bits needs[MOST_NESTS]; /* that must come before */
    uint32_t n, now;
} order;

static touch *touch_of(order *o, uint32_t slot)
{
    touch *t = &o->touched[slot];
    if (t->region != o->region)
        *t = (touch){.region = o->region};
    return t;
}

static void note_read(void *ctx, uint32_t slot)
{
    order *o = ctx;
    touch *t = touch_of(o, slot);
    if (t->writer > 0 && t->writer - 1 != o->now)
        set_bit(&o->needs[o->now], t->writer - 1);
    set_bit(&t->readers, o->now);
}

static void note_write(void *ctx, uint32_t slot)
{
    order *o = ctx;
    touch *t = touch_of(o, slot);
    if (t->writer > 0)
        set_bit(&o->needs[o->now], t->writer - 1);
    add_bits(&o->needs[o->now], &t->readers);
    *t = (touch){.region = o->region, .writer = o->now + 1};
}

/* Is what the nests leave in this temporary read behind them, before anybody writes it? */
static bool is_left(const dtn_program *p, uint32_t at, dtn_operand temporary)
{
    uint32_t skip_to = 0;
    for (uint32_t i = at; i < p->step_end; i++) {
        const dtn_ins *x = &p->ins[i];
        const dtn_operand o[] = {x->dst, x->a, x->b, x->c};
        if (i - at == MOST_BEHIND)
            return true; /* perhaps */
        for (int k = 1; k < 4; k++)
            if (dtn_jit_is_slot(x, k) && (o[k] == temporary || x->op == DTN_I_VECTOR ||
                                          x->op == DTN_I_GATHER || x->op == DTN_I_DRAW_WIDE))
                return true; /* or perhaps: these read rows */
        if (x->op == DTN_I_DRAW_SUM && x->dst == temporary)
            return true;
        if (x->op >= DTN_I_SKIP_UNLESS && x->dst > skip_to)
            skip_to = x->dst;
        if (dtn_jit_writes(x) && x->dst == temporary && i >= skip_to)
            return false;
    }
    return false;
}

/* A temporary that each body writes before it reads it is no tie between them. */
static bool is_own(const order *o, const dtn_jit_nest *n, dtn_operand x)
{
    return !(x & DTN_OPERAND_INDEXED) && x >= o->p->temp0 && dtn_jit_is_written_first(o->p, n, x);
}

static void find_needs(order *o, uint32_t i)
{
    const dtn_jit_nest *n = &o->nests[i];
    uint32_t counts[DTN_MAX_LOOPS];
    dtn_jit_set_counts(n, counts);
    o->now = i;
    for (uint32_t at = n->body; at < n->body_end; at++) {
        const dtn_ins *x = &o->p->ins[at];
        const dtn_operand all[] = {x->dst, x->a, x->b, x->c};
        for (int k = 1; k < 4; k++)
            if (dtn_jit_is_slot(x, k) && !is_own(o, n, all[k]))
                dtn_jit_each_place(o->p, all[k], counts, note_read, o);
        if (!is_own(o, n, x->dst))
            dtn_jit_each_place(o->p, x->dst, counts, note_write, o);
    }
    o->needs[i].w[i / 64] &= ~(UINT64_C(1) << i % 64);
}

/* Temporaries that tie the nests to each other or to what comes behind, so that all stay. */
static bool has_ties(const order *o)
{
    const uint32_t behind = o->nests[o->n - 1].end;
    uint32_t last = DTN_NONE; /* that was looked at: mostly the same few */
    for (uint32_t i = 0; i < o->n; i++)
        for (uint32_t at = o->nests[i].body; at < o->nests[i].body_end; at++) {
            const dtn_operand t = o->p->ins[at].dst;
            if (t & DTN_OPERAND_INDEXED || t == last)
                continue;
            if (!is_own(o, &o->nests[i], t) || is_left(o->p, behind, t))
                return true;
            last = t;
        }
    return false;
}

/* ---- Order ------------------------------------------------------------------------------------------- */

static void put_nest(const order *o, const dtn_jit_nest *n, const uint32_t *origin,
                     dtn_jit_list *to)
{
    const uint32_t first = (uint32_t)to->n;
    for (uint32_t at = n->first; at < n->end; at++) {
        dtn_ins x = o->p->ins[at];
        if (x.op == DTN_I_ENDLOOP)
            x.a = first + (x.a - n->first);
        dtn_jit_put(to, x, origin[at]);
    }
}

typedef struct group {
    uint32_t members[DTN_JIT_NESTS], n, length;
} group;

static bool may_follow(const order *o, const group *g, uint32_t i, const bits *done)
{
    const dtn_jit_nest *n = &o->nests[i];
    bool ok = g->n < DTN_JIT_NESTS && g->length + (n->body_end - n->body) <= DTN_JIT_BODY &&
              dtn_jit_is_same_shape(&o->nests[g->members[0]], n) && is_within(&o->needs[i], done);
    for (uint32_t k = 0; ok && k < g->n; k++)
        ok = dtn_jit_may_join(o->p, &o->nests[g->members[k]], n);
    return ok;
}

/* The first that is left, and behind it all that can be joined with it. */
static void put_in_order(order *o, const uint32_t *origin, dtn_jit_list *to)
{
    bits done = {{0}};
    bool is_put[MOST_NESTS] = {false};
    for (uint32_t first = 0; first < o->n; first++) {
        if (is_put[first])
            continue;
        group g = {.members = {first}};
        for (uint32_t i = first; i < o->n; i++) {
            if (is_put[i] || (i > first && !may_follow(o, &g, i, &done)))
                continue;
            g.members[g.n++] = i;
            g.length += o->nests[i].body_end - o->nests[i].body;
            is_put[i] = true;
            set_bit(&done, i);
            put_nest(o, &o->nests[i], origin, to);
        }
    }
}

static void put_region(order *o, const uint32_t *origin, dtn_jit_list *to)
{
    o->region++;
    memset(o->needs, 0, sizeof o->needs);
    const bool stays = o->n < 3 || has_ties(o);
    for (uint32_t i = 0; !stays && i < o->n; i++)
        find_needs(o, i);
    if (!stays)
        put_in_order(o, origin, to);
    for (uint32_t i = 0; stays && i < o->n; i++)
        put_nest(o, &o->nests[i], origin, to);
}

/* ---- The whole ------------------------------------------------------------------------------------------ */

typedef struct pass {
    const dtn_program *p;
    const uint32_t *origin; /* [n_ins] */
    uint8_t *is_target;     /* [n_ins + 1] */
    uint32_t *places;       /* [n_ins + 1] where they go */
    uint32_t *writer;       /* [n_slot] of a pass that splits; else NULL */
    order *o;
    dtn_jit_list *to;
} pass;

/* An instruction outside of nests; where a skip leads is known in the end. */
static void put_single(pass *s, uint32_t i)
{
    dtn_ins x = s->p->ins[i];
    if (x.op == DTN_I_ENDLOOP)
        x.a = s->places[x.a];
    dtn_jit_put(s->to, x, s->origin[i]); /* NOLINT(clang-analyzer-core.*): the first pass set it */
}

static void walk(pass *s)
{
    const dtn_program *p = s->p;
    dtn_jit_list *to = s->to;
    order *o = s->o;
    for (uint32_t i = 0; i < p->n_ins && !to->failed; i++) {
        s->places[i] = (uint32_t)to->n;
        o->n = i >= p->step_first && p->ins[i].op == DTN_I_LOOP
                   ? dtn_jit_read_nests(p, s->is_target, i, o->nests, MOST_NESTS)
                   : 0;
        if (o->n == 0) {
            put_single(s, i);
            continue;
        }
        if (s->writer)
            dtn_jit_split(p, o->nests, o->n, s->writer, s->origin, to);
        else
            put_region(o, s->origin, to);
        i = o->nests[o->n - 1].end - 1;
    }
    s->places[p->n_ins] = (uint32_t)to->n;
    for (size_t i = 0; i < to->n; i++)
        if (to->ins[i].op >= DTN_I_SKIP_UNLESS)
            to->ins[i].dst = s->places[to->ins[i].dst];
}

/* jit->own after a pass over it. */
static bool make_pass(dtn_jit *jit, bool splits)
{
    dtn_program *p = &jit->own;
    dtn_jit_list to = {0};
    order *o = calloc(1, sizeof *o);
    pass s = {.p = p, .origin = jit->origin, .to = &to};
    s.is_target = find_targets(p);
    s.places = calloc(p->n_ins + 1, sizeof *s.places);
    s.writer = splits ? calloc(p->n_slot + 1, sizeof *s.writer) : NULL;
    if (o) {
        o->p = p;
        o->touched = splits ? NULL : calloc(p->n_slot + 1, sizeof *o->touched);
    }
    bool ok = o && s.is_target && s.places && (splits ? s.writer != NULL : o->touched != NULL) &&
              copy_addresses(&to, p);
    if (ok) {
        s.o = o;
        walk(&s);
        ok = !to.failed;
    }
    if (ok) {
        free(p->ins);
        free(p->addresses);
        free(jit->origin);
        p->ins = to.ins;
        p->addresses = to.addresses;
        p->n_address = to.n_address;
        p->n_ins = to.n;
        p->step_end = (uint32_t)to.n;
        jit->origin = to.origin;
    } else {
        free_list(&to);
    }
    if (o)
        free(o->touched);
    free(o);
    free(s.is_target);
    free(s.places);
    free(s.writer);
    return ok;
}

static bool has_nests(const dtn_program *p)
{
    dtn_jit_nest n;
    bool any = false;
    for (uint32_t i = p->step_first; i < p->step_end && !any; i++)
        any = p->ins[i].op == DTN_I_LOOP && dtn_jit_read_nest(p, i, &n);
    return any;
}

bool dtn_jit_arrange(dtn_jit *jit, const dtn_program *p)
{
    dtn_jit_list copy = {0};
    jit->given = p;
    jit->own = *p;
    jit->p = &jit->own;
    for (uint32_t i = 0; i < p->n_ins; i++)
        dtn_jit_put(&copy, p->ins[i], i);
    const bool ok = copy_addresses(&copy, p) && !copy.failed;
    jit->own.ins = copy.ins;
    jit->own.addresses = copy.addresses;
    jit->origin = copy.origin;
    /* simultaneous equations are gone round as a whole; the step is the last section */
    if (ok && p->n_iteration == 0 && p->step_end == p->n_ins && has_nests(p))
        return make_pass(jit, true) && make_pass(jit, false) && dtn_jit_add_addresses(jit);
    return ok && dtn_jit_draw_together(jit) && dtn_jit_add_addresses(jit);
}
