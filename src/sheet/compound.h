/** Compound files: the container of .xls workbooks. */
#ifndef DTN_SHEET_COMPOUND_H
#define DTN_SHEET_COMPOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dtn_compound {
    DTN_COMPOUND_OK,
    DTN_COMPOUND_NONE, /* no stream of that name */
    DTN_COMPOUND_BAD,  /* damaged */
    DTN_COMPOUND_MEMORY
} dtn_compound;

/** The bytes of a stream, by the first of its names (ASCII, any case) that is there. On OK *out is
 *  owned (dtn_free). */
dtn_compound dtn_compound_read(const unsigned char *file, size_t n, const char *const *names,
                               size_t n_name, unsigned char **out, size_t *n_out);

#endif
