/* validation.yaml: its keys as tables, its names tied to the case (docs/validation.md, version 1).
 *
 * The case's schema reader does the work, so mistakes are told as in case.yaml: unknown keys (602),
 * missing ones (603), wrong values (604), unknown names (605), ids given twice (606), dates (607).
 * 620 is a claim without one side, 621 a recorded series too short to have a shape.
 *
 * Settings may name any variable: what is not a constant of the model is held all the same, in runs
 * of its own program (watch.c).
 */
#include "validate/spec.h"

#include "check/check.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

#define AT(type, member) .at = offsetof(type, member)
#define COUNT(type, member) .at_n = offsetof(type, member)
#define REQ .flags = DTN_REQUIRED
#define EVI .flags = DTN_EVIDENCE
#define END         \
    {               \
        .key = NULL \
    }
#define MAX_BYTES DTN_YAML_MAX_BYTES

typedef struct spec_reader {
    dtn_schema_reader schema; /* first: custom readers get its address */
    dtn_case *c;
    dtn_spec *spec;
} spec_reader;

/* ---- Custom values ------------------------------------------------------------------------ */

static void read_version(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    double version = 0;
    (void)dest;
    if (dtn_schema_number(s, node, "version", &version) && version != 1)
        dtn_diags_add(s->diags, 604, node->pos, "this program reads version 1",
                      "version %s of the validation is not known", node->text);
}

/* {NAME: number, ...} */
static void read_settings(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    dtn_settings *list = dest;
    if (!dtn_schema_is(s, node, DTN_YAML_MAPPING, "names and numbers"))
        return;
    for (size_t i = 0; i < node->n; i++) {
        dtn_setting set = {.name = node->keys[i]->text, .pos = node->keys[i]->pos};
        if (dtn_schema_number(s, node->values[i], set.name, &set.value))
            DTN_PUSH(s->arena, list->items, list->n, list->cap, set);
    }
}

static void read_limit(dtn_schema_reader *s, const dtn_yaml_node *node, dtn_claim *claim, int sense)
{
    claim->n_limit++;
    if (dtn_schema_number(s, node, sense < 0 ? "at_most" : "at_least", &claim->limit))
        claim->sense = sense;
}

static void read_at_most(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    read_limit(s, node, dest, -1);
}

static void read_at_least(dtn_schema_reader *s, const dtn_yaml_node *node, void *dest)
{
    read_limit(s, node, dest, 1);
}

/* ---- Tables --------------------------------------------------------------------------------- */

static const dtn_word measure_words[] = {{"since_decision", DTN_SINCE_DECISION + 1},
                                         {"at_end", DTN_AT_END + 1},
                                         {"mean_after", DTN_MEAN_AFTER + 1},
                                         {"max_after", DTN_MAX_AFTER + 1},
                                         {NULL, 0}};

static const dtn_field claim_fields[] = {
    {"outcome", DTN_F_ID, AT(dtn_claim, outcome)},
    {"variable", DTN_F_TEXT, AT(dtn_claim, variable)},
    {"measure", DTN_F_WORD, AT(dtn_claim, measure), .words = measure_words},
    {"at_most", DTN_F_CUSTOM, .at = 0, .read = read_at_most},
    {"at_least", DTN_F_CUSTOM, .at = 0, .read = read_at_least},
    {"times", DTN_F_ID, AT(dtn_claim, times)},
    {"of", DTN_F_ID, AT(dtn_claim, of)},
    {"because", DTN_F_TEXT, AT(dtn_claim, because)},
    END};
static const dtn_schema claim_schema = {"a claim",         claim_fields,
                                        sizeof(dtn_claim), offsetof(dtn_claim, pos),
                                        DTN_NO_OFFSET,     DTN_NO_OFFSET};

