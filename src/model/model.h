/** The model form: what a reader makes of a file, before anything is computed.
 *
 *  It keeps what was written: element loops are not flattened, equations are
 *  trees with positions, macros and modules are models of their own with scope.
 *  Readers fill it; `check/resolve` annotates it (the fields marked "resolved");
 *  `compile` lowers it to a program. All memory belongs to `model->arena`; all
 *  texts are NUL-terminated UTF-8.
 */
#ifndef DTN_MODEL_MODEL_H
#define DTN_MODEL_MODEL_H

#include "base/arena.h"
#include "base/text.h"
#include "detente/diag.h"
#include "detente/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum dtn_dialect { DTN_VENSIM, DTN_XMILE } dtn_dialect;

typedef struct dtn_model dtn_model;
typedef struct dtn_expr dtn_expr;

#define DTN_NONE UINT32_MAX /* "no id" for every id kind below */
#define DTN_MAX_DEPTH 200   /* nesting of an expression: the parser recurses */
#define DTN_MAX_DIMS 8      /* subscripts of one variable: Vensim allows 8 */
/* A few bytes of text can ask for any number of elements; beyond these it is taken for a slip. */
#define DTN_MAX_ELEMENTS 500000   /* names in all dimensions of a model: 300 bytes each */
#define DTN_MAX_VALUES (1u << 25) /* values of one run at a time: 256 MB for each lane */

/* ---- Expressions ------------------------------------------------------- */

typedef enum dtn_expr_kind {
    DTN_X_NUMBER, /* number */
    DTN_X_STRING, /* text: 'a literal' argument */
    DTN_X_NAME,   /* text, key, subs: a variable, a dimension or an element */
    DTN_X_UNARY,  /* op, args[0] */
    DTN_X_BINARY, /* op, args[0], args[1] */
    DTN_X_CALL,   /* text, key, subs (subscripted lookup), args: function or lookup */
    DTN_X_ARRAY,  /* args: numbers in rows "1,2;3,4;", slowest first; n_row rows */
    DTN_X_LOOKUP, /* lookup: points written inside an expression (WITH LOOKUP) */
    DTN_X_NA,     /* :NA: */
    DTN_X_MISSING /* an empty argument, f(a,,b) */
} dtn_expr_kind;

typedef enum dtn_op {
    DTN_OP_NONE,
    DTN_OP_ADD,
    DTN_OP_SUB,
    DTN_OP_MUL,
    DTN_OP_DIV,
    DTN_OP_POW,
    DTN_OP_MOD,
    DTN_OP_LT,
    DTN_OP_LE,
    DTN_OP_GT,
    DTN_OP_GE,
    DTN_OP_EQ,
    DTN_OP_NE,
    DTN_OP_AND,
    DTN_OP_OR,
    DTN_OP_NEG,
    DTN_OP_PLUS,
    DTN_OP_NOT
} dtn_op;

typedef enum dtn_sub_kind {
    DTN_SUB_NAME,   /* a dimension, subrange or element: text, key; bang for `dim!` */
    DTN_SUB_NUMBER, /* XMILE a[3], Vensim numeric element: number */
    DTN_SUB_STAR,   /* XMILE a[*] */
    DTN_SUB_EXPR,   /* XMILE a[i+1], a[x]: expr */
    DTN_SUB_RANGE   /* XMILE a[1:3]: expr, expr2 */
} dtn_sub_kind;

typedef struct dtn_sub {
    dtn_sub_kind kind;
    const char *text, *key;
    bool bang;
    double number;
    dtn_expr *expr, *expr2;
    dtn_pos pos;
    uint32_t dim;     /* resolved: NAME that is a dimension or subrange, else DTN_NONE */
    uint32_t element; /* resolved: position within the variable's own dimension, else DTN_NONE */
    bool reaches_all; /* compile: other elements than this one are read too (VECTOR ELM MAP) */
} dtn_sub;

