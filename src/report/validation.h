/** A validation as tables for the terminal. */
#ifndef DTN_REPORT_VALIDATION_H
#define DTN_REPORT_VALIDATION_H

#include "validate/validate.h"

/** UTF-8, lines of at most 100 columns where the case's own texts allow it; dtn_free. NULL: out of
 *  memory. */
char *dtn_report_validation(const dtn_validation *v);

#endif
