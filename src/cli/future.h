/** One future, or a block of them: parameters drawn, shared history, the branch at the decision. */
#ifndef DTN_CLI_FUTURE_H
#define DTN_CLI_FUTURE_H

#include "cli/cli.h"
#include "cli/design.h"
#include "run/run.h"

/** How the parameters of a run come about. A later entry for the same parameter wins: the case's
 *  design, then --vary, then the file of --design, then --set. */
typedef struct dtn_future {
    dtn_cli *cli;
    uint64_t seed;
    dtn_design design; /* a case's; n_param 0 for a plain model */
    dtn_vary vary;
    dtn_plan plan;
    dtn_fixed_list sets;
    uint64_t *streams;   /* [vary.targets.n] */
    uint32_t *param_ids; /* [n_param]: of design, vary, the plan's file, sets in this order */
    size_t n_param;
    dtn_profile profile;  /* a case's */
    uint32_t decide_step; /* UINT32_MAX for a plain model: never */
} dtn_future;

/** --backend; says so where generated code was asked for and this build has none. */
dtn_backend dtn_cli_backend(dtn_cli *cli);

/** --policy's PROFILE, "reference", or one course's id; NULL: the reference. 0 or an exit status. */
int dtn_cli_profile(dtn_cli *cli, const char *what, const char *text, dtn_profile *out);

/** Read the options that say what is run, compile, prepare. The argument has been read
 *  (dtn_cli_read). Memory belongs to cli->arena. 0 or an exit status. */
int dtn_future_init(dtn_cli *cli, dtn_future *out);

/** A dtn_design_fn; ctx is the future. */
void dtn_future_draw(void *ctx, uint64_t run0, uint32_t n, double *params);

/** Before each step, after its row has been read: switches the courses of action on when the
 *  decision is reached. The row at the decision still belongs to the shared history. */
void dtn_future_branch(const dtn_future *future, dtn_block *block);

#endif
