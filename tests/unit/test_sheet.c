/* src/sheet: delimited text, .xlsx and .xls as tables of cells; files that mean harm. */
#include "sheet_folder.h"

#include <locale.h>

#include "base/text.h"
#include "sheet/sheet.h"

static dtn_diags diags;
static dtn_books *books;
static const dtn_pos here = {"model.mdl", 3, 4};

static int set_up(void **state)
{
    (void)state;
    dtn_diags_init(&diags);
    books = dtn_books_new();
    return make_folder();
}

static int tear_down(void **state)
{
    (void)state;
    dtn_diags_free(&diags);
    dtn_books_delete(books);
    return remove_folder();
}

static const dtn_sheet *get(const char *path, const char *tab)
{
    const dtn_sheet *sheet = NULL;
    dtn_status status = dtn_books_get(books, path, tab, here, &sheet, &diags);
    if (status != DTN_OK && diags.n)
        print_message("# %s\n", diags.items[diags.n - 1].message);
    assert_int_equal(status, DTN_OK);
    return sheet;
}

static void check_number(const dtn_sheet *sheet, uint32_t row, uint32_t col, double expect)
{
    dtn_cell cell = dtn_sheet_cell(sheet, row, col);
    assert_int_equal(cell.kind, DTN_CELL_NUMBER);
    assert_true(cell.number == expect);
}

static void check_text(const dtn_sheet *sheet, uint32_t row, uint32_t col, const char *expect)
{
    dtn_cell cell = dtn_sheet_cell(sheet, row, col);
    assert_int_equal(cell.kind, DTN_CELL_TEXT);
    assert_string_equal(cell.text, expect);
}

static void check_empty(const dtn_sheet *sheet, uint32_t row, uint32_t col)
{
    assert_int_equal(dtn_sheet_cell(sheet, row, col).kind, DTN_CELL_EMPTY);
}

/* The file fails with one diagnostic of a code, told where the model asks. */
static void check_fails(const char *path, const char *tab, int code)
{
    const dtn_sheet *sheet = NULL;
    size_t n = diags.n;
    assert_int_not_equal(dtn_books_get(books, path, tab, here, &sheet, &diags), DTN_OK);
    assert_null(sheet);
    assert_int_equal(diags.n, n + 1);
    if (diags.items[n].code != code)
        print_message("# %s\n", diags.items[n].message);
    assert_int_equal(diags.items[n].code, code);
}

/* ---- Text ------------------------------------------------------------------ */

static void text_becomes_cells(void **state)
{
    (void)state;
    char path[256];
    const dtn_sheet *s =
        get(put_text("a.csv", "Time\t ,\"a, \"\"b\", c ,1e3\n\n-1.5 ,,\"2\"\n7\n", path), ",");
    check_text(s, 0, 0, "Time");
    check_text(s, 0, 1, "a, \"b");
    check_text(s, 0, 2, "c");
    check_number(s, 0, 3, 1000);
    check_empty(s, 1, 0); /* a blank line is a row */
    check_number(s, 2, 0, -1.5);
    check_empty(s, 2, 1);
    check_number(s, 2, 2, 2);
    check_number(s, 3, 0, 7); /* rows may be short */
    check_empty(s, 3, 5);
    check_empty(s, 4000000, 4000000);
    assert_int_equal(dtn_sheet_n_row(s), 4);
    assert_int_equal(dtn_sheet_n_col(s), 4);
}

static void separators(void **state)
{
    (void)state;
    static const struct {
        const char *name, *tab, *text;
    } cases[] = {{"a.csv", "", "1,2"},       {"b.csv", ";", "1;2"},    {"c.tab", "", "1\t2"},
                 {"d.txt", "tab", "1\t2"},   {"e.txt", "\\t", "1\t2"}, {"f.txt", "", "1\t2\t3"},
                 {"g.csv", "Sheet1", "1,2"}, {"h.csv", "|", "1|2"},    {"i.csv", "Comma", "1,2"}};
    char path[256];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const dtn_sheet *s = get(put_text(cases[i].name, cases[i].text, path), cases[i].tab);
        check_number(s, 0, 0, 1);
        check_number(s, 0, 1, 2);
    }
}

/* One file read with two separators is two tables. */
static void one_file_two_separators(void **state)
{
    (void)state;
    char path[256];
    put_text("a.csv", "1,x;2", path);
    check_text(get(path, ";"), 0, 0, "1,x");
    check_number(get(path, ","), 0, 0, 1);
    assert_ptr_equal(get(path, ";"), get(path, ";"));
}

