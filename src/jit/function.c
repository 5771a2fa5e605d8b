/* Functions around the instructions: a loop over time steps (fused), or pieces of one evaluation.
 *
 * Fused, of one group of lanes; it keeps the state in registers and nothing else:
 *
 *     start:  load state; is it evaluated? -> load slopes, go to step
 *     eval:   slopes and next held values from the state  <---+
 *     step:   held values, state += length * slope            |
 *             last step? -> finish    ------------------------+
 *     finish: store state
 *
 * Where somebody looks, pieces evaluate all variables from the state.
 */
#include "jit/inner.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* ---- Fused -------------------------------------------------------------------------------- */

typedef struct fused {
    dtn_emit *e;
    uint32_t n_state, n_want; /* want: derivatives, then what held values take next */
    uint32_t *want;           /* [n_want] slots */
    /* [n_state][n_vector] before an evaluation and before a step (phi), at the start, after a step */
    LLVMValueRef *before, *state, *loaded, *next;
    LLVMValueRef *slopes, *given, *evaluated; /* [n_want][n_vector] phi, from memory, computed */
} fused;

static LLVMValueRef *values(size_t n) { return calloc(n + 1, sizeof(LLVMValueRef)); }

static bool fused_init(fused *f, dtn_emit *e)
{
    const dtn_program *p = e->p;
    const uint32_t n_u = e->jit->n_vector;
    *f = (fused){.e = e, .n_state = p->deriv0 - p->stock0, .n_want = p->n_stock};
    for (size_t i = 0; i < p->n_commit; i++)
        f->n_want += p->commits[i].n;
    f->want = calloc(f->n_want + 1, sizeof *f->want);
    f->before = values((size_t)f->n_state * n_u);
    f->state = values((size_t)f->n_state * n_u);
    f->loaded = values((size_t)f->n_state * n_u);
    f->next = values((size_t)f->n_state * n_u);
    f->slopes = values((size_t)f->n_want * n_u);
    f->given = values((size_t)f->n_want * n_u);
    f->evaluated = values((size_t)f->n_want * n_u);
    if (!f->want || !f->before || !f->state || !f->loaded || !f->next || !f->slopes || !f->given ||
        !f->evaluated)
        return false;
    uint32_t at = 0;
    for (uint32_t i = 0; i < p->n_stock; i++)
        f->want[at++] = p->deriv0 + i;
    for (size_t i = 0; i < p->n_commit; i++)
        for (uint32_t k = 0; k < p->commits[i].n; k++)
            f->want[at++] = p->commits[i].from + k;
    return true;
}

static void fused_free(fused *f)
{
    free(f->want);
    free(f->before);
    free(f->state);
    free(f->loaded);
    free(f->next);
    free(f->slopes);
    free(f->given);
    free(f->evaluated);
}

/* Rows that never change are loaded once, where registers can hold them. */
static void know_constants(dtn_emit *e)
{
    const dtn_program *p = e->p;
    dtn_lanes v;
    for (uint32_t i = p->step_first; i < p->step_end; i++) {
        const dtn_ins *x = &p->ins[i];
        const dtn_operand o[] = {x->dst, x->a, x->b, x->c};
        for (int k = 1; k < 4; k++)
            if (dtn_jit_is_slot(x, k) && o[k] < p->stock0)
                dtn_emit_read(e, o[k], v);
    }
}

static LLVMValueRef element(dtn_emit *e, size_t field, LLVMValueRef index)
{
    LLVMValueRef array = dtn_emit_field(e, field, e->ptr);
    LLVMValueRef at = LLVMBuildInBoundsGEP2(e->b, e->f64, array, &index, 1, "");
    return LLVMBuildLoad2(e->b, e->f64, at, "");
}

