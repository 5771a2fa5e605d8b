/* .mdl files: reader, and all that follows. Text behind a line {# overlay} is a course's rules. */
#include "fuzz.h"

#include <string.h>

#include "format/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char mark[] = "{# overlay";
    const char *text = (const char *)data, *rules = memmem(text, size, mark, strlen(mark));
    const size_t n = rules ? (size_t)(rules - text) : size;
    dtn_diags diags;
    dtn_model *model = NULL;
    dtn_diags_init(&diags);
    dtn_status status = dtn_model_read_mdl(text, n, fuzz_path("m.mdl"), &model, &diags);
    fuzz_check_status(status, &diags, 0);
    FUZZ_CHECK((status == DTN_OK) == (model != NULL));
    if (model)
        fuzz_use_model(model, rules, size - n, &diags);
    fuzz_check_diags(&diags);
    dtn_diags_free(&diags);
    return 0;
}
