/* Life of generated code, and the loops over lane groups and steps around it.
 *
 * Stocks must be looked at after every step. The step of a program in pieces does that itself. A
 * fused program makes a stretch of steps at once: a stock that is not finite stays so under Euler's
 * method (a floor lifts minus infinity before anybody looks, and nothing else), so it is looked at at
 * the stretch's end, and where a lane has gone wrong since its start, the group goes back and
 * makes the stretch again step by step, looking after each. It goes back too where the processor
 * noted an event that division by reciprocals cannot do (divide.c).
 */
#include "jit/inner.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#define STRETCH 64u      /* steps between two looks at the stocks */
#define WORTH_KEEPING 4u /* steps for which the state is kept to go back to */

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
    jit->isa = isa < dtn_isa_best() ? isa : dtn_isa_best();
    dtn_status status = DTN_E_NOT_FOUND;
    if (dtn_jit_is_nested(program))
        status = dtn_jit_arrange(jit, program) && dtn_jit_plan(jit) ? dtn_jit_engine(jit, n_thread)
                                                                    : DTN_E_MEMORY;
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
    free(jit->is_stored);
    free(jit->is_late);
    free(jit->timed_slot);
    free(jit->joined_end);
    free(jit->is_elided);
    free(jit->is_needed);
    free(jit->timed);
    free(jit->timed_values);
    free(jit->reciprocal);
    free(jit->pieces);
    free(jit->own.addresses);
    free(jit->own.ins);
    free(jit->origin);
    free(jit);
}

uint32_t dtn_jit_pitch(const dtn_jit *jit) { return jit->pitch; }
uint32_t dtn_jit_slots(const dtn_jit *jit) { return jit->p->n_slot; }
uint32_t dtn_jit_group(const dtn_jit *jit) { return jit->group; }
bool dtn_jit_has_steps(const dtn_jit *jit) { return jit->has_steps; }
double dtn_jit_seconds(const dtn_jit *jit) { return jit->seconds; }

/* ---- Events ---------------------------------------------------------------------------------------- */

/* What division by reciprocals cannot do, the processor notes in its exception flags: invalid operations,
 * denormal operands, overflow, underflow. */
#if defined(__x86_64__)
enum { EVENTS = 0x1b, ALL_EVENTS = 0x3f };
static bool had_event(void) { return (_mm_getcsr() & EVENTS) != 0; }
static void forget_events(void) /* they are seldom there, and reading costs less than writing */
{
    if (had_event())
        _mm_setcsr(_mm_getcsr() & ~(unsigned)ALL_EVENTS);
}
static unsigned kept_events(void) { return _mm_getcsr(); }
static void put_events(unsigned events) { _mm_setcsr(events); }
#else
static bool had_event(void) { return false; }
static void forget_events(void) {}
static unsigned kept_events(void) { return 0; }
static void put_events(unsigned events) { (void)events; }
#endif

/* ---- Frames ----------------------------------------------------------------------------------- */

/* Events of the interpreter's own work say nothing of the code around it. They are seldom new. */
static void call_interpreter(dtn_jit_frame *f, uint64_t ins)
{
    const unsigned events = kept_events();
    f->interp->run(&f->m, (uint32_t)ins, (uint32_t)ins + 1);
    if (kept_events() != events)
        put_events(events);
}

/* Draws seldom make events, and asking for them waits for all arithmetic before: where too many evaluations
 * have to be made again, draws are called carefully. */
enum { AGAIN_ONE_IN = 32, AGAIN_AT_LEAST = 8 };

static void call_draws(dtn_jit_frame *f, uint64_t at, uint64_t n)
{
    f->interp->draws(&f->m, f->ins + at, f->origin + at, (uint32_t)n);
}

static void call_draws_carefully(dtn_jit_frame *f, uint64_t at, uint64_t n)
{
    const unsigned events = kept_events();
    call_draws(f, at, n);
    if (kept_events() != events)
        put_events(events);
}

static void count_evaluation(dtn_jit_frame *f, bool is_again)
{
    f->n_evaluation++;
    f->n_again += is_again;
    if (f->n_again > AGAIN_AT_LEAST && f->n_again > f->n_evaluation / AGAIN_ONE_IN)
        f->draws = call_draws_carefully;
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
    f->all_timed = jit->timed_values;
    f->call = call_interpreter;
    f->draws = call_draws;
    f->ins = jit->p->ins;
    f->origin = jit->origin;
    f->iterate = iterate;
    f->interp = dtn_interp_get(jit->isa);
    size_t n_state = jit->p->deriv0 - jit->p->stock0;
    f->kept = calloc(n_state * jit->group + 1, sizeof *f->kept);
    f->n_group = jit->pitch / jit->group;
    f->has_reciprocals = calloc(f->n_group, 1);
    void *reciprocals = NULL;
    if (posix_memalign(&reciprocals, 64,
                       ((size_t)jit->n_reciprocal * jit->pitch + 8) * sizeof(double)) == 0)
        f->all_reciprocals = reciprocals;
    if (!f->kept || !f->has_reciprocals || !f->all_reciprocals) {
        dtn_jit_frame_delete(f);
        return NULL;
    }
    return f;
}

