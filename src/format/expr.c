/* One expression parser for both notations: operator precedence (Pratt) over the tokens
 * of expr_lex.c.
 *
 * Precedences are in model/notation.h; ^ groups to the right and binds tighter than a
 * sign before it (-2^2 is -4), but a sign may follow it (2^-1). Follows the Vensim
 * reference manual ("Operators", "Functions") and XMILE 1.0, section 3.3.
 *
 * The parser recurses once for each bracket, call, sign or ^, at most DTN_MAX_DEPTH
 * deep. A long sum does not nest, yet its tree is as high as it is long; everyone who
 * walks a tree recurses, so MAX_HEIGHT bounds that too.
 * Tables of numbers: expr_table.c.
 * It does not look names up: whether a call is a function, a lookup or a macro, and
 * how many arguments it takes, is for check/resolve.
 */
#include "format/expr.h"

#include <string.h>

#include "model/notation.h"

#define MAX_HEIGHT 2000 /* of a tree: with frames of 1 KiB a walker needs 2 MiB of stack */

/* ---- Helpers ----------------------------------------------------------- */

/* The innermost operand counts too, hence the 1. */
static bool reach(dtn_lex *lex, uint32_t depth)
{
    if (lex->deepest < depth)
        lex->deepest = depth;
    if (depth <= DTN_MAX_DEPTH + 1)
        return true;
    dtn_diags_add(lex->diags, 108, lex->tok.pos, "give parts of it names of their own",
                  "this is nested more than %d deep", DTN_MAX_DEPTH);
    return false;
}

static bool enter(dtn_lex *lex) { return reach(lex, ++lex->depth); }

/* What stands behind its operand is written around it, so what was just read then nests deeper. */
static bool deepen(dtn_lex *lex, uint32_t n) { return reach(lex, lex->deepest + n); }

/* The depth reached is counted anew for each operand: what the operands outside of it reached. */
static uint32_t begin_reach(dtn_lex *lex)
{
    const uint32_t outer = lex->deepest;
    lex->deepest = lex->depth;
    return outer;
}

static void end_reach(dtn_lex *lex, uint32_t outer)
{
    if (lex->deepest < outer)
        lex->deepest = outer;
}

static bool grow(dtn_lex *lex, uint32_t height, dtn_pos pos)
{
    lex->height = height + 1;
    if (lex->height <= MAX_HEIGHT)
        return true;
    dtn_diags_add(lex->diags, 108, pos, "split it: give parts of it names of their own",
                  "more than %d operators in a row", MAX_HEIGHT);
    return false;
}

static uint32_t max_height(uint32_t a, uint32_t b) { return a > b ? a : b; }

bool dtn_lex_close(dtn_lex *lex, char mark, const char *what, dtn_pos open)
{
    if (lex->tok.kind == mark) {
        dtn_lex_next(lex);
        return true;
    }
    dtn_lex_expected(lex, what,
                     dtn_arena_printf(lex->model->arena,
                                      "the bracket at line %u, column %u is still open", open.line,
                                      open.col));
    return false;
}

/* ---- Subscripts -------------------------------------------------------- */

static bool vensim_sub(dtn_lex *lex, dtn_sub *sub)
{
    if (lex->tok.kind != DTN_T_NAME && lex->tok.kind != DTN_T_NUMBER) {
        dtn_lex_expected(lex, "a subscript: the name of a dimension or element", NULL);
        return false;
    }
    const dtn_token tok = lex->tok;
    const bool is_name = tok.kind == DTN_T_NAME;
    sub->kind = is_name ? DTN_SUB_NAME : DTN_SUB_NUMBER;
    sub->number = tok.number;
    sub->text =
        is_name ? tok.text
                : dtn_arena_strndup(lex->model->arena, tok.begin, (size_t)(tok.end - tok.begin));
    sub->key = is_name ? tok.key : sub->text;
    dtn_lex_next(lex);
    if (lex->tok.kind == '!') {
        sub->bang = true;
        dtn_lex_next(lex);
    }
    return true;
}

