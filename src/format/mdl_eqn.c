/* One statement of a .mdl file: an equation, a lookup table, a data variable, a text.
 *
 *     name[sub, sub] :EXCEPT: [sub, sub] = expression
 *         ~ units [min,max,step]
 *         ~ documentation
 *         ~ :SUPPLEMENTARY: |
 *
 * Follows the Vensim reference manual, "Equations", and what its writers produce. An
 * error is reported once and the statement passed over up to its '|'; the fields behind
 * an equation are free text, in which quotes have no meaning.
 *
 * Reality checks and test inputs are passed over with a note: they are no part of a run.
 * In an overlay (dtn_model_add_text) an equation replaces those of the variable, or
 * becomes a dtn_override.
 */
#include <math.h>
#include <string.h>

#include "format/mdl.h"
#include "model/notation.h"

/* The left side, as far as the mark that tells what kind of statement it is. */
typedef struct left_side {
    dtn_token name;
    dtn_sub *subs;
    uint32_t n_sub;
    dtn_sub **excepts;
    uint32_t n_except;
    const char *keyword; /* of data: ":RAW:", ... */
} left_side;

/* ---- Behind the equation ----------------------------------------------- */

/* Free text from p to before the next '~', '|' or the end; p then stands on that mark. */
static void take_field(dtn_lex *lex, const char **begin, const char **end)
{
    *begin = lex->p;
    while (lex->p < lex->end && *lex->p != '~' && *lex->p != '|')
        dtn_lex_advance(lex, 1);
    *end = lex->p;
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Without outer white space, continuations and the indentation of its lines; NULL if empty. */
static const char *clean_text(dtn_mdl *mdl, const char *s, const char *end)
{
    while (s < end && is_blank(*s))
        s++;
    while (end > s && (is_blank(end[-1]) || end[-1] == '\\'))
        end--;
    if (s == end)
        return NULL;
    char *out = dtn_arena_alloc(mdl->root->arena, (size_t)(end - s) + 1);
    size_t n = 0;
    for (; s < end; s++) {
        const bool joins = *s == '\\' && s + 1 < end && s[1] == '\n';
        if (!joins && *s != '\n') {
            out[n++] = *s;
            continue;
        }
        while (n > 0 && (out[n - 1] == ' ' || out[n - 1] == '\t'))
            n--;
        out[n++] = joins ? ' ' : '\n';
        for (s += joins; s + 1 < end && (s[1] == ' ' || s[1] == '\t');)
            s++;
    }
    out[n] = '\0';
    return out;
}

/* One bound of a range: a number, or NaN for '?', nothing, and what other writers put there. */
static bool read_bound(const char *s, const char *end, double *out)
{
    while (s < end && is_blank(*s))
        s++;
    while (end > s && is_blank(end[-1]))
        end--;
    const size_t n = (size_t)(end - s);
    *out = NAN;
    if (n == 0 || (n == 1 && *s == '?'))
        return true;
    const char *word = s + (*s == '-' || *s == '+');
    const size_t n_word = (size_t)(end - word);
    if (dtn_is_word(word, n_word, "inf") || dtn_is_word(word, n_word, "nan"))
        return true;
    return dtn_text_to_double(s, n, out);
}

/* "[min,max,step]" between the brackets; any of the three may be missing. */
static bool read_bounds(const char *s, const char *end, dtn_mdl_tail *tail)
{
    double *bounds[3] = {&tail->range_min, &tail->range_max, &tail->range_step};
    for (int i = 0; i < 3; i++) {
        const char *comma = memchr(s, ',', (size_t)(end - s));
        if (!read_bound(s, comma ? comma : end, bounds[i]))
            return false;
        if (!comma)
            return true;
        s = comma + 1;
    }
    return false;
}

static void read_units(dtn_mdl *mdl, dtn_mdl_tail *tail)
{
    dtn_lex *lex = &mdl->lex;
    const char *begin, *end;
    dtn_lex_skip_space(lex);
    tail->units_pos = dtn_lex_pos(lex);
    take_field(lex, &begin, &end);
    const char *open = memrchr(begin, '[', (size_t)(end - begin));
    const char *close = open ? memchr(open, ']', (size_t)(end - open)) : NULL;
    if (open && (!close || !read_bounds(open + 1, close, tail)))
        dtn_diags_add_as(mdl->diags, DTN_WARNING, 302, tail->units_pos,
                         "a range reads [min,max] or [min,max,step], with '?' for no bound",
                         "the range behind the unit is malformed and is ignored");
    tail->units = clean_text(mdl, begin, open ? open : end);
}

static bool is_supplementary(const char *text)
{
    return text && strlen(text) >= 14 && dtn_is_word(text, 14, ":supplementary");
}

static const char *join_text(dtn_mdl *mdl, const char *a, const char *b, const char *between)
{
    if (!a || !b)
        return a ? a : b;
    return dtn_arena_printf(mdl->root->arena, "%s%s%s", a, between, b);
}

/* Documentation, flags and whatever else stands before '|'. */
static void read_further_fields(dtn_mdl *mdl, dtn_mdl_tail *tail, const char *what)
{
    dtn_lex *lex = &mdl->lex;
    for (int i = 0; lex->p < lex->end && *lex->p == '~'; i++) {
        const char *begin, *end;
        const dtn_pos pos = dtn_lex_pos(lex);
        dtn_lex_advance(lex, 1);
        take_field(lex, &begin, &end);
        const char *text = clean_text(mdl, begin, end);
        if (is_supplementary(text)) {
            tail->supplementary = true;
            continue;
        }
        if (i > 0 && text)
            dtn_diags_add_as(mdl->diags, DTN_WARNING, 101, pos,
                             "is the '|' missing that ends an equation before this?",
                             "more text than units and documentation behind '%s'", what);
        tail->doc = join_text(mdl, tail->doc, text, "\n~ ");
    }
}

static bool is_first_on_line(const dtn_lex *lex)
{
    const char *p = lex->line_start;
    while (p < lex->tok.begin && is_blank(*p))
        p++;
    return p >= lex->tok.begin;
}

void dtn_mdl_read_tail(dtn_mdl *mdl, const char *what, dtn_mdl_tail *tail)
{
    dtn_lex *lex = &mdl->lex;
    *tail = (dtn_mdl_tail){.range_min = NAN, .range_max = NAN, .range_step = NAN};
    if (lex->tok.kind == '|')
        return;
    if (lex->tok.kind == '~') {
        read_units(mdl, tail);
        read_further_fields(mdl, tail, what);
        if (lex->p < lex->end) { /* the '|' */
            dtn_lex_advance(lex, 1);
            return;
        }
    } else if (lex->tok.kind != DTN_T_END) {
        const bool looks_new = lex->tok.kind == DTN_T_NAME && is_first_on_line(lex);
        dtn_lex_expected(lex, "an operator or the end of the equation, '~' or '|'",
                         looks_new ? "is the '|' missing that ends the equation before this?"
                                   : NULL);
        dtn_mdl_skip(mdl);
        return;
    }
    if (!mdl->is_text)
        dtn_diags_add(mdl->diags, 102, dtn_lex_pos(lex),
                      "end every equation with '|'; or is the file cut off here?",
                      "%s comes before the '|' that ends '%s'", lex->end_text, what);
}

/* Where the quoted name at `s` ends; at a line's end if it is not closed. */
static const char *quote_end(const char *s, const char *end)
{
    for (s++; s < end && *s != '"' && *s != '\n'; s++)
        if (*s == '\\' && s + 1 < end && s[1] == '"')
            s++;
    return s;
}

void dtn_mdl_skip(dtn_mdl *mdl)
{
    dtn_lex *lex = &mdl->lex;
    bool in_equation = lex->tok.kind != '~';
    const char *open_until = lex->p; /* no quote closes before this place */
    if (lex->tok.kind == '|')
        return;
    while (lex->p < lex->end) {
        const char c = *lex->p;
        if (in_equation && c == '"' && lex->p >= open_until) { /* it may hold any mark */
            const char *close = quote_end(lex->p, lex->end);
            if (close < lex->end && *close == '"') {
                dtn_lex_advance(lex, (size_t)(close - lex->p) + 1);
                continue;
            }
            open_until = close;
        }
        in_equation = in_equation && c != '~';
        dtn_lex_advance(lex, 1);
        if (c == '|')
            return;
    }
}

/* ---- Where an equation goes -------------------------------------------- */

static bool same_subs(const dtn_sub *a, const dtn_sub *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(a[i].key, b[i].key) != 0)
            return false;
    return true;
}

