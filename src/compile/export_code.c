/* Export to C: instructions back to statements and expressions.
 *
 * An expression is a text with its rank, the precedence of its outermost operator in C, so that
 * brackets stand only where they are needed; + and * keep the brackets that decide the order of
 * evaluation, and with it the rounding. Comparisons are truth values in C and become 1.0 or 0.0
 * where a number is asked for.
 */
#include "compile/export_code.h"

#include <string.h>

static const char *loop_name(const dtn_exporter *x, uint32_t loop)
{
    static const char *const names[] = {"i", "j", "k", "l"};
    return loop < 4 ? names[loop] : dtn_arena_printf(x->arena, "i%u", loop);
}

/* ---- Addresses ---------------------------------------------------------------- */

/* How often the loop of an index turns; 0: it is not around instruction i. */
static uint32_t turns_of(const dtn_flow *f, uint32_t i, uint32_t loop)
{
    for (uint32_t s = f->span_of[i]; s != 0; s = f->spans[s].parent)
        if (f->spans[s].count > 0 && f->spans[s].loop == loop)
            return f->spans[s].count;
    return 0;
}

static uint32_t step_of(const dtn_index *part, uint32_t turn)
{
    return part->map ? part->map[turn] : turn;
}

static uint32_t largest(const dtn_index *part, uint32_t turns)
{
    uint32_t most = 0;
    for (uint32_t t = 0; t < turns; t++)
        most = step_of(part, t) > most ? step_of(part, t) : most;
    return most;
}

/* `stride * (map[i] + add)` in the shortest way. */
static const char *index_term(dtn_exporter *x, const dtn_index *part, uint32_t turns,
                              uint32_t stride, uint32_t add, const char *wish)
{
    const char *i = loop_name(x, part->loop);
    uint32_t first = step_of(part, 0) + add;
    bool constant = true, straight = true;
    for (uint32_t t = 1; t < turns; t++) {
        constant = constant && step_of(part, t) == step_of(part, 0);
        straight = straight && step_of(part, t) == step_of(part, 0) + t;
    }
    if (constant)
        return dtn_arena_printf(x->arena, "%u", stride * first);
    if (straight && stride == 1)
        return first ? dtn_arena_printf(x->arena, "%s + %u", i, first) : i;
    if (straight)
        return first ? dtn_arena_printf(x->arena, "%u * (%s + %u)", stride, i, first)
                     : dtn_arena_printf(x->arena, "%u * %s", stride, i);
    uint32_t *values = DTN_NEW_N(x->arena, uint32_t, turns);
    for (uint32_t t = 0; t < turns; t++)
        values[t] = stride * (step_of(part, t) + add);
    const char *name =
        dtn_export_indices(x, dtn_arena_printf(x->arena, "%s index", wish), values, turns);
    return dtn_arena_printf(x->arena, "%s[%s]", name, i);
}

/* base + all parts, as one index; *n: how many places it may mean, counted from `base`. */
const char *dtn_code_index(dtn_coder *c, uint32_t i, const dtn_address *a, uint32_t base,
                           const char *wish, uint32_t *n)
{
    const char *s = base ? PRINT("%u", base) : "";
    *n = 1;
    for (uint32_t k = 0; k < a->n_index; k++) {
        uint32_t turns = turns_of(c->f, i, a->index[k].loop), stride = (uint32_t)a->index[k].stride;
        if (turns == 0 || a->index[k].stride < 0) {
            dtn_export_refuse(c->x, c->f->ins[i].var, "this subscript");
            return "0";
        }
        *n += stride * largest(&a->index[k], turns);
        s = PRINT("%s%s%s", s, *s ? " + " : "",
                  index_term(c->x, &a->index[k], turns, stride, 0, wish));
    }
    return *s ? s : "0";
}

/* The dimension that an index part runs along; n_dim: none. */
static uint32_t dim_of_part(const dtn_symbol *s, const dtn_index *part)
{
    int64_t stride = 1;
    for (uint32_t d = s->n_dim; d-- > 0; stride *= s->sizes[d])
        if (stride == part->stride && s->sizes[d] > 1)
            return d;
    return s->n_dim;
}

/* How an address follows a symbol's shape: the part along each dimension, and where it begins. */
typedef struct shape {
    const dtn_index *along[DTN_MAX_DIMS];
    uint32_t digit[DTN_MAX_DIMS], turns[DTN_MAX_DIMS];
} shape;

