/** Tables of named weights: what linear models are, as a file that people can read.
 *
 *  Lines "name<TAB>number"; '#' begins a note. Order and doubles do not matter but for speed: the
 *  last of two lines with one name counts.
 */
#ifndef DTN_STORE_WEIGHTS_H
#define DTN_STORE_WEIGHTS_H

#include "base/arena.h"
#include "base/text.h"

typedef struct dtn_weights dtn_weights;

/** Errors: DTN_E_IO (701, 704), DTN_E_INPUT (926 at file and line), DTN_E_MEMORY. *out: immutable, shared
 *  by threads; free with dtn_weights_delete. */
dtn_status dtn_weights_read(const char *path, dtn_weights **out, dtn_diags *diags);
void dtn_weights_delete(dtn_weights *weights);
/** 0 for a name that the table does not have. */
double dtn_weights_get(const dtn_weights *weights, const char *name);
/** Which weight a name has, to tell names apart: DTN_MAP_NONE for a name that the table does not have. */
uint32_t dtn_weights_find(const dtn_weights *weights, const char *name);
double dtn_weights_at(const dtn_weights *weights, uint32_t i);
/** XXH3-128 of the file, in hex. Borrowed. */
const char *dtn_weights_hash(const dtn_weights *weights);

#endif
