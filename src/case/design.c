/* The design of a case: what each future draws before its run begins.
 *
 * A row is one parameter of the program. It takes, the last that applies winning: the model's
 * own value, the draw of the case's parameter, the setting of the answer that the future has
 * drawn, a value held by --set. Each source has one uniform a run, from a stream keyed by its
 * name, so that adding a parameter leaves the draws of the others as they were, and future K
 * has the same draws under every profile. A view that holds an answer changes nothing else.
 *
 * Immutable while an ensemble runs; dtn_design_draw is called by many threads.
 */
#include <math.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "case/reader.h"

typedef struct dtn_design_row {
    const dtn_case_parameter *parameter; /* NULL: none */
    uint64_t stream;
    uint32_t hypothesis;  /* DTN_NONE: none sets it */
    const double *values; /* [n_answer] of the hypothesis; NaN: the answer leaves it alone */
    double own;           /* the model's */
} dtn_design_row;

static uint64_t stream_of(dtn_arena *arena, const char *kind, const char *name)
{
    const char *text = dtn_arena_printf(arena, "%s:%s", kind, name);
    return dtn_hash64(text, strlen(text), 0);
}

/* ---- Keys ------------------------------------------------------------------------- */

typedef struct key_list {
    const char **items;
    size_t n, cap;
    dtn_pos *pos; /* of each, where the case first names it */
    size_t n_pos, cap_pos;
    dtn_map seen;
} key_list;

static void add_key(key_list *list, dtn_arena *arena, const char *name, dtn_pos pos)
{
    const char *key = dtn_case_element_key(arena, name);
    if (dtn_map_get(&list->seen, key) != DTN_MAP_NONE)
        return;
    dtn_map_set(&list->seen, arena, key, (uint32_t)list->n);
    DTN_PUSH(arena, list->items, list->n, list->cap, key);
    DTN_PUSH(arena, list->pos, list->n_pos, list->cap_pos, pos);
}

static key_list list_keys(const dtn_case *c, dtn_arena *arena)
{
    key_list list = {0};
    for (size_t i = 0; i < c->n_parameter; i++)
        add_key(&list, arena, c->parameters[i].name, c->parameters[i].pos);
    for (size_t h = 0; h < c->n_hypothesis; h++)
        for (size_t a = 0; a < c->hypotheses[h].n_answer; a++)
            for (size_t k = 0; k < c->hypotheses[h].answers[a].n_set; k++) {
                const dtn_setting *set = &c->hypotheses[h].answers[a].sets[k];
                add_key(&list, arena, set->name, set->pos);
            }
    return list;
}

void dtn_case_parameter_keys(const dtn_case *c, dtn_arena *arena, const char ***keys, size_t *n)
{
    key_list list = list_keys(c, arena);
    *keys = list.items;
    *n = list.n;
}

static dtn_status end_record(dtn_design *design, const dtn_program *program, dtn_arena *arena,
                             dtn_diags *diags);

/* ---- Building ---------------------------------------------------------------------- */

static void fill_settings(const dtn_case *c, const key_list *keys, dtn_arena *arena,
                          dtn_design_row *rows)
{
    for (size_t h = 0; h < c->n_hypothesis; h++) {
        const dtn_hypothesis *hypothesis = &c->hypotheses[h];
        for (size_t a = 0; a < hypothesis->n_answer; a++) {
            for (size_t k = 0; k < hypothesis->answers[a].n_set; k++) {
                const dtn_setting *set = &hypothesis->answers[a].sets[k];
                dtn_design_row *row =
                    &rows[dtn_map_get(&keys->seen, dtn_case_element_key(arena, set->name))];
                double *values = DTN_NEW_N(arena, double, hypothesis->n_answer);
                for (size_t i = 0; i < hypothesis->n_answer; i++)
                    values[i] = row->values ? row->values[i] : (double)NAN;
                values[a] = set->value;
                row->hypothesis = (uint32_t)h;
                row->values = values;
            }
        }
    }
}

static dtn_design_row *make_rows(const dtn_case *c, const dtn_program *program,
                                 const dtn_design *design, const key_list *keys, dtn_arena *arena)
{
    dtn_design_row *rows = DTN_NEW_N(arena, dtn_design_row, keys->n + 1);
    for (size_t i = 0; i < keys->n; i++) {
        rows[i].hypothesis = DTN_NONE;
        rows[i].own = program->parameters[design->param_ids[i]].value;
    }
    for (size_t i = 0; i < c->n_parameter; i++) {
        const char *key = dtn_case_element_key(arena, c->parameters[i].name);
        dtn_design_row *row = &rows[dtn_map_get(&keys->seen, key)];
        row->parameter = &c->parameters[i];
        row->stream = stream_of(arena, "parameter", key);
    }
    fill_settings(c, keys, arena, rows);
    return rows;
}

