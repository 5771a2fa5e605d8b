/* Tables of named weights, read whole.
 *
 * A malformed line is an error with its place: a model with a weight missing would still give
 * probabilities, and wrong ones. What the names mean is up to who asks.
 */
#include "store/weights.h"

#include <string.h>

#define MAX_FILE ((size_t)64 << 20) /* bytes: a million weights and more */

/* A name is looked up for every feature of every word, most often in vain: so a slot has little more than what tells
 * that, and a name stands beside its number, where one look finds both. Open addressing, linear probing, at most half
 * full. */
typedef struct slot {
    uint32_t tag; /* the upper half of the name's hash */
    uint32_t at;  /* its entry, counted in doubles; 0: free */
} slot;

struct dtn_weights {
    dtn_arena arena;
    slot *slots;
    size_t n_slot; /* a power of 2 */
    double
        *entries;  /* each: the number, then the name with its NUL in as many doubles as it takes */
    size_t n_used; /* doubles; the first is no entry's */
    char hash[33];
};

static slot *find_slot(const dtn_weights *w, const char *name, uint64_t hash)
{
    const uint32_t tag = (uint32_t)(hash >> 32);
    size_t i = (size_t)hash & (w->n_slot - 1);
    while (w->slots[i].at && (w->slots[i].tag != tag ||
                              strcmp((const char *)&w->entries[w->slots[i].at + 1], name) != 0))
        i = (i + 1) & (w->n_slot - 1);
    return &w->slots[i];
}

static void make_room(dtn_weights *w, const char *text, size_t n)
{
    size_t n_line = 1;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        n_line++;
    w->n_slot = 16;
    while (w->n_slot < 2 * n_line)
        w->n_slot *= 2;
    w->slots = DTN_NEW_N(&w->arena, slot, w->n_slot);
    w->entries = DTN_NEW_N(&w->arena, double, 1 + 2 * n_line + n / sizeof(double));
    w->n_used = 1;
}

static void put(dtn_weights *w, const char *name, double value)
{
    const uint64_t hash = dtn_hash64(name, strlen(name), 0);
    slot *s = find_slot(w, name, hash);
    if (!s->at) {
        *s = (slot){(uint32_t)(hash >> 32), (uint32_t)w->n_used};
        memcpy(&w->entries[w->n_used + 1], name, strlen(name) + 1);
        w->n_used += 1 + strlen(name) / sizeof(double) + 1;
    }
    w->entries[s->at] = value;
}

static void read_line(dtn_weights *w, char *line, dtn_pos pos, dtn_diags *diags)
{
    char *tab = strrchr(line, '\t');
    double value = 0;
    if (!tab || tab == line || !dtn_text_to_double(tab + 1, strlen(tab + 1), &value)) {
        dtn_diags_add(diags, 926, pos, "make it anew: see reader/weights/README.md",
                      "a line is a name, a tab and a number");
        return;
    }
    *tab = '\0';
    put(w, line, value);
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
            make_room(w, text, n);
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
    return at == DTN_MAP_NONE ? 0 : w->entries[at];
}

uint32_t dtn_weights_find(const dtn_weights *w, const char *name)
{
    const slot *s = find_slot(w, name, dtn_hash64(name, strlen(name), 0));
    return s->at ? s->at : DTN_MAP_NONE;
}

double dtn_weights_at(const dtn_weights *w, uint32_t i) { return w->entries[i]; }

const char *dtn_weights_hash(const dtn_weights *w) { return w->hash; }
