/* Workbooks of the old kind (.xls): records of BIFF 8, and BIFF 5 as far as it is the same.
 *
 * The workbook is one stream of records (type, length, bytes). Its first part lists the sheets,
 * the shared texts and the names; each sheet's cells follow at the place that the list gives. A
 * record too long for its 8224 bytes goes on in CONTINUE records, which matters for the shared
 * texts alone. Numbers are read as stored: a date is its number of days, a formula its last value.
 *
 * A reader of our own because the one library that Debian has for it, FreeXL, reads outside of its
 * memory on damaged files. Here every byte is asked of a cursor that knows where its record
 * ends. Follows MS-XLS and the OpenOffice.org documentation of the format.
 * Not read: BIFF 2 to 4 (before 1993), locked workbooks.
 */
#include "base/text.h"
#include "sheet/book.h"
#include "sheet/compound.h"

#include <string.h>

enum {
    REC_FORMULA = 0x06,
    REC_EOF = 0x0A,
    REC_EXTERNSHEET = 0x17,
    REC_NAME = 0x18,
    REC_FILEPASS = 0x2F,
    REC_CONTINUE = 0x3C,
    REC_BOUNDSHEET = 0x85,
    REC_MULRK = 0xBD,
    REC_RSTRING = 0xD6,
    REC_SST = 0xFC,
    REC_LABELSST = 0xFD,
    REC_SUPBOOK = 0x1AE,
    REC_NUMBER = 0x203,
    REC_LABEL = 0x204,
    REC_BOOLERR = 0x205,
    REC_STRING = 0x207,
    REC_RK = 0x27E,
    REC_BOF = 0x809
};

#define MAX_SHEETS 4096

/* A place in the stream that reads within one record, or through its CONTINUEs. */
typedef struct cursor {
    const unsigned char *at, *end; /* of the record at hand */
    const unsigned char *stop;     /* of the stream */
    bool is_bad;                   /* asked for more than there is: everything reads 0 */
} cursor;

typedef struct reader {
    dtn_book *book;
    const unsigned char *stream;
    size_t n;
    bool is_old;       /* BIFF 5: texts are bytes */
    uint32_t *offsets; /* [book->n_sheet] of the sheets' records; 0: no cells (a chart) */
    char **texts;      /* shared ones */
    size_t n_text, cap_text;
    uint32_t
        *links; /* EXTERNSHEET: sheet that a reference in a name means; UINT32_MAX: elsewhere */
    size_t n_link;
    uint32_t n_supbook, own_supbook;
    bool is_locked, no_memory, too_large, is_bad;
} reader;

static uint32_t u16(const unsigned char *p) { return p[0] | (uint32_t)p[1] << 8; }

/* ---- Bytes and texts ------------------------------------------------------------ */

static bool next_record(cursor *c, uint32_t *type)
{
    if (c->stop - c->end < 4)
        return false;
    size_t n = u16(c->end + 2);
    *type = u16(c->end);
    if ((size_t)(c->stop - c->end - 4) < n)
        return false;
    c->at = c->end + 4;
    c->end = c->at + n;
    return true;
}

/* At the end of a record: on into its CONTINUE, if one follows. */
static bool go_on(cursor *c)
{
    uint32_t type;
    if (c->stop - c->end < 4 || u16(c->end) != REC_CONTINUE)
        return false;
    return next_record(c, &type) && c->at < c->end;
}

static uint32_t get8(cursor *c)
{
    if (c->at == c->end && !go_on(c)) {
        c->is_bad = true;
        return 0;
    }
    return *c->at++;
}

static uint32_t get16(cursor *c)
{
    uint32_t low = get8(c);
    return low | get8(c) << 8;
}

static uint32_t get32(cursor *c)
{
    uint32_t low = get16(c);
    return low | get16(c) << 16;
}

static double get_double(cursor *c)
{
    uint64_t low = get32(c), bits = low | (uint64_t)get32(c) << 32;
    double out;
    memcpy(&out, &bits, sizeof out);
    return out;
}

static void skip(cursor *c, size_t n)
{
    while (n > 0 && !c->is_bad) {
        size_t here = (size_t)(c->end - c->at);
        if (here == 0 && !go_on(c))
            c->is_bad = true;
        here = (size_t)(c->end - c->at);
        if (here > n)
            here = n;
        c->at += here;
        n -= here;
    }
}

