/* Data from outside, as Vensim defines it: GET XLS and GET DIRECT CONSTANTS, LOOKUPS, DATA and
 * SUBSCRIPT (the two families read the same files here).
 *
 * What is read stands beside the equation, which keeps its call: constants as numbers over the
 * left side's ranges, lookups and data as one table for each element. The last range runs along
 * the row, those before it down; data and lookups run along the axis that the time argument
 * names, their elements in the other direction. Cells without a number are points that are not
 * there; for a constant that is an error.
 *
 * Follows the Vensim reference manual, "Data Functions". Not read: .vdf files, databases.
 */
#include "check/external.h"
#include "base/text.h"
#include "check/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum source {
    SOURCE_NONE,
    SOURCE_CONSTANTS,
    SOURCE_LOOKUPS,
    SOURCE_DATA,
    SOURCE_SUBSCRIPT
} source;

typedef struct loader {
    dtn_model *model;
    dtn_books *books;
    dtn_diags *diags;
    const dtn_var *var; /* being loaded */
    const dtn_expr *call;
} loader;

static source source_of(const char *key)
{
    static const char *const families[] = {"get_xls_", "get_direct_", "get_123_"};
    static const struct {
        const char *name;
        source source;
    } kinds[] = {{"constants", SOURCE_CONSTANTS},
                 {"lookups", SOURCE_LOOKUPS},
                 {"data", SOURCE_DATA},
                 {"subscript", SOURCE_SUBSCRIPT}};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        size_t n = strlen(families[i]);
        if (strncmp(key, families[i], n) != 0)
            continue;
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            if (strcmp(key + n, kinds[k].name) == 0)
                return kinds[k].source;
    }
    return SOURCE_NONE;
}

bool dtn_external_is_source(const char *key) { return source_of(key) != SOURCE_NONE; }

/* ---- Arguments ------------------------------------------------------------- */

/* An argument as a text: written in quotes, or the name of a text constant. NULL: it is none. */
static const char *text_at(const loader *L, uint32_t i)
{
    const dtn_expr *x = L->call->args[i];
    if (x->kind == DTN_X_STRING)
        return x->text;
    const dtn_var *var = x->kind == DTN_X_NAME ? dtn_model_find_var(L->model, x->key) : NULL;
    const bool is_text = var && var->n_eqn > 0 && var->eqns[0].kind == DTN_EQN_STRING &&
                         var->eqns[0].expr && var->eqns[0].expr->kind == DTN_X_STRING;
    return is_text ? var->eqns[0].expr->text : NULL;
}

/* The same; NULL: reported. */
static const char *text_of(loader *L, uint32_t i)
{
    const dtn_expr *x = L->call->args[i];
    const char *text = text_at(L, i);
    if (text)
        return text;
    dtn_diags_add(L->diags, 212, x->pos, "write it in single quotes: 'data.csv'",
                  "argument %u of '%s' is not a text", i + 1, L->call->text);
    return NULL;
}

/* ?tag: the file that the model's settings give for it; the tag itself if they give none. */
static const char *untag(const dtn_model *model, const char *file)
{
    size_t n = strlen(file);
    for (size_t i = 0; i < model->n_file_tag; i++)
        if (strncmp(model->file_tags[i], file, n) == 0 && model->file_tags[i][n] == '=')
            return model->file_tags[i] + n + 1;
    return file + 1;
}

/* Files stand beside the model, or beside the text that laid the equation over it. */
static const char *path_of(loader *L, const char *file)
{
    const char *model = L->call->pos.file ? L->call->pos.file : L->model->path;
    const char *slash = model ? strrchr(model, '/') : NULL;
    if (*file == '?')
        file = untag(L->model, file);
    int n_folder = slash && *file != '/' ? (int)(slash - model) + 1 : 0;
    char *path = dtn_arena_printf(L->model->arena, "%.*s%s", n_folder, model ? model : "", file);
    for (char *p = path + n_folder; *p; p++)
        if (*p == '\\')
            *p = '/';
    return path;
}

