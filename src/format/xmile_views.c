/* The diagram of an XMILE file: kept as text, and turned into Vensim's sketch.
 *
 * Kept are places of stocks, auxiliaries, flows with their ends, ghosts (<alias>), and arrows
 * (<connector>) of the main model. What belongs to the look (styles, shapes, text boxes, graphs,
 * controls) is not for Vensim. The text was read as XML with the file, so the scanner here only
 * has to find tags, attributes and the few texts it needs.
 *
 * Follows XMILE 1.0, section 6, and the Vensim reference manual, "Sketch information"; sizes are
 * those that Vensim gives new objects.
 */
#include <string.h>

#include "format/writer.h"
#include "format/xmile.h"

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void dtn_xmile_keep_views(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    static const char close[] = "</views>";
    const size_t begin = (size_t)(uintptr_t)node->_private; /* of the '>' of its start tag */
    if (begin == 0 || begin >= x->n || x->text[begin] != '>' || x->is_repaired)
        return; /* nothing in it, a file in another encoding, or a tag missing perhaps here */
    const char *from = x->text + begin + 1;
    const char *end = memmem(from, x->n - begin - 1, close, sizeof close - 1);
    while (end && from < end && is_space(*from))
        from++;
    while (end && from < end && is_space(end[-1]))
        end--;
    if (end && from < end)
        model->sketch = dtn_arena_strndup(x->arena, from, (size_t)(end - from));
}

/* ---- Tags ------------------------------------------------------------------------- */

#define MAX_ATTR 8 /* of a tag that are looked at: x, y, name, uid, angle and a few of isee's */

typedef struct tag {
    char name[16];
    const char *attr_names[MAX_ATTR], *attr_values[MAX_ATTR]; /* not decoded */
    size_t name_lengths[MAX_ATTR], value_lengths[MAX_ATTR];
    size_t n_attr;
    const char *text; /* behind the tag, up to the next '<' */
    size_t text_length;
} tag;

/* One attribute from s on; returns what is behind it. */
static const char *read_attr(const char *s, tag *t)
{
    const char *name = s;
    while (*s && *s != '=' && *s != '>' && !is_space(*s))
        s++;
    const size_t n = (size_t)(s - name);
    while (*s && *s != '"' && *s != '\'' && *s != '>')
        s++;
    if (*s != '"' && *s != '\'')
        return s;
    const char *value = s + 1, *end = strchr(value, *s);
    if (!end)
        return value + strlen(value);
    if (t->n_attr < MAX_ATTR) {
        t->attr_names[t->n_attr] = name;
        t->name_lengths[t->n_attr] = n;
        t->attr_values[t->n_attr] = value;
        t->value_lengths[t->n_attr++] = (size_t)(end - value);
    }
    return end + 1;
}

/* The tag at or behind s; NULL at the end, else what is behind it. */
static const char *next_tag(const char *s, tag *t)
{
    memset(t, 0, sizeof *t);
    s = strchr(s, '<');
    if (!s)
        return NULL;
    if (strncmp(s, "<!--", 4) == 0) {
        const char *end = strstr(s, "-->");
        return end ? next_tag(end + 3, t) : NULL;
    }
    size_t n = 0;
    for (s++; *s && *s != '>' && !is_space(*s) && (*s != '/' || n == 0); s++)
        if (n + 1 < sizeof t->name)
            t->name[n++] = *s;
    while (*s && *s != '>') {
        if (is_space(*s) || *s == '/')
            s++;
        else
            s = read_attr(s, t);
    }
    s += *s == '>';
    t->text = s;
    t->text_length = strcspn(s, "<");
    return s;
}

static const char *decoded(dtn_arena *arena, const char *s, size_t n)
{
    static const struct {
        const char *entity, *text;
    } known[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"},
                 {"&#10;", " "}, {"\\n", " "},  {"\n", " "},   {"\r", " "},      {"\t", " "}};
    char *out = dtn_arena_alloc(arena, n + 1);
    size_t used = 0;
    for (size_t i = 0; i < n;) {
        size_t k = 0;
        while (k < sizeof known / sizeof *known &&
               (n - i < strlen(known[k].entity) ||
                memcmp(s + i, known[k].entity, strlen(known[k].entity)) != 0))
            k++;
        if (k == sizeof known / sizeof *known) {
            out[used++] = s[i++];
        } else {
            out[used++] = known[k].text[0];
            i += strlen(known[k].entity);
        }
    }
    return out;
}