static bool same_left_side(const dtn_eqn *a, const dtn_eqn *b)
{
    if (a->n_sub != b->n_sub || a->n_except != b->n_except ||
        !same_subs(a->subs, b->subs, a->n_sub))
        return false;
    for (uint32_t i = 0; i < a->n_except; i++)
        if (!same_subs(a->excepts[i], b->excepts[i], a->n_sub))
            return false;
    return true;
}

/* XMILE readers may leave subscripts without a key; such equations never match. */
static bool has_keys(const dtn_eqn *eqn)
{
    for (uint32_t i = 0; i < eqn->n_sub; i++)
        if (!eqn->subs[i].key)
            return false;
    return true;
}

static void report_repeated(dtn_mdl *mdl, const char *name, const dtn_eqn *old, const dtn_eqn *eqn)
{
    dtn_diags_add(mdl->diags, 204, eqn->pos, "remove one of the two equations",
                  eqn->n_sub ? "these elements of '%s' are already defined at %s:%u:%u"
                             : "'%s' is already defined at %s:%u:%u",
                  name, old->pos.file ? old->pos.file : "the model", old->pos.line, old->pos.col);
}

/* Reports an equation that is there already. */
static bool is_repeated(dtn_mdl *mdl, const char *name, const dtn_eqn *eqns, size_t n,
                        const dtn_eqn *eqn)
{
    for (size_t i = 0; i < n; i++) {
        if (!has_keys(&eqns[i]) || !same_left_side(&eqns[i], eqn))
            continue;
        report_repeated(mdl, name, &eqns[i], eqn);
        return true;
    }
    return false;
}