/* The sheet of the call's first two arguments; NULL: reported. */
static const dtn_sheet *sheet_of(loader *L)
{
    const dtn_sheet *sheet = NULL;
    const char *file = text_of(L, 0), *tab = text_of(L, 1);
    if (!file || !tab)
        return NULL;
    dtn_status status =
        dtn_books_get(L->books, path_of(L, file), tab, L->call->pos, &sheet, L->diags);
    if (status == DTN_E_MEMORY)
        dtn_diags_add(L->diags, 704, L->call->pos, NULL, "out of memory reading '%s'", file);
    return status == DTN_OK ? sheet : NULL;
}

static bool cells_of(loader *L, const dtn_sheet *sheet, const char *text, const dtn_sheet **where,
                     dtn_cells *out)
{
    return dtn_books_find(L->books, sheet, text, L->call->pos, where, out, L->diags) == DTN_OK;
}

/* Whether the number of arguments fits; if not, resolve says so. */
static bool has_arguments(const dtn_expr *call, uint32_t n) { return call->n_arg == n; }

/* ---- Dimensions --------------------------------------------------------------- */

static void add_element(loader *L, dtn_dim *dim, const char *prefix, dtn_cell cell)
{
    char number[DTN_DOUBLE_MAX_TEXT];
    uint32_t n = dim->n_element;
    if (cell.kind == DTN_CELL_EMPTY)
        return;
    if (cell.kind == DTN_CELL_NUMBER)
        number[dtn_double_to_text(cell.number, number)] = '\0';
    const char *name = dtn_arena_printf(L->model->arena, "%s%s", prefix,
                                        cell.kind == DTN_CELL_NUMBER ? number : cell.text);
    if (L->model->n_dim_element == DTN_MAX_ELEMENTS)
        dtn_diags_add(L->diags, 214, L->call->pos, "check the first and the last cell",
                      "the ranges have more than %d elements in all", DTN_MAX_ELEMENTS);
    if (L->model->n_dim_element >= DTN_MAX_ELEMENTS) {
        L->model->n_dim_element++; /* said once */
        return;
    }
    dtn_dim_add_element(L->model, dim, name);
    if (dtn_map_get(&dim->index, dim->element_keys[n]) != n)
        dtn_diags_add(L->diags, 210, L->call->pos, "name each element once",
                      "the element '%s' stands twice in '%s'", name, dim->name);
}

static void add_element_at(loader *L, dtn_dim *dim, const char *prefix, const dtn_sheet *sheet,
                           uint32_t row, uint32_t col)
{
    char place[DTN_SHEET_MAX_PLACE];
    const dtn_cell cell = dtn_sheet_cell(sheet, row, col);
    if (cell.fault == DTN_CELL_SOUND)
        add_element(L, dim, prefix, cell);
    else
        dtn_diags_add(L->diags, 706, L->call->pos, dtn_cell_fault_hint(cell.fault),
                      "%s holds %s'%.60s'%s; '%s' needs an element's name there",
                      dtn_sheet_place(sheet, row, col, place), dtn_cell_fault_word(cell.fault),
                      cell.text, cell.fault == DTN_CELL_FORMULA ? " without its value" : "",
                      dim->name);
}

/* Up to a last cell, of which row, column or both may be missing: then to the sheet's end. */
static bool last_cell(loader *L, const dtn_sheet *sheet, const char *text, dtn_cells *cells)
{
    const dtn_sheet *where;
    dtn_cells last;
    bool is_row;
    uint32_t line, row = dtn_sheet_n_row(sheet), col = dtn_sheet_n_col(sheet);
    if (dtn_sheet_line(text, &is_row, &line)) {
        row = is_row ? line + 1 : row;
        col = is_row ? col : line + 1;
    } else if (*text) {
        if (!cells_of(L, sheet, text, &where, &last))
            return false;
        row = last.row + last.n_row;
        col = last.col + last.n_col;
    }
    if (row <= cells->row || col <= cells->col) {
        dtn_diags_add(L->diags, 705, L->call->pos, "name the first and the last cell",
                      "no cells lie between '%s' and '%s'", text_of(L, 2), text);
        return false;
    }
    cells->n_row = row - cells->row;
    cells->n_col = col - cells->col;
    return true;
}

