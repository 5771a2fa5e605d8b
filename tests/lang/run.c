/* The language suite: every model file of a folder says in comments what must come of it.
 *
 *   {# expect: E201 3:12 "part of the message"}   a diagnostic: severity, code, line:column
 *   {# expect: level[a]@2.5 = 10.25 ~ 1e-6}       a value at a time; relative tolerance (1e-12)
 *   {# expect: level@3 = nan}
 *   {# also: hygiene}          run that check too
 *   {# method: rk4}            instead of the model's own
 *   {# overlay: 1 from 3 to 5} the text from the next line on, up to the next overlay, are rules
 *                              of course 1, switched on at time 3 and off at 5 (if written);
 *                              0: laid over the model itself
 *
 * In XMILE the same stands in <!-- -->. The diagnostics of a file must be the expected ones, no
 * more and no fewer. The last check: every code that a model can produce is expected somewhere.
 * Prints TAP. usage: run FOLDER, or run FILE...
 */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "format/format.h"
#include "run/run.h"

#define MAX_EXPECTED 200
#define MAX_FAULTS 20
#define MAX_OVERLAYS 8
#define LAST_OF_MODELS 507 /* further codes are of conversion, cases, files, runs */

typedef struct expected {
    uint32_t written; /* line of the comment */
    bool is_value, is_met;
    int code;
    char severity; /* E W N */
    uint32_t line, col;
    char message[200];
    char name[200], element[200];
    double time, value, tolerance;
} expected;

typedef struct part { /* text laid over the model */
    uint32_t overlay, line;
    double from, to; /* NaN: to the end */
    const char *text;
    size_t n;
} part;

typedef struct lang_case {
    expected list[MAX_EXPECTED];
    size_t n;
    part parts[MAX_OVERLAYS];
    size_t n_part;
    bool hygiene;
    int method; /* -1: the model's */
    char faults[MAX_FAULTS][400];
    size_t n_fault;
    size_t n_model; /* bytes before the first overlay */
} lang_case;

#define FAULT(c, ...)                                                                       \
    do {                                                                                    \
        if ((c)->n_fault < MAX_FAULTS)                                                      \
            (void)snprintf((c)->faults[(c)->n_fault++], sizeof(c)->faults[0], __VA_ARGS__); \
    } while (0)

/* ---- Reading the comments -------------------------------------------------- */

static bool read_diag(expected *e, const char *text)
{
    int used = 0;
    if (sscanf(text, " %c%d %u:%u%n", &e->severity, &e->code, &e->line, &e->col, &used) < 4 ||
        !strchr("EWN", e->severity))
        return false;
    const char *quote = strchr(text + used, '"'), *end = quote ? strrchr(quote, '"') : NULL;
    if (quote && end > quote)
        (void)snprintf(e->message, sizeof e->message, "%.*s", (int)(end - quote - 1), quote + 1);
    return true;
}

static bool read_value(expected *e, const char *text)
{
    const char *equals = strstr(text, " = "), *at = NULL;
    for (const char *p = text; equals && p < equals; p++)
        at = *p == '@' ? p : at;
    if (!at)
        return false;
    char left[200], *end;
    (void)snprintf(left, sizeof left, "%.*s", (int)(at - text), text);
    char *bracket = strchr(left, '[');
    if (bracket) {
        *bracket = '\0';
        (void)snprintf(e->element, sizeof e->element, "%.*s", (int)strcspn(bracket + 1, "]"),
                       bracket + 1);
    }
    (void)snprintf(e->name, sizeof e->name, "%s", left);
    e->is_value = true;
    e->time = strtod(at + 1, &end);
    e->value = strtod(equals + 3, &end);
    const char *tilde = strchr(end, '~');
    e->tolerance = tilde ? strtod(tilde + 1, NULL) : 1e-12;
    return true;
}

static void read_expect(lang_case *c, const char *text, uint32_t line)
{
    expected e = {.written = line};
    if (!read_diag(&e, text) && !read_value(&e, text + strspn(text, " ")))
        FAULT(c, "line %u: cannot read this expectation", line);
    else if (c->n < MAX_EXPECTED)
        c->list[c->n++] = e;
}

/* `row` is the comment's line, `text` what stands in it behind the mark, `next` the next line. */
static void start_part(lang_case *c, const char *row, const char *text, const char *next,
                       uint32_t line, const char *whole)
{
    part p = {.line = line + 1, .to = NAN, .text = next};
    if (c->n_part == 0)
        c->n_model = (size_t)(row - whole);
    else
        c->parts[c->n_part - 1].n = (size_t)(row - c->parts[c->n_part - 1].text);
    if (sscanf(text, " %u from %lf to %lf", &p.overlay, &p.from, &p.to) < 1 ||
        c->n_part == MAX_OVERLAYS)
        FAULT(c, "line %u: cannot read this overlay", line);
    else
        c->parts[c->n_part++] = p;
}

