/* Dimensional analysis: what agrees, what does not and where it is said, what is inferred. */
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

#define TIMES "INITIAL TIME=0 ~Week~|FINAL TIME=1 ~Week~|TIME STEP=1 ~Week~|SAVEPER=1 ~Week~|"

typedef struct fixture {
    dtn_model *model;
    dtn_diags diags;
    dtn_status status; /* of dtn_check_units */
} fixture;

static fixture check_with(const char *text, const char *rule, void (*change)(dtn_model *m))
{
    fixture f = {0};
    size_t n = strlen(text);
    char *whole = malloc(n + sizeof TIMES);
    assert_non_null(whole);
    memcpy(whole, text, n);
    memcpy(whole + n, TIMES, sizeof TIMES);
    dtn_diags_init(&f.diags);
    assert_int_equal(dtn_model_read_mdl(whole, strlen(whole), "m", &f.model, &f.diags), DTN_OK);
    free(whole);
    if (rule) {
        dtn_overlay overlay = {"actor.course", "actor"};
        DTN_PUSH(f.model->arena, f.model->overlays, f.model->n_overlay, f.model->cap_overlay,
                 overlay);
        assert_int_equal(
            dtn_model_add_text(f.model, rule, strlen(rule), (dtn_pos){"rule", 7, 1}, 1, &f.diags),
            DTN_OK);
    }
    if (change)
        change(f.model);
    if (dtn_check_resolve(f.model, &f.diags) != DTN_OK)
        fail_msg("%s: %s", text, f.diags.n ? f.diags.items[0].message : "?");
    f.status = dtn_check_units(f.model, &f.diags);
    return f;
}

static fixture check(const char *text) { return check_with(text, NULL, NULL); }

static void drop(fixture *f)
{
    dtn_model_delete(f->model);
    dtn_diags_free(&f->diags);
}

/* Variables with units for the expressions below. */
#define UNITS                                                                              \
    "people = INTEG(1,0) ~Person~|goods = INTEG(1,0) ~Widget~|rate = INTEG(1,0) ~1/Week~|" \
    "flow = INTEG(1,0) ~Person/Week~|share = INTEG(1,0) ~Dmnl~|none = INTEG(1,0) ~~|"      \
    "lag = INTEG(1,0) ~Week~|area = INTEG(1,0) ~Meter^2~|side = INTEG(1,0) ~Meter~|"       \
    "table((0,0),(1,1)) ~Widget~|bare((0,0),(1,1)) ~~|"

/* Warnings of `y = expression`, y in `unit`; the initial 0s and rates of UNITS give none here,
 * because their rates are 1 over no unit: left out by looking at y's line alone. */
static size_t warnings(const char *expression, const char *unit, char message[300])
{
    char text[1500];
    (void)snprintf(text, sizeof text,
                   UNITS "D: d1, d2~~|e[D] = INTEG(1,0) ~Person~|\n\n"
                         "y = %s ~%s~|\n",
                   expression, unit);
    fixture f = check(text);
    size_t n = 0;
    message[0] = '\0';
    for (size_t i = 0; i < f.diags.n; i++) {
        const dtn_diag *d = &f.diags.items[i];
        if (d->line != 3)
            continue;
        if (d->code != 301 || d->severity != DTN_WARNING)
            fail_msg("%s: %s", expression, d->message);
        n++;
        (void)snprintf(message, 300, "%u: %s", d->col, d->message);
    }
    drop(&f);
    return n;
}