#define DTN_MAX_CELLS_READ \
    10000000u /* cells looked at for one range: an empty corner is no range */

static void load_dim(loader *L, dtn_dim *dim)
{
    const dtn_sheet *where;
    dtn_cells cells;
    if (source_of(L->call->key) != SOURCE_SUBSCRIPT || !has_arguments(L->call, 5))
        return;
    const dtn_sheet *sheet = sheet_of(L);
    const char *first = text_of(L, 2), *last = text_of(L, 3), *prefix = text_of(L, 4);
    if (!sheet || !first || !last || !prefix || !cells_of(L, sheet, first, &where, &cells))
        return;
    if (cells.n_row == 1 && cells.n_col == 1 && !last_cell(L, where, last, &cells))
        return;
    if ((uint64_t)cells.n_row * cells.n_col > DTN_MAX_CELLS_READ)
        cells.n_row = DTN_MAX_CELLS_READ / cells.n_col + 1;
    for (uint32_t r = 0; r < cells.n_row; r++)
        for (uint32_t c = 0; c < cells.n_col; c++)
            add_element_at(L, dim, prefix, where, cells.row + r, cells.col + c);
    if (dim->n_element == 0)
        dtn_diags_add(L->diags, 706, L->call->pos, "check the first and the last cell",
                      "the cells '%s' to '%s' of '%s' are all empty", first, last, dim->name);
}

void dtn_external_dims(dtn_model *model, dtn_books *books, dtn_diags *diags)
{
    loader L = {.model = model, .books = books, .diags = diags};
    for (size_t i = 0; i < model->n_dim; i++) {
        L.call = model->dims[i].source;
        if (L.call && model->dims[i].n_element == 0)
            load_dim(&L, &model->dims[i]);
    }
}

/* ---- Left sides ------------------------------------------------------------------ */

/* The ranges that an equation's left side runs over: their sizes, and all elements. */
typedef struct shape {
    uint32_t n, size[DTN_MAX_DIMS];
    uint32_t total;
} shape;

#define DTN_MAX_LOADED 10000000u /* numbers of one equation */

static bool shape_of(loader *L, const dtn_eqn *eqn, shape *out)
{
    uint64_t total = 1;
    *out = (shape){0};
    for (uint32_t p = 0; p < eqn->n_sub && p < DTN_MAX_DIMS; p++) {
        const dtn_dim *dim = dtn_model_find_dim(L->model, eqn->subs[p].key);
        if (!dim)
            continue;
        out->size[out->n++] = dim->n_element;
        total *= dim->n_element;
        if (total > DTN_MAX_LOADED)
            break;
    }
    out->total = (uint32_t)total;
    if (total <= DTN_MAX_LOADED && eqn->n_except == 0)
        return total > 0;
    dtn_diags_add(L->diags, 507, eqn->pos, "write one equation for each part",
                  eqn->n_except ? "external data with :EXCEPT: does not run yet"
                                : "more than 10 million values in one equation");
    return false;
}

/* ---- Constants ---------------------------------------------------------------------- */

typedef struct gaps {
    uint32_t n;
    uint32_t row, col; /* of the first */
} gaps;

static double constant_at(const dtn_sheet *sheet, uint32_t row, uint32_t col, gaps *g)
{
    dtn_cell cell = dtn_sheet_cell(sheet, row, col);
    if (cell.kind == DTN_CELL_NUMBER)
        return cell.number;
    if (g->n++ == 0) {
        g->row = row;
        g->col = col;
    }
    return NAN;
}

static void report_missing(loader *L, const dtn_sheet *sheet, const gaps *m)
{
    char place[DTN_SHEET_MAX_PLACE];
    dtn_cell cell = dtn_sheet_cell(sheet, m->row, m->col);
    dtn_sheet_place(sheet, m->row, m->col, place);
    const char *what = cell.fault == DTN_CELL_FORMULA ? "holds a formula without its value"
                       : cell.fault == DTN_CELL_ERROR ? "holds an error value"
                       : cell.kind == DTN_CELL_TEXT   ? "holds a text"
                                                      : "is empty";
    const char *hint = dtn_cell_fault_hint(cell.fault);
    const char *more =
        m->n > 1 ? dtn_arena_printf(L->model->arena, " and in %u more", m->n - 1) : "";
    dtn_diags_add(L->diags, 706, L->call->pos,
                  hint ? hint : "put a number there, or correct the first cell",
                  "%s %s; '%s' needs a number there%s", place, what, L->var->name, more);
}