typedef enum dtn_lookup_kind {
    DTN_LOOKUP_CONTINUOUS,  /* held outside the range (Vensim, XMILE default) */
    DTN_LOOKUP_EXTRAPOLATE, /* XMILE extrapolate */
    DTN_LOOKUP_DISCRETE     /* XMILE discrete: steps */
} dtn_lookup_kind;

typedef struct dtn_lookup {
    dtn_lookup_kind kind;
    size_t n;
    double *x, *y;
    bool has_range; /* [(xmin,ymin)-(xmax,ymax)] as written */
    double x_min, x_max, y_min, y_max;
    dtn_pos pos;
} dtn_lookup;

/** Tells (W107, at `pos`) the first x, of those in order, at which the table has two values or more than two points. Two
 *  are a jump: the second counts there. True: it has told. */
bool dtn_lookup_tell_jumps(const dtn_lookup *table, dtn_pos pos, dtn_diags *diags);

/** What is wrong with the cells that became points, for one message of each kind. */
typedef struct dtn_series_faults {
    uint32_t n_bad, n_word, n_none,
        n_twice; /* figures that are not read; words taken as gaps; cells of a
                                        workbook without a value; times given twice with different values */
    const char *bad, *word, *none,
        *twice;            /* the first of each, as a clause; in the model's arena */
    const char *none_hint; /* what to do about that cell */
    const char *second;    /* where the file names the series again; NULL: nowhere */
} dtn_series_faults;

/** Values over time that a data file gives for a name. */
typedef struct dtn_series {
    const char *key; /* "name[a,b]" */
    dtn_lookup *table;
    const char *file; /* one copy of its name for each time that it is read */
    const char *text; /* the name as the file writes it */
    bool is_given;    /* by a person, not by a file that the model names */
    bool is_taken;    /* by a data variable */
    dtn_series_faults faults;
} dtn_series;

/* What a name or call turned out to be (resolved). */
typedef enum dtn_ref {
    DTN_REF_NONE,
    DTN_REF_VAR,     /* id: variable */
    DTN_REF_FUNC,    /* id: index into the function table */
    DTN_REF_LOOKUP,  /* id: a lookup variable that is called */
    DTN_REF_MACRO,   /* id: the variable that holds the call's value (check/macros, check/lift); the
                         arguments belong to the instance and are not resolved here */
    DTN_REF_DIM,     /* id: a dimension used as a value: its running position, from 1 */
    DTN_REF_ELEMENT, /* number: an element used as a value: its position, from 1 */
    DTN_REF_TIME     /* the current time */
} dtn_ref;

struct dtn_expr {
    dtn_expr_kind kind;
    dtn_op op;
    dtn_pos pos; /* of the operator or the first byte */
    double number;
    const char *text, *key;
    dtn_expr **args;
    uint32_t n_arg;
    uint32_t n_out; /* CALL of a macro: the last n_out args name variables for further outputs */
    uint32_t n_row; /* ARRAY */
    dtn_sub *subs;
    uint32_t n_sub;
    dtn_lookup *lookup;
    dtn_ref ref; /* resolved */
    uint32_t id; /* resolved */
};

/* ---- Dimensions -------------------------------------------------------- */

typedef struct dtn_mapping {
    const char *to_text, *to_key; /* dimension it maps to */
    /* n = 0: position by position; else element lists, one target (element or
     * subrange of the target) for each element of this dimension. */
    const char **to_element_keys;
    uint32_t n;
    dtn_pos pos;
} dtn_mapping;

/** A dimension or a subrange of one. Elements are known by their keys: an element
 *  belongs to every dimension that lists it. In XMILE one may have the name of another dimension; its
 *  key is then set apart (dtn_check_set_apart) and the index knows it by both. */
typedef struct dtn_dim {
    uint32_t id;
    const char *name, *key;
    uint32_t n_element;
    const char **elements; /* names as written, or as generated ("1".."n") */
    const char **element_keys;
    dtn_map index; /* element key -> position */
    dtn_mapping *mappings;
    size_t n_mapping, cap_mapping;
    const char *alias_of; /* `A <-> B`: key of B, else NULL */
    const char *doc;
    dtn_pos pos;
    dtn_expr *source; /* GET DIRECT SUBSCRIPT(...): elements are in a file; else NULL */
    uint32_t parent;  /* resolved: the largest dimension that holds all its elements, or itself */
} dtn_dim;

