/* Conveyors and queues.
 *
 * What comes on a conveyor in one step stays together: it comes off round(transit time / dt) steps
 * later, the transit time being that of its entry. On each of these steps it may leak. Leaks are
 * linear (the fraction at its entry, of what entered, in equal parts over the steps that the zone
 * takes up) or exponential (the fraction for each unit of time, of what is left). A zone is a part of
 * the way of what leaks. A leak of whole numbers is told how much leaves (compile/expand_belt.c); it
 * takes that after the other leaks, first from what comes off next, then from what has been on for
 * longest.
 *
 * An inflow that spreads comes on all along the way of what enters now, as if parts of it had
 * entered before. Where the transit time has changed, such a part joins what comes off in the same
 * step. A linear leak takes of each part what it takes of a batch that enters, in the rest of the
 * zone alone. One that spreads by its source leaks from another conveyor, and each part goes on from
 * the same place: with as many steps to go as it had there, or, where the ways are of different
 * length, the same part of the way, at the nearest step, nearer to the end where two are as near (our
 * reading). A distribution is over the way that is left: at its left end stands what comes off next, as
 * Stella's help numbers the places (our reading: the help has no words for it; a published model, whose
 * transit time is the disease's duration over the profile's mean place, means this end).
 *
 * Contents at the start stand as in steady state with the leaks of the start; in a discrete conveyor
 * only at whole units of time from its end. Where they are given one by one, each is what comes off
 * in a unit of time, but for the leaks; the last one is repeated, those beyond the way do not count.
 * As many as there are steps are one for each step.
 *
 * A queue is a row of batches, one for each inflow and step that was not 0; what leaves is taken from
 * the first ones.
 *
 * Steps of a lane are counted by its own clock, which stands while its conveyor is arrested. Rows are
 * made for the longest time on the way so far and grow when a longer one comes.
 *
 * Source: XMILE 1.0, sections 3.7.2 and 3.7.3; Stella's help ("Traditional Conveyor Computation",
 * "Spreading Conveyor Inputs", "Initializing Discrete Stocks") for steady state, zones, inflows that
 * spread and lists.
 */
#include "compile/track.h"

#include "base/arena.h"
#include "compile/look_up.h"

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

/* What is left of a row after this step's leaks but for those of whole numbers; the parts into
 * `leaks` where it is not NULL. */
