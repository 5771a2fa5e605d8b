/** The report: one self-contained HTML file, and the table a person reads in the terminal. */
#ifndef DTN_REPORT_REPORT_H
#define DTN_REPORT_REPORT_H

#include "decide/compare.h"
#include "report/maps.h"
#include "validate/validate.h"

/** report.html at `path`: the page built from web/ with the comparison's figures in it as JSON.
 *  `validation` of the same case and `maps` of its documents, or NULL: no section on it. */
dtn_status dtn_report_write(const dtn_comparison *comparison, const dtn_validation *validation,
                            const dtn_maps *maps, const char *path, dtn_diags *diags);

/** The summary table as text (heap, dtn_free): outcome medians with intervals, paired differences
 *  with the share of futures in which each does better, regimes, hypotheses. */
char *dtn_report_table(const dtn_comparison *comparison, int color, int width);

#endif
