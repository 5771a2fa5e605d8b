/** Draws kept between branches: what does not depend on the state is drawn once for all of them.
 *
 *  Futures are paired: under every course of action run K has the same uniform at the same step of the
 *  same stream. Branches that start from one state ask for the same uniforms again and again, so the
 *  first one keeps what it made of them alone: uniforms, standard normals, marks before their mean.
 *  A kept row is what would be computed again, so keeping it cannot change a byte.
 *
 *      rows    [n_step][n_slot][n_lane]   of steps step0 ... of one group of lanes
 *      filled  [n_step][n_slot]           a bit for each 8 lanes of the row
 *
 *  A draw has one slot (a Poisson draw a second one, for the standard normal), a sum of marks one for the shape that its marks were made with and one for
 *  each of the first marks, whose places among the bits count those that are kept. Draws inside loops are not kept. One thread's, as its block.
 */
#ifndef DTN_COMPILE_MEMO_H
#define DTN_COMPILE_MEMO_H

#include "compile/program.h"

#include <assert.h>

#define DTN_MEMO_MARKS 12u         /* marks that are kept; more are drawn again */
#define DTN_MEMO_BYTES (96u << 20) /* most that a block keeps; beyond that nothing */
#define DTN_MEMO_LANES (8u * 64u)  /* lanes that the bits of a row can tell of */

typedef struct dtn_memo {
    uint32_t step0, n_step, n_slot, n_lane;
    const uint32_t *slot_of; /* [n_ins] first slot; DTN_NONE: not kept */
    double *rows;
    uint64_t *filled;
    uint32_t step,
        apart; /* of the latest row asked for; from that of the row before, at another step */
} dtn_memo;

/** First slots of a program's draws; *n_slot their number. Free with dtn_free. NULL: no memory. */
uint32_t *dtn_memo_slots(const dtn_program *program, uint32_t *n_slot);

/** Rows come from far away, and in an order that the processor does not foresee: of those that lie `ahead` of one
 *  in use, the next draws', the lines are asked for. */
static inline void dtn_memo_ask(const double *row, size_t ahead)
{
    __builtin_prefetch(row + ahead, 0, 2);
}

/** Rows from one to that of the same slot at the step that is likely to draw next. */
static inline size_t dtn_memo_ahead(const dtn_memo *memo)
{
    const uint32_t left = memo->n_step - 1 - (memo->step - memo->step0);
    return (size_t)(memo->apart < left ? memo->apart : left) * memo->n_slot;
}

/** Row of slot `k` of an instruction at a step, and its bits; NULL where none is kept. */
static inline double *dtn_memo_row(dtn_memo *memo, uint32_t ins, uint32_t step, uint32_t k,
                                   uint64_t **filled)
{
    if (!memo || memo->slot_of[ins] == DTN_NONE || step - memo->step0 >= memo->n_step)
        return NULL; /* (steps before step0 wrap around) */
    const size_t row = (size_t)(step - memo->step0) * memo->n_slot + memo->slot_of[ins] + k;
    if (step != memo->step) {
        memo->apart =
            step > memo->step ? step - memo->step : memo->apart; /* back: another branch */
        memo->step = step;
    }
    const size_t ahead = dtn_memo_ahead(memo);
    *filled = &memo->filled[row];
    __builtin_prefetch(*filled + ahead, 0, 2);
    dtn_memo_ask(memo->rows + row * memo->n_lane, ahead * memo->n_lane);
    return memo->rows + row * memo->n_lane;
}

/** Of a sum of marks, whose first slot has these bits: how many marks of each 8 lanes are kept. They stand where the
 *  bits of the marks' own rows would. */
static inline uint8_t *dtn_memo_counts(uint64_t *filled) { return (uint8_t *)(filled + 1); }
static_assert(DTN_MEMO_LANES / 8 <= DTN_MEMO_MARKS * sizeof(uint64_t), "a byte for each 8 lanes");

#endif
