/* Expressions of both notations: trees, positions, messages, and the printer's round trip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/expr.h"
#include "model/notation.h"

/* ---- A tree as text ---------------------------------------------------- */

static const char *const op_names[] = {"?", "+",  "-", "*",  "/",   "^",  "mod", "<",   "<=",
                                       ">", ">=", "=", "<>", "and", "or", "neg", "pos", "not"};

static void dump(FILE *f, const dtn_expr *e);

static void dump_subs(FILE *f, const dtn_expr *e)
{
    for (uint32_t i = 0; i < e->n_sub; i++) {
        const dtn_sub *s = &e->subs[i];
        fputs(i ? "," : "[", f);
        if (s->kind == DTN_SUB_STAR)
            fprintf(f, "*%s", s->key ? s->key : "");
        else if (s->kind == DTN_SUB_NUMBER)
            fprintf(f, "#%g", s->number);
        else if (s->kind == DTN_SUB_NAME)
            fprintf(f, "%s%s", s->key, s->bang ? "!" : "");
        else
            dump(f, s->expr);
        if (s->kind == DTN_SUB_RANGE) {
            fputs(":", f);
            dump(f, s->expr2);
        }
    }
    fputs(e->n_sub ? "]" : "", f);
}

static void dump_args(FILE *f, const dtn_expr *e)
{
    for (uint32_t i = 0; i < e->n_arg; i++) {
        fputs(" ", f);
        dump(f, e->args[i]);
    }
    fputs(")", f);
}

static void dump(FILE *f, const dtn_expr *e)
{
    switch (e->kind) {
    case DTN_X_NUMBER: fprintf(f, "%.17g", e->number); break;
    case DTN_X_STRING: fprintf(f, "'%s'", e->text); break;
    case DTN_X_NAME:
        fputs(e->key, f);
        dump_subs(f, e);
        break;
    case DTN_X_UNARY:
    case DTN_X_BINARY:
        fprintf(f, "(%s", op_names[e->op]);
        dump_args(f, e);
        break;
    case DTN_X_CALL:
        fprintf(f, "(call %s", e->key);
        dump_subs(f, e);
        dump_args(f, e);
        break;
    case DTN_X_ARRAY:
        fprintf(f, "(array %u", e->n_row);
        dump_args(f, e);
        break;
    case DTN_X_LOOKUP:
        fprintf(f, "(table%s", e->lookup->has_range ? " range" : "");
        for (size_t i = 0; i < e->lookup->n; i++)
            fprintf(f, " %g:%g", e->lookup->x[i], e->lookup->y[i]);
        fputs(")", f);
        break;
    case DTN_X_NA: fputs("na", f); break;
    case DTN_X_MISSING: fputs("missing", f); break;
    }
}

static char *tree(const dtn_expr *e)
{
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    dump(f, e);
    fclose(f);
    return text;
}

/* ---- Good input -------------------------------------------------------- */

