/* Names, subscripts, dimensions, kinds; elements with no equation or two. Positions and codes of
 * every diagnostic of a model stand in tests/lang; here is what the form looks like afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "format/format.h"
#include "model/functions.h"

#define TIMES "INITIAL TIME=0~~|FINAL TIME=1~~|TIME STEP=1~~|SAVEPER=1~~|"

/* ---- Helpers -------------------------------------------------------------- */

typedef struct fixture {
    dtn_model *model;
    dtn_diags diags;
    dtn_status status;
} fixture;

static fixture resolve(const char *text)
{
    fixture f = {0};
    size_t n = strlen(text);
    char *whole = malloc(n + sizeof TIMES);
    assert_non_null(whole);
    memcpy(whole, text, n);
    memcpy(whole + n, TIMES, sizeof TIMES);
    dtn_diags_init(&f.diags);
    if (dtn_model_read_mdl(whole, strlen(whole), "m", &f.model, &f.diags) != DTN_OK)
        fail_msg("%s: %s", text, f.diags.items[0].message);
    free(whole);
    f.status = dtn_check_resolve(f.model, &f.diags);
    assert_int_equal(f.status == DTN_OK, f.diags.n_error == 0);
    assert_int_equal(f.model->is_resolved, f.status == DTN_OK);
    return f;
}

static fixture good(const char *text)
{
    fixture f = resolve(text);
    if (f.status != DTN_OK)
        fail_msg("%s: %s", text, f.diags.items[0].message);
    return f;
}

static void drop(fixture *f)
{
    dtn_model_delete(f->model);
    dtn_diags_free(&f->diags);
}

/* The model has this one error; its hint holds `hint` (NULL: not looked at). */
static void bad(const char *text, int code, const char *message, const char *hint)
{
    fixture f = resolve(text);
    if (f.diags.n != 1)
        fail_msg("%s: %zu diagnostics, %s", text, f.diags.n,
                 f.diags.n ? f.diags.items[0].message : "");
    const dtn_diag *d = &f.diags.items[0];
    if (d->code != code || !strstr(d->message, message))
        fail_msg("%s: %d %s", text, d->code, d->message);
    if (hint && (!d->hint || !strstr(d->hint, hint)))
        fail_msg("%s: %s", text, d->hint ? d->hint : "no hint");
    assert_true(d->line > 0 && d->col > 0);
    drop(&f);
}

static const dtn_var *var(const fixture *f, const char *key)
{
    const dtn_var *v = dtn_model_find_var(f->model, key);
    if (!v)
        fail_msg("no variable '%s'", key);
    return v;
}

static const dtn_dim *dim(const fixture *f, const char *key)
{
    const dtn_dim *d = dtn_model_find_dim(f->model, key);
    if (!d)
        fail_msg("no range '%s'", key);
    return d;
}

static const dtn_expr *expr(const fixture *f, const char *key) { return var(f, key)->eqns[0].expr; }

/* ---- Ranges ------------------------------------------------------------------ */

static void subranges_find_their_parents(void **state)
{
    (void)state;
    fixture f = good("All: a, b, c, d~~|Some: b, c~~|One: c~~|Other: x, y~~|");
    assert_int_equal(dim(&f, "some")->parent, dim(&f, "all")->id);
    assert_int_equal(dim(&f, "one")->parent, dim(&f, "all")->id);
    assert_int_equal(dim(&f, "all")->parent, dim(&f, "all")->id);
    assert_int_equal(dim(&f, "other")->parent, dim(&f, "other")->id);
    drop(&f);
}

static void ranges_of_ranges_are_expanded(void **state)
{
    (void)state;
    fixture f = good("First: a, b~~|Second: c, d~~|All: First, Second, e~~|Twice: First, a~~|"
                     "Deep: All, f~~|");
    assert_int_equal(dim(&f, "all")->n_element, 5);
    assert_string_equal(dim(&f, "all")->element_keys[2], "c");
    assert_string_equal(dim(&f, "all")->element_keys[4], "e");
    assert_int_equal(dim(&f, "twice")->n_element, 2);
    assert_int_equal(dim(&f, "deep")->n_element, 6);
    assert_int_equal(dim(&f, "first")->parent, dim(&f, "deep")->id);
    drop(&f);
}

