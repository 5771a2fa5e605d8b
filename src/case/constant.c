/* Constants of the model that a case, or a command line, may set or draw.
 *
 * Numbers alone: what the model computes, a stock or a lookup table would stand still under a number
 * (604), and what a course of action rules has its value from the rule (606). The nearest constant
 * is the hint. Ranges: the case's own of a parameter is nearer than that of the model, by the unit,
 * which is its author's word on where the equations hold.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "case/reader.h"
#include "check/check.h"

/* Numbers alone, as 1/52: what names other variables is computed from them. */
static bool is_of_numbers(const dtn_expr *e)
{
    if (!e || (e->kind != DTN_X_NUMBER && e->kind != DTN_X_UNARY && e->kind != DTN_X_BINARY &&
               e->kind != DTN_X_ARRAY))
        return false;
    for (uint32_t i = 0; i < e->n_arg; i++)
        if (!is_of_numbers(e->args[i]))
            return false;
    return true;
}

static bool is_constant(const dtn_model *model, const dtn_var *var, uint32_t element)
{
    double value = 0;
    if (var->kind == DTN_VAR_CONST)
        return true;
    return var->kind != DTN_VAR_STOCK && is_of_numbers(dtn_check_own_expr(model, var, element)) &&
           dtn_check_own_value(model, var->id, element, &value);
}

/* The first rule of a course for the variable; NULL: none. */
static const dtn_override *find_rule(const dtn_model *model, uint32_t var)
{
    for (size_t i = 0; i < model->n_override; i++)
        if (model->overrides[i].var == var)
            return &model->overrides[i];
    return NULL;
}

/* A constant that a value may be given for; the times of the run have options of their own. */
static bool is_meant(const dtn_model *model, const dtn_var *var)
{
    return var->kind == DTN_VAR_CONST && !var->is_control && !var->is_hidden &&
           !find_rule(model, var->id);
}

/* "initial x" holds "x", "exit" does not. */
static bool holds_words(const char *key, const char *words)
{
    const size_t n = strlen(words);
    for (const char *at = strstr(key, words); at; at = strstr(at + 1, words))
        if ((at == key || at[-1] == ' ') && (at[n] == '\0' || at[n] == ' '))
            return true;
    return false;
}

/* The first constant that an expression names; NULL: none. */
static const dtn_var *constant_in(const dtn_model *model, const dtn_expr *e)
{
    if (!e)
        return NULL;
    const dtn_var *found = e->kind == DTN_X_NAME ? dtn_model_find_var(model, e->key) : NULL;
    if (found && is_meant(model, found))
        return found;
    found = NULL;
    for (uint32_t i = 0; i < e->n_arg && !found; i++)
        found = constant_in(model, e->args[i]);
    return found;
}

/* The constant that was meant: one whose name holds this one's ("initial X"), or that it begins with or is
 * computed from. */
static const dtn_var *constant_near(const dtn_model *model, const dtn_var *var)
{
    const dtn_var *found = NULL;
    for (size_t i = 0; i < model->n_var; i++) {
        const dtn_var *one = &model->vars[i];
        if (is_meant(model, one) && holds_words(one->key, var->key) &&
            (!found || strlen(one->key) < strlen(found->key)))
            found = one;
    }
    for (size_t i = 0; i < var->n_eqn && !found; i++) {
        found = constant_in(model, var->eqns[i].init);
        found = found ? found : constant_in(model, var->eqns[i].expr);
    }
    return found;
}

static const char *constant_hint(dtn_arena *arena, const dtn_model *model, const dtn_var *var)
{
    const dtn_var *near = constant_near(model, var);
    return near ? dtn_arena_printf(arena, "did you mean `%s`?", near->name)
                : "name a constant of the model; `detente explain` lists them";
}

static const char *what_it_is(const dtn_var *var)
{
    return var->kind == DTN_VAR_STOCK  ? "it is a stock"
           : var->kind == DTN_VAR_DATA ? "it is data"
                                       : "an equation computes it";
}

/* Which of the two held while the course is on would be an accident. */
static void report_ruled(dtn_arena *arena, const dtn_model *model, const dtn_override *rule,
                         const char *name, dtn_pos pos, dtn_diags *diags)
{
    const char *course = model->overlays[rule->overlay - 1].id;
    dtn_diags_add(diags, 606, pos,
                  dtn_arena_printf(arena,
                                   "let the rule use another constant and set that, or leave `%s` "
                                   "to the course alone",
                                   name),
                  "`%s` cannot be set or drawn: the course `%s` has a rule for it (%s:%u)", name,
                  course, rule->pos.file, rule->pos.line);
}

bool dtn_case_check_constant(dtn_arena *arena, const dtn_model *model, uint32_t var_id,
                             uint32_t element, const char *name, dtn_pos pos, dtn_diags *diags)
{
    const dtn_var *var = &model->vars[var_id];
    if (var->kind == DTN_VAR_LOOKUP) {
        dtn_diags_add(diags, 604, pos, "use a constant that scales the table",
                      "`%s` is a lookup table and cannot be set or drawn", name);
        return false;
    }
    if (var->is_control) {
        dtn_diags_add(diags, 604, pos, constant_hint(arena, model, var),
                      "`%s` sets the time of the run and cannot be set or drawn", name);
        return false;
    }
    if (is_constant(model, var, element)) {
        const dtn_override *rule = find_rule(model, var_id);
        if (rule)
            report_ruled(arena, model, rule, name, pos, diags);
        return !rule;
    }
    dtn_diags_add(diags, 604, pos, constant_hint(arena, model, var),
                  "`%s` is no constant: %s, and a number in its place would stop it", name,
                  what_it_is(var));
    return false;
}

