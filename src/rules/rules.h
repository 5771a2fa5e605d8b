/** Rules: patterns over tokens, lemmas, tags and dependency paths, with lexicons.
 *
 *  A rule set is read from a folder of lexicons (*.tsv) and one of rules (*.rules), compiled, and
 *  from then on immutable: threads share it. docs/reader-rules.md has the language.
 *
 *  The rules know nothing of any domain: a match names its rule and its arguments' head words;
 *  what it means is up to who asks (claims in read/, events later).
 */
#ifndef DTN_RULES_RULES_H
#define DTN_RULES_RULES_H

#include "base/arena.h"
#include "base/text.h"

typedef uint32_t dtn_symbol; /* a word known to the rules; 0: any other word */
#define DTN_NO_WORD UINT32_MAX

/** Universal parts of speech, in the order of DTN_TAG_NAMES. */
typedef enum dtn_tag {
    DTN_TAG_ADJ,
    DTN_TAG_ADP,
    DTN_TAG_ADV,
    DTN_TAG_AUX,
    DTN_TAG_CCONJ,
    DTN_TAG_DET,
    DTN_TAG_INTJ,
    DTN_TAG_NOUN,
    DTN_TAG_NUM,
    DTN_TAG_PART,
    DTN_TAG_PRON,
    DTN_TAG_PROPN,
    DTN_TAG_PUNCT,
    DTN_TAG_SCONJ,
    DTN_TAG_SYM,
    DTN_TAG_VERB,
    DTN_TAG_X,
    DTN_N_TAG
} dtn_tag;
/** DTN_TAG_X for an unknown name. */
dtn_tag dtn_tag_find(const char *name);
const char *dtn_tag_name(dtn_tag tag);

/** What a rule sees of a token. Filled by the caller up to `relation`; dtn_rules_prepare does the
 *  rest. Texts are borrowed. */
typedef struct dtn_word {
    uint32_t begin, end; /* bytes of the document */
    const char *form;    /* as written, NUL-terminated */
    const char *lemma;   /* lower case */
    dtn_tag tag;
    const char *xtag;     /* language-specific tag (VBG), "" if none */
    uint32_t head;        /* index in the sentence, DTN_NO_WORD for the root */
    const char *relation; /* Universal Dependencies, subtype included: "nsubj:pass" */
    /* ---- set by dtn_rules_prepare ---- */
    dtn_symbol lower_id, lemma_id, xtag_id;
    dtn_symbol base_id, subtype_id;     /* of the relation: nsubj, pass */
    dtn_symbol markers[2];              /* its case and mark words, joined by '_': because_of */
    uint32_t first_child, next_sibling; /* in order of the text; DTN_NO_WORD: none */
} dtn_word;

/** Is a relation ("nsubj:pass") of the name, with any subtype ("nsubj") or with its own ("nsubj:pass")? */
static inline bool dtn_relation_is(const char *relation, const char *name)
{
    for (; *name && *name == *relation; name++)
        relation++;
    return !*name && (!*relation || *relation == ':');
}

typedef struct dtn_rules dtn_rules;

/** Read `folder`/lexicons and `folder`/rules. Errors: DTN_E_IO (701), DTN_E_INPUT with 920 to 926
 *  at file, line and column, DTN_E_MEMORY. *out: free with dtn_rules_delete. */
dtn_status dtn_rules_read(const char *folder, dtn_rules **out, dtn_diags *diags);
void dtn_rules_delete(dtn_rules *rules);
/** XXH3-128 of all files, in hex. Borrowed. */
const char *dtn_rules_hash(const dtn_rules *rules);

/** Symbols, links to children and markers of a sentence. `heads` that are out of range or form
 *  a circle become roots, so that later walks end. */
void dtn_rules_prepare(const dtn_rules *rules, dtn_word *words, uint32_t n);

/* ---- Lexicons ------------------------------------------------------------- */

/** A lexicon and, optionally, one class of it; see dtn_lexicon_find. */
typedef struct dtn_lexicon_ref {
    uint32_t lexicon;  /* DTN_NO_WORD: no such lexicon */
    uint32_t class_id; /* DTN_NO_WORD: any */
} dtn_lexicon_ref;

typedef struct dtn_entry {
    const char *words;      /* as written: "failed to" */
    const char *class_name; /* "" if none */
    double value;           /* 0 if none */
    const char *note;       /* fourth column, "" if none */
    uint32_t class_id, n_word;
} dtn_entry;

/** By name ("cause") and class ("prevent" or NULL). */
dtn_lexicon_ref dtn_lexicon_find(const dtn_rules *rules, const char *name, const char *class_name);
/** Longest entry of the lexicon that begins at word `i` (each word by lemma or by form); NULL if
 *  none. `n_matched`: words covered. */
const dtn_entry *dtn_lexicon_match(const dtn_rules *rules, dtn_lexicon_ref ref,
                                   const dtn_word *words, uint32_t n, uint32_t i,
                                   uint32_t *n_matched);
/** The entry of one word alone, or NULL. */
const dtn_entry *dtn_lexicon_get(const dtn_rules *rules, dtn_lexicon_ref ref, const dtn_word *word);

/* ---- Rules ---------------------------------------------------------------- */

#define DTN_RULE_MAX_ARGS 8 /* a pattern with more is two patterns */

/** An example: what a rule must, or must not, find in a sentence. */
typedef struct dtn_example {
    const char *text;
    bool is_positive;
    size_t n_arg;
    const char *names[DTN_RULE_MAX_ARGS], *values[DTN_RULE_MAX_ARGS]; /* cause = "Airstrikes" */
    dtn_pos pos;
} dtn_example;

typedef struct dtn_rule {
    const char *name, *kind; /* "cause-verb", "claim" */
    size_t n_arg;
    const char *args[DTN_RULE_MAX_ARGS]; /* names */
    size_t n_property;
    const char **keys, **values; /* what `set` says */
    dtn_lexicon_ref sign_lexicon;
    int sign; /* when there is no sign lexicon: -1, 0, +1 */
    const dtn_example *examples;
    size_t n_example;
    dtn_pos pos;
} dtn_rule;

size_t dtn_rules_count(const dtn_rules *rules);
const dtn_rule *dtn_rules_get(const dtn_rules *rules, uint32_t i_rule);
/** What `set` says of a key; NULL if nothing. */
const char *dtn_rule_property(const dtn_rule *rule, const char *key);

#define DTN_ARG_MAX_HEADS 8               /* conjuncts beyond that are left out */
#define DTN_ARG_PREVIOUS (UINT32_MAX - 1) /* the argument is the sentence before */

typedef struct dtn_match {
    uint32_t rule;
    uint32_t first, last, head;       /* the trigger's words, and the one that paths start from */
    int sign;                         /* of the rule or the trigger's lexicon entry */
    uint32_t args[DTN_RULE_MAX_ARGS]; /* head word; DTN_NO_WORD: absent; DTN_ARG_PREVIOUS */
} dtn_match;

/** A growing array of matches, arena memory, used for one sentence after the other. */
typedef struct dtn_matches {
    dtn_match *items;
    size_t n, cap;
} dtn_matches;

/** All matches in a prepared sentence, by place, then by the rules' order, in place of what `out`
 *  held. An argument whose path reaches several words takes the first in the order of the path's
 *  alternatives. */
void dtn_rules_match(const dtn_rules *rules, const dtn_word *words, uint32_t n, dtn_arena *arena,
                     dtn_matches *out);

#endif
