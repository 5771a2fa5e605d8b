/* YAML tree over libyaml's events.
 *
 * libyaml gives marks in characters; diagnostics count bytes. A table of line starts (byte
 * and character number of each) turns a mark into a byte offset and that into line and
 * column. Lines end as in an editor (\n, \r\n, lone \r), whatever libyaml counts.
 *
 * One event is held at a time in the reader; it and the parser are freed when the arena runs
 * out of memory: the guard here is nested in the caller's and passes the jump on.
 *
 * Left out on purpose: anchors and aliases (a few lines can mean gigabytes), tags, several
 * documents, keys that are not scalars. Each is an error 601 with its place.
 * Specification: YAML 1.1 as libyaml 0.2 implements it.
 */
#include "case/yaml.h"

#include <stdint.h>
#include <string.h>
#include <yaml.h>

typedef struct yaml_reader {
    dtn_arena *arena;
    dtn_diags *diags;
    const char *text, *file;
    size_t n;
    size_t *line_byte, *line_char; /* [n_line] start of each line */
    size_t n_line;
    yaml_parser_t parser;
    yaml_event_t event; /* the current one */
    bool failed;
} yaml_reader;

/* ---- Positions ----------------------------------------------------------- */

static bool ends_line(const char *text, size_t i, size_t n)
{
    return text[i] == '\n' || (text[i] == '\r' && (i + 1 >= n || text[i + 1] != '\n'));
}

static void index_lines(yaml_reader *r)
{
    size_t n_line = 1, n_char = 0, line = 1;
    for (size_t i = 0; i < r->n; i++)
        n_line += ends_line(r->text, i, r->n);
    r->line_byte = DTN_NEW_N(r->arena, size_t, n_line);
    r->line_char = DTN_NEW_N(r->arena, size_t, n_line);
    r->n_line = n_line;
    for (size_t i = 0; i < r->n; i++) {
        n_char += ((unsigned char)r->text[i] & 0xc0) != 0x80;
        if (ends_line(r->text, i, r->n)) {
            r->line_byte[line] = i + 1;
            r->line_char[line++] = n_char;
        }
    }
}

/* Last line that starts at or before `at` in `starts`. */
static size_t find_line(const size_t *starts, size_t n, size_t at)
{
    size_t low = 0, high = n;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (starts[mid] <= at)
            low = mid;
        else
            high = mid;
    }
    return low;
}

static size_t byte_of(const yaml_reader *r, yaml_mark_t mark)
{
    size_t line = find_line(r->line_char, r->n_line, mark.index);
    size_t left = mark.index - r->line_char[line];
    size_t i = r->line_byte[line];
    while (i < r->n && left > 0) {
        i++;
        while (i < r->n && ((unsigned char)r->text[i] & 0xc0) == 0x80)
            i++;
        left--;
    }
    return i;
}

static dtn_pos pos_of(const yaml_reader *r, size_t byte)
{
    size_t line = find_line(r->line_byte, r->n_line, byte);
    return (dtn_pos){r->file, (uint32_t)line + 1, (uint32_t)(byte - r->line_byte[line]) + 1};
}

/* ---- Events -------------------------------------------------------------- */

static void fail(yaml_reader *r, dtn_pos pos, const char *hint, const char *what)
{
    if (!r->failed)
        dtn_diags_add(r->diags, 601, pos, hint, "%s", what);
    r->failed = true;
}

static void fail_as_parser(yaml_reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem ? p->problem : "the text cannot be read as YAML";
    if (p->error == YAML_READER_ERROR) {
        size_t at = p->problem_offset < r->n ? p->problem_offset : r->n;
        fail(r, pos_of(r, at), "save the file as UTF-8 without control characters", problem);
        return;
    }
    const char *hint =
        "indent with spaces, and put text that holds ': ', '#', '[' or '{' in quotes";
    fail(r, pos_of(r, byte_of(r, p->problem_mark)), hint,
         p->context ? dtn_arena_printf(r->arena, "%s %s", problem, p->context) : problem);
}

/* Take the next event into r->event; false once anything has failed. */
static bool next_event(yaml_reader *r)
{
    yaml_event_delete(&r->event);
    if (r->failed)
        return false;
    if (!yaml_parser_parse(&r->parser, &r->event)) {
        fail_as_parser(r);
        return false;
    }
    return true;
}

