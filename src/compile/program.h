/** The program: what a model is lowered to, and what the interpreter and the vector code
 *  generator both execute. Immutable after compile, shared by threads.
 *
 *  Memory of a block of runs: double mem[n_slot][n_lane], slots laid out as
 *
 *    | literals | parameters | run constants | stocks | held | derivatives | auxiliaries | temps |
 *    0          parameter0   constant0       stock0   held0  deriv0        aux0          temp0   n_slot
 *
 *  [parameter0, deriv0) is all that a run remembers from one step to the next, so a snapshot is
 *  that range plus the rings of fixed delays and the tracks of conveyors and queues. An array variable has n_element slots in a row,
 *  slowest dimension first. `time` is a slot too.
 *
 *  Sections, ranges of instructions:
 *    init   run constants, initial values of stocks and held memory, in causal order
 *    step   auxiliaries and derivatives at the current time and state
 *    then, after a step's first evaluation, `commits` and `rings`: held memory takes its next value
 */
#ifndef DTN_COMPILE_PROGRAM_H
#define DTN_COMPILE_PROGRAM_H

#include "model/model.h"
#include "num/num.h"

typedef enum dtn_opcode {
#define DTN_INS(name, n, text) DTN_I_##name,
#include "compile/opcodes.def"
#undef DTN_INS
    DTN_N_OPCODE
} dtn_opcode;

/** An operand: a slot, or with the top bit an entry of `program->refs` (an address that moves
 *  with the loops around it). The same scheme addresses tables, streams and rings. */
typedef uint32_t dtn_operand;
#define DTN_OPERAND_INDEXED 0x80000000u

/** One moving part of an address: stride * (map ? map[i] : i), i the loop's counter. */
typedef struct dtn_index {
    uint32_t loop;
    int32_t stride;
    const uint32_t *map;
} dtn_index;

typedef struct dtn_address {
    uint32_t base;
    uint32_t n_index;
    dtn_index index[DTN_MAX_DIMS];
} dtn_address;

typedef struct dtn_ins {
    uint16_t op;
    uint16_t aux;
    dtn_operand dst, a, b, c;
    uint32_t var; /* variable that it belongs to, for messages; DTN_NONE */
} dtn_ins;

typedef struct dtn_table {
    uint32_t n;
    const double *x, *y; /* x not decreasing */
} dtn_table;

/** How a delay by whole steps reads its memory (see src/run/ring.c). */
typedef enum dtn_ring_kind {
    DTN_RING_FIXED,      /* the delay time of the start */
    DTN_RING_MATERIAL,   /* what arrives at the same time adds up */
    DTN_RING_INFORMATION /* the newest that has arrived is held */
} dtn_ring_kind;

/** A delay by whole steps, one an element. */
typedef struct dtn_ring {
    uint32_t delay_slot;   /* delay time of the start, read after init */
    uint32_t length_slot;  /* delay time when a step commits; where it is fixed the same */
    uint32_t input_slot;   /* the input when a step commits */
    uint32_t value_slot;   /* held: the delayed value; after init the value before the start */
    uint32_t missing_slot; /* held: a material delay's value when nothing arrives */
    uint32_t overlay;      /* starts anew when this overlay is switched on; 0: base */
    dtn_ring_kind kind;
} dtn_ring;

/** What a conveyor has on it, or the batches of a queue (src/compile/track.c), one an element. While
 *  compiling, slots are compiled variables. */
