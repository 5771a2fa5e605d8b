/* Recorded series: `date,value` files, strict, and their place under the fans.
 *
 * A file has the header `date,value`, then one line a period: the period's last day and a
 * number. Lines that begin with # are notes (where the figures come from). Dates rise. Months and
 * years are those of the calendar; lines of weeks lie a week apart or more.
 *
 * A point stands at the end of its last day. Where the outcome is drawn as increments, a value
 * per day, week, month or year is rescaled by days to the case's save_every:
 *
 *     drawn = recorded * save_every days / days of the recorded period
 *
 * so that months of 28 and 31 days compare. It reads no quotes and no other columns; anything
 * else about a file is for `detente observe`.
 */
#include <math.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "base/dates.h"
#include "case/reader.h"

const dtn_outcome *dtn_case_find_outcome(const dtn_case *c, const char *id)
{
    for (size_t i = 0; i < c->n_outcome; i++)
        if (strcmp(c->outcomes[i].id, id) == 0)
            return &c->outcomes[i];
    return NULL;
}

/* ---- Periods ------------------------------------------------------------------------ */

typedef enum period { PERIOD_NONE, PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_YEAR } period;

static bool is_word(const char *text, const char *word)
{
    size_t i = 0;
    while (*text == ' ')
        text++;
    for (; word[i]; i++)
        if ((text[i] | 0x20) != word[i])
            return false;
    text += i;
    text += (*text | 0x20) == 's';
    while (*text == ' ')
        text++;
    return !*text;
}

static const char *const period_words[] = {
    [PERIOD_DAY] = "day", [PERIOD_WEEK] = "week", [PERIOD_MONTH] = "month", [PERIOD_YEAR] = "year"};

static period period_of(const char *unit)
{
    const char *slash = strrchr(unit, '/');
    for (int p = PERIOD_DAY; slash && p <= PERIOD_YEAR; p++)
        if (is_word(slash + 1, period_words[p]))
            return (period)p;
    return PERIOD_NONE;
}

size_t dtn_case_unit_numerator(const char *unit)
{
    return period_of(unit) == PERIOD_NONE ? strlen(unit) : (size_t)(strrchr(unit, '/') - unit);
}

static double period_days(period p, int64_t day)
{
    switch (p) {
    case PERIOD_WEEK: return 7;
    case PERIOD_MONTH: return dtn_days_in_month(day);
    case PERIOD_YEAR: return dtn_days_in_year(day);
    default: return 1;
    }
}

/* ---- The file ------------------------------------------------------------------------ */

typedef struct csv {
    dtn_case_reader *r;
    const char *path, *text;
    size_t n, at;
    uint32_t line; /* of `at`, from 1 */
} csv;

/* The next line without its end; false at the end of the file. */
static bool next_line(csv *file, const char **line, size_t *n)
{
    if (file->at >= file->n)
        return false;
    const char *start = file->text + file->at;
    const char *end = memchr(start, '\n', file->n - file->at);
    *n = end ? (size_t)(end - start) : file->n - file->at;
    file->at += *n + 1;
    file->line++;
    *n -= *n > 0 && start[*n - 1] == '\r';
    *line = start;
    return true;
}

static void complain(const csv *file, size_t col, const char *hint, const char *what)
{
    dtn_diags_add(file->r->diags, 703, (dtn_pos){file->path, file->line, (uint32_t)col + 1}, hint,
                  "%s", what);
}

static bool read_header(csv *file)
{
    const char *line = NULL;
    size_t n = 0;
    if (file->n >= 3 && memcmp(file->text, "\xef\xbb\xbf", 3) == 0)
        file->at = 3;
    while (next_line(file, &line, &n))
        if (n == 0 || *line != '#')
            break;
    if (line && n == strlen("date,value") && memcmp(line, "date,value", n) == 0)
        return true;
    complain(file, 0, "begin the file with `date,value`", "the header is missing");
    return false;
}

/* Is the day the last one of a period of the calendar? A week may end on any day. */
static bool ends_period(period p, const char *date, int64_t day)
{
    char next[11];
    dtn_days_to_date(day + 1, next);
    switch (p) {
    case PERIOD_MONTH: return strncmp(date, next, 7) != 0;
    case PERIOD_YEAR: return strncmp(date, next, 4) != 0;
    default: return true;
    }
}

