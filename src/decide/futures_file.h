/** Inside the decide room: every value of a view's futures as a NetCDF file, one record a future. */
#ifndef DTN_DECIDE_FUTURES_FILE_H
#define DTN_DECIDE_FUTURES_FILE_H

#include "decide/futures.h"

/** "futures-VIEW.nc", with '+' for ';': another name for each view. In the arena. */
const char *dtn_futures_file_name(const char *view, dtn_arena *arena);
/** Write the futures, all done and exact, to `path`, whole or not at all. `command` is the canonical one. What
 *  the header needs is the comparison's arena's. Errors as dtn_out_open; DTN_E_MEMORY. */
dtn_status dtn_futures_write(const dtn_futures *f, const dtn_design *design,
                             const dtn_comparison *cmp, const char *command, const char *path,
                             dtn_diags *diags);

#endif
