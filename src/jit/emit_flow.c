/* Loops and skips into LLVM IR, and the walk over the instructions.
 *
 * Behind a skip or at the start of a loop's body only that is known which holds on every way
 * there: changes inside a skip are logged and undone, slots written in a loop are forgotten at
 * its start. What is written inside a skip over a known value joins both (phi).
 */
#include "jit/inner.h"

#include <stddef.h>
#include <string.h>

/* ---- Loops and skips -------------------------------------------------------------------------- */

/* Everything that [first, end) writes. */
static void forget_written(dtn_emit *e, uint32_t first, uint32_t end)
{
    uint32_t kept[DTN_MAX_LOOPS];
    memcpy(kept, e->loop_at, sizeof kept);
    for (uint32_t i = first; i < end; i++) {
        const dtn_ins *x = &e->p->ins[i];
        if (x->op == DTN_I_LOOP)
            e->loop_at[x->dst] = i;
        if (dtn_jit_writes(x))
            dtn_emit_forget(
                e, dtn_emit_span(e, x->dst, x->op == DTN_I_VECTOR ? e->p->vectors[x->aux].n_out : 1,
                                 1));
    }
    memcpy(e->loop_at, kept, sizeof kept);
}

static LLVMBasicBlockRef new_block(dtn_emit *e)
{
    return e->is_dry ? NULL : LLVMAppendBasicBlockInContext(e->context, e->fn, "");
}

/* A row that an innermost loop reads before it writes it (a sum) goes round in registers. */
typedef struct carried {
    uint32_t slot;
    dtn_lanes phi;
} carried;
enum { CARRIED_MOST = 8, CARRIED_BODY = 64 };

static bool reads_slot(const dtn_ins *x, uint32_t slot)
{
    const dtn_operand o[] = {x->dst, x->a, x->b, x->c};
    for (int k = 1; k < 4; k++)
        if (dtn_jit_is_slot(x, k) && o[k] == slot)
            return true;
    return false;
}

static uint32_t find_carried(const dtn_emit *e, uint32_t first, uint32_t end, carried *out)
{
    uint32_t n = 0;
    for (uint32_t i = first; i < end; i++)
        if (e->p->ins[i].op >= DTN_I_LOOP || !dtn_jit_is_inline(e->p, &e->p->ins[i]) ||
            end - first > CARRIED_BODY)
            return 0;
    for (uint32_t i = first; i < end && n < CARRIED_MOST; i++) {
        const uint32_t slot = e->p->ins[i].dst;
        bool before = false, written = false;
        if (slot & DTN_OPERAND_INDEXED)
            continue;
        for (uint32_t k = first; k < i; k++)
            written = written || e->p->ins[k].dst == slot;
        for (uint32_t k = first; k <= i && !written; k++)
            before = before || reads_slot(&e->p->ins[k], slot);
        if (before)
            out[n++].slot = slot;
    }
    return n;
}

