/* The case room: YAML with positions, the schema, every 6xx code at its place, dates, draws. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "case/case.h"
#include "base/dates.h"
#include "case/reader.h"
#include "case/yaml.h"
#include "case_folder.h"
#include "num/num.h"

/* ---- Helpers --------------------------------------------------------------------------- */

static const dtn_diag *find_diag(const dtn_diags *diags, int code)
{
    for (size_t i = 0; i < diags->n; i++)
        if (diags->items[i].code == code)
            return &diags->items[i];
    return NULL;
}

static void show(const dtn_diags *diags)
{
    for (size_t i = 0; i < diags->n; i++) {
        const dtn_diag *d = &diags->items[i];
        print_error("%s:%u:%u: %d %s (%s)\n", d->file ? d->file : "-", d->line, d->col, d->code,
                    d->message, d->hint ? d->hint : "");
    }
}

/* Line and column of `needle` in a text, columns in bytes. */
static void position(const char *text, const char *needle, uint32_t *line, uint32_t *col)
{
    const char *at = strstr(text, needle);
    assert_non_null(at);
    *line = 1;
    *col = 1;
    for (const char *p = text; p < at; p++) {
        *col = *p == '\n' ? 1 : *col + 1;
        *line += *p == '\n';
    }
}

static dtn_case *read_tiny(void)
{
    char path[2048];
    dtn_case *c = NULL;
    dtn_diags diags;
    snprintf(path, sizeof path, "%s/tiny", cases_root());
    dtn_diags_init(&diags);
    dtn_status status = dtn_case_read(path, &c, &diags);
    if (status != DTN_OK)
        show(&diags);
    assert_int_equal(status, DTN_OK);
    assert_int_equal(diags.n_error, 0);
    dtn_diags_free(&diags);
    return c;
}

/* ---- YAML ------------------------------------------------------------------------------ */

typedef struct yaml_test {
    dtn_arena arena;
    dtn_diags diags;
    dtn_yaml_node *root;
} yaml_test;

static dtn_status parse_bytes(yaml_test *t, const char *text, size_t n)
{
    dtn_arena_init(&t->arena);
    dtn_diags_init(&t->diags);
    t->root = NULL;
    if (DTN_ARENA_GUARD(&t->arena))
        return DTN_E_MEMORY;
    return dtn_yaml_read(&t->arena, text, n, "x.yaml", &t->root, &t->diags);
}

static dtn_status parse(yaml_test *t, const char *text)
{
    return parse_bytes(t, text, strlen(text));
}

static void done(yaml_test *t)
{
    dtn_arena_free(&t->arena);
    dtn_diags_free(&t->diags);
}

static void yaml_positions_count_bytes(void **state)
{
    (void)state;
    yaml_test t;
    assert_int_equal(parse(&t, "a: \xc3\xa9\xe2\x82\xac\n\"\xc3\xa9\": {b: 1, c: two}\n"), DTN_OK);
    const dtn_yaml_node *map = dtn_yaml_find(t.root, "\xc3\xa9");
    assert_non_null(map);
    const dtn_yaml_node *c = dtn_yaml_find(map, "c");
    assert_string_equal(c->text, "two");
    assert_int_equal(c->pos.line, 2);
    assert_int_equal(c->pos.col, 17); /* the e with an accent is two bytes */
    done(&t);
}

static void yaml_lines_are_an_editors(void **state)
{
    (void)state;
    yaml_test t; /* U+0085 and U+2028 are line breaks to YAML 1.1, not to an editor */
    assert_int_equal(parse(&t, "a: x\xc2\x85\r\nb: 1\rc: y\n\n  \nd: 2"), DTN_OK);
    assert_int_equal(dtn_yaml_find(t.root, "b")->pos.line, 2);
    assert_int_equal(dtn_yaml_find(t.root, "c")->pos.line, 3);
    assert_int_equal(dtn_yaml_find(t.root, "d")->pos.line, 6);
    assert_int_equal(dtn_yaml_find(t.root, "d")->pos.col, 4);
    done(&t);
}

static void yaml_blocks_know_where_they_stand(void **state)
{
    (void)state;
    yaml_test t;
    assert_int_equal(
        parse(&t, "k:\n  r: | # note\n\n      one\n        two\n\n  s: >-\n    x\n    y\n"),
        DTN_OK);
    const dtn_yaml_node *r = dtn_yaml_find(dtn_yaml_find(t.root, "k"), "r");
    assert_string_equal(r->text, "\none\n  two\n");
    assert_int_equal(r->raw_pos.line, 3);
    assert_int_equal(r->raw_pos.col, 1);
    assert_int_equal(r->n_raw, strlen("\n      one\n        two\n\n"));
    assert_memory_equal(r->raw, "\n      one\n        two\n\n", r->n_raw);
    const dtn_yaml_node *s = dtn_yaml_find(dtn_yaml_find(t.root, "k"), "s");
    assert_string_equal(s->text, "x y");
    assert_int_equal(s->raw_pos.line, 8);
    done(&t);
}