#define DTN_MAX_LEAKS 11
#define DTN_MAX_SPREADS 12
#define DTN_MAX_TRACK_IN (4 + 2 * DTN_MAX_LEAKS + DTN_MAX_SPREADS)
#define DTN_MAX_AGES 16 /* ranges of ages that are asked for */
#define DTN_MAX_TRACK_OUT (1 + 3 * DTN_MAX_LEAKS + DTN_MAX_AGES)
#define DTN_MAX_TRACK_LIST 400 /* as DTN_MAX_BELT_LIST */
#define DTN_MAX_TRACK_START (2 + DTN_MAX_LEAKS + DTN_MAX_TRACK_LIST)
#define DTN_TRACK_TOTAL 1000  /* all that is on it, for dtn_track_first */
#define DTN_TRACK_AGED 1001   /* what is of the ages that stand behind the list */
#define DTN_TRACK_LENGTH 1002 /* batches of a queue */
typedef enum dtn_track_kind {
    DTN_TRACK_CONVEYOR, /* in: inflow, transit time, arrested?, held back?, leak fractions, what
                         * leaks in whole numbers in this step, inflows that spread */
    DTN_TRACK_QUEUE,    /* in: outflow, inflows */
    DTN_TRACK_LINE,     /* DELAY CONVEYOR; in: input, time, leak; tables[0] the initial profile */
    DTN_TRACK_LOG       /* in: a value; out: the first of n_row held values, `stride` apart */
} dtn_track_kind;
/** Where on a conveyor an inflow comes on. */
typedef enum dtn_spread {
    DTN_SPREAD_NONE,  /* at its beginning */
    DTN_SPREAD_EVEN,  /* in equal parts all along */
    DTN_SPREAD_DEST,  /* in proportion to what is there */
    DTN_SPREAD_DIST,  /* as a table says */
    DTN_SPREAD_SOURCE /* where it leaked from the conveyor that it comes from */
} dtn_spread;
typedef struct dtn_track {
    dtn_track_kind kind;
    bool is_exponential, is_discrete;
    uint32_t overlay;
    uint32_t n_leak, n_whole;
    double zone_start[DTN_MAX_LEAKS], zone_end[DTN_MAX_LEAKS];
    bool is_whole[DTN_MAX_LEAKS]; /* leaks whole numbers only; n_whole of them */
    uint32_t n_spread;
    dtn_spread spreads[DTN_MAX_SPREADS];
    const dtn_table *tables[DTN_MAX_SPREADS]; /* of DIST, over its whole way, from its end */
    uint32_t from[DTN_MAX_SPREADS];           /* of SOURCE: a track; DTN_NONE */
    uint32_t from_leak[DTN_MAX_SPREADS];      /* and which of its leaks */
    uint32_t n_list; /* conveyor: contents for each unit of time; queue: batches; 0: a total */
    uint32_t n_age;  /* conveyor: ages that are asked for, from one to less than the other */
    double ages[DTN_MAX_AGES][2];
    bool shows_length;      /* queue */
    uint32_t n_row, stride; /* of a log */
    uint32_t n_start, n_in, n_out;
    const uint32_t
        *start; /* [n_start] held: contents; conveyor: transit time, fractions; the list */
    uint32_t in[DTN_MAX_TRACK_IN]; /* when a step commits */
    /* held, amounts of a step. Conveyor: what comes off the end, what leaks through each (where
     * leaks are exponential: what is in each zone, then what of the last slat is), for each leak of
     * whole numbers what is in its zone and what of that comes off next (exponential: none),
     * then what is of each range of ages. Queue: its first batch, its first two batches together ...,
     * then how many there are. */
    uint32_t out[DTN_MAX_TRACK_OUT];
} dtn_track;

/** A row of elements to pick from by a computed position; `outside` is the value beyond it. */
typedef struct dtn_gather {
    uint32_t count, stride;
    double outside;
} dtn_gather;

/** A function of whole rows, computed lane by lane (vector.c). Its arguments stand in a row of
 *  n_in slots, its results in a row of n_out.
 *
 *  fn           in                                         out
 *  SELECT       selection[n], expression[n], action, missing, error   1
 *  SORT_ORDER   x[n], direction                            n  positions from 0
 *  RANK         x[n], direction                            n  ranks from 1
 *  REORDER      x[n], position[n] from 0                   n
 *  ELEMENT_RANK x[n], second[m], rank from 1 (m: n or 0)   1  position from 1
 *  LOOKUP       y[n], x, xmin, xmax, mode                  1
 *  INVERT       matrix[n][n], used                         n * n
 *  ALLOCATE     request[n], profile[n][4], available       n
 *  PRIORITY     request[n], priority[n], size, width, supply   n
 *  MARKET       demand[n], profile[n][4], supply[m], profile[m][4]   1  price
 *  DEMAND       quantity, profile[4], price                1
 *  SUPPLY       quantity, profile[4], price                1
 *  PRICE        request[n], priority[n], size, width, supply   1  price of an allocation by priority
 *  INTERPOLATE  array[n], (size, place from 0 to 1)[m]     1
 *  RATE         value of each step[n], of now, steps before, dt, period, first payment, its time,
 *               highest rate, missing                      1  internal rate of return
 *  DATE         days, measure, years of 360 days?          1
 *  PROFILE      input[n], delay time[n], steps before, dt, initial output, growth, first delay time,
 *               (x, y)[m]                                  1  DELAY PROFILE
 *  QUEUE        inflow[n], steps before, dt, level, figure, its arguments[2], level and age range of the
 *               start, 0, 0, points of the profile, (x, y)[m]   1  a figure of a queue
 *  QUEUE_ATTRIB inflow[n], attribute[n], ..., change of attributes, first attribute, points of the
 *               profile, (x, y)[m]: it and the attributes' 1
 *  FIND_ZERO    z[n], scale of x[n], scale of z[n], first x[n], x times its scale[n], what the search
 *               remembers[7 + n][n], n, skip, tolerance, most iterations, which row   n  that row as it is next
 *  ON_TRACK     which, kind, dt, contents, transit time, (fraction, zone, whole?)[n], list[m]   1
 */
