/** The vector code generator: a program (compile/program.h) as machine code for this processor.
 *
 *  The second executor of a program. It gives the bytes of the interpreter (compile/interp.h) at
 *  every width: the same operations in the same order on each lane, no contraction, functions and
 *  draws from the same table. What it does not generate inline it hands to the interpreter, lane
 *  group by lane group, so every program runs.
 *
 *  Memory is that of a block, double mem[n_slot][pitch]; lanes are worked on in groups of
 *  `group` lanes, which a register set holds side by side. A group makes all its steps before the
 *  next one begins. Runs of the groups are independent, so neither can change a byte.
 */
#ifndef DTN_JIT_JIT_H
#define DTN_JIT_JIT_H

#include "compile/interp.h"

#include <stdbool.h>

/** Code of one program; immutable, shared by threads. */
typedef struct dtn_jit dtn_jit;

/** Was the program built with LLVM? Without it dtn_jit_new fails with DTN_E_NOT_FOUND. */
bool dtn_jit_is_built(void);

/** Generate code for `isa` (or narrower where the machine has less). The program must outlive it.
 *  n_thread: threads that may compile; 0: all. *out: free with dtn_jit_delete. */
dtn_status dtn_jit_new(const dtn_program *program, dtn_isa isa, uint32_t n_thread, dtn_jit **out);
void dtn_jit_delete(dtn_jit *jit);

/** Lanes between two slots of a block's memory: no block holds more. An odd number of cache lines,
 *  so that the slots of one group do not fall on the same few sets of the cache. */
uint32_t dtn_jit_pitch(const dtn_jit *jit);
/** Slots of a block's memory: the program's, and perhaps more behind them. */
uint32_t dtn_jit_slots(const dtn_jit *jit);
/** Lanes that are worked on together; the pitch is a multiple. */
uint32_t dtn_jit_group(const dtn_jit *jit);
/** Are whole steps generated, or only the evaluation (Runge-Kutta, delays by whole steps)? */
bool dtn_jit_has_steps(const dtn_jit *jit);
/** Seconds that the generation took. */
double dtn_jit_seconds(const dtn_jit *jit);

/** A lane's stock became non-finite at the end of a step. */
typedef void (*dtn_jit_flag_fn)(void *ctx, uint32_t lane, uint32_t slot, uint32_t step);

/** What one block needs besides the machine; make one a thread. NULL: out of memory. */
typedef struct dtn_jit_frame dtn_jit_frame;
dtn_jit_frame *dtn_jit_frame_new(const dtn_jit *jit);
void dtn_jit_frame_delete(dtn_jit_frame *frame);

/** Parameters or run constants of the block's memory have changed. NULL: nothing. */
void dtn_jit_constants_changed(dtn_jit_frame *frame);

/** Evaluate all variables in lanes [0, m->n_lane), as the machine's interpreter would run the step
 *  section; the rows of the time must be filled. */
void dtn_jit_eval(const dtn_jit *jit, dtn_jit_frame *frame, const dtn_machine *m, double time,
                  double step_time);

/** n_step Euler steps from m->step, each lane group by itself, and with `looks` the evaluation at their
 *  end: without it only the state is that of then. evaluated: the variables at m->step are already in
 *  memory. The caller counts m->step. `flag` is
 *  told of a lane's first stock that is not finite, at the first step where there is one, and
 *  perhaps again of later ones: the caller keeps the first. */
void dtn_jit_steps(const dtn_jit *jit, dtn_jit_frame *frame, const dtn_machine *m, uint32_t n_step,
                   bool evaluated, bool looks, dtn_jit_flag_fn flag, void *flag_ctx);

#endif
