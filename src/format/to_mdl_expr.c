/* Expressions from XMILE's notation into Vensim's.
 *
 * Functions that Vensim has under another name or with its arguments in another order are in one
 * table; the others are written out by their definition. INITIAL, DELAY FIXED and ACTIVE INITIAL
 * may only be a whole right side there: inside an expression they become variables of their own.
 *
 * Arrays. A bare array takes its ranges as subscripts; inside an array function these, `*` and
 * ranges that are not on the left side get a '!'. A position becomes the element there, a
 * computed one VECTOR ELM MAP, with XMILE's 0 outside of the range.
 *
 * Follows XMILE 1.0, sections 3.3, 3.5 and 3.7, and the Vensim reference manual (functions).
 */
#include <math.h>
#include <string.h>

#include "format/to_mdl.h"
#include "model/functions.h"
#include "model/notation.h"

#define MAX_TWICE 40 /* nodes of an argument that may stand twice, as in to_xmile_expr.c */

static dtn_expr *tr(dtn_tm *tm, const dtn_expr *x) { return dtn_tm_expr(tm, x); }
static dtn_expr *num(dtn_tm *tm, double v) { return dtn_make_number(tm->to, v); }
static dtn_expr *name(dtn_tm *tm, const char *s) { return dtn_make_name(tm->to, s); }
static dtn_expr *bin(dtn_tm *tm, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    return dtn_make_binary(tm->to, op, a, b);
}
static dtn_expr *call(dtn_tm *tm, const char *f, uint32_t n, dtn_expr *a, dtn_expr *b, dtn_expr *c)
{
    return dtn_make_call(tm->to, f, n, a, b, c);
}

static const dtn_dim *find_dim(const dtn_tm *tm, const char *key)
{
    return key ? dtn_model_find_dim(tm->src, key) : NULL;
}

static const char *dim_name(const dtn_tm *tm, const dtn_dim *dim)
{
    return tm->dst->dims[dim->id].name;
}

