/* The units that each function takes and gives (functions.def): one use that keeps the rule, one that
 * breaks it and is told where. A function without both fails the last test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "format/format.h"
#include "model/functions.h"

typedef struct use {
    const char *expression, *unit;
    const char *broken;  /* the same with one slip; NULL: nothing can be wrong */
    const char *message; /* part of what is said of it */
} use;

/* ---- Functions of both formats, in Vensim's ------------------------------------------------------ */

#define MODEL                                                                               \
    "D: d1, d2~~|F: f1, f2~~|Q: ptype, ppriority, pwidth, pextra~~|"                        \
    "people = INTEG(1,0) ~Person~|goods = INTEG(1,0) ~Widget~|rate = INTEG(1,0) ~1/Week~|"  \
    "flow = INTEG(1,0) ~Person/Week~|share = INTEG(1,0) ~Dmnl~|lag = INTEG(1,0) ~Week~|"    \
    "area = INTEG(1,0) ~Meter^2~|side = INTEG(1,0) ~Meter~|price = INTEG(1,0) ~Dollar~|"    \
    "pay = INTEG(1,0) ~Dollar/Week~|growth = INTEG(1,0) ~Person/Week/Week~|"                \
    "table((0,0),(1,1)) ~Widget~|other((0,0),(1,1)) ~Person~|series ~Person~|"              \
    "e[D] = INTEG(1,0) ~Person~|g[D] = INTEG(1,0) ~Widget~|s[D] = INTEG(1,0) ~Dmnl~|"       \
    "w[D] = INTEG(1,0) ~Person/Week~|m[D,F] = INTEG(1,0) ~Person~|p[D,Q] = INTEG(1,0) ~~|"  \
    "prio[D] = INTEG(1,0) ~Dmnl~|queue = QUEUE FIFO ATTRIB(flow, flow, price, pay, table, " \
    "table, people, price, lag) ~Person~|shifted[D] = INTEG(w[D], 1) ~Person~|"             \
    "INITIAL TIME=0 ~Week~|FINAL TIME=1 ~Week~|TIME STEP=1 ~Week~|SAVEPER=1 ~Week~|"

static size_t warnings(bool is_mdl, const char *text, uint32_t line, char message[400])
{
    dtn_model *model;
    dtn_diags diags;
    size_t n = 0;
    dtn_diags_init(&diags);
    dtn_status status = is_mdl ? dtn_model_read_mdl(text, strlen(text), "m", &model, &diags)
                               : dtn_model_read_xmile(text, strlen(text), "m", &model, &diags);
    if (status == DTN_OK)
        status = dtn_check_resolve(model, &diags);
    for (size_t i = 0; i < diags.n && status != DTN_OK; i++)
        if (diags.items[i].severity == DTN_ERROR)
            fail_msg("%s: %s", strchr(text, '\n'), diags.items[i].message);
    const size_t n_before = diags.n; /* what reading said is not of units */
    assert_int_equal(dtn_check_units(model, &diags), DTN_OK);
    for (size_t i = n_before; i < diags.n; i++)
        if (diags.items[i].line == line) {
            n++;
            (void)snprintf(message, 400, "%s", diags.items[i].message);
        }
    dtn_model_delete(model);
    dtn_diags_free(&diags);
    return n;
}

