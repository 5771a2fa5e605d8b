/* The model form and the function table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/functions.h"
#include "model/notation.h"

#define POS ((dtn_pos){"m.mdl", 3, 4})

static void variables_are_found_by_key(void **state)
{
    (void)state;
    bool is_new;
    dtn_model *m = dtn_model_new(DTN_VENSIM, "m.mdl");
    dtn_var *v = dtn_model_add_var(m, "Net  Flow", POS, &is_new);
    assert_true(is_new);
    assert_string_equal(v->key, "net_flow");
    assert_string_equal(v->name, "Net  Flow");
    assert_true(isnan(v->range_min) && isnan(v->range_max) && isnan(v->range_step));
    assert_int_equal(v->group, DTN_NONE);
    assert_ptr_equal(dtn_model_add_var(m, "\"NET_flow\"", POS, &is_new), v);
    assert_false(is_new);
    assert_null(dtn_model_find_var(m, "net flow")); /* a name, not a key */
    for (int i = 0; i < 1000; i++) {
        char name[16];
        snprintf(name, sizeof name, "x %d", i);
        assert_int_equal(dtn_model_add_var(m, name, POS, NULL)->id, i + 1);
    }
    assert_int_equal(dtn_model_find_var(m, "x_999")->id, 1000);
    assert_string_equal(dtn_model_find_var(m, "net_flow")->name, "Net  Flow");
    dtn_model_delete(m);
}

static void quotes_inside_a_name_are_unescaped_in_its_key(void **state)
{
    (void)state;
    dtn_model *m = dtn_model_new(DTN_VENSIM, NULL);
    assert_string_equal(dtn_model_name_key(m, "\"a \\\"B\\\" c\"", 11), "a_\"b\"_c");
    assert_string_equal(dtn_model_name_key(m, "\"a\\nb\"", 6), "a_b");
    assert_string_equal(dtn_model_name_key(m, "a", 1), "a");
    dtn_model_delete(m);
}

static void dimensions_grow_past_every_power_of_two(void **state)
{
    (void)state;
    dtn_model *m = dtn_model_new(DTN_VENSIM, NULL);
    dtn_dim *dim = dtn_model_add_dim(m, "Dim A", POS);
    for (uint32_t i = 0; i < 70; i++) {
        char name[16];
        snprintf(name, sizeof name, "E%u", i);
        dtn_dim_add_element(m, dim, name);
        for (uint32_t j = 0; j <= i; j++) {
            snprintf(name, sizeof name, "e%u", j);
            assert_string_equal(dim->element_keys[j], name);
            assert_int_equal(dtn_map_get(&dim->index, name), j);
        }
    }
    assert_ptr_equal(dtn_model_find_dim(m, "dim_a"), dim);
    assert_null(dtn_model_find_dim(m, "dim_b"));
    dtn_model_delete(m);
}

static void count(dtn_expr *e, void *ctx)
{
    (void)e;
    ++*(int *)ctx;
}

static void a_walk_reaches_subscripts_and_arguments(void **state)
{
    (void)state;
    dtn_model *m = dtn_model_new(DTN_XMILE, NULL);
    dtn_expr *a = dtn_expr_new_name(m, "a", POS), *one = dtn_expr_new_number(m, 1, POS);
    dtn_sub sub = {.kind = DTN_SUB_RANGE, .expr = one, .expr2 = dtn_expr_new_number(m, 3, POS)};
    a->subs = &sub;
    a->n_sub = 1;
    dtn_expr *sum = dtn_expr_new_binary(m, DTN_OP_ADD, a, one);
    int n = 0;
    dtn_expr_walk(sum, count, &n);
    assert_int_equal(n, 5);
    dtn_expr_walk(NULL, count, &n);
    assert_int_equal(n, 5);
    assert_string_equal(dtn_expr_print(m, sum), "a[1:3] + 1");
    assert_string_equal(dtn_expr_print(m, NULL), "");
    dtn_model_delete(m);
}

static void printing_brackets_what_the_tree_needs(void **state)
{
    (void)state;
    dtn_model *m = dtn_model_new(DTN_VENSIM, NULL);
    dtn_expr *a = dtn_expr_new_name(m, "a b", POS), *n = dtn_expr_new_number(m, -2, POS);
    dtn_expr *pow = dtn_expr_new_binary(m, DTN_OP_POW, n, a);
    assert_string_equal(dtn_expr_print(m, pow), "(-2)^a b");
    dtn_expr *sum = dtn_expr_new_binary(m, DTN_OP_SUB, a, a);
    dtn_expr *all = dtn_expr_new_binary(m, DTN_OP_SUB, sum, sum);
    assert_string_equal(dtn_expr_print(m, all), "a b - a b - (a b - a b)");
    assert_string_equal(dtn_expr_print(m, dtn_expr_new_name(m, "1 x", POS)), "\"1 x\"");
    assert_string_equal(dtn_expr_print(m, dtn_expr_new_name(m, "a*\"b", POS)), "\"a*\\\"b\"");
    m->dialect = DTN_XMILE;
    assert_string_equal(dtn_expr_print(m, a), "a_b");
    assert_string_equal(dtn_expr_print(m, dtn_expr_new_name(m, "Mod", POS)), "\"Mod\"");
    dtn_model_delete(m);
}

static void functions_are_found_in_their_dialect_first(void **state)
{
    (void)state;
    assert_int_equal(dtn_fn_find(DTN_VENSIM, "delay1"), DTN_FN_DELAY1);
    assert_int_equal(dtn_fn_find(DTN_XMILE, "delay1"), DTN_FN_DELAY1X);
    assert_int_equal(dtn_fn_find(DTN_VENSIM, "smth1"), DTN_FN_SMTH1); /* only the other has it */
    assert_int_equal(dtn_fn_find(DTN_XMILE, "zidz"), DTN_FN_ZIDZ);
    assert_int_equal(dtn_fn_find(DTN_XMILE, "max"), DTN_FN_MAX);
    assert_int_equal(dtn_fn_find(DTN_VENSIM, "no_such"), DTN_NONE);
    assert_int_equal(dtn_fn_find(DTN_VENSIM, ""), DTN_NONE);
    for (uint32_t i = 0; i < DTN_N_FN; i++) {
        const dtn_fn_info *fn = &dtn_fn_table[i];
        assert_true(fn->min_args <= fn->max_args);
        assert_int_equal(dtn_fn_find(fn->dialect == 'X' ? DTN_XMILE : DTN_VENSIM, fn->key), i);
    }
}

static void a_failed_allocation_gives_no_model(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 2; n++) {
        dtn_alloc_fail_after(n);
        dtn_model *m = dtn_model_new(DTN_VENSIM, "m.mdl");
        dtn_alloc_fail_after(0);
        assert_null(m);
    }
    dtn_model_delete(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_are_found_by_key),
        cmocka_unit_test(quotes_inside_a_name_are_unescaped_in_its_key),
        cmocka_unit_test(dimensions_grow_past_every_power_of_two),
        cmocka_unit_test(a_walk_reaches_subscripts_and_arguments),
        cmocka_unit_test(printing_brackets_what_the_tree_needs),
        cmocka_unit_test(functions_are_found_in_their_dialect_first),
        cmocka_unit_test(a_failed_allocation_gives_no_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
