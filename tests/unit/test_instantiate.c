/* Instances of macros and modules: what becomes of the form, what is refused and where, texts
 * laid over module variables, the same streams after edits elsewhere, memory that runs out.
 * Values over time are in tests/lang (macros*.mdl, modules.xmile, x-macros.xmile). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "check/scope.h"
#include "format/format.h"
#include "run/run.h"

#define TIMES "INITIAL TIME = 0 ~~| FINAL TIME = 4 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|\n"
#define LAG                                                                   \
    ":MACRO: LAG(in, time)\nLAG = INTEG((in - LAG) / time, start) ~ in ~ |\n" \
    "start = in * 0.5 ~ in/Month ~ |\n:END OF MACRO:\n"
#define XMILE(outside, body)                                                                      \
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"          \
    "<sim_specs><start>0</start><stop>4</stop></sim_specs>\n" outside "<model><variables>\n" body \
    "</variables></model></xmile>"

typedef struct fixture {
    dtn_diags diags;
    dtn_model *model;
    dtn_program *program;
} fixture;

static void read_text(fixture *f, const char *text)
{
    memset(f, 0, sizeof *f);
    dtn_diags_init(&f->diags);
    dtn_status status = text[0] == '<'
                            ? dtn_model_read_xmile(text, strlen(text), "test", &f->model, &f->diags)
                            : dtn_model_read_mdl(text, strlen(text), "test", &f->model, &f->diags);
    if (status != DTN_OK && f->diags.n > 0)
        print_message("%u:%u %s\n", f->diags.items[0].line, f->diags.items[0].col,
                      f->diags.items[0].message);
    assert_int_equal(status, DTN_OK);
}

static void show(const fixture *f)
{
    for (size_t i = 0; i < f->diags.n; i++)
        print_message("%u:%u %d %s\n", f->diags.items[i].line, f->diags.items[i].col,
                      f->diags.items[i].code, f->diags.items[i].message);
}

static void resolve(fixture *f, const char *text)
{
    read_text(f, text);
    dtn_status status = dtn_check_resolve(f->model, &f->diags);
    if (status != DTN_OK)
        show(f);
    assert_int_equal(status, DTN_OK);
}

static void compile(fixture *f)
{
    dtn_status status = dtn_compile(f->model, NULL, &f->program, &f->diags);
    if (status != DTN_OK)
        show(f);
    assert_int_equal(status, DTN_OK);
}

static void drop(fixture *f)
{
    dtn_program_delete(f->program);
    dtn_model_delete(f->model);
    dtn_diags_free(&f->diags);
}

static const dtn_var *var_of(const fixture *f, const char *key)
{
    const dtn_var *var = dtn_model_find_var(f->model, key);
    if (!var)
        print_message("no variable '%s'\n", key);
    assert_non_null(var);
    return var;
}

static double value_at(const fixture *f, const char *key, uint32_t element, uint32_t step)
{
    dtn_block *block = dtn_block_new(f->program, 1, dtn_isa_best());
    assert_non_null(block);
    assert_int_equal(dtn_block_start(block, 1, 0, 1, 0, NULL, NULL), DTN_OK);
    while (dtn_block_step_index(block) < step)
        dtn_block_step(block);
    dtn_block_eval(block);
    double value = dtn_block_value(block, var_of(f, key)->id, element)[0];
    dtn_block_delete(block);
    return value;
}

static size_t n_hidden(const fixture *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->model->n_var; i++)
        n += f->model->vars[i].is_hidden;
    return n;
}

/* ---- The form --------------------------------------------------------------------- */

