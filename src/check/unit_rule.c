/* Units of functions.
 *
 * functions.def says for each function what units it takes and gives, in a small language:
 *
 *     x, t, x~: x      arguments before the colon, the result behind it
 *
 *     x, a, n ...      some unit, the same wherever the letter stands
 *     N                likewise; dimensionless where its arguments are left out
 *     t                the time unit            1      dimensionless
 *     _                not asked                ?      not known
 *     x*t, p/r, x^0.5  products of these        1|1/t  either
 *     x~               what a bare number there has: an initial value, a bound, a missing value
 *     ...              the last one for all further arguments
 *
 * An argument that stands for one letter settles it; then products that have one open letter do.
 * What begins with ! is told in words, and done by the functions below.
 */
#include "check/units_inner.h"
#include "check/queues.h"
#include "model/functions.h"

#include <string.h>

typedef dtn_unit unit;
typedef dtn_unit_checker checker;

#define MAX_UNIT_ARGS 16 /* of further arguments none has a rule */
#define N_LETTER 26

typedef struct letter {
    unit u;
    const dtn_expr *from; /* the argument that settled it */
    bool is_broken;       /* two arguments did not agree, which is said once */
    bool is_plain;        /* dimensionless where nothing settles it */
} letter;

typedef struct rule {
    checker *c;
    const dtn_expr *x;
    const char *where;
    unit u[MAX_UNIT_ARGS]; /* of the arguments */
    uint32_t n;            /* how many of them are looked at */
    letter letters[N_LETTER];
} rule;

/* What a rule says of one argument, or of the result. */
typedef struct term {
    const char *p;
    size_t n;
    bool is_soft; /* ~ */
} term;

/* The number that an argument is; `otherwise` where it is none. */
static double number_of(const dtn_expr *x, double otherwise)
{
    const bool negative = x->kind == DTN_X_UNARY && x->op == DTN_OP_NEG;
    if (negative)
        x = x->args[0];
    return x->kind != DTN_X_NUMBER ? otherwise : negative ? -x->number : x->number;
}

/* ---- The language ------------------------------------------------------------------------------ */

static term next_term(const char **at)
{
    term out = {.p = *at + strspn(*at, " ")};
    out.n = strcspn(out.p, ",:");
    *at = out.p + out.n + (out.p[out.n] == ',');
    out.is_soft = out.n > 0 && out.p[out.n - 1] == '~';
    out.n -= out.is_soft;
    return out;
}

static bool is_text(term t, const char *text)
{
    return t.n == strlen(text) && memcmp(t.p, text, t.n) == 0;
}

static bool is_letter(char ch) { return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z'); }

/* The letter that a term is alone; NULL where it is something else. */
static letter *letter_of(rule *r, char ch)
{
    const bool is_upper = ch >= 'A' && ch <= 'Z';
    if (!is_letter(ch) || ch == 't')
        return NULL;
    letter *out = &r->letters[is_upper ? ch - 'A' : ch - 'a'];
    out->is_plain |= is_upper;
    return out;
}

static bool is_settled(const letter *l) { return l->u.known && !l->u.any && !l->is_broken; }

/* A product of letters. Those that are not settled are counted in n_open, the last one is `open`. */
typedef struct product {
    unit u;
    uint32_t n_open;
    letter *open;
    double power; /* of the open one */
} product;

static void add_factor(rule *r, product *out, char ch, double power)
{
    letter *l = letter_of(r, ch);
    if (ch == 't')
        out->u = dtn_unit_times(out->u, r->c->time, power);
    else if (l && is_settled(l))
        out->u = dtn_unit_times(out->u, l->u, power);
    else if (l) {
        out->n_open++;
        out->open = l;
        out->power = power;
    }
}

static product product_of(rule *r, const char *p, size_t n)
{
    product out = {.u = DTN_UNIT_NONE};
    double sign = 1;
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '*' || p[i] == '/') {
            sign = p[i] == '*' ? 1 : -1;
            continue;
        }
        const char ch = p[i];
        double power = 1;
        if (i + 1 < n && p[i + 1] == '^') {
            const size_t digits = strspn(p + i + 2, "0123456789.");
            (void)dtn_text_to_double(p + i + 2, digits, &power);
            i += 1 + digits;
        }
        add_factor(r, &out, ch, sign * power);
    }
    return out;
}

