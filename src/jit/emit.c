/* Instructions into LLVM IR: what slots hold, addresses, calls of the interpreter.
 *
 * A walk over the instructions keeps for each slot the value it is known to hold (dtn_known).
 * Variables are stored as soon as they are computed and read again from memory when the value has
 * grown old, which costs less than a register or a spill; temporaries stay in registers unless a
 * read is found that no known value answers. That is found by a dry walk before (is_dry), which does
 * the same and generates nothing.
 *
 * Not done here: loops and skips (emit_flow.c), plain instructions (emit_op.c).
 */
#include "jit/inner.h"

#include "base/arena.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define OLD 96u /* instructions after which a value in memory is read from there */

static bool has_home(const dtn_emit *e, uint32_t slot) { return slot < e->p->temp0; }

/* ---- Temporaries that are stored -------------------------------------------------------- */

/* A temporary is read from memory here: all that may have been the last to write it must store it. That
 * is what stands between here and its last write outside skips and loops; within loops what
 * stands behind may come before. */
static void need_stored(dtn_emit *e, uint32_t slot)
{
    uint32_t first = e->written[slot], end = e->at;
    if (!e->is_dry)
        return; /* the dry walk found it */
    e->jit->is_late[slot] = 0;
    if (slot < e->p->temp0)
        return;
    for (int i = DTN_MAX_LOOPS - 1; i >= 0; i--)
        if (e->loop_at[i] != DTN_NONE && e->loop_at[i] < end)
            end = dtn_jit_loop_end(e->p, e->loop_at[i]) > end
                      ? dtn_jit_loop_end(e->p, e->loop_at[i])
                      : end;
    first = first > e->at ? e->p->step_first : first;
    for (uint32_t i = first; i < end; i++)
        if (dtn_jit_writes(&e->p->ins[i]) && e->p->ins[i].dst == slot)
            e->jit->is_stored[i] = 1;
}

static void note_write(dtn_emit *e, uint32_t slot)
{
    if (e->depth == 0)
        e->written[slot] = e->at;
}

/* ---- Small pieces of IR ----------------------------------------------------------------- */

LLVMValueRef dtn_emit_i64(dtn_emit *e, uint64_t n) { return LLVMConstInt(e->i64, n, false); }

LLVMValueRef dtn_emit_pointer(dtn_emit *e, const void *p)
{
    return LLVMConstIntToPtr(dtn_emit_i64(e, (uint64_t)(uintptr_t)p), e->ptr);
}

LLVMValueRef dtn_emit_splat(dtn_emit *e, double x)
{
    LLVMValueRef one = LLVMConstReal(e->f64, x), all[DTN_JIT_VECTOR];
    for (int i = 0; i < DTN_JIT_VECTOR; i++)
        all[i] = one;
    return LLVMConstVector(all, DTN_JIT_VECTOR);
}

LLVMValueRef dtn_emit_broadcast(dtn_emit *e, LLVMValueRef scalar)
{
    LLVMValueRef v =
        LLVMBuildInsertElement(e->b, LLVMGetPoison(e->vec), scalar, dtn_emit_i64(e, 0), "");
    return LLVMBuildShuffleVector(e->b, v, LLVMGetPoison(e->vec),
                                  LLVMConstNull(LLVMVectorType(e->i32, DTN_JIT_VECTOR)), "");
}

LLVMValueRef dtn_emit_offset(dtn_emit *e, LLVMValueRef base, LLVMValueRef bytes)
{
    LLVMTypeRef byte = LLVMInt8TypeInContext(e->context);
    return LLVMBuildInBoundsGEP2(e->b, byte, base, &bytes, 1, "");
}

LLVMValueRef dtn_emit_field(dtn_emit *e, size_t offset, LLVMTypeRef type)
{
    return LLVMBuildLoad2(e->b, type, dtn_emit_offset(e, e->frame, dtn_emit_i64(e, offset)), "");
}

