/** XMILE's short forms written out: part of dtn_check_resolve. */
#ifndef DTN_CHECK_PLAIN_H
#define DTN_CHECK_PLAIN_H

#include "model/model.h"

/** In the equations of variables from `first` on: SELF, A', A[@2], A[1:3] inside array functions, and
 *  Dim.element become names, subscripts and numbers. Ranges must be expanded; under the caller's arena
 *  guard. What cannot be written out stays and is reported where names are resolved. A subscript that is an
 *  element of the array's own dimension is that, though another dimension has its name. */
void dtn_check_plain(dtn_model *model, size_t first);

/** Elements with the name of another dimension get keys of their own, so that one is not taken for the other.
 *  XMILE alone: in Vensim such an element is a subrange. */
void dtn_check_set_apart(dtn_model *model);

#endif
