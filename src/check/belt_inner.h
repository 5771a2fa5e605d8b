/** Parts of check/belts.c, for its own files: belt_ask.c, belt_build.c, belt_conveyor.c, belt_queue.c. */
#ifndef DTN_CHECK_BELT_INNER_H
#define DTN_CHECK_BELT_INNER_H

#include "model/model.h"

#define ENDLESS \
    1e300 /* room without a limit: finite, since a run is flagged where a value is not */
#define MAX_BELT_FLOWS 12 /* in, or out: DTN_MAX_TRACK_IN of the program holds them */

#define DTN_BELT_MOST_BATCHES \
    16 /* whole batches that leave a queue in a step, or are asked for: what its track shows */

typedef struct dtn_belt_flows {
    uint32_t ids[MAX_BELT_FLOWS];
    uint32_t n;
} dtn_belt_flows;

struct dtn_belt_stock;

/* Ages of what is on a conveyor, from one to less than the other. */
typedef struct dtn_belt_age {
    uint32_t stock;
    double from, to;
} dtn_belt_age;

typedef struct dtn_belt_maker {
    dtn_model *m;
    dtn_diags *diags;
    bool asks_batches;         /* some equation asks for a batch of a queue (QELEM) */
    bool asks_length;          /* or how many there are (QLEN) */
    struct dtn_belt_age *ages; /* [n_age] what is asked for by age (AGECOUNT) */
    size_t n_age, cap_age;
    uint32_t n_flow;                     /* variables of the model before any were added */
    uint32_t *source;                    /* [n_flow] the stock that a flow leaves; DTN_NONE */
    uint32_t *target;                    /* [n_flow] the stock that it enters */
    const struct dtn_belt_stock *stocks; /* [n_stock], once all are described */
    size_t n_stock;
} dtn_belt_maker;

/* What the equations of one stock are made of. Expressions are named once and used as names. */
typedef struct dtn_belt_stock {
    uint32_t id;
    const dtn_belt *belt;
    dtn_belt_flows in, out;
    dtn_expr *self, *arrest, *len, *capacity, *in_limit; /* names; NULL: not given */
    dtn_expr **list; /* [n_list] contents at the start one by one: names */
    uint32_t n_list; /* 0: a total */
    dtn_pos pos;
} dtn_belt_stock;

/* Arguments of (on conveyor) and (on track), see compile/expand_belt.c. */
typedef struct dtn_belt_arguments {
    dtn_expr **args;
    size_t n, cap;
} dtn_belt_arguments;

/* ---- belt_build.c: all trees are arena-owned ---------------------------------------------- */

/** A variable over all its ranges, which are those of the equation that names it. */
dtn_expr *dtn_belt_name_of(dtn_belt_maker *k, uint32_t id);
dtn_expr *dtn_belt_call_of(dtn_belt_maker *k, dtn_pos pos, const char *key, uint32_t n);
dtn_expr *dtn_belt_copy(dtn_belt_maker *k, const dtn_expr *x);
dtn_expr *dtn_belt_number(dtn_belt_maker *k, const dtn_belt_stock *s, double value);
dtn_expr *dtn_belt_zero(dtn_belt_maker *k, dtn_pos pos);
/** The expression that a text in XMILE's notation says, with p0, p1 ... standing for the parts. */
dtn_expr *dtn_belt_build(dtn_belt_maker *k, dtn_pos pos, const char *text, dtn_expr *const parts[]);
#define BUILD(pos, text, ...) dtn_belt_build(k, pos, text, (dtn_expr *const[]){__VA_ARGS__})

/** A hidden variable of the stock's shape, "stock#what", and its name; one of another stock, NULL if
 *  it has none. */
dtn_expr *dtn_belt_hidden(dtn_belt_maker *k, const dtn_belt_stock *s, const char *what,
                          dtn_expr *expr);
dtn_expr *dtn_belt_hidden_of(dtn_belt_maker *k, uint32_t stock, const char *what);