LLVMValueRef dtn_emit_first_field(dtn_emit *e, size_t offset, LLVMTypeRef type)
{
    LLVMBasicBlockRef now = LLVMGetInsertBlock(e->b), entry = LLVMGetEntryBasicBlock(e->fn);
    LLVMValueRef first = LLVMGetFirstInstruction(entry);
    if (first)
        LLVMPositionBuilderBefore(e->b, first);
    LLVMValueRef field = dtn_emit_field(e, offset, type);
    LLVMPositionBuilderAtEnd(e->b, now);
    return field;
}

void dtn_emit_set_field(dtn_emit *e, size_t offset, LLVMValueRef value)
{
    LLVMBuildStore(e->b, value, dtn_emit_offset(e, e->frame, dtn_emit_i64(e, offset)));
}

static size_t row_bytes(const dtn_emit *e) { return e->jit->pitch * sizeof(double); }

/* Rows of stocks and slopes may be elsewhere in this step (move.c). */
static LLVMValueRef base_of(const dtn_emit *e, uint32_t slot)
{
    const dtn_program *p = e->p;
    if (e->moves && slot >= p->stock0 && slot < p->held0)
        return e->state;
    return e->moves && slot >= p->deriv0 && slot < p->aux0 ? e->next : e->mem;
}

LLVMValueRef dtn_emit_row(dtn_emit *e, uint32_t slot, uint32_t vector)
{
    size_t at = slot * row_bytes(e) + vector * DTN_JIT_VECTOR * sizeof(double);
    return dtn_emit_offset(e, base_of(e, slot), dtn_emit_i64(e, at));
}

LLVMValueRef dtn_emit_load(dtn_emit *e, LLVMValueRef address)
{
    LLVMValueRef v = LLVMBuildLoad2(e->b, e->vec, address, "");
    LLVMSetAlignment(v, 64);
    return v;
}

void dtn_emit_store(dtn_emit *e, LLVMValueRef value, LLVMValueRef address)
{
    LLVMSetAlignment(LLVMBuildStore(e->b, value, address), 64);
}

/* ---- What is known ------------------------------------------------------------------------ */

static void log_change(dtn_emit *e, uint32_t slot)
{
    if (!e->is_logging)
        return;
    if (e->n_log == e->cap_log) {
        size_t cap = e->cap_log ? 2 * e->cap_log : 256;
        dtn_undo *more = realloc(e->log, cap * sizeof *more);
        if (!more) {
            e->failed = true;
            return;
        }
        e->log = more;
        e->cap_log = cap;
    }
    e->log[e->n_log++] = (dtn_undo){slot, e->known[slot]};
}

void dtn_emit_know(dtn_emit *e, uint32_t slot, const dtn_lanes v, const LLVMValueRef *masks)
{
    log_change(e, slot);
    dtn_known *k = &e->known[slot];
    memset(k, 0, sizeof *k);
    k->since = e->now;
    for (uint32_t u = 0; u < e->jit->n_vector; u++) {
        k->v[u] = v[u];
        k->mask[u] = masks ? masks[u] : NULL;
    }
}

void dtn_emit_forget(dtn_emit *e, dtn_span s)
{
    for (uint32_t slot = s.first; slot < s.end; slot++)
        if (e->known[slot].since) {
            log_change(e, slot);
            e->known[slot].since = 0;
        }
}

static bool is_known(const dtn_emit *e, uint32_t slot)
{
    const dtn_known *k = &e->known[slot];
    return k->since && (e->is_fused || e->now - k->since < OLD || !has_home(e, slot));
}

/* ---- Operands ------------------------------------------------------------------------------ */

/* Does a map go in equal paces over n turns? Their size, which may be negative. */
static bool is_even(const uint32_t *map, uint32_t n, int64_t *pace)
{
    *pace = n > 1 ? (int64_t)map[1] - map[0] : 0;
    for (uint32_t i = 2; i < n; i++)
        if ((int64_t)map[i] - map[i - 1] != *pace)
            return false;
    return true;
}

