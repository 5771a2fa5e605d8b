/* Lowering of data variables and of the functions that ask for their series.
 *
 * A data variable's equation became, in expansion, a call of GET DIRECT DATA with the time as its
 * argument and the way between points as its number. The tables of all elements lie in a row in
 * storage order, as those of lookups do.
 */
#include "compile/lowerer.h"

#include <math.h>
#include <string.h>

bool dtn_has_series(const dtn_var *var)
{
    for (size_t k = 0; k < var->n_eqn; k++)
        if (var->eqns[k].tables && var->eqns[k].kind == DTN_EQN_DATA)
            return true;
    return false;
}

dtn_data_mode dtn_data_mode_of(const char *keyword)
{
    static const struct {
        const char *keyword;
        dtn_data_mode mode;
    } modes[] = {{":RAW:", DTN_DATA_RAW},
                 {":LOOK FORWARD:", DTN_DATA_FORWARD},
                 {":HOLD BACKWARD:", DTN_DATA_BACKWARD}};
    for (size_t i = 0; keyword && i < sizeof modes / sizeof *modes; i++)
        if (strcmp(keyword, modes[i].keyword) == 0)
            return modes[i].mode;
    return DTN_DATA_INTERPOLATE;
}

bool dtn_is_data_function(uint32_t fn)
{
    switch ((dtn_fn)fn) {
    case DTN_FN_GET_DIRECT_DATA:
    case DTN_FN_GET_DATA_AT_TIME:
    case DTN_FN_GET_DATA_BETWEEN_TIMES:
    case DTN_FN_GET_DATA_FIRST_TIME:
    case DTN_FN_GET_DATA_LAST_TIME:
    case DTN_FN_GET_DATA_TOTAL_POINTS:
    case DTN_FN_GET_DATA_MAX:
    case DTN_FN_GET_DATA_MIN:
    case DTN_FN_GET_DATA_MEAN:
    case DTN_FN_GET_DATA_MEDIAN:
    case DTN_FN_GET_DATA_STDV:
    case DTN_FN_TIME_SHIFT: return true;
    default: return false;
    }
}

/* The tables that a reference to a data variable means; DTN_NONE: reported. */
static dtn_operand series(dtn_lowerer *L, const dtn_expr *x, const char *asked_by)
{
    dtn_reference r;
    bool is_var = x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR && x->id < L->c->model->n_var;
    if (!is_var || !dtn_has_series(&L->c->model->vars[x->id])) {
        dtn_diags_add(L->c->diags, 212, x->pos, "give the name of a data variable",
                      "'%s' has no data of its own for %s", x->text ? x->text : "this", asked_by);
        return DTN_NONE;
    }
    if (!dtn_refer(L, x, &r))
        return DTN_NONE;
    if (r.n_position > 0) {
        dtn_diags_add(L->c->diags, 507, x->pos, "name the element",
                      "a computed subscript of data does not run yet");
        return DTN_NONE;
    }
    return dtn_make_address(L, L->table_base[x->id] + r.base, r.n_part, r.parts, true);
}

static dtn_operand at_time(dtn_lowerer *L, dtn_operand table, const dtn_expr *time, uint32_t mode,
                           dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_emit(L, DTN_I_DATA, mode, d, dtn_lower_expr(L, time, DTN_NONE), table, 0);
    L->temp_top = mark;
    return d;
}

/* GET DATA BETWEEN TIMES with a mode that is computed: all three, and the one asked for. */
static dtn_operand by_mode(dtn_lowerer *L, dtn_operand table, const dtn_expr *time,
                           const dtn_expr *mode, dtn_operand dst)
{
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand now = dtn_lower_expr(L, time, DTN_NONE), how = dtn_lower_expr(L, mode, DTN_NONE);
    dtn_operand v = temp(L), other = temp(L), test = temp(L);
    dtn_emit(L, DTN_I_DATA, DTN_DATA_INTERPOLATE | DTN_DATA_INSIDE, v, now, table, 0);
    dtn_emit(L, DTN_I_DATA, DTN_DATA_FORWARD | DTN_DATA_INSIDE, other, now, table, 0);
    dtn_emit(L, DTN_I_GT, 0, test, how, dtn_literal(L, 0.5), 0);
    dtn_emit(L, DTN_I_SELECT, 0, v, test, other, v);
    dtn_emit(L, DTN_I_DATA, DTN_DATA_BACKWARD | DTN_DATA_INSIDE, other, now, table, 0);
    dtn_emit(L, DTN_I_LT, 0, test, how, dtn_literal(L, -0.5), 0);
    dtn_emit(L, DTN_I_SELECT, 0, d, test, other, v);
    L->temp_top = mark;
    return d;
}

