/* The runs of an ensemble, or one run alone, as a NetCDF file.
 *
 * Dimensions: run (of records), of a case policy and view, time, and those of the saved variables that have
 * any. A variable saved with all its elements is one array over its dimensions; a single element is a
 * variable of its own. CF conventions: time has units (days since a date, where the model is a case),
 * every variable its units as UDUNITS reads them ("1" where it cannot), model_units as the model writes
 * them, and its name there as long_name. The file names
 * what it was made of by hashes and the command, so that a resume can tell its own .part from another.
 *
 * Blocks of runs come from threads in any order; records go to the file in the order of the runs, so a block
 * waits in memory until those before it are there. What waits is at most what other threads finish
 * while the slowest one works on its block.
 */
#include "cli/runs_file.h"

#include <pthread.h>
#include <string.h>

#include "base/text.h"
#include "check/check.h"
#include "store/netcdf.h"

/* Records that wait for those before them. */
typedef struct waiting {
    struct waiting *next;
    uint64_t run0;
    uint32_t n;
    unsigned char records[];
} waiting;

/* A variable of the file: columns[first .. first + n_element). */
typedef struct field {
    size_t first;
    uint32_t n_element;
} field;

struct dtn_runs_file {
    dtn_runs_spec spec;
    dtn_nc_file file;
    field *fields;
    size_t n_field, record_bytes;
    uint64_t n_flagged_before, n_before;
    pthread_mutex_t lock;
    waiting *list;
};

/* ---- What the header says ----------------------------------------------------------------- */

enum { RUN_BYTES = 8, FLAG_BYTES = 4 }; /* run and flagged come first in a record */

typedef struct maker {
    dtn_runs_file *f;
    dtn_arena *arena;
    dtn_nc_builder b;
    uint32_t *dim_of; /* [model n_dim] in the file; DTN_NONE */
    uint32_t run, time, policy, view;
    dtn_unit_reader *units; /* NULL: out of memory */
} maker;

static dtn_nc_var *add_measured(maker *m, const char *name, const char *long_name, const char *own)
{
    return dtn_nc_add_measured(&m->b, name, long_name, own,
                               own && m->units ? dtn_unit_reader_normal(m->units, own) : NULL);
}

static uint32_t model_dim(maker *m, uint32_t id)
{
    const dtn_dim *dim = &m->f->spec.cli->model->dims[id];
    if (m->dim_of[id] == DTN_NONE)
        m->dim_of[id] =
            dtn_nc_add_labels(&m->b, dim->name, dim->name, dim->n_element, dim->elements);
    return m->dim_of[id];
}

static void add_time(maker *m)
{
    const dtn_runs_spec *s = &m->f->spec;
    const dtn_case *c = s->cli->c;
    double *values = DTN_NEW_N(m->arena, double, s->n_time + 1);
    for (size_t i = 0; i < s->n_time; i++)
        values[i] = c ? (s->times[i] - c->t_start) * c->days_per_unit : s->times[i];
    m->time = dtn_nc_add_dim(&m->b, dtn_nc_new_name(&m->b, "time"), s->n_time);
    const char *name = m->b.dims[m->time].name;
    dtn_nc_var *var = c ? dtn_nc_add_var(&m->b, name, DTN_NC_DOUBLE, "time",
                                         dtn_arena_printf(m->arena, "days since %s", c->start))
                        : add_measured(m, name, "time", s->cli->model->time_units);
    dtn_nc_over(var, m->time);
    var->values = values;
}

/* Is the variable of column i saved from there on with all its elements, and are these its dimensions'? */
static bool is_whole(const dtn_runs_spec *s, size_t i)
{
    const dtn_var *var = &s->cli->model->vars[s->columns[i].var];
    if (var->n_dim == 0 || var->n_element > s->n_column - i)
        return false;
    for (uint32_t k = 0; k < var->n_element; k++)
        if (s->columns[i + k].var != var->id || s->columns[i + k].element != k)
            return false;
    return true;
}

