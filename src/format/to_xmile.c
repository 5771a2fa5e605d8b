/* From Vensim's notation into XMILE's: the structure.
 *
 *   INTEG(a + b - c, init)   <stock> with inflows a, b and outflow c, where these are auxiliaries
 *                            over the same ranges that flow nowhere else; any other rate becomes
 *                            a flow of its own, "<stock> net flow"
 *   ranges                   <dim>; an equation over all that its variable is stored over stays
 *                            one, every other (EXCEPT, subranges, mappings, lists of numbers) is
 *                            written out element by element
 *   WITH LOOKUP, tables      <gf>
 *   ACTIVE INITIAL           <init_eqn>
 *   macros                   <macro>; a further output is a macro of its own with the same body
 *   TIME STEP and its kin    <sim_specs>, as numbers
 *   values from files        numbers and <gf>, if they were loaded
 *
 * Text constants have no counterpart and are left out with a warning. Follows XMILE 1.0 and the
 * Vensim reference manual.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "format/to_xmile.h"

/* ---- Messages --------------------------------------------------------------------- */

/* The same message once, however many elements it concerns. */
void dtn_tx_note(dtn_tx *tx, dtn_severity severity, dtn_pos pos, const char *fmt, ...)
{
    char s[512];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(s, sizeof s, fmt, args);
    va_end(args);
    const char *key = dtn_arena_printf(tx->arena, "%u %u %s", pos.line, pos.col, s);
    if (dtn_map_get(&tx->told, key) != DTN_MAP_NONE)
        return;
    dtn_map_set(&tx->told, tx->arena, key, 1);
    dtn_diags_add_as(tx->diags, severity, 509, pos, NULL, "%s", s);
}

bool dtn_tx_count(dtn_tx *tx, size_t n, dtn_pos pos)
{
    if (n <= DTN_MAX_WRITTEN_ELEMENTS && tx->n_written + n <= DTN_MAX_WRITTEN_ELEMENTS) {
        tx->n_written += n;
        return true;
    }
    if (!tx->told_full)
        dtn_refuse(tx->diags, pos, "use whole ranges, which XMILE has, instead of parts of them",
                   "more than %d equations and terms would have to be written out",
                   DTN_MAX_WRITTEN_ELEMENTS);
    tx->told_full = true;
    return false;
}

/* ---- Variables of a scope ------------------------------------------------------------ */

dtn_tx_var *dtn_tx_find(dtn_tx *tx, const char *key)
{
    const uint32_t i = key ? dtn_map_get(&tx->index, key) : DTN_MAP_NONE;
    return i == DTN_MAP_NONE ? NULL : &tx->vars[i];
}

static const dtn_dim *find_dim(const dtn_tx *tx, const char *key)
{
    return key ? dtn_model_find_dim(tx->dst, key) : NULL;
}

static bool covers(const dtn_tx *tx, const dtn_dim *dim, const dtn_sub *sub)
{
    const dtn_dim *named = find_dim(tx, sub->key);
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
    const dtn_dim *first = find_dim(tx, var->eqns[0].subs[p].key);
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

static uint32_t append(dtn_tx *tx, const dtn_var *var)
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
        if (!dtn_tx_find(tx, var.key) && !find_dim(tx, var.key) &&
            dtn_map_get(&tx->elements, var.key) == DTN_MAP_NONE)
            break;
        var.name = dtn_arena_printf(tx->arena, "%s %u", base, n);
    }
    return append(tx, &var);
}

static dtn_var new_var(dtn_tx *tx, const dtn_var *beside, const char *name)
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
        if (tx->helpers[i].node == node)
            return reference(tx, &dtn_tx_find(tx, tx->helpers[i].key)->from, node->pos);
    const dtn_var *owner = &tx->vars[tx->at].from;
    const char *plain = dtn_plain_name(tx->arena, owner->name);
    dtn_var var = new_var(tx, owner, dtn_arena_printf(tx->arena, "%s %s", plain, suffix));
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
    DTN_PUSH(tx->arena, tx->helpers, tx->n_helper, tx->cap_helper,
             (dtn_tx_helper){node, made->key});
    return reference(tx, made, node->pos);
}

/* ---- Flows -------------------------------------------------------------------------------- */

typedef struct term {
    const dtn_expr *x;
    bool is_minus;
} term;

typedef struct terms {
    term items[DTN_MAX_TERMS];
    size_t n;
    bool is_sum; /* of names with signs */
} terms;

static void split(terms *t, const dtn_expr *x, bool is_minus)
{
    const bool is_sum = x->kind == DTN_X_BINARY && (x->op == DTN_OP_ADD || x->op == DTN_OP_SUB);
    const bool is_sign = x->kind == DTN_X_UNARY && (x->op == DTN_OP_NEG || x->op == DTN_OP_PLUS);
    if (!t->is_sum || t->n >= DTN_MAX_TERMS) {
        t->is_sum = false;
    } else if (is_sum) {
        split(t, x->args[0], is_minus);
        split(t, x->args[1], is_minus != (x->op == DTN_OP_SUB));
    } else if (is_sign) {
        split(t, x->args[0], is_minus != (x->op == DTN_OP_NEG));
    } else {
        t->is_sum = x->kind == DTN_X_NAME;
        t->items[t->n++] = (term){x, is_minus};
    }
}

/* Numbers alone: a parameter, which stays one. */
static bool is_constant(const dtn_var *var)
{
    for (size_t i = 0; i < var->n_eqn; i++) {
        const dtn_expr *x = dtn_eqn_value(&var->eqns[i]);
        while (x && x->kind == DTN_X_UNARY)
            x = x->args[0];
        if (!x || (x->kind != DTN_X_NUMBER && x->kind != DTN_X_ARRAY))
            return false;
    }
    return true;
}

