/** Tables that say which keys a mapping of case.yaml has, and the reader that obeys them.
 *
 *  A schema lists its keys; a field says where in the destination struct the value goes and
 *  what it may be. The reader reports every unknown key (602), missing key (603), wrong value
 *  (604), doubled id (606), bad date (607) and missing evidence (609), and goes on.
 */
#ifndef DTN_CASE_SCHEMA_H
#define DTN_CASE_SCHEMA_H

#include "case/yaml.h"

#include <stddef.h>

typedef enum dtn_field_kind {
    DTN_F_TEXT,   /* const char * */
    DTN_F_ID,     /* const char *: letters, digits, _ - . */
    DTN_F_DATE,   /* const char *: 2025-01-06 */
    DTN_F_FILE,   /* const char *: a path inside the case folder */
    DTN_F_CHOICE, /* const char *: one of `words` */
    DTN_F_WORD,   /* int (or enum): the number of one of `words` */
    DTN_F_NUMBER, /* double in [low, high] */
    DTN_F_TEXTS,  /* const char **, and size_t count at at_n: a list of texts */
    DTN_F_FILES,  /* the same, of paths */
    DTN_F_MAP,    /* a mapping read by `item` into the struct at `at` */
    DTN_F_LIST,   /* a list of mappings: array of structs of item->size, count at at_n */
    DTN_F_CUSTOM, /* `read` is called with the struct at `at` */
    DTN_F_LATER   /* any value; read by other means */
} dtn_field_kind;

enum { DTN_REQUIRED = 1, DTN_EVIDENCE = 2 /* missing: warning 609 */ };

typedef struct dtn_word {
    const char *word;
    int value;
} dtn_word;

typedef struct dtn_schema dtn_schema;
typedef struct dtn_schema_reader dtn_schema_reader;

typedef struct dtn_field {
    const char *key;
    dtn_field_kind kind;
    int flags;
    size_t at, at_n;
    double low, high;
    const dtn_word *words; /* ended by a NULL word */
    const dtn_schema *item;
    void (*read)(dtn_schema_reader *reader, const dtn_yaml_node *node, void *dest);
} dtn_field;

#define DTN_NO_OFFSET SIZE_MAX

struct dtn_schema {
    const char *what;        /* "an outcome" */
    const dtn_field *fields; /* ended by a NULL key */
    size_t size;             /* of the struct */
    size_t at_pos;           /* of its dtn_pos, or DTN_NO_OFFSET */
    size_t at_id;            /* of the text that must be unique in a list, or DTN_NO_OFFSET */
    size_t
        at_name; /* of the text by which people tell the items of a list apart, or DTN_NO_OFFSET */
};

struct dtn_schema_reader {
    dtn_arena *arena;
    dtn_diags *diags;
};

void dtn_schema_read(dtn_schema_reader *reader, const dtn_schema *schema, const dtn_yaml_node *node,
                     void *dest);

/** A finite number, else 604 (`what` names it) and false. */
bool dtn_schema_number(dtn_schema_reader *reader, const dtn_yaml_node *node, const char *what,
                       double *out);
/** A text, else 604 and NULL. */
const char *dtn_schema_text(dtn_schema_reader *reader, const dtn_yaml_node *node, const char *what);
/** A text of letters, digits, '_', '-' and '.', else 604; NULL where it is no text. */
const char *dtn_schema_id(dtn_schema_reader *reader, const dtn_yaml_node *node, const char *what);
/** Check that the node is a mapping or sequence, else 604 and false. */
bool dtn_schema_is(dtn_schema_reader *reader, const dtn_yaml_node *node, dtn_yaml_kind kind,
                   const char *what);

#endif
