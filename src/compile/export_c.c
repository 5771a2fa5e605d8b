/* Export to C: the file, from its opening comment to main().
 *
 *   parts of the engine that the model uses      from its own sources, see tools/export_parts.py
 *   constant arrays and tables
 *   struct parameters, struct model              all that a run is given, all that it remembers
 *   start, step, run                             see export_step.c
 *   table and command line                       export_table.inc, export_main.inc
 *
 * Auxiliaries are locals of step(), rows of the table are filled only where they are asked for,
 * and what nothing needs is left out, as in a program written by hand.
 *
 * Overlays (courses of action of a case) are left out.
 */
#include "compile/export_c.h"
#include "compile/export_inner.h"

#include <math.h>
#include <string.h>

#define OUT(...) dtn_sink_printf(w->out, __VA_ARGS__)
#define PRINT(...) dtn_arena_printf(w->x->arena, __VA_ARGS__)

static dtn_symbol *symbol_at(const dtn_writer *w, uint32_t slot)
{
    return dtn_export_symbol(w->x, slot);
}

/* ---- What the table shows ------------------------------------------------------------ */

bool dtn_export_is_column(const dtn_program *p, uint32_t var)
{
    const dtn_var *v = &p->model->vars[var];
    return p->places[var].slot != DTN_NONE && p->places[var].n > 0 && !v->is_hidden &&
           v->overlay == 0;
}

static const char *element_title(const dtn_writer *w, uint32_t var, uint32_t e)
{
    const dtn_model *m = w->x->p->model;
    const dtn_var *v = &m->vars[var];
    const char *subscripts = "";
    for (uint32_t d = v->n_dim, rest = e; d-- > 0;) {
        const dtn_dim *dim = &m->dims[v->dims[d]];
        subscripts = PRINT("%s%s%s", dim->elements[rest % dim->n_element], *subscripts ? "," : "",
                           subscripts);
        rest /= dim->n_element;
    }
    return v->n_dim ? PRINT("%s[%s]", v->name, subscripts) : v->name;
}

/* ---- What is needed --------------------------------------------------------------------- */

static bool need(dtn_symbol *s)
{
    bool is_new = s && !s->in_step;
    if (s)
        s->in_step = true;
    return is_new;
}

/* What the next step needs of the things that this step needs: slopes, next values, inputs. */
static bool need_next(dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    bool more = false;
    for (uint32_t slot = p->stock0; slot < p->held0; slot++) {
        const dtn_symbol *s = symbol_at(w, slot);
        if (s && s->in_step && need(symbol_at(w, slot - p->stock0 + p->deriv0)))
            more = true;
    }
    for (size_t i = 0; i < p->n_commit; i++)
        if (symbol_at(w, p->commits[i].to)->in_step && need(symbol_at(w, p->commits[i].from)))
            more = true;
    for (size_t i = 0; i < p->n_iteration; i++)
        if (symbol_at(w, p->iterations[i].to)->in_step && need(symbol_at(w, p->iterations[i].from)))
            more = true;
    for (size_t i = 0; i < p->n_ring; i++) {
        const dtn_ring *r = &p->rings[i];
        if (r->overlay != 0 || !symbol_at(w, r->value_slot)->in_step)
            continue;
        more = need(symbol_at(w, r->input_slot)) || more;
        if (r->kind != DTN_RING_FIXED)
            more = need(symbol_at(w, r->length_slot)) || more;
        if (r->kind == DTN_RING_MATERIAL)
            more = need(symbol_at(w, r->missing_slot)) || more;
    }
    more = dtn_export_track_needs(w) || more;
    return more;
}

