/** Compare courses of action on the same futures.
 *
 *  Each block of runs goes once through the shared history up to decide_on; its state is stored,
 *  and every profile branches from it. Future K is the same chance under every profile and view.
 *  Several views are run one after the other; the first one's comparison leads to the others.
 */
#ifndef DTN_DECIDE_COMPARE_H
#define DTN_DECIDE_COMPARE_H

#include "case/quote.h"
#include "run/run.h"
#include "stat/stat.h"

typedef struct dtn_compare_options {
    uint64_t seed;  /* 1 */
    uint64_t n_run; /* 2000 */
    uint32_t n_thread, block;
    dtn_backend backend;
    const dtn_profile *profiles; /* NULL: the case's; the reference is always added in front */
    size_t n_profile;
    const dtn_profile *reference; /* NULL: the case's */
    const char *view; /* "prior"; several: "prior,000,H1=compel"; "all": prior and the case's */
    size_t n_set;
    const dtn_setting *sets; /* --set NAME=VALUE: held in every run */
    const char *checkpoint;  /* finished views are kept in this path's .part; NULL: nowhere */
    bool resume;             /* ... and taken from it */
    const char *futures;     /* folder for NetCDF of every value; NULL: none */
    size_t *n_left;          /* out, may be NULL: views in it when the comparison failed */
    dtn_progress_fn progress;
    void *progress_ctx;
} dtn_compare_options;
dtn_compare_options dtn_compare_defaults(void);

/** Paired difference of an outcome against the reference, on the same futures. */
typedef struct dtn_paired {
    uint64_t n;
    double mean, p05, p50, p95;
    double share_better; /* of futures in which the profile does better (direction); NaN if none */
    double low, high;    /* 95 % interval of the mean */
    double variance_paired,
        variance_unpaired; /* of the difference; of independent futures; NaN in cells */
    uint64_t n_lost;       /* futures in which one of the two has no value; n leaves them out */
} dtn_paired;
/** Are so many futures lost of n_used + n_lost that figures of the others must not stand for all? More than one in a
 *  hundred: a choice. */
bool dtn_compare_is_lossy(uint64_t n_lost, uint64_t n_used);

typedef struct dtn_regime_stat {
    double weeks_mean, p_ever, p_end;
} dtn_regime_stat;

/** Robustness of a profile for one criterion. */
typedef struct dtn_robust {
    const char *criterion; /* "maximin(deaths_x)", "mean_regret(deaths_x)", ... */
    double value, low, high;
} dtn_robust;

/** The criteria with views as scenarios, each of the same weight. */
typedef struct dtn_across {
    const char *scenarios; /* DTN_ACROSS_DOCUMENTS, DTN_ACROSS_VIEWS; stands as the view */
    size_t n_view;
    size_t n_robust;
    dtn_robust *robust; /* [n_profile][n_robust] */
} dtn_across;
#define DTN_ACROSS_DOCUMENTS "documents" /* the views of kind document */
#define DTN_ACROSS_VIEWS "views"         /* all but prior, where that is more than documents */

/** The profile with the best (or worst) mean of an outcome, and those that a paired test on the
 *  same futures does not tell from it (95 %, Bonferroni over the other profiles; against the
 *  reference the interval of `paired`). */
typedef struct dtn_lead {
    size_t profile; /* SIZE_MAX: none, the outcome has no direction or no figures */
    size_t n_tied;
    const unsigned char *is_tied; /* [n_profile] */
} dtn_lead;

/** What a future draws: a parameter, or the answer to a hypothesis. */
typedef struct dtn_input {
    const char *name;                    /* of the parameter; the hypothesis's id */
    const dtn_case_parameter *parameter; /* NULL: a hypothesis */
    size_t hypothesis;
    size_t n_bin; /* answers, or bins of the parameter's ranks */
    double noise; /* what 99 % of random orders of the futures stay below */
} dtn_input;

typedef struct dtn_cell { /* one combination of hypothesis answers, or one answer */
    const char *label;    /* "H1=compel" ; "H1=compel;H3=degrade" */
    uint64_t n;           /* futures in it */
    double weight;        /* prior probability */
} dtn_cell;

