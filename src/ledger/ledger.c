/* The ledger over SQLite: opening, adding, searching. Groups: groups.c.
 *
 * One transaction a document (BEGIN IMMEDIATE), with a wait of half a minute for other writers; the
 * rollback journal, since a ledger may lie on a file system that WAL's shared memory does not suit.
 * The sentences' texts stand in an FTS5 index that follows its table by triggers.
 */
#include "ledger/inner.h"

#include <errno.h>
#include <string.h>

#include "base/inputs.h"
#include "base/text.h"
#include "store/csv.h"
#include "text/text.h"

#define VERSION 7
#define WAIT_MS 30000 /* for another writer */

static const char schema[] =
#include "ledger/schema.inc"
    ;
/* Columns that came with version 5: what ends of claims (bytes) and events (an event's id) take up, and whether the
 * dead are those of several events, which groups leave out. */
static const char columns[] = "ALTER TABLE claims ADD COLUMN cause_refers_first INTEGER;"
                              "ALTER TABLE claims ADD COLUMN cause_refers_last INTEGER;"
                              "ALTER TABLE claims ADD COLUMN effect_refers_first INTEGER;"
                              "ALTER TABLE claims ADD COLUMN effect_refers_last INTEGER;"
                              "ALTER TABLE events ADD COLUMN refers TEXT;"
                              "ALTER TABLE events ADD COLUMN killed_total INTEGER;";
/* With version 7: 1 where the dead are only called people, and the side of the event whose dead a figure counts. */
static const char columns_7[] = "ALTER TABLE events ADD COLUMN killed_people INTEGER;"
                                "ALTER TABLE events ADD COLUMN killed_as TEXT;";
static const char views[] =
#include "ledger/views.inc"
    ;

/* ---- Opening ---------------------------------------------------------------------------------- */

static const char *hint_of(const dtn_ledger *ledger, int code)
{
    switch (sqlite3_errcode(ledger->db)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "another program holds the ledger; run this again when it is done";
    case SQLITE_FULL: return "the disk is full: make room, and run this again";
    case SQLITE_READONLY:
        return "the ledger may not be written to: give yourself the right, or copy it";
    case SQLITE_CANTOPEN:
        return "see that the folder is there and that you may read and write in it";
    case SQLITE_CORRUPT: return "the ledger is damaged: read the documents into a new one";
    case SQLITE_NOTADB:
        return "name a new file, which is made, or one that `detente read --ledger` wrote";
    default:
        return code == 701 ? "give a file that `detente read --ledger` wrote"
                           : "see that the disk has room and nobody else holds the file";
    }
}

dtn_status dtn_ledger_failed(dtn_ledger *ledger, int code, const char *what, dtn_diags *diags)
{
    const int why = sqlite3_errcode(ledger->db);
    if (why == SQLITE_NOMEM)
        return DTN_E_MEMORY;
    const bool is_other =
        why == SQLITE_NOTADB || why == SQLITE_CORRUPT; /* it was read, but is none */
    dtn_diags_add(diags, is_other ? 963 : code, (dtn_pos){.file = ledger->path},
                  hint_of(ledger, code), "%s: %s", what, sqlite3_errmsg(ledger->db));
    return is_other ? DTN_E_INPUT : DTN_E_IO;
}

dtn_status dtn_ledger_run(dtn_ledger *ledger, const char *sql, dtn_diags *diags)
{
    return sqlite3_exec(ledger->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? DTN_OK
               : dtn_ledger_failed(ledger, 702, "the ledger cannot be written", diags);
}

static int whole_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int value = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        value = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return value;
}

