/** The figures of the page as JSON: what web/src/data.ts reads. */
#ifndef DTN_REPORT_JSON_H
#define DTN_REPORT_JSON_H

#include "decide/compare.h"
#include "report/prose.h"

/** One object, without a newline; safe inside <script type="application/json">. */
void dtn_report_json(dtn_prose *out, const dtn_comparison *cmp);

#endif
