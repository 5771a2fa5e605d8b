/* Functions of Vensim in XMILE's notation.
 *
 * Those that XMILE has under another name or with its arguments in another order are in one
 * table; the others are written out by their definition, with the same half step of tolerance
 * against rounding that compile/ gives PULSE and its kin, so that both files give the same
 * numbers. What is left keeps its Vensim name or is refused (to_xmile_expr.c).
 *
 * Follows the Vensim reference manual (functions) and XMILE 1.0, section 3.5.
 */
#include <math.h>
#include <string.h>

#include "format/to_xmile_make.h"
#include "model/functions.h"

/* A divisor and the like stands twice in what replaces some functions; if it is larger than this
 * or draws random numbers, it becomes a variable of its own. */
#define MAX_TWICE 40

/* ---- What stands twice -------------------------------------------------------------------------- */

static size_t count_nodes(const dtn_expr *x)
{
    size_t n = 1;
    for (uint32_t i = 0; i < x->n_arg; i++)
        n += count_nodes(x->args[i]);
    return n;
}

static dtn_expr *copy_node(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr *copy = DTN_NEW(tx->arena, dtn_expr);
    *copy = *x;
    return copy;
}

/* The argument itself, or a reference to a variable that holds its value. */
static const dtn_expr *shared(dtn_tx *tx, const dtn_expr *x, const char *suffix)
{
    if ((count_nodes(x) <= MAX_TWICE && !dtn_has_draw(DTN_VENSIM, x)) || tx->in_array ||
        tx->n_inner)
        return x;
    return dtn_tx_hoist(tx, x, (dtn_eqn){.kind = DTN_EQN_EXPR, .expr = copy_node(tx, x)}, suffix);
}

/* ---- Functions written out ------------------------------------------------------------------------ */

/* The time of the step, half a step late. Through the stages of a Runge-Kutta step TIME moves on,
 * what it was in the step before does not. */
static dtn_expr *shifted_time(dtn_tx *tx)
{
    dtn_expr *dt = name(tx, "DT");
    if (tx->src->method == DTN_EULER)
        return bin(tx, DTN_OP_ADD, name(tx, "TIME"), bin(tx, DTN_OP_DIV, dt, num(tx, 2)));
    dtn_expr *before = call(tx, "PREVIOUS", 2, name(tx, "TIME"),
                            bin(tx, DTN_OP_SUB, name(tx, "STARTTIME"), name(tx, "DT")), NULL);
    return bin(tx, DTN_OP_ADD, before, bin(tx, DTN_OP_MUL, num(tx, 1.5), dt));
}

static dtn_expr *wide(dtn_tx *tx, const dtn_expr *width)
{
    return call(tx, "MAX", 2, tr(tx, width), name(tx, "DT"), NULL);
}

static dtn_expr *one_if(dtn_tx *tx, dtn_expr *cond)
{
    return dtn_make_if(tx->to, cond, num(tx, 1), num(tx, 0));
}

/* PULSE(start, width): at least one step wide. */
static dtn_expr *out_pulse(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_expr *at = shared(tx, x->args[0], "start");
    dtn_expr *width = x->n_arg > 1 ? wide(tx, x->args[1]) : name(tx, "DT");
    return one_if(
        tx, bin(tx, DTN_OP_AND, bin(tx, DTN_OP_GT, shifted_time(tx), tr(tx, at)),
                bin(tx, DTN_OP_LT, shifted_time(tx), bin(tx, DTN_OP_ADD, tr(tx, at), width))));
}

/* PULSE TRAIN(start, width, period, end): the end itself is in; a period shorter than the pulse
 * leaves it on. */
