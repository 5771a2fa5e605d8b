/** JSON out: a jansson value as text, with numbers in the shortest form that reads back. */
#ifndef DTN_STORE_JSON_H
#define DTN_STORE_JSON_H

#include "store/file.h"

#include <jansson.h>

enum {
    DTN_JSON_INDENT = 1, /* two spaces a level, else one line */
    DTN_JSON_SORT = 2,   /* keys by their bytes, else in the order they were set */
    DTN_JSON_HTML = 4    /* '<', '>', '&', U+2028 and U+2029 escaped: safe inside <script> */
};

/** Write a value, no newline after it; errors are kept in `out`. */
void dtn_json_write(dtn_out *out, const json_t *value, unsigned flags);
/** One line of JSON Lines: compact, keys in the order they were set, then a newline. */
void dtn_json_write_line(dtn_out *out, const json_t *value);
/** A whole document to a file ("-": standard output), with a newline after it. */
dtn_status dtn_json_write_file(const char *path, const json_t *value, unsigned flags,
                               dtn_diags *diags);
/** A new reference: a number, or null if it is not finite (JSON has no NaN).
 *  NULL when out of memory. */
json_t *dtn_json_number(double value);

#endif
