/* Printer of Vensim's .mdl: a form in Vensim's notation, as the file that reads back to it.
 *
 *     {UTF-8}
 *     :MACRO: ... :END OF MACRO:
 *     Dim: a, b ~~|
 *     name[Dim]= expression ~ unit [min,max,step] ~ documentation ~ :SUPPLEMENTARY: |
 *     **** .Group **** ~ text |
 *     \\\---/// sketch ///---\\\  settings
 *
 * Variables stand group by group, those of no group first. Unit, range and documentation stand
 * behind the first equation of a variable, "~~|" behind its others. Long equations are broken
 * at blanks outside quotes, which mean nothing there.
 *
 * '~' and '|' end a field whatever stands around them, so in texts they become similar letters,
 * with a warning. Follows the Vensim reference manual and the files that Vensim writes.
 */
#include "format/writer.h"

#include <math.h>
#include <string.h>

#define LINE_WIDTH 78 /* of an equation's lines; Vensim breaks its own at 80 */

typedef struct printer {
    dtn_model *model; /* root or a macro's body */
    dtn_text *out;
    dtn_diags *diags;
} printer;

static void put(printer *p, const char *s) { dtn_text_put(p->out, s); }

/* ---- Names and expressions ------------------------------------------------------- */

/* A name as an expression would be written with it: quoted where it must be. */
static const char *name_text(printer *p, const char *name)
{
    dtn_expr x = {.kind = DTN_X_NAME, .text = name, .key = name};
    return dtn_expr_print(p->model, &x);
}

/* Where the text may be broken: behind a blank or a comma outside quotes, at most LINE_WIDTH on;
 * if there is none, the next one behind that; NULL: it fits, or there is no such place. */
static const char *next_break(const char *s)
{
    const char *best = NULL;
    char quote = '\0';
    for (const char *c = s; *c; c++) {
        if (best && c - s > LINE_WIDTH)
            return best;
        if (quote) {
            if (*c == '\\' && c[1] == '"')
                c++;
            else if (*c == quote)
                quote = '\0';
        } else if (*c == '"' || *c == '\'') {
            quote = *c;
        } else if ((*c == ' ' || *c == ',') && c[1]) {
            best = c + 1;
        }
    }
    return NULL;
}

static void put_wrapped(printer *p, const char *s)
{
    for (const char *stop = next_break(s); stop; stop = next_break(s)) {
        dtn_text_put_n(p->out, s, (size_t)(stop - s));
        put(p, "\\\n\t\t");
        s = stop;
    }
    put(p, s);
}

static void put_expr(printer *p, const dtn_expr *x) { put_wrapped(p, dtn_expr_print(p->model, x)); }

static void put_subs(printer *p, const dtn_sub *subs, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        put(p, i ? "," : "[");
        put(p, subs[i].kind == DTN_SUB_NUMBER ? subs[i].text : name_text(p, subs[i].text));
        put(p, subs[i].bang ? "!" : "");
    }
    put(p, n ? "]" : "");
}

/* ---- Texts in fields ----------------------------------------------------------------- */

/* Behind the first '\n' of a line's end: every line begins with the indentation of the field. */
static void put_field_char(printer *p, const char *c)
{
    if (*c == '\n') {
        if (p->out->n > 0 && p->out->s[p->out->n - 1] == '\\')
            put(p, " "); /* else it would join the lines */
        put(p, "\n\t\t");
    } else if (*c == '|') {
        put(p, "\xC2\xA6"); /* U+00A6 broken bar */
    } else if (*c == '~') {
        put(p, "\xE2\x88\xBC"); /* U+223C tilde operator */
    } else {
        dtn_text_put_n(p->out, c, 1);
    }
}