static const struct good {
    dtn_dialect dialect;
    const char *text, *tree;
} good[] = {
    {DTN_VENSIM, "1+2*3", "(+ 1 (* 2 3))"},
    {DTN_VENSIM, "-2^2", "(neg (^ 2 2))"},
    {DTN_VENSIM, "2^-2^x", "(^ 2 (neg (^ 2 x)))"},
    {DTN_VENSIM, "a^b^c", "(^ a (^ b c))"},
    {DTN_VENSIM, "a-b-c/d/e", "(- (- a b) (/ (/ c d) e))"},
    {DTN_VENSIM, "- a * b", "(* (neg a) b)"},
    {DTN_VENSIM, "a - - + b", "(- a (neg (pos b)))"},
    {DTN_VENSIM, ":NOT: a = b :and: c <> d :Or: e", "(or (and (not (= a b)) (<> c d)) e)"},
    {DTN_VENSIM, "a<=b+1", "(<= a (+ b 1))"},
    {DTN_VENSIM, "a<-b", "(< a (neg b))"},
    {DTN_VENSIM, ".5+5.+1e-5+2E+3", "(+ (+ (+ 0.5 5) 1.0000000000000001e-05) 2000)"},
    {DTN_VENSIM, "Net  Flow_of\t\\\n\t\tgoods", "net_flow_of_goods"},
    {DTN_VENSIM, "Level 1\n+ Level 2", "(+ level_1 level_2)"},
    {DTN_VENSIM, "Joe's $ rate # 5%", "joe's_$_rate_#_5%"},
    {DTN_VENSIM,
     "d\xC3\xA9"
     "bit \xC3\x96l",
     "d\xC3\xA9"
     "bit_\xC3\xB6l"},
    {DTN_VENSIM, "\"a+b (c) \\\"d\\\" |~\"", "a+b_(c)_\"d\"_|~"},
    {DTN_VENSIM, "x[ A , b! , 3 ]", "x[a,b!,#3]"},
    {DTN_VENSIM, "table[dim](x)", "(call table[dim] x)"},
    {DTN_VENSIM, "IF THEN ELSE ( a>1, :NA: , 0 )", "(call if_then_else (> a 1) na 0)"},
    {DTN_VENSIM, "f(a,,b)", "(call f a missing b)"},
    {DTN_VENSIM, "f()", "(call f)"},
    {DTN_VENSIM, "f(,)", "(call f missing missing)"},
    {DTN_VENSIM, "GET XLS DATA('a b.xls', '?x', 'A', 'B2')",
     "(call get_xls_data 'a b.xls' '?x' 'A' 'B2')"},
    {DTN_VENSIM, "WITH LOOKUP(x, ([(0,0)-(2,10),(1,5)],(0,- 1),(+2,3e1)))",
     "(call with_lookup x (table range 0:-1 2:30))"},
    {DTN_VENSIM, "WITH LOOKUP(x,((0,1),(2,3)))", "(call with_lookup x (table 0:1 2:3))"},
    {DTN_VENSIM, "WITH LOOKUP(x,(1,2,3,10,20,30))", "(call with_lookup x (table 1:10 2:20 3:30))"},
    {DTN_VENSIM, "WITH LOOKUP(x,((3,1),(1,2),(1,4)))", "(call with_lookup x (table 1:2 1:4 3:1))"},
    {DTN_VENSIM, "1,-2,+3", "(array 1 1 -2 3)"},
    {DTN_VENSIM, "1,2;3,4;", "(array 2 1 2 3 4)"},
    {DTN_VENSIM, "7;", "(array 1 7)"},
    {DTN_VENSIM, "1,:NA:", "(array 1 1 na)"},
    {DTN_VENSIM, "TABBED ARRAY(\n1\t2\n3 4\\\n5 -6)", NULL},
    {DTN_VENSIM, "TABBED ARRAY(\n\t1\t2\t-3\n\t4\t5\t6\n\t)", "(array 2 1 2 -3 4 5 6)"},
    {DTN_VENSIM, "TABBED ARRAY(1 2 \\\n 3)", "(array 1 1 2 3)"},
    {DTN_VENSIM, "a {comment: ( ] '} * b", "(* a b)"},
    {DTN_VENSIM, "((((a))))", "a"},
    {DTN_XMILE, "-2^2 mod 3", "(mod (neg (^ 2 2)) 3)"},
    {DTN_XMILE, "NOT a = b AND c < d OR e", "(or (and (= (not a) b) (< c d)) e)"},
    {DTN_XMILE, "a = b < c", "(= a (< b c))"},
    {DTN_XMILE, "IF a > 1 THEN b ELSE c + d", "(call if_then_else (> a 1) b (+ c d))"},
    {DTN_XMILE, "( if(a)then(b)else if c then d else e ) * 2",
     "(* (call if_then_else a b (call if_then_else c d e)) 2)"},
    {DTN_XMILE, "Net_Flow + \"net flow\" + \"Net\\nFlow\"", "(+ (+ net_flow net_flow) net_flow)"},
    {DTN_XMILE, "Sector_1.Net_Flow * .root.x", "(* sector_1.net_flow .root.x)"},
    {DTN_XMILE, "a.\"b c\"", "a.b_c"},
    {DTN_XMILE, "x[i, *, 1:3, i+1, 2, *:sub, Dim.A]", "x[i,*,1:3,(+ i 1),#2,*sub,dim.a]"},
    {DTN_XMILE, "x[@2,@1]'", "(call ' x[(call @ 2),(call @ 1)])"},
    {DTN_XMILE, "SMTH1(a, 5) {note}", "(call smth1 a 5)"},
    {DTN_XMILE, "EXPRESSION MACRO(a, b)", "(call expression_macro a b)"},
    {DTN_XMILE, "1, 2; 3, 4;", "(array 2 1 2 3 4)"},
    {DTN_XMILE, "\xC3\xA9t\xC3\xA9 + 1", "(+ \xC3\xA9t\xC3\xA9 1)"},
    {DTN_XMILE, "a not", "(not a)"},
    {DTN_XMILE, "notable + order + modx", "(+ (+ notable order) modx)"},
};