static void make_hypotheses(dtn_design *design, dtn_arena *arena)
{
    const dtn_case *c = design->c;
    uint64_t *streams = DTN_NEW_N(arena, uint64_t, c->n_hypothesis + 1);
    design->weights = DTN_NEW_N(arena, const double *, c->n_hypothesis + 1);
    for (size_t h = 0; h < c->n_hypothesis; h++) {
        streams[h] = stream_of(arena, "hypothesis", c->hypotheses[h].id);
        double *weights = DTN_NEW_N(arena, double, c->hypotheses[h].n_answer + 1);
        for (size_t a = 0; a < c->hypotheses[h].n_answer; a++)
            weights[a] = c->hypotheses[h].answers[a].prior;
        design->weights[h] = weights;
    }
    design->streams = streams;
}

/* What is recorded is exogenous up to the decision alone: an earlier decision ends the record. */
static dtn_status end_record(dtn_design *design, const dtn_program *program, dtn_arena *arena,
                             dtn_diags *diags)
{
    const dtn_case *c = design->c;
    if (!c->record_constant)
        return DTN_OK;
    const uint32_t id =
        dtn_program_find_parameter(program, dtn_case_element_key(arena, c->record_constant));
    dtn_setting set = {.name = c->record_constant, .value = c->t_decide, .pos = {c->path, 0, 0}};
    if (id != DTN_NONE && program->parameters[id].value <= c->t_decide)
        return DTN_OK;
    return dtn_design_set(design, program, &set, arena, diags);
}

dtn_status dtn_design_new(const dtn_case *c, const dtn_program *program, uint64_t seed,
                          dtn_arena *arena, dtn_design *out, dtn_diags *diags)
{
    const key_list keys = list_keys(c, arena);
    dtn_design design = {.c = c, .points = {.seed = seed}, .n_param = keys.n, .names = keys.items};
    design.param_ids = DTN_NEW_N(arena, uint32_t, keys.n + 1);
    design.fixed = DTN_NEW_N(arena, double, keys.n + 1);
    for (size_t i = 0; i < keys.n; i++) {
        design.fixed[i] = (double)NAN;
        design.param_ids[i] = dtn_program_find_parameter(program, keys.items[i]);
        if (design.param_ids[i] != DTN_NONE)
            continue;
        dtn_diags_add(diags, 605, keys.pos[i],
                      "set or draw another constant, one that enters the equations as a number",
                      "`%s` cannot be set or drawn: the model uses it where no number that differs "
                      "between runs can stand",
                      keys.items[i]);
        return DTN_E_INPUT;
    }
    design.rows = make_rows(c, program, &design, &keys, arena);
    make_hypotheses(&design, arena);
    *out = design;
    return end_record(out, program, arena, diags);
}

/* ---- Held values -------------------------------------------------------------------- */

static size_t find_row(const dtn_design *design, uint32_t param_id)
{
    size_t i = 0;
    while (i < design->n_param && design->param_ids[i] != param_id)
        i++;
    return i;
}

/* One more row, for a parameter that the case does not know. */
static void append_row(dtn_design *design, const dtn_program *program, uint32_t id, const char *key,
                       dtn_arena *arena)
{
    const size_t n = design->n_param;
    uint32_t *ids = DTN_NEW_N(arena, uint32_t, n + 1);
    const char **names = DTN_NEW_N(arena, const char *, n + 1);
    double *fixed = DTN_NEW_N(arena, double, n + 1);
    dtn_design_row *rows = DTN_NEW_N(arena, dtn_design_row, n + 1);
    if (n) {
        memcpy(ids, design->param_ids, n * sizeof *ids);
        memcpy(names, design->names, n * sizeof *names);
        memcpy(fixed, design->fixed, n * sizeof *fixed);
        memcpy(rows, design->rows, n * sizeof *rows);
    }
    ids[n] = id;
    names[n] = key;
    rows[n] = (dtn_design_row){.hypothesis = DTN_NONE, .own = program->parameters[id].value};
    design->param_ids = ids;
    design->names = names;
    design->fixed = fixed;
    design->rows = rows;
    design->n_param = n + 1;
}