/* Where maps go in equal paces, an address that moves evenly, which LLVM then only adds to. */
LLVMValueRef dtn_emit_indexed(dtn_emit *e, LLVMValueRef base, dtn_operand o, size_t row,
                              int64_t start)
{
    const dtn_address *a = &e->p->addresses[o & ~DTN_OPERAND_INDEXED];
    LLVMValueRef at = base;
    start += (int64_t)(a->base * row);
    for (uint32_t i = 0; i < a->n_index; i++) {
        const dtn_index *x = &a->index[i];
        LLVMValueRef turn = e->turn[x->loop];
        int64_t bytes = x->stride * (int64_t)row, pace = 1;
        const uint32_t n = e->loop_at[x->loop] == DTN_NONE ? 1 : e->p->ins[e->loop_at[x->loop]].a;
        if (x->map && is_even(x->map, n, &pace)) {
            start += bytes * x->map[0];
        } else if (x->map) {
            LLVMValueRef place =
                LLVMBuildGEP2(e->b, e->i32, dtn_emit_pointer(e, x->map), &turn, 1, "");
            turn = LLVMBuildZExt(e->b, LLVMBuildLoad2(e->b, e->i32, place, ""), e->i64, "");
            pace = 1;
        }
        LLVMValueRef moved = dtn_emit_i64(e, (uint64_t)(bytes * pace));
        at = dtn_emit_offset(e, at, LLVMBuildMul(e->b, turn, moved, ""));
    }
    return dtn_emit_offset(e, at, dtn_emit_i64(e, (uint64_t)start));
}

dtn_span dtn_emit_span(const dtn_emit *e, dtn_operand o, uint32_t rows, uint32_t stride)
{
    uint32_t counts[DTN_MAX_LOOPS];
    for (int i = 0; i < DTN_MAX_LOOPS; i++)
        counts[i] = e->loop_at[i] == DTN_NONE ? 1 : e->p->ins[e->loop_at[i]].a;
    return dtn_jit_span(e->p, o, counts, rows, stride);
}

static LLVMValueRef indexed_row(dtn_emit *e, dtn_operand o, uint32_t vector)
{
    return dtn_emit_indexed(e, base_of(e, dtn_emit_span(e, o, 1, 1).first), o, row_bytes(e),
                            (int64_t)(vector * DTN_JIT_VECTOR * sizeof(double)));
}

void dtn_emit_need_memory(dtn_emit *e, dtn_operand o, uint32_t rows, uint32_t stride)
{
    dtn_span s = dtn_emit_span(e, o, rows, stride);
    for (uint32_t slot = s.first; slot < s.end; slot++)
        need_stored(e, slot);
}

/* ---- Elements in registers ------------------------------------------------------------------ */

static void count_turns(const dtn_emit *e, uint32_t counts[DTN_MAX_LOOPS])
{
    for (int i = 0; i < DTN_MAX_LOOPS; i++)
        counts[i] = e->loop_at[i] == DTN_NONE ? 1 : e->p->ins[e->loop_at[i]].a;
}

static const dtn_forward *find_forward(const dtn_emit *e, dtn_operand o)
{
    uint32_t counts[DTN_MAX_LOOPS];
    count_turns(e, counts);
    for (uint32_t i = e->n_forward; e->is_joined && i-- > 0;)
        if (dtn_jit_is_same_place(e->p, e->forward[i].o, o, counts))
            return &e->forward[i];
    return NULL;
}

