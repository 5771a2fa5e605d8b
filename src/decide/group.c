/* Futures grouped by the hypotheses' answers that they drew.
 *
 * For each hypothesis the runs are sorted by answer (counting sort, so run numbers rise within
 * a group); combinations of answers are numbered with the last hypothesis changing fastest and
 * sorted the same way. Prior weights multiply: hypotheses are independent. A view that holds an
 * answer gives it the weight 1.
 */
#include "decide/aggregate.h"

static double weight_of(const dtn_design *design, size_t h, size_t a)
{
    return design->weights[h][a];
}

/* Sort runs by key[run] < n_group into groups' `runs` and `n`. */
static void sort_runs(dtn_arena *arena, const uint32_t *key, size_t n_run, dtn_future_group *groups,
                      size_t n_group)
{
    uint32_t *runs = DTN_NEW_N(arena, uint32_t, n_run + 1);
    size_t *next = DTN_NEW_N(arena, size_t, n_group + 1);
    for (size_t i = 0; i < n_run; i++)
        groups[key[i]].cell.n++;
    size_t at = 0;
    for (size_t g = 0; g < n_group; g++) {
        next[g] = at;
        groups[g].runs = runs + at;
        at += groups[g].cell.n;
    }
    for (size_t i = 0; i < n_run; i++)
        runs[next[key[i]]++] = (uint32_t)i;
}

static const char *answer_label(dtn_arena *arena, const dtn_hypothesis *h, size_t a)
{
    return dtn_arena_printf(arena, "%s=%s", h->id, h->answers[a].id);
}

static dtn_future_group *group_by_answer(const dtn_design *design, uint32_t *const *answer,
                                         dtn_comparison *cmp)
{
    const dtn_case *c = design->c;
    size_t at = 0;
    for (size_t h = 0; h < c->n_hypothesis; h++)
        cmp->n_cell += c->hypotheses[h].n_answer;
    dtn_future_group *groups = DTN_NEW_N(cmp->arena, dtn_future_group, cmp->n_cell + 1);
    for (size_t h = 0; h < c->n_hypothesis; h++) {
        const dtn_hypothesis *hypothesis = &c->hypotheses[h];
        for (size_t a = 0; a < hypothesis->n_answer; a++) {
            groups[at + a].cell.label = answer_label(cmp->arena, hypothesis, a);
            groups[at + a].cell.weight = weight_of(design, h, a);
        }
        sort_runs(cmp->arena, answer[h], cmp->n_run, groups + at, hypothesis->n_answer);
        at += hypothesis->n_answer;
    }
    return groups;
}

static size_t count_combos(const dtn_case *c)
{
    size_t n = 1;
    for (size_t h = 0; h < c->n_hypothesis && n <= DTN_COMPARE_MAX_COMBO; h++)
        n *= c->hypotheses[h].n_answer;
    return n;
}

static void label_combo(const dtn_design *design, dtn_arena *arena, size_t combo, dtn_cell *cell)
{
    const dtn_case *c = design->c;
    const char *label = "";
    cell->weight = 1;
    for (size_t h = c->n_hypothesis; h-- > 0;) {
        const size_t a = combo % c->hypotheses[h].n_answer;
        combo /= c->hypotheses[h].n_answer;
        label = dtn_arena_printf(arena, "%s%s%s", answer_label(arena, &c->hypotheses[h], a),
                                 *label ? ";" : "", label);
        cell->weight *= weight_of(design, h, a);
    }
    cell->label = *label ? label : "all";
}

static dtn_future_group *group_by_combo(const dtn_design *design, uint32_t *const *answer,
                                        dtn_comparison *cmp)
{
    const dtn_case *c = design->c;
    dtn_future_group *groups = DTN_NEW_N(cmp->arena, dtn_future_group, cmp->n_combo);
    uint32_t *key = DTN_NEW_N(cmp->arena, uint32_t, cmp->n_run + 1);
    for (size_t k = 0; k < cmp->n_combo; k++)
        label_combo(design, cmp->arena, k, &groups[k].cell);
    for (size_t h = 0; h < c->n_hypothesis; h++)
        for (size_t i = 0; i < cmp->n_run; i++)
            key[i] = key[i] * (uint32_t)c->hypotheses[h].n_answer + answer[h][i];
    sort_runs(cmp->arena, key, cmp->n_run, groups, cmp->n_combo);
    return groups;
}

/* Single answers as scenarios, each hypothesis with the same total weight. */
static dtn_future_group *answers_as_combos(const dtn_case *c, const dtn_future_group *answers,
                                           dtn_comparison *cmp)
{
    cmp->n_combo = cmp->n_cell;
    dtn_future_group *groups = DTN_NEW_N(cmp->arena, dtn_future_group, cmp->n_cell);
    for (size_t k = 0; k < cmp->n_cell; k++) {
        groups[k] = answers[k];
        groups[k].cell.weight /= (double)c->n_hypothesis;
    }
    return groups;
}

static dtn_cell *cells_of(dtn_arena *arena, const dtn_future_group *groups, size_t n)
{
    dtn_cell *cells = DTN_NEW_N(arena, dtn_cell, n + 1);
    for (size_t i = 0; i < n; i++)
        cells[i] = groups[i].cell;
    return cells;
}

void dtn_group_futures(const dtn_design *design, dtn_comparison *cmp, dtn_future_group **answers,
                       dtn_future_group **combos)
{
    const dtn_case *c = design->c;
    uint32_t **answer = DTN_NEW_N(cmp->arena, uint32_t *, c->n_hypothesis + 1);
    for (size_t h = 0; h < c->n_hypothesis; h++) {
        answer[h] = DTN_NEW_N(cmp->arena, uint32_t, cmp->n_run + 1);
        for (size_t i = 0; i < cmp->n_run; i++)
            answer[h][i] = dtn_design_answer(design, i, h);
    }
    cmp->n_combo = count_combos(c);
    *answers = group_by_answer(design, answer, cmp);
    *combos = cmp->n_combo <= DTN_COMPARE_MAX_COMBO ? group_by_combo(design, answer, cmp)
                                                    : answers_as_combos(c, *answers, cmp);
    cmp->cells = cells_of(cmp->arena, *answers, cmp->n_cell);
    cmp->combos = cells_of(cmp->arena, *combos, cmp->n_combo);
}
