/* evidence.tsv: what stands behind each variable, rule and link of a case.
 *
 * A table with the columns item, source and status, and optionally kind, source_kind and note.
 * An item is a variable or a chain of links, "A -> B" or "A, B -> C"; each name in it is looked
 * up in the model, so that a row which speaks of something that is no longer there is told (640).
 *
 * No figure depends on the table. It is shown by `explain` and by the report, and is part of the
 * case's hash because the report's bytes depend on it.
 */
#include <string.h>

#include "base/nearest.h"
#include "case/reader.h"

/* Length of the name that `text` begins with, and through *skip that of the mark behind it. */
static size_t name_length(const char *text, size_t *skip)
{
    const char *arrow = strstr(text, " -> "), *comma = strstr(text, ", ");
    const char *end = arrow;
    *skip = 4;
    if (comma && (!arrow || comma < arrow)) {
        end = comma;
        *skip = 2;
    }
    if (end)
        return (size_t)(end - text);
    *skip = 0;
    return strlen(text);
}

static void add_variable(dtn_case_reader *r, dtn_evidence *row, dtn_pos pos, const char *name,
                         size_t n)
{
    const dtn_model *model = r->c->model;
    const char *key = dtn_name_key(r->arena, name, n);
    const dtn_var *var = dtn_model_find_var(model, key);
    dtn_nearest nearest;
    if (var) {
        DTN_PUSH(r->arena, row->vars, row->n_var, row->cap_var, var->id);
        return;
    }
    dtn_nearest_init(&nearest, dtn_arena_strndup(r->arena, name, n));
    for (size_t v = 0; v < model->n_var; v++)
        dtn_nearest_add(&nearest, model->vars[v].name);
    dtn_diags_add(r->diags, 640, pos,
                  nearest.best ? dtn_arena_printf(r->arena, "did you mean `%s`?", nearest.best)
                               : "name a variable of the model, or a chain: A -> B",
                  "the evidence names `%.*s`, which the model does not have", (int)n, name);
}

static void find_variables(dtn_case_reader *r, dtn_evidence *row, dtn_pos pos)
{
    for (const char *at = row->item; *at != '\0';) {
        size_t skip = 0;
        const size_t n = name_length(at, &skip);
        add_variable(r, row, pos, at, n);
        at += n + skip;
    }
}

static const char *field(dtn_case_reader *r, const dtn_csv_table *table, size_t row,
                         const char *column)
{
    const int32_t at = dtn_csv_find(table, column);
    const char *text = at < 0 ? NULL : dtn_csv_get(table, row, (size_t)at);
    return text ? dtn_arena_strdup(r->arena, text) : "";
}

static void read_rows(dtn_case_reader *r, const dtn_csv_table *table, const char *path)
{
    for (size_t i = 1; i < table->n_row; i++) {
        dtn_evidence row = {.item = field(r, table, i, "item"),
                            .kind = field(r, table, i, "kind"),
                            .source_kind = field(r, table, i, "source_kind"),
                            .source = field(r, table, i, "source"),
                            .status = field(r, table, i, "status"),
                            .note = field(r, table, i, "note")};
        const dtn_pos pos = {path, table->rows[i].line, 1};
        find_variables(r, &row, pos);
        if (*row.source == '\0' || *row.status == '\0')
            dtn_diags_add(r->diags, 609, pos, "give source and status",
                          "the evidence for `%s` has no %s", row.item,
                          *row.source == '\0' ? "source" : "status");
        DTN_PUSH(r->arena, r->c->evidence, r->c->n_evidence, r->c->cap_evidence, row);
    }
}

static dtn_status check_columns(dtn_case_reader *r, const dtn_csv_table *table, const char *path)
{
    static const char *const needed[] = {"item", "source", "status"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (dtn_csv_find(table, needed[i]) >= 0)
            continue;
        dtn_diags_add(r->diags, 703, (dtn_pos){path, 1, 1},
                      "the first line names the columns item, source, status",
                      "the evidence has no column `%s`", needed[i]);
        return DTN_E_INPUT;
    }
    return DTN_OK;
}

/* The text without its notes, whose lines stay as empty ones; a heading behind a '#' is one. A '#' within quotes, which
 * a field may hold over several lines, is none. */
static const char *without_notes(dtn_case_reader *r, const dtn_case_file *file, size_t *n)
{
    char *out = DTN_NEW_N(r->arena, char, file->n + 1);
    bool is_quoted = false;
    *n = 0;
    for (size_t i = 0; i < file->n;) {
        const char *end = memchr(file->text + i, '\n', file->n - i);
        const size_t stop = end ? (size_t)(end - file->text) : file->n;
        if (!is_quoted && file->text[i] == '#') {
            while (i < stop && (file->text[i] == '#' || file->text[i] == ' '))
                i++;
            if (stop - i < 5 || memcmp(file->text + i, "item\t", 5) != 0)
                i = stop;
        }
        for (; i < stop; out[(*n)++] = file->text[i++])
            is_quoted ^= file->text[i] == '"';
        if (end)
            out[(*n)++] = file->text[i++];
    }
    return out;
}

dtn_status dtn_case_read_evidence(dtn_case_reader *r)
{
    const char *path = NULL;
    dtn_case_file file = {0};
    if (!r->c->evidence_file)
        return DTN_OK;
    DTN_TRY(dtn_case_load(r, r->c->evidence_file, &path, &file));
    size_t n = 0;
    const char *text = without_notes(r, &file, &n);
    DTN_TRY(dtn_csv_read_text(&r->table, text, n, path, '\t', r->diags));
    DTN_TRY(check_columns(r, &r->table, path));
    read_rows(r, &r->table, path); /* the table is freed with the reader */
    return DTN_OK;
}

bool dtn_evidence_names(const dtn_evidence *row, uint32_t var)
{
    for (size_t i = 0; i < row->n_var; i++)
        if (row->vars[i] == var)
            return true;
    return false;
}