void dtn_jit_frame_delete(dtn_jit_frame *frame)
{
    if (!frame)
        return;
    free(frame->kept);
    free(frame->has_reciprocals);
    free(frame->all_reciprocals);
    free(frame);
}

void dtn_jit_constants_changed(dtn_jit_frame *frame)
{
    if (frame)
        memset(frame->has_reciprocals, 0, frame->n_group);
}

/* ---- Groups ------------------------------------------------------------------------------------- */

/* All variables again, by divisions. */
static void interpret(const dtn_jit *jit, dtn_jit_frame *f)
{
    f->interp->run(&f->m, jit->given->step_first, jit->given->step_end);
    forget_events();
}

/* Has the generated code's evaluation to be made again? */
static bool is_doubtful(const dtn_jit *jit, const dtn_jit_frame *f)
{
    return jit->is_watched && (f->is_slow || had_event());
}

/* Reciprocals of the constants of a group (divide.c). */
static void make_reciprocals(const dtn_jit *jit, dtn_jit_frame *f, uint8_t *state)
{
    *state = 1;
    for (uint32_t slot = 0; slot < jit->p->stock0; slot++) {
        if (jit->reciprocal[slot] == DTN_NONE)
            continue;
        const double *row = f->m.mem + (size_t)slot * jit->pitch;
        double *y = f->reciprocals + (size_t)jit->reciprocal[slot] * jit->group;
        bool ok = true;
        for (uint32_t i = 0; i < jit->group; i++) {
            ok = ok & (row[i] >= DTN_JIT_DIVISOR_LEAST) & (row[i] <= DTN_JIT_DIVISOR_MOST);
            y[i] = 1.0 / row[i];
        }
        *state = ok ? *state : 2;
    }
}

static void look_at_step(const dtn_jit *jit, dtn_jit_frame *f, uint32_t step)
{
    f->m.step = step;
    f->timed = jit->n_timed ? jit->timed_values + (size_t)step * jit->n_timed : NULL;
}

static double *enter_group(const dtn_jit *jit, dtn_jit_frame *f, const dtn_machine *m,
                           uint32_t lane0)
{
    f->m = *m;
    f->m.mem = m->mem + lane0;
    f->m.n_lane = jit->group;
    f->m.run0 = m->run0 + lane0;
    f->m.memo = m->memo ? m->memo + lane0 / jit->group : NULL;
    f->overlays = m->overlays;
    uint8_t *state = &f->has_reciprocals[lane0 / jit->group];
    f->reciprocals = f->all_reciprocals + (size_t)lane0 * jit->n_reciprocal;
    if (*state == 0)
        make_reciprocals(jit, f, state);
    f->is_slow = *state == 2;
    look_at_step(jit, f, m->step);
    if (jit->is_watched)
        forget_events();
    return f->m.mem;
}

static void fill_row(const dtn_jit *jit, double *mem, uint32_t slot, double value)
{
    double *row = mem + (size_t)slot * jit->pitch;
    for (uint32_t i = 0; i < jit->group; i++)
        row[i] = value;
}

/* lean: only what a step needs, where there is such code; looks: somebody looks at the variables. */
static void call_pieces(const dtn_jit *jit, dtn_jit_frame *f, double *mem, bool lean, bool looks,
                        uint64_t state, uint64_t next)
{
    for (size_t i = 0; i < jit->n_piece && !f->is_slow; i++)
        if (!jit->pieces[i].is_step && !jit->pieces[i].is_fused && jit->pieces[i].is_lean == lean)
            jit->pieces[i].fn(f, mem, state, next, looks);
}

static void evaluate(const dtn_jit *jit, dtn_jit_frame *f, double *mem, bool looks)
{
    call_pieces(jit, f, mem, !looks && jit->has_lean && !jit->moves, looks, 0, 0);
    const bool again = is_doubtful(jit, f);
    if (again)
        interpret(jit, f);
    count_evaluation(f, again && !f->is_slow);
}