static const use uses[] = {
    {"ABS(people)", "Person", "ABS(people)", NULL},
    {"INTEGER(people)", "Person", "INTEGER(goods)", "'INTEGER(goods)' is 'Widget'"},
    {"INT(people)", "Person", "INT(goods)", "is 'Widget'"},
    {"ROUND(people)", "Person", "ROUND(goods)", "is 'Widget'"},
    {"GAME(people)", "Person", "GAME(goods)", "is 'Widget'"},
    {"INITIAL(people)", "Person", "INITIAL(goods)", "is 'Widget'"},
    {"INIT(people)", "Person", "INIT(goods)", "is 'Widget'"},
    {"REINITIAL(people)", "Person", "REINITIAL(goods)", "is 'Widget'"},
    {"RUNMAX(people)", "Person", "RUNMAX(goods)", "is 'Widget'"},
    {"RUNMIN(people)", "Person", "RUNMIN(goods)", "is 'Widget'"},
    {"SUM(e[D!])", "Person", "SUM(g[D!])", "is 'Widget'"},
    {"VMIN(e[D!])", "Person", "VMIN(g[D!])", "is 'Widget'"},
    {"VMAX(e[D!])", "Person", "VMAX(g[D!])", "is 'Widget'"},
    {"MEAN(e[D!])", "Person", "MEAN(g[D!])", "is 'Widget'"},
    {"STDDEV(e[D!])", "Person", "STDDEV(g[D!])", "is 'Widget'"},
    {"ARCCOS(share)", "Dmnl", "ARCCOS(people)", "it must be 'Dmnl'"},
    {"ARCSIN(share)", "Radian", "ARCSIN(people)", "it must be 'Dmnl'"},
    {"ARCTAN(share)", "Dmnl", "ARCTAN(people)", "it must be 'Dmnl'"},
    {"COS(share)", "Dmnl", "COS(people)", "it must be 'Dmnl'"},
    {"COSH(share)", "Dmnl", "COSH(people)", "it must be 'Dmnl'"},
    {"EXP(share)", "Dmnl", "EXP(people)", "it must be 'Dmnl'"},
    {"LN(share)", "Dmnl", "LN(people)", "it must be 'Dmnl'"},
    {"LOG10(share)", "Dmnl", "LOG10(people)", "it must be 'Dmnl'"},
    {"SIN(share)", "Dmnl", "SIN(people)", "it must be 'Dmnl'"},
    {"SINH(share)", "Dmnl", "SINH(people)", "it must be 'Dmnl'"},
    {"TAN(share)", "Dmnl", "TAN(people)", "it must be 'Dmnl'"},
    {"TANH(share)", "Dmnl", "TANH(people)", "it must be 'Dmnl'"},
    {"PERCENT(share)", "Dmnl", "PERCENT(people)", "it must be 'Dmnl'"},
    {"GAMMA LN(share)", "Dmnl", "GAMMA LN(people)", "it must be 'Dmnl'"},
    {"GAMMALN(share)", "Dmnl", "GAMMALN(people)", "it must be 'Dmnl'"},
    {"FACTORIAL(share)", "Dmnl", "FACTORIAL(people)", "it must be 'Dmnl'"},
    {"LOG(share, 10)", "Dmnl", "LOG(share, people)", "it must be 'Dmnl'"},
    {"COMBINATIONS(share, 2)", "Dmnl", "COMBINATIONS(share, people)", "it must be 'Dmnl'"},
    {"PERMUTATIONS(share, 2)", "Dmnl", "PERMUTATIONS(people, 2)", "it must be 'Dmnl'"},
    {"MAX(people, 0)", "Person", "MAX(people, goods)", "in MAX() of"},
    {"MIN(0, people)", "Person", "MIN(goods, people)", "in MIN() of"},
    {"MODULO(people, people)", "Person", "MODULO(people, goods)", "in MODULO() of"},
    {"QUANTUM(people, people)", "Person", "QUANTUM(people, 10)", "in QUANTUM() of"},
    {"MOD(people, people)", "Person", "MOD(people, goods)", "in MOD() of"},
    {"COUNTER(people, people)", "Person", "COUNTER(people, goods)", "in COUNTER() of"},
    {"POWER(side, 2)", "Meter^2", "POWER(side, 3)", "is 'Meter^3'"},
    {"ROOTN(area, 2)", "Meter", "ROOTN(area, 4)", "is 'Meter^0.5'"},
    {"SQRT(area)", "Meter", "SQRT(side)", "is 'Meter^0.5'"},
    {"XIDZ(people, lag, 0)", "Person/Week", "XIDZ(people, lag, people)",
     "'people' is 'Person' (declared), the other arguments ask for 'Person/Week'"},
    {"SAFEDIV(people, lag, 1)", "Person/Week", "SAFEDIV(people, lag, people)",
     "the other arguments"},
    {"ZIDZ(people, lag)", "Person/Week", "ZIDZ(people, goods)", "is 'Person/Widget'"},
    {"SIGN(people)", "Dmnl", "people * SIGN(people)", "is 'Person'"},
    {"ELMCOUNT(D)", "Dmnl", "people + ELMCOUNT(D)", "'ELMCOUNT(D)' is 'Dmnl'"},
    {"SIZE(e[D!])", "Dmnl", "people + SIZE(e[D!])", "is 'Dmnl'"},
    {"NORMALCDF(0, people, people, people)", "Dmnl", "NORMALCDF(0, people, goods, people)",
     "in NORMALCDF() of"},
    {"NORMALCDF(0, share)", "Dmnl", "NORMALCDF(people, goods)", "in NORMALCDF() of"},
    {"INVNORM(share, people, people)", "Person", "INVNORM(people, people, people)",
     "it must be 'Dmnl'"},
    {"INVNORM(share)", "Dmnl", "people + INVNORM(share)", "in a sum of"},
    {"SWITCH(people, people)", "Dmnl", "SWITCH(people, goods)", "in SWITCH() of"},
    {"FV(rate, lag, pay, price)", "Dollar", "FV(rate, share, pay, price)",
     "'share' is 'Dmnl' (declared), the other arguments ask for 'Week'"},
    {"PV(rate, lag, 0, price)", "Dollar", "PV(rate, people, 0, price)", "the other arguments"},
    {"PMT(rate, lag, price, price)", "Dollar/Week", "PMT(rate, lag, price, people)", "in PMT() of"},
    {"CGROWTH(10)", "1/Week", "CGROWTH(people)", "it must be 'Dmnl'"},
    {"IF THEN ELSE(share > 0, people, 0)", "Person", "IF THEN ELSE(share > 0, people, goods)",
     "the two branches"},
    {"people * PI", "Person", "people + PI", "is 'Dmnl'"},
    {"RANDOM 0 1()", "Dmnl", "people + RANDOM 0 1()", "in a sum"},
    {"LOOKUP(table, share)", "Widget", "LOOKUP(other, share)", "is 'Person'"},
    {"LOOKUP EXTRAPOLATE(table, share)", "Widget", "LOOKUP EXTRAPOLATE(other, share)", "'Person'"},
    {"LOOKUP FORWARD(table, people)", "Widget", "LOOKUP FORWARD(other, share)", "is 'Person'"},
    {"LOOKUP BACKWARD(table, share)", "Widget", "LOOKUP BACKWARD(other, share)", "is 'Person'"},
    {"TABXL(table, share)", "Widget", "TABXL(other, share)", "is 'Person'"},
    {"WITH LOOKUP(people, ((0,0),(1,1)))", "Widget", NULL, NULL},
    {"LOOKUP INVERT(table, goods)", "Week", "LOOKUP INVERT(table, people)",
     "in LOOKUP INVERT() of"},
    {"LOOKUPINV(table, goods)", "Week", "LOOKUPINV(table, people)", "in LOOKUPINV() of"},
    {"LOOKUP AREA(table, 0, lag)", "Widget*Week", "LOOKUP AREA(table, people, lag)",
     "'people' is 'Person' (declared), 'lag' is 'Week' (declared)"},
    {"LOOKUPAREA(table, lag, lag)", "Widget*Week", "LOOKUPAREA(table, lag, lag) + goods",
     "in a sum"},
    {"LOOKUP SLOPE(table, lag, 1)", "Widget/Week", "LOOKUP SLOPE(table, people, 1)",
     "is 'Widget/Person'"},
    {"LOOKUPXY(people, other, table)", "Widget", "LOOKUPXY(lag, other, table)", "in LOOKUPXY() of"},
    {"LOOKUPXY(other, table, people)", "Widget", "LOOKUPXY(other, table, lag)", "in LOOKUPXY() of"},
    {"LOOKUPSUM(table, lag, lag)", "Widget", "LOOKUPSUM(table, lag, people)", "in LOOKUPSUM() of"},
    {"LOOKUPMEAN(table, lag, lag)", "Week", "LOOKUPMEAN(table, lag, people)", "in LOOKUPMEAN() of"},
    {"people * PULSE(lag, 5)", "Person", "people * PULSE(people, lag)", "the time unit is 'Week'"},
    {"PULSE TRAIN(5, lag, 2 * 30, lag)", "Dmnl", "PULSE TRAIN(5, lag, people, lag)",
     "the time unit is 'Week'"},
    {"RAMP(flow, lag, 9)", "Person", "RAMP(people, lag, 9)", "is 'Week*Person'"},
    {"STEP(people, lag)", "Person", "STEP(people, 5)", "the time unit is 'Week'"},
    {"SINWAVE(people, lag)", "Person", "SINWAVE(people, 5)", "the time unit is 'Week'"},
    {"COSWAVE(people, lag)", "Person", "COSWAVE(people, people)", "the time unit is 'Week'"},
    {"TIME BASE(people, flow)", "Person", "TIME BASE(people, people)", "ask for 'Person/Week'"},
    {"ACTIVE INITIAL(people, 5)", "Person", "ACTIVE INITIAL(people, goods)",
     "in ACTIVE INITIAL() of"},
    {"PREVIOUS(people, 5)", "Person", "PREVIOUS(people, goods)", "in PREVIOUS() of"},
    {"ENDVAL(people, 5)", "Person", "ENDVAL(people, goods)", "in ENDVAL() of"},
    {"SIMULTANEOUS(people, 5)", "Person", "SIMULTANEOUS(people, goods)", "in SIMULTANEOUS() of"},
    {"SAMPLE IF TRUE(share > 0, people, 3)", "Person", "SAMPLE IF TRUE(share > 0, people, goods)",
     "in SAMPLE IF TRUE() of"},
    {"SINTEG(flow, people, 0, :NA:, 1, people, 1)", "Person",
     "SINTEG(flow, people, 0, goods, 1, people, 1)", "in SINTEG() of"},
    {"DELAY(people, lag, 5)", "Person", "DELAY(people, lag, goods)", "in DELAY() of"},
    {"DELAY FIXED(people, lag, 5)", "Person", "DELAY FIXED(people, people, 5)", "the time unit"},
    {"DELAY1(people, lag)", "Person", "DELAY1(people, people)", "the time unit"},
    {"DELAY3(people, lag)", "Person", "DELAY3(people, people)", "the time unit"},
    {"DELAY1I(people, lag, 4)", "Person", "DELAY1I(people, lag, goods)", "in DELAY1I() of"},
    {"DELAY3I(people, lag, 4)", "Person", "DELAY3I(people, lag, goods)", "in DELAY3I() of"},
    {"SMOOTH(people, lag)", "Person", "SMOOTH(people, 4)", "the time unit"},
    {"SMOOTH3(people, lag)", "Person", "SMOOTH3(people, rate)", "the time unit"},
    {"SMOOTHI(people, lag, 4)", "Person", "SMOOTHI(people, lag, goods)", "in SMOOTHI() of"},
    {"SMOOTH3I(people, lag, 4)", "Person", "SMOOTH3I(people, lag, goods)", "in SMOOTH3I() of"},
    {"SMTH1(people, lag, 4)", "Person", "SMTH1(people, lag, goods)", "in SMTH1() of"},
    {"SMTH3(people, lag, 4)", "Person", "SMTH3(people, lag, goods)", "in SMTH3() of"},
    {"SMTHN(people, lag, 3, 4)", "Person", "SMTHN(people, lag, 3, goods)", "in SMTHN() of"},
    {"DELAYN(people, lag, 3, 4)", "Person", "DELAYN(people, lag, lag, 4)", "it must be 'Dmnl'"},
    {"DELAY N(people, lag, 4, 3)", "Person", "DELAY N(people, lag, 4, lag)", "it must be 'Dmnl'"},
    {"SMOOTH N(people, lag, 4, 3)", "Person", "SMOOTH N(people, lag, goods, 3)",
     "in SMOOTH N() of"},
    {"DELAY INFORMATION(people, lag, 4)", "Person", "DELAY INFORMATION(people, 4, 4)",
     "the time unit"},
    {"DELAY MATERIAL(people, lag, 4, 0)", "Person", "DELAY MATERIAL(people, lag, 4, goods)",
     "in DELAY MATERIAL() of"},
    {"DELAY CONVEYOR(flow, lag, 0, table, people, lag)", "Person/Week",
     "DELAY CONVEYOR(flow, lag, 0, table, goods, lag)", "ask for 'Person'"},
    {"DELAYP(flow, lag)", "Person/Week", NULL, NULL},
    {"DELAY PROFILE(table, people, lag, 4, rate)", "Person",
     "DELAY PROFILE(table, people, lag, 4, people)", "it must be 'Dmnl'"},
    {"DELAY BATCH(flow, people, lag, people, 0, 0)", "Person/Week", NULL, NULL},
    {"DEPRECIATE STRAIGHTLINE(people, lag, lag, 4)", "Person",
     "DEPRECIATE STRAIGHTLINE(people, lag, 4, 4)", "the time unit"},
    {"TREND(people, lag, rate)", "1/Week", "TREND(people, lag, goods)", "it must be 'Dmnl'"},
    {"FORECAST(people, lag, lag)", "Person", "FORECAST(people, lag, 5)", "the time unit"},
    {"FORCST(people, lag, lag, 0)", "Person", "FORCST(people, lag, lag, goods)", "it must be"},
    {"NPV(pay, rate, price, 1)", "Dollar", "NPV(pay, rate, people, 1)", "ask for 'Dollar'"},
    {"NPVE(pay, rate, 5, 1)", "Dollar", "NPVE(pay, people, 5, 1)", "it must be 'Dmnl'"},
    {"DERIVN(people, 2)", "Person/Week^2", "DERIVN(people, 1)", "is 'Person/Week'"},
    {"IRR(pay, 0)", "1/Week", "people + IRR(pay)", "in a sum"},
    {"INTERNAL RATE OF RETURN(pay, lag, price, lag)", "Dmnl",
     "INTERNAL RATE OF RETURN(pay, lag, people, lag)", "ask for 'Dollar'"},
    {"HISTORY(people, lag)", "Person", "HISTORY(people, people)", "the time unit"},
    {"QUEUE AGE AVERAGE(queue, people)", "Week", "QUEUE AGE AVERAGE(queue, goods)",
     "QUEUE AGE AVERAGE() of"},
    {"QUEUE AGE OLDEST(queue)", "Week", "people + QUEUE AGE OLDEST(queue)", "in a sum"},
    {"QUEUE AGE IN RANGE(queue, 3, lag)", "Person", "QUEUE AGE IN RANGE(queue, 3, people)",
     "the time unit"},
    {"QUEUE ATTRIB AVERAGE(queue, 0)", "Dollar", "people + QUEUE ATTRIB AVERAGE(queue, 0)",
     "is 'Dollar'"},
    {"QUEUE ATTRIB MAX(queue)", "Dollar", "people + QUEUE ATTRIB MAX(queue)", "is 'Dollar'"},
    {"QUEUE ATTRIB MIN(queue)", "Dollar", "people + QUEUE ATTRIB MIN(queue)", "is 'Dollar'"},
    {"QUEUE ATTRIB IN RANGE(queue, 3, price)", "Person", "QUEUE ATTRIB IN RANGE(queue, 3, lag)",
     "the queue's attribute is 'Dollar'"},
    {"QUEUE ATTRIB QUANTITY(queue, price * people)", "Person",
     "QUEUE ATTRIB QUANTITY(queue, price)", "ask for 'Person*Dollar'"},
    {"PROD(s[D!])", "Dmnl", "people + PROD(s[D!])", "in a sum"},
    {"PROD(e[D!])", "Person^2", "PROD(m[D!,F!])", "is 'Person^4'"},
    {"VECTOR SELECT(s[D!], e[D!], 0, 0, 0)", "Person", "VECTOR SELECT(s[D!], e[D!], goods, 0, 0)",
     "the elements that are selected are 'Person'"},
    {"VECTOR SELECT(s[D!], s[D!], 0, 1, 0)", "Dmnl", "VECTOR SELECT(s[D!], e[D!], 0, 8, 0) + goods",
     "in a sum"},
    {"VECTOR ELM MAP(e[d1], share)", "Person", "VECTOR ELM MAP(e[d1], people)",
     "it must be 'Dmnl'"},
    {"VECTOR LOOKUP(e[d1], lag, 0, lag, 1)", "Person*Week",
     "VECTOR LOOKUP(e[d1], lag, 0, people, 1)", "in VECTOR LOOKUP() of"},
    {"VECTOR LOOKUP(e[d1], lag, 0, lag, 6)", "Person/Week",
     "VECTOR LOOKUP(e[d1], lag, lag, people, 6)", "in VECTOR LOOKUP() of"},
    {"RANK(e[D!], 1, g[D!])", "Dmnl", "RANK(e[D!], people)", "it must be 'Dmnl'"},
    {"INTERPOLATE(e[D!], share)", "Person", "INTERPOLATE(e[D!], lag)", "it must be 'Dmnl'"},
    {"MARKETP(e[d1], prio[d1], 2, share, people)", "Dmnl",
     "MARKETP(e[d1], prio[d1], 2, people, people)", "in MARKETP() of"},
    {"ALLOC P(people, share, 1, share)", "Person", "ALLOC P(people, share, 1, people)",
     "in ALLOC P() of"},
    {"FIND MARKET PRICE(e[d1], p[d1,ptype], e[d1], p[d1,ptype])", "Dollar",
     "FIND MARKET PRICE(e[d1], p[d1,ptype], g[d1], p[d1,ptype])", "in FIND MARKET PRICE() of"},
    {"DEMAND AT PRICE(people, p[d1,ptype], price)", "Person",
     "DEMAND AT PRICE(goods, p[d1,ptype], price)", "is 'Widget'"},
    {"SUPPLY AT PRICE(people, p[d1,ptype], price)", "Person",
     "SUPPLY AT PRICE(goods, p[d1,ptype], price)", "is 'Widget'"},
    {"GET DATA AT TIME(series, lag)", "Person", "GET DATA AT TIME(series, people)",
     "the time unit"},
    {"GET DATA BETWEEN TIMES(series, lag, 0)", "Person",
     "GET DATA BETWEEN TIMES(series, people, 0)", "the time unit"},
    {"GET DATA FIRST TIME(series)", "Week", "people + GET DATA FIRST TIME(series)", "in a sum"},
    {"GET DATA LAST TIME(series)", "Week", "people + GET DATA LAST TIME(series)", "in a sum"},
    {"GET DATA TOTAL POINTS(series)", "Dmnl", "people + GET DATA TOTAL POINTS(series)", "in a sum"},
    {"GET DATA MAX(series, lag, lag)", "Person", "GET DATA MAX(series, lag, people)",
     "the time unit"},
    {"GET DATA MIN(series, lag, lag)", "Person", "GET DATA MIN(series, people, lag)",
     "the time unit"},
    {"GET DATA MEAN(series, lag, lag)", "Person", "GET DATA MEAN(series, lag, people)",
     "the time unit"},
    {"GET DATA MEDIAN(series, lag, lag)", "Person", "GET DATA MEDIAN(series, lag, people)",
     "the time unit"},
    {"GET DATA STDV(series, lag, lag)", "Person", "GET DATA STDV(series, lag, people)",
     "the time unit"},
    {"TIME SHIFT(series, lag)", "Person", "TIME SHIFT(series, people)", "the time unit"},
    {"GET TIME VALUE(0, lag, 0)", "Week", "GET TIME VALUE(0, people, 1)", "the time unit"},
    {"RANDOM UNIFORM(people, people, 0)", "Person", "RANDOM UNIFORM(people, goods, 0)",
     "RANDOM UNIFORM() of"},
    {"RANDOM(people, people)", "Person", "RANDOM(people, goods)", "in RANDOM() of"},
    {"UNIFORM(people, people)", "Person", "UNIFORM(people, goods)", "in UNIFORM() of"},
    {"RANDOM NORMAL(-10, 10, people, people, 0)", "Person",
     "RANDOM NORMAL(-10, 10, people, goods, 0)", "in RANDOM NORMAL() of"},
    {"RANDOM EXPONENTIAL(0, 10, 0, people, 0)", "Person",
     "RANDOM EXPONENTIAL(0, goods, 0, people, 0)", "in RANDOM EXPONENTIAL() of"},
    {"RANDOM GAMMA(0, 10, 2, 0, people, 0)", "Person", "RANDOM GAMMA(0, 10, goods, 0, people, 0)",
     "it must be 'Dmnl'"},
    {"RANDOM WEIBULL(0, 10, 2, 0, people, 0)", "Person",
     "RANDOM WEIBULL(0, 10, 2, goods, people, 0)", "in RANDOM WEIBULL() of"},
    {"RANDOM POISSON(0, 10, people, 0, 1, 0)", "Person",
     "RANDOM POISSON(0, goods, people, 0, 1, 0)", "ask for 'Person'"},
    {"RANDOM BINOMIAL(0, 10, share, people, 0, 1, 0)", "Person",
     "RANDOM BINOMIAL(0, 10, people, people, 0, 1, 0)", "it must be 'Dmnl'"},
    {"RANDOM NEGATIVE BINOMIAL(0, 10, share, 3, 0, people, 0)", "Person",
     "RANDOM NEGATIVE BINOMIAL(0, 10, share, 3, goods, people, 0)", "ask for 'Person'"},
    {"RANDOM BETA(0, 1, 2, 2, 0, people, 0)", "Person", "RANDOM BETA(0, 1, 2, lag, 0, people, 0)",
     "it must be 'Dmnl'"},
    {"RANDOM TRIANGULAR(0, 9, people, people, people, 0)", "Person",
     "RANDOM TRIANGULAR(0, 9, people, goods, people, 0)", "in RANDOM TRIANGULAR() of"},
    {"RANDOM LOOKUP(table, 0, 9, people, 1, 0)", "Person",
     "RANDOM LOOKUP(table, goods, 9, people, 1, 0)", "in RANDOM LOOKUP() of"},
    {"RANDOM PINK NOISE(people, people, lag, 0)", "Person",
     "RANDOM PINK NOISE(people, people, 5, 0)", "the time unit"},
    {"NORMAL(people, people, 1, 0, 9)", "Person", "NORMAL(people, people, 1, goods, 9)",
     "in NORMAL() of"},
    {"LOGISTIC(people, people)", "Person", "LOGISTIC(people, goods)", "in LOGISTIC() of"},
    {"LOGNORMAL(share, share)", "Dmnl", "LOGNORMAL(people, share)", "it must be 'Dmnl'"},
    {"BETA(2, 3)", "Dmnl", "BETA(people, 3)", "it must be 'Dmnl'"},
    {"POISSON(people, 1, 0, 99)", "Person", "POISSON(goods)", "is 'Widget'"},
    {"EXPRND(people)", "Person", "EXPRND(people, 1, goods)", "in EXPRND() of"},
    {"GAMMA(2, people, 1, 0, 9)", "Person", "GAMMA(2, people, 1, 0, goods)", "in GAMMA() of"},
    {"GAMMA(2)", "Dmnl", "people + GAMMA(2)", "in a sum"},
    {"BINOMIAL(people, share)", "Person", "BINOMIAL(people, people)", "it must be 'Dmnl'"},
    {"NEGBINOMIAL(people, share)", "Person", "NEGBINOMIAL(people, people)", "it must be 'Dmnl'"},
    {"GEOMETRIC(share)", "Dmnl", "GEOMETRIC(people)", "it must be 'Dmnl'"},
    {"PARETO(2, people)", "Person", "PARETO(goods, people)", "it must be 'Dmnl'"},
    {"WEIBULL(2, people)", "Person", "WEIBULL(2, people, 1, goods)", "in WEIBULL() of"},
    {"TRIANGULAR(people, people, people)", "Person", "TRIANGULAR(people, goods, people)",
     "TRIANGULAR() of"},
    {"MONTECARLO(5)", "Dmnl", "MONTECARLO(people)", "it must be 'Dmnl'"},
    {"DTN UNIFORM(people, people)", "Person", "DTN UNIFORM(people, goods)", "in DTN UNIFORM() of"},
    {"DTN NORMAL(people, people)", "Person", "DTN NORMAL(people, goods)", "in DTN NORMAL() of"},
    {"DTN LOGNORMAL(people, share)", "Person", "DTN LOGNORMAL(people, people)",
     "it must be 'Dmnl'"},
    {"DTN GAMMA(people, share)", "Person", "DTN GAMMA(people, people)", "it must be 'Dmnl'"},
    {"DTN BINOMIAL(people, share)", "Person", "DTN BINOMIAL(people, people)", "it must be 'Dmnl'"},
    {"DTN EXPONENTIAL(people)", "Person", "DTN EXPONENTIAL(goods)", "is 'Widget'"},
    {"DTN POISSON(people)", "Person", "DTN POISSON(goods)", "is 'Widget'"},
    {"DTN NEGATIVE BINOMIAL(people, people)", "Person", "DTN NEGATIVE BINOMIAL(people, goods)",
     "it must be"},
    {"DTN SUM LOGNORMAL(share, people, 1)", "Person", "DTN SUM LOGNORMAL(share, people, lag)",
     "it must be"},
    {"DTN SUM LOMAX(share, people, 2)", "Person", "DTN SUM LOMAX(lag, people, 2)",
     "is 'Week*Person'"},
};

