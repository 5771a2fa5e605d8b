/** Parts of the engine's own sources that exported models are made of, cut at build time by
 *  tools/export_parts.py, which says how.
 */
#ifndef DTN_COMPILE_EXPORT_PARTS_H
#define DTN_COMPILE_EXPORT_PARTS_H

#include <stddef.h>
#include <stdint.h>

typedef struct dtn_export_part {
    const char *file, *key; /* where it comes from: "continuous", "dtn_gamma_quantile" */
    const char *name;       /* what it is called in the exported file */
    const char *text;
    const uint16_t *needs; /* other parts, ended by UINT16_MAX */
} dtn_export_part;

/** What a part needs stands before it. */
extern const dtn_export_part dtn_export_parts[];
extern const size_t dtn_n_export_part;

/** The exported file's table writer and its command line, as they stand in export_table.inc and
 *  export_main.inc (tools/embed.py). */
extern const char dtn_export_table[], dtn_export_main[];

#endif
