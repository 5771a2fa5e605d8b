/* Macros that call themselves, and what is told of the many instances they have.
 *
 * A macro is endless where its value needs its own value by way of operators and names alone: then
 * no turn does without the next, and no depth is enough. Functions that choose (IF THEN ELSE) and all
 * others may do without, so a call inside of their arguments makes none endless; that is seen in a run.
 *
 * Of a mistake in a macro every instance tells; it is one mistake, so the first is kept and the rest are
 * counted. It does not find mistakes.
 */
#include "check/recursion.h"

#include "base/arena.h"
#include "model/functions.h"

#include <string.h>

#define MAX_TURNS 60      /* of a macro inside itself: names get longer with each */
#define MAX_BRANCHES 4096 /* of one that calls itself more than once */

/* ---- Which macro is called --------------------------------------------------------------- */

uint32_t dtn_macro_least_args(const dtn_macro *macro)
{
    uint32_t n = macro->n_param;
    while (n > 0 && macro->defaults && macro->defaults[n - 1])
        n--;
    return n;
}

const dtn_macro *dtn_macro_of_call(const dtn_model *m, const dtn_expr *call)
{
    const dtn_macro *found = NULL;
    uint32_t n = call->n_arg - call->n_out;
    for (size_t i = 0; i < m->n_macro; i++) {
        const dtn_macro *macro = &m->macros[i];
        if (strcmp(macro->key, call->key) != 0)
            continue;
        if (n >= dtn_macro_least_args(macro) && n <= macro->n_param)
            return macro;
        found = found ? found : macro;
    }
    return found;
}

/* ---- Facts ------------------------------------------------------------------------------- */

/* Macros by name, those of one name in the model's order. */
typedef struct names {
    const dtn_instances *in;
    dtn_map first;  /* key -> macro */
    uint32_t *next; /* [n_macro] of the same key */
} names;

static void index_names(names *out, const dtn_instances *in)
{
    const dtn_model *m = in->model;
    *out = (names){.in = in, .next = DTN_NEW_N(m->arena, uint32_t, m->n_macro + 1)};
    for (size_t i = m->n_macro; i-- > 0;) {
        out->next[i] = dtn_map_get(&out->first, m->macros[i].key);
        dtn_map_set(&out->first, m->arena, m->macros[i].key, (uint32_t)i);
    }
}

/* As dtn_macro_of_call; DTN_NONE: none. */
static uint32_t called_macro(const names *n, const dtn_expr *call)
{
    const uint32_t first = dtn_map_get(&n->first, call->key);
    const uint32_t given = call->n_arg - call->n_out;
    for (uint32_t i = first; i != DTN_MAP_NONE; i = n->next[i]) {
        const dtn_macro *macro = &n->in->model->macros[i];
        if (given >= dtn_macro_least_args(macro) && given <= macro->n_param)
            return i;
    }
    return first == DTN_MAP_NONE ? DTN_NONE : first;
}

typedef struct reader {
    const names *names;
    const dtn_macro *macro;
    uint32_t n_self; /* calls of itself */
    bool is_faulty;
} reader;

static bool is_parameter(const dtn_macro *macro, const char *key)
{
    for (uint32_t i = 0; i < macro->n_param; i++)
        if (strcmp(macro->params[i], key) == 0)
            return true;
    return false;
}

/* Is there anything that the call can mean? Qualified and marked names are left to the resolver. */
static bool is_known(const reader *r, const dtn_expr *call)
{
    const dtn_model *m = r->names->in->model, *body = r->macro->body;
    return dtn_fn_find(m->dialect, call->key) != DTN_NONE || strpbrk(call->key, "$.") ||
           dtn_map_get(&r->names->first, call->key) != DTN_MAP_NONE ||
           is_parameter(r->macro, call->key) || (body && dtn_model_find_var(body, call->key)) ||
           dtn_model_find_var(m, call->key);
}

static void read_call(dtn_expr *x, void *ctx)
{
    reader *r = ctx;
    if (x->kind != DTN_X_CALL)
        return;
    r->n_self += strcmp(x->key, r->macro->key) == 0;
    r->is_faulty = r->is_faulty || !is_known(r, x);
}

