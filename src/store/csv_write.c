/* CSV rows: RFC 4180 but for the line end, which is \n. A field is quoted when it
 * holds the separator, a quote or a line break, or begins or ends with a space (some readers
 * trim those). Numbers are in the shortest form that reads back the same.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "store/csv.h"

void dtn_csv_init(dtn_csv *csv, dtn_out *out, char separator)
{
    *csv = (dtn_csv){out, separator, 0, 1};
}

static void begin_field(dtn_csv *csv, int is_empty)
{
    if (csv->n_field)
        dtn_out_char(csv->out, csv->separator);
    csv->is_blank = csv->n_field == 0 && is_empty;
    csv->n_field++;
}

static int needs_quotes(const char *text, char separator)
{
    const char special[] = {'"', '\n', '\r', separator, '\0'};
    size_t n = strlen(text);
    return n && (text[0] == ' ' || text[n - 1] == ' ' || text[strcspn(text, special)] != '\0');
}

void dtn_csv_text(dtn_csv *csv, const char *text)
{
    begin_field(csv, !text || !*text);
    if (!text)
        return;
    if (!needs_quotes(text, csv->separator)) {
        dtn_out_text(csv->out, text);
        return;
    }
    dtn_out_char(csv->out, '"');
    for (; *text; text++) {
        if (*text == '"')
            dtn_out_char(csv->out, '"');
        dtn_out_char(csv->out, *text);
    }
    dtn_out_char(csv->out, '"');
}

void dtn_csv_number(dtn_csv *csv, double value)
{
    char text[DTN_DOUBLE_MAX_TEXT];
    begin_field(csv, isnan(value));
    if (!isnan(value))
        dtn_out_write(csv->out, text, dtn_double_to_text(value, text));
}

void dtn_csv_int(dtn_csv *csv, int64_t value)
{
    begin_field(csv, 0);
    dtn_out_printf(csv->out, "%lld", (long long)value);
}

void dtn_csv_end_row(dtn_csv *csv)
{
    if (csv->is_blank)
        dtn_out_text(csv->out, "\"\""); /* one empty field is not an empty line */
    dtn_out_char(csv->out, '\n');
    csv->n_field = 0;
    csv->is_blank = 1;
}