static dtn_expr *out_pulse_train(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_expr *at = shared(tx, x->args[0], "start"),
                   *period = shared(tx, x->args[2], "period");
    const dtn_expr *width = shared(tx, x->args[1], "width");
    dtn_expr *since = bin(tx, DTN_OP_SUB, shifted_time(tx), tr(tx, at));
    dtn_expr *on = bin(tx, DTN_OP_LT, bin(tx, DTN_OP_MOD, since, tr(tx, period)), wide(tx, width));
    if (period->kind != DTN_X_NUMBER || width->kind != DTN_X_NUMBER ||
        !(period->number >= width->number))
        on = bin(tx, DTN_OP_OR, bin(tx, DTN_OP_LT, tr(tx, period), wide(tx, width)), on);
    dtn_expr *end = bin(tx, DTN_OP_ADD, tr(tx, x->args[3]), name(tx, "DT"));
    dtn_expr *during = bin(tx, DTN_OP_AND, bin(tx, DTN_OP_GT, shifted_time(tx), tr(tx, at)),
                           bin(tx, DTN_OP_LT, shifted_time(tx), end));
    return one_if(tx, bin(tx, DTN_OP_AND, during, on));
}

/* XIDZ(a, b, c), ZIDZ(a, b): b counts as zero below 1e-6, which SAFEDIV does not know. */
static dtn_expr *out_xidz(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_expr *b = shared(tx, x->args[1], "divisor");
    dtn_expr *small = bin(tx, DTN_OP_LT, call(tx, "ABS", 1, tr(tx, b), NULL, NULL), num(tx, 1e-6));
    dtn_expr *otherwise = x->n_arg > 2 ? tr(tx, x->args[2]) : num(tx, 0);
    return dtn_make_if(tx->to, small, otherwise,
                       bin(tx, DTN_OP_DIV, tr(tx, x->args[0]), tr(tx, b)));
}

/* Towards zero; XMILE's INT goes down. */
static dtn_expr *truncated(dtn_tx *tx, dtn_expr *(*value)(dtn_tx *, const dtn_expr *),
                           const dtn_expr *x)
{
    dtn_expr *minus = dtn_make_unary(tx->to, DTN_OP_NEG, value(tx, x));
    dtn_expr *up = call(tx, "INT", 1, minus, NULL, NULL);
    return dtn_make_if(tx->to, bin(tx, DTN_OP_LT, value(tx, x), num(tx, 0)),
                       dtn_make_unary(tx->to, DTN_OP_NEG, up),
                       call(tx, "INT", 1, value(tx, x), NULL, NULL));
}

static dtn_expr *out_integer(dtn_tx *tx, const dtn_expr *x)
{
    if (dtn_never_negative(tx->src, x->args[0]))
        return call(tx, "INT", 1, tr(tx, x->args[0]), NULL, NULL);
    return truncated(tx, tr, shared(tx, x->args[0], "value"));
}

static dtn_expr *quotient(dtn_tx *tx, const dtn_expr *x)
{
    return bin(tx, DTN_OP_DIV, tr(tx, x->args[0]), tr(tx, x->args[1]));
}

/* QUANTUM(a, b): b times the whole part of a / b, a itself if b is not positive. */
static dtn_expr *out_quantum(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr pair = *x;
    dtn_expr *args[2];
    args[0] = copy_node(tx, shared(tx, x->args[0], "value"));
    args[1] = copy_node(tx, shared(tx, x->args[1], "quantum"));
    pair.args = args;
    dtn_expr *whole = bin(tx, DTN_OP_MUL, tr(tx, args[1]), truncated(tx, quotient, &pair));
    return dtn_make_if(tx->to, bin(tx, DTN_OP_LE, tr(tx, args[1]), num(tx, 0)), tr(tx, args[0]),
                       whole);
}

static dtn_expr *out_log(dtn_tx *tx, const dtn_expr *x)
{
    return bin(tx, DTN_OP_DIV, call(tx, "LN", 1, tr(tx, x->args[0]), NULL, NULL),
               call(tx, "LN", 1, tr(tx, x->args[1]), NULL, NULL));
}

static dtn_expr *out_time_base(dtn_tx *tx, const dtn_expr *x)
{
    return bin(tx, DTN_OP_ADD, tr(tx, x->args[0]),
               bin(tx, DTN_OP_MUL, tr(tx, x->args[1]), name(tx, "TIME")));
}

static dtn_expr *out_power(dtn_tx *tx, const dtn_expr *x)
{
    return bin(tx, DTN_OP_POW, tr(tx, x->args[0]), tr(tx, x->args[1]));
}

static dtn_expr *out_modulo(dtn_tx *tx, const dtn_expr *x)
{
    return bin(tx, DTN_OP_MOD, tr(tx, x->args[0]), tr(tx, x->args[1]));
}

