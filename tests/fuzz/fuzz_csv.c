/* Delimited text, as a table and as a grid. The first byte picks the separator. */
#include "fuzz.h"

#include <string.h>

#include "store/csv.h"

static void look_at(const dtn_csv_table *table, bool is_grid)
{
    for (size_t row = 0; row < table->n_row; row++) {
        FUZZ_CHECK(is_grid || table->rows[row].n == table->rows[0].n);
        for (size_t col = 0; col < table->rows[row].n; col++)
            FUZZ_CHECK(strlen(dtn_csv_get(table, row, col)) < SIZE_MAX);
        FUZZ_CHECK(dtn_csv_get(table, row, table->rows[row].n) == NULL);
    }
    if (table->n_row > 0)
        FUZZ_CHECK(dtn_csv_find(table, dtn_csv_get(table, 0, 0)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char separators[] = {0, ',', ';', '\t'};
    const char separator = size > 0 ? separators[data[0] & 3] : 0;
    const char *text = (const char *)data + (size > 0);
    const size_t n = size - (size > 0);
    dtn_diags diags;
    dtn_csv_table table;
    dtn_diags_init(&diags);
    dtn_status status = dtn_csv_read_text(&table, text, n, "table", separator, &diags);
    fuzz_check_status(status, &diags, 0);
    if (status == DTN_OK) {
        look_at(&table, false);
        dtn_csv_free(&table);
    }
    const size_t before = diags.n_error;
    fuzz_write("grid.csv", text, n);
    status = dtn_csv_read_grid(&table, fuzz_path("grid.csv"), 1 << 20, separator, &diags);
    fuzz_check_status(status, &diags, before);
    if (status == DTN_OK) {
        look_at(&table, true);
        dtn_csv_free(&table);
    }
    fuzz_check_diags(&diags);
    dtn_diags_free(&diags);
    return 0;
}