/* What is drawn as increments stands for whole periods, one behind the other; false: reported. */
static bool check_period(csv *file, const dtn_observed *s, const char *date, int64_t day)
{
    const dtn_outcome *o = dtn_case_find_outcome(file->r->c, s->outcome);
    const period p = o && o->is_increment ? period_of(s->unit) : PERIOD_NONE;
    int64_t before = 0;
    if (!ends_period(p, date, day)) {
        complain(file, 0, "date each line with the last day of its period, or correct `unit`",
                 dtn_arena_printf(file->r->arena,
                                  "%s is not the last day of a %s, and the unit is %s", date,
                                  p == PERIOD_MONTH ? "month" : "year", s->unit));
        return false;
    }
    if (p == PERIOD_WEEK && s->n > 0 && dtn_days_of(s->date[s->n - 1], &before) &&
        day - before < 7) {
        complain(
            file, 0, "one line a week, or correct `unit`",
            dtn_arena_printf(file->r->arena,
                             "%s is less than a week after the line before, and the unit is %s",
                             date, s->unit));
        return false;
    }
    return true;
}

static void warn_of_negative(const csv *file, size_t col, const dtn_observed *s, double value)
{
    const dtn_outcome *o = dtn_case_find_outcome(file->r->c, s->outcome);
    if (value < 0 && o && dtn_outcome_is_human_cost(o))
        dtn_diags_add_as(file->r->diags, DTN_WARNING, 703,
                         (dtn_pos){file->path, file->line, (uint32_t)col + 1},
                         "correct the figure, or leave the line out",
                         "a human cost of %g is recorded: it is drawn below zero", value);
}

/* One line into the series, whose arrays have room. */
static void read_line(csv *file, const char *line, size_t n, dtn_observed *s)
{
    dtn_arena *arena = file->r->arena;
    const char *comma = memchr(line, ',', n);
    const size_t n_date = comma ? (size_t)(comma - line) : n;
    const char *date = dtn_arena_strndup(arena, line, n_date);
    int64_t day = 0;
    double value = 0;
    if (!comma || memchr(comma + 1, ',', n - n_date - 1)) {
        complain(file, 0, "write it as 2025-01-31,42", "a line must have two fields");
    } else if (!dtn_days_of(date, &day)) {
        complain(file, 0, "write it as 2025-01-31", "the first field is not a date");
    } else if (!dtn_text_to_double(comma + 1, n - n_date - 1, &value) || !isfinite(value)) {
        complain(file, n_date + 1, "leave the line out where nothing is recorded",
                 "the second field is not a number");
    } else if (s->n && strcmp(date, s->date[s->n - 1]) <= 0) {
        complain(file, 0, "sort the lines by date, one a period", "dates must rise");
    } else if (check_period(file, s, date, day)) {
        warn_of_negative(file, n_date + 1, s, value);
        s->date[s->n] = date;
        s->raw[s->n++] = value;
    }
}

static void read_lines(csv *file, dtn_observed *s)
{
    const char *line = NULL;
    size_t n = 0, room = 1;
    for (size_t i = 0; i < file->n; i++)
        room += file->text[i] == '\n';
    s->t = DTN_NEW_N(file->r->arena, double, room);
    s->value = DTN_NEW_N(file->r->arena, double, room);
    s->raw = DTN_NEW_N(file->r->arena, double, room);
    s->date = DTN_NEW_N(file->r->arena, const char *, room);
    while (next_line(file, &line, &n))
        if (n && *line != '#')
            read_line(file, line, n, s);
}

/* ---- The series ------------------------------------------------------------------------ */

static bool find_fan(dtn_case_reader *r, dtn_observed *s)
{
    const dtn_outcome *o = dtn_case_find_outcome(r->c, s->outcome);
    dtn_nearest nearest;
    if (o) {
        s->i_outcome = (uint32_t)(o - r->c->outcomes);
        return true;
    }
    dtn_nearest_init(&nearest, s->outcome);
    for (size_t i = 0; i < r->c->n_outcome; i++)
        dtn_nearest_add(&nearest, r->c->outcomes[i].id);
    dtn_diags_add(r->diags, 605, s->pos,
                  nearest.best ? dtn_arena_printf(r->arena, "did you mean `%s`?", nearest.best)
                               : "name an id under `outcomes`",
                  "`%s` is not an outcome of the case", s->outcome);
    return false;
}