static void what_agrees(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"people + people", "Person"},
        {"people * rate", "Person/Week"},
        {"flow / rate", "People"},
        {"people + 0", "Person"},
        {"0 - people", "Person"},
        {"MAX(0, people)", "Person"},
        {"MIN(people, 0)", "Person"},
        {"IF THEN ELSE(people > 0, people, 0)", "Person"},
        {"-people", "Person"},
        {"people / people", "Dmnl"},
        {"share * 2", ""},
        {"1 + share", "Dmnl"},
        {"side ^ 2", "Meter^2"},
        {"side * side", "Meter*Meter"},
        {"SQRT(area)", "Meter"},
        {"side ^ -1", "1/Meter"},
        {"area ^ 0.5", "Meter"},
        {"POWER(side, 2) + area", "Meter^2"},
        {"2 ^ share", "Dmnl"},
        {"EXP(share)", "Dmnl"},
        {"LN(people / people)", "Dmnl"},
        {"Time", "Week"},
        {"Time * rate", "Dmnl"},
        {"people / Time", "Person/Week"},
        {"TIME STEP * flow", "Person"},
        {"STEP(people, lag)", "Person"},
        {"RAMP(flow, lag, 9 * lag)", "Person"},
        {"people * PULSE(lag, lag)", "Person"},
        {"SMOOTH(people, lag)", "Person"},
        {"DELAY3(flow, lag)", "Person/Week"},
        {"DELAY FIXED(people, lag, 0)", "Person"},
        {"TREND(people, lag, rate)", "1/Week"},
        {"FORECAST(people, lag, lag)", "Person"},
        {"SAMPLE IF TRUE(Time > lag, people, 0)", "Person"},
        {"ZIDZ(people, lag)", "Person/Week"},
        {"XIDZ(people, lag, flow)", "Person/Week"},
        {"INITIAL(people)", "Person"},
        {"ACTIVE INITIAL(people, people)", "Person"},
        {"INTEGER(people)", "Person"},
        {"ABS(people)", "Person"},
        {"QUANTUM(people, people)", "Person"},
        {"table(share)", "Widget"},
        {"table(people)", "Widget"},
        {"bare(people)", "Anything"},
        {"SUM(e[D!])", "Person"},
        {"VMAX(e[D!]) + people", "Person"},
        {"none + people", "Person"},
        {"none * people", "Widget"},
        {"people + goods * none", "Person"},
        {"1 / lag", "1/Week"},
        {"people :AND: goods", "Dmnl"},
        {"DTN POISSON(people)", "Person"},
        {"DTN SUM LOGNORMAL(goods, people, share)", "Widget*Person"},
        {"DTN NORMAL(people, people)", "Person"},
        {"DTN GAMMA(people, share)", "Person"},
        {"DTN NEGATIVE BINOMIAL(people, share)", "Person"},
        {"12.5", "Whatever"},
        {"-3", "Whatever"},
        {"people * 1e6", "Person"}};
    char message[300];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (warnings(cases[i][0], cases[i][1], message))
            fail_msg("%s ~ %s: %s", cases[i][0], cases[i][1], message);
}

static void what_does_not_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *expression, *unit, *message;
    } cases[] = {
        {"people + goods", "Person",
         "12: units do not agree in a sum of 'y': 'people' is 'Person' (declared), 'goods' is 'Widget' (declared)"},
        {"1 + people", "Person",
         "7: units do not agree in a sum of 'y': '1' is 'Dmnl' (a number has no unit), 'people' is 'Person' (declared)"},
        {"people - rate", "Person",
         "12: units do not agree in a difference of 'y': 'people' is 'Person' (declared), 'rate' is '1/Week' (declared)"},
        {"people * rate", "Person",
         "12: units do not agree in the equation of 'y': 'people * rate' is 'Person/Week' (computed), the variable is declared 'Person'"},
        {"IF THEN ELSE(people > goods, 1, 0)", "Dmnl",
         "25: units do not agree in a comparison of 'y': 'people' is 'Person' (declared), 'goods' is 'Widget' (declared)"},
        {"IF THEN ELSE(share > 0, people, goods)", "Person",
         "5: units do not agree in the two branches of 'y': 'people' is 'Person' (declared), 'goods' is 'Widget' (declared)"},
        {"MAX(people, goods)", "Person",
         "5: units do not agree in MAX() of 'y': 'people' is 'Person' (declared), 'goods' is 'Widget' (declared)"},
        {"EXP(people)", "Dmnl",
         "9: units do not agree in EXP() of 'y': 'people' is 'Person' (declared), it must be 'Dmnl'"},
        {"2 ^ people", "Dmnl",
         "9: units do not agree in the exponent of 'y': 'people' is 'Person' (declared), it must be 'Dmnl'"},
        {"side ^ 3", "Meter^2",
         "10: units do not agree in the equation of 'y': 'side^3' is 'Meter^3' (computed), the variable is declared 'Meter^2'"},
        {"SMOOTH(people, rate)", "Person",
         "20: units do not agree in SMOOTH() of 'y': 'rate' is '1/Week' (declared), the time unit is 'Week'"},
        {"STEP(people, 5)", "Person",
         "18: units do not agree in STEP() of 'y': '5' is 'Dmnl' (a number has no unit), the time unit is 'Week'"},
        {"XIDZ(people, lag, people)", "Person/Week",
         "23: units do not agree in XIDZ() of 'y': 'people' is 'Person' (declared), the other arguments ask for 'Person/Week'"},
        {"SAMPLE IF TRUE(Time > lag, people, goods)", "Person",
         "5: units do not agree in SAMPLE IF TRUE() of 'y': 'people' is 'Person' (declared), 'goods' is 'Widget' (declared)"},
        {"DTN NORMAL(people, goods)", "Person",
         "5: units do not agree in DTN NORMAL() of 'y': 'people' is 'Person' (declared), 'goods' is 'Widget' (declared)"},
        {"table(1)", "Person",
         "5: units do not agree in the equation of 'y': 'table(1)' is 'Widget' (declared), the variable is declared 'Person'"},
        {"people / lag", "Person",
         "12: units do not agree in the equation of 'y': 'people / lag' is 'Person/Week' (computed), the variable is declared 'Person'"},
        {"SUM(e[D!])", "Widget",
         "5: units do not agree in the equation of 'y': 'SUM(e[D!])' is 'Person' (computed), the variable is declared 'Widget'"}};
    char message[300];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = warnings(cases[i].expression, cases[i].unit, message);
        if (n != 1 || strcmp(message, cases[i].message) != 0)
            fail_msg("%s: %zu, %s", cases[i].expression, n, message);
    }
    /* One slip is said once: what comes of it agrees with everything on the way up. */
    assert_int_equal(warnings("(people + goods) * rate", "Person/Week", message), 1);
}

