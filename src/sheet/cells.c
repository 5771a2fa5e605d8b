/* The cells of a sheet, and the texts that name some of them.
 *
 * Cells are kept as a list in order of row and column, not as a rectangle: a file can claim a
 * cell in the last corner of a sheet for the price of a few bytes. Texts lie one behind the
 * other in one block. References are those of spreadsheets in A1 notation.
 */
#include "base/text.h"
#include "sheet/book.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Filling --------------------------------------------------------------- */

char *dtn_sheet_copy(const char *text, size_t n)
{
    char *out = dtn_alloc(n + 1);
    if (out && n)
        memcpy(out, text, n);
    return out;
}

static bool add_entry(dtn_sheet *sheet, dtn_sheet_entry entry)
{
    if (sheet->n >= DTN_SHEET_MAX_CELLS)
        return false;
    if (sheet->n == sheet->cap) {
        size_t cap = sheet->cap ? sheet->cap * 2 : 64;
        dtn_sheet_entry *bigger = dtn_realloc(sheet->entries, cap * sizeof *bigger);
        if (!bigger)
            return false;
        sheet->entries = bigger;
        sheet->cap = cap;
    }
    sheet->entries[sheet->n++] = entry;
    if (entry.row >= sheet->n_row)
        sheet->n_row = entry.row + 1;
    if (entry.col >= sheet->n_col)
        sheet->n_col = entry.col + 1;
    return true;
}

static bool is_inside(uint32_t row, uint32_t col)
{
    return row < DTN_SHEET_MAX_ROW && col < DTN_SHEET_MAX_COL;
}

bool dtn_sheet_add_number(dtn_sheet *sheet, uint32_t row, uint32_t col, double number)
{
    if (!isfinite(number) || !is_inside(row, col))
        return true;
    return add_entry(sheet, (dtn_sheet_entry){row, col, DTN_SHEET_NO_TEXT, number});
}

static bool is_blank(const char *text, size_t n, size_t *size)
{
    *size = n >= 2 && memcmp(text, "\xC2\xA0", 2) == 0 ? 2 : 1; /* no-break space */
    return n > 0 && (*size == 2 || *text == ' ' || (*text >= '\t' && *text <= '\r'));
}

bool dtn_sheet_add_text(dtn_sheet *sheet, uint32_t row, uint32_t col, const char *text, size_t n)
{
    size_t size;
    while (is_blank(text, n, &size)) {
        text += size;
        n -= size;
    }
    while (n > 0) {
        bool wide = n >= 2 && memcmp(text + n - 2, "\xC2\xA0", 2) == 0;
        if (!wide && !is_blank(text + n - 1, 1, &size))
            break;
        n -= wide ? 2 : 1;
    }
    if (n == 0 || !is_inside(row, col))
        return true;
    if (sheet->n_text + n + 1 >= DTN_SHEET_NO_TEXT)
        return false;
    if (sheet->cap_text - sheet->n_text <= n) {
        size_t cap = (sheet->cap_text + n + 1) * 2;
        char *bigger = dtn_realloc(sheet->texts, cap);
        if (!bigger)
            return false;
        sheet->texts = bigger;
        sheet->cap_text = cap;
    }
    dtn_sheet_entry entry = {row, col, (uint32_t)sheet->n_text, 0};
    memcpy(sheet->texts + sheet->n_text, text, n);
    sheet->texts[sheet->n_text + n] = '\0';
    sheet->n_text += n + 1;
    return add_entry(sheet, entry);
}

#define MAX_FORMULA 120 /* bytes that are kept of one; messages show less */

bool dtn_sheet_add_fault(dtn_sheet *sheet, uint32_t row, uint32_t col, dtn_cell_fault fault,
                         const char *text)
{
    char formula[MAX_FORMULA + 1] = "=";
    size_t n = strlen(text);
    const size_t n_before = sheet->n;
    if (fault == DTN_CELL_ERROR && (n == 0 || strcmp(text, "#N/A") == 0))
        return true;
    if (fault == DTN_CELL_FORMULA) {
        for (n = n < MAX_FORMULA - 1 ? n : MAX_FORMULA - 1; (text[n] & 0xC0) == 0x80;)
            n--; /* not within a character */
        memcpy(formula + 1, text, n);
        text = formula;
        n++;
    }
    if (!dtn_sheet_add_text(sheet, row, col, text, n))
        return false;
    if (sheet->n > n_before)
        sheet->entries[sheet->n - 1].number = (double)fault;
    return true;
}

