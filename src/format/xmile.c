/* Reader of XMILE 1.0 (OASIS, 2015) and of the dialects that isee's programs wrote before it
 * (variables straight below <model>, other namespaces).
 *
 * xmile_tree.c makes a tree of the file; this file walks it: models, modules, macros, groups. What
 * stands around them (time, units, dimensions) is xmile_head.c's, variables are xmile_var.c's. Elements of other namespaces
 * and unknown ones are left out, with one warning for each kind.
 *
 * Models may lie in files of their own (xmile_file.c). Kept as text: the diagram (views). Not read:
 * styles, <data> imports, <includes>.
 */
#include "format/xmile.h"

#include <limits.h>
#include <string.h>

/* ---- Models, modules, macros, groups ------------------------------------ */

/* Child elements that are neither wanted nor worth a warning. */
static bool is_one_of(const char *tag, const char *const list[])
{
    for (size_t i = 0; list[i] != NULL; i++) {
        if (strcmp(tag, list[i]) == 0)
            return true;
    }
    return false;
}

static dtn_model *new_inner_model(dtn_xmile *x, const char *name)
{
    dtn_model *model = dtn_model_new_scope(x->root);

    model->name = name;
    return model;
}

static void note_model(dtn_xmile *x, dtn_model *model)
{
    DTN_PUSH(x->arena, x->models, x->n_model, x->cap_model, model);
}

static bool flag_below(dtn_xmile *x, const xmlNode *behavior, const char *tag, bool otherwise)
{
    const xmlNode *node = tag == NULL ? behavior : dtn_xmile_child(x, behavior, tag);

    node = node != NULL ? dtn_xmile_child(x, node, "non_negative") : NULL;
    return node != NULL ? dtn_xmile_flag(x, node) : otherwise;
}

/* <behavior> below `node` sets what variables do unless they say otherwise. */
static void read_behavior(dtn_xmile *x, const xmlNode *node)
{
    const xmlNode *behavior = dtn_xmile_child(x, node, "behavior");
    bool all;

    if (behavior == NULL)
        return;
    all = flag_below(x, behavior, NULL, x->stocks_non_negative);
    x->stocks_non_negative = flag_below(x, behavior, "stock", all);
    all = flag_below(x, behavior, NULL, x->flows_non_negative);
    x->flows_non_negative = flag_below(x, behavior, "flow", all);
}

/* Length of the part before the next '.' that stands outside of quotes. */
static size_t part_length(const char *part)
{
    bool quoted = false;
    size_t n = 0;

    for (; part[n] != '\0' && (quoted || part[n] != '.'); n++)
        quoted ^= part[n] == '"';
    return n;
}

/* Key of a qualified name, "sub.name": each part's own key, joined. */
static const char *qualified_key(dtn_xmile *x, const char *name)
{
    const char *part = name;
    dtn_xmile_buffer key = {0};

    for (;;) {
        size_t n = part_length(part);

        dtn_xmile_append(x, &key, dtn_name_key(x->arena, part, n));
        if (part[n] == '\0')
            return key.text;
        dtn_xmile_append(x, &key, ".");
        part += n + 1;
    }
}

/* `to` stands with or without the module's own name before it; it is kept without. `from` is
 * seen from the model around the module; a leading dot leads to the root model. */
static void read_connect(dtn_xmile *x, const dtn_model *model, dtn_module *module,
                         const xmlNode *node)
{
    const char *to = dtn_xmile_need_attr(x, node, "to");
    const char *from = dtn_xmile_need_attr(x, node, "from");
    size_t n_key = strlen(module->key);

    if (to == NULL || from == NULL)
        return;
    to = qualified_key(x, to);
    from = qualified_key(x, from);
    if (strncmp(to, module->key, n_key) == 0 && to[n_key] == '.')
        to += n_key + 1;
    if (from[0] == '.' && model == x->root)
        from++;
    module->connect_to[module->n_connect] = to;
    module->connect_from[module->n_connect++] = from;
}

