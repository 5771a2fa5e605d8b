/** Inside the validate room: the runs that were made, and figures from them. */
#ifndef DTN_VALIDATE_JUDGE_H
#define DTN_VALIDATE_JUDGE_H

#include "validate/watch.h"

/** One ensemble: which settings it had, and what it gave. */
typedef struct dtn_config {
    const dtn_settings *set;    /* NULL: none */
    const char *view;           /* NULL: prior */
    const dtn_profile *profile; /* NULL: the reference */
    bool is_fine;               /* smaller step */
    bool is_watched;            /* balances are looked at */
    double *values, *drift;     /* as in dtn_watch, owned */
} dtn_config;

typedef struct dtn_judge {
    const dtn_case *c;
    const dtn_spec *spec;
    dtn_validation *v;
    uint64_t n_run;
    dtn_config *configs; /* [0] the reference */
    size_t n_config;
    /* where the others stand; counts are the spec's */
    size_t condition0, part0, hypothesis0, answer0, fine; /* fine SIZE_MAX: none */
    const dtn_moment *moments;
    size_t n_moment;
    double *series;  /* [n_moment][n_run] of the reference, owned */
    double *scratch; /* [2 n_run], owned */
} dtn_judge;

/** Fill the validation's rows. Memory is v->arena's (guarded). */
void dtn_judge_claims(dtn_judge *j);
void dtn_judge_balances(dtn_judge *j);
void dtn_judge_step(dtn_judge *j);
dtn_status dtn_judge_series(dtn_judge *j);
void dtn_judge_priors(dtn_judge *j);
void dtn_judge_effects(dtn_judge *j);

/** Answers of a hypothesis that are not mixtures of others. */
size_t dtn_pure_answers(const dtn_hypothesis *h, size_t *answers); /* [n_answer] or NULL */

#endif