/* How often a macro may stand inside itself: so often that instances stay few. */
static uint32_t most_turns(uint32_t n_self)
{
    uint32_t turns = 1;
    if (n_self <= 1)
        return MAX_TURNS;
    for (uint32_t n = n_self; n * n_self <= MAX_BRANCHES; n *= n_self)
        turns++;
    return turns;
}

static void read_macro(const names *n, const dtn_macro *macro, dtn_macro_facts *out)
{
    reader r = {.names = n, .macro = macro};
    dtn_expr_walk(macro->expr, read_call, &r);
    for (size_t i = 0; macro->body && i < macro->body->n_var; i++)
        for (size_t e = 0; e < macro->body->vars[i].n_eqn; e++)
            dtn_expr_walk(macro->body->vars[i].eqns[e].expr, read_call, &r);
    out->is_faulty = r.is_faulty;
    out->turns = most_turns(r.n_self);
}

/* ---- Endless macros ------------------------------------------------------------------------ */

/* One macro's value needs another's. */
typedef struct need_edge {
    uint32_t from, to;
    uint32_t next_out, next_in; /* of the same macro; DTN_NONE: the last */
} need_edge;

typedef struct finder {
    const names *names;
    dtn_arena *arena;
    uint32_t macro; /* whose value is read */
    dtn_map read;   /* variables of its body */
    const dtn_expr **todo;
    size_t n_todo, cap_todo;
    need_edge *edges;
    size_t n_edge, cap_edge;
    uint32_t *first_out, *first_in, *n_out, *n_in; /* [n_macro] */
} finder;

static void need(finder *f, const dtn_expr *x)
{
    if (x)
        DTN_PUSH(f->arena, f->todo, f->n_todo, f->cap_todo, x);
}

static void need_variable(finder *f, const char *key)
{
    const dtn_macro *macro = &f->names->in->model->macros[f->macro];
    const dtn_var *var = macro->body ? dtn_model_find_var(macro->body, key) : NULL;
    if (!var || var->n_eqn != 1 || var->eqns[0].kind != DTN_EQN_EXPR || var->eqns[0].init ||
        dtn_map_get(&f->read, key) != DTN_MAP_NONE)
        return;
    dtn_map_set(&f->read, f->arena, key, 0);
    need(f, var->eqns[0].expr);
}

static void need_macro(finder *f, uint32_t to)
{
    const need_edge edge = {f->macro, to, f->first_out[f->macro], f->first_in[to]};
    f->first_out[f->macro] = f->first_in[to] = (uint32_t)f->n_edge;
    f->n_out[f->macro]++;
    f->n_in[to]++;
    DTN_PUSH(f->arena, f->edges, f->n_edge, f->cap_edge, edge);
}

/* Has `x` no value where one of its operands has none? A power may have: 1 to any. */
static bool keeps_none(const dtn_expr *x)
{
    return (x->kind == DTN_X_UNARY && (x->op == DTN_OP_NEG || x->op == DTN_OP_PLUS)) ||
           (x->kind == DTN_X_BINARY && (x->op == DTN_OP_ADD || x->op == DTN_OP_SUB ||
                                        x->op == DTN_OP_MUL || x->op == DTN_OP_DIV));
}

/* The macros whose values this one's value cannot do without. A macro may have the name of a function, and means
 * that in its own equations. */
static void read_needs(finder *f, uint32_t id)
{
    const dtn_macro *macro = &f->names->in->model->macros[id];
    f->macro = id;
    f->read = (dtn_map){0};
    if (macro->expr)
        need(f, macro->expr);
    else
        need_variable(f, macro->key);
    while (f->n_todo > 0) {
        const dtn_expr *x = f->todo[--f->n_todo];
        for (uint32_t i = 0; i < x->n_arg && keeps_none(x); i++)
            need(f, x->args[i]);
        if (x->kind == DTN_X_NAME)
            need_variable(f, x->key);
        const uint32_t called =
            x->kind == DTN_X_CALL && !dtn_scope_is_function(f->names->in, x->key)
                ? called_macro(f->names, x)
                : DTN_NONE;
        if (called != DTN_NONE)
            need_macro(f, called);
    }
}

/* Takes away, again and again, macros that need none that is left or that none left needs: what stays stands in
 * circles, or between two. */