static dtn_expr *control(dtn_tm *tm, const char *key)
{
    static const struct {
        const char *key, *name;
    } table[] = {{"time", "Time"},
                 {"dt", "TIME STEP"},
                 {"starttime", "INITIAL TIME"},
                 {"stoptime", "FINAL TIME"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(key, table[i].key) == 0)
            return name(tm, tm->macro ? dtn_arena_printf(tm->arena, "%s$", table[i].name)
                                      : table[i].name);
    return NULL;
}

static dtn_expr *time_step(dtn_tm *tm) { return control(tm, "dt"); }

/* ---- Subscripts ------------------------------------------------------------------- */

/* Is the range on the left side of the equation at work? */
static bool is_on_left(const dtn_tm *tm, const dtn_dim *dim)
{
    for (uint32_t p = 0; p < tm->eqn->n_sub; p++)
        if (tm->eqn->subs[p].key && strcmp(tm->eqn->subs[p].key, dim->key) == 0)
            return true;
    return false;
}

static dtn_sub range_sub(dtn_tm *tm, const dtn_dim *dim, bool bang, dtn_pos pos)
{
    return dtn_tm_name_sub(dim_name(tm, dim), tm->dst, bang, pos);
}

static dtn_sub element_sub(dtn_tm *tm, const dtn_dim *dim, uint32_t at, dtn_pos pos)
{
    return dtn_tm_name_sub(tm->dst->dims[dim->id].elements[at], tm->dst, false, pos);
}

/* Where a number leads: to the element of that name, else to that position. */
static uint32_t numbered(const dtn_dim *dim, double number)
{
    char text[DTN_DOUBLE_MAX_TEXT];
    dtn_double_to_text(number, text);
    const uint32_t at = dtn_map_get(&dim->index, text);
    if (at != DTN_MAP_NONE)
        return at;
    return number >= 1 && number <= dim->n_element ? (uint32_t)number - 1 : DTN_MAP_NONE;
}

/* The expression of a computed subscript, NULL if it is none. A name may be a variable's. */
static const dtn_expr *computed(dtn_tm *tm, const dtn_sub *sub, const dtn_dim *storage)
{
    if (sub->kind == DTN_SUB_EXPR)
        return sub->expr;
    if (sub->kind != DTN_SUB_NAME || find_dim(tm, sub->key) ||
        dtn_map_get(&storage->index, sub->key) != DTN_MAP_NONE || !dtn_tm_find(tm, sub->key))
        return NULL;
    dtn_expr *x = dtn_expr_new(tm->to, DTN_X_NAME, sub->pos);
    x->text = sub->text;
    x->key = sub->key;
    return x;
}

static dtn_sub refuse_sub(dtn_tm *tm, const dtn_sub *sub, const dtn_expr *x)
{
    dtn_refuse(tm->diags, sub->pos, "name the elements one by one",
               "a subscript of '%s' cannot be written in Vensim's notation", x->text);
    return dtn_tm_name_sub("?", tm->dst, false, sub->pos);
}

static dtn_sub out_sub(dtn_tm *tm, const dtn_sub *sub, const dtn_dim *storage, const dtn_expr *x)
{
    const dtn_dim *dim = sub->key ? find_dim(tm, sub->key) : NULL;
    if (sub->kind == DTN_SUB_STAR)
        return range_sub(tm, sub->text && dim ? dim : storage, true, sub->pos);
    if (sub->kind == DTN_SUB_NUMBER) {
        const uint32_t at = numbered(storage, sub->number);
        return at == DTN_MAP_NONE ? refuse_sub(tm, sub, x) : element_sub(tm, storage, at, sub->pos);
    }
    if (sub->kind == DTN_SUB_EXPR) /* of a computed one: where it starts */
        return element_sub(tm, storage, 0, sub->pos);
    if (sub->kind != DTN_SUB_NAME)
        return refuse_sub(tm, sub, x);
    if (dim)
        return range_sub(tm, dim, sub->bang || (tm->in_array && !is_on_left(tm, dim)), sub->pos);
    const uint32_t at = dtn_map_get(&storage->index, sub->key);
    if (at != DTN_MAP_NONE)
        return element_sub(tm, storage, at, sub->pos);
    if (dtn_tm_find(tm, sub->key))
        return element_sub(tm, storage, 0, sub->pos);
    return dtn_tm_name_sub(sub->text, tm->dst, false, sub->pos);
}

static const dtn_dim *storage_of(const dtn_tm *tm, const dtn_tm_var *var, uint32_t p)
{
    return var && p < var->n_dim && var->dims[p] != DTN_NONE ? &tm->src->dims[var->dims[p]] : NULL;
}

static void put_subs(dtn_tm *tm, const dtn_expr *x, const dtn_tm_var *var, dtn_expr *out)
{
    out->n_sub = x->n_sub ? x->n_sub : var ? var->n_dim : 0;
    out->subs = out->n_sub ? DTN_NEW_N(tm->arena, dtn_sub, out->n_sub) : NULL;
    for (uint32_t p = 0; p < out->n_sub; p++) {
        const dtn_dim *storage = storage_of(tm, var, p);
        const dtn_sub *sub = x->n_sub ? &x->subs[p] : NULL;
        const dtn_dim *dim = sub && sub->key ? find_dim(tm, sub->key) : NULL;
        storage = storage ? storage : dim;
        if (!sub && storage)
            out->subs[p] = range_sub(tm, storage, tm->in_array, x->pos);
        else if (sub && storage)
            out->subs[p] = out_sub(tm, sub, storage, x);
        else
            out->subs[p] = sub && sub->text && sub->kind == DTN_SUB_NAME
                               ? dtn_tm_name_sub(sub->text, tm->dst, sub->bang, sub->pos)
                               : refuse_sub(tm, sub ? sub : &(dtn_sub){.pos = x->pos}, x);
    }
}

/* ---- Names ------------------------------------------------------------------------------ */

/* x[i + 1]: the element so many places behind the first; 0 outside. */
static dtn_expr *gather(dtn_tm *tm, const dtn_expr *x, const dtn_tm_var *var, dtn_expr *ref)
{
    const dtn_tm_var copy = *var; /* the list may move */
    dtn_expr *offset = NULL, *outside = NULL;
    size_t stride = 1;
    for (uint32_t p = x->n_sub; p-- > 0;) {
        const dtn_dim *storage = storage_of(tm, &copy, p);
        const dtn_expr *at = storage ? computed(tm, &x->subs[p], storage) : NULL;
        if (at) {
            dtn_expr *place = bin(tm, DTN_OP_SUB, tr(tm, at), num(tm, 1));
            if (stride > 1)
                place = bin(tm, DTN_OP_MUL, place, num(tm, (double)stride));
            offset = offset ? bin(tm, DTN_OP_ADD, offset, place) : place;
            dtn_expr *below = bin(tm, DTN_OP_LT, tr(tm, at), num(tm, 0.5));
            dtn_expr *above =
                bin(tm, DTN_OP_GE, tr(tm, at), num(tm, storage->n_element + 0.5));
            dtn_expr *off = bin(tm, DTN_OP_OR, below, above);
            outside = outside ? bin(tm, DTN_OP_OR, outside, off) : off;
        }
        stride *= storage ? storage->n_element : 1;
    }
    if (!offset)
        return ref;
    return dtn_make_if(tm->to, outside, num(tm, 0),
                       call(tm, "VECTOR ELM MAP", 2, ref, offset, NULL));
}

static dtn_expr *plain_name(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_dim *dim = find_dim(tm, x->key);
    const uint32_t home = dtn_map_get(&tm->elements, x->key);
    if (dim)
        return name(tm, dim_name(tm, dim));
    if (home != DTN_MAP_NONE) {
        const uint32_t at = dtn_map_get(&tm->src->dims[home].index, x->key);
        return name(tm, tm->dst->dims[home].elements[at]);
    }
    if (strcmp(x->key, "pi") == 0)
        return num(tm, 3.14159265358979323846);
    if (strcmp(x->key, "inf") == 0) {
        dtn_tm_note(tm, DTN_WARNING, x->pos, "Vensim has no INF; it is written as 1e300");
        return num(tm, 1e300);
    }
    return control(tm, x->key);
}

static bool is_param(const dtn_tm *tm, const char *key)
{
    for (uint32_t i = 0; tm->macro && i < tm->macro->n_param; i++)
        if (strcmp(tm->macro->params[i], key) == 0)
            return true;
    return false;
}

static dtn_expr *out_name(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_tm_var *var = dtn_tm_find(tm, x->key);
    dtn_expr *out = !var && !is_param(tm, x->key) && x->n_sub == 0 ? plain_name(tm, x) : NULL;
    if (out)
        return out;
    if (!var && x->key[0] == '.' && tm->macro) { /* of the root model */
        const dtn_var *root = dtn_model_find_var(tm->src, x->key + 1);
        if (root)
            return name(tm, dtn_arena_printf(tm->arena, "%s$",
                                             dtn_plain_name(tm->arena, root->name)));
    }
    out = name(tm, var ? var->name : dtn_plain_name(tm->arena, x->text));
    put_subs(tm, x, var, out);
    return var ? gather(tm, x, var, out) : out;
}

/* ---- What stands twice, and what must stand alone ------------------------------------------- */

static size_t count_nodes(const dtn_expr *x, bool *has_draw)
{
    size_t n = 1;
    const uint32_t fn =
        x->kind == DTN_X_CALL || x->kind == DTN_X_NAME ? dtn_fn_find(DTN_XMILE, x->key) : DTN_NONE;
    *has_draw |= fn != DTN_NONE && dtn_fn_table[fn].behaviour == DTN_FNB_DRAW;
    for (uint32_t i = 0; i < x->n_arg; i++)
        n += count_nodes(x->args[i], has_draw);
    return n;
}

static dtn_expr *copy_node(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *copy = DTN_NEW(tm->arena, dtn_expr);
    *copy = *x;
    return copy;
}

static const dtn_expr *shared(dtn_tm *tm, const dtn_expr *x, const char *suffix)
{
    bool has_draw = false;
    const size_t n = count_nodes(x, &has_draw);
    if ((n <= MAX_TWICE && !has_draw) || tm->in_array)
        return x;
    return dtn_tm_hoist(tm, x, (dtn_eqn){.kind = DTN_EQN_EXPR, .expr = copy_node(tm, x)}, suffix);
}

/* A call that Vensim wants alone on the right side: a variable of its own, unless it is. */
static dtn_expr *alone(dtn_tm *tm, const dtn_expr *x, const char *suffix,
                       dtn_expr *(*rule)(dtn_tm *, const dtn_expr *))
{
    if (tm->whole == x || tm->in_array)
        return rule(tm, x);
    return tr(tm, dtn_tm_hoist(tm, x, (dtn_eqn){.kind = DTN_EQN_EXPR, .expr = copy_node(tm, x)},
                               suffix));
}

static dtn_expr *initial(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "INITIAL", 1, tr(tm, x->args[0]), NULL, NULL);
}

