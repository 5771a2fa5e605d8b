/* Validation of a case: which ensembles are run, and in what order.
 *
 *   0            the reference, everything at its prior
 *   conditions   extremes, then story: their settings and courses
 *   parts        each with its switches off
 *   hypotheses   each with its weights off
 *   answers      each answer that is no mixture, held in every future
 *   fine         the reference with the smaller step
 *
 * All but the last, and those whose settings hold what is no constant, share one program and its
 * generated code. Every ensemble has the same futures. Verdicts are judge.c's and reproduce.c's.
 */
#include "validate/judge.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/file.h"

dtn_validate_options dtn_validate_defaults(void)
{
    return (dtn_validate_options){.seed = 1, .n_run = 400};
}

const char *dtn_held_word(dtn_held held)
{
    return held == DTN_HELD ? "holds" : held == DTN_FAILED ? "fails" : "open";
}

typedef struct validate_job {
    dtn_case *c;
    dtn_validate_options options;
    dtn_diags *diags;
    dtn_arena *arena;
    dtn_spec spec;
    dtn_judge judge;
    size_t cap_config;
    dtn_program *program, *own; /* shared; of the ensemble at hand */
    dtn_jit *jit;
    char *heap;
    dtn_moment *moments;
    uint64_t done, total; /* runs, a finer step's counted by its steps */
} validate_job;

/* ---- Ensembles -------------------------------------------------------------------------------- */

static size_t add(validate_job *j, dtn_config config)
{
    DTN_PUSH(j->arena, j->judge.configs, j->judge.n_config, j->cap_config, config);
    return j->judge.n_config - 1;
}

static void list_knockouts(validate_job *j, const dtn_knockout *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add(j, (dtn_config){.set = &list[i].off});
}

static void list_answers(validate_job *j)
{
    for (size_t h = 0; h < j->c->n_hypothesis; h++) {
        const dtn_hypothesis *one = &j->c->hypotheses[h];
        size_t *answers = DTN_NEW_N(j->arena, size_t, one->n_answer + 1);
        const size_t n = dtn_pure_answers(one, answers);
        for (size_t a = 0; a < n; a++)
            add(j, (dtn_config){.view = dtn_arena_printf(j->arena, "%s=%s", one->id,
                                                         one->answers[answers[a]].id)});
    }
}

static void list_configs(validate_job *j)
{
    const dtn_spec *spec = &j->spec;
    add(j, (dtn_config){.is_watched = true});
    j->judge.condition0 = j->judge.n_config;
    for (size_t i = 0; i < spec->n_condition; i++)
        add(j, (dtn_config){.set = &spec->conditions[i]->set,
                            .profile = spec->conditions[i]->profile.course
                                           ? &spec->conditions[i]->profile
                                           : NULL,
                            .is_watched = true});
    j->judge.part0 = j->judge.n_config;
    list_knockouts(j, spec->parts, spec->n_part);
    j->judge.hypothesis0 = j->judge.n_config;
    list_knockouts(j, spec->hypotheses, spec->n_hypothesis);
    j->judge.answer0 = j->judge.n_config;
    list_answers(j);
    j->judge.fine = spec->dt > 0 ? add(j, (dtn_config){.is_fine = true}) : SIZE_MAX;
}

static void list_moments(validate_job *j)
{
    size_t n = 0;
    for (size_t i = 0; i < j->spec.n_reproduce; i++)
        n += j->spec.reproduces[i].n;
    j->moments = DTN_NEW_N(j->arena, dtn_moment, n + 1);
    for (size_t i = 0; i < j->spec.n_reproduce; i++) {
        const dtn_reproduce *r = &j->spec.reproduces[i];
        const dtn_observed *o = &j->c->observed[r->observed];
        const dtn_outcome *outcome = &j->c->outcomes[o->i_outcome];
        for (size_t k = 0; k < r->n; k++)
            j->moments[j->judge.n_moment++] =
                (dtn_moment){outcome->var, outcome->element, o->t[r->first + k]};
    }
    j->judge.moments = j->moments;
}

/* ---- Programs ------------------------------------------------------------------------------------ */

/* A number of the model: it has a value of its own where nobody holds it, so it can be a parameter
 * of the program that all share. */
static bool is_constant(validate_job *j, const char *name)
{
    uint32_t var = 0, element = 0;
    return dtn_case_find_element(j->arena, j->c->model, name, (dtn_pos){0}, "", &var, &element,
                                 j->diags) &&
           j->c->model->vars[var].kind == DTN_VAR_CONST;
}

static bool needs_own(validate_job *j, const dtn_config *config)
{
    for (size_t i = 0; config->set && i < config->set->n; i++)
        if (!is_constant(j, config->set->items[i].name))
            return true;
    return config->is_fine;
}

typedef struct keys {
    const char **items;
    size_t n, cap;
} keys;

static void add_settings(validate_job *j, keys *list, const dtn_settings *set, bool only_constants)
{
    for (size_t i = 0; set && i < set->n; i++)
        if (!only_constants || is_constant(j, set->items[i].name))
            DTN_PUSH(j->arena, list->items, list->n, list->cap,
                     dtn_case_element_key(j->arena, set->items[i].name));
}

