/* Layout: slots of variables at the start of lowering, parameters, and final places at the end.
 *
 * When all sizes are known, every operand moves from "category, number" to the layout of
 * program.h, and the tables that a block needs (places, commits, rings) are written.
 */
#include "compile/lowerer.h"

#include <math.h>
#include <string.h>

/* ---- Parameters ------------------------------------------------------------------------------- */

static void parameter_values(dtn_lowerer *L, const dtn_cvar *v, dtn_parameter *out)
{
    for (size_t k = 0; k < v->n_eqn; k++) {
        const dtn_ceqn *eqn = v->eqns[k];
        size_t total = 1;
        for (uint32_t l = 0; l < eqn->n_loop; l++)
            total *= eqn->full[l];
        if (eqn->expr && eqn->expr->kind == DTN_X_ARRAY)
            (void)dtn_check_numbers(L, eqn, eqn->expr);
        for (size_t i = 0; i < total; i++) {
            const uint32_t at = dtn_ceqn_element(eqn, NULL, eqn->full, i);
            out[at].value = dtn_number_of(eqn->expr, i);
        }
    }
}

/* Is the variable, or an element of it, among those that will be given? */
static bool is_given(const dtn_compile_options *o, const dtn_var *var)
{
    const size_t n = strlen(var->key);
    bool any = false;
    for (size_t i = 0; i < o->n_parameter && !any; i++)
        any = strncmp(o->parameters[i], var->key, n) == 0 &&
              (o->parameters[i][n] == '\0' || o->parameters[i][n] == '[');
    return any;
}

void dtn_add_parameters(dtn_lowerer *L)
{
    const dtn_compile_options *o = L->c->options;
    dtn_program *p = L->p;
    size_t n = L->n_cat[DTN_CAT_PARAM], k = 0;
    p->parameters = DTN_NEW_N(L->arena, dtn_parameter, n + 1);
    p->n_parameter = n;
    for (uint32_t i = 0; i < L->c->model->n_var; i++) {
        const dtn_cvar *v = &L->c->vars[i];
        if (v->cat != DTN_CAT_PARAM)
            continue;
        const bool is_held = o->holds_others && !is_given(o, &L->c->model->vars[i]);
        for (uint32_t e = 0; e < v->n_element; e++)
            p->parameters[k + e] = (dtn_parameter){i, e, v->slot + e, NAN, is_held};
        parameter_values(L, v, &p->parameters[k]);
        k += v->n_element;
    }
    for (size_t i = L->c->model->n_var; i < L->c->n_var; i++) { /* elements of what is computed */
        const dtn_cvar *v = &L->c->vars[i];
        if (v->cat == DTN_CAT_PARAM)
            p->parameters[k++] = (dtn_parameter){v->owner, v->held_element, v->slot,
                                                 dtn_number_of(v->eqns[0]->expr, 0), false};
    }
}

/* ---- Layout --------------------------------------------------------------------------------------- */

void dtn_give_slots(dtn_lowerer *L)
{
    L->n_cat[DTN_CAT_AUX] = 2; /* the time, and the time of the step */
    for (size_t i = 0; i < L->c->n_var; i++) {
        dtn_cvar *v = &L->c->vars[i];
        if (v->is_lookup || v->is_string)
            continue;
        v->slot = L->n_cat[v->cat];
        L->n_cat[v->cat] += v->n_element;
    }
    L->n_cat[DTN_CAT_DERIV] = L->n_cat[DTN_CAT_STOCK];
}

static uint32_t moved(const uint32_t base[DTN_N_CAT], uint32_t operand)
{
    return base[operand >> DTN_CAT_SHIFT] + (operand & DTN_CAT_MASK);
}

static void move_operand(const uint32_t base[DTN_N_CAT], dtn_operand *o)
{
    if (!(*o & DTN_OPERAND_INDEXED))
        *o = moved(base, *o);
}

static void move_instruction(const uint32_t base[DTN_N_CAT], dtn_ins *ins)
{
    static const uint8_t n_operand[] = {
#define DTN_INS(name, n, text) n,
#include "compile/opcodes.def"
#undef DTN_INS
    };
    uint32_t n = n_operand[ins->op];
    bool table = ins->op == DTN_I_LOOKUP || ins->op == DTN_I_DATA || ins->op == DTN_I_DATA_FIGURE;
    bool stream = ins->op == DTN_I_DRAW || ins->op == DTN_I_DRAW_SUM ||
                  ins->op == DTN_I_DRAW_WIDE || ins->op == DTN_I_UNIFORM;
    if (ins->op == DTN_I_SKIP_UNLESS)
        move_operand(base, &ins->a);
    if (n > 0)
        move_operand(base, &ins->dst);
    if (n > 1 && !stream)
        move_operand(base, &ins->a);
    if (n > 2 && !table)
        move_operand(base, &ins->b);
    if (n > 3)
        move_operand(base, &ins->c);
}