static bool star_sub(dtn_lex *lex, dtn_sub *sub)
{
    sub->kind = DTN_SUB_STAR;
    dtn_lex_next(lex);
    if (lex->tok.kind != ':')
        return true;
    dtn_lex_next(lex);
    if (lex->tok.kind != DTN_T_NAME) {
        dtn_lex_expected(lex, "the name of a dimension behind '*:'", NULL);
        return false;
    }
    sub->text = lex->tok.text;
    sub->key = lex->tok.key;
    dtn_lex_next(lex);
    return true;
}

/* An expression as subscript: a single name or number is told apart here. */
static bool xmile_sub(dtn_lex *lex, dtn_sub *sub)
{
    if (lex->tok.kind == '*')
        return star_sub(lex, sub);
    if (lex->tok.kind == DTN_T_DIM_ALL) {
        sub->kind = DTN_SUB_STAR;
        sub->text = lex->tok.text;
        sub->key = lex->tok.key;
        dtn_lex_next(lex);
        return true;
    }
    sub->expr = dtn_parse_operators(lex, DTN_PREC_ANY);
    if (!sub->expr)
        return false;
    if (lex->tok.kind == ':') {
        const uint32_t height = lex->height;
        dtn_lex_next(lex);
        sub->kind = DTN_SUB_RANGE;
        sub->expr2 = dtn_parse_operators(lex, DTN_PREC_ANY);
        lex->height = max_height(lex->height, height);
        return sub->expr2 != NULL;
    }
    const dtn_expr *e = sub->expr;
    sub->kind = DTN_SUB_EXPR;
    if (e->kind == DTN_X_NAME && e->n_sub == 0)
        sub->kind = DTN_SUB_NAME;
    else if (e->kind == DTN_X_NUMBER)
        sub->kind = DTN_SUB_NUMBER;
    if (sub->kind == DTN_SUB_EXPR)
        return true;
    sub->text = e->text;
    sub->key = e->key;
    sub->number = e->number;
    sub->expr = NULL;
    return true;
}

bool dtn_parse_subs(dtn_lex *lex, dtn_sub **subs, uint32_t *n_sub)
{
    const dtn_pos open = lex->tok.pos;
    dtn_sub *items = NULL;
    size_t n = 0, cap = 0;
    uint32_t height = 0;
    do {
        dtn_lex_next(lex);
        dtn_sub sub = {.pos = lex->tok.pos, .dim = DTN_NONE, .element = DTN_NONE};
        lex->height = 0;
        if (!(lex->dialect == DTN_VENSIM ? vensim_sub(lex, &sub) : xmile_sub(lex, &sub)))
            return false;
        height = max_height(height, lex->height);
        DTN_PUSH(lex->model->arena, items, n, cap, sub);
    } while (lex->tok.kind == ',');
    *subs = items;
    *n_sub = (uint32_t)n;
    return dtn_lex_close(lex, ']', "',' or ']' after a subscript", open) && grow(lex, height, open);
}

/* ---- Names and calls --------------------------------------------------- */

/* The second argument of WITH LOOKUP: a table in brackets. */
static dtn_expr *inline_lookup(dtn_lex *lex)
{
    const dtn_pos pos = lex->tok.pos;
    dtn_lex_next(lex);
    dtn_expr *e = dtn_expr_new(lex->model, DTN_X_LOOKUP, pos);
    e->lookup = dtn_parse_lookup(lex, pos);
    lex->height = 1;
    return e->lookup ? e : NULL;
}

static dtn_expr *parse_arg(dtn_lex *lex, const dtn_expr *call)
{
    if (lex->tok.kind == ',' || lex->tok.kind == ')') {
        lex->height = 1;
        return dtn_expr_new(lex->model, DTN_X_MISSING, lex->tok.pos);
    }
    if (lex->tok.kind == '(' && call->n_arg == 1 && strcmp(call->key, "with_lookup") == 0)
        return inline_lookup(lex);
    return dtn_parse_operators(lex, DTN_PREC_ANY);
}

