/** Parts of the translation into Vensim's notation, for its own files. */
#ifndef DTN_FORMAT_TO_MDL_H
#define DTN_FORMAT_TO_MDL_H

#include "format/translate.h"

/** A source variable and what the translation knows of it; those it adds are in the source's
 *  notation too. */
typedef struct dtn_tm_var {
    dtn_var from;
    const char *name; /* in the target */
    uint32_t dims[DTN_MAX_DIMS], n_dim;
    const char *table; /* key of the variable that got its graphical function, or NULL */
    /* a flow out of a stock that cannot become negative: what else goes in and out of that
     * stock before it */
    uint32_t stock; /* position in vars, or DTN_NONE */
    struct dtn_tm_term *terms;
    size_t n_term, cap_term;
} dtn_tm_var;

typedef struct dtn_tm_term {
    uint32_t var; /* position in vars */
    int sign;
} dtn_tm_term;

typedef struct dtn_tm_helper {
    const dtn_expr *node;
    const char *key;
} dtn_tm_helper;

typedef struct dtn_tm {
    dtn_model *src, *dst;
    const dtn_model *from;
    dtn_model *to;
    const dtn_macro *macro;
    dtn_arena *arena;
    dtn_diags *diags;
    dtn_map elements;         /* key in the source -> id of the first dimension that has it */
    const char **macro_names; /* [src->n_macro] */
    bool *is_expanded;        /* [src->n_macro] .mdl cannot hold it: its instances are written */
    const char **instances;   /* keys of the values of such instances */
    dtn_map outputs; /* keys of variables that get a further output of a macro that is written */
    size_t n_instance, cap_instance;
    dtn_tm_var *vars;
    size_t n_var, cap_var;
    dtn_map index; /* key -> position in vars */
    /* the equation at work */
    uint32_t at;
    const dtn_eqn *eqn;
    const dtn_expr *whole; /* its right side, where functions may stand that can be nowhere else */
    bool in_array;         /* inside an array function */
    dtn_tm_helper *helpers;
    size_t n_helper, cap_helper;
    dtn_map told;
} dtn_tm;

dtn_expr *dtn_tm_expr(dtn_tm *tm, const dtn_expr *x);

/* to_mdl_belt.c: conveyors, queues and ovens as equations. */

/** Are there equations for them (check/belts.c ran, without an error)? */
bool dtn_tm_writes_belts(const dtn_tm *tm);
/** Is it one of the hidden variables that those share? Its name in the target, free or not. */
bool dtn_tm_is_belt_part(const dtn_tm *tm, const dtn_var *var);
const char *dtn_tm_belt_part_name(dtn_tm *tm, const dtn_var *var);
/** The variable with the equations that count. */
dtn_var dtn_tm_as_driven(dtn_tm *tm, const dtn_var *var);
/** As rules of to_mdl_fn.c: (on conveyor), (queue front), (on track). */
dtn_expr *dtn_tm_on_conveyor(dtn_tm *tm, const dtn_expr *x);
dtn_expr *dtn_tm_queue_front(dtn_tm *tm, const dtn_expr *x);
dtn_expr *dtn_tm_on_track(dtn_tm *tm, const dtn_expr *x);

/** A call of a function that Vensim has, or that can be written out; NULL: neither. */
dtn_expr *dtn_tm_function(dtn_tm *tm, const dtn_expr *x);
/** The table that `ref` names, read at `at` in the way its type says. */
dtn_expr *dtn_tm_read_table(dtn_tm *tm, const dtn_expr *ref, const dtn_expr *at);

/** As dtn_tm_function: those that read graphical functions (to_mdl_table.c). */
dtn_expr *dtn_tm_table_function(dtn_tm *tm, const dtn_expr *x);

/** Vensim's name for time, dt, starttime, stoptime; NULL for other keys. */
dtn_expr *dtn_tm_control(dtn_tm *tm, const char *key);
/** Is the range on the left side of the equation at work? */
bool dtn_tm_is_on_left(const dtn_tm *tm, const dtn_dim *dim);
/** The dimension of the source that position p of a variable is stored over, or NULL. */
const dtn_dim *dtn_tm_storage(const dtn_tm *tm, const dtn_tm_var *var, uint32_t p);
/** Subscripts of a reference, for `out`, the same in the target's notation. */
void dtn_tm_put_subs(dtn_tm *tm, const dtn_expr *x, const dtn_tm_var *var, dtn_expr *out);

/** The name as Vensim writes it: in quotes if it holds more than letters, digits and blanks. */
const char *dtn_tm_vensim_name(dtn_arena *arena, const char *name);
bool dtn_tm_is_param(const dtn_macro *macro, const char *key);
/** A variable of the source into the scope at work: its position in vars. */
uint32_t dtn_tm_append(dtn_tm *tm, const dtn_var *var);
/** The variable at a position, and all of a scope, into the target. */
void dtn_tm_translate_var(dtn_tm *tm, uint32_t at);
void dtn_tm_translate_scope(dtn_tm *tm, const dtn_model *from, dtn_model *to,
                            const dtn_macro *macro);
/** Macros (to_mdl_macro.c): names of their own where several of one name differ in their number of
 *  arguments; which are written out; one into the target. */
void dtn_tm_name_macros(dtn_tm *tm);
void dtn_tm_expand_macros(dtn_tm *tm);
void dtn_tm_translate_macro(dtn_tm *tm, size_t i);

dtn_tm_var *dtn_tm_find(dtn_tm *tm, const char *key);
uint32_t dtn_tm_add(dtn_tm *tm, dtn_var var);

/** As dtn_tx_hoist. */
dtn_expr *dtn_tm_hoist(dtn_tm *tm, const dtn_expr *node, dtn_eqn eqn, const char *suffix);

/** The variable that holds the graphical function of `var`, made if there is none yet. */
const char *dtn_tm_table_of(dtn_tm *tm, const char *key);

/** Find for each flow what limits it: stocks that cannot become negative (to_mdl_flow.c). */
void dtn_tm_plan_flows(dtn_tm *tm);

/** `value`, the right side of the flow at work, with these limits. */
dtn_expr *dtn_tm_limit(dtn_tm *tm, dtn_expr *value);

/** A variable of the scope with the subscripts of the equation at work, in the source's notation. */
dtn_expr *dtn_tm_reference(dtn_tm *tm, const dtn_var *var, dtn_pos pos);

void dtn_tm_note(dtn_tm *tm, dtn_severity severity, dtn_pos pos, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/** Left side of a subscript in the target's notation: a range or an element by position. */
dtn_sub dtn_tm_name_sub(const char *text, dtn_model *model, bool bang, dtn_pos pos);

#endif