/* The oldest that is in memory too makes room. */
static void keep_forward(dtn_emit *e, dtn_operand o, const dtn_lanes v, bool is_only)
{
    if (!e->is_joined)
        return;
    if (e->n_forward == DTN_JIT_FORWARD) {
        uint32_t i = 0;
        while (i < DTN_JIT_FORWARD && e->forward[i].is_only)
            i++;
        if (i == DTN_JIT_FORWARD) {
            e->failed = true; /* (nest.c leaves room) */
            return;
        }
        memmove(&e->forward[i], &e->forward[i + 1], (DTN_JIT_FORWARD - i - 1) * sizeof *e->forward);
        e->n_forward--;
    }
    dtn_forward *f = &e->forward[e->n_forward++];
    *f = (dtn_forward){.o = o, .is_only = is_only};
    for (uint32_t u = 0; u < e->jit->n_vector; u++)
        f->v[u] = v[u];
}

/* What may have been overwritten. */
static void drop_forward(dtn_emit *e, dtn_span s)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < e->n_forward; i++) {
        const dtn_span t = dtn_emit_span(e, e->forward[i].o, 1, 1);
        if (t.end <= s.first || s.end <= t.first)
            e->forward[n++] = e->forward[i];
    }
    e->n_forward = n;
}

static void read_time(dtn_emit *e, uint32_t slot, dtn_lanes out)
{
    size_t at = slot == e->p->time_slot ? offsetof(dtn_jit_frame, time)
                                        : offsetof(dtn_jit_frame, step_time);
    LLVMValueRef v = dtn_emit_broadcast(e, dtn_emit_field(e, at, e->f64));
    for (uint32_t u = 0; u < e->jit->n_vector; u++)
        out[u] = v;
}

static void read_indexed(dtn_emit *e, dtn_operand o, dtn_lanes out)
{
    const uint32_t n = e->jit->n_vector;
    const dtn_forward *f = find_forward(e, o);
    if (f) {
        memcpy(out, f->v, n * sizeof *out);
        return;
    }
    dtn_emit_need_memory(e, o, 1, 1);
    for (uint32_t u = 0; u < n; u++)
        out[u] = e->is_dry ? NULL : dtn_emit_load(e, indexed_row(e, o, u));
    keep_forward(e, o, out, false);
}

void dtn_emit_read(dtn_emit *e, dtn_operand o, dtn_lanes out)
{
    const uint32_t n = e->jit->n_vector;
    if (o & DTN_OPERAND_INDEXED) {
        read_indexed(e, o, out);
        return;
    }
    if (e->jit->is_fixed[o]) {
        for (uint32_t u = 0; u < n && !e->is_dry; u++)
            out[u] = dtn_emit_splat(e, e->jit->fixed[o]);
        return;
    }
    if (is_known(e, o)) {
        memcpy(out, e->known[o].v, n * sizeof *out);
        return;
    }
    if (e->jit->timed_slot[o] != DTN_NONE && !e->is_fused) {
        dtn_emit_timed(e, e->jit->timed_slot[o], out);
        dtn_emit_know(e, o, out, NULL);
        return;
    }
    need_stored(e, o);
    if (!e->is_dry) {
        if (o == e->p->time_slot || o == e->p->step_time_slot)
            read_time(e, o, out);
        else
            for (uint32_t u = 0; u < n; u++)
                out[u] = dtn_emit_load(e, dtn_emit_row(e, o, u));
    } else {
        memset(out, 0, n * sizeof *out);
    }
    dtn_emit_know(e, o, out, NULL);
}

void dtn_emit_masks(dtn_emit *e, dtn_operand o, dtn_lanes out)
{
    dtn_lanes v;
    dtn_emit_read(e, o, v);
    const dtn_known *k =
        o & DTN_OPERAND_INDEXED || e->jit->is_fixed[o] || !is_known(e, o) ? NULL : &e->known[o];
    for (uint32_t u = 0; u < e->jit->n_vector && !e->is_dry; u++)
        out[u] = k && k->mask[u]
                     ? k->mask[u]
                     : LLVMBuildFCmp(e->b, LLVMRealUNE, v[u], LLVMConstNull(e->vec), "");
}

static bool is_slope(const dtn_emit *e, dtn_operand o)
{
    const uint32_t slot = o & DTN_OPERAND_INDEXED ? dtn_emit_span(e, o, 1, 1).first : o;
    return slot >= e->p->deriv0 && slot < e->p->aux0;
}

