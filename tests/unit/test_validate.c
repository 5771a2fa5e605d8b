/* The validate room: a case whose checks hold and one whose checks fail, the same runs as
 * `compare`, the same bytes for any threads and blocks, mistakes in validation.yaml. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "case_folder.h"
#include "decide/compare.h"
#include "report/validation.h"

#define N_RUN 200

static const char good_record[] = "date,value\n2024-01-31,9\n2024-02-29,8\n2024-03-31,8.5\n"
                                  "2024-04-30,9.5\n2024-05-31,7\n";
static const char bad_record[] = "date,value\n2024-01-31,900\n2024-02-29,0\n2024-03-31,7000\n"
                                 "2024-04-30,0\n2024-05-31,0\n";

/* The tiny case with a validation.yaml and a record. */
static void make(case_folder *folder, const char *validation, const char *record)
{
    char path[512];
    make_case(folder, NULL, NULL, NULL);
    snprintf(path, sizeof path, "%s/observed/deaths.csv", folder->path);
    write_text(path, record);
    snprintf(path, sizeof path, "%s/validation.yaml", folder->path);
    write_text(path, validation);
}

static void clean(const case_folder *folder)
{
    char path[512];
    snprintf(path, sizeof path, "%s/validation.yaml", folder->path);
    unlink(path);
    remove_case(folder);
}

static char *text_of(const char *name)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/tiny/%s", cases_root(), name);
    char *text = read_text(path);
    assert_non_null(text);
    return text;
}

typedef struct made {
    case_folder folder;
    dtn_case *c;
    dtn_diags diags;
    dtn_validation *v;
    dtn_status status;
} made;

static dtn_validate_options options_of(uint64_t n_run)
{
    dtn_validate_options o = dtn_validate_defaults();
    o.n_run = n_run;
    return o;
}

static void run(made *m, const char *validation, const char *record,
                const dtn_validate_options *options)
{
    make(&m->folder, validation, record);
    dtn_diags_init(&m->diags);
    m->c = NULL;
    assert_int_equal(dtn_case_read(m->folder.path, &m->c, &m->diags), DTN_OK);
    m->status = dtn_validate(m->c, options, &m->v, &m->diags);
}

static void end(made *m)
{
    dtn_validation_delete(m->v);
    dtn_case_delete(m->c);
    dtn_diags_free(&m->diags);
    clean(&m->folder);
}

static void every_check_holds(void **state)
{
    (void)state;
    made m;
    const dtn_validate_options o = options_of(N_RUN);
    char *text = text_of("validation-holds.yaml");
    run(&m, text, good_record, &o);
    assert_int_equal(m.status, DTN_OK);
    const dtn_validation *v = m.v;
    assert_int_equal(v->n_claim, 5);
    for (size_t i = 0; i < v->n_claim; i++)
        if (v->claims[i].held != DTN_HELD)
            fail_msg("%s: %g against %g, %g to %g", v->claims[i].statement, v->claims[i].left,
                     v->claims[i].bound, v->claims[i].low, v->claims[i].high);
    assert_true(v->claims[0].left == 0 && v->claims[0].bound == 0);
    assert_string_equal(v->claims[2].statement, "peak at most 0.1 times that of the reference");
    assert_string_equal(v->claims[3].statement, "peak at least 1 times fighters");
    assert_string_equal(v->claims[4].statement, "fighters at least 1 times that of nobody");
    assert_true(v->balances[0].worst == 0 && v->balances[0].held == DTN_HELD);
    assert_int_equal(v->n_step, 4);
    for (size_t i = 0; i < v->n_step; i++)
        assert_true(v->steps[i].held != DTN_FAILED);
    const dtn_reproduction *r = &v->reproductions[0];
    assert_int_equal(r->n_period, 4); /* January is only the edge of February */
    assert_int_equal(r->n_recorded, r->n_period + 1 + r->n_outside);
    assert_non_null(r->only_edge);
    char *words = dtn_report_validation(v);
    for (char *at = words; (at = strchr(at, '\n')) != NULL;) /* lines are broken anywhere */
        *at = ' ';
    assert_non_null(strstr(words, "4 of 5 recorded periods, "));
    assert_non_null(
        strstr(words, "2024-01-31 left out: its period begins before the record or the run"));
    assert_non_null(strstr(words, "; effects: "));
    dtn_free(words);
    assert_true(fabs(r->statistics[0].recorded - (8 + 8.5 + 9.5 + 7) / 4) < 1e-9);
    assert_true(fabs(r->mean_path.um + r->mean_path.us + r->mean_path.uc - 1) < 1e-9);
    assert_int_equal(r->statistics[0].held, DTN_HELD);
    assert_int_equal(v->priors[0].held, DTN_HELD);
    assert_int_equal(v->n_failed, 0);
    /* a part, a hypothesis, and pairs of answers that are no mixtures */
    assert_int_equal(v->n_effects, 2 + 1 + 1);
    const dtn_effects *e = &v->effects[0];
    assert_string_equal(e->group, "part");
    assert_int_equal(e->held, DTN_HELD);
    assert_true(e->is_own[1] && !e->is_own[0] && e->largest != 1);
    assert_true(e->outcomes[0].effect < 0 && e->outcomes[0].high < 0); /* fewer deaths */
    assert_string_equal(v->effects[2].what, "yes, not no");
    assert_string_equal(v->effects[3].what, "high, not low");
    dtn_free(text);
    end(&m);
}

