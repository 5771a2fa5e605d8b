/* The schema reader: one walk over a mapping, driven by the table of its keys.
 *
 * Every entry of the mapping is matched with a field; what is left over is an unknown key with
 * the nearest known one as a hint; required fields that were not met are reported at the
 * mapping's own position. Values are converted by kind. Nothing here knows what a case is.
 *
 * Wrong values leave the destination as it was (zero), so that reading goes on and all
 * mistakes of a file are told at once; the caller stops after it when there was any error.
 */
#include "case/schema.h"

#include <math.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "base/dates.h"

static void *place(void *dest, size_t at) { return (char *)dest + at; }

static void set_text(void *dest, size_t at, const char *text)
{
    *(const char **)place(dest, at) = text;
}

bool dtn_schema_is(dtn_schema_reader *reader, const dtn_yaml_node *node, dtn_yaml_kind kind,
                   const char *what)
{
    if (node->kind == kind)
        return true;
    dtn_diags_add(reader->diags, 604, node->pos, NULL, "%s must be %s, not %s", what,
                  dtn_yaml_kind_name(kind),
                  dtn_yaml_is_null(node) ? "empty" : dtn_yaml_kind_name(node->kind));
    return false;
}

const char *dtn_schema_text(dtn_schema_reader *reader, const dtn_yaml_node *node, const char *what)
{
    if (!dtn_schema_is(reader, node, DTN_YAML_SCALAR, what))
        return NULL;
    if (*node->text && !dtn_yaml_is_null(node))
        return node->text;
    dtn_diags_add(reader->diags, 604, node->pos, "give a value or leave the key out", "%s is empty",
                  what);
    return NULL;
}

bool dtn_schema_number(dtn_schema_reader *reader, const dtn_yaml_node *node, const char *what,
                       double *out)
{
    const char *text = dtn_schema_text(reader, node, what);
    double value = 0;
    if (!text)
        return false;
    if (node->is_plain && dtn_text_to_double(text, strlen(text), &value) && isfinite(value)) {
        *out = value;
        return true;
    }
    dtn_diags_add(reader->diags, 604, node->pos, "write it as 12, -0.5 or 1e-3, without quotes",
                  "%s must be a number, not `%s`", what, text);
    return false;
}

/* ---- Scalars ------------------------------------------------------------- */

static bool is_id(const char *text)
{
    for (; *text; text++) {
        const char c = *text;
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-' || c == '.'))
            return false;
    }
    return true;
}

/* A path that stays inside the folder: neither absolute nor through "..". */
static bool is_inside(const char *path)
{
    if (path[0] == '/')
        return false;
    for (const char *p = path; p; p = strchr(p, '/')) {
        p += *p == '/';
        if (p[0] == '.' && p[1] == '.' && (p[2] == '/' || !p[2]))
            return false;
    }
    return true;
}

const char *dtn_schema_id(dtn_schema_reader *reader, const dtn_yaml_node *node, const char *what)
{
    const char *text = dtn_schema_text(reader, node, what);
    if (text && !is_id(text))
        dtn_diags_add(reader->diags, 604, node->pos, "use letters, digits, '_', '-' and '.' only",
                      "`%s` cannot be an id", text);
    return text;
}

static const char *file_text(dtn_schema_reader *reader, const char *key, const dtn_yaml_node *node)
{
    const char *text = dtn_schema_text(reader, node, key);
    if (!text || is_inside(text))
        return text;
    dtn_diags_add(reader->diags, 604, node->pos,
                  "put the file into the case's folder and name it relative to case.yaml",
                  "`%s` leads out of the case's folder", text);
    return NULL;
}

static void read_date(dtn_schema_reader *reader, const dtn_field *field, const dtn_yaml_node *node,
                      void *dest)
{
    int64_t days = 0;
    const char *text = dtn_schema_text(reader, node, field->key);
    if (!text)
        return;
    if (!dtn_days_of(text, &days))
        dtn_diags_add(reader->diags, 607, node->pos, "write it as 2025-01-06", "`%s` is not a date",
                      text);
    else
        set_text(dest, field->at, text);
}