static bool has_floor(const dtn_program *p, uint32_t stock)
{
    bool any = false;
    for (size_t i = 0; i < p->n_floor; i++)
        any = any || (stock >= p->floors[i].from && stock - p->floors[i].from < p->floors[i].n);
    return any;
}

/* The stock after the step, for its slope (move.c). */
static void write_next(dtn_emit *e, dtn_operand slope, const dtn_lanes v)
{
    const dtn_program *p = e->p;
    const dtn_operand stock = dtn_jit_stock_of(e->jit, slope);
    dtn_lanes now = {NULL};
    dtn_emit_read(e, stock, now);
    if (e->is_dry)
        return;
    const uint32_t first =
        stock & DTN_OPERAND_INDEXED ? dtn_emit_span(e, stock, 1, 1).first : stock;
    LLVMValueRef zero = LLVMConstNull(e->vec), length = dtn_emit_length(e);
    for (uint32_t u = 0; u < e->jit->n_vector; u++) {
        LLVMValueRef next = LLVMBuildFAdd(e->b, now[u], LLVMBuildFMul(e->b, length, v[u], ""), "");
        if (has_floor(p, first))
            next = LLVMBuildSelect(e->b, LLVMBuildFCmp(e->b, LLVMRealOLT, next, zero, ""), zero,
                                   next, "");
        dtn_emit_store(e, next,
                       slope & DTN_OPERAND_INDEXED ? indexed_row(e, slope, u)
                                                   : dtn_emit_row(e, slope, u));
    }
}

LLVMValueRef dtn_emit_length(dtn_emit *e)
{
    return e->p->dt_changes
               ? dtn_emit_broadcast(e, dtn_emit_field(e, offsetof(dtn_jit_frame, dt), e->f64))
               : dtn_emit_splat(e, e->p->dt);
}

/* Variables that only somebody who looks asks for: a row that is changed costs more on its way between the caches than
 * a dozen operations, so at steps that nobody looks at they are not stored. */
void dtn_emit_late(dtn_emit *e)
{
    if (e->n_late == 0)
        return;
    LLVMBasicBlockRef looks = LLVMAppendBasicBlockInContext(e->context, e->fn, "");
    LLVMBasicBlockRef after = LLVMAppendBasicBlockInContext(e->context, e->fn, "");
    LLVMBuildCondBr(e->b,
                    LLVMBuildICmp(e->b, LLVMIntNE, LLVMGetParam(e->fn, 4), dtn_emit_i64(e, 0), ""),
                    looks, after);
    LLVMPositionBuilderAtEnd(e->b, looks);
    for (uint32_t i = 0; i < e->n_late; i++)
        for (uint32_t u = 0; u < e->jit->n_vector; u++)
            dtn_emit_store(e, e->late_v[i][u], dtn_emit_row(e, e->late[i], u));
    LLVMBuildBr(e->b, after);
    LLVMPositionBuilderAtEnd(e->b, after);
    e->n_late = 0;
}

static void wait(dtn_emit *e, uint32_t slot, const dtn_lanes v)
{
    if (e->n_late == DTN_JIT_LATE)
        dtn_emit_late(e);
    for (uint32_t u = 0; u < e->jit->n_vector; u++)
        e->late_v[e->n_late][u] = v[u];
    e->late[e->n_late++] = slot;
}

