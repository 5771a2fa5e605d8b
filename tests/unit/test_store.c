/* src/store: whole-or-nothing files, CSV out and in, JSON out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/inputs.h"
#include "base/text.h"
#include "store/csv.h"
#include "store/file.h"
#include "store/json.h"

/* ---- a folder of its own for each test ---- */

static char folder[32]; /* fixtures of cmocka pass no context that helpers could use */
static dtn_diags diags;

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/dtn-store-XXXXXX");
    dtn_diags_init(&diags);
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[64];
    dtn_diags_free(&diags);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static const char *in_folder(const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", folder, name);
    return path;
}

static void put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void check_file(const char *path, const char *expect)
{
    char *text = NULL;
    size_t n;
    dtn_diags apart; /* read to look at, not as input */
    dtn_diags_init(&apart);
    assert_int_equal(dtn_file_read(path, 1 << 20, &text, &n, &apart), DTN_OK);
    assert_string_equal(text, expect);
    dtn_free(text);
    dtn_diags_free(&apart);
}

static void check_absent(const char *path) { assert_int_equal(access(path, F_OK), -1); }

/* An input, under each of its names, is never written over; nor is a .part that was read. */
static void test_inputs_are_not_written_over(void **state)
{
    (void)state;
    char path[256], link_path[256], hard[256], part[256], other[256];
    char *text = NULL;
    size_t n;
    dtn_out out;
    put_file(in_folder("a", path), "input");
    put_file(in_folder("b.part", part), "input");
    assert_int_equal(symlink(path, in_folder("link", link_path)), 0);
    assert_int_equal(link(path, in_folder("hard", hard)), 0);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(dtn_file_read(i == 3 ? part : path, 9, &text, &n, &diags), DTN_OK);
        dtn_free(text);
    }
    const char *const names[] = {path, link_path, hard, in_folder("b", other)};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(dtn_out_open(&out, names[i], &diags), DTN_E_RANGE);
        assert_int_equal(diags.items[diags.n - 1].code, 708);
        assert_string_equal(diags.items[diags.n - 1].file, i < 3 ? names[i] : part);
    }
    check_file(path, "input");
    check_file(part, "input");
    /* read by a list beside this one, and after the output was opened */
    put_file(in_folder("late", other), "late");
    assert_int_equal(dtn_out_open(&out, other, &diags), DTN_OK);
    dtn_diags beside;
    dtn_diags_init_beside(&beside, &diags);
    assert_int_equal(dtn_file_read(other, 9, &text, &n, &beside), DTN_OK);
    dtn_free(text);
    dtn_diags_free(&beside);
    dtn_out_text(&out, "output");
    assert_int_equal(dtn_out_commit(&out, &diags), DTN_E_RANGE);
    check_file(other, "late");
    check_absent(strcat(other, ".part"));
    dtn_diags_free(&diags); /* another command knows nothing of it */
    assert_int_equal(dtn_out_open(&out, path, &diags), DTN_OK);
    dtn_out_abandon(&out);
}

/* The last diagnostic is a 702 whose hint holds `hint`. */
static void check_702(const char *hint)
{
    assert_true(diags.n > 0);
    assert_int_equal(diags.items[diags.n - 1].code, 702);
    if (!strstr(diags.items[diags.n - 1].hint, hint))
        fail_msg("hint: %s", diags.items[diags.n - 1].hint);
}

/* ---- files ---- */

static void test_commit(void **state)
{
    (void)state;
    char path[256], part[256];
    dtn_out out;
    in_folder("a.csv", path);
    in_folder("a.csv.part", part);
    assert_int_equal(dtn_out_open(&out, path, &diags), DTN_OK);
    dtn_out_text(&out, "one ");
    dtn_out_printf(&out, "%d %.1f", 2, 2.5);
    dtn_out_printf(&out, "%600s", "");
    check_absent(path);
    assert_int_equal(access(part, F_OK), 0);
    assert_int_equal(dtn_out_commit(&out, &diags), DTN_OK);
    check_absent(part);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, 4 + 5 + 600);
    assert_int_equal(diags.n, 0);
}

static void test_abandon_keeps_existing(void **state)
{
    (void)state;
    char path[256], part[256];
    dtn_out out;
    put_file(in_folder("a", path), "old");
    assert_int_equal(dtn_out_open(&out, path, &diags), DTN_OK);
    dtn_out_text(&out, "new");
    fflush(out.file);
    check_file(path, "old");
    dtn_out_abandon(&out);
    check_file(path, "old");
    check_absent(in_folder("a.part", part));
}