static dtn_status compile(validate_job *j, const dtn_config *only, dtn_program **out)
{
    dtn_compile_options options = dtn_compile_defaults();
    keys list = {0};
    const char **own = NULL;
    size_t n = 0;
    dtn_case_parameter_keys(j->c, j->arena, &own, &n);
    for (size_t i = 0; i < n; i++)
        DTN_PUSH(j->arena, list.items, list.n, list.cap, own[i]);
    for (size_t k = 0; !only && k < j->judge.n_config; k++)
        add_settings(j, &list, j->judge.configs[k].set, true);
    if (only)
        add_settings(j, &list, only->set, false);
    if (only && only->is_fine)
        options.dt = j->spec.dt;
    options.parameters = list.items;
    options.n_parameter = list.n;
    options.stop = j->c->t_until;
    return dtn_compile(j->c->model, &options, out, j->diags);
}

/* ---- Running --------------------------------------------------------------------------------------- */

static int report_progress(void *ctx, uint64_t done, uint64_t total)
{
    const validate_job *j = ctx;
    const uint64_t weight = j->own ? j->own->n_step : j->program->n_step;
    (void)total;
    return j->options.progress(j->options.progress_ctx,
                               j->done + done * weight / j->program->n_step, j->total);
}

static dtn_status make_design(validate_job *j, const dtn_config *config, const dtn_program *program,
                              dtn_design *out)
{
    DTN_TRY(dtn_design_new(j->c, program, j->options.seed, j->arena, out, j->diags));
    for (size_t i = 0; config->set && i < config->set->n; i++)
        DTN_TRY(dtn_design_set(out, program, &config->set->items[i], j->arena, j->diags));
    return dtn_design_set_view(out, config->view ? config->view : "prior", j->arena, j->diags);
}

static void take_results(validate_job *j, dtn_watch *w, dtn_config *config)
{
    config->values = w->values;
    w->values = NULL;
    if (config->is_watched) {
        config->drift = w->drift;
        w->drift = NULL;
    }
    if (config == j->judge.configs) {
        j->judge.series = w->series;
        w->series = NULL;
    }
    j->judge.v->n_made += w->n_run;
    for (uint64_t i = 0; w->n_quantity > 0 && i < w->n_run; i++)
        j->judge.v->n_flagged += !isfinite(config->values[i]);
}

static dtn_status run_ensemble(validate_job *j, dtn_config *config, const dtn_program *program)
{
    const bool is_reference = config == j->judge.configs;
    dtn_design design;
    dtn_watch w = {.c = j->c,
                   .program = program,
                   .profile = config->profile ? config->profile : &j->c->reference,
                   .quantities = j->spec.quantities,
                   .n_quantity = j->spec.n_quantity,
                   .balances = j->spec.balances,
                   .n_balance = config->is_watched ? j->spec.n_balance : 0,
                   .moments = j->moments,
                   .n_moment = is_reference ? j->judge.n_moment : 0,
                   .n_run = j->options.n_run};
    dtn_ensemble_options o = dtn_ensemble_defaults();
    dtn_status status = make_design(j, config, program, &design);
    if (status == DTN_OK)
        status = dtn_watch_init(&w, j->diags);
    o.seed = j->options.seed;
    o.n_run = j->options.n_run;
    o.n_thread = j->options.n_thread;
    o.block = j->options.block;
    o.backend = j->jit || !j->own ? j->options.backend : DTN_BACKEND_AUTO;
    o.jit = j->own ? NULL : j->jit;
    o.n_param = design.n_param;
    o.param_ids = design.param_ids;
    o.design = dtn_design_draw;
    o.design_ctx = &design;
    o.work = dtn_watch_work;
    o.work_ctx = &w;
    o.progress = j->options.progress ? report_progress : NULL;
    o.progress_ctx = j;
    if (status == DTN_OK)
        status = dtn_ensemble_run(program, &o);
    if (status == DTN_OK)
        take_results(j, &w, config);
    dtn_watch_free(&w);
    return status;
}

static dtn_status run_config(validate_job *j, dtn_config *config)
{
    if (needs_own(j, config))
        DTN_TRY(compile(j, config, &j->own));
    const dtn_program *program = j->own ? j->own : j->program;
    const dtn_status status = run_ensemble(j, config, program);
    j->done += j->options.n_run * program->n_step / j->program->n_step;
    dtn_program_delete(j->own);
    j->own = NULL;
    return status;
}

static dtn_status run_all(validate_job *j)
{
    const uint64_t n = j->options.n_run;
    j->total = n * j->judge.n_config;
    if (j->judge.fine != SIZE_MAX)
        j->total += (uint64_t)((double)n * (j->program->dt / j->spec.dt - 1));
    j->jit = dtn_ensemble_jit(j->program, dtn_isa_best(), j->options.backend, n * j->judge.n_config,
                              j->options.n_thread);
    for (size_t k = 0; k < j->judge.n_config; k++)
        DTN_TRY(run_config(j, &j->judge.configs[k]));
    return DTN_OK;
}

