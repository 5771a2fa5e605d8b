/* Export to C: the file, from its opening comment to main().
 *
 *   parts of the engine that the model uses      from its own sources, see tools/export_parts.py
 *   constant arrays and tables
 *   struct parameters, struct model              all that a run is given, all that it remembers
 *   start, step, run                             init section; step section and integration; a run
 *   table and command line                       export_table.inc, export_main.inc
 *
 * Auxiliaries are locals of step(), rows of the table are filled only where they are asked for,
 * and what nothing needs is left out, as in a program written by hand. With Euler's method step()
 * holds the equations and the integration; with Runge-Kutta the equations are a function of their
 * own, evaluate(), called for each stage. Held values and fixed delays change once a step, from
 * the values of its first stage, as in run/block.c.
 *
 * Overlays (courses of action of a case) are left out.
 */
#include "compile/export_c.h"
#include "compile/export_inner.h"

#include <math.h>
#include <string.h>

typedef struct writer {
    dtn_exporter *x;
    dtn_flow start, step;
    dtn_sink *out;
    bool has_stages;      /* Runge-Kutta: the stocks are a row that the stages work on */
    uint32_t n_stock;     /* in that row */
    const char *stock_row;
    bool *is_integrated;  /* [n_symbol] a stock that changes */
    bool *has_delay_line; /* [n_ring] the first ring of a row that is needed */
    uint32_t *n_in_line;  /* [n_ring] how many rings follow it */
    const char **line_names;
    uint32_t n_column;
} writer;

#define OUT(...) dtn_sink_printf(w->out, __VA_ARGS__)
#define PRINT(...) dtn_arena_printf(w->x->arena, __VA_ARGS__)

static dtn_symbol *symbol_at(const writer *w, uint32_t slot) { return dtn_export_symbol(w->x, slot); }

static const char *element(const writer *w, uint32_t slot)
{
    const dtn_symbol *s = symbol_at(w, slot);
    return dtn_export_element(w->x, s, slot - s->slot, w->has_stages);
}

static const char *whole(const writer *w, const dtn_symbol *s)
{
    return dtn_export_access(w->x, s, w->has_stages);
}

static void line(const writer *w, uint32_t depth, const char *s) { dtn_sink_line(w->out, depth, s); }

/* ---- What the table shows ------------------------------------------------------------ */

static bool is_column(const dtn_program *p, uint32_t var)
{
    const dtn_var *v = &p->model->vars[var];
    return p->places[var].slot != DTN_NONE && p->places[var].n > 0 && !v->is_hidden &&
           v->overlay == 0;
}

static bool has_equation(const dtn_place *place, uint32_t e)
{
    return place->defined == NULL || place->defined[e];
}

static const char *element_title(const writer *w, uint32_t var, uint32_t e)
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
static bool need_next(writer *w)
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
    for (size_t i = 0; i < p->n_ring; i++)
        if (p->rings[i].overlay == 0 && symbol_at(w, p->rings[i].value_slot)->in_step &&
            need(symbol_at(w, p->rings[i].input_slot)))
            more = true;
    return more;
}

/* Auxiliaries that the step reads but does not compute first keep their place in the model. */
static void find_remembered(writer *w)
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

static void find_start(writer *w)
{
    const dtn_program *p = w->x->p;
    for (size_t k = 0; k < w->x->n_symbol; k++) {
        dtn_symbol *s = &w->x->symbols[k];
        s->in_start = s->in_start || (s->in_step && s->home == DTN_HOME_MODEL);
    }
    for (size_t i = 0; i < p->n_ring; i++)
        if (p->rings[i].overlay == 0 && symbol_at(w, p->rings[i].value_slot)->in_step)
            symbol_at(w, p->rings[i].delay_slot)->in_start = true;
    dtn_flow_mark(w->x, &w->start, false);
    dtn_flow_prune(&w->start);
    for (size_t k = 0; k < w->x->n_symbol; k++) { /* constants that only the start asks for */
        dtn_symbol *s = &w->x->symbols[k];
        if (s->home == DTN_HOME_MODEL && !s->in_step && s->in_start && s->slot < p->stock0)
            s->home = DTN_HOME_LOCAL;
    }
}

