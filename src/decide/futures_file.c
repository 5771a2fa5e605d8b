/* Every value of a view's futures as a NetCDF file, one record a future: for R, xarray, workbenches.
 *
 * Of each outcome three variables: the course of its values after the decision, by policy; those up to
 * the decision, which all policies share; the figure that the tables are made of. Beside them what the
 * future drew: the constants of the design, and the answer of each hypothesis. `policy` and `view` are
 * dimensions also where there is one of them, so that the files of several views go together along `view`.
 *
 * Values are taken where the blocks left them (futures.h), some lanes at a time, so that records need
 * little memory beside the series.
 */
#include "decide/futures_file.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "check/check.h"
#include "store/netcdf.h"

enum { MOST_LANES = 16, LONG_BYTES = 8, INT_BYTES = 4 };

typedef struct writer {
    const dtn_futures *f;
    const dtn_design *design;
    const dtn_comparison *cmp;
    dtn_nc_builder b;
    uint32_t run, policy, view, before, time;
    size_t record_bytes;
    double *params; /* [n_param][MOST_LANES] */
    double *points; /* [n_time] of an outcome */
} writer;

/* A view is an id or "H1=compel;H3=degrade": ids have letters, digits, '_', '-' and '.' only. */
const char *dtn_futures_file_name(const char *view, dtn_arena *arena)
{
    char *plain = dtn_arena_strdup(arena, view);
    for (char *c = plain; *c; c++)
        *c = *c == ';' ? '+' : *c;
    return dtn_arena_printf(arena, "futures-%s.nc", plain);
}

/* ---- What the header says ---------------------------------------------------------------- */

static uint32_t add_time(writer *w, const char *name, const char *long_name, size_t first, size_t n)
{
    const dtn_case *c = w->f->c;
    double *values = DTN_NEW_N(w->b.arena, double, n + 1);
    for (size_t i = 0; i < n; i++)
        values[i] = (double)(first + i) * c->save_every * c->days_per_unit;
    const char *own = dtn_nc_new_name(&w->b, name);
    const uint32_t dim = dtn_nc_add_dim(&w->b, own, n);
    dtn_nc_var *var = dtn_nc_add_var(&w->b, own, DTN_NC_DOUBLE, long_name,
                                     dtn_arena_printf(w->b.arena, "days since %s", c->start));
    dtn_nc_over(var, dim);
    var->values = values;
    return dim;
}

static const char *words_of(dtn_measure measure)
{
    switch (measure) {
    case DTN_SINCE_DECISION: return "since the decision";
    case DTN_MEAN_AFTER: return "mean after the decision";
    case DTN_MAX_AFTER: return "most after the decision";
    case DTN_AT_END: break;
    }
    return "at the end";
}

typedef struct quantity {
    const char *name, *long_name, *own, *normal;
} quantity;

static dtn_nc_var *add_quantity(writer *w, const quantity *q, const char *suffix, const char *words)
{
    dtn_arena *arena = w->b.arena;
    const char *name = dtn_nc_new_name(&w->b, dtn_arena_printf(arena, "%s%s", q->name, suffix));
    const char *long_name =
        *words ? dtn_arena_printf(arena, "%s, %s", q->long_name, words) : q->long_name;
    dtn_nc_var *var = dtn_nc_add_measured(&w->b, name, long_name, q->own, q->normal);
    dtn_nc_over(var, w->run);
    return var;
}

static void add_outcome(writer *w, const dtn_outcome *outcome, const char *normal)
{
    const quantity q = {outcome->id, outcome->name ? outcome->name : outcome->id, outcome->unit,
                        normal};
    const char *each = outcome->is_increment ? "increments" : "";
    dtn_nc_var *var = add_quantity(w, &q, "", each);
    dtn_nc_over(var, w->policy);
    dtn_nc_over(var, w->view);
    dtn_nc_over(var, w->time);
    var = add_quantity(w, &q, "_before", each);
    dtn_nc_over(var, w->view);
    dtn_nc_over(var, w->before);
    var = add_quantity(w, &q, "_measure", words_of(outcome->measure));
    dtn_nc_over(var, w->policy);
    dtn_nc_over(var, w->view);
}