static void know_time(dtn_emit *e, LLVMValueRef step)
{
    dtn_lanes v;
    LLVMValueRef time = dtn_emit_broadcast(e, element(e, offsetof(dtn_jit_frame, times), step));
    for (uint32_t u = 0; u < e->jit->n_vector; u++)
        v[u] = time;
    dtn_emit_know(e, e->p->time_slot, v, NULL);
    dtn_emit_know(e, e->p->step_time_slot, v, NULL);
    if (e->jit->n_timed > 0) {
        LLVMValueRef row = dtn_emit_i64(e, e->jit->n_timed * sizeof(double));
        e->timed = dtn_emit_offset(e, dtn_emit_field(e, offsetof(dtn_jit_frame, all_timed), e->ptr),
                                   LLVMBuildMul(e->b, step, row, ""));
    }
}

static void make_step(fused *f, LLVMValueRef step)
{
    dtn_emit *e = f->e;
    const dtn_program *p = e->p;
    const uint32_t n_u = e->jit->n_vector;
    LLVMValueRef length =
        p->dt_changes ? dtn_emit_broadcast(e, element(e, offsetof(dtn_jit_frame, lengths), step))
                      : dtn_emit_splat(e, p->dt);
    for (size_t i = 0; i < (size_t)f->n_state * n_u; i++)
        f->next[i] = f->state[i];
    for (size_t i = 0; i < (size_t)p->n_stock * n_u; i++)
        f->next[i] =
            LLVMBuildFAdd(e->b, f->state[i], LLVMBuildFMul(e->b, length, f->slopes[i], ""), "");
    for (size_t i = 0; i < p->n_floor; i++)
        for (size_t k = 0; k < (size_t)p->floors[i].n * n_u; k++) {
            LLVMValueRef *v = &f->next[(size_t)(p->floors[i].from - p->stock0) * n_u + k];
            LLVMValueRef below = LLVMBuildFCmp(e->b, LLVMRealOLT, *v, LLVMConstNull(e->vec), "");
            *v = LLVMBuildSelect(e->b, below, LLVMConstNull(e->vec), *v, "");
        }
    size_t at = (size_t)p->n_stock * n_u;
    for (size_t i = 0; i < p->n_commit; i++)
        for (size_t k = 0; k < (size_t)p->commits[i].n * n_u; k++)
            f->next[(size_t)(p->commits[i].to - p->stock0) * n_u + k] = f->slopes[at++];
}

static void load_rows(fused *f, uint32_t n, const uint32_t *slots, uint32_t first,
                      LLVMValueRef *out)
{
    const uint32_t n_u = f->e->jit->n_vector;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t u = 0; u < n_u; u++)
            out[i * n_u + u] =
                dtn_emit_load(f->e, dtn_emit_row(f->e, slots ? slots[i] : first + i, u));
}

static void make_phis(fused *f, size_t n, LLVMValueRef *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = LLVMBuildPhi(f->e->b, f->e->vec, "");
}

static void join(size_t n, LLVMValueRef *phis, LLVMValueRef *a, LLVMBasicBlockRef from_a,
                 LLVMValueRef *b, LLVMBasicBlockRef from_b)
{
    for (size_t i = 0; i < n; i++) {
        LLVMAddIncoming(phis[i], &a[i], &from_a, 1);
        LLVMAddIncoming(phis[i], &b[i], &from_b, 1);
    }
}

static void finish(fused *f)
{
    dtn_emit *e = f->e;
    const uint32_t n_u = e->jit->n_vector;
    for (uint32_t i = 0; i < f->n_state; i++)
        for (uint32_t u = 0; u < n_u; u++)
            dtn_emit_store(e, f->next[i * n_u + u], dtn_emit_row(e, e->p->stock0 + i, u));
    LLVMBuildRetVoid(e->b);
}