static void every_check_fails(void **state)
{
    (void)state;
    made m;
    const dtn_validate_options o = options_of(N_RUN);
    char *text = text_of("validation-fails.yaml");
    run(&m, text, bad_record, &o);
    assert_int_equal(m.status, DTN_OK);
    const dtn_validation *v = m.v;
    assert_int_equal(v->claims[0].held, DTN_FAILED);
    assert_int_equal(v->claims[1].held, DTN_FAILED);
    assert_int_equal(v->balances[0].held, DTN_FAILED);
    assert_int_equal(v->steps[1].held, DTN_FAILED); /* mean fighters: all that differs is Euler's */
    assert_int_equal(v->reproductions[0].statistics[0].held, DTN_FAILED);
    assert_int_equal(v->reproductions[0].statistics[4].held, DTN_FAILED);
    assert_int_equal(v->priors[0].held, DTN_FAILED);
    assert_int_equal(v->effects[0].held, DTN_FAILED); /* small: it is what it was */
    assert_true(v->effects[0].outcomes[0].effect == 0);
    char *said = dtn_report_validation(v);
    assert_non_null(strstr(said, "small    P1           Nothing"));
    assert_non_null(strstr(said, "It is what it was."));
    assert_non_null(strstr(said, "fails  fighters at most 0"));
    dtn_free(said);
    dtn_free(text);
    end(&m);
}

/* The reference's means are those that `compare` tells. */
static void runs_are_those_of_compare(void **state)
{
    (void)state;
    made m;
    const dtn_validate_options o = options_of(N_RUN);
    dtn_compare_options compare = dtn_compare_defaults();
    dtn_comparison *cmp = NULL;
    char *text = text_of("validation-fails.yaml");
    run(&m, text, bad_record, &o);
    compare.n_run = N_RUN;
    assert_int_equal(dtn_compare_run(m.c, &compare, &cmp, &m.diags), DTN_OK);
    for (size_t i = 0; i < m.c->n_outcome; i++)
        assert_true(m.v->effects[0].outcomes[i].reference == cmp->summary[i].mean);
    dtn_comparison_delete(cmp);
    dtn_free(text);
    end(&m);
}

static char *json_of(const char *validation, uint32_t n_thread, uint32_t block, dtn_backend backend)
{
    made m;
    dtn_validate_options o = options_of(70);
    o.n_thread = n_thread;
    o.block = block;
    o.backend = backend;
    run(&m, validation, good_record, &o);
    assert_int_equal(m.status, DTN_OK);
    json_t *root = dtn_validation_json(m.v);
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    end(&m);
    return text;
}

static void same_bytes(void **state)
{
    (void)state;
    char *text = text_of("validation-holds.yaml");
    char *one = json_of(text, 1, 0, DTN_BACKEND_AUTO);
    char *two = json_of(text, 3, 7, DTN_BACKEND_INTERP);
    char *three = json_of(text, 2, 16, DTN_BACKEND_JIT);
    assert_string_equal(one, two);
    assert_string_equal(one, three);
    free(one);
    free(two);
    free(three);
    dtn_free(text);
}

/* ---- Mistakes ---------------------------------------------------------------------------- */

static void expect(const char *old, const char *with, int code, uint32_t line)
{
    made m;
    const dtn_validate_options o = options_of(10);
    char *text = text_of("validation-holds.yaml");
    char *changed = replaced(text, old, with);
    run(&m, changed, good_record, &o);
    size_t first = 0;
    while (first < m.diags.n && m.diags.items[first].severity != DTN_ERROR)
        first++;
    assert_int_equal(m.status, DTN_E_INPUT);
    assert_true(first < m.diags.n);
    const dtn_diag *d = &m.diags.items[first];
    if (d->code != code || d->line != line)
        fail_msg("%s: %d at line %u: %s", with, d->code, d->line, d->message);
    assert_null(m.v);
    free(changed);
    dtn_free(text);
    end(&m);
}

