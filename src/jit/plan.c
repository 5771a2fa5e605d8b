/* The plan: what shape the code takes, which numbers are the same in every run, how lanes lie.
 *
 * Literals and the constants that follow from literals alone are numbers of the code; they are taken
 * from a run of the init section by the interpreter, so they are its numbers to the bit.
 * The instructions are cut into pieces between whole loops and skips; a piece is a function, so
 * that large programs compile in parallel and in time that grows with their size.
 *
 * Not done here: code (emit.c, function.c).
 */
#include "jit/inner.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_LENGTH 320u /* instructions, about */
#define FUSED_MOST 1250u  /* instructions of a step */
#define FUSED_STATE 256u  /* stocks and held values */
#define BLOCK_BYTES \
    (112u * 1024u) /* of a block's memory: with the draws that it keeps it should stay \
                                      in the L2 cache */
#define MOST_LANES 512u

static const uint8_t n_operand[] = {
#define DTN_INS(name, n, text) n,
#include "compile/opcodes.def"
#undef DTN_INS
};

/* ---- Instructions ----------------------------------------------------------------------- */

bool dtn_jit_is_slot(const dtn_ins *ins, int position)
{
    switch ((dtn_opcode)ins->op) {
    case DTN_I_SKIP_UNLESS: return position == 1;
    case DTN_I_LOOKUP:
    case DTN_I_DATA: return position < 2;
    case DTN_I_DATA_FIGURE: return position != 2;
    case DTN_I_UNIFORM: return position == 0;
    case DTN_I_DRAW:
    case DTN_I_DRAW_SUM: return position != 1;
    case DTN_I_DRAW_WIDE: return position == 0 || position == 2;
    default: return position < n_operand[ins->op];
    }
}

bool dtn_jit_writes(const dtn_ins *ins) { return n_operand[ins->op] > 0; }

bool dtn_jit_is_inline(const dtn_program *p, const dtn_ins *ins)
{
    switch ((dtn_opcode)ins->op) {
    case DTN_I_LGAMMA:
    case DTN_I_NORMAL_CDF:
    case DTN_I_DATA:
    case DTN_I_DATA_FIGURE:
    case DTN_I_GATHER:
    case DTN_I_VECTOR:
    case DTN_I_UNIFORM:
    case DTN_I_DRAW:
    case DTN_I_DRAW_WIDE:
    case DTN_I_DRAW_SUM: return false;
    case DTN_I_LOOKUP:
        return ins->aux <= DTN_LOOKUP_MODE_EXTRAPOLATE && !(ins->b & DTN_OPERAND_INDEXED) &&
               p->tables[ins->b].n > 0 && p->tables[ins->b].n <= 33;
    default: return true;
    }
}

dtn_span dtn_jit_span(const dtn_program *p, dtn_operand o, const uint32_t *counts, uint32_t rows,
                      uint32_t stride)
{
    uint32_t more = (rows ? rows - 1 : 0) * stride + 1;
    if (!(o & DTN_OPERAND_INDEXED))
        return (dtn_span){o, o + more};
    const dtn_address *a = &p->addresses[o & ~DTN_OPERAND_INDEXED];
    int64_t low = a->base, high = low;
    for (uint32_t i = 0; i < a->n_index; i++) {
        const dtn_index *x = &a->index[i];
        uint32_t n = counts[x->loop], least = 0, most = n ? n - 1 : 0;
        for (uint32_t k = 0; x->map && k < n; k++) {
            least = k == 0 || x->map[k] < least ? x->map[k] : least;
            most = k == 0 || x->map[k] > most ? x->map[k] : most;
        }
        low += (int64_t)x->stride * (x->stride < 0 ? most : least);
        high += (int64_t)x->stride * (x->stride < 0 ? least : most);
    }
    return (dtn_span){(uint32_t)low, (uint32_t)high + more};
}

dtn_span dtn_jit_written(const dtn_program *p, const dtn_ins *ins, const uint32_t *counts)
{
    const uint32_t rows = ins->op == DTN_I_VECTOR ? p->vectors[ins->aux].n_out : 1;
    return dtn_jit_span(p, ins->dst, counts, rows, 1);
}

