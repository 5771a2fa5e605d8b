/** Series over time by variable: what a file with the values of data variables gives. */
#ifndef DTN_CHECK_SERIES_H
#define DTN_CHECK_SERIES_H

#include "model/model.h"
#include "sheet/sheet.h"

/** A cell of a sheet. */
typedef struct dtn_series_cell {
    const dtn_sheet *sheet;
    uint32_t row, col;
} dtn_series_cell;

/** Add the point of a time and a value to a table that has room for it.
 *
 *  x        the time; NaN: its cell holds no number
 *  faults   counts what is no point and no gap either. Gaps are empty cells, NA, N/A, #N/A, NaN,
 *           :NA: and rows of texts (headings). A figure that is not a number here ("1,5", "10%",
 *           a date) is bad; any other word, a formula whose value was never computed and an error
 *           value are gaps that are worth telling.
 */
void dtn_series_add(dtn_arena *arena, dtn_lookup *table, double x, dtn_series_cell time,
                    dtn_series_cell value, dtn_series_faults *faults);

/** Points in order of x, those of one x in the order read; `faults` (may be NULL) counts times
 *  with two values. */
void dtn_series_sort(dtn_arena *arena, dtn_lookup *table, dtn_series_faults *faults);

/** Add what another series has. */
void dtn_series_join(dtn_series_faults *all, const dtn_series_faults *more);

/** Tell what there is: bad figures are an error (703), the others warnings. False: an error. */
bool dtn_series_report(const dtn_series_faults *faults, const char *variable, dtn_pos at,
                       dtn_diags *diags);

/** The series of "name" or "name[a,b]", in keys; NULL: there is none. */
const dtn_series *dtn_series_find(const dtn_model *model, const char *key);

/** The same for a data variable that takes it. */
const dtn_series *dtn_series_take(dtn_model *model, const char *key);

/** What a person gives and nothing takes, a constant's values say, is told once for each file (709). */
void dtn_series_report_rest(dtn_model *model, dtn_diags *diags);

/** Load the data files that the model's own settings name and that stand beside it; a .vdf as
 *  its export of the same name (.tab, .csv, .dat, .xlsx). Series that are there already stay. */
void dtn_series_load_named(dtn_model *model, dtn_books *books, dtn_diags *diags);

#endif
