/* Vensim model files (.mdl) and texts in their notation.
 *
 * A file holds statements (mdl_eqn.c, mdl_dim.c), macros and group marks, then the
 * diagram ("sketch"), then settings:
 *
 *     {UTF-8}
 *     name = expression ~ unit ~ documentation |
 *     :MACRO: NAME(a, b) ... :END OF MACRO:
 *     **** .Group **** ~ text |
 *     \\\---/// Sketch information ...            ///---\\\
 *     15:0,0,0,0,0,0    22:Year,Years
 *
 * The diagram is kept as text. Of the settings only the integration type (15) and the
 * unit synonyms (22) are read; the rest concern Vensim's windows.
 *
 * A file without a {UTF-8} mark may be Windows-1252: every byte that is not UTF-8 is
 * then read as such. Line ends become \n before anything else looks at the text, which
 * leaves lines and columns as they were.
 */
#include <string.h>
#include <unicode/utf8.h>

#include "base/utf16.h"
#include "format/mdl.h"

/* ---- Text to UTF-8 with \n --------------------------------------------- */

/* Windows-1252, 0x80 to 0x9F; the holes keep their Latin-1 meaning. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

typedef struct plain_text {
    char *text;
    size_t n;
    bool has_bad; /* bytes that are not UTF-8 */
    dtn_pos bad;  /* the first of them */
    dtn_pos zero; /* the first NUL; line 0 if there is none */
} plain_text;

/* Copy one character from s[i]; returns how many bytes it took. */
static size_t copy_char(plain_text *out, const char *s, size_t i, size_t n, bool *is_bad)
{
    const int32_t left = n - i < 4 ? (int32_t)(n - i) : 4;
    int32_t used = 0;
    UChar32 c;
    U8_NEXT((const uint8_t *)s + i, used, left, c);
    *is_bad = c < 0;
    if (c >= 0) {
        memcpy(out->text + out->n, s + i, (size_t)used);
        out->n += (size_t)used;
        return (size_t)used;
    }
    c = (unsigned char)s[i];
    if (c >= 0x80 && c < 0xA0)
        c = windows_1252[c - 0x80];
    U8_APPEND_UNSAFE(out->text, out->n, c);
    return 1;
}

/* Old editors end a text with Ctrl-Z. */
static size_t without_end_mark(const char *s, size_t n)
{
    for (size_t k = n; k > 0 && s[k - 1] != '\0' && strchr(" \t\r\n\x1a", s[k - 1]); k--)
        n = s[k - 1] == '\x1a' ? k - 1 : n;
    return n;
}

static plain_text to_plain(dtn_arena *arena, const char *s, size_t n, dtn_pos at)
{
    n = without_end_mark(s, n);
    plain_text out = {.text = dtn_arena_alloc(arena, 3 * n + 1)};
    dtn_pos pos = at;
    for (size_t i = 0; i < n;) {
        const unsigned char c = (unsigned char)s[i];
        if (c == '\r' || c == '\n') {
            i += c == '\r' && i + 1 < n && s[i + 1] == '\n' ? 2 : 1;
            out.text[out.n++] = '\n';
            pos.line++;
            pos.col = 1;
            continue;
        }
        if (c == 0 && out.zero.line == 0)
            out.zero = pos;
        bool is_bad = false;
        size_t used = 1;
        if (c < 0x80)
            out.text[out.n++] = s[i];
        else
            used = copy_char(&out, s, i, n, &is_bad);
        if (is_bad && !out.has_bad) {
            out.has_bad = true;
            out.bad = pos;
        }
        i += used;
        pos.col += (uint32_t)used;
    }
    return out;
}