/* Appends "[a,b]". */
static const char *subs_text(dtn_mdl *mdl, const char *text, const dtn_sub *subs, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        text = dtn_arena_printf(mdl->root->arena, "%s%s\"%s\"", text, i ? "," : "[", subs[i].key);
    return text;
}

/* `x = A FUNCTION OF(a, b)`: what a diagram says of an equation that is not written yet. */
static bool is_sketched(const dtn_eqn *eqn)
{
    const dtn_expr *x = eqn->expr;
    return x && x->kind == DTN_X_CALL && strcmp(x->key, "a_function_of") == 0;
}

/* The same for a file's equations: a large array may have thousands, so by a map. */
static bool is_repeated_in_file(dtn_mdl *mdl, const dtn_var *var, const dtn_eqn *eqn)
{
    const char *text = var->key;
    if (is_sketched(eqn))
        return false;
    if (mdl->scope != mdl->root) /* a blank stands in no key; a macro may be defined twice */
        text = dtn_arena_printf(mdl->root->arena, "%p %s", (const void *)mdl->scope, var->key);
    text = subs_text(mdl, text, eqn->subs, eqn->n_sub);
    for (uint32_t i = 0; i < eqn->n_except; i++)
        text = subs_text(mdl, text, eqn->excepts[i], eqn->n_sub);
    const uint32_t old = dtn_map_get(&mdl->lefts, text);
    if (old == DTN_MAP_NONE)
        dtn_map_set(&mdl->lefts, mdl->root->arena, text, (uint32_t)var->n_eqn);
    else
        report_repeated(mdl, var->name, &var->eqns[old], eqn);
    return old != DTN_MAP_NONE;
}

static dtn_override *find_override(dtn_mdl *mdl, const dtn_var *var, dtn_pos pos)
{
    dtn_model *m = mdl->root;
    for (size_t i = 0; i < m->n_override; i++)
        if (m->overrides[i].overlay == mdl->overlay && m->overrides[i].var == var->id)
            return &m->overrides[i];
    dtn_override override = {.overlay = mdl->overlay, .var = var->id, .pos = pos};
    DTN_PUSH(m->arena, m->overrides, m->n_override, m->cap_override, override);
    return &m->overrides[m->n_override - 1];
}

static void override_var(dtn_mdl *mdl, dtn_var *var, const dtn_eqn *eqn, const dtn_mdl_tail *tail)
{
    dtn_override *o = find_override(mdl, var, eqn->pos);
    if (is_repeated(mdl, var->name, o->eqns, o->n_eqn, eqn))
        return;
    if (tail->units) {
        o->units = tail->units;
        o->units_pos = tail->units_pos;
    }
    dtn_eqn *eqns = DTN_NEW_N(mdl->root->arena, dtn_eqn, o->n_eqn + 1);
    if (o->n_eqn)
        memcpy(eqns, o->eqns, o->n_eqn * sizeof *eqns);
    eqns[o->n_eqn++] = *eqn;
    o->eqns = eqns;
    o->doc = join_text(mdl, o->doc, tail->doc, "\n");
}

