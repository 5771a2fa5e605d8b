/** The two lexers and the expression parser, for the readers in this room.
 *
 *  A `dtn_lex` walks over a text and holds one token. The .mdl reader drives it over a whole
 *  file, because quotes, comments and continuation lines mean the same everywhere in it.
 */
#ifndef DTN_FORMAT_EXPR_H
#define DTN_FORMAT_EXPR_H

#include "format/format.h"

/* Kinds of tokens: a punctuation mark is its own byte; these are the others. */
typedef enum dtn_token_kind {
    DTN_T_END = 0,
    DTN_T_BAD = 256, /* malformed; a diagnostic has been added */
    DTN_T_NAME,      /* text, key */
    DTN_T_DIM_ALL,   /* text, key: XMILE "Dim.*", all elements of Dim */
    DTN_T_NUMBER,    /* number */
    DTN_T_STRING,    /* text: without its quotes */
    DTN_T_LE,        /* <= */
    DTN_T_GE,        /* >= */
    DTN_T_NE,        /* <> */
    DTN_T_ASSIGN,    /* := */
    DTN_T_FIXED,     /* == */
    DTN_T_ARROW,     /* -> */
    DTN_T_ALIAS,     /* <-> */
    DTN_T_AND,
    DTN_T_OR,
    DTN_T_NOT,
    DTN_T_MOD,
    DTN_T_IF,
    DTN_T_THEN,
    DTN_T_ELSE,
    DTN_T_NA,
    DTN_T_KEYWORD /* any other :WORD: of Vensim; text: ":WORDS IN CAPITALS:" */
} dtn_token_kind;

typedef struct dtn_token {
    int kind;
    dtn_pos pos;
    const char *begin, *end; /* its bytes in the source */
    const char *text, *key;
    double number;
} dtn_token;

typedef struct dtn_lex {
    dtn_model *model; /* its arena takes names */
    dtn_dialect dialect;
    dtn_diags *diags;
    const char *p, *end;    /* next byte to read */
    const char *line_start; /* first byte of the line at p */
    const char *file;
    uint32_t line, col0;  /* of p's line; column of line_start */
    const char *end_text; /* in a file: what its end is called; NULL: a single expression */
    dtn_token tok;
    uint32_t depth;   /* of the parser's recursion */
    uint32_t deepest; /* of what was read last, written with brackets around all that needs them */
    uint32_t height;  /* of the tree that it returned last */
} dtn_lex;

/** Start at `text`; the first token is not read yet. */
void dtn_lex_init(dtn_lex *lex, dtn_model *model, dtn_dialect dialect, const char *text, size_t n,
                  dtn_pos at, dtn_diags *diags);
/** Read the next token into lex->tok. */
void dtn_lex_next(dtn_lex *lex);
/** Skip white space, comments and continuations; p then stands on a token or the end.
 *  False: a comment is not closed (a diagnostic is added). */
bool dtn_lex_skip_space(dtn_lex *lex);
/** Move p on by n bytes of any text, counting lines. */
void dtn_lex_advance(dtn_lex *lex, size_t n);
/** Position of p. */
dtn_pos dtn_lex_pos(const dtn_lex *lex);
/** What a token is, for messages: "the name 'x'", "')'", "the end of the file". Arena-owned. */
const char *dtn_token_print(dtn_lex *lex, const dtn_token *tok);
/** Diagnostic "expected <what>, found <the token>"; none if the token is DTN_T_BAD. Code 102
 *  where the file ends, else 101. */
void dtn_lex_expected(dtn_lex *lex, const char *what, const char *hint);

/** One expression from the current token on; the token behind it is then current. NULL with a
 *  diagnostic on error. */
dtn_expr *dtn_parse_expr(dtn_lex *lex);
/** The same, and also a list of constants "1,2,3;4,5,6;" as DTN_X_ARRAY. */
dtn_expr *dtn_parse_equation(dtn_lex *lex);
/** Subscripts, the current token being '['. */
bool dtn_parse_subs(dtn_lex *lex, dtn_sub **subs, uint32_t *n_sub);
/** Operand and operators that bind at least as strongly as `least` (model/notation.h). */
dtn_expr *dtn_parse_operators(dtn_lex *lex, int least);
/** The closing mark itself, or a diagnostic that also tells where its partner stands. */
bool dtn_lex_close(dtn_lex *lex, char mark, const char *what, dtn_pos open);
/** "1,2,3;4,5,6;" behind its first item, as DTN_X_ARRAY. */
dtn_expr *dtn_parse_list(dtn_lex *lex, dtn_expr *first);
/** TABBED ARRAY(...) at `pos`, the current token being '('. */
dtn_expr *dtn_parse_tabbed(dtn_lex *lex, dtn_pos pos);
/** Points of a lookup up to and with ')', the current token being the one behind '('. */
dtn_lookup *dtn_parse_lookup(dtn_lex *lex, dtn_pos pos);

/** Is there nothing but white space and comments? (XMILE: "{no equation}".) */
bool dtn_expr_is_blank(dtn_model *model, dtn_dialect dialect, const char *text, size_t n);

#endif
