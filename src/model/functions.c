/* The function table, made from functions.def, and its look-up.
 *
 * The look-up is a linear search: the table has some 200 entries and is asked once for
 * each call in a model text, never during a run. A key that the model's own dialect
 * does not have is tried in the other one, because vendors' files mix them.
 */
#include "model/functions.h"

#include <string.h>

enum { DIALECT_V = 'V', DIALECT_X = 'X', DIALECT_B = 'B' };

const dtn_fn_info dtn_fn_table[DTN_N_FN] = {
#define DTN_FN(id, key, dialect, min, max, behaviour, units, arguments, source, says) \
    {key, DIALECT_##dialect, min, max, DTN_FNB_##behaviour, arguments, units},
#include "model/functions.def"
#undef DTN_FN
};

uint32_t dtn_fn_find(dtn_dialect dialect, const char *key)
{
    const char own = dialect == DTN_VENSIM ? 'V' : 'X';
    uint32_t foreign = DTN_NONE;
    for (uint32_t i = 0; i < DTN_N_FN; i++) {
        const dtn_fn_info *fn = &dtn_fn_table[i];
        if (fn->key[0] != key[0] || strcmp(fn->key, key) != 0)
            continue;
        if (fn->dialect == own || fn->dialect == 'B')
            return i;
        foreign = i;
    }
    return foreign;
}

bool dtn_fn_runs_over(dtn_dialect dialect, const dtn_expr *x)
{
    const uint32_t fn = x->kind == DTN_X_CALL ? dtn_fn_find(dialect, x->key) : DTN_NONE;
    if (fn == DTN_NONE)
        return false;
    return dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY ||
           (dialect == DTN_XMILE && x->n_arg == 1 && (fn == DTN_FN_MIN || fn == DTN_FN_MAX));
}
