/* Lexers of the two notations.
 *
 * Vensim: names hold spaces, so a name runs on over white space as long as a further
 * word follows; line ends are white space, with or without a backslash before them;
 * operators are words between colons. XMILE (1.0, section 3.2 and 3.3): names are single
 * words, joined by '.' when qualified; AND, OR, NOT, MOD, IF, THEN, ELSE are reserved.
 * In both, "..." is a name, {...} a comment.
 *
 * Names are kept as written, but for white space inside, which becomes one blank. A
 * malformed token adds a diagnostic and becomes DTN_T_BAD; reading goes on behind it.
 */
#include "format/expr.h"

#include <math.h>
#include <string.h>

#include "model/notation.h"

/* ---- Walking over the text --------------------------------------------- */

void dtn_lex_init(dtn_lex *lex, dtn_model *model, dtn_dialect dialect, const char *text, size_t n,
                  dtn_pos at, dtn_diags *diags)
{
    *lex = (dtn_lex){.model = model,
                     .dialect = dialect,
                     .diags = diags,
                     .p = text,
                     .end = text + n,
                     .line_start = text,
                     .file = at.file,
                     .line = at.line ? at.line : 1,
                     .col0 = at.col ? at.col : 1};
}

dtn_pos dtn_lex_pos(const dtn_lex *lex)
{
    return (dtn_pos){lex->file, lex->line, (uint32_t)(lex->p - lex->line_start) + lex->col0};
}

/* Call after p moved behind a line's end. */
static void new_line(dtn_lex *lex)
{
    lex->line++;
    lex->line_start = lex->p;
    lex->col0 = 1;
}

void dtn_lex_advance(dtn_lex *lex, size_t n)
{
    const char *to = (size_t)(lex->end - lex->p) < n ? lex->end : lex->p + n;
    while (lex->p < to)
        if (*lex->p++ == '\n')
            new_line(lex);
}

static char byte_at(const dtn_lex *lex, size_t i)
{
    return (size_t)(lex->end - lex->p) > i ? lex->p[i] : '\0';
}

/* Length of white space at p: a blank, a line's end, a continuation, a no-break space,
 * a byte order mark; 0 if there is none. */
static size_t gap_length(const dtn_lex *lex)
{
    const char c = byte_at(lex, 0);
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return 1;
    if (c == '\xC2' && byte_at(lex, 1) == '\xA0')
        return 2;
    if (c == '\xEF' && byte_at(lex, 1) == '\xBB' && byte_at(lex, 2) == '\xBF')
        return 3;
    if (c != '\\')
        return 0;
    size_t n = 1;
    while (byte_at(lex, n) == ' ' || byte_at(lex, n) == '\t' || byte_at(lex, n) == '\r')
        n++;
    return byte_at(lex, n) == '\n' ? n + 1 : 0;
}

static bool skip_gaps(dtn_lex *lex)
{
    const char *from = lex->p;
    for (size_t n = gap_length(lex); n > 0; n = gap_length(lex))
        dtn_lex_advance(lex, n);
    return lex->p != from;
}

static bool skip_comment(dtn_lex *lex)
{
    const char *close = memchr(lex->p, '}', (size_t)(lex->end - lex->p));
    if (close) {
        dtn_lex_advance(lex, (size_t)(close + 1 - lex->p));
        return true;
    }
    dtn_diags_add(lex->diags, 102, dtn_lex_pos(lex), "close it with '}'",
                  "a comment begins here and does not end");
    lex->p = lex->end;
    return false;
}

bool dtn_lex_skip_space(dtn_lex *lex)
{
    for (;;) {
        skip_gaps(lex);
        if (byte_at(lex, 0) != '{')
            return true;
        if (!skip_comment(lex))
            return false;
    }
}

/* ---- Names ------------------------------------------------------------- */

/* Room for a name that may extend to the end of the text is not taken at once. */
typedef struct name_text {
    char *text;
    size_t n, cap;
} name_text;

static void put_char(dtn_lex *lex, name_text *name, char c)
{
    DTN_PUSH(lex->model->arena, name->text, name->n, name->cap, c);
}

