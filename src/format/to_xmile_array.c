/* From Vensim's notation into XMILE's: functions of arrays.
 *
 * They keep their form where they run over the whole range that an array is stored over, and are
 * written out otherwise, term by term. VECTOR SORT ORDER and its kin work on the whole left side:
 * their arguments are brought into an array over just that.
 *
 * Follows the Vensim reference manual and XMILE 1.0, section 3.7.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "format/to_xmile_make.h"
#include "model/functions.h"

/* ---- What a function runs over ------------------------------------------------------------------ */

bool dtn_tx_is_array_function(const dtn_expr *x)
{
    const uint32_t fn = x->kind == DTN_X_CALL ? dtn_fn_find(DTN_VENSIM, x->key) : DTN_NONE;
    return fn != DTN_NONE && dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY;
}

static void add_bang(dtn_tx_bangs *b, uint32_t dim)
{
    for (uint32_t i = 0; i < b->n; i++)
        if (b->dims[i] == dim)
            return;
    if (b->n < DTN_MAX_DIMS)
        b->dims[b->n++] = dim;
}

/* In the order met, as the loops of compile/lower_array.c. */
static void find_bangs(dtn_tx_bangs *b, const dtn_expr *x)
{
    const dtn_tx_var *var = x->n_sub ? dtn_tx_find(b->tx, x->key) : NULL;
    for (uint32_t p = 0; p < x->n_sub; p++) {
        const dtn_dim *dim = x->subs[p].bang ? dtn_tx_dim(b->tx, x->subs[p].key) : NULL;
        if (!dim)
            continue;
        add_bang(b, dim->id);
        if (var && (p >= var->n_dim || var->dims[p] != dim->id))
            b->all_whole = false;
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!dtn_tx_is_array_function(x->args[i]))
            find_bangs(b, x->args[i]);
}

/* Is every range that is not `dim!` bound by the left side or by such a star? A name of a range
 * that only the function binds needs to be written out where it is not a whole subscript. */
static bool stars_suffice(const dtn_tx_bangs *b, const dtn_expr *x)
{
    const bool is_bare = x->kind == DTN_X_NAME && !x->n_sub && !dtn_tx_is_own(b->tx, x->key);
    const dtn_dim *dim = is_bare ? dtn_tx_dim(b->tx, x->key) : NULL;
    for (uint32_t i = 0; i < b->n && dim; i++)
        if (b->dims[i] == dim->id)
            return false;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!stars_suffice(b, x->args[i]))
            return false;
    return true;
}

bool dtn_tx_can_star(dtn_tx *tx, const dtn_expr *x, dtn_tx_bangs *b)
{
    *b = (dtn_tx_bangs){.tx = tx, .all_whole = true};
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!dtn_tx_is_array_function(x->args[i]))
            find_bangs(b, x->args[i]);
    return b->all_whole && tx->n_inner == 0 && stars_suffice(b, x);
}

/* ---- Functions of arrays ------------------------------------------------------------------------ */

static dtn_expr *join_balanced(dtn_tx *tx, const char *f, dtn_expr **terms, size_t n)
{
    if (n == 1)
        return terms[0];
    return call(tx, f, 2, join_balanced(tx, f, terms, n / 2),
                join_balanced(tx, f, terms + n / 2, n - n / 2), NULL);
}

dtn_expr *dtn_tx_join(dtn_tx *tx, dtn_op op, dtn_expr **terms, size_t n)
{
    if (n > DTN_MAX_TERMS)
        return bin(tx, op, dtn_tx_join(tx, op, terms, n / 2),
                   dtn_tx_join(tx, op, terms + n / 2, n - n / 2));
    dtn_expr *sum = terms[0];
    for (size_t i = 1; i < n; i++)
        sum = bin(tx, op, sum, terms[i]);
    return sum;
}

/* The argument once for each combination of elements of the ranges that the function runs over. */
static dtn_expr **write_out(dtn_tx *tx, const dtn_tx_bangs *b, const dtn_expr *arg, size_t *n_out)
{
    const uint32_t first = tx->n_inner;
    size_t n = 1;
    for (uint32_t i = 0; i < b->n; i++)
        n *= dim_at(tx, b->dims[i])->n_element;
    *n_out = n;
    if (first + b->n > DTN_MAX_DIMS || !dtn_tx_count(tx, n, arg->pos))
        return NULL;
    dtn_expr **terms = DTN_NEW_N(tx->arena, dtn_expr *, n + 1);
    tx->n_inner += b->n;
    for (size_t turn = 0; turn < n; turn++) {
        size_t rest = turn;
        for (uint32_t i = b->n; i-- > 0;) {
            const dtn_dim *dim = dim_at(tx, b->dims[i]);
            const char *key = dim->element_keys[rest % dim->n_element];
            tx->inner[first + i] = (dtn_tx_bound){dim->id, dim->n_element, dim->element_keys, key};
            rest /= dim->n_element;
        }
        terms[turn] = tr(tx, arg);
    }
    tx->n_inner = first;
    return terms;
}

