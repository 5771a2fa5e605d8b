/* The .mdl reader: every statement, positions, bad files, overlays, the public models. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "format/format.h"

/* ---- Helpers ----------------------------------------------------------- */

typedef struct fixture {
    dtn_model *model;
    dtn_diags diags;
    dtn_status status;
} fixture;

static fixture read_n(const char *text, size_t n)
{
    fixture f = {0};
    dtn_diags_init(&f.diags);
    char *copy = malloc(n + 1); /* exact size, so that reading behind it is caught */
    memcpy(copy, text, n);
    char *exact = realloc(copy, n ? n : 1);
    f.status = dtn_model_read_mdl(exact, n, "dir/m.mdl", &f.model, &f.diags);
    free(exact);
    assert_true((f.status == DTN_OK) == (f.model != NULL));
    assert_true((f.status == DTN_E_INPUT) == (f.diags.n_error > 0));
    return f;
}

static fixture read_text(const char *text) { return read_n(text, strlen(text)); }

static fixture read_good(const char *text)
{
    fixture f = read_text(text);
    if (f.status != DTN_OK)
        fail_msg("%s\n%u:%u %s", text, f.diags.items[0].line, f.diags.items[0].col,
                 f.diags.items[0].message);
    return f;
}

static void end(fixture *f)
{
    dtn_model_delete(f->model);
    dtn_diags_free(&f->diags);
}

static const dtn_var *var(const fixture *f, const char *key)
{
    const dtn_var *v = dtn_model_find_var(f->model, key);
    if (!v)
        fail_msg("no variable '%s'", key);
    return v;
}

static const char *print(const fixture *f, const dtn_expr *e)
{
    return dtn_expr_print(f->model, e);
}

static void check_diag(const fixture *f, size_t i, int code, uint32_t line, uint32_t col,
                       const char *part)
{
    assert_true(f->diags.n > i);
    const dtn_diag *d = &f->diags.items[i];
    if (d->code != code || d->line != line || d->col != col || !strstr(d->message, part))
        fail_msg("got %d at %u:%u: %s", d->code, d->line, d->col, d->message);
}

/* ---- Statements -------------------------------------------------------- */

static void equations_and_what_stands_behind(void **state)
{
    (void)state;
    fixture f = read_good(
        "{UTF-8}\r\n"
        "Births= \r\n\tbirth rate*Pop \\\r\n\t\t+ 1\r\n\t~\tPersons/Day [0,100,1]\r\n"
        "\t~\tFirst \\\r\n\t\tline.\r\n\t\tSecond \"line.\r\n\t~ :SUPPLEMENTARY \r\n\t|\r\n"
        "birth rate == 0.1 ~ 1/Day [?,1] ~|\r\n"
        "Pop = INTEG(births, 10) ~~|\r\n"
        "near = INTEG(births, 10) + 1 ~ x [-5, inf] ~|\r\n"
        "other = ACTIVE INITIAL(a, 1) | last=1~~|");
    const dtn_var *v = var(&f, "births");
    assert_string_equal(v->name, "Births");
    assert_string_equal(v->units, "Persons/Day");
    assert_int_equal(v->units_pos.line, 5);
    assert_int_equal(v->units_pos.col, 4);
    assert_true(v->range_min == 0 && v->range_max == 100 && v->range_step == 1);
    assert_string_equal(v->doc, "First line.\nSecond \"line.");
    assert_true(v->supplementary);
    assert_int_equal(v->pos.line, 2);
    assert_string_equal(print(&f, v->eqns[0].expr), "birth rate * Pop + 1");
    assert_int_equal(v->eqns[0].expr->pos.line, 4);
    assert_int_equal(v->eqns[0].expr->pos.col, 3);
    v = var(&f, "birth_rate");
    assert_true(v->eqns[0].unchangeable && isnan(v->range_min) && v->range_max == 1);
    assert_null(v->doc);
    v = var(&f, "pop");
    assert_int_equal(v->kind, DTN_VAR_STOCK);
    assert_int_equal(v->eqns[0].kind, DTN_EQN_STOCK);
    assert_string_equal(print(&f, v->eqns[0].expr), "births");
    assert_string_equal(print(&f, v->eqns[0].init), "10");
    assert_null(v->units);
    v = var(&f, "near");
    assert_int_equal(v->kind, DTN_VAR_AUX);
    assert_true(v->range_min == -5 && isnan(v->range_max));
    assert_string_equal(print(&f, var(&f, "other")->eqns[0].expr), "ACTIVE INITIAL(a, 1)");
    assert_int_equal(f.model->n_var, 6);
    assert_string_equal(f.model->name, "m");
    assert_int_equal(f.diags.n, 0);
    end(&f);
}