static size_t put_utf8(char *out, uint32_t u)
{
    if (u < 0x80) {
        out[0] = (char)u;
        return 1;
    }
    if (u < 0x800) {
        out[0] = (char)(0xC0 | u >> 6);
        out[1] = (char)(0x80 | (u & 63));
        return 2;
    }
    if (u < 0x10000) {
        out[0] = (char)(0xE0 | u >> 12);
        out[1] = (char)(0x80 | (u >> 6 & 63));
        out[2] = (char)(0x80 | (u & 63));
        return 3;
    }
    out[0] = (char)(0xF0 | u >> 18);
    out[1] = (char)(0x80 | (u >> 12 & 63));
    out[2] = (char)(0x80 | (u >> 6 & 63));
    out[3] = (char)(0x80 | (u & 63));
    return 4;
}

/* n characters, wide or one byte each (the low half of the same), as UTF-8 on the heap. Where
 * the text goes on in a CONTINUE, that begins with the width anew. NULL: no memory, or is_bad. */
static char *get_characters(reader *r, cursor *c, size_t n, bool wide, size_t *n_out)
{
    size_t most = (size_t)(c->stop - c->at);
    if (n > most) {
        c->is_bad = true;
        return NULL;
    }
    char *out = dtn_alloc(3 * n + 4);
    size_t size = 0;
    uint32_t high = 0;
    if (!out) {
        r->no_memory = true;
        return NULL;
    }
    for (size_t i = 0; i < n && !c->is_bad; i++) {
        if (c->at == c->end && !r->is_old) {
            if (go_on(c))
                wide = *c->at++ & 1;
            else
                c->is_bad = true;
        }
        uint32_t u = wide ? get16(c) : get8(c);
        if (u >= 0xD800 && u < 0xDC00) { /* half of a pair: 4 bytes from two characters */
            high = u;
            continue;
        }
        if (u >= 0xDC00 && u < 0xE000)
            u = high ? 0x10000 + ((high - 0xD800) << 10) + (u - 0xDC00) : '?';
        high = 0;
        size += put_utf8(out + size, u);
    }
    if (c->is_bad) {
        dtn_free(out);
        return NULL;
    }
    *n_out = size;
    return out;
}

/* A text with its length before it (of 1 or 2 bytes), and what formats it behind. */
static char *get_text(reader *r, cursor *c, bool short_length, size_t *n_out)
{
    size_t n = short_length ? get8(c) : get16(c);
    uint32_t flags = r->is_old ? 0 : get8(c);
    size_t runs = flags & 8 ? get16(c) : 0, extra = flags & 4 ? get32(c) : 0;
    char *out = get_characters(r, c, n, flags & 1, n_out);
    skip(c, 4 * runs + extra);
    if (c->is_bad) {
        dtn_free(out);
        return NULL;
    }
    return out;
}

/* ---- The workbook ------------------------------------------------------------------ */

static void add_sheet(reader *r, cursor *c)
{
    size_t n = 0;
    uint32_t offset = get32(c), kind = (get8(c), get8(c));
    char *name = get_text(r, c, true, &n);
    if (!name || r->book->n_sheet >= MAX_SHEETS) {
        dtn_free(name);
        r->is_bad = r->is_bad || c->is_bad;
        return;
    }
    uint32_t *bigger = dtn_realloc(r->offsets, (r->book->n_sheet + 1) * sizeof *bigger);
    if (bigger)
        r->offsets = bigger;
    if (bigger && dtn_book_add_sheet(r->book, name, n))
        r->offsets[r->book->n_sheet - 1] = kind == 0 ? offset : 0;
    else
        r->no_memory = true;
    dtn_free(name);
}

static void read_texts(reader *r, cursor *c)
{
    (void)get32(c); /* uses */
    uint32_t n = get32(c);
    for (uint32_t i = 0; i < n && !c->is_bad && !r->no_memory; i++) {
        size_t size = 0;
        char *text = get_text(r, c, false, &size);
        if (!text)
            break;
        text[size] = '\0';
        if (r->n_text == r->cap_text) {
            size_t cap = r->cap_text ? 2 * r->cap_text : 256;
            char **bigger = dtn_realloc(r->texts, cap * sizeof *bigger);
            if (!bigger) {
                r->no_memory = true;
                dtn_free(text);
                return;
            }
            r->texts = bigger;
            r->cap_text = cap;
        }
        r->texts[r->n_text++] = text;
    }
    r->is_bad = r->is_bad || c->is_bad;
}

