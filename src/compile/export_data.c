/* Export to C: growing text, numbers, constant arrays, parts.
 *
 * Constant arrays (positions of elements, index maps, tables, streams) are written once each:
 * arrays of the same contents share a name. Text from the model goes into comments and strings
 * with everything taken out that could end them or that compilers warn about.
 */
#include "compile/export_inner.h"

#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Text -------------------------------------------------------------------- */

static void append(dtn_sink *sink, const char *text, size_t n)
{
    if (sink->n + n + 1 > sink->cap) {
        size_t cap = sink->cap ? 2 * sink->cap : 1024;
        while (cap < sink->n + n + 1)
            cap *= 2;
        char *bigger = dtn_arena_alloc(sink->arena, cap);
        if (sink->n > 0)
            memcpy(bigger, sink->text, sink->n);
        sink->text = bigger;
        sink->cap = cap;
    }
    memcpy(sink->text + sink->n, text, n);
    sink->n += n;
    sink->text[sink->n] = '\0';
}

void dtn_sink_text(dtn_sink *sink, const char *text) { append(sink, text, strlen(text)); }

void dtn_sink_printf(dtn_sink *sink, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    char *text = dtn_arena_alloc(sink->arena, (size_t)n + 1);
    (void)vsnprintf(text, (size_t)n + 1, fmt, args);
    va_end(args);
    append(sink, text, (size_t)n);
}

#define WIDTH 100

/* Where to break a text that is longer than `room`: behind its last blank outside strings that
 * fits, else behind the first; its length where there is none. */
static size_t break_at(const char *text, size_t room)
{
    size_t best = 0;
    bool in_string = false;
    for (size_t i = 0; text[i]; i++) {
        if (text[i] == '"' && (i == 0 || text[i - 1] != '\\'))
            in_string = !in_string;
        if (text[i] != ' ' || in_string)
            continue;
        if (i > room && best > 0)
            return best;
        best = i + 1;
    }
    return strlen(text) <= room || best == 0 ? strlen(text) : best;
}

void dtn_sink_line(dtn_sink *sink, uint32_t depth, const char *line)
{
    uint32_t indent = 4 * depth;
    for (bool first = true; *line; first = false) {
        size_t n = break_at(line, WIDTH - indent), shown = n;
        while (shown > 0 && line[shown - 1] == ' ')
            shown--;
        dtn_sink_printf(sink, "%*s%.*s\n", (int)indent, "", (int)shown, line);
        line += n;
        if (first)
            indent += 8;
    }
}

/* ---- Numbers and strings --------------------------------------------------------- */

