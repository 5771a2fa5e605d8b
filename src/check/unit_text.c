/* Units as texts: base units and their synonyms, products of them, read and written.
 *
 * A unit is a product of base units with exponents, kept in the order of their ids. Names are compared
 * by their canonical key; the model's own synonyms and a short list of the field's (Person, Persons,
 * People ...) make several names one.
 */
#include "check/units_inner.h"

#include <math.h>
#include <string.h>

typedef dtn_unit unit;
typedef dtn_unit_checker checker;

static const unit unknown = {0};
static const unit dimensionless = {.known = true};

/* Families of names that mean one unit unless a model says otherwise. Comma-separated. A radian is the
 * number 1, as in the SI: what SIN takes and what ARCSIN gives may be called so. */
static const char *const common_synonyms[] = {
    "Second,Seconds,sec",    "Minute,Minutes,min",
    "Hour,Hours,hr",         "Day,Days",
    "Week,Weeks,wk",         "Month,Months",
    "Quarter,Quarters",      "Year,Years,yr",
    "Person,Persons,People", "Unit,Units",
    "Dollar,Dollars,$",      "Dmnl,Dimensionless,1,Fraction,Unitless,Radian,Radians"};

/* ---- Base units ------------------------------------------------------------ */

#define DTN_BASE_NONE 0u /* id of "dimensionless" */

static uint32_t base_id(checker *c, const char *name, size_t n)
{
    const char *key = dtn_name_key(c->model->arena, name, n);
    uint32_t id = dtn_map_get(&c->bases, key);
    if (id != DTN_MAP_NONE)
        return id;
    DTN_PUSH(c->model->arena, c->names, c->n_name, c->cap_name,
             dtn_arena_strndup(c->model->arena, name, n));
    DTN_PUSH(c->model->arena, c->products, c->n_product, c->cap_product, unknown);
    dtn_map_set(&c->bases, c->model->arena, key, (uint32_t)(c->n_name - 1));
    return (uint32_t)(c->n_name - 1);
}

/* In XMILE a unit may be written as Stella writes it, unless the model has one of just that name.
 * Source: isee's help, "Working with Units": * or -, /, ^; "Months Per Year". */
static const char *as_product(checker *c, const char *text)
{
    if (c->model->dialect != DTN_XMILE || !text)
        return text;
    const char *key = dtn_name_key(c->model->arena, text, strlen(text));
    return dtn_map_get(&c->bases, key) != DTN_MAP_NONE ? text
                                                       : dtn_unit_as_product(c->model->arena, text);
}

static void add_synonyms(checker *c, const char *list)
{
    uint32_t id = DTN_MAP_NONE;
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ",");
        const char *key = dtn_name_key(c->model->arena, p, n);
        if (id == DTN_MAP_NONE)
            id = base_id(c, p, n);
        else if (strpbrk(as_product(c, dtn_arena_strndup(c->model->arena, p, n)), "*/^"))
            ; /* a product: add_product */
        else if (*key)
            dtn_map_set(&c->bases, c->model->arena, key, id);
        p += n + (p[n] == ',');
    }
}

static void add_factor(unit *u, uint32_t base, double power)
{
    if (base == DTN_BASE_NONE || power == 0)
        return;
    uint32_t i = 0;
    while (i < u->n && u->base[i] < base)
        i++;
    if (i < u->n && u->base[i] == base) {
        u->power[i] += power;
        if (u->power[i] != 0)
            return;
        u->n--;
        memmove(&u->base[i], &u->base[i + 1], (u->n - i) * sizeof u->base[0]);
        memmove(&u->power[i], &u->power[i + 1], (u->n - i) * sizeof u->power[0]);
        return;
    }
    if (u->n >= DTN_MAX_FACTORS) {
        u->known = false;
        return;
    }
    memmove(&u->base[i + 1], &u->base[i], (u->n - i) * sizeof u->base[0]);
    memmove(&u->power[i + 1], &u->power[i], (u->n - i) * sizeof u->power[0]);
    u->base[i] = base;
    u->power[i] = power;
    u->n++;
}

unit dtn_unit_times(unit a, unit b, double power)
{
    unit out = a;
    out.any = false;
    if (!a.known || !b.known)
        return unknown;
    for (uint32_t i = 0; i < b.n; i++)
        add_factor(&out, b.base[i], b.power[i] * power);
    return out;
}

bool dtn_unit_same(unit a, unit b)
{
    if (!a.known || !b.known || a.any || b.any)
        return true;
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++)
        if (a.base[i] != b.base[i] || fabs(a.power[i] - b.power[i]) > 1e-9)
            return false;
    return true;
}

/* ---- Reading and writing units ------------------------------------------------ */

typedef struct unit_text {
    checker *c;
    const char *p;
    bool bad;
    int depth;
} unit_text;

static unit read_product(unit_text *t);

static void skip_space(unit_text *t) { t->p += strspn(t->p, " \t\r\n\\"); }