dtn_status dtn_design_set(dtn_design *design, const dtn_program *program,
                          const dtn_setting *setting, dtn_arena *arena, dtn_diags *diags)
{
    const dtn_model *model = program->model;
    const char *key = dtn_case_element_key(arena, setting->name);
    const uint32_t id = dtn_program_find_parameter(program, key);
    uint32_t var = 0, element = 0;
    if (id == DTN_NONE) {
        if (dtn_case_find_element(arena, model, setting->name, setting->pos, "--set", &var,
                                  &element, diags))
            dtn_diags_add(diags, 605, setting->pos,
                          "name a constant of the model that no course of action has a rule for",
                          "`%s` cannot be set", setting->name);
        return DTN_E_INPUT;
    }
    const size_t row = find_row(design, id);
    if (row == design->n_param)
        append_row(design, program, id, key, arena);
    design->fixed[row] = setting->value;
    return DTN_OK;
}

static size_t find_hypothesis(const dtn_case *c, const char *id, size_t n)
{
    size_t h = 0;
    while (h < c->n_hypothesis &&
           (strlen(c->hypotheses[h].id) != n || memcmp(c->hypotheses[h].id, id, n) != 0))
        h++;
    return h;
}

static size_t find_answer(const dtn_hypothesis *h, const char *id, size_t n)
{
    size_t a = 0;
    while (a < h->n_answer &&
           (strlen(h->answers[a].id) != n || memcmp(h->answers[a].id, id, n) != 0))
        a++;
    return a;
}

static bool take_view(dtn_design *design, const char *id)
{
    const dtn_case *c = design->c;
    for (size_t v = 0; v < c->n_view; v++) {
        if (strcmp(c->views[v].id, id) != 0)
            continue;
        for (size_t i = 0; i < c->views[v].n_stance; i++)
            design->weights[c->views[v].stances[i].i_hypothesis] = c->views[v].stances[i].weights;
        return true;
    }
    return false;
}

static const char *view_hint(const dtn_case *c, const char *wanted, dtn_arena *arena)
{
    const char *hint = "write `prior`";
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, wanted);
    dtn_nearest_add(&nearest, "prior");
    for (size_t v = 0; v < c->n_view; v++) {
        dtn_nearest_add(&nearest, c->views[v].id);
        hint = dtn_arena_printf(arena, "%s, `%s`", hint, c->views[v].id);
    }
    hint = nearest.best
               ? dtn_arena_printf(arena, "did you mean `%s`?", nearest.best)
               : dtn_arena_printf(
                     arena, "%s, or answers to hold as hypothesis=answer;hypothesis=answer", hint);
    return c->views_name ? hint
                         : dtn_arena_printf(arena,
                                            "%s%siews read from documents need --views FILE, which "
                                            "`detente views --out FILE` writes",
                                            hint, nearest.best ? " V" : "; v");
}

static const char *hypothesis_hint(const dtn_case *c, const char *wanted, const char *answer,
                                   dtn_arena *arena)
{
    const char *list = "";
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, wanted);
    for (size_t h = 0; h < c->n_hypothesis; h++) {
        const dtn_hypothesis *one = &c->hypotheses[h];
        dtn_nearest_add(&nearest, one->id);
        list = dtn_arena_printf(arena, "%s%s %s", list, h ? "," : "", one->id);
        if (find_answer(one, answer, strlen(answer)) < one->n_answer)
            return dtn_arena_printf(arena, "did you mean `%s=%s`?", one->id, answer);
    }
    if (nearest.best)
        return dtn_arena_printf(arena, "did you mean `%s`?", nearest.best);
    return *list ? dtn_arena_printf(arena, "its hypotheses:%s", list)
                 : "it has none; write `prior` or a view of its own";
}

static const char *answer_hint(const dtn_hypothesis *h, const char *wanted, dtn_arena *arena)
{
    const char *list = "", *cut_short = NULL;
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, wanted);
    for (size_t a = 0; a < h->n_answer; a++) {
        dtn_nearest_add(&nearest, h->answers[a].id);
        if (*wanted && strncmp(h->answers[a].id, wanted, strlen(wanted)) == 0)
            cut_short = h->answers[a].id;
        list = dtn_arena_printf(arena, "%s%s `%s=%s`", list, a ? "," : "", h->id, h->answers[a].id);
    }
    const char *meant = nearest.best ? nearest.best : cut_short;
    return meant ? dtn_arena_printf(arena, "did you mean `%s=%s`?", h->id, meant)
                 : dtn_arena_printf(arena, "its answers:%s", list);
}

