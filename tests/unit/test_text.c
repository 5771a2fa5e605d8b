/* Numbers, name keys, hashes, files and the map of src/base. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/shortest.h"
#include "base/text.h"

static void test_reads_numbers(void **state)
{
    (void)state;
    const struct {
        const char *text;
        double value;
    } good[] = {{"3", 3},        {"-1.5e3", -1500}, {".5", 0.5},       {"2.", 2},      {"+7", 7},
                {"1E-3", 0.001}, {"0x", NAN},       {"", NAN},         {".", NAN},     {"e5", NAN},
                {"1e", NAN},     {"1e+", NAN},      {"1,5", NAN},      {" 1", NAN},    {"1 ", NAN},
                {"nan", NAN},    {"inf", NAN},      {"0x10", NAN},     {"1e999", NAN}, {"--1", NAN},
                {"1.2.3", NAN},  {"1e-999", 0},     {"5e-324", 5e-324}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = 42;
        bool ok = dtn_text_to_double(good[i].text, strlen(good[i].text), &value);
        if (ok != !isnan(good[i].value) || (ok && value != good[i].value) || (!ok && value != 42))
            fail_msg("\"%s\"", good[i].text);
    }
    double value;
    assert_true(dtn_text_to_double("12345", 3, &value));
    assert_true(value == 123); /* exactly the n bytes */
    assert_false(dtn_text_to_double("1\0", 2, &value));
}

static void test_reads_very_long_numbers(void **state)
{
    (void)state;
    char text[3000];
    memset(text, '0', sizeof text);
    text[0] = '1';
    text[1] = '.';
    text[sizeof text - 1] = '1';
    double value;
    assert_true(dtn_text_to_double(text, sizeof text, &value));
    assert_true(value == 1.0);
}

static void check_text(double value, const char *expect)
{
    char text[DTN_DOUBLE_MAX_TEXT];
    size_t n = dtn_double_to_text(value, text);
    assert_string_equal(text, expect);
    assert_int_equal(n, strlen(expect));
}

static void test_writes_shortest(void **state)
{
    (void)state;
    check_text(0.1, "0.1");
    check_text(0.1 + 0.2, "0.30000000000000004");
    check_text(-0.0, "0");
    check_text(1e22, "1e22");
    check_text(-123456, "-123456");
    check_text(999999999999999, "999999999999999");
    check_text(9007199254740993.0, "9007199254740992");
    check_text(1e-5, "1e-5");
    check_text(5e-324, "5e-324");
    check_text(1.7976931348623157e308, "1.7976931348623157e308");
    check_text(2.2250738585072014e-308, "2.2250738585072014e-308");
    check_text(-1.5e-300, "-1.5e-300");
    check_text(NAN, "nan");
    check_text(-INFINITY, "-inf");
}

