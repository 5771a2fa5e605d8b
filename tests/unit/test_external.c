/* src/check/external, series: what models get from files stands beside their equations. */
#include "sheet_folder.h"

#include "check/check.h"
#include "format/format.h"

#include <sys/stat.h>

static dtn_diags diags;
static dtn_model *model;

static int set_up(void **state)
{
    (void)state;
    dtn_diags_init(&diags);
    model = NULL;
    return make_folder();
}

static int tear_down(void **state)
{
    (void)state;
    dtn_diags_free(&diags);
    dtn_model_delete(model);
    return remove_folder();
}

#define CONTROL "INITIAL TIME = 0~~|FINAL TIME = 4~~|TIME STEP = 1~~|SAVEPER = 1~~|"

/* A model that stands in the folder, with these settings behind its equations. */
static void read_model(const char *text, const char *settings)
{
    char path[256], all[8192];
    int n = snprintf(all, sizeof all, "%s" CONTROL "\n\\\\\\---/// Sketch\n///---\\\\\\\n%s", text,
                     settings);
    assert_int_equal(dtn_model_read_mdl(all, (size_t)n, in_folder("m.mdl", path), &model, &diags),
                     DTN_OK);
}

static void show_diags(void)
{
    for (size_t i = 0; i < diags.n; i++)
        print_message("# %u:%u %d %s\n", diags.items[i].line, diags.items[i].col,
                      diags.items[i].code, diags.items[i].message);
}

static void resolve(void)
{
    dtn_status status = dtn_check_resolve(model, &diags);
    if (status != DTN_OK)
        show_diags();
    assert_int_equal(status, DTN_OK);
}

static const dtn_eqn *equation(const char *key, size_t k)
{
    const dtn_var *var = dtn_model_find_var(model, key);
    assert_non_null(var);
    assert_true(k < var->n_eqn);
    return &var->eqns[k];
}

static void check_numbers(const char *key, size_t k, size_t n, const double *expect)
{
    const dtn_expr *x = equation(key, k)->loaded;
    assert_non_null(x);
    if (x->kind == DTN_X_NUMBER) {
        assert_int_equal(n, 1);
        assert_true(x->number == expect[0]);
        return;
    }
    assert_int_equal(x->kind, DTN_X_ARRAY);
    assert_int_equal(x->n_arg, n);
    for (size_t i = 0; i < n; i++)
        assert_true(x->args[i]->number == expect[i]);
}

static void check_table(const dtn_eqn *eqn, uint32_t i, size_t n, const double *xy)
{
    assert_true(i < eqn->n_table);
    const dtn_lookup *t = eqn->tables[i];
    assert_int_equal(t->n, n);
    for (size_t k = 0; k < n; k++) {
        assert_true(t->x[k] == xy[2 * k]);
        assert_true(t->y[k] == xy[2 * k + 1]);
    }
}

#define NUMBERS(...) \
    (const double[]) { __VA_ARGS__ }

/* ---- Workbooks ---------------------------------------------------------------- */

#define BOOK                                                                              \
    "<workbook xmlns:r='r'><sheets><sheet name='Data' sheetId='1' r:id='rId1'/></sheets>" \
    "<definedNames><definedName name='across'>Data!$B$1:$D$1</definedName>"               \
    "<definedName name='down'>Data!$A$2:$A$3</definedName>"                               \
    "<definedName name='block'>Data!$B$2:$D$3</definedName>"                              \
    "<definedName name='corner'>Data!$B$2</definedName></definedNames></workbook>"
/*     A  B    C    D
 * 1      0    1    2
 * 2   5  20   21   22
 * 3   6  30        32 */
#define ROWS                                                                                    \
    SHEET("<row r='1'><c r='B1'><v>0</v></c><c r='C1'><v>1</v></c><c r='D1'><v>2</v></c></row>" \
          "<row r='2'><c r='A2'><v>5</v></c><c r='B2'><v>20</v></c><c r='C2'><v>21</v></c>"     \
          "<c r='D2'><v>22</v></c></row><row r='3'><c r='A3'><v>6</v></c>"                      \
          "<c r='B3'><v>30</v></c><c r='D3'><v>32</v></c></row>")

