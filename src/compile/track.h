/** What stands on a conveyor, and the batches of a queue: their memory in a block of runs. */
#ifndef DTN_COMPILE_TRACK_H
#define DTN_COMPILE_TRACK_H

#include "compile/program.h"

#define DTN_MAX_ON_TRACK 1000000 /* steps of a conveyor's way: 24 MB a lane */

/** One element's memory in all lanes of a block. Every lane has a clock of its own: it stands while
 *  a conveyor is arrested. What came on at tick e stands in row e modulo n_max; a queue's k-th batch
 *  in row (clock + k) modulo n_max. */
typedef struct dtn_track_memory {
    uint32_t n_max, n_field; /* rows; numbers of a row */
    double *rows;    /* [n_max][n_field][n_lane] amount; conveyor: steps, leak of each step */
    uint32_t *clock; /* [n_lane] conveyor: ticks so far; queue: row of the first batch */
    uint32_t *count; /* [n_lane] queue: batches */
    double *due;     /* [n_lane] conveyor: kept back at its end */
    uint32_t n_seen; /* conveyor with inflows that spread by their source, for the step at work: */
    double *seen;    /* [n_spread][n_seen][n_lane] what comes on where, by the steps still to go */
} dtn_track_memory;

/** The values of the track's slots, each [n_lane]: `start` after the initial values, `in` when a
 *  step commits; `out` is written. */
typedef struct dtn_track_values {
    const double *const *start, *const *in;
    double *const *out;
    size_t apart; /* values of the same lane in neighbouring slots */
} dtn_track_values;

/** Begin with the contents at the start, as they stand in steady state. false: out of memory. */
bool dtn_track_start(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                     const dtn_track_values *v);
/** Lines and logs (track_line.c), as the next two. */
bool dtn_line_start(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                    const dtn_track_values *v);
bool dtn_line_turn(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                   const dtn_track_values *v);

/** Where inflow `s` of a conveyor comes on in this step, as it leaks from the one before. For all
 *  inflows of DTN_SPREAD_SOURCE, while no track has turned yet. `v` and `from_v` as for the turns.
 *  false: out of memory. */
bool dtn_track_see(dtn_track_memory *t, const dtn_track *spec, uint32_t s, uint32_t lanes,
                   double dt, const dtn_track_values *v, const dtn_track_memory *from,
                   const dtn_track *from_spec, const dtn_track_values *from_v);
/** One step. false: out of memory. */
bool dtn_track_turn(dtn_track_memory *t, const dtn_track *spec, uint32_t lanes, double dt,
                    const dtn_track_values *v);
/** Copy; false: out of memory. */
bool dtn_track_copy(dtn_track_memory *to, const dtn_track_memory *from, uint32_t lanes);
void dtn_track_free(dtn_track_memory *t);

/** Kinds of DTN_VECTOR_ON_TRACK: bits. */
enum { DTN_ON_EXPONENTIAL = 1, DTN_ON_DISCRETE = 2, DTN_ON_QUEUE = 4 };

/** What a conveyor or a queue gives at the start: out[which] of dtn_track_start for one lane;
 *  DTN_TRACK_TOTAL: what stands on it. For initial values that hang on it. `in` as in
 *  DTN_VECTOR_ON_TRACK. NaN: out of memory. */
double dtn_track_first(uint32_t n_leak, uint32_t n_list, const double *in);

#endif