/* The file that a model is in; NULL: this one. */
static const char *resource_of(dtn_xmile *x, const xmlNode *node)
{
    const char *name = dtn_xmile_attr(x, node, "resource");

    if (name == NULL)
        name = dtn_xmile_attr(x, node, "load"); /* isee's */
    return name != NULL && name[0] != '\0' ? name : NULL;
}

/* A module is an instance of the model of its own name; some programs let it name another one. */
static const char *module_model(dtn_xmile *x, const xmlNode *node)
{
    const char *name = dtn_xmile_attr(x, node, "model_name");

    if (name == NULL)
        name = dtn_xmile_attr(x, node, "model");
    return name != NULL && name[0] != '\0' ? dtn_name_key(x->arena, name, strlen(name)) : NULL;
}

static void read_module(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    const char *name = dtn_xmile_need_attr(x, node, "name");
    dtn_module module = {0};
    size_t n_child = 0;

    if (name == NULL)
        return;
    module.name = dtn_xmile_name(x, name);
    module.key = dtn_name_key(x->arena, name, strlen(name));
    module.model_key = module_model(x, node);
    module.resource = resource_of(x, node);
    module.pos = dtn_xmile_pos(x, node);
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
        n_child++;
    module.connect_to = DTN_NEW_N(x->arena, const char *, n_child + 1);
    module.connect_from = DTN_NEW_N(x->arena, const char *, n_child + 1);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (dtn_xmile_is(x, child, "connect"))
            read_connect(x, model, &module, child);
        else if (child->type == XML_ELEMENT_NODE && dtn_xmile_is_vendor(x, child))
            dtn_xmile_ignore(x, child);
    }
    DTN_PUSH(x->arena, model->modules, model->n_module, model->cap_module, module);
}

/* Groups are read after the variables, which they name. */
static void read_group(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    const char *name = dtn_xmile_need_attr(x, node, "name");
    const xmlNode *doc = dtn_xmile_child(x, node, "doc");
    dtn_group group = {.parent = DTN_NONE};

    if (name == NULL)
        return;
    group.name = dtn_xmile_name(x, name);
    group.doc = doc != NULL ? dtn_xmile_text(x, doc, NULL) : NULL;
    DTN_PUSH(x->arena, model->groups, model->n_group, model->cap_group, group);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        const char *member;
        dtn_var *var;

        if (!dtn_xmile_is(x, child, "var") && !dtn_xmile_is(x, child, "entity"))
            continue;
        member = dtn_xmile_need_attr(x, child, "name");
        if (member == NULL)
            continue;
        var = dtn_model_find_var(model, dtn_name_key(x->arena, member, strlen(member)));
        if (var != NULL)
            var->group = (uint32_t)(model->n_group - 1);
    }
}

/* Vensim's, as the reader of .mdl files says it. */
static void note_reality_check(dtn_xmile *x, const xmlNode *node)
{
    const char *name = dtn_xmile_attr(x, node, "name");

    dtn_diags_add_as(x->diags, DTN_NOTE, 106, dtn_xmile_pos(x, node), NULL,
                     "the reality check '%s' is not read", name != NULL ? name : "");
}

/* One element of <variables>, or of <model> in old files. */
static void read_entity(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    static const char *const quiet[] = {
        "group",    "views",     "view",  "display", "interface",        "sim_specs",
        "behavior", "variables", "style", "doc",     "simulation_delay", "eqn",
        "parm",     "format",    NULL}; /* the last three: of a macro */

    if (node->type != XML_ELEMENT_NODE)
        return;
    if (dtn_xmile_is_vendor(x, node)) {
        if (strcmp(dtn_xmile_tag(node), "rc") == 0 && x->is_vensim_itself)
            note_reality_check(x, node);
        else
            dtn_xmile_ignore(x, node);
        return;
    }
    if (strcmp(dtn_xmile_tag(node), "views") == 0 && model == x->root)
        dtn_xmile_keep_views(x, model, node);
    if (strcmp(dtn_xmile_tag(node), "module") == 0)
        read_module(x, model, node);
    else if (strcmp(dtn_xmile_tag(node), "model") == 0)
        dtn_xmile_misplaced(x, node);
    else if (!dtn_xmile_read_var(x, model, node) && !is_one_of(dtn_xmile_tag(node), quiet))
        dtn_xmile_ignore(x, node);
}

