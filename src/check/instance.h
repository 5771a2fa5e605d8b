/** What modules.c and macros.c share while they lay instances into a model. */
#ifndef DTN_CHECK_INSTANCE_H
#define DTN_CHECK_INSTANCE_H

#include "check/scope.h"

/** <connect to="..." from="..."/> of one module's instance. */
typedef struct dtn_connection {
    const dtn_scope *outer; /* where the module stands; NULL: the root model */
    const char *prefix;     /* of the module's variables */
    const char *to, *from;  /* as read */
    const dtn_module *module;
} dtn_connection;

typedef struct dtn_maker {
    dtn_instances in;
    const dtn_scope **scope_of; /* [cap_scope] by variable: the instance whose inside it is */
    size_t cap_scope;
    dtn_connection *connections; /* not made yet */
    size_t n_connection, cap_connection;
    dtn_map
        place_index; /* key of a module's name -> places: its prefix; NULL: several have the name */
    const char **places;
    size_t n_place, cap_place;
    uint32_t *aliases; /* variables that connections made */
    size_t n_alias, cap_alias;
    dtn_map alias_index;           /* key -> place in aliases */
    dtn_map counts;                /* calls of one macro by one variable */
    struct dtn_macro_facts *facts; /* [model->n_macro]; recursion.h */
} dtn_maker;

/** Adds `var`, whose key no variable of the model has yet; its id. */
uint32_t dtn_maker_add_var(dtn_maker *k, dtn_var var);
/** Would so many more be too many? Then with a diagnostic, the first time. */
bool dtn_maker_is_full(dtn_maker *k, size_t more, dtn_pos pos);
/** The instance whose inside a variable is; NULL: none. */
const dtn_scope *dtn_maker_scope(const dtn_maker *k, uint32_t var);
void dtn_maker_set_scope(dtn_maker *k, uint32_t var, const dtn_scope *scope);
/** A variable's name in the root model; is_value: the one that holds a macro's value. */
const char *dtn_maker_name(const dtn_maker *k, const dtn_scope *s, const char *name, bool is_value);
/** Subscripts "[left..., own...]"; NULL if there are none. */
dtn_sub *dtn_maker_with_left(dtn_maker *k, const dtn_scope *s, const dtn_sub *own, uint32_t n_own);
/** Subscripts that name dimensions. */
dtn_sub *dtn_maker_subs(dtn_maker *k, const char *const *keys, uint32_t n, dtn_pos pos);
/** Copies of all variables of the scope's body, modules inside it included. */
void dtn_maker_add_body(dtn_maker *k, const dtn_scope *s);
/** A macro with a time specification of its own runs from its start to its stop within each step of
 *  the model: its body step by step, the stocks as what the step before made of them. The scope of
 *  the last step, in which the macro's value is taken; NULL: with a diagnostic (501). */
const dtn_scope *dtn_maker_add_run(dtn_maker *k, const dtn_scope *s, dtn_pos pos);
/** TIME and the like in that macro's value: those of the end of its run. */
void dtn_maker_end_run(const dtn_macro *macro, dtn_expr *value);
/** Make the connections of the modules added since the last time. */
void dtn_maker_connect(dtn_maker *k);

#endif