static dtn_status make_tables(dtn_ledger *ledger, dtn_diags *diags)
{
    DTN_TRY(dtn_ledger_run(ledger, "BEGIN IMMEDIATE", diags));
    dtn_status status = DTN_OK;
    const int version = whole_number(ledger->db, "PRAGMA user_version");
    if (version == 0) /* another writer may have been first */
        status = dtn_ledger_run(ledger, schema, diags);
    if (status == DTN_OK &&
        whole_number(ledger->db, "SELECT count(*) FROM pragma_table_info('events')"
                                 " WHERE name = 'refers'") == 0)
        status = dtn_ledger_run(ledger, columns, diags);
    if (status == DTN_OK &&
        whole_number(ledger->db, "SELECT count(*) FROM pragma_table_info('events')"
                                 " WHERE name = 'killed_as'") == 0)
        status = dtn_ledger_run(ledger, columns_7, diags);
    if (status == DTN_OK && version < VERSION)
        status = dtn_ledger_run(ledger, views, diags);
    if (status != DTN_OK) {
        (void)sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
        return status;
    }
    return dtn_ledger_run(ledger, "COMMIT", diags);
}

static dtn_status other_version(const dtn_ledger *ledger, int version, bool is_empty,
                                dtn_diags *diags)
{
    const dtn_pos at = {.file = ledger->path};
    if (is_empty)
        dtn_diags_add(diags, 963, at, "read documents into it first", "the ledger is empty");
    else if (version == 0)
        dtn_diags_add(diags, 963, at, "give a file that `detente read --ledger` wrote",
                      "this is another program's database, not a ledger");
    else if (version < VERSION)
        dtn_diags_add(diags, 963, at,
                      "`detente read FILE --ledger` on it, with any document, brings it up to date",
                      "the ledger has version %d, this program reads version %d", version, VERSION);
    else
        dtn_diags_add(diags, 963, at, "use the newer program, or read the documents anew",
                      "the ledger has version %d, of a newer program; this one reads version %d",
                      version, VERSION);
    return DTN_E_INPUT;
}

static dtn_status prepare(dtn_ledger *ledger, bool may_write, dtn_diags *diags)
{
    sqlite3_busy_timeout(ledger->db, WAIT_MS);
    /* Both in one transaction: between two, another writer may make the tables of a new file. */
    (void)sqlite3_exec(ledger->db, "BEGIN", NULL, NULL, NULL);
    const int n_table = whole_number(ledger->db, "SELECT count(*) FROM sqlite_master");
    const int version = whole_number(ledger->db, "PRAGMA user_version");
    if (version < 0 || n_table < 0)
        return dtn_ledger_failed(ledger, 701, "this is not a ledger", diags);
    DTN_TRY(dtn_ledger_run(ledger, "COMMIT", diags));
    const bool is_new = version == 0 && n_table == 0;
    if ((is_new || (version > 0 && version < VERSION)) && may_write)
        DTN_TRY(make_tables(ledger, diags));
    else if (version != VERSION)
        return other_version(ledger, version, is_new, diags);
    return sqlite3_exec(ledger->db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL) == SQLITE_OK
               ? DTN_OK
               : dtn_ledger_failed(ledger, 701, "the ledger cannot be read", diags);
}

dtn_status dtn_ledger_open(const char *path, bool may_write, dtn_ledger **out, dtn_diags *diags)
{
    dtn_ledger *ledger = dtn_alloc(sizeof *ledger);
    const size_t n = strlen(path) + 1;
    if (!ledger || !(ledger->path = dtn_alloc(n))) {
        dtn_free(ledger);
        return DTN_E_MEMORY;
    }
    memcpy(ledger->path, path, n);
    const int flags = may_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    dtn_status status = DTN_OK;
    if (sqlite3_open_v2(path, &ledger->db, flags, NULL) != SQLITE_OK)
        status = ledger->db ? dtn_ledger_failed(ledger, may_write ? 702 : 701,
                                                "the ledger cannot be opened", diags)
                            : DTN_E_MEMORY;
    if (status == DTN_OK)
        status = prepare(ledger, may_write, diags);
    if (status == DTN_OK)
        status = dtn_inputs_add_path(diags, path);
    if (status != DTN_OK) {
        dtn_ledger_close(ledger);
        return status;
    }
    *out = ledger;
    return DTN_OK;
}

void dtn_ledger_close(dtn_ledger *ledger)
{
    if (!ledger)
        return;
    sqlite3_close(ledger->db);
    dtn_free(ledger->path);
    dtn_free(ledger);
}

/* ---- Statements ------------------------------------------------------------------------------- */