/* Rings of one fixed delay's elements, which stand one after the other. */
static void find_delay_lines(writer *w)
{
    const dtn_program *p = w->x->p;
    for (size_t i = 0, n; i < p->n_ring; i += n) {
        const dtn_ring *r = &p->rings[i];
        const dtn_symbol *value = symbol_at(w, r->value_slot);
        for (n = 1; i + n < p->n_ring && symbol_at(w, p->rings[i + n].value_slot) == value; n++)
            if (p->rings[i + n].delay_slot != r->delay_slot + n ||
                p->rings[i + n].input_slot != r->input_slot + n ||
                p->rings[i + n].value_slot != r->value_slot + n)
                break;
        w->n_in_line[i] = (uint32_t)n;
        w->has_delay_line[i] = r->overlay == 0 && value->in_step;
        if (w->has_delay_line[i])
            w->line_names[i] = dtn_export_identifier(w->x, PRINT("%s line", value->name));
    }
}

static void find_needs(writer *w)
{
    dtn_exporter *x = w->x;
    const dtn_program *p = x->p;
    for (uint32_t v = 0; v < p->model->n_var; v++)
        if (is_column(p, v))
            (void)need(symbol_at(w, p->places[v].slot));
    do
        dtn_flow_mark(x, &w->step, true);
    while (need_next(w));
    dtn_flow_prune(&w->step);
    find_remembered(w);
    find_start(w);
    find_delay_lines(w);
    dtn_flow_fold(x, &w->start);
    dtn_flow_fold(x, &w->step);
    dtn_export_shapes(x, &w->start);
    dtn_export_shapes(x, &w->step);
    for (size_t k = 0; k < x->n_symbol; k++)
        w->n_stock += w->is_integrated[k] ? x->symbols[k].n : 0;
    w->has_stages = p->method != DTN_EULER && w->n_stock > 0;
}

/* ---- Types ------------------------------------------------------------------------------------ */

static void write_member(const writer *w, uint32_t depth, const dtn_symbol *s)
{
    const char *units = s->units && *s->units ? PRINT(", %s", s->units) : "";
    const char *text = dtn_export_comment(w->x, PRINT("%s%s", s->title, units));
    OUT("%*sdouble %s; /* %s */\n", (int)(4 * depth), "", dtn_export_declarator(w->x, s), text);
}

static void write_values(const writer *w, const dtn_symbol *s, const double *values, uint32_t dim)
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

static void write_parameters(const writer *w)
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

static void write_integrated(const writer *w, uint32_t depth, bool slopes)
{
    for (size_t k = 0; k < w->x->n_symbol; k++) {
        const dtn_symbol *s = &w->x->symbols[k];
        if (!w->is_integrated[k])
            continue;
        if (slopes)
            OUT("%*sdouble %s;\n", (int)(4 * depth), "",
                dtn_export_declarator(w->x, symbol_at(w, s->slot - w->x->p->stock0 +
                                                             w->x->p->deriv0)));
        else
            write_member(w, depth, s);
    }
}

static void write_model_type(const writer *w)
{
    const dtn_program *p = w->x->p;
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
        if (s->home != DTN_HOME_MODEL || w->is_integrated[k] || !(s->in_step || s->in_start))
            continue;
        write_member(w, 1, s);
        n++;
    }
    for (size_t i = 0; i < p->n_ring; i++)
        if (w->has_delay_line[i])
            OUT(w->n_in_line[i] > 1 ? "    delay_line %s[%u];\n" : "    delay_line %s;\n",
                w->line_names[i], w->n_in_line[i]);
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

/* ---- Memory that changes once a step --------------------------------------------------------------- */

static bool is_committed(const writer *w, size_t i)
{
    return symbol_at(w, w->x->p->commits[i].to)->in_step;
}

static bool has_memory(const writer *w)
{
    for (size_t i = 0; i < w->x->p->n_commit; i++)
        if (is_committed(w, i))
            return true;
    for (size_t i = 0; i < w->x->p->n_ring; i++)
        if (w->has_delay_line[i])
            return true;
    return false;
}

