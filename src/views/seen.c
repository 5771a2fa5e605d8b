/* What a case's variables are in a run: between which values they stay, for the graph of causes.
 *
 * A model seldom declares that a stock cannot be negative or a share not exceed 1, and then structure alone does not
 * tell the sign of what is multiplied by it. One run of the case, its constants as the model has them and no course
 * of action on, shows between which values variables stay; a link's sign is then as that run has it.
 */
#include "views/views.h"

#include <math.h>

#include "compile/program.h"
#include "run/run.h"

static void look(dtn_block *block, const dtn_model *model, dtn_seen *seen)
{
    for (uint32_t v = 0; v < model->n_var; v++)
        for (uint32_t k = 0; model->vars[v].kind != DTN_VAR_LOOKUP && k < model->vars[v].n_element;
             k++) {
            const double x = dtn_block_value(block, v, k)[0];
            const dtn_seen before = seen[v];
            seen[v].is_known = true;
            seen[v].min = !before.is_known || !(x >= before.min) ? x : before.min;
            seen[v].max = !before.is_known || !(x <= before.max) ? x : before.max;
        }
}

dtn_status dtn_views_seen(const dtn_case *c, uint64_t seed, dtn_arena *arena, dtn_diags *diags,
                          dtn_seen **out)
{
    dtn_compile_options options = dtn_compile_defaults();
    dtn_program *program = NULL;
    dtn_block *block = NULL;
    dtn_seen *seen = DTN_NEW_N(arena, dtn_seen, c->model->n_var + 1);
    options.stop = c->t_until;
    dtn_status status = dtn_compile(c->model, &options, &program, diags);
    if (status != DTN_OK)
        return status;
    block = dtn_block_new(program, 1, dtn_isa_best());
    status = block ? dtn_block_start(block, seed, 0, 1, 0, NULL, NULL) : DTN_E_MEMORY;
    for (uint32_t step = 0; status == DTN_OK; step++) {
        dtn_block_check(block);
        look(block, c->model, seen);
        if (step == program->n_step)
            break;
        dtn_block_step(block);
    }
    dtn_block_delete(block);
    dtn_program_delete(program);
    *out = seen;
    return status;
}
