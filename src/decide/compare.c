/* Comparing courses of action: from options to a finished comparison.
 *
 *   1. profiles: the reference in front, then those asked for, doubles left out;
 *   2. the model compiled with the uncertain inputs as parameters, up to `until`;
 *   3. the design, with --set and the view held;
 *   4. the futures run (futures.c), in blocks over threads;
 *   5. figures (group.c, aggregate.c, robust.c).
 *
 * The canonical command names what shapes the bytes of the results and nothing else: the case
 * by its id (never by a path), seed, runs, view, profiles and held values, all written out.
 */
#include "decide/compare.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "decide/aggregate.h"

dtn_compare_options dtn_compare_defaults(void)
{
    return (dtn_compare_options){.seed = 1, .n_run = 2000, .view = "prior"};
}

typedef struct compare_job {
    dtn_case *c;
    dtn_compare_options options;
    dtn_diags *diags;
    dtn_arena *arena;
    dtn_comparison *cmp;
    dtn_program *program;
    dtn_design design;
    dtn_futures futures;
} compare_job;

/* ---- Profiles ------------------------------------------------------------------------- */

static bool is_listed(const compare_job *j, const dtn_profile *list, size_t n,
                      const dtn_profile *profile)
{
    const size_t size = j->c->n_actor * sizeof *profile->course;
    for (size_t i = 0; i < n; i++)
        if (size == 0 || memcmp(list[i].course, profile->course, size) == 0)
            return true;
    return false;
}

static void list_profiles(compare_job *j)
{
    const dtn_compare_options *o = &j->options;
    const dtn_profile *asked = o->profiles ? o->profiles : j->c->profiles;
    const size_t n_asked = o->profiles ? o->n_profile : j->c->n_profile;
    dtn_profile *list = DTN_NEW_N(j->arena, dtn_profile, n_asked + 1);
    size_t n = 1;
    list[0] = o->reference ? *o->reference : j->c->reference;
    for (size_t i = 0; i < n_asked; i++)
        if (!is_listed(j, list, n, &asked[i]))
            list[n++] = asked[i];
    j->cmp->profiles = list;
    j->cmp->n_profile = n;
}

/* ---- Program and design ------------------------------------------------------------------ */

static dtn_status compile(compare_job *j)
{
    dtn_compile_options options = dtn_compile_defaults();
    const char **keys = NULL;
    size_t n_key = 0;
    dtn_case_parameter_keys(j->c, j->arena, &keys, &n_key);
    options.parameters = DTN_NEW_N(j->arena, const char *, n_key + j->options.n_set + 1);
    for (size_t i = 0; i < n_key; i++)
        options.parameters[options.n_parameter++] = keys[i];
    for (size_t i = 0; i < j->options.n_set; i++)
        options.parameters[options.n_parameter++] =
            dtn_case_element_key(j->arena, j->options.sets[i].name);
    options.stop = j->c->t_until;
    return dtn_compile(j->c->model, &options, &j->program, j->diags);
}

/* Names of --set are checked before compiling: the program knows only what it was asked for. */
static dtn_status check_sets(compare_job *j)
{
    uint32_t var = 0, element = 0;
    bool is_good = true;
    for (size_t i = 0; i < j->options.n_set; i++) {
        const dtn_setting *set = &j->options.sets[i];
        is_good = dtn_case_find_element(j->arena, j->c->model, set->name, set->pos, "--set", &var,
                                        &element, j->diags) &&
                  is_good;
    }
    return is_good ? DTN_OK : DTN_E_INPUT;
}

static dtn_status make_design(compare_job *j)
{
    dtn_status status =
        dtn_design_new(j->c, j->program, j->options.seed, j->arena, &j->design, j->diags);
    for (size_t i = 0; status == DTN_OK && i < j->options.n_set; i++)
        status = dtn_design_set(&j->design, j->program, &j->options.sets[i], j->arena, j->diags);
    if (status == DTN_OK)
        status = dtn_design_set_view(&j->design, j->options.view, j->arena, j->diags);
    return status;
}

/* ---- Shape --------------------------------------------------------------------------------- */

static uint32_t steps_of(const compare_job *j, double duration)
{
    const double steps = dtn_round(duration / j->program->dt);
    return steps < 1 ? 1 : (uint32_t)steps;
}

