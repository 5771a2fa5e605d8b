/* Reader of XMILE: what stands around a file's models: header, time, units, dimensions.
 *
 * Follows XMILE 1.0, chapters 2 and 4. isee's programs store the interval of saving in
 * several ways, Vensim the time step with its own name before it. A method of integration that
 * changes its step as it goes (rk45, gear) becomes RK4 with the model's step, with a warning.
 */
#include "format/xmile.h"

#include <string.h>

static bool has_var_named_dt(dtn_xmile *x, const xmlNode *top)
{
    for (const xmlNode *node = top->children; node != NULL; node = dtn_xmile_next(top, node)) {
        const char *name =
            dtn_xmile_is_var_tag(dtn_xmile_tag(node)) ? dtn_xmile_attr(x, node, "name") : NULL;

        if (name != NULL && strcmp(dtn_name_key(x->arena, name, strlen(name)), "dt") == 0)
            return true;
    }
    return false;
}

void dtn_xmile_read_header(dtn_xmile *x, const xmlNode *node)
{
    const xmlNode *name = dtn_xmile_child(x, node, "name");
    const xmlNode *includes = dtn_xmile_child(x, node, "includes");
    const xmlNode *product = dtn_xmile_child(x, node, "product");

    if (product != NULL) {
        const char *text = dtn_xmile_text(x, product, NULL);
        x->is_by_vensim = strstr(text, "Vensim") != NULL;
        x->is_vensim_itself = x->is_by_vensim && strstr(text, "xmutil") == NULL;
        x->has_own_dt = x->is_vensim_itself && has_var_named_dt(x, node->parent);
    }
    if (name != NULL)
        x->root->name = dtn_xmile_name(x, dtn_xmile_text(x, name, NULL));
    if (includes != NULL)
        dtn_xmile_ignore(x, includes);
}

static dtn_expr *read_time(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    dtn_pos at;
    static const char own[] = "TIME_STEP="; /* <dt> TIME_STEP=1</dt> */
    const char *text = dtn_xmile_text(x, node, &at);
    double number;

    if (x->is_vensim_itself && strncmp(text, own, sizeof own - 1) == 0)
        text += sizeof own - 1;
    if (dtn_text_to_double(text, strlen(text), &number))
        return dtn_expr_new_number(model, number, at);
    if (text[0] != '\0')
        return dtn_xmile_read_expr(x, model, text, at);
    dtn_diags_add(x->diags, 105, at, "write a number into it", "element <%s> is empty",
                  dtn_xmile_tag(node));
    return NULL;
}

static bool is_true_attr(dtn_xmile *x, const xmlNode *node, const char *name)
{
    const char *text = dtn_xmile_attr(x, node, name);

    return text != NULL && strcmp(dtn_name_key(x->arena, text, strlen(text)), "true") == 0;
}

static dtn_expr *read_dt(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    dtn_expr *dt = read_time(x, model, node);

    if (dt == NULL || !is_true_attr(x, node, "reciprocal"))
        return dt;
    if (dt->kind == DTN_X_NUMBER && dt->number > 0.0)
        return dtn_expr_new_number(model, 1.0 / dt->number, dt->pos);
    return dtn_expr_new_binary(model, DTN_OP_DIV, dtn_expr_new_number(model, 1.0, dt->pos), dt);
}

/* `method` may list several, best first; the first one that runs is taken. */
static void read_method(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    static const struct {
        const char *name;
        dtn_method method;
    } known[] = {{"euler", DTN_EULER}, {"rk2", DTN_RK2}, {"rk4", DTN_RK4}};
    const char *rest = dtn_xmile_attr(x, node, "method");

    model->method = DTN_EULER;
    if (rest == NULL || rest[0] == '\0')
        return;
    for (const char *part = rest; part != NULL; part = strchr(part, ',')) {
        const char *key;

        part += *part == ',';
        key = dtn_name_key(x->arena, part, strcspn(part, ","));
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            if (strcmp(key, known[i].name) == 0) {
                model->method = known[i].method;
                return;
            }
        }
    }
    if (strstr(dtn_name_key(x->arena, rest, strlen(rest)), "rk45") != NULL ||
        strstr(dtn_name_key(x->arena, rest, strlen(rest)), "gear") != NULL)
        model->method = DTN_RK4; /* those two change the step as they go; this is nearest */
    dtn_diags_add_as(x->diags, DTN_WARNING, 106, dtn_xmile_pos(x, node),
                     "write method=\"euler\", \"rk2\" or \"rk4\"",
                     "integration method '%s' is not known; %s is used", rest,
                     model->method == DTN_RK4 ? "the fourth-order Runge-Kutta method with the "
                                                "model's time step"
                                              : "Euler's");
}