static const dtn_field condition_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_condition, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_condition, name)},
    {"source", DTN_F_TEXT, EVI, AT(dtn_condition, source)},
    {"set", DTN_F_CUSTOM, AT(dtn_condition, set), .read = read_settings},
    {"policy", DTN_F_TEXT, AT(dtn_condition, policy)},
    {"must", DTN_F_LIST, REQ, AT(dtn_condition, must), COUNT(dtn_condition, n_must),
     .item = &claim_schema},
    END};
static const dtn_schema condition_schema = {"a condition",
                                            condition_fields,
                                            sizeof(dtn_condition),
                                            offsetof(dtn_condition, pos),
                                            offsetof(dtn_condition, id),
                                            DTN_NO_OFFSET};

static const dtn_field balance_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_balance, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_balance, name)},
    {"sum", DTN_F_CUSTOM, REQ, AT(dtn_balance, sum), .read = read_settings},
    {"tolerance", DTN_F_NUMBER, REQ, AT(dtn_balance, tolerance), .low = 0, .high = 1},
    END};
static const dtn_schema balance_schema = {"a balance",
                                          balance_fields,
                                          sizeof(dtn_balance),
                                          offsetof(dtn_balance, pos),
                                          offsetof(dtn_balance, id),
                                          DTN_NO_OFFSET};

static const dtn_field knockout_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_knockout, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_knockout, name)},
    {"off", DTN_F_CUSTOM, REQ, AT(dtn_knockout, off), .read = read_settings},
    {"own", DTN_F_TEXTS, AT(dtn_knockout, own), COUNT(dtn_knockout, n_own)},
    {"reason", DTN_F_TEXT, AT(dtn_knockout, reason)},
    END};
static const dtn_schema knockout_schema = {"a part",
                                           knockout_fields,
                                           sizeof(dtn_knockout),
                                           offsetof(dtn_knockout, pos),
                                           offsetof(dtn_knockout, id),
                                           DTN_NO_OFFSET};

static const dtn_field reproduce_fields[] = {
    {"series", DTN_F_ID, REQ, AT(dtn_reproduce, series)},
    {"from", DTN_F_DATE, AT(dtn_reproduce, from)},
    {"until", DTN_F_DATE, AT(dtn_reproduce, until)},
    {"band", DTN_F_NUMBER, AT(dtn_reproduce, band), .low = 0.5, .high = 0.999},
    {"note", DTN_F_TEXT, AT(dtn_reproduce, note)},
    END};
static const dtn_schema reproduce_schema = {
    "a series",    reproduce_fields, sizeof(dtn_reproduce), offsetof(dtn_reproduce, pos),
    DTN_NO_OFFSET, DTN_NO_OFFSET};

static const dtn_field prior_fields[] = {
    {"id", DTN_F_ID, REQ, AT(dtn_prior, id)},
    {"name", DTN_F_TEXT, REQ, AT(dtn_prior, name)},
    {"constant", DTN_F_TEXT, REQ, AT(dtn_prior, constant)},
    {"low", DTN_F_NUMBER, REQ, AT(dtn_prior, low), .low = -1e300, .high = 1e300},
    {"high", DTN_F_NUMBER, REQ, AT(dtn_prior, high), .low = -1e300, .high = 1e300},
    {"source", DTN_F_TEXT, REQ, AT(dtn_prior, source)},
    END};
static const dtn_schema prior_schema = {"a prior",
                                        prior_fields,
                                        sizeof(dtn_prior),
                                        offsetof(dtn_prior, pos),
                                        offsetof(dtn_prior, id),
                                        DTN_NO_OFFSET};

static const dtn_field step_fields[] = {
    {"dt", DTN_F_NUMBER, REQ, AT(dtn_spec, dt), .low = 1e-9, .high = 1e9},
    {"tolerance", DTN_F_NUMBER, REQ, AT(dtn_spec, dt_tolerance), .low = 0, .high = 1},
    END};
static const dtn_schema step_schema = {"integration", step_fields,   0,
                                       DTN_NO_OFFSET, DTN_NO_OFFSET, DTN_NO_OFFSET};

#define LIST(key, member, count, schema)                                                    \
    {                                                                                       \
        key, DTN_F_LIST, 0, AT(dtn_spec, member), COUNT(dtn_spec, count), .item = &(schema) \
    }