/* ---- Variables --------------------------------------------------------- */

typedef enum dtn_var_kind {
    DTN_VAR_AUX, /* readers: anything that is not clearly one of the others */
    DTN_VAR_STOCK,
    DTN_VAR_FLOW,  /* XMILE says so; Vensim: resolved, an auxiliary used in a stock's rate */
    DTN_VAR_CONST, /* resolved: equations that are numbers only */
    DTN_VAR_LOOKUP,
    DTN_VAR_DATA
} dtn_var_kind;

typedef enum dtn_eqn_kind {
    DTN_EQN_EXPR,   /* value = expr */
    DTN_EQN_STOCK,  /* d value / dt = expr; at the start = init */
    DTN_EQN_LOOKUP, /* lookup table in `lookup` */
    DTN_EQN_DATA,   /* Vensim `name` alone, `:=`, `:RAW:` ...; expr may be NULL */
    DTN_EQN_STRING  /* string constant :IS: or 'text' */
} dtn_eqn_kind;

/** One equation: the whole variable, or the elements that its left side names. */
typedef struct dtn_eqn {
    dtn_eqn_kind kind;
    dtn_sub *subs; /* left side */
    uint32_t n_sub;
    dtn_sub **excepts; /* [n_except][n_sub] `:EXCEPT: [a,b],[c,d]` */
    uint32_t n_except;
    dtn_expr *expr;
    dtn_expr *init; /* STOCK; XMILE <init_eqn> of an auxiliary (ACTIVE INITIAL) */
    dtn_lookup *lookup;
    const char *keyword; /* data: ":RAW:", ":INTERPOLATE:", ... or NULL */
    bool unchangeable;   /* Vensim `==` */
    dtn_pos pos;
    /* resolved: what GET ... read from a file; `expr` keeps the call. Orders are row-major over
     * the left side's ranges, as they are written. */
    dtn_expr *loaded;          /* constants: a NUMBER, or an ARRAY of them */
    const dtn_lookup **tables; /* [n_table] of LOOKUP (then `lookup` is NULL) and DATA */
    uint32_t n_table;
    dtn_expr *driven; /* a flow that a conveyor, queue or oven gives or limits: instead of expr */
    dtn_expr *driven_init; /* a conveyor or queue whose contents are given one by one: their sum */
} dtn_eqn;

/* XMILE: a stock that keeps track of when its material came in. Expressions are NULL where they
 * are not given. */
#define DTN_BELT_ASKED 100    /* in an inner call of a belt: what is no flow of it */
#define DTN_MAX_BELT_LIST 400 /* contents at the start that are given one by one */
typedef enum dtn_belt_kind { DTN_BELT_CONVEYOR, DTN_BELT_QUEUE, DTN_BELT_OVEN } dtn_belt_kind;
typedef struct dtn_belt {
    dtn_belt_kind kind;
    bool discrete, batch_integrity, exponential_leak;
    bool many_batches, one_batch;                          /* one_at_a_time="false", "true" */
    dtn_expr *len, *capacity, *in_limit, *sample, *arrest; /* oven: len is the cooking time */
    dtn_expr *fill_time, *clean_time;                      /* oven */
    dtn_pos pos;
} dtn_belt;

/* A flow that a conveyor leaks through. */
typedef struct dtn_leak {
    dtn_expr *fraction; /* NULL: in the flow's equation, or none yet */
    double start, end;  /* zone, from the conveyor's entry: 0 to 1 */
    bool is_whole;      /* whole numbers only */
} dtn_leak;

/* Where an inflow of a conveyor comes on: isee:spreadflow. */
typedef struct dtn_spread_flow {
    const char *how;   /* "even", "dest", "dist" or "source" */
    dtn_expr *profile; /* of "dist": the name of a table over the way that is left; else NULL */
    dtn_pos pos;
} dtn_spread_flow;