static void put_field(printer *p, const char *text, dtn_pos pos, const char *whose)
{
    if (!text)
        return;
    if (strpbrk(text, "|~"))
        dtn_diags_add_as(p->diags, DTN_WARNING, 509, pos, NULL,
                         "'|' and '~' would end a text of this format; in that of '%s' they are "
                         "written as similar letters",
                         whose);
    for (const char *c = text; *c; c++)
        put_field_char(p, c);
}

static void put_bound(printer *p, double bound)
{
    if (isfinite(bound))
        dtn_text_put_number(p->out, bound);
    else
        put(p, "?");
}

static void put_units(printer *p, const dtn_var *var)
{
    put_field(p, var->units, var->pos, var->name);
    if (isnan(var->range_min) && isnan(var->range_max) && isnan(var->range_step))
        return;
    put(p, var->units ? " [" : "[");
    put_bound(p, var->range_min);
    put(p, ",");
    put_bound(p, var->range_max);
    if (!isnan(var->range_step)) {
        put(p, ",");
        put_bound(p, var->range_step);
    }
    put(p, "]");
}

/* A documentation that begins with the word would be read as the flag. */
static bool looks_like_flag(const char *doc)
{
    static const char word[] = ":supplementary";
    for (size_t i = 0; i < sizeof word - 1; i++) {
        const char c = doc[i] >= 'A' && doc[i] <= 'Z' ? (char)(doc[i] + 32) : doc[i];
        if (c != word[i])
            return false;
    }
    return true;
}

static void put_tail(printer *p, const dtn_var *var, bool is_first)
{
    if (!is_first) {
        put(p, "\n\t~~|\n");
        return;
    }
    put(p, "\n\t~\t");
    put_units(p, var);
    put(p, "\n\t~\t");
    if (var->doc && looks_like_flag(var->doc))
        put(p, ". ");
    put_field(p, var->doc, var->pos, var->name);
    put(p, var->supplementary ? "\n\t~\t:SUPPLEMENTARY:\n\t|\n" : "\n\t|\n");
}

/* ---- Equations -------------------------------------------------------------------------- */

static void put_left(printer *p, const dtn_var *var, const dtn_eqn *eqn)
{
    put(p, name_text(p, var->name));
    put_subs(p, eqn->subs, eqn->n_sub);
    for (uint32_t i = 0; i < eqn->n_except; i++) {
        put(p, i ? ", " : " :EXCEPT: ");
        put_subs(p, eqn->excepts[i], eqn->n_sub);
    }
}

static void put_table(printer *p, const dtn_lookup *lookup)
{
    dtn_lookup copy = *lookup;
    const dtn_expr x = {.kind = DTN_X_LOOKUP, .lookup = &copy};
    put_expr(p, &x);
}

/* INTEG( rate, initial value ) */
static void put_stock(printer *p, const dtn_eqn *eqn)
{
    put(p, "= INTEG (\n\t");
    if (eqn->expr)
        put_expr(p, eqn->expr);
    else
        put(p, "0");
    put(p, ",\n\t\t");
    if (eqn->init)
        put_expr(p, eqn->init);
    else
        put(p, "0");
    put(p, ")");
}

static void put_value(printer *p, const dtn_eqn *eqn)
{
    if (eqn->keyword) {
        put(p, " ");
        put(p, eqn->keyword);
    }
    if (!eqn->expr)
        return;
    const bool is_data = eqn->kind == DTN_EQN_DATA && !eqn->keyword;
    put(p, eqn->unchangeable ? "==\n\t" : is_data ? ":=\n\t" : "=\n\t");
    put_expr(p, eqn->expr);
}

/* name( GET DIRECT LOOKUPS(...) ): the reader takes any call in brackets as the value. */
static void put_right(printer *p, const dtn_eqn *eqn)
{
    if (eqn->kind == DTN_EQN_STOCK) {
        put_stock(p, eqn);
    } else if (eqn->kind == DTN_EQN_LOOKUP && eqn->lookup) {
        put_table(p, eqn->lookup);
    } else if (eqn->kind == DTN_EQN_STRING && eqn->expr) {
        put(p, " :IS: ");
        put(p, dtn_expr_print(p->model, eqn->expr));
    } else {
        put_value(p, eqn);
    }
}