void dtn_jit_eval(const dtn_jit *jit, dtn_jit_frame *frame, const dtn_machine *m, double time,
                  double step_time)
{
    for (uint32_t lane0 = 0; lane0 < m->n_lane; lane0 += jit->group) {
        double *mem = enter_group(jit, frame, m, lane0);
        frame->time = time;
        frame->step_time = step_time;
        evaluate(jit, frame, mem, true);
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
    look_at_step(s->jit, s->f, step);
    s->f->time = s->f->step_time = s->jit->times[step];
    s->f->dt = s->jit->lengths[step];
    fill_row(s->jit, s->mem, p->time_slot, s->f->time);
    fill_row(s->jit, s->mem, p->step_time_slot, s->f->time);
}

/* From the state at `first` to that at `end`. */
static void make_steps(stretch *s, uint32_t first, uint32_t end, bool evaluated)
{
    s->jit->pieces[0].fn(s->f, s->mem, first, end, evaluated);
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

/* Pieces: the step itself tells of lanes to look at, but for those that are known. Those known then. */
static uint64_t run_pieces(stretch *s, uint32_t first, uint32_t end, bool evaluated, bool looks,
                           uint64_t known)
{
    const dtn_jit *jit = s->jit;
    for (uint32_t step = first;; step++) {
        set_time(s, step);
        if ((!evaluated || step > first) && (looks || step < end))
            evaluate(jit, s->f, s->mem, step == end);
        if (step == end)
            return known;
        jit->pieces[jit->n_piece - 1].fn(s->f, s->mem, 0, 0, 0);
        if (s->f->wrong & ~known) {
            uint64_t wrong = wrong_lanes(s) & ~known;
            flag_lanes(s, wrong, step + 1);
            known |= wrong;
        }
    }
}

/* The steps from `first` to `end` again, from the state that was kept, evaluated by the interpreter, with
 * a look after each. The lanes that are known to be wrong then. */
static uint64_t go_carefully(stretch *s, uint32_t first, uint32_t end, uint64_t known)
{
    copy_state(s, true);
    for (uint32_t k = first; k < end; k++) {
        set_time(s, k);
        interpret(s->jit, s->f);
        make_steps(s, k, k + 1, true);
        const uint64_t wrong = wrong_lanes(s) & ~known;
        flag_lanes(s, wrong, k + 1);
        known |= wrong;
    }
    return known;
}

/* Fused: stretches of steps. */
static void run_fused(stretch *s, uint32_t first, uint32_t end, bool evaluated, bool looks)
{
    uint64_t known = 0;
    for (uint32_t step = first, next; step < end; step = next) {
        next = end - step < STRETCH ? end : step + STRETCH;
        copy_state(s, false);
        make_steps(s, step, next, evaluated && step == first);
        if (is_doubtful(s->jit, s->f) || (wrong_lanes(s) & ~known))
            known = go_carefully(s, step, next, known);
    }
    set_time(s, end);
    if (looks)
        evaluate(s->jit, s->f, s->mem, true);
}

/* ---- Steps of lean code that makes them (move.c) ------------------------------------------------- */

/* The state is in the rows of slopes. */
static void bring_back(const stretch *s)
{
    const dtn_program *p = s->jit->p;
    const size_t pitch = s->jit->pitch;
    for (uint32_t i = 0; i < p->n_stock; i++)
        memcpy(s->mem + (p->stock0 + i) * pitch, s->mem + (p->deriv0 + i) * pitch,
               s->jit->group * sizeof(double));
}

static void make_step(const stretch *s)
{
    s->jit->pieces[s->jit->n_piece - 1].fn(s->f, s->mem, 0, 0, 0);
}

/* From the state at `first` to that at `end`. A step that cannot be trusted is evaluated again: the state
 * before it is still there. */
static void move(stretch *s, uint32_t first, uint32_t end)
{
    const dtn_jit *jit = s->jit;
    const uint64_t distance = dtn_jit_distance(jit);
    bool is_away = false;
    for (uint32_t step = first; step < end; step++) {
        set_time(s, step);
        call_pieces(jit, s->f, s->mem, true, false, is_away ? distance : 0,
                    is_away ? -distance : 0);
        const bool again = is_doubtful(jit, s->f);
        count_evaluation(s->f, again);
        if (again) {
            if (is_away)
                bring_back(s);
            interpret(jit, s->f);
            make_step(s);
            is_away = false;
            continue;
        }
        if (jit->p->n_commit > 0)
            jit->pieces[jit->n_piece - 2].fn(s->f, s->mem, 0, 0, 0);
        is_away = !is_away;
    }
    if (is_away)
        bring_back(s);
}

/* Where somebody looks often, keeping the state would take longer than it saves. */
static void run_moving(stretch *s, uint32_t first, uint32_t end, bool evaluated, bool looks)
{
    uint64_t known = 0;
    if (evaluated && first < end) {
        known = run_pieces(s, first, first + 1, true, false, known);
        first++;
    }
    for (uint32_t next; s->jit->moves && !s->f->is_slow && end - first >= WORTH_KEEPING;
         first = next) {
        next = end - first < STRETCH ? end : first + STRETCH;
        copy_state(s, false);
        move(s, first, next);
        if (wrong_lanes(s) & ~known) {
            copy_state(s, true);
            known = run_pieces(s, first, next, false, false, known);
        }
    }
    (void)run_pieces(s, first, end, false, looks, known);
}

void dtn_jit_steps(const dtn_jit *jit, dtn_jit_frame *frame, const dtn_machine *m, uint32_t n_step,
                   bool evaluated, bool looks, dtn_jit_flag_fn flag, void *flag_ctx)
{
    for (uint32_t lane0 = 0; lane0 < m->n_lane; lane0 += jit->group) {
        stretch s = {jit, frame, enter_group(jit, frame, m, lane0), lane0, flag, flag_ctx};
        if (jit->is_fused)
            run_fused(&s, m->step, m->step + n_step, evaluated, looks);
        else
            run_moving(&s, m->step, m->step + n_step, evaluated, looks);
    }
}