static dtn_expr *parse_name(dtn_lex *lex);

/* Behind ':' in a call of a Vensim macro: the names that its further outputs get. */
static bool parse_outputs(dtn_lex *lex, dtn_expr *e, size_t n, size_t cap, uint32_t *height)
{
    do {
        dtn_lex_next(lex);
        dtn_expr *out = lex->tok.kind == DTN_T_NAME ? parse_name(lex) : NULL;
        if (!out || out->kind != DTN_X_NAME) {
            if (!out)
                dtn_lex_expected(lex, "a variable's name for an output behind ':'",
                                 "x = MACRO(input, input : output, output)");
            else
                dtn_diags_add(lex->diags, 101, out->pos, "give the name of a variable",
                              "an output of '%s' cannot go to '%s(...)'", e->text, out->text);
            return false;
        }
        *height = max_height(*height, lex->height);
        DTN_PUSH(lex->model->arena, e->args, n, cap, out);
        e->n_arg = (uint32_t)n;
        e->n_out++;
    } while (lex->tok.kind == ',');
    return true;
}

/* Arguments, the current token being '('. Makes a call of `e`, a name. */
static dtn_expr *parse_call(dtn_lex *lex, dtn_expr *e)
{
    const dtn_pos open = lex->tok.pos;
    size_t n = 0, cap = 0;
    uint32_t height = lex->height;
    e->kind = DTN_X_CALL;
    dtn_lex_next(lex);
    if (lex->tok.kind != ')' && (lex->tok.kind != ':' || lex->dialect != DTN_VENSIM)) {
        for (;;) {
            dtn_expr *arg = parse_arg(lex, e);
            if (!arg)
                return NULL;
            height = max_height(height, lex->height);
            DTN_PUSH(lex->model->arena, e->args, n, cap, arg);
            e->n_arg = (uint32_t)n;
            if (lex->tok.kind != ',')
                break;
            dtn_lex_next(lex);
        }
    }
    if (lex->tok.kind == ':' && lex->dialect == DTN_VENSIM &&
        !parse_outputs(lex, e, n, cap, &height))
        return NULL;
    const char *what =
        dtn_arena_printf(lex->model->arena, "an operator, ',' or ')' in '%s(...)'", e->text);
    return dtn_lex_close(lex, ')', what, open) && grow(lex, height, e->pos) ? e : NULL;
}

static dtn_expr *parse_name(dtn_lex *lex)
{
    dtn_expr *e = dtn_expr_new(lex->model, DTN_X_NAME, lex->tok.pos);
    e->text = lex->tok.text;
    e->key = lex->tok.key;
    lex->height = 1;
    dtn_lex_next(lex);
    if (lex->tok.kind == '[' && !dtn_parse_subs(lex, &e->subs, &e->n_sub))
        return NULL;
    return lex->tok.kind == '(' ? parse_call(lex, e) : e;
}

/* ---- Operands ---------------------------------------------------------- */

static dtn_expr *parse_parens(dtn_lex *lex)
{
    const dtn_pos open = lex->tok.pos;
    dtn_lex_next(lex);
    dtn_expr *e = dtn_parse_operators(lex, DTN_PREC_ANY);
    return e && dtn_lex_close(lex, ')', "an operator or ')'", open) ? e : NULL;
}

static dtn_expr *wrap_transpose(dtn_lex *lex, dtn_expr *e)
{
    dtn_expr *call = dtn_expr_new(lex->model, DTN_X_CALL, lex->tok.pos);
    call->text = call->key = DTN_KEY_TRANSPOSE;
    call->args = DTN_NEW(lex->model->arena, dtn_expr *);
    call->args[0] = e;
    call->n_arg = 1;
    return call;
}