void dtn_emit_write(dtn_emit *e, dtn_operand o, const dtn_lanes v, const LLVMValueRef *masks)
{
    const uint32_t n = e->jit->n_vector;
    if (e->moves && is_slope(e, o)) {
        write_next(e, o, v);
        return;
    }
    if (o & DTN_OPERAND_INDEXED) {
        const bool is_only = e->is_lean && e->jit->is_elided[e->at];
        for (uint32_t u = 0; u < n && !e->is_dry && !is_only; u++)
            dtn_emit_store(e, v[u], indexed_row(e, o, u));
        const dtn_span s = dtn_emit_span(e, o, 1, 1);
        dtn_emit_forget(e, s);
        drop_forward(e, s);
        keep_forward(e, o, v, is_only);
        return;
    }
    const bool is_late = !e->is_fused && e->jit->is_late[o];
    const bool is_stored = !e->is_fused && !is_late && (has_home(e, o) || e->jit->is_stored[e->at]);
    if (is_late && !e->is_dry && !e->is_lean)
        wait(e, o, v);
    for (uint32_t u = 0; u < n && !e->is_dry && is_stored; u++)
        dtn_emit_store(e, v[u], dtn_emit_row(e, o, u));
    note_write(e, o);
    dtn_emit_know(e, o, v, masks);
}

/* ---- Calls of the interpreter -------------------------------------------------------------- */

/* The interpreter's loops stand where the code's do. */
static void set_turns(dtn_emit *e)
{
    for (int i = 0; i < DTN_MAX_LOOPS; i++)
        if (e->loop_at[i] != DTN_NONE)
            dtn_emit_set_field(e, offsetof(dtn_jit_frame, m.loop) + (size_t)i * sizeof(uint32_t),
                               LLVMBuildTrunc(e->b, e->turn[i], e->i32, ""));
}

static void call(dtn_emit *e, size_t field, const uint64_t *numbers, uint32_t n)
{
    if (e->depth == 0)
        dtn_emit_late(e); /* no vector register survives a call */
    LLVMTypeRef types[] = {e->ptr, e->i64, e->i64};
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(e->context), types, n + 1, false);
    LLVMValueRef args[3] = {e->frame};
    for (uint32_t i = 0; i < n; i++)
        args[i + 1] = dtn_emit_i64(e, numbers[i]);
    LLVMBuildCall2(e->b, type, dtn_emit_field(e, field, e->ptr), args, n + 1, "");
}

void dtn_emit_call(dtn_emit *e, uint32_t at)
{
    const dtn_ins *x = &e->p->ins[at];
    const dtn_operand o[] = {x->dst, x->a, x->b, x->c};
    uint32_t rows[4] = {1, 1, 1, 1}, stride[4] = {1, 1, 1, 1};
    if (x->op == DTN_I_VECTOR) {
        rows[0] = e->p->vectors[x->aux].n_out;
        rows[1] = e->p->vectors[x->aux].n_in;
    } else if (x->op == DTN_I_DRAW_WIDE) {
        rows[2] = 8; /* DTN_N_WIDE */
    } else if (x->op == DTN_I_GATHER) {
        rows[1] = e->p->gathers[x->aux].count;
        stride[1] = e->p->gathers[x->aux].stride;
    }
    for (int k = 0; k < 4; k++)
        if (dtn_jit_is_slot(x, k))
            dtn_emit_need_memory(e, o[k], rows[k], stride[k]);
    if (!e->is_dry) {
        const uint64_t ins = e->jit->origin[at];
        set_turns(e);
        call(e, offsetof(dtn_jit_frame, call), &ins, 1);
    }
    if (!(x->dst & DTN_OPERAND_INDEXED) && rows[0] == 1)
        note_write(e, x->dst);
    dtn_emit_forget(e, dtn_emit_span(e, x->dst, rows[0], 1));
}

void dtn_emit_draws(dtn_emit *e, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        const dtn_ins *x = &e->p->ins[i];
        const dtn_operand o[] = {x->dst, x->a, x->b, x->c};
        for (int k = 0; k < 4; k++)
            if (dtn_jit_is_slot(x, k))
                dtn_emit_need_memory(e, o[k], 1, 1);
    }
    if (!e->is_dry) {
        const uint64_t numbers[] = {first, end - first};
        set_turns(e);
        call(e, offsetof(dtn_jit_frame, draws), numbers, 2);
    }
    for (uint32_t i = first; i < end; i++) {
        const dtn_operand to = e->p->ins[i].dst;
        e->at = i;
        if (!(to & DTN_OPERAND_INDEXED))
            note_write(e, to);
        dtn_emit_forget(e, dtn_emit_span(e, to, 1, 1));
    }
}

