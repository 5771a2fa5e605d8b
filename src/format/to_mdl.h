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
} dtn_tm_var;

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
    dtn_map elements; /* key in the source -> id of the first dimension that has it */
    const char **macro_names; /* [src->n_macro] */
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

dtn_tm_var *dtn_tm_find(dtn_tm *tm, const char *key);
uint32_t dtn_tm_add(dtn_tm *tm, dtn_var var);

/** As dtn_tx_hoist. */
dtn_expr *dtn_tm_hoist(dtn_tm *tm, const dtn_expr *node, dtn_eqn eqn, const char *suffix);

/** The variable that holds the graphical function of `var`, made if there is none yet. */
const char *dtn_tm_table_of(dtn_tm *tm, const char *key);

void dtn_tm_note(dtn_tm *tm, dtn_severity severity, dtn_pos pos, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/** Left side of a subscript in the target's notation: a range or an element by position. */
dtn_sub dtn_tm_name_sub(const char *text, dtn_model *model, bool bang, dtn_pos pos);

#endif
