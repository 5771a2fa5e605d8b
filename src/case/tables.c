/* The keys of case.yaml, as tables (docs/case-format.md, version 1).
 *
 * One table a mapping; the schema reader does the work. Custom readers stand where a value is
 * not one of its kinds: a distribution (its keys depend on `kind`), the range of a parameter,
 * the settings and weights of an answer (keys are names of the case or the model), rules.
 * `reference` and `profiles` are read later, when the actors are known (profile.c).
 *
 * Checks here look at one entry alone; what needs the model or other entries comes after.
 */
#include <math.h>
#include <string.h>

#include "case/reader.h"

#define AT(type, member) .at = offsetof(type, member)
#define COUNT(type, member) .at_n = offsetof(type, member)
#define END         \
    {               \
        .key = NULL \
    }

static const dtn_word unit_words[] = {
    {"day", 0}, {"week", 0}, {"month", 0}, {"year", 0}, {NULL, 0}};
static const dtn_word status_words[] = {{"measured", 0}, {"published", 0},  {"document", 0},
                                        {"claimed", 0},  {"assumption", 0}, {NULL, 0}};
static const dtn_word group_words[] = {{"human_cost", 0}, {"security", 0}, {"relations", 0},
                                       {"economy", 0},    {"other", 0},    {NULL, 0}};
static const dtn_word sign_words[] = {{"+", 1}, {"-", -1}, {NULL, 0}};
static const dtn_word direction_words[] = {{"lower", -1}, {"higher", 1}, {"none", 0}, {NULL, 0}};
static const dtn_word series_words[] = {{"level", 0}, {"increment", 1}, {NULL, 0}};
static const dtn_word measure_words[] = {{"since_decision", DTN_SINCE_DECISION},
                                         {"at_end", DTN_AT_END},
                                         {"mean_after", DTN_MEAN_AFTER},
                                         {"max_after", DTN_MAX_AFTER},
                                         {NULL, 0}};

/* ---- Custom values -------------------------------------------------------- */

static void read_version(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    double version = 0;
    (void)dest;
    if (dtn_schema_number(s, node, "detente", &version) && version != 1)
        dtn_diags_add(s->diags, 604, node->pos, "this program reads version 1",
                      "version %s of the case format is not known", node->text);
}

/* Blocks and plain text are parsed where they stand, indentation and all, so that positions in
 * the rules are positions in the file; quoted text may hold escapes and is taken as meant. */
static void read_rules(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    dtn_course *course = dest;
    const char *text = dtn_schema_text(s, node, "rules");
    if (!text)
        return;
    course->rules_text = text;
    course->rules = node->is_block || node->is_plain
                        ? dtn_arena_strndup(s->arena, node->raw, node->n_raw)
                        : text;
    course->rules_pos = node->raw_pos;
}

static void read_range(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    dtn_case_parameter *p = dest;
    if (!dtn_schema_is(s, node, DTN_YAML_SEQUENCE, "range"))
        return;
    if (node->n != 2) {
        dtn_diags_add(s->diags, 604, node->pos, "write it as [low, high]",
                      "range must have two numbers, not %zu", node->n);
        return;
    }
    if (dtn_schema_number(s, node->values[0], "range", &p->low) &&
        dtn_schema_number(s, node->values[1], "range", &p->high) && !(p->low < p->high))
        dtn_diags_add(s->diags, 604, node->pos, "write it as [low, high]",
                      "range must rise from low to high");
}

static void read_sets(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    dtn_answer *answer = dest;
    if (!dtn_schema_is(s, node, DTN_YAML_MAPPING, "sets"))
        return;
    for (size_t i = 0; i < node->n; i++) {
        dtn_setting set = {.name = node->keys[i]->text, .pos = node->keys[i]->pos};
        if (dtn_schema_number(s, node->values[i], set.name, &set.value))
            DTN_PUSH(s->arena, answer->sets, answer->n_set, answer->cap_set, set);
    }
}

