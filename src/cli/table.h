/** A table written row by row as CSV, TSV, JSON (an array of objects) or JSON Lines. */
#ifndef DTN_CLI_TABLE_H
#define DTN_CLI_TABLE_H

#include "stat/stat.h"
#include "store/csv.h"

typedef struct dtn_table_writer {
    dtn_csv csv; /* CSV and TSV */
    dtn_out *out;
    int format; /* DTN_FORMAT_... */
    size_t n_column, i_column, n_row;
    const char **columns; /* borrowed */
} dtn_table_writer;

/** Writes the header. Errors are kept in `out`. */
void dtn_table_begin(dtn_table_writer *table, dtn_out *out, int format, size_t n_column,
                     const char **columns);
/** The next cell of the row; a full row ends by itself. Numbers in the shortest form that reads
 *  back the same; what is not a number is an empty cell, in JSON null. */
void dtn_table_number(dtn_table_writer *table, double value);
void dtn_table_text(dtn_table_writer *table, const char *text);
/** The cells of DTN_SUMMARY_COLUMNS. */
#define DTN_SUMMARY_COLUMNS "n", "n_flagged", "mean", "p05", "p25", "p50", "p75", "p95"
void dtn_table_summary(dtn_table_writer *table, const dtn_summary *summary);
void dtn_table_end(dtn_table_writer *table);

#endif