/* A name with a unit or a text and no equation. */
static void put_data(printer *p, const dtn_var *var)
{
    put(p, name_text(p, var->name));
    put_tail(p, var, true);
    put(p, "\n");
}

/* Its value comes from a macro's further output; its unit or text was written down. */
static bool is_named_output(const dtn_var *var)
{
    return var->is_instance && !var->is_hidden && var->overlay == 0 && (var->units || var->doc);
}

static void put_var(printer *p, const dtn_var *var)
{
    if (var->n_eqn == 0) {
        put_data(p, var);
        return;
    }
    for (size_t i = 0; i < var->n_eqn; i++) {
        put_left(p, var, &var->eqns[i]);
        put_right(p, &var->eqns[i]);
        put_tail(p, var, i == 0);
    }
    put(p, "\n");
}

/* ---- Subscripts ----------------------------------------------------------------------------- */

/* A plain number is taken as an element's name, and would change in quotes. */
static void put_element(printer *p, const char *name)
{
    const bool is_number = *name && strspn(name, "0123456789.") == strlen(name);
    put(p, is_number ? name : name_text(p, name));
}

/* A range or an element of the range `to` as it was written; the form keeps its key only. */
static const char *written_name(const printer *p, const dtn_dim *to, const char *key)
{
    const dtn_dim *dim = dtn_model_find_dim(p->model, key);
    const uint32_t at = to && !dim ? dtn_map_get(&to->index, key) : DTN_MAP_NONE;
    return dim ? dim->name : at != DTN_MAP_NONE ? to->elements[at] : key;
}

static void put_mapping(printer *p, const dtn_mapping *map)
{
    const dtn_dim *to = dtn_model_find_dim(p->model, map->to_key);
    if (map->n == 0) {
        put(p, name_text(p, map->to_text));
        return;
    }
    put(p, "(");
    put(p, name_text(p, map->to_text));
    for (uint32_t i = 0; i < map->n; i++) {
        put(p, i ? ", " : ": ");
        put_element(p, written_name(p, to, map->to_element_keys[i]));
    }
    put(p, ")");
}

static void put_dim(printer *p, const dtn_dim *dim)
{
    put(p, name_text(p, dim->name));
    put(p, dim->alias_of ? " <-> " : ":\n\t");
    if (dim->alias_of)
        put(p, name_text(p, written_name(p, NULL, dim->alias_of)));
    else if (dim->source)
        put_expr(p, dim->source);
    dtn_text line = {.arena = p->model->arena};
    printer inner = {p->model, &line, p->diags};
    for (uint32_t i = 0; i < dim->n_element && !dim->alias_of && !dim->source; i++) {
        put(&inner, i ? ", " : "");
        put_element(&inner, dim->elements[i]);
    }
    for (size_t i = 0; i < dim->n_mapping; i++) {
        put(&inner, i ? ", " : " -> ");
        put_mapping(&inner, &dim->mappings[i]);
    }
    if (line.n)
        put_wrapped(p, line.s);
    put(p, "\n\t~\t\n\t~\t");
    put_field(p, dim->doc, dim->pos, dim->name);
    put(p, "\n\t|\n\n");
}

/* ---- Groups, macros ---------------------------------------------------------------------------- */

static void put_group_head(printer *p, const dtn_group *group)
{
    static const char stars[] = "********************************************************";
    put(p, stars);
    put(p, "\n\t.");
    put_field(p, group->name, (dtn_pos){0}, group->name);
    put(p, "\n");
    put(p, stars);
    put(p, "~\n\t\t");
    put_field(p, group->doc, (dtn_pos){0}, group->name);
    put(p, "\n\t|\n\n");
}

