/** What the files of the code generator share: the plan of a program, the frame that generated
 *  code reads, and the state of one emission. Inner header of src/jit.
 *
 *  Two shapes of code:
 *
 *    fused   small straight-line programs, Euler: one function makes many steps; state in registers
 *                fn(frame, mem, first step, last step, is the first evaluated?)
 *    pieces  functions that each evaluate a range of instructions for one group (their last argument: does
 *            somebody look?), the last
 *            one makes the step; every variable has its home in memory, and registers
 *            hold values for a while. Fused programs are evaluated by such where somebody looks.
 *
 *  Pieces for steps that nobody looks at may make the step themselves (move.c): then their arguments are
 *  two distances in bytes, from the rows of stocks to where these are, and from the rows of slopes to where
 *  the stocks after the step go.
 */
#ifndef DTN_JIT_INNER_H
#define DTN_JIT_INNER_H

#include "jit/jit.h"

#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>

#define DTN_JIT_VECTOR \
    8 /* doubles of one value in the code; LLVM splits it for narrower registers */
#define DTN_JIT_UNROLL 4               /* most vectors of a group */
#define DTN_JIT_NESTS 24               /* nests of loops that are joined */
#define DTN_JIT_BODY 160               /* their instructions */
#define DTN_JIT_FORWARD 64             /* elements that a turn of joined nests keeps in registers */
#define DTN_JIT_DIVISOR_LEAST 0x1p-300 /* of divisors with reciprocals (divide.c) */
#define DTN_JIT_DIVISOR_MOST 0x1p300

typedef void (*dtn_jit_fn)(dtn_jit_frame *frame, double *mem, uint64_t first, uint64_t end,
                           uint64_t evaluated);

/** Read by generated code at fixed offsets. */
struct dtn_jit_frame {
    double scratch[2][DTN_JIT_VECTOR * DTN_JIT_UNROLL]; /* arguments of called functions */
    double time, step_time, dt;
    uint64_t overlays;
    double *reciprocals; /* [n_reciprocal][group] of this group */
    uint64_t wrong; /* pieces: lanes whose stocks may have left the numbers in the latest step */
    const double *times, *lengths; /* [n_step + 1] of each step */
    const double *timed;           /* of the step: what the time alone decides (timed.c) */
    const double *all_timed;       /* [n_step + 1][n_timed] */
    void (*call)(dtn_jit_frame *frame, uint64_t ins);
    /* n draws, DRAW or DRAW_SUM, from instruction `at` of the code's program on */
    void (*draws)(dtn_jit_frame *frame, uint64_t at, uint64_t n);
    uint64_t (*iterate)(dtn_jit_frame *frame, uint64_t turn);
    dtn_machine m; /* one group of the block's machine */
    const dtn_interp *interp;
    const dtn_ins *ins;      /* of the code's program */
    const uint32_t *origin;  /* [n_ins] */
    double *kept;            /* [n_state][group] state at the start of a stretch of steps */
    double *all_reciprocals; /* [pitch / group][n_reciprocal][group] */
    uint32_t n_group;
    uint64_t n_evaluation, n_again; /* by pieces; of these by the interpreter after an event */
    bool is_slow;                   /* this group has a divisor out of range */
    uint8_t *has_reciprocals; /* [pitch / group] 0: not yet, 1: yes, 2: a divisor is out of range */
};

typedef struct dtn_jit_piece {
    uint32_t first, end; /* instructions */
    bool is_step;        /* makes the step, evaluates nothing */
    bool is_fused;       /* makes steps */
    bool is_lean;        /* leaves out what nobody reads: for steps that nobody looks at */
    bool is_commit;      /* is_step: of it the held values alone, where lean pieces do the rest */
    dtn_jit_fn fn;
} dtn_jit_piece;