/* A start tag without its end tag swallowed the variables behind it: they are read as its
 * siblings. Deeper than one step: each swallowed the next. */
static void read_swallowed(dtn_xmile *x, dtn_model *model, const xmlNode *top)
{
    const xmlNode *node = top->children;

    while (node != NULL) {
        const char *tag = dtn_xmile_tag(node);

        if (dtn_xmile_is_var_tag(tag) && strcmp(tag, "gf") != 0)
            read_entity(x, model, node);
        /* Views name the variables again. */
        node = strcmp(tag, "views") == 0 ? dtn_xmile_skip(top, node) : dtn_xmile_next(top, node);
    }
}

static void read_entities(dtn_xmile *x, dtn_model *model, const xmlNode *top)
{
    for (const xmlNode *node = top->children; node != NULL; node = node->next) {
        read_entity(x, model, node);
        if (x->is_repaired && dtn_xmile_is_var_tag(dtn_xmile_tag(node)))
            read_swallowed(x, model, node);
    }
}

static void read_groups(dtn_xmile *x, dtn_model *model, const xmlNode *top)
{
    for (const xmlNode *node = top->children; node != NULL; node = node->next) {
        if (dtn_xmile_is(x, node, "group"))
            read_group(x, model, node);
    }
}

static void read_model(dtn_xmile *x, dtn_model *model, const xmlNode *node)
{
    bool stocks = x->stocks_non_negative, flows = x->flows_non_negative;
    const xmlNode *specs = dtn_xmile_child(x, node, "sim_specs");

    read_behavior(x, node);
    if (specs != NULL && model->start == NULL)
        dtn_xmile_read_sim_specs(x, model, specs);
    read_entities(x, model, node);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (dtn_xmile_is(x, child, "variables"))
            read_entities(x, model, child);
    }
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (dtn_xmile_is(x, child, "variables"))
            read_groups(x, model, child);
    }
    read_groups(x, model, node);
    dtn_xmile_finish_stocks(x, model);
    x->stocks_non_negative = stocks;
    x->flows_non_negative = flows;
}

static void read_param(dtn_xmile *x, dtn_macro *macro, const xmlNode *node)
{
    const char *name = dtn_xmile_text(x, node, NULL);
    const char *otherwise = dtn_xmile_attr(x, node, "default");

    if (otherwise != NULL)
        macro->defaults[macro->n_param] = dtn_expr_read(
            x->root, DTN_XMILE, otherwise, strlen(otherwise), dtn_xmile_pos(x, node), x->diags);
    macro->params[macro->n_param++] = dtn_name_key(x->arena, name, strlen(name));
}

/* Usually the name of one of its variables, which converters write with its blanks. */
static dtn_expr *read_macro_value(dtn_xmile *x, const dtn_macro *macro, const xmlNode *node)
{
    dtn_pos at;
    const char *text = dtn_xmile_text(x, node, &at);

    if (macro->body != NULL &&
        dtn_model_find_var(macro->body, dtn_name_key(x->arena, text, strlen(text))) != NULL)
        return dtn_expr_new_name(x->root, text, at);
    return dtn_xmile_read_expr(x, x->root, text, at);
}