bool dtn_jit_walk_on(dtn_jit_walk *walk, const dtn_program *p, uint32_t i)
{
    const dtn_ins *x = &p->ins[i];
    const bool is_always = walk->depth == 0 && i >= walk->skip_to;
    if (x->op == DTN_I_LOOP)
        walk->counts[x->dst] = x->a;
    walk->depth += x->op == DTN_I_LOOP;
    walk->depth -= x->op == DTN_I_ENDLOOP;
    if (x->op >= DTN_I_SKIP_UNLESS && x->dst > walk->skip_to)
        walk->skip_to = x->dst;
    return is_always;
}

typedef struct places {
    const dtn_address *a;
    const uint32_t *counts;
    uint32_t turn[DTN_MAX_LOOPS];
    bool has_turn[DTN_MAX_LOOPS];
    void (*fn)(void *ctx, uint32_t slot);
    void *ctx;
} places;

/* From part i of the address on; `at` is what the parts before make. */
static void each_place(places *s, uint32_t i, int64_t at)
{
    if (i == s->a->n_index) {
        s->fn(s->ctx, (uint32_t)at);
        return;
    }
    const dtn_index *x = &s->a->index[i];
    const bool was = s->has_turn[x->loop]; /* the same loop moves two parts */
    const uint32_t first = was ? s->turn[x->loop] : 0;
    const uint32_t end = was ? first + 1 : s->counts[x->loop];
    s->has_turn[x->loop] = true;
    for (uint32_t k = first; k < end; k++) {
        s->turn[x->loop] = k;
        each_place(s, i + 1, at + (int64_t)x->stride * (x->map ? x->map[k] : k));
    }
    s->has_turn[x->loop] = was;
}

void dtn_jit_each_place(const dtn_program *p, dtn_operand o, const uint32_t *counts,
                        void (*fn)(void *ctx, uint32_t slot), void *ctx)
{
    if (!(o & DTN_OPERAND_INDEXED)) {
        fn(ctx, o);
        return;
    }
    const dtn_address *a = &p->addresses[o & ~DTN_OPERAND_INDEXED];
    places s = {.a = a, .counts = counts, .fn = fn, .ctx = ctx};
    each_place(&s, 0, a->base);
}

/* ---- Numbers that never change ---------------------------------------------------------- */

static bool is_plain(uint32_t op)
{
    return op <= DTN_I_TANH; /* elementwise, by the order of opcodes.def */
}

static double *scratch_memory(const dtn_program *p)
{
    void *mem = NULL;
    size_t bytes = (size_t)p->n_slot * DTN_LANE_PAD * sizeof(double);
    if (posix_memalign(&mem, 64, bytes + 64) != 0)
        return NULL;
    memset(mem, 0, bytes);
    return mem;
}

dtn_machine dtn_jit_machine(const dtn_program *p, double *mem, double *work, double *scratch)
{
    return (dtn_machine){.p = p,
                         .math = dtn_math_get(DTN_ISA_SCALAR),
                         .mem = mem,
                         .scratch = scratch,
                         .work = work,
                         .n_lane = DTN_LANE_PAD,
                         .stride = DTN_LANE_PAD};
}

/* Run init once with the model's own parameters. */
static bool run_init(const dtn_program *p, double *mem)
{
    double scratch[DTN_SCRATCH_ROWS * DTN_LANE_PAD];
    double *work = calloc(p->n_work + 1, sizeof *work);
    dtn_machine m = dtn_jit_machine(p, mem, work, scratch);
    for (uint32_t l = 0; l < DTN_LANE_PAD; l++) {
        for (uint32_t i = 0; i < p->parameter0; i++)
            mem[(size_t)i * DTN_LANE_PAD + l] = p->literals[i];
        for (size_t i = 0; i < p->n_parameter; i++)
            mem[(size_t)p->parameters[i].slot * DTN_LANE_PAD + l] = p->parameters[i].value;
        mem[(size_t)p->time_slot * DTN_LANE_PAD + l] = p->start;
        mem[(size_t)p->step_time_slot * DTN_LANE_PAD + l] = p->start;
    }
    if (work)
        dtn_interp_get(DTN_ISA_SCALAR)->run(&m, p->init_first, p->init_end);
    free(work);
    return work != NULL;
}