/* ---- Life ----------------------------------------------------------------------------------- */

bool dtn_emit_init(dtn_emit *e, dtn_jit *jit, bool is_dry)
{
    *e = (dtn_emit){.jit = jit, .p = jit->p, .is_dry = is_dry, .iterating = DTN_NONE};
    memset(e->loop_at, 0xff, sizeof e->loop_at);
    e->known = calloc(jit->p->n_slot + 1, sizeof *e->known);
    e->joined = calloc(jit->p->n_slot + 1, sizeof *e->joined);
    e->written = calloc(jit->p->n_slot + 1, sizeof *e->written);
    e->now = 1;
    if (is_dry || !e->known || !e->joined || !e->written)
        return e->known && e->joined && e->written;
    e->context = LLVMContextCreate();
    e->module = LLVMModuleCreateWithNameInContext("detente", e->context);
    e->b = LLVMCreateBuilderInContext(e->context);
    e->f64 = LLVMDoubleTypeInContext(e->context);
    e->i1 = LLVMInt1TypeInContext(e->context);
    e->i32 = LLVMInt32TypeInContext(e->context);
    e->i64 = LLVMInt64TypeInContext(e->context);
    e->ptr = LLVMPointerTypeInContext(e->context, 0);
    e->vec = LLVMVectorType(e->f64, DTN_JIT_VECTOR);
    e->mask = LLVMVectorType(e->i1, DTN_JIT_VECTOR);
    LLVMTypeRef types[] = {e->ptr, e->ptr, e->i64, e->i64, e->i64};
    e->fn_type = LLVMFunctionType(LLVMVoidTypeInContext(e->context), types, 5, false);
    return true;
}

void dtn_emit_free(dtn_emit *e)
{
    free(e->known);
    free(e->joined);
    free(e->written);
    free(e->log);
    if (e->b)
        LLVMDisposeBuilder(e->b);
    if (e->module)
        LLVMDisposeModule(e->module);
    if (e->context)
        LLVMContextDispose(e->context);
}

static void add_attribute(dtn_emit *e, const char *key, const char *value)
{
    LLVMAddAttributeAtIndex(e->fn, LLVMAttributeFunctionIndex,
                            LLVMCreateStringAttribute(e->context, key, (unsigned)strlen(key), value,
                                                      (unsigned)strlen(value)));
}

/* Vectors that do not fit the registers stand on the stack, each within one line of the cache: without this they begin
 * where the caller's stack happens to end, and mostly lie across two. */
static void align_stack(dtn_emit *e)
{
    const unsigned kind = LLVMGetEnumAttributeKindForName("alignstack", strlen("alignstack"));
    LLVMAddAttributeAtIndex(
        e->fn, LLVMAttributeFunctionIndex,
        LLVMCreateEnumAttribute(e->context, kind, DTN_JIT_VECTOR * sizeof(double)));
}

void dtn_emit_begin(dtn_emit *e, const char *name)
{
    e->fn = LLVMAddFunction(e->module, name, e->fn_type);
    align_stack(e);
    if (e->jit->isa == DTN_ISA_AVX512) { /* LLVM's tuning prefers half registers on some machines */
        add_attribute(e, "prefer-vector-width", "512");
        add_attribute(e, "min-legal-vector-width", "512");
    }
    e->frame = LLVMGetParam(e->fn, 0);
    e->mem = LLVMGetParam(e->fn, 1);
    memset(e->known, 0, (e->p->n_slot + 1) * sizeof *e->known);
    e->reciprocals = NULL;
    e->timed = NULL;
    LLVMPositionBuilderAtEnd(e->b, LLVMAppendBasicBlockInContext(e->context, e->fn, ""));
}