static dtn_expr *previous(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "DELAY FIXED", 3, tr(tm, x->args[0]), time_step(tm), tr(tm, x->args[1]));
}

static dtn_expr *delay(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "DELAY FIXED", 3, tr(tm, x->args[0]), tr(tm, x->args[1]),
                tr(tm, x->args[x->n_arg > 2 ? 2 : 0]));
}

static dtn_expr *out_initial(dtn_tm *tm, const dtn_expr *x)
{
    return alone(tm, x, "initial", initial);
}

static dtn_expr *out_previous(dtn_tm *tm, const dtn_expr *x)
{
    return alone(tm, x, "previous", previous);
}

static dtn_expr *out_delay(dtn_tm *tm, const dtn_expr *x) { return alone(tm, x, "delayed", delay); }

/* ---- Functions written out ---------------------------------------------------------------------- */

static dtn_expr *or_first(dtn_tm *tm, const dtn_expr *x, uint32_t i)
{
    return tr(tm, x->args[i < x->n_arg ? i : 0]);
}

static dtn_expr *out_order_n(dtn_tm *tm, const dtn_expr *x)
{
    const bool is_delay = strcmp(x->key, "delayn") == 0;
    dtn_expr *out = call(tm, is_delay ? "DELAY N" : "SMOOTH N", 3, tr(tm, x->args[0]),
                         tr(tm, x->args[1]), or_first(tm, x, 3));
    dtn_expr **args = DTN_NEW_N(tm->arena, dtn_expr *, 4);
    memcpy(args, out->args, 3 * sizeof *args);
    args[3] = tr(tm, x->args[2]);
    out->args = args;
    out->n_arg = 4;
    return out;
}