typedef struct dtn_var {
    uint32_t id;
    const char *name; /* as written, the first time */
    const char *key;
    dtn_var_kind kind;
    dtn_eqn *eqns;
    size_t n_eqn, cap_eqn;
    const char *units; /* as written, NULL if none */
    dtn_pos units_pos;
    const char *doc;
    double range_min, range_max, range_step;      /* NaN where not given */
    uint32_t group;                               /* index into groups or DTN_NONE */
    bool supplementary, non_negative, is_control; /* control: TIME STEP etc. */
    dtn_pos pos;
    /* XMILE: dimensions as declared by <dimensions>; readers of .mdl leave 0 */
    const char **dim_keys;
    uint32_t n_dim_key;
    /* XMILE stocks: names of flows; the reader also builds eqn.expr = inflows - outflows */
    const char **inflows, **outflows;
    uint32_t n_inflow, n_outflow;
    /* vendor construct that changes behaviour and does not run ("purge_after", ...) or NULL */
    const char *special;
    dtn_belt *belt;          /* stock: conveyor, queue, oven; else NULL */
    dtn_leak *leak;          /* flow: marked as a leak; else NULL */
    dtn_spread_flow *spread; /* flow: comes on all along a conveyor; else NULL */
    bool is_overflow;        /* flow out of a queue */
    dtn_expr *multiplier;    /* flow: what reaches the stock downstream for each unit; NULL: 1 */
    uint32_t overlay;        /* 0: the model itself; k: came with overlay k (a course of action) */
    bool is_instance; /* made of a macro or a module: no part of the form as read, not written */
    uint32_t n_bang;  /* made of a call inside an array function, which runs over its last ranges */
    bool is_belt_part; /* hidden: of what the flows of a conveyor, queue or oven share */
    bool is_hidden;    /* inside a macro: not shown, not counted; its key has a leading blank */
    /* resolved */
    uint32_t dims[DTN_MAX_DIMS];
    uint32_t n_dim;
    uint32_t n_element; /* product of the dimensions' sizes; 1 for a scalar */
} dtn_var;

/* ---- The whole --------------------------------------------------------- */

typedef struct dtn_macro {
    const char *name, *key;
    const char **params; /* keys */
    uint32_t n_param;
    const char **outputs; /* keys of further outputs, after the name itself */
    uint32_t n_output;
    dtn_expr **defaults; /* [n_param] XMILE, for the last ones; NULL where there is none */
    dtn_model *body;     /* own scope; NULL if a bare <eqn> gave `expr` */
    dtn_expr *expr;
    bool is_function; /* the program's own text of a function: not written */
    dtn_pos pos;
} dtn_macro;

/** An instance of a module (XMILE): a model inside the model. */
typedef struct dtn_module {
    const char *name, *key;
    const char *model_key; /* of the model it is an instance of; NULL: the one of its own name */
    const char *resource;  /* while reading: the file that its model is in; NULL: this one */
    dtn_model *body;       /* shared by instances of the same model; NULL if not found */
    const char **connect_to, **connect_from; /* keys, qualified with '.' */
    uint32_t n_connect;
    dtn_pos pos;
} dtn_module;

typedef struct dtn_group {
    const char *name;
    uint32_t parent;
    const char *doc;
} dtn_group;

typedef enum dtn_method { DTN_EULER, DTN_RK2, DTN_RK4 } dtn_method;

/** Replaced equations of a variable, kept where several courses of action give the
 *  same variable different rules: overlay k's version. */
typedef struct dtn_override {
    uint32_t overlay; /* > 0 */
    uint32_t var;     /* variable of the base model that is replaced */
    dtn_eqn *eqns;
    size_t n_eqn;
    const char *doc;
    const char *units; /* as written with the rule, or NULL; the variable's own hold */
    dtn_pos pos, units_pos;
} dtn_override;