static void read_comments(lang_case *c, const char *text, size_t n)
{
    uint32_t line = 1;
    c->n_model = n;
    for (const char *p = text, *next; *p; p = next, line++) {
        char row[400];
        size_t length = strcspn(p, "\n");
        next = p + length + (p[length] == '\n');
        (void)snprintf(row, sizeof row, "%.*s", (int)length, p);
        char *end = strstr(row, "-->");
        end = end ? end : strrchr(row, '}');
        if (end)
            *end = '\0';
        const char *mark = strstr(row, "# ");
        if (!mark)
            continue;
        if (strncmp(mark, "# expect:", 9) == 0)
            read_expect(c, mark + 9, line);
        else if (strncmp(mark, "# also: hygiene", 15) == 0)
            c->hygiene = true;
        else if (strncmp(mark, "# method: ", 10) == 0)
            c->method = mark[12] == '4' ? DTN_RK4 : mark[12] == '2' ? DTN_RK2 : DTN_EULER;
        else if (strncmp(mark, "# overlay:", 10) == 0)
            start_part(c, p, mark + 10, next, line, text);
    }
    if (c->n_part > 0)
        c->parts[c->n_part - 1].n = (size_t)(text + n - c->parts[c->n_part - 1].text);
}

/* ---- Diagnostics -------------------------------------------------------------- */

static char letter(dtn_severity severity)
{
    return severity == DTN_ERROR ? 'E' : severity == DTN_WARNING ? 'W' : 'N';
}

static bool fits(const expected *e, const dtn_diag *d)
{
    return !e->is_value && !e->is_met && e->code == d->code && e->severity == letter(d->severity) &&
           e->line == d->line && e->col == d->col && strstr(d->message, e->message);
}

static void compare_diags(lang_case *c, const dtn_diags *diags)
{
    for (size_t i = 0; i < diags->n; i++) {
        const dtn_diag *d = &diags->items[i];
        size_t k = 0;
        while (k < c->n && !fits(&c->list[k], d))
            k++;
        if (k < c->n)
            c->list[k].is_met = true;
        else
            FAULT(c, "not expected: %c%d %u:%u %s", letter(d->severity), d->code, d->line, d->col,
                  d->message);
    }
}

/* ---- Values --------------------------------------------------------------------- */

static uint32_t element_of(const dtn_model *m, const dtn_var *var, const char *text)
{
    uint32_t at = 0;
    char part_of[100];
    for (uint32_t p = 0; p < var->n_dim; p++) {
        size_t n = strcspn(text, ",");
        (void)snprintf(part_of, sizeof part_of, "%.*s", (int)n, text);
        uint32_t i = dtn_map_get(&m->dims[var->dims[p]].index, part_of);
        if (i == DTN_MAP_NONE)
            return DTN_NONE;
        at = at * m->dims[var->dims[p]].n_element + i;
        text += n + (text[n] == ',');
    }
    return at;
}

static void compare_value(lang_case *c, expected *e, dtn_model *m, const dtn_program *p,
                          dtn_block *block)
{
    dtn_var *var = dtn_model_find_var(m, dtn_model_name_key(m, e->name, strlen(e->name)));
    uint32_t element = var ? element_of(m, var, e->element) : DTN_NONE;
    e->is_met = true;
    if (element == DTN_NONE || p->places[var->id].slot == DTN_NONE) {
        FAULT(c, "line %u: no such value", e->written);
        return;
    }
    double got = dtn_block_value(block, var->id, element)[0];
    double scale = fabs(e->value) > 1 ? fabs(e->value) : 1;
    if (isnan(e->value) ? !isnan(got) : !(fabs(got - e->value) <= e->tolerance * scale))
        FAULT(c, "line %u: %s[%s] at %g is %.17g, not %.17g", e->written, e->name, e->element,
              e->time, got, e->value);
}

static void simulate(lang_case *c, dtn_model *m, const dtn_program *p)
{
    dtn_block *block = dtn_block_new(p, 1, dtn_isa_best());
    if (!block || dtn_block_start(block, 1, 0, 1, 0, NULL, NULL) != DTN_OK) {
        FAULT(c, "the run does not start");
        dtn_block_delete(block);
        return;
    }
    for (uint32_t step = 0;; step++) {
        double t = dtn_block_time(block), half = p->dt / 2;
        for (size_t i = 0; i < c->n_part; i++)
            if (c->parts[i].overlay > 0 && fabs(c->parts[i].from - t) < half)
                dtn_block_set_overlay(block, c->parts[i].overlay, 1);
            else if (fabs(c->parts[i].to - t) < half)
                dtn_block_set_overlay(block, c->parts[i].overlay, 0);
        dtn_block_eval(block);
        for (size_t i = 0; i < c->n; i++)
            if (c->list[i].is_value && fabs(c->list[i].time - t) < half)
                compare_value(c, &c->list[i], m, p, block);
        if (step == p->n_step)
            break;
        dtn_block_step(block);
    }
    dtn_block_delete(block);
}

