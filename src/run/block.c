/* A block of runs: memory, time stepping, snapshots, flags.
 *
 * Integration is fixed-step: Euler, midpoint RK2 (Heun's form as the field's engines use), and
 * the classical RK4. Held memory and fixed delays change once a step, from the values at its
 * start, whatever the method. Time is start + step * dt, never accumulated.
 */
#include "compile/draw.h"
#include "compile/interp.h"
#include "run/ring.h"
#include "run/run.h"
#include "compile/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Steps of generated code that may be owed: a caller that counts them should not wait long. */
#define MOST_OWED 4096u

struct dtn_block {
    const dtn_program *p;
    const dtn_interp *interp;
    dtn_machine m;
    const dtn_jit *jit; /* NULL: the interpreter executes */
    dtn_jit_frame *frame;
    uint32_t owed;       /* steps that were asked for and not yet made */
    uint32_t n_lane_max; /* as asked for */
    uint32_t n;          /* lanes in use */
    bool is_evaluated;
    double *work;    /* RK: stocks at the start, sums of slopes [2][n_stock][n_lane] */
    double *pending; /* [n_pending][n_lane]: next values of held memory */
    uint32_t n_pending;
    double *ring_inputs; /* [n_ring][2][n_lane]: input and delay time of a step's first stage */
    double *acc;         /* [n_lane] finite check */
    dtn_flag *flags;
    dtn_ring_memory *rings;
    dtn_track_memory *tracks;
    double *track_inputs; /* [n_track][DTN_MAX_TRACK_IN][n_lane] of a step's first stage */
    bool out_of_memory;   /* a ring or a track could not grow */
    dtn_memo *memos;      /* [n_memo] draws kept between branches, of each group of lanes */
    uint32_t n_memo;
    uint32_t *memo_slots; /* [n_ins] */
};

struct dtn_snapshot {
    double *mem; /* [deriv0 - parameter0][stride] */
    size_t n_mem;
    uint32_t step, n_lane, n;
    uint64_t overlays, run0, seed;
    dtn_flag *flags;
    dtn_ring_memory *rings;
    uint32_t n_ring;
    dtn_track_memory *tracks;
    uint32_t n_track;
};

static double *slot_at(const dtn_block *b, uint32_t slot)
{
    return b->m.mem + (size_t)slot * b->m.stride;
}

/* ---- Life ------------------------------------------------------------------- */

static double *aligned(size_t n)
{
    void *p = NULL;
    if (n > SIZE_MAX / sizeof(double) / 2 || posix_memalign(&p, 64, (n ? n : 1) * sizeof(double)))
        return NULL;
    memset(p, 0, (n ? n : 1) * sizeof(double));
    return p;
}

static void fill(double *row, uint32_t n, double value)
{
    for (uint32_t i = 0; i < n; i++)
        row[i] = value;
}

static uint32_t rounded_up(uint32_t n, uint32_t unit) { return (n + unit - 1) / unit * unit; }

static bool has_wide_draws(const dtn_program *p)
{
    bool any = false;
    for (size_t i = 0; i < p->n_ins; i++)
        any = any || p->ins[i].op == DTN_I_DRAW_WIDE;
    return any;
}

