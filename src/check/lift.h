/** Functions with memory inside array functions: part of dtn_check_resolve. */
#ifndef DTN_CHECK_LIFT_H
#define DTN_CHECK_LIFT_H

#include "model/model.h"

/** Give each call of a function with memory, or of a macro, that stands inside an array function and
 *  over its elements a hidden variable of its own; the call's node becomes a reference to it
 *  (DTN_REF_MACRO). Before macros, under the caller's arena guard. Calls that it cannot lift stay as they
 *  are, and are reported where they are compiled (507). */
void dtn_check_lift(dtn_model *model);

#endif