/* Functions that give a row, or stand alone. */
static const use rows[] = {
    {"y[D] = VECTOR SORT ORDER(e[D], 1)", "Dmnl", "y[D] = e[D] + VECTOR SORT ORDER(e[D], 1)",
     "in a sum"},
    {"y[D] = VECTOR RANK(e[D], 1)", "Dmnl", "y[D] = e[D] + VECTOR RANK(e[D], 1)", "in a sum"},
    {"y[D] = VECTOR REORDER(e[D], s[D])", "Person", "y[D] = VECTOR REORDER(e[D], e[D])",
     "it must be 'Dmnl'"},
    {"y[D] = ALLOCATE AVAILABLE(e[D], p[D,ptype], people)", "Person",
     "y[D] = ALLOCATE AVAILABLE(e[D], p[D,ptype], goods)", "in ALLOCATE AVAILABLE() of"},
    {"y[D] = ALLOCATE BY PRIORITY(e[D], prio[D], 2, share, people)", "Person",
     "y[D] = ALLOCATE BY PRIORITY(e[D], prio[D], 2, people, people)",
     "in ALLOCATE BY PRIORITY() of"},
    {"y[D,F] = INVERT MATRIX(m[D,F], 2)", "1/Person", "y[D,F] = INVERT MATRIX(m[D,F], people)",
     "it must be"},
    {"y[D] = SHIFT IF TRUE(shifted[d1], share > 0, 2, 0, 5)", "Person",
     "y[D] = SHIFT IF TRUE(shifted[d1], share > 0, 2, 0, goods)", "in SHIFT IF TRUE() of"},
    {"y[D] = DEPRECIATE BY SCHEDULE(w[D], s[d1], w[d1], lag, lag)", "Person/Week",
     "y[D] = DEPRECIATE BY SCHEDULE(w[D], s[d1], e[d1], lag, lag)",
     "in DEPRECIATE BY SCHEDULE() of"},
    {"y = QUEUE FIFO(flow, flow, table, people, lag)", "Person",
     "y = QUEUE FIFO(flow, flow, table, goods, lag)", "ask for 'Person'"},
    {"y = QUEUE FIFO ATTRIB(flow, flow, price, pay, table, table, people, price, lag)", "Person",
     "y = QUEUE FIFO ATTRIB(flow, flow, price, price, table, table, people, price, lag)",
     "ask for 'Dollar/Week'"},
    {"y[D] = FIND ZERO(s[D], g[D], s[D], e[D], 2, 0, 1e-9, 50, 0)", "Person",
     "y[D] = FIND ZERO(s[D], g[D], e[D], e[D], 2, 0, 1e-9, 50, 0)", "it must be 'Dmnl'"},
    {"y = INTEG(flow, 5)", "Person", "y = INTEG(people, 5)", "the rate of"},
    {"y := X IF MISSING(series + series, 5)", "Person", "y := X IF MISSING(series + table, 5)",
     NULL},
    {"y := CUMULATE(series)", "Person", NULL, NULL},
    {"y := CUMULATEF(series)", "Person", NULL, NULL},
};