static bool follows(const dtn_flow *f, uint32_t i, const dtn_symbol *s, const dtn_address *a,
                    shape *out)
{
    uint32_t rest = a->base - s->slot;
    *out = (shape){0};
    for (uint32_t k = 0; k < a->n_index; k++) {
        uint32_t d = dim_of_part(s, &a->index[k]);
        if (d == s->n_dim || out->along[d])
            return false;
        out->along[d] = &a->index[k];
    }
    for (uint32_t d = s->n_dim; d-- > 0; rest /= s->sizes[d]) {
        out->digit[d] = rest % s->sizes[d];
        out->turns[d] = out->along[d] ? turns_of(f, i, out->along[d]->loop) : 1;
        uint32_t most = out->along[d] ? largest(out->along[d], out->turns[d]) : 0;
        if (out->turns[d] == 0 || out->digit[d] + most >= s->sizes[d])
            return false;
    }
    return true;
}

/* "[1][i]" */
static const char *subscripts(dtn_coder *c, const dtn_symbol *s, const shape *how)
{
    const char *out = "";
    for (uint32_t d = 0; d < s->n_dim; d++) {
        const char *one = how->along[d] ? index_term(c->x, how->along[d], how->turns[d], 1,
                                                     how->digit[d], s->name)
                                        : PRINT("%u", how->digit[d]);
        out = PRINT("%s[%s]", out, one);
    }
    return out;
}

dtn_address dtn_code_address(const dtn_exporter *x, dtn_operand o)
{
    return o & DTN_OPERAND_INDEXED ? x->addresses[o & ~DTN_OPERAND_INDEXED]
                                   : (dtn_address){.base = o};
}

static void flatten(dtn_symbol *s)
{
    s->n_dim = s->n > 1 || s->n_dim > 0;
    s->sizes[0] = s->n;
}

void dtn_export_shapes(dtn_exporter *x, const dtn_flow *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const dtn_ins *ins = &f->ins[i];
        if (!f->is_live[i] || dtn_export_is_control(ins))
            continue;
        uint32_t operands = dtn_export_reads(ins) | 1u << DTN_READ_DST;
        for (uint32_t r = 0; r < DTN_N_READ; r++) {
            dtn_operand o = dtn_export_operand(ins, r);
            dtn_symbol *s = operands >> r & 1 ? dtn_export_symbol(x, o) : NULL;
            if (!s || s->n_dim < 2)
                continue;
            dtn_address a = dtn_code_address(x, o);
            shape how;
            bool is_row = ins->op == DTN_I_GATHER && r == DTN_READ_A;
            if (is_row || !follows(f, i, s, &a, &how))
                flatten(s);
        }
    }
}

/* A stock and its slope are walked together, so where one is a plain row both are. */
void dtn_export_pair_shapes(dtn_exporter *x)
{
    const dtn_program *p = x->p;
    for (size_t i = 0; i < x->n_symbol; i++) {
        dtn_symbol *s = &x->symbols[i];
        if (s->slot < p->stock0 || s->slot >= p->stock0 + p->n_stock)
            continue;
        dtn_symbol *d = dtn_export_symbol(x, s->slot - p->stock0 + p->deriv0);
        if (!d || s->n_dim == d->n_dim)
            continue;
        flatten(s);
        flatten(d);
    }
}

/* ---- Names of places -------------------------------------------------------------- */

const char *dtn_export_access(const dtn_exporter *x, const dtn_symbol *s, bool has_stages)
{
    switch (s->home) {
    case DTN_HOME_PARAMETER: return dtn_arena_printf(x->arena, "p->%s", s->name);
    case DTN_HOME_MODEL: return dtn_arena_printf(x->arena, "m->%s", s->name);
    case DTN_HOME_SLOPE: return has_stages ? dtn_arena_printf(x->arena, "d->%s", s->name) : s->name;
    case DTN_HOME_LOCAL:
    case DTN_HOME_TIME: break;
    }
    return s->name;
}