static void instances_are_named_as_vensim_names_them(void **state)
{
    (void)state;
    fixture f;
    resolve(&f, LAG "y = LAG(x * 2, 3) + LAG(x, 4) ~~|\nx = 5 ~~|\n"
                    "\"#y>LAG>start#\" = 1 ~~|\n\" y>lag\" = 2 ~~|\n" TIMES);
    assert_string_equal(var_of(&f, " y>lag")->name, "#y>LAG#");
    assert_string_equal(var_of(&f, " y>lag>start")->name, "#y>LAG>start#");
    assert_string_equal(var_of(&f, " y>lag>in")->name, "#y>LAG>in#");
    assert_string_equal(var_of(&f, " y>002 lag")->name, "#y>002 LAG#");
    assert_null(dtn_model_find_var(f.model, " y>002 lag>in")); /* a name stands for itself */
    assert_int_equal(var_of(&f, " y>lag")->kind, DTN_VAR_STOCK);
    assert_true(var_of(&f, " y>lag")->is_instance && var_of(&f, " y>lag")->is_hidden);
    assert_false(var_of(&f, "#y>lag>start#")->is_hidden); /* what a person wrote is another one */
    assert_false(var_of(&f, "y")->is_instance);
    assert_int_equal(n_hidden(&f), 7);
    drop(&f);
}

static void the_form_as_read_stays(void **state)
{
    (void)state;
    fixture f;
    read_text(&f, LAG "y = 1 + LAG(LAG(x, 2), 3) ~~|\nx = 5 ~~|\n" TIMES);
    size_t n_var = f.model->n_var;
    const dtn_model *body = f.model->macros[0].body;
    const dtn_expr *rate = body->vars[0].eqns[0].expr;
    assert_int_equal(dtn_check_resolve(f.model, &f.diags), DTN_OK);
    const dtn_expr *sum = var_of(&f, "y")->eqns[0].expr;
    assert_string_equal(dtn_expr_print(f.model, sum), "1 + LAG(LAG(x, 2), 3)");
    assert_int_equal(sum->args[1]->ref, DTN_REF_MACRO);
    assert_int_equal(sum->args[1]->id, var_of(&f, " y>lag")->id);
    assert_int_equal(sum->args[1]->args[0]->ref, DTN_REF_NONE); /* copied, not resolved here */
    assert_int_equal(body->n_var, 2);
    assert_ptr_equal(body->vars[0].eqns[0].expr, rate);
    assert_int_equal(rate->args[1]->ref, DTN_REF_NONE);
    for (size_t i = 0; i < f.model->n_var; i++)
        assert_int_equal(f.model->vars[i].is_instance, i >= n_var);
    drop(&f);
}

static void resolving_again_adds_nothing(void **state)
{
    (void)state;
    fixture f;
    resolve(&f, LAG "y = LAG(LAG(x, 2), 3) ~~|\nx = 5 ~~|\n" TIMES);
    size_t n = f.model->n_var;
    assert_int_equal(dtn_check_resolve(f.model, &f.diags), DTN_OK);
    assert_int_equal(f.model->n_var, n);
    const char *more = "y = LAG(x, 2) + z ~~|\nz = LAG(x, 9) ~~|\n";
    assert_int_equal(
        dtn_model_add_text(f.model, more, strlen(more), (dtn_pos){"more", 1, 1}, 0, &f.diags),
        DTN_OK);
    assert_int_equal(dtn_check_resolve(f.model, &f.diags), DTN_OK);
    assert_string_equal(var_of(&f, " y>002 lag")->name, "#y>002 LAG#");
    compile(&f);
    assert_true(fabs(value_at(&f, "y", 0, 1) - (3.75 + 2.5 + 2.5 / 9)) < 1e-12);
    drop(&f);
}

static void ranges_of_the_left_side_are_those_of_the_instance(void **state)
{
    (void)state;
    fixture f;
    resolve(&f, LAG "D: a, b, c ~~|\nE: x, y ~~|\nin[D, E] = 1 ~~|\n"
                    "y[D, x] :EXCEPT: [a, x], [b, y] = LAG(in[D, x] + 1, 2) ~~|\ny[a, x] = 0 ~~|\n"
                    "y[D, y] = 0 ~~|\n" TIMES);
    const dtn_var *stock = var_of(&f, " y>lag");
    assert_int_equal(stock->n_dim, 1);
    assert_string_equal(f.model->dims[stock->dims[0]].key, "d");
    assert_int_equal(stock->eqns[0].n_sub, 1);
    assert_int_equal(stock->eqns[0].n_except, 1); /* [b, y] is no part of [D, x] */
    assert_string_equal(stock->eqns[0].excepts[0][0].key, "a");
    assert_int_equal(var_of(&f, " y>lag>in")->n_dim, 1);
    compile(&f);
    assert_true(value_at(&f, "y", 2, 1) == 1.5); /* [b,x] */
    assert_true(value_at(&f, "y", 0, 1) == 0.0);
    drop(&f);
}

