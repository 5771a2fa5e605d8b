/* Arena: zeroed, aligned, growing memory; the guard is taken when memory runs out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"

static void test_zeroed_and_aligned(void **state)
{
    (void)state;
    dtn_arena a;
    dtn_arena_init(&a);
    assert_false(DTN_ARENA_GUARD(&a));
    for (size_t size = 0; size < 3000; size += 37) {
        unsigned char *p = dtn_arena_alloc(&a, size);
        assert_int_equal((uintptr_t)p % (size >= 64 ? 64 : 16), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, size); /* the next ones must not see this */
    }
    unsigned char *big = dtn_arena_alloc(&a, 5000000);
    assert_int_equal(big[0] | big[4999999], 0);
    dtn_arena_free(&a);
    assert_null(a.head);
}

static void test_push(void **state)
{
    (void)state;
    dtn_arena a;
    dtn_arena_init(&a);
    assert_false(DTN_ARENA_GUARD(&a));
    int *items = NULL;
    size_t n = 0, cap = 0;
    for (int i = 0; i < 10000; i++)
        DTN_PUSH(&a, items, n, cap, i * 3);
    assert_int_equal(n, 10000);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(items[i], i * 3);
    dtn_arena_free(&a);
}

static void test_texts(void **state)
{
    (void)state;
    dtn_arena a;
    dtn_arena_init(&a);
    assert_false(DTN_ARENA_GUARD(&a));
    assert_string_equal(dtn_arena_strndup(&a, "abcdef", 3), "abc");
    assert_string_equal(dtn_arena_strndup(&a, NULL, 0), "");
    assert_string_equal(dtn_arena_strdup(&a, "x"), "x");
    assert_string_equal(dtn_arena_printf(&a, "%s=%d %.1f", "n", 7, 1.5), "n=7 1.5");
    dtn_arena_free(&a);
}

static void test_absurd_size_takes_the_guard(void **state)
{
    (void)state;
    dtn_arena a;
    dtn_arena_init(&a);
    volatile int step = 0;
    if (DTN_ARENA_GUARD(&a)) {
        dtn_arena_free(&a);
        assert_int_equal(step, 1);
        return;
    }
    dtn_arena_alloc(&a, 100);
    step = 1;
    dtn_arena_alloc(&a, SIZE_MAX - 5);
    fail_msg("no jump");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed_and_aligned),
        cmocka_unit_test(test_push),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_absurd_size_takes_the_guard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
