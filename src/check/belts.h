/** Conveyors, queues and ovens of XMILE: part of dtn_check_resolve. */
#ifndef DTN_CHECK_BELTS_H
#define DTN_CHECK_BELTS_H

#include "model/model.h"

/** Give the flows of conveyors, queues and ovens the equations that they mean, with hidden variables
 *  for what those share. After modules, before macros; under the caller's arena guard. Does
 *  nothing the second time. Diagnostics 504 (what does not run), 211 (a method other than Euler's). */
void dtn_check_add_belts(dtn_model *model, dtn_diags *diags);

#endif
