/* Export to C: the functions start(), step() and run().
 *
 * With Euler's method step() holds the equations and the integration; with Runge-Kutta the
 * equations are a function of their own, evaluate(), called for each stage. Held values and delays
 * by whole steps change once a step, from the values of its first stage, as in run/block.c.
 */
#include "compile/export_inner.h"

#include <string.h>

#define OUT(...) dtn_sink_printf(w->out, __VA_ARGS__)
#define PRINT(...) dtn_arena_printf(w->x->arena, __VA_ARGS__)

static void line(const dtn_writer *w, uint32_t depth, const char *s)
{
    dtn_sink_line(w->out, depth, s);
}

static dtn_symbol *symbol_at(const dtn_writer *w, uint32_t slot)
{
    return dtn_export_symbol(w->x, slot);
}

static const char *element(const dtn_writer *w, uint32_t slot)
{
    const dtn_symbol *s = symbol_at(w, slot);
    return dtn_export_element(w->x, s, slot - s->slot, w->has_stages);
}

static const char *whole(const dtn_writer *w, const dtn_symbol *s)
{
    return dtn_export_access(w->x, s, w->has_stages);
}

/* A pointer to n slots. */
static const char *address(const dtn_writer *w, uint32_t slot)
{
    const dtn_symbol *s = symbol_at(w, slot);
    return s->n_dim == 1 && slot == s->slot ? whole(w, s) : PRINT("&%s", element(w, slot));
}

static void copy_row(const dtn_writer *w, uint32_t depth, const char *to, const char *from,
                     uint32_t n)
{
    line(w, depth, PRINT("memcpy(%s, %s, %u * sizeof(double));", to, from, n));
}

/* One slot, or inside a loop over i the i-th of a row of n. */
static const char *each(const dtn_writer *w, uint32_t slot, uint32_t n)
{
    return n == 1 ? element(w, slot) : PRINT("%s[i]", whole(w, symbol_at(w, slot)));
}

static uint32_t open_loop(const dtn_writer *w, uint32_t depth, uint32_t n)
{
    if (n == 1)
        return depth;
    line(w, depth, PRINT("for (uint32_t i = 0; i < %u; i++)", n));
    return depth + 1;
}

/* ---- Memory that changes once a step ----------------------------------------------- */

static bool is_committed(const dtn_writer *w, size_t i)
{
    return symbol_at(w, w->x->p->commits[i].to)->in_step;
}

static bool has_lines(const dtn_writer *w)
{
    for (size_t i = 0; i < w->x->p->n_ring; i++)
        if (w->has_line[i])
            return true;
    return false;
}

static bool has_memory(const dtn_writer *w)
{
    for (size_t i = 0; i < w->x->p->n_commit; i++)
        if (is_committed(w, i))
            return true;
    return has_lines(w);
}

static const char *runtime(const dtn_writer *w, const char *key)
{
    return dtn_export_part_name(w->x, "export_runtime", key);
}

static const char *array_of(const dtn_writer *w, const char *name, uint32_t n)
{
    return n == 1 ? name : PRINT("%s[%u]", name, n);
}

void dtn_export_line_members(const dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    dtn_export_track_members(w);
    for (size_t i = 0; i < p->n_ring; i++)
        if (w->has_line[i])
            OUT("    %s %s;\n", p->rings[i].kind == DTN_RING_FIXED ? "delay_line" : "transit",
                array_of(w, w->line_names[i], w->n_in_line[i]));
}

/* Where stages follow, the first one puts the next values here. */
void dtn_export_memory_type(const dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    if (!w->has_stages || !has_memory(w))
        return;
    OUT("/** Next values of memory, from the first stage of a step. */\ntypedef struct memory {\n");
    for (size_t i = 0; i < p->n_commit; i++)
        if (is_committed(w, i))
            OUT("    double %s;\n",
                array_of(w, symbol_at(w, p->commits[i].to)->name, p->commits[i].n));
    for (size_t i = 0; i < p->n_ring; i++) {
        if (!w->has_line[i])
            continue;
        OUT("    double %s;\n", array_of(w, w->line_names[i], w->n_in_line[i]));
        if (p->rings[i].kind != DTN_RING_FIXED)
            OUT("    double %s;\n",
                array_of(w, PRINT("%s_time", w->line_names[i]), w->n_in_line[i]));
    }
    OUT("} memory;\n\n");
}

