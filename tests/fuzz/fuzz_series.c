/* Files of recorded values for data variables: .dat, delimited text, sheets. The first byte picks
 * the file's name. */
#include "fuzz.h"

#include <string.h>

#include "check/check.h"
#include "format/format.h"

static const char model_text[] =
    "D: x, y ~~|\na ~~|\nb[D] ~~|\nc = a + b[x] ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\n"
    "TIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"s.csv", "s.dat", "s.tab", "s.vdf"};
    const char *name = names[size > 0 ? data[0] & 3 : 0];
    dtn_diags diags;
    dtn_model *model = NULL;
    dtn_diags_init(&diags);
    fuzz_write(name, data + (size > 0), size - (size > 0));
    dtn_status status =
        dtn_model_read_mdl(model_text, strlen(model_text), fuzz_path("m.mdl"), &model, &diags);
    FUZZ_CHECK(status == DTN_OK);
    status = dtn_check_load_data(model, fuzz_path(name), &diags);
    fuzz_check_status(status, &diags, 0);
    if (status == DTN_OK)
        fuzz_use_model(model, NULL, 0, &diags);
    else
        dtn_model_delete(model);
    fuzz_check_diags(&diags);
    dtn_diags_free(&diags);
    return 0;
}
