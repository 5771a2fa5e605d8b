/* A validation as tables for the terminal: what was demanded, what came out, the verdict first.
 *
 * Everything that fails or stays open is shown; of the step and of pairs of answers, which are many,
 * what holds is counted and the largest shown. All figures are in the files (validate/write.c).
 */
#include "report/validation.h"

#include "base/text.h"
#include "report/prose.h"
#include "report/words.h"

#include <math.h>
#include <string.h>

static void number(dtn_prose *out, double value) { dtn_prose_value(out, value, 0); }

/* Text in a column of its own, cut where it is longer. */
static void column(dtn_prose *out, const char *text, size_t width)
{
    size_t n = 0, w = 0;
    while (text[n] != '\0' && w < width) {
        n++;
        while (((unsigned char)text[n] & 0xC0) == 0x80)
            n++;
        w++;
    }
    dtn_prose_bytes(out, text, n);
    for (; w < width; w++)
        dtn_prose_raw(out, " ");
    dtn_prose_raw(out, " ");
}

static void verdict(dtn_prose *out, dtn_held held)
{
    dtn_prose_raw(out, "  ");
    column(out, dtn_held_word(held), 5);
    dtn_prose_raw(out, " ");
}

static void say_claims(dtn_prose *out, const dtn_validation *v, const char *group,
                       const char *title)
{
    const char *last = NULL;
    for (size_t i = 0; i < v->n_claim; i++) {
        const dtn_claim_result *r = &v->claims[i];
        if (strcmp(r->group, group) != 0)
            continue;
        if (last == NULL) {
            dtn_prose_raw(out, "\n");
            dtn_prose_raw(out, title);
            dtn_prose_raw(out, "\n");
        }
        if (last == NULL || strcmp(last, r->id) != 0) {
            dtn_prose_raw(out, "  ");
            dtn_prose_say(out, r->name);
            dtn_prose_raw(out, "\n");
        }
        last = r->id;
        dtn_prose_raw(out, "  ");
        verdict(out, r->held);
        dtn_prose_say(out, r->statement);
        dtn_prose_raw(out, ": ");
        number(out, r->left);
        dtn_prose_raw(out, " against ");
        number(out, r->bound);
        if (r->held != DTN_HELD) {
            dtn_prose_raw(out, "; difference ");
            number(out, r->low);
            dtn_prose_raw(out, " to ");
            number(out, r->high);
        }
        dtn_prose_raw(out, "\n");
    }
}

static void say_balances(dtn_prose *out, const dtn_validation *v)
{
    if (v->n_balance > 0)
        dtn_prose_raw(out, "\nConservation (largest drift over all futures, of the sum of "
                           "magnitudes)\n");
    for (size_t i = 0; i < v->n_balance; i++) {
        verdict(out, v->balances[i].held);
        column(out, v->balances[i].name, 48);
        number(out, v->balances[i].worst);
        dtn_prose_raw(out, ", tolerance ");
        number(out, v->balances[i].tolerance);
        dtn_prose_raw(out, "\n");
    }
}

static void say_step_row(dtn_prose *out, const dtn_validation *v, const dtn_step_result *r)
{
    verdict(out, r->held);
    column(out, v->c->outcomes[r->outcome].id, 32);
    number(out, 100 * r->move);
    dtn_prose_raw(out,
                  r->is_constant ? " % of its size, as nothing varies (" : " % of the width (");
    number(out, 100 * (r->low > 0 ? r->low : 0));
    dtn_prose_raw(out, " to ");
    number(out, 100 * r->high);
    dtn_prose_raw(out, " %)\n");
}

static void say_steps(dtn_prose *out, const dtn_validation *v)
{
    size_t n[3] = {0, 0, 0}, worst = 0;
    if (v->n_step == 0)
        return;
    for (size_t i = 0; i < v->n_step; i++) {
        n[v->steps[i].held]++;
        if (v->steps[i].move > v->steps[worst].move)
            worst = i;
    }
    dtn_prose_raw(out, "\nIntegration: step ");
    number(out, v->dt_fine);
    dtn_prose_raw(out, " against ");
    number(out, v->dt);
    dtn_prose_print(out, "; of %zu outcomes %zu hold, %zu fail, %zu are open (more runs tell)\n",
                    v->n_step, n[DTN_HELD], n[DTN_FAILED], n[DTN_OPEN]);
    for (size_t i = 0; i < v->n_step; i++)
        if (i == worst || v->steps[i].held == DTN_FAILED)
            say_step_row(out, v, &v->steps[i]);
}

static void say_theil(dtn_prose *out, const char *of, const dtn_theil *t)
{
    dtn_prose_raw(out, "         ");
    column(out, of, 24);
    dtn_prose_raw(out, "RMSE ");
    number(out, sqrt(t->mse));
    dtn_prose_raw(out, ", U^M ");
    dtn_prose_number(out, t->um, 2);
    dtn_prose_raw(out, ", U^S ");
    dtn_prose_number(out, t->us, 2);
    dtn_prose_raw(out, ", U^C ");
    dtn_prose_number(out, t->uc, 2);
    dtn_prose_raw(out, "\n");
}

