/* Instances of macros: every call gets variables of its own.
 *
 * They are named as Vensim names them, "#caller>MACRO>name#", hidden, and have the ranges of the
 * calling equation's left side, so that a call over a range works element by element, stocks
 * included. The call's node then points at the variable that holds its value, and from there on
 * nobody needs to know what a macro is. The pass can run again after text was laid over the
 * model: it adds what new calls need.
 *
 * A macro that calls itself is laid out turn by turn (recursion.c says how deep); what would be deeper is no number,
 * which only a run that asks for it sees, since a condition takes the other branch.
 *
 * A macro with a time specification of its own: macro_run.c.
 * Follows the Vensim reference manual ("Macros") and XMILE 1.0, sections 3.6 and 4.8.
 */
#include "check/check.h"
#include "check/instance.h"
#include "check/recursion.h"
#include "format/format.h"
#include "model/functions.h"

#include <math.h>
#include <string.h>

/* ---- The calling equation --------------------------------------------------------------- */

typedef struct caller {
    uint32_t var;
    const dtn_eqn *eqn;
    uint32_t overlay;
    const dtn_scope *scope; /* the instance that the equation is inside; NULL: none */
} caller;

/* Does subscript `sub` of an EXCEPT take in all that `own` names? `own` is one element. */
static bool takes_element(const dtn_model *m, const dtn_sub *sub, const dtn_sub *own)
{
    const dtn_dim *dim = sub->key ? dtn_model_find_dim(m, sub->key) : NULL;
    if (!sub->key || !own->key)
        return false;
    return dim ? dtn_map_get(&dim->index, own->key) != DTN_MAP_NONE
               : strcmp(sub->key, own->key) == 0;
}

/* The ranges of the left side, single elements left out: what the equation names of them it
 * names in full. */
static void set_left(dtn_maker *k, const caller *c, dtn_scope *s)
{
    dtn_model *m = k->in.model;
    const dtn_var *var = &m->vars[c->var];
    const dtn_eqn *eqn = c->eqn;
    uint32_t at[DTN_MAX_DIMS], n = 0;
    if (eqn->n_sub == 0 && var->n_dim_key > 0) { /* all of it, nothing written */
        s->left = dtn_maker_subs(k, var->dim_keys, var->n_dim_key, eqn->pos);
        s->n_left = var->n_dim_key;
        return;
    }
    s->left = DTN_NEW_N(m->arena, dtn_sub, eqn->n_sub + 1);
    for (uint32_t p = 0; p < eqn->n_sub && n < DTN_MAX_DIMS; p++)
        if (eqn->subs[p].key && dtn_model_find_dim(m, eqn->subs[p].key)) {
            at[n] = p;
            s->left[n++] = eqn->subs[p];
        }
    s->n_left = n;
    s->excepts = DTN_NEW_N(m->arena, dtn_sub *, eqn->n_except + 1);
    for (uint32_t i = 0; i < eqn->n_except; i++) {
        bool applies = true;
        for (uint32_t p = 0, j = 0; p < eqn->n_sub && applies; p++) {
            if (j < n && at[j] == p)
                j++;
            else
                applies = takes_element(m, &eqn->excepts[i][p], &eqn->subs[p]);
        }
        if (!applies || n == 0)
            continue;
        dtn_sub *subs = DTN_NEW_N(m->arena, dtn_sub, n);
        for (uint32_t j = 0; j < n; j++)
            subs[j] = eqn->excepts[i][at[j]];
        s->excepts[s->n_except++] = subs;
    }
}

/* "y>MACRO>", "y>002 MACRO>" for the second call in y, "y@course>MACRO>" in a rule for y. */
static void set_prefix(dtn_maker *k, const caller *c, const dtn_macro *macro, dtn_scope *s)
{
    dtn_model *m = k->in.model;
    dtn_arena *arena = m->arena;
    const dtn_var *var = &m->vars[c->var];
    const char *key = var->key[0] == ' ' ? var->key + 1 : var->key, *name = var->name;
    const char *course = c->overlay > 0 && c->overlay <= m->n_overlay && c->overlay != var->overlay
                             ? dtn_arena_printf(arena, "@%s", m->overlays[c->overlay - 1].id)
                             : "";
    if (var->is_hidden) /* "#y>OUTER>name#" */
        name = dtn_arena_strndup(arena, name + 1, strlen(name) - 2);
    const char *base = dtn_arena_printf(arena, " %s%s>%s", key, course, macro->key);
    uint32_t n = dtn_map_get(&k->counts, base);
    n = n == DTN_MAP_NONE ? 1 : n + 1;
    for (bool taken = true; taken; n += taken) { /* by a call that an earlier pass met */
        const char *number = n > 1 ? dtn_arena_printf(arena, "%03u ", n) : "";
        s->prefix = dtn_arena_printf(arena, " %s%s>%s%s>", key, course, number, macro->key);
        s->name_prefix = dtn_arena_printf(arena, "%s%s>%s%s>", name, course, number, macro->name);
        taken = dtn_model_find_var(m, dtn_arena_strndup(arena, s->prefix, strlen(s->prefix) - 1)) !=
                NULL;
    }
    dtn_map_set(&k->counts, arena, base, n);
}