/** An overlay: equations laid over the model, from a case. Overlay 0 is the base and has no
 *  entry here; ids count from 1. Always-on overlays are merged into the base instead. */
typedef struct dtn_overlay {
    const char *id;    /* "north.deter" */
    const char *actor; /* overlays of one actor exclude each other */
} dtn_overlay;

typedef struct dtn_run_times {
    double start, stop, dt, saveper;
} dtn_run_times;

struct dtn_model {
    dtn_arena *arena; /* owned by the root model, shared by macros and modules */
    const char *name;
    const char *path; /* as given */
    dtn_dialect dialect;
    /* time: expressions, because they may name constants. NULL: not given */
    dtn_expr *start, *stop, *dt, *saveper;
    /* their numbers in a run as it stands, where none of them changes in it but for the moment at
     * which it stops; for writers, borrowed. NULL: not known */
    const dtn_run_times *run_times;
    dtn_method method;
    const char *time_units;
    bool has_elements_apart; /* XMILE but Vensim's own: an element is no range that has its name */
    dtn_dim *dims;
    size_t n_dim, cap_dim;
    size_t n_dim_element; /* added to all of them so far, for DTN_MAX_ELEMENTS */
    dtn_var *vars;
    size_t n_var, cap_var;
    dtn_map var_index; /* key -> id */
    dtn_map dim_index; /* key -> id */
    dtn_macro *macros;
    size_t n_macro, cap_macro;
    dtn_module *modules;
    size_t n_module, cap_module;
    dtn_model **submodels; /* XMILE <model name="...">, parsed, referred to by modules */
    size_t n_submodel, cap_submodel;
    dtn_group *groups;
    size_t n_group, cap_group;
    const char **unit_synonyms; /* lines of equal units, comma-separated: "Dollar,Dollars,$" */
    size_t n_unit_synonym, cap_unit_synonym;
    dtn_override *overrides;
    size_t n_override, cap_override;
    dtn_overlay *overlays; /* [n_overlay], id k at k-1 */
    size_t n_overlay, cap_overlay;
    const char **data_files; /* Vensim settings: files with the values of data variables */
    size_t n_data_file, cap_data_file;
    const char **file_tags; /* Vensim settings: "?tag=file.xlsx" */
    size_t n_file_tag, cap_file_tag;
    dtn_map series_index; /* key "name[a,b]" -> index into series: values of data variables */
    dtn_series *series;
    size_t n_series, cap_series;
    bool has_vensim_text; /* an XMILE file of Vensim's with what only Vensim's notation says */
    const char *sketch;   /* diagram text as read, kept for writing back, or NULL */
    bool has_module_vars; /* dtn_check_add_modules has been here */
    bool has_belt_vars;   /* dtn_check_add_belts has been here */
    bool belts_run;       /* and all flows of conveyors, queues and ovens have their equations */
    bool is_resolved;
};

/** A new empty model with its own arena. Free with dtn_model_delete. NULL: out of memory. */
dtn_model *dtn_model_new(dtn_dialect dialect, const char *path);
void dtn_model_delete(dtn_model *model); /* NULL is fine */

/** An empty model in `root`'s arena: the scope of a macro or module. Lives as long as root. */
dtn_model *dtn_model_new_scope(dtn_model *root);

/** Key of a name as written: as dtn_name_key, and \" inside quotes means a quote. */
const char *dtn_model_name_key(dtn_model *model, const char *name, size_t n);

/** A unit in Stella's notation as a product: "People Per Year" is "People/Year", "per day" is "1/day", and
 *  "m-s" is "m*s". Arena-owned, or `text` itself where nothing of that stands in it; NULL stays NULL. */
const char *dtn_unit_as_product(dtn_arena *arena, const char *text);

/** Find a variable, or add an empty one of that name (its key computed). The pointer is
 *  borrowed until the next add. `*is_new` may be NULL. */
