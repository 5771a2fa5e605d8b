/** Inside src/base: numbers as text, the quick way and the slow one. */
#ifndef DTN_BASE_SHORTEST_H
#define DTN_BASE_SHORTEST_H

#include <stddef.h>

#include "base/text.h"

/** The text of dtn_double_to_text for most numbers between 1e-15 and 1e15; 0: not for this one. */
size_t dtn_shortest_text(double value, char out[DTN_DOUBLE_MAX_TEXT]);

/** The text of any finite number, tried digit by digit through the C library. */
size_t dtn_tried_text(double value, char out[DTN_DOUBLE_MAX_TEXT]);

#endif