static void a_range_of_itself_ends(void **state)
{
    (void)state;
    fixture f = resolve("A: B, x~~|B: A, y~~|");
    assert_true(dim(&f, "a")->n_element < 100); /* whatever it makes of it */
    drop(&f);
}

static void aliases_have_the_same_elements(void **state)
{
    (void)state;
    fixture f = good("A: x, y~~|B <-> A~~|v[A] = 1, 2~~|w[A, B] = v[A] - v[B]~~|");
    assert_int_equal(dim(&f, "b")->n_element, 2);
    assert_string_equal(dim(&f, "b")->element_keys[1], "y");
    assert_int_equal(var(&f, "w")->n_element, 4);
    drop(&f);
    bad("B <-> A~~|", 205, "'B' is an alias of 'a', which is not defined", NULL);
}

static void mappings_are_checked(void **state)
{
    (void)state;
    fixture f = good("C: p, q, r~~|Pair: p, q~~|D: a, b -> (C: Pair, r), E~~|E: x, y~~|");
    drop(&f);
    bad("D: a, b -> Nowhere~~|", 205, "'D' is mapped to 'Nowhere'", NULL);
    bad("E: x, y, z~~|D: a, b -> E~~|", 503, "'D' has 2 elements and its mapping to 'E' gives 3",
        NULL);
    bad("E: x, y, z~~|D: a, b -> (E: x)~~|", 503, "gives 1", NULL);
    bad("E: x, y, z~~|D: a, b -> (E: x, w)~~|", 205, "'w' is neither an element of 'E'", NULL);
}

/* ---- Dimensions of variables ---------------------------------------------------- */

static void variables_lie_over_the_smallest_range(void **state)
{
    (void)state;
    fixture f =
        good("All: a, b, c, d~~|Some: b, c~~|v[Some] = 1~~|w[b] = 1~~|w[c] = 2~~|"
             "x[a] = 1~~|x[Some] = 2~~|y[All, Some] = 3~~|z = 4~~|u[All] :EXCEPT: [b] = 1~~|"
             "u[b] = 2~~|");
    assert_int_equal(var(&f, "v")->dims[0], dim(&f, "some")->id);
    assert_int_equal(var(&f, "w")->dims[0], dim(&f, "some")->id);
    assert_int_equal(var(&f, "x")->dims[0], dim(&f, "all")->id);
    assert_int_equal(var(&f, "y")->n_element, 8);
    assert_int_equal(var(&f, "y")->n_dim, 2);
    assert_int_equal(var(&f, "z")->n_dim, 0);
    assert_int_equal(var(&f, "z")->n_element, 1);
    assert_int_equal(var(&f, "u")->n_element, 4);
    drop(&f);
}

static void left_sides_must_fit_each_other(void **state)
{
    (void)state;
    bad("D: a, b~~|v[a] = 1~~|v[b, a] = 2~~|", 206, "'v' has 2 subscripts here and 1", NULL);
    bad("D: a, b~~|E: x, y~~|v[a] = 1~~|v[x] = 2~~|", 206,
        "no subscript range holds everything that stands at position 1 of 'v'", NULL);
    bad("v[nowhere] = 1~~|", 205, "unknown subscript 'nowhere' on the left side of 'v'", NULL);
}

/* ---- Names ----------------------------------------------------------------------- */

static void names_are_found_whatever_their_spelling(void **state)
{
    (void)state;
    fixture f = good("Birth  Rate = 1~~|a = BIRTH RATE + birth_rate + \"Birth Rate\"~~|");
    const dtn_expr *x = expr(&f, "a");
    assert_int_equal(x->args[1]->ref, DTN_REF_VAR);
    assert_int_equal(x->args[1]->id, var(&f, "birth_rate")->id);
    assert_int_equal(x->args[0]->args[0]->id, x->args[0]->args[1]->id);
    drop(&f);
}

