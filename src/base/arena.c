/* Arena memory and the gate to the heap.
 *
 * An arena is a list of blocks, newest first; a request is cut off the head
 * block. Blocks start small and double, so that a small model costs little and a
 * large one few calls. A request that would waste most of the head gets a block
 * of its own behind it. Blocks come zeroed from calloc and are never reused, so
 * memory handed out is zero without a further pass.
 *
 *   head -> [next|used|cap|data........]  ->  [next|used|cap|data....]  ->  NULL
 *
 * It does not free single items, and it is not safe for use by two threads at once.
 *
 * The countdown of dtn_alloc_fail_after is the one mutable global of the program: it
 * is for tests, it is atomic, and 0 (its normal state) costs one relaxed load.
 *
 * Under AddressSanitizer what no item has is poisoned, and a gap is left behind each item, so
 * that a step past an item's end is found as it would be on the heap.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/locale.h"

#ifdef __SANITIZE_ADDRESS__
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define GAP ((size_t)16)
#define CLOSE(p, n) __asan_poison_memory_region((p), (n))
#define OPEN(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define GAP ((size_t)0)
#define CLOSE(p, n) ((void)(p), (void)(n))
#define OPEN(p, n) ((void)(p), (void)(n))
#endif

#define LARGE ((size_t)8 << 20) /* memory for which large pages are worth a hint */

#define FIRST_BLOCK ((size_t)4 << 10)
#define LAST_BLOCK ((size_t)1 << 20) /* doubling ends here: at most 1 MiB lies idle */

struct dtn_arena_block {
    dtn_arena_block *next;
    size_t used, cap;
    unsigned char data[];
};

static _Atomic size_t fail_countdown; /* 0 never, 1 fail now, n: n-1 requests still succeed */

static int request_fails(void)
{
    size_t left = atomic_load_explicit(&fail_countdown, memory_order_relaxed);
    while (left > 1) {
        if (atomic_compare_exchange_weak(&fail_countdown, &left, left - 1))
            return 0;
    }
    return left == 1;
}

void dtn_alloc_fail_after(size_t n) { atomic_store(&fail_countdown, n); }

void *dtn_alloc(size_t size) { return request_fails() ? NULL : calloc(1, size ? size : 1); }

void *dtn_realloc(void *p, size_t size)
{
    return request_fails() ? NULL : realloc(p, size ? size : 1);
}

void dtn_free(void *p) { free(p); }

void dtn_prefer_huge_pages(void *p, size_t size)
{
    const uintptr_t page = 4096, first = ((uintptr_t)p + page - 1) / page * page;
    const uintptr_t end = ((uintptr_t)p + size) / page * page;
    if (p && end > first + LARGE)
        (void)madvise((char *)p + (first - (uintptr_t)p), end - first, MADV_HUGEPAGE);
}

void dtn_arena_init(dtn_arena *arena)
{
    arena->head = NULL;
    arena->has_guard = 0;
}

void dtn_arena_free(dtn_arena *arena)
{
    dtn_arena_block *block = arena->head;
    while (block) {
        dtn_arena_block *next = block->next;
        OPEN(block->data, block->cap);
        dtn_free(block);
        block = next;
    }
    dtn_arena_init(arena);
}

_Noreturn void dtn_arena_fail(dtn_arena *arena)
{
    assert(arena->has_guard && "an arena is used outside of DTN_ARENA_GUARD");
    if (!arena->has_guard)
        abort(); /* a programming mistake: there is no place to go back to */
    longjmp(arena->on_oom, 1);
}

/* Room for `size` bytes at `align` in the block, or NULL. */
static void *cut(dtn_arena_block *block, size_t size, size_t align)
{
    uintptr_t at = (uintptr_t)(block->data + block->used);
    size_t skip = (size_t)(-at & (align - 1));
    if (block->cap - block->used < skip || block->cap - block->used - skip < size + GAP)
        return NULL;
    void *p = block->data + block->used + skip;
    block->used += skip + size + GAP;
    OPEN(p, size);
    return p;
}

static dtn_arena_block *new_block(dtn_arena *arena, size_t cap)
{
    dtn_arena_block *block = dtn_alloc(sizeof *block + cap);
    if (!block)
        dtn_arena_fail(arena);
    block->cap = cap;
    CLOSE(block->data, cap);
    return block;
}

void *dtn_arena_alloc(dtn_arena *arena, size_t size)
{
    const size_t align = size >= 64 ? 64 : 16;
    if (size > SIZE_MAX / 2)
        dtn_arena_fail(arena);
    size += size == 0;
    void *p = arena->head ? cut(arena->head, size, align) : NULL;
    if (p)
        return p;
    size_t cap = arena->head ? arena->head->cap * 2 : FIRST_BLOCK;
    if (cap > LAST_BLOCK)
        cap = LAST_BLOCK;
    const int own = size > cap / 4;
    dtn_arena_block *block = new_block(arena, own ? size + align + GAP : cap);
    if (own && arena->head) { /* keep the room left in the head */
        block->next = arena->head->next;
        arena->head->next = block;
    } else {
        block->next = arena->head;
        arena->head = block;
    }
    return cut(block, size, align);
}

char *dtn_arena_strndup(dtn_arena *arena, const char *text, size_t n)
{
    if (n == SIZE_MAX)
        dtn_arena_fail(arena);
    char *copy = dtn_arena_alloc(arena, n + 1);
    if (n)
        memcpy(copy, text, n);
    return copy;
}

char *dtn_arena_strdup(dtn_arena *arena, const char *text)
{
    return dtn_arena_strndup(arena, text, strlen(text));
}

char *dtn_arena_printf(dtn_arena *arena, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = dtn_vsnprintf_c(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0)
        dtn_arena_fail(arena); /* longer than INT_MAX */
    char *out = dtn_arena_alloc(arena, (size_t)n + 1);
    va_start(args, fmt);
    dtn_vsnprintf_c(out, (size_t)n + 1, fmt, args);
    va_end(args);
    return out;
}

void *dtn_arena_grow(dtn_arena *arena, void *items, size_t n, size_t *cap, size_t item_size)
{
    size_t new_cap = *cap < 4 ? 8 : *cap * 2;
    if (new_cap < *cap || new_cap > SIZE_MAX / 2 / item_size)
        dtn_arena_fail(arena);
    void *bigger = dtn_arena_alloc(arena, new_cap * item_size);
    if (n)
        memcpy(bigger, items, n * item_size);
    *cap = new_cap;
    return bigger;
}
