/** Series over time by variable: what a file with the values of data variables gives. */
#ifndef DTN_CHECK_SERIES_H
#define DTN_CHECK_SERIES_H

#include "model/model.h"
#include "sheet/sheet.h"

/** Points in order of x, those of one x in the order read. */
void dtn_series_sort(dtn_arena *arena, dtn_lookup *table);

/** The series of "name" or "name[a,b]", in keys; NULL: there is none. */
const dtn_lookup *dtn_series_find(const dtn_model *model, const char *key);

/** Load the data files that the model's own settings name and that stand beside it; a .vdf as
 *  its export of the same name (.tab, .csv, .dat, .xlsx). Series that are there already stay. */
void dtn_series_load_named(dtn_model *model, dtn_books *books, dtn_diags *diags);

#endif