const char *dtn_export_element(const dtn_exporter *x, const dtn_symbol *s, uint32_t element,
                               bool has_stages)
{
    const char *subscripts = "";
    if (s->constant)
        return s->constant;
    for (uint32_t d = s->n_dim, rest = element; d-- > 0; rest /= s->sizes[d])
        subscripts = dtn_arena_printf(x->arena, "[%u]%s", rest % s->sizes[d], subscripts);
    return dtn_arena_printf(x->arena, "%s%s", dtn_export_access(x, s, has_stages), subscripts);
}

const char *dtn_export_declarator(const dtn_exporter *x, const dtn_symbol *s)
{
    const char *out = s->name;
    for (uint32_t d = 0; d < s->n_dim; d++)
        out = dtn_arena_printf(x->arena, "%s[%u]", out, s->sizes[d]);
    return out;
}

static const char *place(dtn_coder *c, uint32_t i, const dtn_symbol *s, dtn_operand o)
{
    const char *access = dtn_export_access(c->x, s, c->has_stages);
    dtn_address a = dtn_code_address(c->x, o);
    shape how;
    uint32_t n;
    if (s->n_dim == 0)
        return access;
    if (follows(c->f, i, s, &a, &how))
        return PRINT("%s%s", access, subscripts(c, s, &how));
    return PRINT("%s[%s]", access, dtn_code_index(c, i, &a, a.base - s->slot, s->name, &n));
}

const char *dtn_code_pointer(dtn_coder *c, uint32_t i, dtn_operand o)
{
    const dtn_symbol *s = dtn_export_symbol(c->x, o);
    if (!s) {
        dtn_export_refuse(c->x, c->f->ins[i].var, "a row of numbers");
        return "0";
    }
    if (o == s->slot && s->n_dim == 1)
        return dtn_export_access(c->x, s, c->has_stages);
    return PRINT("&%s", place(c, i, s, o));
}

const char *dtn_code_owner(const dtn_coder *c, uint32_t i)
{
    uint32_t var = c->f->ins[i].var;
    return var == DTN_NONE ? "model" : c->x->p->model->vars[var].name;
}

/* ---- Operands ------------------------------------------------------------------------ */

static dtn_text number(dtn_coder *c, double value)
{
    const char *s = dtn_export_number(c->x, value);
    return (dtn_text){s, *s == '-' ? RANK_UNARY : RANK_ATOM, false};
}

/* One of a row of literals, by the loops around: positions of elements, lists of numbers. */
static dtn_text literal_at(dtn_coder *c, uint32_t i, dtn_operand o)
{
    const dtn_program *p = c->x->p;
    dtn_address a = dtn_code_address(c->x, o);
    uint32_t n = 1, turns = a.n_index == 1 ? turns_of(c->f, i, a.index[0].loop) : 0;
    if (a.n_index == 0)
        return number(c, p->literals[a.base]);
    if (turns > 0) { /* in the order in which they come */
        double *row = DTN_NEW_N(c->x->arena, double, turns);
        bool straight = true;
        for (uint32_t t = 0; t < turns; t++) {
            row[t] = p->literals[a.base + (uint32_t)a.index[0].stride * step_of(&a.index[0], t)];
            straight = straight && row[t] == row[0] + t;
        }
        const char *loop = loop_name(c->x, a.index[0].loop);
        if (straight && row[0] == 0)
            return (dtn_text){PRINT("(double)%s", loop), RANK_UNARY, false};
        if (straight && row[0] > 0 && row[0] == (uint32_t)row[0])
            return (dtn_text){PRINT("(double)(%s + %u)", loop, (uint32_t)row[0]), RANK_UNARY,
                              false};
        const char *name =
            dtn_export_doubles(c->x, PRINT("%s values", dtn_code_owner(c, i)), row, turns);
        return dtn_text_atom(PRINT("%s[%s]", name, loop));
    }
    const char *index = dtn_code_index(c, i, &a, 0, dtn_code_owner(c, i), &n);
    n = a.base + n <= p->parameter0 ? n : p->parameter0 - a.base;
    const char *name =
        dtn_export_doubles(c->x, PRINT("%s values", dtn_code_owner(c, i)), p->literals + a.base, n);
    return dtn_text_atom(PRINT("%s[%s]", name, index));
}