/* Read where they can be nothing else, and told. */
static void decimal_commas(void **state)
{
    (void)state;
    char path[256];
    put_text("sure.csv", "t;a\n1; 1,5 \n2;-1,250\n3;4\n", path);
    check_number(get(path, ";"), 1, 1, 1.5);
    check_number(get(path, ";"), 2, 1, -1.25);
    check_number(get(path, ";"), 3, 1, 4);
    assert_int_equal(diags.n_warning, 1);
    assert_non_null(strstr(diags.items[0].message, "cell B2, '1,5', is read as 1.5"));
    put_text("zero.tab", "a\n0,250\n", path);
    check_number(get(path, NULL), 1, 0, 0.25);
    assert_int_equal(diags.n_warning, 2);
    put_text("groups.csv", "t;a\n1;1,500\n2;-12,250\n", path);
    check_text(get(path, ";"), 1, 1, "1,500");
    put_text("both.csv", "t;a\n1;1,5\n2;2.5\n", path);
    check_text(get(path, ";"), 1, 1, "1,5");
    put_text("commas.csv", "t,a\n1,\"1,5\"\n", path);
    check_text(get(path, ","), 1, 1, "1,5");
    assert_int_equal(diags.n, 2);
}

static void numbers_do_not_depend_on_the_locale(void **state)
{
    (void)state;
    char path[256];
    put_text("a.csv", "1.5", path);
    setlocale(LC_ALL, "de_DE.UTF-8");
    check_number(get(path, ","), 0, 0, 1.5);
    setlocale(LC_ALL, "C");
}

/* ---- .xlsx ------------------------------------------------------------------- */

#define CELLS                                                                                   \
    SHEET("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c>"                 \
          "<c r='D1' t='inlineStr'><is><r><t>in</t></r><r><t>line</t></r></is></c></row>"       \
          "<row r='2'><c r='B2' s='4'><f>1+1</f><v>2.5</v></c><c><v>1E-3</v></c>"               \
          "<c t='str'><v> a &lt; b </v></c><c t='e'><v>#N/A</v></c><c t='b'><v>1</v></c></row>" \
          "<row r='4'/><row><c/><c t='n'><v>-7</v></c></row>")

static void cells_of_a_workbook(void **state)
{
    (void)state;
    char path[256];
    const dtn_sheet *s = get(put_xlsx("a.xlsx", CELLS, NULL, NULL, path), "one & ONLY");
    check_text(s, 0, 0, "plain");
    check_text(s, 0, 1, "two runs");
    check_text(s, 0, 3, "inline");
    check_empty(s, 0, 2);
    check_number(s, 1, 1, 2.5);  /* the stored value of a formula */
    check_number(s, 1, 2, 1e-3); /* without r: behind the one before */
    check_text(s, 1, 3, "a < b");
    check_empty(s, 1, 4); /* an error value is none */
    check_number(s, 1, 5, 1);
    check_number(s, 4, 1, -7);
    assert_int_equal(dtn_sheet_n_row(s), 5);
    assert_ptr_equal(get(path, "1"), s);
    check_number(get(path, "2"), 0, 1, 2);
    assert_ptr_equal(get(path, "It's"), get(path, "2"));
}

/* Where no value is stored, the cell says why: a formula that was never computed, an error. */
static void cells_without_a_value(void **state)
{
    (void)state;
    char path[256];
    const dtn_sheet *s = get(
        put_xlsx("a.xlsx",
                 SHEET("<row r='1'><c r='A1'><f>B2+10</f></c><c><f>B2 &lt; 1</f><v></v></c>"
                       "<c t='e'><f>1/0</f><v>#DIV/0!</v></c><c t='e'><v>#REF!</v></c>"
                       "<c t='str'><f>IF(A1,1,\"\")</f><v></v></c><c><f t='shared' si='0'/></c>"
                       "<c t='e'><f>NA()</f><v>#N/A</v></c><c><f>1+1</f><v>2</v></c><c/></row>"),
                 NULL, NULL, path),
        "1");
    static const struct {
        uint32_t col;
        const char *text;
        dtn_cell_fault fault;
    } faults[] = {{0, "=B2+10", DTN_CELL_FORMULA},
                  {1, "=B2 < 1", DTN_CELL_FORMULA},
                  {2, "#DIV/0!", DTN_CELL_ERROR},
                  {3, "#REF!", DTN_CELL_ERROR},
                  {5, "=", DTN_CELL_FORMULA}};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        check_text(s, 0, faults[i].col, faults[i].text);
        assert_int_equal(dtn_sheet_cell(s, 0, faults[i].col).fault, faults[i].fault);
    }
    check_empty(s, 0, 4); /* a formula that gives an empty text */
    check_empty(s, 0, 6); /* #N/A is how a spreadsheet writes that there is no value */
    check_number(s, 0, 7, 2);
    assert_int_equal(dtn_sheet_cell(s, 0, 7).fault, DTN_CELL_SOUND);
    check_empty(s, 0, 8);
}

