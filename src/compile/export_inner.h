/** Inner header of the export to C (export_c.h).
 *
 *  export_c.c     the file: what it needs, its sections in order, its types
 *  export_step.c  its functions around the instructions: start, step, run
 *  export_name.c  identifiers; symbols: what each slot is called and where it lives
 *  export_flow.c  what the instructions of a section compute: values, their uses, what is needed
 *  export_code.c  instructions back to statements and expressions of C
 *  export_calls.c those that become calls: tables, data, rows, draws
 *  export_data.c  numbers, tables, index maps; text
 *  export_runtime.inc, export_table.inc, export_main.inc   C that goes into exported files
 */
#ifndef DTN_COMPILE_EXPORT_INNER_H
#define DTN_COMPILE_EXPORT_INNER_H

#include "compile/draw.h"
#include "compile/export_parts.h"
#include "compile/program.h"

/* ---- Text that grows (export_data.c) ------------------------------------------------ */

typedef struct dtn_sink {
    dtn_arena *arena;
    char *text; /* NUL after n bytes; NULL while empty */
    size_t n, cap;
} dtn_sink;

void dtn_sink_text(dtn_sink *sink, const char *text);
void dtn_sink_printf(dtn_sink *sink, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), nonnull(2)));
/** A line at a depth of indentation, broken at blanks where it is longer than 100 columns. */
void dtn_sink_line(dtn_sink *sink, uint32_t depth, const char *line);

/* ---- Symbols (export_name.c) -------------------------------------------------------- */

/** Where a symbol lives in the exported file. */
typedef enum dtn_home {
    DTN_HOME_LOCAL,     /* in the function: auxiliaries */
    DTN_HOME_PARAMETER, /* p->name */
    DTN_HOME_MODEL,     /* m->name: remembered from step to step */
    DTN_HOME_SLOPE,     /* d_name, or d->name where the method has stages */
    DTN_HOME_TIME       /* the time, of the stage or of the step */
} dtn_home;

/** A row of slots that belong together: a variable, a hidden one, a stock's derivative, a row of
 *  arguments. */
typedef struct dtn_symbol {
    const char *name;  /* identifier, unique in the file */
    const char *title; /* as the model writes it, for a comment; units, NULL if none */
    const char *units;
    uint32_t slot, n;
    uint32_t n_dim, sizes[DTN_MAX_DIMS]; /* product is n; 0 dimensions: a scalar */
    uint32_t var;                        /* of the model; DTN_NONE: hidden */
    dtn_home home;
    bool is_partial;        /* some elements have no equation */
    bool in_start, in_step; /* needed there */
    const char *constant;   /* a hidden constant that is a plain number: its text; else NULL */
} dtn_symbol;

typedef struct dtn_exporter {
    const dtn_program *p;
    dtn_arena *arena;
    dtn_diags *diags;
    const char *file_name;
    dtn_map taken; /* identifiers in use */
    dtn_map
        numbers[2]; /* [at file scope] the last number behind an identifier; no lower one is free */
    struct dtn_owned_table
        *owned; /* [n_owned] tables that the model writes, by address of points */
    size_t n_owned, cap_owned;
    dtn_map statics; /* contents of a constant array -> number of its name */
    const char **static_names;
    size_t n_static, cap_static;
    dtn_sink data; /* constant arrays and tables, defined so far */
    dtn_symbol *symbols;
    size_t n_symbol, cap_symbol;
    uint32_t *symbol_of; /* [n_slot, then rows of arguments] DTN_NONE: literal or temporary */
    size_t n_symbol_of, cap_symbol_of;
    dtn_address *addresses; /* the program's, then those of rows of arguments */
    size_t n_address, cap_address;
    bool *needs_part; /* [dtn_n_export_part] */
    bool has_chance;
    uint32_t n_name; /* numbers of temporaries */
} dtn_exporter;

