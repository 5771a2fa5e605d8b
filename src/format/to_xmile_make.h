/** Short names for building trees in XMILE's notation, for the files that do little else. */
#ifndef DTN_FORMAT_TO_XMILE_MAKE_H
#define DTN_FORMAT_TO_XMILE_MAKE_H

#include "format/to_xmile.h"

static inline dtn_expr *tr(dtn_tx *tx, const dtn_expr *x) { return dtn_tx_expr(tx, x); }
static inline dtn_expr *num(dtn_tx *tx, double v) { return dtn_make_number(tx->to, v); }
static inline dtn_expr *name(dtn_tx *tx, const char *s) { return dtn_make_name(tx->to, s); }
static inline dtn_expr *bin(dtn_tx *tx, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    return dtn_make_binary(tx->to, op, a, b);
}
static inline dtn_expr *call(dtn_tx *tx, const char *f, uint32_t n, dtn_expr *a, dtn_expr *b,
                             dtn_expr *c)
{
    return dtn_make_call(tx->to, f, n, a, b, c);
}
static inline const dtn_dim *dim_at(const dtn_tx *tx, uint32_t id) { return &tx->dst->dims[id]; }
static inline uint32_t position(const dtn_dim *dim, const char *key)
{
    return dtn_map_get(&dim->index, key);
}

#endif