static void check_cells(const dtn_sheet *s, const char *text, const dtn_sheet *where, uint32_t row,
                        uint32_t col, uint32_t n_row, uint32_t n_col)
{
    const dtn_sheet *found = NULL;
    dtn_cells c = {0};
    assert_int_equal(dtn_books_find(books, s, text, here, &found, &c, &diags), DTN_OK);
    assert_ptr_equal(found, where);
    assert_int_equal(c.row, row);
    assert_int_equal(c.col, col);
    assert_int_equal(c.n_row, n_row);
    assert_int_equal(c.n_col, n_col);
}

static void references(void **state)
{
    (void)state;
    char path[256];
    const dtn_sheet *one = get(put_xlsx("a.xlsx", CELLS, NULL, NULL, path), "1");
    const dtn_sheet *two = get(path, "2");
    check_cells(one, "B2", one, 1, 1, 1, 1);
    check_cells(one, "$xfd$1048576", one, 1048575, 16383, 1, 1);
    check_cells(one, "C4:B2", one, 1, 1, 3, 2);
    check_cells(two, "block", one, 1, 1, 2, 2); /* a name leads to its own sheet */
    check_cells(one, "Other", two, 0, 0, 1, 1);
    check_cells(one, "VAR1", one, 0, 0, 2, 1); /* the sheet's own name, not the cell VAR1 */
    check_cells(two, "var1", two, 0, 1, 1, 1);
    assert_true(dtn_sheet_has_name(one, "block"));
    assert_false(dtn_sheet_has_name(one, "B2"));
    static const char *const bad[] = {
        "", "B", "2", "B0", "B2:", "B2x", "AAAAA1", "bad", "B1048577", "nothing"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const dtn_sheet *found = NULL;
        dtn_cells c;
        assert_int_equal(dtn_books_find(books, one, bad[i], here, &found, &c, &diags),
                         DTN_E_NOT_FOUND);
        assert_int_equal(diags.items[diags.n - 1].code, 705);
    }
}

static void rows_and_columns(void **state)
{
    (void)state;
    bool is_row;
    uint32_t i;
    assert_true(dtn_sheet_line("12", &is_row, &i) && is_row && i == 11);
    assert_true(dtn_sheet_line("ab", &is_row, &i) && !is_row && i == 27);
    assert_false(dtn_sheet_line("time", &is_row, &i)); /* past the last column: a name */
    assert_false(dtn_sheet_line("0", &is_row, &i));
    assert_false(dtn_sheet_line("A1", &is_row, &i));
    assert_false(dtn_sheet_line("", &is_row, &i));
}

static void places_in_messages(void **state)
{
    (void)state;
    char path[256], place[DTN_SHEET_MAX_PLACE];
    const dtn_sheet *s = get(put_xlsx("a.xlsx", CELLS, NULL, NULL, path), "1");
    assert_string_equal(dtn_sheet_place(s, 1, 27, place), "a.xlsx, sheet 'One & only', cell AB2");
    s = get(put_text("b.csv", "1", path), "");
    assert_string_equal(dtn_sheet_place(s, 0, 25, place), "b.csv, cell Z1");
}

/* ---- .xls ---------------------------------------------------------------------- */

static const char *xls_path(char path[512])
{
    const char *root = getenv("MESON_SOURCE_ROOT");
    snprintf(path, 512, "%s/tests/unit/data/small.xls", root ? root : ".");
    return path;
}

static void old_workbooks(void **state)
{
    (void)state;
    char path[512];
    const dtn_sheet *s = get(xls_path(path), "data");
    check_text(s, 0, 0, "time");
    check_text(s, 1, 0, "\xC3\xA9lan \xF0\x9F\x98\x80");
    check_number(s, 0, 2, 5);
    check_number(s, 1, 3, 1e-3);
    check_number(s, 2, 0, 36586);    /* 1 March 2000 as a spreadsheet counts */
    check_number(s, 2, 1, 1);        /* TRUE */
    check_number(s, 2, 3, 12345.67); /* the short and the long forms of numbers */
    check_number(s, 2, 4, -1234567890.123);
    check_number(s, 2, 5, 0.01);
    check_number(s, 2, 6, -5);
    check_number(get(path, "IT'S two"), 3, 2, 42);
    assert_ptr_equal(get(path, "2"), get(path, "it's two"));
    check_fails(path, "third", 705);
}