static void emit_loop(dtn_emit *e, uint32_t at)
{
    const dtn_ins *x = &e->p->ins[at];
    const uint32_t end = dtn_jit_loop_end(e->p, at), id = x->dst, n_u = e->jit->n_vector;
    carried c[CARRIED_MOST];
    uint32_t n = find_carried(e, at + 1, end, c);
    dtn_lanes start[CARRIED_MOST], v;
    for (uint32_t k = 0; k < n; k++)
        dtn_emit_read(e, c[k].slot, start[k]);
    forget_written(e, at + 1, end);
    LLVMBasicBlockRef body = new_block(e), before = NULL;
    LLVMValueRef turn = NULL;
    if (!e->is_dry) {
        before = LLVMGetInsertBlock(e->b);
        LLVMBuildBr(e->b, body);
        LLVMPositionBuilderAtEnd(e->b, body);
        turn = LLVMBuildPhi(e->b, e->i64, "");
        for (uint32_t k = 0; k < n; k++)
            for (uint32_t u = 0; u < n_u; u++) {
                c[k].phi[u] = LLVMBuildPhi(e->b, e->vec, "");
                LLVMAddIncoming(c[k].phi[u], &start[k][u], &before, 1);
            }
        LLVMValueRef zero = dtn_emit_i64(e, 0);
        LLVMAddIncoming(turn, &zero, &before, 1);
    } else {
        memset(c[0].phi, 0, sizeof c[0].phi);
    }
    for (uint32_t k = 0; k < n; k++)
        dtn_emit_know(e, c[k].slot, e->is_dry ? c[0].phi : c[k].phi, NULL);
    e->loop_at[id] = at;
    e->turn[id] = turn;
    e->depth++;
    dtn_emit_range(e, at + 1, end);
    e->depth--;
    e->loop_at[id] = DTN_NONE;
    if (!e->is_dry) {
        LLVMBasicBlockRef last = LLVMGetInsertBlock(e->b), after = new_block(e);
        for (uint32_t k = 0; k < n; k++) {
            dtn_emit_read(e, c[k].slot, v);
            for (uint32_t u = 0; u < n_u; u++)
                LLVMAddIncoming(c[k].phi[u], &v[u], &last, 1);
        }
        LLVMValueRef next = LLVMBuildAdd(e->b, turn, dtn_emit_i64(e, 1), "");
        LLVMAddIncoming(turn, &next, &last, 1);
        LLVMBuildCondBr(e->b, LLVMBuildICmp(e->b, LLVMIntULT, next, dtn_emit_i64(e, x->a), ""),
                        body, after);
        LLVMPositionBuilderAtEnd(e->b, after);
    } else {
        for (uint32_t k = 0; k < n; k++)
            dtn_emit_read(e, c[k].slot, v);
    }
}

/* Joined nests: their loops once, their bodies one after the other (nest.c). */
static void emit_joined(dtn_emit *e, uint32_t at)
{
    dtn_span bodies[DTN_JIT_NESTS];
    uint32_t depth = 0;
    const uint32_t end = e->jit->joined_end[at];
    const uint32_t n = dtn_jit_bodies(e->p, at, end, bodies, &depth);
    LLVMBasicBlockRef heads[DTN_MAX_LOOPS] = {NULL};
    forget_written(e, at, end);
    for (uint32_t k = 0; k < depth; k++) {
        const uint32_t id = e->p->ins[at + k].dst;
        e->loop_at[id] = at + k;
        if (e->is_dry)
            continue;
        LLVMBasicBlockRef before = LLVMGetInsertBlock(e->b);
        LLVMValueRef zero = dtn_emit_i64(e, 0);
        heads[k] = new_block(e);
        LLVMBuildBr(e->b, heads[k]);
        LLVMPositionBuilderAtEnd(e->b, heads[k]);
        e->turn[id] = LLVMBuildPhi(e->b, e->i64, "");
        LLVMAddIncoming(e->turn[id], &zero, &before, 1);
    }
    e->is_joined = true;
    e->depth++;
    e->n_forward = 0;
    for (uint32_t k = 0; k < n; k++)
        dtn_emit_range(e, bodies[k].first, bodies[k].end);
    e->is_joined = false;
    e->depth--;
    e->n_forward = 0;
    for (uint32_t k = depth; k-- > 0;) {
        const dtn_ins *x = &e->p->ins[at + k];
        e->loop_at[x->dst] = DTN_NONE;
        if (e->is_dry)
            continue;
        LLVMBasicBlockRef last = LLVMGetInsertBlock(e->b), after = new_block(e);
        LLVMValueRef turn = e->turn[x->dst];
        LLVMValueRef next = LLVMBuildAdd(e->b, turn, dtn_emit_i64(e, 1), "");
        LLVMAddIncoming(turn, &next, &last, 1);
        LLVMBuildCondBr(e->b, LLVMBuildICmp(e->b, LLVMIntULT, next, dtn_emit_i64(e, x->a), ""),
                        heads[k], after);
        LLVMPositionBuilderAtEnd(e->b, after);
    }
}