/* Vensim's macros give further values: variables marked as outputs that are not the one in <eqn>. */
static void read_outputs(dtn_xmile *x, dtn_macro *macro, const xmlNode *node)
{
    const xmlNode *variables = dtn_xmile_child(x, node, "variables");
    size_t n = 0, cap = 0;

    if (variables == NULL || !x->is_vensim_itself)
        return;
    for (const xmlNode *child = variables->children; child != NULL; child = child->next) {
        const char *access = dtn_xmile_attr(x, child, "access");
        const char *name = dtn_xmile_attr(x, child, "name"), *key;

        if (access == NULL || name == NULL || strcmp(access, "output") != 0)
            continue;
        key = dtn_name_key(x->arena, name, strlen(name));
        if (macro->expr != NULL && macro->expr->kind == DTN_X_NAME &&
            strcmp(macro->expr->key, key) == 0)
            continue;
        DTN_PUSH(x->arena, macro->outputs, n, cap, key);
        macro->n_output = (uint32_t)n;
    }
}

static void read_macro(dtn_xmile *x, const xmlNode *node)
{
    const char *name = dtn_xmile_need_attr(x, node, "name");
    const xmlNode *eqn = dtn_xmile_child(x, node, "eqn");
    dtn_macro macro = {0};
    size_t n_child = 0;

    if (name == NULL)
        return;
    macro.name = dtn_xmile_name(x, name);
    macro.key = dtn_name_key(x->arena, name, strlen(name));
    macro.pos = dtn_xmile_pos(x, node);
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
        n_child++;
    macro.params = DTN_NEW_N(x->arena, const char *, n_child + 1);
    macro.defaults = DTN_NEW_N(x->arena, dtn_expr *, n_child + 1);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (dtn_xmile_is(x, child, "parm"))
            read_param(x, &macro, child);
    }
    if (dtn_xmile_child(x, node, "variables") != NULL) {
        macro.body = new_inner_model(x, macro.name);
        note_model(x, macro.body);
        read_model(x, macro.body, node);
    }
    if (eqn != NULL) {
        macro.expr = read_macro_value(x, &macro, eqn);
        read_outputs(x, &macro, node);
    } else {
        dtn_diags_add(x->diags, 105, macro.pos, "add <eqn>: the macro's value",
                      "macro '%s' has no equation", macro.name);
    }
    DTN_PUSH(x->arena, x->root->macros, x->root->n_macro, x->root->cap_macro, macro);
}

static const char *model_name(dtn_xmile *x, const xmlNode *node)
{
    const char *name = dtn_xmile_attr(x, node, "name");

    return name != NULL ? name : "";
}

/* The root model is the one without a name; failing that, the first. */
static const xmlNode *find_root_model(dtn_xmile *x, const xmlNode *top)
{
    for (const xmlNode *node = top->children; node != NULL; node = node->next) {
        if (dtn_xmile_is(x, node, "model") && model_name(x, node)[0] == '\0')
            return node;
    }
    return dtn_xmile_child(x, top, "model");
}

/* Submodels of that name. */
static uint32_t n_of_name(dtn_xmile *x, const char *name)
{
    const dtn_model *root = x->root;
    const char *key = dtn_name_key(x->arena, name, strlen(name));
    uint32_t n = 0;

    for (size_t i = 0; i < root->n_submodel; i++) {
        const char *other = root->submodels[i]->name;

        n += strcmp(dtn_name_key(x->arena, other, strlen(other)), key) == 0;
    }
    return n;
}

static dtn_model *add_submodel(dtn_xmile *x, const char *key, const char *name)
{
    dtn_model *root = x->root, *model;
    const char *free_name = name;

    for (uint32_t n = 2; n_of_name(x, free_name) > 0; n++) /* that of another file: for writing */
        free_name = dtn_arena_printf(x->arena, "%s %u", name, n);
    model = new_inner_model(x, free_name);
    dtn_map_set(&x->submodel_index, x->arena, key, (uint32_t)root->n_submodel);
    DTN_PUSH(x->arena, root->submodels, root->n_submodel, root->cap_submodel, model);
    return model;
}

