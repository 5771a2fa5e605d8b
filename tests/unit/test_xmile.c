/* The XMILE reader: what stands in the form after reading, and what is said of bad files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "format/format.h"

#define HEAD                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" \
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"
#define SPECS "<sim_specs><start>0</start><stop>10</stop></sim_specs>\n"
#define BODY(variables) "<model><variables>\n" variables "</variables></model>\n</xmile>\n"
#define WHOLE(variables) HEAD SPECS BODY(variables)

/* ---- Helpers -------------------------------------------------------------- */

static dtn_model *read_text(const char *text, dtn_diags *diags)
{
    dtn_model *model = NULL;

    dtn_diags_init(diags);
    assert_int_equal(dtn_model_read_xmile(text, strlen(text), "a.xmile", &model, diags), DTN_OK);
    assert_non_null(model);
    assert_int_equal(diags->n_error, 0);
    return model;
}

static void drop(dtn_model *model, dtn_diags *diags)
{
    dtn_model_delete(model);
    dtn_diags_free(diags);
}

static const dtn_var *var_of(const dtn_model *model, const char *key)
{
    const dtn_var *var = dtn_model_find_var(model, key);

    if (var == NULL)
        fail_msg("no variable '%s'", key);
    return var;
}

static const dtn_eqn *eqn_of(const dtn_model *model, const char *key, size_t i)
{
    const dtn_var *var = var_of(model, key);

    assert_true(i < var->n_eqn);
    return &var->eqns[i];
}

/* Expression in prefix notation: enough to compare trees with. */
static void show(const dtn_expr *expr, char *out, size_t size)
{
    static const char *const ops[] = {"?", "+",  "-", "*",  "/",   "^",  "%",   "<",   "<=",
                                      ">", ">=", "=", "<>", "and", "or", "neg", "pos", "not"};
    size_t n = strlen(out);

    if (expr == NULL) {
        snprintf(out + n, size - n, "NULL");
        return;
    }
    if (expr->kind == DTN_X_NUMBER)
        snprintf(out + n, size - n, "%g", expr->number);
    else if (expr->kind == DTN_X_LOOKUP)
        snprintf(out + n, size - n, "table%zu", expr->lookup->n);
    else if (expr->kind == DTN_X_NAME || expr->kind == DTN_X_CALL)
        snprintf(out + n, size - n, "%s", expr->key);
    else
        snprintf(out + n, size - n, "%s", ops[expr->op]);
    for (uint32_t i = 0; i < expr->n_sub; i++) {
        n = strlen(out);
        snprintf(out + n, size - n, "[%s]", expr->subs[i].key);
    }
    for (uint32_t i = 0; i < expr->n_arg; i++) {
        n = strlen(out);
        snprintf(out + n, size - n, "%s", i == 0 ? "(" : ",");
        show(expr->args[i], out, size);
    }
    n = strlen(out);
    snprintf(out + n, size - n, "%s", expr->n_arg > 0 ? ")" : "");
}

static void assert_tree(const dtn_expr *expr, const char *expected)
{
    char text[500] = "";

    show(expr, text, sizeof text);
    assert_string_equal(text, expected);
}

static const dtn_diag *find_diag(const dtn_diags *diags, int code)
{
    for (size_t i = 0; i < diags->n; i++) {
        if (diags->items[i].code == code)
            return &diags->items[i];
    }
    return NULL;
}

static size_t count_diags(const dtn_diags *diags, int code)
{
    size_t n = 0;

    for (size_t i = 0; i < diags->n; i++)
        n += diags->items[i].code == code;
    return n;
}

/* Reading fails with this code in this line, with a hint, and leaves *out alone. */
static void expect_error_n(const char *text, size_t n, int code, uint32_t line)
{
    dtn_model *model = NULL;
    dtn_diags diags;
    const dtn_diag *found;
    dtn_status status;

    dtn_diags_init(&diags);
    status = dtn_model_read_xmile(text, n, "bad.xmile", &model, &diags);
    found = find_diag(&diags, code);
    if (status != DTN_E_INPUT || found == NULL || (line != 0 && found->line != line)) {
        fail_msg("status %d, first diagnostic %d line %u \"%s\"; wanted %d line %u for %.60s",
                 (int)status, diags.n ? diags.items[0].code : 0, diags.n ? diags.items[0].line : 0,
                 diags.n ? diags.items[0].message : "", code, line, text);
    }
    assert_null(model);
    assert_non_null(found->hint);
    assert_string_equal(found->file, "bad.xmile");
    dtn_diags_free(&diags);
}