static dtn_expr *wrap_unary(dtn_lex *lex, dtn_op op, dtn_expr *operand, dtn_pos pos)
{
    dtn_expr *e = dtn_expr_new(lex->model, DTN_X_UNARY, pos);
    e->op = op;
    e->args = DTN_NEW(lex->model->arena, dtn_expr *);
    e->args[0] = operand;
    e->n_arg = 1;
    return e;
}

/* An operand that is written `n_deeper` brackets and operators deeper than where it stands. */
static dtn_expr *parse_right(dtn_lex *lex, int least, unsigned n_deeper)
{
    const uint32_t outside = lex->depth;
    dtn_expr *right = NULL;
    lex->depth += n_deeper;
    if (reach(lex, lex->depth))
        right = dtn_parse_operators(lex, least);
    lex->depth = outside;
    return right;
}

static dtn_expr *parse_unary(dtn_lex *lex, dtn_op op)
{
    const dtn_pos pos = lex->tok.pos;
    dtn_lex_next(lex);
    const int kind = lex->tok.kind; /* in brackets behind a sign */
    const bool binds_less = kind == DTN_T_IF || (kind == DTN_T_NOT && op != DTN_OP_NOT);
    dtn_expr *operand = parse_right(lex, dtn_op_precedence(lex->dialect, op), binds_less);
    return operand && grow(lex, lex->height, pos) ? wrap_unary(lex, op, operand, pos) : NULL;
}

static dtn_expr *parse_if(dtn_lex *lex)
{
    static const struct {
        int kind;
        const char *what;
    } part[3] = {{DTN_T_IF, "IF"},
                 {DTN_T_THEN, "an operator or THEN, as in IF a THEN b ELSE c"},
                 {DTN_T_ELSE, "an operator or ELSE, as in IF a THEN b ELSE c"}};
    dtn_expr *e = dtn_expr_new(lex->model, DTN_X_CALL, lex->tok.pos);
    uint32_t height = 0;
    e->text = "IF";
    e->key = "if_then_else";
    e->args = DTN_NEW_N(lex->model->arena, dtn_expr *, 3);
    for (; e->n_arg < 3; e->n_arg++) {
        if (lex->tok.kind != part[e->n_arg].kind) {
            dtn_lex_expected(lex, part[e->n_arg].what, NULL);
            return NULL;
        }
        dtn_lex_next(lex);
        e->args[e->n_arg] = dtn_parse_operators(lex, DTN_PREC_ANY);
        if (!e->args[e->n_arg])
            return NULL;
        height = max_height(height, lex->height);
    }
    return grow(lex, height, e->pos) ? e : NULL;
}

/* XMILE @n: the n-th subscript of the left side. */
static dtn_expr *parse_position(dtn_lex *lex)
{
    dtn_expr *e = dtn_expr_new(lex->model, DTN_X_CALL, lex->tok.pos);
    dtn_lex_next(lex);
    if (lex->tok.kind != DTN_T_NUMBER) {
        dtn_lex_expected(lex, "the number of a subscript behind '@'", NULL);
        return NULL;
    }
    e->text = e->key = DTN_KEY_POSITION;
    e->args = DTN_NEW(lex->model->arena, dtn_expr *);
    e->args[0] = dtn_expr_new_number(lex->model, lex->tok.number, lex->tok.pos);
    e->n_arg = 1;
    lex->height = 2;
    dtn_lex_next(lex);
    return e;
}

static dtn_expr *parse_literal(dtn_lex *lex)
{
    const dtn_token tok = lex->tok;
    dtn_expr *e = dtn_expr_new_number(lex->model, tok.number, tok.pos);
    if (tok.kind == DTN_T_STRING) {
        e->kind = DTN_X_STRING;
        e->text = tok.text;
    } else if (tok.kind == DTN_T_NA) {
        e->kind = DTN_X_NA;
        e->number = -0x1p109; /* what Vensim stores for it */
    }
    lex->height = 1;
    dtn_lex_next(lex);
    return e;
}