static void mistakes_are_told(void **state)
{
    (void)state;
    expect("version: 1", "version: 2", 604, 1);
    expect("extremes:", "extreme:", 602, 2);
    expect("    name: No fighters\n", "", 603, 3);
    expect("initial fighters: 0", "initial fighter: 0", 605, 6);
    expect("outcome: deaths, at_most", "outcome: dead, at_most", 605, 8);
    expect("outcome: deaths, at_most: 0", "at_most: 0", 620, 8);
    expect("outcome: deaths, at_most: 0", "outcome: deaths, variable: fighters, at_most: 0", 620,
           8);
    expect("outcome: deaths, at_most: 0", "outcome: deaths", 620, 8);
    expect("at_most: 0.1, of", "at_most: 0.1, at_least: 0, of", 620, 10);
    expect("times: fighters", "times: fighter", 605, 17);
    expect("of: nobody", "of: anybody", 605, 18);
    expect("state=press", "state=push", 605, 12);
    expect("many: -2", "much: -2", 605, 22);
    expect("dt: 0.125", "dt: 0.25", 604, 0);
    expect("dt: 0.125", "dt: 0.15", 604, 0);
    expect("series: recorded", "series: written", 605, 26);
    expect("until: 2024-05-31", "until: 2024-04-30", 621, 26);
    expect("constant: lethality", "constant: fighters", 605, 28);
    expect("own: [fighters]", "own: [fighter]", 605, 30);
    expect("{recruit rate: 0}", "{recruit rate: none}", 604, 30);
    expect("id: H1", "id: 'H 1'", 604, 32);
}

static void gaps_and_nothing(void **state)
{
    (void)state;
    made m;
    const dtn_validate_options o = options_of(10);
    char *text = text_of("validation-holds.yaml");
    char *gap = replaced(good_record, "2024-03-31,8.5\n", "");
    char *longer = malloc(strlen(gap) + 40);
    sprintf(longer, "%s2024-06-30,2\n", gap);
    run(&m, text, longer, &o);
    assert_int_equal(m.status, DTN_E_INPUT);
    assert_int_equal(m.diags.items[0].code, 703); /* the last line lies behind the run's end */
    assert_int_equal(m.diags.items[0].severity, DTN_WARNING);
    assert_int_equal(m.diags.items[1].code, 621);
    end(&m);
    run(&m, "", good_record, &o);
    assert_int_equal(m.diags.items[0].code, 603);
    end(&m);
    const dtn_validate_options none = options_of(1);
    run(&m, text, good_record, &none);
    assert_int_equal(m.status, DTN_E_INPUT);
    assert_int_equal(m.diags.items[0].code, 604);
    end(&m);
    /* a case without validation.yaml has nothing to validate */
    make_case(&m.folder, NULL, NULL, NULL);
    dtn_diags_init(&m.diags);
    assert_int_equal(dtn_case_read(m.folder.path, &m.c, &m.diags), DTN_OK);
    assert_false(dtn_validate_exists(m.c));
    assert_int_equal(dtn_validate(m.c, &o, &m.v, &m.diags), DTN_OK);
    assert_null(m.v);
    end(&m);
    free(gap);
    free(longer);
    dtn_free(text);
}

static void memory_runs_out(void **state)
{
    (void)state;
    made m;
    dtn_validate_options o = options_of(4);
    o.n_thread = 1;
    o.backend = DTN_BACKEND_INTERP;
    char *text = text_of("validation-holds.yaml");
    run(&m, text, good_record, &o);
    assert_int_equal(m.status, DTN_OK);
    size_t n = 0;
    for (n = 1; n < 100000; n += 1 + n / 16) {
        dtn_validation *v = NULL;
        dtn_alloc_fail_after(n);
        const dtn_status status = dtn_validate(m.c, &o, &v, &m.diags);
        dtn_alloc_fail_after(0);
        if (status == DTN_OK) {
            dtn_validation_delete(v);
            break;
        }
        assert_null(v);
    }
    if (!(n > 20 && n < 100000))
        fail_msg("done after %zu", n);
    dtn_free(text);
    end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_check_holds),         cmocka_unit_test(every_check_fails),
        cmocka_unit_test(runs_are_those_of_compare), cmocka_unit_test(same_bytes),
        cmocka_unit_test(mistakes_are_told),         cmocka_unit_test(gaps_and_nothing),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