static bool has_values(const dtn_var *var)
{
    for (size_t i = 0; i < var->n_eqn; i++)
        if (var->eqns[i].kind != DTN_EQN_EXPR || !var->eqns[i].expr)
            return false;
    return var->n_eqn > 0;
}

/* One equation over all that the variable is stored over, each range once. */
static bool is_whole(const dtn_tx *tx, const dtn_tx_var *var)
{
    const dtn_eqn *eqn = var->from.n_eqn == 1 ? &var->from.eqns[0] : NULL;
    if (!eqn || eqn->n_except || eqn->n_sub != var->n_dim)
        return false;
    for (uint32_t p = 0; p < var->n_dim; p++) {
        const dtn_dim *dim = find_dim(tx, eqn->subs[p].key);
        if (!dim || dim->id != var->dims[p])
            return false;
        for (uint32_t q = 0; q < p; q++)
            if (var->dims[q] == var->dims[p])
                return false;
    }
    return true;
}

static bool is_auxiliary(const dtn_var *var)
{
    return (var->kind == DTN_VAR_AUX || var->kind == DTN_VAR_FLOW) && !var->is_control;
}

/* Can this term be a flow of the stock as it stands? */
static dtn_tx_var *flow_of(dtn_tx *tx, const dtn_tx_var *stock, const term *t)
{
    dtn_tx_var *flow = dtn_tx_find(tx, t->x->key);
    const dtn_eqn *eqn = &stock->from.eqns[0];
    if (!flow || !is_auxiliary(&flow->from) || !has_values(&flow->from) ||
        is_constant(&flow->from) || flow->n_dim != stock->n_dim ||
        (t->is_minus ? flow->is_outflow : flow->is_inflow) || t->x->n_sub != eqn->n_sub)
        return NULL;
    for (uint32_t p = 0; p < stock->n_dim; p++)
        if (flow->dims[p] != stock->dims[p] || !t->x->subs[p].key ||
            strcmp(t->x->subs[p].key, eqn->subs[p].key) != 0)
            return NULL;
    return flow;
}

static bool take_flows(dtn_tx *tx, dtn_tx_var *stock, const terms *t)
{
    for (size_t i = 0; i < t->n; i++) {
        if (!flow_of(tx, stock, &t->items[i]))
            return false;
        for (size_t k = 0; k < i; k++) /* once, in one direction */
            if (strcmp(t->items[k].x->key, t->items[i].x->key) == 0)
                return false;
    }
    stock->inflows = DTN_NEW_N(tx->arena, const char *, t->n + 1);
    stock->outflows = DTN_NEW_N(tx->arena, const char *, t->n + 1);
    for (size_t i = 0; i < t->n; i++) {
        dtn_tx_var *flow = flow_of(tx, stock, &t->items[i]);
        flow->is_flow = true;
        if (t->items[i].is_minus)
            stock->outflows[stock->n_outflow++] = flow->name;
        else
            stock->inflows[stock->n_inflow++] = flow->name;
        flow->is_outflow |= t->items[i].is_minus;
        flow->is_inflow |= !t->items[i].is_minus;
    }
    return true;
}

static void add_net_flow(dtn_tx *tx, uint32_t at)
{
    const dtn_var *stock = &tx->vars[at].from;
    const char *plain = dtn_plain_name(tx->arena, stock->name);
    dtn_var var = new_var(tx, stock, dtn_arena_printf(tx->arena, "%s net flow", plain));
    var.eqns = DTN_NEW_N(tx->arena, dtn_eqn, stock->n_eqn);
    var.n_eqn = stock->n_eqn;
    if (stock->units && tx->src->time_units)
        var.units = dtn_arena_printf(tx->arena, "(%s)/%s", stock->units, tx->src->time_units);
    for (size_t i = 0; i < stock->n_eqn; i++) {
        var.eqns[i] = stock->eqns[i];
        var.eqns[i].kind = DTN_EQN_EXPR;
        var.eqns[i].init = NULL;
    }
    const uint32_t flow = dtn_tx_add(tx, var);
    tx->vars[flow].is_flow = true;
    tx->vars[at].inflows = DTN_NEW(tx->arena, const char *);
    tx->vars[at].inflows[0] = tx->vars[flow].name;
    tx->vars[at].n_inflow = 1;
}

static bool is_zero(const dtn_expr *x) { return x && x->kind == DTN_X_NUMBER && x->number == 0; }

static void plan_flows(dtn_tx *tx, uint32_t at)
{
    dtn_tx_var *stock = &tx->vars[at];
    terms *t = DTN_NEW(tx->arena, terms);
    bool all_zero = true;
    for (size_t i = 0; i < stock->from.n_eqn; i++) {
        all_zero = all_zero && is_zero(stock->from.eqns[i].expr);
        if (stock->from.eqns[i].kind != DTN_EQN_STOCK)
            dtn_refuse(tx->diags, stock->from.eqns[i].pos, "give all elements an INTEG",
                       "'%s' is a stock for some elements only", stock->from.name);
    }
    if (all_zero)
        return;
    t->is_sum = is_whole(tx, stock);
    split(t, stock->from.eqns[0].expr, false);
    if (!t->is_sum || !take_flows(tx, stock, t))
        add_net_flow(tx, at);
}

/* ---- Data ------------------------------------------------------------------------------------- */

