/** Inner header of expansion: trees and hidden variables.
 *
 *  expand.c        equations, copies of expressions, constants taken out of the time loop
 *  expand_build.c  trees and hidden variables
 *  expand_state.c  functions with memory: trends, held values
 *  expand_delay.c  delays and smooths
 *  expand_time.c   functions of time: PULSE, STEP, RAMP
 *  expand_row.c    functions of whole rows
 *  expand_draw.c   random functions
 *  expand_data.c   data equations
 *  expand_math.c   functions that are formulas of others
 *  expand_held.c   what is given from outside
 *  expand_flow.c   non-negative stocks and flows
 *  expand_log.c    functions that look back over the run
 *  expand_queue.c  by fiscal periods and ages: depreciations, DELAY PROFILE, queues
 *  expand_belt.c   conveyors and queues
 */
#ifndef DTN_COMPILE_EXPANDER_H
#define DTN_COMPILE_EXPANDER_H

#include "compile/lowering.h"

typedef struct dtn_expander {
    dtn_compiler *c;
    dtn_ceqn *eqn;       /* equation being copied: loops of hidden variables */
    const dtn_eqn *from; /* the same as the model has it; NULL: none */
    uint32_t owner;      /* compiled variable it belongs to */
    uint32_t overlay;
    uint32_t n_hidden;
    uint32_t n_draw; /* draws met so far: their ordinals, in the order written */
} dtn_expander;

/* ---- Trees: new nodes, arena-owned; arguments are taken as they are ----------- */

dtn_expr *dtn_x_node(dtn_expander *e, dtn_expr_kind kind, uint32_t n_arg, dtn_pos pos);
dtn_expr *dtn_x_num(dtn_expander *e, double value);
dtn_expr *dtn_x_bin(dtn_expander *e, dtn_op op, dtn_expr *a, dtn_expr *b);
dtn_expr *dtn_x_call(dtn_expander *e, dtn_fn fn, uint32_t n, dtn_expr *a, dtn_expr *b, dtn_expr *d);
dtn_expr *dtn_x_choose(dtn_expander *e, dtn_expr *cond, dtn_expr *yes, dtn_expr *no);
dtn_expr *dtn_x_now(dtn_expander *e);
/** The time of the step, in all stages of RK2 and RK4. */
dtn_expr *dtn_x_step_now(dtn_expander *e);
/** The time step: a number, or where it changes what the model says. */
dtn_expr *dtn_x_dt(dtn_expander *e);
dtn_expr *dtn_x_copy(dtn_expander *e, const dtn_expr *x);
dtn_expr *dtn_x_ref(dtn_expander *e, uint32_t hidden);

/* ---- Hidden variables: one element for each turn of the equation's loops ------- */

uint32_t dtn_x_hidden_var(dtn_expander *e, const char *what, dtn_cat cat);
dtn_ceqn *dtn_x_hidden_eqn(dtn_expander *e, uint32_t var, dtn_expr *expr, dtn_expr *init);
uint32_t dtn_x_hidden(dtn_expander *e, const char *what, dtn_cat cat, dtn_expr *expr,
                      dtn_expr *init);

/* ---- Functions: `x` as the model has it, `a` its copied arguments ---------------- */

dtn_expr *dtn_x_state_function(dtn_expander *e, const dtn_expr *x, dtn_expr **a);
dtn_expr *dtn_x_time_function(dtn_expander *e, const dtn_expr *x, dtn_expr **a);

/** What a data equation computes. */
dtn_expr *dtn_x_data(dtn_expander *e, const dtn_eqn *eqn);

