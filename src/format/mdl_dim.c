/* Subscript definitions of .mdl files:
 *
 *     Dim: a, b, (c1-c10), sub -> Map1, (Map2: x, y, z)
 *     Dim: GET DIRECT SUBSCRIPT('file', 'tab', 'first', 'last', 'prefix')
 *     Alias <-> Dim
 *
 * A name in the list that is itself a dimension stands for its elements; it stays as
 * written here, check/resolve expands it, for it may be defined further down.
 * Follows the Vensim reference manual, "Subscripts".
 */
#include <string.h>

#include "format/mdl.h"

#define MAX_ELEMENTS 100000 /* of one numeric range: more is taken for a slip */

/* A new dimension, or NULL with a diagnostic if the name is taken. */
static dtn_dim *new_dim(dtn_mdl *mdl, const dtn_token *name)
{
    const dtn_dim *old = dtn_model_find_dim(mdl->scope, name->key);
    if (!old)
        return dtn_model_add_dim(mdl->scope, name->text, name->pos);
    dtn_diags_add(mdl->diags, 204, name->pos, "remove one of the two definitions",
                  "the dimension '%s' is already defined at line %u", name->text, old->pos.line);
    return NULL;
}

static bool add_element(dtn_mdl *mdl, dtn_dim *dim, const char *name, dtn_pos pos)
{
    const uint32_t n = dim->n_element;
    if (mdl->root->n_dim_element == DTN_MAX_ELEMENTS)
        dtn_diags_add(mdl->diags, 214, pos, "make the ranges smaller",
                      "the ranges have more than %d elements in all", DTN_MAX_ELEMENTS);
    if (mdl->root->n_dim_element >= DTN_MAX_ELEMENTS) {
        mdl->root->n_dim_element++; /* said once */
        return false;
    }
    dtn_dim_add_element(mdl->scope, dim, name);
    mdl->root->n_dim_element += mdl->scope != mdl->root; /* one memory for all scopes */
    if (dtn_map_get(&dim->index, dim->element_keys[n]) == n)
        return true;
    dtn_diags_add(mdl->diags, 210, pos, "name each element once",
                  "the element '%s' stands twice in '%s'", name, dim->name);
    return false;
}

/* Splits "A10" into length of "A" and 10; false if there is no number at the end. */
static bool split_number(const char *name, size_t *n_prefix, uint32_t *number, size_t *n_digit)
{
    size_t n = strlen(name), begin = n;
    while (begin > 0 && name[begin - 1] >= '0' && name[begin - 1] <= '9')
        begin--;
    if (begin == n || n - begin > 9)
        return false;
    *n_prefix = begin;
    *n_digit = n - begin;
    for (*number = 0; begin < n; begin++)
        *number = *number * 10 + (uint32_t)(name[begin] - '0');
    return true;
}

static void bad_range(dtn_mdl *mdl, dtn_pos pos, const char *first, const char *last)
{
    dtn_diags_add(mdl->diags, 101, pos, "a range reads (A1-A10): one name, rising numbers",
                  "'%s' to '%s' is not a range of at most %d elements", first, last, MAX_ELEMENTS);
}

/* Elements A1..A10; zeros in front are kept if both ends are of one length: A01..A10. */
static bool add_range(dtn_mdl *mdl, dtn_dim *dim, const char *first, const char *last, dtn_pos pos)
{
    size_t n_first, n_last, width, width_last;
    uint32_t from, to;
    if (!split_number(first, &n_first, &from, &width) ||
        !split_number(last, &n_last, &to, &width_last) || n_first != n_last ||
        strncmp(first, last, n_first) != 0 || from > to || to - from >= MAX_ELEMENTS) {
        bad_range(mdl, pos, first, last);
        return false;
    }
    const int pad = width == width_last ? (int)width : 1;
    for (uint32_t i = from; i <= to; i++) {
        const char *name =
            dtn_arena_printf(mdl->root->arena, "%.*s%0*u", (int)n_first, first, pad, i);
        if (!add_element(mdl, dim, name, pos))
            return false;
    }
    return true;
}

/* Name or number as an element's name; NULL with a diagnostic. */
static const char *element_name(dtn_mdl *mdl)
{
    dtn_lex *lex = &mdl->lex;
    const dtn_token tok = lex->tok;
    if (tok.kind != DTN_T_NAME && tok.kind != DTN_T_NUMBER) {
        dtn_lex_expected(lex, "the name of an element", "Dim: a, b, (c1-c10) -> OtherDim");
        return NULL;
    }
    dtn_lex_next(lex);
    if (tok.kind == DTN_T_NAME)
        return tok.text;
    return dtn_arena_strndup(mdl->root->arena, tok.begin, (size_t)(tok.end - tok.begin));
}