static const uint8_t *defined_elements(dtn_lowerer *L, const dtn_cvar *v)
{
    uint8_t *mask = DTN_NEW_N(L->arena, uint8_t, v->n_element);
    uint32_t n = 0;
    for (size_t k = 0; k < v->n_eqn; k++) {
        const dtn_ceqn *eqn = v->eqns[k];
        size_t total = 1;
        for (uint32_t l = 0; l < eqn->n_loop; l++)
            total *= eqn->count[l];
        for (size_t i = 0; i < total; i++) {
            const uint32_t at = dtn_ceqn_element(eqn, eqn->first, eqn->count, i);
            n += !mask[at];
            mask[at] = 1;
        }
    }
    return n == v->n_element ? NULL : mask;
}

static void place_variables(dtn_lowerer *L, const uint32_t base[DTN_N_CAT])
{
    dtn_program *p = L->p;
    size_t n = L->c->model->n_var;
    p->places = DTN_NEW_N(L->arena, dtn_place, n + 1);
    for (size_t i = 0; i < n; i++) {
        const dtn_cvar *v = &L->c->vars[i];
        bool none = v->is_lookup || v->is_string;
        p->places[i].n = v->n_element;
        p->places[i].slot = none ? DTN_NONE : moved(base, slot(v->cat, v->slot));
        p->places[i].is_constant = v->cat == DTN_CAT_PARAM || v->cat == DTN_CAT_CONST;
        if (!none && v->n_element > 1)
            p->places[i].defined = defined_elements(L, v);
    }
    p->n_hidden = L->c->n_var - n;
    p->hidden = DTN_NEW_N(L->arena, dtn_hidden, p->n_hidden + 1);
    for (size_t i = n; i < L->c->n_var; i++) {
        const dtn_cvar *v = &L->c->vars[i];
        p->hidden[i - n] = (dtn_hidden){v->name, moved(base, slot(v->cat, v->slot)), v->n_element};
    }
}

static void place_floors(dtn_lowerer *L, const uint32_t base[DTN_N_CAT])
{
    dtn_program *p = L->p;
    size_t cap = 0;
    for (size_t i = 0; i < L->c->model->n_var; i++) {
        const dtn_cvar *v = &L->c->vars[i];
        dtn_copy floor = {moved(base, slot(v->cat, v->slot)), 0, v->n_element};
        if (v->cat == DTN_CAT_STOCK && L->c->model->vars[i].non_negative)
            DTN_PUSH(L->arena, p->floors, p->n_floor, cap, floor);
    }
}

static void place_memory(dtn_lowerer *L, const uint32_t base[DTN_N_CAT])
{
    dtn_program *p = L->p;
    size_t cap_commit = 0, cap_ring = 0, n_template = p->n_ring;
    dtn_ring *templates = p->rings;
    for (size_t i = 0; i < L->c->n_var; i++) {
        const dtn_cvar *v = &L->c->vars[i];
        if (v->next == DTN_NONE)
            continue;
        const dtn_cvar *next = &L->c->vars[v->next];
        dtn_copy copy = {moved(base, slot(next->cat, next->slot)),
                         moved(base, slot(v->cat, v->slot)), v->n_element};
        DTN_PUSH(L->arena, p->commits, p->n_commit, cap_commit, copy);
    }
    p->rings = NULL;
    p->n_ring = 0;
    for (size_t i = 0; i < n_template; i++) {
        const dtn_ring *t = &templates[i];
        const dtn_cvar *time = &L->c->vars[t->delay_slot], *in = &L->c->vars[t->input_slot];
        const dtn_cvar *value = &L->c->vars[t->value_slot];
        const dtn_cvar *length = &L->c->vars[t->length_slot];
        const dtn_cvar *missing = &L->c->vars[t->missing_slot];
        for (uint32_t e = 0; e < value->n_element; e++) {
            dtn_ring ring = {moved(base, slot(time->cat, time->slot)) + e,
                             moved(base, slot(length->cat, length->slot)) + e,
                             moved(base, slot(in->cat, in->slot)) + e,
                             moved(base, slot(value->cat, value->slot)) + e,
                             moved(base, slot(missing->cat, missing->slot)) + e,
                             t->overlay,
                             t->kind};
            DTN_PUSH(L->arena, p->rings, p->n_ring, cap_ring, ring);
        }
    }
}

