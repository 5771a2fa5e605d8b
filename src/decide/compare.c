/* Comparing courses of action: from options to a finished comparison.
 *
 *   1. views, and profiles: the reference in front, then those asked for, doubles left out;
 *   2. the model compiled with the uncertain inputs as parameters, up to `until`;
 *   then for each view
 *   3. the design, with --set and the view held;
 *   4. the futures run (futures.c), in blocks over threads;
 *   5. figures (group.c, aggregate.c, robust.c, leads.c, influence.c); the next view takes the arrays
 *      of the series, so that views cost time and not memory; what is finished is kept in a
 *      file (checkpoint.c), if there is a place for it;
 *   and at the end
 *   6. criteria over the views (across.c).
 *
 * The canonical command names what shapes the bytes of the results and nothing else: the case
 * by its id (never by a path), seed, runs, views, profiles and held values, all written out.
 */
#include "decide/compare.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "decide/aggregate.h"
#include "decide/checkpoint.h"
#include "decide/futures_file.h"

dtn_compare_options dtn_compare_defaults(void)
{
    return (dtn_compare_options){.seed = 1, .n_run = 2000, .view = "prior"};
}

/* One view: what it found, and what the criteria over views still need. */
typedef struct view_job {
    dtn_comparison *cmp;
    dtn_design design;
    dtn_futures futures;
} view_job;

typedef struct compare_job {
    dtn_case *c;
    dtn_compare_options options;
    dtn_diags *diags;
    dtn_arena *arena;
    size_t n_view, cap_view;
    const char **view_names;
    size_t n_profile;
    const dtn_profile *profiles;
    bool lists_reference;
    dtn_program *program;
    const char *command; /* canonical */
    dtn_jit *jit;        /* of all views; NULL: the interpreter, or each ensemble's own */
    view_job *views;     /* [n_view] */
    view_job *v;         /* the one at hand */
    bool has_checkpoint;
    dtn_checkpoint checkpoint;
    double *values;   /* of exact series, between two views; NULL: none yet */
    uint32_t *chunks; /* the same */
} compare_job;

/* ---- Views ---------------------------------------------------------------------------- */

static void add_view(compare_job *j, const char *name)
{
    for (size_t i = 0; i < j->n_view; i++)
        if (strcmp(j->view_names[i], name) == 0)
            return;
    DTN_PUSH(j->arena, j->view_names, j->n_view, j->cap_view, name);
}

/* "prior,000,H1=compel", "all". */
static void list_views(compare_job *j)
{
    for (const char *text = j->options.view;;) {
        const size_t n = strcspn(text, ",");
        const char *name = dtn_arena_strndup(j->arena, text, n);
        if (strcmp(name, "all") == 0) {
            add_view(j, "prior");
            for (size_t i = 0; i < j->c->n_view; i++)
                add_view(j, j->c->views[i].id);
        } else {
            add_view(j, name);
        }
        if (text[n] == '\0')
            break;
        text += n + 1;
    }
}

static const dtn_view *position_of(const dtn_case *c, const char *view)
{
    for (size_t i = 0; i < c->n_view; i++)
        if (strcmp(c->views[i].id, view) == 0)
            return &c->views[i];
    return NULL;
}

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

/* The case's own list is completed by what the views argue for; a list of --policy is not. */
static void list_profiles(compare_job *j)
{
    const dtn_compare_options *o = &j->options;
    const dtn_profile *asked = o->profiles ? o->profiles : j->c->profiles;
    const size_t n_asked = o->profiles ? o->n_profile : j->c->n_profile;
    dtn_profile *list = DTN_NEW_N(j->arena, dtn_profile, n_asked + j->n_view + 1);
    size_t n = 1;
    list[0] = o->reference ? *o->reference : j->c->reference;
    for (size_t i = 0; i < n_asked; i++) {
        j->lists_reference = j->lists_reference || is_listed(j, list, 1, &asked[i]);
        if (!is_listed(j, list, n, &asked[i]))
            list[n++] = asked[i];
    }
    for (size_t i = 0; !o->profiles && i < j->n_view; i++) {
        const dtn_view *position = position_of(j->c, j->view_names[i]);
        if (position && position->recommended.label &&
            !is_listed(j, list, n, &position->recommended))
            list[n++] = position->recommended;
    }
    j->profiles = list;
    j->n_profile = n;
}

/* ---- Program and design ------------------------------------------------------------------ */