static void expect_error(const char *text, int code, uint32_t line)
{
    expect_error_n(text, strlen(text), code, line);
}

/* ---- What is read ----------------------------------------------------------- */

static const char teacup[] =
    HEAD "<header><name>Tea cup</name><vendor>x</vendor></header>\n"
         "<sim_specs method=\"RK4\" time_units=\"Minutes\" isee:save_interval=\"0.5\">"
         "<start>1</start><stop> 30 </stop><dt reciprocal=\"true\">8</dt></sim_specs>\n"
         "<isee:prefs layer=\"model\"/><isee:glow/><isee:glow/>\n"
         "<model_units><unit name=\"Degrees\"><eqn/><alias>deg</alias><alias>degree</alias></unit>"
         "<unit name=\"rate\"><eqn>deg/min</eqn></unit></model_units>\n"
         "<model><variables>\n"
         "<stock name=\"Teacup\\nTemperature\"><eqn>180</eqn><outflow>heat_loss</outflow>"
         "<inflow>\"Sun light\"</inflow><inflow>stove</inflow><non_negative/>"
         "<units>degrees</units><range min=\"0\" max=\"200.5\"/></stock>\n"
         "<flow name=\"Heat Loss\"><doc> how fast\nit cools </doc>\n"
         "  <eqn>\n   (teacup_temperature - room) / 10 {per minute}</eqn></flow>\n"
         "<flow name=\"sun light\"><eqn>1</eqn></flow><flow name=\"stove\"><eqn>1</eqn></flow>\n"
         "<aux name=\"room\"><eqn>70</eqn><isee:twinkle/><display x=\"1\"/></aux>\n"
         "<aux name=\"input\" access=\"input\"><eqn>{given by another model}</eqn></aux>\n"
         "<aux name=\"begun\"><eqn>room</eqn><init_eqn>5</init_eqn></aux>\n"
         "<group name=\"Heat\"><doc>of it</doc><var name=\"Room\"/></group>\n"
         "</variables><views><view><aux name=\"room\" x=\"1\"/></view></views></model></xmile>\n";

static void test_reads_a_model(void **state)
{
    dtn_diags diags;
    dtn_model *model = read_text(teacup, &diags);
    const dtn_var *cup = var_of(model, "teacup_temperature");

    (void)state;
    assert_string_equal(model->name, "Tea cup");
    assert_int_equal(model->dialect, DTN_XMILE);
    assert_int_equal(model->n_var, 7);
    assert_int_equal(cup->kind, DTN_VAR_STOCK);
    assert_string_equal(cup->name, "Teacup Temperature");
    assert_string_equal(cup->units, "degrees");
    assert_true(cup->non_negative);
    assert_null(cup->special);
    assert_true(cup->range_min == 0.0 && cup->range_max == 200.5 && isnan(cup->range_step));
    assert_int_equal(cup->n_inflow, 2);
    assert_int_equal(cup->n_outflow, 1);
    assert_int_equal(eqn_of(model, "teacup_temperature", 0)->kind, DTN_EQN_STOCK);
    assert_tree(eqn_of(model, "teacup_temperature", 0)->init, "180");
    assert_tree(eqn_of(model, "teacup_temperature", 0)->expr, "-(+(sun_light,stove),heat_loss)");
    assert_int_equal(var_of(model, "heat_loss")->kind, DTN_VAR_FLOW);
    assert_false(var_of(model, "heat_loss")->non_negative);
    assert_string_equal(var_of(model, "heat_loss")->doc, "how fast\nit cools");
    assert_tree(eqn_of(model, "heat_loss", 0)->expr, "/(-(teacup_temperature,room),10)");
    assert_int_equal(var_of(model, "input")->n_eqn, 0);
    assert_tree(eqn_of(model, "begun", 0)->init, "5");
    assert_int_equal(model->n_group, 1);
    assert_string_equal(model->groups[0].doc, "of it");
    assert_int_equal(var_of(model, "room")->group, 0);
    assert_int_equal(cup->group, DTN_NONE);
    assert_int_equal(count_diags(&diags, 106), 2); /* isee:glow, isee:twinkle: once each */
    drop(model, &diags);
}