static void read_file(dtn_xmile *x, dtn_model *into, const char *resource, dtn_pos at);

/* The model of a module inside `outer`: of its own name, or of that with the outer model's before it. */
static void link_module(dtn_xmile *x, const dtn_model *outer, dtn_module *module)
{
    const char *key = module->model_key != NULL ? module->model_key : module->key, *real;
    uint32_t k = dtn_map_get(&x->submodel_index, key);

    if (k == DTN_MAP_NONE && outer->name != NULL) {
        const char *path = dtn_arena_printf(
            x->arena, "%s.%s", dtn_name_key(x->arena, outer->name, strlen(outer->name)), key);

        k = dtn_map_get(&x->submodel_index, path);
    }
    if (k == DTN_MAP_NONE && module->resource != NULL) {
        dtn_model *model =
            add_submodel(x, key, module->model_key != NULL ? module->model_key : module->name);

        k = dtn_map_get(&x->submodel_index, key);
        read_file(x, model, module->resource, module->pos);
    }
    module->body = k != DTN_MAP_NONE ? x->root->submodels[k] : NULL;
    if (module->body == NULL)
        return;
    real = dtn_name_key(x->arena, module->body->name, strlen(module->body->name));
    if (strcmp(real, key) != 0)
        module->model_key = real;
}

static void link_modules(dtn_xmile *x)
{
    for (size_t i = 0; i < x->n_model; i++)
        for (size_t k = 0; k < x->models[i]->n_module; k++)
            link_module(x, x->models[i], &x->models[i]->modules[k]);
}

static void read_submodel(dtn_xmile *x, const xmlNode *node)
{
    dtn_model *model;
    const char *name = dtn_xmile_name(x, model_name(x, node));
    const char *key = dtn_name_key(x->arena, name, strlen(name)), *resource = resource_of(x, node);

    if (key[0] == '\0' || dtn_map_get(&x->submodel_index, key) != DTN_MAP_NONE) {
        dtn_diags_add(x->diags, 204, dtn_xmile_pos(x, node), "rename or remove one of the two",
                      "there are two models of the name '%s'", name);
        return;
    }
    model = add_submodel(x, key, name);
    if (resource != NULL) {
        read_file(x, model, resource, dtn_xmile_pos(x, node));
        return;
    }
    note_model(x, model);
    read_model(x, model, node);
}

/* The models of a file but for `main_node`, then what modules name. */
static void read_other_models(dtn_xmile *x, const xmlNode *top, const xmlNode *main_node)
{
    for (const xmlNode *node = top->children; node != NULL; node = node->next) {
        bool is_other = dtn_xmile_is(x, node, "model") && node != main_node;

        if (is_other &&
            (x->outer == NULL || model_name(x, node)[0] != '\0')) /* its root is not asked for */
            read_submodel(x, node);
    }
    link_modules(x);
}

static void read_models(dtn_xmile *x, const xmlNode *top)
{
    const xmlNode *main_node = find_root_model(x, top);

    if (main_node == NULL) {
        dtn_diags_add(x->diags, 105, dtn_xmile_pos(x, top),
                      "add <model><variables>...</variables></model>", "the file has no <model>");
        return;
    }
    if (x->root->name == NULL)
        x->root->name = dtn_xmile_name(x, model_name(x, main_node));
    note_model(x, x->root);
    read_model(x, x->root, main_node);
    read_other_models(x, top, main_node);
}

/* The model of that name; failing that, the root model. */
static const xmlNode *find_model(dtn_xmile *x, const xmlNode *top, const char *name)
{
    const char *key = dtn_name_key(x->arena, name, strlen(name));

    for (const xmlNode *node = top->children; node != NULL; node = node->next) {
        const char *own = dtn_xmile_is(x, node, "model") ? model_name(x, node) : "";

        if (own[0] != '\0' && strcmp(dtn_name_key(x->arena, own, strlen(own)), key) == 0)
            return node;
    }
    return find_root_model(x, top);
}

