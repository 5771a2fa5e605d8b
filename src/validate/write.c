/* The files of a validation, and the whole as JSON.
 *
 * validation.csv has a row for each check with its verdict; effects.csv one for each part,
 * hypothesis or pair of answers and outcome; reproduction.csv Theil's statistics. Columns are in
 * docs/validation.md. Nothing depends on machine, folder or clock.
 */
#include "store/csv.h"
#include "store/json.h"
#include "validate/validate.h"

#include "base/text.h"

#include <math.h>

/* ---- CSV ------------------------------------------------------------------------------------- */

static void header(dtn_csv *csv, const char *const *names)
{
    for (; *names; names++)
        dtn_csv_text(csv, *names);
    dtn_csv_end_row(csv);
}

/* check,id,what,value,bound,low,high,verdict */
static void row(dtn_csv *csv, const char *check, const char *id, const char *what,
                const double numbers[4], dtn_held held)
{
    dtn_csv_text(csv, check);
    dtn_csv_text(csv, id);
    dtn_csv_text(csv, what);
    for (int i = 0; i < 4; i++)
        dtn_csv_number(csv, numbers[i]);
    dtn_csv_text(csv, dtn_held_word(held));
    dtn_csv_end_row(csv);
}

static const char *const check_columns[] = {"check", "id",   "what",    "value", "bound",
                                            "low",   "high", "verdict", NULL};

static void write_checks(const dtn_validation *v, dtn_csv *csv)
{
    for (size_t i = 0; i < v->n_claim; i++) {
        const dtn_claim_result *r = &v->claims[i];
        row(csv, r->group, r->id, r->statement,
            (const double[]){r->left, r->bound, r->low, r->high}, r->held);
    }
    for (size_t i = 0; i < v->n_balance; i++) {
        const dtn_balance_result *r = &v->balances[i];
        row(csv, "conservation", r->id, r->name,
            (const double[]){r->worst, r->tolerance, (double)NAN, (double)NAN}, r->held);
    }
    for (size_t i = 0; i < v->n_step; i++) {
        const dtn_step_result *r = &v->steps[i];
        row(csv, "integration", v->c->outcomes[r->outcome].id, "share of the width p05 to p95",
            (const double[]){r->move, r->width, r->low, r->high}, r->held);
    }
    for (size_t i = 0; i < v->n_reproduction; i++)
        for (size_t s = 0; s < DTN_N_SHAPE; s++) {
            const dtn_shape_statistic *r = &v->reproductions[i].statistics[s];
            row(csv, "reproduction", v->reproductions[i].series, r->name,
                (const double[]){r->recorded, r->p50, r->low, r->high}, r->held);
        }
    for (size_t i = 0; i < v->n_prior; i++) {
        const dtn_prior_result *r = &v->priors[i];
        row(csv, "shape", r->id, r->constant,
            (const double[]){r->value, (double)NAN, r->low, r->high}, r->held);
    }
}

static const char *const effect_columns[] = {"group", "id", "what",   "outcome", "own",  "n",
                                             "from",  "to", "effect", "low",     "high", NULL};

static void write_effects(const dtn_validation *v, dtn_csv *csv)
{
    for (size_t i = 0; i < v->n_effects; i++)
        for (size_t o = 0; o < v->c->n_outcome; o++) {
            const dtn_effects *e = &v->effects[i];
            const dtn_effect *one = &e->outcomes[o];
            dtn_csv_text(csv, e->group);
            dtn_csv_text(csv, e->id);
            dtn_csv_text(csv, e->what);
            dtn_csv_text(csv, v->c->outcomes[o].id);
            dtn_csv_text(csv, e->is_own && e->is_own[o] ? "yes" : "no");
            dtn_csv_int(csv, (int64_t)one->n);
            dtn_csv_number(csv, one->reference);
            dtn_csv_number(csv, one->other);
            dtn_csv_number(csv, one->effect);
            dtn_csv_number(csv, one->low);
            dtn_csv_number(csv, one->high);
            dtn_csv_end_row(csv);
        }
}

static const char *const theil_columns[] = {"series", "from", "until", "periods", "of",
                                            "rmse",   "um",   "us",    "uc",      NULL};

static void theil_row(dtn_csv *csv, const dtn_reproduction *r, const char *of, const dtn_theil *t)
{
    dtn_csv_text(csv, r->series);
    dtn_csv_text(csv, r->from);
    dtn_csv_text(csv, r->until);
    dtn_csv_int(csv, (int64_t)r->n_period);
    dtn_csv_text(csv, of);
    dtn_csv_number(csv, sqrt(t->mse));
    dtn_csv_number(csv, t->um);
    dtn_csv_number(csv, t->us);
    dtn_csv_number(csv, t->uc);
    dtn_csv_end_row(csv);
}