/* The condition under which the instructions behind a skip are executed. */
static LLVMValueRef go_on(dtn_emit *e, const dtn_ins *x)
{
    dtn_lanes m;
    if (x->op == DTN_I_SKIP_UNLESS) {
        dtn_emit_masks(e, x->a, m);
        LLVMValueRef any = NULL;
        for (uint32_t u = 0; u < e->jit->n_vector && !e->is_dry; u++)
            any = any ? LLVMBuildOr(e->b, any, m[u], "") : m[u];
        if (e->is_dry)
            return NULL;
        LLVMTypeRef bits = LLVMIntTypeInContext(e->context, DTN_JIT_VECTOR);
        return LLVMBuildICmp(e->b, LLVMIntNE, LLVMBuildBitCast(e->b, any, bits, ""),
                             LLVMConstNull(bits), "");
    }
    if (e->is_dry)
        return NULL;
    bool any = x->op == DTN_I_SKIP_ANY_OVERLAY;
    uint64_t mask = any ? e->p->overlay_masks[x->a] : UINT64_C(1) << (x->a - 1);
    LLVMValueRef on = dtn_emit_field(e, offsetof(dtn_jit_frame, overlays), e->i64);
    on = LLVMBuildAnd(e->b, on, dtn_emit_i64(e, mask), "");
    return LLVMBuildICmp(e->b, any ? LLVMIntEQ : LLVMIntNE, on, dtn_emit_i64(e, 0), "");
}

/* Take back what was learnt since `mark`; where a slot had a value before and has one at the
 * end, what it holds now is one or the other. */
static void join(dtn_emit *e, size_t mark, LLVMBasicBlockRef before, LLVMBasicBlockRef inside)
{
    e->n_join++;
    for (size_t i = mark; i < e->n_log; i++) {
        const uint32_t slot = e->log[i].slot;
        const dtn_known was = e->log[i].was, now = e->known[slot];
        if (e->joined[slot] == e->n_join) /* the first entry is the state before */
            continue;
        e->joined[slot] = e->n_join;
        e->known[slot].since = 0;
        if (!was.since || !now.since || slot < e->p->temp0)
            continue;
        dtn_known *both = &e->known[slot];
        *both = (dtn_known){.since = e->now};
        for (uint32_t u = 0; u < e->jit->n_vector && !e->is_dry; u++) {
            LLVMValueRef v[] = {was.v[u], now.v[u]};
            LLVMBasicBlockRef from[] = {before, inside};
            both->v[u] = LLVMBuildPhi(e->b, e->vec, "");
            LLVMAddIncoming(both->v[u], v, from, 2);
        }
    }
}

static void emit_skip(dtn_emit *e, uint32_t at)
{
    const dtn_ins *x = &e->p->ins[at];
    if (e->depth == 0 && x->op == DTN_I_SKIP_UNLESS) /* it may hold calls */
        dtn_emit_late(e);
    LLVMValueRef condition = go_on(e, x);
    LLVMBasicBlockRef before = NULL, inside = new_block(e), after = new_block(e);
    if (!e->is_dry) {
        before = LLVMGetInsertBlock(e->b);
        LLVMBuildCondBr(e->b, condition, inside, after);
        LLVMPositionBuilderAtEnd(e->b, inside);
    }
    bool was_logging = e->is_logging;
    size_t mark = e->n_log;
    e->is_logging = true;
    e->depth++;
    dtn_emit_range(e, at + 1, x->dst);
    e->depth--;
    if (!e->is_dry) {
        inside = LLVMGetInsertBlock(e->b);
        LLVMBuildBr(e->b, after);
        LLVMPositionBuilderAtEnd(e->b, after);
    }
    join(e, mark, before, inside);
    e->is_logging = was_logging;
    if (!was_logging)
        e->n_log = mark; /* an outer skip still undoes these */
}

/* Simultaneous equations from x->a to here: again while a guess is not met. Only at the outermost
 * level; the caller opened a block at x->a (e->turn[0] is free there). */
