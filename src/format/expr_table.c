/* Tables written as numbers: the points of a lookup, lists of constants, TABBED ARRAY.
 *
 *   (0,0),(1,2),...            points; or the old form, all x values and then all y values
 *   [(0,0)-(10,5),(1,2)],...   before them the corners of the drawing, and marks in it
 *   1,2,3;4,5,6;               a list for the elements of an array, ';' behind each row
 *   TABBED ARRAY(1 2           the same with white space between numbers and a line for each row
 *                3 4)
 *
 * Points that are not in order are sorted by x, with a warning; the rows of a list must be as
 * long as its first. Follows the Vensim reference manual ("Lookups", "Subscripted constants").
 */
#include "format/expr.h"

#include <string.h>

#include "model/notation.h"

/* ---- Lookup tables ----------------------------------------------------- */

typedef struct numbers {
    double *v;
    size_t n, cap;
} numbers;

/* A number with signs before it. */
static bool signed_number(dtn_lex *lex, double *out)
{
    double sign = 1;
    while (lex->tok.kind == '-' || lex->tok.kind == '+') {
        sign = lex->tok.kind == '-' ? -sign : sign;
        dtn_lex_next(lex);
    }
    if (lex->tok.kind != DTN_T_NUMBER) {
        dtn_lex_expected(lex, "a number", NULL);
        return false;
    }
    *out = sign * lex->tok.number;
    dtn_lex_next(lex);
    return true;
}

static bool expect(dtn_lex *lex, char mark, const char *what)
{
    if (lex->tok.kind != mark) {
        dtn_lex_expected(lex, what, "a table reads (x,y),(x,y),... with x rising");
        return false;
    }
    dtn_lex_next(lex);
    return true;
}

/* (x,y) */
static bool parse_point(dtn_lex *lex, double *x, double *y)
{
    return expect(lex, '(', "'(' before a point") && signed_number(lex, x) &&
           expect(lex, ',', "',' between x and y") && signed_number(lex, y) &&
           expect(lex, ')', "')' after a point");
}

/* [(xmin,ymin)-(xmax,ymax),(x,y),...]: the rest are marks of the drawing, without meaning. */
static bool parse_range(dtn_lex *lex, dtn_lookup *l)
{
    double x, y;
    dtn_lex_next(lex);
    if (!parse_point(lex, &l->x_min, &l->y_min) || !expect(lex, '-', "'-' between the corners") ||
        !parse_point(lex, &l->x_max, &l->y_max))
        return false;
    l->has_range = true;
    while (lex->tok.kind == ',') {
        dtn_lex_next(lex);
        if (!parse_point(lex, &x, &y))
            return false;
    }
    if (!expect(lex, ']', "']' after the table's range"))
        return false;
    if (lex->tok.kind == ',')
        dtn_lex_next(lex);
    return true;
}

/* Points become x,y,x,y...; the old form x,x,...,y,y,... is brought to that order. */
static bool parse_points(dtn_lex *lex, numbers *out)
{
    dtn_arena *arena = lex->model->arena;
    const bool is_pairs = lex->tok.kind == '(';
    const dtn_pos pos = lex->tok.pos;
    while (lex->tok.kind != ')') {
        double x = 0, y = 0;
        if (is_pairs ? !parse_point(lex, &x, &y) : !signed_number(lex, &x))
            return false;
        DTN_PUSH(arena, out->v, out->n, out->cap, x);
        if (is_pairs)
            DTN_PUSH(arena, out->v, out->n, out->cap, y);
        if (lex->tok.kind != ',')
            break;
        dtn_lex_next(lex);
    }
    if (is_pairs || out->n == 0)
        return true;
    if (out->n % 2 != 0) {
        dtn_diags_add(lex->diags, 107, pos, "give all x values, then as many y values",
                      "the table has an odd count of numbers, %zu", out->n);
        return false;
    }
    double *pairs = DTN_NEW_N(arena, double, out->n);
    for (size_t i = 0; i < out->n / 2; i++) {
        pairs[2 * i] = out->v[i];
        pairs[2 * i + 1] = out->v[out->n / 2 + i];
    }
    out->v = pairs;
    return true;
}

/* One pass of a merge sort by x: runs of `width` points from a to b, each point two numbers.
 * Of equal x the earlier stays first. */
static void merge_runs(const double *a, double *b, size_t n, size_t width)
{
    for (size_t begin = 0; begin < n; begin += 2 * width) {
        const size_t middle = begin + width < n ? begin + width : n;
        const size_t end = middle + width < n ? middle + width : n;
        size_t left = begin, right = middle;
        for (size_t to = begin; to < end; to++) {
            const bool take_left = left < middle && (right >= end || a[2 * left] <= a[2 * right]);
            const size_t from = take_left ? left++ : right++;
            b[2 * to] = a[2 * from];
            b[2 * to + 1] = a[2 * from + 1];
        }
    }
}

/* Vensim sorts tables, and so the public models' results expect. */
static void sort_points(dtn_lex *lex, numbers *points, dtn_pos pos)
{
    const size_t n = points->n / 2;
    size_t i = 1;
    while (i < n && points->v[2 * i - 2] <= points->v[2 * i])
        i++;
    if (i >= n)
        return;
    dtn_diags_add_as(lex->diags, DTN_WARNING, 107, pos, "write them with x rising",
                     "the points of this table are not in order; they are used sorted by x");
    double *other = DTN_NEW_N(lex->model->arena, double, points->n);
    for (size_t width = 1; width < n; width *= 2) {
        merge_runs(points->v, other, n, width);
        double *swap = points->v;
        points->v = other;
        other = swap;
    }
}

