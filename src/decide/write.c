/* The files of a comparison: tables as CSV, and the manifest.
 *
 * Columns and their order are a promise to scripts (docs/compare.md). A figure that does not
 * exist, such as the share of better futures of an outcome without a direction, is an empty
 * field. Rows go by profile, the reference first, then in the order of the case.
 *
 * Nothing here depends on the machine, the folder or the clock: equal comparisons give equal
 * bytes. Each file appears whole or not at all.
 */
#include <stdio.h>

#include "decide/compare.h"
#include "store/csv.h"
#include "store/file.h"
#include "store/json.h"

#define QUANTILES_EXACT "type 7 (Hyndman and Fan 1996), exact"
#define QUANTILES_SKETCH \
    "type 7 (Hyndman and Fan 1996); of series over buckets, relative error at most 0.1 %"

typedef void (*table_fn)(const dtn_comparison *cmp, dtn_csv *csv);

static void header(dtn_csv *csv, const char *const *names)
{
    for (; *names; names++)
        dtn_csv_text(csv, *names);
    dtn_csv_end_row(csv);
}

static void numbers(dtn_csv *csv, size_t n, const double *values)
{
    for (size_t i = 0; i < n; i++)
        dtn_csv_number(csv, values[i]);
}

static void summary_fields(dtn_csv *csv, const dtn_summary *s)
{
    dtn_csv_int(csv, (int64_t)s->n);
    dtn_csv_int(csv, (int64_t)s->n_flagged);
    numbers(csv, 6, (const double[]){s->mean, s->p05, s->p25, s->p50, s->p75, s->p95});
}

static size_t cell_of(const dtn_comparison *cmp, size_t profile, size_t outcome)
{
    return profile * cmp->n_outcome + outcome;
}

/* ---- Tables ---------------------------------------------------------------------------- */

static void write_summary(const dtn_comparison *cmp, dtn_csv *csv)
{
    static const char *const names[] = {"policy",    "view", "outcome", "unit", "n",
                                        "n_flagged", "mean", "p05",     "p25",  "p50",
                                        "p75",       "p95",  NULL};
    header(csv, names);
    for (size_t p = 0; p < cmp->n_profile; p++) {
        for (size_t o = 0; o < cmp->n_outcome; o++) {
            dtn_csv_text(csv, cmp->profiles[p].label);
            dtn_csv_text(csv, cmp->view);
            dtn_csv_text(csv, cmp->c->outcomes[o].id);
            dtn_csv_text(csv, cmp->c->outcomes[o].unit);
            summary_fields(csv, &cmp->summary[cell_of(cmp, p, o)]);
            dtn_csv_end_row(csv);
        }
    }
}

static void series_row(const dtn_comparison *cmp, dtn_csv *csv, size_t p, size_t o, size_t i)
{
    const dtn_summary *s = &cmp->series[cell_of(cmp, p, o) * cmp->n_time + i];
    if (s->n == 0 && s->n_flagged == 0)
        return; /* an increment has no first point */
    dtn_csv_text(csv, cmp->profiles[p].label);
    dtn_csv_text(csv, cmp->view);
    dtn_csv_text(csv, cmp->c->outcomes[o].id);
    dtn_csv_text(csv, cmp->c->outcomes[o].unit);
    dtn_csv_number(csv, cmp->time[i]);
    summary_fields(csv, s);
    dtn_csv_end_row(csv);
}

static void write_series(const dtn_comparison *cmp, dtn_csv *csv)
{
    static const char *const names[] = {"policy", "view",      "outcome", "unit", "time",
                                        "n",      "n_flagged", "mean",    "p05",  "p25",
                                        "p50",    "p75",       "p95",     NULL};
    header(csv, names);
    for (size_t p = 0; p < cmp->n_profile; p++)
        for (size_t o = 0; o < cmp->n_outcome; o++)
            for (size_t i = 0; i < cmp->n_time; i++)
                series_row(cmp, csv, p, o, i);
}

