/** Output files that appear whole or not at all.
 *
 *  A file is written as PATH.part beside its place and renamed onto it by the commit; until
 *  then what stood at PATH is untouched. "-" is standard output; a device or a pipe
 *  (/dev/null, /dev/full) is written directly, since it cannot be renamed over.
 *
 *      dtn_out out;
 *      DTN_TRY(dtn_out_open(&out, path, diags));
 *      dtn_out_text(&out, "...");          writes never fail at once: the first
 *      return dtn_out_commit(&out, diags); error is kept and reported here
 *
 *  Every opened dtn_out ends in exactly one dtn_out_commit, dtn_out_abandon or dtn_out_leave.
 *  A process that writes to a pipe must ignore SIGPIPE to get the diagnostic.
 */
#ifndef DTN_STORE_FILE_H
#define DTN_STORE_FILE_H

#include "detente/diag.h"
#include "detente/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct dtn_out {
    FILE *file; /* borrowable, for libraries that want a FILE */
    char *path; /* owned; as given, for messages */
    char *to;   /* owned; where the file goes, links followed; NULL if written directly */
    char *part; /* owned; what is written meanwhile; NULL if written directly */
    int error;  /* errno of the first failure, 0 if none */
} dtn_out;

/** Errors: DTN_E_IO with diagnostic 702, DTN_E_RANGE with 708 for a file that was read (base/inputs.h),
 *  DTN_E_MEMORY; the object then needs no end. */
dtn_status dtn_out_open(dtn_out *out, const char *path, dtn_diags *diags);
/** The same, where what is in the .part stays if `keep`: for what can be gone on with. `file` may be read. */
dtn_status dtn_out_open_part(dtn_out *out, const char *path, bool keep, dtn_diags *diags);
void dtn_out_write(dtn_out *out, const void *bytes, size_t n);
void dtn_out_text(dtn_out *out, const char *text);
void dtn_out_char(dtn_out *out, char c);
/** What was written goes out now: for a stream that somebody reads. */
void dtn_out_flush(dtn_out *out);
/** In the C locale. */
void dtn_out_printf(dtn_out *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Flush, bring to disk, rename. On failure (full disk, closed pipe) the same errors, and the .part is removed. Frees the object either way. */
dtn_status dtn_out_commit(dtn_out *out, dtn_diags *diags);
/** Remove the .part; what stood at the path stays. Frees the object. */
void dtn_out_abandon(dtn_out *out);
/** Leave the .part as it is. Frees the object. */
void dtn_out_leave(dtn_out *out);

/** The .part that was opened to go on with belongs to another command (`by` says to which; "": not known):
 *  error 707, and it stays as it is. Frees the object. DTN_E_INPUT. */
dtn_status dtn_out_refuse_part(dtn_out *out, const char *by, dtn_diags *diags);

/** Make the folder and those above it, like mkdir -p. */
dtn_status dtn_store_mkdirs(const char *path, dtn_diags *diags);

/** FOLDER/NAME on the heap (dtn_free); NULL when out of memory. */
char *dtn_store_join(const char *folder, const char *name);

/** Diagnostic 702 for an errno value, with a hint that fits it; returns DTN_E_IO. */
dtn_status dtn_store_cannot_write(const char *path, int error, dtn_diags *diags);

#endif