static void place_slots(dtn_lowerer *L, const uint32_t base[DTN_N_CAT], const uint32_t from[],
                        uint32_t n, uint32_t element, uint32_t to[])
{
    for (uint32_t i = 0; i < n; i++) {
        const dtn_cvar *v = &L->c->vars[from[i]];
        to[i] = moved(base, slot(v->cat, v->slot)) + element;
    }
}

/* One track for each element of what a conveyor or a queue gives. */
static void place_tracks(dtn_lowerer *L, const uint32_t base[DTN_N_CAT])
{
    dtn_program *p = L->p;
    const dtn_track *templates = p->tracks;
    size_t cap = 0, n_template = p->n_track;
    p->tracks = NULL;
    p->n_track = 0;
    for (size_t i = 0; i < n_template; i++) {
        const dtn_track *t = &templates[i];
        for (uint32_t e = 0; e < L->c->vars[t->in[0]].n_element; e++) {
            dtn_track track = *t;
            uint32_t *start = DTN_NEW_N(L->arena, uint32_t, t->n_start);
            place_slots(L, base, t->start, t->n_start, e, start);
            track.start = start;
            place_slots(L, base, t->in, t->n_in, e, track.in);
            place_slots(L, base, t->out, t->n_out, e, track.out);
            DTN_PUSH(L->arena, p->tracks, p->n_track, cap, track);
        }
    }
}

static bool makes_missing(const dtn_program *p)
{
    for (uint32_t i = 0; i < p->parameter0; i++)
        if (p->literals[i] == DTN_VENSIM_NA)
            return true;
    for (size_t i = 0; i < p->n_gather; i++)
        if (p->gathers[i].outside == DTN_VENSIM_NA)
            return true;
    for (size_t i = 0; i < p->n_ins; i++)
        if (p->ins[i].op == DTN_I_DATA || p->ins[i].op == DTN_I_DATA_FIGURE ||
            (p->ins[i].op == DTN_I_LOOKUP && p->ins[i].aux > DTN_LOOKUP_MODE_FORWARD))
            return true;
    return false;
}

void dtn_layout(dtn_lowerer *L)
{
    dtn_program *p = L->p;
    uint32_t base[DTN_N_CAT], at = 0;
    L->n_cat[DTN_CAT_LITERAL] = (uint32_t)L->n_literal;
    for (int i = 0; i < DTN_N_CAT; i++) {
        base[i] = at;
        at += L->n_cat[i];
    }
    p->n_slot = at;
    p->parameter0 = base[DTN_CAT_PARAM];
    p->constant0 = base[DTN_CAT_CONST];
    p->stock0 = base[DTN_CAT_STOCK];
    p->held0 = base[DTN_CAT_HELD];
    p->deriv0 = base[DTN_CAT_DERIV];
    p->aux0 = base[DTN_CAT_AUX];
    p->temp0 = base[DTN_CAT_TEMP];
    p->n_stock = L->n_cat[DTN_CAT_STOCK];
    p->time_slot = p->aux0;
    p->step_time_slot = p->aux0 + 1;
    p->literals = L->literals;
    for (size_t i = 0; i < p->n_ins; i++)
        move_instruction(base, &p->ins[i]);
    for (size_t i = 0; i < p->n_address; i++)
        if (!L->foreign[i])
            p->addresses[i].base = moved(base, p->addresses[i].base);
    for (size_t i = 0; i < p->n_parameter; i++)
        p->parameters[i].slot += p->parameter0;
    place_variables(L, base);
    place_memory(L, base);
    place_tracks(L, base);
    place_floors(L, base);
    for (size_t i = 0; i < p->n_iteration; i++) {
        const dtn_cvar *from = &L->c->vars[p->iterations[i].from];
        const dtn_cvar *to = &L->c->vars[p->iterations[i].to];
        p->iterations[i] = (dtn_copy){moved(base, slot(from->cat, from->slot)),
                                      moved(base, slot(to->cat, to->slot)), to->n_element};
    }
    p->makes_missing = makes_missing(p);
}