/* ---- Functions that only XMILE has, or with another meaning there ---------------------------------- */

#define X_HEAD                                                                                         \
    "<xmile version='1.0' xmlns='http://docs.oasis-open.org/xmile/ns/XMILE/v1.0'>"                     \
    "<header><vendor>v</vendor><product version='1'>p</product></header><sim_specs time_units='Week'>" \
    "<start>0</start><stop>1</stop><dt>1</dt></sim_specs><model><variables>"                           \
    "<stock name='people'><eqn>1</eqn><units>Person</units></stock>"                                   \
    "<stock name='goods'><eqn>1</eqn><units>Widget</units></stock>"                                    \
    "<stock name='lag'><eqn>1</eqn><units>Week</units></stock>"                                        \
    "<stock name='pay'><eqn>1</eqn><units>Dollar/Week</units></stock>"                                 \
    "<stock name='belt'><eqn>1</eqn><inflow>on</inflow><outflow>off</outflow><units>Person</units>"    \
    "<conveyor><len>year</len></conveyor></stock>"                                                     \
    "<aux name='year'><eqn>52</eqn><units>Week</units></aux>"                                          \
    "<aux name='crew'><eqn>3</eqn><units>Person</units></aux>"                                         \
    "<flow name='on'><eqn>people/lag</eqn></flow><flow name='off'/>"                                   \
    "<stock name='line'><eqn>1</eqn><inflow>come</inflow><outflow>go</outflow><units>Person</units>"   \
    "<queue/></stock><flow name='come'><eqn>people/lag</eqn></flow><flow name='go'/>"                  \
    "<stock name='bake'><eqn>0</eqn><inflow>go</inflow><outflow>out</outflow><units>Person</units>"    \
    "<oven><len>lag</len></oven></stock><flow name='out'/>\n"

