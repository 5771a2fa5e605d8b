/* The ledger: once is enough, another coder replaces, two writers, groups, regions apart from actors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "ledger/ledger.h"

#include <sqlite3.h>

static const char body[] = "Northland bombed Southland. Strikes fuel anger. It must stop.";
static const size_t sentences[][2] = {{0, 27}, {28, 47}, {48, 61}};

static const char records[] =
    "[{\"kind\":\"event\",\"id\":\"e1\",\"doc\":\"a\",\"sentence\":[0,27],\"source\":\"NLD\",\"target\":\"SLD\","
    "\"type\":\"ASSAULT\",\"mode\":\"heavy-weapons\",\"cameo\":\"195\",\"date\":\"2025-10-15\","
    "\"places\":[\"SLD\",\"SL-EA\"],\"fatalities\":{\"min\":35,\"max\":null,\"of\":\"CIV\"},"
    "\"attributed_to\":\"IGOUNO\",\"modality\":\"reported\",\"probability\":0.9},"
    "{\"kind\":\"claim\",\"id\":\"c1\",\"doc\":\"a\",\"sentence\":[28,47],\"cause\":\"strikes\","
    "\"effect\":\"anger\",\"polarity\":\"+\",\"negated\":false,\"hedged\":true,\"mode\":\"descriptive\","
    "\"purpose\":false,\"conditional\":false,\"attributed_to\":null,\"probability\":0.8},"
    "{\"kind\":\"recommendation\",\"id\":\"r1\",\"doc\":\"a\",\"sentence\":[48,61],\"lever\":\"strikes\","
    "\"direction\":\"less\",\"hedged\":false,\"conditional\":false,\"attributed_to\":null,"
    "\"probability\":0.7}]";

typedef struct fixture {
    char folder[32], path[64];
    dtn_ledger *ledger;
    dtn_diags diags;
} fixture;

static void open_ledger(fixture *f)
{
    memset(f, 0, sizeof *f);
    strcpy(f->folder, "/tmp/dtn-ledger-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/ledger.db", f->folder);
    dtn_diags_init(&f->diags);
    assert_int_equal(dtn_ledger_open(f->path, true, &f->ledger, &f->diags), DTN_OK);
}

static void close_ledger(fixture *f)
{
    dtn_ledger_close(f->ledger);
    dtn_diags_free(&f->diags);
    unlink(f->path);
    assert_int_equal(rmdir(f->folder), 0);
}

#define TODAY "2025-10-31"
static const char *day = TODAY; /* of documents that are added */

static dtn_status add(dtn_ledger *ledger, const char *name, const char *text, const char *coder,
                      const char *json, bool *is_new, dtn_diags *diags)
{
    json_t *list = json_loads(json, 0, NULL);
    assert_non_null(list);
    const dtn_ledger_document d = {.name = name,
                                   .text = text,
                                   .n = strlen(text),
                                   .coder = coder,
                                   .date = day,
                                   .sentences = sentences,
                                   .n_sentence = 3,
                                   .records = list};
    const dtn_status status = dtn_ledger_add(ledger, &d, is_new, diags);
    json_decref(list);
    return status;
}

/* A table as text. */
static char *exported(fixture *f, const char *table)
{
    char path[80];
    snprintf(path, sizeof path, "%s/out.csv", f->folder);
    dtn_out out;
    assert_int_equal(dtn_out_open(&out, path, &f->diags), DTN_OK);
    assert_int_equal(dtn_ledger_export(f->ledger, table, &out, &f->diags), DTN_OK);
    assert_int_equal(dtn_out_commit(&out, &f->diags), DTN_OK);
    char *text = NULL;
    size_t n = 0;
    assert_int_equal(dtn_file_read(path, 1 << 20, &text, &n, &f->diags), DTN_OK);
    unlink(path);
    return text;
}

static size_t lines_of(fixture *f, const char *table)
{
    char *text = exported(f, table);
    size_t n = 0;
    for (const char *p = text; *p; p++)
        n += *p == '\n';
    dtn_free(text);
    return n;
}

