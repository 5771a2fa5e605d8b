/* Delimited text as a sheet: .csv, .tab, .txt.
 *
 * The reader is store's; here its fields become cells: what reads as a number is one, blanks
 * around it apart, everything else is text. Decimal commas are read where commas can be nothing
 * else: in files parted by something else, if no number has a point and one of them at least is no
 * group of thousands ("1,5" or "0,250", not "1,500" alone). It is told.
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

/* The field without blanks around it. */
static const char *trimmed(const char *text, size_t *n)
{
    const char *from = text, *to = text + strlen(text);
    while (from < to && (*from == ' ' || (*from >= '\t' && *from <= '\r')))
        from++;
    while (to > from && (to[-1] == ' ' || (to[-1] >= '\t' && to[-1] <= '\r')))
        to--;
    *n = (size_t)(to - from);
    return from;
}

/* ---- Decimal commas ----------------------------------------------------------- */

#define MAX_NUMBER 64 /* characters of a number with a decimal comma */

/* A number if its one comma is a decimal point. */
static bool has_decimal_comma(const char *text, size_t n, double *number)
{
    char copy[MAX_NUMBER];
    const char *comma = memchr(text, ',', n);
    if (!comma || n >= sizeof copy || memchr(text, '.', n))
        return false;
    memcpy(copy, text, n);
    copy[comma - text] = '.';
    return dtn_text_to_double(copy, n, number);
}

/* Could "12,345" be a group of thousands? */
static bool is_group(const char *text, size_t n)
{
    const char *first = text + (*text == '-' || *text == '+');
    const char *comma = memchr(text, ',', n);
    const size_t n_before = (size_t)(comma - first), n_after = (size_t)(text + n - comma) - 1;
    return n_before >= 1 && n_before <= 3 && *first != '0' && n_after == 3;
}

/* Whether the table's numbers have decimal commas, and where the first stands. */
static bool uses_commas(const dtn_csv_table *table, uint32_t *row, uint32_t *col)
{
    bool any = false, is_sure = false;
    double number;
    for (size_t r = 0; r < table->n_row && table->separator != ','; r++)
        for (uint32_t c = 0; c < table->rows[r].n; c++) {
            size_t n;
            const char *text = trimmed(dtn_csv_get(table, r, c), &n);
            if (memchr(text, '.', n) && dtn_text_to_double(text, n, &number))
                return false;
            if (!has_decimal_comma(text, n, &number))
                continue;
            if (!any) {
                *row = (uint32_t)r;
                *col = c;
            }
            any = true;
            is_sure = is_sure || !is_group(text, n);
        }
    return is_sure;
}

static void tell_commas(const dtn_csv_table *table, const dtn_sheet *sheet, uint32_t row,
                        uint32_t col, dtn_pos at, dtn_diags *diags)
{
    char place[DTN_SHEET_MAX_PLACE], text[DTN_DOUBLE_MAX_TEXT];
    double number = 0;
    size_t n;
    const char *field = trimmed(dtn_csv_get(table, row, col), &n);
    has_decimal_comma(field, n, &number);
    text[dtn_double_to_text(number, text)] = '\0';
    dtn_diags_add_as(diags, DTN_WARNING, 703, at, "write decimal points to be rid of this",
                     "the file has decimal commas: %s, '%.*s', is read as %s",
                     dtn_sheet_place(sheet, row, col, place), (int)n, field, text);
}

/* ---- Reading --------------------------------------------------------------------- */

static bool add_field(dtn_sheet *sheet, uint32_t row, uint32_t col, const char *text, bool commas)
{
    size_t n;
    double number;
    const char *field = trimmed(text, &n);
    if (dtn_text_to_double(field, n, &number) || (commas && has_decimal_comma(field, n, &number)))
        return dtn_sheet_add_number(sheet, row, col, number);
    return dtn_sheet_add_text(sheet, row, col, text, strlen(text));
}

const char *dtn_sheet_separator(const dtn_sheet *sheet)
{
    if (sheet->book->kind != DTN_BOOK_TEXT)
        return NULL;
    switch (sheet->book->separator) {
    case ',': return "commas";
    case ';': return "semicolons";
    case '\t': return "tabs";
    default: return "another sign";
    }
}

dtn_status dtn_book_read_text(dtn_book *book, dtn_pos at, dtn_diags *diags)
{
    dtn_csv_table table;
    dtn_status status =
        dtn_csv_read_grid(&table, book->path, DTN_SHEET_MAX_FILE, separator_of(book), diags);
    if (status != DTN_OK)
        return status;
    dtn_sheet *sheet = dtn_book_add_sheet(book, "", 0);
    uint32_t row = 0, col = 0;
    const bool commas = uses_commas(&table, &row, &col);
    bool ok = sheet != NULL;
    book->separator = table.separator;
    for (size_t r = 0; r < table.n_row && r < DTN_SHEET_MAX_ROW && ok; r++)
        for (uint32_t c = 0; c < table.rows[r].n && ok; c++)
            ok = add_field(sheet, (uint32_t)r, c, dtn_csv_get(&table, r, c), commas);
    bool too_many = (sheet && sheet->n >= DTN_SHEET_MAX_CELLS) || table.n_row > DTN_SHEET_MAX_ROW;
    if (commas && ok)
        tell_commas(&table, sheet, row, col, at, diags);
    dtn_csv_free(&table);
    if (too_many)
        return dtn_book_fault(book, 704, at, "keep only what the model reads",
                              "it has more than 8 million cells or 1 million rows", diags);
    if (!ok)
        return DTN_E_MEMORY;
    dtn_sheet_finish(sheet);
    return DTN_OK;
}