static void subscripted_equations_gather_in_one_variable(void **state)
{
    (void)state;
    fixture f = read_good("x[a, b] :EXCEPT: [a1,b], [ a2 , b1] = 1 ~~|\n"
                          "x[a1, b] = 2 ~~|\n"
                          "x[a, b] :EXCEPT: [a1,b] = 3 ~ Kg ~ Doc |\n"
                          "m[a, b] = 1,2;3,4; ~~|\n"
                          "t[a]=TABBED ARRAY(\n\t1\t2\n\t3\t4) ~~|\n");
    const dtn_var *v = var(&f, "x");
    assert_int_equal(v->n_eqn, 3);
    assert_int_equal(v->eqns[0].n_sub, 2);
    assert_int_equal(v->eqns[0].n_except, 2);
    assert_string_equal(v->eqns[0].excepts[1][1].key, "b1");
    assert_int_equal(v->eqns[2].n_except, 1);
    assert_string_equal(v->units, "Kg");
    assert_string_equal(v->doc, "Doc");
    assert_int_equal(var(&f, "m")->eqns[0].expr->n_row, 2);
    assert_int_equal(var(&f, "t")->eqns[0].expr->kind, DTN_X_ARRAY);
    assert_int_equal(var(&f, "t")->eqns[0].expr->n_row, 2);
    end(&f);
}

static void dimensions_ranges_mappings_and_aliases(void **state)
{
    (void)state;
    fixture f = read_good("Dim A: a, (b08-b11), Dim B -> Dim C, (Dim D: d1, Sub D)\n~~ Doc. |\n"
                          "Copy <-> Dim A ~~|\nx=1~~|"
                          "File Dim : GET DIRECT SUBSCRIPT('f.xls','S','A1','A9','p') ~~|"
                          "Years: (Y9-Y10), 3 ~~|");
    const dtn_dim *d = dtn_model_find_dim(f.model, "dim_a");
    assert_int_equal(d->n_element, 6);
    assert_string_equal(d->elements[1], "b08");
    assert_string_equal(d->element_keys[4], "b11");
    assert_string_equal(d->element_keys[5], "dim_b"); /* expanded by check/resolve */
    assert_int_equal(d->n_mapping, 2);
    assert_string_equal(d->mappings[0].to_key, "dim_c");
    assert_int_equal(d->mappings[0].n, 0);
    assert_string_equal(d->mappings[1].to_text, "Dim D");
    assert_int_equal(d->mappings[1].n, 2);
    assert_string_equal(d->mappings[1].to_element_keys[1], "sub_d");
    assert_string_equal(d->doc, "Doc.");
    assert_string_equal(dtn_model_find_dim(f.model, "copy")->alias_of, "dim_a");
    d = dtn_model_find_dim(f.model, "file_dim");
    assert_int_equal(d->n_element, 0);
    assert_string_equal(d->source->key, "get_direct_subscript");
    d = dtn_model_find_dim(f.model, "years");
    assert_string_equal(d->elements[1], "Y10");
    assert_string_equal(d->elements[2], "3");
    assert_int_equal(f.model->n_var, 1);
    end(&f);
}