/* Weights of answers by their ids. */
static bool read_weight(dtn_schema_reader *s, const dtn_yaml_node *node, size_t i, dtn_weight *out)
{
    *out = (dtn_weight){.answer = node->keys[i]->text, .pos = node->keys[i]->pos};
    if (!dtn_schema_number(s, node->values[i], out->answer, &out->weight))
        return false;
    if (out->weight >= 0 && out->weight <= 1)
        return true;
    dtn_diags_add(s->diags, 604, node->values[i]->pos, "weights lie between 0 and 1",
                  "the weight of `%s` is %s", out->answer, node->values[i]->text);
    return false;
}

static void read_mixture(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    dtn_answer *answer = dest;
    dtn_weight w;
    if (!dtn_schema_is(s, node, DTN_YAML_MAPPING, "mixture"))
        return;
    for (size_t i = 0; i < node->n; i++)
        if (read_weight(s, node, i, &w))
            DTN_PUSH(s->arena, answer->mixture, answer->n_mixture, answer->cap_mixture, w);
}

/* `prior`, or weights over answers. */
static void read_weights(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    dtn_stance *stance = dest;
    dtn_weight w;
    stance->weights_pos = node->pos;
    if (node->kind == DTN_YAML_SCALAR && strcmp(node->text, "prior") == 0)
        return;
    if (!dtn_schema_is(s, node, DTN_YAML_MAPPING, "weights"))
        return;
    stance->has_weights = true;
    for (size_t i = 0; i < node->n; i++)
        if (read_weight(s, node, i, &w))
            DTN_PUSH(s->arena, stance->mixture, stance->n_mixture, stance->cap_mixture, w);
}

/* With its place: what goes with which stance is told there. */
static void read_answer(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    dtn_stance *stance = dest;
    stance->answer = dtn_schema_id(s, node, "answer");
    stance->answer_pos = node->pos;
}

static void read_denied(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    dtn_stance *stance = dest;
    stance->denies_pos = node->pos;
    if (!dtn_schema_is(s, node, DTN_YAML_SEQUENCE, "denies"))
        return;
    for (size_t i = 0; i < node->n; i++) {
        const char *answer = dtn_schema_text(s, node->values[i], "denies");
        if (answer)
            DTN_PUSH(s->arena, stance->denies, stance->n_denied, stance->cap_denied, answer);
    }
}

static void read_recommended(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    dtn_view *view = dest;
    if (!dtn_schema_is(s, node, DTN_YAML_MAPPING, "course"))
        return;
    for (size_t i = 0; i < node->n; i++) {
        const char *course = dtn_schema_text(s, node->values[i], "course");
        if (!course)
            continue;
        dtn_setting set = {.pos = node->keys[i]->pos};
        set.name = dtn_arena_printf(s->arena, "%s=%s", node->keys[i]->text, course);
        DTN_PUSH(s->arena, view->recommends.courses, view->recommends.n_course,
                 view->recommends.cap_course, set);
    }
}

/* ---- Distributions --------------------------------------------------------- */

#define P(name, i)                                                                             \
    {                                                                                          \
        .key = (name), .kind = DTN_F_NUMBER, .flags = DTN_REQUIRED,                            \
        .at = offsetof(dtn_dist, p) + (i) * sizeof(double), .low = -HUGE_VAL, .high = HUGE_VAL \
    }
#define KIND                                                      \
    {                                                             \
        .key = "kind", .kind = DTN_F_LATER, .flags = DTN_REQUIRED \
    }

static const dtn_field fixed_fields[] = {KIND, P("value", 0), END};
static const dtn_field uniform_fields[] = {KIND, P("low", 0), P("high", 1), END};
static const dtn_field triangular_fields[] = {KIND, P("low", 0), P("mode", 1), P("high", 2), END};
static const dtn_field normal_fields[] = {KIND, P("mean", 0), P("sd", 1), END};
static const dtn_field lognormal_fields[] = {KIND, P("median", 0), P("factor", 1), END};
static const dtn_field beta_fields[] = {KIND, P("a", 0), P("b", 1), P("low", 2), P("high", 3), END};