static const dtn_field spec_fields[] = {
    {"version", DTN_F_CUSTOM, REQ, .read = read_version},
    LIST("extremes", extremes, n_extreme, condition_schema),
    LIST("story", story, n_story, condition_schema),
    LIST("conservation", balances, n_balance, balance_schema),
    {"integration", DTN_F_MAP, .at = 0, .item = &step_schema},
    LIST("reproduction", reproduces, n_reproduce, reproduce_schema),
    LIST("shape", priors, n_prior, prior_schema),
    LIST("parts", parts, n_part, knockout_schema),
    LIST("hypotheses", hypotheses, n_hypothesis, knockout_schema),
    END};
static const dtn_schema spec_schema = {"the validation", spec_fields,   0,
                                       DTN_NO_OFFSET,    DTN_NO_OFFSET, DTN_NO_OFFSET};

/* ---- Names -------------------------------------------------------------------------------------- */

static void check_settings(const spec_reader *r, const dtn_settings *list)
{
    uint32_t var = 0, element = 0;
    for (size_t i = 0; i < list->n; i++)
        dtn_case_find_element(r->schema.arena, r->c->model, list->items[i].name, list->items[i].pos,
                              "the setting", &var, &element, r->schema.diags);
}

/* Index of an outcome's id; 605 and 0 when the case has none. */
static size_t find_outcome(const spec_reader *r, const char *id, dtn_pos pos)
{
    const char *hint = "outcomes:";
    for (size_t o = 0; o < r->c->n_outcome; o++) {
        if (strcmp(r->c->outcomes[o].id, id) == 0)
            return o;
        hint = dtn_arena_printf(r->schema.arena, "%s %s", hint, r->c->outcomes[o].id);
    }
    dtn_diags_add(r->schema.diags, 605, pos, hint, "`%s` is not an outcome of the case", id);
    return 0;
}

static size_t add_quantity(spec_reader *r, dtn_quantity q)
{
    dtn_spec *spec = r->spec;
    for (size_t i = r->c->n_outcome; i < spec->n_quantity; i++)
        if (spec->quantities[i].var == q.var && spec->quantities[i].element == q.element &&
            spec->quantities[i].measure == q.measure)
            return i;
    DTN_PUSH(r->schema.arena, spec->quantities, spec->n_quantity, spec->cap_quantity, q);
    return spec->n_quantity - 1;
}

static size_t quantity_of(spec_reader *r, const dtn_claim *claim)
{
    dtn_quantity q = {.name = claim->variable, .measure = DTN_AT_END};
    if (claim->outcome)
        return find_outcome(r, claim->outcome, claim->pos);
    if (claim->measure)
        q.measure = (dtn_measure)(claim->measure - 1);
    if (!dtn_case_find_element(r->schema.arena, r->c->model, claim->variable, claim->pos,
                               "the claim's", &q.var, &q.element, r->schema.diags))
        return 0;
    return add_quantity(r, q);
}

static size_t condition_of(const spec_reader *r, const dtn_condition *here, const dtn_claim *claim)
{
    const dtn_spec *spec = r->spec;
    const char *of = claim->of ? claim->of : "reference";
    for (size_t i = 0; i < spec->n_condition; i++)
        if (strcmp(of, "here") == 0 ? spec->conditions[i] == here
                                    : strcmp(spec->conditions[i]->id, of) == 0)
            return i;
    if (strcmp(of, "reference") != 0)
        dtn_diags_add(r->schema.diags, 605, claim->pos,
                      "write `reference`, `here` or the id of a condition of this file",
                      "`%s` is not a condition", of);
    return SIZE_MAX;
}