/* The shared texts of this workbook fill more than one record; narrow and wide ones take turns. */
static void long_texts_of_old_workbooks(void **state)
{
    (void)state;
    char path[512], expect[16];
    const dtn_sheet *s = get(xls_path(path), "2");
    for (uint32_t i = 0; i < 30; i++) {
        dtn_cell cell = dtn_sheet_cell(s, 5 + i, 0);
        snprintf(expect, sizeof expect, "s%03u", i);
        assert_int_equal(cell.kind, DTN_CELL_TEXT);
        assert_memory_equal(cell.text, expect, 4);
        assert_int_equal(strlen(cell.text), 4 + (200 + i) * (i % 2 ? 1 : 2));
        assert_string_equal(cell.text + strlen(cell.text) - 2, i % 2 ? "xx" : "\xD0\xB6");
    }
}

static void names_in_old_workbooks(void **state)
{
    (void)state;
    char path[512];
    const dtn_sheet *one = get(xls_path(path), "1"), *two = get(path, "2");
    check_cells(one, "Values", one, 1, 1, 1, 3);
    check_cells(two, "values", one, 1, 1, 1, 3);
    check_cells(one, "far", two, 3, 2, 1, 1);
    check_cells(two, "mine", two, 3, 2, 1, 1);
    assert_false(dtn_sheet_has_name(one, "mine")); /* the second sheet's own */
}

/* ---- Files that fail -------------------------------------------------------------- */

static void files_that_are_not_there(void **state)
{
    (void)state;
    char path[256];
    const dtn_sheet *sheet = NULL;
    check_fails(in_folder("none.xlsx", path), "1", 701);
    assert_int_equal(dtn_books_get(books, path, "2", here, &sheet, &diags), DTN_E_INPUT);
    assert_int_equal(diags.n, 1); /* reported once */
    assert_int_equal(diags.items[0].line, 3);
    check_fails(folder, "1", 701);
    check_fails("/dev/zero", "1", 701);
}

static void names_in_another_case(void **state)
{
    (void)state;
    char path[256];
    put_text("Data Down.CSV", "1", path);
    check_number(get(in_folder("data down.csv", path), ""), 0, 0, 1);
    assert_ptr_equal(get(path, ""), get(path, ""));
}

static void no_such_sheet(void **state)
{
    (void)state;
    char path[256];
    put_xlsx("a.xlsx", CELLS, NULL, NULL, path);
    check_fails(path, "One and only", 705);
    assert_non_null(strstr(diags.items[0].hint, "One & only"));
    check_fails(path, "3", 705);
    check_fails(path, "", 705);
    check_number(get(path, "2"), 0, 0, 1); /* the others still work */
}

static void broken_text(void **state)
{
    (void)state;
    char path[256];
    const dtn_sheet *sheet = NULL;
    put_bytes("a.csv", "1,\0002", 4, path);
    assert_int_equal(dtn_books_get(books, path, ",", here, &sheet, &diags), DTN_E_INPUT);
    assert_int_equal(diags.items[0].code, 703);
    put_text("b.csv", "1,\"open\n2", path);
    assert_int_equal(dtn_books_get(books, path, ",", here, &sheet, &diags), DTN_E_INPUT);
}

static void broken_workbooks(void **state)
{
    (void)state;
    char path[256];
    put_xlsx("cut.xlsx", "<worksheet><sheetData><row r='1'><c r='A1'><v>1</v>", NULL, NULL, path);
    check_fails(path, "1", 703);
    put_xlsx("number.xlsx", SHEET("<row><c><v>one</v></c></row>"), NULL, NULL, path);
    check_fails(path, "1", 703);
    put_xlsx("shared.xlsx", SHEET("<row><c t='s'><v>2</v></c></row>"), NULL, NULL, path);
    check_fails(path, "1", 703);
    put_xlsx("negative.xlsx", SHEET("<row><c t='s'><v>-1</v></c></row>"), NULL, NULL, path);
    check_fails(path, "1", 703);
    put_xlsx("place.xlsx", SHEET("<row><c r='A0'><v>1</v></c></row>"), NULL, NULL, path);
    check_fails(path, "1", 703);
    put_xlsx("none.xlsx", CELLS, "<workbook><sheets/></workbook>", NULL, path);
    check_fails(path, "1", 703);
    put_bytes("zip.xlsx", "PK\3\4garbage", 11, path);
    check_fails(path, "1", 703);
    put_bytes("cfb.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1garbage", 15, path);
    check_fails(path, "1", 703);
}