static void named_ranges(void **state)
{
    (void)state;
    char path[256];
    put_xlsx("b.xlsx", ROWS, BOOK, NULL, path);
    read_model("D: a, b~~|E: x, y, z~~|"
               "rows[D] := GET XLS DATA('b.xlsx', 'data', 'across', 'block')~~|"
               "columns[E] := GET XLS DATA('b.xlsx', 'data', 'down', 'block')~~|"
               "from cell[D]( GET XLS LOOKUPS('b.xlsx', 'data', 'across', 'corner') )~~|"
               "by row[D] := GET DIRECT DATA('b.xlsx', '1', '1', 'block')~~|"
               "by column := GET DIRECT DATA('b.xlsx', 'Data', 'A', 'C2')~~|"
               "line[E] = GET XLS CONSTANTS('b.xlsx', 'data', 'across')~~|"
               "stack[D] = GET XLS CONSTANTS('b.xlsx', 'data', 'down*')~~|"
               "read := rows[a] + from cell[b](1)~~|",
               "");
    resolve();
    check_table(equation("rows", 0), 0, 3, NUMBERS(0, 20, 1, 21, 2, 22));
    check_table(equation("rows", 0), 1, 2, NUMBERS(0, 30, 2, 32)); /* a hole is no point */
    check_table(equation("columns", 0), 0, 2, NUMBERS(5, 20, 6, 30));
    check_table(equation("columns", 0), 1, 1, NUMBERS(5, 21));
    check_table(equation("from_cell", 0), 1, 2, NUMBERS(0, 30, 2, 32));
    check_table(equation("by_row", 0), 1, 2, NUMBERS(0, 30, 2, 32));
    check_table(equation("by_column", 0), 0, 1, NUMBERS(5, 21));
    check_numbers("line", 0, 3, NUMBERS(0, 1, 2));
    check_numbers("stack", 0, 2, NUMBERS(5, 6));
    assert_int_equal(dtn_model_find_var(model, "from_cell")->kind, DTN_VAR_LOOKUP);
    assert_int_equal(dtn_model_find_var(model, "line")->kind, DTN_VAR_CONST);
}

/* Data too come from a file whose name stands in another case, in another format's or behind '\\'. */
static void names_of_other_systems(void **state)
{
    (void)state;
    char path[256];
    put_xlsx("moved.xlsx", ROWS, BOOK, NULL, path);
    put_text("d.csv", "t,v\n1,10\n", path);
    snprintf(path, sizeof path, "%s/Sub Folder", folder);
    (void)mkdir(path, 0700);
    put_text("Sub Folder/Own.csv", "t,v\n3,30\n", path);
    read_model("a := GET XLS DATA('Moved.XLS', 'data', '1', 'B2')~~|"
               "b := GET DIRECT DATA('D.CSV', ',', 'A', 'B2')~~|"
               "c := GET DIRECT DATA('sub folder\\own.CSV', ',', 'A', 'B2')~~|"
               "d = GET DIRECT CONSTANTS('sub folder\\own.csv', ',', 'B2')~~|",
               "");
    resolve();
    check_table(equation("a", 0), 0, 3, NUMBERS(0, 20, 1, 21, 2, 22));
    check_table(equation("b", 0), 0, 1, NUMBERS(1, 10));
    check_table(equation("c", 0), 0, 1, NUMBERS(3, 30));
    check_numbers("d", 0, 1, NUMBERS(30));
}

/* Times out of order are sorted; the call stays for those who write the model. */
static void the_call_stays(void **state)
{
    (void)state;
    char path[256];
    put_text("d.csv", "t,v\n3,30\n1,10\n2,20\n1,11\n", path);
    read_model("v := GET DIRECT DATA('d.csv', ',', 'A', 'B2')~~|"
               "c = GET DIRECT CONSTANTS('d.csv', ',', 'B2')~~|",
               "");
    resolve();
    check_table(equation("v", 0), 0, 4, NUMBERS(1, 10, 1, 11, 2, 20, 3, 30));
    assert_string_equal(dtn_expr_print(model, equation("c", 0)->expr),
                        "GET DIRECT CONSTANTS('d.csv', ',', 'B2')");
    assert_ptr_not_equal(dtn_eqn_value(equation("c", 0)), equation("c", 0)->expr);
    unlink(path);
    resolve(); /* again, without the file: what is loaded stays */
    check_numbers("c", 0, 1, NUMBERS(30));
}

