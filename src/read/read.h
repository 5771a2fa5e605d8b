/** The reader: documents to claims and recommendations (docs/reader.md).
 *
 *  A reader is rules, lexicons, weights and, for a case, its vocabulary; immutable once made, so
 *  threads share it. Reading a document is a function of its bytes alone.
 */
#ifndef DTN_READ_READ_H
#define DTN_READ_READ_H

#include "read/inner.h"
#include "read/rerank.h"
#include "read/vocabulary.h"

typedef struct dtn_reader_options {
    const char *folder;     /* of rules, lexicons and weights: reader/ */
    const char *vocabulary; /* file, NULL: concepts stay null */
    double least;           /* records below this probability are left out */
} dtn_reader_options;

typedef struct dtn_reader {
    dtn_rules *rules;
    dtn_words_known known;
    dtn_reranker *reranker; /* NULL: no weights */
    dtn_vocabulary *vocabulary;
    struct dtn_syntax_reader *syntax;
    double least;
    char coder[128];
} dtn_reader;

/** DTN_E_IO and DTN_E_INPUT with diagnostics. Missing weights are a warning (927): the reader
 *  works, with less. *out: free with dtn_reader_delete. */
dtn_status dtn_reader_new(const dtn_reader_options *options, dtn_reader **out, dtn_diags *diags);
void dtn_reader_delete(dtn_reader *reader);

typedef struct dtn_document {
    const char *name; /* for the field doc */
    const char *text; /* [n] bytes as given; spans count in them */
    size_t n;
    const char *date; /* ISO, NULL if not known */
} dtn_document;

/** What ought to be done, according to somebody. */
typedef struct dtn_advice {
    uint32_t sentence;
    dtn_span words;
    const char *lever; /* concept or NULL */
    int direction;     /* +1 do it, -1 leave it */
    bool hedged, conditional;
    const char *attributed_to;
    double probability;
} dtn_advice;

/** All that was read of a document; memory of `arena`. Claims below `least` are among them. */
typedef struct dtn_reading {
    dtn_parsed parsed;
    dtn_claim *claims;
    size_t n_claim, cap_claim;
    dtn_advice *advice;
    size_t n_advice, cap_advice;
    double *sentence_scores; /* [parsed.n] log odds that it is causal */
} dtn_reading;

/** The arena needs a guard of the caller's. */
void dtn_reader_analyse(const dtn_reader *reader, const dtn_document *document, dtn_arena *arena,
                        dtn_reading *out);
/** The same from trees that are there already; their words are prepared. */
void dtn_reader_analyse_parsed(const dtn_reader *reader, const dtn_parsed *parsed, dtn_arena *arena,
                               dtn_reading *out);
/** Recommendations of one sentence, appended. */
void dtn_read_advice(const dtn_reader *reader, dtn_reading *reading, uint32_t sentence,
                     dtn_arena *arena);
/** Records as JSON Lines, claims above `least` one for each pair, then recommendations, in order
 *  of the text. Memory of `arena`. */
const char *dtn_reader_records(const dtn_reader *reader, const dtn_document *document,
                               const dtn_reading *reading, dtn_arena *arena, size_t *n);

/** Claims for records: rows by their members, the likeliest of doubles, none below `least`. `out`: room
 *  for all claims. Returns how many. */
size_t dtn_reader_kept(const dtn_reader *reader, const dtn_reading *reading, dtn_claim *out);

/** Sentences, words and trees of a text. */
void dtn_read_parse(const dtn_reader *reader, const dtn_document *document, dtn_arena *arena,
                    dtn_parsed *out);

/** Read documents with `jobs` threads; texts[i] are records of documents[i], free each with
 *  dtn_free. The same for any number of threads. */
dtn_status dtn_reader_batch(const dtn_reader *reader, const dtn_document *documents, size_t n,
                            uint32_t jobs, char **texts);

#endif