static void put_vars_of(printer *p, uint32_t group)
{
    for (size_t i = 0; i < p->model->n_var; i++) {
        const dtn_var *var = &p->model->vars[i];
        const bool is_none = var->group == DTN_NONE || var->group >= p->model->n_group;
        if ((is_none ? DTN_NONE : var->group) != group)
            continue;
        if (dtn_is_written(var))
            put_var(p, var);
        else if (is_named_output(var))
            put_data(p, var);
    }
}

static void put_vars(printer *p)
{
    put_vars_of(p, DTN_NONE);
    for (uint32_t g = 0; g < p->model->n_group; g++) {
        put_group_head(p, &p->model->groups[g]);
        put_vars_of(p, g);
    }
}

static void put_keys(printer *p, const char *const *keys, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        put(p, i ? ", " : "");
        put(p, name_text(p, keys[i]));
    }
}

static void put_macro(printer *p, const dtn_macro *macro)
{
    put(p, ":MACRO: ");
    put(p, name_text(p, macro->name));
    put(p, "(");
    put_keys(p, macro->params, macro->n_param);
    if (macro->n_output) {
        put(p, " : ");
        put_keys(p, macro->outputs, macro->n_output);
    }
    put(p, ")\n");
    if (macro->body) {
        printer inner = {macro->body, p->out, p->diags};
        for (size_t i = 0; i < macro->body->n_dim; i++)
            put_dim(&inner, &macro->body->dims[i]);
        put_vars(&inner);
    }
    put(p, ":END OF MACRO:\n\n");
}

/* ---- Sketch and settings ----------------------------------------------------------------------- */

static void put_sketch(printer *p)
{
    static const char empty[] =
        "\\\\\\---/// Sketch information - do not modify anything except names\n"
        "V300  Do not put anything below this section - it will be ignored\n"
        "*View 1\n"
        "$192-192-192,0,Arial|12||0-0-0|0-0-0|0-0-255|-1--1--1|-1--1--1|96,96,100,0\n"
        "///---\\\\\\";
    const char *sketch = p->model->sketch;
    put(p, sketch ? sketch : empty);
    if (sketch && !strstr(sketch, "///---\\\\"))
        put(p, "\n///---\\\\\\"); /* a file that ended inside its sketch */
}

/* The line before the settings is Vensim's mark of them. */
static void put_settings(printer *p)
{
    const dtn_model *m = p->model;
    const int method = m->method == DTN_RK4 ? 3 : m->method == DTN_RK2 ? 5 : 0; /* fixed steps */
    put(p, "\n:L\x7F<%^E!@\n");
    dtn_text_printf(p->out, "15:%d,0,0,0,0,0\n", method);
    for (size_t i = 0; i < m->n_unit_synonym; i++) {
        put(p, "22:");
        put(p, m->unit_synonyms[i]);
        put(p, "\n");
    }
    for (size_t i = 0; i < m->n_data_file; i++) {
        put(p, i ? "," : "13:");
        put(p, m->data_files[i]);
    }
    put(p, m->n_data_file ? "\n" : "");
    for (size_t i = 0; i < m->n_file_tag; i++) {
        put(p, "30:");
        put(p, m->file_tags[i]);
        put(p, "\n");
    }
}

void dtn_print_mdl(dtn_model *model, dtn_text *out, dtn_diags *diags)
{
    printer p = {model, out, diags};
    for (size_t i = 0; i < model->n_module && !model->has_module_vars; i++)
        dtn_refuse(diags, model->modules[i].pos, "lay its variables into the model first",
                   "the module '%s' has no counterpart in .mdl", model->modules[i].name);
    put(&p, "{UTF-8}\n");
    for (size_t i = 0; i < model->n_macro; i++)
        if (!model->macros[i].is_function)
            put_macro(&p, &model->macros[i]);
    for (size_t i = 0; i < model->n_dim; i++)
        put_dim(&p, &model->dims[i]);
    put_vars(&p);
    put_sketch(&p);
    put_settings(&p);
}