static bool allocate(dtn_block *b)
{
    const dtn_program *p = b->p;
    const size_t lanes = b->m.n_lane, stride = b->m.stride;
    b->m.mem = aligned((b->jit ? dtn_jit_slots(b->jit) : p->n_slot) * stride);
    b->m.scratch = aligned(DTN_SCRATCH_ROWS * lanes);
    b->m.work = aligned(p->n_work);
    b->acc = aligned(lanes);
    b->work = p->method == DTN_EULER ? NULL : aligned(2 * p->n_stock * stride);
    b->pending = aligned(b->n_pending * stride);
    b->ring_inputs = aligned(2 * p->n_ring * lanes);
    b->flags = dtn_alloc(lanes * sizeof *b->flags);
    b->rings = dtn_alloc((p->n_ring + 1) * sizeof *b->rings);
    b->tracks = dtn_alloc((p->n_track + 1) * sizeof *b->tracks);
    b->track_inputs = aligned(p->n_track * DTN_MAX_TRACK_IN * lanes);
    b->frame = b->jit ? dtn_jit_frame_new(b->jit) : NULL;
    if (has_wide_draws(p) && !(b->m.kept = dtn_alloc(p->n_ins * sizeof *b->m.kept)))
        return false;
    return b->m.mem && b->m.scratch && b->m.work && b->acc && b->pending && b->ring_inputs &&
           b->flags && b->rings && b->tracks && b->track_inputs &&
           (p->method == DTN_EULER || b->work) && (!b->jit || b->frame);
}

dtn_block *dtn_block_new_jit(const dtn_program *program, uint32_t n_lane, dtn_isa isa,
                             const dtn_jit *jit)
{
    dtn_block *b = dtn_alloc(sizeof *b);
    if (!b || n_lane == 0) {
        dtn_free(b);
        return NULL;
    }
    b->p = program;
    b->jit = jit && n_lane <= dtn_jit_pitch(jit) ? jit : NULL;
    uint32_t lanes = rounded_up(n_lane, b->jit ? dtn_jit_group(jit) : DTN_LANE_PAD);
    uint32_t stride = b->jit ? dtn_jit_pitch(jit) : lanes;
    b->interp = dtn_interp_get(isa);
    b->n_lane_max = n_lane;
    for (size_t i = 0; i < program->n_commit; i++)
        b->n_pending += program->commits[i].n;
    b->m =
        (dtn_machine){.p = program, .math = dtn_math_get(isa), .n_lane = lanes, .stride = stride};
    if (!allocate(b)) {
        dtn_block_delete(b);
        return NULL;
    }
    for (uint32_t i = 0; i < program->parameter0; i++)
        fill(slot_at(b, i), stride, program->literals[i]);
    return b;
}

dtn_block *dtn_block_new(const dtn_program *program, uint32_t n_lane, dtn_isa isa)
{
    return dtn_block_new_jit(program, n_lane, isa, NULL);
}

static void delete_rings(dtn_ring_memory *rings, size_t n)
{
    for (size_t i = 0; rings && i < n; i++)
        dtn_ring_free(&rings[i]);
    dtn_free(rings);
}

static void delete_tracks(dtn_track_memory *tracks, size_t n)
{
    for (size_t i = 0; tracks && i < n; i++)
        dtn_track_free(&tracks[i]);
    dtn_free(tracks);
}

static void delete_memos(dtn_block *b)
{
    if (b->memos) { /* the first one's memory is everyone's */
        free(b->memos[0].rows);
        free(b->memos[0].filled);
    }
    dtn_free(b->memos);
    dtn_free(b->memo_slots);
    b->memos = NULL;
    b->memo_slots = NULL;
    b->m.memo = NULL;
}

void dtn_block_delete(dtn_block *block)
{
    if (!block)
        return;
    delete_memos(block);
    delete_rings(block->rings, block->p->n_ring);
    delete_tracks(block->tracks, block->p->n_track);
    free(block->track_inputs);
    free(block->m.mem);
    free(block->m.scratch);
    free(block->m.work);
    free(block->acc);
    dtn_jit_frame_delete(block->frame);
    dtn_free(block->m.kept);
    free(block->work);
    free(block->pending);
    free(block->ring_inputs);
    dtn_free(block->flags);
    dtn_free(block);
}

/* ---- Delays by whole steps -------------------------------------------------------- */