static const char *operand_hint(const dtn_lex *lex)
{
    switch (lex->tok.kind) {
    case '~':
    case '|':
    case DTN_T_END: return "the equation stops too early: complete it";
    case ')':
    case ']': return "remove the bracket, or put a value before it";
    default: return "a value is a number, a name, a call f(x), or one of these in brackets";
    }
}

/* MOD(a, b), as Stella has it beside the operator. */
static bool is_mod_call(const dtn_lex *lex)
{
    const char *p = lex->tok.end;
    while (p < lex->end && (*p == ' ' || *p == '\t'))
        p++;
    return lex->tok.kind == DTN_T_MOD && p < lex->end && *p == '(';
}

static dtn_expr *parse_bare_operand(dtn_lex *lex)
{
    if (is_mod_call(lex)) {
        lex->tok.kind = DTN_T_NAME;
        lex->tok.text = "MOD";
        lex->tok.key = "mod";
    }
    switch (lex->tok.kind) {
    case DTN_T_NUMBER:
    case DTN_T_STRING:
    case DTN_T_NA: return parse_literal(lex);
    case DTN_T_NAME: return parse_name(lex);
    case '(': return parse_parens(lex);
    case '-': return parse_unary(lex, DTN_OP_NEG);
    case '+': return parse_unary(lex, DTN_OP_PLUS);
    case DTN_T_NOT: return parse_unary(lex, DTN_OP_NOT);
    case DTN_T_IF: return parse_if(lex);
    case '@': return parse_position(lex);
    default: dtn_lex_expected(lex, "a value", operand_hint(lex)); return NULL;
    }
}

/* XMILE's a' (transposed), and "a NOT", which a widespread converter writes for NOT a. */
static dtn_expr *parse_suffix(dtn_lex *lex, dtn_expr *e)
{
    const bool is_not = lex->tok.kind == DTN_T_NOT;
    if (is_not)
        dtn_diags_add_as(lex->diags, DTN_WARNING, 101, lex->tok.pos, "write NOT before the value",
                         "NOT stands behind its value; it is read as if it stood before");
    if (!grow(lex, lex->height, lex->tok.pos) || !deepen(lex, is_not ? 2 : 1))
        return NULL;
    e = is_not ? wrap_unary(lex, DTN_OP_NOT, e, lex->tok.pos) : wrap_transpose(lex, e);
    dtn_lex_next(lex);
    return e;
}

static dtn_expr *parse_operand(dtn_lex *lex)
{
    const uint32_t outer = begin_reach(lex);
    dtn_expr *e = enter(lex) ? parse_bare_operand(lex) : NULL;
    lex->depth--;
    while (e && lex->dialect == DTN_XMILE && (lex->tok.kind == '\'' || lex->tok.kind == DTN_T_NOT))
        e = parse_suffix(lex, e);
    end_reach(lex, outer);
    return e;
}

/* ---- Operators --------------------------------------------------------- */

static dtn_op binary_op(int kind)
{
    switch (kind) {
    case '+': return DTN_OP_ADD;
    case '-': return DTN_OP_SUB;
    case '*': return DTN_OP_MUL;
    case '/': return DTN_OP_DIV;
    case '^': return DTN_OP_POW;
    case '=': return DTN_OP_EQ;
    case '<': return DTN_OP_LT;
    case '>': return DTN_OP_GT;
    case DTN_T_LE: return DTN_OP_LE;
    case DTN_T_GE: return DTN_OP_GE;
    case DTN_T_NE: return DTN_OP_NE;
    case DTN_T_AND: return DTN_OP_AND;
    case DTN_T_OR: return DTN_OP_OR;
    case DTN_T_MOD: return DTN_OP_MOD;
    default: return DTN_OP_NONE;
    }
}

