/* From Vensim's notation into XMILE's: subscripts.
 *
 * An equation for all elements names the ranges of its left side; written out for one element, it
 * names elements. Which one a range stands for is found as compile/lower_name.c does: the same range
 * on the left, one mapped to it, one that shares its elements.
 *
 * Follows the Vensim reference manual and XMILE 1.0, section 3.7.
 */
#include <string.h>

#include "format/to_xmile_make.h"

bool dtn_tx_is_param(const dtn_tx *tx, const char *key)
{
    for (uint32_t i = 0; tx->macro && i < tx->macro->n_param; i++)
        if (strcmp(tx->macro->params[i], key) == 0)
            return true;
    return false;
}

/* Is it a name of the scope's own? Such a name is no range and no element. */
bool dtn_tx_is_own(dtn_tx *tx, const char *key)
{
    return dtn_tx_find(tx, key) || (key && dtn_tx_is_param(tx, key));
}

/* ---- Which element a range stands for ------------------------------------------------- */

/* As in compile/lower_name.c. */
typedef enum fit { FIT_SAME, FIT_NAMED, FIT_MAPPED, FIT_ELEMENTS } fit;

static const char *fit_key(const dtn_tx *tx, const dtn_tx_bound *b, fit how, const dtn_dim *sub,
                           const dtn_dim *storage, const char *key)
{
    if (how == FIT_NAMED || how == FIT_MAPPED)
        key = dtn_model_mapped_key(tx->dst, dim_at(tx, b->dim), sub, key);
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

static bool may_fit(const dtn_tx *tx, const dtn_tx_bound *b, fit how, const dtn_dim *sub)
{
    const dtn_dim *bound = dim_at(tx, b->dim);
    if (how == FIT_SAME)
        return bound->id == sub->id;
    return how != FIT_NAMED || dtn_dim_maps_to(sub, bound) || dtn_dim_maps_to(bound, sub);
}

static const char *follow_in(dtn_tx *tx, const dtn_tx_bound *bounds, uint32_t n, fit how,
                             const dtn_dim *sub, const dtn_dim *storage)
{
    for (uint32_t i = 0; i < n; i++)
        if (may_fit(tx, &bounds[i], how, sub) && fits(tx, &bounds[i], how, sub, storage))
            return fit_key(tx, &bounds[i], how, sub, storage, bounds[i].key);
    return NULL;
}

/* Key of the element that range `sub` stands for at present, in an array stored over `storage`;
 * NULL: it follows nothing. */
const char *dtn_tx_follow(dtn_tx *tx, const dtn_dim *sub, const dtn_dim *storage, bool bang)
{
    const char *key = NULL;
    if (!bang)
        key = follow_in(tx, tx->outer, tx->n_outer, FIT_SAME, sub, storage);
    if (!key)
        key = follow_in(tx, tx->inner, tx->n_inner, FIT_SAME, sub, storage);
    for (fit how = FIT_NAMED; how <= FIT_ELEMENTS && !key && !bang; how++)
        key = follow_in(tx, tx->outer, tx->n_outer, how, sub, storage);
    return key;
}

bool dtn_tx_is_star(const dtn_tx *tx, uint32_t dim)
{
    for (uint32_t i = 0; i < tx->n_star; i++)
        if (tx->stars[i] == dim)
            return true;
    return false;
}

bool dtn_tx_is_left_dim(const dtn_tx *tx, uint32_t dim)
{
    const dtn_tx_var *var = &tx->vars[tx->at];
    for (uint32_t i = 0; i < var->n_dim; i++)
        if (var->dims[i] == dim)
            return true;
    return false;
}

/* ---- Subscripts ----------------------------------------------------------------------------- */

/* A number is a position in XMILE; where an element's name is a number that is another
 * position's, only the quoted name is clear. */
static dtn_sub element_sub(const dtn_dim *storage, uint32_t at, dtn_pos pos)
{
    dtn_sub sub = dtn_sub_named(storage->elements[at], storage->element_keys[at], pos);
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
                             : dtn_tx_is_left_dim(tx, dim->id);
    if (dtn_tx_is_star(tx, dim->id) && dim->id == storage->id && (sub->bang || !on_left))
        return (dtn_sub){
            .kind = DTN_SUB_STAR, .pos = sub->pos, .dim = DTN_NONE, .element = DTN_NONE};
    const char *key =
        tx->by_element || tx->n_inner ? dtn_tx_follow(tx, dim, storage, sub->bang) : NULL;
    if (key)
        return element_sub(storage, position(storage, key), sub->pos);
    if (tx->by_element)
        dtn_refuse(tx->diags, sub->pos, "use a range of the left side, or one mapped to it",
                   "what '%s' stands for in '%s' does not follow from the left side", sub->text,
                   x->text);
    return dtn_sub_named(dim->name, dim->key, sub->pos);
}

dtn_sub dtn_tx_sub(dtn_tx *tx, const dtn_sub *sub, const dtn_dim *storage, const dtn_expr *x)
{
    const dtn_dim *dim = sub->kind == DTN_SUB_NAME ? dtn_tx_dim(tx, sub->key) : NULL;
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

void dtn_tx_put_subs(dtn_tx *tx, const dtn_expr *x, const dtn_tx_var *var, dtn_expr *out)
{
    out->n_sub = x->n_sub;
    out->subs = x->n_sub ? DTN_NEW_N(tx->arena, dtn_sub, x->n_sub) : NULL;
    for (uint32_t p = 0; p < x->n_sub; p++) {
        const bool known = var && p < var->n_dim && var->dims[p] != DTN_NONE;
        out->subs[p] = dtn_tx_sub(tx, &x->subs[p], known ? dim_at(tx, var->dims[p]) : NULL, x);
    }
}
