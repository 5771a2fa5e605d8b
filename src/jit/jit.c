/* Life of generated code, and the loops over lane groups and steps around it.
 *
 * Stocks must be looked at after every step. The step of a program in pieces does that itself. A
 * fused program makes a stretch of steps at once: a stock that is not finite stays so under Euler's
 * method (a floor lifts minus infinity before anybody looks, and nothing else), so it is looked at at
 * the stretch's end, and where a lane has gone wrong since its start, the group goes back and
 * makes the stretch again step by step, looking after each.
 */
#include "jit/inner.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STRETCH 64u /* steps between two looks at the stocks */

bool dtn_jit_is_built(void) { return true; }

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

dtn_status dtn_jit_new(const dtn_program *program, dtn_isa isa, uint32_t n_thread, dtn_jit **out)
{
    double t0 = seconds();
    dtn_jit *jit = calloc(1, sizeof *jit);
    if (!jit)
        return DTN_E_MEMORY;
    jit->p = program;
    jit->isa = isa < dtn_isa_best() ? isa : dtn_isa_best();
    dtn_status status = DTN_E_NOT_FOUND;
    if (dtn_jit_is_nested(program))
        status = dtn_jit_plan(jit) ? dtn_jit_engine(jit, n_thread) : DTN_E_MEMORY;
    if (status != DTN_OK) {
        dtn_jit_delete(jit);
        return status;
    }
    jit->seconds = seconds() - t0;
    *out = jit;
    return DTN_OK;
}

void dtn_jit_delete(dtn_jit *jit)
{
    if (!jit)
        return;
    dtn_jit_engine_delete(jit->engine);
    free(jit->times);
    free(jit->lengths);
    free(jit->is_fixed);
    free(jit->fixed);
    free(jit->in_memory);
    free(jit->joined_end);
    free(jit->is_elided);
    free(jit->pieces);
    free(jit);
}

uint32_t dtn_jit_pitch(const dtn_jit *jit) { return jit->pitch; }
uint32_t dtn_jit_group(const dtn_jit *jit) { return jit->group; }
bool dtn_jit_has_steps(const dtn_jit *jit) { return jit->has_steps; }
double dtn_jit_seconds(const dtn_jit *jit) { return jit->seconds; }

/* ---- Frames ----------------------------------------------------------------------------------- */

static void call_interpreter(dtn_jit_frame *f, uint64_t ins)
{
    f->interp->run(&f->m, (uint32_t)ins, (uint32_t)ins + 1);
}

static uint64_t iterate(dtn_jit_frame *f, uint64_t turn)
{
    return f->interp->iterate(&f->m, (uint32_t)turn);
}

dtn_jit_frame *dtn_jit_frame_new(const dtn_jit *jit)
{
    void *p = NULL;
    if (posix_memalign(&p, 64, sizeof(dtn_jit_frame)) != 0)
        return NULL;
    dtn_jit_frame *f = p;
    memset(f, 0, sizeof *f);
    f->times = jit->times;
    f->lengths = jit->lengths;
    f->call = call_interpreter;
    f->iterate = iterate;
    f->interp = dtn_interp_get(jit->isa);
    size_t n_state = jit->p->deriv0 - jit->p->stock0;
    f->kept = calloc(n_state * jit->group + 1, sizeof *f->kept);
    if (!f->kept) {
        free(f);
        return NULL;
    }
    return f;
}

void dtn_jit_frame_delete(dtn_jit_frame *frame)
{
    if (frame)
        free(frame->kept);
    free(frame);
}

/* ---- Groups ------------------------------------------------------------------------------------- */

static double *enter_group(const dtn_jit *jit, dtn_jit_frame *f, const dtn_machine *m,
                           uint32_t lane0)
{
    f->m = *m;
    f->m.mem = m->mem + lane0;
    f->m.n_lane = jit->group;
    f->m.run0 = m->run0 + lane0;
    f->m.memo = m->memo ? m->memo + lane0 / jit->group : NULL;
    f->overlays = m->overlays;
    return f->m.mem;
}

static void fill_row(const dtn_jit *jit, double *mem, uint32_t slot, double value)
{
    double *row = mem + (size_t)slot * jit->pitch;
    for (uint32_t i = 0; i < jit->group; i++)
        row[i] = value;
}

/* lean: only what a step needs, where there is such code. */
static void evaluate(const dtn_jit *jit, dtn_jit_frame *f, double *mem, bool lean)
{
    lean = lean && jit->has_lean;
    for (size_t i = 0; i < jit->n_piece; i++)
        if (!jit->pieces[i].is_step && jit->pieces[i].is_lean == lean)
            jit->pieces[i].fn(f, mem, 0, 0, 0);
}

void dtn_jit_eval(const dtn_jit *jit, dtn_jit_frame *frame, const dtn_machine *m, double time,
                  double step_time)
{
    for (uint32_t lane0 = 0; lane0 < m->n_lane; lane0 += jit->group) {
        double *mem = enter_group(jit, frame, m, lane0);
        frame->time = time;
        frame->step_time = step_time;
        if (jit->is_fused)
            jit->pieces[0].fn(frame, mem, m->step, m->step, 0);
        else
            evaluate(jit, frame, mem, false);
    }
}