/* What stands around the models of a file that another one names. */
static void read_surroundings(dtn_xmile *x, const xmlNode *top)
{
    const xmlNode *header = dtn_xmile_child(x, top, "header");
    const xmlNode *product = header != NULL ? dtn_xmile_child(x, header, "product") : NULL;

    x->ns = top->ns;
    x->is_by_vensim = product != NULL && strstr(dtn_xmile_text(x, product, NULL), "Vensim") != NULL;
    read_behavior(x, top);
    for (const xmlNode *node = top->children; node != NULL; node = node->next) {
        if (dtn_xmile_is(x, node, "model_units"))
            dtn_xmile_read_units(x, node);
        else if (dtn_xmile_is(x, node, "dimensions"))
            dtn_xmile_read_dims(x, node);
        else if (dtn_xmile_is(x, node, "macro"))
            read_macro(x, node);
    }
}

static void read_file(dtn_xmile *x, dtn_model *into, const char *resource, dtn_pos at)
{
    const xmlNode *top, *main_node;
    dtn_xmile inner;

    if (!dtn_xmile_open(x, resource, at, &inner, &top))
        return;
    read_surroundings(&inner, top);
    main_node = find_model(&inner, top, into->name);
    if (main_node == NULL) {
        dtn_diags_add(x->diags, 105, dtn_xmile_pos(&inner, top),
                      "add <model><variables>...</variables></model>", "the file has no <model>");
        return;
    }
    note_model(&inner, into);
    read_model(&inner, into, main_node);
    into->start = into->stop = into->dt = into->saveper = NULL; /* it runs with the whole */
    read_other_models(&inner, top, main_node);
    x->n_generated = inner.n_generated;
}

/* ---- The file ------------------------------------------------------------ */

static bool says(dtn_xmile *x, const xmlNode *node, const char *attribute, const char *value)
{
    const char *text = dtn_xmile_attr(x, node, attribute);

    return text != NULL && strcmp(text, value) == 0;
}

/* Stella's links to files: what a link has put into the equations stands in them, but values over
 * time, or for a run only, do not. */
static void read_data(dtn_xmile *x, const xmlNode *node)
{
    for (const xmlNode *link = node->children; link != NULL; link = link->next) {
        const char *file;

        if (!dtn_xmile_is(x, link, "import") || says(x, link, "enabled", "false") ||
            says(x, link, "frequency", "on_demand") ||
            !(says(x, link, "timevarying", "true") || says(x, link, "overwrite", "false")))
            continue;
        file = dtn_xmile_attr(x, link, "resource");
        dtn_diags_add_as(x->diags, DTN_WARNING, 706, dtn_xmile_pos(x, link),
                         "give those variables the values as graphical functions of TIME",
                         "the values that '%s' gives variables are not read: these have their "
                         "equations",
                         file != NULL ? file : "?");
    }
}

static void read_top_element(dtn_xmile *x, const xmlNode *node)
{
    static const char *const quiet[] = {"model",          "behavior", "style", "prefs",
                                        "default_format", "format",   "views", NULL};
    const char *tag = dtn_xmile_tag(node);

    if (dtn_xmile_is_vendor(x, node))
        dtn_xmile_ignore(x, node);
    else if (strcmp(tag, "header") == 0)
        dtn_xmile_read_header(x, node);
    else if (strcmp(tag, "sim_specs") == 0)
        dtn_xmile_read_sim_specs(x, x->root, node);
    else if (strcmp(tag, "model_units") == 0)
        dtn_xmile_read_units(x, node);
    else if (strcmp(tag, "dimensions") == 0)
        dtn_xmile_read_dims(x, node);
    else if (strcmp(tag, "macro") == 0)
        read_macro(x, node);
    else if (strcmp(tag, "data") == 0)
        read_data(x, node);
    else if (!is_one_of(tag, quiet))
        dtn_xmile_ignore(x, node);
}

