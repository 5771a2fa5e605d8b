/* From runs to verdicts: claims, balances, the step, priors on shape, effects.
 *
 * A claim holds where the 95 % interval of left - bound, over the same futures, lies on its side,
 * fails where it lies on the other, and is open in between. The step is judged by the interval of
 * the paired difference of means (parameters and answers are shared, draws inside a week are not)
 * at a level that allows for the number of outcomes (Bonferroni); so are effects.
 */
#include "validate/judge.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

static const double *values_of(const dtn_judge *j, size_t config, size_t quantity)
{
    return j->configs[config].values + quantity * j->n_run;
}

static double mean_of(const dtn_judge *j, const double *values)
{
    double mean, low, high;
    dtn_mean_interval(j->n_run, values, &mean, &low, &high);
    return mean;
}

static void count(dtn_validation *v, dtn_held held)
{
    v->n_held += held == DTN_HELD;
    v->n_failed += held == DTN_FAILED;
    v->n_open += held == DTN_OPEN;
}

/* ---- Claims --------------------------------------------------------------------------------- */

static const char *statement_of(const dtn_judge *j, const dtn_claim *claim)
{
    const dtn_spec *spec = j->spec;
    dtn_arena *arena = j->v->arena;
    char limit[DTN_DOUBLE_MAX_TEXT];
    const char *left = spec->quantities[claim->quantity].name;
    dtn_double_to_text(claim->limit, limit);
    const char *text =
        dtn_arena_printf(arena, "%s %s %s", left, claim->sense < 0 ? "at most" : "at least", limit);
    if (claim->right == SIZE_MAX)
        return text;
    const bool is_same = claim->right == claim->quantity;
    text = dtn_arena_printf(arena, "%s times %s", text,
                            is_same ? "that" : spec->quantities[claim->right].name);
    if (claim->of && strcmp(claim->of, "here") == 0)
        return text;
    return dtn_arena_printf(arena, "%s of %s%s", text, claim->condition == SIZE_MAX ? "the " : "",
                            claim->of ? claim->of : "reference");
}

static void judge_claim(dtn_judge *j, const dtn_condition *condition, size_t i_condition,
                        const dtn_claim *claim, dtn_claim_result *out)
{
    const size_t there = claim->condition == SIZE_MAX ? 0 : j->condition0 + claim->condition;
    const double *left = values_of(j, j->condition0 + i_condition, claim->quantity);
    const double *right = claim->right == SIZE_MAX ? NULL : values_of(j, there, claim->right);
    double mean;
    for (uint64_t i = 0; i < j->n_run; i++)
        j->scratch[i] = left[i] - claim->limit * (right ? right[i] : 1);
    *out = (dtn_claim_result){.group = condition->group,
                              .id = condition->id,
                              .name = condition->name,
                              .statement = statement_of(j, claim),
                              .because = claim->because,
                              .left = mean_of(j, left)};
    out->bound = claim->limit * (right ? mean_of(j, right) : 1);
    dtn_mean_interval(j->n_run, j->scratch, &mean, &out->low, &out->high);
    const bool is_below = out->high <= 0, is_above = out->low >= 0;
    out->held = (claim->sense < 0 ? is_below : is_above)   ? DTN_HELD
                : (claim->sense < 0 ? is_above : is_below) ? DTN_FAILED
                                                           : DTN_OPEN;
    count(j->v, out->held);
}

void dtn_judge_claims(dtn_judge *j)
{
    const dtn_spec *spec = j->spec;
    size_t n = 0;
    for (size_t i = 0; i < spec->n_condition; i++)
        n += spec->conditions[i]->n_must;
    j->v->claims = DTN_NEW_N(j->v->arena, dtn_claim_result, n + 1);
    for (size_t i = 0; i < spec->n_condition; i++)
        for (size_t k = 0; k < spec->conditions[i]->n_must; k++)
            judge_claim(j, spec->conditions[i], i, &spec->conditions[i]->must[k],
                        &j->v->claims[j->v->n_claim++]);
}

/* ---- Balances ----------------------------------------------------------------------------------- */

