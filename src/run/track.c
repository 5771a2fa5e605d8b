/* Conveyors and queues.
 *
 * What comes on a conveyor in one step stays together: it comes off round(transit time / dt) steps
 * later, the transit time being that of its entry. On each of these steps it may leak. Leaks are
 * linear (the fraction at its entry, of what entered, in equal parts over the steps that the zone
 * takes up) or exponential (the fraction for each unit of time, of what is left). A zone is a part of
 * the way of what leaks. Contents at the start stand as in steady state with the leaks of the start;
 * in a discrete conveyor only at whole units of time from its end.
 *
 * A queue is a row of batches, one for each inflow and step that was not 0; what leaves is taken from
 * the first ones.
 *
 * Steps of a lane are counted by its own clock, which stands while its conveyor is arrested. Rows are
 * made for the longest time on the way so far and grow when a longer one comes.
 *
 * Source: XMILE 1.0, sections 3.7.2 and 3.7.3; Stella's help for steady state and zones.
 */
#include "run/track.h"

#include "base/arena.h"

#include <string.h>

static uint32_t steps_of(double time, double dt)
{
    double steps = dtn_round(time / dt);
    return steps >= 1 ? (steps <= DTN_MAX_ON_TRACK ? (uint32_t)steps : DTN_MAX_ON_TRACK) : 1;
}

/* The row of tick e. */
static uint32_t row_of(const dtn_track_memory *t, uint32_t e)
{
    return t->n_max > 0 ? e % t->n_max : 0;
}

static double *cell(const dtn_track_memory *t, uint32_t row, uint32_t field, uint32_t lanes)
{
    return t->rows + ((size_t)row * t->n_field + field) * lanes;
}

static bool grow_counts(uint32_t **row, uint32_t n)
{
    if (*row)
        return true;
    *row = dtn_alloc(n * sizeof **row);
    if (*row)
        memset(*row, 0, n * sizeof **row);
    return *row != NULL;
}

static bool allocate(dtn_track_memory *t, uint32_t n_field, uint32_t lanes)
{
    t->n_field = n_field;
    if (!t->due) {
        t->due = dtn_alloc(lanes * sizeof *t->due);
        if (t->due)
            memset(t->due, 0, lanes * sizeof *t->due);
    }
    return t->due && grow_counts(&t->clock, lanes) && grow_counts(&t->count, lanes);
}

/* More rows; those in use keep their places modulo the new number. `is_queue`: they stand from the
 * clock on, else before it. */
static bool widen(dtn_track_memory *t, uint32_t n_max, uint32_t lanes, bool is_queue)
{
    if (n_max <= t->n_max)
        return true;
    const size_t n = (size_t)n_max * t->n_field * lanes;
    dtn_track_memory wide = *t;
    wide.n_max = n_max;
    wide.rows = dtn_alloc(n * sizeof *wide.rows);
    if (!wide.rows)
        return false;
    memset(wide.rows, 0, n * sizeof *wide.rows);
    for (uint32_t l = 0; l < lanes && t->rows; l++)
        for (uint32_t k = 0; k < t->n_max; k++) {
            if (!is_queue && k >= t->clock[l])
                continue;
            uint32_t e = is_queue ? t->clock[l] + k : t->clock[l] - 1 - k;
            uint32_t to = is_queue ? k : e % n_max;
            for (uint32_t f = 0; f < t->n_field; f++)
                cell(&wide, to, f, lanes)[l] = cell(t, row_of(t, e), f, lanes)[l];
        }
    for (uint32_t l = 0; l < lanes && is_queue; l++)
        t->clock[l] = 0;
    dtn_free(t->rows);
    t->rows = wide.rows;
    t->n_max = n_max;
    return true;
}

/* ---- Conveyors ------------------------------------------------------------------------------- */

enum { AMOUNT, STEPS, FIRST_LEAK };

/* The part [*first, *end) of the way of `steps` steps that is in the zone of leak j. */
static void zone_of(const dtn_track *spec, uint32_t j, uint32_t steps, uint32_t *first,
                    uint32_t *end)
{
    *first = (uint32_t)dtn_round(spec->zone_start[j] * steps);
    *end = (uint32_t)dtn_round(spec->zone_end[j] * steps);
    if (*first >= steps)
        *first = steps - 1;
    if (*end <= *first)
        *end = *first + 1;
}

