/** Parts of the translation into XMILE, for its own files. */
#ifndef DTN_FORMAT_TO_XMILE_H
#define DTN_FORMAT_TO_XMILE_H

#include "format/translate.h"

/** A source variable and what the translation knows of it. Those that the translation adds are
 *  in the source's notation too, so that they are translated like all others. */
typedef struct dtn_tx_var {
    dtn_var from;
    const char *name;                   /* in the target */
    uint32_t dims[DTN_MAX_DIMS], n_dim; /* it is stored over, ids in the target */
    bool is_flow, is_inflow, is_outflow;
    const char **inflows, **outflows; /* of a stock: names in the target */
    uint32_t n_inflow, n_outflow;
} dtn_tx_var;

/** A range that is bound to one of its elements while an equation is written out: ranges of the
 *  left side, and those that an array function runs over. */
typedef struct dtn_tx_bound {
    uint32_t dim;
    uint32_t n; /* elements it takes on, EXCEPT taken out */
    const char **keys;
    const char *key; /* the current one */
} dtn_tx_bound;

/** Does a range follow a bound one, in one of three ways (to_xmile_expr.c)? */
typedef struct dtn_tx_fit {
    const char **keys; /* of the bound one: as good as its name while an equation is at work */
    int how;
    uint32_t sub, storage;
    bool holds;
} dtn_tx_fit;

/** A node that became a variable of its own. */
typedef struct dtn_tx_helper {
    const dtn_expr *node;
    const char *keyword; /* data that are read in this way; NULL */
    const char *key;
} dtn_tx_helper;

/** A further output of a macro, which becomes a macro of its own. */
typedef struct dtn_tx_output {
    const dtn_macro *macro;
    const char *output, *name;
} dtn_tx_output;

typedef struct dtn_tx {
    dtn_model *src, *dst; /* roots */
    const dtn_model *from;
    dtn_model *to; /* scopes at work: the roots, or the bodies of a macro */
    const dtn_macro *macro;
    dtn_arena *arena; /* the target's */
    dtn_diags *diags;
    dtn_map elements; /* key -> id of the first dimension that has it */
    dtn_tx_var *vars; /* of the scope */
    size_t n_var, cap_var;
    dtn_map index; /* key -> position in vars */
    /* the equation at work */
    uint32_t at; /* its variable */
    const dtn_eqn *eqn;
    bool by_element; /* else for all elements at once */
    dtn_tx_bound outer[DTN_MAX_DIMS], inner[DTN_MAX_DIMS];
    uint32_t n_outer, n_inner;
    uint32_t stars[DTN_MAX_DIMS], n_star; /* dims that run as `*` in the array function at work */
    bool in_array;
    dtn_tx_fit *fits;
    size_t n_fit, cap_fit;
    dtn_tx_helper *helpers;
    size_t n_helper, cap_helper;
    dtn_tx_output *outputs;
    size_t n_output, cap_output;
    struct dtn_tx_reads *all_reads; /* [src->n_macro] of the macros, NULL: not found yet */
    size_t n_output_read;           /* outputs there were then */
    const char **taken;             /* keys of names that outputs of the scope go to */
    size_t n_taken, cap_taken;
    bool *is_dim_used; /* [dst->n_dim] some variable is stored over it */
    dtn_map told;      /* messages given */
    size_t n_written;  /* equations and terms made by writing arrays out */
    bool told_na, told_full;
} dtn_tx;

/** Can the expression stand in one equation for all elements? Else it is written out. */
bool dtn_tx_is_plain(dtn_tx *tx, const dtn_expr *x);

/** The expression in XMILE's notation, for the equation at work. */
dtn_expr *dtn_tx_expr(dtn_tx *tx, const dtn_expr *x);

/** A reference to a variable of the root model, with a warning where it stands in a macro: XMILE
 *  says nothing of such names, and this program reads `.name`. */
dtn_expr *dtn_tx_root_name(dtn_tx *tx, const dtn_var *var, dtn_pos pos);

/** A call of a function that XMILE has, or that can be written out; NULL: neither. */
dtn_expr *dtn_tx_function(dtn_tx *tx, const dtn_expr *x);

/** The same expression with arguments of VECTOR SORT ORDER and its kin, which work on the whole
 *  left side, in an array over just that; x itself if there is nothing to do. */
dtn_expr *dtn_tx_arrange(dtn_tx *tx, dtn_expr *x);

/** A sum or product of n > 0 terms, grouped where there are more than a row may have. */
dtn_expr *dtn_tx_join(dtn_tx *tx, dtn_op op, dtn_expr **terms, size_t n);

/** A variable of the scope at work by key, or NULL. The key may be NULL. The place is borrowed
 *  until the next one is added. */
dtn_tx_var *dtn_tx_find(dtn_tx *tx, const char *key);

/** Add a variable in the source's notation; its name is made free. Returns its position. */
uint32_t dtn_tx_add(dtn_tx *tx, dtn_var var);

/** Make `node` of the equation at work a variable of its own, "<variable> <suffix>", with the
 *  same left side; returns a reference to it in the source's notation. */
dtn_expr *dtn_tx_hoist(dtn_tx *tx, const dtn_expr *node, dtn_eqn eqn, const char *suffix);