struct dtn_jit {
    const dtn_program *p;     /* &own */
    const dtn_program *given; /* the interpreter's */
    dtn_program
        own; /* it in an order of its own (arrange.c), and with addresses of stocks (move.c) */
    uint32_t *origin; /* [n_ins] of its instructions: which one of the given program's it is */
    dtn_isa isa;
    bool is_fused, has_steps;
    uint32_t n_vector, group, pitch;
    double *times, *lengths; /* [n_step + 1] */
    uint8_t *is_fixed;       /* [n_slot] the same number in every run: */
    double *fixed;           /* [n_slot] */
    uint8_t *is_stored;      /* [n_ins] its temporary is read from memory by another */
    uint8_t *
        is_late; /* [n_slot] a variable that the code has no need of in memory: where nobody looks, it is not stored */
    uint32_t *
        timed_slot; /* [n_slot] a variable that is such a number of a step's row (timed.c); else DTN_NONE */
    uint32_t *joined_end; /* [n_ins] where joined nests begin: their end; else 0 */
    uint8_t *is_elided;   /* [n_ins] lean code does not store it */
    uint8_t *is_needed;   /* [n_ins] by a step: lean code has no others */
    bool has_lean, moves; /* lean code, and it makes the step as well */
    uint32_t *timed;      /* [n_ins] which number of a step's row it is (timed.c); else DTN_NONE */
    uint32_t n_timed;
    double *timed_values; /* [n_step + 1][n_timed] */
    uint32_t *reciprocal; /* [stock0] of a divisor: which one is its; else DTN_NONE */
    uint32_t n_reciprocal;
    bool is_watched;       /* code divides by reciprocals: events tell where that is not exact */
    dtn_jit_piece *pieces; /* full ones, lean ones, the step */
    size_t n_piece;
    void *engine; /* owns the machine code */
    double seconds;
};

/* ---- plan.c ----------------------------------------------------------------------------- */

typedef struct dtn_span {
    uint32_t first, end;
} dtn_span;
/** The slots of `rows` rows, `stride` apart, from an operand on, over all turns of its loops, which
 *  go round counts[loop] times. */
dtn_span dtn_jit_span(const dtn_program *p, dtn_operand o, const uint32_t *counts, uint32_t rows,
                      uint32_t stride);
/** fn(ctx, slot) for the slot that the operand names in each turn of loops that go round counts[loop] times. */
void dtn_jit_each_place(const dtn_program *p, dtn_operand o, const uint32_t *counts,
                        void (*fn)(void *ctx, uint32_t slot), void *ctx);
/** Is the operand a place in memory, in position 0 dst, 1 a, 2 b, 3 c? */
bool dtn_jit_is_slot(const dtn_ins *ins, int position);
bool dtn_jit_writes(const dtn_ins *ins);
/** The slots that an instruction which writes may write, in loops that go round counts[loop] times. */
dtn_span dtn_jit_written(const dtn_program *p, const dtn_ins *ins, const uint32_t *counts);
/** A walk over instructions in their order; zeroed before it. */
typedef struct dtn_jit_walk {
    uint32_t depth, skip_to, counts[DTN_MAX_LOOPS];
} dtn_jit_walk;
/** Instruction i is next. Is it made once and always: outside of loops and skips? */
bool dtn_jit_walk_on(dtn_jit_walk *walk, const dtn_program *p, uint32_t i);
/** Does generated code do it itself? Otherwise the interpreter is called. */
bool dtn_jit_is_inline(const dtn_program *p, const dtn_ins *ins);
/** The ENDLOOP of the LOOP at `at`. */
uint32_t dtn_jit_loop_end(const dtn_program *p, uint32_t at);
/** The end of what begins at instruction i: itself, joined nests, a whole loop, all that a skip may
 *  leave out. */
uint32_t dtn_jit_end_of(const dtn_jit *jit, uint32_t i);
/** Fill in all but the code. false: out of memory. */
bool dtn_jit_plan(dtn_jit *jit);
/** The interpreter on eight lanes of `mem`, which with `work` and `scratch` [DTN_SCRATCH_ROWS][DTN_LANE_PAD] is borrowed. */
dtn_machine dtn_jit_machine(const dtn_program *p, double *mem, double *work, double *scratch);
/** Are jumps and loops nested as the emitter needs them? Always, by the compiler; checked. */
bool dtn_jit_is_nested(const dtn_program *p);

/* ---- needed.c --------------------------------------------------------------------------- */

/** Find what steps need. false: out of memory. */
bool dtn_jit_find_needed(dtn_jit *jit);
bool dtn_jit_any_needed(const dtn_jit *jit, uint32_t first, uint32_t end);

/* ---- nest.c ----------------------------------------------------------------------------- */