/* In an equation of its own: the value keeps what it had in the step before. A reference to
 * itself asks for that too. */
static dtn_expr *without_self(dtn_tx *tx, const dtn_expr *x, const char *key)
{
    dtn_expr *out = dtn_expr_new(tx->to, x->kind, x->pos);
    *out = *x;
    if (x->kind == DTN_X_NAME && strcmp(x->key, key) == 0 && x->n_sub == tx->eqn->n_sub) {
        *out = *dtn_make_call(tx->to, "PREVIOUS", 2, NULL, NULL, NULL);
        out->args[0] = dtn_expr_new(tx->to, x->kind, x->pos);
        *out->args[0] = *x;
        out->args[1] = tx->eqn->expr->args[2];
        return out;
    }
    out->args = x->n_arg ? DTN_NEW_N(tx->arena, dtn_expr *, x->n_arg) : NULL;
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = without_self(tx, x->args[i], key);
    return out;
}

static dtn_expr *self_reference(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_var *var = &tx->vars[tx->at].from;
    dtn_expr *out = dtn_expr_new(tx->to, DTN_X_NAME, x->pos);
    out->text = var->name;
    out->key = var->key;
    out->n_sub = tx->eqn->n_sub;
    out->subs = tx->eqn->subs;
    return out;
}

static dtn_expr *out_sample(dtn_tx *tx, const dtn_expr *x)
{
    if (tx->eqn->expr != x)
        return tr(tx, dtn_tx_hoist(tx, x, (dtn_eqn){.kind = DTN_EQN_EXPR, .expr = copy_node(tx, x)},
                                   "sample"));
    const char *key = tx->vars[tx->at].from.key;
    dtn_expr *held =
        call(tx, "PREVIOUS", 2, tr(tx, self_reference(tx, x)), tr(tx, x->args[2]), NULL);
    return dtn_make_if(tx->to, tr(tx, without_self(tx, x->args[0], key)),
                       tr(tx, without_self(tx, x->args[1], key)), held);
}

static dtn_expr *out_hyperbolic(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_expr *a = shared(tx, x->args[0], "value");
    dtn_expr *up = call(tx, "EXP", 1, tr(tx, a), NULL, NULL);
    dtn_expr *down = call(tx, "EXP", 1, dtn_make_unary(tx->to, DTN_OP_NEG, tr(tx, a)), NULL, NULL);
    dtn_tx_note(tx, DTN_WARNING, x->pos, "'%s' is written with EXP, which loses digits near 0",
                x->text);
    if (strcmp(x->key, "tanh") == 0)
        return bin(tx, DTN_OP_DIV, bin(tx, DTN_OP_SUB, up, down), bin(tx, DTN_OP_ADD, up, down));
    return bin(tx, DTN_OP_DIV,
               bin(tx, strcmp(x->key, "sinh") == 0 ? DTN_OP_SUB : DTN_OP_ADD, up, down),
               num(tx, 2));
}

/* NPV(stream, rate, start, factor), NPVE: a stock that the discounted stream fills, and one for the
 * discount. In the source's notation, so that ranges follow as they do there. */
static dtn_expr *out_npv(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr *stream = x->args[0], *rate = x->args[1];
    dtn_expr *per_step =
        bin(tx, DTN_OP_ADD, num(tx, 1), bin(tx, DTN_OP_MUL, rate, name(tx, "TIME STEP")));
    dtn_expr *factor = dtn_expr_new(tx->to, DTN_X_NAME, x->pos);
    dtn_expr *fall = bin(tx, DTN_OP_DIV, bin(tx, DTN_OP_MUL, factor, rate), per_step);
    dtn_eqn eqn = {.kind = DTN_EQN_STOCK, .init = num(tx, 1)};
    eqn.expr = dtn_make_unary(tx->to, DTN_OP_NEG, fall);
    *factor = *dtn_tx_hoist(tx, rate, eqn, "discount");
    dtn_expr *part = strcmp(x->key, "npve") == 0 ? bin(tx, DTN_OP_DIV, factor, per_step) : factor;
    dtn_expr *value = bin(tx, DTN_OP_MUL, stream, part);
    eqn = (dtn_eqn){.kind = DTN_EQN_STOCK, .expr = value, .init = x->args[2]};
    const dtn_expr *sum = dtn_tx_hoist(tx, x, eqn, "present value");
    dtn_expr *now = bin(tx, DTN_OP_MUL, tr(tx, value), name(tx, "DT"));
    return bin(tx, DTN_OP_MUL, bin(tx, DTN_OP_ADD, tr(tx, sum), now), tr(tx, x->args[3]));
}

