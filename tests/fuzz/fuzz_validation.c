/* validation.yaml beside the case of tests/cases/tiny: read and tied to the case; a small one is run
 * with a few futures and written as JSON. */
#include "fuzz_tiny.h"

#include "case/case.h"
#include "validate/spec.h"
#include "validate/validate.h"

#define MAX_RUNS 12 /* runs of the case that an input may ask for; each takes milliseconds */

/* Does reading alone hold its promises? Counts the runs that the file asks for. */
static dtn_status read_spec(dtn_case *c, dtn_diags *diags, size_t *n_run)
{
    dtn_arena arena;
    dtn_spec spec = {0};
    char *heap = NULL;
    dtn_arena_init(&arena);
    if (DTN_ARENA_GUARD(&arena))
        fuzz_broken(__FILE__, __LINE__, "memory");
    const size_t before = diags->n_error;
    const dtn_status status = dtn_spec_read(c, &arena, &heap, &spec, diags);
    fuzz_check_status(status, diags, before);
    if (status == DTN_OK) {
        *n_run = spec.n_condition + spec.n_part + spec.n_hypothesis;
        for (size_t i = 0; i < spec.n_condition; i++)
            for (size_t k = 0; k < spec.conditions[i]->n_must; k++)
                FUZZ_CHECK(spec.conditions[i]->must[k].quantity < spec.n_quantity);
    }
    dtn_free(heap);
    dtn_arena_free(&arena);
    return status;
}

static void run(dtn_case *c, dtn_diags *diags)
{
    dtn_validate_options options = dtn_validate_defaults();
    dtn_validation *validation = NULL;
    options.n_run = 4;
    options.n_thread = 1;
    const size_t before = diags->n_error;
    const dtn_status status = dtn_validate(c, &options, &validation, diags);
    fuzz_check_status(status, diags, before);
    if (validation) {
        json_t *json = dtn_validation_json(validation);
        FUZZ_CHECK(json != NULL);
        json_decref(json);
    }
    dtn_validation_delete(validation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dtn_diags diags;
    dtn_case *c = NULL;
    size_t n_run = 0;
    fuzz_make_case("validation.yaml");
    fuzz_write("validation.yaml", data, size);
    dtn_diags_init(&diags);
    FUZZ_CHECK(dtn_case_read(fuzz_folder(), &c, &diags) == DTN_OK);
    if (read_spec(c, &diags, &n_run) == DTN_OK && n_run <= MAX_RUNS)
        run(c, &diags);
    dtn_case_delete(c);
    fuzz_check_diags(&diags);
    dtn_diags_free(&diags);
    return 0;
}