static void once(void **state)
{
    (void)state;
    fixture f;
    bool is_new = false;
    open_ledger(&f);
    assert_int_equal(add(f.ledger, "a", body, "v1", records, &is_new, &f.diags), DTN_OK);
    assert_true(is_new);
    char *before = exported(&f, "records");
    assert_int_equal(add(f.ledger, "a", body, "v1", records, &is_new, &f.diags), DTN_OK);
    assert_false(is_new);
    char *after = exported(&f, "records");
    assert_string_equal(before, after);
    assert_int_equal(lines_of(&f, "sentences"), 4); /* and the heading */
    assert_int_equal(add(f.ledger, "a", body, "v2", "[]", &is_new, &f.diags), DTN_OK);
    assert_true(is_new);
    assert_int_equal(lines_of(&f, "records"), 0);
    assert_int_equal(lines_of(&f, "events"), 1);
    assert_int_equal(lines_of(&f, "sentences"), 4);
    dtn_free(before);
    dtn_free(after);
    close_ledger(&f);
}

static void regions_apart(void **state)
{
    (void)state;
    fixture f;
    bool is_new = false;
    open_ledger(&f);
    assert_int_equal(add(f.ledger, "a", body, "v1", records, &is_new, &f.diags), DTN_OK);
    char *kept = exported(&f, "records"), *regions = exported(&f, "weekly_regions");
    assert_null(strstr(kept, "SL-EA"));
    assert_non_null(strstr(kept, "\"places\":[\"SLD\"]"));
    assert_string_equal(regions, "week,region,type,mentions\n2025-10-13,SL-EA,ASSAULT,1\n");
    dtn_free(kept);
    dtn_free(regions);
    close_ledger(&f);
}

static void groups(void **state)
{
    (void)state;
    fixture f;
    bool is_new = false;
    open_ledger(&f);
    /* the same strike in another text a day later with another figure, and a later one */
    static const char more[] =
        "[{\"kind\":\"event\",\"id\":\"e2\",\"sentence\":[0,27],\"source\":\"NLD\",\"target\":\"SLD\","
        "\"type\":\"ASSAULT\",\"date\":\"2025-10-16\",\"fatalities\":{\"min\":50,\"max\":50,\"of\":\"CIV\"},"
        "\"attributed_to\":\"SLDGOV\",\"modality\":\"reported\"},"
        "{\"kind\":\"event\",\"id\":\"e3\",\"sentence\":[28,47],\"source\":\"NLD\",\"target\":\"SLD\","
        "\"type\":\"ASSAULT\",\"date\":\"2025-10-18\",\"modality\":\"asserted\"},"
        "{\"kind\":\"event\",\"id\":\"e4\",\"sentence\":[28,47],\"source\":null,\"target\":null,"
        "\"type\":\"ASSAULT\",\"date\":\"2025-10-18\",\"modality\":\"asserted\"},"
        "{\"kind\":\"event\",\"id\":\"e5\",\"sentence\":[28,47],\"source\":null,\"target\":null,"
        "\"type\":\"ASSAULT\",\"date\":\"2025-10-18\",\"modality\":\"denied\"}]";
    assert_int_equal(add(f.ledger, "a", body, "v1", records, &is_new, &f.diags), DTN_OK);
    assert_int_equal(add(f.ledger, "b",
                         "another text that is long enough for the three spans of it", "v1", more,
                         &is_new, &f.diags),
                     DTN_OK);
    assert_int_equal(dtn_ledger_group(f.ledger, &f.diags), DTN_OK);
    char *weeks = exported(&f, "weekly_events");
    assert_string_equal(weeks, "week,type,source,target,events,mentions,killed_least,killed_most\n"
                               "2025-10-13,ASSAULT,,,1,1,,\n"
                               "2025-10-13,ASSAULT,NLD,SLD,2,3,35,50\n");
    dtn_free(weeks);
    close_ledger(&f);
}

#define DEAD(id, target, least, most, of, by)                                        \
    "{\"kind\":\"event\",\"id\":\"" id                                               \
    "\",\"sentence\":[0,27],\"source\":\"FCF\",\"target\":\"" target                 \
    "\",\"type\":\"ASSAULT\",\"date\":\"2025-03-10\",\"fatalities\":{\"min\":" least \
    ",\"max\":" most ",\"of\":" of "},\"attributed_to\":" by ",\"modality\":\"reported\"}"