static void read_word(dtn_schema_reader *reader, const dtn_field *field, const dtn_yaml_node *node,
                      void *dest)
{
    const char *text = dtn_schema_text(reader, node, field->key);
    const char *list = "";
    if (!text)
        return;
    for (const dtn_word *w = field->words; w->word; w++) {
        if (strcmp(w->word, text) == 0) {
            if (field->kind == DTN_F_WORD)
                *(int *)place(dest, field->at) = w->value;
            else
                set_text(dest, field->at, text);
            return;
        }
        list = dtn_arena_printf(reader->arena, "%s%s%s", list, *list ? ", " : "one of: ", w->word);
    }
    dtn_diags_add(reader->diags, 604, node->pos, list, "`%s` is not a value of `%s`", text,
                  field->key);
}

static void read_number(dtn_schema_reader *reader, const dtn_field *field,
                        const dtn_yaml_node *node, void *dest)
{
    double value = 0;
    char low[DTN_DOUBLE_MAX_TEXT], high[DTN_DOUBLE_MAX_TEXT];
    if (!dtn_schema_number(reader, node, field->key, &value))
        return;
    if (value < field->low || value > field->high) {
        dtn_double_to_text(field->low, low);
        dtn_double_to_text(field->high, high);
        dtn_diags_add(reader->diags, 604, node->pos, NULL,
                      "`%s` must lie between %s and %s, not be %s", field->key, low, high,
                      node->text);
        return;
    }
    *(double *)place(dest, field->at) = value;
}

/* ---- Lists --------------------------------------------------------------- */

static void read_texts(dtn_schema_reader *reader, const dtn_field *field, const dtn_yaml_node *node,
                       void *dest)
{
    if (!dtn_schema_is(reader, node, DTN_YAML_SEQUENCE, field->key))
        return;
    const char **items = DTN_NEW_N(reader->arena, const char *, node->n);
    size_t n = 0;
    for (size_t i = 0; i < node->n; i++) {
        const char *text = field->kind == DTN_F_FILES
                               ? file_text(reader, field->key, node->values[i])
                               : dtn_schema_text(reader, node->values[i], field->key);
        if (text)
            items[n++] = text;
    }
    *(const char ***)place(dest, field->at) = items;
    *(size_t *)place(dest, field->at_n) = n;
}

static const char *id_of(const dtn_schema *schema, const char *items, size_t i)
{
    return *(const char *const *)(const void *)(items + i * schema->size + schema->at_id);
}

static const char *name_of(const dtn_schema *schema, const char *items, size_t i)
{
    return *(const char *const *)(const void *)(items + i * schema->size + schema->at_name);
}

/* Tables and charts show names alone: two of the same could not be told apart. */
static void check_names(dtn_schema_reader *reader, const dtn_schema *schema, const char *items,
                        const dtn_yaml_node *node)
{
    dtn_map seen = {0};
    for (size_t i = 0; i < node->n; i++) {
        const char *name = name_of(schema, items, i);
        const char *key = name ? dtn_name_key(reader->arena, name, strlen(name)) : NULL;
        const uint32_t before = key ? dtn_map_get(&seen, key) : DTN_MAP_NONE;
        if (before != DTN_MAP_NONE)
            dtn_diags_add_as(reader->diags, DTN_WARNING, 606, node->values[i]->pos,
                             "give each a name of its own: tables and charts show the name alone",
                             "`%s` is the name of %s already, in line %u", name, schema->what,
                             node->values[before]->pos.line);
        else if (key)
            dtn_map_set(&seen, reader->arena, key, (uint32_t)i);
    }
}

static void check_ids(dtn_schema_reader *reader, const dtn_schema *schema, const char *items,
                      const dtn_yaml_node *node)
{
    for (size_t i = 0; i < node->n; i++) {
        const char *id = id_of(schema, items, i);
        for (size_t k = 0; id && k < i; k++) {
            const char *before = id_of(schema, items, k);
            if (!before || strcmp(before, id) != 0)
                continue;
            dtn_diags_add(reader->diags, 606, node->values[i]->pos, "give each its own id",
                          "`%s` is the id of %s already, in line %u", id, schema->what,
                          node->values[k]->pos.line);
            break;
        }
    }
}