/* Binds values by letters: s text or NULL, i whole number, b truth of a JSON value, r real or NULL. */
typedef struct value {
    char letter;
    const char *text;
    sqlite3_int64 whole;
    const json_t *json;
} value;

static value text(const char *s) { return (value){.letter = 's', .text = s}; }
static value whole(sqlite3_int64 i) { return (value){.letter = 'i', .whole = i}; }
static value truth(const json_t *j) { return (value){.letter = 'b', .json = j}; }
static value real(const json_t *j) { return (value){.letter = 'r', .json = j}; }
static value word(const json_t *record, const char *key)
{
    return text(json_string_value(json_object_get(record, key)));
}

static int bind(sqlite3_stmt *s, int at, const value *v)
{
    switch (v->letter) {
    case 's':
        return v->text ? sqlite3_bind_text(s, at, v->text, -1, SQLITE_TRANSIENT)
                       : sqlite3_bind_null(s, at);
    case 'i': return sqlite3_bind_int64(s, at, v->whole);
    case 'b': return sqlite3_bind_int(s, at, json_is_true(v->json));
    default:
        return json_is_number(v->json) ? sqlite3_bind_double(s, at, json_number_value(v->json))
                                       : sqlite3_bind_null(s, at);
    }
}

static dtn_status execute(dtn_ledger *ledger, const char *sql, const value *values, int n,
                          dtn_diags *diags)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(ledger->db, sql, -1, &s, NULL);
    for (int i = 0; i < n && code == SQLITE_OK; i++)
        code = bind(s, i + 1, &values[i]);
    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    sqlite3_finalize(s);
    return code == SQLITE_DONE || code == SQLITE_ROW
               ? DTN_OK
               : dtn_ledger_failed(ledger, 702, "the ledger cannot be written", diags);
}
#define EXECUTE(ledger, diags, sql, ...)               \
    execute(ledger, sql, (const value[]){__VA_ARGS__}, \
            sizeof((const value[]){__VA_ARGS__}) / sizeof(value), diags)

/* ---- Adding ----------------------------------------------------------------------------------- */

typedef struct adding {
    dtn_ledger *ledger;
    const dtn_ledger_document *d;
    dtn_diags *diags;
    char hash[33];
    dtn_arena memory; /* of the sentences' texts of a part */
} adding;

/* 1 known by this coder, 0 known by another, -1 unknown, -2 failed */
static int known(adding *a)
{
    sqlite3_stmt *s = NULL;
    int answer = -2;
    if (sqlite3_prepare_v2(a->ledger->db, "SELECT coder FROM documents WHERE hash = ?", -1, &s,
                           NULL) == SQLITE_OK &&
        sqlite3_bind_text(s, 1, a->hash, -1, SQLITE_STATIC) == SQLITE_OK) {
        const int code = sqlite3_step(s);
        if (code == SQLITE_ROW)
            answer = strcmp((const char *)sqlite3_column_text(s, 0), a->d->coder) == 0;
        else if (code == SQLITE_DONE)
            answer = -1;
    }
    sqlite3_finalize(s);
    return answer;
}

static dtn_status add_sentences(adding *a)
{
    for (size_t i = 0; i < a->d->n_sentence; i++) {
        const size_t first = a->d->sentences[i][0], last = a->d->sentences[i][1];
        if (first > last || last > a->d->n)
            continue;
        size_t n = 0;
        const char *text =
            dtn_text_plain(a->d->name, a->d->text, a->d->n, first, last, &a->memory, &n);
        sqlite3_stmt *s = NULL;
        int code = sqlite3_prepare_v2(a->ledger->db,
                                      "INSERT INTO sentences (document, first, last, text)"
                                      " VALUES (?, ?, ?, ?)",
                                      -1, &s, NULL);
        if (code == SQLITE_OK) {
            (void)sqlite3_bind_text(s, 1, a->hash, -1, SQLITE_STATIC);
            (void)sqlite3_bind_int64(s, 2, (sqlite3_int64)first);
            (void)sqlite3_bind_int64(s, 3, (sqlite3_int64)last);
            (void)sqlite3_bind_text64(s, 4, text, n, SQLITE_TRANSIENT, SQLITE_UTF8);
            code = sqlite3_step(s);
        }
        sqlite3_finalize(s);
        if (code != SQLITE_DONE)
            return dtn_ledger_failed(a->ledger, 702, "the ledger cannot be written", a->diags);
    }
    return DTN_OK;
}

