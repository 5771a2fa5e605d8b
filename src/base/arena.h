/** Arena: memory that lives and dies together (a model, a program, a case).
 *
 *  Allocation never returns NULL: when memory runs out the arena jumps to the
 *  guard that the public entry point set, which frees the arena and returns
 *  DTN_E_MEMORY. Between the guard and the jump all memory must belong to the
 *  arena. Memory comes zeroed.
 */
#ifndef DTN_BASE_ARENA_H
#define DTN_BASE_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dtn_arena_block dtn_arena_block;

typedef struct dtn_arena {
    dtn_arena_block *head;
    jmp_buf on_oom; /* set by DTN_ARENA_GUARD */
    int has_guard;
} dtn_arena;

void dtn_arena_init(dtn_arena *arena);
void dtn_arena_free(dtn_arena *arena);

/** Zeroed memory, aligned to 64 bytes where size >= 64, else 16. */
void *dtn_arena_alloc(dtn_arena *arena, size_t size);
/** Copy of `n` bytes with a NUL after them. */
char *dtn_arena_strndup(dtn_arena *arena, const char *text, size_t n);
char *dtn_arena_strdup(dtn_arena *arena, const char *text);
char *dtn_arena_printf(dtn_arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/** Room for twice the capacity (at least 8), old items copied. Used by DTN_PUSH. */
void *dtn_arena_grow(dtn_arena *arena, void *items, size_t n, size_t *cap, size_t item_size);

/** Leave by the guard's jump, as when the arena's own memory runs out: for memory of other kinds that
 *  a function with an arena needs for a while. */
_Noreturn void dtn_arena_fail(dtn_arena *arena);

/** True (run the recovery) when an allocation failed below this point.
 *  Usage: if (DTN_ARENA_GUARD(a)) { dtn_arena_free(a); return DTN_E_MEMORY; } */
#define DTN_ARENA_GUARD(arena) ((arena)->has_guard = 1, setjmp((arena)->on_oom) != 0)

/** Append `value` to the growing array `items` with count `n` and capacity `cap`
 *  (lvalues: T *items; size_t n, cap). */
#define DTN_PUSH(arena, items, n, cap, ...)                                           \
    do {                                                                              \
        if ((n) >= (cap))                                                             \
            (items) = dtn_arena_grow((arena), (items), (n), &(cap), sizeof *(items)); \
        (items)[(n)++] = (__VA_ARGS__);                                               \
    } while (0)

#define DTN_NEW(arena, type) ((type *)dtn_arena_alloc((arena), sizeof(type)))
#define DTN_NEW_N(arena, type, n) ((type *)dtn_arena_alloc((arena), (size_t)(n) * sizeof(type)))

/* The one gate to the heap, so that tests can fail the n-th request. */
void *dtn_alloc(size_t size);            /* zeroed; NULL when out of memory */
void *dtn_realloc(void *p, size_t size); /* NULL when out of memory, p stays */
void dtn_free(void *p);
/** Memory of dtn_alloc that will be filled: large pages cost less to get and to find. Only a hint. */
void dtn_prefer_huge_pages(void *p, size_t size);
/** Fail every request from the n-th on (1 = the next); 0 = never. Tests only. */
void dtn_alloc_fail_after(size_t n);

#endif