void dtn_judge_balances(dtn_judge *j)
{
    const dtn_spec *spec = j->spec;
    j->v->balances = DTN_NEW_N(j->v->arena, dtn_balance_result, spec->n_balance + 1);
    j->v->n_balance = spec->n_balance;
    for (size_t b = 0; b < spec->n_balance; b++) {
        dtn_balance_result *out = &j->v->balances[b];
        *out = (dtn_balance_result){.id = spec->balances[b].id,
                                    .name = spec->balances[b].name,
                                    .tolerance = spec->balances[b].tolerance};
        for (size_t k = 0; k < j->n_config; k++) {
            const double *drift = j->configs[k].drift;
            for (uint64_t i = 0; drift && i < j->n_run; i++)
                if (drift[b * j->n_run + i] > out->worst)
                    out->worst = drift[b * j->n_run + i];
        }
        out->held = out->worst <= out->tolerance ? DTN_HELD : DTN_FAILED;
        count(j->v, out->held);
    }
}

/* ---- The step ------------------------------------------------------------------------------------- */

static void judge_step(dtn_judge *j, size_t outcome, dtn_step_result *out)
{
    const double *a = values_of(j, 0, outcome), *b = values_of(j, j->fine, outcome);
    dtn_summary summary;
    dtn_summary_of(j->n_run, a, j->scratch, &summary);
    *out = (dtn_step_result){.outcome = outcome,
                             .mean = summary.mean,
                             .mean_fine = mean_of(j, b),
                             .width = summary.p95 - summary.p05};
    for (uint64_t i = 0; i < j->n_run; i++)
        j->scratch[i] = b[i] - a[i];
    const dtn_moments m = dtn_moments_of(j->n_run, j->scratch);
    const double half = dtn_moments_half(&m, j->c->n_outcome);
    out->is_constant = out->width == 0;
    if (out->is_constant) /* the outcome's own size in its place */
        out->width = fmax(fabs(out->mean), fabs(out->mean_fine));
    out->move = fabs(m.mean) / out->width;
    out->low = out->move - half / out->width;
    out->high = out->move + half / out->width;
    if (m.mean == 0 && half == 0) /* the outcome is the same in all futures, with either step */
        out->move = out->low = out->high = 0;
    out->held = out->low > j->spec->dt_tolerance     ? DTN_FAILED
                : out->high <= j->spec->dt_tolerance ? DTN_HELD
                                                     : DTN_OPEN;
    count(j->v, out->held);
}

void dtn_judge_step(dtn_judge *j)
{
    if (j->fine == SIZE_MAX)
        return;
    const size_t n = j->c->n_outcome;
    j->v->steps = DTN_NEW_N(j->v->arena, dtn_step_result, n + 1);
    j->v->n_step = n;
    for (size_t o = 0; o < n; o++)
        judge_step(j, o, &j->v->steps[o]);
}

/* ---- Priors on shape ----------------------------------------------------------------------------------- */

void dtn_judge_priors(dtn_judge *j)
{
    const dtn_spec *spec = j->spec;
    j->v->priors = DTN_NEW_N(j->v->arena, dtn_prior_result, spec->n_prior + 1);
    j->v->n_prior = spec->n_prior;
    for (size_t i = 0; i < spec->n_prior; i++) {
        const dtn_prior *p = &spec->priors[i];
        const bool is_in = p->low <= p->value && p->value <= p->high;
        j->v->priors[i] =
            (dtn_prior_result){p->id,    p->name, p->constant, p->source,
                               p->value, p->low,  p->high,     is_in ? DTN_HELD : DTN_FAILED};
        count(j->v, j->v->priors[i].held);
    }
}

/* ---- Effects ---------------------------------------------------------------------------------------------- */

size_t dtn_pure_answers(const dtn_hypothesis *h, size_t *answers)
{
    size_t n = 0;
    for (size_t a = 0; a < h->n_answer; a++)
        if (h->answers[a].n_mixture == 0) {
            if (answers)
                answers[n] = a;
            n++;
        }
    return n >= 2 ? n : 0;
}

