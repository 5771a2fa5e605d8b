/* Expressions from Vensim's notation into XMILE's: names, subscripts, arrays. Functions:
 * to_xmile_fn.c. What XMILE cannot say at all keeps its Vensim name (namespace `vensim`), with a
 * warning, or is refused.
 *
 * Arrays. An equation for all elements names the ranges of its left side; written out for one
 * element, it names elements: which one a range stands for is found as compile/lower_name.c does:
 * the same range on the left, one mapped to it, one that shares its elements. Array functions
 * keep their form where they run over the whole range that an array is stored over, and are
 * written out otherwise.
 *
 * Follows the Vensim reference manual and XMILE 1.0, sections 3.3 and 3.7.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "format/to_xmile.h"
#include "model/functions.h"

static dtn_expr *tr(dtn_tx *tx, const dtn_expr *x) { return dtn_tx_expr(tx, x); }

static dtn_expr *num(dtn_tx *tx, double v) { return dtn_make_number(tx->to, v); }
static dtn_expr *name(dtn_tx *tx, const char *s) { return dtn_make_name(tx->to, s); }
static dtn_expr *bin(dtn_tx *tx, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    return dtn_make_binary(tx->to, op, a, b);
}
static dtn_expr *call(dtn_tx *tx, const char *f, uint32_t n, dtn_expr *a, dtn_expr *b, dtn_expr *c)
{
    return dtn_make_call(tx->to, f, n, a, b, c);
}

static const dtn_dim *dim_at(const dtn_tx *tx, uint32_t id) { return &tx->dst->dims[id]; }

static const dtn_dim *find_dim(const dtn_tx *tx, const char *key)
{
    return key ? dtn_model_find_dim(tx->dst, key) : NULL;
}

static uint32_t position(const dtn_dim *dim, const char *key)
{
    return dtn_map_get(&dim->index, key);
}

static bool is_array_function(const dtn_expr *x)
{
    const uint32_t fn = x->kind == DTN_X_CALL ? dtn_fn_find(DTN_VENSIM, x->key) : DTN_NONE;
    return fn != DTN_NONE && dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY;
}

static bool is_param(const dtn_tx *tx, const char *key)
{
    for (uint32_t i = 0; tx->macro && i < tx->macro->n_param; i++)
        if (strcmp(tx->macro->params[i], key) == 0)
            return true;
    return false;
}

/* Is it a name of the scope's own? Such a name is no range and no element. */
static bool is_own(dtn_tx *tx, const char *key)
{
    return dtn_tx_find(tx, key) || (key && is_param(tx, key));
}

/* ---- Which element a range stands for ------------------------------------------------- */

static const char *mapped_key(const dtn_dim *from, const dtn_mapping *m, const dtn_dim *to,
                              uint32_t i)
{
    if (m->n > 0)
        return i < m->n ? m->to_element_keys[i] : NULL;
    return i < to->n_element && from->n_element == to->n_element ? to->element_keys[i] : NULL;
}

static bool is_in(const dtn_tx *tx, const char *target, const char *key)
{
    const dtn_dim *range = find_dim(tx, target);
    return strcmp(target, key) == 0 || (range && position(range, key) != DTN_MAP_NONE);
}

/* Element of `sub` that `key` of `bound` stands for through a mapping between the two. */
static const char *through_mapping(const dtn_tx *tx, const dtn_dim *bound, const dtn_dim *sub,
                                   const char *key)
{
    for (size_t k = 0; k < sub->n_mapping; k++) {
        const dtn_dim *to = find_dim(tx, sub->mappings[k].to_key);
        if (!to || position(to, key) == DTN_MAP_NONE)
            continue;
        for (uint32_t i = 0; i < sub->n_element; i++) {
            const char *target = mapped_key(sub, &sub->mappings[k], to, i);
            if (target && is_in(tx, target, key))
                return sub->element_keys[i];
        }
    }
    for (size_t k = 0; k < bound->n_mapping; k++) {
        const dtn_dim *to = find_dim(tx, bound->mappings[k].to_key);
        const uint32_t at = position(bound, key);
        if (!to || at == DTN_MAP_NONE || (to != sub && to->parent != sub->parent))
            continue;
        const char *target = mapped_key(bound, &bound->mappings[k], to, at);
        if (target && position(sub, target) != DTN_MAP_NONE)
            return target;
    }
    return NULL;
}