static dtn_expr *read_one(dtn_model *m, dtn_dialect dialect, const char *text, dtn_diags *diags)
{
    m->dialect = dialect;
    return dtn_expr_read(m, dialect, text, strlen(text), (dtn_pos){"t", 1, 1}, diags);
}

static void expressions_read_and_print_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        dtn_diags diags;
        dtn_diags_init(&diags);
        dtn_model *m = dtn_model_new(good[i].dialect, "t");
        dtn_expr *e = read_one(m, good[i].dialect, good[i].text, &diags);
        if (!good[i].tree) {
            assert_null(e);
            dtn_diags_free(&diags);
            dtn_model_delete(m);
            continue;
        }
        if (!e)
            fail_msg("%s: %s", good[i].text, diags.n ? diags.items[0].message : "?");
        char *first = tree(e);
        assert_string_equal(first, good[i].tree);
        const char *printed = dtn_expr_print(m, e);
        dtn_expr *again = read_one(m, good[i].dialect, printed, &diags);
        if (!again)
            fail_msg("%s printed as %s does not read", good[i].text, printed);
        char *second = tree(again);
        assert_string_equal(second, first);
        free(first);
        free(second);
        dtn_diags_free(&diags);
        dtn_model_delete(m);
    }
}

/* ---- Random trees ------------------------------------------------------ */

static uint32_t next(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

static dtn_expr *random_tree(dtn_model *m, uint32_t *seed, int depth)
{
    static const char *const names[] = {"a", "b c", "\"x+y\"", "Net"};
    static const dtn_op binary[] = {DTN_OP_ADD, DTN_OP_SUB, DTN_OP_MUL, DTN_OP_DIV,
                                    DTN_OP_POW, DTN_OP_LT,  DTN_OP_GE,  DTN_OP_EQ,
                                    DTN_OP_NE,  DTN_OP_AND, DTN_OP_OR};
    static const dtn_op unary[] = {DTN_OP_NEG, DTN_OP_PLUS, DTN_OP_NOT};
    const dtn_pos pos = {0};
    const uint32_t pick = depth > 0 ? next(seed, 10) : next(seed, 2);
    if (pick == 0)
        return dtn_expr_new_number(m, next(seed, 100) / 8.0, pos);
    if (pick == 1)
        return dtn_expr_new_name(m, names[next(seed, 4)], pos);
    dtn_expr *a = random_tree(m, seed, depth - 1);
    if (pick < 7)
        return dtn_expr_new_binary(m, binary[next(seed, 11)], a, random_tree(m, seed, depth - 1));
    dtn_expr *e = dtn_expr_new(m, pick < 9 ? DTN_X_UNARY : DTN_X_CALL, pos);
    e->op = unary[next(seed, 3)];
    e->n_arg = pick < 9 ? 1 : 3;
    e->args = DTN_NEW_N(m->arena, dtn_expr *, 3);
    e->text = "IF THEN ELSE";
    e->key = "if_then_else";
    e->args[0] = a;
    for (uint32_t i = 1; i < e->n_arg; i++)
        e->args[i] = random_tree(m, seed, depth - 1);
    return e;
}

static void random_trees_survive_printing(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 4000; i++) {
        const dtn_dialect dialect = i % 2 ? DTN_XMILE : DTN_VENSIM;
        uint32_t seed = i;
        dtn_diags diags;
        dtn_diags_init(&diags);
        dtn_model *m = dtn_model_new(dialect, "t");
        dtn_expr *e = random_tree(m, &seed, 6);
        const char *printed = dtn_expr_print(m, e);
        dtn_expr *again = read_one(m, dialect, printed, &diags);
        if (!again)
            fail_msg("seed %u: %s: %s", i, printed, diags.items[0].message);
        char *first = tree(e), *second = tree(again);
        if (strcmp(first, second) != 0)
            fail_msg("seed %u: %s\n%s\n%s", i, printed, first, second);
        free(first);
        free(second);
        dtn_diags_free(&diags);
        dtn_model_delete(m);
    }
}

