/* Expressions from XMILE's notation into Vensim's: names, subscripts, macros. Functions:
 * to_mdl_fn.c.
 *
 * A bare array takes its ranges as subscripts; inside an array function these, `*` and
 * ranges that are not on the left side get a '!'. A position becomes the element there, a
 * computed one VECTOR ELM MAP, with XMILE's 0 outside of the range.
 *
 * Follows XMILE 1.0, sections 3.3 and 3.7, and the Vensim reference manual.
 */
#include <math.h>
#include <string.h>

#include "format/to_mdl.h"
#include "model/functions.h"
#include "model/notation.h"

static dtn_expr *tr(dtn_tm *tm, const dtn_expr *x) { return dtn_tm_expr(tm, x); }
static dtn_expr *num(dtn_tm *tm, double v) { return dtn_make_number(tm->to, v); }
static dtn_expr *name(dtn_tm *tm, const char *s) { return dtn_make_name(tm->to, s); }
static dtn_expr *bin(dtn_tm *tm, dtn_op op, dtn_expr *a, dtn_expr *b)
{
    return dtn_make_binary(tm->to, op, a, b);
}
static dtn_expr *call(dtn_tm *tm, const char *f, uint32_t n, dtn_expr *a, dtn_expr *b, dtn_expr *c)
{
    return dtn_make_call(tm->to, f, n, a, b, c);
}

static const dtn_dim *find_dim(const dtn_tm *tm, const char *key)
{
    return key ? dtn_model_find_dim(tm->src, key) : NULL;
}

static const char *dim_name(const dtn_tm *tm, const dtn_dim *dim)
{
    return tm->dst->dims[dim->id].name;
}