void dtn_case_check_held(dtn_arena *arena, const dtn_model *model, uint32_t var_id,
                         uint32_t element, const char *name, dtn_diags *diags)
{
    const dtn_var *var = &model->vars[var_id], *near = constant_near(model, var);
    if (!is_constant(model, var, element))
        dtn_diags_add(diags, 804, var->pos,
                      near ? dtn_arena_printf(arena, "did you mean '%s'?", near->name) : NULL,
                      "'%s' is no constant: %s, and the value given stands in its place", name,
                      what_it_is(var));
}

void dtn_case_check_draws(dtn_case_reader *r, uint32_t var_id, const dtn_case_parameter *p)
{
    const dtn_var *var = &r->c->model->vars[var_id];
    const bool is_clipped_within = !(p->low < var->range_min) && !(p->high > var->range_max);
    const double share =
        is_clipped_within ? 0 : dtn_dist_share_outside(&p->dist, var->range_min, var->range_max);
    if (share > 0)
        dtn_diags_add(
            r->diags, 803, p->pos, "narrow it, or give the model's constant another range",
            "%.3g %% of the draws of `%s` lie outside its range in the model, %s", 100 * share,
            p->name, dtn_range_text(r->arena, var->range_min, var->range_max));
}

/* The case's parameter of that key; NULL: none. */
static const dtn_case_parameter *find_parameter(const dtn_case *c, const char *key,
                                                dtn_arena *arena)
{
    for (size_t i = 0; i < c->n_parameter; i++)
        if (strcmp(dtn_case_element_key(arena, c->parameters[i].name), key) == 0)
            return &c->parameters[i];
    return NULL;
}

void dtn_case_check_value(dtn_case_reader *r, uint32_t var_id, const dtn_setting *set)
{
    const dtn_var *var = &r->c->model->vars[var_id];
    if (set->value < var->range_min || set->value > var->range_max)
        dtn_diags_add(r->diags, 803, set->pos,
                      "change it, or give the model's constant another range",
                      "`%s` is set outside its range in the model, %s", set->name,
                      dtn_range_text(r->arena, var->range_min, var->range_max));
    const dtn_case_parameter *p =
        find_parameter(r->c, dtn_case_element_key(r->arena, set->name), r->arena);
    if (p && (set->value < p->low || set->value > p->high))
        dtn_diags_add(r->diags, 642, set->pos, "change it, or widen the parameter's `range`",
                      "`%s` is set outside the range of its parameter in line %u, %s", set->name,
                      p->pos.line, dtn_range_text(r->arena, p->low, p->high));
}

/* ---- Of the command line ------------------------------------------------------------- */

/* The hypothesis of which an answer sets the constant; NULL: none. */
static const dtn_hypothesis *find_hypothesis(const dtn_case *c, const char *key, dtn_arena *arena)
{
    for (size_t h = 0; h < c->n_hypothesis; h++)
        for (size_t a = 0; a < c->hypotheses[h].n_answer; a++)
            for (size_t k = 0; k < c->hypotheses[h].answers[a].n_set; k++) {
                const char *name = c->hypotheses[h].answers[a].sets[k].name;
                if (strcmp(dtn_case_element_key(arena, name), key) == 0)
                    return &c->hypotheses[h];
            }
    return NULL;
}

bool dtn_case_check_given(const dtn_case *c, const char *name, const char *what, dtn_arena *arena,
                          dtn_diags *diags)
{
    const dtn_pos nowhere = {0};
    uint32_t var = 0, element = 0;
    if (!dtn_case_find_element(arena, c->model, name, nowhere, what, &var, &element, diags) ||
        !dtn_case_check_constant(arena, c->model, var, element, name, nowhere, diags))
        return false;
    const dtn_hypothesis *h = find_hypothesis(c, dtn_case_element_key(arena, name), arena);
    if (h)
        dtn_diags_add(diags, 646, nowhere,
                      "hold an answer instead, with --view HYPOTHESIS=ANSWER, or read the figures "
                      "without that hypothesis",
                      "%s gives `%s` a value that its hypothesis %s would set: no view's answer to "
                      "%s moves it",
                      what, name, h->id, h->id);
    return true;
}

void dtn_case_check_setting(const dtn_case *c, const dtn_setting *setting, dtn_arena *arena,
                            dtn_diags *diags)
{
    const char *key = dtn_case_element_key(arena, setting->name);
    const dtn_var *var = dtn_model_find_var(c->model, dtn_name_key(arena, key, strcspn(key, "[")));
    double low = var ? var->range_min : (double)NAN, high = var ? var->range_max : (double)NAN;
    char text[DTN_DOUBLE_MAX_TEXT];
    const dtn_case_parameter *p = find_parameter(c, key, arena);
    low = p ? p->low : low;
    high = p ? p->high : high;
    if (!(setting->value < low) && !(setting->value > high)) /* an end that is not given is NaN */
        return;
    dtn_double_to_text(setting->value, text);
    dtn_diags_add(diags, 642, setting->pos,
                  "what follows from it is outside what the case vouches for",
                  "`%s` is held at %s; its range is %s", setting->name, text,
                  dtn_range_text(arena, low, high));
}
