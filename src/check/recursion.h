/** Macros that call themselves: which of them may be laid out how deep, and what is told of their instances. */
#ifndef DTN_CHECK_RECURSION_H
#define DTN_CHECK_RECURSION_H

#include "check/scope.h"

/** What is known of one macro before any call of it is laid out. */
typedef struct dtn_macro_facts {
    bool
        is_faulty; /* it calls what is no function: its model cannot run, so turns need not be laid out */
    bool is_endless; /* its value needs its own value, with no condition between */
    bool is_told;    /* so, if it is */
    uint32_t turns;  /* how often it may stand inside itself */
} dtn_macro_facts;

/** The macro of the call's name; where there are several (XMILE), the one that takes as many. NULL: none. Borrowed. */
const dtn_macro *dtn_macro_of_call(const dtn_model *m, const dtn_expr *call);
/** Arguments that a call must give: those before the defaults. */
uint32_t dtn_macro_least_args(const dtn_macro *macro);
/** Facts of all macros of the instances' model, [model->n_macro], in its arena. */
dtn_macro_facts *dtn_macro_find_facts(const dtn_instances *in);

/** Diagnostics of instances that say the same of one place in a macro: kept once, and counted. */
typedef struct dtn_repeats {
    dtn_model *model;
    dtn_diags *diags;
    dtn_map index; /* code and place -> entry */
    struct dtn_repeat *entries;
    size_t n_entry, cap_entry;
} dtn_repeats;

/** Where `var` is of a macro's instance: folds what was told of it, items `from` on, into what was told of others. */
void dtn_repeats_fold(dtn_repeats *r, const dtn_var *var, size_t from);
/** Says behind each that was folded how many more expansions it is true of. */
void dtn_repeats_tell(dtn_repeats *r);

#endif