/** A nest: loops directly in each other around inline instructions. */
typedef struct dtn_jit_nest {
    uint32_t first, end;     /* all of it */
    uint32_t body, body_end; /* the straight instructions inside */
    uint32_t depth;
    uint32_t ids[DTN_MAX_LOOPS], counts[DTN_MAX_LOOPS];
} dtn_jit_nest;
/** The nest that begins at instruction `at`. false: there is none. */
bool dtn_jit_read_nest(const dtn_program *p, uint32_t at, dtn_jit_nest *n);
/** How often the loops go round; 1 for others. */
void dtn_jit_set_counts(const dtn_jit_nest *n, uint32_t counts[DTN_MAX_LOOPS]);
/** The same loops, as often? */
bool dtn_jit_is_same_shape(const dtn_jit_nest *a, const dtn_jit_nest *b);
/** May the bodies of two nests of one shape stand in one turn, a before b? */
bool dtn_jit_may_join(const dtn_program *p, const dtn_jit_nest *a, const dtn_jit_nest *b);
/** Does a turn need what the turn before made, as a sum over elements does? It goes round in a register, alone. */
bool dtn_jit_carries(const dtn_program *p, const dtn_jit_nest *n);
/** Does the body write the slot before it reads it, if it touches it at all? */
bool dtn_jit_is_written_first(const dtn_program *p, const dtn_jit_nest *n, dtn_operand slot);
/** Find nests of loops to join and what need not be stored. false: out of memory. */
bool dtn_jit_join(dtn_jit *jit);
/** Marks in read[n_slot] what instruction i reads, in loops that go round counts[loop] times. */
void dtn_jit_mark_reads(const dtn_program *p, uint32_t i, const uint32_t *counts, uint8_t *read);
/** Bodies of the joined nests from `at` to `end`, and how deep the loops are; how many. */
uint32_t dtn_jit_bodies(const dtn_program *p, uint32_t at, uint32_t end,
                        dtn_span bodies[DTN_JIT_NESTS], uint32_t *depth);
/** Do two operands name the same place in every turn of loops that go round counts[loop] times? */
bool dtn_jit_is_same_place(const dtn_program *p, dtn_operand a, dtn_operand b,
                           const uint32_t *counts);

/* ---- arrange.c, split.c ------------------------------------------------------------------ */

typedef struct dtn_jit_list { /* instructions of a program that takes shape */
    dtn_ins *ins;
    uint32_t *origin; /* of each: which instruction of the given program it is */
    size_t n, cap;
    dtn_address *addresses;
    size_t n_address, cap_address;
    bool failed; /* out of memory */
} dtn_jit_list;
void dtn_jit_put(dtn_jit_list *to, dtn_ins x, uint32_t origin);

/** jit->own: the program with its nests of loops split and put in an order in which more of them can be joined.
 *  false: out of memory. */
bool dtn_jit_arrange(dtn_jit *jit, const dtn_program *p);
/** Nests from `at` on, one directly behind the other, up to `most`; how many. No jump leads between them. */
uint32_t dtn_jit_read_nests(const dtn_program *p, const uint8_t *is_target, uint32_t at,
                            dtn_jit_nest *out, uint32_t most);
/** Put the n nests into `to`, in parts where that lets them be joined with others. writer: [n_slot] zeros,
 *  and is so again. */
void dtn_jit_split(const dtn_program *p, const dtn_jit_nest *nests, uint32_t n, uint32_t *writer,
                   const uint32_t *origin, dtn_jit_list *to);

/* ---- together.c ---------------------------------------------------------------------------- */

/** jit->own: draws that do not need each other beside each other. false: out of memory. */
bool dtn_jit_draw_together(dtn_jit *jit);
/** The end of draws from `first` on that one call makes; none behind `end`. is_lean: only those that a step needs. */
uint32_t dtn_jit_draws_end(const dtn_jit *jit, uint32_t first, uint32_t end, bool is_lean);

/* ---- move.c ----------------------------------------------------------------------------- */

/** Behind the addresses of jit->own those of stocks: to each as if it were that of a slope. false: out of memory. */
bool dtn_jit_add_addresses(dtn_jit *jit);
/** May lean code make the step? After dtn_jit_join. false: out of memory. */
bool dtn_jit_find_moves(dtn_jit *jit);
/** The stock of a slope. */
dtn_operand dtn_jit_stock_of(const dtn_jit *jit, dtn_operand slope);
/** From a stock's row to its slope's, in bytes. */
uint64_t dtn_jit_distance(const dtn_jit *jit);