static bool is_in_zone(const dtn_track *spec, uint32_t j, uint32_t steps, uint32_t i)
{
    uint32_t first, end;
    zone_of(spec, j, steps, &first, &end);
    return i >= first && i < end;
}

/* Fractions as they count: not negative, together not above `most`; the first ones have their way.
 * The expander writes the same for the flows (expand_belt.c). */
static void effective(const dtn_track *spec, uint32_t lane, const double *const *fractions,
                      double most, double out[])
{
    for (uint32_t j = 0; j < spec->n_leak; j++) {
        double f = fractions[j][lane];
        f = f > 0 ? f : 0;
        out[j] = f < most ? f : most;
        most -= out[j];
    }
}

/* Puts `amount` that entered into a row; what leaks of it in each step of a zone is settled now. */
static void put(const dtn_track_memory *t, const dtn_track *spec, uint32_t row, uint32_t lane,
                uint32_t lanes, double amount, uint32_t steps, const double fractions[])
{
    cell(t, row, AMOUNT, lanes)[lane] = amount;
    cell(t, row, STEPS, lanes)[lane] = steps;
    for (uint32_t j = 0; j < spec->n_leak && !spec->is_exponential; j++) {
        uint32_t first, end;
        zone_of(spec, j, steps, &first, &end);
        cell(t, row, FIRST_LEAK + j, lanes)[lane] = fractions[j] * amount / (end - first);
    }
}

/* What leaks through j of what is `amount` at step i of `steps`. */
static double leaked(const dtn_track_memory *t, const dtn_track *spec, uint32_t row, uint32_t lane,
                     uint32_t lanes, uint32_t j, uint32_t i, uint32_t steps, double amount,
                     const double per_step[])
{
    if (!is_in_zone(spec, j, steps, i))
        return 0;
    return spec->is_exponential ? per_step[j] * amount : cell(t, row, FIRST_LEAK + j, lanes)[lane];
}

/* What is left of a row after this step's leaks; the parts into `leaks` where it is not NULL. */
static double after_leaks(const dtn_track_memory *t, const dtn_track *spec, uint32_t row,
                          uint32_t lane, uint32_t lanes, uint32_t i, const double per_step[],
                          double *leaks)
{
    const double amount = cell(t, row, AMOUNT, lanes)[lane];
    const uint32_t steps = (uint32_t)cell(t, row, STEPS, lanes)[lane];
    double left = amount;
    for (uint32_t j = 0; j < spec->n_leak; j++) {
        double x = leaked(t, spec, row, lane, lanes, j, i, steps, amount, per_step);
        x = x < left ? x : left;
        left -= x;
        if (leaks)
            leaks[j] += x;
    }
    return left;
}

/* Row of what has been on for `age` steps, from 1. */
static uint32_t row_at(const dtn_track_memory *t, uint32_t lane, uint32_t age)
{
    return row_of(t, t->clock[lane] - age);
}

static uint32_t oldest(const dtn_track_memory *t, uint32_t lane)
{
    return t->clock[lane] < t->n_max ? t->clock[lane] : t->n_max;
}

/* What the coming step takes off. */
static void show_conveyor(const dtn_track_memory *t, const dtn_track *spec, uint32_t lane,
                          uint32_t lanes, double *const *out)
{
    double leaks[2 * DTN_MAX_LEAKS] = {0}, off = t->due[lane];
    const uint32_t m = spec->n_leak;
    for (uint32_t age = 1; age <= oldest(t, lane); age++) {
        const uint32_t row = row_at(t, lane, age);
        const double amount = cell(t, row, AMOUNT, lanes)[lane];
        const uint32_t steps = (uint32_t)cell(t, row, STEPS, lanes)[lane];
        if (amount == 0 || age > steps)
            continue;
        double left = amount;
        if (!spec->is_exponential)
            left = after_leaks(t, spec, row, lane, lanes, age - 1, NULL, leaks);
        for (uint32_t j = 0; j < m && spec->is_exponential; j++)
            if (is_in_zone(spec, j, steps, age - 1)) {
                leaks[j] += amount;
                leaks[m + j] += age == steps ? amount : 0;
            }
        off += age == steps ? left : 0;
    }
    out[0][lane] = off;
    for (uint32_t j = 1; j < spec->n_out; j++)
        out[j][lane] = leaks[j - 1];
}

