/* Reading a case folder: the order of the steps, files, hashes.
 *
 * case.yaml becomes a tree (yaml.c), the tree structs (tables.c), the structs are tied to the
 * model (resolve.c, mixture.c, profile.c, observed.c). Each step reports all it finds; the
 * next one starts only when there was no error, because it relies on what the former set.
 *
 * Every file that shapes a result goes into the hash: case.yaml, model, overlays, views, loops, evidence,
 * observed, in this order, each preceded by its length (8 bytes, little-endian).
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "case/reader.h"

dtn_status dtn_case_load(dtn_case_reader *r, const char *name, const char **path,
                         dtn_case_file *out)
{
    const char *full = dtn_arena_printf(r->arena, "%s/%s", r->c->folder, name);
    dtn_case_file file = {0};
    if (r->n_file > 0 && access(full, F_OK) != 0) {
        dtn_diags_add(r->diags, 701, (dtn_pos){full, 0, 0},
                      "check its name in the case: names there start from the case's folder",
                      "cannot read: there is no file `%s` in the case", name);
        return DTN_E_IO;
    }
    dtn_status status = dtn_file_read(full, DTN_CASE_MAX_FILE, &r->heap, &file.n, r->diags);
    if (status != DTN_OK)
        return status;
    file.text = dtn_arena_strndup(r->arena, r->heap, file.n);
    dtn_free(r->heap);
    r->heap = NULL;
    DTN_PUSH(r->arena, r->files, r->n_file, r->cap_file, file);
    *path = full;
    *out = file;
    return DTN_OK;
}

dtn_status dtn_case_load_yaml(dtn_case_reader *r, const char *name, dtn_yaml_node **root)
{
    const char *path = NULL;
    dtn_case_file file = {0};
    DTN_TRY(dtn_case_load(r, name, &path, &file));
    DTN_TRY(dtn_yaml_read(r->arena, file.text, file.n, path, root, r->diags));
    if (*root)
        return DTN_OK;
    dtn_diags_add(r->diags, 603, (dtn_pos){path, 1, 1}, "see docs/case-format.md",
                  "the file is empty");
    return DTN_E_INPUT;
}

/* ---- Hashes ----------------------------------------------------------------- */

static void hash_files(dtn_case_reader *r, size_t first, size_t n, char out[33])
{
    size_t size = 0;
    for (size_t i = first; i < first + n; i++)
        size += 8 + r->files[i].n;
    unsigned char *bytes = dtn_arena_alloc(r->arena, size), *at = bytes;
    for (size_t i = first; i < first + n; i++) {
        for (int k = 0; k < 8; k++)
            *at++ = (unsigned char)((uint64_t)r->files[i].n >> (8 * k));
        if (r->files[i].n)
            memcpy(at, r->files[i].text, r->files[i].n);
        at += r->files[i].n;
    }
    dtn_hash128_hex(bytes, size, out);
}

/* ---- Paths ------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Folder and file from a path to either. */
static void set_paths(dtn_case_reader *r, const char *path)
{
    dtn_case *c = r->c;
    size_t n = strlen(path);
    if ((r->is_folder = is_folder(path))) {
        while (n > 1 && path[n - 1] == '/')
            n--;
        c->folder = dtn_arena_strndup(r->arena, path, n);
        c->path = dtn_arena_printf(r->arena, "%s/case.yaml", c->folder);
        return;
    }
    const char *slash = strrchr(path, '/');
    c->path = dtn_arena_strdup(r->arena, path);
    c->folder =
        slash ? dtn_arena_strndup(r->arena, path, (size_t)(slash - path) + (slash == path)) : ".";
}

/* ---- Steps ------------------------------------------------------------------- */

static dtn_status read_yaml(dtn_case_reader *r)
{
    dtn_case *c = r->c;
    dtn_case_file file = {0};
    dtn_yaml_node *root = NULL;
    if (r->is_folder && access(c->path, F_OK) != 0) {
        dtn_diags_add(r->diags, 701, (dtn_pos){c->folder, 0, 0},
                      "give a case's folder (docs/case-format.md) or a model file",
                      "the folder has no case.yaml");
        return DTN_E_IO;
    }
    dtn_status status = dtn_file_read(c->path, DTN_YAML_MAX_BYTES, &r->heap, &file.n, r->diags);
    if (status != DTN_OK)
        return status;
    file.text = dtn_arena_strndup(r->arena, r->heap, file.n);
    dtn_free(r->heap);
    r->heap = NULL;
    DTN_PUSH(r->arena, r->files, r->n_file, r->cap_file, file);
    DTN_TRY(dtn_yaml_read(r->arena, file.text, file.n, c->path, &root, r->diags));
    if (!root) {
        dtn_diags_add(r->diags, 603, (dtn_pos){c->path, 1, 1}, "see docs/case-format.md",
                      "the file is empty");
        return DTN_E_INPUT;
    }
    r->root = root;
    dtn_case_read_tables(r);
    return DTN_OK;
}

