/* Draws side by side.
 *
 * A draw waits for itself: each sum of a walk for the one before, a look for all of them. Draws of one
 * step that do not need each other go side by side instead, in one call. For that the step is put in another order: level by
 * level, a level being what needs the results of so many rounds of draws, and within a level all draws last.
 *
 *     m1 = ...                          m1 = ...
 *     if week: d1 = draw(m1)            m2 = ...
 *     m2 = ...                  -->     if week: d1, d2 = draws(m1, m2)
 *     if week: d2 = draw(m2)            m3 = ... d1 ...
 *     m3 = ... d1 ...
 *
 * Neighbours under one condition come under one skip, and there again sums of marks stand before the counts that need
 * them. Temporaries, which the compiler uses over and over, get names of their own, so that they tie nothing.
 * Each result is that of the same operations on the same numbers, and a draw is a function of its stream and step: the
 * order changes no byte.
 *
 * Only steps without loops over elements. Not done here: the call (emit.c), the walks in step (num/walk.h).
 */
#include "jit/inner.h"

#include <stdlib.h>
#include <string.h>

enum {
    KINDS = 64,          /* of draws */
    MOST_IN_A_CALL = 64, /* draws */
    MOST_LIVE = 1 << 26  /* temporaries times units */
};

static bool is_draw(const dtn_ins *x) { return x->op == DTN_I_DRAW || x->op == DTN_I_DRAW_SUM; }

/* ---- Neighbours ------------------------------------------------------------------------------------ */

/* Does one need what the other makes? */
static bool are_tied(const dtn_ins *a, const dtn_ins *b)
{
    return a->dst == b->dst || a->dst == b->b || a->dst == b->c || b->dst == a->b || b->dst == a->c;
}

static bool is_indexed(const dtn_ins *x)
{
    return ((x->dst | x->a | x->b | x->c) & DTN_OPERAND_INDEXED) != 0;
}

uint32_t dtn_jit_draws_end(const dtn_jit *jit, uint32_t first, uint32_t end, bool is_lean)
{
    const dtn_ins *ins = jit->p->ins;
    for (uint32_t i = first + 1; i < end; i++) {
        bool goes = i - first < MOST_IN_A_CALL && is_draw(&ins[i]) && !is_indexed(&ins[i]) &&
                    !is_indexed(&ins[first]) && (!is_lean || jit->is_needed[i]);
        for (uint32_t k = first; k < i && goes; k++)
            goes = !are_tied(&ins[k], &ins[i]);
        if (!goes)
            return i;
    }
    return end;
}

/* ---- Units ------------------------------------------------------------------------------------------- */

/* An instruction outside of skips, or a skip and all that it may leave out. */
typedef struct part {
    uint32_t first, end;
    bool is_straight; /* it has no skip but the first instruction */
    bool draws;
} part;

/* Parts between which temporaries go: an equation. One that may draw beside others does so in one straight part. */
typedef struct unit {
    uint32_t first, end;
    uint32_t inside, inside_end; /* that part, with its skip */
    uint32_t level;
    bool draws;
    bool is_put; /* with others */
} unit;

typedef struct step {
    const dtn_program *p;
    dtn_ins *ins; /* [n_ins] with names for temporaries */
    part *parts;
    unit *units;
    uint32_t n_part, n_unit;
    uint32_t n_temp;
    uint8_t *live; /* [n_part][n_temp] read behind the part, before it is surely written */
    uint32_t *now; /* [n_temp] its name, DTN_NONE at first */
    uint32_t n_name, cap_name;
    uint32_t *written,
        *read; /* [n_name] the first level that may follow its last write, and reads since then */
    uint32_t *n_write;    /* [n_name] */
    uint32_t *maker;      /* [n_name] the instruction outside of skips that last wrote it */
    uint32_t *order;      /* [n_unit] as they are put */
    uint32_t *members;    /* [n_unit] */
    struct place *places; /* [n_ins] */
} step;

static uint32_t operand(const dtn_ins *x, int k)
{
    return k == 0 ? x->dst : k == 1 ? x->a : k == 2 ? x->b : x->c;
}

static void set_operand(dtn_ins *x, int k, uint32_t slot)
{
    *(k == 0 ? &x->dst : k == 1 ? &x->a : k == 2 ? &x->b : &x->c) = slot;
}

