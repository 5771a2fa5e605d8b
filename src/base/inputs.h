/** Files that were read: what a command has read, it does not write over.
 *
 *  They are kept by device and inode with the diagnostics, which every reader and writer is given;
 *  dtn_out_open (store/file.h) refuses them. Other names, links and letters' cases do not matter.
 */
#ifndef DTN_BASE_INPUTS_H
#define DTN_BASE_INPUTS_H

#include "detente/diag.h"
#include "detente/status.h"

#include <stdbool.h>
#include <sys/stat.h>

/** An open file, or one by its path, is read; what is no regular file, or not there, is nothing. DTN_E_MEMORY. */
dtn_status dtn_inputs_add(dtn_diags *diags, int fd);
dtn_status dtn_inputs_add_path(dtn_diags *diags, const char *path);
bool dtn_inputs_have(const dtn_diags *diags, const struct stat *info);

/** An empty list that knows the same files as `of`: for a part of the work whose diagnostics wait. Lists that
 *  share files are made, freed and read into by one thread at a time. */
void dtn_diags_init_beside(dtn_diags *diags, const dtn_diags *of);

/** For dtn_diags_free alone. */
void dtn_inputs_free(dtn_diags *diags);

#endif
