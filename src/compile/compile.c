/* dtn_compile: the parts of the compiler in turn; and the program as an object. */
#include "base/nearest.h"
#include "compile/lowering.h"

#include <math.h>
#include <string.h>

dtn_compile_options dtn_compile_defaults(void)
{
    return (dtn_compile_options){.dt = NAN, .stop = NAN, .saveper = NAN, .method = -1};
}

/* ---- Time ----------------------------------------------------------------- */

/* The control variables of a model say what the run really does. */
static void set_time_parameters(dtn_compiler *c)
{
    const struct {
        const dtn_expr *x;
        double value;
        bool given;
    } control[] = {{c->model->stop, c->options->stop, !isnan(c->options->stop)},
                   {c->model->dt, c->options->dt, !isnan(c->options->dt)},
                   {c->model->saveper, c->options->saveper, !isnan(c->options->saveper)}};
    for (int i = 0; i < 3; i++)
        for (size_t k = 0; k < c->program->n_parameter && control[i].given; k++)
            if (control[i].x && control[i].x->ref == DTN_REF_VAR &&
                c->program->parameters[k].var == control[i].x->id)
                c->program->parameters[k].value = control[i].value;
}

/* ---- Compile ----------------------------------------------------------------- */

/* With the hidden variables of smooths and delays; all later counts of slots fit 32 bits. */
static bool has_room(dtn_compiler *c)
{
    uint64_t n = 0;
    for (size_t i = 0; i < c->n_var; i++)
        n += c->vars[i].n_element;
    if (n <= DTN_MAX_VALUES)
        return true;
    dtn_diags_add(c->diags, 214, (dtn_pos){c->model->path, 0, 0},
                  "make the ranges smaller, or the delays' orders",
                  "the model needs %llu values, those inside of delays and smooths with them; at "
                  "most %u are possible",
                  (unsigned long long)n, DTN_MAX_VALUES);
    return false;
}

static dtn_status compile_into(dtn_compiler *c)
{
    size_t before = c->diags->n_error;
    if (c->model->n_overlay > DTN_MAX_OVERLAYS) {
        dtn_diags_add(c->diags, 507, (dtn_pos){c->model->path, 0, 0},
                      "take some courses of action out of the case",
                      "%zu courses of action; at most %d are possible", c->model->n_overlay,
                      DTN_MAX_OVERLAYS);
        return DTN_E_INPUT;
    }
    if (!dtn_set_time(c))
        return DTN_E_INPUT;
    dtn_add_remarks(c);
    dtn_expand(c);
    if (c->diags->n_error > before || !has_room(c))
        return DTN_E_INPUT;
    dtn_lower(c);
    set_time_parameters(c);
    if (c->program->dt_changes && c->program->n_ring + c->program->n_track > 0)
        dtn_diags_add(c->diags, 211,
                      c->model->dt ? c->model->dt->pos : (dtn_pos){c->model->path, 0, 0},
                      "use a constant time step, or DELAY1, DELAY3 and smooths",
                      "fixed delays, conveyors and queues count steps, and the time step changes");
    return c->diags->n_error > before ? DTN_E_INPUT : DTN_OK;
}

dtn_status dtn_compile(dtn_model *model, const dtn_compile_options *options, dtn_program **out,
                       dtn_diags *diags)
{
    dtn_compile_options defaults = dtn_compile_defaults();
    dtn_arena *arena = dtn_alloc(sizeof *arena);
    if (!arena)
        return DTN_E_MEMORY;
    dtn_arena_init(arena);
    if (DTN_ARENA_GUARD(arena)) {
        dtn_arena_free(arena);
        dtn_free(arena);
        return DTN_E_MEMORY;
    }
    dtn_program *p = DTN_NEW(arena, dtn_program);
    p->model = model;
    p->arena = arena;
    dtn_compiler *c = DTN_NEW(arena, dtn_compiler);
    c->model = model;
    c->options = options ? options : &defaults;
    c->diags = diags;
    c->program = p;
    c->arena = arena;
    dtn_status status = model->is_resolved ? compile_into(c) : DTN_E_INPUT;
    if (status == DTN_OK)
        *out = p;
    else
        dtn_program_delete(p);
    return status;
}