static void rates_and_initial_values_of_stocks(void **state)
{
    (void)state;
    fixture f = check("a = INTEG(flow, start) ~Person~|flow = 2 ~Person/Week~|start = 3 ~Person~|");
    assert_int_equal(f.diags.n, 0);
    assert_int_equal(f.status, DTN_OK);
    drop(&f);
    f = check("a = INTEG(flow, start) ~Person~|flow = 2 ~Person~|start = 3 ~Widget~|");
    assert_int_equal(f.diags.n, 2);
    assert_int_equal(f.diags.items[0].code, 301);
    assert_non_null(strstr(f.diags.items[0].message, "the initial value of 'a'"));
    assert_non_null(strstr(f.diags.items[1].message,
                           "the rate of 'a': 'flow' is 'Person' (declared), the "
                           "stock's declared unit over the time unit is "
                           "'Person/Week'"));
    assert_int_equal(f.status, DTN_OK); /* warnings */
    drop(&f);
}

static void rules_are_errors(void **state)
{
    (void)state;
    fixture f = check_with("a = b ~Person~|b = 2 ~Person~|c = 3 ~Widget~|sum = a + c ~Person~|",
                           "a = b + c ~~|\nnew = b * c ~Person~|\nfine = b * 2 ~Person~|", NULL);
    assert_int_equal(f.status, DTN_E_INPUT);
    assert_int_equal(f.diags.n, 3);
    assert_int_equal(f.diags.n_error, 2);
    for (size_t i = 0; i < f.diags.n; i++) {
        const dtn_diag *d = &f.diags.items[i];
        bool rule = d->file && strcmp(d->file, "rule") == 0;
        assert_int_equal(d->code, rule ? 304 : 301);
        assert_int_equal(d->severity, rule ? DTN_ERROR : DTN_WARNING);
        if (rule && d->line == 7)
            assert_int_equal(d->col, 7);
    }
    drop(&f);
}

static const char *normal(const char *unit)
{
    static char out[200]; /* one at a time */
    fixture f = check("a = 1~~|");
    (void)snprintf(out, sizeof out, "%s", dtn_check_unit_normal(f.model, unit));
    drop(&f);
    return out;
}