static bool reads(const dtn_ins *x, int k)
{
    return k == 0 ? x->op == DTN_I_DRAW_SUM : dtn_jit_is_slot(x, k);
}

/* May the order change? Loops, and instructions of whole rows, are left alone. */
static bool is_plain(const dtn_program *p)
{
    uint32_t n = 0;
    bool ok = p->n_iteration == 0 && p->step_end == p->n_ins;
    for (uint32_t i = p->step_first; i < p->step_end && ok; i++) {
        const dtn_ins *x = &p->ins[i];
        for (int k = 0; k < 4 && ok; k++)
            ok = !(k == 0 ? dtn_jit_writes(x) : dtn_jit_is_slot(x, k)) ||
                 !(operand(x, k) & DTN_OPERAND_INDEXED);
        ok = ok && x->op != DTN_I_LOOP && x->op != DTN_I_ENDLOOP && x->op != DTN_I_ITERATE &&
             x->op != DTN_I_VECTOR && x->op != DTN_I_GATHER && x->op != DTN_I_DRAW_WIDE &&
             !(is_draw(x) && is_indexed(x));
        n += is_draw(x);
    }
    return ok && n > 1 && (uint64_t)(p->n_slot - p->temp0) * p->n_ins < MOST_LIVE;
}

static void find_parts(step *s)
{
    const dtn_program *p = s->p;
    for (uint32_t i = p->step_first; i < p->step_end; i = s->parts[s->n_part++].end) {
        part *u = &s->parts[s->n_part];
        const bool skips = s->ins[i].op >= DTN_I_SKIP_UNLESS;
        *u = (part){.first = i, .end = skips ? s->ins[i].dst : i + 1, .is_straight = true};
        for (uint32_t k = i; k < u->end; k++) {
            u->is_straight = u->is_straight && (k == i || s->ins[k].op < DTN_I_SKIP_UNLESS);
            u->draws = u->draws || is_draw(&s->ins[k]);
        }
    }
}

static bool leaves_temporaries(const step *s, uint32_t at)
{
    return memchr(s->live + (size_t)at * s->n_temp, 1, s->n_temp) != NULL;
}

static void find_units(step *s)
{
    for (uint32_t i = 0; i < s->n_part;) {
        unit *u = &s->units[s->n_unit++];
        uint32_t n_draw = 0, n_skip = 0;
        *u = (unit){.first = s->parts[i].first};
        for (bool goes = true; goes; i++) {
            const part *t = &s->parts[i];
            const bool skips = s->ins[t->first].op >= DTN_I_SKIP_UNLESS;
            goes = i + 1 < s->n_part && leaves_temporaries(s, i);
            u->end = t->end;
            n_skip += skips;
            n_draw += t->draws;
            if (!t->draws)
                continue;
            u->inside = t->first;
            u->inside_end = t->end;
            u->draws = t->is_straight && (!skips || s->ins[t->first].op == DTN_I_SKIP_UNLESS);
        }
        u->draws = u->draws && n_draw == 1 && n_skip <= 1;
    }
}

/* ---- Names ------------------------------------------------------------------------------------------- */

enum { UNTOUCHED, COVERED, EXPOSED };

/* How a part meets each temporary: COVERED where it surely writes it before it reads it, once its skip lets it. */
static void meet(const step *s, const part *u, uint8_t *how)
{
    uint32_t inner = 0; /* the end of skips within */
    memset(how, UNTOUCHED, s->n_temp);
    for (uint32_t i = u->first; i < u->end; i++) {
        const dtn_ins *x = &s->ins[i];
        for (int k = 0; k < 4; k++) {
            const uint32_t t = operand(x, k) - s->p->temp0;
            if (reads(x, k) && operand(x, k) >= s->p->temp0 && how[t] == UNTOUCHED)
                how[t] = EXPOSED;
        }
        if (x->op >= DTN_I_SKIP_UNLESS && i > u->first && x->dst > inner)
            inner = x->dst;
        if (dtn_jit_writes(x) && x->dst >= s->p->temp0 && how[x->dst - s->p->temp0] == UNTOUCHED)
            how[x->dst - s->p->temp0] = i >= inner ? COVERED : EXPOSED;
    }
}

