/** For tests: the case tests/cases/tiny copied into a folder of its own, with one text changed. */
#ifndef DTN_TESTS_CASE_FOLDER_H
#define DTN_TESTS_CASE_FOLDER_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

typedef struct case_folder {
    char path[256];
} case_folder;

/* The folder of the tests' cases, from the build folder or the root. */
static inline const char *cases_root(void)
{
    static char path[1024];
    const char *file = __FILE__;
    const char *slash = strrchr(file, '/');
    snprintf(path, sizeof path, "%.*s/../cases", slash ? (int)(slash - file) : 1,
             slash ? file : ".");
    return access(path, R_OK) == 0 ? path : "tests/cases";
}

__attribute__((noinline)) static char *read_text(const char *path)
{
    char *text = NULL;
    size_t n = 0;
    dtn_diags diags;
    dtn_diags_init(&diags);
    dtn_file_read(path, 1 << 24, &text, &n, &diags);
    dtn_diags_free(&diags);
    return text;
}

static inline void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        abort();
    fwrite(text, 1, strlen(text), f);
    fclose(f);
}

/* `text` with the first `old` replaced; the caller frees. A text that lacks `old` ends the test. */
static inline char *replaced(const char *text, const char *old, const char *with)
{
    const char *at = strstr(text, old);
    if (!at) {
        fprintf(stderr, "not in the case: %s\n", old);
        abort();
    }
    char *out = malloc(strlen(text) + strlen(with) + 1);
    memcpy(out, text, (size_t)(at - text));
    strcpy(out + (at - text), with);
    strcat(out, at + strlen(old));
    return out;
}

static inline void copy_file(const case_folder *to, const char *name, const char *changed,
                             const char *old, const char *with)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/tiny/%s", cases_root(), name);
    char *text = read_text(path);
    if (!text)
        abort();
    snprintf(path, sizeof path, "%s/%s", to->path, name);
    char *out = changed && strcmp(changed, name) == 0 ? replaced(text, old, with) : NULL;
    write_text(path, out ? out : text);
    free(out);
    dtn_free(text);
}

static const char *const case_files[] = {"case.yaml",           "model.mdl",  "chance.mdl",
                                         "observed/deaths.csv", "views.yaml", "loops.yaml",
                                         "evidence.tsv"};
#define N_CASE_FILE (sizeof case_files / sizeof *case_files)

/* `changed` may be NULL: the case as it is. */
static inline void make_case(case_folder *folder, const char *changed, const char *old,
                             const char *with)
{
    char path[512];
    strcpy(folder->path, "/tmp/detente-case-XXXXXX");
    if (!mkdtemp(folder->path))
        abort();
    snprintf(path, sizeof path, "%s/observed", folder->path);
    if (mkdir(path, 0700))
        abort();
    for (size_t i = 0; i < N_CASE_FILE; i++)
        copy_file(folder, case_files[i], changed, old, with);
}

static inline void remove_case(const case_folder *folder)
{
    char path[512];
    for (size_t i = 0; i < N_CASE_FILE; i++) {
        snprintf(path, sizeof path, "%s/%s", folder->path, case_files[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/observed", folder->path);
    rmdir(path);
    rmdir(folder->path);
}

#endif
