/* Expressions of both notations. What is printed reads back as what prints the same. */
#include "fuzz.h"

#include <string.h>

#include "format/format.h"

static dtn_expr *read_expr(dtn_model *model, const char *text, size_t n, dtn_diags *diags)
{
    static const dtn_pos at = {"expression", 1, 1};
    const size_t before = diags->n_error;
    dtn_expr *x = dtn_expr_read(model, model->dialect, text, n, at, diags);
    FUZZ_CHECK((x == NULL) == (diags->n_error > before));
    return x;
}

static void try_dialect(dtn_dialect dialect, const char *text, size_t n)
{
    dtn_diags diags;
    dtn_model *model = dtn_model_new(dialect, NULL);
    FUZZ_CHECK(model != NULL);
    dtn_diags_init(&diags);
    if (DTN_ARENA_GUARD(model->arena))
        fuzz_broken(__FILE__, __LINE__, "memory");
    dtn_expr *x = read_expr(model, text, n, &diags);
    if (x) {
        const char *printed = dtn_expr_print(model, x);
        dtn_expr *again = read_expr(model, printed, strlen(printed), &diags);
        FUZZ_CHECK(again != NULL);
        FUZZ_CHECK(strcmp(dtn_expr_print(model, again), printed) == 0);
    }
    fuzz_check_diags(&diags);
    dtn_diags_free(&diags);
    dtn_model_delete(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (memchr(data, '\0', size) != NULL)
        return 0; /* both readers refuse a file that holds one */
    try_dialect(DTN_VENSIM, (const char *)data, size);
    try_dialect(DTN_XMILE, (const char *)data, size);
    return 0;
}
