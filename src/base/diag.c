/* Diagnostics: the list, its texts, and one item as text for a terminal.
 *
 * All texts are copied into heap memory of the item. When memory runs out, or after
 * DTN_MAX_DIAGS items, an item is dropped but still counted, so that a caller who
 * asks "any errors?" gets the right answer in every case.
 * It does not print: the command line does, with dtn_diag_format.
 */
#include "detente/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/inputs.h"
#include "base/locale.h"
#include "detente/status.h"

const char *dtn_status_text(dtn_status status)
{
    switch (status) {
#define DTN_X(name, number, sentence) \
    case name: return sentence;
        DTN_STATUS_LIST(DTN_X)
#undef DTN_X
    }
    return "unknown status";
}

void dtn_diags_init(dtn_diags *diags) { memset(diags, 0, sizeof *diags); }

static void free_item(dtn_diag *d)
{
    dtn_free(d->file);
    dtn_free(d->message);
    dtn_free(d->hint);
}

void dtn_diags_free(dtn_diags *diags)
{
    for (size_t i = 0; i < diags->n; i++)
        free_item(&diags->items[i]);
    dtn_free(diags->items);
    dtn_inputs_free(diags);
    dtn_diags_init(diags);
}

static dtn_severity default_severity(int code)
{
    switch (code) {
#define DTN_X(number, severity, text) \
    case number: return severity;
        DTN_DIAG_LIST(DTN_X)
#undef DTN_X
    }
    return DTN_ERROR;
}

const char *dtn_diag_text(int code)
{
    switch (code) {
#define DTN_X(number, severity, text) \
    case number: return text;
        DTN_DIAG_LIST(DTN_X)
#undef DTN_X
    }
    return "unknown code";
}

static char *copy_text(const char *text)
{
    if (!text)
        return NULL;
    size_t n = strlen(text) + 1;
    char *copy = dtn_alloc(n);
    if (copy)
        memcpy(copy, text, n);
    return copy;
}

__attribute__((format(printf, 1, 0))) static char *format_text(const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = dtn_vsnprintf_c(NULL, 0, fmt, again);
    va_end(again);
    char *out = n < 0 ? NULL : dtn_alloc((size_t)n + 1);
    if (out)
        dtn_vsnprintf_c(out, (size_t)n + 1, fmt, args);
    return out;
}

static int make_room(dtn_diags *diags)
{
    if (diags->n >= DTN_MAX_DIAGS)
        return 0;
    if (diags->n < diags->cap)
        return 1;
    size_t cap = diags->cap ? diags->cap * 2 : 8;
    dtn_diag *items = dtn_realloc(diags->items, cap * sizeof *items);
    if (!items)
        return 0;
    diags->items = items;
    diags->cap = cap;
    return 1;
}

__attribute__((format(printf, 6, 0))) static void add(dtn_diags *diags, dtn_severity severity,
                                                      int code, dtn_pos pos, const char *hint,
                                                      const char *fmt, va_list args)
{
    if (severity == DTN_ERROR)
        diags->n_error++;
    else if (severity == DTN_WARNING)
        diags->n_warning++;
    if (!make_room(diags))
        return;
    dtn_diag d = {.code = code, .severity = severity, .line = pos.line, .col = pos.col};
    d.file = copy_text(pos.file);
    d.hint = copy_text(hint);
    d.message = format_text(fmt, args);
    if (!d.message || (pos.file && !d.file) || (hint && !d.hint)) {
        free_item(&d);
        return;
    }
    diags->items[diags->n++] = d;
}

void dtn_diags_add(dtn_diags *diags, int code, dtn_pos pos, const char *hint, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add(diags, default_severity(code), code, pos, hint, fmt, args);
    va_end(args);
}

void dtn_diags_add_as(dtn_diags *diags, dtn_severity severity, int code, dtn_pos pos,
                      const char *hint, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add(diags, severity, code, pos, hint, fmt, args);
    va_end(args);
}

/* Texts quote a person's files; a control byte in them must not steer the terminal. */
static void clean_text(char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7f)
            *text = c == '\n' || c == '\t' || c == '\r' ? ' ' : '?';
    }
}

static void place_text(const dtn_diag *d, char *out, size_t size)
{
    out[0] = '\0';
    if (d->line && d->col)
        dtn_snprintf_c(out, size, ":%u:%u", d->line, d->col);
    else if (d->line)
        dtn_snprintf_c(out, size, ":%u", d->line);
}

char *dtn_diag_format(const dtn_diag *d, int color)
{
    static const char *const word[] = {"note", "warning", "error"};
    static const char *const paint[] = {"\033[1;36m", "\033[1;35m", "\033[1;31m"};
    const char *bold = color ? "\033[1m" : "", *off = color ? "\033[0m" : "";
    const char *tint = color ? paint[d->severity] : "";
    char place[32];
    char *out = NULL, *file = copy_text(d->file ? d->file : ""), *message = copy_text(d->message);
    char *hint = copy_text(d->hint ? d->hint : "");
    if (!file || !message || !hint)
        goto out;
    clean_text(file);
    clean_text(message);
    clean_text(hint);
    place_text(d, place, sizeof place);
    size_t size = strlen(file) + strlen(message) + strlen(hint) + 128;
    out = dtn_alloc(size);
    if (!out)
        goto out;
    int n = 0;
    if (*file)
        n = dtn_snprintf_c(out, size, "%s%s%s:%s ", bold, file, place, off);
    n += dtn_snprintf_c(out + n, size - (size_t)n, "%s%s %c%d:%s %s\n", tint, word[d->severity],
                        "NWE"[d->severity], d -> code, off, message);
    if (*hint)
        dtn_snprintf_c(out + n, size - (size_t)n, "  %shint:%s %s\n", bold, off, hint);
out:
    dtn_free(file);
    dtn_free(message);
    dtn_free(hint);
    return out;
}
