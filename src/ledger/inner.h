/** What the files of the ledger share. */
#ifndef DTN_LEDGER_INNER_H
#define DTN_LEDGER_INNER_H

#include <sqlite3.h>

#include "events/same.h"
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

/** Whose dead each mention's figure counts, as[i] of items[i] in group[i] of n_group events: the code of the side of that
 *  event, "" where nobody says who died; NULL: it has no figure, or one that other figures of the event hold or
 *  make up ("15 people" beside 12 soldiers and 3 rebels), so that sums over sides count nobody twice. Codes are the mentions' or
 *  of the arena. Does not depend on the order of the mentions. */
void dtn_ledger_dead(const dtn_mention *items, const uint32_t *group, size_t n, size_t n_group,
                     dtn_arena *arena, const char **as);

#endif