static void file_tags(void **state)
{
    (void)state;
    char path[256];
    put_text("real.csv", "7\n", path);
    read_model("c = GET XLS CONSTANTS('?source', ',', 'A1')~~|"
               "d = GET XLS CONSTANTS('?real.csv', ',', 'A1')~~|",
               "30:?source=real.csv\n");
    resolve();
    check_numbers("c", 0, 1, NUMBERS(7));
    check_numbers("d", 0, 1, NUMBERS(7)); /* a tag without a setting is a name */
}

/* One missing file is told once, however often the model asks for it. */
static void one_report_a_file(void **state)
{
    (void)state;
    read_model("a = GET XLS CONSTANTS('none.xlsx', 'x', 'A1')~~|"
               "b = GET XLS CONSTANTS('none.xlsx', 'y', 'A1')~~|",
               "");
    assert_int_equal(dtn_check_resolve(model, &diags), DTN_E_INPUT);
    assert_int_equal(diags.n_error, 1);
    assert_int_equal(diags.items[0].code, 701);
    assert_int_equal(diags.items[0].line, 1);
}

static void subscripts_from_a_workbook(void **state)
{
    (void)state;
    char path[256];
    put_xlsx("b.xlsx", ROWS, BOOK, NULL, path);
    read_model("All: GET XLS SUBSCRIPT('b.xlsx', 'Data', 'B2', 'D3', 'n')~~|"
               "Row: GET XLS SUBSCRIPT('b.xlsx', 'Data', 'B3', '3', 'r') -> Named~~|"
               "Column: GET XLS SUBSCRIPT('b.xlsx', 'Data', 'A2', 'A', '')~~|"
               "Named: GET XLS SUBSCRIPT('b.xlsx', 'Data', 'down', '', 'd')~~|"
               "x[All] = 1~~|y[Row] = z[Named]~~|z[d5] = 1~~|z[d6] = 2~~|",
               "");
    resolve();
    const dtn_dim *all = dtn_model_find_dim(model, "all");
    assert_int_equal(all->n_element, 5); /* across, then down, without the hole */
    assert_string_equal(all->elements[0], "n20");
    assert_string_equal(all->elements[4], "n32");
    assert_int_equal(dtn_model_find_dim(model, "row")->n_element, 2);
    assert_int_equal(dtn_model_find_dim(model, "column")->n_element, 2);
    assert_string_equal(dtn_model_find_dim(model, "named")->elements[1], "d6");
}

/* ---- Data files ------------------------------------------------------------------ */

#define BARE \
    "D: A, B~~|E: u, v~~|a:RAW:~~|b[D]~~|c[D, E]:HOLD BACKWARD:~~|use = a + b[A] + c[B, u]~~|"

static void check_series(void)
{
    resolve();
    check_table(equation("a", 0), 0, 2, NUMBERS(0, 1, 2, 3));
    check_table(equation("b", 0), 0, 3, NUMBERS(0, 10, 1, 11, 2, 12));
    check_table(equation("b", 0), 1, 1, NUMBERS(1, 21));
    check_table(equation("c", 0), 1, 1, NUMBERS(0, 5)); /* A,v: the last range fastest */
    check_table(equation("c", 0), 2, 1, NUMBERS(0, 6)); /* B,u */
}

static void data_in_columns(void **state)
{
    (void)state;
    char path[256];
    read_model(BARE, "");
    put_text("d.csv",
             "Time,a,b[A],B[ b ],\"c[A,U]\",\"c[A, v]\",\"c[B,u]\",\"c[B,v]\",other\n"
             "0,1,10,,4,5,6,7,8\n1,,11,21,,,,,8\n2,3,12,x\n",
             path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_OK);
    check_series();
}

static void data_in_rows(void **state)
{
    (void)state;
    char path[256];
    read_model(BARE, "");
    put_text("d.tab",
             "Time\t0\t1\t2\na\t1\t\t3\nb[A]\t10\t11\t12\nb[B]\t\t21\nc[A,u]\t4\n"
             "c[A,v]\t5\nc[B,u]\t6\nc[B,v]\t7\n",
             path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_OK);
    check_series();
}

static void data_in_blocks(void **state)
{
    (void)state;
    char path[256];
    read_model(BARE, "");
    put_text("d.dat",
             "a\n0\t1\n2\t3\nb[A]\n0\t10\n1\t11\n2\t12\nb[B]\n1\t21\nc[A,u]\n0\t4\n"
             "c[A,v]\n0\t5\nc[B,u]\n0\t6\nc[B,v]\n0\t7\n",
             path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_OK);
    check_series();
}