static dtn_expr *out_trend(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "TREND", 3, tr(tm, x->args[0]), tr(tm, x->args[1]),
                x->n_arg > 2 ? tr(tm, x->args[2]) : num(tm, 0));
}

/* FORCST with a trend before the start: its average becomes a stock. */
static dtn_expr *out_forecast(dtn_tm *tm, const dtn_expr *x)
{
    if (x->n_arg == 3)
        return call(tm, "FORECAST", 3, tr(tm, x->args[0]), tr(tm, x->args[1]),
                    tr(tm, x->args[2]));
    dtn_expr *in = x->args[0], *time = x->args[1];
    dtn_eqn eqn = {.kind = DTN_EQN_STOCK};
    dtn_expr *average = dtn_expr_new(tm->to, DTN_X_NAME, x->pos);
    eqn.expr = bin(tm, DTN_OP_DIV, bin(tm, DTN_OP_SUB, in, average), time);
    eqn.init = bin(tm, DTN_OP_DIV, in,
                   bin(tm, DTN_OP_ADD, num(tm, 1), bin(tm, DTN_OP_MUL, x->args[3], time)));
    const dtn_expr *ref = dtn_tm_hoist(tm, x, eqn, "average");
    *average = *ref;
    dtn_expr *slope = call(tm, "ZIDZ", 2, bin(tm, DTN_OP_SUB, tr(tm, in), tr(tm, ref)),
                           bin(tm, DTN_OP_MUL, tr(tm, time), tr(tm, ref)), NULL);
    return bin(tm, DTN_OP_MUL, tr(tm, in),
               bin(tm, DTN_OP_ADD, num(tm, 1), bin(tm, DTN_OP_MUL, slope, tr(tm, x->args[2]))));
}

static dtn_expr *out_ramp(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "RAMP", 3, tr(tm, x->args[0]), tr(tm, x->args[1]),
                x->n_arg > 2 ? tr(tm, x->args[2]) : control(tm, "stoptime"));
}

/* PULSE(volume, first, interval): the volume in one step, again after each interval. */
static dtn_expr *out_pulse(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *height = bin(tm, DTN_OP_DIV, tr(tm, x->args[0]), time_step(tm));
    dtn_expr *first = x->n_arg > 1 ? tr(tm, x->args[1]) : control(tm, "starttime");
    dtn_expr *once = call(tm, "PULSE", 2, first, time_step(tm), NULL);
    if (x->n_arg < 3)
        return bin(tm, DTN_OP_MUL, once, height);
    const dtn_expr *interval = shared(tm, x->args[2], "interval");
    dtn_expr *train = call(tm, "PULSE TRAIN", 3, tr(tm, x->args[1]), time_step(tm),
                           tr(tm, interval));
    dtn_expr **args = DTN_NEW_N(tm->arena, dtn_expr *, 4);
    memcpy(args, train->args, 3 * sizeof *args);
    args[3] = bin(tm, DTN_OP_ADD, control(tm, "stoptime"), time_step(tm));
    train->args = args;
    train->n_arg = 4;
    double value;
    if (dtn_constant_value(tm->src, interval, &value))
        return bin(tm, DTN_OP_MUL, value > 0 ? train : once, height);
    dtn_expr *again = bin(tm, DTN_OP_GT, tr(tm, interval), num(tm, 0));
    return bin(tm, DTN_OP_MUL, dtn_make_if(tm->to, again, train, once), height);
}