/* Bank's_Profits, as Stella writes it; where no letter follows, a ' transposes. */
static bool is_inner_apostrophe(const dtn_lex *lex)
{
    return lex->dialect == DTN_XMILE && byte_at(lex, 0) == '\'' && lex->p + 1 < lex->end &&
           dtn_is_name_part(lex->dialect, lex->p[1]);
}

static void copy_word(dtn_lex *lex, name_text *name)
{
    while (lex->p < lex->end &&
           (dtn_is_name_part(lex->dialect, *lex->p) || is_inner_apostrophe(lex)) &&
           gap_length(lex) == 0) { /* a no-break space looks like a letter */
        put_char(lex, name, *lex->p++);
    }
}

static int bad(dtn_lex *lex, int code, const char *hint, const char *what)
{
    dtn_diags_add(lex->diags, code, lex->tok.pos, hint, "%s", what);
    return DTN_T_BAD;
}

/* A quoted name, quotes and escapes kept. */
static int copy_quoted(dtn_lex *lex, name_text *name)
{
    put_char(lex, name, *lex->p++);
    while (lex->p < lex->end && *lex->p != '"') {
        if (*lex->p == '\n')
            break;
        if (gap_length(lex) > 0) {
            /* not at the end, unless it keeps a backslash from the closing quote */
            if (skip_gaps(lex) && (byte_at(lex, 0) != '"' || name->text[name->n - 1] == '\\'))
                put_char(lex, name, ' ');
            continue;
        }
        if (*lex->p == '\\' && lex->p + 1 < lex->end && lex->p[1] == '"')
            put_char(lex, name, *lex->p++);
        put_char(lex, name, *lex->p++);
    }
    if (byte_at(lex, 0) != '"')
        return bad(lex, 101, "close the name with '\"' on the same line",
                   "a quoted name begins here and does not end");
    put_char(lex, name, *lex->p++);
    return DTN_T_NAME;
}

static int finish_name(dtn_lex *lex, name_text *name)
{
    const size_t n = name->n;
    put_char(lex, name, '\0');
    lex->tok.text = name->text;
    lex->tok.key = dtn_model_name_key(lex->model, name->text, n);
    if (lex->tok.key[0] == '\0')
        return bad(lex, 101, "give it a name of letters or digits", "this name is empty");
    return DTN_T_NAME;
}

static int vensim_name(dtn_lex *lex)
{
    name_text name = {0};
    if (*lex->p == '"')
        return copy_quoted(lex, &name) == DTN_T_NAME ? finish_name(lex, &name) : DTN_T_BAD;
    copy_word(lex, &name);
    for (;;) {
        dtn_lex before = *lex;
        if (!skip_gaps(lex) || lex->p >= lex->end || !dtn_is_name_part(lex->dialect, *lex->p)) {
            *lex = before; /* white space behind the name is not part of it */
            return finish_name(lex, &name);
        }
        put_char(lex, &name, ' ');
        copy_word(lex, &name);
    }
}

/* A call of a macro with blanks in its name, "NET GAIN(x)", as some XMILE writers leave it:
 * is there, on the same line, a further word of a name that ends at a '('? */
#define MAX_AHEAD 200 /* bytes: a macro's name */

static bool is_call_ahead(const dtn_lex *lex)
{
    const char *p = lex->p, *end = lex->end - p > MAX_AHEAD ? p + MAX_AHEAD : lex->end;
    bool has_word = false;
    for (;;) {
        while (p < end && *p == ' ')
            p++;
        if (p < end && *p == '(')
            return has_word;
        const char *word = p;
        if (p >= end || !dtn_is_name_start(lex->dialect, *p))
            return false;
        while (p < end && dtn_is_name_part(lex->dialect, *p))
            p++;
        if (dtn_xmile_is_reserved(word, (size_t)(p - word)))
            return false;
        has_word = true;
    }
}

static int reserved_kind(const char *word, size_t n)
{
    switch (dtn_xmile_word_op(word, n)) {
    case DTN_OP_AND: return DTN_T_AND;
    case DTN_OP_OR: return DTN_T_OR;
    case DTN_OP_NOT: return DTN_T_NOT;
    case DTN_OP_MOD: return DTN_T_MOD;
    default: return n == 2 ? DTN_T_IF : dtn_is_word(word, n, "then") ? DTN_T_THEN : DTN_T_ELSE;
    }
}