static void start_rings(dtn_block *b, uint32_t overlay)
{
    const dtn_program *p = b->p;
    for (uint32_t i = 0; i < p->n_ring; i++) {
        const dtn_ring *spec = &p->rings[i];
        uint32_t left = b->m.step < p->n_step ? p->n_step - b->m.step : 1;
        if (spec->overlay != overlay && !(overlay == 0 && !b->rings[i].values))
            continue;
        if (!dtn_ring_start(&b->rings[i], spec->kind, b->m.n_lane, slot_at(b, spec->delay_slot),
                            p->dt, left, slot_at(b, spec->value_slot)))
            b->out_of_memory = true;
    }
}

/* Later stages of a step overwrite them. */
static void keep_ring_inputs(dtn_block *b)
{
    size_t lanes = b->m.n_lane;
    for (uint32_t i = 0; i < b->p->n_ring; i++) {
        const dtn_ring *spec = &b->p->rings[i];
        double *kept = b->ring_inputs + 2 * i * lanes;
        memcpy(kept, slot_at(b, spec->input_slot), lanes * sizeof *kept);
        memcpy(kept + lanes, slot_at(b, spec->length_slot), lanes * sizeof *kept);
    }
}

static void turn_rings(dtn_block *b)
{
    size_t lanes = b->m.n_lane;
    for (uint32_t i = 0; i < b->p->n_ring; i++) {
        const dtn_ring *spec = &b->p->rings[i];
        const double *kept = b->ring_inputs + 2 * i * lanes;
        dtn_ring_turn(&b->rings[i], spec->kind, b->m.n_lane, kept, kept + lanes, b->p->dt,
                      slot_at(b, spec->missing_slot), slot_at(b, spec->value_slot));
    }
}

/* ---- Conveyors and queues ------------------------------------------------------------ */

static void start_tracks(dtn_block *b, uint32_t overlay)
{
    const dtn_program *p = b->p;
    for (uint32_t i = 0; i < p->n_track; i++) {
        const dtn_track *spec = &p->tracks[i];
        const double *start[DTN_MAX_TRACK_START];
        double *out[DTN_MAX_TRACK_OUT];
        if (spec->overlay != overlay && !(overlay == 0 && !b->tracks[i].rows))
            continue;
        for (uint32_t k = 0; k < spec->n_start; k++)
            start[k] = slot_at(b, spec->start[k]);
        for (uint32_t k = 0; k < spec->n_out; k++)
            out[k] = slot_at(b, spec->out[k]);
        const dtn_track_values values = {start, NULL, out, b->m.stride};
        if (!dtn_track_start(&b->tracks[i], spec, b->m.n_lane, p->dt, &values))
            b->out_of_memory = true;
    }
}

static double *track_input(const dtn_block *b, size_t track, uint32_t k)
{
    return b->track_inputs + (track * DTN_MAX_TRACK_IN + k) * b->m.n_lane;
}

static void read_track_inputs(const dtn_block *b, uint32_t track,
                              const double *in[DTN_MAX_TRACK_IN])
{
    for (uint32_t k = 0; k < b->p->tracks[track].n_in; k++)
        in[k] = track_input(b, track, k);
}

static void keep_track_inputs(dtn_block *b)
{
    for (uint32_t i = 0; i < b->p->n_track; i++)
        for (uint32_t k = 0; k < b->p->tracks[i].n_in; k++)
            memcpy(track_input(b, i, k), slot_at(b, b->p->tracks[i].in[k]),
                   b->m.n_lane * sizeof(double));
}

/* Where inflows come on that spread as they leak from another conveyor: before any of them turns. */
static void see_sources(dtn_block *b)
{
    const dtn_program *p = b->p;
    for (uint32_t i = 0; i < p->n_track; i++)
        for (uint32_t s = 0; s < p->tracks[i].n_spread; s++) {
            const dtn_track *spec = &p->tracks[i];
            const uint32_t from = spec->from[s];
            const double *in[DTN_MAX_TRACK_IN], *from_in[DTN_MAX_TRACK_IN];
            if (spec->spreads[s] != DTN_SPREAD_SOURCE || from == DTN_NONE)
                continue;
            read_track_inputs(b, i, in);
            read_track_inputs(b, from, from_in);
            const dtn_track_values v = {NULL, in, NULL, b->m.stride},
                                   from_v = {NULL, from_in, NULL, b->m.stride};
            if (!dtn_track_see(&b->tracks[i], spec, s, b->m.n_lane, p->dt, &v, &b->tracks[from],
                               &p->tracks[from], &from_v))
                b->out_of_memory = true;
        }
}