static bool is_region(const char *place) { return strchr(place, '-') != NULL; }

/* Regions go to their own table; what is kept of the record has states only. */
static dtn_status add_regions(adding *a, const json_t *record, json_t *kept)
{
    const json_t *place = NULL;
    const char *date = json_string_value(json_object_get(record, "date"));
    const char *type = json_string_value(json_object_get(record, "type"));
    json_t *states = json_array();
    dtn_status status = states ? DTN_OK : DTN_E_MEMORY;
    size_t i = 0;
    char day[11] = "";
    if (date && strlen(date) >= 10 && date[0] != '.')
        memcpy(day, date, 10);
    json_array_foreach (json_object_get(record, "places"), i, place) {
        const char *code = json_string_value(place);
        if (!code || status != DTN_OK)
            continue;
        if (!is_region(code))
            status = json_array_append_new(states, json_string(code)) ? DTN_E_MEMORY : DTN_OK;
        else if (day[0])
            status = EXECUTE(a->ledger, a->diags,
                             "INSERT INTO region_weeks VALUES (?, ?, date(?, '-6 days',"
                             " 'weekday 1'), ?, 1) ON CONFLICT DO UPDATE SET"
                             " mentions = mentions + 1",
                             text(a->hash), text(code), text(day), text(type));
    }
    if (status == DTN_OK && json_object_set(kept, "places", states) != 0)
        status = DTN_E_MEMORY;
    json_decref(states);
    return status;
}

static dtn_status add_claim(adding *a, sqlite3_int64 row, const json_t *r)
{
    const char *sign = json_string_value(json_object_get(r, "polarity"));
    const value polarity = !sign ? text(NULL) : whole(sign[0] == '-' ? -1 : 1);
    const json_t *cause = json_object_get(r, "cause_refers"),
                 *effect = json_object_get(r, "effect_refers");
    DTN_TRY(EXECUTE(
        a->ledger, a->diags, "INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        whole(row), word(r, "cause"), word(r, "effect"), polarity,
        truth(json_object_get(r, "negated")), truth(json_object_get(r, "hedged")), word(r, "mode"),
        truth(json_object_get(r, "purpose")), truth(json_object_get(r, "conditional")),
        word(r, "attributed_to"), real(json_array_get(cause, 0)), real(json_array_get(cause, 1)),
        real(json_array_get(effect, 0)), real(json_array_get(effect, 1))));
    static const char *const ends[] = {"cause", "effect"};
    for (int i = 0; i < 2; i++)
        if (json_is_string(json_object_get(r, ends[i])))
            DTN_TRY(EXECUTE(a->ledger, a->diags, "INSERT OR IGNORE INTO links VALUES (?, ?, ?)",
                            whole(row), text(ends[i]), word(r, ends[i])));
    return DTN_OK;
}

static dtn_status add_event(adding *a, sqlite3_int64 row, const json_t *r)
{
    const char *date = json_string_value(json_object_get(r, "date"));
    const json_t *dead = json_object_get(r, "fatalities");
    char from[11] = "", to[11] = "";
    if (date && strlen(date) == 13 && strncmp(date, "../", 3) == 0) { /* by then */
        memcpy(to, date + 3, 10);
    } else if (date && strlen(date) >= 10) {
        memcpy(from, date, 10);
        memcpy(to, strlen(date) == 21 ? date + 11 : date, 10);
    }
    return EXECUTE(
        a->ledger, a->diags,
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?,"
        " NULL)",
        whole(row), word(r, "source"), word(r, "target"), word(r, "type"), word(r, "mode"),
        word(r, "cameo"), text(from[0] ? from : NULL), text(to[0] ? to : NULL), word(r, "modality"),
        real(json_object_get(dead, "min")), real(json_object_get(dead, "max")), word(dead, "of"),
        word(r, "attributed_to"), word(r, "refers"), truth(json_object_get(dead, "total")),
        truth(json_object_get(dead, "people")));
}

