/* The comparison's figures as JSON, for the charts.
 *
 * Written straight from the comparison in a fixed order, numbers in the shortest form that reads
 * back the same, null where there is no value; so the same comparison gives the same bytes. The
 * shape is that of web/src/data.ts, `format` counts its versions. History is the same under every
 * profile and stands once. '<', '>' and '&' are escaped (prose.c), so that no name in a case can
 * end the <script> element.
 */
#include "report/json.h"

#include "report/words.h"

#include <stddef.h>
#include <string.h>

static void key(dtn_prose *out, const char *name)
{
    char last = out->n > 0 ? out->text[out->n - 1] : '{';
    if (last != '{' && last != '[')
        dtn_prose_raw(out, ",");
    dtn_prose_json_string(out, name);
    dtn_prose_raw(out, ":");
}

static void comma(dtn_prose *out, size_t i)
{
    if (i > 0)
        dtn_prose_raw(out, ",");
}

static void text(dtn_prose *out, const char *name, const char *value)
{
    key(out, name);
    dtn_prose_json_string(out, value);
}

static void number(dtn_prose *out, const char *name, double value)
{
    key(out, name);
    dtn_prose_json_number(out, value);
}

/* A text made by one of the dtn_say_ functions, as a JSON string. */
static void said(dtn_prose *out, const char *name, dtn_prose *plain)
{
    text(out, name, plain->text);
    out->failed |= plain->failed;
    dtn_prose_free(plain);
}

static void put_dates(dtn_prose *out, const dtn_comparison *cmp)
{
    char date[11];
    key(out, "dates");
    dtn_prose_raw(out, "[");
    for (size_t t = 0; t < cmp->n_time; t++) {
        comma(out, t);
        dtn_case_date_of(cmp->c, cmp->time[t], date);
        dtn_prose_json_string(out, date);
    }
    dtn_prose_raw(out, "]");
}

static void put_profiles(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_prose plain;
    dtn_prose_init(&plain, false);
    key(out, "profiles");
    dtn_prose_raw(out, "[");
    for (size_t p = 0; p < cmp->n_profile; p++) {
        comma(out, p);
        dtn_prose_raw(out, "{");
        text(out, "label", cmp->profiles[p].label);
        dtn_say_profile(&plain, cmp, p);
        said(out, "name", &plain);
        dtn_prose_raw(out, "}");
    }
    dtn_prose_raw(out, "]");
}

static void put_outcomes(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_prose plain;
    dtn_prose_init(&plain, false);
    key(out, "outcomes");
    dtn_prose_raw(out, "[");
    for (size_t o = 0; o < cmp->n_outcome; o++) {
        const dtn_outcome *outcome = &cmp->c->outcomes[o];
        comma(out, o);
        dtn_prose_raw(out, "{");
        text(out, "id", outcome->id);
        text(out, "name", outcome->name);
        text(out, "unit", outcome->unit);
        dtn_say_series_unit(&plain, cmp->c, outcome);
        said(out, "series_unit", &plain);
        text(out, "group", outcome->group);
        number(out, "direction", outcome->direction);
        number(out, "noise", dtn_noise_of(cmp, o));
        dtn_prose_raw(out, "}");
    }
    dtn_prose_raw(out, "]");
}

/* One figure of points t0..t1-1 of a series. */
static void put_quantile(dtn_prose *out, const char *name, const dtn_summary *series, size_t t0,
                         size_t t1, size_t offset)
{
    key(out, name);
    dtn_prose_raw(out, "[");
    for (size_t t = t0; t < t1; t++) {
        double value;
        memcpy(&value, (const char *)&series[t] + offset, sizeof value);
        comma(out, t - t0);
        dtn_prose_json_number(out, value);
    }
    dtn_prose_raw(out, "]");
}

static void put_fan(dtn_prose *out, const dtn_comparison *cmp, size_t p, size_t o, size_t t0,
                    size_t t1)
{
    const dtn_summary *series = &cmp->series[(p * cmp->n_outcome + o) * cmp->n_time];
    dtn_prose_raw(out, "{");
    put_quantile(out, "p05", series, t0, t1, offsetof(dtn_summary, p05));
    put_quantile(out, "p25", series, t0, t1, offsetof(dtn_summary, p25));
    put_quantile(out, "p50", series, t0, t1, offsetof(dtn_summary, p50));
    put_quantile(out, "p75", series, t0, t1, offsetof(dtn_summary, p75));
    put_quantile(out, "p95", series, t0, t1, offsetof(dtn_summary, p95));
    dtn_prose_raw(out, "}");
}

static void put_series(dtn_prose *out, const dtn_comparison *cmp)
{
    key(out, "history");
    dtn_prose_raw(out, "[");
    for (size_t o = 0; o < cmp->n_outcome; o++) {
        comma(out, o);
        put_fan(out, cmp, 0, o, 0, cmp->i_decide);
    }
    dtn_prose_raw(out, "]");
    key(out, "future");
    dtn_prose_raw(out, "[");
    for (size_t p = 0; p < cmp->n_profile; p++) {
        comma(out, p);
        dtn_prose_raw(out, "[");
        for (size_t o = 0; o < cmp->n_outcome; o++) {
            comma(out, o);
            put_fan(out, cmp, p, o, cmp->i_decide, cmp->n_time);
        }
        dtn_prose_raw(out, "]");
    }
    dtn_prose_raw(out, "]");
}