/* What the equations make of the variable; a flow of an XMILE model stays one. */
static dtn_var_kind kind_of(const dtn_var *var)
{
    size_t n[DTN_EQN_STRING + 1] = {0};
    for (size_t i = 0; i < var->n_eqn; i++)
        n[var->eqns[i].kind]++;
    if (n[DTN_EQN_STOCK])
        return DTN_VAR_STOCK;
    if (n[DTN_EQN_LOOKUP] == var->n_eqn)
        return DTN_VAR_LOOKUP;
    if (n[DTN_EQN_DATA] == var->n_eqn)
        return DTN_VAR_DATA;
    return var->kind == DTN_VAR_FLOW ? DTN_VAR_FLOW : DTN_VAR_AUX;
}

static void apply_tail(dtn_mdl *mdl, dtn_var *var, const dtn_mdl_tail *tail)
{
    if (tail->units) {
        if (var->units && strcmp(var->units, tail->units) != 0)
            dtn_diags_add_as(mdl->diags, DTN_WARNING, 301, tail->units_pos,
                             "give the unit once, behind the last equation of the variable",
                             "'%s' has the unit '%s' above and '%s' here", var->name, var->units,
                             tail->units);
        var->units = tail->units;
        var->units_pos = tail->units_pos;
    }
    if (!isnan(tail->range_min))
        var->range_min = tail->range_min;
    if (!isnan(tail->range_max))
        var->range_max = tail->range_max;
    if (!isnan(tail->range_step))
        var->range_step = tail->range_step;
    if (tail->doc && (!var->doc || strcmp(var->doc, tail->doc) != 0))
        var->doc = join_text(mdl, var->doc, tail->doc, "\n");
    var->supplementary = var->supplementary || tail->supplementary;
}

/* Empties a variable for the equation that replaces its own. */
static void clear_var(dtn_var *var, const dtn_mdl_tail *tail)
{
    var->eqns = NULL;
    var->n_eqn = var->cap_eqn = 0;
    var->n_inflow = var->n_outflow = 0;
    var->special = NULL;
    if (tail->units)
        var->units = NULL;
    if (tail->doc)
        var->doc = NULL;
}

/* The four variables that say how long and how finely to run. */
static void note_control(dtn_mdl *mdl, dtn_var *var, const dtn_mdl_tail *tail)
{
    dtn_model *m = mdl->root;
    const struct {
        const char *key;
        dtn_expr **expr;
    } control[] = {{"initial_time", &m->start},
                   {"final_time", &m->stop},
                   {"time_step", &m->dt},
                   {"saveper", &m->saveper}};
    if (mdl->scope != m || mdl->overlay > 0)
        return;
    for (size_t i = 0; i < sizeof control / sizeof *control; i++) {
        if (strcmp(var->key, control[i].key) != 0)
            continue;
        var->is_control = true;
        *control[i].expr = dtn_expr_new_name(m, var->name, var->pos);
        if (!m->time_units && tail->units)
            m->time_units = tail->units;
    }
}

/* Is this the first equation of the variable in an overlay's text? */
static bool is_first_in_text(dtn_mdl *mdl, const dtn_var *var)
{
    if (!mdl->is_text || dtn_map_get(&mdl->seen, var->key) != DTN_MAP_NONE)
        return false;
    dtn_map_set(&mdl->seen, mdl->root->arena, var->key, var->id);
    return true;
}

/* Beside an equation it says nothing: whichever comes first, the equation stays. */
static bool give_way(dtn_var *var, const dtn_eqn *eqn)
{
    if (var->n_eqn > 0 && is_sketched(eqn))
        return true;
    if (var->n_eqn == 1 && is_sketched(&var->eqns[0]))
        var->n_eqn = 0;
    return false;
}

static void add_equation(dtn_mdl *mdl, const left_side *left, dtn_eqn *eqn,
                         const dtn_mdl_tail *tail)
{
    bool is_new;
    dtn_var *var = dtn_model_add_var(mdl->scope, left->name.text, left->name.pos, &is_new);
    eqn->subs = left->subs;
    eqn->n_sub = left->n_sub;
    eqn->excepts = left->excepts;
    eqn->n_except = left->n_except;
    eqn->keyword = left->keyword;
    eqn->pos = left->name.pos;
    if (is_new) {
        var->overlay = mdl->overlay;
        var->group = mdl->group;
    }
    const bool is_first = is_first_in_text(mdl, var);
    if (mdl->overlay > 0 && var->overlay != mdl->overlay) {
        override_var(mdl, var, eqn, tail);
        return;
    }
    if (is_first && !is_new && mdl->overlay == 0)
        clear_var(var, tail);
    if (give_way(var, eqn)) {
        apply_tail(mdl, var, tail);
        return;
    }
    if (mdl->is_text ? is_repeated(mdl, var->name, var->eqns, var->n_eqn, eqn)
                     : is_repeated_in_file(mdl, var, eqn))
        return;
    *dtn_var_add_eqn(mdl->scope, var) = *eqn;
    var->kind = kind_of(var);
    apply_tail(mdl, var, tail);
    note_control(mdl, var, tail);
}

