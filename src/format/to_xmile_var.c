/* From Vensim's notation into XMILE's: the variables of a scope, and what the translation knows of
 * each: its name in the target, and the range that each of its positions is stored over, which is
 * chosen as check/resolve.c does.
 *
 * Variables may be added: for flows, for parts of equations that XMILE can only have as a variable
 * of its own, for a macro's outputs. They are in the source's notation, so that they are translated
 * as all others. Names that XMILE keeps for itself, or cannot have, are changed, with a note.
 */
#include <math.h>
#include <string.h>

#include "format/to_xmile.h"

/* ---- Variables of a scope ------------------------------------------------------------ */

dtn_tx_var *dtn_tx_find(dtn_tx *tx, const char *key)
{
    const uint32_t i = key ? dtn_map_get(&tx->index, key) : DTN_MAP_NONE;
    return i == DTN_MAP_NONE ? NULL : &tx->vars[i];
}

const dtn_dim *dtn_tx_dim(const dtn_tx *tx, const char *key)
{
    return key ? dtn_model_find_dim(tx->dst, key) : NULL;
}

static bool covers(const dtn_tx *tx, const dtn_dim *dim, const dtn_sub *sub)
{
    const dtn_dim *named = dtn_tx_dim(tx, sub->key);
    for (uint32_t i = 0; named && i < named->n_element; i++)
        if (dtn_map_get(&dim->index, named->element_keys[i]) == DTN_MAP_NONE)
            return false;
    return named || (sub->key && dtn_map_get(&dim->index, sub->key) != DTN_MAP_NONE);
}

static bool covers_all(const dtn_tx *tx, const dtn_dim *dim, const dtn_var *var, uint32_t p)
{
    for (size_t i = 0; i < var->n_eqn; i++)
        if (p >= var->eqns[i].n_sub || !covers(tx, dim, &var->eqns[i].subs[p]))
            return false;
    return true;
}

/* The dimension that position p is stored over, chosen as check/resolve does. */
static uint32_t storage_dim(const dtn_tx *tx, const dtn_var *var, uint32_t p)
{
    const dtn_dim *first = dtn_tx_dim(tx, var->eqns[0].subs[p].key);
    uint32_t best = DTN_NONE;
    if (first && covers_all(tx, first, var, p))
        return first->id;
    for (size_t d = 0; d < tx->dst->n_dim; d++)
        if ((best == DTN_NONE || tx->dst->dims[d].n_element < tx->dst->dims[best].n_element) &&
            covers_all(tx, &tx->dst->dims[d], var, p))
            best = (uint32_t)d;
    return best;
}

