/* Models in files of their own: <model name="part" resource="part.stmx"/>, and what a module of
 * isee's programs names in its attribute `load`.
 *
 * The file's root model, or its model of that name, becomes a submodel; its dimensions, units and
 * macros join those of the whole, its further models are its own. Its time specification does not
 * count: a module runs with the model around it.
 *
 * A file is named relative to the one that names it, and lies in the folder of the whole model or
 * below: no absolute path, no "..", no link that leads out, nothing but a plain file. A file that
 * comes to read itself is an error.
 *
 * Source: XMILE 1.0, section 4.1 (resource).
 */
#include "format/xmile.h"

#include <libxml/parser.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_MODEL_FILE ((size_t)64 << 20) /* as format/read.c */

/* May this name lead out of the folder? */
static bool is_below(const char *name)
{
    if (name[0] == '\0' || name[0] == '/' || strchr(name, ':') != NULL)
        return false;
    for (const char *part = name; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return false;
    }
    return true;
}

/* The folder of a path with its slash; "" for the current one. */
static const char *folder_of(dtn_arena *arena, const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;

    return slash != NULL ? dtn_arena_strndup(arena, path, (size_t)(slash - path) + 1) : "";
}

/* The real path, arena-owned; NULL: there is none. */
static const char *real_path(dtn_arena *arena, const char *path)
{
    char found[PATH_MAX];

    if (realpath(path[0] != '\0' ? path : ".", found) == NULL)
        return NULL;
    return dtn_arena_strndup(arena, found, strlen(found));
}

static bool is_plain_file(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

/* The file's path, that diagnostics name, and the real one; NULL with a diagnostic. */
static const char *find_file(dtn_xmile *x, const char *resource, dtn_pos at, const char **real)
{
    char *name = dtn_arena_strndup(x->arena, resource, strlen(resource));
    const char *path, *folder;
    size_t n;

    for (char *c = name; *c != '\0'; c++)
        *c = *c == '\\' ? '/' : *c;
    while (strncmp(name, "./", 2) == 0)
        name += 2;
    path = dtn_arena_printf(x->arena, "%s%s", folder_of(x->arena, x->path), name);
    *real = is_below(name) ? real_path(x->arena, path) : NULL;
    folder = real_path(x->arena, folder_of(x->arena, x->root->path));
    n = folder != NULL ? strlen(folder) : 0;
    if (!is_below(name) ||
        (*real != NULL && n > 1 && (strncmp(*real, folder, n) != 0 || (*real)[n] != '/'))) {
        dtn_diags_add(x->diags, 502, at, "put it beside the model, and name it relative to it",
                      "the file '%s' is outside the folder of the model", resource);
        return NULL;
    }
    if (*real == NULL || !is_plain_file(path)) {
        dtn_diags_add(x->diags, 502, at, "put the file there, or its model into this file",
                      "there is no file '%s'", path);
        return NULL;
    }
    return path;
}

static bool is_being_read(const dtn_xmile *x, const char *real)
{
    for (; x != NULL; x = x->outer) {
        const char *other = real_path(x->arena, x->path != NULL ? x->path : "");

        if (other != NULL && strcmp(other, real) == 0)
            return true;
    }
    return false;
}

/* The file's text and tree, owned by x->files. */
static const xmlDoc *open_file(dtn_xmile *x, const char *path, dtn_pos at, dtn_xmile *inner)
{
    dtn_xmile_files *files = x->files;
    char *text = NULL;
    size_t n = 0;

    if (files == NULL || files->n == DTN_MAX_MODEL_FILES) {
        dtn_diags_add(x->diags, 502, at, "put some of the models into one file",
                      "the model is in more than %d files", DTN_MAX_MODEL_FILES);
        return NULL;
    }
    if (dtn_file_read(path, MAX_MODEL_FILE, &text, &n, x->diags) != DTN_OK)
        return NULL;
    files->texts[files->n] = text;
    files->docs[files->n++] = NULL;
    if (n == 0) {
        dtn_diags_add(x->diags, 104, (dtn_pos){path, 1, 1}, "give a model file",
                      "the file is empty");
        return NULL;
    }
    *inner = (dtn_xmile){.root = x->root,
                         .arena = x->arena,
                         .diags = x->diags,
                         .text = text,
                         .n = n,
                         .path = path,
                         .outer = x,
                         .files = files,
                         .n_generated = x->n_generated};
    return files->docs[files->n - 1] =
               dtn_xmile_parse(text, n, path, x->diags, &inner->is_repaired);
}

bool dtn_xmile_open(dtn_xmile *x, const char *resource, dtn_pos at, dtn_xmile *inner,
                    const xmlNode **top)
{
    const char *real = NULL, *path = find_file(x, resource, at, &real);
    const xmlDoc *doc;

    if (path == NULL)
        return false;
    if (is_being_read(x, real)) {
        dtn_diags_add(x->diags, 502, at, "take one of them out", "the file '%s' contains itself",
                      path);
        return false;
    }
    doc = open_file(x, path, at, inner);
    *top = doc != NULL ? dtn_xmile_root(doc) : NULL;
    return *top != NULL;
}

void dtn_xmile_close_files(dtn_xmile_files *files)
{
    for (uint32_t i = 0; i < files->n; i++) {
        xmlFreeDoc(files->docs[i]);
        dtn_free(files->texts[i]);
    }
    files->n = 0;
}
