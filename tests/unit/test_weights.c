/* Tables of weights: what is read, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/weights.h"

static dtn_status read_text(const char *text, dtn_weights **out, dtn_diags *diags)
{
    char path[] = "/tmp/dtn-weights-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
    const dtn_status status = dtn_weights_read(path, out, diags);
    assert_int_equal(unlink(path), 0);
    return status;
}

static void reads(void **state)
{
    (void)state;
    dtn_weights *w = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(read_text("# note\ns:path=>nsubj/active\t1.5\n\nb\t-2e-3\nb\t4", &w, &diags),
                     DTN_OK);
    assert_true(dtn_weights_get(w, "s:path=>nsubj/active") == 1.5);
    assert_true(dtn_weights_get(w, "b") == 4); /* the last one counts */
    assert_true(dtn_weights_get(w, "unknown") == 0);
    dtn_weights_delete(w);
    dtn_diags_free(&diags);
}

/* Many names of many lengths: each has its own number, and what is not there has none. */
static void many(void **state)
{
    (void)state;
    dtn_weights *w = NULL;
    dtn_diags diags;
    char text[80000], name[64];
    size_t n = 0;
    dtn_diags_init(&diags);
    for (int i = 0; i < 3000; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%.*s%d\t%d\n", i % 17,
                              "s:path=>obl/active", i, i + 1);
    assert_int_equal(read_text(text, &w, &diags), DTN_OK);
    for (int i = 0; i < 6000; i++) {
        snprintf(name, sizeof name, "%.*s%d", i % 17, "s:path=>obl/active", i);
        assert_true(dtn_weights_get(w, name) == (i < 3000 ? i + 1 : 0));
        assert_true((dtn_weights_find(w, name) == DTN_MAP_NONE) == (i >= 3000));
    }
    assert_true(dtn_weights_find(w, "") == DTN_MAP_NONE);
    dtn_weights_delete(w);
    assert_int_equal(read_text("", &w, &diags), DTN_OK);
    assert_true(dtn_weights_get(w, "b") == 0);
    dtn_weights_delete(w);
    dtn_diags_free(&diags);
}

static void refuses(void **state)
{
    (void)state;
    const char *const wrong[] = {"no number\tx\n", "no tab 3\n", "\t3\n"};
    for (size_t i = 0; i < 3; i++) {
        dtn_weights *w = NULL;
        dtn_diags diags;
        dtn_diags_init(&diags);
        assert_int_equal(read_text(wrong[i], &w, &diags), DTN_E_INPUT);
        assert_null(w);
        assert_int_equal(diags.items[0].code, 926);
        assert_int_equal(diags.items[0].line, 1);
        dtn_diags_free(&diags);
    }
}

static void missing(void **state)
{
    (void)state;
    dtn_weights *w = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(dtn_weights_read("/nowhere/weights.tsv", &w, &diags), DTN_E_IO);
    dtn_weights_delete(NULL);
    dtn_diags_free(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(many),
                                       cmocka_unit_test(refuses), cmocka_unit_test(missing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