typedef enum dtn_vector_fn {
    DTN_VECTOR_SELECT,
    DTN_VECTOR_SORT_ORDER,
    DTN_VECTOR_RANK,
    DTN_VECTOR_REORDER,
    DTN_VECTOR_ELEMENT_RANK,
    DTN_VECTOR_LOOKUP,
    DTN_VECTOR_INVERT,
    DTN_VECTOR_ALLOCATE,
    DTN_VECTOR_PRIORITY,
    DTN_VECTOR_MARKET,
    DTN_VECTOR_DEMAND,
    DTN_VECTOR_SUPPLY,
    DTN_VECTOR_PRICE,
    DTN_VECTOR_INTERPOLATE,
    DTN_VECTOR_RATE,
    DTN_VECTOR_DATE,
    DTN_VECTOR_PROFILE, /* these three: vector_log.c */
    DTN_VECTOR_QUEUE,
    DTN_VECTOR_QUEUE_ATTRIB,
    DTN_VECTOR_ON_TRACK, /* what a conveyor or a queue gives at the start (track.h) */
    DTN_VECTOR_FIND_ZERO /* vector_solve.c */
} dtn_vector_fn;

typedef struct dtn_vector {
    dtn_vector_fn fn;
    uint32_t n, m;
    uint32_t n_in, n_out;
} dtn_vector;

/** Distributions of DRAW and DRAW_SUM (ins.aux); parameters b, c as in functions.def. */
typedef enum dtn_draw {
    DTN_DRAW_UNIFORM,
    DTN_DRAW_NORMAL,
    DTN_DRAW_LOGNORMAL,
    DTN_DRAW_EXPONENTIAL,
    DTN_DRAW_GAMMA,
    DTN_DRAW_POISSON,
    DTN_DRAW_BINOMIAL,
    DTN_DRAW_NEGATIVE_BINOMIAL,
    DTN_DRAW_SUM_LOGNORMAL,
    DTN_DRAW_SUM_LOMAX,
    /* of DRAW_WIDE only, as are other meanings of some of the above (draw.c) */
    DTN_DRAW_LOG_OF_NORMAL, /* exp of a normal: mean and sd of the logarithm */
    DTN_DRAW_TRIALS,        /* up to the n-th success: n, p */
    DTN_DRAW_BETA,
    DTN_DRAW_TRIANGULAR,
    DTN_DRAW_WEIBULL,
    DTN_DRAW_WEIBULL_MEAN_1,
    DTN_DRAW_LOGISTIC,
    DTN_DRAW_PARETO,
    DTN_DRAW_GEOMETRIC,
    DTN_DRAW_BERNOULLI,
    DTN_DRAW_TABLE /* a density given as a table */
} dtn_draw;

#define DTN_MAX_OVERLAYS 64 /* courses of action of all actors: one bit each in a mask */