static unit read_factor(unit_text *t)
{
    unit u = dimensionless;
    skip_space(t);
    if (*t->p == '(' && t->depth++ < 20) {
        t->p++;
        u = read_product(t);
        skip_space(t);
        t->bad |= *t->p != ')';
        t->p += *t->p == ')';
    } else {
        size_t n = strcspn(t->p, "*/()^[]");
        while (n > 0 && strchr(" \t\r\n", t->p[n - 1]))
            n--;
        t->bad |= n == 0;
        if (n > 0) {
            const uint32_t id = base_id(t->c, t->p, n);
            if (t->c->products[id].known)
                u = t->c->products[id];
            else
                add_factor(&u, id, 1);
        }
        t->p += n;
    }
    skip_space(t);
    if (*t->p == '^') {
        t->p++;
        skip_space(t);
        bool paren = *t->p == '(';
        t->p += paren;
        size_t n = strspn(t->p, "+-0123456789.");
        double power = 1;
        t->bad |= !dtn_text_to_double(t->p, n, &power);
        t->p += n;
        t->p += paren && *t->p == ')';
        unit one = dimensionless;
        u = dtn_unit_times(one, u, power);
    }
    return u;
}

static unit read_product(unit_text *t)
{
    unit u = read_factor(t);
    for (;;) {
        skip_space(t);
        char op = *t->p;
        if ((op != '*' && op != '/') || t->bad)
            return u;
        t->p++;
        u = dtn_unit_times(u, read_factor(t), op == '*' ? 1 : -1);
    }
}

unit dtn_unit_read(checker *c, const char *text, dtn_pos pos)
{
    unit_text t = {.c = c, .p = as_product(c, text)};
    if (!text || text[strspn(text, " \t\r\n")] == '\0')
        return unknown;
    unit u = read_product(&t);
    if (t.bad || *t.p) {
        if (c->diags)
            dtn_diags_add(c->diags, 302, pos, "write products of names: Persons/(Week*Unit)",
                          "malformed unit '%s'", text);
        return unknown;
    }
    return u;
}

/* "kW,kilowatt,kJ/s": the product that a list holds is what its first name stands for. */
static void add_product(checker *c, const char *list)
{
    const uint32_t id = base_id(c, list, strcspn(list, ","));
    for (const char *p = list + strcspn(list, ","); *p;) {
        const size_t n = strcspn(++p, ",");
        unit_text t = {.c = c, .p = as_product(c, dtn_arena_strndup(c->model->arena, p, n))};
        p += n;
        if (!t.p || !strpbrk(t.p, "*/^"))
            continue;
        c->products[id] = unknown; /* in its own definition it stands for itself */
        const unit u = read_product(&t);
        if (!t.bad && *t.p == '\0' && !(u.n == 1 && u.base[0] == id))
            c->products[id] = u;
        return;
    }
}

static const char *side(checker *c, unit u, bool upper)
{
    dtn_arena *a = c->model->arena;
    const char *out = NULL;
    for (uint32_t i = 0; i < u.n; i++) {
        double power = upper ? u.power[i] : -u.power[i];
        if (power <= 0)
            continue;
        char digits[DTN_DOUBLE_MAX_TEXT];
        dtn_double_to_text(power, digits);
        const char *name = c->names[u.base[i]];
        const char *one = power == 1 ? name : dtn_arena_printf(a, "%s^%s", name, digits);
        out = out ? dtn_arena_printf(a, "%s*%s", out, one) : one;
    }
    return out;
}

const char *dtn_unit_name(checker *c, unit u)
{
    if (!u.known)
        return "?";
    const char *upper = side(c, u, true), *lower = side(c, u, false);
    if (!upper && !lower)
        return "Dmnl";
    if (!lower)
        return upper;
    bool many = strchr(lower, '*') != NULL;
    return dtn_arena_printf(c->model->arena, many ? "%s/(%s)" : "%s/%s", upper ? upper : "1",
                            lower);
}

bool dtn_unit_is_common(checker *c, uint32_t base)
{
    for (size_t i = 0; i < sizeof common_synonyms / sizeof *common_synonyms; i++) {
        const char *key =
            dtn_name_key(c->model->arena, common_synonyms[i], strcspn(common_synonyms[i], ","));
        if (dtn_map_get(&c->bases, key) == base)
            return true;
    }
    return false;
}

void dtn_unit_add_all_synonyms(checker *c)
{
    const dtn_model *model = c->model;
    add_synonyms(c, common_synonyms[sizeof common_synonyms / sizeof *common_synonyms - 1]);
    for (size_t i = 0; i + 1 < sizeof common_synonyms / sizeof *common_synonyms; i++)
        add_synonyms(c, common_synonyms[i]);
    for (size_t i = 0; i < model->n_unit_synonym; i++)
        add_synonyms(c, model->unit_synonyms[i]);
    for (int pass = 0; pass < 3; pass++) /* of products of products; more deeply is a slip */
        for (size_t i = 0; i < model->n_unit_synonym; i++)
            add_product(c, model->unit_synonyms[i]);
}