static const char *attr(dtn_arena *arena, const tag *t, const char *name)
{
    for (size_t i = 0; i < t->n_attr; i++)
        if (t->name_lengths[i] == strlen(name) &&
            memcmp(t->attr_names[i], name, t->name_lengths[i]) == 0)
            return decoded(arena, t->attr_values[i], t->value_lengths[i]);
    return NULL;
}

static bool number_attr(dtn_arena *arena, const tag *t, const char *name, double *out)
{
    const char *text = attr(arena, t, name);
    return text && dtn_text_to_double(text, strlen(text), out);
}

/* ---- Objects --------------------------------------------------------------------------- */

typedef struct place {
    const dtn_var *var; /* in the target */
    uint32_t id;        /* in the sketch; of a flow: its valve's */
    double x, y;
    bool is_ghost, is_flow;
    double from_x, from_y, to_x, to_y; /* of a flow */
} place;

typedef struct connector {
    const dtn_var *from, *to;
} connector;

typedef struct sketch {
    dtn_model *target;
    const dtn_model *source;
    dtn_text *out;
    place *places;
    size_t n, cap;
    connector *arrows;
    size_t n_arrow, cap_arrow;
    uint32_t next_id;
} sketch;

/* By its name in the source; a variable that was renamed is not found, and has no place. */
static const dtn_var *find(sketch *s, const char *name)
{
    return name ? dtn_model_find_var(s->target, dtn_name_key(s->target->arena, name, strlen(name)))
                : NULL;
}

static void add_place(sketch *s, const tag *t, const char *name, bool is_ghost, bool is_flow)
{
    place p = {.var = find(s, name), .is_ghost = is_ghost, .is_flow = is_flow};
    if (!p.var || !number_attr(s->target->arena, t, "x", &p.x) ||
        !number_attr(s->target->arena, t, "y", &p.y))
        return;
    p.from_x = p.x - 75;
    p.to_x = p.x + 75;
    p.from_y = p.to_y = p.y;
    DTN_PUSH(s->target->arena, s->places, s->n, s->cap, p);
}

/* The points of a flow: the first is where it comes from, the last where it goes. */
static void add_point(sketch *s, const tag *t, bool is_first)
{
    double x, y;
    if (s->n == 0 || !s->places[s->n - 1].is_flow || !number_attr(s->target->arena, t, "x", &x) ||
        !number_attr(s->target->arena, t, "y", &y))
        return;
    place *p = &s->places[s->n - 1];
    if (is_first) {
        p->from_x = x;
        p->from_y = y;
    }
    p->to_x = x;
    p->to_y = y;
}

static const char *text_of(sketch *s, const tag *t)
{
    return decoded(s->target->arena, t->text, t->text_length);
}

static void read_views(sketch *s, const char *views)
{
    tag t, alias;
    bool is_first = false;
    const dtn_var *from = NULL;
    memset(&alias, 0, sizeof alias);
    for (const char *at = next_tag(views, &t); at; at = next_tag(at, &t)) {
        const char *name = attr(s->target->arena, &t, "name");
        if (strcmp(t.name, "stock") == 0 || strcmp(t.name, "aux") == 0 ||
            strcmp(t.name, "flow") == 0)
            add_place(s, &t, name, false, strcmp(t.name, "flow") == 0);
        else if (strcmp(t.name, "alias") == 0)
            alias = t;
        else if (strcmp(t.name, "of") == 0)
            add_place(s, &alias, text_of(s, &t), true, false);
        else if (strcmp(t.name, "pt") == 0)
            add_point(s, &t, is_first);
        else if (strcmp(t.name, "from") == 0)
            from = find(s, text_of(s, &t));
        is_first = strcmp(t.name, "pts") == 0;
        const dtn_var *to = strcmp(t.name, "to") == 0 ? find(s, text_of(s, &t)) : NULL;
        if (!to || !from)
            continue;
        DTN_PUSH(s->target->arena, s->arrows, s->n_arrow, s->cap_arrow, (connector){from, to});
        from = NULL;
    }
}

/* ---- Output ------------------------------------------------------------------------------- */

static void put_fields(sketch *s, int type, uint32_t id, const char *name, double x, double y,
                       const char *rest)
{
    dtn_text_printf(s->out, "%d,%u,", type, id);
    dtn_text_put(s->out, name);
    dtn_text_printf(s->out, ",%.0f,%.0f,", x, y);
    dtn_text_put(s->out, rest);
    dtn_text_put(s->out, "\n");
}

static const place *place_of(const sketch *s, const char *key)
{
    for (size_t i = 0; i < s->n; i++)
        if (!s->places[i].is_ghost && strcmp(s->places[i].var->key, key) == 0)
            return &s->places[i];
    return NULL;
}