/* ---- Tables ------------------------------------------------------------------------------------------ */

/* A table read in a mode is another graphical function in XMILE: one of that type beside it. */
static const char *table_of_kind(dtn_tx *tx, dtn_tx_var *var, dtn_lookup_kind kind)
{
    const char *suffix = kind == DTN_LOOKUP_EXTRAPOLATE ? "extrapolated" : "in steps";
    const char *base =
        dtn_arena_printf(tx->arena, "%s %s", dtn_plain_name(tx->arena, var->from.name), suffix);
    const char *key = dtn_model_name_key(tx->to, base, strlen(base));
    if (dtn_tx_find(tx, key))
        return base;
    dtn_var copy = var->from;
    copy.name = base;
    copy.is_hidden = false;
    copy.eqns = DTN_NEW_N(tx->arena, dtn_eqn, copy.n_eqn);
    for (size_t i = 0; i < copy.n_eqn; i++) {
        copy.eqns[i] = var->from.eqns[i];
        dtn_lookup *table = copy.eqns[i].lookup ? DTN_NEW(tx->arena, dtn_lookup) : NULL;
        if (table) {
            *table = *copy.eqns[i].lookup;
            table->kind = kind;
        }
        copy.eqns[i].lookup = table;
    }
    dtn_tx_note(tx, DTN_NOTE, var->from.pos,
                "the table '%s' has a twin '%s': XMILE gives the "
                "way of reading to the table",
                var->from.name, base);
    const uint32_t at = dtn_tx_add(tx, copy); /* may move the variables */
    return tx->vars[at].from.name;
}

/* LOOKUP(table, x), the table read as Vensim's function says. */
static dtn_expr *out_lookup_mode(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_expr *table = x->args[0];
    dtn_tx_var *var = table->kind == DTN_X_NAME ? dtn_tx_find(tx, table->key) : NULL;
    const bool is_forward = strcmp(x->key, "lookup_forward") == 0;
    const bool is_table = var && var->from.n_eqn > 0 && var->from.eqns[0].lookup;
    if (is_forward || !is_table)
        return NULL;
    dtn_expr ref = *table;
    ref.text = table_of_kind(tx, var,
                             strcmp(x->key, "lookup_backward") != 0 ? DTN_LOOKUP_EXTRAPOLATE
                                                                    : DTN_LOOKUP_DISCRETE);
    ref.key = dtn_model_name_key(tx->to, ref.text, strlen(ref.text));
    return call(tx, "LOOKUP", 2, tr(tx, &ref), tr(tx, x->args[1]), NULL);
}

/* LOOKUP AREA(table, from, to) of a stretch within the table: LOOKUPAREA(table, to, from). Outside
 * Stella sees no area, and none is negative: the function keeps its name then. */
static dtn_expr *out_lookup_area(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_expr *table = x->args[0], *from = x->args[1], *to = x->args[2];
    const dtn_tx_var *var = table->kind == DTN_X_NAME ? dtn_tx_find(tx, table->key) : NULL;
    const dtn_lookup *l = var && var->from.n_eqn == 1 ? var->from.eqns[0].lookup : NULL;
    if (!l || l->n == 0 || l->kind != DTN_LOOKUP_CONTINUOUS || from->kind != DTN_X_NUMBER ||
        to->kind != DTN_X_NUMBER || from->number > to->number || from->number < l->x[0] ||
        to->number > l->x[l->n - 1])
        return NULL;
    return call(tx, "LOOKUPAREA", 3, tr(tx, table), tr(tx, to), tr(tx, from));
}