static dtn_status add_recommendation(adding *a, sqlite3_int64 row, const json_t *r)
{
    DTN_TRY(EXECUTE(a->ledger, a->diags, "INSERT INTO recommendations VALUES (?, ?, ?, ?, ?, ?)",
                    whole(row), word(r, "lever"), word(r, "direction"),
                    truth(json_object_get(r, "hedged")), truth(json_object_get(r, "conditional")),
                    word(r, "attributed_to")));
    return json_is_string(json_object_get(r, "lever"))
               ? EXECUTE(a->ledger, a->diags, "INSERT OR IGNORE INTO links VALUES (?, 'lever', ?)",
                         whole(row), word(r, "lever"))
               : DTN_OK;
}

static bool is_complete(const json_t *r, const char *kind)
{
    if (!kind || !json_is_string(json_object_get(r, "id")))
        return false;
    if (strcmp(kind, "event") == 0)
        return json_is_string(json_object_get(r, "type")) &&
               json_is_string(json_object_get(r, "modality"));
    return strcmp(kind, "claim") == 0 || strcmp(kind, "recommendation") == 0;
}

static dtn_status add_record(adding *a, const json_t *record)
{
    const char *kind = json_string_value(json_object_get(record, "kind"));
    if (!is_complete(record, kind)) {
        dtn_diags_add(a->diags, 960, (dtn_pos){.file = a->d->name},
                      "records come from `detente read`, unchanged",
                      "a record has no id, no kind, or lacks what its kind needs");
        return DTN_E_INPUT;
    }
    json_t *kept = json_copy((json_t *)(uintptr_t)record);
    if (!kept)
        return DTN_E_MEMORY;
    dtn_status status = DTN_OK;
    if (strcmp(kind, "event") == 0)
        status = add_regions(a, record, kept);
    /* as it is printed: three decimals */
    char *line = status == DTN_OK ? json_dumps(kept, JSON_COMPACT | JSON_REAL_PRECISION(4)) : NULL;
    json_decref(kept);
    if (!line)
        return status == DTN_OK ? DTN_E_MEMORY : status;
    const json_t *span = json_object_get(record, "sentence");
    status =
        EXECUTE(a->ledger, a->diags,
                "INSERT OR IGNORE INTO records (id, document, sentence, kind, coder, probability,"
                " json) VALUES (?, ?, (SELECT rowid FROM sentences WHERE document = ? AND"
                " first = ?), ?, ?, ?, ?)",
                word(record, "id"), text(a->hash), text(a->hash),
                whole(json_integer_value(json_array_get(span, 0))), text(kind), text(a->d->coder),
                real(json_object_get(record, "probability")), text(line));
    free(line);
    if (status != DTN_OK || sqlite3_changes(a->ledger->db) == 0)
        return status; /* the same record twice in one document */
    const sqlite3_int64 row = sqlite3_last_insert_rowid(a->ledger->db);
    return strcmp(kind, "event") == 0   ? add_event(a, row, record)
           : strcmp(kind, "claim") == 0 ? add_claim(a, row, record)
                                        : add_recommendation(a, row, record);
}

static dtn_status add_head(adding *a)
{
    const dtn_ledger_document *d = a->d;
    DTN_TRY(EXECUTE(a->ledger, a->diags, "DELETE FROM documents WHERE hash = ?", text(a->hash)));
    return EXECUTE(a->ledger, a->diags, "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)",
                   text(a->hash), text(d->name), text(d->title), text(d->date), text(d->source),
                   whole((sqlite3_int64)d->n), text(d->coder));
}

dtn_status dtn_ledger_end(dtn_ledger *ledger, dtn_status so_far, dtn_diags *diags)
{
    if (so_far == DTN_OK)
        so_far = dtn_ledger_run(ledger, "COMMIT", diags);
    if (so_far != DTN_OK)
        (void)sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
    return so_far;
}

