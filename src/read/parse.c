/* Text to sentences with trees. (syntax to be called here) */
#include "read/read.h"

void dtn_read_parse(const dtn_reader *reader, const dtn_document *document, dtn_arena *arena,
                    dtn_parsed *out)
{
    (void)reader;
    (void)arena;
    *out = (dtn_parsed){.text = document->text, .n_text = document->n};
}