#define PEOPLE "\"CIV\",\"people\":true"
#define HEADING "week,killed_of,events,killed_least,killed_most\n"

/* The dead of one event are counted once, however the documents call them; soldiers and civilians are two sides. */
static void dead_of_one_event(void **state)
{
    (void)state;
    static const struct {
        const char *records, *deaths, *both; /* both: least and most of the event */
    } rows[] = {
        {"[" DEAD("a", "VELMIL", "12", "12", "\"VELMIL\"", "null") "," /**/
         DEAD("b", "MIL", "15", "15", "\"MIL\"", "null") "]",
         HEADING "2025-03-10,VELMIL,1,12,15\n", ",12,15,"},
        {"[" DEAD("a", "VELMIL", "12", "12", "\"VELMIL\"", "null") "," /**/
         DEAD("b", "VELMIL", "15", "15", PEOPLE, "null") "]",
         HEADING "2025-03-10,VELMIL,1,12,15\n", ",12,15,"},
        {"[" DEAD("a", "VEL", "15", "15", PEOPLE, "null") "]", HEADING "2025-03-10,CIV,1,15,15\n",
         ",15,15,"},
        {"[" DEAD("a", "VEL", "15", "null", PEOPLE, "null") "," /**/
         DEAD("b", "VEL", "9", "9", "null", "null") "]",
         HEADING "2025-03-10,CIV,1,9,\n", ",9,,"},
        /* two sides, and a figure for both together */
        {"[" DEAD("a", "VELMIL", "12", "12", "\"VELMIL\"", "null") "," /**/
         DEAD("b", "VELCIV", "3", "4", "\"VELCIV\"", "null") ","       /**/
         DEAD("c", "VEL", "15", "15", PEOPLE, "null") "]",
         HEADING "2025-03-10,VELCIV,1,3,4\n2025-03-10,VELMIL,1,12,12\n", ",15,16,"},
        {"[" DEAD("a", "VELMIL", "12", "12", "\"MIL\"", "null") "," /**/
         DEAD("b", "VEL", "15", "15", "\"VELMIL;VELCIV\"", "null") "]",
         HEADING "2025-03-10,VELMIL;VELCIV,1,15,15\n", ",15,15,"},
        {"[" DEAD("a", "VELMIL", "12", "12", "\"MIL\"", "null") "," /**/
         DEAD("b", "VELCIV", "3", "3", "\"CIV\"", "null") ","       /**/
         DEAD("c", "VEL", "16", "16", "\"MIL;CIV\"", "null") "]",
         HEADING "2025-03-10,CIV,1,3,3\n2025-03-10,MIL,1,12,12\n", ",15,15,"},
        /* militants of the one are civilians of the other; of one speaker they are two kinds */
        {"[" DEAD("a", "VEL", "9", "9", "\"REB\"", "\"OSTMIL\"") "," /**/
         DEAD("b", "VEL", "8", "8", "\"CIV\"", "\"VELGOV\"") "]",
         HEADING "2025-03-10,CIV;REB,1,8,9\n", ",8,9,"},
        {"[" DEAD("a", "VEL", "9", "9", "\"REB\"", "\"VELGOV\"") "," /**/
         DEAD("b", "VEL", "8", "8", "\"CIV\"", "\"VELGOV\"") "]",
         HEADING "2025-03-10,CIV,1,8,8\n2025-03-10,REB,1,9,9\n", ",17,17,"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fixture f;
        bool is_new = false;
        open_ledger(&f);
        assert_int_equal(add(f.ledger, "a", body, "v1", rows[i].records, &is_new, &f.diags),
                         DTN_OK);
        assert_int_equal(dtn_ledger_group(f.ledger, &f.diags), DTN_OK);
        char *deaths = exported(&f, "weekly_deaths"), *events = exported(&f, "event_groups");
        assert_string_equal(deaths, rows[i].deaths);
        if (!strstr(events, rows[i].both))
            fail_msg("%s: no %s in %s", rows[i].records, rows[i].both, events);
        assert_int_equal(lines_of(&f, "event_groups"), 2);
        dtn_free(deaths);
        dtn_free(events);
        close_ledger(&f);
    }
}

/* "Officials put the toll at 15": of the event that it takes up, though it says neither when nor who, and of no document with a
 * date. */
static void figures_that_take_up_an_event(void **state)
{
    (void)state;
    static const char taking_up[] =
        "[{\"kind\":\"event\",\"id\":\"e1\",\"sentence\":[0,27],\"source\":\"FCF\",\"target\":\"VEL\","
        "\"type\":\"ASSAULT\",\"date\":\"2025-03-10\",\"fatalities\":{\"min\":12,\"max\":12,\"of\":\"MIL\"},"
        "\"modality\":\"asserted\"},"
        "{\"kind\":\"event\",\"id\":\"e2\",\"sentence\":[28,47],\"source\":null,\"target\":null,"
        "\"type\":\"ASSAULT\",\"date\":null,\"fatalities\":{\"min\":15,\"max\":15,\"of\":\"MIL\"},"
        "\"refers\":\"e1\",\"attributed_to\":\"VELGOV\",\"modality\":\"reported\"},"
        "{\"kind\":\"event\",\"id\":\"e3\",\"sentence\":[48,61],\"source\":null,\"target\":null,"
        "\"type\":\"ASSAULT\",\"date\":null,\"fatalities\":{\"min\":3,\"max\":3,\"of\":\"CIV\"},"
        "\"modality\":\"asserted\"}]";
    for (int has_date = 0; has_date < 2; has_date++) {
        fixture f;
        bool is_new = false;
        open_ledger(&f);
        day = has_date ? "2025-03-12" : NULL;
        assert_int_equal(add(f.ledger, "a", body, "v1", taking_up, &is_new, &f.diags), DTN_OK);
        assert_int_equal(dtn_ledger_group(f.ledger, &f.diags), DTN_OK);
        char *deaths = exported(&f, "weekly_deaths");
        assert_non_null(strstr(deaths, "2025-03-10,MIL,1,12,15\n"));
        assert_int_equal(lines_of(&f, "event_groups"), 3); /* the heading, two events */
        dtn_free(deaths);
        close_ledger(&f);
    }
    day = TODAY;
}

static void set_version(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* A ledger of version 1 is brought up to date by whoever writes to it; one of a later version is left alone. */
static void versions(void **state)
{
    (void)state;
    fixture f;
    bool is_new = false;
    open_ledger(&f);
    assert_int_equal(add(f.ledger, "a", body, "v1", records, &is_new, &f.diags), DTN_OK);
    dtn_ledger_close(f.ledger);
    set_version(f.path, "DROP VIEW weekly_events; DROP VIEW weekly_deaths; DROP VIEW event_groups;"
                        "DROP VIEW claim_counts; CREATE VIEW claim_counts AS SELECT 1 AS cause;"
                        "DROP INDEX events_group; PRAGMA user_version = 1;"
                        "CREATE VIEW weekly_events AS SELECT 1 AS week");
    assert_int_equal(dtn_ledger_open(f.path, false, &f.ledger, &f.diags), DTN_E_INPUT);
    assert_int_equal(f.diags.items[0].code, 963);
    assert_non_null(strstr(f.diags.items[0].message, "version 1"));
    assert_int_equal(dtn_ledger_open(f.path, true, &f.ledger, &f.diags), DTN_OK);
    assert_int_equal(dtn_ledger_group(f.ledger, &f.diags), DTN_OK);
    assert_int_equal(lines_of(&f, "weekly_events"), 2);
    assert_int_equal(lines_of(&f, "weekly_deaths"), 2);
    dtn_ledger_close(f.ledger);
    set_version(f.path, "PRAGMA user_version = 99");
    assert_int_equal(dtn_ledger_open(f.path, true, &f.ledger, &f.diags), DTN_E_INPUT);
    assert_non_null(strstr(f.diags.items[1].hint, "newer program"));
    f.ledger = NULL;
    close_ledger(&f);
}

static void search(void **state)
{
    (void)state;
    fixture f;
    bool is_new = false;
    json_t *found = NULL;
    open_ledger(&f);
    assert_int_equal(add(f.ledger, "a", body, "v1", records, &is_new, &f.diags), DTN_OK);
    assert_int_equal(dtn_ledger_search(f.ledger, "anger", NULL, &found, &f.diags), DTN_OK);
    assert_int_equal(json_array_size(found), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(found, 0), "id")), "c1");
    json_decref(found);
    assert_int_equal(dtn_ledger_search(f.ledger, "anger", "event", &found, &f.diags), DTN_OK);
    assert_int_equal(json_array_size(found), 0);
    json_decref(found);
    assert_int_equal(dtn_ledger_search(f.ledger, "\"open", NULL, &found, &f.diags), DTN_E_INPUT);
    assert_int_equal(f.diags.items[0].code, 962);
    close_ledger(&f);
}