/* WITH LOOKUP inside an expression: its table gets a name. */
static dtn_expr *out_with_lookup(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_expr *table = x->args[1];
    if (table->kind != DTN_X_LOOKUP)
        return call(tx, "LOOKUP", 2, tr(tx, table), tr(tx, x->args[0]), NULL);
    const dtn_expr *ref = dtn_tx_hoist(
        tx, table, (dtn_eqn){.kind = DTN_EQN_LOOKUP, .lookup = table->lookup}, "table");
    return call(tx, "LOOKUP", 2, tr(tx, ref), tr(tx, x->args[0]), NULL);
}

/* ---- Random numbers ------------------------------------------------------------------------ */

/* Vensim: stream 0 is that of NOISE SEED. */
static dtn_expr *seed_of(dtn_tx *tx, const dtn_expr *seed)
{
    const dtn_var *noise = dtn_model_find_var(tx->src, "noise_seed");
    dtn_expr *own = tr(tx, seed);
    if (!noise || noise->n_eqn == 0 || (seed->kind == DTN_X_NUMBER && seed->number != 0))
        return own;
    dtn_expr *model_seed = dtn_tx_root_name(tx, noise, seed->pos);
    if (seed->kind == DTN_X_NUMBER)
        return model_seed;
    return dtn_make_if(tx->to, bin(tx, DTN_OP_EQ, own, num(tx, 0)), model_seed, own);
}

static bool is_number(const dtn_expr *x, double v)
{
    return x->kind == DTN_X_NUMBER && x->number == v;
}

static dtn_expr *with_bounds(dtn_tx *tx, const char *f, dtn_expr *a, const dtn_expr *x,
                             const dtn_expr *seed)
{
    dtn_expr *out = call(tx, f, 2, a, seed_of(tx, seed), NULL);
    dtn_expr **args = DTN_NEW_N(tx->arena, dtn_expr *, 4);
    memcpy(args, out->args, 2 * sizeof *args);
    args[2] = tr(tx, x->args[0]);
    args[3] = tr(tx, x->args[1]);
    out->args = args;
    out->n_arg = 4;
    return out;
}

/* RANDOM 0 1() */
static dtn_expr *out_random_0_1(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr stream = {.kind = DTN_X_NUMBER, .pos = x->pos};
    dtn_expr *seed = seed_of(tx, &stream);
    const bool has_seed = !is_number(seed, 0);
    return call(tx, "RANDOM", 2 + has_seed, num(tx, 0), num(tx, 1), has_seed ? seed : NULL);
}

/* RANDOM EXPONENTIAL(low, high, shift, stretch, stream) */
static dtn_expr *out_exponential(dtn_tx *tx, const dtn_expr *x)
{
    if (!is_number(x->args[2], 0))
        return NULL;
    return with_bounds(tx, "EXPRND", tr(tx, x->args[3]), x, x->args[4]);
}

/* RANDOM POISSON(low, high, mean, shift, stretch, stream) */
static dtn_expr *out_poisson(dtn_tx *tx, const dtn_expr *x)
{
    if (!is_number(x->args[3], 0) || !is_number(x->args[4], 1))
        return NULL;
    return with_bounds(tx, "POISSON", tr(tx, x->args[2]), x, x->args[5]);
}

/* ---- The tables ------------------------------------------------------------------------------ */

/* Functions that XMILE has: its name, and which of Vensim's arguments go where. */
static const struct {
    const char *key, *name, *order;
} renamed[] = {{"if_then_else", "IF THEN ELSE", "012"},
               {"smooth", "SMTH1", "01"},
               {"smoothi", "SMTH1", "012"},
               {"smooth3", "SMTH3", "01"},
               {"smooth3i", "SMTH3", "012"},
               {"delay1", "DELAY1", "01"},
               {"delay1i", "DELAY1", "012"},
               {"delay3", "DELAY3", "01"},
               {"delay3i", "DELAY3", "012"},
               {"delay_fixed", "DELAY", "012"},
               {"forecast", "FORCST", "012"},
               {"trend", "TREND", "012"},
               {"initial", "INIT", "0"},
               {"game", NULL, "0"},
               {"random_uniform", "RANDOM", "012"},
               {"random_normal", "NORMAL", "23401"},
               {"abs", "ABS", "0"},
               {"arccos", "ARCCOS", "0"},
               {"arcsin", "ARCSIN", "0"},
               {"arctan", "ARCTAN", "0"},
               {"cos", "COS", "0"},
               {"exp", "EXP", "0"},
               {"ln", "LN", "0"},
               {"max", "MAX", "01"},
               {"min", "MIN", "01"},
               {"sin", "SIN", "0"},
               {"sqrt", "SQRT", "0"},
               {"tan", "TAN", "0"},
               {"step", "STEP", "01"},
               {"ramp", "RAMP", "012"},
               {"gamma_ln", "GAMMALN", "0"}};

