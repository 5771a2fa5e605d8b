/** Inner form of the compiler: variables and equations after expansion, before instructions.
 *
 *  Functions with memory (SMOOTH, DELAY, SAMPLE IF TRUE ...) become hidden variables with
 *  equations of their own, so that ordering and lowering know stocks, held values and plain
 *  equations only. Model trees are never changed: expansion works on copies.
 */
#ifndef DTN_COMPILE_LOWERING_H
#define DTN_COMPILE_LOWERING_H

#include "compile/program.h"
#include "model/functions.h"

/* Where a variable's value lives (see the memory layout in program.h). While lowering, an
 * operand is category << 28 | number in the category; `dtn_lower` relocates at the end. */
typedef enum dtn_cat {
    DTN_CAT_LITERAL,
    DTN_CAT_PARAM,
    DTN_CAT_CONST,
    DTN_CAT_STOCK,
    DTN_CAT_HELD,
    DTN_CAT_DERIV,
    DTN_CAT_AUX,
    DTN_CAT_TEMP
} dtn_cat;
#define DTN_CAT_SHIFT 28
#define DTN_CAT_MASK 0x0fffffffu
#define DTN_N_CAT 8

/** A loop variable bound by the left side (or by an array function): dimension `dim`, whose
 *  i-th value is the element keys[i]. */
typedef struct dtn_bind {
    uint32_t dim;
    uint32_t loop; /* index into the equation's loops; several binds may share one */
    const char **keys;
} dtn_bind;

typedef struct dtn_ceqn {
    uint32_t id;
    uint32_t var;     /* compiled variable */
    uint32_t overlay; /* 0: base */
    uint32_t n_loop;
    uint32_t first[DTN_MAX_DIMS]; /* the loop's counter starts here (0 unless split) */
    uint32_t count[DTN_MAX_DIMS];
    uint32_t full[DTN_MAX_DIMS]; /* counts before any splitting: shape of hidden variables */
    uint32_t n_bind;
    dtn_bind binds[DTN_MAX_DIMS];
    dtn_index at[DTN_MAX_DIMS]; /* address of the left side: moving parts */
    uint32_t n_at, at_base;
    uint32_t vector_loops;       /* bit l: loop l is run by the vector function that is its expr */
    dtn_index own[DTN_MAX_DIMS]; /* the same within the model variable that owns it: names of */
    uint32_t n_own, own_base;    /* random streams */
    dtn_expr *expr;              /* value; derivative of a stock; NULL: held value without one */
    dtn_expr *init; /* stock, held; or an auxiliary's value while initial values are found */
    dtn_pos pos;
} dtn_ceqn;

typedef struct dtn_cvar {
    const char *name, *key;
    uint32_t model_var; /* DTN_NONE for hidden ones */
    uint32_t owner;     /* model variable whose equation made it */
    uint8_t told;       /* circles that it stands in: 1 of equations, 2 of initial values */
    uint32_t overlay;
    dtn_cat cat;
    bool is_lookup, is_string;
    bool has_override;
    uint32_t n_dim, dims[DTN_MAX_DIMS], n_element;
    uint32_t slot; /* number in its category */
    dtn_ceqn **eqns;
    size_t n_eqn, cap_eqn;
    bool is_loop_shaped;   /* hidden: stored in the shape of its equation's loops */
    uint32_t next;         /* held: variable whose value it takes at commit; DTN_NONE */
    uint32_t held_element; /* hidden parameter: the element of its owner that it gives */
} dtn_cvar;

/** A flow out of a non-negative stock, and what its limit adds up beside the stock itself. */
typedef struct dtn_flow_term {
    uint32_t var;
    int sign;
} dtn_flow_term;
typedef struct dtn_flow_plan {
    uint32_t stock; /* DTN_NONE: not limited */
    dtn_flow_term *items;
    size_t n, cap;
} dtn_flow_plan;

