/* Feeds every file of a corpus folder to a fuzz target, without libFuzzer.
 *
 * So each input that once found a fault is tried again by `make test`, with any compiler. An
 * input that takes long is a fault too. The name of the file at hand is printed before it is
 * tried: after a crash, the last line says which one it was.
 *
 * usage: replay_TARGET FOLDER|FILE...
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

#define MAX_BYTES ((size_t)1 << 20)
#define MAX_SECONDS 10.0 /* of processor time for one input, also under sanitizers */

static size_t n_input, n_slow;

static void replay_file(const char *path)
{
    char *text = NULL;
    size_t n = 0;
    dtn_diags diags;
    dtn_diags_init(&diags);
    printf("# %s\n", path);
    (void)fflush(stdout);
    FUZZ_CHECK(dtn_file_read(path, MAX_BYTES, &text, &n, &diags) == DTN_OK);
    dtn_diags_free(&diags);
    uint8_t *exact = malloc(n ? n : 1); /* no NUL behind it, and sanitizers see its end */
    FUZZ_CHECK(exact != NULL);
    memcpy(exact, text, n);
    dtn_free(text);
    const clock_t begin = clock();
    (void)LLVMFuzzerTestOneInput(exact, n);
    const double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    if (seconds > MAX_SECONDS) {
        printf("# took %.1f s, at most %.0f s are allowed\n", seconds, MAX_SECONDS);
        n_slow++;
    }
    free(exact);
    n_input++;
}

static int is_input(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static void replay(const char *path)
{
    struct dirent **entries = NULL;
    int n = scandir(path, &entries, is_input, alphasort);
    if (n < 0) {
        replay_file(path);
        return;
    }
    for (int i = 0; i < n; i++) {
        char file[4096];
        snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        replay_file(file);
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    printf("%s 1 - %zu inputs\n1..1\n", n_slow == 0 && n_input > 0 ? "ok" : "not ok", n_input);
    return n_slow == 0 && n_input > 0 ? 0 : 1;
}
