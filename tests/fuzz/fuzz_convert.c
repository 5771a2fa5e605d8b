/* Models of either format written in both, and as C. What was written reads back without errors.
 * The first byte tells the format ('<': XMILE). */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "compile/export_c.h"
#include "format/format.h"
#include "format/write.h"

static dtn_status read_model(dtn_dialect dialect, const char *text, size_t n, dtn_model **out,
                             dtn_diags *diags)
{
    const size_t before = diags->n_error;
    dtn_status status = dialect == DTN_XMILE
                            ? dtn_model_read_xmile(text, n, fuzz_path("m.xmile"), out, diags)
                            : dtn_model_read_mdl(text, n, fuzz_path("m.mdl"), out, diags);
    fuzz_check_status(status, diags, before);
    return status;
}

static void write_and_read(dtn_model *model, dtn_dialect to, dtn_diags *diags)
{
    char *text = NULL;
    size_t n = 0, before = diags->n_error;
    dtn_model *again = NULL;
    dtn_status status = dtn_model_write(model, to, &text, &n, diags);
    fuzz_check_status(status, diags, before);
    if (status != DTN_OK)
        return;
    FUZZ_CHECK(strlen(text) == n);
    before = diags->n;
    if (read_model(to, text, n, &again, diags) != DTN_OK) {
        fprintf(stderr, "%s\n", text);
        for (size_t i = before; i < diags->n; i++)
            fprintf(stderr, "%u:%u: %s\n", diags->items[i].line, diags->items[i].col,
                    diags->items[i].message);
        FUZZ_CHECK(again != NULL);
    }
    dtn_model_delete(again);
    dtn_free(text);
}

static void export(dtn_model *model, dtn_diags *diags)
{
    dtn_arena arena;
    dtn_program *program = NULL;
    const char *text = NULL;
    size_t n = 0;
    if (dtn_compile(model, NULL, &program, diags) != DTN_OK)
        return;
    dtn_arena_init(&arena);
    if (DTN_ARENA_GUARD(&arena))
        fuzz_broken(__FILE__, __LINE__, "memory");
    const size_t before = diags->n_error;
    dtn_status status = dtn_export_c(program, &arena, "model.c", &text, &n, diags);
    fuzz_check_status(status, diags, before);
    FUZZ_CHECK(status != DTN_OK || strlen(text) == n);
    dtn_arena_free(&arena);
    dtn_program_delete(program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const dtn_dialect dialect = size > 0 && data[0] == '<' ? DTN_XMILE : DTN_VENSIM;
    dtn_diags diags;
    dtn_model *model = NULL;
    dtn_diags_init(&diags);
    if (read_model(dialect, (const char *)data, size, &model, &diags) == DTN_OK) {
        /* As read, with its modules and conveyors; what only Vensim's notation says goes by way of .mdl. */
        if (dialect == DTN_XMILE && !model->has_vensim_text)
            write_and_read(model, DTN_XMILE, &diags);
        if (dtn_check_resolve(model, &diags) == DTN_OK) {
            write_and_read(model, DTN_VENSIM, &diags);
            if (dialect == DTN_VENSIM)
                write_and_read(model, DTN_XMILE, &diags);
            export(model, &diags);
        }
    }
    dtn_model_delete(model);
    fuzz_check_diags(&diags);
    dtn_diags_free(&diags);
    return 0;
}
