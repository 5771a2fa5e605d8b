/* JSON (RFC 8259) from jansson values.
 *
 * jansson writes reals with a fixed number of digits; the program promises the shortest text that
 * reads back the same, so the value is walked here. Integral reals are written
 * without a point. Strings in jansson are valid UTF-8 and are passed as they are, but for what
 * must be escaped. Depth is bounded by who built the value (jansson reads at most 2048
 * levels).
 */
#include "store/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

typedef struct writer {
    dtn_out *out;
    unsigned flags;
    int depth;
} writer;

static void write_value(writer *w, const json_t *value);

static const char *short_escape(unsigned char c)
{
    switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    case '\b': return "\\b";
    case '\f': return "\\f";
    default: return NULL;
    }
}

static void write_escape(writer *w, unsigned code) { dtn_out_printf(w->out, "\\u%04x", code); }

static void write_string(writer *w, const char *text, size_t n)
{
    const int html = (w->flags & DTN_JSON_HTML) != 0;
    dtn_out_char(w->out, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        const char *escape = short_escape(c);
        if (escape) {
            dtn_out_text(w->out, escape);
        } else if (c < 0x20 || c == 0x7f || (html && (c == '<' || c == '>' || c == '&'))) {
            write_escape(w, c);
        } else if (html && n - i > 2 && memcmp(text + i, "\xe2\x80", 2) == 0 &&
                   (text[i + 2] == '\xa8' || text[i + 2] == '\xa9')) {
            write_escape(w, text[i + 2] == '\xa8' ? 0x2028 : 0x2029);
            i += 2;
        } else {
            dtn_out_char(w->out, text[i]);
        }
    }
    dtn_out_char(w->out, '"');
}

static void write_break(writer *w)
{
    if (!(w->flags & DTN_JSON_INDENT))
        return;
    dtn_out_char(w->out, '\n');
    for (int i = 0; i < w->depth; i++)
        dtn_out_text(w->out, "  ");
}

static void write_array(writer *w, const json_t *array)
{
    size_t n = json_array_size(array);
    dtn_out_char(w->out, '[');
    w->depth++;
    for (size_t i = 0; i < n; i++) {
        if (i)
            dtn_out_char(w->out, ',');
        write_break(w);
        write_value(w, json_array_get(array, i));
    }
    w->depth--;
    if (n)
        write_break(w);
    dtn_out_char(w->out, ']');
}

typedef struct member {
    const char *key;
    const json_t *value;
} member;

static int by_key(const void *a, const void *b)
{
    return strcmp(((const member *)a)->key, ((const member *)b)->key);
}

static size_t list_members(const json_t *object, member *members)
{
    json_t *o = (json_t *)(uintptr_t)object; /* jansson's iterator wants it mutable */
    size_t n = 0;
    for (void *it = json_object_iter(o); it; it = json_object_iter_next(o, it))
        members[n++] = (member){json_object_iter_key(it), json_object_iter_value(it)};
    return n;
}

static void write_object(writer *w, const json_t *object)
{
    size_t n = json_object_size(object);
    member *members = dtn_alloc(n * sizeof *members);
    if (!members) {
        w->out->error = w->out->error ? w->out->error : ENOMEM;
        return;
    }
    n = list_members(object, members);
    if (w->flags & DTN_JSON_SORT)
        qsort(members, n, sizeof *members, by_key);
    dtn_out_char(w->out, '{');
    w->depth++;
    for (size_t i = 0; i < n; i++) {
        if (i)
            dtn_out_char(w->out, ',');
        write_break(w);
        write_string(w, members[i].key, strlen(members[i].key));
        dtn_out_text(w->out, w->flags & DTN_JSON_INDENT ? ": " : ":");
        write_value(w, members[i].value);
    }
    w->depth--;
    if (n)
        write_break(w);
    dtn_out_char(w->out, '}');
    dtn_free(members);
}

static void write_real(writer *w, double value)
{
    char text[DTN_DOUBLE_MAX_TEXT];
    if (isfinite(value))
        dtn_out_write(w->out, text, dtn_double_to_text(value, text));
    else
        dtn_out_text(w->out, "null");
}

static void write_value(writer *w, const json_t *value)
{
    if (!value) { /* an item that could not be made: out of memory */
        w->out->error = w->out->error ? w->out->error : ENOMEM;
        return;
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT: write_object(w, value); break;
    case JSON_ARRAY: write_array(w, value); break;
    case JSON_STRING: write_string(w, json_string_value(value), json_string_length(value)); break;
    case JSON_INTEGER: dtn_out_printf(w->out, "%lld", (long long)json_integer_value(value)); break;
    case JSON_REAL: write_real(w, json_real_value(value)); break;
    case JSON_TRUE: dtn_out_text(w->out, "true"); break;
    case JSON_FALSE: dtn_out_text(w->out, "false"); break;
    case JSON_NULL: dtn_out_text(w->out, "null"); break;
    }
}

void dtn_json_write(dtn_out *out, const json_t *value, unsigned flags)
{
    writer w = {out, flags, 0};
    write_value(&w, value);
}

void dtn_json_write_line(dtn_out *out, const json_t *value)
{
    dtn_json_write(out, value, 0);
    dtn_out_char(out, '\n');
}

dtn_status dtn_json_write_file(const char *path, const json_t *value, unsigned flags,
                               dtn_diags *diags)
{
    dtn_out out;
    dtn_status status = dtn_out_open(&out, path, diags);
    if (status != DTN_OK)
        return status;
    dtn_json_write(&out, value, flags);
    dtn_out_char(&out, '\n');
    return dtn_out_commit(&out, diags);
}

json_t *dtn_json_number(double value) { return isfinite(value) ? json_real(value) : json_null(); }