/* ---- A rule applied ------------------------------------------------------------------------------ */

/* What tells most of a letter: a unit, then one that is not known, then the literal 0. */
static int rank(unit u) { return !u.known ? 1 : u.any ? 0 : 2; }

/* Arguments that are one letter settle it, or have to agree with what did. */
static void settle_letter(rule *r, term t, uint32_t i)
{
    letter *l = t.n == 1 ? letter_of(r, t.p[0]) : NULL;
    const dtn_expr *arg = r->x->args[i];
    if (!l || (t.is_soft && dtn_unit_is_bare(arg)) || l->is_broken)
        return;
    const dtn_unit_side here = {r->u[i], arg, NULL};
    const dtn_unit_side first = {l->u, l->from, NULL};
    if (l->from && !dtn_unit_same(l->u, r->u[i])) {
        (void)dtn_unit_agree(r->c, r->x->pos, r->where, first, here);
        l->is_broken = true;
    } else if (!l->from || rank(r->u[i]) > rank(l->u)) {
        l->u = r->u[i];
        l->from = arg;
    }
}

/* A product with one open letter settles that. */
static void settle_product(rule *r, term t, uint32_t i)
{
    const dtn_expr *arg = r->x->args[i];
    if (t.n < 2 || memchr(t.p, '|', t.n) || !r->u[i].known || r->u[i].any ||
        (t.is_soft && dtn_unit_is_bare(arg)))
        return;
    const product p = product_of(r, t.p, t.n);
    if (p.n_open != 1 || !p.u.known || p.open->is_broken)
        return;
    const unit rest = dtn_unit_times(r->u[i], p.u, -1);
    p.open->u = dtn_unit_times(DTN_UNIT_NONE, rest, 1 / p.power);
    p.open->from = arg;
}

/* The rest: what is settled by others has to be so. */
static void check_term(rule *r, term t, uint32_t i)
{
    const dtn_expr *arg = r->x->args[i];
    if (is_text(t, "_") || (t.n == 1 && letter_of(r, t.p[0])) ||
        (t.is_soft && dtn_unit_is_bare(arg)))
        return;
    unit wanted = DTN_UNIT_UNKNOWN;
    for (size_t at = 0; at < t.n;) {
        const char *end = memchr(t.p + at, '|', t.n - at);
        const size_t n = end ? (size_t)(end - t.p) - at : t.n - at;
        const product p = product_of(r, t.p + at, n);
        const unit one = p.n_open ? DTN_UNIT_UNKNOWN : p.u;
        if (dtn_unit_same(r->u[i], one))
            return;
        if (at == 0)
            wanted = one;
        at += n + 1;
    }
    dtn_unit_expect(r->c, arg, r->u[i], r->where, wanted,
                    is_text(t, "t")                                ? "the time unit is"
                    : t.p[0] == '1' && (t.n == 1 || t.p[1] == '|') ? "it must be"
                                                                   : "the other arguments ask for");
}

static void for_arguments(rule *r, const char *text, void (*act)(rule *r, term t, uint32_t i))
{
    term last = {0};
    for (uint32_t i = 0; i < r->n; i++) {
        const char *at = text;
        const term t = *text && *text != ':' ? next_term(&at) : (term){0};
        if (t.n == 0)
            return;
        if (!is_text(t, "...")) {
            last = t;
            text = at;
        }
        act(r, last, i);
    }
}

static unit result_of(rule *r, const char *text)
{
    const char *at = strchr(text, ':') + 1;
    const term t = next_term(&at);
    if (is_text(t, "?"))
        return DTN_UNIT_UNKNOWN;
    letter *alone = t.n == 1 ? letter_of(r, t.p[0]) : NULL;
    if (alone && alone->from && !alone->is_broken)
        return alone->u; /* the literal 0 too, which fits all */
    const product p = product_of(r, t.p, t.n);
    return p.n_open == 0 ? p.u : DTN_UNIT_UNKNOWN;
}

static unit apply(rule *r, const char *text)
{
    for_arguments(r, text, settle_letter);
    for_arguments(r, text, settle_product);
    const char *end = strchr(text, ':');
    for (const char *p = text; *p; p++) /* letters of arguments that are left out */
        (void)(p < end ? letter_of(r, *p) : NULL);
    for (size_t i = 0; i < N_LETTER; i++)
        if (r->letters[i].is_plain && !r->letters[i].from)
            r->letters[i] = (letter){.u = DTN_UNIT_NONE, .from = r->x};
    for_arguments(r, text, check_term);
    return result_of(r, text);
}