static dtn_expr *out_renamed(dtn_tx *tx, const dtn_expr *x)
{
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
        const char *order = renamed[i].order;
        if (strcmp(x->key, renamed[i].key) != 0 || x->n_arg != strlen(order))
            continue;
        if (!renamed[i].name) {
            dtn_tx_note(tx, DTN_WARNING, x->pos, "GAME has no counterpart; its argument stays");
            return tr(tx, x->args[0]);
        }
        dtn_expr *out = call(tx, renamed[i].name, 0, NULL, NULL, NULL);
        out->n_arg = x->n_arg;
        out->args = DTN_NEW_N(tx->arena, dtn_expr *, x->n_arg);
        for (uint32_t k = 0; k < x->n_arg; k++) {
            const uint32_t from = (uint32_t)(order[k] - '0');
            const bool is_seed = strncmp(x->key, "random_", 7) == 0 && from + 1 == x->n_arg;
            out->args[k] = is_seed ? seed_of(tx, x->args[from]) : tr(tx, x->args[from]);
        }
        return out;
    }
    return NULL;
}

/* A FUNCTION OF(a, -b), of a diagram without equations; a sign says of which direction a link is. */
static dtn_expr *out_sketched(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr *out = dtn_make_call(tx->to, "NAN", 0, NULL, NULL, NULL);
    out->n_arg = x->n_arg;
    out->args = DTN_NEW_N(tx->arena, dtn_expr *, x->n_arg + 1);
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = tr(tx, x->args[i]->kind == DTN_X_UNARY ? x->args[i]->args[0] : x->args[i]);
    return out;
}

typedef dtn_expr *(*out_fn)(dtn_tx *tx, const dtn_expr *x);

/* Functions with a rule of their own. A rule may give up with NULL. */
static const struct {
    const char *key;
    uint32_t min_args;
    out_fn rule;
} written_out[] = {{"pulse", 1, out_pulse},
                   {"pulse_train", 4, out_pulse_train},
                   {"xidz", 3, out_xidz},
                   {"zidz", 2, out_xidz},
                   {"integer", 1, out_integer},
                   {"a_function_of", 1, out_sketched},
                   {"quantum", 2, out_quantum},
                   {"log", 2, out_log},
                   {"power", 2, out_power},
                   {"modulo", 2, out_modulo},
                   {"sinh", 1, out_hyperbolic},
                   {"cosh", 1, out_hyperbolic},
                   {"tanh", 1, out_hyperbolic},
                   {"sample_if_true", 3, out_sample},
                   {"with_lookup", 2, out_with_lookup},
                   {"lookup_area", 3, out_lookup_area},
                   {"lookup_extrapolate", 2, out_lookup_mode},
                   {"tabxl", 2, out_lookup_mode},
                   {"lookup_forward", 2, out_lookup_mode},
                   {"lookup_backward", 2, out_lookup_mode},
                   {"time_base", 2, out_time_base},
                   {"npv", 4, out_npv},
                   {"npve", 4, out_npv},
                   {"random_0_1", 0, out_random_0_1},
                   {"random_exponential", 5, out_exponential},
                   {"random_poisson", 6, out_poisson}};

dtn_expr *dtn_tx_function(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr *out = out_renamed(tx, x);
    if (out)
        return out;
    for (size_t i = 0; i < sizeof written_out / sizeof *written_out; i++)
        if (strcmp(x->key, written_out[i].key) == 0 && x->n_arg >= written_out[i].min_args)
            return written_out[i].rule(tx, x);
    return NULL;
}