static void keep_next(const dtn_writer *w, const char *name, uint32_t slot, uint32_t n)
{
    if (n == 1)
        line(w, 2, PRINT("next->%s = %s;", name, element(w, slot)));
    else
        copy_row(w, 2, PRINT("next->%s", name), address(w, slot), n);
}

static void write_first_stage(const dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    if (!has_memory(w))
        return;
    OUT("    if (next != NULL) {\n");
    for (size_t i = 0; i < p->n_commit; i++)
        if (is_committed(w, i))
            keep_next(w, symbol_at(w, p->commits[i].to)->name, p->commits[i].from, p->commits[i].n);
    for (size_t i = 0; i < p->n_ring; i++) {
        if (!w->has_line[i])
            continue;
        keep_next(w, w->line_names[i], p->rings[i].input_slot, w->n_in_line[i]);
        if (p->rings[i].kind != DTN_RING_FIXED)
            keep_next(w, PRINT("%s_time", w->line_names[i]), p->rings[i].length_slot,
                      w->n_in_line[i]);
    }
    OUT("    }\n");
}

/* Is the source of a commit changed by the step itself? Then it is saved before. */
static bool is_saved_before(const dtn_writer *w, size_t i)
{
    return !w->has_stages && is_committed(w, i) &&
           symbol_at(w, w->x->p->commits[i].from)->home == DTN_HOME_MODEL;
}

static void save_sources(const dtn_writer *w)
{
    for (size_t i = 0; i < w->x->p->n_commit; i++) {
        const dtn_copy *k = &w->x->p->commits[i];
        const char *name = symbol_at(w, k->to)->name;
        if (!is_saved_before(w, i))
            continue;
        if (k->n == 1) {
            line(w, 1, PRINT("const double next_%s = %s;", name, element(w, k->from)));
            continue;
        }
        line(w, 1, PRINT("double next_%s[%u];", name, k->n));
        copy_row(w, 1, PRINT("next_%s", name), address(w, k->from), k->n);
    }
}

static void write_commits(const dtn_writer *w)
{
    for (size_t i = 0; i < w->x->p->n_commit; i++) {
        const dtn_copy *k = &w->x->p->commits[i];
        const char *name = symbol_at(w, k->to)->name;
        if (!is_committed(w, i))
            continue;
        const char *from = w->has_stages           ? PRINT("next.%s", name)
                           : is_saved_before(w, i) ? PRINT("next_%s", name)
                           : k->n == 1             ? element(w, k->from)
                                                   : address(w, k->from);
        if (k->n == 1)
            line(w, 1, PRINT("%s = %s;", element(w, k->to), from));
        else
            copy_row(w, 1, address(w, k->to), from, k->n);
    }
}

static void start_lines(const dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    for (size_t i = 0; i < p->n_ring; i++) {
        const dtn_ring *r = &p->rings[i];
        uint32_t n = w->n_in_line[i];
        if (!w->has_line[i])
            continue;
        bool fixed = r->kind == DTN_RING_FIXED;
        const char *left = fixed ? "" : ", N_STEP > 0 ? N_STEP : 1";
        uint32_t depth = open_loop(w, 1, n);
        line(w, depth,
             PRINT("m->%s%s = %s(%s, TIME_STEP%s, %s);", w->line_names[i], n > 1 ? "[i]" : "",
                   runtime(w, fixed ? "delay_line_new" : "transit_new"), each(w, r->delay_slot, n),
                   left, each(w, r->value_slot, n)));
    }
}