typedef enum fit { FIT_SAME, FIT_MAPPED, FIT_ELEMENTS } fit;

static const char *fit_key(const dtn_tx *tx, const dtn_tx_bound *b, fit how, const dtn_dim *sub,
                           const dtn_dim *storage, const char *key)
{
    if (how == FIT_MAPPED)
        key = through_mapping(tx, dim_at(tx, b->dim), sub, key);
    else if (position(sub, key) == DTN_MAP_NONE)
        key = NULL;
    return key && position(storage, key) != DTN_MAP_NONE ? key : NULL;
}

static bool fits_all(const dtn_tx *tx, const dtn_tx_bound *b, fit how, const dtn_dim *sub,
                     const dtn_dim *storage)
{
    for (uint32_t i = 0; i < b->n; i++)
        if (!fit_key(tx, b, how, sub, storage, b->keys[i]))
            return false;
    return true;
}

/* A range follows a bound one only if it does so for every element. That is asked again for each
 * of them, so the answers are kept. */
static bool fits(dtn_tx *tx, const dtn_tx_bound *b, fit how, const dtn_dim *sub,
                 const dtn_dim *storage)
{
    for (size_t i = 0; i < tx->n_fit; i++) {
        const dtn_tx_fit *known = &tx->fits[i];
        if (known->keys == b->keys && known->how == (int)how && known->sub == sub->id &&
            known->storage == storage->id)
            return known->holds;
    }
    const bool holds = fits_all(tx, b, how, sub, storage);
    DTN_PUSH(tx->arena, tx->fits, tx->n_fit, tx->cap_fit,
             (dtn_tx_fit){b->keys, (int)how, sub->id, storage->id, holds});
    return holds;
}

static const char *follow_in(dtn_tx *tx, const dtn_tx_bound *bounds, uint32_t n, fit how,
                             const dtn_dim *sub, const dtn_dim *storage)
{
    for (uint32_t i = 0; i < n; i++)
        if ((how != FIT_SAME || bounds[i].dim == sub->id) &&
            fits(tx, &bounds[i], how, sub, storage))
            return fit_key(tx, &bounds[i], how, sub, storage, bounds[i].key);
    return NULL;
}

/* Key of the element that range `sub` stands for at present, in an array stored over `storage`;
 * NULL: it follows nothing. */
static const char *follow(dtn_tx *tx, const dtn_dim *sub, const dtn_dim *storage, bool bang)
{
    const char *key = NULL;
    if (!bang)
        key = follow_in(tx, tx->outer, tx->n_outer, FIT_SAME, sub, storage);
    if (!key)
        key = follow_in(tx, tx->inner, tx->n_inner, FIT_SAME, sub, storage);
    for (fit how = FIT_MAPPED; how <= FIT_ELEMENTS && !key && !bang; how++)
        key = follow_in(tx, tx->outer, tx->n_outer, how, sub, storage);
    return key;
}

static bool is_star(const dtn_tx *tx, uint32_t dim)
{
    for (uint32_t i = 0; i < tx->n_star; i++)
        if (tx->stars[i] == dim)
            return true;
    return false;
}

static bool is_left_dim(const dtn_tx *tx, uint32_t dim)
{
    const dtn_tx_var *var = &tx->vars[tx->at];
    for (uint32_t i = 0; i < var->n_dim; i++)
        if (var->dims[i] == dim)
            return true;
    return false;
}

/* ---- Subscripts ----------------------------------------------------------------------------- */