static void bad(void **state)
{
    (void)state;
    fixture f;
    bool is_new = false;
    dtn_out out;
    dtn_ledger *other = NULL;
    open_ledger(&f);
    assert_int_equal(
        add(f.ledger, "a", body, "v1", "[{\"kind\":\"event\",\"id\":\"x\"}]", &is_new, &f.diags),
        DTN_E_INPUT);
    assert_int_equal(f.diags.items[0].code, 960);
    assert_int_equal(lines_of(&f, "documents"), 1); /* nothing of it stayed */
    assert_int_equal(dtn_out_open(&out, "/dev/null", &f.diags), DTN_OK);
    assert_int_equal(dtn_ledger_export(f.ledger, "persons", &out, &f.diags), DTN_E_NOT_FOUND);
    assert_int_equal(f.diags.items[1].code, 961);
    dtn_out_abandon(&out);
    FILE *file = fopen(f.path, "w");
    fputs("This is a letter, and long enough that nobody takes it for a database of any kind.",
          file);
    fclose(file);
    assert_int_equal(dtn_ledger_open(f.path, true, &other, &f.diags), DTN_E_INPUT);
    assert_int_equal(f.diags.items[2].code, 963);
    assert_int_equal(dtn_ledger_open("/nowhere/ledger.db", true, &other, &f.diags), DTN_E_IO);
    assert_int_equal(f.diags.items[3].code, 702);
    close_ledger(&f);
}

