/** Text: a document's bytes to paragraphs, sentences and tokens. Knows nothing of grammar.
 *
 *  Every span is a half-open range of bytes of the document as given, whatever was cleaned away on
 *  the road (mark-up, soft hyphens, typographic quotes, boilerplate lines, bullets). Reading is a
 *  function of the bytes alone: no locale, no clock, no file beside the document.
 */
#ifndef DTN_TEXT_TEXT_H
#define DTN_TEXT_TEXT_H

#include "base/arena.h"
#include "detente/diag.h"
#include "detente/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DTN_TEXT_MAX_BYTES (16u << 20) /* a document beyond is no report but a dump: 900 */
#define DTN_TEXT_MAX_TOKENS 200 /* of a sentence; a longer one is cut, no clause is so long */
#define DTN_TEXT_USUAL_TOKENS \
    30                       /* of a sentence; where they are longer, a part has fewer of them */
#define DTN_TEXT_MAX_FORM 64 /* bytes of a token as cleaned; a longer one is cut */

typedef enum dtn_text_format {
    DTN_TEXT_GUESS, /* HTML if the name ends so or the first mark-up says so, else plain */
    DTN_TEXT_PLAIN,
    DTN_TEXT_HTML
} dtn_text_format;

/** A word or mark, by the conventions of UD English EWT: "do|n't", "army|'s", "cross|-|border". */
typedef struct dtn_token {
    uint32_t begin, end; /* bytes of the document as given */
    const char *form;    /* cleaned: plain quotes, "--" for a long dash; NUL-terminated UTF-8 */
} dtn_token;

typedef struct dtn_text_sentence {
    uint32_t begin, end; /* from its first token to its last */
    dtn_token *tokens;
    uint32_t n;         /* at least 1, at most DTN_TEXT_MAX_TOKENS */
    uint32_t paragraph; /* counted from 0 */
    bool begins_paragraph;
    bool is_heading; /* h1 to h6, or a short line alone without a full stop */
    bool is_item;    /* of a list */
} dtn_text_sentence;

/** All memory of the arena; texts are cleaned, NULL where not given in the document. */
typedef struct dtn_text {
    dtn_text_sentence *sentences;
    size_t n;
    const char *title, *source;
    const char *date; /* of publication, ISO: "2025-10-12" */
} dtn_text;

/** Sentences and tokens of [n] bytes: UTF-8, UTF-16, or Windows-1252 where it is not UTF-8.
 *
 *  name   in, for messages and for DTN_TEXT_GUESS
 *  arena  in, with a guard of the caller's
 *  out    out; forms and texts live as long as the arena, nothing points into `bytes`
 *
 *  Errors: DTN_E_INPUT with 900 (too large), 901 (no text: binary). Warnings: 902 (bytes that are
 *  not UTF-8, each read as U+FFFD), 903 (HTML that ends inside a construct, or is nested too deep).
 *  Cost linear in n. */
dtn_status dtn_text_read(const char *name, const char *bytes, size_t n, dtn_text_format format,
                         dtn_arena *arena, dtn_text *out, dtn_diags *diags);

/** The same a part at a time, for long documents: `open` cleans the text and finds title, date and
 *  source (sentences stay NULL), `next` makes at most `most` further sentences of it, fewer where they
 *  are long (DTN_TEXT_USUAL_TOKENS), in an arena of its own and says whether more may follow. Together they are those of dtn_text_read. `parts` is
 *  memory of the first arena. */
typedef struct dtn_text_parts dtn_text_parts;
dtn_status dtn_text_open(const char *name, const char *bytes, size_t n, dtn_text_format format,
                         dtn_arena *arena, dtn_text *out, dtn_text_parts **parts, dtn_diags *diags);
bool dtn_text_next(dtn_text_parts *parts, size_t most, dtn_arena *arena, dtn_text *out);

/** The text of the bytes [begin, end) of a document of [n], which are a sentence or words of it: as given; of
 *  HTML without its tags and references, of UTF-16 in UTF-8. *n_out: its length. Memory of the arena, or borrowed
 *  from `bytes`; not NUL-terminated. */
const char *dtn_text_plain(const char *name, const char *bytes, size_t n, size_t begin, size_t end,
                           dtn_arena *arena, size_t *n_out);

/** A document's bytes from a file, "-" for standard input. *bytes: free with dtn_free.
 *  Errors: DTN_E_IO with 701, DTN_E_INPUT with 900, DTN_E_MEMORY. */
dtn_status dtn_text_load(const char *path, char **bytes, size_t *n, dtn_diags *diags);

#endif