dtn_expr *dtn_tm_control(dtn_tm *tm, const char *key)
{
    static const struct {
        const char *key, *name;
    } table[] = {{"time", "Time"},
                 {"dt", "TIME STEP"},
                 {"starttime", "INITIAL TIME"},
                 {"stoptime", "FINAL TIME"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(key, table[i].key) == 0)
            return name(tm, tm->macro ? dtn_arena_printf(tm->arena, "%s$", table[i].name)
                                      : table[i].name);
    return NULL;
}

/* ---- Subscripts ------------------------------------------------------------------- */

/* Is the range on the left side of the equation at work? */
bool dtn_tm_is_on_left(const dtn_tm *tm, const dtn_dim *dim)
{
    for (uint32_t p = 0; p < tm->eqn->n_sub; p++)
        if (tm->eqn->subs[p].key && strcmp(tm->eqn->subs[p].key, dim->key) == 0)
            return true;
    return false;
}

static dtn_sub range_sub(dtn_tm *tm, const dtn_dim *dim, bool bang, dtn_pos pos)
{
    return dtn_tm_name_sub(dim_name(tm, dim), tm->dst, bang, pos);
}

static dtn_sub element_sub(dtn_tm *tm, const dtn_dim *dim, uint32_t at, dtn_pos pos)
{
    return dtn_tm_name_sub(tm->dst->dims[dim->id].elements[at], tm->dst, false, pos);
}

/* Where a number leads: to the element of that name, else to that position. */
static uint32_t numbered(const dtn_dim *dim, double number)
{
    char text[DTN_DOUBLE_MAX_TEXT];
    dtn_double_to_text(number, text);
    const uint32_t at = dtn_map_get(&dim->index, text);
    if (at != DTN_MAP_NONE)
        return at;
    return number >= 1 && number <= dim->n_element ? (uint32_t)number - 1 : DTN_MAP_NONE;
}

/* The expression of a computed subscript, NULL if it is none. A name may be a variable's. */
static const dtn_expr *computed(dtn_tm *tm, const dtn_sub *sub, const dtn_dim *storage)
{
    if (sub->kind == DTN_SUB_EXPR)
        return sub->expr;
    if (sub->kind != DTN_SUB_NAME || find_dim(tm, sub->key) ||
        dtn_map_get(&storage->index, sub->key) != DTN_MAP_NONE || !dtn_tm_find(tm, sub->key))
        return NULL;
    dtn_expr *x = dtn_expr_new(tm->to, DTN_X_NAME, sub->pos);
    x->text = sub->text;
    x->key = sub->key;
    return x;
}

static dtn_sub refuse_sub(dtn_tm *tm, const dtn_sub *sub, const dtn_expr *x)
{
    dtn_refuse(tm->diags, sub->pos, "name the elements one by one",
               "a subscript of '%s' cannot be written in Vensim's notation", x->text);
    return dtn_tm_name_sub("?", tm->dst, false, sub->pos);
}

static dtn_sub out_sub(dtn_tm *tm, const dtn_sub *sub, const dtn_dim *storage, const dtn_expr *x)
{
    const dtn_dim *dim = sub->key ? find_dim(tm, sub->key) : NULL;
    if (sub->kind == DTN_SUB_STAR)
        return range_sub(tm, sub->text && dim ? dim : storage, true, sub->pos);
    if (sub->kind == DTN_SUB_NUMBER) {
        const uint32_t at = numbered(storage, sub->number);
        return at == DTN_MAP_NONE ? refuse_sub(tm, sub, x) : element_sub(tm, storage, at, sub->pos);
    }
    if (sub->kind == DTN_SUB_EXPR) /* of a computed one: where it starts */
        return element_sub(tm, storage, 0, sub->pos);
    if (sub->kind != DTN_SUB_NAME)
        return refuse_sub(tm, sub, x);
    if (dim)
        return range_sub(tm, dim, sub->bang || (tm->in_array && !dtn_tm_is_on_left(tm, dim)),
                         sub->pos);
    const uint32_t at = dtn_map_get(&storage->index, sub->key);
    if (at != DTN_MAP_NONE)
        return element_sub(tm, storage, at, sub->pos);
    if (dtn_tm_find(tm, sub->key))
        return element_sub(tm, storage, 0, sub->pos);
    return dtn_tm_name_sub(sub->text, tm->dst, false, sub->pos);
}

const dtn_dim *dtn_tm_storage(const dtn_tm *tm, const dtn_tm_var *var, uint32_t p)
{
    return var && p < var->n_dim && var->dims[p] != DTN_NONE ? &tm->src->dims[var->dims[p]] : NULL;
}

void dtn_tm_put_subs(dtn_tm *tm, const dtn_expr *x, const dtn_tm_var *var, dtn_expr *out)
{
    out->n_sub = x->n_sub ? x->n_sub : var ? var->n_dim : 0;
    out->subs = out->n_sub ? DTN_NEW_N(tm->arena, dtn_sub, out->n_sub) : NULL;
    for (uint32_t p = 0; p < out->n_sub; p++) {
        const dtn_dim *storage = dtn_tm_storage(tm, var, p);
        const dtn_sub *sub = x->n_sub ? &x->subs[p] : NULL;
        const dtn_dim *dim = sub && sub->key ? find_dim(tm, sub->key) : NULL;
        storage = storage ? storage : dim;
        if (!sub && storage)
            out->subs[p] = range_sub(tm, storage, tm->in_array, x->pos);
        else if (sub && storage)
            out->subs[p] = out_sub(tm, sub, storage, x);
        else
            out->subs[p] = sub && sub->text && sub->kind == DTN_SUB_NAME
                               ? dtn_tm_name_sub(sub->text, tm->dst, sub->bang, sub->pos)
                               : refuse_sub(tm, sub ? sub : &(dtn_sub){.pos = x->pos}, x);
    }
}

/* ---- Names ------------------------------------------------------------------------------ */

/* x[i + 1]: the element so many places behind the first; 0 outside. */
static dtn_expr *gather(dtn_tm *tm, const dtn_expr *x, const dtn_tm_var *var, dtn_expr *ref)
{
    const dtn_tm_var copy = *var; /* the list may move */
    dtn_expr *offset = NULL, *outside = NULL;
    size_t stride = 1;
    for (uint32_t p = x->n_sub; p-- > 0;) {
        const dtn_dim *storage = dtn_tm_storage(tm, &copy, p);
        const dtn_expr *at = storage ? computed(tm, &x->subs[p], storage) : NULL;
        if (at) {
            dtn_expr *place = bin(tm, DTN_OP_SUB, tr(tm, at), num(tm, 1));
            if (stride > 1)
                place = bin(tm, DTN_OP_MUL, place, num(tm, (double)stride));
            offset = offset ? bin(tm, DTN_OP_ADD, offset, place) : place;
            dtn_expr *below = bin(tm, DTN_OP_LT, tr(tm, at), num(tm, 0.5));
            dtn_expr *above = bin(tm, DTN_OP_GE, tr(tm, at), num(tm, storage->n_element + 0.5));
            dtn_expr *off = bin(tm, DTN_OP_OR, below, above);
            outside = outside ? bin(tm, DTN_OP_OR, outside, off) : off;
        }
        stride *= storage ? storage->n_element : 1;
    }
    if (!offset)
        return ref;
    return dtn_make_if(tm->to, outside, num(tm, 0),
                       call(tm, "VECTOR ELM MAP", 2, ref, offset, NULL));
}

static dtn_expr *plain_name(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_dim *dim = find_dim(tm, x->key);
    const uint32_t home = dtn_map_get(&tm->elements, x->key);
    if (dim)
        return name(tm, dim_name(tm, dim));
    if (home != DTN_MAP_NONE) {
        const uint32_t at = dtn_map_get(&tm->src->dims[home].index, x->key);
        return name(tm, tm->dst->dims[home].elements[at]);
    }
    if (strcmp(x->key, "pi") == 0)
        return num(tm, 3.14159265358979323846);
    if (strcmp(x->key, "runcount") == 0 || strcmp(x->key, "sensiruncount") == 0 ||
        strcmp(x->key, "sensiruntotal") == 0)
        return num(tm, 0);
    if (strcmp(x->key, "inf") == 0) {
        dtn_tm_note(tm, DTN_WARNING, x->pos, "Vensim has no INF; it is written as 1e300");
        return num(tm, 1e300);
    }
    return dtn_tm_control(tm, x->key);
}

static bool is_param(const dtn_tm *tm, const char *key)
{
    for (uint32_t i = 0; tm->macro && i < tm->macro->n_param; i++)
        if (strcmp(tm->macro->params[i], key) == 0)
            return true;
    return false;
}

static dtn_expr *out_name(dtn_tm *tm, const dtn_expr *x)
{
    const bool is_root = x->key[0] == '.'; /* ".name": of the root model */
    const dtn_tm_var *var = dtn_tm_find(tm, x->key + (is_root && !tm->macro));
    dtn_expr *out = !var && !is_param(tm, x->key) && x->n_sub == 0 ? plain_name(tm, x) : NULL;
    if (out)
        return out;
    const dtn_var *root = is_root && tm->macro ? dtn_model_find_var(tm->src, x->key + 1) : NULL;
    if (root)
        return name(tm, dtn_arena_printf(tm->arena, "%s$", dtn_plain_name(tm->arena, root->name)));
    out = name(tm, var ? var->name : dtn_plain_name(tm->arena, x->text));
    dtn_tm_put_subs(tm, x, var, out);
    return var ? gather(tm, x, var, out) : out;
}

/* ---- Calls ------------------------------------------------------------------------------------------------ */

static dtn_expr *copy_node(dtn_tm *tm, const dtn_expr *x)
{
    dtn_expr *copy = DTN_NEW(tm->arena, dtn_expr);
    *copy = *x;
    return copy;
}

/* A macro's argument: an array that the left side does not run over is passed whole. */
static dtn_expr *out_argument(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_tm_var *var = x->kind == DTN_X_NAME && x->n_sub == 0 ? dtn_tm_find(tm, x->key) : NULL;
    const bool is_table = var && var->from.kind == DTN_VAR_LOOKUP;
    for (uint32_t p = 0; var && p < var->n_dim && !tm->in_array; p++) {
        const dtn_dim *dim = dtn_tm_storage(tm, var, p);
        if (is_table || (dim && !dtn_tm_is_on_left(tm, dim)))
            return name(tm, var->name);
    }
    return tr(tm, x);
}

/* A parameter's value by default, which may name other parameters: with the call's arguments. */
static const dtn_expr *with_arguments(dtn_tm *tm, const dtn_macro *macro, const dtn_expr *x,
                                      const dtn_expr *given)
{
    for (uint32_t i = 0; x->kind == DTN_X_NAME && i < macro->n_param && i < given->n_arg; i++)
        if (strcmp(macro->params[i], x->key) == 0)
            return given->args[i];
    dtn_expr *out = copy_node(tm, x);
    out->args = DTN_NEW_N(tm->arena, dtn_expr *, x->n_arg + 1);
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = copy_node(tm, with_arguments(tm, macro, x->args[i], given));
    return out;
}

static dtn_expr *out_macro(dtn_tm *tm, const dtn_expr *x, size_t k)
{
    const dtn_macro *macro = &tm->src->macros[k];
    dtn_expr *out = call(tm, tm->macro_names[k], 0, NULL, NULL, NULL);
    const uint32_t n_given = x->n_arg - x->n_out;
    out->args = DTN_NEW_N(tm->arena, dtn_expr *, macro->n_param + x->n_arg + 1);
    for (uint32_t i = 0; i < n_given; i++)
        out->args[out->n_arg++] = out_argument(tm, x->args[i]);
    for (uint32_t i = n_given; i < macro->n_param; i++)
        if (macro->defaults && macro->defaults[i])
            out->args[out->n_arg++] =
                out_argument(tm, with_arguments(tm, macro, macro->defaults[i], x));
    for (uint32_t i = n_given; i < x->n_arg; i++)
        out->args[out->n_arg++] = tr(tm, x->args[i]);
    out->n_out = x->n_out;
    return out;
}

/* The variable that holds the value of an instance written out: see to_mdl_macro.c. */
static dtn_expr *out_instance(dtn_tm *tm, const dtn_expr *x)
{
    const dtn_var *var = &tm->src->vars[x->id];
    dtn_expr *ref = dtn_expr_new(tm->to, DTN_X_NAME, x->pos);
    ref->text = var->name;
    ref->key = var->key;
    ref->n_sub = var->n_eqn ? var->eqns[0].n_sub : 0;
    ref->subs = var->n_eqn ? var->eqns[0].subs : NULL;
    return tr(tm, ref);
}

static uint32_t least_args(const dtn_macro *macro)
{
    uint32_t n = macro->n_param;
    while (n > 0 && macro->defaults && macro->defaults[n - 1])
        n--;
    return n;
}

/* The macro of that name that takes as many arguments; src->n_macro: none. */
static size_t find_macro(const dtn_tm *tm, const dtn_expr *x)
{
    size_t found = tm->src->n_macro;
    for (size_t i = 0; i < tm->src->n_macro; i++) {
        const dtn_macro *macro = &tm->src->macros[i];
        if (strcmp(macro->key, x->key) != 0)
            continue;
        if (x->n_arg - x->n_out >= least_args(macro) && x->n_arg - x->n_out <= macro->n_param)
            return i;
        found = found < tm->src->n_macro ? found : i;
    }
    return found;
}

/* A function that Vensim knows under this name too; what it does not know is refused. */
static dtn_expr *out_same(dtn_tm *tm, const dtn_expr *x)
{
    const uint32_t fn = dtn_fn_find(DTN_VENSIM, x->key);
    const bool is_known = fn != DTN_NONE && dtn_fn_table[fn].dialect != 'X';
    const bool is_array = is_known && dtn_fn_table[fn].behaviour == DTN_FNB_ARRAY;
    if (!is_known)
        dtn_refuse(tm->diags, x->pos, "write it with other functions",
                   "Vensim has no '%s', and it cannot be written out",
                   strcmp(x->key, DTN_KEY_TRANSPOSE) == 0 ? "' (transposed)" : x->text);
    const bool before = tm->in_array;
    tm->in_array |= is_array;
    char *text = dtn_arena_strdup(tm->arena, x->key);
    for (char *c = text; *c; c++) /* Vensim's functions have blanks in their names */
        *c = *c == '_' ? ' ' : *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
    dtn_expr *out = call(tm, text, 0, NULL, NULL, NULL);
    out->n_arg = x->n_arg;
    out->args = DTN_NEW_N(tm->arena, dtn_expr *, x->n_arg + 1);
    for (uint32_t k = 0; k < x->n_arg; k++)
        out->args[k] = tr(tm, x->args[k]);
    tm->in_array = before;
    return out;
}

static bool is_table(const dtn_tm_var *var)
{
    return var && var->from.n_eqn > 0 && var->from.eqns[0].lookup;
}

static dtn_expr *out_call(dtn_tm *tm, const dtn_expr *x)
{
    if (x->n_arg == 0 && x->n_sub == 0) {
        dtn_expr *plain = plain_name(tm, x);
        if (plain)
            return plain;
    }
    if (x->n_arg == 1 && (is_table(dtn_tm_find(tm, x->key)) || is_param(tm, x->key))) {
        dtn_expr ref = *x;
        ref.kind = DTN_X_NAME;
        ref.n_arg = 0;
        return dtn_tm_read_table(tm, &ref, x->args[0]);
    }
    const size_t macro = find_macro(tm, x);
    if (macro < tm->src->n_macro && !(tm->macro && strcmp(tm->macro->key, x->key) == 0)) {
        if (tm->is_expanded[macro] && x->ref == DTN_REF_MACRO && x->id != DTN_NONE)
            return out_instance(tm, x);
        return out_macro(tm, x, macro);
    }
    dtn_expr *out = dtn_tm_function(tm, x);
    return out ? out : out_same(tm, x);
}

/* ---- All kinds --------------------------------------------------------------------------------------------- */

static dtn_expr *out_operation(dtn_tm *tm, const dtn_expr *x)
{
    if (x->op == DTN_OP_MOD)
        return call(tm, "MODULO", 2, tr(tm, x->args[0]), tr(tm, x->args[1]), NULL);
    dtn_expr *out = dtn_expr_new(tm->to, x->kind, x->pos);
    out->op = x->op;
    out->n_arg = x->n_arg;
    out->args = DTN_NEW_N(tm->arena, dtn_expr *, x->n_arg);
    for (uint32_t i = 0; i < x->n_arg; i++)
        out->args[i] = tr(tm, x->args[i]);
    return out;
}

dtn_expr *dtn_tm_expr(dtn_tm *tm, const dtn_expr *x)
{
    switch (x->kind) {
    case DTN_X_NUMBER:
        if (x->number == -0x1p109) /* what a converter writes for :NA: */
            return dtn_expr_new(tm->to, DTN_X_NA, x->pos);
        return dtn_expr_new_number(tm->to, x->number, x->pos);
    case DTN_X_NAME: return out_name(tm, x);
    case DTN_X_CALL: return out_call(tm, x);
    case DTN_X_UNARY:
        if (x->op == DTN_OP_NEG && x->args[0]->kind == DTN_X_NUMBER &&
            x->args[0]->number == 0x1p109)
            return dtn_expr_new(tm->to, DTN_X_NA, x->pos);
        return out_operation(tm, x);
    case DTN_X_BINARY: return out_operation(tm, x);
    case DTN_X_NA:
    case DTN_X_MISSING: return dtn_expr_new(tm->to, x->kind, x->pos);
    case DTN_X_STRING:
    case DTN_X_ARRAY:
    case DTN_X_LOOKUP: break;
    }
    dtn_refuse(tm->diags, x->pos, "give it an equation of its own",
               "a text or a list cannot stand inside an equation of '%s'",
               tm->vars[tm->at].from.name);
    return num(tm, 0);
}