/* ---- Calls ------------------------------------------------------------------------------- */

/* An element of `dim!` outside an array function: what only the function around the call has. */
static bool has_bang(const dtn_maker *k, const dtn_expr *x)
{
    if (dtn_fn_runs_over(k->in.model->dialect, x))
        return false;
    for (uint32_t i = 0; i < x->n_sub; i++)
        if (x->subs[i].bang || x->subs[i].kind == DTN_SUB_STAR)
            return true;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (has_bang(k, x->args[i]))
            return true;
    return false;
}

static const char *plural(uint32_t n) { return n == 1 ? "" : "s"; }

static bool check_counts(dtn_maker *k, const dtn_expr *call, const dtn_macro *macro)
{
    uint32_t n = call->n_arg - call->n_out, least = dtn_macro_least_args(macro);
    for (uint32_t i = 0; i < least && i < n; i++)
        if (call->args[i]->kind == DTN_X_MISSING)
            n = i; /* f(a,,b) */
    if (n < least || n > macro->n_param) {
        dtn_diags_add(
            k->in.diags, 203, call->pos, NULL, "the macro '%s' takes %s%u argument%s, %u given",
            macro->name, least < macro->n_param ? n < least ? "at least " : "at most " : "",
            n < least ? least : macro->n_param, plural(n < least ? least : macro->n_param), n);
        return false;
    }
    if (call->n_out > macro->n_output) {
        dtn_diags_add(k->in.diags, 203, call->pos, NULL,
                      "the macro '%s' has %u further output%s, %u taken", macro->name,
                      macro->n_output, plural(macro->n_output), call->n_out);
        return false;
    }
    return true;
}

/* ---- Recursion ---------------------------------------------------------------------------- */

static dtn_macro_facts *facts_of(const dtn_maker *k, const dtn_macro *macro)
{
    return &k->facts[macro - k->in.model->macros];
}

/* Has the call been made so deep inside itself that it is cut off? Its value is no number there, and
 * so is what depends on it. */
static bool is_cut_off(const dtn_maker *k, const caller *c, const dtn_macro *macro)
{
    uint32_t n = 0;
    for (const dtn_scope *s = c->scope; s; s = s->outer)
        n += s->macro == macro;
    const dtn_macro_facts *facts = facts_of(k, macro);
    return n > 0 && (facts->is_faulty || facts->is_endless || n >= facts->turns ||
                     c->scope->depth + 1 >= DTN_MAX_INSTANCE_DEPTH);
}

/* Told once; its calls are laid out up to the first that it makes itself. */
static void tell_endless(dtn_maker *k, const dtn_macro *macro)
{
    dtn_macro_facts *facts = facts_of(k, macro);
    if (facts->is_endless && !facts->is_told)
        dtn_diags_add(k->in.diags, 501, macro->pos,
                      "put that call into IF THEN ELSE, of which one branch does without it",
                      "the macro '%s' calls itself, and nothing ends that", macro->name);
    facts->is_told = true;
}

static bool check_call(dtn_maker *k, const caller *c, const dtn_expr *call, const dtn_macro *macro)
{
    tell_endless(k, macro);
    if (!check_counts(k, call, macro))
        return false;
    if (c->scope && c->scope->depth >= DTN_MAX_INSTANCE_DEPTH) {
        dtn_diags_add(k->in.diags, 501, call->pos, "write some of them out",
                      "calls of macros are nested more than %d deep", DTN_MAX_INSTANCE_DEPTH);
        return false;
    }
    for (uint32_t i = 0; i < call->n_arg - call->n_out; i++)
        if (has_bang(k, call->args[i])) {
            dtn_diags_add(k->in.diags, 507, call->args[i]->pos,
                          "give the call an equation of its own over the elements",
                          "the macro '%s' inside an array function does not run", macro->name);
            return false;
        }
    return !dtn_maker_is_full(k, macro->n_param + (macro->body ? macro->body->n_var : 0) + 1,
                              call->pos);
}

