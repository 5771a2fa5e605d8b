/** Inner header of export_code.c and export_calls.c: expressions of C on the way to their text. */
#ifndef DTN_COMPILE_EXPORT_CODE_H
#define DTN_COMPILE_EXPORT_CODE_H

#include "compile/export_inner.h"

/** From the weakest; RANK_IS_TRUTH marks a truth value in dtn_web. */
enum {
    RANK_CHOICE = 1,
    RANK_OR,
    RANK_AND,
    RANK_EQUAL,
    RANK_ORDER,
    RANK_SUM,
    RANK_PRODUCT,
    RANK_UNARY,
    RANK_ATOM,
    RANK_IS_TRUTH = 0x80
};

/** An expression and its rank, the precedence of its outermost operator. */
typedef struct dtn_text {
    const char *s;
    uint8_t rank;
    bool is_truth;
} dtn_text;

typedef struct dtn_coder {
    dtn_exporter *x;
    dtn_flow *f;
    dtn_sink *out;
    bool has_stages;
    uint32_t depth;
    uint32_t *n_write, *declare_at; /* [n_symbol] writes of locals in this section */
    bool *is_single;                /* [n_symbol] declared where it is written */
} dtn_coder;

#define PRINT(...) dtn_arena_printf(c->x->arena, __VA_ARGS__) /* for a dtn_coder *c */

static inline dtn_text dtn_text_atom(const char *s) { return (dtn_text){s, RANK_ATOM, false}; }

/** An operand as a number. */
dtn_text dtn_code_value(dtn_coder *c, uint32_t i, uint32_t which);
/** In brackets where its rank is below. */
const char *dtn_code_bracketed(dtn_coder *c, dtn_text t, uint8_t at_least);
/** Base and moving parts as one index, counted from `base`; *n: how many places it may mean. */
const char *dtn_code_index(dtn_coder *c, uint32_t i, const dtn_address *a, uint32_t base,
                           const char *wish, uint32_t *n);
dtn_address dtn_code_address(const dtn_exporter *x, dtn_operand o);
/** A pointer to the place that an operand names. */
const char *dtn_code_pointer(dtn_coder *c, uint32_t i, dtn_operand o);
/** Name of the variable that an instruction belongs to. */
const char *dtn_code_owner(const dtn_coder *c, uint32_t i);
/** A part of export_runtime.inc. */
const char *dtn_code_runtime(dtn_coder *c, const char *key);

/* ---- Calls (export_calls.c) -------------------------------------------------- */

dtn_text dtn_call_lookup(dtn_coder *c, uint32_t i);
dtn_text dtn_call_data(dtn_coder *c, uint32_t i);
dtn_text dtn_call_data_figure(dtn_coder *c, uint32_t i);
dtn_text dtn_call_gather(dtn_coder *c, uint32_t i);
/** Functions of rows that give one value; those that give a row, as a statement. */
dtn_text dtn_call_vector(dtn_coder *c, uint32_t i);
const char *dtn_call_vector_row(dtn_coder *c, uint32_t i);
dtn_text dtn_call_uniform(dtn_coder *c, uint32_t i);
dtn_text dtn_call_draw(dtn_coder *c, uint32_t i);
dtn_text dtn_call_draw_sum(dtn_coder *c, uint32_t i);
dtn_text dtn_call_draw_wide(dtn_coder *c, uint32_t i);

#endif