static void add_hypothesis(writer *w, const dtn_hypothesis *h)
{
    dtn_arena *arena = w->b.arena;
    int64_t *values = DTN_NEW_N(arena, int64_t, h->n_answer + 1);
    const char *meanings = "";
    for (size_t a = 0; a < h->n_answer; a++) {
        values[a] = (int64_t)a;
        meanings = dtn_arena_printf(arena, "%s%s%s", meanings, a ? " " : "", h->answers[a].id);
    }
    const char *name = dtn_nc_new_name(&w->b, h->id);
    dtn_nc_var *var =
        dtn_nc_add_var(&w->b, name, DTN_NC_INT64, h->question ? h->question : h->id, NULL);
    dtn_nc_var_attr(
        &w->b, var,
        (dtn_nc_attr){.name = "flag_values", .numbers = values, .n_number = h->n_answer});
    dtn_nc_var_attr(&w->b, var, (dtn_nc_attr){.name = "flag_meanings", .text = meanings});
    dtn_nc_over(var, w->run);
    dtn_nc_over(var, w->view);
}

/* The unit of a constant: the design knows constants by the keys of their elements. */
static void add_parameter(writer *w, size_t i, dtn_unit_reader *units)
{
    const dtn_case *c = w->f->c;
    const dtn_case_parameter *p = dtn_design_parameter(w->design, i);
    quantity q = {.name = w->design->names[i], .long_name = p ? p->name : w->design->names[i]};
    uint32_t var = 0, element = 0;
    dtn_diags unread;
    dtn_diags_init(&unread); /* it was found when the case was read */
    if (dtn_case_find_element(w->b.arena, c->model, q.long_name, (dtn_pos){0}, "", &var, &element,
                              &unread)) {
        q.own = c->model->vars[var].units;
        q.normal = q.own && units ? dtn_unit_reader_normal(units, q.own) : NULL;
    }
    dtn_diags_free(&unread);
    dtn_nc_over(add_quantity(w, &q, "", ""), w->view);
}

static void add_attrs(writer *w, const char *command)
{
    const dtn_case *c = w->f->c;
    dtn_nc_add_text(&w->b, "Conventions", "CF-1.10");
    dtn_nc_add_text(&w->b, "title", c->title);
    dtn_nc_add_text(&w->b, "source", "detente " DTN_VERSION);
    dtn_nc_add_text(&w->b, "command", command);
    dtn_nc_add_number(&w->b, "seed", (int64_t)w->cmp->seed);
    dtn_nc_add_number(&w->b, "runs", (int64_t)w->cmp->n_run);
    dtn_nc_add_text(&w->b, "case", c->id);
    dtn_nc_add_text(&w->b, "case_hash", c->hash);
    dtn_nc_add_text(&w->b, "model_hash", c->model_hash);
    dtn_nc_add_text(&w->b, "decide_on", c->decide_on);
}

static const unsigned char *make_header(writer *w, const char *command, size_t *n)
{
    const dtn_futures *f = w->f;
    const dtn_case *c = f->c;
    const char **labels = DTN_NEW_N(w->b.arena, const char *, f->n_profile + 1);
    dtn_unit_reader *units = dtn_check_unit_reader(c->model);
    for (size_t p = 0; p < f->n_profile; p++)
        labels[p] = f->profiles[p].label;
    w->run = dtn_nc_add_dim(&w->b, dtn_nc_new_name(&w->b, "run"), 0);
    dtn_nc_over(dtn_nc_add_var(&w->b, "run", DTN_NC_INT64, "number of the future", "1"), w->run);
    w->policy = dtn_nc_add_labels(&w->b, "policy", "course of action", f->n_profile, labels);
    w->view = dtn_nc_add_labels(&w->b, "view", "hypotheses", 1, &w->cmp->view);
    dtn_nc_var *flagged = dtn_nc_add_var(
        &w->b, dtn_nc_new_name(&w->b, "flagged"), DTN_NC_INT,
        "1: a value of the future became non-finite, it is left out of every figure", "1");
    dtn_nc_over(flagged, w->run);
    dtn_nc_over(flagged, w->view);
    w->before = add_time(w, "time_before", "time up to the decision", 0, f->i_decide + 1);
    w->time = add_time(w, "time", "time after the decision", f->i_decide + 1, f->n_after);
    for (size_t h = 0; h < c->n_hypothesis; h++)
        add_hypothesis(w, &c->hypotheses[h]);
    for (size_t i = 0; i < w->design->n_param; i++)
        add_parameter(w, i, units);
    for (size_t o = 0; o < f->n_outcome; o++) {
        const char *unit = c->outcomes[o].unit;
        add_outcome(w, &c->outcomes[o], unit && units ? dtn_unit_reader_normal(units, unit) : NULL);
    }
    add_attrs(w, command);
    const dtn_nc_schema schema = dtn_nc_built(&w->b);
    return dtn_nc_header(w->b.arena, &schema, n, &w->record_bytes);
}

