/* Queues, and ovens: what a queue gives to each of its outflows, an oven's phases. See belts.c.
 *
 * A queue gives what its target takes, as room that the target has written before. An oven's phase and
 * what is left of it are values of the step before.
 */
#include "check/belt_inner.h"

/* ---- Queues ------------------------------------------------------------------------------------------- */

/* A conveyor takes one batch unless it is told otherwise, an oven any number. */
static bool takes_one(const dtn_belt *to)
{
    return to && (to->kind == DTN_BELT_CONVEYOR ? !to->many_batches
                                                : to->kind == DTN_BELT_OVEN && to->one_batch);
}

/* How many of its first batches are asked for. */
static uint32_t batches_asked(const dtn_belt_maker *k, const dtn_belt_stock *s)
{
    for (uint32_t i = 0; i < s->out.n; i++) {
        const dtn_belt *to = dtn_belt_at(k, k->target[s->out.ids[i]]);
        if (to && to->batch_integrity && !takes_one(to))
            return DTN_BELT_MOST_BATCHES;
    }
    return k->asks_batches ? DTN_BELT_MOST_BATCHES : 1;
}

dtn_expr *dtn_belt_front_of(dtn_belt_maker *k, const dtn_belt_stock *s, uint32_t n)
{
    dtn_belt_arguments all = {NULL, 0, 0};
    const char *what = dtn_arena_printf(k->m->arena, "front %u", n);
    dtn_expr *known = dtn_belt_hidden_of(k, s->id, what),
             *outflow = dtn_belt_hidden_of(k, s->id, "outflow");
    if (known)
        return known;
    dtn_belt_give(k, &all, dtn_belt_number(k, s, n - 1));
    dtn_belt_give(k, &all, s->self);
    dtn_belt_give(
        k, &all,
        dtn_belt_number(k, s, batches_asked(k, s) + (k->asks_length ? DTN_BELT_ASKED : 0)));
    dtn_belt_give(k, &all,
                  outflow
                      ? outflow
                      : dtn_belt_hidden(k, s, "outflow", dtn_belt_sum_of(k, s, &s->out, s->out.n)));
    dtn_belt_give(k, &all, dtn_belt_number(k, s, s->in.n));
    for (uint32_t i = 0; i < s->in.n; i++)
        dtn_belt_give(k, &all, dtn_belt_name_of(k, s->in.ids[i]));
    dtn_belt_give_list(k, s, &all);
    return dtn_belt_hidden(k, s, what, dtn_belt_call_with(k, s, "(queue front)", &all));
}

/* Several whole batches together: the first ones, once `taken` is gone, that fit; all, if all fit. */
static dtn_expr *whole_batches(dtn_belt_maker *k, dtn_belt_stock *s, uint32_t flow, dtn_expr *all,
                               dtn_expr *taken, dtn_expr *room)
{
    dtn_expr *most = dtn_belt_zero(k, s->pos);
    taken = dtn_belt_hidden(k, s, dtn_arena_printf(k->m->arena, "taken before %u", flow), taken);
    for (uint32_t n = 1; n <= DTN_BELT_MOST_BATCHES; n++) {
        const char *what = dtn_arena_printf(k->m->arena, "%u whole for %u", n, flow);
        most =
            dtn_belt_hidden(k, s, what,
                            BUILD(s->pos,
                                  "IF p0 / DT - p1 <= p2 * (1 + 1e-12) THEN MAX(p3, p0 / DT - p1) "
                                  "ELSE p3",
                                  dtn_belt_front_of(k, s, n), taken, room, most));
    }
    return BUILD(s->pos, "IF p0 <= p1 * (1 + 1e-12) THEN p0 ELSE p2", all, room, most);
}

/* What it begins with, where that is given batch by batch. */
static void make_queue_start(dtn_belt_maker *k, dtn_belt_stock *s)
{
    dtn_expr *sum = NULL;
    for (uint32_t i = 0; i < s->n_list; i++) {
        dtn_expr *batch = dtn_belt_copy(k, s->list[i]);
        sum = sum ? dtn_expr_new_binary(k->m, DTN_OP_ADD, sum, batch) : batch;
    }
    if (sum)
        dtn_belt_begin_with(k, s, sum);
}

void dtn_belt_make_queue(dtn_belt_maker *k, dtn_belt_stock *s)
{
    dtn_expr *taken = dtn_belt_zero(k, s->pos), *missed = NULL;
    make_queue_start(k, s);
    for (uint32_t i = 0; i < s->out.n; i++) {
        uint32_t flow = s->out.ids[i], to = k->target[flow];
        const dtn_belt *belt = dtn_belt_at(k, to);
        dtn_expr *room =
            belt ? dtn_belt_hidden_of(k, to, dtn_arena_printf(k->m->arena, "room %u", flow)) : NULL;
        dtn_expr *all = BUILD(s->pos, "MAX(0, p0 / DT - p1)", s->self, taken), *want = all, *get;
        const bool one = takes_one(belt);
        if (one)
            want = BUILD(s->pos, "MIN(p0, MAX(0, p1 / DT - p2))", all, dtn_belt_front_of(k, s, 1),
                         taken);
        want = dtn_belt_hidden(k, s, dtn_arena_printf(k->m->arena, "wanted %u", flow), want);
        get = room ? BUILD(s->pos, "MIN(p0, p1)", want, room) : want;
        if (room && belt->batch_integrity && !one)
            get = whole_batches(k, s, flow, want, taken, room);
        else if (room && belt->batch_integrity)
            get = BUILD(s->pos, "IF p0 <= p1 * (1 + 1e-12) THEN p0 ELSE 0", want, room);
        if (k->m->vars[flow].is_overflow)
            get = missed ? BUILD(s->pos, "IF p0 > 0 THEN p1 ELSE 0", missed, get)
                         : dtn_belt_zero(k, s->pos);
        dtn_belt_drive(k, flow, get);
        dtn_expr *flows = dtn_belt_name_of(k, flow);
        taken = BUILD(s->pos, "p0 + p1", taken, flows);
        /* an oven that is cooking blocks, but does not send anything to an overflow */
        if (room && belt->kind == DTN_BELT_CONVEYOR)
            missed = missed ? BUILD(s->pos, "p0 + (p1 - p2)", missed, want, flows)
                            : BUILD(s->pos, "p0 - p1", want, flows);
    }
}