dtn_var *dtn_model_add_var(dtn_model *model, const char *name, dtn_pos pos, bool *is_new);
dtn_var *dtn_model_find_var(const dtn_model *model, const char *key); /* NULL if none */
/** Position of the element that "[a,b]" names in a resolved model, slowest dimension first; DTN_NONE. */
uint32_t dtn_model_find_element(dtn_arena *arena, const dtn_model *model, const dtn_var *var,
                                const char *subs);
/** The variable that "name" or "name[a,b]" means, in any spelling; NULL if none. *subs: where its subscripts begin in
 *  `name`, NULL without. A name may itself hold a '[', where it was quoted: the whole is tried first. */
const dtn_var *dtn_model_find_reference(dtn_arena *arena, const dtn_model *model, const char *name,
                                        const char **subs);
/** A variable that the program makes and no list shows; `key` is new, and begins with a blank as no key of a name
 *  does. Both texts live as long as the model. */
dtn_var *dtn_model_add_hidden(dtn_model *model, const char *key, const char *name, dtn_pos pos);
/** A range in words, "1 to 20", "at least 1"; an end that is NaN is none. */
const char *dtn_range_text(dtn_arena *arena, double low, double high);
dtn_eqn *dtn_var_add_eqn(dtn_model *model, dtn_var *var);
dtn_dim *dtn_model_add_dim(dtn_model *model, const char *name, dtn_pos pos);
dtn_dim *dtn_model_find_dim(const dtn_model *model, const char *key);
/** Does a mapping of `dim` name the range `to`? */
bool dtn_dim_maps_to(const dtn_dim *dim, const dtn_dim *to);
/** Key of the element of `sub` that element `key` of `bound` stands for through mappings between the two; a part of a
 *  range is mapped as the range is, to another family, unless several say different things. NULL: none. */
const char *dtn_model_mapped_key(const dtn_model *model, const dtn_dim *bound, const dtn_dim *sub,
                                 const char *key);
/** The equation of computed data without a way of reading of its own, where `x`, a name of the data variable, takes all that it
 *  computes; else NULL. */
const dtn_eqn *dtn_var_formula(const dtn_var *var, const dtn_expr *x);
/** Append an element to a dimension (name copied, key computed). */
void dtn_dim_add_element(dtn_model *model, dtn_dim *dim, const char *name);
dtn_expr *dtn_expr_new(dtn_model *model, dtn_expr_kind kind, dtn_pos pos);
dtn_expr *dtn_expr_new_number(dtn_model *model, double number, dtn_pos pos);
dtn_expr *dtn_expr_new_name(dtn_model *model, const char *name, dtn_pos pos);
dtn_expr *dtn_expr_new_binary(dtn_model *model, dtn_op op, dtn_expr *a, dtn_expr *b);
/** A subscript that names a range or an element, not resolved. The strings are borrowed; `key` NULL: the
 *  text is its own key. */
dtn_sub dtn_sub_named(const char *text, const char *key, dtn_pos pos);

/** What an equation's value is computed from: the numbers read from a file, what a conveyor,
 *  queue or oven makes of a flow, else `expr`. */
static inline dtn_expr *dtn_eqn_value(const dtn_eqn *eqn)
{
    return eqn->loaded ? eqn->loaded : eqn->driven ? eqn->driven : eqn->expr;
}

/** The same as it is written into the other format: not what a function beside it adds. */
static inline dtn_expr *dtn_eqn_written(const dtn_eqn *eqn)
{
    return eqn->loaded ? eqn->loaded : eqn->expr;
}

/** What a stock begins with: the sum of what a list gives, else `init`. */
static inline dtn_expr *dtn_eqn_init(const dtn_eqn *eqn)
{
    return eqn->driven_init ? eqn->driven_init : eqn->init;
}

/** Call `visit` on `expr` and everything below it, subscripts' expressions included,
 *  parents first. NULL is fine. */
void dtn_expr_walk(dtn_expr *expr, void (*visit)(dtn_expr *expr, void *ctx), void *ctx);

/** Text of an expression in its dialect's notation, arena-owned: for messages, explain. */
const char *dtn_expr_print(dtn_model *model, const dtn_expr *expr);

#endif