static void units_come_from_the_arguments(void **state)
{
    (void)state;
    fixture f;
    bool inferred = false;
    resolve(&f, LAG "y = LAG(x, delay) ~ Person ~ |\nx = 5 ~ Person ~ |\ndelay = 2 ~ Month ~ |\n"
                    "wrong = LAG(x + delay, delay) ~ Person ~ |\nodd = LAG(x, delay) ~ Dog ~ |\n"
                    "INITIAL TIME = 0 ~ Month ~|\nFINAL TIME = 4 ~ Month ~|\n"
                    "TIME STEP = 1 ~ Month ~|\nSAVEPER = 1 ~ Month ~|\n");
    f.diags.n = 0;
    assert_int_equal(dtn_check_units(f.model, &f.diags), DTN_OK);
    assert_string_equal(dtn_check_unit_text(f.model, var_of(&f, " y>lag")->id, &inferred),
                        "Person");
    assert_true(inferred);
    assert_int_equal(f.diags.n, 2);
    assert_int_equal(f.diags.items[0].line, 9);
    assert_non_null(
        strstr(f.diags.items[0].message,
               "is 'Person' (inferred from its equation), the variable is declared 'Dog'"));
    assert_int_equal(f.diags.items[1].line, 8);
    assert_non_null(strstr(f.diags.items[1].message,
                           "'x' is 'Person' (declared), 'delay' is 'Month' (declared)"));
    drop(&f);
}

static void graph_and_hygiene_go_through(void **state)
{
    (void)state;
    fixture f;
    dtn_graph graph;
    resolve(&f, LAG "y = LAG(x, d) ~ P ~ text |\nx = INTEG(y, 5) ~ P ~ text |\n"
                    "d = 2 ~ Month ~ text |\n" TIMES);
    f.diags.n = f.diags.n_warning = 0;
    assert_int_equal(dtn_check_graph(f.model, &graph), DTN_OK);
    uint32_t y = var_of(&f, "y")->id;
    assert_int_equal(graph.first_cause[y + 1] - graph.first_cause[y], 1);
    assert_int_equal(graph.causes[graph.first_cause[y]], var_of(&f, " y>lag")->id);
    assert_int_equal(dtn_check_hygiene(f.model, &f.diags), DTN_OK);
    for (size_t i = 0; i < f.diags.n; i++)
        assert_null(strstr(f.diags.items[i].message, "#"));
    drop(&f);
}

/* A draw's stream belongs to the variable and the call: other equations do not move it. */
static void streams_of_calls_are_their_own(void **state)
{
    (void)state;
    static const char macro[] = ":MACRO: NOISE(x)\nNOISE = x + DTN NORMAL(0, 1) ~~|\n"
                                ":END OF MACRO:\n";
    char one[400], two[400];
    fixture f, g;
    snprintf(one, sizeof one, "%sy = NOISE(1) ~~|\nz = NOISE(1) + NOISE(1) ~~|\n" TIMES, macro);
    snprintf(two, sizeof two,
             "%sa = NOISE(1) ~~|\nz = NOISE(1) + NOISE(1) ~~|\n"
             "y = NOISE(1) ~~|\n" TIMES,
             macro);
    resolve(&f, one);
    resolve(&g, two);
    compile(&f);
    compile(&g);
    assert_true(value_at(&f, "y", 0, 2) == value_at(&g, "y", 0, 2));
    assert_true(value_at(&f, " z>002 noise", 0, 2) == value_at(&g, " z>002 noise", 0, 2));
    assert_true(value_at(&f, " z>noise", 0, 2) != value_at(&f, " z>002 noise", 0, 2));
    drop(&f);
    drop(&g);
}