static void units_have_a_normal_form(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"Persons/Week", "Person/Week"},
                                           {"people / weeks", "Person/Week"},
                                           {"1/Week", "1/Week"},
                                           {"Dmnl/Week", "1/Week"},
                                           {"Week^-1", "1/Week"},
                                           {"Week^(-1)", "1/Week"},
                                           {"a*b/c/d", "a*b/(c*d)"},
                                           {"a/(b/c)", "a*c/b"},
                                           {"(a/b)^2", "a^2/b^2"},
                                           {"a*a*a", "a^3"},
                                           {"a^0.5", "a^0.5"},
                                           {"a/a", "Dmnl"},
                                           {"Dmnl", "Dmnl"},
                                           {"Fraction", "Dmnl"},
                                           {"1", "Dmnl"},
                                           {"", "?"},
                                           {"  ", "?"},
                                           {"a/", "?"},
                                           {"(a", "?"},
                                           {"a)", "?"},
                                           {"a b/c", "a b/c"},
                                           {"$/yr", "Dollar/Year"},
                                           {"a//b", "?"},
                                           {"*a", "?"},
                                           {"a^x", "?"},
                                           {"a^", "?"},
                                           {"b*a", "b*a"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (strcmp(normal(cases[i][0]), cases[i][1]) != 0)
            fail_msg("'%s' is '%s', not '%s'", cases[i][0], normal(cases[i][0]), cases[i][1]);
}

static void the_order_of_factors_does_not_matter(void **state)
{
    (void)state;
    char message[300];
    assert_int_equal(warnings("people * goods", "Widget*Person", message), 0);
    assert_int_equal(warnings("people * goods / lag / side", "Widget*Person/(Meter*Week)", message),
                     0);
}

static void give_synonyms(dtn_model *m)
{
    DTN_PUSH(m->arena, m->unit_synonyms, m->n_unit_synonym, m->cap_unit_synonym,
             "Fighter,Fighters,Militants");
    DTN_PUSH(m->arena, m->unit_synonyms, m->n_unit_synonym, m->cap_unit_synonym, "Week,Wks,7d");
}

static void a_model_has_its_own_synonyms(void **state)
{
    (void)state;
    const char *text = "a = b + c ~fighters~|b = 1 ~MILITANTS~|c = 2 ~Fighter~|"
                       "d = INTEG(e, 0) ~Fighter~|e = 1 ~Fighter/Wks~|";
    fixture f = check_with(text, NULL, give_synonyms);
    assert_int_equal(f.diags.n, 0);
    assert_string_equal(dtn_check_unit_normal(f.model, "militants/7d"), "Fighter/Week");
    drop(&f);
    f = check(text);
    assert_true(f.diags.n > 0);
    drop(&f);
}

/* kW = kJ/s, as XMILE's <eqn> of a unit says; MWh by way of another one. */
static void give_products(dtn_model *m)
{
    DTN_PUSH(m->arena, m->unit_synonyms, m->n_unit_synonym, m->cap_unit_synonym, "kWs,kW*s");
    DTN_PUSH(m->arena, m->unit_synonyms, m->n_unit_synonym, m->cap_unit_synonym,
             "kW,kilowatts,kJ/s");
}

static void a_unit_may_be_a_product_of_others(void **state)
{
    (void)state;
    const char *text = "a = b / c ~kW~|b = 1 ~kJ~|c = 2 ~s~|d = a * c ~kWs~|e = a ~Kilowatts~|";
    fixture f = check_with(text, NULL, give_products);
    assert_int_equal(f.diags.n, 0);
    assert_string_equal(dtn_check_unit_normal(f.model, "kilowatts"), "kJ/s");
    assert_string_equal(dtn_check_unit_normal(f.model, "kWs"), "kJ");
    drop(&f);
    f = check(text);
    assert_int_equal(f.diags.n, 3);
    drop(&f);
}

static void long_expressions_are_cut_between_characters(void **state)
{
    (void)state;
    char message[300];
    assert_int_equal(
        warnings("people * (1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1)", "Dmnl", message),
        1);
    assert_non_null(strstr(message, " ...' is 'Person' (computed), "));
}

static void malformed_units_are_errors_at_their_place(void **state)
{
    (void)state;
    fixture f = check("a = 1 ~ Person/ ~|\nb = a + 1 ~ (x ~|\nc = 1 ~ x//y [0,1]~|");
    assert_int_equal(f.status, DTN_E_INPUT);
    assert_int_equal(f.diags.n, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(f.diags.items[i].code, 302);
        assert_int_equal(f.diags.items[i].line, i + 1);
        assert_int_equal(f.diags.items[i].col, i == 1 ? 13 : 9);
        assert_non_null(f.diags.items[i].hint);
    }
    drop(&f);
}

static const char *unit_of(const fixture *f, const char *key, bool want_inferred)
{
    bool inferred = !want_inferred;
    dtn_var *var = dtn_model_find_var(f->model, key);
    assert_non_null(var);
    const char *text = dtn_check_unit_text(f->model, var->id, &inferred);
    assert_int_equal(inferred, want_inferred);
    return text;
}