static void turn_tracks(dtn_block *b)
{
    see_sources(b);
    for (uint32_t i = 0; i < b->p->n_track; i++) {
        const dtn_track *spec = &b->p->tracks[i];
        const double *in[DTN_MAX_TRACK_IN];
        double *out[DTN_MAX_TRACK_OUT];
        read_track_inputs(b, i, in);
        for (uint32_t k = 0; k < spec->n_out; k++)
            out[k] = slot_at(b, spec->out[k]);
        const dtn_track_values values = {NULL, in, out, b->m.stride};
        if (!dtn_track_turn(&b->tracks[i], spec, b->m.n_lane, b->p->dt, &values))
            b->out_of_memory = true;
    }
}

/* ---- Start and overlays ---------------------------------------------------------- */

static void set_time(dtn_block *b, double t) { fill(slot_at(b, b->p->time_slot), b->m.n_lane, t); }

static void set_step_time(dtn_block *b, double t)
{
    set_time(b, t);
    fill(slot_at(b, b->p->step_time_slot), b->m.n_lane, t);
}

dtn_status dtn_block_start(dtn_block *block, uint64_t seed, uint64_t run0, uint32_t n,
                           size_t n_param, const uint32_t *param_ids, const double *params)
{
    dtn_block *b = block;
    const dtn_program *p = b->p;
    uint32_t lanes = b->m.n_lane;
    if (n == 0 || n > b->n_lane_max)
        return DTN_E_RANGE;
    for (size_t i = 0; i < n_param; i++)
        if (p->parameters[param_ids[i]].is_held)
            return DTN_E_RANGE;
    b->n = n;
    b->m.seed = seed;
    b->m.run0 = run0;
    b->m.step = 0;
    b->m.overlays = 0;
    b->m.memo = NULL; /* of other runs */
    b->is_evaluated = false;
    b->owed = 0;
    for (size_t i = 0; i < p->n_parameter; i++)
        fill(slot_at(b, p->parameters[i].slot), lanes, p->parameters[i].value);
    for (size_t i = 0; i < n_param;
         i++) { /* lanes beyond n repeat the last: computed, not counted */
        double *row = slot_at(b, p->parameters[param_ids[i]].slot);
        for (uint32_t l = 0; l < lanes; l++)
            row[l] = params[i * n + (l < n ? l : n - 1)];
    }
    memset(slot_at(b, p->constant0), 0,
           (size_t)(p->n_slot - p->constant0) * b->m.stride * sizeof(double));
    for (uint32_t l = 0; l < lanes; l++)
        b->flags[l] = (dtn_flag){DTN_NONE, 0};
    set_step_time(b, p->start);
    b->interp->run(&b->m, p->init_first, p->init_end);
    dtn_jit_constants_changed(b->frame);
    start_rings(b, 0);
    start_tracks(b, 0);
    return b->out_of_memory ? DTN_E_MEMORY : DTN_OK;
}

static uint32_t var_of_stock(const dtn_program *p, uint32_t slot)
{
    for (size_t i = 0; i < p->model->n_var; i++)
        if (p->places[i].slot != DTN_NONE && slot >= p->places[i].slot &&
            slot < p->places[i].slot + p->places[i].n)
            return (uint32_t)i;
    for (size_t i = 0; i < p->n_ins; i++) /* a hidden stock: whose equation made it */
        if (p->ins[i].dst == slot)
            return p->ins[i].var;
    return DTN_NONE;
}