static bool read_range(dtn_mdl *mdl, dtn_dim *dim)
{
    dtn_lex *lex = &mdl->lex;
    const dtn_pos pos = lex->tok.pos;
    dtn_lex_next(lex);
    const char *first = element_name(mdl);
    if (!first)
        return false;
    if (lex->tok.kind != '-') {
        dtn_lex_expected(lex, "'-' in a range of elements", "a range reads (A1-A10)");
        return false;
    }
    dtn_lex_next(lex);
    const char *last = element_name(mdl);
    if (!last)
        return false;
    if (lex->tok.kind != ')') {
        dtn_lex_expected(lex, "')' after a range of elements", "a range reads (A1-A10)");
        return false;
    }
    dtn_lex_next(lex);
    return add_range(mdl, dim, first, last, pos);
}

/* GET DIRECT SUBSCRIPT(...) or GET XLS SUBSCRIPT(...). The current token is its name. */
static bool is_external(const dtn_lex *lex)
{
    const char *key = lex->tok.key;
    return lex->tok.kind == DTN_T_NAME && strncmp(key, "get_", 4) == 0 &&
           (strcmp(key, "get_direct_subscript") == 0 || strcmp(key, "get_xls_subscript") == 0 ||
            strcmp(key, "get_123_subscript") == 0);
}

static bool read_elements(dtn_mdl *mdl, dtn_dim *dim)
{
    dtn_lex *lex = &mdl->lex;
    if (is_external(lex)) {
        dim->source = dtn_parse_expr(lex);
        return dim->source != NULL;
    }
    for (;;) {
        const dtn_pos pos = lex->tok.pos;
        if (lex->tok.kind == '(') {
            if (!read_range(mdl, dim))
                return false;
        } else {
            const char *name = element_name(mdl);
            if (!name || !add_element(mdl, dim, name, pos))
                return false;
        }
        if (lex->tok.kind != ',')
            return true;
        dtn_lex_next(lex);
    }
}

/* (Map: x, y, z) behind '('. */
static bool read_element_map(dtn_mdl *mdl, dtn_mapping *map)
{
    dtn_lex *lex = &mdl->lex;
    size_t n = 0, cap = 0;
    if (lex->tok.kind != ':') {
        dtn_lex_expected(lex, "':' and elements in a mapping", "-> (Dim: x, y, z)");
        return false;
    }
    do {
        dtn_lex_next(lex);
        const char *name = element_name(mdl);
        if (!name)
            return false;
        DTN_PUSH(mdl->root->arena, map->to_element_keys, n, cap,
                 dtn_model_name_key(mdl->root, name, strlen(name)));
        map->n = (uint32_t)n;
    } while (lex->tok.kind == ',');
    if (lex->tok.kind != ')') {
        dtn_lex_expected(lex, "',' or ')' in a mapping", "-> (Dim: x, y, z)");
        return false;
    }
    dtn_lex_next(lex);
    return true;
}

static bool read_mappings(dtn_mdl *mdl, dtn_dim *dim)
{
    dtn_lex *lex = &mdl->lex;
    do {
        dtn_lex_next(lex);
        dtn_mapping map = {.pos = lex->tok.pos};
        const bool has_elements = lex->tok.kind == '(';
        if (has_elements)
            dtn_lex_next(lex);
        if (lex->tok.kind != DTN_T_NAME) {
            dtn_lex_expected(lex, "the name of a dimension behind '->'", NULL);
            return false;
        }
        map.to_text = lex->tok.text;
        map.to_key = lex->tok.key;
        dtn_lex_next(lex);
        if (has_elements && !read_element_map(mdl, &map))
            return false;
        DTN_PUSH(mdl->root->arena, dim->mappings, dim->n_mapping, dim->cap_mapping, map);
    } while (lex->tok.kind == ',');
    return true;
}

/* Tail of a definition; its units field has no use. */
static void finish(dtn_mdl *mdl, dtn_dim *dim, const dtn_token *name)
{
    dtn_mdl_tail tail;
    dtn_mdl_read_tail(mdl, name->text, &tail);
    if (dim && tail.doc)
        dim->doc = tail.doc;
}

void dtn_mdl_read_dim(dtn_mdl *mdl, const dtn_token *name)
{
    dtn_dim *dim = new_dim(mdl, name);
    if (!dim || !read_elements(mdl, dim) ||
        (mdl->lex.tok.kind == DTN_T_ARROW && !read_mappings(mdl, dim)))
        dtn_mdl_skip(mdl);
    else
        finish(mdl, dim, name);
}

void dtn_mdl_read_alias(dtn_mdl *mdl, const dtn_token *name)
{
    dtn_dim *dim = new_dim(mdl, name);
    if (dim && mdl->lex.tok.kind == DTN_T_NAME) {
        dim->alias_of = mdl->lex.tok.key;
        dtn_lex_next(&mdl->lex);
        finish(mdl, dim, name);
        return;
    }
    if (dim)
        dtn_lex_expected(&mdl->lex, "the name of a dimension behind '<->'", NULL);
    dtn_mdl_skip(mdl);
}
