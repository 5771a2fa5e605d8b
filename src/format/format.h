/** Readers of model files: Vensim .mdl, XMILE .xmile/.stmx/.itmx/.xml. */
#ifndef DTN_FORMAT_FORMAT_H
#define DTN_FORMAT_FORMAT_H

#include "model/model.h"

/** Read a model file; the format is told by content first (XML or not), then extension.
 *  On DTN_OK *out is a new model (free with dtn_model_delete); it may carry warnings.
 *  With any error diagnostic: DTN_E_INPUT, *out stays NULL. Constructs that parse but do
 *  not run yet are NOT errors here: they stand in the form, and `check/resolve` reports them. */
dtn_status dtn_model_read(const char *path, dtn_model **out, dtn_diags *diags);

/** The same from memory. `path` names the text in diagnostics. */
dtn_status dtn_model_read_mdl(const char *text, size_t n, const char *path, dtn_model **out,
                              dtn_diags *diags);
dtn_status dtn_model_read_xmile(const char *text, size_t n, const char *path, dtn_model **out,
                                dtn_diags *diags);

/** Parse more .mdl text into an existing model: a case's overlay or the rules of a course of
 *  action. Positions start at `at`. overlay = 0: an equation for a variable that exists
 *  replaces its equations (units and documentation too where given), others are added.
 *  overlay = k > 0: variables that exist get a dtn_override for overlay k, new ones are added
 *  with var->overlay = k. For an XMILE model expressions are still .mdl notation. */
dtn_status dtn_model_add_text(dtn_model *model, const char *text, size_t n, dtn_pos at,
                              uint32_t overlay, dtn_diags *diags);

/** Parse one expression of `dialect` from exactly n bytes. NULL with a diagnostic on error.
 *  `model` gives the arena. */
dtn_expr *dtn_expr_read(dtn_model *model, dtn_dialect dialect, const char *text, size_t n,
                        dtn_pos at, dtn_diags *diags);

#endif
