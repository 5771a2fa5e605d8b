/* Reader of CSV tables (RFC 4180), whole in memory.
 *
 * One pass over a private copy of the text: fields are unquoted in place, where they can only
 * shrink, and end in a NUL put over their separator. Reading goes on after an
 * error, so that a person sees all of them at once. A quote inside an unquoted
 * field is a plain character, as spreadsheets write it.
 * It knows no types, dates or encodings: fields are bytes.
 */
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "store/csv.h"

typedef struct reader {
    dtn_csv_table *table;
    dtn_diags *diags;
    const char *name;
    char *at, *end, *line_start;
    uint32_t line;
    size_t cap_row, n_field, cap_field;
    bool is_grid; /* rows of any width, blank lines kept */
    bool failed;
} reader;

static void complain(reader *r, uint32_t line, uint32_t col, const char *hint, const char *what)
{
    dtn_diags_add(r->diags, 703, (dtn_pos){r->name, line, col}, hint, "%s", what);
    r->failed = true;
}

static uint32_t column_of(const reader *r, const char *at)
{
    size_t col = (size_t)(at - r->line_start) + 1;
    return col < UINT32_MAX ? (uint32_t)col : UINT32_MAX;
}

/* A line break begins at p: its length, or 0. */
static size_t line_break(const reader *r, const char *p)
{
    if (p >= r->end || (*p != '\n' && *p != '\r'))
        return 0;
    return *p == '\r' && p + 1 < r->end && p[1] == '\n' ? 2 : 1;
}

static bool at_field_end(const reader *r)
{
    return r->at >= r->end || *r->at == r->table->separator || line_break(r, r->at);
}

static void next_line(reader *r, size_t break_size)
{
    r->at += break_size;
    r->line_start = r->at;
    r->line++;
}

/* From the opening quote to the field's end; returns where the unquoted text ends. */
static char *read_quoted(reader *r)
{
    const uint32_t line = r->line, col = column_of(r, r->at);
    char *to = r->at++;
    while (r->at < r->end) {
        size_t n = line_break(r, r->at);
        if (*r->at == '"') {
            if (r->at + 1 >= r->end || r->at[1] != '"')
                break;
            r->at++;
        }
        if (n) {
            *to++ = '\n'; /* CRLF inside a field becomes one \n */
            next_line(r, n);
        } else {
            *to++ = *r->at++;
        }
    }
    if (r->at >= r->end) {
        complain(r, line, col, "close the field with a second \"", "a quoted field never ends");
        return to;
    }
    r->at++;
    if (!at_field_end(r))
        complain(r, r->line, column_of(r, r->at),
                 "double each quote inside a quoted field, or put the separator after it",
                 "text after a closing quote");
    while (!at_field_end(r))
        r->at++;
    return to;
}

static void add_field(reader *r, const char *field)
{
    DTN_PUSH(&r->table->arena, r->table->fields, r->n_field, r->cap_field, field);
}

/* One field; returns true if another follows in the row. */
static bool read_field(reader *r)
{
    char *begin = r->at, *end;
    if (r->at < r->end && *r->at == '"') {
        end = read_quoted(r);
    } else {
        while (!at_field_end(r))
            r->at++;
        end = r->at;
    }
    add_field(r, begin);
    bool more = r->at < r->end && *r->at == r->table->separator;
    size_t n = line_break(r, r->at);
    *end = '\0'; /* only now: the end may lie on the separator or the line break */
    if (more)
        r->at++;
    else if (n)
        next_line(r, n);
    return more;
}

/* Drops empty fields beyond the first row's width; complains about any other width. */
static void check_width(reader *r, dtn_csv_row *row)
{
    const char **fields = r->table->fields + row->first;
    if (r->table->n_row == 0 || r->is_grid)
        return;
    uint32_t expect = r->table->rows[0].n;
    while (row->n > expect && fields[row->n - 1][0] == '\0')
        row->n--;
    r->n_field = row->first + row->n;
    if (row->n == expect)
        return;
    const bool is_semicolons = expect == 1 && r->table->separator != ';' &&
                               strchr(r->table->fields[r->table->rows[0].first], ';') != NULL;
    dtn_diags_add(r->diags, 703, (dtn_pos){r->name, row->line, 0},
                  is_semicolons
                      ? "write commas between the fields, and points in numbers: the first row has "
                        "semicolons"
                      : "check for a missing value, or a separator in a field without quotes",
                  "the row has %u fields, the first row %u", row->n, expect);
    r->failed = true;
}

