/* Series over time from a file, for data variables that have no equation.
 *
 * Three forms are known by their looks:
 *
 *     Time  a[x]  b         a,,           Time  0   1   2
 *     0     1     5         0,1           a[x]  1   2   3
 *     1     2     6         1,2           b     5   6   7
 *
 * columns (what runs are exported as), blocks (Vensim's .dat: a name alone, then times and
 * values), and rows. Empty cells and NA are points that are not there. What is wrong with a series
 * is told where a variable takes it: a file may hold columns that the model does not read.
 */
#include "check/series.h"
#include "base/nearest.h"
#include "base/text.h"
#include "check/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* ---- Points -------------------------------------------------------------------- */

static bool is_gap_word(const char *text)
{
    static const char *const words[] = {"na", "n/a", "#n/a", "nan", ":na:"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

/* A text that somebody meant as a number or a date: it holds a digit, or is infinite. */
static bool is_figure(const char *text)
{
    const char *bare = text + (*text == '-' || *text == '+');
    return strpbrk(text, "0123456789") || strcasecmp(bare, "inf") == 0 ||
           strcasecmp(bare, "infinity") == 0;
}

/* "d.csv, cell B2 holds '1,5'", a long text cut. */
static const char *clause(dtn_arena *arena, dtn_series_cell at, const char *what)
{
    char place[DTN_SHEET_MAX_PLACE];
    dtn_sheet_place(at.sheet, at.row, at.col, place);
    return dtn_arena_printf(arena, "%s holds %s'%.60s'", place, what,
                            dtn_sheet_cell(at.sheet, at.row, at.col).text);
}

/* A formula that was never computed, or an error value. `of`: "", or "the time " where it stands in a time's cell. */
static void add_none(dtn_arena *arena, dtn_series_cell at, const char *of,
                     dtn_series_faults *faults)
{
    const dtn_cell cell = dtn_sheet_cell(at.sheet, at.row, at.col);
    if (faults->n_none++ > 0)
        return;
    const char *what = *of ? dtn_arena_printf(arena, "as %s%s", of, dtn_cell_fault_word(cell.fault))
                           : dtn_cell_fault_word(cell.fault);
    faults->none = dtn_arena_printf(arena, "%s%s", clause(arena, at, what),
                                    cell.fault == DTN_CELL_FORMULA ? " without its value" : "");
    faults->none_hint = dtn_cell_fault_hint(cell.fault);
}

static void add_fault(dtn_arena *arena, dtn_series_cell at, const char *what, bool is_bad,
                      dtn_series_faults *faults)
{
    const char **first = is_bad ? &faults->bad : &faults->word;
    if ((is_bad ? faults->n_bad++ : faults->n_word++) == 0)
        *first = clause(arena, at, what);
}

void dtn_series_add(dtn_arena *arena, dtn_lookup *table, double x, dtn_series_cell time,
                    dtn_series_cell value, dtn_series_faults *faults)
{
    const dtn_cell y = dtn_sheet_cell(value.sheet, value.row, value.col);
    if (!isnan(x) && y.kind == DTN_CELL_NUMBER) {
        table->x[table->n] = x;
        table->y[table->n++] = y.number;
        return;
    }
    if (y.kind == DTN_CELL_EMPTY || (y.kind == DTN_CELL_TEXT && is_gap_word(y.text)))
        return;
    if (!isnan(x)) {
        if (y.kind == DTN_CELL_TEXT && y.fault != DTN_CELL_SOUND)
            add_none(arena, value, "", faults);
        else
            add_fault(arena, value, "", is_figure(y.text), faults);
        return;
    }
    const dtn_cell t = dtn_sheet_cell(time.sheet, time.row, time.col);
    if (t.fault != DTN_CELL_SOUND) {
        add_none(arena, time, "the time ", faults);
        return;
    }
    const bool is_heading = y.kind == DTN_CELL_TEXT && !is_figure(y.text);
    if (t.kind == DTN_CELL_TEXT && !is_gap_word(t.text) && !is_heading)
        add_fault(arena, time, "the time ", is_figure(t.text), faults);
}

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

static void find_twice(dtn_arena *arena, const dtn_lookup *table, dtn_series_faults *faults)
{
    char x[DTN_DOUBLE_MAX_TEXT], y[2][DTN_DOUBLE_MAX_TEXT];
    for (size_t i = 1; i < table->n; i++) {
        if (table->x[i] != table->x[i - 1] || table->y[i] == table->y[i - 1])
            continue;
        if (faults->n_twice++ > 0)
            continue;
        x[dtn_double_to_text(table->x[i], x)] = '\0';
        for (size_t k = 0; k < 2; k++)
            y[k][dtn_double_to_text(table->y[i - 1 + k], y[k])] = '\0';
        faults->twice = dtn_arena_printf(arena, "time %s has the values %s and %s", x, y[0], y[1]);
    }
}

void dtn_series_sort(dtn_arena *arena, dtn_lookup *table, dtn_series_faults *faults)
{
    bool sorted = true;
    for (size_t i = 1; i < table->n && sorted; i++)
        sorted = table->x[i - 1] <= table->x[i];
    if (!sorted) {
        pair *pairs = DTN_NEW_N(arena, pair, table->n);
        for (size_t i = 0; i < table->n; i++)
            pairs[i] = (pair){table->x[i], table->y[i], i};
        qsort(pairs, table->n, sizeof *pairs, compare_pairs);
        for (size_t i = 0; i < table->n; i++) {
            table->x[i] = pairs[i].x;
            table->y[i] = pairs[i].y;
        }
    }
    if (faults)
        find_twice(arena, table, faults);
}

void dtn_series_join(dtn_series_faults *all, const dtn_series_faults *more)
{
    all->bad = all->bad ? all->bad : more->bad;
    all->word = all->word ? all->word : more->word;
    all->none_hint = all->none ? all->none_hint : more->none_hint;
    all->none = all->none ? all->none : more->none;
    all->twice = all->twice ? all->twice : more->twice;
    all->second = all->second ? all->second : more->second;
    all->n_bad += more->n_bad;
    all->n_word += more->n_word;
    all->n_none += more->n_none;
    all->n_twice += more->n_twice;
}

static const char *and_more(char out[32], uint32_t n)
{
    *out = '\0';
    if (n > 1)
        snprintf(out, 32, " (and %u more)", n - 1);
    return out;
}

bool dtn_series_report(const dtn_series_faults *faults, const char *variable, dtn_pos at,
                       dtn_diags *diags)
{
    char more[32];
    if (faults->n_bad)
        dtn_diags_add(diags, 703, at,
                      "write it with a decimal point and nothing else; leave the cell empty, or "
                      "write NA, where there is no value",
                      "%s, which is no number%s; '%s' is read from there", faults->bad,
                      and_more(more, faults->n_bad), variable);
    if (faults->second)
        dtn_diags_add(diags, 703, at, "leave one of them out, or rename it",
                      "%s; which of them is '%s'?", faults->second, variable);
    if (faults->n_word)
        dtn_diags_add_as(diags, DTN_WARNING, 703, at, "leave the cell empty, or write NA",
                         "%s%s, which is taken as a gap in '%s'", faults->word,
                         and_more(more, faults->n_word), variable);
    if (faults->n_none)
        dtn_diags_add_as(diags, DTN_WARNING, 703, at, faults->none_hint,
                         "%s%s, which is taken as a gap in '%s'", faults->none,
                         and_more(more, faults->n_none), variable);
    if (faults->n_twice)
        dtn_diags_add_as(diags, DTN_WARNING, 703, at, "give each time once",
                         "%s in the data of '%s'%s: the last one counts", faults->twice, variable,
                         and_more(more, faults->n_twice));
    return faults->n_bad == 0 && !faults->second;
}

/* ---- The model's series ------------------------------------------------------------ */

const dtn_series *dtn_series_find(const dtn_model *model, const char *key)
{
    uint32_t i = dtn_map_get(&model->series_index, key);
    return i == DTN_MAP_NONE ? NULL : &model->series[i];
}

const dtn_series *dtn_series_take(dtn_model *model, const char *key)
{
    const uint32_t i = dtn_map_get(&model->series_index, key);
    if (i == DTN_MAP_NONE)
        return NULL;
    model->series[i].is_taken = true;
    return &model->series[i];
}

/* Numbers alone; the variables' kinds are found later. */
static bool is_of_numbers(const dtn_var *var)
{
    const dtn_expr *x = var->n_eqn > 0 ? dtn_eqn_value(&var->eqns[0]) : NULL;
    if (x && x->kind == DTN_X_UNARY)
        x = x->args[0];
    return x && (x->kind == DTN_X_NUMBER || x->kind == DTN_X_ARRAY);
}

static bool is_rest(const dtn_series *s) { return s->is_given && !s->is_taken; }

/* Why nothing takes it, and what to do; the hint may be NULL. */
static const char *why_not_taken(const dtn_model *model, const dtn_series *s, const char **hint)
{
    const size_t n = strcspn(s->key, "[");
    const dtn_var *var = dtn_model_find_var(model, dtn_arena_strndup(model->arena, s->key, n));
    dtn_nearest nearest;
    *hint = "take it out of the file, or give the model a data variable of that name";
    if (var) {
        const bool is_constant = is_of_numbers(var);
        if (is_constant)
            *hint = "give a constant its value with --set NAME=VALUE";
        return is_constant                   ? "which is a constant"
               : var->kind == DTN_VAR_STOCK  ? "which is a stock"
               : var->kind == DTN_VAR_LOOKUP ? "which is a lookup table"
               : var->kind == DTN_VAR_DATA   ? "of which no such element takes data from outside"
                                             : "which an equation computes";
    }
    dtn_nearest_init(&nearest, s->key);
    for (size_t i = 0; i < model->n_var; i++)
        if (model->vars[i].kind == DTN_VAR_DATA)
            dtn_nearest_add(&nearest, model->vars[i].key);
    const dtn_var *meant = nearest.best ? dtn_model_find_var(model, nearest.best) : NULL;
    if (meant)
        *hint = dtn_arena_printf(model->arena, "did you mean '%s'?", meant->name);
    return "which the model does not have";
}

void dtn_series_report_rest(dtn_model *model, dtn_diags *diags)
{
    for (size_t i = 0; i < model->n_series; i++) {
        const dtn_series *s = &model->series[i];
        const char *more = "", *hint = NULL;
        size_t n = 0;
        if (!is_rest(s))
            continue;
        const char *why = why_not_taken(model, s, &hint);
        for (size_t k = i; k < model->n_series; k++) {
            if (!is_rest(&model->series[k]) || model->series[k].file != s->file)
                continue;
            model->series[k].is_taken = true; /* told */
            n++;
        }
        if (n > 1)
            more = dtn_arena_printf(model->arena, " (and %zu more such series)", n - 1);
        dtn_diags_add(diags, 709, (dtn_pos){s->file, 0, 0}, hint,
                      "no data variable takes the values of '%s', %s%s", s->text, why, more);
    }
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

/* A file being read. */
typedef struct reader {
    dtn_model *model;
    const dtn_sheet *sheet;
    const char *file;           /* this very string, for each reading another */
    bool turned;                /* rows for columns */
    bool keep;                  /* series that are there stay */
    size_t n_again;             /* series that another file gave before */
    const char *again, *before; /* the first of them, and that file */
} reader;

static dtn_series_cell cell_at(const reader *r, uint32_t row, uint32_t col)
{
    return r->turned ? (dtn_series_cell){r->sheet, col, row}
                     : (dtn_series_cell){r->sheet, row, col};
}

static dtn_cell get(const reader *r, uint32_t row, uint32_t col)
{
    const dtn_series_cell at = cell_at(r, row, col);
    return dtn_sheet_cell(at.sheet, at.row, at.col);
}

/* A new empty series, for at most n points; NULL: the name has one that stays. */
static dtn_series *new_series(reader *r, dtn_series_cell name, size_t n)
{
    dtn_model *model = r->model;
    const char *text = dtn_sheet_cell(name.sheet, name.row, name.col).text;
    const char *key = series_key(model->arena, text);
    dtn_series s = {.key = key,
                    .file = r->file,
                    .text = dtn_arena_strdup(model->arena, text),
                    .is_given = !r->keep};
    uint32_t old = dtn_map_get(&model->series_index, key);
    const bool is_twice = old != DTN_MAP_NONE && model->series[old].file == r->file;
    if (old != DTN_MAP_NONE && r->keep && !is_twice)
        return NULL;
    s.table = DTN_NEW(model->arena, dtn_lookup);
    s.table->x = DTN_NEW_N(model->arena, double, n);
    s.table->y = DTN_NEW_N(model->arena, double, n);
    if (old != DTN_MAP_NONE && !is_twice && r->n_again++ == 0) {
        r->again = dtn_sheet_cell(name.sheet, name.row, name.col).text;
        r->before = model->series[old].file;
    }
    if (is_twice)
        s.faults.second = clause(model->arena, name, "a second series named ");
    if (old == DTN_MAP_NONE) {
        old = (uint32_t)model->n_series;
        dtn_map_set(&model->series_index, model->arena, key, old);
        DTN_PUSH(model->arena, model->series, model->n_series, model->cap_series, s);
    }
    model->series[old] = s;
    return &model->series[old];
}

static void add_point(const reader *r, dtn_series *s, dtn_series_cell time, dtn_series_cell value)
{
    const dtn_cell x = dtn_sheet_cell(time.sheet, time.row, time.col);
    dtn_series_add(r->model->arena, s->table, x.kind == DTN_CELL_NUMBER ? x.number : (double)NAN,
                   time, value, &s->faults);
}

/* ---- Forms -------------------------------------------------------------------------- */

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

static size_t read_columns(reader *r)
{
    const uint32_t n_row = r->turned ? dtn_sheet_n_col(r->sheet) : dtn_sheet_n_row(r->sheet);
    const uint32_t n_col = r->turned ? dtn_sheet_n_row(r->sheet) : dtn_sheet_n_col(r->sheet);
    size_t n = 0;
    for (uint32_t c = 1; c < n_col; c++) {
        if (get(r, 0, c).kind != DTN_CELL_TEXT)
            continue;
        n++;
        dtn_series *s = new_series(r, cell_at(r, 0, c), n_row);
        for (uint32_t row = 1; s && row < n_row; row++)
            add_point(r, s, cell_at(r, row, 0), cell_at(r, row, c));
        if (s)
            dtn_series_sort(r->model->arena, s->table, &s->faults);
    }
    return n;
}

static size_t read_blocks(reader *r)
{
    const uint32_t n_row = dtn_sheet_n_row(r->sheet);
    size_t n = 0;
    for (uint32_t row = 0; row < n_row;) {
        const uint32_t top = row++;
        uint32_t end = row;
        if (get(r, top, 0).kind != DTN_CELL_TEXT)
            continue;
        while (end < n_row && get(r, end, 0).kind != DTN_CELL_TEXT)
            end++;
        n++;
        dtn_series *s = new_series(r, cell_at(r, top, 0), end - row + 1);
        for (; s && row < end; row++)
            add_point(r, s, cell_at(r, row, 0), cell_at(r, row, 1));
        if (s)
            dtn_series_sort(r->model->arena, s->table, &s->faults);
    }
    return n;
}

/* What was looked at and found wanting: a first row without names behind its first cell. */
static void report_none(const dtn_sheet *sheet, dtn_pos at, dtn_diags *diags)
{
    char place[DTN_SHEET_MAX_PLACE];
    const dtn_cell first = dtn_sheet_cell(sheet, 0, 0);
    const char *more = dtn_sheet_other(sheet), *separator = dtn_sheet_separator(sheet);
    dtn_sheet_place(sheet, 0, 1, place);
    char hint[256];
    if (dtn_sheet_n_row(sheet) == 0 && more)
        snprintf(hint, sizeof hint, "put sheet '%.100s' first: only the first one is read", more);
    else
        snprintf(hint, sizeof hint,
                 "the first row names the series, the first column their times, with nothing above "
                 "them%s%s",
                 separator ? "; the cells of this file are taken to be parted by " : "",
                 separator ? separator : "");
    dtn_diags_add(diags, 703, at, hint, "the file holds no series: there is no name in %s%s%.60s%s",
                  place, first.kind == DTN_CELL_TEXT ? ", behind '" : "",
                  first.kind == DTN_CELL_TEXT ? first.text : "",
                  first.kind == DTN_CELL_TEXT ? "'" : "");
}

static dtn_status read_sheet(dtn_model *model, const dtn_sheet *sheet, bool keep, dtn_pos at,
                             dtn_diags *diags)
{
    reader r = {
        .model = model, .sheet = sheet, .file = at.file, .turned = is_in_rows(sheet), .keep = keep};
    bool blocks = dtn_sheet_cell(sheet, 0, 0).kind == DTN_CELL_TEXT &&
                  dtn_sheet_cell(sheet, 0, 1).kind == DTN_CELL_EMPTY &&
                  dtn_sheet_cell(sheet, 1, 0).kind == DTN_CELL_NUMBER;
    size_t n = blocks ? read_blocks(&r) : read_columns(&r);
    if (n == 0) {
        report_none(sheet, at, diags);
        return DTN_E_INPUT;
    }
    if (r.n_again > 0)
        dtn_diags_add_as(
            diags, DTN_WARNING, 703, at, "give each series by one file",
            "'%s'%s stands in '%s' too: of the two files the later counts", r.again,
            r.n_again == 1 ? ""
                           : dtn_arena_printf(model->arena, " and %zu more series", r.n_again - 1),
            r.before);
    const char *more = dtn_sheet_other(sheet);
    if (more)
        dtn_diags_add_as(diags, DTN_WARNING, 703, at, "give each sheet as a file of its own",
                         "only the first sheet is read; sheet '%s' holds cells too", more);
    return DTN_OK;
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
