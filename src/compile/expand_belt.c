/* Conveyors and queues: what check/belts.c wrote as (on conveyor) and (queue front).
 *
 * All flows of one conveyor share one track: the first that is met makes it, with hidden variables for
 * its inputs and held ones for what it gives; the others find it by the stock and their left side.
 * What a track gives are amounts for the coming step, so flows divide by the time step. What it gives
 * at the start is known where initial values are computed: (on track), a function of the contents,
 * the transit time and the leaks of the start.
 *
 * A leak of whole numbers keeps the rest of what it would take in a held value until that is one.
 */
#include "compile/expander.h"
#include "compile/track.h"

_Static_assert(DTN_MAX_TRACK_LIST == DTN_MAX_BELT_LIST, "what the model form may hold");

static uint32_t input(dtn_expander *e, const char *what, dtn_expr *x)
{
    return dtn_x_hidden(e, what, DTN_CAT_AUX, x, NULL);
}

static uint32_t held(dtn_expander *e, const char *what, dtn_expr *init)
{
    return dtn_x_hidden(e, what, DTN_CAT_HELD, NULL, init);
}

/* What the track of this stock is found by: its left side, and whose equations give its flows. */
static const char *track_key(dtn_expander *e, const dtn_expr *stock, uint32_t overlay)
{
    const char *key = dtn_arena_printf(e->c->arena, "%u@%u", stock->id, overlay);
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
    dtn_map_set(&e->c->track_index, e->c->arena, key, i);
    return i;
}

/* What a call of (on conveyor) holds: which, stock, inflow, transit time, arrested, held back, kind,
 * numbers of leaks, of inflows that spread and of ranges of ages; fraction, start, end, whole? of each leak; rate, kind,
 * table or conveyor that it leaks from, number of that leak of each inflow that spreads; both ends
 * of each range of ages; contents given one by one. */
typedef struct belt_call {
    dtn_expr **a, **leaks, **spreads, **ages, **list;
    uint32_t kind, n_leak, n_spread, n_age, n_list;
} belt_call;

static belt_call parts_of(dtn_expr **a, uint32_t n)
{
    belt_call b = {.a = a,
                   .kind = (uint32_t)a[6]->number,
                   .n_leak = (uint32_t)a[7]->number,
                   .n_spread = (uint32_t)a[8]->number,
                   .n_age = (uint32_t)a[9]->number};
    b.leaks = a + 10;
    b.spreads = b.leaks + (size_t)4 * b.n_leak;
    b.ages = b.spreads + (size_t)4 * b.n_spread;
    b.list = b.ages + (size_t)2 * b.n_age;
    b.n_list = n - 10 - 4 * b.n_leak - 4 * b.n_spread - 2 * b.n_age;
    return b;
}

/* (on track): out[which] at the start; of a range of ages, with both of its ends. */
static dtn_expr *at_start(dtn_expander *e, const belt_call *b, uint32_t which, dtn_expr **ages)
{
    dtn_expr *x =
        dtn_x_node(e, DTN_X_CALL, 6 + 4 * b->n_leak + b->n_list + (ages ? 2 : 0), e->eqn->pos);
    x->ref = DTN_REF_FUNC;
    x->id = DTN_FN_ON_TRACK;
    x->text = x->key = dtn_fn_table[DTN_FN_ON_TRACK].key;
    uint32_t n = 0;
    x->args[n++] = dtn_x_num(e, which);
    x->args[n++] = dtn_x_num(e, b->kind);
    x->args[n++] = dtn_x_dt(e);
    x->args[n++] = b->a[1];
    x->args[n++] = b->kind & DTN_ON_QUEUE ? dtn_x_num(e, 0) : b->a[3];
    x->args[n++] = dtn_x_num(e, b->n_leak);
    for (uint32_t i = 0; i < 4 * b->n_leak; i++)
        x->args[n++] = b->leaks[i];
    for (uint32_t i = 0; i < b->n_list; i++)
        x->args[n++] = b->list[i];
    for (uint32_t i = 0; ages && i < 2; i++)
        x->args[n++] = ages[i];
    return x;
}

static dtn_expr *per_time(dtn_expander *e, dtn_expr *amount)
{
    return dtn_x_bin(e, DTN_OP_DIV, amount, dtn_x_dt(e));
}

static dtn_expr *less_of(dtn_expander *e, dtn_expr *a, dtn_expr *b)
{
    return dtn_x_call(e, DTN_FN_MIN, 2, a, b, NULL);
}

