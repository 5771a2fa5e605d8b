/* The writers: what is written reads back as the same form; what the other format lacks is written
 * out as it must be, or refused with a list. That numbers stay the same is tools/roundtrip.py's. */
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

#include "base/arena.h"
#include "check/check.h"
#include "format/format.h"
#include "format/write.h"

/* ---- Helpers ------------------------------------------------------------------- */

typedef struct fixture {
    dtn_model *model;
    dtn_diags diags;
    char *text;
    size_t n;
    dtn_status status;
} fixture;

static fixture read_text(dtn_dialect dialect, const char *text)
{
    fixture f = {0};
    dtn_diags_init(&f.diags);
    const dtn_status status =
        dialect == DTN_VENSIM ? dtn_model_read_mdl(text, strlen(text), "m", &f.model, &f.diags)
                              : dtn_model_read_xmile(text, strlen(text), "m", &f.model, &f.diags);
    if (status != DTN_OK)
        fail_msg("%s\n%u:%u %s", text, f.diags.items[0].line, f.diags.items[0].col,
                 f.diags.items[0].message);
    return f;
}

static void write_it(fixture *f, dtn_dialect to)
{
    f->status = dtn_model_write(f->model, to, &f->text, &f->n, &f->diags);
    assert_true((f->status == DTN_OK) == (f->text != NULL));
    if (f->text)
        assert_int_equal(strlen(f->text), f->n);
}

static void end(fixture *f)
{
    dtn_model_delete(f->model);
    dtn_diags_free(&f->diags);
    dtn_free(f->text);
}

static const char *other_name(dtn_dialect d) { return d == DTN_VENSIM ? ".mdl" : ".xmile"; }

/* Reads, writes in its own format, reads that and writes again: the two texts are the same. */
static char *written_twice(dtn_dialect dialect, const char *text)
{
    fixture first = read_text(dialect, text);
    write_it(&first, dialect);
    assert_int_equal(first.status, DTN_OK);
    fixture second = read_text(dialect, first.text);
    write_it(&second, dialect);
    assert_int_equal(second.status, DTN_OK);
    if (strcmp(first.text, second.text) != 0)
        fail_msg("%s changes when it is written again:\n%s\n----\n%s", other_name(dialect),
                 first.text, second.text);
    char *copy = strdup(second.text);
    end(&first);
    end(&second);
    return copy;
}

/* The model in the other format, which reads. `resolve`: with names resolved before. */
static fixture translated(dtn_dialect from, const char *text, bool resolve)
{
    fixture f = read_text(from, text);
    const dtn_dialect to = from == DTN_VENSIM ? DTN_XMILE : DTN_VENSIM;
    if (resolve && dtn_check_resolve(f.model, &f.diags) != DTN_OK)
        fail_msg("%s", f.diags.items[0].message);
    write_it(&f, to);
    if (f.status != DTN_OK)
        fail_msg("%s", f.diags.items[f.diags.n - 1].message);
    fixture back = read_text(to, f.text);
    end(&back);
    return f;
}

static void has(const char *text, const char *part)
{
    if (!text || !strstr(text, part))
        fail_msg("not there: %s\nin:\n%s", part, text ? text : "(nothing)");
}

static void has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("there: %s\nin:\n%s", part, text);
}

static size_t count(const dtn_diags *diags, int code, dtn_severity severity)
{
    size_t n = 0;
    for (size_t i = 0; i < diags->n; i++)
        n += diags->items[i].code == code && diags->items[i].severity == severity;
    return n;
}

#define CONTROL                      \
    "INITIAL TIME = 0 ~ Month ~~|\n" \
    "FINAL TIME = 10 ~ Month ~~|\n"  \
    "TIME STEP = 0.5 ~ Month ~~|\n"  \
    "SAVEPER = 1 ~ Month ~~|\n"

#define HEAD                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" \
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"
#define SPECS "<sim_specs><start>0</start><stop>10</stop><dt>1</dt></sim_specs>\n"
#define DIMS                                                                   \
    "<dimensions><dim name=\"D\"><elem name=\"a\"/><elem name=\"b\"/></dim>\n" \
    "<dim name=\"N\" size=\"3\"/></dimensions>\n"
#define BODY(variables) "<model><variables>\n" variables "</variables></model>\n</xmile>\n"
#define WHOLE(variables) HEAD SPECS DIMS BODY(variables)

/* ---- Own format ------------------------------------------------------------------- */

