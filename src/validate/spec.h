/** Inside the validate room: what validation.yaml says, tied to the case. */
#ifndef DTN_VALIDATE_SPEC_H
#define DTN_VALIDATE_SPEC_H

#include "case/schema.h"
#include "validate/validate.h"

typedef struct dtn_settings {
    dtn_setting *items;
    size_t n, cap;
} dtn_settings;

/** A number for each future: an outcome of the case, or a variable under a measure. */
typedef struct dtn_quantity {
    const char *name; /* id of the outcome, or the variable */
    uint32_t var, element;
    dtn_measure measure;
} dtn_quantity;

typedef struct dtn_claim {
    const char *outcome, *variable; /* one of them */
    int measure;                    /* dtn_measure + 1 of a variable; 0: at_end */
    int sense;                      /* -1 at most, +1 at least; 0: not said */
    size_t n_limit;
    double limit;
    const char *times, *of; /* outcome; "reference", "here", a condition's id; NULL: not said */
    const char *because;
    dtn_pos pos;
    size_t quantity, right; /* indices; right SIZE_MAX: the limit is a number */
    size_t condition;       /* whose run the right side is taken from; SIZE_MAX: reference */
} dtn_claim;

typedef struct dtn_condition {
    const char *id, *name, *source;
    const char *group;
    dtn_settings set;
    const char *policy;
    dtn_profile profile; /* label NULL: the reference */
    dtn_claim *must;
    size_t n_must, cap_must;
    dtn_pos pos;
} dtn_condition;

typedef struct dtn_balance {
    const char *id, *name;
    dtn_settings sum; /* variables and their coefficients */
    uint32_t *vars, *elements;
    double tolerance;
    dtn_pos pos;
} dtn_balance;

typedef struct dtn_knockout {
    const char *id, *name, *reason;
    dtn_settings off;
    const char **own;
    size_t n_own, cap_own;
    unsigned char *is_own; /* [n_outcome] */
    dtn_pos pos;
} dtn_knockout;

typedef struct dtn_reproduce {
    const char *series, *from, *until, *note;
    double band;
    dtn_pos pos;
    size_t observed; /* index */
    size_t first, n; /* points of it: the first is only the edge of the first period of a count */
} dtn_reproduce;

typedef struct dtn_prior {
    const char *id, *name, *constant, *source;
    double low, high;
    dtn_pos pos;
    double value;
} dtn_prior;

typedef struct dtn_spec {
    const char *path;
    dtn_condition *extremes, *story;
    size_t n_extreme, cap_extreme, n_story, cap_story;
    dtn_balance *balances;
    size_t n_balance, cap_balance;
    dtn_knockout *parts, *hypotheses;
    size_t n_part, cap_part, n_hypothesis, cap_hypothesis;
    dtn_reproduce *reproduces;
    size_t n_reproduce, cap_reproduce;
    dtn_prior *priors;
    size_t n_prior, cap_prior;
    double dt, dt_tolerance;  /* of the finer step, 0: none is asked for; share of the width */
    dtn_quantity *quantities; /* the outcomes, then what claims add */
    size_t n_quantity, cap_quantity;
    dtn_condition **conditions; /* extremes, then story */
    size_t n_condition;
} dtn_spec;

/** Read and resolve FOLDER/validation.yaml. The arena is guarded by the caller. `heap` holds the
 *  file while it is read; the caller frees it whatever happens. */
dtn_status dtn_spec_read(dtn_case *c, dtn_arena *arena, char **heap, dtn_spec *out,
                         dtn_diags *diags);

#endif