/* A variable of the instance that is no copy: an argument, or the macro's value. */
static uint32_t add_value(dtn_maker *k, const dtn_scope *s, const char *key, const char *name,
                          dtn_expr *expr, bool has_left)
{
    dtn_var var = {.key = key,
                   .name = name,
                   .kind = DTN_VAR_AUX,
                   .range_min = NAN,
                   .range_max = NAN,
                   .range_step = NAN,
                   .pos = expr->pos,
                   .overlay = s->overlay,
                   .is_hidden = true,
                   .n_eqn = 1,
                   .cap_eqn = 1};
    var.eqns = DTN_NEW(k->in.model->arena, dtn_eqn);
    var.eqns[0] = (dtn_eqn){.kind = DTN_EQN_EXPR, .expr = expr, .pos = expr->pos};
    if (has_left && s->n_left) {
        var.eqns[0].subs = dtn_maker_with_left(k, s, NULL, 0);
        var.eqns[0].n_sub = s->n_left;
        var.eqns[0].excepts = s->excepts;
        var.eqns[0].n_except = s->n_except;
    }
    return dtn_maker_add_var(k, var);
}

/* Has it a time specification of its own? */
static bool runs_alone(const dtn_macro *macro)
{
    return macro->body && (macro->body->start || macro->body->stop);
}