static dtn_text operand(dtn_coder *c, uint32_t i, uint32_t which)
{
    dtn_operand o = dtn_export_operand(&c->f->ins[i], which);
    uint32_t web = c->f->web_of_read[i * DTN_N_READ + which];
    if (web != DTN_NONE) {
        const dtn_web *w = &c->f->webs[web];
        bool is_truth = w->rank & RANK_IS_TRUTH;
        if (w->is_folded)
            return (dtn_text){w->value, w->rank & (uint8_t)~RANK_IS_TRUTH, is_truth};
        return (dtn_text){w->name ? w->name : "0.0", RANK_ATOM, is_truth};
    }
    const dtn_symbol *s = dtn_export_symbol(c->x, o);
    if (s && s->constant)
        return (dtn_text){s->constant, *s->constant == '-' ? RANK_UNARY : RANK_ATOM, false};
    if (s)
        return dtn_text_atom(place(c, i, s, o));
    if (dtn_export_base(c->x, o) < c->x->p->parameter0)
        return literal_at(c, i, o);
    dtn_export_refuse(c->x, c->f->ins[i].var, "a value without a source");
    return dtn_text_atom("0.0");
}

/* ---- Expressions ------------------------------------------------------------------------ */

static dtn_text as_value(dtn_coder *c, dtn_text t)
{
    return t.is_truth ? (dtn_text){PRINT("%s ? 1.0 : 0.0", t.s), RANK_CHOICE, false} : t;
}

const char *dtn_code_bracketed(dtn_coder *c, dtn_text t, uint8_t at_least)
{
    return t.rank < at_least ? PRINT("(%s)", t.s) : t.s;
}

static dtn_text as_truth(dtn_coder *c, dtn_text t)
{
    if (t.is_truth)
        return t;
    return (dtn_text){PRINT("%s != 0.0", dtn_code_bracketed(c, t, RANK_ORDER)), RANK_EQUAL, true};
}

dtn_text dtn_code_value(dtn_coder *c, uint32_t i, uint32_t which)
{
    return as_value(c, operand(c, i, which));
}

#define A dtn_code_value(c, i, DTN_READ_A)
#define B dtn_code_value(c, i, DTN_READ_B)
#define C dtn_code_value(c, i, DTN_READ_C)

/* An operator that groups from the left. */
static dtn_text infix(dtn_coder *c, uint32_t i, const char *op, uint8_t rank, bool is_truth)
{
    const char *a = dtn_code_bracketed(c, A, rank),
               *b = dtn_code_bracketed(c, B, (uint8_t)(rank + 1));
    return (dtn_text){PRINT("%s %s %s", a, op, b), rank, is_truth};
}

static dtn_text logic(dtn_coder *c, uint32_t i, const char *op, uint8_t rank)
{
    dtn_text a = as_truth(c, operand(c, i, DTN_READ_A)), b = as_truth(c, operand(c, i, DTN_READ_B));
    bool mixed_a = a.rank == RANK_AND && rank == RANK_OR; /* compilers ask for brackets */
    bool mixed_b = b.rank == RANK_AND && rank == RANK_OR;
    return (dtn_text){PRINT("%s %s %s", dtn_code_bracketed(c, a, mixed_a ? RANK_ATOM : rank), op,
                            dtn_code_bracketed(c, b, mixed_b ? RANK_ATOM : (uint8_t)(rank + 1))),
                      rank, true};
}

static dtn_text negation(dtn_coder *c, uint32_t i)
{
    dtn_text a = operand(c, i, DTN_READ_A);
    if (a.is_truth)
        return (dtn_text){PRINT("!%s", dtn_code_bracketed(c, a, RANK_ATOM)), RANK_UNARY, true};
    return (dtn_text){PRINT("%s == 0.0", dtn_code_bracketed(c, a, RANK_ORDER)), RANK_EQUAL, true};
}

static dtn_text choice(dtn_coder *c, uint32_t i)
{
    dtn_text test = as_truth(c, operand(c, i, DTN_READ_A));
    return (dtn_text){PRINT("%s ? %s : %s", dtn_code_bracketed(c, test, RANK_OR),
                            dtn_code_bracketed(c, B, RANK_OR),
                            dtn_code_bracketed(c, C, RANK_CHOICE)),
                      RANK_CHOICE, false};
}

static dtn_text call1(dtn_coder *c, uint32_t i, const char *function)
{
    return dtn_text_atom(PRINT("%s(%s)", function, A.s));
}

static dtn_text call2(dtn_coder *c, uint32_t i, const char *function)
{
    return dtn_text_atom(PRINT("%s(%s, %s)", function, A.s, B.s));
}

