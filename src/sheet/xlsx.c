/* Workbooks of the new kind (.xlsx, .xlsm): XML parts in a zip, ECMA-376.
 *
 * _rels/.rels names the workbook, the workbook its sheets and names, its relationships their
 * parts. Cells are read when a sheet is first asked for. A part runs from the unzipper through
 * libxml2's push parser into the handlers below, so nothing is held twice.
 *
 * The file is untrusted. A document type declaration stops the parse (the standard has none), so
 * there are no entities but XML's five; libxml2's own limits stay on; nothing is fetched. The
 * unpacked size is limited for each part, and its ratio to the packed size.
 * Not read: styles (a date is its number of days), formulas (but to name the cell of one whose value
 * is missing), hidden or merged cells as such,
 * tables, ranges of more than one area.
 */
#include "base/text.h"
#include "sheet/book.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <string.h>
#include <zip.h>

#define MAX_SHEETS 4096
#define MAX_NAMES 100000
#define MAX_TEXT ((size_t)1 << 20) /* bytes of one cell; spreadsheets allow 32767 characters */
#define CHUNK 65536

typedef struct parse parse;

/* One element's start or end; `text` is what stood directly inside. */
typedef void (*on_start)(parse *p, const char *element, const xmlChar **attributes, int n);
typedef void (*on_end)(parse *p, const char *element);

struct parse {
    xmlParserCtxtPtr ctxt;
    on_start start;
    on_end end;
    dtn_book *book;
    dtn_sheet *sheet;
    bool no_memory, too_large, is_bad;
    bool has_doctype;
    bool is_stopped; /* because of one of these */
    bool collects;   /* text is wanted here */
    char *text;
    size_t n_text, cap_text;
    char type[12];     /* of the cell at hand */
    char *formula;     /* the cell's at hand, as far as it is written there; NULL: it has none */
    uint32_t row, col; /* of the cell at hand */
    uint32_t next_row, next_col;
    bool is_phonetic; /* inside <rPh>: a reading aid beside a text, no part of it */
    size_t cap_shared;
    size_t n_rels, cap_rels;
    struct rel {
        char *id, *target, *type;
    } * rels;
};

/* What follows in the chunk at hand is passed over. Not xmlStopParser: it frees the text that a
 * handler's arguments point into. */
static void stop(parse *p) { p->is_stopped = true; }

static void no_memory(parse *p)
{
    p->no_memory = true;
    stop(p);
}

static bool is(const char *a, const char *b) { return strcmp(a, b) == 0; }

/* An attribute's value on the heap, by local name (r:id and id are told apart by `prefix`, NULL:
 * any); NULL where it is missing. */
static char *attribute(const xmlChar **a, int n, const char *name, bool with_prefix)
{
    for (int i = 0; i < n; i++, a += 5)
        if (is((const char *)a[0], name) && (a[1] != NULL) == with_prefix)
            return dtn_sheet_copy((const char *)a[3], (size_t)(a[4] - a[3]));
    return NULL;
}

/* ---- Parsing a part ------------------------------------------------------------ */

static void sax_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                      int n_namespace, const xmlChar **namespaces, int n, int n_defaulted,
                      const xmlChar **attributes)
{
    parse *p = data;
    (void)prefix, (void)uri, (void)n_namespace, (void)namespaces, (void)n_defaulted;
    if (!p->is_stopped)
        p->start(p, (const char *)name, attributes, n);
}

static void sax_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    parse *p = data;
    (void)prefix, (void)uri;
    if (!p->is_stopped)
        p->end(p, (const char *)name);
}

static void sax_text(void *data, const xmlChar *text, int n)
{
    parse *p = data;
    if (!p->collects || n <= 0 || p->is_stopped)
        return;
    if (p->n_text + (size_t)n > MAX_TEXT) {
        p->too_large = true;
        stop(p);
        return;
    }
    if (p->n_text + (size_t)n >= p->cap_text) {
        size_t cap = (p->n_text + (size_t)n + 64) * 2;
        char *bigger = dtn_realloc(p->text, cap);
        if (!bigger) {
            no_memory(p);
            return;
        }
        p->text = bigger;
        p->cap_text = cap;
    }
    memcpy(p->text + p->n_text, text, (size_t)n);
    p->n_text += (size_t)n;
}

static void sax_doctype(void *data, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
    parse *p = data;
    (void)name, (void)id, (void)system;
    p->has_doctype = true;
    stop(p);
}

/* XML's own five only; others cannot have been declared. */
static xmlEntityPtr sax_entity(void *data, const xmlChar *name)
{
    (void)data;
    return xmlGetPredefinedEntity(name);
}

