/** Spelling rules of the two notations, shared by the lexers and the printer. */
#ifndef DTN_MODEL_NOTATION_H
#define DTN_MODEL_NOTATION_H

#include "model/model.h"

/* Binding strength, weakest first. In Vensim :NOT: stands below the comparisons and = <> beside
 * < >; in XMILE NOT is a unary operator like - and = <> bind weaker than < >. */
enum {
    DTN_PREC_ANY,
    DTN_PREC_OR,
    DTN_PREC_AND,
    DTN_PREC_NOT, /* Vensim only */
    DTN_PREC_EQUAL,
    DTN_PREC_COMPARE,
    DTN_PREC_ADD,
    DTN_PREC_MUL,
    DTN_PREC_UNARY,
    DTN_PREC_POW,
    DTN_PREC_ATOM
};

/** Binding strength of an operator, unary or binary. */
int dtn_op_precedence(dtn_dialect dialect, dtn_op op);

/** May a name begin with this byte without quotes? Bytes of letters outside ASCII may. */
bool dtn_is_name_start(dtn_dialect dialect, char c);
/** May it go on with this byte (white space apart)? */
bool dtn_is_name_part(dtn_dialect dialect, char c);
/** Are the n bytes this word, in any case? `word` is in small letters, ASCII; no locale. */
bool dtn_is_word(const char *text, size_t n, const char *word);
/** Operator for a word of XMILE's notation (AND, OR, NOT, MOD), any case; DTN_OP_NONE if none. */
dtn_op dtn_xmile_word_op(const char *word, size_t n);
/** Is it a word that XMILE keeps for itself: the four above, IF, THEN, ELSE? */
bool dtn_xmile_is_reserved(const char *word, size_t n);

/* The two XMILE operators that have no dtn_op are calls of functions with these keys. */
#define DTN_KEY_TRANSPOSE "'" /* a' */
#define DTN_KEY_POSITION "@"  /* a[@1] */

#endif