static void lookups_data_and_texts(void **state)
{
    (void)state;
    fixture f = read_good("t( [(0,0)-(10,2)],(0,0),(5,1),\\\n\t\t(10,2)) ~~|\n"
                          "s[a]((1,2),(3,4)) ~~|\n s[b](1,3,2,4) ~~|"
                          "e( GET XLS LOOKUPS('a.xls','S','1','B2')) ~~|"
                          "d ~ Kg ~ Recorded. |"
                          "d2[dim] :INTERPOLATE: ~~|"
                          "d3:HOLD BACKWARD::= GET XLS DATA('a','b','c','d') ~~|"
                          "d4 := d3 * 2 ~~|"
                          "name :IS: 'a text' ~~|");
    const dtn_var *v = var(&f, "t");
    assert_int_equal(v->kind, DTN_VAR_LOOKUP);
    assert_int_equal(v->eqns[0].lookup->n, 3);
    assert_true(v->eqns[0].lookup->has_range && v->eqns[0].lookup->x_max == 10);
    v = var(&f, "s");
    assert_int_equal(v->n_eqn, 2);
    assert_true(v->eqns[1].lookup->x[1] == 3 && v->eqns[1].lookup->y[0] == 2);
    assert_int_equal(var(&f, "e")->eqns[0].kind, DTN_EQN_EXPR);
    v = var(&f, "d");
    assert_int_equal(v->kind, DTN_VAR_DATA);
    assert_null(v->eqns[0].expr);
    assert_string_equal(v->doc, "Recorded.");
    assert_string_equal(var(&f, "d2")->eqns[0].keyword, ":INTERPOLATE:");
    assert_string_equal(var(&f, "d3")->eqns[0].keyword, ":HOLD BACKWARD:");
    assert_int_equal(var(&f, "d4")->kind, DTN_VAR_DATA);
    assert_string_equal(print(&f, var(&f, "d4")->eqns[0].expr), "d3 * 2");
    assert_int_equal(var(&f, "name")->eqns[0].kind, DTN_EQN_STRING);
    assert_string_equal(var(&f, "name")->eqns[0].expr->text, "a text");
    end(&f);
}

static void names_of_every_spelling(void **state)
{
    (void)state;
    fixture f = read_good("\"Aux with $peC!@| ~ characters\"=1~~|\n"
                          "\"say \\\"Hi\\\"\" = \"aux WITH $pec!@|_~ characters\" ~~|\n"
                          "\xC3\x89tat  d'urgence\\\n\t\t n\xC2\xB0 1 = 2 ~~|");
    assert_string_equal(var(&f, "aux_with_$pec!@|_~_characters")->name,
                        "\"Aux with $peC!@| ~ characters\"");
    const dtn_var *v = var(&f, "say_\"hi\"");
    assert_string_equal(v->eqns[0].expr->key, "aux_with_$pec!@|_~_characters");
    v = var(&f, "\xC3\xA9tat_d'urgence_n\xC2\xB0_1");
    assert_string_equal(v->name, "\xC3\x89tat d'urgence n\xC2\xB0 1");
    end(&f);
}

static void macros_have_a_scope_of_their_own(void **state)
{
    (void)state;
    fixture f =
        read_good("x = 1 ~~|\n:MACRO: My Fun(in a, b : out c)\nMy Fun = x * b ~~|\nx = in a ~~|\n"
                  "FINAL TIME = 3 ~~|\n:END OF MACRO:\ny = 2 ~~|");
    assert_int_equal(f.model->n_var, 2);
    assert_int_equal(f.model->n_macro, 1);
    const dtn_macro *m = &f.model->macros[0];
    assert_string_equal(m->name, "My Fun");
    assert_int_equal(m->n_param, 2);
    assert_string_equal(m->params[0], "in_a");
    assert_int_equal(m->n_output, 1);
    assert_string_equal(m->outputs[0], "out_c");
    assert_int_equal(m->body->n_var, 3);
    assert_non_null(dtn_model_find_var(m->body, "my_fun"));
    assert_ptr_equal(m->body->arena, f.model->arena);
    assert_null(f.model->stop);
    end(&f);
}

