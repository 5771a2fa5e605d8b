/* What has memory of its own beside conveyors and queues: lines and logs.
 *
 * A line is Vensim's DELAY CONVEYOR: a belt that moves as a whole, by dt / conveyance time in a step,
 * so that a change of that time speeds up or slows down all that is on it (a conveyor of XMILE keeps
 * what each batch had when it entered). What enters in a step lies evenly over the stretch that the
 * belt moves in it; what comes off in a step is what lies on the last such stretch. Then a fraction
 * of all that is left leaks, of what has just entered too. The time that counts is that of the step
 * before, for a value that it holds must be known when a step begins. Contents at the start lie as
 * the profile says, in the order in which they come off.
 *
 * A log writes a value into a row of held values, one a step: HISTORY and the rates of return read it.
 *
 * Source: Vensim reference manual, DELAY CONVEYOR, and its Modeling Guide, chapter 9.
 */
#include "compile/track.h"

#include "base/arena.h"
#include "compile/look_up.h"

#include <string.h>

#define DTN_NEARLY 1e-9 /* of the belt: sums of equal parts are never quite whole */

enum {
    IS_LEFT,
    NEAREST,
    FARTHEST,
    N_FIELD
}; /* amount; distances of its ends from the belt's end */

static double *place_of(const dtn_track_memory *t, uint32_t row, uint32_t lane, uint32_t lanes)
{
    return t->rows + (size_t)row * N_FIELD * lanes + lane;
}

/* Room for n_max rows; those in use stay where they are. */
static bool grow_line(dtn_track_memory *t, uint32_t n_max, uint32_t lanes)
{
    if (!t->clock && !(t->clock = dtn_alloc(lanes * sizeof *t->clock)))
        return false;
    if (!t->count && !(t->count = dtn_alloc(lanes * sizeof *t->count)))
        return false;
    if (!t->due && !(t->due = dtn_alloc(lanes * sizeof *t->due)))
        return false;
    if (n_max <= t->n_max)
        return true;
    double *rows = dtn_realloc(t->rows, (size_t)n_max * N_FIELD * lanes * sizeof *rows);
    if (!rows)
        return false;
    memset(rows + (size_t)t->n_max * N_FIELD * lanes, 0,
           (size_t)(n_max - t->n_max) * N_FIELD * lanes * sizeof *rows);
    t->rows = rows;
    t->n_max = n_max;
    t->n_field = N_FIELD;
    return true;
}

/* How far the belt moves in a step: all of it at most. */
static double pace_of(double time, double dt)
{
    const double pace = dt / time;
    return pace > 0 && pace < 1 ? pace : 1;
}

/* The part of a row that the next stretch takes off. */
static double part_off(const double *row, uint32_t lanes, double pace)
{
    const double nearest = row[NEAREST * lanes], farthest = row[FARTHEST * lanes];
    if (farthest <= pace + DTN_NEARLY)
        return 1;
    const double part = (pace - nearest) / (farthest - nearest);
    return part > DTN_NEARLY ? part : 0;
}

static void show_line(const dtn_track_memory *t, uint32_t lane, uint32_t lanes, double *const *out)
{
    double off = 0;
    for (uint32_t i = 0; i < t->count[lane]; i++) {
        const double *row = place_of(t, i, lane, lanes);
        off += row[IS_LEFT * lanes] * part_off(row, lanes, t->due[lane]);
    }
    out[0][lane] = off;
}

static void put_row(const dtn_track_memory *t, uint32_t lane, uint32_t lanes, double amount,
                    double nearest, double farthest)
{
    double *row = place_of(t, t->count[lane]++, lane, lanes);
    row[IS_LEFT * lanes] = amount;
    row[NEAREST * lanes] = nearest;
    row[FARTHEST * lanes] = farthest;
}

/* The area of the profile up to a share of its way. */
static double profile_area(const dtn_table *profile, double share)
{
    const double first = profile->x[0], last = profile->x[profile->n - 1];
    return dtn_look_up(profile, first + share * (last - first), DTN_LOOKUP_MODE_AREA_INSIDE);
}