/* ---- Functions whose units hang on more than the units of their arguments -------------------------- */

/* Elements of the ranges that an array function runs over, in an expression; 0: not told here. */
static uint32_t elements_of(checker *c, const dtn_expr *x, uint32_t seen[], uint32_t *n_seen)
{
    double n = 1;
    if (x->kind == DTN_X_NAME && x->ref == DTN_REF_VAR && x->n_sub == 0)
        return c->model->vars[x->id].n_element;
    for (uint32_t i = 0; i < x->n_sub; i++) {
        const dtn_sub *s = &x->subs[i];
        bool is_new = s->kind == DTN_SUB_NAME && s->bang && s->dim != DTN_NONE;
        if (s->kind != DTN_SUB_NAME && s->kind != DTN_SUB_NUMBER)
            return 0;
        for (uint32_t k = 0; k < *n_seen; k++)
            is_new &= seen[k] != s->dim;
        if (!is_new || *n_seen == DTN_MAX_DIMS)
            continue;
        seen[(*n_seen)++] = s->dim;
        n *= c->model->dims[s->dim].n_element;
    }
    return n < 1e6 ? (uint32_t)n : 0;
}

static unit unit_of_product(rule *r)
{
    uint32_t seen[DTN_MAX_DIMS], n_seen = 0;
    if (r->u[0].known && r->u[0].n == 0)
        return DTN_UNIT_NONE;
    const dtn_expr *x = r->x->args[0];
    const uint32_t n = x->kind == DTN_X_NAME ? elements_of(r->c, x, seen, &n_seen) : 0;
    return n > 0 ? dtn_unit_times(DTN_UNIT_NONE, r->u[0], n) : DTN_UNIT_UNKNOWN;
}

static unit unit_of_selection(rule *r)
{
    const double action = number_of(r->x->args[3], -1);
    const bool with_selection = action >= 0 && action < 6;
    const unit one = with_selection ? dtn_unit_times(r->u[0], r->u[1], 1) : r->u[1];
    const bool is_product = action == 1 || action == 5 || action == 7;
    unit out = action < 0 ? DTN_UNIT_UNKNOWN : one;
    if (is_product && !(one.known && one.n == 0))
        out = DTN_UNIT_UNKNOWN;
    if (!dtn_unit_is_bare(r->x->args[2]))
        dtn_unit_expect(r->c, r->x->args[2], r->u[2], r->where, out,
                        "the elements that are selected are");
    return out;
}

static unit unit_of_vector_lookup(rule *r)
{
    static const char *const rules[] = {"y, x, x~, x~, 1: y",   "y, x, x~, x~, 1: x*y",
                                        "y, x, x~, x~, 1: y",   "y, x, x~, x~, 1: y",
                                        "y, x, x~, x~, 1: y",   "y, y, x, x, 1: x",
                                        "y, x, x~, x~, 1: y/x", "y, x, x~, x~, 1: x*y",
                                        "y, y, x, x, 1: x",     "y, x, x~, x~, 1: y/x"};
    const double mode = number_of(r->x->args[4], -1);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (mode == (double)i)
            return apply(r, rules[i]);
    return DTN_UNIT_UNKNOWN;
}

/* x to a power that a number gives: 1 for n of a root, -n for n differences. */
static unit unit_of_root(rule *r)
{
    const double n = number_of(r->x->args[1], 0);
    dtn_unit_expect(r->c, r->x->args[1], r->u[1], r->where, DTN_UNIT_NONE, "it must be");
    if (r->u[0].known && r->u[0].n == 0)
        return DTN_UNIT_NONE;
    return n != 0 ? dtn_unit_times(DTN_UNIT_NONE, r->u[0], 1 / n) : DTN_UNIT_UNKNOWN;
}

static unit unit_of_difference(rule *r)
{
    const double n = number_of(r->x->args[1], -1);
    return n >= 0 ? dtn_unit_times(r->u[0], r->c->time, -n) : DTN_UNIT_UNKNOWN;
}