static void test_reads_time_and_units(void **state)
{
    dtn_diags diags;
    dtn_model *model = read_text(teacup, &diags);

    (void)state;
    assert_true(model->start->number == 1.0 && model->stop->number == 30.0);
    assert_true(model->dt->number == 0.125 && model->saveper->number == 0.5);
    assert_int_equal(model->method, DTN_RK4);
    assert_string_equal(model->time_units, "Minutes");
    assert_int_equal(model->n_unit_synonym, 2);
    assert_string_equal(model->unit_synonyms[0], "Degrees,deg,degree");
    assert_string_equal(model->unit_synonyms[1], "rate,deg/min");
    drop(model, &diags);
    model = read_text(HEAD "<sim_specs method=\"gear, rk2, euler\"><stop>4</stop><start>a + 1"
                           "</start></sim_specs>" BODY("<aux name=\"a\"><eqn>1</eqn></aux>"),
                      &diags);
    assert_int_equal(model->method, DTN_RK2);
    assert_true(model->dt->number == 1.0); /* the standard's default */
    assert_tree(model->start, "+(a,1)");
    assert_null(model->saveper);
    drop(model, &diags);
    model = read_text(HEAD "<sim_specs method=\"gear\"><stop>4</stop><start>0</start>"
                           "</sim_specs>" BODY(""),
                      &diags);
    assert_int_equal(model->method, DTN_RK4);
    assert_int_equal(count_diags(&diags, 106), 1);
    drop(model, &diags);
}

static void test_positions_are_exact(void **state)
{
    dtn_diags diags;
    dtn_model *model = read_text(WHOLE("<aux\n name=\"\xc3\xa4\"\n>\r\n <eqn\n>\n   7</eqn></aux>\n"
                                       "  <aux name=\"b\"><eqn>8</eqn></aux>\n"),
                                 &diags);
    const dtn_expr *seven = eqn_of(model, "\xc3\xa4", 0)->expr;
    const dtn_expr *eight = eqn_of(model, "b", 0)->expr;

    (void)state;
    assert_int_equal(var_of(model, "\xc3\xa4")->pos.line, 5);
    assert_int_equal(var_of(model, "\xc3\xa4")->pos.col, 1);
    assert_int_equal(seven->pos.line, 10);
    assert_int_equal(seven->pos.col, 4);
    assert_int_equal(var_of(model, "b")->pos.line, 11);
    assert_int_equal(var_of(model, "b")->pos.col, 3);
    assert_int_equal(eight->pos.line, 11);
    assert_int_equal(eight->pos.col, 22);
    drop(model, &diags);
}

#define DIMS                                                                             \
    "<dimensions><dim name=\"Food\"><elem name=\"Pizza\"/><elem name=\"Sal ad\"/></dim>" \
    "<dim name=\"N\" size=\"3\"/></dimensions>"

static const char arrays[] = HEAD SPECS DIMS BODY(
    "<stock name=\"s\"><dimensions><dim name=\"Food\"/></dimensions><eqn>4</eqn>"
    "<inflow>f</inflow><outflow>scalar</outflow></stock>"
    "<stock name=\"t\"><dimensions><dim name=\"Food\"/></dimensions><inflow>f</inflow>"
    "<element subscript=\"pizza\"><eqn>1</eqn></element>"
    "<element subscript=\"Sal_ad\"><eqn>2</eqn></element></stock>"
    "<flow name=\"f\"><dimensions><dim name=\"Food\"/></dimensions><eqn>s[Food]</eqn></flow>"
    "<flow name=\"scalar\"><eqn>1</eqn></flow>"
    "<aux name=\"two\"><dimensions><dim name=\"Food\"/><dim name=\"N\"/></dimensions>"
    "<element subscript=\" Pizza , 2\"><eqn>7</eqn></element></aux>"
    "<aux name=\"g\"><dimensions><dim name=\"Food\"/></dimensions><eqn>TIME</eqn>"
    "<element subscript=\"Pizza\"><gf><xscale min=\"0\" max=\"1\"/><ypts>1,2</ypts></gf></element>"
    "<element subscript=\"Sal ad\"><eqn>3</eqn></element></aux>");

