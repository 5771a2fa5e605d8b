/* One future, or a block of them: parameters drawn, shared history, the branch at the decision.
 *
 * A run of a case is the one that `compare` makes: the same design draw for run K, history without
 * any course of action, and the profile's courses switched on at decide_on. So a future of an
 * ensemble can be replayed alone.
 *
 * A parameter drawn by --vary has its stream keyed by its name, as a case's parameters have, so
 * that varying a further one leaves the others' draws as they were.
 */
#include "cli/future.h"

#include "base/text.h"
#include "num/num.h"

#include <math.h>
#include <string.h>

/* ---- Profiles ---------------------------------------------------------------- */

static const char *full_profile(dtn_cli *cli, const char *text)
{
    const char *found = NULL;
    for (size_t a = 0; a < cli->c->n_actor; a++)
        for (size_t i = 0; i < cli->c->actors[a].n_course; i++)
            if (strcmp(cli->c->actors[a].courses[i].id, text) == 0) {
                if (found != NULL)
                    return text; /* two actors have one: dtn_case_profile says what to write */
                found = dtn_arena_printf(&cli->arena, "%s=%s", cli->c->actors[a].id, text);
            }
    return found != NULL ? found : text;
}

dtn_backend dtn_cli_backend(dtn_cli *cli)
{
    if (cli->options.backend == DTN_CLI_BACKEND_INTERP)
        return DTN_BACKEND_INTERP;
    if (cli->options.backend != DTN_CLI_BACKEND_JIT)
        return DTN_BACKEND_AUTO;
    if (!dtn_jit_is_built())
        dtn_console_say(&cli->console, "built without LLVM: the interpreter runs this");
    return DTN_BACKEND_JIT;
}

int dtn_cli_profile(dtn_cli *cli, const char *what, const char *text, dtn_profile *out)
{
    if (text == NULL) {
        *out = cli->c->reference;
        return 0;
    }
    if (strchr(text, '=') == NULL)
        text = full_profile(cli, text);
    dtn_diags wrong; /* told in one message, of the command line */
    dtn_diags_init(&wrong);
    const dtn_status status = dtn_case_profile(cli->c, text, out, &wrong);
    if (status != DTN_OK && wrong.n > 0) {
        dtn_console_error(&cli->console, "%s '%s': %s", what, text, wrong.items[0].message);
        if (wrong.items[0].hint)
            (void)fprintf(stderr, "  hint: %s\n", wrong.items[0].hint);
    }
    const bool is_told = wrong.n > 0;
    dtn_diags_free(&wrong);
    if (status == DTN_OK)
        return 0;
    return is_told ? DTN_EXIT_USAGE : dtn_cli_fail(cli, status);
}

/* ---- The whole ------------------------------------------------------------------ */

static int refuse_case_options(dtn_cli *cli)
{
    if (cli->c != NULL ||
        (cli->options.policy == NULL && !dtn_options_given(&cli->options, "view")))
        return 0;
    dtn_console_error(&cli->console, "--policy and --view are for a case; %s is a model",
                      cli->options.args[0]);
    return DTN_EXIT_USAGE;
}

static void append(dtn_cli *cli, dtn_fixed_list *all, const dtn_fixed_list *more)
{
    for (size_t i = 0; i < more->n; i++)
        DTN_PUSH(&cli->arena, all->items, all->n, all->cap, more->items[i]);
}

/* An element of a list that cannot be taken apart; what courses rule was refused before. */
static int refuse_held(dtn_cli *cli, const dtn_fixed *fixed)
{
    dtn_console_error(&cli->console,
                      "'%s' cannot be held alone: hold all elements of '%s', or set a constant "
                      "that it is computed from",
                      dtn_element_name(&cli->arena, cli->model, fixed->var, fixed->element),
                      cli->model->vars[fixed->var].name);
    return DTN_EXIT_USAGE;
}

/* Numbers in the program for everything that is given, in the order of dtn_future_draw. */
static int number_parameters(dtn_future *future, const dtn_fixed_list *given)
{
    dtn_cli *cli = future->cli;
    future->param_ids = DTN_NEW_N(&cli->arena, uint32_t, future->design.n_param + given->n + 1);
    for (size_t i = 0; i < future->design.n_param; i++)
        future->param_ids[future->n_param++] = future->design.param_ids[i];
    for (size_t i = 0; i < given->n; i++) {
        const uint32_t id = dtn_program_find_parameter(cli->program, given->items[i].key);
        if (id == DTN_NONE)
            return refuse_held(cli, &given->items[i]);
        future->param_ids[future->n_param++] = id;
    }
    future->streams = DTN_NEW_N(&cli->arena, uint64_t, future->vary.targets.n + 1);
    for (size_t i = 0; i < future->vary.targets.n; i++) {
        const char *key =
            dtn_arena_printf(&cli->arena, "parameter:%s", future->vary.targets.items[i].key);
        future->streams[i] = dtn_hash64(key, strlen(key), 0);
    }
    return 0;
}