/* Key of a qualified name: the keys of its parts, joined by '.'. */
static void put_key(dtn_lex *lex, name_text *key, const char *part, size_t n)
{
    for (const char *own = dtn_model_name_key(lex->model, part, n); *own; own++)
        put_char(lex, key, *own);
}

static int xmile_name(dtn_lex *lex)
{
    name_text name = {0}, key = {0};
    for (;;) {
        const size_t from = name.n;
        if (byte_at(lex, 0) == '"') {
            if (copy_quoted(lex, &name) == DTN_T_BAD)
                return DTN_T_BAD;
        } else {
            copy_word(lex, &name);
        }
        if (from == 0 && name.n > 0 && name.text[0] != '"' &&
            dtn_xmile_is_reserved(name.text, name.n))
            return reserved_kind(name.text, name.n);
        while (name.n > 0 && name.text[name.n - 1] != '"' && is_call_ahead(lex)) {
            skip_gaps(lex);
            put_char(lex, &name, ' ');
            copy_word(lex, &name);
        }
        put_key(lex, &key, name.text ? name.text + from : "", name.n - from);
        const char after = byte_at(lex, 1);
        if (byte_at(lex, 0) != '.' || !(after == '"' || dtn_is_name_start(lex->dialect, after)))
            break;
        put_char(lex, &name, *lex->p++);
        put_char(lex, &key, '.');
    }
    const bool is_all = byte_at(lex, 0) == '.' && byte_at(lex, 1) == '*';
    put_char(lex, &name, '\0');
    put_char(lex, &key, '\0');
    lex->tok.text = name.text;
    lex->tok.key = key.text;
    if (key.text[0] == '\0')
        return bad(lex, 101, "give it a name of letters or digits", "this name is empty");
    lex->p += is_all ? 2 : 0;
    return is_all ? DTN_T_DIM_ALL : DTN_T_NAME;
}

/* ---- Numbers, strings, keywords ---------------------------------------- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static int read_number(dtn_lex *lex)
{
    const char *begin = lex->p;
    while (is_digit(byte_at(lex, 0)) || byte_at(lex, 0) == '.')
        lex->p++;
    const char e = byte_at(lex, 0);
    if (e == 'e' || e == 'E') {
        const char sign = byte_at(lex, 1);
        if (is_digit(sign) || ((sign == '-' || sign == '+') && is_digit(byte_at(lex, 2))))
            lex->p += 2;
        while (is_digit(byte_at(lex, 0)))
            lex->p++;
    }
    const char *end = lex->p;
    while (lex->p < lex->end && dtn_is_name_part(lex->dialect, *lex->p) && gap_length(lex) == 0)
        lex->p++;
    const bool is_number = end == lex->p &&
                           dtn_text_to_double(begin, (size_t)(end - begin), &lex->tok.number) &&
                           isfinite(lex->tok.number);
    if (is_number)
        return DTN_T_NUMBER;
    size_t n = (size_t)(lex->p - begin);
    dtn_diags_add(
        lex->diags, 103, lex->tok.pos,
        "write numbers as 12, 1.5 or 2e-3; a name that begins with a digit needs \"quotes\"",
        "'%.*s' is not a number", (int)(n < 40 ? n : 40), begin);
    return DTN_T_BAD;
}

static int read_string(dtn_lex *lex)
{
    const char *begin = ++lex->p;
    while (lex->p < lex->end && *lex->p != '\'' && *lex->p != '\n')
        lex->p++;
    if (byte_at(lex, 0) != '\'')
        return bad(lex, 101, "close it with ' on the same line",
                   "a text in single quotes begins here and does not end");
    lex->tok.text = dtn_arena_strndup(lex->model->arena, begin, (size_t)(lex->p - begin));
    lex->p++;
    return DTN_T_STRING;
}

static int keyword_kind(const char *word)
{
    static const struct {
        const char *word;
        int kind;
    } operators[] = {
        {":AND:", DTN_T_AND}, {":OR:", DTN_T_OR}, {":NOT:", DTN_T_NOT}, {":NA:", DTN_T_NA}};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strcmp(word, operators[i].word) == 0)
            return operators[i].kind;
    return DTN_T_KEYWORD;
}

#define MAX_KEYWORD 32 /* the longest is ":HOLD BACKWARD:"; room for mistakes */

