/** Scopes of macro and module instances: what a name inside one stands for in the root model. */
#ifndef DTN_CHECK_SCOPE_H
#define DTN_CHECK_SCOPE_H

#include "model/model.h"

/** Variables that instances may add to a model. Macros that call macros grow as a power of their
 *  nesting, so a short file could ask for more than any memory holds. */
#define DTN_MAX_INSTANCE_VARS 50000
/** Calls inside calls, modules inside modules: names get longer with each, and laying modules out
 *  recurses. */
#define DTN_MAX_INSTANCE_DEPTH 100

/** One instance. Its variables stand in the root model under names with the prefix. */
typedef struct dtn_scope {
    const struct dtn_scope *outer; /* where the call or the module stands; NULL: the root model */
    const dtn_model *body;         /* variables and modules inside; NULL: none */
    const dtn_macro *macro;        /* whose instance it is; NULL: a module's */
    dtn_expr **args; /* [macro->n_param] what the parameter stands for; NULL: a variable */
    bool *is_number; /* [macro->n_param] a variable that is a number, the same for all elements */
    const char *prefix, *name_prefix; /* of keys and of names */
    const char *own_key;              /* a module's */
    dtn_sub *left; /* the calling equation's ranges: every variable has them, before its own */
    uint32_t n_left;
    dtn_sub **excepts; /* [n_except][n_left] */
    uint32_t n_except;
    uint32_t overlay;
    uint32_t depth; /* of instances around it */
} dtn_scope;

/** What the instances of one model share while they are made. */
typedef struct dtn_instances {
    dtn_model *model;
    dtn_diags *diags;
    dtn_map elements; /* keys of all elements of dimensions */
    dtn_map reported; /* unknown names inside macros: told once, not for each call */
    size_t n_added;   /* variables */
} dtn_instances;

void dtn_instances_init(dtn_instances *in, dtn_model *model, dtn_diags *diags);

/** Is `key` the body's variable that holds the value of the scope's macro: in Vensim the one of the
 *  macro's own name, in XMILE too where <eqn> is nothing but that name? */
bool dtn_scope_is_value(const dtn_instances *in, const dtn_scope *scope, const char *key);

/** Key in the root model of a variable of the scope's body. */
const char *dtn_scope_key(const dtn_instances *in, const dtn_scope *scope, const char *key);

/** Does a variable of the body have the ranges of the left side? Tables, texts and plain numbers
 *  are the same for all elements and do without. */
bool dtn_scope_has_left(const dtn_scope *scope, const dtn_var *var);

/** Copy of an expression with its names as the root model has them. NULL scope: as they are. */
dtn_expr *dtn_scope_clone(dtn_instances *in, const dtn_scope *scope, const dtn_expr *x);

/** Copies of an equation's subscripts (left side or EXCEPT). */
dtn_sub *dtn_scope_clone_subs(dtn_instances *in, const dtn_scope *scope, const dtn_sub *subs,
                              uint32_t n);

/** The value that a connection into a module is taken from, named as seen from `scope`; NULL if
 *  there is nothing of that name. */
dtn_expr *dtn_scope_source(dtn_instances *in, const dtn_scope *scope, const char *key, dtn_pos pos);

/** A number, with a sign or without. */
bool dtn_scope_is_number(const dtn_expr *x);

/** Is it a function of the table that takes arguments? */
bool dtn_scope_is_function(const dtn_instances *in, const char *key);

#endif