/* XMILE's own names of what the references to a model's time turn into. */
static bool is_reserved(const char *key)
{
    static const char *const keys[] = {"time", "dt", "starttime", "stoptime"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

/* The name in the target: quoted where a '.' would be taken for a module's. */
static const char *target_name(dtn_tx *tx, const dtn_var *var)
{
    const char *plain = dtn_plain_name(tx->arena, var->name);
    if (is_reserved(var->key)) {
        const char *other = dtn_free_name(tx->to, tx->from, plain);
        dtn_tx_note(tx, DTN_NOTE, var->pos, "'%s' is written as '%s': the name is XMILE's own",
                    var->name, other);
        return other;
    }
    if (plain == var->name && strchr(plain, '.') && !strchr(plain, '"'))
        return dtn_arena_printf(tx->arena, "\"%s\"", plain);
    if (!strstr(plain, "\\r"))
        return var->name;
    char *copy = dtn_arena_strdup(tx->arena, plain);
    for (char *c = copy; *c; c++)
        if (*c == '\\')
            *c = '/';
    const char *free_name = dtn_free_name(tx->to, tx->from, copy);
    dtn_tx_note(tx, DTN_NOTE, var->pos, "'%s' is written as '%s'", plain, free_name);
    return free_name;
}

uint32_t dtn_tx_append(dtn_tx *tx, const dtn_var *var)
{
    dtn_tx_var out = {.from = *var};
    out.name = target_name(tx, var);
    out.n_dim = var->n_eqn ? var->eqns[0].n_sub : 0;
    out.n_dim = out.n_dim <= DTN_MAX_DIMS ? out.n_dim : 0;
    for (uint32_t p = 0; p < out.n_dim; p++) {
        out.dims[p] = storage_dim(tx, var, p);
        if (out.dims[p] == DTN_NONE)
            dtn_refuse(tx->diags, var->pos, "use elements of one range in each position",
                       "no subscript range holds everything that stands at position %u of '%s'",
                       p + 1, var->name);
    }
    DTN_PUSH(tx->arena, tx->vars, tx->n_var, tx->cap_var, out);
    dtn_map_set(&tx->index, tx->arena, var->key, (uint32_t)(tx->n_var - 1));
    return (uint32_t)(tx->n_var - 1);
}

uint32_t dtn_tx_add(dtn_tx *tx, dtn_var var)
{
    const char *base = var.name;
    for (unsigned n = 2;; n++) {
        var.key = dtn_model_name_key(tx->to, var.name, strlen(var.name));
        if (!dtn_tx_find(tx, var.key) && !dtn_tx_dim(tx, var.key) &&
            dtn_map_get(&tx->elements, var.key) == DTN_MAP_NONE)
            break;
        var.name = dtn_arena_printf(tx->arena, "%s %u", base, n);
    }
    return dtn_tx_append(tx, &var);
}

dtn_var dtn_tx_new_var(dtn_tx *tx, const dtn_var *beside, const char *name)
{
    dtn_var var = {.name = name,
                   .kind = DTN_VAR_AUX,
                   .range_min = NAN,
                   .range_max = NAN,
                   .range_step = NAN,
                   .group = beside->group,
                   .pos = beside->pos};
    (void)tx;
    return var;
}

/* The same ranges as a reference; single elements stay out of it, as on the left side. */
static dtn_expr *reference(dtn_tx *tx, const dtn_var *var, dtn_pos pos)
{
    dtn_expr *x = dtn_expr_new(tx->to, DTN_X_NAME, pos);
    x->text = var->name;
    x->key = var->key;
    x->n_sub = tx->eqn->n_sub;
    x->subs = tx->eqn->subs;
    return x;
}

dtn_expr *dtn_tx_hoist(dtn_tx *tx, const dtn_expr *node, dtn_eqn eqn, const char *suffix)
{
    for (size_t i = 0; i < tx->n_helper; i++)
        if (tx->helpers[i].node == node && tx->helpers[i].keyword == eqn.keyword)
            return reference(tx, &dtn_tx_find(tx, tx->helpers[i].key)->from, node->pos);
    const dtn_var *owner = &tx->vars[tx->at].from;
    const char *plain = dtn_plain_name(tx->arena, owner->name);
    dtn_var var = dtn_tx_new_var(tx, owner, dtn_arena_printf(tx->arena, "%s %s", plain, suffix));
    eqn.subs = tx->eqn->subs;
    eqn.n_sub = tx->eqn->n_sub;
    eqn.excepts = tx->eqn->excepts;
    eqn.n_except = tx->eqn->n_except;
    eqn.pos = node->pos;
    var.kind = eqn.kind == DTN_EQN_LOOKUP  ? DTN_VAR_LOOKUP
               : eqn.kind == DTN_EQN_STOCK ? DTN_VAR_STOCK
                                           : DTN_VAR_AUX;
    var.eqns = DTN_NEW(tx->arena, dtn_eqn);
    var.eqns[0] = eqn;
    var.n_eqn = 1;
    const uint32_t at = dtn_tx_add(tx, var);
    const dtn_var *made = &tx->vars[at].from;
    dtn_tx_note(tx, DTN_NOTE, node->pos, "a part of '%s' is written as a variable of its own, '%s'",
                tx->vars[tx->at].from.name, made->name);
    if (dtn_has_draw(DTN_VENSIM, eqn.expr))
        dtn_tx_note(tx, DTN_WARNING, node->pos,
                    "the random numbers of '%s' move to '%s': with the same seed they are others",
                    tx->vars[tx->at].from.name, made->name);
    DTN_PUSH(tx->arena, tx->helpers, tx->n_helper, tx->cap_helper,
             (dtn_tx_helper){node, eqn.keyword, made->key});
    return reference(tx, made, node->pos);
}

/* One equation over all that the variable is stored over, each range once. */
bool dtn_tx_is_whole(const dtn_tx *tx, const dtn_tx_var *var)
{
    const dtn_eqn *eqn = var->from.n_eqn == 1 ? &var->from.eqns[0] : NULL;
    if (!eqn || eqn->n_except || eqn->n_sub != var->n_dim)
        return false;
    for (uint32_t p = 0; p < var->n_dim; p++) {
        const dtn_dim *dim = dtn_tx_dim(tx, eqn->subs[p].key);
        if (!dim || dim->id != var->dims[p])
            return false;
        for (uint32_t q = 0; q < p; q++)
            if (var->dims[q] == var->dims[p])
                return false;
    }
    return true;
}

bool dtn_tx_can_be_placed(const dtn_tx_var *var)
{
    for (uint32_t p = 0; p < var->n_dim; p++)
        if (var->dims[p] == DTN_NONE)
            return false;
    for (size_t i = 0; i < var->from.n_eqn; i++)
        if (var->from.eqns[i].n_sub != var->n_dim)
            return false;
    return true;
}
