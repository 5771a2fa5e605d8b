/** The fuzz targets: what each file of this folder gives, and what they share.
 *
 *  A target is one file fuzz_NAME.c with LLVMFuzzerTestOneInput. It is linked twice: with
 *  libFuzzer (tools/fuzz.sh, clang) and with replay.c, which feeds tests/fuzz/corpus/NAME to it
 *  in every `make test`, gcc included.
 *
 *  A target feeds bytes to a reader and lets what comes out be used as the program would use it.
 *  Beside the sanitizers, FUZZ_CHECK finds faults: a promise of a header that does not hold.
 */
#ifndef DTN_TESTS_FUZZ_H
#define DTN_TESTS_FUZZ_H

#include "detente/diag.h"
#include "detente/status.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Ends the process with the place when a promise is broken. */
#define FUZZ_CHECK(condition)                            \
    do {                                                 \
        if (!(condition))                                \
            fuzz_broken(__FILE__, __LINE__, #condition); \
    } while (0)
_Noreturn void fuzz_broken(const char *file, int line, const char *condition);

/** What a status promises: OK comes without errors, DTN_E_INPUT and DTN_E_IO with one at least.
 *  DTN_E_MEMORY is a fault: no input of a fuzzer is large enough to deserve it. */
void fuzz_check_status(dtn_status status, const dtn_diags *diags, size_t n_error_before);

/** Formats every diagnostic, as the command line would. */
void fuzz_check_diags(const dtn_diags *diags);

/** All that follows the reading of a model: names, units, hygiene, graph, loops, compilation, and
 *  a few steps if the program is small. `rules` (NULL: none) is laid over it first as overlay 1,
 *  which is then switched on. Frees the model. */
void fuzz_use_model(dtn_model *model, const char *rules, size_t n_rules, dtn_diags *diags);

/** A folder of this process for files that a target needs, removed at the end. Holds data.csv
 *  and data.tab, small tables that a model may read. */
const char *fuzz_folder(void);
/** Path of a file in it; static storage, until the next call. */
const char *fuzz_path(const char *name);
void fuzz_write(const char *name, const void *bytes, size_t n);

#endif