/* A named block must be as large as what it is read into; a single cell is where to begin. */
static bool fits(loader *L, const dtn_cells *cells, uint32_t down, uint32_t across)
{
    if ((cells->n_row == 1 && cells->n_col == 1) ||
        (cells->n_row == down && cells->n_col == across))
        return true;
    bool turned = cells->n_row == across && cells->n_col == down;
    dtn_diags_add(L->diags, 705, L->call->pos,
                  turned ? "add or drop the * behind the cells: it transposes them"
                         : "correct the range, or the left side's subscripts",
                  "the cells are %u down and %u across; '%s' needs %u down and %u across",
                  cells->n_row, cells->n_col, L->var->name, down, across);
    return false;
}

static void load_constants(loader *L, dtn_eqn *eqn)
{
    dtn_model *m = L->model;
    const dtn_sheet *where;
    dtn_cells cells;
    shape s;
    gaps holes = {0};
    const dtn_sheet *sheet = sheet_of(L);
    const char *text = text_of(L, 2);
    if (!sheet || !text || !shape_of(L, eqn, &s))
        return;
    size_t n = strlen(text);
    bool turned = n > 0 && text[n - 1] == '*';
    text = dtn_arena_strndup(m->arena, text, n - turned);
    uint32_t across = s.n ? s.size[s.n - 1] : 1, down = s.total / across;
    if (!cells_of(L, sheet, text, &where, &cells) ||
        !fits(L, &cells, turned ? across : down, turned ? down : across))
        return;
    dtn_expr *all = dtn_expr_new(m, DTN_X_ARRAY, L->call->pos);
    all->args = DTN_NEW_N(m->arena, dtn_expr *, s.total);
    all->n_arg = s.total;
    all->n_row = down;
    for (uint32_t i = 0; i < s.total; i++) {
        uint32_t a = i % across, d = i / across;
        double value =
            constant_at(where, cells.row + (turned ? a : d), cells.col + (turned ? d : a), &holes);
        all->args[i] = dtn_expr_new_number(m, value, L->call->pos);
    }
    if (holes.n > 0)
        report_missing(L, where, &holes);
    else
        eqn->loaded = s.n ? all : all->args[0];
}

/* ---- Lookups and data ------------------------------------------------------------------ */

/* Where points stand: time k at (row, col) moved k along the axis. */
typedef struct axis {
    const dtn_sheet *sheet;
    bool across;
    uint32_t row, col;
    uint32_t n; /* 0: as many as the sheet has from there */
} axis;

static bool time_range(loader *L, const dtn_sheet *sheet, const char *text, axis *out)
{
    dtn_cells cells;
    if (!cells_of(L, sheet, text, &out->sheet, &cells))
        return false;
    if ((cells.n_row > 1) == (cells.n_col > 1)) {
        dtn_diags_add(L->diags, 705, L->call->pos,
                      "give the number of a row, the letter of a column, or a range of one of them",
                      "'%s' is %u by %u cells, no row or column of times", text, cells.n_row,
                      cells.n_col);
        return false;
    }
    out->across = cells.n_col > 1;
    out->row = cells.row;
    out->col = cells.col;
    out->n = out->across ? cells.n_col : cells.n_row;
    return true;
}