static dtn_sub name_sub(const char *text, const char *key, dtn_pos pos)
{
    return (dtn_sub){.kind = DTN_SUB_NAME,
                     .text = text,
                     .key = key,
                     .pos = pos,
                     .dim = DTN_NONE,
                     .element = DTN_NONE};
}

/* A number is a position in XMILE; where an element's name is a number that is another
 * position's, only the quoted name is clear. */
static dtn_sub element_sub(const dtn_dim *storage, uint32_t at, dtn_pos pos)
{
    dtn_sub sub = name_sub(storage->elements[at], storage->element_keys[at], pos);
    double number;
    if (dtn_text_to_double(sub.text, strlen(sub.text), &number) && number == at + 1.0) {
        sub.kind = DTN_SUB_NUMBER;
        sub.number = number;
    }
    return sub;
}

static dtn_sub range_sub(dtn_tx *tx, const dtn_sub *sub, const dtn_dim *dim, const dtn_dim *storage,
                         const dtn_expr *x)
{
    const bool on_left = tx->by_element
                             ? follow_in(tx, tx->outer, tx->n_outer, FIT_SAME, dim, storage) != NULL
                             : is_left_dim(tx, dim->id);
    if (is_star(tx, dim->id) && dim->id == storage->id && (sub->bang || !on_left))
        return (dtn_sub){
            .kind = DTN_SUB_STAR, .pos = sub->pos, .dim = DTN_NONE, .element = DTN_NONE};
    const char *key = tx->by_element || tx->n_inner ? follow(tx, dim, storage, sub->bang) : NULL;
    if (key)
        return element_sub(storage, position(storage, key), sub->pos);
    if (tx->by_element)
        dtn_refuse(tx->diags, sub->pos, "use a range of the left side, or one mapped to it",
                   "what '%s' stands for in '%s' does not follow from the left side", sub->text,
                   x->text);
    return name_sub(dim->name, dim->key, sub->pos);
}

static dtn_sub out_sub(dtn_tx *tx, const dtn_sub *sub, const dtn_dim *storage, const dtn_expr *x)
{
    const dtn_dim *dim = sub->kind == DTN_SUB_NAME ? find_dim(tx, sub->key) : NULL;
    if (dim) /* what is not known (a macro's parameter) is taken to be stored over that range */
        return range_sub(tx, sub, dim, storage ? storage : dim, x);
    const uint32_t at = storage && sub->key ? position(storage, sub->key) : DTN_MAP_NONE;
    if (at != DTN_MAP_NONE)
        return element_sub(storage, at, sub->pos);
    dtn_sub out = *sub;
    out.dim = out.element = DTN_NONE;
    if (sub->kind == DTN_SUB_NAME && dtn_map_get(&tx->elements, sub->key) == DTN_MAP_NONE)
        dtn_refuse(tx->diags, sub->pos, "define it, or correct its name",
                   "'%s', a subscript of '%s', is neither a range nor an element", sub->text,
                   x->text);
    out.bang = false;
    return out;
}

static void put_subs(dtn_tx *tx, const dtn_expr *x, const dtn_tx_var *var, dtn_expr *out)
{
    out->n_sub = x->n_sub;
    out->subs = x->n_sub ? DTN_NEW_N(tx->arena, dtn_sub, x->n_sub) : NULL;
    for (uint32_t p = 0; p < x->n_sub; p++) {
        const bool known = var && p < var->n_dim && var->dims[p] != DTN_NONE;
        out->subs[p] = out_sub(tx, &x->subs[p], known ? dim_at(tx, var->dims[p]) : NULL, x);
    }
}

/* ---- Names -------------------------------------------------------------------------------- */