/* Does the decision come before the record's end? Then the end is given, and no number of the code. */
static bool ends_record(compare_job *j)
{
    const char *name = j->c->record_constant;
    const dtn_var *var =
        name ? dtn_model_find_var(j->c->model, dtn_case_element_key(j->arena, name)) : NULL;
    if (!var)
        return name != NULL;
    const dtn_expr *end = var->eqns[0].expr;
    return var->n_eqn != 1 || end->kind != DTN_X_NUMBER || end->number > j->c->t_decide;
}

static dtn_status compile(compare_job *j)
{
    dtn_compile_options options = dtn_compile_defaults();
    const char **keys = NULL;
    size_t n_key = 0;
    dtn_case_parameter_keys(j->c, j->arena, &keys, &n_key);
    options.parameters = DTN_NEW_N(j->arena, const char *, n_key + j->options.n_set + 2);
    for (size_t i = 0; i < n_key; i++)
        options.parameters[options.n_parameter++] = keys[i];
    for (size_t i = 0; i < j->options.n_set; i++)
        options.parameters[options.n_parameter++] =
            dtn_case_element_key(j->arena, j->options.sets[i].name);
    if (ends_record(j))
        options.parameters[options.n_parameter++] =
            dtn_case_element_key(j->arena, j->c->record_constant);
    options.holds_others = true;
    options.stop = j->c->t_until;
    return dtn_compile(j->c->model, &options, &j->program, j->diags);
}

/* Names of --set are checked before compiling: the program knows only what it was asked for. */
static dtn_status check_sets(compare_job *j)
{
    bool is_good = true;
    for (size_t i = 0; i < j->options.n_set; i++) {
        const dtn_setting *set = &j->options.sets[i];
        if (dtn_case_check_given(j->c, set->name, "--set", j->arena, j->diags))
            dtn_case_check_setting(j->c, set, j->arena, j->diags);
        else
            is_good = false;
    }
    return is_good ? DTN_OK : DTN_E_INPUT;
}