static void calls_with_outputs_print_as_written(void **state)
{
    (void)state;
    fixture f;
    resolve(&f, ":MACRO: M(a, b : c, d)\nM = a ~~|\nc = b ~~|\nd = a + b ~~|\n:END OF MACRO:\n"
                "y = M(1, x : u, \"v w\") ~~|\nx = 2 ~~|\nuse = u + v w ~~|\n" TIMES);
    assert_string_equal(dtn_expr_print(f.model, var_of(&f, "y")->eqns[0].expr),
                        "M(1, x : u, \"v w\")");
    assert_false(var_of(&f, "u")->is_hidden);
    assert_true(var_of(&f, "u")->is_instance);
    compile(&f);
    assert_true(value_at(&f, "use", 0, 0) == 5.0);
    drop(&f);
}

/* ---- What is refused ------------------------------------------------------------------ */

static void expect(const char *text, int code, uint32_t line, uint32_t col, const char *part)
{
    fixture f;
    read_text(&f, text);
    size_t n = f.diags.n; /* the reader's own warnings */
    assert_int_equal(dtn_check_resolve(f.model, &f.diags), DTN_E_INPUT);
    const dtn_diag *d = &f.diags.items[n];
    if (f.diags.n != n + 1 || d->code != code || d->line != line || d->col != col ||
        !strstr(d->message, part)) {
        show(&f);
        fail_msg("expected %d at %u:%u '%s'", code, line, col, part);
    }
    assert_non_null(d->message);
    drop(&f);
}

static void bad_macros_are_refused(void **state)
{
    (void)state;
    expect(":MACRO: M(a)\nM = a + b ~~|\nM2 = b ~~|\n:END OF MACRO:\nb = 1 ~~|\n"
           "y = M(1) ~~|\nz = M(2) ~~|\n" TIMES,
           201, 2, 9, "unknown variable 'b' in the macro 'M'");
    expect(":MACRO: M(a)\nM = a + b$ ~~|\n:END OF MACRO:\ny = M(1) ~~|\n" TIMES, 201, 2, 9, "'b$'");
    expect(":MACRO: M(a)\nM = a ~~|\n:END OF MACRO:\ny = M(1, 2) ~~|\n" TIMES, 203, 4, 5,
           "takes 1 argument, 2 given");
    expect(":MACRO: M(a, b)\nM = a ~~|\n:END OF MACRO:\ny = M(, 2) ~~|\n" TIMES, 203, 4, 5,
           "takes 2 arguments, 0 given");
    expect(":MACRO: M(a)\nN = a ~~|\n:END OF MACRO:\ny = M(1) ~~|\n" TIMES, 207, 1, 9,
           "has no equation for 'M'");
    expect(":MACRO: M(a)\nM = a ~~|\n:END OF MACRO:\ny = M(1 : b) ~~|\n" TIMES, 203, 4, 5,
           "has 0 further outputs, 1 taken");
    expect(":MACRO: M(a : b)\nM = a ~~|\n:END OF MACRO:\ny = M(1 : c) ~~|\n" TIMES, 207, 1, 9,
           "no equation for its output 'b'");
    expect(
        ":MACRO: M(a : b)\nM = a ~~|\nb = a ~~|\n:END OF MACRO:\nc = 5 ~~|\ny = M(1 : c) ~~|\n" TIMES,
        204, 6, 11, "'c' gets its value from a macro here");
    expect("y = MAX(1, 2 : c) ~~|\nc = 1 ~~|\n" TIMES, 203, 1, 16, "is no macro");
    expect(":MACRO: M(a)\nM = a ~~|\n:END OF MACRO:\nD: p, q ~~|\nx[D] = 1 ~~|\n"
           "y[D] = SUM(M(x[D!] + x[D])) ~~|\n" TIMES,
           507, 6, 20, "inside an array function");
    expect(":MACRO: M(a, t)\nM = t(a) ~~|\n:END OF MACRO:\ny = M(1, 2 + 3) ~~|\n" TIMES, 202, 2, 5,
           "unknown function or lookup 't'");
    expect(":MACRO: M(a)\nM = a[D] ~~|\n:END OF MACRO:\nD: p, q ~~|\nx[D] = 1 ~~|\n"
           "y = M(x[p]) ~~|\n" TIMES,
           206, 2, 5, "has its own");
    expect(":MACRO: M(a)\nM = SUM(own[D!]) ~~|\nown[D] = a ~~|\n:END OF MACRO:\nD: p, q ~~|\n"
           "y[D] = M(1) ~~|\n" TIMES,
           501, 3, 1, "a range of the same name");
}