static void put_observed(dtn_prose *out, const dtn_comparison *cmp)
{
    key(out, "observed");
    dtn_prose_raw(out, "[");
    for (size_t i = 0; i < cmp->c->n_observed; i++) {
        const dtn_observed *obs = &cmp->c->observed[i];
        comma(out, i);
        dtn_prose_raw(out, "{");
        text(out, "id", obs->id);
        text(out, "name", obs->name);
        number(out, "outcome", obs->i_outcome == DTN_NONE ? -1 : (double)obs->i_outcome);
        key(out, "dates");
        dtn_prose_raw(out, "[");
        for (size_t k = 0; k < obs->n; k++) {
            comma(out, k);
            dtn_prose_json_string(out, obs->date[k]);
        }
        dtn_prose_raw(out, "]");
        key(out, "values");
        dtn_prose_raw(out, "[");
        for (size_t k = 0; k < obs->n; k++) {
            comma(out, k);
            dtn_prose_json_number(out, obs->value[k]);
        }
        dtn_prose_raw(out, "]}");
    }
    dtn_prose_raw(out, "]");
}

static void put_paired(dtn_prose *out, const dtn_comparison *cmp, const dtn_paired *d, size_t o)
{
    dtn_prose_raw(out, "{");
    number(out, "n", (double)d->n);
    number(out, "mean", d->mean);
    number(out, "p05", d->p05);
    number(out, "p50", d->p50);
    number(out, "p95", d->p95);
    number(out, "share_better", d->share_better);
    number(out, "low", d->low);
    number(out, "high", d->high);
    number(out, "verdict", dtn_verdict(cmp, d, o));
    dtn_prose_raw(out, "}");
}

/* [profile][outcome]; the reference's row holds null. */
static void put_pairs(dtn_prose *out, const dtn_comparison *cmp, const dtn_paired *pairs)
{
    dtn_prose_raw(out, "[");
    for (size_t p = 0; p < cmp->n_profile; p++) {
        comma(out, p);
        dtn_prose_raw(out, "[");
        for (size_t o = 0; o < cmp->n_outcome; o++) {
            comma(out, o);
            if (p == 0)
                dtn_prose_raw(out, "null");
            else
                put_paired(out, cmp, &pairs[p * cmp->n_outcome + o], o);
        }
        dtn_prose_raw(out, "]");
    }
    dtn_prose_raw(out, "]");
}

static void put_regimes(dtn_prose *out, const dtn_comparison *cmp)
{
    size_t n_regime = cmp->c->n_regime;
    key(out, "regimes");
    dtn_prose_raw(out, "[");
    for (size_t r = 0; r < n_regime; r++) {
        comma(out, r);
        dtn_prose_raw(out, "{");
        text(out, "id", cmp->c->regimes[r].id);
        text(out, "name", cmp->c->regimes[r].name);
        dtn_prose_raw(out, "}");
    }
    dtn_prose_raw(out, "]");
    key(out, "regime_share");
    dtn_prose_raw(out, "[");
    for (size_t p = 0; p < cmp->n_profile; p++) {
        comma(out, p);
        dtn_prose_raw(out, "[");
        for (size_t r = 0; r < n_regime; r++) {
            comma(out, r);
            dtn_prose_raw(out, "[");
            for (size_t t = 0; t < cmp->n_time; t++) {
                comma(out, t);
                dtn_prose_json_number(out, cmp->regime_share[(p * n_regime + r) * cmp->n_time + t]);
            }
            dtn_prose_raw(out, "]");
        }
        dtn_prose_raw(out, "]");
    }
    dtn_prose_raw(out, "]");
}

static void put_answers(dtn_prose *out, const dtn_comparison *cmp, size_t h)
{
    const dtn_hypothesis *hyp = &cmp->c->hypotheses[h];
    key(out, "answers");
    dtn_prose_raw(out, "[");
    for (size_t a = 0; a < hyp->n_answer; a++) {
        size_t cell = dtn_cell_of(cmp, h, a);
        comma(out, a);
        dtn_prose_raw(out, "{");
        text(out, "id", hyp->answers[a].id);
        text(out, "name", hyp->answers[a].name);
        key(out, "cell");
        if (cell == SIZE_MAX)
            dtn_prose_raw(out, "null");
        else
            dtn_prose_print(out, "%zu", cell);
        dtn_prose_raw(out, "}");
    }
    dtn_prose_raw(out, "]");
}

static void put_hypotheses(dtn_prose *out, const dtn_comparison *cmp)
{
    key(out, "hypotheses");
    dtn_prose_raw(out, "[");
    for (size_t h = 0; h < cmp->c->n_hypothesis; h++) {
        comma(out, h);
        dtn_prose_raw(out, "{");
        text(out, "id", cmp->c->hypotheses[h].id);
        text(out, "question", cmp->c->hypotheses[h].question);
        put_answers(out, cmp, h);
        dtn_prose_raw(out, "}");
    }
    dtn_prose_raw(out, "]");
    key(out, "cell_paired");
    dtn_prose_raw(out, "[");
    for (size_t i = 0; i < cmp->n_cell; i++) {
        comma(out, i);
        put_pairs(out, cmp, &cmp->cell_paired[i * cmp->n_profile * cmp->n_outcome]);
    }
    dtn_prose_raw(out, "]");
}

void dtn_report_json(dtn_prose *out, const dtn_comparison *cmp)
{
    dtn_prose_raw(out, "{");
    number(out, "format", 1);
    text(out, "decide_on", cmp->c->decide_on);
    put_dates(out, cmp);
    number(out, "i_decide", (double)cmp->i_decide);
    put_profiles(out, cmp);
    put_outcomes(out, cmp);
    put_series(out, cmp);
    put_observed(out, cmp);
    key(out, "paired");
    put_pairs(out, cmp, cmp->paired);
    put_regimes(out, cmp);
    put_hypotheses(out, cmp);
    dtn_prose_raw(out, "}");
}
