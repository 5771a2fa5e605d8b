/* Series over time from a file, for data variables that have no equation.
 *
 * Three forms are known by their looks:
 *
 *     Time  a[x]  b         a,,           Time  0   1   2
 *     0     1     5         0,1           a[x]  1   2   3
 *     1     2     6         1,2           b     5   6   7
 *
 * columns (what runs are exported as), blocks (Vensim's .dat: a name alone, then times and
 * values), and rows. Cells without a number are points that are not there.
 */
#include "check/series.h"
#include "base/text.h"
#include "check/check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Points -------------------------------------------------------------------- */

typedef struct pair {
    double x, y;
    size_t at;
} pair;

static int compare_pairs(const void *a, const void *b)
{
    const pair *p = a, *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return p->at < q->at ? -1 : p->at > q->at;
}

void dtn_series_sort(dtn_arena *arena, dtn_lookup *table)
{
    bool sorted = true;
    for (size_t i = 1; i < table->n && sorted; i++)
        sorted = table->x[i - 1] <= table->x[i];
    if (sorted)
        return;
    pair *pairs = DTN_NEW_N(arena, pair, table->n);
    for (size_t i = 0; i < table->n; i++)
        pairs[i] = (pair){table->x[i], table->y[i], i};
    qsort(pairs, table->n, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < table->n; i++) {
        table->x[i] = pairs[i].x;
        table->y[i] = pairs[i].y;
    }
}

/* ---- The model's series ------------------------------------------------------------ */

const dtn_lookup *dtn_series_find(const dtn_model *model, const char *key)
{
    uint32_t i = dtn_map_get(&model->series_index, key);
    return i == DTN_MAP_NONE ? NULL : model->series[i];
}

/* Key of "name[a, b]" as a file writes it. */
static const char *series_key(dtn_arena *arena, const char *text)
{
    const char *open = strchr(text, '['), *end = strrchr(text, ']');
    if (!open || !end || end < open)
        return dtn_name_key(arena, text, strlen(text));
    const char *key = dtn_name_key(arena, text, (size_t)(open - text));
    for (const char *p = open; p < end;) {
        const char *from = p + 1;
        p = memchr(from, ',', (size_t)(end - from));
        if (!p)
            p = end;
        key = dtn_arena_printf(arena, "%s%c%s", key, from == open + 1 ? '[' : ',',
                               dtn_name_key(arena, from, (size_t)(p - from)));
    }
    return dtn_arena_printf(arena, "%s]", key);
}

/* A new empty series, for at most n points; NULL: the name has one that stays. */
static dtn_lookup *new_series(dtn_model *model, const char *name, size_t n, bool keep)
{
    const char *key = series_key(model->arena, name);
    uint32_t old = dtn_map_get(&model->series_index, key);
    if (old != DTN_MAP_NONE && keep)
        return NULL;
    dtn_lookup *t = DTN_NEW(model->arena, dtn_lookup);
    t->x = DTN_NEW_N(model->arena, double, n);
    t->y = DTN_NEW_N(model->arena, double, n);
    if (old != DTN_MAP_NONE) {
        model->series[old] = t;
        return t;
    }
    dtn_map_set(&model->series_index, model->arena, key, (uint32_t)model->n_series);
    DTN_PUSH(model->arena, model->series, model->n_series, model->cap_series, t);
    return t;
}

static void add_point(dtn_lookup *t, dtn_cell time, dtn_cell value)
{
    if (!t || time.kind != DTN_CELL_NUMBER || value.kind != DTN_CELL_NUMBER)
        return;
    t->x[t->n] = time.number;
    t->y[t->n++] = value.number;
}

/* ---- Forms -------------------------------------------------------------------------- */

static dtn_cell turned_cell(const dtn_sheet *sheet, bool turned, uint32_t row, uint32_t col)
{
    return turned ? dtn_sheet_cell(sheet, col, row) : dtn_sheet_cell(sheet, row, col);
}

/* Times in the first row, names in the first column. */
static bool is_in_rows(const dtn_sheet *sheet)
{
    bool any = false;
    for (uint32_t c = 1; c < dtn_sheet_n_col(sheet); c++) {
        dtn_cell_kind kind = dtn_sheet_cell(sheet, 0, c).kind;
        if (kind == DTN_CELL_TEXT)
            return false;
        any = any || kind == DTN_CELL_NUMBER;
    }
    return any && dtn_sheet_cell(sheet, 1, 0).kind == DTN_CELL_TEXT;
}

static size_t read_columns(dtn_model *model, const dtn_sheet *sheet, bool turned, bool keep)
{
    uint32_t n_row = turned ? dtn_sheet_n_col(sheet) : dtn_sheet_n_row(sheet);
    uint32_t n_col = turned ? dtn_sheet_n_row(sheet) : dtn_sheet_n_col(sheet);
    size_t n = 0;
    for (uint32_t c = 1; c < n_col; c++) {
        dtn_cell name = turned_cell(sheet, turned, 0, c);
        if (name.kind != DTN_CELL_TEXT)
            continue;
        dtn_lookup *t = new_series(model, name.text, n_row, keep);
        for (uint32_t r = 1; r < n_row; r++)
            add_point(t, turned_cell(sheet, turned, r, 0), turned_cell(sheet, turned, r, c));
        if (t)
            dtn_series_sort(model->arena, t);
        n++;
    }
    return n;
}

