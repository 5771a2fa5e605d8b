/** Where a walk up from 0 ends and a search takes over: shared by the scalar functions
 *  (discrete.c) and the vector kernels (walk.h). Inner header of src/num. */
#ifndef DTN_NUM_COUNT_H
#define DTN_NUM_COUNT_H

/* Walking costs a few cycles a step, an incomplete function 100 to 300 steps. */
#define DTN_WALK_MEAN_POISSON 150.0
#define DTN_WALK_MEAN_OTHER 200.0
#define DTN_EXPANSION_MEAN 8.0      /* vectors walk below, expand from here on */
#define DTN_EXPANSION_LEAST 0x1p-54 /* the least uniform */
#define DTN_WALK_LIMIT 600
#define DTN_WALK_EXACT_TO 0.5 /* sums above this are not compared closely */
#define DTN_WALK_MARGIN 1e-12 /* far beyond the rounding of a sum */
#define DTN_SIZE_OF_POISSON \
    1e18 /* times 1 + mean: a negative binomial's size beyond which it is one */

/** 1 / k for k = 1 ... DTN_WALK_LIMIT; [0] is not used. */
extern const double dtn_reciprocals[DTN_WALK_LIMIT + 1];

#endif
