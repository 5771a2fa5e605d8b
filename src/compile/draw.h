/** Draws with all that the formats' random functions can ask for: seed, bounds, shift, stretch. */
#ifndef DTN_COMPILE_DRAW_H
#define DTN_COMPILE_DRAW_H

#include "compile/program.h"

/** Parameters of a DRAW_WIDE, a row of slots. Value: shift + stretch * X, X of the distribution,
 *  given that it lies between low and high. */
enum {
    DTN_WIDE_SEED,
    DTN_WIDE_LOW,
    DTN_WIDE_HIGH,
    DTN_WIDE_SHIFT,
    DTN_WIDE_STRETCH,
    DTN_WIDE_FIRST,
    DTN_N_WIDE = DTN_WIDE_FIRST + 3
};

/** The stream that a seed other than 0 stands for. */
uint64_t dtn_seeded_stream(uint64_t stream, double seed);

/** What the bounds of a draw leave of the unit interval, kept from one lane and step to the next: it costs
 *  far more than the draw and mostly stays the same. All 0: nothing yet. */
typedef struct dtn_wide_kept {
    double low, high, own[3]; /* of which bounds and parameters */
    double from, to;
    int is_set;
} dtn_wide_kept;

/** A draw before its quantile: of which uniform X is the quantile, and what then becomes of it. */
typedef struct dtn_wide_plan {
    double u, x;        /* x: X itself where it is certain */
    double from, width; /* of the part of the unit interval that the bounds leave: u of it */
    double least, most; /* of X */
    int is_bounded, is_certain, is_mirrored;
} dtn_wide_plan;

/** For uniform u; p are the parameters, table a density (TABLE) or NULL; kept: a place for what the bounds
 *  leave, one for each draw of a program; NULL: none. */
dtn_wide_plan dtn_wide_plan_of(dtn_draw kind, double u, const double p[DTN_N_WIDE],
                               const dtn_table *table, dtn_wide_kept *kept);
/** X for the plan's uniform, where it is not certain. */
double dtn_wide_quantile(dtn_draw kind, double u, const double p[DTN_N_WIDE],
                         const dtn_table *table);
/** The value that X becomes. */
double dtn_wide_value(const dtn_wide_plan *plan, double x, const double p[DTN_N_WIDE]);

/** All of it. */
double dtn_wide_draw(dtn_draw kind, double u, const double p[DTN_N_WIDE], const dtn_table *table);

#endif
