/** A program as one plain, stand-alone C17 file: `detente convert model.mdl model.c`.
 *
 *  The file runs the model alone and needs libc and libm only. It prints the table that
 *  `detente simulate` prints and takes -p NAME=VALUE, --seed N, --run K and --bench N (N runs,
 *  their time in microseconds). Values agree with the engine's to about 1e-12; the bits may differ,
 *  because its mathematical functions are those of libm.
 */
#ifndef DTN_COMPILE_EXPORT_C_H
#define DTN_COMPILE_EXPORT_C_H

#include "compile/program.h"

/** The text of the file.
 *
 *  program  in, borrowed; overlays are left out: the file runs the model itself
 *  arena    holds the text; its guard is the caller's (a failed allocation jumps there)
 *  name     in, borrowed; what the file calls itself in its opening comment and its messages,
 *           a bare file name such as "model.c"
 *  out      out, *n_out bytes and a NUL, owned by `arena`
 *
 *  Errors: DTN_E_INPUT with diagnostic 507 for each construct that cannot be exported.
 */
dtn_status dtn_export_c(const dtn_program *program, dtn_arena *arena, const char *name,
                        const char **out, size_t *n_out, dtn_diags *diags);

#endif
