/* What --vary, --design and --replications say about the parameters of each run.
 *
 * A design is a list of points; each is run as often as --replications says, with its own chance. Points of Monte Carlo,
 * Latin hypercubes and Sobol' sequences fill the unit cube, of which distributions make values; a grid has every
 * combination of equally far apart values; a file brings the values themselves.
 */
#include "cli/design.h"

#include "base/text.h"
#include "store/csv.h"

#include <math.h>
#include <string.h>

/* ---- --vary ------------------------------------------------------------------ */

static const struct dist_name {
    const char *name;
    dtn_dist_kind kind;
    size_t n;
} dist_names[] = {
    {"fixed", DTN_DIST_FIXED, 1},           {"uniform", DTN_DIST_UNIFORM, 2},
    {"triangular", DTN_DIST_TRIANGULAR, 3}, {"normal", DTN_DIST_NORMAL, 2},
    {"lognormal", DTN_DIST_LOGNORMAL, 2},   {"beta", DTN_DIST_BETA, 4},
};

static bool is_sound(const dtn_dist *dist)
{
    const double *p = dist->p;
    switch (dist->kind) {
    case DTN_DIST_FIXED: return true;
    case DTN_DIST_UNIFORM: return p[0] < p[1];
    case DTN_DIST_TRIANGULAR: return p[0] <= p[1] && p[1] <= p[2] && p[0] < p[2];
    case DTN_DIST_NORMAL: return p[1] > 0;
    case DTN_DIST_LOGNORMAL: return p[0] > 0 && p[1] > 1;
    case DTN_DIST_BETA: return p[0] > 0 && p[1] > 0 && p[2] < p[3];
    }
    return false;
}

/* "uniform(0,1)" */
static bool parse_dist(const char *text, dtn_dist *out)
{
    size_t length = strcspn(text, "("), i = 0, n = 0;
    const size_t n_name = sizeof dist_names / sizeof *dist_names;
    while (i < n_name &&
           (strlen(dist_names[i].name) != length || strncmp(text, dist_names[i].name, length) != 0))
        i++;
    if (i == n_name || text[length] != '(')
        return false;
    *out = (dtn_dist){.kind = dist_names[i].kind};
    const char *p = text + length + 1;
    for (;;) {
        p += strspn(p, " ");
        size_t word = strcspn(p, ",)"), trimmed = word;
        while (trimmed > 0 && p[trimmed - 1] == ' ')
            trimmed--;
        if (n == dist_names[i].n || p[word] == '\0' ||
            !dtn_text_to_double(p, trimmed, &out->p[n]) || !isfinite(out->p[n]))
            return false;
        n++;
        p += word + 1;
        if (p[-1] == ')')
            break;
    }
    return *p == '\0' && n == dist_names[i].n;
}

int dtn_cli_vary(dtn_cli *cli, dtn_vary *out)
{
    *out = (dtn_vary){0};
    for (size_t i = 0; i < cli->options.vary.n; i++) {
        const char *text = cli->options.vary.items[i];
        const char *equals = strrchr(text, '=');
        dtn_dist dist = {0};
        bool is_form = equals != NULL && equals != text && parse_dist(equals + 1, &dist);
        if (is_form && !is_sound(&dist)) {
            dtn_console_error(&cli->console, "--vary: there is no distribution '%s'", equals + 1);
            (void)fputs(
                "  hint: low is below high, a mode lies between them, sd, median, a and b are "
                "above 0, a factor above 1\n",
                stderr);
            return DTN_EXIT_USAGE;
        }
        if (!is_form) {
            dtn_console_error(&cli->console, "--vary: '%s' is not NAME=DIST", text);
            (void)fputs("  hint: DIST is uniform(low,high), triangular(low,mode,high), "
                        "normal(mean,sd),\n  lognormal(median,factor), beta(a,b,low,high) or "
                        "fixed(value)\n",
                        stderr);
            return DTN_EXIT_USAGE;
        }
        const char *name = dtn_arena_strndup(&cli->arena, text, (size_t)(equals - text));
        int rc = dtn_cli_add_fixed(cli, "--vary", name, NAN, &out->targets);
        if (rc != 0)
            return rc;
        while (out->n_dist < out->targets.n) /* each element of an array its own draw */
            DTN_PUSH(&cli->arena, out->dists, out->n_dist, out->cap_dist, dist);
    }
    return 0;
}

/* ---- --design file: ------------------------------------------------------------ */

#define MAX_DESIGN ((size_t)1 << 30) /* bytes: a million runs by fifty parameters */

