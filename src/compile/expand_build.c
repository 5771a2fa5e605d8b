/* Building blocks of expansion: new trees, and hidden variables with equations of their own.
 *
 * A hidden variable has one element for each turn of its equation's loops, whatever the shape of
 * the variable that it belongs to.
 */
#include "compile/expander.h"

/* ---- Building trees ----------------------------------------------------- */

dtn_expr *dtn_x_node(dtn_expander *e, dtn_expr_kind kind, uint32_t n_arg, dtn_pos pos)
{
    dtn_expr *x = DTN_NEW(e->c->arena, dtn_expr);
    x->kind = kind;
    x->pos = pos;
    x->n_arg = n_arg;
    x->args = n_arg ? DTN_NEW_N(e->c->arena, dtn_expr *, n_arg) : NULL;
    return x;
}

dtn_expr *dtn_x_num(dtn_expander *e, double value)
{
    dtn_expr *x = dtn_x_node(e, DTN_X_NUMBER, 0, e->eqn->pos);
    x->number = value;
    return x;
}

dtn_expr *dtn_x_bin(dtn_expander *e, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    dtn_expr *x = dtn_x_node(e, DTN_X_BINARY, 2, a->pos);
    x->op = op;
    x->args[0] = a;
    x->args[1] = b;
    return x;
}

dtn_expr *dtn_x_call(dtn_expander *e, dtn_fn fn, uint32_t n, dtn_expr *a, dtn_expr *b, dtn_expr *d)
{
    dtn_expr *x = dtn_x_node(e, DTN_X_CALL, n, a->pos);
    dtn_expr *args[3] = {a, b, d};
    x->ref = DTN_REF_FUNC;
    x->id = fn;
    x->text = x->key = dtn_fn_table[fn].key;
    for (uint32_t i = 0; i < n; i++)
        x->args[i] = args[i];
    return x;
}

dtn_expr *dtn_x_choose(dtn_expander *e, dtn_expr *cond, dtn_expr *yes, dtn_expr *no)
{
    return dtn_x_call(e, DTN_FN_IF, 3, cond, yes, no);
}

dtn_expr *dtn_x_now(dtn_expander *e)
{
    dtn_expr *x = dtn_x_node(e, DTN_X_NAME, 0, e->eqn->pos);
    x->ref = DTN_REF_TIME;
    x->text = x->key = "time";
    return x;
}

dtn_expr *dtn_x_step_now(dtn_expander *e)
{
    dtn_expr *x = dtn_x_now(e);
    x->number = e->c->program->method != DTN_EULER;
    return x;
}

dtn_expr *dtn_x_dt(dtn_expander *e)
{
    return e->c->program->dt_changes ? dtn_x_copy(e, e->c->model->dt) : dtn_x_num(e, e->c->dt);
}

dtn_expr *dtn_x_ref(dtn_expander *e, uint32_t hidden)
{
    dtn_expr *x = dtn_x_node(e, DTN_X_NAME, 0, e->eqn->pos);
    x->ref = DTN_REF_VAR;
    x->id = hidden;
    x->text = e->c->vars[hidden].name;
    x->key = e->c->vars[hidden].key;
    return x;
}

/* ---- Hidden variables ---------------------------------------------------- */

uint32_t dtn_x_hidden_var(dtn_expander *e, const char *what, dtn_cat cat)
{
    dtn_compiler *c = e->c;
    const dtn_cvar *owner = &c->vars[e->owner];
    dtn_cvar v = {.cat = cat,
                  .model_var = DTN_NONE,
                  .owner = owner->owner,
                  .overlay = e->overlay,
                  .next = DTN_NONE,
                  .is_loop_shaped = true,
                  .n_element = 1};
    v.name = v.key = dtn_arena_printf(c->arena, "%s (%s %u)", owner->name, what, e->n_hidden++);
    for (uint32_t l = 0; l < e->eqn->n_loop; l++)
        v.n_element *= e->eqn->full[l];
    DTN_PUSH(c->arena, c->vars, c->n_var, c->cap_var, v);
    return (uint32_t)(c->n_var - 1);
}

/* Address of a loop-shaped variable: row-major over the equation's loops. */
static void loop_address(dtn_ceqn *eqn)
{
    int32_t stride = 1;
    eqn->n_at = eqn->n_loop;
    eqn->at_base = 0;
    for (uint32_t l = eqn->n_loop; l-- > 0;) {
        eqn->at[l] = (dtn_index){l, stride, NULL};
        stride *= (int32_t)eqn->full[l];
    }
}

dtn_ceqn *dtn_x_hidden_eqn(dtn_expander *e, uint32_t var, dtn_expr *expr, dtn_expr *init)
{
    dtn_compiler *c = e->c;
    dtn_ceqn *eqn = DTN_NEW(c->arena, dtn_ceqn);
    *eqn = *e->eqn;
    eqn->id = c->n_eqn++;
    eqn->var = var;
    eqn->overlay = e->overlay;
    eqn->expr = expr;
    eqn->init = init;
    loop_address(eqn);
    DTN_PUSH(c->arena, c->vars[var].eqns, c->vars[var].n_eqn, c->vars[var].cap_eqn, eqn);
    return eqn;
}

uint32_t dtn_x_hidden(dtn_expander *e, const char *what, dtn_cat cat, dtn_expr *expr,
                      dtn_expr *init)
{
    uint32_t v = dtn_x_hidden_var(e, what, cat);
    dtn_x_hidden_eqn(e, v, expr, init);
    return v;
}

void dtn_x_step_to(dtn_expander *e, uint32_t held, dtn_expr *next)
{
    uint32_t v = dtn_x_hidden(e, "next", DTN_CAT_AUX, next, NULL); /* may move the variables */
    e->c->vars[held].next = v;
}