static void turn_lines(const dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    for (size_t i = 0; i < p->n_ring; i++) {
        const dtn_ring *r = &p->rings[i];
        uint32_t n = w->n_in_line[i];
        const char *at = n > 1 ? "[i]" : "", *name = w->line_names[i];
        if (!w->has_line[i])
            continue;
        const char *input =
            w->has_stages ? PRINT("next.%s%s", name, at) : each(w, r->input_slot, n);
        uint32_t depth = open_loop(w, 1, n);
        if (r->kind == DTN_RING_FIXED) {
            line(w, depth,
                 PRINT("%s = %s(&m->%s%s, %s);", each(w, r->value_slot, n),
                       runtime(w, "delay_line_turn"), name, at, input));
            continue;
        }
        bool material = r->kind == DTN_RING_MATERIAL;
        const char *time =
            w->has_stages ? PRINT("next.%s_time%s", name, at) : each(w, r->length_slot, n);
        line(w, depth,
             PRINT("%s = %s(&m->%s%s, %s, %s, TIME_STEP, %s);", each(w, r->value_slot, n),
                   runtime(w, material ? "material_turn" : "information_turn"), name, at, input,
                   time, each(w, material ? r->missing_slot : r->value_slot, n)));
    }
}

static void write_finish(const dtn_writer *w)
{
    if (!has_lines(w) && !dtn_export_has_tracks(w))
        return;
    OUT("static inline void finish(model *m)\n{\n");
    dtn_export_track_finish(w);
    for (size_t i = 0; i < w->x->p->n_ring; i++) {
        if (!w->has_line[i])
            continue;
        const char *at = w->n_in_line[i] > 1 ? "[i]" : "";
        line(w, open_loop(w, 1, w->n_in_line[i]),
             PRINT("free(m->%s%s.values);", w->line_names[i], at));
        if (w->x->p->rings[i].kind != DTN_RING_FIXED)
            line(w, open_loop(w, 1, w->n_in_line[i]),
                 PRINT("free(m->%s%s.stamps);", w->line_names[i], at));
    }
    OUT("}\n\n");
}

/* ---- The start ---------------------------------------------------------------------- */

static void write_start(dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    dtn_sink code = {.arena = w->x->arena};
    dtn_export_code(w->x, &w->start, &code, w->has_stages);
    OUT("/** Constants and initial values. */\n"
        "static inline void start(model *m, const parameters *p, uint64_t seed, uint64_t number)\n"
        "{\n");
    OUT(w->x->has_chance ? "    *m = (model){.chance = {seed, number, 0}};\n"
                         : "    *m = (model){0};\n");
    const dtn_symbol *time = symbol_at(w, p->time_slot);
    const dtn_symbol *step_time = symbol_at(w, p->step_time_slot);
    if (time->in_start || (step_time->in_start && !w->has_stages))
        OUT("    const double time = %s;\n", w->start_time);
    if (step_time->in_start && w->has_stages)
        OUT("    const double step_time = %s;\n", w->start_time);
    if (code.text)
        dtn_sink_text(w->out, code.text);
    start_lines(w);
    dtn_export_track_calls(w, true);
    OUT("}\n\n");
}

/* ---- A step --------------------------------------------------------------------------- */

static void write_row_values(const dtn_writer *w)
{
    const dtn_program *p = w->x->p;
    uint32_t column = 1;
    OUT("    if (row != NULL) {\n        row[0] = time;\n");
    for (uint32_t v = 0; v < p->model->n_var; v++) {
        const dtn_place *place = &p->places[v];
        if (!dtn_export_is_column(p, v))
            continue;
        if (place->n > 1 && !place->defined) {
            copy_row(w, 2, PRINT("&row[%u]", column), address(w, place->slot), place->n);
            column += place->n;
            continue;
        }
        for (uint32_t e = 0; e < place->n; e++)
            if (dtn_export_has_equation(place, e))
                line(w, 2, PRINT("row[%u] = %s;", column++, element(w, place->slot + e)));
    }
    OUT("    }\n");
}

/* Loops over the elements of a stock, at the depth behind them; *subscripts follows its name. */
static uint32_t open_loops(const dtn_writer *w, const dtn_symbol *s, const char **subscripts)
{
    static const char *const names[] = {"i", "j", "k", "l", "i4", "i5", "i6", "i7"};
    *subscripts = "";
    for (uint32_t i = 0; i < s->n_dim; i++) {
        line(w, 1 + i,
             PRINT("for (uint32_t %s = 0; %s < %u; %s++)", names[i], names[i], s->sizes[i],
                   names[i]));
        *subscripts = PRINT("%s[%s]", *subscripts, names[i]);
    }
    return 1 + s->n_dim;
}