/* Auxiliaries that the step reads but does not compute first keep their place in the model. */
static void find_remembered(dtn_writer *w)
{
    dtn_exporter *x = w->x;
    bool *is_written = DTN_NEW_N(x->arena, bool, x->n_symbol + 1);
    for (uint32_t i = 0; i < w->step.n; i++) {
        const dtn_ins *ins = &w->step.ins[i];
        if (!w->step.is_live[i] || dtn_export_is_control(ins))
            continue;
        for (uint32_t r = 0; r < DTN_N_READ; r++) {
            if (!(dtn_export_reads(ins) >> r & 1))
                continue;
            dtn_symbol *s = dtn_export_symbol(x, dtn_export_operand(ins, r));
            if (s && s->home == DTN_HOME_LOCAL && !is_written[s - x->symbols])
                s->home = DTN_HOME_MODEL;
        }
        const dtn_symbol *to = dtn_export_symbol(x, ins->dst);
        if (to && w->step.web_of_write[i] == DTN_NONE)
            is_written[to - x->symbols] = true;
    }
    for (size_t k = 0; k < x->n_symbol; k++) {
        dtn_symbol *s = &x->symbols[k];
        if (s->in_step && s->home == DTN_HOME_LOCAL && !is_written[k])
            s->home = DTN_HOME_MODEL;
        uint32_t stock = s->slot - x->p->deriv0 + x->p->stock0;
        if (s->in_step && s->home == DTN_HOME_SLOPE && is_written[k])
            w->is_integrated[symbol_at(w, stock) - x->symbols] = true;
    }
}

static void find_start(dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    for (size_t k = 0; k < w->x->n_symbol; k++) {
        dtn_symbol *s = &w->x->symbols[k];
        s->in_start = s->in_start || (s->in_step && s->home == DTN_HOME_MODEL);
    }
    for (size_t i = 0; i < p->n_ring; i++)
        if (p->rings[i].overlay == 0 && symbol_at(w, p->rings[i].value_slot)->in_step)
            symbol_at(w, p->rings[i].delay_slot)->in_start = true;
    dtn_export_track_starts(w);
    dtn_flow_mark(w->x, &w->start, false);
    dtn_flow_prune(&w->start);
    for (size_t k = 0; k < w->x->n_symbol; k++) { /* constants that only the start asks for */
        dtn_symbol *s = &w->x->symbols[k];
        if (s->home == DTN_HOME_MODEL && !s->in_step && s->in_start && s->slot < p->stock0)
            s->home = DTN_HOME_LOCAL;
    }
}

/* Elements that the loops around an instruction reach. */
static uint32_t reach_of(const dtn_flow *f, uint32_t i)
{
    uint32_t n = 1;
    for (uint32_t s = f->span_of[i]; s != 0; s = f->spans[s].parent)
        n *= f->spans[s].count;
    return n;
}

/* Constants that the compiler took out of the time loop and that are numbers go back. */
static void find_numbers(dtn_writer *w)
{
    dtn_exporter *x = w->x;
    dtn_flow *f = &w->start;
    for (uint32_t i = 0; i < f->n; i++) {
        const dtn_ins *ins = &f->ins[i];
        dtn_symbol *s = dtn_export_is_control(ins) ? NULL : dtn_export_symbol(x, ins->dst);
        bool is_number =
            (ins->op == DTN_I_COPY || ins->op == DTN_I_NEG) && ins->a < x->p->parameter0;
        if (!f->is_live[i] || !is_number || !s || s->var != DTN_NONE || s->slot < x->p->constant0 ||
            s->slot >= x->p->stock0 || reach_of(f, i) != s->n)
            continue;
        double value = x->p->literals[ins->a];
        s->constant = dtn_export_number(x, ins->op == DTN_I_NEG ? -value : value);
        f->is_live[i] = false;
        for (uint32_t k = f->span_of[i]; k != 0; k = f->spans[k].parent)
            f->spans[k].n_live--;
    }
}

/* Rings of one fixed delay's elements, which stand one after the other. */
static void find_delay_lines(dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    for (size_t i = 0, n; i < p->n_ring; i += n) {
        const dtn_ring *r = &p->rings[i];
        const dtn_symbol *value = symbol_at(w, r->value_slot);
        for (n = 1; i + n < p->n_ring && symbol_at(w, p->rings[i + n].value_slot) == value; n++)
            if (p->rings[i + n].delay_slot != r->delay_slot + n ||
                p->rings[i + n].input_slot != r->input_slot + n ||
                p->rings[i + n].length_slot != r->length_slot + n ||
                p->rings[i + n].missing_slot != r->missing_slot + n ||
                p->rings[i + n].value_slot != r->value_slot + n)
                break;
        w->n_in_line[i] = (uint32_t)n;
        w->has_line[i] = r->overlay == 0 && value->in_step;
        if (w->has_line[i])
            w->line_names[i] = dtn_export_identifier(w->x, PRINT("%s line", value->name));
    }
}