static void flag_stock(void *ctx, uint32_t lane, uint32_t slot, uint32_t step)
{
    dtn_block *b = ctx;
    if (lane < b->n && b->flags[lane].var == DTN_NONE)
        b->flags[lane] = (dtn_flag){var_of_stock(b->p, slot), step};
}

/* Make the steps that are owed; with `looks` all variables are then those of now, else the state alone. */
static void settle(dtn_block *b, bool looks)
{
    uint32_t n = b->owed;
    if (n == 0)
        return;
    b->owed = 0;
    dtn_jit_steps(b->jit, b->frame, &b->m, n, b->is_evaluated, looks, flag_stock, b);
    b->m.step += n;
    b->is_evaluated = looks;
}

static void clear_slopes(dtn_block *b)
{
    memset(slot_at(b, b->p->deriv0), 0, (size_t)b->p->n_stock * b->m.stride * sizeof(double));
}

void dtn_block_set_overlay(dtn_block *block, uint32_t overlay, int on)
{
    dtn_block *b = block;
    if (overlay == 0 || overlay > b->p->n_overlay)
        return;
    settle(b, on);
    if (on) {
        dtn_block_eval(b);
        b->interp->run(&b->m, b->p->overlay_first[overlay - 1], b->p->overlay_end[overlay - 1]);
        dtn_jit_constants_changed(b->frame);
        start_rings(b, overlay);
        start_tracks(b, overlay);
        b->m.overlays |= UINT64_C(1) << (overlay - 1);
    } else {
        b->m.overlays &= ~(UINT64_C(1) << (overlay - 1));
    }
    clear_slopes(b);
    b->is_evaluated = false;
}

/* ---- Draws kept between branches ------------------------------------------------------ */

static bool make_memos(dtn_block *b, uint32_t n_step)
{
    const uint32_t lanes = b->jit ? dtn_jit_group(b->jit) : b->m.n_lane;
    uint32_t n_slot = 0;
    b->n_memo = b->m.n_lane / lanes;
    b->memo_slots = dtn_memo_slots(b->p, &n_slot);
    const size_t rows = (size_t)n_slot * n_step;
    if (!b->memo_slots || rows == 0 || lanes > DTN_MEMO_LANES ||
        rows > DTN_MEMO_BYTES / sizeof(double) / b->m.n_lane)
        return false;
    b->memos = dtn_alloc(b->n_memo * sizeof *b->memos);
    if (!b->memos)
        return false;
    double *all = b->memos[0].rows = calloc(rows * b->m.n_lane, sizeof(double));
    uint64_t *filled = b->memos[0].filled = calloc(rows * b->n_memo, sizeof *filled);
    for (uint32_t i = 0; all && filled && i < b->n_memo; i++)
        b->memos[i] = (dtn_memo){.n_step = n_step,
                                 .n_slot = n_slot,
                                 .n_lane = lanes,
                                 .slot_of = b->memo_slots,
                                 .rows = all + i * rows * lanes,
                                 .filled = filled + i * rows};
    return all && filled;
}

void dtn_block_keep_draws(dtn_block *block, uint32_t n_step)
{
    dtn_block *b = block;
    settle(b, false);
    if (b->memos && b->memos[0].n_step < n_step)
        delete_memos(b);
    if (!b->memos && !make_memos(b, n_step)) {
        delete_memos(b); /* it only saves time */
        return;
    }
    memset(b->memos[0].filled, 0,
           (size_t)b->n_memo * b->memos[0].n_slot * b->memos[0].n_step * sizeof(uint64_t));
    for (uint32_t i = 0; i < b->n_memo; i++)
        b->memos[i].step0 = b->memos[i].step = b->m.step;
    b->m.memo = b->memos;
}

/* ---- Stepping ----------------------------------------------------------------------- */

uint32_t dtn_block_step_index(const dtn_block *block) { return block->m.step + block->owed; }