static const char *control_name(const char *key)
{
    static const struct {
        const char *key, *name;
    } table[] = {{"time", "TIME"},
                 {"time_step", "DT"},
                 {"initial_time", "STARTTIME"},
                 {"final_time", "STOPTIME"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(key, table[i].key) == 0)
            return table[i].name;
    return NULL;
}

dtn_expr *dtn_tx_root_name(dtn_tx *tx, const dtn_var *var, dtn_pos pos)
{
    if (!tx->macro)
        return name(tx, var->name);
    dtn_tx_note(tx, DTN_WARNING, pos,
                "the macro '%s' reads the model's '%s', which XMILE's macros cannot; it is "
                "written as a name of the root model",
                tx->macro->name, var->name);
    dtn_expr *out = name(tx, "");
    out->text = dtn_arena_printf(tx->arena, ".%s", dtn_plain_name(tx->arena, var->name));
    out->key = dtn_arena_printf(tx->arena, ".%s", var->key);
    return out;
}

/* In a macro: "name$" is the model's own variable, not the macro's. */
static dtn_expr *marked_name(dtn_tx *tx, const dtn_expr *x)
{
    size_t n = strlen(x->key);
    if (!tx->macro || n < 2 || x->key[n - 1] != '$')
        return NULL;
    n -= 1 + (x->key[n - 2] == '_');
    const char *key = dtn_arena_strndup(tx->arena, x->key, n);
    if (control_name(key))
        return name(tx, control_name(key));
    const dtn_var *var = dtn_model_find_var(tx->src, key);
    return var ? dtn_tx_root_name(tx, var, x->pos) : NULL;
}

/* The position of an element in the largest range that has it: its value as a number. */
static dtn_expr *element_number(dtn_tx *tx, const char *key)
{
    const dtn_dim *dim = dim_at(tx, dtn_map_get(&tx->elements, key));
    return num(tx, 1.0 + position(dim_at(tx, dim->parent), key));
}

/* A range as a number: the position of its current element in the largest range around it. */
static dtn_expr *dim_number(dtn_tx *tx, const dtn_expr *x, const dtn_dim *dim)
{
    const dtn_dim *family = dim_at(tx, dim->parent);
    const char *key = tx->by_element || tx->n_inner ? follow(tx, dim, family, false) : NULL;
    if (key)
        return num(tx, 1.0 + position(family, key));
    if (tx->by_element)
        dtn_refuse(tx->diags, x->pos, "use it in an equation over that range",
                   "'%s' as a number does not follow from the left side", x->text);
    return name(tx, dim->name);
}

static bool is_time_control(const dtn_tx *tx, const char *key)
{
    const dtn_var *var = dtn_model_find_var(tx->src, key);
    return control_name(key) && (strcmp(key, "time") == 0 ? !var : var && var->is_control);
}

static dtn_expr *out_name(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_tx_var *var = dtn_tx_find(tx, x->key);
    const dtn_dim *dim = find_dim(tx, x->key);
    const bool is_macros = is_param(tx, x->key);
    if (!is_macros && is_time_control(tx, x->key) && (!var || var->from.is_control))
        return name(tx, control_name(x->key));
    dtn_expr *marked = var ? NULL : marked_name(tx, x);
    if (marked)
        return marked;
    if (!var && !is_macros && x->n_sub == 0) {
        if (dim)
            return dim_number(tx, x, dim);
        if (dtn_map_get(&tx->elements, x->key) != DTN_MAP_NONE)
            return element_number(tx, x->key);
        if (strcmp(x->key, "random_0_1") == 0)
            return call(tx, "RANDOM", 2, num(tx, 0), num(tx, 1), NULL);
    }
    dtn_expr *out = name(tx, var ? var->name : x->text);
    put_subs(tx, x, var, out);
    return out;
}

/* ---- Comparisons of elements ------------------------------------------------------------------ */

/* Key of what a range or an element stands for at present, NULL if it is neither. */
static const char *element_of(dtn_tx *tx, const dtn_expr *x)
{
    if (x->kind != DTN_X_NAME || x->n_sub || is_own(tx, x->key))
        return NULL;
    const dtn_dim *dim = find_dim(tx, x->key);
    if (dim)
        return follow(tx, dim, dim, false);
    return dtn_map_get(&tx->elements, x->key) != DTN_MAP_NONE ? x->key : NULL;
}

static bool share_elements(const dtn_dim *a, const dtn_dim *b)
{
    for (uint32_t i = 0; i < a->n_element; i++)
        if (position(b, a->element_keys[i]) != DTN_MAP_NONE)
            return true;
    return false;
}

/* dim = dim, dim = element: the same element, whatever its position. NULL: no such comparison. */
static dtn_expr *compare_elements(dtn_tx *tx, const dtn_expr *x)
{
    if (x->kind != DTN_X_BINARY || (x->op != DTN_OP_EQ && x->op != DTN_OP_NE))
        return NULL;
    const dtn_expr *a = x->args[0], *b = x->args[1];
    if (a->kind != DTN_X_NAME || b->kind != DTN_X_NAME || a->n_sub || b->n_sub)
        return NULL;
    const dtn_dim *dim_a = is_own(tx, a->key) ? NULL : find_dim(tx, a->key);
    const dtn_dim *dim_b = is_own(tx, b->key) ? NULL : find_dim(tx, b->key);
    const bool is_common = dim_a && dim_b ? share_elements(dim_a, dim_b)
                           : dim_a        ? position(dim_a, b->key) != DTN_MAP_NONE
                           : dim_b        ? position(dim_b, a->key) != DTN_MAP_NONE
                                          : false;
    const char *key_a = is_common ? element_of(tx, a) : NULL;
    const char *key_b = is_common ? element_of(tx, b) : NULL;
    if (!key_a || !key_b)
        return NULL;
    return num(tx, (strcmp(key_a, key_b) == 0) == (x->op == DTN_OP_EQ) ? 1 : 0);
}

/* ---- Array functions ------------------------------------------------------------------------------ */

typedef struct bangs {
    dtn_tx *tx;
    uint32_t dims[DTN_MAX_DIMS], n;
    bool all_whole; /* every `dim!` stands where an array is stored over that very range */
    bool has_state;
} bangs;

static void add_bang(bangs *b, uint32_t dim)
{
    for (uint32_t i = 0; i < b->n; i++)
        if (b->dims[i] == dim)
            return;
    if (b->n < DTN_MAX_DIMS)
        b->dims[b->n++] = dim;
}

/* In the order met, as the loops of compile/lower_array.c. */
static void find_bangs(bangs *b, const dtn_expr *x)
{
    const dtn_tx_var *var = x->n_sub ? dtn_tx_find(b->tx, x->key) : NULL;
    for (uint32_t p = 0; p < x->n_sub; p++) {
        const dtn_dim *dim = x->subs[p].bang ? find_dim(b->tx, x->subs[p].key) : NULL;
        if (!dim)
            continue;
        add_bang(b, dim->id);
        if (var && (p >= var->n_dim || var->dims[p] != dim->id))
            b->all_whole = false;
    }
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!is_array_function(x->args[i]))
            find_bangs(b, x->args[i]);
}