static void write_euler(const dtn_writer *w)
{
    for (size_t k = 0; k < w->x->n_symbol; k++) {
        const dtn_symbol *s = &w->x->symbols[k];
        const char *at;
        if (!w->is_integrated[k])
            continue;
        const dtn_symbol *d = symbol_at(w, s->slot - w->x->p->stock0 + w->x->p->deriv0);
        uint32_t depth = open_loops(w, s, &at);
        line(w, depth, PRINT("m->%s%s += %s * %s%s;", s->name, at, w->dt, d->name, at));
    }
}

/* Stocks that are not negative. */
static void write_floors(const dtn_writer *w)
{
    for (size_t i = 0; i < w->x->p->n_floor; i++) {
        const dtn_symbol *s = symbol_at(w, w->x->p->floors[i].from);
        const char *at;
        if (!s || !w->is_integrated[s - w->x->symbols])
            continue;
        uint32_t depth = open_loops(w, s, &at);
        line(
            w, depth,
            PRINT("m->%s%s = m->%s%s < 0 ? 0.0 : m->%s%s;", s->name, at, s->name, at, s->name, at));
    }
}

static void write_step_head(const dtn_writer *w)
{
    OUT("static inline void step(model *m, const parameters *p, uint32_t n, double *row)\n{\n");
    OUT("    const double time = %s;\n", w->step_time);
    if (w->x->p->dt_changes && w->n_stock > 0)
        OUT("    const double dt = n < N_STEP ? %s[n + 1] - %s[n] : TIME_STEP;\n", w->times,
            w->times);
    if (w->x->has_chance)
        OUT("    m->chance.step = n;\n");
}

/* Simultaneous equations are computed again until the guesses agree with what they lead to. */
static bool is_iterated(const dtn_writer *w)
{
    for (size_t i = 0; i < w->x->p->n_iteration; i++)
        if (symbol_at(w, w->x->p->iterations[i].to)->in_step)
            return true;
    return false;
}

static void write_equations(const dtn_writer *w, const char *code)
{
    const dtn_program *p = w->x->p;
    if (is_iterated(w))
        OUT("    uint32_t turn = 0;\nagain:; /* until the guesses agree with what they lead to */\n");
    dtn_sink_text(w->out, code);
    if (!is_iterated(w))
        return;
    OUT("    bool is_settled = true;\n");
    for (size_t i = 0; i < p->n_iteration; i++) {
        const dtn_copy *k = &p->iterations[i];
        if (!symbol_at(w, k->to)->in_step)
            continue;
        uint32_t depth = open_loop(w, 1, k->n);
        line(w, depth,
             PRINT("is_settled = %s(&%s, %s, turn, %d) && is_settled;", runtime(w, "settle"),
                   each(w, k->to, k->n), each(w, k->from, k->n),
                   p->searches ? DTN_MAX_SEARCH : DTN_MAX_ITERATIONS));
    }
    OUT("    if (!is_settled) {\n        turn++;\n        goto again;\n    }\n");
}

static void write_euler_step(dtn_writer *w, const char *code)
{
    OUT("/** Step n: equations, the row of the table if it is asked for, the state after it. */\n");
    write_step_head(w);
    write_equations(w, code);
    write_row_values(w);
    save_sources(w);
    write_euler(w);
    write_floors(w);
    write_commits(w);
    turn_lines(w);
    dtn_export_track_calls(w, false); /* a model that has them is integrated by Euler's method */
    OUT("}\n\n");
}

/* In these STOCKS is the row of stocks, DT the length of a step, MORE the arguments that only the
 * first stage has otherwise. */
static const char rk2_step[] = "    for (uint32_t i = 0; i < N_STOCK; i++) {\n"
                               "        was[i] = m->STOCKS[i];\n"
                               "        m->STOCKS[i] = was[i] + DT * d.all[i];\n"
                               "        sum[i] = d.all[i];\n"
                               "    }\n"
                               "    evaluate(m, p, time + DT, MORE);\n"
                               "    for (uint32_t i = 0; i < N_STOCK; i++)\n"
                               "        m->STOCKS[i] = was[i] + DT / 2 * (sum[i] + d.all[i]);\n";

