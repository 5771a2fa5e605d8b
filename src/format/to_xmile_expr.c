/* Expressions from Vensim's notation into XMILE's.
 *
 * Functions that XMILE has under another name or with its arguments in another order are in one
 * table; the others are written out by their definition, with the same half step of tolerance
 * against rounding that compile/ gives PULSE and its kin, so that both files give the same
 * numbers. What XMILE cannot say at all keeps its Vensim name (namespace `vensim`), with a
 * warning.
 *
 * Arrays. An equation for all elements names the ranges of its left side; written out for one
 * element, it names elements: which one a range stands for is found as compile/lower_name.c does:
 * the same range on the left, one mapped to it, one that shares its elements. Array functions
 * keep their form where they run over the whole range that an array is stored over, and are
 * written out otherwise.
 *
 * Follows the Vensim reference manual (functions) and XMILE 1.0, sections 3.3, 3.5 and 3.7.
 */
#include <math.h>
#include <string.h>

#include "format/to_xmile.h"
#include "model/functions.h"

/* A divisor and the like stands twice in what replaces some functions; if it is larger than this
 * or draws random numbers, it becomes a variable of its own. */
#define MAX_TWICE 40

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

/* A range follows a bound one only if it does so for every element. */
static bool fits(const dtn_tx *tx, const dtn_tx_bound *b, fit how, const dtn_dim *sub,
                 const dtn_dim *storage)
{
    for (uint32_t i = 0; i < b->n; i++)
        if (!fit_key(tx, b, how, sub, storage, b->keys[i]))
            return false;
    return true;
}

