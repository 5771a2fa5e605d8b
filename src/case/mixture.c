/* Hypotheses: priors, settings, links, and mixtures resolved to plain settings.
 *
 * A mixture sets every constant that one of its answers sets, to the weighted mean of what
 * they set it to; an answer that leaves a constant alone counts with the model's own value.
 * So after this step an answer is its `sets` and nothing else.
 *
 * One constant belongs to one hypothesis: two that set it would make the order of the
 * hypotheses matter.
 */
#include <math.h>
#include <string.h>

#include "base/nearest.h"
#include "case/reader.h"
#include "check/check.h"

#define SUM_TOLERANCE 1e-9 /* of priors and weights: rounding of decimal fractions */

static dtn_answer *find_answer(const dtn_hypothesis *h, const char *id)
{
    for (size_t i = 0; i < h->n_answer; i++)
        if (strcmp(h->answers[i].id, id) == 0)
            return &h->answers[i];
    return NULL;
}

static const dtn_setting *find_setting(dtn_case_reader *r, const dtn_answer *answer,
                                       const char *key)
{
    for (size_t i = 0; i < answer->n_set; i++)
        if (strcmp(dtn_case_element_key(r->arena, answer->sets[i].name), key) == 0)
            return &answer->sets[i];
    return NULL;
}

static void check_sum(dtn_case_reader *r, dtn_pos pos, const char *what, double sum)
{
    if (fabs(sum - 1) > SUM_TOLERANCE)
        dtn_diags_add(r->diags, 608, pos, "they must add to 1", "%s add to %.10g", what, sum);
}

/* ---- Settings ------------------------------------------------------------------ */

static void check_settings(dtn_case_reader *r, const dtn_answer *answer)
{
    for (size_t i = 0; i < answer->n_set; i++) {
        const dtn_setting *set = &answer->sets[i];
        uint32_t var = 0, element = 0;
        if (!dtn_case_find_element(r->arena, r->c->model, set->name, set->pos, "the setting", &var,
                                   &element, r->diags))
            continue;
        if (dtn_case_check_constant(r->arena, r->c->model, var, element, set->name, set->pos,
                                    r->diags))
            dtn_case_check_value(r, var, set);
        if (find_setting(r, answer, dtn_case_element_key(r->arena, set->name)) != set)
            dtn_diags_add(r->diags, 606, set->pos, "keep one of the two",
                          "the answer `%s` sets `%s` twice", answer->id, set->name);
    }
}

/* Report constants that hypothesis `h` shares with an earlier one. */
static void check_shared(dtn_case_reader *r, const dtn_answer *answer, size_t h)
{
    for (size_t i = 0; i < answer->n_set; i++) {
        const dtn_setting *set = &answer->sets[i];
        const char *key = dtn_case_element_key(r->arena, set->name);
        for (size_t k = 0; k < h; k++) {
            const dtn_hypothesis *other = &r->c->hypotheses[k];
            bool is_shared = false;
            for (size_t a = 0; a < other->n_answer; a++)
                is_shared = is_shared || find_setting(r, &other->answers[a], key);
            if (is_shared)
                dtn_diags_add(r->diags, 606, set->pos, "give each hypothesis constants of its own",
                              "`%s` is set by hypothesis `%s` already", set->name, other->id);
        }
    }
}

/* ---- Mixtures ------------------------------------------------------------------- */

static bool check_part(dtn_case_reader *r, const dtn_hypothesis *h, const dtn_weight *w)
{
    const dtn_answer *part = find_answer(h, w->answer);
    dtn_nearest nearest;
    if (part && !part->n_mixture)
        return true;
    if (part) {
        dtn_diags_add(r->diags, 604, w->pos, "mix answers that have `sets`",
                      "`%s` is a mixture itself", w->answer);
        return false;
    }
    dtn_nearest_init(&nearest, w->answer);
    for (size_t i = 0; i < h->n_answer; i++)
        dtn_nearest_add(&nearest, h->answers[i].id);
    dtn_diags_add(r->diags, 605, w->pos,
                  nearest.best ? dtn_arena_printf(r->arena, "did you mean `%s`?", nearest.best)
                               : "name answers of the same hypothesis",
                  "`%s` is not an answer of `%s`", w->answer, h->id);
    return false;
}

static bool check_mixture(dtn_case_reader *r, const dtn_hypothesis *h, const dtn_answer *answer)
{
    double sum = 0;
    bool is_good = answer->n_set == 0;
    if (!is_good)
        dtn_diags_add(r->diags, 604, answer->pos, "leave one of the two out",
                      "the answer `%s` has both `sets` and `mixture`", answer->id);
    for (size_t i = 0; i < answer->n_mixture; i++) {
        sum += answer->mixture[i].weight;
        is_good = check_part(r, h, &answer->mixture[i]) && is_good;
    }
    check_sum(r, answer->pos, "the weights of the mixture", sum);
    return is_good;
}