static void set_shape(compare_job *j)
{
    const dtn_case *c = j->c;
    dtn_futures *f = &j->futures;
    const double points = (c->t_until - c->t_start) / c->save_every;
    const double before = (c->t_decide - c->t_start) / c->save_every;
    *f = (dtn_futures){.c = c,
                       .program = j->program,
                       .profiles = j->cmp->profiles,
                       .n_profile = j->cmp->n_profile,
                       .n_outcome = c->n_outcome,
                       .n_regime = c->n_regime,
                       .n_run = j->options.n_run};
    f->n_time = (size_t)dtn_round(points) + 1;
    f->i_decide = (size_t)dtn_round(before);
    f->n_after = f->n_time - f->i_decide - 1;
    f->point_steps = steps_of(j, c->save_every);
    f->sample_steps = steps_of(j, 1);
    f->decide_step = (uint32_t)f->i_decide * f->point_steps;
    f->end_step = (uint32_t)(f->n_time - 1) * f->point_steps;
    f->is_exact = f->n_run <= DTN_EXACT_RUNS;
    for (size_t o = 0; o < c->n_outcome; o++)
        f->has_running = f->has_running || c->outcomes[o].measure == DTN_MEAN_AFTER ||
                         c->outcomes[o].measure == DTN_MAX_AFTER;
}

static dtn_status check_shape(const compare_job *j)
{
    const dtn_futures *f = &j->futures;
    const dtn_pos pos = {j->c->path, 0, 0};
    const uint64_t bytes = dtn_futures_bytes(f);
    if (f->n_run == 0) {
        dtn_diags_add(j->diags, 604, (dtn_pos){0}, "ask for one run or more",
                      "a comparison needs runs");
        return DTN_E_INPUT;
    }
    if (f->end_step != j->program->n_step) {
        dtn_diags_add(j->diags, 604, pos,
                      "make save_every and until whole numbers of the model's time step",
                      "the run has %u steps, the series %u", j->program->n_step, f->end_step);
        return DTN_E_INPUT;
    }
    if (bytes <= DTN_COMPARE_MAX_BYTES)
        return DTN_OK;
    dtn_diags_add(j->diags, 604, pos,
                  "lower --runs, name fewer profiles with --policy, or raise time.save_every",
                  "%llu runs of %zu profiles, %zu outcomes and %zu points need %.1f GiB, more than "
                  "the limit of %.0f GiB",
                  (unsigned long long)f->n_run, f->n_profile, f->n_outcome, f->n_time,
                  (double)bytes / (double)(1 << 30),
                  (double)DTN_COMPARE_MAX_BYTES / (double)(1 << 30));
    return DTN_E_INPUT;
}

/* ---- Running --------------------------------------------------------------------------------- */

static dtn_status run_futures(compare_job *j)
{
    dtn_ensemble_options o = dtn_ensemble_defaults();
    o.seed = j->options.seed;
    o.n_run = j->options.n_run;
    o.n_thread = j->options.n_thread;
    o.block = j->options.block;
    o.backend = j->options.backend;
    o.n_param = j->design.n_param;
    o.param_ids = j->design.param_ids;
    o.design = dtn_design_draw;
    o.design_ctx = &j->design;
    o.work = dtn_futures_work;
    o.work_ctx = &j->futures;
    o.progress = j->options.progress;
    o.progress_ctx = j->options.progress_ctx;
    return dtn_ensemble_run(j->program, &o);
}

/* ---- The canonical command ---------------------------------------------------------------- */

static bool needs_quotes(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_=,.:/+-";
    return !*text || text[strspn(text, plain)] != '\0';
}

/* One word of a shell. */
static const char *quoted(dtn_arena *arena, const char *text)
{
    if (!needs_quotes(text))
        return text;
    const char *out = "'";
    while (*text) {
        const size_t n = strcspn(text, "'");
        out = dtn_arena_printf(arena, "%s%.*s%s", out, (int)n, text, text[n] ? "'\\''" : "");
        text += n + (text[n] != '\0');
    }
    return dtn_arena_printf(arena, "%s'", out);
}

