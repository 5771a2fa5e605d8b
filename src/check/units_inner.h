/** Parts of the dimensional analysis, for its own files: units.c, unit_rule.c, unit_text.c. */
#ifndef DTN_CHECK_UNITS_INNER_H
#define DTN_CHECK_UNITS_INNER_H

#include "check/check.h"

#define DTN_MAX_FACTORS 12 /* base units in one product; more is a slip */

/** A product of base units. */
typedef struct dtn_unit {
    bool known;
    bool any; /* the literal 0 */
    uint32_t n;
    uint32_t base[DTN_MAX_FACTORS];
    double power[DTN_MAX_FACTORS];
} dtn_unit;

/** The state of one check. */
typedef struct dtn_unit_checker {
    dtn_model *model;
    dtn_diags *diags; /* NULL: only infer */
    dtn_map bases;    /* key -> base id */
    const char **names;
    size_t n_name, cap_name;
    /* [n_name] what a unit stands for that the model defines as a product; n = 0: itself */
    dtn_unit *products;
    size_t n_product, cap_product;
    dtn_unit *units; /* [n_var] as written */
    uint8_t *state;  /* [n_var] 0 new, 1 busy, 2 done: for inference */
    dtn_unit *inferred;
    dtn_unit time;
    const dtn_var *var;
    uint32_t overlay; /* whose equation this is */
    int depth;        /* of inference */
    int height;       /* of the search: operators above this one, in all equations */
} dtn_unit_checker;

#define DTN_UNIT_UNKNOWN ((dtn_unit){0})
#define DTN_UNIT_NONE ((dtn_unit){.known = true}) /* dimensionless */

/* ---- unit_text.c ----------------------------------------------------------------------------- */

/** a times b to a power. Unknown where one of them is. */
dtn_unit dtn_unit_times(dtn_unit a, dtn_unit b, double power);

/** Do they agree? What is unknown, or the literal 0, agrees with everything. */
bool dtn_unit_same(dtn_unit a, dtn_unit b);

/** The unit that a text says; unknown for an empty one and, with diagnostic 302, for a malformed one. */
dtn_unit dtn_unit_read(dtn_unit_checker *c, const char *text, dtn_pos pos);

/** In normal form; "?" where unknown. Arena-owned. */
const char *dtn_unit_name(dtn_unit_checker *c, dtn_unit u);

/** Is the base unit one that everybody knows, Week say? Two of these are no names of one. */
bool dtn_unit_is_common(dtn_unit_checker *c, uint32_t base);

/** Units that everybody knows, and those of the model. */
void dtn_unit_add_all_synonyms(dtn_unit_checker *c);

/* ---- units.c --------------------------------------------------------------------------------- */

/** One of two that should agree: an expression, or in words what asks for the unit. */
typedef struct dtn_unit_side {
    dtn_unit u;
    const dtn_expr *x;
    const char *words;
} dtn_unit_side;

/** The unit of an expression; reports what does not agree in it. */
dtn_unit dtn_unit_of(dtn_unit_checker *c, const dtn_expr *x);

/** Made of numbers alone: 3, -3, 2 * 30. */
bool dtn_unit_is_bare(const dtn_expr *x);

/** That of base^exponent. */
dtn_unit dtn_unit_of_power(dtn_unit_checker *c, const dtn_expr *base, const dtn_expr *exponent);

/** That of a variable: declared, else of its first equation. */
dtn_unit dtn_unit_of_var(dtn_unit_checker *c, uint32_t id);

/** Report 301 (304 in a rule) unless both agree: the unit of both; unknown where it was reported. */
dtn_unit dtn_unit_agree(dtn_unit_checker *c, dtn_pos pos, const char *where, dtn_unit_side a,
                        dtn_unit_side b);

/** Report unless x, whose unit is u, is in the unit that `words` ask for. */
void dtn_unit_expect(dtn_unit_checker *c, const dtn_expr *x, dtn_unit u, const char *where,
                     dtn_unit wanted, const char *words);

/* ---- unit_rule.c ----------------------------------------------------------------------------- */

/** The unit of a call of a function, or of its name alone, by the rule in functions.def. */
dtn_unit dtn_unit_of_function(dtn_unit_checker *c, const dtn_expr *x);

#endif