/* Are the run's times exact binary numbers, so that a point's time is met to the bit? */
static bool has_exact_times(const dtn_tx *tx)
{
    const dtn_model *m = tx->dst;
    if (!m->start || !m->dt)
        return false;
    const double k = 1048576; /* 2^20 */
    const double a = m->start->number * k, b = m->dt->number * k;
    return a == floor(a) && b == floor(b) && fabs(a) < 0x1p52 && b < 0x1p52;
}

/* Points at which a step function changes: a little early where times carry rounding. */
static dtn_lookup *stepped(dtn_tx *tx, const dtn_lookup *data, const char *keyword)
{
    const bool is_raw = strcmp(keyword, ":RAW:") == 0;
    const bool is_forward = strcmp(keyword, ":LOOK FORWARD:") == 0;
    const bool exact = has_exact_times(tx);
    dtn_lookup *out = DTN_NEW(tx->arena, dtn_lookup);
    *out = *data;
    out->kind = DTN_LOOKUP_DISCRETE;
    out->n = 0;
    out->x = DTN_NEW_N(tx->arena, double, 2 * data->n + 1);
    out->y = DTN_NEW_N(tx->arena, double, 2 * data->n + 1);
    for (size_t i = 0; i < data->n; i++) {
        const double slack = 1e-9 * (1 + fabs(data->x[i]));
        const double before = exact ? data->x[i] : data->x[i] - slack;
        const double after = data->x[i] + slack;
        if (is_raw && i == 0) {
            out->x[out->n] = data->x[0] - 1;
            out->y[out->n++] = -0x1p109; /* :NA: */
        }
        out->x[out->n] = is_forward && i > 0 ? data->x[i - 1] + slack : before;
        out->y[out->n++] = data->y[i];
        if (is_raw) {
            out->x[out->n] = after;
            out->y[out->n++] = -0x1p109;
        }
    }
    return out;
}

static const dtn_lookup *data_table(dtn_tx *tx, const dtn_lookup *data, const char *keyword)
{
    if (!keyword || strcmp(keyword, ":INTERPOLATE:") == 0)
        return data;
    dtn_tx_note(tx, DTN_WARNING, tx->eqn->pos,
                "%s of '%s' is written as a graphical function of type discrete", keyword,
                tx->vars[tx->at].from.name);
    return stepped(tx, data, keyword);
}

/* ---- Equations ---------------------------------------------------------------------------------- */

static dtn_expr *with_lookup(dtn_tx *tx, dtn_expr *at, dtn_lookup *table)
{
    dtn_expr *x = dtn_expr_new(tx->to, DTN_X_LOOKUP, table->pos);
    x->lookup = table;
    return dtn_make_call(tx->to, "WITH LOOKUP", 2, at, x, NULL);
}

static dtn_lookup *copy_table(dtn_tx *tx, const dtn_lookup *table)
{
    dtn_lookup *copy = DTN_NEW(tx->arena, dtn_lookup);
    *copy = *table;
    return copy;
}

static void set_series(dtn_tx *tx, const dtn_lookup *data, const char *keyword, dtn_eqn *out)
{
    out->kind = DTN_EQN_EXPR;
    out->lookup = copy_table(tx, data_table(tx, data, keyword));
    out->expr = with_lookup(tx, dtn_make_name(tx->to, "TIME"), out->lookup);
}

/* The number that stands for the turn-th element of a list, or the whole expression. */
static dtn_expr *value_at(const dtn_expr *x, size_t turn)
{
    if (x->kind != DTN_X_ARRAY)
        return NULL;
    return turn < x->n_arg ? x->args[turn] : NULL;
}

static void set_value(dtn_tx *tx, const dtn_eqn *eqn, size_t turn, dtn_eqn *out)
{
    const dtn_expr *x = dtn_eqn_value(eqn);
    out->kind = DTN_EQN_EXPR;
    if (x->kind == DTN_X_ARRAY) {
        const dtn_expr *item = value_at(x, turn);
        if (!item)
            dtn_refuse(tx->diags, x->pos, "give one number for each element",
                       "there are more elements than numbers for '%s'", tx->vars[tx->at].from.name);
        out->expr = item ? dtn_tx_expr(tx, item) : dtn_make_number(tx->to, 0);
    } else if (dtn_key_is(x, "with_lookup") && x->n_arg == 2 && x->args[1]->kind == DTN_X_LOOKUP) {
        out->lookup = copy_table(tx, x->args[1]->lookup);
        out->expr = with_lookup(tx, dtn_tx_expr(tx, x->args[0]), out->lookup);
    } else if (dtn_key_is(x, "active_initial") && x->n_arg == 2) {
        out->expr = dtn_tx_expr(tx, x->args[0]);
        out->init = dtn_tx_expr(tx, x->args[1]);
    } else {
        out->expr = dtn_tx_expr(tx, x);
    }
}

static void refuse_data(dtn_tx *tx, const dtn_eqn *eqn)
{
    dtn_refuse(tx->diags, eqn->pos, "put the data files beside the model, or give it an equation",
               "the values of '%s' are in a file, which is not there", tx->vars[tx->at].from.name);
}

/* The series that `ahead :LOOK FORWARD: := planned` reads its own way, through data that are
 * nothing but another's name; NULL: none such. */
static const dtn_lookup *series_behind(dtn_tx *tx, const dtn_eqn *eqn, size_t turn)
{
    for (unsigned depth = 0; depth < 20; depth++) {
        const dtn_expr *x = eqn->expr;
        const dtn_tx_var *var = x && x->kind == DTN_X_NAME ? dtn_tx_find(tx, x->key) : NULL;
        const dtn_eqn *from = var && var->from.n_eqn == 1 ? &var->from.eqns[0] : NULL;
        if (!from || from->n_sub != x->n_sub || from->n_except)
            return NULL;
        for (uint32_t p = 0; p < x->n_sub; p++)
            if (!x->subs[p].key || strcmp(x->subs[p].key, from->subs[p].key) != 0 ||
                strcmp(x->subs[p].key, eqn->subs[p].key) != 0)
                return NULL;
        if (turn < from->n_table)
            return from->tables[turn];
        eqn = from;
    }
    return NULL;
}