static bool begins_with(const char *text, size_t n, const char *with)
{
    return n >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

/* False: the bytes are no text to be read, as a diagnostic says. */
static bool check_plain(const plain_text *plain, bool is_utf8, dtn_diags *diags)
{
    if (plain->zero.line) {
        dtn_diags_add(diags, 109, plain->zero,
                      "save the model as text, .mdl in UTF-8; Vensim's .vmf and .vpm are binary",
                      "a zero byte: this is no text file");
        return false;
    }
    if (is_utf8 && plain->has_bad) {
        dtn_diags_add(diags, 109, plain->bad, "save the file in UTF-8",
                      "the file says {UTF-8}, but this byte is not");
        return false;
    }
    return true;
}

/* ---- Groups and macros ------------------------------------------------- */

static void skip_stars(dtn_lex *lex)
{
    dtn_lex_skip_space(lex);
    while (lex->p < lex->end && *lex->p == '*')
        lex->p++;
}

/* Text between two places without outer white space; NULL if there is none. */
static const char *trimmed(dtn_arena *arena, const char *s, const char *end)
{
    while (s < end && strchr(" \t\n~", *s))
        s++;
    while (end > s && strchr(" \t\n~", end[-1]))
        end--;
    return s < end ? dtn_arena_strndup(arena, s, (size_t)(end - s)) : NULL;
}

/* Text up to the '|', which is passed. */
static const char *read_group_doc(dtn_mdl *mdl, const char *name, dtn_pos pos)
{
    dtn_lex *lex = &mdl->lex;
    const char *begin = lex->p;
    while (lex->p < lex->end && *lex->p != '|')
        dtn_lex_advance(lex, 1);
    if (lex->p == lex->end)
        dtn_diags_add(mdl->diags, 102, pos, "end it with '|'", "the group '%s' does not end", name);
    const char *doc = trimmed(mdl->root->arena, begin, lex->p);
    dtn_lex_advance(lex, 1);
    return doc;
}

/* **** .name **** ~ text | */
static void read_group(dtn_mdl *mdl)
{
    dtn_lex *lex = &mdl->lex;
    dtn_arena *arena = mdl->root->arena;
    dtn_group group = {.parent = DTN_NONE};
    const dtn_pos pos = dtn_lex_pos(lex);
    skip_stars(lex);
    dtn_lex_skip_space(lex);
    lex->p += lex->p < lex->end && *lex->p == '.';
    const char *begin = lex->p;
    while (lex->p < lex->end && *lex->p != '\n' && *lex->p != '*' && *lex->p != '|')
        lex->p++;
    group.name = trimmed(arena, begin, lex->p);
    skip_stars(lex);
    dtn_lex_next(lex);
    if (!group.name || (lex->tok.kind != '~' && lex->tok.kind != '|')) {
        dtn_lex_expected(lex,
                         group.name ? "'~' or '|' behind the name of a group" : "a group's name",
                         "three lines: ****, .Name, ****~ text |");
        dtn_mdl_skip(mdl);
        return;
    }
    if (lex->tok.kind == '~')
        group.doc = read_group_doc(mdl, group.name, pos);
    dtn_model *m = mdl->scope;
    DTN_PUSH(arena, m->groups, m->n_group, m->cap_group, group);
    mdl->group = (uint32_t)m->n_group - 1;
}

/* Names up to, and not with, the mark behind them. */
static bool read_keys(dtn_mdl *mdl, const char ***keys, uint32_t *n_key)
{
    dtn_lex *lex = &mdl->lex;
    size_t n = 0, cap = 0;
    do {
        dtn_lex_next(lex);
        if (lex->tok.kind != DTN_T_NAME) {
            dtn_lex_expected(lex, "the name of a macro's parameter",
                             ":MACRO: NAME(input, input : further output)");
            return false;
        }
        DTN_PUSH(mdl->root->arena, *keys, n, cap, lex->tok.key);
        *n_key = (uint32_t)n;
        dtn_lex_next(lex);
    } while (lex->tok.kind == ',');
    return true;
}

/* NAME(a, b : c); the closing bracket stays the current token. */
static bool read_macro_head(dtn_mdl *mdl, dtn_macro *macro)
{
    dtn_lex *lex = &mdl->lex;
    dtn_lex_next(lex);
    macro->pos = lex->tok.pos;
    if (lex->tok.kind != DTN_T_NAME) {
        dtn_lex_expected(lex, "the name of the macro", NULL);
        return false;
    }
    macro->name = lex->tok.text;
    macro->key = lex->tok.key;
    dtn_lex_next(lex);
    if (lex->tok.kind != '(') {
        dtn_lex_expected(lex, "'(' behind the name of a macro", NULL);
        return false;
    }
    if (!read_keys(mdl, &macro->params, &macro->n_param) ||
        (lex->tok.kind == ':' && !read_keys(mdl, &macro->outputs, &macro->n_output)))
        return false;
    if (lex->tok.kind == ')')
        return true;
    dtn_lex_expected(lex, "',' or ')' in the head of a macro", NULL);
    return false;
}

static bool is_new_macro(dtn_mdl *mdl, const dtn_macro *macro)
{
    const dtn_model *m = mdl->root;
    for (size_t i = 0; i < m->n_macro; i++)
        if (strcmp(m->macros[i].key, macro->key) == 0) {
            dtn_diags_add(mdl->diags, 204, macro->pos, "remove one of the two",
                          "the macro '%s' is already defined at line %u", macro->name,
                          m->macros[i].pos.line);
            return false;
        }
    return true;
}

/* The body is read even if the head is bad, so that what follows is read as it is meant. */
static void read_macro(dtn_mdl *mdl)
{
    dtn_macro macro = {.name = "", .key = ""};
    const uint32_t group = mdl->group;
    const bool ok = read_macro_head(mdl, &macro) && is_new_macro(mdl, &macro);
    if (!ok && mdl->lex.tok.kind != ')') {
        const char *line = memchr(mdl->lex.p, '\n', (size_t)(mdl->lex.end - mdl->lex.p));
        dtn_lex_advance(&mdl->lex, (size_t)((line ? line : mdl->lex.end) - mdl->lex.p));
    }
    macro.body = dtn_model_new_scope(mdl->root);
    macro.body->name = macro.name;
    mdl->scope = macro.body;
    mdl->group = DTN_NONE;
    dtn_mdl_read_statements(mdl, true);
    mdl->scope = mdl->root;
    mdl->group = group;
    if (ok)
        DTN_PUSH(mdl->root->arena, mdl->root->macros, mdl->root->n_macro, mdl->root->cap_macro,
                 macro);
}

/* ---- Statements -------------------------------------------------------- */

static bool is_keyword(const dtn_lex *lex, const char *word)
{
    return lex->tok.kind == DTN_T_KEYWORD && strcmp(lex->tok.text, word) == 0;
}

void dtn_mdl_read_statements(dtn_mdl *mdl, bool in_macro)
{
    dtn_lex *lex = &mdl->lex;
    while (dtn_lex_skip_space(lex) && lex->p < lex->end) {
        if (*lex->p == '|') { /* ends nothing: harmless */
            lex->p++;
            continue;
        }
        if (begins_with(lex->p, (size_t)(lex->end - lex->p), "***")) {
            read_group(mdl);
            continue;
        }
        dtn_lex_next(lex);
        if (is_keyword(lex, ":END OF MACRO:") && in_macro)
            return;
        if (is_keyword(lex, ":MACRO:") && !in_macro)
            read_macro(mdl);
        else
            dtn_mdl_read_statement(mdl);
    }
    if (in_macro)
        dtn_diags_add(
            mdl->diags, 102, dtn_lex_pos(lex), "write :END OF MACRO: behind its last equation",
            "%s comes before the end of a macro", lex->end_text ? lex->end_text : "the end");
}

/* ---- Sketch and settings ----------------------------------------------- */

/* First line from `from` on that begins with `mark`, or NULL. */
static const char *find_line(const char *text, const char *from, const char *end, const char *mark)
{
    while (from < end) {
        const char *hit = memmem(from, (size_t)(end - from), mark, strlen(mark));
        if (!hit || hit == text || hit[-1] == '\n')
            return hit;
        from = hit + 1;
    }
    return NULL;
}

/* Where the equations end: at the diagram, or at the settings if there is none. */
static const char *find_sketch(const char *text, const char *end)
{
    static const char *const marks[] = {"\\\\\\---///", "\\\\---///", "///---\\\\"};
    const char *first = end;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const char *hit = find_line(text, text, end, marks[i]);
        if (hit && hit < first)
            first = hit;
    }
    return first;
}

