/* What the first layer makes of words, found once.
 *
 * A word's row, affixes and so its sums do not depend on the sentence around it, and they are more than a quarter
 * of the network's work. A table of places that are filled once: a word goes to the first free place of a few that
 * its hash names; an entry is made whole before its place shows it, and is never changed or taken out. So threads
 * read it without waiting, and what is read is what would have been computed, to the bit.
 */
#include "syntax/inner.h"

#include "base/arena.h"

#include <stdatomic.h>
#include <string.h>

enum { N_PLACE = 2 * DTN_SYN_MEMORY, N_TRY = 4 }; /* N_PLACE: a power of 2 */

typedef struct entry {
    dtn_syn_first first;
    dtn_syn_features word;
} entry;

struct dtn_syn_memory {
    _Atomic(entry *) places[N_PLACE];
    _Atomic uint32_t n;
};

dtn_syn_memory *dtn_syn_memory_new(void) { return dtn_alloc(sizeof(dtn_syn_memory)); }

void dtn_syn_memory_delete(dtn_syn_memory *memory)
{
    for (size_t i = 0; memory && i < N_PLACE; i++)
        dtn_free(atomic_load_explicit(&memory->places[i], memory_order_relaxed));
    dtn_free(memory);
}

/* Affix 0 is its shape, which the word's hash leaves out. */
static size_t place_of(const dtn_syn_features *word, size_t i)
{
    return (size_t)(word->word + word->affix[0] + i) & (N_PLACE - 1);
}

static bool is_same(const dtn_syn_features *a, const dtn_syn_features *b)
{
    return a->word == b->word && memcmp(a->affix, b->affix, sizeof a->affix) == 0;
}

const dtn_syn_first *dtn_syn_memory_get(const dtn_syn_memory *memory, const dtn_syn_features *word)
{
    for (size_t i = 0; i < N_TRY; i++) {
        const entry *e =
            atomic_load_explicit(&memory->places[place_of(word, i)], memory_order_acquire);
        if (!e)
            return NULL;
        if (is_same(&e->word, word))
            return &e->first;
    }
    return NULL;
}

void dtn_syn_memory_put(dtn_syn_memory *memory, const dtn_syn_features *word,
                        const dtn_syn_first *first)
{
    if (dtn_syn_memory_get(memory, word) ||
        atomic_load_explicit(&memory->n, memory_order_relaxed) >= DTN_SYN_MEMORY)
        return;
    entry *e = dtn_alloc(sizeof *e);
    if (!e)
        return; /* it is only for speed */
    memcpy(e->first, *first, sizeof e->first);
    e->word = *word;
    for (size_t i = 0; i < N_TRY; i++) {
        entry *other = NULL;
        if (atomic_compare_exchange_strong_explicit(&memory->places[place_of(word, i)], &other, e,
                                                    memory_order_release, memory_order_relaxed)) {
            atomic_fetch_add_explicit(&memory->n, 1, memory_order_relaxed);
            return;
        }
    }
    dtn_free(e); /* no place is left near */
}
