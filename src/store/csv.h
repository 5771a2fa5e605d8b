/** CSV and TSV: rows out, tables in (RFC 4180, with the liberties named here). */
#ifndef DTN_STORE_CSV_H
#define DTN_STORE_CSV_H

#include "base/arena.h"
#include "detente/diag.h"
#include "store/file.h"

#include <stdint.h>

/* ---- Writing: fields one by one, then the end of the row; errors are the dtn_out's ---- */

typedef struct dtn_csv {
    dtn_out *out;
    char separator;
    uint32_t n_field; /* in this row so far */
    int is_blank;     /* the row would read as an empty line */
} dtn_csv;

/** `separator`: ',' or '\t'. Lines end in \n alone, as Unix tools expect. */
void dtn_csv_init(dtn_csv *csv, dtn_out *out, char separator);
/** Quoted where needed; NULL writes an empty field. */
void dtn_csv_text(dtn_csv *csv, const char *text);
/** Shortest form that reads back the same; NaN is an empty field, infinities "inf" and "-inf". */
void dtn_csv_number(dtn_csv *csv, double value);
void dtn_csv_int(dtn_csv *csv, int64_t value);
void dtn_csv_end_row(dtn_csv *csv);

/* ---- Reading: the whole table in memory ---- */

#define DTN_CSV_MAX_COLUMNS 65536 /* more is a wrong separator or not a table */

typedef struct dtn_csv_row {
    uint32_t line; /* where it begins, from 1 */
    uint32_t n;    /* fields */
    size_t first;  /* index into `fields` */
} dtn_csv_row;

/** Owns all it points to until dtn_csv_free. */
typedef struct dtn_csv_table {
    size_t n_row;
    dtn_csv_row *rows;
    const char **fields; /* of all rows, one after the other */
    char separator;
    char *text;
    dtn_arena arena;
} dtn_csv_table;

/** Read a file. Accepted: a byte order mark, LF, CRLF or CR, quoted fields with line breaks,
 *  blank lines (left out), empty fields beyond the first row's width (left out).
 *  `separator`: ',', ';', '\t', or 0 to take the commonest of them in the first line.
 *  Errors: DTN_E_IO (701, 704); DTN_E_INPUT, each with a 703 at its place: an open quote, text
 *  after a closing quote, a NUL byte, a row of another width than the first;
 *  DTN_E_MEMORY. On error the table is empty and needs no free. */
dtn_status dtn_csv_read(dtn_csv_table *table, const char *path, size_t max_bytes, char separator,
                        dtn_diags *diags);
/** The same for a file that is a sheet of cells rather than a table: a row for each line, blank
 *  ones too, of any width, so that cells can be named by their place. `separator`: any byte. */
dtn_status dtn_csv_read_grid(dtn_csv_table *table, const char *path, size_t max_bytes,
                             char separator, dtn_diags *diags);
/** The same as dtn_csv_read, from memory, which is copied; `name` stands for the file in
 *  diagnostics. */
dtn_status dtn_csv_read_text(dtn_csv_table *table, const char *text, size_t n, const char *name,
                             char separator, dtn_diags *diags);
void dtn_csv_free(dtn_csv_table *table);
/** Field as text, borrowed from the table; NULL where there is none. */
const char *dtn_csv_get(const dtn_csv_table *table, size_t row, size_t column);
/** Column whose first-row field is `name` exactly; -1 if none. */
int32_t dtn_csv_find(const dtn_csv_table *table, const char *name);

#endif