/* Hold one "H=answer" of a view; its hypothesis, n_hypothesis after a diagnostic. */
static size_t hold(dtn_design *design, const char *text, size_t n, dtn_arena *arena,
                   dtn_diags *diags)
{
    const dtn_case *c = design->c;
    const dtn_pos nowhere = {0};
    const size_t n_id = strcspn(text, "=;");
    if (n_id >= n) {
        const char *name = dtn_arena_strndup(arena, text, n);
        const size_t of = find_hypothesis(c, name, n);
        if (of < c->n_hypothesis) {
            dtn_diags_add(diags, 605, nowhere, answer_hint(&c->hypotheses[of], "", arena),
                          "`%s` is a hypothesis: which answer to hold is not said", name);
            return c->n_hypothesis;
        }
        dtn_diags_add(diags, 605, nowhere, view_hint(c, name, arena),
                      "`%s` is not a view of the case", name);
        return c->n_hypothesis;
    }
    const char *id = dtn_arena_strndup(arena, text, n_id);
    const char *answer = dtn_arena_strndup(arena, text + n_id + 1, n - n_id - 1);
    const size_t h = find_hypothesis(c, id, n_id);
    if (h == c->n_hypothesis) {
        dtn_diags_add(diags, 605, nowhere, hypothesis_hint(c, id, answer, arena),
                      "the case has no hypothesis `%s`", id);
        return h;
    }
    const size_t a = find_answer(&c->hypotheses[h], answer, strlen(answer));
    if (a == c->hypotheses[h].n_answer) {
        dtn_diags_add(diags, 605, nowhere, answer_hint(&c->hypotheses[h], answer, arena),
                      "`%s` is not an answer to %s", answer, id);
        return c->n_hypothesis;
    }
    double *weights = DTN_NEW_N(arena, double, c->hypotheses[h].n_answer);
    weights[a] = 1;
    design->weights[h] = weights;
    return h;
}

dtn_status dtn_design_set_view(dtn_design *design, const char *view, dtn_arena *arena,
                               dtn_diags *diags)
{
    if (strcmp(view, "prior") == 0 || take_view(design, view))
        return DTN_OK;
    if (view[0] == '\0') {
        dtn_diags_add(diags, 605, (dtn_pos){0}, view_hint(design->c, view, arena),
                      "the view is empty");
        return DTN_E_INPUT;
    }
    uint8_t *is_held = DTN_NEW_N(arena, uint8_t, design->c->n_hypothesis + 1);
    for (const char *text = view; *text;) {
        const size_t n = strcspn(text, ";"), h = hold(design, text, n, arena, diags);
        if (h == design->c->n_hypothesis)
            return DTN_E_INPUT;
        if (is_held[h]++) {
            dtn_diags_add(diags, 605, (dtn_pos){0}, "hold one answer of each hypothesis",
                          "`%s` has two answers in `%s`", design->c->hypotheses[h].id, view);
            return DTN_E_INPUT;
        }
        text += n;
        text += *text == ';';
    }
    return DTN_OK;
}

/* ---- Drawing ------------------------------------------------------------------------- */

uint32_t dtn_design_answer(const dtn_design *design, uint64_t run, size_t h)
{
    const dtn_hypothesis *hypothesis = &design->c->hypotheses[h];
    uint32_t last = 0;
    double sum = 0;
    const double u = dtn_points_at(&design->points, design->streams[h], (uint32_t)h, run);
    for (uint32_t a = 0; a < hypothesis->n_answer; a++) {
        sum += design->weights[h][a];
        if (u < sum)
            return a;
        if (design->weights[h][a] > 0)
            last = a; /* the sum may fall short of 1 by rounding */
    }
    return last;
}

static double draw_parameter(const dtn_design *design, size_t i, uint64_t run)
{
    const dtn_design_row *row = &design->rows[i];
    const dtn_case_parameter *p = row->parameter;
    if (!p)
        return row->own;
    const uint32_t dim = (uint32_t)(design->c->n_hypothesis + i);
    double x = dtn_dist_quantile(&p->dist, dtn_points_at(&design->points, row->stream, dim, run));
    x = x < p->low ? p->low : x;
    return x > p->high ? p->high : x;
}

void dtn_design_draw_row(const dtn_design *design, size_t i, uint64_t run0, uint32_t n, double *out)
{
    const dtn_design_row *row = &design->rows[i];
    for (uint32_t lane = 0; lane < n; lane++) {
        const uint64_t run = run0 + lane;
        double value = design->fixed[i];
        if (isnan(value) && row->hypothesis != DTN_NONE)
            value = row->values[dtn_design_answer(design, run, row->hypothesis)];
        out[lane] = isnan(value) ? draw_parameter(design, i, run) : value;
    }
}

void dtn_design_draw(void *ctx, uint64_t run0, uint32_t n, double *params)
{
    const dtn_design *design = ctx;
    for (size_t i = 0; i < design->n_param; i++)
        dtn_design_draw_row(design, i, run0, n, params + i * n);
}

const dtn_case_parameter *dtn_design_parameter(const dtn_design *design, size_t i)
{
    return design->rows[i].parameter;
}