/* ---- The left side ----------------------------------------------------- */

static bool is_keyword(const dtn_lex *lex, const char *word)
{
    return lex->tok.kind == DTN_T_KEYWORD && strcmp(lex->tok.text, word) == 0;
}

/* :EXCEPT: [a,b], [c,d] */
static bool read_excepts(dtn_mdl *mdl, left_side *left)
{
    dtn_lex *lex = &mdl->lex;
    size_t n = 0, cap = 0;
    do {
        dtn_sub *subs;
        uint32_t n_sub;
        dtn_lex_next(lex);
        const dtn_pos pos = lex->tok.pos;
        if (lex->tok.kind != '[') {
            dtn_lex_expected(lex, "'[' behind :EXCEPT:", "x[dim] :EXCEPT: [a], [b] = ...");
            return false;
        }
        if (!dtn_parse_subs(lex, &subs, &n_sub))
            return false;
        if (n_sub != left->n_sub) {
            dtn_diags_add(mdl->diags, 206, pos, "name one for each subscript on the left",
                          "%u subscripts behind :EXCEPT:, but '%s' has %u", n_sub, left->name.text,
                          left->n_sub);
            return false;
        }
        DTN_PUSH(mdl->root->arena, left->excepts, n, cap, subs);
    } while (lex->tok.kind == ',');
    left->n_except = (uint32_t)n;
    return true;
}

static bool read_left(dtn_mdl *mdl, left_side *left)
{
    static const char *const data[] = {
        ":RAW:", ":INTERPOLATE:", ":LOOK FORWARD:", ":HOLD BACKWARD:"};
    dtn_lex *lex = &mdl->lex;
    if (lex->tok.kind != DTN_T_NAME) {
        dtn_lex_expected(lex, "the name of a variable",
                         "an equation reads: name = expression ~ unit ~ text |");
        return false;
    }
    left->name = lex->tok;
    dtn_lex_next(lex);
    if (lex->tok.kind == '[' && !dtn_parse_subs(lex, &left->subs, &left->n_sub))
        return false;
    if (is_keyword(lex, ":EXCEPT:") && !read_excepts(mdl, left))
        return false;
    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        if (is_keyword(lex, data[i])) {
            left->keyword = lex->tok.text;
            dtn_lex_next(lex);
            break;
        }
    }
    return true;
}

/* ---- The right sides --------------------------------------------------- */

static bool is_end(const dtn_lex *lex)
{
    return lex->tok.kind == '~' || lex->tok.kind == '|' || lex->tok.kind == DTN_T_END;
}

/* INTEG(rate, initial value), when it is the whole right side. */
static void split_stock(dtn_eqn *eqn)
{
    dtn_expr *e = eqn->expr;
    if (e->kind != DTN_X_CALL || e->n_arg != 2 || e->n_sub != 0 || strcmp(e->key, "integ") != 0 ||
        e->args[0]->kind == DTN_X_MISSING || e->args[1]->kind == DTN_X_MISSING)
        return;
    eqn->kind = DTN_EQN_STOCK;
    eqn->expr = e->args[0];
    eqn->init = e->args[1];
}

/* Behind '=', '==' or ':='; the current token is that mark. */
static bool read_right(dtn_mdl *mdl, const left_side *left, dtn_eqn *eqn)
{
    dtn_lex *lex = &mdl->lex;
    const int mark = lex->tok.kind;
    dtn_lex_next(lex);
    if (is_end(lex) && lex->tok.kind != DTN_T_END) {
        dtn_diags_add(mdl->diags, 207, left->name.pos, "write its equation between '=' and '~'",
                      "'%s' has no equation", left->name.text);
        return false;
    }
    eqn->expr = dtn_parse_equation(lex);
    if (!eqn->expr)
        return false;
    eqn->unchangeable = mark == DTN_T_FIXED;
    if (mark == DTN_T_ASSIGN || left->keyword)
        eqn->kind = DTN_EQN_DATA;
    else if (eqn->expr->kind == DTN_X_STRING)
        eqn->kind = DTN_EQN_STRING;
    else
        split_stock(eqn);
    return true;
}