/** What of a flow reaches the stock, in its unit; of the first n flows; of those that enter at the
 *  beginning. */
dtn_expr *dtn_belt_term_of(dtn_belt_maker *k, const dtn_belt_stock *s, const dtn_belt_flows *flows,
                           uint32_t i);
dtn_expr *dtn_belt_sum_of(dtn_belt_maker *k, const dtn_belt_stock *s, const dtn_belt_flows *flows,
                          uint32_t n);
dtn_expr *dtn_belt_sum_of_first(dtn_belt_maker *k, const dtn_belt_stock *s);

/** The flow is `expr` from now on; or what was written, never negative, at most `room` (NULL: any). */
void dtn_belt_drive(dtn_belt_maker *k, uint32_t flow, dtn_expr *expr);
void dtn_belt_limit(dtn_belt_maker *k, uint32_t flow, const dtn_expr *room);

const dtn_belt *dtn_belt_at(const dtn_belt_maker *k,
                            uint32_t stock); /* NULL: a usual one, or none */
bool dtn_belt_is_leak(const dtn_belt_maker *k, const dtn_belt_stock *s, uint32_t i);
/** Is the flow a leak of a conveyor, and which one, from 0? */
bool dtn_belt_leak_of(const dtn_belt_maker *k, uint32_t flow, uint32_t *leak);
/** How inflow i of a conveyor spreads; NULL: it enters at the beginning. */
const dtn_spread_flow *dtn_belt_spread_of(const dtn_belt_maker *k, const dtn_belt_stock *s,
                                          uint32_t i);
/** Diagnostic 504; false. */
bool dtn_belt_refuse(dtn_belt_maker *k, const dtn_belt_stock *s, const char *hint,
                     const char *what);

void dtn_belt_give(dtn_belt_maker *k, dtn_belt_arguments *to, dtn_expr *x);
void dtn_belt_give_list(dtn_belt_maker *k, const dtn_belt_stock *s, dtn_belt_arguments *to);
dtn_expr *dtn_belt_call_with(dtn_belt_maker *k, const dtn_belt_stock *s, const char *key,
                             const dtn_belt_arguments *with);
/** What the stock begins with, where its contents are given one by one. */
void dtn_belt_begin_with(dtn_belt_maker *k, dtn_belt_stock *s, dtn_expr *sum);

/* ---- belt_ask.c, belt_conveyor.c, belt_queue.c ------------------------------------------------------------ */

/** Calls of CAPACITY, PROCTIME, OSTATE, QELEM in all equations become hidden variables; after all
 *  the stocks' own. Diagnostic 504. */
bool dtn_belt_asks_batches(dtn_belt_maker *k);
void dtn_belt_answer(dtn_belt_maker *k, const dtn_belt_stock *stocks, size_t n);

/** The contents that a list gives, as hidden variables in s->list; false: reported (504). */
bool dtn_belt_read_list(dtn_belt_maker *k, dtn_belt_stock *s);
/** The table that says how an inflow spreads; NULL: there is none. */
const dtn_lookup *dtn_belt_profile_of(const dtn_belt_maker *k, const dtn_var *flow);
/** What holds back what would come off the end: the conveyor or oven that it goes to is arrested. */
dtn_expr *dtn_belt_held_by(dtn_belt_maker *k, uint32_t flow);
void dtn_belt_make_conveyor(dtn_belt_maker *k, dtn_belt_stock *s);
/** The first batches of a queue together: `n` of them from 1. */
dtn_expr *dtn_belt_front_of(dtn_belt_maker *k, const dtn_belt_stock *s, uint32_t n);
void dtn_belt_make_queue(dtn_belt_maker *k, dtn_belt_stock *s);
dtn_expr *dtn_belt_room_of_oven(dtn_belt_maker *k, dtn_belt_stock *s);
void dtn_belt_make_oven(dtn_belt_maker *k, dtn_belt_stock *s);

#endif