static void add_saved(maker *m)
{
    const dtn_runs_spec *s = &m->f->spec;
    m->f->fields = DTN_NEW_N(m->arena, field, s->n_column + 1);
    for (size_t i = 0; i < s->n_column;) {
        const dtn_var *var = &s->cli->model->vars[s->columns[i].var];
        const bool whole = is_whole(s, i);
        const char *name = whole ? var->name : s->columns[i].name;
        uint32_t dims[DTN_MAX_DIMS];
        for (uint32_t k = 0; whole && k < var->n_dim; k++)
            dims[k] = model_dim(m, var->dims[k]);
        dtn_nc_var *to = add_measured(m, dtn_nc_new_name(&m->b, name), name, var->units);
        dtn_nc_over(to, m->run);
        if (s->cli->c) {
            dtn_nc_over(to, m->policy);
            dtn_nc_over(to, m->view);
        }
        dtn_nc_over(to, m->time);
        for (uint32_t k = 0; whole && k < var->n_dim; k++)
            dtn_nc_over(to, dims[k]);
        m->f->fields[m->f->n_field++] = (field){i, whole ? var->n_element : 1};
        i += whole ? var->n_element : 1;
    }
}

/* Files that shape the runs and are not named in the command: their bytes, hashed together. */
static const char *hash_of(maker *m, const char *path, const dtn_list *more)
{
    char hex[33], *all = "";
    for (size_t i = 0; i < 1 + (more ? more->n : 0); i++) {
        const char *file = i == 0 ? path : more->items[i - 1];
        char *text = NULL;
        size_t n = 0;
        dtn_diags unread;
        dtn_diags_init(&unread); /* it has been read before */
        if (file && dtn_file_read(file, SIZE_MAX / 2, &text, &n, &unread) == DTN_OK) {
            dtn_hash128_hex(text, n, hex);
            all = dtn_arena_printf(m->arena, "%s%s", all, hex);
        }
        dtn_free(text);
        dtn_diags_free(&unread);
    }
    dtn_hash128_hex(all, strlen(all), hex);
    return dtn_arena_strdup(m->arena, hex);
}

static const char *append_list(maker *m, const char *command, const char *option,
                               const dtn_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        command = dtn_arena_printf(m->arena, "%s --%s '%s'", command, option, list->items[i]);
    return command;
}

/* A file of the design stands in the attributes, as its hash; of one run alone the design's number of runs is told where the
 * points depend on it. */
static const char *append_design(maker *m, const char *command)
{
    const dtn_plan *plan = &m->f->spec.future->plan;
    const dtn_options *o = &m->f->spec.cli->options;
    if (plan->file.n_row == 0)
        command = dtn_arena_printf(m->arena, "%s --design %s", command, o->design);
    if (o->command == DTN_CMD_SIMULATE && plan->points.kind == DTN_POINTS_LATIN)
        command =
            dtn_arena_printf(m->arena, "%s --runs %llu", command, (unsigned long long)plan->n_run);
    return dtn_arena_printf(m->arena, "%s --replications %llu", command,
                            (unsigned long long)plan->points.repeat);
}

/* The command without what cannot shape a byte, and without paths. */
static const char *command_of(maker *m)
{
    const dtn_runs_spec *s = &m->f->spec;
    const dtn_options *o = &s->cli->options;
    const char *slash = strrchr(o->args[0], '/');
    const bool is_one = o->command == DTN_CMD_SIMULATE;
    const char *text = dtn_arena_printf(m->arena, "detente %s '%s' --seed %llu --%s %llu",
                                        is_one ? "simulate" : "ensemble",
                                        s->cli->c ? s->cli->c->id
                                        : slash   ? slash + 1
                                                  : o->args[0],
                                        (unsigned long long)o->seed, is_one ? "run" : "runs",
                                        (unsigned long long)(is_one ? s->run0 : s->n_run));
    if (s->cli->c)
        text = dtn_arena_printf(m->arena, "%s --view '%s' --policy '%s' --decide-on %s", text,
                                o->view, s->future->profile.label, s->cli->c->decide_on);
    if (s->cli->c && s->cli->c->views_name)
        text = dtn_arena_printf(m->arena, "%s --views '%s'", text, s->cli->c->views_name);
    text = append_list(m, text, "set", &o->sets);
    text = append_list(m, text, "vary", &o->vary);
    text = append_design(m, text);
    text = append_list(m, text, "save", &o->save);
    static const char *const methods[] = {"euler", "rk2", "rk4"}; /* as dtn_method counts */
    char dt[DTN_DOUBLE_MAX_TEXT], stop[DTN_DOUBLE_MAX_TEXT];
    (void)dtn_double_to_text(s->cli->program->dt, dt);
    (void)dtn_double_to_text(dtn_program_time(s->cli->program, s->cli->program->n_step), stop);
    return dtn_arena_printf(m->arena, "%s --method %s --dt %s --stop %s", text,
                            methods[s->cli->program->method], dt, stop);
}

