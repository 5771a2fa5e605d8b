/** Parts of the writers, for their own files: a growing text, and the printers of the formats.
 *
 *  A printer writes a form in the form's own notation, one to one; what the other format lacks
 *  has been dealt with before, by the translation (translate.h).
 */
#ifndef DTN_FORMAT_WRITER_H
#define DTN_FORMAT_WRITER_H

#include "format/write.h"

/** A text that grows in an arena; NUL follows it always. */
typedef struct dtn_text {
    dtn_arena *arena;
    char *s;
    size_t n, cap;
} dtn_text;

void dtn_text_put_n(dtn_text *text, const char *s, size_t n);
void dtn_text_put(dtn_text *text, const char *s);
void dtn_text_put_number(dtn_text *text, double number);
void dtn_text_printf(dtn_text *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** Print a Vensim form as a .mdl file; a form in XMILE's notation as an .xmile file. */
void dtn_print_mdl(dtn_model *model, dtn_text *out, dtn_diags *diags);
void dtn_print_xmile(dtn_model *model, dtn_text *out, dtn_diags *diags);

/** A name without the quotes and escapes it was written with; arena-owned or the name itself. */
const char *dtn_plain_name(dtn_arena *arena, const char *name);

/** Is the variable part of the form as read? Not: those of instances, and of courses of action. */
bool dtn_is_written(const dtn_var *var);

/** Something that `to` cannot express: error 508. `var` may be NULL. */
void dtn_refuse(dtn_diags *diags, dtn_pos pos, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/** The diagram in the other format, arena-owned; NULL where there is nothing to show. Both look
 *  the variables up in the model that is written; the second takes source->sketch, the text
 *  inside <views>. */
const char *dtn_sketch_to_views(dtn_model *target, const char *sketch);
const char *dtn_views_to_sketch(dtn_model *target, const dtn_model *source);

#endif