static void test_replace_keeps_mode_and_link(void **state)
{
    (void)state;
    char path[256], link[256];
    dtn_out out;
    struct stat info;
    put_file(in_folder("real", path), "old");
    chmod(path, 0640);
    assert_int_equal(symlink("real", in_folder("link", link)), 0);
    assert_int_equal(dtn_out_open(&out, link, &diags), DTN_OK);
    dtn_out_text(&out, "new");
    assert_int_equal(dtn_out_commit(&out, &diags), DTN_OK);
    check_file(path, "new");
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
}

static void test_full_disk(void **state)
{
    (void)state;
    dtn_out out;
    if (access("/dev/full", W_OK) != 0)
        return;
    assert_int_equal(dtn_out_open(&out, "/dev/full", &diags), DTN_OK);
    for (int i = 0; i < 100000; i++)
        dtn_out_text(&out, "more than a buffer");
    assert_int_equal(dtn_out_commit(&out, &diags), DTN_E_IO);
    check_702("disk is full");
    assert_int_equal(dtn_out_open(&out, "/dev/full", &diags), DTN_OK);
    dtn_out_char(&out, 'x'); /* fails in the flush only */
    assert_int_equal(dtn_out_commit(&out, &diags), DTN_E_IO);
    check_702("disk is full");
    struct stat info;
    assert_int_equal(stat("/dev/full", &info), 0);
    assert_true(S_ISCHR(info.st_mode)); /* not renamed over */
}