/* Contents at the start: what one unit would be at each age, scaled. */
static void fill_conveyor(const dtn_track_memory *t, const dtn_track *spec, uint32_t lane,
                          uint32_t lanes, double dt, const dtn_track_values *v)
{
    const uint32_t steps = steps_of(v->start[1][lane], dt);
    const uint32_t unit = steps_of(1, dt);
    double fractions[DTN_MAX_LEAKS], unit_row = 1, sum = 0;
    effective(spec, lane, v->start + 2, spec->is_exponential ? 1 / dt : 1, fractions);
    for (uint32_t j = 0; j < spec->n_leak && spec->is_exponential; j++)
        fractions[j] *= dt;
    t->clock[lane] = steps;
    for (int pass = 0; pass < 2; pass++) { /* the sum first, then scaled */
        const double entered = pass == 0 ? 1 : sum > 0 ? v->start[0][lane] / sum : 0;
        unit_row = entered;
        for (uint32_t age = 1; age <= steps; age++) {
            const uint32_t row = row_at(t, lane, age);
            const bool stands = !spec->is_discrete || (steps - age) % unit == 0;
            put(t, spec, row, lane, lanes, entered, steps, fractions);
            cell(t, row, AMOUNT, lanes)[lane] = unit_row;
            sum += pass == 0 && stands ? unit_row : 0;
            const double left = after_leaks(t, spec, row, lane, lanes, age - 1, fractions, NULL);
            if (!stands)
                put(t, spec, row, lane, lanes, 0, steps, fractions);
            unit_row = left;
        }
    }
}

static bool start_conveyor(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                           const dtn_track_values *v)
{
    uint32_t longest = 1;
    for (uint32_t l = 0; l < lanes; l++) {
        const uint32_t n = steps_of(v->start[1][l], dt);
        longest = n > longest ? n : longest;
        t->clock[l] = 0;
        t->due[l] = 0;
    }
    if (!widen(t, longest, lanes, false))
        return false;
    memset(t->rows, 0, (size_t)t->n_max * t->n_field * lanes * sizeof *t->rows);
    for (uint32_t l = 0; l < lanes; l++) {
        fill_conveyor(t, spec, l, lanes, dt, v);
        show_conveyor(t, spec, l, lanes, v->out);
    }
    return true;
}

static void move_conveyor(dtn_track_memory *t, const dtn_track *spec, uint32_t lane, uint32_t lanes,
                          double dt, const dtn_track_values *v)
{
    double fractions[DTN_MAX_LEAKS];
    const bool is_held = v->in[3][lane] != 0;
    effective(spec, lane, v->in + 4, spec->is_exponential ? 1 / dt : 1, fractions);
    for (uint32_t j = 0; j < spec->n_leak && spec->is_exponential; j++)
        fractions[j] *= dt;
    if (!is_held)
        t->due[lane] = 0;
    for (uint32_t age = 1; age <= oldest(t, lane); age++) {
        const uint32_t row = row_at(t, lane, age);
        double *amount = &cell(t, row, AMOUNT, lanes)[lane];
        const uint32_t steps = (uint32_t)cell(t, row, STEPS, lanes)[lane];
        if (*amount == 0 || age > steps)
            continue;
        const double left = after_leaks(t, spec, row, lane, lanes, age - 1, fractions, NULL);
        *amount = age == steps ? 0 : left;
        if (age == steps && is_held)
            t->due[lane] += left;
    }
    put(t, spec, row_of(t, t->clock[lane]), lane, lanes, v->in[0][lane] * dt,
        steps_of(v->in[1][lane], dt), fractions);
    t->clock[lane]++;
}

static bool turn_conveyor(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                          const dtn_track_values *v)
{
    uint32_t longest = t->n_max;
    for (uint32_t l = 0; l < lanes; l++) {
        const uint32_t n = steps_of(v->in[1][l], dt);
        longest = n > longest ? n : longest;
    }
    if (!widen(t, longest, lanes, false))
        return false;
    for (uint32_t l = 0; l < lanes; l++) {
        if (v->in[2][l] != 0) /* arrested; NaN is not */
            if (v->in[2][l] == v->in[2][l])
                continue;
        move_conveyor(t, spec, l, lanes, dt, v);
        show_conveyor(t, spec, l, lanes, v->out);
    }
    return true;
}