typedef struct text {
    char *p;
    size_t n, cap;
} text;

static void add(text *t, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, fmt, args);
    assert_true(n >= 0);
    if (t->n + (size_t)n + 1 > t->cap) {
        t->cap = 2 * (t->n + (size_t)n + 1);
        t->p = realloc(t->p, t->cap);
        assert_non_null(t->p);
    }
    vsnprintf(t->p + t->n, (size_t)n + 1, fmt, again);
    t->n += (size_t)n;
    va_end(again);
    va_end(args);
}

static void expect_only(text *t, int code, const char *part)
{
    fixture f;
    read_text(&f, t->p);
    assert_int_equal(dtn_check_resolve(f.model, &f.diags), DTN_E_INPUT);
    if (f.diags.n != 1 || f.diags.items[0].code != code ||
        !strstr(f.diags.items[0].message, part)) {
        show(&f);
        fail_msg("expected %d '%s'", code, part);
    }
    assert_true(f.model->n_var <= DTN_MAX_INSTANCE_VARS + 10);
    drop(&f);
    free(t->p);
    *t = (text){0};
}

/* Eight macros of ten calls each, or twenty models of two modules each, would make more
 * variables than the memory holds; a chain of thousands would make names as long. */
static void instances_have_limits(void **state)
{
    (void)state;
    text t = {0};
    for (int i = 0; i < 8; i++) {
        add(&t, ":MACRO: M%d(x)\nM%d = x", i, i);
        for (int k = 0; k < 10 && i > 0; k++)
            add(&t, " + M%d(x + %d)", i - 1, k);
        add(&t, " ~~|\n:END OF MACRO:\n");
    }
    add(&t, "y = M7(1) ~~|\n" TIMES);
    expect_only(&t, 501, "more than 50000 variables");
    for (int i = 0; i < 5000; i++)
        add(&t, ":MACRO: M%d(x)\nM%d = %s%d(x) ~~|\n:END OF MACRO:\n", i, i, i ? "M" : "ABS",
            i ? i - 1 : 0);
    for (char *c = strstr(t.p, "ABS0"); c; c = NULL)
        memcpy(c, " ABS", 4);
    add(&t, "y = M4999(1) ~~|\n" TIMES);
    expect_only(&t, 501, "nested more than 100 deep");
    for (int chain = 0; chain < 2; chain++) {
        add(&t, "<xmile version=\"1.0\"><sim_specs><start>0</start><stop>4</stop></sim_specs>");
        for (int i = 0; i < (chain ? 5000 : 25); i++) {
            add(&t, "<model name=\"m%d\"><variables><module name=\"a\" model=\"m%d\"/>", i, i + 1);
            add(&t, chain ? "" : "<module name=\"b\" model=\"m%d\"/>", i + 1);
            add(&t, "</variables></model>");
        }
        add(&t,
            "<model name=\"m%d\"/><model><variables><module name=\"m0\"/></variables></model>"
            "</xmile>",
            chain ? 5000 : 25);
        expect_only(&t, chain ? 502 : 501,
                    chain ? "nested more than 100 deep" : "more than 50000 variables");
    }
}

/* A long chain of connections, and a name that goes on and on. */
static void long_chains_end(void **state)
{
    (void)state;
    text t = {0};
    fixture f;
    add(&t,
        "<xmile version=\"1.0\"><sim_specs><start>0</start><stop>4</stop></sim_specs>"
        "<model name=\"m\"><variables><aux name=\"x\" access=\"input\"/><aux name=\"y\"><eqn>x");
    add(&t, "</eqn></aux></variables></model><model><variables><aux name=\"a\"><eqn>m0");
    for (int i = 0; i < 100000; i++)
        add(&t, ".m0");
    add(&t, "</eqn></aux>");
    for (int i = 0; i < 3000; i++)
        add(&t, "<module name=\"m%d\" model=\"m\"><connect to=\"x\" from=\"m%d.x\"/></module>", i,
            i + 1);
    add(&t, "<module name=\"m3000\" model=\"m\"><connect to=\"x\" from=\"a\"/></module>"
            "</variables></model></xmile>");
    read_text(&f, t.p);
    assert_int_equal(dtn_check_resolve(f.model, &f.diags), DTN_E_INPUT);
    assert_int_equal(f.diags.items[0].code, 201);
    assert_string_equal(var_of(&f, "m0.x")->eqns[0].expr->key, "m1.x");
    drop(&f);
    free(t.p);
}

