/* Tables of named weights, read whole.
 *
 * A malformed line is an error with its place: a model with a weight missing would still give
 * probabilities, and wrong ones. What the names mean is up to who asks.
 */
#include "store/weights.h"

#include <string.h>

#define MAX_FILE ((size_t)64 << 20) /* bytes: a million weights and more */

struct dtn_weights {
    dtn_arena arena;
    dtn_map map;
    double *values;
    size_t n, cap;
    char hash[33];
};

static void read_line(dtn_weights *w, char *line, dtn_pos pos, dtn_diags *diags)
{
    char *tab = strrchr(line, '\t');
    double value = 0;
    if (!tab || tab == line || !dtn_text_to_double(tab + 1, strlen(tab + 1), &value)) {
        dtn_diags_add(diags, 926, pos, "make it anew: see reader/weights/README.md",
                      "a line is a name, a tab and a number");
        return;
    }
    dtn_map_set(&w->map, &w->arena, dtn_arena_strndup(&w->arena, line, (size_t)(tab - line)),
                (uint32_t)w->n);
    DTN_PUSH(&w->arena, w->values, w->n, w->cap, value);
}

static void read_lines(dtn_weights *w, const char *path, char *text, dtn_diags *diags)
{
    uint32_t line = 1;
    for (char *at = text; at && *at; line++) {
        char *end = strchr(at, '\n');
        if (end)
            *end = '\0';
        if (*at && *at != '#')
            read_line(w, at, (dtn_pos){path, line, 1}, diags);
        at = end ? end + 1 : NULL;
    }
}

dtn_status dtn_weights_read(const char *path, dtn_weights **out, dtn_diags *diags)
{
    char *text = NULL;
    size_t n = 0;
    const size_t n_error = diags->n_error;
    DTN_TRY(dtn_file_read(path, MAX_FILE, &text, &n, diags));
    dtn_weights *w = dtn_alloc(sizeof *w);
    dtn_status status = DTN_E_MEMORY;
    if (w) {
        dtn_arena_init(&w->arena);
        if (!DTN_ARENA_GUARD(&w->arena)) {
            dtn_hash128_hex(text, n, w->hash);
            read_lines(w, path, text, diags);
            status = diags->n_error > n_error ? DTN_E_INPUT : DTN_OK;
        }
    }
    dtn_free(text);
    if (status == DTN_OK)
        *out = w;
    else
        dtn_weights_delete(w);
    return status;
}

void dtn_weights_delete(dtn_weights *w)
{
    if (!w)
        return;
    dtn_arena_free(&w->arena);
    dtn_free(w);
}

double dtn_weights_get(const dtn_weights *w, const char *name)
{
    const uint32_t at = dtn_weights_find(w, name);
    return at == DTN_MAP_NONE ? 0 : w->values[at];
}

uint32_t dtn_weights_find(const dtn_weights *w, const char *name)
{
    return dtn_map_get(&w->map, name);
}

double dtn_weights_at(const dtn_weights *w, uint32_t i) { return w->values[i]; }

const char *dtn_weights_hash(const dtn_weights *w) { return w->hash; }
