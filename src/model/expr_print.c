/* Expressions as text, in the notation of the model's dialect, and that notation's
 * spelling rules.
 *
 * Parentheses are written only where the tree needs them, so reading the text again
 * gives the same tree (a test holds this for both dialects). Names stand as they were
 * written; one that would not read back bare is put in quotes. Constructs that the
 * dialect lacks (an overlay's Vensim notation in an XMILE model) are written in the
 * other's: good enough for a message, which is what this is for.
 */
#include "model/notation.h"

#include <string.h>

/* ---- Spelling rules ---------------------------------------------------- */

int dtn_op_precedence(dtn_dialect dialect, dtn_op op)
{
    const bool vensim = dialect == DTN_VENSIM;
    switch (op) {
    case DTN_OP_OR: return DTN_PREC_OR;
    case DTN_OP_AND: return DTN_PREC_AND;
    case DTN_OP_NOT: return vensim ? DTN_PREC_NOT : DTN_PREC_UNARY;
    case DTN_OP_EQ:
    case DTN_OP_NE: return vensim ? DTN_PREC_COMPARE : DTN_PREC_EQUAL;
    case DTN_OP_LT:
    case DTN_OP_LE:
    case DTN_OP_GT:
    case DTN_OP_GE: return DTN_PREC_COMPARE;
    case DTN_OP_ADD:
    case DTN_OP_SUB: return DTN_PREC_ADD;
    case DTN_OP_MUL:
    case DTN_OP_DIV:
    case DTN_OP_MOD: return DTN_PREC_MUL;
    case DTN_OP_NEG:
    case DTN_OP_PLUS: return DTN_PREC_UNARY;
    case DTN_OP_POW: return DTN_PREC_POW;
    case DTN_OP_NONE: break;
    }
    return DTN_PREC_ATOM;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

bool dtn_is_name_start(dtn_dialect dialect, char c)
{
    if (is_letter(c) || c == '_')
        return true;
    return dialect == DTN_VENSIM && c != '\0' && strchr("$#%&`@", c) != NULL;
}

bool dtn_is_name_part(dtn_dialect dialect, char c)
{
    if (dtn_is_name_start(dialect, c) || (c >= '0' && c <= '9') || c == '$')
        return true;
    return dialect == DTN_VENSIM && c != '\0' && strchr("'.?", c) != NULL;
}

bool dtn_is_word(const char *text, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++) {
        const char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
        if (c != word[i]) /* a shorter word differs at its NUL */
            return false;
    }
    return word[n] == '\0';
}

dtn_op dtn_xmile_word_op(const char *word, size_t n)
{
    if (dtn_is_word(word, n, "and"))
        return DTN_OP_AND;
    if (dtn_is_word(word, n, "or"))
        return DTN_OP_OR;
    if (dtn_is_word(word, n, "not"))
        return DTN_OP_NOT;
    return dtn_is_word(word, n, "mod") ? DTN_OP_MOD : DTN_OP_NONE;
}

bool dtn_xmile_is_reserved(const char *word, size_t n)
{
    return dtn_xmile_word_op(word, n) != DTN_OP_NONE || dtn_is_word(word, n, "if") ||
           dtn_is_word(word, n, "then") || dtn_is_word(word, n, "else");
}

/* ---- Output ------------------------------------------------------------ */

typedef struct writer {
    dtn_model *model;
    dtn_dialect dialect;
    char *text;
    size_t n, cap;
} writer;

static void put_n(writer *w, const char *text, size_t n)
{
    while (w->n + n + 1 > w->cap)
        w->text = dtn_arena_grow(w->model->arena, w->text, w->n, &w->cap, 1);
    memcpy(w->text + w->n, text, n);
    w->n += n;
    w->text[w->n] = '\0';
}

static void put(writer *w, const char *text) { put_n(w, text, strlen(text)); }

static void put_number(writer *w, double number)
{
    char text[DTN_DOUBLE_MAX_TEXT] = "";
    put_n(w, text, dtn_double_to_text(number, text));
}

/* ---- Names ------------------------------------------------------------- */

/* End of the bare name part at `s`; `s` itself if there is none. */
static const char *skip_bare(dtn_dialect dialect, const char *s)
{
    if (!dtn_is_name_start(dialect, *s))
        return s;
    const char *begin = s;
    while (dtn_is_name_part(dialect, *s) ||
           (dialect == DTN_VENSIM && *s == ' ' && dtn_is_name_part(dialect, s[1])))
        s++;
    if (dialect == DTN_XMILE && dtn_xmile_is_reserved(begin, (size_t)(s - begin)))
        return begin;
    return s;
}

