/* XMILE by Vensim and its converter xmutil: what they write with another meaning than the standard.
 *
 *   Both         INT(x), which is INTEGER and cuts off
 *   Vensim only  PULSE(start, width); TIME_STEP, INITIAL_TIME, FINAL_TIME;
 *                <dt> TIME_STEP=1</dt> (in xmile.c);
 *                <stock><eqn>x = DELAY_FIXED(...)</eqn>, a variable that is no stock
 *
 * Source: files of Vensim 7 and 8 and of xmutil.
 */
#include "format/translate.h"
#include "format/xmile.h"

#include <string.h>

typedef struct context {
    dtn_model *model;
    bool is_vensim_itself;
} context;

/* There is no second pulse: its period is longer than any run. */
static void pulse_to_train(dtn_model *model, dtn_expr *x)
{
    dtn_expr **args = DTN_NEW_N(model->arena, dtn_expr *, 4);
    args[0] = x->args[0];
    args[1] = x->args[1];
    args[2] = args[3] = dtn_make_number(model, 1e30);
    x->text = "PULSE TRAIN";
    x->key = "pulse_train";
    x->n_arg = 4;
    x->args = args;
}

static void rename_time(dtn_expr *x)
{
    static const char *const names[][2] = {
        {"time_step", "dt"}, {"initial_time", "starttime"}, {"final_time", "stoptime"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(x->key, names[i][0]) == 0)
            x->text = x->key = names[i][1];
}

static void standardise(dtn_expr *x, void *ctx)
{
    const context *c = ctx;
    if (x->kind == DTN_X_CALL && strcmp(x->key, "int") == 0)
        x->key = "integer";
    if (!c->is_vensim_itself)
        return;
    if (x->kind == DTN_X_CALL && strcmp(x->key, "pulse") == 0 && x->n_arg == 2)
        pulse_to_train(c->model, x);
    else if (x->kind == DTN_X_NAME && x->n_sub == 0)
        rename_time(x);
}

void dtn_xmile_by_vensim(const dtn_xmile *x, dtn_model *model, dtn_expr *expr)
{
    context c = {model, x->is_vensim_itself};
    if (expr != NULL && x->is_by_vensim)
        dtn_expr_walk(expr, standardise, &c);
}

dtn_expr *dtn_xmile_own_equation(const dtn_xmile *x, const dtn_var *var, const dtn_expr *expr)
{
    if (!x->is_vensim_itself || expr == NULL || expr->kind != DTN_X_BINARY ||
        expr->op != DTN_OP_EQ || expr->args[0]->kind != DTN_X_NAME ||
        strcmp(expr->args[0]->key, var->key) != 0)
        return NULL;
    return expr->args[1];
}
