/** NetCDF files in the classic format with 64-bit data (CDF-5), one record a run, written so that a killed
 *  process leaves a file that opens and holds whole records.
 */
#ifndef DTN_STORE_NETCDF_H
#define DTN_STORE_NETCDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/file.h"

typedef enum dtn_nc_type {
    DTN_NC_CHAR = 2,
    DTN_NC_INT = 4,
    DTN_NC_DOUBLE = 6,
    DTN_NC_INT64 = 10
} dtn_nc_type;

enum { DTN_NC_MAX_DIMS = 12 }; /* of one variable: run, policy, view, time and a model's own 8 */

typedef struct dtn_nc_dim {
    const char *name;
    uint64_t n; /* 0: the record dimension */
} dtn_nc_dim;

typedef struct dtn_nc_attr {
    const char *name, *text; /* text NULL: the numbers, if there are any, else the number */
    int64_t number;
    const int64_t *numbers;
    size_t n_number;
} dtn_nc_attr;

typedef struct dtn_nc_var {
    const char *name;
    dtn_nc_type type;
    uint32_t n_dim, dims[DTN_NC_MAX_DIMS]; /* the record dimension first, where there is one */
    const dtn_nc_attr *attrs;
    size_t n_attr;
    const void *values; /* of a fixed variable, in its shape; NULL for one of records */
} dtn_nc_var;

/** What the header says. Names are used as they are: dtn_nc_name makes them from others. */
typedef struct dtn_nc_schema {
    const dtn_nc_dim *dims;
    size_t n_dim;
    const dtn_nc_attr *attrs;
    size_t n_attr;
    const dtn_nc_var *vars;
    size_t n_var;
} dtn_nc_schema;

/** A schema as it grows, in the arena; `names` keeps the file's names apart. Begin with {.arena = arena}. */
typedef struct dtn_nc_builder {
    dtn_arena *arena;
    dtn_nc_dim *dims;
    dtn_nc_attr *attrs;
    dtn_nc_var *vars;
    const char **names;
    size_t n_dim, cap_dim, n_attr, cap_attr, n_var, cap_var, n_name, cap_name;
} dtn_nc_builder;

/** dtn_nc_name among the names that the file has, and it has it from then on. */
const char *dtn_nc_new_name(dtn_nc_builder *b, const char *name);
/** The new dimension's number; n 0: the record dimension. */
uint32_t dtn_nc_add_dim(dtn_nc_builder *b, const char *name, uint64_t n);
/** A dimension with labels, and the variable of that name that holds them: rows of characters. */
uint32_t dtn_nc_add_labels(dtn_nc_builder *b, const char *name, const char *long_name, size_t n,
                           const char *const *labels);
/** An attribute of the file. */
void dtn_nc_add_text(dtn_nc_builder *b, const char *name, const char *text);
void dtn_nc_add_number(dtn_nc_builder *b, const char *name, int64_t number);
/** A variable without dimensions so far; units NULL: none. It is valid until the next one is added. */
dtn_nc_var *dtn_nc_add_var(dtn_nc_builder *b, const char *name, dtn_nc_type type,
                           const char *long_name, const char *units);
/** The same for a quantity of the model: `normal` is its unit as dtn_nc_units takes it, `own` as the model
 *  writes it, kept as model_units where UDUNITS has another name. NULL: none. */
dtn_nc_var *dtn_nc_add_measured(dtn_nc_builder *b, const char *name, const char *long_name,
                                const char *own, const char *normal);
void dtn_nc_over(dtn_nc_var *var, uint32_t dim);
void dtn_nc_var_attr(dtn_nc_builder *b, dtn_nc_var *var, dtn_nc_attr attr);
dtn_nc_schema dtn_nc_built(const dtn_nc_builder *b);

/** A name of letters, digits and underscores (CF conventions, 2.3) that none of used[n] has. */
const char *dtn_nc_name(dtn_arena *arena, const char *name, size_t n, const char *const *used);

/** A unit in the normal form of check/units.c ("Person/(Week*Hectare)") as UDUNITS reads it ("day-1"),
 *  "1" for Dmnl; NULL where UDUNITS lacks a name in it. Arena-owned or static. */
const char *dtn_nc_units(dtn_arena *arena, const char *unit);

/** Everything before the first record, for no records; *record_bytes is what one takes: the variables of
 *  records in their order, big-endian, nothing between them (all types here are multiples of 4 bytes).
 *  In the arena. */
const unsigned char *dtn_nc_header(dtn_arena *arena, const dtn_nc_schema *schema, size_t *n,
                                   size_t *record_bytes);

/** n doubles as they stand in a file. */
void dtn_nc_put_doubles(unsigned char *out, size_t n, const double *x);
void dtn_nc_put_int(unsigned char *out, int32_t x);
void dtn_nc_put_int64(unsigned char *out, int64_t x);
int32_t dtn_nc_get_int(const unsigned char *at);

typedef struct dtn_nc_file {
    dtn_out out;
    size_t header_bytes, record_bytes;
    uint64_t n_record; /* whole ones in the file */
    int error;         /* errno of the first failure of an append */
} dtn_nc_file;

/** Begin PATH.part, or go on with the one that is there if `resume` and its header is the same: then
 *  file->n_record tells what it has. Errors as dtn_out_open; DTN_E_INPUT (707): `resume`, and it is
 *  another's, which stays. */
dtn_status dtn_nc_open(dtn_nc_file *file, const char *path, const unsigned char *header, size_t n,
                       size_t record_bytes, bool resume, dtn_diags *diags);
/** Records after the last one: their bytes first, then their number, so that at no moment the number
 *  counts what is not there. Not by two threads at once. The first error is kept for the commit. */
void dtn_nc_append(dtn_nc_file *file, uint64_t n, const unsigned char *records);
/** Bytes of record i at `offset`; DTN_E_IO if they cannot be read. */
dtn_status dtn_nc_read(const dtn_nc_file *file, uint64_t i, size_t offset, size_t n,
                       unsigned char *out);
/** PATH.part becomes PATH. */
dtn_status dtn_nc_commit(dtn_nc_file *file, dtn_diags *diags);
/** Leave PATH.part with what it has, for a resume. */
void dtn_nc_leave(dtn_nc_file *file);

#endif