static bool lists(sketch *s, const char *const *names, uint32_t n, const dtn_var *flow)
{
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(dtn_model_name_key(s->target, names[i], strlen(names[i])), flow->key) == 0)
            return true;
    return false;
}

/* The stock that a flow comes from or goes to, where it has a place; else NULL: a cloud. */
static const place *end_of(sketch *s, const dtn_var *flow, bool is_source)
{
    for (size_t i = 0; i < s->source->n_var; i++) {
        const dtn_var *stock = &s->source->vars[i];
        if (is_source ? lists(s, stock->outflows, stock->n_outflow, flow)
                      : lists(s, stock->inflows, stock->n_inflow, flow))
            return place_of(s, stock->key);
    }
    return NULL;
}

static uint32_t put_end(sketch *s, const place *p, bool is_source)
{
    const place *stock = end_of(s, p->var, is_source);
    if (stock)
        return stock->id;
    put_fields(s, 12, ++s->next_id, "48", is_source ? p->from_x : p->to_x,
               is_source ? p->from_y : p->to_y, "10,8,0,3,0,0,-1,0,0,0");
    return s->next_id;
}

static void put_pipe(sketch *s, uint32_t valve, uint32_t to, int shape, double x, double y)
{
    dtn_text_printf(s->out, "1,%u,%u,%u,%d,0,0,22,0,0,0,-1--1--1,,1|(%.0f,%.0f)|\n", ++s->next_id,
                    valve, to, shape, x, y);
}

static const char *name_of(sketch *s, const dtn_var *var)
{
    const dtn_expr x = {.kind = DTN_X_NAME, .text = var->name, .key = var->key};
    return dtn_expr_print(s->target, &x);
}

static void put_flow(sketch *s, const place *p)
{
    const uint32_t from = put_end(s, p, true), to = put_end(s, p, false);
    put_pipe(s, p->id, to, 4, (p->x + p->to_x) / 2, (p->y + p->to_y) / 2);
    put_pipe(s, p->id, from, 100, (p->x + p->from_x) / 2, (p->y + p->from_y) / 2);
    put_fields(s, 11, p->id, "48", p->x, p->y, "6,8,34,3,0,0,1,0,0,0");
    put_fields(s, 10, ++s->next_id, name_of(s, p->var), p->x, p->y + 16, "50,8,40,3,0,0,-1,0,0,0");
}

static void put_place(sketch *s, const place *p)
{
    if (p->is_ghost)
        put_fields(s, 10, p->id, name_of(s, p->var), p->x, p->y,
                   "50,11,8,2,0,3,-1,0,0,0,128-128-128,0-0-0,|12||128-128-128");
    else if (p->is_flow)
        put_flow(s, p);
    else
        put_fields(s, 10, p->id, name_of(s, p->var), p->x, p->y,
                   p->var->kind == DTN_VAR_STOCK ? "40,20,3,3,0,0,0,0,0,0"
                                                 : "50,11,8,3,0,0,-1,0,0,0");
}

static void put_arrow(sketch *s, const dtn_var *from, const dtn_var *to)
{
    const place *a = place_of(s, from->key), *b = place_of(s, to->key);
    if (a && b)
        dtn_text_printf(s->out, "1,%u,%u,%u,0,0,0,0,0,64,0,-1--1--1,,1|(%.0f,%.0f)|\n",
                        ++s->next_id, a->id, b->id, (a->x + b->x) / 2, (a->y + b->y) / 2);
}

const char *dtn_views_to_sketch(dtn_model *target, const dtn_model *source)
{
    dtn_text out = {.arena = target->arena};
    sketch s = {.target = target, .source = source, .out = &out};
    read_views(&s, source->sketch);
    if (s.n == 0)
        return NULL;
    dtn_text_put(&out, "\\\\\\---/// Sketch information - do not modify anything except names\n"
                       "V300  Do not put anything below this section - it will be ignored\n"
                       "*View 1\n"
                       "$192-192-192,0,Arial|12||0-0-0|0-0-0|0-0-255|-1--1--1|-1--1--1|"
                       "96,96,100,0\n");
    for (size_t i = 0; i < s.n; i++)
        s.places[i].id = ++s.next_id;
    for (size_t i = 0; i < s.n; i++)
        put_place(&s, &s.places[i]);
    for (size_t i = 0; i < s.n_arrow; i++)
        put_arrow(&s, s.arrows[i].from, s.arrows[i].to);
    dtn_text_put(&out, "///---\\\\\\");
    return out.s;
}
