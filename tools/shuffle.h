/* An order of rows for the trainers of this folder: shuffled by a generator of its own (Knuth's MMIX), so that
 * the same input gives the same bytes everywhere. */
#ifndef DTN_TOOLS_SHUFFLE_H
#define DTN_TOOLS_SHUFFLE_H

#include <stddef.h>
#include <stdint.h>

static inline void shuffle(size_t *order, size_t n, uint64_t *state)
{
    for (size_t i = n; i-- > 1;) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        const size_t k = (size_t)(*state >> 33) % (i + 1), swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
}

#endif