static void read_list(dtn_schema_reader *reader, const dtn_field *field, const dtn_yaml_node *node,
                      void *dest)
{
    const dtn_schema *schema = field->item;
    if (!dtn_schema_is(reader, node, DTN_YAML_SEQUENCE, field->key))
        return;
    char *items = dtn_arena_alloc(reader->arena, (node->n ? node->n : 1) * schema->size);
    for (size_t i = 0; i < node->n; i++)
        dtn_schema_read(reader, schema, node->values[i], items + i * schema->size);
    if (schema->at_id != DTN_NO_OFFSET)
        check_ids(reader, schema, items, node);
    if (schema->at_name != DTN_NO_OFFSET)
        check_names(reader, schema, items, node);
    *(void **)place(dest, field->at) = items;
    *(size_t *)place(dest, field->at_n) = node->n;
}

/* ---- Mappings ------------------------------------------------------------ */

static void read_field(dtn_schema_reader *reader, const dtn_field *field, const dtn_yaml_node *node,
                       void *dest)
{
    switch (field->kind) {
    case DTN_F_TEXT: set_text(dest, field->at, dtn_schema_text(reader, node, field->key)); break;
    case DTN_F_ID: set_text(dest, field->at, dtn_schema_id(reader, node, field->key)); break;
    case DTN_F_DATE: read_date(reader, field, node, dest); break;
    case DTN_F_FILE: set_text(dest, field->at, file_text(reader, field->key, node)); break;
    case DTN_F_CHOICE:
    case DTN_F_WORD: read_word(reader, field, node, dest); break;
    case DTN_F_NUMBER: read_number(reader, field, node, dest); break;
    case DTN_F_TEXTS:
    case DTN_F_FILES: read_texts(reader, field, node, dest); break;
    case DTN_F_MAP: dtn_schema_read(reader, field->item, node, place(dest, field->at)); break;
    case DTN_F_LIST: read_list(reader, field, node, dest); break;
    case DTN_F_CUSTOM: field->read(reader, node, place(dest, field->at)); break;
    case DTN_F_LATER: break;
    }
}

static const dtn_field *find_field(const dtn_schema *schema, const char *key)
{
    for (const dtn_field *f = schema->fields; f->key; f++)
        if (strcmp(f->key, key) == 0)
            return f;
    return NULL;
}

static void report_unknown(dtn_schema_reader *reader, const dtn_schema *schema,
                           const dtn_yaml_node *key)
{
    dtn_nearest nearest;
    const char *hint = "known keys:";
    dtn_nearest_init(&nearest, key->text);
    for (const dtn_field *f = schema->fields; f->key; f++) {
        dtn_nearest_add(&nearest, f->key);
        hint = dtn_arena_printf(reader->arena, "%s%s %s", hint, f == schema->fields ? "" : ",",
                                f->key);
    }
    if (nearest.best)
        hint = dtn_arena_printf(reader->arena, "did you mean `%s`?", nearest.best);
    dtn_diags_add(reader->diags, 602, key->pos, hint, "`%s` is not a key of %s", key->text,
                  schema->what);
}

static void report_missing(dtn_schema_reader *reader, const dtn_schema *schema,
                           const dtn_yaml_node *node)
{
    for (const dtn_field *f = schema->fields; f->key; f++) {
        if (!f->flags || dtn_yaml_find(node, f->key))
            continue;
        if (f->flags & DTN_REQUIRED)
            dtn_diags_add(reader->diags, 603, node->pos,
                          dtn_arena_printf(reader->arena, "add `%s:`", f->key),
                          "%s lacks the key `%s`", schema->what, f->key);
        else
            dtn_diags_add(reader->diags, 609, node->pos,
                          "say where it comes from; `assumption` is an answer", "%s has no `%s`",
                          schema->what, f->key);
    }
}

void dtn_schema_read(dtn_schema_reader *reader, const dtn_schema *schema, const dtn_yaml_node *node,
                     void *dest)
{
    if (schema->at_pos != DTN_NO_OFFSET)
        *(dtn_pos *)place(dest, schema->at_pos) = node->pos;
    if (!dtn_schema_is(reader, node, DTN_YAML_MAPPING, schema->what))
        return;
    for (size_t i = 0; i < node->n; i++) {
        const dtn_field *field = find_field(schema, node->keys[i]->text);
        if (field)
            read_field(reader, field, node->values[i], dest);
        else
            report_unknown(reader, schema, node->keys[i]);
    }
    report_missing(reader, schema, node);
}