dtn_status dtn_ledger_begin(dtn_ledger *ledger, const dtn_ledger_document *document, bool *is_new,
                            dtn_diags *diags)
{
    adding a = {.ledger = ledger, .d = document, .diags = diags};
    dtn_hash128_hex(document->text, document->n, a.hash);
    memcpy(ledger->hash, a.hash, sizeof a.hash);
    DTN_TRY(dtn_ledger_run(ledger, "BEGIN IMMEDIATE", diags));
    const int had = known(&a);
    *is_new = had != 1;
    dtn_status status = had == -2
                            ? dtn_ledger_failed(ledger, 701, "the ledger cannot be read", diags)
                        : had == 1 ? DTN_OK
                                   : add_head(&a);
    return had == 1 || status != DTN_OK ? dtn_ledger_end(ledger, status, diags) : DTN_OK;
}

static dtn_status add_part(adding *a)
{
    const json_t *record = NULL;
    size_t i = 0;
    if (DTN_ARENA_GUARD(&a->memory))
        return DTN_E_MEMORY;
    DTN_TRY(add_sentences(a));
    json_array_foreach (a->d->records, i, record)
        DTN_TRY(add_record(a, record));
    return DTN_OK;
}

dtn_status dtn_ledger_part(dtn_ledger *ledger, const dtn_ledger_document *document,
                           dtn_diags *diags)
{
    adding a = {.ledger = ledger, .d = document, .diags = diags};
    memcpy(a.hash, ledger->hash, sizeof a.hash);
    dtn_arena_init(&a.memory);
    const dtn_status status = add_part(&a);
    dtn_arena_free(&a.memory);
    return status;
}

dtn_status dtn_ledger_add(dtn_ledger *ledger, const dtn_ledger_document *document, bool *is_new,
                          dtn_diags *diags)
{
    DTN_TRY(dtn_ledger_begin(ledger, document, is_new, diags));
    if (!*is_new)
        return DTN_OK;
    return dtn_ledger_end(ledger, dtn_ledger_part(ledger, document, diags), diags);
}

/* ---- Out -------------------------------------------------------------------------------------- */

static const char *const tables[][2] = {
    {"documents", "SELECT * FROM documents ORDER BY name, hash"},
    {"sentences", "SELECT document, first, last, text FROM sentences ORDER BY document, first"},
    {"claims",
     "SELECT r.id, r.document, c.cause, c.effect, c.polarity, c.negated, c.hedged, c.mode,"
     " c.purpose, c.conditional, c.attributed_to, r.probability, c.cause_refers_first,"
     " c.cause_refers_last, c.effect_refers_first, c.effect_refers_last FROM claims c JOIN records r ON r.rowid = c.record"
     " ORDER BY r.document, r.id"},
    {"events",
     "SELECT r.id, r.document, e.source, e.target, e.type, e.mode, e.cameo, e.date_from, e.date_to,"
     " e.modality, e.killed_min, e.killed_max, e.killed_of, e.attributed_to, e.event_group,"
     " r.probability, e.refers, e.killed_total FROM events e JOIN records r ON r.rowid = e.record"
     " ORDER BY r.document, r.id"},
    {"event_groups", "SELECT * FROM event_groups"},
    {"event_deaths", "SELECT * FROM event_deaths"},
    {"figures", /* of one event side by side, each with its claimant */
     "SELECT e.event_group, e.type, e.source, e.target, e.date_from, e.date_to, e.killed_min,"
     " e.killed_max, e.killed_of, e.attributed_to, d.name AS document, d.source AS publisher,"
     " nullif(e.killed_as, '') AS killed_as FROM events e JOIN records r ON r.rowid = e.record JOIN documents d ON d.hash = r.document"
     " WHERE (e.killed_min IS NOT NULL OR e.killed_max IS NOT NULL)"
     " AND e.modality IN ('asserted', 'reported') AND coalesce(e.killed_total, 0) = 0"
     " ORDER BY e.event_group, e.attributed_to, d.name, r.id"},
    {"recommendations",
     "SELECT r.id, r.document, m.lever, m.direction, m.hedged, m.conditional, m.attributed_to,"
     " r.probability FROM recommendations m JOIN records r"
     " ON r.rowid = m.record ORDER BY r.document, r.id"},
    {"weekly_events", "SELECT * FROM weekly_events"},
    {"weekly_deaths", "SELECT * FROM weekly_deaths"},
    {"weekly_regions", "SELECT * FROM weekly_regions"},
    {"claim_counts", "SELECT * FROM claim_counts"},
    {"records", "SELECT json FROM records ORDER BY document, rowid"}};

