/** The reader: documents to claims and recommendations (docs/reader.md).
 *
 *  A reader is rules, lexicons, weights and, for a case, its vocabulary; immutable once made, so
 *  threads share it. Reading a document is a function of its bytes alone.
 */
#ifndef DTN_READ_READ_H
#define DTN_READ_READ_H

#include "events/events.h"
#include "read/bounds.h"
#include "read/inner.h"
#include "read/rerank.h"
#include "read/vocabulary.h"
#include "syntax/syntax.h"
#include "text/text.h"

#include <jansson.h>

typedef struct dtn_reader_options {
    const char *folder;     /* of rules, lexicons, events and weights: reader/ */
    const char *vocabulary; /* file of a case, NULL: concepts stay null */
    const char *actors;     /* file of a case, NULL: the general names alone */
    double least;           /* claims below this probability are left out */
} dtn_reader_options;

typedef struct dtn_reader {
    dtn_rules *rules;
    dtn_words_known known;
    dtn_mend_words mend_words;
    dtn_reranker *reranker; /* NULL: no weights */
    dtn_bounds *bounds;     /* NULL: no weights, so bounds are those of the tree */
    dtn_vocabulary *vocabulary;
    dtn_event_words *events;
    dtn_syntax *syntax; /* NULL: no weights, so no trees */
    double least;
    char coder[192];
} dtn_reader;

/** DTN_E_IO and DTN_E_INPUT with diagnostics. Missing weights are a warning (927): the reader
 *  works, with less. *out: free with dtn_reader_delete. */
dtn_status dtn_reader_new(const dtn_reader_options *options, dtn_reader **out, dtn_diags *diags);
void dtn_reader_delete(dtn_reader *reader);

/** A document to read. Title, date and source are set from the document where the caller leaves
 *  them NULL and it has them. */
typedef struct dtn_document {
    const char *name; /* for the field doc, and to tell HTML from plain text */
    const char *text; /* [n] bytes as given; spans count in them */
    size_t n;
    const char *title, *date, *source; /* date: ISO; NULL where not known */
    uint64_t hash;                     /* dtn_document_hash, or 0: not taken yet */
} dtn_document;
/** Of its bytes: what the records' ids begin with. */
uint64_t dtn_document_hash(const dtn_document *document);

/** What ought to be done, according to somebody. */
typedef struct dtn_advice {
    uint32_t sentence;
    dtn_span words;    /* of the act */
    dtn_span subject;  /* "the raids should stop": of what is no name; empty: none */
    const char *lever; /* concept or NULL */
    int direction;     /* of the lever: +1 more of it, -1 less */
    int act;           /* the same before the sign that its words have towards the lever */
    bool hedged, conditional;
    const char *attributed_to;
    const char *addressee; /* who should do it, by office or organisation; NULL: not said */
    uint32_t who;          /* head word of who should do it; DTN_NO_WORD: not said */
    double probability;
} dtn_advice;

/** All that was read of a document; memory of `arena`. Claims below `least` are left out. */
typedef struct dtn_reading {
    dtn_arena *arena;
    dtn_parsed parsed;
    dtn_claim *claims;
    size_t n_claim, cap_claim;
    dtn_advice *advice;
    size_t n_advice, cap_advice;
    dtn_event *events;
    size_t n_event;
    double *sentence_scores; /* [parsed.n] log odds that it is causal */
    dtn_matches matches;     /* of the sentence at hand */
} dtn_reading;

/** The arena needs a guard of the caller's. Errors: those of dtn_text_read. */
dtn_status dtn_reader_analyse(const dtn_reader *reader, dtn_document *document, dtn_arena *arena,
                              dtn_reading *out, dtn_diags *diags);
/** The same from trees that are there already; their words are prepared. */
void dtn_reader_analyse_parsed(const dtn_reader *reader, const dtn_parsed *parsed, dtn_said *said,
                               dtn_arena *arena, dtn_reading *out);
/** Its events; date: of the document, ISO, NULL if not known. `memory`, `trace`: see
 *  dtn_events_find_traced, NULL: none. */
void dtn_reader_find_events(const dtn_reader *reader, const char *date, dtn_event_memory *memory,
                            dtn_event_trace trace, void *ctx, dtn_reading *reading);