static void test_reads_arrays(void **state)
{
    dtn_diags diags;
    dtn_model *model = read_text(arrays, &diags);
    const dtn_eqn *eqn = eqn_of(model, "two", 0);

    (void)state;
    assert_int_equal(model->n_dim, 2);
    assert_int_equal(dtn_model_find_dim(model, "food")->n_element, 2);
    assert_string_equal(dtn_model_find_dim(model, "food")->element_keys[1], "sal_ad");
    assert_int_equal(dtn_model_find_dim(model, "n")->n_element, 3);
    assert_string_equal(dtn_model_find_dim(model, "n")->elements[2], "3");
    assert_int_equal(var_of(model, "s")->n_dim_key, 1);
    assert_string_equal(var_of(model, "s")->dim_keys[0], "food");
    assert_string_equal(eqn_of(model, "s", 0)->subs[0].key, "food");
    assert_tree(eqn_of(model, "s", 0)->expr, "-(f[food],scalar)");
    assert_tree(eqn_of(model, "t", 1)->expr, "f[sal_ad]");
    assert_tree(eqn_of(model, "t", 1)->init, "2");
    assert_int_equal(eqn->n_sub, 2);
    assert_int_equal(eqn->subs[0].kind, DTN_SUB_NAME);
    assert_string_equal(eqn->subs[0].key, "pizza");
    assert_int_equal(eqn->subs[1].kind, DTN_SUB_NUMBER);
    assert_true(eqn->subs[1].number == 2.0);
    assert_tree(eqn_of(model, "g", 0)->expr, "with_lookup(time,table2)");
    assert_tree(eqn_of(model, "g", 1)->expr, "3");
    drop(model, &diags);
}

static void test_reads_graphical_functions(void **state)
{
    dtn_diags diags;
    dtn_model *model = read_text(
        WHOLE(
            "<gf name=\"alone\" type=\"extrapolate\"><xscale min=\"0\" max=\"2\"/><yscale min=\"-1\""
            " max=\"1\"/><ypts> 0, 1e-1 ,.5\n</ypts><units>u</units></gf>"
            "<aux name=\"both\"><eqn>TIME*2</eqn><gf type=\"discrete\"><xpts sep=\";\">0;1; 4</xpts>"
            "<ypts sep=\" \">1  2\n3</ypts></gf></aux>"
            "<aux name=\"bare\"><gf discrete=\"true\"><xpts>0,0,1</xpts><ypts>1,2,3</ypts></gf></aux>"
            "<aux name=\"one\"><gf><xscale min=\"5\" max=\"5\"/><ypts>9</ypts></gf></aux>"),
        &diags);
    const dtn_lookup *alone = eqn_of(model, "alone", 0)->lookup;
    const dtn_eqn *both = eqn_of(model, "both", 0);

    (void)state;
    assert_int_equal(var_of(model, "alone")->kind, DTN_VAR_LOOKUP);
    assert_int_equal(eqn_of(model, "alone", 0)->kind, DTN_EQN_LOOKUP);
    assert_string_equal(var_of(model, "alone")->units, "u");
    assert_int_equal(alone->kind, DTN_LOOKUP_EXTRAPOLATE);
    assert_int_equal(alone->n, 3);
    assert_true(alone->x[0] == 0.0 && alone->x[1] == 1.0 && alone->x[2] == 2.0);
    assert_true(alone->y[1] == 0.1 && alone->y[2] == 0.5);
    assert_true(alone->has_range && alone->y_min == -1.0 && alone->x_max == 2.0);
    assert_int_equal(var_of(model, "both")->kind, DTN_VAR_AUX);
    assert_tree(both->expr, "with_lookup(*(time,2),table3)");
    assert_ptr_equal(both->lookup, both->expr->args[1]->lookup);
    assert_int_equal(both->lookup->kind, DTN_LOOKUP_DISCRETE);
    assert_true(both->lookup->x[2] == 4.0 && both->lookup->y[2] == 3.0);
    assert_false(both->lookup->has_range);
    assert_int_equal(var_of(model, "bare")->kind, DTN_VAR_LOOKUP);
    assert_int_equal(eqn_of(model, "bare", 0)->lookup->kind, DTN_LOOKUP_DISCRETE);
    assert_true(eqn_of(model, "one", 0)->lookup->x[0] == 5.0);
    drop(model, &diags);
}

static void test_reads_what_stays_positive(void **state)
{
    dtn_diags diags;
    dtn_model *model = read_text(
        HEAD SPECS
        "<behavior><non_negative/><flow><non_negative>FALSE</non_negative></flow></behavior>" BODY(
            "<stock name=\"a\"><eqn>1</eqn></stock>"
            "<stock name=\"b\"><eqn>1</eqn><non_negative> false </non_negative></stock>"
            "<flow name=\"c\"><eqn>1</eqn></flow>"
            "<flow name=\"d\"><eqn>1</eqn><non_negative> TruE </non_negative></flow>"
            "<aux name=\"e\"><eqn>1</eqn></aux>"
            "<stock name=\"f\"><eqn>1</eqn><conveyor><len>4</len></conveyor></stock>"
            "<flow name=\"g\"><eqn>1</eqn><leak/></flow>"),
        &diags);

    (void)state;
    assert_true(var_of(model, "a")->non_negative);
    assert_false(var_of(model, "b")->non_negative);
    assert_false(var_of(model, "c")->non_negative);
    assert_true(var_of(model, "d")->non_negative);
    assert_false(var_of(model, "e")->non_negative);
    assert_null(var_of(model, "a")->special);
    assert_null(var_of(model, "f")->special);
    assert_int_equal(var_of(model, "f")->belt->kind, DTN_BELT_CONVEYOR);
    assert_true(var_of(model, "f")->belt->len->number == 4);
    assert_null(var_of(model, "a")->belt);
    assert_non_null(var_of(model, "g")->leak);
    assert_true(var_of(model, "g")->leak->end == 1);
    assert_tree(eqn_of(model, "a", 0)->expr, "0"); /* no flows */
    drop(model, &diags);
}