static bool refuse_extras(yaml_reader *r, const yaml_char_t *anchor, const yaml_char_t *tag)
{
    dtn_pos pos = pos_of(r, byte_of(r, r->event.start_mark));
    if (anchor)
        fail(r, pos, "write the value out where it is needed",
             "anchors and aliases are not allowed in a case");
    else if (tag)
        fail(r, pos, "leave the tag out; types follow from the keys",
             "tags are not allowed in a case");
    return r->failed;
}

/* ---- Tree ---------------------------------------------------------------- */

/* Content bytes of the scalar between byte offsets [first, end). */
static void set_raw(yaml_reader *r, dtn_yaml_node *node, size_t first, size_t end)
{
    if (node->is_block) { /* the header line may hold indicators and a comment */
        while (first < end && !ends_line(r->text, first, r->n))
            first++;
        first += first < end;
    } else if (!node->is_plain && end - first >= 2) {
        first++;
        end--;
    }
    node->raw = r->text + first;
    node->n_raw = end - first;
    node->raw_pos = pos_of(r, first);
}

static dtn_yaml_node *read_scalar(yaml_reader *r)
{
    const yaml_event_t *e = &r->event;
    if (refuse_extras(r, e->data.scalar.anchor, e->data.scalar.tag))
        return NULL;
    dtn_yaml_node *node = DTN_NEW(r->arena, dtn_yaml_node);
    const size_t first = byte_of(r, e->start_mark);
    const yaml_scalar_style_t style = e->data.scalar.style;
    node->kind = DTN_YAML_SCALAR;
    node->pos = pos_of(r, first);
    node->is_plain = style == YAML_PLAIN_SCALAR_STYLE;
    node->is_block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
    node->text =
        dtn_arena_strndup(r->arena, (const char *)e->data.scalar.value, e->data.scalar.length);
    set_raw(r, node, first, byte_of(r, e->end_mark));
    if (memchr(node->text, 0, e->data.scalar.length)) {
        fail(r, node->pos, "remove the \\0", "text holds a NUL character");
        return NULL;
    }
    return node;
}

static dtn_yaml_node *read_node(yaml_reader *r, int depth);

static void read_items(yaml_reader *r, dtn_yaml_node *node, int depth)
{
    while (next_event(r) && r->event.type != YAML_SEQUENCE_END_EVENT) {
        dtn_yaml_node *item = read_node(r, depth + 1);
        if (!item)
            return;
        DTN_PUSH(r->arena, node->values, node->n, node->cap, item);
    }
}

static void check_duplicate(yaml_reader *r, const dtn_yaml_node *node, const dtn_yaml_node *key)
{
    for (size_t i = 0; i < node->n; i++) {
        if (strcmp(node->keys[i]->text, key->text) == 0) {
            dtn_diags_add(r->diags, 606, key->pos, "keep one of the two",
                          "the key `%s` is given twice, first in line %u", key->text,
                          node->keys[i]->pos.line);
            return;
        }
    }
}

static void read_pairs(yaml_reader *r, dtn_yaml_node *node, int depth)
{
    while (next_event(r) && r->event.type != YAML_MAPPING_END_EVENT) {
        dtn_yaml_node *key = read_node(r, depth + 1);
        if (key && key->kind != DTN_YAML_SCALAR)
            fail(r, key->pos, "use text before the colon", "a key must be text");
        if (key && node->n >= DTN_YAML_MAX_KEYS)
            fail(r, key->pos, NULL, "too many keys in one mapping");
        if (r->failed || !next_event(r))
            return;
        dtn_yaml_node *value = read_node(r, depth + 1);
        if (!value)
            return;
        check_duplicate(r, node, key);
        size_t n = node->n;
        DTN_PUSH(r->arena, node->keys, n, node->cap_key, key);
        DTN_PUSH(r->arena, node->values, node->n, node->cap, value);
    }
}

