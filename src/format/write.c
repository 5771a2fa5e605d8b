/* Writing a model: print it as it is, or translate it into the other notation and print that.
 *
 * The text is made in the arena of the form that is printed and copied to the heap at the end,
 * so that nothing is lost when memory runs out half way. Which constructs a format has and what
 * stands for the missing ones is the translation's (to_xmile.c, to_mdl.c); the spelling is the
 * printers' (write_mdl.c, write_xmile.c).
 */
#include "format/translate.h"
#include "format/writer.h"

#include <stdio.h>
#include <string.h>

/* ---- Text -------------------------------------------------------------------- */

void dtn_text_put_n(dtn_text *text, const char *s, size_t n)
{
    while (text->n + n + 1 > text->cap)
        text->s = dtn_arena_grow(text->arena, text->s, text->n, &text->cap, 1);
    memcpy(text->s + text->n, s, n);
    text->n += n;
    text->s[text->n] = '\0';
}

void dtn_text_put(dtn_text *text, const char *s) { dtn_text_put_n(text, s, strlen(s)); }

void dtn_text_put_number(dtn_text *text, double number)
{
    char s[DTN_DOUBLE_MAX_TEXT] = "";
    dtn_text_put_n(text, s, dtn_double_to_text(number, s));
}

void dtn_text_printf(dtn_text *text, const char *fmt, ...)
{
    char s[256];
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(s, sizeof s, fmt, args);
    va_end(args);
    if (n > 0 && (size_t)n < sizeof s) /* callers pass numbers and short words */
        dtn_text_put_n(text, s, (size_t)n);
}

/* ---- Small things shared -------------------------------------------------------- */

const char *dtn_plain_name(dtn_arena *arena, const char *name)
{
    const size_t n = strlen(name);
    if (n < 2 || name[0] != '"' || name[n - 1] != '"')
        return name;
    char *plain = dtn_arena_alloc(arena, n);
    size_t used = 0;
    for (size_t i = 1; i + 1 < n; i++) {
        if (name[i] == '\\' && i + 2 < n && name[i + 1] == '"')
            continue;
        plain[used++] = name[i];
    }
    return plain;
}

bool dtn_is_written(const dtn_var *var)
{
    return !var->is_hidden && !var->is_instance && var->overlay == 0;
}

void dtn_refuse(dtn_diags *diags, dtn_pos pos, const char *hint, const char *fmt, ...)
{
    char s[512];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(s, sizeof s, fmt, args);
    va_end(args);
    for (size_t i = 0; i < diags->n; i++) { /* once, however many elements it concerns */
        const dtn_diag *d = &diags->items[i];
        if (d->code == 508 && d->line == pos.line && d->col == pos.col &&
            strcmp(d->message, s) == 0)
            return;
    }
    dtn_diags_add(diags, 508, pos, hint, "%s", s);
}

/* ---- The whole -------------------------------------------------------------------- */

static dtn_status copy_out(const dtn_text *text, char **out, size_t *n)
{
    char *copy = dtn_alloc(text->n + 1);
    if (!copy)
        return DTN_E_MEMORY;
    memcpy(copy, text->s, text->n + 1);
    *out = copy;
    *n = text->n;
    return DTN_OK;
}

/* Prints a form that is in the notation it is written in. */
static dtn_status print(dtn_model *model, char **out, size_t *n, dtn_diags *diags)
{
    const size_t n_error = diags->n_error;
    dtn_text text = {.arena = model->arena};
    if (model->dialect == DTN_VENSIM)
        dtn_print_mdl(model, &text, diags);
    else
        dtn_print_xmile(model, &text, diags);
    return diags->n_error > n_error ? DTN_E_INPUT : copy_out(&text, out, n);
}

static dtn_status translate_and_print(dtn_model *model, dtn_model *target, char **out, size_t *n,
                                      dtn_diags *diags)
{
    const size_t n_error = diags->n_error;
    if (DTN_ARENA_GUARD(target->arena))
        return DTN_E_MEMORY;
    if (target->dialect == DTN_XMILE)
        dtn_to_xmile(model, target, diags);
    else
        dtn_to_mdl(model, target, diags);
    return diags->n_error > n_error ? DTN_E_INPUT : print(target, out, n, diags);
}

static dtn_status print_guarded(dtn_model *model, char **out, size_t *n, dtn_diags *diags)
{
    if (DTN_ARENA_GUARD(model->arena))
        return DTN_E_MEMORY;
    return print(model, out, n, diags);
}

dtn_status dtn_model_write(dtn_model *model, dtn_dialect to, char **out, size_t *n,
                           dtn_diags *diags)
{
    if (model->dialect == to) {
        const dtn_status status = print_guarded(model, out, n, diags);
        model->arena->has_guard = 0; /* this frame ends */
        return status;
    }
    dtn_model *target = dtn_model_new(to, model->path);
    if (!target)
        return DTN_E_MEMORY;
    const dtn_status status = translate_and_print(model, target, out, n, diags);
    dtn_model_delete(target);
    return status;
}
