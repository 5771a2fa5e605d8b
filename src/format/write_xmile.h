/** Parts of the printer of XMILE, for its own files. */
#ifndef DTN_FORMAT_WRITE_XMILE_H
#define DTN_FORMAT_WRITE_XMILE_H

#include "format/writer.h"

typedef struct dtn_wx {
    dtn_model *model; /* root, a submodel or a macro's body */
    dtn_text *out;
    dtn_diags *diags;
    int depth; /* of indentation */
} dtn_wx;

/** Text with what XML reserves written as references (write_xml.c). */
void dtn_wx_escaped(dtn_wx *p, const char *s, bool is_attribute);
/** "<tag", attributes to follow; then dtn_wx_open where it has children, else dtn_wx_empty. */
void dtn_wx_start(dtn_wx *p, const char *tag);
/** The same with the attribute `name`. */
void dtn_wx_start_named(dtn_wx *p, const char *tag, const char *name);
void dtn_wx_attr(dtn_wx *p, const char *name, const char *value);
void dtn_wx_number_attr(dtn_wx *p, const char *name, double value);
void dtn_wx_open(dtn_wx *p);
void dtn_wx_empty(dtn_wx *p);
/** A start tag without attributes, and the end tag. */
void dtn_wx_begin(dtn_wx *p, const char *tag);
void dtn_wx_finish(dtn_wx *p, const char *tag);
/** <tag>text</tag>; the second only where there is a text. */
void dtn_wx_element(dtn_wx *p, const char *tag, const char *text);
void dtn_wx_optional(dtn_wx *p, const char *tag, const char *text);
/** A name as an attribute: without quotes, unless it would not read back so. */
const char *dtn_wx_attribute_name(const dtn_wx *p, const char *name);
const char *dtn_wx_expr(dtn_wx *p, const dtn_expr *x);

/** A variable; `root` knows the dimensions (write_xmile_var.c). */
void dtn_wx_var(dtn_wx *p, const dtn_model *root, const dtn_var *var);

#endif