/* Is every data variable of the model without data? Then they are missing whichever way one of
 * them is read. */
static bool all_is_missing(const dtn_model *m)
{
    for (size_t i = 0; i < m->n_var; i++)
        for (size_t k = 0; k < m->vars[i].n_eqn; k++) {
            const dtn_eqn *eqn = &m->vars[i].eqns[k];
            for (size_t t = 0; t < eqn->n_table && eqn->kind == DTN_EQN_DATA; t++)
                if (eqn->tables[t]->n > 0)
                    return false;
        }
    return true;
}

static const dtn_lookup *table_of(dtn_tx *tx, const dtn_eqn *eqn, size_t turn)
{
    if (turn < eqn->n_table)
        return eqn->tables[turn];
    const char *way = eqn->kind == DTN_EQN_DATA ? eqn->keyword : NULL;
    if (!way || !eqn->expr || strcmp(way, ":INTERPOLATE:") == 0)
        return NULL;
    const dtn_lookup *table = series_behind(tx, eqn, turn);
    if (!table && eqn->expr->kind == DTN_X_NAME && all_is_missing(tx->src))
        dtn_tx_note(tx, DTN_WARNING, eqn->pos, "%s of '%s' is left out: the model has no data", way,
                    tx->vars[tx->at].from.name);
    else if (!table && eqn->expr->kind != DTN_X_CALL)
        dtn_refuse(tx->diags, eqn->pos, "read it from a series with that keyword",
                   "%s of '%s', which is computed, has no counterpart", way,
                   tx->vars[tx->at].from.name);
    return table;
}

/* The right side; turn: which of the left side's elements, row-major. */
static void set_right(dtn_tx *tx, const dtn_eqn *eqn, size_t turn, dtn_eqn *out)
{
    const dtn_lookup *table = table_of(tx, eqn, turn);
    const dtn_expr *x = dtn_eqn_value(eqn);
    const bool is_source =
        x && x->kind == DTN_X_CALL &&
        (strncmp(x->key, "get_xls_", 8) == 0 || strncmp(x->key, "get_direct_", 11) == 0 ||
         strncmp(x->key, "get_123_", 8) == 0);
    out->pos = eqn->pos;
    if (eqn->kind == DTN_EQN_STOCK) {
        out->kind = DTN_EQN_STOCK;
        out->expr = dtn_make_number(tx->to, 0);
        out->init = eqn->init ? dtn_tx_expr(tx, eqn->init) : NULL;
    } else if (eqn->kind == DTN_EQN_LOOKUP && (eqn->lookup || table)) {
        out->kind = DTN_EQN_LOOKUP;
        out->lookup = copy_table(tx, table ? table : eqn->lookup);
    } else if (table && table->n == 0) { /* data that are not there */
        out->kind = DTN_EQN_EXPR;
        out->expr = dtn_make_number(tx->to, -0x1p109);
    } else if (table) {
        set_series(tx, table, eqn->keyword, out);
    } else if (!x || (is_source && !eqn->loaded)) {
        refuse_data(tx, eqn);
    } else {
        set_value(tx, eqn, turn, out);
    }
}

static dtn_eqn *add_eqn(dtn_tx *tx, dtn_var *out)
{
    DTN_PUSH(tx->arena, out->eqns, out->n_eqn, out->cap_eqn, (dtn_eqn){0});
    return &out->eqns[out->n_eqn - 1];
}

static dtn_sub left_sub(const char *text, const char *key, dtn_pos pos)
{
    return (dtn_sub){.kind = DTN_SUB_NAME,
                     .text = text,
                     .key = key,
                     .pos = pos,
                     .dim = DTN_NONE,
                     .element = DTN_NONE};
}

static void translate_whole(dtn_tx *tx, const dtn_eqn *eqn, dtn_var *out)
{
    dtn_eqn made = {0};
    tx->by_element = tx->vars[tx->at].n_dim == 0;
    tx->n_outer = 0;
    set_right(tx, eqn, 0, &made);
    made.n_sub = out->n_dim_key;
    made.subs = DTN_NEW_N(tx->arena, dtn_sub, made.n_sub + 1);
    for (uint32_t p = 0; p < made.n_sub; p++) {
        const dtn_dim *dim = find_dim(tx, out->dim_keys[p]);
        made.subs[p] = left_sub(dim->name, dim->key, eqn->pos);
    }
    *add_eqn(tx, out) = made;
}

static bool takes(const dtn_tx *tx, const dtn_sub *sub, const char *key)
{
    const dtn_dim *dim = find_dim(tx, sub->key);
    if (dim)
        return dtn_map_get(&dim->index, key) != DTN_MAP_NONE;
    return sub->key && strcmp(sub->key, key) == 0;
}

static bool is_excepted(const dtn_tx *tx, const dtn_eqn *eqn, const char *const *keys)
{
    for (uint32_t k = 0; k < eqn->n_except; k++) {
        bool all = true;
        for (uint32_t p = 0; p < eqn->n_sub && all; p++)
            all = takes(tx, &eqn->excepts[k][p], keys[p]);
        if (all)
            return true;
    }
    return false;
}

/* The left side's elements, one combination after the other. */
typedef struct walk {
    const dtn_dim *dims[DTN_MAX_DIMS]; /* NULL: a single element */
    const char *keys[DTN_MAX_DIMS];
    size_t n;
} walk;

