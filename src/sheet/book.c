/* Books: files of sheets, opened once and kept.
 *
 * A book is known by its path, a text file by its separator too. What a file is, its first bytes
 * tell: people save .xlsx files as .xls and the other way round. A fault is reported where the
 * model asks for the file first; later requests fail in silence, for a model may ask a hundred
 * times. All memory is the heap's, because the libraries below call back into this room and
 * must not be jumped over.
 */
#include "base/inputs.h"
#include "base/nearest.h"
#include "base/text.h"
#include "sheet/book.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct dtn_books {
    dtn_book **items;
    size_t n;
};

dtn_books *dtn_books_new(void) { return dtn_alloc(sizeof(dtn_books)); }

static void free_sheet(dtn_sheet *sheet)
{
    dtn_free(sheet->name);
    dtn_free(sheet->part);
    dtn_free(sheet->entries);
    dtn_free(sheet->texts);
}

static void delete_book(dtn_book *book)
{
    if (!book)
        return;
    dtn_xlsx_close(book);
    for (size_t i = 0; i < book->n_sheet; i++)
        free_sheet(&book->sheets[i]);
    for (size_t i = 0; i < book->n_name; i++) {
        dtn_free(book->names[i].name);
        dtn_free(book->names[i].cells);
    }
    dtn_free(book->sheets);
    dtn_free(book->names);
    dtn_free(book->asked);
    dtn_free(book->path);
    dtn_free(book->tab);
    dtn_free(book);
}

void dtn_books_delete(dtn_books *books)
{
    if (!books)
        return;
    for (size_t i = 0; i < books->n; i++)
        delete_book(books->items[i]);
    dtn_free(books->items);
    dtn_free(books);
}

dtn_sheet *dtn_book_add_sheet(dtn_book *book, const char *name, size_t n)
{
    dtn_sheet *bigger = dtn_realloc(book->sheets, (book->n_sheet + 1) * sizeof *bigger);
    char *copy = dtn_sheet_copy(name, n);
    if (bigger)
        book->sheets = bigger;
    if (!bigger || !copy) {
        dtn_free(copy);
        return NULL;
    }
    book->sheets[book->n_sheet] = (dtn_sheet){.book = book, .name = copy};
    return &book->sheets[book->n_sheet++];
}

/* ---- Names ------------------------------------------------------------------------ */

