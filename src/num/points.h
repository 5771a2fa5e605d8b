/** Points of a design: where in the unit cube each run takes its parameters.
 *
 *  A dimension is one uncertain input, with a stream of its own. A point is a function of its number, so any
 *  thread makes any of them, and a run can be replayed alone.
 *
 *  - random: one uniform for each point and stream (Monte Carlo);
 *  - Latin hypercube: of n points each dimension has one in each of n equal parts (McKay, Beckman, Conover, Technometrics
 *    21, 1979); the parts come in an order of the stream's own;
 *  - Sobol': the sequence of Joe and Kuo (sobol_numbers.h), each dimension with the same random bits turned over in
 *    all its points (a digital shift, which leaves the evenness as it is: Matousek, J. Complexity 14, 1998). Even for
 *    numbers of points that are powers of two.
 */
#ifndef DTN_NUM_POINTS_H
#define DTN_NUM_POINTS_H

#include <stdint.h>

typedef enum dtn_points_kind {
    DTN_POINTS_RANDOM,
    DTN_POINTS_LATIN,
    DTN_POINTS_SOBOL
} dtn_points_kind;

typedef struct dtn_points {
    dtn_points_kind kind;
    uint64_t seed;
    uint64_t n;                 /* points of a Latin hypercube, at least 1 */
    uint64_t repeat;            /* neighbouring runs that share a point; 0 counts as 1 */
    const uint64_t *directions; /* Sobol': [dimension][DTN_SOBOL_BITS], borrowed */
} dtn_points;

#define DTN_SOBOL_BITS 32 /* of a point's number: 2^32 points */
/** Dimensions that there are numbers for. */
uint32_t dtn_sobol_dims(void);
/** Direction numbers of dimension `dim` (from 0, below dtn_sobol_dims()), their first bit the highest. */
void dtn_sobol_directions(uint32_t dim, uint64_t out[DTN_SOBOL_BITS]);

/** Coordinate of run `run` in a dimension, in (0, 1). `stream` keys what is random in it. A run beyond the points begins with the
 *  first one again. */
double dtn_points_at(const dtn_points *points, uint64_t stream, uint32_t dim, uint64_t run);

#endif