static dtn_status make_design(compare_job *j)
{
    dtn_design *design = &j->v->design;
    dtn_status status =
        dtn_design_new(j->c, j->program, j->options.seed, j->arena, design, j->diags);
    for (size_t i = 0; status == DTN_OK && i < j->options.n_set; i++)
        status = dtn_design_set(design, j->program, &j->options.sets[i], j->arena, j->diags);
    if (status == DTN_OK)
        status = dtn_design_set_view(design, j->v->cmp->view, j->arena, j->diags);
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
    dtn_futures *f = &j->v->futures;
    const double points = (c->t_until - c->t_start) / c->save_every;
    const double before = (c->t_decide - c->t_start) / c->save_every;
    *f = (dtn_futures){.c = c,
                       .program = j->program,
                       .profiles = j->profiles,
                       .n_profile = j->n_profile,
                       .n_outcome = c->n_outcome,
                       .n_regime = c->n_regime,
                       .n_run = j->options.n_run,
                       .has_series = true};
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
    const dtn_futures *f = &j->v->futures;
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
    if (j->options.futures && !f->is_exact) {
        dtn_diags_add(
            j->diags, 604, (dtn_pos){0},
            "ask for fewer --runs, or write the runs of one course with `detente ensemble -f nc`",
            "-f nc writes every value, and a comparison keeps them up to %d runs", DTN_EXACT_RUNS);
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

/* Of all views together. */
static int report_progress(void *ctx, uint64_t done, uint64_t total)
{
    const compare_job *j = ctx;
    const uint64_t before = (uint64_t)(j->v - j->views) * total;
    return j->options.progress(j->options.progress_ctx, before + done, total * j->n_view);
}

static dtn_status run_futures(compare_job *j)
{
    dtn_ensemble_options o = dtn_ensemble_defaults();
    o.seed = j->options.seed;
    o.n_run = j->options.n_run;
    o.n_thread = j->options.n_thread;
    o.block = j->options.block;
    o.backend = j->options.backend;
    o.jit = j->jit;
    o.n_param = j->v->design.n_param;
    o.param_ids = j->v->design.param_ids;
    o.design = dtn_design_draw;
    o.design_ctx = &j->v->design;
    o.work = dtn_futures_work;
    o.work_ctx = &j->v->futures;
    o.progress = j->options.progress ? report_progress : NULL;
    o.progress_ctx = j;
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
    const dtn_comparison *cmp = j->views[0].cmp;
    const char *policies = "", *views = "";
    char number[DTN_DOUBLE_MAX_TEXT];
    for (size_t v = 0; v < j->n_view; v++)
        views = dtn_arena_printf(j->arena, "%s%s%s", views, v > 0 ? "," : "", j->view_names[v]);
    const char *command = dtn_arena_printf(
        j->arena,
        "detente compare %s --seed %llu --runs %llu --view %s --decide-on %s --reference %s",
        j->c->id, (unsigned long long)cmp->seed, (unsigned long long)cmp->n_run,
        quoted(j->arena, views), j->c->decide_on, quoted(j->arena, cmp->profiles[0].label));
    if (j->c->views_name)
        command = dtn_arena_printf(j->arena, "%s --views %s", command,
                                   quoted(j->arena, j->c->views_name));
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
    if (j->options.futures)
        command = dtn_arena_printf(j->arena, "%s --format nc", command);
    return command;
}

/* ---- All ---------------------------------------------------------------------------------- */

static void set_times(compare_job *j)
{
    dtn_comparison *cmp = j->v->cmp;
    cmp->n_time = j->v->futures.n_time;
    cmp->i_decide = j->v->futures.i_decide;
    cmp->time = DTN_NEW_N(j->arena, double, cmp->n_time);
    for (size_t i = 0; i < cmp->n_time; i++)
        cmp->time[i] = j->c->t_start + (double)i * j->c->save_every;
}

static dtn_status find_robustness(compare_job *j, const dtn_future_group *combos)
{
    dtn_comparison *cmp = j->v->cmp;
    dtn_scenario *scenarios = DTN_NEW_N(j->arena, dtn_scenario, cmp->n_combo + 1);
    for (size_t k = 0; k < cmp->n_combo; k++)
        scenarios[k] = (dtn_scenario){.f = &j->v->futures,
                                      .runs = combos[k].runs,
                                      .n = combos[k].cell.n,
                                      .weight = combos[k].cell.weight};
    return dtn_robustness(j->c, scenarios, cmp->n_combo, cmp->n_profile, j->options.n_thread,
                          j->arena, &cmp->robust, &cmp->n_robust);
}

/* Memory that has been written to costs nothing to get again. */
static void keep_series(compare_job *j)
{
    dtn_futures *f = &j->v->futures;
    if (f->values && f->chunks) {
        j->values = f->values;
        j->chunks = f->chunks;
        f->values = NULL;
        f->chunks = NULL;
    }
    dtn_futures_free_series(f);
}

static void take_series(compare_job *j)
{
    j->v->futures.values = j->values;
    j->v->futures.chunks = j->chunks;
    j->values = NULL;
    j->chunks = NULL;
}

/* DTN_OK where no file is asked for. */
static dtn_status write_futures(compare_job *j)
{
    const dtn_comparison *cmp = j->v->cmp;
    if (!cmp->futures_file)
        return DTN_OK;
    char *path = dtn_store_join(j->options.futures, cmp->futures_file);
    if (!path)
        return DTN_E_MEMORY;
    const dtn_status status =
        dtn_futures_write(&j->v->futures, &j->v->design, cmp, j->command, path, j->diags);
    dtn_free(path);
    return status;
}

static dtn_status find_figures(compare_job *j)
{
    dtn_future_group *answers = NULL, *combos = NULL;
    dtn_comparison *cmp = j->v->cmp;
    set_times(j);
    dtn_group_futures(&j->v->design, cmp, &answers, &combos);
    dtn_status status = dtn_aggregate(&j->v->futures, answers, j->options.n_thread, cmp);
    if (status != DTN_OK)
        return status;
    keep_series(j);
    status = find_robustness(j, combos);
    if (status != DTN_OK)
        return status;
    dtn_find_leads(&j->v->futures, cmp);
    return dtn_find_influence(&j->v->futures, &j->v->design, j->options.n_thread, cmp);
}

/* A regime without a name would be missing from every table of regimes without a word. */
static void tell_unnamed(const compare_job *j)
{
    const dtn_comparison *cmp = j->v->cmp;
    char date[11], value[DTN_DOUBLE_MAX_TEXT];
    size_t worst = 0;
    if (cmp->n_unnamed == 0)
        return;
    for (size_t p = 1; p < cmp->n_profile; p++)
        if (cmp->unnamed[p].weeks_mean > cmp->unnamed[worst].weeks_mean)
            worst = p;
    dtn_case_date_of(j->c, cmp->unnamed_time, date);
    dtn_double_to_text(cmp->unnamed_value, value);
    dtn_diags_add(j->diags, 641, (dtn_pos){j->c->path, 0, 0},
                  "name every code that the variable can take under regimes.states; until then the "
                  "shares of the regimes do not add up to 1",
                  "in %llu of %llu futures of view %s `%s` has a value that no state names; the "
                  "first is run %llu with %s on %s; under %s it has such a value in %.1f weeks on "
                  "average",
                  (unsigned long long)cmp->n_unnamed, (unsigned long long)cmp->n_run, cmp->view,
                  j->c->regime_variable, (unsigned long long)cmp->first_unnamed, value, date,
                  cmp->profiles[worst].label, cmp->unnamed[worst].weeks_mean);
}

/* Machine code once for all views, where so many runs pay for it. */
static void make_code(compare_job *j)
{
    const dtn_ensemble_options o = dtn_ensemble_defaults();
    const uint64_t n = j->options.n_run * j->n_view * j->n_profile;
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    const uint32_t n_thread = j->options.n_thread ? j->options.n_thread
                              : online > 0        ? (uint32_t)online
                                                  : 1;
    j->jit = dtn_ensemble_jit(j->program, o.isa, j->options.backend, n, n_thread);
}

/* ---- Going on after a kill ----------------------------------------------------------------- */

/* What the model took from data files stands in the program: series and tables, constants, names of elements. */
static uint64_t hash_program(const dtn_program *p)
{
    uint64_t hash = dtn_hash64(p->literals, p->parameter0 * sizeof *p->literals, 0);
    hash = dtn_hash64(p->ins, p->n_ins * sizeof *p->ins, hash);
    hash = dtn_hash64(p->streams, p->n_stream * sizeof *p->streams, hash);
    for (size_t i = 0; i < p->n_parameter; i++)
        hash = dtn_hash64(&p->parameters[i].value, sizeof p->parameters[i].value, hash);
    for (size_t i = 0; i < p->n_table; i++) {
        hash = dtn_hash64(p->tables[i].x, p->tables[i].n * sizeof(double), hash);
        hash = dtn_hash64(p->tables[i].y, p->tables[i].n * sizeof(double), hash);
    }
    return hash;
}

/* What shapes the bytes, in one line: weights of views and the model's data may come from files that the
 * command does not name. */
static const char *checkpoint_key(const compare_job *j, const char *command)
{
    const dtn_case *c = j->c;
    uint64_t weights = hash_program(j->program);
    for (size_t v = 0; v < c->n_view; v++)
        for (size_t i = 0; i < c->views[v].n_stance; i++) {
            const dtn_stance *stance = &c->views[v].stances[i];
            const size_t n = c->hypotheses[stance->i_hypothesis].n_answer;
            weights = dtn_hash64(stance->weights, n * sizeof *stance->weights,
                                 weights + stance->i_hypothesis);
        }
    return dtn_arena_printf(j->arena, "detente " DTN_VERSION " %s %s %016llx %s", c->hash,
                            c->model_hash, (unsigned long long)weights, command);
}

/* One view needs no file: it would be complete when the command is. */
static dtn_status open_checkpoint(compare_job *j, const char *command)
{
    if (!j->options.checkpoint || j->n_view < 2)
        return DTN_OK;
    const dtn_status status =
        dtn_checkpoint_open(&j->checkpoint, j->options.checkpoint, checkpoint_key(j, command),
                            j->n_view, j->options.resume, j->arena, j->diags);
    j->has_checkpoint = status == DTN_OK;
    return status;
}

/* The file of a finished view's futures may be gone since. */
static bool has_futures_file(const compare_job *j)
{
    const char *name = j->v->cmp->futures_file;
    char *path = name ? dtn_store_join(j->options.futures, name) : NULL;
    const bool is_there = !name || (path && access(path, R_OK) == 0);
    dtn_free(path);
    return is_there;
}

static bool restore_view(compare_job *j)
{
    dtn_futures *f = &j->v->futures;
    if (!j->has_checkpoint || j->checkpoint.places[j->v - j->views] == 0 || !has_futures_file(j))
        return false;
    f->has_series = false;
    if (dtn_futures_init(f) == DTN_OK &&
        dtn_checkpoint_read(&j->checkpoint, (size_t)(j->v - j->views), f, j->v->cmp->series)) {
        j->views->cmp->n_kept++;
        return true;
    }
    dtn_futures_free(f);
    set_shape(j);
    return false;
}

static dtn_status run_view(compare_job *j)
{
    dtn_futures *f = &j->v->futures;
    dtn_status status = make_design(j);
    if (status != DTN_OK)
        return status;
    set_shape(j);
    if ((status = check_shape(j)) != DTN_OK)
        return status;
    j->v->cmp->series = DTN_NEW_N(j->arena, dtn_summary, f->n_profile * f->n_outcome * f->n_time);
    if (!restore_view(j)) {
        take_series(j);
        if ((status = dtn_futures_init(f)) != DTN_OK || (status = run_futures(j)) != DTN_OK ||
            (status = write_futures(j)) != DTN_OK)
            return status;
    }
    if ((status = find_figures(j)) != DTN_OK)
        return status;
    if (j->has_checkpoint)
        dtn_checkpoint_add(&j->checkpoint, (size_t)(j->v - j->views), f, j->v->cmp->series);
    tell_unnamed(j);
    dtn_tell_negative(f, j->v->cmp, j->diags);
    return DTN_OK;
}

static void make_views(compare_job *j)
{
    dtn_comparison **list = DTN_NEW_N(j->arena, dtn_comparison *, j->n_view);
    j->views = DTN_NEW_N(j->arena, view_job, j->n_view);
    for (size_t v = 0; v < j->n_view; v++) {
        dtn_comparison *cmp = j->views[v].cmp = list[v] = DTN_NEW(j->arena, dtn_comparison);
        cmp->c = j->c;
        cmp->arena = j->arena;
        cmp->seed = j->options.seed;
        cmp->n_run = j->options.n_run;
        cmp->n_outcome = j->c->n_outcome;
        cmp->view = j->view_names[v];
        cmp->position = position_of(j->c, j->view_names[v]);
        cmp->n_view = j->n_view;
        cmp->views = list;
        cmp->profiles = j->profiles;
        cmp->n_profile = j->n_profile;
        cmp->reference = dtn_case_courses(j->c, &j->profiles[0], j->arena);
        cmp->lists_reference = j->lists_reference;
        if (j->options.futures)
            cmp->futures_file = dtn_futures_file_name(cmp->view, j->arena);
    }
}

/* Criteria with the views as scenarios. */
static dtn_status find_across(compare_job *j)
{
    dtn_comparison *first = j->views[0].cmp;
    const dtn_futures **futures = DTN_NEW_N(j->arena, const dtn_futures *, j->n_view);
    for (size_t v = 0; v < j->n_view; v++)
        futures[v] = &j->views[v].futures;
    return dtn_find_across(first, futures, j->options.n_thread);
}

static dtn_status run_steps(compare_job *j)
{
    dtn_status status = DTN_OK;
    list_views(j);
    list_profiles(j);
    make_views(j);
    if ((status = check_sets(j)) != DTN_OK || (status = compile(j)) != DTN_OK)
        return status;
    j->command = canonical_command(j);
    if ((status = open_checkpoint(j, j->command)) != DTN_OK)
        return status;
    make_code(j);
    for (j->v = j->views; j->v < j->views + j->n_view; j->v++)
        if ((status = run_view(j)) != DTN_OK)
            return status;
    if ((status = find_across(j)) != DTN_OK)
        return status;
    for (size_t v = 0; v < j->n_view; v++)
        j->views[v].cmp->canonical_command = j->command;
    return DTN_OK;
}

static dtn_status run_guarded(compare_job *j)
{
    if (DTN_ARENA_GUARD(j->arena))
        return DTN_E_MEMORY;
    return run_steps(j);
}

/* What there is stays for a resume. */
static void close_checkpoint(compare_job *j, dtn_status status)
{
    size_t n = 0;
    for (size_t v = 0; j->has_checkpoint && v < j->n_view; v++)
        n += j->checkpoint.places[v] != 0;
    if (j->options.n_left)
        *j->options.n_left = n;
    if (j->has_checkpoint && n == 0 && status != DTN_OK)
        dtn_out_abandon(&j->checkpoint.out);
    else if (j->has_checkpoint)
        dtn_out_leave(&j->checkpoint.out);
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
    for (size_t v = 0; j->views && v < j->n_view; v++)
        dtn_futures_free(&j->views[v].futures);
    dtn_free(j->values);
    dtn_free(j->chunks);
    dtn_jit_delete(j->jit);
    dtn_program_delete(j->program);
    close_checkpoint(j, status);
    if (status == DTN_OK) {
        *out = j->views[0].cmp;
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