static size_t read_blocks(dtn_model *model, const dtn_sheet *sheet, bool keep)
{
    uint32_t n_row = dtn_sheet_n_row(sheet);
    size_t n = 0;
    for (uint32_t r = 0; r < n_row;) {
        dtn_cell name = dtn_sheet_cell(sheet, r++, 0);
        uint32_t end = r;
        if (name.kind != DTN_CELL_TEXT)
            continue;
        while (end < n_row && dtn_sheet_cell(sheet, end, 0).kind != DTN_CELL_TEXT)
            end++;
        dtn_lookup *t = new_series(model, name.text, end - r + 1, keep);
        for (; r < end; r++)
            add_point(t, dtn_sheet_cell(sheet, r, 0), dtn_sheet_cell(sheet, r, 1));
        if (t)
            dtn_series_sort(model->arena, t);
        n++;
    }
    return n;
}

static dtn_status read_sheet(dtn_model *model, const dtn_sheet *sheet, bool keep, dtn_pos at,
                             dtn_diags *diags)
{
    bool blocks = dtn_sheet_cell(sheet, 0, 0).kind == DTN_CELL_TEXT &&
                  dtn_sheet_cell(sheet, 0, 1).kind == DTN_CELL_EMPTY &&
                  dtn_sheet_cell(sheet, 1, 0).kind == DTN_CELL_NUMBER;
    size_t n = blocks ? read_blocks(model, sheet, keep)
                      : read_columns(model, sheet, is_in_rows(sheet), keep);
    if (n > 0)
        return DTN_OK;
    dtn_diags_add(diags, 703, at, "put the times into the first column, names above the others",
                  "the file holds no series");
    return DTN_E_INPUT;
}

/* ---- Files ----------------------------------------------------------------------------- */

/* The first sheet; text files by their extension, .dat is tab-separated. */
static dtn_status read_file(dtn_model *model, dtn_books *books, const char *path, bool keep,
                            dtn_pos at, dtn_diags *diags)
{
    const dtn_sheet *sheet = NULL;
    const char *dot = strrchr(path, '.');
    const char *tab = dot && strcmp(dot, ".dat") == 0 ? "tab" : NULL;
    dtn_status status = dtn_books_get(books, path, tab, at, &sheet, diags);
    return status == DTN_OK ? read_sheet(model, sheet, keep, at, diags) : status;
}

/* A file that the model's settings name, beside the model: itself, or what its .vdf was exported
 * as. NULL: there is none. Settings may hold a path of another machine, of which the name counts. */
static const char *find_export(dtn_model *model, const char *name)
{
    static const char *const exports[] = {"", ".tab", ".csv", ".dat", ".xlsx"};
    const char *slash = model->path ? strrchr(model->path, '/') : NULL;
    int n_folder = slash ? (int)(slash - model->path) + 1 : 0;
    for (const char *p = name; *p; p++)
        if (*p == '/' || *p == '\\')
            name = p + 1;
    const char *dot = strrchr(name, '.');
    bool is_vdf = dot && (strcmp(dot, ".vdf") == 0 || strcmp(dot, ".vdfx") == 0);
    int n = is_vdf ? (int)(dot - name) : (int)strlen(name);
    for (size_t k = is_vdf; k < sizeof exports / sizeof *exports; k++) {
        const char *path = dtn_arena_printf(model->arena, "%.*s%.*s%s", n_folder,
                                            model->path ? model->path : "", n, name, exports[k]);
        if (access(path, R_OK) == 0)
            return path;
    }
    return NULL;
}

void dtn_series_load_named(dtn_model *model, dtn_books *books, dtn_diags *diags)
{
    for (size_t i = model->n_data_file; i-- > 0;) { /* of several the last counts */
        const char *path = find_export(model, model->data_files[i]);
        if (path)
            (void)read_file(model, books, path, true, (dtn_pos){path, 0, 0}, diags);
    }
}

/* The file that a person gives; its name outlives the caller's. */
static dtn_status load_given(dtn_model *model, dtn_books *books, const char *path, dtn_diags *diags)
{
    dtn_pos at = {dtn_arena_strdup(model->arena, path), 0, 0};
    return read_file(model, books, at.file, false, at, diags);
}

dtn_status dtn_check_load_data(dtn_model *model, const char *path, dtn_diags *diags)
{
    dtn_arena *arena = model->arena;
    jmp_buf outer; /* a caller's guard on the same arena holds again afterwards */
    const int had_guard = arena->has_guard;
    memcpy(&outer, &arena->on_oom, sizeof outer);
    dtn_books *volatile books = dtn_books_new();
    volatile dtn_status status = DTN_E_MEMORY;
    if (books && !DTN_ARENA_GUARD(arena)) {
        status = load_given(model, books, path, diags);
    }
    memcpy(&arena->on_oom, &outer, sizeof outer);
    arena->has_guard = had_guard;
    dtn_books_delete(books);
    return status;
}