static void start_walk(const dtn_tx *tx, const dtn_eqn *eqn, walk *w)
{
    w->n = 1;
    for (uint32_t p = 0; p < eqn->n_sub; p++) {
        w->dims[p] = find_dim(tx, eqn->subs[p].key);
        w->keys[p] = eqn->subs[p].key;
        w->n *= w->dims[p] ? w->dims[p]->n_element : 1;
    }
}

static void step_to(walk *w, const dtn_eqn *eqn, size_t turn)
{
    for (uint32_t p = eqn->n_sub; p-- > 0;) {
        if (!w->dims[p])
            continue;
        w->keys[p] = w->dims[p]->element_keys[turn % w->dims[p]->n_element];
        turn /= w->dims[p]->n_element;
    }
}

/* Ranges of the left side, with what EXCEPT leaves of them. */
static void bind_ranges(dtn_tx *tx, const dtn_eqn *eqn, walk *w)
{
    tx->n_outer = 0;
    for (uint32_t p = 0; p < eqn->n_sub; p++) {
        if (!w->dims[p])
            continue;
        dtn_tx_bound *b = &tx->outer[tx->n_outer++];
        *b = (dtn_tx_bound){w->dims[p]->id, w->dims[p]->n_element, w->dims[p]->element_keys, NULL};
        if (eqn->n_except == 0)
            continue;
        b->keys = DTN_NEW_N(tx->arena, const char *, w->n);
        b->n = 0;
        for (size_t turn = 0; turn < w->n; turn++) {
            step_to(w, eqn, turn);
            if (!is_excepted(tx, eqn, w->keys))
                b->keys[b->n++] = w->keys[p];
        }
    }
}

static void translate_element(dtn_tx *tx, const dtn_eqn *eqn, size_t turn, const walk *w,
                              dtn_var *out)
{
    const dtn_tx_var *var = &tx->vars[tx->at];
    dtn_eqn made = {0};
    for (uint32_t p = 0, b = 0; p < eqn->n_sub; p++)
        if (w->dims[p])
            tx->outer[b++].key = w->keys[p];
    made.n_sub = eqn->n_sub;
    made.subs = DTN_NEW_N(tx->arena, dtn_sub, made.n_sub + 1);
    for (uint32_t p = 0; p < eqn->n_sub; p++) {
        const dtn_dim *storage = &tx->dst->dims[var->dims[p]];
        const uint32_t at = dtn_map_get(&storage->index, w->keys[p]);
        made.subs[p] =
            left_sub(at == DTN_MAP_NONE ? w->keys[p] : storage->elements[at], w->keys[p], eqn->pos);
    }
    set_right(tx, eqn, turn, &made);
    *add_eqn(tx, out) = made;
}

static void translate_elements(dtn_tx *tx, const dtn_eqn *eqn, dtn_var *out)
{
    walk w = {0};
    start_walk(tx, eqn, &w);
    if (!dtn_tx_count(tx, w.n, eqn->pos))
        return;
    bind_ranges(tx, eqn, &w);
    tx->by_element = true;
    for (size_t turn = 0; turn < w.n; turn++) {
        step_to(&w, eqn, turn);
        if (!is_excepted(tx, eqn, w.keys))
            translate_element(tx, eqn, turn, &w, out);
    }
    tx->n_outer = 0;
}

static bool is_plain_eqn(dtn_tx *tx, const dtn_eqn *eqn)
{
    const dtn_expr *x = dtn_eqn_value(eqn);
    if (eqn->tables)
        return false;
    if (eqn->kind == DTN_EQN_STOCK)
        return !eqn->init || dtn_tx_is_plain(tx, eqn->init);
    return !x || eqn->kind == DTN_EQN_LOOKUP || dtn_tx_is_plain(tx, x);
}

static dtn_var_kind kind_of(const dtn_tx_var *var)
{
    if (var->is_flow)
        return DTN_VAR_FLOW;
    return var->from.kind == DTN_VAR_STOCK || var->from.kind == DTN_VAR_LOOKUP ? var->from.kind
                                                                               : DTN_VAR_AUX;
}

static void set_dims(dtn_tx *tx, const dtn_tx_var *var, dtn_var *out)
{
    out->dim_keys = DTN_NEW_N(tx->arena, const char *, var->n_dim + 1);
    for (uint32_t p = 0; p < var->n_dim; p++) {
        tx->is_dim_used[var->dims[p]] = true;
        out->dim_keys[out->n_dim_key++] = tx->dst->dims[var->dims[p]].key;
    }
}

static bool can_be_placed(const dtn_tx_var *var)
{
    for (uint32_t p = 0; p < var->n_dim; p++)
        if (var->dims[p] == DTN_NONE)
            return false;
    for (size_t i = 0; i < var->from.n_eqn; i++)
        if (var->from.eqns[i].n_sub != var->n_dim)
            return false;
    return true;
}

static bool is_text(const dtn_var *var)
{
    return var->n_eqn > 0 && var->eqns[0].kind == DTN_EQN_STRING;
}