/* Vensim's <vensim:saveper>TIME_STEP</vensim:saveper>. */
static bool is_every_step(dtn_xmile *x, const xmlNode *node)
{
    const char *text = dtn_xmile_text(x, node, NULL);

    return x->is_vensim_itself &&
           strcmp(dtn_name_key(x->arena, text, strlen(text)), "time_step") == 0;
}

/* isee's programs store the interval of saving under several names. */
static void read_save_interval(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    static const char *const tags[] = {"saveper", "save_interval", "savestep"};
    double interval;

    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        for (const xmlNode *c = node->children; c != NULL; c = c->next) {
            if (c->type == XML_ELEMENT_NODE && strcmp(dtn_xmile_tag(c), tags[i]) == 0) {
                if (!is_every_step(x, c))
                    model->saveper = read_time(x, model, c);
                return;
            }
        }
        if (dtn_xmile_number_attr(x, node, tags[i], &interval)) {
            model->saveper = dtn_expr_new_number(model, interval, dtn_xmile_pos(x, node));
            return;
        }
    }
}

static void need_time(dtn_xmile *x, const xmlNode *node, const xmlNode *child, const char *tag)
{
    if (child != NULL)
        return;
    dtn_diags_add(x->diags, 211, dtn_xmile_pos(x, node),
                  dtn_arena_printf(x->arena, "add <%s>...</%s> to <sim_specs>", tag, tag),
                  "<sim_specs> lacks <%s>", tag);
}

void dtn_xmile_read_sim_specs(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    const xmlNode *start = dtn_xmile_child(x, node, "start");
    const xmlNode *stop = dtn_xmile_child(x, node, "stop");
    const xmlNode *dt = dtn_xmile_child(x, node, "dt");
    const char *units = dtn_xmile_attr(x, node, "time_units");

    need_time(x, node, start, "start");
    need_time(x, node, stop, "stop");
    model->start = start != NULL ? read_time(x, model, start) : NULL;
    model->stop = stop != NULL ? read_time(x, model, stop) : NULL;
    /* The standard's default. */
    model->dt = dt != NULL ? read_dt(x, model, dt)
                           : dtn_expr_new_number(model, 1.0, dtn_xmile_pos(x, node));
    model->time_units = units != NULL && units[0] != '\0' ? units : NULL;
    read_method(x, model, node);
    read_save_interval(x, model, node);
}

static void append_unit(dtn_xmile *x, dtn_xmile_buffer *line, const xmlNode *node)
{
    const char *text = dtn_xmile_text(x, node, NULL);

    if (text[0] == '\0')
        return;
    if (strchr(text, ',') != NULL) {
        dtn_diags_add(x->diags, 302, dtn_xmile_pos(x, node), "write one unit an element",
                      "unit '%s' has a comma", text);
        return;
    }
    dtn_xmile_append(x, line, ",");
    dtn_xmile_append(x, line, text);
}

/* <unit name="N"><eqn>E</eqn><alias>A</alias></unit> becomes the synonyms "N,E,A". */
static void read_unit(dtn_xmile *x, const xmlNode *node)
{
    dtn_model *root = x->root;
    const char *name = dtn_xmile_need_attr(x, node, "name");
    dtn_xmile_buffer line = {0};

    if (name == NULL)
        return;
    dtn_xmile_append(x, &line, name);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (dtn_xmile_is(x, child, "eqn") || dtn_xmile_is(x, child, "alias"))
            append_unit(x, &line, child);
    }
    DTN_PUSH(x->arena, root->unit_synonyms, root->n_unit_synonym, root->cap_unit_synonym,
             line.text);
}