static void build_fused(fused *f)
{
    dtn_emit *e = f->e;
    const dtn_program *p = e->p;
    const uint32_t n_u = e->jit->n_vector;
    const size_t n_state = (size_t)f->n_state * n_u, n_want = (size_t)f->n_want * n_u;
    LLVMBasicBlockRef start = LLVMGetInsertBlock(e->b);
    LLVMBasicBlockRef eval = LLVMAppendBasicBlockInContext(e->context, e->fn, "eval");
    LLVMBasicBlockRef step = LLVMAppendBasicBlockInContext(e->context, e->fn, "step");
    LLVMBasicBlockRef end = LLVMAppendBasicBlockInContext(e->context, e->fn, "finish");
    LLVMValueRef first = LLVMGetParam(e->fn, 2), last = LLVMGetParam(e->fn, 3);
    load_rows(f, f->n_state, NULL, p->stock0, f->loaded);
    load_rows(f, f->n_want, f->want, 0, f->given);
    know_constants(e); // NOLINT(clang-analyzer-unix.Malloc) fused_free frees it
    LLVMBuildCondBr(e->b,
                    LLVMBuildICmp(e->b, LLVMIntNE, LLVMGetParam(e->fn, 4), dtn_emit_i64(e, 0), ""),
                    step, eval);

    LLVMPositionBuilderAtEnd(e->b, eval);
    LLVMValueRef now = LLVMBuildPhi(e->b, e->i64, "");
    make_phis(f, n_state, f->before);
    for (uint32_t i = 0; i < f->n_state; i++)
        dtn_emit_know(e, p->stock0 + i, &f->before[i * n_u], NULL);
    know_time(e, now);
    dtn_emit_range(e, p->step_first, p->step_end);
    for (uint32_t i = 0; i < f->n_want; i++)
        dtn_emit_read(e, f->want[i], &f->evaluated[i * n_u]);
    LLVMBuildBr(e->b, step);

    LLVMPositionBuilderAtEnd(e->b, step);
    LLVMValueRef at = LLVMBuildPhi(e->b, e->i64, "");
    make_phis(f, n_state, f->state);
    make_phis(f, n_want, f->slopes);
    join(n_state, f->state, f->loaded, start, f->before, eval);
    join(n_want, f->slopes, f->given, start, f->evaluated, eval);
    join(1, &at, &first, start, &now, eval);
    make_step(f, at);
    LLVMValueRef following = LLVMBuildAdd(e->b, at, dtn_emit_i64(e, 1), "");
    LLVMBuildCondBr(e->b, LLVMBuildICmp(e->b, LLVMIntEQ, following, last, ""), end, eval);
    join(n_state, f->before, f->loaded, start, f->next, step);
    join(1, &now, &first, start, &following, step);

    LLVMPositionBuilderAtEnd(e->b, end);
    finish(f);
}

void dtn_emit_fused(dtn_emit *e, const char *name)
{
    fused f;
    e->is_fused = true;
    dtn_emit_begin(e, name);
    if (fused_init(&f, e))
        build_fused(&f);
    else
        e->failed = true;
    fused_free(&f);
}

/* ---- Pieces ----------------------------------------------------------------------------------- */

enum { ROWS_A_TURN = 4, STRAIGHT_ROWS = 128 };

/* A loop over n rows, addresses a and b moving with it; 4 rows a turn, the rest one by one. */
typedef struct rows {
    dtn_emit *e;
    LLVMValueRef length;
    /* stocks: NaN where one of the lane is not finite; several, so that none waits for the one before */
    LLVMValueRef wrong[ROWS_A_TURN][DTN_JIT_UNROLL];
    uint32_t turn; /* which of them */
} rows;
typedef void (*row_fn)(rows *r, LLVMValueRef a, LLVMValueRef b, uint32_t vector);

static LLVMValueRef moved_row(dtn_emit *e, uint32_t slot, uint32_t vector, LLVMValueRef offset)
{
    LLVMValueRef at = dtn_emit_row(e, slot, vector);
    return offset
               ? LLVMBuildInBoundsGEP2(e->b, LLVMInt8TypeInContext(e->context), at, &offset, 1, "")
               : at;
}