static void emit_iterate(dtn_emit *e, uint32_t at, LLVMBasicBlockRef again, LLVMValueRef turn,
                         LLVMBasicBlockRef before)
{
    if (e->is_dry)
        return;
    LLVMTypeRef types[] = {e->ptr, e->i64};
    LLVMTypeRef type = LLVMFunctionType(e->i64, types, 2, false);
    LLVMValueRef args[] = {e->frame, turn}, zero = dtn_emit_i64(e, 0);
    LLVMValueRef more = LLVMBuildCall2(
        e->b, type, dtn_emit_field(e, offsetof(dtn_jit_frame, iterate), e->ptr), args, 2, "");
    LLVMBasicBlockRef last = LLVMGetInsertBlock(e->b), after = new_block(e);
    LLVMValueRef next = LLVMBuildAdd(e->b, turn, dtn_emit_i64(e, 1), "");
    LLVMAddIncoming(turn, &zero, &before, 1);
    LLVMAddIncoming(turn, &next, &last, 1);
    LLVMBuildCondBr(e->b, LLVMBuildICmp(e->b, LLVMIntNE, more, zero, ""), again, after);
    LLVMPositionBuilderAtEnd(e->b, after);
    (void)at;
}

static uint32_t iterate_from(const dtn_emit *e, uint32_t at, uint32_t end)
{
    for (uint32_t i = at; e->p->n_iteration && i < end; i++)
        if (e->p->ins[i].op == DTN_I_ITERATE && e->p->ins[i].a == at)
            return i;
    return DTN_NONE;
}

/* The guesses are the interpreter's: all that the equations write must be in memory. */
static void emit_simultaneous(dtn_emit *e, uint32_t at, uint32_t iterate)
{
    LLVMBasicBlockRef again = new_block(e), before = NULL;
    LLVMValueRef turn = NULL;
    forget_written(e, at, iterate);
    for (size_t k = 0; k < e->p->n_iteration; k++) {
        const dtn_copy *pair = &e->p->iterations[k];
        dtn_emit_forget(e, (dtn_span){pair->to, pair->to + pair->n});
        dtn_emit_need_memory(e, pair->from, pair->n, 1);
    }
    if (!e->is_dry) {
        before = LLVMGetInsertBlock(e->b);
        LLVMBuildBr(e->b, again);
        LLVMPositionBuilderAtEnd(e->b, again);
        turn = LLVMBuildPhi(e->b, e->i64, "");
    }
    e->depth++;
    dtn_emit_range(e, at, iterate);
    e->depth--;
    emit_iterate(e, iterate, again, turn, before);
    for (size_t k = 0; k < e->p->n_iteration; k++)
        dtn_emit_forget(
            e, (dtn_span){e->p->iterations[k].to, e->p->iterations[k].to + e->p->iterations[k].n});
}

void dtn_emit_range(dtn_emit *e, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        const dtn_ins *x = &e->p->ins[i];
        e->now++;
        e->at = i;
        uint32_t iterate = iterate_from(e, i, end);
        if (e->is_lean && !dtn_jit_any_needed(e->jit, i, dtn_jit_end_of(e->jit, i))) {
            i = dtn_jit_end_of(e->jit, i) - 1;
        } else if (iterate != DTN_NONE && i != e->iterating) {
            e->iterating = i;
            emit_simultaneous(e, i, iterate);
            e->iterating = DTN_NONE;
            i = iterate;
        } else if (x->op == DTN_I_LOOP && e->jit->joined_end[i] && e->jit->joined_end[i] <= end) {
            emit_joined(e, i);
            i = e->jit->joined_end[i] - 1;
        } else if (x->op == DTN_I_LOOP) {
            emit_loop(e, i);
            i = dtn_jit_loop_end(e->p, i);
        } else if (x->op >= DTN_I_SKIP_UNLESS) {
            emit_skip(e, i);
            i = x->dst - 1;
        } else if (e->jit->timed[i] != DTN_NONE) {
            dtn_lanes v;
            dtn_emit_timed(e, e->jit->timed[i], v);
            dtn_emit_write(e, x->dst, v, NULL);
        } else if (x->op == DTN_I_DRAW || x->op == DTN_I_DRAW_SUM) {
            const uint32_t draws_end = dtn_jit_draws_end(e->jit, i, end, e->is_lean);
            dtn_emit_draws(e, i, draws_end);
            i = draws_end - 1;
        } else if (!dtn_jit_is_inline(e->p, x)) {
            dtn_emit_call(e, i);
        } else {
            dtn_emit_op(e, x);
        }
    }
}