/* Config `from` to config `to`, in standard deviations of the reference. */
static void measure_effects(dtn_judge *j, size_t from, size_t to, dtn_effects *out)
{
    const size_t n = j->c->n_outcome;
    double best = -1;
    bool is_clear = false, is_small = true;
    out->outcomes = DTN_NEW_N(j->v->arena, dtn_effect, n + 1);
    out->largest = SIZE_MAX;
    for (size_t o = 0; o < n; o++) {
        dtn_effect *e = &out->outcomes[o];
        const double *a = values_of(j, from, o), *b = values_of(j, to, o);
        *e = (dtn_effect){.n = j->n_run, .reference = mean_of(j, a), .other = mean_of(j, b)};
        if (!dtn_standard_effect(j->n_run, values_of(j, 0, o), a, b, n, j->scratch, &e->effect,
                                 &e->low, &e->high) ||
            (out->is_own && out->is_own[o]))
            continue;
        const double size = fabs(e->effect), half = (e->high - e->low) / 2;
        if (size > best) {
            best = size;
            out->largest = o;
        }
        out->n_above += size - half >= DTN_EFFECT_THRESHOLD;
        is_clear = is_clear || size - half >= DTN_EFFECT_THRESHOLD;
        is_small = is_small && size + half < DTN_EFFECT_THRESHOLD;
    }
    out->held = is_clear ? DTN_HELD : is_small && best >= 0 ? DTN_FAILED : DTN_OPEN;
}

static void judge_knockouts(dtn_judge *j, const char *group, const dtn_knockout *list, size_t n,
                            size_t config0)
{
    for (size_t i = 0; i < n; i++) {
        dtn_effects *out = &j->v->effects[j->v->n_effects++];
        *out = (dtn_effects){.group = group,
                             .id = list[i].id,
                             .name = list[i].name,
                             .what = "off",
                             .reason = list[i].reason,
                             .is_own = list[i].is_own};
        measure_effects(j, 0, config0 + i, out);
    }
}

static void judge_pair(dtn_judge *j, const dtn_hypothesis *h, size_t a, size_t b, size_t from,
                       size_t to)
{
    dtn_effects *out = &j->v->effects[j->v->n_effects++];
    *out = (dtn_effects){
        .group = "answers",
        .id = h->id,
        .name = h->question,
        .what = dtn_arena_printf(j->v->arena, "%s, not %s", h->answers[b].id, h->answers[a].id)};
    measure_effects(j, from, to, out);
}

void dtn_judge_effects(dtn_judge *j)
{
    const dtn_spec *spec = j->spec;
    size_t n_pair = 0, config = j->answer0;
    for (size_t h = 0; h < j->c->n_hypothesis; h++) {
        const size_t n = dtn_pure_answers(&j->c->hypotheses[h], NULL);
        n_pair += n * (n - (n > 0)) / 2;
    }
    j->v->effects =
        DTN_NEW_N(j->v->arena, dtn_effects, spec->n_part + spec->n_hypothesis + n_pair + 1);
    judge_knockouts(j, "part", spec->parts, spec->n_part, j->part0);
    judge_knockouts(j, "hypothesis", spec->hypotheses, spec->n_hypothesis, j->hypothesis0);
    for (size_t h = 0; h < j->c->n_hypothesis; h++) {
        const dtn_hypothesis *one = &j->c->hypotheses[h];
        size_t *answers = DTN_NEW_N(j->v->arena, size_t, one->n_answer + 1);
        const size_t n = dtn_pure_answers(one, answers);
        for (size_t a = 0; a < n; a++)
            for (size_t b = a + 1; b < n; b++)
                judge_pair(j, one, answers[a], answers[b], config + a, config + b);
        config += n;
    }
}

static double size_of(const dtn_effects *e)
{
    return e->largest == SIZE_MAX ? -1 : fabs(e->outcomes[e->largest].effect);
}

bool dtn_validation_is_largest(const dtn_validation *v, size_t i)
{
    if (strcmp(v->effects[i].group, "answers") != 0)
        return true;
    for (size_t k = 0; k < v->n_effects; k++)
        if (strcmp(v->effects[k].group, "answers") == 0 &&
            strcmp(v->effects[k].id, v->effects[i].id) == 0 &&
            (size_of(&v->effects[k]) > size_of(&v->effects[i]) ||
             (k < i && size_of(&v->effects[k]) == size_of(&v->effects[i]))))
            return false;
    return true;
}