static void read_tree(dtn_xmile *x, const xmlNode *top)
{
    x->ns = top->ns;
    if (strcmp(dtn_xmile_tag(top), "xmile") != 0 && dtn_xmile_child(x, top, "model") == NULL) {
        dtn_diags_add(x->diags, 105, dtn_xmile_pos(x, top),
                      "give an XMILE file: its root element is <xmile>",
                      "the root element is <%s>, not <xmile>", dtn_xmile_tag(top));
        return;
    }
    read_behavior(x, top);
    for (const xmlNode *node = top->children; node != NULL; node = node->next) {
        if (node->type == XML_ELEMENT_NODE)
            read_top_element(x, node);
    }
    read_models(x, top);
    if (dtn_xmile_child(x, top, "sim_specs") == NULL && x->root->start == NULL) {
        dtn_diags_add(x->diags, 211, dtn_xmile_pos(x, top),
                      "add <sim_specs><start>0</start><stop>100</stop></sim_specs>",
                      "the file has no <sim_specs>: start and end of the run are not known");
    }
}

static bool is_empty(const char *text, size_t n)
{
    size_t i = 0;

    while (i < n && strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0')
        i++;
    return i == n;
}

static dtn_status check_size(const char *text, size_t n, const char *path, dtn_diags *diags)
{
    dtn_pos at = {.file = path, .line = 1, .col = 1};

    if (is_empty(text, n)) {
        dtn_diags_add(diags, 104, at, "give a model file", "the file is empty");
        return DTN_E_INPUT;
    }
    if (n > INT_MAX / 2) {
        dtn_diags_add(diags, 704, at, "split the model", "the file is larger than 1 GiB");
        return DTN_E_INPUT;
    }
    return DTN_OK;
}

/* Walks the tree into a new model. The tree is the caller's, also after the arena's jump. */
static dtn_status build_model(const xmlDoc *doc, const char *text, size_t n, const char *path,
                              bool is_repaired, dtn_xmile_files *files, dtn_model **out,
                              dtn_diags *diags)
{
    dtn_model *model = dtn_model_new(DTN_XMILE, path);
    dtn_xmile x = {.diags = diags, .text = text, .n = n, .is_repaired = is_repaired};

    if (model == NULL)
        return DTN_E_MEMORY;
    if (DTN_ARENA_GUARD(model->arena)) {
        dtn_model_delete(model);
        return DTN_E_MEMORY;
    }
    x.root = model;
    x.path = model->path;
    x.files = files;
    x.arena = model->arena;
    read_tree(&x, dtn_xmile_root(doc));
    model->arena->has_guard = 0; /* this frame ends; the next user sets its own */
    *out = model;
    return DTN_OK;
}

dtn_status dtn_model_read_xmile(const char *text, size_t n, const char *path, dtn_model **out,
                                dtn_diags *diags)
{
    size_t n_error_before = diags->n_error;
    bool is_repaired = false;
    dtn_xmile_files files = {.n = 0};
    dtn_model *model = NULL;
    dtn_status status = check_size(text, n, path, diags);
    xmlDoc *doc;

    if (status != DTN_OK)
        return status;
    doc = dtn_xmile_parse(text, n, path, diags, &is_repaired);
    if (doc == NULL)
        return diags->n_error > n_error_before ? DTN_E_INPUT : DTN_E_MEMORY;
    status = build_model(doc, text, n, path, is_repaired, &files, &model, diags);
    xmlFreeDoc(doc);
    dtn_xmile_close_files(&files);
    if (status == DTN_OK && diags->n_error > n_error_before) {
        dtn_model_delete(model);
        return DTN_E_INPUT;
    }
    if (status == DTN_OK)
        *out = model;
    return status;
}