#define DIST(what, fields)                                                          \
    {                                                                               \
        what, fields, sizeof(dtn_dist), DTN_NO_OFFSET, DTN_NO_OFFSET, DTN_NO_OFFSET \
    }
static const dtn_schema dist_schemas[] = {
    [DTN_DIST_FIXED] = DIST("a fixed value", fixed_fields),
    [DTN_DIST_UNIFORM] = DIST("a uniform distribution", uniform_fields),
    [DTN_DIST_TRIANGULAR] = DIST("a triangular distribution", triangular_fields),
    [DTN_DIST_NORMAL] = DIST("a normal distribution", normal_fields),
    [DTN_DIST_LOGNORMAL] = DIST("a lognormal distribution", lognormal_fields),
    [DTN_DIST_BETA] = DIST("a beta distribution", beta_fields),
};
static const char *const dist_names[] = {
    [DTN_DIST_FIXED] = "fixed",           [DTN_DIST_UNIFORM] = "uniform",
    [DTN_DIST_TRIANGULAR] = "triangular", [DTN_DIST_NORMAL] = "normal",
    [DTN_DIST_LOGNORMAL] = "lognormal",   [DTN_DIST_BETA] = "beta",
};

static const char *dist_mistake(const dtn_dist *d)
{
    const double *p = d->p;
    switch (d->kind) {
    case DTN_DIST_UNIFORM: return p[0] < p[1] ? NULL : "low must be below high";
    case DTN_DIST_TRIANGULAR:
        return p[0] < p[2] && p[0] <= p[1] && p[1] <= p[2] ? NULL : "low <= mode <= high must hold";
    case DTN_DIST_NORMAL: return p[1] > 0 ? NULL : "sd must be above 0";
    case DTN_DIST_LOGNORMAL:
        return p[0] > 0 && p[1] > 1 ? NULL : "median must be above 0 and factor above 1";
    case DTN_DIST_BETA:
        return p[0] > 0 && p[1] > 0 && p[2] < p[3] ? NULL : "a, b > 0 and low < high must hold";
    case DTN_DIST_FIXED: break;
    }
    return NULL;
}

static void read_distribution(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    dtn_dist *dist = dest;
    const size_t n = sizeof dist_names / sizeof *dist_names;
    const size_t n_error = s->diags->n_error;
    size_t kind = 0;
    if (!dtn_schema_is(s, node, DTN_YAML_MAPPING, "distribution"))
        return;
    const dtn_yaml_node *named = dtn_yaml_find(node, "kind");
    if (!named) {
        dtn_diags_add(s->diags, 603, node->pos, "add `kind: uniform` or another",
                      "a distribution lacks the key `kind`");
        return;
    }
    const char *text = dtn_schema_text(s, named, "kind");
    while (text && kind < n && strcmp(text, dist_names[kind]) != 0)
        kind++;
    if (text && kind == n)
        dtn_diags_add(s->diags, 604, named->pos,
                      "one of: fixed, uniform, triangular, normal, lognormal, beta",
                      "`%s` is not a distribution", text);
    if (!text || kind == n)
        return;
    dist->kind = (dtn_dist_kind)kind;
    dtn_schema_read(s, &dist_schemas[kind], node, dist);
    const char *mistake = s->diags->n_error == n_error ? dist_mistake(dist) : NULL;
    if (mistake)
        dtn_diags_add(s->diags, 604, node->pos, NULL, "%s: %s", dist_schemas[kind].what, mistake);
}

/* ---- Tables ---------------------------------------------------------------- */

#define REQ .flags = DTN_REQUIRED
#define EVI .flags = DTN_EVIDENCE

static const dtn_field time_fields[] = {
    {"unit", DTN_F_CHOICE, REQ, AT(dtn_case, time_unit), .words = unit_words},
    {"start", DTN_F_DATE, REQ, AT(dtn_case, start)},
    {"decide_on", DTN_F_DATE, REQ, AT(dtn_case, decide_on)},
    {"until", DTN_F_DATE, REQ, AT(dtn_case, until)},
    {"record_ends", DTN_F_TEXT, AT(dtn_case, record_constant)},
    {"save_every", DTN_F_NUMBER, REQ, AT(dtn_case, save_every), .low = 1e-9, .high = 1e9},
    END};
