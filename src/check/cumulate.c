/* CUMULATE and CUMULATEF of Vensim: data equations whose points are sums of those of other data.
 *
 * What they sum is known once files have been read, so their points are made then, and the variable is one with a series
 * of its own for all that comes after: its way between points, GET DATA functions, export.
 *
 *   total[region] := CUMULATE(sales[region])
 *
 * An argument that is itself computed has no points to add up and is refused. Source: Vensim reference
 * manual, CUMULATE.
 */
#include "check/external.h"

#include <string.h>

typedef struct summer {
    dtn_model *m;
    dtn_diags *diags;
    const dtn_var *var; /* whose equation it is */
} summer;

static bool is_sum(const dtn_expr *x)
{
    return x && x->kind == DTN_X_CALL && x->n_arg == 1 &&
           (strcmp(x->key, "cumulate") == 0 || strcmp(x->key, "cumulatef") == 0);
}

static const dtn_dim *range_at(const summer *s, const dtn_eqn *eqn, uint32_t p)
{
    return dtn_model_find_dim(s->m, eqn->subs[p].key);
}

/* Elements of a left side: their number, and the keys of the i-th, row-major. */
static uint32_t count_of(const summer *s, const dtn_eqn *eqn)
{
    uint32_t n = 1;
    for (uint32_t p = 0; p < eqn->n_sub; p++) {
        const dtn_dim *dim = range_at(s, eqn, p);
        n *= dim ? dim->n_element : 1;
    }
    return n;
}

static void keys_of(const summer *s, const dtn_eqn *eqn, uint32_t i, const char *keys[])
{
    for (uint32_t p = eqn->n_sub; p-- > 0;) {
        const dtn_dim *dim = range_at(s, eqn, p);
        keys[p] = dim ? dim->element_keys[i % dim->n_element] : eqn->subs[p].key;
        i /= dim ? dim->n_element : 1;
    }
}

/* Place of an element in the tables of an equation; DTN_MAP_NONE: it is not of it. */
static uint32_t place_in(const summer *s, const dtn_eqn *eqn, const char *const keys[])
{
    uint32_t at = 0;
    for (uint32_t p = 0; p < eqn->n_sub; p++) {
        const dtn_dim *dim = range_at(s, eqn, p);
        const uint32_t k = dim ? dtn_map_get(&dim->index, keys[p])
                           : strcmp(eqn->subs[p].key, keys[p]) == 0 ? 0
                                                                    : DTN_MAP_NONE;
        if (k == DTN_MAP_NONE)
            return k;
        at = at * (dim ? dim->n_element : 1) + k;
    }
    return at;
}

/* The points that `x`, the argument, has for an element of the left side. */
static const dtn_lookup *points_of(const summer *s, const dtn_expr *x, const dtn_eqn *left,
                                   const char *const keys[])
{
    const dtn_var *var = x->kind == DTN_X_NAME ? dtn_model_find_var(s->m, x->key) : NULL;
    const char *own[DTN_MAX_DIMS];
    for (uint32_t q = 0; q < x->n_sub && q < DTN_MAX_DIMS; q++) {
        own[q] = x->subs[q].key;
        for (uint32_t p = 0; p < left->n_sub && own[q]; p++)
            if (strcmp(left->subs[p].key, x->subs[q].key) == 0)
                own[q] = keys[p];
        if (!own[q])
            return NULL;
    }
    for (size_t i = 0; var && i < var->n_eqn; i++) {
        const dtn_eqn *eqn = &var->eqns[i];
        if (eqn->kind != DTN_EQN_DATA || !eqn->tables || eqn->n_sub != x->n_sub)
            continue;
        const uint32_t at = place_in(s, eqn, own);
        if (at != DTN_MAP_NONE && at < eqn->n_table)
            return eqn->tables[at];
    }
    return NULL;
}

static const dtn_lookup *summed(const summer *s, const dtn_lookup *t, bool only_last)
{
    dtn_lookup *out = DTN_NEW(s->m->arena, dtn_lookup);
    double sum = 0;
    *out = *t;
    out->x = DTN_NEW_N(s->m->arena, double, t->n + 1);
    out->y = DTN_NEW_N(s->m->arena, double, t->n + 1);
    out->n = 0;
    for (size_t i = 0; i < t->n; i++) {
        sum += t->y[i];
        if (only_last && i + 1 < t->n)
            continue;
        out->x[out->n] = t->x[i];
        out->y[out->n++] = sum;
    }
    return out;
}

static void sum_equation(summer *s, dtn_eqn *eqn)
{
    const uint32_t n = count_of(s, eqn);
    const dtn_lookup **tables = DTN_NEW_N(s->m->arena, const dtn_lookup *, n + 1);
    const char *keys[DTN_MAX_DIMS];
    for (uint32_t i = 0; i < n; i++) {
        keys_of(s, eqn, i, keys);
        const dtn_lookup *t = points_of(s, eqn->expr->args[0], eqn, keys);
        if (!t) {
            dtn_diags_add(s->diags, 507, eqn->expr->args[0]->pos,
                          "name a data variable whose points come from a file",
                          "'%s' adds up points, and its argument has none of its own",
                          eqn->expr->text);
            return;
        }
        tables[i] = summed(s, t, strcmp(eqn->expr->key, "cumulatef") == 0);
    }
    eqn->tables = tables;
    eqn->n_table = n;
}

static bool sums_a_sum(const summer *s, const dtn_eqn *eqn)
{
    const dtn_expr *x = eqn->expr->args[0];
    const dtn_var *var = x->kind == DTN_X_NAME ? dtn_model_find_var(s->m, x->key) : NULL;
    for (size_t i = 0; var && i < var->n_eqn; i++)
        if (is_sum(var->eqns[i].expr) && !var->eqns[i].tables)
            return true;
    return false;
}

void dtn_external_sums(dtn_model *model, dtn_diags *diags)
{
    summer s = {.m = model, .diags = diags};
    bool more = true;
    for (int pass = 0; more && pass < 20; pass++) { /* sums of sums: each pass knows more */
        more = false;
        for (size_t i = 0; i < model->n_var; i++) {
            s.var = &model->vars[i];
            for (size_t k = 0; k < model->vars[i].n_eqn; k++) {
                dtn_eqn *eqn = &model->vars[i].eqns[k];
                if (!is_sum(eqn->expr) || eqn->kind != DTN_EQN_DATA || eqn->tables ||
                    eqn->n_sub > DTN_MAX_DIMS)
                    continue;
                if (pass < 19 && sums_a_sum(&s, eqn)) {
                    more = true;
                    continue;
                }
                const size_t n_error = diags->n_error;
                sum_equation(&s, eqn);
                if (diags->n_error > n_error)
                    return;
            }
        }
    }
}