static void find_needs(dtn_writer *w)
{
    dtn_exporter *x = w->x;
    const dtn_program *p = x->p;
    for (uint32_t v = 0; v < p->model->n_var; v++)
        if (dtn_export_is_column(p, v))
            (void)need(symbol_at(w, p->places[v].slot));
    do
        dtn_flow_mark(x, &w->step, true);
    while (need_next(w));
    dtn_flow_prune(&w->step);
    find_remembered(w);
    find_start(w);
    find_numbers(w);
    find_delay_lines(w);
    dtn_flow_fold(x, &w->start);
    dtn_flow_fold(x, &w->step);
    dtn_export_shapes(x, &w->start);
    dtn_export_shapes(x, &w->step);
    dtn_export_pair_shapes(x);
    for (size_t k = 0; k < x->n_symbol; k++)
        w->n_stock += w->is_integrated[k] ? x->symbols[k].n : 0;
    w->has_stages = p->method != DTN_EULER && w->n_stock > 0;
    if (!w->has_stages)
        symbol_at(w, p->step_time_slot)->name = "time";
}

/* ---- Types ------------------------------------------------------------------------------------ */

static void write_member(const dtn_writer *w, uint32_t depth, const dtn_symbol *s)
{
    const char *units = s->units && *s->units ? PRINT(", %s", s->units) : "";
    const char *text = dtn_export_comment(w->x, PRINT("%s%s", s->title, units));
    OUT("%*sdouble %s; /* %s */\n", (int)(4 * depth), "", dtn_export_declarator(w->x, s), text);
}

static void write_values(const dtn_writer *w, const dtn_symbol *s, const double *values,
                         uint32_t dim)
{
    size_t n = 1;
    if (dim == s->n_dim) {
        OUT("%s", dtn_export_number(w->x, *values));
        return;
    }
    for (uint32_t d = dim + 1; d < s->n_dim; d++)
        n *= s->sizes[d];
    for (uint32_t i = 0; i < s->sizes[dim]; i++) {
        OUT("%s", i ? ", " : "{");
        write_values(w, s, values + i * n, dim + 1);
    }
    OUT("}");
}

static void write_parameters(const dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    double *values = DTN_NEW_N(w->x->arena, double, p->constant0 - p->parameter0 + 1);
    uint32_t n = 0;
    for (size_t i = 0; i < p->n_parameter; i++)
        values[p->parameters[i].slot - p->parameter0] = p->parameters[i].value;
    OUT("/** What a run is given. */\ntypedef struct parameters {\n");
    for (size_t k = 0; k < w->x->n_symbol; k++)
        if (w->x->symbols[k].home == DTN_HOME_PARAMETER) {
            write_member(w, 1, &w->x->symbols[k]);
            n++;
        }
    OUT("%s} parameters;\n\nstatic const parameters model_parameters = {\n",
        n ? "" : "    double none; /* the model has no parameters */\n");
    for (size_t k = 0; k < w->x->n_symbol; k++) {
        const dtn_symbol *s = &w->x->symbols[k];
        if (s->home != DTN_HOME_PARAMETER)
            continue;
        OUT("    .%s = ", s->name);
        write_values(w, s, values + (s->slot - p->parameter0), 0);
        OUT(",\n");
    }
    OUT("%s};\n\n", n ? "" : "    .none = 0.0,\n");
}

static void write_integrated(const dtn_writer *w, uint32_t depth, bool slopes)
{
    for (size_t k = 0; k < w->x->n_symbol; k++) {
        const dtn_symbol *s = &w->x->symbols[k];
        if (!w->is_integrated[k])
            continue;
        if (slopes)
            OUT("%*sdouble %s;\n", (int)(4 * depth), "",
                dtn_export_declarator(w->x,
                                      symbol_at(w, s->slot - w->x->p->stock0 + w->x->p->deriv0)));
        else
            write_member(w, depth, s);
    }
}