static dtn_yaml_node *read_collection(yaml_reader *r, int depth)
{
    const yaml_event_t *e = &r->event;
    const bool is_mapping = e->type == YAML_MAPPING_START_EVENT;
    dtn_pos pos = pos_of(r, byte_of(r, e->start_mark));
    if (is_mapping ? refuse_extras(r, e->data.mapping_start.anchor, e->data.mapping_start.tag)
                   : refuse_extras(r, e->data.sequence_start.anchor, e->data.sequence_start.tag))
        return NULL;
    if (depth >= DTN_YAML_MAX_DEPTH) {
        fail(r, pos, "a case needs no more than six levels",
             "mappings and lists are nested too deep");
        return NULL;
    }
    dtn_yaml_node *node = DTN_NEW(r->arena, dtn_yaml_node);
    node->kind = is_mapping ? DTN_YAML_MAPPING : DTN_YAML_SEQUENCE;
    node->pos = pos;
    if (is_mapping)
        read_pairs(r, node, depth);
    else
        read_items(r, node, depth);
    return r->failed ? NULL : node;
}

/* The node that starts with the current event; NULL after a failure. */
static dtn_yaml_node *read_node(yaml_reader *r, int depth)
{
    switch (r->event.type) {
    case YAML_SCALAR_EVENT: return read_scalar(r);
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT: return read_collection(r, depth);
    case YAML_ALIAS_EVENT: refuse_extras(r, r->event.data.alias.anchor, NULL); return NULL;
    default:
        fail(r, pos_of(r, byte_of(r, r->event.start_mark)), NULL, "unexpected end of the text");
        return NULL;
    }
}

static dtn_yaml_node *read_stream(yaml_reader *r)
{
    dtn_yaml_node *root = NULL;
    if (!next_event(r)) /* the stream's start */
        return NULL;
    if (!next_event(r) || r->event.type == YAML_STREAM_END_EVENT)
        return NULL;
    if (next_event(r)) /* after the document's start */
        root = read_node(r, 0);
    if (root && next_event(r) && next_event(r) && r->event.type != YAML_STREAM_END_EVENT)
        fail(r, pos_of(r, byte_of(r, r->event.start_mark)), "keep one document in the file",
             "a second YAML document begins here");
    return root;
}

/* The parser's memory is libyaml's own: free it before an arena's jump goes on to the caller. */
static dtn_yaml_node *read_guarded(yaml_reader *r)
{
    jmp_buf outer;
    memcpy(&outer, &r->arena->on_oom, sizeof outer);
    if (DTN_ARENA_GUARD(r->arena)) {
        yaml_event_delete(&r->event);
        yaml_parser_delete(&r->parser);
        memcpy(&r->arena->on_oom, &outer, sizeof outer);
        longjmp(r->arena->on_oom, 1);
    }
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)r->text, r->n);
    dtn_yaml_node *tree = read_stream(r);
    yaml_event_delete(&r->event);
    memcpy(&r->arena->on_oom, &outer, sizeof outer);
    return tree;
}

dtn_status dtn_yaml_read(dtn_arena *arena, const char *text, size_t n, const char *file,
                         dtn_yaml_node **root, dtn_diags *diags)
{
    yaml_reader *r = DTN_NEW(arena, yaml_reader);
    const size_t bom = n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    *r = (yaml_reader){
        .arena = arena, .diags = diags, .text = text + bom, .file = file, .n = n - bom};
    index_lines(r);
    if (!yaml_parser_initialize(&r->parser))
        return DTN_E_MEMORY;
    dtn_yaml_node *tree = read_guarded(r);
    const bool is_oom = r->parser.error == YAML_MEMORY_ERROR;
    yaml_parser_delete(&r->parser);
    if (is_oom)
        return DTN_E_MEMORY;
    if (r->failed)
        return DTN_E_INPUT;
    *root = tree;
    return DTN_OK;
}

/* ---- Reading the tree ---------------------------------------------------- */

const dtn_yaml_node *dtn_yaml_find(const dtn_yaml_node *mapping, const char *key)
{
    if (!mapping || mapping->kind != DTN_YAML_MAPPING)
        return NULL;
    for (size_t i = 0; i < mapping->n; i++)
        if (strcmp(mapping->keys[i]->text, key) == 0)
            return mapping->values[i];
    return NULL;
}

bool dtn_yaml_is_null(const dtn_yaml_node *node)
{
    return node->kind == DTN_YAML_SCALAR && node->is_plain &&
           (!*node->text || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}

const char *dtn_yaml_kind_name(dtn_yaml_kind kind)
{
    switch (kind) {
    case DTN_YAML_SEQUENCE: return "a list";
    case DTN_YAML_MAPPING: return "a mapping (key: value)";
    default: return "text";
    }
}
