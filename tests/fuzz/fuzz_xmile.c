/* XMILE files: reader, and all that follows. */
#include "fuzz.h"

#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dtn_diags diags;
    dtn_model *model = NULL;
    dtn_diags_init(&diags);
    dtn_status status =
        dtn_model_read_xmile((const char *)data, size, fuzz_path("m.xmile"), &model, &diags);
    fuzz_check_status(status, &diags, 0);
    FUZZ_CHECK((status == DTN_OK) == (model != NULL));
    if (model)
        fuzz_use_model(model, NULL, 0, &diags);
    fuzz_check_diags(&diags);
    dtn_diags_free(&diags);
    return 0;
}
