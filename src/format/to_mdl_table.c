/* Readings of graphical functions in Vensim's notation.
 *
 * A table is called by its name, or by the function of Vensim that reads it in the way its type says.
 * Stella's LOOKUPAREA and LOOKUPINV see nothing outside of the points, Vensim's functions go on with
 * the value at the end: places and values are held within the table first. What Vensim has no
 * function for is written as a number where only the table is asked (LOOKUPSUM, LOOKUPMEAN, the whole
 * area), and LOOKUPXY as a table of its own; else it is refused by the caller (to_mdl_expr.c).
 *
 * Follows Stella's help ("Graphical builtins") and the Vensim reference manual.
 */
#include <math.h>
#include <string.h>

#include "format/to_mdl.h"

static dtn_expr *tr(dtn_tm *tm, const dtn_expr *x) { return dtn_tm_expr(tm, x); }
static dtn_expr *num(dtn_tm *tm, double v) { return dtn_make_number(tm->to, v); }
static dtn_expr *call(dtn_tm *tm, const char *f, uint32_t n, dtn_expr *a, dtn_expr *b, dtn_expr *c)
{
    return dtn_make_call(tm->to, f, n, a, b, c);
}

/* The variable that holds the table that `ref` names, or NULL. */
static const dtn_tm_var *table_var(dtn_tm *tm, const dtn_expr *ref)
{
    const char *own = dtn_tm_table_of(tm, ref->key);
    return dtn_tm_find(tm, own ? own : ref->key);
}

static dtn_expr *table_name(dtn_tm *tm, const dtn_expr *ref, const dtn_tm_var *var)
{
    dtn_expr *table = dtn_make_name(tm->to, var ? var->name : ref->text);
    dtn_tm_put_subs(tm, ref, var, table);
    return table;
}

dtn_expr *dtn_tm_read_table(dtn_tm *tm, const dtn_expr *ref, const dtn_expr *at)
{
    const dtn_tm_var *var = table_var(tm, ref);
    const dtn_lookup *l = var && var->from.n_eqn ? var->from.eqns[0].lookup : NULL;
    dtn_expr *table = table_name(tm, ref, var);
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
    return dtn_tm_read_table(tm, x->args[0], x->args[1]);
}

/* ---- The points ------------------------------------------------------------------------- */

/* The points of a table that is the same for all elements; NULL: it is not known, or several. */
static const dtn_lookup *points_of(dtn_tm *tm, const dtn_expr *ref)
{
    const dtn_tm_var *var = ref->kind == DTN_X_NAME ? table_var(tm, ref) : NULL;
    return var && var->from.n_eqn == 1 ? var->from.eqns[0].lookup : NULL;
}

/* Of the points between the two places, in either order: their sum, or that of x times y. */
static double sum_of(const dtn_lookup *l, double to, double from, bool moment)
{
    const double least = to < from ? to : from, most = to < from ? from : to;
    double sum = 0;
    for (size_t i = 0; i < l->n; i++)
        if (l->x[i] >= least && l->x[i] <= most)
            sum += moment ? l->x[i] * l->y[i] : l->y[i];
    return sum;
}

static double area_of(const dtn_lookup *l)
{
    const bool in_steps = l->kind == DTN_LOOKUP_DISCRETE;
    double sum = 0;
    for (size_t i = 0; i + 1 < l->n; i++)
        sum += (l->x[i + 1] - l->x[i]) * (in_steps ? l->y[i] : (l->y[i] + l->y[i + 1]) / 2);
    return sum;
}

/* What only the table decides. */
static dtn_expr *out_number(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_lookup *l = points_of(tm, x->args[0]);
    const bool is_area = strcmp(x->key, "lookuparea") == 0;
    double to = INFINITY, from = -INFINITY;
    if (!l || l->n == 0 || (is_area && x->n_arg > 1) ||
        (x->n_arg > 1 && !dtn_constant_value(tm->src, x->args[1], &to)) ||
        (x->n_arg > 2 && !dtn_constant_value(tm->src, x->args[2], &from)))
        return NULL;
    dtn_tm_note(tm, DTN_NOTE, x->pos, "'%s' of a table is written as a number", x->text);
    if (is_area)
        return num(tm, area_of(l));
    const double sum = sum_of(l, to, from, false);
    const bool is_mean = strcmp(x->key, "lookupmean") == 0;
    if (is_mean && sum == 0)
        return NULL;
    return num(tm, is_mean ? sum_of(l, to, from, true) / sum : sum);
}