static void yaml_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t line, col;
        int code;
    } bad[] = {
        {"a: &x 1\nb: 2\n", 1, 4, 601},
        {"a: 1\nb: *x\n", 2, 4, 601},
        {"a: !!python/object 1\n", 1, 4, 601},
        {"a: 1\n---\nb: 2\n", 2, 1, 601},
        {"a: [1, 2\nb: 3\n", 2, 2, 601},
        {"a: 1\n\tb: 2\n", 2, 1, 601},
        {"? [a]\n: 1\n", 1, 3, 601},
        {"a: \"\\0\"\n", 1, 4, 601},
        {"a: 1\nb: 2\na: 3\n", 3, 1, 606},
        {"a: \xff\n", 1, 4, 601},
        {"a: 'open\n", 2, 1, 601},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        yaml_test t;
        dtn_status status = parse(&t, bad[i].text);
        const dtn_diag *d = find_diag(&t.diags, bad[i].code);
        if (!d || d->line != bad[i].line || d->col != bad[i].col) {
            print_error("case %zu:\n", i);
            show(&t.diags);
        }
        assert_true(bad[i].code == 606 || status == DTN_E_INPUT);
        assert_non_null(d);
        assert_int_equal(d->line, bad[i].line);
        assert_int_equal(d->col, bad[i].col);
        done(&t);
    }
}

static void yaml_has_limits(void **state)
{
    (void)state;
    char deep[3 * DTN_YAML_MAX_DEPTH + 8] = "";
    yaml_test t;
    for (int i = 0; i < DTN_YAML_MAX_DEPTH; i++)
        strcat(deep, "[");
    for (int i = 0; i < DTN_YAML_MAX_DEPTH; i++)
        strcat(deep, "]");
    assert_int_equal(parse(&t, deep), DTN_OK);
    done(&t);
    memmove(deep + 1, deep, strlen(deep) + 1);
    strcat(deep, "]");
    assert_int_equal(parse(&t, deep), DTN_E_INPUT);
    assert_int_equal(find_diag(&t.diags, 601)->col, DTN_YAML_MAX_DEPTH + 1);
    done(&t);
    assert_int_equal(parse(&t, ""), DTN_OK);
    assert_null(t.root);
    done(&t);
    assert_int_equal(parse(&t, "# nothing\n"), DTN_OK);
    assert_null(t.root);
    done(&t);
}

static void yaml_has_a_limit_of_keys(void **state)
{
    (void)state;
    char *many = malloc(16 * (DTN_YAML_MAX_KEYS + 1)), *at = many;
    yaml_test t;
    for (int i = 0; i <= DTN_YAML_MAX_KEYS; i++)
        at += sprintf(at, "k%d: 1\n", i);
    assert_int_equal(parse(&t, many), DTN_E_INPUT);
    assert_int_equal(find_diag(&t.diags, 601)->line, DTN_YAML_MAX_KEYS + 1);
    done(&t);
    free(many);
}

/* ---- Dates ------------------------------------------------------------------------------ */

static void dates_round_trip(void **state)
{
    (void)state;
    int64_t day = 0;
    char text[11];
    assert_true(dtn_days_of("1970-01-01", &day));
    assert_int_equal(day, 0);
    assert_true(dtn_days_of("2025-01-06", &day));
    assert_int_equal(day, 20094);
    for (int64_t d = -719528; d <= 2932896; d += 37) { /* 0000-01-01 to 9999-12-31 */
        int64_t back = 0;
        dtn_days_to_date(d, text);
        assert_true(dtn_days_of(text, &back));
        assert_int_equal(back, d);
    }
    dtn_days_to_date(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31");
}

static void dates_that_are_none(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "2025-1-06",  "2025-02-29",  "2100-02-29",
                                      "2025-13-01", "2025-00-10", "2025-01-32",  "2025-01-06 ",
                                      "25-01-06",   "2025/01/06", "2025-01-06T", "2025-01-0a"};
    int64_t day = 0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(dtn_days_of(bad[i], &day));
    assert_true(dtn_days_of("2000-02-29", &day));
    assert_int_equal(dtn_days_in_month(day), 29);
    assert_int_equal(dtn_days_in_year(day), 366);
}

/* ---- The good case ------------------------------------------------------------------------ */

