/* The decide room: one comparison of the tiny case from all sides; its bytes for any number of
 * threads and any block; flagged runs; held values and views; the files. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "case_folder.h"
#include "decide/compare.h"
#include "decide/futures.h"

#define N_RUN 300

static const char *const files[] = {"summary.csv",    "series.csv",      "paired.csv",
                                    "robustness.csv", "regimes.csv",     "regimes_by_date.csv",
                                    "hypotheses.csv", "sensitivity.csv", "manifest.json"};
#define N_FILE 9

/* ---- Helpers ----------------------------------------------------------------------------- */

static dtn_case *read_case(const char *changed, const char *old, const char *with)
{
    case_folder folder;
    dtn_diags diags;
    dtn_case *c = NULL;
    make_case(&folder, changed, old, with);
    dtn_diags_init(&diags);
    dtn_status status = dtn_case_read(folder.path, &c, &diags);
    for (size_t i = 0; status != DTN_OK && i < diags.n; i++)
        print_error("%u:%u %d %s\n", diags.items[i].line, diags.items[i].col, diags.items[i].code,
                    diags.items[i].message);
    assert_int_equal(status, DTN_OK);
    dtn_diags_free(&diags);
    remove_case(&folder);
    return c;
}

static dtn_comparison *compare(dtn_case *c, const dtn_compare_options *options)
{
    dtn_diags diags;
    dtn_comparison *cmp = NULL;
    dtn_diags_init(&diags);
    dtn_status status = dtn_compare_run(c, options, &cmp, &diags);
    for (size_t i = 0; status != DTN_OK && i < diags.n; i++)
        print_error("%d %s\n", diags.items[i].code, diags.items[i].message);
    assert_int_equal(status, DTN_OK);
    dtn_diags_free(&diags);
    return cmp;
}

static dtn_compare_options options_of(uint64_t n_run)
{
    dtn_compare_options o = dtn_compare_defaults();
    o.n_run = n_run;
    return o;
}

static bool is_near(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance * (1 + fabs(a) + fabs(b));
}

static size_t outcome_named(const dtn_comparison *cmp, const char *id)
{
    size_t o = 0;
    while (strcmp(cmp->c->outcomes[o].id, id) != 0)
        o++;
    return o;
}