/* The fraction of leak j as it counts; track.c, effective(). */
static dtn_expr *effective(dtn_expander *e, const dtn_track *t, uint32_t j)
{
    dtn_expr *most = dtn_x_bin(e, DTN_OP_DIV, dtn_x_num(e, 1), dtn_x_dt(e)), *f = NULL;
    for (uint32_t i = 0; i <= j; i++) {
        if (f)
            most = dtn_x_bin(e, DTN_OP_SUB, most, f);
        f = dtn_x_call(e, DTN_FN_MAX, 2, dtn_x_ref(e, t->in[4 + i]), dtn_x_num(e, 0), NULL);
        f = less_of(e, f, most);
    }
    return f;
}

/* ---- Leaks of whole numbers ------------------------------------------------------------------- */

/* How many leaks of whole numbers there are before j. */
static uint32_t whole_before(const dtn_track *t, uint32_t j)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < j; i++)
        n += t->is_whole[i];
    return n;
}

static dtn_expr *whole_of(dtn_expander *e, const dtn_track *t, uint32_t j)
{
    return dtn_x_ref(e, t->in[4 + t->n_leak + whole_before(t, j)]);
}

/* What there is to take for leak j of whole numbers: in its zone, or of that what comes off next. */
static dtn_expr *there(dtn_expander *e, const dtn_track *t, uint32_t j, bool next)
{
    const uint32_t at = t->is_exponential ? 1 + j + (next ? t->n_leak : 0)
                                          : 1 + t->n_leak + 2 * whole_before(t, j) + next;
    return dtn_x_ref(e, t->out[at]);
}

/* The whole number that leaks through j in this step, as a hidden variable; what is over is kept. */
static uint32_t whole_amount(dtn_expander *e, const dtn_track *t, uint32_t j)
{
    uint32_t rest = held(e, "part of one", dtn_x_num(e, 0));
    dtn_expr *want = dtn_x_ref(e, t->out[1 + j]);
    if (t->is_exponential)
        want = dtn_x_bin(e, DTN_OP_MUL, dtn_x_bin(e, DTN_OP_MUL, effective(e, t, j), dtn_x_dt(e)),
                         want);
    uint32_t all = input(e, "to leak", dtn_x_bin(e, DTN_OP_ADD, dtn_x_ref(e, rest), want));
    dtn_expr *most = less_of(e, dtn_x_ref(e, all), there(e, t, j, false));
    dtn_expr *near = dtn_x_bin(e, DTN_OP_ADD, most, dtn_x_num(e, 1e-9)); /* ten tenths are one */
    dtn_expr *whole = dtn_x_call(e, DTN_FN_INT, 1, near, NULL, NULL);
    whole = dtn_x_call(e, DTN_FN_MAX, 2, whole, dtn_x_num(e, 0), NULL);
    uint32_t taken =
        input(e, "leaks", dtn_x_choose(e, dtn_x_ref(e, t->in[2]), dtn_x_num(e, 0), whole));
    dtn_x_step_to(e, rest,
                  dtn_x_choose(e, dtn_x_ref(e, t->in[2]), dtn_x_ref(e, rest),
                               dtn_x_bin(e, DTN_OP_SUB, dtn_x_ref(e, all), dtn_x_ref(e, taken))));
    return taken;
}

/* What is left of what comes off next, in amounts, once the leaks of whole numbers have taken. */
static dtn_expr *after_whole(dtn_expander *e, const dtn_track *t, dtn_expr *off)
{
    for (uint32_t j = 0; j < t->n_leak; j++) {
        if (!t->is_whole[j])
            continue;
        uint32_t before = input(e, "comes off", off);
        dtn_expr *most = less_of(e, there(e, t, j, true), dtn_x_ref(e, before));
        off = dtn_x_bin(e, DTN_OP_SUB, dtn_x_ref(e, before), less_of(e, whole_of(e, t, j), most));
    }
    return off;
}

/* ---- Conveyors ----------------------------------------------------------------------------------- */

