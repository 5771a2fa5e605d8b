/* Output files that appear whole or not at all.
 *
 * A regular file is written as PATH.part, in the same folder so that rename(2) can put it in place in
 * one step. The .part is locked (flock) before it is emptied: a second process that writes the
 * same output gets a diagnostic, while one left behind by a crash is taken over. A link
 * at PATH is followed, and the mode of a file that is replaced is kept.
 * Writes go through stdio; the first error is kept and reported by the commit, so that
 * callers need not check every field they write.
 *
 * It does not sync the folder: after a power cut the old file may be there instead of
 * the new one, but never half of either.
 */
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/inputs.h"
#include "base/locale.h"

dtn_status dtn_store_cannot_write(const char *path, int error, dtn_diags *diags)
{
    static const struct {
        int error;
        const char *hint;
    } hints[] = {
        {ENOENT, "create the folder first, or choose another path"},
        {ENOTDIR, "a part of the path is a file; choose another path"},
        {EISDIR, "this is a folder; name a file inside it"},
        {EACCES, "choose a place where you may write"},
        {EPERM, "choose a place where you may write"},
        {EROFS, "the file system is read-only; choose another place"},
        {ENOSPC, "the disk is full; free some space or choose another place"},
        {EDQUOT, "your quota is used up; free some space or choose another place"},
        {EFBIG, "the file system or a limit does not allow a file of this size"},
        {EPIPE, "the program that reads the output ended early"},
        {ENAMETOOLONG, "choose a shorter path"},
        {EWOULDBLOCK, "another process is writing it; wait for it or choose another path"},
        {ELOOP, "the path, or a .part file beside it, is a link that cannot be followed"},
        {EBADF, "standard output is closed; use -o with a file"},
    };
    char buffer[128];
    const char *hint = "check the path and the disk";
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
        if (hints[i].error == error)
            hint = hints[i].hint;
    }
    dtn_diags_add(diags, 702, (dtn_pos){path, 0, 0}, hint, "cannot write: %s",
                  strerror_r(error, buffer, sizeof buffer));
    return DTN_E_IO;
}

static char *concat(const char *a, const char *b, const char *c)
{
    char *out = dtn_alloc(strlen(a) + strlen(b) + strlen(c) + 1);
    if (out)
        stpcpy(stpcpy(stpcpy(out, a), b), c);
    return out;
}

char *dtn_store_join(const char *folder, const char *name)
{
    size_t n = strlen(folder);
    return concat(folder, n == 0 || folder[n - 1] == '/' ? "" : "/", name);
}

static void free_texts(dtn_out *out)
{
    dtn_free(out->path);
    dtn_free(out->to);
    dtn_free(out->part);
    memset(out, 0, sizeof *out);
}

/* Opens and locks the .part; empties it unless it is to be gone on with. Between open and lock its owner may have renamed it into place; the
 * descriptor would then be the finished file, so the name is compared after the lock. */