static const dtn_schema time_schema = {"time",        time_fields,   0,
                                       DTN_NO_OFFSET, DTN_NO_OFFSET, DTN_NO_OFFSET};

static const dtn_field lever_fields[] = {
    {"concept", DTN_F_ID, REQ, AT(dtn_lever, concept)},
    {"sign", DTN_F_WORD, REQ, AT(dtn_lever, sign), .words = sign_words},
    END};
static const dtn_schema lever_schema = {"a lever",         lever_fields,
                                        sizeof(dtn_lever), offsetof(dtn_lever, pos),
                                        DTN_NO_OFFSET,     DTN_NO_OFFSET};

static const dtn_field course_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_course, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_course, name)},
    {"summary", DTN_F_TEXT, AT(dtn_course, summary)},
    {"source", DTN_F_TEXT, EVI, AT(dtn_course, source)},
    {"levers", DTN_F_LIST, AT(dtn_course, levers), COUNT(dtn_course, n_lever),
     .item = &lever_schema},
    {"parts", DTN_F_TEXTS, AT(dtn_course, parts), COUNT(dtn_course, n_part)},
    {"rules", DTN_F_CUSTOM, REQ, .at = 0, .read = read_rules},
    END};
static const dtn_schema course_schema = {"a course of action",     course_fields,
                                         sizeof(dtn_course),       offsetof(dtn_course, pos),
                                         offsetof(dtn_course, id), offsetof(dtn_course, name)};

static const dtn_field actor_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_actor, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_actor, name)},
    {"also", DTN_F_TEXTS, AT(dtn_actor, also), COUNT(dtn_actor, n_also)},
    {"courses", DTN_F_LIST, REQ, AT(dtn_actor, courses), COUNT(dtn_actor, n_course),
     .item = &course_schema},
    END};
static const dtn_schema actor_schema = {"an actor",
                                        actor_fields,
                                        sizeof(dtn_actor),
                                        offsetof(dtn_actor, pos),
                                        offsetof(dtn_actor, id),
                                        offsetof(dtn_actor, name)};

static const dtn_field parameter_fields[] = {
    {"name", DTN_F_TEXT, REQ, AT(dtn_case_parameter, name)},
    {"unit", DTN_F_TEXT, REQ, AT(dtn_case_parameter, unit)},
    {"distribution", DTN_F_CUSTOM, REQ, AT(dtn_case_parameter, dist), .read = read_distribution},
    {"range", DTN_F_CUSTOM, REQ, .at = 0, .read = read_range},
    {"source", DTN_F_TEXT, EVI, AT(dtn_case_parameter, source)},
    {"status", DTN_F_CHOICE, EVI, AT(dtn_case_parameter, status), .words = status_words},
    {"known_on", DTN_F_DATE, AT(dtn_case_parameter, known_on)},
    END};
static const dtn_schema parameter_schema = {"a parameter",
                                            parameter_fields,
                                            sizeof(dtn_case_parameter),
                                            offsetof(dtn_case_parameter, pos),
                                            offsetof(dtn_case_parameter, name),
                                            DTN_NO_OFFSET};

static const dtn_field link_fields[] = {
    {"from", DTN_F_ID, REQ, AT(dtn_link, from)},
    {"to", DTN_F_ID, REQ, AT(dtn_link, to)},
    {"sign", DTN_F_WORD, REQ, AT(dtn_link, sign), .words = sign_words},
    END};
static const dtn_schema link_schema = {
    "a link", link_fields, sizeof(dtn_link), offsetof(dtn_link, pos), DTN_NO_OFFSET, DTN_NO_OFFSET};