static void missing_units_are_inferred(void **state)
{
    (void)state;
    fixture f = check("a = 1 ~Person~|b = 2 ~Week~|c = a / b~~|d = c * b~~|e = 3~~|g = e * a~~|"
                      "h = d + 0~~|i = 0 + d~~|ring = ring two~~|ring two = ring + a~~|"
                      "s = INTEG(c, a)~~|k = a + b~~|l = IF THEN ELSE(a > 0, 0, a)~~|");
    assert_string_equal(unit_of(&f, "a", false), "Person");
    assert_string_equal(unit_of(&f, "c", true), "Person/Week");
    assert_string_equal(unit_of(&f, "d", true), "Person");
    assert_string_equal(unit_of(&f, "e", true), "?");
    assert_string_equal(unit_of(&f, "g", true), "?");
    assert_string_equal(unit_of(&f, "h", true), "Person");
    assert_string_equal(unit_of(&f, "i", true), "Person");
    assert_string_equal(unit_of(&f, "s", true), "Person");
    assert_string_equal(unit_of(&f, "l", true), "Person");
    assert_string_equal(unit_of(&f, "initial_time", false), "Week");
    assert_int_equal(f.diags.n, 1); /* k alone */
    assert_non_null(strstr(f.diags.items[0].message, "a sum of 'k'"));
    drop(&f);
}

static void without_a_time_unit_rates_are_not_checked(void **state)
{
    (void)state;
    fixture f = {0};
    const char *text = "a = INTEG(b, 0) ~Person~|b = 1 ~Widget~|"
                       "INITIAL TIME=0~~|FINAL TIME=1~~|TIME STEP=1~~|SAVEPER=1~~|";
    dtn_diags_init(&f.diags);
    assert_int_equal(dtn_model_read_mdl(text, strlen(text), "m", &f.model, &f.diags), DTN_OK);
    assert_int_equal(dtn_check_resolve(f.model, &f.diags), DTN_OK);
    assert_int_equal(dtn_check_units(f.model, &f.diags), DTN_OK);
    assert_int_equal(f.diags.n, 0);
    drop(&f);
}

/* A chain of ten thousand variables without units must not need as deep a stack. */
static void long_chains_end(void **state)
{
    (void)state;
    enum { N = 10000 };
    char *text = malloc((size_t)N * 40), *p = text;
    assert_non_null(text);
    for (int i = 0; i < N; i++)
        p += sprintf(p, "v%d = MAX(v%d, 0) + 0~~|", i, i + 1);
    (void)sprintf(p, "v%d = 1 ~Person~|", N);
    fixture f = check(text);
    char key[20];
    (void)snprintf(key, sizeof key, "v%d", N - 100);
    assert_string_equal(unit_of(&f, key, true), "Person");
    (void)unit_of(&f, "v0", true);
    free(text);
    drop(&f);
}

static void every_function_survives_every_count_of_arguments(void **state)
{
    (void)state;
    /* units of calls as the table allows them: no crash, whatever the unit */
    static const char *const calls[] = {"RANDOM 0 1()",
                                        "RANDOM UNIFORM(0, 1, 0)",
                                        "MAX(1, 2)",
                                        "DTN SUM LOMAX(1, 2, 3)",
                                        "DTN BINOMIAL(5, 0.5)",
                                        "PI",
                                        "VECTOR ELM MAP(e[d1], 1)",
                                        "ELMCOUNT(D)"};
    char message[300];
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        (void)warnings(calls[i], "Dmnl", message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_agrees),
        cmocka_unit_test(what_does_not_and_where),
        cmocka_unit_test(rates_and_initial_values_of_stocks),
        cmocka_unit_test(rules_are_errors),
        cmocka_unit_test(units_have_a_normal_form),
        cmocka_unit_test(the_order_of_factors_does_not_matter),
        cmocka_unit_test(a_model_has_its_own_synonyms),
        cmocka_unit_test(a_unit_may_be_a_product_of_others),
        cmocka_unit_test(long_expressions_are_cut_between_characters),
        cmocka_unit_test(malformed_units_are_errors_at_their_place),
        cmocka_unit_test(missing_units_are_inferred),
        cmocka_unit_test(without_a_time_unit_rates_are_not_checked),
        cmocka_unit_test(long_chains_end),
        cmocka_unit_test(every_function_survives_every_count_of_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
