/** Writing a model: the form as read, in its own format or translated into the other one. */
#ifndef DTN_FORMAT_WRITE_H
#define DTN_FORMAT_WRITE_H

#include "model/model.h"

/** The model as the text of a file of format `to`. `*out` is owned: free with dtn_free.
 *
 *  What is written is the form as read: variables that belong to instances of macros (hidden
 *  ones) are not. For .mdl, which has no modules, the caller lays their variables into the model
 *  first (dtn_check_add_modules); a model with modules that are not laid out is refused.
 *  A model in XMILE's notation is written as XMILE before its names are resolved: after that,
 *  conveyors and queues are equations in functions of this program's own. One with has_vensim_text is
 *  not XMILE's standard yet: it is written as .mdl, read again, and that written as XMILE.
 *  Rules of courses of action (overlays) are no part of a model file and are left out.
 *
 *  Diagnostics: 508 (error) for each thing that the format cannot express, all of them before
 *  it gives up; 509 for what is written in another way: a warning where the meaning is only
 *  approximated or something is left out, a note where a name had to change or a construct was
 *  written out. The written text does not contain the source text.
 *
 *  Errors: DTN_E_INPUT (508), DTN_E_MEMORY. */
dtn_status dtn_model_write(dtn_model *model, dtn_dialect to, char **out, size_t *n,
                           dtn_diags *diags);

#endif