static void groups_control_sketch_and_settings(void **state)
{
    (void)state;
    fixture f =
        read_good("a = 1 ~~|\n"
                  "********\n\t.Control\n********~\n\t\tSimulation | \n"
                  "FINAL TIME  = 30\n\t~\tMonth\n\t~\t|\nINITIAL TIME = 0 ~ Month ~|\n"
                  "SAVEPER = TIME STEP ~~|\nTIME STEP=0.5~~|\n"
                  "\\\\\\---/// Sketch information | ~ \"\n*View 1\n10,1,a,5\n///---\\\\\\\n"
                  ":L\177<%^E!@\n15:3,0,0,0,0,0\n22:$,Dollar,Dollars\n22:Year,Years\n6:x\n");
    assert_int_equal(f.model->n_group, 1);
    assert_string_equal(f.model->groups[0].name, "Control");
    assert_string_equal(f.model->groups[0].doc, "Simulation");
    assert_int_equal(var(&f, "a")->group, DTN_NONE);
    assert_int_equal(var(&f, "final_time")->group, 0);
    assert_true(var(&f, "saveper")->is_control && !var(&f, "a")->is_control);
    assert_string_equal(print(&f, f.model->start), "INITIAL TIME");
    assert_string_equal(print(&f, f.model->stop), "FINAL TIME");
    assert_string_equal(print(&f, f.model->dt), "TIME STEP");
    assert_string_equal(f.model->saveper->key, "saveper");
    assert_string_equal(f.model->time_units, "Month");
    assert_int_equal(f.model->method, DTN_RK4);
    assert_int_equal(f.model->n_unit_synonym, 2);
    assert_string_equal(f.model->unit_synonyms[0], "$,Dollar,Dollars");
    assert_true(strncmp(f.model->sketch, "\\\\\\---///", 9) == 0);
    assert_string_equal(f.model->sketch + strlen(f.model->sketch) - 9, "///---\\\\\\");
    end(&f);
}

static void reality_checks_leave_a_note(void **state)
{
    (void)state;
    fixture f = read_good("r[s] :THE CONDITION: a=0 :IMPLIES: RC \"x|\" b = 0 ~~|\n"
                          "t:TEST INPUT: a = 0 ~ u ~ d |\na = 1 ~~|");
    assert_int_equal(f.model->n_var, 1);
    assert_int_equal(f.diags.n, 2);
    assert_int_equal(f.diags.items[0].severity, DTN_NOTE);
    check_diag(&f, 1, 106, 2, 1, "'t'");
    end(&f);
}

static void old_encodings_are_read(void **state)
{
    (void)state;
    fixture f = read_good("d\xE9"
                          "bit = 1 ~ \x80/an ~ Caf\xE9 \x96 th\xE9 |"); /* Windows-1252 */
    assert_string_equal(var(&f, "d\xC3\xA9"
                                "bit")
                            ->units,
                        "\xE2\x82\xAC/an");
    assert_string_equal(var(&f, "d\xC3\xA9"
                                "bit")
                            ->doc,
                        "Caf\xC3\xA9 \xE2\x80\x93 th\xC3\xA9");
    end(&f);
    f = read_good("\xEF\xBB\xBF{UTF-8}\nx = 1 ~~|"); /* a byte order mark */
    assert_int_equal(var(&f, "x")->pos.line, 2);
    end(&f);
    f = read_good("x = 1 ~~|\r y\r=\r2 ~~|\r"); /* line ends of old Macs */
    assert_int_equal(var(&f, "y")->eqns[0].expr->pos.line, 4);
    end(&f);
    f = read_text("{UTF-8}\nx = 1 ~~ caf\xE9 |");
    check_diag(&f, 0, 109, 2, 13, "{UTF-8}");
    end(&f);
}

/* ---- Bad input --------------------------------------------------------- */