/* Dimensions of the points: those of the case's design, then what --vary draws. */
static uint32_t first_vary_dim(const dtn_future *future)
{
    const size_t n_hypothesis = future->cli->c ? future->cli->c->n_hypothesis : 0;
    return (uint32_t)(n_hypothesis + future->design.n_param);
}

static int prepare_points(dtn_future *future)
{
    const uint32_t n_dim = first_vary_dim(future) + (uint32_t)future->vary.targets.n;
    int rc = dtn_cli_design_dims(future->cli, &future->plan, n_dim);
    future->design.points = future->plan.points;
    return rc;
}

static int prepare_case(dtn_future *future)
{
    dtn_cli *cli = future->cli;
    const dtn_program *program = cli->program;
    dtn_status status =
        dtn_design_new(cli->c, program, future->seed, &cli->arena, &future->design, &cli->diags);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    if (dtn_design_set_view(&future->design, cli->options.view, &cli->arena, &cli->diags) !=
        DTN_OK) {
        dtn_cli_show_diags(cli);
        return DTN_EXIT_USAGE;
    }
    future->decide_step = (uint32_t)dtn_round((cli->c->t_decide - program->start) / program->dt);
    return dtn_cli_profile(cli, "--policy", cli->options.policy, &future->profile);
}

/* Of what is given twice the last counts: rarely what was meant. */
static void say_what_is_given_twice(dtn_cli *cli, const dtn_fixed_list *given)
{
    dtn_map seen = {0};
    for (size_t i = 0; i < given->n; i++) {
        const char *key = given->items[i].key;
        if (dtn_map_get(&seen, key) != DTN_MAP_NONE)
            dtn_console_say(&cli->console,
                            "'%s' is given more than once: of --vary, the file of --design and "
                            "--set, in this order, the last counts",
                            dtn_element_name(&cli->arena, cli->model, given->items[i].var,
                                             given->items[i].element));
        dtn_map_set(&seen, &cli->arena, key, (uint32_t)i);
    }
}

/* ---- What may be given, and its ranges ---------------------------------------------- */

/* In a case constants alone, as in its file; in a model all, and a word on what then does not count. */
static bool may_be_given(dtn_cli *cli, const dtn_fixed_list *list, const char *what)
{
    dtn_map told = {0};
    bool is_good = true;
    for (size_t i = 0; i < list->n; i++) {
        const dtn_fixed *fixed = &list->items[i];
        const dtn_var *var = &cli->model->vars[fixed->var];
        const char *name = dtn_element_name(&cli->arena, cli->model, fixed->var, fixed->element);
        if (cli->c != NULL) {
            is_good = dtn_case_check_given(cli->c, name, what, &cli->arena, &cli->diags) && is_good;
            continue;
        }
        if (dtn_map_get(&told, var->key) != DTN_MAP_NONE)
            continue;
        const size_t n_before = cli->diags.n_warning;
        dtn_case_check_held(&cli->arena, cli->model, fixed->var, fixed->element, name, &cli->diags);
        if (cli->diags.n_warning > n_before)
            dtn_map_set(&told, &cli->arena, var->key, 0);
    }
    return is_good;
}

static int check_given(const dtn_future *future)
{
    dtn_cli *cli = future->cli;
    const bool vary = may_be_given(cli, &future->vary.targets, "--vary");
    const bool design = may_be_given(cli, &future->plan.file.targets, "--design");
    const bool sets = may_be_given(cli, &future->sets, "--set");
    if (vary && design && sets)
        return 0;
    dtn_cli_show_diags(cli);
    return DTN_EXIT_USAGE;
}

static void say_outside(dtn_cli *cli, const dtn_fixed *fixed, dtn_map *told, const char *what)
{
    const dtn_var *var = &cli->model->vars[fixed->var];
    if (dtn_map_get(told, var->key) != DTN_MAP_NONE)
        return;
    dtn_map_set(told, &cli->arena, var->key, 0);
    dtn_diags_add(&cli->diags, 803, var->pos, "the model says nothing of what follows from that",
                  "'%s' is %s; its range is %s",
                  dtn_element_name(&cli->arena, cli->model, fixed->var, fixed->element), what,
                  dtn_range_text(&cli->arena, var->range_min, var->range_max));
}

static bool is_outside(const dtn_var *var, double x)
{
    return x < var->range_min || x > var->range_max; /* an end that is not given is NaN */
}