static void say_reproduction(dtn_prose *out, const dtn_reproduction *r)
{
    enum { WIDTH = 100 };
    dtn_prose head;
    dtn_prose_init(&head, false);
    dtn_prose_raw(&head, "Reproduction of ");
    dtn_say_periods(&head, r);
    dtn_prose_raw(&head, ": recorded, and the central ");
    dtn_prose_percent(&head, r->band);
    dtn_prose_raw(&head, " of the futures");
    dtn_prose_raw(out, "\n");
    out->failed |= head.failed;
    if (!head.failed)
        dtn_prose_wrap(out, head.text, WIDTH, 0);
    dtn_prose_free(&head);
    for (size_t s = 0; s < DTN_N_SHAPE; s++) {
        const dtn_shape_statistic *stat = &r->statistics[s];
        verdict(out, stat->held);
        column(out, stat->name, 24);
        number(out, stat->recorded);
        dtn_prose_raw(out, "   ");
        number(out, stat->low);
        dtn_prose_raw(out, " to ");
        number(out, stat->high);
        dtn_prose_raw(out, ", median ");
        number(out, stat->p50);
        dtn_prose_raw(out, "\n");
    }
    say_theil(out, "mean of the futures", &r->mean_path);
    say_theil(out, "median over futures", &r->median);
    if (r->note != NULL) {
        dtn_prose_raw(out, "         ");
        dtn_prose_say(out, r->note);
        dtn_prose_raw(out, "\n");
    }
}

static void say_priors(dtn_prose *out, const dtn_validation *v)
{
    if (v->n_prior > 0)
        dtn_prose_raw(out, "\nShape: constants against data carried over\n");
    for (size_t i = 0; i < v->n_prior; i++) {
        const dtn_prior_result *r = &v->priors[i];
        verdict(out, r->held);
        column(out, r->constant, 40);
        number(out, r->value);
        dtn_prose_raw(out, ", data ");
        number(out, r->low);
        dtn_prose_raw(out, " to ");
        number(out, r->high);
        dtn_prose_raw(out, "\n");
    }
}

/* ---- Effects ------------------------------------------------------------------------------------ */

static void say_effect(dtn_prose *out, const dtn_validation *v, const dtn_effects *e)
{
    dtn_prose_raw(out, "  ");
    column(out, e->held == DTN_HELD ? "matters" : e->held == DTN_FAILED ? "small" : "open", 8);
    column(out, e->id, 12);
    column(out, strcmp(e->group, "answers") == 0 ? e->what : e->name, 30);
    if (e->largest != SIZE_MAX) {
        const dtn_effect *one = &e->outcomes[e->largest];
        dtn_prose_signed(out, one->effect, 2);
        dtn_prose_raw(out, " [");
        dtn_prose_signed(out, one->low, 2);
        dtn_prose_raw(out, ", ");
        dtn_prose_signed(out, one->high, 2);
        dtn_prose_raw(out, "] ");
        dtn_prose_say(out, v->c->outcomes[e->largest].id);
        dtn_prose_print(out, "; %zu", e->n_above);
    }
    dtn_prose_raw(out, "\n");
    if (e->held != DTN_HELD && e->reason != NULL) {
        dtn_prose_raw(out, "                 ");
        dtn_prose_say(out, e->reason);
        dtn_prose_raw(out, "\n");
    }
}

static void say_effects(dtn_prose *out, const dtn_validation *v)
{
    const char *last = "";
    if (v->n_effects > 0)
        dtn_prose_raw(out,
                      "\nEffects when switched off, in standard deviations of the outcome over "
                      "the futures,\nwith a 95 % interval over all outcomes together; the "
                      "largest, and how many reach 0.05 clearly\n");
    for (size_t i = 0; i < v->n_effects; i++) {
        const dtn_effects *e = &v->effects[i];
        if (!dtn_validation_is_largest(v, i))
            continue;
        if (strcmp(e->group, "answers") == 0 && strcmp(last, "answers") != 0)
            dtn_prose_raw(out, "One answer held in all futures, not another\n");
        last = e->group;
        say_effect(out, v, e);
    }
}

/* Effects are told, not demanded: they are counted beside the checks, those that were shown. */
static void say_count_of_effects(dtn_prose *out, const dtn_validation *v)
{
    size_t n[3] = {0, 0, 0};
    for (size_t i = 0; i < v->n_effects; i++)
        if (dtn_validation_is_largest(v, i))
            n[v->effects[i].held]++;
    if (v->n_effects > 0)
        dtn_prose_print(out, "; effects: %zu matter, %zu small, %zu open", n[DTN_HELD],
                        n[DTN_FAILED], n[DTN_OPEN]);
}

char *dtn_report_validation(const dtn_validation *v)
{
    dtn_prose out;
    dtn_prose_init(&out, false);
    dtn_prose_raw(&out, "Validation: ");
    dtn_prose_count(&out, v->n_run);
    dtn_prose_print(&out, " futures, seed %llu, the same ones in every run\n",
                    (unsigned long long)v->seed);
    say_claims(&out, v, "extreme", "Extreme conditions (means over the futures)");
    say_claims(&out, v, "story", "The story (means over the futures)");
    say_balances(&out, v);
    say_steps(&out, v);
    for (size_t i = 0; i < v->n_reproduction; i++)
        say_reproduction(&out, &v->reproductions[i]);
    say_priors(&out, v);
    say_effects(&out, v);
    dtn_prose_print(&out, "\nvalidation: %zu hold, %zu fail, %zu open", v->n_held, v->n_failed,
                    v->n_open);
    say_count_of_effects(&out, v);
    dtn_prose_raw(&out, "\n");
    return dtn_prose_take(&out);
}