/* How often a slot is written, up to 2; ranges count as 2. */
static void count_writes(const dtn_program *p, uint8_t *n)
{
    uint32_t counts[DTN_MAX_LOOPS] = {0};
    for (uint32_t i = 0; i < p->n_ins; i++) {
        const dtn_ins *x = &p->ins[i];
        if (x->op == DTN_I_LOOP)
            counts[x->dst] = x->a;
        if (!dtn_jit_writes(x))
            continue;
        const dtn_span s = dtn_jit_written(p, x, counts);
        bool one = s.end - s.first == 1;
        for (uint32_t k = s.first; k < s.end && k < p->n_slot; k++)
            n[k] = (uint8_t)(one && n[k] == 0 ? 1 : 2);
    }
}

static bool find_fixed(dtn_jit *jit)
{
    const dtn_program *p = jit->p;
    double *mem = scratch_memory(p);
    uint8_t *writes = calloc(p->n_slot + 1, 1);
    dtn_jit_walk walk = {0};
    bool ok = mem && writes && run_init(p, mem);
    for (uint32_t i = 0; ok && i < p->parameter0; i++)
        jit->is_fixed[i] = 1;
    for (size_t i = 0; ok && i < p->n_parameter; i++)
        jit->is_fixed[p->parameters[i].slot] = p->parameters[i].is_held;
    if (ok)
        count_writes(p, writes);
    for (uint32_t i = p->init_first; ok && i < p->init_end; i++) {
        const dtn_ins *x = &p->ins[i];
        bool fixed = dtn_jit_walk_on(&walk, p, i) && is_plain(x->op);
        if (!fixed || x->dst < p->constant0 || x->dst >= p->stock0 || writes[x->dst] != 1)
            continue;
        const dtn_operand o[] = {x->a, x->b, x->c};
        for (int k = 1; k < 4 && fixed; k++)
            fixed = !dtn_jit_is_slot(x, k) ||
                    (!(o[k - 1] & DTN_OPERAND_INDEXED) && jit->is_fixed[o[k - 1]]);
        jit->is_fixed[x->dst] = fixed;
    }
    for (uint32_t i = 0; ok && i < p->n_slot; i++)
        jit->fixed[i] = jit->is_fixed[i] ? mem[(size_t)i * DTN_LANE_PAD] : 0;
    ok = ok && dtn_jit_find_divisors(jit, mem);
    free(mem);
    free(writes);
    return ok;
}

/* ---- Shape -------------------------------------------------------------------------------- */

static bool is_straight(const dtn_jit *jit)
{
    const dtn_program *p = jit->p;
    const uint8_t *is_fixed = jit->is_fixed;
    bool ok = true;
    uint8_t *written = calloc(p->n_slot + 1, 1);
    for (uint32_t i = p->step_first; written && ok && i < p->step_end; i++) {
        const dtn_ins *x = &p->ins[i];
        const dtn_operand o[] = {x->dst, x->a, x->b, x->c};
        ok = x->op < DTN_I_LOOP && (dtn_jit_is_inline(p, x) || jit->timed[i] != DTN_NONE);
        for (int k = 3; k >= 0 && ok; k--) {
            if (!dtn_jit_is_slot(x, k))
                continue;
            ok = !(o[k] & DTN_OPERAND_INDEXED);
            if (k > 0 && ok)
                ok = o[k] < p->deriv0 || o[k] == p->time_slot || o[k] == p->step_time_slot ||
                     written[o[k]] || is_fixed[o[k]];
            else if (ok)
                written[o[k]] = 1;
        }
        ok = ok && (!dtn_jit_writes(x) || x->dst >= p->deriv0);
    }
    for (uint32_t i = p->deriv0; written && ok && i < p->aux0; i++)
        ok = written[i];
    for (size_t i = 0; written && ok && i < p->n_commit; i++)
        for (uint32_t k = 0; k < p->commits[i].n; k++)
            ok = ok && written[p->commits[i].from + k];
    ok = ok && written;
    free(written);
    return ok;
}

static bool overlap(const dtn_copy *from, const dtn_copy *to)
{
    return from->from < to->to + to->n && to->to < from->from + from->n;
}

/* Held values are taken before any changes: copies one by one do the same only where none reads
 * what another one wrote. */
static bool commits_are_apart(const dtn_program *p)
{
    if (p->n_commit > 2000)
        return false;
    for (size_t i = 0; i < p->n_commit; i++)
        for (size_t k = 0; k < p->n_commit; k++)
            if (overlap(&p->commits[i], &p->commits[k]))
                return false;
    return true;
}