static void what_a_name_can_be(void **state)
{
    (void)state;
    fixture f = good("D: first, second~~|Sub: second~~|t((0,0),(1,1))~~|a = t(Time)~~|b[D] = D~~|"
                     "c = second~~|g[Sub] = Sub~~|e = MAX(1, a)~~|");
    assert_int_equal(expr(&f, "a")->ref, DTN_REF_LOOKUP);
    assert_int_equal(expr(&f, "a")->id, var(&f, "t")->id);
    assert_int_equal(expr(&f, "a")->args[0]->ref, DTN_REF_TIME);
    assert_int_equal(expr(&f, "b")->ref, DTN_REF_DIM);
    assert_int_equal(expr(&f, "b")->id, dim(&f, "d")->id);
    assert_int_equal(expr(&f, "c")->ref, DTN_REF_ELEMENT);
    assert_true(expr(&f, "c")->number == 2);
    assert_int_equal(expr(&f, "g")->ref, DTN_REF_DIM);
    assert_int_equal(expr(&f, "e")->ref, DTN_REF_FUNC);
    assert_int_equal(expr(&f, "e")->id, DTN_FN_MAX);
    drop(&f);
}

/* A variable wins over an element of its name: elements are many and short. */
static void a_variable_goes_before_an_element(void **state)
{
    (void)state;
    fixture f = good("D: a, b~~|b = 7~~|c = b + a~~|v[D] = 1, 2~~|w = v[b]~~|");
    assert_int_equal(expr(&f, "c")->args[0]->ref, DTN_REF_VAR);
    assert_int_equal(expr(&f, "c")->args[1]->ref, DTN_REF_ELEMENT);
    assert_int_equal(expr(&f, "w")->subs[0].element, 1); /* inside brackets the element */
    drop(&f);
    bad("D: a, b~~|d = 1~~|", 210, "'d' is both a variable and a subscript range", NULL);
}

static void unknown_names_come_with_the_nearest(void **state)
{
    (void)state;
    bad("contact rate = 1~~|a = contact rat~~|", 201,
        "unknown variable 'contact rat' in the equation of 'a'", "did you mean 'contact rate'?");
    bad("a = entirely elsewhere~~|", 201, "unknown variable", "define it");
    bad("a = SMOTH3(1, 2)~~|", 202, "unknown function or lookup 'SMOTH3'", "smooth3");
    bad("b = 2~~|a = 3 + b (1 + 2)~~|", 202, "'b' is a variable, no function", "operator missing");
    bad("D: north, south~~|v[D] = 1~~|a = v[nort]~~|", 205, "unknown subscript 'nort' of 'v'",
        "did you mean 'north'?");
    bad("S = 1~~|a = U~~|", 201, "unknown variable 'U'",
        "define it"); /* of one letter none is near */
    bad("s = 1~~|a = su~~|", 201, "unknown variable 'su'", "define it");
    bad("Sus = 1~~|a = run~~|", 201, "unknown variable 'run'", "define it");
    bad("n: p, q~~|v[n] = 1~~|a = v[w]~~|", 205, "unknown subscript 'w' of 'v'", "define it");
    bad("v = 1~~|a = INTEG(1, w)~~|", 201, "unknown variable 'w' in the equation of 'a'", NULL);
}

static void every_mistake_is_said_in_one_go(void **state)
{
    (void)state;
    fixture f = resolve("a = b + c~~|d = NOPE(e)~~|f = MAX()~~|");
    assert_int_equal(f.diags.n, 5);
    drop(&f);
}

static void arguments_are_counted(void **state)
{
    (void)state;
    bad("a = EXP(1, 2)~~|", 203, "'EXP' takes 1 argument, 2 given", NULL);
    bad("a = SMOOTH(1)~~|", 203, "'SMOOTH' takes 2 arguments, 1 given", NULL);
    bad("a = MAX(1, 2, 3)~~|", 203, "'MAX' takes 1 to 2 arguments, 3 given", NULL);
    bad("t((0,0),(1,1))~~|a = t(1, 2)~~|", 203, "the lookup 't' takes 1 argument, 2 given", NULL);
    bad("a = LOOKUP FORWARD(3, 1)~~|", 212, "is not a lookup", NULL);
}

/* ---- Subscripts ------------------------------------------------------------------- */