#if LIBXML_VERSION >= 21200
static void sax_error(void *data, const xmlError *error)
#else
static void sax_error(void *data, xmlErrorPtr error)
#endif
{
    parse *p = data;
    if (error->domain != XML_FROM_NAMESPACE && error->level >= XML_ERR_ERROR)
        p->is_bad = true;
}

static void collect(parse *p)
{
    p->collects = true;
    p->n_text = 0;
}

/* What was collected, NUL-terminated; never NULL. */
static const char *collected(parse *p)
{
    p->collects = false;
    if (p->n_text == 0)
        return "";
    p->text[p->n_text] = '\0';
    return p->text;
}

static void feed(parse *p, zip_file_t *part, uint64_t packed)
{
    char buffer[CHUNK];
    uint64_t total = 0;
    zip_int64_t n;
    while ((n = zip_fread(part, buffer, sizeof buffer)) > 0) {
        total += (uint64_t)n;
        if (total > DTN_SHEET_MAX_UNZIPPED ||
            (total > DTN_SHEET_FREE_UNZIPPED && total / DTN_SHEET_MAX_RATIO > packed)) {
            p->too_large = true;
            return;
        }
        if ((xmlParseChunk(p->ctxt, buffer, (int)n, 0) != 0 && p->is_bad) || p->is_stopped)
            return;
    }
    if (n < 0)
        p->is_bad = true;
    else
        (void)xmlParseChunk(p->ctxt, buffer, 0, 1);
}

static dtn_status verdict(const parse *p, const char *name, dtn_pos at, dtn_diags *diags)
{
    if (p->no_memory)
        return DTN_E_MEMORY;
    if (p->too_large)
        return dtn_book_fault(p->book, 704, at, "keep only what the model reads",
                              "it unpacks to more than a workbook can need", diags);
    if (p->has_doctype)
        return dtn_book_fault(p->book, 703, at, "save it anew with a spreadsheet program",
                              "it declares entities; workbooks have none", diags);
    if (!p->is_bad)
        return DTN_OK;
    dtn_diags_add(diags, 703, at, "save it anew with a spreadsheet program",
                  "cannot read '%s': its part '%s' is damaged", p->book->path, name);
    return DTN_E_INPUT;
}

/* Sends a part through the handlers. is_optional: a part that is not there is empty. */
static dtn_status read_part(parse *p, const char *name, bool is_optional, dtn_pos at,
                            dtn_diags *diags)
{
    zip_t *zip = p->book->file;
    zip_stat_t info;
    zip_int64_t index = zip_name_locate(zip, name, ZIP_FL_NOCASE);
    if (index < 0 && is_optional)
        return DTN_OK;
    zip_file_t *part = index < 0 ? NULL : zip_fopen_index(zip, (zip_uint64_t)index, 0);
    if (!part || zip_stat_index(zip, (zip_uint64_t)index, 0, &info) != 0) {
        if (part)
            zip_fclose(part);
        dtn_diags_add(diags, 703, at, "save it anew with a spreadsheet program, as .xlsx",
                      "cannot read '%s': its part '%s' is missing or locked", p->book->path, name);
        return DTN_E_INPUT;
    }
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = sax_start,
                         .endElementNs = sax_end,
                         .characters = sax_text,
                         .cdataBlock = sax_text,
                         .internalSubset = sax_doctype,
                         .getEntity = sax_entity,
                         .serror = sax_error};
    p->ctxt = xmlCreatePushParserCtxt(&sax, p, NULL, 0, name);
    if (p->ctxt) {
        /* NOENT: &amp; in attributes too; other entities cannot be declared here */
        xmlCtxtUseOptions(p->ctxt, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_NOWARNING);
        feed(p, part, (info.valid & ZIP_STAT_COMP_SIZE) ? info.comp_size : 0);
        xmlFreeDoc(p->ctxt->myDoc); /* a DOCTYPE makes one even for our own handlers */
        xmlFreeParserCtxt(p->ctxt);
    } else {
        p->no_memory = true;
    }
    zip_fclose(part);
    dtn_free(p->text);
    p->text = NULL;
    p->n_text = p->cap_text = 0;
    return verdict(p, name, at, diags);
}

/* ---- Relationships --------------------------------------------------------------- */

static void no_end(parse *p, const char *element) { (void)p, (void)element; }