/* Stella's a // b: 0 where b is 0. */
static dtn_expr *safe_division(dtn_lex *lex, dtn_expr *a, dtn_expr *b)
{
    dtn_expr *e = dtn_expr_new(lex->model, DTN_X_CALL, a->pos);
    e->text = "SAFEDIV";
    e->key = "safediv";
    e->n_arg = 2;
    e->args = DTN_NEW_N(lex->model->arena, dtn_expr *, 2);
    e->args[0] = a;
    e->args[1] = b;
    return e;
}

/* What binds less than an operator before it is written in brackets there. */
static bool needs_brackets(const dtn_lex *lex)
{
    const int kind = lex->tok.kind;
    return kind == '-' || kind == '+' || kind == DTN_T_NOT || kind == DTN_T_IF;
}

dtn_expr *dtn_parse_operators(dtn_lex *lex, int least)
{
    const uint32_t outer = begin_reach(lex);
    dtn_expr *left = parse_operand(lex);
    for (;;) {
        const dtn_op op = left ? binary_op(lex->tok.kind) : DTN_OP_NONE;
        const int own = dtn_op_precedence(lex->dialect, op);
        if (op == DTN_OP_NONE || own < least) {
            end_reach(lex, outer);
            return left;
        }
        const dtn_pos pos = lex->tok.pos;
        const uint32_t height = lex->height;
        const bool is_pow = op == DTN_OP_POW; /* groups to the right, so it recurses */
        dtn_lex_next(lex);
        const bool is_safe = op == DTN_OP_DIV && lex->dialect == DTN_XMILE && lex->tok.kind == '/';
        if (is_safe)
            dtn_lex_next(lex);
        const unsigned n_deeper = (unsigned)is_pow + (unsigned)is_safe + needs_brackets(lex);
        dtn_expr *right = parse_right(lex, own + !is_pow, n_deeper);
        if (!right || !grow(lex, max_height(height, lex->height), pos) ||
            (is_safe && !deepen(lex, 1)))
            return NULL;
        left = is_safe ? safe_division(lex, left, right)
                       : dtn_expr_new_binary(lex->model, op, left, right);
        left->pos = pos;
    }
}

/* ---- Whole expressions ------------------------------------------------- */

dtn_expr *dtn_parse_expr(dtn_lex *lex)
{
    lex->depth = lex->deepest = 0;
    return dtn_parse_operators(lex, DTN_PREC_ANY);
}

static bool is_tabbed_array(const dtn_lex *lex)
{
    return lex->dialect == DTN_VENSIM && lex->tok.kind == DTN_T_NAME &&
           strcmp(lex->tok.key, "tabbed_array") == 0;
}

dtn_expr *dtn_parse_equation(dtn_lex *lex)
{
    if (is_tabbed_array(lex)) {
        const dtn_lex before = *lex;
        dtn_lex_next(lex);
        if (lex->tok.kind == '(')
            return dtn_parse_tabbed(lex, before.tok.pos);
        *lex = before;
    }
    dtn_expr *e = dtn_parse_expr(lex);
    if (e && (lex->tok.kind == ',' || lex->tok.kind == ';'))
        return dtn_parse_list(lex, e);
    return e;
}

dtn_expr *dtn_expr_read(dtn_model *model, dtn_dialect dialect, const char *text, size_t n,
                        dtn_pos at, dtn_diags *diags)
{
    dtn_lex lex;
    dtn_lex_init(&lex, model, dialect, text, n, at, diags);
    dtn_lex_next(&lex);
    dtn_expr *e = dtn_parse_equation(&lex);
    if (e && lex.tok.kind != DTN_T_END) {
        const bool is_name = lex.tok.kind == DTN_T_NAME && dialect == DTN_XMILE;
        dtn_lex_expected(&lex, "an operator or the end",
                         is_name ? "join the words of a name with '_', or put it in \"quotes\""
                                 : NULL);
        return NULL;
    }
    return e;
}