/* The files of a comparison in a new folder, read back; the caller frees each. */
static void written(const dtn_comparison *cmp, char *texts[N_FILE])
{
    char folder[] = "/tmp/detente-compare-XXXXXX", path[512];
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(dtn_compare_write(cmp, folder, 2, &diags), DTN_OK);
    assert_int_equal(dtn_compare_write_manifest(cmp, folder, NULL, &diags), DTN_OK);
    for (size_t i = 0; i < N_FILE; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        texts[i] = read_text(path);
        assert_non_null(texts[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(folder), 0); /* nothing else was left */
    dtn_diags_free(&diags);
}

static void free_texts(char *texts[N_FILE])
{
    for (size_t i = 0; i < N_FILE; i++)
        dtn_free(texts[i]);
}

static void assert_same_files(dtn_case *c, const dtn_compare_options *a,
                              const dtn_compare_options *b)
{
    char *x[N_FILE], *y[N_FILE];
    dtn_comparison *first = compare(c, a), *second = compare(c, b);
    written(first, x);
    written(second, y);
    for (size_t i = 0; i < N_FILE; i++)
        assert_string_equal(x[i], y[i]);
    free_texts(x);
    free_texts(y);
    dtn_comparison_delete(first);
    dtn_comparison_delete(second);
}

/* ---- Figures ------------------------------------------------------------------------------ */

static void shapes_and_sums(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(N_RUN);
    dtn_comparison *cmp = compare(c, &o);
    assert_int_equal(cmp->n_profile, 4);
    assert_string_equal(cmp->profiles[0].label, "reference");
    assert_string_equal(cmp->profiles[1].label, "state=press");
    assert_int_equal(cmp->n_time, 7);
    assert_int_equal(cmp->i_decide, 3);
    assert_true(cmp->time[0] == 0 && cmp->time[6] == 24);
    assert_int_equal(cmp->n_flagged, 0);
    assert_int_equal(cmp->n_cell, 5);
    assert_int_equal(cmp->n_combo, 6);
    uint64_t n_cell = 0, n_combo = 0;
    double weight = 0;
    for (size_t k = 0; k < cmp->n_cell; k++)
        n_cell += cmp->cells[k].n;
    for (size_t k = 0; k < cmp->n_combo; k++) {
        n_combo += cmp->combos[k].n;
        weight += cmp->combos[k].weight;
    }
    assert_int_equal(n_cell, 2 * N_RUN);
    assert_int_equal(n_combo, N_RUN);
    assert_true(is_near(weight, 1, 1e-12));
    assert_string_equal(cmp->combos[5].label, "H1=both;H2=high");
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

static void history_is_shared(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(N_RUN);
    dtn_comparison *cmp = compare(c, &o);
    const size_t row = cmp->n_outcome * cmp->n_time;
    for (size_t p = 1; p < cmp->n_profile; p++) {
        for (size_t out = 0; out < cmp->n_outcome; out++) {
            const dtn_summary *a = cmp->series + out * cmp->n_time;
            const dtn_summary *b = cmp->series + p * row + out * cmp->n_time;
            assert_memory_equal(a, b, (cmp->i_decide + 1) * sizeof *a);
        }
    }
    /* pressing changes what comes after */
    const dtn_summary *ref = cmp->series + 1 * cmp->n_time, *press = ref + row;
    assert_true(press[cmp->n_time - 1].mean != ref[cmp->n_time - 1].mean);
    assert_int_equal(cmp->series[0].n, 0); /* no increment at the first point */
    assert_true(isnan(cmp->series[0].mean));
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

static void measures_agree_with_series(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(N_RUN);
    dtn_comparison *cmp = compare(c, &o);
    const size_t deaths = outcome_named(cmp, "deaths"), end = outcome_named(cmp, "end");
    const size_t peak = outcome_named(cmp, "peak"), mean = outcome_named(cmp, "fighters");
    for (size_t p = 0; p < cmp->n_profile; p++) {
        const dtn_summary *s = cmp->summary + p * cmp->n_outcome;
        const dtn_summary *series = cmp->series + p * cmp->n_outcome * cmp->n_time;
        double sum = 0;
        for (size_t i = cmp->i_decide + 1; i < cmp->n_time; i++)
            sum += series[deaths * cmp->n_time + i].mean;
        assert_true(is_near(sum, s[deaths].mean, 1e-12));
        assert_true(series[end * cmp->n_time + cmp->n_time - 1].p50 == s[end].p50);
        assert_true(s[peak].mean >= s[end].mean && s[peak].mean >= s[mean].mean);
        assert_int_equal(s[deaths].n, N_RUN);
    }
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

static void paired_figures(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(N_RUN);
    dtn_comparison *cmp = compare(c, &o);
    for (size_t p = 1; p < cmp->n_profile; p++) {
        for (size_t out = 0; out < cmp->n_outcome; out++) {
            const size_t at = p * cmp->n_outcome + out;
            const dtn_paired *d = &cmp->paired[at];
            assert_int_equal(d->n, N_RUN);
            assert_true(is_near(d->mean, cmp->summary[at].mean - cmp->summary[out].mean, 1e-9));
            assert_true(d->low <= d->mean && d->mean <= d->high);
            assert_true(d->variance_paired < d->variance_unpaired);
            assert_true(cmp->c->outcomes[out].direction == 0
                            ? isnan(d->share_better)
                            : d->share_better >= 0 && d->share_better <= 1);
        }
    }
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

static void regimes_add_up(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(N_RUN);
    dtn_comparison *cmp = compare(c, &o);
    for (size_t p = 0; p < cmp->n_profile; p++) {
        const dtn_regime_stat *r = cmp->regimes + p * 2;
        const double *share = cmp->regime_share + p * 2 * cmp->n_time;
        assert_true(is_near(r[0].weeks_mean + r[1].weeks_mean, 12, 1e-12));
        assert_true(is_near(r[0].p_end + r[1].p_end, 1, 1e-12));
        assert_true(r[0].p_ever >= r[0].p_end && r[0].p_ever <= 1);
        for (size_t i = 0; i < cmp->n_time; i++)
            assert_true(is_near(share[i] + share[cmp->n_time + i], 1, 1e-12));
        assert_true(share[cmp->n_time - 1] == r[0].p_end);
    }
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

/* With one scenario left the criteria are plain means. */
static void criteria_of_one_scenario(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(N_RUN);
    o.view = "H1=yes;H2=low";
    dtn_comparison *cmp = compare(c, &o);
    const size_t deaths = outcome_named(cmp, "deaths");
    double best = HUGE_VAL;
    for (size_t p = 0; p < cmp->n_profile; p++)
        best = fmin(best, cmp->summary[p * cmp->n_outcome + deaths].mean);
    assert_int_equal(cmp->n_robust, 12);
    for (size_t p = 0; p < cmp->n_profile; p++) {
        const dtn_robust *r = cmp->robust + p * cmp->n_robust;
        const double mean = cmp->summary[p * cmp->n_outcome + deaths].mean;
        assert_string_equal(r[0].criterion, "maximin(deaths)");
        assert_string_equal(r[1].criterion, "mean_regret(deaths)");
        assert_true(is_near(r[0].value, mean, 1e-12));
        assert_true(is_near(r[1].value, mean - best, 1e-9));
        assert_true(r[1].low <= r[1].value && r[1].value <= r[1].high && r[1].low >= 0);
        assert_string_equal(r[2].criterion, "max_regret(deaths)");
        assert_true(is_near(r[2].value, mean - best, 1e-9));
        assert_true(is_near(r[2].high, r[1].high, 1e-9)); /* one scenario: the same regret */
        assert_string_equal(r[3].criterion, "share_better(deaths)");
        if (p > 0)
            assert_true(r[3].value == (cmp->paired[p * cmp->n_outcome + deaths].mean < 0 ? 1 : 0));
        else
            assert_true(isnan(r[3].value));
    }
    assert_int_equal(cmp->cells[1].n, N_RUN);
    assert_int_equal(cmp->cells[0].n, 0);
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

/* Criteria by hand: means of each combination from comparisons that hold it. The futures of a
 * held view are not those of the prior's combination, so only the order of size is compared. */
static void maximin_is_the_worst_scenario(void **state)
{
    (void)state;
    static const char *const views[] = {"H1=no;H2=low",   "H1=no;H2=high",  "H1=yes;H2=low",
                                        "H1=yes;H2=high", "H1=both;H2=low", "H1=both;H2=high"};
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(2000);
    dtn_comparison *cmp = compare(c, &o);
    const size_t deaths = outcome_named(cmp, "deaths");
    double worst[4] = {0};
    for (size_t k = 0; k < 6; k++) {
        o.view = views[k];
        dtn_comparison *held = compare(c, &o);
        for (size_t p = 0; p < 4; p++)
            worst[p] = fmax(worst[p], held->summary[p * cmp->n_outcome + deaths].mean);
        dtn_comparison_delete(held);
    }
    for (size_t p = 0; p < 4; p++) {
        const dtn_robust *r = &cmp->robust[p * cmp->n_robust];
        assert_true(is_near(r->value, worst[p], 0.05));
        assert_true(r->low < r->value && r->value < r->high);
    }
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

/* ---- Same bytes -------------------------------------------------------------------------------- */

static void bytes_do_not_depend_on_threads_or_blocks(void **state)
{
    (void)state;
    static const uint32_t shape[][2] = {{1, 1}, {2, 7}, {3, 64}, {3, 33}, {2, 1000}};
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options a = options_of(N_RUN);
    a.n_thread = 1;
    a.view = "all";
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
        dtn_compare_options b = a;
        b.n_thread = shape[i][0];
        b.block = shape[i][1];
        assert_same_files(c, &a, &b);
    }
    dtn_case_delete(c);
}

/* Chunks of series take two bytes a value only where every value is there again to the bit. */
static void whole_numbers_are_kept_in_two_bytes(void **state)
{
    static const double others[] = {-0.0,        -1,       0.5,      65536,     1e300,
                                    (double)NAN, INFINITY, 65535.25, -INFINITY, 1e-320};
    double values[] = {0, 1, 2, 17, 255, 256, 32768, 65535, 3};
    const size_t n = sizeof values / sizeof *values;
    uint16_t narrow[sizeof values / sizeof *values];
    (void)state;
    assert_true(dtn_futures_narrow(n, values, narrow));
    for (size_t i = 0; i < n; i++)
        assert_true((double)narrow[i] == values[i]);
    for (size_t k = 0; k < sizeof others / sizeof *others; k++)
        for (size_t i = 0; i < n; i++) {
            const double was = values[i];
            values[i] = others[k];
            assert_false(dtn_futures_narrow(n, values, narrow));
            values[i] = was;
        }
}

static void bytes_of_large_ensembles(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options a = options_of(DTN_EXACT_RUNS + 1), b = a;
    a.n_thread = 1;
    b.n_thread = 3;
    b.block = 77;
    assert_same_files(c, &a, &b);
    /* and the sketches say what the sorted values say */
    dtn_compare_options exact_options = options_of(DTN_EXACT_RUNS);
    dtn_comparison *large = compare(c, &a), *exact = compare(c, &exact_options);
    for (size_t i = 0; i < exact->n_profile * exact->n_outcome * exact->n_time; i++) {
        if (exact->series[i].n == 0)
            continue;
        assert_true(is_near(large->series[i].mean, exact->series[i].mean, 1e-3));
        assert_true(is_near(large->series[i].p50, exact->series[i].p50, 5e-3));
    }
    dtn_comparison_delete(large);
    dtn_comparison_delete(exact);
    dtn_case_delete(c);
}

static void more_profiles_change_nothing(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(N_RUN);
    dtn_comparison *all = compare(c, &o);
    o.profiles = &c->profiles[2];
    o.n_profile = 1;
    dtn_comparison *one = compare(c, &o);
    assert_int_equal(one->n_profile, 2);
    assert_memory_equal(one->summary + one->n_outcome, all->summary + 3 * all->n_outcome,
                        one->n_outcome * sizeof *one->summary);
    o.profiles = c->profiles;
    o.n_profile = 3;
    o.reference = &c->profiles[0]; /* listed too: not compared with itself */
    dtn_comparison *other = compare(c, &o);
    assert_int_equal(other->n_profile, 3);
    assert_string_equal(other->profiles[0].label, "state=press");
    assert_memory_equal(other->summary, all->summary + all->n_outcome,
                        all->n_outcome * sizeof *all->summary);
    dtn_comparison_delete(all);
    dtn_comparison_delete(one);
    dtn_comparison_delete(other);
    dtn_case_delete(c);
}

/* ---- Flagged runs -------------------------------------------------------------------------------- */

static void flagged_in_history(void **state)
{
    (void)state;
    dtn_case *c = read_case("model.mdl", "recruits = recruit rate *",
                            "recruits = recruit rate + 0 * SQRT(recruit rate - 4) +\n\t0 *");
    dtn_compare_options o = options_of(N_RUN);
    dtn_comparison *cmp = compare(c, &o);
    assert_true(cmp->n_flagged > 0 && cmp->n_flagged < N_RUN);
    assert_true(cmp->first_flag.var < c->model->n_var);
    assert_true(cmp->first_flag.step <= 1); /* from the start on */
    for (size_t i = 0; i < cmp->n_profile * cmp->n_outcome; i++) {
        assert_int_equal(cmp->summary[i].n_flagged, cmp->n_flagged);
        assert_int_equal(cmp->summary[i].n, N_RUN - cmp->n_flagged);
        assert_true(isfinite(cmp->summary[i].mean));
    }
    assert_int_equal(cmp->series[1].n, N_RUN - cmp->n_flagged);
    assert_int_equal(cmp->paired[cmp->n_outcome].n, N_RUN - cmp->n_flagged);
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

static void flagged_in_one_course(void **state)
{
    (void)state;
    dtn_case *c = read_case("case.yaml", "floor, strength, 0)",
                            "floor, 0 * SQRT(fighters / floor - 1.5), 0)");
    dtn_compare_options o = options_of(N_RUN);
    dtn_comparison *cmp = compare(c, &o);
    const uint64_t bad = cmp->summary[cmp->n_outcome].n_flagged;
    assert_true(bad > 0 && bad < N_RUN);
    assert_int_equal(cmp->n_flagged, bad); /* the other profiles do not know of it */
    assert_int_equal(cmp->summary[0].n_flagged, 0);
    assert_int_equal(cmp->summary[2 * cmp->n_outcome].n_flagged, 0);
    assert_int_equal(cmp->paired[cmp->n_outcome].n, N_RUN - bad);
    assert_int_equal(cmp->series[cmp->n_outcome * cmp->n_time + cmp->i_decide].n, N_RUN);
    assert_true(cmp->series[cmp->n_outcome * cmp->n_time + cmp->n_time - 1].n < N_RUN);
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

/* ---- Held values, views, refusals ------------------------------------------------------------------ */

static void sets_and_views_hold(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(50);
    const dtn_setting sets[] = {{.name = "Recruit  Rate", .value = 0},
                                {.name = "initial_fighters", .value = 0},
                                {.name = "share[south]", .value = 0.25}};
    o.sets = sets;
    o.n_set = 3;
    o.view = "H2=low";
    dtn_comparison *cmp = compare(c, &o);
    for (size_t i = 0; i < cmp->n_profile * cmp->n_outcome; i++)
        assert_true(cmp->summary[i].p95 == 0); /* no one comes, no one is there */
    assert_string_equal(
        cmp->canonical_command,
        "detente compare tiny --seed 1 --runs 50 --view H2=low --decide-on 2024-03-25 "
        "--reference reference "
        "--policy 'state=press,state=rest;band=hide,state=rest' --set recruit_rate=0 "
        "--set initial_fighters=0 --set 'share[south]=0.25'");
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

/* Every line of the files that views give one by one is in the files that they give together, in
 * the order of the command; the reference of a view is run under the same view. */
static void views_together_are_the_views_alone(void **state)
{
    (void)state;
    static const char *const views[] = {"prior", "a1", "careful", "H1=no"};
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(60);
    char *all[N_FILE], *one[N_FILE];
    const char *at[N_FILE];
    o.view = "all,H1=no,prior";
    dtn_comparison *together = compare(c, &o);
    assert_int_equal(together->n_view, 4);
    assert_ptr_equal(together->views[0], together);
    assert_string_equal(together->views[2]->position->id, "careful");
    assert_null(together->views[3]->position);
    assert_non_null(strstr(together->canonical_command, "--view prior,a1,careful,H1=no "));
    written(together, all);
    for (size_t i = 0; i + 1 < N_FILE; i++)
        at[i] = strchr(all[i], '\n') + 1;
    for (size_t v = 0; v < 4; v++) {
        o.view = views[v];
        dtn_comparison *alone = compare(c, &o);
        written(alone, one);
        for (size_t i = 0; i + 1 < N_FILE; i++) { /* not the manifest */
            const char *rows = strchr(one[i], '\n') + 1;
            assert_int_equal(strncmp(at[i], rows, strlen(rows)), 0);
            at[i] += strlen(rows);
        }
        free_texts(one);
        dtn_comparison_delete(alone);
    }
    for (size_t i = 0; i + 1 < N_FILE; i++)
        assert_true(*at[i] == '\0' || strcmp(files[i], "robustness.csv") == 0);
    free_texts(all);
    dtn_comparison_delete(together);
    dtn_case_delete(c);
}

/* Criteria over views, by hand from the views' own means. */
static void criteria_over_views(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(200);
    o.view = "prior,a1,careful";
    dtn_comparison *cmp = compare(c, &o);
    const size_t deaths = outcome_named(cmp, "deaths");
    assert_int_equal(cmp->n_across, 1); /* one document alone makes no set */
    assert_string_equal(cmp->across[0].scenarios, "views");
    assert_int_equal(cmp->across[0].n_view, 2);
    for (size_t p = 0; p < cmp->n_profile; p++) {
        const dtn_robust *r = cmp->across[0].robust + p * cmp->across[0].n_robust;
        double worst = 0, most = 0, sum = 0, better = 0;
        for (size_t v = 1; v < 3; v++) {
            const dtn_summary *s = cmp->views[v]->summary + deaths;
            double best = HUGE_VAL;
            for (size_t q = 0; q < cmp->n_profile; q++)
                best = fmin(best, s[q * cmp->n_outcome].mean);
            const double mean = s[p * cmp->n_outcome].mean;
            worst = fmax(worst, mean);
            most = fmax(most, mean - best);
            sum += (mean - best) / 2;
            better += mean < s[0].mean ? 0.5 : 0;
        }
        assert_true(is_near(r[0].value, worst, 1e-9));
        assert_true(is_near(r[1].value, sum, 1e-9));
        assert_true(is_near(r[2].value, most, 1e-9));
        assert_true(p == 0 ? isnan(r[3].value) : is_near(r[3].value, better, 1e-9));
    }
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

/* A profile that is the leader under another name is tied with it; one that is far off is not. */
static void leads_are_tested(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(400);
    dtn_comparison *cmp = compare(c, &o);
    const size_t deaths = outcome_named(cmp, "deaths"), fighters = outcome_named(cmp, "fighters");
    const dtn_lead *best = &cmp->best[deaths], *worst = &cmp->worst[deaths];
    assert_int_equal(best->profile, 2); /* half as deadly */
    assert_int_equal(best->n_tied, 0);
    assert_int_not_equal(worst->profile, 2);
    assert_false(worst->is_tied[2]);
    assert_true(cmp->best[fighters].profile == SIZE_MAX); /* no direction */
    dtn_comparison_delete(cmp);
    /* the course that hides changes no number of fighters: who rests, rests */
    const size_t peak = outcome_named(cmp = compare(c, &o), "peak");
    assert_true(cmp->best[peak].profile == 0 || cmp->best[peak].is_tied[0]);
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

/* The reference is tied with a leader where the interval of the tables holds zero, and not else: with
 * few futures the interval widened for the number of courses would say otherwise at some number. */
static void leads_agree_with_the_tables(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    size_t n_checked = 0;
    for (uint64_t n = 3; n < 60; n++) {
        dtn_compare_options o = options_of(n);
        dtn_comparison *cmp = compare(c, &o);
        for (size_t i = 0; i < 2 * cmp->n_outcome; i++) {
            const size_t outcome = i / 2;
            const dtn_lead *lead = i % 2 ? &cmp->best[outcome] : &cmp->worst[outcome];
            if (lead->profile == SIZE_MAX || lead->profile == 0)
                continue;
            const dtn_paired *d = &cmp->paired[lead->profile * cmp->n_outcome + outcome];
            assert_int_equal(lead->is_tied[0], d->low <= 0 && d->high >= 0);
            n_checked++;
        }
        dtn_comparison_delete(cmp);
    }
    assert_true(n_checked > 50);
    dtn_case_delete(c);
}

static double influence_of(const dtn_comparison *cmp, size_t p, size_t o, const char *input)
{
    for (size_t i = 0; i < cmp->n_input; i++)
        if (strcmp(cmp->inputs[i].name, input) == 0)
            return cmp->influence[(p * cmp->n_outcome + o) * cmp->n_input + i];
    return NAN;
}

/* What decides is found; noise is near the chi-squared limit; what is held is no input. */
static void influence_finds_what_decides(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(1000);
    dtn_comparison *cmp = compare(c, &o);
    const size_t deaths = outcome_named(cmp, "deaths");
    assert_int_equal(cmp->n_input, 4);
    for (size_t i = 0; i < cmp->n_input; i++) /* 99 % of chi squared with n_bin - 1 over n - 1 */
        assert_true(is_near(cmp->inputs[i].noise * 999,
                            cmp->inputs[i].n_bin == 10  ? 21.67
                            : cmp->inputs[i].n_bin == 3 ? 9.21
                                                        : 6.63,
                            0.08));
    assert_true(influence_of(cmp, 1, deaths, "H1") > 0.5);
    assert_true(influence_of(cmp, 1, deaths, "recruit rate") < 0.2);
    assert_true(isnan(influence_of(cmp, 0, deaths, "H1")));
    dtn_comparison_delete(cmp);
    const dtn_setting held = {.name = "recruit rate", .value = 5};
    o.sets = &held;
    o.n_set = 1;
    o.view = "H1=yes";
    cmp = compare(c, &o);
    assert_int_equal(cmp->n_input, 2);
    assert_string_equal(cmp->inputs[0].name, "H2");
    assert_string_equal(cmp->inputs[1].name, "share[north]");
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

static size_t count_code(const dtn_diags *diags, int code)
{
    size_t n = 0;
    for (size_t i = 0; i < diags->n; i++)
        n += diags->items[i].code == code;
    return n;
}

/* A code without a name, and a value outside its range, are told and do not stop. */
static void silence_is_broken(void **state)
{
    (void)state;
    dtn_case *c = read_case("case.yaml", "{code: 1, id: war", "{code: 2, id: war");
    const dtn_setting held[] = {{.name = "recruit rate", .value = 12},
                                {.name = "share[north]", .value = 0.6}};
    dtn_compare_options o = options_of(30);
    dtn_comparison *cmp = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    o.sets = held;
    o.n_set = 2;
    o.view = "prior,a1";
    assert_int_equal(dtn_compare_run(c, &o, &cmp, &diags), DTN_OK);
    assert_int_equal(count_code(&diags, 641), 2); /* of each view */
    assert_int_equal(count_code(&diags, 642), 1); /* once */
    assert_true(cmp->n_unnamed > 0 && cmp->unnamed_value == 1);
    for (size_t p = 0; p < cmp->n_profile; p++) { /* what is left over has its weeks */
        const dtn_regime_stat *named = cmp->regimes + p * c->n_regime;
        double weeks = cmp->unnamed[p].weeks_mean, end = cmp->unnamed[p].p_end;
        assert_true(weeks >= -1e-9 && end >= -1e-9 && isnan(cmp->unnamed[p].p_ever));
        for (size_t r = 0; r < c->n_regime; r++) {
            weeks += named[r].weeks_mean;
            end += named[r].p_end;
        }
        assert_true(fabs(end - 1) < 1e-9);
        assert_true(fabs(weeks - (c->t_until - c->t_decide) * c->days_per_unit / 7) < 1e-6);
    }
    assert_true(cmp->unnamed[0].weeks_mean > 0);
    char *texts[N_FILE]; /* and a row, so that the shares of the end add up */
    size_t n_row = 0;
    written(cmp, texts);
    for (size_t i = 0; i < N_FILE; i++)
        for (const char *at = texts[i];
             strcmp(files[i], "regimes.csv") == 0 && (at = strstr(at, ",(other),")); at++) {
            const char *ever = strchr(at + strlen(",(other),"), ',');
            assert_true(ever && ever[1] == ','); /* not counted */
            if (n_row < cmp->n_profile)
                assert_true(is_near(strtod(ever + 2, NULL), cmp->unnamed[n_row].p_end, 1e-9));
            n_row++;
        }
    assert_int_equal(n_row, 2 * cmp->n_profile); /* of two views */
    free_texts(texts);
    dtn_diags_free(&diags);
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

/* Human costs below zero, in the measure or between, are told once for each outcome and view, at the outcome. */
static void negative_costs_are_told(void **state)
{
    (void)state;
    static const char *const with[] = {"INTEG(deaths, 0)", "INTEG(-deaths, 0)",
                                       "INTEG(IF THEN ELSE(Time < 8, -deaths, deaths), 0)"};
    static const char *const said[] = {NULL, "in 30 of 30 futures", "the series"};
    for (size_t i = 0; i < 3; i++) {
        dtn_case *c = read_case("model.mdl", "INTEG(deaths, 0)", with[i]);
        dtn_compare_options o = options_of(30);
        dtn_comparison *cmp = NULL;
        dtn_diags diags;
        dtn_diags_init(&diags);
        assert_int_equal(dtn_compare_run(c, &o, &cmp, &diags), DTN_OK);
        assert_int_equal(count_code(&diags, 647), said[i] != NULL);
        for (size_t k = 0; k < diags.n; k++)
            if (diags.items[k].code == 647) {
                assert_non_null(strstr(diags.items[k].message, said[i]));
                assert_int_equal(diags.items[k].line, c->outcomes[0].pos.line);
            }
        dtn_diags_free(&diags);
        dtn_comparison_delete(cmp);
        dtn_case_delete(c);
    }
}

static void refusals(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    const dtn_setting unknown = {.name = "recruit rat", .value = 0};
    dtn_compare_options bad[8];
    static const int code[] = {605, 605, 604, 604, 605, 605, 605, 605};
    static const char *const hint[] = {
        "`recruit rate`",    "`H1=yes`, `H1=both`",     "one run",   "--runs",
        "`H1=no`, `H1=yes`", "did you mean `H1=both`?", "`H2=high`", "did you mean `prior`?"};
    for (size_t i = 0; i < 8; i++)
        bad[i] = options_of(10);
    bad[0].sets = &unknown;
    bad[0].n_set = 1;
    bad[1].view = "H1=maybe";
    bad[2].n_run = 0;
    bad[3].n_run = 4000000000;
    bad[4].view = "H1";
    bad[5].view = "H1=b";
    bad[6].view = "H3=high";
    bad[7].view = "priro";
    for (size_t i = 0; i < 8; i++) {
        dtn_comparison *cmp = NULL;
        dtn_diags diags;
        dtn_diags_init(&diags);
        assert_int_equal(dtn_compare_run(c, &bad[i], &cmp, &diags), DTN_E_INPUT);
        assert_null(cmp);
        assert_int_equal(diags.n, 1);
        assert_int_equal(diags.items[0].code, code[i]);
        assert_non_null(strstr(diags.items[0].hint, hint[i]));
        dtn_diags_free(&diags);
    }
    dtn_case_delete(c);
}

static int stop_at_once(void *ctx, uint64_t n_done, uint64_t total)
{
    (void)ctx;
    (void)n_done;
    (void)total;
    return 1;
}

static void can_be_interrupted(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(5000);
    dtn_comparison *cmp = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    o.progress = stop_at_once;
    assert_int_equal(dtn_compare_run(c, &o, &cmp, &diags), DTN_E_INTERRUPTED);
    assert_null(cmp);
    dtn_diags_free(&diags);
    dtn_case_delete(c);
}

/* ---- Design ------------------------------------------------------------------------------------- */

static void draws_of_the_design(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_arena arena;
    dtn_diags diags;
    dtn_program *program = NULL;
    dtn_design d = {0};
    dtn_compile_options options = dtn_compile_defaults();
    dtn_arena_init(&arena);
    dtn_diags_init(&diags);
    if (DTN_ARENA_GUARD(&arena))
        abort();
    dtn_case_parameter_keys(c, &arena, &options.parameters, &options.n_parameter);
    assert_int_equal(options.n_parameter, 5);
    assert_string_equal(options.parameters[1], "share[north]");
    assert_int_equal(dtn_compile(c->model, &options, &program, &diags), DTN_OK);
    assert_int_equal(dtn_design_new(c, program, 7, &arena, &d, &diags), DTN_OK);
    double whole[5 * 1000], part[5 * 10];
    dtn_design_draw(&d, 0, 1000, whole);
    dtn_design_draw(&d, 313, 10, part);
    for (size_t p = 0; p < 5; p++)
        assert_memory_equal(whole + p * 1000 + 313, part + p * 10, sizeof(double) * 10);
    size_t n[3] = {0};
    for (uint64_t run = 0; run < 1000; run++) {
        const uint32_t a = dtn_design_answer(&d, run, 0);
        static const double backlash[] = {0, 3, 1.5}, loss[] = {0.05, 0.06, 0.055};
        n[a]++;
        assert_true(is_near(whole[2 * 1000 + run], backlash[a], 1e-15));
        assert_true(is_near(whole[3 * 1000 + run], loss[a], 1e-15));
        assert_true(whole[run] >= 3 && whole[run] <= 8);
        assert_true(whole[1000 + run] >= 0.5 && whole[1000 + run] <= 0.9);
    }
    assert_true(labs((long)n[0] - 500) < 60 && labs((long)n[1] - 300) < 60); /* four sigma */
    /* a held answer leaves the other draws as they were */
    double held[5 * 1000];
    assert_int_equal(dtn_design_set_view(&d, "H1=yes", &arena, &diags), DTN_OK);
    dtn_design_draw(&d, 0, 1000, held);
    assert_memory_equal(whole, held, 2 * 1000 * sizeof(double));
    assert_true(held[2 * 1000] == 3 && held[3 * 1000] == 0.06);
    assert_memory_equal(whole + 4 * 1000, held + 4 * 1000, 1000 * sizeof(double));
    /* a view of the case: one answer held, another denied, the same uniforms */
    assert_int_equal(dtn_design_set_view(&d, "a1", &arena, &diags), DTN_OK);
    double viewed[5 * 1000];
    dtn_design_draw(&d, 0, 1000, viewed);
    assert_memory_equal(held, viewed, sizeof held);
    assert_int_equal(dtn_design_set_view(&d, "careful", &arena, &diags), DTN_OK);
    uint32_t mostly = 0;
    for (uint64_t run = 0; run < 1000; run++) {
        assert_int_not_equal(dtn_design_answer(&d, run, 0), 0);
        assert_int_equal(dtn_design_answer(&d, run, 1), 1);
        mostly += dtn_design_answer(&d, run, 0) == 1;
    }
    assert_true(labs((long)mostly - 750) < 56); /* four sigma */
    assert_int_equal(dtn_design_set_view(&d, "b2", &arena, &diags), DTN_E_INPUT);
    assert_non_null(strstr(diags.items[diags.n - 1].hint, "`a1`, `careful`"));
    dtn_program_delete(program);
    dtn_diags_free(&diags);
    dtn_arena_free(&arena);
    dtn_case_delete(c);
}

/* ---- Files ---------------------------------------------------------------------------------------- */

static size_t count_lines(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* By date: the share that has been in a regime never falls, and ends where the regime's own figure
 * of having been in it does. */
static void regimes_by_date(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(N_RUN);
    dtn_comparison *cmp = compare(c, &o);
    const size_t n_after = cmp->n_time - cmp->i_decide - 1;
    double largest = 0;
    assert_true(n_after > 1 && c->n_regime > 1);
    for (size_t p = 0; p < cmp->n_profile; p++)
        for (size_t k = 0; k < c->n_regime; k++) {
            const size_t row = p * c->n_regime + k;
            const double *by = &cmp->regime_by[row * n_after];
            for (size_t i = 0; i < n_after; i++) {
                assert_true(by[i] >= (i > 0 ? by[i - 1] : 0) && by[i] <= 1);
                assert_true(by[i] >= cmp->regime_share[row * cmp->n_time + cmp->i_decide + 1 + i]);
            }
            assert_true(is_near(by[n_after - 1], cmp->regimes[row].p_ever, 1e-12));
            largest = by[0] < 1 && by[n_after - 1] > largest ? by[n_after - 1] : largest;
        }
    assert_true(largest > 0);
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

/* Rows that sensitivity.csv must have: differences of human costs whose index is above the noise. */
static size_t count_above_noise(const dtn_comparison *cmp)
{
    size_t n = 0;
    for (size_t p = 1; p < cmp->n_profile; p++)
        for (size_t o = 0; o < cmp->n_outcome; o++)
            for (size_t i = 0; i < cmp->n_input; i++)
                n += strcmp(cmp->c->outcomes[o].id, "deaths") == 0 &&
                     cmp->influence[(p * cmp->n_outcome + o) * cmp->n_input + i] >
                         cmp->inputs[i].noise;
    return n;
}

static void files_hold_the_contract(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "policy,view,outcome,unit,n,n_flagged,mean,p05,p25,p50,p75,p95\n",
        "policy,view,outcome,unit,time,n,n_flagged,mean,p05,p25,p50,p75,p95\n",
        "policy,reference,view,outcome,unit,n,mean,p05,p50,p95,share_better,low,high\n",
        "policy,view,criterion,value,low,high\n",
        "policy,view,regime,weeks_mean,probability_ever,probability_end\n",
        "policy,view,regime,time,share,ever\n",
        ("policy,view,hypothesis,answer,outcome,unit,n,mean,p05,p50,p95,paired_mean,paired_low,"
         "paired_high,share_better\n"),
        "policy,view,outcome,input,kind,status,index,noise\n"};
    size_t n_line[] = {1 + 4 * 4, 1 + 4 * (3 * 7 + 6), 1 + 3 * 4,     1 + 4 * 4 * 3,
                       1 + 4 * 2, 1 + 4 * 2 * 3,       1 + 4 * 5 * 4, 1};
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(40);
    dtn_comparison *cmp = compare(c, &o);
    char *texts[N_FILE];
    const size_t n_above = count_above_noise(cmp);
    assert_true(n_above > 0 && n_above < 3 * 1 * 4); /* some inputs decide, others do not */
    n_line[7] += n_above;
    written(cmp, texts);
    for (size_t i = 0; i + 1 < N_FILE; i++) {
        assert_memory_equal(texts[i], headers[i], strlen(headers[i]));
        assert_int_equal(count_lines(texts[i]), n_line[i]);
        assert_null(strstr(texts[i], "nan"));
        assert_null(strstr(texts[i], "inf"));
    }
    assert_non_null(strstr(texts[0], "\nreference,prior,deaths,Persons,40,0,"));
    assert_non_null(strstr(texts[2], "\nstate=rest;band=hide,reference,prior,deaths,Persons,40,"));
    assert_non_null(strstr(texts[8], cmp->canonical_command));
    assert_non_null(strstr(texts[8], c->hash));
    assert_null(strstr(texts[8], "/tmp"));
    free_texts(texts);
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

static void unwritable_folders_are_told(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(4);
    dtn_comparison *cmp = compare(c, &o);
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(dtn_compare_write(cmp, "/dev/null/here", 2, &diags), DTN_E_IO);
    assert_int_equal(diags.items[0].code, 702);
    dtn_diags_free(&diags);
    dtn_comparison_delete(cmp);
    dtn_case_delete(c);
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    dtn_case *c = read_case(NULL, NULL, NULL);
    dtn_compare_options o = options_of(20);
    dtn_status status = DTN_E_MEMORY;
    o.n_thread = 1;
    for (size_t n = 1; status != DTN_OK; n++) {
        dtn_comparison *cmp = NULL;
        dtn_diags diags;
        dtn_diags_init(&diags);
        dtn_alloc_fail_after(n);
        status = dtn_compare_run(c, &o, &cmp, &diags);
        dtn_alloc_fail_after(0);
        /* a name that cannot be looked up for want of memory reads as one that is not there */
        assert_true(status == DTN_OK ? cmp != NULL
                                     : status == DTN_E_MEMORY || status == DTN_E_INPUT);
        dtn_comparison_delete(cmp);
        dtn_diags_free(&diags);
        assert_true(n < 10000);
    }
    dtn_case_delete(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_and_sums),
        cmocka_unit_test(history_is_shared),
        cmocka_unit_test(measures_agree_with_series),
        cmocka_unit_test(paired_figures),
        cmocka_unit_test(regimes_add_up),
        cmocka_unit_test(criteria_of_one_scenario),
        cmocka_unit_test(maximin_is_the_worst_scenario),
        cmocka_unit_test(bytes_do_not_depend_on_threads_or_blocks),
        cmocka_unit_test(whole_numbers_are_kept_in_two_bytes),
        cmocka_unit_test(bytes_of_large_ensembles),
        cmocka_unit_test(more_profiles_change_nothing),
        cmocka_unit_test(flagged_in_history),
        cmocka_unit_test(flagged_in_one_course),
        cmocka_unit_test(sets_and_views_hold),
        cmocka_unit_test(views_together_are_the_views_alone),
        cmocka_unit_test(criteria_over_views),
        cmocka_unit_test(leads_are_tested),
        cmocka_unit_test(leads_agree_with_the_tables),
        cmocka_unit_test(influence_finds_what_decides),
        cmocka_unit_test(silence_is_broken),
        cmocka_unit_test(negative_costs_are_told),
        cmocka_unit_test(refusals),
        cmocka_unit_test(can_be_interrupted),
        cmocka_unit_test(draws_of_the_design),
        cmocka_unit_test(regimes_by_date),
        cmocka_unit_test(files_hold_the_contract),
        cmocka_unit_test(unwritable_folders_are_told),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
