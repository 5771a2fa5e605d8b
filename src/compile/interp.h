/** The interpreter of a program, one build for each instruction set (kernel.c). */
#ifndef DTN_COMPILE_INTERP_H
#define DTN_COMPILE_INTERP_H

#include "compile/memo.h"
#include "compile/program.h"

#define DTN_LANE_PAD 8        /* a slot is a whole number of the widest vectors */
#define DTN_MOST_TOGETHER 16u /* counts that are drawn side by side */
#define DTN_SCRATCH_ROWS (2 * DTN_MOST_TOGETHER)
#define DTN_MAX_MARKS 100000 /* marks of one DRAW_SUM; more give NaN, which flags the lane */
#define DTN_MAX_LOOPS (2 * DTN_MAX_DIMS) /* the left side's loops and an array function's */

/** What the instructions of one block act on. */
typedef struct dtn_machine {
    const dtn_program *p;
    const dtn_math *math;
    double *mem;     /* [n_slot][stride], aligned to 64 */
    double *scratch; /* [DTN_SCRATCH_ROWS][n_lane] */
    double *work;    /* [program->n_work] */
    uint32_t n_lane; /* multiple of DTN_LANE_PAD */
    uint32_t stride; /* lanes from one slot to the next: n_lane or more */
    uint32_t step;
    uint64_t seed, run0;
    uint64_t overlays; /* bit k-1: overlay k is on */
    uint32_t loop[DTN_MAX_LOOPS];
    struct dtn_wide_kept *kept; /* [program->n_ins] what draws within bounds keep; NULL: nothing */
    dtn_memo *memo;             /* of these lanes; NULL: draws are not kept */
} dtn_machine;

typedef struct dtn_interp {
    /** Execute instructions [first, end). */
    void (*run)(dtn_machine *m, uint32_t first, uint32_t end);
    /** Execute the n draws at x, DRAW or DRAW_SUM, which are instructions ins[0], ins[1], ... of the program; their
     *  operands may be others. In no one's result may stand what another one reads. */
    void (*draws)(dtn_machine *m, const dtn_ins *x, const uint32_t *ins, uint32_t n);
    /** out[i] = a[i] + s * x[i]; out may be a. */
    void (*axpy)(size_t n, double *out, const double *a, double s, const double *x);
    /** acc[lane] += 0 * x[row][lane]: 0 where all rows are finite, else NaN. */
    void (*finite)(uint32_t n_row, uint32_t n_lane, uint32_t stride, const double *x, double *acc);
    /** What ITERATE does at its `turn`-th time: is another turn needed? */
    bool (*iterate)(dtn_machine *m, uint32_t turn);
} dtn_interp;

const dtn_interp *dtn_interp_get(dtn_isa isa);

/** The value of a series at a time: dtn_data_mode. */
double dtn_data_at(const dtn_table *t, double x, uint32_t mode);
/** A figure of its points from one time to another, both included. */
double dtn_data_figure(const dtn_table *t, double from, double to, dtn_data_stat stat);

/** A function of rows (see dtn_vector): lane by lane, so the same in every build. */
/** One lane of PROFILE, QUEUE and QUEUE_ATTRIB (vector_log.c). */
double dtn_vector_of_logs(const dtn_vector *v, const double *in);
/** One lane of FIND_ZERO over n elements (vector_solve.c); doubles of work that it needs. */
void dtn_find_zero(uint32_t n, const double *in, double *out, double *work);
size_t dtn_find_zero_work(uint32_t n);
void dtn_vector_run(const dtn_machine *m, const dtn_vector *v, const double *in, double *out);

/** Doubles of work that a vector needs besides its arguments and results. */
size_t dtn_vector_work(const dtn_vector *v);

#endif