static void resolve_claim(spec_reader *r, const dtn_condition *here, dtn_claim *claim)
{
    if (!claim->outcome == !claim->variable) {
        dtn_diags_add(r->schema.diags, 620, claim->pos,
                      "write `outcome:` with an outcome's id, or `variable:` with a name",
                      "the claim says %s", claim->outcome ? "two things at once" : "of nothing");
        return;
    }
    if (claim->n_limit != 1) {
        dtn_diags_add(r->schema.diags, 620, claim->pos, "write `at_most:` or `at_least:`",
                      "the claim has %s limit", claim->n_limit ? "more than one" : "no");
        return;
    }
    claim->quantity = quantity_of(r, claim);
    claim->right = SIZE_MAX;
    claim->condition = SIZE_MAX;
    if (claim->times)
        claim->right = find_outcome(r, claim->times, claim->pos);
    else if (claim->of)
        claim->right = claim->quantity;
    if (claim->right != SIZE_MAX)
        claim->condition = condition_of(r, here, claim);
}

/* The case tells a wrong profile without a place; it gets that of the condition. */
static void resolve_policy(spec_reader *r, dtn_condition *condition)
{
    dtn_diags found;
    dtn_diags_init(&found);
    if (dtn_case_profile(r->c, condition->policy, &condition->profile, &found) != DTN_OK)
        dtn_diags_add(r->schema.diags, 605, condition->pos,
                      found.n > 0 ? found.items[0].hint : NULL, "policy: %s",
                      found.n > 0 ? found.items[0].message : dtn_status_text(DTN_E_MEMORY));
    dtn_diags_free(&found);
}

static void resolve_condition(spec_reader *r, dtn_condition *condition)
{
    check_settings(r, &condition->set);
    if (condition->policy)
        resolve_policy(r, condition);
    for (size_t i = 0; i < condition->n_must; i++)
        resolve_claim(r, condition, &condition->must[i]);
}

static void resolve_conditions(spec_reader *r)
{
    dtn_spec *spec = r->spec;
    const size_t n = spec->n_extreme + spec->n_story;
    spec->conditions = DTN_NEW_N(r->schema.arena, dtn_condition *, n + 1);
    for (size_t i = 0; i < n; i++) {
        dtn_condition *one =
            i < spec->n_extreme ? &spec->extremes[i] : &spec->story[i - spec->n_extreme];
        one->group = i < spec->n_extreme ? "extreme" : "story";
        spec->conditions[spec->n_condition++] = one;
    }
    for (size_t i = 0; i < n; i++)
        resolve_condition(r, spec->conditions[i]);
}

static void resolve_balance(spec_reader *r, dtn_balance *balance)
{
    balance->vars = DTN_NEW_N(r->schema.arena, uint32_t, balance->sum.n + 1);
    balance->elements = DTN_NEW_N(r->schema.arena, uint32_t, balance->sum.n + 1);
    for (size_t i = 0; i < balance->sum.n; i++)
        dtn_case_find_element(r->schema.arena, r->c->model, balance->sum.items[i].name,
                              balance->sum.items[i].pos, "the balance's", &balance->vars[i],
                              &balance->elements[i], r->schema.diags);
}

static void resolve_knockout(spec_reader *r, dtn_knockout *part)
{
    check_settings(r, &part->off);
    part->is_own = DTN_NEW_N(r->schema.arena, unsigned char, r->c->n_outcome + 1);
    for (size_t i = 0; i < part->n_own; i++)
        part->is_own[find_outcome(r, part->own[i], part->pos)] = 1;
}

