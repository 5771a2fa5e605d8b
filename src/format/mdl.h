/** Parts of the .mdl reader, for its own files. */
#ifndef DTN_FORMAT_MDL_H
#define DTN_FORMAT_MDL_H

#include "format/expr.h"

/** A reader at work on one text: a file or an overlay. */
typedef struct dtn_mdl {
    dtn_model *root;
    dtn_model *scope; /* root, or the body of the macro being read */
    dtn_diags *diags;
    dtn_lex lex;      /* its model is `scope` */
    uint32_t group;   /* of the variables that follow, or DTN_NONE */
    bool is_text;     /* dtn_model_add_text: the last equation needs no '|' */
    uint32_t overlay; /* as there */
    dtn_map seen;     /* is_text: keys of the variables defined in this text */
    dtn_map lefts;    /* a file's left sides -> position in the variable */
} dtn_mdl;

/** What stands behind an equation: ~ units [min,max,step] ~ documentation ~ :SUPPLEMENTARY: | */
typedef struct dtn_mdl_tail {
    const char *units, *doc; /* NULL where not given */
    dtn_pos units_pos;
    double range_min, range_max, range_step; /* NaN where not given */
    bool supplementary;
} dtn_mdl_tail;

/** Read statements of a piece of text into `scope`, root or a macro's body: what a file of another form holds in this
 *  notation. `at`: where it stands there. */
void dtn_mdl_read_piece(dtn_model *root, dtn_model *scope, const char *text, dtn_pos at,
                        dtn_diags *diags);

/** Read statements up to the end of the text, or of the macro if `in_macro`. */
void dtn_mdl_read_statements(dtn_mdl *mdl, bool in_macro);

/** One equation or subscript definition; the current token is its first. Errors are reported
 *  and the statement is passed over. */
void dtn_mdl_read_statement(dtn_mdl *mdl);

/** Behind the name and ':' of a subscript definition, or the name and '<->' of an alias. */
void dtn_mdl_read_dim(dtn_mdl *mdl, const dtn_token *name);
void dtn_mdl_read_alias(dtn_mdl *mdl, const dtn_token *name);

/** From the current token, which should be '~' or '|', to behind '|'. `what` names the
 *  statement in messages; NULL: it was reported already, pass over it in silence. */
void dtn_mdl_read_tail(dtn_mdl *mdl, const char *what, dtn_mdl_tail *tail);

/** Text from the current token on up to and with the next '|'. */
void dtn_mdl_skip(dtn_mdl *mdl);

#endif