/* The caller's time: inside of a macro that runs alone the name means another. */
static bool is_clock(const dtn_expr *x)
{
    static const char *const names[] = {"time", "dt", "starttime", "stoptime"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        found = found || strcmp(x->key, names[i]) == 0;
    return found;
}

/* An argument that is a name, a text or a table is put where the parameter stands; any other
 * becomes a variable, of the caller's scope. */
static void set_arguments(dtn_maker *k, const caller *c, const dtn_expr *call, dtn_scope *s)
{
    const dtn_macro *macro = s->macro;
    dtn_arena *arena = k->in.model->arena;
    uint32_t n_given = call->n_arg - call->n_out;
    s->args = DTN_NEW_N(arena, dtn_expr *, macro->n_param + 1);
    s->is_number = DTN_NEW_N(arena, bool, macro->n_param + 1);
    for (uint32_t i = 0; i < macro->n_param; i++) {
        bool given = i < n_given && call->args[i]->kind != DTN_X_MISSING;
        dtn_expr *arg = given ? dtn_scope_clone(&k->in, NULL, call->args[i])
                              : dtn_scope_clone(&k->in, s, macro->defaults[i]);
        const bool is_name = arg->kind == DTN_X_NAME && !(runs_alone(macro) && is_clock(arg));
        if (is_name || arg->kind == DTN_X_STRING || arg->kind == DTN_X_LOOKUP) {
            s->args[i] = arg;
            continue;
        }
        s->is_number[i] = dtn_scope_is_number(arg);
        const char *key = macro->params[i];
        uint32_t var = add_value(k, s, dtn_scope_key(&k->in, s, key),
                                 dtn_maker_name(k, s, key, false), arg, !s->is_number[i]);
        dtn_maker_set_scope(k, var, given ? c->scope : s);
    }
}

/* The variable that holds the value of the call, DTN_NONE with a diagnostic if there is none.
 * `inside`: where its expression stands. */
static uint32_t value_of(dtn_maker *k, const dtn_scope *s, const dtn_scope *inside)
{
    dtn_model *m = k->in.model;
    const dtn_macro *macro = s->macro;
    size_t n = strlen(s->prefix) - 1;
    if (macro->expr && !dtn_scope_is_value(&k->in, s, macro->key)) {
        dtn_expr *expr = dtn_scope_clone(&k->in, inside, macro->expr);
        if (inside != s)
            dtn_maker_end_run(macro, expr);
        uint32_t var = add_value(k, s, dtn_arena_strndup(m->arena, s->prefix, n),
                                 dtn_maker_name(k, s, macro->name, true), expr, true);
        dtn_maker_set_scope(k, var, inside);
        return var;
    }
    const dtn_var *own = macro->body ? dtn_model_find_var(macro->body, macro->key) : NULL;
    const dtn_var *var = own ? dtn_model_find_var(m, dtn_arena_strndup(m->arena, inside->prefix,
                                                                       strlen(inside->prefix) - 1))
                             : NULL;
    if (!own || own->n_eqn == 0)
        dtn_diags_add(k->in.diags, 207, macro->pos,
                      "give it an equation: its own name is its value",
                      "the macro '%s' has no equation for '%s'", macro->name, macro->name);
    return var && own->n_eqn > 0 ? var->id : DTN_NONE;
}

/* ---- Further outputs ----------------------------------------------------------------------- */

/* The equation of the model's variable that an output goes to: a rule's goes beside the rule. */
static void bind_equation(dtn_maker *k, uint32_t id, const dtn_eqn *eqn, uint32_t overlay)
{
    dtn_model *m = k->in.model;
    if (overlay == m->vars[id].overlay) {
        *dtn_var_add_eqn(m, &m->vars[id]) = *eqn;
        return;
    }
    dtn_override rule = {.overlay = overlay, .var = id, .n_eqn = 1, .pos = eqn->pos};
    rule.eqns = DTN_NEW(m->arena, dtn_eqn);
    rule.eqns[0] = *eqn;
    DTN_PUSH(m->arena, m->overrides, m->n_override, m->cap_override, rule);
}

/* `out` names a variable of the model that has no equation but those of such calls. */
static uint32_t output_var(dtn_maker *k, const dtn_expr *out, uint32_t overlay)
{
    dtn_model *m = k->in.model;
    dtn_var *var = dtn_model_find_var(m, out->key);
    if (!var) {
        dtn_var made = {.key = out->key,
                        .name = out->text,
                        .kind = DTN_VAR_AUX,
                        .range_min = NAN,
                        .range_max = NAN,
                        .range_step = NAN,
                        .pos = out->pos,
                        .overlay = overlay};
        return dtn_maker_add_var(k, made);
    }
    bool is_empty = true;
    for (size_t i = 0; i < var->n_eqn; i++)
        is_empty = is_empty && var->eqns[i].kind == DTN_EQN_DATA && !var->eqns[i].expr;
    if (is_empty && !var->is_instance) { /* written down for its unit and documentation only */
        var->is_instance = true;
        var->kind = DTN_VAR_AUX;
        var->n_eqn = var->cap_eqn = 0;
        var->eqns = NULL;
    }
    if (var->is_instance)
        return var->id;
    dtn_diags_add(k->in.diags, 204, out->pos, "give the output another name",
                  "'%s' gets its value from a macro here, and has an equation of its own",
                  out->text);
    return DTN_NONE;
}

static void bind_output(dtn_maker *k, const caller *c, const dtn_scope *s, const dtn_expr *out,
                        const char *output)
{
    dtn_model *m = k->in.model;
    const dtn_var *inner = dtn_model_find_var(m, dtn_scope_key(&k->in, s, output));
    const bool is_later =
        inner && inner->n_eqn == 0 && inner->is_instance; /* a call inside gives it */
    if (!inner || (inner->n_eqn == 0 && !is_later) || inner->key[0] != ' ') {
        dtn_diags_add(k->in.diags, 207, s->macro->pos, "give it an equation inside the macro",
                      "the macro '%s' has no equation for its output '%s'", s->macro->name, output);
        return;
    }
    dtn_eqn eqn = {.kind = DTN_EQN_EXPR, .pos = out->pos};
    eqn.subs = out->n_sub ? out->subs : c->eqn->subs;
    eqn.n_sub = out->n_sub ? out->n_sub : c->eqn->n_sub;
    eqn.subs = dtn_scope_clone_subs(&k->in, NULL, eqn.subs, eqn.n_sub);
    if (out->n_sub == 0) {
        eqn.excepts = c->eqn->excepts;
        eqn.n_except = c->eqn->n_except;
    }
    eqn.expr = dtn_expr_new(m, DTN_X_NAME, out->pos);
    eqn.expr->text = inner->name;
    eqn.expr->key = inner->key;
    eqn.expr->n_sub = is_later ? s->n_left : inner->eqns[0].n_sub;
    eqn.expr->subs =
        is_later ? dtn_maker_with_left(k, s, NULL, 0)
                 : dtn_scope_clone_subs(&k->in, NULL, inner->eqns[0].subs, inner->eqns[0].n_sub);
    uint32_t id = output_var(k, out, c->overlay);
    if (id != DTN_NONE)
        bind_equation(k, id, &eqn, c->overlay);
}

/* ---- Expansion --------------------------------------------------------------------------- */

static void expand_call(dtn_maker *k, const caller *c, dtn_expr *call, const dtn_macro *macro)
{
    dtn_arena *arena = k->in.model->arena;
    call->ref = DTN_REF_MACRO;
    call->id = DTN_NONE;
    if (!check_call(k, c, call, macro))
        return;
    dtn_scope *s = DTN_NEW(arena, dtn_scope);
    s->outer = c->scope;
    s->depth = c->scope ? c->scope->depth + 1 : 1;
    s->macro = macro;
    s->body = macro->body;
    s->overlay = c->overlay;
    set_left(k, c, s);
    set_prefix(k, c, macro, s);
    if (is_cut_off(k, c, macro)) {
        dtn_expr *none = dtn_expr_new_number(k->in.model, NAN, call->pos);
        call->id = add_value(k, s, dtn_arena_printf(arena, "%s(cut off)", s->prefix),
                             dtn_arena_printf(arena, "#%s(cut off)#", s->name_prefix), none, false);
        return;
    }
    set_arguments(k, c, call, s);
    const dtn_scope *inside = s;
    if (runs_alone(macro))
        inside = dtn_maker_add_run(k, s, call->pos);
    else if (s->body)
        dtn_maker_add_body(k, s);
    dtn_maker_connect(k);
    if (!inside)
        return;
    call->id = value_of(k, s, inside);
    for (uint32_t i = 0; i < call->n_out; i++)
        bind_output(k, c, s, call->args[call->n_arg - call->n_out + i], macro->outputs[i]);
}

/* A macro may have the name of a function, and then means that function in its own equations. */
static bool is_own_function(const dtn_maker *k, const caller *c, const dtn_macro *macro)
{
    for (const dtn_scope *s = c->scope; s; s = s->outer)
        if (s->macro && strcmp(s->macro->key, macro->key) == 0)
            return dtn_scope_is_function(&k->in, macro->key);
    return false;
}

static void expand_calls(dtn_maker *k, const caller *c, dtn_expr *x)
{
    if (!x || (x->ref == DTN_REF_MACRO && x->id != DTN_NONE))
        return;
    if (x->kind == DTN_X_CALL) {
        const dtn_var *var = dtn_model_find_var(k->in.model, x->key);
        bool is_table = var && var->n_eqn > 0 && var->eqns[0].kind == DTN_EQN_LOOKUP;
        const dtn_macro *macro = is_table ? NULL : dtn_macro_of_call(k->in.model, x);
        if (macro && !is_own_function(k, c, macro)) {
            expand_call(k, c, x, macro);
            return;
        }
    }
    for (uint32_t i = 0; i < x->n_sub; i++) {
        expand_calls(k, c, x->subs[i].expr);
        expand_calls(k, c, x->subs[i].expr2);
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        expand_calls(k, c, x->args[i]);
}

static void expand_equations(dtn_maker *k, uint32_t var, const dtn_eqn *eqns, size_t n,
                             uint32_t overlay)
{
    for (size_t i = 0; i < n; i++) {
        caller c = {
            .var = var, .eqn = &eqns[i], .overlay = overlay, .scope = dtn_maker_scope(k, var)};
        expand_calls(k, &c, eqns[i].driven ? eqns[i].driven : eqns[i].expr);
        expand_calls(k, &c, dtn_eqn_init(&eqns[i]));
    }
}

/* ---- Functions that are macros ------------------------------------------------------------ */

/* Functions that are written in the model's own language, as macros: DELAYP(input, delay time :
 * pipeline), which has a further output, and DELAY BATCH, whose state is what PREVIOUS holds, so that
 * it stays through the stages of a Runge-Kutta step. */
static const struct {
    const char *key, *text;
} own_functions[] = {
    {"delayp", ":MACRO: DELAYP(input, delay time : pipeline)\n"
               "DELAYP = third / stage ~~|\n"
               "pipeline = first + second + third ~~|\n"
               "stage = delay time / 3 ~~|\n"
               "first = INTEG(input - first / stage, input * stage) ~~|\n"
               "second = INTEG(first / stage - second / stage, input * stage) ~~|\n"
               "third = INTEG(second / stage - third / stage, input * stage) ~~|\n"
               ":END OF MACRO:\n"},
    {"delay_batch",
     ":MACRO: DELAY BATCH(input, size, duration, first batch, first end, first backlog)\n"
     "DELAY BATCH = done * working / TIME STEP$ ~~|\n"
     "now = PREVIOUS(Time$, Time$ - TIME STEP$) + TIME STEP$ ~~|\n"
     "working = PREVIOUS(next working, first batch) ~~|\n"
     "ready = PREVIOUS(next ready, first end) ~~|\n"
     "backlog = PREVIOUS(next backlog, first backlog) ~~|\n"
     "done = IF THEN ELSE(working > 0 :AND: now + TIME STEP$ / 2 > ready, 1, 0) ~~|\n"
     "starts = IF THEN ELSE((working <= 0 :OR: done = 1) :AND: size > 0 :AND: "
     "backlog >= size * (1 - 1e-009), 1, 0) ~~|\n"
     "next working = IF THEN ELSE(starts = 1, size, IF THEN ELSE(done = 1, 0, working)) ~~|\n"
     "next ready = IF THEN ELSE(starts = 1, now + duration, ready) ~~|\n"
     "next backlog = backlog + input * TIME STEP$ - starts * size ~~|\n"
     ":END OF MACRO:\n"}};

#define N_OWN (sizeof own_functions / sizeof *own_functions)

static void find_own(dtn_expr *x, void *ctx)
{
    bool *is_used = ctx;
    for (size_t i = 0; i < N_OWN && x->kind == DTN_X_CALL; i++)
        is_used[i] = is_used[i] || strcmp(x->key, own_functions[i].key) == 0;
}

static void find_in(const dtn_model *m, bool *is_used)
{
    for (size_t i = 0; i < m->n_var; i++)
        for (size_t k = 0; k < m->vars[i].n_eqn; k++)
            dtn_expr_walk(m->vars[i].eqns[k].expr, find_own, is_used);
}

static void add_function_macros(dtn_model *model, dtn_diags *diags)
{
    bool is_used[N_OWN] = {false};
    if (model->dialect != DTN_VENSIM)
        return;
    find_in(model, is_used);
    for (size_t i = 0; i < model->n_macro; i++)
        if (model->macros[i].body)
            find_in(model->macros[i].body, is_used);
    for (size_t f = 0; f < N_OWN; f++) {
        const char *text = own_functions[f].text;
        for (size_t i = 0; i < model->n_macro; i++)
            is_used[f] = is_used[f] && strcmp(model->macros[i].key, own_functions[f].key) != 0;
        if (is_used[f] &&
            dtn_model_add_text(model, text, strlen(text), (dtn_pos){own_functions[f].key, 1, 1}, 0,
                               diags) == DTN_OK)
            model->macros[model->n_macro - 1].is_function = true;
    }
}

/* Further outputs of a call inside a macro are variables of that macro. */
static void add_output(dtn_expr *x, void *ctx)
{
    dtn_model *body = ctx;
    if (x->kind != DTN_X_CALL)
        return;
    for (uint32_t i = 0; i < x->n_out; i++) {
        const dtn_expr *out = x->args[x->n_arg - x->n_out + i];
        if (out->kind != DTN_X_NAME || dtn_model_find_var(body, out->key))
            continue;
        dtn_var *var = dtn_model_add_var(body, out->text, out->pos, NULL);
        var->kind = DTN_VAR_AUX;
        var->is_instance = true;
    }
}

static void add_outputs(dtn_model *body)
{
    for (size_t i = 0; i < body->n_var; i++)
        for (size_t e = 0; e < body->vars[i].n_eqn; e++) {
            dtn_expr *expr = body->vars[i].eqns[e].expr; /* variables may move */
            dtn_expr_walk(expr, add_output, body);
        }
}

void dtn_check_add_macros(dtn_model *model, dtn_diags *diags)
{
    dtn_maker k = {0};
    add_function_macros(model, diags);
    if (model->n_macro == 0)
        return;
    dtn_instances_init(&k.in, model, diags);
    k.facts = dtn_macro_find_facts(&k.in);
    dtn_repeats repeats = {.model = model, .diags = diags};
    for (size_t i = 0; i < model->n_macro; i++)
        if (model->macros[i].body)
            add_outputs(model->macros[i].body);
    uint32_t v = 0;
    for (size_t i = 0; v < model->n_var || i < model->n_override;) { /* both may grow */
        if (v < model->n_var) {
            const size_t told = diags->n;
            expand_equations(&k, v, model->vars[v].eqns, model->vars[v].n_eqn,
                             model->vars[v].overlay);
            dtn_repeats_fold(&repeats, &model->vars[v], told);
            v++;
        } else {
            const dtn_override *rule = &model->overrides[i++];
            expand_equations(&k, rule->var, rule->eqns, rule->n_eqn, rule->overlay);
        }
    }
    dtn_repeats_tell(&repeats);
}