static const dtn_field answer_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_answer, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_answer, name)},
    {"prior", DTN_F_NUMBER, REQ, AT(dtn_answer, prior), .low = 0, .high = 1},
    {"sets", DTN_F_CUSTOM, .at = 0, .read = read_sets},
    {"mixture", DTN_F_CUSTOM, .at = 0, .read = read_mixture},
    {"links", DTN_F_LIST, AT(dtn_answer, links), COUNT(dtn_answer, n_link), .item = &link_schema},
    {"source", DTN_F_TEXT, EVI, AT(dtn_answer, source)},
    END};
static const dtn_schema answer_schema = {"an answer",
                                         answer_fields,
                                         sizeof(dtn_answer),
                                         offsetof(dtn_answer, pos),
                                         offsetof(dtn_answer, id),
                                         offsetof(dtn_answer, name)};

static const dtn_field hypothesis_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_hypothesis, id)},
    {"question", DTN_F_TEXT, REQ, AT(dtn_hypothesis, question)},
    {"answers", DTN_F_LIST, REQ, AT(dtn_hypothesis, answers), COUNT(dtn_hypothesis, n_answer),
     .item = &answer_schema},
    END};
static const dtn_schema hypothesis_schema = {"a hypothesis",
                                             hypothesis_fields,
                                             sizeof(dtn_hypothesis),
                                             offsetof(dtn_hypothesis, pos),
                                             offsetof(dtn_hypothesis, id),
                                             offsetof(dtn_hypothesis, question)};

static const dtn_field concept_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_concept, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_concept, name)},
    {"variables", DTN_F_TEXTS, REQ, AT(dtn_concept, variables), COUNT(dtn_concept, n_variable)},
    END};
static const dtn_schema concept_schema = {"a concept",
                                          concept_fields,
                                          sizeof(dtn_concept),
                                          offsetof(dtn_concept, pos),
                                          offsetof(dtn_concept, id),
                                          offsetof(dtn_concept, name)};

static const dtn_field outcome_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_outcome, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_outcome, name)},
    {"variable", DTN_F_TEXT, REQ, AT(dtn_outcome, variable)},
    {"unit", DTN_F_TEXT, REQ, AT(dtn_outcome, unit)},
    {"measure", DTN_F_WORD, REQ, AT(dtn_outcome, measure), .words = measure_words},
    {"series", DTN_F_WORD, REQ, AT(dtn_outcome, is_increment), .words = series_words},
    {"direction", DTN_F_WORD, REQ, AT(dtn_outcome, direction), .words = direction_words},
    {"group", DTN_F_CHOICE, REQ, AT(dtn_outcome, group), .words = group_words},
    END};
static const dtn_schema outcome_schema = {"an outcome",
                                          outcome_fields,
                                          sizeof(dtn_outcome),
                                          offsetof(dtn_outcome, pos),
                                          offsetof(dtn_outcome, id),
                                          offsetof(dtn_outcome, name)};

static const dtn_field regime_fields[] = {
    {"code", DTN_F_NUMBER, REQ, AT(dtn_regime, code), .low = -1e9, .high = 1e9},
    {"id", DTN_F_ID, REQ, AT(dtn_regime, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_regime, name)},
    END};
static const dtn_schema regime_schema = {"a regime",
                                         regime_fields,
                                         sizeof(dtn_regime),
                                         offsetof(dtn_regime, pos),
                                         offsetof(dtn_regime, id),
                                         offsetof(dtn_regime, name)};

static const dtn_field regimes_fields[] = {
    {"variable", DTN_F_TEXT, REQ, AT(dtn_case, regime_variable)},
    {"states", DTN_F_LIST, REQ, AT(dtn_case, regimes), COUNT(dtn_case, n_regime),
     .item = &regime_schema},
    END};
static const dtn_schema regimes_schema = {"regimes",     regimes_fields, 0,
                                          DTN_NO_OFFSET, DTN_NO_OFFSET,  DTN_NO_OFFSET};