/* Down to a whole number; Vensim's INTEGER goes towards zero. */
static dtn_expr *out_int(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *a = shared(tm, x->args[0], "value");
    dtn_expr *above = bin(tm, DTN_OP_GT, call(tm, "INTEGER", 1, tr(tm, a), NULL, NULL), tr(tm, a));
    return bin(tm, DTN_OP_SUB, call(tm, "INTEGER", 1, tr(tm, a), NULL, NULL),
               dtn_make_if(tm->to, above, num(tm, 1), num(tm, 0)));
}

/* To the nearest, halves away from zero. */
static dtn_expr *out_round(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *a = shared(tm, x->args[0], "value");
    dtn_expr *half = dtn_make_if(tm->to, bin(tm, DTN_OP_LT, tr(tm, a), num(tm, 0)),
                                 num(tm, -0.5), num(tm, 0.5));
    return call(tm, "INTEGER", 1, bin(tm, DTN_OP_ADD, tr(tm, a), half), NULL, NULL);
}

static dtn_expr *out_log10(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "LOG", 2, tr(tm, x->args[0]), num(tm, 10), NULL);
}

static dtn_expr *out_safediv(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *b = shared(tm, x->args[1], "divisor");
    return dtn_make_if(tm->to, bin(tm, DTN_OP_EQ, tr(tm, b), num(tm, 0)),
                       x->n_arg > 2 ? tr(tm, x->args[2]) : num(tm, 0),
                       bin(tm, DTN_OP_DIV, tr(tm, x->args[0]), tr(tm, b)));
}

static dtn_expr *out_uniform(dtn_tm *tm, const dtn_expr *x)
{
    return call(tm, "RANDOM UNIFORM", 3, tr(tm, x->args[0]), tr(tm, x->args[1]),
                x->n_arg > 2 ? tr(tm, x->args[2]) : num(tm, 0));
}

static dtn_expr *out_normal(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *out = call(tm, "RANDOM NORMAL", 0, NULL, NULL, NULL);
    out->n_arg = 5;
    out->args = DTN_NEW_N(tm->arena, dtn_expr *, 5);
    out->args[0] = x->n_arg > 3 ? tr(tm, x->args[3]) : num(tm, -1e30);
    out->args[1] = x->n_arg > 4 ? tr(tm, x->args[4]) : num(tm, 1e30);
    out->args[2] = tr(tm, x->args[0]);
    out->args[3] = tr(tm, x->args[1]);
    out->args[4] = x->n_arg > 2 ? tr(tm, x->args[2]) : num(tm, 0);
    return out;
}

/* ---- Arrays ------------------------------------------------------------------------------------------ */

static bool is_array_function(const dtn_expr *x)
{
    const uint32_t fn = x->kind == DTN_X_CALL ? dtn_fn_find(DTN_XMILE, x->key) : DTN_NONE;
    return fn != DTN_NONE && dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY;
}

/* Elements that an array function runs over, as compile/ counts them: each range once. */
typedef struct ranges {
    dtn_tm *tm;
    uint32_t dims[DTN_MAX_DIMS], n;
} ranges;

static void add_range(ranges *r, const dtn_dim *dim)
{
    for (uint32_t i = 0; dim && i < r->n; i++)
        if (r->dims[i] == dim->id)
            return;
    if (dim && r->n < DTN_MAX_DIMS)
        r->dims[r->n++] = dim->id;
}

static void find_ranges(ranges *r, const dtn_expr *x)
{
    const dtn_tm_var *var = x->kind == DTN_X_NAME ? dtn_tm_find(r->tm, x->key) : NULL;
    for (uint32_t p = 0; var && p < var->n_dim; p++) {
        const dtn_sub *sub = x->n_sub ? &x->subs[p] : NULL;
        const dtn_dim *dim = sub && sub->key ? find_dim(r->tm, sub->key) : NULL;
        if (!sub || sub->kind == DTN_SUB_STAR)
            add_range(r, dim ? dim : storage_of(r->tm, var, p));
        else if (dim && !is_on_left(r->tm, dim))
            add_range(r, dim);
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!is_array_function(x->args[i]))
            find_ranges(r, x->args[i]);
}