/* Both axes: of the times, and of the first element's values. */
static bool find_axes(loader *L, const shape *s, axis *times, axis *values)
{
    bool is_row;
    uint32_t line;
    dtn_cells cells;
    const dtn_sheet *sheet = sheet_of(L);
    const char *time = text_of(L, 2), *cell = text_of(L, 3);
    if (!sheet || !time || !cell)
        return false;
    if (!cells_of(L, sheet, cell, &values->sheet, &cells))
        return false;
    bool is_line = !dtn_sheet_has_name(sheet, time) && dtn_sheet_line(time, &is_row, &line);
    if (is_line)
        *times =
            (axis){values->sheet, is_row, is_row ? line : cells.row, is_row ? cells.col : line, 0};
    else if (!time_range(L, sheet, time, times))
        return false;
    values->across = times->across;
    values->row = cells.row;
    values->col = cells.col;
    values->n = times->n;
    if (cells.n_row == 1 && cells.n_col == 1) {
        uint32_t end =
            times->across ? dtn_sheet_n_col(values->sheet) : dtn_sheet_n_row(values->sheet);
        uint32_t from = times->across ? cells.col : cells.row;
        if (values->n == 0)
            values->n = end > from ? end - from : 0;
        return true;
    }
    if (values->n == 0)
        values->n = times->across ? cells.n_col : cells.n_row;
    return times->across ? fits(L, &cells, s->total, values->n)
                         : fits(L, &cells, values->n, s->total);
}

/* How many of n cells along the axis lie inside of what its sheet holds. */
static uint32_t within(const axis *a, uint32_t n)
{
    uint32_t end = a->across ? dtn_sheet_n_col(a->sheet) : dtn_sheet_n_row(a->sheet);
    uint32_t from = a->across ? a->col : a->row;
    uint32_t most = end > from ? end - from : 0;
    return n < most ? n : most;
}

static dtn_series_cell place_at(const axis *a, uint32_t k, uint32_t element)
{
    return a->across ? (dtn_series_cell){a->sheet, a->row + element, a->col + k}
                     : (dtn_series_cell){a->sheet, a->row + k, a->col + element};
}

static const dtn_lookup *read_table(loader *L, const axis *times, const axis *values,
                                    const double *time, uint32_t element, bool is_data,
                                    dtn_series_faults *faults)
{
    dtn_arena *arena = L->model->arena;
    dtn_lookup *t = DTN_NEW(arena, dtn_lookup);
    t->pos = L->call->pos;
    t->x = DTN_NEW_N(arena, double, values->n + 1);
    t->y = DTN_NEW_N(arena, double, values->n + 1);
    for (uint32_t k = 0; k < values->n; k++)
        dtn_series_add(arena, t, time[k], place_at(times, k, 0), place_at(values, k, element),
                       faults);
    dtn_series_sort(arena, t, is_data ? faults : NULL); /* a table may jump at one x */
    return t;
}

static void report_empty(loader *L, const axis *values, uint32_t n_empty, uint32_t first,
                         uint32_t total, bool is_data)
{
    char place[DTN_SHEET_MAX_PLACE];
    dtn_sheet_place(values->sheet, values->row + (values->across ? first : 0),
                    values->col + (values->across ? 0 : first), place);
    bool bearable = is_data && n_empty < total; /* data may be missing: it is :NA: then */
    dtn_diags_add_as(L->diags, bearable ? DTN_WARNING : DTN_ERROR, 706, L->call->pos,
                     "check the first cell, and where the times stand",
                     "'%s' finds no values with a time from %s on (%u of %u series are empty)",
                     L->var->name, place, n_empty, total);
}

