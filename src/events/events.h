/** Events in parsed text: who did what to whom, when, where, how many died, who says so.
 *
 *  What words mean stands in five files (reader/actors.tsv, regions.tsv, events.tsv, modality.tsv, classes.tsv) and, for the names
 *  of one crisis, in a file of the case; the code knows the grammar of events only. Types and
 *  modes are PLOVER's, with CAMEO codes beside.
 *
 *  Actors are codes: a state (ISO 3166-1 alpha-3), a sector (GOV, MIL, REB ...), both together
 *  (PAKMIL), or an organisation or group of the files. Persons are their office or group, never
 *  a name. Places are states and first-level regions; whatever is finer is left out.
 */
#ifndef DTN_EVENTS_EVENTS_H
#define DTN_EVENTS_EVENTS_H

#include "rules/rules.h"

/* ---- What the files say --------------------------------------------------------------------- */

typedef struct dtn_event_words dtn_event_words;

/** Read `folder`/actors.tsv, regions.tsv, events.tsv, modality.tsv and classes.tsv, and the case's own actors (NULL: none), whose
 *  names go before the general ones. Errors: DTN_E_IO (701), DTN_E_INPUT with 950 (not a table of
 *  this form) and 951 (unknown kind, code or date) at file and line, DTN_E_MEMORY.
 *  *out: immutable, shared by threads; free with dtn_event_words_delete. */
dtn_status dtn_event_words_read(const char *folder, const char *case_actors, dtn_event_words **out,
                                dtn_diags *diags);
void dtn_event_words_delete(dtn_event_words *words);
/** XXH3-128 of all files, in hex. Borrowed. */
const char *dtn_event_words_hash(const dtn_event_words *words);

/** Does the name of a state, an organisation, a group, or a noun for a kind of actor ("spokesman")
 *  begin at word i? `n_matched`: its words. Of persons there are none. */
bool dtn_event_words_name(const dtn_event_words *words, const dtn_word *sentence, uint32_t n,
                          uint32_t i, uint32_t *n_matched);

/* ---- Events --------------------------------------------------------------------------------- */

typedef enum dtn_modality {
    DTN_ASSERTED,
    DTN_REPORTED,     /* somebody else than the author says so */
    DTN_DENIED,       /* negated, or somebody denies it */
    DTN_HYPOTHETICAL, /* may, could, if, feared, demanded, threatened */
    DTN_FUTURE        /* will, plans to */
} dtn_modality;
/** "asserted" ... as the records name it. */
const char *dtn_modality_name(dtn_modality modality);

#define DTN_MAX_ACTOR_TEXT 40 /* of a code: several actors are joined by ';' */
#define DTN_MAX_EVENT_PLACES 4

/** People killed: bounds as the text gives them; NaN where it gives none. */
typedef struct dtn_toll {
    double min, max;
    char of[DTN_MAX_ACTOR_TEXT]; /* who died; "" unknown */
    bool is_people;              /* "15 people": soldiers or not, nobody says; `of`: CIV, or "" */
    bool is_feared;              /* "feared dead" */
    bool is_total;               /* of several events: "bringing the number killed to 61" */
    uint32_t until; /* last word that counts, where places are added up; DTN_NO_WORD: none */
} dtn_toll;

typedef struct dtn_event {
    uint32_t sentence;             /* index in the document */
    uint32_t trigger, first, last; /* words: the trigger's head, and the span with its arguments */
    uint32_t bytes[4]; /* of the document: begin and end of that span, and of the trigger */
    bool has_refers;
    uint32_t refers
        [4]; /* bytes of the event of an earlier sentence that this one takes up ("the raid") */
    const char *type, *mode, *cameo; /* borrowed from the words; mode "" if none */
    char source[DTN_MAX_ACTOR_TEXT], target[DTN_MAX_ACTOR_TEXT]; /* "" unknown */
    char date[22]; /* "2025-10-11" or an interval "2025-10-01/2025-10-31"; "" open */
    uint32_t date_first, date_last; /* its words; DTN_NO_WORD: none */
    size_t n_place;
    const char *places[DTN_MAX_EVENT_PLACES]; /* codes: state or first-level region */
    bool has_toll;
    dtn_toll toll;
    uint32_t victims;                 /* the word for who died, where has_toll */
    char speaker[DTN_MAX_ACTOR_TEXT]; /* who says so; "" the author */
    dtn_modality modality;
    bool is_nominal;    /* "the airstrikes of October": mentioned, not told */
    bool is_outer;      /* not inside what another event demands, threatens or agrees to */
    double probability; /* that type, source and target are right (docs/reader.md) */
} dtn_event;

/** Day of a document, for what "last week" means; DTN_NO_DAY: unknown, such dates stay open. */
#define DTN_NO_DAY INT64_MIN

/** Events of a document's sentences in order: words[i] has n[i] words, prepared by
 *  dtn_rules_prepare. Pronouns take the last actor that fits, over sentences too. `out` is arena
 *  memory, [n_out], by place. */
void dtn_events_find(const dtn_event_words *words, const dtn_word *const *sentences,
                     const uint32_t *n, size_t n_sentence, int64_t document_day, dtn_arena *arena,
                     dtn_event **out, size_t *n_out);

#define DTN_EVENTS_RECENT 8
/** What "the strike" is, as the document has it so far. */
typedef enum dtn_strike_kind {
    DTN_STRIKE_UNKNOWN,
    DTN_STRIKE_MAYBE_LABOUR, /* a union, a picket line: no strike named yet */
    DTN_STRIKE_LABOUR,
    DTN_STRIKE_ARMED
} dtn_strike_kind;

/** Who was named and what was told last, for the pronouns and nouns of sentences to come: zeroed at a document's beginning. */
typedef struct dtn_event_memory {
    dtn_strike_kind strikes;
    bool has_disaster; /* told of last, with no violence since */
    uint32_t disaster; /* sentence; how many sentences ago */
    bool has_dead;     /* "Sixty people have died.": of no event told so far */
    uint32_t dead_sentence;
    dtn_toll dead;
    bool has_day_told;
    int64_t day_told;                                           /* last, for "the next day" */
    char person[DTN_MAX_ACTOR_TEXT], group[DTN_MAX_ACTOR_TEXT]; /* for he and they, it */
    dtn_event recent[DTN_EVENTS_RECENT]; /* for "the raid"; .sentence: how many sentences ago */
    size_t n_recent;
} dtn_event_memory;

/** Called for every feature of every event, for training: 's' and 't' of a candidate for source or
 *  target, whose code is `code`; 'e' of the event as a whole, code "". `event`: its index in out. */
typedef void (*dtn_event_trace)(void *ctx, size_t event, char model, size_t candidate,
                                const char *code, const char *name, double value);
/** The same of a part of a document, sentences [first, n_sentence) (memory: NULL at its beginning,
 *  updated), and with a look at the features. */
void dtn_events_find_traced(const dtn_event_words *words, const dtn_word *const *sentences,
                            const uint32_t *n, size_t first, size_t n_sentence,
                            int64_t document_day, dtn_event_memory *memory, dtn_arena *arena,
                            dtn_event_trace trace, void *ctx, dtn_event **out, size_t *n_out);

#endif