/** How LOOKUP reads its table (ins.aux). */
typedef enum dtn_lookup_mode {
    DTN_LOOKUP_MODE_LINEAR,      /* between points, held outside */
    DTN_LOOKUP_MODE_EXTRAPOLATE, /* between points, outside along the end segments */
    DTN_LOOKUP_MODE_BACKWARD,    /* the last point at or before */
    DTN_LOOKUP_MODE_FORWARD,     /* the first point at or after */
    DTN_LOOKUP_MODE_AREA,        /* from the first point to x, held outside */
    DTN_LOOKUP_MODE_AREA_EXTRAPOLATE,
    DTN_LOOKUP_MODE_INVERT, /* the smallest x that gives this value; :NA: if there is none */
    DTN_LOOKUP_MODE_INVERT_EXTRAPOLATE,
    DTN_LOOKUP_MODE_SLOPE, /* 0 outside */
    DTN_LOOKUP_MODE_SLOPE_EXTRAPOLATE,
    DTN_LOOKUP_MODE_SLOPE_INSIDE, /* :NA: outside */
    /* Stella's: nothing outside of the points */
    DTN_LOOKUP_MODE_AREA_INSIDE, /* as AREA */
    DTN_LOOKUP_MODE_AREA_STEPS,  /* of a table in steps */
    DTN_LOOKUP_MODE_INVERT_HELD, /* of the nearest value that the table has */
    DTN_LOOKUP_MODE_SUM,         /* of the points up to x */
    DTN_LOOKUP_MODE_SUM_BEFORE,  /* of those before x */
    DTN_LOOKUP_MODE_MOMENT,      /* of their x times y */
    DTN_LOOKUP_MODE_MOMENT_BEFORE
} dtn_lookup_mode;

#define DTN_VENSIM_NA (-0x1p109) /* the value of :NA: */
/* From here on a value is taken for one that :NA: went into: a millionth of its size, so that a time
 * step and a factor may make it smaller; no quantity of a model is near it (assumption). */
#define DTN_VENSIM_NA_REACH 0x1p89

/** How DATA reads a series between its points (ins.aux); outside it is held. */
typedef enum dtn_data_mode {
    DTN_DATA_INTERPOLATE,
    DTN_DATA_FORWARD,    /* the next point */
    DTN_DATA_BACKWARD,   /* the point before */
    DTN_DATA_RAW,        /* :NA: between points and outside */
    DTN_DATA_INSIDE = 16 /* with one of the others: :NA: outside */
} dtn_data_mode;

/** What DATA_FIGURE takes from a stretch of a series (ins.aux); :NA: where it has no points. */
typedef enum dtn_data_stat {
    DTN_DATA_COUNT,
    DTN_DATA_MIN,
    DTN_DATA_MAX,
    DTN_DATA_MEAN,
    DTN_DATA_MEDIAN,
    DTN_DATA_STDV,
    DTN_DATA_FIRST_TIME,
    DTN_DATA_LAST_TIME
} dtn_data_stat;

/** Where a variable lives. */
typedef struct dtn_place {
    uint32_t slot;          /* DTN_NONE: no value (lookups, strings) */
    uint32_t n;             /* elements */
    bool is_constant;       /* the same over a run: computed in init */
    const uint8_t *defined; /* [n] elements that have an equation; NULL: all */
} dtn_place;

/** Where a variable lives that the compiler made (the memory of a delay ...): for export. */
typedef struct dtn_hidden {
    const char *name;
    uint32_t slot, n;
} dtn_hidden;

typedef struct dtn_parameter {
    uint32_t var, element; /* of the model */
    uint32_t slot;
    double value; /* as the model gives it */
    bool is_held; /* it has that value in every run (dtn_compile_options.holds_others) */
} dtn_parameter;

typedef struct dtn_copy {
    uint32_t from, to, n;
} dtn_copy;

#define DTN_MAX_ITERATIONS 200    /* turns around a loop of simultaneous equations */
#define DTN_MAX_SEARCH 20000      /* where a FIND ZERO counts its iterations itself */
#define DTN_ITERATION_ERROR 1e-12 /* of the value, or of 1: small enough to stop */