static const struct {
    const char *text;
    int code;
    uint32_t line, col;
    const char *part;
} bad[] = {
    {"", 102, 1, 1, "no equations"},
    {" \n\n", 102, 3, 1, "no equations"},
    {"{UTF-8}\nx = (1 + \n", 102, 3, 1, "expected a value, found the end of the file"},
    {"x = 1 + 2", 102, 1, 10, "before the '|' that ends 'x'"},
    {"x = 1 ~ Kg ~ doc", 102, 1, 17, "before the '|' that ends 'x'"},
    {"x = 1 ~ Kg \n\\\\\\---/// Sketch |\n", 102, 2, 1, "the end of the equations comes before"},
    {"x", 102, 1, 2, "'x'"},
    {"x = 1 ~~| y = f(2 ~~| z = 3 ~~|", 101, 1, 19, "',' or ')' in 'f(...)'"},
    {"x = \"a ~~|\ny = 1 ~~|", 101, 1, 5, "quoted name"},
    {"x = 1\ny = 2 ~~|", 101, 2, 1, "expected an operator or the end of the equation"},
    {"x = ~ Kg ~ |", 207, 1, 1, "'x' has no equation"},
    {"x + 1 ~~|", 101, 1, 3, "expected '=' behind the name"},
    {"1 = x ~~|", 101, 1, 1, "the name of a variable"},
    {"x = 1 ~~|\nX = 2 ~~|", 204, 2, 1, "'x' is already defined at dir/m.mdl:1:1"},
    {"x[a,b] = 1 ~~|\n x[A,b] = 2 ~~|", 204, 2, 2, "these elements of 'x'"},
    {"D: a, b ~~|\nD: c ~~|", 204, 2, 1, "dimension 'D' is already defined at line 1"},
    {"D: a, b, A ~~|", 210, 1, 10, "'A' stands twice"},
    {"D: (a1-b3) ~~|", 101, 1, 4, "not a range"},
    {"D: (a3-a1) ~~|", 101, 1, 4, "not a range"},
    {"D: (a1-a999999999) ~~|", 101, 1, 4, "at most 100000"},
    {"D: (a-b) ~~|", 101, 1, 4, "not a range"},
    {"D: a, ~~|", 101, 1, 7, "the name of an element"},
    {"D: a -> ~~|", 101, 1, 9, "behind '->'"},
    {"D: a -> (E b) ~~|", 101, 1, 13, "':'"},
    {"D <-> 3 ~~|", 101, 1, 7, "behind '<->'"},
    {"x[a] :EXCEPT: [a,b] = 1 ~~|", 206, 1, 15, "2 subscripts behind :EXCEPT:, but 'x' has 1"},
    {"x[a] :EXCEPT: b = 1 ~~|", 101, 1, 15, "'['"},
    {"t((1,2),(3)) ~~|", 101, 1, 11, "','"},
    {"t() ~~|", 107, 1, 2, "no points"},
    {"x :IS: 5 ~~|", 101, 1, 8, "a text in single quotes"},
    {"x :FOO: 5 ~~|", 101, 1, 3, "':FOO:'"},
    {":MACRO: f(a) f = a ~~|", 102, 1, 23, "before the end of a macro"},
    {":MACRO: f(a\nf = a ~~|\n:END OF MACRO: y = 1 ~~|", 101, 2, 3, "in the head of a macro"},
    {":END OF MACRO: x = 1 ~~|", 101, 1, 1, "':END OF MACRO:'"},
    {"***\n.g\n*** ~ text", 102, 1, 1, "group 'g'"},
    {"***\n.g\n*** x = 1 ~~|", 101, 3, 5, "behind the name of a group"},
    {"x = 1 ~~| {", 102, 1, 11, "comment"},
};

static void errors_name_the_place_and_the_matter(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fixture f = read_text(bad[i].text);
        if (f.status != DTN_E_INPUT)
            fail_msg("read: %s", bad[i].text);
        const dtn_diag *d = &f.diags.items[0];
        if (f.diags.n != 1 || d->code != bad[i].code || d->line != bad[i].line ||
            d->col != bad[i].col || !strstr(d->message, bad[i].part))
            fail_msg("%s\n%zu: %d at %u:%u: %s", bad[i].text, f.diags.n, d->code, d->line, d->col,
                     d->message);
        assert_string_equal(d->file, "dir/m.mdl");
        end(&f);
    }
}

static void reading_goes_on_behind_an_error(void **state)
{
    (void)state;
    fixture f = read_text(
        "a = 1 + ~ u ~ d |\nb = \"q|~\" * ) ~ \" ~ |\nc = 2 3 ~~|\nd = 4 ~~|\ne = 1 2 ~~|");
    assert_int_equal(f.diags.n, 4);
    check_diag(&f, 0, 101, 1, 9, "a value");
    check_diag(&f, 1, 101, 2, 13, "a value");
    check_diag(&f, 2, 101, 3, 7, "an operator");
    check_diag(&f, 3, 101, 5, 7, "an operator");
    end(&f);
}

static void doubtful_input_warns(void **state)
{
    (void)state;
    fixture f = read_good("a = 1 ~ u ~ doc\nb = 2 ~ v ~ doc |"); /* '|' forgotten */
    check_diag(&f, 0, 101, 2, 7, "more text");
    assert_non_null(strstr(var(&f, "a")->doc, "doc\nb = 2\n~ v"));
    end(&f);
    f = read_good("a = 1 ~ Kg [1,2,3,4] ~|");
    check_diag(&f, 0, 302, 1, 9, "range");
    assert_string_equal(var(&f, "a")->units, "Kg");
    end(&f);
    f = read_good("x[a] = 1 ~ Kg ~| x[b] = 1 ~ g ~|");
    check_diag(&f, 0, 301, 1, 29, "'Kg' above and 'g' here");
    end(&f);
}