/* Is every range that is not `dim!` bound by the left side or by such a star? A name of a range
 * that only the function binds needs to be written out where it is not a whole subscript. */
static bool stars_suffice(const bangs *b, const dtn_expr *x)
{
    const bool is_bare = x->kind == DTN_X_NAME && !x->n_sub && !is_own(b->tx, x->key);
    const dtn_dim *dim = is_bare ? find_dim(b->tx, x->key) : NULL;
    for (uint32_t i = 0; i < b->n && dim; i++)
        if (b->dims[i] == dim->id)
            return false;
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!stars_suffice(b, x->args[i]))
            return false;
    return true;
}

static bool can_star(dtn_tx *tx, const dtn_expr *x, bangs *b)
{
    *b = (bangs){.tx = tx, .all_whole = true};
    for (uint32_t i = 0; i < x->n_arg; i++)
        if (!is_array_function(x->args[i]))
            find_bangs(b, x->args[i]);
    return b->all_whole && tx->n_inner == 0 && stars_suffice(b, x);
}

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
static dtn_expr **write_out(dtn_tx *tx, const bangs *b, const dtn_expr *arg, size_t *n_out)
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
    bangs b;
    while (k < 4 && strcmp(x->key, table[k].key) != 0)
        k++;
    if (k == 4)
        return NULL;
    const bool star = can_star(tx, x, &b);
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
    const dtn_dim *dim = x->args[0]->kind == DTN_X_NAME ? find_dim(tx, x->args[0]->key) : NULL;
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

