/* Files that were read, by device and inode, counted by the lists of diagnostics that share them. */
#include "base/inputs.h"

#include "base/arena.h"

struct dtn_inputs {
    size_t n_list, n, cap;
    struct {
        dev_t device;
        ino_t inode;
    } * files;
};

static dtn_status add(dtn_diags *diags, const struct stat *info)
{
    struct dtn_inputs *in = diags->inputs;
    if (!S_ISREG(info->st_mode))
        return DTN_OK;
    if (!in) {
        in = dtn_alloc(sizeof *in);
        if (!in)
            return DTN_E_MEMORY;
        *in = (struct dtn_inputs){.n_list = 1};
        diags->inputs = in;
    }
    if (in->n == in->cap) {
        const size_t cap = in->cap ? 2 * in->cap : 16;
        void *more = dtn_realloc(in->files, cap * sizeof *in->files);
        if (!more)
            return DTN_E_MEMORY;
        in->files = more;
        in->cap = cap;
    }
    in->files[in->n].device = info->st_dev;
    in->files[in->n++].inode = info->st_ino;
    return DTN_OK;
}

dtn_status dtn_inputs_add(dtn_diags *diags, int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 ? add(diags, &info) : DTN_OK;
}

dtn_status dtn_inputs_add_path(dtn_diags *diags, const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? add(diags, &info) : DTN_OK;
}

bool dtn_inputs_have(const dtn_diags *diags, const struct stat *info)
{
    const struct dtn_inputs *in = diags->inputs;
    for (size_t i = 0; in && i < in->n; i++)
        if (in->files[i].device == info->st_dev && in->files[i].inode == info->st_ino)
            return true;
    return false;
}

void dtn_diags_init_beside(dtn_diags *diags, const dtn_diags *of)
{
    dtn_diags_init(diags);
    diags->inputs = of->inputs;
    if (diags->inputs)
        diags->inputs->n_list++;
}

void dtn_inputs_free(dtn_diags *diags)
{
    if (!diags->inputs || --diags->inputs->n_list > 0)
        return;
    dtn_free(diags->inputs->files);
    dtn_free(diags->inputs);
}
