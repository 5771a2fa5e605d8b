/** What the compiler of rules and the matcher share; nobody else includes it. */
#ifndef DTN_RULES_INNER_H
#define DTN_RULES_INNER_H

#include "rules/rules.h"

/* ---- Symbols: every word that rules and lexicons mention has a number from 1 ---- */

typedef struct dtn_symbols {
    dtn_map map;
    uint32_t n;
} dtn_symbols;

/* ---- Lexicons ---- */

typedef struct dtn_phrase { /* an entry by the symbols of its words */
    const dtn_symbol *words;
    const dtn_entry *entry;
    uint32_t next; /* the next phrase with the same first word; DTN_NO_WORD: none */
} dtn_phrase;

typedef struct dtn_lexicon {
    const char *name;
    dtn_entry *entries;
    size_t n_entry, cap_entry;
    dtn_phrase *phrases;
    size_t n_phrase, cap_phrase;
    uint32_t *by_first; /* [n_symbol + 1] first phrase that begins with a symbol */
    const char **classes;
    size_t n_class, cap_class;
} dtn_lexicon;

/* ---- Constraints on one word ---- */

typedef enum dtn_field_of_word {
    DTN_W_LEMMA,
    DTN_W_WORD,
    DTN_W_TAG,
    DTN_W_XTAG,
    DTN_W_REL
} dtn_field_of_word;

typedef struct dtn_value {
    dtn_symbol symbol;   /* or, for a tag, its number */
    dtn_lexicon_ref lex; /* lexicon DTN_NO_WORD: a plain value */
} dtn_value;

typedef struct dtn_atom {
    dtn_field_of_word field;
    bool is_negated;
    dtn_value *values;
    size_t n_value, cap_value;
} dtn_atom;

typedef struct dtn_constraint {
    dtn_atom *atoms;
    size_t n_atom, cap_atom;
} dtn_constraint;

/* ---- Paths: a tree, walked with sets of words ---- */

typedef enum dtn_path_kind {
    DTN_PATH_DOWN,    /* to children by relation */
    DTN_PATH_UP,      /* to the head, by the relation that leads down from it */
    DTN_PATH_NEXT,    /* to the word after, whatever the tree says */
    DTN_PATH_BEFORE,  /* to the word before */
    DTN_PATH_CHECK,   /* stay where the constraint holds */
    DTN_PATH_WITH,    /* stay where the path `items[0]` leads somewhere */
    DTN_PATH_WITHOUT, /* stay where it leads nowhere */
    DTN_PATH_SEQ,     /* one after the other */
    DTN_PATH_ALT,     /* the first that leads somewhere comes first */
    DTN_PATH_MAYBE,   /* there, and else here */
    DTN_PATH_MANY,    /* here, there, and on from there */
    DTN_PATH_PREVIOUS
} dtn_path_kind;

typedef struct dtn_path {
    dtn_path_kind kind;
    dtn_symbol base, subtype; /* of DOWN and UP; base 0: any relation */
    bool has_subtype;
    bool has_marker;
    dtn_value marker;
    dtn_constraint constraint;
    struct dtn_path **items;
    size_t n_item, cap_item;
} dtn_path;

typedef struct dtn_compiled {
    dtn_rule rule;
    dtn_constraint *trigger; /* [n_trigger] consecutive words */
    size_t n_trigger, cap_trigger;
    size_t i_head; /* which of them paths start from */
    dtn_path **where;
    bool *where_not;
    size_t n_where, cap_where, cap_where_not;
    dtn_path *paths[DTN_RULE_MAX_ARGS];
    bool is_optional[DTN_RULE_MAX_ARGS];
    size_t cap_example, cap_property, cap_value;
} dtn_compiled;

typedef struct dtn_let { /* a path with a name */
    const char *name;
    dtn_path *path;
} dtn_let;

struct dtn_rules {
    dtn_arena arena;
    dtn_let *lets;
    size_t n_let, cap_let;
    dtn_symbols symbols;
    dtn_lexicon *lexicons;
    size_t n_lexicon, cap_lexicon;
    dtn_compiled *rules;
    size_t n_rule, cap_rule;
    uint32_t **by_symbol; /* [n_symbol + 1] rules whose trigger begins with it, NULL-able */
    uint32_t *n_by_symbol;
    uint32_t *any; /* rules whose trigger begins with no word in particular */
    size_t n_any, cap_any;
    dtn_symbol s_case, s_mark, s_fixed, s_advmod, s_when, s_pass, s_relcl, s_punct;
    char hash[33];
};

/** The number of a word, added if new. */
dtn_symbol dtn_symbol_add(dtn_rules *rules, const char *text);
/** The number of a word, 0 if no rule or lexicon mentions it. */
dtn_symbol dtn_symbol_get(const dtn_rules *rules, const char *text);

/** Read one lexicon's text; 920 at what is wrong. */
void dtn_lexicon_read(dtn_rules *rules, const char *name, char *text, const char *path,
                      dtn_diags *diags);
/** After all symbols are known: the phrases' index. */
void dtn_lexicon_index(dtn_rules *rules);
bool dtn_lexicon_has(const dtn_rules *rules, dtn_lexicon_ref ref, dtn_symbol symbol);

/** Read one file of rules; 921 to 926 at what is wrong. */
void dtn_rules_parse(dtn_rules *rules, const char *text, const char *path, dtn_diags *diags);
/** After all rules: which of them begin with which symbol. */
void dtn_rules_index(dtn_rules *rules);

#endif