/* The points between the dates; one more before them is the edge of a count's first period. */
static void resolve_reproduce(spec_reader *r, dtn_reproduce *series)
{
    const dtn_case *c = r->c;
    size_t k = 0, last = 0;
    while (k < c->n_observed && strcmp(c->observed[k].id, series->series) != 0)
        k++;
    if (k == c->n_observed) {
        dtn_diags_add(r->schema.diags, 605, series->pos, "name one of `observed` in case.yaml",
                      "`%s` is not a recorded series of the case", series->series);
        return;
    }
    const dtn_observed *o = &c->observed[k];
    series->observed = k;
    series->band = series->band > 0 ? series->band : 0.9;
    while (series->first < o->n &&
           ((series->from && strcmp(o->date[series->first], series->from) < 0) ||
            o->t[series->first] < c->t_start))
        series->first++;
    for (last = series->first; last < o->n; last++)
        if ((series->until && strcmp(o->date[last], series->until) > 0) || o->t[last] > c->t_until)
            break;
    series->n = last - series->first;
    if (c->outcomes[o->i_outcome].is_increment && series->first > 0 && series->n > 0 &&
        o->t[series->first - 1] >= c->t_start) {
        series->first--;
        series->n++;
    }
    for (size_t i = 2; i < series->n; i++) {
        const double *t = o->t + series->first + i, gap = t[0] - t[-1], before = t[-1] - t[-2];
        if (gap > 1.5 * before || before > 1.5 * gap)
            dtn_diags_add(r->schema.diags, 621, series->pos, "narrow `from` and `until`",
                          "`%s` is not recorded in every period before %s", series->series,
                          o->date[series->first + i]);
    }
    if (series->n < DTN_SERIES_MIN + 1)
        dtn_diags_add(r->schema.diags, 621, series->pos, "widen `from` and `until`",
                      "`%s` has %zu points within the dates; %d or more are needed", series->series,
                      series->n, DTN_SERIES_MIN + 1);
}

static void resolve_prior(spec_reader *r, dtn_prior *prior)
{
    uint32_t var = 0, element = 0;
    if (!dtn_case_find_element(r->schema.arena, r->c->model, prior->constant, prior->pos,
                               "the prior's", &var, &element, r->schema.diags))
        return;
    if (!dtn_check_own_value(r->c->model, var, element, &prior->value))
        dtn_diags_add(r->schema.diags, 605, prior->pos, "name a constant of the model",
                      "`%s` is not a constant", prior->constant);
}

static void resolve(spec_reader *r)
{
    dtn_spec *spec = r->spec;
    const dtn_case *c = r->c;
    for (size_t o = 0; o < c->n_outcome; o++) {
        const dtn_quantity q = {c->outcomes[o].id, c->outcomes[o].var, c->outcomes[o].element,
                                c->outcomes[o].measure};
        DTN_PUSH(r->schema.arena, spec->quantities, spec->n_quantity, spec->cap_quantity, q);
    }
    resolve_conditions(r);
    for (size_t i = 0; i < spec->n_balance; i++)
        resolve_balance(r, &spec->balances[i]);
    for (size_t i = 0; i < spec->n_part; i++)
        resolve_knockout(r, &spec->parts[i]);
    for (size_t i = 0; i < spec->n_hypothesis; i++)
        resolve_knockout(r, &spec->hypotheses[i]);
    for (size_t i = 0; i < spec->n_reproduce; i++)
        resolve_reproduce(r, &spec->reproduces[i]);
    for (size_t i = 0; i < spec->n_prior; i++)
        resolve_prior(r, &spec->priors[i]);
}

dtn_status dtn_spec_read(dtn_case *c, dtn_arena *arena, char **heap, dtn_spec *out,
                         dtn_diags *diags)
{
    const size_t n_error = diags->n_error;
    size_t n = 0;
    dtn_yaml_node *root = NULL;
    out->path = dtn_arena_printf(arena, "%s/validation.yaml", c->folder);
    DTN_TRY(dtn_file_read(out->path, MAX_BYTES, heap, &n, diags));
    DTN_TRY(dtn_yaml_read(arena, dtn_arena_strndup(arena, *heap, n), n, out->path, &root, diags));
    if (!root) {
        dtn_diags_add(diags, 603, (dtn_pos){out->path, 1, 1}, "see docs/validation.md",
                      "the file is empty");
        return DTN_E_INPUT;
    }
    spec_reader r = {.schema = {arena, diags}, .c = c, .spec = out};
    dtn_schema_read(&r.schema, &spec_schema, root, out);
    if (diags->n_error == n_error)
        resolve(&r);
    return diags->n_error > n_error ? DTN_E_INPUT : DTN_OK;
}
