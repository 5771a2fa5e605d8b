/* Mentions of the ledger to events: which are one is src/events/same.c's to say.
 *
 * All groups are made anew in one transaction, from what is told as fact: what is denied, feared or
 * planned belongs to none, nor do totals of several events' dead. A mention without a date is looked for in the week up to its document's day; without
 * that, or if nobody is named, it is an event of its own, and of those that refer to it. Numbers follow days and records' ids, so they do not depend on the order of adding.
 */
#include "ledger/inner.h"

#include <math.h>
#include <string.h>

#include "base/dates.h"
#include "base/text.h"

typedef struct mentions {
    dtn_arena arena;
    dtn_mention *items;
    sqlite3_int64 *rows; /* of these */
    size_t n, cap, cap_row;
} mentions;

static const char select_sql[] =
    "SELECT e.record, r.document || r.id, type, mode, e.source, target, date_from, date_to,"
    " killed_min, killed_max, killed_of, d.date, s.text, e.attributed_to, killed_people,"
    " r.document || e.refers FROM events e"
    " JOIN records r ON r.rowid = e.record JOIN documents d ON d.hash = r.document"
    " LEFT JOIN sentences s ON s.rowid = r.sentence WHERE modality IN ('asserted', 'reported')"
    " AND coalesce(killed_total, 0) = 0"
    " ORDER BY r.document, r.id";

static const char *text_at(mentions *m, sqlite3_stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    return text ? dtn_arena_strdup(&m->arena, text) : NULL;
}

static double number_at(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) == SQLITE_NULL ? NAN : sqlite3_column_double(s, column);
}

static void add_mention(mentions *m, sqlite3_stmt *s)
{
    size_t n = m->n;
    dtn_mention one = {.key = text_at(m, s, 1),
                       .type = text_at(m, s, 2),
                       .mode = text_at(m, s, 3),
                       .source = text_at(m, s, 4),
                       .target = text_at(m, s, 5),
                       .killed_min = number_at(s, 8),
                       .killed_max = number_at(s, 9),
                       .killed_of = text_at(m, s, 10),
                       .killed_people = sqlite3_column_int(s, 14) != 0,
                       .speaker = text_at(m, s, 13),
                       .refers = text_at(m, s, 15)};
    const char *from = (const char *)sqlite3_column_text(s, 6);
    const char *to = (const char *)sqlite3_column_text(s, 7);
    const char *told = (const char *)sqlite3_column_text(s, 11);
    const char *sentence = (const char *)sqlite3_column_text(s, 12);
    bool is_known = from && to && dtn_days_of(from, &one.from) && dtn_days_of(to, &one.to) &&
                    one.from <= one.to;
    if (!from && (to || told) && dtn_days_of(to ? to : told, &one.to)) { /* over by then */
        dtn_mention_undated(&one, one.to);
        is_known = true;
    }
    if (!is_known) {
        one.is_lone = true;
        one.from = one.to = 0;
    }
    if (sentence)
        dtn_mention_words(&one, sentence);
    DTN_PUSH(&m->arena, m->rows, n, m->cap_row, sqlite3_column_int64(s, 0));
    DTN_PUSH(&m->arena, m->items, m->n, m->cap, one);
}

static dtn_status load(dtn_ledger *ledger, mentions *m, dtn_diags *diags)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(ledger->db, select_sql, -1, &s, NULL);
    if (code == SQLITE_OK)
        while ((code = sqlite3_step(s)) == SQLITE_ROW)
            add_mention(m, s);
    sqlite3_finalize(s);
    return code == SQLITE_DONE ? DTN_OK
                               : dtn_ledger_failed(ledger, 701, "the ledger cannot be read", diags);
}

static dtn_status store(dtn_ledger *ledger, const mentions *m, const uint32_t *group,
                        const char *const *dead, dtn_diags *diags)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(
        ledger->db, "UPDATE events SET event_group = ?, killed_as = ? WHERE record = ?", -1, &s,
        NULL);
    for (size_t i = 0; i < m->n && (code == SQLITE_OK || code == SQLITE_DONE); i++) {
        (void)sqlite3_reset(s);
        (void)sqlite3_bind_int64(s, 1, (sqlite3_int64)group[i] + 1);
        (void)sqlite3_bind_text(s, 2, dead[i], -1, SQLITE_STATIC); /* NULL binds NULL */
        (void)sqlite3_bind_int64(s, 3, m->rows[i]);
        code = sqlite3_step(s);
    }
    sqlite3_finalize(s);
    return code == SQLITE_OK || code == SQLITE_DONE
               ? DTN_OK
               : dtn_ledger_failed(ledger, 702, "the ledger cannot be written", diags);
}

static dtn_status group_all(dtn_ledger *ledger, mentions *m, dtn_diags *diags)
{
    if (DTN_ARENA_GUARD(&m->arena))
        return DTN_E_MEMORY;
    size_t n_group = 0;
    DTN_TRY(load(ledger, m, diags));
    uint32_t *group = DTN_NEW_N(&m->arena, uint32_t, m->n + 1);
    dtn_mentions_group(m->items, m->n, &m->arena, group, &n_group);
    const char **dead = DTN_NEW_N(&m->arena, const char *, m->n + 1);
    dtn_ledger_dead(m->items, group, m->n, n_group, &m->arena, dead);
    DTN_TRY(
        dtn_ledger_run(ledger, "UPDATE events SET event_group = NULL, killed_as = NULL", diags));
    return store(ledger, m, group, dead, diags);
}

dtn_status dtn_ledger_group(dtn_ledger *ledger, dtn_diags *diags)
{
    mentions m = {0};
    dtn_arena_init(&m.arena);
    DTN_TRY(dtn_ledger_run(ledger, "BEGIN IMMEDIATE", diags));
    const dtn_status status = dtn_ledger_end(ledger, group_all(ledger, &m, diags), diags);
    dtn_arena_free(&m.arena);
    return status;
}