/* ---- Bad input --------------------------------------------------------- */

static const struct bad {
    dtn_dialect dialect;
    const char *text;
    int code;
    uint32_t line, col;
    const char *part; /* of the message */
} bad[] = {
    {DTN_VENSIM, "", 101, 1, 1, "expected a value, found the end"},
    {DTN_VENSIM, "a +", 101, 1, 4, "expected a value, found the end"},
    {DTN_VENSIM, "a + * b", 101, 1, 5, "expected a value, found '*'"},
    {DTN_VENSIM, "(a", 101, 1, 3, "or ')', found the end"},
    {DTN_VENSIM, "f(a", 101, 1, 4, "',' or ')' in 'f(...)', found the end"},
    {DTN_VENSIM, "f(a\n  , b]", 101, 2, 6, "found ']'"},
    {DTN_VENSIM, "x[a", 101, 1, 4, "',' or ']'"},
    {DTN_VENSIM, "x[]", 101, 1, 3, "a subscript"},
    {DTN_VENSIM, "\"a\" b", 101, 1, 5, "expected an operator or the end, found the name 'b'"},
    {DTN_VENSIM, "(a) 'b'", 101, 1, 5, "found the text 'b'"},
    {DTN_VENSIM, "a)", 101, 1, 2, "found ')'"},
    {DTN_VENSIM, "1.2.3", 103, 1, 1, "'1.2.3' is not a number"},
    {DTN_VENSIM, "2x", 103, 1, 1, "'2x' is not a number"},
    {DTN_VENSIM, "1e999", 103, 1, 1, "'1e999'"},
    {DTN_VENSIM, "\"abc", 101, 1, 1, "does not end"},
    {DTN_VENSIM, "\" \"", 101, 1, 1, "empty"},
    {DTN_VENSIM, "f('abc)", 101, 1, 3, "does not end"},
    {DTN_VENSIM, "a {b", 102, 1, 3, "comment"},
    {DTN_VENSIM, "a \\ b", 101, 1, 3, "'\\' has no meaning"},
    {DTN_VENSIM, "a\n\t+ \\\n  \001", 109, 3, 3, "byte 1"},
    {DTN_VENSIM, "a :FOO: b", 101, 1, 3, "':FOO:'"},
    {DTN_VENSIM, "1,2;3;", 101, 1, 1, "row 2 of the list has 1 numbers, the first has 2"},
    {DTN_VENSIM, "1,a", 101, 1, 3, "numbers only"},
    {DTN_VENSIM, "WITH LOOKUP(x,())", 107, 1, 15, "no points"},
    {DTN_VENSIM, "WITH LOOKUP(x,(1,2,3))", 107, 1, 16, "odd count"},
    {DTN_VENSIM, "WITH LOOKUP(x,((1,2),(3)))", 101, 1, 24, "','"},
    {DTN_VENSIM, "TABBED ARRAY(1 2\n3)", 101, 1, 1, "row 2"},
    {DTN_VENSIM, "TABBED ARRAY()", 101, 1, 13, "no numbers"},
    {DTN_VENSIM, "TABBED ARRAY(1 2", 101, 1, 17, "a number"},
    {DTN_XMILE, "IF a THEN b", 101, 1, 12, "ELSE"},
    {DTN_XMILE, "IF a", 101, 1, 5, "THEN"},
    {DTN_XMILE, "a b", 101, 1, 3, "found the name 'b'"},
    {DTN_XMILE, "a && b", 101, 1, 3, "'&' has no meaning"},
    {DTN_XMILE, "then", 101, 1, 1, "expected a value, found 'then'"},
    {DTN_XMILE, "x[1:]", 101, 1, 5, "a value"},
    {DTN_XMILE, "x[@a]", 101, 1, 4, "number of a subscript"},
    {DTN_XMILE, "a :AND: b", 101, 1, 3, "found ':'"},
};

