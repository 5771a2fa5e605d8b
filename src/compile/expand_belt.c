/* Conveyors and queues: what check/belts.c wrote as (on conveyor) and (queue front).
 *
 * All flows of one conveyor share one track: the first that is met makes it, with hidden variables for
 * its inputs and held ones for what it gives; the others find it by the stock and their left side.
 * What a track gives are amounts for the coming step, so flows divide by the time step.
 */
#include "compile/expander.h"

static uint32_t input(dtn_expander *e, const char *what, dtn_expr *x)
{
    return dtn_x_hidden(e, what, DTN_CAT_AUX, x, NULL);
}

static uint32_t held(dtn_expander *e, const char *what, dtn_expr *init)
{
    return dtn_x_hidden(e, what, DTN_CAT_HELD, NULL, init);
}

/* The track of this stock for this left side, as index + 1; 0: there is none yet. */
static const char *track_key(dtn_expander *e, const dtn_expr *stock)
{
    const char *key = dtn_arena_printf(e->c->arena, "%u@%u", stock->id, e->overlay);
    for (uint32_t p = 0; e->from && p < e->from->n_sub; p++)
        key = dtn_arena_printf(e->c->arena, "%s,%s", key,
                               e->from->subs[p].key ? e->from->subs[p].key : "");
    return key;
}

static uint32_t add_track(dtn_expander *e, const char *key, dtn_track track)
{
    dtn_program *p = e->c->program;
    uint32_t i = (uint32_t)p->n_track;
    track.overlay = e->overlay;
    DTN_PUSH(p->arena, p->tracks, p->n_track, e->c->cap_track, track);
    if (key)
        dtn_map_set(&e->c->track_index, e->c->arena, key, i);
    return i;
}

/* a: which, stock, inflow, transit time, arrested, held back, kind, then fraction, start, end of
 * each leak. */
static uint32_t make_conveyor(dtn_expander *e, dtn_expr **a, uint32_t n_leak, const char *key)
{
    const int kind = (int)a[6]->number;
    dtn_track t = {.kind = DTN_TRACK_CONVEYOR,
                   .is_exponential = (kind & 1) != 0,
                   .is_discrete = (kind & 2) != 0,
                   .n_leak = n_leak,
                   .n_in = 4 + n_leak,
                   .n_out = 1 + n_leak * (kind & 1 ? 2 : 1)};
    const char *const names[] = {"inflow", "transit time", "arrested", "held back"};
    for (uint32_t i = 0; i < 4; i++)
        t.in[i] = input(e, names[i], a[2 + i]);
    t.start[0] = held(e, "contents", a[1]);
    t.start[1] = held(e, "transit time", a[3]);
    for (uint32_t j = 0; j < n_leak; j++) {
        t.in[4 + j] = input(e, "leak", a[7 + 3 * j]);
        t.start[2 + j] = held(e, "leak", a[7 + 3 * j]);
        t.zone_start[j] = a[8 + 3 * j]->number;
        t.zone_end[j] = a[9 + 3 * j]->number;
    }
    for (uint32_t j = 0; j < t.n_out; j++) {
        bool even = j == 0 && n_leak == 0 && !t.is_discrete; /* known while initial values are */
        t.out[j] =
            held(e, "on its way",
                 even ? dtn_x_bin(e, DTN_OP_MUL, dtn_x_bin(e, DTN_OP_DIV, a[1], a[3]), dtn_x_dt(e))
                      : dtn_x_num(e, 0));
    }
    return add_track(e, key, t);
}

/* The fraction of leak j as it counts; run/track.c, effective(). */
static dtn_expr *effective(dtn_expander *e, const dtn_track *t, uint32_t j)
{
    dtn_expr *most = dtn_x_bin(e, DTN_OP_DIV, dtn_x_num(e, 1), dtn_x_dt(e)), *f = NULL;
    for (uint32_t i = 0; i <= j; i++) {
        if (f)
            most = dtn_x_bin(e, DTN_OP_SUB, most, f);
        f = dtn_x_call(e, DTN_FN_MAX, 2, dtn_x_ref(e, t->in[4 + i]), dtn_x_num(e, 0), NULL);
        f = dtn_x_call(e, DTN_FN_MIN, 2, f, most, NULL);
    }
    return f;
}

static dtn_expr *per_time(dtn_expander *e, dtn_expr *amount)
{
    return dtn_x_bin(e, DTN_OP_DIV, amount, dtn_x_dt(e));
}

static dtn_expr *exponential_flow(dtn_expander *e, const dtn_track *t, uint32_t which)
{
    if (which > 0 && which <= DTN_MAX_LEAKS)
        return dtn_x_bin(e, DTN_OP_MUL, effective(e, t, which - 1), dtn_x_ref(e, t->out[which]));
    dtn_expr *off = per_time(e, dtn_x_ref(e, t->out[0]));
    for (uint32_t j = 0; j < t->n_leak; j++)
        off = dtn_x_bin(
            e, DTN_OP_SUB, off,
            dtn_x_bin(e, DTN_OP_MUL, effective(e, t, j), dtn_x_ref(e, t->out[1 + t->n_leak + j])));
    return off;
}

dtn_expr *dtn_x_conveyor(dtn_expander *e, dtn_expr **a, uint32_t n)
{
    const uint32_t n_leak = (n - 7) / 3, which = (uint32_t)a[0]->number;
    const char *key = track_key(e, a[1]);
    uint32_t i = dtn_map_get(&e->c->track_index, key);
    if (i == DTN_MAP_NONE)
        i = make_conveyor(e, a, n_leak, key);
    const dtn_track t = e->c->program->tracks[i]; /* making nodes may move it */
    dtn_expr *flow =
        t.is_exponential ? exponential_flow(e, &t, which) : per_time(e, dtn_x_ref(e, t.out[which]));
    if (which == 0)
        flow = dtn_x_choose(e, dtn_x_ref(e, t.in[3]), dtn_x_num(e, 0), flow);
    return dtn_x_choose(e, dtn_x_ref(e, t.in[2]), dtn_x_num(e, 0), flow);
}

/* a: stock, all that flows out, each that flows in. */
dtn_expr *dtn_x_queue_front(dtn_expander *e, dtn_expr **a, uint32_t n)
{
    dtn_track t = {.kind = DTN_TRACK_QUEUE, .n_in = n - 1, .n_out = 1};
    t.start[0] = held(e, "contents", a[0]);
    for (uint32_t i = 1; i < n; i++)
        t.in[i - 1] = input(e, i == 1 ? "outflow" : "inflow", a[i]);
    t.out[0] = held(e, "front", a[0]);
    (void)add_track(e, NULL, t);
    return dtn_x_ref(e, t.out[0]);
}
