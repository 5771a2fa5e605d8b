/* Which instructions a step needs: those that the slopes and the next held values follow from.
 *
 * What is only looked at (an indicator, a sum for a table) is left out of the lean code, which makes
 * the steps, and computed by the full code where somebody looks.
 *
 * Backwards over the instructions with the set of slots that something later reads. A slot that is
 * written whole, outside of skips, is not asked for before that. A loop's body is gone through until
 * what its beginning asks of the turn before asks for nothing new.
 */
#include "jit/inner.h"

#include <stdlib.h>
#include <string.h>

/* Copies of the set for blocks within blocks; above, everything counts as needed. */
#define MOST_WORK ((uint64_t)1 << 28)
enum { WORTH_ONE_IN = 16 };

typedef struct slice {
    dtn_jit *jit;
    const dtn_program *p;
    uint8_t *live; /* [n_slot] read later, before it is written */
    uint32_t counts[DTN_MAX_LOOPS];
    bool failed;
} slice;

static bool has_live(const slice *s, dtn_span of)
{
    for (uint32_t slot = of.first; slot < of.end && slot < s->p->n_slot; slot++)
        if (s->live[slot])
            return true;
    return false;
}

static void keep(slice *s, uint32_t i)
{
    s->jit->is_needed[i] = 1;
    if (s->jit->timed[i] == DTN_NONE) /* else its number is read from the step's row */
        dtn_jit_mark_reads(s->p, i, s->counts, s->live);
}

static void pass_plain(slice *s, uint32_t i)
{
    const dtn_ins *x = &s->p->ins[i];
    const uint32_t rows = x->op == DTN_I_VECTOR ? s->p->vectors[x->aux].n_out : 1;
    const dtn_span to = dtn_jit_span(s->p, x->dst, s->counts, rows, 1);
    if (!has_live(s, to))
        return;
    if (!(x->dst & DTN_OPERAND_INDEXED))
        memset(s->live + to.first, 0, to.end - to.first);
    keep(s, i);
}

bool dtn_jit_any_needed(const dtn_jit *jit, uint32_t first, uint32_t end)
{
    return memchr(jit->is_needed + first, 1, end - first) != NULL;
}

static void pass(slice *s, uint32_t first, uint32_t end);

static uint8_t *copy_of(slice *s)
{
    uint8_t *copy = malloc(s->p->n_slot + 1);
    s->failed = s->failed || copy == NULL;
    if (copy)
        memcpy(copy, s->live, s->p->n_slot);
    return copy;
}

/* into |= from; was it new? */
static bool unite(uint8_t *into, const uint8_t *from, uint32_t n)
{
    bool is_new = false;
    for (uint32_t i = 0; i < n; i++) {
        is_new |= from[i] & !into[i];
        into[i] |= from[i];
    }
    return is_new;
}

/* What was live behind the skip stays so before it: the block may not be executed. */
static void pass_skip(slice *s, uint32_t at)
{
    const uint32_t end = s->p->ins[at].dst;
    uint8_t *behind = copy_of(s);
    if (behind == NULL)
        return;
    pass(s, at + 1, end);
    (void)unite(s->live, behind, s->p->n_slot);
    if (dtn_jit_any_needed(s->jit, at + 1, end))
        keep(s, at);
    free(behind);
}

static void pass_loop(slice *s, uint32_t at, uint32_t end)
{
    const dtn_ins *x = &s->p->ins[at];
    uint8_t *behind = copy_of(s); /* a turn's end: before the next turn, and behind the loop */
    s->counts[x->dst] = x->a;
    for (bool again = behind != NULL; again && !s->failed;) {
        pass(s, at + 1, end - 1);
        again = unite(behind, s->live, s->p->n_slot);
        if (again)
            memcpy(s->live, behind, s->p->n_slot);
    }
    s->counts[x->dst] = 1;
    if (behind && dtn_jit_any_needed(s->jit, at + 1, end - 1))
        s->jit->is_needed[at] = s->jit->is_needed[end - 1] = 1;
    free(behind);
}

static void pass(slice *s, uint32_t first, uint32_t end)
{
    uint32_t *starts = malloc((end - first + 1) * sizeof *starts), n = 0;
    s->failed = s->failed || starts == NULL;
    for (uint32_t i = first; !s->failed && i < end; i = dtn_jit_end_of(s->jit, i))
        starts[n++] = i;
    while (!s->failed && n-- > 0) {
        const uint32_t at = starts[n];
        if (s->p->ins[at].op == DTN_I_LOOP)
            pass_loop(s, at, dtn_jit_end_of(s->jit, at));
        else if (s->p->ins[at].op >= DTN_I_SKIP_UNLESS)
            pass_skip(s, at);
        else
            pass_plain(s, at);
    }
    free(starts);
}

static bool is_too_much(const dtn_program *p)
{
    uint64_t n_block = 1;
    for (uint32_t i = p->step_first; i < p->step_end; i++)
        n_block += p->ins[i].op == DTN_I_LOOP || p->ins[i].op >= DTN_I_SKIP_UNLESS;
    return n_block * p->n_slot > MOST_WORK;
}

/* Lean code is compiled beside the full code: what it leaves out must be worth that. */
static bool is_worth_it(const dtn_jit *jit)
{
    uint32_t n = 0;
    for (uint32_t i = jit->p->step_first; i < jit->p->step_end; i++)
        n += !jit->is_needed[i];
    return n > (jit->p->step_end - jit->p->step_first) / WORTH_ONE_IN;
}

bool dtn_jit_find_needed(dtn_jit *jit)
{
    const dtn_program *p = jit->p;
    slice s = {.jit = jit, .p = p};
    jit->is_needed = malloc(p->n_ins + 1);
    if (jit->is_needed)
        memset(jit->is_needed, 1, p->n_ins + 1);
    /* simultaneous equations are gone round as a whole */
    if (!jit->is_needed || !jit->has_steps || p->n_iteration > 0 || is_too_much(p))
        return jit->is_needed != NULL;
    s.live = calloc(p->n_slot + 1, 1);
    if (s.live == NULL)
        return false;
    for (uint32_t i = 0; i < DTN_MAX_LOOPS; i++)
        s.counts[i] = 1;
    memset(s.live + p->deriv0, 1, p->aux0 - p->deriv0);
    for (size_t i = 0; i < p->n_commit; i++)
        memset(s.live + p->commits[i].from, 1, p->commits[i].n);
    memset(jit->is_needed + p->step_first, 0, p->step_end - p->step_first);
    pass(&s, p->step_first, p->step_end);
    free(s.live);
    jit->has_lean = is_worth_it(jit);
    return !s.failed;
}
