/* The public simulation object of include/detente/detente.h, over the rooms.
 *
 * One arena holds the names; the table is one heap block of [n_row][n_column], made before the
 * first run. Not here: ensembles and cases, which the public interface does not offer yet.
 */
#include "detente/detente.h"

#include "api/names.h"
#include "check/check.h"
#include "compile/program.h"
#include "format/format.h"
#include "run/run.h"

typedef struct column {
    uint32_t var, element;
    const char *name, *unit;
} column;

struct dtn_simulation {
    dtn_arena arena;
    dtn_model *model;
    dtn_program *program;
    dtn_block *block;
    column *columns; /* [n_column]; the first is time and has var DTN_NONE */
    size_t n_column, cap_column;
    uint32_t *param_ids; /* [n_param] values given so far */
    double *params;
    size_t n_param;
    size_t n_row, n_row_done;
    double *rows; /* [n_row][n_column] */
};

const char *dtn_version(void) { return DTN_VERSION; }

void dtn_simulation_delete(dtn_simulation *sim)
{
    if (sim == NULL)
        return;
    dtn_block_delete(sim->block);
    dtn_program_delete(sim->program);
    dtn_model_delete(sim->model);
    dtn_free(sim->rows);
    dtn_arena_free(&sim->arena);
    dtn_free(sim);
}

static void list_columns(dtn_simulation *sim)
{
    const dtn_model *model = sim->model;
    column time = {DTN_NONE, 0, "time", model->time_units != NULL ? model->time_units : ""};
    DTN_PUSH(&sim->arena, sim->columns, sim->n_column, sim->cap_column, time);
    for (uint32_t var = 0; var < model->n_var; var++) {
        const dtn_place *place = &sim->program->places[var];
        const char *unit = model->vars[var].units;
        if (model->vars[var].is_hidden)
            continue;
        for (uint32_t i = 0; place->slot != DTN_NONE && i < place->n; i++) {
            if (place->defined != NULL && !place->defined[i])
                continue;
            column next = {var, i, dtn_element_name(&sim->arena, model, var, i),
                           unit != NULL ? unit : ""};
            DTN_PUSH(&sim->arena, sim->columns, sim->n_column, sim->cap_column, next);
        }
    }
}

/* What follows the compiler: names, block, table. */
static dtn_status prepare(dtn_simulation *sim)
{
    const dtn_program *program = sim->program;
    if (DTN_ARENA_GUARD(&sim->arena))
        return DTN_E_MEMORY;
    list_columns(sim);
    sim->param_ids = DTN_NEW_N(&sim->arena, uint32_t, program->n_parameter + 1);
    sim->params = DTN_NEW_N(&sim->arena, double, program->n_parameter + 1);
    sim->n_row = program->n_saved;
    sim->rows = dtn_alloc(sim->n_row * sim->n_column * sizeof *sim->rows);
    sim->block = dtn_block_new(program, 1, dtn_isa_best());
    return sim->rows != NULL && sim->block != NULL ? DTN_OK : DTN_E_MEMORY;
}

dtn_status dtn_simulation_new(const char *path, dtn_simulation **out, dtn_diags *diags)
{
    dtn_compile_options options = dtn_compile_defaults();
    dtn_simulation *sim = dtn_alloc(sizeof *sim);
    if (sim == NULL)
        return DTN_E_MEMORY;
    dtn_arena_init(&sim->arena);
    dtn_status status = dtn_model_read(path, &sim->model, diags);
    if (status == DTN_OK)
        status = dtn_check_resolve(sim->model, diags);
    if (status == DTN_OK)
        status = dtn_compile(sim->model, &options, &sim->program, diags);
    if (status == DTN_OK)
        status = prepare(sim);
    if (status == DTN_OK)
        *out = sim;
    else
        dtn_simulation_delete(sim);
    return status;
}

dtn_status dtn_simulation_set(dtn_simulation *sim, const char *name, double value)
{
    uint32_t id = dtn_program_find_parameter(sim->program, name);
    size_t i = 0;
    if (id == DTN_NONE)
        return DTN_E_NOT_FOUND;
    while (i < sim->n_param && sim->param_ids[i] != id)
        i++;
    sim->param_ids[i] = id;
    sim->params[i] = value;
    sim->n_param += i == sim->n_param;
    return DTN_OK;
}

static void take_row(dtn_simulation *sim)
{
    double *row = sim->rows + sim->n_row_done++ * sim->n_column;
    row[0] = dtn_block_time(sim->block);
    for (size_t i = 1; i < sim->n_column; i++)
        row[i] = dtn_block_value(sim->block, sim->columns[i].var, sim->columns[i].element)[0];
}

dtn_status dtn_simulation_run(dtn_simulation *sim, uint64_t seed, uint64_t run)
{
    dtn_status status =
        dtn_block_start(sim->block, seed, run, 1, sim->n_param, sim->param_ids, sim->params);
    sim->n_row_done = 0;
    for (uint32_t step = 0; status == DTN_OK; step++) {
        dtn_block_check(sim->block);
        if (dtn_program_is_saved(sim->program, step))
            take_row(sim);
        if (step == sim->program->n_step)
            break;
        dtn_block_step(sim->block);
    }
    if (status == DTN_OK && dtn_block_flag(sim->block, 0).var != DTN_NONE)
        return DTN_E_RUN;
    return status;
}

size_t dtn_simulation_n_column(const dtn_simulation *sim) { return sim->n_column; }

const char *dtn_simulation_column(const dtn_simulation *sim, size_t i)
{
    return sim->columns[i].name;
}

const char *dtn_simulation_unit(const dtn_simulation *sim, size_t i)
{
    return sim->columns[i].unit;
}

dtn_status dtn_simulation_find(const dtn_simulation *sim, const char *name, size_t *out)
{
    dtn_target target = {.var = DTN_NONE};
    dtn_arena arena;
    dtn_arena_init(&arena);
    if (DTN_ARENA_GUARD(&arena)) {
        dtn_arena_free(&arena);
        return DTN_E_MEMORY;
    }
    dtn_target_fault fault = dtn_target_find(&arena, sim->model, name, &target);
    dtn_arena_free(&arena);
    if (fault != DTN_TARGET_FOUND || target.is_whole)
        return DTN_E_NOT_FOUND;
    for (size_t i = 1; i < sim->n_column; i++)
        if (sim->columns[i].var == target.var && sim->columns[i].element == target.element) {
            *out = i;
            return DTN_OK;
        }
    return DTN_E_NOT_FOUND;
}

size_t dtn_simulation_n_row(const dtn_simulation *sim) { return sim->n_row_done; }

const double *dtn_simulation_row(const dtn_simulation *sim, size_t row)
{
    return sim->rows + row * sim->n_column;
}