static void add_slope(rows *r, LLVMValueRef stock, LLVMValueRef slope, uint32_t vector)
{
    LLVMBuilderRef b = r->e->b;
    LLVMValueRef d = dtn_emit_load(r->e, slope), s = dtn_emit_load(r->e, stock);
    LLVMValueRef v = LLVMBuildFAdd(b, s, LLVMBuildFMul(b, r->length, d, ""), "");
    dtn_emit_store(r->e, v, stock);
    LLVMValueRef nothing = LLVMBuildFMul(b, v, LLVMConstNull(r->e->vec), "");
    LLVMValueRef *wrong = &r->wrong[r->turn][vector];
    *wrong = LLVMBuildFAdd(b, *wrong, nothing, "");
}

static void copy_row(rows *r, LLVMValueRef to, LLVMValueRef from, uint32_t vector)
{
    dtn_emit_store(r->e, dtn_emit_load(r->e, from), to);
    (void)vector;
}

/* After the stock was looked at: what is below 0 is lifted, also from minus infinity, and may be
 * looked at again for nothing. */
static void hold_floor(rows *r, LLVMValueRef at, LLVMValueRef same, uint32_t vector)
{
    LLVMValueRef v = dtn_emit_load(r->e, at), zero = LLVMConstNull(r->e->vec);
    LLVMValueRef below = LLVMBuildFCmp(r->e->b, LLVMRealOLT, v, zero, "");
    dtn_emit_store(r->e, LLVMBuildSelect(r->e->b, below, zero, v, ""), at);
    (void)same;
    (void)vector;
}

static void one_row(rows *r, uint32_t a, uint32_t b, LLVMValueRef offset, row_fn fn)
{
    r->turn = (r->turn + 1) % ROWS_A_TURN;
    for (uint32_t u = 0; u < r->e->jit->n_vector; u++)
        fn(r, moved_row(r->e, a, u, offset), moved_row(r->e, b, u, offset), u);
}

/* What goes round a loop over rows with the offset. */
static void wrong_into_loop(rows *r, LLVMBasicBlockRef before)
{
    for (uint32_t k = 0; k < ROWS_A_TURN; k++)
        for (uint32_t u = 0; u < r->e->jit->n_vector; u++) {
            LLVMValueRef phi = LLVMBuildPhi(r->e->b, r->e->vec, "");
            LLVMAddIncoming(phi, &r->wrong[k][u], &before, 1);
            r->wrong[k][u] = phi;
        }
}

/* n rows in turns; returns how many that were. */
static uint32_t loop_over_rows(rows *r, uint32_t n, uint32_t a, uint32_t b, row_fn fn)
{
    dtn_emit *e = r->e;
    const uint64_t row = e->jit->pitch * sizeof(double);
    const uint32_t done = n / ROWS_A_TURN * ROWS_A_TURN;
    LLVMBasicBlockRef before = LLVMGetInsertBlock(e->b);
    LLVMBasicBlockRef body = LLVMAppendBasicBlockInContext(e->context, e->fn, "");
    LLVMBasicBlockRef after = LLVMAppendBasicBlockInContext(e->context, e->fn, "");
    LLVMValueRef zero = dtn_emit_i64(e, 0), phi[ROWS_A_TURN][DTN_JIT_UNROLL];
    LLVMBuildBr(e->b, body);
    LLVMPositionBuilderAtEnd(e->b, body);
    LLVMValueRef offset = LLVMBuildPhi(e->b, e->i64, "");
    wrong_into_loop(r, before);
    memcpy(phi, r->wrong, sizeof phi);
    for (uint32_t k = 0; k < ROWS_A_TURN; k++)
        one_row(r, a + k, b + k, offset, fn);
    LLVMValueRef next = LLVMBuildAdd(e->b, offset, dtn_emit_i64(e, ROWS_A_TURN * row), "");
    LLVMAddIncoming(offset, &zero, &before, 1);
    LLVMAddIncoming(offset, &next, &body, 1);
    for (uint32_t k = 0; k < ROWS_A_TURN; k++)
        for (uint32_t u = 0; u < e->jit->n_vector; u++)
            LLVMAddIncoming(phi[k][u], &r->wrong[k][u], &body, 1);
    LLVMBuildCondBr(e->b, LLVMBuildICmp(e->b, LLVMIntULT, next, dtn_emit_i64(e, done * row), ""),
                    body, after);
    LLVMPositionBuilderAtEnd(e->b, after);
    return done;
}