/* A table behind the name, or a call that gets one from a file: name( GET XLS LOOKUPS(...) ). */
static bool read_table(dtn_mdl *mdl, dtn_eqn *eqn)
{
    dtn_lex *lex = &mdl->lex;
    const dtn_pos pos = lex->tok.pos;
    dtn_lex_next(lex);
    if (lex->tok.kind != DTN_T_NAME) {
        eqn->kind = DTN_EQN_LOOKUP;
        eqn->lookup = dtn_parse_lookup(lex, pos);
        return eqn->lookup != NULL;
    }
    eqn->expr = dtn_parse_expr(lex);
    if (!eqn->expr)
        return false;
    if (lex->tok.kind != ')') {
        dtn_lex_expected(lex, "')'", NULL);
        return false;
    }
    dtn_lex_next(lex);
    return true;
}

/* name :IS: 'text' */
static bool read_text_constant(dtn_mdl *mdl, dtn_eqn *eqn)
{
    dtn_lex *lex = &mdl->lex;
    dtn_lex_next(lex);
    if (lex->tok.kind != DTN_T_STRING) {
        dtn_lex_expected(lex, "a text in single quotes behind :IS:", NULL);
        return false;
    }
    eqn->kind = DTN_EQN_STRING;
    eqn->expr = dtn_expr_new(mdl->root, DTN_X_STRING, lex->tok.pos);
    eqn->expr->text = lex->tok.text;
    dtn_lex_next(lex);
    return true;
}

static bool read_any_right(dtn_mdl *mdl, const left_side *left, dtn_eqn *eqn)
{
    dtn_lex *lex = &mdl->lex;
    if (lex->tok.kind == '=' || lex->tok.kind == DTN_T_FIXED || lex->tok.kind == DTN_T_ASSIGN)
        return read_right(mdl, left, eqn);
    if (lex->tok.kind == '(')
        return read_table(mdl, eqn);
    if (is_keyword(lex, ":IS:"))
        return read_text_constant(mdl, eqn);
    if (is_end(lex) && (lex->tok.kind != DTN_T_END || !mdl->is_text)) {
        eqn->kind = DTN_EQN_DATA;
        return true;
    }
    dtn_lex_expected(lex, "'=' behind the name of a variable",
                     "an equation reads: name = expression ~ unit ~ text |");
    return false;
}

/* x := f(a) :IGNORE: b, c names variables that the equation does not use: they are drawn as its causes. */
static void skip_ignored(dtn_lex *lex)
{
    if (is_keyword(lex, ":IGNORE:"))
        while (!is_end(lex) && lex->tok.kind != DTN_T_BAD)
            dtn_lex_next(lex);
}

static bool is_reality_check(const dtn_lex *lex)
{
    return is_keyword(lex, ":THE CONDITION:") || is_keyword(lex, ":TEST INPUT:");
}

void dtn_mdl_read_statement(dtn_mdl *mdl)
{
    dtn_lex *lex = &mdl->lex;
    left_side left = {0};
    dtn_eqn eqn = {.kind = DTN_EQN_EXPR};
    dtn_mdl_tail tail;
    if (!read_left(mdl, &left)) {
        dtn_mdl_skip(mdl);
        return;
    }
    const bool is_bare = left.n_sub == 0 && !left.keyword;
    if (is_bare && (lex->tok.kind == ':' || lex->tok.kind == DTN_T_ALIAS)) {
        const bool is_alias = lex->tok.kind == DTN_T_ALIAS;
        dtn_lex_next(lex);
        (is_alias ? dtn_mdl_read_alias : dtn_mdl_read_dim)(mdl, &left.name);
        return;
    }
    if (is_reality_check(lex)) {
        dtn_diags_add_as(mdl->diags, DTN_NOTE, 106, left.name.pos, NULL,
                         "the reality check '%s' is not read", left.name.text);
        dtn_mdl_skip(mdl);
        return;
    }
    if (!read_any_right(mdl, &left, &eqn)) {
        dtn_mdl_skip(mdl);
        return;
    }
    skip_ignored(lex);
    const size_t n_error = mdl->diags->n_error;
    dtn_mdl_read_tail(mdl, left.name.text, &tail);
    if (mdl->diags->n_error == n_error)
        add_equation(mdl, &left, &eqn, &tail);
}