static void translate_var(dtn_tx *tx, uint32_t at)
{
    if (!can_be_placed(&tx->vars[at]))
        return;
    if (is_text(&tx->vars[at].from)) {
        dtn_tx_note(tx, DTN_WARNING, tx->vars[at].from.pos,
                    "the text '%s' has no place in XMILE and is left out", tx->vars[at].from.name);
        return;
    }
    dtn_var out = dtn_bare_copy(&tx->vars[at].from);
    out.name = tx->vars[at].name;
    out.kind = kind_of(&tx->vars[at]);
    out.inflows = tx->vars[at].inflows;
    out.n_inflow = tx->vars[at].n_inflow;
    out.outflows = tx->vars[at].outflows;
    out.n_outflow = tx->vars[at].n_outflow;
    set_dims(tx, &tx->vars[at], &out);
    tx->at = at;
    for (size_t i = 0; i < tx->vars[at].from.n_eqn; i++) {
        dtn_eqn eqn = tx->vars[at].from.eqns[i];
        tx->eqn = &eqn; /* cppcheck-suppress autoVariables; only while it is translated */
        tx->n_inner = tx->n_star = tx->n_outer = 0;
        tx->n_fit = 0;
        tx->in_array = false;
        if (eqn.expr && is_whole(tx, &tx->vars[at]))
            eqn.expr = dtn_tx_arrange(tx, eqn.expr);
        if (out.n_dim_key == 0 || (is_whole(tx, &tx->vars[at]) && is_plain_eqn(tx, tx->eqn)))
            translate_whole(tx, tx->eqn, &out);
        else
            translate_elements(tx, tx->eqn, &out);
        if (tx->eqn->unchangeable)
            dtn_tx_note(tx, DTN_NOTE, tx->eqn->pos, "'%s' may be changed in XMILE; '==' is lost",
                        out.name);
    }
    dtn_append_var(tx->to, out);
}

/* ---- Macro outputs ----------------------------------------------------------------------------------- */

const char *dtn_tx_output_macro(dtn_tx *tx, const dtn_macro *macro, const char *output)
{
    for (size_t i = 0; i < tx->n_output; i++)
        if (tx->outputs[i].macro == macro && strcmp(tx->outputs[i].output, output) == 0)
            return tx->outputs[i].name;
    const char *base =
        dtn_arena_printf(tx->arena, "%s %s", dtn_plain_name(tx->arena, macro->name), output);
    const char *name = dtn_free_name(tx->dst, tx->src, base);
    DTN_PUSH(tx->arena, tx->outputs, tx->n_output, tx->cap_output,
             (dtn_tx_output){macro, output, name});
    dtn_tx_note(tx, DTN_NOTE, macro->pos,
                "the output '%s' of the macro '%s' is written as a macro of its own, '%s'", output,
                macro->name, name);
    return name;
}

static const dtn_macro *find_macro(const dtn_model *m, const char *key)
{
    for (size_t i = 0; i < m->n_macro; i++)
        if (strcmp(m->macros[i].key, key) == 0)
            return &m->macros[i];
    return NULL;
}

/* What is written of the variable that an output goes to: its unit and text. */
static dtn_var output_var(dtn_tx *tx, const dtn_expr *out, const dtn_var *beside)
{
    const dtn_var *named = dtn_model_find_var(tx->from, out->key);
    dtn_var var = named ? *named : new_var(tx, beside, out->text);
    var.kind = DTN_VAR_AUX;
    var.is_instance = false;
    var.key = out->key;
    var.eqns = NULL;
    var.n_eqn = 0;
    return var;
}

/* y = MACRO(x : z): z gets the equation z = "MACRO z'"(x). */
static void add_output(dtn_tx *tx, uint32_t at, const dtn_eqn *eqn, const dtn_expr *call,
                       uint32_t k)
{
    const dtn_macro *macro = find_macro(tx->src, call->key);
    const dtn_expr *out = call->args[call->n_arg - call->n_out + k];
    if (!macro || k >= macro->n_output)
        return;
    dtn_expr *value = DTN_NEW(tx->arena, dtn_expr);
    *value = *call;
    value->text = dtn_tx_output_macro(tx, macro, macro->outputs[k]);
    value->key = dtn_model_name_key(tx->to, value->text, strlen(value->text));
    value->n_arg = call->n_arg - call->n_out;
    value->n_out = 0;
    dtn_eqn made = {.kind = DTN_EQN_EXPR, .expr = value, .pos = out->pos};
    made.subs = out->n_sub ? out->subs : eqn->subs;
    made.n_sub = out->n_sub ? out->n_sub : eqn->n_sub;
    made.excepts = out->n_sub ? NULL : eqn->excepts;
    made.n_except = out->n_sub ? 0 : eqn->n_except;
    dtn_tx_var *known = dtn_tx_find(tx, out->key);
    if (known) { /* by another call, for other elements */
        dtn_eqn *eqns = DTN_NEW_N(tx->arena, dtn_eqn, known->from.n_eqn + 1);
        memcpy(eqns, known->from.eqns, known->from.n_eqn * sizeof *eqns);
        eqns[known->from.n_eqn++] = made;
        known->from.eqns = eqns;
        return;
    }
    dtn_var var = output_var(tx, out, &tx->vars[at].from);
    var.eqns = DTN_NEW(tx->arena, dtn_eqn);
    var.eqns[0] = made;
    var.n_eqn = 1;
    append(tx, &var);
}

static void find_outputs(dtn_tx *tx, uint32_t at, const dtn_eqn *eqn, const dtn_expr *x)
{
    for (uint32_t k = 0; k < x->n_out; k++)
        add_output(tx, at, eqn, x, k);
    for (uint32_t i = 0; i < x->n_arg - x->n_out; i++)
        find_outputs(tx, at, eqn, x->args[i]);
}

/* ---- Scopes -------------------------------------------------------------------------------------------- */

typedef struct search {
    const char *key;
    bool found;
} search;

static void look_for(dtn_expr *x, void *ctx)
{
    search *s = ctx;
    s->found |= x->kind == DTN_X_NAME && strcmp(x->key, s->key) == 0;
}