static void a_good_case_is_read(void **state)
{
    (void)state;
    dtn_case *c = read_tiny();
    assert_string_equal(c->id, "tiny");
    assert_string_equal(c->summary,
                        "Fighters come and go; pressure takes some and brings others.\n");
    assert_true(c->t_start == 0 && c->t_decide == 12 && c->t_until == 24 && c->days_per_unit == 7);
    assert_int_equal(c->n_actor, 2);
    assert_int_equal(c->actors[0].courses[0].overlay, 1);
    assert_int_equal(c->actors[1].courses[0].overlay, 3);
    assert_int_equal(c->model->n_overlay, 3);
    assert_string_equal(c->model->overlays[0].id, "state.press");
    assert_int_equal(c->n_profile, 3);
    assert_string_equal(c->profiles[1].label, "state=rest;band=hide");
    assert_string_equal(c->reference.label, "reference");
    assert_int_equal(c->reference.course[0], DTN_NONE);
    assert_int_equal(c->n_parameter, 2);
    assert_true(c->parameters[0].dist.p[1] == 5 && c->parameters[0].high == 9);
    assert_int_equal(c->outcomes[0].direction, -1);
    assert_int_equal(c->outcomes[0].is_increment, 1);
    assert_int_equal(c->outcomes[1].measure, DTN_MEAN_AFTER);
    assert_string_equal(c->model->vars[c->outcomes[0].var].name, "cumulative deaths");
    assert_string_equal(c->model->vars[c->regime_var].name, "regime");
    assert_int_equal(c->n_regime, 2);
    assert_int_equal(strlen(c->hash), 32);
    assert_string_not_equal(c->hash, c->model_hash);
    dtn_case_delete(c);
}

static void mixtures_become_settings(void **state)
{
    (void)state;
    dtn_case *c = read_tiny();
    const dtn_answer *both = &c->hypotheses[0].answers[2];
    assert_int_equal(both->n_set, 2);
    assert_string_equal(both->sets[0].name, "backlash");
    assert_true(fabs(both->sets[0].value - 1.5) < 1e-15);
    /* `no` leaves the loss fraction alone: the model's own 0.05 counts */
    assert_true(fabs(both->sets[1].value - 0.055) < 1e-15);
    dtn_case_delete(c);
}

static void observed_values_are_rescaled(void **state)
{
    (void)state;
    dtn_case *c = read_tiny();
    const dtn_observed *o = &c->observed[0];
    assert_int_equal(o->n, 3);
    assert_true(o->raw[1] == 8);
    assert_true(fabs(o->value[0] - 9 * 28.0 / 31) < 1e-12);
    assert_true(fabs(o->value[1] - 8 * 28.0 / 29) < 1e-12);
    assert_true(fabs(o->t[0] - 31.0 / 7) < 1e-12); /* the end of 31 January */
    assert_string_equal(o->date[2], "2024-03-31");
    dtn_case_delete(c);
}

static void time_and_dates_agree(void **state)
{
    (void)state;
    dtn_case *c = read_tiny();
    double t = 0;
    char date[11];
    assert_int_equal(dtn_case_time_of(c, "2024-01-15", &t), DTN_OK);
    assert_true(t == 2);
    assert_int_equal(dtn_case_time_of(c, "soon", &t), DTN_E_RANGE);
    dtn_case_date_of(c, 12, date);
    assert_string_equal(date, "2024-03-25");
    dtn_case_delete(c);
}

static void profiles_from_text(void **state)
{
    (void)state;
    dtn_case *c = read_tiny();
    dtn_diags diags;
    dtn_profile p = {0};
    dtn_diags_init(&diags);
    assert_int_equal(dtn_case_profile(c, "band=hide;state=press", &p, &diags), DTN_OK);
    assert_string_equal(p.label, "state=press;band=hide");
    assert_int_equal(dtn_case_profile(c, "reference", &p, &diags), DTN_OK);
    assert_string_equal(p.label, "reference");
    assert_int_equal(dtn_case_profile(c, "none", &p, &diags), DTN_OK);
    assert_string_equal(p.label, "reference");
    static const char *const bad[] = {
        "",  "state", "stat=press", "state=pres", "state=press;", "state=press;state=rest",
        "=", ";"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const size_t before = diags.n_error;
        dtn_status status = dtn_case_profile(c, bad[i], &p, &diags);
        if (i == 4) { /* a trailing separator is harmless */
            assert_int_equal(status, DTN_OK);
            continue;
        }
        assert_int_equal(status, DTN_E_INPUT);
        assert_true(diags.n_error > before);
    }
    assert_non_null(strstr(diags.items[2].hint, "`state`"));
    assert_non_null(strstr(diags.items[3].hint, "`press`"));
    dtn_diags_free(&diags);
    dtn_case_delete(c);
}