static void test_reads_modules_and_macros(void **state)
{
    dtn_diags diags;
    dtn_model *model =
        read_text(HEAD SPECS
                  "<model><variables><module name=\"Ha res\"><connect to=\"ha_res.Area Size\" "
                  "from=\".area\"/><connect to=\"lynxes\" from=\"Lynxes.a b\"/></module>"
                  "<module name=\"gone\"/><aux name=\"area\"><eqn>1</eqn></aux></variables></model>"
                  "<model name=\"Ha_Res\"><variables><aux name=\"area size\" access=\"input\"/>"
                  "<stock name=\"x\"><eqn>1</eqn><inflow>in</inflow></stock>"
                  "<flow name=\"in\"><eqn>2</eqn></flow></variables></model>"
                  "<macro name=\"Half Of\"><parm>The Input</parm><parm>p</parm>"
                  "<eqn>the_input / 2 + inner</eqn>"
                  "<variables><aux name=\"inner\"><eqn>p</eqn></aux></variables></macro></xmile>",
                  &diags);
    const dtn_module *hares = &model->modules[0];
    const dtn_macro *half = &model->macros[0];

    (void)state;
    assert_int_equal(model->n_module, 2);
    assert_string_equal(hares->key, "ha_res");
    assert_int_equal(hares->n_connect, 2);
    assert_string_equal(hares->connect_to[0], "area_size");
    assert_string_equal(hares->connect_from[0], "area");
    assert_string_equal(hares->connect_to[1], "lynxes");
    assert_string_equal(hares->connect_from[1], "lynxes.a_b");
    assert_int_equal(model->n_submodel, 1);
    assert_ptr_equal(hares->body, model->submodels[0]);
    assert_null(model->modules[1].body);
    assert_tree(eqn_of(hares->body, "x", 0)->expr, "in");
    assert_int_equal(model->n_macro, 1);
    assert_string_equal(half->key, "half_of");
    assert_int_equal(half->n_param, 2);
    assert_string_equal(half->params[0], "the_input");
    assert_tree(half->expr, "+(/(the_input,2),inner)");
    assert_tree(eqn_of(half->body, "inner", 0)->expr, "p");
    drop(model, &diags);
}

static void test_reads_old_and_odd_files(void **state)
{
    dtn_diags diags;
    /* Variables straight below <model>, undeclared prefixes, another namespace, Latin-1. */
    dtn_model *model =
        read_text("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><xmile level=\"3\" "
                  "xmlns=\"http://www.systemdynamics.org/XMILE\"><isee:glow/><odd/>" SPECS
                  "<equation_prefs xmlns=\"isee\"/><model><aux name=\"\xe4\">\n<eqn>1</eqn></aux>"
                  "<display/><interface/></model></xmile>",
                  &diags);

    (void)state;
    assert_int_equal(var_of(model, "\xc3\xa4")->n_eqn, 1);
    assert_int_equal(eqn_of(model, "\xc3\xa4", 0)->pos.line, 3);
    assert_int_equal(count_diags(&diags, 106), 3);
    drop(model, &diags);
    model = read_text(WHOLE("<aux name=\"lost\"><eqn> ??? </eqn></aux>"), &diags);
    assert_int_equal(var_of(model, "lost")->n_eqn, 0);
    assert_int_equal(find_diag(&diags, 207)->severity, DTN_WARNING);
    drop(model, &diags);
    model = read_text(HEAD SPECS "<model name=\"only\"><variables/></model></xmile>", &diags);
    assert_string_equal(model->name, "only");
    drop(model, &diags);
}