static void every_mdl_construct(void **state)
{
    (void)state;
    char *text = written_twice(
        DTN_VENSIM,
        "{UTF-8}\n"
        ":MACRO: LAG(in, time : rest)\n"
        "LAG = INTEG((in - LAG) / time, in) ~ in ~ a stock inside|\n"
        "rest = in - LAG ~~|\n"
        ":END OF MACRO:\n"
        "Dim: a, b, (c1-c3) -> Other, (Third: x, x, y, y, y) ~~ of all |\n"
        "Part: a, b ~~|\nOther: o1, o2, o3, o4, o5 ~~|\nThird: x, y ~~|\nAlias <-> Dim ~~|\n"
        "table([(0,-1)-(10,5.5)],(0,0),(5,1e-07),(10,1.5)) ~ Dmnl ~|\n"
        "plain table((0,1),(1,2)) ~~|\n"
        "stock[Dim] = INTEG(LAG(x[Dim], 3 : left[Dim]) - out[Dim], 1) ~ Person [0,?,0.5] ~ text\n"
        "\t\tin two lines | \n"
        "out[Part] = x[Part] / 2 ~~|\nout[c1] = 1 ~~|\nout[c2] = 2 ~~|\nout[c3] = 3 ~~|\n"
        "x[Dim] :EXCEPT: [a], [c1] = Dim ~~|\nx[a] = 2 ~~|\nx[c1] = -2 ~~|\n"
        "grid[Part, Third] = 1, 2; 3, -4; ~~|\n"
        "logic = IF THEN ELSE(:NOT: (out[a] > 1 :AND: x[a] <> 2) :OR: 1 = 0, 2 ^ -1, -(3 - 4)) ~~|\n"
        "total = SUM(x[Dim!] * out[Dim!]) + ELMCOUNT(Part) ~~ :SUPPLEMENTARY: |\n"
        "curve = WITH LOOKUP(Time, ([(0,0)-(1,1)],(0,0),(1,1))) ~~|\n"
        "missing = :NA: ~~|\nfixed == 4 ~~|\n"
        "series :RAW: ~~|\nseries two :INTERPOLATE: := 3 + 1 ~~|\n"
        "words :IS: 'some text' ~~|\n"
        "\"odd, \\\"name\\\"\" = table(3) + plain table(2) ~~|\n"
        "********\n\t.Control\n********~\n\t\tTimes |\n" CONTROL
        "\\\\\\---/// Sketch information - do not modify anything except names\n"
        "V300  Do not put anything below this section - it will be ignored\n*View 1\n"
        "$192\n10,1,total,1,2,3,4,8,3,0,0,0,0,0,0\n///---\\\\\\\n:L\n"
        "15:3,0,0,0,0,0\n22:Dollar,Dollars,$\n13:data.tab\n30:?file=data.xlsx\n");
    has(text, "Dim:\n\ta, b, c1, c2, c3 -> Other, (Third: x, x, y, y, y)\n");
    has(text, "Alias <-> Dim");
    has(text, "x[Dim] :EXCEPT: [a], [c1]=\n\tDim");
    has(text, "LAG(x[Dim], 3 : left[Dim])");
    has(text, "Person [0,?,0.5]\n\t~\ttext\n\t\tin two lines\n");
    has(text, "1,2;3,-4;");
    has(text, ":NOT: (out[a] > 1 :AND: x[a] <> 2) :OR: 1 = 0, 2^(-1), -(3 - 4)");
    has(text, "\n\t~\t:SUPPLEMENTARY:\n\t|");
    has(text, "fixed==\n\t4");
    has(text, "series :RAW:\n\t~");
    has(text, "words :IS: 'some text'");
    has(text, "\"odd, \\\"name\\\"\"=\n\ttable(3) + plain table(2)");
    has(text, "table([(0,-1)-(10,5.5)],(0,0),(5,1e-7),(10,1.5))");
    has(text,
        ".Control\n********************************************************~\n\t\tTimes\n\t|");
    has(text, "10,1,total,1,2,3,4,8,3,0,0,0,0,0,0\n///---\\\\\\\n:L");
    has(text, "15:3,0,0,0,0,0\n22:Dollar,Dollars,$\n13:data.tab\n30:?file=data.xlsx\n");
    free(text);
}

static void every_xmile_construct(void **state)
{
    (void)state;
    char *text = written_twice(
        DTN_XMILE, HEAD
        "<header><name>A &amp; B</name></header>\n"
        "<sim_specs method=\"RK4\" time_units=\"Month\"><start>0</start><stop>10</stop>"
        "<dt reciprocal=\"true\">3</dt></sim_specs>\n"
        "<model_units><unit name=\"N\"><eqn>kg*m/s^2</eqn><alias>Newton</alias></unit>"
        "</model_units>\n" DIMS
        "<macro name=\"TWICE\"><parm>x</parm><parm default=\"2\">k</parm><eqn>half * k</eqn>"
        "<variables><aux name=\"half\"><eqn>x / 2</eqn></aux></variables></macro>\n"
        "<model><variables>\n"
        "<stock name=\"Level One\"><doc>a &lt; b &amp; \"c\"</doc><eqn>5</eqn>"
        "<inflow>in</inflow><outflow>\"out-flow\"</outflow><non_negative/>"
        "<units>People</units><range min=\"0\" max=\"9\"/></stock>\n"
        "<flow name=\"in\"><eqn>IF Level_One &gt; 3 AND NOT (TIME = 2) THEN 1 ELSE 0</eqn>"
        "<non_negative/></flow>\n"
        "<flow name=\"out-flow\"><eqn>TWICE(1) MOD 2</eqn></flow>\n"
        "<aux name=\"array\"><dimensions><dim name=\"D\"/><dim name=\"N\"/></dimensions>"
        "<eqn>SUM(vector[*]) + D</eqn></aux>\n"
        "<aux name=\"vector\"><dimensions><dim name=\"D\"/></dimensions>"
        "<element subscript=\"a\"><eqn>1</eqn></element>"
        "<element subscript=\"b\"><eqn>array[a, 2]</eqn><gf type=\"discrete\">"
        "<xscale min=\"0\" max=\"2\"/><yscale min=\"0\" max=\"1\"/><ypts>0,1,0.5</ypts></gf>"
        "</element></aux>\n"
        "<aux name=\"begun\"><eqn>vector[a]</eqn><init_eqn>3</init_eqn></aux>\n"
        "<gf name=\"curve\" type=\"extrapolate\"><xpts>0,1,4</xpts><ypts>1,2,3</ypts></gf>\n"
        "<module name=\"part\"><connect to=\"part.a\" from=\"begun\"/></module>\n"
        "<group name=\"G\"><doc>of it</doc><var name=\"begun\"/></group>\n"
        "</variables><views><view><aux name=\"begun\" x=\"1\" y=\"2\"/></view></views></model>\n"
        "<model name=\"part\"><variables><aux name=\"a\"/></variables></model>\n</xmile>\n");
    has(text, "<name>A &amp; B</name>");
    has(text, "method=\"RK4\" time_units=\"Month\"");
    has(text, "<dt reciprocal=\"true\">3</dt>");
    has(text, "<eqn>kg*m/s^2</eqn>\n      <alias>Newton</alias>");
    has(text, "<dim name=\"N\" size=\"3\"/>");
    has(text, "<parm default=\"2\">k</parm>");
    has(text, "<doc>a &lt; b &amp; \"c\"</doc>");
    has(text, "<outflow>\"out-flow\"</outflow>");
    has(text, "<range min=\"0\" max=\"9\"/>");
    has(text, "IF Level_One &gt; 3 AND NOT (TIME = 2) THEN 1 ELSE 0");
    has(text,
        "<element subscript=\"b\">\n          <eqn>array[a, 2]</eqn>\n          <gf type=\"discrete\">");
    has(text, "<init_eqn>3</init_eqn>");
    has(text, "<gf name=\"curve\" type=\"extrapolate\">\n        <xpts>0,1,4</xpts>");
    has(text, "<connect to=\"part.a\" from=\"begun\"/>");
    has(text, "<group name=\"G\">\n        <doc>of it</doc>\n        <var name=\"begun\"/>");
    has(text, "<view><aux name=\"begun\" x=\"1\" y=\"2\"/></view>");
    free(text);
}