static void subscripts_are_elements_or_ranges(void **state)
{
    (void)state;
    fixture f = good("D: a, b, c~~|Sub: b, c~~|v[D] = 1, 2, 3~~|w[Sub] = v[Sub]~~|x = v[c]~~|"
                     "y = SUM(v[Sub!])~~|z[D] = v[D]~~|");
    assert_int_equal(expr(&f, "w")->subs[0].dim, dim(&f, "sub")->id);
    assert_int_equal(expr(&f, "w")->subs[0].element, DTN_NONE);
    assert_int_equal(expr(&f, "x")->subs[0].dim, DTN_NONE);
    assert_int_equal(expr(&f, "x")->subs[0].element, 2);
    assert_true(expr(&f, "y")->args[0]->subs[0].bang);
    assert_int_equal(expr(&f, "z")->subs[0].dim, dim(&f, "d")->id);
    drop(&f);
    bad("D: a, b~~|E: x, y~~|v[D] = 1~~|w = v[x]~~|", 206, "'x' is not an element of 'D'", NULL);
    bad("D: a, b~~|v[D] = 1~~|w = v~~|", 206, "'v' has 1 subscript and is used with 0", NULL);
    bad("D: a, b~~|v = 1~~|w = v[a]~~|", 206, "'v' has 0 subscripts and is used with 1", NULL);
    bad("D: a, b~~|v[D] = 1~~|w = v[a, b]~~|", 206, "is used with 2 here", NULL);
}

static void numbers_are_elements_too(void **state)
{
    (void)state;
    fixture f = good("D: 1, 2, 3~~|v[D] :EXCEPT: [2] = 5~~|v[2] = 7~~|w = v[3]~~|");
    assert_int_equal(expr(&f, "w")->subs[0].element, 2);
    drop(&f);
    bad("D: 1, 2~~|v[D] = 5~~|w = v[3]~~|", 206, "no element 3", NULL);
}

/* ---- Elements ---------------------------------------------------------------------- */

static void no_element_has_two_equations(void **state)
{
    (void)state;
    bad("D: a, b~~|v[D] = 1~~|v[b] = 2~~|", 204, "'v[b]' has an equation above", ":EXCEPT:");
    bad("D: a, b, c~~|S: b, c~~|v[a] = 0~~|v[S] = 1~~|v[c] = 2~~|", 204, "'v[c]'", NULL);
    bad("D: a, b~~|E: x, y~~|v[D, x] = 1~~|v[b, E] = 2~~|", 204, "'v[b,x]'", NULL);
    fixture f = good("D: a, b~~|E: x, y~~|v[D, x] = 1~~|v[D, E] :EXCEPT: [D, x] = 2~~|");
    drop(&f);
}