static void garbage_does_no_harm(void **state)
{
    (void)state;
    static const char marks[] =
        "ab 1.,;:=~|[](){}\"'\\\n\t*<>-+^!&#\x80\xC3\xE2\xFF\r$?/@_AND:EXCEPT:";
    uint32_t seed = 12345;
    for (int round = 0; round < 3000; round++) {
        char text[400];
        const size_t n = round % sizeof text;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            text[i] = round % 3 ? marks[(seed >> 10) % (sizeof marks - 1)] : (char)(seed >> 10);
        }
        fixture f = read_n(text, n);
        for (size_t i = 0; i < f.diags.n; i++)
            assert_true(f.diags.items[i].line > 0 && f.diags.items[i].col > 0);
        end(&f);
    }
    fixture f = read_n("x = 1 ~~|\n \0\1\2", 14);
    check_diag(&f, 0, 109, 2, 2, "zero byte");
    end(&f);
}

static const char *const whole =
    "{UTF-8}\nx[a] = MAX(b c, 2) * \"q r\" ~ Kg [0,1] ~ doc ~ :SUPPLEMENTARY: |\n"
    "D: (a1-a3), b -> (E: x, y, z, w) ~~|\n:MACRO: f(p, q : r)\nf = p ~~|\n:END OF MACRO:\n"
    "t([(0,0)-(1,1)],(0,0),(1,1)) ~~|\n***\n.g\n***~ d |\nm[a] = 1,2;3,4; ~~|\n"
    "w = WITH LOOKUP(x, ([(0,0)-(1,1)],(0,0),(1,1))) ~~|\nz = TABBED ARRAY(1 2\n3 4) ~~|\n"
    "e[a] :EXCEPT: [b] := x ~~|\n\\\\\\---/// Sketch\n///---\\\\\\\n15:1\n22:a,b\n";

static void every_truncation_is_survived(void **state)
{
    (void)state;
    const size_t n = strlen(whole);
    for (size_t i = 0; i <= n; i++) {
        fixture f = read_n(whole, i);
        for (size_t k = 0; k < f.diags.n; k++)
            assert_true(f.diags.items[k].line > 0 && f.diags.items[k].col > 0);
        end(&f);
    }
}

static void every_failed_allocation_is_survived(void **state)
{
    (void)state;
    /* long enough to need several blocks of the arena */
    char *text = calloc(1, 400000), *p = text;
    for (int i = 0; i < 3000; i++)
        p += sprintf(p, "variable %d = MAX(a, b) + %d ~ Kg ~ some text |\n", i, i);
    dtn_status status = DTN_E_MEMORY;
    int n = 0;
    for (; status == DTN_E_MEMORY && n < 1000; n++) {
        dtn_diags diags;
        dtn_diags_init(&diags);
        dtn_model *m = NULL;
        dtn_alloc_fail_after((size_t)n + 1);
        status = dtn_model_read_mdl(text, strlen(text), "m", &m, &diags);
        if (m) {
            dtn_alloc_fail_after(1);
            assert_int_equal(
                dtn_model_add_text(m, text, strlen(text), (dtn_pos){"o", 1, 1}, 0, &diags),
                DTN_E_MEMORY);
        }
        dtn_alloc_fail_after(0);
        dtn_model_delete(m);
        dtn_diags_free(&diags);
    }
    assert_int_equal(status, DTN_OK);
    assert_true(n > 3);
    free(text);
}

/* ---- Overlays ---------------------------------------------------------- */

static dtn_status add(fixture *f, const char *text, uint32_t overlay)
{
    return dtn_model_add_text(f->model, text, strlen(text), (dtn_pos){"case.yaml", 40, 7}, overlay,
                              &f->diags);
}