static void errors_name_the_place_and_the_matter(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dtn_diags diags;
        dtn_diags_init(&diags);
        dtn_model *m = dtn_model_new(bad[i].dialect, "t");
        if (read_one(m, bad[i].dialect, bad[i].text, &diags))
            fail_msg("'%s' was read", bad[i].text);
        assert_int_equal(diags.n, 1);
        const dtn_diag *d = &diags.items[0];
        if (d->code != bad[i].code || d->line != bad[i].line || d->col != bad[i].col ||
            !strstr(d->message, bad[i].part))
            fail_msg("'%s': %d at %u:%u: %s", bad[i].text, d->code, d->line, d->col, d->message);
        dtn_diags_free(&diags);
        dtn_model_delete(m);
    }
}

static void nothing_behind_the_length_is_read(void **state)
{
    (void)state;
    dtn_diags diags;
    dtn_diags_init(&diags);
    dtn_model *m = dtn_model_new(DTN_VENSIM, "t");
    char *exact = malloc(3); /* a read behind it is an error of the address sanitizer */
    memcpy(exact, "a+b", 3);
    dtn_expr *e = dtn_expr_read(m, DTN_VENSIM, exact, 3, (dtn_pos){"t", 7, 9}, &diags);
    assert_non_null(e);
    assert_int_equal(e->pos.line, 7);
    assert_int_equal(e->pos.col, 10);
    static const char *const tails[] = {"a:", "1e", "1e-", "<", ":=", ":AN",  "\"a\\", "'",
                                        "x[", "\\", "a\\", "{", "-",  "\xC2", "a\xEF", "."};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        const size_t n = strlen(tails[i]);
        char *copy = malloc(n);
        memcpy(copy, tails[i], n);
        for (int dialect = 0; dialect < 2; dialect++)
            dtn_expr_read(m, (dtn_dialect)dialect, copy, n, (dtn_pos){"t", 1, 1}, &diags);
        free(copy);
    }
    free(exact);
    dtn_diags_free(&diags);
    dtn_model_delete(m);
}

/* n times `open`, then `middle`, then n times `close`. */
static char *nested(size_t n, const char *open, const char *middle, const char *close)
{
    char *text = calloc(1, n * (strlen(open) + strlen(close)) + strlen(middle) + 1), *p = text;
    for (size_t i = 0; i < n; i++)
        p = stpcpy(p, open);
    p = stpcpy(p, middle);
    for (size_t i = 0; i < n; i++)
        p = stpcpy(p, close);
    return text;
}