static int open_part(const char *part, bool keep, int *error)
{
    for (;;) {
        struct stat mine, named;
        int fd = open(part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
        if (fd < 0) {
            *error = errno;
            return -1;
        }
        /* Where the file system has no locks, two writers are not told apart. */
        bool taken = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
        if (taken || fstat(fd, &mine) != 0) {
            *error = errno;
            close(fd);
            return -1;
        }
        if (stat(part, &named) == 0 && named.st_ino == mine.st_ino && named.st_dev == mine.st_dev &&
            S_ISREG(mine.st_mode)) {
            if (keep || ftruncate(fd, 0) == 0)
                return fd;
            *error = errno;
            close(fd);
            return -1;
        }
        close(fd);
        if (!S_ISREG(mine.st_mode)) {
            *error = EEXIST;
            return -1;
        }
    }
}

/* Fills `to` and `part`; DTN_E_MEMORY if they do not fit. */
static dtn_status name_part(dtn_out *out, const char *path, bool exists)
{
    char *real = exists ? realpath(path, NULL) : NULL; /* libc's heap */
    out->to = concat(real ? real : path, "", "");
    out->part = concat(real ? real : path, ".part", "");
    free(real);
    return out->to && out->part ? DTN_OK : DTN_E_MEMORY;
}

/* Was what stands at `path` read? Then it is the command's input, not its output. */
static bool was_read(const char *path, const dtn_diags *diags)
{
    struct stat info;
    return stat(path, &info) == 0 && dtn_inputs_have(diags, &info);
}

static dtn_status refuse_input(const char *path, dtn_diags *diags)
{
    dtn_diags_add(diags, 708, (dtn_pos){path, 0, 0}, "give another name",
                  "this command has read it and would write over it");
    return DTN_E_RANGE;
}

static dtn_status open_target(dtn_out *out, const char *path, bool keep, int *fd, int *error,
                              dtn_diags *diags)
{
    struct stat info;
    *fd = -1;
    if (strcmp(path, "-") == 0) {
        fflush(stdout); /* what the program printed before comes before */
        *fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        *error = errno;
        return *fd < 0 ? DTN_E_IO : DTN_OK;
    }
    bool exists = stat(path, &info) == 0;
    size_t n = strlen(path);
    if (n == 0 || path[n - 1] == '/' || (exists && S_ISDIR(info.st_mode))) {
        *error = n == 0 ? ENOENT : EISDIR;
        return DTN_E_IO;
    }
    if (exists && !S_ISREG(info.st_mode)) {
        *fd = open(path, O_WRONLY | O_CLOEXEC);
        *error = errno;
        return *fd < 0 ? DTN_E_IO : DTN_OK;
    }
    if (exists && access(path, W_OK) != 0) { /* rename would replace even a read-only file */
        *error = errno;
        return DTN_E_IO;
    }
    dtn_status status = name_part(out, path, exists);
    if (status != DTN_OK)
        return status;
    if (was_read(out->to, diags) || was_read(out->part, diags))
        return refuse_input(was_read(out->to, diags) ? path : out->part, diags);
    *fd = open_part(out->part, keep, error);
    if (*fd >= 0 && exists)
        (void)!fchmod(*fd, info.st_mode & 07777); /* a nicety: failing it is no reason to stop */
    return *fd < 0 ? DTN_E_IO : DTN_OK;
}

dtn_status dtn_out_open(dtn_out *out, const char *path, dtn_diags *diags)
{
    return dtn_out_open_part(out, path, false, diags);
}

dtn_status dtn_out_open_part(dtn_out *out, const char *path, bool keep, dtn_diags *diags)
{
    int fd, error = 0;
    memset(out, 0, sizeof *out);
    out->path = concat(strcmp(path, "-") == 0 ? "standard output" : path, "", "");
    if (!out->path)
        return DTN_E_MEMORY;
    dtn_status status = open_target(out, path, keep, &fd, &error, diags);
    if (status == DTN_OK) {
        out->file = fdopen(fd, keep ? "r+" : "w");
        if (out->file)
            return DTN_OK;
        error = EBADF; /* a descriptor that is for reading alone */
        status = errno == EINVAL ? DTN_E_IO : DTN_E_MEMORY;
        close(fd);
        if (out->part)
            unlink(out->part);
    }
    if (status == DTN_E_IO)
        dtn_store_cannot_write(out->path, error, diags);
    free_texts(out);
    return status;
}

static void keep_error(dtn_out *out)
{
    if (!out->error)
        out->error = errno ? errno : EIO;
}

void dtn_out_write(dtn_out *out, const void *bytes, size_t n)
{
    if (n && !out->error && fwrite_unlocked(bytes, 1, n, out->file) != n)
        keep_error(out);
}

void dtn_out_text(dtn_out *out, const char *text) { dtn_out_write(out, text, strlen(text)); }

void dtn_out_char(dtn_out *out, char c)
{
    if (!out->error && putc_unlocked(c, out->file) == EOF)
        keep_error(out);
}

void dtn_out_printf(dtn_out *out, const char *fmt, ...)
{
    char small[512], *text = small;
    va_list args;
    va_start(args, fmt);
    int n = dtn_vsnprintf_c(small, sizeof small, fmt, args);
    va_end(args);
    if (n < 0) {
        keep_error(out);
        return;
    }
    if ((size_t)n >= sizeof small) {
        text = dtn_alloc((size_t)n + 1);
        if (!text) {
            out->error = out->error ? out->error : ENOMEM;
            return;
        }
        va_start(args, fmt);
        dtn_vsnprintf_c(text, (size_t)n + 1, fmt, args);
        va_end(args);
    }
    dtn_out_write(out, text, (size_t)n);
    if (text != small)
        dtn_free(text);
}

void dtn_out_flush(dtn_out *out)
{
    errno = 0;
    if (!out->error && fflush(out->file) != 0)
        keep_error(out);
}

dtn_status dtn_out_commit(dtn_out *out, dtn_diags *diags)
{
    dtn_status status = DTN_OK;
    errno = 0;
    if (fflush(out->file) != 0 || ferror(out->file))
        keep_error(out);
    if (out->part && !out->error && fsync(fileno(out->file)) != 0)
        keep_error(out);
    if (out->part && was_read(out->to, diags)) { /* after it was opened */
        status = refuse_input(out->path, diags);
        dtn_out_abandon(out);
        return status;
    }
    /* Renamed while the lock is held: another writer sees either this .part or none. */
    if (out->part && !out->error && rename(out->part, out->to) != 0)
        keep_error(out);
    if (out->part && out->error)
        unlink(out->part);
    if (fclose(out->file) != 0 && !out->part)
        keep_error(out);
    if (out->error == ENOMEM)
        status = DTN_E_MEMORY;
    else if (out->error)
        status = dtn_store_cannot_write(out->path, out->error, diags);
    free_texts(out);
    return status;
}

void dtn_out_abandon(dtn_out *out)
{
    if (out->part)
        unlink(out->part);
    dtn_out_leave(out);
}

void dtn_out_leave(dtn_out *out)
{
    if (out->file)
        fclose(out->file);
    free_texts(out);
}

dtn_status dtn_out_refuse_part(dtn_out *out, const char *by, dtn_diags *diags)
{
    char hint[512];
    const char *part = out->part ? out->part : out->path;
    snprintf(hint, sizeof hint,
             "give the command that began it; to begin anew, leave --resume out, which overwrites "
             "it, or remove '%.300s'",
             part);
    dtn_diags_add(diags, 707, (dtn_pos){part, 0, 0}, hint,
                  "it was begun by another command, or from other figures in its files%s%.1000s",
                  *by ? ": " : "", by);
    dtn_out_leave(out);
    return DTN_E_INPUT;
}

/* ---- folders ---- */

static int make_folder(const char *path)
{
    struct stat info;
    if (mkdir(path, 0777) == 0)
        return 0;
    int error = errno; /* some file systems say EROFS or EACCES even for what exists */
    if (stat(path, &info) == 0)
        return S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
    return error;
}

dtn_status dtn_store_mkdirs(const char *path, dtn_diags *diags)
{
    char *copy = concat(path, "", "");
    int error = 0;
    if (!copy)
        return DTN_E_MEMORY;
    for (char *at = copy; *at && !error; at++) {
        if (at == copy || *at != '/' || at[-1] == '/')
            continue;
        *at = '\0';
        error = make_folder(copy);
        *at = '/';
    }
    if (!error)
        error = make_folder(copy);
    dtn_free(copy);
    return error ? dtn_store_cannot_write(path, error, diags) : DTN_OK;
}