static void an_overlay_replaces_and_adds(void **state)
{
    (void)state;
    fixture f = read_good(
        "a = 1 ~ Kg [0,1] ~ Old. |\nb = INTEG(a, 0) ~ Kg ~ Stock. |\nx[p]=1~~| x[q]=2~~|");
    assert_int_equal(
        add(&f, "a = 5 ~~ New. |\nb = a * 2 ~ g ~|\nx[p] = 7 ~~| x[q] = 8 ~~|\nc = b", 0), DTN_OK);
    const dtn_var *v = var(&f, "a");
    assert_int_equal(v->n_eqn, 1);
    assert_string_equal(print(&f, v->eqns[0].expr), "5");
    assert_string_equal(v->units, "Kg");
    assert_string_equal(v->doc, "New.");
    assert_true(v->range_max == 1);
    assert_string_equal(v->eqns[0].pos.file, "case.yaml");
    assert_int_equal(v->eqns[0].pos.line, 40);
    assert_int_equal(v->eqns[0].pos.col, 7);
    v = var(&f, "b");
    assert_int_equal(v->kind, DTN_VAR_AUX);
    assert_string_equal(v->units, "g");
    assert_string_equal(v->doc, "Stock.");
    assert_int_equal(v->eqns[0].pos.line, 41);
    assert_int_equal(v->eqns[0].pos.col, 1);
    v = var(&f, "x");
    assert_int_equal(v->n_eqn, 2);
    assert_string_equal(print(&f, v->eqns[1].expr), "8");
    assert_int_equal(var(&f, "c")->overlay, 0);
    assert_int_equal(f.model->n_override, 0);
    assert_int_equal(f.diags.n, 0);
    assert_int_equal(add(&f, "a = 6", 0), DTN_OK); /* a later one replaces the earlier */
    assert_string_equal(print(&f, var(&f, "a")->eqns[0].expr), "6");
    assert_int_equal(var(&f, "a")->n_eqn, 1);
    end(&f);
}

static void a_course_of_action_is_kept_beside(void **state)
{
    (void)state;
    fixture f = read_good("a = 1 ~ Kg ~ Old. |\nx[p]=1~~| x[q]=2~~|");
    assert_int_equal(add(&f, "x[p] = 7 ~~ Rule. | x[q] = 8 ~~|\nnew = 3 ~~|", 1), DTN_OK);
    assert_int_equal(add(&f, "a = 9 ~~|\nnew = 4 ~~|", 2), DTN_OK);
    assert_string_equal(print(&f, var(&f, "a")->eqns[0].expr), "1");
    assert_int_equal(var(&f, "x")->n_eqn, 2);
    assert_int_equal(var(&f, "new")->overlay, 1);
    assert_int_equal(var(&f, "new")->n_eqn, 1);
    assert_int_equal(f.model->n_override, 3);
    const dtn_override *o = f.model->overrides;
    assert_int_equal(o[0].overlay, 1);
    assert_int_equal(o[0].var, var(&f, "x")->id);
    assert_int_equal(o[0].n_eqn, 2);
    assert_string_equal(o[0].doc, "Rule.");
    assert_int_equal(o[1].overlay, 2);
    assert_string_equal(print(&f, o[1].eqns[0].expr), "9");
    assert_int_equal(o[2].var, var(&f, "new")->id);
    assert_int_equal(add(&f, "a = 1 ~ g ~|", 3), DTN_OK);
    assert_string_equal(f.model->overrides[3].units, "g"); /* check/units.c: 304 */
    assert_int_equal(f.diags.n, 0);
    end(&f);
}

static void errors_of_an_overlay_stand_in_its_file(void **state)
{
    (void)state;
    fixture f = read_good("a = 1 ~~|");
    assert_int_equal(add(&f, "a = 1 +", 1), DTN_E_INPUT);
    check_diag(&f, 0, 101, 40, 14, "found the end of the text");
    assert_string_equal(f.diags.items[0].file, "case.yaml");
    assert_int_equal(add(&f, "b = 1 ~~|\n  b = 2", 1), DTN_E_INPUT);
    check_diag(&f, 1, 204, 41, 3, "case.yaml:40:7");
    assert_int_equal(add(&f, "just words", 0), DTN_E_INPUT);
    check_diag(&f, 2, 101, 40, 17, "expected '='");
    assert_int_equal(add(&f, "", 0), DTN_OK);
    end(&f);
}

/* ---- Whole files ------------------------------------------------------- */