static dtn_expr *out_reduction(dtn_tx *tx, const dtn_expr *x)
{
    static const struct {
        const char *key, *name;
        dtn_op op;
    } table[] = {{"sum", "SUM", DTN_OP_ADD},
                 {"prod", "PROD", DTN_OP_MUL},
                 {"vmin", "MIN", DTN_OP_NONE},
                 {"vmax", "MAX", DTN_OP_NONE}};
    size_t k = 0, n = 0;
    dtn_tx_bangs b;
    while (k < 4 && strcmp(x->key, table[k].key) != 0)
        k++;
    if (k == 4)
        return NULL;
    const bool star = dtn_tx_can_star(tx, x, &b);
    if (star) {
        const dtn_tx before = *tx;
        memcpy(tx->stars, b.dims, sizeof b.dims);
        tx->n_star = b.n;
        tx->in_array = true;
        dtn_expr *out = call(tx, table[k].name, 1, tr(tx, x->args[0]), NULL, NULL);
        memcpy(tx->stars, before.stars, sizeof before.stars);
        tx->n_star = before.n_star;
        tx->in_array = before.in_array;
        return out;
    }
    dtn_expr **terms = write_out(tx, &b, x->args[0], &n);
    if (!terms || n == 0)
        return num(tx, 0);
    return table[k].op == DTN_OP_NONE ? join_balanced(tx, table[k].name, terms, n)
                                      : dtn_tx_join(tx, table[k].op, terms, n);
}

/* ELMCOUNT(range): a number. */
static dtn_expr *out_elmcount(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_dim *dim = x->args[0]->kind == DTN_X_NAME ? dtn_tx_dim(tx, x->args[0]->key) : NULL;
    if (dim)
        return num(tx, dim->n_element);
    dtn_refuse(tx->diags, x->pos, "name a subscript range", "ELMCOUNT counts no range here");
    return num(tx, 0);
}

/* A number, or the name of a constant such as VSSUM; NaN otherwise. */
static double constant(dtn_tx *tx, const dtn_expr *x)
{
    if (x->kind == DTN_X_NAME && x->n_sub == 0) {
        const dtn_tx_var *var = dtn_tx_find(tx, x->key);
        if (var && var->from.n_eqn == 1 && var->from.eqns[0].expr)
            x = var->from.eqns[0].expr;
    }
    return x->kind == DTN_X_NUMBER ? x->number : NAN;
}

/* How many of the terms are selected: n of 0 and 1. */
static dtn_expr *count_chosen(dtn_tx *tx, const dtn_tx_bangs *b, const dtn_expr *x)
{
    size_t n = 0;
    dtn_expr **terms = write_out(tx, b, x->args[0], &n);
    for (size_t i = 0; terms && i < n; i++)
        terms[i] =
            dtn_make_if(tx->to, bin(tx, DTN_OP_NE, terms[i], num(tx, 0)), num(tx, 1), num(tx, 0));
    return terms && n ? dtn_tx_join(tx, DTN_OP_ADD, terms, n) : num(tx, 0);
}

/* VECTOR SELECT(s, x, empty, action, error), where the ranges that it runs over must be written out:
 * what is not selected adds nothing. What is an error (1: none selected, 2: several, 3: either) is
 * 0/0, which no program takes for a number. */
static dtn_expr *out_selection(dtn_tx *tx, const dtn_expr *x)
{
    static const struct {
        const char *name;
        dtn_op op;
        double none;
    } actions[] = {{NULL, DTN_OP_ADD, 0},
                   {NULL, DTN_OP_MUL, 1},
                   {"MIN", DTN_OP_NONE, DBL_MAX},
                   {"MAX", DTN_OP_NONE, -DBL_MAX},
                   {NULL, DTN_OP_ADD, 0}}; /* the mean */
    dtn_tx_bangs b;
    size_t n = 0;
    const double action = constant(tx, x->args[3]), error = constant(tx, x->args[4]);
    if (dtn_tx_can_star(tx, x, &b) || b.n == 0 ||
        !(error == 0 || error == 1 || error == 2 || error == 3) ||
        !(action >= 0 && action <= 10 && action == floor(action)))
        return NULL;
    const bool is_power = action == 5, is_plain = action >= 6;
    const size_t k = is_power ? 1 : is_plain ? (size_t)action - 6 : (size_t)action;
    dtn_expr **any = write_out(tx, &b, x->args[0], &n);
    dtn_expr **chosen = write_out(tx, &b, x->args[0], &n), **by = write_out(tx, &b, x->args[0], &n);
    dtn_expr **terms = write_out(tx, &b, x->args[1], &n);
    if (!any || !chosen || !by || !terms || n == 0)
        return num(tx, 0);
    for (size_t i = 0; i < n; i++) {
        any[i] = bin(tx, DTN_OP_NE, any[i], num(tx, 0));
        dtn_expr *term = is_power   ? bin(tx, DTN_OP_POW, terms[i], by[i])
                         : is_plain ? terms[i]
                                    : bin(tx, DTN_OP_MUL, by[i], terms[i]);
        terms[i] = dtn_make_if(tx->to, bin(tx, DTN_OP_NE, chosen[i], num(tx, 0)), term,
                               num(tx, actions[k].none));
    }
    dtn_expr *all = actions[k].name ? join_balanced(tx, actions[k].name, terms, n)
                                    : dtn_tx_join(tx, actions[k].op, terms, n);
    if (k == 4)
        all = bin(tx, DTN_OP_DIV, all, count_chosen(tx, &b, x));
    if (error >= 2)
        all = dtn_make_if(tx->to, bin(tx, DTN_OP_GT, count_chosen(tx, &b, x), num(tx, 1)),
                          bin(tx, DTN_OP_DIV, num(tx, 0), num(tx, 0)), all);
    dtn_expr *empty =
        error == 1 || error == 3 ? bin(tx, DTN_OP_DIV, num(tx, 0), num(tx, 0)) : tr(tx, x->args[2]);
    return dtn_make_if(tx->to, dtn_tx_join(tx, DTN_OP_OR, any, n), all, empty);
}