static void test_repairs_a_missing_end_tag(void **state)
{
    dtn_diags diags;
    dtn_model *model = read_text(
        WHOLE("<flow name=\"a\"><eqn>1</eqn><non_negative/>\n<stock name=\"b\"><eqn>2</eqn>"
              "<inflow>a</inflow></stock><aux name=\"c\"><eqn>3</eqn></aux>\n"),
        &diags);

    (void)state;
    assert_int_equal(model->n_var, 3);
    assert_int_equal(var_of(model, "a")->n_eqn, 1);
    assert_tree(eqn_of(model, "b", 0)->expr, "a");
    assert_tree(eqn_of(model, "c", 0)->expr, "3");
    assert_int_equal(count_diags(&diags, 104), 1);
    assert_int_equal(find_diag(&diags, 104)->severity, DTN_WARNING);
    drop(model, &diags);
    /* Where a second model would be lost, there is no repair. */
    expect_error(HEAD SPECS "<model><variables><aux name=\"a\"><eqn>1</eqn></aux></model>"
                            "<model name=\"b\"></model></xmile>",
                 105, 0);
}

/* ---- What is refused ----------------------------------------------------------- */

static void test_refuses_bad_xml(void **state)
{
    (void)state;
    expect_error("", 104, 1);
    expect_error(" \n\t ", 104, 1);
    expect_error("Flow = 3 ~~|", 104, 1);
    expect_error(HEAD, 104, 0);
    expect_error(HEAD "<model><variables>", 104, 0);
    expect_error(HEAD SPECS "<model a=b></model></xmile>", 104, 4);
    expect_error(HEAD SPECS "<model></model></xmile><xmile/>", 104, 4);
    expect_error(HEAD SPECS "<model>&nosuch;</model></xmile>", 104, 4);
    expect_error("<html><body/></html>", 105, 1);
    expect_error_n("<xmile>\0</xmile>", 16, 104, 1);
}

static void test_refuses_wrong_encodings(void **state)
{
    (void)state;
    expect_error(WHOLE("<aux name=\"\xe4\"><eqn>1</eqn></aux>"), 109, 5);
    expect_error("<?xml version=\"1.0\" encoding=\"UTF-99\"?>\n<xmile/>", 109, 1);
    expect_error("<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<xmile><model/></xmile>", 109, 0);
}

static void test_refuses_entities(void **state)
{
    (void)state;
    expect_error("<?xml version=\"1.0\"?>\n<!DOCTYPE x [\n<!ENTITY a \"aaaaaaaaaa\">\n"
                 "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">\n<!ENTITY c \"&b;&b;&b;&b;&b;&b;\">\n"
                 "]>\n<xmile>" SPECS "<model name=\"&c;\">&c;</model></xmile>",
                 104, 3);
    expect_error("<!DOCTYPE x [\n<!ENTITY a SYSTEM \"file:///etc/hostname\">]>\n"
                 "<xmile>" SPECS "<model name=\"\">&a;</model></xmile>",
                 104, 2);
    expect_error("<!DOCTYPE x [\n<!ENTITY % a SYSTEM \"http://127.0.0.1:9/x\"> %a; ]>\n"
                 "<xmile/>",
                 104, 2);
}

/* A DTD elsewhere is not loaded: the file it names does not exist, and nobody minds. */
static void test_loads_no_dtd(void **state)
{
    dtn_diags diags;
    dtn_model *model = read_text(
        "<!DOCTYPE xmile SYSTEM \"/no/such.dtd\">\n<xmile>" SPECS "<model/></xmile>", &diags);

    (void)state;
    drop(model, &diags);
}

static void test_refuses_what_is_missing(void **state)
{
    (void)state;
    expect_error(HEAD "<model/></xmile>", 211, 2);
    expect_error(HEAD "<sim_specs><start>1</start></sim_specs><model/></xmile>", 211, 3);
    expect_error(HEAD "<sim_specs><start/><stop>3</stop></sim_specs><model/></xmile>", 105, 3);
    expect_error(HEAD SPECS "</xmile>", 105, 2);
    expect_error(WHOLE("<aux><eqn>1</eqn></aux>"), 105, 5);
    expect_error(WHOLE("\n<stock name=\" \"><eqn>1</eqn></stock>"), 105, 6);
    expect_error(WHOLE("<stock name=\"s\"><eqn>1</eqn><inflow/></stock>"), 105, 5);
    expect_error(WHOLE("<aux name=\"a\"><element><eqn>1</eqn></element></aux>"), 105, 5);
    expect_error(WHOLE("<aux name=\"a\"><eqn>1<units>x</units></eqn></aux>"), 105, 5);
    expect_error(WHOLE("<aux name=\"a\"><aux name=\"b\"><eqn>1</eqn></aux></aux>"), 105, 5);
    expect_error(WHOLE("<flow name=\"a\"><non_negative>maybe</non_negative></flow>"), 105, 5);
    expect_error(WHOLE("<module name=\"m\"><connect to=\"a\"/></module>"), 105, 5);
    expect_error(HEAD SPECS "<dimensions><dim name=\"d\"/></dimensions>" BODY(""), 105, 4);
    expect_error(HEAD SPECS "<dimensions><dim size=\"2\"/></dimensions>" BODY(""), 105, 4);
    expect_error(HEAD SPECS "<macro name=\"m\"/>" BODY(""), 105, 4);
    expect_error(HEAD SPECS "<model_units><unit/></model_units>" BODY(""), 105, 4);
}

