/** Inside of a book, for the readers of the three kinds. */
#ifndef DTN_SHEET_BOOK_H
#define DTN_SHEET_BOOK_H

#include "sheet/sheet.h"

#define DTN_SHEET_NO_TEXT UINT32_MAX

typedef struct dtn_sheet_entry {
    uint32_t row, col;
    uint32_t text; /* where it begins in the sheet's texts; DTN_SHEET_NO_TEXT: a number */
    double number; /* of a text: its dtn_cell_fault */
} dtn_sheet_entry;

typedef struct dtn_book dtn_book;

struct dtn_sheet {
    dtn_book *book;
    char *name; /* owned */
    char *part; /* owned; .xlsx: its part of the zip */
    enum { DTN_SHEET_NEW, DTN_SHEET_READ, DTN_SHEET_FAILED } state;
    dtn_sheet_entry *entries; /* by row, then column, once read */
    size_t n, cap;
    char *texts;
    size_t n_text, cap_text;
    uint32_t n_row, n_col;
};

/** A name that stands for cells. */
typedef struct dtn_sheet_name {
    char *name;     /* owned */
    char *cells;    /* owned; as written: Sheet1!$B$2:$D$4 */
    uint32_t scope; /* sheet that it belongs to; UINT32_MAX: the workbook */
} dtn_sheet_name;

typedef enum dtn_book_kind { DTN_BOOK_TEXT, DTN_BOOK_XLS, DTN_BOOK_XLSX } dtn_book_kind;

struct dtn_book {
    dtn_book_kind kind;
    char *asked, *path; /* as asked for, and as found */
    char *tab;          /* as asked for first; TEXT: the separator */
    char separator;     /* TEXT: as found */
    bool failed;
    dtn_sheet *sheets;
    size_t n_sheet;
    dtn_sheet_name *names;
    size_t n_name;
    void *file;    /* XLSX: the open zip */
    char **shared; /* XLSX: shared texts, [n_shared]; read with the first sheet that has some */
    size_t n_shared;
    bool has_shared;
    char *shared_part;
};

/** Add a cell; out of memory or too many: false. Empty texts are no cells. The text is cleaned of
 *  outer blanks. */
bool dtn_sheet_add_number(dtn_sheet *sheet, uint32_t row, uint32_t col, double number);
bool dtn_sheet_add_text(dtn_sheet *sheet, uint32_t row, uint32_t col, const char *text, size_t n);
/** A cell that has no value: a formula (given without its '=') or an error value. #N/A is no cell. */
bool dtn_sheet_add_fault(dtn_sheet *sheet, uint32_t row, uint32_t col, dtn_cell_fault fault,
                         const char *text);
/** After the last add: brings the cells into order. */
void dtn_sheet_finish(dtn_sheet *sheet);

/** A further sheet; NULL: out of memory. Earlier pointers into book->sheets are void. */
dtn_sheet *dtn_book_add_sheet(dtn_book *book, const char *name, size_t n);

/** Copy of n bytes with a NUL, on the heap; NULL: out of memory. */
char *dtn_sheet_copy(const char *text, size_t n);

/** A fault of the file, told at the place that asks for it: "cannot read 'FILE': ...". */
dtn_status dtn_book_fault(const dtn_book *book, int code, dtn_pos at, const char *hint,
                          const char *what, dtn_diags *diags);

dtn_status dtn_book_read_text(dtn_book *book, dtn_pos at, dtn_diags *diags);
dtn_status dtn_book_read_xls(dtn_book *book, dtn_pos at, dtn_diags *diags);
/** Sheets and names only; cells by dtn_xlsx_read_sheet. */
dtn_status dtn_book_read_xlsx(dtn_book *book, dtn_pos at, dtn_diags *diags);
dtn_status dtn_xlsx_read_sheet(dtn_sheet *sheet, dtn_pos at, dtn_diags *diags);
void dtn_xlsx_close(dtn_book *book);

/** "B2", "$B$2" at *text, which moves behind it. */
bool dtn_cell_parse(const char **text, uint32_t *row, uint32_t *col);

#endif