static void load_series(loader *L, dtn_eqn *eqn, bool is_data)
{
    dtn_arena *arena = L->model->arena;
    shape s;
    axis times, values;
    if (!shape_of(L, eqn, &s) || !find_axes(L, &s, &times, &values))
        return;
    values.n = within(&times, within(&values, values.n)); /* a range may name a whole column */
    if ((uint64_t)values.n * s.total > 10 * (uint64_t)DTN_MAX_LOADED) {
        dtn_diags_add(L->diags, 704, L->call->pos, "give a smaller range",
                      "%u points of %u elements are too many", values.n, s.total);
        return;
    }
    double *time = DTN_NEW_N(arena, double, values.n + 1);
    for (uint32_t k = 0; k < values.n; k++) {
        dtn_series_cell at = place_at(&times, k, 0);
        dtn_cell cell = dtn_sheet_cell(at.sheet, at.row, at.col);
        time[k] = cell.kind == DTN_CELL_NUMBER ? cell.number : NAN;
    }
    const dtn_lookup **tables = DTN_NEW_N(arena, const dtn_lookup *, s.total);
    uint32_t n_empty = 0, first = 0;
    dtn_series_faults faults = {0};
    for (uint32_t i = 0; i < s.total; i++) {
        tables[i] = read_table(L, &times, &values, time, i, is_data, &faults);
        if (tables[i]->n == 0 && n_empty++ == 0)
            first = i;
    }
    if (dtn_series_report(&faults, L->var->name, L->call->pos, L->diags) && n_empty > 0)
        report_empty(L, &values, n_empty, first, s.total, is_data);
    for (uint32_t i = 0; i < s.total && !is_data; i++)
        if (dtn_lookup_tell_jumps(tables[i], L->call->pos, L->diags))
            break; /* of many elements one is enough */
    eqn->tables = tables;
    eqn->n_table = s.total;
    eqn->kind = is_data ? DTN_EQN_DATA : DTN_EQN_LOOKUP;
}

/* ---- Data variables without an equation ------------------------------------------------- */

/* "name[a,b]" in keys, of the i-th element of the left side. */
static const char *element_key(loader *L, const dtn_eqn *eqn, uint32_t i)
{
    dtn_arena *arena = L->model->arena;
    const char *text = "";
    for (uint32_t p = eqn->n_sub; p-- > 0;) {
        const dtn_dim *dim = dtn_model_find_dim(L->model, eqn->subs[p].key);
        const char *key = dim ? dim->element_keys[i % dim->n_element] : eqn->subs[p].key;
        i /= dim ? dim->n_element : 1;
        text = dtn_arena_printf(arena, "%s%s%s", key, *text ? "," : "", text);
    }
    return eqn->n_sub ? dtn_arena_printf(arena, "%s[%s]", L->var->key, text) : L->var->key;
}

/* As Vensim does: a model runs without its data, which are missing then. file: what its formula
 * names; NULL: it has none. */
static void report_no_series(loader *L, const dtn_eqn *eqn, const char *file, const char *key,
                             uint32_t n, uint32_t total)
{
    const dtn_series *given = dtn_series_find(L->model, key);
    const char *hint = "give a file that holds its values over time (--data FILE)";
    if (file)
        hint = dtn_arena_printf(
            L->model->arena, "put '%s' there, or give its values over time with --data FILE", file);
    else if (L->model->n_data_file > 0)
        hint = dtn_arena_printf(L->model->arena,
                                "the model names '%s' for it: export that as .tab or .csv, beside "
                                "the model or with --data FILE",
                                L->model->data_files[0]);
    if (given)
        hint = dtn_arena_printf(L->model->arena,
                                "'%s' names it; give a number under the name and one for its time",
                                given->file);
    else if (L->model->n_series > 0 && !file && L->model->n_data_file == 0)
        hint =
            dtn_arena_printf(L->model->arena, "the data given name no '%s'; they name %s%s", key,
                             L->model->series[0].key, L->model->n_series > 1 ? " and others" : "");
    const char *of = "";
    if (eqn->n_sub)
        of = dtn_arena_printf(L->model->arena, " for %u of %u elements (%s ...)", n, total, key);
    dtn_diags_add_as(L->diags, DTN_WARNING, 706, eqn->pos, hint,
                     "the data variable '%s' has no data%s: it is :NA: at all times", L->var->name,
                     of);
}