typedef struct dtn_program {
    const dtn_model *model; /* borrowed */
    dtn_arena *arena;
    uint32_t n_slot;
    uint32_t parameter0, constant0, stock0, held0, deriv0, aux0, temp0;
    uint32_t n_stock; /* = held0 - stock0 = aux0 - deriv0 */
    uint32_t time_slot;
    uint32_t step_time_slot;   /* time of the step: the same in all stages of RK2 and RK4 */
    double *literals;          /* [parameter0] */
    dtn_parameter *parameters; /* [n_parameter] */
    size_t n_parameter;
    dtn_place *places; /* [model->n_var] */
    dtn_hidden *hidden;
    size_t n_hidden;
    dtn_ins *ins;
    size_t n_ins;
    /* [first, end) of each section; overlay k's own init part is run again when it is
     * switched on at a branch */
    uint32_t init_first, init_end, step_first, step_end;
    uint32_t *overlay_first, *overlay_end; /* [n_overlay] its own init part */
    dtn_address *addresses;
    size_t n_address;
    uint32_t n_loop;
    dtn_table *tables;
    size_t n_table;
    uint64_t *streams; /* stream keys: hash of variable name, subscripts and ordinal */
    size_t n_stream;
    dtn_ring *rings;
    size_t n_ring;
    dtn_track *tracks;
    size_t n_track;
    size_t n_order_look; /* equations that ordering looked at: its work, for tests */
    dtn_gather *gathers;
    size_t n_gather;
    dtn_vector *vectors;
    size_t n_vector;
    size_t n_work;     /* doubles that the largest of them needs */
    dtn_copy *commits; /* held memory <- its next value */
    size_t n_commit;
    dtn_copy *iterations; /* SIMULTANEOUS: held guess `to`, what the equations make of it `from` */
    bool searches;        /* some of them of FIND ZERO: more turns, DTN_MAX_SEARCH */
    size_t n_iteration;
    dtn_copy *floors; /* stocks that are not negative: [from, from + n) */
    size_t n_floor;
    uint32_t n_overlay;      /* as model->n_overlay */
    uint64_t *overlay_masks; /* for SKIP_ANY_OVERLAY: bit k-1 is overlay k */
    size_t n_overlay_mask;
    /* time, in whole steps */
    double start, dt;
    uint32_t n_step;     /* steps from start to stop */
    uint32_t save_every; /* steps between save points */
    size_t n_saved;      /* save points */
    /* where the time specification changes during the run; else NULL */
    double *times;       /* [n_step + 1] of each step */
    uint8_t *saved;      /* [n_step + 1] is it a save point? */
    double *saved_times; /* [n_saved] */
    bool dt_changes;
    dtn_method method;
    bool makes_missing; /* can its instructions give :NA:? */
} dtn_program;

typedef struct dtn_compile_options {
    /* time overrides; NaN: as the model says */
    double dt, stop, saveper;
    int method; /* -1: as the model says, else dtn_method */
    /* variables (keys, "name" or "name[a,b]" with keys inside) that a design or --set will
     * give: become parameters whatever their equation */
    const char **parameters;
    size_t n_parameter;
    bool
        holds_others; /* nobody will give another constant: generated code may take its number for good */
} dtn_compile_options;
dtn_compile_options dtn_compile_defaults(void);

/** Lower a resolved model. Diagnostics 4xx and 5xx. *out: free with dtn_program_delete. The
 *  model must outlive it and not change. */
dtn_status dtn_compile(dtn_model *model, const dtn_compile_options *options, dtn_program **out,
                       dtn_diags *diags);
void dtn_program_delete(dtn_program *program);

/** Parameter "name" or "name[a,b]" (any spelling that has the same key); index into
 *  program->parameters, DTN_NONE if there is none. A name without subscripts finds a scalar. */
uint32_t dtn_program_find_parameter(const dtn_program *program, const char *name);

/** Time of a step; whether it is a save point; time of the i-th save point. */
double dtn_program_time(const dtn_program *program, uint32_t step);
bool dtn_program_is_saved(const dtn_program *program, uint32_t step);
double dtn_program_saved_time(const dtn_program *program, size_t i);

/** From which size on a value of a variable is one that :NA: went into, where the program can make
 *  :NA: and the variable changes; infinity: only :NA: itself is missing. */
double dtn_program_missing_from(const dtn_program *program, uint32_t var);

/** Is a value missing: :NA:, or at least so large? Figures leave it out. What is not finite is told as that. */
static inline bool dtn_is_missing(double value, double missing_from)
{
    return value == DTN_VENSIM_NA ||
           (__builtin_isfinite(value) && (value >= missing_from || value <= -missing_from));
}

/** Listing of the program, for tests and -v; arena-owned text. */
const char *dtn_program_print(dtn_program *program);

#endif