/* ---- Steps ------------------------------------------------------------------------------------ */

typedef struct stretch {
    const dtn_jit *jit;
    dtn_jit_frame *f;
    double *mem;
    uint32_t lane0;
    dtn_jit_flag_fn flag;
    void *flag_ctx;
} stretch;

static void set_time(stretch *s, uint32_t step)
{
    const dtn_program *p = s->jit->p;
    s->f->m.step = step;
    s->f->time = s->f->step_time = s->jit->times[step];
    s->f->dt = s->jit->lengths[step];
    fill_row(s->jit, s->mem, p->time_slot, s->f->time);
    fill_row(s->jit, s->mem, p->step_time_slot, s->f->time);
}

/* From `first` to `end`, evaluated there. */
static void make_steps(stretch *s, uint32_t first, uint32_t end, bool evaluated)
{
    s->jit->pieces[0].fn(s->f, s->mem, first, end, evaluated && end > first);
    set_time(s, end);
}

static void copy_state(stretch *s, bool back)
{
    const dtn_program *p = s->jit->p;
    const uint32_t n = s->jit->group;
    for (uint32_t slot = p->stock0; slot < p->deriv0; slot++) {
        double *row = s->mem + (size_t)slot * s->jit->pitch;
        double *kept = s->f->kept + (size_t)(slot - p->stock0) * n;
        memcpy(back ? row : kept, back ? kept : row, n * sizeof *row);
    }
}

/* Lanes whose stocks are not all finite: bits. */
static uint64_t wrong_lanes(const stretch *s)
{
    const dtn_program *p = s->jit->p;
    double acc[DTN_JIT_VECTOR * DTN_JIT_UNROLL] = {0};
    uint64_t wrong = 0;
    s->f->interp->finite(p->n_stock, s->jit->group, s->jit->pitch,
                         s->mem + (size_t)p->stock0 * s->jit->pitch, acc);
    for (uint32_t i = 0; i < s->jit->group; i++)
        wrong |= (uint64_t)(isnan(acc[i]) != 0) << i;
    return wrong;
}

static void flag_lanes(const stretch *s, uint64_t wrong, uint32_t step)
{
    const dtn_program *p = s->jit->p;
    for (uint32_t i = 0; i < s->jit->group; i++) {
        if (!(wrong >> i & 1))
            continue;
        uint32_t slot = p->stock0;
        while (isfinite(s->mem[(size_t)slot * s->jit->pitch + i]))
            slot++;
        s->flag(s->flag_ctx, s->lane0 + i, slot, step);
    }
}

/* Pieces: the step itself tells of lanes to look at. */
static void run_pieces(stretch *s, uint32_t first, uint32_t end, bool evaluated)
{
    const dtn_jit *jit = s->jit;
    uint64_t known = 0;
    for (uint32_t step = first;; step++) {
        set_time(s, step);
        if (!evaluated || step > first)
            evaluate(jit, s->f, s->mem, step < end);
        if (step == end)
            return;
        jit->pieces[jit->n_piece - 1].fn(s->f, s->mem, 0, 0, 0);
        if (s->f->wrong & ~known) {
            uint64_t wrong = wrong_lanes(s) & ~known;
            flag_lanes(s, wrong, step + 1);
            known |= wrong;
        }
    }
}

/* Fused: stretches of steps. */
static void run_fused(stretch *s, uint32_t first, uint32_t end, bool evaluated)
{
    uint64_t known = 0;
    uint32_t step = first;
    do {
        uint32_t next = end - step < STRETCH ? end : step + STRETCH;
        if (next - step > 1)
            copy_state(s, false);
        make_steps(s, step, next, evaluated);
        uint64_t wrong = next > step ? wrong_lanes(s) & ~known : 0;
        if (wrong && next - step > 1) {
            copy_state(s, true);
            for (uint32_t k = step; k < next; k++) {
                make_steps(s, k, k + 1, k > step);
                wrong = wrong_lanes(s) & ~known;
                flag_lanes(s, wrong, k + 1);
                known |= wrong;
            }
        } else if (wrong) {
            flag_lanes(s, wrong, next);
            known |= wrong;
        }
        evaluated = true;
        step = next;
    } while (step < end);
}

void dtn_jit_steps(const dtn_jit *jit, dtn_jit_frame *frame, const dtn_machine *m, uint32_t n_step,
                   bool evaluated, dtn_jit_flag_fn flag, void *flag_ctx)
{
    for (uint32_t lane0 = 0; lane0 < m->n_lane; lane0 += jit->group) {
        stretch s = {jit, frame, enter_group(jit, frame, m, lane0), lane0, flag, flag_ctx};
        if (jit->is_fused)
            run_fused(&s, m->step, m->step + n_step, evaluated);
        else
            run_pieces(&s, m->step, m->step + n_step, evaluated);
    }
}