/* `:WORD:` or `:TWO WORDS:`, letters only; 0 if that is not what stands at p. */
static int read_keyword(dtn_lex *lex)
{
    char word[MAX_KEYWORD] = ":";
    size_t n = 1;
    dtn_lex ahead = *lex;
    for (ahead.p++; ahead.p < ahead.end && *ahead.p != ':';) {
        if (n + 3 > MAX_KEYWORD)
            return 0;
        char c = *ahead.p;
        if (skip_gaps(&ahead) || c == '_') {
            ahead.p += c == '_';
            if (word[n - 1] != ' ')
                word[n++] = ' ';
            continue;
        }
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
            return 0;
        word[n++] = c >= 'a' ? (char)(c - 32) : c;
        ahead.p++;
    }
    if (ahead.p >= ahead.end || n < 2 || word[1] == ' ')
        return 0;
    n -= word[n - 1] == ' ';
    word[n] = ':';
    word[n + 1] = '\0';
    ahead.p++;
    ahead.tok = lex->tok;
    *lex = ahead;
    lex->tok.text = dtn_arena_strdup(lex->model->arena, word);
    return keyword_kind(word);
}

/* ---- One token --------------------------------------------------------- */

static bool take(dtn_lex *lex, const char *mark)
{
    const size_t n = strlen(mark);
    if ((size_t)(lex->end - lex->p) < n || memcmp(lex->p, mark, n) != 0)
        return false;
    lex->p += n;
    return true;
}

static int bad_byte(dtn_lex *lex)
{
    const unsigned char c = (unsigned char)*lex->p++;
    const char *hint = "a name with such characters needs \"quotes\"";
    if (c < 0x20 || c == 0x7f)
        dtn_diags_add(lex->diags, 109, lex->tok.pos, "is this a text file?",
                      "the byte %u is not text", c);
    else
        dtn_diags_add(lex->diags, 101, lex->tok.pos, hint, "'%c' has no meaning here", c);
    return DTN_T_BAD;
}

static int read_mark(dtn_lex *lex)
{
    const bool vensim = lex->dialect == DTN_VENSIM;
    if (vensim && take(lex, "<->"))
        return DTN_T_ALIAS;
    if (take(lex, "<="))
        return DTN_T_LE;
    if (take(lex, ">="))
        return DTN_T_GE;
    if (take(lex, "<>"))
        return DTN_T_NE;
    if (vensim && take(lex, "->"))
        return DTN_T_ARROW;
    if (vensim && take(lex, ":="))
        return DTN_T_ASSIGN;
    if (vensim && take(lex, "=="))
        return DTN_T_FIXED;
    if (*lex->p != '\0' && strchr(vensim ? "+-*/^=<>()[],;:!~|" : "+-*/^=<>()[],;:@'", *lex->p))
        return *lex->p++;
    return bad_byte(lex);
}

static int read_token(dtn_lex *lex)
{
    const bool vensim = lex->dialect == DTN_VENSIM;
    const char c = *lex->p;
    if (is_digit(c) || (c == '.' && is_digit(byte_at(lex, 1))))
        return read_number(lex);
    if (c == '"' || dtn_is_name_start(lex->dialect, c))
        return vensim ? vensim_name(lex) : xmile_name(lex);
    if (!vensim && c == '.' &&
        (byte_at(lex, 1) == '"' || dtn_is_name_start(lex->dialect, byte_at(lex, 1))))
        return xmile_name(lex); /* ".name": of the root model */
    if (vensim && c == '\'')
        return read_string(lex);
    if (vensim && c == ':') {
        int kind = read_keyword(lex);
        if (kind)
            return kind;
    }
    return read_mark(lex);
}