static const char *skip_quoted(const char *s)
{
    const char *begin = s;
    if (*s != '"')
        return s;
    for (s++; *s && *s != '"' && *s != '\n'; s++)
        if (*s == '\\' && s[1] == '"')
            s++;
    return *s == '"' ? s + 1 : begin;
}

/* Would it read back as one name, as it stands? */
static bool is_readable(dtn_dialect dialect, const char *s)
{
    s += dialect == DTN_XMILE && *s == '.'; /* ".name": of the root model */
    for (;;) {
        const char *end = *s == '"' ? skip_quoted(s) : skip_bare(dialect, s);
        if (end == s)
            return false;
        if (*end == '\0')
            return true;
        if (dialect != DTN_XMILE || *end != '.')
            return false;
        s = end + 1;
    }
}

static void put_quoted(writer *w, const char *name)
{
    put(w, "\"");
    for (; *name; name++) {
        if (*name == '"')
            put(w, "\\");
        put_n(w, name, 1);
    }
    put(w, w->text[w->n - 1] == '\\' ? " \"" : "\""); /* \" would be a quote inside */
}

static void put_name(writer *w, const char *name)
{
    if (is_readable(w->dialect, name)) {
        put(w, name);
        return;
    }
    char *joined = dtn_arena_strdup(w->model->arena, name);
    for (char *c = joined; *c; c++)
        if (*c == ' ')
            *c = '_';
    if (w->dialect == DTN_XMILE && is_readable(DTN_XMILE, joined))
        put(w, joined);
    else
        put_quoted(w, name);
}

/* ---- Parts of expressions ---------------------------------------------- */

static void put_expr(writer *w, const dtn_expr *e, int least);

static void put_sub(writer *w, const dtn_sub *sub)
{
    switch (sub->kind) {
    case DTN_SUB_NAME:
        put_name(w, sub->text);
        put(w, sub->bang ? "!" : "");
        break;
    case DTN_SUB_NUMBER: put_number(w, sub->number); break;
    case DTN_SUB_STAR:
        put(w, sub->text ? "*:" : "*");
        if (sub->text)
            put_name(w, sub->text);
        break;
    case DTN_SUB_EXPR: put_expr(w, sub->expr, DTN_PREC_ANY); break;
    case DTN_SUB_RANGE:
        put_expr(w, sub->expr, DTN_PREC_ANY);
        put(w, ":");
        put_expr(w, sub->expr2, DTN_PREC_ANY);
        break;
    }
}

static void put_subs(writer *w, const dtn_expr *e)
{
    for (uint32_t i = 0; i < e->n_sub; i++) {
        put(w, i ? ", " : "[");
        put_sub(w, &e->subs[i]);
    }
    put(w, e->n_sub ? "]" : "");
}

static void put_point(writer *w, double x, double y)
{
    put(w, "(");
    put_number(w, x);
    put(w, ",");
    put_number(w, y);
    put(w, ")");
}

static void put_lookup(writer *w, const dtn_lookup *l)
{
    put(w, "(");
    if (l->has_range) {
        put(w, "[");
        put_point(w, l->x_min, l->y_min);
        put(w, "-");
        put_point(w, l->x_max, l->y_max);
        put(w, "],");
    }
    for (size_t i = 0; i < l->n; i++) {
        put(w, i ? "," : "");
        put_point(w, l->x[i], l->y[i]);
    }
    put(w, ")");
}

static void put_array(writer *w, const dtn_expr *e)
{
    const uint32_t n_row = e->n_row ? e->n_row : 1, n_col = e->n_arg / n_row;
    const bool flat = n_row == 1 && e->n_arg > 1; /* 1,2,3 needs no semicolon */
    for (uint32_t i = 0; i < e->n_arg; i++) {
        put_expr(w, e->args[i], DTN_PREC_ANY);
        if (!flat && (i + 1) % n_col == 0)
            put(w, ";");
        else if (i + 1 < e->n_arg)
            put(w, ",");
    }
}