/* ---- emit.c ------------------------------------------------------------------------------- */

typedef struct dtn_known { /* what a slot is known to hold at this point of the code */
    LLVMValueRef v[DTN_JIT_UNROLL];
    LLVMValueRef mask[DTN_JIT_UNROLL]; /* of a value that is 1 or 0; else NULL */
    uint32_t since;                    /* instruction count; 0: nothing is known */
} dtn_known;

typedef struct dtn_undo {
    uint32_t slot;
    dtn_known was;
} dtn_undo;

#define DTN_JIT_LATE 8u /* variables that wait in registers for being stored, or not */

typedef struct dtn_forward { /* an element that a turn of joined nests has in registers */
    dtn_operand o;
    bool is_only; /* it is nowhere else */
    LLVMValueRef v[DTN_JIT_UNROLL];
} dtn_forward;

typedef struct dtn_emit {
    dtn_jit *jit;
    const dtn_program *p;
    bool is_fused;
    bool is_dry; /* only find out which temporaries are stored */
    LLVMContextRef context;
    LLVMModuleRef module;
    LLVMBuilderRef b;
    LLVMTypeRef f64, i1, i32, i64, ptr, vec, mask, fn_type;
    LLVMValueRef fn, frame, mem;
    dtn_known *known; /* [n_slot] */
    uint32_t now;
    dtn_undo *log;
    size_t n_log, cap_log;
    bool is_logging, failed;
    uint32_t depth;    /* of skips and loops around this point */
    uint32_t *written; /* [n_slot] instruction that last wrote it outside of these */
    uint32_t *joined;  /* [n_slot] the last join that saw it */
    uint32_t n_join;
    LLVMValueRef turn[DTN_MAX_LOOPS];
    uint32_t loop_at[DTN_MAX_LOOPS]; /* its LOOP instruction, DTN_NONE outside */
    uint32_t iterating;              /* first instruction of the simultaneous ones; DTN_NONE */
    bool is_lean, moves;
    LLVMValueRef state, next; /* moves: as mem, for rows of stocks, and of slopes */
    bool is_joined;           /* within a turn of joined nests */
    dtn_forward forward[DTN_JIT_FORWARD];
    uint32_t n_forward;
    uint32_t at;                         /* the instruction that is emitted */
    uint32_t n_late, late[DTN_JIT_LATE]; /* slots */
    LLVMValueRef late_v[DTN_JIT_LATE][DTN_JIT_UNROLL];
    LLVMValueRef reciprocals; /* of the group; NULL: not yet asked for */
    LLVMValueRef timed;       /* of the step; NULL: not yet asked for */
} dtn_emit;

typedef LLVMValueRef dtn_lanes[DTN_JIT_UNROLL];

