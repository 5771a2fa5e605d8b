/* The diagram, from Vensim's sketch to XMILE's views.
 *
 *     *View name
 *     10,id,name,x,y,w,h,shape,bits,...      a variable; bit 1 of `bits` missing: a ghost of one
 *     11,id,...,x,y,...                      a valve; the variable of its flow follows
 *     12,id,48 or text,x,y,...               a cloud, or a comment
 *     1,id,from,to,shape,...,thickness,...   an arrow; 22 thick: a pipe from a valve,
 *                                            shape 100 to where the flow comes from, else to
 *                                            where it goes
 *
 * Places of variables, pipes of flows and arrows between variables are kept; comments, sizes,
 * fonts and colours are not: the caller says so. A flow that the translation made has no place in
 * the sketch; it gets one beside its stock. Follows the Vensim reference manual, "Sketch
 * information", and XMILE 1.0, section 6.
 */
#include <math.h>
#include <string.h>

#include "format/writer.h"
#include "num/num.h"

#define MAX_FIELD 24 /* of a line that are looked at */

typedef enum object_kind { OBJECT_NONE, OBJECT_VAR, OBJECT_VALVE, OBJECT_CLOUD } object_kind;

typedef struct object {
    object_kind kind;
    double x, y;
    const dtn_var *var; /* a valve: of its flow */
    bool is_ghost;
    uint32_t from, to; /* ends of a valve's pipes: ids, 0 if none */
} object;

typedef struct arrow {
    uint32_t from, to;
} arrow;

typedef struct view {
    const char *name;
    object *objects; /* by id */
    size_t n_object;
    arrow *arrows;
    size_t n_arrow, cap_arrow;
} view;

typedef struct reader {
    dtn_model *model; /* the one written */
    dtn_text *out;
    bool *is_placed; /* [model->n_var] */
    uint32_t next_uid;
} reader;

/* ---- Lines ----------------------------------------------------------------------- */

typedef struct fields {
    const char *at[MAX_FIELD];
    size_t length[MAX_FIELD];
    size_t n;
} fields;

/* Fields between commas; a name in quotes may hold some. */
static fields split(const char *line, const char *end)
{
    fields f = {0};
    const char *begin = line;
    bool quoted = false;
    for (const char *c = line; f.n < MAX_FIELD; c++) {
        if (c < end && *c == '\\' && quoted && c + 1 < end) {
            c++;
            continue;
        }
        if (c < end && *c == '"')
            quoted = !quoted;
        if (c < end && (quoted || *c != ','))
            continue;
        f.at[f.n] = begin;
        f.length[f.n++] = (size_t)(c - begin);
        if (c >= end)
            break;
        begin = c + 1;
    }
    return f;
}

static double number(const fields *f, size_t i)
{
    double v = 0;
    if (i >= f->n || !dtn_text_to_double(f->at[i], f->length[i], &v))
        return 0;
    return v;
}

static uint32_t id_of(const fields *f, size_t i)
{
    const double v = number(f, i);
    return v >= 1 && v < 1e6 ? (uint32_t)v : 0;
}

static const char *line_end(const char *s)
{
    const char *end = strchr(s, '\n');
    return end ? end : s + strlen(s);
}

/* ---- Objects -------------------------------------------------------------------------- */

static object *object_at(reader *r, view *v, uint32_t id)
{
    if (id >= v->n_object) {
        const size_t n = 2 * (size_t)id + 16;
        object *wider = DTN_NEW_N(r->model->arena, object, n);
        if (v->n_object)
            memcpy(wider, v->objects, v->n_object * sizeof *wider);
        v->objects = wider;
        v->n_object = n;
    }
    return &v->objects[id];
}

static const dtn_var *var_of(reader *r, const fields *f)
{
    const char *key = f->n > 2 ? dtn_model_name_key(r->model, f->at[2], f->length[2]) : "";
    return dtn_model_find_var(r->model, key);
}

enum { ATTACHED = 32 }; /* of a variable's shape: it stands at the valve before it */