/* Does an equation name it, other than its own? */
static bool is_named(const dtn_model *m, const dtn_var *var)
{
    search s = {.key = var->key};
    for (size_t i = 0; i < m->n_var; i++)
        for (size_t k = 0; k < m->vars[i].n_eqn && m->vars[i].id != var->id; k++) {
            dtn_expr_walk(m->vars[i].eqns[k].expr, look_for, &s);
            dtn_expr_walk(m->vars[i].eqns[k].init, look_for, &s);
        }
    return s.found;
}

/* Names for its values only: a variable without an equation that a macro's output goes to. */
static bool is_output_name(const dtn_var *var)
{
    return var->is_instance || (var->n_eqn == 1 && var->eqns[0].kind == DTN_EQN_DATA &&
                                !var->eqns[0].expr && !var->eqns[0].tables);
}

static bool is_named_as_output(dtn_tx *tx, const dtn_var *var)
{
    for (size_t i = 0; i < tx->n_taken; i++)
        if (strcmp(tx->taken[i], var->key) == 0)
            return true;
    return false;
}

static void note_outputs(dtn_tx *tx, const dtn_expr *x)
{
    if (!x)
        return;
    for (uint32_t k = 0; k < x->n_out; k++)
        DTN_PUSH(tx->arena, tx->taken, tx->n_taken, tx->cap_taken,
                 x->args[x->n_arg - x->n_out + k]->key);
    for (uint32_t i = 0; i < x->n_arg - x->n_out; i++)
        note_outputs(tx, x->args[i]);
}

static bool is_left_out(dtn_tx *tx, const dtn_var *var)
{
    if (var->is_hidden || var->overlay > 0 || var->is_instance)
        return true;
    if (is_output_name(var) && is_named_as_output(tx, var))
        return true;
    return var->is_control && (strcmp(var->key, "saveper") != 0 || !is_named(tx->from, var));
}

static void collect(dtn_tx *tx)
{
    for (size_t i = 0; i < tx->from->n_var; i++)
        for (size_t k = 0; k < tx->from->vars[i].n_eqn; k++) {
            note_outputs(tx, tx->from->vars[i].eqns[k].expr);
            note_outputs(tx, tx->from->vars[i].eqns[k].init);
        }
    for (size_t i = 0; i < tx->from->n_var; i++)
        if (!is_left_out(tx, &tx->from->vars[i]))
            append(tx, &tx->from->vars[i]);
    const size_t n = tx->n_var;
    for (uint32_t i = 0; i < n; i++)
        for (size_t k = 0; k < tx->vars[i].from.n_eqn; k++) {
            const dtn_eqn *eqn = &tx->vars[i].from.eqns[k];
            if (eqn->expr)
                find_outputs(tx, i, eqn, eqn->expr);
            if (eqn->init)
                find_outputs(tx, i, eqn, eqn->init);
        }
}

static void translate_scope(dtn_tx *tx, const dtn_model *from, dtn_model *to,
                            const dtn_macro *macro)
{
    tx->from = from;
    tx->to = to;
    tx->macro = macro;
    tx->vars = NULL;
    tx->n_var = tx->cap_var = 0;
    tx->index = (dtn_map){0};
    tx->n_helper = tx->n_taken = 0;
    dtn_copy_groups(from, to);
    collect(tx);
    const size_t n = tx->n_var;
    for (uint32_t i = 0; i < n; i++)
        if (tx->vars[i].from.kind == DTN_VAR_STOCK && can_be_placed(&tx->vars[i]))
            plan_flows(tx, i);
    for (uint32_t i = 0; i < tx->n_var; i++) { /* it may grow, by stocks too */
        if (i >= n && tx->vars[i].from.kind == DTN_VAR_STOCK)
            plan_flows(tx, i);
        translate_var(tx, i);
    }
}

/* ---- Time ---------------------------------------------------------------------------------------------------- */

static dtn_expr *time_number(dtn_tx *tx, const dtn_expr *x, const char *what)
{
    double value = 0;
    if (!x) {
        dtn_refuse(tx->diags, (dtn_pos){.file = tx->src->path}, "define it",
                   "the model has no %s, which XMILE needs", what);
        return NULL;
    }
    if (!dtn_constant_value(tx->src, x, &value)) {
        dtn_refuse(tx->diags, x->pos, "make it a number, or a formula of constants",
                   "the %s is not a constant, as XMILE wants it", what);
        return NULL;
    }
    const dtn_var *var = x->kind == DTN_X_NAME ? dtn_model_find_var(tx->src, x->key) : NULL;
    const dtn_expr *eqn = var && var->n_eqn == 1 ? var->eqns[0].expr : NULL;
    if (eqn && eqn->kind != DTN_X_NUMBER && strcmp(what, "interval of saving") != 0)
        dtn_tx_note(tx, DTN_WARNING, var->pos, "'%s' is computed; XMILE gets its value, %g",
                    var->name, value);
    return dtn_make_number(tx->dst, value);
}

/* What people wrote about the four variables that became attributes. */
static void note_control_text(dtn_tx *tx)
{
    static const char *const usual[] = {
        "The initial time for the simulation.", "The final time for the simulation.",
        "The time step for the simulation.", "The frequency with which output is stored."};
    for (size_t i = 0; i < tx->src->n_var; i++) {
        const dtn_var *var = &tx->src->vars[i];
        bool is_usual = !var->doc;
        for (size_t k = 0; k < sizeof usual / sizeof *usual && !is_usual; k++)
            is_usual = strcmp(var->doc, usual[k]) == 0;
        if (var->is_control && !is_usual)
            dtn_tx_note(tx, DTN_NOTE, var->pos,
                        "the documentation of '%s' has no place in XMILE's <sim_specs>", var->name);
    }
}

