/** Delays by whole steps: the memory of DELAY FIXED, DELAY MATERIAL and DELAY INFORMATION.
 *  Inner header of src/run. */
#ifndef DTN_RUN_RING_H
#define DTN_RUN_RING_H

#include "compile/program.h"

#define DTN_MAX_RING 1000000 /* steps of one delay: 8 MB a lane */

/** One element's delay in all lanes of a block. What has not arrived yet stands in `n_max` rows,
 *  by the step of its arrival modulo the lane's own number of rows. */
typedef struct dtn_ring_memory {
    uint32_t n_max;
    uint32_t count; /* steps since it started */
    uint32_t *n;    /* [n_lane] rows in use */
    double *values; /* [n_max][n_lane] */
    /* not of a fixed delay: step of the input that stands there, from 1; 0: nothing arrives */
    double *stamps; /* [n_max][n_lane] */
    double *newest; /* [n_lane] stamp of the input last seen at the end (information) */
} dtn_ring_memory;

/** Forget everything: `value` until the delay time of the start has passed. Rows are made for at
 *  most `n_left` steps to come. false: out of memory. */
bool dtn_ring_start(dtn_ring_memory *r, dtn_ring_kind kind, uint32_t lanes, const double *delay,
                    double dt, uint32_t n_left, const double *value);

/** Take a step's input and, where it is not fixed, delay time; `value` becomes what comes out at
 *  the next step, `missing` where nothing of a material delay does. */
void dtn_ring_turn(dtn_ring_memory *r, dtn_ring_kind kind, uint32_t lanes, const double *input,
                   const double *delay, double dt, const double *missing, double *value);

/** Copy; false: out of memory. */
bool dtn_ring_copy(dtn_ring_memory *to, const dtn_ring_memory *from, uint32_t lanes);
void dtn_ring_free(dtn_ring_memory *r);

#endif