static void add_attrs(maker *m)
{
    const dtn_runs_spec *s = &m->f->spec;
    const dtn_case *c = s->cli->c;
    const dtn_options *o = &s->cli->options;
    const char *title = c                     ? c->title
                        : s->cli->model->name ? s->cli->model->name
                                              : "runs of a model";
    dtn_nc_add_text(&m->b, "Conventions", "CF-1.10");
    dtn_nc_add_text(&m->b, "title", title);
    dtn_nc_add_text(&m->b, "source", "detente " DTN_VERSION);
    dtn_nc_add_text(&m->b, "command", command_of(m));
    dtn_nc_add_number(&m->b, "seed", (int64_t)s->future->seed);
    dtn_nc_add_number(&m->b, "runs", (int64_t)s->n_run);
    if (c) {
        dtn_nc_add_text(&m->b, "case", c->id);
        dtn_nc_add_text(&m->b, "case_hash", c->hash);
    }
    dtn_nc_add_text(&m->b, "model_hash", c ? c->model_hash : hash_of(m, o->args[0], &o->data));
    if (s->future->plan.file.n_row > 0)
        dtn_nc_add_text(&m->b, "design_hash", hash_of(m, o->design + strlen("file:"), NULL));
}

static const unsigned char *make_header(dtn_runs_file *f, size_t *n)
{
    dtn_cli *cli = f->spec.cli;
    maker m = {.f = f,
               .arena = &cli->arena,
               .b = {.arena = &cli->arena},
               .units = dtn_check_unit_reader(cli->model)};
    m.dim_of = DTN_NEW_N(m.arena, uint32_t, cli->model->n_dim + 1);
    for (size_t i = 0; i < cli->model->n_dim; i++)
        m.dim_of[i] = DTN_NONE;
    m.run = dtn_nc_add_dim(&m.b, dtn_nc_new_name(&m.b, "run"), 0);
    dtn_nc_over(dtn_nc_add_var(&m.b, "run", DTN_NC_INT64, "number of the run", "1"), m.run);
    dtn_nc_over(dtn_nc_add_var(
                    &m.b, dtn_nc_new_name(&m.b, "flagged"), DTN_NC_INT,
                    "1: a value of the run became non-finite, it is left out of every figure", "1"),
                m.run);
    if (cli->c) {
        m.policy = dtn_nc_add_labels(&m.b, "policy", "course of action", 1,
                                     &f->spec.future->profile.label);
        m.view = dtn_nc_add_labels(&m.b, "view", "hypotheses", 1, &cli->options.view);
    }
    add_time(&m);
    add_saved(&m);
    add_attrs(&m);
    const dtn_nc_schema schema = dtn_nc_built(&m.b);
    return dtn_nc_header(m.arena, &schema, n, &f->record_bytes);
}

/* ---- Records ------------------------------------------------------------------------------ */

static void put_field(const dtn_runs_file *f, const field *of, uint32_t n, const double *rows,
                      unsigned char *to)
{
    const size_t n_time = f->spec.n_time;
    for (size_t t = 0; t < n_time; t++)
        for (uint32_t e = 0; e < of->n_element; e++, to += sizeof(double)) {
            const double *row = rows + ((of->first + e) * n_time + t) * n;
            for (uint32_t lane = 0; lane < n; lane++)
                dtn_nc_put_doubles(to + lane * f->record_bytes, 1, &row[lane]);
        }
}