/* Which sheets the references in names mean. */
static void read_links(reader *r, cursor *c)
{
    size_t n = get16(c);
    if (r->is_old || r->links || c->is_bad)
        return;
    r->links = dtn_alloc((n + 1) * sizeof *r->links);
    if (!r->links) {
        r->no_memory = true;
        return;
    }
    for (size_t i = 0; i < n && !c->is_bad; i++) {
        uint32_t book = get16(c), first = get16(c), last = get16(c);
        bool own = book == r->own_supbook && first == last && !c->is_bad;
        r->links[r->n_link++] = own ? first : UINT32_MAX;
    }
}

static void read_supbook(reader *r, cursor *c)
{
    (void)get16(c);
    if (get16(c) == 0x0401 && !c->is_bad)
        r->own_supbook = r->n_supbook;
    r->n_supbook++;
}

static size_t put_cell(char *out, uint32_t row, uint32_t col)
{
    char letters[4];
    size_t n = 0, size = 0;
    for (uint32_t k = (col & 0x3FFF) + 1; k > 0 && n < sizeof letters; k = (k - 1) / 26)
        letters[n++] = (char)('A' + (k - 1) % 26);
    while (n > 0)
        out[size++] = letters[--n];
    char digits[8] = {0};
    for (uint32_t k = row + 1; k > 0; k /= 10)
        digits[n++] = (char)('0' + k % 10);
    while (n > 0)
        out[size++] = digits[--n];
    return size;
}

/* 'Sheet'!A1:B2 for a name's cells, on the heap: as .xlsx writes it. */
static char *reference(const char *sheet, const uint32_t at[4])
{
    char *out = dtn_alloc(2 * strlen(sheet) + 40);
    size_t n = 0;
    if (!out)
        return NULL;
    out[n++] = '\'';
    for (; *sheet; sheet++) {
        if (*sheet == '\'')
            out[n++] = '\'';
        out[n++] = *sheet;
    }
    out[n++] = '\'';
    out[n++] = '!';
    n += put_cell(out + n, at[0], at[2]);
    out[n++] = ':';
    n += put_cell(out + n, at[1], at[3]);
    out[n] = '\0';
    return out;
}

/* A name that is one cell or one block of a sheet; others (formulas, other books) are passed over. */
static void read_name(reader *r, cursor *c)
{
    uint32_t at[4], scope;
    size_t size = 0;
    uint32_t flags = get16(c), n = (get8(c), get8(c)), n_formula = get16(c);
    (void)get16(c);
    scope = get16(c);
    skip(c, 4);
    if (r->is_old || flags & 0x20) /* built in: print areas and the like */
        return;
    char *name = get_characters(r, c, n, get8(c) & 1, &size);
    uint32_t token = name && n_formula >= 7 ? get8(c) & 0x1F : 0;
    bool block = token == 0x1B && n_formula == 11, cell = token == 0x1A && n_formula == 7;
    uint32_t link = block || cell ? get16(c) : UINT32_MAX;
    at[0] = get16(c);
    at[1] = block ? get16(c) : at[0];
    at[2] = get16(c);
    at[3] = block ? get16(c) : at[2];
    uint32_t sheet = link < r->n_link && !c->is_bad ? r->links[link] : UINT32_MAX;
    dtn_sheet_name *bigger = NULL;
    char *cells = NULL;
    if (sheet < r->book->n_sheet) {
        cells = reference(r->book->sheets[sheet].name, at);
        bigger = dtn_realloc(r->book->names, (r->book->n_name + 1) * sizeof *bigger);
        r->no_memory = !cells || !bigger;
    }
    if (bigger)
        r->book->names = bigger;
    if (!bigger || !cells) {
        dtn_free(name);
        dtn_free(cells);
        return;
    }
    name[size] = '\0';
    r->book->names[r->book->n_name++] =
        (dtn_sheet_name){name, cells, scope > 0 ? scope - 1 : UINT32_MAX};
}