static void write_paired(const dtn_comparison *cmp, dtn_csv *csv)
{
    static const char *const names[] = {
        "policy", "reference", "view", "outcome",      "unit", "n",    "mean",
        "p05",    "p50",       "p95",  "share_better", "low",  "high", NULL};
    header(csv, names);
    for (size_t p = 1; p < cmp->n_profile; p++) {
        for (size_t o = 0; o < cmp->n_outcome; o++) {
            const dtn_paired *d = &cmp->paired[cell_of(cmp, p, o)];
            dtn_csv_text(csv, cmp->profiles[p].label);
            dtn_csv_text(csv, cmp->profiles[0].label);
            dtn_csv_text(csv, cmp->view);
            dtn_csv_text(csv, cmp->c->outcomes[o].id);
            dtn_csv_text(csv, cmp->c->outcomes[o].unit);
            dtn_csv_int(csv, (int64_t)d->n);
            numbers(csv, 7,
                    (const double[]){d->mean, d->p05, d->p50, d->p95, d->share_better, d->low,
                                     d->high});
            dtn_csv_end_row(csv);
        }
    }
}

static void write_robustness(const dtn_comparison *cmp, dtn_csv *csv)
{
    static const char *const names[] = {"policy", "view", "criterion", "value",
                                        "low",    "high", NULL};
    header(csv, names);
    for (size_t p = 0; p < cmp->n_profile; p++) {
        for (size_t k = 0; k < cmp->n_robust; k++) {
            const dtn_robust *r = &cmp->robust[p * cmp->n_robust + k];
            dtn_csv_text(csv, cmp->profiles[p].label);
            dtn_csv_text(csv, cmp->view);
            dtn_csv_text(csv, r->criterion);
            numbers(csv, 3, (const double[]){r->value, r->low, r->high});
            dtn_csv_end_row(csv);
        }
    }
}

static void write_regimes(const dtn_comparison *cmp, dtn_csv *csv)
{
    static const char *const names[] = {
        "policy", "view", "regime", "weeks_mean", "probability_ever", "probability_end", NULL};
    header(csv, names);
    for (size_t p = 0; p < cmp->n_profile; p++) {
        for (size_t k = 0; k < cmp->c->n_regime; k++) {
            const dtn_regime_stat *r = &cmp->regimes[p * cmp->c->n_regime + k];
            dtn_csv_text(csv, cmp->profiles[p].label);
            dtn_csv_text(csv, cmp->view);
            dtn_csv_text(csv, cmp->c->regimes[k].id);
            numbers(csv, 3, (const double[]){r->weeks_mean, r->p_ever, r->p_end});
            dtn_csv_end_row(csv);
        }
    }
}

static void hypothesis_row(const dtn_comparison *cmp, dtn_csv *csv, size_t p, size_t cell, size_t o)
{
    const size_t at = (cell * cmp->n_profile + p) * cmp->n_outcome + o;
    const dtn_summary *s = &cmp->cell_summary[at];
    const dtn_paired *d = &cmp->cell_paired[at];
    dtn_csv_text(csv, cmp->c->outcomes[o].id);
    dtn_csv_text(csv, cmp->c->outcomes[o].unit);
    dtn_csv_int(csv, (int64_t)s->n);
    numbers(csv, 4, (const double[]){s->mean, s->p05, s->p50, s->p95});
    if (p > 0)
        numbers(csv, 4, (const double[]){d->mean, d->low, d->high, d->share_better});
    for (int i = 0; p == 0 && i < 4; i++) /* the reference against itself */
        dtn_csv_text(csv, NULL);
    dtn_csv_end_row(csv);
}

static void write_hypotheses(const dtn_comparison *cmp, dtn_csv *csv)
{
    static const char *const names[] = {
        "policy",     "view",        "hypothesis",   "answer", "outcome", "unit",
        "n",          "mean",        "p05",          "p50",    "p95",     "paired_mean",
        "paired_low", "paired_high", "share_better", NULL};
    const dtn_case *c = cmp->c;
    header(csv, names);
    for (size_t p = 0; p < cmp->n_profile; p++) {
        size_t cell = 0;
        for (size_t h = 0; h < c->n_hypothesis; h++) {
            for (size_t a = 0; a < c->hypotheses[h].n_answer; a++, cell++) {
                for (size_t o = 0; o < cmp->n_outcome; o++) {
                    dtn_csv_text(csv, cmp->profiles[p].label);
                    dtn_csv_text(csv, cmp->view);
                    dtn_csv_text(csv, c->hypotheses[h].id);
                    dtn_csv_text(csv, c->hypotheses[h].answers[a].id);
                    hypothesis_row(cmp, csv, p, cell, o);
                }
            }
        }
    }
}