const char *dtn_code_runtime(dtn_coder *c, const char *key)
{
    return dtn_export_part_name(c->x, "export_runtime", key);
}

/* ---- All instructions ----------------------------------------------------------------------------- */

static dtn_text expression(dtn_coder *c, uint32_t i)
{
    switch ((dtn_opcode)c->f->ins[i].op) {
    case DTN_I_COPY: return operand(c, i, DTN_READ_A);
    case DTN_I_NEG:
        return (dtn_text){PRINT("-%s", dtn_code_bracketed(c, A, RANK_ATOM)), RANK_UNARY, false};
    case DTN_I_ADD: return infix(c, i, "+", RANK_SUM, false);
    case DTN_I_SUB: return infix(c, i, "-", RANK_SUM, false);
    case DTN_I_MUL: return infix(c, i, "*", RANK_PRODUCT, false);
    case DTN_I_DIV: return infix(c, i, "/", RANK_PRODUCT, false);
    case DTN_I_LT: return infix(c, i, "<", RANK_ORDER, true);
    case DTN_I_LE: return infix(c, i, "<=", RANK_ORDER, true);
    case DTN_I_GT: return infix(c, i, ">", RANK_ORDER, true);
    case DTN_I_GE: return infix(c, i, ">=", RANK_ORDER, true);
    case DTN_I_EQ: return infix(c, i, "==", RANK_EQUAL, true);
    case DTN_I_NE: return infix(c, i, "!=", RANK_EQUAL, true);
    case DTN_I_AND: return logic(c, i, "&&", RANK_AND);
    case DTN_I_OR: return logic(c, i, "||", RANK_OR);
    case DTN_I_NOT: return negation(c, i);
    case DTN_I_SELECT: return choice(c, i);
    case DTN_I_MIN: return call2(c, i, dtn_code_runtime(c, "min_of"));
    case DTN_I_MAX: return call2(c, i, dtn_code_runtime(c, "max_of"));
    case DTN_I_QUANTUM: return call2(c, i, dtn_code_runtime(c, "quantum"));
    case DTN_I_XIDZ:
        return dtn_text_atom(
            PRINT("%s(%s, %s, %s)", dtn_code_runtime(c, "divide_or"), A.s, B.s, C.s));
    case DTN_I_POW: return call2(c, i, "pow");
    case DTN_I_FMOD:
    case DTN_I_MODULO: return call2(c, i, "fmod");
    case DTN_I_ABS: return call1(c, i, "fabs");
    case DTN_I_SQRT: return call1(c, i, "sqrt");
    case DTN_I_FLOOR: return call1(c, i, "floor");
    case DTN_I_TRUNC: return call1(c, i, "trunc");
    case DTN_I_ROUND: return call1(c, i, "round");
    case DTN_I_EXP: return call1(c, i, "exp");
    case DTN_I_LN: return call1(c, i, "log");
    case DTN_I_LOG10: return call1(c, i, "log10");
    case DTN_I_SIN: return call1(c, i, "sin");
    case DTN_I_COS: return call1(c, i, "cos");
    case DTN_I_TAN: return call1(c, i, "tan");
    case DTN_I_ARCSIN: return call1(c, i, "asin");
    case DTN_I_ARCCOS: return call1(c, i, "acos");
    case DTN_I_ARCTAN: return call1(c, i, "atan");
    case DTN_I_SINH: return call1(c, i, "sinh");
    case DTN_I_COSH: return call1(c, i, "cosh");
    case DTN_I_TANH: return call1(c, i, "tanh");
    case DTN_I_LGAMMA: return call1(c, i, "lgamma");
    case DTN_I_NORMAL_CDF:
        return call1(c, i, dtn_export_part_name(c->x, "closed", "dtn_normal_cdf"));
    case DTN_I_NORMAL_QUANTILE:
        return call1(c, i, dtn_export_part_name(c->x, "random", "dtn_normal_quantile"));
    case DTN_I_LOOKUP: return dtn_call_lookup(c, i);
    case DTN_I_DATA: return dtn_call_data(c, i);
    case DTN_I_DATA_FIGURE: return dtn_call_data_figure(c, i);
    case DTN_I_GATHER: return dtn_call_gather(c, i);
    case DTN_I_VECTOR: return dtn_call_vector(c, i);
    case DTN_I_UNIFORM: return dtn_call_uniform(c, i);
    case DTN_I_DRAW: return dtn_call_draw(c, i);
    case DTN_I_DRAW_SUM: return dtn_call_draw_sum(c, i);
    case DTN_I_DRAW_WIDE: return dtn_call_draw_wide(c, i);
    case DTN_I_LOOP:
    case DTN_I_ENDLOOP:
    case DTN_I_SKIP_UNLESS:
    case DTN_I_SKIP_OVERLAY:
    case DTN_I_SKIP_ANY_OVERLAY:
    case DTN_I_ITERATE:
    case DTN_N_OPCODE: break; /* no default: compilers name an instruction that is missing here */
    }
    dtn_export_refuse(c->x, c->f->ins[i].var, "an instruction of it");
    return dtn_text_atom("0.0");
}