static void check_depth(dtn_dialect dialect, char *text, bool is_good)
{
    dtn_diags diags;
    dtn_diags_init(&diags);
    dtn_model *m = dtn_model_new(dialect, "t");
    dtn_expr *e = read_one(m, dialect, text, &diags);
    assert_int_equal(e != NULL, is_good);
    if (is_good) {
        /* what is printed is not nested too deep to be read again */
        const char *printed = dtn_expr_print(m, e);
        dtn_expr *again = dtn_expr_read(m, dialect, printed, strlen(printed), e->pos, &diags);
        assert_non_null(again);
        assert_string_equal(dtn_expr_print(m, again), printed);
    } else {
        assert_true(diags.n >= 1);
        assert_int_equal(diags.items[diags.n - 1].code, 108);
        assert_true(diags.items[0].col > 1);
    }
    dtn_diags_free(&diags);
    dtn_model_delete(m);
    free(text);
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    for (int d = 0; d < 2; d++) {
        const dtn_dialect dialect = (dtn_dialect)d;
        check_depth(dialect, nested(DTN_MAX_DEPTH, "(", "a", ")"), true);
        check_depth(dialect, nested(DTN_MAX_DEPTH + 1, "(", "a", ")"), false);
        check_depth(dialect, nested(10000, "(", "a", ")"), false);
        check_depth(dialect, nested(1000000, "(", "", ""), false);
        check_depth(dialect, nested(DTN_MAX_DEPTH, "f(", "a", ")"), true);
        check_depth(dialect, nested(DTN_MAX_DEPTH + 1, "f(", "a", ")"), false);
        check_depth(dialect, nested(100000, "-", "a", ""), false);
        check_depth(dialect, nested(100000, "a^", "a", ""), false);
        check_depth(dialect, nested(1500, "a+", "a", ""), true);
        check_depth(dialect, nested(100000, "a+", "a", ""), false);
        check_depth(dialect, nested(100, "(a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+a+", "a", ")"),
                    true);
    }
    check_depth(DTN_XMILE, nested(10000, "a[", "1", "]"), false);
    check_depth(DTN_XMILE, nested(10000, "a", "'", "'"), false);
    /* what binds less than a sign before it is printed in brackets */
    check_depth(DTN_VENSIM, nested(60, "+:NOT:", "a", ""), true);
    check_depth(DTN_VENSIM, nested(80, "+:NOT:", "a", ""), false);
    check_depth(DTN_XMILE, nested(60, "-IF a THEN b ELSE ", "c", ""), true);
    check_depth(DTN_XMILE, nested(80, "-IF a THEN b ELSE ", "c", ""), false);
    /* what stands behind its operand is printed around it */
    check_depth(DTN_XMILE, nested(90, "", "a", " NOT"), true);
    check_depth(DTN_XMILE, nested(110, "", "a", " NOT"), false);
    check_depth(DTN_XMILE, nested(190, "", "a", "//b"), true);
    check_depth(DTN_XMILE, nested(210, "", "a", "//b"), false);
    check_depth(DTN_XMILE, nested(60, "(", "a", ")//b NOT"), true);
    check_depth(DTN_XMILE, nested(150, "(", "a", ")//b NOT"), false);
    check_depth(DTN_XMILE, nested(90, "1 + IF a THEN b ELSE ", "c", ""), true);
    check_depth(DTN_XMILE, nested(150, "1 + IF a THEN b ELSE ", "c", ""), false);
    check_depth(DTN_XMILE, nested(190, "IF a THEN b ELSE ", "c", ""), true);
    check_depth(DTN_XMILE, nested(10000, "IF a THEN b ELSE ", "c", ""), false);
}

static void blank_text_is_told_from_an_expression(void **state)
{
    (void)state;
    dtn_model *m = dtn_model_new(DTN_XMILE, "t");
    assert_true(dtn_expr_is_blank(m, DTN_XMILE, " {nothing} \n", 12));
    assert_true(dtn_expr_is_blank(m, DTN_XMILE, "", 0));
    assert_false(dtn_expr_is_blank(m, DTN_XMILE, "{a} b", 5));
    assert_false(dtn_expr_is_blank(m, DTN_XMILE, "{a", 2));
    dtn_model_delete(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_read_and_print_back),
        cmocka_unit_test(random_trees_survive_printing),
        cmocka_unit_test(errors_name_the_place_and_the_matter),
        cmocka_unit_test(nothing_behind_the_length_is_read),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(blank_text_is_told_from_an_expression),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