/* ---- Ovens ---------------------------------------------------------------------------------------------- */

static dtn_expr *later(dtn_belt_maker *k, const dtn_belt_stock *s, const char *what)
{
    dtn_expr *x = dtn_belt_copy(k, s->self);
    x->key = dtn_arena_printf(k->m->arena, " %s#%s", k->m->vars[s->id].key, what);
    x->text = x->key;
    return x;
}

/* phase: 0 filling, 1 cooking, 2 being cleaned; left: time that is left of it (filling: time since
 * the first material came). Both hold from the step before. */
static void make_oven_state(dtn_belt_maker *k, dtn_belt_stock *s, dtn_expr **phase, dtn_expr **left)
{
    *phase =
        dtn_belt_hidden(k, s, "phase", BUILD(s->pos, "PREVIOUS(p0, 0)", later(k, s, "next phase")));
    *left =
        dtn_belt_hidden(k, s, "left", BUILD(s->pos, "PREVIOUS(p0, 0)", later(k, s, "next left")));
}

void dtn_belt_make_oven(dtn_belt_maker *k, dtn_belt_stock *s)
{
    dtn_pos at = s->pos;
    dtn_expr *arrest = s->arrest ? s->arrest : dtn_belt_zero(k, at);
    dtn_expr *phase = dtn_belt_hidden_of(k, s->id, "phase"),
             *left = dtn_belt_hidden_of(k, s->id, "left");
    dtn_expr *held = dtn_belt_held_by(k, s->out.ids[0]);
    dtn_expr *fill = s->belt->fill_time ? s->belt->fill_time : dtn_belt_number(k, s, ENDLESS);
    dtn_expr *clean = s->belt->clean_time ? s->belt->clean_time : dtn_belt_zero(k, at);
    dtn_expr *done =
        dtn_belt_hidden(k, s, "done",
                        BUILD(at, "IF p0 = 1 AND p1 <= DT / 2 AND p2 = 0 AND p3 = 0 THEN 1 ELSE 0",
                              phase, left, arrest, held ? held : dtn_belt_zero(k, at)));
    dtn_belt_drive(k, s->out.ids[0], BUILD(at, "IF p0 = 1 THEN p1 / DT ELSE 0", done, s->self));
    dtn_expr *in = dtn_belt_hidden(k, s, "inflow", dtn_belt_sum_of(k, s, &s->in, 1));
    dtn_expr *after = dtn_belt_hidden(k, s, "after", BUILD(at, "p0 + DT * p1", s->self, in));
    /* time that material has been waiting, at the end of the step */
    dtn_expr *waited = dtn_belt_hidden(
        k, s, "waited",
        BUILD(at, "IF p0 > 0 THEN p1 + DT ELSE IF p2 > 0 THEN DT ELSE 0", s->self, left, in));
    dtn_expr *is_full = s->capacity ? BUILD(at, "p0 >= p1 * (1 - 1e-12)", after, s->capacity)
                                    : dtn_belt_zero(k, at);
    dtn_expr *starts = dtn_belt_hidden(
        k, s, "starts",
        BUILD(at, "IF p0 = 0 AND p1 > 0 AND (p2 OR p3 + DT / 2 >= p4) AND p5 = 0 THEN 1 ELSE 0",
              phase, after, is_full, waited, fill, arrest));
    (void)dtn_belt_hidden(k, s, "next phase",
                          BUILD(at,
                                "IF p0 = 1 THEN 1 ELSE IF p1 = 1 THEN (IF p2 > 0 THEN 2 ELSE 0) "
                                "ELSE IF p3 = 2 AND p4 <= DT * 1.5 AND p5 = 0 THEN 0 ELSE p3",
                                starts, done, clean, phase, left, arrest));
    (void)dtn_belt_hidden(k, s, "next left",
                          BUILD(at,
                                "IF p0 = 1 THEN p1 ELSE IF p2 = 1 THEN p3 ELSE IF p4 <> 0 THEN p5 "
                                "ELSE IF p6 = 0 THEN p7 ELSE MAX(0, p5 - DT)",
                                starts, s->len, done, clean, arrest, left, phase, waited));
}

dtn_expr *dtn_belt_room_of_oven(dtn_belt_maker *k, dtn_belt_stock *s)
{
    dtn_expr *phase, *left, *room;
    make_oven_state(k, s, &phase, &left);
    room = s->capacity ? BUILD(s->pos, "(p0 - p1) / DT", s->capacity, s->self)
                       : dtn_belt_number(k, s, ENDLESS);
    return BUILD(s->pos, "IF p0 = 0 AND p1 = 0 THEN p2 ELSE 0", phase,
                 s->arrest ? s->arrest : dtn_belt_zero(k, s->pos), room);
}