/* ---- Broken cases ---------------------------------------------------------------------------- */

typedef struct broken {
    const char *file, *old, *with;
    int code;
    const char *at;   /* text at which the diagnostic must stand; NULL: not asked */
    const char *hint; /* part of the hint; NULL: not asked */
} broken;

static const broken broken_cases[] = {
    {"case.yaml", "title: A", "title: [A", 601, NULL, NULL},
    {"case.yaml", "detente: 1", "detente: &one 1", 601, "&one", "write the value out"},
    {"case.yaml", "title: A", "titel: A", 602, "titel", "did you mean `title`?"},
    {"case.yaml", "        prior: 0.5", "        pryor: 0.5", 602, "pryor",
     "did you mean `prior`?"},
    {"case.yaml", "  decide_on: 2024-03-25\n", "", 603, "unit: week", "decide_on"},
    {"case.yaml", "    measure: at_end\n", "", 603, "id: end", "measure"},
    {"case.yaml", "kind: triangular, ", "", 603, "{low: 3", "kind"},
    {"case.yaml", "detente: 1", "detente: 2", 604, "2", NULL},
    {"case.yaml", "save_every: 4", "save_every: four", 604, "four", NULL},
    {"case.yaml", "save_every: 4", "save_every: 0.3", 604, "0.3", NULL},
    {"case.yaml", "unit: week", "unit: month", 604, "month", "model's time unit"},
    {"case.yaml", "direction: higher", "direction: up", 604, "up\n", "lower, higher, none"},
    {"case.yaml", "direction: lower\n    group: human_cost",
     "direction: higher\n    group: human_cost", 604, "id: deaths", "`direction: lower`"},
    {"case.yaml", "model: model.mdl", "model: ../model.mdl", 604, "../model", NULL},
    {"case.yaml", "model: model.mdl", "model: /etc/passwd", 604, "/etc", NULL},
    {"case.yaml", "id: calm", "id: c;alm", 604, "c;alm", NULL},
    {"case.yaml", "low: 3, mode: 5", "low: 6, mode: 5", 604, "{kind: triangular", NULL},
    {"case.yaml", "range: [2, 9]", "range: [9, 2]", 604, "[9", NULL},
    {"case.yaml", "range: [2, 9]", "range: 2", 604, "2\n    source", NULL},
    {"case.yaml", "prior: 0.5", "prior: 1.5", 604, "1.5", NULL},
    {"case.yaml", "title: A tiny case for tests", "title:", 604, NULL, "leave the key out"},
    {"case.yaml", "unit: Persons/Week", "unit: Persons", 604, "name: recruit rate", NULL},
    {"case.yaml", "unit: Persons/Week", "unit: Persons//", 604, "name: recruit rate", NULL},
    {"case.yaml", "variable: fighters\n    unit: Persons", "variable: fighters\n    unit: Week",
     604, "id: fighters\n    name", NULL},
    {"case.yaml", "unit: Persons/Month", "unit: Weeks/Month", 604, "id: recorded", NULL},
    {"case.yaml", "unit: Persons/Month", "unit: Persons", 604, "id: recorded", NULL},
    {"case.yaml", "backlash: 3, ", "backlash: much, ", 604, "much", NULL},
    {"case.yaml", "mixture: {no: 0.5, yes: 0.5}",
     "mixture: {no: 0.5, yes: 0.5}\n        sets: {backlash: 1}", 604, "id: both", NULL},
    {"case.yaml", "name: recruit rate", "name: fighters", 604, "name: fighters",
     "did you mean `initial fighters`?"},
    {"case.yaml", "name: recruit rate", "name: recruits", 604, "name: recruits",
     "did you mean `recruit rate`?"},
    {"case.yaml", "sets: {backlash: 3,", "sets: {losses: 3,", 604, "losses: 3",
     "did you mean `loss fraction`?"},
    {"case.yaml", "name: recruit rate", "name: recruits rate", 605, "name: recruits rate",
     "did you mean `recruit rate`?"},
    {"case.yaml", "name: share[north]", "name: share", 605, "name: share", "share[north]"},
    {"case.yaml", "name: share[north]", "name: share[east]", 605, "name: share[east]", NULL},
    {"case.yaml", "{backlash: 0}", "{backlsh: 0}", 605, "backlsh", "`backlash`"},
    {"case.yaml", "variable: regime", "variable: regimes", 605, NULL, "`regime`"},
    {"case.yaml", "variables: [pressure]", "variables: [pressur]", 605, NULL, "`pressure`"},
    {"case.yaml", "{from: pressure", "{from: presure", 605, "{from", "`pressure`"},
    {"case.yaml", "{state: press}", "{stat: press}", 605, "stat: press}", "`state`"},
    {"case.yaml", "{state: press}", "{state: pres}", 605, "state: pres}", "`press`"},
    {"case.yaml", "{no: 0.5, yes", "{nu: 0.5, yes", 605, "nu: 0.5", "`no`"},
    {"case.yaml", "outcome: deaths", "outcome: death", 605, "id: recorded", "`deaths`"},
    {"case.yaml", "  - name: share[north]\n    unit: Dmnl\n",
     "  - name: Recruit_Rate\n    unit: Persons/Week\n", 606, "name: Recruit_Rate", "keep one"},
    {"case.yaml", "name: share[north]", "name: recruit rate", 606,
     "name: recruit rate\n    unit: Dmnl", "own id"},
    {"case.yaml", "{initial fighters: 120}", "{lethality: 0.03}", 606, "lethality: 0.03",
     "another constant"},
    {"case.yaml", "name: recruit rate\n    unit: Persons/Week", "name: pressure\n    unit: Dmnl",
     606, "name: pressure\n", "another constant"},
    {"case.yaml", "id: rest", "id: press", 606, "id: press\n        name: Rest", NULL},
    {"case.yaml", "title: A", "id: tiny\ntitle: A", 606, "id: tiny\ntitle", NULL},
    {"case.yaml", "code: 1,", "code: 0,", 606, "{code: 0, id: war", NULL},
    {"case.yaml", "- {state: rest}", "- {state: press}", 606, NULL, NULL},
    {"case.yaml", "{initial fighters: 120}", "{backlash: 1}", 606, "backlash: 1", "its own"},
    {"case.yaml", "{backlash: 0}", "{backlash: 0, Backlash: 1}", 606, "Backlash", NULL},
    {"case.yaml", "start: 2024-01-01", "start: 2024-02-30", 607, "2024-02-30", "2025-01-06"},
    {"case.yaml", "decide_on: 2024-03-25", "decide_on: 2024-03-26", 607, "2024-03-26",
     "2024-03-25"},
    {"case.yaml", "decide_on: 2024-03-25", "decide_on: 2024-06-17", 607, "2024-06-17\n  save",
     NULL},
    {"case.yaml", "prior: 0.3", "prior: 0.31", 608, "id: H1", NULL},
    {"case.yaml", "{no: 0.5, yes: 0.5}", "{no: 0.5, yes: 0.4}", 608, "id: both", NULL},
    {"case.yaml", "model: model.mdl", "model: modell.mdl", 701, NULL, NULL},
    {"observed/deaths.csv", "date,value", "date;value", 703, "date;value", "date,value"},
    {"observed/deaths.csv", "02-29,8", "02-29,8,9", 703, "2024-02-29", NULL},
    {"observed/deaths.csv", "02-29,8", "02-29,x", 703, "x", NULL},
    {"observed/deaths.csv", "2024-02-29", "2024-01-29", 703, "2024-01-29", NULL},
    {"observed/deaths.csv", "2024-02-29", "2023-02-29", 703, "2023-02-29", NULL},
    {"case.yaml", "lethality = 0.01 ~ 1/Week", "pressure = 0.01 ~ Dmnl", 606, "pressure = 0.01",
     NULL},
    {"case.yaml", "lethality = 0.01 ~ 1/Week", "floor = 0.01 ~ Persons", 606, "floor = 0.01", NULL},
    {"views.yaml", "answer: yes", "answer: yess", 605, "id: H1", "`yes`"},
    {"loops.yaml", "[fighters, losses]", "[fighters, recruits]", 610, "id: B1", NULL},
    {"loops.yaml", "[fighters, losses]", "[fighters, loses]", 605, "id: B1", "losses"},
    {"evidence.tsv", "item\tkind", "thing\tkind", 703, "thing", "item"},
    {"views.yaml", "id: H2", "id: H9", 605, "id: H9", NULL},
    {"views.yaml", "yes: 0.75", "yes: 0.7", 608, "id: H1\n        stance: held\n        weights",
     NULL},
    {"views.yaml", "denies: [low]", "denies: [low, high]", 608, "id: H2", NULL},
    {"views.yaml", "stance: denied", "stance: doubted", 604, "doubted", NULL},
    {"views.yaml", "stance: held\n        answer", "stance: denied\n        answer", 604, "yes\n",
     "`denies`"},
    {"views.yaml", "stance: held\n        answer", "stance: open\n        answer", 604, "yes\n",
     "`stance: held`"},
    {"views.yaml", "answer: yes\n", "answer: yes\n        denies: [no, yes]\n", 604, "[no, yes]",
     "take it out"},
    {"views.yaml", "0.25}\n", "0.25}\n        denies: [both]\n", 604, "[both]", "take it out"},
    {"views.yaml", "answer: yes\n", "answer: yes\n        weights: prior\n", 604, "prior\n",
     "one of the two"},
    {"views.yaml", "        answer: yes\n", "", 604, "id: H1\n        stance: held\n        source",
     "`answer`"},
    {"views.yaml", "answer: yes", "weights: prior", 604,
     "id: H1\n        stance: held\n        weights", "`stance: open`"},
    {"views.yaml", "answer: yes", "weights: {}", 608,
     "id: H1\n        stance: held\n        weights", NULL},
    {"views.yaml", "        denies: [low]\n", "", 604, "id: H2", "`denies: [ANSWER]`"},
    {"views.yaml", "denies: [low]\n", "denies: [low]\n        weights: {high: 1}\n", 604,
     "{high: 1}", "leave them out"},
    {"views.yaml", "stance: denied", "stance: open", 604, "[low]", "`stance: denied`"},
    {"views.yaml", "stance: held\n        weights", "stance: open\n        weights", 604,
     "{yes: 0.75", "`stance: held`"},
    {"views.yaml", "{state: press}", "{state: pess}", 605, "state: pess", NULL},
    {"views.yaml", "paraphrase: Not that.", "paraphrases: Not that.", 602, "paraphrases", NULL},
    /* mistakes in rules stand at their line and column of case.yaml */
    {"case.yaml", "floor, strength", "flor, strength", 201, "flor,", NULL},
    {"case.yaml", "fighters > floor, strength, 0", "fighters > floor, strength, 0 +", 101, NULL,
     NULL},
    {"case.yaml", "fighters > floor", "fighters > strength", 304, "> strength", NULL},
    {"case.yaml", "\"pressure = 0 ", "\"presure = pressur ", 201, "pressur ", NULL},
};

