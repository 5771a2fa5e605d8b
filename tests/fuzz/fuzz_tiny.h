/** The folder of tests/cases/tiny, copied once into the process's own, but for one file. */
#ifndef DTN_TESTS_FUZZ_TINY_H
#define DTN_TESTS_FUZZ_TINY_H

#include "fuzz.h"

#include "base/arena.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static inline void fuzz_copy(const char *name)
{
    char path[1024], *text = NULL;
    size_t n = 0;
    dtn_diags diags;
    dtn_diags_init(&diags);
    (void)snprintf(path, sizeof path, "%s/%s", FUZZ_CASE, name);
    FUZZ_CHECK(dtn_file_read(path, 1 << 20, &text, &n, &diags) == DTN_OK);
    fuzz_write(name, text, n);
    dtn_free(text);
    dtn_diags_free(&diags);
}

/** `but`: the file that the target writes itself. */
static inline void fuzz_make_case(const char *but)
{
    static const char *const files[] = {"case.yaml",           "model.mdl",  "chance.mdl",
                                        "observed/deaths.csv", "views.yaml", "loops.yaml",
                                        "evidence.tsv"};
    static bool is_made;
    if (is_made)
        return;
    is_made = true;
    FUZZ_CHECK(mkdir(fuzz_path("observed"), 0700) == 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(files[i], but) != 0)
            fuzz_copy(files[i]);
}

#endif
