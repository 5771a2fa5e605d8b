/** The ledger: what was read, kept in one SQLite file, so that it can be added to, searched and
 *  counted. docs/ledger.md has its tables.
 *
 *  Documents are known by the hash of their bytes: adding one again changes nothing; read by another
 *  coder (reader, rules or weights of another version) its records are replaced. Each document is
 *  one transaction: several writers wait for each other, and what is half written is not there.
 *
 *  Regions below a state are kept as weekly counts by type of event alone, apart from who acted:
 *  the ledger cannot be asked who did what in which region, nor for any person.
 */
#ifndef DTN_LEDGER_LEDGER_H
#define DTN_LEDGER_LEDGER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "detente/diag.h"
#include "detente/status.h"
#include "store/file.h"

typedef struct dtn_ledger dtn_ledger;

/** Open or make the file. Errors: DTN_E_IO (701 not readable, 702 not writable), DTN_E_INPUT (963: not a
 *  ledger, damaged, or of another version), DTN_E_MEMORY. *out: close with dtn_ledger_close; one thread at a time. */
dtn_status dtn_ledger_open(const char *path, bool may_write, dtn_ledger **out, dtn_diags *diags);
void dtn_ledger_close(dtn_ledger *ledger);

/** A document to add. Texts are borrowed. */
typedef struct dtn_ledger_document {
    const char *name; /* as the records' "doc" */
    const char *text; /* [n] bytes as given */
    size_t n;
    const char *title, *date, *source; /* NULL where unknown; date ISO 8601 */
    const char *coder;
    const size_t (*sentences)[2]; /* [n_sentence] byte spans */
    size_t n_sentence;
    const json_t *records; /* array of the objects that `detente read` prints */
} dtn_ledger_document;

/** Add a document with all its records, or nothing. *is_new: false if the ledger had it, read by
 *  the same coder. Errors: DTN_E_IO (702), DTN_E_INPUT (960: a record lacks what its kind needs). */
dtn_status dtn_ledger_add(dtn_ledger *ledger, const dtn_ledger_document *document, bool *is_new,
                          dtn_diags *diags);

/** The same of a document that comes in parts: `begin` opens a transaction (none if *is_new is
 *  false; its sentences and records are not looked at), each `part` adds its sentences and records,
 *  `end` keeps all, or, after a failure, nothing, and returns that. */
dtn_status dtn_ledger_begin(dtn_ledger *ledger, const dtn_ledger_document *document, bool *is_new,
                            dtn_diags *diags);
dtn_status dtn_ledger_part(dtn_ledger *ledger, const dtn_ledger_document *document,
                           dtn_diags *diags);
dtn_status dtn_ledger_end(dtn_ledger *ledger, dtn_status so_far, dtn_diags *diags);

/** Give mentions of one event the same group (events/same.h). Figures stay side by side, each with
 *  its claimant. */
dtn_status dtn_ledger_group(dtn_ledger *ledger, dtn_diags *diags);

/** Write a table or view as CSV with a heading, in its own order; "records" as JSON Lines as they
 *  were added. Errors: DTN_E_NOT_FOUND (961: no such table; the hint lists them), DTN_E_IO. */
dtn_status dtn_ledger_export(dtn_ledger *ledger, const char *table, dtn_out *out, dtn_diags *diags);

/** Records whose sentence holds the words (FTS5 syntax), as a new array; kind NULL: any.
 *  *out: a new reference. Errors: DTN_E_INPUT (962: not a search). */
dtn_status dtn_ledger_search(dtn_ledger *ledger, const char *words, const char *kind, json_t **out,
                             dtn_diags *diags);

#endif
