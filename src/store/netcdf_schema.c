/* What the header of a NetCDF file says, put together piece by piece: CF conventions 1.10. */
#include "store/netcdf.h"

#include <string.h>

static bool is_used(const char *name, size_t n, const char *const *used)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(used[i], name) == 0)
            return true;
    return false;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

const char *dtn_nc_name(dtn_arena *arena, const char *name, size_t n, const char *const *used)
{
    char *plain = dtn_arena_printf(arena, "%s%s", is_letter(name[0]) ? "" : "v_", name);
    size_t length = 0;
    for (const char *from = plain; *from; from++) {
        const bool is_plain = is_letter(*from) || (*from >= '0' && *from <= '9');
        if (is_plain || (length > 0 && plain[length - 1] != '_'))
            plain[length++] = is_plain ? *from : '_';
    }
    while (length > 1 && plain[length - 1] == '_')
        length--;
    plain[length] = '\0';
    const char *out = plain;
    for (int i = 2; is_used(out, n, used); i++)
        out = dtn_arena_printf(arena, "%s_%d", plain, i);
    return out;
}

const char *dtn_nc_new_name(dtn_nc_builder *b, const char *name)
{
    const char *out = dtn_nc_name(b->arena, name, b->n_name, b->names);
    DTN_PUSH(b->arena, b->names, b->n_name, b->cap_name, out);
    return out;
}

uint32_t dtn_nc_add_dim(dtn_nc_builder *b, const char *name, uint64_t n)
{
    DTN_PUSH(b->arena, b->dims, b->n_dim, b->cap_dim, (dtn_nc_dim){name, n});
    return (uint32_t)(b->n_dim - 1);
}

uint32_t dtn_nc_add_labels(dtn_nc_builder *b, const char *name, const char *long_name, size_t n,
                           const char *const *labels)
{
    const char *own = dtn_nc_new_name(b, name);
    size_t width = 1;
    for (size_t i = 0; i < n; i++)
        width = strlen(labels[i]) > width ? strlen(labels[i]) : width;
    char *values = dtn_arena_alloc(b->arena, n * width);
    for (size_t i = 0; i < n; i++)
        memcpy(values + i * width, labels[i], strlen(labels[i]));
    const uint32_t dim = dtn_nc_add_dim(b, own, n);
    const char *length = dtn_nc_new_name(b, dtn_arena_printf(b->arena, "%s_length", own));
    const uint32_t letters = dtn_nc_add_dim(b, length, width);
    dtn_nc_var *var = dtn_nc_add_var(b, own, DTN_NC_CHAR, long_name, NULL);
    dtn_nc_over(var, dim);
    dtn_nc_over(var, letters);
    var->values = values;
    return dim;
}

void dtn_nc_add_text(dtn_nc_builder *b, const char *name, const char *text)
{
    DTN_PUSH(b->arena, b->attrs, b->n_attr, b->cap_attr, (dtn_nc_attr){name, text, 0, NULL, 0});
}

void dtn_nc_add_number(dtn_nc_builder *b, const char *name, int64_t number)
{
    DTN_PUSH(b->arena, b->attrs, b->n_attr, b->cap_attr,
             (dtn_nc_attr){name, NULL, number, NULL, 0});
}

void dtn_nc_var_attr(dtn_nc_builder *b, dtn_nc_var *var, dtn_nc_attr attr)
{
    dtn_nc_attr *attrs = DTN_NEW_N(b->arena, dtn_nc_attr, var->n_attr + 1);
    for (size_t i = 0; i < var->n_attr; i++)
        attrs[i] = var->attrs[i];
    attrs[var->n_attr++] = attr;
    var->attrs = attrs;
}

dtn_nc_var *dtn_nc_add_var(dtn_nc_builder *b, const char *name, dtn_nc_type type,
                           const char *long_name, const char *units)
{
    DTN_PUSH(b->arena, b->vars, b->n_var, b->cap_var, ((dtn_nc_var){.name = name, .type = type}));
    dtn_nc_var *var = &b->vars[b->n_var - 1];
    dtn_nc_var_attr(b, var, (dtn_nc_attr){.name = "long_name", .text = long_name});
    if (units)
        dtn_nc_var_attr(b, var, (dtn_nc_attr){.name = "units", .text = units});
    return var;
}

dtn_nc_var *dtn_nc_add_measured(dtn_nc_builder *b, const char *name, const char *long_name,
                                const char *own, const char *normal)
{
    const char *known = normal ? dtn_nc_units(b->arena, normal) : NULL;
    const char *units = known ? known : "1";
    dtn_nc_var *var = dtn_nc_add_var(b, name, DTN_NC_DOUBLE, long_name, units);
    if (own && strcmp(own, units) != 0)
        dtn_nc_var_attr(b, var, (dtn_nc_attr){.name = "model_units", .text = own});
    return var;
}

void dtn_nc_over(dtn_nc_var *var, uint32_t dim) { var->dims[var->n_dim++] = dim; }

dtn_nc_schema dtn_nc_built(const dtn_nc_builder *b)
{
    return (dtn_nc_schema){.dims = b->dims,
                           .n_dim = b->n_dim,
                           .attrs = b->attrs,
                           .n_attr = b->n_attr,
                           .vars = b->vars,
                           .n_var = b->n_var};
}