static double count_of(dtn_tm *tm, const dtn_expr *x)
{
    ranges r = {.tm = tm};
    double n = 1;
    find_ranges(&r, x);
    for (uint32_t i = 0; i < r.n; i++)
        n *= tm->src->dims[r.dims[i]].n_element;
    return n;
}

static dtn_expr *reduced(dtn_tm *tm, const char *f, const dtn_expr *x)
{
    const bool before = tm->in_array;
    tm->in_array = true;
    dtn_expr *out = call(tm, f, 1, tr(tm, x), NULL, NULL);
    tm->in_array = before;
    return out;
}

static dtn_expr *out_sum(dtn_tm *tm, const dtn_expr *x) { return reduced(tm, "SUM", x->args[0]); }
static dtn_expr *out_prod(dtn_tm *tm, const dtn_expr *x) { return reduced(tm, "PROD", x->args[0]); }

static dtn_expr *out_mean(dtn_tm *tm, const dtn_expr *x)
{
    return bin(tm, DTN_OP_DIV, out_sum(tm, x), num(tm, count_of(tm, x->args[0])));
}

static dtn_expr *out_size(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_expr *a = x->args[0];
    const dtn_dim *dim =
        a->kind == DTN_X_NAME && !dtn_tm_find(tm, a->key) ? find_dim(tm, a->key) : NULL;
    return num(tm, dim ? dim->n_element : count_of(tm, a));
}

/* MIN, MAX: over an array, or of as many arguments as there are. */
static dtn_expr *out_extreme(dtn_tm *tm, const dtn_expr *x)
{
    const bool is_min = strcmp(x->key, "min") == 0;
    if (x->n_arg == 1)
        return reduced(tm, is_min ? "VMIN" : "VMAX", x->args[0]);
    dtn_expr *out = tr(tm, x->args[0]);
    for (uint32_t i = 1; i < x->n_arg; i++)
        out = call(tm, is_min ? "MIN" : "MAX", 2, out, tr(tm, x->args[i]), NULL);
    return out;
}

/* ---- Tables -------------------------------------------------------------------------------------------- */

/* table(x), or the function of Vensim that reads it in the way its type says. */
static dtn_expr *read_table(dtn_tm *tm, const dtn_expr *ref, const dtn_expr *at)
{
    const char *own = dtn_tm_table_of(tm, ref->key);
    const dtn_tm_var *var = dtn_tm_find(tm, own ? own : ref->key);
    const dtn_lookup *l = var && var->from.n_eqn ? var->from.eqns[0].lookup : NULL;
    dtn_expr *table = name(tm, var ? var->name : ref->text);
    put_subs(tm, ref, var, table);
    dtn_expr *value = tr(tm, at);
    if (l && l->kind == DTN_LOOKUP_EXTRAPOLATE)
        return call(tm, "LOOKUP EXTRAPOLATE", 2, table, value, NULL);
    if (l && l->kind == DTN_LOOKUP_DISCRETE)
        return call(tm, "LOOKUP BACKWARD", 2, table, value, NULL);
    dtn_expr *out = call(tm, table->text, 1, value, NULL, NULL);
    out->subs = table->subs;
    out->n_sub = table->n_sub;
    return out;
}

static dtn_expr *out_lookup(dtn_tm *tm, const dtn_expr *x)
{
    if (x->args[0]->kind != DTN_X_NAME) {
        dtn_refuse(tm->diags, x->pos, "give the name of a graphical function",
                   "the first argument of LOOKUP is no graphical function");
        return num(tm, 0);
    }
    return read_table(tm, x->args[0], x->args[1]);
}

static dtn_expr *out_table_call(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr ref = *x;
    ref.kind = DTN_X_NAME;
    ref.n_arg = 0;
    return read_table(tm, &ref, x->args[0]);
}

/* ---- Calls ------------------------------------------------------------------------------------------------ */