static bool is_table(const checker *c, const dtn_expr *x)
{
    if (x->kind != DTN_X_NAME || x->ref != DTN_REF_VAR)
        return false;
    const dtn_var *var = &c->model->vars[x->id];
    return var->n_eqn > 0 && (var->eqns[0].kind == DTN_EQN_LOOKUP || var->eqns[0].lookup);
}

/* The attribute of a queue: that of the inflow in its equation. */
static unit attribute_of(rule *r)
{
    const dtn_expr *queue = r->x->args[0];
    if (queue->kind != DTN_X_NAME || queue->ref != DTN_REF_VAR)
        return DTN_UNIT_UNKNOWN;
    const char *key = dtn_queue_part(r->c->model, r->c->model->vars[queue->id].key, "attribute");
    const dtn_var *var = dtn_model_find_var(r->c->model, key);
    return var ? dtn_unit_of_var(r->c, var->id) : DTN_UNIT_UNKNOWN;
}

static unit unit_of_attribute(rule *r)
{
    const unit attribute = attribute_of(r);
    r->letters['a' - 'a'] = (letter){.u = attribute, .from = r->x->args[0]};
    switch ((dtn_fn)r->x->id) {
    case DTN_FN_QUEUE_ATTRIB_QUANTITY: return apply(r, "q, q*a~: q");
    case DTN_FN_QUEUE_ATTRIB_IN_RANGE: /* the queue is no attribute: what is compared with it is */
        for (uint32_t i = 1; i < r->n; i++)
            if (!dtn_unit_is_bare(r->x->args[i]))
                dtn_unit_expect(r->c, r->x->args[i], r->u[i], r->where, attribute,
                                "the queue's attribute is");
        return r->u[0];
    case DTN_FN_QUEUE_ATTRIB_AVERAGE: (void)apply(r, "q, q~: q"); return attribute;
    default: return attribute;
    }
}

static unit unit_in_words(rule *r)
{
    const bool vensim = r->c->model->dialect == DTN_VENSIM;
    switch ((dtn_fn)r->x->id) {
    case DTN_FN_POWER: return dtn_unit_of_power(r->c, r->x->args[0], r->x->args[1]);
    case DTN_FN_ROOTN: return unit_of_root(r);
    case DTN_FN_DERIVN: return unit_of_difference(r);
    case DTN_FN_PROD: return unit_of_product(r);
    case DTN_FN_VECTOR_SELECT: return unit_of_selection(r);
    case DTN_FN_VECTOR_LOOKUP: return unit_of_vector_lookup(r);
    case DTN_FN_PULSE: return apply(r, vensim ? "t~, t~: 1" : "x, t~, t~: x/t");
    case DTN_FN_LOOKUPXY:
        return apply(r, is_table(r->c, r->x->args[0]) && is_table(r->c, r->x->args[1])
                            ? "x, y, x: y"
                            : "x, x, y: y");
    case DTN_FN_GET_TIME_VALUE:
        return apply(r, number_of(r->x->args[2], -1) == 0 ? "_, t~, 1: t" : "_, t~, 1: ?");
    case DTN_FN_QUEUE_ATTRIB_AVERAGE:
    case DTN_FN_QUEUE_ATTRIB_QUANTITY:
    case DTN_FN_QUEUE_ATTRIB_IN_RANGE:
    case DTN_FN_QUEUE_ATTRIB_MAX:
    case DTN_FN_QUEUE_ATTRIB_MIN: return unit_of_attribute(r);
    default: return DTN_UNIT_UNKNOWN;
    }
}

dtn_unit dtn_unit_of_function(dtn_unit_checker *c, const dtn_expr *x)
{
    const dtn_fn_info *fn = &dtn_fn_table[x->id];
    const bool is_choice = x->id == DTN_FN_IF;
    rule r = {.c = c, .x = x, .where = is_choice ? "the two branches" : ""};
    for (uint32_t i = 0; i < x->n_arg; i++) {
        const unit u = dtn_unit_of(c, x->args[i]);
        if (i < MAX_UNIT_ARGS)
            r.u[r.n++] = u;
    }
    if (!is_choice && c->diags)
        r.where = dtn_arena_printf(c->model->arena, "%s()", x->text);
    if (fn->units[0] == '!')
        return unit_in_words(&r);
    return fn->units[0] ? apply(&r, fn->units) : DTN_UNIT_UNKNOWN;
}