static void add_inputs(dtn_expander *e, const belt_call *b, dtn_track *t, uint32_t *start)
{
    const char *const names[] = {"inflow", "transit time", "arrested", "held back"};
    for (uint32_t i = 0; i < 4; i++)
        t->in[t->n_in++] = input(e, names[i], b->a[2 + i]);
    start[t->n_start++] = held(e, "contents", b->a[1]);
    start[t->n_start++] = held(e, "transit time", b->a[3]);
    for (uint32_t j = 0; j < b->n_leak; j++) {
        t->in[t->n_in++] = input(e, "leak", b->leaks[4 * j]);
        start[t->n_start++] = held(e, "leak", b->leaks[4 * j]);
        t->zone_start[j] = b->leaks[4 * j + 1]->number;
        t->zone_end[j] = b->leaks[4 * j + 2]->number;
        t->is_whole[j] = b->leaks[4 * j + 3]->number != 0;
        t->n_whole += t->is_whole[j];
    }
    for (uint32_t i = 0; i < b->n_list; i++)
        start[t->n_start++] = held(e, "at the start", b->list[i]);
}

static const dtn_table *table_of(dtn_expander *e, const dtn_expr *x)
{
    if (x->kind != DTN_X_LOOKUP || !x->lookup)
        return NULL;
    dtn_table *table = DTN_NEW(e->c->program->arena, dtn_table);
    *table = (dtn_table){(uint32_t)x->lookup->n, x->lookup->x, x->lookup->y};
    return table;
}

/* The track that an inflow leaks from may not be made yet: dtn_x_join_tracks finds it. */
static void note_sources(dtn_expander *e, const belt_call *b, uint32_t track)
{
    dtn_compiler *c = e->c;
    for (uint32_t s = 0; s < b->n_spread; s++) {
        const dtn_expr *stock = b->spreads[4 * s + 2];
        if ((dtn_spread)b->spreads[4 * s + 1]->number != DTN_SPREAD_SOURCE)
            continue;
        const dtn_track_source source = {track, s, track_key(e, stock, e->overlay),
                                         track_key(e, stock, 0)};
        DTN_PUSH(c->arena, c->track_sources, c->n_track_source, c->cap_track_source, source);
    }
}

static uint32_t make_conveyor(dtn_expander *e, const belt_call *b, const char *key)
{
    dtn_track t = {.kind = DTN_TRACK_CONVEYOR,
                   .is_exponential = (b->kind & DTN_ON_EXPONENTIAL) != 0,
                   .is_discrete = (b->kind & DTN_ON_DISCRETE) != 0,
                   .n_leak = b->n_leak,
                   .n_spread = b->n_spread,
                   .n_age = b->n_age,
                   .n_list = b->n_list};
    uint32_t *start = DTN_NEW_N(e->c->program->arena, uint32_t, 2 + b->n_leak + b->n_list);
    t.start = start;
    add_inputs(e, b, &t, start);
    t.n_out = t.is_exponential ? 1 + 2 * t.n_leak : 1 + t.n_leak + 2 * t.n_whole;
    for (uint32_t k = 0; k < t.n_out; k++)
        t.out[k] = held(e, "on its way", at_start(e, b, k, NULL));
    for (uint32_t k = 0; k < b->n_age; k++) {
        dtn_expr **ages = b->ages + (size_t)2 * k;
        t.ages[k][0] = ages[0]->number;
        t.ages[k][1] = ages[1]->number;
        t.out[t.n_out++] = held(e, "of some age", at_start(e, b, DTN_TRACK_AGED, ages));
    }
    for (uint32_t j = 0; j < t.n_leak; j++)
        if (t.is_whole[j])
            t.in[t.n_in++] = whole_amount(e, &t, j);
    for (uint32_t s = 0; s < b->n_spread; s++) {
        dtn_expr **spread = b->spreads + (size_t)4 * s;
        t.in[t.n_in++] = input(e, "spread inflow", spread[0]);
        t.spreads[s] = (dtn_spread)spread[1]->number;
        t.tables[s] = table_of(e, spread[2]);
        t.from[s] = DTN_NONE;
        t.from_leak[s] = (uint32_t)spread[3]->number;
    }
    const uint32_t i = add_track(e, key, t);
    note_sources(e, b, i);
    return i;
}

void dtn_x_join_tracks(dtn_compiler *c)
{
    for (size_t i = 0; i < c->n_track_source; i++) {
        const dtn_track_source *s = &c->track_sources[i];
        uint32_t from = dtn_map_get(&c->track_index, s->key);
        if (from == DTN_MAP_NONE)
            from = dtn_map_get(&c->track_index, s->base_key);
        c->program->tracks[s->track].from[s->spread] = from == DTN_MAP_NONE ? DTN_NONE : from;
    }
}