static void rels_start(parse *p, const char *element, const xmlChar **a, int n)
{
    if (!is(element, "Relationship"))
        return;
    if (p->n_rels == p->cap_rels) {
        size_t cap = p->cap_rels ? p->cap_rels * 2 : 16;
        struct rel *bigger = dtn_realloc(p->rels, cap * sizeof *bigger);
        if (!bigger || cap > 4 * MAX_SHEETS) {
            if (bigger)
                p->rels = bigger;
            no_memory(p);
            return;
        }
        p->rels = bigger;
        p->cap_rels = cap;
    }
    p->rels[p->n_rels++] =
        (struct rel){attribute(a, n, "Id", false), attribute(a, n, "Target", false),
                     attribute(a, n, "Type", false)};
}

static void free_rels(parse *p)
{
    for (size_t i = 0; i < p->n_rels; i++) {
        dtn_free(p->rels[i].id);
        dtn_free(p->rels[i].target);
        dtn_free(p->rels[i].type);
    }
    dtn_free(p->rels);
    p->rels = NULL;
    p->n_rels = p->cap_rels = 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = text ? strlen(text) : 0, m = strlen(end);
    return n >= m && is(text + n - m, end);
}

/* The target of the first relationship of a type (its last word) or of an id; NULL: none. */
static const char *find_rel(const parse *p, const char *type, const char *id)
{
    for (size_t i = 0; i < p->n_rels; i++)
        if ((type && ends_with(p->rels[i].type, type)) ||
            (id && p->rels[i].id && is(p->rels[i].id, id)))
            return p->rels[i].target;
    return NULL;
}

/* A target as the name of a part: from the root, or beside the workbook. On the heap. */
static char *part_name(const char *folder, size_t n_folder, const char *target)
{
    if (!target)
        return NULL;
    if (*target == '/')
        return dtn_sheet_copy(target + 1, strlen(target + 1));
    size_t n = strlen(target);
    char *out = dtn_alloc(n_folder + n + 1);
    if (!out)
        return NULL;
    memcpy(out, folder, n_folder);
    memcpy(out + n_folder, target, n);
    return out;
}

/* ---- The workbook ------------------------------------------------------------------ */

static void add_name(parse *p, const xmlChar **a, int n)
{
    dtn_book *book = p->book;
    char *name = attribute(a, n, "name", false), *scope = attribute(a, n, "localSheetId", false);
    double number = 0;
    bool local = scope && dtn_text_to_double(scope, strlen(scope), &number) && number >= 0 &&
                 number < MAX_SHEETS;
    dtn_free(scope);
    dtn_sheet_name *bigger = book->n_name < MAX_NAMES
                                 ? dtn_realloc(book->names, (book->n_name + 1) * sizeof *bigger)
                                 : NULL;
    if (bigger)
        book->names = bigger;
    if (!bigger || !name) {
        dtn_free(name);
        if (book->n_name >= MAX_NAMES)
            p->too_large = true, stop(p);
        return; /* without a name it means nothing */
    }
    book->names[book->n_name++] =
        (dtn_sheet_name){.name = name, .scope = local ? (uint32_t)number : UINT32_MAX};
    collect(p);
}

static void add_sheet(parse *p, const xmlChar **a, int n)
{
    char *name = attribute(a, n, "name", false), *id = attribute(a, n, "id", true);
    if (name && id && p->book->n_sheet < MAX_SHEETS) {
        dtn_sheet *sheet = dtn_book_add_sheet(p->book, name, strlen(name));
        if (sheet)
            sheet->part = id; /* its part's name, once the relationships are known */
        if (!sheet)
            no_memory(p);
        else
            id = NULL;
    }
    dtn_free(name);
    dtn_free(id);
}

static void workbook_start(parse *p, const char *element, const xmlChar **a, int n)
{
    if (is(element, "sheet"))
        add_sheet(p, a, n);
    else if (is(element, "definedName"))
        add_name(p, a, n);
}

static void workbook_end(parse *p, const char *element)
{
    if (!is(element, "definedName") || !p->collects)
        return;
    const char *text = collected(p);
    dtn_sheet_name *name = &p->book->names[p->book->n_name - 1];
    name->cells = dtn_sheet_copy(text, strlen(text));
    if (!name->cells)
        no_memory(p);
}

/* Gives each sheet its part. */
static bool place_sheets(parse *p, const char *folder, size_t n_folder)
{
    for (size_t i = 0; i < p->book->n_sheet; i++) {
        dtn_sheet *sheet = &p->book->sheets[i];
        const char *target = find_rel(p, NULL, sheet->part);
        char *part = part_name(folder, n_folder, target);
        if (target && !part)
            return false;
        dtn_free(sheet->part);
        sheet->part = part;
    }
    const char *shared = find_rel(p, "/sharedStrings", NULL);
    p->book->shared_part = part_name(folder, n_folder, shared);
    return !shared || p->book->shared_part;
}