static void write_theil(const dtn_validation *v, dtn_csv *csv)
{
    for (size_t i = 0; i < v->n_reproduction; i++) {
        theil_row(csv, &v->reproductions[i], "mean of the futures", &v->reproductions[i].mean_path);
        theil_row(csv, &v->reproductions[i], "median over futures", &v->reproductions[i].median);
    }
}

typedef void (*table_fn)(const dtn_validation *v, dtn_csv *csv);

static dtn_status write_table(const dtn_validation *v, const char *folder, const char *name,
                              const char *const *columns, table_fn fn, dtn_diags *diags)
{
    dtn_out out;
    dtn_csv csv;
    char *path = dtn_store_join(folder, name);
    dtn_status status = path ? dtn_out_open(&out, path, diags) : DTN_E_MEMORY;
    if (status == DTN_OK) {
        dtn_csv_init(&csv, &out, ',');
        header(&csv, columns);
        fn(v, &csv);
        status = dtn_out_commit(&out, diags);
    }
    dtn_free(path);
    return status;
}

/* ---- JSON ----------------------------------------------------------------------------------------- */

static void put(json_t *object, const char *key, json_t *value)
{
    (void)json_object_set_new(object, key, value);
}

static void put_text(json_t *object, const char *key, const char *text)
{
    put(object, key, text ? json_string(text) : json_null());
}

static void put_number(json_t *object, const char *key, double value)
{
    put(object, key, dtn_json_number(value));
}

static json_t *claim_json(const dtn_claim_result *r)
{
    json_t *o = json_object();
    put_text(o, "group", r->group);
    put_text(o, "id", r->id);
    put_text(o, "name", r->name);
    put_text(o, "statement", r->statement);
    put_text(o, "because", r->because);
    put_number(o, "value", r->left);
    put_number(o, "bound", r->bound);
    put_number(o, "low", r->low);
    put_number(o, "high", r->high);
    put_text(o, "verdict", dtn_held_word(r->held));
    return o;
}

static json_t *balance_json(const dtn_balance_result *r)
{
    json_t *o = json_object();
    put_text(o, "id", r->id);
    put_text(o, "name", r->name);
    put_number(o, "worst", r->worst);
    put_number(o, "tolerance", r->tolerance);
    put_text(o, "verdict", dtn_held_word(r->held));
    return o;
}

static json_t *step_json(const dtn_validation *v, const dtn_step_result *r)
{
    json_t *o = json_object();
    put_text(o, "outcome", v->c->outcomes[r->outcome].id);
    put_number(o, "mean", r->mean);
    put_number(o, "mean_fine", r->mean_fine);
    put_number(o, "width", r->width);
    put_number(o, "move", r->move);
    put_number(o, "low", r->low);
    put_number(o, "high", r->high);
    put_text(o, "verdict", dtn_held_word(r->held));
    return o;
}

static json_t *theil_json(const dtn_theil *t)
{
    json_t *o = json_object();
    put_number(o, "rmse", sqrt(t->mse));
    put_number(o, "um", t->um);
    put_number(o, "us", t->us);
    put_number(o, "uc", t->uc);
    return o;
}

static json_t *reproduction_json(const dtn_reproduction *r)
{
    json_t *o = json_object(), *list = json_array();
    put_text(o, "series", r->series);
    put_text(o, "note", r->note);
    put_text(o, "from", r->from);
    put_text(o, "until", r->until);
    put(o, "periods", json_integer((json_int_t)r->n_period));
    put(o, "recorded", json_integer((json_int_t)r->n_recorded));
    put_text(o, "only_edge", r->only_edge);
    put(o, "outside", json_integer((json_int_t)r->n_outside));
    put(o, "n", json_integer((json_int_t)r->n));
    put_number(o, "band", r->band);
    for (size_t s = 0; s < DTN_N_SHAPE; s++) {
        const dtn_shape_statistic *stat = &r->statistics[s];
        json_t *one = json_object();
        put_text(one, "name", stat->name);
        put_number(one, "recorded", stat->recorded);
        put_number(one, "low", stat->low);
        put_number(one, "p50", stat->p50);
        put_number(one, "high", stat->high);
        put_text(one, "verdict", dtn_held_word(stat->held));
        (void)json_array_append_new(list, one);
    }
    put(o, "statistics", list);
    put(o, "theil_mean_path", theil_json(&r->mean_path));
    put(o, "theil_median", theil_json(&r->median));
    put_number(o, "rmse_over_level", r->rmse_over_level);
    return o;
}

static json_t *prior_json(const dtn_prior_result *r)
{
    json_t *o = json_object();
    put_text(o, "id", r->id);
    put_text(o, "name", r->name);
    put_text(o, "constant", r->constant);
    put_text(o, "source", r->source);
    put_number(o, "value", r->value);
    put_number(o, "low", r->low);
    put_number(o, "high", r->high);
    put_text(o, "verdict", dtn_held_word(r->held));
    return o;
}