/* VECTOR ELM MAP(x[first], offset) over one range: a computed subscript. */
static dtn_expr *out_element_map(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_expr *a = x->args[0];
    const dtn_tx_var *var = a->kind == DTN_X_NAME ? dtn_tx_find(tx, a->key) : NULL;
    if (!var || var->n_dim != 1 || a->n_sub != 1 || var->dims[0] == DTN_NONE)
        return NULL;
    const dtn_sub sub = dtn_tx_sub(tx, &a->subs[0], dim_at(tx, var->dims[0]), a);
    const uint32_t at = sub.key ? position(dim_at(tx, var->dims[0]), sub.key) : DTN_MAP_NONE;
    if (at == DTN_MAP_NONE)
        return NULL;
    dtn_expr *out = name(tx, var->name);
    out->n_sub = 1;
    out->subs = DTN_NEW(tx->arena, dtn_sub);
    out->subs[0] =
        (dtn_sub){.kind = DTN_SUB_EXPR, .pos = a->pos, .dim = DTN_NONE, .element = DTN_NONE};
    out->subs[0].expr = bin(tx, DTN_OP_ADD, tr(tx, x->args[1]), num(tx, 1.0 + at));
    dtn_tx_note(tx, DTN_WARNING, x->pos,
                "VECTOR ELM MAP is written as a computed subscript, which outside of the range "
                "gives 0, not :NA:");
    return out;
}

dtn_expr *dtn_tx_array_function(dtn_tx *tx, const dtn_expr *x)
{
    if (strcmp(x->key, "elmcount") == 0 && x->n_arg == 1)
        return out_elmcount(tx, x);
    if (strcmp(x->key, "vector_elm_map") == 0 && x->n_arg == 2)
        return out_element_map(tx, x);
    if (strcmp(x->key, "vector_select") == 0 && x->n_arg == 5)
        return out_selection(tx, x);
    return x->n_arg == 1 ? out_reduction(tx, x) : NULL;
}

/* ---- Functions of whole rows -------------------------------------------------------------------- */

/* Functions that read all elements of the left side at once, and so need it whole. */
bool dtn_tx_needs_whole(const dtn_expr *x)
{
    if (x->kind != DTN_X_CALL)
        return false;

    static const char *const keys[] = {"vector_sort_order",  "vector_rank",
                                       "vector_reorder",     "invert_matrix",
                                       "allocate_available", "allocate_by_priority"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(x->key, keys[i]) == 0)
            return true;
    return false;
}

static dtn_expr *copy_node(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr *copy = DTN_NEW(tx->arena, dtn_expr);
    *copy = *x;
    return copy;
}

static bool has_whole(const dtn_expr *x)
{
    bool found = dtn_tx_needs_whole(x);
    for (uint32_t i = 0; i < x->n_arg && !found; i++)
        found = has_whole(x->args[i]);
    return found;
}

/* An argument over a range that is mapped to the left side's: the same values in an array over
 * the left side. */
static dtn_expr *arranged(dtn_tx *tx, dtn_expr *arg)
{
    if (dtn_tx_is_plain(tx, arg))
        return arg;
    return dtn_tx_hoist(tx, arg, (dtn_eqn){.kind = DTN_EQN_EXPR, .expr = copy_node(tx, arg)},
                        "arranged");
}

dtn_expr *dtn_tx_arrange(dtn_tx *tx, dtn_expr *x)
{
    if (!has_whole(x))
        return x;
    const bool is_it = dtn_tx_needs_whole(x);
    dtn_expr *out = copy_node(tx, x);
    out->args = DTN_NEW_N(tx->arena, dtn_expr *, x->n_arg + 1);
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = is_it ? arranged(tx, x->args[i]) : dtn_tx_arrange(tx, x->args[i]);
    return out;
}