bool dtn_emit_init(dtn_emit *e, dtn_jit *jit, bool is_dry);
void dtn_emit_free(dtn_emit *e);
/** Begin function `name` with its entry block. */
void dtn_emit_begin(dtn_emit *e, const char *name);
/** Nothing is known of these slots any more. */
void dtn_emit_forget(dtn_emit *e, dtn_span s);
/** These rows are read from memory here: temporaries among them must be stored. */
void dtn_emit_need_memory(dtn_emit *e, dtn_operand o, uint32_t rows, uint32_t stride);
/** Store what waits for it, where somebody looks. */
void dtn_emit_late(dtn_emit *e);
/** A call of the interpreter for one instruction. */
void dtn_emit_call(dtn_emit *e, uint32_t at);
/** A call of the interpreter for the draws [first, end). */
void dtn_emit_draws(dtn_emit *e, uint32_t first, uint32_t end);
/** Instructions [first, end) (emit_flow.c). */
void dtn_emit_range(dtn_emit *e, uint32_t first, uint32_t end);
void dtn_emit_read(dtn_emit *e, dtn_operand o, dtn_lanes out);
void dtn_emit_write(dtn_emit *e, dtn_operand o, const dtn_lanes v, const LLVMValueRef *masks);
void dtn_emit_masks(dtn_emit *e, dtn_operand o, dtn_lanes out);
void dtn_emit_know(dtn_emit *e, uint32_t slot, const dtn_lanes v, const LLVMValueRef *masks);
LLVMValueRef dtn_emit_row(dtn_emit *e, uint32_t slot, uint32_t vector); /* address */
LLVMValueRef dtn_emit_load(dtn_emit *e, LLVMValueRef address);
void dtn_emit_store(dtn_emit *e, LLVMValueRef value, LLVMValueRef address);
LLVMValueRef dtn_emit_splat(dtn_emit *e, double x);
LLVMValueRef dtn_emit_broadcast(dtn_emit *e, LLVMValueRef scalar);
LLVMValueRef dtn_emit_field(dtn_emit *e, size_t offset, LLVMTypeRef type); /* of the frame */
/** Length of the step, a vector. */
LLVMValueRef dtn_emit_length(dtn_emit *e);
/** A field at the start of the function, once for all of its code. */
LLVMValueRef dtn_emit_first_field(dtn_emit *e, size_t offset, LLVMTypeRef type);
void dtn_emit_set_field(dtn_emit *e, size_t offset, LLVMValueRef value);
LLVMValueRef dtn_emit_i64(dtn_emit *e, uint64_t n);
LLVMValueRef dtn_emit_pointer(dtn_emit *e, const void *p);
LLVMValueRef dtn_emit_offset(dtn_emit *e, LLVMValueRef base, LLVMValueRef bytes);
/** Rows of `row` bytes from `base` on, those of slots an operand with loops names, and then `start`
 *  bytes: the address in this turn. */
LLVMValueRef dtn_emit_indexed(dtn_emit *e, LLVMValueRef base, dtn_operand o, size_t row,
                              int64_t start);
/** dtn_jit_span in the loops around this point of the code. */
dtn_span dtn_emit_span(const dtn_emit *e, dtn_operand o, uint32_t rows, uint32_t stride);
LLVMValueRef dtn_emit_intrinsic(dtn_emit *e, const char *name, LLVMValueRef *args, uint32_t n,
                                bool of_vector);
/** dst of a plain instruction from its operands (emit_op.c). */
void dtn_emit_op(dtn_emit *e, const dtn_ins *ins);

/** dtn_look_up of a vector (emit_table.c). */
LLVMValueRef dtn_emit_look_up(dtn_emit *e, const dtn_table *table, LLVMValueRef x,
                              bool extrapolate);

/** exp of a vector (emit_exp.c). */
LLVMValueRef dtn_emit_exp(dtn_emit *e, LLVMValueRef x);

/* ---- timed.c ------------------------------------------------------------------------------ */

/** Find instructions that the time alone decides, and their results. false: out of memory. */
bool dtn_jit_find_timed(dtn_jit *jit);
/** A number of the step's row. */
void dtn_emit_timed(dtn_emit *e, uint32_t number, dtn_lanes out);

/* ---- divide.c ---------------------------------------------------------------------------- */

/** From the slowest to the fastest. */
typedef enum dtn_divide { DTN_BY_DIVISION, DTN_BY_RECIPROCAL, DTN_BY_POWER_OF_TWO } dtn_divide;
dtn_divide dtn_jit_how_to_divide(const dtn_jit *jit, double b);
/** Divisors that stay the same over a run; mem: [n_slot][DTN_LANE_PAD] after an init with the model's
 *  own parameters. false: out of memory. */
bool dtn_jit_find_divisors(dtn_jit *jit, const double *mem);
/** a / b of a vector; b was read from `divisor`. */
LLVMValueRef dtn_emit_divide(dtn_emit *e, dtn_operand divisor, LLVMValueRef a, LLVMValueRef b,
                             uint32_t vector);
/** a / b by y, the double nearest to 1 / b; the caller says that b is ordinary. */
LLVMValueRef dtn_emit_quotient(dtn_emit *e, LLVMValueRef a, LLVMValueRef b, LLVMValueRef y);

/* ---- function.c, engine.c ------------------------------------------------------------------- */

void dtn_emit_fused(dtn_emit *e, const char *name);
void dtn_emit_piece(dtn_emit *e, const dtn_jit_piece *piece, const char *name);
/** Generate all pieces into machine code. */
dtn_status dtn_jit_engine(dtn_jit *jit, uint32_t n_thread);
void dtn_jit_engine_delete(void *engine);

#endif
