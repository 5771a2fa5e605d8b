/* Delimited text as a sheet: .csv, .tab, .txt.
 *
 * The reader is store's; here its fields become cells: what reads as a number is one, blanks
 * around it apart, everything else is text. A decimal comma is not guessed at.
 */
#include "base/text.h"
#include "sheet/book.h"
#include "store/csv.h"

#include <string.h>

static bool has_extension(const char *path, const char *extension)
{
    size_t n = strlen(path), m = strlen(extension);
    for (size_t i = 0; i < m; i++) {
        char c = n < m ? '\0' : path[n - m + i];
        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != extension[i])
            return false;
    }
    return true;
}

/* The separator that is asked for; 0: guess it from the first line. */
static char separator_of(const dtn_book *book)
{
    static const struct {
        const char *name;
        char separator;
    } names[] = {{"tab", '\t'}, {"\\t", '\t'}, {"comma", ','}, {"semicolon", ';'}, {"space", ' '}};
    if (strlen(book->tab) == 1 && *book->tab != '"' && *book->tab != '\n')
        return *book->tab;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(book->tab) == strlen(names[i].name) && has_extension(book->tab, names[i].name))
            return names[i].separator;
    if (has_extension(book->path, ".tab") || has_extension(book->path, ".tsv"))
        return '\t';
    return 0;
}

static bool add_field(dtn_sheet *sheet, uint32_t row, uint32_t col, const char *text)
{
    size_t n = strlen(text);
    double number;
    const char *from = text, *to = text + n;
    while (from < to && (*from == ' ' || (*from >= '\t' && *from <= '\r')))
        from++;
    while (to > from && (to[-1] == ' ' || (to[-1] >= '\t' && to[-1] <= '\r')))
        to--;
    if (dtn_text_to_double(from, (size_t)(to - from), &number))
        return dtn_sheet_add_number(sheet, row, col, number);
    return dtn_sheet_add_text(sheet, row, col, text, n);
}

dtn_status dtn_book_read_text(dtn_book *book, dtn_pos at, dtn_diags *diags)
{
    dtn_csv_table table;
    dtn_status status =
        dtn_csv_read_grid(&table, book->path, DTN_SHEET_MAX_FILE, separator_of(book), diags);
    if (status != DTN_OK)
        return status;
    dtn_sheet *sheet = dtn_book_add_sheet(book, "", 0);
    bool ok = sheet != NULL;
    for (size_t r = 0; r < table.n_row && r < DTN_SHEET_MAX_ROW && ok; r++)
        for (uint32_t c = 0; c < table.rows[r].n && ok; c++)
            ok = add_field(sheet, (uint32_t)r, c, dtn_csv_get(&table, r, c));
    bool too_many = (sheet && sheet->n >= DTN_SHEET_MAX_CELLS) || table.n_row > DTN_SHEET_MAX_ROW;
    dtn_csv_free(&table);
    if (too_many)
        return dtn_book_fault(book, 704, at, "keep only what the model reads",
                              "it has more than 8 million cells or 1 million rows", diags);
    if (!ok)
        return DTN_E_MEMORY;
    dtn_sheet_finish(sheet);
    return DTN_OK;
}