static const struct {
    const char *name;
    table_fn write;
} tables[] = {
    {"summary.csv", write_summary}, {"series.csv", write_series},
    {"paired.csv", write_paired},   {"robustness.csv", write_robustness},
    {"regimes.csv", write_regimes}, {"hypotheses.csv", write_hypotheses},
};
#define N_TABLE (sizeof tables / sizeof *tables)

/* ---- Files ------------------------------------------------------------------------------- */

static dtn_status write_table(const dtn_comparison *cmp, table_fn write, const char *path,
                              dtn_diags *diags)
{
    dtn_out out;
    dtn_csv csv;
    dtn_status status = dtn_out_open(&out, path, diags);
    if (status != DTN_OK)
        return status;
    dtn_csv_init(&csv, &out, ',');
    write(cmp, &csv);
    return dtn_out_commit(&out, diags);
}

static json_t *list_of_files(void)
{
    json_t *files = json_array();
    for (size_t i = 0; i < N_TABLE; i++)
        json_array_append_new(files, json_string(tables[i].name));
    return files;
}

static json_t *case_object(const dtn_case *c)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", c->id, "title", c->title, "hash",
                     c->hash, "model_hash", c->model_hash, "start", c->start, "decide_on",
                     c->decide_on, "until", c->until);
}

/* Seed and runs as texts would read badly; JSON integers of jansson are 64 bits signed, and a
 * seed above that is written as its decimal text. */
static json_t *count_of(uint64_t n)
{
    char text[24];
    if (n <= INT64_MAX)
        return json_integer((json_int_t)n);
    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    return json_string(text);
}

/* The whole object, or NULL when out of memory. */
static json_t *manifest_of(const dtn_comparison *cmp)
{
    const int is_exact = cmp->n_run <= DTN_EXACT_RUNS;
    json_t *o = json_object();
    const struct {
        const char *key;
        json_t *value;
    } entries[] = {
        {"program", json_string("detente")},
        {"version", json_string(DTN_VERSION)},
        {"command", json_string(cmp->canonical_command)},
        {"case", case_object(cmp->c)},
        {"view", json_string(cmp->view)},
        {"seed", count_of(cmp->seed)},
        {"runs", count_of(cmp->n_run)},
        {"n_flagged", count_of(cmp->n_flagged)},
        {"quantiles", json_string(is_exact ? QUANTILES_EXACT : QUANTILES_SKETCH)},
        {"hash", json_string("XXH3-128")},
        {"files", list_of_files()},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        failed |= json_object_set_new(o, entries[i].key, entries[i].value);
    if (!failed)
        return o;
    json_decref(o);
    return NULL;
}

static dtn_status write_manifest(const dtn_comparison *cmp, const char *path, dtn_diags *diags)
{
    json_t *manifest = manifest_of(cmp);
    dtn_status status = DTN_E_MEMORY;
    if (manifest)
        status = dtn_json_write_file(path, manifest, DTN_JSON_INDENT, diags);
    json_decref(manifest);
    return status;
}

dtn_status dtn_compare_write(const dtn_comparison *cmp, const char *folder, dtn_diags *diags)
{
    dtn_status status = dtn_store_mkdirs(folder, diags);
    for (size_t i = 0; status == DTN_OK && i <= N_TABLE; i++) {
        char *path = dtn_store_join(folder, i < N_TABLE ? tables[i].name : "manifest.json");
        if (!path)
            return DTN_E_MEMORY;
        status = i < N_TABLE ? write_table(cmp, tables[i].write, path, diags)
                             : write_manifest(cmp, path, diags);
        dtn_free(path);
    }
    return status;
}