/* What comes off the end, an amount: leaks of the last slat are taken off it. */
static dtn_expr *comes_off(dtn_expander *e, const dtn_track *t)
{
    dtn_expr *off = dtn_x_ref(e, t->out[0]);
    for (uint32_t j = 0; j < t->n_leak && t->is_exponential; j++)
        if (!t->is_whole[j]) {
            dtn_expr *share = dtn_x_bin(e, DTN_OP_MUL, effective(e, t, j), dtn_x_dt(e));
            off =
                dtn_x_bin(e, DTN_OP_SUB, off,
                          dtn_x_bin(e, DTN_OP_MUL, share, dtn_x_ref(e, t->out[1 + t->n_leak + j])));
        }
    return after_whole(e, t, off);
}

static dtn_expr *leak_flow(dtn_expander *e, const dtn_track *t, uint32_t j)
{
    if (t->is_whole[j])
        return per_time(e, whole_of(e, t, j));
    dtn_expr *amount = dtn_x_ref(e, t->out[1 + j]);
    return t->is_exponential ? dtn_x_bin(e, DTN_OP_MUL, effective(e, t, j), amount)
                             : per_time(e, amount);
}

dtn_expr *dtn_x_conveyor(dtn_expander *e, dtn_expr **a, uint32_t n)
{
    const belt_call b = parts_of(a, n);
    const uint32_t which = (uint32_t)a[0]->number;
    const char *key = track_key(e, a[1], e->overlay);
    uint32_t i = dtn_map_get(&e->c->track_index, key);
    if (i == DTN_MAP_NONE)
        i = make_conveyor(e, &b, key);
    const dtn_track t = e->c->program->tracks[i]; /* making nodes may move it */
    if (which >= DTN_BELT_ASKED)
        return dtn_x_ref(e, t.out[t.n_out - t.n_age + (which - DTN_BELT_ASKED)]);
    dtn_expr *flow = which > 0 && which <= DTN_MAX_LEAKS ? leak_flow(e, &t, which - 1)
                                                         : per_time(e, comes_off(e, &t));
    if (which == 0)
        flow = dtn_x_choose(e, dtn_x_ref(e, t.in[3]), dtn_x_num(e, 0), flow);
    return dtn_x_choose(e, dtn_x_ref(e, t.in[2]), dtn_x_num(e, 0), flow);
}

/* ---- Queues ----------------------------------------------------------------------------------------- */

/* a: which (so many first batches but one; DTN_BELT_ASKED: how many there are), stock, how many of them
 * are asked for (and DTN_BELT_ASKED more where their number is), all that flows out, number of inflows, each of them, batches at the start one by one. */
dtn_expr *dtn_x_queue_front(dtn_expander *e, dtn_expr **a, uint32_t n)
{
    const char *key = track_key(e, a[1], e->overlay);
    uint32_t i = dtn_map_get(&e->c->track_index, key), n_inflow = (uint32_t)a[4]->number;
    const uint32_t n_list = n - 5 - n_inflow, which = (uint32_t)a[0]->number;
    const uint32_t n_front = (uint32_t)a[2]->number % DTN_BELT_ASKED;
    if (i == DTN_MAP_NONE) {
        const belt_call b = {
            .a = a, .kind = DTN_ON_QUEUE, .list = a + 5 + n_inflow, .n_list = n_list};
        dtn_track t = {.kind = DTN_TRACK_QUEUE,
                       .n_in = 1 + n_inflow,
                       .n_list = n_list,
                       .n_start = 1 + n_list,
                       .n_out = n_front,
                       .shows_length = a[2]->number >= DTN_BELT_ASKED};
        uint32_t *start = DTN_NEW_N(e->c->program->arena, uint32_t, t.n_start);
        start[0] = held(e, "contents", a[1]);
        for (uint32_t k = 0; k < n_list; k++)
            start[1 + k] = held(e, "batch", b.list[k]);
        t.start = start;
        t.in[0] = input(e, "outflow", a[3]);
        for (uint32_t k = 0; k < n_inflow; k++)
            t.in[1 + k] = input(e, "inflow", a[5 + k]);
        for (uint32_t k = 0; k < t.n_out; k++)
            t.out[k] = held(e, "front", at_start(e, &b, k, NULL));
        if (t.shows_length)
            t.out[t.n_out++] = held(e, "length", at_start(e, &b, DTN_TRACK_LENGTH, NULL));
        i = add_track(e, key, t);
    }
    return dtn_x_ref(e, e->c->program->tracks[i].out[which == DTN_BELT_ASKED ? n_front : which]);
}
