/* One future, or a block of them: parameters drawn, shared history, the branch at the decision.
 *
 * A run of a case is the one that `compare` makes: the same design draw for run K, history without
 * any course of action, and the profile's courses switched on at decide_on. So a future of an
 * ensemble can be replayed alone.
 *
 * A parameter drawn by --vary has its stream keyed by its name, as a case's parameters have, so
 * that varying a further one leaves the others' draws as they were.
 */
#include "cli/future.h"

#include "base/text.h"
#include "num/num.h"
#include "store/csv.h"

#include <math.h>
#include <string.h>

/* ---- Profiles ---------------------------------------------------------------- */

static const char *full_profile(dtn_cli *cli, const char *text)
{
    const char *found = NULL;
    for (size_t a = 0; a < cli->c->n_actor; a++)
        for (size_t i = 0; i < cli->c->actors[a].n_course; i++)
            if (strcmp(cli->c->actors[a].courses[i].id, text) == 0) {
                if (found != NULL)
                    return text; /* two actors have one: dtn_case_profile says what to write */
                found = dtn_arena_printf(&cli->arena, "%s=%s", cli->c->actors[a].id, text);
            }
    return found != NULL ? found : text;
}

dtn_backend dtn_cli_backend(dtn_cli *cli)
{
    if (cli->options.backend == DTN_CLI_BACKEND_INTERP)
        return DTN_BACKEND_INTERP;
    if (cli->options.backend != DTN_CLI_BACKEND_JIT)
        return DTN_BACKEND_AUTO;
    if (!dtn_jit_is_built())
        dtn_console_say(&cli->console, "built without LLVM: the interpreter runs this");
    return DTN_BACKEND_JIT;
}

int dtn_cli_profile(dtn_cli *cli, const char *what, const char *text, dtn_profile *out)
{
    if (text == NULL) {
        *out = cli->c->reference;
        return 0;
    }
    if (strchr(text, '=') == NULL)
        text = full_profile(cli, text);
    dtn_status status = dtn_case_profile(cli->c, text, out, &cli->diags);
    if (status == DTN_OK)
        return 0;
    (void)dtn_cli_fail(cli, status);
    dtn_console_error(&cli->console, "%s: '%s' is not a profile of this case", what, text);
    return DTN_EXIT_USAGE;
}

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
    return *p == '\0' && n == dist_names[i].n && is_sound(out);
}

