/** Diagnostics: what is wrong with a person's input, where, and what to do.
 *
 *  Readers and checks add to a `dtn_diags` list and go on as far as they can;
 *  the caller prints. Libraries never print.
 */
#ifndef DETENTE_DIAG_H
#define DETENTE_DIAG_H

#include <stddef.h>
#include <stdint.h>

typedef enum dtn_severity { DTN_NOTE, DTN_WARNING, DTN_ERROR } dtn_severity;

/* One table: code (never reused), default severity, what it means. Grouped by hundred: 1 syntax, 2 names and
 * structure, 3 units, 4 order and circularity, 5 not runnable yet, 6 cases, 7 files and data, 8 runs, 9 texts. */
#define DTN_DIAG_LIST(X)                                                 \
    X(101, DTN_ERROR, "syntax error in an equation")                     \
    X(102, DTN_ERROR, "the file ends inside a construct")                \
    X(103, DTN_ERROR, "malformed number")                                \
    X(104, DTN_ERROR, "malformed XML")                                   \
    X(105, DTN_ERROR, "element or attribute missing or misplaced")       \
    X(106, DTN_WARNING, "vendor extension or unknown element ignored")   \
    X(107, DTN_ERROR, "malformed lookup table")                          \
    X(108, DTN_ERROR, "nesting is too deep")                             \
    X(109, DTN_ERROR, "text is not valid in its encoding")               \
    X(201, DTN_ERROR, "unknown variable")                                \
    X(202, DTN_ERROR, "unknown function")                                \
    X(203, DTN_ERROR, "wrong number of arguments")                       \
    X(204, DTN_ERROR, "variable defined twice")                          \
    X(205, DTN_ERROR, "unknown subscript or dimension")                  \
    X(206, DTN_ERROR, "subscripts do not fit the variable")              \
    X(207, DTN_ERROR, "variable has no equation")                        \
    X(208, DTN_WARNING, "variable is never used")                        \
    X(209, DTN_ERROR, "elements without an equation")                    \
    X(210, DTN_ERROR, "name is used for two different things")           \
    X(211, DTN_ERROR, "time specification missing or impossible")        \
    X(212, DTN_ERROR, "argument of the wrong kind")                      \
    X(213, DTN_WARNING, "variable lacks documentation, unit or source")  \
    X(214, DTN_ERROR, "the model is larger than can be computed")        \
    X(301, DTN_WARNING, "units do not agree")                            \
    X(302, DTN_ERROR, "malformed unit")                                  \
    X(303, DTN_WARNING, "variable has no unit")                          \
    X(304, DTN_ERROR, "units of a rule do not agree")                    \
    X(401, DTN_ERROR, "circular equations")                              \
    X(402, DTN_ERROR, "circular initial values")                         \
    X(501, DTN_ERROR, "a macro of this form does not run")               \
    X(502, DTN_ERROR, "a module of this form does not run")              \
    X(503, DTN_ERROR, "subscript mappings of this form do not run yet")  \
    X(504, DTN_ERROR, "such a conveyor, queue or oven does not run")     \
    X(505, DTN_ERROR, "function is known but does not run yet")          \
    X(506, DTN_ERROR, "external data does not run yet")                  \
    X(507, DTN_ERROR, "construct is known but does not run yet")         \
    X(508, DTN_ERROR, "cannot be written in this format")                \
    X(509, DTN_WARNING, "is written in another way in this format")      \
    X(601, DTN_ERROR, "malformed YAML")                                  \
    X(602, DTN_ERROR, "unknown key")                                     \
    X(603, DTN_ERROR, "key missing")                                     \
    X(604, DTN_ERROR, "value of the wrong type or outside its range")    \
    X(605, DTN_ERROR, "name not found in the case or its model")         \
    X(606, DTN_ERROR, "defined twice in the case")                       \
    X(607, DTN_ERROR, "a date is malformed or out of order")             \
    X(608, DTN_ERROR, "probabilities or weights do not add up")          \
    X(609, DTN_WARNING, "a case entry lacks evidence")                   \
    X(610, DTN_ERROR, "a declared loop is not in the equations")         \
    X(620, DTN_ERROR, "a claim of the validation is not complete")       \
    X(621, DTN_ERROR, "a recorded series cannot be held against runs")   \
    X(640, DTN_WARNING, "evidence for what the model does not have")     \
    X(641, DTN_WARNING, "a regime has a value that no state names")      \
    X(642, DTN_WARNING, "a held value is outside its declared range")    \
    X(643, DTN_ERROR, "a document that is cited cannot be quoted")       \
    X(644, DTN_ERROR, "a name is reserved")                              \
    X(645, DTN_ERROR, "a document is not the text that was cited")       \
    X(646, DTN_WARNING, "a given value stands in place of a hypothesis") \
    X(647, DTN_WARNING, "a human cost is below zero in the runs")        \
    X(701, DTN_ERROR, "file cannot be read")                             \
    X(702, DTN_ERROR, "file cannot be written")                          \
    X(703, DTN_ERROR, "malformed data")                                  \
    X(704, DTN_ERROR, "file is too large")                               \
    X(705, DTN_ERROR, "no such sheet, cell or range in a table")         \
    X(706, DTN_ERROR, "values are missing in a table")                   \
    X(707, DTN_ERROR, "what a killed command left is of another one")    \
    X(708, DTN_ERROR, "a file that was read would be written over")      \
    X(709, DTN_WARNING, "data are given that nothing takes")             \
    X(801, DTN_WARNING, "a value became non-finite")                     \
    X(802, DTN_ERROR, "too many runs were flagged")                      \
    X(803, DTN_WARNING, "a value is outside the range the model gives")  \
    X(804, DTN_WARNING, "a value stands in place of an equation")        \
    X(900, DTN_ERROR, "the document is too large")                       \
    X(901, DTN_ERROR, "the document is not text")                        \
    X(902, DTN_WARNING, "bytes of the document are not UTF-8")           \
    X(903, DTN_WARNING, "the HTML ends inside an element")               \
    X(910, DTN_ERROR, "not a file of parser weights, or damaged")        \
    X(911, DTN_ERROR, "parser weights of another version")               \
    X(920, DTN_ERROR, "malformed lexicon")                               \
    X(921, DTN_ERROR, "syntax error in a rule")                          \
    X(922, DTN_ERROR, "a rule names an unknown lexicon or class")        \
    X(923, DTN_ERROR, "a rule names an unknown field or tag")            \
    X(924, DTN_ERROR, "defined twice in a rule or in the rules")         \
    X(925, DTN_ERROR, "a rule is not complete")                          \
    X(926, DTN_ERROR, "malformed weights of the reader")                 \
    X(927, DTN_WARNING, "weights of the reader are missing")             \
    X(928, DTN_ERROR, "malformed weights of arguments' bounds")          \
    X(930, DTN_ERROR, "malformed vocabulary of a case")                  \
    X(931, DTN_ERROR, "there are no documents")                          \
    X(932, DTN_ERROR, "a line of the stream is not a document")          \
    X(933, DTN_WARNING, "a document was given before")                   \
    X(934, DTN_WARNING, "a document's date is not one")                  \
    X(935, DTN_WARNING, "files that are no documents")                   \
    X(936, DTN_WARNING, "an empty document")                             \
    X(937, DTN_WARNING, "no English text")                               \
    X(938, DTN_WARNING, "two documents of one name")                     \
    X(939, DTN_WARNING, "a document's name is no id of a view")          \
    X(940, DTN_WARNING, "a pipe or device among the documents")          \
    X(941, DTN_WARNING, "more documents than views may be of")           \
    X(942, DTN_WARNING, "a document without a date")                     \
    X(950, DTN_ERROR, "not a table of actors or events")                 \
    X(951, DTN_ERROR, "unknown kind, code or date of an actor")          \
    X(960, DTN_ERROR, "a record is not complete")                        \
    X(961, DTN_ERROR, "the ledger has no such table")                    \
    X(962, DTN_ERROR, "not a search of the ledger")                      \
    X(963, DTN_ERROR, "not a ledger of this version")