/* What is recorded by the month and declared by the week would be drawn four times too high: each line of such a
 * file lies two periods or more behind the one before. Single gaps are what nobody recorded. */
static void warn_of_gaps(dtn_case_reader *r, const dtn_observed *s, period p)
{
    int64_t day = 0, before = 0;
    double least = (double)INFINITY, most = 0;
    for (size_t i = 0; i < s->n; i++, before = day) {
        dtn_days_of(s->date[i], &day);
        if (i == 0)
            continue;
        least = fmin(least, (double)(day - before));
        most = fmax(most, (double)(day - before));
    }
    if (s->n < 2 || least < 1.9 * period_days(p, before)) /* months and years are not all as long */
        return;
    dtn_diags_add_as(
        r->diags, DTN_WARNING, 703, s->pos,
        "if a line stands for all of the time since the one before it, correct the unit",
        "`%s` is recorded per %s, and its lines lie %g to %g days apart", s->id, period_words[p],
        least, most);
}

bool dtn_observed_is_in_run(const dtn_case *c, const dtn_observed *s, size_t i)
{
    return strcmp(s->date[i], c->start) >= 0 && strcmp(s->date[i], c->until) <= 0;
}

/* A slip of the pen in a year lies decades off, and would squeeze the run into a corner of its chart. */
static void warn_of_outside(dtn_case_reader *r, const dtn_observed *s)
{
    size_t n = 0, first = 0;
    for (size_t i = 0; i < s->n; i++)
        if (!dtn_observed_is_in_run(r->c, s, i) && n++ == 0)
            first = i;
    if (n > 0)
        dtn_diags_add_as(
            r->diags, DTN_WARNING, 703, s->pos, "correct the dates, or take the lines out",
            "%zu of %zu points of `%s` lie outside of the run, %s to %s, the first on %s: "
            "they are not drawn",
            n, s->n, s->id, r->c->start, r->c->until, s->date[first]);
}

static void rescale(dtn_case_reader *r, dtn_observed *s)
{
    const dtn_case *c = r->c;
    const bool is_increment = c->outcomes[s->i_outcome].is_increment != 0;
    const period p = period_of(s->unit);
    if (is_increment && p == PERIOD_NONE) {
        dtn_diags_add(r->diags, 604, s->pos, "write the unit as Persons/Month",
                      "the outcome `%s` is drawn as increments, so the unit must end in a period",
                      s->outcome);
        return;
    }
    if (is_increment)
        warn_of_gaps(r, s, p);
    warn_of_outside(r, s);
    for (size_t i = 0; i < s->n; i++) {
        int64_t day = 0;
        double t = 0;
        dtn_days_of(s->date[i], &day);
        dtn_case_time_of(c, s->date[i], &t);
        s->t[i] = t + 1 / c->days_per_unit;
        s->value[i] = s->raw[i];
        if (is_increment)
            s->value[i] *= c->save_every * c->days_per_unit / period_days(p, day);
    }
}

dtn_status dtn_case_read_observed(dtn_case_reader *r)
{
    for (size_t i = 0; i < r->c->n_observed; i++) {
        dtn_observed *s = &r->c->observed[i];
        dtn_case_file content = {0};
        csv file = {.r = r};
        const size_t n_error = r->diags->n_error;
        DTN_TRY(dtn_case_load(r, s->file, &file.path, &content));
        file.text = content.text;
        file.n = content.n;
        if (!read_header(&file))
            continue;
        read_lines(&file, s);
        if (s->n == 0 && r->diags->n_error == n_error)
            dtn_diags_add_as(r->diags, DTN_WARNING, 706, (dtn_pos){file.path, file.line, 0},
                             "add lines like 2025-01-31,42, or take the series out of the case",
                             "the file holds no line behind its header: `%s` is empty", s->id);
        if (find_fan(r, s))
            rescale(r, s);
    }
    return DTN_OK;
}