static const char *canonical_command(compare_job *j)
{
    const dtn_comparison *cmp = j->cmp;
    const char *policies = "";
    char number[DTN_DOUBLE_MAX_TEXT];
    const char *command = dtn_arena_printf(
        j->arena,
        "detente compare %s --seed %llu --runs %llu --view %s --decide-on %s --reference %s",
        j->c->id, (unsigned long long)cmp->seed, (unsigned long long)cmp->n_run,
        quoted(j->arena, cmp->view), j->c->decide_on, quoted(j->arena, cmp->profiles[0].label));
    for (size_t p = 1; p < cmp->n_profile; p++)
        policies = dtn_arena_printf(j->arena, "%s%s%s", policies, *policies ? "," : "",
                                    cmp->profiles[p].label);
    if (*policies)
        command = dtn_arena_printf(j->arena, "%s --policy %s", command, quoted(j->arena, policies));
    for (size_t i = 0; i < j->options.n_set; i++) {
        dtn_double_to_text(j->options.sets[i].value, number);
        const char *key = dtn_case_element_key(j->arena, j->options.sets[i].name);
        const char *set = dtn_arena_printf(j->arena, "%s=%s", key, number);
        command = dtn_arena_printf(j->arena, "%s --set %s", command, quoted(j->arena, set));
    }
    return command;
}

/* ---- All ---------------------------------------------------------------------------------- */

static void set_times(compare_job *j)
{
    dtn_comparison *cmp = j->cmp;
    cmp->n_time = j->futures.n_time;
    cmp->i_decide = j->futures.i_decide;
    cmp->time = DTN_NEW_N(j->arena, double, cmp->n_time);
    for (size_t i = 0; i < cmp->n_time; i++)
        cmp->time[i] = j->c->t_start + (double)i * j->c->save_every;
}

static dtn_status find_figures(compare_job *j)
{
    dtn_future_group *answers = NULL, *combos = NULL;
    set_times(j);
    dtn_group_futures(&j->design, j->cmp, &answers, &combos);
    dtn_status status = dtn_aggregate(&j->futures, answers, j->options.n_thread, j->cmp);
    return status == DTN_OK ? dtn_robustness(&j->futures, combos, j->cmp) : status;
}

static dtn_status run_steps(compare_job *j)
{
    dtn_status status = DTN_OK;
    dtn_comparison *cmp = j->cmp = DTN_NEW(j->arena, dtn_comparison);
    cmp->c = j->c;
    cmp->arena = j->arena;
    cmp->seed = j->options.seed;
    cmp->n_run = j->options.n_run;
    cmp->n_outcome = j->c->n_outcome;
    cmp->view = dtn_arena_strdup(j->arena, j->options.view);
    list_profiles(j);
    if ((status = check_sets(j)) != DTN_OK || (status = compile(j)) != DTN_OK ||
        (status = make_design(j)) != DTN_OK)
        return status;
    set_shape(j);
    if ((status = check_shape(j)) != DTN_OK || (status = dtn_futures_init(&j->futures)) != DTN_OK ||
        (status = run_futures(j)) != DTN_OK || (status = find_figures(j)) != DTN_OK)
        return status;
    cmp->canonical_command = canonical_command(j);
    return DTN_OK;
}

static dtn_status run_guarded(compare_job *j)
{
    if (DTN_ARENA_GUARD(j->arena))
        return DTN_E_MEMORY;
    return run_steps(j);
}

dtn_status dtn_compare_run(dtn_case *c, const dtn_compare_options *options, dtn_comparison **out,
                           dtn_diags *diags)
{
    dtn_status status = DTN_E_MEMORY;
    compare_job *j = dtn_alloc(sizeof *j);
    dtn_arena *arena = dtn_alloc(sizeof *arena);
    if (!j || !arena)
        goto out;
    dtn_arena_init(arena);
    j->c = c;
    j->options = *options;
    j->diags = diags;
    j->arena = arena;
    status = run_guarded(j);
    dtn_futures_free(&j->futures);
    dtn_program_delete(j->program);
    if (status == DTN_OK) {
        *out = j->cmp;
        arena = NULL;
    } else {
        dtn_arena_free(arena);
    }
out:
    dtn_free(arena);
    dtn_free(j);
    return status;
}

void dtn_comparison_delete(dtn_comparison *comparison)
{
    if (!comparison)
        return;
    dtn_arena *arena = comparison->arena;
    dtn_arena_free(arena);
    dtn_free(arena);
}