/* ---- Within the points ---------------------------------------------------------------------- */

static dtn_expr *held(dtn_tm *tm, const dtn_expr *x, double least, double most)
{
    dtn_expr *up = call(tm, "MAX", 2, tr(tm, x), num(tm, least), NULL);
    return call(tm, "MIN", 2, up, num(tm, most), NULL);
}

/* LOOKUPAREA(table[, to[, from]]), the two in either order. */
static dtn_expr *out_area(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_lookup *l = points_of(tm, x->args[0]);
    if (x->n_arg == 1)
        return out_number(tm, x);
    if (!l || l->n == 0 || l->kind != DTN_LOOKUP_CONTINUOUS)
        return NULL;
    const double first = l->x[0], last = l->x[l->n - 1];
    dtn_expr *table = table_name(tm, x->args[0], table_var(tm, x->args[0]));
    dtn_expr *from = num(tm, first), *to = held(tm, x->args[1], first, last);
    if (x->n_arg > 2) {
        from = call(tm, "MIN", 2, held(tm, x->args[1], first, last),
                    held(tm, x->args[2], first, last), NULL);
        to = call(tm, "MAX", 2, to, held(tm, x->args[2], first, last), NULL);
    }
    return call(tm, "LOOKUP AREA", 3, table, from, to);
}

static dtn_expr *out_inverse(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_lookup *l = points_of(tm, x->args[0]);
    if (!l || l->n == 0 || l->kind == DTN_LOOKUP_EXTRAPOLATE)
        return NULL;
    double least = l->y[0], most = l->y[0];
    for (size_t i = 1; i < l->n; i++) {
        least = l->y[i] < least ? l->y[i] : least;
        most = l->y[i] > most ? l->y[i] : most;
    }
    dtn_expr *table = table_name(tm, x->args[0], table_var(tm, x->args[0]));
    return call(tm, "LOOKUP INVERT", 2, table, held(tm, x->args[1], least, most), NULL);
}

/* ---- Tables of two ------------------------------------------------------------------------------ */

/* LOOKUPXY(x, places, values), or with x last: a table of its own, its points in order. */
static dtn_expr *out_table_of_two(dtn_tm *tm, const dtn_expr *x)
{
    const bool x_last = points_of(tm, x->args[0]) != NULL;
    const dtn_lookup *places = points_of(tm, x->args[x_last ? 0 : 1]);
    const dtn_lookup *values = points_of(tm, x->args[x_last ? 1 : 2]);
    if (!places || !values)
        return NULL;
    dtn_lookup *l = DTN_NEW(tm->arena, dtn_lookup);
    const size_t n = places->n < values->n ? places->n : values->n;
    l->x = DTN_NEW_N(tm->arena, double, n + 1);
    l->y = DTN_NEW_N(tm->arena, double, n + 1);
    for (size_t i = 0; i < n; i++) {
        size_t at = l->n++;
        for (; at > 0 && l->x[at - 1] > places->y[i]; at--) {
            l->x[at] = l->x[at - 1];
            l->y[at] = l->y[at - 1];
        }
        l->x[at] = places->y[i];
        l->y[at] = values->y[i];
    }
    const dtn_expr *ref =
        dtn_tm_hoist(tm, x, (dtn_eqn){.kind = DTN_EQN_LOOKUP, .lookup = l}, "table");
    return dtn_tm_read_table(tm, ref, x->args[x_last ? 2 : 0]);
}

/* ---- The functions ------------------------------------------------------------------------------- */

dtn_expr *dtn_tm_table_function(dtn_tm *tm, const dtn_expr *x)
{
    static const struct {
        const char *key;
        uint32_t min_args;
        dtn_expr *(*rule)(dtn_tm *, const dtn_expr *);
    } rules[] = {{"lookup", 2, out_lookup},     {"lookuparea", 1, out_area},
                 {"lookupinv", 2, out_inverse}, {"lookupsum", 1, out_number},
                 {"lookupmean", 1, out_number}, {"lookupxy", 3, out_table_of_two}};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(x->key, rules[i].key) == 0 && x->n_arg >= rules[i].min_args)
            return rules[i].rule(tm, x);
    return NULL;
}