/** Everything a comparison found; arrays by [profile][outcome]... slowest first, in `arena`. */
typedef struct dtn_comparison {
    const dtn_case *c;
    dtn_arena *arena;
    const char *view;         /* as in the options: one of them */
    const dtn_view *position; /* the case's view of that id; NULL: prior, or answers held */
    size_t n_view;
    struct dtn_comparison **views; /* [n_view] of the command, in its order, this one too */
    size_t n_across;
    dtn_across across[2]; /* of the first view's comparison, where there are several */
    uint64_t seed, n_run, n_flagged;
    size_t n_profile; /* index 0 is the reference */
    const dtn_profile *profiles;
    const char *reference; /* courses of profile 0: "north=restraint"; "none" */
    bool lists_reference;  /* they are those of a profile that was asked for, too: no further row */
    size_t n_outcome;      /* as c->outcomes */
    dtn_summary *summary;  /* [n_profile][n_outcome] */
    dtn_paired *paired;    /* [n_profile][n_outcome]; row 0 empty */
    size_t n_time;         /* points of the series */
    double *time;          /* [n_time] model time */
    size_t i_decide;       /* first point at or after decide_on */
    dtn_summary *series;   /* [n_profile][n_outcome][n_time]; history is the same in all */
    dtn_regime_stat *regimes; /* [n_profile][n_regime] */
    dtn_regime_stat
        *unnamed;         /* [n_profile] in a regime that no state names; p_ever NaN: not counted */
    double *regime_share; /* [n_profile][n_regime][n_time] share of futures in the regime */
    double *regime_by;    /* [n_profile][n_regime][n_time - i_decide - 1] share of futures that
                                 have been in it after the decision and up to the point */
    size_t n_cell;        /* single answers, hypothesis by hypothesis */
    dtn_cell *cells;
    dtn_summary *cell_summary; /* [n_cell][n_profile][n_outcome] */
    dtn_paired *cell_paired;   /* [n_cell][n_profile][n_outcome] */
    size_t n_combo;            /* combinations of answers: the scenarios of the criteria */
    dtn_cell *combos;
    size_t n_robust;        /* criteria */
    dtn_robust *robust;     /* [n_profile][n_robust] */
    dtn_lead *best, *worst; /* [n_outcome] */
    size_t n_input;
    dtn_input *inputs;
    double *influence;   /* [n_profile][n_outcome][n_input] share of the variance of the ranks of
                            the paired difference that the input explains alone; NaN: not looked at */
    dtn_flag first_flag; /* first flagged run, if any */
    uint64_t first_flag_run;
    size_t first_flag_profile;
    double first_flag_time; /* model time */
    uint64_t n_missing; /* runs not flagged in which an outcome has no value (:NA:, not finite) */
    uint64_t first_missing_run;
    size_t first_missing; /* profile * n_outcome + outcome */
    uint64_t n_unnamed;   /* runs in which the regime had a value that no state names */
    uint64_t first_unnamed;
    double unnamed_value, unnamed_time;
    const char *canonical_command;
    const char *futures_file;       /* name of the view's file in options.futures; NULL: none */
    size_t n_kept;                  /* views that a killed command had finished */
    const dtn_documents *documents; /* to quote from; NULL: none were supplied */
} dtn_comparison;

/** Is it looked at what this outcome's differences hang on? Human costs with a direction are. */
bool dtn_compare_has_influence(const dtn_outcome *outcome);

/** *out: the first view's comparison; it owns the others. Free with dtn_comparison_delete. */
dtn_status dtn_compare_run(dtn_case *c, const dtn_compare_options *options, dtn_comparison **out,
                           dtn_diags *diags);
void dtn_comparison_delete(dtn_comparison *comparison);

/** The tables of the contract under `folder`, all views in each: summary.csv, series.csv,
 *  paired.csv, robustness.csv, regimes.csv, regimes_by_date.csv, hypotheses.csv, sensitivity.csv.
 *  Whole or not at all, each. `comparison` is the first view's; n_thread 0: all processors. */
dtn_status dtn_compare_write(const dtn_comparison *comparison, const char *folder,
                             uint32_t n_thread, dtn_diags *diags);
const char *dtn_compare_table(size_t i); /* the name of the i-th; NULL: there are no more */
/** manifest.json there, when all else is written: it lists the tables and the files `beside` them
 *  (ends with NULL; NULL: none). */
dtn_status dtn_compare_write_manifest(const dtn_comparison *comparison, const char *folder,
                                      const char *const *beside, dtn_diags *diags);

#endif