static void read_object(reader *r, view *v, const fields *f, uint32_t *valve)
{
    const uint32_t id = id_of(f, 1);
    const double type = number(f, 0);
    if (id == 0 || f->n < 7)
        return;
    object *o = object_at(r, v, id);
    *o = (object){.x = number(f, 3), .y = number(f, 4), .from = o->from, .to = o->to};
    o->kind = type == 10 ? OBJECT_VAR : type == 11 ? OBJECT_VALVE : OBJECT_CLOUD;
    if (o->kind == OBJECT_VALVE)
        *valve = id;
    if (o->kind != OBJECT_VAR)
        return;
    o->var = var_of(r, f);
    o->is_ghost = f->n > 8 && ((uint32_t)number(f, 8) & 1) == 0;
    if (*valve && ((uint32_t)number(f, 7) & ATTACHED)) {
        object *at = object_at(r, v, *valve);
        at->var = o->var;
        o = object_at(r, v, id); /* it may have moved */
        o->x = at->x;
        o->y = at->y;
    }
    *valve = 0;
}

enum { PIPE = 22, UPSTREAM = 100 };

static void read_arrow(reader *r, view *v, const fields *f)
{
    const uint32_t from = id_of(f, 2), to = id_of(f, 3);
    if (!from || !to)
        return;
    if (number(f, 7) == PIPE) {
        object *valve = object_at(r, v, from);
        if (number(f, 4) == UPSTREAM)
            valve->from = to;
        else
            valve->to = to;
        return;
    }
    DTN_PUSH(r->model->arena, v->arrows, v->n_arrow, v->cap_arrow, (arrow){from, to});
}

static void read_line(reader *r, view *v, const char *line, const char *end, uint32_t *valve)
{
    const fields f = split(line, end);
    const double type = f.n > 3 ? number(&f, 0) : 0;
    if (type == 10 || type == 11 || type == 12)
        read_object(r, v, &f, valve);
    else if (type == 1)
        read_arrow(r, v, &f);
}

/* ---- Output -------------------------------------------------------------------------------- */

static void put(reader *r, const char *s) { dtn_text_put(r->out, s); }

static void put_escaped(reader *r, const char *s)
{
    for (; *s; s++) {
        if (*s == '&')
            put(r, "&amp;");
        else if (*s == '<')
            put(r, "&lt;");
        else if (*s == '>')
            put(r, "&gt;");
        else if (*s == '"')
            put(r, "&quot;");
        else
            dtn_text_put_n(r->out, s, 1);
    }
}

static void put_attr(reader *r, const char *name, double v)
{
    put(r, " ");
    put(r, name);
    put(r, "=\"");
    dtn_text_put_number(r->out, v);
    put(r, "\"");
}

static void put_name(reader *r, const dtn_var *var)
{
    const char *plain = dtn_plain_name(r->model->arena, var->name);
    put(r, " name=\"");
    put_escaped(r, strchr(plain, '"') ? var->name : plain);
    put(r, "\"");
}

static const char *reference(reader *r, const dtn_var *var)
{
    const dtn_expr x = {.kind = DTN_X_NAME, .text = var->name, .key = var->key};
    return dtn_expr_print(r->model, &x);
}

static void put_point(reader *r, double x, double y)
{
    put(r, "            <pt");
    put_attr(r, "x", x);
    put_attr(r, "y", y);
    put(r, "/>\n");
}

static void put_flow(reader *r, const dtn_var *var, double x, double y, const object *from,
                     const object *to)
{
    put(r, "        <flow");
    put_attr(r, "x", x);
    put_attr(r, "y", y);
    put_name(r, var);
    put(r, ">\n          <pts>\n");
    put_point(r, from ? from->x : x - 75, from ? from->y : y);
    put_point(r, to ? to->x : x + 75, to ? to->y : y);
    put(r, "          </pts>\n        </flow>\n");
}

static const object *known(const view *v, uint32_t id)
{
    return id && id < v->n_object && v->objects[id].kind ? &v->objects[id] : NULL;
}

static void put_var(reader *r, const view *v, const object *o)
{
    static const char *const tags[] = {"aux", "stock", "flow", "aux", "aux", "aux"};
    const char *tag = tags[o->var->kind];
    if (o->is_ghost || r->is_placed[o->var->id]) {
        put(r, "        <alias");
        put_attr(r, "x", o->x);
        put_attr(r, "y", o->y);
        put_attr(r, "uid", ++r->next_uid);
        put(r, ">\n          <of>");
        put_escaped(r, reference(r, o->var));
        put(r, "</of>\n        </alias>\n");
        return;
    }
    r->is_placed[o->var->id] = true;
    if (o->var->kind == DTN_VAR_FLOW) { /* with the ends of its valve, where it has one */
        const object *valve = NULL;
        for (size_t i = 0; i < v->n_object && !valve; i++)
            if (v->objects[i].kind == OBJECT_VALVE && v->objects[i].var == o->var)
                valve = &v->objects[i];
        put_flow(r, o->var, o->x, o->y, valve ? known(v, valve->from) : NULL,
                 valve ? known(v, valve->to) : NULL);
        return;
    }
    put(r, "        <");
    put(r, tag);
    put_attr(r, "x", o->x);
    put_attr(r, "y", o->y);
    put_name(r, o->var);
    put(r, "/>\n");
}