static void over_rows(rows *r, uint32_t n, uint32_t a, uint32_t b, row_fn fn)
{
    uint32_t done = n > STRAIGHT_ROWS ? loop_over_rows(r, n, a, b, fn) : 0;
    for (; done < n; done++)
        one_row(r, a + done, b + done, NULL, fn);
}

/* Lanes that a stock left the numbers in, as bits into the frame. */
static void tell_wrong(rows *r)
{
    dtn_emit *e = r->e;
    LLVMTypeRef bits = LLVMIntTypeInContext(e->context, DTN_JIT_VECTOR);
    LLVMValueRef all = dtn_emit_i64(e, 0);
    for (uint32_t u = 0; u < e->jit->n_vector; u++) {
        LLVMValueRef sum = r->wrong[0][u];
        for (uint32_t k = 1; k < ROWS_A_TURN; k++)
            sum = LLVMBuildFAdd(e->b, sum, r->wrong[k][u], "");
        LLVMValueRef m = LLVMBuildFCmp(e->b, LLVMRealUNO, sum, sum, "");
        m = LLVMBuildZExt(e->b, LLVMBuildBitCast(e->b, m, bits, ""), e->i64, "");
        m = LLVMBuildShl(e->b, m, dtn_emit_i64(e, (uint64_t)u * DTN_JIT_VECTOR), "");
        all = LLVMBuildOr(e->b, all, m, "");
    }
    dtn_emit_set_field(e, offsetof(dtn_jit_frame, wrong), all);
}

/* Held values first: they take what was computed from the state before the step. */
static void emit_step(dtn_emit *e, bool commits_only)
{
    const dtn_program *p = e->p;
    rows r = {.e = e};
    for (uint32_t k = 0; k < ROWS_A_TURN; k++)
        for (uint32_t u = 0; u < e->jit->n_vector; u++)
            r.wrong[k][u] = LLVMConstNull(e->vec);
    for (size_t i = 0; i < p->n_commit; i++)
        over_rows(&r, p->commits[i].n, p->commits[i].to, p->commits[i].from, copy_row);
    if (commits_only)
        return;
    r.length = dtn_emit_length(e);
    over_rows(&r, p->n_stock, p->stock0, p->deriv0, add_slope);
    for (size_t i = 0; i < p->n_floor; i++)
        over_rows(&r, p->floors[i].n, p->floors[i].from, p->floors[i].from, hold_floor);
    tell_wrong(&r);
}

void dtn_emit_piece(dtn_emit *e, const dtn_jit_piece *piece, const char *name)
{
    if (!e->is_dry)
        dtn_emit_begin(e, name);
    else
        memset(e->known, 0, (e->p->n_slot + 1) * sizeof *e->known);
    e->n_log = 0;
    e->n_late = 0;
    e->is_lean = piece->is_lean;
    e->moves = piece->is_lean && e->jit->moves;
    if (e->moves && !e->is_dry) {
        e->state = dtn_emit_offset(e, e->mem, LLVMGetParam(e->fn, 2));
        e->next = dtn_emit_offset(e, e->mem, LLVMGetParam(e->fn, 3));
    }
    if (!piece->is_step)
        dtn_emit_range(e, piece->first, piece->end);
    else if (!e->is_dry)
        emit_step(e, piece->is_commit);
    dtn_emit_late(e);
    if (!e->is_dry)
        LLVMBuildRetVoid(e->b);
}
