/** Sentences as headlines and lists have them. */
#ifndef DTN_TOOLS_TERSE_H
#define DTN_TOOLS_TERSE_H

#include "treebank.h"

/** The sentence without articles and without its last mark; of no words where nothing of that is in it. Memory
 *  of the bank's arena. */
tree_sentence terse_make(treebank *bank, const tree_sentence *sentence);

#endif