/* ---- XMILE ------------------------------------------------------------------------------- */

#define AUX(name, eqn) "<aux name=\"" name "\"><eqn>" eqn "</eqn></aux>\n"
#define PART(body) "<model name=\"part\"><variables>\n" body "</variables></model>\n"

static void bad_modules_are_refused(void **state)
{
    (void)state;
    expect(XMILE("", "<module name=\"gone\"/>" AUX("a", "1")), 502, 4, 1, "no model 'gone'");
    expect(XMILE(PART(AUX("x", "1") "<module name=\"part\"/>"), "<module name=\"part\"/>"), 502, 5,
           1, "contains itself");
    expect(XMILE(PART(AUX("x", "1")),
                 "<module name=\"part\"><connect to=\"y\" from=\"a\"/></module>" AUX("a", "1")),
           201, 7, 1, "there is no 'y'");
    expect(XMILE(PART(AUX("x", "1")),
                 "<module name=\"part\"><connect to=\"x\" from=\"b\"/></module>" AUX("a", "1")),
           201, 7, 1, "there is no 'b'");
    expect(XMILE(PART(AUX("x", "a")), "<module name=\"part\"/>" AUX("a", "1")), 201, 4, 20,
           "unknown variable 'a' in the equation of 'part.x'");
    expect(XMILE(PART("<aux name=\"x\" access=\"input\"/>"), "<module name=\"part\"/>"), 207, 4, 1,
           "'part.x' has no equation");
    expect(XMILE(PART(AUX("x", "1")), "<module name=\"part\"/>" AUX("part.x", "1")), 210, 7, 22,
           "also the name of a variable inside a module");
    expect(
        XMILE(PART("<stock name=\"x\"><eqn>1</eqn><conveyor/></stock>"), "<module name=\"part\"/>"),
        504, 4, 29, "'part.x' has no outflow");
    expect(XMILE("<macro name=\"M\"><parm>x</parm><eqn>y</eqn><sim_specs><start>0</start>"
                 "<stop>9</stop></sim_specs><variables>" AUX(
                     "y", "SMTH1(x, 2)") "</variables></macro>\n",
                 AUX("a", "M(1)")),
           501, 6, 20, "a time specification of its own");
    expect(
        XMILE("<macro name=\"M\"><parm>x</parm><parm default=\"1\">y</parm><eqn>x</eqn></macro>\n",
              AUX("a", "M()")),
        203, 5, 20, "takes at least 1 argument, 0 given");
}

/* Circles of connections end in a report, not in a loop. */
static void circular_connections_are_told(void **state)
{
    (void)state;
    fixture f;
    resolve(&f,
            XMILE(PART("<aux name=\"x\" access=\"input\"/>"),
                  "<module name=\"a\" model=\"part\"><connect to=\"x\" from=\"b.x\"/></module>"
                  "<module name=\"b\" model=\"part\"><connect to=\"x\" from=\"a.x\"/></module>"));
    assert_int_equal(dtn_compile(f.model, NULL, &f.program, &f.diags), DTN_E_INPUT);
    assert_int_equal(f.diags.items[0].code, 401);
    assert_non_null(strstr(f.diags.items[0].message, "a.x <- b.x <- a.x"));
    drop(&f);
}

static void module_variables_are_variables(void **state)
{
    (void)state;
    fixture f;
    resolve(&f, XMILE(PART("<aux name=\"Some\\nrate\"><eqn>2</eqn><units>1/Month</units></aux>"
                           "<stock name=\"x\"><eqn>1</eqn><inflow>Some rate</inflow></stock>"),
                      "<module name=\"North West\" model_name=\"part\"/>"
                      "<module name=\"b\" model_name=\"part\"/>"));
    const dtn_var *rate = var_of(&f, "north_west.some_rate");
    assert_string_equal(rate->name, "North West.Some rate");
    assert_string_equal(rate->units, "1/Month");
    assert_true(rate->is_instance);
    assert_false(rate->is_hidden);
    assert_int_equal(rate->kind, DTN_VAR_CONST);
    assert_int_equal(f.model->submodels[0]->vars[0].kind, DTN_VAR_AUX); /* as read */
    compile(&f);
    uint32_t p = dtn_program_find_parameter(f.program, "North West.some_rate");
    assert_int_not_equal(p, DTN_NONE);
    f.program->parameters[p].value = 5;
    assert_true(value_at(&f, "north_west.x", 0, 2) == 11.0);
    assert_true(value_at(&f, "b.x", 0, 2) == 5.0);
    drop(&f);
}