/** A place in a text. `file` is borrowed (lives as long as its model or case);
 *  line and column count from 1, 0 where unknown; columns count bytes. */
typedef struct dtn_pos {
    const char *file;
    uint32_t line;
    uint32_t col;
} dtn_pos;

typedef struct dtn_diag {
    int code; /* see DTN_DIAG_LIST */
    dtn_severity severity;
    char *file; /* may be NULL */
    uint32_t line, col;
    char *message; /* what is wrong, one sentence without a full stop */
    char *hint;    /* what to do, may be NULL */
} dtn_diag;

typedef struct dtn_diags {
    dtn_diag *items;
    size_t n, cap;
    size_t n_error, n_warning;
    struct dtn_inputs
        *inputs; /* the library's: files that were read, which it does not write over */
} dtn_diags;

#pragma GCC visibility push(default) /* part of the library's interface */

void dtn_diags_init(dtn_diags *diags);
void dtn_diags_free(dtn_diags *diags);

/** Add one with the code's default severity; `fmt` makes the message, `hint`
 *  may be NULL. All texts are copied. Out of memory: the item is dropped but
 *  counted. At most DTN_MAX_DIAGS are kept, the rest are counted. */
void dtn_diags_add(dtn_diags *diags, int code, dtn_pos pos, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/** The same with a severity of the caller's choosing. */
void dtn_diags_add_as(dtn_diags *diags, dtn_severity severity, int code, dtn_pos pos,
                      const char *hint, const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/** What a code means, as in DTN_DIAG_LIST; never NULL, static storage. */
const char *dtn_diag_text(int code);

/** One diagnostic as text for a terminal, every line ended by a newline:
 *    FILE:LINE:COL: error E201: MESSAGE
 *      hint: HINT
 *  What is unknown is left out; the letter is E, W or N by severity; control bytes
 *  in the texts are replaced. `color` adds ANSI escapes. Owned: free with dtn_free;
 *  NULL when out of memory. */
char *dtn_diag_format(const dtn_diag *d, int color);

#pragma GCC visibility pop

#define DTN_MAX_DIAGS 1000 /* a broken file must not fill the memory */

#endif