/* Of several files the last counts; the model's own settings come after what a person gives. */
static void several_data_files(void **state)
{
    (void)state;
    char path[256];
    read_model("a~~|b~~|c~~|", "13:run.vdf,C:\\data\\more.vdfx\n");
    put_text("run.csv", "Time,a,b,c\n0,1,1,1\n", path);
    put_text("more.tab", "Time\tb\n0\t2\n", path);
    put_text("given.csv", "Time,c\n0,3\n", path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_OK);
    put_text("given2.csv", "Time,c\n0,4\n", path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_OK);
    resolve();
    check_table(equation("a", 0), 0, 1, NUMBERS(0, 1));
    check_table(equation("b", 0), 0, 1, NUMBERS(0, 2));
    check_table(equation("c", 0), 0, 1, NUMBERS(0, 4));
}

static void data_that_is_missing(void **state)
{
    (void)state;
    char path[256];
    read_model("D: A, B~~|b[D]~~|", "13:run.vdf\n");
    put_text("d.csv", "Time,b[A]\n0,1\n", path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_OK);
    assert_int_equal(dtn_check_resolve(model, &diags), DTN_OK);
    assert_int_equal(diags.items[0].code, 706);
    assert_int_equal(diags.items[0].severity, DTN_WARNING);
    assert_non_null(strstr(diags.items[0].message, "1 of 2 elements (b[b] ...)"));
    check_table(equation("b", 0), 0, 1, NUMBERS(0, 1));
    assert_int_equal(equation("b", 0)->tables[1]->n, 0);
    assert_non_null(strstr(diags.items[0].hint, "run.vdf"));
}

static void data_files_that_are_none(void **state)
{
    (void)state;
    char path[256];
    read_model("a~~|", "");
    assert_int_equal(dtn_check_load_data(model, in_folder("none.csv", path), &diags), DTN_E_IO);
    put_text("d.csv", "1,2\n3,4\n", path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_E_INPUT);
    put_text("e.csv", "", path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_E_INPUT);
    put_text("f.csv", "Time,a\n0,\"1\n", path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_E_INPUT);
    assert_int_equal(diags.n_error, 4);
}

/* Of a workbook the first sheet is read; that others hold something is told, texts that look like
 * numbers are refused. */
static void data_in_a_workbook(void **state)
{
    (void)state;
    char path[256];
    read_model("a~~|b~~|", "");
    put_xlsx("d.xlsx",
             SHEET("<row><c t='str'><v>Time</v></c><c t='str'><v>a</v></c><c t='str'><v>b</v></c>"
                   "</row><row><c><v>0</v></c><c><v>5</v></c><c t='str'><v>1.5</v></c></row>"),
             NULL, NULL, path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_OK);
    assert_int_equal(diags.n_warning, 1);
    assert_non_null(strstr(diags.items[0].message, "sheet 'It's' holds cells too"));
    assert_int_equal(dtn_check_resolve(model, &diags), DTN_E_INPUT);
    assert_int_equal(diags.n_error, 1);
    assert_int_equal(diags.items[1].code, 703);
    assert_non_null(strstr(diags.items[1].message, "sheet 'One & only', cell C2 holds '1.5'"));
}

/* Formulas that were never computed and error values are no gaps that somebody left: each is told with its cell
 * and what to do. Constants and the elements of a range need a value. */
static void cells_without_a_value(void **state)
{
    (void)state;
    char path[256];
    read_model("a~~|b~~|", "");
    put_xlsx(
        "d.xlsx",
        SHEET("<row><c t='str'><v>Time</v></c><c t='str'><v>a</v></c><c t='str'><v>b</v></c></row>"
              "<row><c><v>0</v></c><c><v>5</v></c><c><v>5</v></c></row>"
              "<row><c><v>1</v></c><c><f>B2+10</f></c><c t='e'><f>1/0</f><v>#DIV/0!</v></c></row>"
              "<row><c><v>2</v></c><c><f>B3+10</f><v></v></c><c t='e'><v>#N/A</v></c></row>"
              "<row><c><f>A4+1</f></c><c><v>7</v></c><c><v>7</v></c></row>"),
        NULL, NULL, path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_OK);
    assert_int_equal(dtn_check_resolve(model, &diags), DTN_OK);
    assert_int_equal(diags.n_warning, 3);
    const char *const expect[] = {
        "cell B3 holds the formula '=B2+10' without its value (and 2 more), which "
        "is taken as a gap in 'a'",
        "cell C3 holds the error '#DIV/0!' (and 1 more), which is taken"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(diags.items[i + 1].code, 703);
        assert_non_null(strstr(diags.items[i + 1].message, "sheet 'One & only', "));
        assert_non_null(strstr(diags.items[i + 1].message, expect[i]));
    }
    assert_non_null(strstr(diags.items[1].hint, "spreadsheet program"));
}