/* xl/workbook.xml -> xl/_rels/workbook.xml.rels, on the heap. */
static char *rels_of(const char *part, size_t n_folder)
{
    size_t n = strlen(part), n_rels = strlen("_rels/");
    char *out = dtn_alloc(n + n_rels + strlen(".rels") + 1);
    if (!out)
        return NULL;
    memcpy(out, part, n_folder);
    memcpy(out + n_folder, "_rels/", n_rels);
    memcpy(out + n_folder + n_rels, part + n_folder, n - n_folder);
    memcpy(out + n + n_rels, ".rels", strlen(".rels"));
    return out;
}

static dtn_status read_workbook(parse *p, dtn_pos at, dtn_diags *diags)
{
    p->start = rels_start;
    p->end = no_end;
    dtn_status status = read_part(p, "_rels/.rels", true, at, diags);
    if (status != DTN_OK)
        return status;
    const char *target = find_rel(p, "/officeDocument", NULL);
    char *part = part_name("", 0, target ? target : "xl/workbook.xml");
    free_rels(p);
    if (!part)
        return DTN_E_MEMORY;
    const char *slash = strrchr(part, '/');
    size_t n_folder = slash ? (size_t)(slash - part) + 1 : 0;
    char *rels = rels_of(part, n_folder);
    p->start = workbook_start;
    p->end = workbook_end;
    status = rels ? read_part(p, part, false, at, diags) : DTN_E_MEMORY;
    p->start = rels_start;
    p->end = no_end;
    if (status == DTN_OK)
        status = read_part(p, rels, true, at, diags);
    if (status == DTN_OK && !place_sheets(p, part, n_folder))
        status = DTN_E_MEMORY;
    dtn_free(part);
    dtn_free(rels);
    return status;
}

dtn_status dtn_book_read_xlsx(dtn_book *book, dtn_pos at, dtn_diags *diags)
{
    int code = 0;
    book->file = zip_open(book->path, ZIP_RDONLY, &code);
    if (!book->file)
        return code == ZIP_ER_MEMORY
                   ? DTN_E_MEMORY
                   : dtn_book_fault(book, 703, at, "save it anew with a spreadsheet program",
                                    "it is damaged, or no .xlsx workbook", diags);
    parse p = {.book = book};
    dtn_status status = read_workbook(&p, at, diags);
    free_rels(&p);
    if (status == DTN_OK && book->n_sheet == 0)
        status = dtn_book_fault(book, 703, at, "save it as .xlsx", "it has no sheets", diags);
    return status;
}

void dtn_xlsx_close(dtn_book *book)
{
    if (book->file)
        zip_discard(book->file);
    for (size_t i = 0; i < book->n_shared; i++)
        dtn_free(book->shared[i]);
    dtn_free(book->shared);
    dtn_free(book->shared_part);
    book->file = NULL;
    book->shared = NULL;
    book->shared_part = NULL;
    book->n_shared = 0;
}

/* ---- Shared texts --------------------------------------------------------------------- */

static void shared_start(parse *p, const char *element, const xmlChar **a, int n)
{
    (void)a, (void)n;
    if (is(element, "si"))
        p->n_text = 0;
    else if (is(element, "rPh"))
        p->is_phonetic = true;
    else if (is(element, "t"))
        p->collects = !p->is_phonetic;
}

static void shared_end(parse *p, const char *element)
{
    dtn_book *book = p->book;
    if (is(element, "rPh"))
        p->is_phonetic = false;
    if (is(element, "t"))
        p->collects = false;
    if (!is(element, "si"))
        return;
    if (book->n_shared >= DTN_SHEET_MAX_CELLS) {
        p->too_large = true;
        stop(p);
        return;
    }
    if (book->n_shared == p->cap_shared) {
        size_t cap = p->cap_shared ? p->cap_shared * 2 : 64;
        char **bigger = dtn_realloc(book->shared, cap * sizeof *bigger);
        if (!bigger) {
            no_memory(p);
            return;
        }
        book->shared = bigger;
        p->cap_shared = cap;
    }
    char *copy = dtn_sheet_copy(p->text ? p->text : "", p->n_text);
    if (copy)
        book->shared[book->n_shared++] = copy;
    else
        no_memory(p);
}

static dtn_status read_shared(dtn_book *book, dtn_pos at, dtn_diags *diags)
{
    if (book->has_shared || !book->shared_part)
        return DTN_OK;
    book->has_shared = true;
    parse p = {.book = book, .start = shared_start, .end = shared_end};
    return read_part(&p, book->shared_part, true, at, diags);
}