static bool start_line(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                       const dtn_track_values *v)
{
    const dtn_table *profile = spec->tables[0];
    uint32_t most = 1;
    for (uint32_t l = 0; l < lanes; l++) {
        const double n = 1 / pace_of(v->start[1][l], dt) + 2;
        const uint32_t rows = n < DTN_MAX_ON_TRACK ? (uint32_t)n : DTN_MAX_ON_TRACK;
        most = rows > most ? rows : most;
    }
    if (!grow_line(t, most, lanes))
        return false;
    for (uint32_t l = 0; l < lanes; l++) {
        const double pace = pace_of(v->start[1][l], dt), total = v->start[0][l];
        const bool is_flat = !profile || profile->n < 2 || profile_area(profile, 1) == 0;
        t->count[l] = t->clock[l] = 0;
        t->due[l] = pace;
        for (uint32_t i = 0; i < most && i * pace < 1 - DTN_NEARLY; i++) {
            const double from = i * pace, to = (i + 1) * pace < 1 ? (i + 1) * pace : 1;
            const double share = is_flat
                                     ? to - from
                                     : (profile_area(profile, to) - profile_area(profile, from)) /
                                           profile_area(profile, 1);
            put_row(t, l, lanes, total * share, from, to);
        }
        show_line(t, l, lanes, v->out);
    }
    return true;
}

/* What came off is gone, the rest moves on and what is empty makes room. */
static void move_on(const dtn_track_memory *t, uint32_t lane, uint32_t lanes)
{
    const double pace = t->due[lane];
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->count[lane]; i++) {
        const double *row = place_of(t, i, lane, lanes);
        const double off = part_off(row, lanes, pace);
        if (off == 1)
            continue;
        double *to = place_of(t, n++, lane, lanes);
        const double nearest = row[NEAREST * lanes] - pace;
        to[IS_LEFT * lanes] = row[IS_LEFT * lanes] * (1 - off);
        to[FARTHEST * lanes] = row[FARTHEST * lanes] - pace;
        to[NEAREST * lanes] = nearest > 0 ? nearest : 0;
    }
    t->count[lane] = n;
}

static bool turn_line(dtn_track_memory *t, uint32_t lanes, double dt, const dtn_track_values *v)
{
    uint32_t most = 0;
    for (uint32_t l = 0; l < lanes; l++)
        most = t->count[l] > most ? t->count[l] : most;
    if (most + 1 > t->n_max && !grow_line(t, 2 * t->n_max + 1, lanes))
        return false;
    for (uint32_t l = 0; l < lanes; l++) {
        const double keep = 1 - v->in[2][l] * dt;
        move_on(t, l, lanes);
        put_row(t, l, lanes, v->in[0][l] * dt, 1 - t->due[l], 1);
        for (uint32_t i = 0; i < t->count[l]; i++)
            place_of(t, i, l, lanes)[IS_LEFT * lanes] *= keep > 0 ? keep : 0;
        t->due[l] = pace_of(v->in[1][l], dt);
        show_line(t, l, lanes, v->out);
    }
    return true;
}

bool dtn_line_start(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                    const dtn_track_values *v)
{
    if (spec->kind == DTN_TRACK_LINE)
        return start_line(t, spec, lanes, dt, v);
    if (!grow_line(t, 1, lanes))
        return false;
    memset(t->clock, 0, lanes * sizeof *t->clock);
    memset(t->count, 0, lanes * sizeof *t->count);
    memset(t->due, 0, lanes * sizeof *t->due);
    return true;
}

bool dtn_line_turn(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                   const dtn_track_values *v)
{
    if (spec->kind == DTN_TRACK_LINE)
        return turn_line(t, lanes, dt, v);
    for (uint32_t l = 0; l < lanes; l++)
        if (t->clock[l] < spec->n_row)
            v->out[0][(size_t)t->clock[l]++ * spec->stride * v->apart + l] = v->in[0][l];
    return true;
}
