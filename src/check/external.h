/** Data from outside: the GET ... functions and data variables, part of check/resolve. */
#ifndef DTN_CHECK_EXTERNAL_H
#define DTN_CHECK_EXTERNAL_H

#include "model/model.h"
#include "sheet/sheet.h"

/** Elements of dimensions whose source is GET ... SUBSCRIPT. Before dimensions are resolved. */
void dtn_external_dims(dtn_model *model, dtn_books *books, dtn_diags *diags);

/** Constants, lookups and data that equations get from files: eqn->loaded, eqn->tables; data
 *  variables without an equation from the model's series. After dimensions are resolved, before
 *  names are. What is loaded already stays. */
void dtn_external_values(dtn_model *model, dtn_books *books, dtn_diags *diags);

/** Is it one of the functions that these two serve (by key)? They can only be whole equations. */
bool dtn_external_is_source(const char *key);

/** Points of CUMULATE and CUMULATEF, once those of other data are known (cumulate.c). Diagnostic 507. */
void dtn_external_sums(dtn_model *model, dtn_diags *diags);

#endif