static const use xmile_uses[] = {
    {"DELAY1(people, lag, 5)", "Person", "DELAY1(people, lag, goods)", "in DELAY1() of"},
    {"DELAY3(people, lag, 5)", "Person", "DELAY3(people, lag, goods)", "in DELAY3() of"},
    {"NPV(pay, 0.1, 5)", "Dollar", "NPV(pay, 0.1, people)", "ask for 'Dollar'"},
    {"PULSE(people, 5, 5)", "Person/Week", "PULSE(people, 5, people)", "the time unit"},
    {"IF 1 &gt; 0 THEN people ELSE 0", "Person", "IF 1 &gt; 0 THEN people ELSE goods",
     "the two branches"},
    {"TIME", "Week", "people + TIME", "in a sum"},
    {"DT", "Week", "people + DT", "in a sum"},
    {"STARTTIME", "Week", "people + STARTTIME", "in a sum"},
    {"STOPTIME", "Week", "people + STOPTIME", "in a sum"},
    {"RUNCOUNT", "Dmnl", "people + RUNCOUNT", "in a sum"},
    {"SENSIRUNCOUNT", "Dmnl", "people + SENSIRUNCOUNT", "in a sum"},
    {"SENSIRUNTOTAL", "Dmnl", "people + SENSIRUNTOTAL", "in a sum"},
    {"INF", "Person", NULL, NULL},
    {"NAN", "Person", NULL, NULL},
    {"CAPACITY(belt)", "Person", "CAPACITY(belt) + goods", "in a sum"},
    {"PROCTIME(belt)", "Week", "PROCTIME(belt) + goods", "in a sum"},
    {"OSTATE(bake)", "Dmnl", "OSTATE(bake) + goods", "in a sum"},
    {"AGECOUNT(belt, 0, year)", "Person", "AGECOUNT(belt, 0, crew)", "the time unit"},
    {"QLEN(line)", "Dmnl", "QLEN(line) + goods", "in a sum"},
    {"QELEM(line, 1)", "Person", "QELEM(line, 1) + goods", "in a sum"},
};