dtn_status dtn_ledger_export(dtn_ledger *ledger, const char *table, dtn_out *out, dtn_diags *diags)
{
    const size_t n_table = sizeof tables / sizeof *tables;
    size_t t = 0;
    while (t < n_table && strcmp(tables[t][0], table) != 0)
        t++;
    if (t == n_table) {
        dtn_diags_add(
            diags, 961, (dtn_pos){.file = ledger->path},
            "give documents, sentences, claims, events, event_groups, event_deaths, figures, "
            "recommendations, weekly_events, weekly_deaths, weekly_regions, claim_counts or records",
            "the ledger has no table '%s'", table);
        return DTN_E_NOT_FOUND;
    }
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(ledger->db, tables[t][1], -1, &s, NULL) != SQLITE_OK)
        return dtn_ledger_failed(ledger, 701, "the ledger cannot be read", diags);
    const int n = sqlite3_column_count(s);
    const bool is_lines = t == n_table - 1;
    dtn_csv csv;
    dtn_csv_init(&csv, out, ',');
    for (int c = 0; c < n && !is_lines; c++)
        dtn_csv_text(&csv, sqlite3_column_name(s, c));
    if (!is_lines)
        dtn_csv_end_row(&csv);
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(s)) == SQLITE_ROW) {
        if (is_lines) {
            dtn_out_text(out, (const char *)sqlite3_column_text(s, 0));
            dtn_out_char(out, '\n');
            continue;
        }
        for (int c = 0; c < n; c++)
            if (sqlite3_column_type(s, c) == SQLITE_FLOAT) /* 31, not 31.0 */
                dtn_csv_number(&csv, sqlite3_column_double(s, c));
            else
                dtn_csv_text(&csv, (const char *)sqlite3_column_text(s, c));
        dtn_csv_end_row(&csv);
    }
    sqlite3_finalize(s);
    return code == SQLITE_DONE ? DTN_OK
                               : dtn_ledger_failed(ledger, 701, "the ledger cannot be read", diags);
}

dtn_status dtn_ledger_search(dtn_ledger *ledger, const char *words, const char *kind, json_t **out,
                             dtn_diags *diags)
{
    static const char sql[] =
        "SELECT r.json FROM records r WHERE r.sentence IN (SELECT rowid FROM sentence_text WHERE"
        " sentence_text MATCH ?) AND (?2 IS NULL OR r.kind = ?2) ORDER BY r.document, r.rowid";
    sqlite3_stmt *s = NULL;
    json_t *list = json_array();
    if (!list)
        return DTN_E_MEMORY;
    int code = sqlite3_prepare_v2(ledger->db, sql, -1, &s, NULL);
    if (code == SQLITE_OK) {
        (void)sqlite3_bind_text(s, 1, words, -1, SQLITE_STATIC);
        (void)(kind ? sqlite3_bind_text(s, 2, kind, -1, SQLITE_STATIC) : sqlite3_bind_null(s, 2));
        while ((code = sqlite3_step(s)) == SQLITE_ROW)
            if (json_array_append_new(
                    list, json_loads((const char *)sqlite3_column_text(s, 0), 0, NULL)) != 0)
                break;
    }
    sqlite3_finalize(s);
    if (code != SQLITE_DONE) {
        json_decref(list);
        if (code == SQLITE_ROW)
            return DTN_E_MEMORY;
        dtn_diags_add(diags, 962, (dtn_pos){.file = ledger->path},
                      "words, \"phrases in quotes\", AND, OR and NOT", "'%s' is not a search: %s",
                      words, sqlite3_errmsg(ledger->db));
        return DTN_E_INPUT;
    }
    *out = list;
    return DTN_OK;
}