static void test_refuses_what_is_wrong(void **state)
{
    (void)state;
    expect_error(WHOLE("<aux name=\"a\"><eqn>1 +</eqn></aux>"), 101, 5);
    expect_error(WHOLE("<aux name=\"A b\"><eqn>1</eqn></aux>\n<flow name=\"a_B\"/>"), 204, 6);
    expect_error(HEAD SPECS "<model/><model name=\"b\"/>\n<model name=\"B\"/></xmile>", 204, 5);
    expect_error(HEAD SPECS "<model/>\n<model/></xmile>", 204, 5);
    expect_error(HEAD SPECS DIMS "<dimensions>\n<dim name=\"n\" size=\"1\"/></dimensions>" BODY(""),
                 204, 5);
    expect_error(HEAD SPECS "<dimensions><dim name=\"d\" size=\"1e9\"/></dimensions>" BODY(""), 105,
                 4);
    expect_error(HEAD SPECS "<dimensions><dim name=\"d\" size=\"2.5\"/></dimensions>" BODY(""), 105,
                 4);
    expect_error(HEAD SPECS "<dimensions><dim name=\"d\" size=\"x\"/></dimensions>" BODY(""), 103,
                 4);
    expect_error(HEAD SPECS
                 "<model_units><unit name=\"a\"><alias>b,c</alias></unit></model_units>" BODY(""),
                 302, 4);
    expect_error(HEAD SPECS DIMS BODY("<aux name=\"a\"><dimensions><dim name=\"N\"/></dimensions>"
                                      "<element subscript=\"1,2\"><eqn>1</eqn></element></aux>"),
                 206, 5);
    expect_error(WHOLE("<aux name=\"a\"><element subscript=\"1,2,3,4,5,6,7,8,9\"/></aux>"), 206, 5);
    expect_error(WHOLE("<aux name=\"a\"><element subscript=\"1,,3\"/></aux>"), 105, 5);
}

static void test_refuses_bad_tables(void **state)
{
    (void)state;
    expect_error(WHOLE("<gf name=\"g\"/>"), 107, 5);
    expect_error(WHOLE("<gf name=\"g\"><ypts>1,2</ypts></gf>"), 107, 5);
    expect_error(WHOLE("<gf name=\"g\"><ypts/><xscale min=\"0\" max=\"1\"/></gf>"), 107, 5);
    expect_error(WHOLE("<gf name=\"g\"><ypts>1,x</ypts><xpts>1,2</xpts></gf>"), 107, 5);
    expect_error(WHOLE("<gf name=\"g\"><ypts>1,,2</ypts><xpts>1,2,3</xpts></gf>"), 107, 5);
    expect_error(WHOLE("<gf name=\"g\"><ypts>1,2</ypts><xpts>1,2,3</xpts></gf>"), 107, 5);
    expect_error(WHOLE("<gf name=\"g\"><ypts>1,2</ypts><xpts>2,1</xpts></gf>"), 107, 5);
    expect_error(WHOLE("<gf name=\"g\"><ypts>1,2</ypts><xscale min=\"1\" max=\"1\"/></gf>"), 107,
                 5);
    expect_error(WHOLE("<gf name=\"g\" type=\"wavy\"><ypts>1,2</ypts><xpts>1,2</xpts></gf>"), 107,
                 5);
}

/* ---- Hard use -------------------------------------------------------------------- */

static char *repeated(const char *head, const char *part, size_t n, const char *tail)
{
    size_t n_part = strlen(part);
    char *text = malloc(strlen(head) + n * n_part + strlen(tail) + 1);
    char *at = text;

    assert_non_null(text);
    at = stpcpy(at, head);
    for (size_t i = 0; i < n; i++)
        at = stpcpy(at, part);
    stpcpy(at, tail);
    return text;
}