static void check_text(bool is_mdl, const use *u, bool is_broken, const char *form, uint32_t line)
{
    char text[8000], message[400] = "";
    (void)snprintf(text, sizeof text, form, is_broken ? u->broken : u->expression, u->unit);
    const size_t n = warnings(is_mdl, text, line, message);
    if (!is_broken && n > 0)
        fail_msg("%s ~%s: %s", u->expression, u->unit, message);
    if (is_broken && u->message && (n != 1 || !strstr(message, u->message)))
        fail_msg("%s ~%s: %zu, %s", u->broken, u->unit, n, message);
}

static void check_uses(bool is_mdl, size_t n, const use all[], const char *form, uint32_t line)
{
    for (size_t i = 0; i < n; i++) {
        check_text(is_mdl, &all[i], false, form, line);
        if (all[i].broken && all[i].message)
            check_text(is_mdl, &all[i], true, form, line);
    }
}

#define N(a) (sizeof(a) / sizeof *(a))

static void values_keep_and_break_their_rules(void **state)
{
    (void)state;
    check_uses(true, N(uses), uses, MODEL "\ny = %s ~%s~|\n", 2);
}

static void rows_keep_and_break_their_rules(void **state)
{
    (void)state;
    check_uses(true, N(rows), rows, MODEL "\n%s ~%s~|\n", 2);
}