static const char *follow_in(const dtn_tx *tx, const dtn_tx_bound *bounds, uint32_t n, fit how,
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
static const char *follow(const dtn_tx *tx, const dtn_dim *sub, const dtn_dim *storage, bool bang)
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
    return (dtn_sub){.kind = DTN_SUB_NAME, .text = text, .key = key, .pos = pos,
                     .dim = DTN_NONE, .element = DTN_NONE};
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

static dtn_sub range_sub(dtn_tx *tx, const dtn_sub *sub, const dtn_dim *dim,
                         const dtn_dim *storage, const dtn_expr *x)
{
    const bool on_left = tx->by_element
                             ? follow_in(tx, tx->outer, tx->n_outer, FIT_SAME, dim, storage) != NULL
                             : is_left_dim(tx, dim->id);
    if (is_star(tx, dim->id) && dim->id == storage->id && (sub->bang || !on_left))
        return (dtn_sub){.kind = DTN_SUB_STAR, .pos = sub->pos, .dim = DTN_NONE,
                         .element = DTN_NONE};
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
    if (!var)
        return NULL;
    dtn_tx_note(tx, DTN_WARNING, x->pos,
                "the macro '%s' reads the model's '%s', which XMILE's macros cannot; it is "
                "written as a name of the root model",
                tx->macro->name, var->name);
    dtn_expr *out = name(tx, "");
    out->text = dtn_arena_printf(tx->arena, ".%s", dtn_plain_name(tx->arena, var->name));
    out->key = dtn_arena_printf(tx->arena, ".%s", key);
    return out;
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
    if (is_time_control(tx, x->key) && (!var || var->from.is_control))
        return name(tx, control_name(x->key));
    dtn_expr *marked = var ? NULL : marked_name(tx, x);
    if (marked)
        return marked;
    if (!var && x->n_sub == 0) {
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
static const char *element_of(const dtn_tx *tx, dtn_tx_var *var, const dtn_expr *x)
{
    if (x->kind != DTN_X_NAME || x->n_sub || var)
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
    const dtn_dim *dim_a = dtn_tx_find(tx, a->key) ? NULL : find_dim(tx, a->key);
    const dtn_dim *dim_b = dtn_tx_find(tx, b->key) ? NULL : find_dim(tx, b->key);
    const bool is_common = dim_a && dim_b ? share_elements(dim_a, dim_b)
                           : dim_a        ? position(dim_a, b->key) != DTN_MAP_NONE
                           : dim_b        ? position(dim_b, a->key) != DTN_MAP_NONE
                                          : false;
    const char *key_a = is_common ? element_of(tx, dtn_tx_find(tx, a->key), a) : NULL;
    const char *key_b = is_common ? element_of(tx, dtn_tx_find(tx, b->key), b) : NULL;
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
    const dtn_tx *tx = b->tx;
    const dtn_tx_var *var = dtn_tx_find(b->tx, x->key ? x->key : "");
    const dtn_dim *dim = x->kind == DTN_X_NAME && !x->n_sub && !var ? find_dim(tx, x->key) : NULL;
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
    while (k < 3 && strcmp(x->key, table[k].key) != 0)
        k++;
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
    out->subs[0] = (dtn_sub){.kind = DTN_SUB_EXPR, .pos = a->pos, .dim = DTN_NONE,
                             .element = DTN_NONE};
    out->subs[0].expr = bin(tx, DTN_OP_ADD, tr(tx, x->args[1]), num(tx, 1.0 + at));
    return out;
}

/* ---- What stands twice -------------------------------------------------------------------------- */

static size_t count_nodes(const dtn_expr *x, bool *has_draw)
{
    size_t n = 1;
    const uint32_t fn =
        x->kind == DTN_X_CALL || x->kind == DTN_X_NAME ? dtn_fn_find(DTN_VENSIM, x->key) : DTN_NONE;
    *has_draw |= fn != DTN_NONE && dtn_fn_table[fn].behaviour == DTN_FNB_DRAW;
    for (uint32_t i = 0; i < x->n_arg; i++)
        n += count_nodes(x->args[i], has_draw);
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
    bool has_draw = false;
    const size_t n = count_nodes(x, &has_draw);
    if ((n <= MAX_TWICE && !has_draw) || tx->in_array || tx->n_inner)
        return x;
    return dtn_tx_hoist(tx, x, (dtn_eqn){.kind = DTN_EQN_EXPR, .expr = copy_node(tx, x)}, suffix);
}

/* ---- Functions written out ------------------------------------------------------------------------ */

static dtn_expr *shifted_time(dtn_tx *tx)
{
    return bin(tx, DTN_OP_ADD, name(tx, "TIME"),
               bin(tx, DTN_OP_DIV, name(tx, "DT"), num(tx, 2)));
}

static dtn_expr *wide(dtn_tx *tx, const dtn_expr *width)
{
    return call(tx, "MAX", 2, tr(tx, width), name(tx, "DT"), NULL);
}

static dtn_expr *one_if(dtn_tx *tx, dtn_expr *cond)
{
    return dtn_make_if(tx->to, cond, num(tx, 1), num(tx, 0));
}

static dtn_expr *out_pulse(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_expr *at = shared(tx, x->args[0], "start");
    dtn_expr *width = x->n_arg > 1 ? wide(tx, x->args[1]) : name(tx, "DT");
    return one_if(tx, bin(tx, DTN_OP_AND, bin(tx, DTN_OP_GT, shifted_time(tx), tr(tx, at)),
                          bin(tx, DTN_OP_LT, shifted_time(tx),
                              bin(tx, DTN_OP_ADD, tr(tx, at), width))));
}

static dtn_expr *out_pulse_train(dtn_tx *tx, const dtn_expr *x)
{
    const dtn_expr *at = shared(tx, x->args[0], "start");
    dtn_expr *since = bin(tx, DTN_OP_SUB, shifted_time(tx), tr(tx, at));
    dtn_expr *phase = bin(tx, DTN_OP_MOD, since, tr(tx, x->args[2]));
    dtn_expr *in_time = bin(tx, DTN_OP_AND, bin(tx, DTN_OP_GT, shifted_time(tx), tr(tx, at)),
                            bin(tx, DTN_OP_LT, shifted_time(tx), tr(tx, x->args[3])));
    return one_if(tx, bin(tx, DTN_OP_AND, in_time,
                          bin(tx, DTN_OP_LT, phase, wide(tx, x->args[1]))));
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
        return tr(tx, dtn_tx_hoist(tx, x, (dtn_eqn){.kind = DTN_EQN_EXPR,
                                                    .expr = copy_node(tx, x)}, "sample"));
    const char *key = tx->vars[tx->at].from.key;
    dtn_expr *held = call(tx, "PREVIOUS", 2, tr(tx, self_reference(tx, x)), tr(tx, x->args[2]),
                          NULL);
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

/* ---- Tables ------------------------------------------------------------------------------------------ */

/* A table read in a mode is another graphical function in XMILE: one of that type beside it. */
static const char *table_of_kind(dtn_tx *tx, dtn_tx_var *var, dtn_lookup_kind kind)
{
    const char *suffix = kind == DTN_LOOKUP_EXTRAPOLATE ? "extrapolated" : "in steps";
    const char *base = dtn_arena_printf(tx->arena, "%s %s", dtn_plain_name(tx->arena,
                                        var->from.name), suffix);
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
    dtn_tx_note(tx, DTN_NOTE, var->from.pos, "the table '%s' has a twin '%s': XMILE gives the "
                "way of reading to the table", var->from.name, base);
    return tx->vars[dtn_tx_add(tx, copy)].from.name;
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
    ref.text = table_of_kind(tx, var, strcmp(x->key, "lookup_extrapolate") == 0
                                          ? DTN_LOOKUP_EXTRAPOLATE : DTN_LOOKUP_DISCRETE);
    ref.key = dtn_model_name_key(tx->to, ref.text, strlen(ref.text));
    return call(tx, "LOOKUP", 2, tr(tx, &ref), tr(tx, x->args[1]), NULL);
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

/* table(x) */
static dtn_expr *out_table_call(dtn_tx *tx, const dtn_expr *x)
{
    dtn_expr ref = *x;
    ref.kind = DTN_X_NAME;
    ref.args = NULL;
    ref.n_arg = 0;
    return call(tx, "LOOKUP", 2, tr(tx, &ref), tr(tx, x->args[0]), NULL);
}

/* ---- Calls -------------------------------------------------------------------------------------------- */

/* Functions that XMILE has: its name, and which of Vensim's arguments go where. */
static const struct {
    const char *key, *name, *order;
} renamed[] = {{"if_then_else", "IF THEN ELSE", "012"},
               {"smooth", "SMTH1", "01"},
               {"smoothi", "SMTH1", "012"},
               {"smooth3", "SMTH3", "01"},
               {"smooth3i", "SMTH3", "012"},
               {"smooth_n", "SMTHN", "0132"},
               {"delay1", "DELAY1", "01"},
               {"delay1i", "DELAY1", "012"},
               {"delay3", "DELAY3", "01"},
               {"delay3i", "DELAY3", "012"},
               {"delay_n", "DELAYN", "0132"},
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
               {"ramp", "RAMP", "012"}};

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
        for (uint32_t k = 0; k < x->n_arg; k++)
            out->args[k] = tr(tx, x->args[order[k] - '0']);
        return out;
    }
    return NULL;
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
                   {"quantum", 2, out_quantum},
                   {"log", 2, out_log},
                   {"power", 2, out_power},
                   {"modulo", 2, out_modulo},
                   {"sinh", 1, out_hyperbolic},
                   {"cosh", 1, out_hyperbolic},
                   {"tanh", 1, out_hyperbolic},
                   {"sample_if_true", 3, out_sample},
                   {"with_lookup", 2, out_with_lookup},
                   {"lookup_extrapolate", 2, out_lookup_mode},
                   {"lookup_forward", 2, out_lookup_mode},
                   {"lookup_backward", 2, out_lookup_mode},
                   {"sum", 1, out_reduction},
                   {"prod", 1, out_reduction},
                   {"vmin", 1, out_reduction},
                   {"vmax", 1, out_reduction},
                   {"elmcount", 1, out_elmcount},
                   {"vector_elm_map", 2, out_element_map}};

static dtn_expr *out_written(dtn_tx *tx, const dtn_expr *x)
{
    for (size_t i = 0; i < sizeof written_out / sizeof *written_out; i++)
        if (strcmp(x->key, written_out[i].key) == 0 && x->n_arg >= written_out[i].min_args)
            return written_out[i].rule(tx, x);
    return NULL;
}

/* Functions that read all elements of the left side at once, and so need it whole. */
static bool needs_whole(const dtn_expr *x)
{
    static const char *const keys[] = {"vector_sort_order", "vector_rank", "vector_reorder",
                                       "invert_matrix", "allocate_available",
                                       "allocate_by_priority"};
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
    if (strncmp(x->key, "get_", 4) == 0 || strcmp(x->key, "time_shift") == 0 ||
        (needs_whole(x) && tx->by_element) || (b.n && !star)) {
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

static bool is_param(const dtn_tx *tx, const char *key)
{
    for (uint32_t i = 0; tx->macro && i < tx->macro->n_param; i++)
        if (strcmp(tx->macro->params[i], key) == 0)
            return true;
    return false;
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

static dtn_expr *out_call(dtn_tx *tx, const dtn_expr *x)
{
    if (x->n_arg == 1 && (is_table(dtn_tx_find(tx, x->key)) || is_param(tx, x->key)))
        return out_table_call(tx, x);
    dtn_expr *out = NULL;
    if (!is_macro(tx, x->key)) {
        out = out_renamed(tx, x);
        if (!out)
            out = out_written(tx, x);
    }
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
    const dtn_dim *dim = dtn_tx_find(tx, x->key) || x->n_sub ? NULL : find_dim(tx, x->key);
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
        if (a->kind == DTN_X_NAME && !a->n_sub && !dtn_tx_find(tx, a->key) &&
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