static void find_live(step *s, uint8_t *how)
{
    uint8_t *live = s->live + (size_t)(s->n_part - 1) * s->n_temp; /* behind the last nothing is */
    for (uint32_t i = s->n_part; i-- > 1; live -= s->n_temp) {
        const part *u = &s->parts[i];
        const bool skips = s->ins[u->first].op >= DTN_I_SKIP_UNLESS;
        uint8_t *before = live - s->n_temp;
        meet(s, u, how);
        for (uint32_t t = 0; t < s->n_temp; t++)
            before[t] = how[t] == EXPOSED || (live[t] && (skips || how[t] != COVERED));
    }
}

static uint32_t new_name(step *s) { return s->n_name++; }

/* Names for the temporaries of a part, by where they are written. What a skip may leave as it was keeps its name. */
static void name_part(step *s, const part *u, const uint8_t *live, uint8_t *how, uint32_t *outside)
{
    const bool skips = s->ins[u->first].op >= DTN_I_SKIP_UNLESS;
    meet(s, u, how);
    memcpy(outside, s->now, s->n_temp * sizeof *outside);
    for (uint32_t i = u->first; i < u->end; i++) {
        dtn_ins *x = &s->ins[i];
        for (int k = 3; k >= 0; k--) { /* the operands before the result */
            const uint32_t o = operand(x, k);
            const bool is_write = k == 0 && dtn_jit_writes(x);
            if (!(is_write || reads(x, k)) || o < s->p->temp0)
                continue;
            const uint32_t t = o - s->p->temp0;
            const bool is_own = !skips || (how[t] == COVERED && !live[t]);
            if (s->now[t] == DTN_NONE || (is_write && x->op != DTN_I_DRAW_SUM && is_own &&
                                          (u->is_straight || s->now[t] == outside[t])))
                s->now[t] = new_name(s);
            set_operand(x, k, s->now[t]);
        }
    }
    for (uint32_t t = 0; t < s->n_temp && skips; t++)
        if (how[t] == COVERED && !live[t])
            s->now[t] = outside[t];
}

/* ---- Levels ------------------------------------------------------------------------------------------- */