/* A case's overlay can give a module's variable a rule, once modules are laid out. */
static void text_can_be_laid_over_modules(void **state)
{
    (void)state;
    fixture f;
    const char *always = "\"part.rate\" = 3 ~~|\n", *rule = "\"part.rate\" = 10 ~~|\n";
    dtn_overlay course = {"actor.course", "actor"};
    read_text(&f, XMILE(PART(AUX("rate", "2") "<stock name=\"x\"><eqn>1</eqn><inflow>rate</inflow>"
                                              "</stock>"),
                        "<module name=\"part\"/>"));
    assert_int_equal(dtn_check_add_modules(f.model, &f.diags), DTN_OK);
    assert_int_equal(
        dtn_model_add_text(f.model, always, strlen(always), (dtn_pos){"o", 1, 1}, 0, &f.diags),
        DTN_OK);
    DTN_PUSH(f.model->arena, f.model->overlays, f.model->n_overlay, f.model->cap_overlay, course);
    assert_int_equal(
        dtn_model_add_text(f.model, rule, strlen(rule), (dtn_pos){"o", 9, 1}, 1, &f.diags), DTN_OK);
    assert_int_equal(dtn_check_resolve(f.model, &f.diags), DTN_OK);
    assert_int_equal(f.model->n_override, 1);
    compile(&f);
    assert_true(value_at(&f, "part.x", 0, 2) == 7.0);
    drop(&f);
}

/* ---- Memory -------------------------------------------------------------------------------- */

static const char *const hungry[] = {
    LAG "D: a, b ~~|\nx[D] = 3 ~~|\ny[D] = LAG(LAG(x[D] + 1, 2), 3) ~~|\n" TIMES,
    XMILE(
        "<macro name=\"M\"><parm>x</parm><eqn>x + part.out</eqn><variables>"
        "<module name=\"part\"><connect to=\"in\" from=\"x\"/></module></variables></macro>\n" PART(
            "<aux name=\"in\" access=\"input\"/>" AUX("out", "in * 2")),
        "<module name=\"part\"><connect to=\"in\" from=\"a\"/></module>" AUX("a", "1")
            AUX("b", "M(a + part.out)"))};

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hungry / sizeof *hungry; i++) {
        dtn_status status = DTN_E_MEMORY;
        size_t n = 1;
        for (; status == DTN_E_MEMORY; n++) {
            fixture f;
            read_text(&f, hungry[i]);
            dtn_alloc_fail_after(n);
            status = dtn_check_resolve(f.model, &f.diags);
            dtn_alloc_fail_after(0);
            drop(&f);
        }
        assert_int_equal(status, DTN_OK);
        assert_true(n > 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instances_are_named_as_vensim_names_them),
        cmocka_unit_test(the_form_as_read_stays),
        cmocka_unit_test(resolving_again_adds_nothing),
        cmocka_unit_test(ranges_of_the_left_side_are_those_of_the_instance),
        cmocka_unit_test(units_come_from_the_arguments),
        cmocka_unit_test(graph_and_hygiene_go_through),
        cmocka_unit_test(streams_of_calls_are_their_own),
        cmocka_unit_test(calls_with_outputs_print_as_written),
        cmocka_unit_test(bad_macros_are_refused),
        cmocka_unit_test(instances_have_limits),
        cmocka_unit_test(long_chains_end),
        cmocka_unit_test(bad_modules_are_refused),
        cmocka_unit_test(circular_connections_are_told),
        cmocka_unit_test(module_variables_are_variables),
        cmocka_unit_test(text_can_be_laid_over_modules),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
