/** What the files of the ledger share. */
#ifndef DTN_LEDGER_INNER_H
#define DTN_LEDGER_INNER_H

#include <sqlite3.h>

#include "ledger/ledger.h"

struct dtn_ledger {
    sqlite3 *db;
    char *path;
    char hash[33]; /* of the document that is being added */
};

/** What SQLite says went wrong, as a diagnostic with code 701 or 702. */
dtn_status dtn_ledger_failed(dtn_ledger *ledger, int code, const char *what, dtn_diags *diags);
/** Statements without results. */
dtn_status dtn_ledger_run(dtn_ledger *ledger, const char *sql, dtn_diags *diags);

#endif