/* Where stages follow, the first one puts the next values here. */
static void write_memory_type(const writer *w)
{
    const dtn_program *p = w->x->p;
    if (!w->has_stages || !has_memory(w))
        return;
    OUT("/** Next values of memory, from the first stage of a step. */\ntypedef struct memory {\n");
    for (size_t i = 0; i < p->n_commit; i++)
        if (is_committed(w, i))
            OUT(p->commits[i].n > 1 ? "    double %s[%u];\n" : "    double %s;\n",
                symbol_at(w, p->commits[i].to)->name, p->commits[i].n);
    for (size_t i = 0; i < p->n_ring; i++)
        if (w->has_delay_line[i])
            OUT(w->n_in_line[i] > 1 ? "    double %s[%u];\n" : "    double %s;\n",
                w->line_names[i], w->n_in_line[i]);
    OUT("} memory;\n\n");
}

static const char *address(const writer *w, uint32_t slot)
{
    const dtn_symbol *s = symbol_at(w, slot);
    return s->n_dim == 1 && slot == s->slot ? whole(w, s) : PRINT("&%s", element(w, slot));
}

static void copy_row(const writer *w, uint32_t depth, const char *to, const char *from, uint32_t n)
{
    line(w, depth, PRINT("memcpy(%s, %s, %u * sizeof(double));", to, from, n));
}

static void write_first_stage(const writer *w)
{
    const dtn_program *p = w->x->p;
    if (!has_memory(w))
        return;
    OUT("    if (next != NULL) {\n");
    for (size_t i = 0; i < p->n_commit; i++) {
        const dtn_copy *k = &p->commits[i];
        const char *name = symbol_at(w, k->to)->name;
        if (is_committed(w, i) && k->n == 1)
            line(w, 2, PRINT("next->%s = %s;", name, element(w, k->from)));
        else if (is_committed(w, i))
            copy_row(w, 2, PRINT("next->%s", name), address(w, k->from), k->n);
    }
    for (size_t i = 0; i < p->n_ring; i++) {
        if (!w->has_delay_line[i])
            continue;
        if (w->n_in_line[i] == 1)
            line(w, 2, PRINT("next->%s = %s;", w->line_names[i],
                             element(w, p->rings[i].input_slot)));
        else
            copy_row(w, 2, PRINT("next->%s", w->line_names[i]),
                     address(w, p->rings[i].input_slot), w->n_in_line[i]);
    }
    OUT("    }\n");
}

/* Values that the update of stocks or memory would change before they are taken. */
static void save_sources(const writer *w)
{
    const dtn_program *p = w->x->p;
    for (size_t i = 0; i < p->n_commit && !w->has_stages; i++) {
        const dtn_copy *k = &p->commits[i];
        const dtn_symbol *from = symbol_at(w, k->from);
        if (!is_committed(w, i) || from->home != DTN_HOME_MODEL)
            continue;
        line(w, 1, PRINT("double next_%s[%u];", symbol_at(w, k->to)->name, k->n));
        copy_row(w, 1, PRINT("next_%s", symbol_at(w, k->to)->name),
                 from->n_dim ? address(w, k->from) : PRINT("&%s", whole(w, from)), k->n);
    }
}

static void write_commits(const writer *w)
{
    const dtn_program *p = w->x->p;
    for (size_t i = 0; i < p->n_commit; i++) {
        const dtn_copy *k = &p->commits[i];
        const dtn_symbol *to = symbol_at(w, k->to);
        if (!is_committed(w, i))
            continue;
        bool saved = symbol_at(w, k->from)->home == DTN_HOME_MODEL;
        const char *from = w->has_stages ? PRINT("next.%s", to->name)
                           : saved       ? PRINT("next_%s", to->name)
                           : k->n == 1   ? element(w, k->from)
                                         : address(w, k->from);
        if (k->n > 1 || to->n_dim > 0)
            copy_row(w, 1, to->n_dim ? address(w, k->to) : PRINT("&%s", whole(w, to)),
                     k->n == 1 && !(saved && !w->has_stages) ? PRINT("&%s", from) : from, k->n);
        else
            line(w, 1, PRINT("m->%s = %s%s;", to->name, from,
                             saved && !w->has_stages ? "[0]" : ""));
    }
}

static void write_delay_lines(const writer *w)
{
    const dtn_program *p = w->x->p;
    for (size_t i = 0; i < p->n_ring; i++) {
        const char *name = w->line_names[i];
        uint32_t n = w->n_in_line[i];
        if (!w->has_delay_line[i])
            continue;
        const char *turn = dtn_export_part_name(w->x, "export_runtime", "delay_line_turn");
        for (uint32_t e = 0; e < n; e++) {
            const char *own = n > 1 ? PRINT("%s[%u]", name, e) : name;
            const char *input = w->has_stages ? PRINT("next.%s", own)
                                              : element(w, p->rings[i + e].input_slot);
            line(w, 1, PRINT("%s = %s(&m->%s, %s);", element(w, p->rings[i + e].value_slot), turn,
                             own, input));
        }
    }
}