static bool check_broken(const broken *b)
{
    case_folder folder;
    dtn_diags diags;
    dtn_case *c = NULL;
    uint32_t line = 0, col = 0;
    char path[512];
    make_case(&folder, b->file, b->old, b->with);
    dtn_diags_init(&diags);
    dtn_status status = dtn_case_read(folder.path, &c, &diags);
    const dtn_diag *d = find_diag(&diags, b->code);
    snprintf(path, sizeof path, "%s/%s", folder.path, b->file);
    char *text = read_text(path);
    if (b->at)
        position(text, b->at, &line, &col);
    const bool is_good =
        status == (b->code == 701 ? DTN_E_IO : DTN_E_INPUT) && d && !c &&
        (!b->at || (d->line == line && d->col == col && strcmp(d->file, path) == 0)) &&
        (!b->hint || (d->hint && strstr(d->hint, b->hint)));
    if (!is_good) {
        print_error("%s -> %s: wanted %d at %u:%u, status %d\n", b->old, b->with, b->code, line,
                    col, status);
        show(&diags);
    }
    dtn_free(text);
    dtn_diags_free(&diags);
    remove_case(&folder);
    dtn_case_delete(c);
    return is_good;
}

static void broken_cases_are_told_where(void **state)
{
    (void)state;
    size_t n_bad = 0;
    for (size_t i = 0; i < sizeof broken_cases / sizeof *broken_cases; i++)
        n_bad += !check_broken(&broken_cases[i]);
    assert_int_equal(n_bad, 0);
}