static uint32_t more(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* The level that instructions [first, end) may have. */
static uint32_t level_of(const step *s, uint32_t first, uint32_t end)
{
    uint32_t level = 0;
    for (uint32_t i = first; i < end; i++) {
        const dtn_ins *x = &s->ins[i];
        for (int k = 0; k < 4; k++)
            if (reads(x, k))
                level = more(level, s->written[operand(x, k)]);
        if (dtn_jit_writes(x))
            level = more(level, more(s->written[x->dst], s->read[x->dst]));
    }
    return level;
}

/* They are done before level `next`. */
static void note(step *s, uint32_t first, uint32_t end, uint32_t next)
{
    for (uint32_t i = first; i < end; i++) {
        const dtn_ins *x = &s->ins[i];
        for (int k = 0; k < 4; k++)
            if (reads(x, k))
                s->read[operand(x, k)] = more(s->read[operand(x, k)], next);
        if (dtn_jit_writes(x))
            s->written[x->dst] = next;
    }
}

static void find_levels(step *s)
{
    for (uint32_t i = 0; i < s->n_unit; i++) {
        unit *u = &s->units[i];
        u->level = level_of(s, u->first, u->end);
        note(s, u->first, u->end, u->level + u->draws);
    }
}

static void count_writes(step *s)
{
    for (uint32_t i = 0; i < s->n_part; i++)
        for (uint32_t k = s->parts[i].first; k < s->parts[i].end; k++) {
            const dtn_ins *x = &s->ins[k];
            if (!dtn_jit_writes(x))
                continue;
            s->n_write[x->dst]++;
            s->maker[x->dst] = s->parts[i].end == k + 1 && s->parts[i].first == k ? k : DTN_NONE;
        }
}

/* Does the slot hold the same at instructions a and b? */
static bool is_settled(const step *s, uint32_t slot, uint32_t a, uint32_t b)
{
    return s->n_write[slot] == 0 ||
           (s->n_write[slot] == 1 && s->maker[slot] < a && s->maker[slot] < b);
}

/* Have two skips one condition: a slot, or the same operation on the same slots? */
static bool is_same_condition(const step *s, uint32_t a, uint32_t b)
{
    const uint32_t slot_a = s->ins[a].a, slot_b = s->ins[b].a;
    if (slot_a == slot_b)
        return is_settled(s, slot_a, a, b);
    const uint32_t at_a = s->maker[slot_a], at_b = s->maker[slot_b];
    if (s->n_write[slot_a] != 1 || s->n_write[slot_b] != 1 || at_a >= a || at_b >= b)
        return false; /* (DTN_NONE is more than any) */
    const dtn_ins *x = &s->ins[at_a], *y = &s->ins[at_b];
    bool ok = x->op == y->op && x->aux == y->aux && x->op <= DTN_I_TANH;
    for (int k = 1; k < 4 && ok; k++)
        ok = !dtn_jit_is_slot(x, k) ||
             (operand(x, k) == operand(y, k) && is_settled(s, operand(x, k), at_a, at_b));
    return ok;
}

/* ---- The new order --------------------------------------------------------------------------------- */

typedef struct place {
    uint32_t at, stage;
} place;

/* Operations, sums of marks, operations, counts, ... and so on; draws of a kind beside each other. */
static int by_stage(const void *a, const void *b)
{
    const place *x = a, *y = b;
    return x->stage != y->stage ? (x->stage < y->stage ? -1 : 1)
                                : (x->at > y->at) - (x->at < y->at);
}

/* What the n members do under one condition. */
static void put_inside(step *s, uint32_t n, dtn_jit_list *to, const uint32_t *origin)
{
    uint32_t n_place = 0;
    for (uint32_t i = 0; i < n; i++) { /* levels are counted anew */
        const unit *u = &s->units[s->members[i]];
        for (uint32_t k = u->inside; k < u->inside_end; k++)
            for (int o = 0; o < 4; o++)
                if (reads(&s->ins[k], o) || (o == 0 && dtn_jit_writes(&s->ins[k])))
                    s->written[operand(&s->ins[k], o)] = s->read[operand(&s->ins[k], o)] = 0;
    }
    for (uint32_t i = 0; i < n; i++) {
        const unit *u = &s->units[s->members[i]];
        for (uint32_t k = u->inside; k < u->inside_end; k++) {
            const dtn_ins *x = &s->ins[k];
            if (x->op == DTN_I_SKIP_UNLESS)
                continue;
            uint32_t level = level_of(s, k, k + 1);
            if (is_draw(x)) /* counts wait for sums that may go before them */
                level += (level % 2 != 0) != (x->op == DTN_I_DRAW);
            note(s, k, k + 1, level + is_draw(x));
            s->places[n_place++] =
                (place){k, level * KINDS + (is_draw(x) ? 1 + x->aux % (KINDS - 1) : 0)};
        }
    }
    qsort(s->places, n_place, sizeof *s->places, by_stage);
    for (uint32_t i = 0; i < n_place; i++)
        dtn_jit_put(to, s->ins[s->places[i].at], origin[s->places[i].at]);
}

static void put_range(const step *s, uint32_t first, uint32_t end, dtn_jit_list *to,
                      const uint32_t *origin)
{
    const uint32_t at = (uint32_t)to->n;
    for (uint32_t i = first; i < end; i++) {
        dtn_ins x = s->ins[i];
        if (x.op >= DTN_I_SKIP_UNLESS)
            x.dst = x.dst - first + at;
        dtn_jit_put(to, x, origin[i]);
    }
}

/* Units of draws of one level in order[first] to order[end - 1], those with the condition of the first. */
static void put_draws(step *s, uint32_t first, uint32_t end, dtn_jit_list *to,
                      const uint32_t *origin)
{
    const uint32_t skip = s->units[s->order[first]].inside;
    const bool skips = s->ins[skip].op == DTN_I_SKIP_UNLESS;
    uint32_t n = 0;
    for (uint32_t i = first; i < end; i++) {
        unit *u = &s->units[s->order[i]];
        if (u->is_put || (s->ins[u->inside].op == DTN_I_SKIP_UNLESS) != skips ||
            (skips && i > first && !is_same_condition(s, skip, u->inside)))
            continue;
        u->is_put = true;
        s->members[n++] = s->order[i];
        put_range(s, u->first, u->inside, to, origin);
    }
    const size_t at = to->n;
    if (skips)
        dtn_jit_put(to, s->ins[skip], origin[skip]);
    put_inside(s, n, to, origin);
    if (skips && !to->failed)
        to->ins[at].dst = (uint32_t)to->n;
    for (uint32_t i = 0; i < n; i++) {
        const unit *u = &s->units[s->members[i]];
        put_range(s, u->inside_end, u->end, to, origin);
    }
}

/* Level by level, those that draw behind the others. */
static void put_all(step *s, dtn_jit_list *to, const uint32_t *origin)
{
    for (uint32_t i = 0; i < s->n_unit; i++)
        s->places[i] = (place){i, 2 * s->units[i].level + s->units[i].draws};
    qsort(s->places, s->n_unit, sizeof *s->places, by_stage);
    for (uint32_t i = 0; i < s->n_unit; i++)
        s->order[i] = s->places[i].at;
    for (uint32_t i = 0, end = 0; i < s->n_unit; i++) {
        const unit *u = &s->units[s->order[i]];
        while (end < s->n_unit && (end <= i || (s->units[s->order[end]].level == u->level &&
                                                s->units[s->order[end]].draws == u->draws)))
            end++;
        if (!u->draws)
            put_range(s, u->first, u->end, to, origin);
        else if (!u->is_put)
            put_draws(s, i, end, to, origin);
    }
}

/* ---- The whole ------------------------------------------------------------------------------------------ */

static bool make(step *s)
{
    const dtn_program *p = s->p;
    const size_t n = p->n_ins, n_temp = p->n_slot - p->temp0;
    s->n_temp = (uint32_t)n_temp;
    s->n_name = p->temp0;
    s->cap_name = p->temp0 + 4 * (uint32_t)n;
    s->ins = malloc((n + 1) * sizeof *s->ins);
    s->parts = calloc(n + 1, sizeof *s->parts);
    s->units = calloc(n + 1, sizeof *s->units);
    s->now = malloc((n_temp + 1) * sizeof *s->now);
    s->written = calloc(s->cap_name, sizeof *s->written);
    s->read = calloc(s->cap_name, sizeof *s->read);
    s->n_write = calloc(s->cap_name, sizeof *s->n_write);
    s->maker = malloc(s->cap_name * sizeof *s->maker);
    s->order = malloc((n + 1) * sizeof *s->order);
    s->members = malloc((n + 1) * sizeof *s->members);
    s->places = malloc((n + 1) * sizeof *s->places);
    return s->ins && s->parts && s->units && s->now && s->written && s->read && s->n_write &&
           s->maker && s->order && s->members && s->places;
}

static bool name_all(step *s)
{
    uint8_t *how = malloc(s->n_temp + 1);
    uint32_t *outside = malloc((s->n_temp + 1) * sizeof *outside);
    s->live = calloc((size_t)s->n_part + 1, s->n_temp + 1);
    const bool ok = how && outside && s->live;
    if (ok && s->n_part > 0) {
        find_live(s, how);
        find_units(s);
        memset(s->now, 0xff, s->n_temp * sizeof *s->now);
        for (uint32_t i = 0; i < s->n_part; i++)
            name_part(s, &s->parts[i], s->live + (size_t)i * s->n_temp, how, outside);
    }
    free(how);
    free(outside);
    return ok;
}

static bool put_in_order(step *s, const uint32_t *origin, dtn_jit_list *to)
{
    memset(s->maker, 0xff, s->cap_name * sizeof *s->maker); /* DTN_NONE */
    find_levels(s);
    count_writes(s);
    for (uint32_t i = 0; i < s->p->step_first; i++)
        dtn_jit_put(to, s->ins[i], origin[i]);
    put_all(s, to, origin);
    return !to->failed;
}

bool dtn_jit_draw_together(dtn_jit *jit)
{
    dtn_program *p = &jit->own;
    step s = {.p = p};
    dtn_jit_list to = {0};
    if (!is_plain(p))
        return true;
    bool ok = make(&s);
    if (ok) {
        memcpy(s.ins, p->ins, p->n_ins * sizeof *s.ins);
        find_parts(&s);
        ok = name_all(&s) && put_in_order(&s, jit->origin, &to);
    }
    if (ok) {
        free(p->ins);
        free(jit->origin);
        p->ins = to.ins;
        jit->origin = to.origin;
        p->n_ins = to.n;
        p->step_end = (uint32_t)to.n;
        p->n_slot = more(p->n_slot, s.n_name);
    } else {
        free(to.ins);
        free(to.origin);
    }
    free(s.ins);
    free(s.parts);
    free(s.units);
    free(s.live);
    free(s.now);
    free(s.written);
    free(s.read);
    free(s.n_write);
    free(s.maker);
    free(s.order);
    free(s.members);
    free(s.places);
    return ok;
}