static void translate_time(dtn_tx *tx)
{
    note_control_text(tx);
    dtn_model *to = tx->dst;
    to->start = time_number(tx, tx->src->start, "initial time");
    to->stop = time_number(tx, tx->src->stop, "final time");
    to->dt = time_number(tx, tx->src->dt, "time step");
    if (tx->src->saveper)
        to->saveper = time_number(tx, tx->src->saveper, "interval of saving");
}

/* ---- Dimensions ------------------------------------------------------------------------------------------------ */

static void index_elements(dtn_tx *tx)
{
    for (size_t i = 0; i < tx->dst->n_dim; i++)
        for (uint32_t e = 0; e < tx->dst->dims[i].n_element; e++) {
            const dtn_dim *dim = &tx->dst->dims[i];
            if (dtn_map_get(&tx->elements, dim->element_keys[e]) == DTN_MAP_NONE)
                dtn_map_set(&tx->elements, tx->arena, dim->element_keys[e], (uint32_t)i);
            if (strchr(dim->elements[e], ','))
                dtn_refuse(
                    tx->diags, dim->pos, "give it a name without a comma",
                    "the element '%s' of '%s' has a comma, which separates elements in XMILE",
                    dim->elements[e], dim->name);
        }
}

/* Ranges that no variable is stored over and that are part of another are not written. */
static void drop_dims(dtn_tx *tx)
{
    dtn_model *m = tx->dst;
    size_t n = 0;
    for (size_t i = 0; i < m->n_dim; i++) {
        const dtn_dim *dim = &m->dims[i];
        if (dim->n_mapping)
            dtn_tx_note(tx, DTN_NOTE, dim->pos,
                        "mappings have no place in XMILE; that of '%s' is written out in the "
                        "equations that use it",
                        dim->name);
        if (dim->doc)
            dtn_tx_note(tx, DTN_WARNING, dim->pos,
                        "the documentation of the range '%s' has no place in XMILE", dim->name);
        if (tx->is_dim_used[i] || dim->parent == dim->id) {
            m->dims[n++] = *dim;
            continue;
        }
        dtn_tx_note(tx, DTN_NOTE, dim->pos,
                    "the range '%s' is part of another and is written out in the equations that "
                    "use it",
                    dim->name);
    }
    m->n_dim = n;
    m->dim_index = (dtn_map){0};
    for (size_t i = 0; i < n; i++) {
        m->dims[i].id = (uint32_t)i;
        dtn_map_set(&m->dim_index, tx->arena, m->dims[i].key, (uint32_t)i);
    }
}

/* ---- Macros ------------------------------------------------------------------------------------------------------- */

static void add_macro(dtn_tx *tx, const dtn_macro *macro, const char *name, const char *value_key)
{
    dtn_macro out = {
        .name = name, .params = macro->params, .n_param = macro->n_param, .pos = macro->pos};
    out.key = dtn_model_name_key(tx->dst, name, strlen(name));
    if (macro->body) {
        out.body = dtn_model_new_scope(tx->dst);
        out.body->name = name;
        if (macro->body->n_dim)
            dtn_refuse(tx->diags, macro->pos, "define them outside the macro",
                       "the macro '%s' has subscript ranges of its own", macro->name);
        translate_scope(tx, macro->body, out.body, macro);
    }
    const dtn_var *value = out.body ? dtn_model_find_var(out.body, value_key) : NULL;
    out.expr = dtn_make_name(tx->dst, value ? value->name : value_key);
    DTN_PUSH(tx->arena, tx->dst->macros, tx->dst->n_macro, tx->dst->cap_macro, out);
}

static void translate_macros(dtn_tx *tx)
{
    for (size_t i = 0; i < tx->src->n_macro; i++) {
        const dtn_macro *macro = &tx->src->macros[i];
        add_macro(tx, macro, dtn_plain_name(tx->arena, macro->name), macro->key);
    }
    for (size_t i = 0; i < tx->n_output; i++) { /* may grow */
        const dtn_tx_output o = tx->outputs[i];
        add_macro(tx, o.macro, o.name, o.output);
    }
}

/* ---- The whole --------------------------------------------------------------------------------------------------------- */

static void note_flags(dtn_tx *tx)
{
    size_t n = 0;
    for (size_t i = 0; i < tx->src->n_var; i++)
        n += tx->src->vars[i].supplementary && !tx->src->vars[i].is_hidden;
    if (n)
        dtn_tx_note(tx, DTN_NOTE, (dtn_pos){.file = tx->src->path},
                    "XMILE has no mark for variables that nothing uses; :SUPPLEMENTARY: is lost "
                    "(%zu time%s)",
                    n, n == 1 ? "" : "s");
}

void dtn_to_xmile(dtn_model *source, dtn_model *target, dtn_diags *diags)
{
    dtn_tx *tx = DTN_NEW(target->arena, dtn_tx);
    tx->src = source;
    tx->dst = tx->to = target;
    tx->arena = target->arena;
    tx->diags = diags;
    dtn_copy_settings(source, target);
    dtn_copy_dims(source, target, diags);
    tx->is_dim_used = DTN_NEW_N(target->arena, bool, target->n_dim + 1);
    index_elements(tx);
    translate_time(tx);
    translate_scope(tx, source, target, NULL);
    translate_macros(tx);
    drop_dims(tx);
    note_flags(tx);
    if (source->sketch)
        target->sketch = dtn_sketch_to_views(target, source->sketch);
    if (target->sketch)
        dtn_tx_note(tx, DTN_NOTE, (dtn_pos){.file = source->path},
                    "of the diagram, places, flows and arrows are kept; comments, sizes and "
                    "colours are not");
}