/* Degrees, counter-clockwise from the right; y grows downwards. */
static double angle(double dx, double dy)
{
    const double half_turn = 180;
    const double degrees = dx == 0 ? 90 : dtn_atan(fabs(dy / dx)) * half_turn / 3.141592653589793;
    const double turned = dx >= 0 ? degrees : half_turn - degrees;
    const double full = dy > 0 ? 2 * half_turn - turned : turned;
    return full >= 2 * half_turn ? 0 : full;
}

static void put_connector(reader *r, const view *v, const arrow *a)
{
    const object *from = known(v, a->from), *to = known(v, a->to);
    if (!from || !to || !from->var || !to->var || from->var == to->var)
        return;
    put(r, "        <connector");
    put_attr(r, "uid", ++r->next_uid);
    put_attr(r, "angle", dtn_round(angle(to->x - from->x, to->y - from->y) * 1000) / 1000);
    put(r, ">\n          <from>");
    put_escaped(r, reference(r, from->var));
    put(r, "</from>\n          <to>");
    put_escaped(r, reference(r, to->var));
    put(r, "</to>\n        </connector>\n");
}

/* Flows that the sketch does not know flow into their stock from the left. */
static void put_new_flows(reader *r, const object *o)
{
    for (uint32_t i = 0; i < o->var->n_inflow; i++) {
        const char *name = o->var->inflows[i];
        const char *key = dtn_model_name_key(r->model, name, strlen(name));
        const dtn_var *flow = dtn_model_find_var(r->model, key);
        if (!flow || r->is_placed[flow->id])
            continue;
        r->is_placed[flow->id] = true;
        const object from = {.x = o->x - 150, .y = o->y}, to = {.x = o->x, .y = o->y};
        put_flow(r, flow, o->x - 75, o->y, &from, &to);
    }
}

static void put_view(reader *r, const view *v, bool is_last)
{
    put(r, "      <view type=\"stock_flow\" name=\"");
    put_escaped(r, v->name);
    put(r, "\">\n");
    for (size_t i = 0; i < v->n_object; i++)
        if (v->objects[i].kind == OBJECT_VAR && v->objects[i].var)
            put_var(r, v, &v->objects[i]);
    for (size_t i = 0; i < v->n_object; i++)
        if (v->objects[i].kind == OBJECT_VAR && v->objects[i].var && is_last)
            put_new_flows(r, &v->objects[i]);
    for (size_t i = 0; i < v->n_arrow; i++)
        put_connector(r, v, &v->arrows[i]);
    put(r, "      </view>\n");
}

/* The lines of one view; returns the line behind it. */
static const char *read_view(reader *r, const char *line, view *v)
{
    uint32_t valve = 0;
    const char *end = line_end(line);
    v->name = dtn_arena_strndup(r->model->arena, line + 1, (size_t)(end - line) - 1);
    for (line = *end ? end + 1 : end; *line && *line != '*' && *line != '\\' && *line != '/';
         line = *end ? end + 1 : end) {
        end = line_end(line);
        read_line(r, v, line, end, &valve);
    }
    return line;
}

const char *dtn_sketch_to_views(dtn_model *target, const char *sketch)
{
    dtn_text out = {.arena = target->arena};
    reader r = {.model = target, .out = &out};
    view *views = NULL;
    size_t n = 0, cap = 0;
    bool has_var = false;
    r.is_placed = DTN_NEW_N(target->arena, bool, target->n_var + 1);
    for (const char *line = sketch; *line;) {
        if (*line != '*') {
            const char *end = line_end(line);
            line = *end ? end + 1 : end;
            continue;
        }
        view v = {0};
        line = read_view(&r, line, &v);
        DTN_PUSH(target->arena, views, n, cap, v);
        for (size_t i = 0; i < v.n_object; i++)
            has_var |= v.objects[i].var != NULL;
    }
    for (size_t i = 0; i < n && has_var; i++)
        put_view(&r, &views[i], i + 1 == n);
    return has_var ? out.s : NULL;
}