static int read_columns(dtn_cli *cli, const char *path, const dtn_csv_table *table,
                        dtn_design_file *out)
{
    for (uint32_t i = 0; i < table->rows[0].n; i++) {
        size_t n = out->targets.n;
        const char *name = dtn_csv_get(table, 0, i);
        int rc = dtn_cli_add_fixed(cli, path, name, NAN, &out->targets);
        if (rc == 0 && out->targets.n != n + 1) {
            dtn_console_error(&cli->console, "%s: '%s' is an array; name an element", path, name);
            rc = DTN_EXIT_INPUT;
        }
        if (rc != 0)
            return DTN_EXIT_INPUT;
    }
    return 0;
}

static int read_values(dtn_cli *cli, const char *path, const dtn_csv_table *table,
                       dtn_design_file *out)
{
    size_t n = out->targets.n, n_error = cli->diags.n_error;
    out->n_row = table->n_row - 1;
    out->values = DTN_NEW_N(&cli->arena, double, out->n_row *n + 1);
    for (size_t row = 0; row < out->n_row; row++)
        for (size_t i = 0; i < n; i++) {
            const char *text = dtn_csv_get(table, row + 1, i);
            double *value = &out->values[row * n + i];
            if (!dtn_text_to_double(text, strlen(text), value) || !isfinite(*value))
                dtn_diags_add(&cli->diags, 703, (dtn_pos){path, table->rows[row + 1].line, 0},
                              "every cell below the header is a number",
                              "'%s' for '%s' is not a number", text, dtn_csv_get(table, 0, i));
        }
    return cli->diags.n_error > n_error ? dtn_cli_fail(cli, DTN_E_INPUT) : 0;
}

static int read_file(dtn_cli *cli, const char *path, dtn_design_file *out)
{
    dtn_csv_table table;
    *out = (dtn_design_file){0};
    dtn_status status = dtn_csv_read(&table, path, MAX_DESIGN, ',', &cli->diags);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    int rc = 0;
    if (table.n_row < 2) {
        dtn_console_error(&cli->console, "%s: a header of names and a row for each run are needed",
                          path);
        rc = DTN_EXIT_INPUT;
    }
    if (rc == 0)
        rc = read_columns(cli, path, &table, out);
    if (rc == 0)
        rc = read_values(cli, path, &table, out);
    dtn_csv_free(&table);
    return rc;
}

/* ---- Grid ------------------------------------------------------------------------- */

#define MAX_GRID ((uint64_t)1 << 40)

static int complain(dtn_cli *cli, const char *what)
{
    dtn_console_error(&cli->console, "--design %s: %s", cli->options.design, what);
    return DTN_EXIT_USAGE;
}

/* "grid:5" or "grid:5,3": values of each --vary, the last number for those that follow. */
static int read_grid(dtn_cli *cli, const dtn_vary *vary, const char *text, dtn_plan *out)
{
    if (vary->targets.n == 0)
        return complain(cli, "a grid needs parameters: --vary NAME=DIST names one");
    out->levels = DTN_NEW_N(&cli->arena, uint32_t, vary->targets.n + 1);
    out->n_point = 1;
    double number = 0;
    for (size_t i = 0; i < vary->targets.n; i++) {
        if (i == 0 || *text) {
            const size_t n = strcspn(text, ",");
            if (!dtn_text_to_double(text, n, &number) || !(number >= 1 && number <= 1e6) ||
                number != floor(number) || (text[n] == ',' && !text[n + 1]))
                return complain(cli, "write the values of each parameter as grid:N or grid:N,N");
            text += n + (text[n] == ',');
        }
        out->levels[i] = vary->dists[i].kind == DTN_DIST_FIXED ? 1 : (uint32_t)number;
        if (out->n_point > MAX_GRID / out->levels[i])
            return complain(cli, "that is more than 2^40 points; take fewer values");
        out->n_point *= out->levels[i];
    }
    return *text ? complain(cli, "there are more numbers than parameters") : 0;
}

uint32_t dtn_plan_level(const dtn_plan *plan, size_t i, uint64_t run)
{
    uint64_t point = dtn_plan_point(plan, run), below = plan->n_point;
    for (size_t k = 0; k < i; k++) {
        below /= plan->levels[k];
        point %= below;
    }
    return (uint32_t)(point / (below / plan->levels[i]));
}

/* ---- The whole ---------------------------------------------------------------------- */

uint64_t dtn_plan_point(const dtn_plan *plan, uint64_t run)
{
    return run / plan->points.repeat % plan->n_point;
}