/* Functions that differ in name only. */
static const struct {
    const char *key, *name;
    uint32_t n_arg;
} renamed[] = {{"if_then_else", "IF THEN ELSE", 3},
               {"smth1", "SMOOTH", 2},
               {"smth1", "SMOOTHI", 3},
               {"smth3", "SMOOTH3", 2},
               {"smth3", "SMOOTH3I", 3},
               {"delay1", "DELAY1", 2},
               {"delay1", "DELAY1I", 3},
               {"delay3", "DELAY3", 2},
               {"delay3", "DELAY3I", 3},
               {"abs", "ABS", 1},
               {"arccos", "ARCCOS", 1},
               {"arcsin", "ARCSIN", 1},
               {"arctan", "ARCTAN", 1},
               {"cos", "COS", 1},
               {"exp", "EXP", 1},
               {"ln", "LN", 1},
               {"sin", "SIN", 1},
               {"sqrt", "SQRT", 1},
               {"tan", "TAN", 1},
               {"step", "STEP", 2}};

typedef dtn_expr *(*out_fn)(dtn_tm *tm, const dtn_expr *x);

static const struct {
    const char *key;
    uint32_t min_args;
    out_fn rule;
} written_out[] = {{"init", 1, out_initial},     {"previous", 2, out_previous},
                   {"delay", 2, out_delay},      {"delayn", 3, out_order_n},
                   {"smthn", 3, out_order_n},    {"trend", 2, out_trend},
                   {"forcst", 3, out_forecast},  {"ramp", 2, out_ramp},
                   {"pulse", 1, out_pulse},      {"int", 1, out_int},
                   {"round", 1, out_round},      {"log10", 1, out_log10},
                   {"safediv", 2, out_safediv},  {"random", 2, out_uniform},
                   {"uniform", 2, out_uniform},  {"normal", 2, out_normal},
                   {"sum", 1, out_sum},          {"prod", 1, out_prod},
                   {"mean", 1, out_mean},        {"size", 1, out_size},
                   {"min", 1, out_extreme},      {"max", 1, out_extreme},
                   {"lookup", 2, out_lookup}};

static dtn_expr *out_known(dtn_tm *tm, const dtn_expr *x)
{
    for (size_t i = 0; i < sizeof written_out / sizeof *written_out; i++)
        if (strcmp(x->key, written_out[i].key) == 0 && x->n_arg >= written_out[i].min_args)
            return written_out[i].rule(tm, x);
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
        if (strcmp(x->key, renamed[i].key) != 0 || x->n_arg != renamed[i].n_arg)
            continue;
        dtn_expr *out = call(tm, renamed[i].name, 0, NULL, NULL, NULL);
        out->n_arg = x->n_arg;
        out->args = DTN_NEW_N(tm->arena, dtn_expr *, x->n_arg);
        for (uint32_t k = 0; k < x->n_arg; k++)
            out->args[k] = tr(tm, x->args[k]);
        return out;
    }
    return NULL;
}

/* A macro's argument: an array that the left side does not run over is passed whole. */
static dtn_expr *out_argument(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_tm_var *var =
        x->kind == DTN_X_NAME && x->n_sub == 0 ? dtn_tm_find(tm, x->key) : NULL;
    const bool is_table = var && var->from.kind == DTN_VAR_LOOKUP;
    for (uint32_t p = 0; var && p < var->n_dim && !tm->in_array; p++) {
        const dtn_dim *dim = storage_of(tm, var, p);
        if (is_table || (dim && !is_on_left(tm, dim)))
            return name(tm, var->name);
    }
    return tr(tm, x);
}

static dtn_expr *out_macro(dtn_tm *tm, const dtn_expr *x, size_t k)
{
    const dtn_macro *macro = &tm->src->macros[k];
    dtn_expr *out = call(tm, tm->macro_names[k], 0, NULL, NULL, NULL);
    out->args = DTN_NEW_N(tm->arena, dtn_expr *, macro->n_param + x->n_arg + 1);
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[out->n_arg++] = out_argument(tm, x->args[i]);
    for (uint32_t i = x->n_arg; i < macro->n_param; i++)
        if (macro->defaults && macro->defaults[i])
            out->args[out->n_arg++] = tr(tm, macro->defaults[i]);
    return out;
}

static uint32_t least_args(const dtn_macro *macro)
{
    uint32_t n = macro->n_param;
    while (n > 0 && macro->defaults && macro->defaults[n - 1])
        n--;
    return n;
}

