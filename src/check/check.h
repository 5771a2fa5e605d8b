/** Checks on a model: names, structure, units, and its graph of causes. */
#ifndef DTN_CHECK_CHECK_H
#define DTN_CHECK_CHECK_H

#include "model/model.h"

/** Resolve every name, call and subscript, the dimensions and kind of each variable.
 *  Fills the fields marked "resolved". Diagnostics 2xx and 5xx. DTN_E_INPUT on any error. */
dtn_status dtn_check_resolve(dtn_model *model, dtn_diags *diags);

/** Variables of module instances, laid into the model as "module.name". Part of
 *  dtn_check_resolve; call it before it where text is to be laid over the model that names them.
 *  Does nothing the second time. Diagnostics 201, 210, 502. */
dtn_status dtn_check_add_modules(dtn_model *model, dtn_diags *diags);

/** Variables of macro instances, one set for each call, hidden; a call's node gets the id of the
 *  variable that holds its value. Part of dtn_check_resolve, under its arena guard; ranges must
 *  be expanded. Adds only for calls that have none yet. Diagnostics 201, 203, 501, 507. */
void dtn_check_add_macros(dtn_model *model, dtn_diags *diags);

/** Elements of array variables: two equations for one (204), uses of one that has none (209).
 *  Part of dtn_check_resolve; needs subscripts resolved. DTN_E_INPUT on any error. */
dtn_status dtn_check_elements(dtn_model *model, dtn_diags *diags);

/** Load the values of data variables (those without an equation) from a file: delimited text,
 *  .dat, .xls or .xlsx, the series of one variable or element in a column, a row or a block.
 *  Before dtn_check_resolve. Of several files the last counts.
 *  Errors: DTN_E_IO (701, 704), DTN_E_INPUT (703), DTN_E_MEMORY. */
dtn_status dtn_check_load_data(dtn_model *model, const char *path, dtn_diags *diags);

/** Dimensional analysis of a resolved model: 3xx diagnostics at the operation where they arise,
 *  with both sides. Rules of overlays (override or var->overlay > 0) report 304 (error). */
dtn_status dtn_check_units(dtn_model *model, dtn_diags *diags);

/** Unit of a variable in normal form after dtn_check_units ("Persons/Week"), inferred where none
 *  is written; "?" where unknown. Arena-owned. */
const char *dtn_check_unit_text(dtn_model *model, uint32_t var, bool *is_inferred);

/** Normal form of a unit as somebody wrote it, by the model's synonyms; "?" where malformed.
 *  Two units agree when their normal forms are equal. Arena-owned. */
const char *dtn_check_unit_normal(dtn_model *model, const char *text);

/** For many of these: the model's units and synonyms read once. NULL: out of memory. Arena-owned. */
typedef struct dtn_unit_reader dtn_unit_reader;
dtn_unit_reader *dtn_check_unit_reader(dtn_model *model);
const char *dtn_unit_reader_text(dtn_unit_reader *reader, uint32_t var, bool *is_inferred);
const char *dtn_unit_reader_normal(dtn_unit_reader *reader, const char *text);

/** Hygiene of a resolved model: unused variables (208), missing documentation or unit (213, 303;
 *  one diagnostic each, with the number of variables), constants outside of their range (803). Never errors. */
dtn_status dtn_check_hygiene(dtn_model *model, dtn_diags *diags);
/** The last of these; the model's arena needs a guard of the caller's. */
void dtn_check_ranges(dtn_model *model, dtn_diags *diags);

/** Value of a constant expression (numbers, constants, + - * / and signs); false if it is more. */
bool dtn_check_constant(const dtn_model *model, const dtn_expr *expr, double *out);
/** The expression that gives the element of a resolved model its value; NULL: none of its own. Borrowed. */
const dtn_expr *dtn_check_own_expr(const dtn_model *model, const dtn_var *var, uint32_t element);
/** The model's own value of a constant's element; false where it is no constant. */
bool dtn_check_own_value(const dtn_model *model, uint32_t var, uint32_t element, double *out);

/** The graph of direct causes: one edge cause -> effect for each variable named in the equations
 *  of another (or its own), rules of overlays included. Arrays are arena-owned. Edges stand by
 *  effect, then as met in its equations, so causes[i] belongs to edges[i]. */
typedef struct dtn_edge {
    uint32_t cause, effect;
    int sign;        /* +1, -1, or 0 where the structure does not tell */
    bool is_initial; /* only in an initial value */
} dtn_edge;
typedef struct dtn_graph {
    dtn_edge *edges;
    size_t n_edge, cap_edge;
    uint32_t n_var;
    uint32_t *first_cause,
        *causes; /* CSR: causes of v at causes[first_cause[v]..first_cause[v+1]) */
    uint32_t *first_effect, *effects; /* the same for uses */
} dtn_graph;

/** The graph of a resolved model. */
dtn_status dtn_check_graph(dtn_model *model, dtn_graph *out);

/** The least and greatest value of a variable's elements in a run, for what declares no range. */
typedef struct dtn_seen {
    bool is_known;
    double min, max;
} dtn_seen;
/** The graph with signs as far as a run tells them: seen [n_var], its variables' by id. */
dtn_status dtn_check_graph_seen(dtn_model *model, const dtn_seen *seen, dtn_graph *out);

/** Feedback loops through `var` (elementary: no variable twice), shortest first, at most
 *  max_loop of at most max_length variables. (*loops)[i] is a list of variable ids ended by
 *  DTN_NONE, starting with var; arena-owned. Edges of initial values close no loop.
 *  *is_truncated (may be NULL): there are loops that the two limits leave out.
 *  Cost: a search of the graph for each variable of each loop found. */
dtn_status dtn_check_loops(dtn_model *model, const dtn_graph *graph, uint32_t var, size_t max_loop,
                           size_t max_length, uint32_t ***loops, size_t *n_loop,
                           bool *is_truncated);

/** A feedback loop that visits these variables in this order, others in between allowed:
 *  *loop as an entry of dtn_check_loops, starting with vars[0]. Shortest ways from each to the
 *  next where they do not cross, else the first of the 2000 shortest loops through vars[0] that
 *  fits. DTN_E_NOT_FOUND: none; DTN_E_RANGE: no variables, or one twice. */
dtn_status dtn_check_find_loop(dtn_model *model, const dtn_graph *graph, const uint32_t *vars,
                               size_t n, uint32_t **loop);

#endif