static const char *line_end(const char *p, const char *end)
{
    const char *line = memchr(p, '\n', (size_t)(end - p));
    return line ? line : end;
}

/* Names with commas between them. */
static void read_data_files(dtn_model *model, const char *p, const char *end)
{
    while (p < end) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        const char *stop = comma ? comma : end;
        if (stop > p)
            DTN_PUSH(model->arena, model->data_files, model->n_data_file, model->cap_data_file,
                     dtn_arena_strndup(model->arena, p, (size_t)(stop - p)));
        p = comma ? comma + 1 : end;
    }
}

static void read_settings(dtn_model *model, const char *p, const char *end)
{
    /* Vensim's numbers: Euler, RK4 with own step, difference (as Euler), RK4, RK2 twice */
    static const dtn_method methods[] = {DTN_EULER, DTN_RK4, DTN_EULER, DTN_RK4, DTN_RK2, DTN_RK2};
    while (p < end) {
        const char *stop = line_end(p, end);
        const size_t n = (size_t)(stop - p);
        if (begins_with(p, n, "15:") && n > 3 && p[3] >= '0' && p[3] <= '5' &&
            (n == 4 || p[4] == ','))
            model->method = methods[p[3] - '0'];
        if (begins_with(p, n, "22:") && n > 3)
            DTN_PUSH(model->arena, model->unit_synonyms, model->n_unit_synonym,
                     model->cap_unit_synonym, dtn_arena_strndup(model->arena, p + 3, n - 3));
        if (begins_with(p, n, "30:?"))
            DTN_PUSH(model->arena, model->file_tags, model->n_file_tag, model->cap_file_tag,
                     dtn_arena_strndup(model->arena, p + 3, n - 3));
        if (begins_with(p, n, "13:"))
            read_data_files(model, p + 3, stop);
        p = stop < end ? stop + 1 : end;
    }
}