/* ---- All --------------------------------------------------------------------------------------------- */

static dtn_status check_options(validate_job *j)
{
    const dtn_spec *spec = &j->spec;
    if (j->options.n_run < 2) {
        dtn_diags_add(j->diags, 604, (dtn_pos){0}, "ask for two runs or more",
                      "a validation needs runs");
        return DTN_E_INPUT;
    }
    if (spec->dt > 0 && !(spec->dt < j->program->dt)) {
        dtn_diags_add(j->diags, 604, (dtn_pos){spec->path, 0, 0}, "halve it",
                      "integration: dt %g is not smaller than the model's, %g", spec->dt,
                      j->program->dt);
        return DTN_E_INPUT;
    }
    return DTN_OK;
}

static dtn_status judge_all(validate_job *j)
{
    dtn_judge *judge = &j->judge;
    judge->scratch = dtn_alloc((2 * j->options.n_run + 1) * sizeof(double));
    if (!judge->scratch)
        return DTN_E_MEMORY;
    dtn_judge_claims(judge);
    dtn_judge_balances(judge);
    dtn_judge_step(judge);
    DTN_TRY(dtn_judge_series(judge));
    dtn_judge_priors(judge);
    dtn_judge_effects(judge);
    return DTN_OK;
}

static dtn_status validate_steps(validate_job *j)
{
    dtn_validation *v = j->judge.v;
    DTN_TRY(dtn_spec_read(j->c, j->arena, &j->heap, &j->spec, j->diags));
    list_configs(j);
    list_moments(j);
    DTN_TRY(compile(j, NULL, &j->program));
    DTN_TRY(check_options(j));
    v->dt = j->program->dt;
    v->dt_fine = j->spec.dt;
    DTN_TRY(run_all(j));
    return judge_all(j);
}

static void free_runs(validate_job *j)
{
    for (size_t k = 0; k < j->judge.n_config; k++) {
        dtn_free(j->judge.configs[k].values);
        dtn_free(j->judge.configs[k].drift);
    }
    dtn_free(j->judge.series);
    dtn_free(j->judge.scratch);
    dtn_jit_delete(j->jit);
    dtn_program_delete(j->own);
    dtn_program_delete(j->program);
    dtn_free(j->heap);
}

static dtn_status validate_guarded(validate_job *j)
{
    if (DTN_ARENA_GUARD(j->arena))
        return DTN_E_MEMORY;
    dtn_validation *v = DTN_NEW(j->arena, dtn_validation);
    v->c = j->c;
    v->arena = j->arena;
    v->seed = j->options.seed;
    v->n_run = j->options.n_run;
    j->judge = (dtn_judge){.c = j->c, .spec = &j->spec, .v = v, .n_run = v->n_run};
    return validate_steps(j);
}

static dtn_status find_file(const dtn_case *c, bool *exists)
{
    char *path = dtn_store_join(c->folder, "validation.yaml");
    *exists = path && access(path, F_OK) == 0;
    dtn_free(path);
    return path ? DTN_OK : DTN_E_MEMORY;
}

bool dtn_validate_exists(const dtn_case *c)
{
    bool exists = false;
    return find_file(c, &exists) == DTN_OK && exists;
}

static dtn_status read_guarded(dtn_case *c, dtn_arena *arena, char **heap, dtn_diags *diags)
{
    if (DTN_ARENA_GUARD(arena))
        return DTN_E_MEMORY;
    return dtn_spec_read(c, arena, heap, DTN_NEW(arena, dtn_spec), diags);
}

dtn_status dtn_validate_read(dtn_case *c, dtn_diags *diags)
{
    dtn_arena arena;
    char *heap = NULL;
    dtn_arena_init(&arena);
    const dtn_status status = read_guarded(c, &arena, &heap, diags);
    dtn_free(heap);
    dtn_arena_free(&arena);
    return status;
}

dtn_status dtn_validate(dtn_case *c, const dtn_validate_options *options, dtn_validation **out,
                        dtn_diags *diags)
{
    bool exists = false;
    *out = NULL;
    DTN_TRY(find_file(c, &exists));
    if (!exists)
        return DTN_OK;
    dtn_arena *arena = dtn_alloc(sizeof *arena);
    validate_job *j = dtn_alloc(sizeof *j);
    dtn_status status = DTN_E_MEMORY;
    if (arena && j) {
        dtn_arena_init(arena);
        j->c = c;
        j->options = *options;
        j->diags = diags;
        j->arena = arena;
        status = validate_guarded(j);
        free_runs(j);
        if (status == DTN_OK)
            *out = j->judge.v;
        else
            dtn_arena_free(arena);
    }
    if (status != DTN_OK)
        dtn_free(arena);
    dtn_free(j);
    return status;
}

void dtn_validation_delete(dtn_validation *validation)
{
    if (!validation)
        return;
    dtn_arena *arena = validation->arena;
    dtn_arena_free(arena);
    dtn_free(arena);
}