static void write_model_type(const dtn_writer *w)
{
    uint32_t n = w->n_stock;
    OUT("/** What a run remembers from step to step. */\ntypedef struct model {\n");
    if (w->has_stages) {
        OUT("    union { /* stocks */\n        struct {\n");
        write_integrated(w, 3, false);
        OUT("        };\n        double %s[N_STOCK];\n    };\n", w->stock_row);
    } else {
        write_integrated(w, 1, false);
    }
    for (size_t k = 0; k < w->x->n_symbol; k++) {
        const dtn_symbol *s = &w->x->symbols[k];
        if (s->home != DTN_HOME_MODEL || s->constant || w->is_integrated[k] ||
            !(s->in_step || s->in_start))
            continue;
        write_member(w, 1, s);
        n++;
    }
    dtn_export_line_members(w);
    if (w->x->has_chance)
        OUT("    chance chance;\n");
    else if (n == 0)
        OUT("    double none; /* nothing */\n");
    OUT("} model;\n\n");
    if (!w->has_stages)
        return;
    OUT("typedef union slopes { /* of the stocks, in the same order */\n    struct {\n");
    write_integrated(w, 2, true);
    OUT("    };\n    double all[N_STOCK];\n} slopes;\n\n");
}

/* ---- The rest of the file ------------------------------------------------------------------------ */

static void write_names(dtn_writer *w, dtn_sink *out)
{
    const dtn_program *p = w->x->p;
    w->n_column = 1;
    dtn_sink_printf(out, "static const char *const column_names[N_COLUMN] = {\n    \"time\",\n");
    for (uint32_t v = 0; v < p->model->n_var; v++)
        for (uint32_t e = 0; dtn_export_is_column(p, v) && e < p->places[v].n; e++)
            if (dtn_export_has_equation(&p->places[v], e)) {
                dtn_sink_printf(out, "    %s,\n", dtn_export_string(w->x, element_title(w, v, e)));
                w->n_column++;
            }
    dtn_sink_printf(out, "};\n\n/** What -p can set. */\nstatic const struct {\n"
                         "    const char *name;\n    size_t offset;\n} parameter_names[] = {\n");
    for (size_t i = 0; i < p->n_parameter; i++) {
        const dtn_parameter *k = &p->parameters[i];
        const dtn_symbol *s = symbol_at(w, k->slot);
        if (p->model->vars[k->var].is_control || p->model->vars[k->var].is_hidden)
            continue;
        dtn_sink_printf(out, "    {%s, offsetof(parameters, %s)},\n",
                        dtn_export_string(w->x, element_title(w, k->var, k->element)),
                        dtn_export_element(w->x, s, k->slot - s->slot, false) + strlen("p->"));
    }
    dtn_sink_printf(out, "    {NULL, 0},\n};\n\n");
}

static void write_head(const dtn_writer *w)
{
    static const char *const methods[] = {"Euler", "second-order Runge-Kutta (Heun)",
                                          "fourth-order Runge-Kutta"};
    const dtn_program *p = w->x->p;
    const char *file = dtn_export_comment(w->x, w->x->file_name);
    const char *units = p->model->time_units ? p->model->time_units : "";
    OUT("/* %s: a simulation model as a program of its own, written by `detente convert`.\n *\n"
        " *   cc -O3 -ffp-contract=off -o model %s -lm\n"
        " *   ./model > table.csv        ./model --help\n *\n"
        " * It needs libc and libm only and prints the table that `detente simulate` prints. start()\n"
        " * holds the initial values, step() the equations, in the order in which they are computed.\n"
        " * Time goes from %s in %u steps of %s%s%s; %s integration.\n"
        " * -ffp-contract=off keeps compilers from fusing a * b + c into one rounding, which would\n"
        " * change the last digits; GCC knows no pragma for it.\n */\n",
        file, file, dtn_export_number(w->x, p->start), p->n_step, dtn_export_number(w->x, p->dt),
        *units ? " " : "", dtn_export_comment(w->x, units), methods[p->method]);
    OUT("#include <ctype.h>\n#include <float.h>\n#include <inttypes.h>\n#include <math.h>\n"
        "#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\n"
        "#include <stdlib.h>\n#include <string.h>\n#include <time.h>\n\n"
        "#if !defined(__GNUC__) || defined(__clang__)\n#pragma STDC FP_CONTRACT OFF\n#endif\n\n");
    OUT("#define PROGRAM_NAME %s\n#define START_TIME %s\n#define TIME_STEP %s\n",
        dtn_export_string(w->x, w->x->file_name), dtn_export_number(w->x, p->start),
        dtn_export_number(w->x, p->dt));
    OUT("enum { N_STEP = %u, SAVE_EVERY = %u, N_COLUMN = %u", p->n_step, p->save_every,
        w->n_column);
    if (w->has_stages)
        OUT(", N_STOCK = %u", w->n_stock);
    OUT(" };\n\n");
}

