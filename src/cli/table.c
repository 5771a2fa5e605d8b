/* A table written row by row as CSV, TSV, JSON (an array of objects) or JSON Lines.
 *
 * Nothing is kept: a million rows need no memory. CSV and TSV are store/csv; for JSON this file
 * writes the frame around the values.
 */
#include "cli/table.h"

#include "base/text.h"
#include "cli/options.h"
#include "store/json.h"

#include <math.h>

static int is_json(const dtn_table_writer *table)
{
    return table->format == DTN_FORMAT_JSON || table->format == DTN_FORMAT_JSONL;
}

void dtn_table_begin(dtn_table_writer *table, dtn_out *out, int format, size_t n_column,
                     const char **columns)
{
    *table =
        (dtn_table_writer){.out = out, .format = format, .n_column = n_column, .columns = columns};
    if (format == DTN_FORMAT_JSON)
        dtn_out_text(out, "[");
    if (is_json(table))
        return;
    dtn_csv_init(&table->csv, out, format == DTN_FORMAT_CSV ? ',' : '\t');
    for (size_t i = 0; i < n_column; i++)
        dtn_csv_text(&table->csv, columns[i]);
    dtn_csv_end_row(&table->csv);
}

static void json_text(dtn_table_writer *table, const char *text)
{
    json_t *value = json_string(text);
    dtn_json_write(table->out, value, 0);
    json_decref(value);
}

static void before_json(dtn_table_writer *table)
{
    if (table->i_column == 0) {
        if (table->format == DTN_FORMAT_JSON)
            dtn_out_text(table->out, table->n_row > 0 ? ",\n" : "\n");
        dtn_out_char(table->out, '{');
    } else {
        dtn_out_char(table->out, ',');
    }
    json_text(table, table->columns[table->i_column]);
    dtn_out_char(table->out, ':');
}

static void after_cell(dtn_table_writer *table)
{
    if (++table->i_column < table->n_column)
        return;
    table->i_column = 0;
    table->n_row++;
    if (!is_json(table))
        dtn_csv_end_row(&table->csv);
    else
        dtn_out_text(table->out, table->format == DTN_FORMAT_JSON ? "}" : "}\n");
}

void dtn_table_number(dtn_table_writer *table, double value)
{
    char text[DTN_DOUBLE_MAX_TEXT];
    if (!is_json(table)) {
        dtn_csv_number(&table->csv, value);
    } else {
        before_json(table);
        if (isfinite(value))
            dtn_out_write(table->out, text, dtn_double_to_text(value, text));
        else
            dtn_out_text(table->out, "null");
    }
    after_cell(table);
}

void dtn_table_text(dtn_table_writer *table, const char *text)
{
    if (!is_json(table)) {
        dtn_csv_text(&table->csv, text);
    } else {
        before_json(table);
        json_text(table, text);
    }
    after_cell(table);
}

void dtn_table_summary(dtn_table_writer *table, const dtn_summary *s)
{
    const double cells[] = {
        (double)s->n, (double)s->n_flagged, s->mean, s->p05, s->p25, s->p50, s->p75, s->p95};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        dtn_table_number(table, cells[i]);
}

void dtn_table_end(dtn_table_writer *table)
{
    if (table->format == DTN_FORMAT_JSON)
        dtn_out_text(table->out, table->n_row > 0 ? "\n]\n" : "]\n");
}