static uint64_t next_random(uint64_t *s)
{
    *s += 0x9e3779b97f4a7c15u; /* splitmix64 */
    uint64_t z = *s;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void round_trip(int count, uint64_t seed)
{
    for (int i = 0; i < count; i++) {
        uint64_t bits = next_random(&seed);
        double value, back = 0;
        memcpy(&value, &bits, sizeof value);
        if (i % 2) /* everyday magnitudes too */
            value = (double)(int64_t)bits / 1e15;
        if (!isfinite(value))
            continue;
        char text[DTN_DOUBLE_MAX_TEXT];
        size_t n = dtn_double_to_text(value, text);
        if (!dtn_text_to_double(text, n, &back) || back != value)
            fail_msg("%a written as %s", value, text);
    }
}

static void test_round_trip(void **state)
{
    (void)state;
    round_trip(50000, 1);
}

/* Integer arithmetic against the C library: ends of intervals, ties, all magnitudes of its range. */
static void check_quick(double value)
{
    char quick[DTN_DOUBLE_MAX_TEXT], slow[DTN_DOUBLE_MAX_TEXT];
    const size_t n = dtn_shortest_text(value, quick), n_slow = dtn_tried_text(value, slow);
    if (n > 0 && (n != n_slow || strcmp(quick, slow) != 0))
        fail_msg("%a: %s, not %s", value, quick, slow);
}

static void test_quick_is_slow(void **state)
{
    (void)state;
    uint64_t seed = 3;
    size_t n_quick = 0;
    for (int i = 0; i < 200000; i++) {
        static const double tens[] = {1e-15, 1e-9, 1e-5, 1e-4, 1e-3, 1, 1e3, 1e8, 1e14};
        const uint64_t bits = next_random(&seed);
        char text[DTN_DOUBLE_MAX_TEXT];
        double value = (double)(int64_t)bits / 0x1p60 * tens[bits % 9];
        if (i % 3 == 0) /* few digits */
            value = (double)(int64_t)(bits % 20000001) / 1e3 * tens[bits % 9];
        if (i % 7 == 0) /* few bits: ties */
            value = (double)(bits % 4096) / 0x1p40 * tens[5 + bits % 4];
        check_quick(value);
        check_quick(nextafter(value, 0));
        check_quick(nextafter(value, INFINITY));
        n_quick += dtn_shortest_text(value, text) > 0;
    }
    assert_true(n_quick > 150000);
    for (double x = 0x1p-52; x < 0x1p52; x *= 2) {
        check_quick(x);
        check_quick(nextafter(x, 0));
        check_quick(nextafter(x, INFINITY));
    }
    for (double x = 1e-15; x < 1e16; x *= 10) {
        check_quick(x);
        check_quick(nextafter(x, 0));
    }
}

static void test_locale_does_not_matter(void **state)
{
    (void)state;
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8")) {
        /* Not skip(): cmocka says "not ok # SKIP", which Meson takes for a failure. */
        print_message("# no locale with a decimal comma here: not tested\n");
        return;
    }
    check_text(1.5, "1.5");
    round_trip(1000, 2);
    setlocale(LC_ALL, "C");
}

static void check_key(const char *name, const char *expect)
{
    dtn_arena a;
    dtn_arena_init(&a);
    assert_false(DTN_ARENA_GUARD(&a));
    assert_string_equal(dtn_name_key(&a, name, strlen(name)), expect);
    dtn_arena_free(&a);
}

static void test_name_keys(void **state)
{
    (void)state;
    check_key("Birth Rate", "birth_rate");
    check_key("  birth__RATE \t", "birth_rate");
    check_key("birth\\nrate", "birth_rate");
    check_key("birth \\n_\n rate", "birth_rate");
    check_key("\"Birth Rate\"", "birth_rate");
    check_key(" \" Birth Rate_\" ", "birth_rate");
    check_key("\xc2\xa0\"a\"\xc2\xa0", "a");
    check_key("\\n\"a\"\\n", "a");
    check_key("\"\"a\"\"", "\"a\""); /* one pair only */
    check_key("\"", "\"");
    check_key("", "");
    check_key("___", "");
    check_key("a\\b", "a\\b");
    check_key("birth\xc2\xa0rate", "birth_rate"); /* no-break space */
    check_key("\xe3\x80\x80"
              "a\xe2\x80\x83"
              "b",
              "a_b"); /* ideographic, em */
    check_key("\xc3\x89"
              "COLE",
              "\xc3\xa9"
              "cole"); /* É */
    check_key("E\xcc\x81"
              "cole",
              "\xc3\xa9"
              "cole");                       /* E + combining acute */
    check_key("caf\xe9 X", "caf\xc3\xa9_x"); /* Latin-1 byte */
    check_key("Stra\xc3\x9f"
              "e",
              "strasse");                              /* full folding */
    check_key("\xce\xa3\xcf\x82", "\xcf\x83\xcf\x83"); /* both sigmas */
    check_key("a\xf0\x9f\x98\x80"
              "B",
              "a\xf0\x9f\x98\x80"
              "b");
    check_key("a\xe2\x82", "a\xc3\xa2\xc2\x82"); /* cut short: Latin-1 */
}

static void test_long_name_key(void **state)
{
    (void)state;
    /* U+0390 folds to three code points: the worst growth there is. */
    char name[2001];
    for (size_t i = 0; i < 1000; i++)
        memcpy(name + 2 * i, "\xce\x90", 3);
    dtn_arena a;
    dtn_arena_init(&a);
    assert_false(DTN_ARENA_GUARD(&a));
    const char *key = dtn_name_key(&a, name, 2000);
    assert_memory_equal(key, "\xce\x90\xce\x90", 4);
    assert_int_equal(strlen(key), 2000);
    dtn_arena_free(&a);
}