#define WRITERS 3
#define DOCUMENTS 20

/* Several open one new ledger at once, each adds n documents, and all succeed. */
static void write_at_once(fixture *f, int n)
{
    dtn_ledger_close(f->ledger);
    unlink(f->path);
    pid_t children[WRITERS];
    for (int w = 0; w < WRITERS; w++) {
        children[w] = fork();
        assert_true(children[w] >= 0);
        if (children[w] != 0)
            continue;
        dtn_ledger *mine = NULL;
        bool is_new = false, ok = dtn_ledger_open(f->path, true, &mine, &f->diags) == DTN_OK;
        for (int d = 0; d < n && ok; d++) {
            char text[80];
            snprintf(text, sizeof text, "%s %d", body, d % 2 ? d : d + 100 * w);
            ok = add(mine, "a", text, "v1", records, &is_new, &f->diags) == DTN_OK;
        }
        dtn_ledger_close(mine);
        _exit(ok ? 0 : 1);
    }
    for (int w = 0; w < WRITERS; w++) {
        int status = -1;
        assert_int_equal(waitpid(children[w], &status, 0), children[w]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(dtn_ledger_open(f->path, false, &f->ledger, &f->diags), DTN_OK);
}

static void writers(void **state)
{
    (void)state;
    fixture f;
    open_ledger(&f);
    write_at_once(&f, DOCUMENTS);
    assert_int_equal(lines_of(&f, "documents"), 1 + DOCUMENTS / 2 + WRITERS * DOCUMENTS / 2);
    close_ledger(&f);
}

/* One makes the tables; to the others it is a ledger or still an empty file, never something else. */
static void made_once(void **state)
{
    (void)state;
    fixture f;
    open_ledger(&f);
    for (int round = 0; round < 40; round++)
        write_at_once(&f, 0);
    close_ledger(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(once),
                                       cmocka_unit_test(regions_apart),
                                       cmocka_unit_test(groups),
                                       cmocka_unit_test(search),
                                       cmocka_unit_test(dead_of_one_event),
                                       cmocka_unit_test(versions),
                                       cmocka_unit_test(bad),
                                       cmocka_unit_test(writers),
                                       cmocka_unit_test(made_once),
                                       cmocka_unit_test(figures_that_take_up_an_event)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