static void warnings_do_not_stop(void **state)
{
    (void)state;
    static const broken lax[] = {
        {"case.yaml", "    status: assumption\n", "", 609, "name: recruit rate", "assumption"},
        {"case.yaml", "    source: made up\n", "", 609, "id: recorded", NULL},
        {"case.yaml", "range: [2, 9]", "range: [4, 9]", 604, "name: recruit rate", "widen"},
        {"case.yaml", "known_on: 2023-12-31", "known_on: 2024-04-01", 607, "name: recruit rate",
         "known by then"},
        {"case.yaml", "{initial fighters: 120}", "{\"Share[North]\": 1.2}", 642, "\"Share[North]\"",
         "`range`"},
        {"case.yaml", "name: Most fighters", "name: fighters", 606, "id: peak", "name alone"},
        {"case.yaml", "name: The band", "name: the State", 606, "id: band", "name alone"},
        {"case.yaml", "name: It does\n", "name: it does not\n", 606, "id: yes", "name alone"},
        {"case.yaml", "name: War}", "name: Calm}", 606, "{code: 1", "name alone"},
        {"model.mdl", "Persons/Week\n\t~\tWithout", "Persons/Week [0,7]\n\t~\tWithout", 803,
         "name: recruit rate", "narrow"},
        {"model.mdl", "Dmnl\n\t~\tRecruits", "Dmnl [?,2]\n\t~\tRecruits", 803, "backlash: 3", NULL},
    };
    for (size_t i = 0; i < sizeof lax / sizeof *lax; i++) {
        case_folder folder;
        dtn_diags diags;
        dtn_case *c = NULL;
        char *text, path[512];
        uint32_t line = 0, col = 0;
        make_case(&folder, lax[i].file, lax[i].old, lax[i].with);
        dtn_diags_init(&diags);
        dtn_status status = dtn_case_read(folder.path, &c, &diags);
        snprintf(path, sizeof path, "%s/case.yaml", folder.path);
        text = read_text(path);
        position(text, lax[i].at, &line, &col);
        const dtn_diag *d = find_diag(&diags, lax[i].code);
        if (status != DTN_OK || !d)
            show(&diags);
        assert_int_equal(status, DTN_OK);
        assert_non_null(d);
        assert_int_equal(d->severity, DTN_WARNING);
        assert_int_equal(d->line, line);
        assert_int_equal(d->col, col);
        assert_true(!lax[i].hint || (d->hint && strstr(d->hint, lax[i].hint)));
        dtn_free(text);
        dtn_case_delete(c);
        dtn_diags_free(&diags);
        remove_case(&folder);
    }
}