static void test_hashes(void **state)
{
    (void)state;
    char hex[33];
    dtn_hash128_hex("", 0, hex);
    assert_string_equal(hex, "99aa06d3014798d86001c324468d497f"); /* XXH3 test vector */
    assert_true(dtn_hash64("", 0, 0) == 0x2d06800538d394c2u);
    assert_true(dtn_hash64("a", 1, 0) != dtn_hash64("a", 1, 1));
}

static void test_file_read(void **state)
{
    (void)state;
    char path[] = "/tmp/dtn-text-XXXXXX", *text = NULL;
    size_t n = 0;
    dtn_diags d;
    dtn_diags_init(&d);
    int fd = mkstemp(path);
    assert_true(write(fd, "ab\0cd", 5) == 5);
    close(fd);
    assert_int_equal(dtn_file_read(path, 5, &text, &n, &d), DTN_OK);
    assert_int_equal(n, 5);
    assert_memory_equal(text, "ab\0cd\0", 6);
    dtn_free(text);
    text = NULL;
    assert_int_equal(dtn_file_read(path, 4, &text, &n, &d), DTN_E_IO);
    assert_int_equal(d.items[0].code, 704);
    unlink(path);
    assert_int_equal(dtn_file_read(path, 4, &text, &n, &d), DTN_E_IO);
    assert_int_equal(d.items[1].code, 701);
    assert_non_null(strstr(d.items[1].hint, "spelling"));
    assert_int_equal(dtn_file_read("/tmp", 4, &text, &n, &d), DTN_E_IO);
    assert_non_null(strstr(d.items[2].hint, "folder"));
    assert_int_equal(dtn_file_read("/dev/zero", 200000, &text, &n, &d), DTN_E_IO);
    assert_int_equal(d.items[3].code, 704);
    assert_null(text);
    assert_int_equal(dtn_file_read("/dev/null", 10, &text, &n, &d), DTN_OK);
    assert_int_equal(n, 0);
    dtn_free(text);
    dtn_diags_free(&d);
}

static void test_map(void **state)
{
    (void)state;
    dtn_arena a;
    dtn_map map = {0};
    dtn_arena_init(&a);
    assert_false(DTN_ARENA_GUARD(&a));
    assert_int_equal(dtn_map_get(&map, "x"), DTN_MAP_NONE);
    for (uint32_t i = 0; i < 5000; i++)
        dtn_map_set(&map, &a, dtn_arena_printf(&a, "key %u", i), i);
    dtn_map_set(&map, &a, "key 17", 4711);
    assert_int_equal(map.n, 5000);
    for (uint32_t i = 0; i < 5000; i++)
        assert_int_equal(dtn_map_get(&map, dtn_arena_printf(&a, "key %u", i)), i == 17 ? 4711 : i);
    assert_int_equal(dtn_map_get(&map, "key 5000"), DTN_MAP_NONE);
    assert_int_equal(dtn_map_get(&map, ""), DTN_MAP_NONE);
    for (uint32_t i = 0; i < 5000; i++) /* what was never put in, whatever bit its hash shares */
        assert_int_equal(dtn_map_get(&map, dtn_arena_printf(&a, "no key %u", i)), DTN_MAP_NONE);
    dtn_arena_free(&a);
}

static void test_join(void **state)
{
    (void)state;
    char out[8];
    assert_int_equal(DTN_JOIN(out, sizeof out, "v:", "kill"), 6);
    assert_string_equal(out, "v:kill");
    assert_int_equal(DTN_JOIN(out, sizeof out, "v:", "", "bombs"), 7);
    assert_string_equal(out, "v:bombs");
    assert_int_equal(DTN_JOIN(out, sizeof out, "v:", "impose", " ", "sanction"), 17);
    assert_string_equal(out, "v:impos");
    assert_int_equal(DTN_JOIN(out, 1, "v:"), 2);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_numbers),
        cmocka_unit_test(test_reads_very_long_numbers),
        cmocka_unit_test(test_writes_shortest),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_quick_is_slow),
        cmocka_unit_test(test_locale_does_not_matter),
        cmocka_unit_test(test_name_keys),
        cmocka_unit_test(test_long_name_key),
        cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_file_read),
        cmocka_unit_test(test_map),
        cmocka_unit_test(test_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