/** An inflow of a track that spreads as it leaks from another: found when all tracks are made. */
typedef struct dtn_track_source {
    uint32_t track, spread;
    const char *key, *base_key; /* of the other one; of the same in the model without rules */
} dtn_track_source;

typedef struct dtn_compiler {
    dtn_model *model;
    const dtn_compile_options *options;
    dtn_diags *diags;
    dtn_program *program;
    dtn_arena *arena; /* the program's */
    dtn_cvar *vars;
    size_t n_var, cap_var;
    uint32_t n_eqn;
    uint8_t *const_state; /* [n_var] memo of dtn_is_constant */
    size_t cap_const;
    size_t cap_ring, cap_iteration, cap_track;
    dtn_map track_index;             /* stock and left side -> index into the program's tracks */
    dtn_track_source *track_sources; /* of inflows that spread by their source */
    size_t n_track_source, cap_track_source;
    dtn_map map_index; /* what bind_map (lower_name.c) found before: index into maps */
    const uint32_t **maps;
    size_t n_map, cap_map;
    double dt, start, stop;
    dtn_flow_plan *flow_plans; /* [model->n_var] */
    uint8_t *
        *held; /* [model->n_var] 1 for each element of a computed array that is given; NULL: none */
} dtn_compiler;

/** The time specification, into compiler and program; false: reported. */
bool dtn_set_time(dtn_compiler *c);

/** The value of a constant expression, through names and operators; NaN: it depends on more. */
double dtn_value_of_constant(const dtn_compiler *c, const dtn_expr *x);
/** Warnings of what can hardly be meant (remarks.c), once the time is set. */
void dtn_add_remarks(dtn_compiler *c);
/** The same of one variable: a stock that a time step is too long for (remarks_stock.c). */
void dtn_remark_stock(dtn_compiler *c, const dtn_var *var);

/** Expansion: fill compiler->vars from the model (model variables first, same ids). */
void dtn_expand(dtn_compiler *c);

/** Does the value stay the same over a run? For expressions of expanded equations. */
bool dtn_is_constant(dtn_compiler *c, const dtn_expr *x);

/** Causal order of equations. `initial`: for the init section (stock and held initial values,
 *  constants and what they need); else for the step section. overlay_only = k > 0: initial
 *  values of overlay k alone. Circularity: diagnostic 401 or 402 with the path. The result is
 *  arena-owned. */
typedef struct dtn_order {
    dtn_ceqn **eqns;
    size_t n, cap;
} dtn_order;
bool dtn_order_equations(dtn_compiler *c, bool initial, uint32_t overlay_only, dtn_order *out);
/** The same where it is known that an order fails: diagnostics of all circles, of equations first; initial values that need
 *  each other by way of these alone are not told again. Without it nothing is told. */
void dtn_tell_circles(dtn_compiler *c);

/** Split an equation over elements into one for each (a variable that depends on itself element
 *  by element). */
/** Element of the left side that the i-th turn of the equation's loops gives: [count] turns a loop
 *  (slowest first), counted from [first], or from 0 where it is NULL. */
uint32_t dtn_ceqn_element(const dtn_ceqn *eqn, const uint32_t *first, const uint32_t *count,
                          size_t i);

void dtn_split_equation(dtn_compiler *c, dtn_ceqn *eqn);

/** The bound dimension that a reference through `sub_dim` follows (the same dimension, else one
 *  whose elements it shares, else one it is mapped to), and *map: from the bind's i-th value to
 *  the position in `storage_dim`. NULL if none fits. */
const dtn_bind *dtn_find_bind(dtn_compiler *c, const dtn_ceqn *eqn, const dtn_bind *binds,
                              uint32_t n_bind, uint32_t sub_dim, uint32_t storage_dim,
                              const uint32_t **map);

/** Does the variable have data of its own, for some elements at least? */
bool dtn_has_series(const dtn_var *var);
/** The way between points that a keyword names; NULL: the usual one. */
dtn_data_mode dtn_data_mode_of(const char *keyword);

/** Lower ordered equations to the program. */
void dtn_lower(dtn_compiler *c);

#endif