/* ---- Statements -------------------------------------------------------------------------------------- */

static void line(dtn_coder *c, const char *s) { dtn_sink_line(c->out, c->depth, s); }

/* What a variable of several writes is for. */
static const char *web_wish(const dtn_coder *c, uint32_t web)
{
    if (c->f->webs[web].n_write == 1)
        return "t";
    for (uint32_t i = 0; i < c->f->n; i++) {
        if (!c->f->is_live[i] || c->f->web_of_write[i] != web)
            continue;
        switch ((dtn_opcode)c->f->ins[i].op) {
        case DTN_I_ADD: return "total";
        case DTN_I_MUL: return "product";
        case DTN_I_MIN: return "least";
        case DTN_I_MAX: return "greatest";
        default: break;
        }
    }
    return "value";
}

static void write_web(dtn_coder *c, uint32_t i)
{
    dtn_web *w = &c->f->webs[c->f->web_of_write[i]];
    bool adds = c->f->ins[i].op == DTN_I_ADD &&
                c->f->web_of_read[i * DTN_N_READ + DTN_READ_A] == c->f->web_of_write[i];
    if (adds && w->is_declared) {
        line(c, PRINT("%s += %s;", w->name, B.s));
        return;
    }
    dtn_text t = expression(c, i);
    if (w->is_folded) {
        w->value = t.s;
        w->rank = (uint8_t)(t.rank | (t.is_truth ? RANK_IS_TRUTH : 0));
        return;
    }
    bool is_const = w->n_write == 1 && !w->is_hoisted;
    if (!w->name)
        w->name = dtn_export_identifier(c->x, web_wish(c, c->f->web_of_write[i]));
    if (is_const && t.is_truth) {
        w->rank = RANK_IS_TRUTH;
        line(c, PRINT("const bool %s = %s;", w->name, t.s));
        return;
    }
    line(c, PRINT("%s%s = %s;",
                  w->is_declared ? ""
                  : is_const     ? "const double "
                                 : "double ",
                  w->name, as_value(c, t).s));
    w->is_declared = true;
}

static void write_symbol(dtn_coder *c, uint32_t i)
{
    dtn_symbol *s = dtn_export_symbol(c->x, c->f->ins[i].dst);
    if (dtn_export_writes_row(c->x, &c->f->ins[i])) {
        line(c, dtn_call_vector_row(c, i));
        return;
    }
    size_t id = (size_t)(s - c->x->symbols);
    const char *to = place(c, i, s, c->f->ins[i].dst);
    line(c, PRINT("%s%s = %s;", c->is_single[id] ? "const double " : "", to,
                  as_value(c, expression(c, i)).s));
}

static bool is_local(const dtn_coder *c, const dtn_symbol *s)
{
    return s->home == DTN_HOME_LOCAL || (s->home == DTN_HOME_SLOPE && !c->has_stages);
}

/* Where the statement begins that an instruction is inside of. */
static uint32_t top_of(const dtn_flow *f, uint32_t i)
{
    uint32_t at = i;
    for (uint32_t s = f->span_of[i]; s != 0; s = f->spans[s].parent)
        at = f->spans[s].first - 1;
    return at;
}