int dtn_cli_vary(dtn_cli *cli, dtn_vary *out)
{
    *out = (dtn_vary){0};
    for (size_t i = 0; i < cli->options.vary.n; i++) {
        const char *text = cli->options.vary.items[i];
        const char *equals = strrchr(text, '=');
        dtn_dist dist = {0};
        if (equals == NULL || equals == text || !parse_dist(equals + 1, &dist)) {
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

int dtn_cli_design_file(dtn_cli *cli, const char *path, dtn_design_file *out)
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

/* ---- The whole ------------------------------------------------------------------ */

static int read_design(dtn_cli *cli, dtn_future *future)
{
    const char *design = cli->options.design;
    if (design == NULL || strcmp(design, "mc") == 0)
        return 0;
    if (strncmp(design, "file:", 5) == 0)
        return dtn_cli_design_file(cli, design + 5, &future->file);
    static const char *const later[] = {"lhs", "sobol", "grid"};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (strcmp(design, later[i]) == 0) {
            dtn_console_error(&cli->console, "--design %s does not work yet", design);
            return DTN_EXIT_USAGE;
        }
    dtn_console_error(&cli->console, "--design: '%s' is neither mc nor file:PATH", design);
    return DTN_EXIT_USAGE;
}

static int refuse_case_options(dtn_cli *cli)
{
    if (cli->c != NULL ||
        (cli->options.policy == NULL && !dtn_options_given(&cli->options, "view")))
        return 0;
    dtn_console_error(&cli->console, "--policy and --view are for a case; %s is a model",
                      cli->options.args[0]);
    return DTN_EXIT_USAGE;
}

static void append(dtn_cli *cli, dtn_fixed_list *all, const dtn_fixed_list *more)
{
    for (size_t i = 0; i < more->n; i++)
        DTN_PUSH(&cli->arena, all->items, all->n, all->cap, more->items[i]);
}

/* Numbers in the program for everything that is given, in the order of dtn_future_draw. */
static int number_parameters(dtn_future *future, const dtn_fixed_list *given)
{
    dtn_cli *cli = future->cli;
    future->param_ids = DTN_NEW_N(&cli->arena, uint32_t, future->design.n_param + given->n + 1);
    for (size_t i = 0; i < future->design.n_param; i++)
        future->param_ids[future->n_param++] = future->design.param_ids[i];
    for (size_t i = 0; i < given->n; i++) {
        const uint32_t id = dtn_program_find_parameter(cli->program, given->items[i].key);
        if (id == DTN_NONE) { /* a course of action has a rule for it, or it is a stock */
            dtn_console_error(&cli->console,
                              "'%s' cannot be held at a value: the case has rules "
                              "for it; set a constant of the model instead",
                              given->items[i].key);
            return DTN_EXIT_USAGE;
        }
        future->param_ids[future->n_param++] = id;
    }
    future->streams = DTN_NEW_N(&cli->arena, uint64_t, future->vary.targets.n + 1);
    for (size_t i = 0; i < future->vary.targets.n; i++) {
        const char *key =
            dtn_arena_printf(&cli->arena, "parameter:%s", future->vary.targets.items[i].key);
        future->streams[i] = dtn_hash64(key, strlen(key), 0);
    }
    return 0;
}

static int prepare_case(dtn_future *future)
{
    dtn_cli *cli = future->cli;
    const dtn_program *program = cli->program;
    dtn_status status =
        dtn_design_new(cli->c, program, future->seed, &cli->arena, &future->design, &cli->diags);
    if (status != DTN_OK)
        return dtn_cli_fail(cli, status);
    if (dtn_design_set_view(&future->design, cli->options.view, &cli->arena, &cli->diags) !=
        DTN_OK) {
        dtn_cli_show_diags(cli);
        return DTN_EXIT_USAGE;
    }
    future->decide_step = (uint32_t)dtn_round((cli->c->t_decide - program->start) / program->dt);
    return dtn_cli_profile(cli, "--policy", cli->options.policy, &future->profile);
}

int dtn_future_init(dtn_cli *cli, dtn_future *out)
{
    *out = (dtn_future){.cli = cli, .seed = cli->options.seed, .decide_step = UINT32_MAX};
    dtn_fixed_list given = {0};
    int rc = refuse_case_options(cli);
    if (rc == 0)
        rc = dtn_cli_vary(cli, &out->vary);
    if (rc == 0)
        rc = read_design(cli, out);
    if (rc == 0)
        rc = dtn_cli_sets(cli, &out->sets);
    if (rc != 0)
        return rc;
    append(cli, &given, &out->vary.targets);
    append(cli, &given, &out->file.targets);
    append(cli, &given, &out->sets);
    rc = dtn_cli_compile(cli, &given);
    if (rc == 0 && cli->c != NULL)
        rc = prepare_case(out);
    return rc == 0 ? number_parameters(out, &given) : rc;
}

void dtn_future_draw(void *ctx, uint64_t run0, uint32_t n, double *params)
{
    const dtn_future *future = ctx;
    if (future->design.n_param > 0) {
        dtn_design design = future->design;
        dtn_design_draw(&design, run0, n, params);
    }
    double *row = params + future->design.n_param * n;
    for (size_t i = 0; i < future->vary.targets.n; i++, row += n)
        for (uint32_t k = 0; k < n; k++)
            row[k] =
                dtn_dist_quantile(&future->vary.dists[i],
                                  dtn_uniform(future->seed, future->streams[i], run0 + k, 0, 0));
    const dtn_design_file *file = &future->file;
    for (size_t i = 0; i < file->targets.n; i++, row += n)
        for (uint32_t k = 0; k < n; k++)
            row[k] = file->values[(run0 + k) % file->n_row * file->targets.n + i];
    for (size_t i = 0; i < future->sets.n; i++, row += n)
        for (uint32_t k = 0; k < n; k++)
            row[k] = future->sets.items[i].value;
}

void dtn_future_branch(const dtn_future *future, dtn_block *block)
{
    if (dtn_block_step_index(block) != future->decide_step)
        return;
    const dtn_case *c = future->cli->c;
    for (size_t a = 0; a < c->n_actor; a++)
        if (future->profile.course[a] != DTN_NONE)
            dtn_block_set_overlay(block, c->actors[a].courses[future->profile.course[a]].overlay,
                                  1);
}