static uint64_t place_of(const dtn_sheet_entry *e) { return (uint64_t)e->row << 32 | e->col; }

/* No program writes a cell twice; where a file has one, the order is at least always the same. */
static int compare(const void *a, const void *b)
{
    const dtn_sheet_entry *x = a, *y = b;
    uint64_t px = place_of(x), py = place_of(y);
    if (px != py)
        return px < py ? -1 : 1;
    return x->text < y->text ? -1 : x->text > y->text;
}

void dtn_sheet_finish(dtn_sheet *sheet)
{
    bool sorted = true;
    for (size_t i = 1; i < sheet->n && sorted; i++)
        sorted = place_of(&sheet->entries[i - 1]) < place_of(&sheet->entries[i]);
    if (!sorted)
        qsort(sheet->entries, sheet->n, sizeof *sheet->entries, compare);
    sheet->state = DTN_SHEET_READ;
}

/* ---- Asking ---------------------------------------------------------------- */

uint32_t dtn_sheet_n_row(const dtn_sheet *sheet) { return sheet->n_row; }
uint32_t dtn_sheet_n_col(const dtn_sheet *sheet) { return sheet->n_col; }

dtn_cell dtn_sheet_cell(const dtn_sheet *sheet, uint32_t row, uint32_t col)
{
    uint64_t wanted = (uint64_t)row << 32 | col;
    size_t low = 0, high = sheet->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (place_of(&sheet->entries[mid]) < wanted)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == sheet->n || place_of(&sheet->entries[low]) != wanted)
        return (dtn_cell){.kind = DTN_CELL_EMPTY};
    const dtn_sheet_entry *e = &sheet->entries[low];
    if (e->text != DTN_SHEET_NO_TEXT)
        return (dtn_cell){.kind = DTN_CELL_TEXT,
                          .text = sheet->texts + e->text,
                          .fault = (dtn_cell_fault)e->number};
    return (dtn_cell){.kind = DTN_CELL_NUMBER, .number = e->number};
}

const char *dtn_cell_fault_word(dtn_cell_fault fault)
{
    return fault == DTN_CELL_FORMULA ? "the formula " : fault == DTN_CELL_ERROR ? "the error " : "";
}

const char *dtn_cell_fault_hint(dtn_cell_fault fault)
{
    return fault == DTN_CELL_FORMULA
               ? "open the workbook in a spreadsheet program and save it: that computes its formulas"
           : fault == DTN_CELL_ERROR ? "mend the cell's formula, or leave the cell empty"
                                     : NULL;
}

/* ---- References ------------------------------------------------------------- */

static uint32_t letter(char c)
{
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a') + 1;
    return c >= 'A' && c <= 'Z' ? (uint32_t)(c - 'A') + 1 : 0;
}

#define MAX_LETTERS 16384 /* XFD: longer ones are names */

static bool parse_col(const char **text, uint32_t *col)
{
    uint32_t n = 0;
    const char *p = *text + (**text == '$');
    const char *begin = p;
    for (; letter(*p); p++) {
        n = n * 26 + letter(*p);
        if (n > MAX_LETTERS)
            return false;
    }
    if (p == begin)
        return false;
    *text = p;
    *col = n - 1;
    return true;
}

static bool parse_row(const char **text, uint32_t *row)
{
    uint32_t n = 0;
    const char *p = *text + (**text == '$');
    const char *begin = p;
    for (; *p >= '0' && *p <= '9'; p++) {
        n = n * 10 + (uint32_t)(*p - '0');
        if (n > DTN_SHEET_MAX_ROW)
            return false;
    }
    if (p == begin || n == 0)
        return false;
    *text = p;
    *row = n - 1;
    return true;
}

bool dtn_cell_parse(const char **text, uint32_t *row, uint32_t *col)
{
    const char *p = *text;
    if (!parse_col(&p, col) || !parse_row(&p, row))
        return false;
    *text = p;
    return true;
}

bool dtn_sheet_line(const char *text, bool *is_row, uint32_t *index)
{
    const char *p = text;
    *is_row = !parse_col(&p, index);
    if (*is_row && !parse_row(&p, index))
        return false;
    return *p == '\0';
}