/* ---- Functions -------------------------------------------------------------------------------------------- */

static void write_start(writer *w)
{
    const dtn_program *p = w->x->p;
    dtn_sink code = {.arena = w->x->arena};
    dtn_export_code(w->x, &w->start, &code, w->has_stages);
    OUT("/** Constants and initial values. */\n"
        "static inline void start(model *m, const parameters *p, uint64_t seed, uint64_t number)\n"
        "{\n");
    OUT(w->x->has_chance ? "    *m = (model){.chance = {seed, number, 0}};\n"
                         : "    (void)seed, (void)number;\n    *m = (model){0};\n");
    OUT("    (void)p;\n");
    if (symbol_at(w, p->time_slot)->in_start)
        OUT("    const double time = START_TIME;\n");
    if (code.text)
        dtn_sink_text(w->out, code.text);
    for (size_t i = 0; i < p->n_ring; i++) {
        if (!w->has_delay_line[i])
            continue;
        const char *new = dtn_export_part_name(w->x, "export_runtime", "delay_line_new");
        for (uint32_t e = 0; e < w->n_in_line[i]; e++)
            line(w, 1, PRINT("m->%s%s = %s(%s, TIME_STEP, %s);", w->line_names[i],
                             w->n_in_line[i] > 1 ? PRINT("[%u]", e) : "", new,
                             element(w, p->rings[i + e].delay_slot),
                             element(w, p->rings[i + e].value_slot)));
    }
    OUT("}\n\n");
}

static void write_row_values(const writer *w)
{
    const dtn_program *p = w->x->p;
    uint32_t column = 1;
    OUT("    if (row != NULL) {\n        row[0] = time;\n");
    for (uint32_t v = 0; v < p->model->n_var; v++) {
        const dtn_place *place = &p->places[v];
        if (!is_column(p, v))
            continue;
        if (place->n > 1 && !place->defined) {
            copy_row(w, 2, PRINT("&row[%u]", column), address(w, place->slot), place->n);
            column += place->n;
            continue;
        }
        for (uint32_t e = 0; e < place->n; e++)
            if (has_equation(place, e))
                line(w, 2, PRINT("row[%u] = %s;", column++, element(w, place->slot + e)));
    }
    OUT("    }\n");
}

/* stock += TIME_STEP * slope for each element. */
static void write_euler(const writer *w)
{
    static const char *const names[] = {"i", "j", "k", "l", "i4", "i5", "i6", "i7"};
    for (size_t k = 0; k < w->x->n_symbol; k++) {
        const dtn_symbol *s = &w->x->symbols[k];
        if (!w->is_integrated[k])
            continue;
        const dtn_symbol *d = symbol_at(w, s->slot - w->x->p->stock0 + w->x->p->deriv0);
        const char *subscripts = "";
        for (uint32_t i = 0; i < s->n_dim; i++) {
            line(w, 1 + i, PRINT("for (uint32_t %s = 0; %s < %u; %s++)", names[i], names[i],
                                 s->sizes[i], names[i]));
            subscripts = PRINT("%s[%s]", subscripts, names[i]);
        }
        line(w, 1 + s->n_dim, PRINT("m->%s%s += TIME_STEP * %s%s;", s->name, subscripts, d->name,
                                    subscripts));
    }
}

static void write_euler_step(const writer *w, const char *code)
{
    OUT("/** Step n: the equations, the row of the table if it is asked for, and the state after it.\n"
        " */\n"
        "static inline void step(model *m, const parameters *p, uint32_t n, double *row)\n"
        "{\n    const double time = START_TIME + n * TIME_STEP;\n    (void)p;\n");
    if (w->x->has_chance)
        OUT("    m->chance.step = n;\n");
    OUT("%s", code);
    write_row_values(w);
    save_sources(w);
    write_euler(w);
    write_commits(w);
    write_delay_lines(w);
    OUT("}\n\n");
}

