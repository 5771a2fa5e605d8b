/** Compare courses of action on the same futures.
 *
 *  Each block of runs goes once through the shared history up to decide_on; its state is stored,
 *  and every profile branches from it. Future K is the same chance under every profile.
 */
#ifndef DTN_DECIDE_COMPARE_H
#define DTN_DECIDE_COMPARE_H

#include "case/case.h"
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
    const char *view;             /* "prior" */
    size_t n_set;
    const dtn_setting *sets; /* --set NAME=VALUE: held in every run */
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
    double variance_paired, variance_unpaired; /* of the difference; of independent futures */
} dtn_paired;

typedef struct dtn_regime_stat {
    double weeks_mean, p_ever, p_end;
} dtn_regime_stat;

/** Robustness of a profile for one criterion. */
typedef struct dtn_robust {
    const char *criterion; /* "maximin(deaths_x)", "mean_regret(deaths_x)" */
    double value, low, high;
} dtn_robust;

typedef struct dtn_cell { /* one combination of hypothesis answers, or one answer */
    const char *label;    /* "H1=compel" ; "H1=compel;H3=degrade" */
    uint64_t n;           /* futures in it */
    double weight;        /* prior probability */
} dtn_cell;

/** Everything a comparison found; arrays by [profile][outcome]... slowest first, in `arena`. */
typedef struct dtn_comparison {
    const dtn_case *c;
    dtn_arena *arena;
    const char *view;
    uint64_t seed, n_run, n_flagged;
    size_t n_profile; /* index 0 is the reference */
    const dtn_profile *profiles;
    size_t n_outcome;         /* as c->outcomes */
    dtn_summary *summary;     /* [n_profile][n_outcome] */
    dtn_paired *paired;       /* [n_profile][n_outcome]; row 0 empty */
    size_t n_time;            /* points of the series */
    double *time;             /* [n_time] model time */
    size_t i_decide;          /* first point at or after decide_on */
    dtn_summary *series;      /* [n_profile][n_outcome][n_time]; history is the same in all */
    dtn_regime_stat *regimes; /* [n_profile][n_regime] */
    double *regime_share;     /* [n_profile][n_regime][n_time] share of futures in the regime */
    size_t n_cell;            /* single answers, hypothesis by hypothesis */
    dtn_cell *cells;
    dtn_summary *cell_summary; /* [n_cell][n_profile][n_outcome] */
    dtn_paired *cell_paired;   /* [n_cell][n_profile][n_outcome] */
    size_t n_combo;            /* combinations of answers: the scenarios of the criteria */
    dtn_cell *combos;
    size_t n_robust;     /* criteria */
    dtn_robust *robust;  /* [n_profile][n_robust] */
    dtn_flag first_flag; /* first flagged run, if any */
    uint64_t first_flag_run;
    const char *canonical_command;
} dtn_comparison;

dtn_status dtn_compare_run(dtn_case *c, const dtn_compare_options *options, dtn_comparison **out,
                           dtn_diags *diags);
void dtn_comparison_delete(dtn_comparison *comparison);

/** The files of the contract under `folder`: summary.csv, series.csv, paired.csv, robustness.csv,
 *  regimes.csv, hypotheses.csv, manifest.json. Whole or not at all, each. */
dtn_status dtn_compare_write(const dtn_comparison *comparison, const char *folder,
                             dtn_diags *diags);

#endif