static void xmile_keeps_and_breaks_its_rules(void **state)
{
    (void)state;
    check_uses(false, N(xmile_uses), xmile_uses,
               X_HEAD
               "<aux name='y'><eqn>%s</eqn><units>%s</units></aux>\n</variables></model></xmile>",
               2);
}

/* Is there a call of the function in one of the tables, as texts write it? */
static bool is_used(const dtn_fn_info *fn, size_t n, const use all[])
{
    for (size_t i = 0; i < n; i++)
        for (const char *p = all[i].expression; *p; p++) {
            size_t k = 0;
            while (
                fn->key[k] && p[k] &&
                (tolower((unsigned char)p[k]) == fn->key[k] || (p[k] == ' ' && fn->key[k] == '_')))
                k++;
            const bool begins = p == all[i].expression || !isalnum((unsigned char)p[-1]);
            if (fn->key[k] == '\0' && begins && !isalnum((unsigned char)p[k]) && p[k] != ' ')
                return true;
        }
    return strcmp(fn->key, "if_then_else") == 0;
}

static void every_function_is_here(void **state)
{
    (void)state;
    for (size_t i = 0; i < DTN_N_FN; i++) {
        const dtn_fn_info *fn = &dtn_fn_table[i];
        if (strchr(fn->key, '(') || fn->behaviour == DTN_FNB_LATER || strstr(fn->units, "..."))
            continue; /* inner ones, those that do not run, and what has no rule */
        if (!is_used(fn, N(uses), uses) && !is_used(fn, N(rows), rows) &&
            !is_used(fn, N(xmile_uses), xmile_uses))
            fail_msg("no test of the units of '%s' (%s)", fn->key, fn->units);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_keep_and_break_their_rules),
        cmocka_unit_test(rows_keep_and_break_their_rules),
        cmocka_unit_test(xmile_keeps_and_breaks_its_rules),
        cmocka_unit_test(every_function_is_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