/* VECTOR SELECT(s, x, empty, action, error), where the ranges that it runs over must be written out:
 * what is not selected adds nothing. */
static dtn_expr *out_selection(dtn_tx *tx, const dtn_expr *x)
{
    static const struct {
        const char *name;
        dtn_op op;
        double none;
    } actions[] = {{NULL, DTN_OP_ADD, 0},
                   {NULL, DTN_OP_MUL, 1},
                   {"MIN", DTN_OP_NONE, DBL_MAX},
                   {"MAX", DTN_OP_NONE, -DBL_MAX}};
    bangs b;
    size_t n = 0;
    const double action = constant(tx, x->args[3]);
    const double error = constant(tx, x->args[4]);
    if (can_star(tx, x, &b) || b.n == 0 || !(error == 0 || error == 1) ||
        !(action == 0 || action == 1 || action == 2 || action == 3))
        return NULL;
    dtn_expr **any = write_out(tx, &b, x->args[0], &n);
    dtn_expr **chosen = write_out(tx, &b, x->args[0], &n), **by = write_out(tx, &b, x->args[0], &n);
    dtn_expr **terms = write_out(tx, &b, x->args[1], &n);
    if (!any || !chosen || !by || !terms || n == 0)
        return num(tx, 0);
    if (error == 1)
        dtn_tx_note(
            tx, DTN_WARNING, x->pos,
            "where VECTOR SELECT selects nothing it gives its third argument, not an error");
    const size_t k = (size_t)action;
    for (size_t i = 0; i < n; i++) {
        any[i] = bin(tx, DTN_OP_NE, any[i], num(tx, 0));
        terms[i] = dtn_make_if(tx->to, bin(tx, DTN_OP_NE, chosen[i], num(tx, 0)),
                               bin(tx, DTN_OP_MUL, by[i], terms[i]), num(tx, actions[k].none));
    }
    dtn_expr *all = actions[k].name ? join_balanced(tx, actions[k].name, terms, n)
                                    : dtn_tx_join(tx, actions[k].op, terms, n);
    return dtn_make_if(tx->to, dtn_tx_join(tx, DTN_OP_OR, any, n), all, tr(tx, x->args[2]));
}