/** Smooths and delays of a fixed order; of any order, by the dialects' own rules; and rings. */
dtn_expr *dtn_x_smooth(dtn_expander *e, dtn_expr *in, dtn_expr *time, dtn_expr *init, int n);
dtn_expr *dtn_x_delay(dtn_expander *e, dtn_expr *in, dtn_expr *time, dtn_expr *init, int n);
dtn_expr *dtn_x_smooth_n(dtn_expander *e, const dtn_expr *x, dtn_expr **a);
dtn_expr *dtn_x_smthn(dtn_expander *e, const dtn_expr *x, dtn_expr **a);
dtn_expr *dtn_x_delay_n(dtn_expander *e, const dtn_expr *x, dtn_expr **a);
dtn_expr *dtn_x_delayn(dtn_expander *e, const dtn_expr *x, dtn_expr **a);
dtn_expr *dtn_x_ring(dtn_expander *e, dtn_ring_kind kind, dtn_expr **a, dtn_expr *init,
                     dtn_expr *missing);

/** Conveyors and queues: `a` copied arguments of (on conveyor) and (queue front), n of them. */
/** Tracks that others leak into, once all equations are expanded. */
void dtn_x_join_tracks(dtn_compiler *c);
dtn_expr *dtn_x_conveyor(dtn_expander *e, dtn_expr **a, uint32_t n);
dtn_expr *dtn_x_queue_front(dtn_expander *e, dtn_expr **a, uint32_t n);

/** What is given from outside becomes parameters; then, for a variable some of whose elements are
 *  (compiler->held): equations of what an equation is left with (how many, into *out), and the
 *  given elements' own. */
void dtn_mark_parameters(dtn_compiler *c);
size_t dtn_beside_held(dtn_compiler *c, const dtn_var *var, const dtn_eqn *eqn, dtn_eqn **out);
void dtn_add_held(dtn_compiler *c, const dtn_var *var);

/** Flows out of non-negative stocks: found once; and a flow's equation with its limits. */
void dtn_plan_flows(dtn_compiler *c);
dtn_expr *dtn_x_limit_flow(dtn_expander *e, uint32_t flow, dtn_expr *x);

/** A function that is a formula of others, written out; NULL: it is none. */
dtn_expr *dtn_x_formula(dtn_expander *e, const dtn_expr *x, dtn_expr **a);

/** The points of a graphical function that an argument names, the same for all elements; NULL: it
 *  names none. */
const dtn_lookup *dtn_x_points(dtn_expander *e, const dtn_expr *x);

/** What looks back over the run (expand_log.c). */
dtn_expr *dtn_x_history(dtn_expander *e, const dtn_expr *x, dtn_expr **a);
dtn_expr *dtn_x_rate_of_return(dtn_expander *e, const dtn_expr *x, dtn_expr **a);
dtn_expr *dtn_x_line(dtn_expander *e, const dtn_expr *x, dtn_expr **a);

/** A log of a value: its hidden variable; false: too many steps. A call of an inner function of it, the
 *  other arguments to be set. How many steps before a time there were; the logged value at one. */
bool dtn_x_add_log(dtn_expander *e, const dtn_expr *x, dtn_expr *value, uint32_t *log);
dtn_expr *dtn_x_log_call(dtn_expander *e, dtn_fn fn, uint32_t log, uint32_t n, dtn_pos pos);
dtn_expr *dtn_x_steps_before(dtn_expander *e, dtn_expr *time);
dtn_expr *dtn_x_log_at(dtn_expander *e, uint32_t log, dtn_expr *time);

/** Depreciations, DELAY PROFILE, queues, SHIFT IF TRUE (expand_queue.c). */
dtn_expr *dtn_x_by_age(dtn_expander *e, const dtn_expr *x, dtn_expr **a);

/** LOOKUPXY: `x` copied; a table whose points are the values of two others, read. */
dtn_expr *dtn_x_table_of_two(dtn_expander *e, dtn_expr *x);

/** A held value takes `next` at the end of a step. */
void dtn_x_step_to(dtn_expander *e, uint32_t held, dtn_expr *next);

/** `x` is the copy. */
dtn_expr *dtn_x_draw(dtn_expander *e, dtn_expr *x);
dtn_expr *dtn_x_row_function(dtn_expander *e, dtn_expr *x);

#endif