dtn_lookup *dtn_parse_lookup(dtn_lex *lex, dtn_pos pos)
{
    dtn_lookup *l = DTN_NEW(lex->model->arena, dtn_lookup);
    numbers points = {0};
    l->pos = pos;
    if (lex->tok.kind == '[' && !parse_range(lex, l))
        return NULL;
    if (!parse_points(lex, &points) || !dtn_lex_close(lex, ')', "',' or ')' in a table", pos))
        return NULL;
    if (points.n == 0) {
        dtn_diags_add(lex->diags, 107, pos, "a table reads (x,y),(x,y),... with x rising",
                      "this table has no points");
        return NULL;
    }
    sort_points(lex, &points, pos);
    l->n = points.n / 2;
    l->x = DTN_NEW_N(lex->model->arena, double, l->n);
    l->y = DTN_NEW_N(lex->model->arena, double, l->n);
    for (size_t i = 0; i < l->n; i++) {
        l->x[i] = points.v[2 * i];
        l->y[i] = points.v[2 * i + 1];
    }
    dtn_lookup_tell_jumps(l, pos, lex->diags);
    return l;
}

/* ---- Arrays of constants ----------------------------------------------- */

typedef struct rows {
    dtn_expr **items;
    size_t n, cap;
    size_t n_row, n_col, row_begin;
    dtn_pos pos;
} rows;

static bool end_row(dtn_lex *lex, rows *r)
{
    const size_t n = r->n - r->row_begin;
    r->row_begin = r->n;
    r->n_row++;
    if (r->n_row == 1)
        r->n_col = n;
    if (n == r->n_col)
        return true;
    dtn_diags_add(lex->diags, 101, r->pos, "give every row the same count of numbers",
                  "row %zu of the list has %zu numbers, the first has %zu", r->n_row, n, r->n_col);
    return false;
}

static dtn_expr *finish_rows(dtn_lex *lex, rows *r)
{
    dtn_expr *array = dtn_expr_new(lex->model, DTN_X_ARRAY, r->pos);
    array->args = r->items;
    array->n_arg = (uint32_t)r->n;
    array->n_row = (uint32_t)r->n_row;
    lex->height = 2;
    return array;
}

/* The number that an item of a list is: a literal, with signs folded in. NULL: none. */
static dtn_expr *constant_of(dtn_lex *lex, dtn_expr *e)
{
    double sign = 1;
    while (e->kind == DTN_X_UNARY && e->op != DTN_OP_NOT) {
        sign = e->op == DTN_OP_NEG ? -sign : sign;
        e = e->args[0];
    }
    if (e->kind == DTN_X_NUMBER)
        return dtn_expr_new_number(lex->model, sign * e->number, e->pos);
    if (e->kind == DTN_X_NA)
        return e;
    dtn_diags_add(
        lex->diags, 101, e->pos,
        "a decimal number has a point, 0.1; what is no number needs an equation of its own, "
        "name[element] = ...",
        "a list of constants holds numbers only");
    return NULL;
}

dtn_expr *dtn_parse_list(dtn_lex *lex, dtn_expr *first)
{
    rows r = {.pos = first->pos};
    for (dtn_expr *item = first;; item = dtn_parse_operators(lex, DTN_PREC_ADD)) {
        dtn_expr *number = item ? constant_of(lex, item) : NULL;
        if (!number)
            return NULL;
        DTN_PUSH(lex->model->arena, r.items, r.n, r.cap, number);
        const int mark = lex->tok.kind;
        if (mark != ',' && !end_row(lex, &r))
            return NULL;
        if (mark != ',' && mark != ';')
            return finish_rows(lex, &r);
        dtn_lex_next(lex);
        const int next = lex->tok.kind;
        if (mark == ';' && (next == '~' || next == '|' || next == DTN_T_END))
            return finish_rows(lex, &r);
    }
}

/* Did a backslash at its end join the line before to that of the token? */
static bool is_joined(const dtn_lex *lex)
{
    const char *p = lex->line_start - 1;
    while (*p == '\n' || *p == ' ' || *p == '\t')
        p--; /* stops at the bracket, at the latest */
    return *p == '\\';
}

dtn_expr *dtn_parse_tabbed(dtn_lex *lex, dtn_pos pos)
{
    rows r = {.pos = pos};
    const dtn_pos open = lex->tok.pos;
    uint32_t line = open.line;
    dtn_lex_next(lex);
    while (lex->tok.kind != ')') {
        double number;
        const dtn_pos at = lex->tok.pos;
        if (at.line != line && !is_joined(lex) && r.n > r.row_begin && !end_row(lex, &r))
            return NULL;
        line = at.line;
        if (!signed_number(lex, &number))
            return NULL;
        DTN_PUSH(lex->model->arena, r.items, r.n, r.cap,
                 dtn_expr_new_number(lex->model, number, at));
        if (lex->tok.kind == ',')
            dtn_lex_next(lex);
    }
    if (r.n > r.row_begin && !end_row(lex, &r))
        return NULL;
    if (r.n == 0) {
        dtn_diags_add(lex->diags, 101, open, "write the numbers, one row a line",
                      "this TABBED ARRAY has no numbers");
        return NULL;
    }
    return dtn_lex_close(lex, ')', "')'", open) ? finish_rows(lex, &r) : NULL;
}