static double after_leaks(const dtn_track_memory *t, const dtn_track *spec, uint32_t row,
                          uint32_t lane, uint32_t lanes, uint32_t i, const double per_step[],
                          double *leaks)
{
    const double amount = cell(t, row, AMOUNT, lanes)[lane];
    const uint32_t steps = (uint32_t)cell(t, row, STEPS, lanes)[lane];
    double left = amount;
    for (uint32_t j = 0; j < spec->n_leak; j++) {
        if (spec->is_whole[j])
            continue;
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

/* What is there for the leaks of whole numbers: what they would take if they took any number, what
 * is in their zone, and what of that comes off next. */
typedef struct whole_leaks {
    double want[DTN_MAX_LEAKS], zone[DTN_MAX_LEAKS], next[DTN_MAX_LEAKS];
} whole_leaks;

static void meet_whole(const dtn_track_memory *t, const dtn_track *spec, uint32_t row,
                       uint32_t lane, uint32_t lanes, uint32_t age, double left, whole_leaks *w)
{
    const uint32_t steps = (uint32_t)cell(t, row, STEPS, lanes)[lane];
    for (uint32_t j = 0; j < spec->n_leak; j++) {
        if (!spec->is_whole[j] || !is_in_zone(spec, j, steps, age - 1))
            continue;
        const double x = cell(t, row, FIRST_LEAK + j, lanes)[lane];
        w->want[j] += x < left ? x : left;
        w->zone[j] += left;
        w->next[j] += age == steps ? left : 0;
    }
}

/* What came on in the step before is 0 old, what comes off next one step less than its way. */
static bool is_of_age(const dtn_track *spec, uint32_t k, uint32_t age, double dt)
{
    const double old = (age - 0.999999) * dt; /* whole steps, however they are added up */
    return old >= spec->ages[k][0] && old < spec->ages[k][1];
}

/* What the coming step takes off. */
static void show_conveyor(const dtn_track_memory *t, const dtn_track *spec, uint32_t lane,
                          uint32_t lanes, double dt, double *const *out)
{
    double leaks[2 * DTN_MAX_LEAKS] = {0}, aged[DTN_MAX_AGES] = {0}, off = t->due[lane];
    const uint32_t m = spec->n_leak;
    whole_leaks whole = {{0}, {0}, {0}};
    for (uint32_t age = 1; age <= t->n_max; age++) {
        const uint32_t row = row_at(t, lane, age);
        const double amount = cell(t, row, AMOUNT, lanes)[lane];
        const uint32_t steps = (uint32_t)cell(t, row, STEPS, lanes)[lane];
        if (amount == 0 || age > steps)
            continue;
        double left = amount;
        if (!spec->is_exponential)
            left = after_leaks(t, spec, row, lane, lanes, age - 1, NULL, leaks);
        if (!spec->is_exponential && spec->n_whole > 0)
            meet_whole(t, spec, row, lane, lanes, age, left, &whole);
        for (uint32_t j = 0; j < m && spec->is_exponential; j++)
            if (is_in_zone(spec, j, steps, age - 1)) {
                leaks[j] += amount;
                leaks[m + j] += age == steps ? amount : 0;
            }
        for (uint32_t k = 0; k < spec->n_age; k++)
            aged[k] += is_of_age(spec, k, age, dt) ? amount : 0;
        off += age == steps ? left : 0;
    }
    uint32_t n = 0;
    out[n++][lane] = off;
    for (uint32_t j = 0; j < m; j++)
        out[n++][lane] = spec->is_exponential || !spec->is_whole[j] ? leaks[j] : whole.want[j];
    for (uint32_t j = 0; j < m && spec->is_exponential; j++)
        out[n++][lane] = leaks[m + j];
    for (uint32_t j = 0; j < m && !spec->is_exponential; j++)
        if (spec->is_whole[j]) {
            out[n++][lane] = whole.zone[j];
            out[n++][lane] = whole.next[j];
        }
    for (uint32_t k = 0; k < spec->n_age; k++)
        out[n++][lane] = aged[k];
}

/* ---- Contents at the start ---------------------------------------------------------------------- */

/* What one unit that entered would be at each age, into the rows; their sum where something stands. */
static double steady_rows(const dtn_track_memory *t, const dtn_track *spec, uint32_t lane,
                          uint32_t lanes, uint32_t steps, double entered, uint32_t unit,
                          const double fractions[])
{
    double amount = entered, sum = 0;
    for (uint32_t age = 1; age <= steps; age++) {
        const uint32_t row = row_at(t, lane, age);
        const bool stands = !spec->is_discrete || (steps - age) % unit == 0;
        put(t, spec, row, lane, lanes, entered, steps, fractions);
        cell(t, row, AMOUNT, lanes)[lane] = amount;
        sum += stands ? amount : 0;
        double left = after_leaks(t, spec, row, lane, lanes, age - 1, fractions, NULL);
        for (uint32_t j = 0; j < spec->n_leak; j++)
            if (spec->is_whole[j]) {
                double x = leaked(t, spec, row, lane, lanes, j, age - 1, steps, amount, fractions);
                left -= x < left ? x : left;
            }
        amount = left;
    }
    return sum;
}

/* What is given for what comes off after `later` more steps. */
static double listed(const dtn_track *spec, uint32_t lane, uint32_t steps, uint32_t later,
                     uint32_t unit, double dt, const dtn_track_values *v)
{
    const double *const *list = v->start + 2 + spec->n_leak;
    const bool each_step = spec->n_list == steps && unit > 1;
    const uint32_t at = each_step ? later : (uint32_t)dtn_floor(later * dt + 1e-9);
    const double value = list[at < spec->n_list ? at : spec->n_list - 1][lane];
    if (each_step)
        return value;
    return spec->is_discrete ? later % unit == 0 ? value : 0 : value * dt;
}

static void fill_conveyor(const dtn_track_memory *t, const dtn_track *spec, uint32_t lane,
                          uint32_t lanes, double dt, const dtn_track_values *v)
{
    const uint32_t steps = steps_of(v->start[1][lane], dt), unit = steps_of(1, dt);
    double fractions[DTN_MAX_LEAKS];
    effective(spec, lane, v->start + 2, spec->is_exponential ? 1 / dt : 1, fractions);
    for (uint32_t j = 0; j < spec->n_leak && spec->is_exponential; j++)
        fractions[j] *= dt;
    const double sum = steady_rows(t, spec, lane, lanes, steps, 1, unit, fractions);
    if (spec->n_list == 0)
        (void)steady_rows(t, spec, lane, lanes, steps, sum > 0 ? v->start[0][lane] / sum : 0, unit,
                          fractions);
    for (uint32_t age = 1; age <= steps; age++) {
        const uint32_t row = row_at(t, lane, age);
        const double left = cell(t, row, AMOUNT, lanes)[lane];
        if (spec->n_list > 0) {
            const double amount = listed(spec, lane, steps, steps - age, unit, dt, v);
            put(t, spec, row, lane, lanes, left > 0 ? amount / left : amount, steps, fractions);
            cell(t, row, AMOUNT, lanes)[lane] = amount;
        } else if (spec->is_discrete && (steps - age) % unit != 0) {
            put(t, spec, row, lane, lanes, 0, steps, fractions);
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
        t->clock[l] = DTN_MAX_ON_TRACK; /* parts of an inflow may enter before the start */
        t->due[l] = 0;
    }
    if (!widen(t, longest, lanes, false))
        return false;
    memset(t->rows, 0, (size_t)t->n_max * t->n_field * lanes * sizeof *t->rows);
    for (uint32_t l = 0; l < lanes; l++) {
        fill_conveyor(t, spec, l, lanes, dt, v);
        show_conveyor(t, spec, l, lanes, dt, v->out);
    }
    return true;
}

/* ---- A conveyor's step ------------------------------------------------------------------------------ */

/* What leaks in whole numbers: of the rows that come off now, or of the others. */
static double take_whole(const dtn_track_memory *t, const dtn_track *spec, uint32_t lane,
                         uint32_t lanes, uint32_t j, double rest, bool is_due)
{
    for (uint32_t age = t->n_max; age >= 1 && rest > 0; age--) {
        const uint32_t row = row_at(t, lane, age);
        double *amount = &cell(t, row, AMOUNT, lanes)[lane];
        const uint32_t steps = (uint32_t)cell(t, row, STEPS, lanes)[lane];
        if (*amount == 0 || age > steps || (age == steps) != is_due ||
            !is_in_zone(spec, j, steps, age - 1))
            continue;
        const double x = *amount < rest ? *amount : rest;
        *amount -= x;
        rest -= x;
    }
    return rest;
}

static void come_off(dtn_track_memory *t, uint32_t row, uint32_t lane, uint32_t lanes, uint32_t age,
                     bool is_held)
{
    double *amount = &cell(t, row, AMOUNT, lanes)[lane];
    if (age != (uint32_t)cell(t, row, STEPS, lanes)[lane])
        return;
    t->due[lane] += is_held ? *amount : 0;
    *amount = 0;
}

/* Leaks, then what comes off: it is gone, or kept back. */
static void drain(dtn_track_memory *t, const dtn_track *spec, uint32_t lane, uint32_t lanes,
                  const double fractions[], const dtn_track_values *v)
{
    const bool is_held = v->in[3][lane] != 0;
    if (!is_held)
        t->due[lane] = 0;
    for (uint32_t age = 1; age <= t->n_max; age++) {
        const uint32_t row = row_at(t, lane, age);
        double *amount = &cell(t, row, AMOUNT, lanes)[lane];
        if (*amount != 0 && age <= (uint32_t)cell(t, row, STEPS, lanes)[lane])
            *amount = after_leaks(t, spec, row, lane, lanes, age - 1, fractions, NULL);
        if (spec->n_whole == 0)
            come_off(t, row, lane, lanes, age, is_held);
    }
    for (uint32_t j = 0, w = 0; j < spec->n_leak && spec->n_whole > 0; j++)
        if (spec->is_whole[j]) {
            double rest = v->in[4 + spec->n_leak + w++][lane];
            rest = take_whole(t, spec, lane, lanes, j, rest, true);
            (void)take_whole(t, spec, lane, lanes, j, rest, false);
        }
    for (uint32_t age = 1; age <= t->n_max && spec->n_whole > 0; age++)
        come_off(t, row_at(t, lane, age), lane, lanes, age, is_held);
}

/* More into a row. */
static void add(const dtn_track_memory *t, const dtn_track *spec, uint32_t row, uint32_t lane,
                uint32_t lanes, double amount, const double fractions[])
{
    const uint32_t steps = (uint32_t)cell(t, row, STEPS, lanes)[lane];
    cell(t, row, AMOUNT, lanes)[lane] += amount;
    for (uint32_t j = 0; j < spec->n_leak && !spec->is_exponential; j++) {
        uint32_t first, end;
        zone_of(spec, j, steps, &first, &end);
        cell(t, row, FIRST_LEAK + j, lanes)[lane] += fractions[j] * amount / (end - first);
    }
}

/* Age, from 1 for what enters now, of a row that comes off in `later` steps, else of the first empty
 * one, which may be beyond all there are. */
static uint32_t room_for(const dtn_track_memory *t, uint32_t lane, uint32_t lanes, uint32_t later,
                         uint32_t steps)
{
    uint32_t empty = 0, usual = steps - later + 1;
    for (uint32_t k = 0; k < t->n_max; k++) {
        const uint32_t age = k == 0 ? usual : k < usual ? k : k + 1;
        const uint32_t row = row_at(t, lane, age);
        if (cell(t, row, AMOUNT, lanes)[lane] == 0) {
            if (k == 0)
                return age;
            empty = empty > 0 ? empty : age;
        } else if (cell(t, row, STEPS, lanes)[lane] == age - 1 + later) {
            return age;
        }
    }
    return empty > 0 ? empty : t->n_max + 1;
}

/* An amount that comes off in `later` steps, on the way of what enters now. */
static bool place(dtn_track_memory *t, const dtn_track *spec, uint32_t lane, uint32_t lanes,
                  double amount, uint32_t later, uint32_t steps, const double fractions[])
{
    const uint32_t age = room_for(t, lane, lanes, later, steps);
    if (!widen(t, age - 1 + later, lanes, false)) /* it stays until it comes off */
        return false;
    const uint32_t row = row_at(t, lane, age);
    if (cell(t, row, AMOUNT, lanes)[lane] == 0)
        put(t, spec, row, lane, lanes, 0, age - 1 + later, fractions);
    add(t, spec, row, lane, lanes, amount, fractions);
    return true;
}

/* What has been on for `age` of `steps` steps when this one ends, on a way of `n` steps: how many of
 * them are left. */
static uint32_t left_there(uint32_t age, uint32_t steps, uint32_t n)
{
    const uint64_t left = steps > age ? steps - age : 0;
    const uint64_t near = (2 * left * n + steps - 1) / (2 * (uint64_t)steps);
    return near > 1 ? (uint32_t)near : 1;
}

static double *seen_at(const dtn_track_memory *t, uint32_t s, uint32_t later, uint32_t lanes)
{
    return t->seen + ((size_t)s * t->n_seen + later - 1) * lanes;
}

static bool make_seen(dtn_track_memory *t, const dtn_track *spec, uint32_t n, uint32_t lanes)
{
    if (n <= t->n_seen)
        return true;
    double *seen = dtn_realloc(t->seen, (size_t)spec->n_spread * n * lanes * sizeof *seen);
    if (!seen)
        return false;
    t->seen = seen;
    t->n_seen = n;
    return true;
}

/* The same fractions as when it turns: of a step where leaks are exponential. */
static void fractions_of(const dtn_track *spec, uint32_t lane, double dt, const dtn_track_values *v,
                         double out[])
{
    effective(spec, lane, v->in + 4, spec->is_exponential ? 1 / dt : 1, out);
    for (uint32_t j = 0; j < spec->n_leak && spec->is_exponential; j++)
        out[j] *= dt;
}

bool dtn_track_see(dtn_track_memory *t, const dtn_track *spec, uint32_t s, uint32_t lanes,
                   double dt, const dtn_track_values *v, const dtn_track_memory *from,
                   const dtn_track *from_spec, const dtn_track_values *from_v)
{
    uint32_t longest = 1;
    for (uint32_t l = 0; l < lanes; l++) {
        const uint32_t n = steps_of(v->in[1][l], dt);
        longest = n > longest ? n : longest;
    }
    if (!make_seen(t, spec, longest, lanes))
        return false;
    memset(seen_at(t, s, 1, lanes), 0, (size_t)t->n_seen * lanes * sizeof *t->seen);
    for (uint32_t l = 0; l < lanes; l++) {
        const uint32_t n = steps_of(v->in[1][l], dt);
        double fractions[DTN_MAX_LEAKS];
        fractions_of(from_spec, l, dt, from_v, fractions);
        for (uint32_t age = 1; age <= from->n_max; age++) {
            const uint32_t row = row_at(from, l, age);
            const uint32_t steps = (uint32_t)cell(from, row, STEPS, lanes)[l];
            double leaks[DTN_MAX_LEAKS] = {0};
            if (cell(from, row, AMOUNT, lanes)[l] == 0 || age > steps)
                continue;
            (void)after_leaks(from, from_spec, row, l, lanes, age - 1, fractions, leaks);
            seen_at(t, s, left_there(age, steps, n), lanes)[l] += leaks[spec->from_leak[s]];
        }
    }
    return true;
}

/* The share of the way of `steps` steps that comes off in `later` steps; not normalised. */
static double weight_of(const dtn_track_memory *t, const dtn_track *spec, uint32_t s, uint32_t lane,
                        uint32_t lanes, uint32_t later, uint32_t steps)
{
    if (spec->spreads[s] == DTN_SPREAD_SOURCE) {
        const double seen = t->seen ? seen_at(t, s, later, lanes)[lane] : 0;
        return seen > 0 ? seen : 0;
    }
    const dtn_table *table = spec->tables[s];
    if (spec->spreads[s] != DTN_SPREAD_DIST || !table || table->n == 0)
        return 1;
    const double from = table->x[0], to = table->x[table->n - 1];
    const double x = from + (to - from) * ((later - 0.5) / steps);
    const double w = dtn_look_up(table, x, DTN_LOOKUP_MODE_LINEAR);
    return w > 0 ? w : 0;
}

static bool spread(dtn_track_memory *t, const dtn_track *spec, uint32_t s, uint32_t lane,
                   uint32_t lanes, double amount, uint32_t steps, const double fractions[])
{
    double sum = 0;
    for (uint32_t later = 1; later <= steps; later++)
        sum += weight_of(t, spec, s, lane, lanes, later, steps);
    if (sum == 0)
        return place(t, spec, lane, lanes, amount, steps, steps, fractions);
    for (uint32_t later = 1; later <= steps; later++) {
        const double w = weight_of(t, spec, s, lane, lanes, later, steps);
        if (w > 0 && !place(t, spec, lane, lanes, amount * w / sum, later, steps, fractions))
            return false;
    }
    return true;
}

/* In proportion to what stands on it; false: there is nothing. */
static bool spread_like_contents(const dtn_track_memory *t, const dtn_track *spec, uint32_t lane,
                                 uint32_t lanes, double amount, const double fractions[])
{
    double sum = 0;
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t age = 2; age <= t->n_max; age++) {
            const uint32_t row = row_at(t, lane, age);
            const double there = cell(t, row, AMOUNT, lanes)[lane];
            if (there == 0 || age > (uint32_t)cell(t, row, STEPS, lanes)[lane])
                continue;
            if (pass == 0)
                sum += there;
            else if (sum != 0)
                add(t, spec, row, lane, lanes, amount * there / sum, fractions);
        }
    return sum != 0;
}

/* What comes on, after the rest has moved: all ages count one more than before. */
static bool fill(dtn_track_memory *t, const dtn_track *spec, uint32_t lane, uint32_t lanes,
                 double dt, const double fractions[], const dtn_track_values *v)
{
    const double *const *more = v->in + 4 + spec->n_leak + spec->n_whole;
    const uint32_t steps = steps_of(v->in[1][lane], dt);
    double first = v->in[0][lane] * dt, like = 0;
    for (uint32_t s = 0; s < spec->n_spread; s++)
        like += spec->spreads[s] == DTN_SPREAD_DEST ? more[s][lane] * dt : 0;
    if (like != 0 && !spread_like_contents(t, spec, lane, lanes, like, fractions))
        first += like;
    put(t, spec, row_at(t, lane, 1), lane, lanes, first, steps, fractions);
    for (uint32_t s = 0; s < spec->n_spread; s++)
        if (spec->spreads[s] != DTN_SPREAD_DEST && more[s][lane] != 0 &&
            !spread(t, spec, s, lane, lanes, more[s][lane] * dt, steps, fractions))
            return false;
    return true;
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
        double fractions[DTN_MAX_LEAKS];
        if (v->in[2][l] != 0) /* arrested; NaN is not */
            if (v->in[2][l] == v->in[2][l])
                continue;
        fractions_of(spec, l, dt, v, fractions);
        drain(t, spec, l, lanes, fractions, v);
        t->clock[l]++;
        if (!fill(t, spec, l, lanes, dt, fractions, v))
            return false;
        show_conveyor(t, spec, l, lanes, dt, v->out);
    }
    return true;
}

/* ---- Queues --------------------------------------------------------------------------------------- */

static double *batch(const dtn_track_memory *t, uint32_t lane, uint32_t k, uint32_t lanes)
{
    return &cell(t, row_of(t, t->clock[lane] + k), AMOUNT, lanes)[lane];
}

static void show_queue(const dtn_track_memory *t, const dtn_track *spec, uint32_t lane,
                       uint32_t lanes, double *const *out)
{
    double sum = 0;
    for (uint32_t k = 0; k < spec->n_out - spec->shows_length; k++) {
        sum += k < t->count[lane] ? *batch(t, lane, k, lanes) : 0;
        out[k][lane] = sum;
    }
    if (spec->shows_length)
        out[spec->n_out - 1][lane] = t->count[lane];
}

static bool start_queue(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes,
                        const dtn_track_values *v)
{
    const double *const *list = spec->n_list > 0 ? v->start + 1 : v->start;
    const uint32_t n = spec->n_list > 0 ? spec->n_list : 1;
    if (!widen(t, n > 16 ? n : 16, lanes, true))
        return false;
    for (uint32_t l = 0; l < lanes; l++) {
        t->clock[l] = t->count[l] = 0;
        for (uint32_t k = 0; k < n; k++)
            if (list[k][l] != 0)
                *batch(t, l, t->count[l]++, lanes) = list[k][l];
        show_queue(t, spec, l, lanes, v->out);
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
        show_queue(t, spec, l, lanes, v->out);
    }
    return true;
}

/* ---- Both --------------------------------------------------------------------------------------------- */

bool dtn_track_start(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                     const dtn_track_values *v)
{
    const bool is_queue = spec->kind == DTN_TRACK_QUEUE;
    if (spec->kind == DTN_TRACK_LINE || spec->kind == DTN_TRACK_LOG)
        return dtn_line_start(t, spec, lanes, dt, v);
    const uint32_t n_leak_field = is_queue || spec->is_exponential ? 0 : spec->n_leak;
    if (!allocate(t, is_queue ? 1 : FIRST_LEAK + n_leak_field, lanes))
        return false;
    return is_queue ? start_queue(t, spec, lanes, v) : start_conveyor(t, spec, lanes, dt, v);
}

bool dtn_track_turn(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                    const dtn_track_values *v)
{
    if (!t->rows)
        return true;
    if (spec->kind == DTN_TRACK_LINE || spec->kind == DTN_TRACK_LOG)
        return dtn_line_turn(t, spec, lanes, dt, v);
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
    dtn_free(t->seen);
}

/* ---- At the start ------------------------------------------------------------------------------------- */

static double total_of(const dtn_track_memory *t)
{
    double sum = 0;
    for (uint32_t row = 0; row < t->n_max; row++)
        sum += cell(t, row, AMOUNT, 1)[0];
    return sum;
}

/* What a conveyor gives before what is of some age. */
static uint32_t n_of_flows(const dtn_track *spec)
{
    return spec->is_exponential ? 1 + 2 * spec->n_leak : 1 + spec->n_leak + 2 * spec->n_whole;
}

double dtn_track_first(uint32_t n_leak, uint32_t n_list, const double *in)
{
    const uint32_t kind = (uint32_t)in[1];
    dtn_track spec = {.kind = kind & DTN_ON_QUEUE ? DTN_TRACK_QUEUE : DTN_TRACK_CONVEYOR,
                      .is_exponential = (kind & DTN_ON_EXPONENTIAL) != 0,
                      .is_discrete = (kind & DTN_ON_DISCRETE) != 0,
                      .n_leak = n_leak,
                      .n_list = n_list - (in[0] == DTN_TRACK_AGED && n_list > 1 ? 2 : 0),
                      .n_age = in[0] == DTN_TRACK_AGED,
                      .n_out = DTN_MAX_TRACK_OUT};
    const double *start[DTN_MAX_TRACK_START], *p = in + 5;
    double given[DTN_MAX_TRACK_OUT] = {0}, *out[DTN_MAX_TRACK_OUT], result = __builtin_nan("");
    dtn_track_memory t = {0};
    uint32_t n = 0;
    start[n++] = &in[3];
    if (spec.kind == DTN_TRACK_CONVEYOR)
        start[n++] = &in[4];
    for (uint32_t j = 0; j < n_leak; j++, p += 4) {
        start[n++] = p;
        spec.zone_start[j] = p[1];
        spec.zone_end[j] = p[2];
        spec.is_whole[j] = p[3] != 0;
        spec.n_whole += p[3] != 0;
    }
    for (uint32_t i = 0; i < spec.n_list; i++)
        start[n++] = p++;
    if (spec.n_age > 0)
        memcpy(spec.ages[0], p, sizeof spec.ages[0]);
    for (uint32_t k = 0; k < DTN_MAX_TRACK_OUT; k++)
        out[k] = &given[k];
    const dtn_track_values values = {start, NULL, out, 1};
    if (dtn_track_start(&t, &spec, 1, in[2], &values))
        result = in[0] == DTN_TRACK_TOTAL    ? total_of(&t)
                 : in[0] == DTN_TRACK_AGED   ? given[n_of_flows(&spec)]
                 : in[0] == DTN_TRACK_LENGTH ? t.count[0]
                                             : given[(uint32_t)in[0]];
    dtn_track_free(&t);
    return result;
}