static int read_kind(dtn_cli *cli, const dtn_vary *vary, dtn_plan *out)
{
    const char *design = cli->options.design;
    if (design == NULL || strcmp(design, "mc") == 0)
        return 0;
    if (strncmp(design, "file:", 5) == 0) {
        const int rc = read_file(cli, design + 5, &out->file);
        out->n_point = out->file.n_row;
        return rc;
    }
    if (strncmp(design, "grid:", 5) == 0)
        return read_grid(cli, vary, design + 5, out);
    if (strcmp(design, "grid") == 0)
        return complain(cli, "write the values of each parameter as grid:N or grid:N,N");
    if (strcmp(design, "lhs") == 0)
        out->points.kind = DTN_POINTS_LATIN;
    else if (strcmp(design, "sobol") == 0)
        out->points.kind = DTN_POINTS_SOBOL;
    else
        return complain(cli, "not one of mc, lhs, sobol, grid:N and file:PATH");
    return 0;
}

/* Replications of each point, so that the runs are a whole number of points. */
static int count_runs(dtn_cli *cli, dtn_plan *out)
{
    const uint64_t repeat = out->points.repeat > 0 ? out->points.repeat : 1;
    out->n_run = cli->options.runs;
    if (out->n_point > 0 && !dtn_options_given(&cli->options, "runs"))
        out->n_run = out->n_point * repeat;
    else if (!dtn_options_given(&cli->options, "runs") && out->n_run % repeat != 0)
        out->n_run += repeat - out->n_run % repeat;
    const char *is = NULL;
    const uint64_t grid = out->levels ? out->n_point * repeat : 0;
    if (out->n_run % repeat != 0)
        is = "replications";
    else if (grid > 0 && out->n_run % grid != 0)
        is = "points of the grid";
    if (is == NULL)
        return 0;
    dtn_console_error(&cli->console, "--runs %llu is no whole number of %llu %s",
                      (unsigned long long)out->n_run,
                      (unsigned long long)(out->levels ? out->n_point * repeat : repeat), is);
    return DTN_EXIT_USAGE;
}

int dtn_cli_design(dtn_cli *cli, const dtn_vary *vary, dtn_plan *out)
{
    const uint64_t repeat = cli->options.replications;
    *out = (dtn_plan){.points = {.seed = cli->options.seed, .repeat = repeat ? repeat : 1}};
    int rc = read_kind(cli, vary, out);
    if (rc == 0)
        rc = count_runs(cli, out);
    if (rc == 0 && out->points.kind == DTN_POINTS_LATIN)
        out->points.n = out->n_point = out->n_run / out->points.repeat;
    if (rc == 0 && cli->options.command == DTN_CMD_SIMULATE && out->n_point > 0 &&
        out->file.n_row == 0 && cli->options.run >= out->n_run) {
        dtn_console_error(&cli->console, "--run %llu: the design has %llu runs, counted from 0",
                          (unsigned long long)cli->options.run, (unsigned long long)out->n_run);
        rc = DTN_EXIT_USAGE;
    }
    if (rc == 0 && cli->options.command == DTN_CMD_SIMULATE &&
        dtn_options_given(&cli->options, "runs") && cli->options.run >= cli->options.runs) {
        dtn_console_error(&cli->console, "--run %llu: of %llu runs the last is %llu",
                          (unsigned long long)cli->options.run,
                          (unsigned long long)cli->options.runs,
                          (unsigned long long)cli->options.runs - 1);
        rc = DTN_EXIT_USAGE;
    }
    return rc;
}

int dtn_cli_design_dims(dtn_cli *cli, dtn_plan *plan, uint32_t n_dim)
{
    if (plan->points.kind != DTN_POINTS_SOBOL)
        return 0;
    const uint64_t n_point = plan->n_run / plan->points.repeat;
    if (n_dim > dtn_sobol_dims()) {
        dtn_console_error(&cli->console,
                          "--design sobol: %u parameters and hypotheses; the sequence has %u "
                          "dimensions here, --design lhs has no such limit",
                          n_dim, dtn_sobol_dims());
        return DTN_EXIT_USAGE;
    }
    if (n_point >> DTN_SOBOL_BITS)
        return complain(cli, "the sequence has 2^32 points here");
    if (n_point & (n_point - 1))
        dtn_console_say(
            &cli->console,
            "Sobol' points lie evenly where their number is a power of two; %llu is none",
            (unsigned long long)n_point);
    uint64_t *directions = DTN_NEW_N(&cli->arena, uint64_t, (size_t)n_dim * DTN_SOBOL_BITS + 1);
    for (uint32_t d = 0; d < n_dim; d++)
        dtn_sobol_directions(d, directions + (size_t)d * DTN_SOBOL_BITS);
    plan->points.directions = directions;
    return 0;
}