static void read_sketch(dtn_model *model, const char *p, const char *end)
{
    const char *close = find_line(p, p, end, "///---\\\\");
    const char *after = close ? line_end(close, end) : end;
    if (p < end)
        model->sketch = dtn_arena_strndup(model->arena, p, (size_t)(after - p));
    if (close)
        read_settings(model, after, end);
}

/* ---- Entry points ------------------------------------------------------ */

static const char *name_of_file(dtn_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    return dtn_arena_strndup(arena, base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

/* Is it marked as UTF-8, by a byte order mark or by Vensim's first line? */
static bool is_marked_utf8(const char *text, size_t n)
{
    return begins_with(text, n, "\xEF\xBB\xBF") || begins_with(text, n, "{UTF-8}");
}

static void read_file(dtn_model *model, const char *text, size_t n, dtn_diags *diags)
{
    dtn_pos at = {.file = model->path, .line = 1, .col = 1};
    const char *converted = dtn_utf16_to_utf8(model->arena, text, n, &n);
    text = converted ? converted : text;
    plain_text plain = to_plain(model->arena, text, n, at);
    const char *end = plain.text + plain.n, *sketch = find_sketch(plain.text, end);
    if (!check_plain(&plain, is_marked_utf8(text, n), diags))
        return;
    if (model->path)
        model->name = name_of_file(model->arena, model->path);
    dtn_mdl mdl = {.root = model, .scope = model, .diags = diags, .group = DTN_NONE};
    dtn_lex_init(&mdl.lex, model, DTN_VENSIM, plain.text, (size_t)(sketch - plain.text), at, diags);
    mdl.lex.end_text = sketch < end ? "the end of the equations" : "the end of the file";
    const size_t n_error = diags->n_error;
    dtn_mdl_read_statements(&mdl, false);
    read_sketch(model, sketch, end);
    if (model->n_var == 0 && diags->n_error == n_error)
        dtn_diags_add(diags, 102, dtn_lex_pos(&mdl.lex), "is this a Vensim model file (.mdl)?",
                      "the file has no equations");
}

dtn_status dtn_model_read_mdl(const char *text, size_t n, const char *path, dtn_model **out,
                              dtn_diags *diags)
{
    const size_t n_error = diags->n_error;
    dtn_model *model = dtn_model_new(DTN_VENSIM, path);
    if (!model)
        return DTN_E_MEMORY;
    if (DTN_ARENA_GUARD(model->arena)) {
        dtn_model_delete(model);
        return DTN_E_MEMORY;
    }
    read_file(model, text, n, diags);
    model->arena->has_guard = 0; /* this frame ends */
    if (diags->n_error > n_error) {
        dtn_model_delete(model);
        return DTN_E_INPUT;
    }
    *out = model;
    return DTN_OK;
}

static void read_text(dtn_model *model, const char *text, size_t n, dtn_pos at, uint32_t overlay,
                      dtn_diags *diags)
{
    if (at.file) /* positions outlive the caller's text */
        at.file = dtn_arena_strdup(model->arena, at.file);
    at.line += at.line == 0;
    at.col += at.col == 0;
    plain_text plain = to_plain(model->arena, text, n, at);
    if (!check_plain(&plain, true, diags))
        return;
    dtn_mdl mdl = {.root = model,
                   .scope = model,
                   .diags = diags,
                   .group = DTN_NONE,
                   .is_text = true,
                   .overlay = overlay};
    dtn_lex_init(&mdl.lex, model, DTN_VENSIM, plain.text, plain.n, at, diags);
    dtn_mdl_read_statements(&mdl, false);
    model->is_resolved = false;
}

void dtn_mdl_read_piece(dtn_model *root, dtn_model *scope, const char *text, dtn_pos at,
                        dtn_diags *diags)
{
    dtn_mdl mdl = {
        .root = root, .scope = scope, .diags = diags, .group = DTN_NONE, .is_text = true};
    dtn_lex_init(&mdl.lex, scope, DTN_VENSIM, text, strlen(text), at, diags);
    dtn_mdl_read_statements(&mdl, false);
}

dtn_status dtn_model_add_text(dtn_model *model, const char *text, size_t n, dtn_pos at,
                              uint32_t overlay, dtn_diags *diags)
{
    const size_t n_error = diags->n_error;
    dtn_arena *arena = model->arena;
    jmp_buf outer; /* a caller's guard on the same arena holds again afterwards */
    const int had_guard = arena->has_guard;
    memcpy(&outer, &arena->on_oom, sizeof outer);
    dtn_status status = DTN_E_MEMORY;
    if (!DTN_ARENA_GUARD(arena)) {
        read_text(model, text, n, at, overlay, diags);
        status = diags->n_error > n_error ? DTN_E_INPUT : DTN_OK;
    }
    memcpy(&arena->on_oom, &outer, sizeof outer);
    arena->has_guard = had_guard;
    return status;
}
