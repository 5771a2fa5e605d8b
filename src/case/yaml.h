/** YAML as a tree with positions, the part of it that a case needs.
 *
 *  Mappings, sequences and scalars; no anchors, aliases, tags or second documents, so that a
 *  file means what it shows and cannot grow when read. Positions count bytes of the file.
 */
#ifndef DTN_CASE_YAML_H
#define DTN_CASE_YAML_H

#include "base/arena.h"
#include "detente/diag.h"
#include "detente/status.h"

#include <stdbool.h>

#define DTN_YAML_MAX_BYTES ((size_t)4 << 20) /* a case.yaml is text that a person wrote */
#define DTN_YAML_MAX_DEPTH 32                /* the format needs 6 levels; the reader recurses */
#define DTN_YAML_MAX_KEYS 10000 /* of one mapping: each new key is compared with all before */

typedef enum dtn_yaml_kind { DTN_YAML_SCALAR, DTN_YAML_SEQUENCE, DTN_YAML_MAPPING } dtn_yaml_kind;

typedef struct dtn_yaml_node dtn_yaml_node;
struct dtn_yaml_node {
    dtn_yaml_kind kind;
    dtn_pos pos; /* first byte; of a block scalar: the | or > */
    /* scalars */
    const char *text; /* as YAML means it: indentation and quotes gone */
    bool is_plain;    /* without quotes or block mark: may be a null */
    bool is_block;    /* | or > */
    /* the content's own bytes in the file: without quotes, for blocks the lines after the mark
     * with their indentation; raw_pos is the position of the first of them */
    const char *raw;
    size_t n_raw;
    dtn_pos raw_pos;
    /* sequences: [n] values; mappings: [n] keys and values in the file's order */
    dtn_yaml_node **keys, **values;
    size_t n, cap, cap_key;
};

/** Parse `n` bytes of UTF-8. Errors are 601 at their place and 606 for keys given twice.
 *  *root is in `arena`, borrows `text` and `file`; NULL when the document is empty. The arena
 *  needs a guard of the caller's; it is called again after the parser's memory is freed. */
dtn_status dtn_yaml_read(dtn_arena *arena, const char *text, size_t n, const char *file,
                         dtn_yaml_node **root, dtn_diags *diags);

/** Value of a key of a mapping, or NULL. */
const dtn_yaml_node *dtn_yaml_find(const dtn_yaml_node *mapping, const char *key);

/** Nothing is written where a value should be: empty, ~ or null without quotes. */
bool dtn_yaml_is_null(const dtn_yaml_node *node);

/** "a mapping", "a list", "text": for messages. */
const char *dtn_yaml_kind_name(dtn_yaml_kind kind);

#endif