static void elements_in_use_have_an_equation(void **state)
{
    (void)state;
    const char *part = "D: a, b, c~~|S: a, b~~|T: b, c~~|v[a] = 1~~|v[c] = 2~~|%s";
    static const struct {
        const char *use;
        bool ok;
    } cases[] = {{"w = v[a] + v[c]~~|", true},
                 {"w = v[b]~~|", false},
                 {"w = SUM(v[D!])~~|", false},
                 {"w[S] = v[S]~~|", false},
                 {"w[T] = v[T]~~|", false},
                 {"w[D] = v[D]~~|", false},
                 {"w[D] :EXCEPT: [b] = v[D]~~|", true},
                 {"w = INTEG(1, v[b])~~|", false},
                 {"w[a] = v[a]~~|w[c] = v[c]~~|", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        (void)snprintf(text, sizeof text, part, cases[i].use);
        fixture f = resolve(text);
        if ((f.status == DTN_OK) != cases[i].ok)
            fail_msg("%s", cases[i].use);
        if (!cases[i].ok) {
            assert_int_equal(f.diags.n, 1);
            assert_int_equal(f.diags.items[0].code, 209);
            assert_non_null(strstr(f.diags.items[0].message, "'v[b]'"));
        }
        drop(&f);
    }
}

/* ---- Kinds --------------------------------------------------------------------------- */

static void kinds_follow_from_equations(void **state)
{
    (void)state;
    fixture f =
        good("D: a, b~~|c = 1~~|neg = -2~~|list[D] = 1, 2~~|t((0,0),(1,1))~~|"
             "s = INTEG(in - out + SMOOTH(other, 2), 0)~~|in = c~~|out = s / 2~~|other = c~~|"
             "sum = 1 + 1~~|held = ACTIVE INITIAL(c, 1)~~|");
    assert_int_equal(var(&f, "c")->kind, DTN_VAR_CONST);
    assert_int_equal(var(&f, "neg")->kind, DTN_VAR_CONST);
    assert_int_equal(var(&f, "list")->kind, DTN_VAR_CONST);
    assert_int_equal(var(&f, "t")->kind, DTN_VAR_LOOKUP);
    assert_int_equal(var(&f, "s")->kind, DTN_VAR_STOCK);
    assert_int_equal(var(&f, "in")->kind, DTN_VAR_FLOW);
    assert_int_equal(var(&f, "out")->kind, DTN_VAR_FLOW);
    assert_int_equal(var(&f, "other")->kind, DTN_VAR_AUX);
    assert_int_equal(var(&f, "sum")->kind, DTN_VAR_AUX);
    assert_int_equal(var(&f, "held")->kind, DTN_VAR_AUX);
    drop(&f);
}

/* ---- Time ------------------------------------------------------------------------------ */

static void time_is_demanded(void **state)
{
    (void)state;
    const char *text = "a = 1~~|INITIAL TIME=0~~|TIME STEP=missing~~|";
    dtn_diags diags;
    dtn_model *m = NULL;
    dtn_diags_init(&diags);
    assert_int_equal(dtn_model_read_mdl(text, strlen(text), "m", &m, &diags), DTN_OK);
    assert_int_equal(dtn_check_resolve(m, &diags), DTN_E_INPUT);
    assert_int_equal(diags.n, 2); /* no stop; a step that nobody knows */
    assert_false(m->is_resolved);
    dtn_model_delete(m);
    dtn_diags_free(&diags);
}

/* Errors from before are the caller's: they do not fail this pass, and stay counted. */
static void earlier_errors_are_not_ours(void **state)
{
    (void)state;
    const char *text = "a = 1~~|" TIMES;
    dtn_diags diags;
    dtn_model *m = NULL;
    dtn_diags_init(&diags);
    dtn_diags_add(&diags, 101, (dtn_pos){"other", 1, 1}, NULL, "from before");
    size_t n = diags.n_error;
    assert_int_equal(dtn_model_read_mdl(text, strlen(text), "m", &m, &diags), DTN_OK);
    assert_int_equal(dtn_check_resolve(m, &diags), DTN_OK);
    assert_int_equal(diags.n_error, n);
    dtn_model_delete(m);
    dtn_diags_free(&diags);
}

/* ---- XMILE ------------------------------------------------------------------------------- */

static dtn_status resolve_xmile(const char *variables, dtn_model **m, dtn_diags *diags)
{
    char text[3000];
    (void)snprintf(
        text, sizeof text,
        "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">"
        "<sim_specs><start>0</start><stop>1</stop></sim_specs>"
        "<dimensions><dim name=\"D\"><elem name=\"a\"/><elem name=\"b\"/></dim></dimensions>"
        "<model><variables>%s</variables></model></xmile>",
        variables);
    dtn_diags_init(diags);
    *m = NULL;
    assert_int_equal(dtn_model_read_xmile(text, strlen(text), "x", m, diags), DTN_OK);
    return dtn_check_resolve(*m, diags);
}

static void xmile_arrays_need_no_subscripts(void **state)
{
    (void)state;
    dtn_model *m;
    dtn_diags diags;
    assert_int_equal(
        resolve_xmile(
            "<aux name=\"v\"><dimensions><dim name=\"D\"/></dimensions><eqn>1</eqn></aux>"
            "<aux name=\"w\"><dimensions><dim name=\"D\"/></dimensions><eqn>v * 2</eqn></aux>"
            "<aux name=\"i\"><eqn>2</eqn></aux><aux name=\"x\"><eqn>v[i]</eqn></aux>"
            "<aux name=\"y\"><eqn>v[b]</eqn></aux>",
            &m, &diags),
        DTN_OK);
    dtn_var *w = dtn_model_find_var(m, "w"), *x = dtn_model_find_var(m, "x");
    assert_int_equal(w->n_element, 2);
    assert_int_equal(x->eqns[0].expr->subs[0].kind, DTN_SUB_EXPR); /* i is a variable */
    assert_int_equal(dtn_model_find_var(m, "y")->eqns[0].expr->subs[0].element, 1);
    dtn_model_delete(m);
    dtn_diags_free(&diags);
    assert_int_equal(resolve_xmile("<aux name=\"v\"><dimensions><dim name=\"E\"/></dimensions>"
                                   "<eqn>1</eqn></aux>",
                                   &m, &diags),
                     DTN_E_INPUT);
    assert_int_equal(diags.items[0].code, 205);
    dtn_model_delete(m);
    dtn_diags_free(&diags);
    /* On the left side an element stands, and i is none, though a variable. */
    assert_int_equal(resolve_xmile("<aux name=\"v\"><dimensions><dim name=\"D\"/></dimensions>"
                                   "<element subscript=\"i\"><eqn>1</eqn></element>"
                                   "<element subscript=\"b\"><eqn>2</eqn></element></aux>"
                                   "<aux name=\"i\"><eqn>2</eqn></aux>",
                                   &m, &diags),
                     DTN_E_INPUT);
    assert_int_equal(diags.items[0].code, 205);
    dtn_model_delete(m);
    dtn_diags_free(&diags);
}

/* ---- Size -------------------------------------------------------------------------------- */

static void long_chains_of_variables_resolve(void **state)
{
    (void)state;
    enum { N = 20000 };
    char *text = malloc((size_t)N * 30), *p = text;
    assert_non_null(text);
    for (int i = 0; i < N; i++)
        p += sprintf(p, "v%d = v%d + 1~~|", i, i + 1);
    (void)sprintf(p, "v%d = 1~~|", N);
    fixture f = good(text);
    free(text);
    drop(&f);
}

static void out_of_memory_is_told(void **state)
{
    (void)state;
    const char *text = "D: a, b~~|S: D~~|v[D] = 1, 2~~|w[S] = v[S] + SMOOTH(v[S], 2)~~|" TIMES;
    size_t n_failed = 0;
    for (size_t n = 1; n < 40; n++) {
        dtn_diags diags;
        dtn_model *m = NULL;
        dtn_diags_init(&diags);
        assert_int_equal(dtn_model_read_mdl(text, strlen(text), "m", &m, &diags), DTN_OK);
        dtn_alloc_fail_after(n);
        dtn_status status = dtn_check_resolve(m, &diags);
        dtn_alloc_fail_after(0);
        assert_true(status == DTN_OK || status == DTN_E_MEMORY);
        n_failed += status == DTN_E_MEMORY;
        dtn_model_delete(m);
        dtn_diags_free(&diags);
    }
    assert_true(n_failed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subranges_find_their_parents),
        cmocka_unit_test(ranges_of_ranges_are_expanded),
        cmocka_unit_test(a_range_of_itself_ends),
        cmocka_unit_test(aliases_have_the_same_elements),
        cmocka_unit_test(mappings_are_checked),
        cmocka_unit_test(variables_lie_over_the_smallest_range),
        cmocka_unit_test(left_sides_must_fit_each_other),
        cmocka_unit_test(names_are_found_whatever_their_spelling),
        cmocka_unit_test(what_a_name_can_be),
        cmocka_unit_test(a_variable_goes_before_an_element),
        cmocka_unit_test(unknown_names_come_with_the_nearest),
        cmocka_unit_test(every_mistake_is_said_in_one_go),
        cmocka_unit_test(arguments_are_counted),
        cmocka_unit_test(subscripts_are_elements_or_ranges),
        cmocka_unit_test(numbers_are_elements_too),
        cmocka_unit_test(no_element_has_two_equations),
        cmocka_unit_test(elements_in_use_have_an_equation),
        cmocka_unit_test(kinds_follow_from_equations),
        cmocka_unit_test(time_is_demanded),
        cmocka_unit_test(earlier_errors_are_not_ours),
        cmocka_unit_test(xmile_arrays_need_no_subscripts),
        cmocka_unit_test(long_chains_of_variables_resolve),
        cmocka_unit_test(out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