/** The concept of an argument or of what its pronoun stands for, which is not `other`, the head of
 *  the other argument (DTN_NO_WORD: any); NULL: none. `head` DTN_NO_WORD: the whole sentence.
 *  `*direction` is the phrase's, and becomes that towards the concept. */
const char *dtn_read_concept(const dtn_reader *reader, const dtn_reading *reading,
                             uint32_t sentence, dtn_span words, uint32_t head, uint32_t other,
                             int *direction);
/** Recommendations of one sentence from its matches, appended. */
void dtn_read_advice(const dtn_reader *reader, dtn_reading *reading, uint32_t sentence,
                     dtn_arena *arena);
/** Does somebody ask for something by this verb: "envoys urge both sides to talk"? Asked likewise. */
bool dtn_read_is_asking(const dtn_reader *reader, const dtn_reading *reading, uint32_t sentence,
                        uint32_t verb);
/** Is the verb what somebody is advised to do: "donors should fund clinics" tells of no cause? Asked while the
 *  sentence's matches are at hand. */
bool dtn_read_is_advised(const dtn_reader *reader, const dtn_reading *reading, uint32_t sentence,
                         uint32_t verb);
/** All records of a reading as a JSON array, in order of the text: claims above `least`, one for
 *  each pair, events, recommendations. *out: a new reference. */
dtn_status dtn_reader_records(const dtn_reader *reader, const dtn_document *document,
                              const dtn_reading *reading, dtn_arena *arena, json_t **out);

/** What a part of a document gave: borrowed until the sink returns. */
typedef struct dtn_read_part {
    const dtn_document *document; /* with title, date and source */
    const dtn_reading *reading;   /* its sentences begin at parsed.first */
    const json_t *records;        /* array; NULL where the reading alone was asked for */
    const size_t (*sentences)[2]; /* [n_sentence] byte spans */
    size_t n_sentence;
    size_t n_done; /* bytes of the document read so far */
} dtn_read_part;
typedef dtn_status (*dtn_read_sink)(void *ctx, const dtn_read_part *part);

#define DTN_READ_PART 512 /* sentences of a part: some megabytes of trees and records */

/** Read a document in parts of at most `most` sentences, fewer where they are long, so that memory does not grow with its length but
 *  for its text. The parts' records together are those of the whole. At least one part.
 *  Errors: those of dtn_text_read, and the sink's. */
dtn_status dtn_reader_parts(const dtn_reader *reader, const dtn_document *document, size_t most,
                            dtn_read_sink sink, void *ctx, dtn_diags *diags);

/** The same without records. */
dtn_status dtn_reader_readings(const dtn_reader *reader, const dtn_document *document, size_t most,
                               dtn_read_sink sink, void *ctx, dtn_diags *diags);

/** Claims for records: rows by their members, the likeliest of doubles, none below `least`. `out`: room
 *  for all claims. Returns how many. */
size_t dtn_reader_kept(const dtn_reader *reader, const dtn_reading *reading, dtn_claim *out);

/** Trees of the sentences [from, from + n), appended to out->sentences, which has room. */
void dtn_read_trees(const dtn_reader *reader, const dtn_text_sentence *from, size_t n,
                    dtn_arena *arena, dtn_parsed *out);
/** Sentences, words and trees of a text; sets the document's title, date and source. */
dtn_status dtn_read_parse(const dtn_reader *reader, dtn_document *document, dtn_arena *arena,
                          dtn_parsed *out, dtn_diags *diags);

/** What one document gave. Free with dtn_read_result_free. */
typedef struct dtn_read_result {
    dtn_status status; /* of this document alone */
    dtn_diags diags;
    json_t *records; /* array; NULL on error */
    char *title, *date, *source;
    size_t (*sentences)[2]; /* [n_sentence] byte spans */
    size_t n_sentence;
} dtn_read_result;
void dtn_read_result_free(dtn_read_result *result);

/** Read documents with `jobs` threads into results[n]. The same for any number of threads. */
void dtn_reader_batch(const dtn_reader *reader, dtn_document *documents, size_t n, uint32_t jobs,
                      dtn_read_result *results);

#endif