/* A stock with so many inflows, each another one. */
static char *many_inflows(int n)
{
    static const char head[] = HEAD SPECS "<model><variables><stock name=\"a\"><eqn>1</eqn>";
    static const char tail[] = "</stock></variables></model></xmile>";
    const size_t size = sizeof head + sizeof tail + (size_t)n * 32;
    char *text = malloc(size);
    size_t used = 0;
    assert_non_null(text);
    used += (size_t)snprintf(text, size, "%s", head);
    for (int i = 0; i < n; i++)
        used += (size_t)snprintf(text + used, size - used, "<inflow>b%d</inflow>", i);
    (void)snprintf(text + used, size - used, "%s", tail);
    return text;
}

static void test_survives_deep_and_wide_files(void **state)
{
    dtn_diags diags;
    dtn_model *model;
    char *text;

    (void)state;
    text = repeated(WHOLE("<aux name=\"a\"><doc>"), "<b>", 100000, "");
    expect_error(text, 104, 0);
    free(text);
    text = repeated(HEAD SPECS "<model><variables><aux name=\"a\"><eqn>", "(", 100000,
                    "</eqn></aux></variables></model></xmile>");
    expect_error(text, 108, 4);
    free(text);
    text = many_inflows(501);
    expect_error(text, 108, 4);
    free(text);
    text = repeated(HEAD SPECS "<model><variables><aux name=\"a\"><eqn>1</eqn><doc>", "x\n", 200000,
                    "</doc></aux>\n<aux name=\"b\"><eqn>2</eqn></aux></variables></model></xmile>");
    model = read_text(text, &diags);
    assert_int_equal(eqn_of(model, "b", 0)->pos.line, 200005); /* beyond 65535 */
    drop(model, &diags);
    free(text);
}

/* A file cut short anywhere is refused. */
static void test_survives_truncation(void **state)
{
    size_t n = strlen(teacup);

    (void)state;
    for (size_t k = 0; k < n - 1; k++) {
        char *cut = malloc(k ? k : 1); /* exactly as long, so that reading on is seen */
        dtn_model *model = NULL;
        dtn_diags diags;

        assert_non_null(cut);
        memcpy(cut, teacup, k);
        dtn_diags_init(&diags);
        assert_int_equal(dtn_model_read_xmile(cut, k, "cut", &model, &diags), DTN_E_INPUT);
        assert_true(diags.n_error > 0);
        dtn_diags_free(&diags);
        free(cut);
    }
}

/* Each failing allocation ends in DTN_E_MEMORY, and nothing leaks. */
static void test_survives_lack_of_memory(void **state)
{
    size_t n_failed = 0;

    (void)state;
    for (size_t k = 1; k < 100000; k++) {
        dtn_model *model = NULL;
        dtn_diags diags;
        dtn_status status;

        dtn_diags_init(&diags);
        dtn_alloc_fail_after(k);
        status = dtn_model_read_xmile(teacup, strlen(teacup), "a", &model, &diags);
        dtn_alloc_fail_after(0);
        dtn_model_delete(model);
        dtn_diags_free(&diags);
        if (status == DTN_OK && k > 40)
            break;
        n_failed += status != DTN_OK;
        assert_true(status == DTN_OK || status == DTN_E_MEMORY);
    }
    assert_true(n_failed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_a_model),
        cmocka_unit_test(test_reads_time_and_units),
        cmocka_unit_test(test_positions_are_exact),
        cmocka_unit_test(test_reads_arrays),
        cmocka_unit_test(test_reads_graphical_functions),
        cmocka_unit_test(test_reads_what_stays_positive),
        cmocka_unit_test(test_reads_modules_and_macros),
        cmocka_unit_test(test_reads_old_and_odd_files),
        cmocka_unit_test(test_repairs_a_missing_end_tag),
        cmocka_unit_test(test_refuses_bad_xml),
        cmocka_unit_test(test_refuses_wrong_encodings),
        cmocka_unit_test(test_refuses_entities),
        cmocka_unit_test(test_loads_no_dtd),
        cmocka_unit_test(test_refuses_what_is_missing),
        cmocka_unit_test(test_refuses_what_is_wrong),
        cmocka_unit_test(test_refuses_bad_tables),
        cmocka_unit_test(test_survives_deep_and_wide_files),
        cmocka_unit_test(test_survives_truncation),
        cmocka_unit_test(test_survives_lack_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