/** An identifier for a name: letters, digits, '_'; not a word of C; unique. Arena-owned. */
const char *dtn_export_identifier(dtn_exporter *x, const char *name);
/** The same for a constant at file scope, where parts of the engine have names too. */
const char *dtn_export_constant(dtn_exporter *x, const char *name);
/** Symbols of all slots that have names. */
void dtn_export_symbols(dtn_exporter *x);
/** Add one of n slots behind all others, a row of arguments; its first slot. */
uint32_t dtn_export_add_row(dtn_exporter *x, uint32_t n);
/** The symbol that an operand lies in; NULL: a literal or a temporary. */
dtn_symbol *dtn_export_symbol(const dtn_exporter *x, dtn_operand o);
/** First slot of an operand. */
uint32_t dtn_export_base(const dtn_exporter *x, dtn_operand o);

/* ---- Flow (export_flow.c) ------------------------------------------------------------- */

/** A loop, or instructions behind a condition. Span 0 is the section. */
typedef struct dtn_span {
    uint32_t parent, first, end; /* instructions inside */
    uint32_t loop, count;        /* of a loop; count 0: a condition */
    uint32_t n_live;
} dtn_span;

/** What a temporary holds from its writing to its last use: a value, or a variable that several
 *  instructions write. */
typedef struct dtn_web {
    uint32_t n_write, n_read;
    uint32_t read_at; /* the last instruction that reads it */
    uint32_t start;   /* first instruction whose text is in `value` */
    uint32_t *reads;  /* symbols and, with the top bit, webs that `value` reads */
    size_t n_reads, cap_reads;
    bool is_live, is_hoisted, is_folded, is_declared;
    const char *name;  /* of its variable */
    const char *value; /* of a folded one: its expression */
    uint8_t rank;      /* of the expression, see export_code.c */
} dtn_web;

/** Operands that an instruction may read; from DTN_READ_ROW on the slots of the row at b. */
enum {
    DTN_READ_DST,
    DTN_READ_A,
    DTN_READ_B,
    DTN_READ_C,
    DTN_READ_ROW,
    DTN_N_READ = DTN_READ_ROW + DTN_N_WIDE
};

/** A section of the program: a copy of its instructions, jumps counted from its start. */
typedef struct dtn_flow {
    dtn_ins *ins;
    uint32_t n;
    bool *is_live;     /* [n] may do something; after pruning: is written */
    bool *is_wanted;   /* [n] somebody needs its result */
    uint32_t *span_of; /* [n] */
    dtn_span *spans;
    size_t n_span, cap_span;
    uint32_t *web_of_write; /* [n] DTN_NONE: writes no temporary */
    uint32_t *web_of_read;  /* [n][DTN_N_READ] */
    dtn_web *webs;          /* [n] a web has the number of its first instruction */
} dtn_flow;

/** Bits 1 << DTN_READ_...: the operands that an instruction reads as slots. */
uint32_t dtn_export_reads(const dtn_ins *ins);
dtn_operand dtn_export_operand(const dtn_ins *ins, uint32_t which);
bool dtn_export_is_temp(const dtn_exporter *x, dtn_operand o);
/** Does the instruction only steer (LOOP, SKIP ...)? */
bool dtn_export_is_control(const dtn_ins *ins);
/** Does it write its row of results through a pointer? */
bool dtn_export_writes_row(const dtn_exporter *x, const dtn_ins *ins);

void dtn_flow_init(dtn_exporter *x, dtn_flow *f, uint32_t first, uint32_t end);
/** Mark what the symbols with in_step (or in_start) need; sets the same for what that reads. */
void dtn_flow_mark(dtn_exporter *x, dtn_flow *f, bool step);
/** Only what is marked stays. */
void dtn_flow_prune(dtn_flow *f);
/** Decide which temporaries are written where they are used. After pruning. */
void dtn_flow_fold(dtn_exporter *x, dtn_flow *f);
/** Innermost loop around a span, or 0. */
uint32_t dtn_flow_loop_of(const dtn_flow *f, uint32_t span);

/* ---- Code (export_code.c) --------------------------------------------------------------- */

/** The live instructions as statements. `has_stages`: slopes are members. */
void dtn_export_code(dtn_exporter *x, dtn_flow *f, dtn_sink *out, bool has_stages);
/** An element of a symbol: "m->stock[1][2]". */
const char *dtn_export_element(const dtn_exporter *x, const dtn_symbol *s, uint32_t element,
                               bool has_stages);
