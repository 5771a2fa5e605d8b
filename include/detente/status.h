/** Status codes of every fallible function, and their sentences. */
#ifndef DETENTE_STATUS_H
#define DETENTE_STATUS_H

/* One table: name, number, sentence. Numbers are never reused. */
#define DTN_STATUS_LIST(X)                                          \
    X(DTN_OK, 0, "done")                                            \
    X(DTN_E_MEMORY, -1, "out of memory")                            \
    X(DTN_E_RANGE, -2, "an argument is outside its range")          \
    X(DTN_E_EMPTY, -3, "there is nothing to compute from")          \
    X(DTN_E_IO, -4, "a file could not be read or written")          \
    X(DTN_E_INPUT, -5, "the input has errors; see the diagnostics") \
    X(DTN_E_RUN, -6, "a run failed")                                \
    X(DTN_E_NOT_FOUND, -7, "no such name")                          \
    X(DTN_E_INTERRUPTED, -8, "interrupted")                         \
    X(DTN_E_CHECK, -9, "a demanded check did not hold")

typedef enum dtn_status {
#define DTN_X(name, number, sentence) name = number,
    DTN_STATUS_LIST(DTN_X)
#undef DTN_X
} dtn_status;

/** The sentence for a status; never NULL, static storage. */
#pragma GCC visibility push(default) /* part of the library's interface */
const char *dtn_status_text(dtn_status status);
#pragma GCC visibility pop

#endif