static dtn_status check_against_model(dtn_case_reader *r)
{
    dtn_case_check_time(r);
    dtn_case_check_names(r);
    dtn_case_check_hypotheses(r);
    dtn_case_read_profiles(r);
    dtn_case_check_ranges(r);
    return DTN_OK;
}

typedef dtn_status read_step(dtn_case_reader *r);

static dtn_status read_steps(dtn_case_reader *r, const char *path, bool only_names)
{
    read_step *const steps[] = {
        read_yaml,           dtn_case_read_model, check_against_model,    dtn_case_check_all_units,
        dtn_case_read_views, dtn_case_read_loops, dtn_case_read_evidence, dtn_case_read_observed,
        dtn_case_check_reach};
    const size_t n_error = r->diags->n_error;
    set_paths(r, path);
    for (size_t i = 0; i < (only_names ? 1 : sizeof steps / sizeof *steps); i++) {
        DTN_TRY(steps[i](r));
        if (r->diags->n_error > n_error)
            return DTN_E_INPUT;
    }
    hash_files(r, 0, r->n_file, r->c->hash);
    hash_files(r, 1, r->n_model_file, r->c->model_hash);
    return DTN_OK;
}

static dtn_status read_guarded(dtn_case_reader *r, const char *path, bool only_names)
{
    if (DTN_ARENA_GUARD(r->arena))
        return DTN_E_MEMORY;
    r->c = DTN_NEW(r->arena, dtn_case);
    r->c->arena = r->arena;
    return read_steps(r, path, only_names);
}

static dtn_status read_case(const char *path, bool only_names, dtn_case **out, dtn_diags *diags)
{
    dtn_status status = DTN_E_MEMORY;
    dtn_case_reader *r = dtn_alloc(sizeof *r);
    dtn_arena *arena = dtn_alloc(sizeof *arena);
    if (!r || !arena)
        goto out;
    dtn_arena_init(arena);
    dtn_diags_init(&r->ignored);
    r->arena = r->schema.arena = arena;
    r->diags = r->schema.diags = diags;
    status = read_guarded(r, path, only_names);
    dtn_free(r->heap);
    dtn_csv_free(&r->table);
    dtn_diags_free(&r->ignored);
    if (status == DTN_OK) {
        *out = r->c;
        arena = NULL;
    } else {
        if (r->c)
            dtn_model_delete(r->c->model);
        dtn_arena_free(arena);
    }
out:
    dtn_free(arena);
    dtn_free(r);
    return status;
}

dtn_status dtn_case_read(const char *path, dtn_case **out, dtn_diags *diags)
{
    return read_case(path, false, out, diags);
}

dtn_status dtn_case_read_names(const char *path, dtn_case **out, dtn_diags *diags)
{
    return read_case(path, true, out, diags);
}

static dtn_status set_views_guarded(dtn_case_reader *r, const char *path)
{
    if (DTN_ARENA_GUARD(r->arena))
        return DTN_E_MEMORY;
    const char *slash = strrchr(path, '/');
    r->c->views_name = dtn_arena_strdup(r->arena, slash ? slash + 1 : path);
    return dtn_case_read_other_views(r, path);
}

dtn_status dtn_case_set_views(dtn_case *c, const char *path, dtn_diags *diags)
{
    dtn_case_reader *r = dtn_alloc(sizeof *r);
    if (!r)
        return DTN_E_MEMORY;
    dtn_diags_init(&r->ignored);
    r->c = c;
    r->arena = r->schema.arena = c->arena;
    r->diags = r->schema.diags = diags;
    const dtn_status status = set_views_guarded(r, path);
    dtn_free(r->heap);
    dtn_diags_free(&r->ignored);
    dtn_free(r);
    return status;
}

void dtn_case_delete(dtn_case *c)
{
    if (!c)
        return;
    dtn_arena *arena = c->arena;
    dtn_model_delete(c->model);
    dtn_arena_free(arena);
    dtn_free(arena);
}
