/* What depends on the time alone, made once for all runs.
 *
 * Instructions of the step whose operands are the time, numbers that never change, or results of
 * such instructions, give the same in every lane and every run: weeks that begin, schedules, recorded data. The
 * interpreter makes them here, eight steps side by side, into a table with a row for each
 * step; generated code takes them from the row, one number for all lanes.
 *
 * Only of whole steps (Euler), and only instructions outside of loops and skips. Not done here: what
 * depends on constants of a run, which the compiler has moved out of the step already.
 */
#include "jit/inner.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NUMBERS = 1 << 20 }; /* of the table */

static bool may_be_timed(uint32_t op)
{
    return op < DTN_I_LOOP && op != DTN_I_GATHER && op != DTN_I_VECTOR && op != DTN_I_UNIFORM &&
           op != DTN_I_DRAW && op != DTN_I_DRAW_WIDE && op != DTN_I_DRAW_SUM;
}

/* Does instruction i read only what is known in advance? is_known: [n_slot] by the time alone. */
static bool is_timed(const dtn_jit *jit, const dtn_ins *x, const uint8_t *is_known)
{
    const dtn_operand o[] = {x->dst, x->a, x->b, x->c};
    bool of_time = false, ok = may_be_timed(x->op);
    for (int k = 0; k < 4 && ok; k++) {
        ok = k == 0 || !dtn_jit_is_slot(x, k)
                 ? !(o[k] & DTN_OPERAND_INDEXED)
                 : !(o[k] & DTN_OPERAND_INDEXED) && (is_known[o[k]] || jit->is_fixed[o[k]]);
        of_time = of_time || (ok && k > 0 && dtn_jit_is_slot(x, k) && is_known[o[k]]);
    }
    return ok && of_time;
}

static void forget(const dtn_program *p, const dtn_ins *x, const uint32_t *counts,
                   uint8_t *is_known)
{
    const dtn_span s = dtn_jit_written(p, x, counts);
    for (uint32_t slot = s.first; slot < s.end && slot < p->n_slot; slot++)
        is_known[slot] = 0;
}

static uint32_t find(dtn_jit *jit, uint8_t *is_known)
{
    const dtn_program *p = jit->p;
    uint32_t n = 0;
    dtn_jit_walk walk = {0};
    is_known[p->time_slot] = is_known[p->step_time_slot] = 1;
    for (uint32_t i = p->step_first; i < p->step_end; i++) {
        const dtn_ins *x = &p->ins[i];
        const bool is_always = dtn_jit_walk_on(&walk, p, i);
        if (!dtn_jit_writes(x))
            continue;
        if (is_always && is_timed(jit, x, is_known)) {
            jit->timed[i] = n++;
            is_known[x->dst] = 1;
        } else {
            forget(p, x, walk.counts, is_known);
        }
    }
    return n;
}

/* Rows of steps [first, first + DTN_LANE_PAD), a step in each lane. */
static void fill_rows(dtn_jit *jit, dtn_machine *m, const dtn_interp *interp, uint32_t first)
{
    const dtn_program *p = jit->p;
    for (uint32_t l = 0; l < DTN_LANE_PAD; l++) {
        const uint32_t step = first + l <= p->n_step ? first + l : p->n_step;
        m->mem[(size_t)p->time_slot * DTN_LANE_PAD + l] = jit->times[step];
        m->mem[(size_t)p->step_time_slot * DTN_LANE_PAD + l] = jit->times[step];
    }
    for (uint32_t i = p->step_first; i < p->step_end; i++) {
        if (jit->timed[i] == DTN_NONE)
            continue;
        interp->run(m, i, i + 1);
        for (uint32_t l = 0; l < DTN_LANE_PAD && first + l <= p->n_step; l++)
            jit->timed_values[(size_t)(first + l) * jit->n_timed + jit->timed[i]] =
                m->mem[(size_t)p->ins[i].dst * DTN_LANE_PAD + l];
    }
}

static bool make_table(dtn_jit *jit)
{
    const dtn_program *p = jit->p;
    void *mem = NULL;
    const size_t n = (size_t)p->n_slot * DTN_LANE_PAD;
    double *work = calloc(p->n_work + 1, sizeof *work), scratch[DTN_SCRATCH_ROWS * DTN_LANE_PAD];
    jit->timed_values = calloc(((size_t)p->n_step + 1) * jit->n_timed + 1, sizeof(double));
    if (posix_memalign(&mem, 64, n * sizeof(double) + 64) != 0)
        mem = NULL;
    const bool ok = work && mem && jit->timed_values;
    if (ok) {
        dtn_machine m = dtn_jit_machine(p, mem, work, scratch);
        for (size_t i = 0; i < n; i++)
            m.mem[i] = jit->fixed[i / DTN_LANE_PAD];
        for (uint32_t first = 0; first <= p->n_step; first += DTN_LANE_PAD)
            fill_rows(jit, &m, dtn_interp_get(DTN_ISA_SCALAR), first);
    }
    free(mem);
    free(work);
    return ok;
}

bool dtn_jit_find_timed(dtn_jit *jit)
{
    const dtn_program *p = jit->p;
    uint8_t *is_known = calloc(p->n_slot + 1, 1);
    jit->timed = malloc((p->n_ins + 1) * sizeof *jit->timed);
    bool ok = is_known && jit->timed;
    if (ok)
        memset(jit->timed, 0xff, (p->n_ins + 1) * sizeof *jit->timed); /* DTN_NONE */
    /* simultaneous equations are gone round as a whole */
    if (ok && jit->has_steps && p->n_iteration == 0)
        jit->n_timed = find(jit, is_known);
    if (ok && jit->n_timed > MOST_NUMBERS / (p->n_step + 1)) {
        memset(jit->timed, 0xff, (p->n_ins + 1) * sizeof *jit->timed);
        jit->n_timed = 0;
    }
    free(is_known);
    return ok && (jit->n_timed == 0 || make_table(jit));
}

void dtn_emit_timed(dtn_emit *e, uint32_t number, dtn_lanes out)
{
    memset(out, 0, sizeof(dtn_lanes));
    if (e->is_dry)
        return;
    if (!e->timed) /* fused code has set it */
        e->timed = dtn_emit_first_field(e, offsetof(dtn_jit_frame, timed), e->ptr);
    LLVMValueRef at = dtn_emit_offset(e, e->timed, dtn_emit_i64(e, number * sizeof(double)));
    out[0] = dtn_emit_broadcast(e, LLVMBuildLoad2(e->b, e->f64, at, ""));
    for (uint32_t u = 1; u < e->jit->n_vector; u++)
        out[u] = out[0];
}
