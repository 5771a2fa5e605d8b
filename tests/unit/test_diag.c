/* Diagnostics: severities, counting, the limit, and the text for a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "detente/diag.h"
#include "detente/status.h"

static void test_counts_and_severity(void **state)
{
    (void)state;
    dtn_diags d;
    dtn_diags_init(&d);
    dtn_diags_add(&d, 201, (dtn_pos){"m.mdl", 3, 4}, "did you mean x?", "unknown '%s'", "y");
    dtn_diags_add(&d, 208, (dtn_pos){NULL, 0, 0}, NULL, "unused %.2f", 1.5);
    dtn_diags_add_as(&d, DTN_ERROR, 301, (dtn_pos){"m.mdl", 9, 0}, NULL, "units");
    assert_int_equal(d.n, 3);
    assert_int_equal(d.n_error, 2);
    assert_int_equal(d.n_warning, 1);
    assert_int_equal(d.items[1].severity, DTN_WARNING);
    assert_string_equal(d.items[1].message, "unused 1.50");
    assert_null(d.items[1].hint);
    dtn_diags_free(&d);
    assert_int_equal(d.n, 0);
}

static void test_limit(void **state)
{
    (void)state;
    dtn_diags d;
    dtn_diags_init(&d);
    for (int i = 0; i < DTN_MAX_DIAGS + 50; i++)
        dtn_diags_add(&d, 101, (dtn_pos){"f", 1, 1}, NULL, "%d", i);
    assert_int_equal(d.n, DTN_MAX_DIAGS);
    assert_int_equal(d.n_error, DTN_MAX_DIAGS + 50);
    assert_string_equal(d.items[DTN_MAX_DIAGS - 1].message, "999");
    dtn_diags_free(&d);
}

static void check_format(dtn_diag d, int color, const char *expect)
{
    char *text = dtn_diag_format(&d, color);
    assert_string_equal(text, expect);
    dtn_free(text);
}

static void test_format(void **state)
{
    (void)state;
    char file[] = "a.mdl", message[] = "no x", hint[] = "add x", evil[] = "x\033[2J\ny";
    dtn_diag d = {.code = 201, .severity = DTN_ERROR, .file = file, .line = 3, .col = 7};
    d.message = message;
    d.hint = hint;
    check_format(d, 0, "a.mdl:3:7: error E201: no x\n  hint: add x\n");
    check_format(d, 1,
                 "\033[1ma.mdl:3:7:\033[0m \033[1;31merror E201:\033[0m no x\n"
                 "  \033[1mhint:\033[0m add x\n");
    d.hint = NULL;
    d.col = 0;
    d.severity = DTN_WARNING;
    check_format(d, 0, "a.mdl:3: warning W201: no x\n");
    d.file = NULL;
    d.severity = DTN_NOTE;
    d.message = evil;
    check_format(d, 0, "note N201: x?[2J y\n");
}

static void test_texts(void **state)
{
    (void)state;
    assert_string_equal(dtn_status_text(DTN_E_MEMORY), "out of memory");
    assert_string_equal(dtn_status_text((dtn_status)-999), "unknown status");
    assert_string_equal(dtn_diag_text(401), "circular equations");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_and_severity),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