static const char rk2_step[] =
    "    for (uint32_t i = 0; i < N_STOCK; i++) {\n"
    "        was[i] = m->STOCKS[i];\n"
    "        m->STOCKS[i] = was[i] + TIME_STEP * d.all[i];\n"
    "        sum[i] = d.all[i];\n"
    "    }\n"
    "    evaluate(m, p, time + TIME_STEP, &d, NULLS);\n"
    "    for (uint32_t i = 0; i < N_STOCK; i++)\n"
    "        m->STOCKS[i] = was[i] + TIME_STEP / 2 * (sum[i] + d.all[i]);\n";

static const char rk4_step[] =
    "    for (uint32_t i = 0; i < N_STOCK; i++) {\n"
    "        was[i] = m->STOCKS[i];\n"
    "        sum[i] = d.all[i];\n"
    "        m->STOCKS[i] = was[i] + TIME_STEP / 2 * d.all[i];\n"
    "    }\n"
    "    evaluate(m, p, time + TIME_STEP / 2, &d, NULLS);\n"
    "    for (uint32_t i = 0; i < N_STOCK; i++) {\n"
    "        sum[i] += 2 * d.all[i];\n"
    "        m->STOCKS[i] = was[i] + TIME_STEP / 2 * d.all[i];\n"
    "    }\n"
    "    evaluate(m, p, time + TIME_STEP / 2, &d, NULLS);\n"
    "    for (uint32_t i = 0; i < N_STOCK; i++) {\n"
    "        sum[i] += 2 * d.all[i];\n"
    "        m->STOCKS[i] = was[i] + TIME_STEP * d.all[i];\n"
    "    }\n"
    "    evaluate(m, p, time + TIME_STEP, &d, NULLS);\n"
    "    for (uint32_t i = 0; i < N_STOCK; i++) {\n"
    "        sum[i] += d.all[i];\n"
    "        m->STOCKS[i] = was[i] + TIME_STEP / 6 * sum[i];\n"
    "    }\n";

/* A step's text with the names that depend on the model put in. */
static void write_template(const writer *w, const char *text)
{
    for (const char *s = text; *s;) {
        if (strncmp(s, "STOCKS", 6) == 0) {
            OUT("%s", w->stock_row);
            s += 6;
        } else if (strncmp(s, "NULLS", 5) == 0) {
            OUT(has_memory(w) ? "NULL, NULL" : "NULL");
            s += 5;
        } else {
            OUT("%c", *s++);
        }
    }
}

static void write_staged_step(const writer *w, const char *code)
{
    bool memory = has_memory(w);
    OUT("/** The equations at a time and a state: slopes%s and the row of the table, each where it\n"
        " *  is asked for. */\n"
        "static inline void evaluate(const model *m, const parameters *p, double time, slopes *d,\n"
        "                            %sdouble *row)\n{\n    (void)p;\n",
        memory ? ", next values of memory" : "", memory ? "memory *next, " : "");
    OUT("%s", code);
    write_row_values(w);
    write_first_stage(w);
    OUT("}\n\n/** Step n: the row of the table if it is asked for, and the state after it. */\n"
        "static inline void step(model *m, const parameters *p, uint32_t n, double *row)\n"
        "{\n    const double time = START_TIME + n * TIME_STEP;\n"
        "    double was[N_STOCK], sum[N_STOCK]; /* stocks at the start; slopes so far */\n"
        "    slopes d;\n%s", memory ? "    memory next;\n" : "");
    if (w->x->has_chance)
        OUT("    m->chance.step = n;\n");
    OUT("    evaluate(m, p, time, &d, %srow);\n", memory ? "&next, " : "");
    write_template(w, w->x->p->method == DTN_RK2 ? rk2_step : rk4_step);
    write_commits(w);
    write_delay_lines(w);
    OUT("}\n\n");
}

