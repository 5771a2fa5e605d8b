/* Fails the n-th request for memory, for every n, under the objects of src/base. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "detente/diag.h"

static void fill_arena(dtn_arena *a)
{
    dtn_map map = {0};
    int *items = NULL;
    size_t n = 0, cap = 0;
    for (int i = 0; i < 3000; i++)
        DTN_PUSH(a, items, n, cap, i);
    for (uint32_t i = 0; i < 300; i++)
        dtn_map_set(&map, a, dtn_arena_printf(a, "key %u", i), i);
    dtn_arena_alloc(a, 3 << 20);
    dtn_name_key(a, "\xc3\x89 cole", 7);
    dtn_name_key(a, "Birth Rate", 10);
}

/* The form of every public entry point: the guard first, the work in a function below, so
 * that no local of this one changes between setjmp and longjmp. */
static dtn_status use_arena(void)
{
    dtn_arena a;
    dtn_arena_init(&a);
    if (DTN_ARENA_GUARD(&a)) {
        dtn_arena_free(&a);
        return DTN_E_MEMORY;
    }
    fill_arena(&a);
    dtn_arena_free(&a);
    return DTN_OK;
}

static dtn_status read_a_file(void)
{
    dtn_diags d;
    char *text = NULL;
    size_t size = 0;
    dtn_diags_init(&d);
    dtn_status status = dtn_file_read("/proc/self/maps", 1 << 20, &text, &size, &d);
    dtn_free(text);
    dtn_diags_free(&d);
    return status;
}

/* Diagnostics go on without memory: items may be missing, the counts may not. */
static dtn_status add_diags(void)
{
    dtn_diags d;
    dtn_diags_init(&d);
    for (int i = 0; i < 20; i++)
        dtn_diags_add(&d, 201, (dtn_pos){"file", 1, 1}, "hint", "message %d", i);
    assert_int_equal(d.n_error, 20);
    dtn_status status = d.n == 20 ? DTN_OK : DTN_E_MEMORY;
    for (size_t i = 0; i < d.n; i++)
        assert_non_null(d.items[i].message);
    if (d.n) {
        char *text = dtn_diag_format(&d.items[0], 0);
        if (!text)
            status = DTN_E_MEMORY;
        dtn_free(text);
    }
    dtn_diags_free(&d);
    return status;
}

/* `expect_n` at least: as many requests must have been failed one by one. */
static void fail_each(dtn_status (*use)(void), size_t expect_n)
{
    size_t n = 1;
    for (;; n++) {
        dtn_alloc_fail_after(n);
        dtn_status status = use();
        dtn_alloc_fail_after(0);
        if (status == DTN_OK)
            break;
        assert_int_equal(status, DTN_E_MEMORY);
        assert_true(n < 10000);
    }
    assert_true(n > expect_n);
}

static void test_arena(void **state)
{
    (void)state;
    fail_each(use_arena, 8);
}

static void test_file_read(void **state)
{
    (void)state;
    fail_each(read_a_file, 1);
}

static void test_diags(void **state)
{
    (void)state;
    fail_each(add_diags, 60);
}

static void test_counter(void **state)
{
    (void)state;
    dtn_alloc_fail_after(2);
    void *first = dtn_alloc(1), *second = dtn_alloc(1), *third = dtn_realloc(first, 2);
    dtn_alloc_fail_after(0);
    assert_non_null(first);
    assert_null(second);
    assert_null(third); /* from the n-th on */
    first = dtn_realloc(first, 100);
    assert_non_null(first);
    dtn_free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena),
        cmocka_unit_test(test_file_read),
        cmocka_unit_test(test_diags),
        cmocka_unit_test(test_counter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