static const dtn_field observed_fields[] = {{"id", DTN_F_ID, REQ, AT(dtn_observed, id)},
                                            {"name", DTN_F_TEXT, REQ, AT(dtn_observed, name)},
                                            {"file", DTN_F_FILE, REQ, AT(dtn_observed, file)},
                                            {"outcome", DTN_F_ID, REQ, AT(dtn_observed, outcome)},
                                            {"unit", DTN_F_TEXT, REQ, AT(dtn_observed, unit)},
                                            {"source", DTN_F_TEXT, EVI, AT(dtn_observed, source)},
                                            END};
static const dtn_schema observed_schema = {
    "an observed series",       observed_fields,
    sizeof(dtn_observed),       offsetof(dtn_observed, pos),
    offsetof(dtn_observed, id), offsetof(dtn_observed, name)};

/* views.yaml */

static const dtn_word stance_words[] = {{"held", 0}, {"denied", 0}, {"open", 0}, {NULL, 0}};
static const dtn_word view_words[] = {{"document", 0}, {"stated_position", 0}, {NULL, 0}};

static const dtn_field stance_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_stance, hypothesis)},
    {"stance", DTN_F_CHOICE, REQ, AT(dtn_stance, stance), .words = stance_words},
    {"answer", DTN_F_CUSTOM, .at = 0, .read = read_answer},
    {"weights", DTN_F_CUSTOM, .at = 0, .read = read_weights},
    {"denies", DTN_F_CUSTOM, .at = 0, .read = read_denied},
    {"source", DTN_F_TEXT, EVI, AT(dtn_stance, source)},
    {"paraphrase", DTN_F_TEXT, EVI, AT(dtn_stance, paraphrase)},
    END};
static const dtn_schema stance_schema = {"a stance",
                                         stance_fields,
                                         sizeof(dtn_stance),
                                         offsetof(dtn_stance, pos),
                                         offsetof(dtn_stance, hypothesis),
                                         DTN_NO_OFFSET};

static const dtn_field recommends_fields[] = {
    {"course", DTN_F_CUSTOM, .at = 0, .read = read_recommended},
    {"source", DTN_F_TEXT, EVI, AT(dtn_view, recommends.source)},
    {"paraphrase", DTN_F_TEXT, AT(dtn_view, recommends.paraphrase)},
    END};
static const dtn_schema recommends_schema = {"recommends",  recommends_fields, 0,
                                             DTN_NO_OFFSET, DTN_NO_OFFSET,     DTN_NO_OFFSET};

static const dtn_field view_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_view, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_view, name)},
    {"kind", DTN_F_CHOICE, REQ, AT(dtn_view, kind), .words = view_words},
    {"about", DTN_F_TEXT, AT(dtn_view, about)},
    {"recommends", DTN_F_MAP, .at = 0, .item = &recommends_schema},
    {"hypotheses", DTN_F_LIST, REQ, AT(dtn_view, stances), COUNT(dtn_view, n_stance),
     .item = &stance_schema},
    END};
static const dtn_schema view_schema = {"a view",
                                       view_fields,
                                       sizeof(dtn_view),
                                       offsetof(dtn_view, pos),
                                       offsetof(dtn_view, id),
                                       offsetof(dtn_view, name)};

static const dtn_field text_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_cited_text, id)},
    {"bytes", DTN_F_NUMBER, REQ, AT(dtn_cited_text, n_byte), .low = 0, .high = 1e9},
    {"xxh3", DTN_F_TEXT, REQ, AT(dtn_cited_text, xxh3)},
    END};
static const dtn_schema text_schema = {"a document",
                                       text_fields,
                                       sizeof(dtn_cited_text),
                                       offsetof(dtn_cited_text, pos),
                                       offsetof(dtn_cited_text, id),
                                       DTN_NO_OFFSET};

static const dtn_field views_fields[] = {
    {"version", DTN_F_CUSTOM, REQ, .read = read_version},
    {"documents", DTN_F_LIST, AT(dtn_case, texts), COUNT(dtn_case, n_text), .item = &text_schema},
    {"views", DTN_F_LIST, REQ, AT(dtn_case, views), COUNT(dtn_case, n_view), .item = &view_schema},
    END};
