/* The files of a comparison: tables as CSV, and the manifest.
 *
 * Columns and their order are a promise to scripts (docs/compare.md). A figure that does not
 * exist, such as the share of better futures of an outcome without a direction, is an empty
 * field. Rows go by view in the order of the command, then by profile, the reference first, then
 * in the order of the case.
 *
 * Nothing here depends on the machine, the folder or the clock: equal comparisons give equal
 * bytes. Each file appears whole or not at all.
 */
#include <stdio.h>
#include <string.h>

#include "base/inputs.h"
#include "decide/compare.h"
#include "decide/workers.h"
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

static const char *const summary_columns[] = {"policy",    "view", "outcome", "unit", "n",
                                              "n_flagged", "mean", "p05",     "p25",  "p50",
                                              "p75",       "p95",  NULL};

static void write_summary(const dtn_comparison *cmp, dtn_csv *csv)
{
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

static const char *const series_columns[] = {"policy", "view",      "outcome", "unit", "time",
                                             "n",      "n_flagged", "mean",    "p05",  "p25",
                                             "p50",    "p75",       "p95",     NULL};

static void write_series(const dtn_comparison *cmp, dtn_csv *csv)
{
    for (size_t p = 0; p < cmp->n_profile; p++)
        for (size_t o = 0; o < cmp->n_outcome; o++)
            for (size_t i = 0; i < cmp->n_time; i++)
                series_row(cmp, csv, p, o, i);
}

static const char *const paired_columns[] = {
    "policy", "reference", "view", "outcome",      "unit", "n",    "mean",
    "p05",    "p50",       "p95",  "share_better", "low",  "high", NULL};

static void write_paired(const dtn_comparison *cmp, dtn_csv *csv)
{
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

static void robust_row(dtn_csv *csv, const char *policy, const char *view, const dtn_robust *r)
{
    dtn_csv_text(csv, policy);
    dtn_csv_text(csv, view);
    dtn_csv_text(csv, r->criterion);
    numbers(csv, 3, (const double[]){r->value, r->low, r->high});
    dtn_csv_end_row(csv);
}

static const char *const robustness_columns[] = {"policy", "view", "criterion", "value",
                                                 "low",    "high", NULL};

static void write_robustness(const dtn_comparison *cmp, dtn_csv *csv)
{
    for (size_t p = 0; p < cmp->n_profile; p++) {
        for (size_t k = 0; k < cmp->n_robust; k++) {
            robust_row(csv, cmp->profiles[p].label, cmp->view, &cmp->robust[p * cmp->n_robust + k]);
        }
    }
}

static const char *const regimes_columns[] = {
    "policy", "view", "regime", "weeks_mean", "probability_ever", "probability_end", NULL};

static void regime_row(const dtn_comparison *cmp, dtn_csv *csv, size_t p, const char *regime,
                       const dtn_regime_stat *r)
{
    dtn_csv_text(csv, cmp->profiles[p].label);
    dtn_csv_text(csv, cmp->view);
    dtn_csv_text(csv, regime);
    numbers(csv, 3, (const double[]){r->weeks_mean, r->p_ever, r->p_end});
    dtn_csv_end_row(csv);
}

static void write_regimes(const dtn_comparison *cmp, dtn_csv *csv)
{
    for (size_t p = 0; p < cmp->n_profile; p++) {
        for (size_t k = 0; k < cmp->c->n_regime; k++)
            regime_row(cmp, csv, p, cmp->c->regimes[k].id, &cmp->regimes[p * cmp->c->n_regime + k]);
        if (cmp->n_unnamed > 0) /* in brackets, which no id has */
            regime_row(cmp, csv, p, "(other)", &cmp->unnamed[p]);
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

static const char *const by_date_columns[] = {"policy", "view", "regime", "time",
                                              "share",  "ever", NULL};

/* Points after the decision: the share of futures in the regime, and that have been in it. */
static void write_by_date(const dtn_comparison *cmp, dtn_csv *csv)
{
    const size_t n_after = cmp->n_time - cmp->i_decide - 1;
    for (size_t p = 0; p < cmp->n_profile; p++) {
        for (size_t k = 0; k < cmp->c->n_regime; k++) {
            const size_t row = p * cmp->c->n_regime + k;
            for (size_t i = 0; i < n_after; i++) {
                const size_t point = cmp->i_decide + 1 + i;
                dtn_csv_text(csv, cmp->profiles[p].label);
                dtn_csv_text(csv, cmp->view);
                dtn_csv_text(csv, cmp->c->regimes[k].id);
                numbers(csv, 3,
                        (const double[]){cmp->time[point],
                                         cmp->regime_share[row * cmp->n_time + point],
                                         cmp->regime_by[row * n_after + i]});
                dtn_csv_end_row(csv);
            }
        }
    }
}

static const char *const hypotheses_columns[] = {
    "policy",     "view",        "hypothesis",   "answer", "outcome", "unit",
    "n",          "mean",        "p05",          "p50",    "p95",     "paired_mean",
    "paired_low", "paired_high", "share_better", NULL};

static void write_hypotheses(const dtn_comparison *cmp, dtn_csv *csv)
{
    const dtn_case *c = cmp->c;
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

static const char *const sensitivity_columns[] = {"policy", "view",  "outcome", "input", "kind",
                                                  "status", "index", "noise",   NULL};

/* What the human costs hang on: inputs whose index chance alone does not explain, a tenth of them. */
static void write_sensitivity(const dtn_comparison *cmp, dtn_csv *csv)
{
    for (size_t p = 1; p < cmp->n_profile; p++) {
        for (size_t o = 0; o < cmp->n_outcome; o++) {
            const double *index = cmp->influence + cell_of(cmp, p, o) * cmp->n_input;
            if (!dtn_compare_has_influence(&cmp->c->outcomes[o]))
                continue;
            for (size_t i = 0; i < cmp->n_input; i++) {
                const dtn_input *input = &cmp->inputs[i];
                if (!(index[i] > input->noise))
                    continue;
                dtn_csv_text(csv, cmp->profiles[p].label);
                dtn_csv_text(csv, cmp->view);
                dtn_csv_text(csv, cmp->c->outcomes[o].id);
                dtn_csv_text(csv, input->name);
                dtn_csv_text(csv, input->parameter ? "parameter" : "hypothesis");
                dtn_csv_text(csv, input->parameter ? input->parameter->status : NULL);
                numbers(csv, 2, (const double[]){index[i], input->noise});
                dtn_csv_end_row(csv);
            }
        }
    }
}

/* The criteria over views stand below those within each. */
static void write_across(const dtn_comparison *first, dtn_csv *csv)
{
    for (size_t s = 0; s < first->n_across; s++)
        for (size_t p = 0; p < first->n_profile; p++)
            for (size_t k = 0; k < first->across[s].n_robust; k++)
                robust_row(csv, first->profiles[p].label, first->across[s].scenarios,
                           &first->across[s].robust[p * first->across[s].n_robust + k]);
}

static const struct {
    const char *name;
    const char *const *columns;
    table_fn write;     /* rows of one view */
    table_fn write_all; /* rows over all views, may be NULL */
} tables[] = {
    {"summary.csv", summary_columns, write_summary, NULL},
    {"series.csv", series_columns, write_series, NULL},
    {"paired.csv", paired_columns, write_paired, NULL},
    {"robustness.csv", robustness_columns, write_robustness, write_across},
    {"regimes.csv", regimes_columns, write_regimes, NULL},
    {"regimes_by_date.csv", by_date_columns, write_by_date, NULL},
    {"hypotheses.csv", hypotheses_columns, write_hypotheses, NULL},
    {"sensitivity.csv", sensitivity_columns, write_sensitivity, NULL},
};
#define N_TABLE (sizeof tables / sizeof *tables)

const char *dtn_compare_table(size_t i) { return i < N_TABLE ? tables[i].name : NULL; }

/* ---- Files ------------------------------------------------------------------------------- */

typedef struct file_job {
    const dtn_comparison *first;
    char *paths[N_TABLE];
    dtn_status status[N_TABLE];
    dtn_diags diags[N_TABLE]; /* of each: threads share none */
} file_job;

/* The longest first, so that no thread begins with it when the others are done. */
static const size_t longest_first[N_TABLE] = {1, 7, 6, 5, 3, 0, 2, 4};

static void write_table(void *ctx, size_t item, void *scratch)
{
    file_job *j = ctx;
    const size_t table = longest_first[item];
    const dtn_comparison *first = j->first;
    dtn_diags *diags = &j->diags[table];
    dtn_out out;
    dtn_csv csv;
    (void)scratch;
    j->status[table] = dtn_out_open(&out, j->paths[table], diags);
    if (j->status[table] != DTN_OK)
        return;
    dtn_csv_init(&csv, &out, ',');
    header(&csv, tables[table].columns);
    for (size_t v = 0; v < first->n_view; v++)
        tables[table].write(first->views[v], &csv);
    if (tables[table].write_all)
        tables[table].write_all(first, &csv);
    j->status[table] = dtn_out_commit(&out, diags);
}

static void move_diags(dtn_diags *from, dtn_diags *to)
{
    for (size_t i = 0; i < from->n; i++) {
        const dtn_diag *d = &from->items[i];
        dtn_diags_add_as(to, d->severity, d->code, (dtn_pos){d->file, d->line, d->col}, d->hint,
                         "%s", d->message);
    }
    dtn_diags_free(from);
}

/* All tables, several at a time; the first failure in their order counts. */
static dtn_status write_tables(const dtn_comparison *first, const char *folder, uint32_t n_thread,
                               dtn_diags *diags)
{
    file_job j = {.first = first};
    dtn_status status = DTN_OK;
    for (size_t i = 0; i < N_TABLE; i++) {
        dtn_diags_init_beside(&j.diags[i], diags);
        j.paths[i] = dtn_store_join(folder, tables[i].name);
        status = j.paths[i] ? status : DTN_E_MEMORY;
    }
    if (status == DTN_OK)
        status = dtn_workers_run(n_thread, N_TABLE, 1, write_table, &j);
    for (size_t i = 0; i < N_TABLE; i++) {
        status = status == DTN_OK ? j.status[i] : status;
        move_diags(&j.diags[i], diags);
        dtn_free(j.paths[i]);
    }
    return status;
}

static json_t *list_of_files(const dtn_comparison *first, const char *const *beside)
{
    json_t *files = json_array();
    for (size_t i = 0; i < N_TABLE; i++)
        json_array_append_new(files, json_string(tables[i].name));
    for (size_t v = 0; v < first->n_view; v++)
        if (first->views[v]->futures_file)
            json_array_append_new(files, json_string(first->views[v]->futures_file));
    for (; beside && *beside; beside++)
        json_array_append_new(files, json_string(*beside));
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

static json_t *list_of_views(const dtn_comparison *first)
{
    json_t *views = json_array();
    for (size_t v = 0; v < first->n_view; v++)
        json_array_append_new(views, json_string(first->views[v]->view));
    return views;
}

/* The documents that the report quotes, each with its hash; empty without them. */
static json_t *map_of_documents(const dtn_documents *docs)
{
    json_t *map = json_object();
    for (size_t i = 0; docs && i < docs->n; i++)
        json_object_set_new(map, docs->items[i].id, json_string(docs->items[i].hash));
    return map;
}

static uint64_t all_flagged(const dtn_comparison *first)
{
    uint64_t n = 0;
    for (size_t v = 0; v < first->n_view; v++)
        n += first->views[v]->n_flagged;
    return n;
}

/* The whole object, or NULL when out of memory. */
static json_t *manifest_of(const dtn_comparison *cmp, const char *const *beside)
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
        {"reference", json_string(cmp->reference)},
        {"views", list_of_views(cmp)},
        {"documents", map_of_documents(cmp->documents)},
        {"seed", count_of(cmp->seed)},
        {"runs", count_of(cmp->n_run)},
        {"n_flagged", count_of(all_flagged(cmp))},
        {"quantiles", json_string(is_exact ? QUANTILES_EXACT : QUANTILES_SKETCH)},
        {"hash", json_string("XXH3-128")},
        {"files", list_of_files(cmp, beside)},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        failed |= json_object_set_new(o, entries[i].key, entries[i].value);
    if (!failed)
        return o;
    json_decref(o);
    return NULL;
}

dtn_status dtn_compare_write_manifest(const dtn_comparison *cmp, const char *folder,
                                      const char *const *beside, dtn_diags *diags)
{
    char *path = dtn_store_join(folder, "manifest.json");
    json_t *manifest = manifest_of(cmp, beside);
    dtn_status status = DTN_E_MEMORY;
    if (path && manifest)
        status = dtn_json_write_file(path, manifest, DTN_JSON_INDENT, diags);
    json_decref(manifest);
    dtn_free(path);
    return status;
}

dtn_status dtn_compare_write(const dtn_comparison *cmp, const char *folder, uint32_t n_thread,
                             dtn_diags *diags)
{
    DTN_TRY(dtn_store_mkdirs(folder, diags));
    return write_tables(cmp, folder, n_thread, diags);
}