static const char rk4_step[] = "    for (uint32_t i = 0; i < N_STOCK; i++) {\n"
                               "        was[i] = m->STOCKS[i];\n"
                               "        sum[i] = d.all[i];\n"
                               "        m->STOCKS[i] = was[i] + DT / 2 * d.all[i];\n"
                               "    }\n"
                               "    evaluate(m, p, time + DT / 2, MORE);\n"
                               "    for (uint32_t i = 0; i < N_STOCK; i++) {\n"
                               "        sum[i] += 2 * d.all[i];\n"
                               "        m->STOCKS[i] = was[i] + DT / 2 * d.all[i];\n"
                               "    }\n"
                               "    evaluate(m, p, time + DT / 2, MORE);\n"
                               "    for (uint32_t i = 0; i < N_STOCK; i++) {\n"
                               "        sum[i] += 2 * d.all[i];\n"
                               "        m->STOCKS[i] = was[i] + DT * d.all[i];\n"
                               "    }\n"
                               "    evaluate(m, p, time + DT, MORE);\n"
                               "    for (uint32_t i = 0; i < N_STOCK; i++) {\n"
                               "        sum[i] += d.all[i];\n"
                               "        m->STOCKS[i] = was[i] + DT / 6 * sum[i];\n"
                               "    }\n";

static void write_template(const dtn_writer *w, const char *text, const char *more)
{
    const struct {
        const char *word, *value;
    } words[] = {{"STOCKS", w->stock_row}, {"DT", w->dt}, {"MORE", more}};
    while (*text) {
        size_t k = 0;
        while (k < 3 && strncmp(text, words[k].word, strlen(words[k].word)) != 0)
            k++;
        if (k < 3)
            OUT("%s", words[k].value);
        else
            OUT("%c", *text);
        text += k < 3 ? strlen(words[k].word) : 1;
    }
}

static void write_staged_step(const dtn_writer *w, const char *code)
{
    bool memory = has_memory(w);
    bool step_time = symbol_at(w, w->x->p->step_time_slot)->in_step;
    const char *now = step_time ? "time, " : "";
    OUT("/** The equations at a time and a state: slopes%s\n"
        " *  and, where it is asked for, the row of the table. */\n"
        "static inline void evaluate(%smodel *m, const parameters *p, double time,%s\n"
        "                            slopes *d, %sdouble *row)\n{\n",
        memory ? ", next values of memory" : "", is_iterated(w) ? "" : "const ",
        step_time ? " double step_time," : "", memory ? "memory *next, " : "");
    write_equations(w, code);
    write_row_values(w);
    write_first_stage(w);
    OUT("}\n\n/** Step n: the row of the table if it is asked for, and the state after it. */\n");
    write_step_head(w);
    OUT("    double was[N_STOCK], sum[N_STOCK]; /* stocks at the start; slopes so far */\n"
        "    slopes d;\n%s",
        memory ? "    memory next;\n" : "");
    OUT("    evaluate(m, p, time, %s&d, %srow);\n", now, memory ? "&next, " : "");
    write_template(w, w->x->p->method == DTN_RK2 ? rk2_step : rk4_step,
                   PRINT("%s&d, %sNULL", now, memory ? "NULL, " : ""));
    write_floors(w);
    write_commits(w);
    turn_lines(w);
    OUT("}\n\n");
}

/* ---- A run ------------------------------------------------------------------------------- */

static void write_run(const dtn_writer *w)
{
    const char *saved = w->saved ? PRINT("%s[n] != 0", w->saved) : "n % SAVE_EVERY == 0";
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
        "        const bool has_row = out != NULL ? %s : n == N_STEP;\n"
        "        step(&m, &p, n, has_row ? row : NULL);\n"
        "        if (has_row && out != NULL)\n"
        "            is_finite = write_row(out, row) && is_finite;\n"
        "    }\n%s"
        "    return is_finite;\n"
        "}\n\n",
        saved, has_lines(w) || dtn_export_has_tracks(w) ? "    finish(&m);\n" : "");
}

void dtn_export_functions(dtn_writer *w)
{
    dtn_sink code = {.arena = w->x->arena};
    dtn_sink_text(&code, "");
    dtn_export_code(w->x, &w->step, &code, w->has_stages);
    write_start(w);
    if (w->has_stages)
        write_staged_step(w, code.text);
    else
        write_euler_step(w, code.text);
    write_finish(w);
    write_run(w);
}