/* The macro of that name that takes as many arguments; src->n_macro: none. */
static size_t find_macro(const dtn_tm *tm, const dtn_expr *x)
{
    size_t found = tm->src->n_macro;
    for (size_t i = 0; i < tm->src->n_macro; i++) {
        const dtn_macro *macro = &tm->src->macros[i];
        if (strcmp(macro->key, x->key) != 0)
            continue;
        if (x->n_arg >= least_args(macro) && x->n_arg <= macro->n_param)
            return i;
        found = found < tm->src->n_macro ? found : i;
    }
    return found;
}

/* A function that Vensim knows under this name too; what it does not know is refused. */
static dtn_expr *out_same(dtn_tm *tm, const dtn_expr *x)
{
    const uint32_t fn = dtn_fn_find(DTN_VENSIM, x->key);
    const bool is_known = fn != DTN_NONE && dtn_fn_table[fn].dialect != 'X';
    const bool is_array = is_known && dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY;
    if (!is_known)
        dtn_refuse(tm->diags, x->pos, "write it with other functions",
                   "Vensim has no '%s', and it cannot be written out",
                   strcmp(x->key, DTN_KEY_TRANSPOSE) == 0 ? "' (transposed)" : x->text);
    const bool before = tm->in_array;
    tm->in_array |= is_array;
    char *text = dtn_arena_strdup(tm->arena, x->text);
    for (char *c = text; *c; c++) /* Vensim's functions have blanks in their names */
        *c = *c == '_' ? ' ' : *c;
    dtn_expr *out = call(tm, text, 0, NULL, NULL, NULL);
    out->n_arg = x->n_arg;
    out->args = DTN_NEW_N(tm->arena, dtn_expr *, x->n_arg + 1);
    for (uint32_t k = 0; k < x->n_arg; k++)
        out->args[k] = tr(tm, x->args[k]);
    tm->in_array = before;
    return out;
}

static bool is_table(const dtn_tm_var *var)
{
    return var && var->from.n_eqn > 0 && var->from.eqns[0].lookup;
}

static dtn_expr *out_call(dtn_tm *tm, const dtn_expr *x)
{
    if (x->n_arg == 0 && x->n_sub == 0) {
        dtn_expr *plain = plain_name(tm, x);
        if (plain)
            return plain;
    }
    if (x->n_arg == 1 && (is_table(dtn_tm_find(tm, x->key)) || is_param(tm, x->key)))
        return out_table_call(tm, x);
    const size_t macro = find_macro(tm, x);
    if (macro < tm->src->n_macro && !(tm->macro && strcmp(tm->macro->key, x->key) == 0))
        return out_macro(tm, x, macro);
    dtn_expr *out = out_known(tm, x);
    return out ? out : out_same(tm, x);
}

/* ---- All kinds --------------------------------------------------------------------------------------------- */

static dtn_expr *out_operation(dtn_tm *tm, const dtn_expr *x)
{
    if (x->op == DTN_OP_MOD)
        return call(tm, "MODULO", 2, tr(tm, x->args[0]), tr(tm, x->args[1]), NULL);
    dtn_expr *out = dtn_expr_new(tm->to, x->kind, x->pos);
    out->op = x->op;
    out->n_arg = x->n_arg;
    out->args = DTN_NEW_N(tm->arena, dtn_expr *, x->n_arg);
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = tr(tm, x->args[i]);
    return out;
}

dtn_expr *dtn_tm_expr(dtn_tm *tm, const dtn_expr *x)
{
    switch (x->kind) {
    case DTN_X_NUMBER:
        if (x->number == -0x1p109) /* what a converter writes for :NA: */
            return dtn_expr_new(tm->to, DTN_X_NA, x->pos);
        return dtn_expr_new_number(tm->to, x->number, x->pos);
    case DTN_X_NAME: return out_name(tm, x);
    case DTN_X_CALL: return out_call(tm, x);
    case DTN_X_UNARY:
        if (x->op == DTN_OP_NEG && x->args[0]->kind == DTN_X_NUMBER &&
            x->args[0]->number == 0x1p109)
            return dtn_expr_new(tm->to, DTN_X_NA, x->pos);
        return out_operation(tm, x);
    case DTN_X_BINARY: return out_operation(tm, x);
    case DTN_X_NA:
    case DTN_X_MISSING: return dtn_expr_new(tm->to, x->kind, x->pos);
    case DTN_X_STRING:
    case DTN_X_ARRAY:
    case DTN_X_LOOKUP: break;
    }
    dtn_refuse(tm->diags, x->pos, "give it an equation of its own",
               "a text or a list cannot stand inside an equation of '%s'",
               tm->vars[tm->at].from.name);
    return num(tm, 0);
}