bool dtn_jit_is_nested(const dtn_program *p)
{
    uint32_t *ends = calloc(p->n_ins + 1, sizeof *ends), n = 0;
    bool ok = ends != NULL;
    for (uint32_t i = p->step_first; ok && i < p->step_end; i++) {
        const dtn_ins *x = &p->ins[i];
        uint32_t end = 0;
        while (n > 0 && ends[n - 1] == i)
            n--;
        if (x->op == DTN_I_LOOP) {
            uint32_t k = i + 1;
            while (k < p->step_end && !(p->ins[k].op == DTN_I_ENDLOOP && p->ins[k].a == i))
                k++;
            end = k + 1;
            ok = k < p->step_end;
        } else if (x->op >= DTN_I_SKIP_UNLESS) {
            end = x->dst;
            ok = end > i && end <= p->step_end;
        } else if (x->op == DTN_I_ITERATE) {
            ok = n == 0 && x->a >= p->step_first && x->a < i;
        }
        if (end && ok) {
            ok = n == 0 || end <= ends[n - 1];
            if (end > i + 1)
                ends[n++] = end;
        }
    }
    free(ends);
    return ok;
}

static uint32_t unroll_of(const dtn_jit *jit, uint32_t n_ins)
{
    if (!jit->is_fused)
        return 1;
    if (jit->isa == DTN_ISA_AVX512)
        return n_ins <= 40 ? 4 : n_ins <= 150 ? 2 : 1;
    return jit->isa == DTN_ISA_AVX2 && n_ins <= 24 ? 2 : 1;
}

static uint32_t pitch_of(const dtn_jit *jit)
{
    uint32_t lanes = BLOCK_BYTES / (uint32_t)sizeof(double) / (jit->given->n_slot + 1);
    lanes = lanes < MOST_LANES ? lanes : MOST_LANES;
    uint32_t groups = lanes / jit->group;
    groups = groups ? groups : 1;
    return jit->group * (groups % 2 ? groups : groups - 1);
}

/* ---- Pieces --------------------------------------------------------------------------------- */

uint32_t dtn_jit_loop_end(const dtn_program *p, uint32_t at)
{
    uint32_t end = at + 1;
    while (!(p->ins[end].op == DTN_I_ENDLOOP && p->ins[end].a == at))
        end++;
    return end;
}

uint32_t dtn_jit_end_of(const dtn_jit *jit, uint32_t i)
{
    const dtn_program *p = jit->p;
    const dtn_ins *x = &p->ins[i];
    uint32_t end = i + 1;
    if (jit->joined_end && jit->joined_end[i])
        end = jit->joined_end[i];
    else if (x->op == DTN_I_LOOP)
        end = dtn_jit_loop_end(p, i) + 1;
    else if (x->op >= DTN_I_SKIP_UNLESS)
        end = x->dst;
    return end;
}

/* The same, and all that is gone round for simultaneous equations. */
static uint32_t piece_end(const dtn_jit *jit, uint32_t i, const uint32_t *iterates)
{
    const uint32_t end = dtn_jit_end_of(jit, i);
    return iterates[i] > end ? iterates[i] : end;
}

static bool cut(dtn_jit *jit)
{
    const dtn_program *p = jit->p;
    uint32_t n_most = (p->step_end - p->step_first) / PIECE_LENGTH * 4 + 8;
    uint32_t *iterates = calloc(p->n_ins + 1, sizeof *iterates);
    jit->pieces = calloc(n_most, sizeof *jit->pieces);
    if (!iterates || !jit->pieces) {
        free(iterates);
        return false;
    }
    for (uint32_t i = p->step_first; i < p->step_end; i++)
        if (p->ins[i].op == DTN_I_ITERATE)
            iterates[p->ins[i].a] = i + 1;
    if (jit->is_fused) /* the longest to compile, so the first */
        jit->pieces[jit->n_piece++] = (dtn_jit_piece){.is_fused = true};
    uint32_t first = p->step_first;
    for (uint32_t i = first; i < p->step_end;) {
        uint32_t end = piece_end(jit, i, iterates);
        if (i > first && end - first > PIECE_LENGTH) {
            jit->pieces[jit->n_piece++] = (dtn_jit_piece){.first = first, .end = i};
            first = i;
        }
        i = end;
    }
    if (p->step_end > first)
        jit->pieces[jit->n_piece++] = (dtn_jit_piece){.first = first, .end = p->step_end};
    for (size_t i = 0, n = jit->n_piece; jit->has_lean && !jit->is_fused && i < n; i++) {
        jit->pieces[jit->n_piece] = jit->pieces[i];
        jit->pieces[jit->n_piece++].is_lean = true;
    }
    if (jit->moves)
        jit->pieces[jit->n_piece++] = (dtn_jit_piece){.is_step = true, .is_commit = true};
    if (jit->has_steps && !jit->is_fused) /* the last */
        jit->pieces[jit->n_piece++] = (dtn_jit_piece){.is_step = true};
    free(iterates);
    return true;
}

