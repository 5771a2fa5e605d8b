/** UTF-16 as Windows' editors and tools save "Unicode" text, with a byte order mark or without. */
#ifndef DTN_BASE_UTF16_H
#define DTN_BASE_UTF16_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/** Does the text begin with a byte order mark of UTF-16, or are every second of its first bytes zeros, as
 *  they are of letters of English in UTF-16? */
bool dtn_is_utf16(const char *text, size_t n);
/** Where its characters begin: behind the mark, if it has one. */
size_t dtn_utf16_begin(const char *text, size_t n);
/** In UTF-8 without the mark, arena memory, [n_out] bytes; what is no character becomes U+FFFD. NULL where
 *  dtn_is_utf16 says no. */
char *dtn_utf16_to_utf8(dtn_arena *arena, const char *text, size_t n, size_t *n_out);
/** The same of the bytes [begin, end) of such a text of n bytes, which are whole characters. */
char *dtn_utf16_part(dtn_arena *arena, const char *text, size_t n, size_t begin, size_t end,
                     size_t *n_out);

/** Are the bytes whole characters of UTF-8? */
bool dtn_is_utf8(const char *text, size_t n);

/** Where a byte of the UTF-8 came from. `begin` as dtn_utf16_begin says, the rest zeroed at first; `at` never
 *  falls from call to call. */
typedef struct dtn_utf16_place {
    size_t begin;
    size_t at, unit; /* bytes of UTF-8 passed, units of UTF-16 they came from */
} dtn_utf16_place;
/** Byte of the UTF-16 text from which the character at byte `at` of `utf8` came. */
size_t dtn_utf16_byte(dtn_utf16_place *place, const char *utf8, size_t at);

#endif