static void values_that_must_be_there(void **state)
{
    (void)state;
    char path[256];
    put_xlsx("b.xlsx",
             SHEET("<row><c><f>1+1</f></c><c t='e'><v>#REF!</v></c></row>"
                   "<row><c t='str'><v>x</v></c><c t='e'><v>#NAME?</v></c></row>"),
             NULL, NULL, path);
    read_model("D: GET XLS SUBSCRIPT('b.xlsx', '1', 'A2', 'B2', '')~~|", "");
    assert_int_equal(dtn_check_resolve(model, &diags), DTN_E_INPUT);
    assert_int_equal(diags.n_error, 1);
    assert_non_null(strstr(diags.items[0].message, "cell B2 holds the error '#NAME?'; 'D' needs"));
    dtn_model_delete(model);
    read_model("c = GET XLS CONSTANTS('b.xlsx', '1', 'A1')~~|"
               "d = GET XLS CONSTANTS('b.xlsx', '1', 'B1')~~|",
               "");
    assert_int_equal(dtn_check_resolve(model, &diags), DTN_E_INPUT);
    assert_int_equal(diags.n_error, 3);
    assert_non_null(strstr(diags.items[1].message, "cell A1 holds a formula without its value"));
    assert_non_null(strstr(diags.items[1].hint, "spreadsheet program"));
    assert_non_null(strstr(diags.items[2].message, "cell B1 holds an error value"));
}

static void data_on_the_second_sheet(void **state)
{
    (void)state;
    char path[256];
    read_model("a~~|", "");
    put_xlsx("d.xlsx", SHEET(""), NULL, NULL, path);
    assert_int_equal(dtn_check_load_data(model, path, &diags), DTN_E_INPUT);
    assert_non_null(strstr(diags.items[0].message, "sheet 'One & only', cell B1"));
    assert_non_null(strstr(diags.items[0].hint, "put sheet 'It's' first"));
}

/* ---- Limits --------------------------------------------------------------------------- */

/* A left side of a hundred million elements is refused before anything is read. */
static void too_many_elements(void **state)
{
    (void)state;
    char path[256];
    put_text("d.csv", "1\n", path);
    read_model("D: (d1-d99999)~~|E: (e1-e1000)~~|"
               "a[D, E] = GET DIRECT CONSTANTS('d.csv', ',', 'A1')~~|",
               "");
    assert_int_equal(dtn_check_resolve(model, &diags), DTN_E_INPUT);
    assert_int_equal(diags.items[0].code, 214);
}

static void out_of_memory(void **state)
{
    (void)state;
    char path[256];
    put_xlsx("b.xlsx", ROWS, BOOK, NULL, path);
    put_text("d.csv", "Time,e\n0,1\n", path);
    bool done = false;
    for (size_t n = 1; !done && n < 2000; n += n < 300 ? 1 : 17) {
        read_model("D: a, b~~|c = GET XLS CONSTANTS('b.xlsx', 'data', 'B2')~~|e~~|"
                   "rows[D] := GET XLS DATA('b.xlsx', 'data', 'across', 'block')~~|",
                   "");
        dtn_alloc_fail_after(n);
        dtn_status first = dtn_check_load_data(model, path, &diags);
        dtn_status second = dtn_check_resolve(model, &diags);
        dtn_alloc_fail_after(0);
        done = first == DTN_OK && second == DTN_OK;
        dtn_model_delete(model);
        model = NULL;
    }
    assert_true(done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(named_ranges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_of_other_systems, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_call_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_tags, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_report_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(subscripts_from_a_workbook, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_in_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_in_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_in_blocks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_data_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_that_is_missing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_in_a_workbook, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cells_without_a_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_that_must_be_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_on_the_second_sheet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_files_that_are_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_many_elements, set_up, tear_down),
        cmocka_unit_test_setup_teardown(out_of_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