static void find_endless(finder *f, size_t n, dtn_macro_facts *facts)
{
    uint32_t *ended = DTN_NEW_N(f->arena, uint32_t, 2 * n + f->n_edge * 2 + 1);
    size_t n_ended = 0;
    for (size_t i = 0; i < n; i++) {
        facts[i].is_endless = true;
        if (f->n_out[i] == 0 || f->n_in[i] == 0)
            ended[n_ended++] = (uint32_t)i;
    }
    while (n_ended > 0) {
        const uint32_t i = ended[--n_ended];
        if (!facts[i].is_endless)
            continue;
        facts[i].is_endless = false;
        for (uint32_t e = f->first_in[i]; e != DTN_NONE; e = f->edges[e].next_in)
            if (--f->n_out[f->edges[e].from] == 0)
                ended[n_ended++] = f->edges[e].from;
        for (uint32_t e = f->first_out[i]; e != DTN_NONE; e = f->edges[e].next_out)
            if (--f->n_in[f->edges[e].to] == 0)
                ended[n_ended++] = f->edges[e].to;
    }
}

dtn_macro_facts *dtn_macro_find_facts(const dtn_instances *in)
{
    const dtn_model *m = in->model;
    const size_t n = m->n_macro;
    names by_name;
    index_names(&by_name, in);
    dtn_macro_facts *facts = DTN_NEW_N(m->arena, dtn_macro_facts, n + 1);
    finder f = {.names = &by_name, .arena = m->arena};
    f.first_out = DTN_NEW_N(m->arena, uint32_t, 4 * n + 1);
    f.first_in = f.first_out + n;
    f.n_out = f.first_in + n;
    f.n_in = f.n_out + n;
    for (size_t i = 0; i < 2 * n; i++)
        f.first_out[i] = DTN_NONE;
    for (size_t i = 0; i < n; i++) {
        read_macro(&by_name, &m->macros[i], &facts[i]);
        read_needs(&f, (uint32_t)i);
    }
    find_endless(&f, n, facts);
    return facts;
}

/* ---- What is told of instances ------------------------------------------------------------- */

typedef struct dtn_repeat {
    size_t item; /* of the diagnostics */
    uint32_t n;  /* told */
} repeat;

static void drop_last(dtn_diags *diags)
{
    dtn_diag *d = &diags->items[--diags->n];
    diags->n_error -= d->severity == DTN_ERROR;
    diags->n_warning -= d->severity == DTN_WARNING;
    dtn_free(d->file);
    dtn_free(d->message);
    dtn_free(d->hint);
}

void dtn_repeats_fold(dtn_repeats *r, const dtn_var *var, size_t from)
{
    dtn_diags *diags = r->diags;
    if (!diags || from >= diags->n || !var->is_hidden || !strchr(var->key, '>'))
        return;
    for (size_t i = from; i < diags->n; i++) {
        const dtn_diag *d = &diags->items[i];
        const char *place = dtn_arena_printf(r->model->arena, "%d %u %u %s", d->code, d->line,
                                             d->col, d->file ? d->file : "");
        const uint32_t known = dtn_map_get(&r->index, place);
        if (known != DTN_MAP_NONE) {
            r->entries[known].n++;
            for (size_t k = i; k + 1 < diags->n; k++) {
                const dtn_diag next = diags->items[k + 1];
                diags->items[k + 1] = diags->items[k];
                diags->items[k] = next;
            }
            drop_last(diags);
            i--;
            continue;
        }
        dtn_map_set(&r->index, r->model->arena, place, (uint32_t)r->n_entry);
        DTN_PUSH(r->model->arena, r->entries, r->n_entry, r->cap_entry, ((repeat){i, 1}));
    }
}

void dtn_repeats_tell(dtn_repeats *r)
{
    for (size_t i = 0; i < r->n_entry; i++) {
        dtn_diag *d = &r->diags->items[r->entries[i].item];
        const uint32_t more = r->entries[i].n - 1;
        if (more == 0)
            continue;
        const char *text = dtn_arena_printf(r->model->arena, "%s, and in %u further expansion%s",
                                            d->message, more, more == 1 ? "" : "s");
        char *copy = dtn_alloc(strlen(text) + 1);
        if (!copy)
            continue; /* the message stays as it was */
        strcpy(copy, text);
        dtn_free(d->message);
        d->message = copy;
    }
}