static void test_closed_pipe(void **state)
{
    (void)state;
    char path[256];
    dtn_out out;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(mkfifo(in_folder("pipe", path), 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_int_equal(dtn_out_open(&out, path, &diags), DTN_OK);
    close(reader);
    dtn_out_text(&out, "x");
    assert_int_equal(dtn_out_commit(&out, &diags), DTN_E_IO);
    check_702("ended early");
    signal(SIGPIPE, SIG_DFL);
}

static void test_bad_targets(void **state)
{
    (void)state;
    char path[256];
    dtn_out out;
    assert_int_equal(dtn_out_open(&out, folder, &diags), DTN_E_IO);
    check_702("folder; name a file");
    assert_int_equal(dtn_out_open(&out, in_folder("x/", path), &diags), DTN_E_IO);
    check_702("folder; name a file");
    assert_int_equal(dtn_out_open(&out, in_folder("none/x", path), &diags), DTN_E_IO);
    check_702("create the folder");
    put_file(in_folder("f", path), "");
    assert_int_equal(dtn_out_open(&out, in_folder("f/x", path), &diags), DTN_E_IO);
    check_702("is a file");
    assert_int_equal(dtn_out_open(&out, "", &diags), DTN_E_IO);
    mkdir(in_folder("d.part", path), 0700);
    assert_int_equal(dtn_out_open(&out, in_folder("d", path), &diags), DTN_E_IO);
    char victim[256]; /* a link put where the .part goes must not be written through */
    put_file(in_folder("victim", victim), "mine");
    assert_int_equal(symlink("victim", in_folder("e.part", path)), 0);
    assert_int_equal(dtn_out_open(&out, in_folder("e", path), &diags), DTN_E_IO);
    check_702("link");
    check_file(victim, "mine");
}

static void test_two_writers(void **state)
{
    (void)state;
    char path[256];
    dtn_out first, second;
    in_folder("a", path);
    assert_int_equal(dtn_out_open(&first, path, &diags), DTN_OK);
    dtn_out_text(&first, "first");
    assert_int_equal(dtn_out_open(&second, path, &diags), DTN_E_IO);
    check_702("another process");
    assert_int_equal(dtn_out_commit(&first, &diags), DTN_OK);
    check_file(path, "first");
    assert_int_equal(dtn_out_open(&second, path, &diags), DTN_OK);
    dtn_out_abandon(&second);
}

static void test_stale_part_is_taken_over(void **state)
{
    (void)state;
    char path[256], part[256];
    dtn_out out;
    put_file(in_folder("a.part", part), "left by a crash, longer than the new text");
    assert_int_equal(dtn_out_open(&out, in_folder("a", path), &diags), DTN_OK);
    dtn_out_text(&out, "new");
    assert_int_equal(dtn_out_commit(&out, &diags), DTN_OK);
    check_file(path, "new");
}

static void test_open_without_memory(void **state)
{
    (void)state;
    char path[256], part[256];
    dtn_out out;
    in_folder("a", path);
    size_t n = 1;
    for (;; n++) {
        dtn_alloc_fail_after(n);
        dtn_status status = dtn_out_open(&out, path, &diags);
        dtn_alloc_fail_after(0);
        if (status == DTN_OK)
            break;
        assert_int_equal(status, DTN_E_MEMORY);
        check_absent(in_folder("a.part", part));
    }
    assert_int_equal(n, 4); /* path, to, part */
    dtn_out_abandon(&out);
}

static void test_mkdirs(void **state)
{
    (void)state;
    char path[256];
    struct stat info;
    assert_int_equal(dtn_store_mkdirs(in_folder("a//b/c/", path), &diags), DTN_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(dtn_store_mkdirs(path, &diags), DTN_OK); /* again */
    put_file(in_folder("f", path), "");
    assert_int_equal(dtn_store_mkdirs(path, &diags), DTN_E_IO);
    assert_int_equal(dtn_store_mkdirs(in_folder("f/g", path), &diags), DTN_E_IO);
    check_702("is a file");
    assert_int_equal(dtn_store_mkdirs("/", &diags), DTN_OK);
    char *joined = dtn_store_join("a", "b"), *slash = dtn_store_join("/", "b");
    assert_string_equal(joined, "a/b");
    assert_string_equal(slash, "/b");
    dtn_free(joined);
    dtn_free(slash);
}

/* ---- CSV ---- */

static void write_table(const char *path, char separator)
{
    dtn_out out;
    dtn_csv csv;
    assert_int_equal(dtn_out_open(&out, path, &diags), DTN_OK);
    dtn_csv_init(&csv, &out, separator);
    dtn_csv_text(&csv, "time");
    dtn_csv_text(&csv, "flow[a,b]");
    dtn_csv_text(&csv, "say \"hi\"\nthere");
    dtn_csv_end_row(&csv);
    dtn_csv_number(&csv, 0.1);
    dtn_csv_number(&csv, NAN);
    dtn_csv_int(&csv, INT64_MIN);
    dtn_csv_end_row(&csv);
    dtn_csv_number(&csv, -INFINITY);
    dtn_csv_text(&csv, NULL);
    dtn_csv_text(&csv, " tab\there ");
    dtn_csv_end_row(&csv);
    assert_int_equal(dtn_out_commit(&out, &diags), DTN_OK);
}

static void test_csv_write(void **state)
{
    (void)state;
    char path[256];
    write_table(in_folder("a.csv", path), ',');
    check_file(path, "time,\"flow[a,b]\",\"say \"\"hi\"\"\nthere\"\n"
                     "0.1,,-9223372036854775808\n-inf,,\" tab\there \"\n");
    write_table(path, '\t');
    check_file(path, "time\tflow[a,b]\t\"say \"\"hi\"\"\nthere\"\n"
                     "0.1\t\t-9223372036854775808\n-inf\t\t\" tab\there \"\n");
}

static void test_csv_single_empty_field(void **state)
{
    (void)state;
    char path[256];
    dtn_out out;
    dtn_csv csv;
    assert_int_equal(dtn_out_open(&out, in_folder("a", path), &diags), DTN_OK);
    dtn_csv_init(&csv, &out, ',');
    dtn_csv_number(&csv, NAN);
    dtn_csv_end_row(&csv);
    dtn_csv_text(&csv, "");
    dtn_csv_text(&csv, "");
    dtn_csv_end_row(&csv);
    assert_int_equal(dtn_out_commit(&out, &diags), DTN_OK);
    check_file(path, "\"\"\n,\n");
}

static void check_field(const dtn_csv_table *t, size_t row, size_t column, const char *expect)
{
    const char *got = dtn_csv_get(t, row, column);
    assert_non_null(got);
    assert_string_equal(got, expect);
}

static void test_csv_round_trip(void **state)
{
    (void)state;
    char path[256];
    dtn_csv_table t;
    const char separators[] = {',', '\t'};
    for (int i = 0; i < 2; i++) {
        write_table(in_folder(i == 0 ? "a" : "b", path), separators[i]);
        assert_int_equal(dtn_csv_read(&t, path, 1000, 0, &diags), DTN_OK);
        assert_int_equal(t.separator, separators[i]);
        assert_int_equal(t.n_row, 3);
        check_field(&t, 0, 1, "flow[a,b]");
        check_field(&t, 0, 2, "say \"hi\"\nthere");
        check_field(&t, 1, 1, "");
        check_field(&t, 2, 2, " tab\there ");
        assert_int_equal(t.rows[1].line, 3); /* the header takes two lines */
        assert_int_equal(dtn_csv_find(&t, "flow[a,b]"), 1);
        assert_int_equal(dtn_csv_find(&t, "flow"), -1);
        assert_null(dtn_csv_get(&t, 3, 0));
        assert_null(dtn_csv_get(&t, 0, 3));
        dtn_csv_free(&t);
    }
}

static dtn_status read_text(dtn_csv_table *t, const char *text)
{
    return dtn_csv_read_text(t, text, strlen(text), "t.csv", 0, &diags);
}

static void test_csv_liberties(void **state)
{
    (void)state;
    dtn_csv_table t;
    assert_int_equal(read_text(&t, "\xef\xbb\xbf"
                                   "a;b\r\n\r\n1;\"x\r\ny\"\r2;it\"s\n\n3;z;;\n4;"),
                     DTN_OK);
    assert_int_equal(t.n_row, 5);
    assert_int_equal(t.separator, ';');
    check_field(&t, 0, 0, "a");
    check_field(&t, 1, 1, "x\ny");
    check_field(&t, 2, 1, "it\"s");
    check_field(&t, 3, 1, "z");
    check_field(&t, 4, 0, "4");
    check_field(&t, 4, 1, "");
    assert_int_equal(t.rows[1].line, 3);
    assert_int_equal(t.rows[2].line, 5);
    assert_int_equal(t.rows[4].line, 8);
    dtn_csv_free(&t);
    assert_int_equal(read_text(&t, ""), DTN_OK);
    assert_int_equal(t.n_row, 0);
    assert_int_equal(dtn_csv_find(&t, "a"), -1);
    dtn_csv_free(&t);
    assert_int_equal(read_text(&t, "\"\"\n\"a\"\"\"\n"), DTN_OK);
    check_field(&t, 0, 0, "");
    check_field(&t, 1, 0, "a\"");
    dtn_csv_free(&t);
    assert_int_equal(read_text(&t, "\"a,b\"\tc\n1\t2"), DTN_OK);
    assert_int_equal(t.separator, '\t');
    check_field(&t, 1, 1, "2");
    dtn_csv_free(&t);
}

static void check_703(const char *text, uint32_t line, uint32_t col, const char *message)
{
    dtn_csv_table t;
    size_t before = diags.n;
    assert_int_equal(read_text(&t, text), DTN_E_INPUT);
    assert_int_equal(t.n_row, 0);
    const dtn_diag *d = &diags.items[before];
    assert_int_equal(d->code, 703);
    assert_string_equal(d->file, "t.csv");
    assert_int_equal(d->line, line);
    assert_int_equal(d->col, col);
    assert_non_null(strstr(d->message, message));
    assert_non_null(d->hint);
}

static void test_csv_errors(void **state)
{
    (void)state;
    check_703("a,b\n1,\"open\n2,3\n", 2, 3, "never ends");
    check_703("a,b\n1,\"", 2, 3, "never ends");
    check_703("a,b\n\"x\"y,1\n", 2, 4, "after a closing quote");
    check_703("a,b\n1\n", 2, 0, "1 fields, the first row 2");
    check_703("a,b\n\n1,2,3\n", 3, 0, "3 fields, the first row 2");
    dtn_csv_table t;
    size_t before = diags.n;
    assert_int_equal(read_text(&t, "a,b\n1\n2\n3,4\n5\n"), DTN_E_INPUT);
    assert_int_equal(diags.n - before, 3); /* all of them, not the first only */
    assert_int_equal(dtn_csv_read_text(&t, "a\nb\0c", 5, "t", 0, &diags), DTN_E_INPUT);
    assert_int_equal(diags.items[diags.n - 1].line, 2);
    char *wide = dtn_alloc(DTN_CSV_MAX_COLUMNS + 2);
    memset(wide, ',', DTN_CSV_MAX_COLUMNS);
    check_703(wide, 1, 0, "too many fields");
    wide[DTN_CSV_MAX_COLUMNS - 1] = '\0'; /* at the limit */
    assert_int_equal(read_text(&t, wide), DTN_OK);
    assert_int_equal(t.rows[0].n, DTN_CSV_MAX_COLUMNS);
    dtn_csv_free(&t);
    dtn_free(wide);
    assert_int_equal(dtn_csv_read(&t, "/nowhere/x", 10, 0, &diags), DTN_E_IO);
    assert_int_equal(diags.items[diags.n - 1].code, 701);
}

static void test_csv_without_memory(void **state)
{
    (void)state;
    char text[20000];
    dtn_csv_table t;
    size_t n = 1;
    for (size_t i = 0; i + 4 < sizeof text; i += 4)
        memcpy(text + i, "1,2\n", 5);
    for (;; n++) {
        dtn_alloc_fail_after(n);
        dtn_status status = read_text(&t, text);
        dtn_alloc_fail_after(0);
        if (status == DTN_OK)
            break;
        assert_int_equal(status, DTN_E_MEMORY);
    }
    assert_true(n > 5);
    assert_int_equal(t.n_row, 4999);
    dtn_csv_free(&t);
}

/* ---- JSON ---- */

static json_t *sample(void)
{
    json_t *o = json_object(), *list = json_array();
    json_object_set_new(o, "z", json_real(0.1));
    json_object_set_new(o, "a", json_string("q\"\\\n\x01 </script> \xc3\xa9 \xe2\x80\xa8"));
    json_array_append_new(list, json_integer(INT64_MIN));
    json_array_append_new(list, json_real(1e22));
    json_array_append_new(list, dtn_json_number(NAN));
    json_array_append_new(list, json_true());
    json_array_append_new(list, json_object());
    json_array_append_new(list, json_array());
    json_object_set_new(o, "list", list);
    return o;
}

static void check_json(unsigned flags, const char *expect)
{
    char path[256];
    json_t *value = sample();
    assert_int_equal(dtn_json_write_file(in_folder("a.json", path), value, flags, &diags), DTN_OK);
    check_file(path, expect);
    json_t *back = json_load_file(path, 0, NULL);
    assert_true(json_equal(json_object_get(back, "a"), json_object_get(value, "a")));
    assert_true(json_equal(json_object_get(back, "z"), json_object_get(value, "z")));
    json_decref(back);
    json_decref(value);
}

static void test_json_forms(void **state)
{
    (void)state;
    check_json(0, "{\"z\":0.1,\"a\":\"q\\\"\\\\\\n\\u0001 </script> \xc3\xa9 \xe2\x80\xa8\","
                  "\"list\":[-9223372036854775808,1e22,null,true,{},[]]}\n");
    check_json(DTN_JSON_SORT | DTN_JSON_HTML,
               "{\"a\":\"q\\\"\\\\\\n\\u0001 \\u003c/script\\u003e \xc3\xa9 \\u2028\","
               "\"list\":[-9223372036854775808,1e22,null,true,{},[]],\"z\":0.1}\n");
    check_json(DTN_JSON_SORT | DTN_JSON_INDENT,
               "{\n  \"a\": \"q\\\"\\\\\\n\\u0001 </script> \xc3\xa9 \xe2\x80\xa8\",\n"
               "  \"list\": [\n    -9223372036854775808,\n    1e22,\n    null,\n    true,\n"
               "    {},\n    []\n  ],\n  \"z\": 0.1\n}\n");
}

static void test_json_lines(void **state)
{
    (void)state;
    char path[256];
    dtn_out out;
    json_t *row = json_pack("{s:i,s:s}", "b", 1, "a", "x");
    assert_int_equal(dtn_out_open(&out, in_folder("a", path), &diags), DTN_OK);
    dtn_json_write_line(&out, row);
    dtn_json_write_line(&out, row);
    assert_int_equal(dtn_out_commit(&out, &diags), DTN_OK);
    check_file(path, "{\"b\":1,\"a\":\"x\"}\n{\"b\":1,\"a\":\"x\"}\n");
    json_decref(row);
}

static void test_json_without_memory(void **state)
{
    (void)state;
    char path[256], part[256];
    dtn_out out;
    json_t *value = sample();
    assert_int_equal(dtn_out_open(&out, in_folder("a", path), &diags), DTN_OK);
    dtn_alloc_fail_after(1);
    dtn_json_write(&out, value, 0);
    dtn_alloc_fail_after(0);
    assert_int_equal(dtn_out_commit(&out, &diags), DTN_E_MEMORY);
    check_absent(path);
    check_absent(in_folder("a.part", part));
    assert_int_equal(dtn_json_write_file(path, NULL, 0, &diags), DTN_E_MEMORY);
    check_absent(path);
    json_decref(value);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_inputs_are_not_written_over),
        TEST(test_commit),
        TEST(test_abandon_keeps_existing),
        TEST(test_replace_keeps_mode_and_link),
        TEST(test_full_disk),
        TEST(test_closed_pipe),
        TEST(test_bad_targets),
        TEST(test_two_writers),
        TEST(test_stale_part_is_taken_over),
        TEST(test_open_without_memory),
        TEST(test_mkdirs),
        TEST(test_csv_write),
        TEST(test_csv_single_empty_field),
        TEST(test_csv_round_trip),
        TEST(test_csv_liberties),
        TEST(test_csv_errors),
        TEST(test_csv_without_memory),
        TEST(test_json_forms),
        TEST(test_json_lines),
        TEST(test_json_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