/** Warning or note 509 at the equation at work. */
void dtn_tx_note(dtn_tx *tx, dtn_severity severity, dtn_pos pos, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/** Count what is written out; false (508 once) if it is too much. */
bool dtn_tx_count(dtn_tx *tx, size_t n, dtn_pos pos);

/** The same macro with one of its further outputs as the value: "NAME output". */
const char *dtn_tx_output_macro(dtn_tx *tx, const dtn_macro *macro, const char *output);

/** The macro that a key calls, by its own name or that of one of its further outputs; or NULL. */
const dtn_macro *dtn_tx_called_macro(dtn_tx *tx, const char *key);

/* ---- Variables of the scope at work (to_xmile_var.c) ------------------------------- */

/** A range of the target by key, or NULL. The key may be NULL. */
const dtn_dim *dtn_tx_dim(const dtn_tx *tx, const char *key);

/** Add a variable as it is, under its own name. Returns its position. */
uint32_t dtn_tx_append(dtn_tx *tx, const dtn_var *var);

/** An auxiliary without equations, in the group and at the place of `beside`. */
dtn_var dtn_tx_new_var(dtn_tx *tx, const dtn_var *beside, const char *name);

/** Has it one equation over all that it is stored over, each range once? */
bool dtn_tx_is_whole(const dtn_tx *tx, const dtn_tx_var *var);

/** Is there a range for each of its positions, in every equation? */
bool dtn_tx_can_be_placed(const dtn_tx_var *var);

/** The flows of the stock at that position (to_xmile_flow.c). */
void dtn_tx_plan_flows(dtn_tx *tx, uint32_t at);

/** The variable at that position into the target, with its equations (to_xmile_eqn.c). */
void dtn_tx_translate_var(dtn_tx *tx, uint32_t at);

/* ---- Data (to_xmile_data.c) --------------------------------------------------------- */

/** The points of a series as a table of XMILE, for data with that keyword (may be NULL). */
const dtn_lookup *dtn_tx_data_table(dtn_tx *tx, const dtn_lookup *data, const char *keyword);

/** The series that an equation of data reads for the turn-th element of its left side; NULL: none,
 *  with 508 where it reads one in a way that cannot be written. */
const dtn_lookup *dtn_tx_table_of(dtn_tx *tx, const dtn_eqn *eqn, size_t turn);

/** Data that are computed into an equation of their own, with what is missing in it. */
void dtn_tx_open_data(dtn_tx *tx, dtn_eqn *eqn);

/** In which ways a macro reads its parameters as data: each becomes a further parameter. */
#define DTN_TX_MAX_READS 16
typedef struct dtn_tx_reads {
    uint32_t param[DTN_TX_MAX_READS], n;
    const char *way[DTN_TX_MAX_READS]; /* ":RAW:" and its kin */
    const char *name[DTN_TX_MAX_READS];
} dtn_tx_reads;
void dtn_tx_find_reads(dtn_tx *tx, const dtn_macro *macro, dtn_tx_reads *reads);

/** An argument of the scope at work read that way, in the source's notation. */
dtn_expr *dtn_tx_read_so(dtn_tx *tx, const dtn_expr *x, const char *way);

/* ---- Subscripts (to_xmile_sub.c) ---------------------------------------------------- */

/** A parameter of the macro at work; a name of the scope's own, which is no range and no element. */
bool dtn_tx_is_param(const dtn_tx *tx, const char *key);
bool dtn_tx_is_own(dtn_tx *tx, const char *key);

/** Key of the element that range `sub` stands for at present, in an array stored over `storage`;
 *  NULL: it follows nothing. bang: it is `sub!`, which only an array function binds. */
const char *dtn_tx_follow(dtn_tx *tx, const dtn_dim *sub, const dtn_dim *storage, bool bang);

/** Does the range run as `*` in the array function at work? Does it stand on the left side? */
bool dtn_tx_is_star(const dtn_tx *tx, uint32_t dim);
bool dtn_tx_is_left_dim(const dtn_tx *tx, uint32_t dim);

/** A subscript of the reference x in the target. storage: what that position is stored over, or
 *  NULL if it is not known. Then all subscripts of x, for `out`. */
dtn_sub dtn_tx_sub(dtn_tx *tx, const dtn_sub *sub, const dtn_dim *storage, const dtn_expr *x);
void dtn_tx_put_subs(dtn_tx *tx, const dtn_expr *x, const dtn_tx_var *var, dtn_expr *out);

/* ---- Functions of arrays (to_xmile_array.c) ------------------------------------------ */

/** The ranges that a function of arrays runs over: `dim!` in its arguments, in the order met. */
typedef struct dtn_tx_bangs {
    dtn_tx *tx;
    uint32_t dims[DTN_MAX_DIMS], n;
    bool all_whole; /* every `dim!` stands where an array is stored over that very range */
    bool has_state;
} dtn_tx_bangs;

bool dtn_tx_is_array_function(const dtn_expr *x);

/** Find what x runs over. Can the ranges be written as `*`? */
bool dtn_tx_can_star(dtn_tx *tx, const dtn_expr *x, dtn_tx_bangs *b);

/** Does it read all elements of the left side at once, and so need it whole? */
bool dtn_tx_needs_whole(const dtn_expr *x);

/** A call of a function of arrays; NULL: XMILE has none such. */
dtn_expr *dtn_tx_array_function(dtn_tx *tx, const dtn_expr *x);

#endif