static waiting *make_records(const dtn_runs_file *f, uint64_t run0, uint32_t n, const double *rows,
                             const bool *is_flagged)
{
    waiting *w = dtn_alloc(sizeof *w + n * f->record_bytes);
    if (!w)
        return NULL;
    w->run0 = run0;
    w->n = n;
    for (uint32_t lane = 0; lane < n; lane++) {
        unsigned char *record = w->records + lane * f->record_bytes;
        dtn_nc_put_int64(record, (int64_t)(f->spec.run0 + run0 + lane));
        dtn_nc_put_int(record + RUN_BYTES, is_flagged[lane]);
    }
    unsigned char *to = w->records + RUN_BYTES + FLAG_BYTES;
    for (size_t i = 0; i < f->n_field; i++) {
        put_field(f, &f->fields[i], n, rows, to);
        to += f->fields[i].n_element * f->spec.n_time * sizeof(double);
    }
    return w;
}

dtn_status dtn_runs_file_take(dtn_runs_file *file, uint64_t run0, uint32_t n, const double *rows,
                              const bool *is_flagged)
{
    waiting *w = make_records(file, run0, n, rows, is_flagged), **at = &file->list;
    if (!w)
        return DTN_E_MEMORY;
    (void)pthread_mutex_lock(&file->lock);
    while (*at && (*at)->run0 < run0)
        at = &(*at)->next;
    w->next = *at;
    *at = w;
    while (file->list && file->list->run0 == file->file.n_record && !file->file.error) {
        w = file->list;
        dtn_nc_append(&file->file, w->n, w->records);
        file->list = w->next;
        dtn_free(w);
    }
    const dtn_status status = file->file.error ? DTN_E_IO : DTN_OK;
    (void)pthread_mutex_unlock(&file->lock);
    return status;
}

/* ---- Life ----------------------------------------------------------------------------------- */

static dtn_status count_flagged(dtn_runs_file *f)
{
    unsigned char flag[FLAG_BYTES];
    f->n_before = f->file.n_record;
    for (uint64_t i = 0; i < f->n_before; i++) {
        if (dtn_nc_read(&f->file, i, RUN_BYTES, sizeof flag, flag) != DTN_OK)
            return DTN_E_IO;
        f->n_flagged_before += dtn_nc_get_int(flag) != 0;
    }
    return DTN_OK;
}

int dtn_runs_file_open(const dtn_runs_spec *spec, dtn_runs_file **out)
{
    dtn_cli *cli = spec->cli;
    size_t n = 0;
    if (strcmp(cli->options.out, "-") == 0) {
        dtn_console_error(&cli->console, "-f nc needs a file: add -o FILE");
        return DTN_EXIT_USAGE;
    }
    dtn_runs_file *f = DTN_NEW(&cli->arena, dtn_runs_file);
    f->spec = *spec;
    const unsigned char *header = make_header(f, &n);
    dtn_status status = dtn_nc_open(&f->file, cli->options.out, header, n, f->record_bytes,
                                    cli->options.resume != 0, &cli->diags);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    (void)pthread_mutex_init(&f->lock, NULL);
    if (count_flagged(f) != DTN_OK)
        return dtn_runs_file_end(f, DTN_E_IO);
    if (cli->options.resume)
        dtn_console_say(&cli->console, "%s.part has %llu of %llu runs", cli->options.out,
                        (unsigned long long)f->n_before, (unsigned long long)spec->n_run);
    *out = f;
    return 0;
}

uint64_t dtn_runs_file_done(const dtn_runs_file *file, uint64_t *n_flagged)
{
    *n_flagged = file->n_flagged_before;
    return file->n_before;
}

int dtn_runs_file_end(dtn_runs_file *file, dtn_status status)
{
    dtn_cli *cli = file->spec.cli;
    int rc = 0;
    for (waiting *w = file->list, *next; w; w = next) {
        next = w->next;
        dtn_free(w);
    }
    (void)pthread_mutex_destroy(&file->lock);
    if (status == DTN_OK || file->file.error) {
        status = dtn_nc_commit(&file->file, &cli->diags);
        rc = status == DTN_OK ? 0 : dtn_cli_fail(cli, status);
    } else {
        if (status != DTN_E_INTERRUPTED)
            rc = dtn_cli_fail(cli, status);
        dtn_console_error(&cli->console,
                          "%s%llu of %llu runs are in %s.part; --resume goes on from there",
                          rc == 0 ? "interrupted; " : "", (unsigned long long)file->file.n_record,
                          (unsigned long long)file->spec.n_run, cli->options.out);
        rc = dtn_console_exit(status);
        dtn_nc_leave(&file->file);
    }
    return rc;
}
