/** Citations of a case, and the documents that a user supplies to have them quoted. */
#ifndef DTN_CASE_QUOTE_H
#define DTN_CASE_QUOTE_H

#include "case/case.h"

/** "002:1203-1410" in a source: bytes [from, to) of the document 002. Borrowed from the text. */
typedef struct dtn_citation {
    const char *id;
    size_t n_id;
    size_t from, to;
} dtn_citation;
/** The next citation in the text at *at, which moves behind it; false: there is no other. */
bool dtn_citation_next(const char **at, dtn_citation *out);
/** May the byte stand in a document's id: an ASCII letter or digit, '_', '-' or '.'? */
bool dtn_citation_is_id_byte(char c);

typedef struct dtn_cited_document {
    const char *id;
    const char *text;
    size_t n;
    char hash[33];   /* XXH3-128 */
    bool is_changed; /* not the text that the views list, or no such file: nothing is quoted */
} dtn_cited_document;

typedef struct dtn_documents {
    const char *folder;
    dtn_cited_document *items;
    size_t n, cap;
    dtn_arena arena;
    char *heap; /* a file between reading and its copy */
} dtn_documents;

/** Read those documents in `folder` that the case's views cite; each citation must lead to text, and a
 *  document that the views list must be the text that they were written from. DTN_E_INPUT with 643
 *  at the view or stance, 645 at the document's entry, or DTN_E_MEMORY: nothing to free then. */
dtn_status dtn_documents_read(dtn_documents *docs, const dtn_case *c, const char *folder,
                              dtn_diags *diags);
void dtn_documents_free(dtn_documents *docs);
/** The cited bytes, *n of them, UTF-8; NULL where docs is NULL or has no such document. */
const char *dtn_documents_quote(const dtn_documents *docs, const dtn_citation *c, size_t *n);

/** The entry of a document in the list of the case's views; NULL: it is not listed. */
const dtn_cited_text *dtn_cited_text_of(const dtn_case *c, const char *id);
bool dtn_cited_text_is(const dtn_cited_text *listed, const char *text, size_t n);
/** Is this the listed text? Else 645 at `listed`: what is there (`path`), and what to do. */
bool dtn_cited_text_check(const dtn_cited_text *listed, const char *path, const char *text,
                          size_t n, dtn_diags *diags);

#endif