static void write_run(const writer *w)
{
    bool lines = false;
    for (size_t i = 0; i < w->x->p->n_ring; i++)
        lines = lines || w->has_delay_line[i];
    if (lines) {
        OUT("static inline void finish(model *m)\n{\n");
        for (size_t i = 0; i < w->x->p->n_ring; i++)
            for (uint32_t e = 0; w->has_delay_line[i] && e < w->n_in_line[i]; e++)
                OUT("    free(m->%s%s.values);\n", w->line_names[i],
                    w->n_in_line[i] > 1 ? PRINT("[%u]", e) : "");
        OUT("}\n\n");
    }
    OUT("/** One run. With `out` a row is written at each save point, without it only the last row is\n"
        " *  made. Returns whether all that was written is finite. */\n"
        "static bool run(const parameters *given, uint64_t seed, uint64_t number, double *row,\n"
        "                FILE *out)\n"
        "{\n"
        "    const parameters p = *given;\n"
        "    model m;\n"
        "    bool is_finite = true;\n"
        "    start(&m, &p, seed, number);\n"
        "    for (uint32_t n = 0; n <= N_STEP; n++) {\n"
        "        const bool is_saved = out != NULL ? n %% SAVE_EVERY == 0 : n == N_STEP;\n"
        "        step(&m, &p, n, is_saved ? row : NULL);\n"
        "        if (is_saved && out != NULL)\n"
        "            is_finite = write_row(out, row) && is_finite;\n"
        "    }\n%s"
        "    return is_finite;\n"
        "}\n\n", lines ? "    finish(&m);\n" : "");
}

/* ---- The rest of the file ------------------------------------------------------------------------ */

static void write_names(writer *w, dtn_sink *out)
{
    const dtn_program *p = w->x->p;
    w->n_column = 1;
    dtn_sink_printf(out, "static const char *const column_names[N_COLUMN] = {\n    \"time\",\n");
    for (uint32_t v = 0; v < p->model->n_var; v++)
        for (uint32_t e = 0; is_column(p, v) && e < p->places[v].n; e++)
            if (has_equation(&p->places[v], e)) {
                dtn_sink_printf(out, "    %s,\n",
                                dtn_export_string(w->x, element_title(w, v, e)));
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

static void write_head(const writer *w)
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
        " * change the last digits; GCC knows no pragma for it.\n */\n", file, file,
        dtn_export_number(w->x, p->start), p->n_step, dtn_export_number(w->x, p->dt),
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

static void write_parts(const writer *w)
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

static void write_file(writer *w, dtn_sink *file)
{
    dtn_sink functions = {.arena = w->x->arena}, names = {.arena = w->x->arena};
    dtn_sink code = {.arena = w->x->arena};
    if (w->has_stages)
        w->stock_row = dtn_export_identifier(w->x, "stocks");
    w->out = &functions;
    dtn_export_code(w->x, &w->step, &code, w->has_stages);
    write_start(w);
    if (w->has_stages)
        write_staged_step(w, code.text ? code.text : "");
    else
        write_euler_step(w, code.text ? code.text : "");
    write_run(w);
    write_names(w, &names);
    w->out = file;
    write_head(w);
    write_parts(w);
    OUT("/* ---- The model ------------------------------------------------------------------------ */"
        "\n\n%s%s", w->x->data.text ? w->x->data.text : "", w->x->data.text ? "\n" : "");
    write_parameters(w);
    write_model_type(w);
    write_memory_type(w);
    OUT("%s%s", names.text, dtn_export_table);
    OUT("/* ---- A run ---------------------------------------------------------------------------- */"
        "\n\n%s%s", functions.text, dtn_export_main);
}

dtn_status dtn_export_c(const dtn_program *program, dtn_arena *arena, const char *name,
                        const char **out, size_t *n_out, dtn_diags *diags)
{
    const dtn_program *p = program;
    size_t n_error = diags->n_error;
    dtn_exporter *x = DTN_NEW(arena, dtn_exporter);
    *x = (dtn_exporter){.p = p, .arena = arena, .diags = diags, .file_name = name,
                        .data = {.arena = arena}};
    x->needs_part = DTN_NEW_N(arena, bool, dtn_n_export_part + 1);
    for (size_t i = 0; i < p->n_address; i++)
        DTN_PUSH(arena, x->addresses, x->n_address, x->cap_address, p->addresses[i]);
    dtn_export_symbols(x);
    writer *w = DTN_NEW(arena, writer);
    w->x = x;
    dtn_flow_init(x, &w->start, p->init_first, p->init_end);
    dtn_flow_init(x, &w->step, p->step_first, p->step_end);
    w->is_integrated = DTN_NEW_N(arena, bool, x->n_symbol + 1);
    w->has_delay_line = DTN_NEW_N(arena, bool, p->n_ring + 1);
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