/* VECTOR ELM MAP(x[first], offset) over one range: a computed subscript. */
static dtn_expr *out_element_map(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_expr *a = x->args[0];
    const dtn_tx_var *var = a->kind == DTN_X_NAME ? dtn_tx_find(tx, a->key) : NULL;
    if (!var || var->n_dim != 1 || a->n_sub != 1 || var->dims[0] == DTN_NONE)
        return NULL;
    const dtn_sub sub = out_sub(tx, &a->subs[0], dim_at(tx, var->dims[0]), a);
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

/* ---- Calls ------------------------------------------------------------------------------- */

/* Functions that read all elements of the left side at once, and so need it whole. */
static bool needs_whole(const dtn_expr *x)
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

/* A function that XMILE does not have: under its name in the vendor's namespace. */
static dtn_expr *out_foreign(dtn_tx *tx, const dtn_expr *x)
{
    bangs b;
    const bool star = can_star(tx, x, &b);
    const uint32_t fn = dtn_fn_find(DTN_VENSIM, x->key);
    const bool is_of_data =
        (strncmp(x->key, "get_", 4) == 0 && strcmp(x->key, "get_time_value") != 0) ||
        strcmp(x->key, "time_shift") == 0;
    if (is_of_data || (needs_whole(x) && tx->by_element) || (b.n && !star)) {
        dtn_refuse(tx->diags, x->pos, "write it with other functions",
                   "XMILE has no '%s', and it cannot be written out here", x->text);
        return num(tx, 0);
    }
    if (fn != DTN_NONE && dtn_fn_table[fn].dialect == 'V')
        dtn_tx_note(tx, DTN_WARNING, x->pos,
                    "XMILE has no '%s'; it keeps its name, which other programs may not know",
                    x->text);
    const uint32_t n_before = tx->n_star;
    uint32_t before[DTN_MAX_DIMS];
    memcpy(before, tx->stars, sizeof before);
    if (b.n) {
        memcpy(tx->stars, b.dims, sizeof b.dims);
        tx->n_star = b.n;
    }
    dtn_expr *out = call(tx, x->text, 0, NULL, NULL, NULL);
    out->n_arg = x->n_arg - x->n_out; /* of macros, outputs have calls of their own */
    out->args = DTN_NEW_N(tx->arena, dtn_expr *, out->n_arg + 1);
    for (uint32_t k = 0; k < out->n_arg; k++)
        out->args[k] = tr(tx, x->args[k]);
    memcpy(tx->stars, before, sizeof before);
    tx->n_star = n_before;
    return out;
}

static bool is_table(const dtn_tx_var *var)
{
    return var && (var->from.kind == DTN_VAR_LOOKUP ||
                   (var->from.n_eqn > 0 && var->from.eqns[0].kind == DTN_EQN_LOOKUP));
}

static bool is_macro(const dtn_tx *tx, const char *key)
{
    for (size_t i = 0; i < tx->src->n_macro; i++)
        if (strcmp(tx->src->macros[i].key, key) == 0)
            return true;
    return false;
}

/* table(x) */
static dtn_expr *out_table_call(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr ref = *x;
    ref.kind = DTN_X_NAME;
    ref.args = NULL;
    ref.n_arg = 0;
    return call(tx, "LOOKUP", 2, tr(tx, &ref), tr(tx, x->args[0]), NULL);
}

static dtn_expr *out_array_function(dtn_tx *tx, const dtn_expr *x)
{
    if (strcmp(x->key, "elmcount") == 0 && x->n_arg == 1)
        return out_elmcount(tx, x);
    if (strcmp(x->key, "vector_elm_map") == 0 && x->n_arg == 2)
        return out_element_map(tx, x);
    if (strcmp(x->key, "vector_select") == 0 && x->n_arg == 5)
        return out_selection(tx, x);
    return x->n_arg == 1 ? out_reduction(tx, x) : NULL;
}

static dtn_expr *out_call(dtn_tx *tx, const dtn_expr *x)
{
    if (x->n_arg == 1 && (is_table(dtn_tx_find(tx, x->key)) || is_param(tx, x->key)))
        return out_table_call(tx, x);
    dtn_expr *out = NULL;
    if (!is_macro(tx, x->key))
        out = is_array_function(x) ? out_array_function(tx, x) : dtn_tx_function(tx, x);
    return out ? out : out_foreign(tx, x);
}

/* ---- All kinds ------------------------------------------------------------------------------------------ */

static dtn_expr *out_na(dtn_tx *tx)
{
    if (!tx->told_na)
        dtn_tx_note(tx, DTN_WARNING, (dtn_pos){.file = tx->src->path},
                    ":NA: is written as the number that Vensim stores for it");
    tx->told_na = true;
    return num(tx, -0x1p109);
}

static dtn_expr *out_operation(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr *out = tx->by_element || tx->n_inner ? compare_elements(tx, x) : NULL;
    if (out)
        return out;
    out = dtn_expr_new(tx->to, x->kind, x->pos);
    out->op = x->op;
    out->n_arg = x->n_arg;
    out->args = DTN_NEW_N(tx->arena, dtn_expr *, x->n_arg);
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = tr(tx, x->args[i]);
    return out;
}

dtn_expr *dtn_tx_expr(dtn_tx *tx, const dtn_expr *x)
{
    switch (x->kind) {
    case DTN_X_NUMBER: return dtn_expr_new_number(tx->to, x->number, x->pos);
    case DTN_X_NAME: return out_name(tx, x);
    case DTN_X_CALL: return out_call(tx, x);
    case DTN_X_UNARY:
    case DTN_X_BINARY: return out_operation(tx, x);
    case DTN_X_NA: return out_na(tx);
    case DTN_X_MISSING: return dtn_expr_new(tx->to, DTN_X_MISSING, x->pos);
    case DTN_X_STRING:
    case DTN_X_ARRAY:
    case DTN_X_LOOKUP: break;
    }
    dtn_refuse(tx->diags, x->pos, "give it an equation of its own",
               "a text or a list cannot stand inside an equation of '%s'",
               tx->vars[tx->at].from.name);
    return num(tx, 0);
}

/* ---- One equation for all elements? ----------------------------------------------------------------------- */

static bool plain_subs(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_tx_var *var = dtn_tx_find(tx, x->key);
    for (uint32_t p = 0; p < x->n_sub; p++) {
        const dtn_dim *dim = find_dim(tx, x->subs[p].key);
        if (!dim)
            continue;
        const bool is_own = !var || (p < var->n_dim && var->dims[p] == dim->id);
        if (!is_own || (!x->subs[p].bang && !is_left_dim(tx, dim->id) && !is_star(tx, dim->id)))
            return false;
    }
    return true;
}

static bool plain_name(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_dim *dim = is_own(tx, x->key) || x->n_sub ? NULL : find_dim(tx, x->key);
    if (dim)
        return dim->parent == dim->id && is_left_dim(tx, dim->id);
    return plain_subs(tx, x);
}

static bool compares_elements(dtn_tx *tx, const dtn_expr *x)
{
    if (x->kind != DTN_X_BINARY || (x->op != DTN_OP_EQ && x->op != DTN_OP_NE))
        return false;
    for (uint32_t i = 0; i < 2; i++) {
        const dtn_expr *a = x->args[i];
        if (a->kind == DTN_X_NAME && !a->n_sub && !is_own(tx, a->key) &&
            (find_dim(tx, a->key) || dtn_map_get(&tx->elements, a->key) != DTN_MAP_NONE))
            return true;
    }
    return false;
}

bool dtn_tx_is_plain(dtn_tx *tx, const dtn_expr *x)
{
    bangs b;
    if (x->kind == DTN_X_NAME)
        return plain_name(tx, x);
    if (x->kind == DTN_X_ARRAY || compares_elements(tx, x) || !plain_subs(tx, x))
        return false;
    if (x->kind == DTN_X_CALL && strcmp(x->key, "elmcount") == 0)
        return true;
    const uint32_t n_before = tx->n_star;
    uint32_t before[DTN_MAX_DIMS];
    memcpy(before, tx->stars, sizeof before);
    bool plain = true;
    if (is_array_function(x)) {
        plain = can_star(tx, x, &b) || b.n == 0;
        memcpy(tx->stars, b.dims, sizeof b.dims);
        tx->n_star = b.n;
    }
    for (uint32_t i = 0; i < x->n_arg && plain; i++)
        plain = dtn_tx_is_plain(tx, x->args[i]);
    memcpy(tx->stars, before, sizeof before);
    tx->n_star = n_before;
    return plain;
}

/* ---- Functions of whole rows ------------------------------------------------------------------------------- */

static dtn_expr *copy_node(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr *copy = DTN_NEW(tx->arena, dtn_expr);
    *copy = *x;
    return copy;
}

static bool has_whole(const dtn_expr *x)
{
    bool found = needs_whole(x);
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
    const bool is_it = needs_whole(x);
    dtn_expr *out = copy_node(tx, x);
    out->args = DTN_NEW_N(tx->arena, dtn_expr *, x->n_arg + 1);
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = is_it ? arranged(tx, x->args[i]) : dtn_tx_arrange(tx, x->args[i]);
    return out;
}