static void put_call(writer *w, const dtn_expr *e)
{
    if (w->dialect == DTN_XMILE && strcmp(e->key, DTN_KEY_TRANSPOSE) == 0 && e->n_arg == 1) {
        put_expr(w, e->args[0], DTN_PREC_ATOM);
        put(w, "'");
        return;
    }
    if (w->dialect == DTN_XMILE && strcmp(e->key, DTN_KEY_POSITION) == 0 && e->n_arg == 1 &&
        e->args[0]->kind == DTN_X_NUMBER) { /* in Vensim @ is a name */
        put(w, "@");
        put_expr(w, e->args[0], DTN_PREC_ATOM);
        return;
    }
    put_name(w, e->text);
    put_subs(w, e);
    put(w, "(");
    for (uint32_t i = 0; i < e->n_arg; i++) {
        put(w, e->n_out && i == e->n_arg - e->n_out ? " : " : i ? ", " : "");
        put_expr(w, e->args[i], DTN_PREC_ANY);
    }
    put(w, ")");
}

static void put_if(writer *w, const dtn_expr *e, int least)
{
    put(w, least > DTN_PREC_ANY ? "(" : "");
    put(w, "IF ");
    put_expr(w, e->args[0], DTN_PREC_ANY);
    put(w, " THEN ");
    put_expr(w, e->args[1], DTN_PREC_ANY);
    put(w, " ELSE ");
    put_expr(w, e->args[2], DTN_PREC_ANY);
    put(w, least > DTN_PREC_ANY ? ")" : "");
}

static const char *op_text(dtn_dialect dialect, dtn_op op)
{
    const bool vensim = dialect == DTN_VENSIM;
    switch (op) {
    case DTN_OP_ADD: return " + ";
    case DTN_OP_SUB: return " - ";
    case DTN_OP_MUL: return " * ";
    case DTN_OP_DIV: return " / ";
    case DTN_OP_POW: return "^";
    case DTN_OP_MOD: return " MOD ";
    case DTN_OP_LT: return " < ";
    case DTN_OP_LE: return " <= ";
    case DTN_OP_GT: return " > ";
    case DTN_OP_GE: return " >= ";
    case DTN_OP_EQ: return " = ";
    case DTN_OP_NE: return " <> ";
    case DTN_OP_AND: return vensim ? " :AND: " : " AND ";
    case DTN_OP_OR: return vensim ? " :OR: " : " OR ";
    case DTN_OP_NOT: return vensim ? ":NOT: " : "NOT ";
    case DTN_OP_NEG: return "-";
    case DTN_OP_PLUS: return "+";
    case DTN_OP_NONE: break;
    }
    return " ? ";
}

static void put_operation(writer *w, const dtn_expr *e, int least)
{
    const int own = dtn_op_precedence(w->dialect, e->op);
    const bool is_pow = e->op == DTN_OP_POW; /* the one that groups to the right */
    put(w, own < least ? "(" : "");
    if (e->kind == DTN_X_BINARY)
        put_expr(w, e->args[0], own + is_pow);
    put(w, op_text(w->dialect, e->op));
    put_expr(w, e->args[e->n_arg - 1], own + (e->kind == DTN_X_BINARY && !is_pow));
    put(w, own < least ? ")" : "");
}

static void put_literal(writer *w, double number, int least)
{
    const bool parens = number < 0 && least > DTN_PREC_UNARY;
    put(w, parens ? "(" : "");
    put_number(w, number);
    put(w, parens ? ")" : "");
}

/* `least`: weakest binding that may stand here without parentheses. */
static void put_expr(writer *w, const dtn_expr *e, int least)
{
    switch (e->kind) {
    case DTN_X_NUMBER: put_literal(w, e->number, least); break;
    case DTN_X_STRING:
        put(w, "'");
        put(w, e->text);
        put(w, "'");
        break;
    case DTN_X_NAME:
        put_name(w, e->text);
        put_subs(w, e);
        break;
    case DTN_X_UNARY:
    case DTN_X_BINARY: put_operation(w, e, least); break;
    case DTN_X_CALL:
        if (w->dialect == DTN_XMILE && e->n_arg == 3 && strcmp(e->key, "if_then_else") == 0)
            put_if(w, e, least);
        else
            put_call(w, e);
        break;
    case DTN_X_ARRAY: put_array(w, e); break;
    case DTN_X_LOOKUP: put_lookup(w, e->lookup); break;
    case DTN_X_NA: put(w, ":NA:"); break;
    case DTN_X_MISSING: break;
    }
}

const char *dtn_expr_print(dtn_model *model, const dtn_expr *expr)
{
    writer w = {.model = model, .dialect = model->dialect};
    put(&w, "");
    if (expr)
        put_expr(&w, expr, DTN_PREC_ANY);
    return w.text;
}