static void a_large_model_reads_quickly(void **state)
{
    (void)state;
    char *text = malloc(8 << 20), *p = text;
    for (int i = 0; i < 20000; i++)
        p += sprintf(
            p,
            "variable %d of the model=\n\tMAX(variable %d of the model, 0.5)*x[a]^2 +"
            " IF THEN ELSE(f>3 :AND: x<2, y, z/(1+w))\n\t~\tPersons [0,?]\n\t~\tText.\n\t|\n\n",
            i, i / 2);
    const clock_t begin = clock();
    fixture f = read_good(text);
    const double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    assert_int_equal(f.model->n_var, 20000);
    if (seconds > 5) /* it takes 0.1 s; a sanitizer may take ten times that */
        fail_msg("%g s", seconds);
    end(&f);
    free(text);
}

static int n_files, n_failed;

static int read_public(const char *path, const struct stat *info, int kind, struct FTW *ftw)
{
    (void)info;
    (void)ftw;
    const char *dot = strrchr(path, '.');
    if (kind != FTW_F || !dot || strcasecmp(dot, ".mdl") != 0)
        return 0;
    dtn_model *m = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    n_files++;
    if (dtn_model_read(path, &m, &diags) != DTN_OK) {
        n_failed++;
        print_message("%s:%u:%u: %s\n", path, diags.items[0].line, diags.items[0].col,
                      diags.items[0].message);
    }
    dtn_model_delete(m);
    dtn_diags_free(&diags);
    return 0;
}

static void the_public_models_read(void **state)
{
    (void)state;
    const char *root = getenv("MESON_SOURCE_ROOT");
    char path[4096];
    snprintf(path, sizeof path, "%s/../shared/suites/test-models", root ? root : ".");
    if (access(path, R_OK) != 0)
        skip();
    nftw(path, read_public, 16, FTW_PHYS);
    assert_true(n_files > 100);
    assert_int_equal(n_failed, 0);
}

static void a_missing_file_is_reported(void **state)
{
    (void)state;
    dtn_model *m = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(dtn_model_read("/nonexistent/x.mdl", &m, &diags), DTN_E_IO);
    assert_null(m);
    assert_int_equal(diags.items[0].code, 701);
    dtn_diags_free(&diags);
}

static void the_format_is_told_by_content(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        int code; /* that each format's reader gives */
    } files[] = {{"dtn_t.xmile", "x = 1 ~~|", 0},
                 {"dtn_t.mdl", "<?xml version=\"1.0\"?>\n<xmile", 104},
                 {"dtn_t.mdl", "", 102},
                 {"dtn_t.stmx", " ", 104}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[64];
        snprintf(path, sizeof path, "/tmp/%d_%s", (int)getpid(), files[i].name);
        FILE *out = fopen(path, "wb");
        fputs(files[i].text, out);
        fclose(out);
        dtn_model *m = NULL;
        dtn_diags diags;
        dtn_diags_init(&diags);
        const dtn_status status = dtn_model_read(path, &m, &diags);
        unlink(path);
        assert_int_equal(status, files[i].code ? DTN_E_INPUT : DTN_OK);
        if (files[i].code)
            assert_int_equal(diags.items[0].code, files[i].code);
        dtn_model_delete(m);
        dtn_diags_free(&diags);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equations_and_what_stands_behind),
        cmocka_unit_test(subscripted_equations_gather_in_one_variable),
        cmocka_unit_test(dimensions_ranges_mappings_and_aliases),
        cmocka_unit_test(lookups_data_and_texts),
        cmocka_unit_test(names_of_every_spelling),
        cmocka_unit_test(macros_have_a_scope_of_their_own),
        cmocka_unit_test(groups_control_sketch_and_settings),
        cmocka_unit_test(reality_checks_leave_a_note),
        cmocka_unit_test(old_encodings_are_read),
        cmocka_unit_test(errors_name_the_place_and_the_matter),
        cmocka_unit_test(reading_goes_on_behind_an_error),
        cmocka_unit_test(doubtful_input_warns),
        cmocka_unit_test(garbage_does_no_harm),
        cmocka_unit_test(every_truncation_is_survived),
        cmocka_unit_test(every_failed_allocation_is_survived),
        cmocka_unit_test(an_overlay_replaces_and_adds),
        cmocka_unit_test(a_course_of_action_is_kept_beside),
        cmocka_unit_test(errors_of_an_overlay_stand_in_its_file),
        cmocka_unit_test(a_large_model_reads_quickly),
        cmocka_unit_test(the_public_models_read),
        cmocka_unit_test(a_missing_file_is_reported),
        cmocka_unit_test(the_format_is_told_by_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