/* Value of `like`'s constant under the mixture. */
static bool mixed_value(dtn_case_reader *r, const dtn_hypothesis *h, const dtn_answer *answer,
                        const dtn_setting *like, double *out)
{
    const char *key = dtn_case_element_key(r->arena, like->name);
    uint32_t var = 0, element = 0;
    double sum = 0;
    for (size_t i = 0; i < answer->n_mixture; i++) {
        const dtn_setting *set = find_setting(r, find_answer(h, answer->mixture[i].answer), key);
        double value = set ? set->value : 0;
        if (!set && (!dtn_case_find_element(r->arena, r->c->model, like->name, like->pos,
                                            "the setting", &var, &element, &r->ignored) ||
                     !dtn_check_own_value(r->c->model, var, element, &value)))
            return false;
        sum += answer->mixture[i].weight * value;
    }
    *out = sum;
    return true;
}

static void resolve_mixture(dtn_case_reader *r, const dtn_hypothesis *h, dtn_answer *answer)
{
    for (size_t i = 0; i < answer->n_mixture; i++) {
        const dtn_answer *part = find_answer(h, answer->mixture[i].answer);
        for (size_t k = 0; k < part->n_set; k++) {
            dtn_setting set = {.name = part->sets[k].name, .pos = answer->mixture[i].pos};
            if (find_setting(r, answer, dtn_case_element_key(r->arena, set.name)))
                continue;
            if (mixed_value(r, h, answer, &part->sets[k], &set.value))
                DTN_PUSH(r->arena, answer->sets, answer->n_set, answer->cap_set, set);
            else
                dtn_diags_add(r->diags, 604, set.pos, "set it in every answer that is mixed",
                              "the model's own value of `%s` is not a plain number", set.name);
        }
    }
}

/* ---- Links ------------------------------------------------------------------------ */

static void check_concept(dtn_case_reader *r, dtn_pos pos, const char *id)
{
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, id);
    for (size_t i = 0; i < r->c->n_concept; i++) {
        if (strcmp(r->c->concepts[i].id, id) == 0)
            return;
        dtn_nearest_add(&nearest, r->c->concepts[i].id);
    }
    dtn_diags_add(r->diags, 605, pos,
                  nearest.best ? dtn_arena_printf(r->arena, "did you mean `%s`?", nearest.best)
                               : "list it under `concepts`",
                  "`%s` is not a concept of the case", id);
}

static void check_links(dtn_case_reader *r, const dtn_answer *answer)
{
    for (size_t i = 0; i < answer->n_link; i++) {
        check_concept(r, answer->links[i].pos, answer->links[i].from);
        check_concept(r, answer->links[i].pos, answer->links[i].to);
    }
}

static void check_course_part(dtn_case_reader *r, const dtn_actor *actor, const dtn_course *course,
                              const char *id)
{
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, id);
    for (size_t k = 0; k < actor->n_course; k++) {
        if (&actor->courses[k] != course && strcmp(actor->courses[k].id, id) == 0)
            return;
        dtn_nearest_add(&nearest, actor->courses[k].id);
    }
    dtn_diags_add(r->diags, 605, course->pos,
                  nearest.best ? dtn_arena_printf(r->arena, "did you mean `%s`?", nearest.best)
                               : "list ids of other courses",
                  "`%s` is not another course of `%s`", id, actor->id);
}

static void check_levers(dtn_case_reader *r, const dtn_actor *actor)
{
    for (size_t k = 0; k < actor->n_course; k++)
        for (size_t i = 0; i < actor->courses[k].n_part; i++)
            check_course_part(r, actor, &actor->courses[k], actor->courses[k].parts[i]);
    for (size_t k = 0; k < actor->n_course; k++)
        for (size_t i = 0; i < actor->courses[k].n_lever; i++)
            check_concept(r, actor->courses[k].levers[i].pos, actor->courses[k].levers[i].concept);
}

/* ---- All ---------------------------------------------------------------------------- */

static void check_hypothesis(dtn_case_reader *r, size_t i_hypothesis)
{
    dtn_hypothesis *h = &r->c->hypotheses[i_hypothesis];
    double sum = 0;
    for (size_t i = 0; i < h->n_answer; i++) {
        sum += h->answers[i].prior;
        check_settings(r, &h->answers[i]);
        check_shared(r, &h->answers[i], i_hypothesis);
        check_links(r, &h->answers[i]);
    }
    check_sum(r, h->pos, "the priors of the answers", sum);
    for (size_t i = 0; i < h->n_answer; i++)
        if (h->answers[i].n_mixture && check_mixture(r, h, &h->answers[i]))
            resolve_mixture(r, h, &h->answers[i]);
}

void dtn_case_check_hypotheses(dtn_case_reader *r)
{
    for (size_t i = 0; i < r->c->n_hypothesis; i++)
        check_hypothesis(r, i);
    for (size_t i = 0; i < r->c->n_actor; i++)
        check_levers(r, &r->c->actors[i]);
}