/* ---- Queues --------------------------------------------------------------------------------------- */

static double *batch(const dtn_track_memory *t, uint32_t lane, uint32_t k, uint32_t lanes)
{
    return &cell(t, row_of(t, t->clock[lane] + k), AMOUNT, lanes)[lane];
}

static void show_queue(const dtn_track_memory *t, uint32_t lane, uint32_t lanes, double *const *out)
{
    out[0][lane] = t->count[lane] > 0 ? *batch(t, lane, 0, lanes) : 0;
}

static bool start_queue(dtn_track_memory *t, uint32_t lanes, const dtn_track_values *v)
{
    if (!widen(t, 16, lanes, true))
        return false;
    for (uint32_t l = 0; l < lanes; l++) {
        t->clock[l] = 0;
        t->count[l] = v->start[0][l] != 0;
        *batch(t, l, 0, lanes) = v->start[0][l];
        show_queue(t, l, lanes, v->out);
    }
    return true;
}

static void take(dtn_track_memory *t, uint32_t lane, uint32_t lanes, double amount)
{
    while (t->count[lane] > 0 && amount > 0) {
        double *front = batch(t, lane, 0, lanes);
        if (*front > amount && *front - amount > 1e-12 * *front) {
            *front -= amount;
            return;
        }
        amount -= *front;
        t->clock[lane] = row_of(t, t->clock[lane] + 1);
        t->count[lane]--;
    }
}

static bool turn_queue(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                       const dtn_track_values *v)
{
    uint32_t most = 0;
    for (uint32_t l = 0; l < lanes; l++) {
        take(t, l, lanes, v->in[0][l] * dt);
        most = t->count[l] > most ? t->count[l] : most;
    }
    if (most + spec->n_in > t->n_max && !widen(t, 2 * t->n_max + spec->n_in, lanes, true))
        return false;
    for (uint32_t l = 0; l < lanes; l++) {
        for (uint32_t i = 1; i < spec->n_in; i++)
            if (v->in[i][l] != 0)
                *batch(t, l, t->count[l]++, lanes) = v->in[i][l] * dt;
        show_queue(t, l, lanes, v->out);
    }
    return true;
}

/* ---- Both --------------------------------------------------------------------------------------------- */

bool dtn_track_start(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                     const dtn_track_values *v)
{
    const bool is_queue = spec->kind == DTN_TRACK_QUEUE;
    const uint32_t n_leak_field = is_queue || spec->is_exponential ? 0 : spec->n_leak;
    if (!allocate(t, is_queue ? 1 : FIRST_LEAK + n_leak_field, lanes))
        return false;
    return is_queue ? start_queue(t, lanes, v) : start_conveyor(t, spec, lanes, dt, v);
}

bool dtn_track_turn(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                    const dtn_track_values *v)
{
    if (!t->rows)
        return true;
    return spec->kind == DTN_TRACK_QUEUE ? turn_queue(t, spec, lanes, dt, v)
                                         : turn_conveyor(t, spec, lanes, dt, v);
}

bool dtn_track_copy(dtn_track_memory *to, const dtn_track_memory *from, uint32_t lanes)
{
    if (!from->rows)
        return true;
    const size_t n = (size_t)from->n_max * from->n_field * lanes;
    if (to->n_max != from->n_max) {
        double *rows = dtn_realloc(to->rows, n * sizeof *rows);
        if (!rows)
            return false;
        to->rows = rows;
        to->n_max = from->n_max;
    }
    if (!allocate(to, from->n_field, lanes))
        return false;
    memcpy(to->rows, from->rows, n * sizeof *to->rows);
    memcpy(to->clock, from->clock, lanes * sizeof *to->clock);
    memcpy(to->count, from->count, lanes * sizeof *to->count);
    memcpy(to->due, from->due, lanes * sizeof *to->due);
    return true;
}

void dtn_track_free(dtn_track_memory *t)
{
    dtn_free(t->rows);
    dtn_free(t->clock);
    dtn_free(t->count);
    dtn_free(t->due);
}
