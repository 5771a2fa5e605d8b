/** The file of weights (its form: src/syntax/inner.h). */
#ifndef DTN_TOOLS_WRITE_H
#define DTN_TOOLS_WRITE_H

#include "lemmas.h"
#include "net.h"

/** Quantised to 8 bits. The file appears whole or not at all; false with a message if it does not. */
bool write_weights(const char *path, const float_net *net, const treebank *bank,
                   const lemma_table *lemmas);

#endif
