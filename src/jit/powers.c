/* Powers side by side.
 *
 * A power is a chain of three hundred operations, so the processor mostly waits; the table's function does several
 * vectors in step (num/powers.h). Here powers that do not need each other come to stand beside each other, so that one call
 * makes them: what stands between goes before them, unless it needs them.
 *
 *     a = ... ^ ...                 x = ...
 *     x = ...               -->     a = ... ^ ...
 *     b = x ^ ...                   b = x ^ ...
 *     y = a * x                     y = a * x
 *
 * Only in straight stretches outside of loops and skips. The order changes no byte.
 */
#include "jit/inner.h"

#include <string.h>

enum { WINDOW = 32, MOST_POWERS = 3 };

static dtn_operand operand(const dtn_ins *x, int k)
{
    return k == 0 ? x->dst : k == 1 ? x->a : k == 2 ? x->b : x->c;
}

/* May b not go before a? */
static bool are_tied(const dtn_ins *a, const dtn_ins *b)
{
    bool tied = a->dst == b->dst;
    for (int k = 1; k < 4; k++)
        tied = tied || (dtn_jit_is_slot(b, k) && operand(b, k) == a->dst) ||
               (dtn_jit_is_slot(a, k) && operand(a, k) == b->dst);
    return tied;
}

static bool may_move(const dtn_program *p, const dtn_ins *x)
{
    bool ok = x->op < DTN_I_LOOP && dtn_jit_writes(x) && dtn_jit_is_inline(p, x);
    for (int k = 0; k < 4 && ok; k++)
        ok = !(k == 0 || dtn_jit_is_slot(x, k)) || !(operand(x, k) & DTN_OPERAND_INDEXED);
    return ok;
}

/* Those of one stretch: the powers, and the rest of what has to stay behind them. */
typedef struct stretch {
    const dtn_ins *ins;
    uint32_t powers[MOST_POWERS], n_power, rest[WINDOW], n_rest, before[WINDOW], n_before;
} stretch;

static bool is_free(const stretch *s, uint32_t i)
{
    bool ok = true;
    for (uint32_t k = 0; k < s->n_power; k++)
        ok = ok && !are_tied(&s->ins[s->powers[k]], &s->ins[i]);
    for (uint32_t k = 0; k < s->n_rest; k++)
        ok = ok && !are_tied(&s->ins[s->rest[k]], &s->ins[i]);
    return ok;
}

/* Instructions [first, first + n) in the order of these parts. */
static void reorder(dtn_jit *jit, uint32_t first, uint32_t n, const stretch *s)
{
    dtn_ins ins[WINDOW];
    uint32_t origin[WINDOW], at = first;
    const uint32_t *const parts[] = {s->before, s->powers, s->rest};
    const uint32_t sizes[] = {s->n_before, s->n_power, s->n_rest};
    memcpy(ins, jit->own.ins + first, n * sizeof *ins);
    memcpy(origin, jit->origin + first, n * sizeof *origin);
    for (int part = 0; part < 3; part++)
        for (uint32_t k = 0; k < sizes[part] && parts[part][k] < first + n; k++, at++) {
            jit->own.ins[at] = ins[parts[part][k] - first];
            jit->origin[at] = origin[parts[part][k] - first];
        }
}

/* The power at `first` and those that may stand beside it; where the next search begins. */
static uint32_t gather(dtn_jit *jit, uint32_t first)
{
    const dtn_program *p = &jit->own;
    stretch s = {.ins = p->ins, .powers = {first}, .n_power = 1};
    uint32_t last = first;
    for (uint32_t i = first + 1; i < p->step_end && i < first + WINDOW && s.n_power < MOST_POWERS &&
                                 may_move(p, &p->ins[i]);
         i++) {
        const bool goes = is_free(&s, i);
        if (!goes)
            s.rest[s.n_rest++] = i;
        else if (p->ins[i].op == DTN_I_POW)
            s.powers[s.n_power++] = last = i;
        else
            s.before[s.n_before++] = i;
    }
    if (last > first)
        reorder(jit, first, last - first + 1, &s);
    return last + 1;
}

void dtn_jit_gather_powers(dtn_jit *jit)
{
    const dtn_program *p = &jit->own;
    dtn_jit_walk walk = {0};
    uint32_t from =
        p->step_first; /* stretches are walked over as they are then: none holds a skip */
    for (uint32_t i = p->step_first; i < p->step_end; i++) {
        const bool is_always = dtn_jit_walk_on(&walk, p, i);
        if (is_always && i >= from && p->ins[i].op == DTN_I_POW && may_move(p, &p->ins[i]))
            from = gather(jit, i);
    }
}

uint32_t dtn_jit_powers_end(const dtn_jit *jit, uint32_t first, uint32_t end)
{
    const dtn_ins *ins = jit->p->ins;
    uint32_t i = first + 1;
    for (; i < end && i - first < MOST_POWERS && (i - first + 1) * jit->n_vector <= DTN_JIT_UNROLL;
         i++) {
        bool goes = ins[i].op == DTN_I_POW && jit->timed[i] == DTN_NONE && jit->is_needed[i];
        for (uint32_t k = first; k < i && goes; k++)
            goes = !are_tied(&ins[k], &ins[i]);
        if (!goes || ((ins[i].dst | ins[i].a | ins[i].b) & DTN_OPERAND_INDEXED))
            break;
    }
    return i;
}