static char small(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

/* The n bytes of a are b, in any case of ASCII letters. */
static bool same_name(const char *a, size_t n, const char *b)
{
    for (size_t i = 0; i < n; i++)
        if (b[i] == '\0' || small(a[i]) != small(b[i]))
            return false;
    return b[n] == '\0';
}

/* ---- Messages ----------------------------------------------------------------- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

dtn_status dtn_book_fault(const dtn_book *book, int code, dtn_pos at, const char *hint,
                          const char *what, dtn_diags *diags)
{
    dtn_diags_add(diags, code, at, hint, "cannot read '%s': %s", book->path, what);
    return code == 701 || code == 704 ? DTN_E_IO : DTN_E_INPUT;
}

const char *dtn_sheet_place(const dtn_sheet *sheet, uint32_t row, uint32_t col,
                            char out[DTN_SHEET_MAX_PLACE])
{
    char letters[8];
    size_t n = sizeof letters;
    letters[--n] = '\0';
    for (uint32_t c = col + 1; c > 0 && n > 0; c = (c - 1) / 26)
        letters[--n] = (char)('A' + (c - 1) % 26);
    const dtn_book *book = sheet->book;
    if (book->kind == DTN_BOOK_TEXT)
        snprintf(out, DTN_SHEET_MAX_PLACE, "%.120s, cell %s%u", base_name(book->path), letters + n,
                 row + 1);
    else
        snprintf(out, DTN_SHEET_MAX_PLACE, "%.120s, sheet '%.120s', cell %s%u",
                 base_name(book->path), sheet->name, letters + n, row + 1);
    return out;
}

/* ---- Opening ------------------------------------------------------------------- */

/* path[begin, end) is a file or folder, in the case that its folder has it in: models come from systems that do
 * not mind. Of several the first by the alphabet. */
static bool put_in_its_case(char *path, size_t begin, size_t end)
{
    char *folder = begin ? dtn_sheet_copy(path, begin) : dtn_sheet_copy(".", 1);
    DIR *dir = folder ? opendir(folder) : NULL;
    bool found = false;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (same_name(path + begin, end - begin, entry->d_name) &&
            (!found || memcmp(entry->d_name, path + begin, end - begin) < 0)) {
            memcpy(path + begin, entry->d_name, end - begin);
            found = true;
        }
    if (dir)
        closedir(dir);
    dtn_free(folder);
    return found;
}

/* In place: the length stays. False: there is none. */
static bool find_in_any_case(char *path)
{
    for (size_t begin = path[0] == '/', end; path[begin]; begin = end + (path[end] == '/')) {
        end = begin + strcspn(path + begin, "/");
        const char after = path[end];
        path[end] = '\0';
        const bool is_there = end == begin || access(path, F_OK) == 0;
        path[end] = after;
        if (!is_there && !put_in_its_case(path, begin, end))
            return false;
    }
    return true;
}

/* Workbooks are saved in the newer format and their models left as they are: a.xlsx for a.xls, or the other way
 * round, in the case that it is there in. Owned by the caller; NULL: no workbook's name, or no memory. */
static char *sibling_of(const char *path)
{
    const size_t n = strlen(path);
    const bool is_xls = n > 4 && same_name(path + n - 4, 4, ".xls");
    const bool is_xlsx = n > 5 && same_name(path + n - 5, 5, ".xlsx");
    char *other = is_xls || is_xlsx ? dtn_alloc(n + 2) : NULL;
    if (!other)
        return NULL;
    memcpy(other, path, n);
    if (is_xls)
        other[n] = 'x';
    else
        other[n - 1] = '\0';
    (void)find_in_any_case(other);
    return other;
}

bool dtn_book_is_there(const char *path)
{
    char *copy = dtn_sheet_copy(path, strlen(path)), *other = sibling_of(path);
    const bool found = (copy && find_in_any_case(copy)) || (other && access(other, F_OK) == 0);
    dtn_free(copy);
    dtn_free(other);
    return found;
}

/* Less than 0 with errno set if there is none. */
static int open_sibling(dtn_book *book, dtn_pos at, dtn_diags *diags)
{
    char *other = sibling_of(book->path);
    if (!other) {
        errno = ENOENT;
        return -1;
    }
    int fd = open(other, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int error = errno;
    if (fd < 0) {
        dtn_free(other);
        errno = error;
        return fd;
    }
    dtn_diags_add_as(diags, DTN_WARNING, 701, at, "correct the name in the model",
                     "'%s' is not there; '%s' is read in its place", book->path, other);
    dtn_free(book->path);
    book->path = other;
    return fd;
}

/* The file's first bytes tell its kind; a folder or a device is refused. */
static dtn_status look_at(dtn_book *book, dtn_pos at, dtn_diags *diags)
{
    static const unsigned char compound[] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};
    unsigned char head[8] = {0};
    char buffer[128];
    struct stat info;
    int fd = open(book->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) {
        (void)find_in_any_case(book->path);
        fd = open(book->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    }
    if (fd < 0 && errno == ENOENT)
        fd = open_sibling(book, at, diags);
    if (fd < 0)
        return dtn_book_fault(book, 701, at,
                              errno == ENOENT
                                  ? at.line ? "files are looked for beside the model"
                                            : "check the path; it counts from the current folder"
                                  : "check the path and the permissions",
                              strerror_r(errno, buffer, sizeof buffer), diags);
    ssize_t n = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? read(fd, head, sizeof head) : -1;
    const dtn_status status = dtn_inputs_add(diags, fd);
    close(fd);
    if (status != DTN_OK)
        return status;
    if (n < 0)
        return dtn_book_fault(book, 701, at, "name a file", "it is not a file", diags);
    if ((uint64_t)info.st_size > DTN_SHEET_MAX_FILE)
        return dtn_book_fault(book, 704, at, "keep only the sheets that the model reads",
                              "it is larger than 256 MiB", diags);
    if (n >= 4 && memcmp(head, "PK\3\4", 4) == 0)
        book->kind = DTN_BOOK_XLSX;
    else if (n == 8 && memcmp(head, compound, 8) == 0)
        book->kind = DTN_BOOK_XLS;
    return DTN_OK;
}

static dtn_status read_book(dtn_book *book, dtn_pos at, dtn_diags *diags)
{
    dtn_status status = look_at(book, at, diags);
    if (status != DTN_OK)
        return status;
    switch (book->kind) {
    case DTN_BOOK_XLSX: return dtn_book_read_xlsx(book, at, diags);
    case DTN_BOOK_XLS: return dtn_book_read_xls(book, at, diags);
    case DTN_BOOK_TEXT: break;
    }
    return dtn_book_read_text(book, at, diags);
}

static dtn_book *find_book(const dtn_books *books, const char *path, const char *tab)
{
    for (size_t i = 0; i < books->n; i++) {
        dtn_book *b = books->items[i];
        if (strcmp(b->asked, path) == 0 &&
            (b->failed || b->kind != DTN_BOOK_TEXT || strcmp(b->tab, tab) == 0))
            return b;
    }
    return NULL;
}

static dtn_book *add_book(dtn_books *books, const char *path, const char *tab)
{
    dtn_book *book = dtn_alloc(sizeof *book);
    dtn_book **bigger = dtn_realloc(books->items, (books->n + 1) * sizeof(dtn_book *));
    if (bigger)
        books->items = bigger;
    if (book) {
        book->asked = dtn_sheet_copy(path, strlen(path));
        book->path = dtn_sheet_copy(path, strlen(path));
        book->tab = dtn_sheet_copy(tab, strlen(tab));
    }
    if (!bigger || !book || !book->asked || !book->path || !book->tab) {
        delete_book(book);
        return NULL;
    }
    books->items[books->n++] = book;
    return book;
}

/* ---- Sheets ---------------------------------------------------------------------- */

static dtn_sheet *find_sheet(dtn_book *book, const char *tab, size_t n)
{
    uint32_t number = 0;
    bool is_row;
    char digits[12];
    if (book->kind == DTN_BOOK_TEXT || (!tab && book->n_sheet > 0))
        return book->sheets;
    for (size_t i = 0; i < book->n_sheet; i++)
        if (same_name(tab, n, book->sheets[i].name))
            return &book->sheets[i];
    if (n == 0 || n >= sizeof digits)
        return NULL;
    memcpy(digits, tab, n);
    digits[n] = '\0';
    if (dtn_sheet_line(digits, &is_row, &number) && is_row && number < book->n_sheet)
        return &book->sheets[number];
    return NULL;
}

static dtn_status no_sheet(const dtn_book *book, const char *tab, dtn_pos at, dtn_diags *diags)
{
    char hint[256];
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, tab);
    for (size_t i = 0; i < book->n_sheet; i++)
        dtn_nearest_add(&nearest, book->sheets[i].name);
    const char *best = nearest.best ? nearest.best : book->n_sheet ? book->sheets[0].name : "";
    snprintf(hint, sizeof hint,
             nearest.best ? "did you mean '%.100s'?" : "its first sheet is '%.100s'", best);
    dtn_diags_add(diags, 705, at, book->n_sheet ? hint : NULL, "'%s' has no sheet '%s'", book->path,
                  tab);
    return DTN_E_INPUT;
}

/* The sheet's cells, if they have not been read yet. */
static dtn_status fill(dtn_sheet *sheet, dtn_pos at, dtn_diags *diags)
{
    if (sheet->state == DTN_SHEET_READ)
        return DTN_OK;
    if (sheet->state == DTN_SHEET_FAILED)
        return DTN_E_INPUT;
    dtn_status status = dtn_xlsx_read_sheet(sheet, at, diags);
    if (status != DTN_OK)
        sheet->state = DTN_SHEET_FAILED;
    return status;
}

dtn_status dtn_books_get(dtn_books *books, const char *path, const char *tab, dtn_pos at,
                         const dtn_sheet **out, dtn_diags *diags)
{
    dtn_book *book = find_book(books, path, tab ? tab : "");
    if (!book) {
        book = add_book(books, path, tab ? tab : "");
        if (!book)
            return DTN_E_MEMORY;
        dtn_status status = read_book(book, at, diags);
        book->failed = status != DTN_OK;
        if (book->failed)
            return status;
    }
    if (book->failed)
        return DTN_E_INPUT;
    dtn_sheet *sheet = find_sheet(book, tab, tab ? strlen(tab) : 0);
    if (!sheet)
        return no_sheet(book, tab ? tab : "", at, diags);
    dtn_status status = fill(sheet, at, diags);
    if (status == DTN_OK)
        *out = sheet;
    return status;
}

const char *dtn_sheet_other(const dtn_sheet *sheet)
{
    dtn_book *book = sheet->book;
    dtn_diags unheard; /* a sheet that nobody asks for may be broken */
    const char *found = NULL;
    dtn_diags_init(&unheard);
    for (size_t i = 0; i < book->n_sheet && !found; i++) {
        dtn_sheet *other = &book->sheets[i];
        if (other != sheet && fill(other, (dtn_pos){0}, &unheard) == DTN_OK && other->n > 0)
            found = other->name;
    }
    dtn_diags_free(&unheard);
    return found;
}

/* ---- References ----------------------------------------------------------------------- */

static bool parse_cells(const char *text, dtn_cells *out)
{
    uint32_t row, col, row2, col2;
    if (!dtn_cell_parse(&text, &row, &col))
        return false;
    row2 = row;
    col2 = col;
    if (*text == ':') {
        text++;
        if (!dtn_cell_parse(&text, &row2, &col2))
            return false;
    }
    if (*text != '\0')
        return false;
    uint32_t top = row < row2 ? row : row2, left = col < col2 ? col : col2;
    *out = (dtn_cells){top, left, (row < row2 ? row2 : row) - top + 1,
                       (col < col2 ? col2 : col) - left + 1};
    return true;
}

/* Splits "Sheet 1!$B$2" or "'It''s'!$B$2" into the sheet's name, unquoted into `name`, and the
 * cells; false if there is no sheet in it. */
static bool split_reference(const char *text, char *name, size_t size, const char **cells)
{
    size_t n = 0;
    bool quoted = *text == '\'';
    for (text += quoted; *text && n + 1 < size; text++) {
        if (quoted && *text == '\'') {
            if (text[1] != '\'')
                break;
            text++;
        } else if (!quoted && *text == '!') {
            break;
        }
        name[n++] = *text;
    }
    name[n] = '\0';
    text += quoted && *text == '\'';
    *cells = text + 1;
    return *text == '!';
}

static const dtn_sheet_name *find_name(const dtn_book *book, uint32_t scope, const char *text)
{
    for (size_t i = 0; i < book->n_name; i++)
        if (book->names[i].scope == scope && same_name(text, strlen(text), book->names[i].name))
            return &book->names[i];
    return NULL;
}

bool dtn_sheet_has_name(const dtn_sheet *sheet, const char *text)
{
    uint32_t scope = (uint32_t)(sheet - sheet->book->sheets);
    return find_name(sheet->book, scope, text) || find_name(sheet->book, UINT32_MAX, text);
}

static dtn_status no_cells(const dtn_sheet *sheet, const char *text, dtn_pos at, dtn_diags *diags)
{
    const dtn_book *book = sheet->book;
    if (book->kind == DTN_BOOK_XLS)
        dtn_diags_add(diags, 705, at,
                      "name the cells as B2, or save the workbook as .xlsx: names "
                      "inside .xls files are not read",
                      "'%s' is not a cell of '%s'", text, book->path);
    else
        dtn_diags_add(diags, 705, at, "name a cell as B2, or a range defined in the workbook",
                      "'%s' is neither a cell nor a name in '%s'", text, book->path);
    return DTN_E_NOT_FOUND;
}

dtn_status dtn_books_find(dtn_books *books, const dtn_sheet *sheet, const char *text, dtn_pos at,
                          const dtn_sheet **where, dtn_cells *out, dtn_diags *diags)
{
    (void)books; /* owns what is changed here */
    dtn_book *book = sheet->book;
    uint32_t scope = (uint32_t)(sheet - book->sheets);
    const dtn_sheet_name *name = find_name(book, scope, text);
    char sheet_name[256];
    const char *cells;
    if (!name)
        name = find_name(book, UINT32_MAX, text);
    if (!name && parse_cells(text, out)) {
        *where = sheet;
        return DTN_OK;
    }
    if (!name || !split_reference(name->cells, sheet_name, sizeof sheet_name, &cells) ||
        !parse_cells(cells, out))
        return no_cells(sheet, text, at, diags);
    dtn_sheet *target = find_sheet(book, sheet_name, strlen(sheet_name));
    if (!target)
        return no_cells(sheet, text, at, diags);
    dtn_status status = fill(target, at, diags);
    if (status == DTN_OK)
        *where = target;
    return status;
}