static void long_lines(void **state)
{
    (void)state;
    char text[6000] = "a = \"name, with (marks) and blanks\"", *line, *rest = NULL;
    for (int i = 0; i < 100; i++)
        strcat(text, " + \"name, with (marks) and blanks\"");
    strcat(text, " ~~|\n\"name, with (marks) and blanks\" = 1 ~~|\n" CONTROL);
    char *out = written_twice(DTN_VENSIM, text);
    for (line = strtok_r(out, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        assert_true(strlen(line) < 130);
    free(out);
}

/* ---- Texts and names ----------------------------------------------------------------- */

static void texts_of_a_field(void **state)
{
    (void)state;
    fixture f =
        translated(DTN_XMILE,
                   WHOLE("<aux name=\"x\"><doc>this | that ~ other\nback \\\nend</doc>"
                         "<eqn>1</eqn><units>a|b</units></aux>\n"
                         "<aux name=\"y\"><doc>:supplementary: no</doc><eqn>1</eqn></aux>\n"),
                   false);
    has(f.text, "this \xC2\xA6 that \xE2\x88\xBC other\n\t\tback \\ \n\t\tend");
    has(f.text, "a\xC2\xA6"
                "b");
    has(f.text, "\n\t~\t. :supplementary: no\n\t|");
    assert_true(count(&f.diags, 509, DTN_WARNING) >= 2);
    end(&f);

    f = translated(DTN_VENSIM, "x = 1 ~ $/Year ~ if a < b & c > d: \"quoted\" |\n" CONTROL, false);
    has(f.text, "<doc>if a &lt; b &amp; c &gt; d: \"quoted\"</doc>");
    has(f.text, "<units>$/Year</units>");
    end(&f);
}

static void names(void **state)
{
    (void)state;
    fixture f = translated(DTN_VENSIM,
                           "\"a-b\" = 1 ~~|\nNet Gain = \"a-b\" + caf\xC3\xA9 cr\xC3\xA8me ~~|\n"
                           "caf\xC3\xA9 cr\xC3\xA8me = 2 ~~|\nif = net gain ~~|\n"
                           "rate% = if + module.name ~~|\nmodule.name = 3 ~~|\n"
                           "\"say \\\"hi\\\"\" = rate% ~~|\nz = \"say \\\"hi\\\"\" ~~|\n" CONTROL,
                           false);
    has(f.text, "<aux name=\"a-b\">");
    has(f.text, "<aux name=\"Net Gain\">\n        <eqn>\"a-b\" + caf\xC3\xA9_cr\xC3\xA8me</eqn>");
    has(f.text, "<eqn>Net_Gain</eqn>");
    has(f.text, "<eqn>\"if\" + \"module.name\"</eqn>");
    has(f.text, "<eqn>\"rate%\"</eqn>");
    has(f.text, "<eqn>\"say \\\"hi\\\"\"</eqn>");
    fixture back = read_text(DTN_XMILE, f.text);
    for (size_t i = 0; i < f.model->n_var; i++)
        if (!f.model->vars[i].is_control)
            assert_non_null(dtn_model_find_var(back.model, f.model->vars[i].key));
    end(&back);
    end(&f);

    f = translated(
        DTN_XMILE,
        WHOLE("<aux name=\"1st\"><eqn>x.y</eqn></aux>\n"
              "<aux name=\"x.y\"><eqn>2</eqn></aux>\n"
              "<aux name=\"time step\"><eqn>7</eqn></aux>\n"
              "<aux name=\"a\"><eqn>v[a] + time_step</eqn></aux>\n"
              "<aux name=\"D\"><eqn>v[b]</eqn></aux>\n"
              "<aux name=\"v\"><dimensions><dim name=\"D\"/></dimensions><eqn>1</eqn></aux>\n"
              "<aux name=\"w\"><dimensions><dim name=\"N\"/></dimensions>"
              "<element subscript=\"1\"><eqn>1</eqn></element>"
              "<element subscript=\"2\"><eqn>w[1]</eqn></element>"
              "<element subscript=\"3\"><eqn>w[2]</eqn></element></aux>\n"),
        false);
    has(f.text, "\"1st\"=\n\t\"x.y\"");
    has(f.text, "time step 2=\n\t7");
    has(f.text, "D range:\n\ta element, b\n");
    has(f.text, "a=\n\tv[a element] + time step 2");
    has(f.text, "N:\n\t\"1\", \"2\", \"3\"\n");
    has(f.text, "w[\"2\"]=\n\tw[\"1\"]");
    assert_int_equal(count(&f.diags, 509, DTN_NOTE), 3); /* each renaming is told */
    end(&f);
}

/* ---- Vensim to XMILE --------------------------------------------------------------------- */

static void stocks_and_flows(void **state)
{
    (void)state;
    fixture f =
        translated(DTN_VENSIM,
                   "s = INTEG(in - out + in two, 5) ~ Person ~|\n"
                   "t = INTEG(-in two, 0) ~~|\nu = INTEG(in * 2, 0) ~~|\n"
                   "w = INTEG(0, 1) ~~|\nc = INTEG(fixed, 1) ~~|\nd = INTEG(in, 1) ~~|\n"
                   "in = s / 2 ~~|\nout = s / 3 ~~|\nin two = s ~~|\nfixed = 4 ~~|\n" CONTROL,
                   false);
    has(f.text, "<stock name=\"s\">\n        <eqn>5</eqn>\n        <inflow>in</inflow>\n"
                "        <inflow>in_two</inflow>\n        <outflow>out</outflow>");
    has(f.text, "<stock name=\"t\">\n        <eqn>0</eqn>\n        <outflow>in_two</outflow>");
    has(f.text, "<inflow>u_net_flow</inflow>");
    has(f.text, "<flow name=\"u net flow\">\n        <eqn>in * 2</eqn>");
    has(f.text, "<stock name=\"w\">\n        <eqn>1</eqn>\n      </stock>");
    has(f.text, "<flow name=\"c net flow\">\n        <eqn>fixed</eqn>"); /* stays a constant */
    has(f.text, "<flow name=\"d net flow\">\n        <eqn>in</eqn>");    /* flows into s already */
    has(f.text, "<flow name=\"in two\">");
    has(f.text, "isee:save_interval=\"1\"");
    has(f.text, "<dt>0.5</dt>");
    end(&f);
}

static void arrays_are_written_out(void **state)
{
    (void)state;
    fixture f =
        translated(DTN_VENSIM,
                   "D: a, b, c ~~|\nSub: a, b ~~|\nE: x, y, z -> D ~~|\n"
                   "v[D] = 1, 2, 3 ~~|\nall[D] = v[D] * D + SUM(v[D!]) ~~|\n"
                   "some[D] :EXCEPT: [b] = v[D] ~~|\nsome[b] = 9 ~~|\nsub[Sub] = v[Sub] ~~|\n"
                   "mapped[E] = v[D] ~~|\npart = SUM(v[Sub!]) ~~|\nleast = VMIN(v[Sub!]) ~~|\n"
                   "is[D] = IF THEN ELSE(D = b, 1, 0) ~~|\nsq[D, E] = v[D] + mapped[E] ~~|\n"
                   "row[D] = SUM(sq[D, E!]) ~~|\nsize = ELMCOUNT(Sub) ~~|\n" CONTROL,
                   false);
    has(f.text, "<element subscript=\"b\">\n          <eqn>2</eqn>");
    has(f.text, "<eqn>v[D] * D + SUM(v[*])</eqn>");
    has(f.text, "<element subscript=\"c\">\n          <eqn>v[c]</eqn>");
    has(f.text, "<element subscript=\"b\">\n          <eqn>9</eqn>");
    has(f.text, "<element subscript=\"y\">\n          <eqn>v[b]</eqn>");
    has(f.text, "<eqn>v[a] + v[b]</eqn>");
    has(f.text, "<eqn>MIN(v[a], v[b])</eqn>");
    has(f.text, "<element subscript=\"b\">\n          <eqn>IF 1 THEN 1 ELSE 0</eqn>");
    has(f.text, "<eqn>v[D] + mapped[E]</eqn>");
    has(f.text, "<eqn>SUM(sq[D, *])</eqn>");
    has(f.text, "<dim name=\"Sub\" size=\"2\">"); /* `sub` is stored over it */
    has(f.text, "<aux name=\"size\">\n        <eqn>2</eqn>");
    end(&f);
}

static void functions_to_xmile(void **state)
{
    (void)state;
    fixture f = translated(
        DTN_VENSIM,
        "a = SMOOTHI(Time, 2, 1) + SMOOTH3(Time, 2) ~~|\nb = DELAY FIXED(a, 2, 0) ~~|\n"
        "c = ACTIVE INITIAL(a, 3) ~~|\nd = SAMPLE IF TRUE(a > d, a, 0) ~~|\n"
        "e = 1 + SAMPLE IF TRUE(a > 1, a, 0) ~~|\nf = XIDZ(1, a, 5) + ZIDZ(1, a) ~~|\n"
        "g = INTEGER(a) ~~|\nh = a * WITH LOOKUP(a, ((0,0),(1,2))) ~~|\n"
        "i = WITH LOOKUP(a, ((0,0),(1,2))) ~~|\nt((0,1),(2,3)) ~~|\n"
        "j = t(a) + LOOKUP EXTRAPOLATE(t, a) ~~|\nk = RANDOM NORMAL(0, 9, 1, 2, 3) ~~|\n"
        "l = PULSE(1, 2) + TIME STEP + INITIAL(a) + GAME(a) ~~|\nm = POWER(a, 2) + MODULO(a, 3) ~~|\n"
        "n = :NA: ~~|\n" CONTROL,
        false);
    has(f.text, "SMTH1(TIME, 2, 1) + SMTH3(TIME, 2)");
    has(f.text, "<eqn>DELAY(a, 2, 0)</eqn>");
    has(f.text, "<eqn>a</eqn>\n        <init_eqn>3</init_eqn>");
    has(f.text, "<eqn>IF a &gt; PREVIOUS(d, 0) THEN a ELSE PREVIOUS(d, 0)</eqn>");
    has(f.text, "<eqn>1 + e_sample</eqn>");
    has(f.text, "<aux name=\"e sample\">\n        <eqn>IF a &gt; 1 THEN a ELSE "
                "PREVIOUS(e_sample, 0)</eqn>");
    has(f.text, "(IF ABS(a) &lt; 1e-6 THEN 5 ELSE 1 / a)");
    has(f.text, "IF a &lt; 0 THEN -INT(-a) ELSE INT(a)");
    has(f.text, "<eqn>a * LOOKUP(h_table, a)</eqn>");
    has(f.text, "<gf name=\"h table\">");
    has(f.text, "<eqn>a</eqn>\n        <gf>\n          <xpts>0,1</xpts>");
    has(f.text, "<eqn>LOOKUP(t, a) + LOOKUP(t_extrapolated, a)</eqn>");
    has(f.text, "<gf name=\"t extrapolated\" type=\"extrapolate\">");
    has(f.text, "<eqn>NORMAL(1, 2, 3, 0, 9)</eqn>");
    has(f.text, "TIME + DT / 2 &gt; 1 AND TIME + DT / 2 &lt; 1 + MAX(2, DT)");
    has(f.text, "+ DT + INIT(a) + a</eqn>");
    has(f.text, "<eqn>a^2 + a MOD 3</eqn>");
    has(f.text, "<eqn>-6.490371073168535e32</eqn>");
    end(&f);
}

static void macros_to_xmile(void **state)
{
    (void)state;
    fixture f = translated(DTN_VENSIM,
                           ":MACRO: M(a, b : rest)\nM = INTEG(a, b) ~ a ~|\n"
                           "rest = M * factor$ * TIME STEP$ ~~|\n:END OF MACRO:\nfactor = 2 ~~|\n"
                           "y = M(1, 2 : z) ~~|\nz ~ unit ~ text |\n" CONTROL,
                           true);
    has(f.text, "<macro name=\"M\">\n    <parm>a</parm>\n    <parm>b</parm>\n    <eqn>M</eqn>");
    has(f.text, "<macro name=\"M rest\">");
    has(f.text, "<eqn>M * .factor * DT</eqn>");
    has(f.text, "<aux name=\"y\">\n        <eqn>M(1, 2)</eqn>");
    has(f.text, "<aux name=\"z\">\n        <doc>text</doc>\n        <eqn>M_rest(1, 2)</eqn>\n"
                "        <units>unit</units>");
    has_not(f.text, "#");
    end(&f);
}

static void structure_is_kept(void **state)
{
    (void)state;
    fixture f = translated(DTN_VENSIM,
                           "x = 1 ~ Person [0,10,2] ~|\n"
                           "****\n.First group\n****~\n\tof it |\ny = 2 ~~|\n"
                           "****\n.Control\n****~\n|\n" CONTROL
                           "\\\\\\---/// Sketch\nV300\n*Main & more\n$1\n"
                           "10,1,x,100,50,40,20,8,3,0,0,0,0,0,0\n10,2,y,200,50,40,20,8,3,0,0,0\n"
                           "10,3,x,300,50,40,20,8,2,0,3,-1,0,0,0\n"
                           "1,4,1,2,0,0,0,0,0,64,0,-1--1--1,,1|(0,0)|\n///---\\\\\\\n"
                           "15:3,0,0,0,0,0\n22:Person,People\n",
                           false);
    has(f.text,
        "<group name=\"First group\">\n        <doc>of it</doc>\n        <var name=\"y\"/>");
    has(f.text, "<range min=\"0\" max=\"10\" detente:step=\"2\"/>");
    has(f.text, "method=\"RK4\" time_units=\"Month\"");
    has(f.text, "<unit name=\"Person\">\n      <alias>People</alias>");
    has(f.text, "<view type=\"stock_flow\" name=\"Main &amp; more\">");
    has(f.text, "<aux x=\"100\" y=\"50\" name=\"x\"/>");
    has(f.text, "<alias x=\"300\" y=\"50\" uid=\"1\">\n          <of>x</of>");
    has(f.text,
        "<connector uid=\"2\" angle=\"0\">\n          <from>x</from>\n          <to>y</to>");
    end(&f);
}

/* ---- XMILE to Vensim ------------------------------------------------------------------------- */

static void xmile_to_mdl(void **state)
{
    (void)state;
    fixture f = translated(
        DTN_XMILE,
        WHOLE(
            "<stock name=\"s\"><eqn>3</eqn><inflow>in</inflow><outflow>out</outflow></stock>\n"
            "<flow name=\"in\"><eqn>s / 2</eqn><non_negative/></flow>\n"
            "<flow name=\"out\"><eqn>1</eqn></flow>\n"
            "<aux name=\"v\"><dimensions><dim name=\"D\"/></dimensions><eqn>u * 2</eqn></aux>\n"
            "<aux name=\"u\"><dimensions><dim name=\"D\"/></dimensions>"
            "<element subscript=\"a\"><eqn>1</eqn></element>"
            "<element subscript=\"b\"><eqn>2</eqn></element></aux>\n"
            "<aux name=\"sum\"><eqn>SUM(u) + MAX(v[*]) + MEAN(u[D]) + SIZE(u)</eqn></aux>\n"
            "<aux name=\"next\"><dimensions><dim name=\"D\"/></dimensions><eqn>u[D + 1]</eqn></aux>\n"
            "<aux name=\"second\"><eqn>u[2]</eqn></aux>\n"
            "<aux name=\"g\"><eqn>TIME</eqn><gf><xpts>0,1</xpts><ypts>0,2</ypts></gf></aux>\n"
            "<aux name=\"h\"><eqn>s</eqn><gf type=\"discrete\"><xpts>0,1</xpts><ypts>0,2</ypts>"
            "</gf></aux>\n"
            "<aux name=\"k\"><eqn>LOOKUP(shared, 2) + INIT(s) + PREVIOUS(s, 0)</eqn></aux>\n"
            "<aux name=\"shared\"><eqn>s</eqn><gf><xpts>0,1</xpts><ypts>0,2</ypts></gf></aux>\n"
            "<aux name=\"only\"><eqn>INIT(s)</eqn></aux>\n"
            "<aux name=\"active\"><eqn>s</eqn><init_eqn>4</init_eqn></aux>\n"
            "<aux name=\"i\"><eqn>INT(s) + SAFEDIV(1, s, 2) + LOG10(s) + s MOD 3</eqn></aux>\n"
            "<aux name=\"p\"><eqn>PULSE(6, 2, 3) + DT + PI</eqn></aux>\n"
            "<aux name=\"n\"><eqn>DELAYN(s, 6, 2, 1) + SMTH1(s, 2)</eqn></aux>\n"),
        false);
    has(f.text, "s= INTEG (\n\tin - out,\n\t\t3)");
    has(f.text, "in=\n\tMAX(s / 2, 0)");
    has(f.text, "v[D]=\n\tu[D] * 2");
    has(f.text, "u[a]=\n\t1");
    has(f.text, "sum=\n\tSUM(u[D!]) + VMAX(v[D!]) + SUM(u[D!]) / 2 + 2");
    has(f.text, "IF THEN ELSE(D + 1 < 0.5 :OR: D + 1 >= 2.5, 0,");
    has(f.text, "VECTOR ELM MAP(u[a], D + 1 - 1))");
    has(f.text, "second=\n\tu[b]");
    has(f.text, "g=\n\tWITH LOOKUP(Time, ((0,0),(1,2)))");
    has(f.text, "h=\n\tLOOKUP BACKWARD(h table, s)");
    has(f.text, "h table((0,0),(1,2))");
    has(f.text, "k=\n\tshared table(2) + k initial + k previous");
    has(f.text, "k initial=\n\tINITIAL(s)");
    has(f.text, "k previous=\n\tDELAY FIXED(s, TIME STEP, 0)");
    has(f.text, "shared=\n\tshared table(s)");
    has(f.text, "only=\n\tINITIAL(s)");
    has(f.text, "active=\n\tACTIVE INITIAL(s, 4)");
    has(f.text, "INTEGER(s) - IF THEN ELSE(INTEGER(s) > s, 1, 0)");
    has(f.text, "IF THEN ELSE(s = 0, 2, 1 / \\\n\t\ts)");
    has(f.text, "LOG(s, 10)");
    has(f.text, "MODULO(s, 3)");
    has(f.text, "PULSE TRAIN(2, TIME STEP, 3, FINAL TIME) * (6 / TIME STEP)");
    has(f.text, "3.141592653589793");
    has(f.text, "n stage= INTEG (");
    has(f.text, "n stage 2 / (6 / 2) + SMOOTH(s, 2)");
    has(f.text, ".Control");
    has(f.text, "SAVEPER=\n\tTIME STEP");
    end(&f);
}

static void not_negative(void **state)
{
    (void)state;
    fixture f = translated(
        DTN_XMILE,
        WHOLE("<stock name=\"s\"><eqn>3</eqn><inflow>in</inflow><outflow>out</outflow>"
              "<outflow>rest</outflow><non_negative/></stock>\n"
              "<flow name=\"in\"><eqn>1</eqn></flow>\n<flow name=\"out\"><eqn>2</eqn></flow>\n"
              "<flow name=\"rest\"><eqn>3</eqn><non_negative/></flow>\n"),
        false);
    has(f.text, "s= INTEG (\n\tMAX(in - out - rest, -s / TIME STEP),\n\t\t3)");
    has(f.text, "out=\n\tMIN(2, MAX(s / TIME STEP + in, 0))");
    has(f.text, "rest=\n\tMIN(MAX(3, 0), MAX(s / TIME STEP + in - out, 0))");
    assert_int_equal(count(&f.diags, 509, DTN_WARNING), 1);
    end(&f);
}

static void modules_to_mdl(void **state)
{
    (void)state;
    const char *text = HEAD SPECS
        "<model><variables><module name=\"north\"><connect to=\"rate\" from=\"fast\"/></module>"
        "<aux name=\"fast\"><eqn>2</eqn></aux><aux name=\"sum\"><eqn>north.level</eqn></aux>"
        "</variables></model>\n<model name=\"north\"><variables><aux name=\"rate\"/>"
        "<aux name=\"level\"><eqn>rate * 3</eqn></aux></variables></model></xmile>\n";
    fixture f = read_text(DTN_XMILE, text);
    write_it(&f, DTN_VENSIM);
    assert_int_equal(f.status, DTN_E_INPUT); /* not laid out */
    assert_int_equal(count(&f.diags, 508, DTN_ERROR), 1);
    end(&f);
    f = translated(DTN_XMILE, text, true);
    has(f.text, "\"north.level\"=\n\t\"north.rate\" * 3");
    has(f.text, "\"north.rate\"=\n\tfast");
    has(f.text, "sum=\n\t\"north.level\"");
    end(&f);
}

static void macros_to_mdl(void **state)
{
    (void)state;
    fixture f = translated(
        DTN_XMILE,
        HEAD SPECS DIMS
        "<macro name=\"ADD\"><parm>x</parm><parm default=\"x\">y</parm><eqn>x + y</eqn></macro>\n"
        "<macro name=\"ADD\"><parm>x</parm><parm>y</parm><parm>z</parm><eqn>x + y * z</eqn></macro>\n"
        "<macro name=\"MEAN_OF\"><parm>list</parm><eqn>SUM(list) / SIZE(list)</eqn></macro>\n"
        "<macro name=\"HOLD\"><parm>x</parm><eqn>level</eqn><variables><stock name=\"level\">"
        "<eqn>x</eqn><inflow>in</inflow></stock><flow name=\"in\"><eqn>x * DT</eqn></flow>"
        "</variables></macro>\n" BODY(
            "<aux name=\"a\"><eqn>ADD(1) + ADD(1, 2, 3)</eqn></aux>\n"
            "<aux name=\"v\"><dimensions><dim name=\"D\"/></dimensions><eqn>1</eqn></aux>\n"
            "<aux name=\"m\"><eqn>MEAN_OF(v)</eqn></aux>\n"
            "<aux name=\"h\"><eqn>HOLD(5)</eqn></aux>\n"),
        true);
    has(f.text, ":MACRO: ADD(x, y)\nADD=\n\tx + y");
    has(f.text, ":MACRO: ADD 2(x, y, z)");
    has(f.text, "a=\n\tADD(1, 1) + ADD 2(1, 2, 3)");
    has(f.text, ":MACRO: HOLD(x)\nlevel= INTEG (\n\tin,\n\t\tx)");
    has(f.text, "x * TIME STEP$");
    has(f.text, "HOLD=\n\tlevel");
    has(f.text, "m=\n\t\"#m>MEAN_OF#\""); /* needs the ranges of its argument: written out */
    has(f.text, "\"#m>MEAN_OF#\"=\n\tSUM(v[D!]) / 2");
    has_not(f.text, ":MACRO: MEAN_OF");
    end(&f);
}

static void views_to_sketch(void **state)
{
    (void)state;
    fixture f = translated(
        DTN_XMILE,
        HEAD SPECS
        "<model><variables><stock name=\"s\"><eqn>3</eqn><outflow>out</outflow></stock>"
        "<flow name=\"out\"><eqn>k</eqn></flow><aux name=\"k\"><eqn>1</eqn></aux></variables>"
        "<views><style><stock color=\"blue\"/></style><view type=\"stock_flow\">"
        "<!-- <aux name=\"k\" x=\"0\" y=\"0\"/> -->"
        "<stock x=\"100\" y='50' name=\"s\"/><flow x=\"200\" y=\"50\" name=\"out\"><pts>"
        "<pt x=\"122\" y=\"50\"/><pt x=\"300\" y=\"50\"/></pts></flow>"
        "<aux x=\"200\" y=\"150.4\" name=\"k\"/><aux x=\"1\" y=\"1\" name=\"gone\"/>"
        "<connector uid=\"1\"><from>k</from><to>out</to></connector>"
        "<alias x=\"5\" y=\"6\" uid=\"9\"><of>k</of></alias></view></views></model></xmile>\n",
        false);
    has(f.text, "10,1,s,100,50,40,20,3,3,0,0,0,0,0,0\n");
    has(f.text, "12,5,48,300,50,10,8,0,3,0,0,-1,0,0,0\n");
    has(f.text, "1,6,2,5,4,0,0,22,0,0,0,-1--1--1,,1|(250,50)|\n");
    has(f.text, "1,7,2,1,100,0,0,22,0,0,0,-1--1--1,,1|(161,50)|\n");
    has(f.text, "11,2,48,200,50,6,8,34,3,0,0,1,0,0,0\n10,8,out,200,66,50,8,40,3,0,0,-1,0,0,0\n");
    has(f.text, "10,3,k,200,150,50,11,8,3,0,0,-1,0,0,0\n");
    has(f.text, "10,4,k,5,6,50,11,8,2,0,3,-1,0,0,0,128-128-128");
    has(f.text, "1,9,3,2,0,0,0,0,0,64,0,-1--1--1,,1|(200,100)|\n");
    has_not(f.text, "gone");
    end(&f);
}

/* ---- Refusals ------------------------------------------------------------------------------------ */

static void refused_with_a_list(void **state)
{
    (void)state;
    fixture f =
        read_text(DTN_VENSIM, "INITIAL TIME = 0 ~~|\nFINAL TIME = IF THEN ELSE(s > 3, 4, 5) ~~|\n"
                              "TIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\ns = INTEG(1, 0) ~~|\n"
                              "d :RAW: ~~|\nx = GET DATA AT TIME(d, 3) ~~|\n");
    write_it(&f, DTN_XMILE);
    assert_int_equal(f.status, DTN_E_INPUT);
    assert_null(f.text);
    assert_int_equal(count(&f.diags, 508, DTN_ERROR), 3); /* all of them, not the first alone */
    end(&f);

    f = read_text(
        DTN_XMILE,
        WHOLE("<stock name=\"c\"><eqn>1</eqn><conveyor><len>3</len></conveyor></stock>\n"
              "<aux name=\"r\"><eqn>RANK(v, 1)</eqn></aux>\n"
              "<aux name=\"o\"><eqn>DELAYN(1, 2, TIME)</eqn></aux>\n"
              "<aux name=\"v\"><dimensions><dim name=\"D\"/></dimensions><eqn>1</eqn></aux>\n"));
    write_it(&f, DTN_VENSIM);
    assert_int_equal(f.status, DTN_E_INPUT);
    assert_true(count(&f.diags, 508, DTN_ERROR) >= 3);
    end(&f);
}

static void too_large_to_write_out(void **state)
{
    (void)state;
    fixture f = read_text(DTN_VENSIM,
                          "A: (a1-a2000) ~~|\nB: (b1-b2000) -> A ~~|\nm[A, A1] = 1 ~~|\n"
                          "A1: (a1-a1999) ~~|\nx[B, A1] = m[A, A1] + SUM(m[A, A1!]) ~~|\n" CONTROL);
    write_it(&f, DTN_XMILE);
    assert_int_equal(f.status, DTN_E_INPUT);
    assert_int_equal(count(&f.diags, 508, DTN_ERROR), 1);
    end(&f);
}

/* ---- Memory ------------------------------------------------------------------------------------------ */

static void out_of_memory(void **state)
{
    (void)state;
    const char *text = "D: a, b ~~|\nS: a ~~|\nv[D] = 1, 2 ~~|\nt[S] = SUM(v[D!]) + v[S] ~~|\n"
                       "s = INTEG(v[a], 0) ~~|\n" CONTROL;
    for (int to = 0; to < 2; to++)
        for (size_t n = 1;; n++) {
            fixture f = read_text(DTN_VENSIM, text);
            dtn_alloc_fail_after(n);
            f.status =
                dtn_model_write(f.model, to ? DTN_XMILE : DTN_VENSIM, &f.text, &f.n, &f.diags);
            dtn_alloc_fail_after(0);
            assert_true(f.status == DTN_OK || f.status == DTN_E_MEMORY);
            const bool done = f.status == DTN_OK;
            assert_true(done == (f.text != NULL));
            end(&f);
            if (done)
                break;
            assert_true(n < 10000);
        }
}

/* ---- The public models ------------------------------------------------------------------------------- */

static size_t n_model, n_refused;

static int each_model(const char *path, const struct stat *about, int type, struct FTW *where)
{
    (void)about, (void)where;
    const char *dot = strrchr(path, '.');
    dtn_model *model = NULL;
    dtn_diags diags;
    if (type != FTW_F || !dot ||
        (strcmp(dot, ".mdl") && strcmp(dot, ".xmile") && strcmp(dot, ".stmx")))
        return 0;
    dtn_diags_init(&diags);
    for (int to = 0; to < 2 && dtn_model_read(path, &model, &diags) == DTN_OK; to++) {
        char *text = NULL;
        size_t n = 0;
        (void)dtn_check_add_modules(model, &diags);
        const dtn_status status =
            dtn_model_write(model, to ? DTN_XMILE : DTN_VENSIM, &text, &n, &diags);
        assert_true(status == DTN_OK || status == DTN_E_INPUT);
        n_model++;
        n_refused += status != DTN_OK;
        dtn_free(text);
        dtn_model_delete(model);
        model = NULL;
    }
    dtn_diags_free(&diags);
    return 0;
}

static void public_models(void **state)
{
    (void)state;
    if (nftw("../shared/suites/test-models", each_model, 20, FTW_PHYS) != 0 || n_model == 0)
        skip();
    assert_true(n_refused * 10 < n_model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mdl_construct),
        cmocka_unit_test(every_xmile_construct),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(texts_of_a_field),
        cmocka_unit_test(names),
        cmocka_unit_test(stocks_and_flows),
        cmocka_unit_test(arrays_are_written_out),
        cmocka_unit_test(functions_to_xmile),
        cmocka_unit_test(macros_to_xmile),
        cmocka_unit_test(structure_is_kept),
        cmocka_unit_test(xmile_to_mdl),
        cmocka_unit_test(not_negative),
        cmocka_unit_test(modules_to_mdl),
        cmocka_unit_test(macros_to_mdl),
        cmocka_unit_test(views_to_sketch),
        cmocka_unit_test(refused_with_a_list),
        cmocka_unit_test(too_large_to_write_out),
        cmocka_unit_test(out_of_memory),
        cmocka_unit_test(public_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