void dtn_program_delete(dtn_program *program)
{
    if (!program)
        return;
    dtn_arena *arena = program->arena;
    dtn_arena_free(arena);
    dtn_free(arena);
}

/* ---- Parameters by name --------------------------------------------------------- */

static bool same_element(const dtn_model *m, const dtn_var *var, uint32_t element, dtn_arena *a,
                         const char *subs, size_t n)
{
    uint32_t rest = element, size = var->n_element;
    for (uint32_t p = 0; p < var->n_dim; p++) {
        const dtn_dim *dim = &m->dims[var->dims[p]];
        const char *comma = memchr(subs, ',', n);
        size_t part = comma ? (size_t)(comma - subs) : n;
        size /= dim->n_element;
        if (strcmp(dtn_name_key(a, subs, part), dim->element_keys[rest / size]) != 0)
            return false;
        rest %= size;
        subs += comma ? part + 1 : part;
        n -= comma ? part + 1 : part;
    }
    return n == 0;
}

static uint32_t find_parameter(const dtn_program *program, const char *name, dtn_arena *arena)
{
    const char *bracket;
    const dtn_var *wanted = dtn_model_find_reference(arena, program->model, name, &bracket);
    const char *end = bracket ? strrchr(bracket, ']') : NULL;
    for (size_t i = 0; i < program->n_parameter; i++) {
        const dtn_parameter *p = &program->parameters[i];
        const dtn_var *var = &program->model->vars[p->var];
        if (var != wanted || (!bracket) != (var->n_dim == 0))
            continue;
        if (!bracket || (end && same_element(program->model, var, p->element, arena, bracket + 1,
                                             (size_t)(end - bracket - 1))))
            return (uint32_t)i;
    }
    return DTN_NONE;
}

uint32_t dtn_program_find_parameter(const dtn_program *program, const char *name)
{
    dtn_arena arena;
    dtn_arena_init(&arena);
    if (DTN_ARENA_GUARD(&arena)) {
        dtn_arena_free(&arena);
        return DTN_NONE;
    }
    uint32_t found = find_parameter(program, name, &arena);
    dtn_arena_free(&arena);
    return found;
}

/* ---- Missing values ------------------------------------------------------------------ */

double dtn_program_missing_from(const dtn_program *program, uint32_t var)
{
    const bool changes = !program->places[var].is_constant;
    return program->makes_missing && changes ? DTN_VENSIM_NA_REACH : (double)INFINITY;
}

/* ---- Listing ---------------------------------------------------------------------- */

static const char *operand_text(dtn_program *p, dtn_operand o)
{
    if (!(o & DTN_OPERAND_INDEXED))
        return dtn_arena_printf(p->arena, "%u", o);
    const dtn_address *a = &p->addresses[o & ~DTN_OPERAND_INDEXED];
    const char *text = dtn_arena_printf(p->arena, "%u", a->base);
    for (uint32_t i = 0; i < a->n_index; i++)
        text = dtn_arena_printf(p->arena, "%s+%d*%s%u", text, a->index[i].stride,
                                a->index[i].map ? "map" : "i", a->index[i].loop);
    return text;
}

const char *dtn_program_print(dtn_program *program)
{
    static const char *const names[] = {
#define DTN_INS(name, n, text) #name,
#include "compile/opcodes.def"
#undef DTN_INS
    };
    dtn_program *p = program;
    const char *out = dtn_arena_printf(
        p->arena,
        "slots %u: literals 0, parameters %u, constants %u, stocks %u, held %u, derivatives %u, "
        "auxiliaries %u, temporaries %u\ninit %u..%u step %u..%u\n",
        p->n_slot, p->parameter0, p->constant0, p->stock0, p->held0, p->deriv0, p->aux0, p->temp0,
        p->init_first, p->init_end, p->step_first, p->step_end);
    for (size_t i = 0; i < p->n_ins; i++) {
        const dtn_ins *x = &p->ins[i];
        out = dtn_arena_printf(p->arena, "%s%5zu %-12s %s %s %s %s  ; %s\n", out, i, names[x->op],
                               operand_text(p, x->dst), operand_text(p, x->a),
                               operand_text(p, x->b), operand_text(p, x->c),
                               x->var == DTN_NONE ? "" : p->model->vars[x->var].name);
    }
    return out;
}