static void plan_locals(dtn_coder *c)
{
    size_t n = c->x->n_symbol;
    c->n_write = DTN_NEW_N(c->x->arena, uint32_t, n + 1);
    c->declare_at = DTN_NEW_N(c->x->arena, uint32_t, n + 1);
    c->is_single = DTN_NEW_N(c->x->arena, bool, n + 1);
    for (uint32_t i = 0; i < c->f->n; i++) {
        if (!c->f->is_live[i] || dtn_export_is_control(&c->f->ins[i]) ||
            c->f->web_of_write[i] != DTN_NONE)
            continue;
        const dtn_symbol *s = dtn_export_symbol(c->x, c->f->ins[i].dst);
        if (!s || !is_local(c, s))
            continue;
        size_t id = (size_t)(s - c->x->symbols);
        if (c->n_write[id]++ == 0)
            c->declare_at[id] = top_of(c->f, i);
        c->is_single[id] = c->n_write[id] == 1 && s->n_dim == 0 && c->f->span_of[i] == 0;
    }
}

/* Locals that are not declared where they are written, before the statement that begins at i. */
static void declare_locals(dtn_coder *c, const uint32_t *waiting, size_t n_waiting, uint32_t i)
{
    for (size_t k = 0; k < n_waiting; k++) {
        const dtn_symbol *s = &c->x->symbols[waiting[k]];
        if (c->declare_at[waiting[k]] == i)
            line(c, PRINT("double %s%s;", dtn_export_declarator(c->x, s),
                          s->n_dim == 0   ? " = 0.0"
                          : s->is_partial ? " = {0}"
                                          : ""));
    }
}

static void declare_hoisted(dtn_coder *c)
{
    for (uint32_t i = 0; i < c->f->n; i++) {
        dtn_web *w = &c->f->webs[i];
        if (!c->f->is_live[i] || c->f->web_of_write[i] != i || !w->is_hoisted)
            continue;
        w->name = dtn_export_identifier(c->x, web_wish(c, i));
        w->is_declared = true;
        line(c, PRINT("double %s = 0.0;", w->name));
    }
}

/* The span that a LOOP or SKIP opens. */
static uint32_t span_at(const dtn_flow *f, uint32_t i)
{
    for (uint32_t s = 1; s < f->n_span; s++)
        if (f->spans[s].first == i + 1)
            return s;
    return 0;
}

/* Opens what instruction i steers; returns where to go on. */
static uint32_t control(dtn_coder *c, uint32_t i)
{
    const dtn_ins *ins = &c->f->ins[i];
    if (ins->op == DTN_I_LOOP) {
        const dtn_span *span = &c->f->spans[span_at(c->f, i)];
        const char *name = loop_name(c->x, ins->dst);
        if (span->n_live == 0)
            return span->end;
        line(c, PRINT("for (uint32_t %s = 0; %s < %u; %s++) {", name, name, ins->a, name));
        c->depth++;
    } else if (ins->op == DTN_I_SKIP_UNLESS) {
        line(c, PRINT("if (%s) {", as_truth(c, operand(c, i, DTN_READ_A)).s));
        c->depth++;
    }
    return i;
}

static void close_spans(dtn_coder *c, uint32_t *now, uint32_t i)
{
    while (*now != 0 && i >= c->f->spans[*now].end) {
        c->depth--;
        line(c, "}");
        *now = c->f->spans[*now].parent;
    }
}

void dtn_export_code(dtn_exporter *x, dtn_flow *f, dtn_sink *out, bool has_stages)
{
    dtn_coder *c = &(dtn_coder){.x = x, .f = f, .out = out, .has_stages = has_stages, .depth = 1};
    uint32_t now = 0, *waiting = DTN_NEW_N(x->arena, uint32_t, x->n_symbol + 1);
    size_t n_waiting = 0;
    plan_locals(c);
    for (uint32_t id = 0; id < x->n_symbol; id++)
        if (c->n_write[id] > 0 && !c->is_single[id])
            waiting[n_waiting++] = id;
    declare_hoisted(c);
    for (uint32_t i = 0; i < f->n; i++) {
        close_spans(c, &now, i);
        if (!f->is_live[i])
            continue;
        if (now == 0)
            declare_locals(c, waiting, n_waiting, i);
        if (dtn_export_is_control(&f->ins[i])) {
            uint32_t depth = c->depth, to = control(c, i);
            if (c->depth > depth)
                now = span_at(f, i);
            i = to;
        } else if (f->web_of_write[i] != DTN_NONE) {
            write_web(c, i);
        } else {
            write_symbol(c, i);
        }
    }
    close_spans(c, &now, f->n);
}