/* ---- Records ------------------------------------------------------------------------------ */

/* n_cell neighbouring cells of a lane: cells lie `lanes` apart. */
static unsigned char *put_cells(unsigned char *to, const double *cells, size_t n_cell,
                                uint32_t lanes)
{
    for (size_t i = 0; i < n_cell; i++, to += sizeof(double))
        dtn_nc_put_doubles(to, 1, cells + i * lanes);
    return to;
}

static unsigned char *put_outcome(const writer *w, size_t o, uint64_t run0, uint32_t lane,
                                  unsigned char *to)
{
    const dtn_futures *f = w->f;
    for (size_t p = 0; p < f->n_profile; p++) {
        dtn_futures_points(f, run0, lane, 1 + p, o, w->points);
        to = put_cells(to, w->points, f->n_after, 1);
    }
    dtn_futures_points(f, run0, lane, 0, o, w->points);
    if (f->c->outcomes[o].is_increment) /* it has no first point */
        w->points[0] = (double)NAN;
    to = put_cells(to, w->points, f->i_decide + 1, 1);
    for (size_t p = 0; p < f->n_profile; p++)
        to = put_cells(to, f->measure + (p * f->n_outcome + o) * f->n_run + run0 + lane, 1, 0);
    return to;
}

/* The record of run run0 + lane, of the block that begins with run0; params[n_param][n]. */
static void put_record(const writer *w, uint64_t run0, uint32_t lane, uint32_t n, uint32_t i,
                       unsigned char *to)
{
    const dtn_futures *f = w->f;
    const uint64_t run = run0 + lane;
    dtn_nc_put_int64(to, (int64_t)run);
    dtn_nc_put_int(to + LONG_BYTES, f->flags[run].var != DTN_NONE);
    to += LONG_BYTES + INT_BYTES;
    for (size_t h = 0; h < f->c->n_hypothesis; h++, to += LONG_BYTES)
        dtn_nc_put_int64(to, (int64_t)dtn_design_answer(w->design, run, h));
    to = put_cells(to, w->params + i, w->design->n_param, n);
    for (size_t o = 0; o < f->n_outcome; o++)
        to = put_outcome(w, o, run0, lane, to);
}

static dtn_status write_records(writer *w, dtn_nc_file *file)
{
    const dtn_futures *f = w->f;
    unsigned char *records = dtn_alloc(MOST_LANES * w->record_bytes);
    w->points = DTN_NEW_N(w->b.arena, double, f->n_time + 1);
    w->params = DTN_NEW_N(w->b.arena, double, w->design->n_param *MOST_LANES + 1);
    for (uint64_t run = 0; records && !file->error && run < f->n_run; run += f->block_lanes[run]) {
        const uint32_t lanes = f->block_lanes[run];
        for (uint32_t lane = 0; lane < lanes; lane += MOST_LANES) {
            const uint32_t n = lanes - lane < MOST_LANES ? lanes - lane : MOST_LANES;
            dtn_design_draw((void *)(uintptr_t)w->design, run + lane, n, w->params);
            for (uint32_t i = 0; i < n; i++)
                put_record(w, run, lane + i, n, i, records + i * w->record_bytes);
            dtn_nc_append(file, n, records);
        }
    }
    dtn_free(records);
    return records ? DTN_OK : DTN_E_MEMORY;
}

dtn_status dtn_futures_write(const dtn_futures *f, const dtn_design *design,
                             const dtn_comparison *cmp, const char *command, const char *path,
                             dtn_diags *diags)
{
    writer w = {.f = f, .design = design, .cmp = cmp, .b = {.arena = cmp->arena}};
    dtn_nc_file file;
    size_t n = 0;
    const unsigned char *header = make_header(&w, command, &n);
    DTN_TRY(dtn_nc_open(&file, path, header, n, w.record_bytes, false, diags));
    const dtn_status status = write_records(&w, &file);
    if (status == DTN_OK)
        return dtn_nc_commit(&file, diags);
    dtn_out_abandon(&file.out);
    return status;
}