/* One row, if the line is not blank. Returns false when reading must stop. */
static bool read_row(reader *r)
{
    size_t n = line_break(r, r->at);
    if (n && !r->is_grid) {
        next_line(r, n);
        return true;
    }
    dtn_csv_row row = {r->line, 0, r->n_field};
    bool more = true;
    while (more) {
        if (++row.n > DTN_CSV_MAX_COLUMNS) {
            complain(r, row.line, 0, "check the separator", "too many fields in one row");
            return false;
        }
        more = read_field(r);
    }
    check_width(r, &row);
    DTN_PUSH(&r->table->arena, r->table->rows, r->table->n_row, r->cap_row, row);
    return true;
}

static char guess_separator(const char *text, size_t n)
{
    size_t comma = 0, semicolon = 0, tab = 0;
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && (text[i] == '\n' || text[i] == '\r'))
            break;
        else if (!quoted) {
            comma += text[i] == ',';
            semicolon += text[i] == ';';
            tab += text[i] == '\t';
        }
    }
    if (tab > comma && tab >= semicolon)
        return '\t';
    return semicolon > comma ? ';' : ',';
}

static bool has_nul(reader *r)
{
    const char *nul = memchr(r->at, '\0', (size_t)(r->end - r->at));
    if (!nul)
        return false;
    uint32_t line = 1;
    for (const char *p = r->at; p < nul; p++)
        line += *p == '\n';
    complain(r, line, 0, "save the file as UTF-8 text", "the file holds a NUL byte");
    return true;
}

static void parse(reader *r, size_t n, char separator)
{
    if (n >= 3 && memcmp(r->at, "\xef\xbb\xbf", 3) == 0)
        r->at += 3;
    r->line_start = r->at;
    r->table->separator = separator ? separator : guess_separator(r->at, (size_t)(r->end - r->at));
    if (has_nul(r))
        return;
    while (r->at < r->end && read_row(r))
        continue;
}

/* Takes over `text` (heap, NUL at [n]). */
static dtn_status read_owned(dtn_csv_table *table, char *text, size_t n, const char *name,
                             char separator, bool is_grid, dtn_diags *diags)
{
    memset(table, 0, sizeof *table);
    dtn_arena_init(&table->arena);
    table->text = text;
    if (DTN_ARENA_GUARD(&table->arena)) {
        dtn_csv_free(table);
        return DTN_E_MEMORY;
    }
    reader r = {.table = table, .diags = diags, .name = name, .at = text, .end = text + n};
    r.line = 1;
    r.is_grid = is_grid;
    parse(&r, n, separator);
    if (r.failed)
        dtn_csv_free(table);
    return r.failed ? DTN_E_INPUT : DTN_OK;
}

dtn_status dtn_csv_read(dtn_csv_table *table, const char *path, size_t max_bytes, char separator,
                        dtn_diags *diags)
{
    char *text = NULL;
    size_t n = 0;
    memset(table, 0, sizeof *table);
    dtn_status status = dtn_file_read(path, max_bytes, &text, &n, diags);
    return status == DTN_OK ? read_owned(table, text, n, path, separator, false, diags) : status;
}

dtn_status dtn_csv_read_grid(dtn_csv_table *table, const char *path, size_t max_bytes,
                             char separator, dtn_diags *diags)
{
    char *text = NULL;
    size_t n = 0;
    memset(table, 0, sizeof *table);
    dtn_status status = dtn_file_read(path, max_bytes, &text, &n, diags);
    return status == DTN_OK ? read_owned(table, text, n, path, separator, true, diags) : status;
}

dtn_status dtn_csv_read_text(dtn_csv_table *table, const char *text, size_t n, const char *name,
                             char separator, dtn_diags *diags)
{
    memset(table, 0, sizeof *table);
    char *copy = dtn_alloc(n + 1);
    if (!copy)
        return DTN_E_MEMORY;
    if (n)
        memcpy(copy, text, n);
    return read_owned(table, copy, n, name, separator, false, diags);
}

void dtn_csv_free(dtn_csv_table *table)
{
    dtn_arena_free(&table->arena);
    dtn_free(table->text);
    memset(table, 0, sizeof *table);
}

const char *dtn_csv_get(const dtn_csv_table *table, size_t row, size_t column)
{
    if (row >= table->n_row || column >= table->rows[row].n)
        return NULL;
    return table->fields[table->rows[row].first + column];
}

int32_t dtn_csv_find(const dtn_csv_table *table, const char *name)
{
    for (uint32_t i = 0; table->n_row && i < table->rows[0].n; i++) {
        if (strcmp(dtn_csv_get(table, 0, i), name) == 0)
            return (int32_t)i;
    }
    return -1;
}