/* ---- One file ---------------------------------------------------------------------- */

static dtn_status lay_over(const lang_case *c, dtn_model *m, const char *path, dtn_diags *diags)
{
    dtn_status status = DTN_OK;
    for (size_t i = 0; i < c->n_part; i++) {
        const part *p = &c->parts[i];
        dtn_pos at = {path, p->line, 1};
        while (m->n_overlay < p->overlay) {
            dtn_overlay overlay = {"actor.course", "actor"};
            DTN_PUSH(m->arena, m->overlays, m->n_overlay, m->cap_overlay, overlay);
        }
        if (dtn_model_add_text(m, p->text, p->n, at, p->overlay, diags) != DTN_OK)
            status = DTN_E_INPUT;
    }
    return status;
}

static void run_stages(lang_case *c, const char *text, const char *path, dtn_diags *diags)
{
    dtn_model *m = NULL;
    dtn_program *p = NULL;
    bool xmile = strstr(text, "<xmile") != NULL;
    dtn_compile_options options = dtn_compile_defaults();
    options.method = c->method;
    dtn_status status = xmile ? dtn_model_read_xmile(text, c->n_model, path, &m, diags)
                              : dtn_model_read_mdl(text, c->n_model, path, &m, diags);
    if (status == DTN_OK)
        status = lay_over(c, m, path, diags);
    if (status == DTN_OK)
        status = dtn_check_resolve(m, diags);
    if (status == DTN_OK) {
        (void)dtn_check_units(m, diags);
        if (c->hygiene)
            (void)dtn_check_hygiene(m, diags);
        status = dtn_compile(m, &options, &p, diags);
    }
    compare_diags(c, diags);
    if (status == DTN_OK)
        simulate(c, m, p);
    dtn_program_delete(p);
    dtn_model_delete(m);
}

static void run_file(lang_case *c, const char *path)
{
    dtn_diags diags;
    char *text = NULL;
    size_t n = 0;
    dtn_diags_init(&diags);
    c->method = -1;
    if (dtn_file_read(path, 1 << 20, &text, &n, &diags) != DTN_OK) {
        FAULT(c, "cannot be read");
    } else {
        read_comments(c, text, n);
        run_stages(c, text, path, &diags); /* data lie beside a model */
    }
    for (size_t i = 0; i < c->n; i++)
        if (!c->list[i].is_met)
            FAULT(c, "line %u: this did not happen", c->list[i].written);
    if (c->n == 0)
        FAULT(c, "expects nothing, so it cannot fail");
    dtn_free(text);
    dtn_diags_free(&diags);
}

/* ---- All files ----------------------------------------------------------------------- */

static int is_model(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && (strcmp(dot, ".mdl") == 0 || strcmp(dot, ".xmile") == 0);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int tap(int *n, const char *name, const lang_case *c)
{
    printf("%sok %d - %s\n", c->n_fault ? "not " : "", ++*n, name);
    for (size_t i = 0; i < c->n_fault; i++)
        printf("# %s\n", c->faults[i]);
    return c->n_fault > 0;
}

/* Codes of a model's text and structure; cases, files and runs have their tests elsewhere. */
static int check_coverage(int *n, const uint8_t seen[1000])
{
    lang_case c = {0};
#define CODE(code, severity, text)               \
    if ((code) <= LAST_OF_MODELS && !seen[code]) \
        FAULT(&c, "no file expects %d: %s", code, text);
    DTN_DIAG_LIST(CODE)
#undef CODE
    return tap(n, "every code of a model is expected somewhere", &c);
}

static int run_one(int *n, const char *path, const char *name, uint8_t seen[1000])
{
    lang_case *c = calloc(1, sizeof *c);
    if (!c)
        return 1;
    run_file(c, path);
    for (size_t i = 0; i < c->n; i++)
        if (!c->list[i].is_value && c->list[i].code > 0 && c->list[i].code < 1000)
            seen[c->list[i].code] = 1;
    int failed = tap(n, name, c);
    free(c);
    return failed;
}

int main(int argc, char **argv)
{
    struct dirent **entries = NULL;
    uint8_t seen[1000] = {0};
    int failed = 0, n = 0;
    int n_entry = argc == 2 ? scandir(argv[1], &entries, is_model, by_name) : -1;
    for (int i = 1; n_entry < 0 && i < argc; i++)
        failed |= run_one(&n, argv[i], argv[i], seen);
    for (int i = 0; i < n_entry; i++) {
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/%s", argv[1], entries[i]->d_name);
        failed |= run_one(&n, path, entries[i]->d_name, seen);
        free(entries[i]);
    }
    free(entries);
    if (n_entry >= 0)
        failed |= check_coverage(&n, seen);
    printf("1..%d\n", n);
    return failed;
}