static void read_globals(reader *r)
{
    cursor c = {.end = r->stream, .stop = r->stream + r->n};
    uint32_t type;
    bool first = true, ended = false;
    while (!ended && next_record(&c, &type) && !r->no_memory) {
        if (first && (type != REC_BOF || c.end - c.at < 4)) {
            r->is_bad = true;
            return;
        }
        if (first)
            r->is_old = u16(c.at) < 0x600;
        first = false;
        cursor in = {.at = c.at, .end = c.end, .stop = c.stop};
        switch (type) {
        case REC_FILEPASS: r->is_locked = true; return;
        case REC_BOUNDSHEET: add_sheet(r, &in); break;
        case REC_SST: read_texts(r, &in); break;
        case REC_SUPBOOK: read_supbook(r, &in); break;
        case REC_EXTERNSHEET: read_links(r, &in); break;
        case REC_NAME: read_name(r, &in); break;
        case REC_EOF: ended = true; break;
        default: break;
        }
    }
    r->is_bad = r->is_bad || !ended || r->book->n_sheet == 0;
}

/* ---- Cells ----------------------------------------------------------------------------- */

/* A number in four bytes: an integer of 30 bits or the upper half of a double, over 100 or not. */
static double rk_value(uint32_t rk)
{
    double out;
    if (rk & 2) {
        out = (int32_t)(rk & ~3u) * 0.25;
    } else {
        uint64_t bits = (uint64_t)(rk & ~3u) << 32;
        memcpy(&out, &bits, sizeof out);
    }
    return rk & 1 ? out / 100 : out;
}

static bool add_text(reader *r, dtn_sheet *sheet, uint32_t row, uint32_t col, cursor *c)
{
    size_t n = 0;
    char *text = get_text(r, c, false, &n);
    bool ok = !text || dtn_sheet_add_text(sheet, row, col, text, n);
    dtn_free(text);
    return ok && !r->no_memory;
}

static bool add_rks(dtn_sheet *sheet, uint32_t row, uint32_t col, cursor *c)
{
    bool ok = true;
    for (; c->end - c->at >= 8 && ok; col++) { /* the last two bytes are the last column */
        (void)get16(c);
        ok = dtn_sheet_add_number(sheet, row, col, rk_value(get32(c)));
    }
    return ok;
}

/* BErr of [MS-XLS] 2.5.10. */
static bool add_error(dtn_sheet *sheet, uint32_t row, uint32_t col, unsigned code)
{
    const char *name = code == 0x00   ? "#NULL!"
                       : code == 0x07 ? "#DIV/0!"
                       : code == 0x0F ? "#VALUE!"
                       : code == 0x17 ? "#REF!"
                       : code == 0x1D ? "#NAME?"
                       : code == 0x24 ? "#NUM!"
                       : code == 0x2A ? "#N/A"
                                      : "#ERROR!";
    return dtn_sheet_add_fault(sheet, row, col, DTN_CELL_ERROR, name);
}

/* A formula's last value; *is_text: it stands in the STRING record that follows. */
static bool add_formula(dtn_sheet *sheet, uint32_t row, uint32_t col, cursor *c, bool *is_text)
{
    const unsigned char *value = c->at;
    double number = get_double(c);
    if (c->is_bad || u16(value + 6) != 0xFFFF)
        return c->is_bad || dtn_sheet_add_number(sheet, row, col, number);
    *is_text = value[0] == 0;
    if (value[0] == 2)
        return add_error(sheet, row, col, value[2]);
    return value[0] != 1 || dtn_sheet_add_number(sheet, row, col, value[2] != 0);
}

static bool add_cell(reader *r, dtn_sheet *sheet, uint32_t type, cursor *c, bool *is_text)
{
    uint32_t row = get16(c), col = get16(c), index;
    switch (type) {
    case REC_MULRK: return add_rks(sheet, row, col, c);
    case REC_NUMBER:
    case REC_RK:
    case REC_LABELSST:
    case REC_LABEL:
    case REC_RSTRING:
    case REC_BOOLERR:
    case REC_FORMULA:
        (void)get16(c); /* format */
        break;
    default: return true;
    }
    if (c->is_bad || c->end - c->at < 2)
        return true;
    switch (type) {
    case REC_NUMBER: return dtn_sheet_add_number(sheet, row, col, get_double(c));
    case REC_RK: return dtn_sheet_add_number(sheet, row, col, rk_value(get32(c)));
    case REC_LABELSST:
        index = get32(c);
        return index >= r->n_text ||
               dtn_sheet_add_text(sheet, row, col, r->texts[index], strlen(r->texts[index]));
    case REC_BOOLERR:
        return c->at[1] != 0 ? add_error(sheet, row, col, c->at[0])
                             : dtn_sheet_add_number(sheet, row, col, c->at[0] != 0);
    case REC_FORMULA: return c->end - c->at < 8 || add_formula(sheet, row, col, c, is_text);
    default: return add_text(r, sheet, row, col, c);
    }
}