static bool make_times(dtn_jit *jit)
{
    const dtn_program *p = jit->p;
    jit->times = calloc((size_t)p->n_step + 1, sizeof(double));
    jit->lengths = calloc((size_t)p->n_step + 1, sizeof(double));
    for (uint32_t i = 0; jit->times && jit->lengths && i <= p->n_step; i++) {
        jit->times[i] = dtn_program_time(p, i);
        jit->lengths[i] = p->dt_changes && i < p->n_step ? p->times[i + 1] - p->times[i] : p->dt;
    }
    return jit->times && jit->lengths;
}

/* Variables that are written once, outside of loops and skips: the walk that generates nothing finds those that are read from memory.
 * Held values take theirs from there. */
static bool find_late(dtn_jit *jit)
{
    const dtn_program *p = jit->p;
    dtn_jit_walk walk = {0};
    uint8_t *n_write = calloc(p->n_slot + 1, 1);
    jit->is_late = calloc(p->n_slot + 1, 1);
    jit->timed_slot = malloc((p->n_slot + 1) * sizeof *jit->timed_slot);
    const bool ok = n_write && jit->is_late && jit->timed_slot;
    if (ok)
        memset(jit->timed_slot, 0xff, (p->n_slot + 1) * sizeof *jit->timed_slot); /* DTN_NONE */
    for (uint32_t i = p->step_first; ok && jit->has_steps && i < p->step_end; i++) {
        const dtn_ins *x = &p->ins[i];
        const bool is_always = dtn_jit_walk_on(&walk, p, i);
        if (!dtn_jit_writes(x))
            continue;
        const dtn_span to = dtn_jit_written(p, x, walk.counts);
        const bool one = is_always && to.end == to.first + 1 && p->n_iteration == 0 &&
                         to.first >= p->aux0 && to.first < p->temp0;
        for (uint32_t slot = to.first; slot < to.end && slot < p->n_slot; slot++) {
            jit->is_late[slot] =
                one && n_write[slot] == 0 && (dtn_jit_is_inline(p, x) || jit->timed[i] != DTN_NONE);
            jit->timed_slot[slot] = jit->is_late[slot] ? jit->timed[i] : DTN_NONE;
            n_write[slot] = 1;
        }
    }
    for (size_t i = 0; ok && i < p->n_commit; i++)
        memset(jit->is_late + p->commits[i].from, 0, p->commits[i].n);
    free(n_write);
    return ok;
}

bool dtn_jit_plan(dtn_jit *jit)
{
    const dtn_program *p = jit->p;
    uint32_t n_ins = p->step_end - p->step_first, n_commit = 0;
    jit->is_fixed = calloc(p->n_slot + 1, 1);
    jit->is_stored = calloc(p->n_ins + 1, 1);
    jit->fixed = calloc(p->n_slot + 1, sizeof *jit->fixed);
    if (!jit->is_fixed || !jit->is_stored || !jit->fixed || !make_times(jit) || !find_fixed(jit))
        return false;
    for (size_t i = 0; i < p->n_commit; i++)
        n_commit += p->commits[i].n;
    jit->has_steps =
        p->method == DTN_EULER && p->n_ring == 0 && p->n_track == 0 && commits_are_apart(p);
    if (!dtn_jit_find_timed(jit) || !find_late(jit))
        return false;
    jit->is_fused = jit->has_steps && n_ins > 0 && n_ins <= FUSED_MOST &&
                    p->deriv0 - p->stock0 <= FUSED_STATE && n_commit <= FUSED_STATE &&
                    is_straight(jit);
    jit->n_vector = unroll_of(jit, n_ins);
    jit->group = jit->n_vector * DTN_JIT_VECTOR;
    jit->pitch = pitch_of(jit);
    if (!dtn_jit_find_needed(jit) || !dtn_jit_join(jit) || !dtn_jit_find_moves(jit))
        return false;
    return cut(jit);
}