void dtn_xmile_read_units(dtn_xmile *x, const xmlNode *node)
{
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (dtn_xmile_is(x, child, "unit"))
            read_unit(x, child);
    }
}

static void generate_elements(dtn_xmile *x, dtn_dim *dim, const xmlNode *node)
{
    double size = 0.0;

    if (!dtn_xmile_number_attr(x, node, "size", &size)) {
        dtn_diags_add(x->diags, 105, dim->pos, "add size=\"N\" or <elem name=\"...\"/> elements",
                      "dimension '%s' has neither a size nor elements", dim->name);
        return;
    }
    if (!(size >= 1.0 && size <= (double)(DTN_MAX_ELEMENTS - x->n_generated)) ||
        size != (double)(uint32_t)size) {
        dtn_diags_add(x->diags, 105, dim->pos,
                      dtn_arena_printf(x->arena,
                                       "write a whole number from 1 on; at most %d "
                                       "elements in all",
                                       DTN_MAX_ELEMENTS),
                      "dimension '%s' has an impossible size", dim->name);
        return;
    }
    x->n_generated += (size_t)size;
    for (uint32_t i = 1; i <= (uint32_t)size; i++)
        dtn_dim_add_element(x->root, dim, dtn_arena_printf(x->arena, "%u", i));
}

/* Files of one model each say what their dimensions are. */
static bool is_same_dim(dtn_xmile *x, const dtn_dim *dim, const xmlNode *node)
{
    uint32_t n = 0;
    double size = 0.0;

    if (dim == NULL)
        return false;
    if (dtn_xmile_child(x, node, "elem") == NULL)
        return dtn_xmile_number_attr(x, node, "size", &size) && size == dim->n_element &&
               strcmp(dim->element_keys[0], "1") == 0;
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        const char *name;

        if (!dtn_xmile_is(x, child, "elem"))
            continue;
        name = dtn_xmile_attr(x, child, "name");
        if (name == NULL || n == dim->n_element ||
            strcmp(dtn_name_key(x->arena, name, strlen(name)), dim->element_keys[n++]) != 0)
            return false;
    }
    return n == dim->n_element;
}

static void read_dim(dtn_xmile *x, const xmlNode *node)
{
    const char *name = dtn_xmile_need_attr(x, node, "name");
    const char *key, *element;
    dtn_dim *dim;

    if (name == NULL)
        return;
    key = dtn_name_key(x->arena, name, strlen(name));
    if (x->outer != NULL && is_same_dim(x, dtn_model_find_dim(x->root, key), node))
        return;
    if (dtn_model_find_dim(x->root, key) != NULL) {
        dtn_diags_add(x->diags, 204, dtn_xmile_pos(x, node), "rename or remove one of the two",
                      "dimension '%s' is defined twice", name);
        return;
    }
    if (dtn_xmile_read_vensim_dim(x, node, name))
        return;
    dim = dtn_model_add_dim(x->root, dtn_xmile_name(x, name), dtn_xmile_pos(x, node));
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (!dtn_xmile_is(x, child, "elem"))
            continue;
        element = dtn_xmile_need_attr(x, child, "name");
        if (element != NULL)
            dtn_dim_add_element(x->root, dim, dtn_xmile_name(x, element));
    }
    if (dtn_xmile_child(x, node, "elem") == NULL)
        generate_elements(x, dim, node);
}

/* Vensim writes the parts of a dimension inside of it. */
void dtn_xmile_read_dims(dtn_xmile *x, const xmlNode *node)
{
    x->root->has_elements_apart = !x->is_vensim_itself;
    for (const xmlNode *child = node->children; child != NULL;
         child = dtn_xmile_next(node, child)) {
        if (dtn_xmile_is(x, child, "dim"))
            read_dim(x, child);
    }
}
