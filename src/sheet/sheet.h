/** Tables of cells: delimited text, .xls and .xlsx, read alike.
 *
 *  A dtn_books keeps what was read, so that a model which asks for a hundred ranges of one
 *  workbook opens it once. Rows and columns count from 0. Nothing is computed: a formula's cell
 *  holds the value its program stored last. Where none was stored the cell holds the formula as a
 *  text, where it is an error value that one's name, and `fault` says so.
 */
#ifndef DTN_SHEET_SHEET_H
#define DTN_SHEET_SHEET_H

#include "detente/diag.h"
#include "detente/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DTN_SHEET_MAX_FILE ((size_t)256 << 20)     /* bytes of one file */
#define DTN_SHEET_MAX_UNZIPPED ((size_t)512 << 20) /* bytes of one part of an .xlsx */
#define DTN_SHEET_FREE_UNZIPPED ((size_t)16 << 20) /* up to here a part may be of any ratio */
#define DTN_SHEET_MAX_RATIO 200                    /* beyond: unpacked to packed; sheets reach 40 */
#define DTN_SHEET_MAX_CELLS 8000000u               /* with content, of one sheet */
#define DTN_SHEET_MAX_ROW 1048576u                 /* as spreadsheets have it */
#define DTN_SHEET_MAX_COL 65536u                   /* spreadsheets: 16384; text files have more */

typedef enum dtn_cell_kind { DTN_CELL_EMPTY, DTN_CELL_NUMBER, DTN_CELL_TEXT } dtn_cell_kind;

typedef enum dtn_cell_fault {
    DTN_CELL_SOUND,
    DTN_CELL_FORMULA, /* its value was never computed; the text is the formula, "=B2+10" */
    DTN_CELL_ERROR    /* the text is the error value's name, "#REF!" */
} dtn_cell_fault;

typedef struct dtn_cell {
    dtn_cell_kind kind;
    double number;        /* finite */
    const char *text;     /* borrowed from the sheet, without outer blanks; NULL unless TEXT */
    dtn_cell_fault fault; /* of a TEXT that stands in the place of a value */
} dtn_cell;

/** A block of cells; n_row and n_col are at least 1. */
typedef struct dtn_cells {
    uint32_t row, col, n_row, n_col;
} dtn_cells;

typedef struct dtn_sheet dtn_sheet;
typedef struct dtn_books dtn_books;

/** An empty collection; free with dtn_books_delete. NULL: out of memory. */
dtn_books *dtn_books_new(void);
/** Frees all sheets too; NULL is fine. */
void dtn_books_delete(dtn_books *books);

/** A sheet of a file.
 *
 *  path   of the file; the kind is told by content (zip: .xlsx; compound file: .xls; else text)
 *  tab    name of the sheet in any case, or its number from 1 if none is named so; for text the
 *         separator: one character, "tab", or "" for the one that the extension says (.csv ',',
 *         else tab; a file without a single one of these is tried with ',' and ';').
 *         NULL: the first sheet, the usual separator
 *  at     where it is asked for: diagnostics stand there and name the file
 *  out    out, borrowed from books
 *
 *  A file that is not there is looked for in another case, its folders too, then as .xlsx for .xls or the other way
 *  round (warning 701).
 *
 *  Errors: DTN_E_IO (701, 704), DTN_E_INPUT (703, 705), DTN_E_MEMORY. A file that failed is
 *  reported once; asked for again, it gives DTN_E_INPUT in silence.
 */
dtn_status dtn_books_get(dtn_books *books, const char *path, const char *tab, dtn_pos at,
                         const dtn_sheet **out, dtn_diags *diags);

/** Is there a file that dtn_books_get would take for that path? */
bool dtn_book_is_there(const char *path);

/** The cells that a text names: "B2", "$B$2", "B2:D4", or a name defined in the workbook (the
 *  sheet's own before the workbook's; only .xlsx has them here). *where is the sheet that holds
 *  them: `sheet`, or another one of the workbook that the name points into.
 *  Errors: DTN_E_NOT_FOUND (705), and those of dtn_books_get. */
dtn_status dtn_books_find(dtn_books *books, const dtn_sheet *sheet, const char *text, dtn_pos at,
                          const dtn_sheet **where, dtn_cells *out, dtn_diags *diags);

/** Is it a name that the sheet or its workbook defines? */
bool dtn_sheet_has_name(const dtn_sheet *sheet, const char *text);

/** Whether a text is the letters of a column (*row = false) or the number of a row, from 1. */
bool dtn_sheet_line(const char *text, bool *is_row, uint32_t *index);

/** Name of the first other sheet of the workbook that has content; NULL: none. */
const char *dtn_sheet_other(const dtn_sheet *sheet);
/** What parts the cells of a text file, in words ("commas"); NULL: it is a workbook. */
const char *dtn_sheet_separator(const dtn_sheet *sheet);

/** Past the last row and column with content. */
uint32_t dtn_sheet_n_row(const dtn_sheet *sheet);
uint32_t dtn_sheet_n_col(const dtn_sheet *sheet);
/** EMPTY outside of what the sheet holds, and where #N/A stands: that is how spreadsheets write "no value". */
dtn_cell dtn_sheet_cell(const dtn_sheet *sheet, uint32_t row, uint32_t col);

/** "the formula ", "the error ", or "": what stands before the cell's text in a message; and what is
 *  to be done about it, NULL for a sound cell. */
const char *dtn_cell_fault_word(dtn_cell_fault fault);
const char *dtn_cell_fault_hint(dtn_cell_fault fault);

#define DTN_SHEET_MAX_PLACE 320
/** "input.xlsx, sheet 'Data', cell B2", for messages; long names are cut. */
const char *dtn_sheet_place(const dtn_sheet *sheet, uint32_t row, uint32_t col,
                            char out[DTN_SHEET_MAX_PLACE]);

#endif
