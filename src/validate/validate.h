/** Validation of a case, as the field does it, by what validation.yaml in its folder demands.
 *
 *  Extreme conditions and the case's story as inequalities, conservation, integration error,
 *  reproduction of recorded series, priors on shape, and the standardised effect of every part
 *  and hypothesis when it is switched off. All runs are made on the same futures (seed, run),
 *  parameters and hypotheses at their priors. docs/validation.md has the format and the rules.
 */
#ifndef DTN_VALIDATE_VALIDATE_H
#define DTN_VALIDATE_VALIDATE_H

#include "case/case.h"
#include "run/run.h"
#include "stat/stat.h"

#include <jansson.h>

/** OPEN: the futures are too few, or the case too vague, to tell. */
typedef enum dtn_held { DTN_HELD, DTN_FAILED, DTN_OPEN } dtn_held;
const char *dtn_held_word(dtn_held held); /* "holds", "fails", "open" */

/** A mean over the futures set against another: left - factor * right. */
typedef struct dtn_claim_result {
    const char *group;     /* "extreme", "story" */
    const char *id, *name; /* of the condition */
    const char *statement; /* "attacks at most 0.05 times that of the reference" */
    const char *because;   /* NULL: not said */
    double left, bound;    /* means: of the quantity, of what it is held against */
    double low, high;      /* 95 % interval of left - bound, on the same futures */
    dtn_held held;
} dtn_claim_result;

typedef struct dtn_balance_result {
    const char *id, *name;
    double worst;     /* largest drift over all futures and points, over the sum of magnitudes */
    double tolerance; /* of that */
    dtn_held held;
} dtn_balance_result;

/** Means of an outcome with the step as it is and smaller. */
typedef struct dtn_step_result {
    size_t outcome;
    double mean, mean_fine;
    double width;           /* p95 - p05 over the futures */
    double move, low, high; /* |difference| over the width, and its interval */
    bool is_constant;       /* nothing varies: `width` is the larger mean */
    dtn_held held;
} dtn_step_result;

/** One statistic of a recorded series among those of the simulated ones. */
typedef struct dtn_shape_statistic {
    const char *name;
    double recorded, low, p50, high; /* low, high: the central band of the futures */
    dtn_held held;                   /* recorded inside the band */
} dtn_shape_statistic;
#define DTN_N_SHAPE 6
typedef struct dtn_reproduction {
    const char *series; /* id of the recorded series */
    const char *note;   /* of the case; NULL: none */
    const char *from, *until;
    size_t n_period;
    size_t n_recorded;     /* points of the series */
    const char *only_edge; /* date of a count's point that only begins the first period, though the
                               dates ask for it; NULL: none */
    size_t n_outside;      /* of the others, those before or behind the dates or the run */
    uint64_t n;            /* futures counted */
    double band;
    dtn_shape_statistic statistics[DTN_N_SHAPE];
    dtn_theil mean_path; /* of the mean over the futures against the record */
    dtn_theil median;    /* medians over the futures of each future's own statistics */
    double rmse_over_level;
} dtn_reproduction;

typedef struct dtn_prior_result { /* a constant of the model against data on shape */
    const char *id, *name, *constant, *source;
    double value, low, high;
    dtn_held held;
} dtn_prior_result;

typedef struct dtn_effect {
    uint64_t n;
    double reference, other;  /* means; of answers: the second's and the first's */
    double effect, low, high; /* in standard deviations of the reference's outcome */
} dtn_effect;
/** What a part or a hypothesis does to the outcomes. */
typedef struct dtn_effects {
    const char *group; /* "part", "hypothesis", "answers" */
    const char *id, *name;
    const char *what;            /* "off", or "compel against harden" */
    const char *reason;          /* why a small effect is as it should be; NULL: not said */
    const unsigned char *is_own; /* [n_outcome] outcomes that are the part itself */
    dtn_effect *outcomes;        /* [n_outcome] */
    size_t largest;              /* the outcome with the largest, own ones left out; SIZE_MAX */
    size_t n_above;              /* outcomes, own ones left out, at the threshold or beyond */
    dtn_held held;               /* largest: at the threshold or beyond */
} dtn_effects;
#define DTN_EFFECT_THRESHOLD 0.05

typedef struct dtn_validation {
    const dtn_case *c;
    dtn_arena *arena;
    uint64_t seed, n_run, n_made, n_flagged; /* made, and flagged among them: over all ensembles */
    size_t n_claim, n_balance, n_step, n_reproduction, n_prior, n_effects;
    dtn_claim_result *claims;
    dtn_balance_result *balances;
    double dt, dt_fine;
    dtn_step_result *steps;
    dtn_reproduction *reproductions;
    dtn_prior_result *priors;
    dtn_effects *effects;
    size_t n_held, n_failed, n_open; /* of all but the effects, which are reported, not demanded */
} dtn_validation;

typedef struct dtn_validate_options {
    uint64_t seed;  /* 1 */
    uint64_t n_run; /* 400 */
    uint32_t n_thread, block;
    dtn_backend backend;
    dtn_progress_fn progress;
    void *progress_ctx;
} dtn_validate_options;
dtn_validate_options dtn_validate_defaults(void);

/** Does the case's folder hold a validation.yaml? */
bool dtn_validate_exists(const dtn_case *c);
/** What is wrong with validation.yaml, before anything is run. */
dtn_status dtn_validate_read(dtn_case *c, dtn_diags *diags);
/** Run it. *out: dtn_validation_delete; NULL where the folder has no validation.yaml. DTN_E_INPUT
 *  with diagnostics (601 to 607, 620, 621) at their places in it. The case is borrowed; it must
 *  outlive the result. */
dtn_status dtn_validate(dtn_case *c, const dtn_validate_options *options, dtn_validation **out,
                        dtn_diags *diags);
void dtn_validation_delete(dtn_validation *validation);

/** Is effects[i] to be shown where there is little room: not a pair of answers whose hypothesis has
 *  another with a larger effect. */
bool dtn_validation_is_largest(const dtn_validation *v, size_t i);

/** All of it, for `-f json` and for the page; a new reference, NULL when out of memory. */
json_t *dtn_validation_json(const dtn_validation *v);
/** The names of its files, ended by NULL. */
extern const char *const dtn_validation_files[];
/** validation.csv, effects.csv, reproduction.csv and validation.json under `folder`. */
dtn_status dtn_validation_write(const dtn_validation *v, const char *folder, dtn_diags *diags);

#endif
