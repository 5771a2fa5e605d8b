/** The page's template, embedded by tools/embed.py: web/src/report/template.html with script and
 *  style, or web/src/report/plain.html where the program was built without Node.js. */
#ifndef DTN_REPORT_TEMPLATE_H
#define DTN_REPORT_TEMPLATE_H

#include <stddef.h>

/* Markers in it, once each; a template without charts has no DATA. */
#define DTN_MARK_TITLE "<!--DTN_TITLE-->"
#define DTN_MARK_CONTENT "<!--DTN_CONTENT-->"
#define DTN_MARK_DATA "<!--DTN_DATA-->"

extern const char dtn_report_template[]; /* NUL after the last byte */
extern const size_t dtn_report_template_size;

#endif