double dtn_block_time(const dtn_block *block)
{
    return dtn_program_time(block->p, dtn_block_step_index(block));
}

static void slopes(dtn_block *b, double t)
{
    set_time(b, t);
    if (b->jit)
        dtn_jit_eval(b->jit, b->frame, &b->m, t, dtn_program_time(b->p, b->m.step));
    else
        b->interp->run(&b->m, b->p->step_first, b->p->step_end);
}

void dtn_block_eval(dtn_block *block)
{
    settle(block, true);
    if (block->is_evaluated)
        return;
    set_step_time(block, dtn_block_time(block));
    slopes(block, dtn_block_time(block));
    block->is_evaluated = true;
}

static void keep_pending(dtn_block *b)
{
    size_t at = 0, lanes = b->m.stride;
    for (size_t i = 0; i < b->p->n_commit; i++) {
        const dtn_copy *c = &b->p->commits[i];
        memcpy(b->pending + at, slot_at(b, c->from), c->n * lanes * sizeof(double));
        at += c->n * lanes;
    }
}

/* Held values change after the stages, which must still see the old ones. */
static void commit_pending(dtn_block *b)
{
    size_t at = 0, lanes = b->m.stride;
    for (size_t i = 0; i < b->p->n_commit; i++) {
        const dtn_copy *c = &b->p->commits[i];
        memcpy(slot_at(b, c->to), b->pending + at, c->n * lanes * sizeof(double));
        at += c->n * lanes;
    }
}

static double step_length(const dtn_block *b)
{
    const dtn_program *p = b->p;
    return p->dt_changes && b->m.step < p->n_step ? p->times[b->m.step + 1] - p->times[b->m.step]
                                                  : p->dt;
}

static void euler(dtn_block *b, size_t n)
{
    double *s = slot_at(b, b->p->stock0), *d = slot_at(b, b->p->deriv0);
    b->interp->axpy(n, s, s, step_length(b), d);
}

static void rk2(dtn_block *b, size_t n)
{
    double *s = slot_at(b, b->p->stock0), *d = slot_at(b, b->p->deriv0);
    double *s0 = b->work, *k1 = b->work + n, dt = step_length(b), t = dtn_block_time(b);
    memcpy(s0, s, n * sizeof *s);
    memcpy(k1, d, n * sizeof *d);
    b->interp->axpy(n, s, s0, dt, d);
    slopes(b, t + dt);
    b->interp->axpy(n, k1, k1, 1, d);
    b->interp->axpy(n, s, s0, dt / 2, k1);
}

static void rk4(dtn_block *b, size_t n)
{
    double *s = slot_at(b, b->p->stock0), *d = slot_at(b, b->p->deriv0);
    double *s0 = b->work, *sum = b->work + n, dt = step_length(b), t = dtn_block_time(b);
    memcpy(s0, s, n * sizeof *s);
    memcpy(sum, d, n * sizeof *d);
    b->interp->axpy(n, s, s0, dt / 2, d);
    slopes(b, t + dt / 2);
    b->interp->axpy(n, sum, sum, 2, d);
    b->interp->axpy(n, s, s0, dt / 2, d);
    slopes(b, t + dt / 2);
    b->interp->axpy(n, sum, sum, 2, d);
    b->interp->axpy(n, s, s0, dt, d);
    slopes(b, t + dt);
    b->interp->axpy(n, sum, sum, 1, d);
    b->interp->axpy(n, s, s0, dt / 6, sum);
}

/* Stocks that are not negative. NaN stays, so that the lane is flagged. */
static void hold_floors(dtn_block *b)
{
    for (size_t i = 0; i < b->p->n_floor; i++) {
        const dtn_copy *f = &b->p->floors[i];
        double *row = slot_at(b, f->from);
        for (size_t k = 0; k < (size_t)f->n * b->m.stride; k++)
            row[k] = row[k] < 0 ? 0 : row[k];
    }
}