static dtn_operand between_times(dtn_lowerer *L, const dtn_expr *x, dtn_operand table,
                                 dtn_operand dst)
{
    double mode = dtn_number_of(x->args[2], 0);
    if (isnan(mode))
        return by_mode(L, table, x->args[1], x->args[2], dst);
    uint32_t how = mode > 0.5    ? DTN_DATA_FORWARD
                   : mode < -0.5 ? DTN_DATA_BACKWARD
                                 : DTN_DATA_INTERPOLATE;
    return at_time(L, table, x->args[1], how | DTN_DATA_INSIDE, dst);
}

static dtn_operand figure(dtn_lowerer *L, const dtn_expr *x, dtn_operand table, dtn_data_stat stat,
                          dtn_operand dst)
{
    bool stretch = x->n_arg > 2;
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand from =
        stretch ? dtn_lower_expr(L, x->args[1], DTN_NONE) : dtn_literal(L, -INFINITY);
    dtn_operand to = stretch ? dtn_lower_expr(L, x->args[2], DTN_NONE) : dtn_literal(L, INFINITY);
    dtn_emit(L, DTN_I_DATA_FIGURE, stat, d, from, table, to);
    L->temp_top = mark;
    return d;
}

/* TIME SHIFT(data, shift): the data as it is `shift` later, its own way between points. */
static dtn_operand shifted(dtn_lowerer *L, const dtn_expr *x, dtn_operand table, dtn_operand dst)
{
    const dtn_var *var = &L->c->model->vars[x->args[0]->id];
    dtn_operand d = dst == DTN_NONE ? temp(L) : dst;
    uint32_t mark = L->temp_top;
    dtn_operand then = temp(L);
    dtn_emit(L, DTN_I_ADD, 0, then, slot(DTN_CAT_AUX, 0), dtn_lower_expr(L, x->args[1], DTN_NONE),
             0);
    dtn_emit(L, DTN_I_DATA, dtn_data_mode_of(var->eqns[0].keyword), d, then, table, 0);
    L->temp_top = mark;
    return d;
}

/* The variable's own series, the element that the left side is at. */
static dtn_operand own_series(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    const dtn_ceqn *eqn = L->eqn;
    uint32_t base = L->table_base[L->c->vars[eqn->var].owner] + eqn->own_base;
    dtn_operand table = dtn_make_address(L, base, eqn->n_own, eqn->own, true);
    return at_time(L, table, x->args[0], (uint32_t)x->number, dst);
}

dtn_operand dtn_lower_data(dtn_lowerer *L, const dtn_expr *x, dtn_operand dst)
{
    dtn_fn fn = (dtn_fn)x->id;
    if (fn == DTN_FN_GET_DIRECT_DATA)
        return own_series(L, x, dst);
    dtn_operand table = series(L, x->args[0], x->text);
    if (table == DTN_NONE)
        return dtn_literal(L, DTN_VENSIM_NA);
    switch (fn) {
    case DTN_FN_GET_DATA_AT_TIME: /* a way between points comes from expansion */
        return at_time(L, table, x->args[1], x->number > 0 ? (uint32_t)x->number - 1 : DTN_DATA_RAW,
                       dst);
    case DTN_FN_GET_DATA_BETWEEN_TIMES: return between_times(L, x, table, dst);
    case DTN_FN_GET_DATA_FIRST_TIME: return figure(L, x, table, DTN_DATA_FIRST_TIME, dst);
    case DTN_FN_GET_DATA_LAST_TIME: return figure(L, x, table, DTN_DATA_LAST_TIME, dst);
    case DTN_FN_GET_DATA_TOTAL_POINTS: return figure(L, x, table, DTN_DATA_COUNT, dst);
    case DTN_FN_GET_DATA_MAX: return figure(L, x, table, DTN_DATA_MAX, dst);
    case DTN_FN_GET_DATA_MIN: return figure(L, x, table, DTN_DATA_MIN, dst);
    case DTN_FN_GET_DATA_MEAN: return figure(L, x, table, DTN_DATA_MEAN, dst);
    case DTN_FN_GET_DATA_MEDIAN: return figure(L, x, table, DTN_DATA_MEDIAN, dst);
    case DTN_FN_GET_DATA_STDV: return figure(L, x, table, DTN_DATA_STDV, dst);
    default: return shifted(L, x, table, dst);
    }
}
