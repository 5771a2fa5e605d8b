/** Text helpers: numbers that do not depend on the locale, canonical names, hashes, files. */
#ifndef DTN_BASE_TEXT_H
#define DTN_BASE_TEXT_H

#include "base/arena.h"
#include "detente/diag.h"
#include "detente/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Pass a status other than OK on to the caller. */
#define DTN_TRY(expr)                             \
    do {                                          \
        const dtn_status dtn_try_status = (expr); \
        if (dtn_try_status != DTN_OK)             \
            return dtn_try_status;                \
    } while (0)

/** Read a number ("3", "-1.5e3", ".5") from exactly the `n` bytes at `text`, C locale.
 *  Returns false if the bytes are not one number. */
bool dtn_text_to_double(const char *text, size_t n, double *out);

#define DTN_DOUBLE_MAX_TEXT 32
/** Shortest decimal text that reads back as the same double (at most 17 digits), C locale.
 *  "nan", "inf", "-inf" for the others; -0 as "0". Returns the length. */
size_t dtn_double_to_text(double value, char out[DTN_DOUBLE_MAX_TEXT]);

/** Canonical key of a name, in both formats: Unicode case fold (NFC first), runs of
 *  white space, underscores, no-break spaces and the escape \n become one '_', outer
 *  ones dropped, surrounding double quotes dropped. Arena-owned. */
const char *dtn_name_key(dtn_arena *arena, const char *name, size_t n);
/** The same of a name as a model writes it: quotes within a quoted name stand behind a backslash. */
const char *dtn_written_name_key(dtn_arena *arena, const char *name, size_t n);

/** Texts one after the other into out[cap], cut to fit, a NUL after them; the list ends with NULL. Returns their
 *  whole length, as snprintf does, for which it stands where names are put together often. */
size_t dtn_join(char *out, size_t cap, const char *const *texts);
#define DTN_JOIN(out, cap, ...) dtn_join((out), (cap), (const char *const[]){__VA_ARGS__, NULL})

/** 64-bit hash (XXH3) of bytes; the same on every machine. */
uint64_t dtn_hash64(const void *bytes, size_t n, uint64_t seed);
/** 128-bit hash (XXH3) as 32 hex digits. */
void dtn_hash128_hex(const void *bytes, size_t n, char out[33]);

/** Says that a file or folder cannot be read (701), the system's reason, `error` of errno, and what to do. DTN_E_IO. */
dtn_status dtn_cannot_read(const char *path, int error, dtn_diags *diags);
/** Whole file into memory (dtn_alloc; free with dtn_free), NUL added, BOM kept.
 *  On failure a diagnostic 701 or 704 is added and DTN_E_IO returned. */
dtn_status dtn_file_read(const char *path, size_t max_bytes, char **out, size_t *n,
                         dtn_diags *diags);

/** String -> uint32 map with arena memory (open addressing). Keys are borrowed. */
typedef struct dtn_map {
    struct dtn_map_slot *slots;
    uint64_t *marks; /* of the keys' hashes: what is not marked is not there */
    size_t n, cap;
} dtn_map;
#define DTN_MAP_NONE UINT32_MAX
void dtn_map_set(dtn_map *map, dtn_arena *arena, const char *key, uint32_t value);
uint32_t dtn_map_get(const dtn_map *map, const char *key); /* DTN_MAP_NONE if absent */

#endif