/* Times and save points of a run whose time step or save interval changes. */
static void write_course(dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    w->dt = p->dt_changes ? "dt" : "TIME_STEP";
    w->start_time = "START_TIME";
    w->step_time = "START_TIME + n * TIME_STEP";
    if (!p->times)
        return;
    uint32_t *saved = DTN_NEW_N(w->x->arena, uint32_t, (size_t)p->n_step + 1);
    for (uint32_t i = 0; i <= p->n_step; i++)
        saved[i] = p->saved[i];
    w->times = dtn_export_doubles(w->x, "times", p->times, (size_t)p->n_step + 1);
    w->saved = dtn_export_indices(w->x, "is saved", saved, (size_t)p->n_step + 1);
    w->step_time = PRINT("%s[n]", w->times);
}

static void write_parts(const dtn_writer *w)
{
    bool any = false;
    for (size_t i = 0; i < dtn_n_export_part; i++) {
        if (!w->x->needs_part[i])
            continue;
        if (!any)
            OUT("/* ---- Functions "
                "-------------------------------------------------------------------- */\n\n");
        any = true;
        OUT("%s\n", dtn_export_parts[i].text);
    }
}

static void write_file(dtn_writer *w, dtn_sink *file)
{
    dtn_sink functions = {.arena = w->x->arena}, names = {.arena = w->x->arena};
    if (w->has_stages)
        w->stock_row = dtn_export_identifier(w->x, "stocks");
    write_course(w);
    w->out = &functions;
    dtn_export_functions(w);
    write_names(w, &names);
    w->out = file;
    write_head(w);
    write_parts(w);
    OUT("/* ---- The model ------------------------------------------------------------------------ */"
        "\n\n");
    if (w->x->data.text)
        OUT("%s\n", w->x->data.text);
    write_parameters(w);
    write_model_type(w);
    dtn_export_memory_type(w);
    dtn_sink_text(file, names.text);
    dtn_sink_text(file, dtn_export_table);
    OUT("/* ---- A run ---------------------------------------------------------------------------- */"
        "\n\n");
    dtn_sink_text(file, functions.text);
    dtn_sink_text(file, dtn_export_main);
}

dtn_status dtn_export_c(const dtn_program *program, dtn_arena *arena, const char *name,
                        const char **out, size_t *n_out, dtn_diags *diags)
{
    const dtn_program *p = program;
    size_t n_error = diags->n_error;
    dtn_exporter *x = DTN_NEW(arena, dtn_exporter);
    *x = (dtn_exporter){
        .p = p, .arena = arena, .diags = diags, .file_name = name, .data = {.arena = arena}};
    x->needs_part = DTN_NEW_N(arena, bool, dtn_n_export_part + 1);
    for (size_t i = 0; i < p->n_address; i++)
        DTN_PUSH(arena, x->addresses, x->n_address, x->cap_address, p->addresses[i]);
    dtn_export_symbols(x);
    dtn_export_find_tables(x);
    dtn_writer *w = DTN_NEW(arena, dtn_writer);
    w->x = x;
    dtn_flow_init(x, &w->start, p->init_first, p->init_end);
    dtn_flow_init(x, &w->step, p->step_first, p->step_end);
    w->is_integrated = DTN_NEW_N(arena, bool, x->n_symbol + 1);
    w->has_line = DTN_NEW_N(arena, bool, p->n_ring + 1);
    w->n_in_line = DTN_NEW_N(arena, uint32_t, p->n_ring + 1);
    w->line_names = DTN_NEW_N(arena, const char *, p->n_ring + 1);
    find_needs(w);
    dtn_sink file = {.arena = arena};
    write_file(w, &file);
    if (diags->n_error > n_error)
        return DTN_E_INPUT;
    *out = file.text;
    *n_out = file.n;
    return DTN_OK;
}
