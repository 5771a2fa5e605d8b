/* Names as people write them against variables and elements of a resolved model.
 *
 * Elements are counted with the slowest dimension first, as the program stores them.
 */
#include "api/names.h"

#include <string.h>

/* Where the subscripts begin: '[' outside a quoted name; NULL if there is none. */
static const char *subscripts_of(const char *name)
{
    const char *from = name;
    if (*name == '"') {
        const char *end = name + 1;
        while (*end != '\0' && *end != '"')
            end += *end == '\\' && end[1] != '\0' ? 2 : 1;
        from = *end != '\0' ? end : name;
    }
    return strchr(from, '[');
}

dtn_target_fault dtn_target_find(dtn_arena *arena, const dtn_model *model, const char *name,
                                 dtn_target *out)
{
    const char *subs = subscripts_of(name);
    size_t n = subs != NULL ? (size_t)(subs - name) : strlen(name);
    const dtn_var *var = dtn_model_find_var(model, dtn_written_name_key(arena, name, n));
    if (var == NULL && subs != NULL) /* "a [b]" as tables print it: without its quotes */
        var = dtn_model_find_reference(arena, model, name, &subs);
    if (var == NULL)
        return DTN_TARGET_NO_VARIABLE;
    *out = (dtn_target){var->id, 0, subs == NULL && var->n_dim > 0};
    if (subs == NULL)
        return DTN_TARGET_FOUND;
    uint32_t element = dtn_model_find_element(arena, model, var, subs);
    if (element == DTN_NONE)
        return DTN_TARGET_BAD_SUBSCRIPTS;
    out->element = element;
    return DTN_TARGET_FOUND;
}

static const char *element_text(dtn_arena *arena, const dtn_model *model, uint32_t var_id,
                                uint32_t element, bool use_keys)
{
    const dtn_var *var = &model->vars[var_id];
    const char *text = use_keys ? var->key : var->name;
    uint32_t at[DTN_MAX_DIMS];
    for (uint32_t i = var->n_dim; i-- > 0;) {
        uint32_t size = model->dims[var->dims[i]].n_element;
        at[i] = element % size;
        element /= size;
    }
    for (uint32_t i = 0; i < var->n_dim; i++) {
        const dtn_dim *dim = &model->dims[var->dims[i]];
        text = dtn_arena_printf(arena, "%s%c%s%s", text, i == 0 ? '[' : ',',
                                use_keys ? dim->element_keys[at[i]] : dim->elements[at[i]],
                                i + 1 == var->n_dim ? "]" : "");
    }
    return text;
}

const char *dtn_element_name(dtn_arena *arena, const dtn_model *model, uint32_t var,
                             uint32_t element)
{
    return element_text(arena, model, var, element, false);
}

const char *dtn_element_key(dtn_arena *arena, const dtn_model *model, uint32_t var,
                            uint32_t element)
{
    return element_text(arena, model, var, element, true);
}