static json_t *effects_json(const dtn_validation *v, const dtn_effects *e)
{
    json_t *o = json_object(), *list = json_array();
    put_text(o, "group", e->group);
    put_text(o, "id", e->id);
    put_text(o, "name", e->name);
    put_text(o, "what", e->what);
    put_text(o, "reason", e->reason);
    put_text(o, "largest", e->largest == SIZE_MAX ? NULL : v->c->outcomes[e->largest].id);
    put(o, "n_above", json_integer((json_int_t)e->n_above));
    put_text(o, "verdict",
             e->held == DTN_HELD     ? "matters"
             : e->held == DTN_FAILED ? "small"
                                     : "open");
    for (size_t i = 0; i < v->c->n_outcome; i++) {
        const dtn_effect *one = &e->outcomes[i];
        json_t *row_of = json_object();
        put_text(row_of, "outcome", v->c->outcomes[i].id);
        put(row_of, "own", json_boolean(e->is_own && e->is_own[i]));
        put_number(row_of, "from", one->reference);
        put_number(row_of, "to", one->other);
        put_number(row_of, "effect", one->effect);
        put_number(row_of, "low", one->low);
        put_number(row_of, "high", one->high);
        (void)json_array_append_new(list, row_of);
    }
    put(o, "outcomes", list);
    return o;
}

json_t *dtn_validation_json(const dtn_validation *v)
{
    json_t *o = json_object();
    json_t *lists[6];
    static const char *const names[] = {"claims",       "conservation", "integration",
                                        "reproduction", "shape",        "effects"};
    for (int i = 0; i < 6; i++)
        lists[i] = json_array();
    put_text(o, "case", v->c->id);
    put_text(o, "case_hash", v->c->hash);
    put(o, "seed", json_integer((json_int_t)v->seed));
    put(o, "n_run", json_integer((json_int_t)v->n_run));
    put(o, "n_flagged", json_integer((json_int_t)v->n_flagged));
    put(o, "held", json_integer((json_int_t)v->n_held));
    put(o, "failed", json_integer((json_int_t)v->n_failed));
    put(o, "open", json_integer((json_int_t)v->n_open));
    put_number(o, "dt", v->dt);
    put_number(o, "dt_fine", v->dt_fine > 0 ? v->dt_fine : (double)NAN);
    put_number(o, "effect_threshold", DTN_EFFECT_THRESHOLD);
    for (size_t i = 0; i < v->n_claim; i++)
        (void)json_array_append_new(lists[0], claim_json(&v->claims[i]));
    for (size_t i = 0; i < v->n_balance; i++)
        (void)json_array_append_new(lists[1], balance_json(&v->balances[i]));
    for (size_t i = 0; i < v->n_step; i++)
        (void)json_array_append_new(lists[2], step_json(v, &v->steps[i]));
    for (size_t i = 0; i < v->n_reproduction; i++)
        (void)json_array_append_new(lists[3], reproduction_json(&v->reproductions[i]));
    for (size_t i = 0; i < v->n_prior; i++)
        (void)json_array_append_new(lists[4], prior_json(&v->priors[i]));
    for (size_t i = 0; i < v->n_effects; i++)
        (void)json_array_append_new(lists[5], effects_json(v, &v->effects[i]));
    for (int i = 0; i < 6; i++)
        put(o, names[i], lists[i]);
    return o;
}

enum { CHECKS, EFFECTS, REPRODUCTION, ALL };
const char *const dtn_validation_files[] = {[CHECKS] = "validation.csv",
                                            [EFFECTS] = "effects.csv",
                                            [REPRODUCTION] = "reproduction.csv",
                                            [ALL] = "validation.json",
                                            [ALL + 1] = NULL};

dtn_status dtn_validation_write(const dtn_validation *v, const char *folder, dtn_diags *diags)
{
    DTN_TRY(dtn_store_mkdirs(folder, diags));
    DTN_TRY(
        write_table(v, folder, dtn_validation_files[CHECKS], check_columns, write_checks, diags));
    DTN_TRY(write_table(v, folder, dtn_validation_files[EFFECTS], effect_columns, write_effects,
                        diags));
    DTN_TRY(write_table(v, folder, dtn_validation_files[REPRODUCTION], theil_columns, write_theil,
                        diags));
    char *path = dtn_store_join(folder, dtn_validation_files[ALL]);
    json_t *root = dtn_validation_json(v);
    dtn_status status = DTN_E_MEMORY;
    if (path && root)
        status = dtn_json_write_file(path, root, DTN_JSON_INDENT, diags);
    json_decref(root);
    dtn_free(path);
    return status;
}
