/* case.yaml beside the model of tests/cases/tiny: reading, profiles, design, a run of the reference. */
#include "fuzz_tiny.h"

#include <stdlib.h>
#include <string.h>

#include "case/case.h"
#include "run/run.h"

static void use_design(dtn_case *c, dtn_program *program, dtn_arena *arena, dtn_diags *diags)
{
    dtn_design design = {0};
    if (dtn_design_new(c, program, 1, arena, &design, diags) != DTN_OK)
        return;
    double *params = calloc(design.n_param * 2 + 1, sizeof *params);
    FUZZ_CHECK(params != NULL);
    dtn_design_draw(&design, 0, 2, params);
    for (size_t h = 0; h < c->n_hypothesis; h++)
        FUZZ_CHECK(dtn_design_answer(&design, 1, h) < c->hypotheses[h].n_answer);
    free(params);
}

static void use_case(dtn_case *c, dtn_diags *diags)
{
    dtn_arena arena;
    dtn_program *program = NULL;
    dtn_compile_options options = dtn_compile_defaults();
    dtn_profile profile = {0};
    char date[11];
    dtn_arena_init(&arena);
    if (DTN_ARENA_GUARD(&arena))
        fuzz_broken(__FILE__, __LINE__, "memory");
    (void)dtn_case_profile(c, "reference", &profile, diags);
    if (c->n_profile > 0)
        FUZZ_CHECK(dtn_case_profile(c, c->profiles[0].label, &profile, diags) == DTN_OK);
    dtn_case_date_of(c, c->t_decide, date);
    FUZZ_CHECK(strlen(date) == 10);
    dtn_case_parameter_keys(c, &arena, &options.parameters, &options.n_parameter);
    const size_t before = diags->n_error;
    dtn_status status = dtn_compile(c->model, &options, &program, diags);
    fuzz_check_status(status, diags, before);
    if (status == DTN_OK)
        use_design(c, program, &arena, diags);
    dtn_program_delete(program);
    dtn_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dtn_diags diags;
    dtn_case *c = NULL;
    fuzz_make_case("case.yaml");
    fuzz_write("case.yaml", data, size);
    dtn_diags_init(&diags);
    dtn_status status = dtn_case_read(fuzz_folder(), &c, &diags);
    fuzz_check_status(status, &diags, 0);
    FUZZ_CHECK((status == DTN_OK) == (c != NULL));
    if (c)
        use_case(c, &diags);
    dtn_case_delete(c);
    fuzz_check_diags(&diags);
    dtn_diags_free(&diags);
    return 0;
}
