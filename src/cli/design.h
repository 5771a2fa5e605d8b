/** --vary, --design and --replications: which values the parameters of each run have. */
#ifndef DTN_CLI_DESIGN_H
#define DTN_CLI_DESIGN_H

#include "cli/cli.h"
#include "num/points.h"

/** --vary: parameters and their distributions, entry by entry. */
typedef struct dtn_vary {
    dtn_fixed_list targets;
    dtn_dist *dists; /* [targets.n] */
    size_t n_dist, cap_dist;
} dtn_vary;
int dtn_cli_vary(dtn_cli *cli, dtn_vary *out);

/** --design file:PATH: a column of values for each parameter. */
typedef struct dtn_design_file {
    dtn_fixed_list targets;
    double *values; /* [n_row][targets.n] */
    size_t n_row;
} dtn_design_file;

/** Points, times replications: run K is replication K % R of point K / R. The runs go through the points from the first one
 *  on, and again where there are more runs. */
typedef struct dtn_plan {
    dtn_points points;    /* mc, lhs, sobol; repeat is the number of replications */
    uint32_t *levels;     /* grid: [vary targets] how many values each has; else NULL */
    dtn_design_file file; /* n_row 0: none */
    uint64_t n_point;     /* of a grid, a file, a Latin hypercube; 0: as many as the runs want */
    uint64_t n_run;       /* --runs, or as many as the points and replications make */
} dtn_plan;

/** Read --design, --replications and --runs. Memory belongs to cli->arena. 0 or an exit status. */
int dtn_cli_design(dtn_cli *cli, const dtn_vary *vary, dtn_plan *out);
/** Make the points of `n_dim` dimensions. 0 or an exit status. */
int dtn_cli_design_dims(dtn_cli *cli, dtn_plan *plan, uint32_t n_dim);

/** Number of run `run`'s point, of a plan that counts them. */
uint64_t dtn_plan_point(const dtn_plan *plan, uint64_t run);
/** Of a grid: which value of the i-th varied parameter run `run` has; the last parameter changes first. */
uint32_t dtn_plan_level(const dtn_plan *plan, size_t i, uint64_t run);

#endif
