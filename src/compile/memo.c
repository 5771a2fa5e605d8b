/* Which draws of a program are kept between branches, and where (memo.h).
 *
 * Only draws of the step section that stand outside loops: inside, an instruction is many draws.
 */
#include "compile/memo.h"

#include "base/arena.h"

static uint32_t slots_of(const dtn_ins *x)
{
    if (x->op == DTN_I_DRAW_SUM)
        return 1 + DTN_MEMO_MARKS;
    return x->aux == DTN_DRAW_POISSON ? 2 : 1;
}

uint32_t *dtn_memo_slots(const dtn_program *program, uint32_t *n_slot)
{
    uint32_t *slots = dtn_alloc((program->n_ins + 1) * sizeof *slots);
    uint32_t depth = 0, n = 0;
    for (uint32_t i = 0; slots && i < program->n_ins; i++) {
        const dtn_ins *x = &program->ins[i];
        const bool is_inside = i >= program->step_first && i < program->step_end;
        slots[i] = DTN_NONE;
        depth += x->op == DTN_I_LOOP;
        depth -= x->op == DTN_I_ENDLOOP;
        if (!is_inside || depth > 0 || (x->op != DTN_I_DRAW && x->op != DTN_I_DRAW_SUM))
            continue;
        slots[i] = n;
        n += slots_of(x);
    }
    *n_slot = n;
    return slots;
}