static const dtn_schema views_schema = {"the views",   views_fields,  0,
                                        DTN_NO_OFFSET, DTN_NO_OFFSET, DTN_NO_OFFSET};

void dtn_case_read_view_tables(dtn_case_reader *r, const dtn_yaml_node *root)
{
    dtn_schema_read(&r->schema, &views_schema, root, r->c);
}

/* loops.yaml */

static const dtn_word polarity_words[] = {{"reinforcing", 0}, {"balancing", 0}, {NULL, 0}};

static const dtn_field loop_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_declared_loop, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_declared_loop, name)},
    {"polarity", DTN_F_CHOICE, REQ, AT(dtn_declared_loop, polarity), .words = polarity_words},
    {"source", DTN_F_TEXT, EVI, AT(dtn_declared_loop, source)},
    {"variables", DTN_F_TEXTS, REQ, AT(dtn_declared_loop, variables),
     COUNT(dtn_declared_loop, n_variable)},
    END};
static const dtn_schema loop_schema = {"a loop",
                                       loop_fields,
                                       sizeof(dtn_declared_loop),
                                       offsetof(dtn_declared_loop, pos),
                                       offsetof(dtn_declared_loop, id),
                                       DTN_NO_OFFSET};

static const dtn_field loops_fields[] = {
    {"version", DTN_F_CUSTOM, REQ, .read = read_version},
    {"loops", DTN_F_LIST, REQ, AT(dtn_case, loops), COUNT(dtn_case, n_loop), .item = &loop_schema},
    END};
static const dtn_schema loops_schema = {"the loops",   loops_fields,  0,
                                        DTN_NO_OFFSET, DTN_NO_OFFSET, DTN_NO_OFFSET};

void dtn_case_read_loop_tables(dtn_case_reader *r, const dtn_yaml_node *root)
{
    dtn_schema_read(&r->schema, &loops_schema, root, r->c);
}

#define LIST(key, member, count, schema)                                                    \
    {                                                                                       \
        key, DTN_F_LIST, 0, AT(dtn_case, member), COUNT(dtn_case, count), .item = &(schema) \
    }

static const dtn_field case_fields[] = {
    {"detente", DTN_F_CUSTOM, REQ, .read = read_version},
    {"id", DTN_F_ID, REQ, AT(dtn_case, id)},
    {"title", DTN_F_TEXT, REQ, AT(dtn_case, title)},
    {"summary", DTN_F_TEXT, AT(dtn_case, summary)},
    {"model", DTN_F_FILE, REQ, AT(dtn_case, model_file)},
    {"overlays", DTN_F_FILES, 0, AT(dtn_case, overlay_files), COUNT(dtn_case, n_overlay_file)},
    {"time", DTN_F_MAP, REQ, .at = 0, .item = &time_schema},
    LIST("actors", actors, n_actor, actor_schema),
    {"reference", DTN_F_LATER, .flags = 0},
    {"profiles", DTN_F_LATER, .flags = 0},
    LIST("parameters", parameters, n_parameter, parameter_schema),
    LIST("hypotheses", hypotheses, n_hypothesis, hypothesis_schema),
    {"views", DTN_F_FILE, AT(dtn_case, views_file)},
    {"loops", DTN_F_FILE, AT(dtn_case, loops_file)},
    {"evidence", DTN_F_FILE, AT(dtn_case, evidence_file)},
    LIST("concepts", concepts, n_concept, concept_schema),
    {"outcomes", DTN_F_LIST, REQ, AT(dtn_case, outcomes), COUNT(dtn_case, n_outcome),
     .item = &outcome_schema},
    {"regimes", DTN_F_MAP, .at = 0, .item = &regimes_schema},
    LIST("observed", observed, n_observed, observed_schema),
    END};
static const dtn_schema case_schema = {"the case",    case_fields,   0,
                                       DTN_NO_OFFSET, DTN_NO_OFFSET, DTN_NO_OFFSET};

void dtn_case_read_tables(dtn_case_reader *r)
{
    dtn_schema_read(&r->schema, &case_schema, r->root, r->c);
}