const char *dtn_export_number(dtn_exporter *x, double value)
{
    char text[DTN_DOUBLE_MAX_TEXT];
    if (isnan(value))
        return "NAN";
    if (isinf(value))
        return value > 0 ? "INFINITY" : "-INFINITY";
    if (value == 0)
        return signbit(value) ? "-0.0" : "0.0";
    (void)dtn_double_to_text(value, text);
    return dtn_arena_printf(x->arena, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

/* Length of a character that sets the direction of writing (U+200E.., U+202A.., U+2066..), which
 * compilers refuse; 0: not one. */
static size_t direction_mark(const char *s)
{
    const unsigned char *b = (const unsigned char *)s;
    if (b[0] != 0xe2 || (b[1] != 0x80 && b[1] != 0x81))
        return 0;
    bool first = b[1] == 0x80 && ((b[2] >= 0xaa && b[2] <= 0xae) || b[2] == 0x8e || b[2] == 0x8f);
    return first || (b[1] == 0x81 && b[2] >= 0xa6 && b[2] <= 0xa9) ? 3 : 0;
}

const char *dtn_export_comment(dtn_exporter *x, const char *text)
{
    dtn_sink out = {.arena = x->arena};
    for (const char *s = text; *s;) {
        size_t mark = direction_mark(s);
        if (mark) {
            s += mark;
            continue;
        }
        append(&out, (unsigned char)*s < ' ' || *s == 0x7f ? " " : s, 1);
        if ((s[0] == '*' && s[1] == '/') || (s[0] == '/' && s[1] == '*'))
            append(&out, " ", 1);
        s++;
    }
    return out.text ? out.text : "";
}

const char *dtn_export_string(dtn_exporter *x, const char *text)
{
    dtn_sink out = {.arena = x->arena};
    append(&out, "\"", 1);
    for (const char *s = text; *s;) {
        size_t n = direction_mark(s) ? direction_mark(s) : 1;
        if (n > 1 || (unsigned char)*s < ' ' || *s == 0x7f)
            for (size_t i = 0; i < n; i++)
                dtn_sink_printf(&out, "\\%03o", (unsigned char)s[i]);
        else if (*s == '"' || *s == '\\' || *s == '?')
            dtn_sink_printf(&out, "\\%c", *s);
        else
            append(&out, s, 1);
        s += n;
    }
    append(&out, "\"", 1);
    return out.text;
}

/* ---- Constant arrays -------------------------------------------------------------- */

/* The array with this text between its braces. */
static const char *constant_array(dtn_exporter *x, const char *type, const char *wish,
                                  const char *body, size_t n)
{
    const char *key = dtn_arena_printf(x->arena, "%s%s", type, body);
    uint32_t known = dtn_map_get(&x->statics, key);
    if (known != DTN_MAP_NONE)
        return x->static_names[known];
    const char *name = dtn_export_constant(x, wish);
    DTN_PUSH(x->arena, x->static_names, x->n_static, x->cap_static, name);
    dtn_map_set(&x->statics, x->arena, key, (uint32_t)(x->n_static - 1));
    const char *line = dtn_arena_printf(x->arena, "static const %s %s[%zu] = {%s};", type, name,
                                        n ? n : 1, n ? body : "0");
    dtn_sink_line(&x->data, 0, line);
    return name;
}

/* "1.0" as "1": inside braces the array's type says what it is. */
static const char *short_number(dtn_exporter *x, double value)
{
    const char *text = dtn_export_number(x, value);
    size_t n = strlen(text);
    return n > 2 && strcmp(text + n - 2, ".0") == 0 ? dtn_arena_strndup(x->arena, text, n - 2)
                                                    : text;
}

const char *dtn_export_doubles(dtn_exporter *x, const char *wish, const double *values, size_t n)
{
    dtn_sink body = {.arena = x->arena};
    dtn_sink_text(&body, "");
    for (size_t i = 0; i < n; i++)
        dtn_sink_printf(&body, "%s%s", i ? ", " : "", short_number(x, values[i]));
    return constant_array(x, "double", wish, body.text, n);
}

const char *dtn_export_indices(dtn_exporter *x, const char *wish, const uint32_t *values, size_t n)
{
    dtn_sink body = {.arena = x->arena};
    dtn_sink_text(&body, "");
    for (size_t i = 0; i < n; i++)
        dtn_sink_printf(&body, "%s%u", i ? ", " : "", values[i]);
    return constant_array(x, "uint32_t", wish, body.text, n);
}

const char *dtn_export_streams(dtn_exporter *x, const char *wish, const uint64_t *values, size_t n)
{
    dtn_sink body = {.arena = x->arena};
    dtn_sink_text(&body, "");
    for (size_t i = 0; i < n; i++)
        dtn_sink_printf(&body, "%s0x%016llx", i ? ", " : "", (unsigned long long)values[i]);
    return constant_array(x, "uint64_t", wish, body.text, n);
}

/* ---- Tables ---------------------------------------------------------------------------- */

typedef struct dtn_owned_table {
    const double *points;
    uint32_t var;
} owned_table;

/* By address, and of one address the model's first variable. Only the search knows the order. */
static int compare_owned(const void *a, const void *b)
{
    const owned_table *p = a, *q = b;
    const uintptr_t at = (uintptr_t)p->points, other = (uintptr_t)q->points;
    return at != other ? (at > other) - (at < other) : (p->var > q->var) - (p->var < q->var);
}

void dtn_export_find_tables(dtn_exporter *x)
{
    const dtn_model *m = x->p->model;
    for (uint32_t i = 0; i < m->n_var; i++)
        for (size_t k = 0; k < m->vars[i].n_eqn; k++) {
            const dtn_lookup *lookup = m->vars[i].eqns[k].lookup;
            if (lookup && lookup->x)
                DTN_PUSH(x->arena, x->owned, x->n_owned, x->cap_owned,
                         ((owned_table){lookup->x, i}));
        }
    if (x->n_owned > 0)
        qsort(x->owned, x->n_owned, sizeof *x->owned, compare_owned);
}

const char *dtn_export_table_name(dtn_exporter *x, uint32_t table, const char *wish)
{
    const double *points = x->p->tables[table].x;
    size_t low = 0, high = x->n_owned;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if ((uintptr_t)x->owned[middle].points < (uintptr_t)points)
            low = middle + 1;
        else
            high = middle;
    }
    if (points && low < x->n_owned && x->owned[low].points == points)
        return x->p->model->vars[x->owned[low].var].name;
    return dtn_arena_printf(x->arena, "%s table", wish);
}

static const char *table_value(dtn_exporter *x, const char *wish, const dtn_table *t)
{
    const char *xs = dtn_export_doubles(x, dtn_arena_printf(x->arena, "%s x", wish), t->x, t->n);
    const char *ys = dtn_export_doubles(x, dtn_arena_printf(x->arena, "%s y", wish), t->y, t->n);
    return dtn_arena_printf(x->arena, "{%u, %s, %s}", t->n, xs, ys);
}

static const char *one_table(dtn_exporter *x, const char *wish, const char *value)
{
    const char *key = dtn_arena_printf(x->arena, "table %s", value);
    uint32_t known = dtn_map_get(&x->statics, key);
    if (known != DTN_MAP_NONE)
        return x->static_names[known];
    const char *name = dtn_export_constant(x, wish);
    DTN_PUSH(x->arena, x->static_names, x->n_static, x->cap_static, name);
    dtn_map_set(&x->statics, x->arena, key, (uint32_t)(x->n_static - 1));
    dtn_sink_printf(&x->data, "static const table %s = %s;\n", name, value);
    return name;
}

const char *dtn_export_tables(dtn_exporter *x, const char *wish, uint32_t first, uint32_t n)
{
    dtn_sink body = {.arena = x->arena};
    (void)dtn_export_part_name(x, "program", "dtn_table");
    for (uint32_t i = 0; i < n; i++)
        dtn_sink_printf(&body, "%s%s", i ? ", " : "",
                        table_value(x, wish, &x->p->tables[first + i]));
    return n > 1 ? constant_array(x, "table", wish, body.text, n) : one_table(x, wish, body.text);
}

const char *dtn_export_a_table(dtn_exporter *x, const char *wish, const dtn_table *table)
{
    (void)dtn_export_part_name(x, "program", "dtn_table");
    return one_table(x, wish, table_value(x, wish, table));
}

/* ---- Parts ------------------------------------------------------------------------------- */

static void need_part(dtn_exporter *x, size_t part)
{
    if (x->needs_part[part])
        return;
    x->needs_part[part] = true;
    for (const uint16_t *need = dtn_export_parts[part].needs; *need != UINT16_MAX; need++)
        need_part(x, *need);
}

const char *dtn_export_part_name(dtn_exporter *x, const char *file, const char *key)
{
    for (size_t i = 0; i < dtn_n_export_part; i++)
        if (strcmp(dtn_export_parts[i].key, key) == 0 &&
            strcmp(dtn_export_parts[i].file, file) == 0) {
            need_part(x, i);
            return dtn_export_parts[i].name;
        }
    dtn_export_refuse(x, DTN_NONE, key); /* renamed in its file; test_export finds it */
    return key;
}

void dtn_export_refuse(dtn_exporter *x, uint32_t var, const char *what)
{
    const dtn_model *m = x->p->model;
    dtn_pos at = var == DTN_NONE ? (dtn_pos){m->path, 0, 0} : m->vars[var].pos;
    dtn_diags_add(x->diags, 507, at, "run it with `detente simulate`",
                  "'%s' of '%s' cannot be exported to C", what,
                  var == DTN_NONE ? m->name ? m->name : "the model" : m->vars[var].name);
}
