/** The function table of functions.def, looked up by dialect and key. */
#ifndef DTN_MODEL_FUNCTIONS_H
#define DTN_MODEL_FUNCTIONS_H

#include "model/model.h"

typedef enum dtn_fn {
#define DTN_FN(id, key, dialect, min, max, behaviour, units, arguments, source, says) DTN_FN_##id,
#include "model/functions.def"
#undef DTN_FN
    DTN_N_FN
} dtn_fn;

typedef enum dtn_fn_behaviour {
    DTN_FNB_PURE,
    DTN_FNB_TIME,
    DTN_FNB_STATE,
    DTN_FNB_ARRAY,
    DTN_FNB_DRAW,
    DTN_FNB_LATER
} dtn_fn_behaviour;

typedef struct dtn_fn_info {
    const char *key;
    char dialect; /* 'V', 'X' or 'B' */
    uint32_t min_args, max_args;
    dtn_fn_behaviour behaviour;
    const char *arguments; /* as a reader sees them: "x[, y]" */
    const char *units;     /* the rule of check/unit_rule.c; "" for inner functions */
} dtn_fn_info;

extern const dtn_fn_info dtn_fn_table[DTN_N_FN];

/** Index into the table, or DTN_NONE. */
uint32_t dtn_fn_find(dtn_dialect dialect, const char *key);

/** Does a call run over the elements of its arguments and give one number? Array functions, and in
 *  XMILE MIN and MAX of one argument. Names need not be resolved. */
bool dtn_fn_runs_over(dtn_dialect dialect, const dtn_expr *x);

#endif