/* What is given may leave the range that a constant's author gave it: told once for each. */
static void check_ranges(const dtn_future *future)
{
    dtn_cli *cli = future->cli;
    const dtn_var *vars = cli->model->vars;
    const dtn_design_file *file = &future->plan.file;
    char text[DTN_DOUBLE_MAX_TEXT];
    dtn_map told = {0};
    for (size_t i = 0; i < future->sets.n; i++) {
        const dtn_fixed *fixed = &future->sets.items[i];
        if (cli->c != NULL) { /* whose own range of it is nearer, as in compare */
            const dtn_setting set = {
                .name = dtn_element_name(&cli->arena, cli->model, fixed->var, fixed->element),
                .value = fixed->value};
            dtn_case_check_setting(cli->c, &set, &cli->arena, &cli->diags);
            continue;
        }
        dtn_double_to_text(fixed->value, text);
        if (is_outside(&vars[fixed->var], fixed->value))
            say_outside(cli, fixed, &told, dtn_arena_printf(&cli->arena, "held at %s", text));
    }
    for (size_t i = 0; i < future->vary.targets.n; i++) {
        const dtn_fixed *fixed = &future->vary.targets.items[i];
        const dtn_var *var = &vars[fixed->var];
        const double share =
            dtn_dist_share_outside(&future->vary.dists[i], var->range_min, var->range_max);
        if (share > 0)
            say_outside(cli, fixed, &told,
                        dtn_arena_printf(&cli->arena, "drawn outside in %.3g %% of the points",
                                         100 * share));
    }
    for (size_t i = 0; i < file->targets.n; i++) {
        size_t n = 0;
        for (size_t row = 0; row < file->n_row; row++)
            n += is_outside(&vars[file->targets.items[i].var],
                            file->values[row * file->targets.n + i]);
        if (n > 0)
            say_outside(
                cli, &file->targets.items[i], &told,
                dtn_arena_printf(&cli->arena, "outside in %zu of the %zu points", n, file->n_row));
    }
    dtn_cli_show_diags(cli);
}

/* ---- All ---------------------------------------------------------------------------- */

int dtn_future_init(dtn_cli *cli, dtn_future *out)
{
    *out = (dtn_future){.cli = cli, .seed = cli->options.seed, .decide_step = UINT32_MAX};
    dtn_fixed_list given = {0};
    int rc = refuse_case_options(cli);
    if (rc == 0)
        rc = dtn_cli_vary(cli, &out->vary);
    if (rc == 0)
        rc = dtn_cli_design(cli, &out->vary, &out->plan);
    if (rc == 0)
        rc = dtn_cli_sets(cli, &out->sets);
    if (rc != 0)
        return rc;
    append(cli, &given, &out->vary.targets);
    append(cli, &given, &out->plan.file.targets);
    append(cli, &given, &out->sets);
    say_what_is_given_twice(cli, &given);
    rc = check_given(out);
    if (rc != 0)
        return rc;
    check_ranges(out);
    rc = dtn_cli_compile(cli, &given);
    if (rc == 0 && cli->c != NULL)
        rc = prepare_case(out);
    if (rc == 0)
        rc = number_parameters(out, &given);
    return rc == 0 ? prepare_points(out) : rc;
}

static double vary_value(const dtn_future *future, size_t i, uint64_t run)
{
    const dtn_dist *dist = &future->vary.dists[i];
    if (future->plan.levels)
        return dtn_dist_level(dist, dtn_plan_level(&future->plan, i, run), future->plan.levels[i]);
    const uint32_t dim = first_vary_dim(future) + (uint32_t)i;
    return dtn_dist_quantile(dist,
                             dtn_points_at(&future->plan.points, future->streams[i], dim, run));
}

void dtn_future_draw(void *ctx, uint64_t run0, uint32_t n, double *params)
{
    const dtn_future *future = ctx;
    if (future->design.n_param > 0) {
        dtn_design design = future->design;
        dtn_design_draw(&design, run0, n, params);
    }
    double *row = params + future->design.n_param * n;
    for (size_t i = 0; i < future->vary.targets.n; i++, row += n)
        for (uint32_t k = 0; k < n; k++)
            row[k] = vary_value(future, i, run0 + k);
    const dtn_design_file *file = &future->plan.file;
    for (size_t i = 0; i < file->targets.n; i++, row += n)
        for (uint32_t k = 0; k < n; k++) {
            const uint64_t point = dtn_plan_point(&future->plan, run0 + k);
            row[k] = file->values[point * file->targets.n + i];
        }
    for (size_t i = 0; i < future->sets.n; i++, row += n)
        for (uint32_t k = 0; k < n; k++)
            row[k] = future->sets.items[i].value;
}

void dtn_future_branch(const dtn_future *future, dtn_block *block)
{
    if (dtn_block_step_index(block) != future->decide_step)
        return;
    const dtn_case *c = future->cli->c;
    for (size_t a = 0; a < c->n_actor; a++)
        if (future->profile.course[a] != DTN_NONE)
            dtn_block_set_overlay(block, c->actors[a].courses[future->profile.course[a]].overlay,
                                  1);
}
