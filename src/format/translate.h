/** Translation between the notations: from a form of one to a form of the other.
 *
 *  The target is a new model of the other dialect; names and tables are borrowed from the source
 *  where they are the same, so the source must outlive it. A source in Vensim's notation may be
 *  as read or resolved; values that were read from files (eqn->loaded, eqn->tables) are written
 *  into the target, because XMILE cannot name such files.
 *
 *  Both directions work in two layers: structure (to_xmile.c, to_mdl.c and beside them
 *  _var, _flow, _eqn) and expressions (_expr, _sub, _fn, _array). What an expression cannot say in place (a table, a sampled
 *  value) becomes a variable of its own, `helper`, beside the one it stands in.
 */
#ifndef DTN_FORMAT_TRANSLATE_H
#define DTN_FORMAT_TRANSLATE_H

#include "format/writer.h"

void dtn_to_xmile(dtn_model *source, dtn_model *target, dtn_diags *diags);
void dtn_to_mdl(dtn_model *source, dtn_model *target, dtn_diags *diags);

/** How many operators may stand in a row; a written-out sum of more is grouped. The parser's
 *  limit (MAX_HEIGHT in expr.c) is above it. */
#define DTN_MAX_TERMS 500

/** Equations that one array may be written out to: more would be a file of hundreds of MB. */
#define DTN_MAX_WRITTEN_ELEMENTS 1000000

/* ---- Building (translate.c) ---------------------------------------------------- */

/** Trees in `model`'s arena. */
dtn_expr *dtn_make_call(dtn_model *model, const char *text, uint32_t n, dtn_expr *a, dtn_expr *b,
                        dtn_expr *c);
dtn_expr *dtn_make_unary(dtn_model *model, dtn_op op, dtn_expr *a);
dtn_expr *dtn_make_binary(dtn_model *model, dtn_op op, dtn_expr *a, dtn_expr *b);
dtn_expr *dtn_make_number(dtn_model *model, double number);
dtn_expr *dtn_make_name(dtn_model *model, const char *name);
dtn_expr *dtn_make_if(dtn_model *model, dtn_expr *cond, dtn_expr *yes, dtn_expr *no);

/** A name that no variable or dimension of the target has: `base`, "base 2", "base 3", ... */
const char *dtn_free_name(dtn_model *target, const dtn_model *source, const char *base);

/** Value of an expression of numbers and constants of `model`; false if it has none. */
bool dtn_constant_value(const dtn_model *model, const dtn_expr *x, double *out);

/** Is a value surely at least 0, as far as its own form tells (literals, bounds of draws)? Names of
 *  variables may be set from outside and count as unknown. */
bool dtn_never_negative(const dtn_model *model, const dtn_expr *x);

/** Does an expression of that notation draw random numbers? */
bool dtn_has_draw(dtn_dialect dialect, const dtn_expr *x);

/** Copy of a variable without equations and resolved fields, for the target. */
dtn_var dtn_bare_copy(const dtn_var *var);

/** Append a variable to a scope and index it. Its key is computed from its name. */
dtn_var *dtn_append_var(dtn_model *scope, dtn_var var);

/** Groups of a scope, and the root's time method and unit synonyms. */
void dtn_copy_groups(const dtn_model *from, dtn_model *to);
void dtn_copy_settings(const dtn_model *from, dtn_model *to);

/** A unit of `from` as .mdl writes it: Stella's "per" and hyphens as / and *. Arena-owned, or `unit` itself. */
const char *dtn_unit_in_mdl(dtn_arena *arena, const dtn_model *from, const char *unit);

/** Ranges within ranges and aliases written out: dimensions of `from` into `to`, elements by
 *  position, parents found. Definitions in external files that were not loaded are refused. */
void dtn_copy_dims(const dtn_model *from, dtn_model *to, dtn_diags *diags);

bool dtn_key_is(const dtn_expr *x, const char *key); /* a call of that key */

#endif