void dtn_lex_next(dtn_lex *lex)
{
    bool is_open = !dtn_lex_skip_space(lex);
    lex->tok = (dtn_token){.pos = dtn_lex_pos(lex), .begin = lex->p};
    if (is_open)
        lex->tok.kind = DTN_T_BAD;
    else if (lex->p < lex->end)
        lex->tok.kind = read_token(lex);
    lex->tok.end = lex->p;
}

/* ---- Messages ---------------------------------------------------------- */

#define MAX_SHOWN 60 /* bytes of a token in a message */

/* At most that many bytes, no letter cut in two. */
static int shown_length(const char *text, size_t n)
{
    if (n <= MAX_SHOWN)
        return (int)n;
    n = MAX_SHOWN;
    while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--;
    return (int)n;
}

const char *dtn_token_print(dtn_lex *lex, const dtn_token *tok)
{
    const char *what = "";
    switch (tok->kind) {
    case DTN_T_END: return lex->end_text ? lex->end_text : "the end of the text";
    case '~':
    case '|': what = "the end of the equation "; break;
    case DTN_T_NAME: what = "the name "; break;
    case DTN_T_NUMBER: what = "the number "; break;
    case DTN_T_STRING: what = "the text "; break;
    default: break;
    }
    size_t n = (size_t)(tok->end - tok->begin);
    const char *quote = tok->kind == DTN_T_STRING ? "" : "'";
    if (tok->kind == DTN_T_NAME) /* as kept: without line ends inside */
        return dtn_arena_printf(lex->model->arena, "%s'%.*s'", what,
                                shown_length(tok->text, strlen(tok->text)), tok->text);
    return dtn_arena_printf(lex->model->arena, "%s%s%.*s%s", what, quote,
                            shown_length(tok->begin, n), tok->begin, quote);
}

/* What stands here as other languages write it; NULL: nothing that is known. */
static const char *habit_of(const dtn_lex *lex)
{
    const bool vensim = lex->dialect == DTN_VENSIM;
    const dtn_token *tok = &lex->tok;
    const bool is_mark = tok->kind == '=' || tok->kind == '*';
    if (is_mark && !(tok->begin > lex->line_start && tok->begin[-1] == *tok->begin))
        return NULL; /* not the second of == or ** */
    switch (tok->kind) {
    case DTN_T_FIXED:
    case '=': return "a comparison is written with one '=', and 'not equal' <>";
    case '*': return "a power is written with ^";
    case '&': return vensim ? "'and' is written :AND:" : "'and' is written AND";
    case '!':
        return vensim ? "'not' is written :NOT:, 'not equal' <>"
                      : "'not' is written NOT, 'not equal' <>";
    case DTN_T_NAME: break;
    default: return NULL;
    }
    if (!vensim)
        return NULL;
    if (strncmp(tok->key, "then_", 5) == 0 || strncmp(tok->key, "else_", 5) == 0)
        return "Vensim's form is IF THEN ELSE(condition, x, y)";
    if (strncmp(tok->key, "and_", 4) == 0 || strncmp(tok->key, "or_", 3) == 0)
        return "'and' is written :AND:, 'or' :OR:";
    return NULL;
}

void dtn_lex_expected(dtn_lex *lex, const char *what, const char *hint)
{
    if (lex->tok.kind == DTN_T_BAD)
        return;
    const char *habit = habit_of(lex);
    const int code = lex->tok.kind == DTN_T_END && lex->end_text ? 102 : 101;
    hint = habit ? habit : hint;
    if (code == 102)
        hint = hint ? dtn_arena_printf(lex->model->arena, "%s; or is the file cut off here?", hint)
                    : "is the file cut off here?";
    dtn_diags_add(lex->diags, code, lex->tok.pos, hint, "expected %s, found %s", what,
                  dtn_token_print(lex, &lex->tok));
}

bool dtn_expr_is_blank(dtn_model *model, dtn_dialect dialect, const char *text, size_t n)
{
    dtn_lex lex;
    dtn_diags ignored;
    dtn_diags_init(&ignored);
    dtn_lex_init(&lex, model, dialect, text, n, (dtn_pos){0}, &ignored);
    const bool blank = dtn_lex_skip_space(&lex) && lex.p == lex.end;
    dtn_diags_free(&ignored);
    return blank;
}
