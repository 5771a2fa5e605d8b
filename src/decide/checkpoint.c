/* Finished views in a file: one line that says of what, then for each view
 *
 *     magic | view | bytes | hash of the values | values
 *
 * as they lie in memory. Only whole ones count: the hash tells a view whose writing was cut off. The file is
 * for this machine and version; another's has another first line.
 */
#include "decide/checkpoint.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define MAGIC UINT64_C(0x6474766965770a01)

typedef struct entry {
    uint64_t magic, view, n_byte, hash;
} entry;

typedef struct part {
    void *at;
    size_t n; /* bytes */
} part;

enum { N_PART = 14 };

/* Everything that is kept, in its order. */
static void list_parts(dtn_futures *f, dtn_summary *series, part parts[N_PART])
{
    const size_t n_measure = f->n_profile * f->n_outcome, n_state = f->n_profile * f->n_regime;
    const part all[N_PART] = {
        {f->measure, n_measure * f->n_run * sizeof *f->measure},
        {f->flags, f->n_run * sizeof *f->flags},
        {f->flag_profile, f->n_run * sizeof *f->flag_profile},
        {f->regimes, n_state * sizeof *f->regimes},
        {f->regime_history, f->n_regime * (f->i_decide + 1) * sizeof(uint64_t)},
        {f->regime_after, n_state * f->n_after * sizeof(uint64_t)},
        {f->entered, n_state * f->n_after * sizeof *f->entered},
        {f->n_good, f->n_profile * sizeof *f->n_good},
        {&f->n_history, sizeof f->n_history},
        {&f->n_unnamed, sizeof f->n_unnamed},
        {&f->first_unnamed, sizeof f->first_unnamed},
        {&f->unnamed_value, sizeof f->unnamed_value},
        {&f->unnamed_step, sizeof f->unnamed_step},
        {series, n_measure * f->n_time * sizeof *series}};
    memcpy(parts, all, sizeof all);
}

static uint64_t count_bytes(const part parts[N_PART])
{
    uint64_t n = 0;
    for (size_t i = 0; i < N_PART; i++)
        n += parts[i].n;
    return n;
}

static uint64_t hash_parts(const part parts[N_PART])
{
    uint64_t hash = 0;
    for (size_t i = 0; i < N_PART; i++)
        hash = dtn_hash64(parts[i].at, parts[i].n, hash);
    return hash;
}

enum { MAX_LINE = 8192 }; /* of another command, for the message; ours is read whole */

/* The first line of the file; "" if it has none: nothing was kept yet. */
static void read_line(const dtn_checkpoint *c, size_t n, char *line)
{
    FILE *file = c->out.file;
    *line = '\0';
    if (fseeko(file, 0, SEEK_SET) != 0 || !fgets(line, (int)n, file) || !strchr(line, '\n'))
        *line = '\0';
}

/* The views of a file that begins with the line of n bytes. */
static void find_views(dtn_checkpoint *c, size_t n)
{
    FILE *file = c->out.file;
    struct stat info;
    entry e;
    c->end = n;
    while (fstat(fileno(file), &info) == 0 && fseeko(file, (off_t)c->end, SEEK_SET) == 0 &&
           fread(&e, sizeof e, 1, file) == 1 && e.magic == MAGIC && e.view < c->n_view &&
           e.n_byte <= (uint64_t)info.st_size - c->end - sizeof e) {
        c->places[e.view] = c->end;
        c->end += sizeof e + e.n_byte;
    }
}

/* The command in a line, which begins with version and hashes. */
static const char *command_of(char *line)
{
    const char *command = strstr(line, " detente ");
    line[strcspn(line, "\n")] = '\0';
    return command ? command + 1 : "";
}

dtn_status dtn_checkpoint_open(dtn_checkpoint *checkpoint, const char *path, const char *key,
                               size_t n_view, bool resume, dtn_arena *arena, dtn_diags *diags)
{
    *checkpoint = (dtn_checkpoint){.n_view = n_view};
    const char *line = dtn_arena_printf(arena, "%s\n", key);
    const size_t n = strlen(line) + MAX_LINE;
    char *there = DTN_NEW_N(arena, char, n);
    checkpoint->places = DTN_NEW_N(arena, uint64_t, n_view);
    const dtn_status status = dtn_out_open_part(&checkpoint->out, path, resume, diags);
    if (status != DTN_OK)
        return status;
    if (resume)
        read_line(checkpoint, n, there);
    if (*there && strcmp(there, line) == 0) {
        find_views(checkpoint, strlen(line));
        return DTN_OK;
    }
    if (*there)
        return dtn_out_refuse_part(&checkpoint->out, command_of(there), diags);
    checkpoint->end = strlen(line);
    (void)!ftruncate(fileno(checkpoint->out.file), 0);
    (void)fseeko(checkpoint->out.file, 0, SEEK_SET);
    dtn_out_text(&checkpoint->out, line);
    return DTN_OK;
}

bool dtn_checkpoint_read(const dtn_checkpoint *checkpoint, size_t v, dtn_futures *f,
                         dtn_summary *series)
{
    FILE *file = checkpoint->out.file;
    part parts[N_PART];
    entry e;
    list_parts(f, series, parts);
    if (checkpoint->places[v] == 0 || fseeko(file, (off_t)checkpoint->places[v], SEEK_SET) != 0 ||
        fread(&e, sizeof e, 1, file) != 1 || e.n_byte != count_bytes(parts))
        return false;
    for (size_t i = 0; i < N_PART; i++)
        if (fread(parts[i].at, 1, parts[i].n, file) != parts[i].n)
            return false;
    return hash_parts(parts) == e.hash;
}

void dtn_checkpoint_add(dtn_checkpoint *checkpoint, size_t v, const dtn_futures *f,
                        const dtn_summary *series)
{
    dtn_out *out = &checkpoint->out;
    part parts[N_PART];
    list_parts((dtn_futures *)(uintptr_t)f, (dtn_summary *)(uintptr_t)series, parts);
    const entry e = {MAGIC, v, count_bytes(parts), hash_parts(parts)};
    if (checkpoint->places[v] != 0 || fseeko(out->file, (off_t)checkpoint->end, SEEK_SET) != 0)
        return;
    dtn_out_write(out, &e, sizeof e);
    for (size_t i = 0; i < N_PART; i++)
        dtn_out_write(out, parts[i].at, parts[i].n);
    if (out->error || fflush(out->file) != 0)
        return;
    checkpoint->places[v] = checkpoint->end;
    checkpoint->end += sizeof e + e.n_byte;
}