static void check_stocks(dtn_block *b)
{
    const dtn_program *p = b->p;
    uint32_t lanes = b->m.n_lane;
    memset(b->acc, 0, lanes * sizeof *b->acc);
    b->interp->finite(p->n_stock, lanes, b->m.stride, slot_at(b, p->stock0), b->acc);
    for (uint32_t l = 0; l < b->n; l++) {
        if (!isnan(b->acc[l]) || b->flags[l].var != DTN_NONE)
            continue;
        uint32_t s = p->stock0;
        while (isfinite(slot_at(b, s)[l]))
            s++;
        flag_stock(b, l, s, b->m.step);
    }
}

void dtn_block_step(dtn_block *block)
{
    dtn_block *b = block;
    size_t n = (size_t)b->p->n_stock * b->m.stride;
    if (b->jit && dtn_jit_has_steps(b->jit)) {
        if (++b->owed == MOST_OWED)
            settle(b, false);
        return;
    }
    dtn_block_eval(b);
    keep_pending(b);
    keep_ring_inputs(b);
    keep_track_inputs(b);
    if (b->p->method == DTN_EULER)
        euler(b, n);
    else if (b->p->method == DTN_RK2)
        rk2(b, n);
    else
        rk4(b, n);
    hold_floors(b);
    commit_pending(b);
    turn_rings(b);
    turn_tracks(b);
    b->m.step++;
    b->is_evaluated = false;
    check_stocks(b);
}

/* ---- Values and flags ------------------------------------------------------------------ */

static bool is_state(const dtn_program *p, uint32_t slot) { return slot < p->deriv0; }

bool dtn_block_is_state(const dtn_block *block, uint32_t var)
{
    return is_state(block->p, block->p->places[var].slot);
}

const double *dtn_block_value(dtn_block *block, uint32_t var, uint32_t element)
{
    const uint32_t slot = block->p->places[var].slot;
    settle(block, !is_state(block->p, slot));
    return slot_at(block, slot + element);
}

/* Are all values of all variables finite, also those that do not count? Mostly, and sooner told. */
static bool is_all_finite(dtn_block *b)
{
    const dtn_program *p = b->p;
    bool ok = true;
    memset(b->acc, 0, b->m.n_lane * sizeof *b->acc);
    for (uint32_t v = 0; v < p->model->n_var; v++)
        if (p->places[v].slot != DTN_NONE)
            b->interp->finite(p->places[v].n, b->m.n_lane, b->m.stride,
                              slot_at(b, p->places[v].slot), b->acc);
    for (uint32_t l = 0; l < b->n; l++)
        ok = ok && !isnan(b->acc[l]);
    return ok;
}

void dtn_block_check(dtn_block *block)
{
    dtn_block *b = block;
    const dtn_program *p = b->p;
    dtn_block_eval(b);
    if (is_all_finite(b))
        return;
    for (uint32_t v = 0; v < p->model->n_var; v++) {
        const dtn_place *place = &p->places[v];
        if (place->slot == DTN_NONE || p->model->vars[v].is_hidden ||
            (p->model->vars[v].overlay > 0 &&
             !(b->m.overlays >> (p->model->vars[v].overlay - 1) & 1)))
            continue;
        for (uint32_t e = 0; e < place->n; e++) {
            const double *row = slot_at(b, place->slot + e);
            if (place->defined && !place->defined[e])
                continue;
            for (uint32_t l = 0; l < b->n; l++)
                if (!isfinite(row[l]) && b->flags[l].var == DTN_NONE)
                    b->flags[l] = (dtn_flag){v, b->m.step};
        }
    }
}

dtn_flag dtn_block_flag(dtn_block *block, uint32_t lane)
{
    settle(block, false);
    return block->flags[lane];
}

/* ---- Snapshots ---------------------------------------------------------------------------- */

static size_t remembered(const dtn_block *b)
{
    return (size_t)(b->p->deriv0 - b->p->parameter0) * b->m.stride;
}

