/** The body of report.html: headings, words and tables. Charts are named by data-chart
 *  attributes and drawn by web/src/report/main.ts; without it the page is whole but for them. */
#ifndef DTN_REPORT_PAGE_H
#define DTN_REPORT_PAGE_H

#include "decide/compare.h"
#include "report/maps.h"
#include "report/prose.h"
#include "validate/validate.h"

/** `out` must be an HTML text. `validation` and `maps` may be NULL. */
void dtn_page_content(dtn_prose *out, const dtn_comparison *cmp, const dtn_validation *validation,
                      const dtn_maps *maps);

/** Writes a part of a page. */
typedef void dtn_page_part(dtn_prose *out, const void *context);
/** A page in the program's template, whole or not at all; `data` NULL: it has no figures. Errors:
 *  DTN_E_IO (7xx), DTN_E_MEMORY. */
dtn_status dtn_page_write(const char *title, dtn_page_part *content, dtn_page_part *data,
                          const void *context, const char *path, dtn_diags *diags);

/* Used between page.c, page_results.c and page_case.c. */

/** <section> with its heading; ids are those of the table of contents. */
void dtn_page_section(dtn_prose *out, const char *id, const char *title);
void dtn_page_end_section(dtn_prose *out);
/** An element around text that is escaped: <tag>text</tag>. */
void dtn_page_element(dtn_prose *out, const char *tag, const char *text);
/** A table in a box that scrolls sideways and can be reached by keyboard; `label` names the box. */
void dtn_page_table(dtn_prose *out, const char *label);
void dtn_page_end_table(dtn_prose *out);

/* The parts, in the order of the page. */
void dtn_page_human_cost(dtn_prose *out, const dtn_comparison *cmp);
void dtn_page_series(dtn_prose *out, const dtn_comparison *cmp);
void dtn_page_differences(dtn_prose *out, const dtn_comparison *cmp);
void dtn_page_regimes(dtn_prose *out, const dtn_comparison *cmp);
void dtn_page_hypotheses(dtn_prose *out, const dtn_comparison *cmp);
void dtn_page_robustness(dtn_prose *out, const dtn_comparison *cmp);
void dtn_page_views(dtn_prose *out, const dtn_comparison *first);
void dtn_page_hinges(dtn_prose *out, const dtn_comparison *cmp);
void dtn_page_loops(dtn_prose *out, const dtn_case *c);
void dtn_page_assumptions(dtn_prose *out, const dtn_comparison *cmp);
void dtn_page_validation(dtn_prose *out, const dtn_validation *v); /* nothing for NULL */

#endif
