/* Documents of any bytes: text, HTML, broken UTF-8. The first byte says which form is claimed, the
 * second how many sentences a part has: parts and the whole must say the same. */
#include "fuzz.h"
#include "read/read.h"

#include <string.h>

static dtn_reader *reader; /* read once: the weights are large */

static dtn_status collect(void *ctx, const dtn_read_part *part)
{
    return json_array_extend(ctx, (json_t *)(uintptr_t)part->records) == 0 ? DTN_OK : DTN_E_MEMORY;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dtn_arena arena;
    dtn_diags diags;
    dtn_diags_init(&diags);
    if (!reader) {
        dtn_reader_options options = {.folder = FUZZ_READER};
        if (dtn_reader_new(&options, &reader, &diags) != DTN_OK)
            return 0;
    }
    dtn_arena_init(&arena);
    char *text = dtn_alloc(size + 1);
    if (text && !DTN_ARENA_GUARD(&arena)) {
        memcpy(text, data, size);
        dtn_document d = {
            .name = size && data[0] & 1 ? "x.html" : "x.txt", .text = text, .n = size};
        dtn_reading reading;
        json_t *records = NULL;
        json_t *parts = json_array();
        const size_t most = size > 1 ? 1 + data[1] % 16u : 1;
        if (dtn_reader_analyse(reader, &d, &arena, &reading, &diags) == DTN_OK)
            (void)dtn_reader_records(reader, &d, &reading, &arena, &records);
        if (size % 4 == 0 && records && /* one input in four: it costs as much again */
            dtn_reader_parts(reader, &d, most, collect, parts, &diags) == DTN_OK)
            FUZZ_CHECK(json_equal(parts, records));
        json_decref(parts);
        json_decref(records);
    }
    dtn_arena_free(&arena);
    dtn_free(text);
    dtn_diags_free(&diags);
    return 0;
}
