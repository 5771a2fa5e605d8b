/** What tools/reader_dump.c and tools/train_bounds.c share: texts from standard input, read. */
#ifndef DTN_TOOLS_READER_TEXTS_H
#define DTN_TOOLS_READER_TEXTS_H

#include "read/read.h"

/** A reader from `folder`; prints what is wrong. NULL on error. `bounds`: another file of those
 *  weights, "" for none, NULL for the folder's; `actors`, `vocabulary`: of a case, NULL for
 *  none. */
dtn_reader *texts_reader(const char *folder, const char *bounds, const char *actors,
                         const char *vocabulary);

/** Called with each text read. `chars`: characters before each byte. */
typedef void (*texts_fn)(void *ctx, const dtn_reader *reader, const json_t *object,
                         const dtn_reading *reading, const uint32_t *chars);
/** Lines {"id", "text", "whole": one sentence, as it is, ...} of standard input. */
void texts_each(const dtn_reader *reader, texts_fn call, void *ctx);

#endif