/* Monthly records are dated with the month's end; one constant may have a range in the model and none in the case. */
static void what_is_no_slip_is_not_told(void **state)
{
    (void)state;
    static const broken fine[] = {
        {"case.yaml", "known_on: 2023-12-31", "known_on: 2024-03-31", 607, NULL, NULL},
        {"case.yaml", "{initial fighters: 120}", "{\"share[north]\": 0.95}", 642, NULL, NULL},
        {"case.yaml", "direction: lower\n    group: human_cost",
         "direction: none\n    group: human_cost", 604, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        case_folder folder;
        dtn_diags diags;
        dtn_case *c = NULL;
        make_case(&folder, fine[i].file, fine[i].old, fine[i].with);
        dtn_diags_init(&diags);
        assert_int_equal(dtn_case_read(folder.path, &c, &diags), DTN_OK);
        assert_null(find_diag(&diags, fine[i].code));
        dtn_case_delete(c);
        dtn_diags_free(&diags);
        remove_case(&folder);
    }
}

/* Rows are tied to the variables they name, alone or in a chain; a name that the model lacks is
 * told at its line, and the case is read all the same. */
static void evidence_is_tied_to_the_model(void **state)
{
    (void)state;
    case_folder folder;
    dtn_diags diags;
    dtn_case *c = NULL;
    make_case(&folder, "evidence.tsv", "recruit rate, pressure", "recruit rat, pressure");
    dtn_diags_init(&diags);
    assert_int_equal(dtn_case_read(folder.path, &c, &diags), DTN_OK);
    assert_int_equal(c->n_evidence, 3);
    const uint32_t fighters = dtn_model_find_var(c->model, "fighters")->id;
    const uint32_t losses = dtn_model_find_var(c->model, "losses")->id;
    assert_true(dtn_evidence_names(&c->evidence[0], fighters));
    assert_false(dtn_evidence_names(&c->evidence[0], losses));
    assert_true(dtn_evidence_names(&c->evidence[1], fighters));
    assert_true(dtn_evidence_names(&c->evidence[1], losses));
    assert_int_equal(c->evidence[2].n_var, 2); /* pressure and recruits */
    assert_string_equal(c->evidence[1].source, "a1:30-40");
    const dtn_diag *d = find_diag(&diags, 640);
    assert_non_null(d);
    assert_int_equal(d->severity, DTN_WARNING);
    assert_int_equal(d->line, 4);
    assert_non_null(strstr(d->hint, "recruit rate"));
    dtn_case_delete(c);
    dtn_diags_free(&diags);
    remove_case(&folder);
}

static void hash_follows_every_file(void **state)
{
    (void)state;
    static const char *const change[][3] = {{"case.yaml", "A tiny", "A small"},
                                            {"model.mdl", "Armed men", "Armed people"},
                                            {"chance.mdl", "Drawn", "Made"},
                                            {"observed/deaths.csv", "made up", "invented"}};
    dtn_case *good = read_tiny();
    for (size_t i = 0; i < 4; i++) {
        case_folder folder;
        dtn_diags diags;
        dtn_case *c = NULL;
        make_case(&folder, change[i][0], change[i][1], change[i][2]);
        dtn_diags_init(&diags);
        assert_int_equal(dtn_case_read(folder.path, &c, &diags), DTN_OK);
        assert_string_not_equal(c->hash, good->hash);
        assert_int_equal(strcmp(c->model_hash, good->model_hash) != 0, i == 1 || i == 2);
        dtn_case_delete(c);
        dtn_diags_free(&diags);
        remove_case(&folder);
    }
    dtn_case_delete(good);
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    char path[2048];
    snprintf(path, sizeof path, "%s/tiny", cases_root());
    dtn_status status = DTN_E_MEMORY;
    for (size_t n = 1; status != DTN_OK; n += n < 200 ? 1 : 17) {
        dtn_case *c = NULL;
        dtn_diags diags;
        dtn_diags_init(&diags);
        dtn_alloc_fail_after(n);
        status = dtn_case_read(path, &c, &diags);
        dtn_alloc_fail_after(0);
        assert_true(status != DTN_OK || c);
        dtn_case_delete(c);
        dtn_diags_free(&diags);
        assert_true(n < 100000);
    }
}

/* ---- Distributions ----------------------------------------------------------------------------- */

static void quantiles_of_distributions(void **state)
{
    (void)state;
    const dtn_dist uniform = {DTN_DIST_UNIFORM, {2, 6, 0, 0}};
    const dtn_dist lognormal = {DTN_DIST_LOGNORMAL, {10, 3, 0, 0}};
    const dtn_dist fixed = {DTN_DIST_FIXED, {7, 0, 0, 0}};
    const dtn_dist normal = {DTN_DIST_NORMAL, {1, 2, 0, 0}};
    const dtn_dist beta = {DTN_DIST_BETA, {1, 1, 10, 20}};
    assert_true(dtn_dist_quantile(&uniform, 0.25) == 3);
    assert_true(fabs(dtn_dist_quantile(&lognormal, 0.5) - 10) < 1e-12);
    assert_true(fabs(dtn_dist_quantile(&lognormal, 0.95) - 30) < 1e-9);
    assert_true(dtn_dist_quantile(&fixed, 0.9) == 7);
    assert_true(fabs(dtn_dist_quantile(&normal, 0.975) - (1 + 2 * 1.959963984540054)) < 1e-9);
    assert_true(fabs(dtn_dist_quantile(&beta, 0.3) - 13) < 1e-6);
    for (int k = 0; k < 5; k++) {
        const dtn_dist *d[] = {&uniform, &lognormal, &fixed, &normal, &beta};
        double before = -HUGE_VAL;
        for (double u = 0.0005; u < 1; u += 0.001) {
            const double x = dtn_dist_quantile(d[k], u);
            assert_true(x >= before);
            before = x;
        }
    }
}

/* A case in months of 30.4375 days from 2022-01-01: dates are taken within 3 days of its points. */
static void dates_are_moved_onto_points(void **state)
{
    (void)state;
    dtn_case c = {.start = "2022-01-01", .save_every = 1, .days_per_unit = 30.4375};
    char nearest[11];
    double t = 0;
    assert_true(dtn_case_point_of(&c, "2023-01-01", &t, nearest));
    assert_true(t == 12);
    assert_true(dtn_case_point_of(&c, "2022-06-02", &t, nearest));
    assert_true(t == 5);
    assert_false(dtn_case_point_of(&c, "2022-06-20", &t, nearest));
    assert_string_equal(nearest, "2022-07-03");
    c.days_per_unit = 7; /* weeks are exact */
    assert_true(dtn_case_point_of(&c, "2022-01-15", &t, nearest));
    assert_false(dtn_case_point_of(&c, "2022-01-16", &t, nearest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yaml_positions_count_bytes),
        cmocka_unit_test(yaml_lines_are_an_editors),
        cmocka_unit_test(yaml_blocks_know_where_they_stand),
        cmocka_unit_test(yaml_refuses),
        cmocka_unit_test(yaml_has_limits),
        cmocka_unit_test(yaml_has_a_limit_of_keys),
        cmocka_unit_test(dates_round_trip),
        cmocka_unit_test(dates_that_are_none),
        cmocka_unit_test(quantiles_of_distributions),
        cmocka_unit_test(a_good_case_is_read),
        cmocka_unit_test(mixtures_become_settings),
        cmocka_unit_test(observed_values_are_rescaled),
        cmocka_unit_test(time_and_dates_agree),
        cmocka_unit_test(profiles_from_text),
        cmocka_unit_test(broken_cases_are_told_where),
        cmocka_unit_test(warnings_do_not_stop),
        cmocka_unit_test(what_is_no_slip_is_not_told),
        cmocka_unit_test(evidence_is_tied_to_the_model),
        cmocka_unit_test(hash_follows_every_file),
        cmocka_unit_test(dates_are_moved_onto_points),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