#define BOMB                                                         \
    "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'>"    \
    "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>" \
    "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]>"

static void entities(void **state)
{
    (void)state;
    char path[256];
    put_xlsx("bomb.xlsx", BOMB SHEET("<row><c t='str'><v>&c;</v></c></row>"), NULL, NULL, path);
    check_fails(path, "1", 703);
    put_xlsx("file.xlsx",
             "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>" SHEET(
                 "<row><c t='str'><v>&f;</v></c></row>"),
             NULL, NULL, path);
    check_fails(path, "1", 703);
    put_xlsx("book.xlsx", CELLS, BOMB "<workbook/>", NULL, path);
    check_fails(path, "1", 703);
    put_xlsx("undeclared.xlsx", SHEET("<row><c t='str'><v>&x;</v></c></row>"), NULL, NULL, path);
    check_fails(path, "1", 703);
}

static void zip_bomb(void **state)
{
    (void)state;
    char path[256];
    size_t n = (size_t)40 << 20, head = strlen("<worksheet>");
    char *text = malloc(n + 1);
    assert_non_null(text);
    memcpy(text, "<worksheet>", head);
    memset(text + head, ' ', n - head);
    text[n] = '\0';
    put_xlsx("bomb.xlsx", text, NULL, NULL, path); /* a thousandth of its size */
    free(text);
    check_fails(path, "1", 704);
}

static void far_corner(void **state)
{
    (void)state;
    char path[256];
    const dtn_sheet *s =
        get(put_xlsx("far.xlsx", SHEET("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"),
                     NULL, NULL, path),
            "1");
    check_number(s, 1048575, 16383, 1);
    assert_int_equal(dtn_sheet_n_col(s), 16384);
}

/* Any file may be cut or changed anywhere: an answer or a diagnostic, never a crash. */
static void damage(const char *path, size_t step)
{
    char changed[256];
    unsigned char bytes[32768];
    uint32_t x = 12345;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    for (size_t i = 0; i < n; i += step) {
        unsigned char kept = bytes[i];
        dtn_books *own = dtn_books_new();
        const dtn_sheet *sheet = NULL;
        x = x * 1664525 + 1013904223;
        bytes[i] = (unsigned char)(x >> 24);
        put_bytes("changed", bytes, i % 3 ? n : i, changed);
        dtn_status status = dtn_books_get(own, changed, "1", here, &sheet, &diags);
        if (status == DTN_OK)
            (void)dtn_sheet_cell(sheet, 0, 0);
        bytes[i] = kept;
        dtn_books_delete(own);
    }
}

static void damaged_files(void **state)
{
    (void)state;
    char path[512], xlsx[256];
    damage(xls_path(path), 11);
    damage(put_xlsx("a.xlsx", CELLS, NULL, NULL, xlsx), 2);
}

/* Every request for memory fails once: the reader gives up cleanly. */
static void out_of_memory(void **state)
{
    (void)state;
    char path[256];
    const char *tabs[] = {"1", "One & only"};
    put_xlsx("a.xlsx", CELLS, NULL, NULL, path);
    for (size_t n = 1, done = 0; !done && n < 500; n++) {
        dtn_books *own = dtn_books_new();
        const dtn_sheet *sheet = NULL;
        dtn_alloc_fail_after(n);
        dtn_status status = dtn_books_get(own, path, tabs[n % 2], here, &sheet, &diags);
        dtn_alloc_fail_after(0);
        done = status == DTN_OK && n > 50;
        dtn_books_delete(own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_becomes_cells, set_up, tear_down),
        cmocka_unit_test_setup_teardown(separators, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_file_two_separators, set_up, tear_down),
        cmocka_unit_test_setup_teardown(decimal_commas, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_do_not_depend_on_the_locale, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cells_of_a_workbook, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cells_without_a_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(references, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_and_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places_in_messages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(old_workbooks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_texts_of_old_workbooks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_in_old_workbooks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_that_are_not_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_in_another_case, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_such_sheet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_workbooks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entities, set_up, tear_down),
        cmocka_unit_test_setup_teardown(zip_bomb, set_up, tear_down),
        cmocka_unit_test_setup_teardown(far_corner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(out_of_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