/** "m->stock". */
const char *dtn_export_access(const dtn_exporter *x, const dtn_symbol *s, bool has_stages);
/** "double stock[2][3]" without the type: "stock[2][3]". */
const char *dtn_export_declarator(const dtn_exporter *x, const dtn_symbol *s);
/** Give up shapes that addresses do not follow: such arrays get one dimension. */
void dtn_export_shapes(dtn_exporter *x, const dtn_flow *f);
/** Once the shapes of all flows are found. */
void dtn_export_pair_shapes(dtn_exporter *x);

/* ---- The file (export_c.c) and its functions (export_step.c) ------------------------------- */

typedef struct dtn_writer {
    dtn_exporter *x;
    dtn_flow start, step;
    dtn_sink *out;
    bool has_stages;  /* Runge-Kutta: the stocks are a row that the stages work on */
    uint32_t n_stock; /* in that row */
    const char *stock_row;
    bool *is_integrated; /* [n_symbol] a stock that changes */
    bool *has_line;      /* [n_ring] the first ring of a row of delays that is needed */
    uint32_t *n_in_line; /* [n_ring] rings in that row */
    const char **line_names;
    const char **track_specs; /* [n_track] constants that say what each is; NULL: none yet */
    const char *dt;           /* length of a step: "TIME_STEP", "dt" where it changes */
    const char *start_time, *step_time; /* expressions of the times of the start and of step n */
    const char *times, *saved;          /* arrays of a run whose time step changes, else NULL */
    uint32_t n_column;
} dtn_writer;

/** Is the variable shown in the table? Has its element an equation? */
bool dtn_export_is_column(const dtn_program *p, uint32_t var);
static inline bool dtn_export_has_equation(const dtn_place *place, uint32_t element)
{
    return place->defined == NULL || place->defined[element];
}

/** start(), step() and run(). */
void dtn_export_functions(dtn_writer *w);
/** Members of `model` and the type of next values, for memory that changes once a step. */
void dtn_export_line_members(const dtn_writer *w);
void dtn_export_memory_type(const dtn_writer *w);

/* ---- Conveyors and queues (export_track.c) ------------------------------------------------ */

/** Mark what tracks need that are needed themselves; false: nothing new. */
bool dtn_export_track_needs(dtn_writer *w);
/** The same for what they are started with. */
void dtn_export_track_starts(dtn_writer *w);
bool dtn_export_has_tracks(const dtn_writer *w);
void dtn_export_track_members(const dtn_writer *w);
/** Statements that start them, or take a step. */
void dtn_export_track_calls(dtn_writer *w, bool is_start);
void dtn_export_track_finish(const dtn_writer *w);

/* ---- Data (export_data.c) ----------------------------------------------------------------- */

/** A number as a C constant: "5.0", "NAN"; a leading minus where negative. */
const char *dtn_export_number(dtn_exporter *x, double value);
/** Text for a comment: no end of it inside, no control characters. */
const char *dtn_export_comment(dtn_exporter *x, const char *text);
/** Text as a string literal with its quotes. */
const char *dtn_export_string(dtn_exporter *x, const char *text);
/** Names of constant arrays, each defined once. `wish`: what to call it. */
const char *dtn_export_doubles(dtn_exporter *x, const char *wish, const double *values, size_t n);
const char *dtn_export_indices(dtn_exporter *x, const char *wish, const uint32_t *values, size_t n);
const char *dtn_export_streams(dtn_exporter *x, const char *wish, const uint64_t *values, size_t n);
/** A table, or a row of n tables, as constants of type `table`. */
const char *dtn_export_tables(dtn_exporter *x, const char *wish, uint32_t first, uint32_t n);
/** Whose tables are the model's, for dtn_export_table_name. */
void dtn_export_find_tables(dtn_exporter *x);
/** What the model calls the table, else after `wish`. */
const char *dtn_export_table_name(dtn_exporter *x, uint32_t table, const char *wish);
/** A table that is none of the program's own, as a constant; its name. */
const char *dtn_export_a_table(dtn_exporter *x, const char *wish, const dtn_table *table);
/** A part of the engine is needed; its name in the file. */
const char *dtn_export_part_name(dtn_exporter *x, const char *file, const char *key);
/** A construct that cannot be exported, for the variable it belongs to. */
void dtn_export_refuse(dtn_exporter *x, uint32_t var, const char *what);

#endif