/* ---- Cells ------------------------------------------------------------------------------- */

/* Where a cell or row stands: its attribute r, or behind the one before. */
static void find_place(parse *p, const xmlChar **a, int n, bool is_cell)
{
    char *r = attribute(a, n, "r", false);
    const char *at = r;
    uint32_t row = p->next_row, col = p->next_col;
    bool is_row;
    if (r && is_cell && !dtn_cell_parse(&at, &row, &col))
        p->is_bad = true;
    if (r && !is_cell && (!dtn_sheet_line(r, &is_row, &row) || !is_row))
        p->is_bad = true;
    dtn_free(r);
    p->row = row;
    if (is_cell)
        p->col = col;
    p->next_row = is_cell ? row : row + 1;
    p->next_col = is_cell ? col + 1 : 0;
    if (p->is_bad)
        stop(p);
}

static void drop_formula(parse *p)
{
    dtn_free(p->formula);
    p->formula = NULL;
}

static void sheet_start(parse *p, const char *element, const xmlChar **a, int n)
{
    if (is(element, "row")) {
        find_place(p, a, n, false);
        p->next_row = p->row; /* of its cells without r */
    } else if (is(element, "c")) {
        find_place(p, a, n, true);
        char *type = attribute(a, n, "t", false);
        p->type[0] = '\0';
        if (type && strlen(type) < sizeof p->type)
            memcpy(p->type, type, strlen(type) + 1);
        dtn_free(type);
        p->n_text = 0;
        drop_formula(p);
    } else if (is(element, "v") || is(element, "f")) {
        collect(p);
    } else if (is(element, "rPh")) {
        p->is_phonetic = true;
    } else if (is(element, "t")) {
        p->collects = !p->is_phonetic; /* runs of a text follow each other */
    }
}

static bool add_shared(parse *p, const char *text)
{
    double index;
    if (!dtn_text_to_double(text, strlen(text), &index) || index < 0 ||
        index >= (double)p->book->n_shared) {
        p->is_bad = true;
        return true;
    }
    const char *shared = p->book->shared[(size_t)index];
    return dtn_sheet_add_text(p->sheet, p->row, p->col, shared, strlen(shared));
}

static bool add_value(parse *p, const char *text)
{
    double number;
    if (is(p->type, "s"))
        return add_shared(p, text);
    if (is(p->type, "str") || is(p->type, "inlineStr") || is(p->type, "d"))
        return dtn_sheet_add_text(p->sheet, p->row, p->col, text, strlen(text));
    if (is(p->type, "e"))
        return dtn_sheet_add_fault(p->sheet, p->row, p->col, DTN_CELL_ERROR, text);
    if (*text == '\0')
        return !p->formula ||
               dtn_sheet_add_fault(p->sheet, p->row, p->col, DTN_CELL_FORMULA, p->formula);
    if (!dtn_text_to_double(text, strlen(text), &number)) {
        p->is_bad = true;
        return true;
    }
    return dtn_sheet_add_number(p->sheet, p->row, p->col, number);
}

static void sheet_end(parse *p, const char *element)
{
    if (is(element, "row")) {
        p->next_row = p->row + 1;
        p->next_col = 0;
    } else if (is(element, "rPh")) {
        p->is_phonetic = false;
    } else if (is(element, "f")) {
        const char *formula = collected(p);
        drop_formula(p);
        p->formula = dtn_sheet_copy(formula, strlen(formula));
        p->n_text = 0;
        if (!p->formula)
            no_memory(p);
    } else if (is(element, "v") || is(element, "t")) {
        p->collects = false;
    } else if (is(element, "c")) {
        if (!add_value(p, collected(p))) {
            p->too_large = p->sheet->n >= DTN_SHEET_MAX_CELLS;
            p->no_memory = !p->too_large;
        }
        p->n_text = 0;
        if (p->is_bad || p->too_large || p->no_memory)
            stop(p);
    }
}

dtn_status dtn_xlsx_read_sheet(dtn_sheet *sheet, dtn_pos at, dtn_diags *diags)
{
    dtn_book *book = sheet->book;
    if (!sheet->part)
        return dtn_book_fault(book, 705, at, "name a sheet of cells",
                              "the sheet holds a chart, no cells", diags);
    dtn_status status = read_shared(book, at, diags);
    if (status != DTN_OK)
        return status;
    parse p = {.book = book, .sheet = sheet, .start = sheet_start, .end = sheet_end};
    status = read_part(&p, sheet->part, false, at, diags);
    drop_formula(&p);
    if (status == DTN_OK)
        dtn_sheet_finish(sheet);
    return status;
}