dtn_snapshot *dtn_snapshot_new(const dtn_block *block)
{
    dtn_snapshot *s = dtn_alloc(sizeof *s);
    if (!s)
        return NULL;
    s->n_mem = remembered(block);
    s->n_lane = block->m.n_lane;
    s->n_ring = (uint32_t)block->p->n_ring;
    s->mem = dtn_alloc((s->n_mem + 1) * sizeof *s->mem);
    s->flags = dtn_alloc(s->n_lane * sizeof *s->flags);
    s->rings = dtn_alloc((s->n_ring + 1) * sizeof *s->rings);
    s->n_track = (uint32_t)block->p->n_track;
    s->tracks = dtn_alloc((s->n_track + 1) * sizeof *s->tracks);
    if (!s->mem || !s->flags || !s->rings || !s->tracks) {
        dtn_snapshot_delete(s);
        return NULL;
    }
    return s;
}

void dtn_snapshot_delete(dtn_snapshot *snapshot)
{
    if (!snapshot)
        return;
    delete_rings(snapshot->rings, snapshot->n_ring);
    delete_tracks(snapshot->tracks, snapshot->n_track);
    dtn_free(snapshot->mem);
    dtn_free(snapshot->flags);
    dtn_free(snapshot);
}

static bool copy_rings(dtn_ring_memory *to, const dtn_ring_memory *from, uint32_t n_ring,
                       uint32_t lanes)
{
    for (uint32_t i = 0; i < n_ring; i++)
        if (!dtn_ring_copy(&to[i], &from[i], lanes))
            return false;
    return true;
}

static bool copy_tracks(dtn_track_memory *to, const dtn_track_memory *from, uint32_t n_track,
                        uint32_t lanes)
{
    for (uint32_t i = 0; i < n_track; i++)
        if (!dtn_track_copy(&to[i], &from[i], lanes))
            return false;
    return true;
}

dtn_status dtn_block_save(dtn_block *block, dtn_snapshot *into)
{
    dtn_block *b = block;
    settle(b, false);
    memcpy(into->mem, slot_at(b, b->p->parameter0), into->n_mem * sizeof *into->mem);
    memcpy(into->flags, b->flags, into->n_lane * sizeof *into->flags);
    into->step = b->m.step;
    into->overlays = b->m.overlays;
    into->run0 = b->m.run0;
    into->seed = b->m.seed;
    into->n = b->n;
    return copy_rings(into->rings, b->rings, into->n_ring, into->n_lane) &&
                   copy_tracks(into->tracks, b->tracks, into->n_track, into->n_lane)
               ? DTN_OK
               : DTN_E_MEMORY;
}

dtn_status dtn_block_restore(dtn_block *block, const dtn_snapshot *from)
{
    dtn_block *b = block;
    if (from->n_lane != b->m.n_lane || from->n_mem != remembered(b))
        return DTN_E_RANGE;
    memcpy(slot_at(b, b->p->parameter0), from->mem, from->n_mem * sizeof *from->mem);
    dtn_jit_constants_changed(b->frame);
    memcpy(b->flags, from->flags, from->n_lane * sizeof *from->flags);
    if (from->run0 != b->m.run0 || from->seed != b->m.seed)
        b->m.memo = NULL;
    b->owed = 0;
    b->m.step = from->step;
    b->m.overlays = from->overlays;
    b->m.run0 = from->run0;
    b->m.seed = from->seed;
    b->n = from->n;
    memset(slot_at(b, b->p->deriv0), 0,
           (size_t)(b->p->n_slot - b->p->deriv0) * b->m.stride * sizeof(double));
    b->is_evaluated = false;
    return copy_rings(b->rings, from->rings, from->n_ring, from->n_lane) &&
                   copy_tracks(b->tracks, from->tracks, from->n_track, from->n_lane)
               ? DTN_OK
               : DTN_E_MEMORY;
}
