/** For the targets of sheets: use of a file of sheets as a model uses it. */
#ifndef DTN_TESTS_FUZZ_BOOK_H
#define DTN_TESTS_FUZZ_BOOK_H

#include "fuzz.h"

#include <string.h>

#include "sheet/sheet.h"

/* The corners of what a text names. */
static void fuzz_look_up(dtn_books *books, const dtn_sheet *sheet, const char *text,
                         dtn_diags *diags)
{
    static const dtn_pos at = {"model.mdl", 1, 1};
    const dtn_sheet *where = NULL;
    dtn_cells cells = {0};
    char place[DTN_SHEET_MAX_PLACE];
    if (dtn_books_find(books, sheet, text, at, &where, &cells, diags) != DTN_OK)
        return;
    FUZZ_CHECK(where != NULL && cells.n_row >= 1 && cells.n_col >= 1);
    const uint32_t row = cells.row + cells.n_row - 1, col = cells.col + cells.n_col - 1;
    (void)dtn_sheet_cell(where, cells.row, cells.col);
    const dtn_cell cell = dtn_sheet_cell(where, row, col);
    FUZZ_CHECK(cell.kind != DTN_CELL_TEXT || strlen(cell.text) > 0);
    FUZZ_CHECK(strlen(dtn_sheet_place(where, row, col, place)) < DTN_SHEET_MAX_PLACE);
}

static void fuzz_use_book(const char *path)
{
    static const char *const tabs[] = {NULL, "One", "2", "Sheet1", ";", "tab"};
    static const char *const texts[] = {"A1", "$B$2:D4", "Block", "one", "XFD1048576"};
    static const dtn_pos at = {"model.mdl", 1, 1};
    dtn_books *books = dtn_books_new();
    dtn_diags diags;
    dtn_diags_init(&diags);
    FUZZ_CHECK(books != NULL);
    for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++) {
        const dtn_sheet *sheet = NULL;
        dtn_status status = dtn_books_get(books, path, tabs[i], at, &sheet, &diags);
        FUZZ_CHECK(status != DTN_E_MEMORY && (status == DTN_OK) == (sheet != NULL));
        FUZZ_CHECK(status == DTN_OK || diags.n_error > 0);
        if (!sheet)
            continue;
        FUZZ_CHECK(dtn_sheet_n_row(sheet) <= DTN_SHEET_MAX_ROW);
        FUZZ_CHECK(dtn_sheet_n_col(sheet) <= DTN_SHEET_MAX_COL);
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            fuzz_look_up(books, sheet, texts[k], &diags);
    }
    dtn_books_delete(books);
    fuzz_check_diags(&diags);
    dtn_diags_free(&diags);
}

#endif