static void take_series(loader *L, dtn_eqn *eqn, const char *file)
{
    shape s;
    if (!shape_of(L, eqn, &s))
        return;
    const dtn_lookup **tables = DTN_NEW_N(L->model->arena, const dtn_lookup *, s.total);
    const char *missing = NULL;
    uint32_t n_missing = 0;
    dtn_series_faults faults = {0};
    dtn_pos at = {0};
    for (uint32_t i = 0; i < s.total; i++) {
        const char *key = element_key(L, eqn, i);
        const dtn_series *given = dtn_series_take(L->model, key);
        tables[i] = given ? given->table : DTN_NEW(L->model->arena, dtn_lookup);
        if (given) {
            dtn_series_join(&faults, &given->faults);
            at.file = at.file ? at.file : given->file;
        }
        if (tables[i]->n > 0)
            continue;
        missing = missing ? missing : key;
        n_missing++;
    }
    if (dtn_series_report(&faults, L->var->name, at, L->diags) && missing)
        report_no_series(L, eqn, file, missing, n_missing, s.total);
    eqn->tables = tables;
    eqn->n_table = s.total;
}

/* Has the person given the series of all elements, or of one where the file is not there? */
static bool is_given(loader *L, const dtn_eqn *eqn, bool all)
{
    shape s;
    uint32_t n = 0;
    if (L->model->n_series == 0 || !shape_of(L, eqn, &s))
        return false;
    for (uint32_t i = 0; i < s.total; i++)
        n += dtn_series_find(L->model, element_key(L, eqn, i)) != NULL;
    return all ? n == s.total : n > 0;
}

/* GET ... DATA whose points are given, or whose file is not there: like data without a formula. */
static bool take_in_place(loader *L, dtn_eqn *eqn)
{
    const char *file = text_at(L, 0);
    if (!file)
        return false;
    const char *path = path_of(L, file);
    if (dtn_book_is_there(path) && !is_given(L, eqn, true))
        return false;
    take_series(L, eqn, path);
    eqn->kind = DTN_EQN_DATA;
    return true;
}

static bool is_bare(const dtn_eqn *eqn) { return eqn->kind == DTN_EQN_DATA && !eqn->expr; }

static bool needs_series(const dtn_model *model)
{
    for (size_t i = 0; i < model->n_var; i++)
        for (size_t k = 0; k < model->vars[i].n_eqn; k++)
            if (is_bare(&model->vars[i].eqns[k]) && !model->vars[i].eqns[k].tables)
                return true;
    return false;
}

/* ---- All --------------------------------------------------------------------------------- */

static void load_eqn(loader *L, dtn_eqn *eqn, bool is_override)
{
    bool is_call = eqn->expr && eqn->expr->kind == DTN_X_CALL;
    source from = is_call ? source_of(eqn->expr->key) : SOURCE_NONE;
    if (eqn->loaded || eqn->tables)
        return;
    L->call = eqn->expr;
    if (is_bare(eqn)) {
        take_series(L, eqn, NULL);
    } else if (from == SOURCE_CONSTANTS && has_arguments(L->call, 3)) {
        load_constants(L, eqn);
    } else if ((from == SOURCE_LOOKUPS || from == SOURCE_DATA) && has_arguments(L->call, 4)) {
        if (is_override)
            dtn_diags_add(L->diags, 507, eqn->pos, "give it a variable of its own",
                          "a rule that reads data from a file does not run yet");
        else if (from != SOURCE_DATA || !take_in_place(L, eqn))
            load_series(L, eqn, from == SOURCE_DATA);
    }
}

static void load_all(loader *L, bool bare)
{
    dtn_model *m = L->model;
    for (size_t i = 0; i < m->n_var; i++) {
        L->var = &m->vars[i];
        for (size_t k = 0; k < m->vars[i].n_eqn; k++)
            if (is_bare(&m->vars[i].eqns[k]) == bare)
                load_eqn(L, &m->vars[i].eqns[k], false);
    }
}

void dtn_external_values(dtn_model *model, dtn_books *books, dtn_diags *diags)
{
    loader L = {.model = model, .books = books, .diags = diags};
    load_all(
        &L, false); /* what a person gives may stand for their files, a run that is named may not */
    if (needs_series(model))
        dtn_series_load_named(model, books, diags);
    load_all(&L, true);
    for (size_t i = 0; i < model->n_override; i++) {
        L.var = &model->vars[model->overrides[i].var];
        for (size_t k = 0; k < model->overrides[i].n_eqn; k++)
            load_eqn(&L, &model->overrides[i].eqns[k], true);
    }
    dtn_series_report_rest(model, diags);
}