static void read_cells(reader *r, dtn_sheet *sheet, uint32_t offset)
{
    cursor c = {.end = r->stream + offset, .stop = r->stream + r->n};
    uint32_t type, depth = 0, row = 0, col = 0;
    bool is_text = false, ok = true;
    while (ok && next_record(&c, &type)) {
        cursor in = {.at = c.at, .end = c.end, .stop = c.stop};
        if (type == REC_BOF) {
            depth++; /* a chart inside of the sheet is a part of its own */
        } else if (type == REC_EOF && depth-- <= 1) {
            dtn_sheet_finish(sheet);
            return;
        } else if (depth == 1 && type == REC_STRING && is_text) {
            ok = add_text(r, sheet, row, col, &in);
            is_text = false;
        } else if (depth == 1) {
            if (type == REC_FORMULA && c.end - c.at >= 4) {
                row = u16(c.at);
                col = u16(c.at + 2);
            }
            ok = add_cell(r, sheet, type, &in, &is_text);
        }
    }
    r->too_large = r->too_large || sheet->n >= DTN_SHEET_MAX_CELLS;
    r->no_memory = r->no_memory || (!ok && !r->too_large);
    r->is_bad = true; /* no end */
}

static void read_workbook(reader *r)
{
    read_globals(r);
    for (size_t i = 0; i < r->book->n_sheet && !r->is_bad && !r->no_memory && !r->is_locked; i++) {
        if (r->offsets[i] >= r->n)
            r->is_bad = true;
        else if (r->offsets[i] > 0)
            read_cells(r, &r->book->sheets[i], r->offsets[i]);
        else
            dtn_sheet_finish(&r->book->sheets[i]);
    }
    for (size_t i = 0; i < r->n_text; i++)
        dtn_free(r->texts[i]);
    dtn_free(r->texts);
    dtn_free(r->links);
    dtn_free(r->offsets);
}

static dtn_status verdict(const reader *r, dtn_pos at, dtn_diags *diags)
{
    if (r->no_memory)
        return DTN_E_MEMORY;
    if (r->too_large)
        return dtn_book_fault(r->book, 704, at, "keep only what the model reads",
                              "a sheet has more than 8 million cells", diags);
    if (r->is_locked)
        return dtn_book_fault(r->book, 703, at, "save it without a password, best as .xlsx",
                              "it is locked by a password", diags);
    if (r->is_bad)
        return dtn_book_fault(r->book, 703, at, "save it anew, best as .xlsx", "it is damaged",
                              diags);
    return DTN_OK;
}

dtn_status dtn_book_read_xls(dtn_book *book, dtn_pos at, dtn_diags *diags)
{
    static const char *const streams[] = {"Workbook", "Book"};
    char *file = NULL;
    unsigned char *stream = NULL;
    size_t n_file = 0;
    reader r = {.book = book, .own_supbook = UINT32_MAX};
    dtn_status status = dtn_file_read(book->path, DTN_SHEET_MAX_FILE, &file, &n_file, diags);
    if (status != DTN_OK)
        return status;
    dtn_compound found =
        dtn_compound_read((const unsigned char *)file, n_file, streams, 2, &stream, &r.n);
    dtn_free(file);
    if (found == DTN_COMPOUND_MEMORY)
        return DTN_E_MEMORY;
    if (found == DTN_COMPOUND_NONE)
        return dtn_book_fault(book, 703, at, "save it as .xlsx without a password",
                              "it holds no workbook, or one that is locked", diags);
    if (found == DTN_COMPOUND_BAD)
        return dtn_book_fault(book, 703, at, "save it anew, best as .xlsx",
                              "it is damaged, or no .xls workbook", diags);
    r.stream = stream;
    read_workbook(&r);
    dtn_free(stream);
    return verdict(&r, at, diags);
}
