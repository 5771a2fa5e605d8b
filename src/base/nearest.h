/** "Did you mean ...": the nearest of a list of names. */
#ifndef DTN_BASE_NEAREST_H
#define DTN_BASE_NEAREST_H

#include <stddef.h>

/** Feed candidates one by one; keeps the nearest by edit distance. */
typedef struct dtn_nearest {
    const char *wanted;
    const char *best; /* borrowed from the caller; NULL while nothing is near enough */
    size_t best_distance;
} dtn_nearest;

void dtn_nearest_init(dtn_nearest *nearest, const char *wanted);
void dtn_nearest_add(dtn_nearest *nearest, const char *candidate);

#endif
