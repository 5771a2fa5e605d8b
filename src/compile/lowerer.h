/** Inner header of lowering: the lowerer's state and what its files share.
 *
 *  lower.c          equations, and functions of values
 *  lower_name.c     operands; what a name points to: slots, elements, tables
 *  lower_array.c    functions over the elements of a range
 *  lower_vector.c   functions of whole rows
 *  lower_draw.c     random draws and their streams
 *  lower_data.c     data variables, functions of their series
 *  lower_layout.c   slots at the start, final places at the end
 */
#ifndef DTN_COMPILE_LOWERER_H
#define DTN_COMPILE_LOWERER_H

#include "compile/interp.h"
#include "compile/lowering.h"

typedef struct dtn_lowerer {
    dtn_compiler *c;
    dtn_program *p;
    dtn_arena *arena;
    const dtn_ceqn *eqn;
    bool initial;
    dtn_bind extra[DTN_MAX_DIMS]; /* bound by array functions around this place */
    uint32_t extra_count[DTN_MAX_DIMS];
    uint32_t n_extra;
    uint32_t temp_top;
    uint32_t n_cat[DTN_N_CAT];
    size_t cap_ins, cap_address, cap_table, cap_stream, cap_gather, cap_literal, cap_mask,
        cap_vector;
    uint8_t *foreign; /* [cap_foreign] address is not in slot space */
    size_t n_foreign, cap_foreign;
    dtn_map element_ids;  /* element key -> a number of its own */
    uint32_t *table_base; /* [n_var] first table of a lookup variable */
    double *literals;
    size_t n_literal;
} dtn_lowerer;

/** What a subscript runs with: `dim!` and `*` with the array function's loop alone; a whole array
 *  with that first; a plain range with the left side first. */
typedef enum dtn_follow {
    DTN_FOLLOW_INNER,
    DTN_FOLLOW_INNER_FIRST,
    DTN_FOLLOW_OUTER_FIRST
} dtn_follow;

/** Where a reference points: base and moving parts within its variable. */
typedef struct dtn_reference {
    uint32_t base;
    dtn_index parts[DTN_MAX_DIMS];
    uint32_t n_part;
    const dtn_expr *positions[DTN_MAX_DIMS]; /* computed subscripts, from 1 */
    dtn_gather gathers[DTN_MAX_DIMS];
    uint32_t n_position;
} dtn_reference;

/* ---- Operands (lower_name.c) ----------------------------------------------- */

static inline dtn_operand slot(dtn_cat cat, uint32_t number)
{
    return (uint32_t)cat << DTN_CAT_SHIFT | number;
}

/** The next free temporary; give back by setting temp_top to what it was. */
static inline dtn_operand temp(dtn_lowerer *L)
{
    dtn_operand t = slot(DTN_CAT_TEMP, L->temp_top++);
    if (L->temp_top > L->n_cat[DTN_CAT_TEMP])
        L->n_cat[DTN_CAT_TEMP] = L->temp_top;
    return t;
}

/** Slot of a number, shared with equal ones that are near; or one of its own, in a row. */
dtn_operand dtn_literal(dtn_lowerer *L, double value);
uint32_t dtn_new_literal(dtn_lowerer *L, double value);

void dtn_emit(dtn_lowerer *L, dtn_opcode op, uint32_t aux, dtn_operand dst, dtn_operand a,
              dtn_operand b, dtn_operand c);

/** An address from its parts: loops that turn once are folded into the base. `foreign`: not in
 *  slot space (tables, streams). */
dtn_operand dtn_make_address(dtn_lowerer *L, uint32_t base, uint32_t n, const dtn_index *parts,
                             bool foreign);

/* ---- Names (lower_name.c) ---------------------------------------------------- */

/** The part of an address that runs with the bound range that `sub_dim` follows; false: none. */
bool dtn_moving_part(dtn_lowerer *L, uint32_t sub_dim, uint32_t storage_dim, dtn_follow order,
                     int32_t stride, dtn_index *out);

/** Where a reference points, for variables and lookups alike; false: reported. */
bool dtn_refer(dtn_lowerer *L, const dtn_expr *x, dtn_reference *r);

dtn_operand dtn_lower_var(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst);

/** A dimension as a number: the position of the current element in its family. */
dtn_operand dtn_lower_dim(dtn_lowerer *L, const dtn_expr *x);

/** Is a = b a comparison of elements (dim = dim, dim = element)? And its instructions. */
bool dtn_compares_elements(const dtn_lowerer *L, const dtn_expr *a, const dtn_expr *b);
dtn_operand dtn_compare_elements(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst);

/** Tables of a lookup variable, one an element; a look-up in one (mode -1: the table's own). */
void dtn_add_lookup_tables(dtn_lowerer *L, const dtn_cvar *v, uint32_t id);
dtn_operand dtn_lower_lookup(dtn_lowerer *L, const dtn_expr *table, const dtn_expr *at, int mode,
                             dtn_operand dst);

/* ---- Expressions ----------------------------------------------------------------- */

/** The value of an expression: where it stands already, else computed into `dst` or, where that
 *  is DTN_NONE, into a temporary. */
dtn_operand dtn_lower_expr(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst);
dtn_operand dtn_lower_draw(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst);
/** Data variables, and functions of a data variable (lower_data.c). */
bool dtn_is_data_function(uint32_t fn);
dtn_operand dtn_lower_data(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst);
dtn_operand dtn_lower_array(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst);

/** The values of n expressions, in a row of temporaries. */
dtn_operand dtn_lower_row(dtn_lowerer *L, uint32_t n, dtn_expr *const *args);

/** Operand in table space of the lookup that x names; its kind if wanted. false: reported. */
bool dtn_table_of(dtn_lowerer *L, const dtn_expr *x, dtn_operand *out, dtn_lookup_kind *kind);

/** Is MIN or MAX of two arguments one number over whole arrays? */
bool dtn_is_reduction(dtn_lowerer *L, const dtn_expr *x);

/** Bind the ranges that an array function runs over in x, unless bound since first_extra. */
void dtn_bind_extras(dtn_lowerer *L, const dtn_expr *x, uint32_t first_extra);

/** A function of rows that is an equation's whole right side (it runs eqn->vector_loops), and one
 *  that gives a single value. */
void dtn_lower_vector(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst);
dtn_operand dtn_lower_row_function(dtn_lowerer *L, const dtn_expr *x);
dtn_operand dtn_lower_log(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst);

/** Has a list of numbers one for each element of its equation, in rows as long as the last range? Else 209. */
bool dtn_check_numbers(const dtn_lowerer *L, const dtn_ceqn *eqn, const dtn_expr *x);
/** The number that an equation of numbers gives in a turn of its loops; NaN: none. */
double dtn_number_of(const dtn_expr *x, size_t turn);

/* ---- Layout (lower_layout.c) ------------------------------------------------------- */

void dtn_give_slots(dtn_lowerer *L);
void dtn_add_parameters(dtn_lowerer *L);
void dtn_layout(dtn_lowerer *L);

#endif
